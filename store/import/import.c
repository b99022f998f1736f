/* One import: read all, check all, then one transaction. Records wait packed, so that a release of a thousand occupations
 * takes a few megabytes. */
#include "store/import/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/arena.h"
#include "store/check.h"

#define ARENA_BYTES_KEPT ((size_t)64 << 10)
#define ARENA_BYTES_MAX ((size_t)64 << 20) /* one record, decoded */
#define PROGRESS_RECORDS 1000u
#define READ_BYTES_MIN ((size_t)64 << 10)

const struct import_format import_formats[] = {
	{ "json", "occupations, areas and estimates as ProtoJSON", true, false, import_json_read },
	{ "onet", "the O*NET database as text, of releases 28 to 30", false, true, import_onet_read },
	{ "oews", "BLS wages and employment, by area and industry", false, true, import_oews_read },
	{ "projections", "BLS employment projections", false, true, import_projections_read },
	{ "demographics", "BLS and Census, who works in an occupation: CPS tables 11 and 11b", false, true,
	    import_demographics_read },
	{ "starter", "facts and figures of occupations as export starter writes them", false, false,
	    import_starter_read },
	{ 0 },
};

enum kind { KIND_OCCUPATION, KIND_AREA, KIND_ESTIMATE, KIND_GROUP };

struct record {
	enum kind kind;
	const char *key;   /* what makes it the only one of its kind */
	const char *place; /* for messages */
	uint8_t *bytes;
	size_t length;
	const char *origin, *soc_code; /* of a group */
};

struct import {
	const struct import_options *options;
	struct import_result *result;
	enum occupare_code refused_code; /* of the first refusal */
	struct occ_arena kept;           /* places, keys, packed records */
	struct record *records;
	size_t count, room;
	bool too_many;
	time_t began, shown; /* of reading, in s; when the progress line was last written */
};

/* ---- Messages ---- */

/* Writes a line of text that may quote a file: control characters, which could steer a terminal, become "?". */
static void
print_line(FILE *out, const char *line)
{
	for (const unsigned char *at = (const unsigned char *)line; *at != '\0'; at++) {
		bool c1 = at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F;

		putc(*at < 0x20 || *at == 0x7F || c1 ? '?' : *at, out);
		at += c1;
	}
	putc('\n', out);
}

/* Takes the progress line off the terminal, before anything else is written there. */
static void
clear_progress(const struct import *import)
{
	if (import->options->progress && import->options->messages != NULL)
		fputs("\r\033[K", import->options->messages);
}

static void
show_progress(const struct import *import)
{
	if (!import->options->progress || import->options->messages == NULL)
		return;
	if (import->count % PROGRESS_RECORDS == 0)
		fprintf(import->options->messages, "\r%zu records read", import->count);
	fflush(import->options->messages);
}

/* Seconds left at the pace so far, once that can be told. */
static void
show_percent(const struct import *import, double part)
{
	double elapsed = (double)(import->shown - import->began);

	fprintf(import->options->messages, "\r\033[K%.0f%% read", 100 * part);
	if (elapsed >= 2)
		fprintf(import->options->messages, ", %.0f s left", elapsed / part - elapsed);
	fflush(import->options->messages);
}

void
import_progress(struct import *import, uint64_t done, uint64_t total)
{
	time_t now;

	if (!import->options->progress || import->options->messages == NULL || done == 0 || total < done)
		return;
	now = time(NULL);
	if (import->began == 0)
		import->began = now;
	if (now == import->shown)
		return;
	import->shown = now;
	show_percent(import, (double)done / (double)total);
}

const struct import_options *
import_asked(const struct import *import)
{
	return import->options;
}

/* One line to the report, and if it is shown, to the messages. */
static void __attribute__((format(printf, 3, 4)))
message(const struct import *import, bool shown, const char *format, ...)
{
	struct occ_arena arena;
	const char *line;
	va_list args;

	occ_arena_init(&arena, 0, 0);
	va_start(args, format);
	line = occ_arena_vprintf(&arena, format, args);
	va_end(args);
	if (import->options->report != NULL)
		print_line(import->options->report, line);
	if (shown && import->options->messages != NULL) {
		clear_progress(import);
		print_line(import->options->messages, line);
	}
	occ_arena_fini(&arena);
}

/* "file", "file:12", "file: occupations[3]", in the arena. */
static const char *
place_text(struct occ_arena *arena, const struct import_place *place)
{
	const char *path = place->path == NULL ? "" : place->path;
	const char *line = place->line == 0 ? "" : occ_arena_printf(arena, ":%zu", place->line);

	return occ_arena_printf(arena, "%s%s%s%s", place->file, line, path[0] != '\0' ? ": " : "", path);
}

/* salary.annual_mean as a JSON file has it, salary.annualMean; in place. */
static void
to_json_names(char *path)
{
	char *out = path;

	for (const char *in = path; *in != '\0'; in++)
		*out++ = in[0] == '_' && in[1] >= 'a' && in[1] <= 'z' ? (char)(*++in - 'a' + 'A') : *in;
	*out = '\0';
}

/* The place of a field: "file: occupations[3].salary.annualMean". */
static const char *
field_place(struct occ_arena *arena, const struct import_place *place, const char *field)
{
	bool whole = place->path == NULL || place->path[0] == '\0';
	char *name = occ_arena_strdup(arena, field);

	if (place->json_names)
		to_json_names(name);
	return occ_arena_printf(arena, "%s%s%s", place_text(arena, place),
	    name[0] == '\0' ? ""
	    : whole         ? ": "
	    : *name == '['  ? ""
			    : ".",
	    name);
}

void
import_refuse(struct import *import, const struct import_place *place, const struct occupare_status *st)
{
	unsigned kept = st->violations_count < OCCUPARE_STATUS_VIOLATIONS_MAX ? st->violations_count
									      : OCCUPARE_STATUS_VIOLATIONS_MAX;
	bool shown = import->result->refused < IMPORT_MESSAGES_MAX;
	struct occ_arena arena;

	if (import->result->refused++ == 0)
		import->refused_code = st->code;
	occ_arena_init(&arena, 0, 0);
	for (unsigned i = 0; i < kept; i++)
		message(import, shown, "%s: %s", field_place(&arena, place, st->violations[i].field),
		    st->violations[i].description);
	if (kept == 0)
		message(import, shown, "%s: %s", place_text(&arena, place), st->message);
	else if (kept < st->violations_count)
		message(import, shown, "%s: and %u more", place_text(&arena, place), st->violations_count - kept);
	occ_arena_fini(&arena);
}

struct warning {
	struct import *import;
	const struct import_place *place;
	const char *name;
};

static void
warn(void *data, const char *field, const char *sentence)
{
	const struct warning *warning = data;
	struct import *import = warning->import;
	bool shown = import->result->warnings++ < IMPORT_MESSAGES_MAX && !import->options->quiet;
	struct occ_arena arena;

	occ_arena_init(&arena, 0, 0);
	message(
	    import, shown, "%s: warning: %s: %s", field_place(&arena, warning->place, field), warning->name, sentence);
	occ_arena_fini(&arena);
}

void
import_warn(struct import *import, const struct import_place *place, const char *format, ...)
{
	bool shown = import->result->warnings++ < IMPORT_MESSAGES_MAX && !import->options->quiet;
	struct occ_arena arena;
	va_list args;

	occ_arena_init(&arena, 0, 0);
	va_start(args, format);
	message(import, shown, "%s: warning: %s", place_text(&arena, place), occ_arena_vprintf(&arena, format, args));
	va_end(args);
	occ_arena_fini(&arena);
}

void
import_note(struct import *import, const struct import_place *place, const char *format, ...)
{
	struct occ_arena arena;
	va_list args;

	occ_arena_init(&arena, 0, 0);
	va_start(args, format);
	message(import, !import->options->quiet, "%s: %s", place_text(&arena, place),
	    occ_arena_vprintf(&arena, format, args));
	va_end(args);
	occ_arena_fini(&arena);
}

void
import_rows_read(struct import *import, const char *file, const struct import_rows *rows)
{
	struct import_rows *all = &import->result->rows;

	all->read += rows->read;
	all->used += rows->used;
	all->suppressed += rows->suppressed;
	all->unmatched += rows->unmatched;
	message(import, false,
	    "%s: %" PRIu64 " rows read: %" PRIu64 " used, %" PRIu64 " of them with a value that is held back, %" PRIu64
	    " of no occupation listed",
	    file, rows->read, rows->used, rows->suppressed, rows->unmatched);
}

static void
more_messages(const struct import *import, uint64_t count, const char *what)
{
	if (import->options->messages != NULL && count > IMPORT_MESSAGES_MAX)
		fprintf(import->options->messages, "and %" PRIu64 " more %s\n", count - IMPORT_MESSAGES_MAX, what);
}

/* ---- Handing over ---- */

/* NULL: there are too many. */
static struct record *
keep(struct import *import, enum kind kind, const struct import_place *place, const char *key,
    const ProtobufCMessage *packable)
{
	struct record *record;

	if (import->count == IMPORT_RECORDS_MAX) {
		struct occupare_status st;

		occupare_fail(&st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "more than %u records; import them in parts",
		    IMPORT_RECORDS_MAX);
		if (!import->too_many)
			import_refuse(import, place, &st);
		import->too_many = true;
		return NULL;
	}
	if (import->count == import->room) {
		size_t room = import->room * 2 + 64;
		struct record *records = realloc(import->records, room * sizeof *records);

		if (records == NULL)
			abort();
		import->records = records;
		import->room = room;
	}
	record = &import->records[import->count++];
	*record = (struct record){ .kind = kind, .key = key, .place = place_text(&import->kept, place) };
	record->bytes = occ_arena_alloc(&import->kept, protobuf_c_message_get_packed_size(packable));
	record->length = protobuf_c_message_pack(packable, record->bytes);
	show_progress(import);
	return record;
}

/* What tells two records of one import apart, in the kept arena: the id, else what an id is found by or made of. */
static const char *
occupation_key(struct import *import, const Occupare__V1__Occupation *occupation)
{
	if (occupation->id[0] != '\0')
		return occ_arena_printf(&import->kept, "id \"%s\"", occupation->id);
	if (occupation->title[0] != '\0')
		return occ_arena_printf(&import->kept, "title \"%s\"", occupation->title);
	return occ_arena_printf(&import->kept, "code %s %s", occupation->codes[0]->system, occupation->codes[0]->value);
}

void
import_occupation(struct import *import, const struct import_place *place, const Occupare__V1__Occupation *occupation)
{
	struct warning warning = { .import = import, .place = place };
	struct occupare_status st;

	if (check_occupation(occupation, false, &st) == OCCUPARE_OK && occupation->id[0] == '\0' &&
	    occupation->title[0] == '\0' && occupation->n_codes == 0)
		occupare_violation_add(&st, "id", "must be given, or a title or code to find it by");
	if (st.code != OCCUPARE_OK) {
		import_refuse(import, place, &st);
		return;
	}
	warning.name = occupation_key(import, occupation);
	check_facts(occupation, warn, &warning);
	keep(import, KIND_OCCUPATION, place, warning.name, &occupation->base);
}

void
import_area(struct import *import, const struct import_place *place, const Occupare__V1__Area *area)
{
	struct occupare_status st;

	if (check_area(area, &st) != OCCUPARE_OK) {
		import_refuse(import, place, &st);
		return;
	}
	keep(import, KIND_AREA, place, occ_arena_printf(&import->kept, "area \"%s\"", area->code), &area->base);
}

void
import_estimate(struct import *import, const struct import_place *place, const Occupare__V1__Estimate *estimate)
{
	struct occupare_status st;

	if (check_estimate(estimate, &st) != OCCUPARE_OK) {
		import_refuse(import, place, &st);
		return;
	}
	keep(import, KIND_ESTIMATE, place,
	    occ_arena_printf(&import->kept, "estimate of %s in %s, %" PRIu32 ", industry \"%s\"", estimate->soc_code,
		estimate->area, estimate->period, estimate->industry),
	    &estimate->base);
}

void
import_group(struct import *import, const struct import_place *place, const char *origin, const char *soc_code,
    const Occupare__V1__Occupation *facts)
{
	struct warning warning = { .import = import, .place = place };
	struct record *record;
	struct occupare_status st;

	if (check_occupation(facts, false, &st) != OCCUPARE_OK) {
		import_refuse(import, place, &st);
		return;
	}
	warning.name = occ_arena_printf(&import->kept, "%s of SOC code %s", origin, soc_code);
	check_facts(facts, warn, &warning);
	record = keep(import, KIND_GROUP, place, warning.name, &facts->base);
	if (record == NULL)
		return;
	record->origin = occ_arena_strdup(&import->kept, origin);
	record->soc_code = occ_arena_strdup(&import->kept, soc_code);
}

static int
by_key(const void *a, const void *b)
{
	const struct record *const *left = a, *const *right = b;
	int order = strcmp((*left)->key, (*right)->key);

	/* Of equal ones the earlier first: records stand in one array. */
	return order != 0 ? order : (*left > *right) - (*left < *right);
}

/* Two records of one import that are about the same thing contradict each other. */
static void
refuse_duplicates(struct import *import)
{
	struct record **sorted = malloc((import->count + 1) * sizeof(struct record *));
	struct occupare_status st;

	if (sorted == NULL)
		abort();
	for (size_t i = 0; i < import->count; i++)
		sorted[i] = &import->records[i];
	qsort(sorted, import->count, sizeof(struct record *), by_key);
	for (size_t i = 1; i < import->count; i++) {
		const struct import_place place = { .file = sorted[i]->place };

		if (strcmp(sorted[i - 1]->key, sorted[i]->key) != 0)
			continue;
		occupare_fail(
		    &st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s is also at %s", sorted[i]->key, sorted[i - 1]->place);
		import_refuse(import, &place, &st);
	}
	free(sorted);
}

/* ---- Files ---- */

static enum occupare_code
open_fail(struct occupare_status *st, int error)
{
	enum occupare_code code = error == ENOENT || error == ENOTDIR ? OCCUPARE_NOT_FOUND
				  : error == EACCES || error == EPERM ? OCCUPARE_PERMISSION_DENIED
								      : OCCUPARE_INVALID_ARGUMENT;

	return occupare_fail(st, code, NULL, "cannot be read: %s", strerror(error));
}

static enum occupare_code
read_stream(FILE *in, size_t bytes_max, char **ret, size_t *ret_length, struct occupare_status *st)
{
	size_t length = 0, room = READ_BYTES_MIN;
	char *text = malloc(room);

	for (;;) {
		if (text == NULL)
			return occupare_fail(
			    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory after %zu bytes", length);
		length += fread(text + length, 1, room - length, in);
		if (length > bytes_max) {
			free(text);
			return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
			    "has more than %zu bytes; split it into several files", bytes_max);
		}
		if (length < room)
			break;
		room *= 2;
		char *larger = realloc(text, room);
		if (larger == NULL)
			free(text);
		text = larger;
	}
	if (ferror(in)) {
		free(text);
		return open_fail(st, errno);
	}
	*ret = text;
	*ret_length = length;
	return OCCUPARE_OK;
}

enum occupare_code
import_read_file(const char *path, size_t bytes_max, char **ret, size_t *ret_length, struct occupare_status *st)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	enum occupare_code code;

	if (in == NULL)
		return open_fail(st, errno);
	code = read_stream(in, bytes_max, ret, ret_length, st);
	if (in != stdin)
		fclose(in);
	return code;
}

/* ---- Loading ---- */

/* A title among the records of the import, and the id that its occupation has or gets. */
struct titled {
	const char *title;
	char *id;
};

struct load {
	struct import *import;
	const struct import_format *format;
	struct occ_arena record; /* one record, decoded */
	struct occupare_status st;
	bool undone;           /* as a dry run should be */
	struct titled *titled; /* sorted; in ids */
	size_t titled_count;
	const char **alone; /* SOC codes, ended by NULL; in ids */
	struct occ_arena ids;
};

static int
by_title(const void *a, const void *b)
{
	const struct titled *left = a, *right = b;

	return strcmp(left->title, right->title);
}

static enum occupare_code
decode(struct load *load, const struct record *record, void *ret)
{
	static const ProtobufCMessageDescriptor *const descriptors[] = {
		[KIND_OCCUPATION] = &occupare__v1__occupation__descriptor,
		[KIND_AREA] = &occupare__v1__area__descriptor,
		[KIND_ESTIMATE] = &occupare__v1__estimate__descriptor,
		[KIND_GROUP] = &occupare__v1__occupation__descriptor,
	};
	void *decoded;

	occ_arena_reset(&load->record);
	decoded = protobuf_c_message_unpack(
	    descriptors[record->kind], &load->record.allocator, record->length, record->bytes);
	if (decoded == NULL)
		return occupare_fail(&load->st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "%s: the record takes more than %zu bytes", record->place, load->record.bytes_max);
	memcpy(ret, &decoded, sizeof decoded);
	return OCCUPARE_OK;
}

/* Finds the ids of all occupations of the import before any is loaded, for those that name others by title alone. */
static enum occupare_code
find_ids(struct load *load, struct store_import *store_import)
{
	const struct import *import = load->import;
	Occupare__V1__Occupation *occupation;

	occ_arena_reset(&load->ids);
	load->titled = occ_arena_calloc(&load->ids, import->count, sizeof *load->titled);
	load->titled_count = 0;
	for (size_t i = 0; i < import->count; i++) {
		struct titled *titled = &load->titled[load->titled_count];

		if (import->records[i].kind != KIND_OCCUPATION)
			continue;
		if (decode(load, &import->records[i], &occupation) != OCCUPARE_OK)
			return load->st.code;
		if (occupation->title[0] == '\0')
			continue;
		if (store_import_identify(&load->ids, store_import, occupation, &titled->id, &load->st) !=
		    OCCUPARE_OK) {
			occupare_status_prefix(&load->st, import->records[i].place);
			return load->st.code;
		}
		titled->title = occ_arena_strdup(&load->ids, occupation->title);
		load->titled_count++;
	}
	qsort(load->titled, load->titled_count, sizeof *load->titled, by_title);
	return OCCUPARE_OK;
}

/* Gives related occupations without an id that of the record with their title. */
static void
relate(const struct load *load, Occupare__V1__Occupation *occupation)
{
	for (size_t i = 0; i < occupation->n_related; i++) {
		Occupare__V1__RelatedOccupation *related = occupation->related[i];
		const struct titled key = { .title = related->title }, *found;

		if (related->id[0] != '\0' || load->titled_count == 0)
			continue;
		found = bsearch(&key, load->titled, load->titled_count, sizeof key, by_title);
		if (found != NULL)
			related->id = found->id;
	}
}

static enum occupare_code
load_record(struct load *load, struct store_import *store_import, const struct record *record)
{
	enum occupare_code code;
	void *decoded;

	if (decode(load, record, &decoded) != OCCUPARE_OK)
		return load->st.code;
	if (record->kind == KIND_OCCUPATION) {
		relate(load, decoded);
		code = store_import_occupation(store_import, decoded, &load->st);
	} else if (record->kind == KIND_AREA) {
		code = store_import_area(store_import, decoded, &load->st);
	} else if (record->kind == KIND_GROUP) {
		code = store_import_group(store_import, record->origin, record->soc_code, decoded, &load->st);
	} else {
		code = store_import_estimate(store_import, decoded, &load->st);
	}
	if (code != OCCUPARE_OK)
		occupare_status_prefix(&load->st, record->place);
	return code;
}

/* Two records that name one occupation in different ways: the second would have undone the first unseen. */
static enum occupare_code
refuse_joined(struct load *load)
{
	const struct store_import_counts *counts = &load->import->result->counts;

	if (counts->occupations_read == counts->occupations_named)
		return OCCUPARE_OK;
	return occupare_fail(&load->st, OCCUPARE_INVALID_ARGUMENT, NULL,
	    "%" PRIu64
	    " records are, by their codes or titles, of occupations that other records of this import are of; give "
	    "each an id of its own or join them",
	    counts->occupations_read - counts->occupations_named);
}

static void
note_alone(struct load *load, const struct store_import *store_import)
{
	size_t count = load->import->result->counts.soc_codes_alone;

	load->alone = occ_arena_calloc(&load->ids, count + 1, sizeof *load->alone);
	for (size_t i = 0; i < count; i++)
		load->alone[i] = occ_arena_strdup(&load->ids, store_import_alone(store_import, i));
}

/* Into the report alone: hundreds of lines where no source of occupations was imported yet. */
static void
list_alone(const struct load *load)
{
	for (size_t i = 0; load->alone != NULL && load->alone[i] != NULL; i++)
		message(load->import, false, "SOC code %s: no other source has an occupation of it", load->alone[i]);
}

static enum occupare_code
load_all(struct store_txn *txn, void *item)
{
	struct load *load = item;
	const struct import *import = load->import;
	enum store_import_mode mode = import->options->replace ? STORE_IMPORT_REPLACE
				      : load->format->keeps    ? STORE_IMPORT_ADD
							       : STORE_IMPORT_RELEASE;
	struct store_import *store_import;

	occupare_status_clear(&load->st);
	load->undone = false;
	if (store_import_begin(txn, load->format->name, mode, &store_import, &load->st) != OCCUPARE_OK ||
	    find_ids(load, store_import) != OCCUPARE_OK)
		return load->st.code;
	for (size_t i = 0; i < import->count; i++)
		if (load_record(load, store_import, &import->records[i]) != OCCUPARE_OK)
			return load->st.code;
	if (store_import_end(store_import, &import->result->counts, &load->st) != OCCUPARE_OK ||
	    refuse_joined(load) != OCCUPARE_OK)
		return load->st.code;
	note_alone(load, store_import);
	load->undone = import->options->dry_run;
	return load->undone ? OCCUPARE_CANCELLED : OCCUPARE_OK;
}

/* A dry run without a store: what would be made. */
static enum occupare_code
count_all(struct import *import)
{
	struct store_import_counts *counts = &import->result->counts;

	uint64_t *const tally[] = {
		[KIND_OCCUPATION] = &counts->occupations_added,
		[KIND_AREA] = &counts->areas,
		[KIND_ESTIMATE] = &counts->estimates,
		[KIND_GROUP] = &counts->groups,
	};

	for (size_t i = 0; i < import->count; i++)
		++*tally[import->records[i].kind];
	counts->occupations_read = counts->occupations_added;
	return OCCUPARE_OK;
}

static enum occupare_code
write_all(struct import *import, const struct import_format *format, struct store *store, struct occupare_status *st)
{
	struct load load = { .import = import, .format = format };
	void *items[] = { &load };
	enum occupare_code code;

	occ_arena_init(&load.ids, ARENA_BYTES_KEPT, 0);
	occ_arena_init(&load.record, ARENA_BYTES_KEPT, ARENA_BYTES_MAX);
	code = store_write(store, load_all, items, 1, st);
	if (code == OCCUPARE_OK && load.st.code != OCCUPARE_OK) {
		*st = load.st;
		code = load.st.code;
	}
	if (code == OCCUPARE_OK)
		list_alone(&load);
	occ_arena_fini(&load.record);
	occ_arena_fini(&load.ids);
	return code;
}

static enum occupare_code
open_and_write(struct import *import, const struct import_format *format, struct occupare_status *st)
{
	const struct import_options *options = import->options;
	struct store_options store_options = { .writable = true, .create = !options->dry_run };
	struct store *store;
	enum occupare_code code = store_open(options->directory, &store_options, &store, st);

	/* An empty directory is where a store would be made, too; a newer format has a reason of its own. */
	if (options->dry_run &&
	    (code == OCCUPARE_NOT_FOUND ||
		(code == OCCUPARE_FAILED_PRECONDITION && strcmp(st->reason, occupare_code_name(code)) == 0))) {
		occupare_status_clear(st);
		return count_all(import);
	}
	if (code != OCCUPARE_OK)
		return code;
	code = write_all(import, format, store, st);
	store_close(store);
	return code;
}

enum occupare_code
import_run(const struct import_format *format, const char *const *paths, size_t count,
    const struct import_options *options, struct import_result *ret, struct occupare_status *st)
{
	struct import import = { .options = options, .result = ret };
	enum occupare_code code;

	*ret = (struct import_result){ 0 };
	occupare_status_clear(st);
	occ_arena_init(&import.kept, ARENA_BYTES_KEPT, 0);
	format->read(&import, paths, count);
	clear_progress(&import);
	refuse_duplicates(&import);
	more_messages(&import, ret->refused, "refused");
	if (!options->quiet)
		more_messages(&import, ret->warnings, "warnings");
	if (ret->refused > 0)
		code = occupare_fail(
		    st, import.refused_code, NULL, "%" PRIu64 " refused, nothing was stored", ret->refused);
	else
		code = open_and_write(&import, format, st);
	free(import.records);
	occ_arena_fini(&import.kept);
	return code;
}

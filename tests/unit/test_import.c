/* Importing JSON into stores on disk, exporting them again, and verifying them. */
#include "tests/support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/json.h"
#include "store/db.h"
#include "store/import/import.h"
#include "store/layers.h"
#include "store/maintain.h"
#include "tests/support/samples.h"

#define RANDOM_RECORDS 60

struct context {
	char folder[64];
	char store[96]; /* made by the first import */
	char other[96];
	char *paths[8]; /* of files written so far */
	size_t paths_count;
	struct import_options options;
	struct import_result result;
	struct occupare_status st;
	char *messages;
	size_t messages_size;
	struct occ_arena arena;
};

static int
setup(void **state)
{
	struct context *context = calloc(1, sizeof *context);
	const char *base = getenv("TMPDIR");

	if (context == NULL)
		return -1;
	snprintf(context->folder, sizeof context->folder, "%s/import-XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(context->folder) == NULL)
		return -1;
	snprintf(context->store, sizeof context->store, "%s/store", context->folder);
	snprintf(context->other, sizeof context->other, "%s/other", context->folder);
	occ_arena_init(&context->arena, 1 << 16, 1 << 26);
	*state = context;
	return 0;
}

static void
remove_store(const char *directory)
{
	char path[128];

	snprintf(path, sizeof path, "%s/data.mdb", directory);
	unlink(path);
	snprintf(path, sizeof path, "%s/lock.mdb", directory);
	unlink(path);
	rmdir(directory);
}

static int
teardown(void **state)
{
	struct context *context = *state;

	remove_store(context->store);
	remove_store(context->other);
	for (size_t i = 0; i < context->paths_count; i++) {
		unlink(context->paths[i]);
		free(context->paths[i]);
	}
	/* Fails where a test left something behind. */
	int rc = rmdir(context->folder);
	free(context->messages);
	occ_arena_fini(&context->arena);
	free(context);
	return rc;
}

/* A file of the test, removed at its end; text NULL: only the name. */
static const char *
file(struct context *context, const char *name, const char *text)
{
	char *path;
	FILE *out;

	assert_true(context->paths_count < sizeof context->paths / sizeof context->paths[0]);
	assert_true(asprintf(&path, "%s/%s", context->folder, name) > 0);
	context->paths[context->paths_count++] = path;
	if (text != NULL) {
		out = fopen(path, "w");
		assert_non_null(out);
		fputs(text, out);
		assert_int_equal(fclose(out), 0);
	}
	return path;
}

static enum occupare_code
import_into(struct context *context, const char *directory, const char *const *paths, size_t count)
{
	enum occupare_code code;

	free(context->messages);
	context->options.directory = directory;
	context->options.messages = open_memstream(&context->messages, &context->messages_size);
	assert_non_null(context->options.messages);
	code = import_run(&import_formats[0], paths, count, &context->options, &context->result, &context->st);
	assert_int_equal(fclose(context->options.messages), 0);
	assert_int_equal(code, context->st.code);
	return code;
}

static enum occupare_code
import_file(struct context *context, const char *path)
{
	return import_into(context, context->store, &path, 1);
}

static void
import_ok(struct context *context, const char *path)
{
	(void)import_file(context, path);
	if (context->st.code != OCCUPARE_OK)
		fail_msg("%s: %s\n%s", occupare_code_name(context->st.code), context->st.message, context->messages);
}

static char *
export_of(struct context *context, const char *directory)
{
	struct maintain_counts counts;
	char *text = NULL, *copy;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(maintain_export_json(directory, out, &counts, &context->st), OCCUPARE_OK);
	assert_int_equal(fclose(out), 0);
	copy = occ_arena_strdup(&context->arena, text);
	free(text);
	return copy;
}

/* What is served, in the arena; NULL: nothing. */
static Occupare__V1__Occupation *
served(struct context *context, const char *id)
{
	const struct store_options options = { .writable = false };
	Occupare__V1__Occupation *record = NULL;
	struct store_txn *txn;
	struct store *store;

	if (store_open(context->store, &options, &store, &context->st) != OCCUPARE_OK)
		return NULL;
	assert_int_equal(store_txn_new(store, &txn, &context->st), OCCUPARE_OK);
	assert_int_equal(store_read_begin(txn, &context->st), OCCUPARE_OK);
	if (store_get(&context->arena, txn, id, true, &record, &context->st) != OCCUPARE_OK)
		record = NULL;
	store_txn_free(txn);
	store_close(store);
	return record;
}

static bool
exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* ---- Forms ---- */

static void
test_every_form_of_a_file_gives_the_same_store(void **state)
{
	static const char *const forms[] = {
		"{\"occupations\": [{\"id\": \"a\", \"title\": \"A\"}, {\"id\": \"b\", \"title\": \"B\"}]}",
		"[{\"id\": \"a\", \"title\": \"A\"}, {\"id\": \"b\", \"title\": \"B\"}]",
		"\n{\"id\": \"a\", \"title\": \"A\"}\r\n\n{\"id\": \"b\", \"title\": \"B\"}",
		"\xEF\xBB\xBF[{\"id\": \"a\", \"title\": \"A\"}, {\"id\": \"b\", \"title\": \"B\"}]",
	};
	struct context *context = *state;
	const char *path = file(context, "form.json", NULL), *first = NULL;

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		FILE *out = fopen(path, "w");

		fputs(forms[i], out);
		fclose(out);
		import_ok(context, path);
		assert_int_equal(context->result.counts.occupations_added, 2);
		if (first == NULL)
			first = export_of(context, context->store);
		assert_string_equal(export_of(context, context->store), first);
		remove_store(context->store);
	}
}

static void
test_single_occupation_may_span_lines(void **state)
{
	struct context *context = *state;

	import_ok(context, file(context, "one.json", "{\n  \"id\": \"a\",\n  \"title\": \"A\"\n}\n"));
	assert_string_equal(served(context, "a")->title, "A");
}

static void
test_areas_and_estimates_are_imported_and_exported(void **state)
{
	struct context *context = *state;
	const char *text = "{\"occupations\": [],\n\"areas\": [\n{\"code\":\"CA\",\"title\":\"California\",\"kind\":"
			   "\"AREA_KIND_STATE\"}\n],\n\"estimates\": [\n{\"socCode\":\"29-1141\",\"area\":\"CA\","
			   "\"period\":2024,\"employment\":{\"value\":5,\"source\":1},\"sources\":[{\"id\":1,\"title\":"
			   "\"OEWS\"}]}\n]}\n";

	import_ok(context, file(context, "a.json", text));
	assert_int_equal(context->result.counts.areas, 1);
	assert_int_equal(context->result.counts.estimates, 1);
	assert_string_equal(export_of(context, context->store), text);
}

/* ---- Refusals ---- */

static void
test_refusal_names_file_and_path_and_stores_nothing(void **state)
{
	struct context *context = *state;

	assert_int_equal(
	    import_file(
		context, file(context, "bad.json",
			     "{\"occupations\": [{\"id\": \"a\", \"title\": \"A\"}, {\"id\": \"b\", \"title\": \"B\","
			     " \"salary\": {\"currencyCode\": \"USD\", \"annual_mean\": {\"value\": -1}}}]}")),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "bad.json: occupations[1].salary.annualMean: -1 is no pay");
	assert_int_equal(context->result.refused, 1);
	assert_false(exists(context->store));
}

static void
test_refusal_leaves_an_existing_store_as_it_was(void **state)
{
	struct context *context = *state;
	char *before;

	import_ok(context, file(context, "good.json", "[{\"id\": \"a\", \"title\": \"A\"}]"));
	before = export_of(context, context->store);
	const char *const paths[] = { file(context, "b.json", "[{\"id\": \"b\", \"title\": \"B\"}]"),
		file(context, "bad.json", "[{\"id\": \"a\", \"title\": \"\\u0007\"}]") };
	assert_int_equal(import_into(context, context->store, paths, 2), OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(export_of(context, context->store), before);
}

static void
test_broken_text_is_refused_with_its_line(void **state)
{
	struct context *context = *state;

	assert_int_equal(import_file(context, file(context, "list.json", "[\n{\"id\": \"a\"},\n{\"id\": }]")),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "list.json: line 3, column ");
	assert_int_equal(import_file(context, file(context, "lines.json",
						  "{\"id\": \"a\", \"title\": \"A\"}\n{\"id\": }\n{\"idd\": 1}\n")),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "lines.json:2: column ");
	ASSERT_HAS(context->messages, "lines.json:3: idd: unknown field");
	assert_int_equal(context->result.refused, 2);
}

static void
test_unknown_field_is_refused_with_its_path(void **state)
{
	struct context *context = *state;

	assert_int_equal(
	    import_file(
		context, file(context, "a.json",
			     "[{\"id\": \"a\", \"title\": \"A\"}, {\"id\": \"b\", \"salary\": {\"anualMean\": {}}}]")),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "a.json: occupations[1].salary.anualMean: unknown field");
}

static void
test_missing_or_empty_file_is_refused(void **state)
{
	struct context *context = *state;

	assert_int_equal(import_file(context, file(context, "none.json", NULL)), OCCUPARE_NOT_FOUND);
	ASSERT_HAS(context->messages, "none.json: cannot be read: No such file");
	assert_int_equal(import_file(context, file(context, "empty.json", "")), OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(import_file(context, context->folder), OCCUPARE_INVALID_ARGUMENT);
}

static void
test_file_beyond_its_bound_is_refused(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "big.json", NULL);
	size_t length;
	char *text;
	FILE *out = fopen(path, "w");

	for (int i = 0; i < 200000; i++)
		putc(' ', out);
	fclose(out);
	assert_int_equal(import_read_file(path, 200000, &text, &length, &context->st), OCCUPARE_OK);
	assert_int_equal(length, 200000);
	free(text);
	assert_int_equal(import_read_file(path, 199999, &text, &length, &context->st), OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(context->st.message, "199999 bytes");
}

static void
test_only_the_first_refusals_are_shown_and_all_are_reported(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "many.json", NULL);
	char *report = NULL;
	size_t size, lines = 0;
	FILE *out = fopen(path, "w");

	for (int i = 0; i < 50; i++)
		fprintf(out, "{\"id\": \"A%d\"}\n", i);
	fclose(out);
	context->options.report = open_memstream(&report, &size);
	assert_int_equal(import_file(context, path), OCCUPARE_INVALID_ARGUMENT);
	fclose(context->options.report);
	context->options.report = NULL;
	assert_int_equal(context->result.refused, 50);
	for (const char *c = context->messages; (c = strstr(c, "is no id")) != NULL; c++)
		lines++;
	assert_int_equal(lines, IMPORT_MESSAGES_MAX);
	ASSERT_HAS(context->messages, "and 30 more refused\n");
	ASSERT_HAS(report, "many.json:50: id: \"A49\"");
	free(report);
}

static void
test_one_id_twice_in_one_import_names_both_places(void **state)
{
	struct context *context = *state;
	const char *const paths[] = {
		file(context, "first.json", "[{\"title\": \"X\"}, {\"id\": \"a\", \"title\": \"A\"}]"),
		file(context, "second.jsonl", "{\"id\": \"b\", \"title\": \"B\"}\n{\"id\": \"a\", \"title\": \"C\"}\n")
	};

	assert_int_equal(import_into(context, context->store, paths, 2), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "second.jsonl:2: id \"a\" is also at ");
	ASSERT_HAS(context->messages, "first.json: occupations[1]\n");
	assert_int_equal(context->result.refused, 1);
}

static void
test_two_records_of_one_code_are_refused(void **state)
{
	struct context *context = *state;

	assert_int_equal(
	    import_file(
		context, file(context, "a.json",
			     "[{\"id\": \"a\", \"title\": \"A\", \"codes\": [{\"system\": \"SOC2018\", \"value\": "
			     "\"29-1141\"}]},"
			     " {\"title\": \"B\", \"codes\": [{\"system\": \"SOC2018\", \"value\": \"29-1141\"}]}]")),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "1 records are, by their codes or titles, of occupations");
	assert_null(served(context, "a"));
}

static void
test_two_records_of_one_code_are_refused_whatever_they_replace(void **state)
{
	struct context *context = *state;

	import_ok(context, file(context, "1.json", "[{\"id\": \"old\", \"title\": \"Old\"}]"));
	context->options.replace = true;
	assert_int_equal(
	    import_file(
		context, file(context, "2.json",
			     "[{\"id\": \"a\", \"title\": \"A\", \"codes\": [{\"system\": \"SOC2018\", \"value\": "
			     "\"29-1141\"}]},"
			     " {\"title\": \"B\", \"codes\": [{\"system\": \"SOC2018\", \"value\": \"29-1141\"}]}]")),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "1 records are, by their codes or titles, of occupations");
	assert_non_null(served(context, "old"));
}

static void
test_messages_hold_no_control_characters_of_the_file(void **state)
{
	struct context *context = *state;

	assert_int_equal(import_file(context,
			     file(context, "a.json",
				 "[{\"id\": \"a\", \"aliases\": [\"x\\u001b[31m\\u009b\", \"x\\u001b[31m\\u009b\"]}]")),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "aliases: \"x?[31m?\" is there twice");
	assert_null(strchr(context->messages, 0x1B));
}

static void
test_record_that_nothing_identifies_is_refused(void **state)
{
	struct context *context = *state;

	assert_int_equal(
	    import_file(context, file(context, "a.json", "[{\"summary\": \"x\"}]")), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "occupations[0].id: must be given");
}

/* ---- What an import does ---- */

static void
test_later_import_adds_and_replaces_occupation_by_occupation(void **state)
{
	struct context *context = *state;

	import_ok(context,
	    file(context, "1.json",
		"[{\"id\": \"a\", \"title\": \"A\", \"summary\": \"old\"}, {\"id\": \"b\", \"title\": \"B\"}]"));
	import_ok(context,
	    file(context, "2.json", "[{\"id\": \"a\", \"title\": \"A2\"}, {\"id\": \"c\", \"title\": \"C\"}]"));
	assert_int_equal(context->result.counts.occupations_changed, 1);
	assert_int_equal(context->result.counts.occupations_added, 1);
	assert_int_equal(context->result.counts.occupations_removed, 0);
	assert_string_equal(served(context, "a")->title, "A2");
	assert_string_equal(served(context, "a")->summary, "");
	assert_non_null(served(context, "b"));
}

static void
test_replace_drops_what_earlier_imports_gave(void **state)
{
	struct context *context = *state;

	import_ok(
	    context, file(context, "1.json", "[{\"id\": \"a\", \"title\": \"A\"}, {\"id\": \"b\", \"title\": \"B\"}]"));
	context->options.replace = true;
	import_ok(context, file(context, "2.json", "[{\"id\": \"b\", \"title\": \"B\"}]"));
	assert_int_equal(context->result.counts.occupations_removed, 1);
	assert_int_equal(context->result.counts.occupations_unchanged, 1);
	assert_null(served(context, "a"));
	assert_non_null(served(context, "b"));
}

static void
test_equal_import_keeps_revisions(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "1.json", "[{\"id\": \"a\", \"title\": \"A\"}]");
	uint64_t revision;

	import_ok(context, path);
	revision = served(context, "a")->revision;
	import_ok(context, path);
	assert_int_equal(context->result.counts.occupations_unchanged, 1);
	assert_int_equal(served(context, "a")->revision, revision);
}

static void
test_dry_run_counts_and_keeps_nothing(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "1.json", "[{\"id\": \"a\", \"title\": \"A\"}]");
	char *before;

	context->options.dry_run = true;
	import_ok(context, path);
	assert_int_equal(context->result.counts.occupations_added, 1);
	assert_false(exists(context->store));
	assert_int_equal(mkdir(context->store, 0700), 0);
	import_ok(context, path);
	assert_int_equal(rmdir(context->store), 0);
	context->options.dry_run = false;
	import_ok(context, path);
	before = export_of(context, context->store);
	context->options.dry_run = true;
	import_ok(
	    context, file(context, "2.json", "[{\"id\": \"a\", \"title\": \"B\"}, {\"id\": \"c\", \"title\": \"C\"}]"));
	assert_int_equal(context->result.counts.occupations_changed, 1);
	assert_int_equal(context->result.counts.occupations_added, 1);
	assert_string_equal(export_of(context, context->store), before);
}

static void
test_broken_fact_is_warned_of_and_stored(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "1.json",
	    "[{\"id\": \"a\", \"title\": \"A\", \"skills\": [{\"name\": \"X\", \"percent\":"
	    "{\"value\": 1}}, {\"name\": \"Y\", \"percent\": {\"value\": 2}}]}]");

	import_ok(context, path);
	ASSERT_HAS(
	    context->messages, "1.json: occupations[0].skills: warning: id \"a\": \"Y\", 2, comes after \"X\", 1.");
	assert_int_equal(context->result.warnings, 1);
	assert_int_equal(served(context, "a")->n_skills, 2);
	context->options.quiet = true;
	import_ok(context, path);
	assert_int_equal(context->result.warnings, 1);
	assert_string_equal(context->messages, "");
}

/* ---- Export ---- */

/* What a record says, whatever the ids of its sources. */
static uint32_t
forget_source(void *data, uint32_t id)
{
	(void)data;
	(void)id;
	return 0;
}

static void
assert_same_but_for_sources(struct context *context, Occupare__V1__Occupation *a, Occupare__V1__Occupation *b)
{
	char *text_a, *text_b;

	layers_map_sources(&a->base, forget_source, NULL);
	layers_map_sources(&b->base, forget_source, NULL);
	a->n_sources = b->n_sources = 0;
	a->revision = b->revision = 0;
	a->update_time = b->update_time = NULL;
	assert_int_equal(occ_json_print(&context->arena, &a->base, true, &text_a, &context->st), OCCUPARE_OK);
	assert_int_equal(occ_json_print(&context->arena, &b->base, true, &text_b, &context->st), OCCUPARE_OK);
	assert_string_equal(text_a, text_b);
}

/* A record as it is served where nothing else is said of the occupation: without empty sections, and without the sign of
 * a negative zero, which packing drops. */
static Occupare__V1__Occupation *
alone(struct context *context, Occupare__V1__Occupation *record)
{
	Occupare__Store__V1__Layer layer;
	const Occupare__Store__V1__Layer *layers[] = { &layer };

	occupare__store__v1__layer__init(&layer);
	layer.occupation = (Occupare__V1__Occupation *)db_copy(&context->arena, &record->base);
	return layers_merge(&context->arena, layers, 1);
}

static void
test_export_and_import_give_equal_records(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "random.json", NULL), *exported = file(context, "exported.json", NULL);
	Occupare__V1__Occupation *records[RANDOM_RECORDS];
	struct maintain_counts counts;
	uint64_t seed = 4711;
	FILE *out = fopen(path, "w");

	for (int i = 0; i < RANDOM_RECORDS; i++) {
		records[i] = sample_random(&context->arena, &seed);
		records[i]->id = occ_arena_printf(&context->arena, "random-%d", i);
		if (records[i]->salary != NULL && records[i]->salary->currency_code[0] == '\0')
			records[i]->salary->currency_code = "USD";
		assert_int_equal(occ_json_write(out, &records[i]->base, false, &context->st), OCCUPARE_OK);
		putc('\n', out);
	}
	fclose(out);
	import_ok(context, path);
	assert_int_equal(
	    maintain_export_file(maintain_export_json, context->store, exported, &counts, &context->st), OCCUPARE_OK);
	assert_int_equal(counts.occupations, RANDOM_RECORDS);
	assert_int_equal(import_into(context, context->other, &exported, 1), OCCUPARE_OK);
	assert_string_equal(export_of(context, context->store), export_of(context, context->other));
	for (int i = 0; i < RANDOM_RECORDS; i++)
		assert_same_but_for_sources(context, served(context, records[i]->id), alone(context, records[i]));
}

static void
test_export_tells_equal_sources_apart_by_content_alone(void **state)
{
	struct context *context = *state;
	const char *first = file(context, "1.json",
	    "[{\"id\": \"z\", \"title\": \"Z\", \"jobSatisfaction\": {\"value\": 1, "
	    "\"source\": 9}, \"sources\": [{\"id\": 9, \"title\": \"S2\"}]}]");
	const char *second = file(context, "2.json",
	    "[{\"id\": \"a\", \"title\": \"A\", \"jobSatisfaction\": {\"value\": 1, \"source\": 5}, \"sources\": "
	    "[{\"id\": 4, "
	    "\"title\": \"S1\"}, {\"id\": 5, \"title\": \"S2\"}]}]");
	const char *const both[] = { second, first };

	/* The two stores give S1 and S2 different ids. */
	import_ok(context, first);
	import_ok(context, second);
	assert_int_equal(import_into(context, context->other, both, 2), OCCUPARE_OK);
	assert_string_equal(export_of(context, context->store), export_of(context, context->other));
	ASSERT_HAS(export_of(context, context->store), "\"value\":1,\"source\":2}");
}

static void
test_export_of_no_store_leaves_no_file(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "out.json", "old");
	struct maintain_counts counts;

	assert_int_equal(maintain_export_file(maintain_export_json, context->store, path, &counts, &context->st),
	    OCCUPARE_NOT_FOUND);
	struct stat info;
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_size, 3);
	/* teardown sees to it that no temporary file is left. */
}

/* ---- Readers meanwhile ---- */

/* A reader in another process: says when its snapshot is open, reads on after the import, then anew. */
static int
read_across_import(struct context *context, int from_parent, int to_parent)
{
	const struct store_options options = { .writable = false };
	struct store_txn *txn;
	struct store *store;
	const char *titles[3];
	char byte = 0;

	if (store_open(context->store, &options, &store, &context->st) != OCCUPARE_OK ||
	    store_txn_new(store, &txn, &context->st) != OCCUPARE_OK)
		return 1;
	for (int i = 0; i < 3; i++) {
		Occupare__V1__Occupation *record;

		if (i != 1 && store_read_begin(txn, &context->st) != OCCUPARE_OK)
			return 2;
		if (store_get(&context->arena, txn, "a", false, &record, &context->st) != OCCUPARE_OK)
			return 3;
		titles[i] = record->title;
		if (i == 0 && (write(to_parent, &byte, 1) != 1 || read(from_parent, &byte, 1) != 1))
			return 4;
		if (i > 0)
			store_read_end(txn);
	}
	store_txn_free(txn);
	store_close(store);
	if (strcmp(titles[0], "Old") != 0 || strcmp(titles[1], "Old") != 0)
		return 5;
	return strcmp(titles[2], "New") == 0 ? 0 : 6;
}

static void
test_import_works_while_another_process_reads(void **state)
{
	struct context *context = *state;
	const char *later = file(context, "2.json", "[{\"id\": \"a\", \"title\": \"New\"}]");
	int to_child[2], to_parent[2], status;
	char byte;
	pid_t child;

	import_ok(context, file(context, "1.json", "[{\"id\": \"a\", \"title\": \"Old\"}]"));
	assert_int_equal(pipe2(to_child, O_CLOEXEC) | pipe2(to_parent, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(to_child[1]);
		_exit(read_across_import(context, to_child[0], to_parent[1]));
	}
	close(to_parent[1]);
	close(to_child[0]);
	assert_int_equal(read(to_parent[0], &byte, 1), 1);
	(void)import_file(context, later);
	(void)!write(to_child[1], &byte, 1);
	close(to_child[1]);
	close(to_parent[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	ASSERT_OK(&context->st);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- Verify ---- */

static const char whole[] =
    "{\"occupations\": [{\"id\": \"nurse\", \"title\": \"Registered Nurse\", \"aliases\": [\"RN\"], \"codes\": "
    "[{\"system\": "
    "\"SOC2018\", \"value\": \"29-1141\"}], \"jobSatisfaction\": {\"value\": 4, \"source\": 1}, \"sources\": [{\"id\": "
    "1, "
    "\"title\": \"S\"}]}], \"areas\": [{\"code\": \"CA\", \"title\": \"California\"}], \"estimates\": [{\"socCode\": "
    "\"29-1141\", \"area\": \"CA\", \"period\": 2024, \"employment\": {\"value\": 1, \"source\": 1}, \"sources\": "
    "[{\"id\": 1, "
    "\"title\": \"S\"}]}]}";

struct said {
	char last[400];
	unsigned count;
};

static void
note(void *data, const char *sentence)
{
	struct said *said = data;

	snprintf(said->last, sizeof said->last, "%s", sentence);
	said->count++;
}

static struct said
verify(struct context *context)
{
	struct maintain_counts counts;
	struct said said = { 0 };
	uint64_t faults = 0;

	if (maintain_verify(context->store, note, &said, &counts, &faults, &context->st) != OCCUPARE_OK)
		fail_msg("%s", context->st.message);
	assert_int_equal(faults, said.count);
	return said;
}

static const MDB_val nothing;

struct damage {
	enum store_db db;
	bool add;      /* a row, else take the first one out */
	MDB_val value; /* where there is one, the first row gets it instead */
	struct occupare_status st;
};

static enum occupare_code
do_damage(struct store_txn *txn, void *item)
{
	struct damage *damage = item;
	uint8_t stray[32] = { 0 };
	struct db_walk walk;

	/* Of the length of the table's rows, so that dupfixed tables take it. */
	if (damage->add) {
		size_t length = damage->db == DB_VOCABULARY ? sizeof(struct vocable)
				: damage->db == DB_CODES    ? 4
							    : sizeof(struct posting);

		return db_put(txn, damage->db, db_bytes("\xFFstray", 6), db_bytes(stray, length), &damage->st);
	}
	db_walk_begin(&walk, txn, damage->db, db_bytes(NULL, 0), 0);
	assert_true(db_walk_row(&walk));
	if (damage->value.mv_size == 0)
		db_walk_delete(&walk);
	else
		assert_int_equal(db_put(txn, damage->db, walk.key, damage->value, &damage->st), OCCUPARE_OK);
	return db_walk_end(&walk, &damage->st);
}

/* A fresh store, damaged in one row. */
static struct said
verify_damaged(struct context *context, const char *path, enum store_db db, bool add, MDB_val value)
{
	const struct store_options options = { .writable = true };
	struct damage damage = { .db = db, .add = add, .value = value };
	void *items[] = { &damage };
	struct store *store;

	remove_store(context->store);
	import_ok(context, path);
	assert_int_equal(store_open(context->store, &options, &store, &context->st), OCCUPARE_OK);
	assert_int_equal(store_write(store, do_damage, items, 1, &context->st), OCCUPARE_OK);
	store_close(store);
	return verify(context);
}

static void
test_sound_store_has_no_faults(void **state)
{
	struct context *context = *state;

	import_ok(context, file(context, "whole.json", whole));
	assert_int_equal(verify(context).count, 0);
	import_ok(context, file(context, "less.json", "[{\"id\": \"nurse\", \"title\": \"Nurse\"}]"));
	assert_int_equal(verify(context).count, 0);
	context->options.replace = true;
	import_ok(context, file(context, "none.json", "[]"));
	assert_int_equal(verify(context).count, 0);
}

static void
test_row_that_is_gone_from_any_table_is_a_fault(void **state)
{
	static const enum store_db tables[] = { DB_SOURCES, DB_SOURCE_USES, DB_OCCUPATIONS, DB_ALIASES, DB_SUMMARIES,
		DB_SKILLS, DB_VECTORS, DB_LAYERS, DB_LAYER_CODES, DB_INDEX, DB_NUMBERS, DB_MARKS, DB_NAMES, DB_TEXTS,
		DB_CODES, DB_WORDS, DB_VOCABULARY, DB_AREAS, DB_ESTIMATES };
	struct context *context = *state;
	const char *path = file(context, "whole.json", whole);

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		if (verify_damaged(context, path, tables[i], false, nothing).count == 0)
			fail_msg("a row gone from table %d was not noticed", (int)tables[i]);
}

static void
test_stray_row_in_any_table_is_a_fault(void **state)
{
	struct context *context = *state;
	const char *path = file(context, "whole.json", whole);

	for (enum store_db db = DB_SOURCES; db < DB_COUNT; db++)
		if (verify_damaged(context, path, db, true, nothing).count == 0)
			fail_msg("a stray row in table %d was not noticed", (int)db);
}

static MDB_val
packed(struct context *context, const ProtobufCMessage *message)
{
	uint8_t *bytes = occ_arena_alloc(&context->arena, protobuf_c_message_get_packed_size(message));

	return db_bytes(bytes, protobuf_c_message_pack(message, bytes));
}

/* The first row of a table gets a value that decodes and is not the right one. */
static void
assert_noticed(struct context *context, enum store_db db, MDB_val value, const char *sentence)
{
	struct said said = verify_damaged(context, context->paths[0], db, false, value);

	assert_true(said.count > 0);
	ASSERT_HAS(said.last, sentence);
}

static void
test_value_that_belongs_to_another_record_is_a_fault(void **state)
{
	struct context *context = *state;
	Occupare__V1__OccupationSummary summary = OCCUPARE__V1__OCCUPATION_SUMMARY__INIT;
	Occupare__Store__V1__Layer layer = OCCUPARE__STORE__V1__LAYER__INIT;
	Occupare__V1__Occupation *record;

	import_ok(context, file(context, "whole.json", whole));
	record = served(context, "nurse");
	record->n_aliases = 0;
	record->revision = 99;
	assert_noticed(context, DB_OCCUPATIONS, packed(context, &record->base), "its revision 99 is not of this store");
	summary.id = "nurse";
	summary.title = "Nurse";
	assert_noticed(context, DB_SUMMARIES, packed(context, &summary.base), "its summary is not of it");
	assert_noticed(context, DB_SKILLS, packed(context, &summary.base), "its skills are stored otherwise");
	assert_noticed(context, DB_SOURCE_USES, db_bytes("\0\0\0\7", 4), "uses of sources are counted wrongly");
	record = served(context, "nurse");
	record->summary = "Another.";
	layer.occupation = record;
	assert_noticed(context, DB_LAYERS, packed(context, &layer.base), "it is not what its layers give");
}

static void
test_file_of_somebody_else_is_refused_by_verify(void **state)
{
	struct context *context = *state;
	struct maintain_counts counts;
	uint64_t faults;
	char path[128];
	FILE *out;

	assert_int_equal(mkdir(context->store, 0700), 0);
	snprintf(path, sizeof path, "%s/data.mdb", context->store);
	out = fopen(path, "w");
	for (int i = 0; i < 20000; i++)
		putc('x', out);
	fclose(out);
	assert_int_equal(
	    maintain_verify(context->store, note, NULL, &counts, &faults, &context->st), OCCUPARE_DATA_LOSS);
}

static void
test_stat_says_what_is_held(void **state)
{
	struct context *context = *state;
	char *text = NULL;
	size_t size;
	FILE *out;

	import_ok(context, file(context, "whole.json", whole));
	out = open_memstream(&text, &size);
	assert_int_equal(maintain_stat(context->store, out, &context->st), OCCUPARE_OK);
	fclose(out);
	ASSERT_HAS(text, "\noccupations       1\n");
	ASSERT_HAS(text, "\nestimates         1\n");
	ASSERT_HAS(text, "\nfrom json         1 occupations\n");
	ASSERT_HAS(text, "\ngeneration        1\n");
	free(text);
}

static void
test_default_directory_follows_the_environment(void **state)
{
	struct context *context = *state;
	const char *directory;

	setenv("XDG_DATA_HOME", "/data", 1);
	setenv("HOME", "/home/ann", 1);
	directory = store_default_directory(&context->arena);
	assert_string_equal(directory, geteuid() == 0 ? "/var/lib/occupare" : "/data/occupare");
	setenv("XDG_DATA_HOME", "relative", 1);
	directory = store_default_directory(&context->arena);
	assert_string_equal(directory, geteuid() == 0 ? "/var/lib/occupare" : "/home/ann/.local/share/occupare");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_form_of_a_file_gives_the_same_store),
		TEST(test_single_occupation_may_span_lines),
		TEST(test_areas_and_estimates_are_imported_and_exported),
		TEST(test_refusal_names_file_and_path_and_stores_nothing),
		TEST(test_refusal_leaves_an_existing_store_as_it_was),
		TEST(test_broken_text_is_refused_with_its_line),
		TEST(test_unknown_field_is_refused_with_its_path),
		TEST(test_missing_or_empty_file_is_refused),
		TEST(test_file_beyond_its_bound_is_refused),
		TEST(test_only_the_first_refusals_are_shown_and_all_are_reported),
		TEST(test_one_id_twice_in_one_import_names_both_places),
		TEST(test_two_records_of_one_code_are_refused),
		TEST(test_two_records_of_one_code_are_refused_whatever_they_replace),
		TEST(test_messages_hold_no_control_characters_of_the_file),
		TEST(test_record_that_nothing_identifies_is_refused),
		TEST(test_later_import_adds_and_replaces_occupation_by_occupation),
		TEST(test_replace_drops_what_earlier_imports_gave),
		TEST(test_equal_import_keeps_revisions),
		TEST(test_dry_run_counts_and_keeps_nothing),
		TEST(test_broken_fact_is_warned_of_and_stored),
		TEST(test_export_and_import_give_equal_records),
		TEST(test_export_tells_equal_sources_apart_by_content_alone),
		TEST(test_export_of_no_store_leaves_no_file),
		TEST(test_import_works_while_another_process_reads),
		TEST(test_sound_store_has_no_faults),
		TEST(test_row_that_is_gone_from_any_table_is_a_fault),
		TEST(test_stray_row_in_any_table_is_a_fault),
		TEST(test_value_that_belongs_to_another_record_is_a_fault),
		TEST(test_file_of_somebody_else_is_refused_by_verify),
		TEST(test_stat_says_what_is_held),
		TEST(test_default_directory_follows_the_environment),
	};

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}

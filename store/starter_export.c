/* Starter data out of a store: one walk over the records finds the columns and the sources, a second writes the rows. */
#include "store/maintain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/layers.h"
#include "store/starter.h"

#define ARENA_BYTES_KEPT ((size_t)64 << 10)
#define ARENA_BYTES_MAX ((size_t)64 << 20) /* one record, decoded */

/* Part of the name of one that asks for a notice. */
static const char onet_publisher[] = "Employment and Training Administration";

static const char explanation[] = "# Facts and figures of occupations: \"occupare-store export starter\" writes, "
				  "\"occupare-store import starter\" reads "
				  "them.\n"
				  "# A figure is its value with a mark behind it: d derived, i published for a broader "
				  "group only, + at least. In its\n"
				  "# place: * held back by the publisher, - not collected. ~ precedes the relative "
				  "standard error in percent, @ the number\n"
				  "# of the source, which the name of the column has where the figure does not. Shares "
				  "and skills come by falling value\n"
				  "# unless a column .place tells their places.\n";

/* How many figures of a column have a source. */
struct use {
	uint32_t id; /* the store's; 0 = none is stated */
	size_t count;
};

struct column {
	struct starter_column at;
	struct use *uses;
	size_t uses_count;
};

struct export
{
	struct occ_arena arena;  /* columns and sources */
	struct occ_arena record; /* one record */
	struct store_txn *txn;
	FILE *out;
	uint64_t records;
	struct column **columns; /* in order */
	size_t columns_count;
	Occupare__V1__Source *
	    *sources; /* with the store's ids; once all are found in order, their numbers are their places */
	size_t sources_count;
	const char **cells; /* of the row, by column */
	bool too_many;
};

/* ---- Columns ---- */

/* Where the column is, or is to be. */
static size_t
find_column(const struct export *export, const struct starter_column *at, bool *ret_found)
{
	size_t low = 0, high = export->columns_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = starter_compare(at, &export->columns[middle]->at);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	*ret_found = false;
	return low;
}

static struct column *
add_column(struct export *export, size_t index, const struct starter_column *at)
{
	struct column *column = occ_arena_calloc(&export->arena, 1, sizeof *column);

	column->at = *at;
	if (at->key != NULL)
		column->at.key = occ_arena_strdup(&export->arena, at->key);
	column->uses = occ_arena_calloc(&export->arena, STARTER_SOURCES_MAX + 1, sizeof *column->uses);
	memmove(&export->columns[index + 1], &export->columns[index],
	    (export->columns_count - index) * sizeof(struct column *));
	export->columns_count++;
	export->columns[index] = column;
	return column;
}

static void
count_use(struct column *column, uint32_t id)
{
	size_t i = 0;

	while (i < column->uses_count && column->uses[i].id != id)
		i++;
	if (i == column->uses_count)
		column->uses[column->uses_count++].id = id;
	column->uses[i].count++;
}

static void
note_value(void *data, const struct starter_column *at, const char *text, const Occupare__V1__Figure *figure)
{
	struct export *export = data;
	struct column *column;
	bool found;
	size_t index = find_column(export, at, &found);

	(void)text;
	if (!found && export->columns_count == STARTER_COLUMNS_MAX) {
		export->too_many = true;
		return;
	}
	column = found ? export->columns[index] : add_column(export, index, at);
	if (figure != NULL)
		count_use(column, figure->source);
}

/* ---- Sources ---- */

static void
note_sources(struct export *export, const Occupare__V1__Occupation *occupation)
{
	for (size_t i = 0; i < occupation->n_sources; i++) {
		size_t j = 0;

		while (j < export->sources_count && export->sources[j]->id != occupation->sources[i]->id)
			j++;
		if (j < export->sources_count)
			continue;
		if (j == STARTER_SOURCES_MAX) {
			export->too_many = true;
			return;
		}
		export->sources[export->sources_count++] = (Occupare__V1__Source *)db_copy(
		    &export->arena, &occupation->sources[i]->base);
	}
}

static uint32_t
number_of(void *data, uint32_t id)
{
	const struct export *export = data;

	for (size_t i = 0; i < export->sources_count; i++)
		if (export->sources[i]->id == id)
			return (uint32_t)i + 1;
	return 0;
}

/* Gives a column the source that most of its figures have, of equals the one with the lowest number. */
static void
choose_source(struct export *export, struct column *column)
{
	size_t most = 0;

	for (size_t i = 0; i < column->uses_count; i++) {
		uint32_t number = number_of(export, column->uses[i].id);

		if (column->uses[i].count < most || (column->uses[i].count == most && number > column->at.source))
			continue;
		most = column->uses[i].count;
		column->at.source = number;
	}
}

/* ---- Records ---- */

typedef enum occupare_code take_record(
    struct export *export, Occupare__V1__Occupation *occupation, struct occupare_status *st);

/* Looks at a record for what the rows before the first need to say. */
static enum occupare_code
note_record(struct export *export, Occupare__V1__Occupation *occupation, struct occupare_status *st)
{
	note_sources(export, occupation);
	if (starter_each(&export->record, occupation, note_value, export, st) != OCCUPARE_OK)
		return st->code;
	if (export->too_many)
		return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "the store needs more than %u columns or %u sources", STARTER_COLUMNS_MAX, STARTER_SOURCES_MAX);
	return OCCUPARE_OK;
}

static void
set_cell(void *data, const struct starter_column *at, const char *text, const Occupare__V1__Figure *figure)
{
	struct export *export = data;
	bool found;
	size_t index = find_column(export, at, &found);

	if (figure != NULL && figure->source != export->columns[index]->at.source)
		text = occ_arena_printf(&export->record, "%s@%u", text, figure->source);
	export->cells[index] = text;
}

static enum occupare_code
write_record(struct export *export, Occupare__V1__Occupation *occupation, struct occupare_status *st)
{
	layers_map_sources(&occupation->base, number_of, export);
	if (occupation->n_sources > 0)
		qsort(occupation->sources, occupation->n_sources, sizeof(Occupare__V1__Source *), sources_by_text);
	for (size_t i = 0; i < occupation->n_sources; i++)
		occupation->sources[i]->id = number_of(export, occupation->sources[i]->id);
	export->cells = occ_arena_calloc(&export->record, export->columns_count, sizeof *export->cells);
	if (starter_each(&export->record, occupation, set_cell, export, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < export->columns_count; i++)
		fprintf(export->out, "%s%s", i > 0 ? "\t" : "", export->cells[i] == NULL ? "" : export->cells[i]);
	putc('\n', export->out);
	export->records++;
	return OCCUPARE_OK;
}

static enum occupare_code
each_record(struct export *export, take_record *take, struct occupare_status *st)
{
	struct occupare_status walk_st;
	enum occupare_code code;
	struct db_walk walk;

	occupare_status_clear(st);
	for (db_walk_begin(&walk, export->txn, DB_OCCUPATIONS, db_bytes(NULL, 0), 0);
	     st->code == OCCUPARE_OK && db_walk_row(&walk); db_walk_next(&walk)) {
		Occupare__V1__Occupation *occupation;
		const char *id;

		occ_arena_reset(&export->record);
		id = occ_arena_strndup(&export->record, walk.key.mv_data, walk.key.mv_size);
		if (store_get(&export->record, export->txn, id, false, &occupation, st) == OCCUPARE_OK &&
		    take(export, occupation, st) != OCCUPARE_OK)
			occupare_status_prefix(st, id);
	}
	code = db_walk_end(&walk, &walk_st);
	if (st->code == OCCUPARE_OK && code != OCCUPARE_OK)
		*st = walk_st;
	return st->code;
}

/* ---- The file ---- */

static void
write_header(struct export *export)
{
	fputs(explanation, export->out);
	for (size_t i = 0; i < export->sources_count; i++)
		if (strstr(export->sources[i]->publisher, onet_publisher) != NULL)
			fprintf(export->out,
			    "# This file includes information from the %s by the U.S. Department of Labor, Employment "
			    "and\n"
			    "# Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a "
			    "trademark of\n"
			    "# USDOL/ETA. The information was modified: ratings were standardised to 0 to 100, and "
			    "most fields\n"
			    "# left out. USDOL/ETA has not approved, endorsed, or tested these modifications.\n",
			    export->sources[i]->title);
	for (size_t i = 0; i < export->sources_count; i++) {
		const Occupare__V1__Source *source = export->sources[i];

		fprintf(export->out, STARTER_SOURCE_LINE "%zu\t%s\t%s\t%s\t%s\t%s\n", i + 1, source->title,
		    source->publisher, source->release, source->url, source->licence);
	}
	/* Of an empty store too the file is a table. */
	if (export->columns_count == 0)
		fputs("id", export->out);
	for (size_t i = 0; i < export->columns_count; i++)
		fprintf(export->out, "%s%s", i > 0 ? "\t" : "",
		    starter_column_name(&export->arena, &export->columns[i]->at));
	putc('\n', export->out);
}

static enum occupare_code
write_all(struct export *export, struct occupare_status *st)
{
	export->columns = occ_arena_calloc(&export->arena, STARTER_COLUMNS_MAX, sizeof(struct column *));
	export->sources = occ_arena_calloc(&export->arena, STARTER_SOURCES_MAX, sizeof(Occupare__V1__Source *));
	if (each_record(export, note_record, st) != OCCUPARE_OK)
		return st->code;
	if (export->sources_count > 0)
		qsort(export->sources, export->sources_count, sizeof(Occupare__V1__Source *), sources_by_text);
	for (size_t i = 0; i < export->columns_count; i++)
		choose_source(export, export->columns[i]);
	write_header(export);
	if (each_record(export, write_record, st) != OCCUPARE_OK)
		return st->code;
	if (fflush(export->out) != 0 || ferror(export->out))
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot write the export: %s", strerror(errno));
	return OCCUPARE_OK;
}

enum occupare_code
maintain_export_starter(const char *directory, FILE *out, struct maintain_counts *ret, struct occupare_status *st)
{
	struct export export = { .out = out };
	struct store *store;
	enum occupare_code code;

	occupare_status_clear(st);
	if (maintain_begin(directory, &store, &export.txn, st) != OCCUPARE_OK)
		return st->code;
	occ_arena_init(&export.arena, ARENA_BYTES_KEPT, 0);
	occ_arena_init(&export.record, ARENA_BYTES_KEPT, ARENA_BYTES_MAX);
	code = write_all(&export, st);
	if (code == OCCUPARE_OK)
		*ret = (struct maintain_counts){ .occupations = export.records };
	occ_arena_fini(&export.record);
	occ_arena_fini(&export.arena);
	store_txn_free(export.txn);
	store_close(store);
	return code;
}

/* Reading occupations: by id, by name, in lists; and what the store holds. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/keys.h"

/* ---- By id ---- */

static enum occupare_code
no_occupation(struct occupare_status *st, const char *id)
{
	occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "no occupation has the id \"%s\"", id);
	occupare_status_resource(st, "occupation", id);
	return OCCUPARE_NOT_FOUND;
}

enum occupare_code
store_get_bytes(struct store_txn *txn, const char *id, struct store_bytes *ret, struct occupare_status *st)
{
	MDB_val row;
	bool found;

	if (db_get(txn, DB_OCCUPATIONS, db_text(id), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found)
		return no_occupation(st, id);
	*ret = (struct store_bytes){ .data = row.mv_data, .length = row.mv_size };
	return OCCUPARE_OK;
}

enum occupare_code
store_get(struct occ_arena *arena, struct store_txn *txn, const char *id, bool with_aliases,
    Occupare__V1__Occupation **ret, struct occupare_status *st)
{
	Occupare__V1__Occupation *record, *aliases;
	struct store_bytes bytes;
	MDB_val row;
	bool found;

	if (store_get_bytes(txn, id, &bytes, st) != OCCUPARE_OK ||
	    db_unpack(arena, &occupare__v1__occupation__descriptor, db_bytes(bytes.data, bytes.length), "occupation",
		db_text(id), &record, st) != OCCUPARE_OK)
		return st->code;
	if (with_aliases) {
		if (db_get(txn, DB_ALIASES, db_text(id), &row, &found, st) != OCCUPARE_OK)
			return st->code;
		if (found) {
			if (db_unpack(arena, &occupare__v1__occupation__descriptor, row, "aliases", db_text(id),
				&aliases, st) != OCCUPARE_OK)
				return st->code;
			record->n_aliases = aliases->n_aliases;
			record->aliases = aliases->aliases;
		}
	}
	*ret = record;
	return OCCUPARE_OK;
}

enum occupare_code
occupation_number_row(
    struct store_txn *txn, uint32_t number, unsigned *ret_standing, MDB_val *ret_id, struct occupare_status *st)
{
	const uint8_t *row;
	uint8_t key[4];
	MDB_val value;
	bool found;

	db_number_put(key, number);
	if (db_get(txn, DB_NUMBERS, db_bytes(key, 4), &value, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found || value.mv_size < STANDING_BYTES)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "the index names an occupation that is not there");
	row = value.mv_data;
	*ret_standing = (unsigned)row[0] << 8 | row[1];
	*ret_id = db_bytes(row + STANDING_BYTES, value.mv_size - STANDING_BYTES);
	return OCCUPARE_OK;
}

enum occupare_code
occupation_id(struct store_txn *txn, uint32_t number, MDB_val *ret, struct occupare_status *st)
{
	unsigned standing;

	return occupation_number_row(txn, number, &standing, ret, st);
}

enum occupare_code
occupation_summary(struct occ_arena *arena, struct store_txn *txn, MDB_val id, Occupare__V1__OccupationSummary **ret,
    struct occupare_status *st)
{
	MDB_val row;
	bool found;

	if (db_get(txn, DB_SUMMARIES, id, &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "the index names an occupation that is not there");
	return db_unpack(arena, &occupare__v1__occupation_summary__descriptor, row, "summary", id, ret, st);
}

/* ---- By name ---- */

/* Numbers of occupations that a rule found, without repetition. */
struct found {
	struct occ_arena *arena;
	uint32_t *numbers;
	size_t count, room;
};

static int
compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
add_found(struct found *found, uint32_t number)
{
	if (found->count == found->room) {
		size_t room = found->room * 2 + 16;
		uint32_t *numbers = occ_arena_calloc(found->arena, room, sizeof *numbers);

		if (found->count > 0)
			memcpy(numbers, found->numbers, found->count * sizeof *numbers);
		found->numbers = numbers;
		found->room = room;
	}
	found->numbers[found->count++] = number;
}

static void
drop_repeated(struct found *found)
{
	size_t kept = 0;

	if (found->count > 0)
		qsort(found->numbers, found->count, sizeof *found->numbers, compare_numbers);
	for (size_t i = 0; i < found->count; i++)
		if (kept == 0 || found->numbers[kept - 1] != found->numbers[i])
			found->numbers[kept++] = found->numbers[i];
	found->count = kept;
}

/* Occupations with a code that is key, or starts with it. */
static enum occupare_code
find_code(struct store_txn *txn, const char *key, bool prefix, struct found *found, struct occupare_status *st)
{
	size_t length = strlen(key);
	struct db_walk walk;

	for (db_walk_begin(&walk, txn, DB_CODES, db_bytes(key, length), length);
	     db_walk_row(&walk) && (prefix || walk.key.mv_size == length); db_walk_next(&walk))
		if (walk.value.mv_size == 4)
			add_found(found, db_number(walk.value.mv_data));
	return db_walk_end(&walk, st);
}

static bool
is_soc(const char *key)
{
	return strlen(key) == 6 && strspn(key, "0123456789") == 6;
}

/* A bare SOC code stands for the O*NET occupation with .00, else for whoever has it, else for all finer ones. */
static enum occupare_code
find_by_code(struct store_txn *txn, const char *key, struct found *found, struct occupare_status *st)
{
	if (is_soc(key)) {
		if (find_code(txn, occ_arena_printf(found->arena, "%s.00", key), false, found, st) != OCCUPARE_OK)
			return st->code;
		if (found->count > 0)
			return OCCUPARE_OK;
	}
	if (find_code(txn, key, false, found, st) != OCCUPARE_OK)
		return st->code;
	if (found->count > 0 || !is_soc(key))
		return OCCUPARE_OK;
	return find_code(txn, occ_arena_printf(found->arena, "%s.", key), true, found, st);
}

/* Occupations of which this is the title, or an alias. */
static enum occupare_code
find_by_name(struct store_txn *txn, const char *folded, bool alias, struct found *found, struct occupare_status *st)
{
	size_t length = strlen(folded);
	struct posting posting;
	struct db_walk walk;

	for (db_walk_begin(&walk, txn, DB_NAMES, db_bytes(folded, length), length);
	     db_walk_row(&walk) && walk.key.mv_size == length; db_walk_next(&walk)) {
		if (walk.value.mv_size != sizeof posting)
			continue;
		memcpy(&posting, walk.value.mv_data, sizeof posting);
		if (((posting.kind[0] & 0x80) != 0) == alias)
			add_found(found, db_number(posting.occupation));
	}
	return db_walk_end(&walk, st);
}

struct candidate {
	struct store_match match;
	bool title_contains;
};

static int
best_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->title_contains != y->title_contains)
		return x->title_contains ? -1 : 1;
	return strcmp(x->match.id, y->match.id);
}

static enum occupare_code
order_found(struct store_txn *txn, struct found *found, Occupare__V1__MatchKind kind, const char *folded, size_t max,
    struct store_match **ret, size_t *ret_count, struct occupare_status *st)
{
	struct candidate *candidates;
	struct store_match *matches;

	drop_repeated(found);
	candidates = occ_arena_calloc(found->arena, found->count + 1, sizeof *candidates);
	for (size_t i = 0; i < found->count; i++) {
		Occupare__V1__OccupationSummary *summary;
		MDB_val id;

		if (occupation_id(txn, found->numbers[i], &id, st) != OCCUPARE_OK ||
		    occupation_summary(found->arena, txn, id, &summary, st) != OCCUPARE_OK)
			return st->code;
		candidates[i].match = (struct store_match){ .id = summary->id, .title = summary->title, .kind = kind };
		candidates[i].title_contains = kind == OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ALIAS &&
					       strstr(keys_fold(found->arena, summary->title, DB_NAME_BYTES_MAX),
						   folded) != NULL;
	}
	if (found->count > 0)
		qsort(candidates, found->count, sizeof *candidates, best_first);
	matches = occ_arena_calloc(found->arena, found->count + 1, sizeof *matches);
	for (size_t i = 0; i < found->count; i++)
		matches[i] = candidates[i].match;
	*ret = matches;
	*ret_count = found->count < max ? found->count : max;
	return OCCUPARE_OK;
}

static enum occupare_code
find_by_id(struct occ_arena *arena, struct store_txn *txn, const char *name, struct store_match **ret,
    size_t *ret_count, struct occupare_status *st)
{
	Occupare__V1__OccupationSummary *summary;
	struct store_match *match;
	MDB_val row;
	bool found;

	if (!keys_is_slug(name))
		return OCCUPARE_OK;
	if (db_get(txn, DB_SUMMARIES, db_text(name), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found)
		return OCCUPARE_OK;
	if (db_unpack(arena, &occupare__v1__occupation_summary__descriptor, row, "summary", db_text(name), &summary,
		st) != OCCUPARE_OK)
		return st->code;
	match = occ_arena_alloc(arena, sizeof *match);
	*match = (struct store_match){
		.id = summary->id,
		.title = summary->title,
		.kind = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ID,
	};
	*ret = match;
	*ret_count = 1;
	return OCCUPARE_OK;
}

enum occupare_code
store_find(struct occ_arena *arena, struct store_txn *txn, const char *name, size_t max, struct store_match **ret,
    size_t *ret_count, struct occupare_status *st)
{
	Occupare__V1__MatchKind kind = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_CODE;
	struct found found = { .arena = arena };
	struct store_match *by_id = NULL;
	size_t by_id_count = 0;
	const char *code, *folded;

	if (find_by_id(arena, txn, name, &by_id, &by_id_count, st) != OCCUPARE_OK)
		return st->code;
	if (by_id != NULL) {
		*ret = by_id;
		*ret_count = by_id_count < max ? by_id_count : max;
		return OCCUPARE_OK;
	}
	folded = keys_fold(arena, name, DB_NAME_BYTES_MAX);
	code = keys_code(arena, folded);
	if (code != NULL && find_by_code(txn, code, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found.count == 0 && folded[0] != '\0') {
		kind = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE;
		if (find_by_name(txn, folded, false, &found, st) != OCCUPARE_OK)
			return st->code;
	}
	if (found.count == 0 && folded[0] != '\0') {
		kind = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ALIAS;
		if (find_by_name(txn, folded, true, &found, st) != OCCUPARE_OK)
			return st->code;
	}
	if (found.count > 0)
		return order_found(txn, &found, kind, folded, max, ret, ret_count, st);
	occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "no occupation is known as \"%s\"", name);
	occupare_status_resource(st, "occupation", name);
	return OCCUPARE_NOT_FOUND;
}

/* ---- Skills ---- */

enum occupare_code
store_skills(struct occ_arena *arena, struct store_txn *txn, const char *id, Occupare__V1__Occupation **ret,
    struct occupare_status *st)
{
	MDB_val row;
	bool found;

	if (db_get(txn, DB_SKILLS, db_text(id), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found)
		return no_occupation(st, id);
	return db_unpack(arena, &occupare__v1__occupation__descriptor, row, "skills", db_text(id), ret, st);
}

/* ---- What the store holds ---- */

static const char dataset_key[] = "dataset";

/* Reads the dataset's row into messages of the caller's. */
static enum occupare_code
read_dataset(struct occ_arena *arena, struct store_txn *txn, Occupare__V1__Dataset **ret, struct occupare_status *st)
{
	MDB_val row;
	bool found;

	if (db_get(txn, DB_META, db_text(dataset_key), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found)
		row = db_bytes("", 0);
	return db_unpack(arena, &occupare__v1__dataset__descriptor, row, "dataset", db_text(dataset_key), ret, st);
}

enum occupare_code
store_dataset_load(struct occ_arena *arena, struct store_txn *txn, struct occupare_status *st)
{
	Occupare__V1__Dataset *dataset;

	occupare__v1__dataset__init(&txn->dataset);
	occupare__v1__dataset_counts__init(&txn->counts);
	google__protobuf__timestamp__init(&txn->update_time);
	if (read_dataset(arena, txn, &dataset, st) != OCCUPARE_OK)
		return st->code;
	txn->dataset.generation = dataset->generation;
	txn->dataset.schema_version = STORE_SCHEMA_VERSION;
	if (dataset->counts != NULL)
		txn->counts = *dataset->counts;
	if (dataset->update_time != NULL)
		txn->update_time = *dataset->update_time;
	/* Fields that a newer program added lie in the arena, which an import resets before the row is written. */
	txn->counts.base.n_unknown_fields = txn->update_time.base.n_unknown_fields = 0;
	txn->dataset.counts = &txn->counts;
	txn->dataset.update_time = &txn->update_time;
	return OCCUPARE_OK;
}

enum occupare_code
store_dataset_save(struct store_txn *txn, struct occupare_status *st)
{
	return db_put_packed(txn, DB_META, db_text(dataset_key), db_bytes(NULL, 0), &txn->dataset.base, st);
}

/* The sources in use, by id. */
static enum occupare_code
read_sources(struct occ_arena *arena, struct store_txn *txn, Occupare__V1__Dataset *dataset, struct occupare_status *st)
{
	enum occupare_code code = OCCUPARE_OK;
	struct occupare_status ignored;
	struct db_walk walk;
	uint64_t room;

	if (db_entries(txn, DB_SOURCES, &room, st) != OCCUPARE_OK)
		return st->code;
	dataset->sources = occ_arena_calloc(arena, room + 1, sizeof(Occupare__V1__Source *));
	for (db_walk_begin(&walk, txn, DB_SOURCES, db_bytes(NULL, 0), 0);
	     code == OCCUPARE_OK && db_walk_row(&walk) && dataset->n_sources < room; db_walk_next(&walk)) {
		Occupare__V1__Source **source = &dataset->sources[dataset->n_sources];

		code = db_unpack(arena, &occupare__v1__source__descriptor, walk.value, "source", walk.key, source, st);
		if (code == OCCUPARE_OK) {
			(*source)->id = db_number(walk.key.mv_data);
			dataset->n_sources++;
		}
	}
	if (db_walk_end(&walk, code == OCCUPARE_OK ? st : &ignored) != OCCUPARE_OK)
		return st->code;
	return code;
}

enum occupare_code
store_dataset(struct occ_arena *arena, struct store_txn *txn, bool with_sources, Occupare__V1__Dataset **ret,
    struct occupare_status *st)
{
	Occupare__V1__Dataset *dataset;

	/* What a write transaction has changed so far is not yet in its row. */
	if (txn->write)
		dataset = (Occupare__V1__Dataset *)db_copy(arena, &txn->dataset.base);
	else if (read_dataset(arena, txn, &dataset, st) != OCCUPARE_OK)
		return st->code;
	dataset->schema_version = STORE_SCHEMA_VERSION;
	if (dataset->counts == NULL) {
		dataset->counts = occ_arena_alloc(arena, sizeof *dataset->counts);
		occupare__v1__dataset_counts__init(dataset->counts);
	}
	if (with_sources && read_sources(arena, txn, dataset, st) != OCCUPARE_OK)
		return st->code;
	*ret = dataset;
	return OCCUPARE_OK;
}

/* Loading what one origin supplies, within one transaction.  Layers are written as they come, and merged at the end, so
 * that a record which is named twice with the last one as before counts as unchanged. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/check.h"
#include "store/keys.h"
#include "store/layers.h"

/* Keys that the import named, in the order they came and then sorted. */
struct key_list {
	MDB_val *keys;
	size_t count, room;
};

struct store_import {
	struct store_txn *txn;
	const char *origin;
	bool keep;
	struct key_list ids, areas, estimates;
	struct store_import_counts counts;
};

/* Everything that lives as long as the import. */
static struct occ_arena *
long_lived(struct store_import *import)
{
	return &import->txn->store->importing;
}

/* What one record needs. */
static struct occ_arena *
short_lived(struct store_import *import)
{
	return &import->txn->store->scratch;
}

static void
add_key(struct store_import *import, struct key_list *list, MDB_val key)
{
	struct occ_arena *arena = long_lived(import);
	void *copy = occ_arena_alloc(arena, key.mv_size);

	if (list->count == list->room) {
		MDB_val *keys = occ_arena_calloc(arena, list->room * 2 + 64, sizeof *keys);

		if (list->count > 0)
			memcpy(keys, list->keys, list->count * sizeof *keys);
		list->keys = keys;
		list->room = list->room * 2 + 64;
	}
	memcpy(copy, key.mv_data, key.mv_size);
	list->keys[list->count++] = db_bytes(copy, key.mv_size);
}

static int
by_bytes(const void *a, const void *b)
{
	const MDB_val *x = a, *y = b;
	size_t shorter = x->mv_size < y->mv_size ? x->mv_size : y->mv_size;
	int order = memcmp(x->mv_data, y->mv_data, shorter);

	return order != 0 ? order : (x->mv_size > y->mv_size) - (x->mv_size < y->mv_size);
}

static void
sort_keys(struct key_list *list)
{
	size_t kept = 0;

	if (list->count > 0)
		qsort(list->keys, list->count, sizeof *list->keys, by_bytes);
	for (size_t i = 0; i < list->count; i++)
		if (kept == 0 || by_bytes(&list->keys[kept - 1], &list->keys[i]) != 0)
			list->keys[kept++] = list->keys[i];
	list->count = kept;
}

static bool
has_key(const struct key_list *sorted, MDB_val key)
{
	return sorted->count > 0 && bsearch(&key, sorted->keys, sorted->count, sizeof key, by_bytes) != NULL;
}

enum occupare_code
store_import_begin(
    struct store_txn *txn, const char *origin, bool keep, struct store_import **ret, struct occupare_status *st)
{
	struct store_import *import;

	if (layers_rank(origin) <= 0)
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, NULL, "\"%s\" is no origin that is imported", origin);
	import = occ_arena_calloc(&txn->store->importing, 1, sizeof *import);
	import->txn = txn;
	import->origin = occ_arena_strdup(&txn->store->importing, origin);
	import->keep = keep;
	*ret = import;
	return OCCUPARE_OK;
}

/* ---- Which occupation a record is about ---- */

static bool
is_onetsoc(const Occupare__V1__Code *code)
{
	return strncmp(code->system, "ONETSOC", 7) == 0;
}

/* The layers give a code of the same system, but not this one: they are of another occupation. */
static bool
contradicts(struct occ_arena *arena, const struct record_layers *layers, const Occupare__V1__Code *code)
{
	MDB_val key = layer_code_key(arena, code);
	bool other = false;

	for (size_t i = 0; i < layers->count; i++) {
		const Occupare__V1__Occupation *record = layers->layers[i]->occupation;

		for (size_t j = 0; record != NULL && j < record->n_codes; j++) {
			MDB_val there = layer_code_key(arena, record->codes[j]);

			if (strcmp(record->codes[j]->system, code->system) != 0)
				continue;
			if (by_bytes(&there, &key) == 0)
				return false;
			other = true;
		}
	}
	return other;
}

/* An occupation that one of the record's codes led to. */
struct candidate {
	char *id;
	bool main; /* the O*NET-SOC occupation with .00, which stands for its SOC code */
};

struct candidates {
	struct candidate *items;
	size_t count, room;
};

static bool
has_main_code(const struct record_layers *layers)
{
	for (size_t i = 0; i < layers->count; i++) {
		const Occupare__V1__Occupation *record = layers->layers[i]->occupation;

		for (size_t j = 0; record != NULL && j < record->n_codes; j++) {
			size_t length = strlen(record->codes[j]->value);

			if (is_onetsoc(record->codes[j]) && length > 3 &&
			    strcmp(record->codes[j]->value + length - 3, ".00") == 0)
				return true;
		}
	}
	return false;
}

/* Adds an occupation unless one of the record's codes says that it is another. */
static enum occupare_code
consider(struct store_import *import, const Occupare__V1__Occupation *record, char *id, struct candidates *found,
    struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	struct record_layers layers;

	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->items[i].id, id) == 0)
			return OCCUPARE_OK;
	if (found->count == found->room)
		return OCCUPARE_OK;
	if (record_layers(arena, import->txn, id, &layers, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < record->n_codes; i++)
		if (is_onetsoc(record->codes[i]) && contradicts(arena, &layers, record->codes[i]))
			return OCCUPARE_OK;
	found->items[found->count++] = (struct candidate){ .id = id, .main = has_main_code(&layers) };
	return OCCUPARE_OK;
}

/* The occupations that some layer gives this code. */
static enum occupare_code
consider_code(struct store_import *import, const Occupare__V1__Occupation *record, const Occupare__V1__Code *code,
    struct candidates *found, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	MDB_val key = layer_code_key(arena, code);
	char *ids[64];
	size_t count = 0;
	struct db_walk walk;

	if (key.mv_size == 0)
		return OCCUPARE_OK;
	for (db_walk_begin(&walk, import->txn, DB_LAYER_CODES, key, key.mv_size);
	     db_walk_row(&walk) && walk.key.mv_size == key.mv_size && count < sizeof ids / sizeof ids[0];
	     db_walk_next(&walk))
		ids[count++] = occ_arena_strndup(arena, walk.value.mv_data, walk.value.mv_size);
	if (db_walk_end(&walk, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < count; i++)
		if (consider(import, record, ids[i], found, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

/* The one that the codes mean; NULL: none, or it cannot be told. */
static char *
choose(const struct candidates *found, const char *slug)
{
	if (found->count == 1)
		return found->items[0].id;
	for (size_t i = 0; i < found->count; i++)
		if (slug != NULL && strcmp(found->items[i].id, slug) == 0)
			return found->items[i].id;
	for (size_t i = 0; i < found->count; i++)
		if (found->items[i].main)
			return found->items[i].id;
	return NULL;
}

/* O*NET-SOC codes first: they are the finest. Then any other. */
static enum occupare_code
find_by_codes(struct store_import *import, const Occupare__V1__Occupation *record, const char *slug, char **ret,
    struct occupare_status *st)
{
	struct candidate items[64];

	*ret = NULL;
	for (int onetsoc = 1; onetsoc >= 0 && *ret == NULL; onetsoc--) {
		struct candidates found = { .items = items, .room = sizeof items / sizeof items[0] };

		for (size_t i = 0; i < record->n_codes; i++)
			if (is_onetsoc(record->codes[i]) == onetsoc &&
			    consider_code(import, record, record->codes[i], &found, st) != OCCUPARE_OK)
				return st->code;
		*ret = choose(&found, slug);
	}
	return OCCUPARE_OK;
}

/* The id of a new occupation: its title's slug, or with its code where an occupation of another code has that. */
static enum occupare_code
new_id(struct store_import *import, const Occupare__V1__Occupation *record, char *slug, char **ret,
    struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	struct record_layers layers;

	if (slug == NULL)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "title",
		    "is needed to make an id of, because no occupation is known by these codes");
	if (record_layers(arena, import->txn, slug, &layers, st) != OCCUPARE_OK)
		return st->code;
	*ret = slug;
	for (size_t i = 0; i < record->n_codes; i++)
		if (contradicts(arena, &layers, record->codes[i])) {
			*ret = keys_slug(
			    arena, occ_arena_printf(arena, "%s %s", record->codes[i]->value, record->title));
			break;
		}
	return OCCUPARE_OK;
}

static enum occupare_code
identify(struct store_import *import, const Occupare__V1__Occupation *record, char **ret, struct occupare_status *st)
{
	char *slug;

	if (record->id[0] != '\0') {
		*ret = record->id;
		return OCCUPARE_OK;
	}
	slug = keys_slug(short_lived(import), record->title);
	if (find_by_codes(import, record, slug, ret, st) != OCCUPARE_OK)
		return st->code;
	return *ret != NULL ? OCCUPARE_OK : new_id(import, record, slug, ret, st);
}

enum occupare_code
store_import_identify(struct occ_arena *arena, struct store_import *import, const Occupare__V1__Occupation *record,
    char **ret, struct occupare_status *st)
{
	char *id;

	occ_arena_reset(short_lived(import));
	if (identify(import, record, &id, st) != OCCUPARE_OK)
		return st->code;
	*ret = occ_arena_strdup(arena, id);
	return OCCUPARE_OK;
}

/* ---- Records ---- */

enum occupare_code
store_import_occupation(struct store_import *import, const Occupare__V1__Occupation *record, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	Occupare__Store__V1__Layer layer = OCCUPARE__STORE__V1__LAYER__INIT;
	Occupare__V1__Occupation bare = *record, *copy;

	occ_arena_reset(arena);
	bare.revision = 0;
	bare.update_time = NULL;
	if (check_occupation(&bare, false, st) != OCCUPARE_OK || identify(import, record, &bare.id, st) != OCCUPARE_OK)
		return st->code;
	copy = (Occupare__V1__Occupation *)db_copy(arena, &bare.base);
	if (copy == NULL)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "a record does not survive packing");
	if (sources_adopt(arena, import->txn, &copy->base, &copy->sources, &copy->n_sources, st) != OCCUPARE_OK)
		return st->code;
	layer.occupation = copy;
	if (record_put_layer(arena, import->txn, copy->id, import->origin, &layer, st) != OCCUPARE_OK)
		return st->code;
	add_key(import, &import->ids, db_text(copy->id));
	import->counts.occupations_read++;
	return OCCUPARE_OK;
}

enum occupare_code
store_import_area(struct store_import *import, const Occupare__V1__Area *area, struct occupare_status *st)
{
	Occupare__V1__Area copy = *area;
	MDB_val key;
	bool added;

	occ_arena_reset(short_lived(import));
	if (check_area(area, st) != OCCUPARE_OK)
		return st->code;
	copy.code = area_key(short_lived(import), area->code);
	key = db_text(copy.code);
	if (origin_put(short_lived(import), import->txn, DB_AREAS, key, import->origin, &copy.base, &added, st) !=
	    OCCUPARE_OK)
		return st->code;
	import->txn->counts.areas += added;
	add_key(import, &import->areas, key);
	import->counts.areas++;
	return OCCUPARE_OK;
}

enum occupare_code
store_import_estimate(struct store_import *import, const Occupare__V1__Estimate *estimate, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	Occupare__V1__Estimate *copy;
	MDB_val key;

	occ_arena_reset(arena);
	if (check_estimate(estimate, st) != OCCUPARE_OK ||
	    estimate_key(arena, estimate->soc_code, estimate->area, estimate->period, estimate->industry, &key, st) !=
		OCCUPARE_OK)
		return st->code;
	copy = (Occupare__V1__Estimate *)db_copy(arena, &estimate->base);
	if (copy == NULL)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "an estimate does not survive packing");
	copy->area = area_key(arena, copy->area);
	if (sources_adopt(arena, import->txn, &copy->base, &copy->sources, &copy->n_sources, st) != OCCUPARE_OK ||
	    estimate_put(arena, import->txn, key, import->origin, copy, st) != OCCUPARE_OK)
		return st->code;
	add_key(import, &import->estimates, key);
	import->counts.estimates++;
	return OCCUPARE_OK;
}

/* ---- The end ---- */

/* Takes away the layers of the origin that were not named, and notes whose they were. */
static enum occupare_code
drop_layers(struct store_import *import, struct key_list *dropped, struct occupare_status *st)
{
	size_t origin_length = strlen(import->origin);
	struct db_walk walk;

	for (db_walk_begin(&walk, import->txn, DB_LAYERS, db_bytes(NULL, 0), 0); db_walk_row(&walk);
	     db_walk_next(&walk)) {
		const char *id = walk.key.mv_data;
		size_t id_length = strnlen(id, walk.key.mv_size);
		MDB_val key = db_bytes(id, id_length);

		if (walk.key.mv_size == id_length + 1 + origin_length &&
		    memcmp(id + id_length + 1, import->origin, origin_length) == 0 && !has_key(&import->ids, key))
			add_key(import, dropped, key);
	}
	if (db_walk_end(&walk, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < dropped->count; i++) {
		char *id = occ_arena_strndup(long_lived(import), dropped->keys[i].mv_data, dropped->keys[i].mv_size);

		occ_arena_reset(short_lived(import));
		if (record_put_layer(short_lived(import), import->txn, id, import->origin, NULL, st) != OCCUPARE_OK)
			return st->code;
	}
	return OCCUPARE_OK;
}

/* The same for areas or estimates. */
static enum occupare_code
drop_rows(struct store_import *import, enum store_db db, const struct key_list *named, struct occupare_status *st)
{
	struct key_list dropped = { 0 };
	struct db_walk walk;
	const char *origin;
	MDB_val packed;

	for (db_walk_begin(&walk, import->txn, db, db_bytes(NULL, 0), 0); db_walk_row(&walk); db_walk_next(&walk))
		if (origin_split(walk.value, &origin, &packed) && strcmp(origin, import->origin) == 0 &&
		    !has_key(named, walk.key))
			add_key(import, &dropped, walk.key);
	if (db_walk_end(&walk, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < dropped.count; i++) {
		occ_arena_reset(short_lived(import));
		if (origin_drop(short_lived(import), import->txn, db, dropped.keys[i], st) != OCCUPARE_OK)
			return st->code;
	}
	return OCCUPARE_OK;
}

static enum occupare_code
settle(struct store_import *import, const struct key_list *ids, struct occupare_status *st)
{
	struct store_import_counts *counts = &import->counts;
	uint64_t *const tally[] = {
		[RECORD_UNCHANGED] = &counts->occupations_unchanged,
		[RECORD_ADDED] = &counts->occupations_added,
		[RECORD_CHANGED] = &counts->occupations_changed,
		[RECORD_REMOVED] = &counts->occupations_removed,
	};
	enum record_change change;

	for (size_t i = 0; i < ids->count; i++) {
		char *id;

		occ_arena_reset(short_lived(import));
		id = occ_arena_strndup(short_lived(import), ids->keys[i].mv_data, ids->keys[i].mv_size);
		if (record_settle(short_lived(import), import->txn, id, &change, NULL, st) != OCCUPARE_OK)
			return st->code;
		++*tally[change];
	}
	return OCCUPARE_OK;
}

enum occupare_code
store_import_end(struct store_import *import, struct store_import_counts *ret, struct occupare_status *st)
{
	struct key_list dropped = { 0 };

	sort_keys(&import->ids);
	sort_keys(&import->areas);
	sort_keys(&import->estimates);
	import->counts.occupations_named = import->ids.count;
	if (!import->keep && (drop_layers(import, &dropped, st) != OCCUPARE_OK ||
				 drop_rows(import, DB_AREAS, &import->areas, st) != OCCUPARE_OK ||
				 drop_rows(import, DB_ESTIMATES, &import->estimates, st) != OCCUPARE_OK))
		return st->code;
	if (settle(import, &import->ids, st) != OCCUPARE_OK || settle(import, &dropped, st) != OCCUPARE_OK)
		return st->code;
	*ret = import->counts;
	return OCCUPARE_OK;
}

/* Loading what one origin supplies, within one transaction.  Layers are written as they come, and merged at the end, so
 * that a record which is named twice with the last one as before counts as unchanged. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/check.h"
#include "store/keys.h"
#include "store/layers.h"
#include "store/soc.h"

/* Keys that the import named, in the order they came and then sorted. */
struct key_list {
	MDB_val *keys;
	size_t count, room;
};

struct store_import {
	struct store_txn *txn;
	const char *origin;
	enum store_import_mode mode;
	struct key_list ids, areas, estimates;
	struct key_list groups;    /* rows of DB_LAYERS */
	struct key_list soc_codes; /* of groups and estimates, those that went too */
	struct key_list moved;     /* of them: something changed */
	struct key_list alone;     /* of them: no other source has an occupation of it */
	bool areas_moved;          /* some area went, or is called otherwise */
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

/* The origin is the import's, or one of its parts: "projections-skills" of "projections". */
static bool
is_of_import(const struct store_import *import, const char *origin)
{
	size_t length = strlen(import->origin);

	return strncmp(origin, import->origin, length) == 0 && (origin[length] == '\0' || origin[length] == '-');
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
store_import_begin(struct store_txn *txn, const char *origin, enum store_import_mode mode, struct store_import **ret,
    struct occupare_status *st)
{
	struct store_import *import;

	if (layers_rank(origin) <= 0)
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, NULL, "\"%s\" is no origin that is imported", origin);
	import = occ_arena_calloc(&txn->store->importing, 1, sizeof *import);
	import->txn = txn;
	import->origin = occ_arena_strdup(&txn->store->importing, origin);
	import->mode = mode;
	*ret = import;
	return OCCUPARE_OK;
}

/* ---- Which occupation a record is about ---- */

static bool
is_onetsoc(const Occupare__V1__Code *code)
{
	return strncmp(code->system, "ONETSOC", 7) == 0;
}

/* The record is one of several of its SOC code, which therefore does not tell whom it is about. */
static bool
is_finer(const Occupare__V1__Occupation *record)
{
	for (size_t i = 0; i < record->n_codes; i++)
		if (is_onetsoc(record->codes[i]) && soc_is_onet_code(record->codes[i]->value) &&
		    strcmp(record->codes[i]->value + SOC_CODE_LENGTH, ".00") != 0)
			return true;
	return false;
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

/* Ids of occupations that one of the record's codes led to. */
struct candidates {
	char **ids;
	size_t count, room;
};

/* It is the O*NET-SOC occupation with .00, which stands for its SOC code. */
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
	struct record_layers layers = { 0 };

	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->ids[i], id) == 0)
			return OCCUPARE_OK;
	if (found->count == found->room)
		return OCCUPARE_OK;
	for (size_t i = 0; i < record->n_codes; i++) {
		if (!is_onetsoc(record->codes[i]))
			continue;
		if (layers.count == 0 && record_layers(arena, import->txn, id, &layers, st) != OCCUPARE_OK)
			return st->code;
		if (contradicts(arena, &layers, record->codes[i]))
			return OCCUPARE_OK;
	}
	found->ids[found->count++] = id;
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
static enum occupare_code
choose(struct store_import *import, const struct candidates *found, const char *slug, char **ret,
    struct occupare_status *st)
{
	struct record_layers layers;

	if (found->count == 1) {
		*ret = found->ids[0];
		return OCCUPARE_OK;
	}
	for (size_t i = 0; i < found->count && *ret == NULL; i++)
		if (slug != NULL && strcmp(found->ids[i], slug) == 0)
			*ret = found->ids[i];
	for (size_t i = 0; i < found->count && *ret == NULL; i++) {
		if (record_layers(short_lived(import), import->txn, found->ids[i], &layers, st) != OCCUPARE_OK)
			return st->code;
		if (has_main_code(&layers))
			*ret = found->ids[i];
	}
	return OCCUPARE_OK;
}

/* O*NET-SOC codes first: they are the finest. Then any other. */
static enum occupare_code
find_by_codes(struct store_import *import, const Occupare__V1__Occupation *record, const char *slug, char **ret,
    struct occupare_status *st)
{
	char *ids[64];
	bool finer = is_finer(record);

	*ret = NULL;
	for (int onetsoc = 1; onetsoc >= 0 && *ret == NULL; onetsoc--) {
		struct candidates found = { .ids = ids, .room = sizeof ids / sizeof ids[0] };

		for (size_t i = 0; i < record->n_codes; i++)
			if (is_onetsoc(record->codes[i]) == onetsoc &&
			    !(finer && strncmp(record->codes[i]->system, "SOC", 3) == 0) &&
			    consider_code(import, record, record->codes[i], &found, st) != OCCUPARE_OK)
				return st->code;
		if (choose(import, &found, slug, ret, st) != OCCUPARE_OK)
			return st->code;
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

/* Notes a SOC code, which keys_code made of one as it is published. */
static void
note_soc_code(struct store_import *import, const char *key)
{
	const char *code = soc_code(long_lived(import), key);

	if (code != NULL)
		add_key(import, &import->soc_codes, db_text(code));
}

/* Notes the SOC code that an occupation stands for, where that is not what the record says it is of. */
static enum occupare_code
note_left(struct store_import *import, const Occupare__V1__Occupation *record, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	MDB_val key = layer_row_key(arena, record->id, DB_ORIGIN_SOC), row;
	const char *code = NULL, *given;
	Occupare__Store__V1__Layer *layer;
	bool found, finer;

	if (db_get(import->txn, DB_LAYERS, key, &row, &found, st) != OCCUPARE_OK)
		return st->code;
	given = store_soc_code(arena, record, &finer);
	if (!found || given == NULL)
		return OCCUPARE_OK;
	if (db_unpack(arena, &occupare__store__v1__layer__descriptor, row, "layer", key, &layer, st) != OCCUPARE_OK)
		return st->code;
	if (layer->occupation != NULL)
		code = store_soc_code(arena, layer->occupation, &finer);
	if (code != NULL && strcmp(code, given) != 0) {
		note_soc_code(import, code);
		add_key(import, &import->moved, db_text(code));
	}
	return OCCUPARE_OK;
}

enum occupare_code
store_import_occupation(struct store_import *import, Occupare__V1__Occupation *record, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	Occupare__Store__V1__Layer layer = OCCUPARE__STORE__V1__LAYER__INIT;
	bool changed;

	occ_arena_reset(arena);
	record->revision = 0;
	record->update_time = NULL;
	if (check_occupation(record, false, st) != OCCUPARE_OK ||
	    identify(import, record, &record->id, st) != OCCUPARE_OK ||
	    sources_adopt(arena, import->txn, &record->base, &record->sources, &record->n_sources, st) != OCCUPARE_OK)
		return st->code;
	layer.occupation = record;
	if (record_put_layer(arena, import->txn, record->id, import->origin, &layer, &changed, st) != OCCUPARE_OK ||
	    (changed && note_left(import, record, st) != OCCUPARE_OK))
		return st->code;
	add_key(import, &import->ids, db_text(record->id));
	import->counts.occupations_read++;
	return OCCUPARE_OK;
}

enum occupare_code
store_import_group(struct store_import *import, const char *origin, const char *soc_code,
    Occupare__V1__Occupation *facts, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	Occupare__Store__V1__Layer layer = OCCUPARE__STORE__V1__LAYER__INIT;
	const char *id;
	bool changed;

	occ_arena_reset(arena);
	if (check_occupation(facts, false, st) != OCCUPARE_OK)
		return st->code;
	if (!soc_is_code(soc_code))
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, "soc_code", "\"%s\" is no SOC code such as 29-1141", soc_code);
	if (layers_rank(origin) < 0 || !is_of_import(import, origin) || facts->id[0] != '\0' || facts->n_codes > 0)
		return occupare_fail(
		    st, OCCUPARE_INTERNAL, NULL, "facts of %s are not what %s may give", soc_code, origin);
	layer.occupation = facts;
	id = group_id(arena, soc_code);
	if (sources_adopt(arena, import->txn, &facts->base, &facts->sources, &facts->n_sources, st) != OCCUPARE_OK ||
	    record_put_layer(arena, import->txn, id, origin, &layer, &changed, st) != OCCUPARE_OK)
		return st->code;
	note_soc_code(import, soc_code);
	if (changed)
		add_key(import, &import->moved, db_text(soc_code));
	add_key(import, &import->groups, layer_row_key(arena, id, origin));
	import->counts.groups++;
	return OCCUPARE_OK;
}

enum occupare_code
store_import_area(struct store_import *import, const Occupare__V1__Area *area, struct occupare_status *st)
{
	Occupare__V1__Area copy = *area;
	MDB_val key;
	bool added, changed;

	occ_arena_reset(short_lived(import));
	if (check_area(area, st) != OCCUPARE_OK)
		return st->code;
	copy.code = area_key(short_lived(import), area->code);
	key = db_text(copy.code);
	if (origin_put(short_lived(import), import->txn, DB_AREAS, key, import->origin, &copy.base, &added, &changed,
		st) != OCCUPARE_OK)
		return st->code;
	import->areas_moved |= changed;
	import->txn->counts.areas += added;
	add_key(import, &import->areas, key);
	import->counts.areas++;
	return OCCUPARE_OK;
}

enum occupare_code
store_import_estimate(struct store_import *import, Occupare__V1__Estimate *estimate, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	MDB_val key;

	occ_arena_reset(arena);
	if (check_estimate(estimate, st) != OCCUPARE_OK ||
	    estimate_key(arena, estimate->soc_code, estimate->area, estimate->period, estimate->industry, &key, st) !=
		OCCUPARE_OK)
		return st->code;
	estimate->area = area_key(arena, estimate->area);
	if (sources_adopt(arena, import->txn, &estimate->base, &estimate->sources, &estimate->n_sources, st) !=
		OCCUPARE_OK ||
	    estimate_put(arena, import->txn, key, import->origin, estimate, st) != OCCUPARE_OK)
		return st->code;
	add_key(import, &import->estimates, key);
	import->counts.estimates++;
	return OCCUPARE_OK;
}

/* ---- What the origin does not give any more ---- */

/* Rows of DB_LAYERS of the origin and its parts that were not named: of occupations if the import has any, of SOC codes if it
 * has any of that part. */
struct dropping {
	const struct store_import *import;
	struct key_list named;   /* all rows that were */
	struct key_list origins; /* of groups that were */
};

static void
note_named(struct store_import *import, struct dropping *dropping)
{
	struct occ_arena *arena = long_lived(import);

	for (size_t i = 0; i < import->ids.count; i++) {
		char *id = occ_arena_strndup(arena, import->ids.keys[i].mv_data, import->ids.keys[i].mv_size);

		add_key(import, &dropping->named, layer_row_key(arena, id, import->origin));
	}
	for (size_t i = 0; i < import->groups.count; i++) {
		MDB_val key = import->groups.keys[i];
		size_t start = strnlen(key.mv_data, key.mv_size) + 1;
		MDB_val origin = db_bytes((const char *)key.mv_data + start, key.mv_size - start);

		add_key(import, &dropping->named, key);
		if (dropping->origins.count == 0 ||
		    by_bytes(&dropping->origins.keys[dropping->origins.count - 1], &origin) != 0)
			add_key(import, &dropping->origins, origin);
	}
	sort_keys(&dropping->named);
	sort_keys(&dropping->origins);
}

static bool
is_to_drop(const struct dropping *dropping, MDB_val key, const char *id, const char *origin)
{
	const struct store_import *import = dropping->import;
	bool all = import->mode == STORE_IMPORT_REPLACE;

	if (!is_of_import(import, origin) || has_key(&dropping->named, key))
		return false;
	if (!group_is_id(id))
		return all || import->ids.count > 0;
	/* What follows from estimates goes with them. */
	return strcmp(origin, DB_ORIGIN_OEWS) != 0 && (all || has_key(&dropping->origins, db_text(origin)));
}

/* A row of DB_LAYERS: id NUL origin. */
static enum occupare_code
drop_layer(struct store_import *import, MDB_val key, struct key_list *ids, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	const char *row, *origin;
	bool changed;

	occ_arena_reset(arena);
	row = occ_arena_strndup(arena, key.mv_data, key.mv_size);
	origin = occ_arena_strndup(arena, (const char *)key.mv_data + strlen(row) + 1, key.mv_size - strlen(row) - 1);
	if (record_put_layer(arena, import->txn, row, origin, NULL, &changed, st) != OCCUPARE_OK)
		return st->code;
	if (group_is_id(row)) {
		note_soc_code(import, group_soc_code(row));
		add_key(import, &import->moved, db_text(group_soc_code(row)));
	} else {
		add_key(import, ids, db_text(row));
	}
	return OCCUPARE_OK;
}

/* ids: where to note whose layers went. */
static enum occupare_code
drop_layers(struct store_import *import, struct key_list *ids, struct occupare_status *st)
{
	struct dropping dropping = { .import = import };
	struct key_list rows = { 0 };
	struct db_walk walk;

	note_named(import, &dropping);
	for (db_walk_begin(&walk, import->txn, DB_LAYERS, db_bytes(NULL, 0), 0); db_walk_row(&walk);
	     db_walk_next(&walk)) {
		const char *id, *origin;

		occ_arena_reset(short_lived(import));
		id = occ_arena_strndup(short_lived(import), walk.key.mv_data, walk.key.mv_size);
		if (strlen(id) == walk.key.mv_size)
			continue;
		origin = occ_arena_strndup(short_lived(import), (const char *)walk.key.mv_data + strlen(id) + 1,
		    walk.key.mv_size - strlen(id) - 1);
		if (is_to_drop(&dropping, walk.key, id, origin))
			add_key(import, &rows, walk.key);
	}
	if (db_walk_end(&walk, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < rows.count; i++)
		if (drop_layer(import, rows.keys[i], ids, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

/* What an estimate's key has behind its code: area, period, industry. */
static MDB_val
scope(MDB_val key)
{
	size_t start = strnlen(key.mv_data, key.mv_size);

	if (start < key.mv_size)
		start++;
	return db_bytes((const char *)key.mv_data + start, key.mv_size - start);
}

/* Takes away areas or estimates of the origin that were not named. scopes: NULL, or those of estimates that are meant. */
static enum occupare_code
drop_rows(struct store_import *import, enum store_db db, const struct key_list *named, const struct key_list *scopes,
    struct occupare_status *st)
{
	struct key_list dropped = { 0 };
	struct db_walk walk;
	const char *origin;
	MDB_val packed;

	for (db_walk_begin(&walk, import->txn, db, db_bytes(NULL, 0), 0); db_walk_row(&walk); db_walk_next(&walk))
		if (origin_split(walk.value, &origin, &packed) && strcmp(origin, import->origin) == 0 &&
		    (scopes == NULL || has_key(scopes, scope(walk.key))) && !has_key(named, walk.key))
			add_key(import, &dropped, walk.key);
	if (db_walk_end(&walk, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < dropped.count; i++) {
		occ_arena_reset(short_lived(import));
		if (origin_drop(short_lived(import), import->txn, db, dropped.keys[i], st) != OCCUPARE_OK)
			return st->code;
		if (db == DB_AREAS)
			import->areas_moved = true;
		else
			note_soc_code(import,
			    occ_arena_strndup(short_lived(import), dropped.keys[i].mv_data, dropped.keys[i].mv_size));
	}
	return OCCUPARE_OK;
}

/* Takes away what goes with an import of this mode, and notes whose layers went. */
static enum occupare_code
drop_unnamed(struct store_import *import, struct key_list *ids, struct occupare_status *st)
{
	struct key_list scopes = { 0 };

	if (import->mode == STORE_IMPORT_ADD)
		return OCCUPARE_OK;
	if (drop_layers(import, ids, st) != OCCUPARE_OK)
		return st->code;
	if (import->mode == STORE_IMPORT_REPLACE) {
		if (drop_rows(import, DB_AREAS, &import->areas, NULL, st) != OCCUPARE_OK)
			return st->code;
		return drop_rows(import, DB_ESTIMATES, &import->estimates, NULL, st);
	}
	if (import->estimates.count == 0)
		return OCCUPARE_OK;
	for (size_t i = 0; i < import->estimates.count; i++)
		add_key(import, &scopes, scope(import->estimates.keys[i]));
	sort_keys(&scopes);
	return drop_rows(import, DB_ESTIMATES, &import->estimates, &scopes, st);
}

/* ---- SOC codes ---- */

/* Puts what follows from the estimates of a code. */
static enum occupare_code
derive_group(struct store_import *import, const char *soc_code, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	Occupare__Store__V1__Layer *layer;
	bool changed;

	if (group_from_estimates(arena, import->txn, soc_code, &layer, st) != OCCUPARE_OK ||
	    record_put_layer(arena, import->txn, group_id(arena, soc_code), DB_ORIGIN_OEWS, layer, &changed, st) !=
		OCCUPARE_OK)
		return st->code;
	if (changed)
		add_key(import, &import->moved, db_text(soc_code));
	return OCCUPARE_OK;
}

/* True where the occupation is of this SOC code or of none. One of several codes is of the first alone. */
static enum occupare_code
is_of_soc_code(struct store_import *import, const char *id, const char *code, bool *ret, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	struct record_layers layers;
	const char *first = NULL;
	bool finer;

	if (record_layers(arena, import->txn, id, &layers, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = layers.manual; i < layers.count && first == NULL; i++)
		if (layers.layers[i]->occupation != NULL)
			first = store_soc_code(arena, layers.layers[i]->occupation, &finer);
	*ret = first == NULL || strcmp(first, code) == 0;
	return OCCUPARE_OK;
}

/* Finds the occupation that is to stand for a code, or makes an id for one. */
static enum occupare_code
find_standing(struct store_import *import, const char *soc_code, const Occupare__V1__Occupation *record, char **ret_id,
    struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	char *slug = keys_slug(arena, record->title);
	bool fits;

	if (identify(import, record, ret_id, st) != OCCUPARE_OK ||
	    is_of_soc_code(import, *ret_id, soc_code, &fits, st) != OCCUPARE_OK)
		return st->code;
	if (fits)
		return OCCUPARE_OK;
	if (new_id(import, record, slug, ret_id, st) != OCCUPARE_OK ||
	    is_of_soc_code(import, *ret_id, soc_code, &fits, st) != OCCUPARE_OK)
		return st->code;
	if (!fits)
		*ret_id = keys_slug(arena, occ_arena_printf(arena, "%s %s", soc_code, record->title));
	return OCCUPARE_OK;
}

/* Gives a code the occupation that stands for it, which may be one that other sources name, too. ret_id: NULL where the code
 * has none, because no source gives it a title. touched: where to note one that does not any more. */
static enum occupare_code
stand_for(struct store_import *import, const char *soc_code, struct key_list *touched, char **ret_id,
    struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	Occupare__Store__V1__Layer layer = OCCUPARE__STORE__V1__LAYER__INIT;
	bool fits = true;

	if (group_occupation(arena, import->txn, soc_code, &layer.occupation, st) != OCCUPARE_OK ||
	    group_standing(arena, import->txn, soc_code, ret_id, st) != OCCUPARE_OK)
		return st->code;
	if (layer.occupation == NULL) {
		if (*ret_id != NULL &&
		    record_put_layer(arena, import->txn, *ret_id, DB_ORIGIN_SOC, NULL, NULL, st) != OCCUPARE_OK)
			return st->code;
		return OCCUPARE_OK;
	}
	if (*ret_id != NULL && is_of_soc_code(import, *ret_id, soc_code, &fits, st) != OCCUPARE_OK)
		return st->code;
	if (!fits) {
		add_key(import, touched, db_text(*ret_id));
		if (record_put_layer(arena, import->txn, *ret_id, DB_ORIGIN_SOC, NULL, NULL, st) != OCCUPARE_OK)
			return st->code;
		*ret_id = NULL;
	}
	if (*ret_id == NULL && find_standing(import, soc_code, layer.occupation, ret_id, st) != OCCUPARE_OK)
		return st->code;
	layer.occupation->id = *ret_id;
	return record_put_layer(arena, import->txn, *ret_id, DB_ORIGIN_SOC, &layer, NULL, st);
}

/* Notes a code that no source but this has an occupation of: none at all, or one that has nothing but the layer "soc". */
static enum occupare_code
note_alone(
    struct store_import *import, const char *soc_code, char *const *ids, size_t count, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	char *standing;
	size_t layers = 0;

	if (group_standing(arena, import->txn, soc_code, &standing, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < count; i++)
		if (standing == NULL || strcmp(ids[i], standing) != 0)
			return OCCUPARE_OK;
	if (standing != NULL) {
		MDB_val prefix = layer_row_key(arena, standing, "");
		struct db_walk walk;

		for (db_walk_begin(&walk, import->txn, DB_LAYERS, prefix, prefix.mv_size); db_walk_row(&walk);
		     db_walk_next(&walk))
			layers++;
		if (db_walk_end(&walk, st) != OCCUPARE_OK)
			return st->code;
	}
	if (layers <= 1)
		add_key(import, &import->alone, db_text(soc_code));
	return OCCUPARE_OK;
}

/* touched: where to note the occupations of codes of which something changed. */
static enum occupare_code
join_soc_code(struct store_import *import, MDB_val key, struct key_list *touched, struct occupare_status *st)
{
	struct occ_arena *arena = short_lived(import);
	char *code, *standing = NULL, **ids;
	size_t count;

	occ_arena_reset(arena);
	code = occ_arena_strndup(arena, key.mv_data, key.mv_size);
	if (has_key(&import->moved, key)) {
		if (stand_for(import, code, touched, &standing, st) != OCCUPARE_OK)
			return st->code;
		if (standing != NULL)
			add_key(import, touched, db_text(standing));
	}
	if (group_occupations(arena, import->txn, code, &ids, &count, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < count && has_key(&import->moved, key); i++)
		add_key(import, touched, db_text(ids[i]));
	return note_alone(import, code, ids, count, st);
}

/* What areas are called, and which are states, is part of what follows from estimates. */
static enum occupare_code
note_estimated(struct store_import *import, struct occupare_status *st)
{
	const char *last = "";
	struct db_walk walk;

	for (db_walk_begin(&walk, import->txn, DB_ESTIMATES, db_bytes(NULL, 0), 0); db_walk_row(&walk);
	     db_walk_next(&walk)) {
		if (strlen(last) == strnlen(walk.key.mv_data, walk.key.mv_size) &&
		    memcmp(walk.key.mv_data, last, strlen(last)) == 0)
			continue;
		last = occ_arena_strndup(long_lived(import), walk.key.mv_data, walk.key.mv_size);
		note_soc_code(import, last);
	}
	return db_walk_end(&walk, st);
}

/* Brings what is published for SOC codes to the occupations of them. */
static enum occupare_code
join_soc_codes(struct store_import *import, struct key_list *touched, struct occupare_status *st)
{
	for (size_t i = 0; i < import->estimates.count; i++)
		note_soc_code(import, occ_arena_strndup(long_lived(import), import->estimates.keys[i].mv_data,
					  import->estimates.keys[i].mv_size));
	if (import->areas_moved && note_estimated(import, st) != OCCUPARE_OK)
		return st->code;
	sort_keys(&import->soc_codes);
	for (size_t i = 0; i < import->soc_codes.count; i++) {
		occ_arena_reset(short_lived(import));
		if (derive_group(import,
			occ_arena_strndup(
			    short_lived(import), import->soc_codes.keys[i].mv_data, import->soc_codes.keys[i].mv_size),
			st) != OCCUPARE_OK)
			return st->code;
	}
	sort_keys(&import->moved);
	for (size_t i = 0; i < import->soc_codes.count; i++)
		if (join_soc_code(import, import->soc_codes.keys[i], touched, st) != OCCUPARE_OK)
			return st->code;
	import->counts.soc_codes = import->soc_codes.count;
	import->counts.soc_codes_changed = import->moved.count;
	import->counts.soc_codes_alone = import->alone.count;
	return OCCUPARE_OK;
}

const char *
store_import_alone(const struct store_import *import, size_t index)
{
	const struct key_list *alone = &import->alone;

	if (index >= alone->count)
		return NULL;
	return occ_arena_strndup(
	    &import->txn->store->importing, alone->keys[index].mv_data, alone->keys[index].mv_size);
}

/* ---- The end ---- */

static enum occupare_code
settle_all(struct store_import *import, const struct key_list *ids, struct occupare_status *st)
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

static enum occupare_code
settle(struct store_import *import, const struct key_list *ids, struct occupare_status *st)
{
	enum occupare_code code;

	index_wait(import->txn);
	code = settle_all(import, ids, st);
	if (code == OCCUPARE_OK)
		return index_write(import->txn, st);
	import->txn->waiting = NULL;
	return code;
}

enum occupare_code
store_import_end(struct store_import *import, struct store_import_counts *ret, struct occupare_status *st)
{
	struct key_list touched = { 0 };

	sort_keys(&import->ids);
	sort_keys(&import->areas);
	sort_keys(&import->estimates);
	sort_keys(&import->groups);
	import->counts.occupations_named = import->ids.count;
	for (size_t i = 0; i < import->ids.count; i++)
		add_key(import, &touched, import->ids.keys[i]);
	if (drop_unnamed(import, &touched, st) != OCCUPARE_OK || join_soc_codes(import, &touched, st) != OCCUPARE_OK)
		return st->code;
	sort_keys(&touched);
	if (settle(import, &touched, st) != OCCUPARE_OK)
		return st->code;
	*ret = import->counts;
	return OCCUPARE_OK;
}

/* Sources: equal ones (all but their id) are one row, whose uses are counted. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/layers.h"

/* A source packed without its id: what its row holds and what makes two equal. */
static MDB_val
pack_without_id(struct occ_arena *arena, const Occupare__V1__Source *source)
{
	Occupare__V1__Source copy = *source;
	size_t size;
	uint8_t *packed;

	copy.id = 0;
	size = occupare__v1__source__get_packed_size(&copy);
	packed = occ_arena_alloc(arena, size);
	occupare__v1__source__pack(&copy, packed);
	return db_bytes(packed, size);
}

/* The id of a row that holds these bytes; 0: none. */
static enum occupare_code
find_source(struct store_txn *txn, MDB_val packed, uint32_t *ret, struct occupare_status *st)
{
	struct db_walk walk;

	*ret = 0;
	for (db_walk_begin(&walk, txn, DB_SOURCES, db_bytes(NULL, 0), 0); db_walk_row(&walk) && *ret == 0;
	     db_walk_next(&walk)) {
		if (walk.key.mv_size == 4 && walk.value.mv_size == packed.mv_size &&
		    memcmp(walk.value.mv_data, packed.mv_data, packed.mv_size) == 0)
			*ret = db_number(walk.key.mv_data);
	}
	return db_walk_end(&walk, st);
}

/* A new id, never given before, with a row that nothing refers to yet. */
static enum occupare_code
add_source(struct store_txn *txn, MDB_val packed, uint32_t *ret, struct occupare_status *st)
{
	const MDB_val last_key = db_bytes("source", 6);
	uint8_t key[4], none[4] = { 0 };
	MDB_val last;
	uint32_t id = 1;
	bool found;

	if (db_get(txn, DB_META, last_key, &last, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found && last.mv_size == 4)
		id = db_number(last.mv_data) + 1;
	db_number_put(key, id);
	if (db_put(txn, DB_META, last_key, db_bytes(key, 4), st) != OCCUPARE_OK ||
	    db_put(txn, DB_SOURCES, db_bytes(key, 4), packed, st) != OCCUPARE_OK ||
	    db_put(txn, DB_SOURCE_USES, db_bytes(key, 4), db_bytes(none, 4), st) != OCCUPARE_OK)
		return st->code;
	txn->counts.sources++;
	store_touch(txn);
	*ret = id;
	return OCCUPARE_OK;
}

struct id_map {
	Occupare__V1__Source **list;
	size_t count;
	const uint32_t *before; /* the ids that the record itself gave them */
};

static uint32_t
map_id(void *data, uint32_t id)
{
	const struct id_map *map = data;

	for (size_t i = 0; i < map->count; i++)
		if (map->before[i] == id)
			return map->list[i]->id;
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	const Occupare__V1__Source *x = *(Occupare__V1__Source *const *)a, *y = *(Occupare__V1__Source *const *)b;

	return (x->id > y->id) - (x->id < y->id);
}

enum occupare_code
sources_adopt(struct occ_arena *arena, struct store_txn *txn, ProtobufCMessage *record, Occupare__V1__Source ***list,
    size_t *count, struct occupare_status *st)
{
	struct id_map map = { .list = *list, .count = *count };
	uint32_t *before = occ_arena_calloc(arena, *count + 1, sizeof *before);
	size_t kept = 0;

	map.before = before;
	for (size_t i = 0; i < *count; i++) {
		MDB_val packed = pack_without_id(arena, (*list)[i]);
		uint32_t id;

		before[i] = (*list)[i]->id;
		if (find_source(txn, packed, &id, st) != OCCUPARE_OK)
			return st->code;
		if (id == 0 && add_source(txn, packed, &id, st) != OCCUPARE_OK)
			return st->code;
		(*list)[i]->id = id;
	}
	layers_map_sources(record, map_id, &map);
	if (*count > 0)
		qsort(*list, *count, sizeof **list, by_id);
	for (size_t i = 0; i < *count; i++)
		if (kept == 0 || (*list)[kept - 1]->id != (*list)[i]->id)
			(*list)[kept++] = (*list)[i];
	*count = kept;
	return OCCUPARE_OK;
}

int
sources_by_text(const void *a, const void *b)
{
	const Occupare__V1__Source *x = *(Occupare__V1__Source *const *)a, *y = *(Occupare__V1__Source *const *)b;
	const char *const left[] = { x->title, x->publisher, x->release, x->url, x->licence };
	const char *const right[] = { y->title, y->publisher, y->release, y->url, y->licence };

	for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
		int order = strcmp(left[i], right[i]);

		if (order != 0)
			return order;
	}
	return (x->id > y->id) - (x->id < y->id);
}

/* Adds to a source's uses; with none left it goes. */
static enum occupare_code
count_use(struct store_txn *txn, uint32_t id, int step, struct occupare_status *st)
{
	uint8_t key[4], value[4];
	MDB_val old;
	uint32_t uses;
	bool found;

	db_number_put(key, id);
	if (db_get(txn, DB_SOURCE_USES, db_bytes(key, 4), &old, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found || old.mv_size != 4)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "source %u is used but not stored", id);
	uses = db_number(old.mv_data) + (uint32_t)step;
	db_number_put(value, uses);
	if (uses > 0)
		return db_put(txn, DB_SOURCE_USES, db_bytes(key, 4), db_bytes(value, 4), st);
	txn->counts.sources--;
	store_touch(txn);
	if (db_delete(txn, DB_SOURCE_USES, db_bytes(key, 4), NULL, st) != OCCUPARE_OK)
		return st->code;
	return db_delete(txn, DB_SOURCES, db_bytes(key, 4), NULL, st);
}

enum occupare_code
sources_refer(struct store_txn *txn, Occupare__V1__Source *const *list, size_t count, struct occupare_status *st)
{
	for (size_t i = 0; i < count; i++)
		if (count_use(txn, list[i]->id, 1, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

enum occupare_code
sources_drop(struct store_txn *txn, Occupare__V1__Source *const *list, size_t count, struct occupare_status *st)
{
	for (size_t i = 0; i < count; i++)
		if (count_use(txn, list[i]->id, -1, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

/* Skills as numbers: what one occupation's likeness to a thousand others is computed from without unpacking a message.
 *
 * A skill is the number of its name.  A row of DB_VECTORS lists the skills of an occupation by kind; it is in the machine's
 * byte order, as LMDB's own pages are:
 *   uint32_t count, scale        of each kind
 *   uint32_t names[count]        of each kind, rising; then, unless the scale is NONE,
 *   uint16_t importance[count], level[count]
 *   uint16_t places[count]       of each kind, after all else */
#include "store/db.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/check.h"

#define HUNDREDTHS_MAX (STORE_FIGURE_UNKNOWN - 1)
#define SKILL_NAMES_MAX (1u << 20) /* bounds what is looked up by number */

_Static_assert(CHECK_ITEMS_MAX <= UINT16_MAX, "a place is 16 bits");

struct part_head {
	uint32_t count, scale;
};
#define HEAD_BYTES (STORE_SKILL_KINDS * sizeof(struct part_head))

/* One name of one kind in a record. */
struct entry {
	uint32_t kind, number, place;
	const char *name; /* folded */
};

struct entries {
	struct entry *list;
	size_t count;
};

/* ---- Numbers of names ---- */

/* Names are the same letter case (of ASCII) aside. */
static char *
fold(struct occ_arena *arena, const char *name)
{
	char *folded = occ_arena_strdup(arena, name);

	for (char *c = folded; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	return folded;
}

struct name_row {
	uint8_t number[4];
	uint8_t uses[4]; /* occupations that name it, once for each kind */
};

static enum occupare_code
read_name(struct store_txn *txn, const char *name, struct name_row *ret, bool *found, struct occupare_status *st)
{
	MDB_val row;

	if (db_get(txn, DB_SKILL_NAMES, db_text(name), &row, found, st) != OCCUPARE_OK)
		return st->code;
	if (*found && row.mv_size != sizeof *ret)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "the number of the skill \"%s\" is damaged", name);
	if (*found)
		memcpy(ret, row.mv_data, sizeof *ret);
	return OCCUPARE_OK;
}

/* Numbers are given without gaps: all below the number of names and free numbers are one or the other. */
static enum occupare_code
new_number(struct store_txn *txn, uint32_t *ret, struct occupare_status *st)
{
	uint64_t names;
	bool found;

	if (db_number_reuse(txn, DB_SKILL_NAMES, ret, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found)
		return OCCUPARE_OK;
	if (db_entries(txn, DB_SKILL_NAMES, &names, st) != OCCUPARE_OK)
		return st->code;
	if (names >= SKILL_NAMES_MAX)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "the skills of all occupations have %u names; no more can be told apart", SKILL_NAMES_MAX);
	*ret = (uint32_t)names;
	return OCCUPARE_OK;
}

static enum occupare_code
write_name(struct store_txn *txn, const char *name, uint32_t number, uint32_t uses, struct occupare_status *st)
{
	struct name_row row;

	db_number_put(row.number, number);
	db_number_put(row.uses, uses);
	return db_put(txn, DB_SKILL_NAMES, db_text(name), db_bytes(&row, sizeof row), st);
}

/* Finds the number of a name; make: a new name gets one. */
static enum occupare_code
number_of(struct store_txn *txn, const char *name, bool make, uint32_t *ret, struct occupare_status *st)
{
	struct name_row row = { 0 };
	bool found;

	if (read_name(txn, name, &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found) {
		*ret = db_number(row.number);
		return OCCUPARE_OK;
	}
	if (!make)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "the skill \"%s\" has no number", name);
	if (new_number(txn, ret, st) != OCCUPARE_OK)
		return st->code;
	return write_name(txn, name, *ret, 0, st);
}

/* Counts one use more or less; a name without any goes. cursor: of the table, which finds a row once to read and to write it. */
static enum occupare_code
count_use(struct store_txn *txn, MDB_cursor *cursor, const char *name, int step, struct occupare_status *st)
{
	MDB_val key = db_text(name), value;
	struct name_row row;
	uint32_t uses;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_SET);

	if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND)
		return store_fail(txn, st, rc, "reading the name of a skill");
	if (rc == MDB_NOTFOUND || value.mv_size != sizeof row)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "the skill \"%s\" has no number", name);
	memcpy(&row, value.mv_data, sizeof row);
	uses = db_number(row.uses) + (uint32_t)step;
	db_number_put(row.uses, uses);
	value = db_bytes(&row, sizeof row);
	rc = uses > 0 ? mdb_cursor_put(cursor, &key, &value, MDB_CURRENT) : mdb_cursor_del(cursor, 0);
	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "writing the name of a skill");
	return uses > 0 ? OCCUPARE_OK : db_number_give(txn, DB_SKILL_NAMES, db_number(row.number), st);
}

/* ---- The skills of a record ---- */

static int
by_number(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* By kind and number, of a name that a kind repeats the first. record: NULL has none. */
static enum occupare_code
read_entries(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *record, bool make,
    struct entries *ret, struct occupare_status *st)
{
	size_t count = record != NULL ? record->n_skills : 0, kept = 0;
	struct entry *list = occ_arena_calloc(arena, count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++) {
		uint32_t kind = (uint32_t)record->skills[i]->kind;

		list[i].kind = kind < STORE_SKILL_KINDS ? kind : 0;
		list[i].place = (uint32_t)i;
		list[i].name = fold(arena, record->skills[i]->name);
		if (number_of(txn, list[i].name, make, &list[i].number, st) != OCCUPARE_OK)
			return st->code;
	}
	qsort(list, count, sizeof *list, by_number);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || list[kept - 1].kind != list[i].kind || list[kept - 1].number != list[i].number)
			list[kept++] = list[i];
	*ret = (struct entries){ list, kept };
	return OCCUPARE_OK;
}

static bool
is_known(const Occupare__V1__Figure *figure)
{
	return figure != NULL && figure->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED &&
	       figure->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_NOT_COLLECTED && isfinite(figure->value);
}

static uint16_t
hundredths(const Occupare__V1__Figure *figure)
{
	if (!is_known(figure))
		return STORE_FIGURE_UNKNOWN;
	return (uint16_t)lround(fmin(fmax(figure->value, 0) * 100, HUNDREDTHS_MAX));
}

/* What the skills of one kind are measured by. */
static enum store_scale
scale_of(const Occupare__V1__Occupation *record, const struct entry *list, size_t count)
{
	enum store_scale scale = STORE_SCALE_NONE;

	for (size_t i = 0; i < count; i++) {
		const Occupare__V1__Skill *skill = record->skills[list[i].place];

		if (is_known(skill->percent))
			return STORE_SCALE_PERCENT;
		if (is_known(skill->importance) || is_known(skill->level))
			scale = STORE_SCALE_RATING;
	}
	return scale;
}

/* Appends the figures of one kind to a row. */
static uint8_t *
put_part(uint8_t *out, const Occupare__V1__Occupation *record, const struct entry *list, const struct part_head *head)
{
	uint8_t *figures = out + head->count * sizeof(uint32_t);

	for (size_t i = 0; i < head->count; i++) {
		const Occupare__V1__Skill *skill = record->skills[list[i].place];
		bool percent = head->scale == STORE_SCALE_PERCENT;
		uint16_t importance = hundredths(percent ? skill->percent : skill->importance);
		uint16_t level = hundredths(percent ? NULL : skill->level);

		memcpy(out + i * sizeof list->number, &list[i].number, sizeof list->number);
		if (head->scale == STORE_SCALE_NONE)
			continue;
		memcpy(figures + i * sizeof importance, &importance, sizeof importance);
		memcpy(figures + (head->count + i) * sizeof level, &level, sizeof level);
	}
	return figures + (head->scale == STORE_SCALE_NONE ? 0 : head->count * 2 * sizeof(uint16_t));
}

static MDB_val
pack_row(struct occ_arena *arena, const Occupare__V1__Occupation *record, const struct entries *entries)
{
	uint8_t *row = occ_arena_alloc(arena, HEAD_BYTES + entries->count * 10), *out = row + HEAD_BYTES;
	struct part_head heads[STORE_SKILL_KINDS] = { 0 };
	size_t first = 0;

	for (size_t i = 0; i < entries->count; i++)
		heads[entries->list[i].kind].count++;
	for (size_t kind = 0; kind < STORE_SKILL_KINDS; kind++) {
		heads[kind].scale = scale_of(record, entries->list + first, heads[kind].count);
		out = put_part(out, record, entries->list + first, &heads[kind]);
		first += heads[kind].count;
	}
	for (size_t i = 0; i < entries->count; i++) {
		uint16_t place = (uint16_t)entries->list[i].place;

		memcpy(out, &place, sizeof place);
		out += sizeof place;
	}
	memcpy(row, heads, sizeof heads);
	return db_bytes(row, (size_t)(out - row));
}

enum occupare_code
vector_row(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *record, MDB_val *ret,
    size_t *ret_names, struct occupare_status *st)
{
	struct entries entries = { 0 };

	if (read_entries(arena, txn, record, false, &entries, st) != OCCUPARE_OK)
		return st->code;
	*ret = pack_row(arena, record, &entries);
	*ret_names = entries.count;
	return OCCUPARE_OK;
}

/* ---- Changing ---- */

/* Counts the uses that one list has and the other has not. */
static enum occupare_code
count_uses(struct store_txn *txn, MDB_cursor *cursor, const struct entries *of, const struct entries *without, int step,
    struct occupare_status *st)
{
	size_t j = 0;

	for (size_t i = 0; i < of->count; i++) {
		const struct entry *entry = &of->list[i];

		while (j < without->count &&
		       (without->list[j].kind < entry->kind ||
			   (without->list[j].kind == entry->kind && without->list[j].number < entry->number)))
			j++;
		if (j < without->count && without->list[j].kind == entry->kind &&
		    without->list[j].number == entry->number)
			continue;
		if (count_use(txn, cursor, entry->name, step, st) != OCCUPARE_OK)
			return st->code;
	}
	return OCCUPARE_OK;
}

static enum occupare_code
count_changes(struct store_txn *txn, const struct entries *old, const struct entries *new, struct occupare_status *st)
{
	MDB_cursor *cursor;
	enum occupare_code code;
	int rc = mdb_cursor_open(txn->mdb, txn->store->db[DB_SKILL_NAMES], &cursor);

	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "writing the names of skills");
	code = count_uses(txn, cursor, new, old, 1, st);
	if (code == OCCUPARE_OK)
		code = count_uses(txn, cursor, old, new, -1, st);
	mdb_cursor_close(cursor);
	return code;
}

enum occupare_code
vectors_change(struct occ_arena *arena, struct store_txn *txn, const char *id, const Occupare__V1__Occupation *before,
    const Occupare__V1__Occupation *after, struct occupare_status *st)
{
	struct entries old = { 0 }, new = { 0 };

	if (read_entries(arena, txn, before, false, &old, st) != OCCUPARE_OK ||
	    read_entries(arena, txn, after, true, &new, st) != OCCUPARE_OK ||
	    count_changes(txn, &old, &new, st) != OCCUPARE_OK)
		return st->code;
	if (after == NULL)
		return db_delete(txn, DB_VECTORS, db_text(id), NULL, st);
	return db_put(txn, DB_VECTORS, db_text(id), pack_row(arena, after, &new), st);
}

/* ---- Reading ---- */

static enum occupare_code
damaged(MDB_val id, struct occupare_status *st)
{
	return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL,
	    "the skills of %.*s are stored in a form that cannot be read; restore a backup or import again",
	    (int)id.mv_size, (const char *)id.mv_data);
}

/* Makes a vector of a row that is aligned for uint32_t. False: it is not of that form. */
static bool
split_row(const uint8_t *row, size_t length, struct store_vector *ret)
{
	struct part_head heads[STORE_SKILL_KINDS];
	size_t at = HEAD_BYTES, total = 0;

	if (length < HEAD_BYTES)
		return false;
	memcpy(heads, row, sizeof heads);
	for (size_t kind = 0; kind < STORE_SKILL_KINDS; kind++) {
		struct store_part *part = &ret->parts[kind];
		bool rated = heads[kind].scale != STORE_SCALE_NONE;

		if (heads[kind].count > CHECK_ITEMS_MAX || heads[kind].scale > STORE_SCALE_RATING)
			return false;
		*part = (struct store_part){ .count = heads[kind].count, .scale = (enum store_scale)heads[kind].scale };
		part->names = (const uint32_t *)(const void *)(row + at);
		at += part->count * sizeof *part->names;
		part->importance = rated ? (const uint16_t *)(const void *)(row + at) : NULL;
		part->level = rated ? part->importance + part->count : NULL;
		at += rated ? part->count * 2 * sizeof *part->importance : 0;
		total += part->count;
		if (at > length)
			return false;
	}
	for (size_t kind = 0; kind < STORE_SKILL_KINDS; kind++) {
		ret->parts[kind].places = (const uint16_t *)(const void *)(row + at);
		at += ret->parts[kind].count * sizeof(uint16_t);
	}
	return at == length;
}

/* Whoever looks names up by number relies on their order. */
static bool
has_numbers_in_order(const struct store_vector *vector)
{
	for (size_t kind = 0; kind < STORE_SKILL_KINDS; kind++) {
		const struct store_part *part = &vector->parts[kind];

		for (size_t i = 0; i < part->count; i++)
			if (part->names[i] >= SKILL_NAMES_MAX || (i > 0 && part->names[i] <= part->names[i - 1]))
				return false;
	}
	return true;
}

enum occupare_code
store_vector(struct occ_arena *arena, struct store_txn *txn, const char *id, struct store_vector *ret,
    struct occupare_status *st)
{
	struct store_vector vector;
	uint8_t *copy;
	MDB_val row;
	bool found;

	if (db_get(txn, DB_VECTORS, db_text(id), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found)
		return occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "no occupation has the id \"%s\"", id);
	copy = occ_arena_alloc(arena, row.mv_size);
	memcpy(copy, row.mv_data, row.mv_size);
	if (!split_row(copy, row.mv_size, &vector) || !has_numbers_in_order(&vector))
		return damaged(db_text(id), st);
	*ret = vector;
	return OCCUPARE_OK;
}

/* Rows stand in the map wherever their keys end. */
struct aligned {
	struct occ_arena *arena;
	uint8_t *bytes;
	size_t size;
};

static const uint8_t *
align_row(struct aligned *aligned, MDB_val row)
{
	if ((uintptr_t)row.mv_data % sizeof(uint32_t) == 0)
		return row.mv_data;
	if (aligned->bytes == NULL || aligned->size < row.mv_size) {
		aligned->size = row.mv_size * 2;
		aligned->bytes = occ_arena_alloc(aligned->arena, aligned->size);
	}
	memcpy(aligned->bytes, row.mv_data, row.mv_size);
	return aligned->bytes;
}

enum occupare_code
store_each_vector(
    struct occ_arena *arena, struct store_txn *txn, store_visit_vector *visit, void *data, struct occupare_status *st)
{
	struct aligned aligned = { .arena = arena };
	enum occupare_code code = OCCUPARE_OK;
	struct occupare_status walk_st;
	struct store_vector vector;
	struct db_walk walk;

	for (db_walk_begin(&walk, txn, DB_VECTORS, db_bytes(NULL, 0), 0); code == OCCUPARE_OK && db_walk_row(&walk);
	     db_walk_next(&walk)) {
		if (split_row(align_row(&aligned, walk.value), walk.value.mv_size, &vector))
			code = visit(data, (struct store_bytes){ walk.key.mv_data, walk.key.mv_size }, &vector);
		else
			code = damaged(walk.key, st);
	}
	if (db_walk_end(&walk, &walk_st) != OCCUPARE_OK && code == OCCUPARE_OK) {
		*st = walk_st;
		code = st->code;
	}
	return code;
}

/* Areas, and wages and employment by SOC code, area, period and industry. */
#include "store/db.h"

#include <stdio.h>
#include <string.h>

#include "store/keys.h"
#include "store/soc.h"

#define PERIODS_NAMED_MAX 20u /* in a message */

char *
area_key(struct occ_arena *arena, const char *code)
{
	char *key = occ_arena_strdup(arena, code);

	for (char *c = key; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - ('a' - 'A'));
	return key;
}

/* ---- Rows that belong to an origin ---- */

bool
origin_split(MDB_val value, const char **ret_origin, MDB_val *ret_packed)
{
	const char *origin = value.mv_data;
	size_t length = value.mv_size > 0 ? strnlen(origin, value.mv_size) : 0;

	if (length == value.mv_size)
		return false;
	*ret_origin = origin;
	*ret_packed = db_bytes(origin + length + 1, value.mv_size - length - 1);
	return true;
}

/* Unpacks the message of a row. */
static enum occupare_code
unpack_row(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, MDB_val key, MDB_val value,
    const char *table, void *ret, struct occupare_status *st)
{
	const char *origin;
	MDB_val packed;

	if (!origin_split(value, &origin, &packed))
		packed = db_bytes("\xFF", 1); /* no message starts so */
	return db_unpack(arena, descriptor, packed, table, key, ret, st);
}

enum occupare_code
origin_put(struct occ_arena *arena, struct store_txn *txn, enum store_db db, MDB_val key, const char *origin,
    const ProtobufCMessage *message, bool *ret_added, bool *ret_changed, struct occupare_status *st)
{
	size_t origin_size = strlen(origin) + 1, size = protobuf_c_message_get_packed_size(message);
	uint8_t *row = occ_arena_alloc(arena, origin_size + size);
	const char *old_origin;
	MDB_val old, old_packed;
	bool found;

	memcpy(row, origin, origin_size);
	protobuf_c_message_pack(message, row + origin_size);
	if (db_get(txn, db, key, &old, &found, st) != OCCUPARE_OK)
		return st->code;
	*ret_added = !found;
	*ret_changed = false;
	if (found && old.mv_size == origin_size + size && memcmp(old.mv_data, row, old.mv_size) == 0)
		return OCCUPARE_OK;
	/* Who supplied it is not part of the data that is served. */
	*ret_changed = !found || !origin_split(old, &old_origin, &old_packed) || old_packed.mv_size != size ||
		       memcmp(old_packed.mv_data, row + origin_size, size) != 0;
	if (*ret_changed)
		store_touch(txn);
	return db_put(txn, db, key, db_bytes(row, origin_size + size), st);
}

enum occupare_code
origin_drop(struct occ_arena *arena, struct store_txn *txn, enum store_db db, MDB_val key, struct occupare_status *st)
{
	Occupare__V1__Estimate *estimate = NULL;
	MDB_val old;
	bool found;

	if (db_get(txn, db, key, &old, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found)
		return OCCUPARE_OK;
	if (db == DB_ESTIMATES &&
	    unpack_row(arena, &occupare__v1__estimate__descriptor, key, old, "estimate", &estimate, st) != OCCUPARE_OK)
		return st->code;
	store_touch(txn);
	if (db == DB_ESTIMATES)
		txn->counts.estimates--;
	else
		txn->counts.areas--;
	if (db_delete(txn, db, key, NULL, st) != OCCUPARE_OK)
		return st->code;
	return estimate != NULL ? sources_drop(txn, estimate->sources, estimate->n_sources, st) : OCCUPARE_OK;
}

enum occupare_code
estimate_put(struct occ_arena *arena, struct store_txn *txn, MDB_val key, const char *origin,
    const Occupare__V1__Estimate *estimate, struct occupare_status *st)
{
	Occupare__V1__Estimate *old = NULL;
	MDB_val row;
	bool found, changed;

	if (db_get(txn, DB_ESTIMATES, key, &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found &&
	    unpack_row(arena, &occupare__v1__estimate__descriptor, key, row, "estimate", &old, st) != OCCUPARE_OK)
		return st->code;
	if (sources_refer(txn, estimate->sources, estimate->n_sources, st) != OCCUPARE_OK)
		return st->code;
	if (old != NULL && sources_drop(txn, old->sources, old->n_sources, st) != OCCUPARE_OK)
		return st->code;
	if (origin_put(arena, txn, DB_ESTIMATES, key, origin, &estimate->base, &found, &changed, st) != OCCUPARE_OK)
		return st->code;
	txn->counts.estimates += found;
	return OCCUPARE_OK;
}

/* ---- Positions: the key that the page before ended with, in hexadecimal ---- */

static char *
write_position(struct occ_arena *arena, MDB_val key)
{
	static const char digits[] = "0123456789abcdef";
	char *text = occ_arena_alloc(arena, key.mv_size * 2 + 1);

	for (size_t i = 0; i < key.mv_size; i++) {
		uint8_t byte = ((const uint8_t *)key.mv_data)[i];

		text[2 * i] = digits[byte >> 4];
		text[2 * i + 1] = digits[byte & 15];
	}
	text[key.mv_size * 2] = '\0';
	return text;
}

/* The first key behind a position, in the arena: the same one with a zero. */
static enum occupare_code
read_position(struct occ_arena *arena, const char *text, MDB_val prefix, MDB_val *ret, struct occupare_status *st)
{
	size_t length = strlen(text);
	uint8_t *key = occ_arena_calloc(arena, length / 2 + 1, 1);
	bool sound = length % 2 == 0 && length / 2 < DB_KEY_BYTES_MAX + 1 && strspn(text, "0123456789abcdef") == length;

	for (size_t i = 0; sound && i < length; i++) {
		unsigned digit = (unsigned)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);

		key[i / 2] = (uint8_t)(key[i / 2] << 4 | digit);
	}
	if (!sound || length / 2 < prefix.mv_size || memcmp(key, prefix.mv_data, prefix.mv_size) != 0)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "page_token", "is not of this list");
	*ret = db_bytes(key, length / 2 + 1);
	return OCCUPARE_OK;
}

/* ---- Areas ---- */

enum occupare_code
store_area(struct occ_arena *arena, struct store_txn *txn, const char *code, Occupare__V1__Area **ret,
    struct occupare_status *st)
{
	char *key = area_key(arena, code);
	MDB_val row;
	bool found;

	if (db_get(txn, DB_AREAS, db_text(key), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found)
		return unpack_row(arena, &occupare__v1__area__descriptor, db_text(key), row, "area", ret, st);
	occupare_fail(st, OCCUPARE_NOT_FOUND, NULL,
	    "no area has the code \"%s\" (US, a state's two letters, or a metropolitan area's digits)", code);
	occupare_status_resource(st, "area", code);
	return OCCUPARE_NOT_FOUND;
}

enum occupare_code
store_areas(struct occ_arena *arena, struct store_txn *txn, const char *after, size_t limit, Occupare__V1__Area ***ret,
    size_t *ret_count, char **ret_next, uint64_t *ret_total, struct occupare_status *st)
{
	MDB_val from = db_bytes("", 0), last = { 0 };
	enum occupare_code code = OCCUPARE_OK;
	Occupare__V1__Area **areas;
	struct occupare_status ignored;
	struct db_walk walk;
	uint64_t total;
	size_t count = 0;
	bool more;

	if (db_entries(txn, DB_AREAS, &total, st) != OCCUPARE_OK ||
	    (after != NULL && read_position(arena, after, from, &from, st) != OCCUPARE_OK))
		return st->code;
	areas = occ_arena_calloc(arena, (limit < total ? limit : total) + 1, sizeof(Occupare__V1__Area *));
	for (db_walk_begin(&walk, txn, DB_AREAS, from, 0); db_walk_row(&walk) && count < limit; db_walk_next(&walk)) {
		code = unpack_row(
		    arena, &occupare__v1__area__descriptor, walk.key, walk.value, "area", &areas[count], st);
		if (code != OCCUPARE_OK)
			break;
		last = walk.key;
		count++;
	}
	more = db_walk_row(&walk) && count > 0;
	if (db_walk_end(&walk, code == OCCUPARE_OK ? st : &ignored) != OCCUPARE_OK || code != OCCUPARE_OK)
		return st->code;
	*ret = areas;
	*ret_count = count;
	*ret_next = more ? write_position(arena, last) : NULL;
	*ret_total = total;
	return OCCUPARE_OK;
}

/* ---- Estimates ---- */

/* soc NUL, or soc NUL area NUL; empty: the code is none. */
static MDB_val
estimate_prefix(struct occ_arena *arena, const char *soc_code, const char *area)
{
	const char *soc = keys_code(arena, soc_code);
	size_t soc_length, area_length = area != NULL ? strlen(area) : 0;
	char *prefix;

	if (soc == NULL)
		return db_bytes(NULL, 0);
	soc_length = strlen(soc);
	prefix = occ_arena_calloc(arena, soc_length + area_length + 2, 1);
	memcpy(prefix, soc, soc_length);
	if (area == NULL)
		return db_bytes(prefix, soc_length + 1);
	memcpy(prefix + soc_length + 1, area_key(arena, area), area_length);
	return db_bytes(prefix, soc_length + area_length + 2);
}

enum occupare_code
estimate_key(struct occ_arena *arena, const char *soc_code, const char *area, uint32_t period, const char *industry,
    MDB_val *ret, struct occupare_status *st)
{
	MDB_val prefix = estimate_prefix(arena, soc_code, area);
	size_t industry_length = strlen(industry), size = prefix.mv_size + 4 + industry_length;
	uint8_t *key;

	if (prefix.mv_size == 0)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "soc_code", "\"%s\" is no code", soc_code);
	if (size > DB_KEY_BYTES_MAX)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "industry",
		    "is too long together with the code and the area: %zu bytes, at most %u", size, DB_KEY_BYTES_MAX);
	key = occ_arena_alloc(arena, size);
	memcpy(key, prefix.mv_data, prefix.mv_size);
	db_number_put(key + prefix.mv_size, period);
	memcpy(key + prefix.mv_size + 4, industry, industry_length);
	*ret = db_bytes(key, size);
	return OCCUPARE_OK;
}

/* The code whose estimates stand for those of a code: that of its group where it has none itself. */
static enum occupare_code
find_held(struct occ_arena *arena, struct store_txn *txn, const char *soc_code_text, const char **ret,
    struct occupare_status *st)
{
	MDB_val prefix = estimate_prefix(arena, soc_code_text, NULL);
	const char *soc = soc_code(arena, soc_code_text), *group = soc != NULL ? soc_published(soc) : NULL;
	struct db_walk walk;

	*ret = soc_code_text;
	if (prefix.mv_size == 0 || group == NULL)
		return OCCUPARE_OK;
	db_walk_begin(&walk, txn, DB_ESTIMATES, prefix, prefix.mv_size);
	if (!db_walk_row(&walk))
		*ret = group;
	return db_walk_end(&walk, st);
}

/* The period and industry behind the area of a key. start: where the area begins. False: no such key. */
static bool
split_key(MDB_val key, size_t start, uint32_t *ret_period, MDB_val *ret_industry)
{
	const char *bytes = key.mv_data;
	size_t area_end = start + strnlen(bytes + start, key.mv_size - start) + 1;

	if (area_end + 4 > key.mv_size)
		return false;
	*ret_period = db_number((const uint8_t *)bytes + area_end);
	*ret_industry = db_bytes(bytes + area_end + 4, key.mv_size - area_end - 4);
	return true;
}

static bool
is_text(MDB_val bytes, const char *text)
{
	return bytes.mv_size == strlen(text) && memcmp(bytes.mv_data, text, bytes.mv_size) == 0;
}

/* Which periods there are, as a text; "none" where none. */
struct periods {
	char text[256];
	size_t length;
	unsigned count;
};

static void
note_period(struct periods *periods, uint32_t period)
{
	int written;

	if (periods->count++ >= PERIODS_NAMED_MAX)
		return;
	written = snprintf(periods->text + periods->length, sizeof periods->text - periods->length, "%s%u",
	    periods->count > 1 ? ", " : "", period);
	if (written > 0)
		periods->length += (size_t)written;
}

static enum occupare_code
no_estimate(struct occupare_status *st, const char *soc_code, const char *area, uint32_t period, const char *industry,
    const struct periods *periods)
{
	char when[32] = "";

	if (period != 0)
		snprintf(when, sizeof when, " for %u", period);
	occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "no estimate of %s in %s%s%s%s is held; periods held there: %s",
	    soc_code, area, industry[0] != '\0' ? ", industry " : "", industry, when,
	    periods->count > 0 ? periods->text : "none");
	occupare_status_metadata(st, "periods", "%s", periods->text);
	occupare_status_resource(st, "estimate", soc_code);
	return OCCUPARE_NOT_FOUND;
}

enum occupare_code
store_estimate(struct occ_arena *arena, struct store_txn *txn, const char *soc_code, const char *area, uint32_t period,
    const char *industry, Occupare__V1__Estimate **ret, struct occupare_status *st)
{
	MDB_val prefix, key = { 0 }, row = { 0 }, held;
	struct periods periods = { 0 };
	struct db_walk walk;
	uint32_t when;

	if (find_held(arena, txn, soc_code, &soc_code, st) != OCCUPARE_OK)
		return st->code;
	prefix = estimate_prefix(arena, soc_code, area);
	if (prefix.mv_size == 0)
		return no_estimate(st, soc_code, area, period, industry, &periods);
	/* In order of periods: the last one that fits is the latest. */
	for (db_walk_begin(&walk, txn, DB_ESTIMATES, prefix, prefix.mv_size); db_walk_row(&walk); db_walk_next(&walk)) {
		if (!split_key(walk.key, strlen(prefix.mv_data) + 1, &when, &held) || !is_text(held, industry))
			continue;
		note_period(&periods, when);
		if (period == 0 || period == when) {
			key = walk.key;
			row = walk.value;
		}
	}
	if (db_walk_end(&walk, st) != OCCUPARE_OK)
		return st->code;
	if (key.mv_size == 0)
		return no_estimate(st, soc_code, area, period, industry, &periods);
	return unpack_row(arena, &occupare__v1__estimate__descriptor, key, row, "estimate", ret, st);
}

enum occupare_code
store_estimates(struct occ_arena *arena, struct store_txn *txn, const char *soc_code, const char *area, uint32_t period,
    const char *after, size_t limit, Occupare__V1__Estimate ***ret, size_t *ret_count, char **ret_next,
    uint64_t *ret_total, struct occupare_status *st)
{
	MDB_val prefix, from = db_bytes("", 0), *keys, *rows, industry;
	Occupare__V1__Estimate **estimates;
	struct db_walk walk;
	uint64_t total = 0, entries;
	size_t count = 0;
	uint32_t when;
	bool more = false;

	if (find_held(arena, txn, soc_code, &soc_code, st) != OCCUPARE_OK)
		return st->code;
	prefix = estimate_prefix(arena, soc_code, area[0] != '\0' ? area : NULL);
	if (prefix.mv_size == 0 || db_entries(txn, DB_ESTIMATES, &entries, st) != OCCUPARE_OK)
		return prefix.mv_size == 0
			   ? occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "soc_code", "\"%s\" is no code", soc_code)
			   : st->code;
	if (after != NULL && read_position(arena, after, prefix, &from, st) != OCCUPARE_OK)
		return st->code;
	limit = limit < entries ? limit : entries;
	keys = occ_arena_calloc(arena, limit + 1, sizeof *keys);
	rows = occ_arena_calloc(arena, limit + 1, sizeof *rows);
	for (db_walk_begin(&walk, txn, DB_ESTIMATES, prefix, prefix.mv_size); db_walk_row(&walk); db_walk_next(&walk)) {
		if (!split_key(walk.key, strlen(prefix.mv_data) + 1, &when, &industry) ||
		    (period != 0 && period != when))
			continue;
		total++;
		if (mdb_cmp(txn->mdb, txn->store->db[DB_ESTIMATES], &walk.key, &from) < 0)
			continue;
		more = count == limit;
		if (!more) {
			keys[count] = walk.key;
			rows[count++] = walk.value;
		}
	}
	if (db_walk_end(&walk, st) != OCCUPARE_OK)
		return st->code;
	estimates = occ_arena_calloc(arena, count + 1, sizeof(Occupare__V1__Estimate *));
	for (size_t i = 0; i < count; i++)
		if (unpack_row(arena, &occupare__v1__estimate__descriptor, keys[i], rows[i], "estimate", &estimates[i],
			st) != OCCUPARE_OK)
			return st->code;
	*ret = estimates;
	*ret_count = count;
	*ret_next = more && count > 0 ? write_position(arena, keys[count - 1]) : NULL;
	*ret_total = total;
	return OCCUPARE_OK;
}

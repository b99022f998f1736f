/* Writes by call: they are the layer "manual", which holds what differs from the layers below it. */
#include "store/db.h"

#include <inttypes.h>
#include <string.h>

#include "store/check.h"
#include "store/keys.h"
#include "store/layers.h"

static enum occupare_code
no_occupation(struct occupare_status *st, const char *id)
{
	occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "no occupation has the id \"%s\"", id);
	occupare_status_resource(st, "occupation", id);
	return OCCUPARE_NOT_FOUND;
}

/* The record as served, with its aliases, in the scratch arena; NULL: there is none. */
static enum occupare_code
read_current(struct store_txn *txn, const char *id, Occupare__V1__Occupation **ret, struct occupare_status *st)
{
	*ret = NULL;
	if (store_get(&txn->store->scratch, txn, id, true, ret, st) == OCCUPARE_OK || st->code == OCCUPARE_NOT_FOUND) {
		occupare_status_clear(st);
		return OCCUPARE_OK;
	}
	return st->code;
}

/* A copy of a record that was sent, in the scratch arena: checked, with the store's source ids, without what the store
 * sets. */
static enum occupare_code
adopt_record(struct store_txn *txn, const Occupare__V1__Occupation *record, Occupare__V1__Occupation **ret,
    struct occupare_status *st)
{
	Occupare__V1__Occupation bare = *record, *copy;

	bare.revision = 0;
	bare.update_time = NULL;
	if (check_occupation(&bare, true, st) != OCCUPARE_OK)
		return st->code;
	copy = (Occupare__V1__Occupation *)db_copy(&txn->store->scratch, &bare.base);
	if (copy == NULL)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "a record does not survive packing");
	*ret = copy;
	return sources_adopt(&txn->store->scratch, txn, &copy->base, &copy->sources, &copy->n_sources, st);
}

/* Equal but for what the store sets. */
static bool
is_equal(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b)
{
	Occupare__V1__Occupation x = *a, y = *b;
	uint8_t *x_packed, *y_packed;
	size_t size;

	x.revision = y.revision = 0;
	x.update_time = y.update_time = NULL;
	size = occupare__v1__occupation__get_packed_size(&x);
	if (size != occupare__v1__occupation__get_packed_size(&y))
		return false;
	x_packed = occ_arena_alloc(arena, size);
	y_packed = occ_arena_alloc(arena, size);
	occupare__v1__occupation__pack(&x, x_packed);
	occupare__v1__occupation__pack(&y, y_packed);
	return memcmp(x_packed, y_packed, size) == 0;
}

/* Makes the manual layer such that exactly the given record is served. */
static enum occupare_code
write_manual(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *given,
    Occupare__V1__Occupation **ret, struct occupare_status *st)
{
	struct occ_arena *scratch = &txn->store->scratch;
	const Occupare__Store__V1__Layer *layer = NULL;
	Occupare__V1__Occupation *below, *served;
	enum record_change change;
	struct record_layers layers;

	if (record_layers(scratch, txn, given->id, &layers, st) != OCCUPARE_OK)
		return st->code;
	below = layers_merge(scratch, (const Occupare__Store__V1__Layer *const *)layers.layers + layers.manual,
	    layers.count - layers.manual);
	if (below == NULL || !is_equal(scratch, given, below))
		layer = layers_difference(scratch, given, below);
	if (record_put_layer(scratch, txn, given->id, DB_ORIGIN_MANUAL, layer, NULL, st) != OCCUPARE_OK ||
	    record_settle(scratch, txn, given->id, &change, &served, st) != OCCUPARE_OK)
		return st->code;
	if (served == NULL)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "%s is not served after it was written", given->id);
	*ret = (Occupare__V1__Occupation *)db_copy(arena, &served->base);
	return OCCUPARE_OK;
}

/* The occupation exists and is as the caller saw it. current: NULL where there is none. */
static enum occupare_code
check_etag(const char *id, const Occupare__V1__Occupation *current, uint64_t etag, bool allow_missing,
    struct occupare_status *st)
{
	if (current == NULL && !allow_missing)
		return no_occupation(st, id);
	if (etag == 0 || (current != NULL && current->revision == etag))
		return OCCUPARE_OK;
	if (current == NULL) {
		occupare_fail(
		    st, OCCUPARE_ABORTED, NULL, "%s was removed since revision %" PRIu64 " was read", id, etag);
	} else {
		occupare_fail(st, OCCUPARE_ABORTED, NULL,
		    "%s is at revision %" PRIu64 ", not %" PRIu64 ": read it again and decide anew", id,
		    current->revision, etag);
		occupare_status_metadata(st, "revision", "%" PRIu64, current->revision);
	}
	occupare_status_reason(st, "ETAG_STALE");
	occupare_status_resource(st, "occupation", id);
	return OCCUPARE_ABORTED;
}

enum occupare_code
store_create(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *record,
    Occupare__V1__Occupation **ret, struct occupare_status *st)
{
	Occupare__V1__Occupation named = *record, *given, *current;

	if (named.id[0] == '\0') {
		named.id = keys_slug(&txn->store->scratch, named.title);
		if (named.id == NULL)
			return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "id",
			    "cannot be made from the title \"%s\"; give one", named.title);
	}
	if (adopt_record(txn, &named, &given, st) != OCCUPARE_OK ||
	    read_current(txn, given->id, &current, st) != OCCUPARE_OK)
		return st->code;
	if (current == NULL)
		return write_manual(arena, txn, given, ret, st);
	if (is_equal(&txn->store->scratch, given, current)) {
		*ret = (Occupare__V1__Occupation *)db_copy(arena, &current->base);
		return OCCUPARE_OK;
	}
	occupare_fail(st, OCCUPARE_ALREADY_EXISTS, NULL,
	    "%s is there already, and different; update it, or give another id", given->id);
	occupare_status_resource(st, "occupation", given->id);
	return OCCUPARE_ALREADY_EXISTS;
}

enum occupare_code
store_update(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *record, uint64_t etag,
    bool allow_missing, Occupare__V1__Occupation **ret, struct occupare_status *st)
{
	Occupare__V1__Occupation *given, *current;

	if (adopt_record(txn, record, &given, st) != OCCUPARE_OK ||
	    read_current(txn, given->id, &current, st) != OCCUPARE_OK ||
	    check_etag(given->id, current, etag, allow_missing, st) != OCCUPARE_OK)
		return st->code;
	return write_manual(arena, txn, given, ret, st);
}

enum occupare_code
store_delete(struct store_txn *txn, const char *id, uint64_t etag, bool allow_missing, struct occupare_status *st)
{
	Occupare__Store__V1__Layer mark = OCCUPARE__STORE__V1__LAYER__INIT;
	Occupare__V1__Occupation *current;
	enum record_change change;

	if (read_current(txn, id, &current, st) != OCCUPARE_OK ||
	    check_etag(id, current, etag, allow_missing, st) != OCCUPARE_OK)
		return st->code;
	if (current == NULL)
		return OCCUPARE_OK;
	mark.deleted = true;
	if (record_put_layer(&txn->store->scratch, txn, id, DB_ORIGIN_MANUAL, &mark, NULL, st) != OCCUPARE_OK)
		return st->code;
	return record_settle(&txn->store->scratch, txn, id, &change, NULL, st);
}

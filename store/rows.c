/* Rows of tables: reading, writing, walking, packing. */
#include "store/db.h"

#include <string.h>
#include <time.h>

enum occupare_code
db_get(struct store_txn *txn, enum store_db db, MDB_val key, MDB_val *ret, bool *found, struct occupare_status *st)
{
	MDB_val value;
	int rc = MDB_NOTFOUND;

	/* LMDB calls a key it could never hold an error; to a reader it is a row that is not there. */
	if (key.mv_size > 0 && key.mv_size <= DB_KEY_BYTES_MAX)
		rc = mdb_get(txn->mdb, txn->store->db[db], &key, &value);
	if (rc == MDB_SUCCESS)
		*ret = value;
	*found = rc == MDB_SUCCESS;
	if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND)
		return store_fail(txn, st, rc, "reading a row");
	return OCCUPARE_OK;
}

enum occupare_code
db_put(struct store_txn *txn, enum store_db db, MDB_val key, MDB_val value, struct occupare_status *st)
{
	int rc = mdb_put(txn->mdb, txn->store->db[db], &key, &value, 0);

	return rc == MDB_SUCCESS ? OCCUPARE_OK : store_fail(txn, st, rc, "writing a row");
}

enum occupare_code
db_put_packed(struct store_txn *txn, enum store_db db, MDB_val key, MDB_val prefix, const ProtobufCMessage *message,
    struct occupare_status *st)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	MDB_val value = { .mv_size = prefix.mv_size + size };
	int rc = mdb_put(txn->mdb, txn->store->db[db], &key, &value, MDB_RESERVE);

	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "writing a record");
	if (prefix.mv_size > 0)
		memcpy(value.mv_data, prefix.mv_data, prefix.mv_size);
	protobuf_c_message_pack(message, (uint8_t *)value.mv_data + prefix.mv_size);
	return OCCUPARE_OK;
}

enum occupare_code
db_delete(struct store_txn *txn, enum store_db db, MDB_val key, const MDB_val *value, struct occupare_status *st)
{
	MDB_val copy = value != NULL ? *value : (MDB_val){ 0 };
	int rc = mdb_del(txn->mdb, txn->store->db[db], &key, value != NULL ? &copy : NULL);

	if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND)
		return store_fail(txn, st, rc, "removing a row");
	return OCCUPARE_OK;
}

enum occupare_code
db_entries(struct store_txn *txn, enum store_db db, uint64_t *ret, struct occupare_status *st)
{
	MDB_stat stat;
	int rc = mdb_stat(txn->mdb, txn->store->db[db], &stat);

	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "counting rows");
	*ret = stat.ms_entries;
	return OCCUPARE_OK;
}

static void
walk_to(struct db_walk *walk, MDB_cursor_op op)
{
	walk->rc = mdb_cursor_get(walk->cursor, &walk->key, &walk->value, op);
}

void
db_walk_begin(struct db_walk *walk, struct store_txn *txn, enum store_db db, MDB_val from, size_t prefix_length)
{
	*walk = (struct db_walk){ .txn = txn, .prefix = db_bytes(from.mv_data, prefix_length), .key = from };
	walk->rc = mdb_cursor_open(txn->mdb, txn->store->db[db], &walk->cursor);
	if (walk->rc != MDB_SUCCESS)
		return;
	if (from.mv_size > DB_KEY_BYTES_MAX)
		walk->key.mv_size = DB_KEY_BYTES_MAX;
	walk_to(walk, from.mv_size > 0 ? MDB_SET_RANGE : MDB_FIRST);
}

bool
db_walk_row(const struct db_walk *walk)
{
	return walk->rc == MDB_SUCCESS && walk->key.mv_size >= walk->prefix.mv_size &&
	       (walk->prefix.mv_size == 0 ||
		   memcmp(walk->key.mv_data, walk->prefix.mv_data, walk->prefix.mv_size) == 0);
}

void
db_walk_next(struct db_walk *walk)
{
	walk_to(walk, MDB_NEXT);
}

void
db_walk_next_key(struct db_walk *walk)
{
	walk_to(walk, MDB_NEXT_NODUP);
}

void
db_walk_delete(struct db_walk *walk)
{
	int rc = mdb_cursor_del(walk->cursor, 0);

	if (rc != MDB_SUCCESS)
		walk->rc = rc;
}

enum occupare_code
db_walk_end(struct db_walk *walk, struct occupare_status *st)
{
	if (walk->cursor != NULL)
		mdb_cursor_close(walk->cursor);
	walk->cursor = NULL;
	if (walk->rc != MDB_SUCCESS && walk->rc != MDB_NOTFOUND)
		return store_fail(walk->txn, st, walk->rc, "walking rows");
	return OCCUPARE_OK;
}

/* A key for people: what cannot be printed becomes a space. */
static const char *
key_text(char *out, size_t size, MDB_val key)
{
	size_t length = key.mv_size < size - 1 ? key.mv_size : size - 1;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = ((const unsigned char *)key.mv_data)[i];

		out[i] = c >= 0x21 && c < 0x7F ? (char)c : ' ';
	}
	out[length] = '\0';
	return out;
}

enum occupare_code
db_unpack(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, MDB_val bytes, const char *table,
    MDB_val key, void *ret, struct occupare_status *st)
{
	ProtobufCMessage *message = protobuf_c_message_unpack(
	    descriptor, &arena->allocator, bytes.mv_size, bytes.mv_data);
	char text[160];

	if (message != NULL) {
		memcpy(ret, &message, sizeof message);
		return OCCUPARE_OK;
	}
	if (arena->exhausted)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "the records asked for take more than %zu bytes of memory", arena->bytes_max);
	occupare_fail(st, OCCUPARE_DATA_LOSS, NULL,
	    "the stored bytes of %s \"%s\" do not decode; restore a backup or import again", table,
	    key_text(text, sizeof text, key));
	occupare_status_resource(st, table, text);
	return OCCUPARE_DATA_LOSS;
}

static void *
trusting_alloc(void *data, size_t size)
{
	return occ_arena_alloc(data, size);
}

static void
trusting_free(void *data, void *pointer)
{
	(void)data;
	(void)pointer;
}

ProtobufCMessage *
db_copy(struct occ_arena *arena, const ProtobufCMessage *message)
{
	ProtobufCAllocator trusting = { .alloc = trusting_alloc, .free = trusting_free, .allocator_data = arena };
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *packed = occ_arena_alloc(arena, size);

	protobuf_c_message_pack(message, packed);
	return protobuf_c_message_unpack(message->descriptor, &trusting, size, packed);
}

enum occupare_code
db_numbers_end(struct store_txn *txn, enum store_db db, uint32_t *ret, struct occupare_status *st)
{
	MDB_val key, value;
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn->mdb, txn->store->db[db], &cursor);

	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "numbering");
	rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	mdb_cursor_close(cursor);
	if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND)
		return store_fail(txn, st, rc, "numbering");
	*ret = rc == MDB_SUCCESS && key.mv_size == 4 ? db_number(key.mv_data) + 1 : 0;
	return OCCUPARE_OK;
}

enum occupare_code
db_number_reuse(struct store_txn *txn, enum store_db db, uint32_t *ret, bool *found, struct occupare_status *st)
{
	uint8_t prefix = (uint8_t)db;
	struct db_walk walk;

	db_walk_begin(&walk, txn, DB_FREE, db_bytes(&prefix, 1), 1);
	*found = db_walk_row(&walk) && walk.key.mv_size == 5;
	if (*found) {
		*ret = db_number((const uint8_t *)walk.key.mv_data + 1);
		db_walk_delete(&walk);
	}
	return db_walk_end(&walk, st);
}

enum occupare_code
db_number_take(struct store_txn *txn, enum store_db db, uint32_t *ret, struct occupare_status *st)
{
	bool found;

	if (db_number_reuse(txn, db, ret, &found, st) != OCCUPARE_OK)
		return st->code;
	return found ? OCCUPARE_OK : db_numbers_end(txn, db, ret, st);
}

enum occupare_code
db_number_give(struct store_txn *txn, enum store_db db, uint32_t number, struct occupare_status *st)
{
	uint8_t key[5] = { (uint8_t)db };

	db_number_put(key + 1, number);
	return db_put(txn, DB_FREE, db_bytes(key, sizeof key), db_bytes("", 0), st);
}

enum occupare_code
db_number_free(struct store_txn *txn, enum store_db db, uint32_t number, struct occupare_status *st)
{
	uint8_t key[4];

	db_number_put(key, number);
	if (db_delete(txn, db, db_bytes(key, sizeof key), NULL, st) != OCCUPARE_OK)
		return st->code;
	return db_number_give(txn, db, number, st);
}

void
store_touch(struct store_txn *txn)
{
	struct timespec now;

	if (txn->changed)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	txn->changed = true;
	txn->dataset.generation++;
	txn->update_time.seconds = now.tv_sec;
	txn->update_time.nanos = (int32_t)now.tv_nsec;
}

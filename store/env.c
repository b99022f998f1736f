/* Read and write transactions, the size of the map, the errors of LMDB.
 *
 * LMDB's read transactions belong to a struct store_txn, not to a thread (MDB_NOTLS), because one may be ended by another
 * thread than began it.  For the same reason the gate is a counter and not a rwlock. */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "store/pages.h"

#define FULL_DISK_BYTES ((size_t)64 << 10) /* with less than this free, a short write is for want of room */

/* ---- Errors ---- */

enum occupare_code
store_code(int rc)
{
	switch (rc) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case MDB_READERS_FULL:
		return OCCUPARE_RESOURCE_EXHAUSTED;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_INCOMPATIBLE:
		return OCCUPARE_DATA_LOSS;
	case EACCES:
	case EPERM:
	case EROFS:
		return OCCUPARE_PERMISSION_DENIED;
	case ENOENT:
	case ENOTDIR:
		return OCCUPARE_NOT_FOUND;
	default:
		return OCCUPARE_INTERNAL;
	}
}

/* LMDB calls a write that was cut short an I/O error, which is how most full disks begin. */
static bool
is_disk_full(struct store *store)
{
	struct statvfs system;
	struct rlimit limit;
	struct stat file;
	int fd = -1;

	if (mdb_env_get_fd(store->env, &fd) != MDB_SUCCESS || fstat(fd, &file) != 0)
		return false;
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    (rlim_t)file.st_size + FULL_DISK_BYTES > limit.rlim_cur)
		return true;
	return fstatvfs(fd, &system) == 0 && (uint64_t)system.f_bavail * system.f_frsize < FULL_DISK_BYTES;
}

enum occupare_code
store_fail(struct store_txn *txn, struct occupare_status *st, int rc, const char *what)
{
	if (rc == EIO && txn != NULL && is_disk_full(txn->store))
		rc = ENOSPC;
	if (rc == MDB_MAP_FULL && txn != NULL)
		txn->map_full = true;
	return occupare_fail(st, store_code(rc), NULL, "store: %s: %s%s", what, mdb_strerror(rc),
	    rc == MDB_PANIC ? "; restart this program to write again" : "");
}

/* ---- The gate ---- */

static void
gate_enter(struct store *store)
{
	pthread_mutex_lock(&store->gate_lock);
	while (store->gate_shut)
		pthread_cond_wait(&store->gate_moved, &store->gate_lock);
	store->gate_inside++;
	pthread_mutex_unlock(&store->gate_lock);
}

static void
gate_leave(struct store *store)
{
	pthread_mutex_lock(&store->gate_lock);
	if (--store->gate_inside == 0)
		pthread_cond_broadcast(&store->gate_moved);
	pthread_mutex_unlock(&store->gate_lock);
}

/* LMDB gives its map up before it asks for a larger one, and cannot go on without: so the room is tried first. */
static int
set_map_bytes(struct store *store, size_t bytes)
{
	void *room = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int rc;

	if (room == MAP_FAILED)
		return ENOMEM;
	munmap(room, bytes);
	rc = mdb_env_set_mapsize(store->env, bytes);
	store->map_lost = rc != MDB_SUCCESS;
	return rc;
}

/* Remaps with nobody inside, because that takes away the pages under borrowed pointers.  bytes_min: 0 = as large as
 * another process made it. The caller is outside. */
static int
gate_remap(struct store *store, size_t bytes_min)
{
	struct occupare_status ignored;
	struct pages_meta meta;
	MDB_envinfo info;
	int fd = -1, rc = MDB_SUCCESS;

	pthread_mutex_lock(&store->gate_lock);
	while (store->gate_shut)
		pthread_cond_wait(&store->gate_moved, &store->gate_lock);
	store->gate_shut = true;
	while (store->gate_inside > 0)
		pthread_cond_wait(&store->gate_moved, &store->gate_lock);
	if (bytes_min == 0) {
		mdb_env_get_fd(store->env, &fd);
		if (pages_read_meta(fd, &meta, &ignored) == OCCUPARE_OK)
			bytes_min = pages_map_bytes(&meta);
		else
			rc = MDB_CORRUPTED;
	}
	/* Somebody else may have done it meanwhile. */
	mdb_env_info(store->env, &info);
	if (rc == MDB_SUCCESS && info.me_mapsize < bytes_min)
		rc = set_map_bytes(store, bytes_min);
	store->gate_shut = false;
	pthread_cond_broadcast(&store->gate_moved);
	pthread_mutex_unlock(&store->gate_lock);
	return rc;
}

/* ---- Read transactions ---- */

enum occupare_code
store_txn_new(struct store *store, struct store_txn **ret, struct occupare_status *st)
{
	struct store_txn *txn = calloc(1, sizeof *txn);

	if (txn == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	txn->store = store;
	*ret = txn;
	return OCCUPARE_OK;
}

void
store_txn_free(struct store_txn *txn)
{
	if (txn == NULL)
		return;
	if (txn->mdb != NULL)
		mdb_txn_abort(txn->mdb);
	if (txn->begun)
		gate_leave(txn->store);
	free(txn);
}

static int
begin_reading(struct store_txn *txn)
{
	if (txn->store->map_lost)
		return ENOMEM;
	if (txn->mdb != NULL)
		return mdb_txn_renew(txn->mdb);
	return mdb_txn_begin(txn->store->env, NULL, MDB_RDONLY, &txn->mdb);
}

enum occupare_code
store_read_begin(struct store_txn *txn, struct occupare_status *st)
{
	bool swept = false;
	int dead, rc;

	assert(!txn->begun);
	for (;;) {
		gate_enter(txn->store);
		rc = begin_reading(txn);
		if (rc == MDB_SUCCESS)
			break;
		gate_leave(txn->store);
		if (rc == MDB_MAP_RESIZED) {
			rc = gate_remap(txn->store, 0);
			if (rc == MDB_SUCCESS)
				continue;
		} else if (rc == MDB_READERS_FULL && !swept) {
			swept = true;
			if (mdb_reader_check(txn->store->env, &dead) == MDB_SUCCESS)
				continue;
		}
		return store_fail(txn, st, rc, "beginning to read");
	}
	txn->begun = true;
	return OCCUPARE_OK;
}

void
store_read_end(struct store_txn *txn)
{
	if (!txn->begun)
		return;
	mdb_txn_reset(txn->mdb);
	txn->begun = false;
	gate_leave(txn->store);
}

/* ---- Write transactions ---- */

/* What one attempt at a batch came to, beside OK and failure. */
enum attempt { ATTEMPT_DONE, ATTEMPT_FAILED, ATTEMPT_MAP_FULL, ATTEMPT_MAP_RESIZED };

/* Applies one item in a transaction of its own within the batch's. */
static enum attempt
apply_item(struct store_txn *txn, MDB_txn *batch, store_apply *apply, void *item, struct occupare_status *st)
{
	int rc = mdb_txn_begin(txn->store->env, batch, 0, &txn->mdb);
	bool keep;

	if (rc != MDB_SUCCESS) {
		store_fail(txn, st, rc, "beginning to write");
		return txn->map_full ? ATTEMPT_MAP_FULL : ATTEMPT_FAILED;
	}
	txn->changed = false;
	occ_arena_reset(&txn->store->scratch);
	occ_arena_reset(&txn->store->importing);
	keep = store_dataset_load(&txn->store->scratch, txn, st) == OCCUPARE_OK;
	if (!keep) {
		mdb_txn_abort(txn->mdb);
		return txn->map_full ? ATTEMPT_MAP_FULL : ATTEMPT_FAILED;
	}
	keep = apply(txn, item) == OCCUPARE_OK;
	if (!keep || txn->map_full) {
		mdb_txn_abort(txn->mdb);
		return txn->map_full ? ATTEMPT_MAP_FULL : ATTEMPT_DONE;
	}
	if (txn->changed && store_dataset_save(txn, st) != OCCUPARE_OK) {
		mdb_txn_abort(txn->mdb);
		return txn->map_full ? ATTEMPT_MAP_FULL : ATTEMPT_FAILED;
	}
	rc = mdb_txn_commit(txn->mdb);
	if (rc == MDB_SUCCESS)
		return ATTEMPT_DONE;
	store_fail(txn, st, rc, "keeping a change");
	return txn->map_full ? ATTEMPT_MAP_FULL : ATTEMPT_FAILED;
}

static enum attempt
apply_batch(struct store *store, store_apply *apply, void *const *items, size_t count, struct occupare_status *st)
{
	struct store_txn txn = { .store = store, .begun = true, .write = true };
	enum attempt attempt = ATTEMPT_DONE;
	MDB_txn *batch;
	int rc = store->map_lost ? ENOMEM : mdb_txn_begin(store->env, NULL, 0, &batch);

	if (rc == MDB_MAP_RESIZED)
		return ATTEMPT_MAP_RESIZED;
	if (rc != MDB_SUCCESS) {
		store_fail(&txn, st, rc, "beginning to write");
		return ATTEMPT_FAILED;
	}
	for (size_t i = 0; i < count && attempt == ATTEMPT_DONE; i++)
		attempt = apply_item(&txn, batch, apply, items[i], st);
	if (attempt != ATTEMPT_DONE) {
		mdb_txn_abort(batch);
		return attempt;
	}
	rc = mdb_txn_commit(batch);
	if (rc == MDB_SUCCESS)
		return ATTEMPT_DONE;
	store_fail(&txn, st, rc, "committing");
	return rc == MDB_MAP_FULL ? ATTEMPT_MAP_FULL : ATTEMPT_FAILED;
}

/* Somebody removed or replaced the file: what is written to it is lost when it is closed. */
static bool
is_removed(const struct store *store)
{
	struct stat file;
	mdb_filehandle_t fd;

	return mdb_env_get_fd(store->env, &fd) != MDB_SUCCESS || fstat(fd, &file) != 0 || file.st_nlink == 0;
}

enum occupare_code
store_write(struct store *store, store_apply *apply, void *const *items, size_t count, struct occupare_status *st)
{
	if (!store->writable) {
		occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL, "%s is open for reading only", store->directory);
		occupare_status_reason(st, "STORE_READ_ONLY");
		return OCCUPARE_FAILED_PRECONDITION;
	}
	if (is_removed(store)) {
		occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "the files of %s were removed while it was open; restart this program on a store that is there",
		    store->directory);
		occupare_status_reason(st, "STORE_REMOVED");
		return OCCUPARE_FAILED_PRECONDITION;
	}
	for (;;) {
		MDB_envinfo info;
		enum attempt attempt;
		int rc;

		gate_enter(store);
		attempt = apply_batch(store, apply, items, count, st);
		mdb_env_info(store->env, &info);
		gate_leave(store);
		if (attempt == ATTEMPT_DONE)
			return OCCUPARE_OK;
		if (attempt == ATTEMPT_FAILED)
			return st->code;
		if (attempt == ATTEMPT_MAP_FULL && info.me_mapsize > STORE_MAP_BYTES_MAX / 2)
			return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
			    "the store's map is full at %zu bytes", info.me_mapsize);
		rc = gate_remap(store, attempt == ATTEMPT_MAP_FULL ? info.me_mapsize * 2 : 0);
		if (rc != MDB_SUCCESS)
			return store_fail(NULL, st, rc, "making the map larger");
	}
}

void
store_usage(struct store *store, struct store_usage *ret)
{
	struct stat file = { 0 };
	MDB_envinfo info;
	int fd;

	gate_enter(store);
	mdb_env_info(store->env, &info);
	gate_leave(store);
	if (mdb_env_get_fd(store->env, &fd) != MDB_SUCCESS || fstat(fd, &file) != 0)
		file.st_size = 0;
	ret->file_bytes = (uint64_t)file.st_size;
	ret->map_bytes = info.me_mapsize;
	ret->readers = info.me_numreaders;
	ret->readers_max = info.me_maxreaders;
}

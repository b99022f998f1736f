/* Opening and closing: the directory and who may use it, the soundness of the file, its format and tables. */
#include "store/db.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/pages.h"

#define DIRECTORY_MODE 0750
#define FILE_MODE 0640
#define DATA_FILE "data.mdb"
#define LOCK_FILE "lock.mdb"
#define FORMAT_NAME "occupare "
#define SCRATCH_BYTES_KEPT ((size_t)1 << 20)
#define SCRATCH_BYTES_MAX ((size_t)1 << 30) /* a record is bounded by check.h; this only bounds damage */
#define OPEN_ATTEMPTS 8u                    /* at a snapshot that other processes write past */

static const struct table {
	const char *name;
	unsigned flags;
} tables[DB_COUNT] = {
	[DB_META] = { "meta", 0 },
	[DB_SOURCES] = { "sources", 0 },
	[DB_SOURCE_USES] = { "source_uses", 0 },
	[DB_OCCUPATIONS] = { "occupations", 0 },
	[DB_ALIASES] = { "aliases", 0 },
	[DB_SUMMARIES] = { "summaries", 0 },
	[DB_SKILLS] = { "skills", 0 },
	[DB_VECTORS] = { "vectors", 0 },
	[DB_SKILL_NAMES] = { "skill_names", 0 },
	[DB_LAYERS] = { "layers", 0 },
	[DB_LAYER_CODES] = { "layer_codes", MDB_DUPSORT },
	[DB_INDEX] = { "index", 0 },
	[DB_NUMBERS] = { "numbers", 0 },
	[DB_MARKS] = { "marks", 0 },
	[DB_NAMES] = { "names", MDB_DUPSORT | MDB_DUPFIXED },
	[DB_TEXTS] = { "texts", 0 },
	[DB_CODES] = { "codes", MDB_DUPSORT | MDB_DUPFIXED },
	[DB_WORDS] = { "words", MDB_DUPSORT | MDB_DUPFIXED },
	[DB_VOCABULARY] = { "vocabulary", MDB_DUPSORT | MDB_DUPFIXED },
	[DB_FREE] = { "free", 0 },
	[DB_AREAS] = { "areas", 0 },
	[DB_ESTIMATES] = { "estimates", 0 },
};

static enum occupare_code
file_fail(struct occupare_status *st, int error, const char *directory, const char *file, const char *verb)
{
	return occupare_fail(st, store_code(error), NULL, "cannot %s %s%s%s: %s", verb, directory,
	    file[0] != '\0' ? "/" : "", file, strerror(error));
}

void
store_sync_name(const char *path)
{
	char *copy = strdup(path);
	int fd = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

/* ---- The list of open stores ---- */

/* LMDB loses its locks when one process opens a file twice and closes one of the two. */
static pthread_mutex_t opened_lock = PTHREAD_MUTEX_INITIALIZER;
static struct store *opened;

static enum occupare_code
register_store(struct store *store, struct occupare_status *st)
{
	struct stat info;
	bool twice = false;

	if (stat(store->directory, &info) != 0)
		return file_fail(st, errno, store->directory, "", "look at");
	store->device = info.st_dev;
	store->inode = info.st_ino;
	pthread_mutex_lock(&opened_lock);
	for (const struct store *other = opened; other != NULL; other = other->next)
		twice |= other->device == store->device && other->inode == store->inode && other->process == getpid();
	if (!twice) {
		store->process = getpid();
		store->next = opened;
		opened = store;
	}
	pthread_mutex_unlock(&opened_lock);
	if (twice)
		return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "%s is open in this process already; one struct store serves all threads", store->directory);
	return OCCUPARE_OK;
}

static void
unregister_store(struct store *store)
{
	pthread_mutex_lock(&opened_lock);
	for (struct store **at = &opened; *at != NULL; at = &(*at)->next)
		if (*at == store) {
			*at = store->next;
			break;
		}
	pthread_mutex_unlock(&opened_lock);
}

/* ---- Opening ---- */

static bool
is_empty_directory(const char *directory)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	bool empty = true;

	if (stream == NULL)
		return false;
	while (empty && (entry = readdir(stream)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(stream);
	return empty;
}

/* Opens data.mdb for looking at it.  *ret is -1 where there is none or it is empty, and it may be made. */
static enum occupare_code
open_data(const char *directory, const struct store_options *options, int *ret, struct occupare_status *st)
{
	struct stat info;
	int at, fd;

	if (options->create && mkdir(directory, DIRECTORY_MODE) != 0 && errno != EEXIST)
		return file_fail(st, errno, directory, "", "make");
	at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0 && errno == ENOENT)
		return occupare_fail(st, OCCUPARE_NOT_FOUND, NULL,
		    "there is no store at %s; make one with: occupare-store import json FILE --store %s", directory,
		    directory);
	if (at < 0 && errno == ENOTDIR)
		return occupare_fail(
		    st, OCCUPARE_NOT_FOUND, NULL, "%s is no directory, so there is no store in it", directory);
	if (at < 0)
		return file_fail(st, errno, directory, "", "open");
	fd = openat(at, DATA_FILE, O_RDONLY | O_CLOEXEC);
	int error = errno;
	close(at);
	if (fd < 0 && error != ENOENT)
		return file_fail(st, error, directory, DATA_FILE, "read");
	if (fd >= 0 && (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))) {
		close(fd);
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "%s/" DATA_FILE " is no file", directory);
	}
	if (fd >= 0 && info.st_size > 0) {
		*ret = fd;
		return OCCUPARE_OK;
	}
	if (!options->create) {
		bool empty = fd >= 0 || is_empty_directory(directory);

		if (fd >= 0)
			close(fd);
		return occupare_fail(st, empty ? OCCUPARE_FAILED_PRECONDITION : OCCUPARE_NOT_FOUND, NULL,
		    "there is no store in %s, which is %s; make one with: occupare-store import json FILE --store %s",
		    directory, empty ? "empty" : "a directory of something else", directory);
	}
	if (fd >= 0)
		close(fd);
	*ret = -1;
	return OCCUPARE_OK;
}

/* Nobody can write there: the file system is mounted for reading, or the modes forbid it to all. */
static bool
is_sealed(const char *directory, int data_fd)
{
	struct statvfs system;
	struct stat folder, data;

	if (fstatvfs(data_fd, &system) == 0 && (system.f_flag & ST_RDONLY))
		return true;
	return stat(directory, &folder) == 0 && fstat(data_fd, &data) == 0 && (folder.st_mode & 0222) == 0 &&
	       (data.st_mode & 0222) == 0;
}

/* Checks what the modes allow, so that the refusal can say what to change.  Adds MDB_NOLOCK to the flags where reading
 * needs no entry in the table of readers. */
static enum occupare_code
check_access(const char *directory, bool writable, int data_fd, unsigned *flags, struct occupare_status *st)
{
	char *path = NULL;
	struct stat info;
	bool may;

	if (writable) {
		/* A sealed store is read without locks, so not even root, whom modes do not stop, may write to it. */
		if (data_fd >= 0 && is_sealed(directory, data_fd))
			return occupare_fail(st, OCCUPARE_PERMISSION_DENIED, NULL,
			    "cannot write to %s: it is read-only, by its mount or by the modes of the directory and "
			    "data.mdb",
			    directory);
		if (data_fd >= 0 && fstat(data_fd, &info) == 0 && asprintf(&path, "%s/" DATA_FILE, directory) > 0) {
			may = access(path, W_OK) == 0;
			free(path);
			if (!may)
				return file_fail(st, EACCES, directory, DATA_FILE, "write");
		}
		return OCCUPARE_OK;
	}
	if (asprintf(&path, "%s/" LOCK_FILE, directory) < 0)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	may = access(path, R_OK | W_OK) == 0 || (errno == ENOENT && access(directory, W_OK | X_OK) == 0);
	free(path);
	if (is_sealed(directory, data_fd)) {
		/* Readers enter themselves in lock.mdb so that no writer takes the pages they read.  Where nothing can write
		 * there is nothing to keep from, and nowhere to enter.  What this cannot see: another mount of the same
		 * files that is written to; whoever shares a store so must share lock.mdb for writing, too. */
		if (!may)
			*flags |= MDB_NOLOCK;
		return OCCUPARE_OK;
	}
	if (!may)
		return occupare_fail(st, OCCUPARE_PERMISSION_DENIED, NULL,
		    "cannot write %s/" LOCK_FILE
		    ", where readers enter themselves so that writers leave their pages alone",
		    directory);
	return OCCUPARE_OK;
}

static enum occupare_code
open_environment(struct store *store, const struct store_options *options, const struct pages_meta *meta,
    unsigned flags, struct occupare_status *st)
{
	size_t bytes = options->map_bytes != 0 ? options->map_bytes : STORE_MAP_BYTES_DEFAULT;
	int dead, rc = mdb_env_create(&store->env);

	if (rc != MDB_SUCCESS)
		return store_fail(NULL, st, rc, "making an environment");
	if (meta != NULL && meta->map_bytes > bytes && meta->map_bytes <= STORE_MAP_BYTES_MAX)
		bytes = (size_t)meta->map_bytes;
	rc = mdb_env_set_mapsize(store->env, bytes);
	if (rc == MDB_SUCCESS)
		rc = mdb_env_set_maxdbs(store->env, DB_COUNT);
	if (rc == MDB_SUCCESS)
		rc = mdb_env_set_maxreaders(
		    store->env, options->readers_max != 0 ? options->readers_max : STORE_READERS_DEFAULT);
	if (rc == MDB_SUCCESS)
		rc = mdb_env_open(
		    store->env, store->directory, MDB_NOTLS | flags | (store->writable ? 0 : MDB_RDONLY), FILE_MODE);
	if (rc == EACCES || rc == EPERM || rc == EROFS)
		return file_fail(st, rc, store->directory, "", store->writable ? "write to" : "read");
	if (rc == ENOMEM)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "cannot map %s: no room for %zu bytes of address space; set a smaller map size", store->directory,
		    bytes);
	if (rc != MDB_SUCCESS)
		return store_fail(NULL, st, rc, "opening");
	/* Processes that were killed while reading left entries, which would keep pages from being used again. */
	if ((flags & MDB_NOLOCK) == 0)
		mdb_reader_check(store->env, &dead);
	return OCCUPARE_OK;
}

/* The descriptor that LMDB itself reads from: what is checked is what is mapped. */
static int
data_descriptor(struct store *store)
{
	int fd = -1;

	mdb_env_get_fd(store->env, &fd);
	return fd;
}

/* Walks the pages of the snapshot that an open read transaction sees. */
enum occupare_code
store_check_pages(struct store_txn *txn, bool deep, struct occupare_status *st)
{
	int fd = data_descriptor(txn->store);
	struct pages_meta meta;

	for (unsigned attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
		if (pages_read_meta(fd, &meta, st) != OCCUPARE_OK)
			return st->code;
		if (meta.transaction == mdb_txn_id(txn->mdb))
			return pages_walk(fd, &meta, deep, st);
		/* Another process wrote since: look at what it wrote. */
		store_read_end(txn);
		if (store_read_begin(txn, st) != OCCUPARE_OK)
			return st->code;
	}
	/* Somebody else writes all the time, which nobody could do to a damaged file. */
	return OCCUPARE_OK;
}

static enum occupare_code
foreign(struct store *store, struct occupare_status *st)
{
	occupare_fail(st, OCCUPARE_DATA_LOSS, NULL,
	    "%s/" DATA_FILE " is an LMDB file of another program, not a store of occupations", store->directory);
	occupare_status_reason(st, "STORE_FOREIGN");
	return OCCUPARE_DATA_LOSS;
}

static enum occupare_code
check_format(struct store *store, struct store_txn *txn, struct occupare_status *st)
{
	char text[32] = "";
	MDB_val value;
	bool found;
	unsigned long format;
	char *end;

	if (db_get(txn, DB_META, db_bytes("format", 6), &value, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found || value.mv_size >= sizeof text || value.mv_size <= strlen(FORMAT_NAME) ||
	    memcmp(value.mv_data, FORMAT_NAME, strlen(FORMAT_NAME)) != 0)
		return foreign(store, st);
	memcpy(text, value.mv_data, value.mv_size);
	format = strtoul(text + strlen(FORMAT_NAME), &end, 10);
	if (*end != '\0' || format == 0)
		return foreign(store, st);
	if (format == STORE_SCHEMA_VERSION)
		return OCCUPARE_OK;
	if (format < STORE_SCHEMA_VERSION) {
		occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "%s has store format %lu, this program has format %u; make it anew: import again what it was made "
		    "of, or "
		    "what the older version exports as json",
		    store->directory, format, STORE_SCHEMA_VERSION);
		occupare_status_reason(st, "STORE_FORMAT_OLDER");
		return OCCUPARE_FAILED_PRECONDITION;
	}
	occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
	    "%s has store format %lu, this program has format %u; use a newer version of it", store->directory, format,
	    STORE_SCHEMA_VERSION);
	occupare_status_reason(st, "STORE_FORMAT_NEWER");
	return OCCUPARE_FAILED_PRECONDITION;
}

/* Opens the handles of all tables. MDB_NOTFOUND: the first is not there; none is made unless create. */
static int
open_tables(struct store *store, MDB_txn *mdb, bool create)
{
	for (int i = 0; i < DB_COUNT; i++) {
		int rc = mdb_dbi_open(mdb, tables[i].name, tables[i].flags | (create ? MDB_CREATE : 0), &store->db[i]);

		if (rc == MDB_NOTFOUND && i > 0)
			return MDB_CORRUPTED;
		if (rc != MDB_SUCCESS)
			return rc;
	}
	return MDB_SUCCESS;
}

/* Makes the tables of a new store, if nothing is in the file. */
static enum occupare_code
make_tables(struct store *store, struct occupare_status *st)
{
	struct store_txn txn = { .store = store, .write = true };
	char format[32];
	MDB_stat stat;
	MDB_dbi main_table;
	int rc = mdb_txn_begin(store->env, NULL, 0, &txn.mdb);

	if (rc != MDB_SUCCESS)
		return store_fail(&txn, st, rc, "making the tables");
	rc = mdb_dbi_open(txn.mdb, NULL, 0, &main_table);
	if (rc == MDB_SUCCESS)
		rc = mdb_stat(txn.mdb, main_table, &stat);
	/* Another process may have made them meanwhile. */
	bool make = rc == MDB_SUCCESS && stat.ms_entries == 0;
	if (rc == MDB_SUCCESS)
		rc = open_tables(store, txn.mdb, make);
	if (rc == MDB_SUCCESS && make) {
		int length = snprintf(format, sizeof format, FORMAT_NAME "%u", STORE_SCHEMA_VERSION);

		if (db_put(&txn, DB_META, db_bytes("format", 6), db_bytes(format, (size_t)length), st) != OCCUPARE_OK) {
			mdb_txn_abort(txn.mdb);
			return st->code;
		}
	}
	if (rc != MDB_SUCCESS) {
		mdb_txn_abort(txn.mdb);
		return rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE ? foreign(store, st)
								    : store_fail(&txn, st, rc, "making the tables");
	}
	rc = mdb_txn_commit(txn.mdb);
	return rc == MDB_SUCCESS ? OCCUPARE_OK : store_fail(&txn, st, rc, "making the tables");
}

/* LMDB syncs what is in its file, but a write is kept only if the new file and its directory are found again, too. */
static void
sync_names(const char *directory)
{
	char *path;

	if (asprintf(&path, "%s/" DATA_FILE, directory) > 0) {
		store_sync_name(path);
		free(path);
	}
	store_sync_name(directory);
}

static enum occupare_code
find_tables(struct store *store, const struct store_options *options, struct store_txn *txn, struct occupare_status *st)
{
	MDB_stat stat;
	MDB_dbi main_table;
	int rc = mdb_dbi_open(txn->mdb, NULL, 0, &main_table);

	if (rc == MDB_SUCCESS)
		rc = mdb_stat(txn->mdb, main_table, &stat);
	if (rc == MDB_SUCCESS && stat.ms_entries == 0) {
		if (!options->create)
			return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
			    "the store in %s is empty; fill it with: occupare-store import json FILE --store %s",
			    store->directory, store->directory);
		store_read_end(txn);
		if (make_tables(store, st) != OCCUPARE_OK)
			return st->code;
		sync_names(store->directory);
		return store_read_begin(txn, st);
	}
	/* The format first: another one may have other tables. */
	if (rc == MDB_SUCCESS)
		rc = mdb_dbi_open(txn->mdb, tables[DB_META].name, tables[DB_META].flags, &store->db[DB_META]);
	if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE)
		return foreign(store, st);
	if (rc == MDB_SUCCESS && check_format(store, txn, st) != OCCUPARE_OK)
		return st->code;
	if (rc == MDB_SUCCESS)
		rc = open_tables(store, txn->mdb, false);
	return rc == MDB_SUCCESS ? OCCUPARE_OK : store_fail(txn, st, rc, "opening the tables");
}

/* With the environment open: sound pages, the tables, the format. */
static enum occupare_code
open_store(struct store *store, const struct store_options *options, struct occupare_status *st)
{
	struct store_txn *txn;
	enum occupare_code code;
	int rc;

	if (store_txn_new(store, &txn, st) != OCCUPARE_OK)
		return st->code;
	code = store_read_begin(txn, st);
	if (code == OCCUPARE_OK)
		code = store_check_pages(txn, false, st);
	if (code == OCCUPARE_OK)
		code = find_tables(store, options, txn, st);
	/* Handles outlive the transaction that opened them only if it commits. */
	if (code == OCCUPARE_OK) {
		rc = mdb_txn_commit(txn->mdb);
		txn->mdb = NULL;
		if (rc != MDB_SUCCESS)
			code = store_fail(txn, st, rc, "opening the tables");
	}
	store_txn_free(txn);
	return code;
}

enum occupare_code
store_open(const char *directory, const struct store_options *options, struct store **ret, struct occupare_status *st)
{
	struct pages_meta meta = { 0 };
	struct store *store;
	unsigned flags = 0;
	int fd = -1;

	if (open_data(directory, options, &fd, st) != OCCUPARE_OK)
		return st->code;
	if ((fd >= 0 && pages_read_meta(fd, &meta, st) != OCCUPARE_OK) ||
	    check_access(directory, options->writable, fd, &flags, st) != OCCUPARE_OK) {
		if (fd >= 0)
			close(fd);
		return st->code;
	}
	if (fd >= 0)
		close(fd);
	store = calloc(1, sizeof *store);
	if (store == NULL || (store->directory = strdup(directory)) == NULL) {
		free(store);
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	}
	store->writable = options->writable;
	pthread_mutex_init(&store->gate_lock, NULL);
	pthread_cond_init(&store->gate_moved, NULL);
	occ_arena_init(&store->scratch, SCRATCH_BYTES_KEPT, SCRATCH_BYTES_MAX);
	occ_arena_init(&store->importing, SCRATCH_BYTES_KEPT, SCRATCH_BYTES_MAX);
	if (register_store(store, st) != OCCUPARE_OK ||
	    open_environment(store, options, fd >= 0 ? &meta : NULL, flags, st) != OCCUPARE_OK ||
	    open_store(store, options, st) != OCCUPARE_OK) {
		store_close(store);
		return st->code;
	}
	*ret = store;
	return OCCUPARE_OK;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	if (store->env != NULL)
		mdb_env_close(store->env);
	unregister_store(store);
	occ_arena_fini(&store->scratch);
	occ_arena_fini(&store->importing);
	pthread_cond_destroy(&store->gate_moved);
	pthread_mutex_destroy(&store->gate_lock);
	free(store->directory);
	free(store);
}

/* Export and statistics; verifying has a file of its own. */
#include "store/maintain.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <utf8proc.h>

#include "proto/json.h"
#include "store/db.h"
#include "store/layers.h"

#define ARENA_BYTES_KEPT ((size_t)64 << 10)
#define ARENA_BYTES_MAX ((size_t)64 << 20) /* one record, decoded */

void
maintain_libraries(char *out, size_t size)
{
	int major, minor, patch;

	mdb_version(&major, &minor, &patch);
	snprintf(out, size, "LMDB %d.%d.%d, protobuf-c %s, utf8proc %s", major, minor, patch, protobuf_c_version(),
	    utf8proc_version());
}

char *
store_default_directory(struct occ_arena *arena)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (geteuid() == 0)
		return occ_arena_strdup(arena, "/var/lib/occupare");
	if (data != NULL && data[0] == '/')
		return occ_arena_printf(arena, "%s/occupare", data);
	if (home != NULL && home[0] == '/')
		return occ_arena_printf(arena, "%s/.local/share/occupare", home);
	return NULL;
}

/* ---- Export ---- */

struct export
{
	struct occ_arena arena; /* one record */
	struct store_txn *txn;
	FILE *out;
	uint64_t records; /* in the list that is being written */
	uint64_t lists;
};

struct numbering {
	Occupare__V1__Source **sources;
	size_t count;
};

/* The place of a source in the list. */
static uint32_t
number_of(void *data, uint32_t id)
{
	const struct numbering *numbering = data;

	for (size_t i = 0; i < numbering->count; i++)
		if (numbering->sources[i]->id == id)
			return (uint32_t)i + 1;
	return id;
}

/* Numbers the sources of a record from 1 in the order of their texts: a store's own ids depend on its past. */
static void
renumber_sources(ProtobufCMessage *record, Occupare__V1__Source **sources, size_t count)
{
	struct numbering numbering = { sources, count };

	if (count > 0)
		qsort(sources, count, sizeof(Occupare__V1__Source *), sources_by_text);
	layers_map_sources(record, number_of, &numbering);
	for (size_t i = 0; i < count; i++)
		sources[i]->id = (uint32_t)i + 1;
}

static enum occupare_code
export_record(struct export *export, const ProtobufCMessage *record, struct occupare_status *st)
{
	fputs(export->records++ == 0 ? "\n" : ",\n", export->out);
	return occ_json_write(export->out, record, false, st);
}

static enum occupare_code
export_occupation(struct export *export, const struct db_walk *walk, struct occupare_status *st)
{
	const char *id = occ_arena_strndup(&export->arena, walk->key.mv_data, walk->key.mv_size);
	Occupare__V1__Occupation *occupation;

	if (store_get(&export->arena, export->txn, id, true, &occupation, st) != OCCUPARE_OK)
		return st->code;
	occupation->revision = 0;
	occupation->update_time = NULL;
	renumber_sources(&occupation->base, occupation->sources, occupation->n_sources);
	return export_record(export, &occupation->base, st);
}

/* What DB_AREAS and DB_ESTIMATES hold. */
static enum occupare_code
export_with_origin(struct export *export, const struct db_walk *walk, const ProtobufCMessageDescriptor *descriptor,
    struct occupare_status *st)
{
	const char *origin;
	ProtobufCMessage *record;
	MDB_val packed;

	if (!origin_split(walk->value, &origin, &packed))
		return occupare_fail(
		    st, OCCUPARE_DATA_LOSS, NULL, "a stored %s does not decode", descriptor->short_name);
	if (db_unpack(&export->arena, descriptor, packed, descriptor->short_name, walk->key, &record, st) !=
	    OCCUPARE_OK)
		return st->code;
	if (descriptor == &occupare__v1__estimate__descriptor) {
		Occupare__V1__Estimate *estimate = (Occupare__V1__Estimate *)record;

		renumber_sources(record, estimate->sources, estimate->n_sources);
	}
	return export_record(export, record, st);
}

static enum occupare_code
export_area(struct export *export, const struct db_walk *walk, struct occupare_status *st)
{
	return export_with_origin(export, walk, &occupare__v1__area__descriptor, st);
}

static enum occupare_code
export_estimate(struct export *export, const struct db_walk *walk, struct occupare_status *st)
{
	return export_with_origin(export, walk, &occupare__v1__estimate__descriptor, st);
}

static const struct exported_list {
	const char *name;
	enum store_db db;
	enum occupare_code (*write)(struct export *, const struct db_walk *, struct occupare_status *);
} exported_lists[] = {
	{ "occupations", DB_OCCUPATIONS, export_occupation },
	{ "areas", DB_AREAS, export_area },
	{ "estimates", DB_ESTIMATES, export_estimate },
};

/* Writes one list; the first is there even if it is empty. */
static enum occupare_code
export_list(struct export *export, const struct exported_list *list, uint64_t *ret_count, struct occupare_status *st)
{
	struct occupare_status walk_st;
	enum occupare_code code;
	struct db_walk walk;

	occupare_status_clear(st);
	export->records = 0;
	db_walk_begin(&walk, export->txn, list->db, db_bytes(NULL, 0), 0);
	if (export->lists == 0 || db_walk_row(&walk)) {
		fprintf(export->out, "%s\"%s\": [", export->lists++ > 0 ? ",\n" : "", list->name);
		for (; st->code == OCCUPARE_OK && db_walk_row(&walk); db_walk_next(&walk)) {
			occ_arena_reset(&export->arena);
			st->code = list->write(export, &walk, st);
		}
		fputs(export->records > 0 ? "\n]" : "]", export->out);
	}
	*ret_count = export->records;
	code = db_walk_end(&walk, &walk_st);
	if (st->code == OCCUPARE_OK && code != OCCUPARE_OK)
		*st = walk_st;
	return st->code;
}

static enum occupare_code
export_all(struct export *export, struct maintain_counts *ret, struct occupare_status *st)
{
	uint64_t counts[3] = { 0 };

	putc('{', export->out);
	for (size_t i = 0; i < sizeof exported_lists / sizeof exported_lists[0]; i++)
		if (export_list(export, &exported_lists[i], &counts[i], st) != OCCUPARE_OK)
			return st->code;
	fputs("}\n", export->out);
	if (fflush(export->out) != 0 || ferror(export->out))
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot write the export: %s", strerror(errno));
	*ret = (struct maintain_counts){ counts[0], counts[1], counts[2] };
	return OCCUPARE_OK;
}

enum occupare_code
maintain_begin(const char *directory, struct store **ret, struct store_txn **ret_txn, struct occupare_status *st)
{
	const struct store_options options = { .writable = false };

	if (store_open(directory, &options, ret, st) != OCCUPARE_OK)
		return st->code;
	if (store_txn_new(*ret, ret_txn, st) != OCCUPARE_OK) {
		store_close(*ret);
		return st->code;
	}
	if (store_read_begin(*ret_txn, st) != OCCUPARE_OK) {
		store_txn_free(*ret_txn);
		store_close(*ret);
	}
	return st->code;
}

enum occupare_code
maintain_export_json(const char *directory, FILE *out, struct maintain_counts *ret, struct occupare_status *st)
{
	struct export export = { .out = out };
	struct store *store;
	enum occupare_code code;

	occupare_status_clear(st);
	if (maintain_begin(directory, &store, &export.txn, st) != OCCUPARE_OK)
		return st->code;
	occ_arena_init(&export.arena, ARENA_BYTES_KEPT, ARENA_BYTES_MAX);
	code = export_all(&export, ret, st);
	occ_arena_fini(&export.arena);
	store_txn_free(export.txn);
	store_close(store);
	return code;
}

/* mkstemp's file is for its owner alone; an export is a file like others. */
static void
usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	(void)!fchmod(fd, 0666 & ~mask);
}

/* Writes the export to the temporary file and gives it its name. */
static enum occupare_code
export_and_rename(maintain_export *export, const char *directory, int fd, const char *temporary, const char *path,
    struct maintain_counts *ret, struct occupare_status *st)
{
	FILE *out = fdopen(fd, "w");
	enum occupare_code code;

	if (out == NULL) {
		close(fd);
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot write %s: %s", path, strerror(errno));
	}
	usual_mode(fd);
	code = export(directory, out, ret, st);
	if (code == OCCUPARE_OK && fsync(fd) != 0)
		code = occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot write %s: %s", path, strerror(errno));
	if (fclose(out) != 0 && code == OCCUPARE_OK)
		code = occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot write %s: %s", path, strerror(errno));
	if (code == OCCUPARE_OK && rename(temporary, path) != 0)
		code = occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot replace %s: %s", path, strerror(errno));
	return code;
}

enum occupare_code
maintain_export_file(maintain_export *export, const char *directory, const char *path, struct maintain_counts *ret,
    struct occupare_status *st)
{
	struct occ_arena arena;
	enum occupare_code code;
	char *temporary;
	int fd;

	occ_arena_init(&arena, 0, 0);
	temporary = occ_arena_printf(&arena, "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		code = occupare_fail(st,
		    errno == EACCES || errno == EROFS ? OCCUPARE_PERMISSION_DENIED : OCCUPARE_NOT_FOUND, NULL,
		    "cannot write %s: %s", path, strerror(errno));
	} else {
		code = export_and_rename(export, directory, fd, temporary, path, ret, st);
		if (code == OCCUPARE_OK)
			store_sync_name(path);
		else
			unlink(temporary);
	}
	occ_arena_fini(&arena);
	return code;
}

/* ---- Statistics ---- */

static void
line(FILE *out, const char *name, uint64_t value, const char *unit)
{
	fprintf(out, "%-16s  %" PRIu64 "%s%s\n", name, value, unit[0] != '\0' ? " " : "", unit);
}

/* Pages that LMDB will use again, as the snapshot sees it. */
static enum occupare_code
free_pages(struct store_txn *txn, uint64_t *ret, struct occupare_status *st)
{
	const MDB_dbi free_list = 0;
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t pages = 0;
	int rc = mdb_cursor_open(txn->mdb, free_list, &cursor);

	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "looking at free pages");
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS) {
		size_t count;

		if (value.mv_size < sizeof count)
			continue;
		memcpy(&count, value.mv_data, sizeof count);
		pages += count;
	}
	mdb_cursor_close(cursor);
	if (rc != MDB_NOTFOUND)
		return store_fail(txn, st, rc, "looking at free pages");
	*ret = pages;
	return OCCUPARE_OK;
}

static enum occupare_code
stat_disk(struct store_txn *txn, FILE *out, struct occupare_status *st)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat file;
	uint64_t unused = 0;
	int fd;

	mdb_env_info(txn->store->env, &info);
	mdb_env_stat(txn->store->env, &stat);
	if (free_pages(txn, &unused, st) != OCCUPARE_OK)
		return st->code;
	if (mdb_env_get_fd(txn->store->env, &fd) == MDB_SUCCESS && fstat(fd, &file) == 0)
		line(out, "file", (uint64_t)file.st_size, "bytes");
	line(out, "map", info.me_mapsize, "bytes");
	line(out, "page", stat.ms_psize, "bytes");
	line(out, "pages", info.me_last_pgno + 1, "");
	line(out, "free pages", unused, "");
	fprintf(out, "%-16s  %u of %u\n", "readers", info.me_numreaders, info.me_maxreaders);
	return OCCUPARE_OK;
}

static enum occupare_code
stat_layers(struct occ_arena *arena, struct store_txn *txn, FILE *out, struct occupare_status *st)
{
	uint64_t counts[16] = { 0 }, group_counts[16] = { 0 };
	struct db_walk walk;

	for (db_walk_begin(&walk, txn, DB_LAYERS, db_bytes(NULL, 0), 0); db_walk_row(&walk); db_walk_next(&walk)) {
		const char *key = occ_arena_strndup(arena, walk.key.mv_data, walk.key.mv_size);
		size_t id = strlen(key);
		int rank = -1;

		if (id < walk.key.mv_size)
			rank = layers_rank(occ_arena_strndup(
			    arena, (const char *)walk.key.mv_data + id + 1, walk.key.mv_size - id - 1));
		if (rank >= 0 && (size_t)rank < sizeof counts / sizeof counts[0])
			(group_is_id(key) ? group_counts : counts)[rank]++;
		occ_arena_reset(arena);
	}
	for (size_t i = 0; layers_origins[i] != NULL && i < sizeof counts / sizeof counts[0]; i++) {
		const char *name = occ_arena_printf(arena, "from %s", layers_origins[i]);

		if (counts[i] > 0)
			line(out, name, counts[i], "occupations");
		if (group_counts[i] > 0)
			line(out, name, group_counts[i], "SOC codes");
	}
	return db_walk_end(&walk, st);
}

static enum occupare_code
stat_all(struct occ_arena *arena, struct store_txn *txn, FILE *out, struct occupare_status *st)
{
	Occupare__V1__Dataset *dataset;
	char time_text[32] = "never";
	struct tm parts;

	if (store_dataset(arena, txn, false, &dataset, st) != OCCUPARE_OK)
		return st->code;
	time_t seconds = dataset->update_time == NULL ? 0 : (time_t)dataset->update_time->seconds;
	if (seconds != 0 && gmtime_r(&seconds, &parts) != NULL)
		strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", &parts);
	fprintf(out, "%-16s  %s\n", "store", txn->store->directory);
	line(out, "schema version", dataset->schema_version, "");
	line(out, "generation", dataset->generation, "");
	fprintf(out, "%-16s  %s\n", "updated", time_text);
	if (dataset->counts != NULL) {
		line(out, "occupations", dataset->counts->occupations, "");
		line(out, "aliases", dataset->counts->aliases, "");
		line(out, "codes", dataset->counts->codes, "");
		line(out, "areas", dataset->counts->areas, "");
		line(out, "estimates", dataset->counts->estimates, "");
		line(out, "sources", dataset->counts->sources, "");
	}
	if (stat_layers(arena, txn, out, st) != OCCUPARE_OK)
		return st->code;
	return stat_disk(txn, out, st);
}

enum occupare_code
maintain_stat(const char *directory, FILE *out, struct occupare_status *st)
{
	struct store_txn *txn;
	struct store *store;
	struct occ_arena arena;
	enum occupare_code code;

	occupare_status_clear(st);
	if (maintain_begin(directory, &store, &txn, st) != OCCUPARE_OK)
		return st->code;
	occ_arena_init(&arena, ARENA_BYTES_KEPT, ARENA_BYTES_MAX);
	code = stat_all(&arena, txn, out, st);
	occ_arena_fini(&arena);
	store_txn_free(txn);
	store_close(store);
	return code;
}

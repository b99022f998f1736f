/* A store in a directory of its own, for tests. */
#include "tests/support/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/maintain.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define MAP_BYTES ((size_t)256 << 20)

static const struct store_options writable = { .writable = true, .create = true, .map_bytes = MAP_BYTES };

void
fixture_directory(struct fixture *fixture)
{
	const char *base = getenv("TMPDIR");

	memset(fixture, 0, sizeof *fixture);
	occ_arena_init(&fixture->arena, 1 << 16, ARENA_BYTES);
	snprintf(
	    fixture->directory, sizeof fixture->directory, "%s/occupare-store-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(fixture->directory));
}

void
fixture_open_with(struct fixture *fixture, const struct store_options *options)
{
	struct occupare_status st = { 0 };

	if (fixture->directory[0] == '\0')
		fixture_directory(fixture);
	if (store_open(fixture->directory, options, &fixture->store, &st) == OCCUPARE_OK)
		(void)!store_txn_new(fixture->store, &fixture->txn, &st);
	ASSERT_OK(&st);
}

void
fixture_open(struct fixture *fixture)
{
	fixture_open_with(fixture, &writable);
}

void
fixture_shut(struct fixture *fixture)
{
	store_txn_free(fixture->txn);
	store_close(fixture->store);
	fixture->txn = NULL;
	fixture->store = NULL;
}

void
fixture_close(struct fixture *fixture)
{
	char path[512];
	struct dirent *entry;
	DIR *stream;

	fixture_shut(fixture);
	chmod(fixture->directory, 0700);
	stream = opendir(fixture->directory);
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", fixture->directory, entry->d_name);
		unlink(path);
	}
	if (stream != NULL)
		closedir(stream);
	rmdir(fixture->directory);
	occ_arena_fini(&fixture->arena);
	fixture->directory[0] = '\0';
}

void
fixture_read(struct fixture *fixture)
{
	struct occupare_status st = { 0 };

	store_read_end(fixture->txn);
	(void)!store_read_begin(fixture->txn, &st);
	ASSERT_OK(&st);
}

/* ---- Writes ---- */

struct change {
	struct fixture *fixture;
	const Occupare__V1__Occupation *record;
	const char *id;
	uint64_t etag;
	bool allow_missing;
	Occupare__V1__Occupation **ret;
	const struct fixture_load *load;
	struct store_import_counts *counts;
	struct occupare_status st;
};

static enum occupare_code
write_one(struct fixture *fixture, store_apply *apply, struct change *change, struct occupare_status *st)
{
	void *item = change;

	store_read_end(fixture->txn);
	change->fixture = fixture;
	occupare_status_clear(st);
	if (store_write(fixture->store, apply, &item, 1, st) == OCCUPARE_OK)
		*st = change->st;
	return st->code;
}

static enum occupare_code
apply_create(struct store_txn *txn, void *item)
{
	struct change *change = item;

	occupare_status_clear(&change->st);
	return store_create(&change->fixture->arena, txn, change->record, change->ret, &change->st);
}

static enum occupare_code
apply_update(struct store_txn *txn, void *item)
{
	struct change *change = item;

	occupare_status_clear(&change->st);
	return store_update(&change->fixture->arena, txn, change->record, change->etag, change->allow_missing,
	    change->ret, &change->st);
}

static enum occupare_code
apply_delete(struct store_txn *txn, void *item)
{
	struct change *change = item;

	occupare_status_clear(&change->st);
	return store_delete(txn, change->id, change->etag, change->allow_missing, &change->st);
}

/* What is imported is changed; what the test made is not. */
static void *
copy_of(const struct change *change, const void *message)
{
	return db_copy(&change->fixture->arena, message);
}

static enum occupare_code
apply_import(struct store_txn *txn, void *item)
{
	struct change *change = item;
	const struct fixture_load *load = change->load;
	struct occupare_status *st = &change->st;
	struct store_import *import;

	occupare_status_clear(st);
	if (store_import_begin(txn, load->origin, load->mode, &import, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < load->occupations_count; i++)
		if (store_import_occupation(import, copy_of(change, load->occupations[i]), st) != OCCUPARE_OK)
			return st->code;
	for (size_t i = 0; i < load->areas_count; i++)
		if (store_import_area(import, load->areas[i], st) != OCCUPARE_OK)
			return st->code;
	for (size_t i = 0; i < load->estimates_count; i++)
		if (store_import_estimate(import, copy_of(change, load->estimates[i]), st) != OCCUPARE_OK)
			return st->code;
	for (size_t i = 0; i < load->groups_count; i++)
		if (store_import_group(import, load->groups[i].origin, load->groups[i].soc_code,
			copy_of(change, load->groups[i].facts), st) != OCCUPARE_OK)
			return st->code;
	return store_import_end(import, change->counts, st);
}

enum occupare_code
fixture_create(struct fixture *fixture, const Occupare__V1__Occupation *record, Occupare__V1__Occupation **ret,
    struct occupare_status *st)
{
	return write_one(fixture, apply_create, &(struct change){ .record = record, .ret = ret }, st);
}

enum occupare_code
fixture_update(struct fixture *fixture, const Occupare__V1__Occupation *record, uint64_t etag, bool allow_missing,
    Occupare__V1__Occupation **ret, struct occupare_status *st)
{
	struct change change = { .record = record, .etag = etag, .allow_missing = allow_missing, .ret = ret };

	return write_one(fixture, apply_update, &change, st);
}

enum occupare_code
fixture_delete(struct fixture *fixture, const char *id, uint64_t etag, bool allow_missing, struct occupare_status *st)
{
	struct change change = { .id = id, .etag = etag, .allow_missing = allow_missing };

	return write_one(fixture, apply_delete, &change, st);
}

enum occupare_code
fixture_import(struct fixture *fixture, const struct fixture_load *load, struct store_import_counts *ret,
    struct occupare_status *st)
{
	return write_one(fixture, apply_import, &(struct change){ .load = load, .counts = ret }, st);
}

/* ---- Reads ---- */

Occupare__V1__Occupation *
fixture_get(struct fixture *fixture, const char *id)
{
	Occupare__V1__Occupation *record = NULL;
	struct occupare_status st = { 0 };

	fixture_read(fixture);
	if (store_get(&fixture->arena, fixture->txn, id, true, &record, &st) != OCCUPARE_OK)
		ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	return record;
}

Occupare__V1__Dataset *
fixture_dataset(struct fixture *fixture)
{
	Occupare__V1__Dataset *dataset = NULL;
	struct occupare_status st = { 0 };

	fixture_read(fixture);
	(void)!store_dataset(&fixture->arena, fixture->txn, true, &dataset, &st);
	ASSERT_OK(&st);
	return dataset;
}

/* ---- Records ---- */

void
fixture_add_code(struct fixture *fixture, Occupare__V1__Occupation *record, const char *system, const char *value)
{
	Occupare__V1__Code *code = occ_arena_alloc(&fixture->arena, sizeof *code);
	Occupare__V1__Code **codes = occ_arena_calloc(
	    &fixture->arena, record->n_codes + 1, sizeof(Occupare__V1__Code *));

	occupare__v1__code__init(code);
	code->system = occ_arena_strdup(&fixture->arena, system);
	code->value = occ_arena_strdup(&fixture->arena, value);
	if (record->n_codes > 0)
		memcpy(codes, record->codes, record->n_codes * sizeof *codes);
	codes[record->n_codes++] = code;
	record->codes = codes;
}

void
fixture_add_alias(struct fixture *fixture, Occupare__V1__Occupation *record, const char *alias)
{
	char **aliases = occ_arena_calloc(&fixture->arena, record->n_aliases + 1, sizeof *aliases);

	if (record->n_aliases > 0)
		memcpy(aliases, record->aliases, record->n_aliases * sizeof *aliases);
	aliases[record->n_aliases++] = occ_arena_strdup(&fixture->arena, alias);
	record->aliases = aliases;
}

/* ---- Verification ---- */

static void
print_fault(void *data, const char *sentence)
{
	(void)data;
	print_error("%s\n", sentence);
}

void
fixture_verify(struct fixture *fixture)
{
	bool open = fixture->store != NULL;
	struct maintain_counts counts;
	struct occupare_status st = { 0 };
	uint64_t faults = 0;

	fixture_shut(fixture);
	(void)!maintain_verify(fixture->directory, print_fault, NULL, &counts, &faults, &st);
	ASSERT_OK(&st);
	assert_int_equal(faults, 0);
	if (open)
		fixture_open(fixture);
}

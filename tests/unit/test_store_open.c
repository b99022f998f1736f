/* Opening what is no store, is damaged, is newer, or may not be touched. */
#include "tests/support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lmdb.h>

#include "store/maintain.h"
#include "tests/support/samples.h"
#include "tests/support/store.h"

#define NOBODY 65534

static struct fixture f;
static char data_path[128], lock_path[128];

static int
set_up(void **state)
{
	(void)state;
	fixture_directory(&f);
	snprintf(data_path, sizeof data_path, "%s/data.mdb", f.directory);
	snprintf(lock_path, sizeof lock_path, "%s/lock.mdb", f.directory);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

static enum occupare_code
open_as(const struct store_options *options, struct occupare_status *st)
{
	struct store *store = NULL;

	occupare_status_clear(st);
	(void)!store_open(f.directory, options, &store, st);
	store_close(store);
	return st->code;
}

static const struct store_options read_only, writable = { .writable = true },
					     create = { .writable = true, .create = true };

/* A closed store with some records in it. */
static void
make_store(unsigned records)
{
	fixture_open(&f);
	for (unsigned i = 0; i < records; i++) {
		Occupare__V1__Occupation *record = sample_registered_nurses(&f.arena), *ret;
		struct occupare_status st;

		record->id = occ_arena_printf(&f.arena, "nurses-%u", i);
		fixture_create(&f, record, &ret, &st);
		ASSERT_OK(&st);
	}
	fixture_shut(&f);
}

/* ---- What is not there ---- */

static void
test_missing_directory_names_the_remedy(void **state)
{
	struct occupare_status st;

	(void)state;
	rmdir(f.directory);
	open_as(&read_only, &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "occupare-store import");
	ASSERT_HAS(st.message, f.directory);
	open_as(&writable, &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	assert_int_equal(access(f.directory, F_OK), -1);
}

static void
test_create_makes_the_directory_but_not_its_parents(void **state)
{
	struct store *store = NULL;
	struct occupare_status st = { 0 };
	struct stat info;
	char deeper[128];

	(void)state;
	rmdir(f.directory);
	snprintf(deeper, sizeof deeper, "%s/deeper", f.directory);
	assert_int_equal(store_open(deeper, &create, &store, &st), OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "deeper");
	open_as(&create, &st);
	ASSERT_OK(&st);
	assert_int_equal(stat(f.directory, &info), 0);
	assert_int_equal(info.st_mode & 0007, 0);
}

static void
test_empty_directory_is_a_failed_precondition(void **state)
{
	struct occupare_status st;

	(void)state;
	open_as(&read_only, &st);
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	ASSERT_HAS(st.message, "occupare-store import");
	/* Nor is anything made in it. */
	assert_int_equal(rmdir(f.directory), 0);
}

static void
test_directory_of_something_else_is_not_found(void **state)
{
	struct occupare_status st;
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/photo.jpg", f.directory);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	open_as(&read_only, &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	unlink(path);
}

static void
test_store_without_records_opens(void **state)
{
	struct occupare_status st;

	(void)state;
	open_as(&create, &st);
	ASSERT_OK(&st);
	open_as(&read_only, &st);
	ASSERT_OK(&st);
}

/* Directories that were synced, by inode, seen in place of the system's function. */
static ino_t synced[8];
static unsigned synced_count;

int
fsync(int fd)
{
	struct stat info;

	if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode) && synced_count < 8)
		synced[synced_count++] = info.st_ino;
	return (int)syscall(SYS_fsync, fd);
}

static bool
was_synced(const char *path)
{
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	for (unsigned i = 0; i < synced_count; i++)
		if (synced[i] == info.st_ino)
			return true;
	return false;
}

static void
test_names_of_a_new_store_are_synced(void **state)
{
	const char *base = getenv("TMPDIR");
	struct occupare_status st;

	(void)state;
	assert_int_equal(rmdir(f.directory), 0);
	synced_count = 0;
	open_as(&create, &st);
	ASSERT_OK(&st);
	assert_true(was_synced(f.directory));
	assert_true(was_synced(base != NULL ? base : "/tmp"));
	/* No more than the once. */
	synced_count = 0;
	open_as(&create, &st);
	ASSERT_OK(&st);
	assert_int_equal(synced_count, 0);
}

static void
test_default_map_opens(void **state)
{
	struct store_options options = { .writable = true, .create = true };
	struct stat info;

	(void)state;
	fixture_open_with(&f, &options);
	assert_int_equal(stat(data_path, &info), 0);
	/* Sparse: the file has what is in it. */
	assert_true(info.st_size < 1 << 20);
}

static void
test_second_opening_in_one_process_is_refused(void **state)
{
	struct occupare_status st;
	Occupare__V1__Occupation *ret;

	(void)state;
	fixture_open(&f);
	open_as(&read_only, &st);
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	ASSERT_HAS(st.message, "open in this process");
	fixture_create(&f, sample_bare(&f.arena, "a", "A"), &ret, &st);
	ASSERT_OK(&st);
	fixture_shut(&f);
	open_as(&read_only, &st);
	ASSERT_OK(&st);
}

static void
test_write_to_a_store_open_for_reading_is_refused(void **state)
{
	struct occupare_status st;
	Occupare__V1__Occupation *ret;

	(void)state;
	make_store(1);
	fixture_open_with(&f, &read_only);
	fixture_create(&f, sample_bare(&f.arena, "a", "A"), &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	assert_string_equal(st.reason, "STORE_READ_ONLY");
}

/* ---- Somebody else's, newer ---- */

/* Writes a pair into a table of an LMDB file ("" = the unnamed one). */
static void
put_raw(const char *table, const char *key, const char *text, size_t length)
{
	MDB_val k = { .mv_data = (void *)(uintptr_t)key, .mv_size = strlen(key) };
	MDB_val v = { .mv_data = (void *)(uintptr_t)text, .mv_size = length };
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	assert_int_equal(mdb_env_create(&env), 0);
	mdb_env_set_maxdbs(env, 4);
	mdb_env_set_mapsize(env, 64 << 20);
	assert_int_equal(mdb_env_open(env, f.directory, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, table[0] != '\0' ? table : NULL, MDB_CREATE, &dbi), 0);
	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void
assert_foreign(void)
{
	static const struct store_options *const ways[] = { &read_only, &writable, &create };
	struct occupare_status st;

	for (size_t i = 0; i < 3; i++) {
		open_as(ways[i], &st);
		ASSERT_CODE(&st, OCCUPARE_DATA_LOSS);
		assert_string_equal(st.reason, "STORE_FOREIGN");
	}
}

static void
test_foreign_environment_is_told(void **state)
{
	(void)state;
	put_raw("", "hello", "world", 5);
	assert_foreign();
}

static void
test_foreign_environment_with_a_table_of_our_name_is_told(void **state)
{
	(void)state;
	put_raw("meta", "hello", "world", 5);
	assert_foreign();
}

static void
test_foreign_environment_with_a_key_of_our_name_is_told(void **state)
{
	(void)state;
	put_raw("", "meta", "world", 5);
	assert_foreign();
}

static void
assert_format_refused(unsigned format, const char *reason)
{
	struct occupare_status st;
	char text[32], said[32];
	int length = snprintf(text, sizeof text, "occupare %u", format);

	make_store(1);
	put_raw("meta", "format", text, (size_t)length);
	open_as(&read_only, &st);
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	assert_string_equal(st.reason, reason);
	snprintf(said, sizeof said, "store format %u", format);
	ASSERT_HAS(st.message, said);
	open_as(&create, &st);
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
}

static void
test_newer_format_is_refused(void **state)
{
	(void)state;
	assert_format_refused(STORE_SCHEMA_VERSION + 1, "STORE_FORMAT_NEWER");
}

static void
test_older_format_is_refused(void **state)
{
	(void)state;
	assert_format_refused(STORE_SCHEMA_VERSION - 1, "STORE_FORMAT_OLDER");
}

static void
test_counts_that_a_newer_program_added_do_no_harm(void **state)
{
	/* generation 7; counts with 3 areas and a field 99 that holds a text */
	static const char dataset[] = "\x08\x07\x22\x0D\x20\x03\x9A\x06\x08longtext";
	Occupare__V1__Occupation *record = sample_registered_nurses(&f.arena);
	const struct fixture_load load = { .origin = "json", .occupations = &record, .occupations_count = 1 };
	struct store_import_counts counts;
	struct occupare_status st;

	(void)state;
	make_store(0);
	put_raw("meta", "dataset", dataset, sizeof dataset - 1);
	fixture_open(&f);
	fixture_import(&f, &load, &counts, &st);
	ASSERT_OK(&st);
	assert_int_equal(fixture_dataset(&f)->generation, 8);
	assert_int_equal(fixture_dataset(&f)->counts->areas, 3);
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 1);
	assert_int_equal(fixture_dataset(&f)->counts->base.n_unknown_fields, 0);
}

static void
test_format_that_is_no_number_is_foreign(void **state)
{
	(void)state;
	make_store(1);
	put_raw("meta", "format", "occupare x", 10);
	assert_foreign();
}

/* ---- Damage ---- */

static uint8_t *
read_file(size_t *ret_size)
{
	struct stat info;
	uint8_t *bytes;
	int fd = open(data_path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &info), 0);
	bytes = occ_arena_alloc(&f.arena, (size_t)info.st_size);
	assert_int_equal(read(fd, bytes, (size_t)info.st_size), info.st_size);
	close(fd);
	*ret_size = (size_t)info.st_size;
	return bytes;
}

static void
write_file(const uint8_t *bytes, size_t size)
{
	int fd = open(data_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	unlink(lock_path);
}

/* Opens, reads everything and writes, in a child: 0 = it worked, 1 = a status said no; a signal fails the test. */
static int
use_in_child(bool write)
{
	pid_t child = fork();
	int how;

	assert_true(child >= 0);
	if (child == 0) {
		struct store_options options = { .writable = write, .map_bytes = 256 << 20 };
		struct occupare_status st = { 0 };
		struct store *store = NULL;
		struct store_txn *txn = NULL;

		alarm(20);
		if (store_open(f.directory, &options, &store, &st) != OCCUPARE_OK)
			_exit(1);
		if (store_txn_new(store, &txn, &st) != OCCUPARE_OK || store_read_begin(txn, &st) != OCCUPARE_OK)
			_exit(1);
		for (unsigned i = 0; i < 40; i++) {
			Occupare__V1__Occupation *record;
			char id[32];

			snprintf(id, sizeof id, "nurses-%u", i);
			if (store_get(&f.arena, txn, id, true, &record, &st) != OCCUPARE_OK)
				_exit(1);
		}
		store_read_end(txn);
		if (write) {
			Occupare__V1__Occupation *ret;

			f.store = store;
			f.txn = txn;
			for (unsigned i = 0; i < 5; i++) {
				char id[32];

				snprintf(id, sizeof id, "nurses-%u", i);
				if (fixture_delete(&f, id, 0, false, &st) != OCCUPARE_OK ||
				    fixture_create(&f, sample_bare(&f.arena, id, "A"), &ret, &st) != OCCUPARE_OK)
					_exit(1);
			}
		}
		store_txn_free(txn);
		store_close(store);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	if (!WIFEXITED(how))
		fail_msg("the child died of signal %d", WTERMSIG(how));
	return WEXITSTATUS(how);
}

static void
test_other_files_are_no_stores(void **state)
{
	static const char text[] = "This is a text and no data base.\n";
	uint8_t zeros[16384] = { 0 };
	struct occupare_status st;

	(void)state;
	write_file((const uint8_t *)text, sizeof text - 1);
	open_as(&read_only, &st);
	ASSERT_CODE(&st, OCCUPARE_DATA_LOSS);
	assert_string_equal(st.reason, "STORE_DAMAGED");
	write_file(zeros, sizeof zeros);
	open_as(&create, &st);
	ASSERT_CODE(&st, OCCUPARE_DATA_LOSS);
	for (size_t i = 0; i < sizeof zeros; i++)
		zeros[i] = (uint8_t)(i * 167 + i / 256);
	write_file(zeros, sizeof zeros);
	open_as(&writable, &st);
	ASSERT_CODE(&st, OCCUPARE_DATA_LOSS);
	unlink(data_path);
	assert_int_equal(mkdir(data_path, 0700), 0);
	open_as(&read_only, &st);
	ASSERT_CODE(&st, OCCUPARE_DATA_LOSS);
	rmdir(data_path);
}

static void
test_file_cut_at_any_length_never_crashes(void **state)
{
	size_t size;
	uint8_t *bytes;
	unsigned refused = 0, tried = 0;

	(void)state;
	make_store(40);
	bytes = read_file(&size);
	for (size_t length = 1; length < size; length += length < 10000 ? 997 : 4096 + (length % 3) * 1500) {
		write_file(bytes, length);
		refused += (unsigned)use_in_child(length % 2 == 0);
		tried++;
	}
	/* What is cut off was all in use. */
	assert_true(refused + 2 >= tried);
	write_file(bytes, size);
	assert_int_equal(use_in_child(true), 0);
}

static void
test_flipped_bits_in_the_meta_pages_never_crash(void **state)
{
	uint64_t seed = 7;
	size_t size;
	uint8_t *bytes;

	(void)state;
	make_store(40);
	bytes = read_file(&size);
	for (unsigned round = 0; round < 300; round++) {
		/* The meta pages' 152 bytes; two flips in a third of the rounds. */
		size_t at = (sample_next(&seed) % 2) * 4096 + sample_next(&seed) % 152,
		       other = sample_next(&seed) % 152;
		uint8_t bit = (uint8_t)(1u << sample_next(&seed) % 8);

		bytes[at] ^= bit;
		bytes[other] ^= round % 3 == 0 ? bit : 0;
		write_file(bytes, size);
		use_in_child(round % 2 == 0);
		bytes[at] ^= bit;
		bytes[other] ^= round % 3 == 0 ? bit : 0;
	}
}

static void
ignore_fault(void *data, const char *sentence)
{
	(void)data;
	(void)sentence;
}

/* Verifies in a child: 0 = no faults, 1 = faults or a status; a signal fails the test. */
static int
verify_in_child(void)
{
	pid_t child = fork();
	int how;

	assert_true(child >= 0);
	if (child == 0) {
		struct maintain_counts counts;
		struct occupare_status st;
		uint64_t faults = 0;

		alarm(20);
		if (maintain_verify(f.directory, ignore_fault, NULL, &counts, &faults, &st) != OCCUPARE_OK)
			_exit(1);
		_exit(faults > 0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	if (!WIFEXITED(how))
		fail_msg("the child died of signal %d", WTERMSIG(how));
	return WEXITSTATUS(how);
}

/* Writes the file with one number of 16 bits changed. */
static void
write_changed(const uint8_t *bytes, size_t size, size_t at, uint16_t value)
{
	uint8_t *changed = occ_arena_alloc(&f.arena, size);

	memcpy(changed, bytes, size);
	memcpy(changed + at, &value, sizeof value);
	write_file(changed, size);
}

/* The values of one key that stand in its row have the head of a page: number, pad, flags, lower, upper. */
static void
test_damaged_values_of_a_key_are_told_by_verify(void **state)
{
	unsigned told = 0;
	size_t size;
	uint8_t *bytes;

	(void)state;
	make_store(12);
	assert_int_equal(verify_in_child(), 0);
	bytes = read_file(&size);
	for (size_t at = size - 4096; at >= 2 * 4096 && told < 5; at -= 2) {
		uint16_t head[4];

		memcpy(head, bytes + at, sizeof head);
		/* A leaf of values alone within a row, written since or not; numbers, postings or vocables. */
		if ((head[1] & ~0x10) != 0x62 || (head[0] != 4 && head[0] != 10 && head[0] != 32) || head[2] < 16 ||
		    head[2] > head[3])
			continue;
		write_changed(bytes, size, at + 4, 4094);
		/* A page that is free may say anything. */
		if (verify_in_child() == 0)
			continue;
		told++;
		write_changed(bytes, size, at + 2, 0x42);
		assert_int_equal(verify_in_child(), 1);
		write_changed(bytes, size, at, UINT16_MAX);
		assert_int_equal(verify_in_child(), 1);
	}
	assert_true(told >= 2);
}

static void
test_damaged_page_of_any_table_never_crashes_verify(void **state)
{
	size_t size;
	uint8_t *bytes;

	(void)state;
	make_store(2);
	bytes = read_file(&size);
	for (size_t page = 2 * 4096; page + 4096 <= size; page += 4096) {
		uint16_t row;

		/* Rows that claim to be tables, of several values, of a page of their own; and a page without bounds. Pages
		 * that are free may say anything. */
		memcpy(&row, bytes + page + 16, sizeof row);
		if (row < 4096 - 8) {
			for (uint16_t flags = 1; flags < 8; flags = (uint16_t)(flags * 2)) {
				write_changed(bytes, size, page + row + 4, flags);
				verify_in_child();
			}
		}
		write_changed(bytes, size, page + 12, 4);
		verify_in_child();
	}
}

static void
test_record_that_does_not_decode_is_data_loss_naming_it(void **state)
{
	Occupare__V1__Occupation *record;
	struct occupare_status st = { 0 };

	(void)state;
	make_store(3);
	put_raw("occupations", "nurses-1", "\xFF\xFF\xFF", 3);
	fixture_open(&f);
	fixture_read(&f);
	assert_int_equal(store_get(&f.arena, f.txn, "nurses-1", true, &record, &st), OCCUPARE_DATA_LOSS);
	ASSERT_HAS(st.message, "nurses-1");
	assert_string_equal(st.resource_name, "nurses-1");
	assert_int_equal(store_get(&f.arena, f.txn, "nurses-2", true, &record, &st), OCCUPARE_OK);
}

static void
test_summary_that_does_not_decode_is_data_loss_naming_it(void **state)
{
	Occupare__V1__ListOccupationsRequest request = OCCUPARE__V1__LIST_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__OccupationSummary **page;
	Occupare__V1__SearchHit **hits;
	struct occupare_status st = { 0 };
	uint64_t total;
	size_t count, found;
	char *next;

	(void)state;
	make_store(3);
	put_raw("summaries", "nurses-1", "\xFF\xFF\xFF", 3);
	fixture_open(&f);
	fixture_read(&f);
	for (unsigned i = 0; i < 2; i++) {
		request.order_by = (char *)(i == 0 ? "id" : "title");
		assert_int_equal(store_list(&f.arena, f.txn, &request, NULL, 9, &page, &count, &next, &total, &st),
		    OCCUPARE_DATA_LOSS);
		ASSERT_HAS(st.message, "nurses-1");
	}
	assert_int_equal(store_search(&f.arena, f.txn, "nurses", 0, 9, &hits, &count, &found, &st), OCCUPARE_DATA_LOSS);
}

/* ---- Permissions: only as root can a test become somebody else ---- */

/* What another user gets who opens the store for reading. */
static enum occupare_code
open_as_nobody(char *message, size_t size)
{
	int pipes[2], how;
	struct occupare_status st = { 0 };
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct store *store = NULL;
		Occupare__V1__Occupation *record;
		struct store_txn *txn = NULL;

		if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
			_exit(99);
		if (store_open(f.directory, &read_only, &store, &st) == OCCUPARE_OK &&
		    store_txn_new(store, &txn, &st) == OCCUPARE_OK && store_read_begin(txn, &st) == OCCUPARE_OK)
			(void)!store_get(&f.arena, txn, "nurses-0", false, &record, &st);
		store_txn_free(txn);
		store_close(store);
		(void)!write(pipes[1], st.message, strlen(st.message) + 1);
		_exit((int)st.code);
	}
	close(pipes[1]);
	ssize_t length = read(pipes[0], message, size - 1);
	message[length > 0 ? length : 0] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFEXITED(how));
	return (enum occupare_code)WEXITSTATUS(how);
}

static void
test_reading_without_permission_says_which_file(void **state)
{
	char message[1024];

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root\n");
		skip();
	}
	make_store(1);
	chmod(f.directory, 0700);
	assert_int_equal(open_as_nobody(message, sizeof message), OCCUPARE_PERMISSION_DENIED);
	ASSERT_HAS(message, f.directory);
	chmod(f.directory, 0755);
	chmod(data_path, 0600);
	assert_int_equal(open_as_nobody(message, sizeof message), OCCUPARE_PERMISSION_DENIED);
	ASSERT_HAS(message, "data.mdb");
	chmod(data_path, 0644);
	chmod(lock_path, 0644);
	assert_int_equal(open_as_nobody(message, sizeof message), OCCUPARE_PERMISSION_DENIED);
	ASSERT_HAS(message, "lock.mdb");
	chmod(lock_path, 0666);
	assert_int_equal(open_as_nobody(message, sizeof message), OCCUPARE_OK);
}

static void
test_sealed_store_is_read_without_locks_by_anybody(void **state)
{
	struct occupare_status st;
	char message[1024];

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: needs root\n");
		skip();
	}
	make_store(1);
	unlink(lock_path);
	chmod(data_path, 0444);
	chmod(f.directory, 0555);
	assert_int_equal(open_as_nobody(message, sizeof message), OCCUPARE_OK);
	assert_int_equal(access(lock_path, F_OK), -1);
	/* Because readers hold no locks, nobody may write, not even root. */
	open_as(&writable, &st);
	ASSERT_CODE(&st, OCCUPARE_PERMISSION_DENIED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_missing_directory_names_the_remedy),
		TEST(test_create_makes_the_directory_but_not_its_parents),
		TEST(test_empty_directory_is_a_failed_precondition),
		TEST(test_directory_of_something_else_is_not_found),
		TEST(test_store_without_records_opens),
		TEST(test_names_of_a_new_store_are_synced),
		TEST(test_default_map_opens),
		TEST(test_second_opening_in_one_process_is_refused),
		TEST(test_write_to_a_store_open_for_reading_is_refused),
		TEST(test_foreign_environment_is_told),
		TEST(test_foreign_environment_with_a_table_of_our_name_is_told),
		TEST(test_foreign_environment_with_a_key_of_our_name_is_told),
		TEST(test_newer_format_is_refused),
		TEST(test_older_format_is_refused),
		TEST(test_counts_that_a_newer_program_added_do_no_harm),
		TEST(test_format_that_is_no_number_is_foreign),
		TEST(test_other_files_are_no_stores),
		TEST(test_file_cut_at_any_length_never_crashes),
		TEST(test_flipped_bits_in_the_meta_pages_never_crash),
		TEST(test_damaged_values_of_a_key_are_told_by_verify),
		TEST(test_damaged_page_of_any_table_never_crashes_verify),
		TEST(test_record_that_does_not_decode_is_data_loss_naming_it),
		TEST(test_summary_that_does_not_decode_is_data_loss_naming_it),
		TEST(test_reading_without_permission_says_which_file),
		TEST(test_sealed_store_is_read_without_locks_by_anybody),
	};

	return cmocka_run_group_tests_name("store_open", tests, NULL, NULL);
}

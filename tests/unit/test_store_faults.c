/* Several processes and threads at one store: growth of the map, killed writers and readers, a full disk. */
#include "tests/support/test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/samples.h"
#include "tests/support/store.h"

#define SMALL_MAP ((size_t)1 << 20)
#define CHILD_SECONDS_MAX 60

static struct fixture f;

static const struct store_options small = { .writable = true, .create = true, .map_bytes = SMALL_MAP };

static int
set_up(void **state)
{
	(void)state;
	fixture_directory(&f);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

/* A record of about this many bytes, told apart by its number. */
static Occupare__V1__Occupation *
large(struct occ_arena *arena, unsigned number, size_t bytes)
{
	Occupare__V1__Occupation *record = sample_bare(
	    arena, occ_arena_printf(arena, "large-%u", number), occ_arena_printf(arena, "Large %u", number));
	size_t duties = bytes / 4000 + 1;

	record->responsibilities = occ_arena_calloc(arena, duties, sizeof(char *));
	for (size_t i = 0; i < duties; i++) {
		char *duty = occ_arena_alloc(arena, 4001);

		memset(duty, 'a' + (int)(number % 26), 4000);
		duty[4000] = '\0';
		record->responsibilities[record->n_responsibilities++] = duty;
	}
	return record;
}

static void
create_large(unsigned number, size_t bytes)
{
	Occupare__V1__Occupation *ret;
	struct occupare_status st;

	fixture_create(&f, large(&f.arena, number, bytes), &ret, &st);
	ASSERT_OK(&st);
}

/* Runs in a child that ends with what it returns, or by SIGKILL where that is 0: a child that exits has its memory looked
 * at by leak checkers, and the parent's open store is in it. */
static pid_t
spawn(int (*run)(void *), void *data)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		/* cmocka's handlers would go on with the tests. */
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		signal(SIGABRT, SIG_DFL);
		alarm(CHILD_SECONDS_MAX);
		int result = run(data);

		if (result == 0)
			raise(SIGKILL);
		_exit(result);
	}
	return child;
}

/* In a child: opens the store anew in place of the parent's. */
static bool
open_in_child(size_t map_bytes)
{
	const struct store_options options = { .writable = true, .create = true, .map_bytes = map_bytes };
	struct occupare_status st = { 0 };

	f.store = NULL;
	f.txn = NULL;
	return store_open(f.directory, &options, &f.store, &st) == OCCUPARE_OK &&
	       store_txn_new(f.store, &f.txn, &st) == OCCUPARE_OK;
}

static int
reap(pid_t child)
{
	int how;

	assert_int_equal(waitpid(child, &how, 0), child);
	if (WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL)
		return 0;
	if (WIFSIGNALED(how))
		fail_msg("the child died of signal %d", WTERMSIG(how));
	return WEXITSTATUS(how);
}

/* ---- Growth ---- */

static void
test_full_map_grows_and_the_batch_is_applied_again(void **state)
{
	(void)state;
	fixture_open_with(&f, &small);
	for (unsigned i = 0; i < 40; i++)
		create_large(i, 100000);
	for (unsigned i = 0; i < 40; i++) {
		Occupare__V1__Occupation *got = fixture_get(&f, occ_arena_printf(&f.arena, "large-%u", i));

		assert_non_null(got);
		assert_int_equal(got->responsibilities[25][3999], 'a' + i % 26);
	}
	assert_int_equal(fixture_dataset(&f)->generation, 40);
	fixture_verify(&f);
}

struct counted {
	unsigned number;
	unsigned calls;
};

static enum occupare_code
apply_counted(struct store_txn *txn, void *item)
{
	struct counted *counted = item;
	Occupare__V1__Occupation *ret;
	struct occupare_status st = { 0 };

	counted->calls++;
	return store_create(&f.arena, txn, large(&f.arena, counted->number, 60000), &ret, &st);
}

static void
test_whole_batch_is_replayed_when_one_item_fills_the_map(void **state)
{
	struct counted items[30];
	struct occupare_status st = { 0 };
	void *pointers[30];

	(void)state;
	fixture_open_with(&f, &small);
	for (unsigned i = 0; i < 30; i++) {
		items[i] = (struct counted){ .number = i };
		pointers[i] = &items[i];
	}
	assert_int_equal(store_write(f.store, apply_counted, pointers, 30, &st), OCCUPARE_OK);
	assert_true(items[0].calls > 1);
	assert_int_equal(items[29].calls, 1);
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 30);
	assert_int_equal(fixture_dataset(&f)->generation, 30);
}

/* Takes no notice of what went wrong. */
static enum occupare_code
apply_carelessly(struct store_txn *txn, void *item)
{
	(void)apply_counted(txn, item);
	return OCCUPARE_OK;
}

static void
test_item_that_the_map_was_too_small_for_is_never_kept_in_part(void **state)
{
	(void)state;
	fixture_open_with(&f, &small);
	for (unsigned i = 0; i < 40; i++) {
		struct counted item = { .number = i };
		struct occupare_status st = { 0 };
		void *pointer = &item;

		assert_int_equal(store_write(f.store, apply_carelessly, &pointer, 1, &st), OCCUPARE_OK);
	}
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 40);
	fixture_verify(&f);
}

/* Another process: a larger map, and more data than the first one's holds. */
static int
grow_elsewhere(void *data)
{
	struct occupare_status st = { 0 };
	Occupare__V1__Occupation *ret;

	(void)data;
	if (!open_in_child(64 * SMALL_MAP))
		return 1;
	for (unsigned i = 100; i < 140; i++)
		if (fixture_create(&f, large(&f.arena, i, 100000), &ret, &st) != OCCUPARE_OK)
			return 2;
	fixture_shut(&f);
	return 0;
}

struct second_reader {
	pthread_t thread;
	atomic_bool begun;
	enum occupare_code code;
	bool sees_growth;
};

static void *
read_second(void *data)
{
	struct second_reader *reader = data;
	struct store_txn *txn = NULL;
	struct occupare_status st = { 0 };
	struct store_bytes bytes;

	reader->code = store_txn_new(f.store, &txn, &st);
	if (reader->code == OCCUPARE_OK)
		reader->code = store_read_begin(txn, &st);
	atomic_store(&reader->begun, true);
	reader->sees_growth = reader->code == OCCUPARE_OK &&
			      store_get_bytes(txn, "large-139", &bytes, &st) == OCCUPARE_OK;
	store_txn_free(txn);
	return NULL;
}

static void
test_held_records_stay_while_another_process_grows_the_map(void **state)
{
	struct second_reader reader = { .code = OCCUPARE_OK };
	struct occupare_status st = { 0 };
	struct store_bytes held;
	uint8_t *copy;
	pid_t child;

	(void)state;
	fixture_open_with(&f, &small);
	create_large(0, 50000);
	fixture_read(&f);
	assert_int_equal(store_get_bytes(f.txn, "large-0", &held, &st), OCCUPARE_OK);
	copy = occ_arena_alloc(&f.arena, held.length);
	memcpy(copy, held.data, held.length);
	child = spawn(grow_elsewhere, NULL);
	assert_int_equal(reap(child), 0);
	/* Who begins now needs the larger map and waits until nobody holds the old one. */
	assert_int_equal(pthread_create(&reader.thread, NULL, read_second, &reader), 0);
	for (unsigned i = 0; i < 200; i++) {
		assert_false(atomic_load(&reader.begun));
		assert_memory_equal(held.data, copy, held.length);
		sched_yield();
	}
	store_read_end(f.txn);
	pthread_join(reader.thread, NULL);
	assert_int_equal(reader.code, OCCUPARE_OK);
	assert_true(reader.sees_growth);
	assert_non_null(fixture_get(&f, "large-139"));
	assert_non_null(fixture_get(&f, "large-0"));
	create_large(1, 1000);
}

static void
test_writer_takes_on_the_map_that_another_process_made(void **state)
{
	(void)state;
	fixture_open_with(&f, &small);
	assert_int_equal(reap(spawn(grow_elsewhere, NULL)), 0);
	create_large(0, 1000);
	assert_non_null(fixture_get(&f, "large-139"));
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 41);
	fixture_verify(&f);
}

#define READERS 3u

struct stress {
	pthread_t thread;
	atomic_bool *stop;
	atomic_uint reads, wrong;
};

/* Reads records and looks at every byte while the map is remapped again and again. */
static void *
read_all_along(void *data)
{
	struct stress *stress = data;
	struct store_txn *txn = NULL;
	struct occupare_status st = { 0 };
	struct store_bytes bytes;

	if (store_txn_new(f.store, &txn, &st) != OCCUPARE_OK) {
		stress->wrong++;
		return NULL;
	}
	while (!atomic_load(stress->stop)) {
		char id[32];

		if (store_read_begin(txn, &st) != OCCUPARE_OK)
			break;
		snprintf(id, sizeof id, "large-%u", stress->reads % 40);
		if (store_get_bytes(txn, id, &bytes, &st) == OCCUPARE_OK) {
			const uint8_t *at = memmem(bytes.data, bytes.length, "aaaa", 4);
			unsigned number = stress->reads % 40;

			stress->wrong += (number % 26 == 0) != (at != NULL);
		}
		store_read_end(txn);
		stress->reads++;
	}
	stress->wrong += st.code != OCCUPARE_OK && st.code != OCCUPARE_NOT_FOUND;
	store_txn_free(txn);
	return NULL;
}

/* Until the reader has read once more, or has found something wrong. */
static void
await_read(struct stress *stress)
{
	unsigned before = stress->reads;

	while (stress->reads == before && stress->wrong == 0)
		sched_yield();
}

static void
test_readers_go_on_while_the_map_grows_under_them(void **state)
{
	struct stress stress[READERS];
	atomic_bool stop = false;

	(void)state;
	fixture_open_with(&f, &small);
	for (unsigned i = 0; i < READERS; i++) {
		stress[i] = (struct stress){ .stop = &stop };
		assert_int_equal(pthread_create(&stress[i].thread, NULL, read_all_along, &stress[i]), 0);
	}
	for (unsigned i = 0; i < 40; i++) {
		create_large(i, 100000);
		for (unsigned k = 0; k < READERS; k++)
			await_read(&stress[k]);
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < READERS; i++) {
		pthread_join(stress[i].thread, NULL);
		assert_int_equal(stress[i].wrong, 0);
	}
}

/* ---- Readers ---- */

static int
die_reading(void *data)
{
	struct occupare_status st = { 0 };

	(void)data;
	if (!open_in_child(SMALL_MAP) || store_read_begin(f.txn, &st) != OCCUPARE_OK)
		return 1;
	/* Without ending anything: its entry stays in the table. */
	return 0;
}

static void
test_entries_of_dead_readers_are_taken_over(void **state)
{
	const struct store_options few = { .writable = true, .create = true, .readers_max = 4, .map_bytes = SMALL_MAP };

	(void)state;
	fixture_open_with(&f, &few);
	for (unsigned i = 0; i < 12; i++)
		assert_int_equal(reap(spawn(die_reading, NULL)), 0);
	fixture_read(&f);
}

static int
die_reading_all_over(void *data)
{
	struct occupare_status st = { 0 };

	(void)data;
	if (!open_in_child(SMALL_MAP))
		return 1;
	while (store_read_begin(f.txn, &st) == OCCUPARE_OK)
		if (store_txn_new(f.store, &f.txn, &st) != OCCUPARE_OK)
			return 1;
	return st.code == OCCUPARE_RESOURCE_EXHAUSTED ? 0 : 1;
}

static void
test_table_full_of_dead_readers_is_swept(void **state)
{
	const struct store_options few = { .writable = true, .create = true, .readers_max = 4, .map_bytes = SMALL_MAP };

	(void)state;
	fixture_open_with(&f, &few);
	assert_int_equal(reap(spawn(die_reading_all_over, NULL)), 0);
	fixture_read(&f);
}

static void
test_more_readers_than_the_table_holds_is_a_status(void **state)
{
	const struct store_options few = { .writable = true, .create = true, .readers_max = 3, .map_bytes = SMALL_MAP };
	struct store_txn *txns[8] = { NULL };
	struct occupare_status st = { 0 };
	unsigned begun = 0;

	(void)state;
	fixture_open_with(&f, &few);
	while (begun < 8) {
		assert_int_equal(store_txn_new(f.store, &txns[begun], &st), OCCUPARE_OK);
		if (store_read_begin(txns[begun++], &st) != OCCUPARE_OK)
			break;
	}
	ASSERT_CODE(&st, OCCUPARE_RESOURCE_EXHAUSTED);
	/* One place is freed, one can begin. */
	store_txn_free(txns[0]);
	assert_int_equal(store_read_begin(txns[begun - 1], &st), OCCUPARE_OK);
	for (unsigned i = 1; i < begun; i++)
		store_txn_free(txns[i]);
}

/* ---- Killed writers ---- */

#define KILLS 24u

struct writing {
	int out;
	unsigned first;
};

/* Writes records one after the other and says each number once it is on disk, until it is killed. */
static int
write_until_killed(void *data)
{
	const struct writing *writing = data;
	struct occupare_status st = { 0 };
	Occupare__V1__Occupation *ret;

	if (!open_in_child(64 * SMALL_MAP))
		return 4;
	for (unsigned number = writing->first;; number++) {
		/* It may be there, not acknowledged, from the time before. */
		if (fixture_update(&f, large(&f.arena, number, 20000), 0, true, &ret, &st) != OCCUPARE_OK)
			return 1;
		if (number % 3 == 0 &&
		    fixture_update(&f, large(&f.arena, number, 2000), 0, false, &ret, &st) != OCCUPARE_OK)
			return 2;
		if (write(writing->out, &number, sizeof number) != sizeof number)
			return 3;
		occ_arena_reset(&f.arena);
	}
}

static void
test_acknowledged_writes_survive_kills_at_any_moment(void **state)
{
	uint64_t seed = 31;
	unsigned next = 0;

	(void)state;
	for (unsigned kill_number = 0; kill_number < KILLS; kill_number++) {
		struct writing writing = { .first = next };
		unsigned number, wanted = (unsigned)(sample_next(&seed) % 6);
		uint64_t spin = sample_next(&seed) % 200000;
		int pipes[2], how;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		writing.out = pipes[1];
		child = spawn(write_until_killed, &writing);
		close(pipes[1]);
		/* After a random number of acknowledgements, at a random moment of the next write. */
		for (unsigned i = 0; i <= wanted && read(pipes[0], &number, sizeof number) == sizeof number; i++)
			next = number + 1;
		for (volatile uint64_t i = 0; i < spin; i++)
			;
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &how, 0), child);
		assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
		while (read(pipes[0], &number, sizeof number) == sizeof number)
			next = number + 1;
		close(pipes[0]);
		fixture_open(&f);
		for (unsigned i = 0; i < next; i++) {
			Occupare__V1__Occupation *got = fixture_get(&f, occ_arena_printf(&f.arena, "large-%u", i));

			assert_non_null(got);
			assert_int_equal(got->n_responsibilities, i % 3 == 0 ? 1 : 6);
		}
		fixture_verify(&f);
		fixture_shut(&f);
		occ_arena_reset(&f.arena);
	}
	assert_true(next >= KILLS);
}

/* ---- Full disk ---- */

/* The file may not grow beyond its size now and a little: as a full disk, for a child alone. */
static int
write_to_a_full_disk(void *data)
{
	struct occupare_status st = { 0 };
	Occupare__V1__Occupation *ret;
	struct rlimit limit;
	struct stat info;
	char path[128];
	unsigned number;

	(void)data;
	signal(SIGXFSZ, SIG_IGN);
	if (!open_in_child(64 * SMALL_MAP))
		return 7;
	snprintf(path, sizeof path, "%s/data.mdb", f.directory);
	if (stat(path, &info) != 0 || getrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 1;
	limit.rlim_cur = (rlim_t)info.st_size + 300000;
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 2;
	for (number = 100; number < 200; number++)
		if (fixture_create(&f, large(&f.arena, number, 50000), &ret, &st) != OCCUPARE_OK)
			break;
	if (st.code != OCCUPARE_RESOURCE_EXHAUSTED)
		return 3;
	/* What was there is read as before, and what fits can be written. */
	if (fixture_get(&f, "large-0") == NULL || fixture_get(&f, "large-100") == NULL)
		return 4;
	if (fixture_delete(&f, "large-100", 0, false, &st) != OCCUPARE_OK)
		return 5;
	if (fixture_create(&f, sample_bare(&f.arena, "little", "Little"), &ret, &st) != OCCUPARE_OK)
		return 6;
	fixture_shut(&f);
	return 0;
}

static void
test_full_disk_is_a_status_and_leaves_the_store_whole(void **state)
{
	(void)state;
	fixture_open(&f);
	create_large(0, 50000);
	fixture_shut(&f);
	assert_int_equal(reap(spawn(write_to_a_full_disk, NULL)), 0);
	fixture_open(&f);
	assert_non_null(fixture_get(&f, "large-0"));
	assert_non_null(fixture_get(&f, "little"));
	assert_null(fixture_get(&f, "large-100"));
	create_large(300, 400000);
	fixture_verify(&f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void
test_write_to_removed_files_is_refused(void **state)
{
	char path[128];
	struct occupare_status st = { 0 };

	(void)state;
	fixture_open(&f);
	snprintf(path, sizeof path, "%s/data.mdb", f.directory);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(
	    fixture_create(&f, sample_bare(&f.arena, "actor", "Actor"), NULL, &st), OCCUPARE_FAILED_PRECONDITION);
	assert_string_equal(st.reason, "STORE_REMOVED");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_full_map_grows_and_the_batch_is_applied_again),
		TEST(test_whole_batch_is_replayed_when_one_item_fills_the_map),
		TEST(test_item_that_the_map_was_too_small_for_is_never_kept_in_part),
		TEST(test_held_records_stay_while_another_process_grows_the_map),
		TEST(test_writer_takes_on_the_map_that_another_process_made),
		TEST(test_readers_go_on_while_the_map_grows_under_them),
		TEST(test_entries_of_dead_readers_are_taken_over),
		TEST(test_table_full_of_dead_readers_is_swept),
		TEST(test_more_readers_than_the_table_holds_is_a_status),
		TEST(test_acknowledged_writes_survive_kills_at_any_moment),
		TEST(test_full_disk_is_a_status_and_leaves_the_store_whole),
		TEST(test_write_to_removed_files_is_refused),
	};

	return cmocka_run_group_tests_name("store_faults", tests, NULL, NULL);
}

/* The write thread against a real store. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/rpc.h"
#include "service/log.h"
#include "service/writer.h"
#include "tests/support/daemon.h"
#include "tests/support/test.h"

#define NS_PER_S INT64_C(1000000000)

struct fixture {
	char directory[128];
	struct service service;
	struct occupare_status st;
	int null;
	pthread_mutex_t lock; /* what follows */
	pthread_cond_t changed;
	bool gate_open; /* lets apply_at_gate go on */
	bool at_gate;
	unsigned answered;
};

/* A write of this test. */
struct write {
	struct call call;
	struct fixture *fixture;
	char id[32];
	unsigned applied;
	bool finished; /* by finish, not by a failure */
	struct occupare_status status;
};

/* ---- Support ---- */

static void
answer(struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length)
{
	struct write *write = call->carrier;
	struct fixture *f = write->fixture;

	(void)head, (void)head_length, (void)payload, (void)payload_length;
	pthread_mutex_lock(&f->lock);
	write->status = call->status;
	f->answered++;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

static void
finish(struct call *call)
{
	struct write *write = call->carrier;
	Occupare__V1__GetDatasetResponse response = OCCUPARE__V1__GET_DATASET_RESPONSE__INIT;

	write->finished = true;
	call_reply(&response.base, call);
}

/* Creates an occupation with the write's id. */
static enum occupare_code
apply_create(struct store_txn *txn, void *item)
{
	struct call *call = item;
	struct write *write = call->carrier;
	Occupare__V1__Occupation occupation = OCCUPARE__V1__OCCUPATION__INIT, *stored;

	write->applied++;
	occupation.id = write->id;
	occupation.title = write->id;
	return store_create(&call->arena, txn, &occupation, &stored, &call->status);
}

/* Creates it, and fails then: nothing of it may stay. */
static enum occupare_code
apply_and_fail(struct store_txn *txn, void *item)
{
	struct call *call = item;

	if (apply_create(txn, item) != OCCUPARE_OK)
		return call->status.code;
	return occupare_fail(&call->status, OCCUPARE_ABORTED, NULL, "second thoughts");
}

static enum occupare_code
apply_and_say_nothing(struct store_txn *txn, void *item)
{
	(void)txn, (void)item;
	return OCCUPARE_NOT_FOUND;
}

/* Holds the writer within a transaction until the test opens the gate. */
static enum occupare_code
apply_at_gate(struct store_txn *txn, void *item)
{
	struct fixture *f = ((struct write *)((struct call *)item)->carrier)->fixture;

	(void)txn;
	pthread_mutex_lock(&f->lock);
	f->at_gate = true;
	pthread_cond_broadcast(&f->changed);
	while (!f->gate_open)
		pthread_cond_wait(&f->changed, &f->lock);
	pthread_mutex_unlock(&f->lock);
	return OCCUPARE_OK;
}

static int
start(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct store_options options = { .writable = true, .create = true, .map_bytes = (size_t)64 << 20 };

	daemon_make_directory(f->directory, sizeof f->directory);
	occupare_status_clear(&f->st);
	(void)!store_open(f->directory, &options, &f->service.store, &f->st);
	ASSERT_OK(&f->st);
	(void)!writer_start(f->service.store, &f->service.writer, &f->st);
	ASSERT_OK(&f->st);
	f->service.reply_bytes_max = OCC_REPLY_BYTES_MAX;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	f->null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	log_open(f->null, LOG_ERROR); /* Failures here are meant. */
	*state = f;
	return 0;
}

static int
stop(void **state)
{
	struct fixture *f = *state;

	f->gate_open = true;
	writer_stop(f->service.writer);
	store_close(f->service.store);
	daemon_remove_directory(f->directory);
	log_open(STDERR_FILENO, LOG_INFO);
	close(f->null);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	free(f);
	return 0;
}

static struct write *
new_writes(struct fixture *f, size_t count)
{
	struct write *writes = calloc(count, sizeof *writes);

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(call_init(&writes[i].call, &f->service, &f->st), OCCUPARE_OK);
		writes[i].call.send = answer;
		writes[i].call.carrier = &writes[i];
		writes[i].call.arrival_ns = dispatch_now_ns();
		writes[i].call.deadline_ns = dispatch_now_ns() + 30 * NS_PER_S;
		writes[i].fixture = f;
		snprintf(writes[i].id, sizeof writes[i].id, "occupation-%zu", i);
	}
	return writes;
}

static void
free_writes(struct write *writes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		call_fini(&writes[i].call);
	free(writes);
}

static void
await_answers(struct fixture *f, unsigned count)
{
	pthread_mutex_lock(&f->lock);
	while (f->answered < count)
		pthread_cond_wait(&f->changed, &f->lock);
	pthread_mutex_unlock(&f->lock);
	assert_int_equal(f->answered, count);
}

static void
close_gate(struct fixture *f, struct write *keeper)
{
	writer_submit(&keeper->call, apply_at_gate, finish);
	pthread_mutex_lock(&f->lock);
	while (!f->at_gate)
		pthread_cond_wait(&f->changed, &f->lock);
	pthread_mutex_unlock(&f->lock);
}

static void
open_gate(struct fixture *f)
{
	pthread_mutex_lock(&f->lock);
	f->gate_open = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

/* The data set as a new reader sees it. */
static void
read_dataset(struct fixture *f, uint64_t *ret_generation, uint64_t *ret_occupations)
{
	struct store_txn *txn;
	struct occ_arena arena;
	Occupare__V1__Dataset *dataset;

	occ_arena_init(&arena, 4096, OCC_ARENA_BYTES_MAX);
	assert_int_equal(store_txn_new(f->service.store, &txn, &f->st), OCCUPARE_OK);
	assert_int_equal(store_read_begin(txn, &f->st), OCCUPARE_OK);
	assert_int_equal(store_dataset(&arena, txn, false, &dataset, &f->st), OCCUPARE_OK);
	*ret_generation = dataset->generation;
	*ret_occupations = dataset->counts->occupations;
	store_txn_free(txn);
	occ_arena_fini(&arena);
}

/* ---- Tests ---- */

static void
test_write_is_stored_when_it_is_answered(void **state)
{
	struct fixture *f = *state;
	struct write *write = new_writes(f, 1);
	uint64_t generation, occupations;

	writer_submit(&write->call, apply_create, finish);
	await_answers(f, 1);
	assert_true(write->finished);
	read_dataset(f, &generation, &occupations);
	assert_int_equal(occupations, 1);
	free_writes(write, 1);
}

static void
test_writes_that_wait_share_one_commit(void **state)
{
	enum { COUNT = 100 };
	struct fixture *f = *state;
	struct write *writes = new_writes(f, COUNT);
	uint64_t generation, occupations;
	char path[200], line[4200];
	unsigned commits = 0;
	FILE *log;

	snprintf(path, sizeof path, "%s/log", f->directory);
	log = fopen(path, "w+e");
	assert_non_null(log);
	log_open(fileno(log), LOG_DEBUG);
	close_gate(f, &writes[0]);
	for (int i = 1; i < COUNT; i++)
		writer_submit(&writes[i].call, apply_create, finish);
	assert_int_equal(f->answered, 0);
	open_gate(f);
	await_answers(f, COUNT);
	for (int i = 1; i < COUNT; i++) {
		assert_true(writes[i].finished);
		assert_int_equal(writes[i].applied, 1);
	}
	read_dataset(f, &generation, &occupations);
	assert_int_equal(occupations, COUNT - 1);
	free_writes(writes, COUNT);
	writer_stop(f->service.writer);
	f->service.writer = NULL;
	log_open(f->null, LOG_ERROR);
	rewind(log);
	while (fgets(line, sizeof line, log) != NULL)
		commits += strstr(line, "debug commit") != NULL;
	fclose(log);
	assert_int_equal(commits, 2);
}

static void
test_failed_write_leaves_the_others_of_its_batch(void **state)
{
	struct fixture *f = *state;
	struct write *writes = new_writes(f, 5);
	uint64_t generation, occupations;

	close_gate(f, &writes[0]);
	writer_submit(&writes[1].call, apply_create, finish);
	writer_submit(&writes[2].call, apply_and_fail, finish);
	writer_submit(&writes[3].call, apply_create, finish);
	writer_submit(&writes[4].call, apply_and_say_nothing, finish);
	open_gate(f);
	await_answers(f, 5);
	assert_true(writes[1].finished && !writes[2].finished && writes[3].finished && !writes[4].finished);
	ASSERT_CODE(&writes[2].status, OCCUPARE_ABORTED);
	assert_string_equal(writes[2].status.message, "second thoughts");
	ASSERT_CODE(&writes[4].status, OCCUPARE_INTERNAL);
	read_dataset(f, &generation, &occupations);
	assert_int_equal(occupations, 2);
	free_writes(writes, 5);
}

static void
test_write_past_its_deadline_is_not_applied(void **state)
{
	struct fixture *f = *state;
	struct write *writes = new_writes(f, 3);

	close_gate(f, &writes[0]);
	writes[1].call.deadline_ns = dispatch_now_ns() - 1;
	writer_submit(&writes[1].call, apply_create, finish);
	writer_submit(&writes[2].call, apply_create, finish);
	open_gate(f);
	await_answers(f, 3);
	ASSERT_CODE(&writes[1].status, OCCUPARE_DEADLINE_EXCEEDED);
	assert_int_equal(writes[1].applied, 0);
	assert_false(writes[1].finished);
	assert_true(writes[2].finished);
	free_writes(writes, 3);
}

static void
test_full_queue_refuses_at_once_and_says_when_to_come_back(void **state)
{
	enum { COUNT = WRITER_QUEUE_MAX + 3 };
	struct fixture *f = *state;
	struct write *writes = new_writes(f, COUNT);

	close_gate(f, &writes[0]);
	for (int i = 1; i < COUNT; i++)
		writer_submit(&writes[i].call, apply_create, finish);
	assert_int_equal(f->answered, COUNT - 1 - WRITER_QUEUE_MAX);
	ASSERT_CODE(&writes[COUNT - 1].status, OCCUPARE_UNAVAILABLE);
	assert_string_equal(writes[COUNT - 1].status.reason, "WRITE_QUEUE_FULL");
	assert_true(writes[COUNT - 1].status.retry_delay_ms > 0);
	open_gate(f);
	await_answers(f, COUNT);
	for (int i = 1; i <= WRITER_QUEUE_MAX; i++)
		assert_true(writes[i].finished);
	assert_int_equal(writes[COUNT - 1].applied, 0);
	free_writes(writes, COUNT);
}

static void
test_stop_answers_all_that_is_queued(void **state)
{
	enum { COUNT = WRITER_BATCH_MAX + 50 };
	struct fixture *f = *state;
	struct write *writes = new_writes(f, COUNT);
	uint64_t generation, occupations;

	close_gate(f, &writes[0]);
	for (int i = 1; i < COUNT; i++)
		writer_submit(&writes[i].call, apply_create, finish);
	open_gate(f);
	writer_stop(f->service.writer);
	f->service.writer = NULL;
	assert_int_equal(f->answered, COUNT);
	read_dataset(f, &generation, &occupations);
	assert_int_equal(occupations, COUNT - 1);
	free_writes(writes, COUNT);
}

static void
test_failed_commit_fails_every_write_of_it(void **state)
{
	struct fixture *f = *state;
	struct write *writes = new_writes(f, 2);
	struct store_options read_only = { .writable = false };

	writer_stop(f->service.writer);
	f->service.writer = NULL;
	store_close(f->service.store);
	f->service.store = NULL;
	(void)!store_open(f->directory, &read_only, &f->service.store, &f->st);
	ASSERT_OK(&f->st);
	(void)!writer_start(f->service.store, &f->service.writer, &f->st);
	ASSERT_OK(&f->st);
	for (int i = 0; i < 2; i++)
		writer_submit(&writes[i].call, apply_create, finish);
	await_answers(f, 2);
	for (int i = 0; i < 2; i++) {
		ASSERT_CODE(&writes[i].status, OCCUPARE_FAILED_PRECONDITION);
		assert_false(writes[i].finished);
	}
	free_writes(writes, 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_write_is_stored_when_it_is_answered),
		TEST(test_writes_that_wait_share_one_commit),
		TEST(test_failed_write_leaves_the_others_of_its_batch),
		TEST(test_write_past_its_deadline_is_not_applied),
		TEST(test_full_queue_refuses_at_once_and_says_when_to_come_back),
		TEST(test_stop_answers_all_that_is_queued),
		TEST(test_failed_commit_fails_every_write_of_it),
	};

	return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}

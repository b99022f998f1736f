/* Group commit: while one transaction waits for the disk, the calls behind it queue up and share the next one. */
#include "service/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "service/log.h"

#define RETRY_FULL_MS 100
#define RETRY_STOPPING_MS 1000

struct writer {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock; /* what follows */
	pthread_cond_t changed;
	struct call *first, **last;
	size_t waiting;
	bool stopping;
};

static void *run(void *data);

enum occupare_code
writer_start(struct store *store, struct writer **ret, struct occupare_status *st)
{
	struct writer *writer = calloc(1, sizeof *writer);
	int error;

	if (writer == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the writer");
	writer->store = store;
	writer->last = &writer->first;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->changed, NULL);
	error = pthread_create(&writer->thread, NULL, run, writer);
	if (error != 0) {
		free(writer);
		return occupare_fail(
		    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "cannot start the writer's thread: %s", strerror(error));
	}
	*ret = writer;
	return OCCUPARE_OK;
}

void
writer_stop(struct writer *writer)
{
	if (writer == NULL)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	pthread_cond_signal(&writer->changed);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
}

/* ---- The queue ---- */

static void
refuse(struct call *call, const char *reason, const char *message, uint32_t retry_delay_ms)
{
	occupare_fail(&call->status, OCCUPARE_UNAVAILABLE, NULL, "%s", message);
	occupare_status_reason(&call->status, reason);
	call->status.retry_delay_ms = retry_delay_ms;
	call_fail(call);
}

void
writer_submit(struct call *call, store_apply *apply, void (*finish)(struct call *call))
{
	struct writer *writer = call->service->writer;
	bool stopping, full;

	call->apply = apply;
	call->finish = finish;
	call->next = NULL;
	pthread_mutex_lock(&writer->lock);
	stopping = writer->stopping;
	full = writer->waiting >= WRITER_QUEUE_MAX;
	if (!stopping && !full) {
		*writer->last = call;
		writer->last = &call->next;
		writer->waiting++;
		pthread_cond_signal(&writer->changed);
	}
	pthread_mutex_unlock(&writer->lock);
	if (stopping)
		refuse(call, "STOPPING", "the service is stopping", RETRY_STOPPING_MS);
	else if (full)
		refuse(call, "WRITE_QUEUE_FULL", "too many writes are waiting", RETRY_FULL_MS);
}

/* Takes up to WRITER_BATCH_MAX calls off the queue; 0: the writer stops and nothing is left. */
static size_t
take_batch(struct writer *writer, void **batch)
{
	size_t count = 0;

	pthread_mutex_lock(&writer->lock);
	while (writer->first == NULL && !writer->stopping)
		pthread_cond_wait(&writer->changed, &writer->lock);
	while (writer->first != NULL && count < WRITER_BATCH_MAX) {
		struct call *call = writer->first;

		writer->first = call->next;
		call->next = NULL;
		batch[count++] = call;
	}
	if (writer->first == NULL)
		writer->last = &writer->first;
	writer->waiting -= count;
	pthread_mutex_unlock(&writer->lock);
	return count;
}

/* ---- A batch ---- */

/* Runs again from the start when the store had to undo the batch, so each run begins with a clean status. The deadline is
 * looked at here, after the wait for other writers. */
static enum occupare_code
apply_call(struct store_txn *txn, void *item)
{
	struct call *call = item;
	enum occupare_code code;

	occupare_status_clear(&call->status);
	if (call_check_deadline(call) != OCCUPARE_OK)
		return call->status.code;
	code = call->apply(txn, call);
	if (code == OCCUPARE_OK)
		occupare_status_clear(&call->status);
	else if (call->status.code == OCCUPARE_OK)
		occupare_fail(&call->status, OCCUPARE_INTERNAL, NULL, "the change failed without saying why");
	return code;
}

static void
answer(struct call *call, const struct occupare_status *commit)
{
	if (call->status.code == OCCUPARE_OK && commit->code != OCCUPARE_OK)
		call->status = *commit;
	if (call->status.code == OCCUPARE_OK)
		call->finish(call);
	else
		call_fail(call);
}

static void *
run(void *data)
{
	struct writer *writer = data;
	void *batch[WRITER_BATCH_MAX];
	struct occupare_status commit;
	size_t count;

	while ((count = take_batch(writer, batch)) > 0) {
		int64_t begin = dispatch_now_ns();

		occupare_status_clear(&commit);
		if (store_write(writer->store, apply_call, batch, count, &commit) != OCCUPARE_OK)
			log_event(LOG_ERROR, "commit", LOG_NUMBER("calls", count),
			    LOG_TEXT("code", occupare_code_name(commit.code)), LOG_TEXT("message", commit.message));
		log_event(LOG_DEBUG, "commit", LOG_NUMBER("calls", count),
		    LOG_NUMBER("us", (dispatch_now_ns() - begin) / 1000));
		for (size_t i = 0; i < count; i++)
			answer(batch[i], &commit);
	}
	return NULL;
}

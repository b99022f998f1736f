/* The single write thread: calls queue up, one transaction applies all that wait, one fsync, then their replies. */
#ifndef OCC_WRITER_H
#define OCC_WRITER_H

#include "service/dispatch.h"

#define WRITER_QUEUE_MAX 512 /* calls waiting; more are UNAVAILABLE with a RetryInfo */
#define WRITER_BATCH_MAX 256 /* calls of one transaction */

struct writer;

/* Starts the thread. */
enum occupare_code writer_start(struct store *store, struct writer **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* Applies what is queued, answers it, and ends the thread. NULL is allowed. */
void writer_stop(struct writer *writer);

/* Hands a call to the writer: apply(txn, call) runs inside the transaction (perhaps more than once; store.h), then
 * finish(call) on the writer's thread once the commit is on disk, unless apply or the commit failed: then the call ends with
 * call->status.  A call whose deadline passes in the queue is not applied.
 * The calling handler must not touch the call afterwards. */
void writer_submit(struct call *call, store_apply *apply, void (*finish)(struct call *call));

#endif

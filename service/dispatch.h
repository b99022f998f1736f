/* Bytes in, bytes out: from a packed Call to a packed Reply, whatever carried them.
 *
 * A call passes five steps (dispatch.c reads them top to bottom): size and shape of the envelope, deadline, method lookup
 * by descriptor, unpacking of the request, the handler.  A method is a line of the schema and a handler of the generated
 * service table; a handler ends in exactly one of done(&reply, call), call_fail(call) or writer_submit(call, ...).
 *
 * Who carries calls in another shape than Call and Reply (HTTP) makes the envelope itself and gives the call a form. */
#ifndef OCC_DISPATCH_H
#define OCC_DISPATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "occupare/rpc/v1/rpc.pb-c.h"
#include "proto/arena.h"
#include "proto/status.h"
#include "service/metrics.h"
#include "store/store.h"

struct writer;

/* What every handler may use. Made in main, lives as long as the process. */
struct service {
	struct store *store;
	struct writer *writer; /* NULL in a read-only daemon */
	size_t request_bytes_max;
	size_t reply_bytes_max;
	atomic_bool stopping; /* new calls are UNAVAILABLE, health is NOT_SERVING */
	struct metrics metrics;
};

struct call;

/* How the request of a call is read and its answer written. */
struct call_form {
	/* The request of this method, in the arena; on failure call->status says why. */
	enum occupare_code (*read)(
	    struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret) OCC_MUST_CHECK;
	/* The bytes of an answer, which live until call->send returns: those of a reply, or where reply is NULL of call->status.
	 * Only writing a reply may fail, and then call->status says why. */
	enum occupare_code (*write)(
	    struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length) OCC_MUST_CHECK;
};

/* One call, from its arrival to its reply. Owned by what carries it (a connection), used by one thread at a time. */
struct call {
	struct service *service;
	struct occ_arena arena;
	struct store_txn *txn;                   /* the call's own, made by the first call_read; NULL until then */
	bool reading;                            /* between call_read and the reply */
	const Occupare__Rpc__V1__Call *envelope; /* in the arena; NULL until decoded */
	int64_t arrival_ns, deadline_ns;         /* CLOCK_MONOTONIC */
	enum transport transport;
	bool local;                    /* came over ipc or loopback */
	bool cross_site;               /* a web page of another site made the caller's browser send it */
	const struct call_form *form;  /* at first: a Call, answered with a Reply */
	size_t method;                 /* metrics_method; 0 until it is known */
	struct occupare_status status; /* what a failing step filled in */
	/* Called once, from any thread, with the whole answer: head bytes then payload bytes. The carrier resets the call
	 * afterwards. */
	void (*send)(
	    struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length);
	void *carrier;
	/* For writer_submit. */
	const ProtobufCMessage *request; /* in the arena */
	ProtobufCMessage *result;        /* in the arena */
	store_apply *apply;
	void (*finish)(struct call *call);
	struct call *next;
};

/* Prepares a call for its first use, and frees what it holds. */
enum occupare_code call_init(struct call *call, struct service *service, struct occupare_status *st) OCC_MUST_CHECK;
void call_fini(struct call *call);

/* Makes a call ready for the next Call: ends its reading, resets its arena. */
void call_reset(struct call *call);

/* Answers one packed Call. The carrier sets arrival_ns, transport, local, send and carrier before. bytes may go when it
 * returns, even if the reply comes later. */
void dispatch(struct call *call, const uint8_t *bytes, size_t length);

/* The same for an envelope that the carrier made in the arena; it has set form too. length: bytes that came. */
void dispatch_envelope(struct call *call, const Occupare__Rpc__V1__Call *envelope, size_t length);

/* Answers a Call that was refused unread, because of its size. */
void dispatch_oversize(struct call *call, size_t length);

/* For handlers. */

/* Begins reading for this call, once; all its reads are one snapshot. On failure call->status says why. */
enum occupare_code call_read(struct call *call) OCC_MUST_CHECK;

/* The dataset that speaks in the reply, of the same snapshot as all else that is read; reading must have begun. */
enum occupare_code call_dataset(struct call *call, Occupare__V1__Dataset **ret) OCC_MUST_CHECK;

/* Ends the call with a reply: what the closure of every handler is, and what a finish of writer_submit calls. */
void call_reply(const ProtobufCMessage *reply, void *call);

/* Ends the call with call->status, which must be a failure. */
void call_fail(struct call *call);

/* OK, or DEADLINE_EXCEEDED in call->status. For loops that take long. */
enum occupare_code call_check_deadline(struct call *call) OCC_MUST_CHECK;

/* OK where this caller may write; FAILED_PRECONDITION: read-only service; PERMISSION_DENIED: not a local caller, or sent by a
 * web page of another site. */
enum occupare_code call_may_write(struct call *call) OCC_MUST_CHECK;

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t dispatch_now_ns(void);

#endif

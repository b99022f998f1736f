/* One client: the reply side of SP's request/reply protocol over an nng_stream.
 *
 * The library's REP socket is not used: a peer that vanishes at the wrong moment stops its listener or keeps its
 * descriptor for ever, one slow reader holds up everybody, and there is no hook between the frame and the socket for limits
 * and deadlines.
 *
 * Wire: a greeting of 8 bytes each way, then messages: 64-bit big-endian length, header, body; ipc has one byte 01 before
 * each length.  The header is 32-bit words up to and including the first with its top bit set, which is the request's
 * id; the words before it are hops.  A reply repeats the header.
 * https://github.com/nanomsg/nanomsg/blob/master/rfc/sp-tcp-mapping-01.txt */
#ifndef OCC_CONNECTION_H
#define OCC_CONNECTION_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nng/nng.h>

#include "proto/status.h"
#include "service/dispatch.h"

#define CONNECTION_CALLS_MAX 64                      /* of one connection at work at once */
#define CONNECTION_CALLS_TOTAL_MAX 1024              /* of all connections; above what the writer can hold */
#define CONNECTION_OUT_BYTES_MAX ((size_t)256 << 10) /* replies waiting; above it no more requests are taken */
#define CONNECTION_OUT_TOTAL_MAX ((size_t)256 << 20) /* of all connections; above it large replies are refused */
#define CONNECTION_LENGTH_FACTOR 64                  /* a message longer than so many request limits: closed */
#define CONNECTION_BYTES_PER_S_MIN 65536             /* what a peer must take or give beyond the time-out */

struct connection;
struct slot;

struct connection_limits {
	size_t connections_max;
	int64_t greeting_timeout_ns, idle_timeout_ns;
	int64_t message_timeout_ns; /* for the rest of a message, and for replies to be taken */
};

/* All connections of a server, and what they share. */
struct connections {
	struct service *service;
	struct connection_limits limits;
	pthread_mutex_t lock; /* what follows */
	pthread_cond_t changed;
	struct connection *first;
	size_t count;
	pthread_mutex_t slots_lock; /* what follows */
	pthread_cond_t slots_changed;
	struct slot *slots_free;
	size_t slots_count;
	atomic_size_t out_bytes;
};

void connections_init(struct connections *all, struct service *service, const struct connection_limits *limits);

/* There must be no connection left. */
void connections_fini(struct connections *all);

/* Starts serving a stream, which then belongs to the connection. framed: ipc's byte before each length; local: the peer is on
 * this host.  False: there are too many, or no memory; the stream stays the caller's. */
bool connections_add(struct connections *all, nng_stream *stream, bool framed, bool local);

/* Closes connections whose deadline passed and frees what quiet ones keep. quiet_ns: also closes those at which nothing is at
 * work and nothing has happened for so long; INT64_MAX: none. */
void connections_sweep(struct connections *all, int64_t quiet_ns);

/* Closes all. They go when their operations have ended. */
void connections_close(struct connections *all);

/* Waits until there is none, or until a time of dispatch_now_ns. Returns how many there are. */
size_t connections_wait(struct connections *all, int64_t until_ns);

#endif

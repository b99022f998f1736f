/* What the daemon counts, and the text that Prometheus reads.
 * Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 *
 * Counting is meant to cost nothing that shows: plain additions, on one of several copies, so that threads seldom meet. All
 * functions are thread-safe. */
#ifndef OCC_METRICS_H
#define OCC_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/status.h"

/* What carried a call. */
enum transport { TRANSPORT_TCP, TRANSPORT_IPC, TRANSPORT_HTTP, TRANSPORT_COUNT };

#define METRICS_SHARDS 8
#define METRICS_METHODS_MAX 32 /* of all services; index 0 = no such method */
#define METRICS_CODES (OCCUPARE_UNAUTHENTICATED + 1)
#define METRICS_BUCKETS 16 /* of durations, the last one without a bound */
#define METRICS_ROUTES_MAX 48
#define METRICS_STATUSES_MAX 24

struct metrics_durations {
	atomic_uint_fast64_t buckets[METRICS_BUCKETS]; /* each without those below it */
	atomic_uint_fast64_t sum_ns;
};

struct metrics_shard {
	_Alignas(64) atomic_uint_fast64_t begun[TRANSPORT_COUNT];
	atomic_uint_fast64_t bytes_in[TRANSPORT_COUNT], bytes_out[TRANSPORT_COUNT];
	atomic_uint_fast64_t ended[TRANSPORT_COUNT][METRICS_METHODS_MAX][METRICS_CODES];
	struct metrics_durations durations[TRANSPORT_COUNT][METRICS_METHODS_MAX];
};

/* Zeros are its start. */
struct metrics {
	struct metrics_shard shards[METRICS_SHARDS];
	atomic_uint_fast64_t accepted[TRANSPORT_COUNT], closed[TRANSPORT_COUNT], refused[TRANSPORT_COUNT];
	atomic_uint_fast64_t http[METRICS_ROUTES_MAX][METRICS_STATUSES_MAX];
};

/* The index of a method of occ_services, from 1. */
size_t metrics_method(const ProtobufCServiceDescriptor *service, const ProtobufCMethodDescriptor *method);

/* A call has come, with so many bytes. */
void metrics_begin(struct metrics *metrics, enum transport transport, size_t bytes);

/* It is answered, with so many bytes, after so long. method: of metrics_method, 0 = there is none. */
void metrics_end(struct metrics *metrics, enum transport transport, size_t method, enum occupare_code code,
    int64_t duration_ns, size_t bytes);

/* A request over HTTP was answered, whether or not it became a call. route: the caller's own number below
 * METRICS_ROUTES_MAX. */
void metrics_http(struct metrics *metrics, size_t route, unsigned status);

/* Calls answered, and of those how many were not OK. */
uint64_t metrics_calls(const struct metrics *metrics, uint64_t *ret_failures);

struct service;

/* Writes everything. route: the name of a route; NULL: there are no more; itself NULL: no HTTP door. libraries: labels of the
 * build, as nng="1.5.2",... */
void metrics_write(FILE *out, struct service *service, const char *(*route)(size_t index), const char *libraries);

#endif

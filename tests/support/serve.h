/* A whole service without a socket: a store of its own in a temporary directory, dispatch, and a writer. */
#ifndef TESTS_SERVE_H
#define TESTS_SERVE_H

#include <pthread.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "service/dispatch.h"

struct serve {
	char directory[64];
	struct service service;
	struct call call;
	struct occ_arena arena; /* replies live here, until serve_stop */
	pthread_mutex_t mutex;
	pthread_cond_t answered;
	bool done;
	const uint8_t *reply;
	size_t reply_length;
};

/* Starts a writable service on an empty store, and stops it, removing the store. */
void serve_start(struct serve *serve);
void serve_stop(struct serve *serve);

/* Puts occupations into the store as an import of JSON files does. */
void serve_load(struct serve *serve, Occupare__V1__Occupation **occupations, size_t count);

/* Two areas, US and CA (California), and the mean yearly pay of SOC 29-1141 in them: CA 2023 $137,690 and 2024 $148,330, US
 * 2023 $94,480. */
void serve_load_california(struct serve *serve);

/* Calls a method: packs the request into a Call, dispatches it, waits for the Reply. The response, or NULL with the failure in
 * status; a failure carries an ErrorInfo, which is asserted. */
void *serve_call(struct serve *serve, const char *method, const void *request, struct occupare_status *status);

/* The same with a Call as it is. */
void *serve_envelope(struct serve *serve, const Occupare__Rpc__V1__Call *envelope, struct occupare_status *status);

/* The same with any bytes; the Reply itself. */
Occupare__Rpc__V1__Reply *serve_bytes(struct serve *serve, const uint8_t *bytes, size_t length);

#endif

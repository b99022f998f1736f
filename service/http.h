/* The HTTP door to the same dispatch: the Connect protocol, readable GET forms, health, metrics.
 *
 * libmicrohttpd parses and writes HTTP, on threads of its own, one per processor; an answer is computed on the thread that has
 * the request, one that waits for the writer's thread suspends its connection.  What the library lacks is added here:
 * deadlines of requests and answers, and making room when there are too many connections. */
#ifndef OCC_HTTP_H
#define OCC_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"
#include "service/dispatch.h"

#define HTTP_CALLS_MAX 1024 /* at work at once; above what the writer can hold */

struct http;

struct http_options {
	const char *address; /* ADDRESS:PORT, [ADDRESS]:PORT; loopback for :PORT or PORT; port 0: any that is free */
	const char *cors_origin; /* whose pages may read the answers: an origin or "*"; "" = nobody's but its own */
	size_t connections_max;  /* beyond it the one that has kept silent longest goes */
	int64_t greeting_timeout_ms, idle_timeout_ms, message_timeout_ms;
};

/* Listens and serves. The service and the options' texts must outlive it.
 * INVALID_ARGUMENT: not an address; FAILED_PRECONDITION: in use or not on this host; PERMISSION_DENIED;
 * RESOURCE_EXHAUSTED. */
enum occupare_code http_start(struct service *service, const struct http_options *options, struct http **ret,
    struct occupare_status *st) OCC_MUST_CHECK;

/* "http://127.0.0.1:8080", with the port that it really has. */
const char *http_url(const struct http *http);

/* Ends connections as they become idle and waits until no request is being answered, but not longer than timeout_ms. Goes
 * on listening, so that /readyz can say why. Returns how many requests are left. service->stopping should be set before. */
size_t http_drain(struct http *http, int64_t timeout_ms);

/* Stops listening, closes what is left and frees it. Calls must not be with the writer any more. NULL is allowed. */
void http_stop(struct http *http);

/* Version of the library: "0.9.75". */
const char *http_library_version(void);

/* True where only this host can reach an address. */
bool http_address_is_local(const char *address);

#endif

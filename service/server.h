/* Listeners, and the life of a server from its first accept to the end of its last connection. */
#ifndef OCC_SERVER_H
#define OCC_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"
#include "service/dispatch.h"

#define SERVER_LISTEN_MAX 16

struct server;

struct server_options {
	const char *const
	    *urls; /* tcp://ADDRESS:PORT (port 0: any that is free) or ipc://PATH, at most SERVER_LISTEN_MAX */
	size_t urls_count;
	size_t connections_max;       /* more are closed as they come */
	size_t descriptors_elsewhere; /* that must be left for other doors */
	int64_t greeting_timeout_ms, idle_timeout_ms, message_timeout_ms;
};

/* Listens and serves. The service and the options' texts must outlive the server. To be called before any other thread of
 * the process but the writer's starts, and once at a time.
 * INVALID_ARGUMENT: not a URL that can be listened on; FAILED_PRECONDITION: in use, or something else is in the way;
 * PERMISSION_DENIED; RESOURCE_EXHAUSTED. */
enum occupare_code server_start(struct service *service, const struct server_options *options, struct server **ret,
    struct occupare_status *st) OCC_MUST_CHECK;

/* The URL of a listener with the port it really has; NULL: there are no more. */
const char *server_url(const struct server *server, size_t index);

/* Stops listening, and waits until every connection has its replies and is quiet, but not longer than timeout_ms. Returns
 * how many connections are left. service->stopping should be set before. */
size_t server_drain(struct server *server, int64_t timeout_ms);

/* Closes what is left and frees the server. Calls must not be with the writer any more. NULL is allowed. */
void server_stop(struct server *server);

/* Version of the transport library: "1.5.2". */
const char *server_library_version(void);

/* True where only this host can reach a URL: ipc, and tcp on localhost, 127.0.0.0/8 or ::1 as written. */
bool server_url_is_local(const char *url);

#endif

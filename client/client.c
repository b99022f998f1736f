/* One nng REQ socket per client, one context per call.
 *
 * Re-sending is off on every context: on a lost connection nng then ends the call with NNG_ECONNRESET instead of sending
 * it again by itself, so that whether a call is repeated is decided here, by its method (see may_repeat).
 *
 * A connection is made by the call that needs one, not in the background: the caller learns at once that nobody listens,
 * and a name is resolved anew. */
#include "client/occupare.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/util/platform.h>

#include "grpc/health/v1/health.pb-c.h"
#include "proto/rpc.h"
#include "proto/wire.h"

#define CONNECT_TIMEOUT_MS 5000
#define ATTEMPTS_MAX 5
#define BACKOFF_FIRST_MS 50
#define BACKOFF_MAX_MS 2000
#define ADDRESSES_MAX 16          /* tried per host name */
#define SEND_SLICE_MS 250         /* between looks at whether there still is a connection to send on */
#define REPLY_HEADER_BYTES_MAX 64 /* the protocol's header, which NNG_OPT_RECVMAXSZ counts too */
#define DECODED_FACTOR_MAX 16     /* memory a reply may decode to, as a multiple of reply_bytes_max */

struct occupare_client {
	char *url;
	nng_url *parsed;
	struct occupare_options options;
	nng_socket socket;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed;
	bool connecting; /* one thread is in connect_any */
	int pipe;        /* id of the connection; 0 = none */
	int gone;        /* id of one that ended before it was announced; 0 = none */
};

/* One try of one call. */
struct attempt {
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	const ProtobufCMessage *request;
	nng_time deadline_ms; /* on nng_clock */
};

static enum occupare_code
fail_because(struct occupare_status *st, enum occupare_code code, const char *reason, const char *message)
{
	occupare_fail(st, code, NULL, "%s", message);
	occupare_status_reason(st, reason);
	return code;
}

static nng_duration
remaining_ms(nng_time deadline_ms)
{
	nng_time now = nng_clock();

	if (now >= deadline_ms)
		return 0;
	return deadline_ms - now < INT32_MAX ? (nng_duration)(deadline_ms - now) : INT32_MAX;
}

static nng_duration
remaining_at_most_ms(nng_time deadline_ms, uint32_t limit_ms)
{
	nng_duration left_ms = remaining_ms(deadline_ms);

	return (uint32_t)left_ms < limit_ms ? left_ms : (nng_duration)limit_ms;
}

static enum occupare_code
deadline_passed(struct occupare_status *st, const char *doing)
{
	occupare_fail(st, OCCUPARE_DEADLINE_EXCEEDED, NULL, "the time-out passed while %s", doing);
	occupare_status_reason(st, "NO_REPLY");
	return OCCUPARE_DEADLINE_EXCEEDED;
}

/* ---- Opening and closing ---- */

/* Called by nng's threads. A dialer ends with its connection, before it dials again by itself: nng 1.5.2 leaks the
 * connection of a dialer that is closed while it dials. The end of a connection may be told before its beginning. */
static void
pipe_changed(nng_pipe pipe, nng_pipe_ev event, void *data)
{
	struct occupare_client *client = data;
	int id = nng_pipe_id(pipe);

	pthread_mutex_lock(&client->lock);
	if (event == NNG_PIPE_EV_ADD_POST)
		client->pipe = id == client->gone ? 0 : id;
	else if (client->pipe == id)
		client->pipe = 0;
	else
		client->gone = id;
	pthread_mutex_unlock(&client->lock);
	if (event == NNG_PIPE_EV_REM_POST)
		nng_dialer_close(nng_pipe_dialer(pipe));
}

static bool
is_port(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= 5 && strspn(text, "0123456789") == length && strtoul(text, NULL, 10) - 1 < 65535;
}

static enum occupare_code
check_url(const char *url, const nng_url *parsed, struct occupare_status *st)
{
	bool ipc = strcmp(parsed->u_scheme, "ipc") == 0;

	if (!ipc && strcmp(parsed->u_scheme, "tcp") != 0)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "url",
		    "scheme %s is not known: give tcp://HOST:PORT or ipc://PATH", parsed->u_scheme);
	if (ipc && parsed->u_path[0] == '\0')
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "url", "%s lacks a path: give ipc://PATH", url);
	if (ipc && strlen(parsed->u_path) >= sizeof((struct sockaddr_un *)NULL)->sun_path)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "url", "the path of %s is longer than %zu bytes",
		    url, sizeof((struct sockaddr_un *)NULL)->sun_path - 1);
	if (!ipc && (parsed->u_hostname[0] == '\0' || !is_port(parsed->u_port)))
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, "url", "%s lacks a host or a port: give tcp://HOST:PORT", url);
	return OCCUPARE_OK;
}

static enum occupare_code
parse_url(struct occupare_client *client, const char *url, struct occupare_status *st)
{
	char fallback[256];

	if (url == NULL)
		url = getenv("OCCUPARE_URL");
	if (url == NULL || url[0] == '\0') {
		occ_default_url(fallback, sizeof fallback, false);
		url = fallback;
	}
	client->url = strdup(url);
	if (client->url == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	if (nng_url_parse(&client->parsed, url) != 0)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "url",
		    "\"%s\" is not a URL: give tcp://HOST:PORT or ipc://PATH", url);
	return check_url(url, client->parsed, st);
}

static void
set_options(struct occupare_client *client, const struct occupare_options *options)
{
	struct occupare_options *mine = &client->options;

	if (options != NULL)
		*mine = *options;
	if (mine->timeout_ms == 0)
		mine->timeout_ms = OCC_TIMEOUT_MS_MAX;
	if (mine->connect_timeout_ms == 0)
		mine->connect_timeout_ms = CONNECT_TIMEOUT_MS;
	if (mine->attempts_max == 0)
		mine->attempts_max = ATTEMPTS_MAX;
	if (mine->reply_bytes_max == 0)
		mine->reply_bytes_max = OCC_REPLY_BYTES_MAX;
}

static int
open_socket(struct occupare_client *client)
{
	int rv = nng_req0_open(&client->socket);

	if (rv != 0)
		return rv;
	rv = nng_socket_set_ms(client->socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
	if (rv == 0)
		rv = nng_socket_set_size(client->socket, NNG_OPT_RECVMAXSZ,
		    (size_t)client->options.reply_bytes_max + REPLY_HEADER_BYTES_MAX);
	if (rv == 0)
		rv = nng_pipe_notify(client->socket, NNG_PIPE_EV_ADD_POST, pipe_changed, client);
	if (rv == 0)
		rv = nng_pipe_notify(client->socket, NNG_PIPE_EV_REM_POST, pipe_changed, client);
	return rv;
}

static void
init_lock(struct occupare_client *client)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&client->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&client->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

enum occupare_code
occupare_open(const char *url, const struct occupare_options *options, struct occupare_client **ret_client,
    struct occupare_status *st)
{
	struct occupare_client *client = calloc(1, sizeof *client);
	int rv;

	occupare_status_clear(st);
	if (client == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	init_lock(client);
	set_options(client, options);
	if (parse_url(client, url, st) != OCCUPARE_OK) {
		occupare_close(client);
		return st->code;
	}
	rv = open_socket(client);
	if (rv != 0) {
		occupare_close(client);
		return occupare_fail(
		    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "cannot open a socket: %s", nng_strerror(rv));
	}
	*ret_client = client;
	return OCCUPARE_OK;
}

void
occupare_close(struct occupare_client *client)
{
	if (client == NULL)
		return;
	/* Returns after the last pipe_changed. */
	if (nng_socket_id(client->socket) > 0)
		nng_close(client->socket);
	if (client->parsed != NULL)
		nng_url_free(client->parsed);
	pthread_cond_destroy(&client->changed);
	pthread_mutex_destroy(&client->lock);
	free(client->url);
	free(client);
}

const char *
occupare_url(const struct occupare_client *client)
{
	return client->url;
}

/* ---- Connecting ---- */

struct alarm {
	nng_aio *aio;
	nng_dialer dialer;
};

/* Also called when the alarm is called off. */
static void
ring(void *data)
{
	struct alarm *alarm = data;

	if (nng_aio_result(alarm->aio) == 0)
		nng_dialer_close(alarm->dialer);
}

/* Dials and waits for the greeting. nng's own wait has no time-out, so an alarm closes the dialer. */
static int
start_dialer(nng_dialer dialer, nng_duration timeout_ms)
{
	struct alarm alarm = { .dialer = dialer };
	int rv = nng_aio_alloc(&alarm.aio, ring, &alarm);

	if (rv != 0)
		return rv;
	nng_sleep_aio(timeout_ms, alarm.aio);
	rv = nng_dialer_start(dialer, 0);
	nng_aio_cancel(alarm.aio);
	nng_aio_wait(alarm.aio);
	if (nng_aio_result(alarm.aio) == 0)
		rv = NNG_ETIMEDOUT;
	nng_aio_free(alarm.aio);
	return rv;
}

static int
dial(struct occupare_client *client, const char *url, nng_duration timeout_ms)
{
	nng_dialer dialer;
	int rv = nng_dialer_create(&dialer, client->socket, url);

	if (rv != 0)
		return rv;
	rv = start_dialer(dialer, timeout_ms);
	pthread_mutex_lock(&client->lock);
	/* Dialled, yet no connection: the peer is gone again, or speaks another of nng's protocols. */
	if (rv == 0 && client->pipe == 0)
		rv = NNG_EPROTO;
	pthread_mutex_unlock(&client->lock);
	if (rv != 0)
		nng_dialer_close(dialer);
	return rv;
}

/* nng itself tries only the first address of a name, so names are resolved here. */
static int
dial_host(struct occupare_client *client, nng_time deadline_ms)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	char host[NI_MAXHOST], url[NI_MAXHOST + 32];
	int rv = NNG_EADDRINVAL;
	unsigned tried = 0;

	if (getaddrinfo(client->parsed->u_hostname, client->parsed->u_port, &hints, &list) != 0)
		return NNG_EADDRINVAL;
	for (struct addrinfo *a = list; a != NULL && tried < ADDRESSES_MAX && remaining_ms(deadline_ms) > 0;
	     a = a->ai_next) {
		if (getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		snprintf(url, sizeof url, a->ai_family == AF_INET6 ? "tcp://[%s]:%s" : "tcp://%s:%s", host,
		    client->parsed->u_port);
		rv = dial(client, url, remaining_at_most_ms(deadline_ms, client->options.connect_timeout_ms));
		if (rv == 0)
			break;
		tried++;
	}
	freeaddrinfo(list);
	return rv;
}

static int
connect_any(struct occupare_client *client, nng_time deadline_ms)
{
	if (strcmp(client->parsed->u_scheme, "tcp") == 0)
		return dial_host(client, deadline_ms);
	return dial(client, client->url, remaining_at_most_ms(deadline_ms, client->options.connect_timeout_ms));
}

/* Waits until another thread is done connecting. False: the deadline passed first. */
static bool
wait_for_connecting(struct occupare_client *client, nng_time deadline_ms)
{
	struct timespec until = { .tv_sec = (time_t)(deadline_ms / 1000),
		.tv_nsec = (long)(deadline_ms % 1000) * 1000000 };

	while (client->connecting)
		if (pthread_cond_timedwait(&client->changed, &client->lock, &until) == ETIMEDOUT)
			return !client->connecting;
	return true;
}

static const char *
why_unreachable(const struct occupare_client *client, int rv)
{
	switch (rv) {
	case NNG_ECONNREFUSED:
		/* nng says the same where there is no socket at all. */
		if (strcmp(client->parsed->u_scheme, "ipc") == 0 && access(client->parsed->u_path, F_OK) != 0)
			return strerror(errno);
		return "nobody listens there";
	case NNG_EADDRINVAL:
		return "the host name has no address";
	case NNG_EPROTO:
		return "the peer does not speak this protocol";
	case NNG_ECLOSED:
	case NNG_ECONNSHUT:
	case NNG_ECONNRESET:
		return "the peer closed the connection";
	case NNG_ETIMEDOUT:
		return "the peer did not answer in time";
	default:
		return nng_strerror(rv);
	}
}

static enum occupare_code
connect_failed(const struct occupare_client *client, int rv, struct occupare_status *st)
{
	occupare_fail(st, OCCUPARE_UNAVAILABLE, NULL, "cannot reach %s: %s", client->url, why_unreachable(client, rv));
	occupare_status_reason(st, "CONNECT_FAILED");
	occupare_status_metadata(st, "url", "%s", client->url);
	return OCCUPARE_UNAVAILABLE;
}

/* Makes sure that there is a connection, or was one a moment ago. */
static enum occupare_code
ensure_connected(struct occupare_client *client, nng_time deadline_ms, struct occupare_status *st)
{
	int rv = 0;

	pthread_mutex_lock(&client->lock);
	if (!wait_for_connecting(client, deadline_ms))
		rv = NNG_ETIMEDOUT;
	else if (client->pipe == 0) {
		client->connecting = true;
		pthread_mutex_unlock(&client->lock);
		rv = connect_any(client, deadline_ms);
		pthread_mutex_lock(&client->lock);
		client->connecting = false;
		pthread_cond_broadcast(&client->changed);
	}
	pthread_mutex_unlock(&client->lock);
	return rv == 0 ? OCCUPARE_OK : connect_failed(client, rv, st);
}

/* ---- One attempt ---- */

static nng_msg *
pack_call(const struct attempt *attempt)
{
	Occupare__Rpc__V1__Call call = OCCUPARE__RPC__V1__CALL__INIT;
	Google__Protobuf__Duration timeout = GOOGLE__PROTOBUF__DURATION__INIT;
	nng_duration left_ms = remaining_ms(attempt->deadline_ms);
	size_t request_size = protobuf_c_message_get_packed_size(attempt->request);
	char path[256];
	nng_msg *message = NULL;
	uint8_t *payload = malloc(request_size + 1);

	if (payload == NULL)
		return NULL;
	snprintf(path, sizeof path, "/%s/%s", attempt->service->name, attempt->method->name);
	call.method = path;
	timeout.seconds = left_ms / 1000;
	timeout.nanos = left_ms % 1000 * 1000000;
	call.timeout = &timeout;
	call.payload.len = protobuf_c_message_pack(attempt->request, payload);
	call.payload.data = payload;
	if (nng_msg_alloc(&message, occupare__rpc__v1__call__get_packed_size(&call)) == 0)
		occupare__rpc__v1__call__pack(&call, nng_msg_body(message));
	free(payload);
	return message;
}

/* Sends within the deadline, connecting anew as often as the connection goes before anything was sent.  A send that
 * succeeded was handed to a connection; one that timed out was not. */
static enum occupare_code
send_call(struct occupare_client *client, nng_ctx context, nng_aio *aio, const struct attempt *attempt,
    struct occupare_status *st)
{
	int rv;

	do {
		nng_msg *message;

		if (remaining_ms(attempt->deadline_ms) == 0)
			return deadline_passed(st, "sending the request");
		if (ensure_connected(client, attempt->deadline_ms, st) != OCCUPARE_OK)
			return st->code;
		message = pack_call(attempt);
		if (message == NULL)
			return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
		nng_aio_set_msg(aio, message);
		nng_aio_set_timeout(aio, remaining_at_most_ms(attempt->deadline_ms, SEND_SLICE_MS));
		nng_ctx_send(context, aio);
		nng_aio_wait(aio);
		rv = nng_aio_result(aio);
		if (rv != 0)
			nng_msg_free(message);
	} while (rv == NNG_ETIMEDOUT);
	if (rv != 0)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot send: %s", nng_strerror(rv));
	return OCCUPARE_OK;
}

static enum occupare_code
receive_reply(nng_ctx context, nng_aio *aio, nng_time deadline_ms, nng_msg **ret_message, struct occupare_status *st)
{
	int rv;

	nng_aio_set_msg(aio, NULL);
	nng_aio_set_timeout(aio, remaining_ms(deadline_ms));
	nng_ctx_recv(context, aio);
	nng_aio_wait(aio);
	rv = nng_aio_result(aio);
	if (rv == NNG_ETIMEDOUT)
		return deadline_passed(st, "waiting for the reply");
	if (rv == NNG_ECONNRESET)
		return fail_because(st, OCCUPARE_UNAVAILABLE, "CONNECTION_LOST",
		    "the connection was lost before the reply came, or the reply was longer than reply_bytes_max");
	if (rv != 0)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "cannot receive: %s", nng_strerror(rv));
	*ret_message = nng_aio_get_msg(aio);
	return OCCUPARE_OK;
}

/* Foreign bytes that broke a rule: the peer's fault, whatever the rule. */
static enum occupare_code
bad_reply(struct occupare_status *st)
{
	char why[512];

	snprintf(why, sizeof why, "the peer's reply is not one of this service: %.400s", st->message);
	return fail_because(st, OCCUPARE_INTERNAL, "BAD_REPLY", why);
}

static enum occupare_code
unpack_response(const struct occupare_client *client, const ProtobufCMessageDescriptor *descriptor,
    const ProtobufCBinaryData *payload, ProtobufCMessage **ret, struct occupare_status *st)
{
	size_t bytes_max = (size_t)client->options.reply_bytes_max * DECODED_FACTOR_MAX;
	ProtobufCMessage *response;

	if (occ_wire_check(descriptor, payload->data, payload->len, bytes_max, st) != OCCUPARE_OK)
		return bad_reply(st);
	response = protobuf_c_message_unpack(descriptor, NULL, payload->len, payload->data);
	if (response == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "cannot decode the reply: out of memory");
	*ret = response;
	return OCCUPARE_OK;
}

static enum occupare_code
open_reply(const struct occupare_client *client, struct occ_arena *arena, const struct attempt *attempt,
    nng_msg *message, ProtobufCMessage **ret, struct occupare_status *st)
{
	ProtobufCMessage *base;
	const Occupare__Rpc__V1__Reply *reply;

	if (occ_unpack(arena, &occupare__rpc__v1__reply__descriptor, nng_msg_body(message), nng_msg_len(message), &base,
		st) != OCCUPARE_OK)
		return bad_reply(st);
	reply = (const Occupare__Rpc__V1__Reply *)base;
	if (reply->status != NULL && reply->status->code != OCCUPARE_OK) {
		occ_status_unpack(arena, reply->status, st);
		return st->code;
	}
	return unpack_response(client, attempt->method->output, &reply->payload, ret, st);
}

static enum occupare_code
exchange(struct occupare_client *client, nng_ctx context, nng_aio *aio, const struct attempt *attempt,
    ProtobufCMessage **ret, struct occupare_status *st)
{
	struct occ_arena arena;
	nng_msg *message = NULL;

	if (send_call(client, context, aio, attempt, st) != OCCUPARE_OK ||
	    receive_reply(context, aio, attempt->deadline_ms, &message, st) != OCCUPARE_OK)
		return st->code;
	occ_arena_init(
	    &arena, OCC_ARENA_BYTES_KEPT, 2 * (size_t)client->options.reply_bytes_max + OCC_ARENA_BYTES_KEPT);
	open_reply(client, &arena, attempt, message, ret, st);
	occ_arena_fini(&arena);
	nng_msg_free(message);
	return st->code;
}

static enum occupare_code
attempt_once(
    struct occupare_client *client, const struct attempt *attempt, ProtobufCMessage **ret, struct occupare_status *st)
{
	nng_ctx context;
	nng_aio *aio;

	occupare_status_clear(st);
	if (nng_ctx_open(&context, client->socket) != 0)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	if (nng_aio_alloc(&aio, NULL, NULL) == 0) {
		exchange(client, context, aio, attempt, ret, st);
		nng_aio_free(aio);
	} else {
		occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	}
	nng_ctx_close(context);
	return st->code;
}

/* ---- Repeating ---- */

/* Reads, by the verbs of their names; a method that is not known to be one is not repeated. */
static bool
may_repeat(const ProtobufCMethodDescriptor *method)
{
	static const char *const verbs[] = { "Get", "BatchGet", "List", "Search", "Compare", "BatchCompare", "Render",
		"Find", "Analyze", "Check" };

	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strncmp(method->name, verbs[i], strlen(verbs[i])) == 0)
			return true;
	return false;
}

/* How long to wait before attempt number n + 1, n from 0. */
static uint32_t
backoff_ms(unsigned n, uint32_t asked_for_ms)
{
	uint32_t bound = n < 6 ? BACKOFF_FIRST_MS << n : BACKOFF_MAX_MS;
	uint32_t wait;

	if (bound > BACKOFF_MAX_MS)
		bound = BACKOFF_MAX_MS;
	wait = nng_random() % (bound + 1);
	return wait > asked_for_ms ? wait : asked_for_ms;
}

static enum occupare_code
invoke(
    struct occupare_client *client, const struct attempt *attempt, ProtobufCMessage **ret, struct occupare_status *st)
{
	for (unsigned n = 0;; n++) {
		uint32_t wait_ms;

		if (attempt_once(client, attempt, ret, st) != OCCUPARE_UNAVAILABLE || !may_repeat(attempt->method) ||
		    n + 1 >= client->options.attempts_max)
			return st->code;
		wait_ms = backoff_ms(n, st->retry_delay_ms);
		if (wait_ms >= (uint32_t)remaining_ms(attempt->deadline_ms))
			return st->code;
		nng_msleep((nng_duration)wait_ms);
	}
}

/* ---- The methods ---- */

enum occupare_code
occupare_call(struct occupare_client *client, const ProtobufCServiceDescriptor *service, const char *method,
    const ProtobufCMessage *request, uint32_t timeout_ms, ProtobufCMessage **ret_response, struct occupare_status *st)
{
	struct attempt attempt = {
		.service = service,
		.method = protobuf_c_service_descriptor_get_method_by_name(service, method),
		.request = request,
		.deadline_ms = nng_clock() + (timeout_ms != 0 ? timeout_ms : client->options.timeout_ms),
	};

	occupare_status_clear(st);
	if (attempt.method == NULL)
		return occupare_fail(st, OCCUPARE_UNIMPLEMENTED, NULL, "%s has no method %s", service->name, method);
	if (request->descriptor != attempt.method->input)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s takes a %s, not a %s", method,
		    attempt.method->input->name, request->descriptor->name);
	return invoke(client, &attempt, ret_response, st);
}

#define METHOD(function, service, method, Type)                                                                        \
	enum occupare_code function(struct occupare_client *client, const Occupare__V1__##Type##Request *request,      \
	    Occupare__V1__##Type##Response **ret_response, struct occupare_status *st)                                 \
	{                                                                                                              \
		ProtobufCMessage *response;                                                                            \
                                                                                                                       \
		if (occupare_call(client, &occupare__v1__##service##__descriptor, method, &request->base, 0,           \
			&response, st) == OCCUPARE_OK)                                                                 \
			*ret_response = (Occupare__V1__##Type##Response *)response;                                    \
		return st->code;                                                                                       \
	}

METHOD(occupare_get_occupation, occupation_service, "GetOccupation", GetOccupation)
METHOD(occupare_batch_get_occupations, occupation_service, "BatchGetOccupations", BatchGetOccupations)
METHOD(occupare_list_occupations, occupation_service, "ListOccupations", ListOccupations)
METHOD(occupare_search_occupations, occupation_service, "SearchOccupations", SearchOccupations)
METHOD(occupare_create_occupation, occupation_service, "CreateOccupation", CreateOccupation)
METHOD(occupare_update_occupation, occupation_service, "UpdateOccupation", UpdateOccupation)
METHOD(occupare_delete_occupation, occupation_service, "DeleteOccupation", DeleteOccupation)
METHOD(occupare_list_areas, occupation_service, "ListAreas", ListAreas)
METHOD(occupare_list_estimates, occupation_service, "ListEstimates", ListEstimates)
METHOD(occupare_get_dataset, occupation_service, "GetDataset", GetDataset)
METHOD(occupare_compare_occupations, comparison_service, "CompareOccupations", CompareOccupations)
METHOD(occupare_batch_compare_occupations, comparison_service, "BatchCompareOccupations", BatchCompareOccupations)
METHOD(occupare_render_comparison, comparison_service, "RenderComparison", RenderComparison)
METHOD(occupare_find_similar_occupations, comparison_service, "FindSimilarOccupations", FindSimilarOccupations)
METHOD(occupare_analyze_transition, comparison_service, "AnalyzeTransition", AnalyzeTransition)

enum occupare_code
occupare_check_health(
    struct occupare_client *client, const char *service, enum occupare_health *ret_health, struct occupare_status *st)
{
	Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
	ProtobufCMessage *response;

	request.service = service != NULL ? (char *)service : "";
	if (occupare_call(client, &grpc__health__v1__health__descriptor, "Check", &request.base, 0, &response, st) !=
	    OCCUPARE_OK)
		return st->code;
	*ret_health = (enum occupare_health)((Grpc__Health__V1__HealthCheckResponse *)response)->status;
	occupare_free(response);
	return OCCUPARE_OK;
}

enum occupare_code
occupare_get_schema(struct occupare_client *client, uint8_t **ret_bytes, size_t *ret_length, struct occupare_status *st)
{
	Occupare__Rpc__V1__GetSchemaRequest request = OCCUPARE__RPC__V1__GET_SCHEMA_REQUEST__INIT;
	ProtobufCMessage *response;
	ProtobufCBinaryData *set;

	if (occupare_call(client, &occupare__rpc__v1__reflection_service__descriptor, "GetSchema", &request.base, 0,
		&response, st) != OCCUPARE_OK)
		return st->code;
	/* protobuf-c's default allocator is malloc: the bytes are taken out of the message. */
	set = &((Occupare__Rpc__V1__GetSchemaResponse *)response)->file_descriptor_set;
	*ret_bytes = set->data;
	*ret_length = set->len;
	set->data = NULL;
	set->len = 0;
	occupare_free(response);
	return OCCUPARE_OK;
}

void
occupare_free(void *response)
{
	if (response != NULL)
		protobuf_c_message_free_unpacked(response, NULL);
}

void
occupare_item_status(const Google__Rpc__Status *error, struct occupare_status *ret_status)
{
	struct occ_arena arena;

	occ_arena_init(&arena, 0, OCC_ARENA_BYTES_MAX);
	occ_status_unpack(&arena, error, ret_status);
	occ_arena_fini(&arena);
}

const char *
occupare_version(void)
{
	return occ_version;
}

const char *
occupare_nng_version(void)
{
	return nng_version();
}

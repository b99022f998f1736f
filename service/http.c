/* One request, top to bottom: on_uri (its first line is here), on_request (its headers are, then its body), run (route,
 * handler, dispatch), on_sent (the answer is written, perhaps on the writer's thread), send_answer, on_completed.
 *
 * A connection has one exchange, used for one request after the other.  Its library thread alone uses it, but while a call of
 * it is with the writer: then the connection is suspended, and whoever comes second, the thread that suspends or the one that
 * has the answer, resumes it.  The sweeper looks at nothing but phase and deadline. */
#include "service/http.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "proto/rpc.h"
#include "service/address.h"
#include "service/exchange.h"
#include "service/gzip.h"
#include "service/log.h"
#include "service/pages.h"
#include "service/routes.h"

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define THREADS_MIN 2
#define THREADS_MAX 16
#define BACKLOG 1024
#define BYTES_PER_S_MIN 65536        /* what a peer must take or give beyond the time-out */
#define BODY_KEPT ((size_t)64 << 10) /* memory that a connection keeps for bodies */
#define BODY_FACTOR 64               /* a body longer than so many limits: closed */
#define GZIP_BYTES_MIN 512           /* smaller bodies are sent as they are */
#define OUT_LARGE ((size_t)32 << 10) /* an answer that counts against the total */
#define OUT_TOTAL_MAX ((size_t)256 << 20)
#define IN_TOTAL_MAX ((size_t)256 << 20) /* of bodies */
#define SWEEP_NS_MAX (500 * NS_PER_MS)
#define DRAIN_SWEEP_NS (20 * NS_PER_MS)
#define DRAIN_QUIET_NS (500 * NS_PER_MS) /* for a connection that has just been made to ask something */
#define SLOW_READER_NS NS_PER_S          /* for an answer to be taken where others want in */
#define RETRY_FULL_MS 500

/* What a connection waits for. */
enum phase {
	PHASE_NEW,  /* for its first request */
	PHASE_IDLE, /* for the next one */
	PHASE_HEAD, /* for headers */
	PHASE_BODY,
	PHASE_WORK, /* for us */
	PHASE_SEND  /* for the peer to take the answer */
};

/* Which of two threads came first, the one that has the answer or the one that suspends the connection. */
enum turn { TURN_NOBODY, TURN_ANSWERED, TURN_SUSPENDED };

/* A call, and what else is costly to make. Held while an exchange is at work. */
struct slot {
	struct call call;
	struct gzip *gzip;
	struct slot *next; /* free */
};

struct header {
	const char *name, *value;
};

struct exchange {
	struct http *http;
	struct exchange *next, **link; /* under http->lock */
	int fd;
	bool loopback;
	_Atomic enum phase phase;
	atomic_int_least64_t since_ns, deadline_ns; /* of the phase; deadline 0 = none */

	/* The request. */
	struct MHD_Connection *connection;
	int64_t arrival_ns;
	const char *verb;
	char *uri, *query;  /* one piece of memory, kept; query points into it */
	const char *target; /* the same without scheme and host */
	size_t uri_size;
	uint8_t *body;
	size_t body_length, body_size, body_skipped;
	bool body_in_vain; /* it is skipped because all bodies together are too large */
	bool wants_gzip;
	size_t route; /* of routes_at */
	struct routes_path path;
	struct slot *slot;
	_Atomic enum turn turn;
	bool dispatched;

	/* The answer. */
	unsigned status;
	const char *content_type;
	char *answer;
	size_t answer_length;
	char *location; /* of a redirection */
	bool answer_static, answer_gzip, answer_counted;
	enum caching caching;
	char etag[40];
	struct header headers[EXCHANGE_HEADERS_MAX];
	size_t headers_count;
};

struct http {
	struct service *service;
	struct http_options options;
	struct MHD_Daemon *daemon;
	int listener; /* until the library has it */
	char url[ADDRESS_URL_BYTES_MAX];
	atomic_size_t in_bytes, out_bytes;
	pthread_mutex_t lock; /* what follows */
	struct exchange *first;
	size_t count;
	pthread_mutex_t slots_lock; /* what follows */
	struct slot *slots_free;
	size_t slots_count;
	pthread_t sweeper;
	bool sweeping; /* the thread was started */
	pthread_mutex_t sweeper_lock;
	pthread_cond_t sweeper_changed;
	bool stopping;
};

static void run(struct exchange *x);
static enum MHD_Result send_answer(struct exchange *x);
static void forget_answer(struct exchange *x);
static void drop_body(struct exchange *x);
static void make_room(struct http *http);

/* ---- Deadlines ---- */

static void
enter(struct exchange *x, enum phase phase, int64_t wait_ns)
{
	int64_t now = dispatch_now_ns();

	atomic_store_explicit(&x->phase, phase, memory_order_relaxed);
	atomic_store_explicit(&x->since_ns, now, memory_order_relaxed);
	atomic_store_explicit(&x->deadline_ns, wait_ns > 0 ? now + wait_ns : 0, memory_order_relaxed);
}

static int64_t
time_for(const struct exchange *x, size_t bytes)
{
	return x->http->options.message_timeout_ms * NS_PER_MS + (int64_t)(bytes / BYTES_PER_S_MIN) * NS_PER_S;
}

/* ---- Connections ---- */

static void
enlist(struct exchange *x)
{
	struct http *http = x->http;

	pthread_mutex_lock(&http->lock);
	http->count++;
	x->next = http->first;
	x->link = &http->first;
	if (x->next != NULL)
		x->next->link = &x->next;
	http->first = x;
	if (http->count > http->options.connections_max)
		make_room(http);
	pthread_mutex_unlock(&http->lock);
}

static void
delist(struct exchange *x)
{
	struct http *http = x->http;

	pthread_mutex_lock(&http->lock);
	*x->link = x->next;
	if (x->next != NULL)
		x->next->link = x->link;
	http->count--;
	pthread_mutex_unlock(&http->lock);
}

/* The library closes the descriptor after it has said so: under the lock it is still the connection's. Until its thread comes to
 * that, it is the youngest, so that nobody takes it for the next to go. */
static void
cut(struct exchange *x, const char *why)
{
	shutdown(x->fd, SHUT_RDWR);
	atomic_store_explicit(&x->deadline_ns, 0, memory_order_relaxed);
	atomic_store_explicit(&x->since_ns, INT64_MAX, memory_order_relaxed);
	log_event(LOG_DEBUG, "closed", LOG_TEXT("why", why));
}

/* Who has been longest at it: silent, or taking an answer. NULL: nobody that was before latest_ns. */
static struct exchange *
find_oldest(struct http *http, bool sending, int64_t latest_ns)
{
	struct exchange *oldest = NULL;

	for (struct exchange *x = http->first; x != NULL; x = x->next) {
		enum phase phase = atomic_load_explicit(&x->phase, memory_order_relaxed);
		int64_t since_ns = atomic_load_explicit(&x->since_ns, memory_order_relaxed);

		if (phase == PHASE_WORK || (phase == PHASE_SEND) != sending || since_ns > latest_ns)
			continue;
		latest_ns = since_ns;
		oldest = x;
	}
	return oldest;
}

/* With the lock held: who has kept silent longest goes, so that silent ones cannot keep others out. Where nobody else is
 * silent, neither can those that are slow to take their answers. One that has just come, the first, is left at last. */
static void
make_room(struct http *http)
{
	struct exchange *oldest = find_oldest(http, false, INT64_MAX - 1);

	if (oldest == NULL || oldest == http->first)
		oldest = find_oldest(http, true, dispatch_now_ns() - SLOW_READER_NS);
	if (oldest == NULL)
		oldest = http->first;
	atomic_fetch_add(&http->service->metrics.refused[TRANSPORT_HTTP], 1);
	cut(oldest, "too many connections");
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
	struct http *http = cls;
	struct exchange *x = *context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (x == NULL)
			return;
		delist(x);
		atomic_fetch_add(&http->service->metrics.closed[TRANSPORT_HTTP], 1);
		forget_answer(x);
		drop_body(x);
		free(x->uri);
		free(x);
		return;
	}
	x = calloc(1, sizeof *x);
	*context = x;
	if (x == NULL)
		return;
	x->http = http;
	x->connection = connection;
	x->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	x->loopback = address_is_loopback(
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
	atomic_fetch_add(&http->service->metrics.accepted[TRANSPORT_HTTP], 1);
	enter(x, PHASE_NEW, http->options.greeting_timeout_ms * NS_PER_MS);
	enlist(x);
}

/* ---- A request arrives ---- */

static void *
on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *x = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	size_t size = strlen(uri) + 1;

	(void)cls;
	if (x == NULL)
		return NULL;
	if (size > x->uri_size) {
		free(x->uri);
		x->uri = malloc(size);
		x->uri_size = x->uri == NULL ? 0 : size;
	}
	if (x->uri != NULL)
		memcpy(x->uri, uri, size);
	x->arrival_ns = dispatch_now_ns();
	x->body_length = x->body_skipped = 0;
	x->body_in_vain = false;
	x->dispatched = false;
	x->route = ROUTES_NONE;
	x->caching = CACHING_NONE;
	x->etag[0] = '\0';
	x->headers_count = 0;
	atomic_store(&x->turn, TURN_NOBODY);
	enter(x, PHASE_HEAD, time_for(x, 0));
	return x;
}

static void
drop_body(struct exchange *x)
{
	atomic_fetch_sub(&x->http->in_bytes, x->body_size);
	free(x->body);
	x->body = NULL;
	x->body_size = 0;
}

/* False: no memory. */
static bool
enlarge_body(struct exchange *x, size_t size)
{
	size_t more = size - x->body_size;
	uint8_t *larger;

	if (atomic_fetch_add(&x->http->in_bytes, more) + more <= IN_TOTAL_MAX &&
	    (larger = realloc(x->body, size)) != NULL) {
		x->body = larger;
		x->body_size = size;
		return true;
	}
	atomic_fetch_sub(&x->http->in_bytes, more);
	return false;
}

/* Keeps what comes of the body, up to the limit; the rest is dropped, so that the answer is read and not a reset. */
static enum MHD_Result
take_body(struct exchange *x, const char *bytes, size_t length)
{
	size_t max = x->http->service->request_bytes_max, size = x->body_size > 0 ? x->body_size : 1024;

	if (length > max - x->body_length || x->body_skipped > 0) {
		x->body_skipped += length;
		return x->body_skipped > max * BODY_FACTOR ? MHD_NO : MHD_YES;
	}
	while (size < x->body_length + length)
		size *= 2;
	if (size > x->body_size && !enlarge_body(x, size)) {
		drop_body(x);
		x->body_in_vain = true;
		x->body_skipped = length;
		return MHD_YES;
	}
	memcpy(x->body + x->body_length, bytes, length);
	x->body_length += length;
	return MHD_YES;
}

static void
fail_oversize(struct exchange *x)
{
	struct occupare_status st;
	size_t max = x->http->service->request_bytes_max;

	occupare_status_clear(&st);
	occupare_fail(&st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "the body of the request is larger than %zu bytes", max);
	occupare_status_reason(&st, "REQUEST_TOO_LARGE");
	occupare_status_metadata(&st, "request_bytes_max", "%zu", max);
	exchange_fail(x, 413, &st);
}

static void
fail_full(struct exchange *x, const char *reason, const char *message)
{
	struct occupare_status st;

	occupare_status_clear(&st);
	occupare_fail(&st, OCCUPARE_UNAVAILABLE, NULL, "%s", message);
	occupare_status_reason(&st, reason);
	st.retry_delay_ms = RETRY_FULL_MS;
	exchange_fail(x, 0, &st);
}

/* Headers that decide where a request ends, and for whom it is. */
struct framing {
	unsigned lengths, codings, hosts;
	bool broken;
};

static enum MHD_Result
look_at_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *framing = cls;

	(void)kind;
	framing->broken |= strpbrk(name, " \t") != NULL;
	framing->lengths += strcasecmp(name, "Content-Length") == 0;
	framing->hosts += strcasecmp(name, "Host") == 0;
	if (strcasecmp(name, "Transfer-Encoding") == 0) {
		framing->codings++;
		framing->broken |= value == NULL || strcasecmp(value, "chunked") != 0;
	}
	return MHD_YES;
}

/* What a proxy in front may read otherwise than the library does is refused, so that no request hides in another one:
 * https://www.rfc-editor.org/rfc/rfc9112#section-6.3 and section-5.1 */
static bool
is_framed_well(const struct exchange *x)
{
	struct framing framing = { 0 };

	MHD_get_connection_values(x->connection, MHD_HEADER_KIND, look_at_header, &framing);
	return !framing.broken && framing.lengths + framing.codings <= 1 && framing.hosts <= 1;
}

static void
fail_framing(struct exchange *x)
{
	struct occupare_status st;

	occupare_status_clear(&st);
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL,
	    "the headers leave open where the request ends or for whom it is: one Content-Length or Transfer-Encoding: "
	    "chunked, one Host, and no space before a colon");
	occupare_status_reason(&st, "HEADER_INVALID");
	exchange_set_header(x, "Connection", "close");
	exchange_fail(x, 0, &st);
}

/* Headers are here. A body that is too large by its own word is refused before it comes. */
static enum MHD_Result
begin(struct exchange *x, const char *verb)
{
	size_t max = x->http->service->request_bytes_max, length = 0;
	const char *text = exchange_header(x, "Content-Length");

	if (x->uri == NULL)
		return MHD_NO;
	x->verb = verb;
	if (!is_framed_well(x)) {
		fail_framing(x);
		return send_answer(x);
	}
	if (text != NULL)
		length = strtoull(text, NULL, 10);
	else if (exchange_header(x, "Transfer-Encoding") != NULL)
		length = max;
	enter(x, PHASE_BODY, time_for(x, length < max ? length : max));
	if (length <= max)
		return MHD_YES;
	fail_oversize(x);
	return send_answer(x);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *verb, const char *version,
    const char *upload, size_t *upload_length, void **context)
{
	struct exchange *x = *context;

	(void)cls, (void)connection, (void)url, (void)version;
	if (x == NULL)
		return MHD_NO;
	switch (atomic_load_explicit(&x->phase, memory_order_relaxed)) {
	case PHASE_HEAD:
		return begin(x, verb);
	case PHASE_BODY:
		if (*upload_length > 0) {
			size_t length = *upload_length;

			*upload_length = 0;
			return take_body(x, upload, length);
		}
		run(x);
		if (!x->dispatched || atomic_load(&x->turn) == TURN_ANSWERED)
			return send_answer(x);
		MHD_suspend_connection(x->connection);
		if (atomic_exchange(&x->turn, TURN_SUSPENDED) == TURN_ANSWERED)
			MHD_resume_connection(x->connection);
		return MHD_YES;
	case PHASE_WORK:
		return send_answer(x); /* resumed */
	default:
		return MHD_NO;
	}
}

static void
on_completed(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode termination)
{
	struct exchange *x = *context;

	(void)cls, (void)connection, (void)termination;
	if (x == NULL)
		return;
	forget_answer(x);
	if (x->body_size > BODY_KEPT || atomic_load(&x->http->in_bytes) > IN_TOTAL_MAX / 2)
		drop_body(x);
	enter(x, PHASE_IDLE, x->http->options.idle_timeout_ms * NS_PER_MS);
}

/* ---- Slots ---- */

static void on_sent(
    struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length);

static struct slot *
take_slot(struct http *http)
{
	struct slot *slot;
	struct occupare_status st;

	pthread_mutex_lock(&http->slots_lock);
	slot = http->slots_free;
	if (slot != NULL) {
		http->slots_free = slot->next;
	} else if (http->slots_count < HTTP_CALLS_MAX && (slot = calloc(1, sizeof *slot)) != NULL) {
		if (call_init(&slot->call, http->service, &st) == OCCUPARE_OK) {
			http->slots_count++;
		} else {
			free(slot);
			slot = NULL;
		}
	}
	pthread_mutex_unlock(&http->slots_lock);
	return slot;
}

static void
give_slot(struct exchange *x)
{
	struct http *http = x->http;
	struct slot *slot = x->slot;

	x->slot = NULL;
	if (slot == NULL)
		return;
	call_reset(&slot->call);
	pthread_mutex_lock(&http->slots_lock);
	slot->next = http->slots_free;
	http->slots_free = slot;
	pthread_mutex_unlock(&http->slots_lock);
}

static void
free_slots(struct http *http)
{
	struct slot *slot;

	while ((slot = http->slots_free) != NULL) {
		http->slots_free = slot->next;
		call_fini(&slot->call);
		gzip_free(slot->gzip);
		free(slot);
	}
}

/* ---- Who asks ---- */

/* A page of this server itself, under a name that no page of elsewhere can give itself (as by DNS rebinding). */
static bool
is_own_origin(const char *origin, const char *host)
{
	static const char scheme[] = "http://";

	return host != NULL && strncmp(origin, scheme, sizeof scheme - 1) == 0 &&
	       strcasecmp(origin + sizeof scheme - 1, host) == 0 && address_is_local(host);
}

/* Browsers name the page in Origin, and say in Sec-Fetch-Site how it is related to us; other clients send neither. */
static bool
is_cross_site(const struct exchange *x)
{
	const char *origin = exchange_header(x, "Origin"), *site = exchange_header(x, "Sec-Fetch-Site");

	if (origin != NULL)
		return !is_own_origin(origin, exchange_header(x, "Host")) &&
		       strcmp(origin, x->http->options.cors_origin) != 0;
	return site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

/* Whoever comes through a proxy on this host is not on this host. */
static bool
is_local(const struct exchange *x)
{
	static const char *const names[] = { "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host",
		"X-Forwarded-Proto", "X-Real-IP" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (exchange_header(x, names[i]) != NULL)
			return false;
	return x->loopback;
}

/* Whether Accept-Encoding takes gzip: it names it or "*", and not with a weight of 0. */
static bool
accepts_gzip(const char *list)
{
	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, ","), name;
		const char *weight = memmem(list, length, "q=0", 3);
		bool refused;

		list += strspn(list, " \t");
		length = strcspn(list, ",");
		name = strcspn(list, ",; \t");
		refused = weight != NULL && strspn(weight + 3, ".0") + 3 == (size_t)(list + length - weight);
		if ((name == 4 && strncasecmp(list, "gzip", 4) == 0) || (name == 1 && *list == '*'))
			return !refused;
		list += length + (list[length] == ',');
	}
	return false;
}

/* ---- Answering ---- */

static void
prepare_call(struct exchange *x)
{
	struct call *call = &x->slot->call;

	call->arrival_ns = x->arrival_ns;
	call->transport = TRANSPORT_HTTP;
	call->local = is_local(x);
	call->cross_site = is_cross_site(x);
	call->send = on_sent;
	call->carrier = x;
}

static void
fail_route(struct exchange *x, const char *allow)
{
	struct occupare_status *st = &x->slot->call.status;

	if (allow != NULL && strcmp(x->verb, "OPTIONS") == 0) {
		exchange_set_header(x, "Allow", allow);
		exchange_answer(x, 204, NULL, NULL, 0);
		return;
	}
	if (allow != NULL) {
		occupare_fail(
		    st, OCCUPARE_UNIMPLEMENTED, NULL, "%s is not for %s; it takes %s", x->target, x->verb, allow);
		occupare_status_reason(st, "VERB_NOT_ALLOWED");
		exchange_set_header(x, "Allow", allow);
		exchange_fail(x, 405, st);
		return;
	}
	if (st->code == OCCUPARE_OK) {
		routes_unknown(x->target, st);
		if (strcmp(x->verb, "POST") == 0)
			st->code = OCCUPARE_UNIMPLEMENTED;
	}
	exchange_fail(x, st->code == OCCUPARE_INVALID_ARGUMENT ? 400 : 404, st);
}

/* From a whole request to its answer, or to its call on the way to one. */
static void
answer(struct exchange *x)
{
	struct call *call = &x->slot->call;
	const char *allow = NULL;

	prepare_call(x);
	if (x->body_skipped > 0) {
		if (x->body_in_vain)
			fail_full(x, "INPUT_FULL", "too many requests are on their way at once; try again later");
		else
			fail_oversize(x);
		return;
	}
	x->query = strchr(x->uri, '?');
	if (x->query != NULL)
		*x->query++ = '\0';
	x->target = routes_skip_host(x->uri);
	if (routes_split(&call->arena, x->target, &x->path, &call->status) == OCCUPARE_OK)
		x->route = routes_find(x->target, &x->path, x->verb, &allow);
	if (x->route == ROUTES_NONE)
		fail_route(x, allow);
	else
		routes_at(x->route)->handle(x);
}

static void
compress(struct exchange *x)
{
	char *smaller;
	size_t length;

	if (!x->wants_gzip || x->answer_length < GZIP_BYTES_MIN)
		return;
	if (x->slot->gzip == NULL && (x->slot->gzip = gzip_new()) == NULL)
		return;
	smaller = gzip_compress(x->slot->gzip, x->answer, x->answer_length, &length);
	if (smaller == NULL)
		return;
	if (!x->answer_static)
		free(x->answer);
	x->answer = smaller;
	x->answer_length = length;
	x->answer_static = false;
	x->answer_gzip = true;
}

/* Large answers that wait for slow peers must not fill the memory. */
static void
limit_output(struct exchange *x)
{
	if (x->answer_length <= OUT_LARGE || x->answer_static)
		return;
	if (atomic_fetch_add(&x->http->out_bytes, x->answer_length) + x->answer_length <= OUT_TOTAL_MAX) {
		x->answer_counted = true;
		return;
	}
	atomic_fetch_sub(&x->http->out_bytes, x->answer_length);
	fail_full(x, "OUTPUT_FULL", "too many answers wait to be taken by their clients; try again later");
}

static void
settle(struct exchange *x)
{
	compress(x);
	limit_output(x);
	give_slot(x);
}

static void
run(struct exchange *x)
{
	enter(x, PHASE_WORK, 0);
	x->wants_gzip = accepts_gzip(exchange_header(x, "Accept-Encoding"));
	x->slot = take_slot(x->http);
	if (x->slot == NULL) {
		exchange_answer_static(x, 503, NULL, NULL, 0);
		return;
	}
	answer(x);
	if (!x->dispatched)
		settle(x);
}

/* The answer is written; after this the connection's thread has the exchange again, even if this is another one. */
static void
on_sent(struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length)
{
	struct exchange *x = call->carrier;
	struct MHD_Connection *connection = x->connection;

	(void)head, (void)head_length, (void)payload, (void)payload_length;
	settle(x);
	if (atomic_exchange(&x->turn, TURN_ANSWERED) == TURN_SUSPENDED)
		MHD_resume_connection(connection);
}

static void
forget_answer(struct exchange *x)
{
	if (x->answer_counted)
		atomic_fetch_sub(&x->http->out_bytes, x->answer_length);
	if (!x->answer_static)
		free(x->answer);
	free(x->location);
	x->location = NULL;
	x->answer = NULL;
	x->answer_length = 0;
	x->answer_static = x->answer_gzip = x->answer_counted = false;
}

/* ---- Sending ---- */

static void
add_cors_headers(struct exchange *x, struct MHD_Response *response)
{
	const char *allowed = x->http->options.cors_origin, *origin = exchange_header(x, "Origin");

	if (allowed[0] == '\0' || origin == NULL || (strcmp(allowed, "*") != 0 && strcmp(allowed, origin) != 0))
		return;
	MHD_add_response_header(response, "Access-Control-Allow-Origin", allowed);
	MHD_add_response_header(response, "Access-Control-Expose-Headers", "ETag");
	if (strcmp(x->verb, "OPTIONS") != 0)
		return;
	MHD_add_response_header(response, "Access-Control-Allow-Methods", "GET, HEAD, POST");
	MHD_add_response_header(response, "Access-Control-Allow-Headers",
	    "Content-Type, Content-Encoding, Connect-Protocol-Version, Connect-Timeout-Ms, If-None-Match, "
	    "Authorization, "
	    "Traceparent");
	MHD_add_response_header(response, "Access-Control-Max-Age", "600");
}

static void
add_headers(struct exchange *x, struct MHD_Response *response)
{
	static const char *const caching[] = { "no-store", "no-cache", "public, max-age=31536000, immutable" };

	if (x->content_type != NULL)
		MHD_add_response_header(response, "Content-Type", x->content_type);
	if (x->answer_gzip)
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	if (x->etag[0] != '\0' && (x->status == 200 || x->status == 304))
		MHD_add_response_header(response, "ETag", x->etag);
	MHD_add_response_header(
	    response, "Cache-Control", caching[x->status == 200 || x->status == 304 ? x->caching : CACHING_NONE]);
	MHD_add_response_header(
	    response, "Vary", x->http->options.cors_origin[0] == '\0' ? "Accept-Encoding" : "Accept-Encoding, Origin");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (x->location != NULL)
		MHD_add_response_header(response, "Location", x->location);
	for (size_t i = 0; i < x->headers_count; i++)
		MHD_add_response_header(response, x->headers[i].name, x->headers[i].value);
	add_cors_headers(x, response);
	if (atomic_load_explicit(&x->http->service->stopping, memory_order_relaxed))
		MHD_add_response_header(response, "Connection", "close");
}

static enum MHD_Result
send_answer(struct exchange *x)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    x->answer_length, x->answer, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	add_headers(x, response);
	metrics_http(&x->http->service->metrics, x->route, x->status);
	log_event(LOG_DEBUG, "http", LOG_TEXT("verb", x->verb), LOG_TEXT("path", x->uri),
	    LOG_NUMBER("status", x->status), LOG_NUMBER("us", (dispatch_now_ns() - x->arrival_ns) / 1000),
	    LOG_NUMBER("bytes", x->answer_length));
	enter(x, PHASE_SEND, time_for(x, x->answer_length));
	result = MHD_queue_response(x->connection, x->status, response);
	MHD_destroy_response(response);
	return result;
}

/* ---- For handlers ---- */

const struct route *
exchange_route(const struct exchange *x)
{
	return routes_at(x->route);
}

const char *
exchange_path(const struct exchange *x)
{
	return x->target;
}

const char *
exchange_query(const struct exchange *x)
{
	return x->query != NULL ? x->query : "";
}

const char *
exchange_variable(const struct exchange *x, const char *name)
{
	return routes_variable(routes_at(x->route), &x->path, name);
}

enum occupare_code
exchange_parameters(
    struct exchange *x, const struct parameter_value **ret, size_t *ret_count, struct occupare_status *st)
{
	return routes_parameters(&x->slot->call.arena, exchange_query(x), ret, ret_count, st);
}

const char *
exchange_header(const struct exchange *x, const char *name)
{
	return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

const uint8_t *
exchange_body(const struct exchange *x, size_t *ret_length)
{
	*ret_length = x->body_length;
	return x->body;
}

struct call *
exchange_call_of(const struct exchange *x)
{
	return &x->slot->call;
}

struct exchange *
exchange_of(const struct call *call)
{
	return call->carrier;
}

void
exchange_answer(struct exchange *x, unsigned status, const char *content_type, char *body, size_t length)
{
	forget_answer(x);
	x->status = status;
	x->content_type = content_type;
	x->answer = body;
	x->answer_length = length;
}

void
exchange_answer_static(struct exchange *x, unsigned status, const char *content_type, const char *body, size_t length)
{
	exchange_answer(x, status, content_type, (char *)body, length);
	x->answer_static = true;
}

void
exchange_redirect(struct exchange *x, unsigned status, char *location)
{
	exchange_answer(x, status, NULL, NULL, 0);
	x->location = location;
}

const uint8_t *
exchange_written(const struct exchange *x, size_t *ret_length)
{
	*ret_length = x->answer_length;
	return (const uint8_t *)x->answer;
}

/* Memory of its own: the exchange may have no call. */
void
exchange_fail(struct exchange *x, unsigned status, const struct occupare_status *st)
{
	struct occ_arena arena;
	size_t length = 0;
	bool post = strcmp(x->verb, "POST") == 0, page = !post && pages_are_wanted(x);
	char *body;

	occ_arena_init(&arena, 0, OCC_ARENA_BYTES_MAX);
	if (page)
		body = pages_failure(x, &arena, st, &length);
	else if (post)
		body = connect_failure(&arena, st, &length);
	else
		body = rest_failure(&arena, st, &length);
	occ_arena_fini(&arena);
	exchange_answer(
	    x, status != 0 ? status : exchange_status(st->code), page ? PAGES_TYPE : "application/json", body, length);
	x->caching = CACHING_NONE;
}

void
exchange_call(struct exchange *x, const struct call_form *form, const Occupare__Rpc__V1__Call *envelope)
{
	struct call *call = &x->slot->call;

	x->dispatched = true;
	call->form = form;
	dispatch_envelope(call, envelope, x->body_length);
}

Occupare__Rpc__V1__Call *
exchange_envelope(struct exchange *x, const char *method)
{
	static const char *const names[] = { "authorization", "traceparent" };
	struct occ_arena *arena = &x->slot->call.arena;
	Occupare__Rpc__V1__Call *envelope = occ_arena_alloc(arena, sizeof *envelope);

	occupare__rpc__v1__call__init(envelope);
	envelope->method = (char *)method;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = exchange_header(x, names[i]);
		Occupare__Rpc__V1__Metadata *entry;

		if (value == NULL)
			continue;
		if (envelope->metadata == NULL)
			envelope->metadata = occ_arena_alloc(arena, sizeof names / sizeof names[0] * sizeof entry);
		entry = occ_arena_alloc(arena, sizeof *entry);
		occupare__rpc__v1__metadata__init(entry);
		entry->key = (char *)names[i];
		entry->value = (char *)value;
		envelope->metadata[envelope->n_metadata++] = entry;
	}
	return envelope;
}

void
exchange_caching(struct exchange *x, enum caching caching)
{
	x->caching = caching;
}

void
exchange_set_header(struct exchange *x, const char *name, const char *value)
{
	if (x->headers_count < EXCHANGE_HEADERS_MAX)
		x->headers[x->headers_count++] = (struct header){ name, value };
}

/* FNV-1a. */
static uint64_t
hash(uint64_t so_far, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		so_far = (so_far ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
	return so_far;
}

/* Adds what the linker says of the program's contents; nothing where it was told not to. */
static int
hash_notes(struct dl_phdr_info *program, size_t size, void *sum)
{
	(void)size;
	for (size_t i = 0; i < program->dlpi_phnum; i++)
		if (program->dlpi_phdr[i].p_type == PT_NOTE)
			*(uint64_t *)sum = hash(*(uint64_t *)sum,
			    (const void *)(program->dlpi_addr + program->dlpi_phdr[i].p_vaddr),
			    program->dlpi_phdr[i].p_memsz);
	return 1; /* the program comes first, its libraries behind it */
}

/* Tells builds apart, those of one version too. */
static uint64_t build_sum = UINT64_C(0xcbf29ce484222325);

static void
hash_build(void)
{
	build_sum = hash(build_sum, occ_version, strlen(occ_version));
	dl_iterate_phdr(hash_notes, &build_sum);
}

/* A weak tag: it is the same whether the body is compressed or not. Its parts tell apart stores, what they hold, programs, and
 * requests. Where the dataset cannot be read, the handler will say why. */
static void
make_etag(struct exchange *x)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct call *call = &x->slot->call;
	Occupare__V1__Dataset *dataset;
	uint64_t sum;

	if (call_read(call) != OCCUPARE_OK || call_dataset(call, &dataset) != OCCUPARE_OK) {
		occupare_status_clear(&call->status);
		return;
	}
	pthread_once(&once, hash_build);
	sum = build_sum;
	if (dataset->update_time != NULL) {
		sum = hash(sum, &dataset->update_time->seconds, sizeof dataset->update_time->seconds);
		sum = hash(sum, &dataset->update_time->nanos, sizeof dataset->update_time->nanos);
	}
	sum = hash(sum, x->target, strlen(x->target) + 1);
	sum = hash(sum, exchange_query(x), strlen(exchange_query(x)));
	snprintf(x->etag, sizeof x->etag, "W/\"%llx-%016llx\"", (unsigned long long)dataset->generation,
	    (unsigned long long)sum);
}

bool
exchange_is_known(struct exchange *x)
{
	const char *seen = exchange_header(x, "If-None-Match");

	x->caching = CACHING_REVALIDATE;
	make_etag(x);
	if (x->etag[0] == '\0' || seen == NULL || strstr(seen, x->etag + 2) == NULL)
		return false;
	exchange_answer(x, 304, NULL, NULL, 0);
	return true;
}

unsigned
exchange_status(enum occupare_code code)
{
	static const unsigned statuses[] = { 200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503,
		500, 401 };

	return (size_t)code < sizeof statuses / sizeof statuses[0] ? statuses[code] : 500;
}

/* ---- The sweeper ---- */

static void
sweep(struct http *http)
{
	int64_t now = dispatch_now_ns();

	pthread_mutex_lock(&http->lock);
	for (struct exchange *x = http->first; x != NULL; x = x->next) {
		int64_t deadline = atomic_load_explicit(&x->deadline_ns, memory_order_relaxed);

		if (deadline != 0 && now > deadline)
			cut(x, "its time has passed");
	}
	pthread_mutex_unlock(&http->lock);
}

static void *
run_sweeper(void *arg)
{
	struct http *http = arg;
	const struct http_options *options = &http->options;
	int64_t period = SWEEP_NS_MAX;
	const int64_t timeouts_ms[] = { options->greeting_timeout_ms, options->message_timeout_ms,
		options->idle_timeout_ms };

	for (size_t i = 0; i < sizeof timeouts_ms / sizeof timeouts_ms[0]; i++)
		if (timeouts_ms[i] * NS_PER_MS / 4 < period)
			period = timeouts_ms[i] * NS_PER_MS / 4;
	pthread_mutex_lock(&http->sweeper_lock);
	while (!http->stopping) {
		int64_t until_ns = dispatch_now_ns() + period + NS_PER_MS;
		struct timespec until = { until_ns / NS_PER_S, until_ns % NS_PER_S };

		pthread_cond_timedwait(&http->sweeper_changed, &http->sweeper_lock, &until);
		pthread_mutex_unlock(&http->sweeper_lock);
		sweep(http);
		pthread_mutex_lock(&http->sweeper_lock);
	}
	pthread_mutex_unlock(&http->sweeper_lock);
	return NULL;
}

/* Closes connections at which nothing is asked any more. Returns at how many something is. */
static size_t
close_idle(struct http *http)
{
	int64_t now = dispatch_now_ns();
	size_t busy = 0;

	pthread_mutex_lock(&http->lock);
	for (struct exchange *x = http->first; x != NULL; x = x->next) {
		enum phase phase = atomic_load_explicit(&x->phase, memory_order_relaxed);

		if (phase == PHASE_IDLE || (phase == PHASE_NEW && now - x->since_ns > DRAIN_QUIET_NS))
			cut(x, "stopping");
		else
			busy += phase != PHASE_NEW;
	}
	pthread_mutex_unlock(&http->lock);
	return busy;
}

/* ---- Life ---- */

static void
log_library(void *cls, const char *format, va_list arguments)
{
	char text[512];

	(void)cls;
	if (!log_enabled(LOG_DEBUG))
		return;
	vsnprintf(text, sizeof text, format, arguments);
	text[strcspn(text, "\n")] = '\0';
	log_event(LOG_DEBUG, "libmicrohttpd", LOG_TEXT("message", text));
}

/* Escapes stay as they are: routes.c decodes them, and refuses bad ones. */
static size_t
keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls, (void)connection;
	return strlen(text);
}

static unsigned
count_threads(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < THREADS_MIN)
		return THREADS_MIN;
	return processors > THREADS_MAX ? THREADS_MAX : (unsigned)processors;
}

/* The library's own limit is shared out among its threads, so it lies above the one kept here. */
static bool
start_daemon(struct http *http)
{
	unsigned limit = (unsigned)(http->options.connections_max * 2 + 64);

	http->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG, 0, NULL, NULL,
	    on_request, http, MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_LISTEN_SOCKET, http->listener,
	    MHD_OPTION_THREAD_POOL_SIZE, count_threads(), MHD_OPTION_CONNECTION_LIMIT, limit,
	    MHD_OPTION_CONNECTION_TIMEOUT, 0, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
	    keep_escapes, NULL, MHD_OPTION_URI_LOG_CALLBACK, on_uri, http, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
	    http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_END);
	if (http->daemon != NULL)
		http->listener = -1;
	return http->daemon != NULL;
}

static void
init_locks(struct http *http)
{
	pthread_condattr_t monotonic;

	pthread_mutex_init(&http->lock, NULL);
	pthread_mutex_init(&http->slots_lock, NULL);
	pthread_mutex_init(&http->sweeper_lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&http->sweeper_changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

enum occupare_code
http_start(struct service *service, const struct http_options *options, struct http **ret, struct occupare_status *st)
{
	struct http *http = calloc(1, sizeof *http);

	if (http == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the HTTP server");
	init_locks(http);
	http->service = service;
	http->options = *options;
	http->listener = -1;
	if (address_listen(options->address, BACKLOG, &http->listener, http->url, st) != OCCUPARE_OK) {
		http_stop(http);
		return st->code;
	}
	http->sweeping = pthread_create(&http->sweeper, NULL, run_sweeper, http) == 0;
	if (!http->sweeping || !start_daemon(http)) {
		http_stop(http);
		return occupare_fail(
		    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "cannot start the threads of the HTTP server");
	}
	*ret = http;
	return OCCUPARE_OK;
}

const char *
http_url(const struct http *http)
{
	return http->url;
}

size_t
http_drain(struct http *http, int64_t timeout_ms)
{
	int64_t until = dispatch_now_ns() + timeout_ms * NS_PER_MS;
	struct timespec pause = { 0, DRAIN_SWEEP_NS };
	size_t busy;

	while ((busy = close_idle(http)) > 0 && dispatch_now_ns() < until)
		nanosleep(&pause, NULL);
	return busy;
}

static void
stop_sweeper(struct http *http)
{
	if (!http->sweeping)
		return;
	pthread_mutex_lock(&http->sweeper_lock);
	http->stopping = true;
	pthread_cond_signal(&http->sweeper_changed);
	pthread_mutex_unlock(&http->sweeper_lock);
	pthread_join(http->sweeper, NULL);
}

void
http_stop(struct http *http)
{
	if (http == NULL)
		return;
	stop_sweeper(http);
	if (http->daemon != NULL)
		MHD_stop_daemon(http->daemon);
	if (http->listener >= 0)
		close(http->listener);
	free_slots(http);
	pthread_cond_destroy(&http->sweeper_changed);
	pthread_mutex_destroy(&http->sweeper_lock);
	pthread_mutex_destroy(&http->slots_lock);
	pthread_mutex_destroy(&http->lock);
	free(http);
}

const char *
http_library_version(void)
{
	return MHD_get_version();
}

bool
http_address_is_local(const char *address)
{
	return address_is_local(address);
}

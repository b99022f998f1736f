/* One aio per listener accepts; one thread looks after deadlines. */
#include "service/server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <nng/nng.h>

#include "service/connection.h"
#include "service/log.h"

#define NS_PER_MS INT64_C(1000000)
#define URL_BYTES_MAX 256
#define IPC_SCHEME "ipc://"
#define TCP_SCHEME "tcp://"
#define IPC_PATH_BYTES_MAX (sizeof((struct sockaddr_un *)0)->sun_path - 1)
#define ACCEPT_RETRY_MS 100     /* after the process ran out of descriptors or memory */
#define DESCRIPTORS_RESERVED 64 /* for all but connections */
#define SWEEP_NS_MAX (1000 * NS_PER_MS)
#define DRAIN_SWEEP_NS (20 * NS_PER_MS)
#define DRAIN_QUIET_NS (500 * NS_PER_MS) /* a client that was refused has had the time to see it */
#define STOP_WAIT_NS (5000 * NS_PER_MS)

struct listener {
	struct server *server;
	nng_stream_listener *stream;
	nng_aio *aio;
	bool ipc;
	bool waiting; /* for descriptors or memory, instead of a connection */
	bool starved; /* since the last connection; said so in the log */
	char url[URL_BYTES_MAX];
};

struct server {
	struct connections connections;
	struct listener listeners[SERVER_LISTEN_MAX];
	size_t listeners_count;
	atomic_bool crowded; /* said so in the log */
	pthread_t sweeper;
	bool sweeping;        /* the thread was started */
	pthread_mutex_t lock; /* what follows */
	pthread_cond_t changed;
	bool stopping;
};

static enum occupare_code listen_on(struct server *server, const char *url, struct occupare_status *st);
static void on_accept(void *arg);
static void *sweep(void *arg);
static size_t raise_descriptors(size_t wanted, size_t elsewhere);

enum occupare_code
server_start(
    struct service *service, const struct server_options *options, struct server **ret, struct occupare_status *st)
{
	struct connection_limits limits = { .connections_max = raise_descriptors(
						options->connections_max, options->descriptors_elsewhere),
		.greeting_timeout_ns = options->greeting_timeout_ms * NS_PER_MS,
		.idle_timeout_ns = options->idle_timeout_ms * NS_PER_MS,
		.message_timeout_ns = options->message_timeout_ms * NS_PER_MS };
	struct server *server = calloc(1, sizeof *server);
	pthread_condattr_t monotonic;

	if (server == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the server");
	/* The library hands each request to one of its threads; as batch threads they do not preempt each other for it, which
	 * saves a good part of the server's time.  Threads inherit it, so it comes before the library starts its own. */
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
	connections_init(&server->connections, service, &limits);
	pthread_mutex_init(&server->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&server->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	for (size_t i = 0; i < options->urls_count; i++) {
		if (listen_on(server, options->urls[i], st) != OCCUPARE_OK) {
			server_stop(server);
			return st->code;
		}
	}
	server->sweeping = pthread_create(&server->sweeper, NULL, sweep, server) == 0;
	if (!server->sweeping) {
		server_stop(server);
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "cannot start the server's thread");
	}
	for (size_t i = 0; i < server->listeners_count; i++)
		nng_stream_listener_accept(server->listeners[i].stream, server->listeners[i].aio);
	*ret = server;
	return OCCUPARE_OK;
}

const char *
server_url(const struct server *server, size_t index)
{
	return index < server->listeners_count ? server->listeners[index].url : NULL;
}

const char *
server_library_version(void)
{
	return nng_version();
}

static void
close_listeners(struct server *server)
{
	for (size_t i = 0; i < server->listeners_count; i++) {
		struct listener *listener = &server->listeners[i];

		nng_stream_listener_close(listener->stream);
		nng_aio_stop(listener->aio);
	}
}

size_t
server_drain(struct server *server, int64_t timeout_ms)
{
	int64_t until = dispatch_now_ns() + timeout_ms * NS_PER_MS, now;
	size_t left;

	close_listeners(server);
	do {
		connections_sweep(&server->connections, DRAIN_QUIET_NS);
		now = dispatch_now_ns();
		left = connections_wait(&server->connections, now + DRAIN_SWEEP_NS);
	} while (left > 0 && now < until);
	return left;
}

static void
stop_sweeper(struct server *server)
{
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	pthread_cond_signal(&server->changed);
	pthread_mutex_unlock(&server->lock);
	if (server->sweeping)
		pthread_join(server->sweeper, NULL);
}

void
server_stop(struct server *server)
{
	if (server == NULL)
		return;
	close_listeners(server);
	stop_sweeper(server);
	connections_close(&server->connections);
	if (connections_wait(&server->connections, dispatch_now_ns() + STOP_WAIT_NS) > 0) {
		log_event(LOG_ERROR, "connections did not end");
		return; /* They still use the server. */
	}
	for (size_t i = 0; i < server->listeners_count; i++) {
		nng_aio_free(server->listeners[i].aio);
		nng_stream_listener_free(server->listeners[i].stream);
	}
	connections_fini(&server->connections);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

/* ---- Limits ---- */

/* How many connections there may be: as many as wanted, if there are descriptors for them. */
static size_t
raise_descriptors(size_t wanted, size_t elsewhere)
{
	const size_t reserved = DESCRIPTORS_RESERVED + elsewhere;
	struct rlimit limit;
	size_t room;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return wanted;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return wanted;
	if (limit.rlim_cur == RLIM_INFINITY)
		return wanted;
	room = limit.rlim_cur > 2 * reserved ? limit.rlim_cur - reserved : limit.rlim_cur / 2;
	if (wanted <= room)
		return wanted;
	log_event(LOG_WARN, "fewer connections than asked for", LOG_NUMBER("asked", wanted), LOG_NUMBER("room", room),
	    LOG_NUMBER("descriptors", limit.rlim_cur));
	return room;
}

static void *
sweep(void *arg)
{
	struct server *server = arg;
	const struct connection_limits *limits = &server->connections.limits;
	int64_t period = SWEEP_NS_MAX;

	if (limits->greeting_timeout_ns / 4 < period)
		period = limits->greeting_timeout_ns / 4;
	if (limits->message_timeout_ns / 4 < period)
		period = limits->message_timeout_ns / 4;
	if (limits->idle_timeout_ns / 4 < period)
		period = limits->idle_timeout_ns / 4;
	pthread_mutex_lock(&server->lock);
	while (!server->stopping) {
		int64_t until_ns = dispatch_now_ns() + period + NS_PER_MS;
		struct timespec until = { until_ns / (1000 * NS_PER_MS), until_ns % (1000 * NS_PER_MS) };

		pthread_cond_timedwait(&server->changed, &server->lock, &until);
		pthread_mutex_unlock(&server->lock);
		connections_sweep(&server->connections, INT64_MAX);
		pthread_mutex_lock(&server->lock);
	}
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

/* ---- Accepting ---- */

/* Addresses here are in network byte order. */
static bool
is_loopback(const nng_sockaddr *address)
{
	static const uint8_t v6[16] = { [15] = 1 };
	static const uint8_t v4_mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *bytes;

	switch (address->s_family) {
	case NNG_AF_IPC:
		return true;
	case NNG_AF_INET:
		bytes = (const uint8_t *)&address->s_in.sa_addr;
		return bytes[0] == 127;
	case NNG_AF_INET6:
		bytes = address->s_in6.sa_addr;
		return memcmp(bytes, v6, sizeof v6) == 0 ||
		       (memcmp(bytes, v4_mapped, sizeof v4_mapped) == 0 && bytes[12] == 127);
	default:
		return false;
	}
}

static bool
comes_from_here(struct listener *listener, nng_stream *stream)
{
	nng_sockaddr address;

	if (listener->ipc)
		return true;
	return nng_stream_get_addr(stream, NNG_OPT_REMADDR, &address) == 0 && is_loopback(&address);
}

static void
serve(struct listener *listener, nng_stream *stream)
{
	struct server *server = listener->server;

	if (connections_add(&server->connections, stream, listener->ipc, comes_from_here(listener, stream))) {
		atomic_store(&server->crowded, false);
		return;
	}
	if (!atomic_exchange(&server->crowded, true))
		log_event(LOG_WARN, "too many connections, closing new ones",
		    LOG_NUMBER("connections_max", server->connections.limits.connections_max));
	nng_stream_free(stream);
}

/* Whatever happens to one peer, the next one is accepted. */
static void
on_accept(void *arg)
{
	struct listener *listener = arg;
	int error = nng_aio_result(listener->aio);
	bool waited = listener->waiting;

	listener->waiting = false;
	if (error == NNG_ECLOSED || error == NNG_ECANCELED)
		return;
	if (error == 0 && !waited) {
		listener->starved = false;
		serve(listener, nng_aio_get_output(listener->aio, 0));
	}
	if (error == NNG_ENOFILES || error == NNG_ENOMEM) {
		if (!listener->starved)
			log_event(LOG_WARN, "cannot accept", LOG_TEXT("url", listener->url),
			    LOG_TEXT("why", nng_strerror(error)));
		listener->starved = listener->waiting = true;
		nng_sleep_aio(ACCEPT_RETRY_MS, listener->aio);
		return;
	}
	nng_stream_listener_accept(listener->stream, listener->aio);
}

/* ---- Listening ---- */

static bool
has_scheme(const char *url, const char *scheme)
{
	return strncmp(url, scheme, strlen(scheme)) == 0;
}

/* The host as written, without the brackets of IPv6. False: there is no host and port. */
static bool
split_host(const char *url, char *host, size_t size)
{
	const char *begin = url + strlen(TCP_SCHEME), *colon = strrchr(begin, ':');
	size_t length;

	if (!has_scheme(url, TCP_SCHEME) || colon == NULL || colon[1] == '\0' ||
	    colon[1 + strspn(colon + 1, "0123456789")] != '\0')
		return false;
	length = (size_t)(colon - begin);
	if (length >= 2 && begin[0] == '[' && begin[length - 1] == ']') {
		begin++;
		length -= 2;
	}
	return length > 0 && (size_t)snprintf(host, size, "%.*s", (int)length, begin) < size;
}

bool
server_url_is_local(const char *url)
{
	char host[URL_BYTES_MAX];
	struct in_addr v4;
	struct in6_addr v6;

	if (has_scheme(url, IPC_SCHEME))
		return true;
	if (!split_host(url, host, sizeof host))
		return false;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return *(const uint8_t *)&v4 == 127;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return strcmp(host, "localhost") == 0;
}

static enum occupare_code
listen_failed(const char *url, int error, struct occupare_status *st)
{
	switch (error) {
	case NNG_EADDRINUSE:
		return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "cannot listen on %s: already in use by another process", url);
	case NNG_EPERM:
		return occupare_fail(
		    st, OCCUPARE_PERMISSION_DENIED, NULL, "cannot listen on %s: permission denied", url);
	case NNG_ENOENT:
		return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "cannot listen on %s: its directory is not there; make it, or name another place with --listen",
		    url);
	case NNG_EADDRINVAL:
	case NNG_EINVAL:
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, NULL, "cannot listen on %s: no such address on this host", url);
	default:
		return occupare_fail(
		    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "cannot listen on %s: %s", url, nng_strerror(error));
	}
}

/* What the library would not say clearly, or would not mind: it removes any file at the path that nobody answers at. */
static enum occupare_code
check_url(const char *url, struct occupare_status *st)
{
	const char *path = url + strlen(IPC_SCHEME);
	char host[URL_BYTES_MAX];
	struct stat info;

	if (split_host(url, host, sizeof host))
		return OCCUPARE_OK;
	if (!has_scheme(url, IPC_SCHEME) || path[0] == '\0')
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "cannot listen on \"%s\": give tcp://ADDRESS:PORT or ipc://PATH", url);
	if (strlen(path) > IPC_PATH_BYTES_MAX)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "cannot listen on %s: the path has %zu bytes; the system takes at most %zu", url, strlen(path),
		    (size_t)IPC_PATH_BYTES_MAX);
	if (lstat(path, &info) == 0 && !S_ISSOCK(info.st_mode))
		return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "cannot listen on %s: something that is not a socket is there", url);
	return OCCUPARE_OK;
}

static void
set_real_url(struct listener *listener, const char *url)
{
	int port;
	const char *colon = strrchr(url, ':');

	snprintf(listener->url, sizeof listener->url, "%s", url);
	if (!listener->ipc && nng_stream_listener_get_int(listener->stream, NNG_OPT_TCP_BOUND_PORT, &port) == 0)
		snprintf(listener->url, sizeof listener->url, "%.*s:%d", (int)(colon - url), url, port);
}

static enum occupare_code
listen_on(struct server *server, const char *url, struct occupare_status *st)
{
	struct listener *listener = &server->listeners[server->listeners_count];
	mode_t mask;
	int error;

	if (server->listeners_count == SERVER_LISTEN_MAX)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "cannot listen on %s: at most %d URLs at once", url, SERVER_LISTEN_MAX);
	if (check_url(url, st) != OCCUPARE_OK)
		return st->code;
	listener->server = server;
	listener->ipc = has_scheme(url, IPC_SCHEME);
	if ((error = nng_stream_listener_alloc(&listener->stream, url)) != 0)
		return listen_failed(url, error, st);
	if ((error = nng_aio_alloc(&listener->aio, on_accept, listener)) != 0) {
		nng_stream_listener_free(listener->stream);
		return listen_failed(url, error, st);
	}
	server->listeners_count++;
	if (listener->ipc) {
		nng_stream_listener_set_int(listener->stream, NNG_OPT_IPC_PERMISSIONS, 0600);
	} else {
		nng_stream_listener_set_bool(listener->stream, NNG_OPT_TCP_NODELAY, true);
		nng_stream_listener_set_bool(listener->stream, NNG_OPT_TCP_KEEPALIVE, true);
	}
	mask = umask(0177); /* The socket is made first and given its mode afterwards. */
	error = nng_stream_listener_listen(listener->stream);
	umask(mask);
	if (error != 0)
		return listen_failed(url, error, st);
	set_real_url(listener, url);
	return OCCUPARE_OK;
}

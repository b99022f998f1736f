/* occupared: start, run until a signal, drain, stop. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/rpc.h"
#include "proto/standard.h"
#include "service/config.h"
#include "service/connection.h"
#include "service/dispatch.h"
#include "service/http.h"
#include "service/log.h"
#include "service/server.h"
#include "service/writer.h"
#include "store/store.h"

#define EXIT_USAGE 2

static void set_defaults(struct occ_arena *arena, struct config *config, const char **ret_store);
static enum occupare_code check_exposure(const struct config *config, struct occupare_status *st);
static void serve(const struct config *config, struct service *service, struct occupare_status *st);
static int fail(const struct occupare_status *st, int code);

static void
print_help(void)
{
	puts("usage: occupared [--config FILE] [SETTING]...\n"
	     "\n"
	     "Answers what is asked about occupations and how they differ, from one store.\n"
	     "\n"
	     "  --config FILE              lines of \"name = value\", with the names below");
	config_print_help(stdout);
	puts("  --help                     this text\n"
	     "  --version                  version, and versions of the libraries\n"
	     "\n"
	     "Every setting may also be given as an environment variable: OCCUPARE_LOG_LEVEL=debug.");
}

static int
start(struct config *config)
{
	struct store_options options = { .writable = config->writable,
		.map_bytes = config->map_bytes,
		.readers_max = CONNECTION_CALLS_TOTAL_MAX + HTTP_CALLS_MAX + STORE_READERS_DEFAULT };
	struct service service = { .request_bytes_max = config->request_bytes_max,
		.reply_bytes_max = config->reply_bytes_max };
	struct occ_arena arena;
	struct occupare_status st;
	const char *directory;

	occupare_status_clear(&st);
	occ_arena_init(&arena, 0, 0);
	set_defaults(&arena, config, &directory);
	if (directory == NULL)
		occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "no store is named: give --store DIR, or set XDG_DATA_HOME or HOME");
	else if (check_exposure(config, &st) == OCCUPARE_OK &&
		 store_open(directory, &options, &service.store, &st) == OCCUPARE_OK) {
		serve(config, &service, &st);
		store_close(service.store);
	}
	occ_arena_fini(&arena);
	return st.code == OCCUPARE_OK ? EXIT_SUCCESS : fail(&st, EXIT_FAILURE);
}

int
main(int argc, char **argv)
{
	static struct config config;
	struct occupare_status st;

	occ_keep_standard_descriptors();
	occupare_status_clear(&st);
	if (config_read(&config, argc, argv, &st) != OCCUPARE_OK)
		return fail(&st, EXIT_USAGE);
	if (config.action == CONFIG_HELP) {
		print_help();
		return EXIT_SUCCESS;
	}
	if (config.action == CONFIG_VERSION) {
		printf("occupared %s (nng %s, protobuf-c %s, libmicrohttpd %s)\n", occ_version,
		    server_library_version(), protobuf_c_version(), http_library_version());
		return EXIT_SUCCESS;
	}
	log_open(STDERR_FILENO, config.log_level);
	return start(&config);
}

static int
fail(const struct occupare_status *st, int code)
{
	fprintf(stderr, "occupared: %s\n", st->message);
	if (code == EXIT_USAGE)
		fputs("Try 'occupared --help'.\n", stderr);
	return code;
}

/* ---- Start ---- */

/* The directory of the default socket is made where it is missing; those of others are their owners' business. */
static void
set_defaults(struct occ_arena *arena, struct config *config, const char **ret_store)
{
	char directory[CONFIG_URL_BYTES_MAX];
	char *slash;

	*ret_store = config->store[0] != '\0' ? config->store : store_default_directory(arena);
	if (config->listen_count > 0)
		return;
	occ_default_url(config->listen[0], sizeof config->listen[0], true);
	config->listen_count = 1;
	snprintf(directory, sizeof directory, "%s", config->listen[0] + strlen("ipc://"));
	slash = strrchr(directory, '/');
	if (slash != NULL && slash != directory) {
		*slash = '\0';
		mkdir(directory, 0755);
	}
}

static enum occupare_code
fail_exposed(const char *address, struct occupare_status *st)
{
	return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, NULL,
	    "%s can be reached from other hosts, and there are no credentials to tell who may write: "
	    "listen on ipc:// or 127.0.0.1, or leave out --writable",
	    address);
}

/* Whoever reaches a writable daemon from another host would be refused only by their address. */
static enum occupare_code
check_exposure(const struct config *config, struct occupare_status *st)
{
	for (size_t i = 0; config->writable && i < config->listen_count; i++)
		if (!server_url_is_local(config->listen[i]))
			return fail_exposed(config->listen[i], st);
	if (config->writable && config->http[0] != '\0' && !http_address_is_local(config->http))
		return fail_exposed(config->http, st);
	return OCCUPARE_OK;
}

/* All that it listens on, by index; NULL: there is no more. */
static const char *
url_at(const struct server *server, const struct http *http, size_t index)
{
	size_t count = 0;

	while (server_url(server, count) != NULL && count < index)
		count++;
	if (server_url(server, count) != NULL)
		return server_url(server, count);
	return http != NULL && index == count ? http_url(http) : NULL;
}

/* Says that the daemon takes calls, and where: who waits for the descriptor may read the log. */
static void
announce(const struct server *server, const struct http *http, int ready_fd)
{
	const char *url;

	for (size_t i = 0; (url = url_at(server, http, i)) != NULL; i++)
		log_event(LOG_INFO, "listening", LOG_TEXT("url", url));
	if (ready_fd < 0)
		return;
	for (size_t i = 0; (url = url_at(server, http, i)) != NULL; i++)
		dprintf(ready_fd, "%s\n", url);
	close(ready_fd);
}

/* ---- Run and stop ---- */

/* Threads inherit the mask, so the signals wait for whoever waits for them. */
static void
block_signals(sigset_t *signals)
{
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* From here on the next signal ends the process at once. */
static void
unblock_signals(const sigset_t *signals)
{
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, signals, NULL);
}

static void
run(const struct config *config, struct service *service, struct server *server, struct http *http,
    const sigset_t *signals)
{
	int number = 0;
	int64_t timeout_ms = (int64_t)config->drain_timeout_ms, begin;
	size_t left;

	announce(server, http, config->ready_fd);
	sigwait(signals, &number);
	log_event(LOG_INFO, "stopping", LOG_TEXT("signal", strsignal(number)));
	begin = dispatch_now_ns();
	atomic_store(&service->stopping, true);
	unblock_signals(signals);
	left = server_drain(server, timeout_ms);
	if (http != NULL) {
		timeout_ms -= (dispatch_now_ns() - begin) / 1000000;
		left += http_drain(http, timeout_ms > 0 ? timeout_ms : 0);
	}
	if (left > 0)
		log_event(LOG_WARN, "connections cut off", LOG_NUMBER("count", left));
}

static enum occupare_code
start_http(const struct config *config, struct service *service, struct http **ret, struct occupare_status *st)
{
	struct http_options options = { .address = config->http,
		.cors_origin = config->http_cors,
		.connections_max = config->http_connections_max,
		.greeting_timeout_ms = (int64_t)config->greeting_timeout_ms,
		.message_timeout_ms = (int64_t)config->message_timeout_ms,
		.idle_timeout_ms = (int64_t)config->idle_timeout_ms };

	return config->http[0] == '\0' ? OCCUPARE_OK : http_start(service, &options, ret, st);
}

static void
serve(const struct config *config, struct service *service, struct occupare_status *st)
{
	const char *urls[CONFIG_LISTEN_MAX];
	struct server_options options = { .urls = urls,
		.urls_count = config->listen_count,
		.connections_max = config->connections_max,
		.descriptors_elsewhere = config->http[0] != '\0' ? config->http_connections_max : 0,
		.greeting_timeout_ms = (int64_t)config->greeting_timeout_ms,
		.message_timeout_ms = (int64_t)config->message_timeout_ms,
		.idle_timeout_ms = (int64_t)config->idle_timeout_ms };
	struct server *server = NULL;
	struct http *http = NULL;
	sigset_t signals;

	for (size_t i = 0; i < config->listen_count; i++)
		urls[i] = config->listen[i];
	block_signals(&signals);
	if (config->writable && writer_start(service->store, &service->writer, st) != OCCUPARE_OK)
		return;
	if (server_start(service, &options, &server, st) == OCCUPARE_OK &&
	    start_http(config, service, &http, st) == OCCUPARE_OK)
		run(config, service, server, http, &signals);
	writer_stop(service->writer);
	server_stop(server);
	http_stop(http);
	if (st->code == OCCUPARE_OK) {
		uint64_t failures, calls = metrics_calls(&service->metrics, &failures);

		log_event(LOG_INFO, "stopped", LOG_NUMBER("calls", calls), LOG_NUMBER("failures", failures));
	}
}

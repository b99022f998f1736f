/* The anchor of the benchmark of HTTP: libmicrohttpd as occupared sets it up, answering every request with the same bytes.
 *
 *	bare PORT REPLY_BYTES
 *
 * Says "ready" once it listens; ends on SIGTERM. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

static char *body;
static size_t body_length;

static enum MHD_Result
answer(void *cls, struct MHD_Connection *connection, const char *url, const char *verb, const char *version,
    const char *upload, size_t *upload_length, void **context)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	(void)cls, (void)url, (void)verb, (void)version, (void)upload;
	if (*context == NULL || *upload_length > 0) {
		*context = body;
		*upload_length = 0;
		return MHD_YES;
	}
	response = MHD_create_response_from_buffer(body_length, body, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(response, "Content-Type", "application/json");
	result = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return result;
}

int
main(int argc, char **argv)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct MHD_Daemon *daemon;
	sigset_t signals;
	int number;

	if (argc != 3 || (body_length = strtoul(argv[2], NULL, 10)) == 0 || (body = malloc(body_length)) == NULL) {
		fputs("usage: bare PORT REPLY_BYTES\n", stderr);
		return 2;
	}
	memset(body, 'x', body_length);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, (uint16_t)strtoul(argv[1], NULL, 10),
	    NULL, NULL, answer, NULL, MHD_OPTION_THREAD_POOL_SIZE, processors < 2 ? 2u : (unsigned)processors,
	    MHD_OPTION_END);
	if (daemon == NULL) {
		fputs("bare: cannot listen\n", stderr);
		return 3;
	}
	puts("ready");
	fflush(stdout);
	sigwait(&signals, &number);
	MHD_stop_daemon(daemon);
	free(body);
	return 0;
}

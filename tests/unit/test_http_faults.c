/* Clients over HTTP that break the rules, through the real daemon: each gets a clean answer or the end of its connection, and
 * everybody else is served meanwhile and afterwards. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/daemon.h"
#include "tests/support/test.h"

#define HEALTH "/grpc.health.v1.Health/Check"
#define SCHEMA "/occupare.rpc.v1.ReflectionService/GetSchema"
#define CREATE "/occupare.v1.OccupationService/CreateOccupation"
#define CONNECTIONS_MAX 100
#define TIMEOUT_MS 600 /* of messages, and for the first request */
#define WAIT_MS 15000
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_KIB (512 * 1024) /* what is freed is held back for a while */
#else
#define MEMORY_KIB (60 * 1024)
#endif

static size_t descriptors_at_start;

static int
start(void **state)
{
	static struct daemon daemon;
	static const char *const options[] = { "--http", "0", "--http-connections-max", "100", "--greeting-timeout",
		"600ms", "--message-timeout", "600ms", "--idle-timeout", "20s", "--request-bytes-max", "64K",
		"--writable", NULL };

	daemon_start(&daemon, options);
	descriptors_at_start = daemon_descriptors(&daemon);
	*state = &daemon;
	return 0;
}

static int
stop(void **state)
{
	return daemon_stop(*state);
}

/* ---- A client by hand ---- */

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
open_socket(void **state)
{
	const struct daemon *daemon = *state;
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct timeval wait = { WAIT_MS / 1000, 0 };
	unsigned port;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(sscanf(daemon->urls[DAEMON_HTTP], "http://127.0.0.1:%u", &port), 1);
	address.sin_port = htons((uint16_t)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		fail_msg("cannot connect: %s", strerror(errno));
	return fd;
}

/* False: the daemon has closed. */
static bool
put(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += sent;
		length -= (size_t)sent;
	}
	return true;
}

static bool
say(int fd, const char *text)
{
	return put(fd, text, strlen(text));
}

/* Reads one answer, its body skipped. Returns its status; 0: the connection ended without one. */
static int
status_of(int fd)
{
	static char text[16384];
	size_t length = 0, body = 0;
	char *end = NULL, *name;
	int status = 0;

	while (end == NULL && length < sizeof text - 1) {
		ssize_t got = recv(fd, text + length, 1, 0);

		if (got < 0 && errno == EAGAIN)
			fail_msg("neither answered nor closed");
		if (got <= 0)
			return 0;
		length++;
		text[length] = '\0';
		end = strstr(text, "\r\n\r\n");
	}
	if (sscanf(text, "HTTP/1.%*c %d", &status) != 1)
		fail_msg("no status in %.60s", text);
	name = strcasestr(text, "\r\nContent-Length: ");
	body = name != NULL ? strtoul(name + 18, NULL, 10) : 0;
	while (body > 0) {
		ssize_t got = recv(fd, text, body < sizeof text ? body : sizeof text, 0);

		if (got <= 0)
			return 0;
		body -= (size_t)got;
	}
	return status;
}

/* Milliseconds until the daemon closes. */
static int64_t
wait_closed(int fd)
{
	int64_t begin = now_ms();
	char byte;
	ssize_t got;

	while ((got = recv(fd, &byte, 1, 0)) > 0)
		;
	if (got < 0 && errno == EAGAIN)
		fail_msg("not closed");
	return now_ms() - begin;
}

static void
reset(int fd)
{
	struct linger at_once = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(fd);
}

static const char health[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
static const char schema[] = "POST " SCHEMA " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
			     "Content-Length: 2\r\n\r\n{}";

/* A newcomer is served, and at once. */
static void
check_served(void **state)
{
	int fd = open_socket(state);
	int64_t begin = now_ms();

	assert_true(say(fd, health));
	assert_int_equal(status_of(fd), 200);
	assert_true(now_ms() - begin < 5000);
	close(fd);
}

static void
check_all_gone(void **state)
{
	check_served(state);
	daemon_await_descriptors(*state, descriptors_at_start + 2);
}

/* ---- What is no HTTP ---- */

static void
test_garbage_is_refused_and_others_are_served(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} garbage[] = {
#define BYTES(text) { text, sizeof(text) - 1 }
		BYTES("\r\n\r\n\r\n"),
		BYTES("garbage\r\n\r\n"),
		BYTES("\x00\x01\x02\x03\r\n\r\n"),
		BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
		BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
		BYTES("\x00SP\x00\x00\x30\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x80\x00\x00\x01\r\n\r\n"),
		BYTES("GET\r\n\r\n"),
		BYTES("GET  HTTP/1.1\r\nHost: x\r\n\r\n"),
		BYTES("GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n"),
		BYTES("GET /v2\0../healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
		BYTES("GET /healthz HTTP/1.1\r\nHo\0st: x\r\n\r\n"),
		BYTES("GET /healthz HTTP/1.1\r\nno colon\r\n\r\n"),
		BYTES("GET /healthz HTTP/1.1\r\n: no name\r\n\r\n"),
		BYTES("GET /healthz HTTP/1.1\r\n folded: first\r\n\r\n"),
		BYTES("GET /healthz HTTP/1.1\r\n\r\n"), /* no Host */
		BYTES("POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
		BYTES("POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
		BYTES("POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n"),
		BYTES("POST " HEALTH " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
		BYTES("POST " HEALTH
		      " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n"),
		BYTES("POST " HEALTH " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nab"),
#undef BYTES
	};

	for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
		int fd = open_socket(state), status;

		put(fd, garbage[i].bytes, garbage[i].length);
		shutdown(fd, SHUT_WR);
		status = status_of(fd);
		if (status != 0 && (status < 400 || status > 599))
			fail_msg("garbage %zu was answered with %d", i, status);
		close(fd);
		check_served(state);
	}
	check_all_gone(state);
}

/* The library reads the first line up to a NUL: what stands before it is a request. */
static void
test_a_nul_ends_an_address(void **state)
{
	static const char bytes[] = "GET /healthz\0/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n";
	int fd = open_socket(state), status;

	put(fd, bytes, sizeof bytes - 1);
	shutdown(fd, SHUT_WR);
	status = status_of(fd);
	assert_true(status == 200 || status == 400 || status == 0);
	close(fd);
	check_all_gone(state);
}

static void
test_bytes_at_random_do_no_harm(void **state)
{
	uint64_t seed = 2026;
	char bytes[2048];

	for (int round = 0; round < 200; round++) {
		int fd = open_socket(state);

		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
			bytes[i] = (char)(seed >> 56);
		}
		put(fd, bytes, sizeof bytes);
		shutdown(fd, SHUT_WR);
		wait_closed(fd);
		close(fd);
	}
	check_all_gone(state);
}

static void
test_two_readings_of_a_length_do_not_smuggle_a_request(void **state)
{
	static const char *const headers[] = {
		"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
		"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
		"Content-Length: 2\r\ncontent-length: 2\r\n\r\n{}",
		"Content-Length : 2\r\n\r\n{}",
		"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"Transfer-Encoding: identity\r\n\r\n",
		"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
		"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"Content-Length: 2\r\nHost: 127.0.0.1\r\n\r\n{}",
	};

	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		int fd = open_socket(state), status, second;

		say(fd, "POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
		say(fd, headers[i]);
		say(fd, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
		status = status_of(fd);
		second = status_of(fd);
		if (status != 400 || second != 0)
			fail_msg("lengths %zu were answered with %d and %d", i, status, second);
		close(fd);
	}
	check_all_gone(state);
}

/* ---- Floods ---- */

static void
test_headers_without_end_are_431(void **state)
{
	char line[128];
	int fd = open_socket(state), status;
	bool open = say(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n");

	for (int i = 0; open && i < 4000; i++) {
		snprintf(line, sizeof line, "X-Flood-%d: %090d\r\n", i, i);
		open = say(fd, line);
	}
	status = status_of(fd);
	assert_true(status == 431 || status == 0);
	close(fd);
	check_all_gone(state);
}

static void
test_one_header_or_address_without_end_is_refused(void **state)
{
	static const char *const begins[] = { "GET /healthz HTTP/1.1\r\nX: ", "GET /", "GET /v1/search?q=", "POST " };
	static char flood[200000];

	memset(flood, 'a', sizeof flood);
	for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
		int fd = open_socket(state), status;

		say(fd, begins[i]);
		put(fd, flood, sizeof flood);
		status = status_of(fd);
		assert_true(status == 431 || status == 414 || status == 400 || status == 0);
		close(fd);
	}
	check_all_gone(state);
}

static void
test_a_claim_of_a_huge_body_is_413_before_it_comes(void **state)
{
	int fd = open_socket(state);

	say(fd, "POST " HEALTH
		" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8000000000\r\n\r\n");
	assert_int_equal(status_of(fd), 413);
	wait_closed(fd);
	close(fd);
	check_all_gone(state);
}

static void
test_a_body_of_chunks_without_end_is_cut_off(void **state)
{
	static char chunk[0x4000 + 8];
	int fd = open_socket(state);
	size_t memory = daemon_memory_kib(*state);
	bool open = say(fd,
	    "POST " HEALTH
	    " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");

	memcpy(chunk, "4000\r\n", 6);
	memset(chunk + 6, ' ', 0x4000);
	memcpy(chunk + 6 + 0x4000, "\r\n", 2);
	for (int i = 0; open && i < 4096; i++)
		open = put(fd, chunk, sizeof chunk);
	assert_false(open);
	close(fd);
	assert_true(daemon_memory_kib(*state) < memory + MEMORY_KIB);
	check_all_gone(state);
}

static void
test_pipelined_requests_are_answered_in_order(void **state)
{
	static char text[64000];
	size_t length = 0;
	int fd = open_socket(state);

	for (int i = 0; i < 300; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "%s",
		    i % 3 == 0   ? "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
		    : i % 3 == 1 ? "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
				 : "POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
				   "Content-Length: 2\r\n\r\n{}");
	assert_true(put(fd, text, length));
	for (int i = 0; i < 300; i++)
		assert_int_equal(status_of(fd), i % 3 == 1 ? 404 : 200);
	close(fd);
	check_all_gone(state);
}

/* ---- Slow ones ---- */

/* Sends one byte after the other; milliseconds until the daemon closes. */
static int64_t
drip(int fd, const char *text)
{
	int64_t begin = now_ms();
	struct pollfd closed = { .fd = fd, .events = POLLIN };

	for (const char *c = text; *c != '\0'; c++) {
		if (!put(fd, c, 1))
			break;
		if (poll(&closed, 1, 30) > 0) {
			wait_closed(fd);
			break;
		}
	}
	return now_ms() - begin;
}

/* Activity alone does not keep a connection: each of these would take more than ten seconds. */
static void
test_drips_of_headers_and_bodies_end_at_the_deadline(void **state)
{
	static char text[1000];
	int fd;

	memset(text, 'a', sizeof text - 1);
	fd = open_socket(state);
	assert_true(drip(fd, text) < 6 * TIMEOUT_MS);
	close(fd);
	fd = open_socket(state);
	say(fd, "GET /healthz HTTP/1.1\r\nX: ");
	assert_true(drip(fd, text) < 6 * TIMEOUT_MS);
	close(fd);
	fd = open_socket(state);
	say(fd,
	    "POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
	assert_true(drip(fd, text) < 6 * TIMEOUT_MS);
	close(fd);
	check_all_gone(state);
}

static void
test_silence_ends_at_the_deadline(void **state)
{
	static const char *const begins[] = { "", "G", "GET /healthz HTTP/1.1\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\n",
		"POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{" };
	int fds[5];

	for (int i = 0; i < 5; i++) {
		fds[i] = open_socket(state);
		say(fds[i], begins[i]);
	}
	for (int i = 0; i < 5; i++) {
		assert_true(wait_closed(fds[i]) < 6 * TIMEOUT_MS);
		close(fds[i]);
	}
	check_all_gone(state);
}

static void
test_an_idle_connection_outlives_the_deadline_of_messages(void **state)
{
	int fd = open_socket(state);
	struct pollfd closed = { .fd = fd, .events = POLLIN };

	say(fd, health);
	assert_int_equal(status_of(fd), 200);
	assert_int_equal(poll(&closed, 1, 3 * TIMEOUT_MS), 0);
	say(fd, health);
	assert_int_equal(status_of(fd), 200);
	close(fd);
}

/* Who asks for much and takes nothing is cut off, and holds up nobody. */
static void
test_readers_that_never_read_are_cut_off(void **state)
{
	enum { READERS = 40, REQUESTS = 400 };
	int fds[READERS];
	size_t memory = daemon_memory_kib(*state);
	int small = 4096;

	for (int i = 0; i < READERS; i++) {
		fds[i] = open_socket(state);
		setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
		for (int k = 0; k < REQUESTS; k++)
			if (send(fds[i], schema, sizeof schema - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
				break;
	}
	check_served(state);
	assert_true(daemon_memory_kib(*state) < memory + MEMORY_KIB);
	daemon_await_descriptors(*state, descriptors_at_start + 2);
	for (int i = 0; i < READERS; i++)
		close(fds[i]);
	check_all_gone(state);
}

/* ---- Many ---- */

static void
test_silent_connections_give_way_to_those_that_ask(void **state)
{
	enum { SILENT = 1000 };
	static int fds[SILENT];

	for (int i = 0; i < SILENT; i++) {
		fds[i] = open_socket(state);
		if (i % 3 == 1)
			say(fds[i], "GET /healthz HT");
		if (i % 3 == 2)
			say(fds[i], health);
		if (i % 50 == 49)
			check_served(state);
	}
	check_served(state);
	assert_true(daemon_descriptors(*state) < descriptors_at_start + 4 * CONNECTIONS_MAX);
	for (int i = 0; i < SILENT; i++)
		close(fds[i]);
	check_all_gone(state);
}

/* Connections made in one burst are taken one after the other, before any that was cut off has gone. */
static void
test_a_burst_of_silent_connections_is_held_to_the_limit(void **state)
{
	enum { SILENT = 600 };
	static int fds[SILENT];
	size_t most;

	for (int i = 0; i < SILENT; i++)
		fds[i] = open_socket(state);
	check_served(state);
	most = daemon_descriptors(*state);
	if (most > descriptors_at_start + CONNECTIONS_MAX * 3 / 2)
		fail_msg("%zu descriptors, %zu at first", most, descriptors_at_start);
	for (int i = 0; i < SILENT; i++)
		close(fds[i]);
	check_all_gone(state);
}

/* ---- Those that vanish ---- */

static void
test_peers_that_vanish_anywhere_leave_nothing(void **state)
{
	static const char *const texts[] = { "", "GET ", "GET /healthz HTTP/1.1\r\nHo", health,
		"POST " HEALTH " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{",
		"POST " SCHEMA " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
		"POST " CREATE " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 36\r\n\r\n"
		"{\"occupation\": {\"title\": \"Vanisher\"}}" };

	for (int round = 0; round < 60; round++)
		for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
			int fd = open_socket(state);

			say(fd, texts[i]);
			if (round % 3 == 0)
				close(fd);
			else if (round % 3 == 1)
				reset(fd);
			else {
				shutdown(fd, SHUT_WR);
				reset(fd);
			}
		}
	check_all_gone(state);
}

/* The other doors are not held up by this one. */
static void
test_the_daemon_stops_in_time_with_everything_open(void **state)
{
	static const char *const options[] = { "--http", "0", "--drain-timeout", "2s", NULL };
	struct daemon daemon;
	void *other = &daemon;
	int fds[30];
	int64_t begin;

	(void)state;
	daemon_start(&daemon, options);
	for (int i = 0; i < 30; i++) {
		fds[i] = open_socket(&other);
		say(fds[i], i % 3 == 0 ? "" : i % 3 == 1 ? health : "GET /healthz HTTP/1.1\r\n");
	}
	begin = now_ms();
	assert_int_equal(daemon_stop(&daemon), 0);
	assert_true(now_ms() - begin < 10000);
	for (int i = 0; i < 30; i++)
		close(fds[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_garbage_is_refused_and_others_are_served),
		cmocka_unit_test(test_a_nul_ends_an_address),
		cmocka_unit_test(test_bytes_at_random_do_no_harm),
		cmocka_unit_test(test_two_readings_of_a_length_do_not_smuggle_a_request),
		cmocka_unit_test(test_headers_without_end_are_431),
		cmocka_unit_test(test_one_header_or_address_without_end_is_refused),
		cmocka_unit_test(test_a_claim_of_a_huge_body_is_413_before_it_comes),
		cmocka_unit_test(test_a_body_of_chunks_without_end_is_cut_off),
		cmocka_unit_test(test_pipelined_requests_are_answered_in_order),
		cmocka_unit_test(test_drips_of_headers_and_bodies_end_at_the_deadline),
		cmocka_unit_test(test_silence_ends_at_the_deadline),
		cmocka_unit_test(test_an_idle_connection_outlives_the_deadline_of_messages),
		cmocka_unit_test(test_readers_that_never_read_are_cut_off),
		cmocka_unit_test(test_silent_connections_give_way_to_those_that_ask),
		cmocka_unit_test(test_a_burst_of_silent_connections_is_held_to_the_limit),
		cmocka_unit_test(test_peers_that_vanish_anywhere_leave_nothing),
		cmocka_unit_test(test_the_daemon_stops_in_time_with_everything_open),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

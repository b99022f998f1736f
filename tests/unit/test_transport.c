/* The wire as clients see it, through the real daemon: framing, limits, every kind of client, starting and stopping. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/protocol/reqrep0/req.h>

#include "google/rpc/error_details.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "tests/support/daemon.h"
#include "tests/support/peer.h"
#include "tests/support/test.h"

#define HEALTH "/grpc.health.v1.Health/Check"
#define SCHEMA "/occupare.rpc.v1.ReflectionService/GetSchema"
#define ID PEER_REQUEST_ID
#define REQUEST_BYTES_MAX 65536

static size_t descriptors_at_start;

static int
start(void **state)
{
	static struct daemon daemon;
	static const char *const options[] = { "--request-bytes-max", "64K", "--connections-max", "40", NULL };

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

static const char *
url_of(void **state, int which)
{
	return ((struct daemon *)*state)->urls[which];
}

/* ---- Framing ---- */

static void
check_pipelined(const char *url, size_t step)
{
	enum { REQUESTS = 500 };
	struct peer peer = peer_open(url);
	static uint8_t bytes[REQUESTS * 80];
	bool answered[REQUESTS] = { false };
	size_t length = 0;

	for (uint32_t i = 0; i < REQUESTS; i++)
		length += peer_call(&peer, bytes + length, sizeof bytes - length, ID | i, HEALTH, NULL, 0);
	for (size_t done = 0; done < length; done += step)
		assert_true(peer_send(&peer, bytes + done, length - done < step ? length - done : step));
	for (int i = 0; i < REQUESTS; i++) {
		uint32_t header;
		uint8_t *body;
		size_t body_length;

		assert_int_equal(peer_receive(&peer, &header, 1, &body, &body_length), 1);
		free(body);
		assert_true((header & ~ID) < REQUESTS && !answered[header & ~ID]);
		answered[header & ~ID] = true;
	}
	peer_close(&peer);
}

static void
test_requests_of_one_segment_are_all_answered(void **state)
{
	check_pipelined(url_of(state, DAEMON_TCP), SIZE_MAX / 2);
	check_pipelined(url_of(state, DAEMON_IPC), SIZE_MAX / 2);
}

static void
test_requests_cut_anywhere_are_all_answered(void **state)
{
	check_pipelined(url_of(state, DAEMON_TCP), 7);
	check_pipelined(url_of(state, DAEMON_IPC), 61);
}

static void
test_bytes_one_by_one_make_a_request(void **state)
{
	for (int which = 0; which < 2; which++) {
		struct peer peer = peer_connect(url_of(state, which));
		uint8_t bytes[128] = { 0, 'S', 'P', 0, 0, 0x30, 0, 0 }, greeting[8];
		size_t length = 8 + peer_call(&peer, bytes + 8, sizeof bytes - 8, ID | 1, HEALTH, NULL, 0);

		for (size_t i = 0; i < length; i++)
			assert_true(peer_send(&peer, bytes + i, 1));
		assert_int_equal(recv(peer.fd, greeting, sizeof greeting, MSG_WAITALL), 8);
		peer_expect(&peer, ID | 1, OCCUPARE_OK, NULL);
		peer_close(&peer);
	}
}

/* A reply with all the words of the request's header, or none because the daemon closed. */
static size_t
ask_with_header(const char *url, size_t words)
{
	uint32_t header[20], back[20];
	struct peer peer = peer_open(url);
	uint8_t message[256], *body = NULL;
	size_t length, got;

	for (size_t i = 0; i < words; i++)
		header[i] = i + 1 == words ? ID | 5 : (uint32_t)(0x01020304 + i);
	length = peer_message(&peer, message, sizeof message, header, words, "", 0);
	assert_true(peer_send(&peer, message, length));
	got = peer_receive(&peer, back, 20, &body, &length);
	if (got > 0) {
		assert_int_equal(got, words);
		assert_memory_equal(back, header, words * sizeof header[0]);
		free(body);
	}
	peer_close(&peer);
	return got;
}

static void
test_fifteen_hops_come_back_in_the_reply(void **state)
{
	assert_int_equal(ask_with_header(url_of(state, DAEMON_TCP), 1), 1);
	assert_int_equal(ask_with_header(url_of(state, DAEMON_TCP), 3), 3);
	assert_int_equal(ask_with_header(url_of(state, DAEMON_IPC), 16), 16);
}

static void
test_sixteen_hops_are_closed(void **state)
{
	assert_int_equal(ask_with_header(url_of(state, DAEMON_TCP), 17), 0);
	assert_int_equal(ask_with_header(url_of(state, DAEMON_IPC), 17), 0);
}

/* After these bytes, behind the greeting, the daemon closes at once and serves the next one. */
static void
check_closes(const char *url, const void *bytes, size_t length)
{
	struct peer peer = peer_open(url);

	assert_true(peer_send(&peer, bytes, length));
	assert_true(peer_is_closed(&peer));
	peer_close(&peer);
	peer_check_health(url);
}

static void
test_message_without_request_id_is_closed(void **state)
{
	static const uint8_t none[] = { 0, 0, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t cut[] = { 0, 0, 0, 0, 0, 0, 0, 6, 1, 2, 3, 4, 0x80, 6 };

	check_closes(url_of(state, DAEMON_TCP), none, sizeof none);
	check_closes(url_of(state, DAEMON_TCP), cut, sizeof cut);
}

static void
test_length_below_a_header_is_closed(void **state)
{
	static const uint8_t zero[8] = { 0 }, three[] = { 0, 0, 0, 0, 0, 0, 0, 3, 0x80, 0, 0 };

	check_closes(url_of(state, DAEMON_TCP), zero, sizeof zero);
	check_closes(url_of(state, DAEMON_TCP), three, sizeof three);
}

static void
test_absurd_length_is_closed_at_once(void **state)
{
	static const uint8_t huge[] = { 0, 0, 0, 2, 0, 0, 0, 0 }, most[] = { 255, 255, 255, 255, 255, 255, 255, 255 };

	check_closes(url_of(state, DAEMON_TCP), huge, sizeof huge);
	check_closes(url_of(state, DAEMON_TCP), most, sizeof most);
}

static void
test_ipc_message_of_another_kind_is_closed(void **state)
{
	static const uint8_t bytes[] = { 2, 0, 0, 0, 0, 0, 0, 0, 8, 0x80, 0, 0, 1, 0, 0, 0, 0 };

	check_closes(url_of(state, DAEMON_IPC), bytes, sizeof bytes);
}

static void
test_other_protocols_are_closed_in_the_greeting(void **state)
{
	static const char *const greetings[] = { "GET / HTTP/1.1\r\n\r\n", "\0SP\0\0\x31\0\0", "\0SP\0\0\x10\0\0",
		"\0SP\1\0\x30\0\0" };

	for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++) {
		for (int which = 0; which < 2; which++) {
			struct peer peer = peer_connect(url_of(state, which));

			assert_true(peer_send(&peer, greetings[i], 8));
			assert_true(peer_is_closed(&peer));
			peer_close(&peer);
		}
	}
	peer_check_health(url_of(state, DAEMON_TCP));
}

/* ---- Calls ---- */

static void
send_body(struct peer *peer, uint32_t id, const void *body, size_t length)
{
	uint8_t *message = malloc(length + 16);

	length = peer_message(peer, message, length + 16, &id, 1, body, length);
	assert_true(peer_send(peer, message, length));
	free(message);
}

/* The failure says what is wrong in its ErrorInfo. */
static void
expect_reason(struct peer *peer, uint32_t id, int code, const char *reason)
{
	Occupare__Rpc__V1__Reply *reply;
	Google__Rpc__ErrorInfo *info;

	peer_expect(peer, id, code, &reply);
	assert_true(reply->status->n_details >= 1);
	assert_string_equal(reply->status->details[0]->type_url, "type.googleapis.com/google.rpc.ErrorInfo");
	info = google__rpc__error_info__unpack(
	    NULL, reply->status->details[0]->value.len, reply->status->details[0]->value.data);
	assert_non_null(info);
	assert_string_equal(info->reason, reason);
	assert_string_equal(info->domain, "occupare");
	google__rpc__error_info__free_unpacked(info, NULL);
	occupare__rpc__v1__reply__free_unpacked(reply, NULL);
}

static void
test_bad_calls_are_answered_and_the_connection_lives_on(void **state)
{
	for (int which = 0; which < 2; which++) {
		struct peer peer = peer_open(url_of(state, which));
		uint8_t message[256];
		size_t length;

		send_body(&peer, ID | 1, "\xff\xff\xff garbage", 11);
		expect_reason(&peer, ID | 1, OCCUPARE_INVALID_ARGUMENT, "MALFORMED_CALL");
		length = peer_call(&peer, message, sizeof message, ID | 2, HEALTH,
		    "\x0a\x05"
		    "abc",
		    5);
		assert_true(peer_send(&peer, message, length));
		expect_reason(&peer, ID | 2, OCCUPARE_INVALID_ARGUMENT, "MALFORMED_REQUEST");
		length = peer_call(&peer, message, sizeof message, ID | 3, "/grpc.health.v1.Health/Chek", NULL, 0);
		assert_true(peer_send(&peer, message, length));
		peer_expect(&peer, ID | 3, OCCUPARE_UNIMPLEMENTED, NULL);
		send_body(&peer, ID | 4, "", 0);
		peer_expect(&peer, ID | 4, OCCUPARE_UNIMPLEMENTED, NULL);
		peer_ask(&peer, ID | 5);
		peer_expect(&peer, ID | 5, OCCUPARE_OK, NULL);
		peer_close(&peer);
	}
}

static void
test_oversize_request_is_refused_and_the_connection_lives_on(void **state)
{
	static const size_t sizes[] = { REQUEST_BYTES_MAX + 1, 3 * REQUEST_BYTES_MAX, 63 * REQUEST_BYTES_MAX };
	uint8_t *body = calloc(1, sizes[2]);

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct peer peer = peer_open(url_of(state, (int)(i % 2)));

		send_body(&peer, ID | 1, body, sizes[i]);
		peer_ask(&peer, ID | 2);
		expect_reason(&peer, ID | 1, OCCUPARE_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE");
		peer_expect(&peer, ID | 2, OCCUPARE_OK, NULL);
		peer_close(&peer);
	}
	free(body);
}

static void
test_request_of_the_largest_size_is_taken(void **state)
{
	uint8_t *body = malloc(REQUEST_BYTES_MAX);
	struct peer peer = peer_open(url_of(state, DAEMON_TCP));

	/* One field that no Call has: a text that fills the rest. */
	memset(body, 'x', REQUEST_BYTES_MAX);
	memcpy(body, "\xfa\x01\xfb\xff\x03", 5);
	send_body(&peer, ID | 1, body, REQUEST_BYTES_MAX);
	peer_expect(&peer, ID | 1, OCCUPARE_UNIMPLEMENTED, NULL);
	peer_close(&peer);
	free(body);
}

static size_t
compose_create(const struct peer *peer, uint8_t *out, size_t size, uint32_t n)
{
	Occupare__V1__CreateOccupationRequest request = OCCUPARE__V1__CREATE_OCCUPATION_REQUEST__INIT;
	Occupare__V1__Occupation occupation = OCCUPARE__V1__OCCUPATION__INIT;
	uint8_t payload[128];
	char title[32];

	snprintf(title, sizeof title, "Occupation %u", n);
	occupation.title = title;
	request.occupation = &occupation;
	return peer_call(peer, out, size, ID | n, "/occupare.v1.OccupationService/CreateOccupation", payload,
	    occupare__v1__create_occupation_request__pack(&request, payload));
}

/* More writes than a connection may have at work at once, with reads between them. */
static void
test_writes_and_reads_of_one_connection_are_all_answered(void **state)
{
	enum { PAIRS = 200 };
	static const char *const options[] = { "--writable", NULL };
	static uint8_t bytes[PAIRS * 300];
	struct daemon daemon;

	(void)state;
	daemon_start(&daemon, options);
	for (uint32_t which = 0; which < 2; which++) {
		struct peer peer = peer_open(daemon.urls[which]);
		bool answered[2 * PAIRS] = { false };
		size_t length = 0;

		for (uint32_t i = 0; i < PAIRS; i++) {
			length += compose_create(&peer, bytes + length, sizeof bytes - length, i);
			length += peer_call(
			    &peer, bytes + length, sizeof bytes - length, ID | (PAIRS + i), HEALTH, NULL, 0);
		}
		assert_true(peer_send(&peer, bytes, length));
		for (int i = 0; i < 2 * PAIRS; i++) {
			uint32_t header;
			uint8_t *body;

			assert_int_equal(peer_receive(&peer, &header, 1, &body, &length), 1);
			/* OK: there is no status, and the payload comes first. */
			assert_int_equal(body[0], 0x12);
			free(body);
			assert_true((header & ~ID) < 2 * PAIRS && !answered[header & ~ID]);
			answered[header & ~ID] = true;
		}
		peer_close(&peer);
	}
	assert_int_equal(daemon_stop(&daemon), 0);
}

static void
test_write_to_a_read_only_daemon_is_refused(void **state)
{
	struct peer peer = peer_open(url_of(state, DAEMON_IPC));
	uint8_t message[300];

	assert_true(peer_send(&peer, message, compose_create(&peer, message, sizeof message, 1)));
	expect_reason(&peer, ID | 1, OCCUPARE_FAILED_PRECONDITION, "READ_ONLY");
	peer_close(&peer);
}

/* ---- Clients of the library ---- */

static size_t
pack_health(uint8_t *out)
{
	Occupare__Rpc__V1__Call call = OCCUPARE__RPC__V1__CALL__INIT;

	call.method = (char *)HEALTH;
	return occupare__rpc__v1__call__pack(&call, out);
}

static nng_socket
open_req(const char *url)
{
	nng_socket socket;

	assert_int_equal(nng_req0_open(&socket), 0);
	nng_socket_set_ms(socket, NNG_OPT_RECVTIMEO, PEER_WAIT_MS);
	nng_socket_set_ms(socket, NNG_OPT_SENDTIMEO, PEER_WAIT_MS);
	assert_int_equal(nng_dial(socket, url, NULL, 0), 0);
	return socket;
}

static void
ask_by_socket(nng_socket socket)
{
	uint8_t call[64];
	char *reply = NULL;
	size_t length;

	assert_int_equal(nng_send(socket, call, pack_health(call), 0), 0);
	assert_int_equal(nng_recv(socket, &reply, &length, NNG_FLAG_ALLOC), 0);
	assert_int_equal(length, 4);
	assert_memory_equal(reply, "\x12\x02\x08\x01", 4);
	nng_free(reply, length);
}

static void
test_plain_req_socket_is_answered(void **state)
{
	for (int which = 0; which < 2; which++) {
		nng_socket socket = open_req(url_of(state, which));

		for (int i = 0; i < 100; i++)
			ask_by_socket(socket);
		nng_close(socket);
	}
}

static void
test_several_contexts_of_a_req_socket_are_answered_at_once(void **state)
{
	enum { CONTEXTS = 20, ROUNDS = 10 };
	nng_socket socket = open_req(url_of(state, DAEMON_TCP));
	nng_ctx contexts[CONTEXTS];
	nng_aio *aios[CONTEXTS];

	for (int i = 0; i < CONTEXTS; i++) {
		assert_int_equal(nng_ctx_open(&contexts[i], socket), 0);
		assert_int_equal(nng_aio_alloc(&aios[i], NULL, NULL), 0);
		nng_aio_set_timeout(aios[i], PEER_WAIT_MS);
	}
	for (int n = 0; n < ROUNDS * CONTEXTS * 2; n++) {
		int i = n % CONTEXTS;

		nng_aio_wait(aios[i]);
		if (n / CONTEXTS % 2 == 0) {
			nng_msg *message;
			uint8_t call[64];

			assert_int_equal(nng_msg_alloc(&message, 0), 0);
			nng_msg_append(message, call, pack_health(call));
			nng_aio_set_msg(aios[i], message);
			nng_ctx_send(contexts[i], aios[i]);
			nng_aio_wait(aios[i]);
			assert_int_equal(nng_aio_result(aios[i]), 0);
			nng_ctx_recv(contexts[i], aios[i]);
		} else {
			nng_msg *message = nng_aio_get_msg(aios[i]);

			assert_int_equal(nng_aio_result(aios[i]), 0);
			assert_int_equal(nng_msg_len(message), 4);
			nng_msg_free(message);
		}
	}
	for (int i = 0; i < CONTEXTS; i++) {
		nng_aio_free(aios[i]);
		nng_ctx_close(contexts[i]);
	}
	nng_close(socket);
}

struct device {
	nng_socket front, back;
};

static void *
run_device(void *data)
{
	struct device *device = data;

	nng_device(device->front, device->back);
	return NULL;
}

static void
test_req_behind_a_device_is_answered(void **state)
{
	struct device device;
	char directory[128], url[256];
	pthread_t thread;
	nng_socket socket;

	daemon_make_directory(directory, sizeof directory);
	snprintf(url, sizeof url, "ipc://%s/device", directory);
	assert_int_equal(nng_rep0_open_raw(&device.front), 0);
	assert_int_equal(nng_req0_open_raw(&device.back), 0);
	assert_int_equal(nng_listen(device.front, url, NULL, 0), 0);
	assert_int_equal(nng_dial(device.back, url_of(state, DAEMON_TCP), NULL, 0), 0);
	assert_int_equal(pthread_create(&thread, NULL, run_device, &device), 0);
	socket = open_req(url);
	for (int i = 0; i < 20; i++)
		ask_by_socket(socket);
	nng_close(socket);
	nng_close(device.front);
	nng_close(device.back);
	pthread_join(thread, NULL);
	daemon_remove_directory(directory);
}

/* ---- Limits ---- */

static void
test_connections_above_the_limit_are_closed(void **state)
{
	enum { MAX = 40 };
	struct daemon *daemon = *state;
	struct peer peers[MAX], one_more;

	/* Those of the tests before are gone. */
	daemon_await_descriptors(daemon, descriptors_at_start);
	for (int i = 0; i < MAX; i++)
		peers[i] = peer_open(daemon->urls[i % 2]);
	one_more = peer_connect(daemon->urls[DAEMON_TCP]);
	assert_true(peer_is_closed(&one_more));
	peer_close(&one_more);
	assert_true(daemon_logged(daemon, "too many connections"));
	for (int i = 0; i < MAX; i++) {
		peer_ask(&peers[i], ID);
		peer_expect(&peers[i], ID, OCCUPARE_OK, NULL);
		peer_close(&peers[i]);
	}
	daemon_await_descriptors(daemon, descriptors_at_start);
	peer_check_health(daemon->urls[DAEMON_TCP]);
}

static void
test_idle_connection_is_closed_after_its_time(void **state)
{
	static const char *const options[] = { "--idle-timeout", "100ms", NULL };
	struct daemon daemon;
	struct peer peer;

	(void)state;
	daemon_start(&daemon, options);
	peer = peer_open(daemon.urls[DAEMON_TCP]);
	peer_ask(&peer, ID);
	peer_expect(&peer, ID, OCCUPARE_OK, NULL);
	assert_true(peer_is_closed(&peer));
	peer_close(&peer);
	assert_int_equal(daemon_stop(&daemon), 0);
}

/* ---- Starting and stopping ---- */

static void
expect_refusal(const char *const *arguments, int code, const char *words)
{
	char output[4096];
	int status = daemon_run(arguments, output, sizeof output);

	ASSERT_HAS(output, words);
	assert_int_equal(status, code);
}

static const char *
store_of(struct daemon *daemon)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/store", daemon->directory);
	return path;
}

static void
test_socket_in_use_is_refused(void **state)
{
	struct daemon *daemon = *state;

	for (int which = 0; which < 2; which++) {
		const char *arguments[] = { "--store", store_of(daemon), "--listen", daemon->urls[which], NULL };

		expect_refusal(arguments, 1, "already in use");
		peer_check_health(daemon->urls[which]);
	}
}

static void
test_something_else_at_the_path_is_left_alone(void **state)
{
	struct daemon *daemon = *state;
	char path[256], url[300];
	const char *arguments[] = { "--store", store_of(daemon), "--listen", url, NULL };

	snprintf(path, sizeof path, "%s/precious", daemon->directory);
	snprintf(url, sizeof url, "ipc://%s", path);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	expect_refusal(arguments, 1, "not a socket");
	assert_int_equal(unlink(path), 0);
}

static void
test_path_that_is_too_long_is_refused(void **state)
{
	struct daemon *daemon = *state;
	char url[200] = "ipc:///tmp/";
	const char *arguments[] = { "--store", store_of(daemon), "--listen", url, NULL };

	memset(url + 11, 'x', 120);
	expect_refusal(arguments, 1, "at most 107");
}

static void
test_missing_directory_and_foreign_scheme_are_refused(void **state)
{
	struct daemon *daemon = *state;
	const char *missing[] = { "--store", store_of(daemon), "--listen", "ipc:///nowhere/at/all", NULL };
	const char *scheme[] = { "--store", store_of(daemon), "--listen", "http://127.0.0.1:0", NULL };
	const char *port[] = { "--store", store_of(daemon), "--listen", "tcp://127.0.0.1", NULL };

	expect_refusal(missing, 1, "directory is not there");
	expect_refusal(scheme, 1, "give tcp://ADDRESS:PORT or ipc://PATH");
	expect_refusal(port, 1, "give tcp://ADDRESS:PORT or ipc://PATH");
}

static void
test_writable_daemon_that_others_can_reach_does_not_start(void **state)
{
	static const char *const urls[] = { "tcp://0.0.0.0:0", "tcp://*:0", "tcp://[::]:0", "tcp://192.0.2.1:0",
		"tcp://127.example:0", "tcp://localhost.example:0" };
	struct daemon *daemon = *state;

	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		const char *arguments[] = { "--store", store_of(daemon), "--writable", "--listen", "tcp://127.0.0.1:0",
			"--listen", urls[i], NULL };

		expect_refusal(arguments, 1, "leave out --writable");
	}
}

static void
test_missing_store_is_refused_and_not_made(void **state)
{
	struct daemon *daemon = *state;
	char path[256];
	const char *arguments[] = { "--store", path, "--listen", "tcp://127.0.0.1:0", NULL };

	snprintf(path, sizeof path, "%s/none", daemon->directory);
	expect_refusal(arguments, 1, "occupare-store");
	assert_int_equal(access(path, F_OK), -1);
}

static void
test_usage_errors_exit_with_2(void **state)
{
	const char *unknown[] = { "--stroe", "x", NULL }, *value[] = { "--connections-max", "many", NULL };

	(void)state;
	expect_refusal(unknown, 2, "did you mean \"store\"");
	expect_refusal(value, 2, "--connections-max: \"many\" is not a whole number");
}

static void
test_socket_is_private_and_removed_at_the_end(void **state)
{
	struct daemon daemon;
	struct stat info;
	const char *path;
	struct peer peer;

	(void)state;
	daemon_start(&daemon, NULL);
	path = daemon.urls[DAEMON_IPC] + strlen("ipc://");
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	peer = peer_open(daemon.urls[DAEMON_TCP]);
	kill(daemon.pid, SIGTERM);
	assert_int_equal(daemon_wait(&daemon), 0);
	assert_true(peer_is_closed(&peer));
	peer_close(&peer);
	assert_int_equal(stat(path, &info), -1);
	daemon_stop(&daemon);
}

static void
test_stale_socket_is_replaced(void **state)
{
	struct daemon *daemon = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct daemon other;
	char url[256];
	const char *options[] = { "--listen", url, NULL };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%.80s/stale", daemon->directory);
	snprintf(url, sizeof url, "ipc://%s", address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
	daemon_start(&other, options);
	peer_check_health(url);
	assert_int_equal(daemon_stop(&other), 0);
}

static void
test_stopping_daemon_refuses_calls_and_says_so(void **state)
{
	struct daemon daemon;
	struct peer peer;
	Occupare__Rpc__V1__Reply *reply;
	Grpc__Health__V1__HealthCheckResponse *health;
	uint8_t message[128];
	size_t length;

	(void)state;
	daemon_start(&daemon, NULL);
	peer = peer_open(daemon.urls[DAEMON_TCP]);
	/* Calls without a pause keep the connection, and thereby the daemon, from ending. */
	kill(daemon.pid, SIGINT);
	do {
		length = peer_call(&peer, message, sizeof message, ID, HEALTH, NULL, 0);
		assert_true(peer_send(&peer, message, length));
		peer_expect(&peer, ID, OCCUPARE_OK, &reply);
		health = grpc__health__v1__health_check_response__unpack(NULL, reply->payload.len, reply->payload.data);
		assert_non_null(health);
		length = health->status;
		grpc__health__v1__health_check_response__free_unpacked(health, NULL);
		occupare__rpc__v1__reply__free_unpacked(reply, NULL);
	} while (length == GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
	assert_int_equal(length, GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING);
	length = peer_call(&peer, message, sizeof message, ID | 2, SCHEMA, NULL, 0);
	assert_true(peer_send(&peer, message, length));
	expect_reason(&peer, ID | 2, OCCUPARE_UNAVAILABLE, "STOPPING");
	assert_true(peer_is_closed(&peer));
	peer_close(&peer);
	assert_int_equal(daemon_wait(&daemon), 0);
	daemon_stop(&daemon);
}

static void
test_second_signal_ends_it_at_once(void **state)
{
	static const char *const options[] = { "--drain-timeout", "1h", NULL };
	struct daemon daemon;
	struct peer peer;
	uint8_t message[128];
	size_t length;
	Occupare__Rpc__V1__Reply *reply;

	(void)state;
	daemon_start(&daemon, options);
	peer = peer_open(daemon.urls[DAEMON_TCP]);
	kill(daemon.pid, SIGTERM);
	do {
		length = peer_call(&peer, message, sizeof message, ID, HEALTH, NULL, 0);
		assert_true(peer_send(&peer, message, length));
		peer_expect(&peer, ID, OCCUPARE_OK, &reply);
		length = reply->payload.data[1];
		occupare__rpc__v1__reply__free_unpacked(reply, NULL);
	} while (length == GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
	kill(daemon.pid, SIGTERM);
	assert_int_equal(daemon_wait(&daemon), 128 + SIGTERM);
	peer_close(&peer);
	daemon_stop(&daemon);
}

/* The last one: a sanitizer that found something tells by the exit status. */
static void
test_daemon_that_lived_through_all_this_ends_well(void **state)
{
	assert_int_equal(daemon_stop(*state), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests_of_one_segment_are_all_answered),
		cmocka_unit_test(test_requests_cut_anywhere_are_all_answered),
		cmocka_unit_test(test_bytes_one_by_one_make_a_request),
		cmocka_unit_test(test_fifteen_hops_come_back_in_the_reply),
		cmocka_unit_test(test_sixteen_hops_are_closed),
		cmocka_unit_test(test_message_without_request_id_is_closed),
		cmocka_unit_test(test_length_below_a_header_is_closed),
		cmocka_unit_test(test_absurd_length_is_closed_at_once),
		cmocka_unit_test(test_ipc_message_of_another_kind_is_closed),
		cmocka_unit_test(test_other_protocols_are_closed_in_the_greeting),
		cmocka_unit_test(test_bad_calls_are_answered_and_the_connection_lives_on),
		cmocka_unit_test(test_oversize_request_is_refused_and_the_connection_lives_on),
		cmocka_unit_test(test_request_of_the_largest_size_is_taken),
		cmocka_unit_test(test_writes_and_reads_of_one_connection_are_all_answered),
		cmocka_unit_test(test_write_to_a_read_only_daemon_is_refused),
		cmocka_unit_test(test_plain_req_socket_is_answered),
		cmocka_unit_test(test_several_contexts_of_a_req_socket_are_answered_at_once),
		cmocka_unit_test(test_req_behind_a_device_is_answered),
		cmocka_unit_test(test_connections_above_the_limit_are_closed),
		cmocka_unit_test(test_idle_connection_is_closed_after_its_time),
		cmocka_unit_test(test_socket_in_use_is_refused),
		cmocka_unit_test(test_something_else_at_the_path_is_left_alone),
		cmocka_unit_test(test_path_that_is_too_long_is_refused),
		cmocka_unit_test(test_missing_directory_and_foreign_scheme_are_refused),
		cmocka_unit_test(test_writable_daemon_that_others_can_reach_does_not_start),
		cmocka_unit_test(test_missing_store_is_refused_and_not_made),
		cmocka_unit_test(test_usage_errors_exit_with_2),
		cmocka_unit_test(test_socket_is_private_and_removed_at_the_end),
		cmocka_unit_test(test_stale_socket_is_replaced),
		cmocka_unit_test(test_stopping_daemon_refuses_calls_and_says_so),
		cmocka_unit_test(test_second_signal_ends_it_at_once),
		cmocka_unit_test(test_daemon_that_lived_through_all_this_ends_well),
	};

	return cmocka_run_group_tests_name("transport", tests, start, stop);
}

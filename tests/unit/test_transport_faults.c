/* Peers that vanish, stall, flood or do not read: the next client is served, and what they held comes back. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/daemon.h"
#include "tests/support/peer.h"
#include "tests/support/test.h"

#define VANISHING_PEERS 1000
#define SCHEMA "/occupare.rpc.v1.ReflectionService/GetSchema"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED true /* freed memory is kept back, so its size tells nothing */
#else
#define SANITIZED false
#endif

static int
start(void **state)
{
	static struct daemon daemon;
	static const char *const options[] = { "--greeting-timeout", "2s", "--message-timeout", "1s", NULL };

	daemon_start(&daemon, options);
	peer_check_health(daemon.urls[DAEMON_TCP]);
	peer_check_health(daemon.urls[DAEMON_IPC]);
	*state = &daemon;
	return 0;
}

static int
stop(void **state)
{
	return daemon_stop(*state);
}

/* ---- Vanishing ---- */

typedef void leave(struct peer *peer);
static leave *const leaves[] = { peer_close, peer_reset, peer_finish_and_reset };
#define LEAVES (sizeof leaves / sizeof leaves[0])

/* What a peer sends before it leaves; nothing of what comes back is read. */
struct stage {
	const char *name;
	size_t (*compose)(const struct peer *peer, uint8_t *out, size_t size);
};

static const uint8_t greeting[8] = { 0, 'S', 'P', 0, 0, 0x30, 0, 0 };

static size_t
nothing(const struct peer *peer, uint8_t *out, size_t size)
{
	(void)peer, (void)out, (void)size;
	return 0;
}

static size_t
garbage(const struct peer *peer, uint8_t *out, size_t size)
{
	(void)peer;
	return (size_t)snprintf((char *)out, size, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

static size_t
half_greeting(const struct peer *peer, uint8_t *out, size_t size)
{
	(void)peer, (void)size;
	memcpy(out, greeting, 4);
	return 4;
}

static size_t
whole_greeting(const struct peer *peer, uint8_t *out, size_t size)
{
	(void)peer, (void)size;
	memcpy(out, greeting, sizeof greeting);
	return sizeof greeting;
}

static size_t
half_message(const struct peer *peer, uint8_t *out, size_t size)
{
	size_t n = whole_greeting(peer, out, size);

	n += peer_call(peer, out + n, size - n, PEER_REQUEST_ID, SCHEMA, NULL, 0);
	return n - 10;
}

static size_t
many_requests(const struct peer *peer, uint8_t *out, size_t size)
{
	size_t n = whole_greeting(peer, out, size);

	for (uint32_t i = 0; i < 20; i++)
		n += peer_call(peer, out + n, size - n, PEER_REQUEST_ID | i, SCHEMA, NULL, 0);
	return n;
}

static const struct stage stages[] = { { "nothing", nothing }, { "garbage", garbage },
	{ "half a greeting", half_greeting }, { "a greeting", whole_greeting }, { "half a message", half_message },
	{ "many requests", many_requests } };
#define STAGES (sizeof stages / sizeof stages[0])

static void
vanish(struct daemon *daemon, const char *url)
{
	size_t before = daemon_descriptors(daemon);
	uint8_t bytes[4096];

	for (size_t i = 0; i < STAGES * LEAVES; i++) {
		for (int n = 0; n < VANISHING_PEERS; n++) {
			struct peer peer = peer_connect(url);

			peer_send(&peer, bytes, stages[i / LEAVES].compose(&peer, bytes, sizeof bytes));
			leaves[i % LEAVES](&peer);
			/* Now and then the queue of the listener must get empty, or connecting waits for a second. */
			if (n % 50 == 0)
				peer_check_health(url);
		}
		peer_check_health(url);
	}
	daemon_await_descriptors(daemon, before);
}

static void
test_peers_that_vanish_over_tcp_cost_nothing(void **state)
{
	struct daemon *daemon = *state;

	vanish(daemon, daemon->urls[DAEMON_TCP]);
}

static void
test_peers_that_vanish_over_ipc_cost_nothing(void **state)
{
	struct daemon *daemon = *state;

	vanish(daemon, daemon->urls[DAEMON_IPC]);
}

/* ---- Not reading ---- */

/* Asks for large replies, as many as the sockets take, and reads none. Returns how many were asked for as a whole. */
static uint32_t
ask_without_reading(struct peer *peer, uint32_t requests)
{
	uint8_t message[128];

	for (uint32_t i = 0; i < requests; i++) {
		size_t length = peer_call(peer, message, sizeof message, PEER_REQUEST_ID | i, SCHEMA, NULL, 0);

		if (send(peer->fd, message, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length)
			return i;
	}
	return requests;
}

static void
check_never_readers(struct daemon *daemon, const char *url)
{
	enum { READERS = 50 };
	size_t before = daemon_descriptors(daemon), memory = daemon_memory_kib(daemon);
	struct peer peers[READERS];

	for (int i = 0; i < READERS; i++) {
		peers[i] = peer_open(url);
		ask_without_reading(&peers[i], 400);
	}
	peer_check_health(url);
	/* Each may owe its bound and one reply more. */
	if (!SANITIZED)
		assert_in_range(daemon_memory_kib(daemon), 0, memory + READERS * 1024);
	daemon_await_descriptors(daemon, before);
	for (int i = 0; i < READERS; i++)
		peer_close(&peers[i]);
	peer_check_health(url);
}

static void
test_readers_that_never_read_are_closed_over_tcp(void **state)
{
	struct daemon *daemon = *state;

	check_never_readers(daemon, daemon->urls[DAEMON_TCP]);
}

static void
test_readers_that_never_read_are_closed_over_ipc(void **state)
{
	struct daemon *daemon = *state;

	check_never_readers(daemon, daemon->urls[DAEMON_IPC]);
}

static int
reply_code(struct peer *peer)
{
	Occupare__Rpc__V1__Reply *reply;
	uint32_t header;
	uint8_t *body;
	size_t length;
	int code;

	assert_int_equal(peer_receive(peer, &header, 1, &body, &length), 1);
	reply = occupare__rpc__v1__reply__unpack(NULL, length, body);
	free(body);
	assert_non_null(reply);
	code = reply->status == NULL ? OCCUPARE_OK : reply->status->code;
	occupare__rpc__v1__reply__free_unpacked(reply, NULL);
	return code;
}

/* Together they may not owe more than the bound, whatever each of them may; then large replies are refused, small ones not. */
static void
test_many_never_readers_together_are_bounded(void **state)
{
	enum { READERS = 1100 };
	/* Patient, so that the first of them is still there when the last one comes. */
	static const char *const options[] = { "--message-timeout", "1m", NULL };
	struct daemon patient, *daemon = &patient;
	struct rlimit limit;
	size_t before;
	struct peer *peers, one_more;
	int code = OCCUPARE_OK;
	uint8_t message[128];
	size_t length;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < READERS + 100)
		skip();
	daemon_start(daemon, options);
	before = daemon_descriptors(daemon);
	peers = calloc(READERS, sizeof *peers);
	for (int i = 0; i < READERS; i++) {
		peers[i] = peer_open(daemon->urls[DAEMON_IPC]);
		ask_without_reading(&peers[i], 10);
	}
	one_more = peer_open(daemon->urls[DAEMON_TCP]);
	length = peer_call(&one_more, message, sizeof message, PEER_REQUEST_ID, SCHEMA, NULL, 0);
	/* Those before it are answered in their own time, and what the kernel takes of their replies makes room again, which
	 * the readers fill. */
	for (int i = 0; i < 10000 && code == OCCUPARE_OK; i++) {
		ask_without_reading(&peers[READERS - 1 - i % READERS], 1);
		assert_true(peer_send(&one_more, message, length));
		code = reply_code(&one_more);
	}
	assert_int_equal(code, OCCUPARE_UNAVAILABLE);
	peer_ask(&one_more, PEER_REQUEST_ID | 1);
	peer_expect(&one_more, PEER_REQUEST_ID | 1, OCCUPARE_OK, NULL);
	if (!SANITIZED)
		assert_in_range(daemon_memory_kib(daemon), 0, 500 * 1024);
	for (int i = 0; i < READERS; i++)
		peer_close(&peers[i]);
	free(peers);
	daemon_await_descriptors(daemon, before + 1);
	assert_true(peer_send(&one_more, message, length));
	peer_expect(&one_more, PEER_REQUEST_ID, OCCUPARE_OK, NULL);
	peer_close(&one_more);
	daemon_await_descriptors(daemon, before);
	assert_int_equal(daemon_stop(daemon), 0);
}

static void
test_slow_reader_gets_all_its_replies_and_holds_up_nobody(void **state)
{
	enum { REQUESTS = 300 };
	struct daemon *daemon = *state;
	struct peer slow = peer_open(daemon->urls[DAEMON_TCP]);
	bool answered[REQUESTS] = { false };

	assert_int_equal(ask_without_reading(&slow, REQUESTS), REQUESTS);

	for (int i = 0; i < 100; i++)
		peer_check_health(daemon->urls[i % 2]);
	for (uint32_t i = 0; i < REQUESTS; i++) {
		uint32_t header;
		uint8_t *body;
		size_t length;

		assert_int_equal(peer_receive(&slow, &header, 1, &body, &length), 1);
		free(body);
		header &= ~PEER_REQUEST_ID;
		assert_true(header < REQUESTS && !answered[header]);
		answered[header] = true;
	}
	peer_close(&slow);
}

/* ---- Stalling ---- */

static void
stall(struct daemon *daemon, size_t stage)
{
	enum { PEERS = 300 };
	struct peer peers[PEERS];
	size_t before = daemon_descriptors(daemon);
	uint8_t bytes[4096];

	for (int i = 0; i < PEERS; i++) {
		peers[i] = peer_connect(daemon->urls[i % 2]);
		assert_true(peer_send(&peers[i], bytes, stages[stage].compose(&peers[i], bytes, sizeof bytes)));
	}
	peer_check_health(daemon->urls[DAEMON_TCP]);
	daemon_await_descriptors(daemon, before);
	for (int i = 0; i < PEERS; i++)
		peer_close(&peers[i]);
}

static void
test_peers_that_do_not_greet_are_closed_in_time(void **state)
{
	stall(*state, 0);
}

static void
test_peers_that_stop_within_the_greeting_are_closed_in_time(void **state)
{
	stall(*state, 2);
}

static void
test_peers_that_stop_within_a_message_are_closed_in_time(void **state)
{
	stall(*state, 4);
}

static void
test_claimed_length_reserves_nothing(void **state)
{
	enum { PEERS = 300 };
	struct daemon *daemon = *state;
	struct peer peers[PEERS];
	size_t memory = daemon_memory_kib(daemon), before = daemon_descriptors(daemon);
	static const uint8_t claim[] = { 0, 0, 0, 0, 0, 0x0f, 0, 0, 0x80, 0, 0, 1, 'a', 'b' };

	for (int i = 0; i < PEERS; i++) {
		peers[i] = peer_open(daemon->urls[DAEMON_TCP]);
		assert_true(peer_send(&peers[i], claim, sizeof claim));
	}
	peer_check_health(daemon->urls[DAEMON_TCP]);
	if (!SANITIZED)
		assert_in_range(daemon_memory_kib(daemon), 0, memory + PEERS * 16);
	for (int i = 0; i < PEERS; i++)
		peer_close(&peers[i]);
	daemon_await_descriptors(daemon, before);
}

/* ---- Descriptors ---- */

static void
test_daemon_without_descriptors_serves_on_and_recovers(void **state)
{
	enum { PEERS = 20, ROOM = 5 };
	/* Its own, so that no connection of another test is still closing. */
	struct daemon fresh, *daemon = &fresh;
	struct peer served, peers[PEERS];
	size_t before;
	struct rlimit limit, low;
	unsigned long long cpu;
	uint32_t asked;

	(void)state;
	daemon_start(daemon, NULL);
	served = peer_open(daemon->urls[DAEMON_TCP]);
	before = daemon_descriptors(daemon);
	assert_int_equal(prlimit(daemon->pid, RLIMIT_NOFILE, NULL, &limit), 0);
	low = limit;
	low.rlim_cur = before + ROOM;
	assert_int_equal(prlimit(daemon->pid, RLIMIT_NOFILE, &low, NULL), 0);
	cpu = daemon_cpu_us(daemon);
	for (int i = 0; i < PEERS; i++) {
		peers[i] = peer_connect(daemon->urls[DAEMON_TCP]);
		assert_true(peer_send(&peers[i], greeting, sizeof greeting));
	}
	/* It goes on at least until it has run out. */
	for (asked = 0; asked < 50 || (asked < 100000 && !daemon_logged(daemon, "cannot accept")); asked++) {
		peer_ask(&served, PEER_REQUEST_ID | asked);
		peer_expect(&served, PEER_REQUEST_ID | asked, 0, NULL);
	}
	assert_in_range(daemon_descriptors(daemon), 0, before + PEERS - 1);
	/* Beside what the requests cost, accepting in vain costs little. */
	assert_in_range(daemon_cpu_us(daemon) - cpu, 0, 1000000 + (uint64_t)asked * 40);
	assert_true(daemon_logged(daemon, "cannot accept"));
	assert_int_equal(prlimit(daemon->pid, RLIMIT_NOFILE, &limit, NULL), 0);
	for (int i = 0; i < PEERS; i++) {
		uint8_t reply[8];

		/* The last of them was accepted only after the limit was raised. */
		if (i == PEERS - 1) {
			assert_int_equal(read(peers[i].fd, reply, sizeof reply), (ssize_t)sizeof reply);
			peer_ask(&peers[i], PEER_REQUEST_ID);
			peer_expect(&peers[i], PEER_REQUEST_ID, 0, NULL);
		}
		peer_close(&peers[i]);
	}
	peer_close(&served);
	daemon_await_descriptors(daemon, before - 1);
	assert_int_equal(daemon_stop(daemon), 0);
}

/* ---- Leaving in mid-stream ---- */

/* Asks in bursts and closes at some moment of its own while replies are on their way. */
static void *
leave_in_mid_stream(void *url)
{
	uint8_t burst[4096];
	uint64_t seed = (uint64_t)(uintptr_t)url | 1;

	for (int n = 0; n < 150; n++) {
		struct peer peer = peer_open(url);
		uint8_t sink[65536];
		size_t length = 0;

		for (uint32_t i = 0; i < 16; i++)
			length += peer_call(
			    &peer, burst + length, sizeof burst - length, PEER_REQUEST_ID | i, SCHEMA, NULL, 0);
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		for (uint64_t reads = seed >> 60; reads > 0; reads--) {
			if (!peer_send(&peer, burst, length) || read(peer.fd, sink, sizeof sink) <= 0)
				break;
		}
		leaves[n % LEAVES](&peer);
	}
	return NULL;
}

static void
test_connections_closed_in_mid_stream_leave_nothing(void **state)
{
	enum { THREADS = 8 };
	struct daemon *daemon = *state;
	size_t before = daemon_descriptors(daemon);
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, leave_in_mid_stream, daemon->urls[i % 2]), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	daemon_await_descriptors(daemon, before);
	peer_check_health(daemon->urls[DAEMON_TCP]);
}

/* ---- Stopping ---- */

struct load {
	const char *url;
	pthread_barrier_t *begun;
	unsigned lost, answered;
};

/* Batches until the service says that it stops. Every request that was sent must have a reply. */
static void *
ask_until_stopped(void *data)
{
	enum { BATCH = 16 };
	struct load *load = data;
	struct peer peer = peer_open(load->url);
	bool stopping = false;
	uint8_t bytes[4096];

	for (int n = 0; !stopping; n++) {
		size_t length = 0;

		for (uint32_t i = 0; i < BATCH; i++)
			length += peer_call(
			    &peer, bytes + length, sizeof bytes - length, PEER_REQUEST_ID | i, SCHEMA, NULL, 0);
		if (!peer_send(&peer, bytes, length)) {
			load->lost += BATCH;
			break;
		}
		for (int i = 0; i < BATCH; i++) {
			Occupare__Rpc__V1__Reply *reply;
			uint32_t header;
			uint8_t *body;
			size_t body_length;

			if (peer_receive(&peer, &header, 1, &body, &body_length) == 0) {
				load->lost++;
				stopping = true;
				continue;
			}
			reply = occupare__rpc__v1__reply__unpack(NULL, body_length, body);
			if (reply != NULL && reply->status != NULL && reply->status->code == OCCUPARE_UNAVAILABLE)
				stopping = true;
			else if (reply == NULL || reply->status != NULL || reply->payload.len == 0)
				load->lost++;
			load->answered++;
			occupare__rpc__v1__reply__free_unpacked(reply, NULL);
			free(body);
		}
		if (n == 2)
			pthread_barrier_wait(load->begun);
	}
	peer_close(&peer);
	return NULL;
}

static void
test_stop_under_load_loses_no_request(void **state)
{
	enum { CLIENTS = 8 };
	struct daemon daemon;
	struct load loads[CLIENTS];
	pthread_t threads[CLIENTS];
	pthread_barrier_t begun;

	(void)state;
	daemon_start(&daemon, NULL);
	pthread_barrier_init(&begun, NULL, CLIENTS + 1);
	for (int i = 0; i < CLIENTS; i++) {
		loads[i] = (struct load){ daemon.urls[i % 2], &begun, 0, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, ask_until_stopped, &loads[i]), 0);
	}
	pthread_barrier_wait(&begun);
	kill(daemon.pid, SIGTERM);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&begun);
	assert_int_equal(daemon_wait(&daemon), 0);
	daemon_stop(&daemon);
	for (int i = 0; i < CLIENTS; i++) {
		assert_int_equal(loads[i].lost, 0);
		assert_true(loads[i].answered >= 48);
	}
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
		cmocka_unit_test(test_peers_that_vanish_over_tcp_cost_nothing),
		cmocka_unit_test(test_peers_that_vanish_over_ipc_cost_nothing),
		cmocka_unit_test(test_readers_that_never_read_are_closed_over_tcp),
		cmocka_unit_test(test_readers_that_never_read_are_closed_over_ipc),
		cmocka_unit_test(test_many_never_readers_together_are_bounded),
		cmocka_unit_test(test_slow_reader_gets_all_its_replies_and_holds_up_nobody),
		cmocka_unit_test(test_peers_that_do_not_greet_are_closed_in_time),
		cmocka_unit_test(test_peers_that_stop_within_the_greeting_are_closed_in_time),
		cmocka_unit_test(test_peers_that_stop_within_a_message_are_closed_in_time),
		cmocka_unit_test(test_claimed_length_reserves_nothing),
		cmocka_unit_test(test_daemon_without_descriptors_serves_on_and_recovers),
		cmocka_unit_test(test_connections_closed_in_mid_stream_leave_nothing),
		cmocka_unit_test(test_stop_under_load_loses_no_request),
		cmocka_unit_test(test_daemon_that_lived_through_all_this_ends_well),
	};

	return cmocka_run_group_tests_name("transport_faults", tests, start, stop);
}

/* liboccupare against a peer in this process, over bare sockets: it speaks the reply side of the protocol, and breaks off,
 * keeps silent or speaks something else where it is told to. */
#include "tests/support/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "client/occupare.h"
#include "proto/rpc.h"

#define CALLS_KEPT 64
#define CONNECTIONS_MAX 64
#define FRAME_BYTES_MAX (16u << 20)

/* ---- Peers ---- */

/* What a peer was asked, and what it answers. */
struct script {
	pthread_mutex_t lock;
	unsigned calls;
	char methods[CALLS_KEPT][128];
	uint32_t timeout_ms; /* of the last call */
	/* Answers; changed between calls only. */
	unsigned failures; /* so many first calls get the failure */
	struct occupare_status failure;
	const uint8_t *reply; /* sent as it is, instead of an answer; NULL = answer */
	size_t reply_length;
	bool silent;
	unsigned breaks;      /* so many first calls end their connection instead */
	const char *greeting; /* 8 bytes; NULL = that of a reply socket */
	size_t title_bytes;   /* of the occupation that GetOccupation answers with */
};

struct peer;

struct connection {
	pthread_t thread;
	struct peer *peer;
	int fd;
};

struct peer {
	struct script script;
	int listener;
	bool tcp;
	pthread_t thread;
	struct connection connections[CONNECTIONS_MAX];
	unsigned connections_count;
	char url[128];
};

static char scratch[64];

static void
note_call(struct script *script, const Occupare__Rpc__V1__Call *call)
{
	snprintf(script->methods[script->calls % CALLS_KEPT], sizeof script->methods[0], "%s", call->method);
	script->calls++;
	script->timeout_ms = call->timeout != NULL
				 ? (uint32_t)(call->timeout->seconds * 1000 + call->timeout->nanos / 1000000)
				 : 0;
}

/* The payload of an answer: an occupation that echoes the name for GetOccupation, else an empty message. */
static size_t
answer_payload(struct script *script, const Occupare__Rpc__V1__Call *call, uint8_t **ret)
{
	Occupare__V1__GetOccupationResponse response = OCCUPARE__V1__GET_OCCUPATION_RESPONSE__INIT;
	Occupare__V1__Occupation occupation = OCCUPARE__V1__OCCUPATION__INIT;
	Occupare__V1__GetOccupationRequest *request;
	size_t length;

	*ret = NULL;
	if (strcmp(call->method, "/grpc.health.v1.Health/Check") == 0) {
		*ret = (uint8_t *)strdup("\x08\x02"); /* status: NOT_SERVING */
		return 2;
	}
	if (strcmp(call->method, "/occupare.rpc.v1.ReflectionService/GetSchema") == 0) {
		*ret = (uint8_t *)strdup("\x0a\x03xyz");
		return 5;
	}
	if (strcmp(call->method, "/occupare.v1.OccupationService/GetOccupation") != 0)
		return 0;
	request = occupare__v1__get_occupation_request__unpack(NULL, call->payload.len, call->payload.data);
	assert_non_null(request);
	occupation.id = request->name;
	if (script->title_bytes > 0) {
		occupation.title = malloc(script->title_bytes + 1);
		memset(occupation.title, 'x', script->title_bytes);
		occupation.title[script->title_bytes] = '\0';
	}
	response.occupation = &occupation;
	*ret = malloc(occupare__v1__get_occupation_response__get_packed_size(&response) + 1);
	length = occupare__v1__get_occupation_response__pack(&response, *ret);
	if (script->title_bytes > 0)
		free(occupation.title);
	occupare__v1__get_occupation_request__free_unpacked(request, NULL);
	return length;
}

/* The whole reply, to be freed; NULL: none. */
static uint8_t *
answer(struct script *script, const uint8_t *bytes, size_t length, size_t *ret_length)
{
	Occupare__Rpc__V1__Call *call = occupare__rpc__v1__call__unpack(NULL, length, bytes);
	Occupare__Rpc__V1__Reply reply = OCCUPARE__RPC__V1__REPLY__INIT;
	struct occ_arena arena;
	uint8_t *out;

	assert_non_null(call);
	occ_arena_init(&arena, 0, OCC_ARENA_BYTES_MAX);
	pthread_mutex_lock(&script->lock);
	note_call(script, call);
	if (script->calls <= script->failures)
		reply.status = occ_status_pack(&arena, &script->failure);
	else
		reply.payload.len = answer_payload(script, call, &reply.payload.data);
	out = malloc(occupare__rpc__v1__reply__get_packed_size(&reply) + script->reply_length + 1);
	*ret_length = occupare__rpc__v1__reply__pack(&reply, out);
	if (script->reply != NULL)
		memcpy(out, script->reply, *ret_length = script->reply_length);
	if (script->silent) {
		free(out);
		out = NULL;
	}
	pthread_mutex_unlock(&script->lock);
	free(reply.payload.data);
	occ_arena_fini(&arena);
	occupare__rpc__v1__call__free_unpacked(call, NULL);
	return out;
}

static bool
read_whole(int fd, void *buffer, size_t length)
{
	size_t got = 0;

	while (got < length) {
		ssize_t n = read(fd, (char *)buffer + got, length - got);

		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

/* False: the client is gone, which it may. */
static bool
write_whole(int fd, const void *buffer, size_t length)
{
	size_t put = 0;

	while (put < length) {
		ssize_t n = send(fd, (const char *)buffer + put, length - put, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		put += (size_t)n;
	}
	return true;
}

/* Frames: over ipc a byte 01, then 8 bytes of length, then the header (4 bytes here) and the body. */
static bool
read_frame(const struct connection *connection, uint8_t **ret, size_t *ret_length)
{
	uint8_t head[9];
	uint64_t length = 0;

	if (!read_whole(connection->fd, head + connection->peer->tcp, sizeof head - connection->peer->tcp))
		return false;
	for (int i = 1; i < 9; i++)
		length = length << 8 | head[i];
	assert_in_range(length, 4, FRAME_BYTES_MAX);
	*ret = malloc(length);
	*ret_length = length;
	if (read_whole(connection->fd, *ret, length))
		return true;
	free(*ret);
	return false;
}

static bool
write_frame(const struct connection *connection, const uint8_t header[4], const uint8_t *body, size_t length)
{
	uint8_t head[13] = { 1 };

	for (int i = 0; i < 8; i++)
		head[8 - i] = (uint8_t)((uint64_t)(length + 4) >> (8 * i));
	memcpy(head + 9, header, 4);
	return write_whole(connection->fd, head + connection->peer->tcp, sizeof head - connection->peer->tcp) &&
	       write_whole(connection->fd, body, length);
}

/* One call and its answer. False: the connection is to end. */
static bool
serve_call(const struct connection *connection)
{
	struct script *script = &connection->peer->script;
	uint8_t *frame, *reply;
	size_t frame_length, length;
	bool goes_on = true;

	if (!read_frame(connection, &frame, &frame_length))
		return false;
	reply = answer(script, frame + 4, frame_length - 4, &length);
	pthread_mutex_lock(&script->lock);
	if (script->calls <= script->breaks)
		goes_on = false;
	pthread_mutex_unlock(&script->lock);
	if (goes_on && reply != NULL)
		goes_on = write_frame(connection, frame, reply, length);
	free(frame);
	free(reply);
	return goes_on;
}

static void *
serve_connection(void *data)
{
	struct connection *connection = data;
	const char *greeting = connection->peer->script.greeting;
	char theirs[8];

	if (write_whole(connection->fd, greeting != NULL ? greeting : "\0SP\0\0\x31\0\0", 8) &&
	    read_whole(connection->fd, theirs, sizeof theirs)) {
		assert_memory_equal(theirs, "\0SP\0\0\x30\0\0", sizeof theirs);
		while (serve_call(connection))
			;
	}
	shutdown(connection->fd, SHUT_RDWR);
	return NULL;
}

static void *
serve(void *data)
{
	struct peer *peer = data;
	int fd;

	while ((fd = accept(peer->listener, NULL, NULL)) >= 0) {
		struct connection *connection = &peer->connections[peer->connections_count++];

		assert_true(peer->connections_count < CONNECTIONS_MAX);
		*connection = (struct connection){ .peer = peer, .fd = fd };
		assert_int_equal(pthread_create(&connection->thread, NULL, serve_connection, connection), 0);
	}
	return NULL;
}

static void
listen_ipc(struct peer *peer, const char *url)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof address.sun_path, "%s", url + strlen("ipc://"));
	peer->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, sizeof address), 0);
}

/* On a free port of loopback: 127.0.0.1, or ::1. */
static void
listen_tcp(struct peer *peer, bool six)
{
	struct sockaddr_in6 address6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in address4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *address = six ? (struct sockaddr *)&address6 : (struct sockaddr *)&address4;
	socklen_t size = six ? sizeof address6 : sizeof address4;

	peer->tcp = true;
	peer->listener = socket(address->sa_family, SOCK_STREAM, 0);
	assert_int_equal(bind(peer->listener, address, size), 0);
	assert_int_equal(getsockname(peer->listener, address, &size), 0);
	snprintf(peer->url, sizeof peer->url, six ? "tcp://[::1]:%d" : "tcp://localhost:%d",
	    ntohs(six ? address6.sin6_port : address4.sin_port));
}

static void
peer_start(struct peer *peer, const char *url)
{
	pthread_mutex_init(&peer->script.lock, NULL);
	snprintf(peer->url, sizeof peer->url, "%s", url);
	if (strncmp(url, "tcp", 3) == 0)
		listen_tcp(peer, strstr(url, "[::1]") != NULL);
	else
		listen_ipc(peer, url);
	assert_int_equal(listen(peer->listener, 64), 0);
	assert_int_equal(pthread_create(&peer->thread, NULL, serve, peer), 0);
}

/* Returns when the clients have noticed: each closes its end when it reads the end of ours, and then the thread ends.  A call that
 * nng 1.5.2 hands to a connection at the very moment in which that closes is leaked by it. */
static void
peer_stop(struct peer *peer)
{
	shutdown(peer->listener, SHUT_RDWR);
	pthread_join(peer->thread, NULL);
	close(peer->listener);
	if (!peer->tcp)
		unlink(peer->url + strlen("ipc://"));
	for (unsigned i = 0; i < peer->connections_count; i++) {
		shutdown(peer->connections[i].fd, SHUT_WR);
		pthread_join(peer->connections[i].thread, NULL);
		close(peer->connections[i].fd);
	}
	pthread_mutex_destroy(&peer->script.lock);
}

static char *
ipc_url(const char *name)
{
	static char url[128];

	snprintf(url, sizeof url, "ipc://%s/%s", scratch, name);
	return url;
}

static struct occupare_client *
open_client(const char *url, struct occupare_options options)
{
	struct occupare_status st;
	struct occupare_client *client = NULL;

	occupare_open(url, &options, &client, &st);
	ASSERT_OK(&st);
	return client;
}

/* A call of a read, and of a write. */
static enum occupare_code
get(struct occupare_client *client, const char *name, Occupare__V1__GetOccupationResponse **ret,
    struct occupare_status *st)
{
	Occupare__V1__GetOccupationRequest request = OCCUPARE__V1__GET_OCCUPATION_REQUEST__INIT;

	request.name = (char *)name;
	return occupare_get_occupation(client, &request, ret, st);
}

static enum occupare_code
try_get(struct occupare_client *client, struct occupare_status *st)
{
	Occupare__V1__GetOccupationResponse *response = NULL;

	get(client, "barista", &response, st);
	occupare_free(response);
	return st->code;
}

static enum occupare_code
try_delete(struct occupare_client *client, struct occupare_status *st)
{
	Occupare__V1__DeleteOccupationRequest request = OCCUPARE__V1__DELETE_OCCUPATION_REQUEST__INIT;
	Occupare__V1__DeleteOccupationResponse *response = NULL;

	request.id = "barista";
	occupare_delete_occupation(client, &request, &response, st);
	occupare_free(response);
	return st->code;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- The usual case ---- */

static void
test_request_and_response_travel(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;
	Occupare__V1__GetOccupationResponse *response;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	get(client, "Ingénieur", &response, &st);
	ASSERT_OK(&st);
	occupare_close(client);
	/* A response outlives its client. */
	assert_string_equal(response->occupation->id, "Ingénieur");
	occupare_free(response);
	peer_stop(&peer);
}

#define CALL(function, REQUEST, Type)                                                                                  \
	do {                                                                                                           \
		Occupare__V1__##Type##Request request = OCCUPARE__V1__##REQUEST##_REQUEST__INIT;                       \
		Occupare__V1__##Type##Response *response = NULL;                                                       \
		function(client, &request, &response, &st);                                                            \
		ASSERT_OK(&st);                                                                                        \
		assert_string_equal(response->base.descriptor->name, "occupare.v1." #Type "Response");                 \
		occupare_free(response);                                                                               \
	} while (0)

static void
test_every_method_is_called_by_its_path(void **state)
{
	static const char *const paths[] = { "OccupationService/GetOccupation", "OccupationService/BatchGetOccupations",
		"OccupationService/ListOccupations", "OccupationService/SearchOccupations",
		"OccupationService/CreateOccupation", "OccupationService/UpdateOccupation",
		"OccupationService/DeleteOccupation", "OccupationService/ListAreas", "OccupationService/ListEstimates",
		"OccupationService/GetDataset", "ComparisonService/CompareOccupations",
		"ComparisonService/BatchCompareOccupations", "ComparisonService/RenderComparison",
		"ComparisonService/FindSimilarOccupations", "ComparisonService/AnalyzeTransition" };
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	CALL(occupare_get_occupation, GET_OCCUPATION, GetOccupation);
	CALL(occupare_batch_get_occupations, BATCH_GET_OCCUPATIONS, BatchGetOccupations);
	CALL(occupare_list_occupations, LIST_OCCUPATIONS, ListOccupations);
	CALL(occupare_search_occupations, SEARCH_OCCUPATIONS, SearchOccupations);
	CALL(occupare_create_occupation, CREATE_OCCUPATION, CreateOccupation);
	CALL(occupare_update_occupation, UPDATE_OCCUPATION, UpdateOccupation);
	CALL(occupare_delete_occupation, DELETE_OCCUPATION, DeleteOccupation);
	CALL(occupare_list_areas, LIST_AREAS, ListAreas);
	CALL(occupare_list_estimates, LIST_ESTIMATES, ListEstimates);
	CALL(occupare_get_dataset, GET_DATASET, GetDataset);
	CALL(occupare_compare_occupations, COMPARE_OCCUPATIONS, CompareOccupations);
	CALL(occupare_batch_compare_occupations, BATCH_COMPARE_OCCUPATIONS, BatchCompareOccupations);
	CALL(occupare_render_comparison, RENDER_COMPARISON, RenderComparison);
	CALL(occupare_find_similar_occupations, FIND_SIMILAR_OCCUPATIONS, FindSimilarOccupations);
	CALL(occupare_analyze_transition, ANALYZE_TRANSITION, AnalyzeTransition);
	assert_int_equal(peer.script.calls, sizeof paths / sizeof paths[0]);
	for (size_t i = 0; i < peer.script.calls; i++) {
		char path[128];

		snprintf(path, sizeof path, "/occupare.v1.%s", paths[i]);
		assert_string_equal(peer.script.methods[i], path);
	}
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_health_and_schema_are_plain_values(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;
	enum occupare_health health;
	uint8_t *bytes;
	size_t length;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	occupare_check_health(client, NULL, &health, &st);
	ASSERT_OK(&st);
	assert_int_equal(health, OCCUPARE_HEALTH_NOT_SERVING);
	occupare_get_schema(client, &bytes, &length, &st);
	ASSERT_OK(&st);
	assert_int_equal(length, 3);
	assert_memory_equal(bytes, "xyz", 3);
	free(bytes);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_call_refuses_other_methods_and_types(void **state)
{
	Occupare__V1__GetDatasetRequest request = OCCUPARE__V1__GET_DATASET_REQUEST__INIT;
	struct occupare_status st;
	ProtobufCMessage *response;

	(void)state;
	struct occupare_client *client = open_client(ipc_url("nobody"), (struct occupare_options){ 0 });
	occupare_call(
	    client, &occupare__v1__occupation_service__descriptor, "GetNothing", &request.base, 0, &response, &st);
	ASSERT_CODE(&st, OCCUPARE_UNIMPLEMENTED);
	occupare_call(
	    client, &occupare__v1__occupation_service__descriptor, "GetOccupation", &request.base, 0, &response, &st);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	occupare_close(client);
}

static void
test_large_replies_arrive(void **state)
{
	struct peer peer = { .script.title_bytes = 7 << 20 };
	struct occupare_status st;
	Occupare__V1__GetOccupationResponse *response;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	get(client, "barista", &response, &st);
	ASSERT_OK(&st);
	assert_int_equal(strlen(response->occupation->title), 7 << 20);
	occupare_free(response);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_localhost_reaches_whichever_address_listens(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	peer_start(&peer, "tcp://127.0.0.1:0");
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_get(client, &st);
	ASSERT_OK(&st);
	occupare_close(client);
	peer_stop(&peer);
}

static bool
has_ipv6(void)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;

	if (fd >= 0)
		close(fd);
	return bound;
}

static void
test_ipv6_addresses_are_understood(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	if (!has_ipv6()) {
		print_message("no IPv6 here\n");
		skip();
	}
	peer_start(&peer, "tcp://[::1]:0");
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_get(client, &st);
	ASSERT_OK(&st);
	occupare_close(client);
	peer_stop(&peer);
}

struct caller {
	pthread_t thread;
	struct occupare_client *client;
	unsigned number;
	unsigned right; /* answers that were this thread's */
};

static void *
call_often(void *data)
{
	struct caller *caller = data;

	for (unsigned i = 0; i < 50; i++) {
		struct occupare_status st;
		Occupare__V1__GetOccupationResponse *response;
		char name[32];

		snprintf(name, sizeof name, "%u-%u", caller->number, i);
		if (get(caller->client, name, &response, &st) != OCCUPARE_OK)
			continue;
		caller->right += strcmp(response->occupation->id, name) == 0;
		occupare_free(response);
	}
	return NULL;
}

static void
test_threads_share_a_client(void **state)
{
	struct peer peer = { 0 };
	struct caller callers[8];

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	for (unsigned i = 0; i < 8; i++) {
		callers[i] = (struct caller){ .client = client, .number = i };
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]), 0);
	}
	for (unsigned i = 0; i < 8; i++) {
		pthread_join(callers[i].thread, NULL);
		assert_int_equal(callers[i].right, 50);
	}
	occupare_close(client);
	peer_stop(&peer);
}

/* ---- Failures that the service answers with ---- */

static void
test_failure_arrives_with_reason_and_details(void **state)
{
	struct peer peer = { .script.failures = 1 };
	struct occupare_status st;

	(void)state;
	occupare_fail(&peer.script.failure, OCCUPARE_FAILED_PRECONDITION, "name", "\"nurse\" means 2 occupations");
	occupare_status_reason(&peer.script.failure, "AMBIGUOUS_NAME");
	occupare_status_metadata(&peer.script.failure, "candidates", "registered-nurses,nurse-midwives");
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	assert_int_equal(try_get(client, &st), OCCUPARE_FAILED_PRECONDITION);
	assert_string_equal(st.reason, "AMBIGUOUS_NAME");
	assert_string_equal(st.message, "name: \"nurse\" means 2 occupations");
	assert_int_equal(st.violations_count, 1);
	assert_string_equal(st.violations[0].field, "name");
	assert_string_equal(occupare_status_metadata_get(&st, "candidates"), "registered-nurses,nurse-midwives");
	assert_int_equal(peer.script.calls, 1);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_longest_timeouts_wait(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(
	    peer.url, (struct occupare_options){ .timeout_ms = UINT32_MAX, .connect_timeout_ms = UINT32_MAX });
	try_get(client, &st);
	ASSERT_OK(&st);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_output_is_untouched_on_failure(void **state)
{
	struct peer peer = { .script.failures = 1 };
	struct occupare_status st;
	Occupare__V1__GetOccupationResponse mark, *response = &mark;

	(void)state;
	occupare_fail(&peer.script.failure, OCCUPARE_NOT_FOUND, NULL, "no");
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	get(client, "x", &response, &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	assert_ptr_equal(response, &mark);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_item_of_a_batch_becomes_a_status(void **state)
{
	struct occ_arena arena;
	struct occupare_status in, out;

	(void)state;
	occ_arena_init(&arena, 0, OCC_ARENA_BYTES_MAX);
	occupare_fail(&in, OCCUPARE_NOT_FOUND, NULL, "no occupation is called x");
	occupare_status_reason(&in, "OCCUPATION_NOT_FOUND");
	occupare_item_status(occ_status_pack(&arena, &in), &out);
	ASSERT_CODE(&out, OCCUPARE_NOT_FOUND);
	assert_string_equal(out.reason, "OCCUPATION_NOT_FOUND");
	occ_arena_fini(&arena);
}

/* ---- Repeating ---- */

static void
unavailable(struct peer *peer, unsigned failures, uint32_t retry_delay_ms)
{
	peer->script.failures = failures;
	occupare_fail(&peer->script.failure, OCCUPARE_UNAVAILABLE, NULL, "stopping");
	peer->script.failure.retry_delay_ms = retry_delay_ms;
	peer_start(peer, ipc_url("s"));
}

static void
test_read_is_repeated_until_available(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	unavailable(&peer, 2, 0);
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_get(client, &st);
	ASSERT_OK(&st);
	assert_int_equal(peer.script.calls, 3);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_read_is_tried_five_times_at_most(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	unavailable(&peer, 100, 0);
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_get(client, &st);
	ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	assert_string_equal(st.message, "stopping");
	assert_int_equal(peer.script.calls, 5);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_write_is_not_repeated(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	unavailable(&peer, 1, 0);
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_delete(client, &st);
	ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	assert_int_equal(peer.script.calls, 1);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_service_decides_when_to_try_again(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;

	(void)state;
	unavailable(&peer, 1, 300);
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	int64_t began = now_ms();
	try_get(client, &st);
	ASSERT_OK(&st);
	assert_true(now_ms() - began >= 300);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_no_wait_beyond_the_deadline(void **state)
{
	static const uint32_t delays_ms[] = { 20000, INT32_MAX, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
		struct peer peer = { 0 };
		struct occupare_status st;

		unavailable(&peer, 1, delays_ms[i]);
		struct occupare_client *client = open_client(
		    peer.url, (struct occupare_options){ .timeout_ms = 10000 });
		int64_t began = now_ms();
		try_get(client, &st);
		ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
		assert_true(now_ms() - began < 5000);
		assert_int_equal(peer.script.calls, 1);
		occupare_close(client);
		peer_stop(&peer);
	}
}

/* ---- Deadlines ---- */

static void
test_no_reply_ends_at_the_deadline(void **state)
{
	struct peer peer = { .script.silent = true };
	struct occupare_status st;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ .timeout_ms = 200 });
	int64_t began = now_ms();
	assert_int_equal(try_get(client, &st), OCCUPARE_DEADLINE_EXCEEDED);
	assert_string_equal(st.reason, "NO_REPLY");
	assert_true(now_ms() - began >= 200 && now_ms() - began < 5000);
	assert_int_equal(peer.script.calls, 1);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_timeout_travels(void **state)
{
	struct peer peer = { 0 };
	struct occupare_status st;
	Occupare__V1__GetDatasetRequest request = OCCUPARE__V1__GET_DATASET_REQUEST__INIT;
	ProtobufCMessage *response;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ .timeout_ms = 7700 });
	try_get(client, &st);
	ASSERT_OK(&st);
	assert_in_range(peer.script.timeout_ms, 2700, 7700);
	occupare_call(
	    client, &occupare__v1__occupation_service__descriptor, "GetDataset", &request.base, 60000, &response, &st);
	ASSERT_OK(&st);
	assert_in_range(peer.script.timeout_ms, 55000, 60000);
	occupare_free(response);
	occupare_close(client);
	peer_stop(&peer);
}

/* ---- Replies that are none ---- */

static void
expect_bad_reply(const char *bytes, size_t length)
{
	struct peer peer = { .script = { .reply = (const uint8_t *)bytes, .reply_length = length } };
	struct occupare_status st;

	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_get(client, &st);
	ASSERT_CODE(&st, OCCUPARE_INTERNAL);
	assert_string_equal(st.reason, "BAD_REPLY");
	assert_int_equal(peer.script.calls, 1);
	occupare_close(client);
	peer_stop(&peer);
}

static void
test_garbage_is_no_reply(void **state)
{
	(void)state;
	expect_bad_reply("HTTP/1.1 400 Bad Request\r\n", 26);
}

static void
test_payload_of_another_shape_is_no_reply(void **state)
{
	(void)state;
	expect_bad_reply("\x12\x02\x08\x01", 4); /* occupation is a message, not a number */
}

static void
test_broken_utf8_is_no_reply(void **state)
{
	(void)state;
	expect_bad_reply("\x12\x06\x0a\x04\x12\x02\xff\xfe", 8); /* occupation.title */
}

static void
test_too_long_reply_loses_the_connection_only(void **state)
{
	struct peer peer = { .script.title_bytes = 100000 };
	struct occupare_status st;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(
	    peer.url, (struct occupare_options){ .reply_bytes_max = 50000, .attempts_max = 1 });
	try_get(client, &st);
	ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	assert_string_equal(st.reason, "CONNECTION_LOST");
	pthread_mutex_lock(&peer.script.lock);
	peer.script.title_bytes = 40000;
	pthread_mutex_unlock(&peer.script.lock);
	try_get(client, &st);
	ASSERT_OK(&st);
	occupare_close(client);
	peer_stop(&peer);
}

/* ---- Connections that break ---- */

static void
test_write_is_not_sent_again_when_the_peer_vanishes(void **state)
{
	struct peer peer = { .script.breaks = 1 };
	struct occupare_status st;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_delete(client, &st);
	ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	assert_string_equal(st.reason, "CONNECTION_LOST");
	/* The next connection brings the next call, not the lost one. */
	try_get(client, &st);
	ASSERT_OK(&st);
	occupare_close(client);
	peer_stop(&peer);
	assert_int_equal(peer.script.calls, 2);
	ASSERT_HAS(peer.script.methods[0], "DeleteOccupation");
	ASSERT_HAS(peer.script.methods[1], "GetOccupation");
}

static void
test_read_is_sent_again_when_the_peer_vanishes(void **state)
{
	struct peer peer = { .script.breaks = 2 };
	struct occupare_status st;

	(void)state;
	peer_start(&peer, ipc_url("s"));
	struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
	try_get(client, &st);
	ASSERT_OK(&st);
	occupare_close(client);
	peer_stop(&peer);
	assert_int_equal(peer.script.calls, 3);
}

static unsigned
descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static void
test_lost_connections_leave_no_descriptors(void **state)
{
	struct occupare_status st;
	unsigned before = 0;

	(void)state;
	/* The first round opens what nng keeps for the process. */
	for (unsigned breaks = 1; breaks <= 41; breaks += 40) {
		struct peer peer = { .script.breaks = breaks };

		peer_start(&peer, ipc_url("s"));
		struct occupare_client *client = open_client(peer.url, (struct occupare_options){ 0 });
		for (unsigned i = 0; i < breaks; i++) {
			try_delete(client, &st);
			ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
		}
		try_delete(client, &st);
		ASSERT_OK(&st);
		occupare_close(client);
		peer_stop(&peer);
		if (before == 0)
			before = descriptors();
	}
	/* nng closes the last of them a moment after its socket. */
	for (int64_t deadline = now_ms() + 10000; descriptors() > before && now_ms() < deadline;)
		sched_yield();
	assert_in_range(descriptors(), 1, before);
}

/* ---- Nobody to reach ---- */

static void
expect_unreachable(const char *url, struct occupare_options options)
{
	struct occupare_status st;
	struct occupare_client *client = open_client(url, options);
	int64_t began = now_ms();

	try_get(client, &st);
	ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	assert_string_equal(st.reason, "CONNECT_FAILED");
	ASSERT_HAS(st.message, url);
	try_delete(client, &st);
	ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	assert_string_equal(st.reason, "CONNECT_FAILED");
	assert_true(now_ms() - began < 8000);
	occupare_close(client);
}

static void
test_missing_socket_is_unreachable(void **state)
{
	struct occupare_status st;

	(void)state;
	expect_unreachable(ipc_url("nobody"), (struct occupare_options){ 0 });
	struct occupare_client *client = open_client(ipc_url("nobody"), (struct occupare_options){ 0 });
	try_delete(client, &st);
	ASSERT_HAS(st.message, "No such file");
	occupare_close(client);
}

static void
test_refused_port_is_unreachable(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char url[64];

	(void)state;
	/* Bound but not listening: nobody else gets the port, and it refuses. */
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(url, sizeof url, "tcp://127.0.0.1:%d", ntohs(address.sin_port));
	expect_unreachable(url, (struct occupare_options){ 0 });
	close(fd);
}

static void
test_peer_that_never_greets_is_unreachable(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	snprintf(address.sun_path, sizeof address.sun_path, "%s/mute", scratch);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 16), 0);
	expect_unreachable(ipc_url("mute"), (struct occupare_options){ .connect_timeout_ms = 100, .attempts_max = 2 });
	close(fd);
	unlink(address.sun_path);
}

static void
expect_wrong_greeting(const char *greeting)
{
	struct peer peer = { .script.greeting = greeting };

	peer_start(&peer, ipc_url("s"));
	expect_unreachable(peer.url, (struct occupare_options){ .attempts_max = 2 });
	peer_stop(&peer);
	assert_int_equal(peer.script.calls, 0);
	assert_in_range(peer.connections_count, 3, 20);
}

static void
test_peer_of_another_kind_is_unreachable(void **state)
{
	(void)state;
	expect_wrong_greeting("HTTP/1.1");
}

static void
test_peer_of_another_protocol_is_unreachable(void **state)
{
	(void)state;
	expect_wrong_greeting("\0SP\0\0\x20\0\0"); /* PUB */
}

static void
test_service_may_start_later_and_again(void **state)
{
	struct occupare_status st;

	(void)state;
	struct occupare_client *client = open_client(ipc_url("s"), (struct occupare_options){ .attempts_max = 1 });
	try_get(client, &st);
	ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	for (int i = 0; i < 3; i++) {
		struct peer peer = { 0 };

		peer_start(&peer, ipc_url("s"));
		/* A write: neither repeated nor sent over the connection that was. */
		try_delete(client, &st);
		ASSERT_OK(&st);
		assert_int_equal(peer.script.calls, 1);
		peer_stop(&peer);
		try_delete(client, &st);
		ASSERT_CODE(&st, OCCUPARE_UNAVAILABLE);
	}
	occupare_close(client);
}

/* ---- Opening ---- */

static void
test_urls_that_are_refused(void **state)
{
	static const char *const urls[] = { "nonsense", "http://localhost:80", "tcp://localhost", "tcp://:5555",
		"tcp://host:0", "ipc://", "inproc://x", "tcp://host:99999999",
		"ipc:///"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaa" };
	struct occupare_status st;
	struct occupare_client *client = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		if (occupare_open(urls[i], NULL, &client, &st) != OCCUPARE_INVALID_ARGUMENT)
			fail_msg("%s is taken for a URL", urls[i]);
		assert_string_equal(st.violations[0].field, "url");
		assert_null(client);
	}
}

static void
test_url_comes_from_the_environment(void **state)
{
	struct occupare_status st;
	struct occupare_client *client;

	(void)state;
	setenv("OCCUPARE_URL", "tcp://127.0.0.1:4711", 1);
	occupare_open(NULL, NULL, &client, &st);
	ASSERT_OK(&st);
	assert_string_equal(occupare_url(client), "tcp://127.0.0.1:4711");
	occupare_close(client);
	unsetenv("OCCUPARE_URL");
	unsetenv("XDG_RUNTIME_DIR");
	occupare_open(NULL, NULL, &client, &st);
	ASSERT_OK(&st);
	assert_string_equal(occupare_url(client), "ipc:///run/occupare/occupare.sock");
	occupare_close(client);
}

static void
test_closing_and_freeing_nothing(void **state)
{
	(void)state;
	occupare_close(NULL);
	occupare_free(NULL);
	assert_string_equal(occupare_version(), OCC_VERSION);
	assert_int_equal(strncmp(occupare_nng_version(), "1.", 2), 0);
}

static int
make_scratch(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	snprintf(scratch, sizeof scratch, "%.40s/occ-XXXXXX", parent != NULL ? parent : "/tmp");
	return mkdtemp(scratch) == NULL;
}

static int
remove_scratch(void **state)
{
	(void)state;
	return rmdir(scratch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_and_response_travel),
		cmocka_unit_test(test_every_method_is_called_by_its_path),
		cmocka_unit_test(test_health_and_schema_are_plain_values),
		cmocka_unit_test(test_call_refuses_other_methods_and_types),
		cmocka_unit_test(test_large_replies_arrive),
		cmocka_unit_test(test_localhost_reaches_whichever_address_listens),
		cmocka_unit_test(test_ipv6_addresses_are_understood),
		cmocka_unit_test(test_threads_share_a_client),
		cmocka_unit_test(test_failure_arrives_with_reason_and_details),
		cmocka_unit_test(test_longest_timeouts_wait),
		cmocka_unit_test(test_output_is_untouched_on_failure),
		cmocka_unit_test(test_item_of_a_batch_becomes_a_status),
		cmocka_unit_test(test_read_is_repeated_until_available),
		cmocka_unit_test(test_read_is_tried_five_times_at_most),
		cmocka_unit_test(test_write_is_not_repeated),
		cmocka_unit_test(test_service_decides_when_to_try_again),
		cmocka_unit_test(test_no_wait_beyond_the_deadline),
		cmocka_unit_test(test_no_reply_ends_at_the_deadline),
		cmocka_unit_test(test_timeout_travels),
		cmocka_unit_test(test_garbage_is_no_reply),
		cmocka_unit_test(test_payload_of_another_shape_is_no_reply),
		cmocka_unit_test(test_broken_utf8_is_no_reply),
		cmocka_unit_test(test_too_long_reply_loses_the_connection_only),
		cmocka_unit_test(test_write_is_not_sent_again_when_the_peer_vanishes),
		cmocka_unit_test(test_read_is_sent_again_when_the_peer_vanishes),
		cmocka_unit_test(test_lost_connections_leave_no_descriptors),
		cmocka_unit_test(test_missing_socket_is_unreachable),
		cmocka_unit_test(test_refused_port_is_unreachable),
		cmocka_unit_test(test_peer_that_never_greets_is_unreachable),
		cmocka_unit_test(test_peer_of_another_kind_is_unreachable),
		cmocka_unit_test(test_peer_of_another_protocol_is_unreachable),
		cmocka_unit_test(test_service_may_start_later_and_again),
		cmocka_unit_test(test_urls_that_are_refused),
		cmocka_unit_test(test_url_comes_from_the_environment),
		cmocka_unit_test(test_closing_and_freeing_nothing),
	};

	return cmocka_run_group_tests_name("client", tests, make_scratch, remove_scratch);
}

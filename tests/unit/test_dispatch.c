/* Bytes in, bytes out, against handlers of this test's own. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/rpc.h"
#include "service/dispatch.h"
#include "service/handlers.h"
#include "service/log.h"
#include "tests/support/test.h"

#define GET "/occupare.v1.OccupationService/GetOccupation"
#define HEALTH "/grpc.health.v1.Health/Check"
#define NS_PER_S INT64_C(1000000000)

struct fixture {
	struct service service;
	struct call call;
	unsigned sent;
	Occupare__Rpc__V1__Reply *reply; /* the last one */
	struct occupare_status status;   /* its status */
};

/* ---- Handlers: what the name says is what they do ---- */

static unsigned handled;
static int64_t seen_deadline_ns;

static void
get(Occupare__V1__OccupationService_Service *service, const Occupare__V1__GetOccupationRequest *request,
    Occupare__V1__GetOccupationResponse_Closure done, void *data)
{
	Occupare__V1__GetOccupationResponse response = OCCUPARE__V1__GET_OCCUPATION_RESPONSE__INIT;
	Occupare__V1__Occupation occupation = OCCUPARE__V1__OCCUPATION__INIT;
	struct call *call = data;

	(void)service;
	handled++;
	seen_deadline_ns = call->deadline_ns;
	if (strcmp(request->name, "nothing") == 0) {
		done(NULL, data);
		return;
	}
	if (strcmp(request->name, "silent failure") == 0) {
		call_fail(call);
		return;
	}
	if (strcmp(request->name, "data loss") == 0)
		occupare_fail(&call->status, OCCUPARE_DATA_LOSS, NULL, "the record is broken");
	if (strcmp(request->name, "missing") == 0) {
		occupare_fail(&call->status, OCCUPARE_NOT_FOUND, "name", "no such occupation");
		occupare_status_resource(&call->status, "occupation", "missing");
	}
	if (strcmp(request->name, "write") == 0)
		(void)!call_may_write(call);
	if (call->status.code != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	occupation.id = request->name;
	response.occupation = &occupation;
	done(&response, data);
}

static void
check(Grpc__Health__V1__Health_Service *service, const Grpc__Health__V1__HealthCheckRequest *request,
    Grpc__Health__V1__HealthCheckResponse_Closure done, void *data)
{
	Grpc__Health__V1__HealthCheckResponse response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;

	(void)service, (void)request;
	done(&response, data);
}

Occupare__V1__OccupationService_Service occupations_service = { .base = OCCUPARE__V1__OCCUPATION_SERVICE__BASE_INIT,
	.get_occupation = get };
Occupare__V1__ComparisonService_Service comparisons_service = { .base = OCCUPARE__V1__COMPARISON_SERVICE__BASE_INIT };
Grpc__Health__V1__Health_Service health_service = { .base = GRPC__HEALTH__V1__HEALTH__BASE_INIT, .check = check };
Occupare__Rpc__V1__ReflectionService_Service reflection_service = {
	.base = OCCUPARE__RPC__V1__REFLECTION_SERVICE__BASE_INIT
};

/* ---- Support ---- */

static void
keep(struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length)
{
	struct fixture *f = call->carrier;
	uint8_t *bytes = malloc(head_length + payload_length + 1);

	memcpy(bytes, head != NULL ? head : payload, head_length);
	memcpy(bytes + head_length, payload, payload_length);
	f->sent++;
	if (f->reply != NULL)
		occupare__rpc__v1__reply__free_unpacked(f->reply, NULL);
	f->reply = occupare__rpc__v1__reply__unpack(NULL, head_length + payload_length, bytes);
	free(bytes);
	assert_non_null(f->reply);
	occupare_status_clear(&f->status);
	if (f->reply->status != NULL)
		occ_status_unpack(&call->arena, f->reply->status, &f->status);
	if (f->status.code != OCCUPARE_OK)
		assert_int_equal(f->reply->payload.len, 0);
}

static int
start(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	log_open(STDERR_FILENO, LOG_ERROR);
	f->service.request_bytes_max = 4096;
	f->service.reply_bytes_max = 1024;
	assert_int_equal(call_init(&f->call, &f->service, &f->status), OCCUPARE_OK);
	f->call.send = keep;
	f->call.carrier = f;
	f->call.local = true;
	handled = 0;
	*state = f;
	return 0;
}

static int
stop(void **state)
{
	struct fixture *f = *state;

	call_fini(&f->call);
	if (f->reply != NULL)
		occupare__rpc__v1__reply__free_unpacked(f->reply, NULL);
	free(f);
	return 0;
}

static void
send_bytes(struct fixture *f, const void *bytes, size_t length)
{
	unsigned before = f->sent;

	call_reset(&f->call);
	f->call.arrival_ns = dispatch_now_ns();
	dispatch(&f->call, bytes, length);
	assert_int_equal(f->sent, before + 1);
}

static void
send_call(struct fixture *f, const Occupare__Rpc__V1__Call *call)
{
	size_t length = occupare__rpc__v1__call__get_packed_size(call);
	uint8_t *bytes = malloc(length + 1);

	occupare__rpc__v1__call__pack(call, bytes);
	send_bytes(f, bytes, length);
	free(bytes);
}

/* Asks for an occupation by name, with what else the envelope holds. */
static void
send_get(struct fixture *f, Occupare__Rpc__V1__Call call, const char *name)
{
	Occupare__V1__GetOccupationRequest request = OCCUPARE__V1__GET_OCCUPATION_REQUEST__INIT;
	uint8_t payload[2048];

	request.name = (char *)name;
	call.method = (char *)GET;
	call.payload.data = payload;
	call.payload.len = occupare__v1__get_occupation_request__pack(&request, payload);
	send_call(f, &call);
}

static const Occupare__Rpc__V1__Call plain = OCCUPARE__RPC__V1__CALL__INIT;

static void
expect(struct fixture *f, enum occupare_code code, const char *reason)
{
	ASSERT_CODE(&f->status, code);
	assert_string_equal(f->status.reason, reason);
}

/* ---- Tests ---- */

static void
test_handler_gets_its_request_and_its_reply_is_packed(void **state)
{
	struct fixture *f = *state;
	Occupare__V1__GetOccupationResponse *response;
	uint64_t failures;

	send_get(f, plain, "actors");
	ASSERT_OK(&f->status);
	response = occupare__v1__get_occupation_response__unpack(NULL, f->reply->payload.len, f->reply->payload.data);
	assert_non_null(response);
	assert_string_equal(response->occupation->id, "actors");
	occupare__v1__get_occupation_response__free_unpacked(response, NULL);
	assert_int_equal(metrics_calls(&f->service.metrics, &failures), 1);
	assert_int_equal(failures, 0);
}

static void
test_failure_of_a_handler_arrives_with_its_details(void **state)
{
	struct fixture *f = *state;
	uint64_t failures;

	send_get(f, plain, "missing");
	expect(f, OCCUPARE_NOT_FOUND, "NOT_FOUND");
	assert_string_equal(f->status.message, "name: no such occupation");
	assert_string_equal(f->status.resource_name, "missing");
	assert_int_equal(f->status.violations_count, 1);
	assert_int_equal(metrics_calls(&f->service.metrics, &failures), 1);
	assert_int_equal(failures, 1);
}

static void
test_call_after_a_failed_one_starts_afresh(void **state)
{
	struct fixture *f = *state;

	send_get(f, plain, "missing");
	send_get(f, plain, "actors");
	ASSERT_OK(&f->status);
	assert_null(f->reply->status);
}

static void
test_garbage_is_a_malformed_call(void **state)
{
	struct fixture *f = *state;

	send_bytes(f, "\xff\xff\xff", 3);
	expect(f, OCCUPARE_INVALID_ARGUMENT, "MALFORMED_CALL");
	send_bytes(f, "\x0a\x7fxx", 4);
	expect(f, OCCUPARE_INVALID_ARGUMENT, "MALFORMED_CALL");
	send_bytes(f, "\x0a\x02\xc3\x28", 4);
	expect(f, OCCUPARE_INVALID_ARGUMENT, "MALFORMED_CALL");
	assert_int_equal(handled, 0);
}

static void
test_broken_payload_is_a_malformed_request(void **state)
{
	struct fixture *f = *state;
	Occupare__Rpc__V1__Call call = plain;

	call.method = (char *)GET;
	call.payload = (ProtobufCBinaryData){ 3, (uint8_t *)"\x0a\x7fx" };
	send_call(f, &call);
	expect(f, OCCUPARE_INVALID_ARGUMENT, "MALFORMED_REQUEST");
	assert_int_equal(handled, 0);
}

static void
test_unknown_method_is_unimplemented(void **state)
{
	static const char *const methods[] = { "", "/", "/occupare.v1.OccupationService/GetOccupatio",
		"/x/GetOccupation", "occupare.v1.OccupationService/GetOccupation", "/occupare.v1.OccupationService/" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		Occupare__Rpc__V1__Call call = plain;

		call.method = (char *)methods[i];
		send_call(f, &call);
		ASSERT_CODE(&f->status, OCCUPARE_UNIMPLEMENTED);
	}
	assert_int_equal(handled, 0);
}

static void
send_with_timeout(struct fixture *f, int64_t seconds, int32_t nanos)
{
	Google__Protobuf__Duration timeout = GOOGLE__PROTOBUF__DURATION__INIT;
	Occupare__Rpc__V1__Call call = plain;

	timeout.seconds = seconds;
	timeout.nanos = nanos;
	call.timeout = &timeout;
	send_get(f, call, "actors");
}

static void
test_timeout_that_is_no_time_is_invalid(void **state)
{
	struct fixture *f = *state;

	send_with_timeout(f, -1, 0);
	ASSERT_CODE(&f->status, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(f->status.violations[0].field, "timeout");
	send_with_timeout(f, 1, -1);
	ASSERT_CODE(&f->status, OCCUPARE_INVALID_ARGUMENT);
	send_with_timeout(f, 0, 1000000000);
	ASSERT_CODE(&f->status, OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(handled, 0);
}

static void
test_timeout_counts_from_arrival_and_at_most_its_limit(void **state)
{
	struct fixture *f = *state;

	send_with_timeout(f, 2, 500000000);
	assert_int_equal(seen_deadline_ns - f->call.arrival_ns, 2 * NS_PER_S + NS_PER_S / 2);
	send_with_timeout(f, INT64_MAX, 999999999);
	assert_int_equal(seen_deadline_ns - f->call.arrival_ns, OCC_TIMEOUT_MS_MAX / 1000 * NS_PER_S);
	send_with_timeout(f, 0, 0);
	assert_int_equal(seen_deadline_ns - f->call.arrival_ns, OCC_TIMEOUT_MS_MAX / 1000 * NS_PER_S);
	send_get(f, plain, "actors");
	assert_int_equal(seen_deadline_ns - f->call.arrival_ns, OCC_TIMEOUT_MS_MAX / 1000 * NS_PER_S);
}

static void
test_call_past_its_deadline_is_not_handled(void **state)
{
	struct fixture *f = *state;

	send_with_timeout(f, 0, 1);
	expect(f, OCCUPARE_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED");
	assert_int_equal(handled, 0);
}

static void
test_too_much_metadata_is_refused(void **state)
{
	struct fixture *f = *state;
	Occupare__Rpc__V1__Metadata entry = OCCUPARE__RPC__V1__METADATA__INIT, *entries[OCC_METADATA_MAX + 1];
	Occupare__Rpc__V1__Call call = plain;

	for (int i = 0; i <= OCC_METADATA_MAX; i++)
		entries[i] = &entry;
	call.metadata = entries;
	call.n_metadata = OCC_METADATA_MAX;
	send_get(f, call, "actors");
	ASSERT_OK(&f->status);
	call.n_metadata++;
	send_get(f, call, "actors");
	ASSERT_CODE(&f->status, OCCUPARE_RESOURCE_EXHAUSTED);
}

static void
test_request_above_the_limit_is_refused(void **state)
{
	struct fixture *f = *state;
	static const uint8_t bytes[4097] = { 0 };

	send_bytes(f, bytes, sizeof bytes);
	expect(f, OCCUPARE_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE");
	call_reset(&f->call);
	dispatch_oversize(&f->call, 5000);
	expect(f, OCCUPARE_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE");
	ASSERT_HAS(f->status.message, "5000");
	assert_string_equal(occupare_status_metadata_get(&f->status, "request_bytes_max"), "4096");
}

static void
test_reply_above_the_limit_is_refused(void **state)
{
	struct fixture *f = *state;
	char name[1200];

	/* The response wraps the name twice: 2 + 3 bytes of tags and lengths, and one more of the outer length. */
	memset(name, 'x', sizeof name);
	name[1024 - 6] = '\0';
	send_get(f, plain, name);
	ASSERT_OK(&f->status);
	assert_int_equal(f->reply->payload.len, 1024);
	name[1024 - 6] = 'x';
	name[1024 - 5] = '\0';
	send_get(f, plain, name);
	expect(f, OCCUPARE_RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE");
}

static void
test_handler_without_a_reply_or_a_reason_is_internal(void **state)
{
	struct fixture *f = *state;

	log_open(open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_ERROR);
	send_get(f, plain, "nothing");
	ASSERT_CODE(&f->status, OCCUPARE_INTERNAL);
	send_get(f, plain, "silent failure");
	ASSERT_CODE(&f->status, OCCUPARE_INTERNAL);
}

static void
test_stopping_service_refuses_all_but_health(void **state)
{
	struct fixture *f = *state;
	Occupare__Rpc__V1__Call call = plain;

	atomic_store(&f->service.stopping, true);
	send_get(f, plain, "actors");
	expect(f, OCCUPARE_UNAVAILABLE, "STOPPING");
	assert_true(f->status.retry_delay_ms > 0);
	assert_int_equal(handled, 0);
	call.method = (char *)HEALTH;
	send_call(f, &call);
	ASSERT_OK(&f->status);
}

static void
test_writing_needs_a_writable_service_and_a_local_caller(void **state)
{
	struct fixture *f = *state;

	send_get(f, plain, "write");
	expect(f, OCCUPARE_FAILED_PRECONDITION, "READ_ONLY");
	f->service.writer = (struct writer *)f;
	send_get(f, plain, "write");
	ASSERT_OK(&f->status);
	f->call.local = false;
	send_get(f, plain, "write");
	expect(f, OCCUPARE_PERMISSION_DENIED, "NOT_LOCAL");
}

/* ---- What is logged ---- */

static void
logged(struct fixture *f, enum log_level level, Occupare__Rpc__V1__Call call, const char *name, char *out, size_t size)
{
	int ends[2];
	ssize_t got;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	log_open(ends[1], level);
	send_get(f, call, name);
	log_open(STDERR_FILENO, LOG_ERROR);
	close(ends[1]);
	got = read(ends[0], out, size - 1);
	close(ends[0]);
	out[got > 0 ? got : 0] = '\0';
}

static void
test_only_what_the_operator_must_know_is_an_error_in_the_log(void **state)
{
	char line[4200];

	logged(*state, LOG_INFO, plain, "missing", line, sizeof line);
	assert_string_equal(line, "");
	logged(*state, LOG_INFO, plain, "data loss", line, sizeof line);
	ASSERT_HAS(line, " error call method=" GET " code=DATA_LOSS ");
	logged(*state, LOG_DEBUG, plain, "actors", line, sizeof line);
	ASSERT_HAS(line, " debug call method=" GET " code=OK ");
}

static void
test_traceparent_is_logged_where_it_is_well_formed(void **state)
{
	static const char good[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
	static const char *const bad[] = { "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
		"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
		"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01" };
	Occupare__Rpc__V1__Metadata entry = OCCUPARE__RPC__V1__METADATA__INIT, *entries[] = { &entry };
	Occupare__Rpc__V1__Call call = plain;
	char line[4200];

	entry.key = (char *)"traceparent";
	call.metadata = entries;
	call.n_metadata = 1;
	entry.value = (char *)good;
	logged(*state, LOG_DEBUG, call, "actors", line, sizeof line);
	ASSERT_HAS(line, " traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		entry.value = (char *)bad[i];
		logged(*state, LOG_DEBUG, call, "actors", line, sizeof line);
		ASSERT_HAS(line, "code=OK");
		assert_null(strstr(line, "traceparent"));
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_handler_gets_its_request_and_its_reply_is_packed),
		TEST(test_failure_of_a_handler_arrives_with_its_details),
		TEST(test_call_after_a_failed_one_starts_afresh),
		TEST(test_garbage_is_a_malformed_call),
		TEST(test_broken_payload_is_a_malformed_request),
		TEST(test_unknown_method_is_unimplemented),
		TEST(test_timeout_that_is_no_time_is_invalid),
		TEST(test_timeout_counts_from_arrival_and_at_most_its_limit),
		TEST(test_call_past_its_deadline_is_not_handled),
		TEST(test_too_much_metadata_is_refused),
		TEST(test_request_above_the_limit_is_refused),
		TEST(test_reply_above_the_limit_is_refused),
		TEST(test_handler_without_a_reply_or_a_reason_is_internal),
		TEST(test_stopping_service_refuses_all_but_health),
		TEST(test_writing_needs_a_writable_service_and_a_local_caller),
		TEST(test_only_what_the_operator_must_know_is_an_error_in_the_log),
		TEST(test_traceparent_is_logged_where_it_is_well_formed),
	};

	return cmocka_run_group_tests_name("dispatch", tests, NULL, NULL);
}

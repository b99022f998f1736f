/* What is counted, and the text that is made of it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "grpc/health/v1/health.pb-c.h"
#include "service/metrics.h"
#include "tests/support/serve.h"
#include "tests/support/test.h"

static struct serve serve;

static int
begin(void **state)
{
	(void)state;
	serve_start(&serve);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	serve_stop(&serve);
	return 0;
}

static const char *
route(size_t index)
{
	static const char *const names[] = { "/healthz", "other" };

	return index < 2 ? names[index] : NULL;
}

/* The text, to be freed. */
static char *
text_of(void)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	metrics_write(out, &serve.service, route, "nng=\"1\"");
	fclose(out);
	return text;
}

static void
expect(const char *line)
{
	char *text = text_of(), whole[512];

	snprintf(whole, sizeof whole, "\n%s\n", line);
	ASSERT_HAS(text, whole);
	free(text);
}

static size_t
check_method(void)
{
	return metrics_method(&grpc__health__v1__health__descriptor, &grpc__health__v1__health__descriptor.methods[0]);
}

#define CHECK "transport=\"ipc\",method=\"grpc.health.v1.Health/Check\""

static void
test_calls_are_counted_by_transport_method_and_code(void **state)
{
	struct metrics *metrics = &serve.service.metrics;
	uint64_t failures;

	(void)state;
	metrics_begin(metrics, TRANSPORT_IPC, 10);
	metrics_end(metrics, TRANSPORT_IPC, check_method(), OCCUPARE_OK, 1000, 7);
	metrics_begin(metrics, TRANSPORT_IPC, 5);
	metrics_end(metrics, TRANSPORT_IPC, check_method(), OCCUPARE_NOT_FOUND, 1000, 3);
	metrics_begin(metrics, TRANSPORT_HTTP, 1);
	metrics_end(metrics, TRANSPORT_HTTP, 0, OCCUPARE_UNIMPLEMENTED, 1000, 0);
	expect("occupare_requests_total{" CHECK ",code=\"OK\"} 1");
	expect("occupare_requests_total{" CHECK ",code=\"NOT_FOUND\"} 1");
	expect("occupare_requests_total{transport=\"http\",method=\"unknown\",code=\"UNIMPLEMENTED\"} 1");
	expect("occupare_request_bytes_total{transport=\"ipc\"} 15");
	expect("occupare_response_bytes_total{transport=\"ipc\"} 10");
	assert_int_equal(metrics_calls(metrics, &failures), 3);
	assert_int_equal(failures, 2);
}

static void
test_durations_fall_into_buckets_that_add_up(void **state)
{
	static const int64_t durations_ns[] = { 0, 20000, 20001, 1000000, 6000000000 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		metrics_end(&serve.service.metrics, TRANSPORT_IPC, check_method(), OCCUPARE_OK, durations_ns[i], 0);
	expect("occupare_request_duration_seconds_bucket{" CHECK ",le=\"2e-05\"} 2");
	expect("occupare_request_duration_seconds_bucket{" CHECK ",le=\"5e-05\"} 3");
	expect("occupare_request_duration_seconds_bucket{" CHECK ",le=\"0.001\"} 4");
	expect("occupare_request_duration_seconds_bucket{" CHECK ",le=\"5\"} 4");
	expect("occupare_request_duration_seconds_bucket{" CHECK ",le=\"+Inf\"} 5");
	expect("occupare_request_duration_seconds_sum{" CHECK "} 6.001040001");
	expect("occupare_request_duration_seconds_count{" CHECK "} 5");
}

static void
test_what_has_begun_and_not_ended_is_in_flight(void **state)
{
	(void)state;
	metrics_begin(&serve.service.metrics, TRANSPORT_TCP, 0);
	metrics_begin(&serve.service.metrics, TRANSPORT_TCP, 0);
	metrics_end(&serve.service.metrics, TRANSPORT_TCP, 1, OCCUPARE_OK, 0, 0);
	expect("occupare_requests_in_flight{transport=\"tcp\"} 1");
	expect("occupare_requests_in_flight{transport=\"ipc\"} 0");
}

static void *
count_many(void *arg)
{
	for (int i = 0; i < 10000; i++) {
		metrics_begin(arg, TRANSPORT_TCP, 2);
		metrics_end(arg, TRANSPORT_TCP, 1, OCCUPARE_OK, 5, 3);
	}
	return NULL;
}

static void
test_nothing_is_lost_between_threads(void **state)
{
	pthread_t threads[12];
	uint64_t failures;

	(void)state;
	for (int i = 0; i < 12; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_many, &serve.service.metrics), 0);
	for (int i = 0; i < 12; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(metrics_calls(&serve.service.metrics, &failures), 120000);
	expect("occupare_request_bytes_total{transport=\"tcp\"} 240000");
	expect("occupare_response_bytes_total{transport=\"tcp\"} 360000");
	expect("occupare_requests_in_flight{transport=\"tcp\"} 0");
}

static void
test_a_call_through_dispatch_is_counted(void **state)
{
	Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
	struct occupare_status st;

	(void)state;
	serve.call.transport = TRANSPORT_IPC;
	assert_non_null(serve_call(&serve, "/grpc.health.v1.Health/Check", &request, &st));
	assert_null(serve_call(&serve, "/grpc.health.v1.Health/Watch", &request, &st));
	expect("occupare_requests_total{" CHECK ",code=\"OK\"} 1");
	expect("occupare_requests_total{transport=\"ipc\",method=\"unknown\",code=\"UNIMPLEMENTED\"} 1");
}

static void
test_requests_of_http_are_counted_by_route_and_status(void **state)
{
	(void)state;
	metrics_http(&serve.service.metrics, 0, 200);
	metrics_http(&serve.service.metrics, 1, 404);
	metrics_http(&serve.service.metrics, 1, 404);
	expect("occupare_http_requests_total{route=\"/healthz\",code=\"200\"} 1");
	expect("occupare_http_requests_total{route=\"other\",code=\"404\"} 2");
}

static void
test_the_store_is_measured(void **state)
{
	char *text;

	(void)state;
	expect("occupare_store_occupations 0");
	expect("occupare_store_map_bytes 67108864");
	text = text_of();
	ASSERT_HAS(text, "\noccupare_store_readers_max ");
	ASSERT_HAS(text, ",nng=\"1\"} 1\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_calls_are_counted_by_transport_method_and_code, begin, end),
		cmocka_unit_test_setup_teardown(test_durations_fall_into_buckets_that_add_up, begin, end),
		cmocka_unit_test_setup_teardown(test_what_has_begun_and_not_ended_is_in_flight, begin, end),
		cmocka_unit_test_setup_teardown(test_nothing_is_lost_between_threads, begin, end),
		cmocka_unit_test_setup_teardown(test_a_call_through_dispatch_is_counted, begin, end),
		cmocka_unit_test_setup_teardown(test_requests_of_http_are_counted_by_route_and_status, begin, end),
		cmocka_unit_test_setup_teardown(test_the_store_is_measured, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Health and the schema, from packed Call to packed Reply. */
#include "tests/support/test.h"

#include "proto/rpc.h"
#include "service/handlers.h"
#include "tests/support/serve.h"

static struct serve serve;
static struct occupare_status st;

static int
setup(void **state)
{
	(void)state;
	serve_start(&serve);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	serve_stop(&serve);
	return 0;
}

static Grpc__Health__V1__HealthCheckResponse *
check(const char *service)
{
	Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;

	request.service = (char *)service;
	return serve_call(&serve, "/grpc.health.v1.Health/Check", &request, &st);
}

static void
test_health_is_serving_for_the_server_and_each_service(void **state)
{
	(void)state;
	assert_int_equal(check("")->status, GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
	for (size_t i = 0; occ_services[i] != NULL; i++)
		assert_int_equal(check(occ_services[i]->name)->status,
		    GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING);
}

static void
test_health_of_an_unknown_service_is_not_found(void **state)
{
	(void)state;
	assert_null(check("occupare.v1.NoSuchService"));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	assert_string_equal(st.reason, "SERVICE_NOT_FOUND");
}

static void
test_health_says_not_serving_while_stopping(void **state)
{
	(void)state;
	atomic_store(&serve.service.stopping, true);
	assert_int_equal(check("")->status, GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING);
	atomic_store(&serve.service.stopping, false);
}

static void
test_schema_names_every_message_served(void **state)
{
	Occupare__Rpc__V1__GetSchemaRequest request = OCCUPARE__RPC__V1__GET_SCHEMA_REQUEST__INIT;
	Occupare__Rpc__V1__GetSchemaResponse *response = serve_call(
	    &serve, "/occupare.rpc.v1.ReflectionService/GetSchema", &request, &st);
	static const char *const names[] = { "occupare/v1/comparison.proto", "CompareOccupationsRequest",
		"grpc/health/v1/health.proto", "google/rpc/status.proto", "google/protobuf/timestamp.proto" };

	(void)state;
	ASSERT_OK(&st);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_non_null(memmem(
		    response->file_descriptor_set.data, response->file_descriptor_set.len, names[i], strlen(names[i])));
	assert_null(
	    memmem(response->file_descriptor_set.data, response->file_descriptor_set.len, "occupare/store/v1", 17));
}

static void
test_every_service_table_matches_its_descriptor(void **state)
{
	const ProtobufCService *const tables[] = { &occupations_service.base, &comparisons_service.base,
		&health_service.base, &reflection_service.base };

	(void)state;
	for (size_t i = 0; occ_services[i] != NULL; i++)
		assert_ptr_equal(tables[i]->descriptor, occ_services[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_health_is_serving_for_the_server_and_each_service),
		cmocka_unit_test(test_health_of_an_unknown_service_is_not_found),
		cmocka_unit_test(test_health_says_not_serving_while_stopping),
		cmocka_unit_test(test_schema_names_every_message_served),
		cmocka_unit_test(test_every_service_table_matches_its_descriptor),
	};

	return cmocka_run_group_tests_name("introspection", tests, setup, teardown);
}

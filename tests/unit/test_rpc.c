#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/nearest.h"
#include "proto/rpc.h"
#include "proto/wire.h"
#include "tests/support/messages.h"
#include "tests/support/test.h"

static struct occ_arena arena;
static struct occupare_status st, back;

static int
setup(void **state)
{
	(void)state;
	occ_arena_init(&arena, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	occupare_status_clear(&st);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

/* ---- Methods and messages ---- */

static void
test_every_method_is_found_by_its_path(void **state)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; occ_services[i] != NULL; i++)
		for (unsigned j = 0; j < occ_services[i]->n_methods; j++, count++) {
			const char *path = occ_method_path(&arena, occ_services[i], &occ_services[i]->methods[j]);

			assert_int_equal(occ_method_find(path, &service, &method, &st), OCCUPARE_OK);
			assert_ptr_equal(service, occ_services[i]);
			assert_ptr_equal(method, &occ_services[i]->methods[j]);
		}
	assert_true(count >= 17);
	assert_int_equal(
	    occ_method_find("/occupare.v1.ComparisonService/CompareOccupations", &service, &method, &st), OCCUPARE_OK);
	assert_ptr_equal(method->input, &occupare__v1__compare_occupations_request__descriptor);
}

static void
test_services_are_served_in_their_order(void **state)
{
	(void)state;
	assert_string_equal(occ_services[0]->name, "occupare.v1.OccupationService");
	assert_string_equal(occ_services[1]->name, "occupare.v1.ComparisonService");
	assert_string_equal(occ_services[2]->name, "grpc.health.v1.Health");
	assert_string_equal(occ_services[3]->name, "occupare.rpc.v1.ReflectionService");
	assert_null(occ_services[4]);
}

/* Fails to find a path and leaves the status in st. */
static void
find_nothing(const char *path)
{
	const ProtobufCServiceDescriptor *service = NULL;
	const ProtobufCMethodDescriptor *method = NULL;

	assert_int_equal(occ_method_find(path, &service, &method, &st), OCCUPARE_UNIMPLEMENTED);
	ASSERT_CODE(&st, OCCUPARE_UNIMPLEMENTED);
	assert_null(service);
	assert_null(method);
}

static void
test_an_unknown_method_names_the_nearest(void **state)
{
	(void)state;
	find_nothing("/occupare.v1.OccupationService/GetOcupation");
	ASSERT_HAS(st.message, "no method \"GetOcupation\"");
	ASSERT_HAS(st.message, "\"GetOccupation\"");
	assert_string_equal(st.reason, "METHOD_UNKNOWN");
	assert_string_equal(
	    occupare_status_metadata_get(&st, "nearest"), "/occupare.v1.OccupationService/GetOccupation");
}

static void
test_an_unknown_service_names_the_nearest(void **state)
{
	(void)state;
	find_nothing("/occupare.v1.OccupationsService/GetOccupation");
	ASSERT_HAS(st.message, "no service \"occupare.v1.OccupationsService\"");
	assert_string_equal(occupare_status_metadata_get(&st, "nearest"), "occupare.v1.OccupationService");
	assert_string_equal(st.reason, "SERVICE_UNKNOWN");
}

static void
test_a_name_that_resembles_nothing_suggests_nothing(void **state)
{
	(void)state;
	find_nothing("/occupare.v1.OccupationService/Zzz");
	assert_null(occupare_status_metadata_get(&st, "nearest"));
	find_nothing("/zzz/Get");
	assert_null(occupare_status_metadata_get(&st, "nearest"));
}

static void
test_what_is_no_path_is_refused(void **state)
{
	static const char *const paths[] = { "", "/", "//", "GetOccupation",
		"occupare.v1.OccupationService/GetOccupation", "/occupare.v1.OccupationService",
		"/occupare.v1.OccupationService/", "/occupare.v1.Occupation/GetOccupation",
		"/occupare.v1.OccupationServiceX/GetOccupation", "/occupare.v1.OccupationService/GetOccupation/",
		"/occupare.v1.OccupationService//GetOccupation", "/occupare.v1.OccupationService/getoccupation" };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		find_nothing(paths[i]);
}

static void
test_a_path_of_any_length_is_refused(void **state)
{
	char *path = malloc(1 << 20);

	(void)state;
	memset(path, 'a', 1 << 20);
	path[0] = '/';
	path[(1 << 20) - 1] = '\0';
	find_nothing(path);
	path[1 << 19] = '/';
	find_nothing(path);
	free(path);
}

static void
test_every_message_a_service_speaks_is_found_by_name(void **state)
{
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all);

	(void)state;
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i]->package_name, "occupare.store.v1") != 0)
			assert_ptr_equal(occ_message_find(all[i]->name), all[i]);
	assert_ptr_equal(occ_message_find("google.rpc.RetryInfo"), &google__rpc__retry_info__descriptor);
	assert_ptr_equal(occ_message_find("google.protobuf.Any"), &google__protobuf__any__descriptor);
	assert_ptr_equal(occ_message_find("occupare.v1.TopPayer"), &occupare__v1__top_payer__descriptor);
}

static void
test_an_unknown_message_is_not_found(void **state)
{
	(void)state;
	assert_null(occ_message_find(""));
	assert_null(occ_message_find("occupare.v1.Occupatio"));
	assert_null(occ_message_find("occupare.store.v1.Layer"));
}

static void
test_no_message_has_more_fields_than_the_checks_have_bits(void **state)
{
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all);

	(void)state;
	assert_true(count > 60);
	for (size_t i = 0; i < count; i++)
		assert_true(all[i]->n_fields <= 64);
}

static void
test_the_nearest_name_allows_for_swapped_and_missing_letters(void **state)
{
	struct occ_nearest nearest = occ_nearest_begin("anualMaen");

	(void)state;
	occ_nearest_offer(&nearest, "hourly_mean");
	occ_nearest_offer(&nearest, "annual_mean");
	occ_nearest_offer(&nearest, "annual_median");
	assert_string_equal(nearest.name, "annual_mean");
	assert_int_equal(nearest.distance, 2);
	nearest = occ_nearest_begin("x");
	occ_nearest_offer(&nearest, "annual_mean");
	assert_null(nearest.name);
}

static void
test_unpack_says_when_the_arena_has_no_room(void **state)
{
	uint8_t bytes[] = { 0x0A, 3, 'a', 'b', 'c' };
	ProtobufCMessage *message = NULL;
	struct occ_arena small;

	(void)state;
	occ_arena_init(&small, 0, 64);
	assert_int_equal(occ_unpack(&small, &occupare__v1__occupation__descriptor, bytes, sizeof bytes, &message, &st),
	    OCCUPARE_RESOURCE_EXHAUSTED);
	assert_null(message);
	occ_arena_fini(&small);
	assert_int_equal(
	    occ_unpack(&arena, &occupare__v1__occupation__descriptor, bytes, sizeof bytes, &message, &st), OCCUPARE_OK);
	assert_string_equal(((Occupare__V1__Occupation *)message)->id, "abc");
}

static void
test_unpack_counts_what_the_arena_holds_already(void **state)
{
	uint8_t bytes[] = { 0x0A, 3, 'a', 'b', 'c' };
	ProtobufCMessage *message = NULL;

	(void)state;
	occ_arena_alloc(&arena, OCC_ARENA_BYTES_MAX - 100);
	assert_int_equal(occ_unpack(&arena, &occupare__v1__occupation__descriptor, bytes, sizeof bytes, &message, &st),
	    OCCUPARE_RESOURCE_EXHAUSTED);
	occ_arena_alloc(&arena, 1000);
	assert_int_equal(occ_unpack(&arena, &occupare__v1__occupation__descriptor, bytes, sizeof bytes, &message, &st),
	    OCCUPARE_RESOURCE_EXHAUSTED);
}

static void
test_unpack_of_no_bytes_is_an_empty_message(void **state)
{
	ProtobufCMessage *message = NULL;

	(void)state;
	assert_int_equal(
	    occ_unpack(&arena, &occupare__v1__get_dataset_request__descriptor, NULL, 0, &message, &st), OCCUPARE_OK);
	assert_non_null(message);
}

/* ---- Statuses on the wire ---- */

/* st over the wire into back. */
static void
send_status(void)
{
	Google__Rpc__Status *status = occ_status_pack(&arena, &st);
	size_t length;
	uint8_t *bytes = messages_pack(&arena, &status->base, &length);
	struct occupare_status failure;
	ProtobufCMessage *message;

	memset(&back, 'x', sizeof back);
	assert_int_equal(
	    occ_unpack(&arena, &google__rpc__status__descriptor, bytes, length, &message, &failure), OCCUPARE_OK);
	occ_status_unpack(&arena, (Google__Rpc__Status *)message, &back);
}

static void
fill_status(void)
{
	occupare_violation_add(&st, "names[0]", "is empty");
	occupare_violation_add(&st, "names[1]", "is \"é\"");
	occupare_status_reason(&st, "NAMES_WRONG");
	occupare_status_metadata(&st, "first", "%d", 0);
	occupare_status_metadata(&st, "empty", "%s", "");
	occupare_status_resource(&st, "occupation", "nurse");
	st.retry_delay_ms = 1501;
}

static void
test_a_status_comes_back_as_it_was_sent(void **state)
{
	(void)state;
	fill_status();
	send_status();
	assert_int_equal(back.code, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(back.message, "names[0]: is empty");
	assert_string_equal(back.reason, "NAMES_WRONG");
	assert_int_equal(back.violations_count, 2);
	assert_string_equal(back.violations[0].field, "names[0]");
	assert_string_equal(back.violations[1].description, "is \"é\"");
	assert_int_equal(back.metadata_count, 2);
	assert_string_equal(occupare_status_metadata_get(&back, "first"), "0");
	assert_string_equal(occupare_status_metadata_get(&back, "empty"), "");
	assert_string_equal(back.resource_type, "occupation");
	assert_string_equal(back.resource_name, "nurse");
	assert_int_equal(back.retry_delay_ms, 1501);
}

static void
test_every_code_comes_back(void **state)
{
	(void)state;
	for (int code = 1; code <= OCCUPARE_UNAUTHENTICATED; code++) {
		occupare_fail(&st, (enum occupare_code)code, NULL, "failed");
		send_status();
		assert_int_equal(back.code, code);
		assert_string_equal(back.reason, occupare_code_name((enum occupare_code)code));
		assert_string_equal(back.message, "failed");
	}
}

static void
test_a_full_status_comes_back(void **state)
{
	char text[2000];

	(void)state;
	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = '\0';
	for (int i = 0; i < OCCUPARE_STATUS_VIOLATIONS_MAX + 3; i++)
		occupare_violation_add(&st, text, "%s", text);
	for (int i = 0; i < OCCUPARE_STATUS_METADATA_MAX; i++)
		occupare_status_metadata(&st, text, "%s", text);
	occupare_status_resource(&st, text, text);
	st.retry_delay_ms = UINT32_MAX;
	send_status();
	assert_string_equal(back.message, st.message);
	assert_int_equal(back.violations_count, OCCUPARE_STATUS_VIOLATIONS_MAX);
	assert_string_equal(back.violations[7].description, st.violations[7].description);
	assert_string_equal(back.metadata[3].value, st.metadata[3].value);
	assert_string_equal(back.resource_name, st.resource_name);
	assert_int_equal(back.retry_delay_ms, UINT32_MAX);
}

static void
test_a_packed_status_does_not_borrow_from_the_status(void **state)
{
	Google__Rpc__Status *status;

	(void)state;
	fill_status();
	status = occ_status_pack(&arena, &st);
	memset(&st, 'x', sizeof st);
	occ_status_unpack(&arena, status, &back);
	assert_string_equal(back.message, "names[0]: is empty");
	assert_string_equal(back.violations[1].field, "names[1]");
}

static void
test_only_failures_carry_details_and_only_those_with_something_to_say(void **state)
{
	Google__Rpc__Status *status = occ_status_pack(&arena, &st);

	(void)state;
	assert_int_equal(status->code, 0);
	assert_int_equal(status->n_details, 0);
	assert_int_equal(google__rpc__status__get_packed_size(status), 0);
	occupare_fail(&st, OCCUPARE_NOT_FOUND, NULL, "none");
	status = occ_status_pack(&arena, &st);
	assert_int_equal(status->n_details, 1);
	assert_string_equal(status->details[0]->type_url, "type.googleapis.com/google.rpc.ErrorInfo");
	fill_status();
	assert_int_equal(occ_status_pack(&arena, &st)->n_details, 4);
}

static void
test_error_info_names_our_domain(void **state)
{
	Google__Rpc__ErrorInfo *info;
	Google__Protobuf__Any *any;

	(void)state;
	occupare_fail(&st, OCCUPARE_NOT_FOUND, NULL, "none");
	any = occ_status_pack(&arena, &st)->details[0];
	info = google__rpc__error_info__unpack(&arena.allocator, any->value.len, any->value.data);
	assert_string_equal(info->domain, "occupare");
	assert_string_equal(info->reason, "NOT_FOUND");
}

static void
test_a_code_that_is_none_is_unknown(void **state)
{
	static const int codes[] = { 17, -1, INT32_MAX, INT32_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;

		status.code = codes[i];
		status.message = (char *)"odd";
		occ_status_unpack(&arena, &status, &back);
		assert_int_equal(back.code, OCCUPARE_UNKNOWN);
		assert_string_equal(back.message, "odd");
	}
}

/* Unpacks a failure whose only detail is this. */
static void
unpack_detail(const char *type_url, const void *bytes, size_t length)
{
	Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;
	Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
	Google__Protobuf__Any *details[] = { &any };

	any.type_url = (char *)type_url;
	any.value = (ProtobufCBinaryData){ .data = (uint8_t *)bytes, .len = length };
	status.code = OCCUPARE_UNAVAILABLE;
	status.message = (char *)"away";
	status.n_details = 1;
	status.details = details;
	occ_status_unpack(&arena, &status, &back);
	assert_int_equal(back.code, OCCUPARE_UNAVAILABLE);
	assert_string_equal(back.message, "away");
}

static void
test_details_that_are_unknown_or_broken_are_ignored(void **state)
{
	(void)state;
	unpack_detail("type.googleapis.com/google.rpc.DebugInfo", "\x0A\x01x", 3);
	unpack_detail("type.googleapis.com/google.rpc.ErrorInfo", "\x0A\x09x", 3);
	unpack_detail("type.googleapis.com/google.rpc.ErrorInfo", "\x0A\x01\xFF", 3);
	unpack_detail("", "", 0);
	assert_string_equal(back.reason, "UNAVAILABLE");
}

static void
test_details_are_known_by_the_last_part_of_their_url(void **state)
{
	(void)state;
	unpack_detail("google.rpc.ErrorInfo", "\x0A\x01x", 3);
	assert_string_equal(back.reason, "x");
	unpack_detail("example.org/types/google.rpc.ErrorInfo", "\x0A\x01y", 3);
	assert_string_equal(back.reason, "y");
}

static void
unpack_delay(int64_t seconds, int32_t nanos, uint32_t expected_ms)
{
	Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;
	Google__Rpc__RetryInfo info = GOOGLE__RPC__RETRY_INFO__INIT;
	size_t length;
	uint8_t *bytes;

	delay.seconds = seconds;
	delay.nanos = nanos;
	info.retry_delay = &delay;
	bytes = messages_pack(&arena, &info.base, &length);
	unpack_detail("type.googleapis.com/google.rpc.RetryInfo", bytes, length);
	assert_int_equal(back.retry_delay_ms, expected_ms);
}

static void
test_a_retry_delay_is_rounded_up_and_bounded(void **state)
{
	(void)state;
	unpack_delay(1, 1, 1001);
	unpack_delay(0, 999000000, 999);
	unpack_delay(4294966, 0, 4294966000);
	unpack_delay(4294967, 0, UINT32_MAX);
	unpack_delay(INT64_MAX, 0, UINT32_MAX);
	unpack_delay(-1, 0, 0);
	unpack_delay(0, -1, 0);
	unpack_delay(1, INT32_MAX, 0);
	unpack_detail("google.rpc.RetryInfo", "", 0);
	assert_int_equal(back.retry_delay_ms, 0);
}

/* ---- Around the payload ---- */

static void
test_the_head_before_a_payload_is_what_a_packed_reply_has(void **state)
{
	static const size_t lengths[] = { 1, 127, 128, 16383, 16384, 2097151, 2097152, 8 << 20 };
	uint8_t head[OCC_REPLY_HEAD_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		Occupare__Rpc__V1__Reply reply = OCCUPARE__RPC__V1__REPLY__INIT;
		size_t length, count = occ_reply_head(head, lengths[i]);
		uint8_t *bytes;

		reply.payload.len = lengths[i];
		reply.payload.data = occ_arena_calloc(&arena, lengths[i], 1);
		bytes = messages_pack(&arena, &reply.base, &length);
		assert_int_equal(count + lengths[i], length);
		assert_memory_equal(head, bytes, count);
	}
}

static void
test_the_head_of_any_length_fits(void **state)
{
	uint8_t head[OCC_REPLY_HEAD_MAX];

	(void)state;
	assert_int_equal(occ_reply_head(head, SIZE_MAX), OCC_REPLY_HEAD_MAX);
	assert_int_equal(occ_reply_head(head, 0), 2);
	assert_memory_equal(head, "\x12\x00", 2);
}

static void
test_a_failure_is_a_whole_reply(void **state)
{
	size_t length;
	ProtobufCMessage *message;
	uint8_t *bytes;

	(void)state;
	fill_status();
	bytes = occ_reply_failure(&arena, &st, &length);
	assert_int_equal(
	    occ_unpack(&arena, &occupare__rpc__v1__reply__descriptor, bytes, length, &message, &back), OCCUPARE_OK);
	occ_status_unpack(&arena, ((Occupare__Rpc__V1__Reply *)message)->status, &back);
	assert_string_equal(back.reason, "NAMES_WRONG");
	assert_int_equal(((Occupare__Rpc__V1__Reply *)message)->payload.len, 0);
}

/* ---- Address and version ---- */

static void
test_the_default_url_of_a_client_is_the_users_socket_only_if_it_is_there(void **state)
{
	const char *base = getenv("TMPDIR");
	char url[256], expected[256], directory[128];

	(void)state;
	snprintf(directory, sizeof directory, "%s/rpc_XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(directory));
	setenv("XDG_RUNTIME_DIR", directory, 1);
	occ_default_url(url, sizeof url, false);
	assert_string_equal(url, "ipc:///run/occupare/occupare.sock");
	snprintf(expected, sizeof expected, "ipc://%s/occupare.sock", directory);
	fclose(fopen(expected + 6, "w"));
	occ_default_url(url, sizeof url, false);
	assert_string_equal(url, expected);
	unlink(expected + 6);
	rmdir(directory);
}

static void
test_the_default_url_of_a_daemon_depends_on_who_it_is(void **state)
{
	char url[128];

	(void)state;
	setenv("XDG_RUNTIME_DIR", "/nowhere", 1);
	occ_default_url(url, sizeof url, true);
	assert_string_equal(url, geteuid() == 0 ? "ipc:///run/occupare/occupare.sock" : "ipc:///nowhere/occupare.sock");
}

static void
test_the_default_url_needs_an_absolute_folder_that_fits(void **state)
{
	char text[200], url[64];

	(void)state;
	memset(text, '/', sizeof text);
	text[sizeof text - 1] = '\0';
	setenv("XDG_RUNTIME_DIR", text, 1);
	occ_default_url(url, sizeof url, false);
	assert_string_equal(url, "ipc:///run/occupare/occupare.sock");
	setenv("XDG_RUNTIME_DIR", "tmp", 1);
	occ_default_url(url, sizeof url, false);
	assert_string_equal(url, "ipc:///run/occupare/occupare.sock");
	unsetenv("XDG_RUNTIME_DIR");
	occ_default_url(url, sizeof url, true);
	assert_string_equal(url, "ipc:///run/occupare/occupare.sock");
}

static void
test_the_version_is_a_version(void **state)
{
	int major, minor, patch;

	(void)state;
	assert_int_equal(sscanf(occ_version, "%d.%d.%d", &major, &minor, &patch), 3);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_every_method_is_found_by_its_path),
		TEST(test_services_are_served_in_their_order),
		TEST(test_an_unknown_method_names_the_nearest),
		TEST(test_an_unknown_service_names_the_nearest),
		TEST(test_a_name_that_resembles_nothing_suggests_nothing),
		TEST(test_what_is_no_path_is_refused),
		TEST(test_a_path_of_any_length_is_refused),
		TEST(test_every_message_a_service_speaks_is_found_by_name),
		TEST(test_an_unknown_message_is_not_found),
		TEST(test_no_message_has_more_fields_than_the_checks_have_bits),
		TEST(test_the_nearest_name_allows_for_swapped_and_missing_letters),
		TEST(test_unpack_says_when_the_arena_has_no_room),
		TEST(test_unpack_counts_what_the_arena_holds_already),
		TEST(test_unpack_of_no_bytes_is_an_empty_message),
		TEST(test_a_status_comes_back_as_it_was_sent),
		TEST(test_every_code_comes_back),
		TEST(test_a_full_status_comes_back),
		TEST(test_a_packed_status_does_not_borrow_from_the_status),
		TEST(test_only_failures_carry_details_and_only_those_with_something_to_say),
		TEST(test_error_info_names_our_domain),
		TEST(test_a_code_that_is_none_is_unknown),
		TEST(test_details_that_are_unknown_or_broken_are_ignored),
		TEST(test_details_are_known_by_the_last_part_of_their_url),
		TEST(test_a_retry_delay_is_rounded_up_and_bounded),
		TEST(test_the_head_before_a_payload_is_what_a_packed_reply_has),
		TEST(test_the_head_of_any_length_fits),
		TEST(test_a_failure_is_a_whole_reply),
		TEST(test_the_default_url_of_a_client_is_the_users_socket_only_if_it_is_there),
		TEST(test_the_default_url_of_a_daemon_depends_on_who_it_is),
		TEST(test_the_default_url_needs_an_absolute_folder_that_fits),
		TEST(test_the_version_is_a_version),
	};

	return cmocka_run_group_tests_name("rpc", tests, NULL, NULL);
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "occupare/rpc/v1/rpc.pb-c.h"
#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/json.h"
#include "proto/rpc.h"
#include "tests/support/messages.h"
#include "tests/support/test.h"

static struct occ_arena arena;
static struct occupare_status st;

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

#define OCCUPATION (&occupare__v1__occupation__descriptor)
#define FIGURE (&occupare__v1__figure__descriptor)
#define TIMESTAMP (&google__protobuf__timestamp__descriptor)
#define DURATION (&google__protobuf__duration__descriptor)
#define ANY (&google__protobuf__any__descriptor)
#define CELL (&occupare__v1__cell__descriptor)

static void *
parse(const ProtobufCMessageDescriptor *descriptor, const char *text)
{
	ProtobufCMessage *message = NULL;

	if (occ_json_parse(&arena, descriptor, text, strlen(text), &message, &st) != OCCUPARE_OK)
		fail_msg("%s: %s", text, st.message);
	return message;
}

static char *
print(const void *message)
{
	char *text = NULL;

	if (occ_json_print(&arena, message, false, &text, &st) != OCCUPARE_OK)
		fail_msg("%s", st.message);
	return text;
}

/* What is read from the text is written as expected. */
static void
assert_reads(const ProtobufCMessageDescriptor *descriptor, const char *text, const char *expected)
{
	assert_string_equal(print(parse(descriptor, text)), expected);
}

static void
assert_refused(const ProtobufCMessageDescriptor *descriptor, const char *text, const char *part)
{
	ProtobufCMessage *message = NULL;

	if (occ_json_parse(&arena, descriptor, text, strlen(text), &message, &st) == OCCUPARE_OK)
		fail_msg("accepted: %s", text);
	assert_null(message);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(st.message, part);
}

/* A failure blamed on this field. */
static void
assert_blamed(const ProtobufCMessageDescriptor *descriptor, const char *text, const char *field, const char *part)
{
	assert_refused(descriptor, text, part);
	assert_int_equal(st.violations_count, 1);
	assert_string_equal(st.violations[0].field, field);
}

/* ---- Both ways ---- */

static void
test_random_messages_of_every_type_come_back_byte_for_byte(void **state)
{
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all);
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < count * 8; i++) {
		ProtobufCMessage *message = messages_random(&arena, all[i % count], &seed), *back;
		size_t length, length_back;
		uint8_t *bytes = messages_pack(&arena, message, &length), *bytes_back;
		char *text;

		if (occ_json_print(&arena, message, i % 2, &text, &st) != OCCUPARE_OK)
			fail_msg("%s", st.message);
		back = parse(all[i % count], text);
		bytes_back = messages_pack(&arena, back, &length_back);
		assert_int_equal(length_back, length);
		/* Any NaN is written as one. */
		if (strstr(text, "NaN") == NULL)
			assert_memory_equal(bytes_back, bytes, length);
		assert_string_equal(print(back), print(message));
		occ_arena_reset(&arena);
	}
}

static void
test_names_are_camel_case_and_defaults_are_left_out(void **state)
{
	(void)state;
	assert_reads(OCCUPATION, "{\"salary\":{\"annual_mean\":{\"value\":0}},\"more_responsibilities\":true}",
	    "{\"salary\":{\"annualMean\":{}},\"moreResponsibilities\":true}");
	assert_reads(OCCUPATION, "{\"salary\":{\"annualP10\":{}}}", "{\"salary\":{\"annualP10\":{}}}");
	assert_reads(OCCUPATION, "{\"salary\":{\"annual_p10\":{}}}", "{\"salary\":{\"annualP10\":{}}}");
	assert_reads(OCCUPATION, "{\"id\":\"\",\"moreResponsibilities\":false,\"revision\":\"0\",\"skills\":[]}", "{}");
}

static void
test_null_is_absent(void **state)
{
	(void)state;
	assert_reads(
	    OCCUPATION, "{\"id\":null,\"salary\":null,\"skills\":null,\"revision\":null,\"updateTime\":null}", "{}");
	assert_reads(CELL, "{\"figure\":null,\"text\":\"a\",\"range\":null}", "{\"text\":\"a\"}");
}

static void
test_pretty_is_indented_and_ends_in_a_newline(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(
	    occ_json_print(
		&arena, parse(OCCUPATION, "{\"id\":\"a\",\"aliases\":[\"b\",\"c\"],\"salary\":{}}"), true, &text, &st),
	    OCCUPARE_OK);
	assert_string_equal(
	    text, "{\n  \"id\": \"a\",\n  \"aliases\": [\n    \"b\",\n    \"c\"\n  ],\n  \"salary\": {}\n}\n");
	assert_int_equal(occ_json_print(&arena, parse(OCCUPATION, "{}"), true, &text, &st), OCCUPARE_OK);
	assert_string_equal(text, "{}\n");
}

static void
test_texts_are_escaped_where_they_must_be(void **state)
{
	(void)state;
	assert_reads(OCCUPATION, "{\"id\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\\u00e9\\ud83d\\ude00\"}",
	    "{\"id\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\xC3\xA9\xF0\x9F\x98\x80\"}");
}

static void
test_a_text_that_is_not_utf8_is_written_as_one_that_is(void **state)
{
	Occupare__V1__Occupation occupation = OCCUPARE__V1__OCCUPATION__INIT;

	(void)state;
	occupation.id = (char *)"a\xFF\xE9z\xC3";
	assert_string_equal(print(&occupation), "{\"id\":\"a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\"}");
}

/* ---- Numbers ---- */

static void
test_reals_have_the_fewest_digits_that_read_back(void **state)
{
	(void)state;
	assert_reads(FIGURE, "{\"value\":33.52}", "{\"value\":33.52}");
	assert_reads(FIGURE, "{\"value\":0.1}", "{\"value\":0.1}");
	assert_reads(FIGURE, "{\"value\":69729}", "{\"value\":69729}");
	assert_reads(FIGURE, "{\"value\":69729.0}", "{\"value\":69729}");
	assert_reads(FIGURE, "{\"value\":0.30000000000000004}", "{\"value\":0.30000000000000004}");
	assert_reads(FIGURE, "{\"value\":5e-324}", "{\"value\":4.94065645841247e-324}");
	assert_reads(FIGURE, "{\"value\":1.7976931348623157e308}", "{\"value\":1.7976931348623157e+308}");
	assert_reads(FIGURE, "{\"value\":-0.0}", "{\"value\":-0.0}");
	assert_reads(FIGURE, "{\"value\":123456789012345678901234567890}", "{\"value\":1.2345678901234568e+29}");
}

static void
test_reals_may_be_in_quotes_or_not_finite(void **state)
{
	(void)state;
	assert_reads(FIGURE, "{\"value\":\"33.52\"}", "{\"value\":33.52}");
	assert_reads(FIGURE, "{\"value\":\"-1.5e2\"}", "{\"value\":-150}");
	assert_reads(FIGURE, "{\"value\":\"NaN\"}", "{\"value\":\"NaN\"}");
	assert_reads(FIGURE, "{\"value\":\"Infinity\"}", "{\"value\":\"Infinity\"}");
	assert_reads(FIGURE, "{\"value\":\"-Infinity\"}", "{\"value\":\"-Infinity\"}");
}

static void
test_what_is_no_real_is_refused(void **state)
{
	static const char *const values[] = { "\"\"", "\" 1\"", "\"1 \"", "\"nan\"", "\"inf\"", "\"infinity\"",
		"\"+1\"", "\"0x10\"", "\"1.\"", "\".5\"", "\"1e\"", "\"1e+\"", "\"-\"", "\"1,5\"", "true", "[1]",
		"{}" };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		assert_blamed(
		    FIGURE, occ_arena_printf(&arena, "{\"value\":%s}", values[i]), "value", "expected a number");
	assert_blamed(FIGURE, "{\"value\":\"1e999\"}", "value", "out of range");
	assert_refused(FIGURE, "{\"value\":1e999}", "line 1, column");
}

static void
test_64_bit_integers_are_texts_and_read_from_numbers_too(void **state)
{
	(void)state;
	assert_reads(OCCUPATION, "{\"revision\":\"18446744073709551615\"}", "{\"revision\":\"18446744073709551615\"}");
	assert_reads(OCCUPATION, "{\"revision\":9007199254740993}", "{\"revision\":\"9007199254740993\"}");
	assert_reads(OCCUPATION, "{\"revision\":9223372036854775807}", "{\"revision\":\"9223372036854775807\"}");
	assert_reads(OCCUPATION, "{\"revision\":5.0}", "{\"revision\":\"5\"}");
	assert_reads(OCCUPATION, "{\"revision\":1e3}", "{\"revision\":\"1000\"}");
	assert_reads(OCCUPATION, "{\"revision\":\"007\"}", "{\"revision\":\"7\"}");
}

static void
test_an_integer_that_a_double_cannot_hold_is_refused_and_not_rounded(void **state)
{
	(void)state;
	assert_blamed(OCCUPATION, "{\"revision\":18446744073709551615}", "revision", "put it in quotes");
	assert_blamed(OCCUPATION, "{\"revision\":9007199254740994.0}", "revision", "put it in quotes");
	assert_blamed(OCCUPATION, "{\"revision\":0.5}", "revision", "expected an integer, got 0.5");
	/* Beside a number beyond 64 bits, all numbers are read as doubles. */
	assert_blamed(OCCUPATION,
	    "{\"jobSatisfaction\":{\"value\":99999999999999999999},\"revision\":9007199254740993}", "revision",
	    "put it in quotes");
}

static void
test_integers_are_bounded_by_their_type(void **state)
{
	(void)state;
	assert_reads(&google__rpc__status__descriptor, "{\"code\":2147483647}", "{\"code\":2147483647}");
	assert_reads(&google__rpc__status__descriptor, "{\"code\":\"-2147483648\"}", "{\"code\":-2147483648}");
	assert_blamed(
	    &google__rpc__status__descriptor, "{\"code\":2147483648}", "code", "2147483648 is out of range for int32");
	assert_blamed(
	    &google__rpc__status__descriptor, "{\"code\":-2147483649}", "code", "-2147483649 is out of range");
	assert_reads(&occupare__v1__source__descriptor, "{\"id\":4294967295}", "{\"id\":4294967295}");
	assert_blamed(&occupare__v1__source__descriptor, "{\"id\":4294967296}", "id", "out of range for uint32");
	assert_blamed(&occupare__v1__source__descriptor, "{\"id\":-1}", "id", "out of range for uint32");
	assert_reads(&occupare__v1__source__descriptor, "{\"id\":-0}", "{}");
	assert_blamed(OCCUPATION, "{\"revision\":-1}", "revision", "out of range for uint64");
	assert_blamed(OCCUPATION, "{\"revision\":\"18446744073709551616\"}", "revision", "expected an integer");
}

static void
test_what_is_no_integer_is_refused(void **state)
{
	static const char *const values[] = { "1.5", "\"1.5\"", "\"\"", "\"-\"", "\" 1\"", "\"1 \"", "\"+1\"",
		"\"0x1\"", "\"1e3\"", "\"--1\"", "true", "[]", "{}" };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		assert_blamed(OCCUPATION, occ_arena_printf(&arena, "{\"revision\":%s}", values[i]), "revision",
		    "expected an integer");
}

static void
test_truths_are_true_and_false_alone(void **state)
{
	static const char *const values[] = { "1", "0", "\"true\"", "\"\"", "[]", "{}" };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		assert_blamed(OCCUPATION, occ_arena_printf(&arena, "{\"moreResponsibilities\":%s}", values[i]),
		    "moreResponsibilities", "expected true or false");
}

/* ---- Enums, texts, bytes ---- */

static void
test_enums_are_read_by_name_and_number_and_written_by_name(void **state)
{
	(void)state;
	assert_reads(FIGURE, "{\"status\":\"FIGURE_STATUS_DERIVED\"}", "{\"status\":\"FIGURE_STATUS_DERIVED\"}");
	assert_reads(FIGURE, "{\"status\":1}", "{\"status\":\"FIGURE_STATUS_DERIVED\"}");
	assert_reads(FIGURE, "{\"status\":\"FIGURE_STATUS_UNSPECIFIED\"}", "{}");
	assert_reads(FIGURE, "{\"status\":77}", "{\"status\":77}");
	assert_reads(FIGURE, "{\"status\":-1}", "{\"status\":-1}");
}

static void
test_an_unknown_enum_name_suggests_the_nearest(void **state)
{
	(void)state;
	assert_blamed(
	    FIGURE, "{\"status\":\"FIGURE_STATUS_DERIVE\"}", "status", "did you mean \"FIGURE_STATUS_DERIVED\"?");
	assert_blamed(FIGURE, "{\"status\":\"derived\"}", "status", "is not a occupare.v1.FigureStatus");
	assert_blamed(FIGURE, "{\"status\":1.5}", "status", "expected an integer");
	assert_blamed(FIGURE, "{\"status\":2147483648}", "status", "out of range");
	assert_blamed(FIGURE, "{\"status\":true}", "status", "expected");
}

static void
test_texts_must_be_texts(void **state)
{
	(void)state;
	assert_blamed(OCCUPATION, "{\"id\":1}", "id", "expected a text, got a number");
	assert_blamed(OCCUPATION, "{\"id\":[]}", "id", "expected a text, got a list");
	assert_blamed(OCCUPATION, "{\"id\":99999999999999999999}", "id", "expected a text, got a number");
}

#define PAYLOAD (&occupare__rpc__v1__call__descriptor)

static void
test_bytes_are_base64_of_either_alphabet_padded_or_not(void **state)
{
	(void)state;
	assert_reads(PAYLOAD, "{\"payload\":\"/+/+\"}", "{\"payload\":\"/+/+\"}");
	assert_reads(PAYLOAD, "{\"payload\":\"_-_-\"}", "{\"payload\":\"/+/+\"}");
	assert_reads(PAYLOAD, "{\"payload\":\"QQ\"}", "{\"payload\":\"QQ==\"}");
	assert_reads(PAYLOAD, "{\"payload\":\"QQ==\"}", "{\"payload\":\"QQ==\"}");
	assert_reads(PAYLOAD, "{\"payload\":\"QUI\"}", "{\"payload\":\"QUI=\"}");
	assert_reads(PAYLOAD, "{\"payload\":\"QUI=\"}", "{\"payload\":\"QUI=\"}");
	assert_reads(PAYLOAD, "{\"payload\":\"QUJDAP8=\"}", "{\"payload\":\"QUJDAP8=\"}");
	assert_reads(PAYLOAD, "{\"payload\":\"\"}", "{}");
}

static void
test_what_is_no_base64_is_refused(void **state)
{
	static const char *const values[] = { "Q", "QUJDQ", "QQ=", "QQ===", "QUI==", "QUJD=", "=",
		"====", "Q=Q=", "QQ==QQ==", "Q Q=", "Q\\nQ=", "é" };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		assert_blamed(
		    PAYLOAD, occ_arena_printf(&arena, "{\"payload\":\"%s\"}", values[i]), "payload", "not base64");
	assert_blamed(PAYLOAD, "{\"payload\":1}", "payload", "expected base64");
}

/* ---- Messages ---- */

static void
test_an_unknown_field_is_named_with_its_path_and_the_nearest_known(void **state)
{
	(void)state;
	assert_blamed(
	    OCCUPATION, "{\"salary\":{\"anualMean\":{}}}", "salary.anualMean", "did you mean \"annualMean\"?");
	assert_blamed(OCCUPATION, "{\"xyzzy\":1}", "xyzzy", "unknown field of occupare.v1.Occupation");
	assert_blamed(OCCUPATION, "{\"Id\":\"x\"}", "Id", "did you mean \"id\"?");
	assert_refused(OCCUPATION, "{\"\":1}", "unknown field");
	assert_blamed(OCCUPATION, "{\"moreresponsibilities\":true}", "moreresponsibilities", "unknown field");
	assert_blamed(OCCUPATION, "{\"_id\":\"x\"}", "_id", "unknown field");
}

static void
test_a_field_under_both_of_its_names_is_refused(void **state)
{
	(void)state;
	assert_blamed(OCCUPATION, "{\"updateTime\":null,\"update_time\":null}", "updateTime", "twice");
	assert_refused(OCCUPATION, "{\"id\":\"a\",\"id\":\"a\"}", "line 1, column");
}

static void
test_two_members_of_a_oneof_are_refused(void **state)
{
	(void)state;
	assert_blamed(CELL, "{\"text\":\"a\",\"figure\":{}}", "figure", "excludes \"text\"");
	assert_reads(CELL, "{\"text\":\"\"}", "{\"text\":\"\"}");
	assert_reads(CELL, "{\"figure\":{}}", "{\"figure\":{}}");
}

static void
test_lists_must_be_lists_without_null(void **state)
{
	(void)state;
	assert_blamed(OCCUPATION, "{\"aliases\":\"a\"}", "aliases", "expected a list, got a text");
	assert_blamed(OCCUPATION, "{\"aliases\":[\"a\",null]}", "aliases[1]", "expected a text, got null");
	assert_blamed(OCCUPATION, "{\"skills\":[{},{},null]}", "skills[2]", "expected an object, got null");
	assert_blamed(
	    OCCUPATION, "{\"skills\":[{},{\"percent\":{\"value\":[]}}]}", "skills[1].percent.value", "got a list");
	assert_blamed(OCCUPATION, "{\"salary\":[]}", "salary", "expected an object, got a list");
}

static void
test_the_whole_text_must_be_an_object(void **state)
{
	(void)state;
	assert_refused(OCCUPATION, "[]", "expected an object, got a list");
	assert_refused(OCCUPATION, "null", "expected an object, got null");
	assert_refused(OCCUPATION, "1", "expected an object, got a number");
}

/* ---- Times ---- */

static void
assert_timestamp(const char *text, int64_t seconds, int32_t nanos, const char *written)
{
	Google__Protobuf__Timestamp *timestamp = parse(TIMESTAMP, text);

	assert_int_equal(timestamp->seconds, seconds);
	assert_int_equal(timestamp->nanos, nanos);
	assert_string_equal(print(timestamp), written);
}

static void
test_timestamps_are_rfc_3339(void **state)
{
	(void)state;
	assert_timestamp("\"1970-01-01T00:00:00Z\"", 0, 0, "\"1970-01-01T00:00:00Z\"");
	assert_timestamp("\"2024-02-29T23:59:59.5Z\"", 1709251199, 500000000, "\"2024-02-29T23:59:59.500Z\"");
	assert_timestamp("\"2024-05-31T14:30:00.000001+02:30\"", 1717156800, 1000, "\"2024-05-31T12:00:00.000001Z\"");
	assert_timestamp(
	    "\"2024-05-31T12:00:00.123456789-01:00\"", 1717160400, 123456789, "\"2024-05-31T13:00:00.123456789Z\"");
	assert_timestamp("\"0001-01-01T00:00:00Z\"", -62135596800, 0, "\"0001-01-01T00:00:00Z\"");
	assert_timestamp(
	    "\"9999-12-31T23:59:59.999999999Z\"", 253402300799, 999999999, "\"9999-12-31T23:59:59.999999999Z\"");
	assert_timestamp("\"1969-12-31T23:59:59.5Z\"", -1, 500000000, "\"1969-12-31T23:59:59.500Z\"");
}

static void
test_what_is_no_timestamp_is_refused(void **state)
{
	static const char *const texts[] = { "", "2024-05-31", "2024-05-31T12:00:00", "2024-05-31 12:00:00Z",
		"2024-05-31t12:00:00Z", "2024-05-31T12:00:00z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
		"2023-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z",
		"2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00.Z",
		"2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:00Z ", "2024-01-01T00:00:00+0200",
		"2024-01-01T00:00:00+24:00", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01", "24-01-01T00:00:00Z", "+2024-01-01T00:00:00Z" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_blamed(OCCUPATION, occ_arena_printf(&arena, "{\"updateTime\":\"%s\"}", texts[i]), "updateTime",
		    "is not a timestamp");
	assert_blamed(OCCUPATION, "{\"updateTime\":{\"seconds\":1}}", "updateTime", "expected a timestamp in quotes");
}

static void
test_times_that_have_no_text_are_not_written(void **state)
{
	static const struct {
		int64_t seconds;
		int32_t nanos;
	} wrong[] = { { -62135596801, 0 }, { 253402300800, 0 }, { 0, -1 }, { 0, 1000000000 }, { INT64_MIN, 0 },
		{ INT64_MAX, 0 } };
	Google__Protobuf__Timestamp timestamp = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		timestamp.seconds = wrong[i].seconds;
		timestamp.nanos = wrong[i].nanos;
		assert_int_equal(occ_json_print(&arena, &timestamp.base, false, &text, &st), OCCUPARE_INTERNAL);
	}
}

static void
assert_duration(const char *text, int64_t seconds, int32_t nanos, const char *written)
{
	Google__Protobuf__Duration *duration = parse(DURATION, text);

	assert_int_equal(duration->seconds, seconds);
	assert_int_equal(duration->nanos, nanos);
	assert_string_equal(print(duration), written);
}

static void
test_durations_are_decimal_seconds(void **state)
{
	(void)state;
	assert_duration("\"0s\"", 0, 0, "\"0s\"");
	assert_duration("\"3s\"", 3, 0, "\"3s\"");
	assert_duration("\"1.5s\"", 1, 500000000, "\"1.500s\"");
	assert_duration("\"-0.5s\"", 0, -500000000, "\"-0.500s\"");
	assert_duration("\"-3.000001s\"", -3, -1000, "\"-3.000001s\"");
	assert_duration("\"1.000000001s\"", 1, 1, "\"1.000000001s\"");
	assert_duration("\"315576000000s\"", 315576000000, 0, "\"315576000000s\"");
	assert_duration("\"-315576000000s\"", -315576000000, 0, "\"-315576000000s\"");
}

static void
test_what_is_no_duration_is_refused(void **state)
{
	static const char *const texts[] = { "", "s", "1", "-s", "1.s", ".5s", "1.0000000000s", "1s ", " 1s", "1m",
		"+1s", "--1s", "315576000001s", "-315576000001s", "99999999999999999999999s", "1e3s" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_blamed(PAYLOAD, occ_arena_printf(&arena, "{\"timeout\":\"%s\"}", texts[i]), "timeout",
		    "is not a duration");
	assert_blamed(PAYLOAD, "{\"timeout\":1}", "timeout", "expected a duration in quotes");
}

static void
test_durations_that_have_no_text_are_not_written(void **state)
{
	static const struct {
		int64_t seconds;
		int32_t nanos;
	} wrong[] = { { 315576000001, 0 }, { -315576000001, 0 }, { 1, -1 }, { -1, 1 }, { 0, 1000000000 },
		{ 0, INT32_MIN }, { INT64_MIN, 0 } };
	Google__Protobuf__Duration duration = GOOGLE__PROTOBUF__DURATION__INIT;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		duration.seconds = wrong[i].seconds;
		duration.nanos = wrong[i].nanos;
		assert_int_equal(occ_json_print(&arena, &duration.base, false, &text, &st), OCCUPARE_INTERNAL);
	}
}

/* ---- Any ---- */

static void
test_an_any_shows_what_it_holds(void **state)
{
	static const char text[] = "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"R\"}";
	Google__Protobuf__Any *any = parse(ANY, text);

	(void)state;
	assert_string_equal(any->type_url, "type.googleapis.com/google.rpc.ErrorInfo");
	assert_int_equal(any->value.len, 3);
	assert_memory_equal(any->value.data, "\x0A\x01R", 3);
	assert_string_equal(print(any), text);
	assert_reads(ANY, "{\"reason\":\"R\",\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\"}", text);
	assert_reads(ANY, "{\"@type\":\"x/google.rpc.ErrorInfo\"}", "{\"@type\":\"x/google.rpc.ErrorInfo\"}");
}

static void
test_an_any_of_a_special_form_has_it_under_value(void **state)
{
	(void)state;
	assert_reads(ANY, "{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1s\"}",
	    "{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1s\"}");
	assert_reads(ANY,
	    "{\"@type\":\"x/google.protobuf.Any\",\"value\":{\"@type\":\"x/"
	    "google.rpc.RetryInfo\",\"retryDelay\":\"2s\"}}",
	    "{\"@type\":\"x/google.protobuf.Any\",\"value\":{\"@type\":\"x/"
	    "google.rpc.RetryInfo\",\"retryDelay\":\"2s\"}}");
}

static void
test_an_empty_any_is_an_empty_object(void **state)
{
	(void)state;
	assert_reads(ANY, "{}", "{}");
	assert_reads(&google__rpc__status__descriptor, "{\"details\":[{}]}", "{\"details\":[{}]}");
}

static void
test_an_any_that_cannot_be_read_is_refused(void **state)
{
	(void)state;
	assert_blamed(&google__rpc__status__descriptor, "{\"details\":[{\"reason\":\"R\"}]}", "details[0]",
	    "needs its \"@type\"");
	assert_refused(ANY, "{\"@type\":\"x/google.rpc.Nothing\"}", "is not known here");
	assert_refused(ANY, "{\"@type\":\"google.rpc.ErrorInfo\"}", "is not known here");
	assert_refused(ANY, "{\"@type\":\"\"}", "is not known here");
	assert_refused(ANY, "{\"@type\":1}", "expected a text");
	assert_refused(ANY, "{\"@type\":null}", "expected a text");
	assert_refused(ANY, "\"x\"", "expected an object");
	assert_blamed(
	    ANY, "{\"@type\":\"x/google.rpc.ErrorInfo\",\"reasn\":\"R\"}", "reasn", "did you mean \"reason\"?");
	assert_refused(ANY, "{\"@type\":\"x/google.protobuf.Duration\"}", "members \"@type\" and \"value\"");
	assert_refused(ANY, "{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1s\",\"a\":1}", "members");
	assert_blamed(ANY, "{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1\"}", "value", "is not a duration");
}

static void
test_an_any_that_cannot_be_written_fails(void **state)
{
	Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
	char *text;

	(void)state;
	any.type_url = (char *)"x/google.rpc.Nothing";
	assert_int_equal(occ_json_print(&arena, &any.base, false, &text, &st), OCCUPARE_INTERNAL);
	ASSERT_HAS(st.message, "google.rpc.Nothing");
	any.type_url = (char *)"x/google.rpc.ErrorInfo";
	any.value = (ProtobufCBinaryData){ .data = (uint8_t *)"\x0A\x05", .len = 2 };
	assert_int_equal(occ_json_print(&arena, &any.base, false, &text, &st), OCCUPARE_INTERNAL);
	assert_string_equal(st.reason, "INTERNAL");
	ASSERT_HAS(st.message, "google.rpc.ErrorInfo.reason");
	any.type_url = (char *)"";
	assert_int_equal(occ_json_print(&arena, &any.base, false, &text, &st), OCCUPARE_INTERNAL);
}

/* An Any of an Any of ... */
static char *
nested_any(int count)
{
	char *text = occ_arena_strdup(&arena, "{}");

	while (count-- > 1)
		text = occ_arena_printf(&arena, "{\"@type\":\"x/google.protobuf.Any\",\"value\":%s}", text);
	return text;
}

static void
test_any_within_any_is_bounded_both_ways(void **state)
{
	Google__Protobuf__Any *outer = parse(ANY, nested_any(OCC_DEPTH_MAX));
	ProtobufCMessage *message;
	char *text = nested_any(OCC_DEPTH_MAX + 1);

	(void)state;
	assert_string_equal(print(outer), nested_any(OCC_DEPTH_MAX));
	assert_int_equal(occ_json_parse(&arena, ANY, text, strlen(text), &message, &st), OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(st.message, "nested deeper than 16");
	/* Bytes may be nested deeper than any text. */
	for (int i = 0; i < 3; i++) {
		Google__Protobuf__Any *any = occ_arena_alloc(&arena, sizeof *any);

		google__protobuf__any__init(any);
		any->type_url = (char *)"x/google.protobuf.Any";
		any->value.data = messages_pack(&arena, &outer->base, &any->value.len);
		outer = any;
	}
	assert_int_equal(occ_json_print(&arena, &outer->base, false, &text, &st), OCCUPARE_INTERNAL);
	ASSERT_HAS(st.message, "nested deeper than 16");
}

/* ---- Texts ---- */

static void
assert_broken(const char *text, size_t length, const char *place)
{
	ProtobufCMessage *message = NULL;

	assert_int_equal(occ_json_parse(&arena, OCCUPATION, text, length, &message, &st), OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.reason, "JSON_SYNTAX");
	ASSERT_HAS(st.message, place);
	assert_int_equal(st.violations_count, 0);
}

static void
test_broken_text_is_told_by_line_and_column(void **state)
{
	static const char text[] = "{\n  \"id\": \"a\",\n  \"title\" \"é\"\n}";

	(void)state;
	assert_broken(text, sizeof text - 1, "line 3, column 13: ':' expected");
	assert_string_equal(occupare_status_metadata_get(&st, "line"), "3");
	assert_string_equal(occupare_status_metadata_get(&st, "column"), "13");
}

static void
test_every_kind_of_broken_text_is_refused(void **state)
{
	static const char *const texts[] = { "", " ", "{", "}", "{\"id\"", "{\"id\":", "{\"id\":\"a\"", "{\"id\":\"a",
		"{\"id\":\"a\",}", "{id:\"a\"}", "{'id':'a'}", "{} {}", "{}x", "{\"id\":\"\\ud800\"}",
		"{\"id\":\"\\udc00\\ud800\"}", "{\"id\":\"\\u0000\"}", "{\"id\":\"\\x\"}", "{\"id\":\"\t\"}",
		"{\"id\":\"\xFF\"}", "{\"id\":\"\xC0\xAF\"}", "{\"id\":\"\xED\xA0\x80\"}", "{\"revision\":01}",
		"{\"revision\":1.}", "{\"revision\":+1}", "{\"revision\":NaN}", "{\"\\u0000\":1}",
		"{\"id\":\"a\" /* */}", "\xEF\xBB\xBF{}", "tru", "{\"id\":\"a\",\"id\":\"b\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_broken(texts[i], strlen(texts[i]), "line 1, column");
	assert_broken("{\"id\":\"a\0b\"}", 12, "line 1, column");
	assert_broken("{}\0", 3, "line 1, column");
}

static void
test_an_empty_text_is_broken_at_its_beginning(void **state)
{
	(void)state;
	assert_broken("", 0, "line 1, column 1: ");
}

static void
test_the_text_need_not_end_in_a_nul(void **state)
{
	char *text = malloc(2);
	ProtobufCMessage *message;

	(void)state;
	memcpy(text, "{}", 2);
	assert_int_equal(occ_json_parse(&arena, OCCUPATION, text, 2, &message, &st), OCCUPARE_OK);
	free(text);
}

static void
test_a_message_about_broken_text_is_utf8_however_it_is_cut(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		char text[408];
		size_t length = 0;
		ProtobufCMessage *message;
		Google__Rpc__Status *status;
		size_t packed;
		uint8_t *bytes;

		memset(text, 'a', sizeof text);
		text[0] = '"';
		for (length = 1 + shift; length + 4 < 400; length += 4)
			memcpy(text + length, "\xF0\x9F\x98\x80", 4);
		text[length++] = '"';
		text[length++] = 'x';
		assert_int_equal(
		    occ_json_parse(&arena, OCCUPATION, text, length, &message, &st), OCCUPARE_INVALID_ARGUMENT);
		status = occ_status_pack(&arena, &st);
		bytes = messages_pack(&arena, &status->base, &packed);
		assert_int_equal(
		    occ_unpack(&arena, &google__rpc__status__descriptor, bytes, packed, &message, &st), OCCUPARE_OK);
	}
}

static void
repeat(char *out, const char *part, size_t count)
{
	for (size_t i = 0; i < count; i++)
		memcpy(out + i * strlen(part), part, strlen(part));
}

static void
assert_exhausted(const char *text, size_t length, const char *part)
{
	ProtobufCMessage *message;

	assert_int_equal(occ_json_parse(&arena, OCCUPATION, text, length, &message, &st), OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(st.message, part);
}

static void
test_nested_brackets_are_bounded(void **state)
{
	static char text[1 << 20];

	(void)state;
	repeat(text, "[", sizeof text);
	assert_exhausted(text, sizeof text, "nested deeper than 34 brackets");
	repeat(text, "{\"a\":", sizeof text / 5);
	assert_exhausted(text, sizeof text / 5 * 5, "nested deeper than 34 brackets");
	assert_exhausted(text, 35 * 5, "nested deeper than 34 brackets");
	assert_broken(text, 34 * 5, "end of file");
}

static void
test_brackets_within_texts_are_not_counted(void **state)
{
	(void)state;
	assert_reads(OCCUPATION, "{\"id\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\\\\\"}",
	    "{\"id\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\\\\\"}");
}

static void
test_the_number_of_values_is_bounded_by_what_may_be_decoded(void **state)
{
	static char text[1 << 20] = "{\"aliases\":[";

	(void)state;
	repeat(text + 12, "{},", (sizeof text - 12) / 3);
	assert_exhausted(text, sizeof text, "more than 262144 values");
}

static void
test_memory_is_bounded_by_the_arena(void **state)
{
	struct occ_arena small;
	ProtobufCMessage *message;
	char text[1200] = "{\"id\":\"";

	(void)state;
	for (size_t bytes_max = 64; bytes_max < 1600; bytes_max += 16) {
		memset(text + 7, 'a', 1000);
		memcpy(text + 1007, "\"}", 2);
		occ_arena_init(&small, 0, bytes_max);
		if (occ_json_parse(&small, OCCUPATION, text, 1009, &message, &st) != OCCUPARE_OK) {
			ASSERT_CODE(&st, OCCUPARE_RESOURCE_EXHAUSTED);
			assert_true(bytes_max < OCCUPATION->sizeof_message + 1001 + 16);
		} else {
			assert_true(bytes_max >= OCCUPATION->sizeof_message + 1001);
		}
		assert_true(small.bytes <= bytes_max + 16);
		occ_arena_fini(&small);
	}
}

static void
test_lists_and_bytes_are_bounded_by_the_arena(void **state)
{
	static const char code[] =
	    ",{\"system\":\"0123456789012345678901234567890123456789012345678901234567890123456789"
	    "012345678901234567890123456789\"}";
	static char text[40000];
	struct occ_arena small;
	ProtobufCMessage *message;

	(void)state;
	occ_arena_init(&small, 0, 8192);
	memcpy(text, "{\"payload\":\"", 12);
	memset(text + 12, 'A', 20000);
	memcpy(text + 20012, "\"}", 2);
	assert_int_equal(occ_json_parse(&small, PAYLOAD, text, 20014, &message, &st), OCCUPARE_RESOURCE_EXHAUSTED);
	assert_string_equal(st.violations[0].field, "payload");
	occ_arena_fini(&small);
	occ_arena_init(&small, 0, 8192);
	memcpy(text, "{\"codes\":[{}", 12);
	repeat(text + 12, code, 60);
	memcpy(text + 12 + 60 * strlen(code), "]}", 2);
	assert_int_equal(occ_json_parse(&small, OCCUPATION, text, 14 + 60 * strlen(code), &message, &st),
	    OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(st.violations[0].field, "codes[");
	occ_arena_fini(&small);
}

static void
test_writing_to_a_full_device_fails(void **state)
{
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	if (out == NULL)
		skip();
	setvbuf(out, NULL, _IONBF, 0);
	assert_int_equal(occ_json_write(out, parse(OCCUPATION, "{\"id\":\"a\"}"), true, &st), OCCUPARE_INTERNAL);
	ASSERT_HAS(st.message, "No space left");
	fclose(out);
}

/* ---- Lists of messages ---- */

struct visited {
	char text[512];
	size_t fail_at; /* the call that fails, from 1 */
	size_t calls;
};

static const struct occ_json_list lists[] = {
	{ "occupations", &occupare__v1__occupation__descriptor },
	{ "sources", &occupare__v1__source__descriptor },
};

static enum occupare_code
visit(void *data, size_t list, size_t index, ProtobufCMessage *message, struct occupare_status *status)
{
	struct visited *visited = data;
	size_t length = strlen(visited->text);

	snprintf(visited->text + length, sizeof visited->text - length, "%zu[%zu]%s;", list, index,
	    list == 0 ? ((Occupare__V1__Occupation *)message)->id : ((Occupare__V1__Source *)message)->title);
	if (++visited->calls == visited->fail_at)
		return occupare_fail(status, OCCUPARE_ALREADY_EXISTS, "salary.annual_mean", "is taken");
	return OCCUPARE_OK;
}

static struct visited visited;

static enum occupare_code
each(const char *text)
{
	visited = (struct visited){ .fail_at = visited.fail_at };
	return occ_json_each(&arena, text, strlen(text), lists, 2, visit, &visited, &st);
}

static void
test_each_takes_an_object_of_lists_in_any_order(void **state)
{
	(void)state;
	assert_int_equal(
	    each(" { \"sources\" : [ {\"title\":\"s\"} ] ,\n \"occupations\" : [{\"id\":\"a\"}, {\"id\":\"b\"} ] } \n"),
	    OCCUPARE_OK);
	assert_string_equal(visited.text, "1[0]s;0[0]a;0[1]b;");
}

static void
test_each_takes_a_bare_list_of_the_first(void **state)
{
	(void)state;
	assert_int_equal(each("[{\"id\":\"a\"},{\"id\":\"b\"}]"), OCCUPARE_OK);
	assert_string_equal(visited.text, "0[0]a;0[1]b;");
}

static void
test_each_takes_lists_that_are_empty_or_absent(void **state)
{
	static const char *const texts[] = { "[]", "{}", " [ ] ", "{ }", "{\"occupations\":[]}",
		"{\"occupations\":null}", "{\"sources\":[ ],\"occupations\":null}" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_int_equal(each(texts[i]), OCCUPARE_OK);
		assert_int_equal(visited.calls, 0);
	}
}

static void
assert_each_blamed(const char *text, const char *field, const char *part)
{
	assert_int_equal(each(text), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(st.message, part);
	assert_int_equal(st.violations_count, 1);
	assert_string_equal(st.violations[0].field, field);
}

static void
test_each_names_the_path_of_what_is_wrong(void **state)
{
	(void)state;
	assert_each_blamed("[{},{},{},{\"salary\":{\"annualMean\":{\"value\":\"x\"}}}]",
	    "occupations[3].salary.annualMean.value", "expected a number");
	assert_int_equal(visited.calls, 3);
	assert_each_blamed("{\"sources\":[{},{\"id\":-1}]}", "sources[1].id", "out of range");
	assert_each_blamed("[null]", "occupations[0]", "expected an object, got null");
	assert_each_blamed("[[]]", "occupations[0]", "expected an object, got a list");
	assert_each_blamed("[1]", "occupations[0]", "expected an object, got a number");
	assert_each_blamed("{\"ocupations\":[]}", "ocupations", "did you mean \"occupations\"?");
	assert_each_blamed("{\"occupations\":{}}", "occupations", "expected a list, got an object");
	assert_each_blamed("{\"occupations\":[],\"occupations\":[]}", "occupations", "is there twice");
}

static void
test_each_ends_where_a_visit_fails_and_says_where(void **state)
{
	(void)state;
	visited.fail_at = 2;
	assert_int_equal(each("[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]"), OCCUPARE_ALREADY_EXISTS);
	visited.fail_at = 0;
	assert_string_equal(visited.text, "0[0]a;0[1]b;");
	assert_string_equal(st.message, "occupations[1].salary.annual_mean: is taken");
	assert_string_equal(st.violations[0].field, "occupations[1].salary.annual_mean");
}

static void
test_each_tells_broken_text_by_line_and_column_of_the_whole(void **state)
{
	static const struct {
		const char *text;
		const char *place;
	} broken[] = {
		{ "", "line 1, column 1" },
		{ "x", "line 1, column 1: a list, or an object of lists, expected" },
		{ "[", "line 1, column" },
		{ "[{}", "line 1, column 4: ',' or ']' expected" },
		{ "[{},]", "line 1, column 5: " },
		{ "[{} {}]", "line 1, column 5: ',' or ']' expected" },
		{ "[\n  {\"id\": \"a\"},\n  {\"id\" \"é\"}\n]", "line 3, column 11: ':' expected" },
		{ "[{},  {\"id\" 1}]", "line 1, column 13: ':' expected" },
		{ "{\"occupations\":[{}]", "line 1, column 20: ',' or '}' expected" },
		{ "{\"occupations\" [{}]}", "line 1, column 16: ':' expected" },
		{ "{\"occupations\":}", "line 1, column" },
		{ "{\"occupations\":[],}", "line 1, column" },
		{ "{occupations:[]}", "line 1, column" },
		{ "{1:[]}", "line 1, column" },
		{ "[]\n\n ]", "line 3, column 2: nothing more expected" },
		{ "[{\"id\":\"a\",\"id\":\"b\"}]", "line 1, column" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		assert_int_equal(each(broken[i].text), OCCUPARE_INVALID_ARGUMENT);
		ASSERT_HAS(st.message, broken[i].place);
		assert_string_equal(st.reason, "JSON_SYNTAX");
	}
}

static void
test_each_takes_no_more_memory_than_one_element(void **state)
{
	static char text[200000];
	struct occ_arena small;
	size_t count = 0;
	char *at = text;

	(void)state;
	*at++ = '[';
	for (; at < text + sizeof text - 200; count++)
		at += snprintf(at, 200, "%s{\"id\":\"occupation-%zu\"}", count > 0 ? "," : "", count);
	*at++ = ']';
	visited = (struct visited){ .fail_at = 0 };
	occ_arena_init(&small, 1024, 1024);
	assert_int_equal(occ_json_each(&small, text, (size_t)(at - text), lists, 2, visit, &visited, &st), OCCUPARE_OK);
	assert_int_equal(visited.calls, count);
	assert_int_equal(small.bytes, 0);
	occ_arena_fini(&small);
}

static void
test_each_bounds_nesting_and_values(void **state)
{
	static char text[12000003];

	(void)state;
	repeat(text, "[", 100);
	assert_int_equal(occ_json_each(&arena, text, 100, lists, 2, visit, &visited, &st), OCCUPARE_RESOURCE_EXHAUSTED);
	text[0] = '[';
	repeat(text + 1, "{},", 4000000);
	assert_int_equal(
	    occ_json_each(&arena, text, sizeof text - 2, lists, 2, visit, &visited, &st), OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(st.message, "more than 4000000 values");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_random_messages_of_every_type_come_back_byte_for_byte),
		TEST(test_names_are_camel_case_and_defaults_are_left_out),
		TEST(test_null_is_absent),
		TEST(test_pretty_is_indented_and_ends_in_a_newline),
		TEST(test_texts_are_escaped_where_they_must_be),
		TEST(test_a_text_that_is_not_utf8_is_written_as_one_that_is),
		TEST(test_reals_have_the_fewest_digits_that_read_back),
		TEST(test_reals_may_be_in_quotes_or_not_finite),
		TEST(test_what_is_no_real_is_refused),
		TEST(test_64_bit_integers_are_texts_and_read_from_numbers_too),
		TEST(test_an_integer_that_a_double_cannot_hold_is_refused_and_not_rounded),
		TEST(test_integers_are_bounded_by_their_type),
		TEST(test_what_is_no_integer_is_refused),
		TEST(test_truths_are_true_and_false_alone),
		TEST(test_enums_are_read_by_name_and_number_and_written_by_name),
		TEST(test_an_unknown_enum_name_suggests_the_nearest),
		TEST(test_texts_must_be_texts),
		TEST(test_bytes_are_base64_of_either_alphabet_padded_or_not),
		TEST(test_what_is_no_base64_is_refused),
		TEST(test_an_unknown_field_is_named_with_its_path_and_the_nearest_known),
		TEST(test_a_field_under_both_of_its_names_is_refused),
		TEST(test_two_members_of_a_oneof_are_refused),
		TEST(test_lists_must_be_lists_without_null),
		TEST(test_the_whole_text_must_be_an_object),
		TEST(test_timestamps_are_rfc_3339),
		TEST(test_what_is_no_timestamp_is_refused),
		TEST(test_times_that_have_no_text_are_not_written),
		TEST(test_durations_are_decimal_seconds),
		TEST(test_what_is_no_duration_is_refused),
		TEST(test_durations_that_have_no_text_are_not_written),
		TEST(test_an_any_shows_what_it_holds),
		TEST(test_an_any_of_a_special_form_has_it_under_value),
		TEST(test_an_empty_any_is_an_empty_object),
		TEST(test_an_any_that_cannot_be_read_is_refused),
		TEST(test_an_any_that_cannot_be_written_fails),
		TEST(test_any_within_any_is_bounded_both_ways),
		TEST(test_broken_text_is_told_by_line_and_column),
		TEST(test_every_kind_of_broken_text_is_refused),
		TEST(test_an_empty_text_is_broken_at_its_beginning),
		TEST(test_the_text_need_not_end_in_a_nul),
		TEST(test_a_message_about_broken_text_is_utf8_however_it_is_cut),
		TEST(test_nested_brackets_are_bounded),
		TEST(test_brackets_within_texts_are_not_counted),
		TEST(test_the_number_of_values_is_bounded_by_what_may_be_decoded),
		TEST(test_memory_is_bounded_by_the_arena),
		TEST(test_lists_and_bytes_are_bounded_by_the_arena),
		TEST(test_writing_to_a_full_device_fails),
		TEST(test_each_takes_an_object_of_lists_in_any_order),
		TEST(test_each_takes_a_bare_list_of_the_first),
		TEST(test_each_takes_lists_that_are_empty_or_absent),
		TEST(test_each_names_the_path_of_what_is_wrong),
		TEST(test_each_ends_where_a_visit_fails_and_says_where),
		TEST(test_each_tells_broken_text_by_line_and_column_of_the_whole),
		TEST(test_each_takes_no_more_memory_than_one_element),
		TEST(test_each_bounds_nesting_and_values),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

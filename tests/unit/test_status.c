#include <stdio.h>

#include "proto/wire.h"
#include "tests/support/test.h"

/* Everything here starts from a status full of rubbish: nothing may depend on what it held. */
static struct occupare_status st;

static int
setup(void **state)
{
	(void)state;
	memset(&st, 'x', sizeof st);
	occupare_status_clear(&st);
	return 0;
}

static void
test_clear_makes_an_ok_without_details(void **state)
{
	(void)state;
	assert_int_equal(st.code, OCCUPARE_OK);
	assert_string_equal(st.reason, "");
	assert_string_equal(st.message, "");
	assert_string_equal(st.resource_type, "");
	assert_string_equal(st.resource_name, "");
	assert_int_equal(st.violations_count, 0);
	assert_int_equal(st.metadata_count, 0);
	assert_int_equal(st.retry_delay_ms, 0);
}

static void
test_fail_returns_its_code_and_names_it_as_the_reason(void **state)
{
	(void)state;
	assert_int_equal(occupare_fail(&st, OCCUPARE_NOT_FOUND, NULL, "no %s of %d", "nurse", 3), OCCUPARE_NOT_FOUND);
	assert_int_equal(st.code, OCCUPARE_NOT_FOUND);
	assert_string_equal(st.reason, "NOT_FOUND");
	assert_string_equal(st.message, "no nurse of 3");
	assert_int_equal(st.violations_count, 0);
}

static void
test_fail_with_a_field_starts_the_message_with_it_and_adds_a_violation(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, "salary.annual_mean", "must be positive");
	assert_string_equal(st.message, "salary.annual_mean: must be positive");
	assert_int_equal(st.violations_count, 1);
	assert_string_equal(st.violations[0].field, "salary.annual_mean");
	assert_string_equal(st.violations[0].description, "must be positive");
}

static void
test_fail_forgets_the_failure_before(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, "a", "b");
	occupare_status_metadata(&st, "k", "v");
	occupare_status_resource(&st, "occupation", "nurse");
	st.retry_delay_ms = 5;
	occupare_fail(&st, OCCUPARE_UNAVAILABLE, NULL, "away");
	assert_int_equal(st.violations_count, 0);
	assert_int_equal(st.metadata_count, 0);
	assert_string_equal(st.resource_type, "");
	assert_int_equal(st.retry_delay_ms, 0);
}

static void
test_fail_may_quote_the_status_it_overwrites(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_NOT_FOUND, NULL, "inner");
	occupare_fail(&st, OCCUPARE_INTERNAL, NULL, "outer: %s (%s)", st.message, st.reason);
	assert_string_equal(st.message, "outer: inner (NOT_FOUND)");
}

static void
test_the_first_violation_makes_an_ok_invalid(void **state)
{
	(void)state;
	assert_int_equal(occupare_violation_add(&st, "id", "is %s", "empty"), OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(occupare_violation_add(&st, "title", "is empty too"), OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(st.code, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.message, "id: is empty");
	assert_int_equal(st.violations_count, 2);
	assert_string_equal(st.violations[1].field, "title");
}

static void
test_violations_beyond_the_bound_are_counted_only(void **state)
{
	char field[16];

	(void)state;
	for (int i = 0; i < OCCUPARE_STATUS_VIOLATIONS_MAX + 5; i++) {
		snprintf(field, sizeof field, "f%d", i);
		occupare_violation_add(&st, field, "wrong");
	}
	assert_int_equal(st.violations_count, OCCUPARE_STATUS_VIOLATIONS_MAX + 5);
	assert_string_equal(st.violations[OCCUPARE_STATUS_VIOLATIONS_MAX - 1].field, "f7");
	assert_int_equal(st.metadata_count, 0);
	occupare_status_prefix(&st, "in");
	assert_string_equal(st.violations[OCCUPARE_STATUS_VIOLATIONS_MAX - 1].field, "in.f7");
}

static void
test_metadata_is_found_by_key_and_bounded(void **state)
{
	char key[16];

	(void)state;
	for (int i = 0; i < OCCUPARE_STATUS_METADATA_MAX + 2; i++) {
		snprintf(key, sizeof key, "k%d", i);
		occupare_status_metadata(&st, key, "v%d", i);
	}
	assert_int_equal(st.metadata_count, OCCUPARE_STATUS_METADATA_MAX);
	assert_string_equal(occupare_status_metadata_get(&st, "k3"), "v3");
	assert_null(occupare_status_metadata_get(&st, "k4"));
	assert_null(occupare_status_metadata_get(&st, ""));
}

static void
test_what_does_not_fit_ends_in_dots(void **state)
{
	char text[2000];

	(void)state;
	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = '\0';
	occupare_fail(&st, OCCUPARE_INTERNAL, text, "%s", text);
	occupare_status_reason(&st, text);
	occupare_status_resource(&st, text, text);
	occupare_status_metadata(&st, text, "%s", text);
#define ASSERT_CUT(field)                                                                                              \
	do {                                                                                                           \
		assert_int_equal(strlen(field), sizeof(field) - 1);                                                    \
		assert_string_equal((field) + sizeof(field) - 5, "a...");                                              \
	} while (0)
	ASSERT_CUT(st.message);
	ASSERT_CUT(st.reason);
	ASSERT_CUT(st.violations[0].field);
	ASSERT_CUT(st.violations[0].description);
	ASSERT_CUT(st.resource_type);
	ASSERT_CUT(st.resource_name);
	ASSERT_CUT(st.metadata[0].key);
	ASSERT_CUT(st.metadata[0].value);
}

static void
test_what_just_fits_is_not_cut(void **state)
{
	char text[sizeof st.reason];

	(void)state;
	memset(text, 'A', sizeof text);
	text[sizeof text - 1] = '\0';
	occupare_status_reason(&st, text);
	assert_string_equal(st.reason, text);
}

static bool
is_utf8(const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);

	while (at < end) {
		size_t length = occ_utf8_sequence(at, end);

		if (length == 0)
			return false;
		at += length;
	}
	return true;
}

static void
test_cutting_leaves_whole_letters(void **state)
{
	char text[1100];

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		size_t length = shift;

		memset(text, 'a', shift);
		while (length + 4 < sizeof text) {
			memcpy(text + length, "\xF0\x9F\x98\x80", 4);
			length += 4;
		}
		text[length] = '\0';
		occupare_fail(&st, OCCUPARE_INTERNAL, NULL, "%s", text);
		assert_true(is_utf8(st.message));
		assert_true(strlen(st.message) > sizeof st.message - 8);
		assert_string_equal(st.message + strlen(st.message) - 3, "...");
	}
}

static void
test_bytes_that_are_not_utf8_become_question_marks(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_INTERNAL, "f\xFF", "caf\xE9 na\xC3\xAFve \xED\xA0\x80");
	assert_string_equal(st.message, "f?: caf? na\xC3\xAFve ???");
	assert_string_equal(st.violations[0].field, "f?");
}

static void
test_prefix_joins_to_the_field_as_a_path(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, "annual_mean", "is negative");
	occupare_status_prefix(&st, "salary");
	occupare_status_prefix(&st, "occupations[3]");
	assert_string_equal(st.message, "occupations[3].salary.annual_mean: is negative");
	assert_string_equal(st.violations[0].field, "occupations[3].salary.annual_mean");
}

static void
test_prefix_puts_no_dot_before_an_index(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, "[3].id", "is empty");
	occupare_status_prefix(&st, "occupations");
	assert_string_equal(st.message, "occupations[3].id: is empty");
	assert_string_equal(st.violations[0].field, "occupations[3].id");
}

static void
test_prefix_of_a_failure_without_field_stands_before_a_colon(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_DATA_LOSS, NULL, "does not decode");
	occupare_status_prefix(&st, "store.mdb");
	assert_string_equal(st.message, "store.mdb: does not decode");
	assert_int_equal(st.violations_count, 0);
}

static void
test_prefix_of_an_unnamed_field_is_the_prefix(void **state)
{
	(void)state;
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, "", "is not an object");
	occupare_status_prefix(&st, "line 7");
	assert_string_equal(st.violations[0].field, "line 7");
}

static void
test_codes_have_the_names_of_grpc(void **state)
{
	(void)state;
	assert_string_equal(occupare_code_name(OCCUPARE_OK), "OK");
	assert_string_equal(occupare_code_name(OCCUPARE_FAILED_PRECONDITION), "FAILED_PRECONDITION");
	assert_string_equal(occupare_code_name(OCCUPARE_UNAUTHENTICATED), "UNAUTHENTICATED");
	assert_string_equal(occupare_code_name((enum occupare_code)17), "UNKNOWN");
	assert_string_equal(occupare_code_name((enum occupare_code) - 1), "UNKNOWN");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_clear_makes_an_ok_without_details),
		TEST(test_fail_returns_its_code_and_names_it_as_the_reason),
		TEST(test_fail_with_a_field_starts_the_message_with_it_and_adds_a_violation),
		TEST(test_fail_forgets_the_failure_before),
		TEST(test_fail_may_quote_the_status_it_overwrites),
		TEST(test_the_first_violation_makes_an_ok_invalid),
		TEST(test_violations_beyond_the_bound_are_counted_only),
		TEST(test_metadata_is_found_by_key_and_bounded),
		TEST(test_what_does_not_fit_ends_in_dots),
		TEST(test_what_just_fits_is_not_cut),
		TEST(test_cutting_leaves_whole_letters),
		TEST(test_bytes_that_are_not_utf8_become_question_marks),
		TEST(test_prefix_joins_to_the_field_as_a_path),
		TEST(test_prefix_puts_no_dot_before_an_index),
		TEST(test_prefix_of_a_failure_without_field_stands_before_a_colon),
		TEST(test_prefix_of_an_unnamed_field_is_the_prefix),
		TEST(test_codes_have_the_names_of_grpc),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}

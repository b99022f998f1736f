/* Values as people read them. */
#include "tests/support/test.h"

#include <math.h>

#include "service/compare/format.h"
#include "tests/support/samples.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name

static struct occ_arena arena;

static int
set_up(void **state)
{
	(void)state;
	occ_arena_init(&arena, 4096, 1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

static Occupare__V1__Figure *
figure(double value)
{
	return sample_figure(&arena, value);
}

static Occupare__V1__Figure *
figure_of(double value, Occupare__V1__FigureStatus status)
{
	return sample_figure_of(&arena, value, status, 0);
}

static void
test_number_has_thousands_separators(void **state)
{
	(void)state;
	assert_string_equal(format_number(&arena, 0, 0), "0");
	assert_string_equal(format_number(&arena, 999, 0), "999");
	assert_string_equal(format_number(&arena, 1000, 0), "1,000");
	assert_string_equal(format_number(&arena, 157294, 0), "157,294");
	assert_string_equal(format_number(&arena, 1234567.5, 1), "1,234,567.5");
	assert_string_equal(format_number(&arena, -12345, 0), "-12,345");
	assert_string_equal(format_number(&arena, -123, 0), "-123");
}

static void
test_number_rounds_decimal_halves_away_from_zero(void **state)
{
	(void)state;
	assert_string_equal(format_number(&arena, 0.5, 0), "1");
	assert_string_equal(format_number(&arena, 2.5, 0), "3");
	assert_string_equal(format_number(&arena, -2.5, 0), "-3");
	assert_string_equal(format_number(&arena, 2.675, 2), "2.68");
	assert_string_equal(format_number(&arena, 1.005, 2), "1.01");
	assert_string_equal(format_number(&arena, 2.674, 2), "2.67");
	assert_string_equal(format_number(&arena, 33.5235, 2), "33.52");
	assert_string_equal(format_number(&arena, 999.995, 2), "1,000.00");
}

static void
test_number_has_no_negative_zero(void **state)
{
	(void)state;
	assert_string_equal(format_number(&arena, -0.04, 1), "0.0");
	assert_string_equal(format_number(&arena, -0.0, 0), "0");
}

static void
test_number_survives_extreme_values(void **state)
{
	(void)state;
	assert_string_equal(format_number(&arena, 1e15, 2), "1,000,000,000,000,000.00");
	assert_int_equal(strlen(format_number(&arena, 1e300, 0)), 301 + 100);
	assert_string_equal(format_number(&arena, INFINITY, 0), "inf");
}

static void
test_trimmed_cuts_trailing_zeros_only(void **state)
{
	(void)state;
	assert_string_equal(format_trimmed(&arena, 47, 1), "47");
	assert_string_equal(format_trimmed(&arena, 100, 0), "100");
	assert_string_equal(format_trimmed(&arena, 100.04, 1), "100");
	assert_string_equal(format_trimmed(&arena, 0.341, 3), "0.341");
	assert_string_equal(format_trimmed(&arena, 0.5, 3), "0.5");
}

static void
test_money_has_the_sign_of_its_currency(void **state)
{
	(void)state;
	assert_string_equal(format_money(&arena, "USD", 69729, false), "$69,729");
	assert_string_equal(format_money(&arena, "", 69729, false), "$69,729");
	assert_string_equal(format_money(&arena, NULL, 33.5235, true), "$33.52");
	assert_string_equal(format_money(&arena, "USD", 115, true), "$115.00");
	assert_string_equal(format_money(&arena, "EUR", 50000, false), "\xe2\x82\xac"
								       "50,000");
	assert_string_equal(format_money(&arena, "GBP", 50000, false), "\xc2\xa3"
								       "50,000");
	assert_string_equal(format_money(&arena, "JPY", 1500.4, true), "\xc2\xa5"
								       "1,500");
	assert_string_equal(format_money(&arena, "CHF", 69729, false), "CHF 69,729");
	assert_string_equal(format_money(&arena, "USD", -5000, false), "-$5,000");
}

static void
test_percent_has_at_most_one_decimal(void **state)
{
	(void)state;
	assert_string_equal(format_percent(&arena, 28), "28%");
	assert_string_equal(format_percent(&arena, 23.4), "23.4%");
	assert_string_equal(format_percent(&arena, 0), "0%");
	assert_string_equal(format_percent(&arena, -4.5), "-4.5%");
	assert_string_equal(format_percent(&arena, 12.96), "13%");
}

static void
test_months_are_years_where_both_ends_are(void **state)
{
	(void)state;
	assert_string_equal(format_months(&arena, figure(48), figure(72)), "4-6 years");
	assert_string_equal(format_months(&arena, figure(6), figure(12)), "6-12 months");
	assert_string_equal(format_months(&arena, figure(12), figure(18)), "12-18 months");
	assert_string_equal(format_months(&arena, figure(12), figure(24)), "1-2 years");
}

static void
test_months_of_equal_ends_are_one_number(void **state)
{
	(void)state;
	assert_string_equal(format_months(&arena, figure(12), figure(12)), "1 year");
	assert_string_equal(format_months(&arena, figure(24), figure(24)), "2 years");
	assert_string_equal(format_months(&arena, figure(1), figure(1)), "1 month");
	assert_string_equal(format_months(&arena, figure(7), figure(7)), "7 months");
}

static void
test_months_of_one_end_say_which(void **state)
{
	(void)state;
	assert_string_equal(format_months(&arena, figure(120), NULL), "more than 10 years");
	assert_string_equal(format_months(&arena, NULL, figure(24)), "up to 2 years");
	assert_string_equal(format_months(&arena, figure(0), figure(3)), "up to 3 months");
	assert_string_equal(format_months(&arena, figure(12), figure_of(0, STATUS(SUPPRESSED))), "more than 1 year");
	assert_null(format_months(&arena, NULL, NULL));
	assert_null(format_months(&arena, figure_of(0, STATUS(NOT_COLLECTED)), NULL));
}

static void
test_pay_range_of_one_end_says_which(void **state)
{
	(void)state;
	assert_string_equal(format_pay_range(&arena, figure(41000), figure(117000), "USD"), "$41,000-$117,000");
	assert_string_equal(format_pay_range(&arena, figure(41000), NULL, "USD"), "$41,000 or more");
	assert_string_equal(format_pay_range(&arena, NULL, figure(117000), "USD"), "up to $117,000");
	assert_null(format_pay_range(&arena, NULL, NULL, "USD"));
}

static void
test_figure_reads_in_its_unit(void **state)
{
	(void)state;
	assert_string_equal(format_figure(&arena, figure(69729.4), UNIT(CURRENCY_PER_YEAR), "USD"), "$69,729");
	assert_string_equal(format_figure(&arena, figure(33.5), UNIT(CURRENCY_PER_HOUR), "USD"), "$33.50");
	assert_string_equal(format_figure(&arena, figure(23.4), UNIT(PERCENT), NULL), "23.4%");
	assert_string_equal(format_figure(&arena, figure(157294), UNIT(COUNT), NULL), "157,294");
	assert_string_equal(format_figure(&arena, figure(47), UNIT(YEARS), NULL), "47");
	assert_string_equal(format_figure(&arena, figure(42.5), UNIT(YEARS), NULL), "42.5");
	assert_string_equal(format_figure(&arena, figure(4.25), UNIT(RATING), NULL), "4.25");
}

static void
test_figure_that_is_a_bound_says_so(void **state)
{
	(void)state;
	assert_string_equal(format_figure(&arena, figure_of(239200, STATUS(AT_LEAST)), UNIT(CURRENCY_PER_YEAR), "USD"),
	    "$239,200 or more");
}

static void
test_figure_without_value_is_null(void **state)
{
	(void)state;
	assert_null(format_figure(&arena, NULL, UNIT(COUNT), NULL));
	assert_null(format_figure(&arena, figure_of(7, STATUS(SUPPRESSED)), UNIT(COUNT), NULL));
	assert_null(format_figure(&arena, figure_of(7, STATUS(NOT_COLLECTED)), UNIT(COUNT), NULL));
	assert_null(format_figure(&arena, figure(NAN), UNIT(COUNT), NULL));
	assert_non_null(format_figure(&arena, figure_of(7, STATUS(INHERITED)), UNIT(COUNT), NULL));
	assert_non_null(format_figure(&arena, figure_of(7, STATUS(DERIVED)), UNIT(COUNT), NULL));
}

static Occupare__V1__Difference
difference(double absolute, const double *percent)
{
	Occupare__V1__Difference made = OCCUPARE__V1__DIFFERENCE__INIT;

	made.absolute = figure(absolute);
	made.percent = percent == NULL ? NULL : figure(*percent);
	made.direction = absolute > 0   ? OCCUPARE__V1__DIRECTION__DIRECTION_HIGHER
			 : absolute < 0 ? OCCUPARE__V1__DIRECTION__DIRECTION_LOWER
					: OCCUPARE__V1__DIRECTION__DIRECTION_EQUAL;
	return made;
}

static void
assert_difference(double absolute, const double *percent, Occupare__V1__Unit unit, const char *expected)
{
	Occupare__V1__Difference made = difference(absolute, percent);

	assert_string_equal(format_difference(&arena, &made, unit, "USD"), expected);
}

static void
test_difference_has_sign_money_and_percent(void **state)
{
	const double up = 64.897, down = -39.356;

	(void)state;
	assert_difference(45252, &up, UNIT(CURRENCY_PER_YEAR), "+$45,252, +64.9%");
	assert_difference(-45252, &down, UNIT(CURRENCY_PER_YEAR), "-$45,252, -39.4%");
	assert_difference(21.76, NULL, UNIT(CURRENCY_PER_HOUR), "+$21.76");
	assert_difference(-93017, NULL, UNIT(COUNT), "-93,017");
}

static void
test_difference_of_percents_is_in_points(void **state)
{
	(void)state;
	assert_difference(4.3, NULL, UNIT(PERCENT), "+4.3 points");
	assert_difference(-1, NULL, UNIT(PERCENT), "-1 point");
}

static void
test_difference_of_nothing_is_same_and_of_little_is_almost(void **state)
{
	const double none = 0, little = 1e-7;

	(void)state;
	assert_difference(0, &none, UNIT(COUNT), "same");
	assert_difference(0.5, &none, UNIT(CURRENCY_PER_YEAR), "+$0.50, +0%");
	assert_difference(0.001, &little, UNIT(CURRENCY_PER_YEAR), "almost the same");
	assert_difference(0.02, NULL, UNIT(PERCENT), "almost the same");
}

static void
test_difference_that_is_empty_reads_empty(void **state)
{
	Occupare__V1__Difference none = OCCUPARE__V1__DIFFERENCE__INIT;

	(void)state;
	assert_string_equal(format_difference(&arena, &none, UNIT(COUNT), NULL), "");
}

static void
test_shares_name_parts_without_percent(void **state)
{
	Occupare__V1__Share male = OCCUPARE__V1__SHARE__INIT, other = OCCUPARE__V1__SHARE__INIT;
	Occupare__V1__Share unknown = OCCUPARE__V1__SHARE__INIT;
	Occupare__V1__Share *items[] = { &male, &other, &unknown };
	Occupare__V1__ShareList list = OCCUPARE__V1__SHARE_LIST__INIT;

	(void)state;
	male.label = (char *)"Male";
	male.percent = figure(23.4);
	other.label = (char *)"Other";
	unknown.label = (char *)"Unknown";
	unknown.percent = figure_of(0, STATUS(SUPPRESSED));
	list.items = items;
	list.n_items = 3;
	assert_string_equal(format_shares(&arena, &list), "Male, 23.4%; Other; Unknown, n/a");
}

static void
test_join_of_none_is_empty(void **state)
{
	char *items[] = { (char *)"a", (char *)"b", (char *)"c" };

	(void)state;
	assert_string_equal(format_join(&arena, items, 0, ", "), "");
	assert_string_equal(format_join(&arena, items, 1, ", "), "a");
	assert_string_equal(format_join(&arena, items, 3, ", "), "a, b, c");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number_has_thousands_separators),
		cmocka_unit_test(test_number_rounds_decimal_halves_away_from_zero),
		cmocka_unit_test(test_number_has_no_negative_zero),
		cmocka_unit_test(test_number_survives_extreme_values),
		cmocka_unit_test(test_trimmed_cuts_trailing_zeros_only),
		cmocka_unit_test(test_money_has_the_sign_of_its_currency),
		cmocka_unit_test(test_percent_has_at_most_one_decimal),
		cmocka_unit_test(test_months_are_years_where_both_ends_are),
		cmocka_unit_test(test_months_of_equal_ends_are_one_number),
		cmocka_unit_test(test_months_of_one_end_say_which),
		cmocka_unit_test(test_pay_range_of_one_end_says_which),
		cmocka_unit_test(test_figure_reads_in_its_unit),
		cmocka_unit_test(test_figure_that_is_a_bound_says_so),
		cmocka_unit_test(test_figure_without_value_is_null),
		cmocka_unit_test(test_difference_has_sign_money_and_percent),
		cmocka_unit_test(test_difference_of_percents_is_in_points),
		cmocka_unit_test(test_difference_of_nothing_is_same_and_of_little_is_almost),
		cmocka_unit_test(test_difference_that_is_empty_reads_empty),
		cmocka_unit_test(test_shares_name_parts_without_percent),
		cmocka_unit_test(test_join_of_none_is_empty),
	};

	return cmocka_run_group_tests_name("format", tests, set_up, tear_down);
}

/* Areas and estimates: imported, looked up, listed, replaced. */
#include "tests/support/test.h"

#include <stdio.h>

#include "tests/support/samples.h"
#include "tests/support/store.h"

static struct fixture f;

static int
set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof f);
	fixture_open(&f);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_verify(&f);
	fixture_close(&f);
	return 0;
}

static Occupare__V1__Area *
area(const char *code, const char *title)
{
	Occupare__V1__Area *ret = occ_arena_alloc(&f.arena, sizeof *ret);

	occupare__v1__area__init(ret);
	ret->code = occ_arena_strdup(&f.arena, code);
	ret->title = occ_arena_strdup(&f.arena, title);
	return ret;
}

static Occupare__V1__Estimate *
estimate(const char *soc_code, const char *where, uint32_t period, const char *industry, double employment)
{
	Occupare__V1__Estimate *ret = occ_arena_alloc(&f.arena, sizeof *ret);
	Occupare__V1__Source *source = occ_arena_alloc(&f.arena, sizeof *source);

	occupare__v1__source__init(source);
	source->id = 9;
	source->title = occ_arena_printf(&f.arena, "Estimates %u", period);
	occupare__v1__estimate__init(ret);
	ret->soc_code = occ_arena_strdup(&f.arena, soc_code);
	ret->area = occ_arena_strdup(&f.arena, where);
	ret->period = period;
	ret->industry = occ_arena_strdup(&f.arena, industry);
	ret->employment = sample_figure_of(&f.arena, employment, 0, 9);
	ret->sources = occ_arena_calloc(&f.arena, 1, sizeof(Occupare__V1__Source *));
	ret->sources[0] = source;
	ret->n_sources = 1;
	return ret;
}

static void
load(const char *origin, bool keep, size_t areas_count, Occupare__V1__Area *const *areas, size_t estimates_count,
    Occupare__V1__Estimate *const *estimates)
{
	struct fixture_load load = {
		.origin = origin,
		.mode = keep ? STORE_IMPORT_ADD : STORE_IMPORT_REPLACE,
		.areas = areas,
		.areas_count = areas_count,
		.estimates = estimates,
		.estimates_count = estimates_count,
	};
	struct store_import_counts counts;
	struct occupare_status st;

	fixture_import(&f, &load, &counts, &st);
	ASSERT_OK(&st);
	assert_int_equal(counts.areas, areas_count);
	assert_int_equal(counts.estimates, estimates_count);
}

static void
load_some(void)
{
	Occupare__V1__Area *const areas[] = { area("US", "United States"), area("TX", "Texas"),
		area("CA", "California") };
	Occupare__V1__Estimate *const estimates[] = {
		estimate("29-1141", "US", 2023, "", 23),
		estimate("29-1141", "US", 2024, "", 24),
		estimate("29-1141", "TX", 2023, "", 230),
		estimate("29-1141", "TX", 2022, "Hospitals", 22),
		estimate("29-1141", "CA", 2024, "", 240),
		estimate("29-1142", "US", 2024, "", 1),
	};

	load("oews", false, 3, areas, 6, estimates);
}

/* ---- Areas ---- */

static void
test_area_is_found_letter_case_aside(void **state)
{
	Occupare__V1__Area *got = NULL;
	struct occupare_status st = { 0 };

	(void)state;
	load_some();
	fixture_read(&f);
	assert_int_equal(store_area(&f.arena, f.txn, "Tx", &got, &st), OCCUPARE_OK);
	assert_string_equal(got->code, "TX");
	assert_string_equal(got->title, "Texas");
	assert_int_equal(store_area(&f.arena, f.txn, "ZZ", &got, &st), OCCUPARE_NOT_FOUND);
	assert_string_equal(st.resource_type, "area");
	assert_int_equal(store_area(&f.arena, f.txn, "", &got, &st), OCCUPARE_NOT_FOUND);
}

static void
test_areas_are_listed_by_code_page_by_page(void **state)
{
	struct occupare_status st = { 0 };
	Occupare__V1__Area **page;
	uint64_t total;
	size_t count;
	char *next;

	(void)state;
	load_some();
	fixture_read(&f);
	assert_int_equal(store_areas(&f.arena, f.txn, NULL, 2, &page, &count, &next, &total, &st), OCCUPARE_OK);
	assert_int_equal(total, 3);
	assert_int_equal(count, 2);
	assert_string_equal(page[0]->code, "CA");
	assert_string_equal(page[1]->code, "TX");
	assert_int_equal(store_areas(&f.arena, f.txn, next, 2, &page, &count, &next, &total, &st), OCCUPARE_OK);
	assert_int_equal(count, 1);
	assert_string_equal(page[0]->code, "US");
	assert_null(next);
	assert_int_equal(
	    store_areas(&f.arena, f.txn, "nonsense", 2, &page, &count, &next, &total, &st), OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "page_token");
}

/* ---- Estimates ---- */

static double
employment(const char *soc_code, const char *where, uint32_t period, const char *industry)
{
	Occupare__V1__Estimate *got = NULL;
	struct occupare_status st = { 0 };

	fixture_read(&f);
	(void)!store_estimate(&f.arena, f.txn, soc_code, where, period, industry, &got, &st);
	ASSERT_OK(&st);
	return got->employment->value;
}

static void
test_estimate_of_a_period_and_of_the_latest(void **state)
{
	(void)state;
	load_some();
	assert_true(employment("29-1141", "US", 2023, "") == 23);
	assert_true(employment("29-1141", "US", 0, "") == 24);
	assert_true(employment("291141", "tx", 0, "") == 230);
	assert_true(employment("29-1141", "TX", 0, "Hospitals") == 22);
}

static void
test_missing_estimate_says_which_periods_there_are(void **state)
{
	Occupare__V1__Estimate *got;
	struct occupare_status st = { 0 };

	(void)state;
	load_some();
	fixture_read(&f);
	assert_int_equal(store_estimate(&f.arena, f.txn, "29-1141", "US", 2019, "", &got, &st), OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "2023, 2024");
	assert_string_equal(occupare_status_metadata_get(&st, "periods"), "2023, 2024");
	assert_int_equal(store_estimate(&f.arena, f.txn, "29-1141", "NV", 0, "", &got, &st), OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "none");
	assert_int_equal(store_estimate(&f.arena, f.txn, "no code", "US", 0, "", &got, &st), OCCUPARE_NOT_FOUND);
}

/* Area, period and industry of all pages. */
static const char *
listed(const char *where, uint32_t period, size_t limit, uint64_t *ret_total)
{
	char *text = occ_arena_strdup(&f.arena, ""), *after = NULL;
	struct occupare_status st = { 0 };

	fixture_read(&f);
	do {
		Occupare__V1__Estimate **page;
		size_t count;

		(void)!store_estimates(
		    &f.arena, f.txn, "29-1141", where, period, after, limit, &page, &count, &after, ret_total, &st);
		ASSERT_OK(&st);
		for (size_t i = 0; i < count; i++)
			text = occ_arena_printf(
			    &f.arena, "%s%s%u%s ", text, page[i]->area, page[i]->period, page[i]->industry);
		text = occ_arena_printf(&f.arena, "%s|", text);
	} while (after != NULL);
	return text;
}

static void
test_estimates_are_listed_by_area_period_and_industry(void **state)
{
	uint64_t total;

	(void)state;
	load_some();
	assert_string_equal(listed("", 0, 2, &total), "CA2024 TX2022Hospitals |TX2023 US2023 |US2024 |");
	assert_int_equal(total, 5);
	assert_string_equal(listed("tx", 0, 9, &total), "TX2022Hospitals TX2023 |");
	assert_int_equal(total, 2);
	assert_string_equal(listed("", 2024, 1, &total), "CA2024 |US2024 |");
	assert_int_equal(total, 2);
	assert_string_equal(listed("NV", 0, 9, &total), "|");
	assert_int_equal(total, 0);
}

static void
test_position_of_another_list_is_refused(void **state)
{
	static const char *const positions[] = { "", "zz", "0", "3239313134320055530000", "ff" };
	struct occupare_status st = { 0 };
	Occupare__V1__Estimate **page;
	uint64_t total;
	size_t count;
	char *next;

	(void)state;
	load_some();
	fixture_read(&f);
	for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
		(void)!store_estimates(
		    &f.arena, f.txn, "29-1141", "", 0, positions[i], 9, &page, &count, &next, &total, &st);
		ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	}
}

/* ---- Imports ---- */

static void
test_import_replaces_what_its_origin_gave(void **state)
{
	Occupare__V1__Estimate *const newer[] = { estimate("29-1141", "US", 2025, "", 25) };
	Occupare__V1__Estimate *const others[] = { estimate("29-1141", "US", 1999, "", 99) };
	uint64_t total;

	(void)state;
	load_some();
	load("json", true, 0, NULL, 1, others);
	load("oews", false, 0, NULL, 1, newer);
	assert_string_equal(listed("", 0, 9, &total), "US1999 US2025 |");
	assert_int_equal(fixture_dataset(&f)->counts->estimates, 2);
	assert_int_equal(fixture_dataset(&f)->counts->areas, 0);
	assert_int_equal(fixture_dataset(&f)->counts->sources, 2);
}

static void
test_import_that_keeps_adds_and_replaces(void **state)
{
	Occupare__V1__Estimate *const more[] = { estimate("29-1141", "US", 2024, "", 2400) };

	(void)state;
	load_some();
	load("oews", true, 0, NULL, 1, more);
	assert_true(employment("29-1141", "US", 2024, "") == 2400);
	assert_int_equal(fixture_dataset(&f)->counts->estimates, 6);
}

static void
test_import_of_the_same_estimates_moves_nothing(void **state)
{
	(void)state;
	load_some();
	load_some();
	assert_int_equal(fixture_dataset(&f)->generation, 1);
	assert_int_equal(fixture_dataset(&f)->counts->areas, 3);
	assert_int_equal(fixture_dataset(&f)->counts->estimates, 6);
}

static void
test_sources_of_estimates_become_the_stores(void **state)
{
	Occupare__V1__Estimate *got = NULL;
	struct occupare_status st = { 0 };

	(void)state;
	load_some();
	fixture_read(&f);
	assert_int_equal(store_estimate(&f.arena, f.txn, "29-1141", "CA", 2024, "", &got, &st), OCCUPARE_OK);
	assert_int_equal(got->employment->source, 2);
	assert_int_equal(got->sources[0]->id, 2);
	assert_string_equal(got->sources[0]->title, "Estimates 2024");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_area_is_found_letter_case_aside),
		TEST(test_areas_are_listed_by_code_page_by_page),
		TEST(test_estimate_of_a_period_and_of_the_latest),
		TEST(test_missing_estimate_says_which_periods_there_are),
		TEST(test_estimates_are_listed_by_area_period_and_industry),
		TEST(test_position_of_another_list_is_refused),
		TEST(test_import_replaces_what_its_origin_gave),
		TEST(test_import_that_keeps_adds_and_replaces),
		TEST(test_import_of_the_same_estimates_moves_nothing),
		TEST(test_sources_of_estimates_become_the_stores),
	};

	return cmocka_run_group_tests_name("estimates", tests, NULL, NULL);
}

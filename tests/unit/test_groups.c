/* What is published for SOC codes reaches the occupations of them, whichever was imported first. */
#include "tests/support/test.h"

#include <stdio.h>

#include "store/db.h"
#include "store/soc.h"
#include "tests/support/samples.h"
#include "tests/support/store.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

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

/* ---- What is imported ---- */

static Occupare__V1__Source *
source(const char *title)
{
	Occupare__V1__Source *ret = occ_arena_alloc(&f.arena, sizeof *ret);

	occupare__v1__source__init(ret);
	ret->id = 5;
	ret->title = occ_arena_strdup(&f.arena, title);
	return ret;
}

static Occupare__V1__Figure *
figure(double value)
{
	return sample_figure_of(&f.arena, value, 0, 5);
}

static Occupare__V1__Occupation *
onet_occupation(const char *title, const char *code)
{
	Occupare__V1__Occupation *ret = sample_bare(&f.arena, "", title);

	fixture_add_code(&f, ret, "ONETSOC2019", code);
	fixture_add_code(&f, ret, "SOC2018", occ_arena_strndup(&f.arena, code, SOC_CODE_LENGTH));
	return ret;
}

static Occupare__V1__Area *
area(const char *code, const char *title, Occupare__V1__AreaKind kind)
{
	Occupare__V1__Area *ret = occ_arena_alloc(&f.arena, sizeof *ret);

	occupare__v1__area__init(ret);
	ret->code = occ_arena_strdup(&f.arena, code);
	ret->title = occ_arena_strdup(&f.arena, title);
	ret->kind = kind;
	return ret;
}

/* employment: negative = not given. */
static Occupare__V1__Estimate *
estimate(const char *soc_code, const char *where, uint32_t period, double annual_mean, double employment)
{
	Occupare__V1__Estimate *ret = occ_arena_alloc(&f.arena, sizeof *ret);

	occupare__v1__estimate__init(ret);
	ret->soc_code = occ_arena_strdup(&f.arena, soc_code);
	ret->area = occ_arena_strdup(&f.arena, where);
	ret->period = period;
	ret->soc_title = occ_arena_printf(&f.arena, "Title of %s", soc_code);
	ret->salary = occ_arena_alloc(&f.arena, sizeof *ret->salary);
	occupare__v1__salary__init(ret->salary);
	ret->salary->currency_code = occ_arena_strdup(&f.arena, "USD");
	ret->salary->annual_mean = figure(annual_mean);
	if (employment >= 0)
		ret->employment = figure(employment);
	ret->n_sources = 1;
	ret->sources = occ_arena_calloc(&f.arena, 1, sizeof(Occupare__V1__Source *));
	ret->sources[0] = source(occ_arena_printf(&f.arena, "Wages of %u", period));
	return ret;
}

static Occupare__V1__Occupation *
growth(double percent, const char *title)
{
	Occupare__V1__Occupation *ret = sample_bare(&f.arena, "", title);

	ret->outlook = occ_arena_alloc(&f.arena, sizeof *ret->outlook);
	occupare__v1__outlook__init(ret->outlook);
	ret->outlook->growth_percent = figure(percent);
	ret->n_sources = 1;
	ret->sources = occ_arena_calloc(&f.arena, 1, sizeof(Occupare__V1__Source *));
	ret->sources[0] = source("Projections");
	return ret;
}

static struct store_import_counts
import(const struct fixture_load *load)
{
	struct store_import_counts counts;
	struct occupare_status st;

	fixture_import(&f, load, &counts, &st);
	ASSERT_OK(&st);
	return counts;
}

static struct store_import_counts
import_onet(size_t count, Occupare__V1__Occupation *const *occupations)
{
	return import(
	    &(struct fixture_load){ .origin = "onet", .occupations = occupations, .occupations_count = count });
}

static struct store_import_counts
import_estimates(size_t count, Occupare__V1__Estimate *const *estimates)
{
	Occupare__V1__Area *const areas[] = { area("US", "United States", OCCUPARE__V1__AREA_KIND__AREA_KIND_NATION),
		area("CA", "California", OCCUPARE__V1__AREA_KIND__AREA_KIND_STATE),
		area("TX", "Texas", OCCUPARE__V1__AREA_KIND__AREA_KIND_STATE),
		area("GU", "Guam", OCCUPARE__V1__AREA_KIND__AREA_KIND_STATE),
		area("41940", "San Jose, CA", OCCUPARE__V1__AREA_KIND__AREA_KIND_METRO),
		area("0600007", "North Coast, CA nonmetropolitan area", OCCUPARE__V1__AREA_KIND__AREA_KIND_METRO) };

	return import(&(struct fixture_load){
	    .origin = "oews", .areas = areas, .areas_count = 6, .estimates = estimates, .estimates_count = count });
}

static struct store_import_counts
import_growth(const char *origin, const char *soc_code, double percent, const char *title)
{
	const struct fixture_group group = { origin, soc_code, growth(percent, title) };

	return import(&(struct fixture_load){ .origin = "projections", .groups = &group, .groups_count = 1 });
}

static double
mean_of(const char *id, int status)
{
	const Occupare__V1__Occupation *got = fixture_get(&f, id);

	assert_non_null(got);
	assert_non_null(got->salary);
	assert_non_null(got->salary->annual_mean);
	assert_int_equal(got->salary->annual_mean->status, status);
	return got->salary->annual_mean->value;
}

/* ---- Codes ---- */

static void
test_codes_of_groups_lead_both_ways(void **state)
{
	(void)state;
	assert_string_equal(soc_published("13-1021"), "13-1020");
	assert_string_equal(soc_published("53-1049"), "53-1047");
	assert_null(soc_published("13-1020"));
	assert_null(soc_published("29-1141"));
	assert_string_equal(soc_member("13-1020", 0), "13-1021");
	assert_string_equal(soc_member("13-1020", 2), "13-1023");
	assert_null(soc_member("13-1020", 3));
	assert_null(soc_member("53-1047", 4));
	assert_null(soc_member("29-1141", 0));
	assert_string_equal(soc_code(&f.arena, "291141"), "29-1141");
	assert_string_equal(soc_code(&f.arena, "29-1141"), "29-1141");
	assert_null(soc_code(&f.arena, "29-1141.00"));
	assert_null(soc_code(&f.arena, "29-11X1"));
}

/* ---- Joins ---- */

static void
test_pay_of_a_soc_code_reaches_all_its_occupations(void **state)
{
	Occupare__V1__Occupation *const occupations[] = { onet_occupation("Nurses", "29-1141.00"),
		onet_occupation("Acute Nurses", "29-1141.01"), onet_occupation("Bakers", "51-3011.00") };
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010) };
	const Occupare__V1__Occupation *nurses;

	(void)state;
	import_onet(3, occupations);
	assert_int_equal(import_estimates(1, estimates).occupations_changed, 2);
	assert_true(mean_of("nurses", STATUS(UNSPECIFIED)) == 98430);
	assert_true(mean_of("acute-nurses", STATUS(INHERITED)) == 98430);
	assert_null(fixture_get(&f, "bakers")->salary);
	nurses = fixture_get(&f, "nurses");
	assert_true(nurses->outlook->employment->value == 3282010);
	assert_string_equal(nurses->title, "Nurses");
	assert_int_equal(nurses->n_sources, 1);
	assert_string_equal(nurses->sources[0]->title, "Wages of 2024");
	assert_int_equal(nurses->salary->annual_mean->source, nurses->sources[0]->id);
}

static void
test_order_of_imports_does_not_matter(void **state)
{
	Occupare__V1__Occupation *const occupations[] = { onet_occupation("Nurses", "29-1141.00"),
		onet_occupation("Acute Nurses", "29-1141.01"), onet_occupation("Farm Buyers", "13-1021.00") };
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("13-1020", "US", 2024, 80000, 400000), estimate("51-3011", "US", 2024, 38000, 200000) };
	static const char *const ids[] = { "title-of-29-1141", "acute-nurses", "farm-buyers", "title-of-13-1020",
		"title-of-51-3011" };
	static const char *const titles[] = { "Nurses", "Acute Nurses", "Farm Buyers", "Title of 13-1020",
		"Title of 51-3011" };

	(void)state;
	import_estimates(3, estimates);
	import_growth("projections", "29-1141", 4.9, "");
	assert_string_equal(fixture_get(&f, "title-of-29-1141")->title, "Title of 29-1141");
	assert_int_equal(import_onet(3, occupations).occupations_added, 2);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(fixture_get(&f, ids[i])->title, titles[i]);
	assert_true(mean_of("title-of-29-1141", STATUS(UNSPECIFIED)) == 98430);
	assert_true(mean_of("acute-nurses", STATUS(INHERITED)) == 98430);
	assert_true(mean_of("farm-buyers", STATUS(INHERITED)) == 80000);
	assert_true(mean_of("title-of-13-1020", STATUS(UNSPECIFIED)) == 80000);
	assert_true(fixture_get(&f, "acute-nurses")->outlook->growth_percent->value == 4.9);
	assert_int_equal(fixture_get(&f, "acute-nurses")->outlook->growth_percent->status, STATUS(INHERITED));
	assert_int_equal(fixture_get(&f, "title-of-29-1141")->n_codes, 2);
}

static void
test_codes_that_nobody_else_describes_are_told(void **state)
{
	Occupare__V1__Occupation *const occupations[] = { onet_occupation("Nurses", "29-1141.00"),
		onet_occupation("Farm Buyers", "13-1021.00") };
	const struct fixture_group groups[] = { { "projections", "29-1141", growth(1, "Nurses") },
		{ "projections", "13-1021", growth(2, "") }, { "projections", "13-1020", growth(3, "Buyers") },
		{ "projections", "51-3011", growth(4, "Bakers") }, { "projections", "51-3091", growth(5, "") } };
	struct store_import_counts counts;

	(void)state;
	import_onet(2, occupations);
	for (int i = 0; i < 2; i++) {
		counts = import(&(struct fixture_load){ .origin = "projections", .groups = groups, .groups_count = 5 });
		assert_int_equal(counts.soc_codes, 5);
		assert_int_equal(counts.soc_codes_changed, i == 0 ? 5 : 0);
		assert_int_equal(counts.soc_codes_alone, 2);
	}
	assert_true(fixture_get(&f, "farm-buyers")->outlook->growth_percent->value == 2);
}

static void
test_soc_code_without_occupation_gets_one_and_loses_it_with_its_figures(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("51-3011", "US", 2024, 38000, 200000) };
	const Occupare__V1__Occupation *bakers;
	struct store_import_counts counts;

	(void)state;
	counts = import_estimates(2, estimates);
	assert_int_equal(counts.occupations_added, 2);
	assert_int_equal(counts.soc_codes, 2);
	assert_int_equal(counts.soc_codes_alone, 2);
	bakers = fixture_get(&f, "title-of-51-3011");
	assert_string_equal(bakers->codes[0]->value, "51-3011");
	assert_string_equal(bakers->codes[0]->system, "SOC2018");
	assert_string_equal(bakers->category->title, "Production Occupations");
	counts = import_estimates(1, estimates);
	assert_int_equal(counts.occupations_removed, 1);
	assert_null(fixture_get(&f, "title-of-51-3011"));
	assert_non_null(fixture_get(&f, "title-of-29-1141"));
}

static void
test_import_of_the_same_changes_nothing(void **state)
{
	Occupare__V1__Occupation *const occupations[] = { onet_occupation("Nurses", "29-1141.00") };
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("29-1141", "CA", 2023, 130000, -1), estimate("51-3011", "US", 2024, 38000, 200000) };
	struct store_import_counts counts;
	uint64_t generation;

	(void)state;
	import_onet(1, occupations);
	import_estimates(3, estimates);
	import_growth("projections", "29-1141", 4.9, "Registered Nurses");
	generation = fixture_dataset(&f)->generation;
	counts = import_estimates(3, estimates);
	assert_int_equal(counts.soc_codes, 2);
	assert_int_equal(counts.soc_codes_changed, 0);
	assert_int_equal(counts.soc_codes_alone, 1);
	import_growth("projections", "29-1141", 4.9, "Registered Nurses");
	import_onet(1, occupations);
	assert_int_equal(fixture_dataset(&f)->generation, generation);
}

static void
test_parts_of_a_source_are_replaced_one_by_one(void **state)
{
	Occupare__V1__Occupation *const occupations[] = { onet_occupation("Nurses", "29-1141.00") };
	Occupare__V1__Occupation *education = sample_bare(&f.arena, "", "");
	const struct fixture_group group = { "projections-education", "29-1141", education };
	const Occupare__V1__Occupation *got;

	(void)state;
	education->education = occ_arena_alloc(&f.arena, sizeof *education->education);
	occupare__v1__education__init(education->education);
	education->education->typical_entry = occ_arena_strdup(&f.arena, "Bachelor's degree");
	import_onet(1, occupations);
	import_growth("projections", "29-1141", 4.9, "");
	import(&(struct fixture_load){ .origin = "projections", .groups = &group, .groups_count = 1 });
	got = fixture_get(&f, "nurses");
	assert_true(got->outlook->growth_percent->value == 4.9);
	assert_string_equal(got->education->typical_entry, "Bachelor's degree");
	import_growth("projections", "51-3011", 1, "");
	assert_null(fixture_get(&f, "nurses")->outlook);
	assert_non_null(fixture_get(&f, "nurses")->education);
	import(&(struct fixture_load){ .origin = "projections", .mode = STORE_IMPORT_REPLACE });
	assert_null(fixture_get(&f, "nurses")->education);
}

static void
test_estimates_of_other_years_and_areas_stay(void **state)
{
	Occupare__V1__Estimate *const old[] = { estimate("29-1141", "US", 2021, 82750, 3047530),
		estimate("29-1142", "US", 2021, 1, 1), estimate("29-1141", "CA", 2023, 137690, -1) };
	Occupare__V1__Estimate *const newer[] = { estimate("29-1141", "US", 2024, 98430, 3282010) };
	Occupare__V1__Estimate *const again[] = { estimate("29-1141", "US", 2021, 82751, 3047530) };
	Occupare__V1__Estimate *got;
	struct occupare_status st;

	(void)state;
	import_estimates(3, old);
	assert_true(mean_of("title-of-29-1141", STATUS(UNSPECIFIED)) == 82750);
	import_estimates(1, newer);
	assert_true(mean_of("title-of-29-1141", STATUS(UNSPECIFIED)) == 98430);
	assert_string_equal(fixture_get(&f, "title-of-29-1141")->salary->top_state->label, "California");
	/* The same year and area again: what it had beside that goes. */
	import_estimates(1, again);
	fixture_read(&f);
	assert_int_equal(store_estimate(&f.arena, f.txn, "29-1141", "US", 2021, "", &got, &st), OCCUPARE_OK);
	assert_true(got->salary->annual_mean->value == 82751);
	assert_int_equal(store_estimate(&f.arena, f.txn, "29-1142", "US", 2021, "", &got, &st), OCCUPARE_NOT_FOUND);
	assert_true(mean_of("title-of-29-1141", STATUS(UNSPECIFIED)) == 98430);
}

static void
test_estimate_of_a_member_is_its_groups(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("13-1020", "US", 2024, 80000, 400000),
		estimate("13-1020", "CA", 2024, 90000, 40000) };
	Occupare__V1__Estimate *got, **page;
	struct occupare_status st;
	uint64_t total;
	size_t count;
	char *next;

	(void)state;
	import_estimates(2, estimates);
	fixture_read(&f);
	assert_int_equal(store_estimate(&f.arena, f.txn, "13-1022", "CA", 0, "", &got, &st), OCCUPARE_OK);
	assert_string_equal(got->soc_code, "13-1020");
	assert_int_equal(
	    store_estimates(&f.arena, f.txn, "13-1022", "", 0, NULL, 10, &page, &count, &next, &total, &st),
	    OCCUPARE_OK);
	assert_int_equal(total, 2);
	assert_int_equal(store_estimate(&f.arena, f.txn, "13-1031", "US", 0, "", &got, &st), OCCUPARE_NOT_FOUND);
}

/* ---- Corrections ---- */

static void
test_corrections_by_call_outlive_new_figures(void **state)
{
	Occupare__V1__Occupation *const occupations[] = { onet_occupation("Nurses", "29-1141.00") };
	Occupare__V1__Estimate *const first[] = { estimate("29-1141", "US", 2023, 94480, 3175390) };
	Occupare__V1__Estimate *const second[] = { estimate("29-1141", "US", 2024, 98430, 3282010) };
	Occupare__V1__Occupation *got, *served;
	struct occupare_status st;

	(void)state;
	import_onet(1, occupations);
	import_estimates(1, first);
	got = fixture_get(&f, "nurses");
	got->salary->annual_mean->value = 100000;
	fixture_update(&f, got, got->revision, false, &served, &st);
	ASSERT_OK(&st);
	import_estimates(1, second);
	got = fixture_get(&f, "nurses");
	assert_true(got->salary->annual_mean->value == 100000);
	assert_true(got->outlook->employment->value == 3282010);
}

static void
test_occupation_made_by_call_gets_only_what_it_says(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010) };
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "my-nurses", "My Nurses"), *served;
	struct occupare_status st;

	(void)state;
	import_estimates(1, estimates);
	fixture_add_code(&f, record, "SOC2018", "29-1141");
	fixture_create(&f, record, &served, &st);
	ASSERT_OK(&st);
	assert_null(fixture_get(&f, "my-nurses")->salary);
}

static void
test_deleted_occupation_stays_deleted(void **state)
{
	Occupare__V1__Estimate *const first[] = { estimate("29-1141", "US", 2023, 94480, 3175390) };
	Occupare__V1__Estimate *const second[] = { estimate("29-1141", "US", 2024, 98430, 3282010) };
	struct occupare_status st;

	(void)state;
	import_estimates(1, first);
	fixture_delete(&f, "title-of-29-1141", 0, false, &st);
	ASSERT_OK(&st);
	import_estimates(1, second);
	assert_null(fixture_get(&f, "title-of-29-1141"));
}

/* ---- Who pays best ---- */

static const Occupare__V1__Salary *
pay_of_nurses(size_t count, Occupare__V1__Estimate *const *estimates)
{
	import_estimates(count, estimates);
	return fixture_get(&f, "title-of-29-1141")->salary;
}

static void
test_small_samples_do_not_pay_best(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("29-1141", "CA", 2024, 148330, 338860),
		estimate("29-1141", "GU", 2024, 200000, GROUP_TOP_EMPLOYMENT_MIN - 10),
		estimate("29-1141", "TX", 2024, 91690, GROUP_TOP_EMPLOYMENT_MIN),
		estimate("29-1141", "0600007", 2024, 170000, 9000), estimate("29-1141", "41940", 2024, 165000, 21000) };
	const Occupare__V1__Salary *salary;

	(void)state;
	salary = pay_of_nurses(6, estimates);
	assert_string_equal(salary->top_state->label, "California");
	assert_true(salary->top_state->annual_mean->value == 148330);
	assert_true(salary->top_state->employment->value == 338860);
	assert_int_equal(salary->top_state->period, 2024);
	assert_string_equal(salary->top_city->label, "San Jose, CA");
	assert_null(salary->top_industry);
}

static void
test_best_industry_is_the_nations(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("29-1141", "US", 2024, 107960, 37760), estimate("29-1141", "US", 2024, 97260, 1900000),
		estimate("29-1141", "CA", 2024, 190000, 5000) };
	const Occupare__V1__Salary *salary;

	(void)state;
	estimates[1]->industry = occ_arena_strdup(&f.arena, "Federal Government");
	estimates[2]->industry = occ_arena_strdup(&f.arena, "Hospitals");
	estimates[3]->industry = occ_arena_strdup(&f.arena, "Spas");
	salary = pay_of_nurses(4, estimates);
	assert_string_equal(salary->top_industry->label, "Federal Government");
	assert_null(salary->top_state);
	assert_true(salary->annual_mean->value == 98430);
}

static void
test_unknown_employment_is_said_by_its_absence(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("29-1141", "CA", 2023, 137690, -1), estimate("29-1141", "TX", 2023, 90210, -1) };
	const Occupare__V1__Salary *salary;

	(void)state;
	salary = pay_of_nurses(3, estimates);
	assert_string_equal(salary->top_state->label, "California");
	assert_null(salary->top_state->employment);
	assert_int_equal(salary->top_state->period, 2023);
}

static void
test_top_coded_pay_leaves_the_best_open(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("29-1141", "CA", 2024, 239200, 9000), estimate("29-1141", "TX", 2024, 200000, 9000) };

	(void)state;
	estimates[1]->salary->annual_mean->status = STATUS(AT_LEAST);
	assert_string_equal(pay_of_nurses(3, estimates)->top_state->label, "California");
	estimates[2]->salary->annual_mean->value = 239200;
	estimates[2]->salary->annual_mean->status = STATUS(AT_LEAST);
	assert_null(pay_of_nurses(3, estimates)->top_state);
}

static void
test_held_back_pay_is_nobodys_best(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("29-1141", "CA", 2024, 0, 9000) };

	(void)state;
	estimates[1]->salary->annual_mean->status = STATUS(SUPPRESSED);
	assert_null(pay_of_nurses(2, estimates)->top_state);
}

/* ---- Refusals ---- */

static void
test_occupation_of_two_soc_codes_stands_for_the_first(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("11-9111", "US", 2024, 137730, 565840),
		estimate("29-1141", "US", 2024, 98430, 3282010) };
	Occupare__V1__Occupation *const both[] = { sample_bare(&f.arena, "head-nurse", "Head Nurse") };
	const struct fixture_load add = {
		.origin = "json", .mode = STORE_IMPORT_ADD, .occupations = both, .occupations_count = 1
	};
	const struct fixture_load drop = { .origin = "json", .mode = STORE_IMPORT_REPLACE };

	(void)state;
	fixture_add_code(&f, both[0], "SOC2018", "29-1141");
	fixture_add_code(&f, both[0], "SOC2018", "11-9111");
	import(&add);
	assert_int_equal(import_estimates(2, estimates).occupations_added, 1);
	assert_true(mean_of("head-nurse", STATUS(UNSPECIFIED)) == 98430);
	assert_true(mean_of("title-of-11-9111", STATUS(UNSPECIFIED)) == 137730);
	import(&drop);
	assert_string_equal(fixture_get(&f, "head-nurse")->title, "Title of 29-1141");
	assert_true(mean_of("title-of-11-9111", STATUS(UNSPECIFIED)) == 137730);
}

static void
test_soc_code_is_left_by_an_occupation_that_is_given_another(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("11-9111", "US", 2024, 137730, 565840),
		estimate("29-1141", "US", 2024, 98430, 3282010) };
	Occupare__V1__Occupation *const before[] = { sample_bare(&f.arena, "head-nurse", "Head Nurse") };
	Occupare__V1__Occupation *const after[] = { sample_bare(&f.arena, "head-nurse", "Head Nurse") };

	(void)state;
	fixture_add_code(&f, before[0], "SOC2018", "11-9111");
	fixture_add_code(&f, after[0], "SOC2018", "29-1141");
	import(&(struct fixture_load){ .origin = "json", .occupations = before, .occupations_count = 1 });
	import_estimates(2, estimates);
	assert_true(mean_of("head-nurse", STATUS(UNSPECIFIED)) == 137730);
	import(&(struct fixture_load){ .origin = "json", .occupations = after, .occupations_count = 1 });
	assert_true(mean_of("head-nurse", STATUS(UNSPECIFIED)) == 98430);
	assert_true(mean_of("title-of-11-9111", STATUS(UNSPECIFIED)) == 137730);
}

static void
test_soc_code_gets_an_id_of_its_own_where_its_title_is_of_another(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010) };
	Occupare__V1__Occupation *const both[] = { sample_bare(&f.arena, "title-of-29-1141", "Title of 29-1141") };

	(void)state;
	fixture_add_code(&f, both[0], "SOC2018", "11-9111");
	fixture_add_code(&f, both[0], "SOC2018", "29-1141");
	import(&(struct fixture_load){ .origin = "json", .occupations = both, .occupations_count = 1 });
	import_estimates(1, estimates);
	assert_null(fixture_get(&f, "title-of-29-1141")->salary);
	assert_true(mean_of("29-1141-title-of-29-1141", STATUS(UNSPECIFIED)) == 98430);
}

static void
test_codes_of_other_systems_keep_no_pay_away(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010) };
	Occupare__V1__Occupation *const nurse[] = { sample_bare(&f.arena, "title-of-29-1141", "Title of 29-1141") };

	(void)state;
	fixture_add_code(&f, nurse[0], "ISCO08", "2221");
	import(&(struct fixture_load){ .origin = "json", .occupations = nurse, .occupations_count = 1 });
	import_estimates(1, estimates);
	assert_true(mean_of("title-of-29-1141", STATUS(UNSPECIFIED)) == 98430);
}

static void
test_import_that_outgrows_the_map_is_loaded_again(void **state)
{
	enum { COUNT = 300 };
	const struct store_options small = { .writable = true, .create = true, .map_bytes = (size_t)512 << 10 };
	Occupare__V1__Occupation *occupations[COUNT];
	struct fixture_group groups[COUNT];
	struct store_import_counts counts;
	MDB_envinfo info;

	(void)state;
	fixture_close(&f);
	fixture_open_with(&f, &small);
	for (unsigned i = 0; i < COUNT; i++) {
		const char *code = occ_arena_printf(&f.arena, "29-%04u", 1000 + i);
		const char *title = occ_arena_printf(&f.arena, "Nurses of ward %u", i);

		groups[i] = (struct fixture_group){ "projections", code, growth(i, title) };
		occupations[i] = onet_occupation(title, occ_arena_printf(&f.arena, "%s.00", code));
		for (unsigned j = 0; j < 30; j++)
			fixture_add_alias(&f, occupations[i], occ_arena_printf(&f.arena, "Ward %u, night %u", i, j));
	}
	counts = import(&(struct fixture_load){ .origin = "projections", .groups = groups, .groups_count = COUNT });
	assert_int_equal(counts.occupations_added, COUNT);
	counts = import_onet(COUNT, occupations);
	assert_int_equal(counts.occupations_changed, COUNT);
	assert_int_equal(fixture_dataset(&f)->counts->aliases, COUNT * 30);
	mdb_env_info(f.store->env, &info);
	assert_true(info.me_mapsize > small.map_bytes);
}

static void
test_title_of_an_area_reaches_those_who_are_paid_best_there(void **state)
{
	Occupare__V1__Estimate *const estimates[] = { estimate("29-1141", "US", 2024, 98430, 3282010),
		estimate("29-1141", "CA", 2024, 140000, 300000), estimate("29-1141", "TX", 2024, 90000, 200000) };
	Occupare__V1__Area *const renamed[] = { area("CA", "Golden State", OCCUPARE__V1__AREA_KIND__AREA_KIND_STATE) };
	const struct fixture_load drop = { .origin = "json", .mode = STORE_IMPORT_REPLACE };
	const struct fixture_load rename = {
		.origin = "json", .mode = STORE_IMPORT_ADD, .areas = renamed, .areas_count = 1
	};

	(void)state;
	import_estimates(3, estimates);
	assert_int_equal(import(&rename).soc_codes_changed, 1);
	assert_string_equal(fixture_get(&f, "title-of-29-1141")->salary->top_state->label, "Golden State");
	assert_int_equal(import(&rename).soc_codes, 0);
	/* Nothing says what kind of place the other one is then. */
	assert_int_equal(import(&drop).soc_codes_changed, 1);
	assert_string_equal(fixture_get(&f, "title-of-29-1141")->salary->top_state->label, "Texas");
}

static void
test_group_of_no_soc_code_or_another_source_is_refused(void **state)
{
	const struct fixture_group wrong[] = { { "projections", "29-11X1", growth(1, "") },
		{ "demographics", "29-1141", growth(1, "") }, { "oews", "29-1141", growth(1, "") },
		{ "nowhere", "29-1141", growth(1, "") } };
	struct store_import_counts counts;
	struct occupare_status st;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct fixture_load load = { .origin = "projections", .groups = &wrong[i], .groups_count = 1 };

		assert_int_not_equal(fixture_import(&f, &load, &counts, &st), OCCUPARE_OK);
		assert_int_equal(st.code, i == 0 ? OCCUPARE_INVALID_ARGUMENT : OCCUPARE_INTERNAL);
	}
	assert_int_equal(fixture_dataset(&f)->generation, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_codes_of_groups_lead_both_ways),
		TEST(test_pay_of_a_soc_code_reaches_all_its_occupations),
		TEST(test_order_of_imports_does_not_matter),
		TEST(test_codes_that_nobody_else_describes_are_told),
		TEST(test_soc_code_without_occupation_gets_one_and_loses_it_with_its_figures),
		TEST(test_import_of_the_same_changes_nothing),
		TEST(test_parts_of_a_source_are_replaced_one_by_one),
		TEST(test_estimates_of_other_years_and_areas_stay),
		TEST(test_estimate_of_a_member_is_its_groups),
		TEST(test_corrections_by_call_outlive_new_figures),
		TEST(test_occupation_made_by_call_gets_only_what_it_says),
		TEST(test_deleted_occupation_stays_deleted),
		TEST(test_small_samples_do_not_pay_best),
		TEST(test_best_industry_is_the_nations),
		TEST(test_unknown_employment_is_said_by_its_absence),
		TEST(test_top_coded_pay_leaves_the_best_open),
		TEST(test_held_back_pay_is_nobodys_best),
		TEST(test_occupation_of_two_soc_codes_stands_for_the_first),
		TEST(test_soc_code_is_left_by_an_occupation_that_is_given_another),
		TEST(test_soc_code_gets_an_id_of_its_own_where_its_title_is_of_another),
		TEST(test_codes_of_other_systems_keep_no_pay_away),
		TEST(test_import_that_outgrows_the_map_is_loaded_again),
		TEST(test_title_of_an_area_reaches_those_who_are_paid_best_there),
		TEST(test_group_of_no_soc_code_or_another_source_is_refused),
	};

	return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}

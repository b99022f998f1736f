/* The oews format over small made-up files, in the layouts that BLS documents. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <zip.h>

#include "tests/support/import.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define KIND(name) OCCUPARE__V1__AREA_KIND__AREA_KIND_##name

/* The 32 columns of a file, up to those of the occupation, and the rest. */
#define SLICE "AREA,AREA_TITLE,AREA_TYPE,PRIM_STATE,NAICS,NAICS_TITLE,I_GROUP,OWN_CODE,"
#define REST                                                                                                           \
	"OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,EMP_PRSE,JOBS_1000,LOC_QUOTIENT,PCT_TOTAL,PCT_RPT,H_MEAN,A_MEAN,"          \
	"MEAN_PRSE,H_PCT10,H_PCT25,H_MEDIAN,H_PCT75,H_PCT90,A_PCT10,A_PCT25,A_MEDIAN,A_PCT75,A_PCT90,ANNUAL,HOURLY"
#define HEADER SLICE REST "\r\n"

#define NATION "99,U.S.,1,US,000000,Cross-industry,cross-industry,1235,"
#define TEXAS "48,Texas,2,TX,000000,Cross-industry,cross-industry,1235,"
#define INDUSTRY(naics, title, group, owner) "99,U.S.,1,US," naics "," title "," group "," owner ","

/* What follows the slice: a nurse with this mean per year. */
#define NURSE(mean)                                                                                                    \
	"29-1141,Registered Nurses,detailed,\"3,282,010\",0.5,,,,,45.42," mean                                         \
	",0.4,31.73,37.12,45.00,52.39,64.90,66030,77220,93600,107960,135320,,\r\n"

/* The columns that are looked at most. */
#define SHORT "OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,EMP_PRSE,H_MEAN,A_MEAN,MEAN_PRSE,A_MEDIAN,ANNUAL,HOURLY\r\n"

#define STATES "AREA_TITLE;OCC_CODE;OCC_TITLE;H_MEAN;A_MEAN\r\n"

static int
setup(void **state)
{
	return context_setup(state, "oews");
}

/* NULL: there is none. */
static const Occupare__V1__Estimate *
find(struct context *context, const char *soc_code, const char *area, uint32_t period, const char *industry)
{
	Occupare__V1__Estimate *estimate = NULL;
	struct occupare_status st = { 0 };

	context_read(context);
	if (store_estimate(&context->fixture.arena, context->fixture.txn, soc_code, area, period, industry, &estimate,
		&st) != OCCUPARE_OK)
		return NULL;
	return estimate;
}

static const Occupare__V1__Estimate *
get(struct context *context, const char *soc_code, const char *area, uint32_t period, const char *industry)
{
	const Occupare__V1__Estimate *estimate = find(context, soc_code, area, period, industry);

	if (estimate == NULL)
		fail_msg("there is no estimate of %s in %s, %u, \"%s\"\n%s", soc_code, area, period, industry,
		    context->messages);
	return estimate;
}

static const Occupare__V1__Area *
get_area(struct context *context, const char *code)
{
	Occupare__V1__Area *area = NULL;
	struct occupare_status st = { 0 };

	context_read(context);
	MUST(store_area(&context->fixture.arena, context->fixture.txn, code, &area, &st), &st);
	return area;
}

static void
assert_figure(const Occupare__V1__Figure *figure, double value, Occupare__V1__FigureStatus status, double error)
{
	assert_non_null(figure);
	assert_int_equal(figure->status, status);
	assert_true(figure->value == value);
	assert_true(figure->relative_standard_error == error);
	assert_int_not_equal(figure->source, 0);
}

static void
assert_value(const Occupare__V1__Figure *figure, double value)
{
	assert_non_null(figure);
	assert_int_equal(figure->status, STATUS(UNSPECIFIED));
	assert_true(figure->value == value);
}

/* ---- What an estimate gets ---- */

static void
test_estimate_has_the_figures_of_its_row(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;
	const Occupare__V1__Salary *salary;

	context_put(context, "national_M2024_dl.csv", HEADER NATION NURSE("98430"));
	context_import_ok(context);
	assert_int_equal(context->result.counts.estimates, 1);
	assert_int_equal(context->result.warnings, 0);
	estimate = get(context, "29-1141", "US", 2024, "");
	assert_string_equal(estimate->soc_title, "Registered Nurses");
	assert_figure(estimate->employment, 3282010, STATUS(UNSPECIFIED), 0.5);
	salary = estimate->salary;
	assert_string_equal(salary->currency_code, "USD");
	assert_figure(salary->annual_mean, 98430, STATUS(UNSPECIFIED), 0.4);
	assert_figure(salary->hourly_mean, 45.42, STATUS(UNSPECIFIED), 0.4);
	assert_figure(salary->annual_p10, 66030, STATUS(UNSPECIFIED), 0);
	assert_figure(salary->annual_p25, 77220, STATUS(UNSPECIFIED), 0);
	assert_figure(salary->annual_median, 93600, STATUS(UNSPECIFIED), 0);
	assert_figure(salary->annual_p75, 107960, STATUS(UNSPECIFIED), 0);
	assert_figure(salary->annual_p90, 135320, STATUS(UNSPECIFIED), 0);
	assert_null(salary->annual_low);
	assert_null(salary->annual_high);
}

static void
test_source_names_publication_and_release(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(context, "national_May2021_dl.csv", HEADER NATION NURSE("82750"));
	context_import_ok(context);
	estimate = get(context, "29-1141", "US", 2021, "");
	assert_int_equal(estimate->n_sources, 1);
	assert_int_equal(estimate->sources[0]->id, estimate->salary->annual_mean->source);
	assert_string_equal(estimate->sources[0]->title, "Occupational Employment and Wage Statistics");
	assert_string_equal(estimate->sources[0]->publisher, "U.S. Bureau of Labor Statistics");
	assert_string_equal(estimate->sources[0]->release, "May 2021");
	assert_string_equal(estimate->sources[0]->url, "https://www.bls.gov/oes/");
	ASSERT_HAS(estimate->sources[0]->licence, "Public domain");
}

static void
test_doubles_of_a_workbook_are_rounded_to_cents_and_dollars(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(context, "national_M2024_dl.csv",
	    SHORT
	    "15-1252,Software Developers,detailed,1654440.0000000002,0.6,69.499999999999986,144569.99999999997,0.5,"
	    "133080.00000000003,,\r\n");
	context_import_ok(context);
	estimate = get(context, "15-1252", "US", 2024, "");
	assert_value(estimate->employment, 1654440);
	assert_value(estimate->salary->hourly_mean, 69.5);
	assert_value(estimate->salary->annual_mean, 144570);
	assert_value(estimate->salary->annual_median, 133080);
}

static void
test_columns_may_stand_in_any_order_and_letter_case(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(context, "national_M2024_dl.csv",
	    "a_mean,Tot_Emp,o_group,occ_title,OCC_CODE,h_mean\n98430,\"3,282,010\",detailed,Registered "
	    "Nurses,29-1141,47.32");
	context_import_ok(context);
	estimate = get(context, "29-1141", "US", 2024, "");
	assert_value(estimate->salary->annual_mean, 98430);
	assert_value(estimate->salary->hourly_mean, 47.32);
	assert_value(estimate->employment, 3282010);
	assert_null(estimate->salary->annual_median);
}

static void
test_mark_at_the_start_and_missing_newline_at_the_end_do_no_harm(void **state)
{
	struct context *context = *state;

	context_put(context, "state_M2023_dl.csv",
	    "\xEF\xBB\xBF" STATES
	    "Texas;29-1141;Registered Nurses;43.37;90,210\r\nGuam;29-1141;Registered Nurses;35;72,800");
	context_import_ok(context);
	assert_value(get(context, "29-1141", "TX", 2023, "")->salary->annual_mean, 90210);
	assert_value(get(context, "29-1141", "GU", 2023, "")->salary->annual_mean, 72800);
}

/* ---- Marks ---- */

static void
test_marks_say_why_there_is_no_value(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(context, "national_M2024_dl.csv",
	    SHORT "41-9012,Models,detailed,**,**,*,*,*,*,,\r\n"
		  "29-1212,Cardiologists,detailed,17570,9.5,207.85,432490,5.5,#,,\r\n");
	context_import_ok(context);
	estimate = get(context, "41-9012", "US", 2024, "");
	assert_figure(estimate->employment, 0, STATUS(SUPPRESSED), 0);
	assert_figure(estimate->salary->annual_mean, 0, STATUS(SUPPRESSED), 0);
	assert_figure(estimate->salary->hourly_mean, 0, STATUS(SUPPRESSED), 0);
	assert_figure(estimate->salary->annual_median, 0, STATUS(SUPPRESSED), 0);
	assert_null(estimate->salary->annual_p90);
	estimate = get(context, "29-1212", "US", 2024, "");
	assert_figure(estimate->salary->annual_median, 239200, STATUS(AT_LEAST), 0);
	assert_int_equal(context->result.rows.read, 2);
	assert_int_equal(context->result.rows.used, 2);
	assert_int_equal(context->result.rows.suppressed, 1);
	ASSERT_HAS(context->report, "marks met: * 3 and ** 1 times, # 1 times");
}

static void
test_bound_is_that_of_the_year(void **state)
{
	static const struct {
		const char *file;
		uint32_t year;
		double hourly, annual;
		bool known;
	} cases[] = {
		{ "national_M2021_dl.csv", 2021, 100, 208000, true },
		{ "national_M2022_dl.csv", 2022, 115, 239200, true },
		{ "national_M2024_dl.csv", 2024, 115, 239200, true },
		{ "national_M2031_dl.csv", 2031, 115, 239200, false },
	};
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	for (size_t i = 0; i < 4; i++)
		context_put(context, cases[i].file, SHORT "29-1212,Cardiologists,detailed,17570,9.5,#,#,5.5,#,,\r\n");
	context_import_ok(context);
	for (size_t i = 0; i < 4; i++) {
		estimate = get(context, "29-1212", "US", cases[i].year, "");
		assert_figure(estimate->salary->hourly_mean, cases[i].hourly, STATUS(AT_LEAST), 0);
		assert_figure(estimate->salary->annual_mean, cases[i].annual, STATUS(AT_LEAST), 0);
	}
	ASSERT_HAS(context->report, "M2031_dl.csv: warning: the bound that # stands for in 2031 is not known");
	assert_null(strstr(context->report, "M2022_dl.csv: warning: the bound"));
}

static void
test_pay_by_the_year_has_no_hourly_figure(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(context, "national_M2024_dl.csv",
	    SHORT "25-2021,Elementary School Teachers,detailed,1400000,0.9,*,69790,0.6,62310,TRUE,\r\n"
		  "11-1031,Legislators,detailed,27200,8,,67390,3.5,44810,true,\r\n");
	context_import_ok(context);
	estimate = get(context, "25-2021", "US", 2024, "");
	assert_figure(estimate->salary->hourly_mean, 0, STATUS(NOT_COLLECTED), 0);
	assert_value(estimate->salary->annual_mean, 69790);
	assert_figure(get(context, "11-1031", "US", 2024, "")->salary->hourly_mean, 0, STATUS(NOT_COLLECTED), 0);
	assert_int_equal(context->result.rows.suppressed, 0);
	ASSERT_HAS(context->report, "2 estimates of pay by the year alone, 0 by the hour alone");
}

static void
test_pay_by_the_hour_has_no_annual_figures(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(
	    context, "national_M2024_dl.csv", SHORT "27-2011,Actors,detailed,57000,11.8,44.4,*,9.5,*,,TRUE\r\n");
	context_import_ok(context);
	estimate = get(context, "27-2011", "US", 2024, "");
	assert_figure(estimate->salary->hourly_mean, 44.4, STATUS(UNSPECIFIED), 9.5);
	assert_figure(estimate->salary->annual_mean, 0, STATUS(NOT_COLLECTED), 0);
	assert_figure(estimate->salary->annual_median, 0, STATUS(NOT_COLLECTED), 0);
	assert_int_equal(context->result.rows.suppressed, 0);
}

static void
test_wage_held_back_of_pay_by_the_year_is_told_from_one_not_collected(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(
	    context, "national_M2024_dl.csv", SHORT "25-1011,Business Teachers,detailed,90,12,*,*,*,*,TRUE,\r\n");
	context_import_ok(context);
	estimate = get(context, "25-1011", "US", 2024, "");
	assert_figure(estimate->salary->hourly_mean, 0, STATUS(NOT_COLLECTED), 0);
	assert_figure(estimate->salary->annual_mean, 0, STATUS(SUPPRESSED), 0);
	assert_int_equal(context->result.rows.suppressed, 1);
}

static void
test_file_without_flags_shows_how_an_occupation_is_paid_by_its_means(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Estimate *estimate;

	context_put(context, "state_M2023_dl.csv",
	    STATES "Ohio;25-2021;Elementary School Teachers;*;69,230\n"
		   "Ohio;27-2011;Actors;23.1;*\n"
		   "Ohio;41-9012;Models;*;*\n"
		   "Ohio;29-1212;Cardiologists;#;#\n");
	context_import_ok(context);
	estimate = get(context, "25-2021", "OH", 2023, "");
	assert_figure(estimate->salary->hourly_mean, 0, STATUS(NOT_COLLECTED), 0);
	assert_value(estimate->salary->annual_mean, 69230);
	estimate = get(context, "27-2011", "OH", 2023, "");
	assert_figure(estimate->salary->annual_mean, 0, STATUS(NOT_COLLECTED), 0);
	assert_value(estimate->salary->hourly_mean, 23.1);
	estimate = get(context, "41-9012", "OH", 2023, "");
	assert_figure(estimate->salary->hourly_mean, 0, STATUS(SUPPRESSED), 0);
	assert_figure(estimate->salary->annual_mean, 0, STATUS(SUPPRESSED), 0);
	estimate = get(context, "29-1212", "OH", 2023, "");
	assert_figure(estimate->salary->hourly_mean, 115, STATUS(AT_LEAST), 0);
	assert_int_equal(context->result.rows.suppressed, 1);
}

/* ---- Which rows are of occupations ---- */

static void
test_only_detailed_rows_become_estimates(void **state)
{
	struct context *context = *state;

	context_put(context, "national_M2024_dl.csv",
	    SHORT "00-0000,All Occupations,total,154187380,0,32.66,67920,0.1,49500,,\r\n"
		  "29-0000,Healthcare Practitioners,major,9000000,0.3,50,104000,0.3,80000,,\r\n"
		  "29-1000,Diagnosing Practitioners,minor,6000000,0.3,60,124800,0.3,98000,,\r\n"
		  "29-2010,Clinical Laboratory Technologists,broad,1,1,1,1,1,1,,\r\n"
		  "29-2010,Clinical Laboratory Technologists,detailed,341350,0.9,31.28,65060,0.5,61890,,\r\n");
	context_import_ok(context);
	assert_int_equal(context->result.rows.read, 5);
	assert_int_equal(context->result.rows.used, 1);
	assert_value(get(context, "29-2010", "US", 2024, "")->salary->annual_mean, 65060);
}

static void
test_codes_tell_detailed_rows_where_no_column_does(void **state)
{
	static const char *const detailed[] = { "13-1020", "13-2020", "29-2010", "31-1120", "39-7010", "47-4090",
		"51-2090", "21-1018", "29-1141" };
	static const char *const groups[] = { "00-0000", "29-0000", "29-1000", "29-1140", "13-1030", "51-2000" };
	struct context *context = *state;
	char text[2000];
	size_t length = (size_t)snprintf(text, sizeof text, STATES);

	for (size_t i = 0; i < 9; i++)
		length += (size_t)snprintf(
		    text + length, sizeof text - length, "Ohio;%s;Title;10;20,800\n", detailed[i]);
	for (size_t i = 0; i < 6; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "Ohio;%s;Title;10;20,800\n", groups[i]);
	context_put(context, "state_M2023_dl.csv", text);
	context_import_ok(context);
	assert_int_equal(context->result.counts.estimates, 9);
	for (size_t i = 0; i < 9; i++)
		assert_non_null(find(context, detailed[i], "OH", 2023, ""));
}

static void
test_older_name_of_the_group_column_is_known(void **state)
{
	struct context *context = *state;

	context_put(context, "national_M2018_dl.csv",
	    "OCC_CODE,OCC_TITLE,OCC_GROUP,TOT_EMP,A_MEAN\n29-1140,Registered Nurses,broad,2951960,75510\n"
	    "29-1141,Registered Nurses,detailed,2951960,75510\n");
	context_import_ok(context);
	assert_int_equal(context->result.counts.estimates, 1);
	assert_value(get(context, "29-1141", "US", 2018, "")->salary->annual_mean, 75510);
	ASSERT_HAS(context->report, "is of 2018, when codes were not all those of the SOC of 2018");
}

/* ---- Areas ---- */

static void
test_areas_have_codes_titles_and_kinds(void **state)
{
	static const struct {
		const char *code, *title;
		Occupare__V1__AreaKind kind;
	} areas[] = {
		{ "US", "United States", KIND(NATION) },
		{ "TX", "Texas", KIND(STATE) },
		{ "VI", "Virgin Islands", KIND(STATE) },
		{ "10180", "Abilene, TX", KIND(METRO) },
		{ "0100001", "Northwest Alabama nonmetropolitan area", KIND(METRO) },
	};
	struct context *context = *state;

	context_put(context, "all_data_M_2024.csv",
	    HEADER NATION NURSE("98430")
		TEXAS NURSE("91690") "78,Virgin Islands,3,VI,000000,Cross-industry,cross-industry,1235," NURSE(
		    "72000") "10180,\"Abilene, TX\",4,TX,000000,Cross-industry,cross-industry,1235," NURSE("80000")
	    /* As a workbook has it that holds codes as numbers. */
	    "100001,Northwest Alabama nonmetropolitan area,6,AL,0,Cross-industry,cross-industry,1235," NURSE("70000"));
	context_import_ok(context);
	assert_int_equal(context->result.counts.areas, 5);
	for (size_t i = 0; i < 5; i++) {
		const Occupare__V1__Area *area = get_area(context, areas[i].code);

		assert_string_equal(area->title, areas[i].title);
		assert_int_equal(area->kind, areas[i].kind);
		assert_non_null(find(context, "29-1141", areas[i].code, 2024, ""));
	}
}

static void
test_every_state_and_territory_is_known_by_its_title(void **state)
{
	static const char *const titles[] = { "Alabama", "Alaska", "Arizona", "Arkansas", "California", "Colorado",
		"Connecticut", "Delaware", "District of Columbia", "Florida", "Georgia", "Guam", "Hawaii", "Idaho",
		"Illinois", "Indiana", "Iowa", "Kansas", "Kentucky", "Louisiana", "Maine", "Maryland", "Massachusetts",
		"Michigan", "Minnesota", "Mississippi", "Missouri", "Montana", "Nebraska", "Nevada", "New Hampshire",
		"New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota", "Ohio", "Oklahoma", "Oregon",
		"Pennsylvania", "Puerto Rico", "Rhode Island", "South Carolina", "South Dakota", "Tennessee", "Texas",
		"Utah", "Vermont", "Virgin Islands", "Virginia", "Washington", "West Virginia", "Wisconsin",
		"Wyoming" };
	static const char codes[] =
	    "AL AK AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT "
	    "NE NV NH NJ NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY ";
	struct context *context = *state;
	char text[4000], code[3] = "";
	size_t length = (size_t)snprintf(text, sizeof text, STATES), count = sizeof titles / sizeof titles[0];

	assert_int_equal(count, 54);
	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(
		    text + length, sizeof text - length, "%s;29-1141;Nurses;10;%zu\n", titles[i], i + 1);
	context_put(context, "state_M2023_dl.csv", text);
	context_import_ok(context);
	assert_int_equal(context->result.counts.areas, 54);
	for (size_t i = 0; i < count; i++) {
		memcpy(code, codes + 3 * i, 2);
		assert_string_equal(get_area(context, code)->title, titles[i]);
		assert_value(get(context, "29-1141", code, 2023, "")->salary->annual_mean, (double)(i + 1));
	}
}

static void
test_metropolitan_files_are_read_by_their_codes_where_no_type_stands(void **state)
{
	struct context *context = *state;

	context_put(context, "MSA_M2024_dl.csv",
	    "AREA,AREA_TITLE,OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,A_MEAN\n"
	    "10180,\"Abilene, TX\",29-1141,Registered Nurses,detailed,2000,80000\n"
	    "0100001,Northwest Alabama nonmetropolitan area,29-1141,Registered Nurses,detailed,900,70000\n");
	context_import_ok(context);
	assert_value(get(context, "29-1141", "10180", 2024, "")->salary->annual_mean, 80000);
	assert_value(get(context, "29-1141", "0100001", 2024, "")->employment, 900);
}

static void
test_unknown_state_is_refused_once(void **state)
{
	struct context *context = *state;

	context_put(context, "state_M2023_dl.csv",
	    STATES "Ohio;29-1141;Nurses;10;20,800\nOhoi;29-1141;Nurses;10;20,800\nOhoi;15-1252;Developers;10;20,800\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT,
	    "state_M2023_dl.csv:3: column \"AREA_TITLE\": \"Ohoi\" is no state or territory");
	assert_int_equal(context->result.refused, 1);
}

static void
test_area_that_is_not_told_is_refused(void **state)
{
	struct context *context = *state;

	context_put(context, "wages_2024.csv", "OCC_CODE,OCC_TITLE,A_MEAN\n29-1141,Nurses,20800\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "does not say of which area it is");
	context_put(
	    context, "wages_2024.csv", "AREA_TITLE,AREA_TYPE,OCC_CODE,OCC_TITLE,A_MEAN\nOhio,7,29-1141,Nurses,20800\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, ":2: column \"AREA_TYPE\"");
	context_put(context, "wages_2024.csv",
	    "AREA,AREA_TITLE,AREA_TYPE,OCC_CODE,OCC_TITLE,A_MEAN\nC1018,Abilene,4,29-1141,Nurses,20800\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, ":2: column \"AREA\": \"C1018\" is no code of an area");
}

static void
test_title_of_an_area_is_that_of_the_latest_year(void **state)
{
	struct context *context = *state;

	context_put(context, "MSA_M2023_dl.csv",
	    "AREA,AREA_TITLE,AREA_TYPE,OCC_CODE,OCC_TITLE,A_MEAN\n31080,Los Angeles-Long Beach,4,29-1141,Nurses,1\n");
	context_put(context, "AMSA_M2024_dl.csv",
	    "AREA,AREA_TITLE,AREA_TYPE,OCC_CODE,OCC_TITLE,A_MEAN\n31080,Los Angeles,4,29-1141,Nurses,1\n");
	context_import_ok(context);
	assert_string_equal(get_area(context, "31080")->title, "Los Angeles");
}

/* ---- Industries ---- */

static void
test_industry_is_named_by_its_title_and_all_of_them_by_nothing(void **state)
{
	struct context *context = *state;

	context_put(context, "natsector_M2024_dl.csv",
	    HEADER NATION NURSE("98430") INDUSTRY("62", "Health Care and Social Assistance", "sector", "58")
		NURSE("96000") INDUSTRY("622000", "Hospitals", "3-digit", "1235") NURSE("102000"));
	context_import_ok(context);
	assert_int_equal(context->result.counts.areas, 1);
	assert_value(get(context, "29-1141", "US", 2024, "")->salary->annual_mean, 98430);
	assert_value(
	    get(context, "29-1141", "US", 2024, "Health Care and Social Assistance")->salary->annual_mean, 96000);
	assert_value(get(context, "29-1141", "US", 2024, "Hospitals")->salary->annual_mean, 102000);
}

static void
test_parts_by_ownership_have_names_of_their_own(void **state)
{
	struct context *context = *state;

	context_put(context, "all_data_M_2024.csv",
	    HEADER NATION NURSE("1000") INDUSTRY("622000", "Hospitals", "3-digit", "1235") NURSE("2000")
		INDUSTRY("622000", "Hospitals", "\"3-digit, ownership\"", "5") NURSE("3000") INDUSTRY(
		    "622000", "Hospitals", "\"3-digit, ownership\"", "3") NURSE("4000") INDUSTRY("000001",
		    "\"Cross-industry, private ownership only\"", "\"cross-industry, ownership\"", "5") NURSE("5000")
		    INDUSTRY("999101", "Federal Government", "\"cross-industry, ownership\"", "1") NURSE("6000"));
	context_import_ok(context);
	assert_value(get(context, "29-1141", "US", 2024, "")->salary->annual_mean, 1000);
	assert_value(get(context, "29-1141", "US", 2024, "Hospitals")->salary->annual_mean, 2000);
	assert_value(get(context, "29-1141", "US", 2024, "Hospitals (private)")->salary->annual_mean, 3000);
	assert_value(get(context, "29-1141", "US", 2024, "Hospitals (local government)")->salary->annual_mean, 4000);
	assert_value(
	    get(context, "29-1141", "US", 2024, "Cross-industry, private ownership only")->salary->annual_mean, 5000);
	assert_value(get(context, "29-1141", "US", 2024, "Federal Government")->salary->annual_mean, 6000);
}

static void
test_industry_at_two_levels_is_taken_once(void **state)
{
	struct context *context = *state;

	context_put(context, "nat3d_M2024_dl.csv",
	    HEADER INDUSTRY("327000", "Nonmetallic Mineral Product Manufacturing", "3-digit", "5") NURSE("90000"));
	context_put(context, "nat4d_M2024_dl.csv",
	    HEADER INDUSTRY("327000", "Nonmetallic Mineral Product Manufacturing", "4-digit", "5") NURSE("90000")
		INDUSTRY("551100", "Management of Companies", "4-digit", "5") NURSE("95000"));
	context_put(context, "natsector_M2024_dl.csv",
	    HEADER INDUSTRY("55", "Management of Companies", "sector", "5") NURSE("95000"));
	context_import_ok(context);
	assert_int_equal(context->result.counts.estimates, 2);
	assert_int_equal(context->result.rows.read, 4);
	assert_int_equal(context->result.rows.used, 2);
	ASSERT_HAS(context->report, "nat4d_M2024_dl.csv: rows of industries that are there at another level "
				    "of the NAICS, too, were left out: 1");
}

static void
test_different_industries_of_one_title_are_kept_apart(void **state)
{
	struct context *context = *state;

	context_put(context, "nat4d_M2024_dl.csv",
	    HEADER INDUSTRY("445200", "Specialty Stores", "4-digit", "5") NURSE("50000")
		INDUSTRY("459900", "Specialty Stores", "4-digit", "5") NURSE("60000"));
	context_import_ok(context);
	assert_value(get(context, "29-1141", "US", 2024, "Specialty Stores")->salary->annual_mean, 50000);
	assert_value(
	    get(context, "29-1141", "US", 2024, "Specialty Stores (NAICS 459900, ownership 5)")->salary->annual_mean,
	    60000);
}

/* ---- Years and files ---- */

static void
test_years_of_one_import_are_kept_apart(void **state)
{
	struct context *context = *state;

	context_put(context, "national_May2021_dl.csv", HEADER NATION NURSE("82750"));
	context_put(context, "national_M2024_dl.csv", HEADER NATION NURSE("98430"));
	context_import_ok(context);
	assert_value(get(context, "29-1141", "US", 2021, "")->salary->annual_mean, 82750);
	assert_value(get(context, "29-1141", "US", 2024, "")->salary->annual_mean, 98430);
	assert_string_equal(get(context, "29-1141", "US", 2021, "")->sources[0]->release, "May 2021");
	assert_string_equal(get(context, "29-1141", "US", 2024, "")->sources[0]->release, "May 2024");
}

static void
test_release_tells_the_year_where_the_name_does_not(void **state)
{
	struct context *context = *state;

	context_put(context, "national.csv", HEADER NATION NURSE("98430"));
	context_refused(context, OCCUPARE_INVALID_ARGUMENT,
	    "national.csv: its name does not tell which year it is of; name that with --release \"May 2024\"");
	context->options.release = "spring";
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "the release \"spring\" names no year");
	context->options.release = "May 2022";
	context_import_ok(context);
	assert_string_equal(get(context, "29-1141", "US", 2022, "")->sources[0]->release, "May 2022");
}

static void
test_file_that_is_no_table_of_wages_is_refused_as_such_before_its_year_is_asked_for(void **state)
{
	struct context *context = *state;

	context_put(context, "skills.csv", "conceptType,conceptUri\nKnowledgeSkillCompetence,x\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT,
	    "skills.csv: is no table of wages: the column \"OCC_CODE\" is missing\n");
	assert_int_equal(context->result.refused, 1);
	context_put(context, "skills.csv", "OCC_CODE,OCC_TITLE,H_MEAN\n29-1141,Nurses,40\n");
	context_refused(
	    context, OCCUPARE_INVALID_ARGUMENT, "skills.csv: is no table of wages: the column \"A_MEAN\" is missing\n");
}

static void
test_release_that_contradicts_the_name_is_refused(void **state)
{
	struct context *context = *state;

	context_put(context, "national_M2023_dl.csv", HEADER NATION NURSE("98430"));
	context->options.release = "May 2024";
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "is of 2023 by its name, and of 2024 by --release");
}

static void
test_zip_as_published_is_read_with_the_year_of_its_folder(void **state)
{
	static const char text[] = HEADER NATION NURSE("98430"), note[] = "Field,Description\r\n";
	struct context *context = *state;
	char path[200];
	const char *paths[] = { path };
	zip_t *zip;

	snprintf(path, sizeof path, "%s/oesm24nat.zip", context->folder);
	zip = zip_open(path, ZIP_CREATE, NULL);
	assert_non_null(zip);
	assert_true(zip_dir_add(zip, "oesm24nat", 0) >= 0);
	assert_true(
	    zip_file_add(zip, "oesm24nat/national_dl.csv", zip_source_buffer(zip, text, strlen(text), 0), 0) >= 0);
	assert_true(zip_file_add(
			zip, "oesm24nat/file_descriptions.csv", zip_source_buffer(zip, note, strlen(note), 0), 0) >= 0);
	assert_int_equal(zip_close(zip), 0);
	if (context_import_paths(context, paths, 1) != OCCUPARE_OK)
		fail_msg("%s\n%s", context->st.message, context->messages);
	assert_int_equal(context->result.warnings, 0);
	assert_value(get(context, "29-1141", "US", 2024, "")->salary->annual_mean, 98430);
}

static void
test_two_files_that_give_the_same_are_refused_in_one_sentence(void **state)
{
	struct context *context = *state;

	context_put(context, "all_data_M_2024.csv", HEADER NATION NURSE("98430") TEXAS NURSE("91690"));
	context_put(context, "state_M2024_dl.csv", HEADER TEXAS NURSE("91690"));
	context_refused(
	    context, OCCUPARE_ALREADY_EXISTS, "state_M2024_dl.csv: gives the estimates of Texas of 2024, as ");
	ASSERT_HAS(context->messages, "all_data_M_2024.csv does; leave one of the two files out");
	assert_int_equal(context->result.refused, 1);
}

static void
test_short_and_full_table_of_one_state_are_refused(void **state)
{
	struct context *context = *state;

	context_put(context, "state_M2023_dl.csv", STATES "Texas;29-1141;Registered Nurses;43.37;90,210");
	context_put(context, "state_M2023_full.csv", HEADER TEXAS NURSE("90210"));
	context_refused(context, OCCUPARE_ALREADY_EXISTS, "gives the estimates of Texas of 2023, as ");
}

static void
test_row_that_is_there_twice_is_refused(void **state)
{
	struct context *context = *state;

	context_put(context, "national_M2024_dl.csv", HEADER NATION NURSE("98430") NATION NURSE("98431"));
	context_refused(
	    context, OCCUPARE_INVALID_ARGUMENT, "estimate of 29-1141 in US, 2024, industry \"\" is also at ");
	ASSERT_HAS(context->messages, "national_M2024_dl.csv:2");
}

static void
test_what_is_no_table_is_left_out_and_told(void **state)
{
	struct context *context = *state;

	context_put(context, "notes.txt", "nothing\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "holds no table of wages");
	context_put(context, "national_M2024_dl.csv", HEADER NATION NURSE("98430"));
	context_put(context, "field_descriptions.xlsx", "not even a workbook");
	context_import_ok(context);
	ASSERT_HAS(context->report, "notes.txt: warning: is no .xlsx or .csv; left out");
	assert_int_equal(context->result.warnings, 1);
}

static void
test_missing_employment_is_told_once(void **state)
{
	struct context *context = *state;

	context_put(
	    context, "state_M2023_dl.csv", STATES "Ohio;29-1141;Nurses;10;20,800\nTexas;29-1141;Nurses;10;20,800\n");
	context_import_ok(context);
	assert_int_equal(context->result.warnings, 1);
	ASSERT_HAS(context->report, "state_M2023_dl.csv: warning: has no employment (TOT_EMP)");
	assert_null(get(context, "29-1141", "OH", 2023, "")->employment);
}

static void
test_unknown_column_is_left_out_and_told_once(void **state)
{
	struct context *context = *state;

	context_put(context, "national_M2024_dl.csv",
	    "OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN,WEATHER\n29-1141,Nurses,10,20800,fine\n15-1252,Developers,10,20800,"
	    "bad\n");
	context_import_ok(context);
	assert_int_equal(context->result.warnings, 1);
	ASSERT_HAS(context->report, "the column \"WEATHER\" is not known; left out");
}

static void
test_missing_column_is_refused(void **state)
{
	static const char *const headers[] = { "OCC_TITLE,A_MEAN", "OCC_CODE,A_MEAN", "OCC_CODE,OCC_TITLE" };
	static const char *const missing[] = { "OCC_CODE", "OCC_TITLE", "A_MEAN" };
	struct context *context = *state;
	char words[100];

	for (size_t i = 0; i < 3; i++) {
		context_put(context, "national_M2024_dl.csv", headers[i]);
		snprintf(words, sizeof words, "\"%s\" is missing", missing[i]);
		context_refused(context, OCCUPARE_INVALID_ARGUMENT, words);
	}
}

/* ---- Cells that are wrong ---- */

static void
test_cell_that_is_no_number_is_refused_with_its_place(void **state)
{
	static const char *const cells[] = { "n/a", "~", "-5", "1e5", "$98", "98 430", "1,23", "1234,567", "1,2345",
		"12.", ".5", "0x10", "inf", "nan", "1.2.3", "123456789012345678901", ",123", "1,,234" };
	struct context *context = *state;
	char text[300], words[200];

	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		snprintf(text, sizeof text,
		    "OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN\n15-1252,Developers,10,20800\n29-1141,Nurses,10,\"%s\"\n",
		    cells[i]);
		context_put(context, "national_M2024_dl.csv", text);
		snprintf(
		    words, sizeof words, "national_M2024_dl.csv:3: column \"A_MEAN\": \"%s\" is no number", cells[i]);
		context_refused(context, OCCUPARE_INVALID_ARGUMENT, words);
	}
}

static void
test_every_column_that_is_read_is_checked(void **state)
{
	static const char *const names[] = { "TOT_EMP", "EMP_PRSE", "H_MEAN", "A_MEAN", "MEAN_PRSE", "A_MEDIAN",
		"ANNUAL", "HOURLY", "O_GROUP" };
	static const char *const rows[] = {
		"29-1141,Nurses,detailed,x,0.5,45,93600,0.4,93600,,\n",
		"29-1141,Nurses,detailed,10,x,45,93600,0.4,93600,,\n",
		"29-1141,Nurses,detailed,10,0.5,x,93600,0.4,93600,,\n",
		"29-1141,Nurses,detailed,10,0.5,45,x,0.4,93600,,\n",
		"29-1141,Nurses,detailed,10,0.5,45,93600,x,93600,,\n",
		"29-1141,Nurses,detailed,10,0.5,45,93600,0.4,x,,\n",
		"29-1141,Nurses,detailed,10,0.5,45,93600,0.4,93600,x,\n",
		"29-1141,Nurses,detailed,10,0.5,45,93600,0.4,93600,,x\n",
		"29-1141,Nurses,x,10,0.5,45,93600,0.4,93600,,\n",
	};
	struct context *context = *state;
	char text[400], words[100];

	for (size_t i = 0; i < 9; i++) {
		snprintf(text, sizeof text, "%s%s", SHORT, rows[i]);
		context_put(context, "national_M2024_dl.csv", text);
		snprintf(words, sizeof words, ":2: column \"%s\": \"x\" is ", names[i]);
		context_refused(context, OCCUPARE_INVALID_ARGUMENT, words);
	}
}

static void
test_code_that_is_none_is_refused_and_one_of_no_group_unmatched(void **state)
{
	struct context *context = *state;

	context_put(context, "national_M2024_dl.csv",
	    "OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN\n291141,Nurses,10,20800\n29-1141,Nurses,10,20800\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, ":2: column \"OCC_CODE\": \"291141\" is no SOC code");
	context_put(context, "national_M2024_dl.csv",
	    "OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN\n99-1141,Nurses,10,20800\n29-1141,Nurses,10,20800\n");
	context_import_ok(context);
	assert_int_equal(context->result.rows.unmatched, 1);
	assert_int_equal(context->result.counts.estimates, 1);
	ASSERT_HAS(context->report, "99-1141 is in no group of the SOC; left out");
}

static void
test_title_that_is_empty_or_too_long_is_refused(void **state)
{
	struct context *context = *state;
	char text[400];

	context_put(context, "national_M2024_dl.csv", "OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN\n29-1141, ,10,20800\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, ":2: column \"OCC_TITLE\": is empty");
	snprintf(text, sizeof text, "OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN\n29-1141,%0201d,10,20800\n", 1);
	context_put(context, "national_M2024_dl.csv", text);
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, ":2: column \"OCC_TITLE\": has more than 200 bytes");
}

static void
test_reading_ends_after_a_thousand_refused_rows(void **state)
{
	struct context *context = *state;
	size_t size = 60000, length;
	char *text = malloc(size);

	assert_non_null(text);
	length = (size_t)snprintf(text, size, "OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN\n");
	for (size_t i = 0; i < 1500; i++)
		length += (size_t)snprintf(text + length, size - length, "29-1141,Nurses,10,x\n");
	context_put(context, "national_M2024_dl.csv", text);
	free(text);
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "is no number");
	assert_int_equal(context->result.refused, 1000);
}

static void
test_truncated_file_is_refused(void **state)
{
	static const char text[] = HEADER NATION NURSE("98430");
	struct context *context = *state;

	context_put_bytes(context, "national_M2024_dl.csv", text, sizeof text - 60);
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "is the file whole?");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, context_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_estimate_has_the_figures_of_its_row),
		TEST(test_source_names_publication_and_release),
		TEST(test_doubles_of_a_workbook_are_rounded_to_cents_and_dollars),
		TEST(test_columns_may_stand_in_any_order_and_letter_case),
		TEST(test_mark_at_the_start_and_missing_newline_at_the_end_do_no_harm),
		TEST(test_marks_say_why_there_is_no_value),
		TEST(test_bound_is_that_of_the_year),
		TEST(test_pay_by_the_year_has_no_hourly_figure),
		TEST(test_pay_by_the_hour_has_no_annual_figures),
		TEST(test_wage_held_back_of_pay_by_the_year_is_told_from_one_not_collected),
		TEST(test_file_without_flags_shows_how_an_occupation_is_paid_by_its_means),
		TEST(test_only_detailed_rows_become_estimates),
		TEST(test_codes_tell_detailed_rows_where_no_column_does),
		TEST(test_older_name_of_the_group_column_is_known),
		TEST(test_areas_have_codes_titles_and_kinds),
		TEST(test_every_state_and_territory_is_known_by_its_title),
		TEST(test_metropolitan_files_are_read_by_their_codes_where_no_type_stands),
		TEST(test_unknown_state_is_refused_once),
		TEST(test_area_that_is_not_told_is_refused),
		TEST(test_title_of_an_area_is_that_of_the_latest_year),
		TEST(test_industry_is_named_by_its_title_and_all_of_them_by_nothing),
		TEST(test_parts_by_ownership_have_names_of_their_own),
		TEST(test_industry_at_two_levels_is_taken_once),
		TEST(test_different_industries_of_one_title_are_kept_apart),
		TEST(test_years_of_one_import_are_kept_apart),
		TEST(test_release_tells_the_year_where_the_name_does_not),
		TEST(test_file_that_is_no_table_of_wages_is_refused_as_such_before_its_year_is_asked_for),
		TEST(test_release_that_contradicts_the_name_is_refused),
		TEST(test_zip_as_published_is_read_with_the_year_of_its_folder),
		TEST(test_two_files_that_give_the_same_are_refused_in_one_sentence),
		TEST(test_short_and_full_table_of_one_state_are_refused),
		TEST(test_row_that_is_there_twice_is_refused),
		TEST(test_what_is_no_table_is_left_out_and_told),
		TEST(test_missing_employment_is_told_once),
		TEST(test_unknown_column_is_left_out_and_told_once),
		TEST(test_missing_column_is_refused),
		TEST(test_cell_that_is_no_number_is_refused_with_its_place),
		TEST(test_every_column_that_is_read_is_checked),
		TEST(test_code_that_is_none_is_refused_and_one_of_no_group_unmatched),
		TEST(test_title_that_is_empty_or_too_long_is_refused),
		TEST(test_reading_ends_after_a_thousand_refused_rows),
		TEST(test_truncated_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

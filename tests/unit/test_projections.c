/* The projections format over small made-up tables of the published layout. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <zip.h>

#include "tests/support/import.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

#define HEAD "2024 National Employment Matrix title,2024 National Employment Matrix code,"
#define WAYS                                                                                                           \
	"Typical education needed for entry,Work experience in a related occupation,"                                  \
	"Typical on-the-job training needed to attain competency in the occupation"
#define OUTLOOK                                                                                                        \
	"\"Table 1.2 Occupational projections\",,,,,,,,,\n" HEAD                                                       \
	"Occupation type,\"Employment, 2024\",\"Employment, 2034\",\"Employment change, percent, 2024\u201334\","      \
	"\"Occupational openings, 2024\u201334 annual average\"," WAYS "\n"
#define NURSES "Registered nurses,29-1141,Line item,\"3,391.6\",3557.1,4.9,189.1,Bachelor's degree,None,None\n"
#define SHARES                                                                                                         \
	"\"Table 5.3 Educational attainment for workers 25 years and older, 2022\u201323 (Percent)\",,,,,,,,\n" HEAD   \
	"Less than high school diploma,High school diploma or equivalent,\"Some college, no degree\","                 \
	"Associate's degree,Bachelor's degree,Master's degree,Doctoral or professional degree\n"
#define ASSIGNED "Table 5.4,,,,\n" HEAD WAYS "\n"
#define SKILLS                                                                                                         \
	"Table 6.2,,,,,\n" HEAD                                                                                        \
	"Typical education needed for entry,Top highest skill,Second highest skill,Third highest skill\n"
#define CROSSWALK "As of 9/6/2023,,\nSort Order,O*NET-SOC Code,NEM Code\n"

static int
setup(void **state)
{
	return context_setup(state, "projections");
}

static enum occupare_code
import_path(struct context *context, const char *path)
{
	return context_import_paths(context, &path, 1);
}

static const Occupare__V1__Occupation *
nurses(struct context *context)
{
	return context_served(context, "registered-nurses");
}

static const Occupare__V1__Source *
source_of(const Occupare__V1__Occupation *record, uint32_t id)
{
	for (size_t i = 0; i < record->n_sources; i++)
		if (record->sources[i]->id == id)
			return record->sources[i];
	fail_msg("no source %u", id);
	return NULL;
}

static bool
has_source(const Occupare__V1__Occupation *record, const char *words)
{
	for (size_t i = 0; i < record->n_sources; i++)
		if (strstr(record->sources[i]->title, words) != NULL)
			return true;
	return false;
}

/* ---- Employment, growth and openings ---- */

static void
test_thousands_become_people_and_years_stand_by_the_growth(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Outlook *outlook;
	const Occupare__V1__Source *source;

	context_put(context, "a.csv", OUTLOOK NURSES);
	context_import_ok(context);
	outlook = nurses(context)->outlook;
	assert_true(outlook->employment->value == 3391600);
	assert_true(outlook->annual_openings->value == 189100);
	assert_true(outlook->growth_percent->value == 4.9);
	assert_int_equal(outlook->from_year, 2024);
	assert_int_equal(outlook->to_year, 2034);
	source = source_of(nurses(context), outlook->employment->source);
	assert_string_equal(source->title, "Employment Projections");
	assert_string_equal(source->publisher, "U.S. Bureau of Labor Statistics");
	assert_string_equal(source->release, "2024\u201334");
	assert_string_equal(source->url, "https://www.bls.gov/emp/");
	assert_string_equal(context->messages, "");
}

static void
test_columns_are_found_in_any_order_and_others_are_no_noise(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv",
	    "\"Employment, 2034\"," WAYS
	    ",\"Employment change, numeric, 2024-34\",\"Employment, 2024\",Occupation type,"
	    "\"Employment change, percent, 2024-2034\",\"Occupational openings, 2024-34\",Link,2024 National "
	    "Employment "
	    "Matrix code,2024 National  Employment Matrix title\n"
	    "2,b,x,t,9,1.5,LINE ITEM,-3,7,z,29-1141,Registered nurses\n");
	context_import_ok(context);
	assert_true(nurses(context)->outlook->employment->value == 1500);
	assert_true(nurses(context)->outlook->growth_percent->value == -3);
	assert_int_equal(nurses(context)->outlook->to_year, 2034);
	assert_string_equal(nurses(context)->education->typical_entry, "b");
	assert_string_equal(nurses(context)->experience->category, "x");
	assert_string_equal(nurses(context)->experience->training, "t");
	assert_string_equal(context->messages, "");
}

static void
test_only_line_items_count(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv",
	    OUTLOOK "\"Total, all occupations\",00-0000,Summary,1,1,1,1,x,x,x\n"
		    "Top executives,11-1000,Summary,1,1,1,1,x,x,x\n" NURSES "Footnotes:,,,,,,,,,\n[1] Data,,,,,,,,,\n");
	context_import_ok(context);
	assert_int_equal(context->result.counts.groups, 1);
	assert_int_equal(context->result.rows.read, 3);
	assert_int_equal(context->result.rows.used, 1);
}

static void
test_dash_is_absent_and_none_is_said(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv",
	    OUTLOOK "Registered nurses,29-1141,Line item,\u2014,\u2014,4.9,\u2014,Bachelor's degree,None,None\n"
		    "Actors,27-2011,Line item,\u2014,\u2014,\u2014,\u2014,\u2014,\u2014,\u2014\n"
		    "Judges,23-1023,Line item,1,1,\u2014,\u2014,\u2014,\u2014,\u2014\n");
	context_import_ok(context);
	assert_null(nurses(context)->outlook->employment);
	assert_null(nurses(context)->outlook->annual_openings);
	assert_true(nurses(context)->outlook->growth_percent->value == 4.9);
	assert_string_equal(nurses(context)->experience->category, "None");
	assert_string_equal(nurses(context)->experience->training, "None");
	assert_null(context_served(context, "actors")->outlook);
	assert_null(context_served(context, "actors")->education);
	assert_null(context_served(context, "actors")->experience);
	assert_int_equal(context_served(context, "actors")->n_sources, 0);
	assert_true(context_served(context, "judges")->outlook->employment->value == 1000);
	assert_int_equal(context_served(context, "judges")->outlook->from_year, 0);
	assert_int_equal(context->result.rows.suppressed, 3);
}

static void
test_years_of_a_century_that_ends_are_understood(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv",
	    "1998 National Employment Matrix title,1998 National Employment Matrix code,Occupation type,"
	    "\"Employment, 1998\",\"Employment, 2008\",\"Employment change, percent, 1998\u201308\"," WAYS "\n"
	    "Registered nurses,29-1141,Line item,1,2,3,a,b,c\n");
	context_import_ok(context);
	assert_int_equal(nurses(context)->outlook->from_year, 1998);
	assert_int_equal(nurses(context)->outlook->to_year, 2008);
	ASSERT_HAS(context->messages, "has no column \"Occupational openings\"; left out");
}

static void
test_release_that_is_asked_for_is_the_name(void **state)
{
	struct context *context = *state;

	context->options.release = "August 2025";
	context_put(context, "a.csv", OUTLOOK NURSES);
	context_import_ok(context);
	assert_string_equal(nurses(context)->sources[0]->release, "August 2025");
}

/* ---- Titles ---- */

static void
test_titles_are_written_in_title_case(void **state)
{
	static const struct {
		const char *published, *title, *id;
	} cases[] = {
		{ "      Chief executives[1]", "Chief Executives", "chief-executives" },
		{ "Door-to-door sales workers, and related workers", "Door-to-Door Sales Workers, and Related Workers",
		    "door-to-door-sales-workers-and-related-workers" },
		{ "Education administrators, kindergarten through secondary",
		    "Education Administrators, Kindergarten through Secondary",
		    "education-administrators-kindergarten-through-secondary" },
		{ "Career/technical teachers, except special education",
		    "Career/Technical Teachers, Except Special Education",
		    "career-technical-teachers-except-special-education" },
		{ "First-line supervisors of fishing  and forestry workers",
		    "First-Line Supervisors of Fishing and Forestry Workers",
		    "first-line-supervisors-of-fishing-and-forestry-workers" },
		{ "Operations (at an airport), all other", "Operations (At an Airport), All Other",
		    "operations-at-an-airport-all-other" },
		{ "The android makers", "The Android Makers", "the-android-makers" },
	};
	struct context *context = *state;
	char text[4000] = ASSIGNED;
	size_t length = strlen(text);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		length += (size_t)snprintf(
		    text + length, sizeof text - length, "\"%s\",11-101%zu,a,b,c\n", cases[i].published, i + 1);
	context_put(context, "a.csv", text);
	context_import_ok(context);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(context_served(context, cases[i].id)->title, cases[i].title);
}

/* ---- Education ---- */

static void
test_degrees_come_most_common_first_and_ties_by_level(void **state)
{
	static const char *const labels[] = { "Bachelor's Degree", "High School Diploma", "Associate's Degree",
		"Master's Degree", "Less than a High School Diploma", "Doctoral or Professional Degree",
		"Some College Courses" };
	static const double percents[] = { 40, 15, 15, 15, 7.5, 7.5, 0 };
	struct context *context = *state;
	const Occupare__V1__Education *education;
	const Occupare__V1__Source *source;

	context_put(context, "a.csv", SHARES "Registered nurses,29-1141,7.5,15,0.0,15,40,15,7.5\n");
	context_import_ok(context);
	education = nurses(context)->education;
	assert_int_equal(education->n_degrees, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(education->degrees[i]->label, labels[i]);
		assert_true(education->degrees[i]->percent->value == percents[i]);
		assert_int_equal(education->degrees[i]->percent->status, STATUS(UNSPECIFIED));
	}
	source = source_of(nurses(context), education->degrees[0]->percent->source);
	ASSERT_HAS(source->title, "workers 25 years and older (American Community Survey 2022\u201323)");
	assert_string_equal(source->release, "2024\u201334");
}

static void
test_shares_of_which_one_is_missing_are_no_distribution(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv", SHARES "Registered nurses,29-1141,7.5,15,\u2014,15,40,15,7.5\n");
	context_import_ok(context);
	assert_null(nurses(context)->education);
	assert_int_equal(nurses(context)->n_sources, 0);
	assert_int_equal(context->result.rows.suppressed, 1);
}

static void
test_footnote_says_whose_shares_are_of_a_broader_occupation(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv",
	    SHARES "Registered nurses[2],29-1141,7.5,15,0,15,40,15,7.5\n"
		   "Actors[1],27-2011,7.5,15,0,15,40,15,7.5\n"
		   "Judges,23-1023,7.5,15,0,15,40,15,7.5\n"
		   "Footnotes:,,,,,,,,\n[1] Another thing.,,,,,,,,\n"
		   "[2] This occupation is not an exact match with ACS; see there,,,,,,,,\n"
		   "Note: Some are not an exact match.,,,,,,,,\n");
	context_import_ok(context);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(nurses(context)->education->degrees[i]->percent->status, STATUS(INHERITED));
	assert_int_equal(
	    context_served(context, "actors")->education->degrees[0]->percent->status, STATUS(UNSPECIFIED));
	assert_int_equal(
	    context_served(context, "judges")->education->degrees[0]->percent->status, STATUS(UNSPECIFIED));
}

static void
test_education_tables_imported_later_keep_the_outlook(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Occupation *record;

	context_put(context, "a.csv", OUTLOOK NURSES);
	context_import_ok(context);
	context_drop_all(context);
	context_put(context, "a.csv",
	    ASSIGNED "Registered nurses,29-1141,Doctoral degree,None,None\nActors,27-2011,a,None,b\n");
	context_put(context, "b.csv", SHARES "Registered nurses,29-1141,7.5,15,0,15,40,15,7.5\n");
	context_import_ok(context);
	record = nurses(context);
	assert_true(record->outlook->employment->value == 3391600);
	assert_string_equal(record->education->typical_entry, "Bachelor's degree");
	assert_int_equal(record->education->n_degrees, 7);
	record = context_served(context, "actors");
	assert_null(record->outlook);
	assert_string_equal(record->education->typical_entry, "a");
	assert_string_equal(record->experience->training, "b");
	assert_string_equal(record->sources[0]->title, "Employment Projections");
	assert_int_equal(record->n_sources, 1);
}

/* ---- Skills ---- */

static void
test_top_skills_keep_their_order_and_have_no_figures(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Occupation *record;

	context_put(context, "a.csv",
	    SKILLS "\"Total, all occupations\",00-0000,x,x,x,x\n"
		   "Registered nurses,29-1141,x,Problem solving and decision making,Adaptability,Fine motor\n"
		   "Actors[2],27-2011,x,Adaptability,\u2014,Science\n"
		   "[2] Skills information from similar O*NET-SOC occupation(s) imputed,,,,,\n");
	context_import_ok(context);
	assert_int_equal(context->result.counts.groups, 2);
	record = nurses(context);
	assert_int_equal(record->n_skills, 3);
	assert_string_equal(record->skills[0]->name, "Problem Solving and Decision Making");
	assert_string_equal(record->skills[1]->name, "Adaptability");
	assert_string_equal(record->skills[2]->name, "Fine Motor");
	assert_int_equal(record->skills[0]->kind, OCCUPARE__V1__SKILL_KIND__SKILL_KIND_SKILL);
	assert_null(record->skills[0]->importance);
	assert_true(has_source(record, "top skills by occupation"));
	assert_false(has_source(record, "imputed"));
	record = context_served(context, "actors");
	assert_int_equal(record->n_skills, 2);
	assert_string_equal(record->skills[1]->name, "Science");
	assert_true(has_source(record, "imputed from similar occupations"));
}

/* ---- The crosswalk ---- */

static void
test_crosswalk_warns_of_codes_that_are_joined_otherwise(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv", OUTLOOK NURSES);
	context_put(context, "b.csv",
	    CROSSWALK "1,11-1011.03,11-1011\n2,13-1021.00,13-1020\n3,29-2011.04,29-2010\n4,29-1141.01,29-1140\n"
		      "5,13-1022.00,13-1022\n6,55-1011.00,\u2014\n");
	context_import_ok(context);
	assert_int_equal(context->result.warnings, 2);
	ASSERT_HAS(context->messages, "b.csv:6: column \"NEM Code\": warning: 29-1141.01 belongs to 29-1140 here, but "
				      "is given the figures of 29-1141");
	ASSERT_HAS(context->messages, "13-1022.00 belongs to 13-1022 here, but is given the figures of 13-1020");
}

static void
test_crosswalk_alone_is_nothing_to_import(void **state)
{
	struct context *context = *state;

	context_put(context, "b.csv", CROSSWALK "1,11-1011.03,11-1011\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "has no table of the projections to import");
}

/* ---- What is refused ---- */

static void
test_rows_that_are_wrong_are_refused_with_file_line_and_column(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ OUTLOOK "Actors,27-2011,Line item,1,1,abc,1,a,b,c\n",
		    "a.csv:3: column \"Employment change, percent, 2024\u201334\": \"abc\" is no number" },
		{ OUTLOOK "Actors,27-2011,Line item,1e999,1,1,1,a,b,c\n",
		    "column \"Employment, 2024\": \"1e999\" is no number" },
		{ OUTLOOK "Actors,27-2011,Line item,1,1,1,1 x,a,b,c\n", "\"1 x\" is no number" },
		{ OUTLOOK "Actors,27-2011,Line item,1,1,1,nan,a,b,c\n", "\"nan\" is no number" },
		{ OUTLOOK "Actors,27-2011,Line item,-1,1,1,1,a,b,c\n", "employment" },
		{ OUTLOOK "Actors,27-201,Line item,1,1,1,1,a,b,c\n",
		    "column \"2024 National Employment Matrix code\": \"27-201\" is no code" },
		{ OUTLOOK NURSES NURSES,
		    "a.csv:4: column \"2024 National Employment Matrix code\": 29-1141 is also in line 3" },
		{ OUTLOOK "Actors,27-2011,Line item,1,1\n", "the row has 5 cells, the header has 10" },
		{ SHARES "Actors,27-2011,1,2,3,4,5,6,x\n",
		    "column \"Doctoral or professional degree\": \"x\" is no number" },
		{ SHARES "Actors,27-2011,101,0,0,0,0,0,0\n", "percent" },
		{ OUTLOOK "Actors,27-2011,Summary,1,1,1,1,a,b,c\n", "has no row of an occupation" },
	};
	struct context *context = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		context_put(context, "a.csv", cases[i].text);
		context_refused(context, OCCUPARE_INVALID_ARGUMENT, cases[i].words);
	}
}

static void
test_two_releases_are_refused(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv", OUTLOOK NURSES);
	context_put(context, "b.csv",
	    "2022 National Employment Matrix title,2022 National Employment Matrix code," WAYS
	    "\nActors,27-2011,a,b,c\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "is of the projections that start in 2022, ");
	ASSERT_HAS(context->messages, "a.csv of those in 2024; import one release at a time");
}

static void
test_growth_of_other_years_than_the_release_is_refused(void **state)
{
	static const char *const headers[] = { "\"Employment change, percent, 2023\u201333\"",
		"\"Employment change, percent, x\"", "\"Employment change, percent, 2024\"" };
	struct context *context = *state;
	char text[1000];

	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof text,
		    HEAD "Occupation type,\"Employment, 2024\",\"Employment, 2034\",%s," WAYS
			 "\nActors,27-2011,Line item,1,1,1,a,b,c\n",
		    headers[i]);
		context_put(context, "a.csv", text);
		context_refused(
		    context, OCCUPARE_INVALID_ARGUMENT, "does not tell the years of the growth that starts in 2024");
	}
	context_put(context, "a.csv",
	    HEAD "Occupation type,\"Employment, 2023\",\"Employment, 2034\",\"Employment change, percent, "
		 "2024\u201334\"," WAYS "\nActors,27-2011,Line item,1,1,1,a,b,c\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "stands beside no column with the employment of 2024");
	context_put(context, "a.csv",
	    "National Employment Matrix title, National Employment Matrix code," WAYS "\nActors,27-2011,a,b,c\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "holds none of the tables");
	context_put(context, "a.csv",
	    "The National Employment Matrix title,The National Employment Matrix code," WAYS
	    "\nActors,27-2011,a,b,c\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "does not tell the year of the release");
}

static void
test_table_that_is_there_twice_is_refused(void **state)
{
	struct context *context = *state;

	context_put(context, "a.csv", OUTLOOK NURSES);
	context_put(context, "b.csv", OUTLOOK NURSES);
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "b.csv: holds occupational projections, as ");
}

static void
test_more_codes_than_there_can_be_are_refused(void **state)
{
	struct context *context = *state;
	size_t room = 400000, length;
	char *text = malloc(room);

	length = (size_t)snprintf(text, room, "%s", ASSIGNED);
	for (unsigned i = 1; i <= 5001; i++)
		length += (size_t)snprintf(text + length, room - length, "T%u,11-%04u,a,b,c\n", i, i);
	context_put(context, "a.csv", text);
	free(text);
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "a.csv:5003: is about one of more than 5000 occupations");
}

static void
test_file_without_a_table_is_refused_by_name_and_left_out_of_a_folder(void **state)
{
	struct context *context = *state;
	char path[200];

	context_put(context, "a.csv", OUTLOOK NURSES);
	context_put(context, "other.csv", HEAD "Occupation type,Wage\nActors,27-2011,Line item,1\n");
	context_import_ok(context);
	ASSERT_HAS(context->messages, "other.csv: warning: holds none of the tables that are looked for; left out");
	snprintf(path, sizeof path, "%s/other.csv", context->folder);
	assert_int_equal(import_path(context, path), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "occupational projections (the column \"Employment change, percent\" is "
				      "missing), educational attainment (");
	ASSERT_HAS(context->messages, "top skills (the column \"Typical education needed for entry\" is missing)");
	snprintf(path, sizeof path, "%s/nothing.xlsx", context->folder);
	assert_int_equal(import_path(context, path), OCCUPARE_NOT_FOUND);
}

/* ---- Workbooks ---- */

#define TEXT(text) "<c t=\"str\"><v>" text "</v></c>"
#define CODES TEXT("2024 National Employment Matrix code") TEXT("2024 National Employment Matrix title")
#define WAYS_CELLS                                                                                                     \
	TEXT("Typical education needed for entry")                                                                     \
	TEXT("Work experience in a related occupation")                                                                \
	TEXT("Typical on-the-job training needed to attain competency in the occupation")
#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

static void
test_tables_are_found_among_the_sheets_of_a_workbook(void **state)
{
	static const struct {
		const char *name, *text;
	} members[] = {
		{ "xl/workbook.xml", "<workbook/>" },
		{ "xl/worksheets/sheet1.xml", SHEET("<row>" TEXT("Contents") "</row>") },
		{ "xl/worksheets/sheet2.xml",
		    SHEET("<row>" CODES TEXT("Top highest skill") TEXT("Second highest skill")
			    TEXT("Third highest skill") "</row><row>" TEXT("11-0000") "</row>") },
		{ "xl/worksheets/sheet3.xml",
		    SHEET("<row>" TEXT("Table 6.2") "</row><row>" CODES TEXT("Typical education needed for entry")
			    TEXT("Top highest skill[3]") TEXT("Second highest skill")
				TEXT("Third highest skill") "</row><row>" TEXT("29-1141") TEXT("  Registered nurses[2]")
				    TEXT("a") TEXT("Adaptability") TEXT("Science") TEXT("Leadership") "</row>") },
		{ "xl/worksheets/sheet4.xml", SHEET("<row>" CODES WAYS_CELLS "</row><row>" TEXT("29-1141") TEXT(
						  "Registered nurses") TEXT("a") TEXT("None") TEXT("b") "</row>") },
	};
	struct context *context = *state;
	char path[200];
	zip_t *zip;

	snprintf(path, sizeof path, "%s/a.xlsx", context->folder);
	zip = zip_open(path, ZIP_CREATE, NULL);
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		assert_true(zip_file_add(zip, members[i].name,
				zip_source_buffer(zip, members[i].text, strlen(members[i].text), 0), 0) >= 0);
	assert_int_equal(zip_close(zip), 0);
	MUST(import_path(context, path), &context->st);
	assert_string_equal(nurses(context)->skills[0]->name, "Adaptability");
	assert_string_equal(nurses(context)->education->typical_entry, "a");
	assert_string_equal(nurses(context)->title, "Registered Nurses");
	assert_int_equal(context->result.rows.used, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, context_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_thousands_become_people_and_years_stand_by_the_growth),
		TEST(test_columns_are_found_in_any_order_and_others_are_no_noise),
		TEST(test_only_line_items_count),
		TEST(test_dash_is_absent_and_none_is_said),
		TEST(test_years_of_a_century_that_ends_are_understood),
		TEST(test_release_that_is_asked_for_is_the_name),
		TEST(test_titles_are_written_in_title_case),
		TEST(test_degrees_come_most_common_first_and_ties_by_level),
		TEST(test_shares_of_which_one_is_missing_are_no_distribution),
		TEST(test_footnote_says_whose_shares_are_of_a_broader_occupation),
		TEST(test_education_tables_imported_later_keep_the_outlook),
		TEST(test_top_skills_keep_their_order_and_have_no_figures),
		TEST(test_crosswalk_warns_of_codes_that_are_joined_otherwise),
		TEST(test_crosswalk_alone_is_nothing_to_import),
		TEST(test_rows_that_are_wrong_are_refused_with_file_line_and_column),
		TEST(test_two_releases_are_refused),
		TEST(test_growth_of_other_years_than_the_release_is_refused),
		TEST(test_table_that_is_there_twice_is_refused),
		TEST(test_more_codes_than_there_can_be_are_refused),
		TEST(test_file_without_a_table_is_refused_by_name_and_left_out_of_a_folder),
		TEST(test_tables_are_found_among_the_sheets_of_a_workbook),
	};

	return cmocka_run_group_tests_name("projections", tests, NULL, NULL);
}

/* The demographics format over small made-up tables of the published layout, and the list that it finds codes in. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/import/census.h"
#include "tests/support/import.h"
#include "tests/support/samples.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define TITLES "\"HOUSEHOLD DATA\nANNUAL AVERAGES\n11. Employed persons\",,,,,,\n[Numbers in thousands],,,,,,\n,,,,,,\n"
#define PEOPLE_OF(year)                                                                                                \
	TITLES "Occupation," year ",,,,,\n,\"Total\nemployed\",Percent of total employed,,,,\n"                        \
	       ",,Women,White,\"Black or\nAfrican\nAmerican\",Asian,\"Hispanic\nor Latino\"\n,,,,,,\n"
#define PEOPLE PEOPLE_OF("2022")
#define AGES                                                                                                           \
	"11b. Employed people by detailed occupation and age,,,\nOccupation,2025,,\n"                                  \
	",\"Total, 16 years and over\",16 to 19 years,Median age\n,,,\n"
#define NURSES "Registered nurses,\"3,280\",87.9,73.6,14.5,8.9,8.1\n"
#define NURSES_AGE "Registered nurses,3400,0,42.3\n"

/* SOC codes of which there are occupations. */
static const char *const codes[] = { "13-1020", "13-2020", "13-2022", "15-1252", "25-1011", "25-1199", "25-2052",
	"25-2055", "29-1141", "29-2010", "39-4011", "39-4021", "53-1047", "11-1031" };

static void
id_of(const char *soc_code, char ret[16])
{
	snprintf(ret, 16, "o%s", soc_code);
}

/* Occupations of the codes, as a source would bring them. */
static void
add_occupations(struct fixture *fixture)
{
	Occupare__V1__Occupation *records[LENGTH(codes)];
	const struct fixture_load load = {
		.origin = "json", .mode = STORE_IMPORT_ADD, .occupations = records, .occupations_count = LENGTH(codes)
	};
	struct store_import_counts counts;
	struct occupare_status st;

	for (size_t i = 0; i < LENGTH(codes); i++) {
		char id[16];

		id_of(codes[i], id);
		records[i] = sample_bare(&fixture->arena, occ_arena_strdup(&fixture->arena, id),
		    occ_arena_printf(&fixture->arena, "Title %zu", i));
		fixture_add_code(fixture, records[i], "SOC2018", codes[i]);
	}
	MUST(fixture_import(fixture, &load, &counts, &st), &st);
}

static int
setup(void **state)
{
	int rc = context_setup(state, "demographics");
	struct context *context = *state;

	if (rc != 0)
		return rc;
	fixture_open(&context->fixture);
	add_occupations(&context->fixture);
	return 0;
}

/* Imports one table of these rows. */
static void
import_rows_of(struct context *context, const char *text)
{
	context_put(context, "a.csv", text);
	context_import_ok(context);
}

static const Occupare__V1__Occupation *
served(struct context *context, const char *soc_code)
{
	char id[16];

	id_of(soc_code, id);
	return context_served(context, id);
}

/* NULL: nothing is known of who works in it. */
static const Occupare__V1__Demographics *
people_in(struct context *context, const char *soc_code)
{
	return served(context, soc_code)->demographics;
}

/* The table is refused, with these words, and nothing was stored. */
static void
refused(struct context *context, const char *text, const char *words)
{
	context_put(context, "a.csv", text);
	context_import(context);
	ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, words);
	assert_null(people_in(context, "29-1141"));
}

static const Occupare__V1__Source *
source_of(const Occupare__V1__Occupation *record, const Occupare__V1__Figure *figure)
{
	for (size_t i = 0; i < record->n_sources; i++)
		if (record->sources[i]->id == figure->source)
			return record->sources[i];
	fail_msg("no source %u", figure->source);
	return NULL;
}

static void
assert_share(const Occupare__V1__Share *share, const char *label, double percent, int status)
{
	assert_string_equal(share->label, label);
	assert_non_null(share->percent);
	assert_true(share->percent->value == percent);
	assert_int_equal(share->percent->status, status);
}

/* ---- Figures ---- */

static void
test_shares_are_as_published_and_men_are_the_rest(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Demographics *people;

	import_rows_of(context, PEOPLE NURSES);
	people = people_in(context, "29-1141");
	assert_int_equal(people->n_genders, 2);
	assert_share(people->genders[0], "Women", 87.9, STATUS(UNSPECIFIED));
	assert_share(people->genders[1], "Men", 12.1, STATUS(DERIVED));
	assert_int_equal(people->n_races, 5);
	assert_share(people->races[0], "White", 73.6, STATUS(UNSPECIFIED));
	assert_share(people->races[1], "Black or African American", 14.5, STATUS(UNSPECIFIED));
	assert_share(people->races[2], "Asian", 8.9, STATUS(UNSPECIFIED));
	assert_share(people->races[3], "Other races", 0, STATUS(SUPPRESSED));
	assert_share(people->races[4], "Hispanic or Latino of any race", 8.1, STATUS(UNSPECIFIED));
	assert_null(people->median_age);
	assert_string_equal(context->messages, "");
}

static void
test_source_names_table_and_year(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Occupation *record;
	const Occupare__V1__Source *people, *age;

	context_put(context, "b.csv", AGES NURSES_AGE);
	import_rows_of(context, PEOPLE NURSES);
	record = served(context, "29-1141");
	people = source_of(record, record->demographics->genders[1]->percent);
	age = source_of(record, record->demographics->median_age);
	assert_string_equal(people->title, "Labor Force Statistics from the Current Population Survey, table 11");
	assert_string_equal(people->publisher, "U.S. Bureau of Labor Statistics");
	assert_string_equal(people->release, "2022");
	assert_string_equal(people->url, "https://www.bls.gov/cps/cpsaat11.htm");
	assert_string_equal(age->title, "Labor Force Statistics from the Current Population Survey, table 11b");
	assert_string_equal(age->release, "2025");
	assert_string_equal(age->url, "https://www.bls.gov/cps/cpsaat11b.htm");
}

static void
test_more_common_sex_comes_first(void **state)
{
	struct context *context = *state;

	import_rows_of(context, PEOPLE "Software developers,1000,21.5,55,5.7,36.4,5.7\nLegislators,60,50,1,1,1,1\n");
	assert_share(people_in(context, "15-1252")->genders[0], "Men", 78.5, STATUS(DERIVED));
	assert_share(people_in(context, "15-1252")->genders[1], "Women", 21.5, STATUS(UNSPECIFIED));
	assert_share(people_in(context, "11-1031")->genders[0], "Women", 50, STATUS(UNSPECIFIED));
}

static void
test_median_age_is_no_average(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Demographics *people;

	import_rows_of(context, AGES NURSES_AGE);
	people = people_in(context, "29-1141");
	assert_true(people->median_age->value == 42.3);
	assert_int_equal(people->median_age->status, STATUS(UNSPECIFIED));
	assert_null(people->average_age);
	assert_int_equal(people->n_genders + people->n_races, 0);
	assert_string_equal(context->messages, "");
}

static void
test_dashes_of_any_length_are_held_back(void **state)
{
	static const char *const dashes[] = { "\u2013", "\u2014", "-" };
	struct context *context = *state;

	for (size_t i = 0; i < LENGTH(dashes); i++) {
		const char *d = dashes[i];
		const Occupare__V1__Demographics *people;
		char text[1000];

		snprintf(text, sizeof text, PEOPLE "Legislators,14,%s,%s,%s,%s,%s\n" NURSES, d, d, d, d, d);
		context_put(context, "b.csv", text);
		snprintf(text, sizeof text, AGES "Legislators,14,0,%s\n", d);
		import_rows_of(context, text);
		people = people_in(context, "11-1031");
		assert_int_equal(people->median_age->status, STATUS(SUPPRESSED));
		assert_share(people->genders[0], "Women", 0, STATUS(SUPPRESSED));
		assert_share(people->genders[1], "Men", 0, STATUS(SUPPRESSED));
		assert_share(people->races[4], "Hispanic or Latino of any race", 0, STATUS(SUPPRESSED));
		assert_int_equal(context->result.rows.used, 3);
		assert_int_equal(context->result.rows.suppressed, 2);
		assert_string_equal(context->messages, "");
	}
}

static void
test_single_dash_leaves_the_rest(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Demographics *people;

	import_rows_of(context, PEOPLE "Legislators,60,-,70,12,-,9\n");
	people = people_in(context, "11-1031");
	assert_share(people->genders[1], "Men", 0, STATUS(SUPPRESSED));
	assert_share(people->races[0], "White", 70, STATUS(UNSPECIFIED));
	assert_share(people->races[2], "Asian", 0, STATUS(SUPPRESSED));
	assert_share(people->races[4], "Hispanic or Latino of any race", 9, STATUS(UNSPECIFIED));
}

/* ---- Whose they are ---- */

static void
test_line_of_a_group_is_inherited_by_each_code(void **state)
{
	struct context *context = *state;
	static const char *const members[] = { "25-1011", "25-1199" };

	context_put(context, "b.csv", AGES "Postsecondary teachers,1300,0,49.2\n" NURSES_AGE);
	import_rows_of(context, PEOPLE "Postsecondary teachers,1300,48.4,79.5,7.5,10.8,8\n" NURSES);
	for (size_t i = 0; i < LENGTH(members); i++) {
		const Occupare__V1__Demographics *people = people_in(context, members[i]);

		assert_share(people->genders[0], "Men", 51.6, STATUS(INHERITED));
		assert_share(people->genders[1], "Women", 48.4, STATUS(INHERITED));
		assert_share(people->races[3], "Other races", 0, STATUS(SUPPRESSED));
		assert_share(people->races[4], "Hispanic or Latino of any race", 8, STATUS(INHERITED));
		assert_int_equal(people->median_age->status, STATUS(INHERITED));
	}
	assert_int_equal(people_in(context, "29-1141")->median_age->status, STATUS(UNSPECIFIED));
	ASSERT_HAS(context->messages, "a.csv: warning: 1 of 2 lines used are of several occupations each");
	ASSERT_HAS(context->messages, "b.csv: warning: 1 of 2 lines used are of several occupations each");
	assert_int_equal(context->result.warnings, 2);
}

static void
test_code_of_wages_has_what_is_published_for_all_its_members(void **state)
{
	struct context *context = *state;

	import_rows_of(context, AGES "Property appraisers and assessors,70,0,48\n"
				     "Clinical laboratory technologists and technicians,300,0,41\n"
				     "Special education teachers,400,0,44\n"
				     "Supervisors of transportation and material moving workers,300,0,45\n"
				     "\"Buyers and purchasing agents, farm products\",60,0,40\n"
				     "\"Wholesale and retail buyers, except farm products\",60,0,41\n"
				     "\"Purchasing agents, except wholesale, retail, and farm products\",60,0,42\n");
	assert_true(people_in(context, "13-2020")->median_age->value == 48);
	assert_int_equal(people_in(context, "13-2020")->median_age->status, STATUS(UNSPECIFIED));
	assert_int_equal(people_in(context, "13-2022")->median_age->status, STATUS(INHERITED));
	assert_int_equal(people_in(context, "29-2010")->median_age->status, STATUS(UNSPECIFIED));
	/* The line is of more than the members of the code. */
	assert_true(people_in(context, "25-2052")->median_age->value == 44);
	assert_int_equal(people_in(context, "25-2052")->median_age->status, STATUS(INHERITED));
	assert_int_equal(people_in(context, "25-2055")->median_age->status, STATUS(INHERITED));
	assert_int_equal(people_in(context, "53-1047")->median_age->status, STATUS(INHERITED));
	/* Each of its members has a line of its own. */
	assert_null(people_in(context, "13-1020"));
}

/* ---- Rows ---- */

static void
test_titles_are_found_whatever_their_case_spaces_and_commas(void **state)
{
	struct context *context = *state;

	import_rows_of(context, AGES "\"Embalmers, crematory operators, and funeral attendants\",60,0,50\n"
				     "\"  REGISTERED\n nurses [1] \",3400,0,42.3\nSoftware  Developers,1,0,38.6\n");
	assert_true(people_in(context, "39-4011")->median_age->value == 50);
	assert_true(people_in(context, "39-4021")->median_age->value == 50);
	assert_true(people_in(context, "29-1141")->median_age->value == 42.3);
	assert_true(people_in(context, "15-1252")->median_age->value == 38.6);
}

static void
test_headings_and_totals_are_no_news_and_unknown_titles_are(void **state)
{
	struct context *context = *state;

	import_rows_of(context,
	    PEOPLE "\"Total, 16 years and over\",\"158,291\",46.8,77.0,12.6,6.7,18.5\n,,,,,,\n"
		   "\"Management,  professional, and related occupations\",1,51.5,77.7,10.2,9.0,10.9\n" NURSES
		   "Wheelwrights,60,1,2,3,4,5\n,,,,,,\n\"NOTE: Estimates do not sum to totals.\",,,,,,\n");
	assert_int_equal(context->result.rows.read, 4);
	assert_int_equal(context->result.rows.used, 1);
	assert_int_equal(context->result.rows.unmatched, 3);
	assert_int_equal(context->result.warnings, 1);
	ASSERT_HAS(context->messages,
	    "a.csv:18: column \"Occupation\": warning: \"Wheelwrights\" is no occupation of the "
	    "Census list of 2018; left out");
	ASSERT_HAS(context->report, "a.csv: 4 rows read: 1 used, 0 of them");
}

static void
test_line_given_twice_is_refused(void **state)
{
	refused(*state, PEOPLE NURSES NURSES, "a.csv:15: demographics of SOC code 29-1141 is also at ");
}

static void
test_cells_that_are_no_number_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ PEOPLE NURSES "Legislators,60,x,2,3,4,5\n",
		    "a.csv:15: column \"2022 Percent of total employed Women\": \"x\" is no number" },
		{ PEOPLE "Registered nurses,60,1,2,3.4.5,4,5\n", "African American\": \"3.4.5\" is no number" },
		{ PEOPLE "Registered nurses,60,1,2,,4,5\n", "African American\": \"\" is no number" },
		{ PEOPLE "Registered nurses,60,1,2,3,0x4,5\n", "Asian\": \"0x4\" is no number" },
		{ PEOPLE "Registered nurses,60,1,2,3,nan,5\n", "Asian\": \"nan\" is no number" },
		{ PEOPLE "Registered nurses,60,1,-2,3,4,5\n", "White\": \"-2\" is no number" },
		{ PEOPLE "Registered nurses,60,1,2,3,4,.\n", "Latino\": \".\" is no number" },
		{ PEOPLE "Registered nurses,60,100.1,2,3,4,5\n", "Women\": 100.1 is more than 100" },
		{ PEOPLE "Registered nurses,,,,,,\n", "Women\": \"\" is no number" },
		{ AGES "Registered nurses,60,1,121\n", "a.csv:5: column \"2025 Median age\": 121 is more than 120" },
		{ AGES "Registered nurses,60,1,n/a\n", "a.csv:5: column \"2025 Median age\": \"n/a\" is no number" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++)
		refused(*state, cases[i].text, cases[i].words);
}

static void
test_every_bad_row_is_told_and_a_bad_row_is_counted_nowhere(void **state)
{
	struct context *context = *state;

	refused(context,
	    PEOPLE "Legislators,60,x,2,3,4,5\nRegistered nurses,60,1,y,3,4,5\nSoftware developers,1,2,3,4,5,6\n",
	    "\"x\" is no number");
	ASSERT_HAS(context->messages, "\"y\" is no number");
	assert_int_equal(context->result.refused, 2);
	assert_int_equal(context->result.rows.used, 1);
}

/* ---- Files ---- */

static void
test_columns_may_stand_in_any_order(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Demographics *people;

	import_rows_of(context, "2022,,,,,,,Occupation\nPercent of total employed,,,,,,Total employed,\n"
				"Hispanic or Latino,Asian,Left-handed,White,Women,Black or African American,,\n"
				"8.1,8.9,11,73.6,87.9,14.5,1,Registered nurses\n");
	people = people_in(context, "29-1141");
	assert_share(people->genders[0], "Women", 87.9, STATUS(UNSPECIFIED));
	assert_share(people->races[0], "White", 73.6, STATUS(UNSPECIFIED));
	assert_share(people->races[1], "Black or African American", 14.5, STATUS(UNSPECIFIED));
	assert_share(people->races[2], "Asian", 8.9, STATUS(UNSPECIFIED));
	assert_share(people->races[4], "Hispanic or Latino of any race", 8.1, STATUS(UNSPECIFIED));
	assert_int_equal(context->result.warnings, 1);
	ASSERT_HAS(
	    context->messages, "the column \"2022 Percent of total employed Left-handed\" is not known; left out");
}

static void
test_missing_column_is_refused(void **state)
{
	struct context *context = *state;

	refused(context,
	    "Occupation,2022,,,\n,Percent of total employed,,,\n,Women,White,Black or African American,Hispanic or "
	    "Latino\nRegistered nurses,1,2,3,4\n",
	    "a.csv: is table 11, but its column \"Percent of total employed Asian\" is missing");
	assert_int_equal(context->result.refused, 1);
}

static void
test_line_ends_and_byte_order_mark_make_no_difference(void **state)
{
	struct context *context = *state;

	import_rows_of(context,
	    "\xEF\xBB\xBF\"11b.\r\nAges\",,\r\nOccupation,2025,\r\n,\"Total, 16 years and\r\nover\",Median age\r\n"
	    ",,\r\nRegistered nurses,1,42.3");
	assert_true(people_in(context, "29-1141")->median_age->value == 42.3);
	assert_string_equal(context->messages, "");
}

static void
test_row_that_is_cut_off_is_refused(void **state)
{
	refused(*state, PEOPLE NURSES "Legislators,60,1,2", "a.csv:15: the row has 4 cells, the header has 7");
}

static void
test_same_table_twice_is_refused_with_the_remedy(void **state)
{
	struct context *context = *state;

	context_put(context, "b.csv", PEOPLE_OF("2021") NURSES);
	refused(context, PEOPLE NURSES, "b.csv: is table 11, as ");
	ASSERT_HAS(context->messages, "/a.csv is; import one of them");
	assert_int_equal(context->result.refused, 1);
}

static void
test_other_files_of_a_folder_are_left_out_and_said_so(void **state)
{
	struct context *context = *state;

	context_put(context, "readme.txt", "Hello.\n");
	context_put(context, "wages.csv", "OCC_CODE,OCC_TITLE,A_MEAN\n29-1141,Registered Nurses,98430\n");
	import_rows_of(context, PEOPLE NURSES);
	assert_non_null(people_in(context, "29-1141"));
	assert_int_equal(context->result.warnings, 2);
	ASSERT_HAS(context->messages, "readme.txt: warning: is no .xlsx or .csv; left out");
	ASSERT_HAS(context->messages, "wages.csv: warning: is no table 11 (the column \"");
	ASSERT_HAS(context->messages, " is missing) and no table 11b (the column \"");
}

static void
test_other_file_that_is_named_is_refused(void **state)
{
	struct context *context = *state;
	const char *named;
	char path[200];

	context_put(context, "wages.csv", "OCC_CODE,A_MEAN\n29-1141,98430\n");
	snprintf(path, sizeof path, "%s/wages.csv", context->folder);
	named = path;
	context_import_paths(context, &named, 1);
	ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages, "wages.csv: is no table 11 (");
	assert_int_equal(context->result.refused, 1);
}

static void
test_folder_without_the_tables_is_refused(void **state)
{
	struct context *context = *state;

	context_put(context, "readme.txt", "Hello.\n");
	context_import(context);
	ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->messages,
	    ": holds neither table 11 nor table 11b of the Current Population Survey as .xlsx or .csv");
}

static void
test_release_is_asked_for_where_the_header_has_no_year_and_may_not_contradict_it(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Occupation *record;

	refused(context, PEOPLE_OF("") NURSES, "does not tell which year it is of; name that with --release 2022");
	context->options.release = "2021";
	refused(context, PEOPLE NURSES, "is of 2022 by its header, and of \"2021\" by --release");
	import_rows_of(context, PEOPLE_OF("") NURSES);
	record = served(context, "29-1141");
	assert_string_equal(source_of(record, record->demographics->genders[0]->percent)->release, "2021");
	context->options.release = "2022 annual averages";
	import_rows_of(context, PEOPLE NURSES);
	record = served(context, "29-1141");
	assert_string_equal(
	    source_of(record, record->demographics->genders[0]->percent)->release, "2022 annual averages");
}

static void
test_newer_table_replaces_itself_and_keeps_the_other(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Demographics *people;

	context_put(context, "b.csv", AGES NURSES_AGE);
	import_rows_of(context, PEOPLE NURSES "Legislators,60,1,2,3,4,5\n");
	context_drop(context, "b.csv");
	import_rows_of(context, PEOPLE_OF("2023") "Registered nurses,1,86,73,15,9,8\n");
	people = people_in(context, "29-1141");
	assert_share(people->genders[0], "Women", 86, STATUS(UNSPECIFIED));
	assert_true(people->median_age->value == 42.3);
	assert_null(people_in(context, "11-1031"));
}

static void
test_same_import_again_changes_nothing(void **state)
{
	struct context *context = *state;
	uint64_t revision;

	context_put(context, "b.csv", AGES NURSES_AGE);
	import_rows_of(context, PEOPLE NURSES);
	revision = served(context, "29-1141")->revision;
	context_import_ok(context);
	assert_int_equal(served(context, "29-1141")->revision, revision);
}

/* ---- Codes ---- */

static void
test_census_titles_are_sorted_and_each_code_is_there_once(void **state)
{
	(void)state;
	for (size_t i = 1; i < census_occupations_count; i++) {
		const struct census_occupation *a = &census_occupations[i - 1], *b = &census_occupations[i];

		if (census_compare(a->title, b->title) >= 0)
			fail_msg("\"%s\" comes before \"%s\"", a->title, b->title);
		assert_ptr_equal(census_find(b->title), b);
	}
	assert_ptr_equal(census_find(census_occupations[0].title), &census_occupations[0]);
	assert_int_equal(census_occupations_count, 568);
}

static void
test_census_covers_each_soc_code_once(void **state)
{
	const char *seen[1000];
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < census_occupations_count; i++) {
		const struct census_occupation *occupation = &census_occupations[i];

		assert_int_equal(strlen(occupation->code), 4);
		assert_true(census_soc_count(occupation) > 0);
		for (size_t j = 0; j < census_soc_count(occupation); j++) {
			char soc_code[SOC_CODE_LENGTH + 1];

			census_soc_code(occupation, j, soc_code);
			assert_true(soc_is_code(soc_code));
			assert_int_not_equal(soc_code[SOC_CODE_LENGTH - 1], '0');
			assert_true(census_covers(occupation, soc_code));
			for (size_t k = 0; k < count; k++)
				assert_int_not_equal(strncmp(seen[k], soc_code, SOC_CODE_LENGTH), 0);
			assert_true(count < LENGTH(seen));
			seen[count++] = occupation->soc_codes + j * (SOC_CODE_LENGTH + 1);
		}
	}
	assert_int_equal(count, 867);
}

static void
test_census_titles_are_compared_without_case_spaces_and_commas(void **state)
{
	(void)state;
	assert_string_equal(census_find("Embalmers, crematory operators and funeral attendants")->code, "4461");
	assert_string_equal(census_find("Embalmers, crematory operators, and funeral attendants")->soc_codes,
	    "39-4011 39-4012 39-4021");
	assert_string_equal(census_find(" chief\n EXECUTIVES ,")->soc_codes, "11-1011");
	assert_null(census_find("Chief"));
	assert_null(census_find("Chief executives and legislators"));
	assert_null(census_find("Chiefexecutives"));
	assert_null(census_find(""));
	assert_true(census_compare("Artists", "Arts") < 0);
	assert_true(census_compare("Art s", "Arts") < 0);
	assert_int_equal(census_compare("a, b", "A  b"), 0);
	assert_false(census_covers(census_find("Chief executives"), "11-1012"));
	assert_false(census_covers(census_find("Chief executives"), "11"));
	assert_false(census_covers(census_find("Chief executives"), ""));
}

/* ---- As published ---- */

/* Figures looked up in the workbooks by eye. */
static void
test_published_tables_give_their_figures(void **state)
{
	const char *base = getenv("OCCUPARE_SHARED_DATA");
	struct context *context = *state;
	char first[500], second[500];
	const char *paths[] = { first, second };
	const Occupare__V1__Demographics *people;

	base = base == NULL ? "../shared/data" : base;
	snprintf(first, sizeof first, "%s/cps_demographics/cpsaat11_2022.xlsx", base);
	snprintf(second, sizeof second, "%s/cps_demographics/cpsaat11b.xlsx", base);
	if (access(first, R_OK) != 0 || access(second, R_OK) != 0)
		skip();
	MUST(context_import_paths(context, paths, 2), &context->st);
	people = people_in(context, "29-1141");
	assert_share(people->genders[0], "Women", 87.9, STATUS(UNSPECIFIED));
	assert_share(people->genders[1], "Men", 12.1, STATUS(DERIVED));
	assert_share(people->races[1], "Black or African American", 14.5, STATUS(UNSPECIFIED));
	assert_true(people->median_age->value == 42.3);
	people = people_in(context, "11-1031");
	assert_share(people->genders[0], "Women", 0, STATUS(SUPPRESSED));
	assert_int_equal(people->median_age->status, STATUS(SUPPRESSED));
	people = people_in(context, "25-1199");
	assert_share(people->genders[0], "Men", 51.6, STATUS(INHERITED));
	assert_int_equal(context->result.rows.read, 1190);
	assert_int_equal(context->result.rows.used, 1130);
	assert_int_equal(context->result.rows.suppressed, 402);
	assert_int_equal(context->result.warnings, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, context_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shares_are_as_published_and_men_are_the_rest),
		TEST(test_source_names_table_and_year),
		TEST(test_more_common_sex_comes_first),
		TEST(test_median_age_is_no_average),
		TEST(test_dashes_of_any_length_are_held_back),
		TEST(test_single_dash_leaves_the_rest),
		TEST(test_line_of_a_group_is_inherited_by_each_code),
		TEST(test_code_of_wages_has_what_is_published_for_all_its_members),
		TEST(test_titles_are_found_whatever_their_case_spaces_and_commas),
		TEST(test_headings_and_totals_are_no_news_and_unknown_titles_are),
		TEST(test_line_given_twice_is_refused),
		TEST(test_cells_that_are_no_number_are_refused_with_their_place),
		TEST(test_every_bad_row_is_told_and_a_bad_row_is_counted_nowhere),
		TEST(test_columns_may_stand_in_any_order),
		TEST(test_missing_column_is_refused),
		TEST(test_line_ends_and_byte_order_mark_make_no_difference),
		TEST(test_row_that_is_cut_off_is_refused),
		TEST(test_same_table_twice_is_refused_with_the_remedy),
		TEST(test_other_files_of_a_folder_are_left_out_and_said_so),
		TEST(test_other_file_that_is_named_is_refused),
		TEST(test_folder_without_the_tables_is_refused),
		TEST(test_release_is_asked_for_where_the_header_has_no_year_and_may_not_contradict_it),
		TEST(test_newer_table_replaces_itself_and_keeps_the_other),
		TEST(test_same_import_again_changes_nothing),
		TEST(test_published_tables_give_their_figures),
		cmocka_unit_test(test_census_titles_are_sorted_and_each_code_is_there_once),
		cmocka_unit_test(test_census_covers_each_soc_code_once),
		cmocka_unit_test(test_census_titles_are_compared_without_case_spaces_and_commas),
	};

	return cmocka_run_group_tests_name("demographics", tests, NULL, NULL);
}

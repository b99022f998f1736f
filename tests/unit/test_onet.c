/* The O*NET format over small made-up releases. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <zip.h>

#include "store/check.h"
#include "store/import/onet.h"
#include "tests/support/import.h"
#include "tests/support/samples.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

#define OCCUPATIONS "O*NET-SOC Code\tTitle\tDescription\r\n"
#define RATINGS                                                                                                        \
	"O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tN\tStandard Error\tLower CI Bound\tUpper CI " \
	"Bound\tRecommend Suppress\tNot Relevant\tDate\tDomain Source\r\n"
#define EDUCATION "O*NET-SOC Code\tScale ID\tCategory\tData Value\tRecommend Suppress\r\n"
#define RELATED "O*NET-SOC Code\tRelated O*NET-SOC Code\tRelatedness Tier\tIndex\r\n"
#define TASKS "O*NET-SOC Code\tTask ID\tTask\tTask Type\tIncumbents Responding\tDate\tDomain Source\r\n"
#define TASK_RATINGS "O*NET-SOC Code\tTask ID\tScale ID\tCategory\tData Value\tRecommend Suppress\r\n"

/* Writes a table of the release. */
static void
put(struct context *context, const char *name, const char *text)
{
	char file[100];

	snprintf(file, sizeof file, "%s.txt", name);
	context_put(context, file, text);
}

static int
setup(void **state)
{
	int rc = context_setup(state, "onet");
	struct context *context = *state;

	if (rc != 0)
		return rc;
	context_use_folder(context, "db_30_1_text");
	put(context, "Occupation Data",
	    OCCUPATIONS "29-1141.00\tRegistered Nurses\tCare for people.\r\n"
			"15-1252.00\tSoftware Developers\tWrite \"code\".\r\n"
			"11-1011.03\tChief Sustainability Officers\tSustain.\r\n");
	return 0;
}

static const Occupare__V1__Occupation *
nurses(struct context *context)
{
	return context_served(context, "registered-nurses");
}

/* ---- What a record gets ---- */

static void
test_occupation_has_its_title_text_codes_and_group(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Occupation *record;

	context_import_ok(context);
	assert_int_equal(context->result.counts.occupations_added, 3);
	record = context_served(context, "chief-sustainability-officers");
	assert_string_equal(record->title, "Chief Sustainability Officers");
	assert_string_equal(record->summary, "Sustain.");
	assert_int_equal(record->n_codes, 2);
	assert_string_equal(record->codes[0]->system, "ONETSOC2019");
	assert_string_equal(record->codes[0]->value, "11-1011.03");
	assert_string_equal(record->codes[1]->system, "SOC2018");
	assert_string_equal(record->codes[1]->value, "11-1011");
	assert_string_equal(record->category->id, "management-occupations");
	assert_string_equal(record->category->title, "Management Occupations");
	assert_string_equal(context_served(context, "software-developers")->summary, "Write \"code\".");
	assert_null(record->experience);
	assert_null(record->education);
	assert_int_equal(record->n_skills, 0);
	assert_int_equal(record->n_responsibilities, 0);
}

static void
test_source_names_release_publisher_and_licence(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Source *source;

	put(context, "Read Me", "O*NET 30.1 Database\r\nDecember 2025 Release\r\n");
	context_import_ok(context);
	assert_int_equal(nurses(context)->n_sources, 1);
	source = nurses(context)->sources[0];
	assert_string_equal(source->title, "O*NET 30.1 Database");
	assert_string_equal(source->release, "30.1");
	assert_string_equal(source->publisher, "U.S. Department of Labor, Employment and Training Administration");
	assert_string_equal(source->url, "https://www.onetcenter.org/database.html");
	ASSERT_HAS(source->licence, "CC BY 4.0; O*NET 30.1 Database by the U.S. Department of Labor");
	ASSERT_HAS(source->licence, "trademark of USDOL/ETA");
}

static void
test_titles_become_aliases_once_each(void **state)
{
	static const char *const expected[] = { "CCU Nurse", "RN", "Nurse (General)", "Cardiac Care Unit Nurse",
		"Staff Nurse" };
	struct context *context = *state;
	const Occupare__V1__Occupation *record;

	put(context, "Alternate Titles",
	    "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\r\n"
	    "29-1141.00\tREGISTERED  NURSES\tn/a\t02\r\n"
	    "29-1141.00\tCCU Nurse\tRN\t02\r\n"
	    "29-1141.00\tccu nurse\tn/a\t02\r\n"
	    "29-1141.00\tNurse (General)\tn/a\t02\r\n");
	put(context, "Sample of Reported Titles",
	    "O*NET-SOC Code\tReported Job Title\tShown in My Next Move\r\n"
	    "29-1141.00\tCardiac Care Unit Nurse (CCU Nurse)\tY\r\n"
	    "29-1141.00\tStaff Nurse\tN\r\n");
	context_import_ok(context);
	record = nurses(context);
	assert_int_equal(record->n_aliases, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(record->aliases[i], expected[i]);
}

static void
test_tasks_become_duties_core_and_important_first(void **state)
{
	static const char *const expected[] = { "Core, 4.5.", "Core, 3.", "Core, held back.", "Supplemental, 5.",
		"Other." };
	struct context *context = *state;

	put(context, "Task Statements",
	    TASKS "29-1141.00\t1\tOther.\tn/a\tn/a\t08/2023\tx\r\n"
		  "29-1141.00\t2\tSupplemental, 5.\tSupplemental\t90\t08/2023\tx\r\n"
		  "29-1141.00\t3\tCore, 3.\tCore\t90\t08/2023\tx\r\n"
		  "29-1141.00\t4\tCore, held back.\tCore\t90\t08/2023\tx\r\n"
		  "29-1141.00\t5\tCore, 4.5.\tCore\t90\t08/2023\tx\r\n");
	put(context, "Task Ratings",
	    TASK_RATINGS "29-1141.00\t2\tIM\tn/a\t5.00\tN\r\n"
			 "29-1141.00\t3\tIM\tn/a\t3.00\tN\r\n"
			 "29-1141.00\t3\tFT\t1\t90.00\tN\r\n"
			 "29-1141.00\t4\tIM\tn/a\t4.90\tY\r\n"
			 "29-1141.00\t5\tIM\tn/a\t4.50\tN\r\n");
	context_import_ok(context);
	assert_int_equal(nurses(context)->n_responsibilities, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(nurses(context)->responsibilities[i], expected[i]);
	assert_false(nurses(context)->more_responsibilities);
	assert_int_equal(context->result.rows.suppressed, 1);
}

static void
test_duties_beyond_the_bound_are_cut_and_that_is_said(void **state)
{
	struct context *context = *state;
	char text[4000] = TASKS;
	size_t length = strlen(text);

	for (unsigned i = 0; i <= ONET_TASKS_MAX; i++)
		length += (size_t)snprintf(
		    text + length, sizeof text - length, "29-1141.00\t%u\tDo %u.\tCore\t1\tx\tx\r\n", i, i);
	put(context, "Task Statements", text);
	context_import_ok(context);
	assert_int_equal(nurses(context)->n_responsibilities, ONET_TASKS_MAX);
	assert_true(nurses(context)->more_responsibilities);
	assert_string_equal(nurses(context)->responsibilities[0], "Do 0.");
}

static void
test_ratings_are_standardised_and_ordered(void **state)
{
	struct context *context = *state;
	Occupare__V1__Skill *const *skills;

	put(context, "Skills",
	    RATINGS "29-1141.00\t2.A\tReading\tIM\t4.12\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n"
		    "29-1141.00\t2.A\tReading\tLV\t4.62\t8\t0\t0\t0\tN\tN\tx\tx\r\n"
		    "29-1141.00\t2.B\tRepairing\tIM\t1.00\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n"
		    "29-1141.00\t2.B\tRepairing\tLV\t0.25\t8\t0\t0\t0\tN\tY\tx\tx\r\n"
		    "29-1141.00\t2.C\tListening\tIM\t3.00\t8\t0\t0\t0\tY\tn/a\tx\tx\r\n"
		    "29-1141.00\t2.C\tListening\tLV\t3.50\t8\t0\t0\t0\tY\tN\tx\tx\r\n");
	put(context, "Knowledge", RATINGS "29-1141.00\t2.C\tMedicine\tIM\t5.00\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n");
	context_import_ok(context);
	skills = nurses(context)->skills;
	assert_int_equal(nurses(context)->n_skills, 4);
	assert_string_equal(skills[0]->name, "Medicine");
	assert_int_equal(skills[0]->kind, KIND(KNOWLEDGE));
	assert_true(skills[0]->importance->value == 100);
	assert_null(skills[0]->level);
	assert_string_equal(skills[1]->name, "Reading");
	assert_true(skills[1]->importance->value == 78);
	assert_true(skills[1]->level->value == 66);
	assert_int_equal(skills[1]->kind, KIND(SKILL));
	assert_int_equal(skills[1]->importance->source, nurses(context)->sources[0]->id);
	assert_string_equal(skills[2]->name, "Repairing");
	assert_true(skills[2]->importance->value == 0);
	assert_int_equal(skills[2]->importance->status, STATUS(UNSPECIFIED));
	assert_null(skills[2]->level);
	assert_string_equal(skills[3]->name, "Listening");
	assert_int_equal(skills[3]->importance->status, STATUS(SUPPRESSED));
	assert_true(skills[3]->importance->value == 0);
	assert_int_equal(skills[3]->level->status, STATUS(SUPPRESSED));
	assert_int_equal(context->result.rows.suppressed, 2);
	assert_null(strstr(context->report, "comes after"));
}

static void
test_technologies_follow_skills_by_demand(void **state)
{
	static const char *const expected[] = { "Reading", "Both", "Wanted", "Hot", "Alpha", "beta" };
	struct context *context = *state;

	put(context, "Skills", RATINGS "29-1141.00\t2.A\tReading\tIM\t1.00\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n");
	put(context, "Technology Skills",
	    "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand\r\n"
	    "29-1141.00\tbeta\t1\tx\tN\tN\r\n"
	    "29-1141.00\tHot\t1\tx\tY\tN\r\n"
	    "29-1141.00\tAlpha\t1\tx\tN\tN\r\n"
	    "29-1141.00\tWanted\t1\tx\tN\tY\r\n"
	    "29-1141.00\tAlpha\t2\ty\tN\tN\r\n"
	    "29-1141.00\tBoth\t1\tx\tY\tY\r\n");
	context_import_ok(context);
	assert_int_equal(nurses(context)->n_skills, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(nurses(context)->skills[i]->name, expected[i]);
	assert_int_equal(nurses(context)->skills[1]->kind, KIND(TECHNOLOGY));
	assert_true(nurses(context)->skills[1]->hot && nurses(context)->skills[1]->in_demand);
	assert_false(nurses(context)->skills[2]->hot);
	assert_false(nurses(context)->skills[3]->in_demand);
}

static void
test_education_is_ordered_by_share_with_short_labels(void **state)
{
	struct context *context = *state;
	Occupare__V1__Share *const *degrees;

	put(context, "Education, Training, and Experience Categories",
	    "Element ID\tElement Name\tScale ID\tCategory\tCategory Description\r\n"
	    "2.D.1\tx\tRL\t2\tHigh School - or the equivalent (for example, GED)\r\n"
	    "2.D.1\tx\tRL\t5\tAssociate's (or other 2-year degree)\r\n"
	    "3.A.1\tx\tRW\t2\tUp to and including 1 month\r\n");
	put(context, "Education, Training, and Experience",
	    EDUCATION "29-1141.00\tRL\t1\t0.00\tN\r\n"
		      "29-1141.00\tRL\t2\t20.00\tn/a\r\n"
		      "29-1141.00\tRL\t5\t60.00\tN\r\n"
		      "29-1141.00\tRL\t6\t15.00\tY\r\n"
		      "29-1141.00\tRL\t8\t5.00\tN\r\n"
		      "29-1141.00\tRW\t5\t100.00\tN\r\n");
	context_import_ok(context);
	degrees = nurses(context)->education->degrees;
	assert_int_equal(nurses(context)->education->n_degrees, 4);
	assert_string_equal(degrees[0]->label, "Associate's");
	assert_true(degrees[0]->percent->value == 60);
	assert_string_equal(degrees[1]->label, "High School");
	assert_true(degrees[1]->percent->value == 20);
	assert_string_equal(degrees[2]->label, "Master's Degree");
	assert_string_equal(degrees[3]->label, "Bachelor's Degree");
	assert_int_equal(degrees[3]->percent->status, STATUS(SUPPRESSED));
	assert_true(degrees[3]->percent->value == 0);
}

static void
test_education_is_left_out_where_the_largest_share_may_be_held_back(void **state)
{
	struct context *context = *state;

	put(context, "Education, Training, and Experience",
	    EDUCATION "29-1141.00\tRL\t2\t40.00\tN\r\n29-1141.00\tRL\t6\t60.00\tY\r\n");
	context_import_ok(context);
	assert_null(nurses(context)->education);
}

static void
test_job_zone_gives_its_months_of_preparation(void **state)
{
	static const struct {
		const char *zone;
		double low, high;
	} zones[] = { { "1", 0, 3 }, { "2", 3, 12 }, { "3", 12, 24 }, { "4", 24, 48 }, { "5", 48, 0 } };
	struct context *context = *state;

	for (size_t i = 0; i < 5; i++) {
		const Occupare__V1__Experience *experience;
		char text[200];

		snprintf(text, sizeof text, "O*NET-SOC Code\tJob Zone\tDate\tDomain Source\r\n29-1141.00\t%s\tx\tx\r\n",
		    zones[i].zone);
		put(context, "Job Zones", text);
		context_import_ok(context);
		experience = nurses(context)->experience;
		assert_int_equal(experience->job_zone, i + 1);
		assert_true(experience->months_to_become_low->value == zones[i].low);
		assert_int_equal(experience->months_to_become_low->status, STATUS(DERIVED));
		if (zones[i].high == 0)
			assert_null(experience->months_to_become_high);
		else
			assert_true(experience->months_to_become_high->value == zones[i].high);
	}
}

static void
test_related_occupations_have_rank_and_id(void **state)
{
	struct context *context = *state;
	Occupare__V1__RelatedOccupation *const *related;

	put(context, "Related Occupations",
	    RELATED "29-1141.00\t11-1011.03\tSupplemental\t2\r\n29-1141.00\t15-1252.00\tPrimary-Short\t1\r\n");
	context_import_ok(context);
	related = nurses(context)->related;
	assert_int_equal(nurses(context)->n_related, 2);
	assert_string_equal(related[0]->id, "software-developers");
	assert_string_equal(related[0]->title, "Software Developers");
	assert_int_equal(related[0]->rank, 1);
	assert_string_equal(related[1]->id, "chief-sustainability-officers");
	assert_int_equal(related[1]->rank, 2);
}

/* The occupation is in the store by another id already. */
static void
test_related_id_is_that_of_the_store(void **state)
{
	struct context *context = *state;
	Occupare__V1__Occupation *record;
	struct fixture_load load = {
		.origin = "json", .mode = STORE_IMPORT_ADD, .occupations = &record, .occupations_count = 1
	};
	struct store_import_counts counts;

	fixture_open(&context->fixture);
	record = sample_bare(&context->fixture.arena, "coders", "Coders");
	fixture_add_code(&context->fixture, record, "ONETSOC2019", "15-1252.00");
	MUST(fixture_import(&context->fixture, &load, &counts, &context->st), &context->st);
	put(context, "Related Occupations", RELATED "29-1141.00\t15-1252.00\tPrimary-Short\t1\r\n");
	context_import_ok(context);
	assert_string_equal(nurses(context)->related[0]->id, "coders");
	assert_string_equal(context_served(context, "coders")->summary, "Write \"code\".");
}

static void
test_interests_and_work_styles_keep_their_scales(void **state)
{
	struct context *context = *state;
	const Occupare__V1__Occupation *record;

	put(context, "Scales Reference", "Scale ID\tScale Name\tMinimum\tMaximum\r\nOI\tMade-up Interests\t1\t7\r\n");
	put(context, "Interests",
	    "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tDate\tDomain Source\r\n"
	    "29-1141.00\t1.B.1.a\tRealistic\tOI\t1.30\tx\tx\r\n"
	    "29-1141.00\t1.B.1.b\tSocial\tOI\t6.30\tx\tx\r\n"
	    "29-1141.00\t1.B.1.g\tFirst Interest High-Point\tIH\t4.00\tx\tx\r\n");
	put(context, "Work Styles",
	    "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tDate\tDomain Source\r\n"
	    "29-1141.00\t1.D.1.a\tHumility\tDR\t7.00\tx\tx\r\n"
	    "29-1141.00\t1.D.1.a\tHumility\tWI\t-0.27\tx\tx\r\n");
	context_import_ok(context);
	record = nurses(context);
	assert_int_equal(record->n_interests, 2);
	assert_string_equal(record->interests[0]->name, "Social");
	assert_true(record->interests[0]->score->value == 6.3);
	assert_string_equal(record->interests[0]->scale, "Made-up Interests, 1 to 7");
	assert_int_equal(record->n_work_styles, 1);
	assert_true(record->work_styles[0]->score->value == -0.27);
	assert_string_equal(record->work_styles[0]->scale, "Work Styles Impact, -3 to 3");
}

/* Up to release 29, with marks and another scale. */
static void
test_older_layout_of_work_styles_is_known_by_its_header(void **state)
{
	struct context *context = *state;

	put(context, "Work Styles",
	    "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tN\tStandard Error\tLower CI Bound\tUpper "
	    "CI "
	    "Bound\tRecommend Suppress\tDate\tDomain Source\n"
	    "29-1141.00\t1.C.1.a\tPersistence\tIM\t4.69\t28\t0\t0\t0\tN\tx\tx\n"
	    "29-1141.00\t1.C.1.b\tInitiative\tIM\t4.99\t28\t0\t0\t0\tY\tx\tx\n");
	context_import_ok(context);
	assert_int_equal(nurses(context)->n_work_styles, 2);
	assert_string_equal(nurses(context)->work_styles[0]->scale, "Importance, 1 to 5");
	assert_true(nurses(context)->work_styles[0]->score->value == 4.69);
	assert_int_equal(nurses(context)->work_styles[1]->score->status, STATUS(SUPPRESSED));
}

/* ---- Releases ---- */

static void
test_equal_import_changes_nothing(void **state)
{
	struct context *context = *state;
	uint64_t generation, revision;

	context_import_ok(context);
	revision = nurses(context)->revision;
	generation = fixture_dataset(&context->fixture)->generation;
	context_import_ok(context);
	assert_int_equal(context->result.counts.occupations_unchanged, 3);
	assert_int_equal(nurses(context)->revision, revision);
	assert_int_equal(fixture_dataset(&context->fixture)->generation, generation);
	fixture_verify(&context->fixture);
}

static void
test_newer_release_replaces_the_older_and_nothing_else(void **state)
{
	struct context *context = *state;
	Occupare__V1__Occupation *record;

	context_import_ok(context);
	fixture_open(&context->fixture);
	record = sample_bare(&context->fixture.arena, "own", "Own");
	MUST(fixture_create(&context->fixture, record, &record, &context->st), &context->st);
	context_use_folder(context, "db_30_2_text");
	put(context, "Occupation Data",
	    OCCUPATIONS "29-1141.00\tRegistered Nurses\tCare more.\r\n15-1252.00\tSoftware Developers\tx\r\n");
	context_import_ok(context);
	assert_int_equal(context->result.counts.occupations_changed, 2);
	assert_int_equal(context->result.counts.occupations_removed, 1);
	assert_string_equal(nurses(context)->summary, "Care more.");
	assert_string_equal(nurses(context)->sources[0]->title, "O*NET 30.2 Database");
	assert_string_equal(context_served(context, "own")->title, "Own");
	fixture_verify(&context->fixture);
}

static void
test_release_may_be_named(void **state)
{
	struct context *context = *state;

	context->options.release = "30.7";
	context_import_ok(context);
	assert_string_equal(nurses(context)->sources[0]->release, "30.7");
}

static void
test_release_that_nothing_tells_is_warned_of(void **state)
{
	struct context *context = *state;

	context_use_folder(context, "mine");
	put(context, "Occupation Data", OCCUPATIONS "29-1141.00\tRegistered Nurses\tx\r\n");
	context_import_ok(context);
	ASSERT_HAS(context->report, "name it with --release");
	assert_string_equal(nurses(context)->sources[0]->title, "O*NET Database");
}

static void
test_files_of_two_releases_are_refused(void **state)
{
	struct context *context = *state;

	put(context, "Read Me", "O*NET 29.0 Database\r\n");
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "is of release 30.1, other files are of 29.0");
}

static void
test_zip_as_published_is_read(void **state)
{
	static const char text[] = OCCUPATIONS "29-1141.00\tRegistered Nurses\tFrom a zip.\r\n";
	struct context *context = *state;
	char path[100];
	const char *paths[] = { path };
	zip_t *zip;

	snprintf(path, sizeof path, "%s/db_28_3_text.zip", context->directory);
	zip = zip_open(path, ZIP_CREATE, NULL);
	assert_true(zip_dir_add(zip, "db_28_3_text", 0) >= 0);
	assert_true(zip_file_add(zip, "db_28_3_text/Occupation Data.txt", zip_source_buffer(zip, text, strlen(text), 0),
			0) >= 0);
	assert_int_equal(zip_close(zip), 0);
	MUST(context_import_paths(context, paths, 1), &context->st);
	assert_string_equal(nurses(context)->summary, "From a zip.");
	assert_string_equal(nurses(context)->sources[0]->release, "28.3");
}

/* ---- What is missing, unknown or wrong ---- */

static void
test_release_without_its_list_of_occupations_is_refused(void **state)
{
	struct context *context = *state;

	context_use_folder(context, "other");
	put(context, "Skills", RATINGS);
	context_refused(context, OCCUPARE_INVALID_ARGUMENT, "Occupation Data: is not among the files");
	/* What else is missing is not worth a word then, not even the release. */
	assert_int_equal(context->result.refused, 1);
	assert_int_equal(context->result.warnings, 0);
}

static void
test_missing_files_are_warned_of(void **state)
{
	struct context *context = *state;

	context_import_ok(context);
	ASSERT_HAS(context->messages, "Abilities: warning: is not among the files; occupations get no abilities");
	assert_int_equal(context->result.warnings, 14);
}

static void
test_unknown_column_is_told_once_and_ignored(void **state)
{
	struct context *context = *state;
	const char *first;

	put(context, "Job Zones", "New\tJob Zone\tO*NET-SOC Code\r\nx\t3\t29-1141.00\r\ny\t4\t15-1252.00\r\n");
	context_import_ok(context);
	assert_int_equal(nurses(context)->experience->job_zone, 3);
	first = strstr(context->report, "the column \"New\" is not known");
	assert_non_null(first);
	assert_null(strstr(first + 1, "the column \"New\" is not known"));
}

static void
test_row_about_what_is_not_listed_is_left_out(void **state)
{
	struct context *context = *state;

	put(context, "Job Zones", "O*NET-SOC Code\tJob Zone\r\n99-9999.00\t3\r\n29-1141.00\t3\r\n");
	put(context, "Related Occupations", RELATED "29-1141.00\t99-9999.00\tPrimary-Short\t1\r\n");
	context_import_ok(context);
	assert_int_equal(context->result.rows.unmatched, 2);
	assert_int_equal(nurses(context)->n_related, 0);
	ASSERT_HAS(context->report, "Job Zones.txt:2: warning: is about 99-9999.00");
	ASSERT_HAS(context->report, "Related Occupations.txt:2: warning: is about 99-9999.00");
	ASSERT_HAS(context->report, "Job Zones.txt: 2 rows read: 1 used");
}

static void
test_faults_name_file_line_and_column(void **state)
{
	static const struct {
		const char *file, *text, *words;
	} cases[] = {
		{ "Occupation Data", OCCUPATIONS "29-1141\tNurses\tx\r\n",
		    "Occupation Data.txt:2: column \"O*NET-SOC Code\": \"29-1141\" is no O*NET-SOC code" },
		{ "Occupation Data", OCCUPATIONS "12-1141.00\tNurses\tx\r\n", "is of no major group" },
		{ "Occupation Data", OCCUPATIONS "29-1141.00\t\tx\r\n", ":2: column \"Title\": is empty" },
		{ "Occupation Data", OCCUPATIONS "29-1141.00\tA\tx\r\n29-1141.00\tB\tx\r\n",
		    "Occupation Data.txt:3: 29-1141.00 is also in line 2" },
		{ "Occupation Data", OCCUPATIONS "29-1141.00\tA\tx\r\n29-1142.00\tA\tx\r\n", "title \"A\" is also at" },
		{ "Occupation Data", OCCUPATIONS, "lists no occupation" },
		{ "Occupation Data", "Code\tTitle\tDescription\r\n",
		    "Occupation Data.txt: the column \"O*NET-SOC Code\" is missing" },
		{ "Skills", RATINGS "29-1141.00\t2.A\tReading\tIM\t4,12\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n",
		    "Skills.txt:2: column \"Data Value\": \"4,12\" is no number" },
		{ "Skills", RATINGS "29-1141.00\t2.A\tReading\tIM\t0x4\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n", "is no number" },
		{ "Skills", RATINGS "29-1141.00\t2.A\tReading\tIM\t\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n",
		    "\"\" is no number" },
		{ "Skills", RATINGS "29-1141.00\t2.A\tReading\tIM\t5.01\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n",
		    "5.01 is not between 1 and 5" },
		{ "Skills", RATINGS "29-1141.00\t2.A\tReading\tIM\t5\t8\t0\t0\t0\tmaybe\tn/a\tx\tx\r\n",
		    "column \"Recommend Suppress\": \"maybe\" is neither Y nor N" },
		{ "Skills",
		    RATINGS "29-1141.00\t2.A\tReading\tIM\t5\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n"
			    "29-1141.00\t2.A\tReading\tIM\t4\t8\t0\t0\t0\tN\tn/a\tx\tx\r\n",
		    "Skills.txt:3: column \"Element Name\": \"Reading\" on scale IM is there twice" },
		{ "Skills", "O*NET-SOC Code\tElement Name\tScale ID\tData Value\r\n",
		    "Skills.txt: the column \"Recommend Suppress\" is missing" },
		{ "Task Statements", TASKS "29-1141.00\t1\tA.\tCore\tx\tx\tx\r\n29-1141.00\t1\tB.\tCore\tx\tx\tx\r\n",
		    "Task Statements.txt:3: column \"Task ID\": task 1 is there twice" },
		{ "Task Statements", TASKS "29-1141.00\t1\tA\xFF.\tCore\tx\tx\tx\r\n",
		    "Task Statements.txt:2: column \"Task\": the byte 0xFF is not UTF-8" },
		{ "Task Statements", TASKS "29-1141.00\t1\tA.\r\n", "Task Statements.txt:2: the row has 3 cells" },
		{ "Job Zones", "O*NET-SOC Code\tJob Zone\r\n29-1141.00\t6\r\n", "6 is not between 1 and 5" },
		{ "Job Zones", "O*NET-SOC Code\tJob Zone\r\n29-1141.00\t2.5\r\n", "\"2.5\" is no whole number" },
		{ "Job Zones", "O*NET-SOC Code\tJob Zone\r\n29-1141.00\t2\r\n29-1141.00\t2\r\n",
		    "the job zone of 29-1141.00 is there twice" },
		{ "Education, Training, and Experience", EDUCATION "29-1141.00\tRL\t13\t1\tN\r\n",
		    "13 is not between 1 and 12" },
		{ "Education, Training, and Experience",
		    EDUCATION "29-1141.00\tRL\t2\t1\tN\r\n29-1141.00\tRL\t2\t1\tN\r\n", "category 2 is there twice" },
		{ "Related Occupations", RELATED "29-1141.00\t15-1252.00\tx\t1\r\n29-1141.00\t15-1252.00\tx\t2\r\n",
		    "15-1252.00 is there twice" },
	};
	struct context *context = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char path[200];

		context_drop_all(context);
		put(context, "Occupation Data",
		    OCCUPATIONS "29-1141.00\tRegistered Nurses\tx\r\n15-1252.00\tSoftware Developers\tx\r\n");
		put(context, cases[i].file, cases[i].text);
		context_refused(context, OCCUPARE_INVALID_ARGUMENT, cases[i].words);
		snprintf(path, sizeof path, "%s/%s.txt", context->folder, cases[i].file);
		assert_int_equal(unlink(path), 0);
	}
}

static void
test_files_beyond_the_bound_are_refused(void **state)
{
	struct context *context = *state;

	context->options.bytes_max = 50;
	context_refused(context, OCCUPARE_RESOURCE_EXHAUSTED, "Occupation Data.txt: the files are larger");
}

/* ---- Names ---- */

static void
test_expansions_are_parted_and_specialities_are_not(void **state)
{
	static const struct {
		const char *title, *first, *second; /* second NULL: it stays whole */
	} cases[] = {
		{ "CEO (Chief Executive Officer)", "CEO", "Chief Executive Officer" },
		{ "Certified Operating Room Nurse (CNOR)", "Certified Operating Room Nurse", "CNOR" },
		{ "RPhT (Registered Pharmacy Technician)", "RPhT", "Registered Pharmacy Technician" },
		{ "OBGYN (Obstetrician and Gynecologist)", "OBGYN", "Obstetrician and Gynecologist" },
		{ "Test Technician (Test Tech)", "Test Technician", "Test Tech" },
		{ "Teacher (Elementary)", "Teacher (Elementary)", NULL },
		{ "IT Person (Computer)", "IT Person (Computer)", NULL },
		{ "Gunner (M1)", "Gunner (M1)", NULL },
		{ "Assault Vehicle (AV) Officer", "Assault Vehicle (AV) Officer", NULL },
		{ "(AB) Seaman", "(AB) Seaman", NULL },
		{ "Able Seaman ()", "Able Seaman ()", NULL },
	};
	struct context *context = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *titles[] = { (char *)cases[i].title };
		size_t count;
		char **aliases = onet_aliases(&context->fixture.arena, "Title", titles, 1, &count);

		assert_string_equal(aliases[0], cases[i].first);
		assert_int_equal(count, cases[i].second == NULL ? 1 : 2);
		if (count == 2)
			assert_string_equal(aliases[1], cases[i].second);
	}
}

static void
test_aliases_end_at_their_bound(void **state)
{
	struct context *context = *state;
	size_t room = (CHECK_ALIASES_MAX + 10) * 40, length;
	char *text = malloc(room);

	length = (size_t)snprintf(text, room, "O*NET-SOC Code\tReported Job Title\r\n");
	for (unsigned i = 0; i < CHECK_ALIASES_MAX + 2; i++)
		length += (size_t)snprintf(text + length, room - length, "29-1141.00\tNurse %u\r\n", i);
	put(context, "Sample of Reported Titles", text);
	free(text);
	context_import_ok(context);
	assert_int_equal(nurses(context)->n_aliases, CHECK_ALIASES_MAX);
	ASSERT_HAS(context->report, "Registered Nurses has 5002 aliases; the first 5000 are kept");
}

/* Otherwise a hostile file would be searched through once for each of its rows. */
static void
test_rows_of_one_occupation_are_bounded(void **state)
{
	struct context *context = *state;
	size_t room = 3000 * 60, length;
	char *text = malloc(room);

	length = (size_t)snprintf(text, room, TASKS);
	for (unsigned i = 0; i < 2500; i++)
		length += (size_t)snprintf(text + length, room - length, "29-1141.00\t%u\tDo.\tCore\t1\tx\tx\r\n", i);
	put(context, "Task Statements", text);
	free(text);
	context_refused(context, OCCUPARE_INVALID_ARGUMENT,
	    "Task Statements.txt:1002: column \"O*NET-SOC Code\": has more than 1000 rows for 29-1141.00");
	assert_int_equal(context->result.refused, ONET_REFUSED_MAX);
}

/* ---- Progress ---- */

static void
test_progress_is_shown_where_it_is_wanted_and_taken_away(void **state)
{
	struct context *context = *state;
	size_t room = 3000 * 40, length;
	char *text = malloc(room);

	length = (size_t)snprintf(text, room, "O*NET-SOC Code\tReported Job Title\r\n");
	for (unsigned i = 0; i < 2500; i++)
		length += (size_t)snprintf(text + length, room - length, "29-1141.00\tNurse %u\r\n", i);
	put(context, "Sample of Reported Titles", text);
	free(text);
	context_import_ok(context);
	assert_null(strstr(context->messages, "% read"));
	context->options.progress = true;
	context_import_ok(context);
	ASSERT_HAS(context->messages, "% read");
	ASSERT_HAS(strstr(context->messages, "% read"), "\r\033[K");
	assert_null(strstr(context->report, "% read"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, context_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_occupation_has_its_title_text_codes_and_group),
		TEST(test_source_names_release_publisher_and_licence),
		TEST(test_titles_become_aliases_once_each),
		TEST(test_tasks_become_duties_core_and_important_first),
		TEST(test_duties_beyond_the_bound_are_cut_and_that_is_said),
		TEST(test_ratings_are_standardised_and_ordered),
		TEST(test_technologies_follow_skills_by_demand),
		TEST(test_education_is_ordered_by_share_with_short_labels),
		TEST(test_education_is_left_out_where_the_largest_share_may_be_held_back),
		TEST(test_job_zone_gives_its_months_of_preparation),
		TEST(test_related_occupations_have_rank_and_id),
		TEST(test_related_id_is_that_of_the_store),
		TEST(test_interests_and_work_styles_keep_their_scales),
		TEST(test_older_layout_of_work_styles_is_known_by_its_header),
		TEST(test_equal_import_changes_nothing),
		TEST(test_newer_release_replaces_the_older_and_nothing_else),
		TEST(test_release_may_be_named),
		TEST(test_release_that_nothing_tells_is_warned_of),
		TEST(test_files_of_two_releases_are_refused),
		TEST(test_zip_as_published_is_read),
		TEST(test_release_without_its_list_of_occupations_is_refused),
		TEST(test_missing_files_are_warned_of),
		TEST(test_unknown_column_is_told_once_and_ignored),
		TEST(test_row_about_what_is_not_listed_is_left_out),
		TEST(test_faults_name_file_line_and_column),
		TEST(test_files_beyond_the_bound_are_refused),
		TEST(test_expansions_are_parted_and_specialities_are_not),
		TEST(test_aliases_end_at_their_bound),
		TEST(test_rows_of_one_occupation_are_bounded),
		TEST(test_progress_is_shown_where_it_is_wanted_and_taken_away),
	};

	return cmocka_run_group_tests_name("onet", tests, NULL, NULL);
}

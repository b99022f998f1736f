/* Starter data out of stores and into them. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/import/import.h"
#include "store/maintain.h"
#include "tests/support/samples.h"
#include "tests/support/store.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define RANDOM_RECORDS 80u

static struct fixture full;  /* what is exported */
static struct fixture other; /* what is imported into */
static char *messages;
static struct import_result result;
static struct occupare_status st;

static int
set_up(void **state)
{
	(void)state;
	memset(&full, 0, sizeof full);
	fixture_open(&full);
	fixture_directory(&other);
	messages = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_close(&full);
	fixture_close(&other);
	free(messages);
	return 0;
}

static void
store_records(Occupare__V1__Occupation *const *records, size_t count)
{
	const struct fixture_load load = { .origin = "json", .occupations = records, .occupations_count = count };
	struct store_import_counts counts;

	fixture_import(&full, &load, &counts, &st);
	ASSERT_OK(&st);
	assert_int_equal(counts.occupations_added, count);
}

/* The text that is written of a store, or NULL with the reason in st. */
static char *
written(struct fixture *fixture, maintain_export *export)
{
	struct maintain_counts counts;
	char *text = NULL, *copy;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	enum occupare_code code;

	assert_non_null(out);
	fixture_shut(fixture);
	code = export(fixture->directory, out, &counts, &st);
	assert_int_equal(fclose(out), 0);
	copy = occ_arena_strndup(&full.arena, text, size);
	free(text);
	return code == OCCUPARE_OK ? copy : NULL;
}

static char *
exported(struct fixture *fixture)
{
	char *text = written(fixture, maintain_export_starter);

	ASSERT_OK(&st);
	return text;
}

/* Imports bytes as a file of starter data. */
static enum occupare_code
import_bytes(const char *bytes, size_t length)
{
	const struct import_format *format = import_formats;
	char *path = occ_arena_printf(&full.arena, "%s/starter.tsv", full.directory);
	const char *const paths[] = { path };
	struct import_options options = { .directory = other.directory };
	FILE *out = fopen(path, "w");
	size_t size;

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
	while (strcmp(format->name, "starter") != 0)
		format++;
	free(messages);
	options.messages = open_memstream(&messages, &size);
	assert_non_null(options.messages);
	(void)!import_run(format, paths, 1, &options, &result, &st);
	assert_int_equal(fclose(options.messages), 0);
	return st.code;
}

static void
import_ok(const char *text)
{
	if (import_bytes(text, strlen(text)) != OCCUPARE_OK)
		fail_msg("%s: %s\n%s", occupare_code_name(st.code), st.message, messages);
}

/* What the other store serves. */
static Occupare__V1__Occupation *
served(const char *id)
{
	if (other.store == NULL)
		fixture_open(&other);
	return fixture_get(&other, id);
}

/* The line of the table that starts so, in the arena. */
static char *
line_of(const char *text, const char *start)
{
	const char *line = text;

	while (strncmp(line, start, strlen(start)) != 0) {
		line = strchr(line, '\n');
		if (line == NULL)
			fail_msg("no line starts with %s in\n%s", start, text);
		line++;
	}
	return occ_arena_strndup(&full.arena, line, strcspn(line, "\n"));
}

/* The cell below the column in the row that starts with the id; NULL: no such column. */
static const char *
cell_of(const char *text, const char *id, const char *column)
{
	const char *name = line_of(text, "id"), *cell = line_of(text, occ_arena_printf(&full.arena, "%s\t", id));

	while (strncmp(name, column, strlen(column)) != 0 || strchr("\t", name[strlen(column)]) == NULL) {
		name = strchr(name, '\t');
		if (name == NULL)
			return NULL;
		name++;
		cell = strchr(cell, '\t') + 1;
	}
	return occ_arena_strndup(&full.arena, cell, strcspn(cell, "\t"));
}

static void
assert_cell(const char *text, const char *id, const char *column, const char *expected)
{
	const char *cell = cell_of(text, id, column);

	if (cell == NULL)
		fail_msg("there is no column %s in\n%s", column, line_of(text, "id"));
	else
		assert_string_equal(cell, expected);
}

/* ---- Records ---- */

static Occupare__V1__Source *
new_source(uint32_t id, const char *title)
{
	Occupare__V1__Source *source = occ_arena_alloc(&full.arena, sizeof *source);

	occupare__v1__source__init(source);
	source->id = id;
	source->title = occ_arena_strdup(&full.arena, title);
	return source;
}

/* With two sources. */
static Occupare__V1__Occupation *
new_record(const char *id)
{
	Occupare__V1__Occupation *record = sample_bare(&full.arena, id, id);

	record->n_sources = 2;
	record->sources = occ_arena_calloc(&full.arena, 2, sizeof(Occupare__V1__Source *));
	record->sources[0] = new_source(7, "A table");
	record->sources[1] = new_source(8, "Beside it");
	return record;
}

static Occupare__V1__Share *
new_share(const char *label, Occupare__V1__Figure *percent)
{
	Occupare__V1__Share *share = occ_arena_alloc(&full.arena, sizeof *share);

	occupare__v1__share__init(share);
	share->label = occ_arena_strdup(&full.arena, label);
	share->percent = percent;
	return share;
}

/* Gives the record degrees; percents below 0 are absent. */
static void
give_degrees(Occupare__V1__Occupation *record, size_t count, const char *const *labels, const double *percents)
{
	Occupare__V1__Education *education = occ_arena_alloc(&full.arena, sizeof *education);

	occupare__v1__education__init(education);
	education->n_degrees = count;
	education->degrees = occ_arena_calloc(&full.arena, count, sizeof(Occupare__V1__Share *));
	for (size_t i = 0; i < count; i++)
		education->degrees[i] = new_share(
		    labels[i], percents[i] < 0 ? NULL : sample_figure_of(&full.arena, percents[i], 0, 7));
	record->education = education;
}

static Occupare__V1__Skill *
new_skill(const char *name, Occupare__V1__SkillKind kind, double importance, double level)
{
	Occupare__V1__Skill *skill = sample_skill(&full.arena, name, -1);

	skill->kind = kind;
	skill->importance = importance < 0 ? NULL : sample_figure_of(&full.arena, importance, 0, 7);
	skill->level = level < 0 ? NULL : sample_figure_of(&full.arena, level, 0, 7);
	return skill;
}

/* Takes away skills that a table cannot hold: of two with one name the second, and technologies if asked to. */
static void
thin_skills(Occupare__V1__Occupation *record, bool technologies)
{
	size_t kept = 0;

	for (size_t i = 0; i < record->n_skills; i++) {
		Occupare__V1__Skill *skill = record->skills[i];
		bool keep = !technologies || skill->kind != OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY;

		for (size_t j = 0; j < kept; j++)
			keep &= strcmp(record->skills[j]->name, skill->name) != 0 ||
				record->skills[j]->kind != skill->kind;
		if (keep)
			record->skills[kept++] = skill;
	}
	record->n_skills = kept;
}

/* What a table leaves out, taken away. */
static void
leave_out(Occupare__V1__Occupation *record)
{
	record->n_aliases = record->n_responsibilities = record->n_related = 0;
	record->n_interests = record->n_work_styles = 0;
	record->more_responsibilities = false;
	record->summary = "";
	thin_skills(record, true);
}

/* Samples of every field, and random records, of which some skills are technologies. */
static size_t
all_records(Occupare__V1__Occupation **records)
{
	uint64_t seed = 20;
	size_t count = 0;

	records[count++] = sample_patient_services_manager(&full.arena);
	records[count++] = sample_registered_nurses(&full.arena);
	records[count++] = sample_chief_executives(&full.arena);
	records[count++] = sample_actors(&full.arena);
	records[count++] = sample_acute_care_nurses(&full.arena);
	records[count++] = sample_swiss_nurse(&full.arena);
	while (count < RANDOM_RECORDS) {
		Occupare__V1__Occupation *record = sample_random(&full.arena, &seed);

		if (record->salary != NULL && record->salary->currency_code[0] == '\0')
			record->salary->currency_code = "USD";
		for (size_t i = 0; i < record->n_skills; i++)
			record->skills[i]->kind = (Occupare__V1__SkillKind)(sample_next(&seed) % 6);
		thin_skills(record, false);
		records[count++] = record;
	}
	return count;
}

/* ---- There and back ---- */

static void
test_table_gives_the_records_but_for_what_it_leaves_out(void **state)
{
	Occupare__V1__Occupation *records[RANDOM_RECORDS];
	size_t count = all_records(records);
	char *table, *expected;

	(void)state;
	store_records(records, count);
	table = exported(&full);
	import_ok(table);
	assert_int_equal(result.counts.occupations_added, count);
	fixture_verify(&other);
	fixture_close(&full);
	fixture_open(&full);
	count = all_records(records);
	for (size_t i = 0; i < count; i++)
		leave_out(records[i]);
	store_records(records, count);
	expected = written(&full, maintain_export_json);
	assert_string_equal(written(&other, maintain_export_json), expected);
}

static void
test_round_trip_gives_the_same_bytes(void **state)
{
	Occupare__V1__Occupation *records[RANDOM_RECORDS];
	char *table;

	(void)state;
	store_records(records, all_records(records));
	table = exported(&full);
	import_ok(table);
	assert_string_equal(exported(&other), table);
	import_ok(table);
	assert_int_equal(result.counts.occupations_unchanged, RANDOM_RECORDS);
}

static void
test_empty_store_gives_a_table_without_rows(void **state)
{
	(void)state;
	import_ok(exported(&full));
	assert_int_equal(result.counts.occupations_read, 0);
}

static void
test_each_status_error_and_source_has_its_mark(void **state)
{
	Occupare__V1__Occupation *record = new_record("a");
	Occupare__V1__Salary *salary = occ_arena_alloc(&full.arena, sizeof *salary);
	char *table;

	(void)state;
	occupare__v1__salary__init(salary);
	record->salary = salary;
	salary->currency_code = "USD";
	salary->annual_mean = sample_figure_of(&full.arena, 98430, 0, 7);
	salary->annual_mean->relative_standard_error = 0.2;
	salary->hourly_mean = sample_figure_of(&full.arena, 32.659999999999997, STATUS(DERIVED), 7);
	salary->annual_p10 = sample_figure_of(&full.arena, 0.1 + 0.2, STATUS(INHERITED), 7);
	salary->annual_p25 = sample_figure_of(&full.arena, 239200, STATUS(AT_LEAST), 7);
	salary->annual_median = sample_figure_of(&full.arena, 0, STATUS(SUPPRESSED), 7);
	salary->annual_p75 = sample_figure_of(&full.arena, 0, STATUS(NOT_COLLECTED), 7);
	salary->annual_p90 = sample_figure_of(&full.arena, 0, 0, 0);
	record->outlook = occ_arena_alloc(&full.arena, sizeof *record->outlook);
	occupare__v1__outlook__init(record->outlook);
	record->outlook->growth_percent = sample_figure_of(&full.arena, -0.5, STATUS(INHERITED), 8);
	record->outlook->growth_percent->relative_standard_error = 12.5;
	record->outlook->to_year = 2034;
	store_records(&record, 1);
	table = exported(&full);
	assert_cell(table, "a", "salary.annual_mean@1", "98430~0.2");
	assert_cell(table, "a", "salary.hourly_mean@1", "32.66d");
	assert_cell(table, "a", "salary.annual_p10@1", "0.30000000000000004i");
	assert_cell(table, "a", "salary.annual_p25@1", "239200+");
	assert_cell(table, "a", "salary.annual_median@1", "*");
	assert_cell(table, "a", "salary.annual_p75@1", "-");
	assert_cell(table, "a", "salary.annual_p90", "0");
	assert_cell(table, "a", "outlook.growth_percent@2", "-0.5i~12.5");
	assert_cell(table, "a", "outlook.to_year", "2034");
	assert_cell(table, "a", "sources", "1 2");
	assert_string_equal(line_of(table, "#source\t2"), "#source\t2\tBeside it\t\t\t\t");
	import_ok(table);
	assert_int_equal(served("a")->salary->annual_median->status, STATUS(SUPPRESSED));
	assert_int_equal(served("a")->salary->annual_p75->status, STATUS(NOT_COLLECTED));
	assert_int_equal(served("a")->salary->annual_p90->source, 0);
	assert_true(served("a")->salary->annual_p10->value == 0.1 + 0.2);
}

static void
test_column_has_the_source_of_most_and_cells_name_another(void **state)
{
	static const double values[] = { 1, 2, 3 };
	static const uint32_t sources[] = { 8, 7, 8 };
	Occupare__V1__Occupation *records[3];
	char *table;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		records[i] = new_record(occ_arena_printf(&full.arena, "o%zu", i));
		records[i]->job_satisfaction = sample_figure_of(&full.arena, values[i], 0, sources[i]);
	}
	store_records(records, 3);
	table = exported(&full);
	assert_cell(table, "o0", "job_satisfaction@2", "1");
	assert_cell(table, "o1", "job_satisfaction@2", "2@1");
	assert_cell(table, "o2", "job_satisfaction@2", "3");
	import_ok(table);
	for (size_t i = 0; i < 3; i++) {
		Occupare__V1__Occupation *record = served(records[i]->id);
		size_t j = 0;

		while (record->sources[j]->id != record->job_satisfaction->source)
			j++;
		assert_string_equal(record->sources[j]->title, sources[i] == 7 ? "A table" : "Beside it");
	}
}

static void
test_lists_keep_their_order_and_tell_it_only_where_values_do_not(void **state)
{
	static const char *const falling[] = { "C", "A", "B" }, *const tied[] = { "B", "A", "C" };
	Occupare__V1__Occupation *records[] = { new_record("falling"), new_record("named"), new_record("tied") };
	char *table;

	(void)state;
	give_degrees(records[0], 3, falling, (const double[]){ 50, 25, 25 });
	give_degrees(records[1], 1, falling, (const double[]){ -1 });
	give_degrees(records[2], 3, tied, (const double[]){ 40, 40, 20 });
	store_records(records, 3);
	table = exported(&full);
	assert_cell(table, "falling", "education.degrees[A]@1", "25");
	assert_cell(table, "falling", "education.degrees[A].place", "");
	assert_cell(table, "named", "education.degrees[C].place", "1");
	assert_cell(table, "tied", "education.degrees[A].place", "2");
	assert_cell(table, "tied", "education.degrees[B].place", "1");
	import_ok(table);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(served("falling")->education->degrees[i]->label, falling[i]);
		assert_string_equal(served("tied")->education->degrees[i]->label, tied[i]);
	}
	assert_null(served("named")->education->degrees[0]->percent);
}

static void
test_skills_are_named_with_their_kind_and_technologies_left_out(void **state)
{
	Occupare__V1__Occupation *record = new_record("a");
	char *table;

	(void)state;
	sample_add_skill(
	    &full.arena, record, new_skill("Writing", OCCUPARE__V1__SKILL_KIND__SKILL_KIND_SKILL, 62.5, 50.29));
	sample_add_skill(
	    &full.arena, record, new_skill("Writing", OCCUPARE__V1__SKILL_KIND__SKILL_KIND_WORK_ACTIVITY, 40, -1));
	sample_add_skill(&full.arena, record,
	    new_skill("Writing software", OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY, -1, -1));
	store_records(&record, 1);
	table = exported(&full);
	assert_cell(table, "a", "skills[SKILL Writing].importance@1", "62.5");
	assert_cell(table, "a", "skills[SKILL Writing].level@1", "50.29");
	assert_cell(table, "a", "skills[WORK_ACTIVITY Writing].importance@1", "40");
	assert_null(strstr(table, "TECHNOLOGY"));
	import_ok(table);
	assert_int_equal(served("a")->n_skills, 2);
	assert_int_equal(served("a")->skills[1]->kind, OCCUPARE__V1__SKILL_KIND__SKILL_KIND_WORK_ACTIVITY);
}

static void
test_any_label_survives_as_the_name_of_a_column(void **state)
{
	static const char *const labels[] = { "a]b", "a].percent", "a[b", "x@3", "].place", "#source",
		"Z\xC3\xBCrich, \"x\"" };
	Occupare__V1__Occupation *record = new_record("a");
	char *table;

	(void)state;
	give_degrees(record, 7, labels, (const double[]){ 30, 20, 15, 12, 10, 8, 5 });
	store_records(&record, 1);
	table = exported(&full);
	import_ok(table);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(served("a")->education->degrees[i]->label, labels[i]);
	assert_string_equal(exported(&other), table);
}

static void
test_list_with_a_name_twice_is_not_written(void **state)
{
	static const char *const labels[] = { "A", "A" };
	Occupare__V1__Occupation *record = new_record("a");

	(void)state;
	give_degrees(record, 2, labels, (const double[]){ 60, 40 });
	store_records(&record, 1);
	assert_null(written(&full, maintain_export_starter));
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	ASSERT_HAS(st.message, "a.degrees: \"A\" is there twice");
}

static void
test_attribution_is_written_where_its_source_is_used(void **state)
{
	Occupare__V1__Occupation *record = new_record("a");
	char *table;

	(void)state;
	store_records(&record, 1);
	table = exported(&full);
	assert_null(strstr(table, "O*NET"));
	fixture_close(&full);
	fixture_open(&full);
	record = new_record("a");
	record->sources[0]->title = "O*NET 30.1 Database";
	record->sources[0]->publisher = "U.S. Department of Labor, Employment and Training Administration";
	store_records(&record, 1);
	table = exported(&full);
	ASSERT_HAS(
	    table, "This file includes information from the O*NET 30.1 Database by the U.S. Department of Labor");
	ASSERT_HAS(table, "Used under the CC BY 4.0 license. O*NET® is a trademark of");
}

/* ---- Reading ---- */

static void
test_line_ends_a_mark_at_the_start_and_the_order_of_columns_make_no_difference(void **state)
{
	static const char *const forms[] = {
		"id\ttitle\tskills[SKILL B].level\tskills[SKILL A].level\na\tA\t5\t7\n",
		"\xEF\xBB\xBFid\ttitle\tskills[SKILL B].level\tskills[SKILL A].level\r\na\tA\t5\t7\r\n",
		"# A note.\n\nid\ttitle\tskills[SKILL B].level\tskills[SKILL A].level\n\na\tA\t5\t7",
		"id\tskills[SKILL A].level\tskills[SKILL B].level\ttitle\na\t7\t5\tA\n",
	};
	const char *first = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		char *text;

		import_ok(forms[i]);
		text = written(&other, maintain_export_json);
		if (first == NULL)
			first = text;
		assert_string_equal(text, first);
	}
	ASSERT_HAS(first, "\"name\":\"A\",\"kind\":\"SKILL_KIND_SKILL\",\"level\":{\"value\":7}},{\"name\":\"B\"");
}

/* Each of these is refused with file, line, column where there is one, and reason. */
static const struct refusal {
	const char *text, *said;
} refusals[] = {
	{ "", "starter.tsv: has no line that names columns" },
	{ "# Nothing.\n", "starter.tsv:1: has no line that names columns" },
	{ "title\tid\nA\ta\n", "starter.tsv:1: the first column is not \"id\"" },
	{ "id\ttitle\tsalry.annual_mean\n", "starter.tsv:1: column \"salry.annual_mean\": is no field" },
	{ "id\tsummary\n", "column \"summary\": is no field" },
	{ "id\taliases\n", "column \"aliases\": is no field" },
	{ "id\tsalary\n", "column \"salary\": is no field" },
	{ "id\tsalary.top_state\n", "column \"salary.top_state\": is no field" },
	{ "id\tsalary.annual_mean.value\n", "column \"salary.annual_mean.value\": is no field" },
	{ "id\ttitle[A]\n", "column \"title[A]\": is no field" },
	{ "id\tskills\n", "column \"skills\": is no field" },
	{ "id\tskills[SKILL A]\n", "column \"skills[SKILL A]\": is no field" },
	{ "id\tskills[SKILL A\n", "column \"skills[SKILL A\": is no field" },
	{ "id\tskills[SKIL A].level\n", "column \"skills[SKIL A].level\": is no field" },
	{ "id\tskills[SKILL ].level\n", "column \"skills[SKILL ].level\": is no field" },
	{ "id\tskills[SKILL].level\n", "column \"skills[SKILL].level\": is no field" },
	{ "id\tskills[SKILL A].hot\n", "column \"skills[SKILL A].hot\": is no field" },
	{ "id\tskills[SKILL A].name\n", "column \"skills[SKILL A].name\": is no field" },
	{ "id\tskills[SKILL A].level.value\n", "column \"skills[SKILL A].level.value\": is no field" },
	{ "id\tcodes[]\n", "column \"codes[]\": is no field" },
	{ "id\t\n", "column \"\": is no field" },
	{ "id\ttitle@1\n", "column \"title@1\": \"1\" is no source" },
	{ "id\tjob_satisfaction@x\n", "column \"job_satisfaction@x\": \"x\" is no source" },
	{ "id\ttitle\ttitle\n", "column \"title\": is there twice" },
	{ "id\tjob_satisfaction@1\tjob_satisfaction@2\n", "column \"job_satisfaction@2\": is there twice" },
	{ "id\tcodes[A]\tcodes[A].value\n", "column \"codes[A].value\": is there twice" },
	{ "id\ttitle\n\na\tA\tB\n", "starter.tsv:3: the row has 3 cells, the header has 2" },
	{ "id\ttitle\na\n", "starter.tsv:2: the row has 1 cells, the header has 2" },
	{ "id\ttitle\na\tA\na\tB\n", "starter.tsv:3: id \"a\" is also at " },
	{ "id\ttitle\n\tA\n", "starter.tsv:2: column \"id\": is empty" },
	{ "id\ttitle\nA b\tA\n", "starter.tsv:2: id: \"A b\" is no id" },
	{ "id\ttitle\na\t A\n", "starter.tsv:2: title: starts or ends with white space" },
	{ "id\ttitle\na\tA\xFFz\n", "starter.tsv:2: column \"title\": the byte 0xFF is not UTF-8" },
	{ "id\ttitle\na\tA\x01\n", "starter.tsv:2: column \"title\": holds the control character U+0001" },
	{ "id\tcodes[\xC3]\na\tA\n", "starter.tsv:1: column 2: the byte 0xC3 is not UTF-8" },
	{ "id\ttitle\toutlook.to_year\na\tA\t2034.5\n",
	    "starter.tsv:2: column \"outlook.to_year\": \"2034.5\" is no whole number" },
	{ "id\ttitle\toutlook.to_year\na\tA\t4294967296\n", "\"4294967296\" is no whole number" },
	{ "id\ttitle\toutlook.to_year\na\tA\t-1\n", "\"-1\" is no whole number" },
	{ "id\ttitle\tskills[SKILL A].place\na\tA\tx\n", "column \"skills[SKILL A].place\": \"x\" is no place" },
	{ "id\ttitle\tsources\na\tA\t1\n", "starter.tsv:2: column \"sources\": names a source that is not listed" },
	{ "#source\t1\tS\t\t\t\t\nid\ttitle\tsources\na\tA\t1  1\n", "column \"sources\": names a source that" },
	{ "id\ttitle\tjob_satisfaction@1\na\tA\t3\n",
	    "starter.tsv:2: job_satisfaction: source 1 is not among sources" },
	{ "id\ttitle\tjob_satisfaction\na\tA\t6\n", "starter.tsv:2: job_satisfaction: 6 is no rating" },
	{ "#source\tx\tS\t\t\t\t\nid\n", "starter.tsv:1: \"x\" is no number of a source" },
	{ "#source\t0\tS\t\t\t\t\nid\n", "starter.tsv:1: \"0\" is no number of a source" },
	{ "#source\t1\tS\t\t\t\t\n#source\t1\tS\t\t\t\t\nid\n", "starter.tsv:2: \"1\" is no number of a source" },
	{ "#source\t1\tS\nid\n", "starter.tsv:1: is no source of 5 texts" },
	{ "#source\t1\tS\t\t\t\t\t\nid\n", "starter.tsv:1: is no source of 5 texts" },
	{ "#source\t1\t\xC0\t\t\t\t\nid\n", "starter.tsv:1: is no source of 5 texts" },
};

static void
test_what_is_no_table_is_refused_where_it_stands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		if (import_bytes(refusals[i].text, strlen(refusals[i].text)) == OCCUPARE_OK)
			fail_msg("not refused: %s", refusals[i].text);
		ASSERT_HAS(messages, refusals[i].said);
	}
}

static void
test_cell_that_is_no_figure_is_refused(void **state)
{
	static const char *const cells[] = { "x", "3x", "0x1F", "inf", "nan", "1e999", " 3", "3 ", "3@", "3@x", "3@1@1",
		"3@99999999999", "3~", "3~x", "3~1~1", "3@1~1", "*3", "3*", "3-", "-i", "--", "+", "d", "3dd", "3,0",
		"-0x1", ".5", "+3" };

	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		char *text = occ_arena_printf(&full.arena,
		    "#source\t1\tS\t\t\t\t\nid\ttitle\tsources\tjob_satisfaction@1\na\tA\t1\t%s\n", cells[i]);

		if (import_bytes(text, strlen(text)) == OCCUPARE_OK)
			fail_msg("\"%s\" was taken", cells[i]);
		ASSERT_HAS(
		    messages, occ_arena_printf(&full.arena,
				  "starter.tsv:3: column \"job_satisfaction@1\": \"%s\" is no figure", cells[i]));
	}
}

static void
test_nul_in_a_cell_is_refused(void **state)
{
	static const char text[] = "id\ttitle\na\tA\0B\n";

	(void)state;
	assert_int_equal(import_bytes(text, sizeof text - 1), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(messages, "starter.tsv:2: column \"title\": holds the control character U+0000");
}

static void
test_too_many_columns_are_refused(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	fputs("id", out);
	for (int i = 0; i < 1000; i++)
		fprintf(out, "\tskills[SKILL %d].level", i);
	fputs("\n", out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(import_bytes(text, size), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(messages, "starter.tsv:1: there are more than 1000 columns");
	free(text);
}

static void
test_refused_file_leaves_the_store_as_it_was(void **state)
{
	char *before;

	(void)state;
	import_ok("id\ttitle\na\tA\n");
	before = written(&other, maintain_export_json);
	assert_int_equal(import_bytes("id\ttitle\na\tB\nb\t\x02\n", 18), OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(written(&other, maintain_export_json), before);
}

/* ---- Beside other sources ---- */

static void
test_newer_table_takes_the_place_of_the_older(void **state)
{
	(void)state;
	import_ok("id\ttitle\tcategory.id\tcategory.title\na\tA\tc\tC\nb\tB\tc\tC\n");
	import_ok("id\ttitle\nb\tBB\n");
	assert_int_equal(result.counts.occupations_removed, 1);
	assert_null(served("a"));
	assert_string_equal(served("b")->title, "BB");
	assert_null(served("b")->category);
}

static void
import_release(const char *origin, Occupare__V1__Occupation *record)
{
	const struct fixture_load load = { .origin = origin, .occupations = &record, .occupations_count = 1 };
	struct store_import_counts counts;

	if (other.store == NULL)
		fixture_open(&other);
	fixture_import(&other, &load, &counts, &st);
	ASSERT_OK(&st);
}

static void
test_release_stands_above_it_field_by_field_whichever_came_first(void **state)
{
	static const char table[] =
	    "id\ttitle\tcodes[ONETSOC2019]\tcodes[SOC2018]\tsalary.currency_code\tsalary.annual_mean"
	    "\tjob_satisfaction\nnurses\tNurses\t29-1141.00\t29-1141\tUSD\t90000\t4\n";
	Occupare__V1__Occupation *record;

	(void)state;
	import_ok(table);
	record = sample_bare(&other.arena, "", "Registered Nurses");
	fixture_add_code(&other, record, "ONETSOC2019", "29-1141.00");
	record->job_satisfaction = sample_figure(&other.arena, 3);
	import_release("onet", record);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(served("nurses")->title, "Registered Nurses");
		assert_true(served("nurses")->job_satisfaction->value == 3);
		assert_true(served("nurses")->salary->annual_mean->value == 90000);
		assert_null(served("registered-nurses"));
		fixture_shut(&other);
		import_ok(table);
		assert_int_equal(result.counts.occupations_unchanged, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_table_gives_the_records_but_for_what_it_leaves_out),
		TEST(test_round_trip_gives_the_same_bytes),
		TEST(test_empty_store_gives_a_table_without_rows),
		TEST(test_each_status_error_and_source_has_its_mark),
		TEST(test_column_has_the_source_of_most_and_cells_name_another),
		TEST(test_lists_keep_their_order_and_tell_it_only_where_values_do_not),
		TEST(test_skills_are_named_with_their_kind_and_technologies_left_out),
		TEST(test_any_label_survives_as_the_name_of_a_column),
		TEST(test_list_with_a_name_twice_is_not_written),
		TEST(test_attribution_is_written_where_its_source_is_used),
		TEST(test_line_ends_a_mark_at_the_start_and_the_order_of_columns_make_no_difference),
		TEST(test_what_is_no_table_is_refused_where_it_stands),
		TEST(test_cell_that_is_no_figure_is_refused),
		TEST(test_nul_in_a_cell_is_refused),
		TEST(test_too_many_columns_are_refused),
		TEST(test_refused_file_leaves_the_store_as_it_was),
		TEST(test_newer_table_takes_the_place_of_the_older),
		TEST(test_release_stands_above_it_field_by_field_whichever_came_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a valid record is: each rule by the record that breaks it, and the sentence that says so. */
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>

#include "store/check.h"

struct fixture {
	struct occ_arena arena;
	Occupare__V1__Occupation *record; /* valid, with a source 1 */
	struct occupare_status st;
};

static void *
make(struct fixture *fixture, const ProtobufCMessageDescriptor *descriptor)
{
	void *message = occ_arena_alloc(&fixture->arena, descriptor->sizeof_message);

	protobuf_c_message_init(descriptor, message);
	return message;
}
#define NEW(fixture, name) make((fixture), &occupare__v1__##name##__descriptor)

static Occupare__V1__Figure *
figure(struct fixture *fixture, double value)
{
	Occupare__V1__Figure *result = NEW(fixture, figure);

	result->value = value;
	result->source = 1;
	return result;
}

static void *
list_of(struct fixture *fixture, void *only)
{
	void **list = occ_arena_calloc(&fixture->arena, 1, sizeof(void *));

	list[0] = only;
	return list;
}

static int
setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	Occupare__V1__Source *source;

	if (fixture == NULL)
		return -1;
	occ_arena_init(&fixture->arena, 1 << 12, 1 << 20);
	fixture->record = NEW(fixture, occupation);
	fixture->record->id = "registered-nurse";
	fixture->record->title = "Registered Nurse";
	source = NEW(fixture, source);
	source->id = 1;
	source->title = "A publication";
	fixture->record->sources = list_of(fixture, source);
	fixture->record->n_sources = 1;
	fixture->record->salary = NEW(fixture, salary);
	fixture->record->salary->currency_code = "USD";
	fixture->record->salary->annual_mean = figure(fixture, 80000);
	fixture->record->outlook = NEW(fixture, outlook);
	fixture->record->demographics = NEW(fixture, demographics);
	fixture->record->experience = NEW(fixture, experience);
	*state = fixture;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;

	occ_arena_fini(&fixture->arena);
	free(fixture);
	return 0;
}

static void
accept(struct fixture *fixture)
{
	enum occupare_code code = check_occupation(fixture->record, true, &fixture->st);

	ASSERT_OK(&fixture->st);
	assert_int_equal(code, OCCUPARE_OK);
}

/* The record has one fault, in this field, and the sentence has this part. */
static void
refuse(struct fixture *fixture, const char *field, const char *part)
{
	enum occupare_code code = check_occupation(fixture->record, true, &fixture->st);

	ASSERT_CODE(&fixture->st, OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(code, OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(fixture->st.violations_count, 1);
	assert_string_equal(fixture->st.violations[0].field, field);
	ASSERT_HAS(fixture->st.violations[0].description, part);
}

static void
test_valid_record_is_accepted_and_clears_the_status(void **state)
{
	struct fixture *fixture = *state;

	occupare_fail(&fixture->st, OCCUPARE_INTERNAL, "x", "old");
	accept(fixture);
	assert_int_equal(fixture->st.violations_count, 0);
}

static void
test_complete_record_needs_id_and_title(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->id = fixture->record->title = "";
	assert_int_equal(check_occupation(fixture->record, true, &fixture->st), OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(fixture->st.violations_count, 2);
	assert_string_equal(fixture->st.violations[0].field, "id");
	assert_string_equal(fixture->st.violations[1].field, "title");
	assert_int_equal(check_occupation(fixture->record, false, &fixture->st), OCCUPARE_OK);
}

static void
test_id_that_is_no_slug_is_refused(void **state)
{
	static char *const wrong[] = { "Nurse", "a b", "a--b", "-a", "a-", "a-vs-b", "\xC3\xA9" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		fixture->record->id = wrong[i];
		refuse(fixture, "id", "is no id");
	}
}

static void
test_control_characters_are_refused_everywhere(void **state)
{
	static char *const wrong[] = { "a\x1B[31m", "a\nb", "\tx", "x\x7F", "a\xC2\x9B" };
	static char *const named[] = { "U+001B", "U+000A", "U+0009", "U+007F", "U+009B" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		fixture->record->summary = wrong[i];
		refuse(fixture, "summary", named[i]);
	}
	fixture->record->summary = "";
	fixture->record->responsibilities = list_of(fixture, wrong[0]);
	fixture->record->n_responsibilities = 1;
	refuse(fixture, "responsibilities[0]", "U+001B");
}

static void
test_letters_of_other_scripts_are_accepted(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->title = "\xC3\x89leveur \xE5\x8C\xBB\xE7\x94\x9F";
	accept(fixture);
}

static void
test_outer_space_is_refused_but_not_in_duties(void **state)
{
	static char *const wrong[] = { " a", "a ",
		"\xC2\xA0"
		"a",
		"a\xC2\xA0" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		fixture->record->singular = wrong[i];
		refuse(fixture, "singular", "white space");
	}
	fixture->record->singular = "";
	fixture->record->responsibilities = list_of(fixture, "Manage social medias (etc . ) ");
	fixture->record->n_responsibilities = 1;
	accept(fixture);
}

static void
test_blank_items_are_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->aliases = list_of(fixture, "");
	fixture->record->n_aliases = 1;
	refuse(fixture, "aliases[0]", "is empty");
	fixture->record->aliases = list_of(fixture, " \xC2\xA0");
	refuse(fixture, "aliases[0]", "is empty");
}

static char *
text_of(struct fixture *fixture, size_t length)
{
	char *text = occ_arena_calloc(&fixture->arena, length + 1, 1);

	memset(text, 'a', length);
	return text;
}

static void
test_texts_may_be_as_long_as_their_bound(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->title = text_of(fixture, CHECK_TITLE_BYTES_MAX);
	fixture->record->summary = text_of(fixture, CHECK_TEXT_BYTES_MAX);
	accept(fixture);
	fixture->record->title = text_of(fixture, CHECK_TITLE_BYTES_MAX + 1);
	refuse(fixture, "title", "has 201 bytes");
	fixture->record->title = "t";
	fixture->record->summary = text_of(fixture, CHECK_TEXT_BYTES_MAX + 1);
	refuse(fixture, "summary", "has 10001 bytes");
}

static char **
numbered(struct fixture *fixture, size_t count)
{
	char **list = occ_arena_calloc(&fixture->arena, count, sizeof(char *));

	for (size_t i = 0; i < count; i++)
		list[i] = occ_arena_printf(&fixture->arena, "alias %zu", i);
	return list;
}

static void
test_lists_may_be_as_long_as_their_bound(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->aliases = numbered(fixture, CHECK_ALIASES_MAX + 1);
	fixture->record->n_aliases = CHECK_ALIASES_MAX;
	fixture->record->responsibilities = fixture->record->aliases;
	fixture->record->n_responsibilities = CHECK_ITEMS_MAX;
	accept(fixture);
	fixture->record->n_aliases++;
	refuse(fixture, "aliases", "has 5001 items");
	fixture->record->n_aliases = 0;
	fixture->record->n_responsibilities++;
	refuse(fixture, "responsibilities", "has 1001 items");
}

static void
test_record_above_its_size_is_refused(void **state)
{
	struct fixture *fixture = *state;
	char **duties = occ_arena_calloc(&fixture->arena, 200, sizeof(char *));

	for (size_t i = 0; i < 200; i++)
		duties[i] = text_of(fixture, CHECK_TEXT_BYTES_MAX);
	fixture->record->responsibilities = duties;
	fixture->record->n_responsibilities = 200;
	assert_int_equal(check_occupation(fixture->record, true, &fixture->st), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(fixture->st.message, "at most 1048576");
	fixture->record->n_responsibilities = 100;
	accept(fixture);
}

static void
test_repeated_aliases_and_codes_are_refused(void **state)
{
	struct fixture *fixture = *state;
	char *aliases[] = { "b", "a", "b" };
	Occupare__V1__Code *code = NEW(fixture, code), *codes[] = { code, code };

	fixture->record->aliases = aliases;
	fixture->record->n_aliases = 3;
	refuse(fixture, "aliases", "\"b\" is there twice");
	fixture->record->n_aliases = 0;
	code->system = "SOC2018";
	code->value = "29-1141";
	fixture->record->codes = codes;
	fixture->record->n_codes = 2;
	refuse(fixture, "codes", "29-1141\" is there twice");
	fixture->record->n_codes = 1;
	accept(fixture);
}

static void
test_figure_must_be_finite(void **state)
{
	static const double wrong[] = { NAN, INFINITY, -INFINITY };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < 3; i++) {
		fixture->record->salary->annual_mean->value = wrong[i];
		refuse(fixture, "salary.annual_mean", "no finite number");
	}
	fixture->record->salary->annual_mean->value = 1;
	fixture->record->salary->annual_mean->relative_standard_error = NAN;
	refuse(fixture, "salary.annual_mean", "relative_standard_error");
	fixture->record->salary->annual_mean->relative_standard_error = -1;
	refuse(fixture, "salary.annual_mean", "relative_standard_error");
}

static void
test_figure_without_a_value_must_be_zero(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->salary->annual_mean->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED;
	refuse(fixture, "salary.annual_mean", "80000");
	fixture->record->salary->annual_mean->value = 0;
	accept(fixture);
}

static void
test_figure_of_an_unknown_source_is_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->salary->annual_mean->source = 2;
	refuse(fixture, "salary.annual_mean", "source 2");
	fixture->record->salary->annual_mean->source = 0;
	accept(fixture);
}

static void
test_unknown_enum_numbers_are_refused(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Skill *skill = NEW(fixture, skill);

	fixture->record->salary->annual_mean->status = (Occupare__V1__FigureStatus)99;
	refuse(fixture, "salary.annual_mean", "status 99");
	fixture->record->salary->annual_mean->status = (Occupare__V1__FigureStatus)0;
	skill->name = "Care";
	skill->kind = (Occupare__V1__SkillKind)-1;
	fixture->record->skills = list_of(fixture, skill);
	fixture->record->n_skills = 1;
	refuse(fixture, "skills[0].kind", "-1 is unknown");
}

/* One range: both ends are allowed, the next number beyond each is not. */
static void
assert_range(struct fixture *fixture, Occupare__V1__Figure **at, const char *field, double low, double high)
{
	*at = figure(fixture, low);
	accept(fixture);
	(*at)->value = high;
	accept(fixture);
	(*at)->value = nextafter(low, -INFINITY);
	refuse(fixture, field, "give ");
	(*at)->value = nextafter(high, INFINITY);
	refuse(fixture, field, "give ");
	*at = NULL;
}

static void
test_each_figure_has_the_range_of_its_field(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Occupation *record = fixture->record;
	Occupare__V1__Share *share = NEW(fixture, share);
	Occupare__V1__Skill *skill = NEW(fixture, skill);

	assert_range(fixture, &record->salary->annual_p90, "salary.annual_p90", 0, 1e9);
	assert_range(fixture, &record->outlook->growth_percent, "outlook.growth_percent", -100, 1000);
	assert_range(fixture, &record->outlook->job_postings, "outlook.job_postings", 0, 1e12);
	assert_range(fixture, &record->job_satisfaction, "job_satisfaction", 0, 5);
	assert_range(fixture, &record->experience->typical_years, "experience.typical_years", 0, 120);
	assert_range(fixture, &record->experience->months_to_become_low, "experience.months_to_become_low", 0, 1200);
	assert_range(fixture, &record->demographics->median_age, "demographics.median_age", 0, 120);
	assert_range(fixture, &record->demographics->lgbt_percent, "demographics.lgbt_percent", 0, 100);
	share->label = "Male";
	record->demographics->genders = list_of(fixture, share);
	record->demographics->n_genders = 1;
	assert_range(fixture, &share->percent, "demographics.genders[0].percent", 0, 100);
	skill->name = "Care";
	record->skills = list_of(fixture, skill);
	record->n_skills = 1;
	assert_range(fixture, &skill->percent, "skills[0].percent", 0, 100);
	assert_range(fixture, &skill->importance, "skills[0].importance", 0, 100);
	assert_range(fixture, &skill->level, "skills[0].level", 0, 100);
}

static void
test_scores_are_on_the_publishers_own_scale(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Interest *interest = NEW(fixture, interest);

	interest->name = "Social";
	interest->score = figure(fixture, -123456);
	fixture->record->interests = list_of(fixture, interest);
	fixture->record->n_interests = 1;
	accept(fixture);
}

static void
test_pay_needs_a_currency(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__TopPayer *top = NEW(fixture, top_payer);

	fixture->record->salary->currency_code = "";
	refuse(fixture, "salary.currency_code", "must be given");
	fixture->record->salary->annual_mean = NULL;
	top->label = "Boston, MA";
	fixture->record->salary->top_city = top;
	accept(fixture);
	top->annual_mean = figure(fixture, 1);
	refuse(fixture, "salary.currency_code", "must be given");
	fixture->record->salary->currency_code = "usd";
	refuse(fixture, "salary.currency_code", "\"usd\"");
}

static void
test_projection_must_not_end_before_it_begins(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->outlook->from_year = 2024;
	accept(fixture);
	fixture->record->outlook->to_year = 2023;
	refuse(fixture, "outlook.to_year", "2023");
	fixture->record->outlook->to_year = 12034;
	refuse(fixture, "outlook.to_year", "12034");
}

static void
test_parts_without_a_name_are_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->category = NEW(fixture, category);
	fixture->record->category->id = "health";
	refuse(fixture, "category.title", "must be given");
	fixture->record->category = NULL;
	fixture->record->skills = list_of(fixture, NEW(fixture, skill));
	fixture->record->n_skills = 1;
	refuse(fixture, "skills[0].name", "must be given");
}

static void
test_source_ids_must_be_there_and_differ(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Source *other = NEW(fixture, source), *both[] = { fixture->record->sources[0], other };

	other->title = "Another";
	fixture->record->sources = both;
	fixture->record->n_sources = 2;
	refuse(fixture, "sources[1].id", "must be given");
	other->id = 1;
	refuse(fixture, "sources[1].id", "also the id of sources[0]");
	other->id = 2;
	accept(fixture);
}

static void
test_area_needs_code_and_title(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Area *area = NEW(fixture, area);

	area->code = "CA";
	area->title = "California";
	assert_int_equal(check_area(area, &fixture->st), OCCUPARE_OK);
	area->code = "C A";
	assert_int_equal(check_area(area, &fixture->st), OCCUPARE_INVALID_ARGUMENT);
	area->code = area->title = "";
	assert_int_equal(check_area(area, &fixture->st), OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(fixture->st.violations_count, 2);
}

static void
test_estimate_needs_soc_code_area_and_period(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Estimate *estimate = NEW(fixture, estimate);

	assert_int_equal(check_estimate(estimate, &fixture->st), OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(fixture->st.violations_count, 3);
	estimate->soc_code = "29-1141";
	estimate->area = "US";
	estimate->period = 2024;
	assert_int_equal(check_estimate(estimate, &fixture->st), OCCUPARE_OK);
	estimate->soc_code = "291141";
	assert_int_equal(check_estimate(estimate, &fixture->st), OCCUPARE_INVALID_ARGUMENT);
	estimate->soc_code = "29-1141";
	estimate->employment = figure(fixture, 5);
	assert_int_equal(check_estimate(estimate, &fixture->st), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(fixture->st.message, "source 1");
}

/* ---- Facts ---- */

struct said {
	unsigned count;
	char field[128];
	char sentence[400];
};

static void
note(void *data, const char *field, const char *sentence)
{
	struct said *said = data;

	said->count++;
	snprintf(said->field, sizeof said->field, "%s", field);
	snprintf(said->sentence, sizeof said->sentence, "%s", sentence);
}

static struct said
facts(struct fixture *fixture)
{
	struct said said = { 0 };

	unsigned failed = check_facts(fixture->record, note, &said);

	assert_int_equal(failed, said.count);
	return said;
}

static void
test_mean_must_lie_inside_its_range(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Salary *salary = fixture->record->salary;

	salary->annual_low = figure(fixture, 70000);
	salary->annual_high = figure(fixture, 90000);
	assert_int_equal(facts(fixture).count, 0);
	salary->annual_low->value = 80000;
	assert_string_equal(facts(fixture).field, "salary.annual_mean");
	ASSERT_HAS(facts(fixture).sentence, "80000 is not above salary.annual_low");
	salary->annual_mean = NULL;
	salary->annual_high->value = 1;
	assert_string_equal(facts(fixture).field, "salary.annual_high");
}

static void
test_percentiles_must_rise_and_absent_ones_are_passed_over(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Salary *salary = fixture->record->salary;

	salary->annual_p10 = figure(fixture, 10);
	salary->annual_median = figure(fixture, 10);
	salary->annual_p75 = figure(fixture, 0);
	salary->annual_p75->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED;
	salary->annual_p90 = figure(fixture, 20);
	assert_int_equal(facts(fixture).count, 0);
	salary->annual_p90->value = 9;
	assert_string_equal(facts(fixture).field, "salary.annual_p90");
	ASSERT_HAS(facts(fixture).sentence, "9 is below salary.annual_median, 10.");
}

static void
test_whole_distributions_must_sum_to_100(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Demographics *demographics = fixture->record->demographics;
	Occupare__V1__Share *a = NEW(fixture, share), *b = NEW(fixture, share), *both[] = { a, b };

	demographics->genders = both;
	demographics->n_genders = 2;
	a->percent = figure(fixture, 23.4);
	b->percent = figure(fixture, 76.8);
	assert_int_equal(facts(fixture).count, 0);
	b->percent->value = 76.9;
	assert_string_equal(facts(fixture).field, "demographics.genders");
	ASSERT_HAS(facts(fixture).sentence, "100.3%");
	b->percent = NULL;
	assert_int_equal(facts(fixture).count, 0);
}

static void
test_skills_must_not_rise_within_their_kind(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Skill *a = NEW(fixture, skill), *b = NEW(fixture, skill), *both[] = { a, b };

	a->name = "Care";
	b->name = "Oversight";
	fixture->record->skills = both;
	fixture->record->n_skills = 2;
	a->percent = figure(fixture, 10);
	b->percent = figure(fixture, 10);
	assert_int_equal(facts(fixture).count, 0);
	b->percent->value = 11;
	assert_string_equal(facts(fixture).field, "skills");
	ASSERT_HAS(facts(fixture).sentence, "\"Oversight\", 11, comes after \"Care\", 10.");
	b->kind = OCCUPARE__V1__SKILL_KIND__SKILL_KIND_KNOWLEDGE;
	assert_int_equal(facts(fixture).count, 0);
}

static void
test_longest_way_must_not_be_below_the_shortest(void **state)
{
	struct fixture *fixture = *state;

	fixture->record->experience->months_to_become_low = figure(fixture, 48);
	fixture->record->experience->months_to_become_high = figure(fixture, 48);
	assert_int_equal(facts(fixture).count, 0);
	fixture->record->experience->months_to_become_high->value = 12;
	assert_string_equal(facts(fixture).field, "experience.months_to_become_high");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_valid_record_is_accepted_and_clears_the_status),
		TEST(test_complete_record_needs_id_and_title),
		TEST(test_id_that_is_no_slug_is_refused),
		TEST(test_control_characters_are_refused_everywhere),
		TEST(test_letters_of_other_scripts_are_accepted),
		TEST(test_outer_space_is_refused_but_not_in_duties),
		TEST(test_blank_items_are_refused),
		TEST(test_texts_may_be_as_long_as_their_bound),
		TEST(test_lists_may_be_as_long_as_their_bound),
		TEST(test_record_above_its_size_is_refused),
		TEST(test_repeated_aliases_and_codes_are_refused),
		TEST(test_figure_must_be_finite),
		TEST(test_figure_without_a_value_must_be_zero),
		TEST(test_figure_of_an_unknown_source_is_refused),
		TEST(test_unknown_enum_numbers_are_refused),
		TEST(test_each_figure_has_the_range_of_its_field),
		TEST(test_scores_are_on_the_publishers_own_scale),
		TEST(test_pay_needs_a_currency),
		TEST(test_projection_must_not_end_before_it_begins),
		TEST(test_parts_without_a_name_are_refused),
		TEST(test_source_ids_must_be_there_and_differ),
		TEST(test_area_needs_code_and_title),
		TEST(test_estimate_needs_soc_code_area_and_period),
		TEST(test_mean_must_lie_inside_its_range),
		TEST(test_percentiles_must_rise_and_absent_ones_are_passed_over),
		TEST(test_whole_distributions_must_sum_to_100),
		TEST(test_skills_must_not_rise_within_their_kind),
		TEST(test_longest_way_must_not_be_below_the_shortest),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}

/* Comparisons: every figure of the reference pair, what must not be compared, and laws over random occupations. */
#include "tests/support/test.h"

#include <math.h>

#include "proto/rpc.h"
#include "service/compare/fields.h"
#include "tests/support/samples.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name
#define DIRECTION(name) OCCUPARE__V1__DIRECTION__DIRECTION_##name
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROUNDS 300

static struct occ_arena arena;

static int
set_up(void **state)
{
	(void)state;
	occ_arena_init(&arena, 65536, 1 << 24);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

static Occupare__V1__Comparison *
compare_all(const struct compare_subject *subjects, size_t count, uint32_t baseline)
{
	return compare_occupations(&arena, subjects, count, baseline, NULL, 0);
}

static Occupare__V1__Comparison *
compare_two(const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b)
{
	struct compare_subject subjects[] = { sample_subject(a), sample_subject(b) };

	return compare_all(subjects, 2, 0);
}

static Occupare__V1__Comparison *
reference(void)
{
	return compare_two(sample_patient_services_manager(&arena), sample_service_director(&arena));
}

static const Occupare__V1__Section *
section(const Occupare__V1__Comparison *comparison, const char *id)
{
	for (size_t i = 0; i < comparison->n_sections; i++) {
		if (strcmp(comparison->sections[i]->id, id) == 0)
			return comparison->sections[i];
	}
	return NULL;
}

static const Occupare__V1__Row *
find_row(const Occupare__V1__Comparison *comparison, const char *id, const char *field)
{
	const Occupare__V1__Section *in = section(comparison, id);

	for (size_t i = 0; in != NULL && i < in->n_rows; i++) {
		if (strcmp(in->rows[i]->field, field) == 0)
			return in->rows[i];
	}
	return NULL;
}

static const Occupare__V1__Row *
get_row(const Occupare__V1__Comparison *comparison, const char *id, const char *field)
{
	const Occupare__V1__Row *row = find_row(comparison, id, field);

	if (row == NULL)
		fail_msg("no row %s in section %s", field, id);
	return row;
}

static bool
warns_of(const Occupare__V1__Comparison *comparison, const char *part)
{
	for (size_t i = 0; i < comparison->n_warnings; i++) {
		if (strstr(comparison->warnings[i], part) != NULL)
			return true;
	}
	return false;
}

/* ---- The reference pair ---- */

static void
test_reference_pair_shows_every_fact_of_the_page(void **state)
{
	static const struct {
		const char *section, *field, *label, *first, *second;
	} facts[] = {
		{ "overview", "salary.annual_mean", "Yearly salary", "$69,729", "$114,981" },
		{ "overview", "salary.hourly_mean", "Hourly rate", "$33.52", "$55.28" },
		{ "overview", "outlook.growth_percent", "Growth rate", "28%", "28%" },
		{ "overview", "outlook.job_postings", "Number of jobs", "157,294", "64,277" },
		{ "overview", "job_satisfaction", "Job satisfaction", "n/a", "n/a" },
		{ "overview", "education.degrees[0]", "Most common degree", "Bachelor's Degree, 55%",
		    "Bachelor's Degree, 59%" },
		{ "overview", "demographics.average_age", "Average age", "47", "47" },
		{ "overview", "experience.typical_years", "Years of experience", "6", "6" },
		{ "salary", "salary.annual_mean", "Average salary", "$69,729", "$114,981" },
		{ "salary", "salary.annual_range", "Salary range", "$41,000-$117,000", "$70,000-$188,000" },
		{ "salary", "salary.top_city", "Highest paying city", "Beverly, MA", "San Francisco, CA" },
		{ "salary", "salary.top_state", "Highest paying state", "Massachusetts", "California" },
		{ "salary", "salary.top_company", "Best paying company", "Sanofi Genzyme", "Mayo Clinic" },
		{ "salary", "salary.top_industry", "Best paying industry", "Health Care", "Technology" },
		{ "education", "education.degrees[0]", "Most common degree", "Bachelor's Degree, 55%",
		    "Bachelor's Degree, 59%" },
		{ "education", "education.majors[0]", "Most common major", "Business", "Business" },
		{ "education", "education.colleges[0]", "Most common college", "University of Pennsylvania",
		    "University of Pennsylvania" },
		{ "demographics", "demographics.average_age", "Average age", "47", "47" },
		{ "demographics", "demographics.genders", "Gender ratio", "Male, 23.4%; Female, 76.6%",
		    "Male, 57.2%; Female, 42.8%" },
		{ "demographics", "demographics.races", "Race ratio",
		    "Black or African American, 12.5%; Unknown, 4.3%; Hispanic or Latino, 14.3%; Asian, 7.6%; "
		    "White, 60.6%; American Indian and Alaska Native, 0.7%",
		    "Black or African American, 11.2%; Unknown, 4.3%; Hispanic or Latino, 14.4%; Asian, 7.6%; "
		    "White, 61.8%; American Indian and Alaska Native, 0.7%" },
		{ "demographics", "demographics.lgbt_percent", "LGBT percentage", "12%", "12%" },
		{ "skills", "skills", "Common skills",
		    "Patients, 21%; Patient Care, 13%; Patient Service, 11%; Customer Service, 7%; Tray Line, 6%; "
		    "Food Service, 6%",
		    "Patients, 12%; Healthcare, 10%; Patient Care, 10%; Customer Service, 9%; Oversight, 5%; "
		    "Surgery, 4%" },
		{ "skills", "skills.shared", "Shared skills", "Patients; Patient Care; Customer Service",
		    "Patients; Patient Care; Customer Service" },
		{ "skills", "skills.unique", "Skills not in the other's list",
		    "Patient Service; Tray Line; Food Service", "Healthcare; Oversight; Surgery" },
		{ "skills", "skills.similarity", "Similarity to Patient Services Manager (weighted Jaccard, 0 to 1)",
		    "1", "0.341" },
		{ "category", "category", "Browse further", "Executive Management", "Executive Management" },
		{ "transition", "experience.months_to_become", "Time to become one", "4-6 years", "4-6 years" },
	};
	const Occupare__V1__Comparison *comparison = reference();

	(void)state;
	for (size_t i = 0; i < COUNT(facts); i++) {
		const Occupare__V1__Row *row = get_row(comparison, facts[i].section, facts[i].field);

		assert_string_equal(row->label, facts[i].label);
		assert_string_equal(row->cells[0]->display, facts[i].first);
		assert_string_equal(row->cells[1]->display, facts[i].second);
	}
}

static void
test_overview_has_its_eight_rows_in_order_even_of_nothing(void **state)
{
	static const char *const labels[] = { "Yearly salary", "Hourly rate", "Growth rate", "Number of jobs",
		"Job satisfaction", "Most common degree", "Average age", "Years of experience" };
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_bare(&arena, "a", "A"), sample_bare(&arena, "b", "B"));
	const Occupare__V1__Section *overview = section(comparison, "overview");

	(void)state;
	assert_int_equal(overview->n_rows, COUNT(labels));
	for (size_t i = 0; i < COUNT(labels); i++) {
		assert_string_equal(overview->rows[i]->label, labels[i]);
		assert_int_equal(overview->rows[i]->missing, 2);
		assert_string_equal(overview->rows[i]->cells[0]->display, "n/a");
		assert_string_equal(overview->rows[i]->cells[0]->reason, "not in the data");
		assert_int_equal(overview->rows[i]->n_leaders, 0);
	}
}

static void
test_sections_come_in_page_order(void **state)
{
	const Occupare__V1__Comparison *comparison = reference();

	(void)state;
	assert_int_equal(comparison->n_sections, 11);
	for (size_t i = 0; i < comparison->n_sections; i++) {
		assert_string_equal(comparison->sections[i]->id, compare_sections[i]);
		assert_true(comparison->sections[i]->heading[0] != '\0');
	}
	assert_null(compare_sections[11]);
}

static void
test_duties_are_kept_byte_for_byte_and_say_that_they_go_on(void **state)
{
	const Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena);
	const Occupare__V1__Comparison *comparison = compare_two(manager, sample_service_director(&arena));
	const Occupare__V1__Cell *cell = get_row(comparison, "responsibilities", "responsibilities")->cells[0];

	(void)state;
	assert_int_equal(cell->value_case, OCCUPARE__V1__CELL__VALUE_TEXTS);
	assert_int_equal(cell->texts->n_items, 6);
	assert_true(cell->texts->more);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(cell->texts->items[i], manager->responsibilities[i]);
}

static void
test_summary_is_the_text_itself(void **state)
{
	const Occupare__V1__Occupation *director = sample_service_director(&arena);
	const Occupare__V1__Comparison *comparison = compare_two(sample_patient_services_manager(&arena), director);

	(void)state;
	assert_string_equal(get_row(comparison, "summary", "summary")->cells[1]->text, director->summary);
}

static void
test_comparands_are_named_for_sentences(void **state)
{
	const Occupare__V1__Comparison *comparison = reference();
	const Occupare__V1__Comparand *first = comparison->comparands[0];

	(void)state;
	assert_int_equal(comparison->n_comparands, 2);
	assert_string_equal(first->id, "patient-services-manager");
	assert_string_equal(first->singular, "patient services manager");
	assert_string_equal(first->plural, "patient services managers");
	assert_string_equal(first->category->title, "Executive Management");
	assert_string_equal(first->area, "");
	assert_int_equal(first->matched_by, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ID);
}

static void
test_stated_singular_and_plural_win(void **state)
{
	Occupare__V1__Occupation *ox = sample_bare(&arena, "ox", "Ox");
	struct compare_subject subject;

	(void)state;
	ox->singular = (char *)"ox";
	ox->plural = (char *)"oxen";
	subject = sample_subject(ox);
	subject.area = "CA";
	subject.period = 2019;
	const Occupare__V1__Comparand *comparand = compare_comparand(&arena, &subject);

	assert_string_equal(comparand->singular, "ox");
	assert_string_equal(comparand->plural, "oxen");
	assert_string_equal(comparand->area, "CA");
	assert_int_equal(comparand->period, 2019);
}

/* ---- Differences and leaders ---- */

static void
assert_near(const Occupare__V1__Figure *figure, double expected)
{
	assert_non_null(figure);
	if (fabs(figure->value - expected) > 0.005)
		fail_msg("expected %f, got %f", expected, figure->value);
}

static void
test_difference_is_right_way_round_from_either_side(void **state)
{
	const Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);
	const Occupare__V1__Occupation *b = sample_service_director(&arena);
	const Occupare__V1__Row *row = get_row(compare_two(a, b), "overview", "salary.annual_mean");
	const Occupare__V1__Row *back = get_row(compare_two(b, a), "overview", "salary.annual_mean");

	(void)state;
	assert_int_equal(row->n_differences, 2);
	assert_null(row->differences[0]->absolute);
	assert_string_equal(row->differences[0]->display, "");
	assert_near(row->differences[1]->absolute, 45252);
	assert_near(row->differences[1]->ratio, 1.649);
	assert_near(row->differences[1]->percent, 64.897);
	assert_int_equal(row->differences[1]->direction, DIRECTION(HIGHER));
	assert_string_equal(row->differences[1]->display, "+$45,252, +64.9%");
	assert_string_equal(back->differences[1]->display, "-$45,252, -39.4%");
	assert_int_equal(back->differences[1]->direction, DIRECTION(LOWER));
	assert_int_equal(row->n_leaders, 1);
	assert_int_equal(row->leaders[0], 1);
	assert_int_equal(back->leaders[0], 0);
}

static void
test_difference_is_taken_from_the_baseline_asked_for(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_registered_nurses(&arena)), sample_subject(sample_service_director(&arena)) };
	const Occupare__V1__Comparison *comparison = compare_all(subjects, 3, 2);
	const Occupare__V1__Row *row = get_row(comparison, "overview", "salary.annual_mean");

	(void)state;
	assert_int_equal(comparison->baseline, 2);
	assert_string_equal(row->differences[0]->display, "-$45,252, -39.4%");
	assert_string_equal(row->differences[1]->display, "-$16,551, -14.4%");
	assert_null(row->differences[2]->absolute);
}

static void
test_percents_differ_in_points_only(void **state)
{
	Occupare__V1__Occupation *b = sample_service_director(&arena);

	(void)state;
	b->outlook->growth_percent->value = 32.3;
	const Occupare__V1__Row *row = get_row(
	    compare_two(sample_patient_services_manager(&arena), b), "overview", "outlook.growth_percent");

	assert_true(row->differences[1]->absolute->value == 4.3);
	assert_null(row->differences[1]->ratio);
	assert_null(row->differences[1]->percent);
	assert_string_equal(row->differences[1]->display, "+4.3 points");
}

static void
test_money_difference_is_free_of_binary_noise(void **state)
{
	const Occupare__V1__Row *row = get_row(reference(), "overview", "salary.hourly_mean");

	(void)state;
	assert_true(row->differences[1]->absolute->value == 21.76);
}

static void
test_baseline_of_zero_has_no_ratio(void **state)
{
	Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);

	(void)state;
	a->experience->typical_years->value = 0;
	const Occupare__V1__Row *row = get_row(
	    compare_two(a, sample_service_director(&arena)), "overview", "experience.typical_years");

	assert_true(row->differences[1]->absolute->value == 6);
	assert_null(row->differences[1]->ratio);
	assert_null(row->differences[1]->percent);
	assert_string_equal(row->differences[1]->display, "+6");
}

static void
test_equal_values_are_the_same_and_lead_nowhere(void **state)
{
	const Occupare__V1__Row *row = get_row(reference(), "overview", "demographics.average_age");

	(void)state;
	assert_int_equal(row->differences[1]->direction, DIRECTION(EQUAL));
	assert_string_equal(row->differences[1]->display, "same");
	assert_true(row->differences[1]->ratio->value == 1);
	assert_int_equal(row->n_leaders, 0);
}

static void
test_tied_highest_values_all_lead(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_service_director(&arena)),
		sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_service_director(&arena)) };
	const Occupare__V1__Row *row = get_row(compare_all(subjects, 3, 0), "salary", "salary.annual_mean");

	(void)state;
	assert_int_equal(row->n_leaders, 2);
	assert_int_equal(row->leaders[0], 0);
	assert_int_equal(row->leaders[1], 2);
}

static void
test_single_value_leads_nowhere_and_the_rest_is_missing(void **state)
{
	const Occupare__V1__Row *row = get_row(
	    compare_two(sample_bare(&arena, "a", "A"), sample_service_director(&arena)), "overview",
	    "salary.annual_mean");

	(void)state;
	assert_int_equal(row->n_leaders, 0);
	assert_int_equal(row->missing, 1);
	assert_null(row->differences[1]->absolute);
	assert_true(row->comparable);
}

static void
test_rows_of_texts_shares_and_ranges_have_no_differences(void **state)
{
	const Occupare__V1__Comparison *comparison = reference();

	(void)state;
	assert_int_equal(get_row(comparison, "salary", "salary.annual_range")->n_differences, 0);
	assert_int_equal(get_row(comparison, "salary", "salary.top_city")->n_differences, 0);
	assert_int_equal(get_row(comparison, "demographics", "demographics.genders")->n_differences, 0);
	assert_int_equal(get_row(comparison, "skills", "skills.similarity")->n_differences, 0);
	assert_int_equal(get_row(comparison, "salary", "salary.annual_range")->n_leaders, 0);
}

/* ---- Cells ---- */

static void
test_hourly_rate_is_derived_half_up_to_the_cent(void **state)
{
	Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);

	(void)state;
	a->salary->annual_mean->value = 52; /* 0.025 an hour */
	const Occupare__V1__Cell *cell =
	    get_row(compare_two(a, sample_service_director(&arena)), "overview", "salary.hourly_mean")->cells[0];

	assert_true(cell->figure->value == 0.03);
	assert_int_equal(cell->figure->status, STATUS(DERIVED));
	assert_int_equal(cell->figure->source, SAMPLE_SOURCE_PAGE);
	assert_int_equal(a->salary->annual_mean->status, STATUS(UNSPECIFIED));
}

static void
test_hourly_rate_from_an_inherited_figure_is_inherited(void **state)
{
	Occupare__V1__Occupation *a = sample_acute_care_nurses(&arena);

	(void)state;
	a->salary->hourly_mean = NULL;
	const Occupare__V1__Cell *cell =
	    get_row(compare_two(a, sample_service_director(&arena)), "overview", "salary.hourly_mean")->cells[0];

	assert_string_equal(cell->display, "$47.32");
	assert_int_equal(cell->figure->status, STATUS(INHERITED));
}

static void
test_hourly_rate_that_is_published_or_not_collected_stays(void **state)
{
	Occupare__V1__Occupation *a = sample_registered_nurses(&arena), *b = sample_registered_nurses(&arena);

	(void)state;
	b->salary->hourly_mean = sample_figure_of(&arena, 0, STATUS(NOT_COLLECTED), SAMPLE_SOURCE_OEWS);
	const Occupare__V1__Row *row = get_row(compare_two(a, b), "overview", "salary.hourly_mean");

	assert_string_equal(row->cells[0]->display, "$47.32");
	assert_int_equal(row->cells[0]->figure->status, STATUS(UNSPECIFIED));
	assert_string_equal(row->cells[1]->display, "n/a");
	assert_string_equal(row->cells[1]->reason, "not collected by the publisher");
}

static void
test_missing_figures_say_why(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_actors(&arena), sample_registered_nurses(&arena));

	(void)state;
	assert_string_equal(
	    get_row(comparison, "overview", "salary.annual_mean")->cells[0]->reason, "not collected by the publisher");
	assert_string_equal(
	    get_row(comparison, "outlook", "outlook.employment")->cells[0]->reason, "held back by the publisher");
	assert_string_equal(
	    get_row(comparison, "overview", "demographics.average_age")->cells[0]->reason, "not in the data");
}

static void
test_shares_that_are_all_held_back_say_why(void **state)
{
	Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena);
	Occupare__V1__Demographics *people = manager->demographics;

	(void)state;
	for (size_t i = 0; i < people->n_genders; i++)
		people->genders[i]->percent = sample_figure_of(&arena, 0, STATUS(SUPPRESSED), 0);
	people->races[0]->percent = sample_figure_of(&arena, 0, STATUS(SUPPRESSED), 0);
	const Occupare__V1__Comparison *comparison = compare_two(manager, sample_service_director(&arena));
	const Occupare__V1__Row *genders = get_row(comparison, "demographics", "demographics.genders");

	assert_string_equal(genders->cells[0]->display, "n/a");
	assert_string_equal(genders->cells[0]->reason, "held back by the publisher");
	assert_int_equal(genders->missing, 1);
	ASSERT_HAS(get_row(comparison, "demographics", "demographics.races")->cells[0]->display,
	    "Black or African American, n/a; Unknown, 4.3%");
}

static void
test_rows_beyond_the_page_appear_only_with_data(void **state)
{
	const Occupare__V1__Comparison *page = reference();
	const Occupare__V1__Comparison *nurses = compare_two(sample_registered_nurses(&arena), sample_actors(&arena));

	(void)state;
	assert_null(find_row(page, "salary", "salary.annual_median"));
	assert_null(find_row(page, "education", "education.typical_entry"));
	assert_null(find_row(page, "education", "education.degrees"));
	assert_null(find_row(page, "outlook", "outlook.employment"));
	assert_string_equal(get_row(nurses, "salary", "salary.annual_median")->cells[0]->display, "$93,600");
	assert_string_equal(get_row(nurses, "salary", "salary.annual_p90")->cells[0]->display, "$135,320");
	assert_string_equal(
	    get_row(nurses, "education", "education.typical_entry")->cells[0]->display, "Bachelor's degree");
	assert_string_equal(get_row(nurses, "outlook", "outlook.period")->cells[1]->display, "2023-2033");
	assert_string_equal(get_row(nurses, "outlook", "outlook.annual_openings")->cells[0]->display, "194,500");
	assert_string_equal(get_row(nurses, "transition", "experience.job_zone")->cells[0]->display, "3");
}

static void
test_whole_distribution_is_shown_where_it_has_several_parts(void **state)
{
	Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);

	(void)state;
	a->education->n_degrees = a->demographics->n_genders;
	a->education->degrees = a->demographics->genders;
	const Occupare__V1__Comparison *comparison = compare_two(a, sample_service_director(&arena));

	assert_string_equal(
	    get_row(comparison, "education", "education.degrees")->cells[0]->display, "Male, 23.4%; Female, 76.6%");
	assert_string_equal(get_row(comparison, "education", "education.degrees[0]")->cells[0]->display, "Male, 23.4%");
}

static void
test_best_payer_shows_its_pay_where_known(void **state)
{
	Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);

	(void)state;
	a->salary->top_city->annual_mean = sample_figure(&arena, 98000);
	const Occupare__V1__Cell *cell =
	    get_row(compare_two(a, sample_service_director(&arena)), "salary", "salary.top_city")->cells[0];

	assert_string_equal(cell->text, "Beverly, MA");
	assert_string_equal(cell->display, "Beverly, MA, $98,000");
}

static void
test_skills_by_importance_are_named_without_a_percent(void **state)
{
	const Occupare__V1__Row *row = get_row(
	    compare_two(sample_registered_nurses(&arena), sample_chief_executives(&arena)), "skills", "skills");

	(void)state;
	assert_string_equal(row->cells[1]->display, "Judgment and Decision Making; Speaking; Active Listening");
	assert_null(row->cells[1]->shares->items[0]->percent);
}

static void
test_long_lists_of_skills_are_cut_and_say_so(void **state)
{
	Occupare__V1__Occupation *a = sample_bare(&arena, "a", "A");

	(void)state;
	for (int i = 0; i < 30; i++)
		sample_add_skill(&arena, a, sample_skill(&arena, occ_arena_printf(&arena, "Skill %d", i), 30 - i));
	const Occupare__V1__Comparison *comparison = compare_two(a, sample_service_director(&arena));
	const Occupare__V1__Cell *unique = get_row(comparison, "skills", "skills.unique")->cells[0];

	assert_int_equal(get_row(comparison, "skills", "skills")->cells[0]->shares->n_items, FIELDS_SKILLS_MAX);
	assert_int_equal(unique->texts->n_items, FIELDS_SKILL_NAMES_MAX);
	assert_true(unique->texts->more);
	assert_false(get_row(comparison, "skills", "skills.unique")->cells[1]->texts->more);
	assert_string_equal(get_row(comparison, "skills", "skills.shared")->cells[0]->display, "none");
}

static void
test_skills_of_one_alone_are_neither_shared_nor_unique(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_actors(&arena), sample_service_director(&arena));

	(void)state;
	assert_int_equal(get_row(comparison, "skills", "skills")->missing, 1);
	assert_null(find_row(comparison, "skills", "skills.shared"));
	assert_null(find_row(comparison, "skills", "skills.unique"));
	assert_null(find_row(comparison, "skills", "skills.similarity"));
}

static void
test_skills_shared_by_three_are_in_every_list(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_service_director(&arena)), sample_subject(sample_bare(&arena, "c", "C")) };
	Occupare__V1__Occupation *third = sample_bare(&arena, "c", "C");

	(void)state;
	sample_add_skill(&arena, third, sample_skill(&arena, "PATIENT CARE", 9));
	sample_add_skill(&arena, third, sample_skill(&arena, "Surgery", 8));
	sample_add_skill(&arena, third, sample_skill(&arena, "Typing", 8));
	subjects[2] = sample_subject(third);
	const Occupare__V1__Comparison *comparison = compare_all(subjects, 3, 0);
	const Occupare__V1__Row *shared = get_row(comparison, "skills", "skills.shared");
	const Occupare__V1__Row *unique = get_row(comparison, "skills", "skills.unique");

	assert_string_equal(shared->cells[0]->display, "Patient Care");
	assert_string_equal(shared->cells[2]->display, "PATIENT CARE");
	assert_string_equal(unique->cells[1]->display, "Healthcare; Oversight");
	assert_string_equal(unique->cells[2]->display, "Typing");
	assert_string_equal(unique->label, "Skills not in the other lists");
}

static void
test_comparand_without_skills_does_not_hide_what_the_others_share(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_actors(&arena)), sample_subject(sample_service_director(&arena)) };
	const Occupare__V1__Row *shared = get_row(compare_all(subjects, 3, 0), "skills", "skills.shared");

	(void)state;
	assert_string_equal(shared->cells[0]->display, "Patients; Patient Care; Customer Service");
	assert_string_equal(shared->cells[1]->display, "n/a");
	assert_int_equal(shared->missing, 1);
}

/* ---- What must not be set against each other ---- */

static void
assert_not_compared(const Occupare__V1__Row *row, const char *why)
{
	assert_false(row->comparable);
	ASSERT_HAS(row->why_not, why);
	assert_int_equal(row->n_differences, 0);
	assert_int_equal(row->n_leaders, 0);
}

static void
test_different_currencies_are_not_compared(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_patient_services_manager(&arena), sample_swiss_nurse(&arena));

	(void)state;
	assert_not_compared(get_row(comparison, "overview", "salary.annual_mean"), "different currencies (CHF, USD)");
	assert_not_compared(get_row(comparison, "overview", "salary.hourly_mean"), "different currencies");
	assert_not_compared(get_row(comparison, "salary", "salary.annual_range"), "different currencies");
	assert_string_equal(get_row(comparison, "overview", "salary.annual_mean")->cells[1]->display, "CHF 89,000");
	assert_true(warns_of(comparison, "different currencies (CHF, USD)"));
	assert_true(get_row(comparison, "overview", "outlook.growth_percent")->comparable);
}

static void
test_bound_has_no_difference_but_leads_where_it_must(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_registered_nurses(&arena), sample_chief_executives(&arena));
	const Occupare__V1__Row *row = get_row(comparison, "overview", "salary.annual_mean");

	(void)state;
	assert_string_equal(row->cells[1]->display, "$239,200 or more");
	assert_string_equal(
	    get_row(comparison, "overview", "salary.hourly_mean")->cells[1]->display, "$115.00 or more");
	assert_true(row->comparable);
	assert_null(row->differences[1]->absolute);
	assert_string_equal(row->differences[1]->display, "");
	ASSERT_HAS(row->why_not, "lower bound");
	assert_int_equal(row->n_leaders, 1);
	assert_int_equal(row->leaders[0], 1);
	assert_true(warns_of(comparison, "lower bound"));
}

static void
test_bound_below_another_value_leads_nowhere(void **state)
{
	Occupare__V1__Occupation *chiefs = sample_chief_executives(&arena);

	(void)state;
	chiefs->salary->annual_mean->value = 90000;
	assert_not_compared(
	    get_row(compare_two(sample_registered_nurses(&arena), chiefs), "overview", "salary.annual_mean"),
	    "not known");
	assert_not_compared(get_row(compare_two(sample_chief_executives(&arena), sample_chief_executives(&arena)),
				"overview", "salary.annual_mean"),
	    "not known");
}

static void
test_bounds_leave_known_values_comparable(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_chief_executives(&arena)), sample_subject(sample_chief_executives(&arena)),
		sample_subject(sample_service_director(&arena)) };
	const Occupare__V1__Row *row = get_row(compare_all(subjects, 4, 0), "overview", "salary.annual_mean");

	(void)state;
	assert_true(row->comparable);
	assert_int_equal(row->n_leaders, 0);
	assert_null(row->differences[1]->absolute);
	assert_string_equal(row->differences[3]->display, "+$45,252, +64.9%");
}

static void
test_projections_over_different_years_are_not_compared(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_registered_nurses(&arena), sample_chief_executives(&arena));

	(void)state;
	assert_not_compared(get_row(comparison, "outlook", "outlook.growth_percent"), "2022-2032, 2023-2033");
	assert_true(warns_of(comparison, "projections cover different years"));
	assert_true(get_row(
	    compare_two(sample_registered_nurses(&arena), sample_actors(&arena)), "outlook", "outlook.growth_percent")
			->comparable);
}

static void
test_counts_of_different_sources_are_not_compared(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_registered_nurses(&arena), sample_chief_executives(&arena));

	(void)state;
	assert_not_compared(get_row(comparison, "outlook", "outlook.employment"), "self-employed");
	assert_true(warns_of(comparison, "self-employed"));
}

static void
test_figures_of_different_sources_carry_a_caution(void **state)
{
	const Occupare__V1__Row *row = get_row(
	    compare_two(sample_registered_nurses(&arena), sample_service_director(&arena)), "overview",
	    "salary.annual_mean");

	(void)state;
	assert_true(row->comparable);
	ASSERT_HAS(row->why_not, "Occupational Employment and Wage Statistics; Patient services manager");
	assert_string_equal(row->differences[1]->display, "+$16,551, +16.8%");
}

static void
test_postings_are_not_jobs(void **state)
{
	const Occupare__V1__Comparison *comparison = reference();
	const Occupare__V1__Row *row = get_row(comparison, "overview", "outlook.job_postings");

	(void)state;
	assert_true(row->comparable);
	ASSERT_HAS(row->why_not, "positions advertised");
	assert_true(warns_of(comparison, "positions advertised"));
	assert_false(warns_of(compare_two(sample_registered_nurses(&arena), sample_actors(&arena)), "advertised"));
}

static void
test_figures_of_one_broader_group_are_not_compared(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_acute_care_nurses(&arena), sample_critical_care_nurses(&arena));

	(void)state;
	assert_not_compared(get_row(comparison, "overview", "salary.annual_mean"), "one broader group");
	assert_true(warns_of(comparison, "Pay of Acute Care Nurses and Critical Care Nurses"));
	assert_not_compared(get_row(compare_two(sample_registered_nurses(&arena), sample_acute_care_nurses(&arena)),
				"overview", "salary.annual_mean"),
	    "one broader group");
}

static void
test_one_broader_group_among_others_has_no_difference_within(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_acute_care_nurses(&arena)),
		sample_subject(sample_critical_care_nurses(&arena)), sample_subject(sample_service_director(&arena)) };
	const Occupare__V1__Row *row = get_row(compare_all(subjects, 3, 0), "overview", "salary.annual_mean");

	(void)state;
	assert_true(row->comparable);
	assert_null(row->differences[1]->absolute);
	assert_string_equal(row->differences[2]->display, "+$16,551, +16.8%");
	ASSERT_HAS(row->why_not, "one broader group");
	assert_int_equal(row->leaders[0], 2);
}

static void
test_broader_group_without_codes_is_told_by_equal_figures(void **state)
{
	Occupare__V1__Occupation *a = sample_acute_care_nurses(&arena), *b = sample_critical_care_nurses(&arena);

	(void)state;
	a->n_codes = b->n_codes = 0;
	assert_not_compared(get_row(compare_two(a, b), "overview", "salary.annual_mean"), "one broader group");
	b->salary->annual_mean->value += 1;
	assert_true(get_row(compare_two(a, b), "overview", "salary.annual_mean")->comparable);
}

static void
test_own_figure_beside_an_inherited_one_of_the_group_is_compared(void **state)
{
	Occupare__V1__Occupation *own = sample_registered_nurses(&arena);

	(void)state;
	own->salary->annual_mean->value = 120000;
	assert_true(
	    get_row(compare_two(own, sample_acute_care_nurses(&arena)), "overview", "salary.annual_mean")->comparable);
}

static void
test_codes_that_are_published_together_are_told_by_all_their_figures(void **state)
{
	Occupare__V1__Occupation *a = sample_acute_care_nurses(&arena), *b = sample_critical_care_nurses(&arena);

	(void)state;
	for (size_t i = 0; i < b->n_codes; i++)
		b->codes[i]->value = (char *)"13-1023.00";
	assert_not_compared(get_row(compare_two(a, b), "overview", "salary.annual_mean"), "one broader group");
	/* One figure may be equal by chance. */
	b->salary->annual_p10 = sample_figure(&arena, 1);
	assert_true(get_row(compare_two(a, b), "overview", "salary.annual_mean")->comparable);
}

static void
test_inherited_figures_are_told_once_of_each_comparand(void **state)
{
	Occupare__V1__Occupation *a = sample_acute_care_nurses(&arena);
	size_t found = 0;

	(void)state;
	a->outlook->growth_percent->status = STATUS(INHERITED);
	const Occupare__V1__Comparison *comparison = compare_two(a, sample_service_director(&arena));
	const Occupare__V1__Row *row = get_row(comparison, "overview", "salary.annual_mean");

	assert_true(row->comparable);
	assert_int_equal(row->cells[0]->figure->status, STATUS(INHERITED));
	for (size_t i = 0; i < comparison->n_warnings; i++)
		found += strstr(comparison->warnings[i], "broader group") != NULL;
	assert_int_equal(found, 1);
	assert_true(
	    warns_of(comparison, " of Acute Care Nurses are published for a broader group of occupations only: the "
				 "figures shown are the group's."));
	assert_true(warns_of(comparison, "Pay"));
	assert_true(warns_of(comparison, "projections"));
}

static void
test_sections_asked_for_tell_of_their_inherited_figures_alone(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_acute_care_nurses(&arena)),
		sample_subject(sample_service_director(&arena)) };
	char *const sections[] = { (char *)"salary" };

	(void)state;
	assert_true(warns_of(compare_occupations(&arena, subjects, 2, 0, sections, 1),
	    "Pay of Acute Care Nurses is published for a broader group"));
}

static void
test_releases_of_one_publication_are_told_apart(void **state)
{
	Occupare__V1__Occupation *b = sample_registered_nurses(&arena);

	(void)state;
	assert_false(warns_of(compare_two(sample_registered_nurses(&arena), b), "releases"));
	for (size_t i = 0; i < b->n_sources; i++) {
		if (b->sources[i]->id == SAMPLE_SOURCE_OEWS)
			b->sources[i]->release = (char *)"May 2023";
	}
	const Occupare__V1__Comparison *comparison = compare_two(sample_registered_nurses(&arena), b);

	assert_true(get_row(comparison, "overview", "salary.annual_mean")->comparable);
	assert_true(
	    warns_of(comparison, "Pay is of different releases (May 2023, May 2024), not adjusted for inflation."));
	assert_false(warns_of(comparison, "Projections are of different releases"));
}

/* A nurse whose best-paying state was picked from estimates of a year; employment: absent if negative. */
static Occupare__V1__Occupation *
nurses_best_paid_in(uint32_t period, double employment)
{
	Occupare__V1__Occupation *nurses = sample_registered_nurses(&arena);
	Occupare__V1__TopPayer *payer = occ_arena_alloc(&arena, sizeof *payer);

	occupare__v1__top_payer__init(payer);
	payer->label = (char *)"California";
	payer->period = period;
	payer->employment = employment < 0 ? NULL : sample_figure(&arena, employment);
	nurses->salary->top_state = payer;
	return nurses;
}

static void
test_best_paying_state_says_of_when_it_is_and_how_it_was_picked(void **state)
{
	Occupare__V1__Occupation *b = sample_service_director(&arena);
	const char *by_any = "Highest paying state: picked without regard to how many people work there";

	(void)state;
	assert_false(warns_of(compare_two(nurses_best_paid_in(0, -1), b), "Highest paying state"));
	assert_false(warns_of(compare_two(nurses_best_paid_in(2024, 5000), b), "Highest paying state"));
	assert_true(warns_of(compare_two(nurses_best_paid_in(2024, -1), b), by_any));
	assert_true(warns_of(compare_two(nurses_best_paid_in(2023, 5000), b),
	    "Highest paying state: from estimates of 2023, while the average salary is of 2024."));
	assert_true(warns_of(compare_two(nurses_best_paid_in(2023, -1), b), "2024; picked without regard"));
	ASSERT_HAS(get_row(compare_two(nurses_best_paid_in(2023, -1), b), "salary", "salary.top_state")->why_not,
	    "picked without regard");
}

static void
test_shares_that_make_no_whole_say_so(void **state)
{
	Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);

	(void)state;
	assert_false(warns_of(compare_two(a, sample_service_director(&arena)), "100%"));
	a->demographics->races[0]->percent->value += 8;
	assert_true(warns_of(compare_two(a, sample_service_director(&arena)),
	    "Race ratio: the parts overlap or leave some people out, so they do not add up to 100%."));
}

static void
test_education_that_is_required_is_told_from_what_people_have(void **state)
{
	Occupare__V1__Occupation *a = sample_registered_nurses(&arena), *b = sample_service_director(&arena);

	(void)state;
	a->education = sample_service_director(&arena)->education;
	a->education->degrees[0]->percent->source = SAMPLE_SOURCE_PROJECTIONS;
	assert_true(warns_of(compare_two(a, b), "what the work requires is not what people have"));
	a->education->degrees[0]->percent->source = b->education->degrees[0]->percent->source;
	assert_false(warns_of(compare_two(a, a), "what the work requires"));
}

static void
test_skills_in_other_words_are_not_counted_as_lacking(void **state)
{
	Occupare__V1__Occupation *a = sample_registered_nurses(&arena), *b = sample_bare(&arena, "cook", "Cook");
	const Occupare__V1__Comparison *comparison;

	(void)state;
	sample_add_skill(&arena, b, sample_skill(&arena, "Adaptability", -1));
	b->skills[0]->kind = OCCUPARE__V1__SKILL_KIND__SKILL_KIND_SKILL;
	for (size_t i = 0; i < a->n_skills; i++)
		a->skills[i]->kind = OCCUPARE__V1__SKILL_KIND__SKILL_KIND_SKILL;
	comparison = compare_two(a, b);
	assert_string_equal(get_row(comparison, "skills", "skills.unique")->cells[0]->display, "n/a");
	assert_string_equal(
	    get_row(comparison, "skills", "skills.shared")->cells[1]->reason, "the lists name skills in other words");
	assert_false(get_row(comparison, "skills", "skills.similarity")->comparable);
	b->skills[0]->importance = sample_figure(&arena, 50);
	comparison = compare_two(a, b);
	assert_string_equal(get_row(comparison, "skills", "skills.unique")->cells[1]->display, "Adaptability");
	assert_true(get_row(comparison, "skills", "skills.similarity")->comparable);
}

static void
test_one_occupation_in_two_areas_and_years_is_compared_with_cautions(void **state)
{
	Occupare__V1__Occupation *there = sample_registered_nurses(&arena);
	struct compare_subject subjects[] = { sample_subject(sample_registered_nurses(&arena)), sample_subject(there) };

	(void)state;
	there->salary->annual_mean->value = 137690;
	subjects[1].area = "CA";
	subjects[1].area_title = "California";
	const Occupare__V1__Comparison *comparison = compare_all(subjects, 2, 0);
	const Occupare__V1__Row *row = get_row(comparison, "overview", "salary.annual_mean");

	assert_true(row->comparable);
	assert_string_equal(row->differences[1]->display, "+$39,260, +39.9%");
	ASSERT_HAS(row->why_not, "areas (California, US), not adjusted for the cost of living");
	assert_true(warns_of(comparison, "Only pay and employment are of the areas"));
	subjects[0].period = 2019;
	comparison = compare_all(subjects, 2, 0);
	assert_true(warns_of(comparison, "not adjusted for inflation, nor for the cost of living"));
	subjects[1].area = "US";
	subjects[1].area_title = "";
	comparison = compare_all(subjects, 2, 0);
	assert_true(warns_of(comparison, "different years (2019, latest), not adjusted for inflation."));
	assert_string_equal(get_row(comparison, "overview", "outlook.growth_percent")->why_not, "");
}

static void
test_equal_inherited_figures_of_different_years_or_sources_are_compared(void **state)
{
	Occupare__V1__Occupation *other = sample_critical_care_nurses(&arena);
	struct compare_subject subjects[] = { sample_subject(sample_acute_care_nurses(&arena)), sample_subject(other) };

	(void)state;
	subjects[1].period = 2019;
	assert_true(get_row(compare_all(subjects, 2, 0), "overview", "salary.annual_mean")->comparable);
	subjects[1].period = 0;
	assert_false(get_row(compare_all(subjects, 2, 0), "overview", "salary.annual_mean")->comparable);
	other->salary->annual_mean->source = SAMPLE_SOURCE_PROJECTIONS;
	assert_true(get_row(compare_all(subjects, 2, 0), "overview", "salary.annual_mean")->comparable);
}

static void
test_inherited_figures_of_one_group_in_two_areas_are_compared(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_acute_care_nurses(&arena)),
		sample_subject(sample_acute_care_nurses(&arena)) };

	(void)state;
	subjects[1].area = "CA";
	assert_true(get_row(compare_all(subjects, 2, 0), "overview", "salary.annual_mean")->comparable);
}

static void
test_skills_on_different_scales_are_likened_by_name(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_registered_nurses(&arena), sample_service_director(&arena));
	const Occupare__V1__Row *row = get_row(comparison, "skills", "skills.similarity");

	(void)state;
	assert_string_equal(row->label, "Similarity to Registered Nurses (Jaccard, 0 to 1)");
	assert_true(warns_of(comparison, "measured in different ways"));
}

/* ---- The comparison as a whole ---- */

static void
test_sources_are_joined_by_id(void **state)
{
	const Occupare__V1__Comparison *comparison = compare_two(
	    sample_chief_executives(&arena), sample_patient_services_manager(&arena));

	(void)state;
	assert_int_equal(comparison->n_sources, 3);
	for (size_t i = 0; i < comparison->n_sources; i++)
		assert_int_equal(comparison->sources[i]->id, i + 1);
}

static void
test_only_sections_asked_for_are_kept_in_page_order(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_swiss_nurse(&arena)) };
	char *wanted[] = { (char *)"skills", (char *)"summary" };
	const Occupare__V1__Comparison *comparison = compare_occupations(&arena, subjects, 2, 0, wanted, COUNT(wanted));

	(void)state;
	assert_int_equal(comparison->n_sections, 2);
	assert_string_equal(comparison->sections[0]->id, "summary");
	assert_string_equal(comparison->sections[1]->id, "skills");
	assert_false(warns_of(comparison, "currencies"));
}

static void
test_introduction_alone_keeps_its_sentences_and_every_warning(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_swiss_nurse(&arena)) };
	char *wanted[] = { (char *)"introduction" };
	const Occupare__V1__Comparison *comparison = compare_occupations(&arena, subjects, 2, 0, wanted, 1);

	(void)state;
	assert_int_equal(comparison->n_sections, 1);
	assert_true(comparison->sections[0]->n_sentences > 0);
	assert_int_equal(comparison->sections[0]->n_rows, 0);
	assert_true(warns_of(comparison, "currencies"));
}

static void
test_section_asked_for_stays_though_empty(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_bare(&arena, "a", "A")),
		sample_subject(sample_bare(&arena, "b", "B")) };
	char *wanted[] = { (char *)"outlook" };

	(void)state;
	assert_int_equal(compare_occupations(&arena, subjects, 2, 0, wanted, 1)->n_sections, 1);
	assert_null(section(compare_all(subjects, 2, 0), "outlook"));
}

static uint8_t *
packed(const ProtobufCMessage *message, size_t *ret_length)
{
	uint8_t *bytes = occ_arena_alloc(&arena, protobuf_c_message_get_packed_size(message));

	*ret_length = protobuf_c_message_pack(message, bytes);
	return bytes;
}

static void
random_subjects(uint64_t *seed, struct compare_subject *subjects, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		subjects[i] = sample_subject(sample_random(&arena, seed));
		if (sample_next(seed) % 4 == 0)
			subjects[i].area = "CA";
		if (sample_next(seed) % 4 == 0)
			subjects[i].period = 2019;
	}
}

static void
test_same_request_gives_the_same_bytes_and_leaves_its_input(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct compare_subject subjects[3];
		size_t before, first, again, after;

		random_subjects(&seed, subjects, 3);
		uint8_t *input = packed(&subjects[0].occupation->base, &before);
		uint8_t *one = packed(&compare_all(subjects, 3, 1)->base, &first);
		uint8_t *two = packed(&compare_all(subjects, 3, 1)->base, &again);
		uint8_t *output = packed(&subjects[0].occupation->base, &after);

		assert_int_equal(first, again);
		assert_memory_equal(one, two, first);
		assert_int_equal(before, after);
		assert_memory_equal(input, output, before);
		occ_arena_reset(&arena);
	}
}

static void
check_cells(const Occupare__V1__Row *row, size_t count)
{
	size_t missing = 0;

	assert_int_equal(row->n_cells, count);
	for (size_t i = 0; i < count; i++) {
		bool none = row->cells[i]->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET;

		missing += none;
		assert_int_equal(none, row->cells[i]->reason[0] != '\0');
		assert_int_equal(none, strcmp(row->cells[i]->display, "n/a") == 0);
		assert_true(row->cells[i]->display[0] != '\0');
	}
	assert_int_equal(row->missing, missing);
	assert_true(row->comparable || row->why_not[0] != '\0');
}

static void
check_difference(const Occupare__V1__Row *row, size_t index, uint32_t baseline)
{
	const Occupare__V1__Difference *difference = row->differences[index];

	if (difference->absolute == NULL) {
		assert_int_equal(difference->direction, DIRECTION(UNSPECIFIED));
		assert_string_equal(difference->display, "");
		return;
	}
	assert_true(index != baseline);
	double value = row->cells[index]->figure->value, base = row->cells[baseline]->figure->value;

	assert_true(fabs(difference->absolute->value - (value - base)) < 1e-5);
	assert_int_equal(difference->direction, value > base   ? DIRECTION(HIGHER)
						: value < base ? DIRECTION(LOWER)
							       : DIRECTION(EQUAL));
	assert_int_equal(difference->ratio != NULL, row->unit != UNIT(PERCENT) && base > 0);
	assert_int_equal(difference->percent != NULL, difference->ratio != NULL);
	if (difference->ratio != NULL)
		assert_true(fabs(100 * (difference->ratio->value - 1) - difference->percent->value) < 1e-6);
	assert_true(row->cells[index]->figure->status != STATUS(AT_LEAST));
	assert_true(row->cells[baseline]->figure->status != STATUS(AT_LEAST));
	if (value != base && strcmp(difference->display, "almost the same") != 0)
		assert_int_equal(difference->display[0], value > base ? '+' : '-');
}

static void
check_leaders(const Occupare__V1__Row *row)
{
	double highest = -INFINITY;
	size_t values = 0;

	assert_true(row->n_leaders == 0 || row->comparable);
	for (size_t i = 0; i < row->n_cells; i++) {
		if (row->cells[i]->value_case == OCCUPARE__V1__CELL__VALUE_FIGURE) {
			highest = fmax(highest, row->cells[i]->figure->value);
			values++;
		}
	}
	assert_true(row->n_leaders == 0 || row->n_leaders < values);
	for (size_t i = 0; i < row->n_leaders; i++) {
		assert_true(row->cells[row->leaders[i]]->figure->value == highest);
		assert_true(i == 0 || row->leaders[i - 1] < row->leaders[i]);
	}
}

static void
test_random_comparisons_keep_every_law_of_rows(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct compare_subject subjects[OCC_COMPARANDS_MAX];
		size_t count = 2 + sample_next(&seed) % (OCC_COMPARANDS_MAX - 1);
		uint32_t baseline = (uint32_t)(sample_next(&seed) % count);

		random_subjects(&seed, subjects, count);
		const Occupare__V1__Comparison *comparison = compare_all(subjects, count, baseline);

		assert_int_equal(section(comparison, "overview")->n_rows, 8);
		for (size_t i = 0; i < comparison->n_sections; i++) {
			for (size_t j = 0; j < comparison->sections[i]->n_rows; j++) {
				const Occupare__V1__Row *row = comparison->sections[i]->rows[j];

				check_cells(row, count);
				assert_true(
				    row->n_differences == 0 || (row->n_differences == count && row->comparable));
				for (size_t k = 0; k < row->n_differences; k++)
					check_difference(row, k, baseline);
				check_leaders(row);
			}
		}
		occ_arena_reset(&arena);
	}
}

static void
check_mirrored_row(const Occupare__V1__Row *row, const Occupare__V1__Row *back)
{
	assert_string_equal(row->field, back->field);
	assert_int_equal(row->comparable, back->comparable);
	assert_int_equal(row->missing, back->missing);
	assert_int_equal(row->n_differences, back->n_differences);
	assert_int_equal(row->n_leaders, back->n_leaders);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(row->cells[i]->display, back->cells[1 - i]->display);
	for (size_t i = 0; i < row->n_leaders; i++)
		assert_int_equal(row->leaders[i], 1 - back->leaders[row->n_leaders - 1 - i]);
	if (row->n_differences == 0)
		return;
	assert_int_equal(row->differences[1]->absolute != NULL, back->differences[1]->absolute != NULL);
	if (row->differences[1]->absolute != NULL)
		assert_true(row->differences[1]->absolute->value == -back->differences[1]->absolute->value);
}

static void
test_swapped_comparands_give_the_mirror_image(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct compare_subject subjects[2];

		random_subjects(&seed, subjects, 2);
		struct compare_subject swapped[] = { subjects[1], subjects[0] };
		const Occupare__V1__Comparison *there = compare_all(subjects, 2, 0);
		const Occupare__V1__Comparison *back = compare_all(swapped, 2, 0);

		assert_int_equal(there->n_sections, back->n_sections);
		assert_int_equal(there->n_sources, back->n_sources);
		assert_int_equal(there->n_warnings, back->n_warnings);
		for (size_t i = 0; i < there->n_sections; i++) {
			const Occupare__V1__Section *one = there->sections[i], *two = back->sections[i];

			assert_int_equal(one->n_rows, two->n_rows);
			for (size_t j = 0; j < one->n_rows; j++) {
				/* Its baseline differs, so that the label does. */
				if (strcmp(one->rows[j]->field, "skills.similarity") != 0)
					check_mirrored_row(one->rows[j], two->rows[j]);
			}
		}
		occ_arena_reset(&arena);
	}
}

static void
test_every_field_has_its_own_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < fields_count; i++) {
		size_t known = 0;

		assert_ptr_equal(fields_find(fields[i].section, fields[i].path), &fields[i]);
		while (compare_sections[known] != NULL && strcmp(compare_sections[known], fields[i].section) != 0)
			known++;
		assert_non_null(compare_sections[known]);
	}
	assert_null(fields_find("overview", "no.such"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_pair_shows_every_fact_of_the_page),
		cmocka_unit_test(test_overview_has_its_eight_rows_in_order_even_of_nothing),
		cmocka_unit_test(test_sections_come_in_page_order),
		cmocka_unit_test(test_duties_are_kept_byte_for_byte_and_say_that_they_go_on),
		cmocka_unit_test(test_summary_is_the_text_itself),
		cmocka_unit_test(test_comparands_are_named_for_sentences),
		cmocka_unit_test(test_stated_singular_and_plural_win),
		cmocka_unit_test(test_difference_is_right_way_round_from_either_side),
		cmocka_unit_test(test_difference_is_taken_from_the_baseline_asked_for),
		cmocka_unit_test(test_percents_differ_in_points_only),
		cmocka_unit_test(test_money_difference_is_free_of_binary_noise),
		cmocka_unit_test(test_baseline_of_zero_has_no_ratio),
		cmocka_unit_test(test_equal_values_are_the_same_and_lead_nowhere),
		cmocka_unit_test(test_tied_highest_values_all_lead),
		cmocka_unit_test(test_single_value_leads_nowhere_and_the_rest_is_missing),
		cmocka_unit_test(test_rows_of_texts_shares_and_ranges_have_no_differences),
		cmocka_unit_test(test_hourly_rate_is_derived_half_up_to_the_cent),
		cmocka_unit_test(test_hourly_rate_from_an_inherited_figure_is_inherited),
		cmocka_unit_test(test_hourly_rate_that_is_published_or_not_collected_stays),
		cmocka_unit_test(test_missing_figures_say_why),
		cmocka_unit_test(test_shares_that_are_all_held_back_say_why),
		cmocka_unit_test(test_rows_beyond_the_page_appear_only_with_data),
		cmocka_unit_test(test_whole_distribution_is_shown_where_it_has_several_parts),
		cmocka_unit_test(test_best_payer_shows_its_pay_where_known),
		cmocka_unit_test(test_skills_by_importance_are_named_without_a_percent),
		cmocka_unit_test(test_long_lists_of_skills_are_cut_and_say_so),
		cmocka_unit_test(test_skills_of_one_alone_are_neither_shared_nor_unique),
		cmocka_unit_test(test_skills_shared_by_three_are_in_every_list),
		cmocka_unit_test(test_comparand_without_skills_does_not_hide_what_the_others_share),
		cmocka_unit_test(test_different_currencies_are_not_compared),
		cmocka_unit_test(test_bound_has_no_difference_but_leads_where_it_must),
		cmocka_unit_test(test_bound_below_another_value_leads_nowhere),
		cmocka_unit_test(test_bounds_leave_known_values_comparable),
		cmocka_unit_test(test_projections_over_different_years_are_not_compared),
		cmocka_unit_test(test_counts_of_different_sources_are_not_compared),
		cmocka_unit_test(test_figures_of_different_sources_carry_a_caution),
		cmocka_unit_test(test_postings_are_not_jobs),
		cmocka_unit_test(test_figures_of_one_broader_group_are_not_compared),
		cmocka_unit_test(test_one_broader_group_among_others_has_no_difference_within),
		cmocka_unit_test(test_broader_group_without_codes_is_told_by_equal_figures),
		cmocka_unit_test(test_own_figure_beside_an_inherited_one_of_the_group_is_compared),
		cmocka_unit_test(test_codes_that_are_published_together_are_told_by_all_their_figures),
		cmocka_unit_test(test_inherited_figures_are_told_once_of_each_comparand),
		cmocka_unit_test(test_sections_asked_for_tell_of_their_inherited_figures_alone),
		cmocka_unit_test(test_releases_of_one_publication_are_told_apart),
		cmocka_unit_test(test_best_paying_state_says_of_when_it_is_and_how_it_was_picked),
		cmocka_unit_test(test_shares_that_make_no_whole_say_so),
		cmocka_unit_test(test_education_that_is_required_is_told_from_what_people_have),
		cmocka_unit_test(test_skills_in_other_words_are_not_counted_as_lacking),
		cmocka_unit_test(test_one_occupation_in_two_areas_and_years_is_compared_with_cautions),
		cmocka_unit_test(test_equal_inherited_figures_of_different_years_or_sources_are_compared),
		cmocka_unit_test(test_inherited_figures_of_one_group_in_two_areas_are_compared),
		cmocka_unit_test(test_skills_on_different_scales_are_likened_by_name),
		cmocka_unit_test(test_sources_are_joined_by_id),
		cmocka_unit_test(test_only_sections_asked_for_are_kept_in_page_order),
		cmocka_unit_test(test_introduction_alone_keeps_its_sentences_and_every_warning),
		cmocka_unit_test(test_section_asked_for_stays_though_empty),
		cmocka_unit_test(test_same_request_gives_the_same_bytes_and_leaves_its_input),
		cmocka_unit_test(test_random_comparisons_keep_every_law_of_rows),
		cmocka_unit_test(test_swapped_comparands_give_the_mirror_image),
		cmocka_unit_test(test_every_field_has_its_own_place),
	};

	return cmocka_run_group_tests_name("compare", tests, set_up, tear_down);
}

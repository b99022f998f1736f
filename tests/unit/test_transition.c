/* From one occupation to another. */
#include "tests/support/test.h"

#include <math.h>

#include "tests/support/samples.h"

static struct occ_arena arena;

static int
set_up(void **state)
{
	(void)state;
	occ_arena_init(&arena, 65536, 1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

static Occupare__V1__Transition *
transition(const Occupare__V1__Occupation *from, const Occupare__V1__Occupation *to)
{
	struct compare_subject a = sample_subject(from), b = sample_subject(to);

	return compare_transition(&arena, &a, &b, &similar_defaults);
}

static Occupare__V1__Transition *
reference(void)
{
	return transition(sample_patient_services_manager(&arena), sample_service_director(&arena));
}

static void
assert_gap(const Occupare__V1__SkillGap *skill, const char *name, double from, double to, double gap)
{
	assert_string_equal(skill->name, name);
	if (from < 0)
		assert_null(skill->from_weight);
	else
		assert_true(skill->from_weight->value == from);
	assert_true(skill->to_weight->value == to);
	assert_true(skill->gap == gap);
}

static void
test_carried_over_is_what_both_have_most_of_first(void **state)
{
	const Occupare__V1__Transition *made = reference();

	(void)state;
	assert_int_equal(made->n_carried_over, 3);
	assert_gap(made->carried_over[0], "Patients", 21, 12, -9);
	assert_gap(made->carried_over[1], "Patient Care", 13, 10, -3);
	assert_gap(made->carried_over[2], "Customer Service", 7, 9, 2);
}

static void
test_to_gain_is_largest_gap_first_and_deepens_what_falls_short(void **state)
{
	const Occupare__V1__Transition *made = reference();

	(void)state;
	assert_int_equal(made->n_to_gain, 4);
	assert_gap(made->to_gain[0], "Healthcare", -1, 10, 10);
	assert_gap(made->to_gain[1], "Oversight", -1, 5, 5);
	assert_gap(made->to_gain[2], "Surgery", -1, 4, 4);
	assert_gap(made->to_gain[3], "Customer Service", 7, 9, 2);
}

static void
test_coverage_is_directed(void **state)
{
	const Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);
	const Occupare__V1__Occupation *b = sample_service_director(&arena);

	(void)state;
	assert_true(transition(a, b)->coverage == 29.0 / 50);
	assert_true(transition(b, a)->coverage == 29.0 / 64);
}

static const Occupare__V1__Row *
step(const Occupare__V1__Transition *made, const char *field)
{
	for (size_t i = 0; i < made->n_steps; i++) {
		if (strcmp(made->steps[i]->field, field) == 0)
			return made->steps[i];
	}
	return NULL;
}

static void
test_steps_are_pay_education_and_experience(void **state)
{
	const Occupare__V1__Transition *made = reference();

	(void)state;
	assert_string_equal(step(made, "salary.annual_mean")->differences[1]->display, "+$45,252, +64.9%");
	assert_string_equal(step(made, "salary.hourly_mean")->cells[0]->display, "$33.52");
	assert_string_equal(step(made, "education.degrees[0]")->cells[1]->display, "Bachelor's Degree, 59%");
	assert_string_equal(step(made, "experience.typical_years")->differences[1]->display, "same");
	assert_string_equal(step(made, "experience.months_to_become")->cells[1]->display, "4-6 years");
	assert_null(step(made, "experience.training"));
	assert_string_equal(made->from->id, "patient-services-manager");
	assert_string_equal(made->to->id, "service-director");
}

static void
test_published_experience_and_training_are_steps(void **state)
{
	const Occupare__V1__Transition *made = transition(
	    sample_registered_nurses(&arena), sample_chief_executives(&arena));

	(void)state;
	assert_string_equal(step(made, "experience.category")->cells[1]->display, "5 years or more");
	assert_string_equal(step(made, "experience.training")->cells[1]->reason, "not in the data");
	assert_string_equal(step(made, "experience.job_zone")->cells[0]->display, "3");
	assert_string_equal(step(made, "education.typical_entry")->cells[0]->display, "Bachelor's degree");
}

static bool
warns_of(const Occupare__V1__Transition *made, const char *part)
{
	for (size_t i = 0; i < made->n_warnings; i++) {
		if (strstr(made->warnings[i], part) != NULL)
			return true;
	}
	return false;
}

static void
test_skills_on_different_scales_show_no_weights(void **state)
{
	Occupare__V1__Occupation *from = sample_registered_nurses(&arena);

	(void)state;
	Occupare__V1__Skill *surgery = sample_skill(&arena, "surgery", -1);

	surgery->importance = sample_figure(&arena, 60);
	sample_add_skill(&arena, from, surgery);
	const Occupare__V1__Transition *made = transition(from, sample_service_director(&arena));

	assert_true(warns_of(made, "measured in different ways"));
	assert_int_equal(made->n_carried_over, 1);
	assert_string_equal(made->carried_over[0]->name, "Surgery");
	assert_null(made->carried_over[0]->from_weight);
	assert_null(made->carried_over[0]->to_weight);
	assert_true(made->carried_over[0]->gap == 0);
	assert_int_equal(made->n_to_gain, 5);
	assert_true(made->to_gain[0]->gap == 1);
	assert_true(made->coverage == 1.0 / 6);
}

static void
test_missing_list_of_skills_is_said(void **state)
{
	const Occupare__V1__Transition *made = transition(
	    sample_actors(&arena), sample_patient_services_manager(&arena));

	(void)state;
	assert_true(warns_of(made, "not known"));
	assert_int_equal(made->n_carried_over, 0);
	assert_int_equal(made->n_to_gain, 6);
	assert_true(made->coverage == 0);
}

static void
test_sources_of_both_are_listed_once(void **state)
{
	const Occupare__V1__Transition *made = transition(
	    sample_registered_nurses(&arena), sample_patient_services_manager(&arena));

	(void)state;
	assert_int_equal(made->n_sources, 3);
	for (size_t i = 0; i < made->n_sources; i++)
		assert_int_equal(made->sources[i]->id, i + 1);
}

/* Adds skills of one kind: names of one letter with the importance behind them. */
static void
rate(Occupare__V1__Occupation *occupation, Occupare__V1__SkillKind kind, const char *names, const double *importance)
{
	for (size_t i = 0; names[i] != '\0'; i++) {
		Occupare__V1__Skill *skill = sample_skill(&arena, occ_arena_strndup(&arena, names + i, 1), -1);

		skill->kind = kind;
		if (importance != NULL)
			skill->importance = sample_figure(&arena, importance[i]);
		sample_add_skill(&arena, occupation, skill);
	}
}

#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

/* Skills 50 and 100 against 80 and 60; x, y against x, z; knowledge in the target alone. */
static void
make_rated(Occupare__V1__Occupation **from, Occupare__V1__Occupation **to)
{
	*from = sample_bare(&arena, "from", "From");
	*to = sample_bare(&arena, "to", "To");
	rate(*from, KIND(SKILL), "ab", (const double[]){ 50, 100 });
	rate(*from, KIND(TECHNOLOGY), "xy", NULL);
	rate(*to, KIND(SKILL), "ab", (const double[]){ 80, 60 });
	rate(*to, KIND(TECHNOLOGY), "xz", NULL);
	rate(*to, KIND(KNOWLEDGE), "k", (const double[]){ 90 });
}

static void
test_a_kind_that_is_not_rated_for_the_start_is_not_to_be_gained(void **state)
{
	Occupare__V1__Occupation *from, *to;
	const Occupare__V1__Transition *made;

	(void)state;
	make_rated(&from, &to);
	made = transition(from, to);
	assert_int_equal(made->n_to_gain, 2);
	assert_gap(made->to_gain[0], "a", 50, 80, 30);
	assert_int_equal(made->to_gain[0]->kind, KIND(SKILL));
	assert_string_equal(made->to_gain[1]->name, "z");
	assert_int_equal(made->to_gain[1]->kind, KIND(TECHNOLOGY));
	assert_true(made->to_gain[1]->gap == 1);
	assert_null(made->to_gain[1]->to_weight);
	assert_int_equal(made->n_carried_over, 3);
	assert_true(warns_of(made, "left out: knowledge."));
	assert_false(warns_of(transition(from, from), "left out"));
}

static void
test_skills_in_other_words_are_not_to_be_gained(void **state)
{
	Occupare__V1__Occupation *from = sample_bare(&arena, "from", "From"), *unused, *to;
	const Occupare__V1__Transition *made;

	(void)state;
	make_rated(&unused, &to);
	rate(from, KIND(SKILL), "pq", NULL);
	made = transition(from, to);
	assert_int_equal(made->n_to_gain, 0);
	assert_true(made->coverage == 0);
	assert_true(warns_of(made, "named in other words"));
	assert_false(warns_of(made, "different ways"));
}

static void
test_skill_that_the_start_has_nothing_of_does_not_carry_over(void **state)
{
	Occupare__V1__Occupation *from, *to;
	const Occupare__V1__Transition *made;

	(void)state;
	make_rated(&from, &to);
	from->skills[0]->importance->value = 0;
	made = transition(from, to);
	assert_int_equal(made->n_carried_over, 2);
	assert_gap(made->carried_over[0], "b", 100, 60, -40);
	assert_string_equal(made->carried_over[1]->name, "x");
	assert_gap(made->to_gain[0], "a", 0, 80, 80);
	from->skills[0]->importance->value = 70;
	assert_gap(transition(from, to)->carried_over[0], "a", 70, 80, 10);
}

/* Skills 110 of 140, technologies 1 of 2 at a quarter. */
static void
test_coverage_leaves_unrated_kinds_out(void **state)
{
	Occupare__V1__Occupation *from, *to;

	(void)state;
	make_rated(&from, &to);
	assert_true(fabs(transition(from, to)->coverage - (110.0 / 140 + 0.25 * 0.5) / 1.25) < 1e-12);
}

static void
test_weights_order_and_leave_out_what_is_to_be_gained(void **state)
{
	Occupare__V1__Occupation *from, *to;
	struct compare_subject a, b;
	struct similar_options options = similar_defaults;
	const Occupare__V1__Transition *made;

	(void)state;
	make_rated(&from, &to);
	a = sample_subject(from);
	b = sample_subject(to);
	options.weights[KIND(TECHNOLOGY)] = 100;
	made = compare_transition(&arena, &a, &b, &options);
	assert_string_equal(made->to_gain[0]->name, "z");
	assert_string_equal(made->carried_over[0]->name, "x");
	options.weights[KIND(TECHNOLOGY)] = 0;
	made = compare_transition(&arena, &a, &b, &options);
	assert_int_equal(made->n_to_gain, 1);
	assert_int_equal(made->n_carried_over, 2);
	assert_true(fabs(made->coverage - 110.0 / 140) < 1e-12);
}

static void
test_levels_are_compared_where_they_are_asked_for(void **state)
{
	Occupare__V1__Occupation *from, *to;
	struct compare_subject a, b;
	struct similar_options options = similar_defaults;
	const Occupare__V1__Transition *made;

	(void)state;
	make_rated(&from, &to);
	from->skills[0]->level = sample_figure(&arena, 10);
	to->skills[0]->level = sample_figure(&arena, 40);
	a = sample_subject(from);
	b = sample_subject(to);
	options.measure = OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_LEVEL;
	made = compare_transition(&arena, &a, &b, &options);
	assert_gap(made->to_gain[0], "a", 10, 40, 30);
	/* b has no level on either side: it carries over, by how much is not known. */
	assert_string_equal(made->carried_over[2]->name, "b");
	assert_null(made->carried_over[2]->to_weight);
	options.measure = OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_IMPORTANCE_AND_LEVEL;
	made = compare_transition(&arena, &a, &b, &options);
	assert_gap(made->to_gain[0], "a", 30, 60, 30);
	assert_int_equal(made->to_gain[0]->to_weight->status, OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_DERIVED);
}

static void
test_likeness_is_told_by_every_method(void **state)
{
	const Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);
	const Occupare__V1__Occupation *b = sample_service_director(&arena);
	const Occupare__V1__Transition *made = transition(a, b);
	unsigned seen = 0;

	(void)state;
	assert_int_equal(made->n_likeness, 5);
	for (size_t i = 0; i < made->n_likeness; i++) {
		assert_true(made->likeness[i]->value == similar_skills(&arena, a, b, made->likeness[i]->method));
		seen |= 1u << made->likeness[i]->method;
	}
	assert_int_equal(seen, 0x3e);
	assert_int_equal(transition(sample_actors(&arena), b)->n_likeness, 0);
}

static void
test_random_transitions_split_the_targets_skills(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int round = 0; round < 300; round++) {
		const Occupare__V1__Occupation *from = sample_random(&arena, &seed), *to = sample_random(&arena, &seed);
		const Occupare__V1__Transition *made = transition(from, to);

		assert_true(made->coverage >= 0 && made->coverage <= 1);
		assert_true(made->n_carried_over <= to->n_skills && made->n_to_gain <= to->n_skills);
		for (size_t i = 0; i < made->n_to_gain; i++) {
			assert_true(made->to_gain[i]->gap > 0 ||
				    (made->to_gain[i]->from_weight == NULL && made->to_gain[i]->to_weight == NULL));
			assert_true(i == 0 || made->to_gain[i - 1]->gap >= made->to_gain[i]->gap);
		}
		assert_true(occupare__v1__transition__get_packed_size(made) > 0);
		occ_arena_reset(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carried_over_is_what_both_have_most_of_first),
		cmocka_unit_test(test_to_gain_is_largest_gap_first_and_deepens_what_falls_short),
		cmocka_unit_test(test_coverage_is_directed),
		cmocka_unit_test(test_steps_are_pay_education_and_experience),
		cmocka_unit_test(test_published_experience_and_training_are_steps),
		cmocka_unit_test(test_skills_on_different_scales_show_no_weights),
		cmocka_unit_test(test_missing_list_of_skills_is_said),
		cmocka_unit_test(test_sources_of_both_are_listed_once),
		cmocka_unit_test(test_a_kind_that_is_not_rated_for_the_start_is_not_to_be_gained),
		cmocka_unit_test(test_skills_in_other_words_are_not_to_be_gained),
		cmocka_unit_test(test_skill_that_the_start_has_nothing_of_does_not_carry_over),
		cmocka_unit_test(test_coverage_leaves_unrated_kinds_out),
		cmocka_unit_test(test_weights_order_and_leave_out_what_is_to_be_gained),
		cmocka_unit_test(test_levels_are_compared_where_they_are_asked_for),
		cmocka_unit_test(test_likeness_is_told_by_every_method),
		cmocka_unit_test(test_random_transitions_split_the_targets_skills),
	};

	return cmocka_run_group_tests_name("transition", tests, set_up, tear_down);
}

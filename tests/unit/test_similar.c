/* How alike two lists of skills are. */
#include "tests/support/test.h"

#include "service/compare/similar.h"
#include "tests/support/samples.h"

#define METHOD(name) OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_##name
#define ROUNDS 500

static const Occupare__V1__SimilarityMethod methods[] = { METHOD(UNSPECIFIED), METHOD(JACCARD), METHOD(SORENSEN_DICE),
	METHOD(WEIGHTED_JACCARD), METHOD(COSINE), METHOD(COVERAGE) };
#define METHODS_COUNT (sizeof methods / sizeof *methods)

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

static void
assert_near(double value, double expected)
{
	if (!(value > expected - 0.0005 && value < expected + 0.0005))
		fail_msg("expected %.3f, got %.6f", expected, value);
}

static Occupare__V1__Occupation *
with_skills(const char *first, double first_percent, const char *second, double second_percent)
{
	Occupare__V1__Occupation *occupation = sample_bare(&arena, "one", "One");

	sample_add_skill(&arena, occupation, sample_skill(&arena, first, first_percent));
	if (second != NULL)
		sample_add_skill(&arena, occupation, sample_skill(&arena, second, second_percent));
	return occupation;
}

static void
test_reference_pair_has_the_known_similarities(void **state)
{
	const Occupare__V1__Occupation *a = sample_patient_services_manager(&arena);
	const Occupare__V1__Occupation *b = sample_service_director(&arena);

	(void)state;
	assert_near(similar_skills(&arena, a, b, METHOD(JACCARD)), 0.333);
	assert_near(similar_skills(&arena, a, b, METHOD(SORENSEN_DICE)), 0.500);
	assert_near(similar_skills(&arena, a, b, METHOD(WEIGHTED_JACCARD)), 0.341);
	assert_near(similar_skills(&arena, a, b, METHOD(UNSPECIFIED)), 0.341);
	assert_near(similar_skills(&arena, a, b, METHOD(COSINE)), 0.706);
	assert_near(similar_skills(&arena, a, b, METHOD(COVERAGE)), 0.580);
	assert_near(similar_skills(&arena, b, a, METHOD(COVERAGE)), 29.0 / 64);
}

static void
test_every_method_lies_between_0_and_1(void **state)
{
	uint64_t seed = 41;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		const Occupare__V1__Occupation *a = sample_random(&arena, &seed), *b = sample_random(&arena, &seed);

		for (size_t i = 0; i < METHODS_COUNT; i++) {
			double value = similar_skills(&arena, a, b, methods[i]);

			assert_true(value >= 0 && value <= 1);
		}
		occ_arena_reset(&arena);
	}
}

static void
test_every_method_but_coverage_is_symmetric(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		const Occupare__V1__Occupation *a = sample_random(&arena, &seed), *b = sample_random(&arena, &seed);

		for (size_t i = 0; i < METHODS_COUNT; i++) {
			if (methods[i] != METHOD(COVERAGE))
				assert_true(similar_skills(&arena, a, b, methods[i]) ==
					    similar_skills(&arena, b, a, methods[i]));
		}
		occ_arena_reset(&arena);
	}
}

static void
test_a_list_is_wholly_like_itself(void **state)
{
	const Occupare__V1__Occupation *a = sample_service_director(&arena);

	(void)state;
	for (size_t i = 0; i < METHODS_COUNT; i++)
		assert_near(similar_skills(&arena, a, a, methods[i]), 1);
}

static void
test_an_empty_list_is_like_nothing(void **state)
{
	const Occupare__V1__Occupation *empty = sample_bare(&arena, "empty", "Empty");
	const Occupare__V1__Occupation *full = sample_service_director(&arena);

	(void)state;
	for (size_t i = 0; i < METHODS_COUNT; i++) {
		assert_true(similar_skills(&arena, empty, full, methods[i]) == 0);
		assert_true(similar_skills(&arena, full, empty, methods[i]) == 0);
		assert_true(similar_skills(&arena, empty, empty, methods[i]) == 0);
	}
}

static void
test_zero_weights_do_not_divide_by_zero(void **state)
{
	const Occupare__V1__Occupation *a = with_skills("Care", 0, NULL, 0);

	(void)state;
	assert_true(similar_skills(&arena, a, a, METHOD(JACCARD)) == 1);
	assert_true(similar_skills(&arena, a, a, METHOD(COSINE)) == 0);
	assert_true(similar_skills(&arena, a, a, METHOD(WEIGHTED_JACCARD)) == 0);
}

static void
test_negative_importance_weighs_nothing(void **state)
{
	Occupare__V1__Occupation *a = with_skills("Care", -1, "Surgery", -1);

	(void)state;
	a->skills[0]->importance = sample_figure(&arena, -50);
	a->skills[1]->importance = sample_figure(&arena, 60);
	assert_true(similar_skills(&arena, a, a, METHOD(COSINE)) == 1);
	assert_true(similar_skills(&arena, a, with_skills("Care", -1, NULL, 0), METHOD(COVERAGE)) == 1);
	Occupare__V1__Occupation *b = with_skills("Surgery", -1, NULL, 0);

	b->skills[0]->importance = sample_figure(&arena, 60);
	assert_true(similar_skills(&arena, a, b, METHOD(WEIGHTED_JACCARD)) == 1);
}

static void
test_letter_case_does_not_matter(void **state)
{
	(void)state;
	assert_near(similar_skills(&arena, with_skills("Patient Care", 10, NULL, 0),
			with_skills("patient care", 5, NULL, 0), METHOD(WEIGHTED_JACCARD)),
	    0.5);
}

static void
test_of_a_repeated_name_the_first_counts(void **state)
{
	const Occupare__V1__Occupation *twice = with_skills("Care", 10, "care", 40);
	size_t count;

	(void)state;
	assert_near(similar_skills(&arena, twice, with_skills("Care", 10, NULL, 0), METHOD(WEIGHTED_JACCARD)), 1);
	assert_near(similar_skills(&arena, twice, with_skills("Care", 10, NULL, 0), METHOD(JACCARD)), 1);
	similar_ranked(&arena, twice, &count);
	assert_int_equal(count, 1);
}

static void
test_lists_without_weights_count_names(void **state)
{
	const Occupare__V1__Occupation *a = with_skills("Care", -1, "Surgery", -1);
	const Occupare__V1__Occupation *b = with_skills("Care", -1, "Oversight", -1);

	(void)state;
	assert_near(similar_skills(&arena, a, b, METHOD(WEIGHTED_JACCARD)), 0.333);
}

static void
test_lists_on_different_scales_count_names(void **state)
{
	Occupare__V1__Occupation *a = with_skills("Care", 30, "Surgery", 1);
	Occupare__V1__Occupation *b = with_skills("Care", -1, "Oversight", -1);

	(void)state;
	b->skills[0]->importance = sample_figure(&arena, 80);
	b->skills[1]->importance = sample_figure(&arena, 2);
	assert_int_equal(similar_scale(a), SIMILAR_SCALE_PERCENT);
	assert_int_equal(similar_scale(b), SIMILAR_SCALE_IMPORTANCE);
	assert_near(similar_skills(&arena, a, b, METHOD(WEIGHTED_JACCARD)), 0.333);
	assert_near(similar_skills(&arena, a, b, METHOD(COVERAGE)), 0.5);
}

static void
test_percent_goes_before_importance_as_weight(void **state)
{
	Occupare__V1__Skill *skill = sample_skill(&arena, "Care", 12);

	(void)state;
	skill->importance = sample_figure(&arena, 80);
	assert_true(similar_weight(skill)->value == 12);
	skill->percent->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED;
	assert_true(similar_weight(skill)->value == 80);
	skill->importance = NULL;
	assert_null(similar_weight(skill));
}

static void
test_ranked_is_weightiest_first_with_ties_in_given_order(void **state)
{
	Occupare__V1__Occupation *occupation = with_skills("Zeal", 5, "Care", 5);
	size_t count;

	(void)state;
	sample_add_skill(&arena, occupation, sample_skill(&arena, "Oversight", 9));
	const Occupare__V1__Skill **ranked = similar_ranked(&arena, occupation, &count);

	assert_int_equal(count, 3);
	assert_string_equal(ranked[0]->name, "Oversight");
	assert_string_equal(ranked[1]->name, "Zeal");
	assert_string_equal(ranked[2]->name, "Care");
}

static void
test_shared_is_weightiest_first_as_spelt_by_the_second(void **state)
{
	Occupare__V1__Occupation *a = with_skills("care", 5, "OVERSIGHT", 20);
	Occupare__V1__Occupation *b = with_skills("Care", 30, "Oversight", 9);
	size_t count;

	(void)state;
	sample_add_skill(&arena, b, sample_skill(&arena, "Surgery", 50));
	char **names = similar_shared(&arena, a, b, 10, &count);

	assert_int_equal(count, 2);
	assert_string_equal(names[0], "Oversight");
	assert_string_equal(names[1], "Care");
	names = similar_shared(&arena, a, b, 1, &count);
	assert_int_equal(count, 1);
	assert_string_equal(names[0], "Oversight");
	similar_shared(&arena, a, b, 0, &count);
	assert_int_equal(count, 0);
}

static void
test_names_are_found_letter_case_aside(void **state)
{
	const Occupare__V1__Occupation *director = sample_service_director(&arena);
	struct similar_names names = similar_names(&arena, director);
	struct similar_names none = similar_names(&arena, sample_bare(&arena, "empty", "Empty"));

	(void)state;
	for (size_t i = 0; i < director->n_skills; i++)
		assert_true(similar_has(&names, director->skills[i]->name));
	assert_true(similar_has(&names, "PATIENT CARE"));
	assert_false(similar_has(&names, "Patient"));
	assert_false(similar_has(&none, "Patients"));
}

static void
test_every_method_has_its_own_name(void **state)
{
	(void)state;
	assert_string_equal(similar_method_name(METHOD(UNSPECIFIED)), "weighted Jaccard");
	for (size_t i = 1; i < METHODS_COUNT; i++) {
		for (size_t j = 1; j < i; j++)
			assert_string_not_equal(similar_method_name(methods[i]), similar_method_name(methods[j]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_pair_has_the_known_similarities),
		cmocka_unit_test(test_every_method_lies_between_0_and_1),
		cmocka_unit_test(test_every_method_but_coverage_is_symmetric),
		cmocka_unit_test(test_a_list_is_wholly_like_itself),
		cmocka_unit_test(test_an_empty_list_is_like_nothing),
		cmocka_unit_test(test_zero_weights_do_not_divide_by_zero),
		cmocka_unit_test(test_negative_importance_weighs_nothing),
		cmocka_unit_test(test_letter_case_does_not_matter),
		cmocka_unit_test(test_of_a_repeated_name_the_first_counts),
		cmocka_unit_test(test_lists_without_weights_count_names),
		cmocka_unit_test(test_lists_on_different_scales_count_names),
		cmocka_unit_test(test_percent_goes_before_importance_as_weight),
		cmocka_unit_test(test_ranked_is_weightiest_first_with_ties_in_given_order),
		cmocka_unit_test(test_shared_is_weightiest_first_as_spelt_by_the_second),
		cmocka_unit_test(test_names_are_found_letter_case_aside),
		cmocka_unit_test(test_every_method_has_its_own_name),
	};

	return cmocka_run_group_tests_name("similar", tests, set_up, tear_down);
}

/* How alike two lists of skills are. */
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>

#include "service/compare/similar.h"
#include "tests/support/samples.h"

#define METHOD(name) OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_##name
#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name
#define MEASURE(name) OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_##name
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

/* Within what the order of a sum can change. */
static void
assert_exact(double value, double expected)
{
	if (fabs(value - expected) > 1e-12)
		fail_msg("expected %.15f, got %.15f", expected, value);
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

/* ---- Kinds ---- */

static Occupare__V1__Skill *
add(Occupare__V1__Occupation *occupation, const char *name, Occupare__V1__SkillKind kind, double importance,
    double level)
{
	Occupare__V1__Skill *skill = sample_skill(&arena, name, -1);

	skill->kind = kind;
	skill->importance = importance < 0 ? NULL : sample_figure(&arena, importance);
	skill->level = level < 0 ? NULL : sample_figure(&arena, level);
	sample_add_skill(&arena, occupation, skill);
	return skill;
}

static Occupare__V1__Occupation *
rated_one(void)
{
	Occupare__V1__Occupation *one = sample_bare(&arena, "one", "One");

	add(one, "Reading", KIND(SKILL), 50, 40);
	add(one, "Speaking", KIND(SKILL), 100, 20);
	add(one, "Excel", KIND(TECHNOLOGY), -1, -1);
	add(one, "Word", KIND(TECHNOLOGY), -1, -1);
	add(one, "Outlook", KIND(TECHNOLOGY), -1, -1);
	add(one, "R", KIND(TECHNOLOGY), -1, -1);
	return one;
}

static Occupare__V1__Occupation *
rated_two(void)
{
	Occupare__V1__Occupation *two = sample_bare(&arena, "two", "Two");

	add(two, "Biology", KIND(KNOWLEDGE), 90, 90);
	add(two, "speaking", KIND(SKILL), 50, 20);
	add(two, "Reading", KIND(SKILL), 25, 60);
	add(two, "Excel", KIND(TECHNOLOGY), -1, -1);
	return two;
}

static double
by(Occupare__V1__SimilarityMethod method, Occupare__V1__SkillMeasure measure, double skill, double technology)
{
	struct similar_options options = similar_defaults;

	options.method = method;
	options.measure = measure;
	options.weights[KIND(SKILL)] = skill;
	options.weights[KIND(TECHNOLOGY)] = technology;
	return similar_by(&arena, rated_one(), rated_two(), &options);
}

/* Skills: 75 of 150. Technologies: 1 of 4. Knowledge is not rated for one of them. */
static void
test_likeness_is_the_mean_over_the_kinds_that_both_have(void **state)
{
	const Occupare__V1__SimilarityMethod wj = METHOD(WEIGHTED_JACCARD);

	(void)state;
	assert_exact(similar_skills(&arena, rated_one(), rated_two(), wj), (0.5 + 0.25 * 0.25) / 1.25);
	assert_exact(by(wj, MEASURE(IMPORTANCE), 1, 1), 0.375);
	assert_exact(by(wj, MEASURE(IMPORTANCE), 3, 1), (3 * 0.5 + 0.25) / 4);
	assert_exact(by(wj, MEASURE(IMPORTANCE), 1, 0), 0.5);
	assert_exact(by(wj, MEASURE(IMPORTANCE), 0, 7), 0.25);
	assert_exact(by(wj, MEASURE(IMPORTANCE), 0, 0), 0);
}

static void
test_every_method_is_weighted_by_kind(void **state)
{
	(void)state;
	assert_exact(by(METHOD(JACCARD), MEASURE(IMPORTANCE), 1, 1), (1 + 0.25) / 2);
	assert_exact(by(METHOD(SORENSEN_DICE), MEASURE(IMPORTANCE), 1, 1), (1 + 0.4) / 2);
	assert_exact(by(METHOD(COSINE), MEASURE(IMPORTANCE), 1, 1), (1 + 0.5) / 2);
	assert_exact(by(METHOD(COVERAGE), MEASURE(IMPORTANCE), 1, 1), 1);
	assert_exact(similar_skills(&arena, rated_two(), rated_one(), METHOD(COVERAGE)), (0.5 + 0.25 * 0.25) / 1.25);
}

/* Levels: 60 of 80. Means of both: 42.5 + 35 of 45 + 60. */
static void
test_measure_chooses_the_figure(void **state)
{
	(void)state;
	assert_exact(by(METHOD(WEIGHTED_JACCARD), MEASURE(LEVEL), 1, 0), 0.75);
	assert_exact(by(METHOD(WEIGHTED_JACCARD), MEASURE(IMPORTANCE_AND_LEVEL), 1, 0), 77.5 / 105);
	assert_exact(by(METHOD(WEIGHTED_JACCARD), MEASURE(UNSPECIFIED), 1, 0), 0.5);
	assert_exact(by(METHOD(COVERAGE), MEASURE(LEVEL), 1, 0), 0.75);
}

static void
test_nothing_in_common_but_kinds_that_one_alone_has_is_not_alike(void **state)
{
	Occupare__V1__Occupation *one = sample_bare(&arena, "one", "One"), *two = sample_bare(&arena, "two", "Two");

	(void)state;
	add(one, "Reading", KIND(SKILL), 50, 40);
	add(two, "Reading", KIND(ABILITY), 50, 40);
	for (size_t i = 0; i < METHODS_COUNT; i++)
		assert_true(similar_skills(&arena, one, two, methods[i]) == 0);
}

static void
test_general_skills_that_one_list_only_names_are_left_out(void **state)
{
	Occupare__V1__Occupation *named = sample_bare(&arena, "named", "Named");

	(void)state;
	add(named, "Reading", KIND(SKILL), -1, -1);
	add(named, "Excel", KIND(TECHNOLOGY), -1, -1);
	assert_exact(similar_skills(&arena, named, rated_one(), METHOD(WEIGHTED_JACCARD)), 0.25);
	assert_exact(similar_skills(&arena, rated_one(), named, METHOD(JACCARD)), 0.25);
	assert_exact(similar_skills(&arena, named, named, METHOD(WEIGHTED_JACCARD)), 1);
}

static void
test_skill_without_its_figure_is_left_out(void **state)
{
	Occupare__V1__Occupation *one = rated_one(), *two = rated_two();

	(void)state;
	two->skills[1]->importance->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED;
	one->n_skills = 2;
	assert_exact(similar_skills(&arena, one, two, METHOD(WEIGHTED_JACCARD)), 0.5);
	add(one, "Writing", KIND(SKILL), -1, 10);
	assert_exact(similar_skills(&arena, one, two, METHOD(WEIGHTED_JACCARD)), 0.5);
	assert_exact(similar_skills(&arena, two, one, METHOD(COVERAGE)), 0.5);
	assert_exact(similar_skills(&arena, one, two, METHOD(JACCARD)), 2.0 / 3);
}

static void
test_list_that_does_not_tell_kinds_is_matched_by_names_of_any(void **state)
{
	Occupare__V1__Occupation *plain = sample_bare(&arena, "plain", "Plain"), *two = rated_two();
	struct similar_options options = similar_defaults;

	(void)state;
	add(plain, "READING", KIND(UNSPECIFIED), 75, -1);
	add(plain, "Biology", KIND(UNSPECIFIED), 30, -1);
	/* 25 + 30 of 75 + 90 + 50; the product has no figure and is left out. */
	assert_exact(similar_skills(&arena, plain, two, METHOD(WEIGHTED_JACCARD)), 55.0 / 215);
	assert_exact(similar_skills(&arena, two, plain, METHOD(WEIGHTED_JACCARD)), 55.0 / 215);
	assert_exact(similar_skills(&arena, two, plain, METHOD(JACCARD)), 2.0 / 4);
	options.weights[KIND(KNOWLEDGE)] = 0;
	assert_exact(similar_by(&arena, plain, two, &options), 25.0 / 155);
}

/* ---- Against a plain computation ---- */

static const Occupare__V1__SkillKind any_kind[] = { KIND(UNSPECIFIED), KIND(SKILL), KIND(SKILL), KIND(KNOWLEDGE),
	KIND(ABILITY), KIND(TECHNOLOGY), KIND(TECHNOLOGY), KIND(WORK_ACTIVITY) };

static Occupare__V1__Occupation *
random_rated(uint64_t *seed, bool unspecified)
{
	static const char *const names[] = { "Reading", "reading", "Mathematics", "Speaking", "Excel", "Biology",
		"Lifting", "Driving", "R", "Word" };
	Occupare__V1__Occupation *made = sample_bare(&arena, "random", "Random");
	size_t count = sample_next(seed) % 16;

	for (size_t i = 0; i < count; i++) {
		Occupare__V1__SkillKind kind = any_kind[!unspecified + sample_next(seed) % (unspecified ? 8 : 7)];
		bool rated = kind != KIND(TECHNOLOGY) && sample_next(seed) % 8 != 0;
		Occupare__V1__Skill *skill = add(made, names[sample_next(seed) % (sizeof names / sizeof *names)], kind,
		    rated ? (double)(sample_next(seed) % 10001) / 100 : -1,
		    rated && sample_next(seed) % 8 != 0 ? (double)(sample_next(seed) % 10001) / 100 : -1);

		if (sample_next(seed) % 40 == 0)
			skill->percent = sample_figure(&arena, (double)(sample_next(seed) % 100));
	}
	return made;
}

/* A list of one kind, or of all; each name once. */
struct plain {
	const Occupare__V1__Skill *skills[32];
	size_t count;
	enum similar_scale scale;
};

static const Occupare__V1__Skill *
plain_find(const struct plain *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcasecmp(list->skills[i]->name, name) == 0)
			return list->skills[i];
	return NULL;
}

static void
plain_add(struct plain *list, const Occupare__V1__Occupation *occupation, Occupare__V1__SkillKind kind)
{
	for (size_t i = 0; i < occupation->n_skills; i++) {
		const Occupare__V1__Skill *skill = occupation->skills[i];

		if (skill->kind != kind || plain_find(list, skill->name) != NULL)
			continue;
		list->skills[list->count++] = skill;
	}
}

/* Of each kind the first of a name counts, and of all kinds the first of the first kind; its figures tell the scale. */
static struct plain
plain_list(const Occupare__V1__Occupation *occupation, int kind, const struct similar_options *options)
{
	struct plain list = { 0 };

	for (int k = 0; k < (int)SIMILAR_KINDS; k++) {
		struct plain of_kind = { 0 };

		if ((kind >= 0 && k != kind) || options->weights[k] == 0)
			continue;
		plain_add(&of_kind, occupation, (Occupare__V1__SkillKind)k);
		for (size_t i = 0; i < of_kind.count; i++) {
			if (of_kind.skills[i]->percent != NULL)
				list.scale = SIMILAR_SCALE_PERCENT;
			else if (list.scale == SIMILAR_SCALE_NONE &&
				 (of_kind.skills[i]->importance != NULL || of_kind.skills[i]->level != NULL))
				list.scale = SIMILAR_SCALE_IMPORTANCE;
		}
		plain_add(&list, occupation, (Occupare__V1__SkillKind)k);
	}
	return list;
}

/* NAN: not known. */
static double
plain_figure(const struct plain *list, const char *name, bool names, Occupare__V1__SkillMeasure measure)
{
	const Occupare__V1__Skill *skill = plain_find(list, name);
	double importance, level;

	if (skill == NULL)
		return 0;
	if (names)
		return 1;
	if (list->scale == SIMILAR_SCALE_PERCENT)
		return skill->percent != NULL ? skill->percent->value : (double)NAN;
	importance = skill->importance != NULL ? skill->importance->value : (double)NAN;
	level = skill->level != NULL ? skill->level->value : (double)NAN;
	if (measure == MEASURE(LEVEL))
		return level;
	if (measure != MEASURE(IMPORTANCE_AND_LEVEL))
		return importance;
	return isnan(importance) ? level : isnan(level) ? importance : (importance + level) / 2;
}

struct plain_sums {
	double min, max, a, b, product, a_squared, b_squared;
	bool a_known, b_known;
};

static void
plain_sum(struct plain_sums *sums, double a, double b, bool in_a, bool in_b)
{
	sums->a_known |= in_a && !isnan(a);
	sums->b_known |= in_b && !isnan(b);
	if (isnan(a) || isnan(b))
		return;
	sums->min += fmin(a, b);
	sums->max += fmax(a, b);
	sums->a += a;
	sums->b += b;
	sums->product += a * b;
	sums->a_squared += a * a;
	sums->b_squared += b * b;
}

/* NAN: not comparable. */
static double
plain_kind(const struct plain *a, const struct plain *b, const struct similar_options *options)
{
	bool count = options->method == METHOD(JACCARD) || options->method == METHOD(SORENSEN_DICE);
	bool names = count || a->scale != b->scale || a->scale == SIMILAR_SCALE_NONE;
	struct plain_sums sums = { .a_known = names, .b_known = names };

	for (size_t i = 0; i < a->count; i++)
		plain_sum(&sums, plain_figure(a, a->skills[i]->name, names, options->measure),
		    plain_figure(b, a->skills[i]->name, names, options->measure), true,
		    plain_find(b, a->skills[i]->name) != NULL);
	for (size_t i = 0; i < b->count; i++)
		if (plain_find(a, b->skills[i]->name) == NULL)
			plain_sum(&sums, 0, plain_figure(b, b->skills[i]->name, names, options->measure), false, true);
	if (!sums.a_known || !sums.b_known)
		return (double)NAN;
	switch (options->method) {
	case METHOD(SORENSEN_DICE):
		return 2 * sums.min / (sums.a + sums.b);
	case METHOD(COSINE):
		return sums.product / sqrt(sums.a_squared * sums.b_squared);
	case METHOD(COVERAGE):
		return sums.min / sums.b;
	default:
		return sums.min / sums.max;
	}
}

static double
plain_similarity(
    const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b, const struct similar_options *options)
{
	struct plain other_a = plain_list(a, 0, options), other_b = plain_list(b, 0, options);
	bool tells = other_a.count + other_b.count == 0;
	double sum = 0, weights = 0;

	for (int kind = tells; kind < (tells ? (int)SIMILAR_KINDS : 1); kind++) {
		struct plain list_a = plain_list(a, tells ? kind : -1, options);
		struct plain list_b = plain_list(b, tells ? kind : -1, options);
		double likeness = plain_kind(&list_a, &list_b, options);

		if (options->weights[kind] == 0 || list_a.count == 0 || list_b.count == 0 || isnan(likeness) ||
		    (kind == KIND(SKILL) && !list_a.scale != !list_b.scale))
			continue;
		sum += options->weights[kind] * likeness;
		weights += options->weights[kind];
	}
	return weights > 0 ? sum / weights : 0;
}

static struct similar_options
random_options(uint64_t *seed)
{
	struct similar_options options = similar_defaults;

	options.method = methods[sample_next(seed) % METHODS_COUNT];
	options.measure = (Occupare__V1__SkillMeasure)(sample_next(seed) % 4);
	for (size_t kind = 1; kind < SIMILAR_KINDS; kind++)
		options.weights[kind] = (double)(sample_next(seed) % 4);
	return options;
}

static void
test_random_lists_are_as_alike_as_a_plain_computation_says(void **state)
{
	uint64_t seed = 43;
	size_t alike = 0;

	(void)state;
	for (int round = 0; round < 20 * ROUNDS; round++) {
		const Occupare__V1__Occupation *a = random_rated(&seed, round % 3 == 0);
		const Occupare__V1__Occupation *b = random_rated(&seed, round % 5 == 0);
		struct similar_options options = random_options(&seed);
		double value = similar_by(&arena, a, b, &options), plain = plain_similarity(a, b, &options);

		if (fabs(value - plain) > 1e-9)
			fail_msg("round %d, method %d: %.12f, plainly %.12f", round, options.method, value, plain);
		alike += value > 0;
		occ_arena_reset(&arena);
	}
	assert_true(alike > 10 * ROUNDS);
}

/* ---- Reasons ---- */

static struct similar_pair *
pairs_of(const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b, const struct similar_options *options,
    size_t *ret_count)
{
	struct similar_vector vector_a, vector_b;

	similar_vectors(&arena, a, b, &vector_a, &vector_b);
	return similar_pairs(&arena, a, &vector_a, b, &vector_b, options, ret_count);
}

static void
test_contributions_sum_up_to_the_similarity_and_to_what_is_left_of_1(void **state)
{
	uint64_t seed = 44;

	(void)state;
	for (int round = 0; round < 10 * ROUNDS; round++) {
		const Occupare__V1__Occupation *a = random_rated(&seed, round % 3 == 0);
		const Occupare__V1__Occupation *b = random_rated(&seed, false);
		struct similar_options options = random_options(&seed);
		double alike = 0, apart = 0, value = similar_by(&arena, a, b, &options);
		size_t count;
		const struct similar_pair *pairs = pairs_of(a, b, &options, &count);

		for (size_t i = 0; i < count; i++) {
			assert_true(pairs[i].alike >= 0 && pairs[i].apart >= 0);
			alike += pairs[i].alike;
			apart += pairs[i].apart;
		}
		assert_exact(alike, value);
		if (value > 0)
			assert_exact(apart, 1 - value);
		occ_arena_reset(&arena);
	}
}

static void
test_reasons_are_those_that_contribute_most(void **state)
{
	struct similar_options options = similar_defaults;
	const struct similar_pair **best;
	size_t count, kept;
	const struct similar_pair *pairs = pairs_of(rated_one(), rated_two(), &options, &count);

	(void)state;
	assert_int_equal(count, 6);
	best = similar_reasons(&arena, pairs, count, true, 10, &kept);
	assert_int_equal(kept, 3);
	assert_string_equal(best[0]->b->name, "speaking");
	assert_exact(best[0]->alike, 50.0 / 150 * 0.8);
	assert_true(best[0]->weight_a == 100 && best[0]->weight_b == 50);
	assert_string_equal(best[1]->b->name, "Reading");
	assert_string_equal(best[2]->b->name, "Excel");
	assert_exact(best[2]->alike, 0.25 * 0.2);
	assert_int_equal(best[2]->scale, SIMILAR_SCALE_NONE);
	best = similar_reasons(&arena, pairs, count, false, 4, &kept);
	assert_int_equal(kept, 4);
	assert_string_equal(best[0]->a->name, "Speaking");
	assert_exact(best[0]->apart, 50.0 / 150 * 0.8);
	assert_string_equal(best[1]->a->name, "Reading");
	/* The four that follow are equal: as they are given. */
	assert_string_equal(best[2]->a->name, "Word");
	assert_string_equal(best[3]->a->name, "Outlook");
	assert_null(best[2]->b);
}

static void
test_reasons_that_are_equal_do_not_depend_on_numbers(void **state)
{
	Occupare__V1__Occupation *one = sample_bare(&arena, "one", "One"), *two = sample_bare(&arena, "two", "Two");
	struct similar_options options = similar_defaults;
	size_t count, kept;
	const struct similar_pair *pairs;
	const struct similar_pair **best;

	(void)state;
	add(one, "A", KIND(TECHNOLOGY), -1, -1);
	add(one, "Z", KIND(TECHNOLOGY), -1, -1);
	add(two, "M", KIND(TECHNOLOGY), -1, -1);
	add(two, "B", KIND(TECHNOLOGY), -1, -1);
	pairs = pairs_of(one, two, &options, &count);
	best = similar_reasons(&arena, pairs, count, false, 10, &kept);
	assert_int_equal(kept, 4);
	assert_string_equal(best[0]->b->name, "M");
	assert_string_equal(best[1]->b->name, "B");
	assert_string_equal(best[2]->a->name, "A");
	assert_string_equal(best[3]->a->name, "Z");
}

static void
test_figure_of_both_measures_is_derived(void **state)
{
	Occupare__V1__Occupation *one = rated_one();
	const Occupare__V1__Skill *skill = one->skills[0];
	Occupare__V1__Figure *both = similar_figure(
	    &arena, skill, SIMILAR_SCALE_IMPORTANCE, MEASURE(IMPORTANCE_AND_LEVEL));

	(void)state;
	assert_true(both->value == 45);
	assert_int_equal(both->status, OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_DERIVED);
	assert_ptr_equal(similar_figure(&arena, skill, SIMILAR_SCALE_IMPORTANCE, MEASURE(LEVEL)), skill->level);
	assert_ptr_equal(
	    similar_figure(&arena, skill, SIMILAR_SCALE_IMPORTANCE, MEASURE(UNSPECIFIED)), skill->importance);
	assert_null(similar_figure(&arena, skill, SIMILAR_SCALE_PERCENT, MEASURE(LEVEL)));
	assert_null(similar_figure(&arena, skill, SIMILAR_SCALE_NONE, MEASURE(LEVEL)));
	assert_null(similar_figure(&arena, NULL, SIMILAR_SCALE_PERCENT, MEASURE(LEVEL)));
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
		cmocka_unit_test(test_names_are_found_letter_case_aside),
		cmocka_unit_test(test_likeness_is_the_mean_over_the_kinds_that_both_have),
		cmocka_unit_test(test_every_method_is_weighted_by_kind),
		cmocka_unit_test(test_measure_chooses_the_figure),
		cmocka_unit_test(test_nothing_in_common_but_kinds_that_one_alone_has_is_not_alike),
		cmocka_unit_test(test_general_skills_that_one_list_only_names_are_left_out),
		cmocka_unit_test(test_skill_without_its_figure_is_left_out),
		cmocka_unit_test(test_list_that_does_not_tell_kinds_is_matched_by_names_of_any),
		cmocka_unit_test(test_random_lists_are_as_alike_as_a_plain_computation_says),
		cmocka_unit_test(test_contributions_sum_up_to_the_similarity_and_to_what_is_left_of_1),
		cmocka_unit_test(test_reasons_are_those_that_contribute_most),
		cmocka_unit_test(test_reasons_that_are_equal_do_not_depend_on_numbers),
		cmocka_unit_test(test_figure_of_both_measures_is_derived),
		cmocka_unit_test(test_every_method_has_its_own_name),
	};

	return cmocka_run_group_tests_name("similar", tests, set_up, tear_down);
}

/* What of one occupation carries over to another, and what has to be gained. */
#include <stdlib.h>

#include "service/compare/compare.h"
#include "service/compare/fields.h"
#include "service/compare/format.h"
#include "service/compare/kinds.h"
#include "service/compare/narrative.h"
#include "service/compare/row.h"
#include "service/compare/similar.h"

#define METHOD(name) OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_##name

/* Fields of both that say what the step means, as the page places them. */
static const struct step {
	const char *section, *path;
} steps[] = {
	{ "salary", "salary.annual_mean" },
	{ "overview", "salary.hourly_mean" },
	{ "salary", "salary.annual_median" },
	{ "education", "education.degrees[0]" },
	{ "education", "education.typical_entry" },
	{ "overview", "experience.typical_years" },
	{ "transition", "experience.months_to_become" },
	{ "transition", "experience.category" },
	{ "transition", "experience.training" },
	{ "transition", "experience.job_zone" },
};
#define STEPS_COUNT (sizeof steps / sizeof *steps)

/* How the skills of the two are matched and ranked. */
struct matched {
	struct similar_pair *pairs;
	size_t count;
	const struct similar_options *options;
};

static double
kind_weight(const struct similar_pair *pair, const struct similar_options *options)
{
	size_t kind = (size_t)pair->kind;

	return options->weights[kind < SIMILAR_KINDS ? kind : 0];
}

static int
by_target_weight(const void *left, const void *right, void *options)
{
	const struct similar_pair *a = left, *b = right;
	double weight_a = kind_weight(a, options) * a->weight_b, weight_b = kind_weight(b, options) * b->weight_b;

	if (weight_a != weight_b)
		return weight_a > weight_b ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static double
gap(const struct similar_pair *pair)
{
	return pair->known ? pair->weight_b - pair->weight_a : 0;
}

static int
by_gap(const void *left, const void *right, void *options)
{
	const struct similar_pair *a = left, *b = right;
	double gap_a = kind_weight(a, options) * gap(a), gap_b = kind_weight(b, options) * gap(b);

	if (gap_a != gap_b)
		return gap_a > gap_b ? -1 : 1;
	return by_target_weight(left, right, options);
}

/* How much of it carries over. */
static double
common(const struct similar_pair *pair)
{
	return pair->weight_a < pair->weight_b ? pair->weight_a : pair->weight_b;
}

static int
by_common(const void *left, const void *right, void *options)
{
	const struct similar_pair *a = left, *b = right;
	double common_a = kind_weight(a, options) * common(a), common_b = kind_weight(b, options) * common(b);

	if (common_a != common_b)
		return common_a > common_b ? -1 : 1;
	return by_target_weight(left, right, options);
}

static bool
carries_over(const struct similar_pair *pair)
{
	return pair->a != NULL && pair->b != NULL && (common(pair) > 0 || !pair->known);
}

/* One that the start lacks is to be gained even where the target does not say how much of it. */
static bool
is_to_gain(const struct similar_pair *pair)
{
	return pair->b != NULL && (gap(pair) > 0 || (pair->a == NULL && !pair->known));
}

/* The pairs chosen, in their order. */
static Occupare__V1__SkillGap **
gaps(struct occ_arena *arena, const struct matched *matched, bool (*chosen)(const struct similar_pair *),
    size_t *ret_count)
{
	Occupare__V1__SkillGap **list = occ_arena_calloc(arena, matched->count, sizeof *list);
	Occupare__V1__SkillMeasure measure = matched->options->measure;

	*ret_count = 0;
	for (size_t i = 0; i < matched->count; i++) {
		const struct similar_pair *pair = &matched->pairs[i];

		if (!chosen(pair))
			continue;
		Occupare__V1__SkillGap *skill = occ_arena_alloc(arena, sizeof *skill);

		occupare__v1__skill_gap__init(skill);
		skill->name = pair->b->name;
		skill->kind = pair->kind;
		skill->from_weight = similar_figure(arena, pair->a, pair->scale, measure);
		skill->to_weight = similar_figure(arena, pair->b, pair->scale, measure);
		skill->gap = gap(pair);
		list[(*ret_count)++] = skill;
	}
	return list;
}

static void
set_gaps(struct occ_arena *arena, struct matched *matched, Occupare__V1__Transition *transition)
{
	void *options = (void *)matched->options;

	if (matched->count == 0)
		return;
	qsort_r(matched->pairs, matched->count, sizeof *matched->pairs, by_common, options);
	transition->carried_over = gaps(arena, matched, carries_over, &transition->n_carried_over);
	qsort_r(matched->pairs, matched->count, sizeof *matched->pairs, by_gap, options);
	transition->to_gain = gaps(arena, matched, is_to_gain, &transition->n_to_gain);
}

/* By every method, the first of which is coverage. */
static void
set_likeness(struct occ_arena *arena, const struct similar_vector *from, const struct similar_vector *to,
    const struct similar_options *options, Occupare__V1__Transition *transition)
{
	static const Occupare__V1__SimilarityMethod methods[] = { METHOD(COVERAGE), METHOD(WEIGHTED_JACCARD),
		METHOD(COSINE), METHOD(JACCARD), METHOD(SORENSEN_DICE) };
	const size_t count = sizeof methods / sizeof *methods;
	Occupare__V1__Likeness *likeness = occ_arena_calloc(arena, count, sizeof *likeness);

	transition->likeness = occ_arena_calloc(arena, count, sizeof *transition->likeness);
	for (size_t i = 0; i < count; i++) {
		struct similar_options by = *options;

		by.method = methods[i];
		occupare__v1__likeness__init(&likeness[i]);
		likeness[i].method = methods[i];
		likeness[i].value = similar_compute(similar_prepare(arena, from, &by), to);
		transition->likeness[transition->n_likeness++] = &likeness[i];
	}
	transition->coverage = likeness[0].value;
}

/* Kinds of skills that one of the two lists and the other does not at all, unless a list does not tell kinds apart. */
static void
find_unrated(struct occ_arena *arena, const struct similar_vector *from, const struct similar_vector *to,
    const double *weights, struct row_findings *findings)
{
	static const char *const names[SIMILAR_KINDS] = { NULL, "skills", "knowledge", "abilities", "technologies",
		"work activities" };
	char *unrated[SIMILAR_KINDS];
	size_t count = 0;

	for (size_t kind = 0; kind < SIMILAR_KINDS; kind++) {
		bool differs = (from->parts[kind].count == 0) != (to->parts[kind].count == 0);

		if (kind == 0 && from->parts[0].count + to->parts[0].count > 0)
			return;
		if (differs && weights[kind] > 0)
			unrated[count++] = (char *)names[kind];
	}
	if (count > 0)
		row_find(arena, findings,
		    occ_arena_printf(arena, "Listed for one side alone and therefore left out: %s.",
			format_join(arena, unrated, count, ", ")));
}

static void
set_skills(struct occ_arena *arena, const Occupare__V1__Occupation *from, const Occupare__V1__Occupation *to,
    const struct similar_options *options, Occupare__V1__Transition *transition, struct row_findings *findings)
{
	struct similar_options by = *options;
	struct similar_vector vector_from, vector_to;
	struct matched matched = { .options = &by };

	/* The figures that are listed must be those that coverage is made of. */
	by.method = METHOD(COVERAGE);
	similar_vectors(arena, from, to, &vector_from, &vector_to);
	matched.pairs = similar_pairs(arena, from, &vector_from, to, &vector_to, &by, &matched.count);
	set_gaps(arena, &matched, transition);
	if (from->n_skills == 0 || to->n_skills == 0)
		return;
	set_likeness(arena, &vector_from, &vector_to, options, transition);
	find_unrated(arena, &vector_from, &vector_to, options->weights, findings);
}

static void
set_steps(struct occ_arena *arena, const struct compare_subject *subjects, Occupare__V1__Transition *transition,
    struct row_findings *findings)
{
	transition->steps = occ_arena_calloc(arena, STEPS_COUNT, sizeof *transition->steps);
	for (size_t i = 0; i < STEPS_COUNT; i++) {
		const struct field *field = fields_find(steps[i].section, steps[i].path);
		Occupare__V1__Row *row = row_make(arena, field, subjects, 2, 0, findings);

		if (row_is_shown(field, row))
			transition->steps[transition->n_steps++] = row;
	}
}

static void
find_skills(struct occ_arena *arena, const Occupare__V1__Occupation *from, const Occupare__V1__Occupation *to,
    struct row_findings *findings)
{
	if (from->n_skills == 0 || to->n_skills == 0) {
		row_find(arena, findings, (char *)"One side has no list of skills: what carries over is not known.");
		return;
	}
	if (kinds_other_words(kinds_list(from), kinds_list(to)))
		row_find(arena, findings,
		    (char *)"General skills are named in other words for one side than for the other: what of them "
			    "carries over cannot be told.");
	else if (similar_scale(from) != similar_scale(to))
		row_find(arena, findings,
		    (char *)"Skills are measured in different ways here, so their weights are left aside.");
	row_find(arena, findings,
	    (char *)"A list of skills may be cut short: a skill that is not in it may still be of use.");
}

Occupare__V1__Transition *
compare_transition(struct occ_arena *arena, const struct compare_subject *from, const struct compare_subject *to,
    const struct similar_options *options)
{
	const struct compare_subject subjects[] = { *from, *to };
	Occupare__V1__Transition *transition = occ_arena_alloc(arena, sizeof *transition);
	struct row_findings findings = { 0 };

	occupare__v1__transition__init(transition);
	transition->from = compare_comparand(arena, from);
	transition->to = compare_comparand(arena, to);
	set_skills(arena, from->occupation, to->occupation, options, transition, &findings);
	set_steps(arena, subjects, transition, &findings);
	find_skills(arena, from->occupation, to->occupation, &findings);
	transition->sources = compare_sources(arena, subjects, 2, &transition->n_sources);
	transition->warnings = findings.texts;
	transition->n_warnings = findings.count;
	narrative_transition(arena, from, to, transition);
	return transition;
}

/* What of one occupation carries over to another, and what has to be gained. */
#include <stdlib.h>

#include "service/compare/compare.h"
#include "service/compare/fields.h"
#include "service/compare/narrative.h"
#include "service/compare/row.h"
#include "service/compare/similar.h"

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

static int
by_target_weight(const void *left, const void *right)
{
	const struct similar_pair *a = left, *b = right;

	if (a->weight_b != b->weight_b)
		return a->weight_b > b->weight_b ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static double
gap(const struct similar_pair *pair)
{
	return pair->weight_b - pair->weight_a;
}

static int
by_gap(const void *left, const void *right)
{
	const struct similar_pair *a = left, *b = right;

	if (gap(a) != gap(b))
		return gap(a) > gap(b) ? -1 : 1;
	return by_target_weight(left, right);
}

static bool
carries_over(const struct similar_pair *pair)
{
	return pair->a != NULL && pair->b != NULL;
}

static bool
is_to_gain(const struct similar_pair *pair)
{
	return pair->b != NULL && gap(pair) > 0;
}

/* The pairs chosen, in their order. scaled: the weights of both sides are on one scale and may be shown. */
static Occupare__V1__SkillGap **
gaps(struct occ_arena *arena, const struct similar_pair *pairs, size_t count,
    bool (*chosen)(const struct similar_pair *), bool scaled, size_t *ret_count)
{
	Occupare__V1__SkillGap **list = occ_arena_calloc(arena, count, sizeof *list);

	*ret_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!chosen(&pairs[i]))
			continue;
		Occupare__V1__SkillGap *skill = occ_arena_alloc(arena, sizeof *skill);

		occupare__v1__skill_gap__init(skill);
		skill->name = pairs[i].b->name;
		skill->from_weight = scaled && pairs[i].a != NULL ? similar_weight(pairs[i].a) : NULL;
		skill->to_weight = scaled ? similar_weight(pairs[i].b) : NULL;
		skill->gap = gap(&pairs[i]);
		list[(*ret_count)++] = skill;
	}
	return list;
}

static void
set_skills(struct occ_arena *arena, const Occupare__V1__Occupation *from, const Occupare__V1__Occupation *to,
    Occupare__V1__Transition *transition)
{
	size_t count;
	struct similar_pair *pairs = similar_match(arena, from, to, &count);
	bool scaled = similar_scale(from) == similar_scale(to);

	qsort(pairs, count, sizeof *pairs, by_target_weight);
	transition->carried_over = gaps(arena, pairs, count, carries_over, scaled, &transition->n_carried_over);
	qsort(pairs, count, sizeof *pairs, by_gap);
	transition->to_gain = gaps(arena, pairs, count, is_to_gain, scaled, &transition->n_to_gain);
	transition->coverage = similar_skills(
	    arena, from, to, OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_COVERAGE);
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
	if (similar_scale(from) != similar_scale(to))
		row_find(arena, findings,
		    (char *)"Skills are measured in different ways here, so their weights are left aside.");
	row_find(arena, findings,
	    (char *)"A list of skills may be cut short: a skill that is not in it may still be of use.");
}

Occupare__V1__Transition *
compare_transition(struct occ_arena *arena, const struct compare_subject *from, const struct compare_subject *to)
{
	const struct compare_subject subjects[] = { *from, *to };
	Occupare__V1__Transition *transition = occ_arena_alloc(arena, sizeof *transition);
	struct row_findings findings = { 0 };

	occupare__v1__transition__init(transition);
	transition->from = compare_comparand(arena, from);
	transition->to = compare_comparand(arena, to);
	set_skills(arena, from->occupation, to->occupation, transition);
	set_steps(arena, subjects, transition, &findings);
	find_skills(arena, from->occupation, to->occupation, &findings);
	transition->sources = compare_sources(arena, subjects, 2, &transition->n_sources);
	transition->warnings = findings.texts;
	transition->n_warnings = findings.count;
	narrative_transition(arena, from, to, transition);
	return transition;
}

/* Both lists are sorted by name once, then walked side by side. */
#include "service/compare/similar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service/compare/format.h"

#define METHOD(name) OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_##name

struct entry {
	const Occupare__V1__Skill *skill;
	double weight;
	size_t order;
};

/* What every method is computed from. */
struct sums {
	double shared, in_a, in_b; /* counts */
	double min, max, a, b;     /* of weights */
	double product, a_squared, b_squared;
};

enum similar_scale
similar_scale(const Occupare__V1__Occupation *occupation)
{
	enum similar_scale scale = SIMILAR_SCALE_NONE;

	for (size_t i = 0; i < occupation->n_skills; i++) {
		if (format_has_value(occupation->skills[i]->percent))
			return SIMILAR_SCALE_PERCENT;
		if (format_has_value(occupation->skills[i]->importance))
			scale = SIMILAR_SCALE_IMPORTANCE;
	}
	return scale;
}

Occupare__V1__Figure *
similar_weight(const Occupare__V1__Skill *skill)
{
	if (format_has_value(skill->percent))
		return skill->percent;
	return format_has_value(skill->importance) ? skill->importance : NULL;
}

static double
weight_of(const Occupare__V1__Skill *skill)
{
	const Occupare__V1__Figure *figure = similar_weight(skill);

	return figure == NULL ? 1 : fmax(figure->value, 0);
}

static int
by_name(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcasecmp(a->skill->name, b->skill->name);

	return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static int
by_weight(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* The skills by name, each name once. */
static struct entry *
entries(struct occ_arena *arena, const Occupare__V1__Occupation *occupation, size_t *ret_count)
{
	struct entry *list = occ_arena_calloc(arena, occupation->n_skills, sizeof *list);
	size_t kept = 0;

	for (size_t i = 0; i < occupation->n_skills; i++)
		list[i] = (struct entry){ occupation->skills[i], weight_of(occupation->skills[i]), i };
	qsort(list, occupation->n_skills, sizeof *list, by_name);
	for (size_t i = 0; i < occupation->n_skills; i++) {
		if (kept == 0 || strcasecmp(list[kept - 1].skill->name, list[i].skill->name) != 0)
			list[kept++] = list[i];
	}
	*ret_count = kept;
	return list;
}

const Occupare__V1__Skill **
similar_ranked(struct occ_arena *arena, const Occupare__V1__Occupation *occupation, size_t *ret_count)
{
	struct entry *list = entries(arena, occupation, ret_count);
	const Occupare__V1__Skill **ranked = occ_arena_calloc(arena, *ret_count, sizeof *ranked);

	qsort(list, *ret_count, sizeof *list, by_weight);
	for (size_t i = 0; i < *ret_count; i++)
		ranked[i] = list[i].skill;
	return ranked;
}

struct similar_names
similar_names(struct occ_arena *arena, const Occupare__V1__Occupation *occupation)
{
	struct similar_names names;
	struct entry *list = entries(arena, occupation, &names.count);

	names.names = occ_arena_calloc(arena, names.count, sizeof *names.names);
	for (size_t i = 0; i < names.count; i++)
		names.names[i] = list[i].skill->name;
	return names;
}

static int
name_against(const void *key, const void *element)
{
	return strcasecmp(key, *(const char *const *)element);
}

bool
similar_has(const struct similar_names *names, const char *name)
{
	return bsearch(name, names->names, names->count, sizeof *names->names, name_against) != NULL;
}

struct similar_pair *
similar_match(
    struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b, size_t *ret_count)
{
	size_t count_a, count_b, i = 0, j = 0, count = 0;
	struct entry *list_a = entries(arena, a, &count_a);
	struct entry *list_b = entries(arena, b, &count_b);
	struct similar_pair *pairs = occ_arena_calloc(arena, count_a + count_b, sizeof *pairs);
	bool one_scale = similar_scale(a) == similar_scale(b);

	while (i < count_a || j < count_b) {
		int order = i == count_a   ? 1
			    : j == count_b ? -1
					   : strcasecmp(list_a[i].skill->name, list_b[j].skill->name);
		struct similar_pair *pair = &pairs[count++];

		if (order <= 0) {
			pair->a = list_a[i].skill;
			pair->weight_a = one_scale ? list_a[i].weight : 1;
			pair->order = list_a[i++].order;
		}
		if (order >= 0) {
			pair->b = list_b[j].skill;
			pair->weight_b = one_scale ? list_b[j].weight : 1;
			pair->order = list_b[j++].order;
		}
	}
	*ret_count = count;
	return pairs;
}

static struct sums
sum_up(const struct similar_pair *pairs, size_t count)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < count; i++) {
		double a = pairs[i].weight_a, b = pairs[i].weight_b;

		sums.in_a += pairs[i].a != NULL;
		sums.in_b += pairs[i].b != NULL;
		sums.shared += pairs[i].a != NULL && pairs[i].b != NULL;
		sums.min += fmin(a, b);
		sums.max += fmax(a, b);
		sums.a += a;
		sums.b += b;
		sums.product += a * b;
		sums.a_squared += a * a;
		sums.b_squared += b * b;
	}
	return sums;
}

static double
ratio(double part, double whole)
{
	return whole > 0 ? fmin(part / whole, 1) : 0;
}

double
similar_skills(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    Occupare__V1__SimilarityMethod method)
{
	size_t count;
	const struct similar_pair *pairs = similar_match(arena, a, b, &count);
	struct sums sums = sum_up(pairs, count);

	switch (method) {
	case METHOD(JACCARD):
		return ratio(sums.shared, sums.in_a + sums.in_b - sums.shared);
	case METHOD(SORENSEN_DICE):
		return ratio(2 * sums.shared, sums.in_a + sums.in_b);
	case METHOD(COSINE):
		return ratio(sums.product, sqrt(sums.a_squared) * sqrt(sums.b_squared));
	case METHOD(COVERAGE):
		return ratio(sums.min, sums.b);
	default:
		return ratio(sums.min, sums.max);
	}
}

static int
by_smaller_weight(const void *left, const void *right)
{
	const struct similar_pair *p = left, *q = right;
	double a = fmin(p->weight_a, p->weight_b), b = fmin(q->weight_a, q->weight_b);

	if (a != b)
		return a > b ? -1 : 1;
	return (p->order > q->order) - (p->order < q->order);
}

char **
similar_shared(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    size_t max, size_t *ret_count)
{
	size_t count, shared = 0;
	struct similar_pair *pairs = similar_match(arena, a, b, &count);

	for (size_t i = 0; i < count; i++) {
		if (pairs[i].a != NULL && pairs[i].b != NULL)
			pairs[shared++] = pairs[i];
	}
	qsort(pairs, shared, sizeof *pairs, by_smaller_weight);
	*ret_count = shared < max ? shared : max;
	char **names = occ_arena_calloc(arena, *ret_count, sizeof *names);

	for (size_t i = 0; i < *ret_count; i++)
		names[i] = pairs[i].b->name;
	return names;
}

const char *
similar_method_name(Occupare__V1__SimilarityMethod method)
{
	switch (method) {
	case METHOD(JACCARD):
		return "Jaccard";
	case METHOD(SORENSEN_DICE):
		return "S\xc3\xb8rensen\xe2\x80\x93"
		       "Dice";
	case METHOD(COSINE):
		return "cosine";
	case METHOD(COVERAGE):
		return "directed coverage";
	default:
		return "weighted Jaccard";
	}
}

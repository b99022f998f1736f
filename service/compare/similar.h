/* How alike two lists of skills are. Pure functions, thread-safe.
 *
 * A skill's weight is its percent, else its importance, else 1; names are the same letter case (of ASCII) aside; of a name
 * that repeats the first counts. Lists of which one is measured in percent and the other by importance, or one not at all,
 * are on no common scale: every skill of both then weighs 1. With a(s), b(s) the weights (0 where absent), A and B the
 * sets of names:
 *   Jaccard           |A and B| / |A or B|                  (Jaccard 1901)
 *   Sorensen-Dice     2 |A and B| / (|A| + |B|)             (Dice 1945; Sorensen 1948)
 *   weighted Jaccard  sum min(a, b) / sum max(a, b)         (Ruzicka 1958)
 *   cosine            sum a b / sqrt(sum a^2 sum b^2)       (Salton and McGill 1983)
 *   coverage          sum min(a, b) / sum b                 (directed: how much of b's weight a already has)
 * Two lists of which one is empty have similarity 0. */
#ifndef OCC_SIMILAR_H
#define OCC_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"

/* What the skills of a list are measured by. */
enum similar_scale {
	SIMILAR_SCALE_NONE,
	SIMILAR_SCALE_PERCENT,   /* some skill of it has a percent */
	SIMILAR_SCALE_IMPORTANCE /* none has, some has an importance */
};

/* The scale of an occupation's skills. */
enum similar_scale similar_scale(const Occupare__V1__Occupation *occupation);

/* The figure that is a skill's weight; NULL: it has none and weighs 1. */
Occupare__V1__Figure *similar_weight(const Occupare__V1__Skill *skill);

/* The skills of an occupation, weightiest first, ties in given order, of a name that repeats the first.
 * ret_count: how many. The skills are borrowed. */
const Occupare__V1__Skill **similar_ranked(
    struct occ_arena *arena, const Occupare__V1__Occupation *occupation, size_t *ret_count);

/* The distinct names of an occupation's skills, for many look-ups. */
struct similar_names {
	const char **names;
	size_t count;
};
struct similar_names similar_names(struct occ_arena *arena, const Occupare__V1__Occupation *occupation);
bool similar_has(const struct similar_names *names, const char *name);

/* Similarity of two occupations' skills, 0 to 1. method UNSPECIFIED counts as WEIGHTED_JACCARD. */
double similar_skills(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    Occupare__V1__SimilarityMethod method);

/* Names of the skills both have, weightiest (smaller of the two weights) first, ties in b's order, as spelt by b; at
 * most max. */
char **similar_shared(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    size_t max, size_t *ret_count);

/* What people call a method: "weighted Jaccard". Static. */
const char *similar_method_name(Occupare__V1__SimilarityMethod method);

/* A skill of one or both of two occupations. */
struct similar_pair {
	const Occupare__V1__Skill *a, *b; /* NULL: not in that list */
	double weight_a, weight_b;        /* 0 where not in that list */
	size_t order;                     /* place in the list of b, else of a */
};

/* All skills of two occupations matched by name, in the order of names. */
struct similar_pair *similar_match(
    struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b, size_t *ret_count);

#endif

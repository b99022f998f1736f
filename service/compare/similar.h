/* How alike two lists of skills are. Pure functions, thread-safe.
 *
 * A skill's weight is its percent, else its importance, else 1; names are the same letter case aside; of a name that
 * repeats the first counts. With a(s), b(s) the weights (0 where absent), A and B the sets of names:
 *   Jaccard           |A and B| / |A or B|                  (Jaccard 1901)
 *   Sorensen-Dice     2 |A and B| / (|A| + |B|)             (Dice 1945; Sorensen 1948)
 *   weighted Jaccard  sum min(a, b) / sum max(a, b)         (Ruzicka 1958)
 *   cosine            sum a b / sqrt(sum a^2 sum b^2)       (Salton and McGill 1983)
 *   coverage          sum over shared of b / sum b          (directed: how much of b's weight a already has)
 * Two lists of which one is empty have similarity 0. */
#ifndef OCC_SIMILAR_H
#define OCC_SIMILAR_H

#include <stddef.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"

/* Similarity of two occupations' skills, 0 to 1. method UNSPECIFIED counts as WEIGHTED_JACCARD. */
double similar_skills(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    Occupare__V1__SimilarityMethod method);

/* Names of the skills both have, weightiest (smaller of the two weights) first, as spelt by b; at most max. */
char **similar_shared(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    size_t max, size_t *ret_count);

/* What people call a method: "weighted Jaccard". Static. */
const char *similar_method_name(Occupare__V1__SimilarityMethod method);

#endif

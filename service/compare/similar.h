/* How alike two lists of skills are. Pure functions, thread-safe.
 *
 * Names are the same letter case (of ASCII) aside; of a name that a kind repeats the first counts.
 *
 * Kinds. Where both lists say of each skill of what kind it is, each kind that both have is measured by itself, and the
 * likeness is the mean s = sum w(k) s(k) / sum w(k) over these kinds, w being the weights asked for (Gower 1971, "A general
 * coefficient of similarity and some of its properties", Biometrics 27). A kind that one list does not have at all was not
 * rated there and is left out, as Gower leaves out what cannot be compared; so are general skills (SKILL) that one list rates
 * and the other only names, which are two vocabularies, and a kind where a method would divide by 0.
 * Where a list has skills of no stated kind, which may be of any, all skills of kinds whose weight is not 0 are measured as
 * one.
 *
 * Figures. A list is measured by its percents, if it has any, else by importance, by level, or by the mean of both (of one,
 * where only that is known), as they are standardised: 100 (x - low) / (high - low) of O*NET's scales of 1 to 5 and 0 to 7
 * (https://www.onetonline.org/help/online/scales). They are rounded to hundredths, as published, which makes sums exact and
 * independent of order. A skill without the figure that its list is measured by cannot be set against the other's and is left
 * out. Lists of which one is measured in percent and the other by ratings, or one not at all, as technologies are not, are
 * on no common scale: the figure of a name is then 1.
 *
 * Methods. With a(s), b(s) the figures (0 where absent), A and B the sets of names, of each kind:
 *   Jaccard           |A and B| / |A or B|
 *                     Jaccard 1901, "Etude comparative de la distribution florale dans une portion des Alpes et des Jura"
 *   Sorensen-Dice     2 |A and B| / (|A| + |B|)
 *                     Dice 1945, "Measures of the amount of ecologic association between species"; Sorensen 1948
 *   weighted Jaccard  sum min(a, b) / sum max(a, b)
 *                     Ruzicka 1958, "Anwendung mathematisch-statistischer Methoden in der Geobotanik"
 *   cosine            sum a b / sqrt(sum a^2 sum b^2)
 *                     Salton and McGill 1983, "Introduction to Modern Information Retrieval"
 *   coverage          sum min(a, b) / sum b
 *                     directed: how much of b's weight a already has
 * What a skill contributes to s(k), and to 1 - s(k):
 *   Jaccard, weighted Jaccard   min / sum max         |a - b| / sum max
 *   Sorensen-Dice               2 min / (|A| + |B|)   |a - b| / (|A| + |B|), a and b being 0 or 1
 *   cosine                      a b / (|a| |b|)       (a / |a| - b / |b|)^2 / 2
 *   coverage                    min / sum b           (b - min) / sum b
 * times w(k) / sum w(k). Two lists of which one is empty, or that have no kind in common, have similarity 0. */
#ifndef OCC_SIMILAR_H
#define OCC_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"

/* What the skills of a list are measured by. */
enum similar_scale {
	SIMILAR_SCALE_NONE,
	SIMILAR_SCALE_PERCENT,   /* some skill of it has a percent */
	SIMILAR_SCALE_IMPORTANCE /* none has, some has an importance or a level */
};

/* The scale of all of an occupation's skills. */
enum similar_scale similar_scale(const Occupare__V1__Occupation *occupation);

/* The figure that ranks a skill in its list; NULL: it has none. */
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

/* ---- Likeness ---- */

#define SIMILAR_KINDS 6u /* the values of SkillKind; one that is not known counts as unspecified */

struct similar_options {
	Occupare__V1__SimilarityMethod method; /* UNSPECIFIED = WEIGHTED_JACCARD */
	Occupare__V1__SkillMeasure measure;    /* UNSPECIFIED = IMPORTANCE */
	double weights[SIMILAR_KINDS];         /* by kind, none negative; that of UNSPECIFIED is 1 */
};

/* Where nothing else is asked for. */
extern const struct similar_options similar_defaults;

/* Similarity of two occupations' skills, 0 to 1. */
double similar_by(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    const struct similar_options *options);

/* The same by a method and the defaults. */
double similar_skills(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    Occupare__V1__SimilarityMethod method);

/* What people call a method: "weighted Jaccard". Static. */
const char *similar_method_name(Occupare__V1__SimilarityMethod method);

/* ---- Skills as numbers, for the likeness of one to many ---- */

#define SIMILAR_UNKNOWN UINT16_MAX

/* The skills of one kind, in the order of the numbers that stand for their names. */
struct similar_part {
	enum similar_scale scale; /* of this kind */
	size_t count;
	const uint32_t *names;
	const uint16_t *importance,
	    *level;             /* hundredths, or SIMILAR_UNKNOWN; percents are in importance; NULL where the scale
					       is NONE */
	const uint16_t *places; /* where in Occupation.skills */
};

struct similar_vector {
	struct similar_part parts[SIMILAR_KINDS];
};

/* Numbers the skills of two occupations together. */
void similar_vectors(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    struct similar_vector *ret_a, struct similar_vector *ret_b);

/* A list prepared to be set against many, whose names have numbers of the same numbering. In the arena; borrows the
 * vector. */
struct similar_to;
struct similar_to *similar_prepare(
    struct occ_arena *arena, const struct similar_vector *a, const struct similar_options *options);

/* The similarity of a to b. */
double similar_compute(struct similar_to *to, const struct similar_vector *b);

/* ---- Reasons ---- */

/* A skill of one or both of two occupations, of a kind that counts. */
struct similar_pair {
	const Occupare__V1__Skill *a, *b; /* NULL: not in that list */
	Occupare__V1__SkillKind kind;
	enum similar_scale scale;  /* that both are measured by; NONE: by their names */
	bool known;                /* whoever has it has the figure that it is measured by */
	double weight_a, weight_b; /* the figures; 0 where not in that list or not known, 1 for a name */
	double alike, apart;       /* what it contributes to the similarity, and to 1 - similarity */
	size_t order;              /* place in the list of b, else of a */
};

/* All skills of two occupations of kinds that both list, matched by name: by kind, then in the order of numbers. a and b are
 * their vectors, of one numbering. */
struct similar_pair *similar_pairs(struct occ_arena *arena, const Occupare__V1__Occupation *of_a,
    const struct similar_vector *a, const Occupare__V1__Occupation *of_b, const struct similar_vector *b,
    const struct similar_options *options, size_t *ret_count);

/* Those that contribute most, at most max: to what is alike, else to what sets the two apart. Largest first, ties by kind,
 * then those of b, then by order. The pairs are borrowed. */
const struct similar_pair **similar_reasons(
    struct occ_arena *arena, const struct similar_pair *pairs, size_t count, bool alike, size_t max, size_t *ret_count);

/* The figure of a skill on a scale; the mean of both, with IMPORTANCE_AND_LEVEL, is a new one in the arena, DERIVED. NULL: it
 * has none, or the scale is NONE. skill: NULL has none. */
Occupare__V1__Figure *similar_figure(struct occ_arena *arena, const Occupare__V1__Skill *skill,
    enum similar_scale scale, Occupare__V1__SkillMeasure measure);

#endif

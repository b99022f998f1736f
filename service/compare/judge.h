/* What may be set against what in a row: one list of rules. Pure functions; texts live in the arena. */
#ifndef OCC_JUDGE_H
#define OCC_JUDGE_H

#include <stdbool.h>

#include "proto/rpc.h"
#include "service/compare/row.h"

/* A row under judgement. */
struct judged {
	struct occ_arena *arena;
	const struct field *field;
	const struct compare_subject *subjects;
	size_t count;
	Occupare__V1__Row *row;
	bool numbers; /* cells are figures */
	/* The figure that speaks for each cell: itself, an end of its range, its first part. NULL: none. */
	const Occupare__V1__Figure *figures[OCC_COMPARANDS_MAX];
};

/* Sets comparable and why_not of the row by the rules that apply; findings: where their sentences are gathered too, or
 * NULL. */
void judge(const struct judged *judged, struct row_findings *findings);

/* Adds to the findings of all rows what of whom is published for a broader group only, a sentence for those of whom it is
 * the same. The cells say so of each figure. */
void judge_say_inherited(
    struct occ_arena *arena, const struct compare_subject *subjects, size_t count, struct row_findings *findings);

/* The figure is a lower bound. */
bool judge_is_bound(const Occupare__V1__Figure *figure);

/* Both figures are one figure of one broader group, of which one of the two may be the group itself: their difference
 * would say nothing. They are equal, of one source and inherited; of one SOC code as far as codes are known, or, of two
 * codes that are published together, equal in all that is published on the matter. */
bool judge_same_parent(const struct judged *judged, size_t i, size_t j);

/* No value is at least as high as what another is only known to reach. */
bool judge_order_is_known(const struct judged *judged);

/* A comparand told from others of the same title: "Registered Nurses (California, 2019)". */
char *judge_subject_name(struct occ_arena *arena, const struct compare_subject *subject);

/* The area asked for is not the whole nation, or the period not the latest. */
bool judge_is_elsewhere(const struct compare_subject *subject);

#endif

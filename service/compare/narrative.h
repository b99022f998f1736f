/* Sentences from the data alone: one sentence per fact, each with the paths of the fields it used; never one about data
 * that is not there, or a "differs" where all is equal. Pure functions; results live in the arena. */
#ifndef OCC_NARRATIVE_H
#define OCC_NARRATIVE_H

#include "service/compare/compare.h"

/* Fills in the sentences of every section of a comparison whose comparands and rows are made: introduction (how long it
 * takes, who earns more and by how much, the top skills of each, what both share), summary (what each does), and
 * the lead sentences of the others. */
void narrative_comparison(
    struct occ_arena *arena, const struct compare_subject *subjects, Occupare__V1__Comparison *comparison);

/* Fills in the sentences of a transition whose all else is made. */
void narrative_transition(struct occ_arena *arena, const struct compare_subject *from, const struct compare_subject *to,
    Occupare__V1__Transition *transition);

#endif

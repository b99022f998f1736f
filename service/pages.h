/* Pages for browsers, over the same methods as every other door: what a page shows is the reply of one call.
 *
 * They work without the script, which completes names as one types.  Nothing of them comes from elsewhere, and the policy
 * that goes with each allows nothing else. */
#ifndef OCC_PAGES_H
#define OCC_PAGES_H

#include "service/exchange.h"

/* "/": what there is, or with ?q= what was found; with &with= too, to compare with. */
void pages_home(struct exchange *x);

/* "/compare?o=A&o=B": leads to the page of these. */
void pages_pick(struct exchange *x);

/* "/compare/A-vs-B": a comparison of 2 to 10; leads from other names to ids. */
void pages_compare(struct exchange *x);

/* "/occupations/A": one occupation. */
void pages_occupation(struct exchange *x);

/* Whoever reads this wants a page, of a failure too. */
bool pages_are_wanted(const struct exchange *x);

/* A failure as a page, with what may have been meant; to be freed, NULL: no memory. */
char *pages_failure(struct exchange *x, struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length);

#define PAGES_TYPE "text/html; charset=utf-8"

#endif

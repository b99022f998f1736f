/* Which of the known names a wrong one was meant to be: "did you mean". Thread-safe, no state. */
#ifndef OCC_NEAREST_H
#define OCC_NEAREST_H

struct occ_nearest {
	const char *wrong;
	const char *name;  /* the nearest offered so far; NULL = none is close enough to be meant */
	unsigned distance; /* a name must be nearer than this to be taken */
};

/* Starts with the wrong name, which must outlive the search. */
struct occ_nearest occ_nearest_begin(const char *wrong);

/* Offers one known name; of equally near ones the first is kept. Letter case, '_' and '-' make no difference.
 * Distance: edits of one letter and swaps of two neighbours (optimal string alignment). */
void occ_nearest_offer(struct occ_nearest *nearest, const char *name);

#endif

/* The table of everything comparable: which field stands in which section, under which label, in which unit, and how its
 * cell is made from an occupation. Pure functions; cells live in the arena and borrow from the occupation.
 *
 * A path is the field's in Occupation; three are more or less than one field:
 *   education.degrees[0]       (so for majors, colleges) the most common one
 *   salary.annual_range        annual_low and annual_high
 *   experience.months_to_become   months_to_become_low and _high
 * and these are computed: outlook.period, skills.shared, skills.unique, skills.similarity. */
#ifndef OCC_FIELDS_H
#define OCC_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "occupare/v1/comparison.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"

#define FIELDS_PAY_RANGE "salary.annual_range" /* its ends are money, though its unit is RANGE */

struct field {
	const char *section;
	const char *path;
	const char *label;
	Occupare__V1__Unit unit;
	bool always; /* shown even where no comparand has data */
	/* Makes the cell of one comparand. */
	Occupare__V1__Cell *(*cell)(
	    struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation);
	/* For cell: offset of the sub-message in Occupation plus one (0: the member is Occupation's own), of the member in
	 * it, and of a second member: a list's, a range's upper end. */
	size_t parent, member, second;
};

/* All fields, in page order. */
extern const struct field fields[];
extern const size_t fields_count;

/* The field of this path in this section; NULL: there is none. */
const struct field *fields_find(const char *section, const char *path);

/* Cells of a kind, each with its display text. */
Occupare__V1__Cell *fields_cell_missing(struct occ_arena *arena, const char *reason);
Occupare__V1__Cell *fields_cell_texts(struct occ_arena *arena, char **items, size_t count, bool more);
Occupare__V1__Cell *fields_cell_figure(
    struct occ_arena *arena, Occupare__V1__Figure *figure, Occupare__V1__Unit unit, const char *currency);

/* The currency of an occupation's pay: ISO 4217, USD where unstated. Borrowed. */
const char *fields_currency(const Occupare__V1__Occupation *occupation);

/* The reasons that a cell has no value. */
#define FIELDS_NOT_IN_DATA "not in the data"
#define FIELDS_SUPPRESSED "held back by the publisher"
#define FIELDS_NOT_COLLECTED "not collected by the publisher"

#define FIELDS_HOURS_PER_YEAR 2080 /* 52 weeks of 40 hours, as OEWS counts */
#define FIELDS_SKILLS_MAX 10       /* skills shown of each */
#define FIELDS_SKILL_NAMES_MAX 20  /* names in a list of shared or unique skills */

#endif

/* Comparing occupations: messages in, messages out. No sockets, no store.
 * Results borrow from the occupations and live in the arena. Pure functions, thread-safe. */
#ifndef OCC_COMPARE_H
#define OCC_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"
#include "service/compare/similar.h"

/* One comparand. */
struct compare_subject {
	const Occupare__V1__Occupation *occupation; /* with the pay of area and period already in it */
	const char *area;                           /* Area.code; "" = US */
	const char *area_title;                     /* "California"; "" with area "" */
	uint32_t period;                            /* reference year asked for; 0 = latest */
	Occupare__V1__MatchKind matched_by;
};

/* Ids of all sections in page order, ended by NULL. */
extern const char *const compare_sections[];

/* Compares count (2 to OCC_COMPARANDS_MAX) subjects. baseline < count. sections: ids wanted (each known), none = all.
 * The same input gives the same bytes; swapping two subjects gives the mirror image. */
Occupare__V1__Comparison *compare_occupations(struct occ_arena *arena, const struct compare_subject *subjects,
    size_t count, uint32_t baseline, char *const *sections, size_t sections_count);

/* What stands between two occupations. options: what of their skills counts; the method is not looked at. */
Occupare__V1__Transition *compare_transition(struct occ_arena *arena, const struct compare_subject *from,
    const struct compare_subject *to, const struct similar_options *options);

/* The shown comparand of a subject: singular and plural derived where absent. */
Occupare__V1__Comparand *compare_comparand(struct occ_arena *arena, const struct compare_subject *subject);

/* The sources of all subjects, each id once, by id; borrowed from the occupations. */
Occupare__V1__Source **compare_sources(
    struct occ_arena *arena, const struct compare_subject *subjects, size_t count, size_t *ret_count);

#endif

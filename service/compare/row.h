/* One row of a comparison: a cell per comparand, differences, leaders, and whether the values may be set against each
 * other at all. Pure functions; everything lives in the arena. */
#ifndef OCC_ROW_H
#define OCC_ROW_H

#include <stdbool.h>

#include "proto/rpc.h"
#include "service/compare/compare.h"
#include "service/compare/fields.h"

/* Sentences, each once, in the order they were found, and what of whom is inherited, for judge.h. Starts as zeroes. */
struct row_findings {
	char **texts;
	size_t count, capacity;
	unsigned inherited[OCC_COMPARANDS_MAX];
};

/* Adds a sentence unless it is there. findings may be NULL: nothing happens. */
void row_find(struct occ_arena *arena, struct row_findings *findings, char *text);

/* The row of a field. findings: where cautions and reasons are gathered too; NULL = nowhere.
 * count: at most OCC_COMPARANDS_MAX; baseline < count. */
Occupare__V1__Row *row_make(struct occ_arena *arena, const struct field *field, const struct compare_subject *subjects,
    size_t count, uint32_t baseline, struct row_findings *findings);

/* An empty row with cells still to be set: comparable, nothing missing. */
Occupare__V1__Row *row_new(
    struct occ_arena *arena, const char *path, const char *label, Occupare__V1__Unit unit, size_t count);

/* A row of the field deserves its place: it is always shown, or some comparand has data, or, for a whole distribution,
 * more of it than its most common part. */
bool row_is_shown(const struct field *field, const Occupare__V1__Row *row);

#endif

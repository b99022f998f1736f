/* Starter data: facts and figures of occupations as a table of plain text, a row for each, tab-separated, that can be read,
 * compared line by line, and shipped.  What is written and what is read follow one walk over the descriptors.
 *
 * Lines that start with "#" come first; those that start with "#source" list the sources: a number, then what Source has of
 * texts.  Then the names of the columns, then the rows.  A column is a field of an Occupation: "salary.top_state.label"; of an
 * element of a list: "skills[SKILL Writing].level", "education.degrees[Master's Degree]", "codes[SOC2018]".  A list comes in
 * the order of falling values of the first figure that its elements have, known before unknown, then in that of the columns;
 * where it does not, or an element has nothing but its name, "....place" tells from 1.
 *
 * A figure is its value, a mark for its status, "~" and its relative standard error, "@" and the number of its source; the
 * last stands in the name of the column for all cells that do not have it.
 *
 * Sentences and long lists are left out: aliases, summary, duties, technologies, related occupations, interests, styles.
 *
 * Pure functions, thread-safe. Numbers are read and written by the C library: LC_NUMERIC must be "C". */
#ifndef OCC_STARTER_H
#define OCC_STARTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"
#include "proto/status.h"

#define STARTER_FIELDS_MAX 4u /* on the way from the occupation to the value */
#define STARTER_COLUMNS_MAX 1000u
#define STARTER_SOURCES_MAX 1000u
#define STARTER_SOURCE_LINE "#source\t"

struct starter_column {
	const ProtobufCFieldDescriptor *fields[STARTER_FIELDS_MAX]; /* at most one is a list */
	size_t depth;    /* fields; where the last is the list, the values are places in it */
	const char *key; /* name of the list's element; NULL: there is no list */
	int kind;        /* of that element, where elements have a kind */
	uint32_t source; /* of figures that name none */
};

/* Called for each value: with its column, whose source is 0, its text without the source, and the figure that it is, or
 * NULL. All but the figure lives until the next call. */
typedef void starter_visit(
    void *data, const struct starter_column *column, const char *text, const Occupare__V1__Figure *figure);

/* Visits all that a row holds. arena: for what lives until the end.
 * FAILED_PRECONDITION: a list has a name twice, which no row can hold. */
enum occupare_code starter_each(struct occ_arena *arena, const Occupare__V1__Occupation *occupation,
    starter_visit *visit, void *data, struct occupare_status *st) OCC_MUST_CHECK;

/* The order in which columns stand, without regard to their sources. */
int starter_compare(const struct starter_column *a, const struct starter_column *b);

/* What the header says of a column, in the arena, and the column that it names. ret borrows from the arena.
 * INVALID_ARGUMENT: there is no such field, or none that a table has. */
char *starter_column_name(struct occ_arena *arena, const struct starter_column *column);
enum occupare_code starter_column_parse(
    struct occ_arena *arena, const char *name, struct starter_column *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* How many of the column's fields lead to the list and are it; 0: there is no list. */
size_t starter_list_depth(const struct starter_column *column);

/* True where the values are places in the list. */
bool starter_is_place(const struct starter_column *column);

/* True where the values are numbers of sources, in the order of Occupation.sources, parted by spaces. */
bool starter_is_sources(const struct starter_column *column);

/* A new element of the list with the column's name, in the arena. */
ProtobufCMessage *starter_element(struct occ_arena *arena, const struct starter_column *column);

/* Sets what the column's last field is, neither a place nor sources, in the message that has it. text is not empty.
 * INVALID_ARGUMENT: it is not what the field holds. */
enum occupare_code starter_cell_parse(struct occ_arena *arena, const struct starter_column *column, const char *text,
    ProtobufCMessage *message, struct occupare_status *st) OCC_MUST_CHECK;

/* A count of digits alone, up to UINT32_MAX. False: it is none. */
bool starter_count_parse(const char *text, uint32_t *ret);

/* An element of a list on its way to its place. */
struct starter_ranked {
	ProtobufCMessage *element;
	uint32_t place; /* 0 = told by its value */
	size_t order;   /* of its columns */
};

/* Puts them in order. */
void starter_rank(struct starter_ranked *items, size_t count);

#endif

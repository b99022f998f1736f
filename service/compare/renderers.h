/* What the renderers share. Internal to them. All results live in the arena. */
#ifndef OCC_RENDERERS_H
#define OCC_RENDERERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "service/compare/render.h"

/* One rendering at work. */
struct rendering {
	struct occ_arena *arena;
	const Occupare__V1__Comparison *comparison;
	const Occupare__V1__Dataset *dataset; /* may be NULL */
	FILE *out;
	unsigned width;
	bool color;
	const struct render_frame *frame; /* may be NULL */
};

/* The formats, one function each. */
void render_text(const struct rendering *r);
void render_table(const struct rendering *r);
void render_markdown(const struct rendering *r);
void render_csv(const struct rendering *r);
void render_html(const struct rendering *r);

/* Text on one line, safe to show: line breaks and tabs are spaces; control characters, direction overrides and broken
 * UTF-8 are U+FFFD. */
char *renderers_clean(struct occ_arena *arena, const char *text);

/* What a column is headed by: "Registered Nurses (CA, 2021)". */
char *renderers_title(const struct rendering *r, size_t index);

/* How running text names one: "registered nurse (CA, 2021)". */
char *renderers_one(const struct rendering *r, size_t index);

/* "Patient services manager vs service director": the introduction's heading, else made from the comparands. */
char *renderers_heading(const struct rendering *r);

/* "Data as of 2026-11-24, generation 12"; "" without a dataset. */
char *renderers_as_of(const struct rendering *r);

/* The day or the second of the dataset's last change, UTC: "2026-11-24", "2026-11-24T15:59:10Z"; "" if unknown. */
char *renderers_time(const struct rendering *r, bool seconds);

/* " [1][3]": the numbers, in the list of sources, of those that the row's figures come from. "" where there is one source
 * for all. */
char *renderers_references(const struct rendering *r, const Occupare__V1__Row *row);

/* Sets used[i] where a figure of the cell comes from source i of the comparison. */
void renderers_mark_sources(const struct rendering *r, bool *used, const Occupare__V1__Cell *cell);

/* "O*NET 30.1. U.S. Department of Labor": title, release and publisher of a source. */
char *renderers_source(struct occ_arena *arena, const Occupare__V1__Source *source);

/* A cell on one line. "n/a" is followed by its reason unless that is the usual one, which the foot of the page tells. */
char *renderers_display(struct occ_arena *arena, const Occupare__V1__Cell *cell);

/* Whether the comparand leads the row. */
bool renderers_leads(const Occupare__V1__Row *row, size_t index);

/* The difference of a comparand in words; "" where there is none. */
const char *renderers_difference(const struct rendering *r, const Occupare__V1__Row *row, size_t index);

/* Rows that a page shows of a section: none of the category's where its sentence says it all. */
size_t renderers_rows(const Occupare__V1__Section *section);

/* Whether a row of the section shows a difference. */
bool renderers_differs(const Occupare__V1__Section *section);

/* Whether any row shows one. */
bool renderers_has_differences(const struct rendering *r);

/* Whether any row has a leader. */
bool renderers_has_leaders(const struct rendering *r);

/* Whether any row lacks a value. */
bool renderers_has_missing(const struct rendering *r);

/* Whether all cells of a row read alike. */
bool renderers_all_alike(const Occupare__V1__Row *row);

/* Whether a row's values are too long for columns: paragraphs or lists of sentences. */
bool renderers_is_prose(const Occupare__V1__Row *row);

/* What stands over one comparand's paragraph or list of a prose row; index == n_comparands: over one that all share. */
char *renderers_prose_heading(const struct rendering *r, const Occupare__V1__Row *row, size_t index);

/* A row of distributions as rows of their parts: the labels of all comparands, in order of first appearance, of each the
 * first RENDERERS_PARTS_MAX. Where one has more, the last label is RENDERERS_MORE.
 * False: the row reads better as it is (no percents, or single parts alone). */
bool renderers_parts(const struct rendering *r, const Occupare__V1__Row *row, char ***ret_labels, size_t *ret_count);

#define RENDERERS_PARTS_MAX 20u
#define RENDERERS_MORE "..."

/* What a comparand has of one part: "23.4%", "yes" where no percent is given, "n/a" where it is held back, "-" where it is not
 * listed. */
char *renderers_part(const struct rendering *r, const Occupare__V1__Row *row, size_t index, const char *label);

/* What must be said under the rows of a section: cautions of rows, figures derived or published for a broader group. */
char **renderers_notes(const struct rendering *r, const Occupare__V1__Section *section, size_t *ret_count);

/* Whether the caution of a row is among the notes of its section; else it stands above all sections. */
bool renderers_is_noted(const struct rendering *r, const Occupare__V1__Row *row);

#endif

/* HTML: what the page of a comparison and the other pages of a site share. Internal to renderers and pages. */
#ifndef OCC_HTML_H
#define OCC_HTML_H

#include <stdint.h>
#include <stdio.h>

#include "proto/arena.h"
#include "service/compare/render.h"
#include "service/compare/renderers.h"

/* The style sheet that every page carries, and a media query's sake apart nothing else styles it. No NUL behind it. */
extern const char html_style_begin[], html_style_end[];

/* Writes a text so that none of it is markup, in elements and in quoted attributes. What may not be shown is U+FFFD.
 * arena: for working memory. */
void html_text(FILE *out, struct occ_arena *arena, const char *text);

/* Writes an address for a quoted attribute: what may not stand in one is percent-encoded. */
void html_url(FILE *out, const char *url);

/* Writes a page up to the beginning of its main part, and from its end on. title and description are texts; css_class is
 * of the main part, markup; frame may be NULL. */
void html_begin(FILE *out, struct occ_arena *arena, const char *title, const char *description, const char *css_class,
    const struct render_frame *frame);
void html_end(FILE *out, const struct render_frame *frame);

/* ---- Parts of the page of a comparison ---- */

/* The pay of all on one axis: in text above each line, and drawn. Nothing where fewer than two figures can be drawn, or
 * where they are of several currencies. */
void html_pay_chart(const struct rendering *r, const Occupare__V1__Section *section);

/* The comparands as schema.org Occupations, in JSON-LD. */
void html_linked_data(const struct rendering *r);

/* Writes an attribute that shows the sources of which used is set, by their numbers, while pointed at; none: nothing. */
void html_sources_title(const struct rendering *r, const bool *used);

/* The row of this path in any section; NULL: there is none. */
const Occupare__V1__Row *html_row(const struct rendering *r, const char *field);

/* What the page is about: its first sentences, whole ones. */
char *html_description(const struct rendering *r);

#endif

/* A comparison as text, table, Markdown, CSV or HTML, written to a stream. */
#ifndef OCC_RENDER_H
#define OCC_RENDER_H

#include <stdbool.h>
#include <stdio.h>

#include "occupare/v1/comparison.pb-c.h"
#include "proto/arena.h"
#include "proto/status.h"

#define RENDER_WIDTH_MIN 40u
#define RENDER_WIDTH_MAX 400u
#define RENDER_WIDTH_DEFAULT 80u

/* What a site puts around a page: functions that write markup. */
struct render_frame {
	void (*head)(FILE *out, const void *site);   /* elements of the head */
	void (*before)(FILE *out, const void *site); /* what stands before the main part */
	void (*after)(FILE *out, const void *site);  /* and behind it */
	const void *site;
};

struct render_options {
	Occupare__V1__Format format;      /* UNSPECIFIED = TEXT */
	unsigned width;                   /* columns, for TEXT and TABLE; 0 = RENDER_WIDTH_DEFAULT */
	bool color;                       /* ANSI colours, for TEXT and TABLE */
	const struct render_frame *frame; /* for HTML; NULL = a page by itself */
};

/* Writes the rendering, UTF-8. dataset: for "data as of"; arena: for working memory. A write error is left to the caller to
 * find with ferror. */
void render_comparison(struct occ_arena *arena, const Occupare__V1__Comparison *comparison,
    const Occupare__V1__Dataset *dataset, const struct render_options *options, FILE *out);

/* Media type of a format: "text/markdown; charset=utf-8". Static. */
const char *render_content_type(Occupare__V1__Format format);

#endif

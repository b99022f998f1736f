/* What is around every page of the site: head, search box, footer, policy; and the files that pages need. */
#ifndef OCC_SITE_H
#define OCC_SITE_H

#include <stdio.h>

#include "occupare/v1/comparison.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"
#include "service/compare/render.h"
#include "service/exchange.h"

#define SITE_SEPARATOR "-vs-" /* between the names on the path of a comparison */

/* What the frame of a page tells. */
struct site {
	struct occ_arena *arena;
	const char *canonical;                      /* path of the page; NULL: robots shall not keep it */
	const char *query;                          /* in the search box */
	const char *with;                           /* what a pick is compared with: names joined; "" = nothing */
	size_t comparands_count;                    /* chips: shown on the page of a comparison */
	Occupare__V1__Comparand *const *comparands; /* of it */
	const Occupare__V1__Occupation *occupation; /* on the page of one */
};

/* Writes a text so that none of it is markup. */
void site_text(FILE *out, const struct site *site, const char *text);

/* Writes a text as part of a path or of a query. */
void site_encoded(FILE *out, const char *text);

/* "registered-nurses@CA:2021", and the names of all but one with separators; without beyond the last: of all. In the arena. */
char *site_name(struct occ_arena *arena, const Occupare__V1__Comparand *comparand);
char *site_names(struct occ_arena *arena, Occupare__V1__Comparand *const *comparands, size_t count, size_t without);

/* The frame of a page, in the site's arena; it reads site when the page is written. */
const struct render_frame *site_frame(const struct site *site);

/* Sets what goes with every page: its policy. */
void site_headers(struct exchange *x);

/* "/static/{file}": the script, by a name that changes when it does; the icon; what robots may read. */
void site_file(struct exchange *x);
void site_icon(struct exchange *x);
void site_robots(struct exchange *x);

#endif

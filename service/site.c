/* The policy of pages names their style sheet by its hash.  The linked data in a page is a block of data, which no policy has
 * to allow. */
#include "service/site.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "proto/rpc.h"
#include "service/compare/html.h"

#define RELATED_MAX 10u
#define HASH_SHOWN 16 /* letters of a hash in a file's name */

/* What the site needs besides its pages, and its hashes as the build wrote them: base64 of the style sheet's, hexadecimal of the
 * others'. */
#define EMBED(name, file)                                                                                              \
	__asm__(".section .rodata\n"                                                                                   \
		".global " #name "_begin, " #name "_end\n"                                                             \
		".hidden " #name "_begin, " #name "_end\n" #name "_begin:\n"                                           \
		".incbin \"" file "\"\n" #name "_end:\n"                                                               \
		".byte 0\n"                                                                                            \
		".previous\n");                                                                                        \
	extern const char name##_begin[], name##_end[]

EMBED(site_script, "service/site.js");
EMBED(site_icon_svg, "service/icon.svg");
EMBED(site_style_hash, OCC_GEN "/page.css.sha256");
EMBED(site_script_hash, OCC_GEN "/site.js.sha256");

/* ---- Texts ---- */

void
site_text(FILE *out, const struct site *site, const char *text)
{
	html_text(out, site->arena, text);
}

/* A text as part of a path or a query. */
void
site_encoded(FILE *out, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
		if ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') ||
		    strchr("-._~@:", *at) != NULL)
			fputc(*at, out);
		else
			fprintf(out, "%%%02X", *at);
	}
}

/* "registered-nurses@CA:2021". */
char *
site_name(struct occ_arena *arena, const Occupare__V1__Comparand *comparand)
{
	char *period = comparand->period > 0 ? occ_arena_printf(arena, ":%u", comparand->period) : (char *)"";

	return occ_arena_printf(
	    arena, "%s%s%s%s", comparand->id, comparand->area[0] != '\0' ? "@" : "", comparand->area, period);
}

/* Names of all but one, joined; index beyond the last: of all. */
char *
site_names(struct occ_arena *arena, Occupare__V1__Comparand *const *comparands, size_t count, size_t without)
{
	char *out = occ_arena_strdup(arena, "");

	for (size_t i = 0; i < count; i++) {
		if (i == without)
			continue;
		out = occ_arena_printf(
		    arena, "%s%s%s", out, out[0] != '\0' ? SITE_SEPARATOR : "", site_name(arena, comparands[i]));
	}
	return out;
}

/* ---- The frame ---- */

static void
put_script_path(FILE *out)
{
	fprintf(out, "/static/site-%.*s.js", HASH_SHOWN, site_script_hash_begin);
}

static void
put_head(FILE *out, const void *context)
{
	const struct site *site = context;

	if (site->canonical == NULL) {
		fputs("<meta name=\"robots\" content=\"noindex\">\n", out);
	} else {
		fputs("<link rel=\"canonical\" href=\"", out);
		html_url(out, site->canonical);
		fputs("\">\n", out);
	}
	fputs("<link rel=\"icon\" href=\"/favicon.ico\" type=\"image/svg+xml\">\n<script src=\"", out);
	put_script_path(out);
	fputs("\" defer></script>\n", out);
}

/* A search form: of the head, or with something that each hit is compared with. */
static void
put_search(FILE *out, const struct site *site, const char *id, const char *label, const char *button, const char *with)
{
	fprintf(out, "<form class=\"search\" action=\"/\" role=\"search\" aria-label=\"%s\">", label);
	if (with[0] != '\0') {
		fputs("<input type=\"hidden\" name=\"with\" value=\"", out);
		site_text(out, site, with);
		fputs("\">", out);
	}
	fprintf(out,
	    "<label class=\"vh\" for=\"%s\">%s</label><input id=\"%s\" name=\"q\" type=\"search\" required "
	    "maxlength=\"200\" "
	    "autocomplete=\"off\" placeholder=\"%s\" value=\"",
	    id, label, id, label);
	site_text(out, site, with[0] == '\0' || strcmp(id, "find") == 0 ? site->query : "");
	fprintf(out, "\"><button type=\"submit\">%s</button></form>\n", button);
}

/* "Registered Nurses (California, 2021)". */
static char *
chip_title(struct occ_arena *arena, const Occupare__V1__Comparand *comparand)
{
	const char *area = comparand->area_title;
	const char *period = comparand->period > 0 ? occ_arena_printf(arena, "%u", comparand->period) : "";

	if (area[0] == '\0' && period[0] == '\0')
		return comparand->title;
	return occ_arena_printf(
	    arena, "%s (%s%s%s)", comparand->title, area, area[0] != '\0' && period[0] != '\0' ? ", " : "", period);
}

/* Where one gets without a comparand: to the comparison of the others, or to the other alone. */
static char *
path_without(const struct site *site, size_t index)
{
	if (site->comparands_count > 2)
		return occ_arena_printf(site->arena, "/compare/%s",
		    site_names(site->arena, site->comparands, site->comparands_count, index));
	return occ_arena_printf(site->arena, "/occupations/%s", site->comparands[index == 0 ? 1 : 0]->id);
}

static void
put_chip(FILE *out, const struct site *site, size_t index)
{
	const Occupare__V1__Comparand *comparand = site->comparands[index];
	const char *title = chip_title(site->arena, comparand);

	fputs("<li class=\"chip\"><a href=\"/occupations/", out);
	html_url(out, comparand->id);
	fputs("\">", out);
	site_text(out, site, title);
	fputs("</a><a class=\"x\" href=\"", out);
	html_url(out, path_without(site, index));
	fputs("\" aria-label=\"Remove ", out);
	site_text(out, site, title);
	fputs("\">\xc3\x97</a></li>\n", out);
}

static void
put_before(FILE *out, const void *context)
{
	const struct site *site = context;

	fputs("<header>\n<div class=\"site\"><a class=\"brand\" href=\"/\">Occupare</a>\n", out);
	put_search(out, site, "find", "Find an occupation", "Search", "");
	fputs("</div>\n", out);
	if (site->comparands_count + (site->occupation != NULL) > 0) {
		fputs("<div class=\"picked\">\n", out);
		if (site->comparands_count > 0)
			fputs("<ul>\n", out);
		for (size_t i = 0; i < site->comparands_count; i++)
			put_chip(out, site, i);
		if (site->comparands_count > 0)
			fputs("</ul>\n", out);
		if (site->comparands_count < OCC_COMPARANDS_MAX)
			put_search(out, site, "with", "Compare with another", "Compare", site->with);
		fputs("</div>\n", out);
	}
	fputs("</header>\n", out);
}

static void
put_related(FILE *out, const struct site *site)
{
	const Occupare__V1__Occupation *occupation = site->occupation;

	if (occupation == NULL || occupation->n_related == 0)
		return;
	fputs("<nav class=\"related\" aria-label=\"Related occupations\">\n<h2>Compare with a related "
	      "occupation</h2>\n<ul>\n",
	    out);
	for (size_t i = 0; i < occupation->n_related && i < RELATED_MAX; i++) {
		fputs("<li><a href=\"/compare/", out);
		html_url(out, occupation->id);
		fputs(SITE_SEPARATOR, out);
		html_url(out, occupation->related[i]->id);
		fputs("\">", out);
		site_text(out, site, occupation->related[i]->title);
		fputs("</a></li>\n", out);
	}
	fputs("</ul>\n</nav>\n", out);
}

/* The same answer in its other forms. */
static void
put_other_forms(FILE *out, const struct site *site)
{
	static const struct {
		const char *path, *query, *name;
	} forms[] = { { "/v1/compare", "", "JSON" }, { "/v1/render", "&amp;format=csv", "CSV" },
		{ "/v1/render", "&amp;format=markdown", "Markdown" }, { "/v1/render", "&amp;format=text", "Text" } };

	for (size_t i = 0; site->comparands_count > 0 && i < sizeof forms / sizeof forms[0]; i++) {
		fprintf(out, "<a href=\"%s", forms[i].path);
		for (size_t k = 0; k < site->comparands_count; k++) {
			fputs(k == 0 ? "?o=" : "&amp;o=", out);
			site_encoded(out, site_name(site->arena, site->comparands[k]));
		}
		fprintf(out, "%s\">%s</a> \xc2\xb7 ", forms[i].query, forms[i].name);
	}
	if (site->occupation == NULL)
		return;
	fputs("<a href=\"/v1/occupations/", out);
	html_url(out, site->occupation->id);
	fputs("\">JSON</a> \xc2\xb7 ", out);
}

static void
put_after(FILE *out, const void *context)
{
	const struct site *site = context;

	put_related(out, site);
	fputs("<footer class=\"site-foot\"><p>", out);
	put_other_forms(out, site);
	fputs("<a href=\"/v1/openapi.json\">API</a></p></footer>\n", out);
}

/* ---- A page as an answer ---- */

const struct render_frame *
site_frame(const struct site *site)
{
	struct render_frame *frame = occ_arena_alloc(site->arena, sizeof *frame);

	*frame = (struct render_frame){ put_head, put_before, put_after, site };
	return frame;
}

static char policy[320];

static void
make_policy(void)
{
	snprintf(policy, sizeof policy,
	    "default-src 'none'; script-src 'self'; style-src 'sha256-%.44s'; img-src 'self'; connect-src 'self'; "
	    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	    site_style_hash_begin);
}

void
site_headers(struct exchange *x)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_policy);
	exchange_set_header(x, "Content-Security-Policy", policy);
	exchange_set_header(x, "Referrer-Policy", "same-origin");
}

/* ---- Files ---- */

void
site_file(struct exchange *x)
{
	struct occupare_status *st = &exchange_call_of(x)->status;
	const char *file = exchange_variable(x, "file");
	char name[64];

	snprintf(name, sizeof name, "site-%.*s.js", HASH_SHOWN, site_script_hash_begin);
	if (strcmp(file, name) == 0) {
		exchange_caching(x, CACHING_LONG);
		exchange_answer_static(x, 200, "text/javascript; charset=utf-8", site_script_begin,
		    (size_t)(site_script_end - site_script_begin));
		return;
	}
	occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "there is no file of this name here; it may be of another release");
	exchange_fail(x, 0, st);
}

void
site_icon(struct exchange *x)
{
	exchange_set_header(x, "Content-Security-Policy", "default-src 'none'");
	exchange_caching(x, CACHING_REVALIDATE);
	exchange_answer_static(
	    x, 200, "image/svg+xml", site_icon_svg_begin, (size_t)(site_icon_svg_end - site_icon_svg_begin));
}

void
site_robots(struct exchange *x)
{
	static const char text[] = "User-agent: *\nDisallow: /v1/\nDisallow: /*?q=\n";

	exchange_answer_static(x, 200, "text/plain; charset=utf-8", text, sizeof text - 1);
}

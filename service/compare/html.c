/* The page as HTML: one file that loads and runs nothing, read as well without its style.  All text of the data passes
 * html_text or html_url, so that none of it is markup.
 *
 * Distributions are drawn in their tables, a bar below each number, so the table is the picture's text.  Bars are as wide as
 * their column, in percent: nothing depends on the size of a screen. */
#include "service/compare/html.h"

#include <string.h>
#include <strings.h>

#include "service/compare/fields.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"

#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name
#define SENTENCES_INLINE 5u        /* more are a list */
#define DESCRIPTION_BYTES_MAX 300u /* from there on no more sentences */

__asm__(".section .rodata\n"
	".global html_style_begin, html_style_end\n"
	".hidden html_style_begin, html_style_end\n"
	"html_style_begin:\n"
	".incbin \"" OCC_STYLE_FILE "\"\n"
	"html_style_end:\n"
	".byte 0\n"
	".previous\n");

/* ---- Texts and addresses ---- */

void
html_text(FILE *out, struct occ_arena *arena, const char *text)
{
	for (const char *at = renderers_clean(arena, text); *at != '\0'; at++) {
		switch (*at) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*at, out);
		}
	}
}

void
html_url(FILE *out, const char *url)
{
	for (const unsigned char *at = (const unsigned char *)url; *at != '\0'; at++) {
		if (*at <= ' ' || *at >= 0x7f || strchr("<>\\^`{|}\"'", *at) != NULL)
			fprintf(out, "%%%02X", *at);
		else if (*at == '&')
			fputs("&amp;", out);
		else
			fputc(*at, out);
	}
}

static void
put(const struct rendering *r, const char *text)
{
	html_text(r->out, r->arena, text);
}

static void
mark_up(const struct rendering *r, const char *markup)
{
	fputs(markup, r->out);
}

/* ---- A page ---- */

void
html_begin(FILE *out, struct occ_arena *arena, const char *title, const char *description, const char *css_class,
    const struct render_frame *frame)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
	    out);
	html_text(out, arena, title);
	fputs("</title>\n", out);
	if (description[0] != '\0') {
		fputs("<meta name=\"description\" content=\"", out);
		html_text(out, arena, description);
		fputs("\">\n", out);
	}
	fputs("<style>", out);
	fwrite(html_style_begin, 1, (size_t)(html_style_end - html_style_begin), out);
	fputs("</style>\n", out);
	if (frame != NULL)
		frame->head(out, frame->site);
	fputs("</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n", out);
	if (frame != NULL)
		frame->before(out, frame->site);
	fprintf(out, "<main id=\"main\" class=\"%s\">\n", css_class);
}

void
html_end(FILE *out, const struct render_frame *frame)
{
	fputs("</main>\n", out);
	if (frame != NULL)
		frame->after(out, frame->site);
	fputs("</body>\n</html>\n", out);
}

/* ---- Where figures come from ---- */

static void
put_source_number(const struct rendering *r, size_t index)
{
	fprintf(r->out, "<a href=\"#s%zu\"><span class=\"vh\">source </span>%zu</a>", index + 1, index + 1);
}

/* Which sources the figures of cells come from; returns how many. */
static size_t
find_sources(const struct rendering *r, Occupare__V1__Cell *const *cells, size_t count, bool **ret)
{
	size_t found = 0;

	*ret = occ_arena_calloc(r->arena, r->comparison->n_sources + 1, sizeof **ret);
	for (size_t i = 0; i < count; i++)
		renderers_mark_sources(r, *ret, cells[i]);
	for (size_t i = 0; i < r->comparison->n_sources; i++)
		found += (*ret)[i];
	return found;
}

/* The numbers of a row's sources, and what is shown of them while the row is pointed at or a number has the focus. */
static void
put_sources_of(const struct rendering *r, const Occupare__V1__Row *row)
{
	bool *used;
	size_t count = find_sources(r, row->cells, row->n_cells, &used);

	if (count == 0)
		return;
	mark_up(r, "<span class=\"src\">");
	for (size_t i = 0; i < r->comparison->n_sources; i++) {
		if (used[i])
			put_source_number(r, i);
	}
	mark_up(r, "<span class=\"tip\">");
	for (size_t i = 0; i < r->comparison->n_sources; i++) {
		if (!used[i])
			continue;
		if (count > 1)
			fprintf(r->out, "<b>%zu</b> ", i + 1);
		put(r, renderers_source(r->arena, r->comparison->sources[i]));
		mark_up(r, "<br>");
	}
	mark_up(r, "</span></span>");
}

/* In a row of several sources each figure has its own number. */
static void
put_source_of_cell(const struct rendering *r, const Occupare__V1__Row *row, size_t index)
{
	bool *used;

	if (find_sources(r, row->cells, row->n_cells, &used) < 2 || find_sources(r, &row->cells[index], 1, &used) == 0)
		return;
	mark_up(r, "<span class=\"src\">");
	for (size_t i = 0; i < r->comparison->n_sources; i++) {
		if (used[i])
			put_source_number(r, i);
	}
	mark_up(r, "</span>");
}

void
html_sources_title(const struct rendering *r, const bool *used)
{
	const char *between = " title=\"";

	for (size_t i = 0; i < r->comparison->n_sources; i++) {
		const Occupare__V1__Source *source = r->comparison->sources[i];

		if (!used[i])
			continue;
		mark_up(r, between);
		put(r, source->title);
		mark_up(r, source->release[0] != '\0' ? ", " : "");
		put(r, source->release);
		between = "; ";
	}
	mark_up(r, between[0] == ';' ? "\"" : "");
}

/* The sources of the rows that a sentence was made from. */
static void
put_sources_of_sentence(const struct rendering *r, const Occupare__V1__Sentence *sentence)
{
	bool *used = occ_arena_calloc(r->arena, r->comparison->n_sources + 1, sizeof *used);

	for (size_t i = 0; i < sentence->n_fields; i++) {
		const Occupare__V1__Row *row = html_row(r, sentence->fields[i]);

		for (size_t k = 0; row != NULL && k < row->n_cells; k++)
			renderers_mark_sources(r, used, row->cells[k]);
	}
	html_sources_title(r, used);
}

/* ---- Cells ---- */

static const Occupare__V1__Share *
find_share(const Occupare__V1__Cell *cell, const char *label)
{
	if (cell->value_case != OCCUPARE__V1__CELL__VALUE_SHARES)
		return NULL;
	for (size_t i = 0; i < cell->shares->n_items; i++) {
		if (strcasecmp(cell->shares->items[i]->label, label) == 0)
			return cell->shares->items[i];
	}
	return NULL;
}

static void
put_bar(const struct rendering *r, const Occupare__V1__Share *share)
{
	double percent;

	if (share == NULL || !format_has_value(share->percent))
		return;
	percent = share->percent->value;
	percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	fprintf(r->out, "<svg class=\"bar\" aria-hidden=\"true\"><rect width=\"%.4g%%\"/></svg>", percent);
}

static void
put_missing(const struct rendering *r, const Occupare__V1__Cell *cell)
{
	mark_up(r, "<span class=\"na\">n/a</span>");
	if (cell->reason[0] == '\0' || strcmp(cell->reason, FIELDS_NOT_IN_DATA) == 0)
		return;
	mark_up(r, "<small>");
	put(r, cell->reason);
	mark_up(r, "</small>");
}

static const Occupare__V1__TextList *
shared_skills(const struct rendering *r, size_t index)
{
	const Occupare__V1__Row *row = html_row(r, "skills.shared");

	if (row == NULL || row->cells[index]->value_case != OCCUPARE__V1__CELL__VALUE_TEXTS)
		return NULL;
	return row->cells[index]->texts;
}

static bool
is_shared(const struct rendering *r, size_t index, const char *skill)
{
	const Occupare__V1__TextList *shared = shared_skills(r, index);

	for (size_t i = 0; shared != NULL && i < shared->n_items; i++) {
		if (strcasecmp(shared->items[i], skill) == 0)
			return true;
	}
	return false;
}

static void
put_shared_mark(const struct rendering *r)
{
	mark_up(r, " <span class=\"both\">shared</span>");
}

/* A list in its cell; of skills those that all have are marked. */
static void
put_list(const struct rendering *r, char *const *items, size_t count, bool more, bool marked, size_t index)
{
	mark_up(r, "<ul>");
	for (size_t i = 0; i < count; i++) {
		mark_up(r, "<li>");
		put(r, items[i]);
		if (marked && is_shared(r, index, items[i]))
			put_shared_mark(r);
		mark_up(r, "</li>");
	}
	mark_up(r, more ? "<li class=\"na\">and more</li></ul>" : "</ul>");
}

static void
put_value(const struct rendering *r, const Occupare__V1__Row *row, size_t index)
{
	const Occupare__V1__Cell *cell = row->cells[index];

	if (cell->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET) {
		put_missing(r, cell);
	} else if (cell->value_case == OCCUPARE__V1__CELL__VALUE_TEXTS && cell->texts->n_items > 0) {
		put_list(r, cell->texts->items, cell->texts->n_items, cell->texts->more, false, index);
	} else if (cell->value_case == OCCUPARE__V1__CELL__VALUE_SHARES && cell->shares->n_items > 1) {
		char **labels = occ_arena_calloc(r->arena, cell->shares->n_items, sizeof *labels);
		for (size_t i = 0; i < cell->shares->n_items; i++)
			labels[i] = cell->shares->items[i]->label;
		put_list(r, labels, cell->shares->n_items, false, strcmp(row->field, "skills") == 0, index);
	} else {
		put(r, renderers_display(r->arena, cell));
	}
}

/* ---- Rows ---- */

/* What is wrong with a row, as a link to where it is said. */
static void
put_flag(const struct rendering *r, const Occupare__V1__Section *section, const Occupare__V1__Row *row)
{
	if (row->why_not[0] == '\0')
		return;
	mark_up(r, " <a class=\"flag\" href=\"#");
	if (renderers_is_noted(r, row)) {
		put(r, section->id);
		mark_up(r, "-notes\">");
	} else {
		mark_up(r, "cautions\">");
	}
	mark_up(r, row->comparable ? "caution</a>" : "not comparable</a>");
}

static void
put_row(const struct rendering *r, const Occupare__V1__Section *section, const Occupare__V1__Row *row)
{
	mark_up(r, "<tr><th scope=\"row\">");
	put(r, row->label);
	put_sources_of(r, row);
	put_flag(r, section, row);
	mark_up(r, "</th>");
	for (size_t i = 0; i < row->n_cells; i++) {
		const char *difference = renderers_difference(r, row, i);
		bool leads = renderers_leads(row, i);

		mark_up(r, leads ? "<td><b>" : "<td>");
		put_value(r, row, i);
		if (leads)
			mark_up(r, "</b> <span class=\"up\">\xe2\x96\xb2</span>");
		put_source_of_cell(r, row, i);
		if (row->cells[i]->value_case == OCCUPARE__V1__CELL__VALUE_SHARES &&
		    row->cells[i]->shares->n_items == 1)
			put_bar(r, row->cells[i]->shares->items[0]);
		if (difference[0] != '\0') {
			mark_up(r, "<small>");
			put(r, difference);
			mark_up(r, "</small>");
		}
		mark_up(r, "</td>");
	}
	mark_up(r, "</tr>\n");
}

/* Whether every comparand that has any skills has this one. */
static bool
is_shared_by_all(const struct rendering *r, const Occupare__V1__Row *row, const char *label)
{
	bool any = false;

	if (strcmp(row->field, "skills") != 0)
		return false;
	for (size_t i = 0; i < row->n_cells; i++) {
		if (row->cells[i]->value_case != OCCUPARE__V1__CELL__VALUE_SHARES)
			continue;
		if (!is_shared(r, i, label))
			return false;
		any = true;
	}
	return any;
}

static void
put_part(const struct rendering *r, const Occupare__V1__Row *row, const char *label)
{
	mark_up(r, "<tr><th scope=\"row\">");
	put(r, label);
	if (is_shared_by_all(r, row, label))
		put_shared_mark(r);
	mark_up(r, "</th>");
	for (size_t i = 0; i < row->n_cells; i++) {
		const Occupare__V1__Cell *cell = row->cells[i];

		mark_up(r, "<td>");
		if (cell->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET)
			put_missing(r, cell);
		else
			put(r, renderers_part(r, row, i, label));
		if (find_share(cell, label) != NULL)
			put_source_of_cell(r, row, i);
		put_bar(r, find_share(cell, label));
		mark_up(r, "</td>");
	}
	mark_up(r, "</tr>\n");
}

/* A distribution: a group of rows, one for each of its parts. */
static void
put_parts(const struct rendering *r, const Occupare__V1__Section *section, const Occupare__V1__Row *row,
    char *const *labels, size_t count)
{
	fprintf(
	    r->out, "</tbody>\n<tbody class=\"parts\">\n<tr><th scope=\"rowgroup\" colspan=\"%zu\">", row->n_cells + 1);
	put(r, row->label);
	put_sources_of(r, row);
	put_flag(r, section, row);
	mark_up(r, "</th></tr>\n");
	for (size_t i = 0; i < count; i++)
		put_part(r, row, labels[i]);
	mark_up(r, "</tbody>\n<tbody>\n");
}

static void
put_table_head(const struct rendering *r, const Occupare__V1__Section *section)
{
	const Occupare__V1__Comparison *comparison = r->comparison;

	/* What may have to be scrolled can be reached by keyboard. */
	fprintf(r->out, "<div class=\"table\"%s>\n<table>\n<caption class=\"vh\">",
	    comparison->n_comparands > 2 ? " tabindex=\"0\"" : "");
	put(r, section->heading);
	mark_up(r, "</caption>\n<thead><tr><td></td>");
	for (size_t i = 0; i < comparison->n_comparands; i++) {
		mark_up(r, "<th scope=\"col\">");
		put(r, renderers_title(r, i));
		if (comparison->n_comparands > 2 && i == comparison->baseline)
			mark_up(r, " <small>baseline</small>");
		mark_up(r, "</th>");
	}
	mark_up(r, "</tr></thead>\n<tbody>\n");
}

static void
put_table_row(const struct rendering *r, const Occupare__V1__Section *section, const Occupare__V1__Row *row)
{
	char **labels;
	size_t count;

	if (renderers_parts(r, row, &labels, &count))
		put_parts(r, section, row, labels, count);
	else
		put_row(r, section, row);
}

/* ---- Rows of paragraphs ---- */

static void
put_prose_cell(const struct rendering *r, const Occupare__V1__Cell *cell)
{
	if (cell->value_case == OCCUPARE__V1__CELL__VALUE_TEXTS && cell->texts->n_items > 0) {
		mark_up(r, "<ul>");
		for (size_t i = 0; i < cell->texts->n_items; i++) {
			mark_up(r, "<li>");
			put(r, cell->texts->items[i]);
			mark_up(r, "</li>");
		}
		mark_up(r, cell->texts->more ? "</ul><p class=\"na\">The source lists more.</p>" : "</ul>");
		return;
	}
	mark_up(r, "<p>");
	if (cell->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET)
		put_missing(r, cell);
	else
		put(r, renderers_display(r->arena, cell));
	mark_up(r, "</p>");
}

static void
put_prose_column(const struct rendering *r, const Occupare__V1__Section *section, const Occupare__V1__Row *row,
    size_t index, size_t cell)
{
	const char *heading = renderers_prose_heading(r, row, index);

	mark_up(r, "<div>");
	if (strcmp(heading, section->heading) != 0) {
		mark_up(r, "<h3>");
		put(r, heading);
		mark_up(r, "</h3>");
	}
	put_prose_cell(r, row->cells[cell]);
	mark_up(r, "</div>\n");
}

static void
put_prose(const struct rendering *r, const Occupare__V1__Section *section, const Occupare__V1__Row *row)
{
	size_t count = r->comparison->n_comparands;

	mark_up(r, "<div class=\"prose\">\n");
	if (renderers_all_alike(row)) {
		put_prose_column(r, section, row, count == 1 ? 0 : count, 0);
	} else {
		for (size_t i = 0; i < count; i++)
			put_prose_column(r, section, row, i, i);
	}
	mark_up(r, "</div>\n");
}

static void
put_rows(const struct rendering *r, const Occupare__V1__Section *section)
{
	static const char *const end = "</tbody>\n</table>\n</div>\n";
	bool open = false;

	for (size_t i = 0; i < renderers_rows(section); i++) {
		const Occupare__V1__Row *row = section->rows[i];
		bool prose = renderers_is_prose(row);

		if (open && prose)
			mark_up(r, end);
		if (!open && !prose)
			put_table_head(r, section);
		if (prose)
			put_prose(r, section, row);
		else
			put_table_row(r, section, row);
		open = !prose;
	}
	if (open)
		mark_up(r, end);
}

/* ---- Sections ---- */

static void
put_sentences(const struct rendering *r, const Occupare__V1__Section *section)
{
	bool list = section->n_sentences > SENTENCES_INLINE;

	if (section->n_sentences == 0)
		return;
	mark_up(r, list ? "<ul class=\"said\">\n" : "<p class=\"said\">");
	for (size_t i = 0; i < section->n_sentences; i++) {
		mark_up(r, list ? "<li" : i > 0 ? " <span" : "<span");
		put_sources_of_sentence(r, section->sentences[i]);
		mark_up(r, ">");
		put(r, section->sentences[i]->text);
		mark_up(r, list ? "</li>\n" : "</span>");
	}
	mark_up(r, list ? "</ul>\n" : "</p>\n");
}

static void
put_notes(const struct rendering *r, const Occupare__V1__Section *section)
{
	size_t count;
	char **notes = renderers_notes(r, section, &count);

	if (count == 0)
		return;
	mark_up(r, "<ul class=\"notes\" id=\"");
	put(r, section->id);
	mark_up(r, "-notes\">\n");
	for (size_t i = 0; i < count; i++) {
		mark_up(r, "<li>");
		put(r, notes[i]);
		mark_up(r, "</li>\n");
	}
	mark_up(r, "</ul>\n");
}

static bool
is_introduction(const Occupare__V1__Section *section)
{
	return strcmp(section->id, "introduction") == 0;
}

static bool
is_empty(const Occupare__V1__Section *section)
{
	return section->n_rows == 0 && section->n_sentences == 0;
}

static void
put_section(const struct rendering *r, const Occupare__V1__Section *section)
{
	if (is_empty(section))
		return;
	mark_up(r, "<section id=\"");
	put(r, section->id);
	mark_up(r, "\">\n");
	if (!is_introduction(section)) {
		mark_up(r, "<h2>");
		put(r, section->heading);
		mark_up(r, "</h2>\n");
	}
	put_sentences(r, section);
	if (strcmp(section->id, "salary") == 0)
		html_pay_chart(r, section);
	put_rows(r, section);
	put_notes(r, section);
	mark_up(r, "</section>\n");
}

/* Where the sections are, by short names. */
static void
put_contents(const struct rendering *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->comparison->n_sections; i++)
		count += !is_empty(r->comparison->sections[i]) && !is_introduction(r->comparison->sections[i]);
	if (count < 3)
		return;
	mark_up(r, "<nav class=\"contents\" aria-label=\"On this page\">\n<ul>\n");
	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		const Occupare__V1__Section *section = r->comparison->sections[i];
		if (is_empty(section) || is_introduction(section))
			continue;
		mark_up(r, "<li><a href=\"#");
		put(r, section->id);
		mark_up(r, "\">");
		put(r, grammar_capital(r->arena, section->id));
		mark_up(r, "</a></li>\n");
	}
	mark_up(r, "</ul>\n</nav>\n");
}

static void
put_warnings(const struct rendering *r)
{
	const Occupare__V1__Comparison *comparison = r->comparison;

	if (comparison->n_warnings == 0)
		return;
	fprintf(r->out, "<div class=\"cautions\" id=\"cautions\">\n<h2>%s</h2>\n<ul>\n",
	    comparison->n_comparands > 1 ? "Before comparing" : "Before reading on");
	for (size_t i = 0; i < comparison->n_warnings; i++) {
		mark_up(r, "<li>");
		put(r, comparison->warnings[i]);
		mark_up(r, "</li>\n");
	}
	mark_up(r, "</ul>\n</div>\n");
}

static bool
is_web_address(const char *url)
{
	return strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0;
}

static void
put_source(const struct rendering *r, size_t index)
{
	const Occupare__V1__Source *source = r->comparison->sources[index];

	fprintf(r->out, "<li id=\"s%zu\">", index + 1);
	if (is_web_address(source->url)) {
		mark_up(r, "<a href=\"");
		html_url(r->out, source->url);
		mark_up(r, "\" rel=\"noopener noreferrer\">");
	}
	put(r, renderers_source(r->arena, source));
	if (is_web_address(source->url)) {
		mark_up(r, "</a>");
	} else if (source->url[0] != '\0') {
		mark_up(r, " ");
		put(r, source->url);
	}
	if (source->licence[0] != '\0') {
		mark_up(r, "<small>");
		put(r, source->licence);
		mark_up(r, "</small>");
	}
	mark_up(r, "</li>\n");
}

static void
put_sources(const struct rendering *r)
{
	size_t count = r->comparison->n_sources;

	if (count == 0)
		return;
	fprintf(r->out, "<section id=\"sources\">\n<h2>%s</h2>\n<ol class=\"sources\">\n",
	    count == 1 ? "Source" : "Sources");
	for (size_t i = 0; i < count; i++)
		put_source(r, i);
	mark_up(r, "</ol>\n</section>\n");
}

/* What the signs mean, and which data spoke. */
static void
put_foot(const struct rendering *r)
{
	char *as_of = renderers_as_of(r);

	mark_up(r, "<div class=\"foot\">\n");
	if (renderers_has_leaders(r))
		mark_up(r, "<p><span class=\"up\">\xe2\x96\xb2</span> highest of its row.</p>\n");
	if (renderers_has_missing(r))
		mark_up(r, "<p>n/a: not in the data, where no other reason is given.</p>\n");
	if (renderers_has_differences(r)) {
		mark_up(r, "<p>Differences are taken from ");
		put(r, renderers_title(r, r->comparison->baseline));
		mark_up(r, ".</p>\n");
	}
	if (as_of[0] != '\0') {
		mark_up(r, "<p>");
		put(r, as_of);
		mark_up(r, ".</p>\n");
	}
	mark_up(r, "</div>\n");
}

/* ---- The page ---- */

const Occupare__V1__Row *
html_row(const struct rendering *r, const char *field)
{
	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		const Occupare__V1__Section *section = r->comparison->sections[i];
		for (size_t j = 0; j < section->n_rows; j++) {
			if (strcmp(section->rows[j]->field, field) == 0)
				return section->rows[j];
		}
	}
	return NULL;
}

char *
html_description(const struct rendering *r)
{
	const Occupare__V1__Comparison *comparison = r->comparison;
	char *out = occ_arena_strdup(r->arena, "");

	for (size_t i = 0; i < comparison->n_sections; i++) {
		const Occupare__V1__Section *section = comparison->sections[i];
		for (size_t j = 0; j < section->n_sentences; j++) {
			const char *text = section->sentences[j]->text;
			if (out[0] != '\0' && strlen(out) + strlen(text) > DESCRIPTION_BYTES_MAX)
				return out;
			out = occ_arena_printf(r->arena, "%s%s%s", out, out[0] != '\0' ? " " : "", text);
		}
	}
	return out;
}

void
render_html(const struct rendering *r)
{
	const Occupare__V1__Comparison *comparison = r->comparison;
	size_t first = comparison->n_sections > 0 && is_introduction(comparison->sections[0]);
	const char *heading = renderers_heading(r);

	html_begin(r->out, r->arena, heading, html_description(r),
	    occ_arena_printf(r->arena, "n%zu", comparison->n_comparands), r->frame);
	mark_up(r, "<h1>");
	put(r, heading);
	mark_up(r, "</h1>\n");
	if (first == 1)
		put_section(r, comparison->sections[0]);
	put_warnings(r);
	put_contents(r);
	for (size_t i = first; i < comparison->n_sections; i++)
		put_section(r, comparison->sections[i]);
	put_sources(r);
	put_foot(r);
	html_linked_data(r);
	html_end(r->out, r->frame);
}

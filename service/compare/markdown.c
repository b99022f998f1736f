/* The page as Markdown: CommonMark with GFM tables. All text of the data is escaped, so that none of it is markup. */
#include <string.h>

#include "service/compare/renderers.h"

#define SENTENCES_INLINE 5u /* more are a list */

/* Whether a line that starts so, with so many digits, would be an item of a list, or a rule. */
static bool
is_list_mark(const char *text, size_t digits, size_t at)
{
	bool mark = (at == 0 && strchr("-+", text[0]) != NULL) ||
		    (digits > 0 && at == digits && strchr(".)", text[at]) != NULL);

	return mark && strchr(" -", text[at + 1]) != NULL;
}

/* Escapes every ASCII sign that CommonMark or GFM could read as markup. */
static char *
escape(const struct rendering *r, const char *text)
{
	char *clean = renderers_clean(r->arena, text);
	clean += strspn(clean, " "); /* four would start a block of code */
	char *out = occ_arena_alloc(r->arena, 2 * strlen(clean) + 1);
	size_t used = 0, digits = strspn(clean, "0123456789");

	for (size_t i = 0; clean[i] != '\0'; i++) {
		if (is_list_mark(clean, digits, i) || strchr("\\`*_{}[]<>#|~&!", clean[i]) != NULL)
			out[used++] = '\\';
		out[used++] = clean[i];
	}
	out[used] = '\0';
	return out;
}

/* An address between angle brackets, what may not stand in one percent-encoded; a text where it is no address. */
static void
put_url(const struct rendering *r, const char *url)
{
	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) {
		fputs(escape(r, url), r->out);
		return;
	}
	fputc('<', r->out);
	for (const unsigned char *at = (const unsigned char *)url; *at != '\0'; at++) {
		if (*at <= ' ' || *at >= 0x7f || strchr("<>\\|`\"", *at) != NULL)
			fprintf(r->out, "%%%02X", *at);
		else
			fputc(*at, r->out);
	}
	fputc('>', r->out);
}

static void
put_paragraph(const struct rendering *r, const char *text)
{
	fprintf(r->out, "%s\n\n", escape(r, text));
}

static void
put_heading(const struct rendering *r, const char *marks, const char *text)
{
	fprintf(r->out, "%s %s\n\n", marks, escape(r, text));
}

/* ---- Rows ---- */

static bool
has_difference_column(const struct rendering *r)
{
	return r->comparison->n_comparands == 2 && renderers_has_differences(r);
}

static void
put_table_head(const struct rendering *r)
{
	size_t count = r->comparison->n_comparands;

	fputs("| |", r->out);
	for (size_t i = 0; i < count; i++)
		fprintf(r->out, " %s%s |", escape(r, renderers_title(r, i)),
		    count > 2 && i == r->comparison->baseline ? " (baseline)" : "");
	fprintf(r->out, "%s\n| --- |", has_difference_column(r) ? " Difference |" : "");
	for (size_t i = 0; i < count; i++)
		fputs(" --- |", r->out);
	fprintf(r->out, "%s\n", has_difference_column(r) ? " --- |" : "");
}

static void
put_table_row(const struct rendering *r, const Occupare__V1__Row *row)
{
	size_t count = r->comparison->n_comparands;

	fprintf(r->out, "| %s%s |", escape(r, row->label), escape(r, renderers_references(r, row)));
	for (size_t i = 0; i < count; i++) {
		const char *value = escape(r, renderers_display(r->arena, row->cells[i]));
		const char *difference = count > 2 ? escape(r, renderers_difference(r, row, i)) : "";
		const char *strong = renderers_leads(row, i) ? "**" : "";
		fprintf(r->out, " %s%s%s%s%s%s |", strong, value, strong, difference[0] != '\0' ? " (" : "", difference,
		    difference[0] != '\0' ? ")" : "");
	}
	if (has_difference_column(r))
		fprintf(r->out, " %s |", escape(r, renderers_difference(r, row, r->comparison->baseline == 0 ? 1 : 0)));
	fputc('\n', r->out);
}

static void
put_parts(const struct rendering *r, const Occupare__V1__Row *row, char *const *labels, size_t count)
{
	const char *references = escape(r, renderers_references(r, row));

	for (size_t k = 0; k < count; k++) {
		fprintf(r->out, "| %s: %s%s |", escape(r, row->label), escape(r, labels[k]), references);
		for (size_t i = 0; i < r->comparison->n_comparands; i++)
			fprintf(r->out, " %s |", escape(r, renderers_part(r, row, i, labels[k])));
		fprintf(r->out, "%s\n", has_difference_column(r) ? " |" : "");
	}
}

static void
put_prose_cell(const struct rendering *r, const Occupare__V1__Cell *cell)
{
	if (cell->value_case != OCCUPARE__V1__CELL__VALUE_TEXTS || cell->texts->n_items == 0) {
		put_paragraph(r, renderers_display(r->arena, cell));
		return;
	}
	for (size_t i = 0; i < cell->texts->n_items; i++)
		fprintf(r->out, "- %s\n", escape(r, cell->texts->items[i]));
	fputs(cell->texts->more ? "\nThe source lists more.\n\n" : "\n", r->out);
}

static void
put_prose(const struct rendering *r, const Occupare__V1__Row *row)
{
	size_t count = r->comparison->n_comparands;

	if (renderers_all_alike(row)) {
		put_heading(r, "###", renderers_prose_heading(r, row, count));
		put_prose_cell(r, row->cells[0]);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		put_heading(r, "###", renderers_prose_heading(r, row, i));
		put_prose_cell(r, row->cells[i]);
	}
}

static void
put_rows(const struct rendering *r, const Occupare__V1__Section *section)
{
	bool open = false;

	for (size_t i = 0; i < renderers_rows(section); i++) {
		const Occupare__V1__Row *row = section->rows[i];
		bool prose = renderers_is_prose(row);
		char **labels;
		size_t count;
		if (open && prose)
			fputc('\n', r->out);
		if (!open && !prose)
			put_table_head(r);
		if (prose)
			put_prose(r, row);
		else if (renderers_parts(r, row, &labels, &count))
			put_parts(r, row, labels, count);
		else
			put_table_row(r, row);
		open = !prose;
	}
	if (open)
		fputc('\n', r->out);
}

/* ---- The page ---- */

static void
put_sentences(const struct rendering *r, const Occupare__V1__Section *section)
{
	bool list = section->n_sentences > SENTENCES_INLINE;

	for (size_t i = 0; i < section->n_sentences; i++)
		fprintf(r->out, "%s%s%s",
		    list    ? "- "
		    : i > 0 ? " "
			    : "",
		    escape(r, section->sentences[i]->text), list ? "\n" : "");
	if (section->n_sentences > 0)
		fputs(list ? "\n" : "\n\n", r->out);
}

static void
put_section(const struct rendering *r, const Occupare__V1__Section *section)
{
	size_t count;
	char **notes = renderers_notes(r, section, &count);

	if (section->n_rows == 0 && section->n_sentences == 0)
		return;
	if (strcmp(section->id, "introduction") != 0)
		put_heading(r, "##", section->heading);
	put_sentences(r, section);
	put_rows(r, section);
	for (size_t i = 0; i < count; i++)
		fprintf(r->out, "*Note:* %s\n\n", escape(r, notes[i]));
}

static void
put_sources(const struct rendering *r)
{
	for (size_t i = 0; i < r->comparison->n_sources; i++) {
		const Occupare__V1__Source *source = r->comparison->sources[i];
		if (i == 0)
			put_heading(r, "##", r->comparison->n_sources == 1 ? "Source" : "Sources");
		fprintf(r->out, "%zu. %s", i + 1, escape(r, renderers_source(r->arena, source)));
		if (source->url[0] != '\0') {
			fputs(" ", r->out);
			put_url(r, source->url);
		}
		fprintf(r->out, "%s%s\n", source->licence[0] != '\0' ? " " : "", escape(r, source->licence));
	}
	if (r->comparison->n_sources > 0)
		fputc('\n', r->out);
}

void
render_markdown(const struct rendering *r)
{
	const Occupare__V1__Comparison *comparison = r->comparison;
	size_t first = comparison->n_sections > 0 && strcmp(comparison->sections[0]->id, "introduction") == 0;
	char *as_of = renderers_as_of(r);

	put_heading(r, "#", renderers_heading(r));
	if (first == 1)
		put_section(r, comparison->sections[0]);
	for (size_t i = 0; i < comparison->n_warnings; i++)
		fprintf(r->out, "> **Caution:** %s\n\n", escape(r, comparison->warnings[i]));
	for (size_t i = first; i < comparison->n_sections; i++)
		put_section(r, comparison->sections[i]);
	put_sources(r);
	if (renderers_has_missing(r))
		fputs("n/a: not in the data, where no other reason is given. ", r->out);
	if (renderers_has_differences(r))
		fprintf(r->out, "Bold: the highest of its row. Differences are taken from %s.",
		    escape(r, renderers_title(r, comparison->baseline)));
	if (as_of[0] != '\0')
		fprintf(r->out, "%s%s.", renderers_has_differences(r) ? " " : "", as_of);
	fputc('\n', r->out);
}

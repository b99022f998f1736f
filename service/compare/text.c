/* The page for people, and its rows alone, on a terminal: columns where they fit, else each row's values under one
 * another. Colour repeats what signs say. */
#include <string.h>

#include <utf8proc.h>

#include "proto/rpc.h"
#include "service/compare/fields.h"
#include "service/compare/grammar.h"
#include "service/compare/renderers.h"

#define GAP 2u /* between columns */
#define COLUMNS_MAX (OCC_COMPARANDS_MAX + 2)
#define LABEL_MAX 36u /* columns; longer ones wrap */
#define VALUE_MAX 36u
#define HEADER_MAX 24u
#define LABEL_GOOD 20u /* in which most labels stand on one line */
#define LABEL_MIN 12u
#define VALUE_MIN 14u
#define SENTENCES_INLINE 5u /* more are a list */

#define LEADER " \xe2\x96\xb2" /* a black triangle that points up */
#define BULLET "\xe2\x80\xa2 "
#define RULE_TITLE "\xe2\x95\x90" /* a double line */
#define RULE "\xe2\x94\x80"

#define STYLE_BOLD "\033[1m"
#define STYLE_LEADER "\033[32m"
#define STYLE_MISSING "\033[2m"
#define STYLE_END "\033[0m"

struct layout {
	bool stacked;
	size_t indent;
	size_t columns;
	size_t widths[COLUMNS_MAX];
};

/* One line of a table before it is wrapped. */
struct line {
	const char *texts[COLUMNS_MAX];
	const char *styles[COLUMNS_MAX]; /* NULL: plain */
};

/* ---- Width and wrapping ---- */

static size_t
letter_width(const char *text, size_t *ret_bytes)
{
	utf8proc_int32_t letter;
	utf8proc_ssize_t step;

	*ret_bytes = 1;
	if (text[0] >= ' ' && text[0] <= '~')
		return 1;
	step = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &letter);
	*ret_bytes = step > 0 ? (size_t)step : 1;
	return step > 0 ? (size_t)utf8proc_charwidth(letter) : 1;
}

static size_t
width_of(const char *text, size_t length)
{
	size_t width = 0, bytes;

	for (size_t i = 0; i < length; i += bytes)
		width += letter_width(text + i, &bytes);
	return width;
}

static size_t
text_width(const char *text)
{
	return width_of(text, strlen(text));
}

/* Bytes of the longest beginning that is at most width wide, one letter at least. */
static size_t
fitting(const char *text, size_t length, size_t width)
{
	size_t at = 0, used = 0, bytes;

	while (at < length) {
		used += letter_width(text + at, &bytes);
		if (used > width && at > 0)
			break;
		at += bytes;
	}
	return at;
}

/* Where a line of at most width ends: at the last space that fits, else within the word. */
static size_t
line_end(const char *text, size_t length, size_t width)
{
	size_t end = fitting(text, length, width), space = end;

	if (end == length)
		return end;
	while (space > 0 && text[space] != ' ')
		space--;
	return space > 0 ? space : end;
}

static char *
indented(struct occ_arena *arena, size_t indent, const char *text, size_t length)
{
	char *out = occ_arena_alloc(arena, indent + length + 1);

	memset(out, ' ', indent);
	memcpy(out + indent, text, length);
	out[indent + length] = '\0';
	return out;
}

/* Breaks a text into lines: at each newline, and where they get too wide. Leading spaces indent all its lines. */
static size_t
wrap(struct occ_arena *arena, const char *text, size_t width, char ***ret)
{
	char **lines = occ_arena_alloc(arena, (strlen(text) + 1) * sizeof *lines);
	size_t count = 0, indent = strspn(text, " ");

	if (indent >= width)
		indent = 0;
	for (const char *at = text + strspn(text, " "); *at != '\0';) {
		size_t length = strcspn(at, "\n");
		do {
			size_t end = line_end(at, length, width - indent);
			size_t shown = end;
			while (shown > 0 && at[shown - 1] == ' ')
				shown--;
			lines[count++] = indented(arena, shown > 0 ? indent : 0, at, shown);
			while (end < length && at[end] == ' ')
				end++;
			at += end;
			length -= end;
		} while (length > 0);
		at += *at == '\n';
	}
	*ret = lines;
	return count;
}

/* ---- Lines ---- */

static void
put(const struct rendering *r, const char *text, const char *style)
{
	if (r->color && style != NULL && text[0] != '\0')
		fprintf(r->out, "%s%s%s", style, text, STYLE_END);
	else
		fputs(text, r->out);
}

/* A paragraph behind a prefix ("• "), its other lines indented as far. */
static void
put_paragraph(const struct rendering *r, const char *prefix, const char *text, const char *style)
{
	char **lines;
	size_t hang = text_width(prefix);
	size_t count = wrap(r->arena, text, r->width - hang, &lines);

	for (size_t i = 0; i < count; i++) {
		if (i == 0)
			fputs(prefix, r->out);
		else
			fprintf(r->out, "%*s", (int)hang, "");
		put(r, lines[i], style);
		fputc('\n', r->out);
	}
}

static void
put_rule(const struct rendering *r, const char *rule, size_t width)
{
	for (size_t i = 0; i < width; i++)
		fputs(rule, r->out);
	fputc('\n', r->out);
}

static void
put_heading(const struct rendering *r, const char *text, const char *rule)
{
	char **lines;
	size_t widest = 0;
	size_t count = wrap(r->arena, text, r->width, &lines);

	for (size_t i = 0; i < count; i++) {
		widest = text_width(lines[i]) > widest ? text_width(lines[i]) : widest;
		put(r, lines[i], STYLE_BOLD);
		fputc('\n', r->out);
	}
	put_rule(r, rule, widest);
}

static void
put_line(const struct rendering *r, const struct layout *layout, const struct line *line)
{
	char **lines[COLUMNS_MAX];
	size_t counts[COLUMNS_MAX], height = 0;

	for (size_t i = 0; i < layout->columns; i++) {
		counts[i] = wrap(r->arena, line->texts[i], layout->widths[i], &lines[i]);
		height = counts[i] > height ? counts[i] : height;
	}
	for (size_t k = 0; k < height; k++) {
		/* Spaces are written only before a text, so that no line ends in one. */
		size_t spaces = layout->indent;
		for (size_t i = 0; i < layout->columns; i++) {
			const char *text = k < counts[i] ? lines[i][k] : "";
			if (text[0] != '\0') {
				fprintf(r->out, "%*s", (int)spaces, "");
				put(r, text, line->styles[i]);
				spaces = 0;
			}
			spaces += layout->widths[i] - text_width(text) + GAP;
		}
		fputc('\n', r->out);
	}
}

/* ---- Table lines of rows ---- */

static size_t
comparands(const struct rendering *r)
{
	return r->comparison->n_comparands;
}

/* Two comparands have a column for their difference; of more each has its own under its value. */
static bool
has_difference_column(const struct rendering *r)
{
	return comparands(r) == 2 && renderers_has_differences(r);
}

static size_t
other_than_baseline(const struct rendering *r)
{
	return r->comparison->baseline == 0 ? 1 : 0;
}

/* The value of a cell: a list one item a line. */
static char *
cell_text(const struct rendering *r, const Occupare__V1__Cell *cell)
{
	char *out;

	if (cell->value_case != OCCUPARE__V1__CELL__VALUE_TEXTS || cell->texts->n_items == 0)
		return renderers_display(r->arena, cell);
	out = renderers_clean(r->arena, cell->texts->items[0]);
	for (size_t i = 1; i < cell->texts->n_items; i++)
		out = occ_arena_printf(r->arena, "%s\n%s", out, renderers_clean(r->arena, cell->texts->items[i]));
	return cell->texts->more ? occ_arena_printf(r->arena, "%s\n...", out) : out;
}

static bool
is_missing(const Occupare__V1__Row *row, size_t index)
{
	return row->cells[index]->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET;
}

static bool
is_not_in_data(const Occupare__V1__Row *row, size_t index)
{
	return is_missing(row, index) && strcmp(row->cells[index]->reason, FIELDS_NOT_IN_DATA) == 0;
}

static const char *
cell_style(const Occupare__V1__Row *row, size_t index)
{
	if (is_missing(row, index))
		return STYLE_MISSING;
	return renderers_leads(row, index) ? STYLE_LEADER : NULL;
}

static char *
row_label(const struct rendering *r, const Occupare__V1__Row *row)
{
	return renderers_clean(r->arena, occ_arena_printf(r->arena, "%s%s", row->label, renderers_references(r, row)));
}

static struct line
line_of_row(const struct rendering *r, const Occupare__V1__Row *row)
{
	struct line line = { .texts = { row_label(r, row) } };
	size_t count = comparands(r);

	for (size_t i = 0; i < count; i++) {
		const char *difference = count > 2 ? renderers_difference(r, row, i) : "";
		line.texts[i + 1] = occ_arena_printf(r->arena, "%s%s%s%s", cell_text(r, row->cells[i]),
		    renderers_leads(row, i) ? LEADER : "", difference[0] != '\0' ? "\n" : "", difference);
		line.styles[i + 1] = cell_style(row, i);
	}
	line.texts[count + 1] = has_difference_column(r) ? renderers_difference(r, row, other_than_baseline(r)) : "";
	return line;
}

static struct line
line_of_part(const struct rendering *r, const Occupare__V1__Row *row, const char *label)
{
	size_t count = comparands(r);
	struct line line = { .texts = { occ_arena_printf(r->arena, "  %s", renderers_clean(r->arena, label)) } };

	for (size_t i = 0; i < count; i++) {
		line.texts[i + 1] = is_missing(row, i) ? "" : renderers_part(r, row, i, label);
		line.styles[i + 1] = line.texts[i + 1][0] == '-' ? STYLE_MISSING : NULL;
	}
	line.texts[count + 1] = "";
	return line;
}

/* The line above the parts: who has none. */
static struct line
line_of_whole(const struct rendering *r, const Occupare__V1__Row *row)
{
	size_t count = comparands(r);
	struct line line = { .texts = { row_label(r, row) } };

	for (size_t i = 0; i < count; i++) {
		line.texts[i + 1] = is_missing(row, i) ? renderers_display(r->arena, row->cells[i]) : "";
		line.styles[i + 1] = STYLE_MISSING;
	}
	line.texts[count + 1] = "";
	return line;
}

static struct line
line_of_header(const struct rendering *r, const char *label, bool differs)
{
	struct line line = { .texts = { label }, .styles = { STYLE_BOLD } };
	size_t count = comparands(r);

	for (size_t i = 0; i < count; i++) {
		bool says_baseline = count > 2 && i == r->comparison->baseline && renderers_has_differences(r);
		line.texts[i + 1] = occ_arena_printf(
		    r->arena, "%s%s", renderers_title(r, i), says_baseline ? "\n(baseline)" : "");
		line.styles[i + 1] = STYLE_BOLD;
	}
	line.texts[count + 1] = differs ? "Difference" : "";
	line.styles[count + 1] = STYLE_BOLD;
	return line;
}

/* ---- Layout ---- */

struct measure {
	size_t widest, longest_word;
};

static void
measure_text(struct measure *measure, const char *text, size_t max)
{
	size_t indent = strspn(text, " "); /* of every line, see wrap */

	for (const char *at = text; *at != '\0'; at += *at != '\0') {
		size_t length = strcspn(at, "\n");
		size_t width = width_of(at, length);
		width = width > max ? max : width;
		measure->widest = width > measure->widest ? width : measure->widest;
		at += length;
	}
	for (const char *at = text + indent; *at != '\0'; at += *at != '\0') {
		size_t length = strcspn(at, " \n");
		size_t width = indent + width_of(at, length);
		measure->longest_word = width > measure->longest_word ? width : measure->longest_word;
		at += length;
	}
}

static void
measure_line(struct measure *measures, size_t columns, const struct line *line, size_t value_max)
{
	for (size_t i = 0; i < columns; i++)
		measure_text(&measures[i], line->texts[i], i == 0 ? LABEL_MAX : value_max);
}

static void
measure_row(const struct rendering *r, struct measure *measures, size_t columns, const Occupare__V1__Row *row)
{
	struct line line;
	char **labels;
	size_t count;

	if (renderers_is_prose(row))
		return;
	if (!renderers_parts(r, row, &labels, &count)) {
		line = line_of_row(r, row);
		measure_line(measures, columns, &line, VALUE_MAX);
		return;
	}
	line = line_of_whole(r, row);
	measure_line(measures, columns, &line, VALUE_MAX);
	for (size_t i = 0; i < count; i++) {
		line = line_of_part(r, row, labels[i]);
		measure_line(measures, columns, &line, VALUE_MAX);
	}
}

/* Narrows the widest columns, none below its longest word or its least width, until all fit; false: they cannot. */
static bool
fit(struct layout *layout, const struct measure *measures, size_t width, size_t label_min)
{
	size_t total = GAP * (layout->columns - 1);

	for (size_t i = 0; i < layout->columns; i++) {
		layout->widths[i] = measures[i].widest;
		total += layout->widths[i];
	}
	for (; total > width; total--) {
		size_t widest = layout->columns;
		for (size_t i = 0; i < layout->columns; i++) {
			size_t least = i == 0 ? label_min : VALUE_MIN;
			least = measures[i].longest_word > least ? measures[i].longest_word : least;
			if (layout->widths[i] > least &&
			    (widest == layout->columns || layout->widths[i] > layout->widths[widest]))
				widest = i;
		}
		if (widest == layout->columns)
			return false;
		layout->widths[widest]--;
	}
	return true;
}

/* One layout for the whole page, so that columns stand under each other from section to section. */
static struct layout
make_layout(const struct rendering *r)
{
	struct layout layout = { .columns = comparands(r) + 1 + has_difference_column(r) };
	struct measure measures[COLUMNS_MAX] = { 0 };
	struct line header = line_of_header(r, "", true);

	measure_line(measures, layout.columns, &header, HEADER_MAX);
	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		const Occupare__V1__Section *section = r->comparison->sections[i];
		for (size_t j = 0; j < section->n_rows; j++)
			measure_row(r, measures, layout.columns, section->rows[j]);
	}
	if (fit(&layout, measures, r->width, LABEL_GOOD) || fit(&layout, measures, r->width, LABEL_MIN))
		return layout;
	layout = (struct layout){ .stacked = true, .indent = 2, .columns = 2 };
	for (size_t i = 0; i < comparands(r); i++) {
		size_t width = text_width(header.texts[i + 1]);
		layout.widths[0] = width > layout.widths[0] ? width : layout.widths[0];
	}
	if (layout.widths[0] > r->width * 2 / 5)
		layout.widths[0] = r->width * 2 / 5;
	layout.widths[1] = r->width - layout.indent - layout.widths[0] - GAP;
	return layout;
}

/* ---- Rows ---- */

/* Those whose value is not in the data share one line. */
static void
put_stacked_missing(const struct rendering *r, const Occupare__V1__Row *row)
{
	const char *titles[OCC_COMPARANDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < comparands(r); i++) {
		if (is_not_in_data(row, i))
			titles[count++] = renderers_title(r, i);
	}
	if (count == comparands(r))
		put_paragraph(r, "  ", "n/a for all", STYLE_MISSING);
	else if (count > 0)
		put_paragraph(r, "  ", occ_arena_printf(r->arena, "n/a for %s", grammar_list(r->arena, titles, count)),
		    STYLE_MISSING);
}

static void
put_stacked_row(const struct rendering *r, const struct layout *layout, const Occupare__V1__Row *row)
{
	put_paragraph(r, "", row_label(r, row), NULL);
	for (size_t i = 0; i < comparands(r); i++) {
		const char *difference = renderers_difference(r, row, i);
		struct line line = { .texts = { renderers_title(r, i) }, .styles = { NULL, cell_style(row, i) } };
		if (is_not_in_data(row, i))
			continue;
		line.texts[1] = occ_arena_printf(r->arena, "%s%s%s%s%s", renderers_display(r->arena, row->cells[i]),
		    renderers_leads(row, i) ? LEADER : "", difference[0] != '\0' ? " (" : "", difference,
		    difference[0] != '\0' ? ")" : "");
		put_line(r, layout, &line);
	}
	put_stacked_missing(r, row);
}

static void
put_row(const struct rendering *r, const struct layout *layout, const Occupare__V1__Row *row)
{
	struct line line;
	char **labels;
	size_t count;

	if (layout->stacked) {
		put_stacked_row(r, layout, row);
		return;
	}
	if (!renderers_parts(r, row, &labels, &count)) {
		line = line_of_row(r, row);
		put_line(r, layout, &line);
		return;
	}
	line = line_of_whole(r, row);
	put_line(r, layout, &line);
	for (size_t i = 0; i < count; i++) {
		line = line_of_part(r, row, labels[i]);
		put_line(r, layout, &line);
	}
}

static void
put_prose_cell(const struct rendering *r, const Occupare__V1__Cell *cell)
{
	if (cell->value_case != OCCUPARE__V1__CELL__VALUE_TEXTS || cell->texts->n_items == 0) {
		put_paragraph(r, "  ", renderers_display(r->arena, cell), NULL);
		return;
	}
	for (size_t i = 0; i < cell->texts->n_items; i++)
		put_paragraph(r, "  " BULLET, renderers_clean(r->arena, cell->texts->items[i]), NULL);
	if (cell->texts->more)
		put_paragraph(r, "  ", "(the source lists more)", STYLE_MISSING);
}

static void
put_prose(const struct rendering *r, const Occupare__V1__Row *row)
{
	size_t count = comparands(r);

	if (renderers_all_alike(row)) {
		put_paragraph(r, "", renderers_prose_heading(r, row, count), STYLE_BOLD);
		put_prose_cell(r, row->cells[0]);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			fputc('\n', r->out);
		put_paragraph(r, "", renderers_prose_heading(r, row, i), STYLE_BOLD);
		put_prose_cell(r, row->cells[i]);
	}
}

/* The first rows of a section: those for columns under one header, the others where they stand. label: of the header. */
static void
put_rows(const struct rendering *r, const struct layout *layout, const Occupare__V1__Section *section, size_t count,
    const char *label)
{
	struct line header = line_of_header(r, label, renderers_differs(section));
	bool open = false;

	for (size_t i = 0; i < count; i++) {
		const Occupare__V1__Row *row = section->rows[i];
		bool prose = renderers_is_prose(row);
		if (i > 0 && (prose || !open))
			fputc('\n', r->out);
		if (!prose && !open && !layout->stacked) {
			size_t width = GAP * (layout->columns - 1);
			for (size_t j = 0; j < layout->columns; j++)
				width += layout->widths[j];
			put_line(r, layout, &header);
			put_rule(r, RULE, width);
		}
		if (prose)
			put_prose(r, row);
		else
			put_row(r, layout, row);
		open = !prose;
	}
}

static void
put_notes(const struct rendering *r, const Occupare__V1__Section *section)
{
	size_t count;
	char **notes = renderers_notes(r, section, &count);

	if (count > 0)
		fputc('\n', r->out);
	for (size_t i = 0; i < count; i++)
		put_paragraph(r, "Note: ", notes[i], NULL);
}

/* ---- The page ---- */

static void
put_sentences(const struct rendering *r, const Occupare__V1__Section *section)
{
	char *all = occ_arena_strdup(r->arena, "");

	for (size_t i = 0; i < section->n_sentences; i++) {
		char *text = renderers_clean(r->arena, section->sentences[i]->text);
		if (section->n_sentences > SENTENCES_INLINE)
			put_paragraph(r, BULLET, text, NULL);
		else
			all = occ_arena_printf(r->arena, "%s%s%s", all, i > 0 ? " " : "", text);
	}
	put_paragraph(r, "", all, NULL);
}

static void
put_section(const struct rendering *r, const struct layout *layout, const Occupare__V1__Section *section)
{
	size_t rows = renderers_rows(section);

	if (rows == 0 && section->n_sentences == 0)
		return;
	fputc('\n', r->out);
	if (strcmp(section->id, "introduction") != 0)
		put_heading(r, renderers_clean(r->arena, section->heading), RULE);
	put_sentences(r, section);
	if (section->n_sentences > 0 && rows > 0)
		fputc('\n', r->out);
	put_rows(r, layout, section, rows, "");
	put_notes(r, section);
}

static void
put_warnings(const struct rendering *r)
{
	if (r->comparison->n_warnings > 0)
		fputc('\n', r->out);
	for (size_t i = 0; i < r->comparison->n_warnings; i++)
		put_paragraph(r, "Caution: ", renderers_clean(r->arena, r->comparison->warnings[i]), NULL);
}

/* An address is not broken: terminals wrap it themselves, and it can still be opened or copied. */
static void
put_link(const struct rendering *r, const char *indent, const char *url)
{
	if (strncmp(url, "http", 4) != 0 || strchr(url, ' ') != NULL)
		put_paragraph(r, indent, renderers_clean(r->arena, url), NULL);
	else
		fprintf(r->out, "%s%s\n", indent, renderers_clean(r->arena, url));
}

static void
put_sources(const struct rendering *r)
{
	const Occupare__V1__Comparison *comparison = r->comparison;

	if (comparison->n_sources == 0)
		return;
	fputc('\n', r->out);
	put_heading(r, comparison->n_sources == 1 ? "Source" : "Sources", RULE);
	for (size_t i = 0; i < comparison->n_sources; i++) {
		const Occupare__V1__Source *source = comparison->sources[i];
		const char *number = occ_arena_printf(r->arena, "[%zu] ", i + 1);
		const char *hang = occ_arena_printf(r->arena, "%*s", (int)text_width(number), "");
		put_paragraph(r, number, renderers_source(r->arena, source), NULL);
		put_link(r, hang, source->url);
		put_paragraph(r, hang, renderers_clean(r->arena, source->licence), NULL);
	}
}

/* What the signs mean, and which data spoke. */
static void
put_foot(const struct rendering *r)
{
	char *as_of = renderers_as_of(r);

	fputc('\n', r->out);
	if (renderers_has_leaders(r))
		put_paragraph(r, "\xe2\x96\xb2 ", "highest of its row", NULL);
	if (renderers_has_missing(r))
		put_paragraph(r, "n/a: ", "not in the data, where no other reason is given", NULL);
	if (renderers_has_differences(r))
		put_paragraph(r, "",
		    occ_arena_printf(
			r->arena, "Differences are taken from %s.", renderers_title(r, r->comparison->baseline)),
		    NULL);
	if (as_of[0] != '\0')
		put_paragraph(r, "", occ_arena_printf(r->arena, "%s.", as_of), NULL);
}

void
render_text(const struct rendering *r)
{
	struct layout layout = make_layout(r);
	const Occupare__V1__Comparison *comparison = r->comparison;
	size_t first = comparison->n_sections > 0 && strcmp(comparison->sections[0]->id, "introduction") == 0;

	put_heading(r, renderers_heading(r), RULE_TITLE);
	if (first == 1)
		put_section(r, &layout, comparison->sections[0]);
	put_warnings(r);
	for (size_t i = first; i < comparison->n_sections; i++)
		put_section(r, &layout, comparison->sections[i]);
	put_sources(r);
	put_foot(r);
}

void
render_table(const struct rendering *r)
{
	struct layout layout = make_layout(r);
	bool some = false;

	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		const Occupare__V1__Section *section = r->comparison->sections[i];
		char *name = grammar_capital(r->arena, section->id);
		if (section->n_rows == 0)
			continue;
		if (some)
			fputc('\n', r->out);
		if (layout.stacked || renderers_is_prose(section->rows[0]))
			put_heading(r, name, RULE);
		put_rows(r, &layout, section, section->n_rows, name);
		put_notes(r, section);
		some = true;
	}
	if (some)
		put_warnings(r);
	put_foot(r);
}

/* The choice of a format, and what all formats share. */
#include "service/compare/render.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <utf8proc.h>

#include "service/compare/fields.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"
#include "service/compare/renderers.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name
#define PROSE_TEXT 100u /* bytes from which a text is a paragraph */
#define PROSE_ITEM 40u  /* bytes from which an item of a list is a sentence */

/* ---- Formats ---- */

static const struct {
	Occupare__V1__Format format;
	const char *content_type;
	void (*render)(const struct rendering *r);
} formats[] = {
	{ OCCUPARE__V1__FORMAT__FORMAT_TEXT, "text/plain; charset=utf-8", render_text },
	{ OCCUPARE__V1__FORMAT__FORMAT_TABLE, "text/plain; charset=utf-8", render_table },
	{ OCCUPARE__V1__FORMAT__FORMAT_MARKDOWN, "text/markdown; charset=utf-8", render_markdown },
	{ OCCUPARE__V1__FORMAT__FORMAT_CSV, "text/csv; charset=utf-8; header=present", render_csv },
	{ OCCUPARE__V1__FORMAT__FORMAT_HTML, "text/html; charset=utf-8", render_html },
};

static size_t
find_format(Occupare__V1__Format format)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (formats[i].format == format)
			return i;
	}
	return 0;
}

const char *
render_content_type(Occupare__V1__Format format)
{
	return formats[find_format(format)].content_type;
}

void
render_comparison(struct occ_arena *arena, const Occupare__V1__Comparison *comparison,
    const Occupare__V1__Dataset *dataset, const struct render_options *options, FILE *out)
{
	unsigned width = options->width == 0 ? RENDER_WIDTH_DEFAULT : options->width;
	struct rendering r = { .arena = arena,
		.comparison = comparison,
		.dataset = dataset,
		.out = out,
		.color = options->color,
		.width = width,
		.frame = options->frame };

	if (r.width < RENDER_WIDTH_MIN)
		r.width = RENDER_WIDTH_MIN;
	if (r.width > RENDER_WIDTH_MAX)
		r.width = RENDER_WIDTH_MAX;
	formats[find_format(options->format)].render(&r);
}

/* ---- Texts ---- */

static bool
is_harmful(utf8proc_int32_t letter)
{
	return letter < 0x20 || (letter >= 0x7f && letter < 0xa0) || letter == 0x061c ||
	       (letter >= 0x200e && letter <= 0x200f) || (letter >= 0x2028 && letter <= 0x202e) ||
	       (letter >= 0x2066 && letter <= 0x2069) || letter == 0xfeff;
}

char *
renderers_clean(struct occ_arena *arena, const char *text)
{
	size_t length = strlen(text), used = 0;
	char *out = occ_arena_alloc(arena, 3 * length + 1); /* U+FFFD has three bytes */

	for (size_t i = 0; i < length;) {
		utf8proc_int32_t letter;
		if (text[i] >= ' ' && text[i] <= '~') {
			out[used++] = text[i++];
			continue;
		}
		utf8proc_ssize_t step = utf8proc_iterate(
		    (const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &letter);
		if (step > 0 && (letter == '\n' || letter == '\t' || letter == '\r'))
			out[used++] = ' ';
		else if (step <= 0 || is_harmful(letter))
			used += (size_t)utf8proc_encode_char(0xfffd, (utf8proc_uint8_t *)out + used);
		else
			used += (size_t)utf8proc_encode_char(letter, (utf8proc_uint8_t *)out + used);
		i += step > 0 ? (size_t)step : 1;
	}
	out[used] = '\0';
	return out;
}

/* ---- Names ---- */

/* " (California, 2021)": what was asked for, or sets a comparand apart from another of the same occupation. */
static char *
place_and_time(const struct rendering *r, size_t index)
{
	const Occupare__V1__Comparand *comparand = r->comparison->comparands[index];
	const char *area = comparand->area_title[0] != '\0' ? comparand->area_title : comparand->area, *comma;
	const char *period = comparand->period > 0 ? occ_arena_printf(r->arena, "%" PRIu32, comparand->period) : "";

	for (size_t i = 0; i < r->comparison->n_comparands; i++) {
		const Occupare__V1__Comparand *other = r->comparison->comparands[i];
		if (strcmp(other->id, comparand->id) != 0)
			continue;
		if (area[0] == '\0' && other->area[0] != '\0')
			area = "US";
		if (period[0] == '\0' && other->period > 0)
			period = "latest";
	}
	comma = area[0] != '\0' && period[0] != '\0' ? ", " : "";
	if (area[0] == '\0' && period[0] == '\0')
		return occ_arena_strdup(r->arena, "");
	return occ_arena_printf(r->arena, " (%s%s%s)", area, comma, period);
}

char *
renderers_title(const struct rendering *r, size_t index)
{
	return renderers_clean(r->arena,
	    occ_arena_printf(r->arena, "%s%s", r->comparison->comparands[index]->title, place_and_time(r, index)));
}

static const char *
singular(const struct rendering *r, size_t index)
{
	const Occupare__V1__Comparand *comparand = r->comparison->comparands[index];

	return comparand->singular[0] != '\0' ? comparand->singular : grammar_singular(r->arena, comparand->title);
}

char *
renderers_one(const struct rendering *r, size_t index)
{
	return renderers_clean(
	    r->arena, occ_arena_printf(r->arena, "%s%s", singular(r, index), place_and_time(r, index)));
}

char *
renderers_heading(const struct rendering *r)
{
	const Occupare__V1__Comparison *comparison = r->comparison;
	char *out;

	for (size_t i = 0; i < comparison->n_sections; i++) {
		if (strcmp(comparison->sections[i]->id, "introduction") == 0 &&
		    comparison->sections[i]->heading[0] != '\0')
			return renderers_clean(r->arena, comparison->sections[i]->heading);
	}
	out = occ_arena_strdup(r->arena, "");
	for (size_t i = 0; i < comparison->n_comparands; i++)
		out = occ_arena_printf(r->arena, "%s%s%s", out, i > 0 ? " vs " : "", renderers_one(r, i));
	return grammar_capital(r->arena, out);
}

/* ---- Dataset and sources ---- */

char *
renderers_time(const struct rendering *r, bool seconds)
{
	char text[32];
	struct tm tm;
	time_t when;

	if (r->dataset == NULL || r->dataset->update_time == NULL)
		return occ_arena_strdup(r->arena, "");
	when = (time_t)r->dataset->update_time->seconds;
	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(text, sizeof text, seconds ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d", &tm) == 0)
		return occ_arena_strdup(r->arena, "");
	return occ_arena_strdup(r->arena, text);
}

char *
renderers_as_of(const struct rendering *r)
{
	char *day = renderers_time(r, false);

	if (r->dataset == NULL)
		return occ_arena_strdup(r->arena, "");
	return occ_arena_printf(
	    r->arena, "Data as of %s%sgeneration %" PRIu64, day, day[0] != '\0' ? ", " : "", r->dataset->generation);
}

char *
renderers_source(struct occ_arena *arena, const Occupare__V1__Source *source)
{
	const char *release = source->release[0] != '\0' ? occ_arena_printf(arena, ", %s", source->release) : "";
	const char *publisher = source->publisher[0] != '\0' ? occ_arena_printf(arena, " (%s)", source->publisher) : "";

	return renderers_clean(
	    arena, occ_arena_printf(arena, "%s%s%s", source->title[0] != '\0' ? source->title : "Untitled source",
		       release, publisher));
}

static void
mark_figure(const struct rendering *r, bool *used, const Occupare__V1__Figure *figure)
{
	for (size_t i = 0; figure != NULL && i < r->comparison->n_sources; i++)
		used[i] = used[i] || (figure->source != 0 && r->comparison->sources[i]->id == figure->source);
}

void
renderers_mark_sources(const struct rendering *r, bool *used, const Occupare__V1__Cell *cell)
{
	if (cell->value_case == OCCUPARE__V1__CELL__VALUE_FIGURE) {
		mark_figure(r, used, cell->figure);
	} else if (cell->value_case == OCCUPARE__V1__CELL__VALUE_RANGE) {
		mark_figure(r, used, cell->range->low);
		mark_figure(r, used, cell->range->high);
	} else if (cell->value_case == OCCUPARE__V1__CELL__VALUE_SHARES) {
		for (size_t i = 0; i < cell->shares->n_items; i++)
			mark_figure(r, used, cell->shares->items[i]->percent);
	}
}

char *
renderers_references(const struct rendering *r, const Occupare__V1__Row *row)
{
	size_t count = r->comparison->n_sources;
	bool *used = occ_arena_calloc(r->arena, count + 1, sizeof *used);
	char *out = occ_arena_strdup(r->arena, "");

	if (count < 2)
		return out;
	for (size_t i = 0; i < row->n_cells; i++)
		renderers_mark_sources(r, used, row->cells[i]);
	for (size_t i = 0; i < count; i++) {
		if (used[i])
			out = occ_arena_printf(r->arena, "%s%s[%zu]", out, out[0] == '\0' ? " " : "", i + 1);
	}
	return out;
}

/* ---- Rows ---- */

char *
renderers_display(struct occ_arena *arena, const Occupare__V1__Cell *cell)
{
	if (cell->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET && cell->reason[0] != '\0' &&
	    strcmp(cell->reason, FIELDS_NOT_IN_DATA) != 0)
		return renderers_clean(arena, occ_arena_printf(arena, "n/a (%s)", cell->reason));
	return renderers_clean(arena, cell->display[0] != '\0' ? cell->display : "n/a");
}

bool
renderers_leads(const Occupare__V1__Row *row, size_t index)
{
	for (size_t i = 0; i < row->n_leaders; i++) {
		if (row->leaders[i] == index)
			return true;
	}
	return false;
}

const char *
renderers_difference(const struct rendering *r, const Occupare__V1__Row *row, size_t index)
{
	return index < row->n_differences ? renderers_clean(r->arena, row->differences[index]->display) : "";
}

bool
renderers_differs(const Occupare__V1__Section *section)
{
	for (size_t i = 0; i < section->n_rows; i++) {
		for (size_t j = 0; j < section->rows[i]->n_differences; j++) {
			if (section->rows[i]->differences[j]->display[0] != '\0')
				return true;
		}
	}
	return false;
}

bool
renderers_has_differences(const struct rendering *r)
{
	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		if (renderers_differs(r->comparison->sections[i]))
			return true;
	}
	return false;
}

size_t
renderers_rows(const Occupare__V1__Section *section)
{
	return strcmp(section->id, "category") == 0 && section->n_sentences > 0 ? 0 : section->n_rows;
}

bool
renderers_has_missing(const struct rendering *r)
{
	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		for (size_t j = 0; j < r->comparison->sections[i]->n_rows; j++) {
			if (r->comparison->sections[i]->rows[j]->missing > 0)
				return true;
		}
	}
	return false;
}

bool
renderers_has_leaders(const struct rendering *r)
{
	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		for (size_t j = 0; j < r->comparison->sections[i]->n_rows; j++) {
			if (r->comparison->sections[i]->rows[j]->n_leaders > 0)
				return true;
		}
	}
	return false;
}

bool
renderers_all_alike(const Occupare__V1__Row *row)
{
	for (size_t i = 1; i < row->n_cells; i++) {
		if (strcmp(row->cells[i]->display, row->cells[0]->display) != 0)
			return false;
	}
	return true;
}

bool
renderers_is_prose(const Occupare__V1__Row *row)
{
	for (size_t i = 0; i < row->n_cells; i++) {
		const Occupare__V1__Cell *cell = row->cells[i];
		if (cell->value_case == OCCUPARE__V1__CELL__VALUE_TEXT && strlen(cell->display) > PROSE_TEXT)
			return true;
		if (cell->value_case != OCCUPARE__V1__CELL__VALUE_TEXTS)
			continue;
		for (size_t j = 0; j < cell->texts->n_items; j++) {
			if (strlen(cell->texts->items[j]) > PROSE_ITEM)
				return true;
		}
	}
	return strcmp(row->field, "summary") == 0 || strcmp(row->field, "responsibilities") == 0;
}

static bool
is_one_occupation(const Occupare__V1__Comparison *comparison)
{
	for (size_t i = 1; i < comparison->n_comparands; i++) {
		if (strcmp(comparison->comparands[i]->id, comparison->comparands[0]->id) != 0)
			return false;
	}
	return true;
}

char *
renderers_prose_heading(const struct rendering *r, const Occupare__V1__Row *row, size_t index)
{
	bool all = index == r->comparison->n_comparands;
	char *one = all ? renderers_clean(r->arena, singular(r, 0)) : renderers_one(r, index);

	if (all && !is_one_occupation(r->comparison))
		return renderers_clean(r->arena, row->label);
	if (strcmp(row->field, "summary") == 0)
		return occ_arena_printf(r->arena, "What does %s do?", grammar_a(r->arena, one));
	return renderers_clean(r->arena,
	    occ_arena_printf(r->arena, "%s: %s", grammar_capital(r->arena, one), grammar_lower(r->arena, row->label)));
}

/* ---- Parts of distributions ---- */

static bool
has_label(char *const *labels, size_t count, const char *label)
{
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(labels[i], label) == 0)
			return true;
	}
	return false;
}

bool
renderers_parts(const struct rendering *r, const Occupare__V1__Row *row, char ***ret_labels, size_t *ret_count)
{
	size_t count = 0, percents = 0, longest = 0;
	char **labels = occ_arena_calloc(r->arena, row->n_cells * RENDERERS_PARTS_MAX + 1, sizeof *labels);

	for (size_t i = 0; i < row->n_cells; i++) {
		if (row->cells[i]->value_case != OCCUPARE__V1__CELL__VALUE_SHARES)
			continue;
		const Occupare__V1__ShareList *shares = row->cells[i]->shares;
		longest = shares->n_items > longest ? shares->n_items : longest;
		for (size_t j = 0; j < shares->n_items && j < RENDERERS_PARTS_MAX; j++) {
			percents += format_has_value(shares->items[j]->percent);
			if (!has_label(labels, count, shares->items[j]->label))
				labels[count++] = shares->items[j]->label;
		}
	}
	if (longest > RENDERERS_PARTS_MAX)
		labels[count++] = (char *)RENDERERS_MORE;
	*ret_labels = labels;
	*ret_count = count;
	return longest > 1 && percents > 0;
}

char *
renderers_part(const struct rendering *r, const Occupare__V1__Row *row, size_t index, const char *label)
{
	const Occupare__V1__Cell *cell = row->cells[index];

	if (cell->value_case != OCCUPARE__V1__CELL__VALUE_SHARES)
		return renderers_display(r->arena, cell);
	if (strcmp(label, RENDERERS_MORE) == 0)
		return occ_arena_strdup(r->arena, cell->shares->n_items > RENDERERS_PARTS_MAX ? RENDERERS_MORE : "");
	for (size_t i = 0; i < cell->shares->n_items; i++) {
		const Occupare__V1__Share *share = cell->shares->items[i];
		if (strcasecmp(share->label, label) != 0)
			continue;
		char *percent = format_figure(r->arena, share->percent, UNIT(PERCENT), NULL);
		return percent != NULL ? percent : occ_arena_strdup(r->arena, share->percent != NULL ? "n/a" : "yes");
	}
	return occ_arena_strdup(r->arena, "-");
}

/* ---- Notes ---- */

static bool
has_status(const Occupare__V1__Cell *cell, Occupare__V1__FigureStatus status)
{
	if (cell->value_case == OCCUPARE__V1__CELL__VALUE_FIGURE)
		return cell->figure->status == status;
	if (cell->value_case == OCCUPARE__V1__CELL__VALUE_RANGE)
		return (cell->range->low != NULL && cell->range->low->status == status) ||
		       (cell->range->high != NULL && cell->range->high->status == status);
	/* A part may be what the others leave of 100, which is no news; all are of one group. */
	return cell->value_case == OCCUPARE__V1__CELL__VALUE_SHARES && status == STATUS(INHERITED) &&
	       cell->shares->n_items > 0 && cell->shares->items[0]->percent != NULL &&
	       cell->shares->items[0]->percent->status == status;
}

/* Whether a row's caution says nothing that does not stand above all sections already. */
static bool
is_told(const struct rendering *r, const char *text)
{
	char *rest = occ_arena_strdup(r->arena, text);

	for (size_t i = 0; i < r->comparison->n_warnings; i++) {
		const char *warning = r->comparison->warnings[i];
		char *at = warning[0] != '\0' ? strstr(rest, warning) : NULL;
		if (at != NULL)
			memset(at, ' ', strlen(warning));
	}
	return rest[strspn(rest, " ")] == '\0';
}

/* The row's caution begins with its label. */
static bool
is_named(const Occupare__V1__Row *row)
{
	size_t length = strlen(row->label);

	return strncmp(row->why_not, row->label, length) == 0 && row->why_not[length] == ':';
}

bool
renderers_is_noted(const struct rendering *r, const Occupare__V1__Row *row)
{
	return row->why_not[0] != '\0' && !(row->comparable && is_told(r, row->why_not));
}

/* The caution of a row, said once for it and the later rows of which it holds as well. NULL: an earlier row said it. */
static char *
caution(const struct rendering *r, const Occupare__V1__Section *section, size_t index)
{
	const Occupare__V1__Row *row = section->rows[index];
	const char **labels = occ_arena_calloc(r->arena, section->n_rows, sizeof *labels);
	const char *apart = row->comparable ? "" : "not to be compared. ";
	size_t count = 0;

	if (is_named(row))
		return renderers_clean(r->arena, occ_arena_printf(r->arena, "%s%s", apart, row->why_not));
	for (size_t i = 0; i < section->n_rows; i++) {
		const Occupare__V1__Row *other = section->rows[i];
		if (other->comparable != row->comparable || strcmp(other->why_not, row->why_not) != 0)
			continue;
		if (i < index)
			return NULL;
		labels[count++] = i == index ? other->label : grammar_lower(r->arena, other->label);
	}
	return renderers_clean(r->arena,
	    occ_arena_printf(r->arena, "%s: %s%s", grammar_list(r->arena, labels, count), apart, row->why_not));
}

/* The comparands whose cells of a row have the status; "" where it is all that have a value; NULL: none. */
static const char *
who_has_status(const struct rendering *r, const Occupare__V1__Row *row, Occupare__V1__FigureStatus status)
{
	const char **who = occ_arena_calloc(r->arena, row->n_cells + 1, sizeof *who);
	size_t count = 0;

	/* A similarity says so by its label. */
	if (strcmp(row->field, "skills.similarity") == 0)
		return NULL;
	for (size_t i = 0; i < row->n_cells; i++) {
		if (has_status(row->cells[i], status))
			who[count++] = renderers_title(r, i);
	}
	if (count == 0)
		return NULL;
	return count + row->missing >= row->n_cells ? "" : grammar_list(r->arena, who, count);
}

/* Labels of the rows in which figures have the status, with the comparands concerned where it is not all: "Yearly salary
 * and hourly rate of Registered Nurses; median age". NULL: there are none. */
static char *
rows_of_status(const struct rendering *r, const Occupare__V1__Section *section, Occupare__V1__FigureStatus status)
{
	size_t count = 0;
	char **items = occ_arena_calloc(r->arena, section->n_rows + 1, sizeof *items);
	const char **who = occ_arena_calloc(r->arena, section->n_rows + 1, sizeof *who);
	const char **labels = occ_arena_calloc(r->arena, section->n_rows + 1, sizeof *labels);

	for (size_t i = 0; i < section->n_rows; i++)
		who[i] = who_has_status(r, section->rows[i], status);
	for (size_t i = 0; i < section->n_rows; i++) {
		const char *whose = who[i];
		size_t labels_count = 0;

		for (size_t j = i; whose != NULL && j < section->n_rows; j++) {
			if (who[j] == NULL || strcmp(who[j], whose) != 0)
				continue;
			labels[labels_count++] = grammar_lower(r->arena, section->rows[j]->label);
			who[j] = NULL;
		}
		if (labels_count > 0)
			items[count++] = occ_arena_printf(r->arena, "%s%s%s",
			    grammar_list(r->arena, labels, labels_count), whose[0] != '\0' ? " of " : "", whose);
	}
	return count > 0 ? grammar_capital(r->arena, format_join(r->arena, items, count, "; ")) : NULL;
}

char **
renderers_notes(const struct rendering *r, const Occupare__V1__Section *section, size_t *ret_count)
{
	char **notes = occ_arena_calloc(r->arena, section->n_rows + 2, sizeof *notes);
	char *derived = rows_of_status(r, section, STATUS(DERIVED));
	char *inherited = rows_of_status(r, section, STATUS(INHERITED));
	size_t count = 0;

	for (size_t i = 0; i < section->n_rows; i++) {
		char *text = renderers_is_noted(r, section->rows[i]) ? caution(r, section, i) : NULL;
		if (text != NULL)
			notes[count++] = text;
	}
	if (derived != NULL)
		notes[count++] = renderers_clean(
		    r->arena, occ_arena_printf(r->arena, "%s: computed from other figures.", derived));
	if (inherited != NULL)
		notes[count++] = renderers_clean(r->arena,
		    occ_arena_printf(r->arena, "%s: published for a broader group of occupations only.", inherited));
	*ret_count = count;
	return notes;
}

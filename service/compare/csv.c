/* The rows for programs: RFC 4180, one line per row, every line with as many columns.
 *
 * section,field,label,unit, then per comparand its value and source, then per comparand its status, then currency,
 * comparable, why_not, and which data spoke. Numbers are plain ("69729"), the ends of a range joined by "-" (one alone is
 * ">=41000" or "<=117000"), parts of a list by "; ".
 * Texts are as the data has them: none is altered against spreadsheets that take a leading "=" for a formula. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/compare/format.h"
#include "service/compare/renderers.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

static const char *const statuses[] = { [STATUS(UNSPECIFIED)] = "",
	[STATUS(DERIVED)] = "derived",
	[STATUS(INHERITED)] = "inherited",
	[STATUS(AT_LEAST)] = "at least",
	[STATUS(SUPPRESSED)] = "suppressed",
	[STATUS(NOT_COLLECTED)] = "not collected" };

static void
put_value(const struct rendering *r, const char *text)
{
	if (strpbrk(text, ",\"\r\n") == NULL) {
		fputs(text, r->out);
		return;
	}
	fputc('"', r->out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', r->out);
		fputc(*text, r->out);
	}
	fputc('"', r->out);
}

static void
put_next(const struct rendering *r, const char *text)
{
	fputc(',', r->out);
	put_value(r, text);
}

static void
put_end(const struct rendering *r)
{
	fputs("\r\n", r->out);
}

/* The fewest digits that read back the same. */
static char *
plain_number(struct occ_arena *arena, const Occupare__V1__Figure *figure)
{
	char *text = occ_arena_strdup(arena, "");

	if (!format_has_value(figure))
		return text;
	for (int digits = 15; digits <= 17; digits++) {
		text = occ_arena_printf(arena, "%.*g", digits, figure->value);
		if (strtod(text, NULL) == figure->value)
			break;
	}
	/* What is close to zero keeps its exponent: with so many digits behind a point nobody would read it. */
	return strchr(text, 'e') != NULL && fabs(figure->value) >= 1 ? occ_arena_printf(arena, "%.0f", figure->value)
								     : text;
}

static char *
joined_shares(struct occ_arena *arena, const Occupare__V1__ShareList *shares)
{
	char **parts = occ_arena_calloc(arena, shares->n_items, sizeof *parts);

	for (size_t i = 0; i < shares->n_items; i++) {
		char *percent = plain_number(arena, shares->items[i]->percent);
		parts[i] = percent[0] == '\0' ? shares->items[i]->label
					      : occ_arena_printf(arena, "%s, %s", shares->items[i]->label, percent);
	}
	return format_join(arena, parts, shares->n_items, "; ");
}

/* "41000-117000"; with one end alone ">=41000" or "<=117000". */
static char *
plain_range(struct occ_arena *arena, const Occupare__V1__Range *range)
{
	char *low = plain_number(arena, range->low), *high = plain_number(arena, range->high);

	if (low[0] == '\0' || high[0] == '\0')
		return occ_arena_printf(arena, "%s%s", high[0] == '\0' ? ">=" : "<=", high[0] == '\0' ? low : high);
	return occ_arena_printf(arena, "%s-%s", low, high);
}

static char *
plain_value(struct occ_arena *arena, const Occupare__V1__Cell *cell)
{
	switch (cell->value_case) {
	case OCCUPARE__V1__CELL__VALUE_FIGURE:
		return plain_number(arena, cell->figure);
	case OCCUPARE__V1__CELL__VALUE_TEXT:
		return cell->text;
	case OCCUPARE__V1__CELL__VALUE_TEXTS:
		return format_join(arena, cell->texts->items, cell->texts->n_items, "; ");
	case OCCUPARE__V1__CELL__VALUE_SHARES:
		return joined_shares(arena, cell->shares);
	case OCCUPARE__V1__CELL__VALUE_RANGE:
		return plain_range(arena, cell->range);
	default:
		return occ_arena_strdup(arena, "");
	}
}

/* The figure whose source and status stand for the cell's. */
static const Occupare__V1__Figure *
cell_figure(const Occupare__V1__Cell *cell)
{
	switch (cell->value_case) {
	case OCCUPARE__V1__CELL__VALUE_FIGURE:
		return cell->figure;
	case OCCUPARE__V1__CELL__VALUE_RANGE:
		return cell->range->low != NULL ? cell->range->low : cell->range->high;
	case OCCUPARE__V1__CELL__VALUE_SHARES:
		return cell->shares->n_items > 0 ? cell->shares->items[0]->percent : NULL;
	default:
		return NULL;
	}
}

static const char *
source_of(const struct rendering *r, const Occupare__V1__Cell *cell)
{
	const Occupare__V1__Figure *figure = cell_figure(cell);

	for (size_t i = 0; figure != NULL && i < r->comparison->n_sources; i++) {
		if (figure->source != 0 && r->comparison->sources[i]->id == figure->source)
			return renderers_source(r->arena, r->comparison->sources[i]);
	}
	return "";
}

/* "derived", "at least", ...; of an absent value why it is absent. */
static const char *
status_of(const Occupare__V1__Cell *cell)
{
	const Occupare__V1__Figure *figure = cell_figure(cell);

	if (cell->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET)
		return cell->reason;
	if (figure == NULL || (size_t)figure->status >= sizeof statuses / sizeof *statuses)
		return "";
	return statuses[figure->status];
}

/* "CURRENCY_PER_YEAR". */
static const char *
unit_name(Occupare__V1__Unit unit)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
	    &occupare__v1__unit__descriptor, (int)unit);
	const char *prefix = "UNIT_";

	if (value == NULL || unit == OCCUPARE__V1__UNIT__UNIT_UNSPECIFIED)
		return "";
	return strncmp(value->name, prefix, strlen(prefix)) == 0 ? value->name + strlen(prefix) : value->name;
}

/* "registered-nurses@CA:2021", as comparands are written. */
static char *
column_name(const struct rendering *r, const Occupare__V1__Comparand *comparand)
{
	const char *at = comparand->area[0] != '\0' ? "@" : "";
	const char *period = comparand->period > 0 ? occ_arena_printf(r->arena, ":%" PRIu32, comparand->period) : "";

	return occ_arena_printf(r->arena, "%s%s%s%s", comparand->id, at, comparand->area, period);
}

static void
put_header(const struct rendering *r)
{
	const Occupare__V1__Comparison *comparison = r->comparison;

	fputs("section,field,label,unit", r->out);
	for (size_t i = 0; i < comparison->n_comparands; i++) {
		char *name = column_name(r, comparison->comparands[i]);
		put_next(r, name);
		put_next(r, occ_arena_printf(r->arena, "%s source", name));
	}
	for (size_t i = 0; i < comparison->n_comparands; i++)
		put_next(r, occ_arena_printf(r->arena, "%s status", column_name(r, comparison->comparands[i])));
	fputs(",currency,comparable,why_not,data_as_of,generation", r->out);
	put_end(r);
}

static void
put_row(const struct rendering *r, const char *section, const Occupare__V1__Row *row)
{
	put_value(r, section);
	put_next(r, row->field);
	put_next(r, row->label);
	put_next(r, unit_name(row->unit));
	for (size_t i = 0; i < row->n_cells; i++) {
		put_next(r, plain_value(r->arena, row->cells[i]));
		put_next(r, source_of(r, row->cells[i]));
	}
	for (size_t i = 0; i < row->n_cells; i++)
		put_next(r, status_of(row->cells[i]));
	put_next(r, row->currency_code);
	put_next(r, row->comparable ? "true" : "false");
	put_next(r, row->why_not);
	put_next(r, renderers_time(r, true));
	put_next(r, r->dataset != NULL ? occ_arena_printf(r->arena, "%" PRIu64, r->dataset->generation) : "");
	put_end(r);
}

void
render_csv(const struct rendering *r)
{
	put_header(r);
	for (size_t i = 0; i < r->comparison->n_sections; i++) {
		const Occupare__V1__Section *section = r->comparison->sections[i];
		for (size_t j = 0; j < section->n_rows; j++)
			put_row(r, section->id, section->rows[j]);
	}
}

/* A row is made in three steps: its cells, the rules that say what may be set against what, and then differences and
 * leaders as far as the rules allow. */
#include "service/compare/row.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "service/compare/format.h"
#include "service/compare/judge.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name
#define DIRECTION(name) OCCUPARE__V1__DIRECTION__DIRECTION_##name

void
row_find(struct occ_arena *arena, struct row_findings *findings, char *text)
{
	if (findings == NULL)
		return;
	for (size_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->texts[i], text) == 0)
			return;
	}
	if (findings->count == findings->capacity) {
		size_t capacity = findings->capacity == 0 ? 16 : findings->capacity * 2;
		char **texts = occ_arena_calloc(arena, capacity, sizeof *texts);

		if (findings->count > 0)
			memcpy(texts, findings->texts, findings->count * sizeof *texts);
		findings->texts = texts;
		findings->capacity = capacity;
	}
	findings->texts[findings->count++] = text;
}

Occupare__V1__Row *
row_new(struct occ_arena *arena, const char *path, const char *label, Occupare__V1__Unit unit, size_t count)
{
	Occupare__V1__Row *row = occ_arena_alloc(arena, sizeof *row);

	occupare__v1__row__init(row);
	row->field = (char *)path;
	row->label = (char *)label;
	row->unit = unit;
	row->n_cells = count;
	row->cells = occ_arena_calloc(arena, count, sizeof *row->cells);
	row->comparable = true;
	return row;
}

static bool
is_missing(const Occupare__V1__Cell *cell)
{
	return cell->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET;
}

bool
row_is_shown(const struct field *field, const Occupare__V1__Row *row)
{
	if (field->always)
		return true;
	for (size_t i = 0; i < row->n_cells; i++) {
		const Occupare__V1__Cell *cell = row->cells[i];

		if (!is_missing(cell) &&
		    (cell->value_case != OCCUPARE__V1__CELL__VALUE_SHARES || cell->shares->n_items > 1))
			return true;
	}
	return false;
}

static const Occupare__V1__Figure *
speaking_figure(const Occupare__V1__Cell *cell)
{
	switch (cell->value_case) {
	case OCCUPARE__V1__CELL__VALUE_FIGURE:
		return cell->figure;
	case OCCUPARE__V1__CELL__VALUE_RANGE:
		return format_has_value(cell->range->low) ? cell->range->low : cell->range->high;
	case OCCUPARE__V1__CELL__VALUE_SHARES:
		return cell->shares->items[0]->percent;
	default:
		return NULL;
	}
}

static bool
is_number(Occupare__V1__Unit unit)
{
	return unit != UNIT(TEXT) && unit != UNIT(TEXT_LIST) && unit != UNIT(SHARES) && unit != UNIT(RANGE);
}

static Occupare__V1__Figure *
computed(struct occ_arena *arena, double value)
{
	Occupare__V1__Figure *figure = occ_arena_alloc(arena, sizeof *figure);

	occupare__v1__figure__init(figure);
	figure->value = value;
	figure->status = STATUS(DERIVED);
	return figure;
}

/* Takes off what binary subtraction adds: 55.28 - 33.52 is 21.76. */
static double
tidy(double value)
{
	return fabs(value) < 1e9 ? round(value * 1e6) / 1e6 : value;
}

static void
set_difference(
    const struct judged *judged, size_t index, const Occupare__V1__Figure *base, Occupare__V1__Difference *to)
{
	double value = judged->figures[index]->value;
	Occupare__V1__Unit unit = judged->field->unit;

	to->direction = value > base->value   ? DIRECTION(HIGHER)
			: value < base->value ? DIRECTION(LOWER)
					      : DIRECTION(EQUAL);
	to->absolute = computed(judged->arena, tidy(value - base->value));
	if (unit != UNIT(PERCENT) && base->value > 0) {
		to->ratio = computed(judged->arena, value / base->value);
		to->percent = computed(judged->arena, 100 * (value - base->value) / base->value);
	}
	to->display = format_difference(judged->arena, to, unit, fields_currency(judged->subjects[index].occupation));
}

static void
set_differences(const struct judged *judged, uint32_t baseline)
{
	Occupare__V1__Row *row = judged->row;
	const Occupare__V1__Figure *base = judged->figures[baseline];

	row->n_differences = judged->count;
	row->differences = occ_arena_calloc(judged->arena, judged->count, sizeof *row->differences);
	for (size_t i = 0; i < judged->count; i++) {
		const Occupare__V1__Figure *figure = judged->figures[i];

		row->differences[i] = occ_arena_alloc(judged->arena, sizeof **row->differences);
		occupare__v1__difference__init(row->differences[i]);
		if (i != baseline && base != NULL && figure != NULL && !judge_is_bound(base) &&
		    !judge_is_bound(figure) && !judge_same_parent(judged, i, baseline))
			set_difference(judged, i, base, row->differences[i]);
	}
}

static void
set_leaders(const struct judged *judged)
{
	Occupare__V1__Row *row = judged->row;
	double highest = -INFINITY, lowest = INFINITY;

	for (size_t i = 0; i < judged->count; i++) {
		if (judged->figures[i] != NULL) {
			highest = fmax(highest, judged->figures[i]->value);
			lowest = fmin(lowest, judged->figures[i]->value);
		}
	}
	if (highest <= lowest || !judge_order_is_known(judged))
		return;
	row->leaders = occ_arena_calloc(judged->arena, judged->count, sizeof *row->leaders);
	for (size_t i = 0; i < judged->count; i++) {
		if (judged->figures[i] != NULL && judged->figures[i]->value == highest)
			row->leaders[row->n_leaders++] = (uint32_t)i;
	}
}

/* Money is of the one currency that all who have a value share. */
static void
set_currency(const struct judged *judged)
{
	const char *shared = NULL;

	if (judged->field->unit != UNIT(CURRENCY_PER_YEAR) && judged->field->unit != UNIT(CURRENCY_PER_HOUR) &&
	    strcmp(judged->field->path, FIELDS_PAY_RANGE) != 0)
		return;
	for (size_t i = 0; i < judged->count; i++) {
		const char *currency = fields_currency(judged->subjects[i].occupation);

		if (is_missing(judged->row->cells[i]))
			continue;
		if (shared != NULL && strcmp(shared, currency) != 0)
			return;
		shared = currency;
	}
	if (shared != NULL)
		judged->row->currency_code = (char *)shared;
}

Occupare__V1__Row *
row_make(struct occ_arena *arena, const struct field *field, const struct compare_subject *subjects, size_t count,
    uint32_t baseline, struct row_findings *findings)
{
	struct judged judged = {
		.arena = arena,
		.field = field,
		.subjects = subjects,
		.count = count,
		.row = row_new(arena, field->path, field->label, field->unit, count),
		.numbers = is_number(field->unit),
	};

	assert(count <= OCC_COMPARANDS_MAX && baseline < count);
	for (size_t i = 0; i < count; i++) {
		Occupare__V1__Cell *cell = field->cell(arena, field, subjects[i].occupation);

		judged.row->cells[i] = cell;
		judged.row->missing += is_missing(cell);
		judged.figures[i] = speaking_figure(cell);
	}
	set_currency(&judged);
	judge(&judged, row_is_shown(field, judged.row) ? findings : NULL);
	if (judged.numbers && judged.row->comparable) {
		set_differences(&judged, baseline);
		set_leaders(&judged);
	}
	return judged.row;
}

/* The pay of all comparands on one axis. Positions are percents of the width, so that lines and letters keep their size on
 * every screen. */
#include "service/compare/html.h"

#include <math.h>
#include <string.h>

#include "proto/rpc.h"
#include "service/compare/fields.h"
#include "service/compare/format.h"

#define AXIS_MARKS_MAX 12u
#define AXIS_STEPS 5.0 /* about so many */
#define MARGIN 6.0     /* percent at both ends, for the letters of the outer marks */
#define MARK_THOUSANDS 1000.0
#define NONE NAN

/* What is drawn of one comparand, in money per year; NAN: not known. */
struct lane {
	double low, quarter, median, three_quarters, high, mean;
	bool percentiles; /* low and high are the 10th and 90th percentile, not the ends of a typical range */
	bool open;        /* high is a lower bound */
};

struct axis {
	double low, high;   /* of what is drawn */
	double first, step; /* of the marks */
	const char *currency;
};

/* ---- Figures ---- */

static const Occupare__V1__Row *
row_of(const Occupare__V1__Section *section, const char *field)
{
	for (size_t i = 0; i < section->n_rows; i++) {
		if (strcmp(section->rows[i]->field, field) == 0)
			return section->rows[i];
	}
	return NULL;
}

static double
value_of(const Occupare__V1__Section *section, const char *field, size_t index)
{
	const Occupare__V1__Row *row = row_of(section, field);

	if (row == NULL || row->cells[index]->value_case != OCCUPARE__V1__CELL__VALUE_FIGURE ||
	    !format_has_value(row->cells[index]->figure))
		return NONE;
	return row->cells[index]->figure->value;
}

static bool
is_bound(const Occupare__V1__Section *section, const char *field, size_t index)
{
	const Occupare__V1__Row *row = row_of(section, field);

	return row != NULL && row->cells[index]->value_case == OCCUPARE__V1__CELL__VALUE_FIGURE &&
	       row->cells[index]->figure->status == OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_AT_LEAST;
}

static void
take_range(struct lane *lane, const Occupare__V1__Section *section, size_t index)
{
	const Occupare__V1__Row *row = row_of(section, FIELDS_PAY_RANGE);
	const Occupare__V1__Range *range;

	if (row == NULL || row->cells[index]->value_case != OCCUPARE__V1__CELL__VALUE_RANGE)
		return;
	range = row->cells[index]->range;
	if (!format_has_value(range->low) || !format_has_value(range->high))
		return;
	lane->low = range->low->value;
	lane->high = range->high->value;
	lane->open = range->high->status == OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_AT_LEAST;
	lane->percentiles = false;
}

static struct lane
make_lane(const Occupare__V1__Section *section, size_t index)
{
	struct lane lane = { .low = value_of(section, "salary.annual_p10", index),
		.quarter = value_of(section, "salary.annual_p25", index),
		.median = value_of(section, "salary.annual_median", index),
		.three_quarters = value_of(section, "salary.annual_p75", index),
		.high = value_of(section, "salary.annual_p90", index),
		.mean = value_of(section, "salary.annual_mean", index),
		.percentiles = true,
		.open = is_bound(section, "salary.annual_p90", index) };

	if (isnan(lane.low) || isnan(lane.high)) {
		lane.low = lane.high = NONE;
		take_range(&lane, section, index);
	}
	/* Records that contradict themselves are not drawn backwards. */
	if (lane.low > lane.high)
		lane.low = lane.high = NONE;
	if (!(lane.quarter <= lane.three_quarters))
		lane.quarter = lane.three_quarters = NONE;
	return lane;
}

/* The currency of all that is drawn; NULL: there are several, or no money at all. */
static const char *
one_currency(const Occupare__V1__Section *section)
{
	const char *currency = NULL;

	for (size_t i = 0; i < section->n_rows; i++) {
		const Occupare__V1__Row *row = section->rows[i];

		if (row->unit != OCCUPARE__V1__UNIT__UNIT_CURRENCY_PER_YEAR &&
		    strcmp(row->field, FIELDS_PAY_RANGE) != 0)
			continue;
		if (row->missing == row->n_cells)
			continue;
		if (row->currency_code[0] == '\0' || (currency != NULL && strcmp(currency, row->currency_code) != 0))
			return NULL;
		currency = row->currency_code;
	}
	return currency;
}

/* ---- The axis ---- */

static void
stretch(struct axis *axis, double value, size_t *count)
{
	if (isnan(value))
		return;
	axis->low = *count == 0 || value < axis->low ? value : axis->low;
	axis->high = *count == 0 || value > axis->high ? value : axis->high;
	++*count;
}

/* Marks at 1, 2 or 5 times a power of ten. */
static bool
make_axis(struct axis *axis, const struct lane *lanes, size_t lanes_count)
{
	double rough, power;
	size_t count = 0;

	for (size_t i = 0; i < lanes_count; i++) {
		const double values[] = { lanes[i].low, lanes[i].quarter, lanes[i].median, lanes[i].three_quarters,
			lanes[i].high, lanes[i].mean };
		for (size_t k = 0; k < sizeof values / sizeof values[0]; k++)
			stretch(axis, values[k], &count);
	}
	if (count < 2 || !(axis->high > axis->low) || !isfinite(axis->high - axis->low))
		return false;
	rough = (axis->high - axis->low) / AXIS_STEPS;
	power = pow(10, floor(log10(rough)));
	axis->step = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
	axis->first = ceil(axis->low / axis->step) * axis->step;
	return isfinite(axis->step) && axis->step > 0;
}

/* In percent of the width. */
static double
place(const struct axis *axis, double value)
{
	return MARGIN + (100 - 2 * MARGIN) * ((value - axis->low) / (axis->high - axis->low));
}

static size_t
count_marks(const struct axis *axis)
{
	double count = floor((axis->high - axis->first) / axis->step) + 1;

	return count >= 1 && count <= AXIS_MARKS_MAX ? (size_t)count : 0;
}

static void
put_axis(const struct rendering *r, const struct axis *axis)
{
	bool thousands = fmod(axis->step, MARK_THOUSANDS) == 0;

	fputs("<svg class=\"axis\" aria-hidden=\"true\" height=\"20\">", r->out);
	for (size_t i = 0; i < count_marks(axis); i++) {
		double value = axis->first + (double)i * axis->step;

		fprintf(r->out, "<text x=\"%.4g%%\" y=\"15\">", place(axis, value));
		html_text(r->out, r->arena,
		    format_money(r->arena, axis->currency, thousands ? value / MARK_THOUSANDS : value, false));
		fprintf(r->out, "%s</text>", thousands && value != 0 ? "k" : "");
	}
	fputs("</svg>\n", r->out);
}

/* ---- Lanes ---- */

static const char *
money(const struct rendering *r, const struct axis *axis, double value)
{
	return format_money(r->arena, axis->currency, value, false);
}

/* "$41,000 to $117,000 (10th to 90th percentile), average $69,729". */
static char *
in_words(const struct rendering *r, const struct axis *axis, const struct lane *lane)
{
	bool range = !isnan(lane->low);
	char *out = occ_arena_strdup(r->arena, "");

	if (range)
		out = occ_arena_printf(r->arena, "%s to %s%s (%s)", money(r, axis, lane->low),
		    money(r, axis, lane->high), lane->open ? " or more" : "",
		    lane->percentiles ? "10th to 90th percentile" : "typical range");
	if (!isnan(lane->mean))
		out = occ_arena_printf(r->arena, "%s%saverage %s", out, range ? ", " : "", money(r, axis, lane->mean));
	else if (!isnan(lane->median))
		out = occ_arena_printf(r->arena, "%s%smedian %s", out, range ? ", " : "", money(r, axis, lane->median));
	return out[0] != '\0' ? out : occ_arena_strdup(r->arena, "n/a");
}

static void
put_box(const struct rendering *r, const struct axis *axis, const char *css_class, double low, double high, int y,
    int height)
{
	if (isnan(low) || isnan(high))
		return;
	fprintf(r->out, "<rect class=\"%s\" x=\"%.4g%%\" width=\"%.4g%%\" y=\"%d\" height=\"%d\" rx=\"2\"/>", css_class,
	    place(axis, low), place(axis, high) - place(axis, low), y, height);
}

static void
put_drawing(const struct rendering *r, const struct axis *axis, const struct lane *lane)
{
	fputs("<svg aria-hidden=\"true\" height=\"28\">", r->out);
	for (size_t i = 0; i < count_marks(axis); i++)
		fprintf(r->out, "<line x1=\"%1$.4g%%\" x2=\"%1$.4g%%\" y2=\"28\"/>",
		    place(axis, axis->first + (double)i * axis->step));
	put_box(r, axis, "w", lane->low, lane->high, 11, 6);
	put_box(r, axis, "q", lane->quarter, lane->three_quarters, 5, 18);
	if (!isnan(lane->median))
		fprintf(r->out, "<line class=\"m\" x1=\"%1$.4g%%\" x2=\"%1$.4g%%\" y1=\"5\" y2=\"23\"/>",
		    place(axis, lane->median));
	if (!isnan(lane->mean))
		fprintf(r->out, "<circle cx=\"%.4g%%\" cy=\"14\" r=\"5\"/>", place(axis, lane->mean));
	fputs("</svg>", r->out);
}

static void
put_lane(const struct rendering *r, const struct axis *axis, const struct lane *lane,
    const Occupare__V1__Section *section, size_t index)
{
	bool *used = occ_arena_calloc(r->arena, r->comparison->n_sources + 1, sizeof *used);

	for (size_t i = 0; i < section->n_rows; i++)
		renderers_mark_sources(r, used, section->rows[i]->cells[index]);
	fprintf(r->out, "<li class=\"c%zu\"", index);
	html_sources_title(r, used);
	fputs("><b>", r->out);
	html_text(r->out, r->arena, renderers_title(r, index));
	fputs("</b> <span>", r->out);
	html_text(r->out, r->arena, in_words(r, axis, lane));
	fputs("</span>", r->out);
	put_drawing(r, axis, lane);
	fputs("</li>\n", r->out);
}

/* What the shapes mean, as far as they are there. */
static void
put_legend(const struct rendering *r, const struct lane *lanes, size_t count)
{
	bool line = false, box = false, stroke = false, dot = false;

	for (size_t i = 0; i < count; i++) {
		line |= !isnan(lanes[i].low);
		box |= !isnan(lanes[i].quarter);
		stroke |= !isnan(lanes[i].median);
		dot |= !isnan(lanes[i].mean);
	}
	fprintf(r->out, "<figcaption>Pay per year on one axis.%s%s%s%s</figcaption>\n", line ? " Line: the range." : "",
	    box ? " Box: the middle half." : "", stroke ? " Stroke: the median." : "", dot ? " Dot: the average." : "");
}

void
html_pay_chart(const struct rendering *r, const Occupare__V1__Section *section)
{
	struct lane lanes[OCC_COMPARANDS_MAX];
	size_t count = r->comparison->n_comparands;
	struct axis axis = { .currency = one_currency(section) };

	if (axis.currency == NULL || count > OCC_COMPARANDS_MAX)
		return;
	for (size_t i = 0; i < count; i++)
		lanes[i] = make_lane(section, i);
	if (!make_axis(&axis, lanes, count))
		return;
	fputs("<figure class=\"pay\">\n", r->out);
	put_legend(r, lanes, count);
	fputs("<ul>\n", r->out);
	for (size_t i = 0; i < count; i++)
		put_lane(r, &axis, &lanes[i], section, i);
	fputs("</ul>\n", r->out);
	put_axis(r, &axis);
	fputs("</figure>\n", r->out);
}

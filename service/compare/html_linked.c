/* The comparands in the vocabulary of schema.org, for programs that read pages.  A block of data: no browser runs it. */
#include <math.h>
#include <string.h>

#include "service/compare/fields.h"
#include "service/compare/format.h"
#include "service/compare/html.h"

/* A JSON string that cannot end the element around it. */
static void
put_string(const struct rendering *r, const char *text)
{
	fputc('"', r->out);
	for (const char *at = renderers_clean(r->arena, text); *at != '\0'; at++) {
		if (strchr("<>&'", *at) != NULL)
			fprintf(r->out, "\\u%04x", (unsigned)*at);
		else if (*at == '"' || *at == '\\')
			fprintf(r->out, "\\%c", *at);
		else
			fputc(*at, r->out);
	}
	fputc('"', r->out);
}

static void
put_text_member(const struct rendering *r, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	fprintf(r->out, ",\"%s\":", name);
	put_string(r, text);
}

static const Occupare__V1__Cell *
cell_of(const struct rendering *r, const char *field, size_t index)
{
	const Occupare__V1__Row *row = html_row(r, field);

	return row != NULL && row->cells[index]->value_case != OCCUPARE__V1__CELL__VALUE__NOT_SET ? row->cells[index]
												  : NULL;
}

static void
put_texts(const struct rendering *r, const char *name, const Occupare__V1__Cell *cell)
{
	if (cell == NULL)
		return;
	if (cell->value_case == OCCUPARE__V1__CELL__VALUE_TEXT) {
		put_text_member(r, name, cell->text);
		return;
	}
	size_t count = cell->value_case == OCCUPARE__V1__CELL__VALUE_TEXTS    ? cell->texts->n_items
		       : cell->value_case == OCCUPARE__V1__CELL__VALUE_SHARES ? cell->shares->n_items
									      : 0;

	if (count == 0)
		return;
	fprintf(r->out, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		fputs(i > 0 ? "," : "", r->out);
		put_string(r, cell->value_case == OCCUPARE__V1__CELL__VALUE_TEXTS ? cell->texts->items[i]
										  : cell->shares->items[i]->label);
	}
	fputc(']', r->out);
}

static bool
put_number(const struct rendering *r, const char *name, const Occupare__V1__Figure *figure)
{
	if (!format_has_value(figure))
		return false;
	fprintf(r->out, ",\"%s\":%.15g", name, figure->value);
	return true;
}

static void
put_figure(const struct rendering *r, const char *name, const char *field, size_t index)
{
	const Occupare__V1__Cell *cell = cell_of(r, field, index);

	if (cell != NULL && cell->value_case == OCCUPARE__V1__CELL__VALUE_FIGURE)
		put_number(r, name, cell->figure);
}

/* The mean and the typical range, then what is known of the distribution. */
static void
put_pay(const struct rendering *r, size_t index)
{
	const Occupare__V1__Row *mean = html_row(r, "salary.annual_mean");
	const Occupare__V1__Cell *range = cell_of(r, FIELDS_PAY_RANGE, index);
	const char *currency = mean != NULL ? mean->currency_code : "";

	if (currency[0] == '\0' || mean->cells[index]->value_case != OCCUPARE__V1__CELL__VALUE_FIGURE)
		return;
	fputs(",\"estimatedSalary\":[{\"@type\":\"MonetaryAmount\",\"currency\":", r->out);
	put_string(r, currency);
	fputs(",\"value\":{\"@type\":\"QuantitativeValue\",\"unitText\":\"YEAR\"", r->out);
	put_figure(r, "value", "salary.annual_mean", index);
	if (range != NULL && range->value_case == OCCUPARE__V1__CELL__VALUE_RANGE) {
		put_number(r, "minValue", range->range->low);
		put_number(r, "maxValue", range->range->high);
	}
	fputs("}}", r->out);
	if (cell_of(r, "salary.annual_median", index) != NULL) {
		fputs(",{\"@type\":\"MonetaryAmountDistribution\",\"name\":\"base\",\"duration\":\"P1Y\",\"currency\":",
		    r->out);
		put_string(r, currency);
		put_figure(r, "percentile10", "salary.annual_p10", index);
		put_figure(r, "percentile25", "salary.annual_p25", index);
		put_figure(r, "median", "salary.annual_median", index);
		put_figure(r, "percentile75", "salary.annual_p75", index);
		put_figure(r, "percentile90", "salary.annual_p90", index);
		fputc('}', r->out);
	}
	fputc(']', r->out);
}

static void
put_occupation(const struct rendering *r, size_t index)
{
	const Occupare__V1__Comparand *comparand = r->comparison->comparands[index];

	fputs("{\"@type\":\"Occupation\",\"name\":", r->out);
	put_string(r, comparand->title);
	if (comparand->category != NULL)
		put_text_member(r, "occupationalCategory", comparand->category->title);
	put_text_member(r, "identifier", comparand->id);
	if (comparand->area_title[0] != '\0') {
		fputs(",\"occupationLocation\":{\"@type\":\"AdministrativeArea\",\"name\":", r->out);
		put_string(r, comparand->area_title);
		fputc('}', r->out);
	}
	/* The long lists are on the page of each alone. */
	if (r->comparison->n_comparands == 1) {
		put_text_member(r, "description", html_description(r));
		put_texts(r, "responsibilities", cell_of(r, "responsibilities", index));
	}
	put_texts(r, "skills", cell_of(r, "skills", index));
	put_texts(r, "educationRequirements", cell_of(r, "education.typical_entry", index));
	put_texts(r, "experienceRequirements", cell_of(r, "experience.category", index));
	put_pay(r, index);
	fputc('}', r->out);
}

void
html_linked_data(const struct rendering *r)
{
	fputs("<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@graph\":[", r->out);
	for (size_t i = 0; i < r->comparison->n_comparands; i++) {
		fputs(i > 0 ? ",\n" : "", r->out);
		put_occupation(r, i);
	}
	fputs("]}</script>\n", r->out);
}

/* Numbers, money, ranges and differences in words. */
#include "service/compare/format.h"

#include <math.h>
#include <string.h>

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name
/* From here on a double has no use for decimals. */
#define WHOLE_FROM 1e15

static const struct currency {
	const char *code;
	const char *sign;
	int decimals;
} currencies[] = {
	{ "USD", "$", 2 },
	{ "EUR", "\xe2\x82\xac", 2 },
	{ "GBP", "\xc2\xa3", 2 },
	{ "JPY", "\xc2\xa5", 0 },
};

bool
format_has_value(const Occupare__V1__Figure *figure)
{
	return figure != NULL && figure->status != STATUS(SUPPRESSED) && figure->status != STATUS(NOT_COLLECTED) &&
	       isfinite(figure->value);
}

/* Half away from zero as the decimals read: 2.675 in binary lies a hair below, so two units in the last place are added
 * before the halves are looked at. */
static double
rounded(double value, int decimals)
{
	double scale = pow(10, decimals);
	double scaled = fabs(value) * scale;

	if (scaled >= WHOLE_FROM)
		return value;
	scaled = floor(nextafter(nextafter(scaled, INFINITY), INFINITY) + 0.5) / scale;
	return scaled == 0 ? 0 : copysign(scaled, value);
}

char *
format_number(struct occ_arena *arena, double value, int decimals)
{
	char *plain = occ_arena_printf(arena, "%.*f", decimals, rounded(value, decimals));
	size_t sign = plain[0] == '-';
	size_t whole = strcspn(plain + sign, ".");

	if (!isfinite(value))
		return plain;
	char *out = occ_arena_alloc(arena, strlen(plain) + whole / 3 + 1);
	char *end = out;

	memcpy(end, plain, sign);
	end += sign;
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0)
			*end++ = ',';
		*end++ = plain[sign + i];
	}
	memcpy(end, plain + sign + whole, strlen(plain + sign + whole) + 1);
	return out;
}

char *
format_trimmed(struct occ_arena *arena, double value, int decimals)
{
	char *text = format_number(arena, value, decimals);

	if (strchr(text, '.') == NULL)
		return text;
	size_t end = strlen(text);

	while (text[end - 1] == '0')
		end--;
	if (text[end - 1] == '.')
		end--;
	text[end] = '\0';
	return text;
}

char *
format_money(struct occ_arena *arena, const char *currency, double value, bool cents)
{
	const char *minus = value < 0 ? "-" : "";
	const char *code = currency == NULL || currency[0] == '\0' ? "USD" : currency;

	for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++) {
		const struct currency *known = &currencies[i];

		if (strcmp(code, known->code) == 0)
			return occ_arena_printf(arena, "%s%s%s", minus, known->sign,
			    format_number(arena, fabs(value), cents ? known->decimals : 0));
	}
	return occ_arena_printf(arena, "%s%s %s", minus, code, format_number(arena, fabs(value), cents ? 2 : 0));
}

char *
format_percent(struct occ_arena *arena, double value)
{
	return occ_arena_printf(arena, "%s%%", format_trimmed(arena, value, 1));
}

static bool
whole_years(double months)
{
	return fmod(months, 12) == 0;
}

static char *
months_or_years(struct occ_arena *arena, const char *before, double low, double high, bool years)
{
	double unit = years ? 12 : 1;
	const char *word = years ? "year" : "month";
	char *last = format_trimmed(arena, high / unit, 1);
	char *first = low == high ? "" : occ_arena_printf(arena, "%s-", format_trimmed(arena, low / unit, 1));

	return occ_arena_printf(
	    arena, "%s%s%s %s%s", before, first, last, word, low == high && high == unit ? "" : "s");
}

char *
format_months(struct occ_arena *arena, const Occupare__V1__Figure *low, const Occupare__V1__Figure *high)
{
	bool has_low = format_has_value(low), has_high = format_has_value(high);

	if (!has_low && !has_high)
		return NULL;
	if (!has_high)
		return months_or_years(arena, "more than ", low->value, low->value, whole_years(low->value));
	if (!has_low || (low->value == 0 && high->value > 0))
		return months_or_years(arena, "up to ", high->value, high->value, whole_years(high->value));
	return months_or_years(arena, "", low->value, high->value, whole_years(low->value) && whole_years(high->value));
}

char *
format_pay_range(
    struct occ_arena *arena, const Occupare__V1__Figure *low, const Occupare__V1__Figure *high, const char *currency)
{
	char *from = format_has_value(low) ? format_money(arena, currency, low->value, false) : NULL;
	char *to = format_figure(arena, high, UNIT(CURRENCY_PER_YEAR), currency);

	if (from == NULL && to == NULL)
		return NULL;
	if (to == NULL)
		return occ_arena_printf(arena, "%s or more", from);
	if (from == NULL)
		return occ_arena_printf(arena, "up to %s", to);
	return occ_arena_printf(arena, "%s-%s", from, to);
}

static char *
value_in_unit(struct occ_arena *arena, double value, Occupare__V1__Unit unit, const char *currency)
{
	switch (unit) {
	case UNIT(CURRENCY_PER_YEAR):
		return format_money(arena, currency, value, false);
	case UNIT(CURRENCY_PER_HOUR):
		return format_money(arena, currency, value, true);
	case UNIT(PERCENT):
		return format_percent(arena, value);
	case UNIT(COUNT):
		return format_number(arena, value, 0);
	case UNIT(YEARS):
	case UNIT(MONTHS):
		return format_trimmed(arena, value, 1);
	default:
		return format_trimmed(arena, value, 3);
	}
}

char *
format_figure(
    struct occ_arena *arena, const Occupare__V1__Figure *figure, Occupare__V1__Unit unit, const char *currency)
{
	if (!format_has_value(figure))
		return NULL;
	char *text = value_in_unit(arena, figure->value, unit, currency);

	return figure->status == STATUS(AT_LEAST) ? occ_arena_printf(arena, "%s or more", text) : text;
}

char *
format_join(struct occ_arena *arena, char *const *items, size_t count, const char *separator)
{
	size_t size = 1, gap = strlen(separator);

	for (size_t i = 0; i < count; i++)
		size += strlen(items[i]) + gap;
	char *out = occ_arena_alloc(arena, size);
	char *end = out;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(items[i]);

		if (i > 0) {
			memcpy(end, separator, gap);
			end += gap;
		}
		memcpy(end, items[i], length);
		end += length;
	}
	*end = '\0';
	return out;
}

char *
format_shares(struct occ_arena *arena, const Occupare__V1__ShareList *shares)
{
	char **parts = occ_arena_calloc(arena, shares->n_items, sizeof *parts);

	for (size_t i = 0; i < shares->n_items; i++) {
		const Occupare__V1__Share *share = shares->items[i];
		char *percent = format_figure(arena, share->percent, UNIT(PERCENT), NULL);

		if (percent == NULL && share->percent != NULL)
			percent = (char *)"n/a";
		parts[i] = percent == NULL ? share->label : occ_arena_printf(arena, "%s, %s", share->label, percent);
	}
	return format_join(arena, parts, shares->n_items, "; ");
}

/* Money below one unit shows its cents, so that a difference does not read as none. */
static char *
absolute_in_unit(struct occ_arena *arena, double value, Occupare__V1__Unit unit, const char *currency)
{
	if (unit == UNIT(PERCENT)) {
		char *points = format_trimmed(arena, value, 1);

		return occ_arena_printf(arena, "%s point%s", points, strcmp(points, "1") == 0 ? "" : "s");
	}
	if (unit == UNIT(CURRENCY_PER_YEAR) && value < 1)
		return format_money(arena, currency, value, true);
	if (unit == UNIT(COUNT))
		return format_trimmed(arena, value, 1);
	return value_in_unit(arena, value, unit, currency);
}

char *
format_difference(
    struct occ_arena *arena, const Occupare__V1__Difference *difference, Occupare__V1__Unit unit, const char *currency)
{
	if (difference->absolute == NULL)
		return occ_arena_strdup(arena, "");
	if (difference->direction == OCCUPARE__V1__DIRECTION__DIRECTION_EQUAL)
		return occ_arena_strdup(arena, "same");
	char sign = difference->direction == OCCUPARE__V1__DIRECTION__DIRECTION_HIGHER ? '+' : '-';
	char *absolute = absolute_in_unit(arena, fabs(difference->absolute->value), unit, currency);

	if (strpbrk(absolute, "123456789") == NULL)
		return occ_arena_strdup(arena, "almost the same");
	if (difference->percent == NULL)
		return occ_arena_printf(arena, "%c%s", sign, absolute);
	return occ_arena_printf(
	    arena, "%c%s, %c%s", sign, absolute, sign, format_percent(arena, fabs(difference->percent->value)));
}

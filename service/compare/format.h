/* Values as people read them. All results live in the arena. Pure functions, thread-safe. */
#ifndef OCC_FORMAT_H
#define OCC_FORMAT_H

#include <stdbool.h>

#include "occupare/v1/comparison.pb-c.h"
#include "proto/arena.h"

/* The figure carries a value: it is there, neither SUPPRESSED nor NOT_COLLECTED, and finite. */
bool format_has_value(const Occupare__V1__Figure *figure);

/* A number with thousands separators and as many decimals, rounded half away from zero: 157,294. */
char *format_number(struct occ_arena *arena, double value, int decimals);

/* The same with at most as many decimals, trailing zeros cut: 47, 23.4. */
char *format_trimmed(struct occ_arena *arena, double value, int decimals);

/* Money per year ("$69,729") or, with cents, per hour ("$33.52"). currency: ISO 4217; known signs ($, EUR's, GBP's, JPY's)
 * stand before the number, else the code and a space do: "CHF 69,729". Empty counts as USD. */
char *format_money(struct occ_arena *arena, const char *currency, double value, bool cents);

/* A percent with at most one decimal and no trailing zero: 28%, 23.4%. */
char *format_percent(struct occ_arena *arena, double value);

/* A count of months as a range: years where both ends are whole years ("4-6 years", "1 year"), else months ("6-12
 * months"); low alone is "more than 10 years", high alone or above zero "up to 2 years", equal ends one number. NULL: neither carries a
 * value. */
char *format_months(struct occ_arena *arena, const Occupare__V1__Figure *low, const Occupare__V1__Figure *high);

/* A range of yearly pay: "$41,000-$117,000"; low alone is "$41,000 or more", high alone "up to $117,000". NULL: neither
 * carries a value. */
char *format_pay_range(
    struct occ_arena *arena, const Occupare__V1__Figure *low, const Occupare__V1__Figure *high, const char *currency);

/* A figure in the unit of its row: "$69,729", "28%", "47", with ">=" words where status is AT_LEAST ("$239,200 or more").
 * NULL: it carries no value (absent, SUPPRESSED, NOT_COLLECTED). */
char *format_figure(
    struct occ_arena *arena, const Occupare__V1__Figure *figure, Occupare__V1__Unit unit, const char *currency);

/* Parts of a distribution: "Male, 23.4%; Female, 76.6%"; a part without a percent is its label, one that is held back
 * "Other, n/a". */
char *format_shares(struct occ_arena *arena, const Occupare__V1__ShareList *shares);

/* A difference in the unit of its row: "+$45,252, +64.9%", "-4.3 points", "same"; "almost the same" where the words would
 * read as zero. Empty for an empty difference. */
char *format_difference(
    struct occ_arena *arena, const Occupare__V1__Difference *difference, Occupare__V1__Unit unit, const char *currency);

/* Texts with a separator between them. */
char *format_join(struct occ_arena *arena, char *const *items, size_t count, const char *separator);

#endif

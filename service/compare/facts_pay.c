/* Who earns more, and by how much. */
#include <string.h>

#include "service/compare/facts.h"
#include "service/compare/fields.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name

FACTS_FIGURE(annual_mean, salary, annual_mean)
FACTS_FIGURE(annual_median, salary, annual_median)
FACTS_FIGURE(hourly_mean, salary, hourly_mean)

struct pay {
	const char *field, *measure; /* "average" */
	const char *time;            /* "year" */
	Occupare__V1__Unit unit;
	const char *currency;
	struct facts_rank rank;
};

static char *
money(const struct facts *facts, const struct pay *pay, size_t index)
{
	return facts_value(facts, pay->rank.figures[index], pay->unit, pay->currency);
}

/* "$45,252 (64.9%)", percent of what base earns, with "at least" where the higher is only known to be at least so high. */
static char *
pay_gap(const struct facts *facts, const struct pay *pay, size_t high, size_t low, size_t base)
{
	const Occupare__V1__Figure *more = pay->rank.figures[high], *less = pay->rank.figures[low];
	double gap = more->value - less->value;
	char *amount = format_money(facts->arena, pay->currency, gap, gap < 1 || pay->unit == UNIT(CURRENCY_PER_HOUR));
	const char *bound = more->status == STATUS(AT_LEAST) ? "at least " : "";

	/* Seen from a lower bound, the share is not bounded the same way. */
	if (pay->rank.figures[base]->value <= 0 || (base == high && bound[0] != '\0'))
		return occ_arena_printf(facts->arena, "%s%s", bound, amount);
	return occ_arena_printf(facts->arena, "%s%s (%s)", bound, amount,
	    format_percent(facts->arena, 100 * gap / pay->rank.figures[base]->value));
}

static char *
two_pays(const struct facts *facts, const struct pay *pay)
{
	size_t high = pay->rank.top, low = 1 - high;
	const struct facts_name *names = facts->names;

	if (!pay->rank.top_known)
		return occ_arena_printf(facts->arena,
		    "%s earns %s %s of %s %s %s and %s one of %s; who earns more cannot be told.", names[0].a,
		    grammar_article(pay->measure), pay->measure, money(facts, pay, 0), grammar_article(pay->time),
		    pay->time, names[1].a, money(facts, pay, 1));
	if (!facts_comparable(facts, pay->field))
		return occ_arena_printf(facts->arena,
		    "%s earns %s %s of %s %s %s and %s one of %s; the two are not comparable.", names[0].a,
		    grammar_article(pay->measure), pay->measure, money(facts, pay, 0), grammar_article(pay->time),
		    pay->time, names[1].a, money(facts, pay, 1));
	return occ_arena_printf(facts->arena, "%s earns %s %s of %s %s %s, %s more than the %s of %s.", names[high].a,
	    grammar_article(pay->measure), pay->measure, money(facts, pay, high), grammar_article(pay->time), pay->time,
	    pay_gap(facts, pay, high, low, low), money(facts, pay, low), names[low].a);
}

static char *
many_pays(const struct facts *facts, const struct pay *pay)
{
	const struct facts_rank *rank = &pay->rank;
	char *most = facts_who(facts, rank, rank->figures[rank->top]->value);
	char *least = facts_who(facts, rank, rank->figures[rank->bottom]->value);
	const char *coverage = facts_coverage(facts, rank->known);
	struct occ_arena *arena = facts->arena;

	if (!facts_comparable(facts, pay->field))
		return NULL;
	if (rank->top_known && rank->bottom_known)
		return occ_arena_printf(arena,
		    "%s%s earn the most, %s %s of %s %s %s, %s more than %s, who earn the least (%s).", coverage, most,
		    grammar_article(pay->measure), pay->measure, money(facts, pay, rank->top),
		    grammar_article(pay->time), pay->time, pay_gap(facts, pay, rank->top, rank->bottom, rank->bottom),
		    least, money(facts, pay, rank->bottom));
	if (rank->top_known || rank->bottom_known)
		return occ_arena_printf(arena, "%s%s earn the %s, %s %s of %s %s %s.", coverage,
		    rank->top_known ? most : least, rank->top_known ? "most" : "least", grammar_article(pay->measure),
		    pay->measure, money(facts, pay, rank->top_known ? rank->top : rank->bottom),
		    grammar_article(pay->time), pay->time);
	return NULL;
}

static char *
equal_pay(const struct facts *facts, const struct pay *pay)
{
	return occ_arena_printf(facts->arena, "%sthe %s %s %s: %s %s %s.", facts_coverage(facts, pay->rank.known),
	    pay->measure, pay->unit == UNIT(CURRENCY_PER_HOUR) ? "hourly pay" : "salary",
	    occ_arena_printf(facts->arena,
		pay->rank.inherited ? "of %s is published only for a broader group" : "is the same for %s",
		facts_all(facts->arena, pay->rank.known)),
	    money(facts, pay, pay->rank.top), grammar_article(pay->time), pay->time);
}

/* What most have: the mean of a year, the median, or the mean of an hour. False: none is known, or the currencies
 * differ. */
static bool
choose_pay(const struct facts *facts, struct pay *ret)
{
	const struct pay measures[] = { { "salary.annual_mean", "average", "year", UNIT(CURRENCY_PER_YEAR), NULL,
					    facts_rank(facts, annual_mean) },
		{ "salary.annual_median", "median", "year", UNIT(CURRENCY_PER_YEAR), NULL,
		    facts_rank(facts, annual_median) },
		{ "salary.hourly_mean", "average", "hour", UNIT(CURRENCY_PER_HOUR), NULL,
		    facts_rank(facts, hourly_mean) } };

	*ret = measures[0];
	for (size_t i = 1; i < sizeof measures / sizeof *measures; i++) {
		if (measures[i].rank.known > ret->rank.known)
			*ret = measures[i];
	}
	if (ret->rank.known == 0)
		return false;
	ret->currency = fields_currency(facts->subjects[ret->rank.top].occupation);
	for (size_t i = 0; i < facts->count; i++) {
		if (ret->rank.figures[i] != NULL &&
		    strcmp(fields_currency(facts->subjects[i].occupation), ret->currency) != 0)
			return false;
	}
	return true;
}

void
facts_say_pay(struct facts *facts)
{
	struct pay pay;
	char *text;

	if (!choose_pay(facts, &pay))
		return;
	if (pay.rank.known == 1)
		text = occ_arena_printf(facts->arena, "%s earns %s %s of %s %s %s; no such figure is given for %s.",
		    facts->names[pay.rank.top].a, grammar_article(pay.measure), pay.measure,
		    money(facts, &pay, pay.rank.top), grammar_article(pay.time), pay.time,
		    facts->count == 2 ? facts->names[1 - pay.rank.top].a : "the others");
	else if (pay.rank.equal)
		text = equal_pay(facts, &pay);
	else
		text = facts->count == 2 ? two_pays(facts, &pay) : many_pays(facts, &pay);
	if (text != NULL)
		facts_say(facts, pay.field, text);
}

/* Whether two ranges of pay overlap, and where. */
void
facts_say_overlap(struct facts *facts, const char *row, const char *paths, const char *noun, facts_figure_get *get_low,
    facts_figure_get *get_high)
{
	struct facts_rank low = facts_rank(facts, get_low), high = facts_rank(facts, get_high);
	const char *currency = fields_currency(facts->subjects[0].occupation);
	char *from, *to;

	if (facts->count != 2 || !facts_comparable(facts, row) || low.known < 2 || high.known < 2 ||
	    (low.equal && high.equal) || strcmp(currency, fields_currency(facts->subjects[1].occupation)) != 0)
		return;
	/* What both pay lies between the higher of the lower ends and the lower of the upper ends. */
	from = facts_value(facts, low.figures[low.top], UNIT(CURRENCY_PER_YEAR), currency);
	to = facts_value(facts, high.figures[high.bottom], UNIT(CURRENCY_PER_YEAR), currency);
	if (low.figures[low.top]->value < high.figures[high.bottom]->value)
		facts_say(facts, paths,
		    occ_arena_printf(facts->arena, "their %s overlap between %s and %s a year.", noun, from, to));
	else if (high.figures[high.bottom]->status != STATUS(AT_LEAST))
		facts_say(facts, paths,
		    occ_arena_printf(facts->arena,
			"their %s do not overlap: that of %s ends at %s a year and that of %s starts at %s.", noun,
			facts->names[high.bottom].many, to, facts->names[low.top].many, from));
}

void
facts_say_pay_step(struct facts *facts, size_t from, size_t to)
{
	struct compare_subject pair[] = { facts->subjects[from], facts->subjects[to] };
	struct facts both = *facts;
	struct pay pay;

	both.subjects = pair;
	both.count = 2;
	if (!choose_pay(&both, &pay) || !facts_comparable(facts, pay.field) || pay.rank.known < 2 || pay.rank.equal ||
	    !pay.rank.top_known)
		return;
	facts_say(facts, pay.field,
	    occ_arena_printf(facts->arena, "the step to %s means %s %s %s %s in %s pay.", facts->names[to].a,
		pay_gap(&both, &pay, pay.rank.top, 1 - pay.rank.top, 0), grammar_article(pay.time), pay.time,
		pay.rank.top == 1 ? "more" : "less", pay.measure));
}

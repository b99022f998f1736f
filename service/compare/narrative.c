/* Sections of a comparison in sentences and headings. */
#include "service/compare/narrative.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "service/compare/facts.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"
#include "service/compare/similar.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name
#define SKILLS_TOP 3u   /* named of each occupation */
#define SKILLS_NAMED 6u /* named of a list of shared or other skills */
#define LIST_WHOLE 99.8 /* percents that sum to this much leave nothing out */

/* ---- Getters ---- */

#define FIGURE_OF(name, part, member)                                                                                  \
	static const Occupare__V1__Figure *name(const Occupare__V1__Occupation *occupation)                            \
	{                                                                                                              \
		return occupation->part != NULL ? occupation->part->member : NULL;                                     \
	}
FIGURE_OF(annual_mean, salary, annual_mean)
FIGURE_OF(annual_median, salary, annual_median)
FIGURE_OF(annual_low, salary, annual_low)
FIGURE_OF(annual_high, salary, annual_high)
FIGURE_OF(annual_p10, salary, annual_p10)
FIGURE_OF(annual_p90, salary, annual_p90)
FIGURE_OF(growth_percent, outlook, growth_percent)
FIGURE_OF(employment, outlook, employment)
FIGURE_OF(job_postings, outlook, job_postings)
FIGURE_OF(annual_openings, outlook, annual_openings)
FIGURE_OF(months_low, experience, months_to_become_low)
FIGURE_OF(months_high, experience, months_to_become_high)
FIGURE_OF(average_age, demographics, average_age)
FIGURE_OF(median_age, demographics, median_age)
FIGURE_OF(lgbt_percent, demographics, lgbt_percent)

#define FIRST_OF(name, member)                                                                                         \
	static const Occupare__V1__Share *name(const Occupare__V1__Occupation *occupation)                             \
	{                                                                                                              \
		const Occupare__V1__Education *education = occupation->education;                                      \
		return education != NULL && education->n_##member > 0 ? education->member[0] : NULL;                   \
	}
FIRST_OF(first_degree, degrees)
FIRST_OF(first_major, majors)
FIRST_OF(first_college, colleges)

static const Occupare__V1__Share *
largest(Occupare__V1__Share *const *shares, size_t count)
{
	const Occupare__V1__Share *top = NULL;

	for (size_t i = 0; i < count; i++) {
		if (format_has_value(shares[i]->percent) &&
		    (top == NULL || shares[i]->percent->value > top->percent->value))
			top = shares[i];
	}
	return top;
}

static const Occupare__V1__Share *
largest_gender(const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Demographics *people = occupation->demographics;

	return people != NULL ? largest(people->genders, people->n_genders) : NULL;
}

static const Occupare__V1__Share *
largest_race(const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Demographics *people = occupation->demographics;

	return people != NULL ? largest(people->races, people->n_races) : NULL;
}

static const char *
currency_of(const Occupare__V1__Occupation *occupation)
{
	const char *code = occupation->salary != NULL ? occupation->salary->currency_code : "";

	return code[0] != '\0' ? code : "USD";
}

/* ---- How long it takes ---- */

struct way {
	char *text; /* "4-6 years"; NULL = not known */
	double low, high;
	bool open; /* an end is not known */
};

/* Of two ranges the one whose ends are both later; one with an unknown end must begin where the other ends. */
static bool
is_longer(const struct way *a, const struct way *b)
{
	if (a->open || b->open)
		return a->low >= b->high;
	return a->low >= b->low && a->high >= b->high && (a->low > b->low || a->high > b->high);
}

/* The way that is longer than every other (shorter, if not longest), equal ones aside; count: there is none. */
static size_t
extreme_way(const struct way *ways, size_t count, bool longest)
{
	for (size_t i = 0; i < count; i++) {
		size_t j = 0;
		if (ways[i].text == NULL)
			continue;
		while (j < count && (ways[j].text == NULL || strcmp(ways[i].text, ways[j].text) == 0 ||
					(longest ? is_longer(&ways[i], &ways[j]) : is_longer(&ways[j], &ways[i]))))
			j++;
		if (j == count)
			return i;
	}
	return count;
}

static char *
who_takes(const struct facts *facts, const struct way *ways, size_t like)
{
	bool chosen[OCC_COMPARANDS_MAX] = { false };

	for (size_t i = 0; i < facts->count; i++)
		chosen[i] = ways[i].text != NULL && strcmp(ways[i].text, ways[like].text) == 0;
	return facts_many(facts, chosen);
}

static char *
two_ways(const struct facts *facts, const struct way *ways)
{
	const struct facts_name *names = facts->names;
	size_t longer = is_longer(&ways[0], &ways[1]) ? 0 : 1, shorter = 1 - longer;

	if (strcmp(ways[0].text, ways[1].text) == 0)
		return occ_arena_printf(facts->arena, "it typically takes %s to become either %s or %s.", ways[0].text,
		    names[0].a, names[1].a);
	if (!is_longer(&ways[longer], &ways[shorter]))
		return occ_arena_printf(facts->arena, "it typically takes %s to become %s and %s to become %s.",
		    ways[0].text, names[0].a, ways[1].text, names[1].a);
	return occ_arena_printf(facts->arena, "it typically takes longer to become %s (%s) than %s (%s).",
	    names[longer].a, ways[longer].text, names[shorter].a, ways[shorter].text);
}

/* NULL: the ways overlap so that none is longest or shortest. */
static char *
many_ways(const struct facts *facts, const struct way *ways, size_t known)
{
	size_t longest = extreme_way(ways, facts->count, true), shortest = extreme_way(ways, facts->count, false);
	const char *coverage = facts_coverage(facts, known), *most, *least;

	if (longest == shortest && longest < facts->count)
		return occ_arena_printf(
		    facts->arena, "%sit typically takes %s to become any.", coverage, ways[longest].text);
	if (longest == facts->count && shortest == facts->count)
		return NULL;
	most = longest == facts->count ? ""
				       : occ_arena_printf(facts->arena, "longest for %s (%s)",
					     who_takes(facts, ways, longest), ways[longest].text);
	least = shortest == facts->count ? ""
					 : occ_arena_printf(facts->arena, "shortest for %s (%s)",
					       who_takes(facts, ways, shortest), ways[shortest].text);
	return occ_arena_printf(facts->arena, "%sthe way in is typically %s%s%s.", coverage, most,
	    most[0] != '\0' && least[0] != '\0' ? " and " : "", least);
}

static void
say_way_in(struct facts *facts)
{
	struct way ways[OCC_COMPARANDS_MAX] = { 0 };
	size_t known = 0, some = 0;
	char *text;

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Figure *low = months_low(facts->subjects[i].occupation);
		const Occupare__V1__Figure *high = months_high(facts->subjects[i].occupation);
		ways[i].text = format_months(facts->arena, low, high);
		ways[i].low = format_has_value(low) ? low->value : 0;
		ways[i].high = format_has_value(high) ? high->value : INFINITY;
		ways[i].open = !format_has_value(low) || !format_has_value(high);
		known += ways[i].text != NULL;
		some = ways[i].text != NULL ? i : some;
	}
	if (known == 0)
		return;
	if (facts->same_occupation)
		text = occ_arena_printf(
		    facts->arena, "it typically takes %s to become %s.", ways[some].text, facts->names[0].kind_a);
	else if (known == 1)
		text = occ_arena_printf(facts->arena, "it typically takes %s to become %s; no time is given for %s.",
		    ways[some].text, facts->names[some].a, facts->count == 2 ? facts->names[1 - some].a : "the others");
	else if (facts->count == 2)
		text = two_ways(facts, ways);
	else
		text = many_ways(facts, ways, known);
	if (text != NULL)
		facts_say(facts, "experience.months_to_become", text);
}

/* ---- Pay ---- */

struct pay {
	const char *field, *measure; /* "average" */
	const char *currency;
	struct facts_rank rank;
};

static char *
money(const struct facts *facts, const struct pay *pay, size_t index)
{
	return facts_value(facts, pay->rank.figures[index], UNIT(CURRENCY_PER_YEAR), pay->currency);
}

/* "$45,252 (64.9%)", percent of what base earns, with "at least" where the higher is only known to be at least so high. */
static char *
pay_gap(const struct facts *facts, const struct pay *pay, size_t high, size_t low, size_t base)
{
	const Occupare__V1__Figure *more = pay->rank.figures[high], *less = pay->rank.figures[low];
	double gap = more->value - less->value;
	char *amount = format_money(facts->arena, pay->currency, gap, gap < 1);
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

	if (!facts_comparable(facts, pay->field))
		return occ_arena_printf(facts->arena,
		    "%s earns %s %s of %s a year and %s one of %s; the two are not comparable.", names[0].a,
		    grammar_article(pay->measure), pay->measure, money(facts, pay, 0), names[1].a,
		    money(facts, pay, 1));
	if (!pay->rank.top_known)
		return occ_arena_printf(facts->arena,
		    "%s earns %s %s of %s a year and %s one of %s; who earns more cannot be told.", names[0].a,
		    grammar_article(pay->measure), pay->measure, money(facts, pay, 0), names[1].a,
		    money(facts, pay, 1));
	return occ_arena_printf(facts->arena, "%s earns %s %s of %s a year, %s more than the %s of %s.", names[high].a,
	    grammar_article(pay->measure), pay->measure, money(facts, pay, high), pay_gap(facts, pay, high, low, low),
	    money(facts, pay, low), names[low].a);
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
		    "%s%s earn the most, %s %s of %s a year, %s more than %s, who earn the least (%s).", coverage, most,
		    grammar_article(pay->measure), pay->measure, money(facts, pay, rank->top),
		    pay_gap(facts, pay, rank->top, rank->bottom, rank->bottom), least, money(facts, pay, rank->bottom));
	if (rank->top_known || rank->bottom_known)
		return occ_arena_printf(arena, "%s%s earn the %s, %s %s of %s a year.", coverage,
		    rank->top_known ? most : least, rank->top_known ? "most" : "least", grammar_article(pay->measure),
		    pay->measure, money(facts, pay, rank->top_known ? rank->top : rank->bottom));
	return NULL;
}

static char *
equal_pay(const struct facts *facts, const struct pay *pay)
{
	const char *coverage = facts_coverage(facts, pay->rank.known);
	const char *all = facts_all(facts->arena, pay->rank.known);

	if (pay->rank.inherited)
		return occ_arena_printf(facts->arena,
		    "%sthe %s salary of %s is published only for a broader group: %s a year.", coverage, pay->measure,
		    all, money(facts, pay, pay->rank.top));
	return occ_arena_printf(facts->arena, "%sthe %s salary is the same for %s: %s a year.", coverage, pay->measure,
	    all, money(facts, pay, pay->rank.top));
}

/* The mean, or the median where more have one. False: none is known, or the currencies differ. */
static bool
choose_pay(const struct facts *facts, struct pay *ret)
{
	struct facts_rank mean = facts_rank(facts, annual_mean), median = facts_rank(facts, annual_median);

	*ret = mean.known >= median.known ? (struct pay){ "salary.annual_mean", "average", NULL, mean }
					  : (struct pay){ "salary.annual_median", "median", NULL, median };
	if (ret->rank.known == 0)
		return false;
	ret->currency = currency_of(facts->subjects[ret->rank.top].occupation);
	for (size_t i = 0; i < facts->count; i++) {
		if (ret->rank.figures[i] != NULL &&
		    strcmp(currency_of(facts->subjects[i].occupation), ret->currency) != 0)
			return false;
	}
	return true;
}

static void
say_pay(struct facts *facts)
{
	struct pay pay;
	char *text;

	if (!choose_pay(facts, &pay))
		return;
	if (pay.rank.known == 1)
		text = occ_arena_printf(facts->arena, "%s earns %s %s of %s a year; no such figure is given for %s.",
		    facts->names[pay.rank.top].a, grammar_article(pay.measure), pay.measure,
		    money(facts, &pay, pay.rank.top),
		    facts->count == 2 ? facts->names[1 - pay.rank.top].a : "the others");
	else if (pay.rank.equal)
		text = equal_pay(facts, &pay);
	else
		text = facts->count == 2 ? two_pays(facts, &pay) : many_pays(facts, &pay);
	if (text != NULL)
		facts_say(facts, pay.field, text);
}

/* Whether two ranges of pay overlap, and where. */
static void
say_overlap(
    struct facts *facts, const char *fields, const char *noun, facts_figure_get *get_low, facts_figure_get *get_high)
{
	struct facts_rank low = facts_rank(facts, get_low), high = facts_rank(facts, get_high);
	const char *currency = currency_of(facts->subjects[0].occupation);
	char *from, *to;

	if (facts->count != 2 || low.known < 2 || high.known < 2 || (low.equal && high.equal) ||
	    strcmp(currency, currency_of(facts->subjects[1].occupation)) != 0)
		return;
	/* What both pay lies between the higher of the lower ends and the lower of the upper ends. */
	from = facts_value(facts, low.figures[low.top], UNIT(CURRENCY_PER_YEAR), currency);
	to = facts_value(facts, high.figures[high.bottom], UNIT(CURRENCY_PER_YEAR), currency);
	if (low.figures[low.top]->value < high.figures[high.bottom]->value)
		facts_say(facts, fields,
		    occ_arena_printf(facts->arena, "their %s overlap between %s and %s a year.", noun, from, to));
	else if (high.figures[high.bottom]->status != STATUS(AT_LEAST))
		facts_say(facts, fields,
		    occ_arena_printf(facts->arena,
			"their %s do not overlap: that of %s ends at %s a year and that of %s starts at %s.", noun,
			facts->names[high.bottom].many, to, facts->names[low.top].many, from));
}

/* ---- Skills ---- */

/* The same occupation stands among the subjects before this one. */
static bool
is_repeated(const struct facts *facts, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(facts->subjects[i].occupation->id, facts->subjects[index].occupation->id) == 0)
			return true;
	}
	return false;
}

static void
say_top_skills(struct facts *facts)
{
	static const char *const top[] = { "top", "top two", "top three" };
	static const char *const first[] = { "first", "first two", "first three" };

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Occupation *occupation = facts->subjects[i].occupation;
		size_t count;
		char **names = facts_skills(facts->arena, occupation, &count);
		if (count == 0 || is_repeated(facts, i))
			continue;
		count = count > SKILLS_TOP ? SKILLS_TOP : count;
		bool weighed = similar_scale(occupation) != SIMILAR_SCALE_NONE;
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "the %s skill%s %s %s %s %s.",
			weighed ? top[count - 1] : first[count - 1], count == 1 ? "" : "s",
			weighed ? "of" : "listed for", facts->names[i].kind_a, count == 1 ? "is" : "are",
			facts_names(facts->arena, names, count, count)));
	}
}

/* Names of the skills of one subject that all others (or none of the others) list. */
static char **
skills_against(const struct facts *facts, size_t index, bool shared, size_t *ret_count)
{
	size_t all, count = 0;
	char **names = facts_skills(facts->arena, facts->subjects[index].occupation, &all);

	for (size_t i = 0; i < all; i++) {
		size_t having = 0;
		for (size_t j = 0; j < facts->count; j++)
			having += j != index && facts_has_skill(facts->subjects[j].occupation, names[i]);
		if (having == (shared ? facts->count - 1 : 0))
			names[count++] = names[i];
	}
	*ret_count = count;
	return names;
}

/* The facts of those subjects alone that have a list of skills; their sentences are still to be taken over. */
static struct facts
with_skills(const struct facts *facts)
{
	struct facts those = *facts;
	struct compare_subject *subjects = occ_arena_calloc(facts->arena, facts->count, sizeof *subjects);
	struct facts_name *names = occ_arena_calloc(facts->arena, facts->count, sizeof *names);

	those.count = 0;
	for (size_t i = 0; i < facts->count; i++) {
		if (facts->subjects[i].occupation->n_skills == 0 || is_repeated(facts, i))
			continue;
		subjects[those.count] = facts->subjects[i];
		names[those.count] = facts->names[i];
		names[those.count++].many = facts->names[i].kind_many;
	}
	those.subjects = subjects;
	those.names = names;
	return those;
}

/* say_none: an empty list is worth a sentence. */
static void
say_shared_skills(struct facts *facts, bool say_none)
{
	struct facts those = with_skills(facts);
	size_t count;
	char **names;
	const char *all;

	if (those.count < 2)
		return;
	all = those.count == facts->count ? facts_all(facts->arena, facts->count) : facts_many(&those, NULL);
	names = skills_against(&those, 0, true, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "the skill%s that %s list %s %s.", count == 1 ? "" : "s", all,
			count == 1 ? "is" : "are", facts_names(facts->arena, names, count, SKILLS_NAMED)));
	else if (say_none && those.count == facts->count)
		facts_say(facts, "skills", occ_arena_printf(facts->arena, "no skill is in %s lists.", all));
	else if (say_none)
		facts_say(facts, "skills", occ_arena_printf(facts->arena, "no skill is in all the lists of %s.", all));
}

static void
say_unique_skills(struct facts *facts)
{
	struct facts those = with_skills(facts);

	for (size_t i = 0; those.count > 1 && i < those.count; i++) {
		size_t count;
		char **names = skills_against(&those, i, false, &count);
		if (count > 0)
			facts_say(facts, "skills",
			    occ_arena_printf(facts->arena, "only %s list %s.", those.names[i].many,
				facts_names(facts->arena, names, count, SKILLS_NAMED)));
	}
}

static bool
is_cut(const Occupare__V1__Occupation *occupation)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < occupation->n_skills; i++) {
		if (format_has_value(occupation->skills[i]->percent)) {
			sum += occupation->skills[i]->percent->value;
			known++;
		}
	}
	return known > 0 && sum < LIST_WHOLE;
}

static void
say_skills(struct facts *facts)
{
	bool cut = false;

	say_shared_skills(facts, true);
	say_unique_skills(facts);
	if (with_skills(facts).count < 2)
		return;
	if (facts->count == 2 &&
	    similar_scale(facts->subjects[0].occupation) == similar_scale(facts->subjects[1].occupation)) {
		double alike = similar_skills(facts->arena, facts->subjects[0].occupation,
		    facts->subjects[1].occupation, OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_WEIGHTED_JACCARD);
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "the two lists are %s alike (%s).",
			format_percent(facts->arena, 100 * alike),
			similar_method_name(OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_WEIGHTED_JACCARD)));
	}
	for (size_t i = 0; i < facts->count; i++)
		cut = cut || is_cut(facts->subjects[i].occupation);
	if (cut)
		facts_say(
		    facts, "skills", "the lists may be cut: a skill that is missing from one may still be asked for.");
}

/* ---- Transition ---- */

/* Skills of the target that the start lacks, or has too, most needed first. */
static char **
skills_to_gain(const struct facts *facts, const struct compare_subject *from, const struct compare_subject *to,
    bool lacking, size_t *ret_count)
{
	size_t all, count = 0;
	char **names = facts_skills(facts->arena, to->occupation, &all);

	for (size_t i = 0; i < all; i++) {
		if (facts_has_skill(from->occupation, names[i]) != lacking)
			names[count++] = names[i];
	}
	*ret_count = count;
	return names;
}

static void
say_coverage(struct facts *facts, size_t from, size_t to, double coverage)
{
	const struct facts_name *names = facts->names;

	if (coverage > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "%s of the skills of %s, by weight, are also those of %s (%s).",
			format_percent(facts->arena, 100 * coverage), names[to].a, names[from].a,
			similar_method_name(OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_COVERAGE)));
	else
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "none of the skills listed for %s is listed for %s.", names[to].a,
			names[from].a));
}

static void
say_skills_step(struct facts *facts, size_t from, size_t to, double coverage)
{
	size_t count;
	char **skills;

	say_coverage(facts, from, to, coverage);
	skills = skills_to_gain(facts, &facts->subjects[from], &facts->subjects[to], false, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "%s carr%s over.",
			facts_names(facts->arena, skills, count, SKILLS_NAMED), count == 1 ? "ies" : "y"));
	skills = skills_to_gain(facts, &facts->subjects[from], &facts->subjects[to], true, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "%s also needs %s.", facts->names[to].a,
			facts_names(facts->arena, skills, count, SKILLS_NAMED)));
}

static void
say_pay_step(struct facts *facts, size_t from, size_t to)
{
	struct compare_subject pair[] = { facts->subjects[from], facts->subjects[to] };
	struct facts both = *facts;
	struct pay pay;

	both.subjects = pair;
	both.count = 2;
	if (!facts_comparable(facts, "salary.annual_mean") || !choose_pay(&both, &pay) || pay.rank.known < 2 ||
	    pay.rank.equal || !pay.rank.top_known)
		return;
	facts_say(facts, pay.field,
	    occ_arena_printf(facts->arena, "the step to %s brings %s a year %s in %s pay.", facts->names[to].a,
		pay_gap(&both, &pay, pay.rank.top, 1 - pay.rank.top, 0), pay.rank.top == 1 ? "more" : "less",
		pay.measure));
}

static void
say_transition(struct facts *facts, size_t from, size_t to, double coverage)
{
	const Occupare__V1__Occupation *target = facts->subjects[to].occupation;
	char *time = format_months(facts->arena, months_low(target), months_high(target));
	bool same = strcmp(facts->subjects[from].occupation->id, target->id) == 0;

	if (!same && facts->subjects[from].occupation->n_skills > 0 && target->n_skills > 0)
		say_skills_step(facts, from, to, coverage);
	say_pay_step(facts, from, to);
	if (!same && time != NULL)
		facts_say(facts, "experience.months_to_become",
		    occ_arena_printf(facts->arena, "it typically takes %s to become %s.", time, facts->names[to].a));
}

/* ---- Sections ---- */

static void
say_introduction(struct facts *facts)
{
	say_way_in(facts);
	say_pay(facts);
	say_top_skills(facts);
	say_shared_skills(facts, false);
}

/* Rows of one kind, by their labels and fields. */
struct labels {
	const char *items[16];
	const char *fields;
	size_t count;
};

static void
labels_add(struct facts *facts, struct labels *labels, const Occupare__V1__Row *row, const char *value)
{
	char *label = grammar_lower(facts->arena, row->label);

	if (labels->count == sizeof labels->items / sizeof *labels->items)
		return;
	labels->items[labels->count] = value != NULL ? occ_arena_printf(facts->arena, "%s (%s)", label, value) : label;
	labels->fields = labels->count == 0 ? row->field
					    : occ_arena_printf(facts->arena, "%s %s", labels->fields, row->field);
	labels->count++;
}

static bool
is_equal_row(const Occupare__V1__Row *row)
{
	for (size_t i = 0; i < row->n_cells; i++) {
		const Occupare__V1__Cell *cell = row->cells[i];
		if (cell->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET ||
		    strcmp(cell->display, row->cells[0]->display) != 0 ||
		    (cell->value_case == OCCUPARE__V1__CELL__VALUE_FIGURE &&
			(cell->figure->status == STATUS(AT_LEAST) || cell->figure->status == STATUS(INHERITED))))
			return false;
	}
	return true;
}

static void
say_leaders(struct facts *facts, const Occupare__V1__Section *section)
{
	for (size_t i = 0; i < facts->count; i++) {
		struct labels labels = { 0 };
		for (size_t j = 0; j < section->n_rows; j++) {
			const Occupare__V1__Row *row = section->rows[j];
			if (row->comparable && row->n_leaders == 1 && row->leaders[0] == i &&
			    row->missing + 1 < facts->count)
				labels_add(facts, &labels, row, NULL);
		}
		if (labels.count > 0)
			facts_say(facts, labels.fields,
			    occ_arena_printf(facts->arena, "%s have the %s %s.", facts->names[i].many,
				facts->count == 2 ? "higher" : "highest",
				grammar_list(facts->arena, labels.items, labels.count)));
	}
}

static void
say_overview(struct facts *facts, const Occupare__V1__Section *section)
{
	struct labels equal = { 0 }, missing = { 0 };
	const char *none = facts->count == 2 ? "either" : "any of them";

	say_leaders(facts, section);
	for (size_t i = 0; i < section->n_rows; i++) {
		const Occupare__V1__Row *row = section->rows[i];
		if (row->missing == facts->count)
			labels_add(facts, &missing, row, NULL);
		else if (row->comparable && is_equal_row(row))
			labels_add(facts, &equal, row, row->cells[0]->display);
	}
	if (equal.count > 0)
		facts_say(facts, equal.fields,
		    occ_arena_printf(facts->arena, "%s have the same %s.", facts_all(facts->arena, facts->count),
			grammar_list(facts->arena, equal.items, equal.count)));
	if (missing.count > 0)
		facts_say(facts, missing.fields,
		    occ_arena_printf(facts->arena, "%s %s not known for %s.",
			grammar_list(facts->arena, missing.items, missing.count), missing.count == 1 ? "is" : "are",
			none));
}

static void
say_missing(struct facts *facts, const char *field, const char *what, const bool *missing)
{
	if (memchr(missing, true, facts->count) != NULL)
		facts_say(facts, field,
		    occ_arena_printf(facts->arena, "no %s given for %s.", what, facts_many(facts, missing)));
}

static void
say_summary(struct facts *facts)
{
	bool missing[OCC_COMPARANDS_MAX];

	for (size_t i = 0; i < facts->count; i++)
		missing[i] = facts->subjects[i].occupation->summary[0] == '\0';
	say_missing(facts, "summary", "description is", missing);
}

static void
say_salary(struct facts *facts)
{
	const char *cities[OCC_COMPARANDS_MAX];

	say_pay(facts);
	say_overlap(facts, "salary.annual_range", "typical salary ranges", annual_low, annual_high);
	say_overlap(facts, "salary.annual_p10 salary.annual_p90", "salary ranges from the 10th to the 90th percentile",
	    annual_p10, annual_p90);
	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Salary *salary = facts->subjects[i].occupation->salary;
		bool has = salary != NULL && salary->top_city != NULL && salary->top_city->label[0] != '\0';
		cities[i] = has ? salary->top_city->label : NULL;
	}
	facts_say_label(facts, "salary.top_city", "highest paying city", cities);
}

static void
say_education(struct facts *facts)
{
	static const struct facts_share shares[] = { { "education.degrees[0]", "most common degree", first_degree },
		{ "education.majors[0]", "most common major", first_major },
		{ "education.colleges[0]", "most common college", first_college } };
	const char *entries[OCC_COMPARANDS_MAX];

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Education *education = facts->subjects[i].occupation->education;
		entries[i] = education != NULL && education->typical_entry[0] != '\0' ? education->typical_entry : NULL;
	}
	facts_say_label(facts, "education.typical_entry", "typical education at entry", entries);
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
		facts_say_share(facts, &shares[i]);
}

static void
say_demographics(struct facts *facts)
{
	static const struct facts_figure figures[] = { { "demographics.average_age", "average age", UNIT(YEARS),
							   average_age, true },
		{ "demographics.median_age", "median age", UNIT(YEARS), median_age, true },
		{ "demographics.lgbt_percent", "LGBT percentage", UNIT(PERCENT), lgbt_percent, true } };
	static const struct facts_share shares[] = { { "demographics.genders", "largest gender group", largest_gender },
		{ "demographics.races", "largest race group", largest_race } };

	for (size_t i = 0; i < 2; i++)
		facts_say_figure(facts, &figures[i]);
	for (size_t i = 0; i < 2; i++)
		facts_say_share(facts, &shares[i]);
	facts_say_figure(facts, &figures[2]);
}

static bool
duties_meet(const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b)
{
	for (size_t i = 0; i < a->n_responsibilities; i++) {
		for (size_t j = 0; j < b->n_responsibilities; j++) {
			if (strcasecmp(a->responsibilities[i], b->responsibilities[j]) == 0)
				return true;
		}
	}
	return false;
}

static void
say_responsibilities(struct facts *facts)
{
	bool missing[OCC_COMPARANDS_MAX] = { false }, more[OCC_COMPARANDS_MAX] = { false };
	bool any_missing = false;

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Occupation *occupation = facts->subjects[i].occupation;
		missing[i] = occupation->n_responsibilities == 0;
		more[i] = occupation->more_responsibilities && !missing[i] && !is_repeated(facts, i);
		any_missing = any_missing || missing[i];
	}
	if (facts->count == 2 && !any_missing && !facts->same_occupation &&
	    !duties_meet(facts->subjects[0].occupation, facts->subjects[1].occupation))
		facts_say(facts, "responsibilities", "none of the example duties is in both lists.");
	say_missing(facts, "responsibilities", "example duties are", missing);
	if (memchr(more, true, facts->count) != NULL)
		facts_say(facts, "more_responsibilities",
		    occ_arena_printf(facts->arena, "the source lists more duties of %s.", facts_many(facts, more)));
}

static const char *
category_title(const Occupare__V1__Occupation *occupation)
{
	return occupation->category != NULL && occupation->category->title[0] != '\0' ? occupation->category->title
										      : NULL;
}

static void
say_category(struct facts *facts)
{
	const char *titles[OCC_COMPARANDS_MAX];

	for (size_t i = 0; i < facts->count; i++)
		titles[i] = category_title(facts->subjects[i].occupation);
	facts_say_label(facts, "category", "category", titles);
}

/* "projected growth of employment from 2023 to 2033", the years only where all project the same. */
static const char *
growth_noun(const struct facts *facts)
{
	uint32_t from = 0, to = 0;

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Outlook *outlook = facts->subjects[i].occupation->outlook;
		if (outlook == NULL || !format_has_value(outlook->growth_percent))
			continue;
		if (outlook->from_year == 0 || outlook->to_year == 0 ||
		    (from != 0 && (from != outlook->from_year || to != outlook->to_year)))
			return "projected growth of employment";
		from = outlook->from_year;
		to = outlook->to_year;
	}
	return from == 0 ? ""
			 : occ_arena_printf(facts->arena, "projected growth of employment from %u to %u", from, to);
}

static void
say_outlook(struct facts *facts)
{
	const struct facts_figure figures[] = { { "outlook.growth_percent", growth_noun(facts), UNIT(PERCENT),
						    growth_percent, true },
		{ "outlook.employment", "number of people employed", UNIT(COUNT), employment, false },
		{ "outlook.job_postings", "number of jobs advertised", UNIT(COUNT), job_postings, true },
		{ "outlook.annual_openings", "number of openings a year", UNIT(COUNT), annual_openings, true } };

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		facts_say_figure(facts, &figures[i]);
}

static void
say_transitions(struct facts *facts, size_t baseline)
{
	for (size_t i = 0; i < facts->count; i++) {
		if (i == baseline)
			continue;
		say_transition(facts, baseline, i,
		    similar_skills(facts->arena, facts->subjects[baseline].occupation, facts->subjects[i].occupation,
			OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_COVERAGE));
	}
}

static void
say_section(struct facts *facts, const Occupare__V1__Section *section, size_t baseline)
{
	static const struct {
		const char *id;
		void (*say)(struct facts *facts);
	} table[] = { { "introduction", say_introduction }, { "summary", say_summary }, { "salary", say_salary },
		{ "education", say_education }, { "demographics", say_demographics },
		{ "responsibilities", say_responsibilities }, { "skills", say_skills }, { "category", say_category },
		{ "outlook", say_outlook } };

	if (strcmp(section->id, "overview") == 0)
		say_overview(facts, section);
	else if (strcmp(section->id, "transition") == 0)
		say_transitions(facts, baseline);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcmp(table[i].id, section->id) == 0)
			table[i].say(facts);
	}
}

/* ---- Headings ---- */

/* "Registered nurse vs actor salary"; of one occupation "Registered nurse salary: California vs Texas". what: may be "". */
static char *
versus_heading(const struct facts *facts, const char *what)
{
	struct occ_arena *arena = facts->arena;
	const char *space = what[0] != '\0' ? " " : "";
	char *out = occ_arena_strdup(arena, "");

	for (size_t i = 0; i < facts->count; i++) {
		const struct facts_name *name = &facts->names[i];
		out = occ_arena_printf(
		    arena, "%s%s%s", out, i > 0 ? " vs " : "", facts->same_occupation ? name->where : name->one);
	}
	if (facts->same_occupation)
		out = occ_arena_printf(arena, "%s%s%s: %s", facts->names[0].kind, space, what, out);
	else
		out = occ_arena_printf(arena, "%s%s%s", out, space, what);
	return grammar_capital(arena, out);
}

/* "Browse executive management jobs", of all categories that the comparands have. */
static char *
browse_heading(const struct facts *facts)
{
	const char *titles[OCC_COMPARANDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < facts->count; i++) {
		const char *title = category_title(facts->subjects[i].occupation);
		bool again = false;
		for (size_t j = 0; title != NULL && j < count; j++)
			again = again || strcasecmp(titles[j], grammar_lower(facts->arena, title)) == 0;
		if (title != NULL && !again)
			titles[count++] = grammar_lower(facts->arena, title);
	}
	if (count == 0)
		return occ_arena_strdup(facts->arena, "Category");
	return occ_arena_printf(facts->arena, "Browse %s jobs", grammar_list(facts->arena, titles, count));
}

static bool
differs(const Occupare__V1__Section *section)
{
	for (size_t i = 0; i < section->n_rows; i++) {
		const Occupare__V1__Row *row = section->rows[i];
		for (size_t j = 1; j < row->n_cells; j++) {
			if (strcmp(row->cells[j]->display, row->cells[0]->display) != 0)
				return true;
		}
	}
	return false;
}

static char *
differences_heading(const struct facts *facts, const Occupare__V1__Section *section, const char *what)
{
	const char *ones[OCC_COMPARANDS_MAX];
	char *list;

	if (facts->same_occupation)
		return versus_heading(facts, what);
	for (size_t i = 0; i < facts->count; i++)
		ones[i] = facts->names[i].one;
	list = grammar_list(facts->arena, ones, facts->count);
	if (!differs(section))
		return grammar_capital(facts->arena, occ_arena_printf(facts->arena, "%s %s", list, what));
	return occ_arena_printf(facts->arena, "Differences between %s %s", list, what);
}

static char *
transition_heading(const struct facts *facts, size_t baseline)
{
	if (facts->count != 2)
		return occ_arena_printf(facts->arena, "From %s to the others", facts->names[baseline].one);
	return occ_arena_printf(
	    facts->arena, "From %s to %s", facts->names[baseline].one, facts->names[1 - baseline].one);
}

static char *
heading(const struct facts *facts, const Occupare__V1__Section *section, size_t baseline)
{
	if (strcmp(section->id, "introduction") == 0)
		return versus_heading(facts, "");
	if (strcmp(section->id, "summary") == 0 && facts->same_occupation)
		return occ_arena_printf(facts->arena, "What does %s do?", facts->names[0].kind_a);
	if (strcmp(section->id, "summary") == 0)
		return occ_arena_printf(facts->arena, "What do %s do?", facts_many(facts, NULL));
	if (strcmp(section->id, "education") == 0)
		return differences_heading(facts, section, "education");
	if (strcmp(section->id, "responsibilities") == 0)
		return differences_heading(facts, section, "duties and responsibilities");
	if (strcmp(section->id, "category") == 0)
		return browse_heading(facts);
	if (strcmp(section->id, "transition") == 0)
		return transition_heading(facts, baseline);
	return versus_heading(facts, section->id);
}

/* ---- The public story ---- */

static void
take_sentences(struct facts *facts, size_t *ret_count, Occupare__V1__Sentence ***ret)
{
	*ret_count = facts->sentences_count;
	*ret = occ_arena_calloc(facts->arena, facts->sentences_count + 1, sizeof **ret);
	memcpy(*ret, facts->sentences, facts->sentences_count * sizeof **ret);
	facts->sentences_count = 0;
}

void
narrative_comparison(
    struct occ_arena *arena, const struct compare_subject *subjects, Occupare__V1__Comparison *comparison)
{
	struct facts facts;

	facts_init(&facts, arena, subjects, comparison->n_comparands, comparison->comparands);
	facts.comparison = comparison;
	for (size_t i = 0; i < comparison->n_sections; i++) {
		Occupare__V1__Section *section = comparison->sections[i];
		section->heading = heading(&facts, section, comparison->baseline);
		say_section(&facts, section, comparison->baseline);
		take_sentences(&facts, &section->n_sentences, &section->sentences);
	}
}

void
narrative_transition(struct occ_arena *arena, const struct compare_subject *from, const struct compare_subject *to,
    Occupare__V1__Transition *transition)
{
	struct compare_subject subjects[] = { *from, *to };
	Occupare__V1__Comparand *comparands[] = { transition->from, transition->to };
	struct facts facts;

	facts_init(&facts, arena, subjects, 2, comparands);
	say_transition(&facts, 0, 1, transition->coverage);
	take_sentences(&facts, &transition->n_sentences, &transition->sentences);
}

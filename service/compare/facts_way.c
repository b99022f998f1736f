/* How long it takes to become one. */
#include <math.h>
#include <string.h>

#include "service/compare/facts.h"
#include "service/compare/format.h"

FACTS_FIGURE(months_low, experience, months_to_become_low)
FACTS_FIGURE(months_high, experience, months_to_become_high)

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
	const char *text = ways[like].text;

	for (size_t i = 0; i < facts->count; i++)
		chosen[i] = text != NULL && ways[i].text != NULL && strcmp(ways[i].text, text) == 0;
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

	if (longest == shortest && longest < facts->count && known == facts->count)
		return occ_arena_printf(facts->arena, "it typically takes %s to become any of the %s.",
		    ways[longest].text, facts_all(facts->arena, known) + strlen("all "));
	if (longest == shortest && longest < facts->count)
		return occ_arena_printf(facts->arena, "the way in typically takes %s for %s.", ways[longest].text,
		    who_takes(facts, ways, longest));
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

void
facts_say_way_in(struct facts *facts)
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

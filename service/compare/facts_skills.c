/* What skills are asked for: of each, of all, of one alone, and from one to another. */
#include <string.h>
#include <strings.h>

#include "service/compare/facts.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"
#include "service/compare/kinds.h"
#include "service/compare/similar.h"

#define SKILLS_TOP 3u   /* named of each occupation */
#define SKILLS_NAMED 6u /* named of a list of shared or other skills */
#define LIST_WHOLE 99.8 /* percents that sum to this much leave nothing out */

#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

/* "skills", or "technologies" where all are such. */
static const char *
skills_noun(const Occupare__V1__Skill *const *skills, size_t count, bool many)
{
	for (size_t i = 0; i < count; i++) {
		if (skills[i]->kind != KIND(TECHNOLOGY))
			return many ? "skills" : "skill";
	}
	return many ? "technologies" : "technology";
}

void
facts_say_top_skills(struct facts *facts)
{
	static const char *const top[] = { "top", "top two", "top three" };
	static const char *const first[] = { "first", "first two", "first three" };

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Occupation *occupation = facts->subjects[i].occupation;
		size_t all, count;
		const Occupare__V1__Skill **skills = similar_ranked(facts->arena, occupation, &all);
		if (all == 0)
			continue;
		count = all > SKILLS_TOP ? SKILLS_TOP : all;
		bool weighed = similar_scale(occupation) != SIMILAR_SCALE_NONE;
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "the %s %s %s %s %s %s.",
			weighed ? top[count - 1] : first[count - 1], skills_noun(skills, all, count > 1),
			weighed ? "of" : "listed for", facts->names[i].kind_a, count == 1 ? "is" : "are",
			facts_skill_names(facts->arena, skills, count, count)));
	}
}

/* ---- Kinds of skills ---- */

static const struct {
	unsigned kind;
	const char *many;
} kinds[] = { { KINDS_STATED(KIND(SKILL)), "general skills" }, { KINDS_STATED(KIND(KNOWLEDGE)), "fields of knowledge" },
	{ KINDS_STATED(KIND(ABILITY)), "abilities" }, { KINDS_STATED(KIND(TECHNOLOGY)), "technologies" },
	{ KINDS_STATED(KIND(WORK_ACTIVITY)), "work activities" } };
#define KINDS_COUNT (sizeof kinds / sizeof *kinds)

static unsigned
list_of(const struct facts *facts, size_t index)
{
	return kinds_list(facts->subjects[index].occupation);
}

/* list: the kinds there are; unrated: those there are not; who: for whom. */
static const char *
unrated_text(const struct facts *facts, unsigned list, unsigned unrated, const bool *who)
{
	const char *names[KINDS_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < KINDS_COUNT; i++) {
		if (list == kinds[i].kind && kinds[i].kind != KINDS_STATED(KIND(SKILL)))
			return occ_arena_printf(facts->arena, "no skills other than %s are listed for %s.",
			    kinds[i].many, facts_many(facts, who));
		if ((unrated & kinds[i].kind) != 0)
			names[count++] = kinds[i].many;
	}
	return occ_arena_printf(facts->arena, "%s are not listed for %s.", grammar_list(facts->arena, names, count),
	    facts_many(facts, who));
}

/* The kinds that others list and this subject does not; general skills in other words are no such kind. */
static unsigned
unrated_kinds(const struct facts *facts, size_t index)
{
	unsigned list = list_of(facts, index), others = 0, unrated = 0;

	for (size_t i = 0; i < facts->count; i++)
		others |= list_of(facts, i);
	if (list == 0 || (list & KINDS_STATED(KIND(UNSPECIFIED))) != 0)
		return 0;
	for (size_t i = 0; i < KINDS_COUNT; i++) {
		bool renamed = kinds[i].kind == KINDS_STATED(KIND(SKILL)) && (list & KINDS_NAMED) != 0;
		if ((others & kinds[i].kind) != 0 && (list & kinds[i].kind) == 0 && !renamed)
			unrated |= kinds[i].kind;
	}
	return unrated;
}

/* That some name general skills in other words than others rate them. */
static void
say_other_words(struct facts *facts)
{
	bool named[OCC_COMPARANDS_MAX] = { false }, rated[OCC_COMPARANDS_MAX] = { false };

	for (size_t i = 0; i < facts->count; i++) {
		named[i] = (list_of(facts, i) & KINDS_NAMED) != 0;
		rated[i] = !named[i] && (list_of(facts, i) & KINDS_STATED(KIND(SKILL))) != 0;
	}
	if (memchr(named, true, facts->count) == NULL || memchr(rated, true, facts->count) == NULL)
		return;
	facts_say(facts, "skills",
	    occ_arena_printf(facts->arena,
		"general skills are named in other words for %s than for %s, so which of them the other lacks cannot "
		"be "
		"told.",
		facts_many(facts, named), facts_many(facts, rated)));
}

void
facts_say_unrated_kinds(struct facts *facts, size_t index)
{
	bool said[OCC_COMPARANDS_MAX] = { false };

	if (index == facts->count)
		say_other_words(facts);
	for (size_t i = 0; i < facts->count; i++) {
		unsigned unrated = unrated_kinds(facts, i), list = list_of(facts, i);
		bool who[OCC_COMPARANDS_MAX] = { false };
		if (unrated == 0 || said[i] || (index < facts->count && i != index))
			continue;
		for (size_t j = i; j < facts->count; j++) {
			who[j] = j == i || (index == facts->count && unrated_kinds(facts, j) == unrated &&
					       list_of(facts, j) == list);
			said[j] = said[j] || who[j];
		}
		facts_say(facts, "skills", unrated_text(facts, list, unrated, who));
	}
}

/* ---- Lists ---- */

/* The skills of one subject that all others list, or that none of the others lists though it could have. */
static const Occupare__V1__Skill **
skills_against(const struct facts *facts, size_t index, bool shared, size_t *ret_count)
{
	size_t all, count = 0;
	const Occupare__V1__Skill **skills = similar_ranked(facts->arena, facts->subjects[index].occupation, &all);
	unsigned lists[OCC_COMPARANDS_MAX];

	for (size_t j = 0; j < facts->count; j++)
		lists[j] = list_of(facts, j);
	for (size_t i = 0; i < all; i++) {
		size_t having = 0, silent = 0;
		for (size_t j = 0; j < facts->count; j++) {
			having += j != index && similar_has(&facts->skills[j], skills[i]->name);
			silent += j != index && !kinds_could_name(lists[j], skills[i]);
		}
		if (shared ? having == facts->count - 1 : having + silent == 0)
			skills[count++] = skills[i];
	}
	*ret_count = count;
	return skills;
}

static bool
has_skills(const Occupare__V1__Occupation *occupation)
{
	return occupation->n_skills > 0;
}

/* What all lists could name alike: "skill", "technology" where that is all; NULL: nothing. A list that tells no kinds apart
 * may hold any. */
static const char *
common_noun(const struct facts *facts, bool many)
{
	unsigned common = ~0u;

	for (size_t i = 0; i < facts->count; i++) {
		unsigned list = list_of(facts, i);
		common &= (list & KINDS_STATED(KIND(UNSPECIFIED))) != 0 ? ~0u : list;
	}
	if (common == 0)
		return NULL;
	if (common == KINDS_STATED(KIND(TECHNOLOGY)))
		return many ? "technologies" : "technology";
	return many ? "skills" : "skill";
}

/* Whether some two name general skills in other words. */
static bool
in_other_words(const struct facts *facts)
{
	for (size_t i = 1; i < facts->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (kinds_other_words(list_of(facts, i), list_of(facts, j)))
				return true;
		}
	}
	return false;
}

/* say_none: an empty list is worth a sentence. */
void
facts_say_shared_skills(struct facts *facts, bool say_none)
{
	struct facts those = facts_kinds(facts, has_skills);
	size_t count;
	const Occupare__V1__Skill **skills;
	const char *all;

	if (those.count < 2)
		return;
	all = those.count == facts->count ? facts_all(facts->arena, facts->count) : facts_many(&those, NULL);
	skills = skills_against(&those, 0, true, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "the %s listed for %s %s %s.", skills_noun(skills, count, count > 1),
			all, count == 1 ? "is" : "are", facts_skill_names(facts->arena, skills, count, SKILLS_NAMED)));
	else if (say_none && !in_other_words(&those) && common_noun(&those, false) != NULL)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "no %s is listed for %s.", common_noun(&those, false), all));
}

static void
say_unique_skills(struct facts *facts)
{
	struct facts those = facts_kinds(facts, has_skills);

	for (size_t i = 0; those.count > 1 && i < those.count; i++) {
		size_t count;
		const Occupare__V1__Skill **skills = skills_against(&those, i, false, &count);
		if (count > 0)
			facts_say(facts, "skills",
			    occ_arena_printf(facts->arena, "listed for %s alone %s %s.", those.names[i].many,
				count == 1 ? "is" : "are",
				facts_skill_names(facts->arena, skills, count, SKILLS_NAMED)));
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

void
facts_say_skills(struct facts *facts)
{
	bool cut = false;

	facts_say_shared_skills(facts, true);
	say_unique_skills(facts);
	if (facts_kinds(facts, has_skills).count < 2)
		return;
	facts_say_unrated_kinds(facts, facts->count);
	if (facts->count == 2 && !in_other_words(facts) &&
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

/* Skills of the target that the start has too, or lacks though its list could have named them, most needed first. */
static const Occupare__V1__Skill **
skills_to_gain(const struct facts *facts, size_t from, size_t to, bool lacking, size_t *ret_count)
{
	size_t all, count = 0;
	const Occupare__V1__Skill **skills = similar_ranked(facts->arena, facts->subjects[to].occupation, &all);
	unsigned list = list_of(facts, from);

	for (size_t i = 0; i < all; i++) {
		if (similar_has(&facts->skills[from], skills[i]->name) ? !lacking
								       : lacking && kinds_could_name(list, skills[i]))
			skills[count++] = skills[i];
	}
	*ret_count = count;
	return skills;
}

static void
say_coverage(struct facts *facts, size_t from, size_t to, double coverage)
{
	const struct facts_name *names = facts->names;
	struct compare_subject pair[] = { facts->subjects[from], facts->subjects[to] };
	struct facts both = *facts;
	const char *noun;

	both.subjects = pair;
	both.count = 2;
	noun = common_noun(&both, true);
	if (in_other_words(&both))
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena,
			"general skills are named in other words for %s than for %s, so how far they carry over cannot "
			"be "
			"told.",
			names[from].kind_many, names[to].kind_many));
	else if (coverage > 0 && noun != NULL)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "%s of the %s of %s, by weight, are also those of %s (%s).",
			format_percent(facts->arena, 100 * coverage), noun, names[to].kind_a, names[from].kind_a,
			similar_method_name(OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_COVERAGE)));
	else if (noun != NULL)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "none of the %s listed for %s is listed for %s.", noun,
			names[to].kind_a, names[from].kind_a));
}

void
facts_say_skills_step(struct facts *facts, size_t from, size_t to, double coverage)
{
	size_t count;
	const Occupare__V1__Skill **skills;
	const char *whither = facts->count > 2 ? occ_arena_printf(facts->arena, " to %s", facts->names[to].kind_a) : "";

	say_coverage(facts, from, to, coverage);
	skills = skills_to_gain(facts, from, to, false, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "%s carr%s over%s.",
			facts_skill_names(facts->arena, skills, count, SKILLS_NAMED), count == 1 ? "ies" : "y",
			whither));
	skills = skills_to_gain(facts, from, to, true, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "listed for %s and not for %s %s %s.", facts->names[to].kind_a,
			facts->names[from].kind_a, count == 1 ? "is" : "are",
			facts_skill_names(facts->arena, skills, count, SKILLS_NAMED)));
}

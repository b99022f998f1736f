/* What skills are asked for: of each, of all, of one alone, and from one to another. */
#include <string.h>
#include <strings.h>

#include "service/compare/facts.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"
#include "service/compare/similar.h"

#define SKILLS_TOP 3u   /* named of each occupation */
#define SKILLS_NAMED 6u /* named of a list of shared or other skills */
#define LIST_WHOLE 99.8 /* percents that sum to this much leave nothing out */

/* The same occupation stands among the subjects before this one. */
bool
facts_is_repeated(const struct facts *facts, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(facts->subjects[i].occupation->id, facts->subjects[index].occupation->id) == 0)
			return true;
	}
	return false;
}

void
facts_say_top_skills(struct facts *facts)
{
	static const char *const top[] = { "top", "top two", "top three" };
	static const char *const first[] = { "first", "first two", "first three" };

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Occupation *occupation = facts->subjects[i].occupation;
		size_t count;
		const Occupare__V1__Skill **skills = similar_ranked(facts->arena, occupation, &count);
		if (count == 0 || facts_is_repeated(facts, i))
			continue;
		count = count > SKILLS_TOP ? SKILLS_TOP : count;
		bool weighed = similar_scale(occupation) != SIMILAR_SCALE_NONE;
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "the %s skill%s %s %s %s %s.",
			weighed ? top[count - 1] : first[count - 1], count == 1 ? "" : "s",
			weighed ? "of" : "listed for", facts->names[i].kind_a, count == 1 ? "is" : "are",
			facts_skill_names(facts->arena, skills, count, count)));
	}
}

/* ---- Kinds of skills ---- */

#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

static const struct {
	Occupare__V1__SkillKind kind;
	const char *many;
} kinds[] = { { KIND(SKILL), "general skills" }, { KIND(KNOWLEDGE), "fields of knowledge" },
	{ KIND(ABILITY), "abilities" }, { KIND(TECHNOLOGY), "technologies" },
	{ KIND(WORK_ACTIVITY), "work activities" } };
#define KINDS_COUNT (sizeof kinds / sizeof *kinds)

/* Kinds that are not known count as none said. */
static unsigned
bit(Occupare__V1__SkillKind kind)
{
	for (size_t i = 0; i < KINDS_COUNT; i++) {
		if (kinds[i].kind == kind)
			return 1u << kind;
	}
	return 1u << KIND(UNSPECIFIED);
}

/* One bit per kind that the list has. */
static unsigned
kinds_of(const Occupare__V1__Occupation *occupation)
{
	unsigned bits = 0;

	for (size_t i = 0; i < occupation->n_skills; i++)
		bits |= bit(occupation->skills[i]->kind);
	return bits;
}

/* A skill that is not in a list without any of its kind was never rated for it; a list that does not tell kinds apart may
 * hold any. */
static bool
rates(unsigned list, Occupare__V1__SkillKind kind)
{
	unsigned any = bit(KIND(UNSPECIFIED));

	return bit(kind) == any || (list & (bit(kind) | any)) != 0;
}

/* list: the kinds there are; unrated: those there are not; who: for whom. */
static const char *
unrated_text(const struct facts *facts, unsigned list, unsigned unrated, const bool *who)
{
	const char *names[KINDS_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < KINDS_COUNT; i++) {
		if (list == bit(kinds[i].kind) && kinds[i].kind != KIND(SKILL))
			return occ_arena_printf(facts->arena, "no skills other than %s are listed for %s.",
			    kinds[i].many, facts_many(facts, who));
		if ((unrated & bit(kinds[i].kind)) != 0)
			names[count++] = kinds[i].many;
	}
	return occ_arena_printf(facts->arena, "%s are not listed for %s.", grammar_list(facts->arena, names, count),
	    facts_many(facts, who));
}

/* The kinds that others list and this subject was not rated for. */
static unsigned
unrated_kinds(const struct facts *facts, size_t index)
{
	unsigned list = kinds_of(facts->subjects[index].occupation), others = 0, unrated = 0;

	for (size_t i = 0; i < facts->count; i++)
		others |= kinds_of(facts->subjects[i].occupation);
	for (size_t i = 0; i < KINDS_COUNT; i++) {
		if ((others & bit(kinds[i].kind)) != 0 && !rates(list, kinds[i].kind))
			unrated |= bit(kinds[i].kind);
	}
	return list == 0 ? 0 : unrated;
}

void
facts_say_unrated_kinds(struct facts *facts, size_t index)
{
	bool said[OCC_COMPARANDS_MAX] = { false };

	for (size_t i = 0; i < facts->count; i++) {
		unsigned unrated = unrated_kinds(facts, i), list = kinds_of(facts->subjects[i].occupation);
		bool who[OCC_COMPARANDS_MAX] = { false };
		if (unrated == 0 || said[i] || facts_is_repeated(facts, i) || (index < facts->count && i != index))
			continue;
		for (size_t j = i; j < facts->count; j++) {
			who[j] = j == i ||
				 (index == facts->count && unrated_kinds(facts, j) == unrated &&
				     kinds_of(facts->subjects[j].occupation) == list && !facts_is_repeated(facts, j));
			said[j] = said[j] || who[j];
		}
		facts_say(facts, "skills", unrated_text(facts, list, unrated, who));
	}
}

/* ---- Lists ---- */

/* The skills of one subject that all others list, or that none of the others lists though it was rated for such. */
static const Occupare__V1__Skill **
skills_against(const struct facts *facts, size_t index, bool shared, size_t *ret_count)
{
	size_t all, count = 0;
	const Occupare__V1__Skill **skills = similar_ranked(facts->arena, facts->subjects[index].occupation, &all);
	unsigned lists[OCC_COMPARANDS_MAX];

	for (size_t j = 0; j < facts->count; j++)
		lists[j] = kinds_of(facts->subjects[j].occupation);
	for (size_t i = 0; i < all; i++) {
		size_t having = 0, unrated = 0;
		for (size_t j = 0; j < facts->count; j++) {
			having += j != index && similar_has(&facts->skills[j], skills[i]->name);
			unrated += j != index && !rates(lists[j], skills[i]->kind);
		}
		if (shared ? having == facts->count - 1 : having + unrated == 0)
			skills[count++] = skills[i];
	}
	*ret_count = count;
	return skills;
}

/* The facts of those subjects alone that have a list of skills; their sentences are still to be taken over. */
static struct facts
with_skills(const struct facts *facts)
{
	struct facts those = *facts;
	struct compare_subject *subjects = occ_arena_calloc(facts->arena, facts->count, sizeof *subjects);
	struct facts_name *names = occ_arena_calloc(facts->arena, facts->count, sizeof *names);
	struct similar_names *skills = occ_arena_calloc(facts->arena, facts->count, sizeof *skills);

	those.count = 0;
	for (size_t i = 0; i < facts->count; i++) {
		if (facts->subjects[i].occupation->n_skills == 0 || facts_is_repeated(facts, i))
			continue;
		subjects[those.count] = facts->subjects[i];
		skills[those.count] = facts->skills[i];
		names[those.count] = facts->names[i];
		names[those.count++].many = facts->names[i].kind_many;
	}
	those.subjects = subjects;
	those.names = names;
	those.skills = skills;
	return those;
}

/* say_none: an empty list is worth a sentence. */
void
facts_say_shared_skills(struct facts *facts, bool say_none)
{
	struct facts those = with_skills(facts);
	size_t count;
	const Occupare__V1__Skill **skills;
	const char *all;

	if (those.count < 2)
		return;
	all = those.count == facts->count ? facts_all(facts->arena, facts->count) : facts_many(&those, NULL);
	skills = skills_against(&those, 0, true, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "the skill%s that %s list %s %s.", count == 1 ? "" : "s", all,
			count == 1 ? "is" : "are", facts_skill_names(facts->arena, skills, count, SKILLS_NAMED)));
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
		const Occupare__V1__Skill **skills = skills_against(&those, i, false, &count);
		if (count > 0)
			facts_say(facts, "skills",
			    occ_arena_printf(facts->arena, "only %s list %s.", those.names[i].many,
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
	if (with_skills(facts).count < 2)
		return;
	facts_say_unrated_kinds(facts, facts->count);
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

/* Skills of the target that the start has too, or lacks though it was rated for such, most needed first. */
static const Occupare__V1__Skill **
skills_to_gain(const struct facts *facts, size_t from, size_t to, bool lacking, size_t *ret_count)
{
	size_t all, count = 0;
	const Occupare__V1__Skill **skills = similar_ranked(facts->arena, facts->subjects[to].occupation, &all);
	unsigned list = kinds_of(facts->subjects[from].occupation);

	for (size_t i = 0; i < all; i++) {
		if (similar_has(&facts->skills[from], skills[i]->name) ? !lacking
								       : lacking && rates(list, skills[i]->kind))
			skills[count++] = skills[i];
	}
	*ret_count = count;
	return skills;
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

void
facts_say_skills_step(struct facts *facts, size_t from, size_t to, double coverage)
{
	size_t count;
	const Occupare__V1__Skill **skills;

	say_coverage(facts, from, to, coverage);
	skills = skills_to_gain(facts, from, to, false, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "%s carr%s over.",
			facts_skill_names(facts->arena, skills, count, SKILLS_NAMED), count == 1 ? "ies" : "y"));
	skills = skills_to_gain(facts, from, to, true, &count);
	if (count > 0)
		facts_say(facts, "skills",
		    occ_arena_printf(facts->arena, "%s also needs %s.", facts->names[to].a,
			facts_skill_names(facts->arena, skills, count, SKILLS_NAMED)));
}

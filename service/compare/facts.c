/* Facts of two to ten comparands in words. */
#include "service/compare/facts.h"

#include <string.h>
#include <strings.h>

#include "service/compare/format.h"
#include "service/compare/grammar.h"
#include "service/compare/similar.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

/* ---- Names ---- */

static bool
is_same(const struct compare_subject *a, const struct compare_subject *b)
{
	return strcmp(a->occupation->id, b->occupation->id) == 0;
}

static const char *
text_or(const char *text, const char *other)
{
	return text != NULL && text[0] != '\0' ? text : other;
}

/* Where and when a subject is, as asked for, or as it takes to set it apart from another of the same occupation. */
static void
place_and_time(const struct facts *facts, size_t index, const char **ret_area, const char **ret_period)
{
	const struct compare_subject *subject = &facts->subjects[index];

	*ret_area = text_or(subject->area_title, text_or(subject->area, ""));
	*ret_period = subject->period > 0 ? occ_arena_printf(facts->arena, "%u", subject->period) : "";
	for (size_t i = 0; i < facts->count; i++) {
		const struct compare_subject *other = &facts->subjects[i];
		if (!is_same(subject, other))
			continue;
		if ((*ret_area)[0] == '\0' && text_or(other->area, "")[0] != '\0')
			*ret_area = "the United States";
		if (subject->period == 0 && other->period > 0 &&
		    strcmp(text_or(subject->area, "US"), text_or(other->area, "US")) == 0)
			*ret_period = "the latest year";
	}
}

static struct facts_name
make_name(const struct facts *facts, size_t index, const Occupare__V1__Comparand *comparand)
{
	struct occ_arena *arena = facts->arena;
	struct facts_name name = { .kind = comparand->singular, .kind_many = comparand->plural };
	const char *area, *period;
	bool both;

	if (name.kind[0] == '\0')
		name.kind = grammar_singular(arena, comparand->title);
	if (name.kind_many[0] == '\0')
		name.kind_many = grammar_plural(arena, comparand->title);
	place_and_time(facts, index, &area, &period);
	both = area[0] != '\0' && period[0] != '\0';
	name.where = occ_arena_printf(arena, "%s%s%s", area, both ? ", " : "", period);
	const char *in = occ_arena_printf(
	    arena, "%s%s%s%s", area[0] != '\0' ? " in " : "", area, period[0] != '\0' ? " in " : "", period);
	name.one = occ_arena_printf(arena, "%s%s", name.kind, in);
	name.many = occ_arena_printf(arena, "%s%s", name.kind_many, in);
	name.a = grammar_a(arena, name.one);
	name.kind_a = grammar_a(arena, name.kind);
	return name;
}

void
facts_init(struct facts *facts, struct occ_arena *arena, const struct compare_subject *subjects, size_t count,
    Occupare__V1__Comparand *const *comparands)
{
	struct facts_name *names = occ_arena_calloc(arena, count, sizeof *names);
	struct similar_names *skills = occ_arena_calloc(arena, count, sizeof *skills);

	*facts = (struct facts){ .arena = arena,
		.subjects = subjects,
		.names = names,
		.skills = skills,
		.count = count,
		.same_occupation = count > 1,
		.said = occ_arena_calloc(arena, 1, sizeof *facts->said) };
	for (size_t i = 0; i < count; i++) {
		skills[i] = similar_names(arena, subjects[i].occupation);
		names[i] = make_name(facts, i, comparands[i]);
		facts->same_occupation = facts->same_occupation && is_same(&subjects[0], &subjects[i]);
	}
}

static bool
is_repeated(const struct facts *facts, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (is_same(&facts->subjects[i], &facts->subjects[index]))
			return true;
	}
	return false;
}

struct facts
facts_kinds(const struct facts *facts, bool (*wanted)(const Occupare__V1__Occupation *occupation))
{
	struct facts kinds = *facts;
	struct compare_subject *subjects = occ_arena_calloc(facts->arena, facts->count, sizeof *subjects);
	struct facts_name *names = occ_arena_calloc(facts->arena, facts->count, sizeof *names);
	struct similar_names *skills = occ_arena_calloc(facts->arena, facts->count, sizeof *skills);

	kinds.count = 0;
	for (size_t i = 0; i < facts->count; i++) {
		if (is_repeated(facts, i) || (wanted != NULL && !wanted(facts->subjects[i].occupation)))
			continue;
		subjects[kinds.count] = facts->subjects[i];
		skills[kinds.count] = facts->skills[i];
		names[kinds.count] = facts->names[i];
		names[kinds.count].one = facts->names[i].kind;
		names[kinds.count].a = facts->names[i].kind_a;
		names[kinds.count++].many = facts->names[i].kind_many;
	}
	kinds.subjects = subjects;
	kinds.names = names;
	kinds.skills = skills;
	return kinds;
}

const char *
facts_all(struct occ_arena *arena, size_t count)
{
	static const char *const words[] = { "none", "one", "both", "all three", "all four", "all five", "all six",
		"all seven", "all eight", "all nine", "all ten" };

	return count < sizeof words / sizeof *words ? words[count] : occ_arena_printf(arena, "all %zu", count);
}

char *
facts_many(const struct facts *facts, const bool *chosen)
{
	const char *items[OCC_COMPARANDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < facts->count; i++) {
		if (chosen == NULL || chosen[i])
			items[count++] = facts->names[i].many;
	}
	if (facts->same_occupation && count == facts->count)
		return occ_arena_strdup(facts->arena, facts->names[0].kind_many);
	return grammar_list(facts->arena, items, count);
}

/* ---- Sentences ---- */

void
facts_say(struct facts *facts, const char *fields, const char *text)
{
	struct occ_arena *arena = facts->arena;
	Occupare__V1__Sentence *sentence = occ_arena_alloc(arena, sizeof *sentence);
	size_t count = 1, length;

	if (facts->said->count == FACTS_SENTENCES_MAX)
		return;
	occupare__v1__sentence__init(sentence);
	sentence->text = grammar_capital(arena, text);
	/* A text of the data at the end may bring a full stop of its own: "U.S." */
	length = strlen(sentence->text);
	if (length > 1 && strcmp(sentence->text + length - 2, "..") == 0)
		sentence->text[length - 1] = '\0';
	for (const char *at = fields; *at != '\0'; at++)
		count += *at == ' ';
	sentence->fields = occ_arena_calloc(arena, count, sizeof *sentence->fields);
	for (const char *at = fields; at != NULL && *at != '\0';) {
		length = strcspn(at, " ");
		sentence->fields[sentence->n_fields++] = occ_arena_strndup(arena, at, length);
		at = at[length] == ' ' ? at + length + 1 : NULL;
	}
	facts->said->sentences[facts->said->count++] = sentence;
}

/* ---- Figures ---- */

char *
facts_value(
    const struct facts *facts, const Occupare__V1__Figure *figure, Occupare__V1__Unit unit, const char *currency)
{
	Occupare__V1__Figure exact = *figure;
	const char *prefix = figure->status == STATUS(AT_LEAST) ? "at least " : "";

	exact.status = STATUS(UNSPECIFIED);
	return occ_arena_printf(facts->arena, "%s%s", prefix, format_figure(facts->arena, &exact, unit, currency));
}

struct facts_rank
facts_rank(const struct facts *facts, facts_figure_get *get)
{
	struct facts_rank rank = { .equal = true, .inherited = true, .top_known = true, .bottom_known = true };
	double top, bottom;

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Figure *figure = get(facts->subjects[i].occupation);
		if (!format_has_value(figure))
			continue;
		rank.figures[i] = figure;
		if (rank.known++ == 0)
			rank.top = rank.bottom = i;
		if (figure->value > rank.figures[rank.top]->value)
			rank.top = i;
		if (figure->value < rank.figures[rank.bottom]->value)
			rank.bottom = i;
	}
	if (rank.known == 0)
		return (struct facts_rank){ 0 };
	top = rank.figures[rank.top]->value;
	bottom = rank.figures[rank.bottom]->value;
	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Figure *figure = rank.figures[i];
		if (figure == NULL)
			continue;
		bool bound = figure->status == STATUS(AT_LEAST);
		rank.equal = rank.equal && figure->value == top && !bound;
		rank.inherited = rank.inherited && figure->status == STATUS(INHERITED);
		/* A bound may hide any higher value: it is the top only by itself, and never known to be the bottom. */
		rank.top_known = rank.top_known && !(bound && i != rank.top);
		rank.bottom_known = rank.bottom_known && !(bound && figure->value == bottom);
	}
	for (size_t i = 0; i < facts->count; i++) {
		if (rank.figures[i] != NULL && i != rank.top && rank.figures[i]->value == top &&
		    rank.figures[rank.top]->status == STATUS(AT_LEAST))
			rank.top_known = false;
	}
	rank.inherited = rank.inherited && rank.equal;
	return rank;
}

const char *
facts_coverage(const struct facts *facts, size_t known)
{
	if (known == facts->count)
		return "";
	return occ_arena_printf(facts->arena, "among the %zu of %zu with a figure, ", known, facts->count);
}

bool
facts_comparable(const struct facts *facts, const char *field)
{
	for (size_t i = 0; facts->comparison != NULL && i < facts->comparison->n_sections; i++) {
		const Occupare__V1__Section *section = facts->comparison->sections[i];
		for (size_t j = 0; j < section->n_rows; j++) {
			if (strcmp(section->rows[j]->field, field) == 0)
				return section->rows[j]->comparable;
		}
	}
	return true;
}

char *
facts_who(const struct facts *facts, const struct facts_rank *rank, double value)
{
	bool chosen[OCC_COMPARANDS_MAX] = { false };

	for (size_t i = 0; i < facts->count; i++)
		chosen[i] = rank->figures[i] != NULL && rank->figures[i]->value == value;
	return facts_many(facts, chosen);
}

static const char *
missing_names(const struct facts *facts, const struct facts_rank *rank)
{
	bool chosen[OCC_COMPARANDS_MAX] = { false };

	for (size_t i = 0; i < facts->count; i++)
		chosen[i] = rank->figures[i] == NULL;
	return facts_many(facts, chosen);
}

/* One value that all have. */
static char *
equal_figure(const struct facts *facts, const struct facts_figure *figure, const struct facts_rank *rank)
{
	char *value = facts_value(facts, rank->figures[rank->top], figure->unit, NULL);
	const char *coverage = facts_coverage(facts, rank->known);
	const char *all = facts_all(facts->arena, rank->known);

	if (rank->inherited)
		return occ_arena_printf(facts->arena, "%sthe %s of %s is published only for a broader group: %s.",
		    coverage, figure->noun, all, value);
	return occ_arena_printf(facts->arena, "%sthe %s is the same for %s: %s.", coverage, figure->noun, all, value);
}

/* Two values, the higher first. */
static char *
two_figures(const struct facts *facts, const struct facts_figure *figure, const struct facts_rank *rank)
{
	size_t high = rank->top, low = 1 - rank->top;
	char *more = facts_value(facts, rank->figures[high], figure->unit, NULL);
	char *less = facts_value(facts, rank->figures[low], figure->unit, NULL);

	if (!rank->top_known)
		return occ_arena_printf(facts->arena, "the %s is %s for %s and %s for %s.", figure->noun, more,
		    facts->names[high].many, less, facts->names[low].many);
	return occ_arena_printf(facts->arena, "the %s is higher for %s (%s) than for %s (%s).", figure->noun,
	    facts->names[high].many, more, facts->names[low].many, less);
}

/* The highest and the lowest of many; NULL: neither is known. */
static char *
many_figures(const struct facts *facts, const struct facts_figure *figure, const struct facts_rank *rank)
{
	const Occupare__V1__Figure *top = rank->figures[rank->top], *bottom = rank->figures[rank->bottom];
	char *highest = occ_arena_printf(facts->arena, "highest for %s (%s)", facts_who(facts, rank, top->value),
	    facts_value(facts, top, figure->unit, NULL));
	char *lowest = occ_arena_printf(facts->arena, "lowest for %s (%s)", facts_who(facts, rank, bottom->value),
	    facts_value(facts, bottom, figure->unit, NULL));

	if (!rank->top_known && !rank->bottom_known)
		return NULL;
	return occ_arena_printf(facts->arena, "%sthe %s is %s%s%s.", facts_coverage(facts, rank->known), figure->noun,
	    rank->top_known ? highest : "", rank->top_known && rank->bottom_known ? " and " : "",
	    rank->bottom_known ? lowest : "");
}

/* One of several has a figure. */
static char *
one_figure(const struct facts *facts, const struct facts_figure *figure, const struct facts_rank *rank)
{
	return occ_arena_printf(facts->arena, "the %s is %s for %s; none is given for %s.", figure->noun,
	    facts_value(facts, rank->figures[rank->top], figure->unit, NULL), facts->names[rank->top].many,
	    facts->count == 2 ? missing_names(facts, rank) : "the others");
}

/* Values that must not be set against each other; NULL: too many to list in a sentence. */
static char *
apart(const struct facts *facts, const struct facts_figure *figure, const struct facts_rank *rank)
{
	const char *items[2];

	if (facts->count > 2)
		return NULL;
	for (size_t i = 0; i < 2; i++)
		items[i] = occ_arena_printf(facts->arena, "%s for %s",
		    facts_value(facts, rank->figures[i], figure->unit, NULL), facts->names[i].many);
	return occ_arena_printf(
	    facts->arena, "the %s is %s and %s; the two are not comparable.", figure->noun, items[0], items[1]);
}

void
facts_say_figure(struct facts *facts, const struct facts_figure *figure)
{
	struct facts_rank rank = facts_rank(facts, figure->get);
	char *text;

	if (rank.known == 0)
		return;
	if (facts->count == 1)
		text = occ_arena_printf(facts->arena, "the %s is %s for %s.", figure->noun,
		    facts_value(facts, rank.figures[rank.top], figure->unit, NULL), facts->names[0].many);
	else if (rank.known == 1)
		text = one_figure(facts, figure, &rank);
	else if (!rank.inherited && !facts_comparable(facts, figure->field))
		text = apart(facts, figure, &rank);
	else if (rank.equal)
		text = equal_figure(facts, figure, &rank);
	else if (facts->count == 2)
		text = two_figures(facts, figure, &rank);
	else
		text = many_figures(facts, figure, &rank);
	if (text != NULL)
		facts_say(facts, figure->field, text);
}

/* ---- Labels ---- */

/* All who share the label of `first`. */
static void
choose_label(const struct facts *facts, const char *const *labels, size_t first, bool *chosen)
{
	for (size_t i = 0; i < facts->count; i++)
		chosen[i] = labels[i] != NULL && strcasecmp(labels[i], labels[first]) == 0;
}

/* Groups that name several themselves are kept apart by more than a comma. */
static char *
join_groups(struct occ_arena *arena, const char *const *groups, size_t count)
{
	if (count == 2 && strstr(groups[0], ", and ") != NULL)
		return occ_arena_printf(arena, "%s; and %s", groups[0], groups[1]);
	return grammar_list(arena, groups, count);
}

void
facts_say_label(struct facts *facts, const char *field, const char *noun, const char *const *labels)
{
	struct occ_arena *arena = facts->arena;
	bool chosen[OCC_COMPARANDS_MAX];
	const char *groups[OCC_COMPARANDS_MAX];
	const char *coverage = "", *others = "";
	size_t groups_count = 0, known = 0, first = 0;

	for (size_t i = facts->count; i-- > 0;) {
		known += labels[i] != NULL;
		first = labels[i] != NULL ? i : first;
	}
	if (known == 0)
		return;
	for (size_t i = 0; i < facts->count; i++) {
		if (labels[i] == NULL)
			continue;
		choose_label(facts, labels, i, chosen);
		if (memchr(chosen, true, i * sizeof *chosen) == NULL)
			groups[groups_count++] = occ_arena_printf(
			    arena, "%s for %s", labels[i], facts_many(facts, chosen));
	}
	if (facts->same_occupation && groups_count == 1)
		groups[0] = occ_arena_printf(arena, "%s for %s", labels[first], facts->names[0].kind_many);
	else if (known == 1 && facts->count > 1)
		others = occ_arena_printf(
		    arena, "; none is given for %s", facts->count == 2 ? facts->names[1 - first].many : "the others");
	else if (known < facts->count)
		coverage = occ_arena_printf(arena, "among the %zu of %zu of which it is known, ", known, facts->count);
	facts_say(facts, field,
	    !facts->same_occupation && known == facts->count && groups_count == 1
		? occ_arena_printf(
		      arena, "the %s is the same for %s: %s.", noun, facts_all(arena, known), labels[first])
		: occ_arena_printf(
		      arena, "%sthe %s is %s%s.", coverage, noun, join_groups(arena, groups, groups_count), others));
}

/* What all have: "men (51.6%)", "men (51.6% and 60%)". */
static void
say_same_share(struct facts *facts, const struct facts_share *share, const Occupare__V1__Share *const *parts,
    const char *label, const char *const *percents)
{
	bool equal = true, inherited = true;
	const char *all = facts_all(facts->arena, facts->count), *list;

	for (size_t i = 0; i < facts->count; i++) {
		equal = equal && strcmp(percents[i], percents[0]) == 0;
		inherited = inherited && parts[i]->percent->status == STATUS(INHERITED);
	}
	list = equal ? percents[0] : grammar_list(facts->arena, percents, facts->count);
	facts_say(facts, share->field,
	    occ_arena_printf(facts->arena,
		equal && inherited ? "the %s of %s is published only for a broader group: %s (%s)."
				   : "the %s is the same for %s: %s (%s).",
		share->noun, all, label, list));
}

void
facts_say_share(struct facts *facts, const struct facts_share *share)
{
	const Occupare__V1__Share *parts[OCC_COMPARANDS_MAX];
	const char *labels[OCC_COMPARANDS_MAX], *percents[OCC_COMPARANDS_MAX];
	bool all_alike = true, all_percents = true;

	for (size_t i = 0; i < facts->count; i++) {
		parts[i] = share->get(facts->subjects[i].occupation);
		labels[i] = parts[i] == NULL        ? NULL
			    : share->phrase != NULL ? share->phrase(facts->arena, parts[i]->label)
						    : parts[i]->label;
		all_alike = all_alike && labels[i] != NULL && strcasecmp(labels[i], labels[0]) == 0;
		all_percents = all_percents && parts[i] != NULL && format_has_value(parts[i]->percent);
		percents[i] = parts[i] != NULL ? format_figure(facts->arena, parts[i]->percent,
						     OCCUPARE__V1__UNIT__UNIT_PERCENT, NULL)
					       : NULL;
	}
	if (all_alike && all_percents && facts->count > 1) {
		say_same_share(facts, share, parts, labels[0], percents);
		return;
	}
	for (size_t i = 0; i < facts->count; i++) {
		if ((!all_alike || facts->count == 1) && percents[i] != NULL)
			labels[i] = occ_arena_printf(facts->arena, "%s (%s)", labels[i], percents[i]);
	}
	facts_say_label(facts, share->field, share->noun, labels);
}

char *
facts_education(struct occ_arena *arena, const char *label)
{
	static const char *const uncounted[] = { "some ", "no ", "less than ", "more than " };
	static const char *const counted[] = { "degree", "diploma", "award", "certificate", "license" };
	char *text = grammar_lower(arena, label), *comma = strstr(text, ", no ");
	size_t length = strlen(text);
	bool one = length > 2 && strcmp(text + length - 2, "'s") == 0; /* "Bachelor's" */

	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
		one = one || strstr(text, counted[i]) != NULL;
	for (size_t i = 0; i < sizeof uncounted / sizeof *uncounted; i++)
		one = one && strncmp(text, uncounted[i], strlen(uncounted[i])) != 0;
	/* "Some college, no degree". */
	if (comma != NULL)
		text = occ_arena_printf(arena, "%.*s but%s", (int)(comma - text), text, comma + 1);
	return one ? grammar_a(arena, text) : text;
}

/* ---- Skills ---- */

/* Names of skills that are no nouns, and what they are in a sentence. */
static const char *const nouns[][2] = { { "detail oriented", "attention to detail" },
	{ "fine motor", "fine motor skills" }, { "interpersonal", "interpersonal skills" },
	{ "mechanical", "mechanical skills" } };

static char *
as_noun(struct occ_arena *arena, const char *name)
{
	char *lower = grammar_lower(arena, name);

	for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) {
		if (strcmp(lower, nouns[i][0]) == 0)
			return occ_arena_strdup(arena, nouns[i][1]);
	}
	return lower;
}

/* Products and companies keep the letter case of their names. */
static char *
skill_name(struct occ_arena *arena, const Occupare__V1__Skill *skill)
{
	return skill->kind == OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY ? skill->name
									      : as_noun(arena, skill->name);
}

char *
facts_skill_names(struct occ_arena *arena, const Occupare__V1__Skill *const *skills, size_t count, size_t max)
{
	/* "and 1 more" would be longer than the one. */
	size_t shown = count > max + 1 ? max : count;
	const char **items = occ_arena_calloc(arena, shown + 1, sizeof *items);

	for (size_t i = 0; i < shown; i++)
		items[i] = skill_name(arena, skills[i]);
	if (shown < count)
		items[shown] = occ_arena_printf(arena, "%zu more", count - shown);
	return grammar_list(arena, items, shown + (shown < count));
}

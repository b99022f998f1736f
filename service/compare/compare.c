/* A comparison is made whole, then narrated (sentences and headings), then cut down to the sections asked for: a sentence
 * of the introduction may rest on rows of any section. */
#include "service/compare/compare.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/rpc.h"
#include "service/compare/fields.h"
#include "service/compare/grammar.h"
#include "service/compare/judge.h"
#include "service/compare/kinds.h"
#include "service/compare/narrative.h"
#include "service/compare/row.h"
#include "service/compare/similar.h"

#define ROWS_EXTRA 3 /* of a section, beyond the table of fields */
#define NOT_LISTED_ALIKE "the lists name skills in other words"

const char *const compare_sections[] = { "introduction", "overview", "summary", "salary", "education", "demographics",
	"responsibilities", "skills", "category", "outlook", "transition", NULL };

#define SECTIONS_COUNT (sizeof compare_sections / sizeof *compare_sections - 1)

/* A comparison in the making. */
struct making {
	struct occ_arena *arena;
	const struct compare_subject *subjects;
	size_t count;
	uint32_t baseline;
	struct row_findings findings;
};

static const char *
text_or(const char *text, const char *other)
{
	return text == NULL || text[0] == '\0' ? other : text;
}

Occupare__V1__Comparand *
compare_comparand(struct occ_arena *arena, const struct compare_subject *subject)
{
	const Occupare__V1__Occupation *occupation = subject->occupation;
	Occupare__V1__Comparand *comparand = occ_arena_alloc(arena, sizeof *comparand);

	occupare__v1__comparand__init(comparand);
	comparand->id = occupation->id;
	comparand->title = occupation->title;
	comparand->singular = occupation->singular[0] != '\0' ? occupation->singular
							      : grammar_singular(arena, occupation->title);
	comparand->plural = occupation->plural[0] != '\0' ? occupation->plural
							  : grammar_plural(arena, occupation->title);
	comparand->category = occupation->category;
	comparand->area = (char *)text_or(subject->area, "");
	comparand->area_title = (char *)text_or(subject->area_title, "");
	comparand->period = subject->period;
	comparand->matched_by = subject->matched_by;
	return comparand;
}

/* No section named = all are wanted. */
static bool
is_wanted(const char *id, char *const *sections, size_t sections_count)
{
	for (size_t i = 0; i < sections_count; i++) {
		if (strcmp(sections[i], id) == 0)
			return true;
	}
	return sections_count == 0;
}

/* ---- Rows on skills ---- */

/* The skills of one that all others which have any list too, or that no other lists though all could have named it;
 * weightiest first. */
static Occupare__V1__Cell *
skills_against(const struct making *making, const struct similar_names *names, size_t index, bool shared)
{
	size_t count, kept = 0, compared = 0;
	const Occupare__V1__Skill **ranked = similar_ranked(making->arena, making->subjects[index].occupation, &count);
	char **items = occ_arena_calloc(making->arena, FIELDS_SKILL_NAMES_MAX + 1, sizeof *items);

	unsigned lists[OCC_COMPARANDS_MAX];

	if (count == 0)
		return fields_cell_missing(making->arena, FIELDS_NOT_IN_DATA);
	for (size_t j = 0; j < making->count; j++)
		lists[j] = kinds_list(making->subjects[j].occupation);
	/* One more than is shown tells that there are more. */
	for (size_t i = 0; i < count && kept <= FIELDS_SKILL_NAMES_MAX; i++) {
		size_t others = 0, holders = 0, silent = 0;

		for (size_t j = 0; j < making->count; j++) {
			if (j == index || names[j].count == 0)
				continue;
			others++;
			holders += similar_has(&names[j], ranked[i]->name);
			silent += !kinds_could_name(lists[j], ranked[i]);
		}
		compared += silent == 0;
		if (shared ? holders == others : holders + silent == 0)
			items[kept++] = ranked[i]->name;
	}
	if (kept + compared == 0)
		return fields_cell_missing(making->arena, NOT_LISTED_ALIKE);
	bool more = kept > FIELDS_SKILL_NAMES_MAX;

	return fields_cell_texts(making->arena, items, more ? FIELDS_SKILL_NAMES_MAX : kept, more);
}

static Occupare__V1__Row *
skills_row(const struct making *making, const struct similar_names *names, bool shared)
{
	Occupare__V1__Row *row = row_new(making->arena, shared ? "skills.shared" : "skills.unique",
	    shared ? "Shared skills" : "Skills not in the other lists", OCCUPARE__V1__UNIT__UNIT_TEXT_LIST,
	    making->count);

	if (making->count == 2 && !shared)
		row->label = (char *)"Skills not in the other's list";
	for (size_t i = 0; i < making->count; i++) {
		row->cells[i] = skills_against(making, names, i, shared);
		row->missing += row->cells[i]->value_case == OCCUPARE__V1__CELL__VALUE__NOT_SET;
	}
	return row;
}

/* All that have skills measure them by the same. */
static bool
one_scale(const struct making *making, const struct similar_names *names)
{
	enum similar_scale first = SIMILAR_SCALE_NONE;
	bool found = false;

	for (size_t i = 0; i < making->count; i++) {
		enum similar_scale scale = similar_scale(making->subjects[i].occupation);

		if (names[i].count == 0)
			continue;
		if (found && scale != first)
			return false;
		first = scale;
		found = true;
	}
	return true;
}

/* Some two name general skills in other words. */
static bool
in_other_words(const struct making *making)
{
	for (size_t i = 1; i < making->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (kinds_other_words(
				kinds_list(making->subjects[i].occupation), kinds_list(making->subjects[j].occupation)))
				return true;
		}
	}
	return false;
}

/* How alike each is to the baseline; without a common scale by the names alone. */
static Occupare__V1__Row *
similarity_row(struct making *making, const struct similar_names *names)
{
	struct occ_arena *arena = making->arena;
	const struct compare_subject *base = &making->subjects[making->baseline];
	bool weighted = one_scale(making, names);
	Occupare__V1__SimilarityMethod method =
	    weighted ? OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_WEIGHTED_JACCARD
		     : OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_JACCARD;
	char *label = occ_arena_printf(
	    arena, "Similarity to %s (%s, 0 to 1)", judge_subject_name(arena, base), similar_method_name(method));
	Occupare__V1__Row *row = row_new(
	    arena, "skills.similarity", label, OCCUPARE__V1__UNIT__UNIT_RATING, making->count);

	for (size_t i = 0; i < making->count; i++) {
		Occupare__V1__Figure *figure = occ_arena_alloc(arena, sizeof *figure);

		occupare__v1__figure__init(figure);
		figure->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_DERIVED;
		figure->value = similar_skills(arena, base->occupation, making->subjects[i].occupation, method);
		row->cells[i] = names[i].count == 0 ? fields_cell_missing(arena, FIELDS_NOT_IN_DATA)
						    : fields_cell_figure(arena, figure, row->unit, NULL);
		row->missing += names[i].count == 0;
	}
	if (in_other_words(making)) {
		row->comparable = false;
		row->why_not =
		    (char *)"General skills are named in other words for some than for others: how alike they are "
			    "cannot be told.";
		row_find(arena, &making->findings, row->why_not);
	} else if (!weighted) {
		row->why_not = (char *)"Skills are measured in different ways here, so their weights are left aside.";
		row_find(arena, &making->findings, row->why_not);
	}
	return row;
}

/* Shared, unique, similarity: where at least two have skills. */
static size_t
add_skills_rows(struct making *making, Occupare__V1__Row **rows)
{
	struct similar_names names[OCC_COMPARANDS_MAX];
	size_t with_skills = 0, count = 0;

	for (size_t i = 0; i < making->count; i++) {
		names[i] = similar_names(making->arena, making->subjects[i].occupation);
		with_skills += names[i].count > 0;
	}
	if (with_skills < 2)
		return 0;
	rows[count++] = skills_row(making, names, true);
	rows[count] = skills_row(making, names, false);
	rows[count]->why_not =
	    (char *)"A list of skills may be cut short: a skill that is not in it may still be of use.";
	row_find(making->arena, &making->findings, rows[count++]->why_not);
	if (names[making->baseline].count > 0)
		rows[count++] = similarity_row(making, names);
	return count;
}

/* ---- Sections ---- */

/* next: the first field not yet placed; fields stand in page order, so a section's begin there. */
static Occupare__V1__Section *
make_section(struct making *making, const char *id, size_t *next)
{
	Occupare__V1__Section *section = occ_arena_alloc(making->arena, sizeof *section);

	occupare__v1__section__init(section);
	section->id = (char *)id;
	section->rows = occ_arena_calloc(making->arena, fields_count + ROWS_EXTRA, sizeof *section->rows);
	for (; *next < fields_count && strcmp(fields[*next].section, section->id) == 0; (*next)++) {
		const struct field *field = &fields[*next];
		Occupare__V1__Row *row = row_make(
		    making->arena, field, making->subjects, making->count, making->baseline, &making->findings);

		if (row_is_shown(field, row))
			section->rows[section->n_rows++] = row;
	}
	if (strcmp(section->id, "skills") == 0)
		section->n_rows += add_skills_rows(making, section->rows + section->n_rows);
	return section;
}

/* Sections asked for stay though nothing is in them; of all sections only those that say something do. */
static void
keep_wanted(Occupare__V1__Comparison *comparison, char *const *sections, size_t sections_count)
{
	size_t kept = 0;

	for (size_t i = 0; i < comparison->n_sections; i++) {
		Occupare__V1__Section *section = comparison->sections[i];
		bool empty = section->n_rows == 0 && section->n_sentences == 0;

		if (is_wanted(section->id, sections, sections_count) && !(empty && sections_count == 0))
			comparison->sections[kept++] = section;
	}
	comparison->n_sections = kept;
}

/* ---- Sources ---- */

static int
by_id(const void *left, const void *right)
{
	const Occupare__V1__Source *a = *(Occupare__V1__Source *const *)left,
				   *b = *(Occupare__V1__Source *const *)right;

	return (a->id > b->id) - (a->id < b->id);
}

Occupare__V1__Source **
compare_sources(struct occ_arena *arena, const struct compare_subject *subjects, size_t count, size_t *ret_count)
{
	size_t all = 0, kept = 0;

	for (size_t i = 0; i < count; i++)
		all += subjects[i].occupation->n_sources;
	Occupare__V1__Source **sources = occ_arena_calloc(arena, all, sizeof *sources);

	all = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < subjects[i].occupation->n_sources; k++)
			sources[all++] = subjects[i].occupation->sources[k];
	}
	qsort(sources, all, sizeof *sources, by_id);
	for (size_t i = 0; i < all; i++) {
		if (kept == 0 || sources[kept - 1]->id != sources[i]->id)
			sources[kept++] = sources[i];
	}
	*ret_count = kept;
	return sources;
}

/* Pay and employment alone are kept by area and period. */
static void
find_elsewhere(struct making *making)
{
	for (size_t i = 0; i < making->count; i++) {
		if (judge_is_elsewhere(&making->subjects[i]))
			row_find(making->arena, &making->findings,
			    (char *)"Only pay and employment are of the areas and years asked for; all else is "
				    "national "
				    "and the latest there is.");
	}
}

Occupare__V1__Comparison *
compare_occupations(struct occ_arena *arena, const struct compare_subject *subjects, size_t count, uint32_t baseline,
    char *const *sections, size_t sections_count)
{
	struct making making = { .arena = arena, .subjects = subjects, .count = count, .baseline = baseline };
	Occupare__V1__Comparison *comparison = occ_arena_alloc(arena, sizeof *comparison);
	size_t next_field = 0;

	assert(count >= 1 && count <= OCC_COMPARANDS_MAX && baseline < count);
	occupare__v1__comparison__init(comparison);
	comparison->baseline = baseline;
	comparison->n_comparands = count;
	comparison->comparands = occ_arena_calloc(arena, count, sizeof *comparison->comparands);
	for (size_t i = 0; i < count; i++)
		comparison->comparands[i] = compare_comparand(arena, &subjects[i]);
	comparison->n_sections = SECTIONS_COUNT;
	comparison->sections = occ_arena_calloc(arena, SECTIONS_COUNT, sizeof *comparison->sections);
	find_elsewhere(&making);
	for (size_t i = 0; i < SECTIONS_COUNT; i++) {
		struct row_findings before = making.findings;

		comparison->sections[i] = make_section(&making, compare_sections[i], &next_field);
		/* The introduction speaks of everything. */
		if (!is_wanted(compare_sections[i], sections, sections_count) &&
		    !is_wanted(compare_sections[0], sections, sections_count))
			making.findings = before;
	}
	judge_say_inherited(arena, subjects, count, &making.findings);
	narrative_comparison(arena, subjects, comparison);
	keep_wanted(comparison, sections, sections_count);
	comparison->sources = compare_sources(arena, subjects, count, &comparison->n_sources);
	comparison->warnings = making.findings.texts;
	comparison->n_warnings = making.findings.count;
	return comparison;
}

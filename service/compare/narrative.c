/* Sections of a comparison in sentences and headings. */
#include "service/compare/narrative.h"

#include <string.h>
#include <strings.h>

#include "service/compare/facts.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"
#include "service/compare/similar.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name

/* ---- Getters ---- */

FACTS_FIGURE(annual_low, salary, annual_low)
FACTS_FIGURE(annual_high, salary, annual_high)
FACTS_FIGURE(annual_p10, salary, annual_p10)
FACTS_FIGURE(annual_p90, salary, annual_p90)
FACTS_FIGURE(growth_percent, outlook, growth_percent)
FACTS_FIGURE(employment, outlook, employment)
FACTS_FIGURE(job_postings, outlook, job_postings)
FACTS_FIGURE(annual_openings, outlook, annual_openings)
FACTS_FIGURE(months_low, experience, months_to_become_low)
FACTS_FIGURE(months_high, experience, months_to_become_high)
FACTS_FIGURE(average_age, demographics, average_age)
FACTS_FIGURE(median_age, demographics, median_age)
FACTS_FIGURE(lgbt_percent, demographics, lgbt_percent)

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

/* ---- Transition ---- */

static bool
is_same(const struct facts *facts, size_t i, size_t j)
{
	return strcmp(facts->subjects[i].occupation->id, facts->subjects[j].occupation->id) == 0;
}

/* again: the same occupation was spoken of, in another area or period. */
static void
say_transition(struct facts *facts, size_t from, size_t to, double coverage, bool again)
{
	const Occupare__V1__Occupation *target = facts->subjects[to].occupation;
	char *time = format_months(facts->arena, months_low(target), months_high(target));

	again = again || is_same(facts, from, to);
	if (!again && facts->subjects[from].occupation->n_skills > 0 && target->n_skills > 0)
		facts_say_skills_step(facts, from, to, coverage);
	facts_say_pay_step(facts, from, to);
	if (!again && time != NULL)
		facts_say(facts, "experience.months_to_become",
		    occ_arena_printf(
			facts->arena, "it typically takes %s to become %s.", time, facts->names[to].kind_a));
}

/* ---- Sections ---- */

static void
say_introduction(struct facts *facts)
{
	struct facts kinds = facts_kinds(facts, NULL);

	facts_say_way_in(&kinds);
	facts_say_pay(facts);
	facts_say_top_skills(&kinds);
	facts_say_shared_skills(&kinds, false);
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
			(cell->figure->value != row->cells[0]->figure->value ||
			    cell->figure->status == STATUS(AT_LEAST) || cell->figure->status == STATUS(INHERITED))))
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
				labels_add(facts, &labels, row,
				    row->missing == 0 ? NULL
						      : occ_arena_printf(facts->arena, "of %zu with a figure",
							    facts->count - row->missing));
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

static const char *
payer_label(const Occupare__V1__TopPayer *payer)
{
	return payer != NULL && payer->label[0] != '\0' ? payer->label : NULL;
}

static void
say_salary(struct facts *facts)
{
	const char *cities[OCC_COMPARANDS_MAX], *states[OCC_COMPARANDS_MAX];

	facts_say_pay(facts);
	facts_say_overlap(
	    facts, "salary.annual_range", "salary.annual_range", "typical salary ranges", annual_low, annual_high);
	facts_say_overlap(facts, "salary.annual_p10", "salary.annual_p10 salary.annual_p90",
	    "salary ranges from the 10th to the 90th percentile", annual_p10, annual_p90);
	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Salary *salary = facts->subjects[i].occupation->salary;
		cities[i] = salary != NULL ? payer_label(salary->top_city) : NULL;
		states[i] = salary != NULL ? payer_label(salary->top_state) : NULL;
	}
	facts_say_label(facts, "salary.top_city", "highest paying city", cities);
	facts_say_label(facts, "salary.top_state", "highest paying state", states);
}

/* A diploma of a school is no degree, nor are some courses. */
static const char *
degree_noun(const struct facts *facts)
{
	static const char *const others[] = { "less than", "no ", "some ", "school", "certificate", "award" };

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Share *degree = first_degree(facts->subjects[i].occupation);
		for (size_t j = 0; degree != NULL && j < sizeof others / sizeof *others; j++) {
			if (strcasestr(degree->label, others[j]) != NULL)
				return "most common level of education";
		}
	}
	return "most common degree";
}

static void
say_education(struct facts *facts)
{
	const struct facts_share shares[] = { { "education.degrees[0]", degree_noun(facts), first_degree,
						  facts_education },
		{ "education.majors[0]", "most common major", first_major, NULL },
		{ "education.colleges[0]", "most common college", first_college, NULL } };
	const char *entries[OCC_COMPARANDS_MAX];

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Education *education = facts->subjects[i].occupation->education;
		entries[i] = education != NULL && education->typical_entry[0] != '\0'
				 ? facts_education(facts->arena, education->typical_entry)
				 : NULL;
	}
	facts_say_label(facts, "education.typical_entry", "typical education at entry", entries);
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
		facts_say_share(facts, &shares[i]);
}

static void
say_demographics(struct facts *facts)
{
	static const struct facts_figure figures[] = { { "demographics.average_age", "average age", UNIT(YEARS),
							   average_age },
		{ "demographics.median_age", "median age", UNIT(YEARS), median_age },
		{ "demographics.lgbt_percent", "LGBT percentage", UNIT(PERCENT), lgbt_percent } };
	static const struct facts_share shares[] = { { "demographics.genders", "largest gender group", largest_gender,
							 grammar_lower },
		{ "demographics.races", "largest race group", largest_race, NULL } };

	for (size_t i = 0; i < 2; i++)
		facts_say_figure(facts, &figures[i]);
	for (size_t i = 0; i < 2; i++)
		facts_say_share(facts, &shares[i]);
	facts_say_figure(facts, &figures[2]);
}

static void
say_responsibilities(struct facts *facts)
{
	bool missing[OCC_COMPARANDS_MAX] = { false }, more[OCC_COMPARANDS_MAX] = { false };

	for (size_t i = 0; i < facts->count; i++) {
		const Occupare__V1__Occupation *occupation = facts->subjects[i].occupation;
		missing[i] = occupation->n_responsibilities == 0;
		more[i] = occupation->more_responsibilities && !missing[i];
	}
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

/* Employment alone is known by area and period. */
static void
say_outlook(struct facts *facts)
{
	struct facts kinds = facts_kinds(facts, NULL);
	const struct facts_figure growth = { "outlook.growth_percent", growth_noun(facts), UNIT(PERCENT),
		growth_percent },
				  people = { "outlook.employment", "number of people employed", UNIT(COUNT),
					  employment },
				  postings = { "outlook.job_postings", "number of jobs advertised", UNIT(COUNT),
					  job_postings },
				  openings = { "outlook.annual_openings", "number of openings a year", UNIT(COUNT),
					  annual_openings };

	facts_say_figure(&kinds, &growth);
	facts_say_figure(facts, &people);
	facts_say_figure(&kinds, &postings);
	facts_say_figure(&kinds, &openings);
}

static void
say_transitions(struct facts *facts, size_t baseline)
{
	for (size_t i = 0; i < facts->count; i++) {
		bool again = false;
		if (i == baseline)
			continue;
		for (size_t j = 0; j < i; j++)
			again = again || (j != baseline && is_same(facts, j, i));
		say_transition(facts, baseline, i,
		    similar_skills(facts->arena, facts->subjects[baseline].occupation, facts->subjects[i].occupation,
			OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_COVERAGE),
		    again);
	}
}

static void
say_section(struct facts *facts, const Occupare__V1__Section *section, size_t baseline)
{
	static const struct {
		const char *id;
		void (*say)(struct facts *facts);
		bool kinds; /* speaks of what is the same in all areas and periods */
	} table[] = { { "introduction", say_introduction, false }, { "summary", say_summary, true },
		{ "salary", say_salary, false }, { "education", say_education, true },
		{ "demographics", say_demographics, true }, { "responsibilities", say_responsibilities, true },
		{ "skills", facts_say_skills, true }, { "category", say_category, true },
		{ "outlook", say_outlook, false } };
	struct facts kinds = facts_kinds(facts, NULL);

	if (strcmp(section->id, "overview") == 0)
		say_overview(facts, section);
	else if (strcmp(section->id, "transition") == 0)
		say_transitions(facts, baseline);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcmp(table[i].id, section->id) == 0)
			table[i].say(table[i].kinds ? &kinds : facts);
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

static bool
names_occupations(const char *category)
{
	static const char *const endings[] = { "occupations", "jobs" };
	size_t length = strlen(category);

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t ending = strlen(endings[i]);
		if (length >= ending && strcmp(category + length - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

/* "Browse executive management jobs", "Browse legal occupations", of all categories that the comparands have. */
static char *
browse_heading(const struct facts *facts)
{
	const char *titles[OCC_COMPARANDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < facts->count; i++) {
		const char *title = category_title(facts->subjects[i].occupation);
		bool again = false;
		if (title == NULL)
			continue;
		title = grammar_lower(facts->arena, title);
		for (size_t j = 0; j < count; j++)
			again = again || strcasecmp(titles[j], title) == 0;
		if (!again)
			titles[count++] = title;
	}
	if (count == 0)
		return occ_arena_strdup(facts->arena, "Category");
	return occ_arena_printf(facts->arena, "Browse %s%s", grammar_list(facts->arena, titles, count),
	    names_occupations(titles[count - 1]) ? "" : " jobs");
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
	struct facts kinds = facts_kinds(facts, NULL);
	const char *ones[OCC_COMPARANDS_MAX];
	char *list;

	if (facts->same_occupation)
		return versus_heading(facts, what);
	for (size_t i = 0; i < kinds.count; i++)
		ones[i] = kinds.names[i].one;
	list = grammar_list(facts->arena, ones, kinds.count);
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
	struct facts kinds = facts_kinds(facts, NULL);

	if (strcmp(section->id, "introduction") == 0)
		return versus_heading(facts, "");
	if (strcmp(section->id, "summary") == 0 && facts->same_occupation)
		return occ_arena_printf(facts->arena, "What does %s do?", facts->names[0].kind_a);
	if (strcmp(section->id, "summary") == 0)
		return occ_arena_printf(facts->arena, "What do %s do?", facts_many(&kinds, NULL));
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
	*ret_count = facts->said->count;
	*ret = occ_arena_calloc(facts->arena, facts->said->count + 1, sizeof **ret);
	memcpy(*ret, facts->said->sentences, facts->said->count * sizeof **ret);
	facts->said->count = 0;
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
	Occupare__V1__Section section = OCCUPARE__V1__SECTION__INIT, *sections[] = { &section };
	Occupare__V1__Comparison comparison = OCCUPARE__V1__COMPARISON__INIT;
	struct facts facts;

	/* The steps tell what may be compared. */
	section.rows = transition->steps;
	section.n_rows = transition->n_steps;
	comparison.sections = sections;
	comparison.n_sections = 1;
	facts_init(&facts, arena, subjects, 2, comparands);
	facts.comparison = &comparison;
	say_transition(&facts, 0, 1, transition->coverage, false);
	facts_say_unrated_kinds(&facts, 0);
	take_sentences(&facts, &transition->n_sentences, &transition->sentences);
}

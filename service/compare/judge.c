/* The rules that keep values apart, each a function that says so in a sentence. */
#include "service/compare/judge.h"

#include <stdlib.h>
#include <string.h>

#include "service/compare/fields.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name
#define WHOLE_MIN 99.5 /* percents of a whole sum to no less and no more but for rounding */
#define WHOLE_MAX 100.5
#define SOC_LENGTH 7 /* "29-1141", which also begins every O*NET-SOC code */

/* Something that keeps values apart. */
struct rule {
	bool blocks; /* the values must not be set against each other; else it is a caution */
	char *(*finds)(const struct judged *judged); /* a sentence; NULL: does not apply */
};

/* Texts, each once, in order. */
struct distinct {
	const char *texts[OCC_COMPARANDS_MAX];
	size_t count;
};

static const char *
area_code(const struct compare_subject *subject)
{
	return subject->area == NULL || subject->area[0] == '\0' ? "US" : subject->area;
}

static const char *
area_name(const struct compare_subject *subject)
{
	return subject->area_title == NULL || subject->area_title[0] == '\0' ? area_code(subject) : subject->area_title;
}

static const char *
period_name(struct occ_arena *arena, const struct compare_subject *subject)
{
	return subject->period == 0 ? "latest" : occ_arena_printf(arena, "%u", subject->period);
}

bool
judge_is_elsewhere(const struct compare_subject *subject)
{
	return strcmp(area_code(subject), "US") != 0 || subject->period != 0;
}

char *
judge_subject_name(struct occ_arena *arena, const struct compare_subject *subject)
{
	const char *title = subject->occupation->title;
	bool elsewhere = strcmp(area_code(subject), "US") != 0;

	if (!elsewhere && subject->period == 0)
		return subject->occupation->title;
	if (subject->period == 0)
		return occ_arena_printf(arena, "%s (%s)", title, area_name(subject));
	if (!elsewhere)
		return occ_arena_printf(arena, "%s (%u)", title, subject->period);
	return occ_arena_printf(arena, "%s (%s, %u)", title, area_name(subject), subject->period);
}

bool
judge_is_bound(const Occupare__V1__Figure *figure)
{
	return figure->status == STATUS(AT_LEAST);
}

static const char *
soc_code(const Occupare__V1__Occupation *occupation)
{
	const char *finer = NULL;

	for (size_t i = 0; i < occupation->n_codes; i++) {
		const Occupare__V1__Code *code = occupation->codes[i];

		if (strcmp(code->system, "SOC2018") == 0)
			return code->value;
		if (strcmp(code->system, "ONETSOC2019") == 0)
			finer = code->value;
	}
	return finer;
}

static bool
is_equal_message(struct occ_arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
	size_t size = a != NULL ? protobuf_c_message_get_packed_size(a) : 0;
	uint8_t *left, *right;

	if (size == 0 || b == NULL || protobuf_c_message_get_packed_size(b) != size)
		return false;
	left = occ_arena_alloc(arena, size);
	right = occ_arena_alloc(arena, size);
	protobuf_c_message_pack(a, left);
	protobuf_c_message_pack(b, right);
	return memcmp(left, right, size) == 0;
}

static bool
are_equal_shares(struct occ_arena *arena, Occupare__V1__Share *const *a, size_t a_count, Occupare__V1__Share *const *b,
    size_t b_count)
{
	for (size_t i = 0; i < a_count && a_count == b_count; i++) {
		if (!is_equal_message(arena, &a[i]->base, &b[i]->base))
			return false;
	}
	return a_count > 1 && a_count == b_count;
}

/* All that is published of two with different codes on the field's topic is the same: one figure may be so by chance, a
 * whole record of them is of one group. */
static bool
is_equal_topic(const struct judged *judged, size_t i, size_t j)
{
	const Occupare__V1__Occupation *a = judged->subjects[i].occupation, *b = judged->subjects[j].occupation;
	const char *path = judged->field->path;

	if (strncmp(path, "salary.", strlen("salary.")) == 0)
		return a->salary != NULL && b->salary != NULL &&
		       is_equal_message(judged->arena, &a->salary->base, &b->salary->base);
	if (strncmp(path, "outlook.", strlen("outlook.")) == 0)
		return a->outlook != NULL && b->outlook != NULL &&
		       is_equal_message(judged->arena, &a->outlook->base, &b->outlook->base);
	if (strncmp(path, "education.", strlen("education.")) == 0)
		return a->education != NULL && b->education != NULL &&
		       are_equal_shares(judged->arena, a->education->degrees, a->education->n_degrees,
			   b->education->degrees, b->education->n_degrees);
	return a->demographics != NULL && b->demographics != NULL &&
	       are_equal_shares(judged->arena, a->demographics->genders, a->demographics->n_genders,
		   b->demographics->genders, b->demographics->n_genders) &&
	       are_equal_shares(judged->arena, a->demographics->races, a->demographics->n_races, b->demographics->races,
		   b->demographics->n_races);
}

bool
judge_same_parent(const struct judged *judged, size_t i, size_t j)
{
	const Occupare__V1__Figure *a = judged->figures[i], *b = judged->figures[j];
	const struct compare_subject *left = &judged->subjects[i], *right = &judged->subjects[j];

	if (a == NULL || b == NULL || a->value != b->value || a->source != b->source)
		return false;
	if (strcmp(area_code(left), area_code(right)) != 0 || left->period != right->period)
		return false;
	const char *code = soc_code(left->occupation), *other = soc_code(right->occupation);
	bool both = a->status == STATUS(INHERITED) && b->status == STATUS(INHERITED);

	if (code == NULL || other == NULL)
		return both;
	if (strncmp(code, other, SOC_LENGTH) == 0)
		return a->status == STATUS(INHERITED) || b->status == STATUS(INHERITED);
	return both && is_equal_topic(judged, i, j);
}

bool
judge_order_is_known(const struct judged *judged)
{
	for (size_t i = 0; i < judged->count; i++) {
		const Occupare__V1__Figure *bound = judged->figures[i];

		for (size_t j = 0; bound != NULL && judge_is_bound(bound) && j < judged->count; j++) {
			if (j != i && judged->figures[j] != NULL && judged->figures[j]->value >= bound->value)
				return false;
		}
	}
	return true;
}

static void
add_distinct(struct distinct *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->texts[i], text) == 0)
			return;
	}
	list->texts[list->count++] = text;
}

/* Sorted, so that the order of comparands does not matter. */
static int
by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static char *
join_distinct(struct occ_arena *arena, struct distinct *list, const char *separator)
{
	qsort(list->texts, list->count, sizeof *list->texts, by_text);
	return format_join(arena, (char *const *)list->texts, list->count, separator);
}

static const Occupare__V1__Source *
source_with_id(const Occupare__V1__Occupation *occupation, uint32_t id)
{
	for (size_t i = 0; i < occupation->n_sources; i++) {
		if (occupation->sources[i]->id == id)
			return occupation->sources[i];
	}
	return NULL;
}

static bool
is_pay(const struct field *field)
{
	return strncmp(field->path, "salary.", strlen("salary.")) == 0;
}

static bool
is_local(const struct field *field)
{
	return is_pay(field) || strcmp(field->path, "outlook.employment") == 0;
}

/* What rows speak of, for sentences that would else be said of each row. */
static const struct topic {
	const char *prefix; /* of paths; of the first that fits */
	const char *noun;
	bool many;
} topics[] = {
	{ "salary.", "pay", false },
	{ "outlook.employment", "employment", false },
	{ "outlook.job_postings", "positions advertised", true },
	{ "outlook.", "projections", true },
	{ "education.", "education", false },
	{ "demographics.", "demographics", true },
	{ "experience.", "experience", false },
};
#define TOPICS_COUNT (sizeof topics / sizeof *topics)

/* TOPICS_COUNT: none. */
static size_t
topic_of(const struct field *field)
{
	size_t i = 0;

	while (i < TOPICS_COUNT && strncmp(field->path, topics[i].prefix, strlen(topics[i].prefix)) != 0)
		i++;
	return i;
}

/* "Pay", "Demographics"; the row's label where it is of no topic. */
static const char *
thing(const struct judged *judged)
{
	size_t topic = topic_of(judged->field);

	return topic < TOPICS_COUNT ? grammar_capital(judged->arena, topics[topic].noun) : judged->field->label;
}

static bool
is_many(const struct field *field)
{
	return topic_of(field) < TOPICS_COUNT && topics[topic_of(field)].many;
}

/* The source of a comparand's figure; NULL: there is none. */
static const Occupare__V1__Source *
source_of(const struct judged *judged, size_t index)
{
	const Occupare__V1__Figure *figure = judged->figures[index];

	return figure == NULL ? NULL : source_with_id(judged->subjects[index].occupation, figure->source);
}

static char *
different_currencies(const struct judged *judged)
{
	struct distinct list = { 0 };

	for (size_t i = 0; is_pay(judged->field) && i < judged->count; i++) {
		if (judged->figures[i] != NULL)
			add_distinct(&list, fields_currency(judged->subjects[i].occupation));
	}
	if (list.count < 2)
		return NULL;
	return occ_arena_printf(judged->arena, "Pay is in different currencies (%s) and is not converted.",
	    join_distinct(judged->arena, &list, ", "));
}

static char *
different_projections(const struct judged *judged)
{
	const char *path = judged->field->path;
	struct distinct list = { 0 };

	if (strcmp(path, "outlook.growth_percent") != 0 && strcmp(path, "outlook.annual_openings") != 0)
		return NULL;
	for (size_t i = 0; i < judged->count; i++) {
		const Occupare__V1__Outlook *outlook = judged->subjects[i].occupation->outlook;

		if (judged->figures[i] != NULL && outlook->from_year != 0 && outlook->to_year != 0)
			add_distinct(
			    &list, occ_arena_printf(judged->arena, "%u-%u", outlook->from_year, outlook->to_year));
	}
	if (list.count < 2)
		return NULL;
	return occ_arena_printf(
	    judged->arena, "The projections cover different years (%s).", join_distinct(judged->arena, &list, ", "));
}

/* Releases of one publication are of one kind; NULL: fewer than two kinds. */
static char *
different_sources(const struct judged *judged)
{
	struct distinct list = { 0 };

	for (size_t i = 0; i < judged->count; i++) {
		const Occupare__V1__Source *source = source_of(judged, i);

		if (source != NULL)
			add_distinct(&list, source->title);
	}
	return list.count < 2 ? NULL : join_distinct(judged->arena, &list, "; ");
}

/* Periods that were asked for are told by different_places. */
static char *
different_releases(const struct judged *judged)
{
	struct distinct releases = { 0 }, periods = { 0 };

	for (size_t i = 0; i < judged->count; i++) {
		const Occupare__V1__Source *source = source_of(judged, i), *other;

		if (source == NULL)
			continue;
		add_distinct(&periods, period_name(judged->arena, &judged->subjects[i]));
		for (size_t j = 0; j < judged->count; j++) {
			other = source_of(judged, j);
			if (other != NULL && strcmp(other->title, source->title) == 0 &&
			    strcmp(other->release, source->release) != 0)
				add_distinct(&releases, source->release);
		}
	}
	if (releases.count < 2 || (is_local(judged->field) && periods.count > 1))
		return NULL;
	return occ_arena_printf(judged->arena, "%s %s of different releases (%s)%s.", thing(judged),
	    is_many(judged->field) ? "are" : "is", join_distinct(judged->arena, &releases, ", "),
	    is_pay(judged->field) ? ", not adjusted for inflation" : "");
}

static char *
different_counts(const struct judged *judged)
{
	char *sources = judged->field->unit == UNIT(COUNT) ? different_sources(judged) : NULL;

	if (sources == NULL)
		return NULL;
	return occ_arena_printf(judged->arena, "%s: the sources (%s) may count different things%s.",
	    judged->field->label, sources,
	    is_local(judged->field) ? ", such as with or without the self-employed" : "");
}

static char *
different_publications(const struct judged *judged)
{
	char *sources = judged->field->unit == UNIT(COUNT) ? NULL : different_sources(judged);

	if (sources == NULL)
		return NULL;
	if (topic_of(judged->field) == topic_of(fields_find("education", "education.degrees")))
		return occ_arena_printf(judged->arena,
		    "The sources of education (%s) may measure different things: "
		    "what the work requires is not what people have.",
		    sources);
	return occ_arena_printf(judged->arena, "The sources (%s) may measure different things.", sources);
}

/* Sentences naming each set of two or more comparands whose figures are their common parent's. */
static char *
common_parents(const struct judged *judged, bool *ret_all)
{
	char *sentences[OCC_COMPARANDS_MAX];
	size_t count = 0, present = 0, largest = 0;

	for (size_t i = 0; i < judged->count; i++) {
		const char *names[OCC_COMPARANDS_MAX];
		size_t members = 0, earlier = 0;

		present += judged->figures[i] != NULL;
		for (size_t j = 0; j < judged->count; j++) {
			if (j != i && !judge_same_parent(judged, i, j))
				continue;
			earlier += j < i;
			names[members++] = judge_subject_name(judged->arena, &judged->subjects[j]);
		}
		if (members < 2 || earlier > 0)
			continue;
		largest = members > largest ? members : largest;
		sentences[count++] = occ_arena_printf(judged->arena,
		    is_many(judged->field) ? "%s of %s are those of one broader group, so they cannot differ."
					   : "%s of %s is that of one broader group, so it cannot differ.",
		    thing(judged), grammar_list(judged->arena, names, members));
	}
	*ret_all = count > 0 && largest == present;
	return count == 0 ? NULL : format_join(judged->arena, sentences, count, " ");
}

static char *
one_parent(const struct judged *judged)
{
	bool all;
	char *text = common_parents(judged, &all);

	return all ? text : NULL;
}

static char *
some_share_parent(const struct judged *judged)
{
	bool all;
	char *text = common_parents(judged, &all);

	return all ? NULL : text;
}

/* How many figures are known, and how many only as bounds. */
static size_t
count_figures(const struct judged *judged, bool bounds)
{
	size_t count = 0;

	for (size_t i = 0; judged->numbers && i < judged->count; i++)
		count += judged->figures[i] != NULL && judge_is_bound(judged->figures[i]) == bounds;
	return count;
}

static bool
only_bounds_of_unknown_order(const struct judged *judged)
{
	size_t bounds = count_figures(judged, true), known = count_figures(judged, false);

	return bounds > 0 && bounds + known > 1 && known < 2 && !judge_order_is_known(judged);
}

static char *
unknown_order(const struct judged *judged)
{
	if (!only_bounds_of_unknown_order(judged))
		return NULL;
	return occ_arena_strdup(
	    judged->arena, "A figure shown as \"or more\" is a lower bound: it is not known which is higher.");
}

static char *
some_bound(const struct judged *judged)
{
	if (count_figures(judged, true) == 0 || only_bounds_of_unknown_order(judged))
		return NULL;
	return occ_arena_strdup(
	    judged->arena, "A figure shown as \"or more\" is a lower bound: no difference is taken from it.");
}

static bool
shares_parent(const struct judged *judged, size_t index)
{
	for (size_t i = 0; i < judged->count; i++) {
		if (i != index && judge_same_parent(judged, i, index))
			return true;
	}
	return false;
}

/* An earlier comparand is the same occupation, and of this nothing depends on area and period. */
static bool
is_told_before(const struct judged *judged, size_t index)
{
	for (size_t i = 0; !is_local(judged->field) && i < index; i++) {
		if (strcmp(judged->subjects[i].occupation->id, judged->subjects[index].occupation->id) == 0)
			return true;
	}
	return false;
}

/* Those that share their parent with another are named there. */
static void
find_inherited(const struct judged *judged, struct row_findings *findings)
{
	size_t topic = topic_of(judged->field);

	for (size_t i = 0; findings != NULL && topic < TOPICS_COUNT && i < judged->count; i++) {
		const Occupare__V1__Figure *figure = judged->figures[i];

		if (figure != NULL && figure->status == STATUS(INHERITED) && !shares_parent(judged, i) &&
		    !is_told_before(judged, i))
			findings->inherited[i] |= 1u << topic;
	}
}

static char *
inherited_text(struct occ_arena *arena, unsigned found, const char *who)
{
	const char *nouns[TOPICS_COUNT];
	size_t count = 0;
	bool many = false;

	for (size_t i = 0; i < TOPICS_COUNT; i++) {
		if ((found & 1u << i) == 0)
			continue;
		nouns[count++] = topics[i].noun;
		many = count > 1 || topics[i].many;
	}
	return occ_arena_printf(arena,
	    "%s of %s %s published for a broader group of occupations only: the figures shown are the group's.",
	    grammar_capital(arena, grammar_list(arena, nouns, count)), who, many ? "are" : "is");
}

void
judge_say_inherited(
    struct occ_arena *arena, const struct compare_subject *subjects, size_t count, struct row_findings *findings)
{
	for (size_t i = 0; i < count; i++) {
		const char *names[OCC_COMPARANDS_MAX];
		size_t members = 0, earlier = 0;

		for (size_t j = 0; findings->inherited[i] != 0 && j < count; j++) {
			if (findings->inherited[j] != findings->inherited[i])
				continue;
			earlier += j < i;
			names[members++] = judge_subject_name(arena, &subjects[j]);
		}
		if (members > 0 && earlier == 0)
			row_find(arena, findings,
			    inherited_text(arena, findings->inherited[i], grammar_list(arena, names, members)));
	}
}

/* Whether a comparand has any figure of the topic, so that all rows of it say the same. */
static bool
has_topic(const struct judged *judged, size_t index)
{
	const Occupare__V1__Occupation *occupation = judged->subjects[index].occupation;

	return is_pay(judged->field) ? occupation->salary != NULL : judged->figures[index] != NULL;
}

static char *
different_places(const struct judged *judged)
{
	struct distinct periods = { 0 }, areas = { 0 };
	const char *what = thing(judged);
	size_t known = 0;

	for (size_t i = 0; is_local(judged->field) && i < judged->count; i++) {
		known += judged->figures[i] != NULL;
		if (!has_topic(judged, i))
			continue;
		add_distinct(&periods, period_name(judged->arena, &judged->subjects[i]));
		add_distinct(&areas, area_name(&judged->subjects[i]));
	}
	if (known < 2)
		return NULL;
	char *years = join_distinct(judged->arena, &periods, ", "),
	     *places = join_distinct(judged->arena, &areas, ", ");
	bool pay = is_pay(judged->field);

	if (periods.count > 1 && areas.count > 1)
		return occ_arena_printf(judged->arena, "%s is of different years (%s) and areas (%s)%s.", what, years,
		    places, pay ? ", not adjusted for inflation, nor for the cost of living" : "");
	if (periods.count > 1)
		return occ_arena_printf(judged->arena, "%s is of different years (%s)%s.", what, years,
		    pay ? ", not adjusted for inflation" : "");
	if (areas.count > 1)
		return occ_arena_printf(judged->arena, "%s is of different areas (%s)%s.", what, places,
		    pay ? ", not adjusted for the cost of living" : "");
	return NULL;
}

/* Parts that overlap, as an origin does with races, or of which some are left out. */
static char *
parts_of_no_whole(const struct judged *judged)
{
	for (size_t i = 0; i < judged->count; i++) {
		const Occupare__V1__Cell *cell = judged->row->cells[i];
		double sum = 0;
		size_t known = 0;

		if (cell->value_case != OCCUPARE__V1__CELL__VALUE_SHARES ||
		    strncmp(judged->field->path, "demographics.", strlen("demographics.")) != 0)
			continue;
		for (size_t k = 0; k < cell->shares->n_items; k++) {
			const Occupare__V1__Figure *percent = cell->shares->items[k]->percent;

			known += format_has_value(percent);
			sum += format_has_value(percent) ? percent->value : 0;
		}
		if (known > 0 && (sum < WHOLE_MIN || sum > WHOLE_MAX))
			return occ_arena_printf(judged->arena,
			    "%s: the parts overlap or leave some people out, so they do not add up to 100%%.",
			    judged->field->label);
	}
	return NULL;
}

/* ---- Who pays best ---- */

static const Occupare__V1__TopPayer *
payer_of(const struct judged *judged, size_t index)
{
	const Occupare__V1__Salary *salary = judged->subjects[index].occupation->salary;
	const char *path = judged->field->path;

	if (salary == NULL)
		return NULL;
	if (strcmp(path, "salary.top_city") == 0)
		return salary->top_city;
	if (strcmp(path, "salary.top_state") == 0)
		return salary->top_state;
	return strcmp(path, "salary.top_industry") == 0 ? salary->top_industry : NULL;
}

/* The year that a release ends with: 2024 of "May 2024"; 0 = none. */
static uint32_t
release_year(const char *release)
{
	size_t length = strlen(release);
	char *end;
	unsigned long year;

	if (length < 4)
		return 0;
	year = strtoul(release + length - 4, &end, 10);
	return *end == '\0' && year >= 1900 && year <= 2100 ? (uint32_t)year : 0;
}

/* The year of a comparand's mean pay; 0 = not known. */
static uint32_t
pay_year(const struct compare_subject *subject)
{
	const Occupare__V1__Salary *salary = subject->occupation->salary;
	const Occupare__V1__Source *source;

	if (subject->period != 0 || salary == NULL || salary->annual_mean == NULL)
		return subject->period;
	source = source_with_id(subject->occupation, salary->annual_mean->source);
	return source != NULL ? release_year(source->release) : 0;
}

static char *
picked_payer(const struct judged *judged)
{
	struct distinct payer_years = { 0 }, pay_years = { 0 };
	bool by_any_number = false;
	const char *text = "";

	for (size_t i = 0; i < judged->count; i++) {
		const Occupare__V1__TopPayer *payer = payer_of(judged, i);
		uint32_t year = pay_year(&judged->subjects[i]);

		if (payer == NULL || payer->period == 0)
			continue;
		by_any_number = by_any_number || !format_has_value(payer->employment);
		if (year != 0 && year != payer->period) {
			add_distinct(&payer_years, occ_arena_printf(judged->arena, "%u", payer->period));
			add_distinct(&pay_years, occ_arena_printf(judged->arena, "%u", year));
		}
	}
	if (payer_years.count > 0)
		text = occ_arena_printf(judged->arena, "from estimates of %s, while the average salary is of %s",
		    join_distinct(judged->arena, &payer_years, ", "), join_distinct(judged->arena, &pay_years, ", "));
	if (by_any_number)
		text = occ_arena_printf(judged->arena,
		    "%s%spicked without regard to how many people work there, "
		    "as their number is not published with the pay",
		    text, text[0] != '\0' ? "; " : "");
	return text[0] == '\0' ? NULL : occ_arena_printf(judged->arena, "%s: %s.", judged->field->label, text);
}

static char *
postings(const struct judged *judged)
{
	if (strcmp(judged->field->path, "outlook.job_postings") != 0)
		return NULL;
	return occ_arena_strdup(judged->arena, "The number of jobs counts positions advertised, not people employed.");
}

/* Those that block stand first, so that why_not begins with the reason. */
static const struct rule rules[] = {
	{ true, different_currencies },
	{ true, different_projections },
	{ true, different_counts },
	{ true, one_parent },
	{ true, unknown_order },
	{ false, some_share_parent },
	{ false, some_bound },
	{ false, different_places },
	{ false, different_releases },
	{ false, different_publications },
	{ false, parts_of_no_whole },
	{ false, picked_payer },
	{ false, postings },
};

void
judge(const struct judged *judged, struct row_findings *findings)
{
	Occupare__V1__Row *row = judged->row;
	char *found[sizeof rules / sizeof *rules];
	size_t count = 0, present = 0;

	for (size_t i = 0; i < judged->count; i++)
		present += judged->figures[i] != NULL || payer_of(judged, i) != NULL;
	if (present == 0)
		return;
	find_inherited(judged, findings);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		char *text = rules[i].finds(judged);

		if (text == NULL)
			continue;
		found[count++] = text;
		row_find(judged->arena, findings, text);
		if (rules[i].blocks)
			row->comparable = false;
	}
	row->why_not = format_join(judged->arena, found, count, " ");
}

/* How each field becomes a cell, then the table. */
#include "service/compare/fields.h"

#include <math.h>
#include <string.h>

#include "service/compare/format.h"
#include "service/compare/similar.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define UNIT(name) OCCUPARE__V1__UNIT__UNIT_##name

const char *
fields_currency(const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Salary *salary = occupation->salary;

	return salary == NULL || salary->currency_code[0] == '\0' ? "USD" : salary->currency_code;
}

static Occupare__V1__Cell *
new_cell(struct occ_arena *arena)
{
	Occupare__V1__Cell *cell = occ_arena_alloc(arena, sizeof *cell);

	occupare__v1__cell__init(cell);
	return cell;
}

Occupare__V1__Cell *
fields_cell_missing(struct occ_arena *arena, const char *reason)
{
	Occupare__V1__Cell *cell = new_cell(arena);

	cell->display = (char *)"n/a";
	cell->reason = (char *)reason;
	return cell;
}

static const char *
why_missing(const Occupare__V1__Figure *figure)
{
	if (figure != NULL && figure->status == STATUS(SUPPRESSED))
		return FIELDS_SUPPRESSED;
	if (figure != NULL && figure->status == STATUS(NOT_COLLECTED))
		return FIELDS_NOT_COLLECTED;
	return FIELDS_NOT_IN_DATA;
}

Occupare__V1__Cell *
fields_cell_figure(struct occ_arena *arena, Occupare__V1__Figure *figure, Occupare__V1__Unit unit, const char *currency)
{
	if (!format_has_value(figure))
		return fields_cell_missing(arena, why_missing(figure));
	Occupare__V1__Cell *cell = new_cell(arena);

	cell->value_case = OCCUPARE__V1__CELL__VALUE_FIGURE;
	cell->figure = figure;
	cell->display = format_figure(arena, figure, unit, currency);
	return cell;
}

static Occupare__V1__Cell *
text_cell(struct occ_arena *arena, char *text)
{
	if (text == NULL || text[0] == '\0')
		return fields_cell_missing(arena, FIELDS_NOT_IN_DATA);
	Occupare__V1__Cell *cell = new_cell(arena);

	cell->value_case = OCCUPARE__V1__CELL__VALUE_TEXT;
	cell->text = text;
	cell->display = text;
	return cell;
}

Occupare__V1__Cell *
fields_cell_texts(struct occ_arena *arena, char **items, size_t count, bool more)
{
	Occupare__V1__Cell *cell = new_cell(arena);
	Occupare__V1__TextList *texts = occ_arena_alloc(arena, sizeof *texts);

	occupare__v1__text_list__init(texts);
	texts->items = items;
	texts->n_items = count;
	texts->more = more;
	cell->value_case = OCCUPARE__V1__CELL__VALUE_TEXTS;
	cell->texts = texts;
	cell->display = count == 0 ? (char *)"none" : format_join(arena, items, count, "; ");
	return cell;
}

static Occupare__V1__Cell *
shares_cell(struct occ_arena *arena, Occupare__V1__Share **items, size_t count)
{
	if (count == 0)
		return fields_cell_missing(arena, FIELDS_NOT_IN_DATA);
	Occupare__V1__Cell *cell = new_cell(arena);
	Occupare__V1__ShareList *shares = occ_arena_alloc(arena, sizeof *shares);

	occupare__v1__share_list__init(shares);
	shares->items = items;
	shares->n_items = count;
	cell->value_case = OCCUPARE__V1__CELL__VALUE_SHARES;
	cell->shares = shares;
	cell->display = format_shares(arena, shares);
	return cell;
}

/* The display of a range that has a value says so by not being NULL. */
static Occupare__V1__Cell *
range_cell(struct occ_arena *arena, Occupare__V1__Figure *low, Occupare__V1__Figure *high, char *display)
{
	if (display == NULL)
		return fields_cell_missing(arena, why_missing(low != NULL ? low : high));
	Occupare__V1__Cell *cell = new_cell(arena);
	Occupare__V1__Range *range = occ_arena_alloc(arena, sizeof *range);

	occupare__v1__range__init(range);
	range->low = low;
	range->high = high;
	cell->value_case = OCCUPARE__V1__CELL__VALUE_RANGE;
	cell->range = range;
	cell->display = display;
	return cell;
}

/* The message that holds the field's members; NULL: the occupation has none. */
static const char *
parent_of(const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const char *parent = (const char *)occupation;

	if (field->parent != 0)
		memcpy(&parent, parent + field->parent - 1, sizeof parent);
	return parent;
}

static void *
pointer_at(const char *parent, size_t offset)
{
	void *pointer = NULL;

	if (parent != NULL)
		memcpy(&pointer, parent + offset, sizeof pointer);
	return pointer;
}

static size_t
count_at(const char *parent, size_t offset)
{
	size_t count = 0;

	if (parent != NULL)
		memcpy(&count, parent + offset, sizeof count);
	return count;
}

static Occupare__V1__Cell *
figure(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	return fields_cell_figure(
	    arena, pointer_at(parent_of(field, occupation), field->member), field->unit, fields_currency(occupation));
}

static Occupare__V1__Cell *
text(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	return text_cell(arena, pointer_at(parent_of(field, occupation), field->member));
}

static Occupare__V1__Cell *
payer(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__TopPayer *top = pointer_at(parent_of(field, occupation), field->member);
	Occupare__V1__Cell *cell = text_cell(arena, top == NULL ? NULL : top->label);

	if (cell->value_case == OCCUPARE__V1__CELL__VALUE_TEXT && format_has_value(top->annual_mean))
		cell->display = occ_arena_printf(arena, "%s, %s", top->label,
		    format_figure(arena, top->annual_mean, UNIT(CURRENCY_PER_YEAR), fields_currency(occupation)));
	return cell;
}

static Occupare__V1__Cell *
most_common(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const char *parent = parent_of(field, occupation);
	size_t count = count_at(parent, field->member);

	return shares_cell(arena, pointer_at(parent, field->second), count == 0 ? 0 : 1);
}

/* A distribution of which every part is held back says nothing but why. */
static Occupare__V1__Cell *
shares(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const char *parent = parent_of(field, occupation);
	size_t count = count_at(parent, field->member), missing = 0;
	Occupare__V1__Share **items = pointer_at(parent, field->second);

	while (missing < count && items[missing]->percent != NULL && !format_has_value(items[missing]->percent))
		missing++;
	if (count > 0 && missing == count)
		return fields_cell_missing(arena, why_missing(items[0]->percent));
	return shares_cell(arena, items, count);
}

static Occupare__V1__Cell *
pay_range(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const char *parent = parent_of(field, occupation);
	Occupare__V1__Figure *low = pointer_at(parent, field->member), *high = pointer_at(parent, field->second);

	return range_cell(arena, low, high, format_pay_range(arena, low, high, fields_currency(occupation)));
}

static Occupare__V1__Cell *
months_range(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const char *parent = parent_of(field, occupation);
	Occupare__V1__Figure *low = pointer_at(parent, field->member), *high = pointer_at(parent, field->second);

	return range_cell(arena, low, high, format_months(arena, low, high));
}

/* Half up to the cent; a bound stays a bound, an inherited figure inherited. */
static Occupare__V1__Figure *
hourly_from_annual(struct occ_arena *arena, const Occupare__V1__Figure *annual)
{
	Occupare__V1__Figure *hourly = occ_arena_alloc(arena, sizeof *hourly);

	*hourly = *annual;
	hourly->value = floor(annual->value * 100 / FIELDS_HOURS_PER_YEAR + 0.5) / 100;
	if (annual->status != STATUS(AT_LEAST) && annual->status != STATUS(INHERITED))
		hourly->status = STATUS(DERIVED);
	return hourly;
}

static Occupare__V1__Cell *
hourly_rate(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Salary *salary = occupation->salary;

	if (salary == NULL || salary->hourly_mean != NULL || !format_has_value(salary->annual_mean))
		return figure(arena, field, occupation);
	return fields_cell_figure(
	    arena, hourly_from_annual(arena, salary->annual_mean), field->unit, fields_currency(occupation));
}

static Occupare__V1__Cell *
projected_period(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Outlook *outlook = occupation->outlook;

	(void)field;
	if (outlook == NULL || outlook->from_year == 0 || outlook->to_year == 0)
		return fields_cell_missing(arena, FIELDS_NOT_IN_DATA);
	return text_cell(arena, occ_arena_printf(arena, "%u-%u", outlook->from_year, outlook->to_year));
}

/* A zone is a rank: as a text it invites no arithmetic. */
static Occupare__V1__Cell *
job_zone(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Experience *experience = occupation->experience;

	(void)field;
	if (experience == NULL || experience->job_zone == 0)
		return fields_cell_missing(arena, FIELDS_NOT_IN_DATA);
	return text_cell(arena, occ_arena_printf(arena, "%u", experience->job_zone));
}

static Occupare__V1__Cell *
category(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	(void)field;
	return text_cell(arena, occupation->category == NULL ? NULL : occupation->category->title);
}

static Occupare__V1__Cell *
responsibilities(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	(void)field;
	if (occupation->n_responsibilities == 0)
		return fields_cell_missing(arena, FIELDS_NOT_IN_DATA);
	Occupare__V1__Cell *cell = fields_cell_texts(
	    arena, occupation->responsibilities, occupation->n_responsibilities, occupation->more_responsibilities);

	/* They are sentences. */
	cell->display = format_join(arena, occupation->responsibilities, occupation->n_responsibilities, " ");
	return cell;
}

/* An importance is no share of anything: such skills are named without a percent. */
static Occupare__V1__Cell *
skills(struct occ_arena *arena, const struct field *field, const Occupare__V1__Occupation *occupation)
{
	size_t count;
	const Occupare__V1__Skill **ranked = similar_ranked(arena, occupation, &count);

	(void)field;
	if (count > FIELDS_SKILLS_MAX)
		count = FIELDS_SKILLS_MAX;
	Occupare__V1__Share **items = occ_arena_calloc(arena, count, sizeof *items);

	for (size_t i = 0; i < count; i++) {
		items[i] = occ_arena_alloc(arena, sizeof **items);
		occupare__v1__share__init(items[i]);
		items[i]->label = ranked[i]->name;
		if (format_has_value(ranked[i]->percent))
			items[i]->percent = ranked[i]->percent;
	}
	return shares_cell(arena, items, count);
}

#define OWN(name) .member = offsetof(Occupare__V1__Occupation, name)
#define IN(message, Type, name)                                                                                        \
	.parent = offsetof(Occupare__V1__Occupation, message) + 1, .member = offsetof(Occupare__V1__##Type, name)
#define IN_SALARY(name) IN(salary, Salary, name)
#define LIST_IN(message, Type, name) IN(message, Type, n_##name), .second = offsetof(Occupare__V1__##Type, name)
#define RANGE_IN(message, Type, low, high) IN(message, Type, low), .second = offsetof(Occupare__V1__##Type, high)

/* clang-format off */
const struct field fields[] = {
	/* section, path, label, unit, always, cell, where */
	{ "overview", "salary.annual_mean", "Yearly salary", UNIT(CURRENCY_PER_YEAR), true, figure, IN_SALARY(annual_mean) },
	{ "overview", "salary.hourly_mean", "Hourly rate", UNIT(CURRENCY_PER_HOUR), true, hourly_rate, IN_SALARY(hourly_mean) },
	{ "overview", "outlook.growth_percent", "Growth rate", UNIT(PERCENT), true, figure, IN(outlook, Outlook, growth_percent) },
	{ "overview", "outlook.job_postings", "Number of jobs", UNIT(COUNT), true, figure, IN(outlook, Outlook, job_postings) },
	{ "overview", "job_satisfaction", "Job satisfaction", UNIT(RATING), true, figure, OWN(job_satisfaction) },
	{ "overview", "education.degrees[0]", "Most common degree", UNIT(SHARES), true, most_common, LIST_IN(education, Education, degrees) },
	{ "overview", "demographics.average_age", "Average age", UNIT(YEARS), true, figure, IN(demographics, Demographics, average_age) },
	{ "overview", "experience.typical_years", "Years of experience", UNIT(YEARS), true, figure, IN(experience, Experience, typical_years) },

	{ "summary", "summary", "What it is", UNIT(TEXT), true, text, OWN(summary) },

	{ "salary", "salary.annual_mean", "Average salary", UNIT(CURRENCY_PER_YEAR), true, figure, IN_SALARY(annual_mean) },
	{ "salary", FIELDS_PAY_RANGE, "Salary range", UNIT(RANGE), true, pay_range, RANGE_IN(salary, Salary, annual_low, annual_high) },
	{ "salary", "salary.annual_p10", "10th percentile", UNIT(CURRENCY_PER_YEAR), false, figure, IN_SALARY(annual_p10) },
	{ "salary", "salary.annual_p25", "25th percentile", UNIT(CURRENCY_PER_YEAR), false, figure, IN_SALARY(annual_p25) },
	{ "salary", "salary.annual_median", "Median salary", UNIT(CURRENCY_PER_YEAR), false, figure, IN_SALARY(annual_median) },
	{ "salary", "salary.annual_p75", "75th percentile", UNIT(CURRENCY_PER_YEAR), false, figure, IN_SALARY(annual_p75) },
	{ "salary", "salary.annual_p90", "90th percentile", UNIT(CURRENCY_PER_YEAR), false, figure, IN_SALARY(annual_p90) },
	{ "salary", "salary.top_city", "Highest paying city", UNIT(TEXT), true, payer, IN_SALARY(top_city) },
	{ "salary", "salary.top_state", "Highest paying state", UNIT(TEXT), true, payer, IN_SALARY(top_state) },
	{ "salary", "salary.top_company", "Best paying company", UNIT(TEXT), true, payer, IN_SALARY(top_company) },
	{ "salary", "salary.top_industry", "Best paying industry", UNIT(TEXT), true, payer, IN_SALARY(top_industry) },

	{ "education", "education.degrees[0]", "Most common degree", UNIT(SHARES), true, most_common, LIST_IN(education, Education, degrees) },
	{ "education", "education.majors[0]", "Most common major", UNIT(SHARES), true, most_common, LIST_IN(education, Education, majors) },
	{ "education", "education.colleges[0]", "Most common college", UNIT(SHARES), true, most_common, LIST_IN(education, Education, colleges) },
	{ "education", "education.typical_entry", "Typical entry education", UNIT(TEXT), false, text, IN(education, Education, typical_entry) },
	{ "education", "education.degrees", "Degrees", UNIT(SHARES), false, shares, LIST_IN(education, Education, degrees) },
	{ "education", "education.majors", "Majors", UNIT(SHARES), false, shares, LIST_IN(education, Education, majors) },
	{ "education", "education.colleges", "Colleges", UNIT(SHARES), false, shares, LIST_IN(education, Education, colleges) },

	{ "demographics", "demographics.average_age", "Average age", UNIT(YEARS), true, figure, IN(demographics, Demographics, average_age) },
	{ "demographics", "demographics.median_age", "Median age", UNIT(YEARS), false, figure, IN(demographics, Demographics, median_age) },
	{ "demographics", "demographics.genders", "Gender ratio", UNIT(SHARES), true, shares, LIST_IN(demographics, Demographics, genders) },
	{ "demographics", "demographics.races", "Race ratio", UNIT(SHARES), true, shares, LIST_IN(demographics, Demographics, races) },
	{ "demographics", "demographics.lgbt_percent", "LGBT percentage", UNIT(PERCENT), true, figure, IN(demographics, Demographics, lgbt_percent) },

	{ "responsibilities", "responsibilities", "Example responsibilities", UNIT(TEXT_LIST), true, responsibilities, OWN(responsibilities) },

	{ "skills", "skills", "Common skills", UNIT(SHARES), true, skills, OWN(skills) },

	{ "category", "category", "Browse further", UNIT(TEXT), true, category, OWN(category) },

	{ "outlook", "outlook.growth_percent", "Growth rate", UNIT(PERCENT), false, figure, IN(outlook, Outlook, growth_percent) },
	{ "outlook", "outlook.period", "Projected period", UNIT(TEXT), false, projected_period, OWN(outlook) },
	{ "outlook", "outlook.employment", "People employed", UNIT(COUNT), false, figure, IN(outlook, Outlook, employment) },
	{ "outlook", "outlook.job_postings", "Positions advertised", UNIT(COUNT), false, figure, IN(outlook, Outlook, job_postings) },
	{ "outlook", "outlook.annual_openings", "Projected openings a year", UNIT(COUNT), false, figure, IN(outlook, Outlook, annual_openings) },

	{ "transition", "experience.months_to_become", "Time to become one", UNIT(RANGE), false, months_range, RANGE_IN(experience, Experience, months_to_become_low, months_to_become_high) },
	{ "transition", "experience.category", "Work experience asked for", UNIT(TEXT), false, text, IN(experience, Experience, category) },
	{ "transition", "experience.training", "On-the-job training", UNIT(TEXT), false, text, IN(experience, Experience, training) },
	{ "transition", "experience.job_zone", "Job zone (1 to 5)", UNIT(TEXT), false, job_zone, OWN(experience) },
};
/* clang-format on */
const size_t fields_count = sizeof fields / sizeof *fields;

const struct field *
fields_find(const char *section, const char *path)
{
	for (size_t i = 0; i < fields_count; i++) {
		if (strcmp(fields[i].section, section) == 0 && strcmp(fields[i].path, path) == 0)
			return &fields[i];
	}
	return NULL;
}

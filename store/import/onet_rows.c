/* What each file of a release says, row by row.  Files and columns are those of the O*NET data dictionary,
 * https://www.onetcenter.org/dictionary/30.1/text/; columns that are listed and not read are known to be of no use here. */
#include "store/import/onet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/soc.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

/* Scales that are used, for where their file is not there, and as what it must say. */
static const struct onet_scale known_scales[] = {
	{ "IM", "Importance", 1, 5 },
	{ "LV", "Level", 0, 7 },
	{ "OI", "Occupational Interests", 1, 7 },
	{ "RL", "Required Level Of Education", 0, 100 },
	{ "WI", "Work Styles Impact", -3, 3 },
};

/* ---- Cells ---- */

static const char *
cell(const struct onet *onet, size_t column)
{
	return table_cell(onet->table, column);
}

static bool
is_cell(const struct onet *onet, size_t column, const char *text)
{
	return strcmp(cell(onet, column), text) == 0;
}

/* Kept, without spaces at the ends. */
static char *
text_of(struct onet *onet, size_t column)
{
	const char *text = cell(onet, column);
	size_t length;

	text += strspn(text, " ");
	length = strlen(text);
	while (length > 0 && text[length - 1] == ' ')
		length--;
	return occ_arena_strndup(&onet->arena, text, length);
}

/* False: refused. */
static bool
read_number(struct onet *onet, size_t column, double low, double high, double *ret)
{
	const char *text = cell(onet, column);
	char *end;

	*ret = strtod(text, &end);
	if (*text == '\0' || *end != '\0' || strspn(text, "0123456789.-") != strlen(text)) {
		onet_refuse(onet, column, "\"%.40s\" is no number", text);
		return false;
	}
	if (*ret < low || *ret > high) {
		onet_refuse(onet, column, "%.15g is not between %.15g and %.15g", *ret, low, high);
		return false;
	}
	return true;
}

static bool
read_whole(struct onet *onet, size_t column, unsigned low, unsigned high, unsigned *ret)
{
	double value;

	if (!read_number(onet, column, low, high, &value))
		return false;
	*ret = (unsigned)value;
	if (*ret == value)
		return true;
	onet_refuse(onet, column, "\"%.40s\" is no whole number", cell(onet, column));
	return false;
}

/* Y or not; false: refused. A column that is missing, and "n/a", say no. */
static bool
read_flag(struct onet *onet, size_t column, bool *ret)
{
	*ret = is_cell(onet, column, "Y");
	if (*ret || is_cell(onet, column, "N") || is_cell(onet, column, "n/a") ||
	    !table_has_column(onet->table, column))
		return true;
	onet_refuse(onet, column, "\"%.40s\" is neither Y nor N", cell(onet, column));
	return false;
}

static Occupare__V1__Figure *
new_figure(struct onet *onet, bool suppressed, double value)
{
	Occupare__V1__Figure *figure = occ_arena_alloc(&onet->arena, sizeof *figure);

	occupare__v1__figure__init(figure);
	figure->source = ONET_SOURCE;
	if (suppressed)
		figure->status = STATUS(SUPPRESSED);
	else
		figure->value = value;
	return figure;
}

/* ---- Occupation Data ---- */

enum { OCCUPATION_CODE, OCCUPATION_TITLE, OCCUPATION_DESCRIPTION };
static const struct table_column occupation_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Title", true },
	{ "Description", true },
};

static enum onet_use
occupation_row(struct onet *onet, struct onet_occupation *none)
{
	struct onet_occupation *occupation;

	(void)none;
	if (!soc_is_onet_code(cell(onet, OCCUPATION_CODE)))
		return onet_refuse(onet, OCCUPATION_CODE, "\"%.40s\" is no O*NET-SOC code such as 29-1141.00",
		    cell(onet, OCCUPATION_CODE));
	if (soc_major_group(cell(onet, OCCUPATION_CODE)) == NULL)
		return onet_refuse(
		    onet, OCCUPATION_CODE, "\"%s\" is of no major group of SOC 2018", cell(onet, OCCUPATION_CODE));
	occupation = occ_arena_calloc(&onet->arena, 1, sizeof *occupation);
	occupation->code = text_of(onet, OCCUPATION_CODE);
	occupation->title = text_of(onet, OCCUPATION_TITLE);
	occupation->summary = text_of(onet, OCCUPATION_DESCRIPTION);
	occupation->line = table_place(onet->table, TABLE_WHOLE_ROW).line;
	if (occupation->title[0] == '\0')
		return onet_refuse(onet, OCCUPATION_TITLE, "is empty");
	onet_add(onet, &onet->list, occupation);
	return ONET_USED;
}

/* ---- Titles ---- */

enum { TITLE_CODE, TITLE_TITLE, TITLE_SHORT };
static const struct table_column alternate_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Alternate Title", true },
	{ "Short Title", false },
	{ "Source(s)", false },
};
static const struct table_column reported_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Reported Job Title", true },
	{ "Shown in My Next Move", false },
};

static enum onet_use
reported_row(struct onet *onet, struct onet_occupation *occupation)
{
	onet_add(onet, &occupation->titles, text_of(onet, TITLE_TITLE));
	return ONET_USED;
}

static enum onet_use
alternate_row(struct onet *onet, struct onet_occupation *occupation)
{
	const char *short_title = cell(onet, TITLE_SHORT);

	reported_row(onet, occupation);
	if (*short_title != '\0' && strcmp(short_title, "n/a") != 0)
		onet_add(onet, &occupation->titles, text_of(onet, TITLE_SHORT));
	return ONET_USED;
}

/* ---- Tasks ---- */

enum { TASK_CODE, TASK_ID, TASK_TEXT, TASK_TYPE };
static const struct table_column task_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Task ID", true },
	{ "Task", true },
	{ "Task Type", false },
	{ "Incumbents Responding", false },
	{ "Date", false },
	{ "Domain Source", false },
};

static struct onet_task *
find_task(const struct onet_occupation *occupation, const char *id)
{
	for (size_t i = 0; i < occupation->tasks.count; i++) {
		struct onet_task *task = occupation->tasks.items[i];

		if (strcmp(task->id, id) == 0)
			return task;
	}
	return NULL;
}

static enum onet_use
task_row(struct onet *onet, struct onet_occupation *occupation)
{
	struct onet_task *task;

	if (find_task(occupation, cell(onet, TASK_ID)) != NULL)
		return onet_refuse(onet, TASK_ID, "task %.20s is there twice", cell(onet, TASK_ID));
	if (onet_is_full(onet, &occupation->tasks))
		return ONET_REFUSED;
	task = occ_arena_calloc(&onet->arena, 1, sizeof *task);
	task->id = occ_arena_strdup(&onet->arena, cell(onet, TASK_ID));
	task->text = occ_arena_strdup(&onet->arena, cell(onet, TASK_TEXT));
	task->type = is_cell(onet, TASK_TYPE, "Core") ? 0 : is_cell(onet, TASK_TYPE, "Supplemental") ? 1 : 2;
	task->order = occupation->tasks.count;
	onet_add(onet, &occupation->tasks, task);
	return ONET_USED;
}

enum { RATED_CODE, RATED_ID, RATED_SCALE, RATED_VALUE, RATED_SUPPRESS };
static const struct table_column task_rating_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Task ID", true },
	{ "Scale ID", true },
	{ "Data Value", true },
	{ "Recommend Suppress", true },
	{ "Category", false },
	{ "N", false },
	{ "Standard Error", false },
	{ "Lower CI Bound", false },
	{ "Upper CI Bound", false },
	{ "Date", false },
	{ "Domain Source", false },
};

static enum onet_use
task_rating_row(struct onet *onet, struct onet_occupation *occupation)
{
	struct onet_task *task;
	bool suppress;
	double value;

	if (!is_cell(onet, RATED_SCALE, "IM"))
		return ONET_UNUSED;
	task = find_task(occupation, cell(onet, RATED_ID));
	if (task == NULL)
		return ONET_UNMATCHED;
	if (!read_flag(onet, RATED_SUPPRESS, &suppress) || !read_number(onet, RATED_VALUE, 1, 5, &value))
		return ONET_REFUSED;
	if (task->importance != 0)
		return onet_refuse(onet, RATED_ID, "the importance of task %.20s is there twice", task->id);
	if (suppress)
		return ONET_SUPPRESSED;
	task->importance = value;
	return ONET_USED;
}

/* ---- Ratings: skills, knowledge, abilities, work activities, interests, work styles ---- */

enum { RATING_CODE, RATING_ELEMENT, RATING_SCALE, RATING_VALUE, RATING_SUPPRESS, RATING_NOT_RELEVANT };
#define RATING_COLUMNS(marks_needed)                                                                                   \
	{ "O*NET-SOC Code", true }, { "Element Name", true }, { "Scale ID", true }, { "Data Value", true },            \
	    { "Recommend Suppress", marks_needed }, { "Not Relevant", marks_needed }, { "Element ID", false },         \
	    { "N", false }, { "Standard Error", false }, { "Lower CI Bound", false }, { "Upper CI Bound", false },     \
	    { "Date", false },                                                                                         \
	{                                                                                                              \
		"Domain Source", false                                                                                 \
	}
/* Without its marks a value that should not be shown could not be told from others. */
static const struct table_column rating_columns[] = { RATING_COLUMNS(true) };
static const struct table_column plain_rating_columns[] = { RATING_COLUMNS(false) };

/* A rating of one thing on one scale. */
struct rating {
	const struct onet_scale *scale;
	double value;
	bool suppress, not_relevant;
};

static const struct onet_scale *
find_scale(struct onet *onet, const char *id)
{
	if (onet->scale != NULL && strcmp(onet->scale->id, id) == 0)
		return onet->scale;
	for (size_t i = 0; i < onet->scales.count; i++) {
		const struct onet_scale *scale = onet->scales.items[i];

		if (strcmp(scale->id, id) == 0)
			return onet->scale = scale;
	}
	for (size_t i = 0; i < LENGTH(known_scales); i++)
		if (strcmp(known_scales[i].id, id) == 0)
			return onet->scale = &known_scales[i];
	return NULL;
}

static bool
read_rating(struct onet *onet, struct rating *ret)
{
	ret->scale = find_scale(onet, cell(onet, RATING_SCALE));
	if (ret->scale == NULL) {
		onet_refuse(onet, RATING_SCALE, "\"%.40s\" is no known scale", cell(onet, RATING_SCALE));
		return false;
	}
	if (is_cell(onet, RATING_ELEMENT, "")) {
		onet_refuse(onet, RATING_ELEMENT, "is empty");
		return false;
	}
	return read_flag(onet, RATING_SUPPRESS, &ret->suppress) &&
	       read_flag(onet, RATING_NOT_RELEVANT, &ret->not_relevant) &&
	       read_number(onet, RATING_VALUE, ret->scale->low, ret->scale->high, &ret->value);
}

static enum onet_use
use_of(const struct rating *rating)
{
	return rating->suppress ? ONET_SUPPRESSED : ONET_USED;
}

static enum onet_use
twice(struct onet *onet)
{
	return onet_refuse(onet, RATING_ELEMENT, "\"%.80s\" on scale %s is there twice", cell(onet, RATING_ELEMENT),
	    cell(onet, RATING_SCALE));
}

/* O*NET's standardised score, (rating - lowest) / (highest - lowest) * 100, with the two decimals that ratings have:
 * https://www.onetonline.org/help/online/scales */
static double
standardised(const struct rating *rating)
{
	double score = (rating->value - rating->scale->low) / (rating->scale->high - rating->scale->low) * 100;

	return round(score * 100) / 100;
}

/* The rows of one thing follow one another, so the search starts at the end. */
static Occupare__V1__Skill *
find_skill(struct onet *onet, struct onet_occupation *occupation, const char *name)
{
	Occupare__V1__Skill *skill;

	for (size_t i = occupation->skills.count; i > 0; i--) {
		skill = occupation->skills.items[i - 1];
		if (skill->kind != onet->kind)
			break;
		if (strcmp(skill->name, name) == 0)
			return skill;
	}
	skill = occ_arena_alloc(&onet->arena, sizeof *skill);
	occupare__v1__skill__init(skill);
	skill->name = occ_arena_strdup(&onet->arena, name);
	skill->kind = onet->kind;
	onet_add(onet, &occupation->skills, skill);
	return skill;
}

static enum onet_use
skill_row(struct onet *onet, struct onet_occupation *occupation)
{
	bool level = is_cell(onet, RATING_SCALE, "LV");
	struct rating rating;
	Occupare__V1__Skill *skill;
	Occupare__V1__Figure **place;

	if (!level && !is_cell(onet, RATING_SCALE, "IM"))
		return ONET_UNUSED;
	if (!read_rating(onet, &rating))
		return ONET_REFUSED;
	if (onet_is_full(onet, &occupation->skills))
		return ONET_REFUSED;
	skill = find_skill(onet, occupation, cell(onet, RATING_ELEMENT));
	place = level ? &skill->level : &skill->importance;
	if (*place != NULL)
		return twice(onet);
	/* What is not relevant to an occupation is needed at no level. */
	if (level && rating.not_relevant)
		return ONET_UNUSED;
	*place = new_figure(onet, rating.suppress, standardised(&rating));
	return use_of(&rating);
}

/* "Occupational Interests, 1 to 7". */
static char *
scale_text(struct onet *onet, const struct onet_scale *scale)
{
	return occ_arena_printf(&onet->arena, "%s, %.15g to %.15g", scale->name, scale->low, scale->high);
}

static enum onet_use
interest_row(struct onet *onet, struct onet_occupation *occupation)
{
	Occupare__V1__Interest *interest;
	struct rating rating;

	if (!is_cell(onet, RATING_SCALE, "OI"))
		return ONET_UNUSED;
	if (!read_rating(onet, &rating))
		return ONET_REFUSED;
	for (size_t i = 0; i < occupation->interests.count; i++) {
		interest = occupation->interests.items[i];
		if (is_cell(onet, RATING_ELEMENT, interest->name))
			return twice(onet);
	}
	if (onet_is_full(onet, &occupation->interests))
		return ONET_REFUSED;
	interest = occ_arena_alloc(&onet->arena, sizeof *interest);
	occupare__v1__interest__init(interest);
	interest->name = text_of(onet, RATING_ELEMENT);
	interest->scale = scale_text(onet, rating.scale);
	interest->score = new_figure(onet, rating.suppress, rating.value);
	onet_add(onet, &occupation->interests, interest);
	return use_of(&rating);
}

/* Rated by importance up to release 29, by impact from 30 on. */
static enum onet_use
work_style_row(struct onet *onet, struct onet_occupation *occupation)
{
	Occupare__V1__WorkStyle *style;
	struct rating rating;

	if (!is_cell(onet, RATING_SCALE, "WI") && !is_cell(onet, RATING_SCALE, "IM"))
		return ONET_UNUSED;
	if (!read_rating(onet, &rating))
		return ONET_REFUSED;
	for (size_t i = 0; i < occupation->work_styles.count; i++) {
		style = occupation->work_styles.items[i];
		if (is_cell(onet, RATING_ELEMENT, style->name))
			return twice(onet);
	}
	if (onet_is_full(onet, &occupation->work_styles))
		return ONET_REFUSED;
	style = occ_arena_alloc(&onet->arena, sizeof *style);
	occupare__v1__work_style__init(style);
	style->name = text_of(onet, RATING_ELEMENT);
	style->scale = scale_text(onet, rating.scale);
	style->score = new_figure(onet, rating.suppress, rating.value);
	onet_add(onet, &occupation->work_styles, style);
	return use_of(&rating);
}

/* ---- Scales Reference ---- */

enum { SCALE_ID, SCALE_NAME, SCALE_LOW, SCALE_HIGH };
static const struct table_column scale_columns[] = {
	{ "Scale ID", true },
	{ "Scale Name", true },
	{ "Minimum", true },
	{ "Maximum", true },
};

static enum onet_use
scale_row(struct onet *onet, struct onet_occupation *none)
{
	struct onet_scale *scale = occ_arena_calloc(&onet->arena, 1, sizeof *scale);

	(void)none;
	if (!read_number(onet, SCALE_LOW, -1000, 1000, &scale->low) ||
	    !read_number(onet, SCALE_HIGH, -1000, 1000, &scale->high))
		return ONET_REFUSED;
	if (scale->high <= scale->low)
		return onet_refuse(onet, SCALE_HIGH, "%.15g is not above the minimum %.15g", scale->high, scale->low);
	scale->id = text_of(onet, SCALE_ID);
	scale->name = text_of(onet, SCALE_NAME);
	onet_add(onet, &onet->scales, scale);
	return ONET_USED;
}

/* ---- Technology Skills ---- */

enum { TECHNOLOGY_CODE, TECHNOLOGY_NAME, TECHNOLOGY_HOT, TECHNOLOGY_IN_DEMAND };
static const struct table_column technology_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Example", true },
	{ "Hot Technology", true },
	{ "In Demand", true },
	{ "Commodity Code", false },
	{ "Commodity Title", false },
};

/* A product may be listed under several classes of products. */
static Occupare__V1__Skill *
find_technology(struct onet *onet, struct onet_occupation *occupation)
{
	Occupare__V1__Skill *technology;

	for (size_t i = occupation->technologies.count; i > 0; i--) {
		technology = occupation->technologies.items[i - 1];
		if (is_cell(onet, TECHNOLOGY_NAME, technology->name))
			return technology;
	}
	technology = occ_arena_alloc(&onet->arena, sizeof *technology);
	occupare__v1__skill__init(technology);
	technology->name = text_of(onet, TECHNOLOGY_NAME);
	technology->kind = KIND(TECHNOLOGY);
	onet_add(onet, &occupation->technologies, technology);
	return technology;
}

static enum onet_use
technology_row(struct onet *onet, struct onet_occupation *occupation)
{
	Occupare__V1__Skill *technology;
	bool hot, in_demand;

	if (!read_flag(onet, TECHNOLOGY_HOT, &hot) || !read_flag(onet, TECHNOLOGY_IN_DEMAND, &in_demand))
		return ONET_REFUSED;
	if (onet_is_full(onet, &occupation->technologies))
		return ONET_REFUSED;
	technology = find_technology(onet, occupation);
	technology->hot |= hot;
	technology->in_demand |= in_demand;
	return ONET_USED;
}

/* ---- Education and experience ---- */

enum { CATEGORY_SCALE, CATEGORY_NUMBER, CATEGORY_LABEL };
static const struct table_column category_columns[] = {
	{ "Scale ID", true },
	{ "Category", true },
	{ "Category Description", true },
	{ "Element ID", false },
	{ "Element Name", false },
};

/* The name alone: what follows " - " or " (" explains it. */
static enum onet_use
category_row(struct onet *onet, struct onet_occupation *none)
{
	unsigned number;
	char *label, *explained;

	(void)none;
	if (!is_cell(onet, CATEGORY_SCALE, "RL"))
		return ONET_UNUSED;
	if (!read_whole(onet, CATEGORY_NUMBER, 1, ONET_DEGREES, &number))
		return ONET_REFUSED;
	label = text_of(onet, CATEGORY_LABEL);
	if ((explained = strstr(label, " - ")) != NULL)
		*explained = '\0';
	if ((explained = strstr(label, " (")) != NULL)
		*explained = '\0';
	if (label[0] == '\0')
		return onet_refuse(onet, CATEGORY_LABEL, "is empty");
	onet->degrees[number - 1] = label;
	return ONET_USED;
}

enum { EDUCATION_CODE, EDUCATION_SCALE, EDUCATION_CATEGORY, EDUCATION_VALUE, EDUCATION_SUPPRESS };
static const struct table_column education_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Scale ID", true },
	{ "Category", true },
	{ "Data Value", true },
	{ "Recommend Suppress", true },
	{ "Element ID", false },
	{ "Element Name", false },
	{ "N", false },
	{ "Standard Error", false },
	{ "Lower CI Bound", false },
	{ "Upper CI Bound", false },
	{ "Date", false },
	{ "Domain Source", false },
};

static enum onet_use
education_row(struct onet *onet, struct onet_occupation *occupation)
{
	unsigned number;
	double percent;
	bool suppress;

	if (!is_cell(onet, EDUCATION_SCALE, "RL"))
		return ONET_UNUSED;
	if (!read_whole(onet, EDUCATION_CATEGORY, 1, ONET_DEGREES, &number) ||
	    !read_flag(onet, EDUCATION_SUPPRESS, &suppress) || !read_number(onet, EDUCATION_VALUE, 0, 100, &percent))
		return ONET_REFUSED;
	if (occupation->degrees[number - 1] != NULL)
		return onet_refuse(onet, EDUCATION_CATEGORY, "category %u is there twice", number);
	occupation->degrees[number - 1] = new_figure(onet, suppress, percent);
	return suppress ? ONET_SUPPRESSED : ONET_USED;
}

enum { ZONE_CODE, ZONE_ZONE };
static const struct table_column zone_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Job Zone", true },
	{ "Date", false },
	{ "Domain Source", false },
};

static enum onet_use
zone_row(struct onet *onet, struct onet_occupation *occupation)
{
	if (occupation->job_zone != 0)
		return onet_refuse(onet, ZONE_CODE, "the job zone of %s is there twice", occupation->code);
	return read_whole(onet, ZONE_ZONE, 1, 5, &occupation->job_zone) ? ONET_USED : ONET_REFUSED;
}

/* ---- Related Occupations ---- */

enum { RELATED_CODE, RELATED_OTHER, RELATED_INDEX };
static const struct table_column related_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "Related O*NET-SOC Code", true },
	{ "Index", true },
	{ "Relatedness Tier", false },
};

static enum onet_use
related_row(struct onet *onet, struct onet_occupation *occupation)
{
	const struct onet_occupation *other = onet_find(onet, cell(onet, RELATED_OTHER));
	struct onet_related *related;
	unsigned rank;

	if (other == NULL)
		return ONET_UNMATCHED;
	if (!read_whole(onet, RELATED_INDEX, 1, 1000, &rank))
		return ONET_REFUSED;
	for (size_t i = 0; i < occupation->related.count; i++) {
		related = occupation->related.items[i];
		if (related->title == other->title)
			return onet_refuse(onet, RELATED_OTHER, "%s is there twice", other->code);
	}
	if (onet_is_full(onet, &occupation->related))
		return ONET_REFUSED;
	related = occ_arena_calloc(&onet->arena, 1, sizeof *related);
	*related = (struct onet_related){ .title = other->title, .rank = rank };
	onet_add(onet, &occupation->related, related);
	return ONET_USED;
}

#define COLUMNS(name) name##_columns, LENGTH(name##_columns)

const struct onet_file onet_files[] = {
	{ "Occupation Data", COLUMNS(occupation), NULL, false, occupation_row, 0 },
	{ "Scales Reference", COLUMNS(scale), NULL, false, scale_row, 0 },
	{ "Alternate Titles", COLUMNS(alternate), "alternate titles", true, alternate_row, 0 },
	{ "Sample of Reported Titles", COLUMNS(reported), "reported titles", true, reported_row, 0 },
	{ "Task Statements", COLUMNS(task), "duties", true, task_row, 0 },
	{ "Task Ratings", COLUMNS(task_rating), "duties in order of importance", true, task_rating_row, 0 },
	{ "Skills", COLUMNS(rating), "skills", true, skill_row, KIND(SKILL) },
	{ "Knowledge", COLUMNS(rating), "fields of knowledge", true, skill_row, KIND(KNOWLEDGE) },
	{ "Abilities", COLUMNS(rating), "abilities", true, skill_row, KIND(ABILITY) },
	{ "Work Activities", COLUMNS(rating), "work activities", true, skill_row, KIND(WORK_ACTIVITY) },
	{ "Technology Skills", COLUMNS(technology), "technologies", true, technology_row, 0 },
	{ "Education, Training, and Experience Categories", COLUMNS(category), NULL, false, category_row, 0 },
	{ "Education, Training, and Experience", COLUMNS(education), "education", true, education_row, 0 },
	{ "Job Zones", COLUMNS(zone), "job zones", true, zone_row, 0 },
	{ "Related Occupations", COLUMNS(related), "related occupations", true, related_row, 0 },
	{ "Interests", COLUMNS(plain_rating), "interests", true, interest_row, 0 },
	{ "Work Styles", COLUMNS(plain_rating), "work styles", true, work_style_row, 0 },
	{ 0 },
};

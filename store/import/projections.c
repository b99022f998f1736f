/* The Employment Projections of the Bureau of Labor Statistics: https://www.bls.gov/emp/data.htm.  Tables are known by their
 * headers, because their numbers and sheets differ between releases.  What they say of a SOC code is gathered, then handed
 * over: of one origin for employment and what it takes to get in, of one for the education that workers have (with what it takes,
 * again, for where the education tables are imported alone), of one for skills. */
#include "store/import/import.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/arena.h"
#include "store/import/tables.h"
#include "store/soc.h"

#define ARENA_BYTES_KEPT ((size_t)64 << 10)
#define RECORDS_MAX 5000u      /* SOC codes; the classification has 867 */
#define ROWS_REFUSED_MAX 1000u /* of a table, then the rest is not read */
#define LEVELS 7u              /* of education */
#define TOP_SKILLS 3u
#define TABLES_KNOWN 5u
#define MARKS 100u          /* footnotes are numbered with up to two digits */
#define HEADER_MISSING "; " /* what the table reader says after it names a missing column */

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* What is handed over apart, because other sources rank between them. */
enum part { PART_OUTLOOK, PART_EDUCATION, PART_SKILLS, PARTS };

static const char *const origins[PARTS] = { "projections", "projections-education", "projections-skills" };

/* Ids, in each record, of its sources. */
enum { SOURCE_PROJECTIONS = 1, SOURCE_SURVEY, SOURCE_SKILLS, SOURCE_SKILLS_IMPUTED, SOURCES_END };

/* What becomes of a SOC code's rows. */
struct record {
	char *code;
	const struct known *table; /* that was read last */
	size_t line;               /* in it */
	unsigned mark;             /* of the footnote to it; 0 = none */
	struct import_place place;
	bool has_source[SOURCES_END];
	Occupare__V1__Occupation facts;
};

struct record_list {
	struct record **items; /* RECORDS_MAX, or NULL */
	size_t count;
};

enum use { USED, UNUSED, REFUSED };

struct projections {
	struct import *import;
	struct tables tables;
	struct occ_arena arena; /* all that is gathered */
	struct record_list parts[PARTS];
	const char *files[TABLES_KNOWN]; /* that the known tables were found in, by their index; NULL = not found */
	bool refused;

	unsigned from_year; /* of the release; 0 = no table read */
	const char *from_file;
	unsigned to_year;   /* 0 = not read */
	const char *survey; /* years of the survey on education: "2022-23"; "" = not said */

	struct table *table; /* that is read */
	const struct known *known;
	size_t employment; /* its column with the employment of the first year */
	bool marks[MARKS]; /* its footnotes that say what known->note says */
	bool held_back;    /* by the row */
	uint64_t rows_refused;
	struct import_rows rows;
};

/* A table and how it is read. Its first columns are CODE and TITLE. */
struct known {
	const char *name;
	const struct table_column *columns;
	size_t columns_count;
	size_t foreign;   /* a column that makes it another table; SIZE_MAX = none */
	enum part part;   /* PARTS = nothing is handed over */
	const char *note; /* words of a footnote that changes what the rows marked with it mean */
	bool (*begin)(struct projections *projections); /* False: refused. NULL = nothing to do */
	enum use (*row)(struct projections *projections, struct record *record);
	void (*noted)(struct record *record); /* the record has the footnote */
};

enum { CODE, TITLE, TYPE };

/* ---- Cells ---- */

static void
refuse_status(struct projections *projections, const struct import_place *place, const struct occupare_status *st)
{
	import_refuse(projections->import, place, st);
	projections->refused = true;
}

static void refuse(struct projections *projections, const struct import_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
refuse(struct projections *projections, const struct import_place *place, const char *format, ...)
{
	struct occupare_status st;
	struct occ_arena arena;
	va_list args;

	occ_arena_init(&arena, 0, 0);
	va_start(args, format);
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s", occ_arena_vprintf(&arena, format, args));
	va_end(args);
	refuse_status(projections, place, &st);
	occ_arena_fini(&arena);
}

/* What a cell holds where nothing is published. */
static bool
is_nothing(const char *text)
{
	static const char *const marks[] = { "", "\u2014", "\u2013", "-" };

	for (size_t i = 0; i < LENGTH(marks); i++)
		if (strcmp(text, marks[i]) == 0)
			return true;
	return false;
}

/* The text of a cell, tidy; NULL: nothing. */
static char *
read_text(struct projections *projections, size_t column)
{
	char *text = table_tidy(&projections->arena, table_cell(projections->table, column));

	return is_nothing(text) ? NULL : text;
}

/* A number, with or without separators of thousands. */
static bool
parse_number(const char *text, double *ret)
{
	char digits[40], *end;
	size_t length = 0;

	for (; *text != '\0' && length < sizeof digits - 1; text++)
		if (*text != ',')
			digits[length++] = *text;
	digits[length] = '\0';
	*ret = strtod(digits, &end);
	return *text == '\0' && end != digits && *end == '\0' && isfinite(*ret);
}

/* *ret: NULL where nothing is published. False: the row is refused. */
static bool
read_figure(struct projections *projections, size_t column, uint32_t source, Occupare__V1__Figure **ret)
{
	const char *text = read_text(projections, column);
	double value;

	*ret = NULL;
	if (text == NULL) {
		projections->held_back |= table_has_column(projections->table, column);
		return true;
	}
	if (!parse_number(text, &value)) {
		const struct import_place place = table_place(projections->table, column);

		refuse(projections, &place, "\"%s\" is no number", text);
		return false;
	}
	*ret = occ_arena_alloc(&projections->arena, sizeof **ret);
	occupare__v1__figure__init(*ret);
	(*ret)->value = value;
	(*ret)->source = source;
	return true;
}

/* The same of people, whom the tables count in thousands. */
static bool
read_people(struct projections *projections, size_t column, Occupare__V1__Figure **ret)
{
	if (!read_figure(projections, column, SOURCE_PROJECTIONS, ret))
		return false;
	if (*ret != NULL)
		(*ret)->value = round((*ret)->value * 1000);
	return true;
}

static bool
is_small_word(const char *word, size_t length)
{
	static const char *const words[] = { "a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or",
		"the", "through", "to", "with" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (strlen(words[i]) == length && strncmp(words[i], word, length) == 0)
			return true;
	return false;
}

/* Title Case as the classification and the wage tables write it: "Door-to-Door Sales Workers". Changes the text in place. */
static void
capitalise(char *text)
{
	static const char breaks[] = " -/(";

	for (char *word = text; *word != '\0';) {
		size_t length = strcspn(word, breaks);
		bool small = word > text && word[-1] != '(' && is_small_word(word, length);

		if (!small && *word >= 'a' && *word <= 'z')
			*word = (char)(*word - 'a' + 'A');
		word += length;
		word += strspn(word, breaks);
	}
}

static char *
read_title(struct projections *projections, size_t column)
{
	char *title = read_text(projections, column);

	if (title != NULL)
		capitalise(title);
	return title;
}

/* ---- Years ---- */

/* The first number of four digits in the text, and where it ends; 0: there is none. */
static unsigned
year_in(const char *text, const char **ret_end)
{
	while (*text != '\0') {
		size_t digits = strspn(text, "0123456789");

		*ret_end = text + digits;
		if (digits == 4)
			return (unsigned)strtoul(text, NULL, 10);
		text += digits > 0 ? digits : 1;
	}
	return 0;
}

/* The years of "2024-34" or "2024-2034" in the text, with any dash. */
static bool
years_in(const char *text, unsigned *ret_from, unsigned *ret_to)
{
	const char *end = text;
	size_t digits;

	*ret_from = year_in(text, &end);
	if (*end == '-')
		end++;
	else if (strncmp(end, "\u2013", strlen("\u2013")) == 0)
		end += strlen("\u2013");
	else
		return false;
	digits = strspn(end, "0123456789");
	if (*ret_from == 0 || (digits != 2 && digits != 4))
		return false;
	*ret_to = (unsigned)strtoul(end, NULL, 10);
	if (digits == 2)
		*ret_to += *ret_from / 100 * 100;
	if (*ret_to < *ret_from)
		*ret_to += 100;
	return true;
}

/* "2024-34" with the dash that the publisher uses. */
static char *
print_years(struct projections *projections, unsigned from, unsigned to)
{
	return occ_arena_printf(&projections->arena, "%u\u2013%02u", from, to % 100);
}

/* ---- Employment, growth, openings, and what it takes ---- */

enum { GROWTH = TYPE + 1, ENTRY, EMPLOYMENT, EMPLOYMENT_THEN, OPENINGS, OUTLOOK_EXPERIENCE, OUTLOOK_TRAINING };
static const struct table_column outlook_columns[] = {
	{ "% National Employment Matrix code", true },
	{ "% National Employment Matrix title", true },
	{ "Occupation type", true },
	{ "Employment change, percent, %", true },
	{ "Typical education needed for entry", true },
	{ "Employment, %", true },
	{ "Employment, %", true },
	{ "Occupational openings, %", false },
	{ "Work experience in a related occupation", false },
	{ "Typical on-the-job training needed%", false },
};

static bool
begin_outlook(struct projections *projections)
{
	const struct import_place place = table_place(projections->table, GROWTH);
	const char *growth = table_header(projections->table, GROWTH), *end;
	unsigned from;

	if (!years_in(growth, &from, &projections->to_year) || from != projections->from_year) {
		refuse(projections, &place, "does not tell the years of the growth that starts in %u",
		    projections->from_year);
		return false;
	}
	for (size_t i = EMPLOYMENT; i <= EMPLOYMENT_THEN; i++)
		if (year_in(table_header(projections->table, i), &end) == from) {
			projections->employment = i;
			return true;
		}
	refuse(projections, &place, "stands beside no column with the employment of %u", from);
	return false;
}

/* Words that say how to get in. "None" is one: no experience is asked for, no training given. */
static void
take_ways_in(struct projections *projections, size_t entry, size_t experience, size_t training, struct record *record)
{
	char *const texts[] = { read_text(projections, entry), read_text(projections, experience),
		read_text(projections, training) };
	Occupare__V1__Occupation *facts = &record->facts;

	record->has_source[SOURCE_PROJECTIONS] |= texts[0] != NULL || texts[1] != NULL || texts[2] != NULL;
	if (texts[0] != NULL) {
		if (facts->education == NULL) {
			facts->education = occ_arena_alloc(&projections->arena, sizeof *facts->education);
			occupare__v1__education__init(facts->education);
		}
		facts->education->typical_entry = texts[0];
	}
	if (texts[1] == NULL && texts[2] == NULL)
		return;
	facts->experience = occ_arena_alloc(&projections->arena, sizeof *facts->experience);
	occupare__v1__experience__init(facts->experience);
	if (texts[1] != NULL)
		facts->experience->category = texts[1];
	if (texts[2] != NULL)
		facts->experience->training = texts[2];
}

static enum use
take_outlook(struct projections *projections, struct record *record)
{
	Occupare__V1__Outlook *outlook = occ_arena_alloc(&projections->arena, sizeof *outlook);

	occupare__v1__outlook__init(outlook);
	if (!read_people(projections, projections->employment, &outlook->employment) ||
	    !read_people(projections, OPENINGS, &outlook->annual_openings) ||
	    !read_figure(projections, GROWTH, SOURCE_PROJECTIONS, &outlook->growth_percent))
		return REFUSED;
	if (outlook->growth_percent != NULL || outlook->annual_openings != NULL) {
		outlook->from_year = projections->from_year;
		outlook->to_year = projections->to_year;
	}
	if (outlook->growth_percent != NULL || outlook->annual_openings != NULL || outlook->employment != NULL) {
		record->facts.outlook = outlook;
		record->has_source[SOURCE_PROJECTIONS] = true;
	}
	take_ways_in(projections, ENTRY, OUTLOOK_EXPERIENCE, OUTLOOK_TRAINING, record);
	return USED;
}

/* The education tables have the last three columns, too. */
enum { WAYS_ENTRY = TYPE + 1, WAYS_EXPERIENCE, WAYS_TRAINING };
static const struct table_column ways_columns[] = {
	{ "% National Employment Matrix code", true },
	{ "% National Employment Matrix title", true },
	{ "Occupation type", false },
	{ "Typical education needed for entry", true },
	{ "Work experience in a related occupation", true },
	{ "Typical on-the-job training needed%", true },
};

static enum use
take_ways(struct projections *projections, struct record *record)
{
	take_ways_in(projections, WAYS_ENTRY, WAYS_EXPERIENCE, WAYS_TRAINING, record);
	return USED;
}

/* ---- The education that workers have ---- */

static const struct table_column shares_columns[] = {
	{ "% National Employment Matrix code", true },
	{ "% National Employment Matrix title", true },
	{ "Less than high school diploma", true },
	{ "High school diploma or equivalent", true },
	{ "Some college, no degree", true },
	{ "Associate%s degree", true },
	{ "Bachelor%s degree", true },
	{ "Master%s degree", true },
	{ "Doctoral or professional degree", true },
};

/* As the O*NET format names the same levels, so that shares of both are told of one thing. */
static const char *const level_labels[LEVELS] = { "Less than a High School Diploma", "High School Diploma",
	"Some College Courses", "Associate's Degree", "Bachelor's Degree", "Master's Degree",
	"Doctoral or Professional Degree" };

static bool
begin_shares(struct projections *projections)
{
	const char *title;
	unsigned from, to;

	for (size_t i = 0; (title = table_title(projections->table, i)) != NULL; i++)
		if (years_in(title, &from, &to))
			projections->survey = print_years(projections, from, to);
	return true;
}

/* Puts the share where it belongs among those before it: the larger first, of equal ones the lower level. */
static void
insert_share(Occupare__V1__Share **shares, size_t count, Occupare__V1__Share *share)
{
	while (count > 0 && shares[count - 1]->percent->value < share->percent->value) {
		shares[count] = shares[count - 1];
		count--;
	}
	shares[count] = share;
}

/* Where one is not published nobody can say which is the largest, so there is no distribution then. */
static enum use
take_shares(struct projections *projections, struct record *record)
{
	struct occ_arena *arena = &projections->arena;
	Occupare__V1__Share **shares = occ_arena_calloc(arena, LEVELS, sizeof(Occupare__V1__Share *));
	Occupare__V1__Education *education = record->facts.education;

	for (size_t i = 0; i < LEVELS; i++) {
		Occupare__V1__Share *share = occ_arena_alloc(arena, sizeof *share);

		occupare__v1__share__init(share);
		share->label = (char *)level_labels[i];
		if (!read_figure(projections, TITLE + 1 + i, SOURCE_SURVEY, &share->percent))
			return REFUSED;
		if (share->percent == NULL)
			return USED;
		insert_share(shares, i, share);
	}
	if (education == NULL) {
		education = occ_arena_alloc(arena, sizeof *education);
		occupare__v1__education__init(education);
		record->facts.education = education;
	}
	education->degrees = shares;
	education->n_degrees = LEVELS;
	record->has_source[SOURCE_SURVEY] = true;
	return USED;
}

/* The survey's occupation is a broader one. */
static void
inherit_shares(struct record *record)
{
	const Occupare__V1__Education *education = record->facts.education;

	for (size_t i = 0; education != NULL && i < education->n_degrees; i++)
		education->degrees[i]->percent->status = STATUS(INHERITED);
}

/* ---- Skills ---- */

/* Only which three are the highest is published, in order.  The percentile ranks beside it compare occupations in one skill,
 * and so are no measure of the importance of skills in one occupation: by rank the first skill of many is another one. */
enum { SKILLS_ENTRY = TITLE + 1, SKILLS_FIRST };
static const struct table_column skills_columns[] = {
	{ "% National Employment Matrix code", true },
	{ "% National Employment Matrix title", true },
	{ "Typical education needed for entry", true }, /* not in the table of major groups */
	{ "Top highest skill", true },
	{ "Second highest skill", true },
	{ "Third highest skill", true },
};

static enum use
take_skills(struct projections *projections, struct record *record)
{
	Occupare__V1__Occupation *facts = &record->facts;

	facts->skills = occ_arena_calloc(&projections->arena, TOP_SKILLS, sizeof *facts->skills);
	for (size_t i = 0; i < TOP_SKILLS; i++) {
		char *name = read_title(projections, SKILLS_FIRST + i);
		Occupare__V1__Skill *skill;

		if (name == NULL) {
			projections->held_back = true;
			continue;
		}
		skill = occ_arena_alloc(&projections->arena, sizeof *skill);
		occupare__v1__skill__init(skill);
		skill->name = name;
		skill->kind = OCCUPARE__V1__SKILL_KIND__SKILL_KIND_SKILL;
		facts->skills[facts->n_skills++] = skill;
	}
	record->has_source[SOURCE_SKILLS] = facts->n_skills > 0;
	return USED;
}

static void
impute_skills(struct record *record)
{
	record->has_source[SOURCE_SKILLS_IMPUTED] = record->has_source[SOURCE_SKILLS];
	record->has_source[SOURCE_SKILLS] = false;
}

/* ---- The crosswalk from O*NET ---- */

static const struct table_column crosswalk_columns[] = {
	{ "O*NET-SOC Code", true },
	{ "NEM Code", true },
};

/* The store joins by the first seven characters and by the codes of groups; the crosswalk is the publisher's word on it. */
static enum use
check_join(struct projections *projections, struct record *none)
{
	const char *onet = table_cell(projections->table, 0), *code = table_cell(projections->table, 1), *joined;
	const struct import_place place = table_place(projections->table, 1);
	char soc[SOC_CODE_LENGTH + 1];

	(void)none;
	if (!soc_is_onet_code(onet) || !soc_is_code(code))
		return UNUSED;
	memcpy(soc, onet, SOC_CODE_LENGTH);
	soc[SOC_CODE_LENGTH] = '\0';
	joined = soc_published(soc);
	if (joined == NULL)
		joined = soc;
	if (strcmp(joined, code) != 0)
		import_warn(projections->import, &place, "%s belongs to %s here, but is given the figures of %s", onet,
		    code, joined);
	return USED;
}

/* ---- Reading a table ---- */

static const struct known tables_known[TABLES_KNOWN] = {
	{ "occupational projections", outlook_columns, LENGTH(outlook_columns), SIZE_MAX, PART_OUTLOOK, NULL,
	    begin_outlook, take_outlook, NULL },
	{ "educational attainment", shares_columns, LENGTH(shares_columns), SIZE_MAX, PART_EDUCATION,
	    "not an exact match", begin_shares, take_shares, inherit_shares },
	{ "education and training assignments", ways_columns, LENGTH(ways_columns), TYPE, PART_EDUCATION, NULL, NULL,
	    take_ways, NULL },
	{ "top skills", skills_columns, LENGTH(skills_columns), SIZE_MAX, PART_SKILLS, "imputed", NULL, take_skills,
	    impute_skills },
	{ "O*NET-SOC crosswalk", crosswalk_columns, LENGTH(crosswalk_columns), SIZE_MAX, PARTS, NULL, NULL, check_join,
	    NULL },
};

/* The number of a footnote mark that starts or ends the text; 0: there is none. */
static unsigned
mark_in(const char *text, bool at_start)
{
	const char *mark = at_start ? text : strrchr(text, '[');
	char *end;
	unsigned long number;

	if (mark == NULL || *mark != '[')
		return 0;
	number = strtoul(mark + 1, &end, 10);
	return *end == ']' && (at_start || end[1] == '\0') && number < MARKS ? (unsigned)number : 0;
}

/* What stands below the rows: "[1] This occupation is not ...". */
static void
take_footnote(struct projections *projections)
{
	const char *text = table_cell(projections->table, TITLE), *note = projections->known->note;

	if (note != NULL && strstr(text, note) != NULL)
		projections->marks[mark_in(text, true)] = true;
}

static struct record *
find_record(struct projections *projections, const char *code)
{
	struct record_list *list = &projections->parts[projections->known->part];

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i]->code, code) == 0)
			return list->items[i];
	return NULL;
}

/* NULL: there are too many, which is refused. */
static struct record *
add_record(struct projections *projections, const char *code)
{
	struct record_list *list = &projections->parts[projections->known->part];
	struct occ_arena *arena = &projections->arena;
	const struct import_place place = table_place(projections->table, TABLE_WHOLE_ROW);
	struct record *record;
	char *title;

	if (list->items == NULL)
		list->items = occ_arena_calloc(arena, RECORDS_MAX, sizeof(struct record *));
	if (list->count == RECORDS_MAX) {
		refuse(projections, &place, "is about one of more than %u occupations", RECORDS_MAX);
		return NULL;
	}
	record = list->items[list->count++] = occ_arena_calloc(arena, 1, sizeof *record);
	record->code = occ_arena_strdup(arena, code);
	record->place = (struct import_place){ .file = occ_arena_strdup(arena, place.file), .line = place.line };
	occupare__v1__occupation__init(&record->facts);
	title = read_title(projections, TITLE);
	if (title != NULL)
		record->facts.title = title;
	return record;
}

/* The record that the row is about; NULL: the row is refused. */
static struct record *
record_of_row(struct projections *projections, const char *code)
{
	const struct import_place place = table_place(projections->table, CODE);
	struct record *record;

	if (!soc_is_code(code)) {
		refuse(projections, &place, "\"%s\" is no code such as 29-1141", code);
		return NULL;
	}
	record = find_record(projections, code);
	if (record == NULL)
		record = add_record(projections, code);
	if (record == NULL)
		return NULL;
	if (record->table == projections->known) {
		refuse(projections, &place, "%s is also in line %zu", code, record->line);
		return NULL;
	}
	record->table = projections->known;
	record->line = place.line;
	record->mark = mark_in(table_cell(projections->table, TITLE), false);
	return record;
}

/* False for totals and groups: the rows of the occupations in them say more. */
static bool
is_line_item(const struct projections *projections, const char *code)
{
	size_t length = strlen(code);

	if (length == SOC_CODE_LENGTH && strcmp(code + 3, "0000") == 0)
		return false;
	return projections->known->columns != outlook_columns ||
	       strcasecmp(table_cell(projections->table, TYPE), "Line item") == 0;
}

static void
take_row(struct projections *projections)
{
	const struct known *known = projections->known;
	const char *code = table_cell(projections->table, CODE);
	struct record *record = NULL;
	enum use use = UNUSED;

	if (code[0] == '\0') {
		take_footnote(projections);
		return;
	}
	projections->held_back = false;
	projections->rows.read++;
	if (known->part == PARTS)
		use = known->row(projections, NULL);
	else if (is_line_item(projections, code))
		use = (record = record_of_row(projections, code)) == NULL ? REFUSED : known->row(projections, record);
	projections->rows.used += use == USED;
	projections->rows.suppressed += use == USED && projections->held_back;
	projections->rows_refused += use == REFUSED;
}

/* Those that no footnote of the sort marks keep what they mean. */
static void
apply_notes(struct projections *projections)
{
	const struct known *known = projections->known;

	if (known->note == NULL)
		return;
	for (size_t i = 0; i < projections->parts[known->part].count; i++) {
		struct record *record = projections->parts[known->part].items[i];

		if (record->table == known && record->mark != 0 && projections->marks[record->mark])
			known->noted(record);
	}
}

static void
tell_missing_columns(struct projections *projections)
{
	const struct known *known = projections->known;
	struct import_place place = table_place(projections->table, TABLE_WHOLE_ROW);

	place.line = 0;
	for (size_t i = 0; i < known->columns_count; i++)
		if (i != known->foreign && !table_has_column(projections->table, i))
			import_warn(
			    projections->import, &place, "has no column \"%s\"; left out", known->columns[i].name);
}

/* Refuses a table of another release than those before, and one that was there already. */
static bool
begin_table(struct projections *projections)
{
	struct import_place place = table_place(projections->table, TABLE_WHOLE_ROW);
	const char **file = &projections->files[projections->known - tables_known], *end;
	unsigned year;

	place.line = 0;
	if (*file != NULL) {
		refuse(
		    projections, &place, "holds %s, as %s does; give each table once", projections->known->name, *file);
		return false;
	}
	*file = occ_arena_strdup(&projections->arena, place.file);
	if (projections->known->part == PARTS)
		return true;
	year = year_in(table_header(projections->table, CODE), &end);
	if (year == 0) {
		place = table_place(projections->table, CODE);
		refuse(projections, &place, "does not tell the year of the release");
		return false;
	}
	if (projections->from_year != 0 && projections->from_year != year) {
		refuse(projections, &place,
		    "is of the projections that start in %u, %s of those in %u; import one release at a time", year,
		    projections->from_file, projections->from_year);
		return false;
	}
	projections->from_year = year;
	projections->from_file = *file;
	return projections->known->begin == NULL || projections->known->begin(projections);
}

static void
read_table(struct projections *projections)
{
	struct import_place place;
	struct occupare_status st = { 0 };
	bool row;

	projections->rows = (struct import_rows){ 0 };
	projections->rows_refused = 0;
	memset(projections->marks, 0, sizeof projections->marks);
	if (!begin_table(projections))
		return;
	tell_missing_columns(projections);
	while (projections->rows_refused < ROWS_REFUSED_MAX &&
	       table_next(projections->table, &row, &st) == OCCUPARE_OK && row)
		take_row(projections);
	place = table_place(projections->table, TABLE_WHOLE_ROW);
	import_rows_read(projections->import, place.file, &projections->rows);
	if (st.code != OCCUPARE_OK) {
		refuse_status(projections, &place, &st);
	} else if (projections->rows.used == 0 && projections->rows_refused == 0) {
		place.line = 0;
		refuse(projections, &place, "has no row of an occupation");
	}
	apply_notes(projections);
}

/* ---- Reading files ---- */

/* True where the table is in the file. st: what stands against that; a code other than INVALID_ARGUMENT is of the file. */
static bool
look_for(struct projections *projections, const struct tables_file *file, const struct known *known,
    struct occupare_status *st)
{
	bool there = false;

	projections->known = known;
	if (table_open(&projections->tables, file, known->columns, known->columns_count, &projections->table, st) !=
	    OCCUPARE_OK)
		return false;
	there = known->foreign == SIZE_MAX || !table_has_column(projections->table, known->foreign);
	if (there)
		read_table(projections);
	else
		occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "the column \"%s\" is of another table",
		    known->columns[known->foreign].name);
	table_close(projections->table);
	projections->table = NULL;
	return there;
}

/* A file that was named is refused where nothing is in it, one that lay in a folder is not. */
static void
tell_unknown_file(struct projections *projections, const struct tables_file *file, bool named, const char *reasons)
{
	const struct import_place place = { .file = file->path };

	if (named)
		refuse(projections, &place, "holds none of the tables that are looked for:%s", reasons);
	else
		import_warn(projections->import, &place, "holds none of the tables that are looked for; left out");
}

/* False: there is no use in reading on. */
static bool
read_file(struct projections *projections, const struct tables_file *file, bool named)
{
	const struct import_place place = { .file = file->path };
	const char *reasons = "";
	struct occupare_status st;
	bool found = false;

	for (size_t i = 0; i < TABLES_KNOWN; i++) {
		const struct known *known = &tables_known[i];
		const char *more;

		if (look_for(projections, file, known, &st)) {
			found = true;
			continue;
		}
		if (st.code != OCCUPARE_INVALID_ARGUMENT) {
			refuse_status(projections, &place, &st);
			return st.code != OCCUPARE_RESOURCE_EXHAUSTED;
		}
		more = strstr(st.message, HEADER_MISSING);
		reasons = occ_arena_printf(&projections->arena, "%s%s %s (%.*s)", reasons, i == 0 ? "" : ",",
		    known->name, more == NULL ? (int)strlen(st.message) : (int)(more - st.message), st.message);
	}
	if (!found)
		tell_unknown_file(projections, file, named, reasons);
	return true;
}

/* ---- Handing over ---- */

static void
set_source(struct projections *projections, Occupare__V1__Source *sources, uint32_t id, const char *title)
{
	const struct import_options *asked = import_asked(projections->import);
	unsigned to_year = projections->to_year != 0 ? projections->to_year : projections->from_year + 10;
	Occupare__V1__Source *source = &sources[id];

	occupare__v1__source__init(source);
	source->id = id;
	source->title = (char *)title;
	source->publisher = (char *)"U.S. Bureau of Labor Statistics";
	source->release = asked->release != NULL ? (char *)asked->release
						 : print_years(projections, projections->from_year, to_year);
	source->url = (char *)"https://www.bls.gov/emp/";
	source->licence = (char *)"Public domain (U.S. Government work)";
}

static void
set_sources(struct projections *projections, Occupare__V1__Source *sources)
{
	const char *survey = occ_arena_printf(&projections->arena,
	    "Employment Projections, educational attainment of workers 25 years and older (American Community "
	    "Survey%s%s)",
	    projections->survey[0] == '\0' ? "" : " ", projections->survey);

	set_source(projections, sources, SOURCE_PROJECTIONS, "Employment Projections");
	set_source(projections, sources, SOURCE_SURVEY, survey);
	set_source(projections, sources, SOURCE_SKILLS, "Employment Projections, top skills by occupation");
	set_source(projections, sources, SOURCE_SKILLS_IMPUTED,
	    "Employment Projections, top skills by occupation (imputed from similar occupations)");
}

static void
hand_over(struct projections *projections, enum part part, struct record *record, Occupare__V1__Source *sources)
{
	Occupare__V1__Source *used[SOURCES_END];
	Occupare__V1__Occupation *facts = &record->facts;

	facts->sources = used;
	for (size_t id = 1; id < SOURCES_END; id++)
		if (record->has_source[id])
			used[facts->n_sources++] = &sources[id];
	import_group(projections->import, &record->place, origins[part], record->code, facts);
}

static void
hand_over_all(struct projections *projections)
{
	Occupare__V1__Source sources[SOURCES_END];

	set_sources(projections, sources);
	for (enum part part = 0; part < PARTS; part++)
		for (size_t i = 0; i < projections->parts[part].count; i++)
			hand_over(projections, part, projections->parts[part].items[i], sources);
}

/* ---- All of it ---- */

static void
add_paths(struct projections *projections, const char *const *paths, size_t count)
{
	struct occupare_status st;

	for (size_t i = 0; i < count; i++) {
		const struct import_place place = { .file = paths[i] };

		if (tables_add(&projections->tables, paths[i], &st) == OCCUPARE_OK)
			continue;
		refuse_status(projections, &place, &st);
	}
}

static bool
is_among(const char *const *paths, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return false;
}

static void
read_files(struct projections *projections, const char *const *paths, size_t count)
{
	const struct tables *tables = &projections->tables;
	uint64_t done = 0, total = 0;

	for (size_t i = 0; i < tables->count; i++)
		total += tables->files[i].bytes;
	for (size_t i = 0; i < tables->count; i++) {
		if (!read_file(projections, &tables->files[i], is_among(paths, count, tables->files[i].path)))
			return;
		done += tables->files[i].bytes;
		import_progress(projections->import, done, total);
	}
}

void
import_projections_read(struct import *import, const char *const *paths, size_t count)
{
	struct projections projections = { .import = import, .survey = "" };
	const struct import_place place = { .file = count > 0 ? paths[0] : "" };

	tables_init(&projections.tables, import_asked(import)->bytes_max);
	occ_arena_init(&projections.arena, ARENA_BYTES_KEPT, 0);
	add_paths(&projections, paths, count);
	if (!projections.refused)
		read_files(&projections, paths, count);
	if (projections.from_year != 0)
		hand_over_all(&projections);
	else if (!projections.refused)
		refuse(&projections, &place, "has no table of the projections to import");
	occ_arena_fini(&projections.arena);
	tables_fini(&projections.tables);
}

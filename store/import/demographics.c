/* Who works in an occupation: tables 11 and 11b of the Current Population Survey, https://www.bls.gov/cps/tables.htm.  They name
 * occupations by title alone, which are those of the Census Bureau, often of several SOC codes.  Each table has an origin of its
 * own, so that either can be replaced without the other. */
#include "store/import/import.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/arena.h"
#include "store/import/census.h"
#include "store/import/tables.h"
#include "store/soc.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

#define ARENA_BYTES_KEPT ((size_t)4 << 10)
#define ROWS_REFUSED_MAX 1000u /* of a table, then the rest is not read */
#define SOURCE 1u              /* id, in each record, of the one source */
#define AGE_MAX 120.0

/* The columns of table 11; the last one is of no use here. */
enum { TITLE, WOMEN, WHITE, BLACK, ASIAN, HISPANIC, PEOPLE_FIGURES_END };
static const struct table_column people_columns[] = {
	[TITLE] = { "Occupation", true },
	[WOMEN] = { "%Percent of total employed Women", true },
	[WHITE] = { "%Percent of total employed White", false },
	[BLACK] = { "%Percent of total employed Black or African American", false },
	[ASIAN] = { "%Percent of total employed Asian", false },
	[HISPANIC] = { "%Percent of total employed Hispanic or Latino", false },
	{ "%Total employed", false },
};

/* The columns of table 11b; those of age groups are of no use here. */
enum { MEDIAN_AGE = 1, AGE_FIGURES_END };
static const struct table_column age_columns[] = {
	[TITLE] = { "Occupation", true },
	[MEDIAN_AGE] = { "%Median age", true },
	{ "%Total, 16 years and over", false },
	{ "%16 to 19 years", false },
	{ "%20 to 24 years", false },
	{ "%25 to 34 years", false },
	{ "%35 to 44 years", false },
	{ "%45 to 54 years", false },
	{ "%55 to 64 years", false },
	{ "%65 years and over", false },
};

/* What table 11 gives an occupation, in this order: sexes, then races, then the ethnicity that people of all races have.  Other
 * races are not published, and are listed so that nobody takes the shares for the whole. */
enum { PART_WOMEN, PART_MEN, PART_RACES, PARTS = 7 };
static const struct part {
	const char *label;
	size_t column; /* TITLE = not in the table */
} parts[PARTS] = {
	[PART_WOMEN] = { "Women", WOMEN },
	[PART_MEN] = { "Men", TITLE },
	[PART_RACES] = { "White", WHITE },
	{ "Black or African American", BLACK },
	{ "Asian", ASIAN },
	{ "Other races", TITLE },
	{ "Hispanic or Latino of any race", HISPANIC },
};

/* Rows that add up those below them. */
static const char *const headings[] = {
	"Total, 16 years and over",
	"Total employed",
	"Management, professional, and related occupations",
	"Management, business, and financial operations occupations",
	"Management occupations",
	"Business and financial operations occupations",
	"Professional and related occupations",
	"Computer and mathematical occupations",
	"Architecture and engineering occupations",
	"Life, physical, and social science occupations",
	"Community and social service occupations",
	"Legal occupations",
	"Education, training, and library occupations",
	"Arts, design, entertainment, sports, and media occupations",
	"Healthcare practitioners and technical occupations",
	"Service occupations",
	"Healthcare support occupations",
	"Protective service occupations",
	"Food preparation and serving related occupations",
	"Building and grounds cleaning and maintenance occupations",
	"Personal care and service occupations",
	"Sales and office occupations",
	"Sales and related occupations",
	"Office and administrative support occupations",
	"Natural resources, construction, and maintenance occupations",
	"Farming, fishing, and forestry occupations",
	"Construction and extraction occupations",
	"Installation, maintenance, and repair occupations",
	"Production, transportation, and material moving occupations",
	"Production occupations",
	"Transportation and material moving occupations",
};

/* One row while it is read: the messages that it becomes. */
struct making {
	Occupare__V1__Occupation facts;
	Occupare__V1__Demographics demographics;
	Occupare__V1__Figure figures[PARTS]; /* of table 11b the first alone */
	Occupare__V1__Share shares[PARTS], *lists[PARTS];
	Occupare__V1__Source *sources[1];
	Occupare__V1__Figure *derived; /* the one of these that is worked out here; NULL = none */
	bool held_back;                /* some figure is */
};

struct demographics;

/* A table and how it is read. Its first columns are the title and the figures. */
struct known {
	const char *name;
	const char *origin;
	const char *title, *url; /* of its source */
	const struct table_column *columns;
	size_t columns_count;
	size_t figures_end;
	bool (*read)(struct demographics *demographics, struct making *making); /* False: refused */
};

struct demographics {
	struct import *import;
	struct tables tables;
	struct occ_arena arena; /* texts of a row */
	char *files[2];         /* that the known tables were found in, by their index; NULL = not found */
	bool refused;           /* something was */

	/* Of the table that is read. */
	const struct known *known;
	struct table *table;
	Occupare__V1__Source source;
	struct import_rows rows;
	uint64_t rows_refused, lines_of_groups;
};

/* ---- Cells ---- */

static bool refuse(struct demographics *demographics, const struct import_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool
refuse(struct demographics *demographics, const struct import_place *place, const char *format, ...)
{
	struct occupare_status st;
	struct occ_arena arena;
	va_list args;

	occ_arena_init(&arena, 0, 0);
	va_start(args, format);
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s", occ_arena_vprintf(&arena, format, args));
	va_end(args);
	import_refuse(demographics->import, place, &st);
	demographics->refused = true;
	occ_arena_fini(&arena);
	return false;
}

/* "No data or data that do not meet publication criteria": what is based on fewer than 50,000 people. */
static bool
is_dash(const char *text)
{
	return strcmp(text, "\u2013") == 0 || strcmp(text, "\u2014") == 0 || strcmp(text, "-") == 0;
}

static bool
parse_number(const char *text, double *ret)
{
	char *end;

	if (text[0] == '\0' || text[strspn(text, "0123456789.")] != '\0')
		return false;
	*ret = strtod(text, &end);
	return *end == '\0';
}

/* False: refused. */
static bool
read_figure(struct demographics *demographics, struct making *making, size_t column, double most, size_t index)
{
	const struct import_place place = table_place(demographics->table, column);
	const char *text = table_tidy(&demographics->arena, table_cell(demographics->table, column));
	Occupare__V1__Figure *figure = &making->figures[index];

	if (is_dash(text)) {
		figure->status = STATUS(SUPPRESSED);
		making->held_back = true;
		return true;
	}
	if (!parse_number(text, &figure->value))
		return refuse(demographics, &place, "\"%.40s\" is no number", text);
	if (figure->value > most)
		return refuse(demographics, &place, "%.40s is more than %g", text, most);
	return true;
}

static bool
is_known(const Occupare__V1__Figure *figure)
{
	return figure->status != STATUS(SUPPRESSED);
}

/* ---- What a row says ---- */

static void
start(struct demographics *demographics, struct making *making)
{
	*making = (struct making){ 0 };
	occupare__v1__occupation__init(&making->facts);
	occupare__v1__demographics__init(&making->demographics);
	for (size_t i = 0; i < PARTS; i++) {
		occupare__v1__figure__init(&making->figures[i]);
		making->figures[i].source = SOURCE;
	}
	making->facts.demographics = &making->demographics;
	making->sources[0] = &demographics->source;
	making->facts.sources = making->sources;
	making->facts.n_sources = 1;
}

static void
set_shares(struct making *making)
{
	Occupare__V1__Share **lists = making->lists;

	for (size_t i = 0; i < PARTS; i++) {
		occupare__v1__share__init(&making->shares[i]);
		making->shares[i].label = (char *)parts[i].label;
		making->shares[i].percent = &making->figures[i];
		lists[i] = &making->shares[i];
	}
	/* The most common first. */
	if (making->figures[PART_MEN].value > making->figures[PART_WOMEN].value) {
		lists[PART_WOMEN] = &making->shares[PART_MEN];
		lists[PART_MEN] = &making->shares[PART_WOMEN];
	}
	making->demographics.genders = lists;
	making->demographics.n_genders = PART_RACES;
	making->demographics.races = lists + PART_RACES;
	making->demographics.n_races = PARTS - PART_RACES;
}

static bool
read_people(struct demographics *demographics, struct making *making)
{
	Occupare__V1__Figure *women = &making->figures[PART_WOMEN], *men = &making->figures[PART_MEN];

	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i].column == TITLE)
			making->figures[i].status = STATUS(SUPPRESSED);
		else if (!read_figure(demographics, making, parts[i].column, 100, i))
			return false;
	}
	if (is_known(women)) {
		/* Without what binary subtraction adds: 100 - 46.8 is 53.2. */
		men->value = round((100 - women->value) * 1e6) / 1e6;
		men->status = STATUS(DERIVED);
		making->derived = men;
	}
	set_shares(making);
	return true;
}

static bool
read_age(struct demographics *demographics, struct making *making)
{
	making->demographics.median_age = &making->figures[0];
	return read_figure(demographics, making, MEDIAN_AGE, AGE_MAX, 0);
}

static const struct known tables_known[] = {
	{ "table 11", "demographics", "Labor Force Statistics from the Current Population Survey, table 11",
	    "https://www.bls.gov/cps/cpsaat11.htm", people_columns, LENGTH(people_columns), PEOPLE_FIGURES_END,
	    read_people },
	{ "table 11b", "demographics-age", "Labor Force Statistics from the Current Population Survey, table 11b",
	    "https://www.bls.gov/cps/cpsaat11b.htm", age_columns, LENGTH(age_columns), AGE_FIGURES_END, read_age },
};

/* ---- Whom it says that of ---- */

/* group: the figures are of more than the code that they are handed over for. */
static void
hand_over(struct demographics *demographics, struct making *making, const char *soc_code, bool group)
{
	const struct import_place place = table_place(demographics->table, TABLE_WHOLE_ROW);

	for (size_t i = 0; i < PARTS; i++)
		if (is_known(&making->figures[i]))
			making->figures[i].status = group ? STATUS(INHERITED) : STATUS(UNSPECIFIED);
	if (!group && making->derived != NULL)
		making->derived->status = STATUS(DERIVED);
	import_group(demographics->import, &place, demographics->known->origin, soc_code, &making->facts);
}

/* Occupations may stand under a code that wages are published under, too, which is of a few SOC codes: it is given what is
 * published for all of these in one line.  Done when the first of them comes by. */
static void
hand_over_published(struct demographics *demographics, struct making *making,
    const struct census_occupation *occupation, const char *soc_code)
{
	const char *published = soc_published(soc_code), *member;
	size_t count = 0;

	if (published == NULL || strcmp(soc_member(published, 0), soc_code) != 0)
		return;
	while ((member = soc_member(published, count)) != NULL) {
		if (!census_covers(occupation, member))
			return;
		count++;
	}
	hand_over(demographics, making, published, count < census_soc_count(occupation));
}

static void
hand_over_all(struct demographics *demographics, struct making *making, const struct census_occupation *occupation)
{
	size_t count = census_soc_count(occupation);

	for (size_t i = 0; i < count; i++) {
		char soc_code[SOC_CODE_LENGTH + 1];

		census_soc_code(occupation, i, soc_code);
		hand_over(demographics, making, soc_code, count > 1);
		hand_over_published(demographics, making, occupation, soc_code);
	}
	demographics->lines_of_groups += count > 1;
}

/* ---- Rows ---- */

static bool
is_heading(const char *title)
{
	for (size_t i = 0; i < LENGTH(headings); i++)
		if (census_compare(title, headings[i]) == 0)
			return true;
	return false;
}

/* Nothing but a title: a note below the rows. */
static bool
is_text(const struct demographics *demographics)
{
	for (size_t i = TITLE + 1; i < demographics->known->columns_count; i++)
		if (table_cell(demographics->table, i)[0] != '\0')
			return false;
	return true;
}

static void
take_row(struct demographics *demographics)
{
	const struct import_place place = table_place(demographics->table, TITLE);
	const struct census_occupation *occupation;
	struct making making;
	const char *title;

	occ_arena_reset(&demographics->arena);
	title = table_tidy(&demographics->arena, table_cell(demographics->table, TITLE));
	occupation = census_find(title);
	if (occupation == NULL && is_text(demographics))
		return;
	demographics->rows.read++;
	if (occupation == NULL) {
		demographics->rows.unmatched++;
		if (!is_heading(title))
			import_warn(demographics->import, &place,
			    "\"%.120s\" is no occupation of the Census list of 2018; left out", title);
		return;
	}
	start(demographics, &making);
	if (!demographics->known->read(demographics, &making)) {
		demographics->rows_refused++;
		return;
	}
	hand_over_all(demographics, &making, occupation);
	demographics->rows.used++;
	demographics->rows.suppressed += making.held_back;
}

static void
read_rows(struct demographics *demographics)
{
	struct occupare_status st;
	bool row;

	while (demographics->rows_refused < ROWS_REFUSED_MAX) {
		if (table_next(demographics->table, &row, &st) != OCCUPARE_OK) {
			const struct import_place place = table_place(demographics->table, TABLE_WHOLE_ROW);

			import_refuse(demographics->import, &place, &st);
			demographics->refused = true;
			return;
		}
		if (!row)
			return;
		take_row(demographics);
	}
}

/* ---- Tables ---- */

/* The four digits that a header starts with, "2022 Percent of total employed Women", in the arena; NULL: none. */
static char *
year_of(struct demographics *demographics)
{
	const char *header = table_header(demographics->table, TITLE + 1);

	return strspn(header, "0123456789") == 4 ? occ_arena_strndup(&demographics->tables.arena, header, 4) : NULL;
}

/* False: refused. */
static bool
set_source(struct demographics *demographics, const struct import_place *place)
{
	const char *release = import_asked(demographics->import)->release, *year = year_of(demographics);
	Occupare__V1__Source *source = &demographics->source;

	if (release == NULL && year == NULL)
		return refuse(
		    demographics, place, "its header does not tell which year it is of; name that with --release 2022");
	if (release != NULL && year != NULL && strstr(release, year) == NULL)
		return refuse(
		    demographics, place, "is of %s by its header, and of \"%.40s\" by --release", year, release);
	occupare__v1__source__init(source);
	source->id = SOURCE;
	source->title = (char *)demographics->known->title;
	source->publisher = (char *)"U.S. Bureau of Labor Statistics";
	source->release = (char *)(release != NULL ? release : year);
	source->url = (char *)demographics->known->url;
	source->licence = (char *)"Public domain; credit to the U.S. Bureau of Labor Statistics is asked for";
	return true;
}

/* False: refused. */
static bool
check_columns(struct demographics *demographics, const struct import_place *place)
{
	const struct known *known = demographics->known;
	const char *name;
	bool fine = true;

	for (size_t i = TITLE + 1; i < known->figures_end; i++)
		if (!table_has_column(demographics->table, i))
			fine = refuse(demographics, place, "is %s, but its column \"%s\" is missing", known->name,
			    known->columns[i].name + strspn(known->columns[i].name, "%"));
	for (size_t i = 0; (name = table_unknown_column(demographics->table, i)) != NULL; i++)
		import_warn(demographics->import, place, "the column \"%s\" is not known; left out", name);
	return fine;
}

static void
read_table(struct demographics *demographics, const struct tables_file *file)
{
	const struct import_place place = { .file = file->path };
	char **found = &demographics->files[demographics->known - tables_known];

	if (*found != NULL) {
		refuse(demographics, &place, "is %s, as %s is; import one of them", demographics->known->name, *found);
		return;
	}
	*found = occ_arena_strdup(&demographics->tables.arena, file->path);
	demographics->rows = (struct import_rows){ 0 };
	demographics->rows_refused = demographics->lines_of_groups = 0;
	if (!check_columns(demographics, &place) || !set_source(demographics, &place))
		return;
	read_rows(demographics);
	import_rows_read(demographics->import, file->path, &demographics->rows);
	if (demographics->lines_of_groups > 0)
		import_warn(demographics->import, &place,
		    "%" PRIu64 " of %" PRIu64 " lines used are of several occupations each; these are given what is "
		    "published for all of them, marked as inherited",
		    demographics->lines_of_groups, demographics->rows.used);
}

/* ---- Files ---- */

/* Opens it as the table that its header says it is. INVALID_ARGUMENT: none of those known, and what it lacks. */
static enum occupare_code
open_known(struct demographics *demographics, const struct tables_file *file, struct occupare_status *st)
{
	struct occupare_status tried[LENGTH(tables_known)];

	for (size_t i = 0; i < LENGTH(tables_known); i++) {
		demographics->known = &tables_known[i];
		if (table_open(&demographics->tables, file, tables_known[i].columns, tables_known[i].columns_count,
			&demographics->table, &tried[i]) != OCCUPARE_INVALID_ARGUMENT) {
			*st = tried[i];
			return st->code;
		}
	}
	/* Up to what the table reader asks the reader of the message. */
	return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "is no %s (%.*s) and no %s (%.*s)",
	    tables_known[0].name, (int)strcspn(tried[0].message, ";"), tried[0].message, tables_known[1].name,
	    (int)strcspn(tried[1].message, ";"), tried[1].message);
}

/* An unknown file is refused where it was asked for by its name, and left out of a folder. False: no use in reading on. */
static bool
read_file(struct demographics *demographics, const struct tables_file *file, bool named)
{
	const struct import_place place = { .file = file->path };
	struct occupare_status st;

	demographics->table = NULL;
	if (open_known(demographics, file, &st) == OCCUPARE_OK) {
		read_table(demographics, file);
	} else if (st.code == OCCUPARE_INVALID_ARGUMENT && !named) {
		import_warn(demographics->import, &place, "%s; left out", st.message);
	} else {
		import_refuse(demographics->import, &place, &st);
		demographics->refused = true;
	}
	table_close(demographics->table);
	return st.code != OCCUPARE_RESOURCE_EXHAUSTED;
}

static bool
has_ending(const char *name, const char *ending)
{
	size_t length = strlen(name), ending_length = strlen(ending);

	return length >= ending_length && strcasecmp(name + length - ending_length, ending) == 0;
}

static bool
is_named(const struct tables_file *file, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(file->path, paths[i]) == 0)
			return true;
	return false;
}

static void
add_paths(struct demographics *demographics, const char *const *paths, size_t count)
{
	struct occupare_status st;

	for (size_t i = 0; i < count; i++) {
		const struct import_place place = { .file = paths[i] };

		if (tables_add(&demographics->tables, paths[i], &st) == OCCUPARE_OK)
			continue;
		import_refuse(demographics->import, &place, &st);
		demographics->refused = true;
	}
}

static void
read_all(struct demographics *demographics, const char *const *paths, size_t count)
{
	struct import_place place = { .file = count > 0 ? paths[0] : "" };

	for (size_t i = 0; i < demographics->tables.count; i++) {
		const struct tables_file *file = &demographics->tables.files[i];

		place.file = file->path;
		if (!has_ending(file->name, ".xlsx") && !has_ending(file->name, ".csv"))
			import_warn(demographics->import, &place, "is no .xlsx or .csv; left out");
		else if (!read_file(demographics, file, is_named(file, paths, count)))
			return;
	}
	place.file = count > 0 ? paths[0] : "";
	if (!demographics->refused && demographics->files[0] == NULL && demographics->files[1] == NULL)
		refuse(demographics, &place,
		    "holds neither table 11 nor table 11b of the Current Population Survey as .xlsx or .csv");
}

void
import_demographics_read(struct import *import, const char *const *paths, size_t count)
{
	struct demographics demographics = { .import = import };

	tables_init(&demographics.tables, import_asked(import)->bytes_max);
	occ_arena_init(&demographics.arena, ARENA_BYTES_KEPT, 0);
	add_paths(&demographics, paths, count);
	if (!demographics.refused)
		read_all(&demographics, paths, count);
	occ_arena_fini(&demographics.arena);
	tables_fini(&demographics.tables);
}

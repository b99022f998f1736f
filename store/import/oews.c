/* Occupational Employment and Wage Statistics: https://www.bls.gov/oes/tables.htm.  Each detailed occupation of each area, year and
 * industry is one estimate.  Employment leaves out the self-employed, everywhere. */
#include "store/import/oews.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/check.h"
#include "store/import/tables.h"
#include "store/soc.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

#define ARENA_BYTES_KEPT ((size_t)4 << 10)
#define ROWS_REFUSED_MAX 1000u /* of a file, then the rest is not read */
#define PROGRESS_ROWS 1024u
#define SOURCE 1u /* id, in each record, of the one source */
#define YEAR_FIRST 1997u
#define YEAR_LAST 2100u
#define SOC_2018_YEAR 2021u /* from which on all codes are those of the SOC of 2018 */
#define DIGITS_MAX 20u      /* before the point, and after it */

/* What "#" stands for: "a wage equal to or greater than ...", field descriptions beside the files of each year. */
static const struct bound {
	uint32_t first, last; /* years */
	double hourly, annual;
} bounds[] = {
	{ 2016, 2021, 100, 208000 },
	{ 2022, 2024, 115, 239200 },
};

/* Figures of pay. */
static const struct wage {
	enum oews_column column;
	bool hourly;
	size_t offset; /* of the pointer in a Salary */
} wages[] = {
	{ OEWS_H_MEAN, true, offsetof(Occupare__V1__Salary, hourly_mean) },
	{ OEWS_A_MEAN, false, offsetof(Occupare__V1__Salary, annual_mean) },
	{ OEWS_A_PCT10, false, offsetof(Occupare__V1__Salary, annual_p10) },
	{ OEWS_A_PCT25, false, offsetof(Occupare__V1__Salary, annual_p25) },
	{ OEWS_A_MEDIAN, false, offsetof(Occupare__V1__Salary, annual_median) },
	{ OEWS_A_PCT75, false, offsetof(Occupare__V1__Salary, annual_p75) },
	{ OEWS_A_PCT90, false, offsetof(Occupare__V1__Salary, annual_p90) },
};

/* Columns are found by their names; of those listed and not read it is known that they are of no use here. */
static const struct table_column columns[] = {
	[OEWS_AREA] = { "AREA", false },
	[OEWS_AREA_TITLE] = { "AREA_TITLE", false },
	[OEWS_AREA_TYPE] = { "AREA_TYPE", false },
	[OEWS_NAICS] = { "NAICS", false },
	[OEWS_NAICS_TITLE] = { "NAICS_TITLE", false },
	[OEWS_I_GROUP] = { "I_GROUP", false },
	[OEWS_OWN_CODE] = { "OWN_CODE", false },
	[OEWS_OCC_CODE] = { "OCC_CODE", true },
	[OEWS_OCC_TITLE] = { "OCC_TITLE", true },
	[OEWS_O_GROUP] = { "O_GROUP", false },
	[OEWS_TOT_EMP] = { "TOT_EMP", false },
	[OEWS_EMP_PRSE] = { "EMP_PRSE", false },
	[OEWS_MEAN_PRSE] = { "MEAN_PRSE", false },
	[OEWS_ANNUAL] = { "ANNUAL", false },
	[OEWS_HOURLY] = { "HOURLY", false },
	[OEWS_H_MEAN] = { "H_MEAN", false },
	[OEWS_A_MEAN] = { "A_MEAN", true },
	[OEWS_A_PCT10] = { "A_PCT10", false },
	[OEWS_A_PCT25] = { "A_PCT25", false },
	[OEWS_A_MEDIAN] = { "A_MEDIAN", false },
	[OEWS_A_PCT75] = { "A_PCT75", false },
	[OEWS_A_PCT90] = { "A_PCT90", false },
	[OEWS_OCC_GROUP] = { "OCC_GROUP", false },
	{ "H_PCT10", false },
	{ "H_PCT25", false },
	{ "H_MEDIAN", false },
	{ "H_PCT75", false },
	{ "H_PCT90", false },
	{ "PRIM_STATE", false },
	{ "JOBS_1000", false },
	{ "LOC_QUOTIENT", false },
	{ "PCT_TOTAL", false },
	{ "PCT_RPT", false },
};

struct oews {
	struct import *import;
	struct tables tables;
	struct occ_arena arena; /* what lives as long as the import */
	struct oews_slices slices;
	uint64_t bytes_done, bytes_total;

	/* Of the file that is being read. */
	const struct tables_file *file;
	struct table *table;
	uint32_t period;
	const struct bound *bound;
	Occupare__V1__Source source;
	struct import_rows rows;
	uint64_t rows_refused, rows_repeated;
	uint64_t stars, double_stars, at_least; /* values by mark */
	uint64_t annual_only, hourly_only;      /* estimates */
	bool stopped;                           /* there is no use in reading on */
};

/* One estimate while it is made: the messages that it is of. */
struct making {
	Occupare__V1__Estimate estimate;
	Occupare__V1__Salary salary;
	Occupare__V1__Figure employment, pay[LENGTH(wages)];
	Occupare__V1__Source *sources[1];
	bool annual_only, hourly_only;
	bool suppressed;
};

/* ---- Cells ---- */

static const char *
cell(const struct oews *oews, enum oews_column column)
{
	return table_cell(oews->table, column);
}

/* Refuses the row for what stands in a column. Always false. */
static bool __attribute__((format(printf, 3, 4))) refuse(struct oews *oews, size_t column, const char *format, ...)
{
	const struct import_place place = table_place(oews->table, column);
	struct occupare_status st;
	struct occ_arena arena;
	va_list args;

	occ_arena_init(&arena, 0, 0);
	va_start(args, format);
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s", occ_arena_vprintf(&arena, format, args));
	va_end(args);
	import_refuse(oews->import, &place, &st);
	occ_arena_fini(&arena);
	return false;
}

/* A number as it stands in these files, with commas between groups of three digits or without. */
static bool
read_number(const char *text, double *ret)
{
	static const char digits[] = "0123456789";
	char plain[2 * DIGITS_MAX + 2];
	size_t run = strspn(text, digits), length = 0;
	bool grouped = text[run] == ',';

	if (run == 0 || run > (grouped ? 3 : DIGITS_MAX))
		return false;
	memcpy(plain, text, run);
	for (length = run, text += run; grouped && *text == ','; length += 3, text += 4) {
		if (strspn(text + 1, digits) < 3 || length + 3 > DIGITS_MAX)
			return false;
		memcpy(plain + length, text + 1, 3);
	}
	if (*text == '.') {
		run = 1 + strspn(text + 1, digits);
		if (run == 1 || run > DIGITS_MAX)
			return false;
		memcpy(plain + length, text, run);
		length += run;
		text += run;
	}
	plain[length] = '\0';
	*ret = strtod(plain, NULL);
	return *text == '\0';
}

/* Reads "TRUE" and its absence. False: refused. */
static bool
read_flag(struct oews *oews, enum oews_column column, bool *ret)
{
	const char *text = cell(oews, column);

	/* A workbook's own truth is 1. */
	*ret = strcasecmp(text, "TRUE") == 0 || strcmp(text, "1") == 0;
	if (*ret || text[0] == '\0' || strcasecmp(text, "FALSE") == 0 || strcmp(text, "0") == 0)
		return true;
	return refuse(oews, column, "\"%.40s\" is neither TRUE nor empty", text);
}

/* Reads a relative standard error, which is nowhere where its estimate is not. False: refused. */
static bool
read_error(struct oews *oews, enum oews_column column, Occupare__V1__Figure *figure)
{
	const char *text = cell(oews, column);

	if (text[0] == '\0' || strcmp(text, "*") == 0 || strcmp(text, "**") == 0 ||
	    figure->status != STATUS(UNSPECIFIED))
		return true;
	return read_number(text, &figure->relative_standard_error) ||
	       refuse(oews, column, "\"%.40s\" is no number", text);
}

/* ---- The figures of a row ---- */

/* "*" is an estimate of wages that is not released, "**" one of employment. */
static bool
is_held_back(struct oews *oews, const char *text)
{
	bool star = strcmp(text, "*") == 0, double_star = strcmp(text, "**") == 0;

	oews->stars += star;
	oews->double_stars += double_star;
	return star || double_star;
}

/* False: refused. *ret_there is false where the cell is empty. */
static bool
read_employment(struct oews *oews, struct making *making, bool *ret_there)
{
	const char *text = cell(oews, OEWS_TOT_EMP);
	Occupare__V1__Figure *figure = &making->employment;

	*ret_there = text[0] != '\0';
	if (!*ret_there)
		return true;
	if (is_held_back(oews, text)) {
		figure->status = STATUS(SUPPRESSED);
		making->suppressed = true;
		return true;
	}
	if (!read_number(text, &figure->value))
		return refuse(oews, OEWS_TOT_EMP, "\"%.40s\" is no number", text);
	figure->value = round(figure->value);
	return read_error(oews, OEWS_EMP_PRSE, figure);
}

/* Figures of an occupation that is paid in another way are not collected, which is not the same as held back: they must not be
 * worked out from the other ones. */
static bool
read_wage(
    struct oews *oews, const struct wage *wage, struct making *making, Occupare__V1__Figure *figure, bool *ret_there)
{
	const char *text = cell(oews, wage->column);
	bool collected = wage->hourly ? !making->annual_only : !making->hourly_only;
	bool held_back = is_held_back(oews, text);

	*ret_there = text[0] != '\0' || !collected;
	if (held_back || text[0] == '\0') {
		figure->status = collected ? STATUS(SUPPRESSED) : STATUS(NOT_COLLECTED);
		making->suppressed |= held_back && collected;
		return true;
	}
	if (strcmp(text, "#") == 0) {
		figure->status = STATUS(AT_LEAST);
		figure->value = wage->hourly ? oews->bound->hourly : oews->bound->annual;
		oews->at_least++;
		return true;
	}
	if (!read_number(text, &figure->value))
		return refuse(oews, wage->column, "\"%.40s\" is no number", text);
	figure->value = wage->hourly ? round(figure->value * 100) / 100 : round(figure->value);
	return true;
}

static bool
is_star(const struct oews *oews, enum oews_column column)
{
	return strcmp(cell(oews, column), "*") == 0;
}

/* How the occupation is paid.  Files without the two flags show it by the one mean that is not released: where both are collected
 * the one is worked out from the other, and either both are released or neither. */
static bool
read_pay_period(struct oews *oews, struct making *making)
{
	if (!read_flag(oews, OEWS_ANNUAL, &making->annual_only) || !read_flag(oews, OEWS_HOURLY, &making->hourly_only))
		return false;
	if (!table_has_column(oews->table, OEWS_ANNUAL) && !table_has_column(oews->table, OEWS_HOURLY)) {
		bool hourly = cell(oews, OEWS_H_MEAN)[0] != '\0', annual = cell(oews, OEWS_A_MEAN)[0] != '\0';

		making->annual_only = annual && is_star(oews, OEWS_H_MEAN) && !is_star(oews, OEWS_A_MEAN);
		making->hourly_only = hourly && is_star(oews, OEWS_A_MEAN) && !is_star(oews, OEWS_H_MEAN);
	}
	if (making->annual_only && making->hourly_only)
		return refuse(oews, OEWS_HOURLY, "says the opposite of ANNUAL");
	oews->annual_only += making->annual_only;
	oews->hourly_only += making->hourly_only;
	return true;
}

static bool
read_salary(struct oews *oews, struct making *making)
{
	if (!read_pay_period(oews, making))
		return false;
	for (size_t i = 0; i < LENGTH(wages); i++) {
		Occupare__V1__Figure *figure = &making->pay[i];
		bool there, mean = wages[i].column == OEWS_H_MEAN || wages[i].column == OEWS_A_MEAN;

		if (!read_wage(oews, &wages[i], making, figure, &there) ||
		    (mean && !read_error(oews, OEWS_MEAN_PRSE, figure)))
			return false;
		if (!there)
			continue;
		*(Occupare__V1__Figure **)((char *)&making->salary + wages[i].offset) = figure;
		making->estimate.salary = &making->salary;
	}
	return true;
}

/* ---- The estimate of a row ---- */

static void
start(struct oews *oews, struct making *making)
{
	*making = (struct making){ 0 };
	occupare__v1__estimate__init(&making->estimate);
	occupare__v1__salary__init(&making->salary);
	making->salary.currency_code = (char *)"USD";
	occupare__v1__figure__init(&making->employment);
	making->employment.source = SOURCE;
	for (size_t i = 0; i < LENGTH(wages); i++) {
		occupare__v1__figure__init(&making->pay[i]);
		making->pay[i].source = SOURCE;
	}
	making->sources[0] = &oews->source;
	making->estimate.sources = making->sources;
	making->estimate.n_sources = 1;
}

/* Without spaces at the ends, in room of its own; NULL: refused. */
static char *
read_title(struct oews *oews, char *room, size_t size)
{
	const char *text = cell(oews, OEWS_OCC_TITLE);
	size_t length;

	text += strspn(text, " ");
	length = strlen(text);
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length == 0 || length >= size) {
		refuse(oews, OEWS_OCC_TITLE, length == 0 ? "is empty" : "has more than %zu bytes", size - 1);
		return NULL;
	}
	memcpy(room, text, length);
	room[length] = '\0';
	return room;
}

static void
make_estimate(struct oews *oews, const struct oews_slice *slice)
{
	struct import_place place = table_place(oews->table, TABLE_WHOLE_ROW);
	struct making making;
	char title[CHECK_TITLE_BYTES_MAX + 1];
	bool has_employment;

	start(oews, &making);
	making.estimate.soc_title = read_title(oews, title, sizeof title);
	if (making.estimate.soc_title == NULL || !read_employment(oews, &making, &has_employment) ||
	    !read_salary(oews, &making)) {
		oews->rows_refused++;
		return;
	}
	making.estimate.soc_code = (char *)cell(oews, OEWS_OCC_CODE);
	making.estimate.area = (char *)slice->area->code;
	making.estimate.period = slice->period;
	making.estimate.industry = (char *)slice->industry;
	making.estimate.employment = has_employment ? &making.employment : NULL;
	import_estimate(oews->import, &place, &making.estimate);
	oews->rows.used++;
	oews->rows.suppressed += making.suppressed;
}

/* ---- Rows ---- */

/* Codes of SOC groups end in 0, but for those under which a few detailed occupations are published together. */
static bool
is_detailed_code(const char *code)
{
	return code[SOC_CODE_LENGTH - 1] != '0' || soc_member(code, 0) != NULL;
}

/* What O_GROUP says, and where it says nothing the code. False: refused. */
static bool
read_group(struct oews *oews, bool *ret_detailed)
{
	static const char *const groups[] = { "total", "major", "minor", "broad" };
	/* Files of before 2019 have the second name. */
	enum oews_column column = table_has_column(oews->table, OEWS_O_GROUP) ? OEWS_O_GROUP : OEWS_OCC_GROUP;
	const char *text = cell(oews, column);

	*ret_detailed = text[0] == '\0' ? is_detailed_code(cell(oews, OEWS_OCC_CODE))
					: strcasecmp(text, "detailed") == 0;
	if (*ret_detailed || text[0] == '\0')
		return true;
	for (size_t i = 0; i < LENGTH(groups); i++)
		if (strcasecmp(text, groups[i]) == 0)
			return true;
	return refuse(oews, column, "\"%.40s\" is none of total, major, minor, broad, detailed", text);
}

/* The slice that the row is of; NULL: refused. */
static const struct oews_slice *
find_slice(struct oews *oews)
{
	const char *cells[OEWS_SLICE_COLUMNS];
	const struct oews_slice *slice;
	struct occupare_status st;
	size_t column;

	for (size_t i = 0; i < OEWS_SLICE_COLUMNS; i++)
		cells[i] = table_cell(oews->table, i);
	if (oews_slices_find(&oews->slices, cells, &slice, &column, &st) == OCCUPARE_OK)
		return slice;
	if (st.code == OCCUPARE_ALREADY_EXISTS) {
		const struct import_place place = { .file = oews->file->path };

		import_refuse(oews->import, &place, &st);
		oews->stopped = true;
	} else {
		refuse(oews, column, "%s", st.message);
	}
	return NULL;
}

static void
take_row(struct oews *oews)
{
	const char *code = cell(oews, OEWS_OCC_CODE);
	const struct oews_slice *slice;
	bool detailed;

	oews->rows.read++;
	if (!soc_is_code(code)) {
		refuse(oews, OEWS_OCC_CODE, "\"%.40s\" is no SOC code such as 29-1141", code);
		oews->rows_refused++;
		return;
	}
	if (!read_group(oews, &detailed)) {
		oews->rows_refused++;
		return;
	}
	if (!detailed)
		return;
	slice = find_slice(oews);
	if (slice == NULL || slice->use == OEWS_SLICE_REFUSED) {
		oews->rows_refused++;
	} else if (slice->use == OEWS_SLICE_REPEATED) {
		oews->rows_repeated++;
	} else if (soc_major_group(code) == NULL) {
		const struct import_place place = table_place(oews->table, OEWS_OCC_CODE);

		import_warn(oews->import, &place, "%s is in no group of the SOC; left out", code);
		oews->rows.unmatched++;
	} else {
		make_estimate(oews, slice);
	}
}

/* ---- Files ---- */

static void
refuse_file(struct oews *oews, const char *path, const char *sentence)
{
	const struct import_place place = { .file = path };
	struct occupare_status st;

	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s", sentence);
	import_refuse(oews->import, &place, &st);
}

/* The four digits of a year in a name: national_M2024_dl.xlsx, national_May2021_dl.csv; 0: none. */
static uint32_t
year_in(const char *name)
{
	while (*name != '\0') {
		size_t digits = strspn(name, "0123456789");
		unsigned long year = digits == 4 ? strtoul(name, NULL, 10) : 0;

		if (year >= YEAR_FIRST && year <= YEAR_LAST)
			return (uint32_t)year;
		name += digits + (name[digits] != '\0');
	}
	return 0;
}

/* The year of a folder or zip as it is published: oesm24nat; 0: it is called otherwise. */
static uint32_t
year_of_folder(const char *name)
{
	uint32_t year;

	if (strncasecmp(name, "oesm", 4) != 0 || strspn(name + 4, "0123456789") != 2)
		return 0;
	year = (uint32_t)strtoul(name + 4, NULL, 10);
	return year + (year >= YEAR_FIRST % 100 ? 1900 : 2000);
}

/* The reference year of the file; 0: refused. */
static uint32_t
period_of(struct oews *oews, const struct tables_file *file)
{
	const char *release = import_asked(oews->import)->release;
	uint32_t named = year_in(file->name), asked = release == NULL ? 0 : year_in(release);
	struct import_place place = { .file = file->path };
	struct occupare_status st;

	if (named == 0)
		named = year_of_folder(file->origin);
	if (release != NULL && asked == 0)
		occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "the release \"%.40s\" names no year; say --release \"May 2024\"", release);
	else if (named != 0 && asked != 0 && named != asked)
		occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "is of %u by its name, and of %u by --release; import the years without that, or one at a time",
		    named, asked);
	else if (named == 0 && asked == 0)
		occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "its name does not tell which year it is of; name that with --release \"May 2024\"");
	else
		return named != 0 ? named : asked;
	import_refuse(oews->import, &place, &st);
	return 0;
}

static void
set_source(struct oews *oews, uint32_t period)
{
	const char *release = import_asked(oews->import)->release;
	Occupare__V1__Source *source = &oews->source;

	occupare__v1__source__init(source);
	source->id = SOURCE;
	source->title = (char *)"Occupational Employment and Wage Statistics";
	source->publisher = (char *)"U.S. Bureau of Labor Statistics";
	source->release = release != NULL ? occ_arena_strdup(&oews->arena, release)
					  : occ_arena_printf(&oews->arena, "May %" PRIu32, period);
	source->url = (char *)"https://www.bls.gov/oes/";
	source->licence = (char *)"Public domain; credit to the U.S. Bureau of Labor Statistics is asked for";
}

/* The bounds of the year, or of the nearest one. */
static const struct bound *
bound_of(uint32_t period)
{
	const struct bound *bound = bounds;

	while (bound < bounds + LENGTH(bounds) - 1 && period > bound->last)
		bound++;
	return bound;
}

/* ---- What the report says of a file ---- */

static void
tell_unknown_columns(struct oews *oews, const struct import_place *place)
{
	const char *name;

	for (size_t i = 0; (name = table_unknown_column(oews->table, i)) != NULL; i++)
		import_warn(oews->import, place, "the column \"%s\" is not known; left out", name);
}

static void
tell_header(struct oews *oews)
{
	const struct import_place place = { .file = oews->file->path };

	tell_unknown_columns(oews, &place);
	if (!table_has_column(oews->table, OEWS_TOT_EMP))
		import_warn(oews->import, &place,
		    "has no employment (TOT_EMP); the best-paying area or industry is picked without regard to how few "
		    "people it may be of");
	if (oews->period < SOC_2018_YEAR)
		import_warn(oews->import, &place,
		    "is of %u, when codes were not all those of the SOC of 2018; some are of other occupations now or "
		    "of none",
		    oews->period);
}

static void
tell_rows(struct oews *oews)
{
	const struct import_place place = { .file = oews->file->path };

	import_rows_read(oews->import, oews->file->path, &oews->rows);
	if (oews->stars + oews->double_stars + oews->at_least + oews->annual_only + oews->hourly_only > 0)
		import_note(oews->import, &place,
		    "marks met: * %" PRIu64 " and ** %" PRIu64 " times, # %" PRIu64 " times; %" PRIu64
		    " estimates of pay by the year alone, %" PRIu64 " by the hour alone",
		    oews->stars, oews->double_stars, oews->at_least, oews->annual_only, oews->hourly_only);
	if (oews->at_least > 0 && (oews->period < oews->bound->first || oews->period > oews->bound->last))
		import_warn(oews->import, &place,
		    "the bound that # stands for in %u is not known; that of %u to %u is taken, $%.2f an hour or $%.0f "
		    "a year",
		    oews->period, oews->bound->first, oews->bound->last, oews->bound->hourly, oews->bound->annual);
	if (oews->rows_repeated > 0)
		import_note(oews->import, &place,
		    "rows of industries that are there at another level of the NAICS, too, were left out: %" PRIu64,
		    oews->rows_repeated);
}

/* ---- All of it ---- */

static void
read_rows(struct oews *oews, struct occupare_status *st)
{
	bool row;

	while (!oews->stopped && oews->rows_refused < ROWS_REFUSED_MAX &&
	       table_next(oews->table, &row, st) == OCCUPARE_OK && row) {
		take_row(oews);
		if (oews->rows.read % PROGRESS_ROWS == 0)
			import_progress(
			    oews->import, oews->bytes_done + table_bytes_read(oews->table), oews->bytes_total);
	}
}

static void
start_file(struct oews *oews, const struct tables_file *file, uint32_t period)
{
	oews->file = file;
	oews->table = NULL;
	oews->period = period;
	oews->bound = bound_of(period);
	oews->rows = (struct import_rows){ 0 };
	oews->rows_refused = oews->rows_repeated = 0;
	oews->stars = oews->double_stars = oews->at_least = 0;
	oews->annual_only = oews->hourly_only = 0;
	oews->stopped = false;
	set_source(oews, period);
	oews_slices_file(&oews->slices, file->path, period, strncasecmp(file->name, "nat", 3) == 0);
}

/* False: no use in reading on. */
static bool
read_file(struct oews *oews, const struct tables_file *file)
{
	struct import_place place = { .file = file->path };
	uint32_t period = period_of(oews, file);
	struct occupare_status st;

	if (period == 0)
		return true;
	start_file(oews, file, period);
	if (table_open(&oews->tables, file, columns, LENGTH(columns), &oews->table, &st) == OCCUPARE_OK) {
		tell_header(oews);
		read_rows(oews, &st);
		place = table_place(oews->table, TABLE_WHOLE_ROW);
		tell_rows(oews);
	}
	if (st.code != OCCUPARE_OK)
		import_refuse(oews->import, &place, &st);
	table_close(oews->table);
	oews->table = NULL;
	oews->bytes_done += file->bytes;
	return st.code != OCCUPARE_RESOURCE_EXHAUSTED;
}

static bool
has_ending(const char *name, const char *ending)
{
	size_t length = strlen(name), ending_length = strlen(ending);

	return length >= ending_length && strcasecmp(name + length - ending_length, ending) == 0;
}

static bool
is_table(const struct tables_file *file)
{
	return (has_ending(file->name, ".xlsx") || has_ending(file->name, ".csv")) &&
	       strcasestr(file->name, "description") == NULL;
}

/* Descriptions of columns come with every zip; of other files the reader may have expected something. */
static void
pass_over(struct oews *oews, const struct tables_file *file)
{
	const struct import_place place = { .file = file->path };

	if (strcasestr(file->name, "description") == NULL)
		import_warn(oews->import, &place, "is no .xlsx or .csv; left out");
}

/* False: a path was refused. */
static bool
add_paths(struct oews *oews, const char *const *paths, size_t count)
{
	struct occupare_status st;
	bool fine = true;

	for (size_t i = 0; i < count; i++) {
		const struct import_place place = { .file = paths[i] };

		if (tables_add(&oews->tables, paths[i], &st) == OCCUPARE_OK)
			continue;
		import_refuse(oews->import, &place, &st);
		fine = false;
	}
	return fine;
}

static void
read_all(struct oews *oews, const char *path)
{
	const struct tables_file *files = oews->tables.files;
	size_t count = 0;

	for (size_t i = 0; i < oews->tables.count; i++) {
		count += is_table(&files[i]);
		oews->bytes_total += is_table(&files[i]) ? files[i].bytes : 0;
	}
	if (count == 0)
		refuse_file(oews, path, "holds no table of wages: no .xlsx and no .csv; save an .xls as one of these");
	for (size_t i = 0; i < oews->tables.count; i++) {
		if (!is_table(&files[i]))
			pass_over(oews, &files[i]);
		else if (!read_file(oews, &files[i]))
			return;
	}
	oews_slices_hand_over(&oews->slices, oews->import);
}

void
import_oews_read(struct import *import, const char *const *paths, size_t count)
{
	struct oews oews = { .import = import };

	tables_init(&oews.tables, import_asked(import)->bytes_max);
	occ_arena_init(&oews.arena, ARENA_BYTES_KEPT, 0);
	oews_slices_init(&oews.slices);
	if (add_paths(&oews, paths, count))
		read_all(&oews, count > 0 ? paths[0] : "");
	oews_slices_fini(&oews.slices);
	occ_arena_fini(&oews.arena);
	tables_fini(&oews.tables);
}

/* Tables out of workbooks: small ones made here, and published ones beside the same cells as CSV, where they are at hand. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <zip.h>

#include "store/import/tables.h"
#include "store/import/xlsx.h"

struct context {
	char path[64]; /* of the workbook */
	struct tables tables;
	struct table *table;
	struct occupare_status st;
};

static int
setup(void **state)
{
	struct context *context = calloc(1, sizeof *context);

	if (context == NULL)
		return -1;
	snprintf(context->path, sizeof context->path, "/tmp/xlsx-XXXXXX.xlsx");
	close(mkstemps(context->path, 5));
	tables_init(&context->tables, 0);
	*state = context;
	return 0;
}

static int
teardown(void **state)
{
	struct context *context = *state;

	table_close(context->table);
	tables_fini(&context->tables);
	unlink(context->path);
	free(context);
	return 0;
}

struct member {
	const char *name, *text;
};

static void
write_members(const char *path, const struct member *members, size_t count)
{
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

	assert_non_null(zip);
	for (size_t i = 0; i < count; i++)
		assert_true(zip_file_add(zip, members[i].name,
				zip_source_buffer(zip, members[i].text, strlen(members[i].text), 0), 0) >= 0);
	assert_int_equal(zip_close(zip), 0);
}

#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"
#define HEADER                                                                                                         \
	"<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Code</t></is></c>"                                            \
	"<c r=\"B1\" t=\"inlineStr\"><is><t>Name</t></is></c></row>"
#define SHARED                                                                                                         \
	"<sst><si><t>Code</t></si><si><r><t>Na</t></r><r><t>me</t></r><rPh><t>x</t></rPh></si><si><t/></si></sst>"

static const struct table_column columns[] = { { "Code", true }, { "Name", true }, { "Extra", false } };

static enum occupare_code
open_table(struct context *context)
{
	MUST(tables_add(&context->tables, context->path, &context->st), &context->st);
	return table_open(&context->tables, &context->tables.files[0], columns, 3, &context->table, &context->st);
}

/* Opens a workbook with this sheet. */
static enum occupare_code
open_sheet(struct context *context, const char *sheet)
{
	const struct member members[] = { { "xl/workbook.xml", "<workbook/>" }, { "xl/sharedStrings.xml", SHARED },
		{ "xl/worksheets/sheet1.xml", sheet } };

	write_members(context->path, members, 3);
	return open_table(context);
}

/* All rows as "code|name|extra;". The status tells how it ended. */
static const char *
rows(struct context *context)
{
	static char text[2000];
	size_t length = 0;
	bool row;

	text[0] = '\0';
	while (table_next(context->table, &row, &context->st) == OCCUPARE_OK && row && length < 1500)
		length += (size_t)snprintf(text + length, sizeof text - length, "%s|%s|%s;",
		    table_cell(context->table, 0), table_cell(context->table, 1), table_cell(context->table, 2));
	return text;
}

static void
test_cells_of_every_type_are_read(void **state)
{
	struct context *context = *state;

	MUST(open_sheet(
		 context, SHEET("<row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c><c r=\"B3\" t=\"s\"><v>1</v></c></row>"
				"<row r=\"4\"><c r=\"A4\"><v>32.659999999999997</v></c><c r=\"B4\" "
				"t=\"str\"><f>x</f><v>a &amp; b</v></c>"
				"</row><row r=\"5\"/><row r=\"6\"><c r=\"A6\" s=\"1\"/></row>"
				"<row r=\"7\"><c r=\"B7\" t=\"n\"><v>1E3</v></c><c r=\"D7\"><v>5</v></c></row>"
				"<row><c t=\"b\"><v>1</v></c><c t=\"s\"><v>2</v></c></row>")),
	    &context->st);
	assert_string_equal(rows(context), "32.66|a & b|;|1000|;1||;");
	ASSERT_OK(&context->st);
}

static void
test_row_number_and_sheet_are_the_place(void **state)
{
	struct context *context = *state;
	bool row;

	MUST(open_sheet(context, SHEET(HEADER "<row r=\"9\"><c r=\"A9\"><v>1</v></c></row>")), &context->st);
	MUST(table_next(context->table, &row, &context->st), &context->st);
	assert_int_equal(table_place(context->table, 0).line, 9);
	assert_string_equal(table_place(context->table, 0).path, "column \"Code\"");
	ASSERT_HAS(table_place(context->table, 0).file, ".xlsx:sheet1");
}

static void
test_sheet_with_the_columns_is_found_below_its_title(void **state)
{
	struct context *context = *state;
	const struct member members[] = { { "xl/workbook.xml", "<workbook/>" },
		{ "xl/worksheets/sheet1.xml", SHEET("<row><c><v>1</v></c></row>") },
		{ "xl/worksheets/sheet2.xml",
		    SHEET("<row><c t=\"str\"><v>Table 1</v></c></row>"
			  "<row><c t=\"str\"><v>Name</v></c><c t=\"str\"><v>Code</v></c></row>"
			  "<row><c><v>1</v></c><c><v>2</v></c></row><row><c t=\"str\"><v>Footnote</v></c></row>") } };

	write_members(context->path, members, 3);
	MUST(open_table(context), &context->st);
	assert_string_equal(rows(context), "2|1|;|Footnote|;");
	ASSERT_HAS(table_place(context->table, 0).file, ":sheet2");
}

static void
test_workbook_without_the_columns_says_which(void **state)
{
	struct context *context = *state;

	assert_int_equal(
	    open_sheet(context, SHEET("<row><c t=\"str\"><v>Code</v></c></row>")), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "\"Name\" is missing");
}

static void
test_faults_of_a_workbook_are_told(void **state)
{
	static const struct {
		const char *rows, *words;
	} cases[] = {
		{ "<row><c r=\"A2\" t=\"s\"><v>3</v></c></row>", "a shared text that is not there" },
		{ "<row><c r=\"A2\" t=\"s\"><v>x</v></c></row>", "a shared text that is not there" },
		{ "<row><c r=\"IX2\"><v>3</v></c></row>", "more than 256 cells" },
		{ "<row><c r=\"ZZZZZZZZZZZZZZ2\"><v>3</v></c></row>", "more than 256 cells" },
		{ "<row><c r=\"2\"><v>3</v></c></row>", "more than 256 cells" },
		{ "<row><c r=\"A2\"><v>3</v></c><c r=\"ZZZZ2\"/></row>", "more than 256 cells" },
		{ "<row><c r=\"A2\"><v>3</c></row>", "XML line 1" },
		{ "<row><c r=\"A2\">", "XML line 1" },
	};
	struct context *context = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char sheet[1000];

		snprintf(
		    sheet, sizeof sheet, "<worksheet><sheetData>" HEADER "%s</sheetData></worksheet>", cases[i].rows);
		MUST(open_sheet(context, sheet), &context->st);
		assert_string_equal(rows(context), "");
		ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
		ASSERT_HAS(context->st.message, cases[i].words);
		table_close(context->table);
		context->table = NULL;
		tables_fini(&context->tables);
		tables_init(&context->tables, 0);
	}
}

static void
test_long_cells_and_rows_are_refused(void **state)
{
	struct context *context = *state;
	size_t room = 200000, length;
	char *sheet = malloc(room);

	length = (size_t)snprintf(sheet, room, "<worksheet><sheetData>" HEADER "<row><c t=\"str\"><v>");
	memset(sheet + length, 'x', 40000);
	snprintf(sheet + length + 40000, room - length - 40000, "</v></c></row></sheetData></worksheet>");
	MUST(open_sheet(context, sheet), &context->st);
	assert_string_equal(rows(context), "");
	ASSERT_HAS(context->st.message, "a cell has more than 32768 bytes");
	table_close(context->table);
	context->table = NULL;
	tables_fini(&context->tables);
	tables_init(&context->tables, 0);
	length = (size_t)snprintf(sheet, room, "<worksheet><sheetData>" HEADER "<row>");
	for (unsigned i = 0; i < 3; i++) {
		length += (size_t)snprintf(sheet + length, room - length, "<c t=\"str\"><v>");
		memset(sheet + length, 'x', 30000);
		length += 30000;
		length += (size_t)snprintf(sheet + length, room - length, "</v></c>");
	}
	snprintf(sheet + length, room - length, "</row></sheetData></worksheet>");
	MUST(open_sheet(context, sheet), &context->st);
	free(sheet);
	assert_string_equal(rows(context), "");
	ASSERT_HAS(context->st.message, "a row has more than 65536 bytes");
}

static void
test_long_tags_are_refused_while_they_are_read(void **state)
{
	static const char start[] = "<worksheet x=\"", end[] = "\"><sheetData>" HEADER "</sheetData></worksheet>";
	static const size_t lengths[] = { 1000000, 1200000, 3000000 };
	struct context *context = *state;
	char *sheet = malloc(3100000);

	for (size_t i = 0; i < 3; i++) {
		memcpy(sheet, start, sizeof start);
		memset(sheet + strlen(start), 'x', lengths[i]);
		memcpy(sheet + strlen(start) + lengths[i], end, sizeof end);
		assert_int_equal(open_sheet(context, sheet), i == 0 ? OCCUPARE_OK : OCCUPARE_INVALID_ARGUMENT);
		if (i > 0)
			ASSERT_HAS(context->st.message, "a tag has more than 1048576 bytes");
		/* No more of it is unpacked than that takes. */
		assert_true(TABLES_BYTES_MAX - context->tables.bytes_left < 1300000);
		table_close(context->table);
		context->table = NULL;
		tables_fini(&context->tables);
		tables_init(&context->tables, 0);
	}
	free(sheet);
}

static void
test_document_type_is_refused(void **state)
{
	struct context *context = *state;

	assert_int_equal(
	    open_sheet(context, "<!DOCTYPE a [<!ENTITY b \"c\">]>" SHEET(HEADER)), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "document type");
}

static void
test_bomb_ends_at_the_bound(void **state)
{
	struct context *context = *state;
	size_t length = (size_t)8 << 20;
	char *sheet = malloc(length + 1);
	const struct member members[] = { { "xl/workbook.xml", "<workbook/>" }, { "xl/worksheets/sheet1.xml", sheet } };

	memset(sheet, ' ', length);
	sheet[length] = '\0';
	memcpy(sheet, "<worksheet>", 11);
	write_members(context->path, members, 2);
	free(sheet);
	tables_fini(&context->tables);
	tables_init(&context->tables, 1 << 20);
	assert_int_equal(open_table(context), OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(context->st.message, "--max-bytes");
}

static void
test_what_is_no_workbook_is_refused(void **state)
{
	struct context *context = *state;
	const struct member other = { "a.txt", "x" };
	FILE *out = fopen(context->path, "wb");

	fputs("PK but no zip", out);
	fclose(out);
	assert_int_equal(open_table(context), OCCUPARE_DATA_LOSS);
	write_members(context->path, &other, 1);
	assert_int_equal(
	    table_open(&context->tables, &context->tables.files[0], columns, 3, &context->table, &context->st),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "no xl/workbook.xml");
}

static void
test_workbook_in_a_zip_is_read(void **state)
{
	struct context *context = *state;
	char bytes[4000], path[80];
	size_t length;
	zip_t *zip;
	FILE *in;

	MUST(open_sheet(context, SHEET(HEADER "<row><c><v>1</v></c><c><v>2</v></c></row>")), &context->st);
	table_close(context->table);
	context->table = NULL;
	tables_fini(&context->tables);
	tables_init(&context->tables, 0);
	in = fopen(context->path, "rb");
	length = fread(bytes, 1, sizeof bytes, in);
	fclose(in);
	snprintf(path, sizeof path, "%s.zip", context->path);
	zip = zip_open(path, ZIP_CREATE, NULL);
	assert_true(zip_file_add(zip, "db/a.xlsx", zip_source_buffer(zip, bytes, length, 0), 0) >= 0);
	assert_int_equal(zip_close(zip), 0);
	if (tables_add(&context->tables, path, &context->st) == OCCUPARE_OK)
		(void)!table_open(
		    &context->tables, &context->tables.files[0], columns, 3, &context->table, &context->st);
	unlink(path);
	ASSERT_OK(&context->st);
	assert_string_equal(rows(context), "1|2|;");
	ASSERT_HAS(table_place(context->table, 0).file, ".zip:db/a.xlsx:sheet1");
}

/* ---- Published workbooks ---- */

/* Every cell of these columns is the same in the workbook and in the CSV that other code made of it. */
static void
compare(struct context *context, const char *workbook, const char *csv, const struct table_column *asked, size_t count,
    size_t rows_min)
{
	const char *names[] = { workbook, csv }, *base = getenv("OCCUPARE_SHARED_DATA");
	struct table *tables[2];
	bool row[2] = { true, true };
	size_t number = 0;
	char path[500];

	snprintf(path, sizeof path, "%s/%s", base == NULL ? "../shared/data" : base, workbook);
	if (access(path, R_OK) != 0)
		skip();
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", base == NULL ? "../shared/data" : base, names[i]);
		MUST(tables_add(&context->tables, path, &context->st), &context->st);
		MUST(table_open(&context->tables, &context->tables.files[context->tables.count - 1], asked, count,
			 &tables[i], &context->st),
		    &context->st);
	}
	for (;; number++) {
		for (size_t i = 0; i < 2; i++)
			MUST(table_next(tables[i], &row[i], &context->st), &context->st);
		if (!row[0] || !row[1])
			break;
		for (size_t j = 0; j < count; j++)
			assert_string_equal(table_cell(tables[0], j), table_cell(tables[1], j));
	}
	assert_int_equal(row[0], row[1]);
	assert_true(number >= rows_min);
	table_close(tables[0]);
	table_close(tables[1]);
}

static void
test_published_wages_agree_with_their_csv(void **state)
{
	static const struct table_column wages[] = { { "OCC_CODE", true }, { "OCC_TITLE", true }, { "O_GROUP", true },
		{ "TOT_EMP", true }, { "H_MEAN", true }, { "A_MEAN", true }, { "A_PCT90", true }, { "ANNUAL", true } };

	compare(*state, "bls_oews/national_M2024_dl.xlsx", "derived_csv/oews_national_M2024.csv", wages, 8, 1403);
}

static void
test_published_projections_agree_with_their_csv(void **state)
{
	static const struct table_column projections[] = { { "2024 National Employment Matrix title", true },
		{ "2024 National Employment Matrix code", true }, { "Employment, 2024", true },
		{ "Employment change, percent, 2024\u201334", true }, { "Typical education needed for entry", true } };

	compare(*state, "bls_ep/occupation.xlsx", "derived_csv/ep_2024_table_1.2.csv", projections, 5, 1113);
}

/* Opens a published file for these columns; skips where it is not at hand. */
static void
open_published(struct context *context, const char *name, const struct table_column *asked, size_t count)
{
	const char *base = getenv("OCCUPARE_SHARED_DATA");
	char path[500];

	snprintf(path, sizeof path, "%s/%s", base == NULL ? "../shared/data" : base, name);
	if (access(path, R_OK) != 0)
		skip();
	MUST(tables_add(&context->tables, path, &context->st), &context->st);
	MUST(table_open(&context->tables, &context->tables.files[0], asked, count, &context->table, &context->st),
	    &context->st);
}

static void
test_published_header_of_three_rows_is_read_in_workbook_and_csv(void **state)
{
	static const struct table_column asked[] = { { "Occupation", true }, { "% Total employed", true },
		{ "% Women", true }, { "% White", true }, { "% Black or African American", true }, { "% Asian", true },
		{ "% Hispanic or Latino", true } };
	static const char *const files[] = { "cps_demographics/cpsaat11_2022.xlsx",
		"cps_demographics/cpsaat11_2022.csv" };
	struct context *context = *state;
	bool row;

	for (size_t i = 0; i < 2; i++) {
		open_published(context, files[i], asked, 7);
		assert_string_equal(table_header(context->table, 1), "2022 Total employed");
		assert_string_equal(
		    table_header(context->table, 6), "2022 Percent of total employed Hispanic or Latino");
		ASSERT_HAS(table_title(context->table, 0), "ANNUAL AVERAGES 11. Employed persons");
		MUST(table_next(context->table, &row, &context->st), &context->st);
		assert_string_equal(table_cell(context->table, 0), "Total, 16 years and over");
		assert_string_equal(table_cell(context->table, 4), "12.6");
		table_close(context->table);
		context->table = NULL;
		tables_fini(&context->tables);
		tables_init(&context->tables, 0);
	}
}

static void
test_published_header_of_two_rows_is_read(void **state)
{
	static const struct table_column asked[] = { { "Occupation", true }, { "%Median age", true },
		{ "% Total, 16 years and over", true } };
	struct context *context = *state;

	open_published(context, "cps_demographics/cpsaat11b.xlsx", asked, 3);
	assert_string_equal(table_header(context->table, 1), "2025 Median age");
	ASSERT_HAS(table_title(context->table, 0), "11b. Employed people by detailed occupation and age");
}

static void
test_published_sheet_is_picked_by_patterns(void **state)
{
	static const struct table_column asked[] = { { "% Matrix code", true },
		{ "Employment change, percent, %", true }, { "Occupation type", true },
		{ "Typical education needed for entry", true } };
	struct context *context = *state;

	open_published(context, "bls_ep/occupation.xlsx", asked, 4);
	ASSERT_HAS(table_title(context->table, 0), "Table 1.2 Occupational projections, 2024");
	assert_string_equal(table_header(context->table, 1), "Employment change, percent, 2024\u201334");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cells_of_every_type_are_read),
		TEST(test_row_number_and_sheet_are_the_place),
		TEST(test_sheet_with_the_columns_is_found_below_its_title),
		TEST(test_workbook_without_the_columns_says_which),
		TEST(test_faults_of_a_workbook_are_told),
		TEST(test_long_cells_and_rows_are_refused),
		TEST(test_long_tags_are_refused_while_they_are_read),
		TEST(test_document_type_is_refused),
		TEST(test_bomb_ends_at_the_bound),
		TEST(test_what_is_no_workbook_is_refused),
		TEST(test_workbook_in_a_zip_is_read),
		TEST(test_published_wages_agree_with_their_csv),
		TEST(test_published_projections_agree_with_their_csv),
		TEST(test_published_header_of_three_rows_is_read_in_workbook_and_csv),
		TEST(test_published_header_of_two_rows_is_read),
		TEST(test_published_sheet_is_picked_by_patterns),
	};

	return cmocka_run_group_tests_name("xlsx", tests, NULL, NULL);
}

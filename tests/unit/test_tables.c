/* Rows out of files as publishers pack them, and out of files that nobody should have packed so. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>
#include <zlib.h>

#include "store/import/tables.h"

#define ROOM 200000u

struct context {
	char folder[64];
	char *paths[16];
	size_t paths_count;
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
	snprintf(context->folder, sizeof context->folder, "/tmp/tables-XXXXXX");
	if (mkdtemp(context->folder) == NULL)
		return -1;
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
	for (size_t i = 0; i < context->paths_count; i++) {
		unlink(context->paths[i]);
		free(context->paths[i]);
	}
	/* Fails where a test left something behind. */
	int rc = rmdir(context->folder);
	free(context);
	return rc;
}

static const char *
name_file(struct context *context, const char *name)
{
	char *path;

	assert_true(context->paths_count < sizeof context->paths / sizeof context->paths[0]);
	assert_true(asprintf(&path, "%s/%s", context->folder, name) > 0);
	context->paths[context->paths_count++] = path;
	return path;
}

static const char *
write_bytes(struct context *context, const char *name, const char *bytes, size_t length)
{
	const char *path = name_file(context, name);
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
	return path;
}

static const char *
write_gz(struct context *context, const char *name, const char *bytes, size_t length)
{
	const char *path = name_file(context, name);
	gzFile out = gzopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(gzwrite(out, bytes, (unsigned)length), length);
	assert_int_equal(gzclose(out), Z_OK);
	return path;
}

static const char *
write_zip(struct context *context, const char *name, const char *member, const char *bytes, size_t length)
{
	const char *path = name_file(context, name);
	zip_t *zip = zip_open(path, ZIP_CREATE, NULL);

	assert_non_null(zip);
	assert_true(zip_file_add(zip, member, zip_source_buffer(zip, bytes, length, 0), 0) >= 0);
	assert_int_equal(zip_close(zip), 0);
	return path;
}

/* Reads on to the end or to the first failure, which is returned. */
static enum occupare_code
read_to_end(struct context *context)
{
	bool row;

	while (table_next(context->table, &row, &context->st) == OCCUPARE_OK && row)
		;
	return context->st.code;
}

/* Cuts a file to a part of its length. */
static void
cut_off(const char *path, off_t numerator, off_t denominator)
{
	struct stat stat_buffer;

	assert_int_equal(stat(path, &stat_buffer), 0);
	assert_int_equal(truncate(path, stat_buffer.st_size * numerator / denominator), 0);
}

/* Flips a byte in the middle. */
static void
damage(const char *path)
{
	struct stat stat_buffer;
	FILE *file = fopen(path, "r+b");
	int byte;

	assert_non_null(file);
	assert_int_equal(stat(path, &stat_buffer), 0);
	fseek(file, stat_buffer.st_size / 2, SEEK_SET);
	byte = getc(file);
	fseek(file, stat_buffer.st_size / 2, SEEK_SET);
	putc(byte ^ 0x55, file);
	assert_int_equal(fclose(file), 0);
}

static const struct table_column columns[] = { { "Code", true }, { "Name", true }, { "Extra", false } };

static enum occupare_code
open_table(struct context *context, const char *path, const char *name)
{
	const struct tables_file *file;

	if (tables_add(&context->tables, path, &context->st) != OCCUPARE_OK)
		return context->st.code;
	file = tables_find(&context->tables, name);
	assert_non_null(file);
	return table_open(&context->tables, file, columns, 3, &context->table, &context->st);
}

/* All rows as "code|name|extra;" - as many as fit. The status tells how it ended. */
static const char *
rows(struct context *context)
{
	static char text[ROOM];
	size_t length = 0;
	bool row;

	text[0] = '\0';
	while (table_next(context->table, &row, &context->st) == OCCUPARE_OK && row && length < ROOM - 200)
		length += (size_t)snprintf(text + length, ROOM - length, "%.50s|%.50s|%.50s;",
		    table_cell(context->table, 0), table_cell(context->table, 1), table_cell(context->table, 2));
	return text;
}

static const char *
rows_of(struct context *context, const char *name, const char *text)
{
	MUST(open_table(context, write_bytes(context, name, text, strlen(text)), name), &context->st);
	return rows(context);
}

/* ---- Text ---- */

static void
test_line_ends_and_a_missing_last_one_make_no_difference(void **state)
{
	static const char *const texts[] = { "Code\tName\n1\ta\n2\tb\n", "Code\tName\r\n1\ta\r\n2\tb\r\n",
		"Code\tName\r\n1\ta\r\n2\tb",
		"\xEF\xBB\xBF"
		"Code\tName\n\n1\ta\n\r\n2\tb\n\n" };
	static const char *const names[] = { "a.txt", "b.txt", "c.txt", "d.txt" };
	struct context *context = *state;

	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(rows_of(context, names[i], texts[i]), "1|a|;2|b|;");
		ASSERT_OK(&context->st);
		table_close(context->table);
		context->table = NULL;
	}
}

static void
test_quotes_in_tab_separated_text_are_text(void **state)
{
	assert_string_equal(rows_of(*state, "a.txt", "Code\tName\n1\t\"a\n2\tb \"c\" d\n"), "1|\"a|;2|b \"c\" d|;");
}

static void
test_quoted_csv_is_unquoted(void **state)
{
	struct context *context = *state;

	assert_string_equal(
	    rows_of(context, "a.csv", "\"Code\",Name,Extra\r\n\"1,5\",\"say \"\"a\"\"\",\"\"\r\n2,\"two\nlines\",x"),
	    "1,5|say \"a\"|;2|two\nlines|x;");
	ASSERT_OK(&context->st);
	assert_int_equal(table_place(context->table, TABLE_WHOLE_ROW).line, 5);
}

static void
test_csv_may_be_separated_by_semicolons(void **state)
{
	assert_string_equal(rows_of(*state, "a.csv", "Code;Name\n1;a, b\n"), "1|a, b|;");
}

static void
test_csv_quote_that_is_not_closed_is_refused(void **state)
{
	struct context *context = *state;

	rows_of(context, "a.csv", "Code,Name\n1,\"a\n2,b\n");
	ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
	assert_int_equal(table_place(context->table, TABLE_WHOLE_ROW).line, 2);
	assert_string_equal(table_place(context->table, TABLE_WHOLE_ROW).path, "column \"Name\"");
}

static void
test_csv_text_after_a_quote_is_refused(void **state)
{
	struct context *context = *state;

	rows_of(context, "a.csv", "Code,Name\n1,\"a\"b\n");
	ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
}

/* Rows of many lengths fall on every place of the buffer. */
static void
test_rows_across_the_ends_of_the_buffer_stay_whole(void **state)
{
	struct context *context = *state;
	const char *path = name_file(context, "a.txt.gz");
	gzFile out = gzopen(path, "wb");
	unsigned count = 0;
	bool row;

	gzputs(out, "Code\tName\r\n");
	for (unsigned i = 0; i < 3000; i++)
		gzprintf(out, "%u\t%0*u\r\n", i, (int)(i * 7919 % 997 + 1), i);
	assert_int_equal(gzclose(out), Z_OK);
	MUST(open_table(context, path, "a.txt"), &context->st);
	while (table_next(context->table, &row, &context->st) == OCCUPARE_OK && row) {
		assert_int_equal(strtoul(table_cell(context->table, 0), NULL, 10), count);
		assert_int_equal(strtoul(table_cell(context->table, 1), NULL, 10), count);
		assert_true(strlen(table_cell(context->table, 1)) >= count * 7919 % 997 + 1);
		count++;
	}
	ASSERT_OK(&context->st);
	assert_int_equal(count, 3000);
}

/* ---- Columns ---- */

static void
test_columns_are_found_by_name_in_any_order(void **state)
{
	struct context *context = *state;

	assert_string_equal(rows_of(context, "a.txt", "New\tName\tExtra\tCode\tOther\nx\ta\te\t1\ty\n"), "1|a|e;");
	assert_string_equal(table_unknown_column(context->table, 0), "New");
	assert_string_equal(table_unknown_column(context->table, 1), "Other");
	assert_null(table_unknown_column(context->table, 2));
	assert_string_equal(table_place(context->table, 0).path, "column \"Code\"");
}

static void
test_missing_column_is_named(void **state)
{
	struct context *context = *state;

	assert_int_equal(open_table(context, write_bytes(context, "a.txt", "Code\tExtra\n", 11), "a.txt"),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "\"Name\" is missing");
}

static void
test_column_that_is_there_twice_is_refused(void **state)
{
	struct context *context = *state;

	assert_int_equal(open_table(context, write_bytes(context, "a.txt", "Code\tName\tCode\n", 15), "a.txt"),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "\"Code\" twice");
}

/* Opens a.csv with this text for these columns. */
static enum occupare_code
open_asked(struct context *context, const char *text, const struct table_column *asked, size_t count)
{
	MUST(tables_add(&context->tables, write_bytes(context, "a.csv", text, strlen(text)), &context->st),
	    &context->st);
	return table_open(&context->tables, &context->tables.files[0], asked, count, &context->table, &context->st);
}

static void
next_row(struct context *context)
{
	bool row = false;

	MUST(table_next(context->table, &row, &context->st), &context->st);
	assert_true(row);
}

static void
test_columns_are_found_by_a_pattern_in_the_order_they_stand(void **state)
{
	static const struct table_column asked[] = { { "% Matrix code", true }, { "employment, %", true },
		{ "Wage,%2024", true }, { "Employment, %", true }, { "Employment, %", true } };
	struct context *context = *state;

	MUST(open_asked(context,
		 "\"Employment, 2024\",2024 Matrix  code,\"Employment,\n2034[12]\",\"Wage, $, 2024[1]\"\n1,2,3,4\n",
		 asked + 2, 3),
	    &context->st);
	next_row(context);
	assert_string_equal(table_cell(context->table, 0), "4");
	assert_string_equal(table_cell(context->table, 1), "1");
	assert_string_equal(table_cell(context->table, 2), "3");
	assert_string_equal(table_header(context->table, 0), "Wage, $, 2024");
	assert_string_equal(table_header(context->table, 1), "Employment, 2024");
	assert_string_equal(table_header(context->table, 2), "Employment, 2034");
	assert_string_equal(table_unknown_column(context->table, 0), "2024 Matrix code");
	assert_string_equal(table_place(context->table, 2).path, "column \"Employment, 2034\"");
	table_close(context->table);
	context->table = NULL;
	assert_int_equal(
	    table_open(&context->tables, &context->tables.files[0], asked, 2, &context->table, &context->st),
	    OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "the column \"employment\" twice");
}

static void
test_messages_name_a_column_without_the_marks_of_its_pattern(void **state)
{
	static const struct {
		const char *name, *title;
	} cases[] = {
		{ "Occupation", "Occupation" },
		{ "%Percent of total employed Women", "Percent of total employed Women" },
		{ "% Matrix code", "Matrix code" },
		{ "Employment change, percent, %", "Employment change, percent" },
		{ "Share, % of all", "Share, % of all" },
		{ "%", "" },
	};
	struct context *context = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct table_column column = { cases[i].name, true };

		assert_string_equal(table_column_title(&context->tables.arena, &column), cases[i].title);
	}
}

static void
test_pattern_fits_only_what_it_says(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool fits;
	} cases[] = { { "%", "a", true }, { "a%", "a", true }, { "%a", "a", true }, { "%ab%ab", "xabaab", true },
		{ "%%b", "ab", true }, { "A", "a", true }, { "a", "ab", false }, { "ab", "a", false },
		{ "%b", "abc", false }, { "b%", "ab", false }, { "a%b%c", "a-c-b", false }, { "a b", "ab", false },
		{ "", "a", false } };
	struct context *context = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct table_column asked = { cases[i].pattern, true };
		char text[40];
		FILE *out = NULL;

		snprintf(text, sizeof text, "%s\n", cases[i].name);
		if (i == 0) {
			(void)!open_asked(context, text, &asked, 1);
		} else {
			out = fopen(context->paths[0], "wb");
			fputs(text, out);
			fclose(out);
			(void)!table_open(
			    &context->tables, &context->tables.files[0], &asked, 1, &context->table, &context->st);
		}
		if ((context->st.code == OCCUPARE_OK) != cases[i].fits)
			fail_msg("\"%s\" and \"%s\"", cases[i].pattern, cases[i].name);
		table_close(context->table);
		context->table = NULL;
	}
}

static const char spread[] =
    "\"HOUSEHOLD DATA\n 11.  Employed persons\",,,\n[Numbers in thousands],note,,\n,,,\n"
    "Occupation,2022,,\n,\"Total\nemployed\",Percent of total employed,\n,,Women,\"Black or\nAfrican\"\n,,,\n"
    "Cooks,5,40.1,\n,,,\n,x,,\n";

static void
test_header_may_be_spread_over_rows(void **state)
{
	static const struct table_column asked[] = { { "Occupation", true }, { "% Total employed", true },
		{ "% women", true }, { "%Percent %Black or African", true }, { "Men", false } };
	struct context *context = *state;
	bool row;

	MUST(open_asked(context, spread, asked, 5), &context->st);
	assert_string_equal(table_header(context->table, 0), "Occupation");
	assert_string_equal(table_header(context->table, 1), "2022 Total employed");
	assert_string_equal(table_header(context->table, 2), "2022 Percent of total employed Women");
	assert_string_equal(table_header(context->table, 3), "2022 Percent of total employed Black or African");
	assert_string_equal(table_header(context->table, 4), "");
	assert_null(table_unknown_column(context->table, 0));
	next_row(context);
	assert_string_equal(table_cell(context->table, 0), "Cooks");
	assert_string_equal(table_cell(context->table, 2), "40.1");
	assert_int_equal(table_place(context->table, 0).line, 11);
	next_row(context);
	assert_string_equal(table_cell(context->table, 1), "x");
	MUST(table_next(context->table, &row, &context->st), &context->st);
	assert_false(row);
}

static void
test_titles_above_the_header_are_told(void **state)
{
	static const struct table_column asked[] = { { "%Women", true }, { "Occupation", true } };
	struct context *context = *state;

	MUST(open_asked(context, spread, asked, 2), &context->st);
	assert_string_equal(table_title(context->table, 0), "HOUSEHOLD DATA 11. Employed persons");
	assert_string_equal(table_title(context->table, 1), "[Numbers in thousands] note");
	assert_null(table_title(context->table, 2));
}

static void
test_header_of_four_rows_or_too_far_down_is_not_found(void **state)
{
	static const struct table_column asked[] = { { "A%", true }, { "%D", true } };
	struct context *context = *state;

	assert_int_equal(open_asked(context, "A,\nx,B\nx,C\nx,D\n", asked, 2), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "the column \"D\" is missing");
	tables_fini(&context->tables);
	tables_init(&context->tables, 0);
	unlink(context->paths[0]);
	free(context->paths[--context->paths_count]);
	assert_int_equal(
	    open_asked(context, "t,\nt,\nt,\nt,\nt,\nt,\nt,\nt,\nt,\nt,\nA,D\n", asked, 2), OCCUPARE_INVALID_ARGUMENT);
}

static void
test_nearest_header_says_what_is_missing(void **state)
{
	static const struct table_column asked[] = { { "A", true }, { "B", true }, { "C", true } };

	assert_int_equal(open_asked(*state, "Title,,\nB,A,Z\n1,2,3\n", asked, 3), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(((struct context *)*state)->st.message, "\"C\" is missing");
}

/* A heading over 200 columns makes no names that grow with both. */
static void
test_long_names_are_cut_at_a_whole_character(void **state)
{
	static const struct table_column asked[] = { { "B", true }, { "x\u00e9\u00e9%", true } };
	struct context *context = *state;
	size_t length = 1;
	char text[4000] = "x";
	const char *name;

	while (length < 1500)
		length += (size_t)snprintf(text + length, sizeof text - length, "\u00e9");
	snprintf(text + length, sizeof text - length, ",B\n");
	MUST(open_asked(context, text, asked, 2), &context->st);
	name = table_header(context->table, 1);
	assert_int_equal(strlen(name), TABLES_NAME_BYTES_MAX - 1);
	assert_memory_equal(name, text, strlen(name));
}

static void
test_text_is_tidied(void **state)
{
	static const char *const cases[][2] = { { "  Chief  executives[1]", "Chief executives" },
		{ "a[12] \r\n\tb ", "a b" }, { "[Numbers]", "[Numbers]" }, { "a[]b[123]c[1", "a[]b[123]c[1" },
		{ " \n", "" }, { "", "" }, { "[1] a", "a" } };
	struct occ_arena arena;

	(void)state;
	occ_arena_init(&arena, 0, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(table_tidy(&arena, cases[i][0]), cases[i][1]);
	occ_arena_fini(&arena);
}

static void
test_numbers_are_read_as_they_are_published_and_in_no_other_way(void **state)
{
	static const struct {
		const char *text;
		double value;
	} numbers[] = { { "0", 0 }, { "98430", 98430 }, { "-4.25", -4.25 }, { "3,282,010", 3282010 },
		{ "1,234.5", 1234.5 }, { "-12,000", -12000 }, { "007", 7 },
		{ "12345678901234567890", 1.2345678901234567e19 } };
	static const char *const others[] = { "", "-", "--1", "+1", " 1", "1 ", "1e5", "1E-5", "0x10", "inf", "nan",
		"INFINITY", ".5", "-.5", "5.", "1.2.3", "1,23", "1234,567", "1,2345", ",123", "1,,234", "1,234,",
		"1.234,567", "$1", "1%", "12345678901234567890123", "0.123456789012345678901" };
	double value;

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		if (!table_number(numbers[i].text, &value))
			fail_msg("\"%s\" is refused", numbers[i].text);
		assert_true(value == numbers[i].value);
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (table_number(others[i], &value))
			fail_msg("\"%s\" is read as %g", others[i], value);
}

static void
test_empty_file_is_refused(void **state)
{
	struct context *context = *state;

	assert_int_equal(open_table(context, write_bytes(context, "a.txt", "", 0), "a.txt"), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "empty");
}

static void
test_row_with_another_count_of_cells_is_refused_with_its_line(void **state)
{
	static const char *const texts[] = { "Code\tName\n1\ta\n2\n", "Code\tName\n1\ta\n2\tb\tc\n" };
	static const char *const names[] = { "a.txt", "b.txt" };
	struct context *context = *state;

	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(rows_of(context, names[i], texts[i]), "1|a|;");
		ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
		assert_int_equal(table_place(context->table, TABLE_WHOLE_ROW).line, 3);
		table_close(context->table);
		context->table = NULL;
	}
}

static void
test_byte_that_is_no_text_is_refused_with_line_and_column(void **state)
{
	static const struct {
		const char *name, *text;
		size_t length;
		const char *says;
	} cases[] = {
		{ "a.txt", "Code\tName\n1\ta\xFF\n", 14, "0xFF is not UTF-8" },
		{ "b.txt", "Code\tName\n1\ta\xC3\n", 14, "0xC3 is not UTF-8" },
		{ "c.txt", "Code\tName\n1\ta\x1B\n", 14, "U+001B" },
		{ "d.txt", "Code\tName\n1\ta\0\n", 14, "U+0000" },
		{ "e.txt", "Code\tName\n1\ta\rb\n", 15, "U+000D" },
	};
	struct context *context = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *path = write_bytes(context, cases[i].name, cases[i].text, cases[i].length);

		MUST(open_table(context, path, cases[i].name), &context->st);
		assert_string_equal(rows(context), "");
		ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
		ASSERT_HAS(context->st.message, cases[i].says);
		assert_int_equal(table_place(context->table, TABLE_WHOLE_ROW).line, 2);
		assert_string_equal(table_place(context->table, TABLE_WHOLE_ROW).path, "column \"Name\"");
		table_close(context->table);
		context->table = NULL;
	}
}

static void
test_row_beyond_its_bound_is_refused(void **state)
{
	struct context *context = *state;
	size_t length = TABLES_ROW_BYTES_MAX + 100;
	char *text = malloc(length);

	memset(text, 'x', length);
	memcpy(text, "Code\tName\n1\t", 12);
	MUST(open_table(context, write_bytes(context, "a.txt", text, length), "a.txt"), &context->st);
	free(text);
	assert_string_equal(rows(context), "");
	ASSERT_CODE(&context->st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "more than 65536 bytes");
}

/* ---- Packing ---- */

static const char small[] = "Code\tName\n1\ta\n";

static void
test_gzip_and_zip_are_read_as_plain_files_are(void **state)
{
	struct context *context = *state;

	MUST(open_table(context, write_gz(context, "a.txt.gz", small, strlen(small)), "a.txt"), &context->st);
	assert_string_equal(rows(context), "1|a|;");
	table_close(context->table);
	MUST(open_table(context, write_zip(context, "x.zip", "db_30_1_text/b.txt", small, strlen(small)), "b.txt"),
	    &context->st);
	assert_string_equal(rows(context), "1|a|;");
	assert_string_equal(tables_find(&context->tables, "b.txt")->origin, "db_30_1_text");
	ASSERT_HAS(tables_find(&context->tables, "b.txt")->path, "x.zip:db_30_1_text/b.txt");
}

/* Text that does not pack into next to nothing. */
static char *
noise(size_t length)
{
	char *text = malloc(length + 1);
	unsigned seed = 12345;

	for (size_t i = 0; i < length; i++) {
		seed = seed * 1103515245u + 12345u;
		text[i] = (char)('a' + (seed >> 16) % 26);
		if (i % 50 == 20)
			text[i] = '\t';
		if (i % 50 == 49)
			text[i] = '\n';
	}
	text[length] = '\0';
	memcpy(text, "Code\tName\n1\t", 12);
	return text;
}

static void
test_gzip_that_is_cut_off_is_data_loss(void **state)
{
	struct context *context = *state;
	char *text = noise(300000);
	const char *path = write_gz(context, "a.txt.gz", text, 300000);

	free(text);
	cut_off(path, 3, 4);
	if (open_table(context, path, "a.txt") == OCCUPARE_OK)
		read_to_end(context);
	ASSERT_CODE(&context->st, OCCUPARE_DATA_LOSS);
	ASSERT_HAS(context->st.message, "cut off");
}

static void
test_zip_that_is_cut_off_or_damaged_is_data_loss(void **state)
{
	struct context *context = *state;
	char *text = noise(300000);
	const char *path = write_zip(context, "x.zip", "a.txt", text, 300000),
		   *other = write_zip(context, "y.zip", "a.txt", text, 300000);

	free(text);
	cut_off(path, 3, 4);
	assert_int_equal(tables_add(&context->tables, path, &context->st), OCCUPARE_DATA_LOSS);
	ASSERT_HAS(context->st.message, "cannot be read as a zip");
	damage(other);
	if (open_table(context, other, "a.txt") == OCCUPARE_OK)
		read_to_end(context);
	assert_true(context->st.code == OCCUPARE_DATA_LOSS || context->st.code == OCCUPARE_INVALID_ARGUMENT);
}

static void
test_zip_member_that_leads_out_is_refused(void **state)
{
	static const char *const members[] = { "../a.txt", "x/../../a.txt", "/etc/a.txt", "C:\\a.txt", "x/..",
		"C:a.txt" };
	static const char *const names[] = { "a.zip", "b.zip", "c.zip", "d.zip", "e.zip", "f.zip" };
	struct context *context = *state;

	for (size_t i = 0; i < 6; i++) {
		const char *path = write_zip(context, names[i], members[i], small, strlen(small));

		assert_int_equal(tables_add(&context->tables, path, &context->st), OCCUPARE_INVALID_ARGUMENT);
		ASSERT_HAS(context->st.message, "leads out of the archive");
		assert_int_equal(context->tables.count, 0);
	}
}

/* 16 MiB that pack into some 16 KiB, in gzip and in zip. */
static void
test_bomb_ends_at_the_bound(void **state)
{
	struct context *context = *state;
	size_t length = (size_t)16 << 20;
	char *text = malloc(length);

	for (size_t i = 0; i < length; i++)
		text[i] = i % 8 == 7 ? '\n' : i % 8 == 3 ? '\t' : 'x';
	memcpy(text, "Code\tName\n1\txxx\n", 16);
	const char *paths[] = { write_gz(context, "a.txt.gz", text, length),
		write_zip(context, "x.zip", "b.txt", text, length) };
	free(text);
	for (size_t i = 0; i < 2; i++) {
		tables_fini(&context->tables);
		tables_init(&context->tables, 1 << 20);
		MUST(open_table(context, paths[i], i == 0 ? "a.txt" : "b.txt"), &context->st);
		assert_int_equal(read_to_end(context), OCCUPARE_RESOURCE_EXHAUSTED);
		ASSERT_HAS(context->st.message, "--max-bytes");
		table_close(context->table);
		context->table = NULL;
	}
}

/* ---- Which files ---- */

static void
test_large_workbook_in_a_zip_is_refused_with_the_remedy(void **state)
{
	struct context *context = *state;
	size_t length = TABLES_WORKBOOK_BYTES_MAX + 1;
	char *bytes = calloc(length, 1);
	const char *path;

	assert_non_null(bytes);
	path = write_zip(context, "all.zip", "all.xlsx", bytes, length);
	free(bytes);
	MUST(tables_add(&context->tables, path, &context->st), &context->st);
	assert_int_equal(
	    table_open(&context->tables, &context->tables.files[0], columns, 1, &context->table, &context->st),
	    OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(context->st.message, "of more than 64 MiB in a zip; unpack the zip and give the workbook itself");
}

static void
test_folder_gives_its_files_and_nothing_else(void **state)
{
	struct context *context = *state;
	char below[100];

	write_bytes(context, "a.txt", small, strlen(small));
	write_gz(context, "b.txt.gz", small, strlen(small));
	write_bytes(context, ".hidden", small, strlen(small));
	snprintf(below, sizeof below, "%s/below", context->folder);
	assert_int_equal(mkdir(below, 0700), 0);
	MUST(tables_add(&context->tables, context->folder, &context->st), &context->st);
	rmdir(below);
	assert_int_equal(context->tables.count, 2);
	assert_non_null(tables_find(&context->tables, "a.txt"));
	assert_non_null(tables_find(&context->tables, "b.txt"));
	assert_string_equal(tables_find(&context->tables, "a.txt")->origin, context->folder + strlen("/tmp/"));
}

static void
test_file_that_is_given_twice_is_refused(void **state)
{
	struct context *context = *state;
	const char *plain = write_bytes(context, "a.txt", small, strlen(small)),
		   *packed = write_gz(context, "a.txt.gz", small, strlen(small));

	MUST(tables_add(&context->tables, plain, &context->st), &context->st);
	assert_int_equal(tables_add(&context->tables, packed, &context->st), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "a.txt.gz is also given as");
}

static void
test_path_that_is_no_file_is_refused(void **state)
{
	struct context *context = *state;
	const char *pipe = name_file(context, "pipe");

	assert_int_equal(tables_add(&context->tables, "/nowhere/at.all", &context->st), OCCUPARE_NOT_FOUND);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(tables_add(&context->tables, pipe, &context->st), OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(context->st.message, "neither a file nor a folder");
}

static void
test_head_is_cut_to_its_room(void **state)
{
	struct context *context = *state;
	char text[5];

	MUST(tables_add(&context->tables, write_gz(context, "a.txt.gz", small, strlen(small)), &context->st),
	    &context->st);
	MUST(tables_head(&context->tables, tables_find(&context->tables, "a.txt"), text, sizeof text, &context->st),
	    &context->st);
	assert_string_equal(text, "Code");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_line_ends_and_a_missing_last_one_make_no_difference),
		TEST(test_quotes_in_tab_separated_text_are_text),
		TEST(test_quoted_csv_is_unquoted),
		TEST(test_csv_may_be_separated_by_semicolons),
		TEST(test_csv_quote_that_is_not_closed_is_refused),
		TEST(test_csv_text_after_a_quote_is_refused),
		TEST(test_rows_across_the_ends_of_the_buffer_stay_whole),
		TEST(test_columns_are_found_by_name_in_any_order),
		TEST(test_missing_column_is_named),
		TEST(test_column_that_is_there_twice_is_refused),
		TEST(test_columns_are_found_by_a_pattern_in_the_order_they_stand),
		TEST(test_messages_name_a_column_without_the_marks_of_its_pattern),
		TEST(test_pattern_fits_only_what_it_says),
		TEST(test_header_may_be_spread_over_rows),
		TEST(test_titles_above_the_header_are_told),
		TEST(test_header_of_four_rows_or_too_far_down_is_not_found),
		TEST(test_nearest_header_says_what_is_missing),
		TEST(test_long_names_are_cut_at_a_whole_character),
		TEST(test_text_is_tidied),
		TEST(test_numbers_are_read_as_they_are_published_and_in_no_other_way),
		TEST(test_empty_file_is_refused),
		TEST(test_row_with_another_count_of_cells_is_refused_with_its_line),
		TEST(test_byte_that_is_no_text_is_refused_with_line_and_column),
		TEST(test_row_beyond_its_bound_is_refused),
		TEST(test_gzip_and_zip_are_read_as_plain_files_are),
		TEST(test_gzip_that_is_cut_off_is_data_loss),
		TEST(test_zip_that_is_cut_off_or_damaged_is_data_loss),
		TEST(test_zip_member_that_leads_out_is_refused),
		TEST(test_bomb_ends_at_the_bound),
		TEST(test_large_workbook_in_a_zip_is_refused_with_the_remedy),
		TEST(test_folder_gives_its_files_and_nothing_else),
		TEST(test_file_that_is_given_twice_is_refused),
		TEST(test_path_that_is_no_file_is_refused),
		TEST(test_head_is_cut_to_its_room),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}

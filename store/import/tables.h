/* Rows out of the tables that publishers distribute: tab-separated text and CSV (RFC 4180), plain, gzipped, or members of
 * a zip, and Excel workbooks.  A table is read row by row, so memory does not grow with it.  Used by one thread at a time.
 *
 * A failure says what is wrong; where, the caller knows: the path given, the path of the file, or table_place.  What is
 * wrong with the text of a file is INVALID_ARGUMENT, with its packing DATA_LOSS, a bound that is reached
 * RESOURCE_EXHAUSTED. */
#ifndef OCC_IMPORT_TABLES_H
#define OCC_IMPORT_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/status.h"
#include "store/import/import.h"

#define TABLES_BYTES_MAX ((uint64_t)512 << 20) /* unpacked, of all files together, unless told otherwise */
#define TABLES_FILES_MAX 1000u
#define TABLES_ROW_BYTES_MAX ((size_t)64 << 10)
#define TABLES_COLUMNS_MAX 256u
#define TABLES_TITLE_ROWS_MAX 10u /* with the header */
#define TABLES_HEADER_ROWS_MAX 3u
#define TABLES_NAME_BYTES_MAX ((size_t)512)          /* of a header's or title's text; the rest is cut off */
#define TABLES_WORKBOOK_BYTES_MAX ((size_t)64 << 20) /* in a zip */

/* One file of those given. */
struct tables_file {
	const char *name;    /* without folders and without .gz: "Skills.txt" */
	const char *path;    /* for messages: "db.zip:db_30_1_text/Skills.txt" */
	const char *origin;  /* the folder or archive it lies in, as named: "db_30_1_text", or "" */
	uint64_t bytes;      /* as stored, for progress */
	const char *archive; /* NULL = a file of its own */
	uint64_t index;      /* in the archive */
};

/* The files of one import, found but not read. */
struct tables {
	struct tables_file *files;
	size_t count;
	uint64_t bytes_left; /* that may still be unpacked */
	struct occ_arena arena;

	/* The workbook that was closed last, kept for who opens it again; NULL = none. */
	const struct tables_file *last_file;
	struct xlsx *last_xlsx;
	char *last_workbook; /* its bytes, where it lies in an archive */
};

/* bytes_max: 0 = TABLES_BYTES_MAX. */
void tables_init(struct tables *tables, uint64_t bytes_max);
void tables_fini(struct tables *tables);

/* Adds a file, the files of a folder (not of folders in it), or the members of a zip.
 * NOT_FOUND, PERMISSION_DENIED, DATA_LOSS: cannot be opened; INVALID_ARGUMENT: neither file nor folder, a member whose name
 * leads out of the archive, or a name that is there already (of two releases, say); RESOURCE_EXHAUSTED: too many files. */
enum occupare_code tables_add(struct tables *tables, const char *path, struct occupare_status *st) OCC_MUST_CHECK;

/* The file with this name; NULL: none. */
const struct tables_file *tables_find(const struct tables *tables, const char *name);

/* The first bytes of a file, at most size - 1 of them, ended by a NUL: for a note that stands beside the tables. */
enum occupare_code tables_head(struct tables *tables, const struct tables_file *file, char *ret, size_t size,
    struct occupare_status *st) OCC_MUST_CHECK;

/* A column as its header names it.  Letter case (of ASCII), runs of white space, line breaks and footnote marks ("[1]") make no
 * difference.  "%" stands for any text, also for none: "Employment, %" is "Employment, 2024" and "Employment, 2034".  A name
 * that is asked for n times is given the columns that it fits from left to right; one that fits more than that is an error,
 * as is a plain name that is there twice. */
struct table_column {
	const char *name;
	bool needed; /* else its cells are empty where it is missing */
};

struct table;

/* Opens a table and reads its header. columns: those that are asked for, borrowed.  A file named *.csv is separated by
 * commas, or by semicolons where its first line has no comma; one named *.xlsx is a workbook, of which the first sheet is
 * taken that has the columns needed; all others are separated by tabs, without quoting.
 *
 * In CSV and workbooks titles may stand above the header, and the header may have up to TABLES_HEADER_ROWS_MAX rows, all in
 * the first TABLES_TITLE_ROWS_MAX that are not empty.  The name of a column is what these rows say above it, from the top,
 * an empty cell being the heading to the left of it where a lower row names the column:
 *
 *	Occupation | 2022     |                           |
 *	           | Total    | Percent of total employed |
 *	           | employed | Women                     | White
 *
 * are "Occupation", "2022 Total employed", "2022 Percent of total employed Women" and "2022 Percent of total employed White",
 * asked for as "Occupation", "% Total employed", "% Women" and "% White".  The header is the first and shortest that has all
 * columns needed: need one of its last row.
 * INVALID_ARGUMENT as well: a needed column is missing, or one fits more often than it is asked for. */
enum occupare_code table_open(struct tables *tables, const struct tables_file *file, const struct table_column *columns,
    size_t columns_count, struct table **ret, struct occupare_status *st) OCC_MUST_CHECK;
void table_close(struct table *table); /* NULL is allowed */

/* The next row; *ret_row is false at the end. Blank lines are passed over. The place of a failure is table_place. */
enum occupare_code table_next(struct table *table, bool *ret_row, struct occupare_status *st) OCC_MUST_CHECK;

/* A cell of the row by its number among the columns asked for; "" where the column is missing. Lives until the next row. */
const char *table_cell(const struct table *table, size_t column);
bool table_has_column(const struct table *table, size_t column);

/* What the header calls a column that was asked for, tidy: "Employment, 2024" for "Employment, %"; "" where it is missing.
 * Lives as long as the table. */
const char *table_header(const struct table *table, size_t column);

/* The text of a row above the header, tidy, its cells joined by spaces, from the top; NULL: no more. Lives as long as the table. */
const char *table_title(const struct table *table, size_t row);

/* A copy of the text without footnote marks ("Chief executives[1]"), white space at its ends and runs of it. */
char *table_tidy(struct occ_arena *arena, const char *text);

/* Where the row stands, and in it the column with this number, or with TABLE_WHOLE_ROW the last one that failed, if any.
 * Lives as long as the table. */
#define TABLE_WHOLE_ROW SIZE_MAX
struct import_place table_place(const struct table *table, size_t column);

/* Names in the header that were not asked for, in the order they stand, NULL at the end. */
const char *table_unknown_column(const struct table *table, size_t index);

/* Bytes of the file that were read so far, as stored or, of an archive, in proportion. */
uint64_t table_bytes_read(const struct table *table);

#endif

/* Rows of cells out of an Excel workbook (ECMA-376, Office Open XML).  The texts that cells share are held in memory, rows are
 * not.  Used by one thread at a time. */
#ifndef OCC_IMPORT_XLSX_H
#define OCC_IMPORT_XLSX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/status.h"

#define XLSX_COLUMNS_MAX 256u
#define XLSX_ROW_BYTES_MAX ((size_t)64 << 10)    /* of texts that a row does not share */
#define XLSX_SHARED_BYTES_MAX ((size_t)64 << 20) /* of all shared texts */
#define XLSX_SHEETS_MAX 100u

struct xlsx;

/* Opens a workbook. bytes_left: what may still be unpacked; moved on by what is read, borrowed.
 * DATA_LOSS: no zip, or a damaged one; INVALID_ARGUMENT: no workbook, or XML that is wrong; RESOURCE_EXHAUSTED: a bound. */
enum occupare_code xlsx_open(
    const char *path, uint64_t *bytes_left, struct xlsx **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The same of a workbook in memory, which is borrowed. */
enum occupare_code xlsx_open_memory(const char *bytes, size_t length, uint64_t *bytes_left, struct xlsx **ret,
    struct occupare_status *st) OCC_MUST_CHECK;
void xlsx_close(struct xlsx *xlsx); /* NULL is allowed */

/* Goes to the start of the sheet with this number, from 1. *ret_there is false where there is none. */
enum occupare_code xlsx_sheet(
    struct xlsx *xlsx, unsigned sheet, bool *ret_there, struct occupare_status *st) OCC_MUST_CHECK;

struct xlsx_row {
	char *cells[XLSX_COLUMNS_MAX]; /* an empty cell is "" */
	size_t count;
	size_t number; /* in the sheet, from 1 */
};

/* The next row that holds anything; *ret_row is NULL at the end. It lives until the next one. A number is the shortest decimal
 * that its stored double stands for in 15 digits, so that 32.659999999999997 is 32.66. */
enum occupare_code xlsx_next(struct xlsx *xlsx, struct xlsx_row **ret_row, struct occupare_status *st) OCC_MUST_CHECK;

#endif

/* A table of every kind: the first byte says which, the rest is the file. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/import/tables.h"

#define BYTES_MAX ((uint64_t)4 << 20) /* unpacked */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct table_column columns[] = { { "Code", true }, { "Name", false } };

/* Looks at each byte of each cell, so that a sanitizer sees one that is not there. */
static void
read_rows(struct table *table)
{
	struct occupare_status st = { 0 };
	bool row;

	while (table_next(table, &row, &st) == OCCUPARE_OK && row) {
		for (size_t i = 0; i < 2; i++)
			if (strlen(table_cell(table, i)) > TABLES_ROW_BYTES_MAX)
				abort();
	}
	if (st.code != OCCUPARE_OK && st.message[0] == '\0')
		abort();
	(void)table_place(table, TABLE_WHOLE_ROW);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a.txt", "a.csv", "a.xlsx", "a.txt" };
	unsigned kind = size == 0 ? 0 : data[0] % 4;
	int fd = memfd_create("table", MFD_CLOEXEC);
	struct tables_file file = { .name = names[kind], .origin = "" };
	struct tables tables;
	struct table *table;
	struct occupare_status st;
	char path[64];

	if (size == 0 || fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1)) {
		close(fd);
		return 0;
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	file.path = path;
	file.archive = kind == 3 ? path : NULL;
	tables_init(&tables, BYTES_MAX);
	if (table_open(&tables, &file, columns, 2, &table, &st) == OCCUPARE_OK) {
		read_rows(table);
		table_close(table);
	} else if (st.message[0] == '\0') {
		abort();
	}
	tables_fini(&tables);
	close(fd);
	return 0;
}

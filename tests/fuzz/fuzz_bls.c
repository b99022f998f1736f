/* A table as BLS publishes it: the first byte says of which source, the rest is the CSV file.  Read, checked and reported, without
 * a store. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/import/import.h"

static char directory[] = "/tmp/fuzz-bls-XXXXXX";
static char path[64];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
remove_directory(void)
{
	unlink(path);
	rmdir(directory);
}

/* The file's name tells the year, and that it is a CSV file. */
static void
write_file(const uint8_t *data, size_t size)
{
	FILE *out;

	if (path[0] == '\0') {
		if (mkdtemp(directory) == NULL)
			abort();
		snprintf(path, sizeof path, "%s/national_M2024_dl.csv", directory);
		atexit(remove_directory);
	}
	out = fopen(path, "wb");
	if (out == NULL || fwrite(data, 1, size, out) != size || fclose(out) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "oews", "projections", "demographics" };
	const struct import_format *format = import_formats;
	struct import_options options = { .directory = "/nonexistent/store", .dry_run = true, .bytes_max = 1 << 22 };
	const char *const paths[] = { path };
	struct import_result result;
	struct occupare_status st;
	enum occupare_code code;

	if (size == 0)
		return 0;
	write_file(data + 1, size - 1);
	while (strcmp(format->name, names[data[0] % 3]) != 0)
		format++;
	options.messages = fopen("/dev/null", "w");
	code = import_run(format, paths, 1, &options, &result, &st);
	if ((code == OCCUPARE_OK) != (result.refused == 0))
		abort();
	if (options.messages != NULL)
		fclose(options.messages);
	return 0;
}

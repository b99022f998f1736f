/* A file of starter data as occupare-store imports it: read, checked and reported, without a store. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/import/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct import_format *format = import_formats;
	struct import_options options = { .directory = "/nonexistent/store", .dry_run = true };
	int fd = memfd_create("starter", MFD_CLOEXEC);
	struct import_result result;
	struct occupare_status st;
	char path[64];
	const char *const paths[] = { path };
	enum occupare_code code;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	while (strcmp(format->name, "starter") != 0)
		format++;
	options.messages = fopen("/dev/null", "w");
	code = import_run(format, paths, 1, &options, &result, &st);
	if ((code == OCCUPARE_OK) != (result.refused == 0))
		abort();
	if (options.messages != NULL)
		fclose(options.messages);
	close(fd);
	return 0;
}

/* Gives a fuzz driver the files that are named, and those within folders that are named, so that what was found once is
 * tried again in every run of the tests, by an ordinary program. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Memory of exactly the file's size, so that a sanitizer sees a step beyond it. */
static int
replay_file(const char *path, size_t size)
{
	FILE *in = fopen(path, "rb");
	uint8_t *data = malloc(size);
	int failed = in == NULL || (size > 0 && (data == NULL || fread(data, 1, size, in) != size));

	if (failed)
		perror(path);
	else
		LLVMFuzzerTestOneInput(data, size);
	free(data);
	if (in != NULL)
		fclose(in);
	return failed;
}

static int
replay(const char *path)
{
	struct stat status;
	struct dirent **entries;
	char inner[4096];
	int count, failed = 0;

	if (stat(path, &status) != 0) {
		perror(path);
		return 1;
	}
	if (!S_ISDIR(status.st_mode))
		return replay_file(path, (size_t)status.st_size);
	count = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
			failed |= replay(inner);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return failed || count < 0;
}

int
main(int argc, char **argv)
{
	int failed = argc < 2;

	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

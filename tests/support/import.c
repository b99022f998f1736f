/* An import under test: a folder of files, the store that they go to, and what was said about them. */
#include "tests/support/import.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Setup ---- */

int
context_setup(void **state, const char *format)
{
	struct context *context = calloc(1, sizeof *context);
	const char *base = getenv("TMPDIR");

	if (context == NULL)
		return -1;
	context->format = format;
	fixture_directory(&context->fixture);
	snprintf(context->directory, sizeof context->directory, "%s/%s-XXXXXX", base != NULL ? base : "/tmp", format);
	if (mkdtemp(context->directory) == NULL)
		return -1;
	snprintf(context->folder, sizeof context->folder, "%s", context->directory);
	*state = context;
	return 0;
}

static void
empty_folder(const char *folder)
{
	struct dirent *entry;
	char path[400];
	DIR *stream = opendir(folder);

	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	if (stream != NULL)
		closedir(stream);
}

/* Removes the folder where it is one inside of the directory. */
static void
remove_folder(struct context *context)
{
	empty_folder(context->folder);
	if (strcmp(context->folder, context->directory) != 0)
		rmdir(context->folder);
}

int
context_teardown(void **state)
{
	struct context *context = *state;
	int rc;

	remove_folder(context);
	empty_folder(context->directory);
	fixture_close(&context->fixture);
	free(context->messages);
	free(context->report);
	rc = rmdir(context->directory);
	free(context);
	return rc;
}

/* ---- Files ---- */

void
context_use_folder(struct context *context, const char *name)
{
	remove_folder(context);
	snprintf(context->folder, sizeof context->folder, "%s/%s", context->directory, name);
	assert_int_equal(mkdir(context->folder, 0700), 0);
}

void
context_put_bytes(struct context *context, const char *name, const char *bytes, size_t length)
{
	char path[300];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s", context->folder, name);
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
}

void
context_put(struct context *context, const char *name, const char *text)
{
	context_put_bytes(context, name, text, strlen(text));
}

void
context_drop(struct context *context, const char *name)
{
	char path[300];

	snprintf(path, sizeof path, "%s/%s", context->folder, name);
	assert_int_equal(unlink(path), 0);
}

void
context_drop_all(struct context *context)
{
	empty_folder(context->folder);
}

/* ---- Imports ---- */

static const struct import_format *
format_of(const struct context *context)
{
	const struct import_format *format = import_formats;

	while (format->name != NULL && strcmp(format->name, context->format) != 0)
		format++;
	assert_non_null(format->name);
	return format;
}

enum occupare_code
context_import_paths(struct context *context, const char *const *paths, size_t count)
{
	struct import_options *options = &context->options;

	fixture_shut(&context->fixture);
	free(context->messages);
	free(context->report);
	options->directory = context->fixture.directory;
	options->messages = open_memstream(&context->messages, &context->messages_size);
	options->report = open_memstream(&context->report, &context->report_size);
	(void)!import_run(format_of(context), paths, count, options, &context->result, &context->st);
	assert_int_equal(fclose(options->messages), 0);
	assert_int_equal(fclose(options->report), 0);
	return context->st.code;
}

enum occupare_code
context_import(struct context *context)
{
	const char *paths[] = { context->folder };

	return context_import_paths(context, paths, 1);
}

void
context_import_ok(struct context *context)
{
	if (context_import(context) != OCCUPARE_OK)
		fail_msg("%s: %s\n%s", occupare_code_name(context->st.code), context->st.message, context->messages);
}

void
context_refused(struct context *context, enum occupare_code code, const char *words)
{
	char path[200];

	context_import(context);
	ASSERT_CODE(&context->st, code);
	ASSERT_HAS(context->messages, words);
	snprintf(path, sizeof path, "%s/data.mdb", context->fixture.directory);
	assert_int_not_equal(access(path, F_OK), 0);
}

/* ---- Reads ---- */

void
context_read(struct context *context)
{
	if (context->fixture.store == NULL)
		fixture_open(&context->fixture);
	fixture_read(&context->fixture);
}

const Occupare__V1__Occupation *
context_served(struct context *context, const char *id)
{
	Occupare__V1__Occupation *record;

	context_read(context);
	record = fixture_get(&context->fixture, id);
	if (record == NULL)
		fail_msg("there is no %s", id);
	return record;
}

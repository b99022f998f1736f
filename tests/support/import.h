/* An import under test: a folder of files, the store that they go to, and what was said about them. */
#ifndef TESTS_IMPORT_H
#define TESTS_IMPORT_H

#include <stddef.h>

#include "store/import/import.h"
#include "tests/support/store.h"
#include "tests/support/test.h"

struct context {
	struct fixture fixture;
	const char *format;            /* by name */
	char directory[64];            /* of the test's own */
	char folder[100];              /* that files are put in and imported from: the directory, or one inside of it */
	struct import_options options; /* the test may set all but directory, messages and report */

	/* Of the last import. */
	struct import_result result;
	struct occupare_status st;
	char *messages, *report;
	size_t messages_size, report_size;
};

/* For a test's setup: a context with an empty folder and a directory for a store that is not there yet. */
int context_setup(void **state, const char *format);

/* Removes all of it. Not 0 where something stays in the directory of the files, as what an import left behind does. */
int context_teardown(void **state);

/* Goes on in an empty folder of this name, as what a publisher calls a release; the one before it is removed. */
void context_use_folder(struct context *context, const char *name);

/* Writes, removes one or removes all of the files in the folder. */
void context_put(struct context *context, const char *name, const char *text);
void context_put_bytes(struct context *context, const char *name, const char *bytes, size_t length);
void context_drop(struct context *context, const char *name);
void context_drop_all(struct context *context);

/* Imports the files, or the folder, with the options. The store is shut for that. The code is also in context->st. */
enum occupare_code context_import_paths(struct context *context, const char *const *paths, size_t count);
enum occupare_code context_import(struct context *context);

/* Imports the folder, which has to be OK. */
void context_import_ok(struct context *context);

/* Imports the folder into no store: it is refused, with these words among the messages, and no store was made. */
void context_refused(struct context *context, enum occupare_code code, const char *words);

/* Reads what is stored now, through context->fixture.txn; opens the store where it is shut. */
void context_read(struct context *context);

/* What is served under an id, which has to be there. */
const Occupare__V1__Occupation *context_served(struct context *context, const char *id);

#endif

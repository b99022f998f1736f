/* Importing: the files of one publisher become the layers of one origin, in one transaction.
 *
 * A format reads its files and hands over what it finds, record by record; each is checked here.  Nothing is written before
 * all is read, and nothing at all where a record was refused.  Used by one thread at a time. */
#ifndef OCC_IMPORT_H
#define OCC_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "occupare/v1/estimate.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/status.h"
#include "store/store.h"

#define IMPORT_FILE_BYTES_MAX ((size_t)256 << 20)
#define IMPORT_RECORDS_MAX 2000000u /* of all files together */
#define IMPORT_MESSAGES_MAX 20u     /* refusals, and warnings, that are shown; all go to the report */

struct import;

/* Where a record stands in its file, for messages. */
struct import_place {
	const char *file;
	size_t line;      /* 0 = unknown */
	const char *path; /* of the record: "occupations[3]"; NULL or empty = the file or the line is the record */
	bool json_names;  /* the file has fields in lowerCamelCase */
};

/* ---- For formats ---- */

/* Hands over a record, which is checked and copied. One that breaks a rule is noted as refused, one that breaks a fact is
 * warned of; reading goes on. */
void import_occupation(
    struct import *import, const struct import_place *place, const Occupare__V1__Occupation *occupation);
void import_area(struct import *import, const struct import_place *place, const Occupare__V1__Area *area);
void import_estimate(struct import *import, const struct import_place *place, const Occupare__V1__Estimate *estimate);

/* Hands over what a source publishes for a SOC code and so for all occupations of it: an occupation without id and codes,
 * whose title is that of the code, or empty. origin: as layers.h names it, the format's own or one that starts with it. */
void import_group(struct import *import, const struct import_place *place, const char *origin, const char *soc_code,
    const Occupare__V1__Occupation *facts);

/* Notes that what stands there cannot be taken, and why. */
void import_refuse(struct import *import, const struct import_place *place, const struct occupare_status *st);

/* Notes something that the reader of the data should know and that keeps nothing from being imported. */
void import_warn(struct import *import, const struct import_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells what was found, as "marks met: ..."; no warning. */
void import_note(struct import *import, const struct import_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What became of the rows of a table. */
struct import_rows {
	uint64_t read;
	uint64_t used;
	uint64_t suppressed; /* used, but for a value that the publisher holds back */
	uint64_t unmatched;  /* about an occupation that the release does not list */
};

/* Notes it in the report and adds it to the result. */
void import_rows_read(struct import *import, const char *file, const struct import_rows *rows);

/* Shows how far reading came, if that is wanted; done and total in any one unit. Cheap enough to be called often. */
void import_progress(struct import *import, uint64_t done, uint64_t total);

/* What the caller of the import asked for. */
const struct import_options *import_asked(const struct import *import);

/* The whole file, in memory that the caller frees; "-" is standard input.
 * NOT_FOUND or PERMISSION_DENIED: cannot be opened; RESOURCE_EXHAUSTED: longer than bytes_max; INVALID_ARGUMENT: no file. */
enum occupare_code import_read_file(
    const char *path, size_t bytes_max, char **ret, size_t *ret_length, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- For programs ---- */

struct import_format {
	const char *name; /* SOURCE of the command line, and the origin of the layers */
	const char *summary;
	bool keeps;  /* files add to what earlier ones gave, unless told to replace it */
	bool tables; /* release and bytes_max mean something to it */

	/* Reads all files. What is wrong with them is noted with import_refuse. */
	void (*read)(struct import *import, const char *const *paths, size_t count);
};

/* Ended by an entry without a name. */
extern const struct import_format import_formats[];

struct import_options {
	const char *directory; /* of the store; made where there is none */
	bool replace;          /* drop what earlier imports of this format gave */
	bool dry_run;          /* do all but keep it; makes no directory */
	bool progress;         /* show how many records were read, on messages */
	bool quiet;            /* no warnings on messages */
	const char *release;   /* of the data, as its publisher names it; NULL = as the files say */
	uint64_t bytes_max;    /* of all files together, unpacked; 0 = the format's own bound */
	FILE *messages;        /* the first refusals and warnings, a line each; NULL = none */
	FILE *report;          /* all of them; NULL = none */
};

struct import_result {
	struct store_import_counts counts;
	uint64_t refused;
	uint64_t warnings;
	struct import_rows rows; /* of all tables; 0 where the format has none */
};

/* Imports files. ret is filled in as far as it came, also on failure.
 * The code of the first refusal, or what store_open and store_write say. */
enum occupare_code import_run(const struct import_format *format, const char *const *paths, size_t count,
    const struct import_options *options, struct import_result *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The formats' reading functions. */
void import_json_read(struct import *import, const char *const *paths, size_t count);
void import_onet_read(struct import *import, const char *const *paths, size_t count);
void import_oews_read(struct import *import, const char *const *paths, size_t count);
void import_projections_read(struct import *import, const char *const *paths, size_t count);
void import_demographics_read(struct import *import, const char *const *paths, size_t count);
void import_starter_read(struct import *import, const char *const *paths, size_t count);

#endif

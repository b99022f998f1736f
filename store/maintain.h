/* Looking after a store: what occupare-store does beside importing. Each function opens and closes the store itself, which
 * may be in use by others meanwhile: what it sees is one snapshot. */
#ifndef OCC_MAINTAIN_H
#define OCC_MAINTAIN_H

#include <stdint.h>
#include <stdio.h>

#include "proto/arena.h"
#include "proto/status.h"

struct maintain_counts {
	uint64_t occupations, areas, estimates;
};

/* Writes all that the store serves as {"occupations": [...], "areas": [...], "estimates": [...]}, a record a line, in the
 * order of their keys, without revisions and times: equal data gives equal bytes. Importing it into an empty store gives
 * records that are equal but for the ids of sources.
 * INTERNAL: the stream failed. */
enum occupare_code maintain_export_json(
    const char *directory, FILE *out, struct maintain_counts *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* Writes facts and figures of all occupations as starter data (starter.h), by id, without revisions and times: equal data
 * gives equal bytes. Importing it into an empty store gives records that are equal in all that it holds, but for the ids of
 * sources.  INTERNAL: the stream failed; FAILED_PRECONDITION: a record does not fit into a row. */
enum occupare_code maintain_export_starter(
    const char *directory, FILE *out, struct maintain_counts *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* One of these into a file, which is there whole or not at all; an older one is replaced. */
typedef enum occupare_code maintain_export(
    const char *directory, FILE *out, struct maintain_counts *ret, struct occupare_status *st);
enum occupare_code maintain_export_file(maintain_export *export, const char *directory, const char *path,
    struct maintain_counts *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* Reads everything and reports each fault in a sentence: pages that are not LMDB's, records that do not decode or break a
 * rule, records that are not what their layers give, index entries without a record and records without an entry, sources
 * that are used but not there, counts that are off.
 * OK also where there are faults: ret_faults is their number. Other codes: the store cannot be opened at all. */
typedef void maintain_fault(void *data, const char *sentence);
enum occupare_code maintain_verify(const char *directory, maintain_fault *report, void *data,
    struct maintain_counts *ret, uint64_t *ret_faults, struct occupare_status *st) OCC_MUST_CHECK;

/* Writes what the store holds and how it lies on disk: a line for each, the name, two or more spaces, the value. */
enum occupare_code maintain_stat(const char *directory, FILE *out, struct occupare_status *st) OCC_MUST_CHECK;

/* Names and versions of the libraries under the store: "LMDB 0.9.24, ...". */
void maintain_libraries(char *out, size_t size);

#endif

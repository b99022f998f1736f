/* What a valid record is. Every write passes here, imported or called. Pure functions, thread-safe. */
#ifndef OCC_CHECK_H
#define OCC_CHECK_H

#include <stdio.h>

#include "occupare/v1/estimate.pb-c.h"
#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"
#include "proto/status.h"

/* Bounds of a record. */
#define CHECK_TEXT_BYTES_MAX 10000u /* one summary, one duty */
#define CHECK_TITLE_BYTES_MAX 200u  /* a title, alias, label, name or code */
#define CHECK_ALIASES_MAX 5000u
#define CHECK_ITEMS_MAX 1000u                    /* any other repeated field */
#define CHECK_RECORD_BYTES_MAX ((size_t)1 << 20) /* packed */

/* Checks an occupation. complete: id and title must be there (a layer of an import need not have a title).
 * OK, or INVALID_ARGUMENT with a violation for each fault: ids that are no slug or hold the word "vs"; texts that are empty,
 * too long, hold control characters or (duties aside, which are kept byte for byte) white space at the ends; numbers that
 * are not finite or out of the field's range (a percent outside 0 to 100, negative pay); a figure that has a value though
 * its status says there is none, or whose source is not in sources; pay without a currency; a projection that ends before it
 * begins; source ids that are 0 or repeat; unknown enum numbers; duplicate codes or aliases; too many items or bytes. */
enum occupare_code check_occupation(
    const Occupare__V1__Occupation *occupation, bool complete, struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code check_area(const Occupare__V1__Area *area, struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code check_estimate(const Occupare__V1__Estimate *estimate, struct occupare_status *st) OCC_MUST_CHECK;

/* Facts that every occupation should satisfy, but published data sometimes does not: low < mean < high, percentiles rise,
 * the shares of a distribution sum to 100 +- 0.2 where they claim to be whole (genders, races), skills do not rise.
 * Calls report with a sentence for each that fails; returns how many. */
typedef void check_report(void *data, const char *field, const char *sentence);
unsigned check_facts(const Occupare__V1__Occupation *occupation, check_report *report, void *data);

#endif

/* From what a caller calls an occupation to the occupation: id, code, title or alias, in that order. */
#ifndef OCC_RESOLVE_H
#define OCC_RESOLVE_H

#include "occupare/v1/comparison.pb-c.h"
#include "service/compare/compare.h"
#include "service/dispatch.h"

#define RESOLVE_NEAREST_MAX 5     /* titles offered for an unknown name */
#define RESOLVE_CANDIDATES_MAX 50 /* occupations offered for an ambiguous one */

/* The occupation that a name stands for. field: path to blame in the request; reading must have begun.
 * On failure call->status is NOT_FOUND with the nearest titles (metadata "nearest": their ids), FAILED_PRECONDITION with the
 * candidates of an ambiguous name (metadata "candidates": ids, best first), or INVALID_ARGUMENT for an empty or overlong one. */
enum occupare_code resolve_name(struct call *call, const char *field, const char *name, const char **ret_id,
    Occupare__V1__MatchKind *ret_kind) OCC_MUST_CHECK;

/* The same, with the record; its aliases only if asked for. */
enum occupare_code resolve_occupation(struct call *call, const char *field, const char *name, bool with_aliases,
    Occupare__V1__Occupation **ret, Occupare__V1__MatchKind *ret_kind) OCC_MUST_CHECK;

/* The subject that a comparand stands for: its text form NAME[@AREA][:PERIOD] parsed where area and period are empty, and
 * with an area or period the pay and employment of that estimate in the place of the record's own.
 * Fails also with NOT_FOUND for an unknown area or a period without an estimate, and FAILED_PRECONDITION where the occupation
 * has no SOC code to look estimates up by. */
enum occupare_code resolve_subject(struct call *call, const char *field, const Occupare__V1__ComparandRequest *request,
    struct compare_subject *ret) OCC_MUST_CHECK;

#endif

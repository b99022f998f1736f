/* How a call ended: a gRPC code, a message for developers, and details for programs.
 *
 * A status is plain data of a fixed size: it holds no pointers and owns no memory, so it may be copied, kept and
 * dropped freely.  What does not fit is cut at a UTF-8 boundary and ends in "...".  Functions here are thread-safe as
 * long as no two threads use one status at a time.
 *
 * Codes: https://grpc.io/docs/guides/status-codes/ */
#ifndef OCCUPARE_STATUS_H
#define OCCUPARE_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum occupare_code {
	OCCUPARE_OK = 0,
	OCCUPARE_CANCELLED = 1,           /* the caller gave up */
	OCCUPARE_UNKNOWN = 2,             /* the peer said something that has no name here */
	OCCUPARE_INVALID_ARGUMENT = 3,    /* the request is wrong whatever the store holds */
	OCCUPARE_DEADLINE_EXCEEDED = 4,   /* the time-out passed first */
	OCCUPARE_NOT_FOUND = 5,           /* what is named is not there */
	OCCUPARE_ALREADY_EXISTS = 6,      /* what is to be created is there, and different */
	OCCUPARE_PERMISSION_DENIED = 7,   /* this caller may not */
	OCCUPARE_RESOURCE_EXHAUSTED = 8,  /* a limit on size, count or space was reached */
	OCCUPARE_FAILED_PRECONDITION = 9, /* not in this state of the store: an ambiguous name, a read-only service */
	OCCUPARE_ABORTED = 10,            /* stale etag: read again, decide, write again */
	OCCUPARE_OUT_OF_RANGE = 11,       /* beyond the end of what is there */
	OCCUPARE_UNIMPLEMENTED = 12,      /* no such method */
	OCCUPARE_INTERNAL = 13,           /* a bug */
	OCCUPARE_UNAVAILABLE = 14,        /* not now or not reachable; the only code that may be retried unasked */
	OCCUPARE_DATA_LOSS = 15,          /* stored bytes do not decode */
	OCCUPARE_UNAUTHENTICATED = 16     /* credentials are missing or wrong */
};

#define OCCUPARE_STATUS_VIOLATIONS_MAX 8 /* kept; more are only counted */
#define OCCUPARE_STATUS_METADATA_MAX 4

struct occupare_violation {
	char field[128];       /* path of the field: "occupations[3].salary.annual_mean" */
	char description[256]; /* what is wrong and how to mend it */
};

struct occupare_metadata {
	char key[32];
	char value[1024];
};

struct occupare_status {
	enum occupare_code code;
	char reason[64]; /* ErrorInfo.reason, UPPER_SNAKE_CASE, stable; the code's name where nothing finer is said */
	char message[1024];        /* English, for developers */
	unsigned violations_count; /* may exceed OCCUPARE_STATUS_VIOLATIONS_MAX: that many were found */
	struct occupare_violation violations[OCCUPARE_STATUS_VIOLATIONS_MAX];
	unsigned metadata_count;
	struct occupare_metadata metadata[OCCUPARE_STATUS_METADATA_MAX]; /* the variable parts of the message */
	char resource_type[32];                                          /* "occupation"; empty = about no resource */
	char resource_name[160];
	uint32_t retry_delay_ms; /* for UNAVAILABLE: not before; 0 = unstated */
};

/* Makes st an OK without message or details. */
void occupare_status_clear(struct occupare_status *st);

/* Makes st a failure and returns code, so that a failing function is one line: return occupare_fail(...).
 * field: path of the field to blame, which then starts the message and becomes a violation; NULL = no field.
 * format: as printf; says what is wrong, the value, and the remedy. */
enum occupare_code occupare_fail(struct occupare_status *st, enum occupare_code code, const char *field,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds a violation.  The first one of a status that is still OK makes it INVALID_ARGUMENT with this as its message.
 * Returns OCCUPARE_INVALID_ARGUMENT. */
enum occupare_code occupare_violation_add(struct occupare_status *st, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the reason of a failure: UPPER_SNAKE_CASE, at most 63 characters. */
void occupare_status_reason(struct occupare_status *st, const char *reason);

/* Adds one variable part of the message; beyond OCCUPARE_STATUS_METADATA_MAX it is dropped. */
void occupare_status_metadata(struct occupare_status *st, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of a metadata key; NULL: not there. It lives as long as st. */
const char *occupare_status_metadata_get(const struct occupare_status *st, const char *key);

/* Says which resource the failure is about. */
void occupare_status_resource(struct occupare_status *st, const char *type, const char *name);

/* Puts "prefix: " before the message and before each violation's field ("prefix" + "." + field, or
 * "prefix" + field where that starts with '['). Used on the way up by callers that know the outer path. */
void occupare_status_prefix(struct occupare_status *st, const char *prefix);

/* Name of a code: "NOT_FOUND"; "CODE_<number>" is never made: numbers outside gRPC's give "UNKNOWN". Static. */
const char *occupare_code_name(enum occupare_code code);

#ifdef __cplusplus
}
#endif
#endif

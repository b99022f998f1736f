/* A JSON tree beside a descriptor: the half of proto/json.c that knows messages. */
#ifndef OCC_JSON_READ_H
#define OCC_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"
#include "proto/status.h"

struct json_t; /* jansson's */

#define OCC_JSON_PATH_SIZE 512

/* Where a value stands: a chain of steps, each on the stack of who takes it. */
struct occ_json_step {
	const struct occ_json_step *outer;
	const ProtobufCFieldDescriptor *field; /* a field, or */
	const char *name;                      /* a name as the text has it, or */
	size_t index;                          /* an element */
};

/* Writes the path, outermost first: "occupations[3].salary.annualMean". What does not fit is left out. */
void occ_json_path(const struct occ_json_step *step, char out[OCC_JSON_PATH_SIZE]);

/* What a JSON value is called in messages: "a list". Static. */
const char *occ_json_kind(const struct json_t *json);

/* Reads a message into the arena. step: where it stands; NULL = it is the whole text.
 * INVALID_ARGUMENT, RESOURCE_EXHAUSTED: as occ_json_parse. */
enum occupare_code occ_json_read(struct occ_arena *arena, const struct occ_json_step *step,
    const ProtobufCMessageDescriptor *descriptor, const struct json_t *json, ProtobufCMessage **ret,
    struct occupare_status *st) OCC_MUST_CHECK;

#endif

/* ProtoJSON of any message, both ways, driven by its descriptor.
 * Mapping: https://protobuf.dev/programming-guides/json/
 *
 * Out: lowerCamelCase names, enums by name, 64-bit integers as strings, bytes as base64, NaN and infinities as strings,
 * Timestamp and Duration as strings, Any with "@type"; fields with default values are left out. Doubles have the fewest
 * digits that read back the same.
 * In: both lowerCamelCase and original names, enums by name or number, null = absent. An unknown field, an unknown enum
 * name, a wrong type, a duplicate key or two members of one oneof is an error that names the path. A number that is not
 * exact in a double is refused where an integer is wanted, and taken in quotes.
 *
 * Thread-safe. Numbers are read and written by the C library: LC_NUMERIC must be "C". */
#ifndef OCC_JSON_H
#define OCC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"
#include "proto/status.h"

#define OCC_JSON_VALUES_MAX 4000000u /* values in one text, and not more than */
#define OCC_JSON_VALUE_BYTES 64u     /* bytes_max / this in one message: a value costs the parser that and more */

/* Writes a message. pretty: two spaces of indent and a newline at the end; else one line without a newline.
 * INTERNAL: the stream failed (errno says why) or an Any holds what cannot be decoded. */
enum occupare_code occ_json_write(
    FILE *out, const ProtobufCMessage *message, bool pretty, struct occupare_status *st) OCC_MUST_CHECK;

/* The same as a text in the arena. */
enum occupare_code occ_json_print(struct occ_arena *arena, const ProtobufCMessage *message, bool pretty, char **ret,
    struct occupare_status *st) OCC_MUST_CHECK;

/* Writes a text as a JSON string, and bytes as one in base64, with or without the "=" at its end. For what is JSON and no
 * message. */
void occ_json_write_string(FILE *out, const char *text);
void occ_json_write_base64(FILE *out, const uint8_t *bytes, size_t length, bool padded);

/* Reads one message from text into the arena. length bytes, no NUL needed.
 * INVALID_ARGUMENT: broken text (line and column, reason JSON_SYNTAX), or a violation with the path of the field;
 * RESOURCE_EXHAUSTED: too deep, too many values, or more than the arena's bytes_max. */
enum occupare_code occ_json_parse(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor,
    const char *text, size_t length, ProtobufCMessage **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* A text that is an array of messages, or an object whose members are such arrays. */
struct occ_json_list {
	const char *name; /* member of the object: "occupations" */
	const ProtobufCMessageDescriptor *descriptor;
};

/* Called for each element, in order: list is the index into lists, index the one within the array. What it returns other
 * than OK ends the walk and is what occ_json_each returns, with "name[index]" put before its fields. */
typedef enum occupare_code occ_json_visit(
    void *data, size_t list, size_t index, ProtobufCMessage *message, struct occupare_status *st);

/* Reads a text that is either {"name": [...], ...} of the given lists or a bare array of the first. Each element is
 * decoded into the arena, visited, and the arena is reset.
 * Errors as occ_json_parse, with paths like occupations[3].salary.annualMean. */
enum occupare_code occ_json_each(struct occ_arena *arena, const char *text, size_t length,
    const struct occ_json_list *lists, size_t lists_count, occ_json_visit *visit, void *data,
    struct occupare_status *st) OCC_MUST_CHECK;

#endif

/* One pass over packed bytes before protobuf-c sees them: it accepts invalid UTF-8, cuts strings at a NUL, recurses
 * without bound, loses fields of a singular sub-message that comes twice, and expands small inputs a hundredfold. */
#ifndef OCC_WIRE_H
#define OCC_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"
#include "proto/status.h"

/* Checks that bytes are a well-formed message of this type that decodes to at most bytes_max of memory.
 * INVALID_ARGUMENT: truncated, wrong wire type, group, bad tag, invalid UTF-8 or NUL in a string, a singular
 * sub-message twice; RESOURCE_EXHAUSTED: nested deeper than OCC_DEPTH_MAX or decoded size above bytes_max.
 * The message names the path of the field. Unknown fields are skipped but counted in the decoded size.
 * Encoding: https://protobuf.dev/programming-guides/encoding/ */
enum occupare_code occ_wire_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t length,
    size_t bytes_max, struct occupare_status *st) OCC_MUST_CHECK;

/* Length in bytes of the UTF-8 sequence that starts at text, 1 to 4; 0: not one (RFC 3629), or cut off by end. */
size_t occ_utf8_sequence(const uint8_t *text, const uint8_t *end);

/* Bytes of one element of a repeated field of this type in protobuf-c's structs, and of one value of a singular one. */
size_t occ_element_size(ProtobufCType type);

#endif

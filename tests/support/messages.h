/* Random messages of any type, for tests that hold for every message. The same seed gives the same messages. */
#ifndef TESTS_MESSAGES_H
#define TESTS_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"

#define MESSAGES_MAX 128 /* types in the schema */

/* Every message type that a service, an error or the store speaks, each once. Returns how many. */
size_t messages_all(const ProtobufCMessageDescriptor *ret[MESSAGES_MAX]);

/* The next number of a sequence; *seed moves. */
uint64_t messages_number(uint64_t *seed);

/* A random message in the arena: each field there or not, with extreme values among the others, texts of several
 * scripts and of control characters, valid times, and an Any of an ErrorInfo. */
ProtobufCMessage *messages_random(
    struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, uint64_t *seed);

/* A message packed into the arena. */
uint8_t *messages_pack(struct occ_arena *arena, const ProtobufCMessage *message, size_t *ret_length);

#endif

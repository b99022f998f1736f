/* Bytes as a message of any type: the first byte says which. */
#include <assert.h>
#include <string.h>

#include "proto/json.h"
#include "proto/rpc.h"
#include "proto/wire.h"
#include "tests/support/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever passes the check decodes, within what the check foresaw, and comes back the same from its own bytes. */
static void
decode(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t size)
{
	struct occupare_status st;
	ProtobufCMessage *message, *again;
	uint8_t *bytes, *bytes_again;
	size_t length, length_again;
	enum occupare_code code;
	char *text;

	if (occ_wire_check(descriptor, data, size, OCC_ARENA_BYTES_MAX, &st) != OCCUPARE_OK)
		return;
	code = occ_unpack(arena, descriptor, data, size, &message, &st);
	assert(code == OCCUPARE_OK && !arena->exhausted);
	code = occ_wire_check(descriptor, data, size, arena->bytes - 1, &st);
	assert(code == OCCUPARE_RESOURCE_EXHAUSTED);
	bytes = messages_pack(arena, message, &length);
	arena->bytes_max += arena->bytes + OCC_ARENA_BYTES_MAX;
	code = occ_unpack(arena, descriptor, bytes, length, &again, &st);
	assert(code == OCCUPARE_OK);
	bytes_again = messages_pack(arena, again, &length_again);
	assert(length_again == length && memcmp(bytes, bytes_again, length) == 0);
	code = occ_json_print(arena, again, size % 2, &text, &st);
	assert(code == OCCUPARE_OK || code == OCCUPARE_INTERNAL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all);
	struct occ_arena arena;

	if (size == 0)
		return 0;
	occ_arena_init(&arena, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	decode(&arena, all[data[0] % count], data + 1, size - 1);
	occ_arena_fini(&arena);
	return 0;
}

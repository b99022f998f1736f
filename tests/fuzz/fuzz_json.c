/* Text as a message of any type, the first byte says which, and as lists of messages. */
#include <assert.h>
#include <string.h>

#include "occupare/v1/occupation.pb-c.h"
#include "proto/json.h"
#include "proto/rpc.h"
#include "tests/support/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read can be written, and what is written is read as the same. */
static void
read_message(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, const char *text, size_t size)
{
	struct occupare_status st;
	ProtobufCMessage *message, *again;
	size_t length, length_again;
	uint8_t *bytes, *bytes_again;
	enum occupare_code code;
	char *written, *written_again;

	code = occ_json_parse(arena, descriptor, text, size, &message, &st);
	if (code != OCCUPARE_OK) {
		assert(code == OCCUPARE_INVALID_ARGUMENT || code == OCCUPARE_RESOURCE_EXHAUSTED);
		return;
	}
	code = occ_json_print(arena, message, size % 2, &written, &st);
	assert(code == OCCUPARE_OK);
	arena->bytes_max += arena->bytes + OCC_ARENA_BYTES_MAX;
	code = occ_json_parse(arena, descriptor, written, strlen(written), &again, &st);
	assert(code == OCCUPARE_OK);
	code = occ_json_print(arena, again, size % 2, &written_again, &st);
	assert(code == OCCUPARE_OK && strcmp(written, written_again) == 0);
	bytes = messages_pack(arena, message, &length);
	bytes_again = messages_pack(arena, again, &length_again);
	assert(length == length_again && memcmp(bytes, bytes_again, length) == 0);
	code = occ_unpack(arena, descriptor, bytes, length, &again, &st);
	assert(code == OCCUPARE_OK);
}

static enum occupare_code
visit(void *data, size_t list, size_t index, ProtobufCMessage *message, struct occupare_status *st)
{
	size_t *visits = data;

	++*visits;
	assert(list < 2 && protobuf_c_message_check(message));
	return index == 3 ? occupare_fail(st, OCCUPARE_ABORTED, "id", "is the fourth") : OCCUPARE_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct occ_json_list lists[] = { { "occupations", &occupare__v1__occupation__descriptor },
		{ "sources", &occupare__v1__source__descriptor } };
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all), visits = 0;
	struct occupare_status st;
	struct occ_arena arena;
	enum occupare_code code;

	if (size == 0)
		return 0;
	occ_arena_init(&arena, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	read_message(&arena, all[data[0] % count], (const char *)data + 1, size - 1);
	occ_arena_reset(&arena);
	code = occ_json_each(&arena, (const char *)data + 1, size - 1, lists, 2, visit, &visits, &st);
	assert(code != OCCUPARE_ABORTED || visits >= 4);
	occ_arena_fini(&arena);
	return 0;
}

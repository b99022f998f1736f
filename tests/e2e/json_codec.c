/* Our JSON codec for a test that speaks another language. Records on stdin, answers on stdout, until the end of input:
 *
 *   to-json|to-wire TYPE LENGTH\n<LENGTH bytes>      ->      ok|CODE LENGTH\n<LENGTH bytes>
 *
 * The answer to a failure holds its message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/json.h"
#include "proto/rpc.h"

static enum occupare_code
to_json(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t length,
    struct occupare_status *st)
{
	ProtobufCMessage *message;
	char *text;

	if (occ_unpack(arena, descriptor, bytes, length, &message, st) != OCCUPARE_OK ||
	    occ_json_print(arena, message, length % 2, &text, st) != OCCUPARE_OK)
		return st->code;
	printf("ok %zu\n%s", strlen(text), text);
	return OCCUPARE_OK;
}

static enum occupare_code
to_wire(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t length,
    struct occupare_status *st)
{
	ProtobufCMessage *message;
	uint8_t *packed;

	if (occ_json_parse(arena, descriptor, (const char *)bytes, length, &message, st) != OCCUPARE_OK)
		return st->code;
	length = protobuf_c_message_get_packed_size(message);
	packed = occ_arena_alloc(arena, length);
	printf("ok %zu\n", length);
	fwrite(packed, 1, protobuf_c_message_pack(message, packed), stdout);
	return OCCUPARE_OK;
}

int
main(void)
{
	struct occupare_status st;
	struct occ_arena arena;
	char direction[16], type[128];
	size_t length;

	occ_arena_init(&arena, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	while (scanf("%15s %127s %zu", direction, type, &length) == 3 && getchar() == '\n' &&
	       length < OCC_ARENA_BYTES_MAX) {
		const ProtobufCMessageDescriptor *descriptor = occ_message_find(type);
		uint8_t *bytes = occ_arena_alloc(&arena, length);

		if (fread(bytes, 1, length, stdin) != length)
			break;
		if (descriptor == NULL)
			occupare_fail(&st, OCCUPARE_INTERNAL, NULL, "no such type");
		else if ((strcmp(direction, "to-json") == 0 ? to_json : to_wire)(
			     &arena, descriptor, bytes, length, &st) == OCCUPARE_OK)
			occupare_status_clear(&st);
		if (st.code != OCCUPARE_OK)
			printf("%s %zu\n%s", occupare_code_name(st.code), strlen(st.message), st.message);
		occ_arena_reset(&arena);
	}
	occ_arena_fini(&arena);
	return feof(stdin) ? EXIT_SUCCESS : EXIT_FAILURE;
}

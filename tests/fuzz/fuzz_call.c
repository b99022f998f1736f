/* Bytes as a Call: its envelope, its method, its request, and the reply that a failure gives. */
#include <assert.h>
#include <string.h>

#include "occupare/rpc/v1/rpc.pb-c.h"
#include "proto/json.h"
#include "proto/rpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum occupare_code
take_call(struct occ_arena *arena, const uint8_t *data, size_t size, struct occupare_status *st)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	const Occupare__Rpc__V1__Call *call;
	ProtobufCMessage *message;
	char *text;

	if (occ_unpack(arena, &occupare__rpc__v1__call__descriptor, data, size, &message, st) != OCCUPARE_OK)
		return st->code;
	call = (Occupare__Rpc__V1__Call *)message;
	if (occ_method_find(call->method, &service, &method, st) != OCCUPARE_OK)
		return st->code;
	assert(strcmp(occ_method_path(arena, service, method), call->method) == 0);
	if (occ_unpack(arena, method->input, call->payload.data, call->payload.len, &message, st) != OCCUPARE_OK)
		return st->code;
	return occ_json_print(arena, message, true, &text, st);
}

/* Whatever went wrong, the peer can read the reply. */
static void
answer(struct occ_arena *arena, const struct occupare_status *st)
{
	struct occupare_status received, failure;
	ProtobufCMessage *reply;
	enum occupare_code code;
	uint8_t *bytes;
	size_t length;

	arena->bytes_max += arena->bytes + OCC_ARENA_BYTES_MAX;
	bytes = occ_reply_failure(arena, st, &length);
	code = occ_unpack(arena, &occupare__rpc__v1__reply__descriptor, bytes, length, &reply, &failure);
	assert(code == OCCUPARE_OK);
	occ_status_unpack(arena, ((Occupare__Rpc__V1__Reply *)reply)->status, &received);
	assert(received.code == st->code && strcmp(received.message, st->message) == 0);
	assert(strcmp(received.reason, st->reason) == 0 && received.violations_count == st->violations_count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct occupare_status st;
	struct occ_arena arena;

	occ_arena_init(&arena, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	if (take_call(&arena, data, size, &st) != OCCUPARE_OK)
		answer(&arena, &st);
	/* A client reads bytes of a peer, too. */
	occ_arena_reset(&arena);
	arena.bytes_max = OCC_ARENA_BYTES_MAX;
	ProtobufCMessage *reply;
	if (occ_unpack(&arena, &occupare__rpc__v1__reply__descriptor, data, size, &reply, &st) == OCCUPARE_OK &&
	    ((Occupare__Rpc__V1__Reply *)reply)->status != NULL)
		occ_status_unpack(&arena, ((Occupare__Rpc__V1__Reply *)reply)->status, &st);
	occ_arena_fini(&arena);
	return 0;
}

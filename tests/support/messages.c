#include "tests/support/messages.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "occupare/store/v1/layer.pb-c.h"
#include "proto/rpc.h"
#include "proto/wire.h"

static size_t
add(const ProtobufCMessageDescriptor *list[MESSAGES_MAX], size_t count, const ProtobufCMessageDescriptor *descriptor)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == descriptor)
			return count;
	assert(count < MESSAGES_MAX);
	list[count++] = descriptor;
	for (unsigned i = 0; i < descriptor->n_fields; i++)
		if (descriptor->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			count = add(list, count, descriptor->fields[i].descriptor);
	return count;
}

size_t
messages_all(const ProtobufCMessageDescriptor *ret[MESSAGES_MAX])
{
	static const ProtobufCMessageDescriptor *const beside[] = {
		&google__rpc__error_info__descriptor,
		&google__rpc__bad_request__descriptor,
		&google__rpc__resource_info__descriptor,
		&google__rpc__retry_info__descriptor,
		&occupare__rpc__v1__call__descriptor,
		&occupare__rpc__v1__reply__descriptor,
		&occupare__store__v1__layer__descriptor,
	};
	size_t count = 0;

	for (size_t i = 0; occ_services[i] != NULL; i++)
		for (unsigned j = 0; j < occ_services[i]->n_methods; j++) {
			count = add(ret, count, occ_services[i]->methods[j].input);
			count = add(ret, count, occ_services[i]->methods[j].output);
		}
	for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
		count = add(ret, count, beside[i]);
	return count;
}

/* splitmix64: Steele, Lea, Flood 2014. */
uint64_t
messages_number(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static char *
random_text(struct occ_arena *arena, uint64_t *seed)
{
	static const char *const parts[] = { "", "a", "Nurse", "\"", "\\", "/", "\n\t\b\f\r", "\x01\x1F\x7F", "<&>",
		"é", "ß", "看護師", "\xF0\x9F\x98\x80", "\xE2\x80\xA8", "\xED\x9F\xBF", "\xEF\xBF\xBD",
		"\xF4\x8F\xBF\xBF", "0123456789abcdef" };
	char *text = occ_arena_strdup(arena, "");

	for (uint64_t i = messages_number(seed) % 6; i > 0; i--)
		text = occ_arena_printf(
		    arena, "%s%s", text, parts[messages_number(seed) % (sizeof parts / sizeof parts[0])]);
	return text;
}

static double
random_real(uint64_t *seed)
{
	static const double chosen[] = { 0, -1, 33.52, 69729, 0.1, 1e15, 1e16, 123456789012345678, 1.0 / 3, 5e-324,
		DBL_MIN, DBL_MAX, -DBL_MAX, 1e100, 9007199254740993, INFINITY, -INFINITY, NAN };
	uint64_t bits = messages_number(seed);
	double value;

	if (bits % 2 == 0)
		return chosen[bits / 2 % (sizeof chosen / sizeof chosen[0])];
	if (bits % 4 == 1)
		return (double)(int64_t)(messages_number(seed) % 20000000) / 100;
	bits = messages_number(seed);
	memcpy(&value, &bits, sizeof value);
	return value;
}

static uint64_t
random_integer(uint64_t *seed)
{
	static const uint64_t chosen[] = { 0, 1, 127, 128, INT32_MAX, (uint64_t)INT32_MIN, UINT32_MAX, INT64_MAX,
		(uint64_t)INT64_MIN, UINT64_MAX, (uint64_t)1 << 53, ((uint64_t)1 << 53) + 1 };
	uint64_t bits = messages_number(seed);

	if (bits % 2 == 0)
		return chosen[bits / 2 % (sizeof chosen / sizeof chosen[0])];
	return messages_number(seed) >> bits % 64;
}

static void
random_bytes(struct occ_arena *arena, uint64_t *seed, ProtobufCBinaryData *ret)
{
	ret->len = messages_number(seed) % 9;
	ret->data = occ_arena_alloc(arena, ret->len);
	for (size_t i = 0; i < ret->len; i++)
		ret->data[i] = (uint8_t)messages_number(seed);
}

static void
random_value(struct occ_arena *arena, const ProtobufCFieldDescriptor *field, uint64_t *seed, void *slot)
{
	const ProtobufCEnumDescriptor *names = field->descriptor;
	uint64_t number = random_integer(seed);

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		*(char **)slot = random_text(arena, seed);
		break;
	case PROTOBUF_C_TYPE_BYTES:
		random_bytes(arena, seed, slot);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		*(ProtobufCMessage **)slot = messages_random(arena, field->descriptor, seed);
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		*(double *)slot = random_real(seed);
		break;
	case PROTOBUF_C_TYPE_FLOAT:
		*(float *)slot = (float)(int32_t)number / 7;
		break;
	case PROTOBUF_C_TYPE_BOOL:
		*(protobuf_c_boolean *)slot = number % 2;
		break;
	case PROTOBUF_C_TYPE_ENUM:
		*(int *)slot = number % 8 == 0 ? (int)number : names->values[number % names->n_values].value;
		break;
	default:
		memcpy(slot, &number, occ_element_size(field->type));
	}
}

static void
random_list(struct occ_arena *arena, const ProtobufCFieldDescriptor *field, uint64_t *seed, ProtobufCMessage *message)
{
	size_t size = occ_element_size(field->type);
	size_t count = messages_number(seed) % 4;
	char *elements;

	/* Now and then more than unpack notes on its stack. */
	if (messages_number(seed) % 16 == 0 && field->type != PROTOBUF_C_TYPE_MESSAGE)
		count = 40;
	elements = occ_arena_calloc(arena, count + 1, size);
	for (size_t i = 0; i < count; i++)
		random_value(arena, field, seed, elements + i * size);
	*(size_t *)((char *)message + field->quantifier_offset) = count;
	*(char **)((char *)message + field->offset) = elements;
}

static void
random_fields(struct occ_arena *arena, uint64_t *seed, ProtobufCMessage *message)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		uint32_t *oneof_case = (uint32_t *)((char *)message + field->quantifier_offset);
		bool in_oneof = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;

		if (messages_number(seed) % 3 == 0 || (in_oneof && *oneof_case != 0))
			continue;
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			random_list(arena, field, seed, message);
			continue;
		}
		random_value(arena, field, seed, (char *)message + field->offset);
		if (in_oneof)
			*oneof_case = field->id;
	}
}

static void
random_any(struct occ_arena *arena, uint64_t *seed, Google__Protobuf__Any *any)
{
	any->type_url = (char *)"type.googleapis.com/google.rpc.ErrorInfo";
	any->value.data = messages_pack(
	    arena, messages_random(arena, &google__rpc__error_info__descriptor, seed), &any->value.len);
}

ProtobufCMessage *
messages_random(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, uint64_t *seed)
{
	ProtobufCMessage *message = occ_arena_alloc(arena, descriptor->sizeof_message);

	protobuf_c_message_init(descriptor, message);
	if (descriptor == &google__protobuf__timestamp__descriptor) {
		((Google__Protobuf__Timestamp *)message)->seconds = (int64_t)(messages_number(seed) % 315537897600) -
								    62135596800;
		((Google__Protobuf__Timestamp *)message)->nanos = (int32_t)(messages_number(seed) % 1000000000);
	} else if (descriptor == &google__protobuf__duration__descriptor) {
		int64_t sign = messages_number(seed) % 2 ? 1 : -1;

		((Google__Protobuf__Duration *)message)->seconds = sign *
								   (int64_t)(messages_number(seed) % 315576000000);
		((Google__Protobuf__Duration *)message)->nanos =
		    (int32_t)(sign * (int64_t)(messages_number(seed) % 1000000000));
	} else if (descriptor == &google__protobuf__any__descriptor) {
		random_any(arena, seed, (Google__Protobuf__Any *)message);
	} else {
		random_fields(arena, seed, message);
	}
	return message;
}

uint8_t *
messages_pack(struct occ_arena *arena, const ProtobufCMessage *message, size_t *ret_length)
{
	uint8_t *bytes = occ_arena_alloc(arena, protobuf_c_message_get_packed_size(message));

	*ret_length = protobuf_c_message_pack(message, bytes);
	return bytes;
}

/* The check walks the bytes once, beside the descriptors, and adds up what protobuf-c 1.4.1's unpack will allocate.
 * Paths cost nothing until something is wrong: each level then counts its way to the field that failed. */
#include "proto/wire.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "proto/rpc.h"

#define FIELDS_MAX 64 /* of one message: they have a bit each in a word */
#define TAG_BYTES_MAX 5
#define LENGTH_BYTES_MAX 5
#define VARINT_BYTES_MAX 10

struct check {
	size_t bytes_left;
	unsigned depth;
	enum occupare_code code; /* of the failure */
	char problem[160];
	char path[512];
};

/* One message and how far it is read. */
struct cursor {
	const ProtobufCMessageDescriptor *descriptor;
	const uint8_t *start;
	const uint8_t *at;
	const uint8_t *end;
	const ProtobufCFieldDescriptor *field; /* of the tag read last; NULL = unknown */
	uint32_t tag;
	uint8_t wire_type;
	uint64_t seen; /* fields whose second coming matters, by index */
	size_t members;
	size_t unknown;
};

static bool check_message(
    struct check *check, const ProtobufCMessageDescriptor *descriptor, const uint8_t *at, const uint8_t *end);

/* ---- What unpack allocates ---- */

/* The arena's alignment. */
static size_t
rounded(size_t size)
{
	return (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
}

/* Unpack notes every member of a message before it decodes: the first 16 on its stack, then in allocations that
 * double, of 32 bytes (struct ScannedMember) each. */
static size_t
notes_size(size_t members)
{
	size_t size = 0;

	for (size_t slab = 16; members > slab; slab *= 2) {
		members -= slab;
		size += slab * 2 * 32;
	}
	return size;
}

/* By type: wire type, and bytes of a value in protobuf-c's structs. */
static const struct {
	uint8_t wire_type;
	uint8_t size;
} type_facts[] = {
	[PROTOBUF_C_TYPE_INT32] = { PROTOBUF_C_WIRE_TYPE_VARINT, 4 },
	[PROTOBUF_C_TYPE_SINT32] = { PROTOBUF_C_WIRE_TYPE_VARINT, 4 },
	[PROTOBUF_C_TYPE_SFIXED32] = { PROTOBUF_C_WIRE_TYPE_32BIT, 4 },
	[PROTOBUF_C_TYPE_INT64] = { PROTOBUF_C_WIRE_TYPE_VARINT, 8 },
	[PROTOBUF_C_TYPE_SINT64] = { PROTOBUF_C_WIRE_TYPE_VARINT, 8 },
	[PROTOBUF_C_TYPE_SFIXED64] = { PROTOBUF_C_WIRE_TYPE_64BIT, 8 },
	[PROTOBUF_C_TYPE_UINT32] = { PROTOBUF_C_WIRE_TYPE_VARINT, 4 },
	[PROTOBUF_C_TYPE_FIXED32] = { PROTOBUF_C_WIRE_TYPE_32BIT, 4 },
	[PROTOBUF_C_TYPE_UINT64] = { PROTOBUF_C_WIRE_TYPE_VARINT, 8 },
	[PROTOBUF_C_TYPE_FIXED64] = { PROTOBUF_C_WIRE_TYPE_64BIT, 8 },
	[PROTOBUF_C_TYPE_FLOAT] = { PROTOBUF_C_WIRE_TYPE_32BIT, 4 },
	[PROTOBUF_C_TYPE_DOUBLE] = { PROTOBUF_C_WIRE_TYPE_64BIT, 8 },
	[PROTOBUF_C_TYPE_BOOL] = { PROTOBUF_C_WIRE_TYPE_VARINT, sizeof(protobuf_c_boolean) },
	[PROTOBUF_C_TYPE_ENUM] = { PROTOBUF_C_WIRE_TYPE_VARINT, 4 },
	[PROTOBUF_C_TYPE_STRING] = { PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, sizeof(char *) },
	[PROTOBUF_C_TYPE_BYTES] = { PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, sizeof(ProtobufCBinaryData) },
	[PROTOBUF_C_TYPE_MESSAGE] = { PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, sizeof(void *) },
};

size_t
occ_element_size(ProtobufCType type)
{
	return type_facts[type].size;
}

/* ---- Failing ---- */

static bool __attribute__((format(printf, 3, 4)))
fail(struct check *check, enum occupare_code code, const char *format, ...)
{
	va_list args;

	check->code = code;
	va_start(args, format);
	vsnprintf(check->problem, sizeof check->problem, format, args);
	va_end(args);
	return false;
}

/* Puts a step before the path; what does not fit is left out, the inner steps say more. */
static bool
fail_within(struct check *check, const char *step)
{
	size_t step_length = strlen(step);
	size_t path_length = strlen(check->path);
	bool dot = path_length > 0;

	if (step_length + dot + path_length < sizeof check->path) {
		memmove(check->path + step_length + dot, check->path, path_length + 1);
		memcpy(check->path, step, step_length);
		if (dot)
			check->path[step_length] = '.';
	}
	return false;
}

static bool
charge(struct check *check, size_t size)
{
	if (size > check->bytes_left)
		return fail(check, OCCUPARE_RESOURCE_EXHAUSTED, "decodes to more memory than one message may take");
	check->bytes_left -= size;
	return true;
}

/* ---- Reading ---- */

/* Past a varint of at most bytes_max bytes; NULL: it does not end. */
static const uint8_t *
skip_varint(const uint8_t *at, const uint8_t *end, size_t bytes_max)
{
	if ((size_t)(end - at) > bytes_max)
		end = at + bytes_max;
	while (at < end)
		if ((*at++ & 0x80) == 0)
			return at;
	return NULL;
}

/* The same with its value, for varints that fit. */
static const uint8_t *
read_varint(const uint8_t *at, const uint8_t *end, size_t bytes_max, uint64_t *ret)
{
	const uint8_t *after = skip_varint(at, end, bytes_max);
	uint64_t value = 0;

	for (unsigned shift = 0; at < after; at++, shift += 7)
		value |= (uint64_t)(*at & 0x7F) << shift;
	*ret = value;
	return after;
}

/* Most messages number their fields from 1 without a gap. */
static const ProtobufCFieldDescriptor *
find_field(const ProtobufCMessageDescriptor *descriptor, uint32_t tag)
{
	if (tag <= descriptor->n_fields && descriptor->fields[tag - 1].id == tag)
		return &descriptor->fields[tag - 1];
	return protobuf_c_message_descriptor_get_field(descriptor, tag);
}

static bool
read_tag(struct check *check, struct cursor *cursor)
{
	uint64_t key = *cursor->at;

	if (key < 0x80)
		cursor->at++;
	else if ((cursor->at = read_varint(cursor->at, cursor->end, TAG_BYTES_MAX, &key)) == NULL || key > UINT32_MAX)
		return fail(check, OCCUPARE_INVALID_ARGUMENT, "a field's tag is cut off or too long");
	cursor->wire_type = key & 7;
	cursor->tag = (uint32_t)(key >> 3);
	if (cursor->tag == 0)
		return fail(check, OCCUPARE_INVALID_ARGUMENT, "a field has number 0");
	cursor->field = find_field(cursor->descriptor, cursor->tag);
	return true;
}

/* Reads the length prefix; ret_after: the end of what follows it. */
static bool
read_length(struct check *check, struct cursor *cursor, const uint8_t **ret_after)
{
	uint64_t length = cursor->at < cursor->end ? *cursor->at : 0x80;

	if (length < 0x80)
		cursor->at++;
	else if ((cursor->at = read_varint(cursor->at, cursor->end, LENGTH_BYTES_MAX, &length)) == NULL)
		return fail(check, OCCUPARE_INVALID_ARGUMENT, "a length is cut off or too long");
	if (length > INT_MAX || length > (uint64_t)(cursor->end - cursor->at))
		return fail(check, OCCUPARE_INVALID_ARGUMENT, "a length of %llu is beyond the end of the message",
		    (unsigned long long)length);
	*ret_after = cursor->at + length;
	return true;
}

/* Past a value that has no length prefix; NULL: cut off, or a wire type that does not exist any more. */
static const uint8_t *
skip_scalar(struct check *check, const uint8_t *at, const uint8_t *end, uint8_t wire_type)
{
	size_t size = 0;

	switch (wire_type) {
	case PROTOBUF_C_WIRE_TYPE_VARINT:
		at = skip_varint(at, end, VARINT_BYTES_MAX);
		if (at == NULL)
			fail(check, OCCUPARE_INVALID_ARGUMENT, "a number is cut off or longer than 10 bytes");
		return at;
	case PROTOBUF_C_WIRE_TYPE_64BIT:
		size = 8;
		break;
	case PROTOBUF_C_WIRE_TYPE_32BIT:
		size = 4;
		break;
	default:
		fail(check, OCCUPARE_INVALID_ARGUMENT, "wire type %u is not understood", wire_type);
		return NULL;
	}
	if ((size_t)(end - at) < size) {
		fail(check, OCCUPARE_INVALID_ARGUMENT, "a number is cut off");
		return NULL;
	}
	return at + size;
}

/* ---- Strings ---- */

size_t
occ_utf8_sequence(const uint8_t *text, const uint8_t *end)
{
	size_t left = (size_t)(end - text);
	uint8_t lead = text[0];
	uint8_t low = 0x80, high = 0xBF; /* of the second byte: no surrogates, nothing overlong or above U+10FFFF */
	size_t length;

	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead <= 0xDF) {
		length = 2;
	} else if (lead >= 0xE0 && lead <= 0xEF) {
		length = 3;
		low = lead == 0xE0 ? 0xA0 : low;
		high = lead == 0xED ? 0x9F : high;
	} else if (lead >= 0xF0 && lead <= 0xF4) {
		length = 4;
		low = lead == 0xF0 ? 0x90 : low;
		high = lead == 0xF4 ? 0x8F : high;
	} else {
		return 0;
	}
	if (left < length || text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((text[i] & 0xC0) != 0x80)
			return 0;
	return length;
}

static bool
check_text(struct check *check, const uint8_t *at, const uint8_t *end)
{
	const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;

	while (at < end) {
		uint64_t word;
		size_t length;

		if (end - at >= 8) {
			memcpy(&word, at, sizeof word);
			/* No byte above 0x7F, and none that borrows from its neighbour when one is taken off: no 0. */
			if ((((word - ones) | word) & high) == 0) {
				at += 8;
				continue;
			}
		}
		if (*at == 0)
			return fail(check, OCCUPARE_INVALID_ARGUMENT, "a text holds a NUL byte");
		length = occ_utf8_sequence(at, end);
		if (length == 0)
			return fail(check, OCCUPARE_INVALID_ARGUMENT, "a text is not valid UTF-8 (byte 0x%02X)", *at);
		at += length;
	}
	return true;
}

/* ---- Fields ---- */

/* Adds what elements of a repeated field take in its array. The array is one allocation: its first element also pays
 * for the rounding. */
static bool
charge_elements(struct check *check, struct cursor *cursor, size_t count)
{
	uint64_t bit = (uint64_t)1 << (cursor->field - cursor->descriptor->fields);
	size_t rounding = (cursor->seen & bit) == 0 ? _Alignof(max_align_t) : 0;

	cursor->seen |= bit;
	return charge(check, count * type_facts[cursor->field->type].size + rounding);
}

static bool
check_packed(struct check *check, struct cursor *cursor, const uint8_t *after)
{
	uint8_t wire_type = type_facts[cursor->field->type].wire_type;
	size_t bytes = (size_t)(after - cursor->at), count = 0;

	while (cursor->at < after) {
		cursor->at = skip_scalar(check, cursor->at, after, wire_type);
		if (cursor->at == NULL)
			return false;
		count++;
	}
	/* Unpack makes room for an element per byte of a packed list of truths. */
	return charge_elements(check, cursor, cursor->field->type == PROTOBUF_C_TYPE_BOOL ? bytes : count);
}

static bool
check_sub_message(struct check *check, struct cursor *cursor, const uint8_t *after)
{
	uint64_t bit = (uint64_t)1 << (cursor->field - cursor->descriptor->fields);

	if (cursor->field->label != PROTOBUF_C_LABEL_REPEATED) {
		if (cursor->seen & bit)
			return fail(check, OCCUPARE_INVALID_ARGUMENT, "is there twice");
		cursor->seen |= bit;
	}
	return check_message(check, cursor->field->descriptor, cursor->at, after);
}

static bool
check_value(struct check *check, struct cursor *cursor, const uint8_t *after)
{
	size_t length = (size_t)(after - cursor->at);

	if (cursor->field->label == PROTOBUF_C_LABEL_REPEATED && !charge_elements(check, cursor, 1))
		return false;
	switch (cursor->field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return charge(check, rounded(length + 1)) && check_text(check, cursor->at, after);
	case PROTOBUF_C_TYPE_BYTES:
		return charge(check, rounded(length));
	case PROTOBUF_C_TYPE_MESSAGE:
		return check_sub_message(check, cursor, after);
	default:
		return true;
	}
}

static bool
check_known(struct check *check, struct cursor *cursor)
{
	uint8_t wanted = type_facts[cursor->field->type].wire_type;
	const uint8_t *after;

	if (cursor->wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
		if (wanted != cursor->wire_type && cursor->field->label != PROTOBUF_C_LABEL_REPEATED)
			return fail(check, OCCUPARE_INVALID_ARGUMENT, "wire type 2, expected %u", wanted);
		if (!read_length(check, cursor, &after))
			return false;
		if (!(wanted == cursor->wire_type ? check_value(check, cursor, after)
						  : check_packed(check, cursor, after)))
			return false;
	} else {
		if (wanted != cursor->wire_type)
			return fail(
			    check, OCCUPARE_INVALID_ARGUMENT, "wire type %u, expected %u", cursor->wire_type, wanted);
		after = skip_scalar(check, cursor->at, cursor->end, cursor->wire_type);
		if (after == NULL || !check_value(check, cursor, after))
			return false;
	}
	cursor->at = after;
	return true;
}

static bool
check_unknown(struct check *check, struct cursor *cursor)
{
	const uint8_t *start = cursor->at, *after;

	cursor->unknown++;
	if (cursor->wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
		if (!read_length(check, cursor, &after))
			return false;
	} else if ((after = skip_scalar(check, cursor->at, cursor->end, cursor->wire_type)) == NULL) {
		return false;
	}
	cursor->at = after;
	return charge(check, rounded((size_t)(after - start)) + sizeof(ProtobufCMessageUnknownField));
}

/* The step to the field that failed: its name, and its index where it is repeated. Its members before this one are
 * sound, so that they can be read again to be counted; packed ones count as one. */
static bool
fail_at(struct check *check, const struct cursor *failed, size_t member)
{
	struct cursor cursor = { .descriptor = failed->descriptor, .at = failed->start, .end = failed->end };
	struct check ignored = { 0 };
	const uint8_t *after;
	char step[160];
	size_t index = 0;

	for (size_t i = 0; i < member && read_tag(&ignored, &cursor); i++) {
		index += cursor.tag == failed->tag;
		if (cursor.wire_type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
			after = skip_scalar(&ignored, cursor.at, cursor.end, cursor.wire_type);
		else if (!read_length(&ignored, &cursor, &after))
			break;
		cursor.at = after;
	}
	if (failed->field == NULL)
		snprintf(step, sizeof step, "%u", failed->tag);
	else if (failed->field->label == PROTOBUF_C_LABEL_REPEATED)
		snprintf(step, sizeof step, "%s[%zu]", failed->field->name, index);
	else
		snprintf(step, sizeof step, "%s", failed->field->name);
	return fail_within(check, step);
}

/* Depth is bounded by OCC_DEPTH_MAX. */
static bool
check_message(struct check *check, const ProtobufCMessageDescriptor *descriptor, const uint8_t *at, const uint8_t *end)
{
	struct cursor cursor = { .descriptor = descriptor, .start = at, .at = at, .end = end };

	assert(descriptor->n_fields <= FIELDS_MAX);
	if (check->depth == OCC_DEPTH_MAX)
		return fail(check, OCCUPARE_RESOURCE_EXHAUSTED, "nested deeper than %d messages", OCC_DEPTH_MAX);
	if (!charge(check, rounded(descriptor->sizeof_message)))
		return false;
	check->depth++;
	while (cursor.at < end) {
		if (!read_tag(check, &cursor))
			return false;
		if (!(cursor.field != NULL ? check_known(check, &cursor) : check_unknown(check, &cursor)))
			return fail_at(check, &cursor, cursor.members);
		cursor.members++;
	}
	check->depth--;
	return charge(check, notes_size(cursor.members) + (cursor.unknown > 0 ? _Alignof(max_align_t) : 0));
}

enum occupare_code
occ_wire_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t length, size_t bytes_max,
    struct occupare_status *st)
{
	static const uint8_t nothing[1];
	struct check check;

	check.bytes_left = bytes_max;
	check.depth = 0;
	check.path[0] = '\0';
	if (length == 0)
		bytes = nothing;
	if (check_message(&check, descriptor, bytes, bytes + length))
		return OCCUPARE_OK;
	return occupare_fail(st, check.code, check.path[0] != '\0' ? check.path : NULL, "%s", check.problem);
}

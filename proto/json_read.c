/* Scalars, fields, messages, and the messages that have a JSON form of their own. */
#include "proto/json_read.h"

#include <assert.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "proto/json_time.h"
#include "proto/nearest.h"
#include "proto/rpc.h"
#include "proto/wire.h"

#define FIELDS_MAX 64                /* of one message: they have a bit each in a word */
#define EXACT_END 9007199254740992.0 /* 2^53: from here on a double may stand for several integers */

struct reader {
	struct occ_arena *arena;
	unsigned depth;
	struct occupare_status *st;
};

static bool read_message(struct reader *reader, const struct occ_json_step *step,
    const ProtobufCMessageDescriptor *descriptor, const json_t *json, ProtobufCMessage **ret);

/* ---- Failing ---- */

/* snake_case as lowerCamelCase, the way protoc makes json_name; what does not fit is left out. */
static void
camel_name(const char *name, char *out, size_t size)
{
	size_t length = 0;

	for (; *name != '\0' && length + 1 < size; name++) {
		if (*name != '_')
			out[length++] = *name;
		else if (name[1] >= 'a' && name[1] <= 'z')
			out[length++] = (char)(*++name - 'a' + 'A');
	}
	out[length] = '\0';
}

/* Depth is that of the text, which is bounded. Returns the length; what does not fit is left out. */
static size_t
print_path(const struct occ_json_step *step, char *out, size_t size)
{
	size_t length = 0;
	char name[128];
	int printed;

	if (step == NULL)
		return 0;
	length = print_path(step->outer, out, size);
	if (step->field != NULL)
		camel_name(step->field->name, name, sizeof name);
	if (step->field != NULL || step->name != NULL)
		printed = snprintf(out + length, size - length, "%s%s", length > 0 ? "." : "",
		    step->field != NULL ? name : step->name);
	else
		printed = snprintf(out + length, size - length, "[%zu]", step->index);
	return printed >= 0 && (size_t)printed < size - length ? length + (size_t)printed : size - 1;
}

void
occ_json_path(const struct occ_json_step *step, char out[OCC_JSON_PATH_SIZE])
{
	out[0] = '\0';
	print_path(step, out, OCC_JSON_PATH_SIZE);
}

static bool __attribute__((format(printf, 4, 5)))
fail(struct reader *reader, const struct occ_json_step *step, enum occupare_code code, const char *format, ...)
{
	char text[sizeof reader->st->message];
	char path[OCC_JSON_PATH_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	occ_json_path(step, path);
	occupare_fail(reader->st, code, path[0] != '\0' ? path : NULL, "%s", text);
	return false;
}

/* What a JSON value is called in messages. */
const char *
occ_json_kind(const json_t *json)
{
	static const char *const kinds[] = {
		[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "a list",
		[JSON_STRING] = "a text",
		[JSON_INTEGER] = "a number",
		[JSON_REAL] = "a number",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null",
	};

	return kinds[json_typeof(json)];
}

static bool
fail_type(struct reader *reader, const struct occ_json_step *step, const char *expected, const json_t *json)
{
	return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "expected %s, got %s", expected, occ_json_kind(json));
}

static void *
take(struct reader *reader, const struct occ_json_step *step, size_t size)
{
	void *result = reader->arena->allocator.alloc(reader->arena->allocator.allocator_data, size);

	if (result == NULL)
		fail(reader, step, OCCUPARE_RESOURCE_EXHAUSTED,
		    "decodes to more than the %zu bytes that one message may take", reader->arena->bytes_max);
	return result;
}

/* ---- Scalars ---- */

/* An integer as sign and magnitude. False: not one, or not exactly. */
static bool
split_integer(const json_t *json, bool *ret_negative, uint64_t *ret_magnitude)
{
	if (json_is_integer(json)) {
		json_int_t value = json_integer_value(json);

		*ret_negative = value < 0;
		*ret_magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
	} else if (json_is_real(json)) {
		double value = json_real_value(json);

		if (floor(value) != value || fabs(value) >= EXACT_END)
			return false;
		*ret_negative = value < 0;
		*ret_magnitude = (uint64_t)fabs(value);
	} else if (json_is_string(json)) {
		const char *digits = json_string_value(json);

		*ret_negative = digits[0] == '-';
		digits += *ret_negative;
		if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
			return false;
		errno = 0;
		*ret_magnitude = strtoull(digits, NULL, 10);
		return errno == 0;
	} else {
		return false;
	}
	return true;
}

static bool
read_integer(struct reader *reader, const struct occ_json_step *step, bool is_signed, const json_t *json, void *slot,
    size_t size)
{
	uint64_t max = size == 4 ? (is_signed ? INT32_MAX : UINT32_MAX)
				 : (is_signed ? (uint64_t)INT64_MAX : UINT64_MAX);
	uint64_t magnitude;
	bool negative;

	if (!split_integer(json, &negative, &magnitude)) {
		if (json_is_real(json) && fabs(json_real_value(json)) >= EXACT_END)
			return fail(reader, step, OCCUPARE_INVALID_ARGUMENT,
			    "an integer of this size is not exact as a number: put it in quotes");
		if (json_is_real(json))
			return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "expected an integer, got %.17g",
			    json_real_value(json));
		return fail_type(reader, step, "an integer", json);
	}
	if (magnitude > (negative ? (is_signed ? max + 1 : 0) : max))
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "%s%" PRIu64 " is out of range for %s%zu",
		    negative ? "-" : "", magnitude, is_signed ? "int" : "uint", size * 8);
	if (negative)
		magnitude = -magnitude;
	if (size == 4)
		*(uint32_t *)slot = (uint32_t)magnitude;
	else
		*(uint64_t *)slot = magnitude;
	return true;
}

/* The grammar of a JSON number, which strtod alone is wider than. */
static bool
is_number(const char *text)
{
	static const char digits[] = "0123456789";
	size_t count;

	text += *text == '-';
	count = strspn(text, digits);
	if (count == 0)
		return false;
	text += count;
	if (*text == '.') {
		count = strspn(++text, digits);
		if (count == 0)
			return false;
		text += count;
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '+' || *text == '-';
		count = strspn(text, digits);
		if (count == 0)
			return false;
		text += count;
	}
	return *text == '\0';
}

static bool
read_real(struct reader *reader, const struct occ_json_step *step, const json_t *json, double max, double *ret)
{
	const char *text = json_string_value(json);

	if (json_is_number(json)) {
		*ret = json_number_value(json);
	} else if (text == NULL) {
		return fail_type(reader, step, "a number", json);
	} else if (strcmp(text, "NaN") == 0) {
		*ret = NAN;
		return true;
	} else if (strcmp(text, "Infinity") == 0 || strcmp(text, "-Infinity") == 0) {
		*ret = text[0] == '-' ? -INFINITY : INFINITY;
		return true;
	} else if (is_number(text)) {
		*ret = strtod(text, NULL);
	} else {
		return fail_type(reader, step, "a number", json);
	}
	if (fabs(*ret) > max)
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "a number out of range");
	return true;
}

static bool
read_float(struct reader *reader, const struct occ_json_step *step, const json_t *json, float *ret)
{
	double value;

	if (!read_real(reader, step, json, FLT_MAX, &value))
		return false;
	*ret = (float)value;
	return true;
}

static bool
read_bool(struct reader *reader, const struct occ_json_step *step, const json_t *json, protobuf_c_boolean *ret)
{
	if (!json_is_boolean(json))
		return fail_type(reader, step, "true or false", json);
	*ret = json_is_true(json);
	return true;
}

static bool
read_enum(struct reader *reader, const struct occ_json_step *step, const ProtobufCEnumDescriptor *descriptor,
    const json_t *json, int *ret)
{
	const ProtobufCEnumValue *value;
	struct occ_nearest nearest;

	if (!json_is_string(json))
		return read_integer(reader, step, true, json, ret, sizeof *ret);
	value = protobuf_c_enum_descriptor_get_value_by_name(descriptor, json_string_value(json));
	if (value == NULL) {
		nearest = occ_nearest_begin(json_string_value(json));
		for (unsigned i = 0; i < descriptor->n_values; i++)
			occ_nearest_offer(&nearest, descriptor->values[i].name);
		if (nearest.name == NULL)
			return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "\"%s\" is not a %s", nearest.wrong,
			    descriptor->name);
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "\"%s\" is not a %s; did you mean \"%s\"?",
		    nearest.wrong, descriptor->name, nearest.name);
	}
	*ret = value->value;
	return true;
}

static bool
read_string(struct reader *reader, const struct occ_json_step *step, const json_t *json, char **ret)
{
	size_t size;
	char *copy;

	if (!json_is_string(json))
		return fail_type(reader, step, "a text", json);
	size = json_string_length(json) + 1;
	copy = take(reader, step, size);
	if (copy == NULL)
		return false;
	memcpy(copy, json_string_value(json), size);
	*ret = copy;
	return true;
}

/* Of both alphabets; -1: not a digit of base64. */
static int
base64_digit(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	if (letter == '+' || letter == '-')
		return 62;
	return letter == '/' || letter == '_' ? 63 : -1;
}

/* The padding may be left off, but not be wrong. */
static bool
read_bytes(struct reader *reader, const struct occ_json_step *step, const json_t *json, ProtobufCBinaryData *ret)
{
	const char *text = json_string_value(json);
	size_t digits = text != NULL ? strcspn(text, "=") : 0;
	size_t padding = text != NULL ? strlen(text) - digits : 0;
	ProtobufCBinaryData bytes = { 0 };
	uint32_t group = 0;

	if (text == NULL)
		return fail_type(reader, step, "base64", json);
	if (digits % 4 == 1 ||
	    (padding > 0 && (digits % 4 == 0 || strspn(text + digits, "=") != padding || digits % 4 + padding != 4)))
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "not base64: wrong length or padding");
	bytes.data = take(reader, step, digits / 4 * 3 + 3);
	if (bytes.data == NULL)
		return false;
	for (size_t i = 0; i < digits; i++) {
		int digit = base64_digit(text[i]);

		if (digit < 0)
			return fail(
			    reader, step, OCCUPARE_INVALID_ARGUMENT, "not base64: unknown digit at position %zu", i);
		group = group << 6 | (uint32_t)digit;
		/* Each digit after the first of four completes a byte. */
		if (i % 4 != 0)
			bytes.data[bytes.len++] = (uint8_t)(group >> (6 - 2 * (i % 4)));
	}
	*ret = bytes;
	return true;
}

static bool
read_value(struct reader *reader, const struct occ_json_step *step, const ProtobufCFieldDescriptor *field,
    const json_t *json, void *slot)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return read_integer(reader, step, true, json, slot, 4);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return read_integer(reader, step, false, json, slot, 4);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return read_integer(reader, step, true, json, slot, 8);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return read_integer(reader, step, false, json, slot, 8);
	case PROTOBUF_C_TYPE_FLOAT:
		return read_float(reader, step, json, slot);
	case PROTOBUF_C_TYPE_DOUBLE:
		return read_real(reader, step, json, DBL_MAX, slot);
	case PROTOBUF_C_TYPE_BOOL:
		return read_bool(reader, step, json, slot);
	case PROTOBUF_C_TYPE_ENUM:
		return read_enum(reader, step, field->descriptor, json, slot);
	case PROTOBUF_C_TYPE_STRING:
		return read_string(reader, step, json, slot);
	case PROTOBUF_C_TYPE_BYTES:
		return read_bytes(reader, step, json, slot);
	case PROTOBUF_C_TYPE_MESSAGE:
		return read_message(reader, step, field->descriptor, json, slot);
	}
	return false;
}

/* ---- Fields ---- */

static bool
is_name_of(const char *key, const ProtobufCFieldDescriptor *field)
{
	const char *name = field->name;

	if (strcmp(key, name) == 0)
		return true;
	for (; *name != '\0'; name++) {
		char letter = *name;

		if (letter == '_') {
			if (name[1] < 'a' || name[1] > 'z')
				continue;
			letter = (char)(*++name - 'a' + 'A');
		}
		if (*key++ != letter)
			return false;
	}
	return *key == '\0';
}

static const ProtobufCFieldDescriptor *
find_field(const ProtobufCMessageDescriptor *descriptor, const char *key)
{
	for (unsigned i = 0; i < descriptor->n_fields; i++)
		if (is_name_of(key, &descriptor->fields[i]))
			return &descriptor->fields[i];
	return NULL;
}

static bool
fail_unknown(struct reader *reader, const struct occ_json_step *outer, const ProtobufCMessageDescriptor *descriptor,
    const char *key)
{
	struct occ_json_step step = { .outer = outer, .name = key };
	struct occ_nearest nearest = occ_nearest_begin(key);
	char name[128];

	for (unsigned i = 0; i < descriptor->n_fields; i++)
		occ_nearest_offer(&nearest, descriptor->fields[i].name);
	if (nearest.name == NULL)
		return fail(reader, &step, OCCUPARE_INVALID_ARGUMENT, "unknown field of %s", descriptor->name);
	camel_name(nearest.name, name, sizeof name);
	return fail(reader, &step, OCCUPARE_INVALID_ARGUMENT, "unknown field of %s; did you mean \"%s\"?",
	    descriptor->name, name);
}

static bool
read_list(struct reader *reader, const struct occ_json_step *outer, const ProtobufCFieldDescriptor *field,
    const json_t *json, ProtobufCMessage *message)
{
	size_t size = occ_element_size(field->type), count = json_array_size(json);
	struct occ_json_step step = { .outer = outer };
	char *elements;

	if (!json_is_array(json))
		return fail_type(reader, outer, "a list", json);
	if (count == 0)
		return true;
	elements = take(reader, outer, count * size);
	if (elements == NULL)
		return false;
	for (; step.index < count; step.index++)
		if (!read_value(reader, &step, field, json_array_get(json, step.index), elements + step.index * size))
			return false;
	*(char **)((char *)message + field->offset) = elements;
	*(size_t *)((char *)message + field->quantifier_offset) = count;
	return true;
}

static bool
read_field(struct reader *reader, const struct occ_json_step *step, const json_t *json, ProtobufCMessage *message)
{
	const ProtobufCFieldDescriptor *field = step->field;
	uint32_t *oneof_case = (uint32_t *)((char *)message + field->quantifier_offset);

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return read_list(reader, step, field, json, message);
	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
		return read_value(reader, step, field, json, (char *)message + field->offset);
	if (*oneof_case != 0)
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "excludes \"%s\", which is there too",
		    protobuf_c_message_descriptor_get_field(message->descriptor, *oneof_case)->name);
	if (!read_value(reader, step, field, json, (char *)message + field->offset))
		return false;
	*oneof_case = field->id;
	return true;
}

/* beside: a member that is not a field; NULL = none. */
static bool
read_fields(struct reader *reader, const struct occ_json_step *outer, const json_t *json, const char *beside,
    ProtobufCMessage *message)
{
	uint64_t seen = 0;
	const char *key;
	json_t *value;

	assert(message->descriptor->n_fields <= FIELDS_MAX);
	if (!json_is_object(json))
		return fail_type(reader, outer, "an object", json);
	json_object_foreach((json_t *)json, key, value)
	{
		struct occ_json_step step = { .outer = outer, .field = find_field(message->descriptor, key) };
		uint64_t bit;

		if (beside != NULL && strcmp(key, beside) == 0)
			continue;
		if (step.field == NULL)
			return fail_unknown(reader, outer, message->descriptor, key);
		bit = (uint64_t)1 << (step.field - message->descriptor->fields);
		if (seen & bit)
			return fail(
			    reader, &step, OCCUPARE_INVALID_ARGUMENT, "is there twice, under both of its names");
		seen |= bit;
		if (!json_is_null(value) && !read_field(reader, &step, value, message))
			return false;
	}
	return true;
}

/* ---- Messages ---- */

static bool
read_timestamp(struct reader *reader, const struct occ_json_step *step, const json_t *json, ProtobufCMessage *message)
{
	Google__Protobuf__Timestamp *timestamp = (Google__Protobuf__Timestamp *)message;
	const char *text = json_string_value(json);

	if (text == NULL)
		return fail_type(reader, step, "a timestamp in quotes", json);
	if (!occ_json_timestamp_parse(text, &timestamp->seconds, &timestamp->nanos))
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT,
		    "\"%s\" is not a timestamp like \"2024-05-31T12:00:00Z\"", text);
	return true;
}

static bool
read_duration(struct reader *reader, const struct occ_json_step *step, const json_t *json, ProtobufCMessage *message)
{
	Google__Protobuf__Duration *duration = (Google__Protobuf__Duration *)message;
	const char *text = json_string_value(json);

	if (text == NULL)
		return fail_type(reader, step, "a duration in quotes", json);
	if (!occ_json_duration_parse(text, &duration->seconds, &duration->nanos))
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "\"%s\" is not a duration like \"1.5s\"", text);
	return true;
}

static bool is_special(const ProtobufCMessageDescriptor *descriptor);

/* What an Any holds: its fields stand beside "@type", or a form of its own under "value". */
static bool
read_held(struct reader *reader, const struct occ_json_step *step, const ProtobufCMessageDescriptor *descriptor,
    const json_t *json, ProtobufCMessage **ret)
{
	struct occ_json_step inner = { .outer = step, .name = "value" };
	const json_t *value = json_object_get(json, "value");

	if (is_special(descriptor)) {
		if (value == NULL || json_object_size(json) != 2)
			return fail(reader, step, OCCUPARE_INVALID_ARGUMENT,
			    "an Any of %s has members \"@type\" and \"value\"", descriptor->name);
		return read_message(reader, &inner, descriptor, value, ret);
	}
	*ret = take(reader, step, descriptor->sizeof_message);
	if (*ret == NULL)
		return false;
	protobuf_c_message_init(descriptor, *ret);
	return read_fields(reader, step, json, "@type", *ret);
}

static bool
read_any(struct reader *reader, const struct occ_json_step *step, const json_t *json, ProtobufCMessage *message)
{
	Google__Protobuf__Any *any = (Google__Protobuf__Any *)message;
	struct occ_json_step inner = { .outer = step, .name = "@type" };
	const json_t *type = json_object_get(json, "@type");
	const ProtobufCMessageDescriptor *descriptor;
	const char *slash;
	ProtobufCMessage *held;

	if (!json_is_object(json))
		return fail_type(reader, step, "an object", json);
	if (json_object_size(json) == 0)
		return true;
	if (type == NULL)
		return fail(reader, step, OCCUPARE_INVALID_ARGUMENT, "an Any needs its \"@type\"");
	if (!read_string(reader, &inner, type, &any->type_url))
		return false;
	slash = strrchr(any->type_url, '/');
	descriptor = slash != NULL ? occ_message_find(slash + 1) : NULL;
	if (descriptor == NULL)
		return fail(reader, &inner, OCCUPARE_INVALID_ARGUMENT, "\"%s\" is not known here", any->type_url);
	if (!read_held(reader, step, descriptor, json, &held))
		return false;
	any->value.len = protobuf_c_message_get_packed_size(held);
	any->value.data = take(reader, step, any->value.len);
	if (any->value.data == NULL)
		return false;
	protobuf_c_message_pack(held, any->value.data);
	return true;
}

static const struct special {
	const ProtobufCMessageDescriptor *descriptor;
	bool (*read)(
	    struct reader *reader, const struct occ_json_step *step, const json_t *json, ProtobufCMessage *message);
} specials[] = {
	{ &google__protobuf__timestamp__descriptor, read_timestamp },
	{ &google__protobuf__duration__descriptor, read_duration },
	{ &google__protobuf__any__descriptor, read_any },
};

static const struct special *
special_of(const ProtobufCMessageDescriptor *descriptor)
{
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (specials[i].descriptor == descriptor)
			return &specials[i];
	return NULL;
}

static bool
is_special(const ProtobufCMessageDescriptor *descriptor)
{
	return special_of(descriptor) != NULL;
}

/* Depth is bounded by OCC_DEPTH_MAX. */
static bool
read_message(struct reader *reader, const struct occ_json_step *step, const ProtobufCMessageDescriptor *descriptor,
    const json_t *json, ProtobufCMessage **ret)
{
	const struct special *special = special_of(descriptor);
	ProtobufCMessage *message;

	if (reader->depth == OCC_DEPTH_MAX)
		return fail(reader, step, OCCUPARE_RESOURCE_EXHAUSTED, "nested deeper than %d messages", OCC_DEPTH_MAX);
	message = take(reader, step, descriptor->sizeof_message);
	if (message == NULL)
		return false;
	protobuf_c_message_init(descriptor, message);
	reader->depth++;
	if (special != NULL ? !special->read(reader, step, json, message)
			    : !read_fields(reader, step, json, NULL, message))
		return false;
	reader->depth--;
	*ret = message;
	return true;
}

enum occupare_code
occ_json_read(struct occ_arena *arena, const struct occ_json_step *step, const ProtobufCMessageDescriptor *descriptor,
    const json_t *json, ProtobufCMessage **ret, struct occupare_status *st)
{
	struct reader reader = { .arena = arena, .st = st };

	return read_message(&reader, step, descriptor, json, ret) ? OCCUPARE_OK : st->code;
}

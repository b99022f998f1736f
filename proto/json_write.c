/* Messages as ProtoJSON. */
#include "proto/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "proto/json_time.h"
#include "proto/rpc.h"
#include "proto/wire.h"

struct writer {
	FILE *out;
	bool pretty;
	unsigned indent;        /* levels */
	unsigned depth;         /* messages, those within an Any included */
	struct occ_arena arena; /* what an Any holds is decoded here, until the outermost Any is written */
	unsigned anys;          /* open */
	struct occupare_status *st;
};

static bool write_message(struct writer *writer, const ProtobufCMessage *message);

/* ---- Text ---- */

static void
put(struct writer *writer, const char *text)
{
	fputs_unlocked(text, writer->out);
}

static void
put_newline(struct writer *writer)
{
	if (!writer->pretty)
		return;
	putc_unlocked('\n', writer->out);
	for (unsigned i = 0; i < writer->indent; i++)
		put(writer, "  ");
}

static void
open_bracket(struct writer *writer, char bracket)
{
	putc_unlocked(bracket, writer->out);
	writer->indent++;
}

static void
close_bracket(struct writer *writer, char bracket, bool empty)
{
	writer->indent--;
	if (!empty)
		put_newline(writer);
	putc_unlocked(bracket, writer->out);
}

static void
put_separator(struct writer *writer, bool *first)
{
	if (!*first)
		putc_unlocked(',', writer->out);
	*first = false;
	put_newline(writer);
}

static void
put_escaped(FILE *out, uint8_t byte)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *pair = letters; *pair != '\0'; pair += 2)
		if ((uint8_t)*pair == byte) {
			putc_unlocked('\\', out);
			putc_unlocked(pair[1], out);
			return;
		}
	fprintf(out, "\\u%04x", byte);
}

void
occ_json_write_string(FILE *out, const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text), *plain = at;

	putc_unlocked('"', out);
	while (at < end) {
		size_t length = *at < 0x80 ? 1 : occ_utf8_sequence(at, end);

		if (length > 0 && *at >= 0x20 && *at != '"' && *at != '\\') {
			at += length;
			continue;
		}
		fwrite_unlocked(plain, 1, (size_t)(at - plain), out);
		/* Decoded messages hold valid UTF-8 only; whatever else comes must not make the text invalid. */
		if (length == 0)
			fputs_unlocked("\xEF\xBF\xBD", out);
		else
			put_escaped(out, *at);
		plain = ++at;
	}
	fwrite_unlocked(plain, 1, (size_t)(at - plain), out);
	putc_unlocked('"', out);
}

static void
put_string(struct writer *writer, const char *text)
{
	occ_json_write_string(writer->out, text);
}

/* snake_case as lowerCamelCase, the way protoc makes json_name. */
static void
put_name(struct writer *writer, const char *name)
{
	char out[128];
	size_t n = 0;

	out[n++] = '"';
	for (; *name != '\0' && n < sizeof out - 4; name++) {
		if (*name != '_')
			out[n++] = *name;
		else if (name[1] >= 'a' && name[1] <= 'z')
			out[n++] = (char)(*++name - 'a' + 'A');
	}
	out[n++] = '"';
	out[n++] = ':';
	if (writer->pretty)
		out[n++] = ' ';
	fwrite_unlocked(out, 1, n, writer->out);
}

void
occ_json_write_base64(FILE *out, const uint8_t *bytes, size_t length, bool padded)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	putc_unlocked('"', out);
	for (size_t i = 0; i < length; i += 3) {
		size_t count = length - i < 3 ? length - i : 3;
		uint32_t group = (uint32_t)bytes[i] << 16;

		group |= count > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
		group |= count > 2 ? bytes[i + 2] : 0;
		for (size_t digit = 0; digit < 4; digit++) {
			if (digit <= count)
				putc_unlocked(digits[group >> (18 - 6 * digit) & 63], out);
			else if (padded)
				putc_unlocked('=', out);
		}
	}
	putc_unlocked('"', out);
}

static void
put_base64(struct writer *writer, const ProtobufCBinaryData *bytes)
{
	occ_json_write_base64(writer->out, bytes->data, bytes->len, true);
}

#define HUNDREDTHS_MAX 1e15

/* Numbers with at most two digits behind the point, as nearly all are: written so they read back as the same value, and fewer
 * digits would not. False: it is none. */
static bool
put_hundredths(struct writer *writer, double value)
{
	double hundredths = rint(value * 100);
	char out[24], *at = out + sizeof out;
	int64_t rest;

	if (!(fabs(hundredths) < HUNDREDTHS_MAX) || hundredths / 100 != value || (value == 0 && signbit(value)))
		return false;
	rest = (int64_t)fabs(hundredths);
	if (rest % 100 != 0) {
		if (rest % 10 != 0)
			*--at = (char)('0' + rest % 10);
		*--at = (char)('0' + rest / 10 % 10);
		*--at = '.';
	}
	rest /= 100;
	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (value < 0)
		*--at = '-';
	fwrite_unlocked(at, 1, (size_t)(out + sizeof out - at), writer->out);
	return true;
}

/* The fewest digits that read back as the same value. */
static void
put_real(struct writer *writer, double value, bool is_float)
{
	char text[32];

	if (!is_float && put_hundredths(writer, value))
		return;
	if (isnan(value)) {
		put(writer, "\"NaN\"");
		return;
	}
	if (isinf(value)) {
		put(writer, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
		return;
	}
	for (int digits = is_float ? 6 : 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (is_float ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
			break;
	}
	put(writer, text);
	/* A sign alone does not survive readers that take "-0" for an integer. */
	if (value == 0 && signbit(value))
		put(writer, ".0");
}

/* ---- Values ---- */

static void
put_enum(struct writer *writer, const ProtobufCEnumDescriptor *descriptor, int number)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(descriptor, number);

	if (value != NULL)
		put_string(writer, value->name);
	else
		fprintf(writer->out, "%d", number);
}

static bool
write_value(struct writer *writer, const ProtobufCFieldDescriptor *field, const void *value)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		fprintf(writer->out, "%" PRId32, *(const int32_t *)value);
		break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		fprintf(writer->out, "%" PRIu32, *(const uint32_t *)value);
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		fprintf(writer->out, "\"%" PRId64 "\"", *(const int64_t *)value);
		break;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		fprintf(writer->out, "\"%" PRIu64 "\"", *(const uint64_t *)value);
		break;
	case PROTOBUF_C_TYPE_FLOAT:
		put_real(writer, *(const float *)value, true);
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		put_real(writer, *(const double *)value, false);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		put(writer, *(const protobuf_c_boolean *)value ? "true" : "false");
		break;
	case PROTOBUF_C_TYPE_ENUM:
		put_enum(writer, field->descriptor, *(const int *)value);
		break;
	case PROTOBUF_C_TYPE_STRING:
		put_string(writer, *(char *const *)value != NULL ? *(char *const *)value : "");
		break;
	case PROTOBUF_C_TYPE_BYTES:
		put_base64(writer, value);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		return write_message(writer, *(ProtobufCMessage *const *)value);
	}
	return true;
}

/* A oneof's member is there when the case says so, a message when there is a pointer, all else when it is not the
 * default. A negative zero is not the default. */
static bool
is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	static const char zeros[sizeof(double)];
	const char *base = (const char *)message;
	const void *value = base + field->offset;

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return *(const size_t *)(base + field->quantifier_offset) > 0;
	if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
		return *(const uint32_t *)(base + field->quantifier_offset) == field->id;
	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return *(ProtobufCMessage *const *)value != NULL;
	case PROTOBUF_C_TYPE_STRING:
		return *(char *const *)value != NULL && **(char *const *)value != '\0';
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)value)->len > 0;
	default:
		return memcmp(value, zeros, occ_element_size(field->type)) != 0;
	}
}

static bool
write_list(struct writer *writer, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t count = *(const size_t *)((const char *)message + field->quantifier_offset);
	const char *elements = *(char *const *)((const char *)message + field->offset);
	bool first = true;

	open_bracket(writer, '[');
	for (size_t i = 0; i < count; i++) {
		put_separator(writer, &first);
		if (!write_value(writer, field, elements + i * occ_element_size(field->type)))
			return false;
	}
	close_bracket(writer, ']', first);
	return true;
}

static bool
write_fields(struct writer *writer, const ProtobufCMessage *message, bool *first)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		bool done;

		if (!is_present(message, field))
			continue;
		put_separator(writer, first);
		put_name(writer, field->name);
		done = field->label == PROTOBUF_C_LABEL_REPEATED
			   ? write_list(writer, message, field)
			   : write_value(writer, field, (const char *)message + field->offset);
		if (!done)
			return false;
	}
	return true;
}

/* ---- Messages with a JSON form of their own ---- */

static bool
write_timestamp(struct writer *writer, const ProtobufCMessage *message)
{
	const Google__Protobuf__Timestamp *timestamp = (const Google__Protobuf__Timestamp *)message;
	char text[OCC_JSON_TIME_SIZE];

	if (!occ_json_timestamp_print(timestamp->seconds, timestamp->nanos, text)) {
		occupare_fail(writer->st, OCCUPARE_INTERNAL, NULL,
		    "a timestamp of %" PRId64 " s and %" PRId32 " ns is not within the years 1 to 9999",
		    timestamp->seconds, timestamp->nanos);
		return false;
	}
	put_string(writer, text);
	return true;
}

static bool
write_duration(struct writer *writer, const ProtobufCMessage *message)
{
	const Google__Protobuf__Duration *duration = (const Google__Protobuf__Duration *)message;
	char text[OCC_JSON_TIME_SIZE];

	if (!occ_json_duration_print(duration->seconds, duration->nanos, text)) {
		occupare_fail(writer->st, OCCUPARE_INTERNAL, NULL,
		    "a duration of %" PRId64 " s and %" PRId32 " ns is not within 10000 years, with one sign",
		    duration->seconds, duration->nanos);
		return false;
	}
	put_string(writer, text);
	return true;
}

static bool write_any(struct writer *writer, const ProtobufCMessage *message);

static const struct special {
	const ProtobufCMessageDescriptor *descriptor;
	bool (*write)(struct writer *writer, const ProtobufCMessage *message);
} specials[] = {
	{ &google__protobuf__timestamp__descriptor, write_timestamp },
	{ &google__protobuf__duration__descriptor, write_duration },
	{ &google__protobuf__any__descriptor, write_any },
};

static const struct special *
special_of(const ProtobufCMessageDescriptor *descriptor)
{
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (specials[i].descriptor == descriptor)
			return &specials[i];
	return NULL;
}

static ProtobufCMessage *
unpack_any(struct writer *writer, const Google__Protobuf__Any *any)
{
	const char *slash = strrchr(any->type_url, '/');
	const ProtobufCMessageDescriptor *descriptor = slash != NULL ? occ_message_find(slash + 1) : NULL;
	ProtobufCMessage *message;

	if (descriptor == NULL) {
		occupare_fail(
		    writer->st, OCCUPARE_INTERNAL, NULL, "an Any holds \"%s\", which is not known here", any->type_url);
		return NULL;
	}
	if (occ_unpack(&writer->arena, descriptor, any->value.data, any->value.len, &message, writer->st) ==
	    OCCUPARE_OK)
		return message;
	writer->st->code = OCCUPARE_INTERNAL;
	occupare_status_reason(writer->st, occupare_code_name(OCCUPARE_INTERNAL));
	occupare_status_prefix(writer->st, descriptor->name);
	return NULL;
}

static bool
write_any(struct writer *writer, const ProtobufCMessage *message)
{
	const Google__Protobuf__Any *any = (const Google__Protobuf__Any *)message;
	ProtobufCMessage *held = NULL;
	bool first = true, done = true;

	open_bracket(writer, '{');
	writer->anys++;
	if (any->type_url[0] != '\0' || any->value.len > 0) {
		held = unpack_any(writer, any);
		if (held == NULL)
			return false;
		put_separator(writer, &first);
		put(writer, writer->pretty ? "\"@type\": " : "\"@type\":");
		put_string(writer, any->type_url);
		if (special_of(held->descriptor) != NULL) {
			put_separator(writer, &first);
			put_name(writer, "value");
			done = write_message(writer, held);
		} else {
			done = write_fields(writer, held, &first);
		}
	}
	close_bracket(writer, '}', first);
	if (--writer->anys == 0)
		occ_arena_reset(&writer->arena);
	return done;
}

/* Depth is bounded by OCC_DEPTH_MAX: an Any may hold an Any. */
static bool
write_message(struct writer *writer, const ProtobufCMessage *message)
{
	const struct special *special = special_of(message->descriptor);
	bool first = true, done;

	if (writer->depth == OCC_DEPTH_MAX) {
		occupare_fail(writer->st, OCCUPARE_INTERNAL, NULL, "nested deeper than %d messages", OCC_DEPTH_MAX);
		return false;
	}
	writer->depth++;
	if (special != NULL) {
		done = special->write(writer, message);
	} else {
		open_bracket(writer, '{');
		done = write_fields(writer, message, &first);
		close_bracket(writer, '}', first);
	}
	writer->depth--;
	return done;
}

enum occupare_code
occ_json_write(FILE *out, const ProtobufCMessage *message, bool pretty, struct occupare_status *st)
{
	struct writer writer = { .out = out, .pretty = pretty, .st = st };
	bool done;

	occ_arena_init(&writer.arena, 4096, OCC_ARENA_BYTES_MAX);
	flockfile(out);
	done = write_message(&writer, message);
	if (done && pretty)
		putc_unlocked('\n', out);
	if (done && ferror_unlocked(out)) {
		occupare_fail(st, OCCUPARE_INTERNAL, NULL, "writing JSON failed: %m");
		done = false;
	}
	funlockfile(out);
	occ_arena_fini(&writer.arena);
	return done ? OCCUPARE_OK : st->code;
}

enum occupare_code
occ_json_print(
    struct occ_arena *arena, const ProtobufCMessage *message, bool pretty, char **ret, struct occupare_status *st)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum occupare_code code;

	if (out == NULL)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "no memory for a JSON text");
	code = occ_json_write(out, message, pretty, st);
	if (fclose(out) != 0 && code == OCCUPARE_OK)
		code = occupare_fail(st, OCCUPARE_INTERNAL, NULL, "no memory for a JSON text");
	if (code == OCCUPARE_OK)
		*ret = occ_arena_strndup(arena, text, size);
	free(text);
	return code;
}

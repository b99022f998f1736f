/* Statuses: filling in, cutting to size, names of codes. */
#include "proto/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/wire.h"

/* Statuses are sent as strings of protobuf messages, which must be UTF-8, and may quote anything: a file's bytes, an
 * argument of a command. */
static void
make_utf8(char *text)
{
	uint8_t *at = (uint8_t *)text;
	const uint8_t *end = at + strlen(text);

	while (at < end) {
		size_t length = occ_utf8_sequence(at, end);

		if (length == 0)
			*at = '?';
		at += length > 0 ? length : 1;
	}
}

/* Prints into a field of fixed size; what does not fit is cut before a UTF-8 sequence and ends in "...". */
static void
print_cut(char *out, size_t size, const char *format, va_list args)
{
	int length = vsnprintf(out, size, format, args);
	size_t end = size - 4;

	if (length < 0)
		out[0] = '\0';
	if (length >= 0 && (size_t)length >= size) {
		while (end > 0 && ((unsigned char)out[end] & 0xC0) == 0x80)
			end--;
		memcpy(out + end, "...", 4);
	}
	make_utf8(out);
}

static void __attribute__((format(printf, 3, 4))) set_cut(char *out, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_cut(out, size, format, args);
	va_end(args);
}

void
occupare_status_clear(struct occupare_status *st)
{
	st->code = OCCUPARE_OK;
	st->reason[0] = st->message[0] = st->resource_type[0] = st->resource_name[0] = '\0';
	st->violations_count = st->metadata_count = 0;
	st->retry_delay_ms = 0;
}

static void
add_violation(struct occupare_status *st, const char *field, const char *description)
{
	if (st->violations_count < OCCUPARE_STATUS_VIOLATIONS_MAX) {
		struct occupare_violation *violation = &st->violations[st->violations_count];

		set_cut(violation->field, sizeof violation->field, "%s", field);
		set_cut(violation->description, sizeof violation->description, "%s", description);
	}
	st->violations_count++;
}

enum occupare_code
occupare_fail(struct occupare_status *st, enum occupare_code code, const char *field, const char *format, ...)
{
	char text[sizeof st->message];
	va_list args;

	va_start(args, format);
	print_cut(text, sizeof text, format, args);
	va_end(args);
	occupare_status_clear(st);
	st->code = code;
	set_cut(st->reason, sizeof st->reason, "%s", occupare_code_name(code));
	if (field != NULL) {
		set_cut(st->message, sizeof st->message, "%s: %s", field, text);
		add_violation(st, field, text);
	} else {
		set_cut(st->message, sizeof st->message, "%s", text);
	}
	return code;
}

enum occupare_code
occupare_violation_add(struct occupare_status *st, const char *field, const char *format, ...)
{
	char text[sizeof st->violations[0].description];
	va_list args;

	va_start(args, format);
	print_cut(text, sizeof text, format, args);
	va_end(args);
	if (st->code == OCCUPARE_OK)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, field, "%s", text);
	add_violation(st, field, text);
	return OCCUPARE_INVALID_ARGUMENT;
}

void
occupare_status_reason(struct occupare_status *st, const char *reason)
{
	set_cut(st->reason, sizeof st->reason, "%s", reason);
}

void
occupare_status_metadata(struct occupare_status *st, const char *key, const char *format, ...)
{
	struct occupare_metadata *entry;
	va_list args;

	if (st->metadata_count == OCCUPARE_STATUS_METADATA_MAX)
		return;
	entry = &st->metadata[st->metadata_count++];
	set_cut(entry->key, sizeof entry->key, "%s", key);
	va_start(args, format);
	print_cut(entry->value, sizeof entry->value, format, args);
	va_end(args);
}

const char *
occupare_status_metadata_get(const struct occupare_status *st, const char *key)
{
	for (unsigned i = 0; i < st->metadata_count; i++)
		if (strcmp(st->metadata[i].key, key) == 0)
			return st->metadata[i].value;
	return NULL;
}

void
occupare_status_resource(struct occupare_status *st, const char *type, const char *name)
{
	set_cut(st->resource_type, sizeof st->resource_type, "%s", type);
	set_cut(st->resource_name, sizeof st->resource_name, "%s", name);
}

void
occupare_status_prefix(struct occupare_status *st, const char *prefix)
{
	char text[sizeof st->message];
	unsigned kept = st->violations_count < OCCUPARE_STATUS_VIOLATIONS_MAX ? st->violations_count
									      : OCCUPARE_STATUS_VIOLATIONS_MAX;
	const char *separator = ": ";

	for (unsigned i = 0; i < kept; i++) {
		struct occupare_violation *violation = &st->violations[i];
		const char *joint = violation->field[0] == '[' || violation->field[0] == '\0' ? "" : ".";

		/* The message of a field's failure starts with the field: the prefix then joins to it as a path. */
		if (i == 0 && violation->field[0] != '\0' &&
		    strncmp(st->message, violation->field, strlen(violation->field)) == 0)
			separator = joint;
		set_cut(text, sizeof violation->field, "%s%s%s", prefix, joint, violation->field);
		memcpy(violation->field, text, sizeof violation->field);
	}
	set_cut(text, sizeof text, "%s%s%s", prefix, separator, st->message);
	memcpy(st->message, text, sizeof text);
}

static const char *const code_names[] = {
	[OCCUPARE_OK] = "OK",
	[OCCUPARE_CANCELLED] = "CANCELLED",
	[OCCUPARE_UNKNOWN] = "UNKNOWN",
	[OCCUPARE_INVALID_ARGUMENT] = "INVALID_ARGUMENT",
	[OCCUPARE_DEADLINE_EXCEEDED] = "DEADLINE_EXCEEDED",
	[OCCUPARE_NOT_FOUND] = "NOT_FOUND",
	[OCCUPARE_ALREADY_EXISTS] = "ALREADY_EXISTS",
	[OCCUPARE_PERMISSION_DENIED] = "PERMISSION_DENIED",
	[OCCUPARE_RESOURCE_EXHAUSTED] = "RESOURCE_EXHAUSTED",
	[OCCUPARE_FAILED_PRECONDITION] = "FAILED_PRECONDITION",
	[OCCUPARE_ABORTED] = "ABORTED",
	[OCCUPARE_OUT_OF_RANGE] = "OUT_OF_RANGE",
	[OCCUPARE_UNIMPLEMENTED] = "UNIMPLEMENTED",
	[OCCUPARE_INTERNAL] = "INTERNAL",
	[OCCUPARE_UNAVAILABLE] = "UNAVAILABLE",
	[OCCUPARE_DATA_LOSS] = "DATA_LOSS",
	[OCCUPARE_UNAUTHENTICATED] = "UNAUTHENTICATED",
};

const char *
occupare_code_name(enum occupare_code code)
{
	if ((unsigned)code >= sizeof code_names / sizeof code_names[0])
		return "UNKNOWN";
	return code_names[code];
}

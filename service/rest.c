/* Readable GET forms: path and query are the request, by its descriptor, and the answer is the reply as JSON, or a bare
 * google.rpc.Status where it failed. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "occupare/v1/comparison_service.pb-c.h"
#include "proto/json.h"
#include "proto/nearest.h"
#include "proto/rpc.h"
#include "proto/wire.h"
#include "service/exchange.h"

#define JSON_TYPE "application/json"

static const struct call_form json_form;
static const struct call_form rendering_form;

void
rest_handle(struct exchange *x)
{
	if (!exchange_is_known(x))
		exchange_call(x, &json_form, exchange_envelope(x, exchange_route(x)->rpc));
}

void
rest_render(struct exchange *x)
{
	/* A rendering may be HTML: alone in a browser it is a page that runs and loads nothing. */
	exchange_set_header(
	    x, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox");
	if (!exchange_is_known(x))
		exchange_call(x, &rendering_form, exchange_envelope(x, exchange_route(x)->rpc));
}

/* ---- Answers ---- */

static char *
to_json(const ProtobufCMessage *message, size_t *ret_length, struct occupare_status *st)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_length);
	enum occupare_code code;

	if (out == NULL) {
		occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the answer");
		return NULL;
	}
	code = occ_json_write(out, message, false, st);
	if (fclose(out) != 0 && code == OCCUPARE_OK)
		code = occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the answer");
	if (code == OCCUPARE_OK)
		return text;
	free(text);
	return NULL;
}

/* Its metadata is a map in the schema that clients have, and a list of pairs in ours, which protobuf-c needs: the same bytes, but
 * not the same JSON. */
static void
put_error_info(FILE *out, const Google__Rpc__ErrorInfo *info)
{
	fputs("\"reason\":", out);
	occ_json_write_string(out, info->reason);
	fputs(",\"domain\":", out);
	occ_json_write_string(out, info->domain);
	if (info->n_metadata == 0)
		return;
	fputs(",\"metadata\":{", out);
	for (size_t i = 0; i < info->n_metadata; i++) {
		if (i > 0)
			fputc(',', out);
		occ_json_write_string(out, info->metadata[i]->key);
		fputc(':', out);
		occ_json_write_string(out, info->metadata[i]->value);
	}
	fputc('}', out);
}

void
rest_put_detail(FILE *out, struct occ_arena *arena, const Google__Protobuf__Any *any)
{
	const char *slash = strrchr(any->type_url, '/');
	const ProtobufCMessageDescriptor *descriptor = slash != NULL ? occ_message_find(slash + 1) : NULL;
	struct occupare_status ignored;
	ProtobufCMessage *message;
	char *text;

	occupare_status_clear(&ignored);
	if (descriptor == NULL ||
	    occ_unpack(arena, descriptor, any->value.data, any->value.len, &message, &ignored) != OCCUPARE_OK)
		return;
	if (descriptor == &google__rpc__error_info__descriptor) {
		put_error_info(out, (const Google__Rpc__ErrorInfo *)message);
	} else if (occ_json_print(arena, message, false, &text, &ignored) == OCCUPARE_OK) {
		text[strlen(text) - 1] = '\0';
		fputs(text + 1, out);
	}
}

char *
rest_failure(struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length)
{
	const Google__Rpc__Status *status = occ_status_pack(arena, st);
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_length);

	if (out == NULL)
		return NULL;
	fprintf(out, "{\"code\":%d,\"message\":", (int)st->code);
	occ_json_write_string(out, st->message);
	fputs(",\"details\":[", out);
	for (size_t i = 0; i < status->n_details; i++) {
		fputs(i > 0 ? ",{\"@type\":" : "{\"@type\":", out);
		occ_json_write_string(out, status->details[i]->type_url);
		fputc(',', out);
		rest_put_detail(out, arena, status->details[i]);
		fputc('}', out);
	}
	fputs("]}", out);
	if (fclose(out) == 0)
		return text;
	free(text);
	*ret_length = 0;
	return NULL;
}

enum occupare_code
rest_write(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);
	char *text;
	size_t length;

	if (reply == NULL) {
		exchange_fail(x, 0, &call->status);
	} else {
		text = to_json(reply, &length, &call->status);
		if (text == NULL)
			return call->status.code;
		exchange_answer(x, 200, JSON_TYPE, text, length);
	}
	*ret = exchange_written(x, ret_length);
	return OCCUPARE_OK;
}

static enum occupare_code
write_rendering(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);
	const Occupare__V1__RenderComparisonResponse *rendering = (const Occupare__V1__RenderComparisonResponse *)reply;
	char *text;

	if (reply == NULL) {
		exchange_fail(x, 0, &call->status);
	} else {
		text = malloc(rendering->body.len + 1);
		if (text == NULL)
			return occupare_fail(
			    &call->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the answer");
		memcpy(text, rendering->body.data, rendering->body.len);
		exchange_answer(x, 200, rendering->content_type, text, rendering->body.len);
	}
	*ret = exchange_written(x, ret_length);
	return OCCUPARE_OK;
}

static const struct call_form json_form = { rest_read, rest_write };
static const struct call_form rendering_form = { rest_read, write_rendering };

/* ---- Values of fields ---- */

/* An enum by the name of its value, with or without the prefix that all its values have, or by number. */
static bool
parse_enum(const ProtobufCEnumDescriptor *descriptor, const char *text, int *ret)
{
	static const char none[] = "UNSPECIFIED";
	const char *first = descriptor->values[0].name;
	size_t prefix = strlen(first) >= sizeof none - 1 ? strlen(first) - (sizeof none - 1) : 0;
	char *end;

	for (unsigned i = 0; i < descriptor->n_values; i++) {
		const char *name = descriptor->values[i].name;

		if (strcasecmp(name, text) == 0 || (strlen(name) > prefix && strcasecmp(name + prefix, text) == 0)) {
			*ret = descriptor->values[i].value;
			return true;
		}
	}
	errno = 0;
	*ret = (int)strtol(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

static bool
parse_signed(const char *text, long long min, long long max, long long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *ret >= min && *ret <= max &&
	       (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
}

static bool
parse_unsigned(const char *text, unsigned long long max, unsigned long long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *ret <= max && text[0] >= '0' && text[0] <= '9';
}

static bool
parse_bool(const char *text, protobuf_c_boolean *ret)
{
	*ret = strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;
	return *ret || strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static bool
parse_real(const char *text, double *ret)
{
	char *end;

	errno = 0;
	*ret = strtod(text, &end);
	return errno == 0 && end != text && *end == '\0' && isfinite(*ret);
}

/* Stores one value; what was expected where it is none, else NULL. */
static const char *
parse_value(const ProtobufCFieldDescriptor *field, const char *text, void *ret)
{
	long long number = 0;
	unsigned long long natural = 0;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		*(const char **)ret = text;
		return NULL;
	case PROTOBUF_C_TYPE_BOOL:
		return parse_bool(text, ret) ? NULL : "true or false";
	case PROTOBUF_C_TYPE_DOUBLE:
		return parse_real(text, ret) ? NULL : "a number";
	case PROTOBUF_C_TYPE_ENUM:
		return parse_enum(field->descriptor, text, ret) ? NULL : "one of its names";
	case PROTOBUF_C_TYPE_INT32:
		if (!parse_signed(text, INT32_MIN, INT32_MAX, &number))
			return "a whole number of 32 bits";
		*(int32_t *)ret = (int32_t)number;
		return NULL;
	case PROTOBUF_C_TYPE_UINT32:
		if (!parse_unsigned(text, UINT32_MAX, &natural))
			return "a whole number from 0, of 32 bits";
		*(uint32_t *)ret = (uint32_t)natural;
		return NULL;
	case PROTOBUF_C_TYPE_UINT64:
		if (!parse_unsigned(text, UINT64_MAX, &natural))
			return "a whole number from 0, of 64 bits";
		*(uint64_t *)ret = natural;
		return NULL;
	default:
		return "something that can be said in a query";
	}
}

bool
rest_is_scalar(const ProtobufCFieldDescriptor *field)
{
	return field->type != PROTOBUF_C_TYPE_MESSAGE && field->type != PROTOBUF_C_TYPE_BYTES;
}

/* ---- Filling a request ---- */

struct reading {
	struct call *call;
	const char *name; /* of the parameter, to blame */
	const char *value;
};

static enum occupare_code
set_scalar(struct reading *r, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	char *base = (char *)message;
	size_t size = occ_element_size(field->type), *count;
	char *elements, *larger;
	const char *expected;

	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		expected = parse_value(field, r->value, base + field->offset);
	} else {
		count = (size_t *)(base + field->quantifier_offset);
		elements = *(char **)(base + field->offset);
		larger = occ_arena_alloc(&r->call->arena, (*count + 1) * size);
		if (*count > 0)
			memcpy(larger, elements, *count * size);
		expected = parse_value(field, r->value, larger + *count * size);
		*(char **)(base + field->offset) = larger;
		++*count;
	}
	if (expected == NULL)
		return OCCUPARE_OK;
	return occupare_fail(
	    &r->call->status, OCCUPARE_INVALID_ARGUMENT, r->name, "\"%s\" is not %s", r->value, expected);
}

static ProtobufCMessage *
new_message(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
	ProtobufCMessage *message = occ_arena_alloc(arena, descriptor->sizeof_message);

	descriptor->message_init(message);
	return message;
}

/* Puts one more message into a repeated field. */
static ProtobufCMessage *
append_message(struct occ_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t *count = (size_t *)((char *)message + field->quantifier_offset);
	ProtobufCMessage ***elements = (ProtobufCMessage ***)((char *)message + field->offset);
	ProtobufCMessage **larger = occ_arena_alloc(arena, (*count + 1) * sizeof(*larger));

	if (*count > 0)
		memcpy(larger, *elements, *count * sizeof(*larger));
	larger[*count] = new_message(arena, field->descriptor);
	*elements = larger;
	return larger[(*count)++];
}

/* Sets what a path leads to. The paths are those of routes, so their fields are there. The schema bounds the depth. */
static enum occupare_code
set_path(struct reading *r, ProtobufCMessage *message, const char *path, bool each)
{
	char name[64];
	const ProtobufCFieldDescriptor *field;
	ProtobufCMessage **at;
	size_t length = strcspn(path, ".");

	snprintf(name, sizeof name, "%.*s", (int)length, path);
	field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
	if (field == NULL)
		return occupare_fail(&r->call->status, OCCUPARE_INTERNAL, NULL, "no field \"%s\"", path);
	if (path[length] == '\0')
		return set_scalar(r, message, field);
	path += length + 1;
	at = (ProtobufCMessage **)((char *)message + field->offset);
	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		if (*at == NULL)
			*at = new_message(&r->call->arena, field->descriptor);
		return set_path(r, *at, path, each);
	}
	if (!each)
		return set_path(r, append_message(&r->call->arena, message, field), path, each);
	for (size_t i = 0; i < *(size_t *)((char *)message + field->quantifier_offset); i++)
		if (set_path(r, (*(ProtobufCMessage ***)at)[i], path, each) != OCCUPARE_OK)
			return r->call->status.code;
	return OCCUPARE_OK;
}

/* A field by its name in the schema or in JSON: "page_size" or "pageSize". */
static const ProtobufCFieldDescriptor *
find_field(const ProtobufCMessageDescriptor *descriptor, const char *name)
{
	char snake[64];
	size_t n = 0;

	for (const char *c = name; *c != '\0' && n + 2 < sizeof snake; c++) {
		if (*c >= 'A' && *c <= 'Z')
			snake[n++] = '_';
		snake[n++] = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
	}
	snake[n] = '\0';
	return protobuf_c_message_descriptor_get_field_by_name(descriptor, snake);
}

static const struct parameter *
find_parameter(const struct route *route, const char *name)
{
	for (const struct parameter *p = route->parameters; p != NULL && p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static enum occupare_code
fail_unknown(struct exchange *x, const ProtobufCMessageDescriptor *descriptor, const char *name)
{
	struct occupare_status *st = &exchange_call_of(x)->status;
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (const struct parameter *p = exchange_route(x)->parameters; p != NULL && p->name != NULL; p++)
		occ_nearest_offer(&nearest, p->name);
	for (unsigned i = 0; i < descriptor->n_fields; i++)
		if (rest_is_scalar(&descriptor->fields[i]))
			occ_nearest_offer(&nearest, descriptor->fields[i].name);
	if (nearest.name != NULL)
		occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, name, "there is no such parameter; did you mean \"%s\"?",
		    nearest.name);
	else
		occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, name,
		    "there is no such parameter; /v1/openapi.json lists what there is");
	occupare_status_reason(st, "PARAMETER_UNKNOWN");
	return st->code;
}

/* What a parameter is about; NULL for those of a path, which are fields. each: the turn of those that are for every element,
 * after the others. */
static enum occupare_code
set_parameter(struct exchange *x, ProtobufCMessage *request, const struct parameter_value *parameter, bool each)
{
	const struct parameter *known = find_parameter(exchange_route(x), parameter->name);
	struct reading r = { exchange_call_of(x), parameter->name, parameter->value };
	const ProtobufCFieldDescriptor *field;

	if (known != NULL)
		return known->each == each ? set_path(&r, request, known->path, each) : OCCUPARE_OK;
	field = find_field(request->descriptor, parameter->name);
	if (field == NULL || !rest_is_scalar(field) || exchange_variable(x, field->name) != NULL)
		return fail_unknown(x, request->descriptor, parameter->name);
	return each ? OCCUPARE_OK : set_scalar(&r, request, field);
}

const ProtobufCFieldDescriptor *
rest_field(const ProtobufCMessageDescriptor *request, const struct parameter *parameter, bool *ret_many)
{
	const ProtobufCFieldDescriptor *field = NULL;
	const char *path = parameter->path;
	char name[64];

	*ret_many = false;
	for (;;) {
		size_t length = strcspn(path, ".");

		snprintf(name, sizeof name, "%.*s", (int)length, path);
		field = protobuf_c_message_descriptor_get_field_by_name(request, name);
		if (field == NULL)
			return NULL;
		*ret_many |= field->label == PROTOBUF_C_LABEL_REPEATED && !parameter->each;
		if (path[length] == '\0')
			return field;
		request = field->descriptor;
		path += length + 1;
	}
}

/* What may be given once is not given twice. */
static enum occupare_code
check_once(struct exchange *x, const ProtobufCMessageDescriptor *descriptor, const struct parameter_value *values,
    size_t index)
{
	const char *name = values[index].name;
	const struct parameter *known = find_parameter(exchange_route(x), name);
	const ProtobufCFieldDescriptor *field = find_field(descriptor, name);
	bool many = field != NULL && field->label == PROTOBUF_C_LABEL_REPEATED;

	if (known != NULL)
		rest_field(descriptor, known, &many);
	for (size_t i = 0; i < index && !many; i++)
		if (strcmp(values[i].name, name) == 0)
			return occupare_fail(
			    &exchange_call_of(x)->status, OCCUPARE_INVALID_ARGUMENT, name, "is given twice");
	return OCCUPARE_OK;
}

static enum occupare_code
set_variables(struct exchange *x, ProtobufCMessage *request)
{
	for (unsigned i = 0; i < request->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &request->descriptor->fields[i];
		struct reading r = { exchange_call_of(x), field->name, exchange_variable(x, field->name) };

		if (r.value != NULL && set_scalar(&r, request, field) != OCCUPARE_OK)
			return r.call->status.code;
	}
	return OCCUPARE_OK;
}

enum occupare_code
rest_read(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	struct exchange *x = exchange_of(call);
	ProtobufCMessage *request = new_message(&call->arena, method->input);
	const struct parameter_value *values;
	size_t count;

	if (exchange_parameters(x, &values, &count, &call->status) != OCCUPARE_OK ||
	    set_variables(x, request) != OCCUPARE_OK)
		return call->status.code;
	for (int each = 0; each <= 1; each++)
		for (size_t i = 0; i < count; i++)
			if (check_once(x, method->input, values, i) != OCCUPARE_OK ||
			    set_parameter(x, request, &values[i], each) != OCCUPARE_OK)
				return call->status.code;
	*ret = request;
	return OCCUPARE_OK;
}

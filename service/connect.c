/* The Connect protocol for unary calls: https://connectrpc.com/docs/protocol/#unary-request
 * A method's request is the body of a POST on its path, JSON or packed; so is its response; what fails is a JSON object of its
 * own, whatever the request was. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "proto/json.h"
#include "proto/rpc.h"
#include "service/exchange.h"
#include "service/gzip.h"

#define TYPES "application/json, application/proto"
#define TIMEOUT_DIGITS_MAX 10

static const struct call_form json_form;
static const struct call_form proto_form;

/* The form that a content type asks for, its parameters aside; NULL: none. */
static const struct call_form *
form_of(const char *type)
{
	size_t length = type != NULL ? strcspn(type, "; \t") : 0;

	if (length == strlen("application/json") && strncasecmp(type, "application/json", length) == 0)
		return &json_form;
	if (length == strlen("application/proto") && strncasecmp(type, "application/proto", length) == 0)
		return &proto_form;
	return NULL;
}

static enum occupare_code
fail_header(struct call *call, enum occupare_code code, const char *name, const char *value, const char *expected)
{
	occupare_fail(&call->status, code, NULL, "%s: \"%.100s\" is not %s", name, value, expected);
	occupare_status_reason(&call->status, "HEADER_INVALID");
	occupare_status_metadata(&call->status, "header", "%s", name);
	return call->status.code;
}

static enum occupare_code
read_timeout(struct exchange *x, Occupare__Rpc__V1__Call *envelope)
{
	struct call *call = exchange_call_of(x);
	const char *text = exchange_header(x, "Connect-Timeout-Ms");
	Google__Protobuf__Duration *timeout;
	unsigned long long ms;
	size_t digits;

	if (text == NULL)
		return OCCUPARE_OK;
	digits = strspn(text, "0123456789");
	if (digits == 0 || digits > TIMEOUT_DIGITS_MAX || text[digits] != '\0')
		return fail_header(call, OCCUPARE_INVALID_ARGUMENT, "Connect-Timeout-Ms", text,
		    "a whole number of milliseconds of at most 10 digits");
	ms = strtoull(text, NULL, 10);
	timeout = occ_arena_alloc(&call->arena, sizeof *timeout);
	google__protobuf__duration__init(timeout);
	timeout->seconds = (int64_t)(ms / 1000);
	timeout->nanos = (int32_t)(ms % 1000 * 1000000);
	/* No time is not the same as none stated. */
	if (ms == 0)
		timeout->nanos = 1;
	envelope->timeout = timeout;
	return OCCUPARE_OK;
}

static enum occupare_code
read_body(struct exchange *x, Occupare__Rpc__V1__Call *envelope)
{
	struct call *call = exchange_call_of(x);
	const char *encoding = exchange_header(x, "Content-Encoding");
	size_t length;
	const uint8_t *body = exchange_body(x, &length);

	envelope->payload.data = (uint8_t *)body;
	envelope->payload.len = length;
	if (encoding == NULL || strcasecmp(encoding, "identity") == 0 || length == 0)
		return OCCUPARE_OK;
	if (strcasecmp(encoding, "gzip") != 0)
		return fail_header(call, OCCUPARE_UNIMPLEMENTED, "Content-Encoding", encoding,
		    "understood; it may be gzip or identity");
	return gzip_expand(&call->arena, body, length, call->service->request_bytes_max, &envelope->payload.data,
	    &envelope->payload.len, &call->status);
}

void
connect_handle(struct exchange *x)
{
	struct call *call = exchange_call_of(x);
	const struct call_form *form = form_of(exchange_header(x, "Content-Type"));
	const char *version = exchange_header(x, "Connect-Protocol-Version");
	Occupare__Rpc__V1__Call *envelope = exchange_envelope(x, exchange_path(x));

	if (form == NULL) {
		exchange_set_header(x, "Accept-Post", TYPES);
		fail_header(call, OCCUPARE_INVALID_ARGUMENT, "Content-Type",
		    exchange_header(x, "Content-Type") != NULL ? exchange_header(x, "Content-Type") : "",
		    "application/json or application/proto");
		exchange_fail(x, 415, &call->status);
		return;
	}
	if (version != NULL && strcmp(version, "1") != 0)
		fail_header(call, OCCUPARE_INVALID_ARGUMENT, "Connect-Protocol-Version", version, "1");
	else if (read_timeout(x, envelope) == OCCUPARE_OK && read_body(x, envelope) == OCCUPARE_OK) {
		exchange_call(x, form, envelope);
		return;
	}
	exchange_fail(x, 0, &call->status);
}

/* ---- Requests ---- */

static enum occupare_code
read_json(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	const ProtobufCBinaryData *payload = &call->envelope->payload;

	return occ_json_parse(
	    &call->arena, method->input, (const char *)payload->data, payload->len, ret, &call->status);
}

static enum occupare_code
read_proto(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	const ProtobufCBinaryData *payload = &call->envelope->payload;

	if (occ_unpack(&call->arena, method->input, payload->data, payload->len, ret, &call->status) ==
	    OCCUPARE_INVALID_ARGUMENT)
		occupare_status_reason(&call->status, "MALFORMED_REQUEST");
	return call->status.code;
}

/* ---- Answers ---- */

static enum occupare_code
write_proto(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);
	size_t length;
	uint8_t *bytes;

	if (reply == NULL) {
		exchange_fail(x, 0, &call->status);
	} else {
		length = protobuf_c_message_get_packed_size(reply);
		bytes = malloc(length + 1);
		if (bytes == NULL)
			return occupare_fail(
			    &call->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the answer");
		protobuf_c_message_pack(reply, bytes);
		exchange_answer(x, 200, "application/proto", (char *)bytes, length);
	}
	*ret = exchange_written(x, ret_length);
	return OCCUPARE_OK;
}

static const struct call_form json_form = { read_json, rest_write };
static const struct call_form proto_form = { read_proto, write_proto };

/* ---- Failures ---- */

/* Connect's name of a code: gRPC's in lower case, but for one letter. */
static void
put_code(FILE *out, enum occupare_code code)
{
	if (code == OCCUPARE_CANCELLED) {
		fputs("canceled", out);
		return;
	}
	for (const char *c = occupare_code_name(code); *c != '\0'; c++)
		fputc(tolower((unsigned char)*c), out);
}

static void
put_detail(FILE *out, struct occ_arena *arena, const Google__Protobuf__Any *any)
{
	const char *slash = strrchr(any->type_url, '/');

	fputs("{\"type\":", out);
	occ_json_write_string(out, slash != NULL ? slash + 1 : any->type_url);
	fputs(",\"value\":", out);
	occ_json_write_base64(out, any->value.data, any->value.len, false);
	fputs(",\"debug\":{", out);
	rest_put_detail(out, arena, any);
	fputs("}}", out);
}

char *
connect_failure(struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length)
{
	const Google__Rpc__Status *status = occ_status_pack(arena, st);
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_length);

	if (out == NULL)
		return NULL;
	fputs("{\"code\":\"", out);
	put_code(out, st->code);
	fputs("\",\"message\":", out);
	occ_json_write_string(out, st->message);
	fputs(",\"details\":[", out);
	for (size_t i = 0; i < status->n_details; i++) {
		if (i > 0)
			fputc(',', out);
		put_detail(out, arena, status->details[i]);
	}
	fputs("]}", out);
	if (fclose(out) == 0)
		return text;
	free(text);
	*ret_length = 0;
	return NULL;
}

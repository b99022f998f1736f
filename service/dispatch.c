/* One call, top to bottom: dispatch() is the five steps, the rest is what they and the handlers use. */
#include "service/dispatch.h"

#include <string.h>
#include <time.h>

#include "proto/rpc.h"
#include "service/handlers.h"
#include "service/log.h"

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define RETRY_STOPPING_MS 1000

static void answer(struct call *call);
static enum occupare_code fail_oversize(struct call *call, size_t length);
static void blame_shape(struct call *call, const char *reason);
static enum occupare_code open_envelope(struct call *call, const uint8_t *bytes, size_t length);
static enum occupare_code set_deadline(struct call *call);
static enum occupare_code check_serving(struct call *call, const ProtobufCServiceDescriptor *service);
static ProtobufCService *find_service(const ProtobufCServiceDescriptor *descriptor);
static void finish(
    struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length);
static const struct call_form packed;

void
dispatch(struct call *call, const uint8_t *bytes, size_t length)
{
	metrics_begin(&call->service->metrics, call->transport, length);
	if (open_envelope(call, bytes, length) != OCCUPARE_OK)
		call_fail(call);
	else
		answer(call);
}

void
dispatch_envelope(struct call *call, const Occupare__Rpc__V1__Call *envelope, size_t length)
{
	metrics_begin(&call->service->metrics, call->transport, length);
	call->envelope = envelope;
	answer(call);
}

void
dispatch_oversize(struct call *call, size_t length)
{
	metrics_begin(&call->service->metrics, call->transport, length);
	fail_oversize(call, length);
	call_fail(call);
}

static void
answer(struct call *call)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	ProtobufCMessage *request;
	ProtobufCService *handlers;

	if (set_deadline(call) != OCCUPARE_OK ||
	    occ_method_find(call->envelope->method, &service, &method, &call->status) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	call->method = metrics_method(service, method);
	if (check_serving(call, service) != OCCUPARE_OK || call->form->read(call, method, &request) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	handlers = find_service(service);
	if (handlers == NULL) {
		occupare_fail(&call->status, OCCUPARE_INTERNAL, NULL, "no handlers for service %s", service->name);
		call_fail(call);
		return;
	}
	handlers->invoke(handlers, (unsigned)(method - service->methods), request, call_reply, call);
}

/* ---- Steps ---- */

static enum occupare_code
fail_oversize(struct call *call, size_t length)
{
	size_t max = call->service->request_bytes_max;

	occupare_fail(&call->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
	    "the request has %zu bytes; at most %zu are taken", length, max);
	occupare_status_reason(&call->status, "REQUEST_TOO_LARGE");
	occupare_status_metadata(&call->status, "request_bytes_max", "%zu", max);
	return call->status.code;
}

/* Names which of the two messages does not decode. */
static void
blame_shape(struct call *call, const char *reason)
{
	if (call->status.code == OCCUPARE_INVALID_ARGUMENT)
		occupare_status_reason(&call->status, reason);
}

static enum occupare_code
open_envelope(struct call *call, const uint8_t *bytes, size_t length)
{
	ProtobufCMessage *message;

	if (length > call->service->request_bytes_max)
		return fail_oversize(call, length);
	if (occ_unpack(&call->arena, &occupare__rpc__v1__call__descriptor, bytes, length, &message, &call->status) !=
	    OCCUPARE_OK) {
		blame_shape(call, "MALFORMED_CALL");
		return call->status.code;
	}
	call->envelope = (const Occupare__Rpc__V1__Call *)message;
	if (call->envelope->n_metadata > OCC_METADATA_MAX)
		return occupare_fail(&call->status, OCCUPARE_RESOURCE_EXHAUSTED, "metadata",
		    "has %zu entries; at most %d are taken", call->envelope->n_metadata, OCC_METADATA_MAX);
	return OCCUPARE_OK;
}

static enum occupare_code
read_packed(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	const ProtobufCBinaryData *payload = &call->envelope->payload;

	if (occ_unpack(&call->arena, method->input, payload->data, payload->len, ret, &call->status) != OCCUPARE_OK)
		blame_shape(call, "MALFORMED_REQUEST");
	return call->status.code;
}

static enum occupare_code
set_deadline(struct call *call)
{
	const Google__Protobuf__Duration *timeout = call->envelope->timeout;
	int64_t wait_ns = OCC_TIMEOUT_MS_MAX * NS_PER_MS;

	if (timeout != NULL) {
		if (timeout->seconds < 0 || timeout->nanos < 0 || timeout->nanos >= NS_PER_S)
			return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "timeout",
			    "must not be negative and have nanos below 1000000000, got %lld s and %d ns",
			    (long long)timeout->seconds, (int)timeout->nanos);
		if (timeout->seconds < OCC_TIMEOUT_MS_MAX / 1000 && (timeout->seconds > 0 || timeout->nanos > 0))
			wait_ns = timeout->seconds * NS_PER_S + timeout->nanos;
	}
	call->deadline_ns = call->arrival_ns + wait_ns;
	return call_check_deadline(call);
}

/* A server that stops still says that it does. */
static enum occupare_code
check_serving(struct call *call, const ProtobufCServiceDescriptor *service)
{
	if (!atomic_load_explicit(&call->service->stopping, memory_order_relaxed) ||
	    service == &grpc__health__v1__health__descriptor)
		return OCCUPARE_OK;
	occupare_fail(&call->status, OCCUPARE_UNAVAILABLE, NULL, "the service is stopping");
	occupare_status_reason(&call->status, "STOPPING");
	call->status.retry_delay_ms = RETRY_STOPPING_MS;
	return call->status.code;
}

static ProtobufCService *
find_service(const ProtobufCServiceDescriptor *descriptor)
{
	ProtobufCService *const services[] = { &occupations_service.base, &comparisons_service.base,
		&health_service.base, &reflection_service.base };

	for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
		if (services[i]->descriptor == descriptor)
			return services[i];
	return NULL;
}

/* ---- Ends ---- */

static enum occupare_code
check_size(struct call *call, size_t size)
{
	if (size <= call->service->reply_bytes_max)
		return OCCUPARE_OK;
	occupare_fail(&call->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
	    "the reply has %zu bytes; at most %zu are sent: ask for less at once", size,
	    call->service->reply_bytes_max);
	occupare_status_reason(&call->status, "REPLY_TOO_LARGE");
	occupare_status_metadata(&call->status, "reply_bytes_max", "%zu", call->service->reply_bytes_max);
	return call->status.code;
}

/* A payload alone: the bytes of the Reply around it are put before it where it is sent. */
static enum occupare_code
write_packed(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	uint8_t *bytes;

	if (reply == NULL) {
		*ret = occ_reply_failure(&call->arena, &call->status, ret_length);
		return OCCUPARE_OK;
	}
	*ret_length = protobuf_c_message_get_packed_size(reply);
	if (check_size(call, *ret_length) != OCCUPARE_OK)
		return call->status.code;
	bytes = occ_arena_alloc(&call->arena, *ret_length);
	protobuf_c_message_pack(reply, bytes);
	*ret = bytes;
	return OCCUPARE_OK;
}

static const struct call_form packed = { read_packed, write_packed };

void
call_reply(const ProtobufCMessage *reply, void *data)
{
	struct call *call = data;
	size_t length, head_length = 0;
	const uint8_t *bytes;
	uint8_t head[OCC_REPLY_HEAD_MAX];

	if (reply == NULL)
		occupare_fail(&call->status, OCCUPARE_INTERNAL, NULL, "the handler gave no reply");
	else
		occupare_status_clear(&call->status);
	if (call->status.code != OCCUPARE_OK || call->form->write(call, reply, &bytes, &length) != OCCUPARE_OK ||
	    check_size(call, length) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	if (call->form == &packed)
		head_length = occ_reply_head(head, length);
	finish(call, head, head_length, bytes, length);
}

void
call_fail(struct call *call)
{
	size_t length = 0;
	const uint8_t *bytes = NULL;

	if (call->status.code == OCCUPARE_OK)
		occupare_fail(&call->status, OCCUPARE_INTERNAL, NULL, "the call failed without saying why");
	(void)!call->form->write(call, NULL, &bytes, &length);
	finish(call, NULL, 0, bytes, length);
}

static bool
is_hex(const char *text, size_t length)
{
	return strspn(text, "0123456789abcdef") >= length;
}

/* The caller's trace, where it is well-formed: https://www.w3.org/TR/trace-context/#traceparent-header
 * Anything else is as if it were not there. */
static const char *
traceparent(const struct call *call)
{
	for (size_t i = 0; call->envelope != NULL && i < call->envelope->n_metadata; i++) {
		const Occupare__Rpc__V1__Metadata *entry = call->envelope->metadata[i];
		const char *v = entry->value;

		if (strcmp(entry->key, "traceparent") != 0)
			continue;
		if (strlen(v) == 55 && is_hex(v, 2) && strncmp(v, "ff", 2) != 0 && v[2] == '-' && is_hex(v + 3, 32) &&
		    strspn(v + 3, "0") < 32 && v[35] == '-' && is_hex(v + 36, 16) && strspn(v + 36, "0") < 16 &&
		    v[52] == '-' && is_hex(v + 53, 2))
			return v;
	}
	return "";
}

/* What the operator has to know is an error; what a caller did wrong is the caller's to read. */
static void
log_call(const struct call *call, int64_t duration_ns, size_t bytes)
{
	enum occupare_code code = call->status.code;
	enum log_level level = code == OCCUPARE_INTERNAL || code == OCCUPARE_DATA_LOSS ? LOG_ERROR : LOG_DEBUG;

	log_event(level, "call", LOG_TEXT("method", call->envelope != NULL ? call->envelope->method : ""),
	    LOG_TEXT("code", occupare_code_name(code)), LOG_NUMBER("us", duration_ns / 1000),
	    LOG_NUMBER("bytes", bytes), LOG_TEXT("traceparent", traceparent(call)),
	    LOG_TEXT("message", code == OCCUPARE_OK ? "" : call->status.message));
}

/* The snapshot ends before the reply leaves, so that a slow reader holds no pages of the store. */
static void
finish(struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length)
{
	int64_t duration_ns = dispatch_now_ns() - call->arrival_ns;

	if (call->reading)
		store_read_end(call->txn);
	call->reading = false;
	metrics_end(&call->service->metrics, call->transport, call->method, call->status.code, duration_ns,
	    head_length + payload_length);
	log_call(call, duration_ns, head_length + payload_length);
	call->send(call, head, head_length, payload, payload_length);
}

/* ---- For handlers ---- */

enum occupare_code
call_read(struct call *call)
{
	if (call->reading)
		return OCCUPARE_OK;
	if (call->txn == NULL && store_txn_new(call->service->store, &call->txn, &call->status) != OCCUPARE_OK)
		return call->status.code;
	if (store_read_begin(call->txn, &call->status) != OCCUPARE_OK)
		return call->status.code;
	call->reading = true;
	return OCCUPARE_OK;
}

enum occupare_code
call_dataset(struct call *call, Occupare__V1__Dataset **ret)
{
	return store_dataset(&call->arena, call->txn, false, ret, &call->status);
}

enum occupare_code
call_check_deadline(struct call *call)
{
	if (dispatch_now_ns() < call->deadline_ns)
		return OCCUPARE_OK;
	return occupare_fail(
	    &call->status, OCCUPARE_DEADLINE_EXCEEDED, NULL, "the time-out of the call passed before it was answered");
}

enum occupare_code
call_may_write(struct call *call)
{
	if (call->service->writer == NULL) {
		occupare_fail(&call->status, OCCUPARE_FAILED_PRECONDITION, NULL,
		    "the service is read-only; start occupared with --writable to change its data");
		occupare_status_reason(&call->status, "READ_ONLY");
		return call->status.code;
	}
	if (call->cross_site) {
		occupare_fail(&call->status, OCCUPARE_PERMISSION_DENIED, NULL,
		    "a web page of another site may not write; let it in with --http-cors");
		occupare_status_reason(&call->status, "CROSS_SITE");
		return call->status.code;
	}
	if (!call->local) {
		occupare_fail(&call->status, OCCUPARE_PERMISSION_DENIED, NULL,
		    "only callers on the service's own host, over ipc or loopback, may write");
		occupare_status_reason(&call->status, "NOT_LOCAL");
		return call->status.code;
	}
	return OCCUPARE_OK;
}

/* ---- Life of a call ---- */

enum occupare_code
call_init(struct call *call, struct service *service, struct occupare_status *st)
{
	(void)st;
	memset(call, 0, sizeof *call);
	call->service = service;
	call->form = &packed;
	occ_arena_init(&call->arena, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	return OCCUPARE_OK;
}

void
call_reset(struct call *call)
{
	if (call->reading)
		store_read_end(call->txn);
	call->reading = false;
	call->envelope = NULL;
	call->method = 0;
	call->request = NULL;
	call->result = NULL;
	call->apply = NULL;
	call->finish = NULL;
	call->next = NULL;
	occupare_status_clear(&call->status);
	occ_arena_reset(&call->arena);
}

void
call_fini(struct call *call)
{
	call_reset(call);
	store_txn_free(call->txn);
	occ_arena_fini(&call->arena);
}

int64_t
dispatch_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

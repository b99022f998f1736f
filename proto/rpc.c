/* Services and methods by name, statuses on the wire, the bytes around a payload, the default address. */
#include "proto/rpc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/nearest.h"
#include "proto/wire.h"

const ProtobufCServiceDescriptor *const occ_services[] = {
	&occupare__v1__occupation_service__descriptor,
	&occupare__v1__comparison_service__descriptor,
	&grpc__health__v1__health__descriptor,
	&occupare__rpc__v1__reflection_service__descriptor,
	NULL,
};

const char occ_version[] = OCC_VERSION;

/* ---- Methods ---- */

static enum occupare_code
no_service(const char *path, const char *name, struct occupare_status *st)
{
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (size_t i = 0; occ_services[i] != NULL; i++)
		occ_nearest_offer(&nearest, occ_services[i]->name);
	occupare_fail(st, OCCUPARE_UNIMPLEMENTED, NULL, "no service \"%s\"%s%s%s", name,
	    nearest.name != NULL ? ", the nearest is \"" : "", nearest.name != NULL ? nearest.name : "",
	    nearest.name != NULL ? "\"" : "");
	occupare_status_reason(st, "SERVICE_UNKNOWN");
	occupare_status_metadata(st, "method", "%s", path);
	if (nearest.name != NULL)
		occupare_status_metadata(st, "nearest", "%s", nearest.name);
	return st->code;
}

static enum occupare_code
no_method(const char *path, const ProtobufCServiceDescriptor *service, const char *name, struct occupare_status *st)
{
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (unsigned i = 0; i < service->n_methods; i++)
		occ_nearest_offer(&nearest, service->methods[i].name);
	occupare_fail(st, OCCUPARE_UNIMPLEMENTED, NULL, "service \"%s\" has no method \"%s\"%s%s%s", service->name,
	    name, nearest.name != NULL ? ", the nearest is \"" : "", nearest.name != NULL ? nearest.name : "",
	    nearest.name != NULL ? "\"" : "");
	occupare_status_reason(st, "METHOD_UNKNOWN");
	occupare_status_metadata(st, "method", "%s", path);
	if (nearest.name != NULL)
		occupare_status_metadata(st, "nearest", "/%s/%s", service->name, nearest.name);
	return st->code;
}

enum occupare_code
occ_method_find(const char *path, const ProtobufCServiceDescriptor **ret_service,
    const ProtobufCMethodDescriptor **ret_method, struct occupare_status *st)
{
	const char *slash = path[0] == '/' ? strchr(path + 1, '/') : NULL;
	const ProtobufCMethodDescriptor *method;
	char name[OCC_NAME_BYTES_MAX];
	size_t length;

	if (slash == NULL) {
		occupare_fail(st, OCCUPARE_UNIMPLEMENTED, NULL,
		    "\"%s\" is not the path of a method: /package.Service/Method", path);
		occupare_status_reason(st, "METHOD_UNKNOWN");
		return st->code;
	}
	length = (size_t)(slash - path) - 1;
	for (size_t i = 0; occ_services[i] != NULL; i++) {
		const ProtobufCServiceDescriptor *service = occ_services[i];

		if (strncmp(service->name, path + 1, length) != 0 || service->name[length] != '\0')
			continue;
		method = protobuf_c_service_descriptor_get_method_by_name(service, slash + 1);
		if (method == NULL)
			return no_method(path, service, slash + 1, st);
		*ret_service = service;
		*ret_method = method;
		return OCCUPARE_OK;
	}
	snprintf(name, sizeof name, "%.*s", length < sizeof name ? (int)length : (int)sizeof name - 1, path + 1);
	return no_service(path, name, st);
}

char *
occ_method_path(
    struct occ_arena *arena, const ProtobufCServiceDescriptor *service, const ProtobufCMethodDescriptor *method)
{
	return occ_arena_printf(arena, "/%s/%s", service->name, method->name);
}

/* ---- Messages ---- */

/* The schema holds no message that contains itself, so the walk ends. */
static const ProtobufCMessageDescriptor *
find_within(const ProtobufCMessageDescriptor *descriptor, const char *full_name)
{
	if (strcmp(descriptor->name, full_name) == 0)
		return descriptor;
	for (unsigned i = 0; i < descriptor->n_fields; i++) {
		const ProtobufCMessageDescriptor *found;

		if (descriptor->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		found = find_within(descriptor->fields[i].descriptor, full_name);
		if (found != NULL)
			return found;
	}
	return NULL;
}

const ProtobufCMessageDescriptor *
occ_message_find(const char *full_name)
{
	static const ProtobufCMessageDescriptor *const beside[] = {
		&google__rpc__error_info__descriptor,
		&google__rpc__bad_request__descriptor,
		&google__rpc__resource_info__descriptor,
		&google__rpc__retry_info__descriptor,
		&google__protobuf__timestamp__descriptor,
		&google__protobuf__duration__descriptor,
		&google__protobuf__any__descriptor,
		&google__rpc__status__descriptor,
		&occupare__rpc__v1__call__descriptor,
		&occupare__rpc__v1__reply__descriptor,
	};
	const ProtobufCMessageDescriptor *found = NULL;

	for (size_t i = 0; i < sizeof beside / sizeof beside[0] && found == NULL; i++)
		found = find_within(beside[i], full_name);
	for (size_t i = 0; occ_services[i] != NULL; i++)
		for (unsigned j = 0; j < occ_services[i]->n_methods && found == NULL; j++) {
			found = find_within(occ_services[i]->methods[j].input, full_name);
			if (found == NULL)
				found = find_within(occ_services[i]->methods[j].output, full_name);
		}
	return found;
}

enum occupare_code
occ_unpack(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t length,
    ProtobufCMessage **ret, struct occupare_status *st)
{
	size_t bytes_left = arena->bytes < arena->bytes_max ? arena->bytes_max - arena->bytes : 0;
	ProtobufCMessage *message;

	if (occ_wire_check(descriptor, bytes, length, bytes_left, st) != OCCUPARE_OK)
		return st->code;
	message = protobuf_c_message_unpack(descriptor, &arena->allocator, length, bytes);
	if (message == NULL)
		return occupare_fail(
		    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for a message of %zu bytes", length);
	*ret = message;
	return OCCUPARE_OK;
}

/* ---- Statuses on the wire ---- */

#define TYPE_URL_PREFIX "type.googleapis.com/"
#define DETAILS_MAX 4 /* kinds that a status may carry */

static Google__Protobuf__Any *
pack_detail(struct occ_arena *arena, const ProtobufCMessage *message)
{
	Google__Protobuf__Any *any = occ_arena_alloc(arena, sizeof *any);

	google__protobuf__any__init(any);
	any->type_url = occ_arena_printf(arena, TYPE_URL_PREFIX "%s", message->descriptor->name);
	any->value.data = occ_arena_alloc(arena, protobuf_c_message_get_packed_size(message));
	any->value.len = protobuf_c_message_pack(message, any->value.data);
	return any;
}

static Google__Protobuf__Any *
pack_error_info(struct occ_arena *arena, const struct occupare_status *st)
{
	Google__Rpc__ErrorInfo__MetadataEntry entries[OCCUPARE_STATUS_METADATA_MAX];
	Google__Rpc__ErrorInfo__MetadataEntry *pointers[OCCUPARE_STATUS_METADATA_MAX];
	Google__Rpc__ErrorInfo info = GOOGLE__RPC__ERROR_INFO__INIT;

	info.reason = (char *)st->reason;
	info.domain = (char *)OCC_ERROR_DOMAIN;
	info.n_metadata = st->metadata_count;
	info.metadata = pointers;
	for (unsigned i = 0; i < st->metadata_count; i++) {
		google__rpc__error_info__metadata_entry__init(&entries[i]);
		entries[i].key = (char *)st->metadata[i].key;
		entries[i].value = (char *)st->metadata[i].value;
		pointers[i] = &entries[i];
	}
	return pack_detail(arena, &info.base);
}

static Google__Protobuf__Any *
pack_bad_request(struct occ_arena *arena, const struct occupare_status *st)
{
	Google__Rpc__BadRequest__FieldViolation violations[OCCUPARE_STATUS_VIOLATIONS_MAX];
	Google__Rpc__BadRequest__FieldViolation *pointers[OCCUPARE_STATUS_VIOLATIONS_MAX];
	Google__Rpc__BadRequest request = GOOGLE__RPC__BAD_REQUEST__INIT;

	request.field_violations = pointers;
	for (; request.n_field_violations < st->violations_count &&
	       request.n_field_violations < OCCUPARE_STATUS_VIOLATIONS_MAX;
	     request.n_field_violations++) {
		size_t i = request.n_field_violations;

		google__rpc__bad_request__field_violation__init(&violations[i]);
		violations[i].field = (char *)st->violations[i].field;
		violations[i].description = (char *)st->violations[i].description;
		pointers[i] = &violations[i];
	}
	return pack_detail(arena, &request.base);
}

static Google__Protobuf__Any *
pack_resource_info(struct occ_arena *arena, const struct occupare_status *st)
{
	Google__Rpc__ResourceInfo info = GOOGLE__RPC__RESOURCE_INFO__INIT;

	info.resource_type = (char *)st->resource_type;
	info.resource_name = (char *)st->resource_name;
	info.description = (char *)st->message;
	return pack_detail(arena, &info.base);
}

static Google__Protobuf__Any *
pack_retry_info(struct occ_arena *arena, const struct occupare_status *st)
{
	Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;
	Google__Rpc__RetryInfo info = GOOGLE__RPC__RETRY_INFO__INIT;

	delay.seconds = st->retry_delay_ms / 1000;
	delay.nanos = (int32_t)(st->retry_delay_ms % 1000) * 1000000;
	info.retry_delay = &delay;
	return pack_detail(arena, &info.base);
}

Google__Rpc__Status *
occ_status_pack(struct occ_arena *arena, const struct occupare_status *st)
{
	Google__Rpc__Status *status = occ_arena_alloc(arena, sizeof *status);

	google__rpc__status__init(status);
	status->code = (int32_t)st->code;
	if (st->code == OCCUPARE_OK)
		return status;
	status->message = occ_arena_strdup(arena, st->message);
	status->details = occ_arena_calloc(arena, DETAILS_MAX, sizeof status->details[0]);
	status->details[status->n_details++] = pack_error_info(arena, st);
	if (st->violations_count > 0)
		status->details[status->n_details++] = pack_bad_request(arena, st);
	if (st->resource_type[0] != '\0' || st->resource_name[0] != '\0')
		status->details[status->n_details++] = pack_resource_info(arena, st);
	if (st->retry_delay_ms > 0)
		status->details[status->n_details++] = pack_retry_info(arena, st);
	return status;
}

static void
unpack_error_info(struct occupare_status *st, const ProtobufCMessage *detail)
{
	const Google__Rpc__ErrorInfo *info = (const Google__Rpc__ErrorInfo *)detail;

	if (info->reason[0] != '\0')
		occupare_status_reason(st, info->reason);
	for (size_t i = 0; i < info->n_metadata; i++)
		occupare_status_metadata(st, info->metadata[i]->key, "%s", info->metadata[i]->value);
}

static void
unpack_bad_request(struct occupare_status *st, const ProtobufCMessage *detail)
{
	const Google__Rpc__BadRequest *request = (const Google__Rpc__BadRequest *)detail;

	for (size_t i = 0; i < request->n_field_violations; i++)
		occupare_violation_add(
		    st, request->field_violations[i]->field, "%s", request->field_violations[i]->description);
}

static void
unpack_resource_info(struct occupare_status *st, const ProtobufCMessage *detail)
{
	const Google__Rpc__ResourceInfo *info = (const Google__Rpc__ResourceInfo *)detail;

	occupare_status_resource(st, info->resource_type, info->resource_name);
}

static void
unpack_retry_info(struct occupare_status *st, const ProtobufCMessage *detail)
{
	const Google__Protobuf__Duration *delay = ((const Google__Rpc__RetryInfo *)detail)->retry_delay;

	if (delay == NULL || delay->seconds < 0 || delay->nanos < 0 || delay->nanos > 999999999)
		return;
	if (delay->seconds >= UINT32_MAX / 1000)
		st->retry_delay_ms = UINT32_MAX;
	else
		st->retry_delay_ms = (uint32_t)delay->seconds * 1000 + (uint32_t)(delay->nanos + 999999) / 1000000;
}

static const struct {
	const ProtobufCMessageDescriptor *descriptor;
	void (*unpack)(struct occupare_status *st, const ProtobufCMessage *detail);
} detail_kinds[DETAILS_MAX] = {
	{ &google__rpc__error_info__descriptor, unpack_error_info },
	{ &google__rpc__bad_request__descriptor, unpack_bad_request },
	{ &google__rpc__resource_info__descriptor, unpack_resource_info },
	{ &google__rpc__retry_info__descriptor, unpack_retry_info },
};

static void
unpack_detail(struct occ_arena *arena, const Google__Protobuf__Any *any, struct occupare_status *st)
{
	const char *slash = strrchr(any->type_url, '/');
	const char *name = slash != NULL ? slash + 1 : any->type_url;

	for (size_t i = 0; i < DETAILS_MAX; i++) {
		struct occupare_status ignored;
		ProtobufCMessage *detail;

		if (strcmp(name, detail_kinds[i].descriptor->name) != 0)
			continue;
		if (occ_unpack(arena, detail_kinds[i].descriptor, any->value.data, any->value.len, &detail, &ignored) ==
		    OCCUPARE_OK)
			detail_kinds[i].unpack(st, detail);
		return;
	}
}

void
occ_status_unpack(struct occ_arena *arena, const Google__Rpc__Status *status, struct occupare_status *st)
{
	enum occupare_code code = OCCUPARE_UNKNOWN;

	occupare_status_clear(st);
	if (status->code == OCCUPARE_OK)
		return;
	if (status->code > 0 && status->code <= OCCUPARE_UNAUTHENTICATED)
		code = (enum occupare_code)status->code;
	occupare_fail(st, code, NULL, "%s", status->message);
	for (size_t i = 0; i < status->n_details; i++)
		unpack_detail(arena, status->details[i], st);
}

/* ---- Around the payload ---- */

size_t
occ_reply_head(uint8_t out[OCC_REPLY_HEAD_MAX], size_t payload_length)
{
	size_t count = 0;

	out[count++] = 2 << 3 | PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED; /* Reply.payload */
	for (; payload_length > 0x7F; payload_length >>= 7)
		out[count++] = (uint8_t)(payload_length | 0x80);
	out[count++] = (uint8_t)payload_length;
	return count;
}

uint8_t *
occ_reply_failure(struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length)
{
	Occupare__Rpc__V1__Reply reply = OCCUPARE__RPC__V1__REPLY__INIT;
	uint8_t *bytes;

	assert(st->code != OCCUPARE_OK);
	reply.status = occ_status_pack(arena, st);
	bytes = occ_arena_alloc(arena, occupare__rpc__v1__reply__get_packed_size(&reply));
	*ret_length = occupare__rpc__v1__reply__pack(&reply, bytes);
	return bytes;
}

void
occ_default_url(char *out, size_t size, bool for_daemon)
{
	static const char scheme[] = "ipc://";
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");
	int length = -1;

	if (runtime_dir != NULL && runtime_dir[0] == '/' && !(for_daemon && geteuid() == 0))
		length = snprintf(out, size, "%s%s/occupare.sock", scheme, runtime_dir);
	if (length < 0 || (size_t)length >= size || (!for_daemon && access(out + sizeof scheme - 1, F_OK) != 0))
		snprintf(out, size, "%s/run/occupare/occupare.sock", scheme);
}

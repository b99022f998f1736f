/* The handlers of grpc.health.v1.Health and occupare.rpc.v1.ReflectionService: what a service says of itself. */
#include <string.h>

#include "proto/rpc.h"
#include "service/handlers.h"
#include "service/dispatch.h"

static bool
is_served(const char *name)
{
	for (size_t i = 0; occ_services[i] != NULL; i++)
		if (strcmp(occ_services[i]->name, name) == 0)
			return true;
	return false;
}

static void
health__check(Grpc__Health__V1__Health_Service *service, const Grpc__Health__V1__HealthCheckRequest *request,
    Grpc__Health__V1__HealthCheckResponse_Closure done, void *data)
{
	struct call *call = data;
	Grpc__Health__V1__HealthCheckResponse response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;

	(void)service;
	if (request->service[0] != '\0' && !is_served(request->service)) {
		occupare_fail(&call->status, OCCUPARE_NOT_FOUND, "service",
		    "\"%s\" is not served here; leave it empty for the whole server", request->service);
		occupare_status_reason(&call->status, "SERVICE_NOT_FOUND");
		call_fail(call);
		return;
	}
	response.status = atomic_load(&call->service->stopping)
			      ? GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING
			      : GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
	done(&response, data);
}

/* The FileDescriptorSet that protoc wrote at build time, as bytes. It holds messages that refer to themselves, so nothing
 * here decodes it. */
__asm__(".section .rodata\n"
	".global occ_schema_begin, occ_schema_end\n"
	".hidden occ_schema_begin, occ_schema_end\n"
	"occ_schema_begin:\n"
	".incbin \"" OCC_SCHEMA_FILE "\"\n"
	"occ_schema_end:\n"
	".byte 0\n"
	".previous\n");

static void
reflection__get_schema(Occupare__Rpc__V1__ReflectionService_Service *service,
    const Occupare__Rpc__V1__GetSchemaRequest *request, Occupare__Rpc__V1__GetSchemaResponse_Closure done, void *data)
{
	Occupare__Rpc__V1__GetSchemaResponse response = OCCUPARE__RPC__V1__GET_SCHEMA_RESPONSE__INIT;

	(void)service;
	(void)request;
	response.file_descriptor_set.data = (uint8_t *)occ_schema_begin;
	response.file_descriptor_set.len = (size_t)(occ_schema_end - occ_schema_begin);
	done(&response, data);
}

Grpc__Health__V1__Health_Service health_service = GRPC__HEALTH__V1__HEALTH__INIT(health__);
Occupare__Rpc__V1__ReflectionService_Service reflection_service = OCCUPARE__RPC__V1__REFLECTION_SERVICE__INIT(
    reflection__);

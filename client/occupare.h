/* liboccupare: calls to an Occupare service.
 *
 *	struct occupare_client *client;
 *	struct occupare_status status;
 *	Occupare__V1__GetOccupationRequest request = OCCUPARE__V1__GET_OCCUPATION_REQUEST__INIT;
 *	Occupare__V1__GetOccupationResponse *response;
 *
 *	if (occupare_open(NULL, NULL, &client, &status) != OCCUPARE_OK)
 *		...
 *	request.name = "patient-services-manager";
 *	if (occupare_get_occupation(client, &request, &response, &status) == OCCUPARE_OK) {
 *		puts(response->occupation->title);
 *		occupare_free(response);
 *	}
 *	occupare_close(client);
 *
 * Ownership. Requests stay the caller's and are read during the call only. A response belongs to the caller and goes
 * with occupare_free; it stays valid after occupare_close. Outputs (ret_...) are untouched on failure.
 *
 * Threads. Any number of threads may use one client at once; their calls share one connection and do not wait for one
 * another. occupare_open and occupare_close of one client exclude all other use of it. After fork() the child must not
 * use a client of its parent, nor close it.
 *
 * Failures. Each function returns the code that it also leaves in the status, with a message for developers, a stable
 * reason and details. Beside what the service answers:
 *	UNAVAILABLE, CONNECT_FAILED      nobody was reached; nothing was sent
 *	UNAVAILABLE, CONNECTION_LOST     the connection broke before the reply; a write may or may not have happened
 *	DEADLINE_EXCEEDED, NO_REPLY      the time-out passed first; a write may or may not have happened
 *	INTERNAL, BAD_REPLY              the peer answered with bytes that are no reply to this method
 *
 * Retries. A read that ends UNAVAILABLE is tried again, up to options.attempts_max times in all and within its time-out,
 * after random(0, min(50 ms * 2^n, 2 s)), or after what the service asked for (RetryInfo) where that is longer. A write
 * (Create, Update, Delete) is sent at most once: after CONNECTION_LOST or DEADLINE_EXCEEDED the caller decides, an Update
 * being guarded by its etag, and a Create of what is already there, and equal, being OK.
 *
 * Connection. Made by the first call, and made again by the first call after it was lost; a host name is resolved each
 * time, by the system and without regard to the time-out, and its addresses are tried in their order. */
#ifndef OCCUPARE_H
#define OCCUPARE_H

#include <stddef.h>
#include <stdint.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct occupare_client;

/* How a client calls. Zero in any field means the default; initialise with { 0 } so that new fields are zero. */
struct occupare_options {
	uint32_t timeout_ms;         /* of one call, retries included; default 30000, and the service waits no longer */
	uint32_t connect_timeout_ms; /* to reach one address; default 5000 */
	uint32_t attempts_max;       /* of one read; default 5, 1 = no retries */
	uint32_t reply_bytes_max;    /* a longer reply loses the connection; default 8 MiB */
};

/* Makes a client. Nothing is sent yet: the service may be started later.
 * url: tcp://HOST:PORT or ipc://PATH; NULL = environment OCCUPARE_URL, else ipc://$XDG_RUNTIME_DIR/occupare.sock where
 *   that is there, else ipc:///run/occupare/occupare.sock.
 * options: NULL = all defaults. Copied, as url is.
 * OK; INVALID_ARGUMENT: not such a URL; RESOURCE_EXHAUSTED: no memory or descriptors. */
enum occupare_code occupare_open(const char *url, const struct occupare_options *options,
    struct occupare_client **ret_client, struct occupare_status *status);

/* Closes the connection and frees the client. NULL is allowed. */
void occupare_close(struct occupare_client *client);

/* The URL in use; lives as long as the client. */
const char *occupare_url(const struct occupare_client *client);

/* Frees any response. NULL is allowed. The generated occupare__v1__..._free_unpacked(response, NULL) does the same. */
void occupare_free(void *response);

/* Turns the error of one item of a batch into a status. */
void occupare_item_status(const Google__Rpc__Status *error, struct occupare_status *ret_status);

/* "0.1.0": the version of this library. */
const char *occupare_version(void);

/* "1.5.2": the version of nng that it runs with. */
const char *occupare_nng_version(void);

/* ---- OccupationService ---- */

enum occupare_code occupare_get_occupation(struct occupare_client *client,
    const Occupare__V1__GetOccupationRequest *request, Occupare__V1__GetOccupationResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_batch_get_occupations(struct occupare_client *client,
    const Occupare__V1__BatchGetOccupationsRequest *request, Occupare__V1__BatchGetOccupationsResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_list_occupations(struct occupare_client *client,
    const Occupare__V1__ListOccupationsRequest *request, Occupare__V1__ListOccupationsResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_search_occupations(struct occupare_client *client,
    const Occupare__V1__SearchOccupationsRequest *request, Occupare__V1__SearchOccupationsResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_create_occupation(struct occupare_client *client,
    const Occupare__V1__CreateOccupationRequest *request, Occupare__V1__CreateOccupationResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_update_occupation(struct occupare_client *client,
    const Occupare__V1__UpdateOccupationRequest *request, Occupare__V1__UpdateOccupationResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_delete_occupation(struct occupare_client *client,
    const Occupare__V1__DeleteOccupationRequest *request, Occupare__V1__DeleteOccupationResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_list_areas(struct occupare_client *client, const Occupare__V1__ListAreasRequest *request,
    Occupare__V1__ListAreasResponse **ret_response, struct occupare_status *status);
enum occupare_code occupare_list_estimates(struct occupare_client *client,
    const Occupare__V1__ListEstimatesRequest *request, Occupare__V1__ListEstimatesResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_get_dataset(struct occupare_client *client, const Occupare__V1__GetDatasetRequest *request,
    Occupare__V1__GetDatasetResponse **ret_response, struct occupare_status *status);

/* ---- ComparisonService ---- */

enum occupare_code occupare_compare_occupations(struct occupare_client *client,
    const Occupare__V1__CompareOccupationsRequest *request, Occupare__V1__CompareOccupationsResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_batch_compare_occupations(struct occupare_client *client,
    const Occupare__V1__BatchCompareOccupationsRequest *request,
    Occupare__V1__BatchCompareOccupationsResponse **ret_response, struct occupare_status *status);
enum occupare_code occupare_render_comparison(struct occupare_client *client,
    const Occupare__V1__RenderComparisonRequest *request, Occupare__V1__RenderComparisonResponse **ret_response,
    struct occupare_status *status);
enum occupare_code occupare_find_similar_occupations(struct occupare_client *client,
    const Occupare__V1__FindSimilarOccupationsRequest *request,
    Occupare__V1__FindSimilarOccupationsResponse **ret_response, struct occupare_status *status);
enum occupare_code occupare_analyze_transition(struct occupare_client *client,
    const Occupare__V1__AnalyzeTransitionRequest *request, Occupare__V1__AnalyzeTransitionResponse **ret_response,
    struct occupare_status *status);

/* ---- The service itself ---- */

/* Numbers of grpc.health.v1.HealthCheckResponse.ServingStatus. */
enum occupare_health { OCCUPARE_HEALTH_UNKNOWN = 0, OCCUPARE_HEALTH_SERVING = 1, OCCUPARE_HEALTH_NOT_SERVING = 2 };

/* grpc.health.v1.Health/Check. service: full name of a service; NULL or empty = the whole server.
 * NOT_FOUND: no such service. */
enum occupare_code occupare_check_health(struct occupare_client *client, const char *service,
    enum occupare_health *ret_health, struct occupare_status *status);

/* occupare.rpc.v1.ReflectionService/GetSchema: a packed google.protobuf.FileDescriptorSet, to be freed with free(). */
enum occupare_code occupare_get_schema(
    struct occupare_client *client, uint8_t **ret_bytes, size_t *ret_length, struct occupare_status *status);

/* Any method by its service and name, for programs that handle messages by their descriptors.
 * request: of the method's input type. ret_response: of its output type, to be freed with occupare_free.
 * timeout_ms: of this call; 0 = the client's.
 * UNIMPLEMENTED: the descriptor has no such method; INVALID_ARGUMENT: the request is of another type. */
enum occupare_code occupare_call(struct occupare_client *client, const ProtobufCServiceDescriptor *service,
    const char *method, const ProtobufCMessage *request, uint32_t timeout_ms, ProtobufCMessage **ret_response,
    struct occupare_status *status);

#ifdef __cplusplus
}
#endif
#endif

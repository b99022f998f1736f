/* One request over HTTP and its answer, as the handlers of routes see them.
 *
 * A route is a line of the table in routes.c: verb, pattern of the path, handler.  The handler ends in exactly one of
 * exchange_answer, exchange_fail or exchange_call; the last sends the request through dispatch, and the form it names reads the
 * request message and writes the answer. */
#ifndef OCC_EXCHANGE_H
#define OCC_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"
#include "service/dispatch.h"

#define EXCHANGE_PARAMETERS_MAX 64 /* of a query */

struct exchange;

/* A name of the query, or of the path, that is not that of a field of the request. path: "comparands.name"; a repeated
 * message in it gets one more element for each value. each: the value is for every element that there is. NULL ends a list. */
struct parameter {
	const char *name;
	const char *path;
	bool each, required;
	const char *description;
};

struct route {
	const char *verb;    /* "GET", which answers HEAD as well, or "POST" */
	const char *pattern; /* "/v1/occupations/{name}": a part in braces stands for any one */
	void (*handle)(struct exchange *x);
	const char *rpc;                    /* path of the method that answers; NULL: none */
	const struct parameter *parameters; /* NULL: only fields of the request */
	const char *summary;                /* for the description of the API; NULL: not part of it */
	const char *media_type;             /* of its answers; NULL = JSON of the method's response */
};

/* Who may keep an answer. */
enum caching {
	CACHING_NONE,       /* nobody */
	CACHING_REVALIDATE, /* whoever asks each time whether it still holds */
	CACHING_LONG        /* its address changes when it does */
};

struct parameter_value {
	const char *name, *value; /* decoded, UTF-8 */
};

/* ---- What was asked. Texts live until the exchange ends in one of the three ways. ---- */

const struct route *exchange_route(const struct exchange *x);

/* The path as it came, still encoded, and the query behind '?' or "". */
const char *exchange_path(const struct exchange *x);
const char *exchange_query(const struct exchange *x);

/* What stands for {name} in the path, decoded; NULL: the pattern has no such part. */
const char *exchange_variable(const struct exchange *x, const char *name);

/* The parameters of the query, decoded, in their order.
 * INVALID_ARGUMENT: bad percent-encoding, NUL or invalid UTF-8; RESOURCE_EXHAUSTED: too many. */
enum occupare_code exchange_parameters(struct exchange *x, const struct parameter_value **ret, size_t *ret_count,
    struct occupare_status *st) OCC_MUST_CHECK;

/* A header; NULL: it is not there. */
const char *exchange_header(const struct exchange *x, const char *name);

const uint8_t *exchange_body(const struct exchange *x, size_t *ret_length);

/* The call of this exchange, for its arena, to read from the store, and to dispatch. */
struct call *exchange_call_of(const struct exchange *x);

/* ---- How it ends. ---- */

/* Answers. body: to be freed by the exchange, NULL = none. content_type: static, NULL = none. */
void exchange_answer(struct exchange *x, unsigned status, const char *content_type, char *body, size_t length);

/* The same with a body that outlives the process. */
void exchange_answer_static(
    struct exchange *x, unsigned status, const char *content_type, const char *body, size_t length);

/* Leads elsewhere. location: a path; to be freed by the exchange. */
void exchange_redirect(struct exchange *x, unsigned status, char *location);

/* The body that was answered with last, for forms. */
const uint8_t *exchange_written(const struct exchange *x, size_t *ret_length);

/* Answers with a failure: google.rpc.Status as JSON, the Connect protocol's error on its paths, a page where one was asked for. status: 0 = the one that
 * goes with the code. */
void exchange_fail(struct exchange *x, unsigned status, const struct occupare_status *st);

/* Sends the request through dispatch. envelope, in the call's arena, names the method. The form's write ends in
 * exchange_answer. */
void exchange_call(struct exchange *x, const struct call_form *form, const Occupare__Rpc__V1__Call *envelope);

/* An envelope for a method, with the metadata that the headers carry, in the call's arena. */
Occupare__Rpc__V1__Call *exchange_envelope(struct exchange *x, const char *method);

/* ---- What else the answer says; before it ends. ---- */

void exchange_caching(struct exchange *x, enum caching caching);

/* name and value: static, or until the exchange ends. At most EXCHANGE_HEADERS_MAX. */
#define EXCHANGE_HEADERS_MAX 8
void exchange_set_header(struct exchange *x, const char *name, const char *value);

/* Says that the answer stands for this path and query as long as the dataset does. True: the client has it already, and the
 * exchange has ended. */
bool exchange_is_known(struct exchange *x);

/* ---- Shared by handlers ---- */

/* The exchange of a call, for forms. */
struct exchange *exchange_of(const struct call *call);

/* HTTP status of a code, as googleapis and Connect have it. */
unsigned exchange_status(enum occupare_code code);

/* routes.c: the table. NULL behind the last. */
const struct route *routes_at(size_t index);

/* connect.c: the Connect unary protocol, and its failures as a body to be freed; NULL: no memory. */
void connect_handle(struct exchange *x);
char *connect_failure(struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length);

/* rest.c: a GET form whose query is the request and whose answer is the JSON of the reply, a rendering alone, and failures. */
void rest_handle(struct exchange *x);
void rest_render(struct exchange *x);
char *rest_failure(struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length);

/* The members of one detail of a failure, as JSON without the braces. */
void rest_put_detail(FILE *out, struct occ_arena *arena, const Google__Protobuf__Any *any);

/* The write of a form that answers with the reply as JSON. */
enum occupare_code rest_write(
    struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length) OCC_MUST_CHECK;

/* The request message of a route's method, of its path and query. */
enum occupare_code rest_read(
    struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret) OCC_MUST_CHECK;

/* The field at the end of a parameter's path. ret_many: the parameter may be given more than once. */
const ProtobufCFieldDescriptor *rest_field(
    const ProtobufCMessageDescriptor *request, const struct parameter *parameter, bool *ret_many);

/* Whether a field can be said in a query. */
bool rest_is_scalar(const ProtobufCFieldDescriptor *field);

/* openapi.c */
void openapi_handle(struct exchange *x);

#endif

#include "tests/bench/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/health/v1/health.pb-c.h"
#include "occupare/rpc/v1/rpc.pb-c.h"
#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/json.h"
#include "proto/status.h"

#define REQUESTS_PER_WEIGHT 500
#define WEIGHT_MAX 100
#define IDS_MAX 100000

static char **ids;
static size_t ids_count;
static enum requests_form form;

static void
die(const char *what, const char *about)
{
	fprintf(stderr, "load: %s: %s\n", what, about);
	exit(2);
}

static char *
any_id(void)
{
	return ids[(size_t)rand() % ids_count];
}

static struct request *
new_request(struct requests *requests, int code)
{
	requests->list = realloc(requests->list, (requests->count + 1) * sizeof *requests->list);
	if (requests->list == NULL)
		die("no memory", "for requests");
	requests->list[requests->count].code = code;
	return &requests->list[requests->count++];
}

static void
add_call(struct requests *requests, const char *method, const uint8_t *payload, size_t length, int code)
{
	Occupare__Rpc__V1__Call call = OCCUPARE__RPC__V1__CALL__INIT;
	struct request *request = new_request(requests, code);

	call.method = (char *)method;
	call.payload.data = (uint8_t *)payload;
	call.payload.len = length;
	request->length = occupare__rpc__v1__call__get_packed_size(&call);
	request->call = malloc(request->length);
	if (request->call == NULL)
		die("no memory", method);
	occupare__rpc__v1__call__pack(&call, request->call);
}

static void
add_http(struct requests *requests, const char *method, const void *body, size_t length, int code)
{
	struct request *request = new_request(requests, code);
	char head[512];
	size_t head_length = (size_t)snprintf(head, sizeof head,
	    "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/%s\r\nConnect-Protocol-Version: 1\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, form == REQUESTS_HTTP_JSON ? "json" : "proto", length);

	request->length = head_length + length;
	request->call = malloc(request->length);
	if (request->call == NULL)
		die("no memory", method);
	memcpy(request->call, head, head_length);
	memcpy(request->call + head_length, body, length);
}

static void
add_bytes(struct requests *requests, const char *method, const uint8_t *payload, size_t length, int code)
{
	if (form == REQUESTS_CALL)
		add_call(requests, method, payload, length, code);
	else
		add_http(requests, method, payload, length, code);
}

static void
add(struct requests *requests, const char *method, const ProtobufCMessage *message, int code)
{
	uint8_t payload[4096];
	struct occ_arena arena;
	struct occupare_status st;
	char *text;

	if (form == REQUESTS_HTTP_JSON) {
		occ_arena_init(&arena, 0, (size_t)1 << 20);
		if (occ_json_print(&arena, message, false, &text, &st) != OCCUPARE_OK)
			die("no JSON", method);
		add_http(requests, method, text, strlen(text), code);
		occ_arena_fini(&arena);
		return;
	}
	if (protobuf_c_message_get_packed_size(message) > sizeof payload)
		die("request too long", method);
	add_bytes(requests, method, payload, protobuf_c_message_pack(message, payload), code);
}

static void
add_compare(struct requests *requests)
{
	Occupare__V1__CompareOccupationsRequest request = OCCUPARE__V1__COMPARE_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__ComparandRequest comparands[2] = { OCCUPARE__V1__COMPARAND_REQUEST__INIT,
		OCCUPARE__V1__COMPARAND_REQUEST__INIT };
	Occupare__V1__ComparandRequest *list[2] = { &comparands[0], &comparands[1] };
	size_t first = (size_t)rand() % ids_count;

	comparands[0].name = ids[first];
	comparands[1].name = ids[(first + 1 + (size_t)rand() % (ids_count - 1)) % ids_count];
	request.n_comparands = 2;
	request.comparands = list;
	add(requests, "/occupare.v1.ComparisonService/CompareOccupations", &request.base, OCCUPARE_OK);
}

static void
add_get(struct requests *requests)
{
	Occupare__V1__GetOccupationRequest request = OCCUPARE__V1__GET_OCCUPATION_REQUEST__INIT;

	request.name = any_id();
	add(requests, "/occupare.v1.OccupationService/GetOccupation", &request.base, OCCUPARE_OK);
}

static void
add_search(struct requests *requests)
{
	Occupare__V1__SearchOccupationsRequest request = OCCUPARE__V1__SEARCH_OCCUPATIONS_REQUEST__INIT;
	char query[7];

	snprintf(query, sizeof query, "%s", any_id());
	request.query = query;
	add(requests, "/occupare.v1.OccupationService/SearchOccupations", &request.base, OCCUPARE_OK);
}

/* In turn: a name that nobody has, and a payload that is no message. */
static void
add_failure(struct requests *requests)
{
	static const uint8_t broken[] = { 0x0a, 0x7f, 'x' };
	static const char method[] = "/occupare.v1.OccupationService/GetOccupation";
	Occupare__V1__GetOccupationRequest request = OCCUPARE__V1__GET_OCCUPATION_REQUEST__INIT;

	request.name = "qqq-no-such-occupation";
	if (requests->count % 2 == 0)
		add(requests, method, &request.base, OCCUPARE_NOT_FOUND);
	else
		add_bytes(requests, method, broken, sizeof broken, OCCUPARE_INVALID_ARGUMENT);
}

static void
add_check(struct requests *requests)
{
	Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;

	add(requests, "/grpc.health.v1.Health/Check", &request.base, OCCUPARE_OK);
}

static void
add_schema(struct requests *requests)
{
	Occupare__Rpc__V1__GetSchemaRequest request = OCCUPARE__RPC__V1__GET_SCHEMA_REQUEST__INIT;

	add(requests, "/occupare.rpc.v1.ReflectionService/GetSchema", &request.base, OCCUPARE_OK);
}

static const struct kind {
	const char *name;
	void (*add)(struct requests *requests);
} kinds[] = {
	{ "compare", add_compare },
	{ "get", add_get },
	{ "search", add_search },
	{ "fail", add_failure },
	{ "check", add_check },
	{ "schema", add_schema },
};

static const struct kind *
find_kind(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, name, length) == 0)
			return &kinds[i];
	return NULL;
}

static void
read_ids(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	ids = calloc(IDS_MAX, sizeof *ids);
	if (file == NULL || ids == NULL)
		die("cannot read ids", path);
	while (ids_count < IDS_MAX && (length = getline(&line, &size, file)) > 1) {
		line[strcspn(line, "\n")] = '\0';
		ids[ids_count++] = strdup(line);
	}
	free(line);
	fclose(file);
	if (ids_count < 2)
		die("fewer than two ids", path);
}

void
requests_make(
    struct requests *requests, enum requests_form wanted, const char *ids_path, const char *mix, unsigned seed)
{
	const char *at = mix;

	form = wanted;
	memset(requests, 0, sizeof *requests);
	srand(seed);
	read_ids(ids_path);
	while (*at != '\0') {
		const char *equals = strchr(at, '=');
		const struct kind *kind = equals != NULL ? find_kind(at, (size_t)(equals - at)) : NULL;
		char *end = NULL;
		long weight = kind != NULL ? strtol(equals + 1, &end, 10) : 0;

		if (weight < 1 || weight > WEIGHT_MAX || (*end != '\0' && *end != ','))
			die("not a mix (compare=4,get=3,search=2,fail=1)", mix);
		for (long i = 0; i < weight * REQUESTS_PER_WEIGHT; i++)
			kind->add(requests);
		at = *end == ',' ? end + 1 : end;
	}
	if (requests->count == 0)
		die("an empty mix", mix);
}

/* Bytes as what stands in the first line of a request over HTTP, path and query, or as a compressed body. */
#include <assert.h>
#include <string.h>

#include "proto/rpc.h"
#include "proto/wire.h"
#include "service/gzip.h"
#include "service/routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EXPANDED_MAX 65536

static void
check_text(const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);

	while (at < end) {
		size_t length = occ_utf8_sequence(at, end);

		assert(length > 0);
		at += length;
	}
}

static void
find(struct occ_arena *arena, char *path, const char *query)
{
	const struct parameter_value *values;
	struct occupare_status st;
	struct routes_path parts;
	const char *allow = NULL;
	size_t count, route;

	occupare_status_clear(&st);
	if (routes_split(arena, path, &parts, &st) == OCCUPARE_OK) {
		assert(parts.count <= ROUTES_PARTS_MAX);
		for (size_t i = 0; i < parts.count; i++)
			check_text(parts.parts[i]);
		route = routes_find(path, &parts, "GET", &allow);
		assert(route == ROUTES_NONE || routes_at(route) != NULL);
		if (route != ROUTES_NONE && strchr(routes_at(route)->pattern, '{') != NULL)
			assert(routes_variable(routes_at(route), &parts, "name") != NULL);
		if (route == ROUTES_NONE && allow == NULL)
			routes_unknown(path, &st);
	}
	occupare_status_clear(&st);
	if (routes_parameters(arena, query, &values, &count, &st) != OCCUPARE_OK)
		return;
	assert(count <= EXCHANGE_PARAMETERS_MAX);
	for (size_t i = 0; i < count; i++) {
		check_text(values[i].name);
		check_text(values[i].value);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct occ_arena arena;
	struct occupare_status st;
	uint8_t *expanded;
	size_t length;
	char *path, *query;

	occ_arena_init(&arena, 0, OCC_ARENA_BYTES_MAX);
	path = occ_arena_strndup(&arena, (const char *)data, size);
	query = strchr(path, '?');
	if (query != NULL)
		*query++ = '\0';
	find(&arena, path, query != NULL ? query : "");
	occupare_status_clear(&st);
	if (gzip_expand(&arena, data, size, EXPANDED_MAX, &expanded, &length, &st) == OCCUPARE_OK)
		assert(length <= EXPANDED_MAX);
	occ_arena_fini(&arena);
	return 0;
}

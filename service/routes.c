/* The table first: what is served over HTTP is a line of it. */
#include "service/routes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/nearest.h"
#include "proto/rpc.h"
#include "proto/wire.h"
#include "service/pages.h"
#include "service/probes.h"
#include "service/site.h"

#define OCCUPATIONS "/occupare.v1.OccupationService/"
#define PAGE "text/html"
#define COMPARISONS "/occupare.v1.ComparisonService/"

static const struct parameter compare_parameters[] = {
	{ "o", "comparands.name", false, true,
	    "An occupation: id, code, title or alias, as NAME[@AREA][:PERIOD]. Give 2 to 10 of them." },
	{ "area", "comparands.area", true, false,
	    "Where all are compared: US, a state's two letters, a metro area's digits." },
	{ "period", "comparands.period", true, false, "The reference year at which all are compared." },
	{ "section", "sections", false, false, "Id of a section wanted; all where none is given." },
	{ NULL, NULL, false, false, NULL },
};

static const struct parameter render_parameters[] = {
	{ "o", "request.comparands.name", false, true,
	    "An occupation: id, code, title or alias, as NAME[@AREA][:PERIOD]. Give 2 to 10 of them." },
	{ "area", "request.comparands.area", true, false,
	    "Where all are compared: US, a state's two letters, a metro area's digits." },
	{ "period", "request.comparands.period", true, false, "The reference year at which all are compared." },
	{ "section", "request.sections", false, false, "Id of a section wanted; all where none is given." },
	{ "baseline", "request.baseline", false, false, "Index of the occupation that differences are taken from." },
	{ NULL, NULL, false, false, NULL },
};

static const struct parameter search_parameters[] = {
	{ "q", "query", false, true, "What is searched for." },
	{ NULL, NULL, false, false, NULL },
};

static const struct parameter transition_parameters[] = {
	{ "from", "from", false, true, "Where one comes from: id, code, title or alias, as NAME[@AREA][:PERIOD]." },
	{ "to", "to", false, true, "Where one wants to go, likewise." },
	{ NULL, NULL, false, false, NULL },
};

static const struct route routes[] = {
	{ "GET", "/v1/occupations", rest_handle, OCCUPATIONS "ListOccupations", NULL, "Occupations page by page",
	    NULL },
	{ "GET", "/v1/occupations/{name}", rest_handle, OCCUPATIONS "GetOccupation", NULL, "One occupation", NULL },
	{ "GET", "/v1/search", rest_handle, OCCUPATIONS "SearchOccupations", search_parameters,
	    "Occupations that resemble a text", NULL },
	{ "GET", "/v1/compare", rest_handle, COMPARISONS "CompareOccupations", compare_parameters,
	    "How 2 to 10 occupations differ", NULL },
	{ "GET", "/v1/render", rest_render, COMPARISONS "RenderComparison", render_parameters,
	    "A comparison as text, table, Markdown, CSV or HTML", "text/plain" },
	{ "GET", "/v1/similar/{name}", rest_handle, COMPARISONS "FindSimilarOccupations", NULL,
	    "The occupations most similar to one", NULL },
	{ "GET", "/v1/transition", rest_handle, COMPARISONS "AnalyzeTransition", transition_parameters,
	    "What stands between two occupations", NULL },
	{ "GET", "/v1/areas", rest_handle, OCCUPATIONS "ListAreas", NULL, "The areas that estimates are held for",
	    NULL },
	{ "GET", "/v1/estimates/{name}", rest_handle, OCCUPATIONS "ListEstimates", NULL,
	    "Wages and employment of one occupation by area and period", NULL },
	{ "GET", "/v1/dataset", rest_handle, OCCUPATIONS "GetDataset", NULL, "What the store holds", NULL },
	{ "GET", "/", pages_home, NULL, NULL, NULL, PAGE },
	{ "GET", "/compare", pages_pick, NULL, NULL, NULL, PAGE },
	{ "GET", "/compare/{names}", pages_compare, COMPARISONS "CompareOccupations", NULL, NULL, PAGE },
	{ "GET", "/occupations/{name}", pages_occupation, OCCUPATIONS "GetOccupation", NULL, NULL, PAGE },
	{ "GET", "/static/{file}", site_file, NULL, NULL, NULL, PAGE },
	{ "GET", "/favicon.ico", site_icon, NULL, NULL, NULL, "image/svg+xml" },
	{ "GET", "/robots.txt", site_robots, NULL, NULL, NULL, "text/plain" },
	{ "GET", "/v1/openapi.json", openapi_handle, NULL, NULL, NULL, "application/json" },
	{ "GET", "/healthz", probes_alive, NULL, NULL, NULL, "text/plain" },
	{ "GET", "/readyz", probes_ready, NULL, NULL, NULL, "text/plain" },
	{ "GET", "/metrics", probes_metrics, NULL, NULL, NULL, "text/plain" },
	/* Every method of the schema; what stands here for two parts are the names of services and methods alone. */
	{ "POST", "/{service}/{method}", connect_handle, NULL, NULL, NULL, NULL },
};
#define ROUTES (sizeof routes / sizeof routes[0])
_Static_assert(ROUTES < ROUTES_NONE, "more routes than are counted");

const struct route *
routes_at(size_t index)
{
	return index < ROUTES ? &routes[index] : NULL;
}

const char *
routes_name(size_t index)
{
	if (index < ROUTES)
		return routes[index].pattern;
	if (index < ROUTES_NONE)
		return "";
	return index == ROUTES_NONE ? "other" : NULL;
}

/* ---- Decoding ---- */

static int
hex_digit(char letter)
{
	if (letter >= '0' && letter <= '9')
		return letter - '0';
	letter |= 0x20;
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static enum occupare_code
fail_encoding(const char *what, struct occupare_status *st)
{
	occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "the address of the request holds %s", what);
	occupare_status_reason(st, "MALFORMED_URL");
	return st->code;
}

/* Decodes %XX, and "+" as a space if asked for; the result is UTF-8 without NUL. */
static enum occupare_code
decode(
    struct occ_arena *arena, const char *text, size_t length, bool plus, const char **ret, struct occupare_status *st)
{
	char *out = occ_arena_alloc(arena, length + 1);
	const uint8_t *at, *end;
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		out[n] = plus && text[i] == '+' ? ' ' : text[i];
		if (text[i] == '%') {
			int high = i + 2 < length ? hex_digit(text[i + 1]) : -1;
			int low = i + 2 < length ? hex_digit(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return fail_encoding("a \"%\" that is not followed by two hexadecimal digits", st);
			out[n] = (char)(high << 4 | low);
			i += 2;
		}
		if (out[n++] == '\0')
			return fail_encoding("a NUL", st);
	}
	out[n] = '\0';
	for (at = (const uint8_t *)out, end = at + n; at < end;) {
		size_t sequence = occ_utf8_sequence(at, end);

		if (sequence == 0)
			return fail_encoding("bytes that are not UTF-8", st);
		at += sequence;
	}
	*ret = out;
	return OCCUPARE_OK;
}

const char *
routes_skip_host(const char *path)
{
	const char *host = strncasecmp(path, "http://", 7) == 0 ? path + 7 : NULL;

	if (host == NULL)
		return path;
	return strchr(host, '/') != NULL ? strchr(host, '/') : "/";
}

enum occupare_code
routes_split(struct occ_arena *arena, const char *path, struct routes_path *ret, struct occupare_status *st)
{
	ret->count = 0;
	if (path[0] != '/')
		return fail_encoding("no path", st);
	while (*path == '/' && ret->count < ROUTES_PARTS_MAX) {
		size_t length = strcspn(++path, "/");

		if (decode(arena, path, length, false, &ret->parts[ret->count], st) != OCCUPARE_OK)
			return st->code;
		ret->count++;
		path += length;
	}
	if (*path != '\0')
		ret->count = 0; /* more parts than any route has */
	return OCCUPARE_OK;
}

enum occupare_code
routes_parameters(struct occ_arena *arena, const char *query, const struct parameter_value **ret, size_t *ret_count,
    struct occupare_status *st)
{
	struct parameter_value *values = occ_arena_alloc(arena, EXCHANGE_PARAMETERS_MAX * sizeof *values);
	size_t count = 0;

	for (const char *at = query; *at != '\0'; at += *at == '&') {
		size_t length = strcspn(at, "&"), name = strcspn(at, "&=");
		const char *value = at + name + (at[name] == '=');

		if (length > 0 && count == EXCHANGE_PARAMETERS_MAX) {
			occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "the query has more than %d parameters",
			    EXCHANGE_PARAMETERS_MAX);
			return st->code;
		}
		if (length > 0) {
			if (decode(arena, at, name, true, &values[count].name, st) != OCCUPARE_OK ||
			    decode(arena, value, (size_t)(at + length - value), true, &values[count].value, st) !=
				OCCUPARE_OK)
				return st->code;
			count++;
		}
		at += length;
	}
	*ret = values;
	*ret_count = count;
	return OCCUPARE_OK;
}

/* ---- Finding ---- */

static bool
matches(const char *pattern, const struct routes_path *path)
{
	size_t i = 0;

	for (; *pattern == '/'; i++) {
		size_t length = strcspn(++pattern, "/");
		bool open = length > 2 && pattern[0] == '{';

		if (i >= path->count)
			return false;
		if (open ? path->parts[i][0] == '\0'
			 : strncmp(path->parts[i], pattern, length) != 0 || path->parts[i][length] != '\0')
			return false;
		pattern += length;
	}
	return i == path->count;
}

static bool
is_method(const char *path)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	struct occupare_status st;

	occupare_status_clear(&st);
	return occ_method_find(path, &service, &method, &st) == OCCUPARE_OK;
}

size_t
routes_find(const char *path, const struct routes_path *parts, const char *verb, const char **ret_allow)
{
	for (size_t i = 0; i < ROUTES; i++) {
		const struct route *route = &routes[i];
		bool reads = strcmp(route->verb, "GET") == 0;

		if (route->handle == connect_handle ? !is_method(path) : !matches(route->pattern, parts))
			continue;
		if (strcmp(verb, route->verb) == 0 || (reads && strcmp(verb, "HEAD") == 0))
			return i;
		*ret_allow = reads ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
		return ROUTES_NONE;
	}
	return ROUTES_NONE;
}

const char *
routes_variable(const struct route *route, const struct routes_path *path, const char *name)
{
	const char *pattern = route->pattern;

	for (size_t i = 0; *pattern == '/' && i < path->count; i++) {
		size_t length = strcspn(++pattern, "/");

		if (length > 2 && pattern[0] == '{' && strncmp(pattern + 1, name, length - 2) == 0 &&
		    name[length - 2] == '\0')
			return path->parts[i];
		pattern += length;
	}
	return NULL;
}

void
routes_unknown(const char *path, struct occupare_status *st)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	struct occ_nearest nearest = occ_nearest_begin(path);

	/* What looks like a method is told what methods there are. */
	if (strchr(path, '.') != NULL && occ_method_find(path, &service, &method, st) != OCCUPARE_OK) {
		st->code = OCCUPARE_NOT_FOUND;
		return;
	}
	for (size_t i = 0; i < ROUTES; i++)
		occ_nearest_offer(&nearest, routes[i].pattern);
	occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "there is nothing at %.200s%s%s", path,
	    nearest.name != NULL ? "; did you mean " : "; /v1/openapi.json lists what there is",
	    nearest.name != NULL ? nearest.name : "");
	occupare_status_reason(st, "PATH_UNKNOWN");
	occupare_status_metadata(st, "path", "%s", path);
	if (nearest.name != NULL)
		occupare_status_metadata(st, "nearest", "%s", nearest.name);
}

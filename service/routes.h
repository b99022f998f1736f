/* Which handler answers which path. */
#ifndef OCC_ROUTES_H
#define OCC_ROUTES_H

#include "service/exchange.h"

#define ROUTES_PARTS_MAX 8

/* A path, cut at its slashes and decoded. */
struct routes_path {
	const char *parts[ROUTES_PARTS_MAX];
	size_t count;
};

#define ROUTES_NONE ((size_t)METRICS_ROUTES_MAX - 1) /* counts what fits none */

/* The path of the form with scheme and host, which proxies are asked with; any other comes back as it is. */
const char *routes_skip_host(const char *path);

/* Cuts and decodes a path, into the arena.
 * INVALID_ARGUMENT: it does not begin with a slash, bad percent-encoding, a NUL, invalid UTF-8. */
enum occupare_code routes_split(
    struct occ_arena *arena, const char *path, struct routes_path *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The index of the route of a path; HEAD is answered where GET is. ROUTES_NONE: none, and then ret_allow is the list of verbs
 * that the path takes, or untouched where there is no such path. */
size_t routes_find(const char *path, const struct routes_path *parts, const char *verb, const char **ret_allow);

/* The part of a path that stands for {name} in a route's pattern; NULL: there is none. */
const char *routes_variable(const struct route *route, const struct routes_path *path, const char *name);

/* Decodes a query. Errors as exchange_parameters. */
enum occupare_code routes_parameters(struct occ_arena *arena, const char *query, const struct parameter_value **ret,
    size_t *ret_count, struct occupare_status *st) OCC_MUST_CHECK;

/* NOT_FOUND: no such path; names the nearest. */
void routes_unknown(const char *path, struct occupare_status *st);

/* Name of a route for counters: its pattern; "other" for what fits none; NULL behind it. */
const char *routes_name(size_t index);

#endif

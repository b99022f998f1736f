/* Addresses: decoding, finding the route, and what is said where there is none. */
#include "service/address.h"
#include "service/routes.h"
#include "tests/support/test.h"

#include <netinet/in.h>

static struct occ_arena arena;
static struct occupare_status st;

static int
begin(void **state)
{
	(void)state;
	occ_arena_init(&arena, 0, 1 << 20);
	occupare_status_clear(&st);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

/* The pattern of the route that a path has, or what it allows behind "!", or "" for none. */
static const char *
route_of(const char *verb, const char *path)
{
	struct routes_path parts;
	const char *allow = NULL;
	size_t index;

	path = routes_skip_host(path);
	MUST(routes_split(&arena, path, &parts, &st), &st);
	index = routes_find(path, &parts, verb, &allow);
	if (index != ROUTES_NONE)
		return routes_at(index)->pattern;
	return allow != NULL ? occ_arena_printf(&arena, "!%s", allow) : "";
}

static void
test_paths_lead_to_their_routes(void **state)
{
	(void)state;
	assert_string_equal(route_of("GET", "/healthz"), "/healthz");
	assert_string_equal(route_of("HEAD", "/v1/compare"), "/v1/compare");
	assert_string_equal(route_of("GET", "/v1/occupations"), "/v1/occupations");
	assert_string_equal(route_of("GET", "/v1/occupations/actors"), "/v1/occupations/{name}");
	assert_string_equal(route_of("POST", "/grpc.health.v1.Health/Check"), "/{service}/{method}");
	assert_string_equal(route_of("GET", "http://host:80/healthz"), "/healthz");
	assert_string_equal(route_of("POST", "HTTP://host/grpc.health.v1.Health/Check"), "/{service}/{method}");
	assert_string_equal(route_of("GET", "/"), "/");
	assert_string_equal(route_of("GET", "http://host:80"), "/");
	assert_string_equal(route_of("GET", "/compare/a-vs-b"), "/compare/{names}");
}

static void
test_paths_that_are_nearly_routes_are_none(void **state)
{
	static const char *const paths[] = { "//", "/v1", "/v1/", "/healthz/", "/health", "//healthz",
		"/v1/occupations/", "/v1/occupations/a/b", "/V1/areas", "/a/b/c/d/e/f/g/h/i",
		"/grpc.health.v1.Health/Watch" };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		assert_string_equal(route_of("GET", paths[i]), "");
}

static void
test_a_verb_that_is_not_taken_is_told_those_that_are(void **state)
{
	(void)state;
	assert_string_equal(route_of("POST", "/v1/compare"), "!GET, HEAD, OPTIONS");
	assert_string_equal(route_of("get", "/v1/compare"), "!GET, HEAD, OPTIONS");
	assert_string_equal(route_of("GET", "/grpc.health.v1.Health/Check"), "!POST, OPTIONS");
}

static void
test_open_parts_of_a_path_are_decoded(void **state)
{
	struct routes_path parts;
	const char *allow;
	const struct route *route;

	(void)state;
	MUST(routes_split(&arena, "/v1/occupations/a%2Fb%20+%c3%a9", &parts, &st), &st);
	route = routes_at(routes_find("", &parts, "GET", &allow));
	assert_string_equal(routes_variable(route, &parts, "name"), "a/b +\xc3\xa9");
	assert_null(routes_variable(route, &parts, "nam"));
	assert_null(routes_variable(route, &parts, "names"));
}

static void
test_bad_escapes_are_refused(void **state)
{
	static const char *const paths[] = { "/%", "/%4", "/%4g", "/%g4", "/a/%00", "/%ff", "/%c3", "/%ed%a0%80", "a",
		"", "*" };
	struct routes_path parts;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		occupare_status_clear(&st);
		if (routes_split(&arena, paths[i], &parts, &st) == OCCUPARE_OK)
			fail_msg("%s was taken", paths[i]);
		ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
		assert_string_equal(st.reason, "MALFORMED_URL");
	}
}

static void
test_queries_are_cut_and_decoded(void **state)
{
	const struct parameter_value *values;
	size_t count;

	(void)state;
	MUST(routes_parameters(&arena, "a=1&b=x+y%2b&&c&=d&e=f=g", &values, &count, &st), &st);
	assert_int_equal(count, 5);
	assert_string_equal(values[0].name, "a");
	assert_string_equal(values[0].value, "1");
	assert_string_equal(values[1].value, "x y+");
	assert_string_equal(values[2].name, "c");
	assert_string_equal(values[2].value, "");
	assert_string_equal(values[3].name, "");
	assert_string_equal(values[4].value, "f=g");
	MUST(routes_parameters(&arena, "", &values, &count, &st), &st);
	assert_int_equal(count, 0);
}

static void
test_too_many_parameters_are_refused(void **state)
{
	char query[(EXCHANGE_PARAMETERS_MAX + 1) * 2 + 1];
	const struct parameter_value *values;
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof query - 1; i++)
		query[i] = i % 2 == 0 ? 'a' : '&';
	query[sizeof query - 1] = '\0';
	assert_int_equal(routes_parameters(&arena, query, &values, &count, &st), OCCUPARE_RESOURCE_EXHAUSTED);
	occupare_status_clear(&st);
	MUST(routes_parameters(&arena, query + 2, &values, &count, &st), &st);
	assert_int_equal(count, EXCHANGE_PARAMETERS_MAX);
}

static void
test_an_unknown_path_is_told_the_nearest(void **state)
{
	(void)state;
	routes_unknown("/v1/comparee", &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "did you mean /v1/compare");
	assert_string_equal(st.reason, "PATH_UNKNOWN");
	occupare_status_clear(&st);
	routes_unknown("/grpc.health.v1.Health/Chek", &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "Check");
}

/* ---- Addresses to listen on ---- */

static void
test_addresses_of_this_host_are_told_from_others(void **state)
{
	static const char *const local[] = { "8080", ":8080", "127.0.0.1:0", "127.9.9.9:1", "[::1]:65535",
		"localhost:80", "[::ffff:127.0.0.1]:80" };
	static const char *const other[] = { "0.0.0.0:80", "[::]:80", "192.0.2.1:80", "nowhere:80", "", ":",
		"127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:8x", "127.0.0.1:-1", "[::1:80", "::1:80",
		"1.2.3:80" };

	(void)state;
	for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
		if (!address_is_local(local[i]))
			fail_msg("%s is not local", local[i]);
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
		if (address_is_local(other[i]))
			fail_msg("%s is local", other[i]);
}

static void
test_peers_of_loopback_are_known(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	(void)state;
	assert_true(address_is_loopback((struct sockaddr *)&v4));
	v4.sin_addr.s_addr = htonl(0x0a00007f);
	assert_false(address_is_loopback((struct sockaddr *)&v4));
	assert_true(address_is_loopback((struct sockaddr *)&v6));
	v6.sin6_addr = (struct in6_addr){ .s6_addr = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 } };
	assert_true(address_is_loopback((struct sockaddr *)&v6));
	v6.sin6_addr.s6_addr[12] = 10;
	assert_false(address_is_loopback((struct sockaddr *)&v6));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_paths_lead_to_their_routes, begin, end),
		cmocka_unit_test_setup_teardown(test_paths_that_are_nearly_routes_are_none, begin, end),
		cmocka_unit_test_setup_teardown(test_a_verb_that_is_not_taken_is_told_those_that_are, begin, end),
		cmocka_unit_test_setup_teardown(test_open_parts_of_a_path_are_decoded, begin, end),
		cmocka_unit_test_setup_teardown(test_bad_escapes_are_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_queries_are_cut_and_decoded, begin, end),
		cmocka_unit_test_setup_teardown(test_too_many_parameters_are_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_an_unknown_path_is_told_the_nearest, begin, end),
		cmocka_unit_test_setup_teardown(test_addresses_of_this_host_are_told_from_others, begin, end),
		cmocka_unit_test_setup_teardown(test_peers_of_loopback_are_known, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

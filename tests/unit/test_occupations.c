/* Every method of OccupationService, from packed Call to packed Reply. */
#include "tests/support/test.h"

#include "proto/rpc.h"
#include "tests/support/samples.h"
#include "tests/support/serve.h"

#define METHOD(name) "/occupare.v1.OccupationService/" name
#define PSM "patient-services-manager"

static struct serve serve;
static struct occupare_status st;

static int
setup(void **state)
{
	Occupare__V1__Occupation *occupations[3];

	(void)state;
	serve_start(&serve);
	occupations[0] = sample_patient_services_manager(&serve.arena);
	occupations[1] = sample_service_director(&serve.arena);
	occupations[2] = sample_registered_nurses(&serve.arena);
	occupations[0]->aliases = occ_arena_calloc(&serve.arena, 2, sizeof(char *));
	occupations[0]->aliases[occupations[0]->n_aliases++] = occ_arena_strdup(
	    &serve.arena, "Patient Service Manager");
	occupations[0]->aliases[occupations[0]->n_aliases++] = occ_arena_strdup(&serve.arena, "Head of Services");
	occupations[1]->aliases = occ_arena_calloc(&serve.arena, 1, sizeof(char *));
	occupations[1]->aliases[occupations[1]->n_aliases++] = occ_arena_strdup(&serve.arena, "Head of Services");
	serve_load(&serve, occupations, 3);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	serve_stop(&serve);
	return 0;
}

static Occupare__V1__GetOccupationResponse *
get(const char *name, Occupare__V1__OccupationView view)
{
	Occupare__V1__GetOccupationRequest request = OCCUPARE__V1__GET_OCCUPATION_REQUEST__INIT;

	request.name = (char *)name;
	request.view = view;
	return serve_call(&serve, METHOD("GetOccupation"), &request, &st);
}

static void
test_get_understands_id_code_title_and_alias(void **state)
{
	static const struct {
		const char *name;
		const char *id;
		Occupare__V1__MatchKind kind;
	} cases[] = {
		{ PSM, PSM, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ID },
		{ "29-1141", "registered-nurses", OCCUPARE__V1__MATCH_KIND__MATCH_KIND_CODE },
		{ "291141", "registered-nurses", OCCUPARE__V1__MATCH_KIND__MATCH_KIND_CODE },
		{ "  service   DIRECTOR ", "service-director", OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE },
		{ "patient service manager", PSM, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ALIAS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Occupare__V1__GetOccupationResponse *response = get(cases[i].name, 0);

		ASSERT_OK(&st);
		assert_string_equal(response->occupation->id, cases[i].id);
		assert_int_equal(response->matched_by, cases[i].kind);
		assert_int_equal(response->dataset->counts->occupations, 3);
		assert_true(response->dataset->generation > 0);
	}
}

static void
test_get_returns_aliases_in_full_view_only(void **state)
{
	(void)state;
	assert_int_equal(get(PSM, OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_BASIC)->occupation->n_aliases, 0);
	assert_int_equal(get(PSM, OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_FULL)->occupation->n_aliases, 2);
}

static void
test_get_unknown_name_offers_the_nearest_titles(void **state)
{
	(void)state;
	assert_null(get("servise director", 0));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "Service Director (service-director)");
	assert_string_equal(st.reason, "OCCUPATION_NOT_FOUND");
	assert_string_equal(st.violations[0].field, "name");
	assert_string_equal(st.resource_name, "servise director");
	ASSERT_HAS(occupare_status_metadata_get(&st, "nearest"), "service-director");
}

static void
test_get_ambiguous_alias_offers_the_candidates(void **state)
{
	(void)state;
	assert_null(get("head of services", 0));
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	assert_string_equal(st.reason, "AMBIGUOUS_NAME");
	assert_string_equal(
	    occupare_status_metadata_get(&st, "candidates"), "patient-services-manager,service-director");
}

static void
test_get_refuses_empty_overlong_and_unknown_view(void **state)
{
	char name[OCC_NAME_BYTES_MAX + 2];

	(void)state;
	assert_null(get(" \t", 0));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_null(get(name, 0));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_null(get(PSM, 7));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "view");
}

static void
test_batch_get_answers_item_by_item(void **state)
{
	char *names[] = { "service-director", "nobody at all", PSM };
	Occupare__V1__BatchGetOccupationsRequest request = OCCUPARE__V1__BATCH_GET_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__BatchGetOccupationsResponse *response;

	(void)state;
	request.names = names;
	request.n_names = 3;
	response = serve_call(&serve, METHOD("BatchGetOccupations"), &request, &st);
	ASSERT_OK(&st);
	assert_int_equal(response->n_results, 3);
	assert_string_equal(response->results[0]->occupation->id, "service-director");
	assert_int_equal(response->results[1]->result_case, OCCUPARE__V1__OCCUPATION_RESULT__RESULT_ERROR);
	assert_int_equal(response->results[1]->error->code, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(response->results[1]->error->message, "names[1]");
	assert_string_equal(response->results[2]->occupation->id, PSM);
}

static void
test_batch_get_is_bounded(void **state)
{
	char *names[OCC_BATCH_GET_MAX + 1];
	Occupare__V1__BatchGetOccupationsRequest request = OCCUPARE__V1__BATCH_GET_OCCUPATIONS_REQUEST__INIT;

	(void)state;
	assert_null(serve_call(&serve, METHOD("BatchGetOccupations"), &request, &st));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	for (size_t i = 0; i < OCC_BATCH_GET_MAX + 1; i++)
		names[i] = (char *)PSM;
	request.names = names;
	request.n_names = OCC_BATCH_GET_MAX + 1;
	assert_null(serve_call(&serve, METHOD("BatchGetOccupations"), &request, &st));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(st.message, "at most 100");
}

static Occupare__V1__ListOccupationsResponse *
list(int32_t size, const char *token, const char *order_by)
{
	Occupare__V1__ListOccupationsRequest request = OCCUPARE__V1__LIST_OCCUPATIONS_REQUEST__INIT;

	request.page_size = size;
	request.page_token = (char *)token;
	request.order_by = (char *)order_by;
	return serve_call(&serve, METHOD("ListOccupations"), &request, &st);
}

static void
test_list_pages_through_everything_once(void **state)
{
	static const char *const in_order[] = { PSM, "registered-nurses", "service-director" };
	const char *token = "";

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		Occupare__V1__ListOccupationsResponse *response = list(1, token, "");

		ASSERT_OK(&st);
		assert_int_equal(response->n_items, 1);
		assert_string_equal(response->items[0]->id, in_order[i]);
		assert_int_equal(response->total_size, 3);
		token = response->next_page_token;
		assert_int_equal(token[0] == '\0', i == 2);
	}
}

static void
test_list_orders_by_pay(void **state)
{
	Occupare__V1__ListOccupationsResponse *response = list(0, "", "annual_mean desc");

	(void)state;
	ASSERT_OK(&st);
	assert_int_equal(response->n_items, 3);
	assert_string_equal(response->items[0]->id, "service-director");
	assert_string_equal(response->items[2]->id, PSM);
}

static void
test_list_refuses_a_token_of_another_request(void **state)
{
	Occupare__V1__ListOccupationsResponse *response = list(1, "", "");

	(void)state;
	ASSERT_OK(&st);
	assert_null(list(1, response->next_page_token, "title"));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "page_token");
	assert_null(list(1, "0123456789abcdefzz", ""));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_non_null(list(2, response->next_page_token, ""));
}

static void
test_list_refuses_negative_size_and_unknown_order(void **state)
{
	(void)state;
	assert_null(list(-1, "", ""));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "page_size");
	assert_null(list(0, "", "shoe_size"));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(st.message, "shoe_size");
}

/* Anybody can write a token: this is the one of the first page with another position. */
static void
test_page_beyond_the_end_is_empty(void **state)
{
	Occupare__V1__SearchOccupationsRequest request = OCCUPARE__V1__SEARCH_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__SearchOccupationsResponse *response;
	static const char *const positions[] = { "999999", "18446744073709551615", "-1" };

	(void)state;
	request.query = (char *)"service";
	request.page_size = 1;
	response = serve_call(&serve, METHOD("SearchOccupations"), &request, &st);
	assert_non_null(response);
	for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
		char *token = occ_arena_strndup(&serve.arena, response->next_page_token, 16);
		for (const char *at = positions[i]; *at != '\0'; at++)
			token = occ_arena_printf(&serve.arena, "%s%02x", token, (unsigned char)*at);
		request.page_token = token;
		Occupare__V1__SearchOccupationsResponse *beyond = serve_call(
		    &serve, METHOD("SearchOccupations"), &request, &st);
		assert_non_null(beyond);
		assert_int_equal(beyond->n_items, 0);
		assert_string_equal(beyond->next_page_token, "");
	}
}

static void
test_search_finds_by_prefix_and_pages(void **state)
{
	Occupare__V1__SearchOccupationsRequest request = OCCUPARE__V1__SEARCH_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__SearchOccupationsResponse *first, *second;

	(void)state;
	request.query = (char *)"service";
	request.page_size = 1;
	first = serve_call(&serve, METHOD("SearchOccupations"), &request, &st);
	ASSERT_OK(&st);
	assert_int_equal(first->total_size, 2);
	assert_string_equal(first->items[0]->id, "service-director");
	assert_int_equal(first->items[0]->match_kind, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_PREFIX);
	request.page_token = first->next_page_token;
	second = serve_call(&serve, METHOD("SearchOccupations"), &request, &st);
	ASSERT_OK(&st);
	assert_string_equal(second->items[0]->id, PSM);
	assert_string_equal(second->next_page_token, "");
	request.query = (char *)"  ";
	assert_null(serve_call(&serve, METHOD("SearchOccupations"), &request, &st));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
}

static Occupare__V1__CreateOccupationResponse *
create(Occupare__V1__Occupation *occupation)
{
	Occupare__V1__CreateOccupationRequest request = OCCUPARE__V1__CREATE_OCCUPATION_REQUEST__INIT;

	request.occupation = occupation;
	return serve_call(&serve, METHOD("CreateOccupation"), &request, &st);
}

static void
test_create_is_repeatable_where_equal_only(void **state)
{
	Occupare__V1__Occupation *actors = sample_actors(&serve.arena);
	Occupare__V1__CreateOccupationResponse *response = create(actors);
	uint64_t revision;

	(void)state;
	ASSERT_OK(&st);
	revision = response->occupation->revision;
	assert_true(revision > 0);
	assert_int_equal(response->dataset->counts->occupations, 4);
	assert_int_equal(create(actors)->occupation->revision, revision);
	actors->summary = (char *)"Play parts.";
	assert_null(create(actors));
	ASSERT_CODE(&st, OCCUPARE_ALREADY_EXISTS);
}

static void
test_create_names_the_field_that_is_wrong(void **state)
{
	Occupare__V1__Occupation *nurses = sample_registered_nurses(&serve.arena);

	(void)state;
	nurses->id = (char *)"nurses-of-mars";
	nurses->salary->annual_mean->value = -5;
	assert_null(create(nurses));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "occupation.salary.annual_mean");
	assert_null(create(NULL));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_null(get("nurses-of-mars", 0));
}

static Occupare__V1__UpdateOccupationResponse *
update(Occupare__V1__Occupation *occupation, uint64_t etag, bool allow_missing)
{
	Occupare__V1__UpdateOccupationRequest request = OCCUPARE__V1__UPDATE_OCCUPATION_REQUEST__INIT;

	request.occupation = occupation;
	request.etag = etag;
	request.allow_missing = allow_missing;
	return serve_call(&serve, METHOD("UpdateOccupation"), &request, &st);
}

static void
test_update_under_a_stale_etag_is_aborted_and_changes_nothing(void **state)
{
	Occupare__V1__Occupation *seen = get(PSM, OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_FULL)->occupation;
	uint64_t etag = seen->revision;

	(void)state;
	seen->summary = (char *)"First.";
	assert_true(update(seen, etag, false)->occupation->revision > etag);
	seen->summary = (char *)"Second.";
	assert_null(update(seen, etag, false));
	ASSERT_CODE(&st, OCCUPARE_ABORTED);
	assert_string_equal(get(PSM, 0)->occupation->summary, "First.");
}

static void
test_update_takes_away_what_an_import_gave(void **state)
{
	Occupare__V1__Occupation *seen = get(PSM, OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_FULL)->occupation;

	(void)state;
	seen->demographics = NULL;
	seen->salary->annual_mean->value = 70000;
	update(seen, 0, false);
	ASSERT_OK(&st);
	seen = get(PSM, 0)->occupation;
	assert_null(seen->demographics);
	assert_true(seen->salary->annual_mean->value == 70000);
	assert_non_null(seen->education);
}

static void
test_update_of_what_is_missing_needs_allow_missing(void **state)
{
	Occupare__V1__Occupation *actors = sample_actors(&serve.arena);

	(void)state;
	assert_null(update(actors, 0, false));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	assert_non_null(update(actors, 0, true));
}

static Occupare__V1__DeleteOccupationResponse *delete (const char *id, uint64_t etag, bool allow_missing)
{
	Occupare__V1__DeleteOccupationRequest request = OCCUPARE__V1__DELETE_OCCUPATION_REQUEST__INIT;

	request.id = (char *)id;
	request.etag = etag;
	request.allow_missing = allow_missing;
	return serve_call(&serve, METHOD("DeleteOccupation"), &request, &st);
}

static void
test_delete_removes_and_then_is_not_found(void **state)
{
	uint64_t revision = get(PSM, 0)->occupation->revision;

	(void)state;
	assert_null(delete (PSM, revision + 1, false));
	ASSERT_CODE(&st, OCCUPARE_ABORTED);
	assert_int_equal(delete (PSM, revision, false)->dataset->counts->occupations, 2);
	assert_null(get(PSM, 0));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	assert_null(delete (PSM, 0, false));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	assert_non_null(delete (PSM, 0, true));
}

static void
test_writes_are_refused_without_a_writer_and_from_afar(void **state)
{
	struct writer *writer = serve.service.writer;

	(void)state;
	serve.call.local = false;
	assert_null(create(sample_actors(&serve.arena)));
	ASSERT_CODE(&st, OCCUPARE_PERMISSION_DENIED);
	serve.call.local = true;
	serve.service.writer = NULL;
	assert_null(delete (PSM, 0, false));
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	ASSERT_HAS(st.message, "--writable");
	serve.service.writer = writer;
	assert_non_null(get(PSM, 0));
}

static void
test_areas_and_estimates_are_listed_page_by_page(void **state)
{
	Occupare__V1__ListAreasRequest areas = OCCUPARE__V1__LIST_AREAS_REQUEST__INIT;
	Occupare__V1__ListEstimatesRequest estimates = OCCUPARE__V1__LIST_ESTIMATES_REQUEST__INIT;
	Occupare__V1__ListAreasResponse *area_page;
	Occupare__V1__ListEstimatesResponse *estimate_page;

	(void)state;
	serve_load_california(&serve);
	areas.page_size = 1;
	area_page = serve_call(&serve, METHOD("ListAreas"), &areas, &st);
	ASSERT_OK(&st);
	assert_string_equal(area_page->items[0]->code, "CA");
	assert_int_equal(area_page->total_size, 2);
	areas.page_token = area_page->next_page_token;
	area_page = serve_call(&serve, METHOD("ListAreas"), &areas, &st);
	assert_string_equal(area_page->items[0]->code, "US");
	assert_string_equal(area_page->next_page_token, "");
	estimates.name = (char *)"registered nurses";
	estimates.area = (char *)"CA";
	estimate_page = serve_call(&serve, METHOD("ListEstimates"), &estimates, &st);
	ASSERT_OK(&st);
	assert_int_equal(estimate_page->n_items, 2);
	assert_int_equal(estimate_page->items[1]->period, 2024);
	assert_true(estimate_page->items[1]->salary->annual_mean->value == 148330);
}

static void
test_an_occupation_without_a_soc_code_has_no_estimates(void **state)
{
	Occupare__V1__ListEstimatesRequest request = OCCUPARE__V1__LIST_ESTIMATES_REQUEST__INIT;
	Occupare__V1__ListEstimatesResponse *response;

	(void)state;
	serve_load_california(&serve);
	request.name = (char *)PSM;
	response = serve_call(&serve, METHOD("ListEstimates"), &request, &st);
	ASSERT_OK(&st);
	assert_int_equal(response->n_items, 0);
}

static void
test_dataset_counts_and_names_its_sources(void **state)
{
	Occupare__V1__GetDatasetRequest request = OCCUPARE__V1__GET_DATASET_REQUEST__INIT;
	Occupare__V1__GetDatasetResponse *response = serve_call(&serve, METHOD("GetDataset"), &request, &st);

	(void)state;
	ASSERT_OK(&st);
	assert_int_equal(response->dataset->schema_version, STORE_SCHEMA_VERSION);
	assert_int_equal(response->dataset->counts->occupations, 3);
	assert_int_equal(response->dataset->counts->aliases, 3);
	assert_int_equal(response->dataset->n_sources, 3);
	assert_non_null(response->dataset->update_time);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_get_understands_id_code_title_and_alias),
		TEST(test_get_returns_aliases_in_full_view_only),
		TEST(test_get_unknown_name_offers_the_nearest_titles),
		TEST(test_get_ambiguous_alias_offers_the_candidates),
		TEST(test_get_refuses_empty_overlong_and_unknown_view),
		TEST(test_batch_get_answers_item_by_item),
		TEST(test_batch_get_is_bounded),
		TEST(test_list_pages_through_everything_once),
		TEST(test_list_orders_by_pay),
		TEST(test_list_refuses_a_token_of_another_request),
		TEST(test_list_refuses_negative_size_and_unknown_order),
		TEST(test_page_beyond_the_end_is_empty),
		TEST(test_search_finds_by_prefix_and_pages),
		TEST(test_create_is_repeatable_where_equal_only),
		TEST(test_create_names_the_field_that_is_wrong),
		TEST(test_update_under_a_stale_etag_is_aborted_and_changes_nothing),
		TEST(test_update_takes_away_what_an_import_gave),
		TEST(test_update_of_what_is_missing_needs_allow_missing),
		TEST(test_delete_removes_and_then_is_not_found),
		TEST(test_writes_are_refused_without_a_writer_and_from_afar),
		TEST(test_areas_and_estimates_are_listed_page_by_page),
		TEST(test_an_occupation_without_a_soc_code_has_no_estimates),
		TEST(test_dataset_counts_and_names_its_sources),
	};

	return cmocka_run_group_tests_name("occupations", tests, NULL, NULL);
}

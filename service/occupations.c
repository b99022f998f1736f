/* The handlers of occupare.v1.OccupationService. */
#include <string.h>

#include "proto/rpc.h"
#include "service/handlers.h"
#include "service/resolve.h"
#include "service/validate.h"
#include "service/writer.h"

typedef Occupare__V1__OccupationService_Service Service;

static enum occupare_code
check_view(Occupare__V1__OccupationView view, struct occupare_status *st)
{
	if (protobuf_c_enum_descriptor_get_value(&occupare__v1__occupation_view__descriptor, (int)view) != NULL)
		return OCCUPARE_OK;
	return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "view",
	    "is %d; give OCCUPATION_VIEW_BASIC or OCCUPATION_VIEW_FULL", (int)view);
}

static void
occupations__get_occupation(Service *service, const Occupare__V1__GetOccupationRequest *request,
    Occupare__V1__GetOccupationResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__GetOccupationResponse response = OCCUPARE__V1__GET_OCCUPATION_RESPONSE__INIT;

	(void)service;
	if (check_view(request->view, &call->status) != OCCUPARE_OK || call_read(call) != OCCUPARE_OK ||
	    resolve_occupation(call, "name", request->name,
		request->view == OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_FULL, &response.occupation,
		&response.matched_by) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK)
		call_fail(call);
	else
		done(&response, data);
}

/* One item of a batch: what is wrong with a name stands in its result. */
static enum occupare_code
batch_get_one(struct call *call, size_t index, const Occupare__V1__BatchGetOccupationsRequest *request,
    Occupare__V1__OccupationResult *ret)
{
	bool full = request->view == OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_FULL;
	enum occupare_code code;

	code = resolve_occupation(call, occ_arena_printf(&call->arena, "names[%zu]", index), request->names[index],
	    full, &ret->occupation, &ret->matched_by);
	if (code == OCCUPARE_OK) {
		ret->result_case = OCCUPARE__V1__OCCUPATION_RESULT__RESULT_OCCUPATION;
		return call_check_deadline(call);
	}
	ret->result_case = OCCUPARE__V1__OCCUPATION_RESULT__RESULT_ERROR;
	ret->error = occ_status_pack(&call->arena, &call->status);
	occupare_status_clear(&call->status);
	return call_check_deadline(call);
}

static void
occupations__batch_get_occupations(Service *service, const Occupare__V1__BatchGetOccupationsRequest *request,
    Occupare__V1__BatchGetOccupationsResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__BatchGetOccupationsResponse response = OCCUPARE__V1__BATCH_GET_OCCUPATIONS_RESPONSE__INIT;
	Occupare__V1__OccupationResult *results;

	(void)service;
	if (validate_count("names", request->n_names, OCC_BATCH_GET_MAX, &call->status) != OCCUPARE_OK ||
	    check_view(request->view, &call->status) != OCCUPARE_OK || call_read(call) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	results = occ_arena_calloc(&call->arena, request->n_names, sizeof *results);
	response.results = occ_arena_calloc(&call->arena, request->n_names, sizeof *response.results);
	response.n_results = request->n_names;
	for (size_t i = 0; i < request->n_names; i++) {
		occupare__v1__occupation_result__init(&results[i]);
		response.results[i] = &results[i];
		if (batch_get_one(call, i, request, &results[i]) != OCCUPARE_OK) {
			call_fail(call);
			return;
		}
	}
	if (call_dataset(call, &response.dataset) != OCCUPARE_OK)
		call_fail(call);
	else
		done(&response, data);
}

static void
occupations__list_occupations(Service *service, const Occupare__V1__ListOccupationsRequest *request,
    Occupare__V1__ListOccupationsResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__ListOccupationsResponse response = OCCUPARE__V1__LIST_OCCUPATIONS_RESPONSE__INIT;
	Occupare__V1__ListOccupationsRequest query = *request;
	struct page page;
	char *next;

	(void)service;
	query.page_size = 0;
	query.page_token = (char *)protobuf_c_empty_string;
	if (page_read(call, request->page_size, request->page_token, &query.base, 50, 1000, &page) != OCCUPARE_OK ||
	    call_read(call) != OCCUPARE_OK ||
	    store_list(&call->arena, call->txn, request, page.after, page.limit, &response.items, &response.n_items,
		&next, &response.total_size, &call->status) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	response.next_page_token = page_token(call, &page, next);
	done(&response, data);
}

static void
occupations__search_occupations(Service *service, const Occupare__V1__SearchOccupationsRequest *request,
    Occupare__V1__SearchOccupationsResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__SearchOccupationsResponse response = OCCUPARE__V1__SEARCH_OCCUPATIONS_RESPONSE__INIT;
	Occupare__V1__SearchOccupationsRequest query = *request;
	struct page page;
	size_t first, total;

	(void)service;
	query.page_size = 0;
	query.page_token = (char *)protobuf_c_empty_string;
	if (request->query[strspn(request->query, " \t\r\n")] == '\0')
		occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "query",
		    "is empty; give a title, an alias, a code, a skill or a duty");
	else if (strlen(request->query) > OCC_NAME_BYTES_MAX)
		occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "query",
		    "has %zu bytes, at most %d are allowed", strlen(request->query), OCC_NAME_BYTES_MAX);
	if (call->status.code != OCCUPARE_OK ||
	    page_read(call, request->page_size, request->page_token, &query.base, 20, 100, &page) != OCCUPARE_OK ||
	    page_first(call, &page, &first) != OCCUPARE_OK || call_read(call) != OCCUPARE_OK ||
	    store_search(&call->arena, call->txn, request->query, first, page.limit, &response.items, &response.n_items,
		&total, &call->status) != OCCUPARE_OK ||
	    page_slice(call, &page, total, &first, &response.n_items, &response.next_page_token) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	response.total_size = total;
	done(&response, data);
}

/* ---- Writing: the handler checks and hands over; apply_ runs on the writer thread, inside its transaction. ---- */

static void
finish_write(struct call *call)
{
	call_reply(call->result, call);
}

static void
submit(struct call *call, const Occupare__V1__Occupation *record, bool needs_record, const ProtobufCMessage *request,
    store_apply *apply)
{
	if (call_may_write(call) == OCCUPARE_OK && needs_record && record == NULL)
		occupare_fail(
		    &call->status, OCCUPARE_INVALID_ARGUMENT, "occupation", "is missing; give the whole record");
	if (call->status.code != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	call->request = request;
	writer_submit(call, apply, finish_write);
}

/* Violations of a record are reported with the path they have in the request. */
static enum occupare_code
blame_record(struct call *call)
{
	if (call->status.code == OCCUPARE_INVALID_ARGUMENT)
		occupare_status_prefix(&call->status, "occupation");
	return call->status.code;
}

static enum occupare_code
apply_create(struct store_txn *txn, void *item)
{
	struct call *call = item;
	const Occupare__V1__CreateOccupationRequest *request = (const void *)call->request;
	Occupare__V1__CreateOccupationResponse *response = occ_arena_alloc(&call->arena, sizeof *response);

	occupare__v1__create_occupation_response__init(response);
	call->result = &response->base;
	if (store_create(&call->arena, txn, request->occupation, &response->occupation, &call->status) != OCCUPARE_OK)
		return blame_record(call);
	return store_dataset(&call->arena, txn, false, &response->dataset, &call->status);
}

static void
occupations__create_occupation(Service *service, const Occupare__V1__CreateOccupationRequest *request,
    Occupare__V1__CreateOccupationResponse_Closure done, void *data)
{
	(void)service;
	(void)done;
	submit(data, request->occupation, true, &request->base, apply_create);
}

static enum occupare_code
apply_update(struct store_txn *txn, void *item)
{
	struct call *call = item;
	const Occupare__V1__UpdateOccupationRequest *request = (const void *)call->request;
	Occupare__V1__UpdateOccupationResponse *response = occ_arena_alloc(&call->arena, sizeof *response);

	occupare__v1__update_occupation_response__init(response);
	call->result = &response->base;
	if (store_update(&call->arena, txn, request->occupation, request->etag, request->allow_missing,
		&response->occupation, &call->status) != OCCUPARE_OK)
		return blame_record(call);
	return store_dataset(&call->arena, txn, false, &response->dataset, &call->status);
}

static void
occupations__update_occupation(Service *service, const Occupare__V1__UpdateOccupationRequest *request,
    Occupare__V1__UpdateOccupationResponse_Closure done, void *data)
{
	(void)service;
	(void)done;
	submit(data, request->occupation, true, &request->base, apply_update);
}

static enum occupare_code
apply_delete(struct store_txn *txn, void *item)
{
	struct call *call = item;
	const Occupare__V1__DeleteOccupationRequest *request = (const void *)call->request;
	Occupare__V1__DeleteOccupationResponse *response = occ_arena_alloc(&call->arena, sizeof *response);

	occupare__v1__delete_occupation_response__init(response);
	call->result = &response->base;
	if (store_delete(txn, request->id, request->etag, request->allow_missing, &call->status) != OCCUPARE_OK)
		return call->status.code;
	return store_dataset(&call->arena, txn, false, &response->dataset, &call->status);
}

static void
occupations__delete_occupation(Service *service, const Occupare__V1__DeleteOccupationRequest *request,
    Occupare__V1__DeleteOccupationResponse_Closure done, void *data)
{
	(void)service;
	(void)done;
	submit(data, NULL, false, &request->base, apply_delete);
}

/* ---- Areas and estimates ---- */

static void
occupations__list_areas(Service *service, const Occupare__V1__ListAreasRequest *request,
    Occupare__V1__ListAreasResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__ListAreasResponse response = OCCUPARE__V1__LIST_AREAS_RESPONSE__INIT;
	Occupare__V1__ListAreasRequest query = OCCUPARE__V1__LIST_AREAS_REQUEST__INIT;
	struct page page;
	char *next;

	(void)service;
	if (page_read(call, request->page_size, request->page_token, &query.base, 100, 1000, &page) != OCCUPARE_OK ||
	    call_read(call) != OCCUPARE_OK ||
	    store_areas(&call->arena, call->txn, page.after, page.limit, &response.items, &response.n_items, &next,
		&response.total_size, &call->status) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	response.next_page_token = page_token(call, &page, next);
	done(&response, data);
}

static enum occupare_code
list_estimates(struct call *call, const Occupare__V1__ListEstimatesRequest *request, struct page *page,
    Occupare__V1__ListEstimatesResponse *response)
{
	Occupare__V1__Occupation *occupation;
	Occupare__V1__MatchKind kind;
	const char *soc;
	bool finer;
	char *next = NULL;

	if (call_read(call) != OCCUPARE_OK ||
	    resolve_occupation(call, "name", request->name, false, &occupation, &kind) != OCCUPARE_OK)
		return call->status.code;
	soc = store_soc_code(&call->arena, occupation, &finer);
	if (soc != NULL &&
	    store_estimates(&call->arena, call->txn, soc, request->area, request->period, page->after, page->limit,
		&response->items, &response->n_items, &next, &response->total_size, &call->status) != OCCUPARE_OK)
		return call->status.code;
	response->next_page_token = page_token(call, page, next);
	return call_dataset(call, &response->dataset);
}

static void
occupations__list_estimates(Service *service, const Occupare__V1__ListEstimatesRequest *request,
    Occupare__V1__ListEstimatesResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__ListEstimatesResponse response = OCCUPARE__V1__LIST_ESTIMATES_RESPONSE__INIT;
	Occupare__V1__ListEstimatesRequest query = *request;
	struct page page;

	(void)service;
	query.page_size = 0;
	query.page_token = (char *)protobuf_c_empty_string;
	if (page_read(call, request->page_size, request->page_token, &query.base, 100, 1000, &page) != OCCUPARE_OK ||
	    list_estimates(call, request, &page, &response) != OCCUPARE_OK)
		call_fail(call);
	else
		done(&response, data);
}

static void
occupations__get_dataset(Service *service, const Occupare__V1__GetDatasetRequest *request,
    Occupare__V1__GetDatasetResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__GetDatasetResponse response = OCCUPARE__V1__GET_DATASET_RESPONSE__INIT;

	(void)service;
	(void)request;
	if (call_read(call) != OCCUPARE_OK ||
	    store_dataset(&call->arena, call->txn, true, &response.dataset, &call->status) != OCCUPARE_OK)
		call_fail(call);
	else
		done(&response, data);
}

Service occupations_service = OCCUPARE__V1__OCCUPATION_SERVICE__INIT(occupations__);

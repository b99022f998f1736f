/* The handlers of occupare.v1.ComparisonService. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/rpc.h"
#include "service/compare/compare.h"
#include "service/compare/render.h"
#include "service/compare/similar.h"
#include "service/handlers.h"
#include "service/resolve.h"
#include "service/validate.h"

typedef Occupare__V1__ComparisonService_Service Service;

#define SHARED_SKILLS_MAX 10 /* named beside each similar occupation */

/* From a request to a comparison; what CompareOccupations, its batch and RenderComparison share. */
static enum occupare_code
compare(struct call *call, const Occupare__V1__CompareOccupationsRequest *request, Occupare__V1__Comparison **ret)
{
	struct compare_subject *subjects;

	if (validate_compare(request, &call->status) != OCCUPARE_OK || call_read(call) != OCCUPARE_OK)
		return call->status.code;
	subjects = occ_arena_calloc(&call->arena, request->n_comparands, sizeof *subjects);
	for (size_t i = 0; i < request->n_comparands; i++) {
		if (resolve_subject(call, occ_arena_printf(&call->arena, "comparands[%zu]", i), request->comparands[i],
			&subjects[i]) != OCCUPARE_OK)
			return call->status.code;
	}
	if (validate_distinct(subjects, request->n_comparands, &call->status) != OCCUPARE_OK)
		return call->status.code;
	*ret = compare_occupations(
	    &call->arena, subjects, request->n_comparands, request->baseline, request->sections, request->n_sections);
	return OCCUPARE_OK;
}

static void
comparisons__compare_occupations(Service *service, const Occupare__V1__CompareOccupationsRequest *request,
    Occupare__V1__CompareOccupationsResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__CompareOccupationsResponse response = OCCUPARE__V1__COMPARE_OCCUPATIONS_RESPONSE__INIT;

	(void)service;
	if (compare(call, request, &response.comparison) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK)
		call_fail(call);
	else
		done(&response, data);
}

/* One item of a batch: what is wrong with a request stands in its result. */
static enum occupare_code
batch_compare_one(struct call *call, const Occupare__V1__CompareOccupationsRequest *request, size_t index,
    Occupare__V1__ComparisonResult *ret)
{
	if (compare(call, request, &ret->comparison) == OCCUPARE_OK) {
		ret->result_case = OCCUPARE__V1__COMPARISON_RESULT__RESULT_COMPARISON;
		return call_check_deadline(call);
	}
	occupare_status_prefix(&call->status, occ_arena_printf(&call->arena, "requests[%zu]", index));
	ret->result_case = OCCUPARE__V1__COMPARISON_RESULT__RESULT_ERROR;
	ret->error = occ_status_pack(&call->arena, &call->status);
	occupare_status_clear(&call->status);
	return call_check_deadline(call);
}

static void
comparisons__batch_compare_occupations(Service *service, const Occupare__V1__BatchCompareOccupationsRequest *request,
    Occupare__V1__BatchCompareOccupationsResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__BatchCompareOccupationsResponse response = OCCUPARE__V1__BATCH_COMPARE_OCCUPATIONS_RESPONSE__INIT;
	Occupare__V1__ComparisonResult *results;

	(void)service;
	if (validate_count("requests", request->n_requests, OCC_BATCH_COMPARE_MAX, &call->status) != OCCUPARE_OK ||
	    call_read(call) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	results = occ_arena_calloc(&call->arena, request->n_requests, sizeof *results);
	response.results = occ_arena_calloc(&call->arena, request->n_requests, sizeof *response.results);
	response.n_results = request->n_requests;
	for (size_t i = 0; i < request->n_requests; i++) {
		occupare__v1__comparison_result__init(&results[i]);
		response.results[i] = &results[i];
		if (batch_compare_one(call, request->requests[i], i, &results[i]) != OCCUPARE_OK) {
			call_fail(call);
			return;
		}
	}
	if (call_dataset(call, &response.dataset) != OCCUPARE_OK)
		call_fail(call);
	else
		done(&response, data);
}

static enum occupare_code
check_rendering(const Occupare__V1__RenderComparisonRequest *request, struct occupare_status *st)
{
	if (request->request == NULL)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "request", "is missing; say what to compare");
	if (protobuf_c_enum_descriptor_get_value(&occupare__v1__format__descriptor, (int)request->format) == NULL)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "format",
		    "is %d; give FORMAT_TEXT, FORMAT_TABLE, FORMAT_MARKDOWN or FORMAT_CSV", (int)request->format);
	if (request->width != 0 && (request->width < RENDER_WIDTH_MIN || request->width > RENDER_WIDTH_MAX))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "width",
		    "is %u; give %u to %u columns, or 0 for %u", request->width, RENDER_WIDTH_MIN, RENDER_WIDTH_MAX,
		    RENDER_WIDTH_DEFAULT);
	return OCCUPARE_OK;
}

/* Renders into a body in the call's arena. */
static enum occupare_code
render(struct call *call, const Occupare__V1__Comparison *comparison, const Occupare__V1__Dataset *dataset,
    const struct render_options *options, ProtobufCBinaryData *ret)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	bool failed = out == NULL;

	if (out != NULL) {
		render_comparison(&call->arena, comparison, dataset, options, out);
		failed = ferror(out) != 0;
		failed = fclose(out) != 0 || failed;
	}
	if (failed) {
		free(text);
		return occupare_fail(
		    &call->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory to render in; ask for fewer sections");
	}
	ret->data = occ_arena_alloc(&call->arena, length);
	memcpy(ret->data, text, length);
	ret->len = length;
	free(text);
	return OCCUPARE_OK;
}

static void
comparisons__render_comparison(Service *service, const Occupare__V1__RenderComparisonRequest *request,
    Occupare__V1__RenderComparisonResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__RenderComparisonResponse response = OCCUPARE__V1__RENDER_COMPARISON_RESPONSE__INIT;
	struct render_options options = { request->format, request->width, request->color };
	Occupare__V1__Comparison *comparison;

	(void)service;
	if (check_rendering(request, &call->status) != OCCUPARE_OK ||
	    compare(call, request->request, &comparison) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK ||
	    render(call, comparison, response.dataset, &options, &response.body) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	response.content_type = (char *)render_content_type(request->format);
	done(&response, data);
}

/* ---- Similar occupations ---- */

struct similar_walk {
	struct call *call;
	struct occ_arena scratch; /* holds one candidate at a time */
	const Occupare__V1__Occupation *reference;
	Occupare__V1__SimilarityMethod method;
	Occupare__V1__SimilarOccupation **found;
	size_t count, capacity;
};

static void
keep_similar(struct similar_walk *walk, Occupare__V1__SimilarOccupation *similar)
{
	if (walk->count == walk->capacity) {
		size_t capacity = walk->capacity == 0 ? 64 : walk->capacity * 2;
		Occupare__V1__SimilarOccupation **larger = occ_arena_alloc(
		    &walk->call->arena, capacity * sizeof(*larger));

		if (walk->count > 0)
			memcpy(larger, walk->found, walk->count * sizeof *larger);
		walk->found = larger;
		walk->capacity = capacity;
	}
	walk->found[walk->count++] = similar;
}

static enum occupare_code
visit_similar(void *data, const Occupare__V1__Occupation *candidate)
{
	struct similar_walk *walk = data;
	struct occ_arena *arena = &walk->call->arena;
	Occupare__V1__SimilarOccupation *similar;
	double similarity = 0;

	if (strcmp(candidate->id, walk->reference->id) != 0)
		similarity = similar_skills(&walk->scratch, walk->reference, candidate, walk->method);
	if (similarity > 0) {
		similar = occ_arena_alloc(arena, sizeof *similar);
		occupare__v1__similar_occupation__init(similar);
		similar->id = occ_arena_strdup(arena, candidate->id);
		similar->title = occ_arena_strdup(arena, candidate->title);
		similar->similarity = similarity;
		keep_similar(walk, similar);
	}
	occ_arena_reset(&walk->scratch);
	return call_check_deadline(walk->call);
}

static int
by_similarity(const void *a, const void *b)
{
	const Occupare__V1__SimilarOccupation *x = *(void *const *)a, *y = *(void *const *)b;

	if (x->similarity != y->similarity)
		return x->similarity < y->similarity ? 1 : -1;
	return strcmp(x->id, y->id);
}

/* The skills two have in common are named for the items of one page alone. */
static enum occupare_code
name_shared_skills(struct similar_walk *walk, Occupare__V1__SimilarOccupation **items, size_t count)
{
	struct call *call = walk->call;
	Occupare__V1__Occupation *other;

	for (size_t i = 0; i < count; i++) {
		if (store_get(&call->arena, call->txn, items[i]->id, false, &other, &call->status) != OCCUPARE_OK)
			return call->status.code;
		items[i]->shared_skills = similar_shared(
		    &call->arena, walk->reference, other, SHARED_SKILLS_MAX, &items[i]->n_shared_skills);
	}
	return OCCUPARE_OK;
}

static enum occupare_code
find_similar(struct call *call, const Occupare__V1__FindSimilarOccupationsRequest *request, const struct page *page,
    Occupare__V1__FindSimilarOccupationsResponse *response)
{
	struct similar_walk walk = { .call = call, .method = response->method };
	Occupare__V1__Occupation *reference;
	Occupare__V1__MatchKind kind;
	enum occupare_code code;
	size_t first;

	if (call_read(call) != OCCUPARE_OK ||
	    resolve_occupation(call, "name", request->name, false, &reference, &kind) != OCCUPARE_OK)
		return call->status.code;
	walk.reference = reference;
	occ_arena_init(&walk.scratch, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	code = store_each_skills(&walk.scratch, call->txn, visit_similar, &walk, &call->status);
	occ_arena_fini(&walk.scratch);
	if (code != OCCUPARE_OK)
		return code;
	if (walk.count > 0)
		qsort(walk.found, walk.count, sizeof *walk.found, by_similarity);
	if (page_slice(call, page, walk.count, &first, &response->n_items, &response->next_page_token) != OCCUPARE_OK)
		return call->status.code;
	response->items = walk.found + first;
	response->total_size = walk.count;
	return name_shared_skills(&walk, response->items, response->n_items);
}

static void
comparisons__find_similar_occupations(Service *service, const Occupare__V1__FindSimilarOccupationsRequest *request,
    Occupare__V1__FindSimilarOccupationsResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__FindSimilarOccupationsResponse response = OCCUPARE__V1__FIND_SIMILAR_OCCUPATIONS_RESPONSE__INIT;
	Occupare__V1__FindSimilarOccupationsRequest query = *request;
	struct page page;

	(void)service;
	query.page_size = 0;
	query.page_token = (char *)protobuf_c_empty_string;
	response.method = request->method;
	if (request->method == OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_UNSPECIFIED)
		response.method = OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_WEIGHTED_JACCARD;
	if (protobuf_c_enum_descriptor_get_value(&occupare__v1__similarity_method__descriptor, (int)request->method) ==
	    NULL)
		occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "method", "%d is no SimilarityMethod",
		    (int)request->method);
	if (call->status.code != OCCUPARE_OK ||
	    page_read(call, request->page_size, request->page_token, &query.base, 10, 100, &page) != OCCUPARE_OK ||
	    find_similar(call, request, &page, &response) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK)
		call_fail(call);
	else
		done(&response, data);
}

/* ---- Transitions ---- */

static enum occupare_code
resolve_end(struct call *call, const char *field, char *name, struct compare_subject *ret)
{
	Occupare__V1__ComparandRequest end = OCCUPARE__V1__COMPARAND_REQUEST__INIT;

	end.name = name;
	return resolve_subject(call, field, &end, ret);
}

static void
comparisons__analyze_transition(Service *service, const Occupare__V1__AnalyzeTransitionRequest *request,
    Occupare__V1__AnalyzeTransitionResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__AnalyzeTransitionResponse response = OCCUPARE__V1__ANALYZE_TRANSITION_RESPONSE__INIT;
	struct compare_subject ends[2];

	(void)service;
	if (call_read(call) != OCCUPARE_OK || resolve_end(call, "from", request->from, &ends[0]) != OCCUPARE_OK ||
	    resolve_end(call, "to", request->to, &ends[1]) != OCCUPARE_OK ||
	    call_dataset(call, &response.dataset) != OCCUPARE_OK) {
		call_fail(call);
		return;
	}
	if (validate_same(&ends[0], &ends[1])) {
		occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "to",
		    "is %s, as from is; name another occupation", ends[1].occupation->id);
		call_fail(call);
		return;
	}
	response.transition = compare_transition(&call->arena, &ends[0], &ends[1]);
	done(&response, data);
}

Service comparisons_service = OCCUPARE__V1__COMPARISON_SERVICE__INIT(comparisons__);

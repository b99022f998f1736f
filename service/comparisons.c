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

#define REASONS_MAX 10 /* for and against the likeness of each similar occupation */
#define WEIGHT_MAX 1000

_Static_assert(SIMILAR_KINDS == STORE_SKILL_KINDS && (int)SIMILAR_SCALE_NONE == (int)STORE_SCALE_NONE &&
		   (int)SIMILAR_SCALE_PERCENT == (int)STORE_SCALE_PERCENT &&
		   (int)SIMILAR_SCALE_IMPORTANCE == (int)STORE_SCALE_RATING,
    "stored vectors are those that likeness is computed from");

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
		    "is %d; give FORMAT_TEXT, FORMAT_TABLE, FORMAT_MARKDOWN, FORMAT_CSV or FORMAT_HTML",
		    (int)request->format);
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
	struct render_options options = { request->format, request->width, request->color, NULL };
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

/* ---- What of skills counts ---- */

static const char *
kind_name(size_t kind)
{
	return protobuf_c_enum_descriptor_get_value(&occupare__v1__skill_kind__descriptor, (int)kind)->name;
}

static enum occupare_code
read_weight(struct call *call, size_t index, const Occupare__V1__KindWeight *weight, bool *named, double *weights)
{
	const char *field = occ_arena_printf(&call->arena, "weights[%zu]", index);
	size_t kind = (size_t)weight->kind;

	if (kind == 0 || kind >= SIMILAR_KINDS)
		return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT,
		    occ_arena_printf(&call->arena, "%s.kind", field),
		    "is %d; give SKILL_KIND_SKILL, _KNOWLEDGE, _ABILITY, _TECHNOLOGY or _WORK_ACTIVITY",
		    (int)weight->kind);
	if (named[kind])
		return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT,
		    occ_arena_printf(&call->arena, "%s.kind", field), "names %s again; give each kind once",
		    kind_name(kind));
	if (!(weight->weight >= 0 && weight->weight <= WEIGHT_MAX))
		return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT,
		    occ_arena_printf(&call->arena, "%s.weight", field), "is %g; give a number from 0 to %d",
		    weight->weight, WEIGHT_MAX);
	named[kind] = true;
	weights[kind] = weight->weight;
	return OCCUPARE_OK;
}

/* Reads measure and weights, which methods name alike. */
static enum occupare_code
read_options(struct call *call, Occupare__V1__SkillMeasure measure, Occupare__V1__KindWeight *const *weights,
    size_t count, struct similar_options *ret)
{
	bool named[SIMILAR_KINDS] = { false };
	double sum = 0;

	*ret = similar_defaults;
	ret->measure = measure;
	if (measure == OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_UNSPECIFIED)
		ret->measure = OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_IMPORTANCE;
	if (protobuf_c_enum_descriptor_get_value(&occupare__v1__skill_measure__descriptor, (int)measure) == NULL)
		return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "measure",
		    "is %d; give SKILL_MEASURE_IMPORTANCE, _LEVEL or _IMPORTANCE_AND_LEVEL", (int)measure);
	for (size_t i = 0; i < count; i++)
		if (read_weight(call, i, weights[i], named, ret->weights) != OCCUPARE_OK)
			return call->status.code;
	for (size_t kind = 1; kind < SIMILAR_KINDS; kind++)
		sum += ret->weights[kind];
	if (sum == 0)
		return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "weights",
		    "leave out every kind of skill; give one of them more than 0");
	return OCCUPARE_OK;
}

/* The weights as the answer says them. */
static Occupare__V1__KindWeight **
write_weights(struct call *call, const struct similar_options *options, size_t *ret_count)
{
	Occupare__V1__KindWeight *weights = occ_arena_calloc(&call->arena, SIMILAR_KINDS, sizeof *weights);
	Occupare__V1__KindWeight **list = occ_arena_calloc(&call->arena, SIMILAR_KINDS, sizeof *list);

	*ret_count = SIMILAR_KINDS - 1;
	for (size_t i = 0; i < *ret_count; i++) {
		occupare__v1__kind_weight__init(&weights[i]);
		weights[i].kind = (Occupare__V1__SkillKind)(i + 1);
		weights[i].weight = options->weights[i + 1];
		list[i] = &weights[i];
	}
	return list;
}

/* ---- Similar occupations ---- */

struct candidate {
	double similarity;
	struct store_bytes id; /* borrowed from the store */
};

struct similar_walk {
	struct call *call;
	const struct similar_options *options;
	const Occupare__V1__Occupation *reference;
	struct similar_vector vector; /* of the reference */
	struct similar_to *to;
	struct candidate *found;
	size_t count, capacity;
};

static struct similar_vector
vector_of(const struct store_vector *stored)
{
	struct similar_vector vector;

	for (size_t kind = 0; kind < SIMILAR_KINDS; kind++) {
		const struct store_part *part = &stored->parts[kind];

		vector.parts[kind] = (struct similar_part){ (enum similar_scale)part->scale, part->count, part->names,
			part->importance, part->level, part->places };
	}
	return vector;
}

/* The vector of an occupation, whose places are places in its skills. */
static enum occupare_code
read_vector(struct call *call, const Occupare__V1__Occupation *occupation, struct similar_vector *ret)
{
	struct store_vector stored;

	if (store_vector(&call->arena, call->txn, occupation->id, &stored, &call->status) != OCCUPARE_OK)
		return call->status.code;
	for (size_t kind = 0; kind < STORE_SKILL_KINDS; kind++)
		for (size_t i = 0; i < stored.parts[kind].count; i++)
			if (stored.parts[kind].places[i] >= occupation->n_skills)
				return occupare_fail(&call->status, OCCUPARE_DATA_LOSS, NULL,
				    "the skills of %s are not those that it is compared by; import again",
				    occupation->id);
	*ret = vector_of(&stored);
	return OCCUPARE_OK;
}

static struct candidate *
add_candidate(struct similar_walk *walk)
{
	if (walk->count == walk->capacity) {
		size_t capacity = walk->capacity == 0 ? 1024 : walk->capacity * 2;
		struct candidate *larger = occ_arena_alloc(&walk->call->arena, capacity * sizeof *larger);

		if (walk->count > 0)
			memcpy(larger, walk->found, walk->count * sizeof *larger);
		walk->found = larger;
		walk->capacity = capacity;
	}
	return &walk->found[walk->count++];
}

static bool
is_id(struct store_bytes id, const char *text)
{
	return id.length == strlen(text) && memcmp(id.data, text, id.length) == 0;
}

static enum occupare_code
visit_vector(void *data, struct store_bytes id, const struct store_vector *stored)
{
	struct similar_walk *walk = data;
	struct similar_vector vector = vector_of(stored);
	double similarity = similar_compute(walk->to, &vector);

	if (similarity > 0 && !is_id(id, walk->reference->id))
		*add_candidate(walk) = (struct candidate){ similarity, id };
	return call_check_deadline(walk->call);
}

static int
by_similarity(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	size_t shorter = x->id.length < y->id.length ? x->id.length : y->id.length;
	int order;

	if (x->similarity != y->similarity)
		return x->similarity < y->similarity ? 1 : -1;
	order = memcmp(x->id.data, y->id.data, shorter);
	return order != 0 ? order : (x->id.length > y->id.length) - (x->id.length < y->id.length);
}

static Occupare__V1__SkillReason **
write_reasons(
    struct similar_walk *walk, const struct similar_pair *pairs, size_t pairs_count, bool alike, size_t *ret_count)
{
	struct occ_arena *arena = &walk->call->arena;
	const struct similar_pair **best = similar_reasons(arena, pairs, pairs_count, alike, REASONS_MAX, ret_count);
	Occupare__V1__SkillReason *reasons = occ_arena_calloc(arena, *ret_count, sizeof *reasons);
	Occupare__V1__SkillReason **list = occ_arena_calloc(arena, *ret_count, sizeof *list);

	for (size_t i = 0; i < *ret_count; i++) {
		const struct similar_pair *pair = best[i];

		occupare__v1__skill_reason__init(&reasons[i]);
		reasons[i].name = pair->b != NULL ? pair->b->name : pair->a->name;
		reasons[i].kind = pair->kind;
		reasons[i].reference_figure = similar_figure(arena, pair->a, pair->scale, walk->options->measure);
		reasons[i].figure = similar_figure(arena, pair->b, pair->scale, walk->options->measure);
		reasons[i].contribution = alike ? pair->alike : pair->apart;
		list[i] = &reasons[i];
	}
	return list;
}

/* The skills of an item are unpacked for its reasons. */
static enum occupare_code
explain(struct similar_walk *walk, Occupare__V1__SimilarOccupation *item)
{
	struct call *call = walk->call;
	Occupare__V1__Occupation *other;
	struct similar_vector vector;
	struct similar_pair *pairs;
	size_t count;

	if (store_skills(&call->arena, call->txn, item->id, &other, &call->status) != OCCUPARE_OK ||
	    read_vector(call, other, &vector) != OCCUPARE_OK)
		return call->status.code;
	item->title = other->title;
	pairs = similar_pairs(&call->arena, walk->reference, &walk->vector, other, &vector, walk->options, &count);
	item->alike = write_reasons(walk, pairs, count, true, &item->n_alike);
	item->apart = write_reasons(walk, pairs, count, false, &item->n_apart);
	item->shared_skills = occ_arena_calloc(&call->arena, item->n_alike, sizeof *item->shared_skills);
	item->n_shared_skills = item->n_alike;
	for (size_t i = 0; i < item->n_alike; i++)
		item->shared_skills[i] = item->alike[i]->name;
	return call_check_deadline(call);
}

static void
note_sources(Occupare__V1__SkillReason *const *reasons, size_t count, bool *used, size_t end)
{
	for (size_t i = 0; i < count; i++) {
		const Occupare__V1__Figure *const figures[] = { reasons[i]->reference_figure, reasons[i]->figure };

		for (size_t j = 0; j < 2; j++)
			if (figures[j] != NULL && figures[j]->source < end)
				used[figures[j]->source] = true;
	}
}

/* Lists the sources that the figures of the answer use. */
static enum occupare_code
list_sources(struct call *call, Occupare__V1__FindSimilarOccupationsResponse *response)
{
	Occupare__V1__Dataset *dataset;
	size_t end = 0;
	bool *used;

	if (store_dataset(&call->arena, call->txn, true, &dataset, &call->status) != OCCUPARE_OK)
		return call->status.code;
	for (size_t i = 0; i < dataset->n_sources; i++)
		if (dataset->sources[i]->id >= end)
			end = (size_t)dataset->sources[i]->id + 1;
	used = occ_arena_calloc(&call->arena, end, sizeof *used);
	for (size_t i = 0; i < response->n_items; i++) {
		note_sources(response->items[i]->alike, response->items[i]->n_alike, used, end);
		note_sources(response->items[i]->apart, response->items[i]->n_apart, used, end);
	}
	response->sources = dataset->sources;
	for (size_t i = 0; i < dataset->n_sources; i++)
		if (used[dataset->sources[i]->id])
			response->sources[response->n_sources++] = dataset->sources[i];
	return OCCUPARE_OK;
}

/* Makes the items of a page of what was found. */
static enum occupare_code
write_items(struct similar_walk *walk, size_t first, Occupare__V1__FindSimilarOccupationsResponse *response)
{
	struct occ_arena *arena = &walk->call->arena;
	Occupare__V1__SimilarOccupation *items = occ_arena_calloc(arena, response->n_items, sizeof *items);

	response->items = occ_arena_calloc(arena, response->n_items, sizeof *response->items);
	for (size_t i = 0; i < response->n_items; i++) {
		const struct candidate *candidate = &walk->found[first + i];

		occupare__v1__similar_occupation__init(&items[i]);
		items[i].id = occ_arena_strndup(arena, (const char *)candidate->id.data, candidate->id.length);
		items[i].similarity = candidate->similarity;
		response->items[i] = &items[i];
		if (explain(walk, &items[i]) != OCCUPARE_OK)
			return walk->call->status.code;
	}
	return list_sources(walk->call, response);
}

static enum occupare_code
find_similar(struct call *call, const Occupare__V1__FindSimilarOccupationsRequest *request, const struct page *page,
    const struct similar_options *options, Occupare__V1__FindSimilarOccupationsResponse *response)
{
	struct similar_walk walk = { .call = call, .options = options };
	Occupare__V1__Occupation *reference;
	Occupare__V1__MatchKind kind;
	size_t first;

	if (call_read(call) != OCCUPARE_OK ||
	    resolve_occupation(call, "name", request->name, false, &reference, &kind) != OCCUPARE_OK ||
	    read_vector(call, reference, &walk.vector) != OCCUPARE_OK)
		return call->status.code;
	walk.reference = reference;
	walk.to = similar_prepare(&call->arena, &walk.vector, options);
	if (store_each_vector(&call->arena, call->txn, visit_vector, &walk, &call->status) != OCCUPARE_OK)
		return call->status.code;
	if (walk.count > 0)
		qsort(walk.found, walk.count, sizeof *walk.found, by_similarity);
	if (page_slice(call, page, walk.count, &first, &response->n_items, &response->next_page_token) != OCCUPARE_OK)
		return call->status.code;
	response->total_size = walk.count;
	return write_items(&walk, first, response);
}

/* Reads what the request says of likeness, and says it in the response. */
static enum occupare_code
read_likeness(struct call *call, const Occupare__V1__FindSimilarOccupationsRequest *request,
    struct similar_options *ret, Occupare__V1__FindSimilarOccupationsResponse *response)
{
	if (protobuf_c_enum_descriptor_get_value(&occupare__v1__similarity_method__descriptor, (int)request->method) ==
	    NULL)
		return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "method", "%d is no SimilarityMethod",
		    (int)request->method);
	if (read_options(call, request->measure, request->weights, request->n_weights, ret) != OCCUPARE_OK)
		return call->status.code;
	ret->method = request->method;
	if (request->method == OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_UNSPECIFIED)
		ret->method = OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_WEIGHTED_JACCARD;
	response->method = ret->method;
	response->measure = ret->measure;
	response->weights = write_weights(call, ret, &response->n_weights);
	return OCCUPARE_OK;
}

static void
comparisons__find_similar_occupations(Service *service, const Occupare__V1__FindSimilarOccupationsRequest *request,
    Occupare__V1__FindSimilarOccupationsResponse_Closure done, void *data)
{
	struct call *call = data;
	Occupare__V1__FindSimilarOccupationsResponse response = OCCUPARE__V1__FIND_SIMILAR_OCCUPATIONS_RESPONSE__INIT;
	Occupare__V1__FindSimilarOccupationsRequest query = *request;
	struct similar_options options;
	struct page page;

	(void)service;
	query.page_size = 0;
	query.page_token = (char *)protobuf_c_empty_string;
	if (read_likeness(call, request, &options, &response) != OCCUPARE_OK ||
	    page_read(call, request->page_size, request->page_token, &query.base, 10, 100, &page) != OCCUPARE_OK ||
	    find_similar(call, request, &page, &options, &response) != OCCUPARE_OK ||
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
	struct similar_options options;
	struct compare_subject ends[2];

	(void)service;
	if (read_options(call, request->measure, request->weights, request->n_weights, &options) != OCCUPARE_OK ||
	    call_read(call) != OCCUPARE_OK || resolve_end(call, "from", request->from, &ends[0]) != OCCUPARE_OK ||
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
	response.transition = compare_transition(&call->arena, &ends[0], &ends[1], &options);
	response.transition->measure = options.measure;
	response.transition->weights = write_weights(call, &options, &response.transition->n_weights);
	done(&response, data);
}

Service comparisons_service = OCCUPARE__V1__COMPARISON_SERVICE__INIT(comparisons__);

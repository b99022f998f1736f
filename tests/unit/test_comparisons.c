/* Every method of ComparisonService, from packed Call to packed Reply. */
#include "tests/support/test.h"

#include <math.h>

#include "proto/rpc.h"
#include "store/db.h"
#include "tests/support/samples.h"
#include "tests/support/serve.h"

#define METHOD(name) "/occupare.v1.ComparisonService/" name
#define PSM "patient-services-manager"
#define DIRECTOR "service-director"

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
	serve_load(&serve, occupations, 3);
	serve_load_california(&serve);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	serve_stop(&serve);
	return 0;
}

/* A request for the names given; the last is followed by NULL. */
static Occupare__V1__CompareOccupationsRequest *
request_for(const char *const *names)
{
	Occupare__V1__CompareOccupationsRequest *request = occ_arena_alloc(&serve.arena, sizeof *request);

	occupare__v1__compare_occupations_request__init(request);
	request->comparands = occ_arena_calloc(&serve.arena, 16, sizeof(*request->comparands));
	for (; names[request->n_comparands] != NULL; request->n_comparands++) {
		Occupare__V1__ComparandRequest *comparand = occ_arena_alloc(&serve.arena, sizeof *comparand);

		occupare__v1__comparand_request__init(comparand);
		comparand->name = (char *)names[request->n_comparands];
		request->comparands[request->n_comparands] = comparand;
	}
	return request;
}

static Occupare__V1__Comparison *
compare(const char *const *names)
{
	Occupare__V1__CompareOccupationsResponse *response = serve_call(
	    &serve, METHOD("CompareOccupations"), request_for(names), &st);

	return response == NULL ? NULL : response->comparison;
}
#define COMPARE(...) compare((const char *const[]){ __VA_ARGS__, NULL })

static const Occupare__V1__Row *
find_row(const Occupare__V1__Comparison *comparison, const char *section, const char *field)
{
	for (size_t i = 0; i < comparison->n_sections; i++)
		for (size_t k = 0; k < comparison->sections[i]->n_rows; k++)
			if (strcmp(comparison->sections[i]->id, section) == 0 &&
			    strcmp(comparison->sections[i]->rows[k]->field, field) == 0)
				return comparison->sections[i]->rows[k];
	fail_msg("no row %s in section %s", field, section);
	return NULL;
}

static void
test_compare_answers_the_difference_both_ways_round(void **state)
{
	const Occupare__V1__Row *row = find_row(COMPARE(PSM, DIRECTOR), "salary", "salary.annual_mean");

	(void)state;
	assert_string_equal(row->cells[0]->display, "$69,729");
	assert_string_equal(row->differences[1]->display, "+$45,252, +64.9%");
	assert_int_equal(row->leaders[0], 1);
	row = find_row(COMPARE(DIRECTOR, PSM), "salary", "salary.annual_mean");
	assert_string_equal(row->differences[1]->display, "-$45,252, -39.4%");
	assert_int_equal(row->leaders[0], 0);
}

static void
test_compare_says_what_each_name_matched(void **state)
{
	Occupare__V1__Comparison *comparison = COMPARE("29-1141", "service director");

	(void)state;
	assert_string_equal(comparison->comparands[0]->id, "registered-nurses");
	assert_int_equal(comparison->comparands[0]->matched_by, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_CODE);
	assert_int_equal(comparison->comparands[1]->matched_by, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE);
}

static void
test_compare_refuses_wrong_counts(void **state)
{
	(void)state;
	assert_null(COMPARE(PSM));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "comparands");
	assert_null(COMPARE("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(st.message, "has 11 items");
}

static void
test_compare_refuses_the_same_one_twice_however_named(void **state)
{
	(void)state;
	assert_null(COMPARE(PSM, DIRECTOR, "Patient Services Manager"));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "comparands[2]");
	assert_null(COMPARE("registered-nurses@CA", "29-1141@ca"));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_non_null(COMPARE("registered-nurses@CA", "registered-nurses"));
}

static void
test_compare_blames_the_comparand_that_is_unknown(void **state)
{
	(void)state;
	assert_null(COMPARE(PSM, "service directr"));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	assert_string_equal(st.violations[0].field, "comparands[1].name");
	ASSERT_HAS(st.message, "Service Director (service-director)");
}

static void
test_compare_refuses_unknown_section_and_baseline(void **state)
{
	Occupare__V1__CompareOccupationsRequest *request = request_for((const char *const[]){ PSM, DIRECTOR, NULL });
	char *sections[] = { (char *)"salary", (char *)"wages" };

	(void)state;
	request->sections = sections;
	request->n_sections = 2;
	assert_null(serve_call(&serve, METHOD("CompareOccupations"), request, &st));
	assert_string_equal(st.violations[0].field, "sections[1]");
	ASSERT_HAS(st.message, "demographics");
	request->n_sections = 1;
	request->baseline = 2;
	assert_null(serve_call(&serve, METHOD("CompareOccupations"), request, &st));
	assert_string_equal(st.violations[0].field, "baseline");
}

static void
test_compare_takes_pay_from_the_estimate_of_area_and_period(void **state)
{
	Occupare__V1__Comparison *comparison = COMPARE(
	    "registered-nurses@CA:2023", "registered-nurses@ca", "registered-nurses:2023");
	const Occupare__V1__Row *row;

	(void)state;
	assert_non_null(comparison);
	row = find_row(comparison, "salary", "salary.annual_mean");
	assert_string_equal(row->cells[0]->display, "$137,690");
	assert_string_equal(row->cells[1]->display, "$148,330");
	assert_string_equal(row->cells[2]->display, "$94,480");
	assert_string_equal(comparison->comparands[1]->area, "CA");
	assert_int_equal(comparison->comparands[2]->period, 2023);
	assert_true(comparison->n_warnings > 0);
}

static void
test_estimate_of_a_finer_occupation_is_that_of_its_group(void **state)
{
	Occupare__V1__Occupation *finer = sample_bare(&serve.arena, "acute-care-nurses", "Acute Care Nurses");
	Occupare__V1__Code code = OCCUPARE__V1__CODE__INIT, *codes[] = { &code };
	const Occupare__V1__Row *row;

	(void)state;
	code.system = (char *)"ONETSOC2019";
	code.value = (char *)"29-1141.01";
	finer->codes = codes;
	finer->n_codes = 1;
	serve_load(&serve, &finer, 1);
	row = find_row(COMPARE("acute-care-nurses@CA", "registered-nurses@CA"), "salary", "salary.annual_mean");
	assert_int_equal(row->cells[0]->figure->status, OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_INHERITED);
	assert_int_equal(row->cells[1]->figure->status, OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_UNSPECIFIED);
	assert_false(row->comparable);
}

static void
test_area_field_leaves_the_name_as_it_is(void **state)
{
	Occupare__V1__CompareOccupationsRequest *request = request_for(
	    (const char *const[]){ "registered-nurses:2023", PSM, NULL });

	(void)state;
	request->comparands[0]->area = (char *)"CA";
	assert_null(serve_call(&serve, METHOD("CompareOccupations"), request, &st));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "registered-nurses:2023");
}

/* One comparison takes far less than a millisecond, twenty far more. */
static void
test_batch_compare_stops_at_its_deadline(void **state)
{
	Occupare__V1__BatchCompareOccupationsRequest batch = OCCUPARE__V1__BATCH_COMPARE_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__CompareOccupationsRequest *requests[OCC_BATCH_COMPARE_MAX];
	Occupare__Rpc__V1__Call envelope = OCCUPARE__RPC__V1__CALL__INIT;
	Google__Protobuf__Duration timeout = GOOGLE__PROTOBUF__DURATION__INIT;

	(void)state;
	for (size_t i = 0; i < OCC_BATCH_COMPARE_MAX; i++)
		requests[i] = request_for((const char *const[]){ PSM, DIRECTOR, "29-1141", NULL });
	batch.requests = requests;
	batch.n_requests = OCC_BATCH_COMPARE_MAX;
	timeout.nanos = 1000000;
	envelope.method = (char *)METHOD("BatchCompareOccupations");
	envelope.timeout = &timeout;
	envelope.payload.len = protobuf_c_message_get_packed_size(&batch.base);
	envelope.payload.data = occ_arena_alloc(&serve.arena, envelope.payload.len);
	protobuf_c_message_pack(&batch.base, envelope.payload.data);
	assert_null(serve_envelope(&serve, &envelope, &st));
	ASSERT_CODE(&st, OCCUPARE_DEADLINE_EXCEEDED);
}

static void
test_compare_names_an_unknown_area_period_or_missing_code(void **state)
{
	(void)state;
	assert_null(COMPARE("registered-nurses@ZZ", PSM));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "comparands[0].area");
	assert_null(COMPARE("registered-nurses@CA:1999", PSM));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	ASSERT_HAS(st.message, "2023");
	assert_null(COMPARE(PSM "@CA", DIRECTOR));
	ASSERT_CODE(&st, OCCUPARE_FAILED_PRECONDITION);
	ASSERT_HAS(st.message, "no SOC code");
}

static void
test_batch_compare_answers_item_by_item(void **state)
{
	Occupare__V1__CompareOccupationsRequest *requests[] = { request_for((const char *const[]){ PSM, NULL }),
		request_for((const char *const[]){ PSM, DIRECTOR, NULL }) };
	Occupare__V1__BatchCompareOccupationsRequest batch = OCCUPARE__V1__BATCH_COMPARE_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__BatchCompareOccupationsResponse *response;

	(void)state;
	batch.requests = requests;
	batch.n_requests = 2;
	response = serve_call(&serve, METHOD("BatchCompareOccupations"), &batch, &st);
	ASSERT_OK(&st);
	assert_int_equal(response->results[0]->error->code, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(response->results[0]->error->message, "requests[0].comparands");
	assert_int_equal(response->results[1]->comparison->n_comparands, 2);
	batch.n_requests = 0;
	assert_null(serve_call(&serve, METHOD("BatchCompareOccupations"), &batch, &st));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
}

static Occupare__V1__RenderComparisonResponse *
render(Occupare__V1__Format format, uint32_t width)
{
	Occupare__V1__RenderComparisonRequest request = OCCUPARE__V1__RENDER_COMPARISON_REQUEST__INIT;

	request.request = request_for((const char *const[]){ PSM, DIRECTOR, NULL });
	request.format = format;
	request.width = width;
	return serve_call(&serve, METHOD("RenderComparison"), &request, &st);
}

static void
test_render_writes_each_format_with_its_media_type(void **state)
{
	static const struct {
		Occupare__V1__Format format;
		const char *content_type, *holds;
	} cases[] = {
		{ OCCUPARE__V1__FORMAT__FORMAT_UNSPECIFIED, "text/plain; charset=utf-8", "$114,981" },
		{ OCCUPARE__V1__FORMAT__FORMAT_TABLE, "text/plain; charset=utf-8", "$114,981" },
		{ OCCUPARE__V1__FORMAT__FORMAT_MARKDOWN, "text/markdown; charset=utf-8", "| " },
		{ OCCUPARE__V1__FORMAT__FORMAT_HTML, "text/html; charset=utf-8", "<b>$114,981</b>" },
		{ OCCUPARE__V1__FORMAT__FORMAT_CSV, "text/csv; charset=utf-8; header=present", "114981" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Occupare__V1__RenderComparisonResponse *response = render(cases[i].format, 0);
		char *body;

		ASSERT_OK(&st);
		assert_string_equal(response->content_type, cases[i].content_type);
		body = occ_arena_strndup(&serve.arena, (char *)response->body.data, response->body.len);
		ASSERT_HAS(body, cases[i].holds);
	}
}

static void
test_render_refuses_unknown_format_and_odd_width(void **state)
{
	(void)state;
	assert_null(render(99, 0));
	assert_string_equal(st.violations[0].field, "format");
	assert_null(render(0, 7));
	assert_string_equal(st.violations[0].field, "width");
}

static void
test_find_similar_ranks_and_names_what_is_shared(void **state)
{
	Occupare__V1__FindSimilarOccupationsRequest request = OCCUPARE__V1__FIND_SIMILAR_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__FindSimilarOccupationsResponse *response;

	(void)state;
	request.name = (char *)PSM;
	response = serve_call(&serve, METHOD("FindSimilarOccupations"), &request, &st);
	ASSERT_OK(&st);
	assert_int_equal(response->n_items, 1);
	assert_string_equal(response->items[0]->id, DIRECTOR);
	assert_true(fabs(response->items[0]->similarity - 0.341) < 0.001);
	assert_int_equal(response->items[0]->n_shared_skills, 3);
	assert_int_equal(response->method, OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_WEIGHTED_JACCARD);
	request.method = OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_JACCARD;
	response = serve_call(&serve, METHOD("FindSimilarOccupations"), &request, &st);
	assert_true(fabs(response->items[0]->similarity - 0.333) < 0.001);
	request.method = 42;
	assert_null(serve_call(&serve, METHOD("FindSimilarOccupations"), &request, &st));
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
}

static Occupare__V1__FindSimilarOccupationsResponse *
find_similar(
    const char *name, Occupare__V1__SkillMeasure measure, Occupare__V1__KindWeight *const *weights, size_t count)
{
	Occupare__V1__FindSimilarOccupationsRequest request = OCCUPARE__V1__FIND_SIMILAR_OCCUPATIONS_REQUEST__INIT;

	request.name = (char *)name;
	request.measure = measure;
	request.weights = (Occupare__V1__KindWeight **)weights;
	request.n_weights = count;
	request.page_size = 100;
	return serve_call(&serve, METHOD("FindSimilarOccupations"), &request, &st);
}

static Occupare__V1__KindWeight *
kind_weight(Occupare__V1__SkillKind kind, double value)
{
	Occupare__V1__KindWeight *weight = occ_arena_alloc(&serve.arena, sizeof *weight);

	occupare__v1__kind_weight__init(weight);
	weight->kind = kind;
	weight->weight = value;
	return weight;
}

static void
test_find_similar_says_why_with_both_figures_and_their_sources(void **state)
{
	Occupare__V1__FindSimilarOccupationsResponse *response = find_similar(PSM, 0, NULL, 0);
	const Occupare__V1__SimilarOccupation *item;

	(void)state;
	ASSERT_OK(&st);
	item = response->items[0];
	assert_string_equal(item->title, "Service Director");
	assert_int_equal(item->n_alike, 3);
	assert_string_equal(item->alike[0]->name, "Patients");
	assert_true(item->alike[0]->reference_figure->value == 21 && item->alike[0]->figure->value == 12);
	assert_true(fabs(item->alike[0]->contribution - 12.0 / 85) < 1e-12); /* of 29 / 85 */
	assert_string_equal(item->shared_skills[0], "Patients");
	assert_int_equal(item->n_apart, 9);
	assert_string_equal(item->apart[0]->name, "Patient Service");
	assert_true(item->apart[0]->reference_figure->value == 11);
	assert_null(item->apart[0]->figure);
	assert_int_equal(response->n_sources, 1);
	assert_int_equal(response->sources[0]->id, item->alike[0]->figure->source);
	assert_int_equal(response->measure, OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_IMPORTANCE);
	assert_int_equal(response->n_weights, 5);
	assert_int_equal(response->weights[3]->kind, OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY);
	assert_true(response->weights[3]->weight == 0.25);
}

/* Fifty occupations with skills of every kind. */
static Occupare__V1__Occupation **
load_rated(size_t count, uint64_t *seed)
{
	Occupare__V1__Occupation **list = occ_arena_calloc(&serve.arena, count, sizeof(Occupare__V1__Occupation *));

	for (size_t i = 0; i < count; i++) {
		const char *id = occ_arena_printf(&serve.arena, "rated-%zu", i * i);
		size_t skills = sample_next(seed) % 60;

		list[i] = sample_bare(&serve.arena, id, occ_arena_printf(&serve.arena, "Rated %zu", i * i));
		for (size_t j = 0; j < skills; j++) {
			unsigned kind = 1 + (unsigned)(sample_next(seed) % 5);
			Occupare__V1__Skill *skill = sample_skill(&serve.arena,
			    occ_arena_printf(&serve.arena, "Skill %u", (unsigned)(sample_next(seed) % 30)), -1);

			skill->kind = (Occupare__V1__SkillKind)kind;
			if (kind != OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY) {
				skill->importance = sample_figure(&serve.arena, (double)(sample_next(seed) % 401) / 4);
				skill->level = sample_figure(&serve.arena, (double)(sample_next(seed) % 10001) / 100);
			}
			sample_add_skill(&serve.arena, list[i], skill);
		}
	}
	serve_load(&serve, list, count);
	return list;
}

static const Occupare__V1__Occupation *
by_id(Occupare__V1__Occupation *const *list, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i]->id, id) == 0)
			return list[i];
	return NULL;
}

#define RATED 50

static void
test_find_similar_answers_what_the_messages_give(void **state)
{
	uint64_t seed = 45;
	Occupare__V1__Occupation **list = load_rated(RATED, &seed);

	(void)state;
	for (size_t i = 0; i < RATED; i++) {
		Occupare__V1__KindWeight *weights[] = { kind_weight(1 + i % 5, 3), kind_weight(1 + (i + 2) % 5, 0) };
		struct similar_options options = similar_defaults;
		Occupare__V1__FindSimilarOccupationsResponse *response;
		size_t expected = 0;

		options.measure = i % 4;
		options.weights[weights[0]->kind] = 3;
		options.weights[weights[1]->kind] = 0;
		response = find_similar(list[i]->id, options.measure, weights, 2);
		ASSERT_OK(&st);
		for (size_t j = 0; j < RATED; j++)
			expected += j != i && similar_by(&serve.arena, list[i], list[j], &options) > 0;
		assert_int_equal(response->n_items, expected);
		for (size_t j = 0; j < response->n_items; j++) {
			const Occupare__V1__SimilarOccupation *item = response->items[j];
			const Occupare__V1__Occupation *other = by_id(list, RATED, item->id);
			int order = j == 0 ? -1 : strcmp(response->items[j - 1]->id, item->id);

			assert_true(item->similarity == similar_by(&serve.arena, list[i], other, &options));
			assert_true(j == 0 || response->items[j - 1]->similarity > item->similarity ||
				    (response->items[j - 1]->similarity == item->similarity && order < 0));
			assert_string_equal(item->title, other->title);
		}
	}
}

static void
test_find_similar_pages_without_gap_or_repetition(void **state)
{
	Occupare__V1__FindSimilarOccupationsRequest request = OCCUPARE__V1__FIND_SIMILAR_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__FindSimilarOccupationsResponse *whole, *page;
	uint64_t seed = 46;
	size_t at = 0;

	(void)state;
	load_rated(RATED, &seed);
	whole = find_similar("rated-4", 0, NULL, 0);
	ASSERT_OK(&st);
	request.name = (char *)"rated-4";
	request.page_size = 7;
	do {
		page = serve_call(&serve, METHOD("FindSimilarOccupations"), &request, &st);
		ASSERT_OK(&st);
		assert_int_equal(page->total_size, whole->n_items);
		for (size_t i = 0; i < page->n_items; i++)
			assert_string_equal(page->items[i]->id, whole->items[at++]->id);
		request.page_token = page->next_page_token;
	} while (request.page_token[0] != '\0');
	assert_int_equal(at, whole->n_items);
	request.measure = OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_LEVEL;
	request.page_token = find_similar("rated-4", 0, NULL, 0)->next_page_token;
	page = serve_call(&serve, METHOD("FindSimilarOccupations"), &request, &st);
	ASSERT_OK(&st);
	request.measure = 0;
	request.page_token = page->next_page_token;
	assert_null(serve_call(&serve, METHOD("FindSimilarOccupations"), &request, &st));
	assert_string_equal(st.violations[0].field, "page_token");
}

/* Gives the last skill of the last vector a place that no list has. */
static enum occupare_code
misplace(struct store_txn *txn, void *item)
{
	struct occupare_status *status = item;
	struct db_walk walk;
	MDB_val key = { 0 }, row = { 0 };
	uint8_t *copy;

	for (db_walk_begin(&walk, txn, DB_VECTORS, db_bytes(NULL, 0), 0); db_walk_row(&walk); db_walk_next(&walk)) {
		key = db_text(occ_arena_strndup(&serve.arena, walk.key.mv_data, walk.key.mv_size));
		copy = occ_arena_alloc(&serve.arena, walk.value.mv_size);
		memcpy(copy, walk.value.mv_data, walk.value.mv_size);
		copy[walk.value.mv_size - 1] ^= 0x80;
		row = db_bytes(copy, walk.value.mv_size);
	}
	if (db_walk_end(&walk, status) != OCCUPARE_OK)
		return status->code;
	return db_put(txn, DB_VECTORS, key, row, status);
}

static void
test_find_similar_does_not_trust_places_that_no_list_has(void **state)
{
	struct occupare_status status = { 0 };
	void *items[] = { &status };

	(void)state;
	MUST(store_write(serve.service.store, misplace, items, 1, &st), &st);
	assert_null(find_similar(DIRECTOR, 0, NULL, 0));
	ASSERT_CODE(&st, OCCUPARE_DATA_LOSS);
	assert_null(find_similar(PSM, 0, NULL, 0));
	ASSERT_CODE(&st, OCCUPARE_DATA_LOSS);
	ASSERT_HAS(st.message, DIRECTOR);
}

static void
test_weights_and_measure_are_refused_by_field_with_a_remedy(void **state)
{
	const Occupare__V1__SkillKind technology = OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY;
	const struct {
		Occupare__V1__SkillMeasure measure;
		Occupare__V1__KindWeight *weights[5];
		const char *field, *says;
	} cases[] = {
		{ 9, { NULL }, "measure", "is 9; give SKILL_MEASURE_IMPORTANCE" },
		{ 0, { kind_weight(1, 1), kind_weight(0, 1) }, "weights[1].kind", "is 0; give SKILL_KIND_SKILL" },
		{ 0, { kind_weight(17, 1) }, "weights[0].kind", "is 17" },
		{ 0, { kind_weight(technology, 1), kind_weight(technology, 2) }, "weights[1].kind",
		    "names SKILL_KIND_TECHNOLOGY again" },
		{ 0, { kind_weight(1, -0.5) }, "weights[0].weight", "is -0.5; give a number from 0 to 1000" },
		{ 0, { kind_weight(1, (double)NAN) }, "weights[0].weight", "is nan" },
		{ 0, { kind_weight(1, (double)INFINITY) }, "weights[0].weight", "is inf" },
		{ 0, { kind_weight(1, 1001) }, "weights[0].weight", "is 1001" },
		{ 0, { kind_weight(1, 0), kind_weight(2, 0), kind_weight(3, 0), kind_weight(4, 0), kind_weight(5, 0) },
		    "weights", "give one of them more than 0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Occupare__V1__AnalyzeTransitionRequest request = OCCUPARE__V1__ANALYZE_TRANSITION_REQUEST__INIT;
		size_t count = 0;

		while (count < 5 && cases[i].weights[count] != NULL)
			count++;
		assert_null(find_similar(PSM, cases[i].measure, cases[i].weights, count));
		ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
		assert_string_equal(st.violations[0].field, cases[i].field);
		ASSERT_HAS(st.message, cases[i].says);
		request.from = (char *)PSM;
		request.to = (char *)DIRECTOR;
		request.measure = cases[i].measure;
		request.weights = (Occupare__V1__KindWeight **)cases[i].weights;
		request.n_weights = count;
		assert_null(serve_call(&serve, METHOD("AnalyzeTransition"), &request, &st));
		assert_string_equal(st.violations[0].field, cases[i].field);
	}
}

static void
test_transition_names_what_carries_over_and_what_to_gain(void **state)
{
	Occupare__V1__AnalyzeTransitionRequest request = OCCUPARE__V1__ANALYZE_TRANSITION_REQUEST__INIT;
	Occupare__V1__AnalyzeTransitionResponse *response;

	(void)state;
	request.from = (char *)PSM;
	request.to = (char *)DIRECTOR;
	response = serve_call(&serve, METHOD("AnalyzeTransition"), &request, &st);
	ASSERT_OK(&st);
	assert_true(fabs(response->transition->coverage - 0.58) < 0.001); /* (12 + 10 + 7) of 50 */
	assert_int_equal(response->transition->n_carried_over, 3);
	assert_string_equal(response->transition->carried_over[0]->name, "Patients");
	assert_string_equal(response->transition->to_gain[0]->name, "Healthcare");
	assert_int_equal(response->transition->n_likeness, 5);
	assert_int_equal(response->transition->measure, OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_IMPORTANCE);
	assert_int_equal(response->transition->n_weights, 5);
	request.to = (char *)"Patient Services Manager";
	assert_null(serve_call(&serve, METHOD("AnalyzeTransition"), &request, &st));
	assert_string_equal(st.violations[0].field, "to");
	request.to = (char *)"nowhere man";
	assert_null(serve_call(&serve, METHOD("AnalyzeTransition"), &request, &st));
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_compare_answers_the_difference_both_ways_round),
		TEST(test_compare_says_what_each_name_matched),
		TEST(test_compare_refuses_wrong_counts),
		TEST(test_estimate_of_a_finer_occupation_is_that_of_its_group),
		TEST(test_area_field_leaves_the_name_as_it_is),
		TEST(test_batch_compare_stops_at_its_deadline),
		TEST(test_compare_refuses_the_same_one_twice_however_named),
		TEST(test_compare_blames_the_comparand_that_is_unknown),
		TEST(test_compare_refuses_unknown_section_and_baseline),
		TEST(test_compare_takes_pay_from_the_estimate_of_area_and_period),
		TEST(test_compare_names_an_unknown_area_period_or_missing_code),
		TEST(test_batch_compare_answers_item_by_item),
		TEST(test_render_writes_each_format_with_its_media_type),
		TEST(test_render_refuses_unknown_format_and_odd_width),
		TEST(test_find_similar_ranks_and_names_what_is_shared),
		TEST(test_find_similar_says_why_with_both_figures_and_their_sources),
		TEST(test_find_similar_answers_what_the_messages_give),
		TEST(test_find_similar_pages_without_gap_or_repetition),
		TEST(test_find_similar_does_not_trust_places_that_no_list_has),
		TEST(test_weights_and_measure_are_refused_by_field_with_a_remedy),
		TEST(test_transition_names_what_carries_over_and_what_to_gain),
	};

	return cmocka_run_group_tests_name("comparisons", tests, NULL, NULL);
}

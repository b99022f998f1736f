/* Measures FindSimilarOccupations from packed Call to packed Reply, as single calls without sockets, for every occupation of
 * a store in turn, and the time that the walk over all others takes of it.
 *
 *   similar NAME STORE
 *
 * NAME stands at the start of each line that is printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "proto/rpc.h"
#include "service/compare/similar.h"
#include "service/dispatch.h"
#include "tests/bench/histogram.h"

#define ROUNDS 3u
#define ARENA_BYTES_MAX ((size_t)256 << 20)

struct bench {
	const char *name;
	struct service service;
	struct call call;
	struct occ_arena arena;
	char **ids;
	size_t ids_count, skills;
	bool answered;
};

static void
die(const char *what, const char *message)
{
	fprintf(stderr, "similar: %s: %s\n", what, message);
	exit(1);
}

static uint64_t
nanoseconds_now(void)
{
	return (uint64_t)dispatch_now_ns();
}

static void
report(const struct bench *bench, const char *what, const struct histogram *histogram)
{
	printf("%-26s %-22s p50 %6.1f us   p99 %6.1f us   longest %7.1f us\n", bench->name, what,
	    (double)histogram_at(histogram, 0.5) / 1e3, (double)histogram_at(histogram, 0.99) / 1e3,
	    (double)histogram->max_ns / 1e3);
}

/* ---- Whole calls ---- */

static void
note_reply(struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length)
{
	struct bench *bench = call->carrier;

	(void)payload;
	/* A failure is a status in the head with no payload. */
	if (head_length == 0 || head[0] != 0x12 || payload_length == 0)
		die(bench->name, "a call failed");
	bench->answered = true;
}

static size_t
pack_call(struct bench *bench, const char *id, Occupare__V1__SimilarityMethod method, uint8_t **ret)
{
	Occupare__V1__FindSimilarOccupationsRequest request = OCCUPARE__V1__FIND_SIMILAR_OCCUPATIONS_REQUEST__INIT;
	Occupare__Rpc__V1__Call envelope = OCCUPARE__RPC__V1__CALL__INIT;

	request.name = (char *)id;
	request.method = method;
	envelope.method = (char *)"/occupare.v1.ComparisonService/FindSimilarOccupations";
	envelope.payload.len = protobuf_c_message_get_packed_size(&request.base);
	envelope.payload.data = occ_arena_alloc(&bench->arena, envelope.payload.len);
	protobuf_c_message_pack(&request.base, envelope.payload.data);
	*ret = occ_arena_alloc(&bench->arena, occupare__rpc__v1__call__get_packed_size(&envelope));
	return occupare__rpc__v1__call__pack(&envelope, *ret);
}

static void
measure_calls(struct bench *bench, const char *what, Occupare__V1__SimilarityMethod method)
{
	struct histogram histogram = { 0 };

	for (size_t i = 0; i < ROUNDS * bench->ids_count; i++) {
		uint8_t *bytes;
		size_t length = pack_call(bench, bench->ids[i % bench->ids_count], method, &bytes);
		uint64_t start = nanoseconds_now();

		bench->answered = false;
		bench->call.arrival_ns = (int64_t)start;
		dispatch(&bench->call, bytes, length);
		call_reset(&bench->call);
		histogram_add(&histogram, nanoseconds_now() - start);
		if (!bench->answered)
			die(bench->name, "a call was not answered");
	}
	report(bench, what, &histogram);
}

/* ---- The walk alone ---- */

static enum occupare_code
note_id(void *data, struct store_bytes id, const struct store_vector *vector)
{
	struct bench *bench = data;

	bench->ids = realloc(bench->ids, (bench->ids_count + 1) * sizeof *bench->ids);
	if (bench->ids == NULL)
		die(bench->name, "no memory");
	for (size_t kind = 0; kind < STORE_SKILL_KINDS; kind++)
		bench->skills += vector->parts[kind].count;
	bench->ids[bench->ids_count++] = occ_arena_strndup(&bench->arena, (const char *)id.data, id.length);
	return OCCUPARE_OK;
}

struct walk {
	struct similar_to *to;
	double sum;
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

static enum occupare_code
visit(void *data, struct store_bytes id, const struct store_vector *stored)
{
	struct walk *walk = data;
	struct similar_vector vector = vector_of(stored);

	(void)id;
	walk->sum += similar_compute(walk->to, &vector);
	return OCCUPARE_OK;
}

static void
measure_walks(struct bench *bench, struct store_txn *txn)
{
	struct histogram histogram = { 0 };
	struct occupare_status st;
	struct occ_arena arena;

	occ_arena_init(&arena, (size_t)1 << 20, ARENA_BYTES_MAX);
	for (size_t i = 0; i < bench->ids_count; i++) {
		struct walk walk = { 0 };
		struct similar_vector vector;
		struct store_vector stored;
		uint64_t start = nanoseconds_now();

		if (store_vector(&arena, txn, bench->ids[i], &stored, &st) != OCCUPARE_OK)
			die(bench->name, st.message);
		vector = vector_of(&stored);
		walk.to = similar_prepare(&arena, &vector, &similar_defaults);
		if (store_each_vector(&arena, txn, visit, &walk, &st) != OCCUPARE_OK)
			die(bench->name, st.message);
		histogram_add(&histogram, nanoseconds_now() - start);
		occ_arena_reset(&arena);
	}
	report(bench, "of it the walk", &histogram);
	occ_arena_fini(&arena);
}

int
main(int argc, char **argv)
{
	const struct store_options options = { .writable = false };
	static struct bench bench;
	struct occupare_status st;
	struct store_txn *txn;

	if (argc != 3)
		die("usage", "similar NAME STORE");
	bench.name = argv[1];
	bench.service.request_bytes_max = OCC_REQUEST_BYTES_MAX;
	bench.service.reply_bytes_max = OCC_REPLY_BYTES_MAX;
	occ_arena_init(&bench.arena, (size_t)1 << 20, ARENA_BYTES_MAX);
	if (store_open(argv[2], &options, &bench.service.store, &st) != OCCUPARE_OK ||
	    store_txn_new(bench.service.store, &txn, &st) != OCCUPARE_OK || store_read_begin(txn, &st) != OCCUPARE_OK ||
	    store_each_vector(&bench.arena, txn, note_id, &bench, &st) != OCCUPARE_OK ||
	    call_init(&bench.call, &bench.service, &st) != OCCUPARE_OK)
		die(argv[2], st.message);
	bench.call.local = true;
	bench.call.send = note_reply;
	bench.call.carrier = &bench;
	printf("%s: %zu occupations with %.0f skills each\n", bench.name, bench.ids_count,
	    (double)bench.skills / (double)bench.ids_count);
	measure_calls(&bench, "weighted Jaccard", OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_WEIGHTED_JACCARD);
	measure_calls(&bench, "cosine", OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_COSINE);
	measure_walks(&bench, txn);
	call_fini(&bench.call);
	store_txn_free(txn);
	store_close(bench.service.store);
	occ_arena_fini(&bench.arena);
	free(bench.ids);
	return 0;
}

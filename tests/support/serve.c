/* Requests go in as bytes and come out as bytes, as over a socket. */
#include "tests/support/serve.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/rpc.h"
#include "service/writer.h"
#include "tests/support/samples.h"
#include "tests/support/test.h"

static void
keep_reply(struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length)
{
	struct serve *serve = call->carrier;
	uint8_t *reply;

	pthread_mutex_lock(&serve->mutex);
	assert_false(serve->done);
	reply = occ_arena_alloc(&serve->arena, head_length + payload_length + 1);
	if (head_length > 0)
		memcpy(reply, head, head_length);
	if (payload_length > 0)
		memcpy(reply + head_length, payload, payload_length);
	serve->reply = reply;
	serve->reply_length = head_length + payload_length;
	serve->done = true;
	pthread_cond_signal(&serve->answered);
	pthread_mutex_unlock(&serve->mutex);
}

void
serve_start(struct serve *serve)
{
	struct occupare_status st;
	struct store_options options = { .writable = true, .create = true, .map_bytes = (size_t)64 << 20 };
	const char *base = getenv("TMPDIR");

	memset(serve, 0, sizeof *serve);
	snprintf(serve->directory, sizeof serve->directory, "%s/occupare-serve-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(serve->directory));
	occupare_status_clear(&st);
	MUST(store_open(serve->directory, &options, &serve->service.store, &st), &st);
	MUST(writer_start(serve->service.store, &serve->service.writer, &st), &st);
	serve->service.request_bytes_max = OCC_REQUEST_BYTES_MAX;
	serve->service.reply_bytes_max = OCC_REPLY_BYTES_MAX;
	pthread_mutex_init(&serve->mutex, NULL);
	pthread_cond_init(&serve->answered, NULL);
	occ_arena_init(&serve->arena, OCC_ARENA_BYTES_KEPT, (size_t)1 << 30);
	MUST(call_init(&serve->call, &serve->service, &st), &st);
	serve->call.local = true;
	serve->call.send = keep_reply;
	serve->call.carrier = serve;
}

void
serve_stop(struct serve *serve)
{
	DIR *directory;
	struct dirent *entry;
	char path[512];

	writer_stop(serve->service.writer);
	call_fini(&serve->call);
	store_close(serve->service.store);
	occ_arena_fini(&serve->arena);
	pthread_mutex_destroy(&serve->mutex);
	pthread_cond_destroy(&serve->answered);
	directory = opendir(serve->directory);
	while ((entry = readdir(directory)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", serve->directory, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	closedir(directory);
	rmdir(serve->directory);
}

Occupare__Rpc__V1__Reply *
serve_bytes(struct serve *serve, const uint8_t *bytes, size_t length)
{
	struct timespec limit;
	Occupare__Rpc__V1__Reply *reply;

	serve->done = false;
	serve->call.arrival_ns = dispatch_now_ns();
	dispatch(&serve->call, bytes, length);
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 60;
	pthread_mutex_lock(&serve->mutex);
	while (!serve->done)
		assert_int_equal(pthread_cond_timedwait(&serve->answered, &serve->mutex, &limit), 0);
	pthread_mutex_unlock(&serve->mutex);
	call_reset(&serve->call);
	reply = occupare__rpc__v1__reply__unpack(&serve->arena.allocator, serve->reply_length, serve->reply);
	assert_non_null(reply);
	return reply;
}

void *
serve_envelope(struct serve *serve, const Occupare__Rpc__V1__Call *envelope, struct occupare_status *status)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	struct occupare_status st;
	uint8_t *bytes = occ_arena_alloc(&serve->arena, occupare__rpc__v1__call__get_packed_size(envelope));
	size_t length = occupare__rpc__v1__call__pack(envelope, bytes);
	Occupare__Rpc__V1__Reply *reply = serve_bytes(serve, bytes, length);
	void *response;

	occupare_status_clear(status);
	if (reply->status != NULL && reply->status->code != 0) {
		occ_status_unpack(&serve->arena, reply->status, status);
		assert_true(reply->status->n_details > 0);
		ASSERT_HAS(reply->status->details[0]->type_url, "google.rpc.ErrorInfo");
		assert_int_equal(reply->payload.len, 0);
		return NULL;
	}
	assert_int_equal(occ_method_find(envelope->method, &service, &method, &st), OCCUPARE_OK);
	response = protobuf_c_message_unpack(
	    method->output, &serve->arena.allocator, reply->payload.len, reply->payload.data);
	assert_non_null(response);
	return response;
}

void *
serve_call(struct serve *serve, const char *method, const void *request, struct occupare_status *status)
{
	Occupare__Rpc__V1__Call envelope = OCCUPARE__RPC__V1__CALL__INIT;

	envelope.method = (char *)method;
	envelope.payload.data = occ_arena_alloc(&serve->arena, protobuf_c_message_get_packed_size(request) + 1);
	envelope.payload.len = protobuf_c_message_pack(request, envelope.payload.data);
	return serve_envelope(serve, &envelope, status);
}

struct load {
	Occupare__V1__Occupation **occupations;
	Occupare__V1__Area **areas;
	Occupare__V1__Estimate **estimates;
	size_t occupations_count, areas_count, estimates_count;
};

static enum occupare_code
apply_load(struct store_txn *txn, void *item)
{
	struct load *load = item;
	struct store_import_counts counts;
	struct store_import *import;
	struct occupare_status st;

	occupare_status_clear(&st);
	MUST(store_import_begin(txn, "json", STORE_IMPORT_ADD, &import, &st), &st);
	for (size_t i = 0; i < load->occupations_count; i++) {
		MUST(store_import_occupation(import, load->occupations[i], &st), &st);
	}
	for (size_t i = 0; i < load->areas_count; i++) {
		MUST(store_import_area(import, load->areas[i], &st), &st);
	}
	for (size_t i = 0; i < load->estimates_count; i++) {
		MUST(store_import_estimate(import, load->estimates[i], &st), &st);
	}
	MUST(store_import_end(import, &counts, &st), &st);
	return OCCUPARE_OK;
}

static void
load(struct serve *serve, struct load *items)
{
	void *item = items;
	struct occupare_status st;

	occupare_status_clear(&st);
	MUST(store_write(serve->service.store, apply_load, &item, 1, &st), &st);
}

void
serve_load(struct serve *serve, Occupare__V1__Occupation **occupations, size_t count)
{
	struct load items = { .occupations = occupations, .occupations_count = count };

	load(serve, &items);
}

static Occupare__V1__Estimate *
estimate(struct occ_arena *arena, const char *area, uint32_t period, double annual_mean)
{
	Occupare__V1__Estimate *made = occ_arena_alloc(arena, sizeof *made);

	occupare__v1__estimate__init(made);
	made->soc_code = (char *)"29-1141";
	made->area = (char *)area;
	made->period = period;
	made->salary = occ_arena_alloc(arena, sizeof *made->salary);
	occupare__v1__salary__init(made->salary);
	made->salary->currency_code = (char *)"USD";
	made->salary->annual_mean = sample_figure(arena, annual_mean);
	made->salary->annual_mean->source = 0;
	return made;
}

void
serve_load_california(struct serve *serve)
{
	struct occ_arena *arena = &serve->arena;
	Occupare__V1__Area california = OCCUPARE__V1__AREA__INIT, nation = OCCUPARE__V1__AREA__INIT;
	Occupare__V1__Area *areas[] = { &california, &nation };
	Occupare__V1__Estimate *estimates[] = { estimate(arena, "CA", 2023, 137690),
		estimate(arena, "CA", 2024, 148330), estimate(arena, "US", 2023, 94480) };
	struct load items = { .areas = areas, .areas_count = 2, .estimates = estimates, .estimates_count = 3 };

	california.code = (char *)"CA";
	california.title = (char *)"California";
	california.kind = OCCUPARE__V1__AREA_KIND__AREA_KIND_STATE;
	nation.code = (char *)"US";
	nation.title = (char *)"United States";
	nation.kind = OCCUPARE__V1__AREA_KIND__AREA_KIND_NATION;
	load(serve, &items);
}

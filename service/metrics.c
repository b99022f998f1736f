/* Counting first, then the text. */
#include "service/metrics.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "occupare/v1/common.pb-c.h"
#include "proto/rpc.h"
#include "service/dispatch.h"
#include "store/store.h"

#define NS_PER_S 1e9

/* Upper bounds of the buckets; the last bucket has none. */
static const double bounds_s[METRICS_BUCKETS - 1] = { 0.00002, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
	0.01, 0.025, 0.05, 0.1, 0.25, 1, 5 };

static const char *const transport_names[TRANSPORT_COUNT] = { "tcp", "ipc", "http" };

/* HTTP statuses that are answered with; what is not here counts as the last. */
static const unsigned statuses[] = { 200, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 429, 499, 500,
	501, 503, 504 };
#define STATUSES (sizeof statuses / sizeof statuses[0])
_Static_assert(STATUSES <= METRICS_STATUSES_MAX, "a status has no room");

/* ---- Counting ---- */

static void
add(atomic_uint_fast64_t *counter, uint64_t amount)
{
	atomic_fetch_add_explicit(counter, amount, memory_order_relaxed);
}

static uint64_t
get(const atomic_uint_fast64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* Threads take turns at the copies. */
static struct metrics_shard *
shard_of(struct metrics *metrics)
{
	static atomic_uint threads;
	static _Thread_local unsigned own; /* from 1 */

	if (own == 0)
		own = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % METRICS_SHARDS + 1;
	return &metrics->shards[own - 1];
}

size_t
metrics_method(const ProtobufCServiceDescriptor *service, const ProtobufCMethodDescriptor *method)
{
	size_t index = 1;

	for (size_t i = 0; occ_services[i] != service; i++)
		index += occ_services[i]->n_methods;
	index += (size_t)(method - service->methods);
	return index < METRICS_METHODS_MAX ? index : 0;
}

void
metrics_begin(struct metrics *metrics, enum transport transport, size_t bytes)
{
	struct metrics_shard *shard = shard_of(metrics);

	add(&shard->begun[transport], 1);
	add(&shard->bytes_in[transport], bytes);
}

void
metrics_end(struct metrics *metrics, enum transport transport, size_t method, enum occupare_code code,
    int64_t duration_ns, size_t bytes)
{
	struct metrics_shard *shard = shard_of(metrics);
	struct metrics_durations *durations = &shard->durations[transport][method];
	double duration_s = (double)duration_ns / NS_PER_S;
	size_t bucket = 0;

	while (bucket < METRICS_BUCKETS - 1 && duration_s > bounds_s[bucket])
		bucket++;
	add(&durations->buckets[bucket], 1);
	add(&durations->sum_ns, duration_ns > 0 ? (uint64_t)duration_ns : 0);
	add(&shard->bytes_out[transport], bytes);
	add(&shard->ended[transport][method][(size_t)code < METRICS_CODES ? code : OCCUPARE_UNKNOWN], 1);
}

void
metrics_http(struct metrics *metrics, size_t route, unsigned status)
{
	size_t i = 0;

	while (i < STATUSES - 1 && statuses[i] != status)
		i++;
	add(&metrics->http[route][i], 1);
}

/* ---- Sums over the copies ---- */

static uint64_t
sum_ended(const struct metrics *metrics, size_t transport, size_t method, size_t code)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < METRICS_SHARDS; i++)
		sum += get(&metrics->shards[i].ended[transport][method][code]);
	return sum;
}

static uint64_t
sum_bucket(const struct metrics *metrics, size_t transport, size_t method, size_t bucket)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < METRICS_SHARDS; i++)
		sum += get(&metrics->shards[i].durations[transport][method].buckets[bucket]);
	return sum;
}

static uint64_t
count_ended(const struct metrics *metrics, size_t transport, uint64_t *failures)
{
	uint64_t sum = 0;

	for (size_t method = 0; method < METRICS_METHODS_MAX; method++) {
		for (size_t code = 0; code < METRICS_CODES; code++) {
			uint64_t count = sum_ended(metrics, transport, method, code);

			sum += count;
			*failures += code == OCCUPARE_OK ? 0 : count;
		}
	}
	return sum;
}

uint64_t
metrics_calls(const struct metrics *metrics, uint64_t *ret_failures)
{
	uint64_t sum = 0;

	*ret_failures = 0;
	for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++)
		sum += count_ended(metrics, transport, ret_failures);
	return sum;
}

/* ---- The text ---- */

static void
head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
gauge(FILE *out, const char *name, const char *help, uint64_t value)
{
	head(out, name, "gauge", help);
	fprintf(out, "%s %" PRIu64 "\n", name, value);
}

/* The path of a method without its first slash. */
static void
put_method(FILE *out, size_t index)
{
	if (index-- == 0) {
		fputs("unknown", out);
		return;
	}
	for (size_t i = 0; occ_services[i] != NULL; index -= occ_services[i++]->n_methods)
		if (index < occ_services[i]->n_methods) {
			fprintf(out, "%s/%s", occ_services[i]->name, occ_services[i]->methods[index].name);
			return;
		}
}

/* Series that never counted anything are left out, but for those of success. */
static void
write_requests(FILE *out, const struct metrics *metrics, size_t methods)
{
	head(out, "occupare_requests_total", "counter", "Calls answered, by method and gRPC status.");
	for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++)
		for (size_t method = 0; method < methods; method++)
			for (size_t code = 0; code < METRICS_CODES; code++) {
				uint64_t count = sum_ended(metrics, transport, method, code);

				if (count == 0 && (code != OCCUPARE_OK || method == 0))
					continue;
				fprintf(out, "occupare_requests_total{transport=\"%s\",method=\"",
				    transport_names[transport]);
				put_method(out, method);
				fprintf(out, "\",code=\"%s\"} %" PRIu64 "\n",
				    occupare_code_name((enum occupare_code)code), count);
			}
}

static void
write_duration(FILE *out, const struct metrics *metrics, size_t transport, size_t method)
{
	static const char name[] = "occupare_request_duration_seconds";
	uint64_t count = 0, sum_ns = 0, buckets[METRICS_BUCKETS];

	for (size_t i = 0; i < METRICS_BUCKETS; i++)
		count += buckets[i] = sum_bucket(metrics, transport, method, i);
	if (count == 0)
		return;
	for (size_t i = 0; i < METRICS_SHARDS; i++)
		sum_ns += get(&metrics->shards[i].durations[transport][method].sum_ns);
	count = 0;
	for (size_t i = 0; i < METRICS_BUCKETS; i++) {
		count += buckets[i];
		fprintf(out, "%s_bucket{transport=\"%s\",method=\"", name, transport_names[transport]);
		put_method(out, method);
		if (i < METRICS_BUCKETS - 1)
			fprintf(out, "\",le=\"%g\"} %" PRIu64 "\n", bounds_s[i], count);
		else
			fprintf(out, "\",le=\"+Inf\"} %" PRIu64 "\n", count);
	}
	fprintf(out, "%s_sum{transport=\"%s\",method=\"", name, transport_names[transport]);
	put_method(out, method);
	fprintf(out, "\"} %.9f\n%s_count{transport=\"%s\",method=\"", (double)sum_ns / NS_PER_S, name,
	    transport_names[transport]);
	put_method(out, method);
	fprintf(out, "\"} %" PRIu64 "\n", count);
}

/* One number for each transport. */
static void
write_transports(
    FILE *out, const char *name, const char *type, const char *help, const uint64_t values[TRANSPORT_COUNT])
{
	head(out, name, type, help);
	for (size_t i = 0; i < TRANSPORT_COUNT; i++)
		fprintf(out, "%s{transport=\"%s\"} %" PRIu64 "\n", name, transport_names[i], values[i]);
}

static void
write_traffic(FILE *out, const struct metrics *metrics)
{
	uint64_t in_flight[TRANSPORT_COUNT], in[TRANSPORT_COUNT] = { 0 }, sent[TRANSPORT_COUNT] = { 0 };
	uint64_t accepted[TRANSPORT_COUNT], refused[TRANSPORT_COUNT], open[TRANSPORT_COUNT], failures = 0;

	for (size_t t = 0; t < TRANSPORT_COUNT; t++) {
		uint64_t begun = 0, ended = count_ended(metrics, t, &failures), closed = get(&metrics->closed[t]);

		for (size_t i = 0; i < METRICS_SHARDS; i++) {
			begun += get(&metrics->shards[i].begun[t]);
			in[t] += get(&metrics->shards[i].bytes_in[t]);
			sent[t] += get(&metrics->shards[i].bytes_out[t]);
		}
		in_flight[t] = begun > ended ? begun - ended : 0;
		accepted[t] = get(&metrics->accepted[t]);
		refused[t] = get(&metrics->refused[t]);
		open[t] = accepted[t] > closed ? accepted[t] - closed : 0;
	}
	write_transports(out, "occupare_requests_in_flight", "gauge", "Calls that are being answered.", in_flight);
	write_transports(
	    out, "occupare_request_bytes_total", "counter", "Bytes of calls, without what frames them.", in);
	write_transports(
	    out, "occupare_response_bytes_total", "counter", "Bytes of answers, without what frames them.", sent);
	write_transports(out, "occupare_connections", "gauge", "Clients connected.", open);
	write_transports(out, "occupare_connections_total", "counter", "Clients that have connected.", accepted);
	write_transports(out, "occupare_connections_refused_total", "counter",
	    "Clients that were turned away, there being too many.", refused);
}

static void
write_http(FILE *out, const struct metrics *metrics, const char *(*route)(size_t index))
{
	head(out, "occupare_http_requests_total", "counter", "Requests over HTTP, by route and HTTP status.");
	for (size_t i = 0; i < METRICS_ROUTES_MAX && route(i) != NULL; i++)
		for (size_t status = 0; status < STATUSES; status++) {
			uint64_t count = get(&metrics->http[i][status]);

			if (count > 0)
				fprintf(out, "occupare_http_requests_total{route=\"%s\",code=\"%u\"} %" PRIu64 "\n",
				    route(i), statuses[status], count);
		}
}

/* Nothing of it where the store cannot be read just now. */
static void
write_dataset(FILE *out, struct store *store)
{
	struct occ_arena arena;
	struct store_txn *txn = NULL;
	struct occupare_status st;
	Occupare__V1__Dataset *dataset;

	occupare_status_clear(&st);
	occ_arena_init(&arena, 0, OCC_ARENA_BYTES_MAX);
	if (store_txn_new(store, &txn, &st) == OCCUPARE_OK && store_read_begin(txn, &st) == OCCUPARE_OK &&
	    store_dataset(&arena, txn, false, &dataset, &st) == OCCUPARE_OK) {
		gauge(out, "occupare_store_generation", "Changes of the store so far.", dataset->generation);
		if (dataset->update_time != NULL)
			gauge(out, "occupare_store_update_timestamp_seconds", "When the store last changed.",
			    (uint64_t)dataset->update_time->seconds);
		if (dataset->counts != NULL) {
			gauge(out, "occupare_store_occupations", "Occupations held.", dataset->counts->occupations);
			gauge(out, "occupare_store_estimates", "Estimates held.", dataset->counts->estimates);
		}
	}
	store_txn_free(txn);
	occ_arena_fini(&arena);
}

static void
write_store(FILE *out, struct store *store)
{
	struct store_usage usage;

	write_dataset(out, store);
	store_usage(store, &usage);
	gauge(out, "occupare_store_size_bytes", "Size of the store's file.", usage.file_bytes);
	gauge(out, "occupare_store_map_bytes", "What the file may grow to before it is mapped anew.", usage.map_bytes);
	gauge(out, "occupare_store_readers", "Slots of the reader table that processes have taken so far.",
	    usage.readers);
	gauge(out, "occupare_store_readers_max", "Slots of the reader table.", usage.readers_max);
}

/* The names that Prometheus' own client libraries give. */
static void
write_process(FILE *out)
{
	struct timespec cpu = { 0 };
	unsigned long pages = 0;
	char line[128], *second;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file != NULL && fgets(line, sizeof line, file) != NULL && (second = strchr(line, ' ')) != NULL)
		pages = strtoul(second, NULL, 10);
	if (file != NULL)
		fclose(file);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	head(out, "process_cpu_seconds_total", "counter", "Processor time used.");
	fprintf(out, "process_cpu_seconds_total %.6f\n", (double)cpu.tv_sec + (double)cpu.tv_nsec / NS_PER_S);
	gauge(out, "process_resident_memory_bytes", "Memory in use, pages of the store among it.",
	    (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE));
}

void
metrics_write(FILE *out, struct service *service, const char *(*route)(size_t index), const char *libraries)
{
	const struct metrics *metrics = &service->metrics;
	size_t methods = 1;

	for (size_t i = 0; occ_services[i] != NULL; i++)
		methods += occ_services[i]->n_methods;
	if (methods > METRICS_METHODS_MAX)
		methods = METRICS_METHODS_MAX;
	head(out, "occupare_build_info", "gauge", "Always 1; the labels tell what is running.");
	fprintf(out, "occupare_build_info{version=\"%s\",protobuf_c=\"%s\"%s%s} 1\n", occ_version, protobuf_c_version(),
	    libraries[0] != '\0' ? "," : "", libraries);
	write_requests(out, metrics, methods);
	head(out, "occupare_request_duration_seconds", "histogram", "From the arrival of a call to its answer.");
	for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++)
		for (size_t method = 0; method < methods; method++)
			write_duration(out, metrics, transport, method);
	write_traffic(out, metrics);
	if (route != NULL)
		write_http(out, metrics, route);
	write_store(out, service->store);
	write_process(out);
}

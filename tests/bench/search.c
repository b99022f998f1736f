/* Measures store_search in a store, call by call, without sockets: how long each class of queries takes, and how often titles
 * as people type them find their occupation among the first hits.
 *
 *   search STORE TITLES [--misses odd|even]
 *
 * TITLES: lines of a text, a tab and the codes that are right, of which the odd ones were used to make the ranking. --misses
 * lists those of one half that are not among the first hits, with what is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/store.h"
#include "tests/bench/histogram.h"

#define ROUNDS 100u
#define QUERIES_MAX 1000u
#define FIRST_HITS 3u
#define PAGE_HITS 20u
#define ARENA_BYTES_KEPT ((size_t)64 << 10)
#define ARENA_BYTES_MAX ((size_t)16 << 20)

struct title {
	char *text;
	char *codes;
};

static const struct {
	const char *name;
	const char *queries[12];
} classes[] = {
	{ "one to three letters", { "n", "nu", "nur", "t", "te", "tea", "e", "el", "ele", "s", "so", "sof" } },
	{ "as one types",
	    { "regi", "regist", "registered n", "truck d", "accoun", "softw", "soft dev", "teac", "plum" } },
	{ "codes", { "29-1141", "29-1141.00", "151252", "15-12", "4", "53-3032.00" } },
	{ "misspelt", { "plumer", "electrican", "sofware enginer", "acountant", "vetrinarian", "nurse practicioner" } },
	{ "in many names",
	    { "machine operator", "manager", "teacher", "engineer", "technician", "supervisor", "specialist" } },
	{ "skills", { "python", "welding", "microsoft excel", "critical thinking", "autocad", "sql" } },
	{ "duties", { "blood pressure", "repair flat tires", "write legal briefs", "grade homework", "mix drinks" } },
	{ "nothing such", { "nonesuch-director", "qqqq", "zzyzx road keeper", "underwater basket weaver" } },
};

static void
die(const char *what, const char *message)
{
	fprintf(stderr, "search: %s: %s\n", what, message);
	exit(1);
}

struct bench {
	struct occ_arena arena;
	struct store_txn *txn;
	struct title titles[QUERIES_MAX];
	size_t titles_count;
};

static uint64_t
nanoseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void
read_titles(struct bench *bench, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[512];

	if (file == NULL)
		die(path, "cannot be read");
	while (fgets(line, sizeof line, file) != NULL && bench->titles_count < QUERIES_MAX) {
		char *tab = strchr(line, '\t');

		if (line[0] == '#' || tab == NULL)
			continue;
		*tab = '\0';
		tab[strcspn(tab + 1, "\n") + 1] = '\0';
		bench->titles[bench->titles_count++] = (struct title){ strdup(line), strdup(tab + 1) };
	}
	fclose(file);
}

static Occupare__V1__SearchHit **
search(struct bench *bench, const char *query, size_t *ret_count)
{
	Occupare__V1__SearchHit **hits;
	struct occupare_status st;
	size_t total;

	occ_arena_reset(&bench->arena);
	if (store_search(&bench->arena, bench->txn, query, 0, PAGE_HITS, &hits, ret_count, &total, &st) != OCCUPARE_OK)
		die(query, st.message);
	return hits;
}

/* ---- Time ---- */

static void
measure(struct bench *bench, const char *name, const char *const *queries, size_t count)
{
	struct histogram histogram = { 0 };
	uint64_t first_max = 0;

	for (unsigned round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < count; i++) {
			size_t hits;
			uint64_t start = nanoseconds_now(), took;

			search(bench, queries[i], &hits);
			took = nanoseconds_now() - start;
			histogram_add(&histogram, took);
			if (round == 0 && took > first_max)
				first_max = took;
		}
	printf("%-22s p50 %6.1f us   p99 %6.1f us   slowest first call %7.1f us\n", name,
	    (double)histogram_at(&histogram, 0.5) / 1e3, (double)histogram_at(&histogram, 0.99) / 1e3,
	    (double)first_max / 1e3);
}

static void
measure_all(struct bench *bench)
{
	const char *titles[QUERIES_MAX];

	for (size_t i = 0; i < bench->titles_count; i++)
		titles[i] = bench->titles[i].text;
	measure(bench, "everyday titles", titles, bench->titles_count);
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
		size_t count = 0;

		while (count < 12 && classes[i].queries[count] != NULL)
			count++;
		measure(bench, classes[i].name, classes[i].queries, count);
	}
}

/* ---- Hits ---- */

static bool
is_right(const Occupare__V1__SearchHit *hit, const char *codes)
{
	for (size_t i = 0; i < hit->n_codes; i++)
		if (strcmp(hit->codes[i]->system, "ONETSOC2019") == 0 && strstr(codes, hit->codes[i]->value) != NULL)
			return true;
	return false;
}

static bool
finds(struct bench *bench, const struct title *title, bool list)
{
	size_t count;
	Occupare__V1__SearchHit **hits = search(bench, title->text, &count);

	for (size_t i = 0; i < count && i < FIRST_HITS; i++)
		if (is_right(hits[i], title->codes))
			return true;
	if (list)
		printf("%s (%s):\n", title->text, title->codes);
	for (size_t i = 0; list && i < count; i++)
		printf("%s\t%2zu. %s: %d \"%s\"\n", is_right(hits[i], title->codes) ? "*" : "", i + 1, hits[i]->title,
		    hits[i]->match_kind, hits[i]->matched_text);
	return false;
}

/* Titles of one half that are among the first hits. */
static size_t
count_found(struct bench *bench, bool odd, bool list, size_t *ret_all)
{
	size_t found = 0;

	*ret_all = 0;
	for (size_t i = odd ? 0 : 1; i < bench->titles_count; i += 2) {
		++*ret_all;
		found += finds(bench, &bench->titles[i], list);
	}
	return found;
}

int
main(int argc, char **argv)
{
	const struct store_options options = { .writable = false };
	static struct bench bench;
	struct occupare_status st;
	struct store *store;
	size_t found, all;

	if (argc != 3 && !(argc == 5 && strcmp(argv[3], "--misses") == 0))
		die("usage", "search STORE TITLES [--misses odd|even]");
	read_titles(&bench, argv[2]);
	occ_arena_init(&bench.arena, ARENA_BYTES_KEPT, ARENA_BYTES_MAX);
	if (store_open(argv[1], &options, &store, &st) != OCCUPARE_OK ||
	    store_txn_new(store, &bench.txn, &st) != OCCUPARE_OK || store_read_begin(bench.txn, &st) != OCCUPARE_OK)
		die(argv[1], st.message);
	if (argc == 5) {
		found = count_found(&bench, strcmp(argv[4], "odd") == 0, true, &all);
		printf("%zu of %zu\n", found, all);
	} else {
		measure_all(&bench);
		for (int odd = 1; odd >= 0; odd--) {
			found = count_found(&bench, odd, false, &all);
			printf("titles found among the first %u, %s lines: %zu of %zu\n", FIRST_HITS,
			    odd ? "odd" : "even", found, all);
		}
	}
	store_txn_free(bench.txn);
	store_close(store);
	occ_arena_fini(&bench.arena);
	return 0;
}

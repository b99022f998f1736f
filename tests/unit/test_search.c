/* Search: what is found, in which order, and how long it takes. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/support/samples.h"
#include "tests/support/store.h"

static struct fixture f;

static int
set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof f);
	fixture_open(&f);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

/* Makes an occupation with a code ("" = none) and aliases, ended by NULL. */
static void
create(const char *id, const char *title, const char *code, const char *const *aliases)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, id, title), *ret;
	struct occupare_status st;

	if (code[0] != '\0')
		fixture_add_code(&f, record, "SOC2018", code);
	for (size_t i = 0; aliases != NULL && aliases[i] != NULL; i++)
		fixture_add_alias(&f, record, aliases[i]);
	fixture_create(&f, record, &ret, &st);
	ASSERT_OK(&st);
}

#define ALIASES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static Occupare__V1__SearchHit **
search(const char *query, size_t max, size_t *ret_count)
{
	Occupare__V1__SearchHit **hits = NULL;
	struct occupare_status st = { 0 };
	size_t total;

	fixture_read(&f);
	(void)!store_search(&f.arena, f.txn, query, 0, max, &hits, ret_count, &total, &st);
	ASSERT_OK(&st);
	return hits;
}

/* Ids of the hits, joined by spaces. */
static const char *
hits(const char *query)
{
	char *ids = occ_arena_strdup(&f.arena, "");
	size_t count;
	Occupare__V1__SearchHit **found = search(query, 50, &count);

	for (size_t i = 0; i < count; i++)
		ids = occ_arena_printf(&f.arena, "%s%s%s", ids, i > 0 ? " " : "", found[i]->id);
	return ids;
}

#define ASSERT_FIRST(query, expected_id, expected_kind, expected_text)                                                 \
	do {                                                                                                           \
		size_t count_;                                                                                         \
		Occupare__V1__SearchHit **hits_ = search(query, 50, &count_);                                          \
		assert_true(count_ > 0);                                                                               \
		assert_string_equal(hits_[0]->id, expected_id);                                                        \
		assert_int_equal(hits_[0]->match_kind, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_##expected_kind);          \
		assert_string_equal(hits_[0]->matched_text, expected_text);                                            \
	} while (0)

static void
create_some(void)
{
	create("registered-nurses", "Registered Nurses", "29-1141", ALIASES("RN", "Staff Nurse", "Nurse Manager"));
	create("nurse-midwives", "Nurse Midwives", "29-1161", ALIASES("Midwife"));
	create("nursing-assistants", "Nursing Assistants", "31-1131", ALIASES("Certified Nurse Aide", "CNA"));
	create("software-developers", "Software Developers", "15-1252", ALIASES("C++ Developer", "C# Developer"));
	create("chefs", "Chefs and Head Cooks", "35-1011", ALIASES("Sous Chef", "P\xC3\xA2tissier"));
}

static void
test_each_kind_of_match(void **state)
{
	(void)state;
	create_some();
	ASSERT_FIRST("registered-nurses", "registered-nurses", ID, "registered-nurses");
	ASSERT_FIRST("29-1141", "registered-nurses", CODE, "29-1141");
	ASSERT_FIRST("29114", "registered-nurses", CODE, "29-1141");
	ASSERT_FIRST("REGISTERED nurses", "registered-nurses", TITLE, "Registered Nurses");
	ASSERT_FIRST("cna", "nursing-assistants", ALIAS, "CNA");
	ASSERT_FIRST("software", "software-developers", TITLE_PREFIX, "Software Developers");
	ASSERT_FIRST("certified", "nursing-assistants", ALIAS_PREFIX, "Certified Nurse Aide");
	ASSERT_FIRST("nurse reg", "registered-nurses", TITLE_WORDS, "Registered Nurses");
	ASSERT_FIRST("aide certified", "nursing-assistants", ALIAS_WORDS, "Certified Nurse Aide");
	ASSERT_FIRST("registred nurses", "registered-nurses", TITLE_TYPO, "Registered Nurses");
	ASSERT_FIRST("midwief", "nurse-midwives", ALIAS_TYPO, "Midwife");
}

static void
test_better_kinds_come_first_and_each_occupation_once(void **state)
{
	(void)state;
	create_some();
	/* Title prefix; alias prefix; alias words. */
	assert_string_equal(hits("nurse"), "nurse-midwives registered-nurses nursing-assistants");
}

static void
test_shorter_names_then_ids_decide_among_equals(void **state)
{
	(void)state;
	create("z", "Nurse Aide", "", NULL);
	create("y", "Nurse Aide One", "", NULL);
	create("x", "Nurse Aides", "", NULL);
	create("w", "Nurse Aide", "", NULL);
	assert_string_equal(hits("nurse a"), "w z x y");
}

static void
test_every_word_must_be_there_where_something_has_them_all(void **state)
{
	(void)state;
	create_some();
	assert_string_equal(hits("staff nurse"), "registered-nurses");
	assert_string_equal(hits("nurse aide"), "nursing-assistants");
}

static void
test_names_with_some_words_are_offered_where_none_has_all(void **state)
{
	(void)state;
	create_some();
	/* The more letters are in the query the better, a word with a typo counts, a title has no advantage by being one. */
	ASSERT_FIRST("certified-chef-nurse", "nursing-assistants", SOME_WORDS, "Certified Nurse Aide");
	ASSERT_FIRST("nonesuch-developer", "software-developers", SOME_WORDS, "C# Developer");
	ASSERT_FIRST("nonesuch midwief", "nurse-midwives", SOME_WORDS, "Midwife");
	assert_string_equal(hits("so carpenter"), ""); /* two letters are too few */
	assert_string_equal(hits("nonesuch carpenter"), "");
}

static void
test_titles_that_have_the_words_come_before_other_holders_of_the_name(void **state)
{
	(void)state;
	create("freight-forwarders", "Freight Forwarders", "43-5011", ALIASES("Truck Driver"));
	create("heavy-haulers", "Heavy Truck Drivers", "53-3032", ALIASES("Truck Driver"));
	create("loaders", "Truck Loaders", "53-7121", ALIASES("Truck Driver"));
	assert_string_equal(hits("truck driver"), "heavy-haulers loaders freight-forwarders");
}

/* Makes one with an O*NET-SOC code and, above 0, people employed. */
static void
create_employed(const char *id, const char *title, const char *onet_code, double employed)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, id, title), *ret;
	Occupare__V1__Outlook outlook = OCCUPARE__V1__OUTLOOK__INIT;
	Occupare__V1__Figure employment = OCCUPARE__V1__FIGURE__INIT;
	struct occupare_status st;

	fixture_add_code(&f, record, "SOC2018", occ_arena_strndup(&f.arena, onet_code, 7));
	fixture_add_code(&f, record, "ONETSOC2019", onet_code);
	fixture_add_alias(&f, record, "Carer");
	employment.value = employed;
	outlook.employment = &employment;
	if (employed > 0)
		record->outlook = &outlook;
	fixture_update(&f, record, 0, true, &ret, &st);
	ASSERT_OK(&st);
}

static void
test_larger_occupations_come_first_and_finer_ones_last(void **state)
{
	(void)state;
	create_employed("a", "Acute Nurses", "29-1141.01", 9000000);
	create_employed("b", "Nurses", "29-1141.00", 0);
	create_employed("c", "Aides", "31-1131.00", 300);
	create_employed("d", "Orderlies", "31-1132.00", 310);
	assert_string_equal(hits("carer"), "d c b a");
	assert_string_equal(hits("29-1141"), "b a");
	assert_string_equal(hits("31"), "d c");
	/* It follows the record. */
	create_employed("b", "Nurses", "29-1141.00", 3000000);
	assert_string_equal(hits("carer"), "b d c a");
	fixture_verify(&f);
}

static void
test_occupations_with_more_names_that_match_come_first(void **state)
{
	(void)state;
	create("a", "Tellers", "", ALIASES("Clerk", "Cashier"));
	create("b", "Cashiers", "", ALIASES("Clerk", "Mail Clerk", "Clerk Typist"));
	assert_string_equal(hits("clerk"), "b a");
}

static void
test_whole_codes_come_before_longer_ones(void **state)
{
	(void)state;
	create("a", "Nurses", "2221", NULL);
	create("b", "Midwives", "222", NULL);
	create("c", "Aides", "22", NULL);
	assert_string_equal(hits("222"), "b a");
}

static void
test_typos_leave_the_s_of_plurals_aside(void **state)
{
	(void)state;
	create("flumers", "Conveyor Operators", "", ALIASES("Flumer"));
	create("plumbers", "Plumbers and Pipefitters", "", ALIASES("Plumber"));
	ASSERT_FIRST("plumer", "plumbers", TITLE_TYPO, "Plumbers and Pipefitters");
	assert_string_equal(hits("plumer"), "plumbers flumers");
	assert_string_equal(hits("plmbers"), "plumbers");
	assert_string_equal(hits("plmer"), ""); /* two edits, even so */
}

/* ---- Skills and duties ---- */

static void
put(const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation *ret;
	struct occupare_status st;

	fixture_update(&f, record, 0, true, &ret, &st);
	ASSERT_OK(&st);
}

static void
put_with_skill(const char *id, const char *skill, double importance, bool hot, bool in_demand)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, id, id);
	Occupare__V1__Skill *last = sample_skill(&f.arena, skill, -1);

	if (importance > 0)
		last->importance = sample_figure(&f.arena, importance);
	last->hot = hot;
	last->in_demand = in_demand;
	sample_add_skill(&f.arena, record, sample_skill(&f.arena, "Welding", -1));
	sample_add_skill(&f.arena, record, last);
	put(record);
}

static void
test_skills_are_found_after_names_and_say_what_matched(void **state)
{
	(void)state;
	create("snakes", "Python Keepers", "", NULL);
	put_with_skill("data", "Python", 0, false, false);
	assert_string_equal(hits("python"), "snakes data");
	ASSERT_FIRST("pyth", "snakes", TITLE_PREFIX, "Python Keepers");
	put_with_skill("office", "Caf\xC3\xA9 Keeper's Software", 0, false, false);
	ASSERT_FIRST("cafe soft", "office", SKILL, "Caf\xC3\xA9 Keeper's Software");
	ASSERT_FIRST("keepers software", "office", SKILL, "Caf\xC3\xA9 Keeper's Software");
	assert_string_equal(hits("oftware"), "");
	assert_string_equal(hits("welding software"), ""); /* words of two skills */
}

static void
test_skills_that_matter_more_come_first_and_whole_names_before_longer_ones(void **state)
{
	(void)state;
	put_with_skill("asked-for", "C++", 0, true, true);
	put_with_skill("longer", "Visual C++", 0, true, true);
	put_with_skill("plain", "C++", 0, false, false);
	put_with_skill("hot", "C++", 0, true, false);
	put_with_skill("rated", "C++", 80, false, false);
	assert_string_equal(hits("c++"), "asked-for rated hot plain longer");
	assert_string_equal(hits("visual c++"), "longer");
}

static void
test_skills_come_before_typos(void **state)
{
	(void)state;
	create("misspelt", "Weldign Keepers", "", NULL);
	put_with_skill("smiths", "Forging", 0, false, false);
	assert_string_equal(hits("welding"), "smiths misspelt");
}

static void
test_duties_are_found_where_one_has_all_words(void **state)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "nurses", "Nurses");
	char *duties[] = { (char *)"Record blood pressure.", (char *)"Give medicine to patients." };

	(void)state;
	record->n_responsibilities = 2;
	record->responsibilities = duties;
	put(record);
	ASSERT_FIRST("pressure rec", "nurses", DUTY, "Record blood pressure.");
	ASSERT_FIRST("patient's MEDICINE", "nurses", DUTY, "Give medicine to patients.");
	assert_string_equal(hits("blood medicine"), "");
}

static void
test_skills_and_duties_follow_changes(void **state)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "smiths", "Smiths");
	char *duties[] = { (char *)"Shoe horses." };
	struct occupare_status st;

	(void)state;
	put_with_skill("smiths", "Forging", 0, false, false);
	assert_string_equal(hits("forging"), "smiths");
	record->n_responsibilities = 1;
	record->responsibilities = duties;
	put(record);
	assert_string_equal(hits("forging"), "");
	assert_string_equal(hits("horse shoe"), "smiths");
	fixture_verify(&f);
	fixture_delete(&f, "smiths", 0, false, &st);
	ASSERT_OK(&st);
	assert_string_equal(hits("horse shoe"), "");
	fixture_verify(&f);
}

static void
test_enough_names_spare_a_look_at_skills(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STORE_SEARCH_ENOUGH; i++)
		create(occ_arena_printf(&f.arena, "w-%u", i), "Welding Inspectors", "", NULL);
	put_with_skill("smiths", "Forging", 0, false, false);
	assert_null(strstr(hits("welding"), "smiths"));
	fixture_delete(&f, "w-0", 0, false, &(struct occupare_status){ 0 });
	assert_non_null(strstr(hits("welding"), "smiths"));
}

static void
test_who_types_a_whole_name_gets_no_guesses(void **state)
{
	(void)state;
	create("masons", "Masons", "", ALIASES("Welding"));
	create("wedding-planners", "Wedding Planners", "", NULL);
	put_with_skill("smiths", "Forging", 0, false, false);
	assert_string_equal(hits("welding"), "masons");
	assert_string_equal(hits("weldin"), "masons smiths");
	assert_string_equal(hits("wleding"), "masons");
}

/* Each page is what all at once have there. */
static void
test_pages_are_cut_out_of_one_order(void **state)
{
	Occupare__V1__SearchHit **page;
	struct occupare_status st = { 0 };
	size_t count, total, page_count;

	(void)state;
	create_some();
	Occupare__V1__SearchHit **all = search("n", 50, &count);
	assert_int_equal(count, 3);
	for (size_t first = 0; first <= count + 1; first++) {
		(void)!store_search(&f.arena, f.txn, "n", first, 2, &page, &page_count, &total, &st);
		ASSERT_OK(&st);
		assert_int_equal(total, count);
		assert_int_equal(page_count, first >= count ? 0 : count - first < 2 ? 1 : 2);
		for (size_t i = 0; i < page_count; i++)
			assert_string_equal(page[i]->id, all[first + i]->id);
	}
}

static void
test_names_that_match_alike_are_told_in_order_whichever_came_first(void **state)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "nurses", "Nurses"), *ret;
	struct occupare_status st;

	(void)state;
	fixture_add_alias(&f, record, "Ward Help Night");
	fixture_create(&f, record, &ret, &st);
	ASSERT_OK(&st);
	fixture_add_alias(&f, record, "Ward Help Early");
	fixture_update(&f, record, 0, false, &ret, &st);
	ASSERT_OK(&st);
	ASSERT_FIRST("ward help", "nurses", ALIAS_PREFIX, "Ward Help Early");
	ASSERT_FIRST("help", "nurses", ALIAS_WORDS, "Ward Help Early");
	ASSERT_FIRST("hepl", "nurses", ALIAS_TYPO, "Ward Help Early");
}

static void
test_typos_of_each_sort_are_tolerated(void **state)
{
	(void)state;
	create("chefs", "Chefs", "", NULL);
	create("developers", "Developers", "", NULL);
	create("painters", "Painters", "", NULL);
	assert_string_equal(hits("chfs"), "chefs");           /* left out */
	assert_string_equal(hits("cheffs"), "chefs");         /* too much */
	assert_string_equal(hits("chafs"), "chefs");          /* another */
	assert_string_equal(hits("hcefs"), "chefs");          /* swapped */
	assert_string_equal(hits("hcfes"), "");               /* two, in a short word */
	assert_string_equal(hits("devlopesr"), "developers"); /* two, in a long one */
	assert_string_equal(hits("devlopes"), "developers");  /* long is from eight letters */
	assert_string_equal(hits("pantres"), "");             /* and not seven */
	assert_string_equal(hits("devlpesr"), "");            /* three */
}

static void
test_short_words_must_be_spelt_right(void **state)
{
	(void)state;
	create("rn", "RN", "", NULL);
	assert_string_equal(hits("rm"), "");
	assert_string_equal(hits("r"), "rn");
}

static void
test_accents_and_apostrophes_do_not_matter(void **state)
{
	(void)state;
	create("chefs", "Chefs", "", ALIASES("P\xC3\xA2tissier", "Ship's Cook"));
	assert_string_equal(hits("patissier"), "chefs");
	assert_string_equal(hits("PA\xCC\x82TISSIER"), "chefs");
	assert_string_equal(hits("ships cook"), "chefs");
	assert_string_equal(hits("ship\xE2\x80\x99s coo"), "chefs");
}

static void
test_words_with_signs_are_told_apart(void **state)
{
	(void)state;
	create("plus", "C++ Developers", "", NULL);
	create("sharp", "C# Developers", "", NULL);
	assert_string_equal(hits("developers c++"), "plus");
	assert_string_equal(hits("developers c#"), "sharp");
}

static void
test_odd_queries_find_nothing_and_do_no_harm(void **state)
{
	char longer[2000];

	(void)state;
	create_some();
	assert_string_equal(hits(""), "");
	assert_string_equal(hits(" \t "), "");
	assert_string_equal(hits("-- !!"), "");
	assert_string_equal(hits("\xFF\xFE"), "");
	memset(longer, 'q', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	assert_string_equal(hits(longer), "");
	for (size_t i = 0; i + 2 < sizeof longer; i += 2)
		memcpy(longer + i, "n ", 3);
	(void)hits(longer);
}

static void
test_at_most_max_hits(void **state)
{
	size_t count;

	(void)state;
	create_some();
	search("nurs", 2, &count);
	assert_int_equal(count, 2);
	search("nurs", 0, &count);
	assert_int_equal(count, 0);
}

static void
test_empty_store_has_no_hits(void **state)
{
	(void)state;
	assert_string_equal(hits("nurse"), "");
}

static void
test_hits_follow_changes(void **state)
{
	Occupare__V1__Occupation *after = sample_bare(&f.arena, "chefs", "Carpenters"), *ret;
	struct occupare_status st;

	(void)state;
	create_some();
	fixture_update(&f, after, 0, false, &ret, &st);
	ASSERT_OK(&st);
	assert_string_equal(hits("sous chef"), "");
	assert_string_equal(hits("carpentres"), "chefs");
	fixture_delete(&f, "chefs", 0, false, &st);
	ASSERT_OK(&st);
	assert_string_equal(hits("carpenters"), "");
	fixture_verify(&f);
}

/* ---- Against a simple search that looks at every name ---- */

static const char *const syllables[] = { "ka", "mo", "ter", "ing", "sol", "ra", "ni", "ven", "qu", "est" };

static char *
random_name(uint64_t *seed)
{
	char *name = occ_arena_strdup(&f.arena, "");
	uint64_t words = 1 + sample_next(seed) % 3;

	for (uint64_t i = 0; i < words; i++) {
		name = occ_arena_printf(&f.arena, "%s%s", name, i > 0 ? " " : "");
		for (uint64_t j = 1 + sample_next(seed) % 3; j > 0; j--)
			name = occ_arena_printf(&f.arena, "%s%s", name, syllables[sample_next(seed) % 10]);
	}
	return name;
}

/* Each word of the query starts a word of the name. */
static bool
words_start(const char *name, const char *query)
{
	while (*query != '\0') {
		size_t length = strcspn(query, " ");
		const char *at = name;

		while (strncmp(at, query, length) != 0) {
			at = strchr(at, ' ');
			if (at == NULL)
				return false;
			at++;
		}
		query += length;
		query += strspn(query, " ");
	}
	return true;
}

static void
test_word_matches_are_those_of_a_search_through_all_names(void **state)
{
	uint64_t seed = 424242;
	char *titles[120];

	(void)state;
	for (size_t i = 0; i < 120; i++) {
		titles[i] = random_name(&seed);
		create(occ_arena_printf(&f.arena, "o-%zu", i), titles[i], "", NULL);
	}
	for (unsigned round = 0; round < 200; round++) {
		char *query = random_name(&seed);
		size_t count, expected = 0, spelt = 0;

		query[1 + sample_next(&seed) % strlen(query)] = '\0';
		Occupare__V1__SearchHit **found = search(query, 1000, &count);
		for (size_t i = 0; i < 120; i++)
			expected += words_start(titles[i], query);
		for (size_t i = 0; i < count; i++)
			spelt += found[i]->match_kind < OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_TYPO;
		if (spelt != expected)
			fail_msg("\"%s\" found %zu, not %zu", query, spelt, expected);
		for (size_t i = 1; i < count; i++)
			assert_true(found[i - 1]->match_kind <= found[i]->match_kind);
	}
}

/* ---- Speed ---- */

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define BIG_OCCUPATIONS 1000u
#define BIG_ALIASES 50u

/* A bound far above what it takes, so that only a search of another order fails. */
static void
test_search_of_a_large_store_takes_milliseconds_at_most(void **state)
{
	static const char *const queries[] = { "m", "mo", "kamoter", "ingsol raniven", "kamotre", "ven qu est",
		"nothing", "soling terka" };
	Occupare__V1__Occupation **records = occ_arena_calloc(
	    &f.arena, BIG_OCCUPATIONS, sizeof(Occupare__V1__Occupation *));
	struct fixture_load load = { .origin = "onet", .occupations = records, .occupations_count = BIG_OCCUPATIONS };
	struct store_import_counts counts;
	struct occupare_status st;
	uint64_t seed = 99;
	double took[200];

	(void)state;
	for (size_t i = 0; i < BIG_OCCUPATIONS; i++) {
		records[i] = sample_bare(&f.arena, occ_arena_printf(&f.arena, "o-%zu", i), random_name(&seed));
		for (size_t j = 0; j < BIG_ALIASES; j++)
			fixture_add_alias(&f, records[i], occ_arena_printf(&f.arena, "%s %zu", random_name(&seed), j));
	}
	fixture_import(&f, &load, &counts, &st);
	ASSERT_OK(&st);
	for (size_t i = 0; i < 200; i++) {
		double start = seconds_now();
		size_t count;

		search(queries[i % 8], 20, &count);
		took[i] = seconds_now() - start;
		store_read_end(f.txn);
	}
	qsort(took, 200, sizeof *took, by_value);
	print_message("search: p50 %.0f us, p99 %.0f us\n", took[100] * 1e6, took[198] * 1e6);
	assert_true(took[100] < 0.1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_kind_of_match),
		TEST(test_better_kinds_come_first_and_each_occupation_once),
		TEST(test_shorter_names_then_ids_decide_among_equals),
		TEST(test_every_word_must_be_there_where_something_has_them_all),
		TEST(test_names_with_some_words_are_offered_where_none_has_all),
		TEST(test_titles_that_have_the_words_come_before_other_holders_of_the_name),
		TEST(test_larger_occupations_come_first_and_finer_ones_last),
		TEST(test_occupations_with_more_names_that_match_come_first),
		TEST(test_whole_codes_come_before_longer_ones),
		TEST(test_typos_leave_the_s_of_plurals_aside),
		TEST(test_skills_are_found_after_names_and_say_what_matched),
		TEST(test_skills_that_matter_more_come_first_and_whole_names_before_longer_ones),
		TEST(test_skills_come_before_typos),
		TEST(test_duties_are_found_where_one_has_all_words),
		TEST(test_skills_and_duties_follow_changes),
		TEST(test_enough_names_spare_a_look_at_skills),
		TEST(test_who_types_a_whole_name_gets_no_guesses),
		TEST(test_pages_are_cut_out_of_one_order),
		TEST(test_names_that_match_alike_are_told_in_order_whichever_came_first),
		TEST(test_typos_of_each_sort_are_tolerated),
		TEST(test_short_words_must_be_spelt_right),
		TEST(test_accents_and_apostrophes_do_not_matter),
		TEST(test_words_with_signs_are_told_apart),
		TEST(test_odd_queries_find_nothing_and_do_no_harm),
		TEST(test_at_most_max_hits),
		TEST(test_empty_store_has_no_hits),
		TEST(test_hits_follow_changes),
		TEST(test_word_matches_are_those_of_a_search_through_all_names),
		TEST(test_search_of_a_large_store_takes_milliseconds_at_most),
	};

	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}

/* Finding occupations by name, and listing them. */
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>

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
	fixture_verify(&f);
	fixture_close(&f);
	return 0;
}

static Occupare__V1__Occupation *
bare(const char *id, const char *title)
{
	return sample_bare(&f.arena, id, title);
}

static void
create(const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation *ret;
	struct occupare_status st;

	fixture_create(&f, record, &ret, &st);
	ASSERT_OK(&st);
}

/* ---- Find ---- */

/* What a name stands for: ids joined by spaces; the kind of the first goes to kind. */
static const char *
found(const char *name, Occupare__V1__MatchKind *kind)
{
	struct store_match *matches;
	struct occupare_status st = { 0 };
	char *ids = occ_arena_strdup(&f.arena, "");
	size_t count;

	fixture_read(&f);
	if (store_find(&f.arena, f.txn, name, 50, &matches, &count, &st) != OCCUPARE_OK) {
		ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
		return "none";
	}
	*kind = matches[0].kind;
	for (size_t i = 0; i < count; i++)
		ids = occ_arena_printf(&f.arena, "%s%s%s", ids, i > 0 ? " " : "", matches[i].id);
	return ids;
}

#define ASSERT_FINDS(name, ids, expected_kind)                                                                         \
	do {                                                                                                           \
		Occupare__V1__MatchKind kind_ = 0;                                                                     \
		assert_string_equal(found(name, &kind_), ids);                                                         \
		assert_int_equal(kind_, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_##expected_kind);                         \
	} while (0)

static void
create_nurses(void)
{
	Occupare__V1__Occupation *nurses = bare("registered-nurses", "Registered Nurses");
	Occupare__V1__Occupation *acute = bare("acute-care-nurses", "Acute Care Nurses");
	Occupare__V1__Occupation *lead = bare("lead-hand", "Lead Hand");

	fixture_add_code(&f, nurses, "SOC2018", "29-1141");
	fixture_add_code(&f, nurses, "ONETSOC2019", "29-1141.00");
	fixture_add_code(&f, acute, "SOC2018", "29-1141");
	fixture_add_code(&f, acute, "ONETSOC2019", "29-1141.01");
	fixture_add_alias(&f, nurses, "RN");
	fixture_add_alias(&f, nurses, "Nurses");
	fixture_add_alias(&f, lead, "Nurses");
	fixture_add_alias(&f, lead, "Registered Nurses");
	create(nurses);
	create(acute);
	create(lead);
}

static void
test_find_by_id(void **state)
{
	(void)state;
	create_nurses();
	ASSERT_FINDS("acute-care-nurses", "acute-care-nurses", ID);
}

static void
test_find_by_code_with_and_without_dash(void **state)
{
	(void)state;
	create_nurses();
	ASSERT_FINDS("29-1141.01", "acute-care-nurses", CODE);
	ASSERT_FINDS("291141.01", "acute-care-nurses", CODE);
	ASSERT_FINDS(" 29-1141.00 ", "registered-nurses", CODE);
}

static void
test_bare_soc_code_prefers_the_main_occupation(void **state)
{
	(void)state;
	create_nurses();
	ASSERT_FINDS("29-1141", "registered-nurses", CODE);
	ASSERT_FINDS("291141", "registered-nurses", CODE);
}

static void
test_bare_soc_code_without_a_main_occupation_is_all_finer_ones(void **state)
{
	Occupare__V1__Occupation *a = bare("b-finer", "B"), *b = bare("a-finer", "A");

	(void)state;
	fixture_add_code(&f, a, "ONETSOC2019", "15-1299.01");
	fixture_add_code(&f, b, "ONETSOC2019", "15-1299.02");
	create(a);
	create(b);
	ASSERT_FINDS("15-1299", "a-finer b-finer", CODE);
}

static void
test_find_by_title_before_alias(void **state)
{
	(void)state;
	create_nurses();
	ASSERT_FINDS("registered  NURSES", "registered-nurses", TITLE);
}

static void
test_find_by_alias_puts_the_title_that_contains_it_first(void **state)
{
	(void)state;
	create_nurses();
	ASSERT_FINDS("rn", "registered-nurses", ALIAS);
	ASSERT_FINDS("nurses", "registered-nurses lead-hand", ALIAS);
}

static void
test_find_of_equal_titles_is_in_order_of_ids(void **state)
{
	(void)state;
	create(bare("z", "Nurse"));
	create(bare("a", "nurse"));
	ASSERT_FINDS("Nurse", "a z", TITLE);
}

static void
test_find_of_anything_unknown_is_none(void **state)
{
	char longer[600];

	(void)state;
	create_nurses();
	memset(longer, 'n', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	Occupare__V1__MatchKind kind;
	assert_string_equal(found("astronaut", &kind), "none");
	assert_string_equal(found("", &kind), "none");
	assert_string_equal(found("   ", &kind), "none");
	assert_string_equal(found("99-9999", &kind), "none");
	assert_string_equal(found(longer, &kind), "none");
	assert_string_equal(found("registered", &kind), "none");
}

static void
test_find_gives_at_most_max(void **state)
{
	struct store_match *matches;
	struct occupare_status st = { 0 };
	size_t count;

	(void)state;
	create(bare("z", "Nurse"));
	create(bare("a", "Nurse"));
	fixture_read(&f);
	assert_int_equal(store_find(&f.arena, f.txn, "nurse", 1, &matches, &count, &st), OCCUPARE_OK);
	assert_int_equal(count, 1);
	assert_string_equal(matches[0].id, "a");
}

static void
test_changed_names_are_found_and_old_ones_not(void **state)
{
	Occupare__V1__Occupation *before = bare("nurse", "Nurse"), *after = bare("nurse", "Carer"), *ret;
	Occupare__V1__MatchKind kind;
	struct occupare_status st;

	(void)state;
	fixture_add_alias(&f, before, "Stays");
	fixture_add_alias(&f, before, "Goes");
	fixture_add_alias(&f, after, "Comes");
	fixture_add_alias(&f, after, "Stays");
	create(before);
	fixture_update(&f, after, 0, false, &ret, &st);
	ASSERT_OK(&st);
	ASSERT_FINDS("carer", "nurse", TITLE);
	ASSERT_FINDS("stays", "nurse", ALIAS);
	ASSERT_FINDS("comes", "nurse", ALIAS);
	assert_string_equal(found("goes", &kind), "none");
	ASSERT_FINDS("nurse", "nurse", ID);
}

/* ---- List ---- */

static Occupare__V1__Occupation *
paid(const char *id, const char *title, double annual_mean)
{
	Occupare__V1__Occupation *record = bare(id, title);

	record->salary = occ_arena_alloc(&f.arena, sizeof *record->salary);
	occupare__v1__salary__init(record->salary);
	record->salary->currency_code = occ_arena_strdup(&f.arena, "USD");
	record->salary->annual_mean = sample_figure(&f.arena, annual_mean);
	return record;
}

static void
create_five(void)
{
	Occupare__V1__Occupation *c = paid("c", "alpha", 50000);

	c->category = occ_arena_alloc(&f.arena, sizeof *c->category);
	occupare__v1__category__init(c->category);
	c->category->id = occ_arena_strdup(&f.arena, "care");
	c->category->title = occ_arena_strdup(&f.arena, "Care");
	c->education = occ_arena_alloc(&f.arena, sizeof *c->education);
	occupare__v1__education__init(c->education);
	c->education->typical_entry = occ_arena_strdup(&f.arena, "Bachelor's degree");
	fixture_add_code(&f, c, "SOC2018", "29-1141");
	create(paid("a", "Delta", 90000));
	create(paid("b", "Charlie", 50000));
	create(c);
	create(bare("d", "Bravo"));
	create(paid("e", "bravo", 10000));
}

/* All pages of a list, ids joined by spaces, pages by bars. */
static const char *
listed(Occupare__V1__ListOccupationsRequest *request, size_t limit, uint64_t *ret_total)
{
	char *ids = occ_arena_strdup(&f.arena, ""), *after = NULL;
	struct occupare_status st = { 0 };

	fixture_read(&f);
	for (unsigned pages = 0; pages < 100; pages++) {
		Occupare__V1__OccupationSummary **page;
		size_t count;

		(void)!store_list(&f.arena, f.txn, request, after, limit, &page, &count, &after, ret_total, &st);
		ASSERT_OK(&st);
		for (size_t i = 0; i < count; i++)
			ids = occ_arena_printf(&f.arena, "%s%s%s", ids, i > 0 ? " " : "", page[i]->id);
		if (after == NULL)
			return ids;
		ids = occ_arena_printf(&f.arena, "%s|", ids);
	}
	fail_msg("the list does not end");
	return NULL;
}

static Occupare__V1__ListOccupationsRequest
ordered(const char *order_by)
{
	Occupare__V1__ListOccupationsRequest request = OCCUPARE__V1__LIST_OCCUPATIONS_REQUEST__INIT;

	request.order_by = occ_arena_strdup(&f.arena, order_by);
	return request;
}

static void
test_list_goes_page_by_page_in_every_order(void **state)
{
	static const struct {
		const char *order, *pages;
	} cases[] = {
		{ "", "a b|c d|e" },
		{ "id", "a b|c d|e" },
		{ "id desc", "e d|c b|a" },
		{ "title", "c d|e b|a" },
		{ "title desc", "a b|d e|c" },
		{ "annual_mean", "e b|c a|d" },
		{ "annual_mean desc", "a b|c e|d" },
	};

	(void)state;
	create_five();
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Occupare__V1__ListOccupationsRequest request = ordered(cases[i].order);
		uint64_t total;

		assert_string_equal(listed(&request, 2, &total), cases[i].pages);
		assert_int_equal(total, 5);
	}
}

static void
test_last_page_that_is_full_has_no_next(void **state)
{
	Occupare__V1__ListOccupationsRequest request = ordered("");
	uint64_t total;

	(void)state;
	create_five();
	assert_string_equal(listed(&request, 5, &total), "a b c d e");
	request = ordered("title");
	assert_string_equal(listed(&request, 5, &total), "c d e b a");
}

static void
test_list_of_an_empty_store_is_empty(void **state)
{
	Occupare__V1__ListOccupationsRequest request = ordered("");
	uint64_t total;

	(void)state;
	assert_string_equal(listed(&request, 5, &total), "");
	assert_int_equal(total, 0);
}

static void
test_list_goes_on_where_the_row_it_points_to_is_gone(void **state)
{
	static const char *const orders[] = { "id", "id desc", "title", "annual_mean desc" };

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		Occupare__V1__ListOccupationsRequest request = ordered(orders[i]);
		Occupare__V1__OccupationSummary **page, **rest;
		struct occupare_status st = { 0 };
		size_t count, rest_count;
		uint64_t total;
		char *after;

		create_five();
		fixture_read(&f);
		(void)!store_list(&f.arena, f.txn, &request, NULL, 2, &page, &count, &after, &total, &st);
		ASSERT_OK(&st);
		fixture_delete(&f, page[1]->id, 0, false, &st);
		ASSERT_OK(&st);
		fixture_read(&f);
		(void)!store_list(&f.arena, f.txn, &request, after, 9, &rest, &rest_count, &after, &total, &st);
		ASSERT_OK(&st);
		assert_int_equal(rest_count, 3);
		assert_int_equal(total, 4);
		for (size_t j = 0; j < 3; j++)
			assert_true(strcmp(rest[j]->id, page[0]->id) != 0);
		fixture_close(&f);
		fixture_open(&f);
	}
}

static void
test_list_filters(void **state)
{
	Occupare__V1__ListOccupationsRequest request = ordered("");
	uint64_t total;

	(void)state;
	create_five();
	request.category = (char *)"care";
	assert_string_equal(listed(&request, 9, &total), "c");
	request = ordered("");
	request.code_prefix = (char *)"29-";
	assert_string_equal(listed(&request, 9, &total), "c");
	request.code_prefix = (char *)"291142";
	assert_string_equal(listed(&request, 9, &total), "");
	request = ordered("annual_mean");
	request.annual_mean_min = 50000;
	assert_string_equal(listed(&request, 2, &total), "b c|a");
	assert_int_equal(total, 3);
	request.annual_mean_max = 50000;
	assert_string_equal(listed(&request, 9, &total), "b c");
	request = ordered("");
	request.education = (char *)"BACHELOR'S degree";
	assert_string_equal(listed(&request, 9, &total), "c");
}

static void
test_list_bounds_that_are_no_numbers_pass_nothing(void **state)
{
	Occupare__V1__ListOccupationsRequest request = ordered("");
	uint64_t total;

	(void)state;
	create_five();
	request.annual_mean_min = NAN;
	assert_string_equal(listed(&request, 9, &total), "");
	request.annual_mean_min = -INFINITY;
	assert_string_equal(listed(&request, 9, &total), "a b c e");
	request.annual_mean_min = -1;
	request.annual_mean_max = -0.5;
	assert_string_equal(listed(&request, 9, &total), "");
}

static void
test_list_refuses_what_is_no_order_or_position(void **state)
{
	static const struct {
		const char *order, *after, *field;
	} cases[] = {
		{ "pay", NULL, "order_by" },
		{ "title asc", NULL, "order_by" },
		{ "title desc ", NULL, "order_by" },
		{ " title", NULL, "order_by" },
		{ "title", "id+/a", "page_token" },
		{ "title", "title-alpha/c", "page_token" },
		{ "title", "title", "page_token" },
		{ "title", "", "page_token" },
		{ "title", "title+alpha/NO SLUG", "page_token" },
		{ "annual_mean", "annual_mean+zz/c", "page_token" },
		{ "annual_mean", "annual_mean+00000000000000000/c", "page_token" },
	};

	(void)state;
	create_five();
	fixture_read(&f);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Occupare__V1__ListOccupationsRequest request = ordered(cases[i].order);
		Occupare__V1__OccupationSummary **page;
		struct occupare_status st = { 0 };
		uint64_t total;
		size_t count;
		char *next;

		(void)!store_list(&f.arena, f.txn, &request, cases[i].after, 2, &page, &count, &next, &total, &st);
		ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
		assert_string_equal(st.violations[0].field, cases[i].field);
	}
}

static void
test_summary_has_what_lists_show(void **state)
{
	Occupare__V1__ListOccupationsRequest request = ordered("");
	Occupare__V1__Occupation *record = sample_patient_services_manager(&f.arena);
	Occupare__V1__OccupationSummary **page;
	struct occupare_status st = { 0 };
	uint64_t total;
	size_t count;
	char *next;

	(void)state;
	create(record);
	fixture_read(&f);
	(void)!store_list(&f.arena, f.txn, &request, NULL, 2, &page, &count, &next, &total, &st);
	ASSERT_OK(&st);
	assert_string_equal(page[0]->title, record->title);
	assert_string_equal(page[0]->currency_code, "USD");
	assert_true(page[0]->annual_mean->value == record->salary->annual_mean->value);
	assert_string_equal(page[0]->education, record->education->degrees[0]->label);
}

/* ---- Skills ---- */

static void
test_skills_are_read_without_the_rest_of_a_record(void **state)
{
	struct occupare_status st = { 0 };
	Occupare__V1__Occupation *b = paid("b", "B", 1000), *read;

	(void)state;
	sample_add_skill(&f.arena, b, sample_skill(&f.arena, "Reading", 30));
	b->skills[0]->percent->source = 0;
	create(b);
	fixture_read(&f);
	MUST(store_skills(&f.arena, f.txn, "b", &read, &st), &st);
	assert_string_equal(read->id, "b");
	assert_string_equal(read->title, "B");
	assert_int_equal(read->n_skills, 1);
	assert_string_equal(read->skills[0]->name, "Reading");
	assert_null(read->salary);
	assert_int_equal(store_skills(&f.arena, f.txn, "c", &read, &st), OCCUPARE_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_find_by_id),
		TEST(test_find_by_code_with_and_without_dash),
		TEST(test_bare_soc_code_prefers_the_main_occupation),
		TEST(test_bare_soc_code_without_a_main_occupation_is_all_finer_ones),
		TEST(test_find_by_title_before_alias),
		TEST(test_find_by_alias_puts_the_title_that_contains_it_first),
		TEST(test_find_of_equal_titles_is_in_order_of_ids),
		TEST(test_find_of_anything_unknown_is_none),
		TEST(test_find_gives_at_most_max),
		TEST(test_changed_names_are_found_and_old_ones_not),
		TEST(test_list_goes_page_by_page_in_every_order),
		TEST(test_last_page_that_is_full_has_no_next),
		TEST(test_list_of_an_empty_store_is_empty),
		TEST(test_list_goes_on_where_the_row_it_points_to_is_gone),
		TEST(test_list_filters),
		TEST(test_list_bounds_that_are_no_numbers_pass_nothing),
		TEST(test_list_refuses_what_is_no_order_or_position),
		TEST(test_summary_has_what_lists_show),
		TEST(test_skills_are_read_without_the_rest_of_a_record),
	};

	return cmocka_run_group_tests_name("store_find", tests, NULL, NULL);
}

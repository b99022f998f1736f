/* Slugs, folded names, codes. */
#include "tests/support/test.h"

#include "store/keys.h"

static struct occ_arena arena;

static int
set_up(void **state)
{
	(void)state;
	occ_arena_init(&arena, 1 << 12, 1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

static void
test_slugs_are_told_from_other_texts(void **state)
{
	static const char *const good[] = { "a", "1", "patient-services-manager", "a-1-b", "vsx", "v-s", "vs2" };
	static const char *const bad[] = { "", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "vs", "a-vs-b", "vs-a",
		"a-vs", "caf\xC3\xA9", "a\n" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!keys_is_slug(good[i]))
			fail_msg("\"%s\" is a slug", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (keys_is_slug(bad[i]))
			fail_msg("\"%s\" is no slug", bad[i]);
}

static void
test_slug_may_have_120_bytes_and_no_more(void **state)
{
	char text[122];

	(void)state;
	memset(text, 'a', sizeof text);
	text[121] = '\0';
	assert_false(keys_is_slug(text));
	text[120] = '\0';
	assert_true(keys_is_slug(text));
}

static void
test_slug_of_a_title(void **state)
{
	static const struct {
		const char *title, *slug;
	} cases[] = {
		{ "Patient Services Manager", "patient-services-manager" },
		{ "  Managers, All Other  ", "managers-all-other" },
		{ "R\xC3\xA9gisseur", "regisseur" },
		{ "\xEF\xBC\xA1\xEF\xBC\xA2 \xE2\x91\xA0", "ab-1" }, /* full-width letters, circled digit */
		{ "Stra\xC3\x9F"
		  "enbauer",
		    "strassenbauer" },
		{ "Plaintiff vs Defendant", "plaintiff-versus-defendant" },
		{ "VS", "versus" },
		{ "C++ / C# Developer", "c-c-developer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(keys_slug(&arena, cases[i].title), cases[i].slug);
}

static void
test_no_slug_where_nothing_is_left(void **state)
{
	(void)state;
	assert_null(keys_slug(&arena, ""));
	assert_null(keys_slug(&arena, " -- "));
	assert_null(keys_slug(&arena, "\xE6\x97\xA5\xE6\x9C\xAC")); /* two ideographs */
}

static void
test_long_slug_is_cut_at_a_word(void **state)
{
	char title[400] = "";
	const char *slug;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		memcpy(title + i * 9, "engineer ", 10);
	slug = keys_slug(&arena, title);
	assert_int_equal(strlen(slug), 13 * 9 - 1);
	assert_true(keys_is_slug(slug));
	memset(title, 'x', sizeof title - 1);
	title[sizeof title - 1] = '\0';
	assert_int_equal(strlen(keys_slug(&arena, title)), STORE_ID_BYTES_MAX);
}

/* "vs" grows when it becomes "versus": the limit holds all the same. */
static void
test_slug_of_any_title_is_a_slug_or_nothing(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		static const char *const parts[] = { "vs", " ", "-", "a", "engineer", "\xC3\xA9", "\xEF\xB7\xBA", "9",
			"Vs ", "\xF0\x9F\x98\x80", "&", "\xCC\x81" };
		char title[256] = "";
		const char *slug;

		for (size_t length = 0; length < 200;) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			const char *part = parts[seed % (sizeof parts / sizeof parts[0])];

			if (seed % 97 == 0)
				break;
			memcpy(title + length, part, strlen(part) + 1);
			length += strlen(part);
		}
		slug = keys_slug(&arena, title);
		if (slug != NULL && !keys_is_slug(slug))
			fail_msg("\"%s\" became \"%s\"", title, slug);
		occ_arena_reset(&arena);
	}
}

static void
test_folding_takes_case_width_and_spacing_away(void **state)
{
	(void)state;
	assert_string_equal(keys_fold(&arena, "  Registered \t NURSES\n", 400), "registered nurses");
	assert_string_equal(keys_fold(&arena,
				"\xC2\xA0"
				"A\xE3\x80\x80"
				"B\xC2\xA0",
				400),
	    "a b");
	assert_string_equal(keys_fold(&arena, "STRASSE", 400), keys_fold(&arena,
								   "stra\xC3\x9F"
								   "e",
								   400));
	/* Composed and decomposed. */
	assert_string_equal(keys_fold(&arena, "Caf\xC3\xA9", 400), keys_fold(&arena, "CAFE\xCC\x81", 400));
	/* Accents stay: they tell words apart. */
	assert_true(strcmp(keys_fold(&arena, "r\xC3\xA9sum\xC3\xA9", 400), "resume") != 0);
	assert_string_equal(keys_fold(&arena, "", 400), "");
	assert_string_equal(keys_fold(&arena, " \n ", 400), "");
}

static void
test_folding_is_cut_before_a_character(void **state)
{
	(void)state;
	assert_string_equal(keys_fold(&arena, "abcdef", 4), "abcd");
	assert_string_equal(keys_fold(&arena, "abc def", 4), "abc");
	assert_string_equal(keys_fold(&arena, "ab\xC3\xA9", 3), "ab");
	assert_string_equal(keys_fold(&arena, "ab\xC3\xA9", 4), "ab\xC3\xA9");
}

static void
test_folding_of_a_text_that_grows_stays_within_its_limit(void **state)
{
	char name[200];

	(void)state;
	/* U+FDFA folds to eighteen characters. */
	for (size_t i = 0; i + 3 < sizeof name; i += 3)
		memcpy(name + i, "\xEF\xB7\xBA", 4);
	assert_true(strlen(keys_fold(&arena, name, 400)) <= 400);
	assert_true(strlen(keys_fold(&arena, name, 400)) > 390);
}

static void
test_codes_are_the_same_with_and_without_dashes(void **state)
{
	(void)state;
	assert_string_equal(keys_code(&arena, "29-1141.00"), "291141.00");
	assert_string_equal(keys_code(&arena, "291141.00"), "291141.00");
	assert_string_equal(keys_code(&arena, "c2221/a"), "C2221A");
}

static void
test_texts_that_are_no_codes(void **state)
{
	static const char *const none[] = { "", "nurse", "29 1141", "24-hour nurse", "291141\xC3\xA9", "29,1141" };
	char longer[400];

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_null(keys_code(&arena, none[i]));
	memset(longer, '1', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	assert_null(keys_code(&arena, longer));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slugs_are_told_from_other_texts),
		TEST(test_slug_may_have_120_bytes_and_no_more),
		TEST(test_slug_of_a_title),
		TEST(test_no_slug_where_nothing_is_left),
		TEST(test_long_slug_is_cut_at_a_word),
		TEST(test_slug_of_any_title_is_a_slug_or_nothing),
		TEST(test_folding_takes_case_width_and_spacing_away),
		TEST(test_folding_is_cut_before_a_character),
		TEST(test_folding_of_a_text_that_grows_stays_within_its_limit),
		TEST(test_codes_are_the_same_with_and_without_dashes),
		TEST(test_texts_that_are_no_codes),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}

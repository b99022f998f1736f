#include <stdlib.h>

#include "tests/support/test.h"

#define KEPT 1024
#define MAX 65536

static int
setup(void **state)
{
	struct occ_arena *arena = malloc(sizeof *arena);

	occ_arena_init(arena, KEPT, MAX);
	*state = arena;
	return 0;
}

static int
teardown(void **state)
{
	occ_arena_fini(*state);
	free(*state);
	return 0;
}

static void
test_fini_of_an_unused_arena_does_nothing(void **state)
{
	occ_arena_reset(*state);
	occ_arena_fini(*state);
}

static void
test_memory_is_aligned_for_any_type_whatever_was_asked_before(void **state)
{
	for (size_t size = 0; size < 100; size++)
		assert_int_equal((uintptr_t)occ_arena_alloc(*state, size) % _Alignof(max_align_t), 0);
}

static void
test_allocations_do_not_overlap(void **state)
{
	unsigned char *parts[200];

	for (size_t i = 0; i < 200; i++) {
		parts[i] = occ_arena_alloc(*state, 1 + i * 7);
		memset(parts[i], (int)i, 1 + i * 7);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t j = 0; j < 1 + i * 7; j++)
			assert_int_equal(parts[i][j], i);
}

static void
test_two_empty_allocations_have_two_addresses(void **state)
{
	assert_ptr_not_equal(occ_arena_alloc(*state, 0), occ_arena_alloc(*state, 0));
}

static void
test_calloc_clears_memory_that_was_used_before(void **state)
{
	unsigned char *bytes = occ_arena_alloc(*state, 600);

	memset(bytes, 0xAA, 600);
	occ_arena_reset(*state);
	bytes = occ_arena_calloc(*state, 100, 6);
	for (size_t i = 0; i < 600; i++)
		assert_int_equal(bytes[i], 0);
}

static void
test_reset_hands_out_the_kept_memory_again(void **state)
{
	struct occ_arena *arena = *state;
	void *first = occ_arena_alloc(arena, 100);

	assert_true(arena->bytes >= 100);
	occ_arena_reset(arena);
	assert_int_equal(arena->bytes, 0);
	assert_ptr_equal(occ_arena_alloc(arena, 100), first);
}

static void
test_reset_keeps_no_more_than_one_block(void **state)
{
	struct occ_arena *arena = *state;

	for (int i = 0; i < 100; i++)
		occ_arena_alloc(arena, 500);
	occ_arena_reset(arena);
	assert_non_null(arena->blocks);
	/* All that is kept is used up by what was promised to be kept. */
	void *kept = arena->blocks;
	occ_arena_alloc(arena, KEPT);
	assert_ptr_equal(arena->blocks, kept);
	occ_arena_alloc(arena, 1);
	assert_ptr_not_equal(arena->blocks, kept);
}

static void
test_reset_keeps_nothing_larger_than_asked_for(void **state)
{
	struct occ_arena *arena = *state;

	occ_arena_alloc(arena, KEPT * 4);
	occ_arena_reset(arena);
	assert_null(arena->blocks);
}

static void
test_the_allocator_gives_up_to_the_bound_and_then_nothing(void **state)
{
	struct occ_arena *arena = *state;

	assert_non_null(arena->allocator.alloc(arena, MAX));
	assert_false(arena->exhausted);
	assert_null(arena->allocator.alloc(arena, 1));
	assert_true(arena->exhausted);
}

static void
test_the_allocator_refuses_a_size_that_wraps(void **state)
{
	struct occ_arena *arena = *state;

	occ_arena_alloc(arena, 64);
	assert_null(arena->allocator.alloc(arena, SIZE_MAX));
	assert_null(arena->allocator.alloc(arena, SIZE_MAX - 63));
	assert_null(arena->allocator.alloc(arena, MAX));
}

static void
test_reset_gives_the_allocator_its_bound_back(void **state)
{
	struct occ_arena *arena = *state;

	assert_null(arena->allocator.alloc(arena, MAX + 1));
	occ_arena_reset(arena);
	assert_false(arena->exhausted);
	assert_non_null(arena->allocator.alloc(arena, MAX));
}

static void
test_our_own_code_may_go_beyond_the_bound(void **state)
{
	struct occ_arena *arena = *state;

	memset(occ_arena_alloc(arena, MAX * 2), 1, MAX * 2);
	assert_false(arena->exhausted);
	assert_null(arena->allocator.alloc(arena, 1));
}

static void
test_freeing_through_the_allocator_does_nothing(void **state)
{
	struct occ_arena *arena = *state;
	char *text = occ_arena_strdup(arena, "kept");

	arena->allocator.free(arena, text);
	arena->allocator.free(arena, NULL);
	assert_string_equal(text, "kept");
}

static void
test_strndup_ends_at_a_nul_or_at_its_length(void **state)
{
	assert_string_equal(occ_arena_strndup(*state, "abc", 2), "ab");
	assert_string_equal(occ_arena_strndup(*state, "abc", 9), "abc");
	assert_string_equal(occ_arena_strndup(*state, "", 0), "");
	assert_string_equal(occ_arena_strdup(*state, "abc"), "abc");
}

static void
test_printf_takes_texts_longer_than_a_block(void **state)
{
	char *text = occ_arena_printf(*state, "%d %*s.", 7, KEPT * 3, "x");

	assert_int_equal(strlen(text), 2 + KEPT * 3 + 1);
	assert_memory_equal(text, "7  ", 3);
	assert_string_equal(text + strlen(text) - 2, "x.");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_fini_of_an_unused_arena_does_nothing),
		TEST(test_memory_is_aligned_for_any_type_whatever_was_asked_before),
		TEST(test_allocations_do_not_overlap),
		TEST(test_two_empty_allocations_have_two_addresses),
		TEST(test_calloc_clears_memory_that_was_used_before),
		TEST(test_reset_hands_out_the_kept_memory_again),
		TEST(test_reset_keeps_no_more_than_one_block),
		TEST(test_reset_keeps_nothing_larger_than_asked_for),
		TEST(test_the_allocator_gives_up_to_the_bound_and_then_nothing),
		TEST(test_the_allocator_refuses_a_size_that_wraps),
		TEST(test_reset_gives_the_allocator_its_bound_back),
		TEST(test_our_own_code_may_go_beyond_the_bound),
		TEST(test_freeing_through_the_allocator_does_nothing),
		TEST(test_strndup_ends_at_a_nul_or_at_its_length),
		TEST(test_printf_takes_texts_longer_than_a_block),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}

#include "service/gzip.h"

#include <stdlib.h>

#include "tests/support/test.h"

#define TEXT_BYTES 100000

static struct occ_arena arena;
static struct occupare_status st;
static char text[TEXT_BYTES];

static int
begin(void **state)
{
	(void)state;
	occ_arena_init(&arena, 0, 1 << 20);
	occupare_status_clear(&st);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i * i % 23);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

static void
test_what_is_compressed_expands_to_itself_time_after_time(void **state)
{
	static const size_t lengths[] = { 600, 20000, TEXT_BYTES, 512 };
	struct gzip *gzip = gzip_new();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size_t length, back_length;
		uint8_t *back;
		char *out = gzip_compress(gzip, text, lengths[i], &length);

		assert_non_null(out);
		assert_true(length < lengths[i]);
		MUST(gzip_expand(&arena, (uint8_t *)out, length, lengths[i], &back, &back_length, &st), &st);
		assert_int_equal(back_length, lengths[i]);
		assert_memory_equal(back, text, lengths[i]);
		free(out);
	}
	gzip_free(gzip);
}

static void
test_what_does_not_become_smaller_is_left(void **state)
{
	static const char noise[] = "7hQ.";
	struct gzip *gzip = gzip_new();
	size_t length;

	(void)state;
	assert_null(gzip_compress(gzip, noise, 4, &length));
	gzip_free(gzip);
}

static void
test_expansion_ends_at_its_limit(void **state)
{
	struct gzip *gzip = gzip_new();
	size_t length, back_length;
	uint8_t *back;
	char *out = gzip_compress(gzip, text, TEXT_BYTES, &length);

	(void)state;
	assert_int_equal(gzip_expand(&arena, (uint8_t *)out, length, TEXT_BYTES - 1, &back, &back_length, &st),
	    OCCUPARE_RESOURCE_EXHAUSTED);
	assert_string_equal(st.reason, "REQUEST_TOO_LARGE");
	free(out);
	gzip_free(gzip);
}

static void
test_what_is_no_whole_stream_is_refused(void **state)
{
	struct gzip *gzip = gzip_new();
	size_t length, back_length;
	uint8_t *back;
	char *out = gzip_compress(gzip, text, 5000, &length);
	char *more = malloc(length + 1);

	(void)state;
	for (size_t cut = 0; cut < length; cut++) {
		occupare_status_clear(&st);
		assert_int_equal(gzip_expand(&arena, (uint8_t *)out, cut, TEXT_BYTES, &back, &back_length, &st),
		    OCCUPARE_INVALID_ARGUMENT);
	}
	memcpy(more, out, length);
	more[length] = 0;
	assert_int_equal(gzip_expand(&arena, (uint8_t *)more, length + 1, TEXT_BYTES, &back, &back_length, &st),
	    OCCUPARE_INVALID_ARGUMENT);
	more[length / 2] ^= 0x55;
	assert_int_equal(gzip_expand(&arena, (uint8_t *)more, length, TEXT_BYTES, &back, &back_length, &st),
	    OCCUPARE_INVALID_ARGUMENT);
	free(more);
	free(out);
	gzip_free(gzip);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_compressed_expands_to_itself_time_after_time, begin, end),
		cmocka_unit_test_setup_teardown(test_what_does_not_become_smaller_is_left, begin, end),
		cmocka_unit_test_setup_teardown(test_expansion_ends_at_its_limit, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_no_whole_stream_is_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

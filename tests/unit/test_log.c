#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "service/log.h"
#include "tests/support/test.h"

static int ends[2];

static int
start(void **state)
{
	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	log_open(ends[1], LOG_INFO);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	log_open(STDERR_FILENO, LOG_INFO);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

/* What was written so far, behind the time of its first line. */
static const char *
logged(void)
{
	static char text[3 * LOG_LINE_BYTES_MAX];
	ssize_t got = read(ends[0], text, sizeof text - 1);

	assert_true(got > 25);
	text[got] = '\0';
	return text + 25;
}

static void
test_line_is_time_level_event_and_pairs(void **state)
{
	char text[256];
	int year, month, day, hour, minute, second, ms, end = 0;
	ssize_t got;

	(void)state;
	log_event(LOG_INFO, "listening", LOG_TEXT("url", "ipc:///run/x.sock"), LOG_NUMBER("n", -5));
	got = read(ends[0], text, sizeof text - 1);
	assert_true(got > 0);
	text[got] = '\0';
	assert_int_equal(
	    sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ %n", &year, &month, &day, &hour, &minute, &second, &ms, &end),
	    7);
	assert_int_equal(end, 25);
	assert_string_equal(text + end, "info listening url=ipc:///run/x.sock n=-5\n");
}

static void
test_event_needs_no_pairs(void **state)
{
	(void)state;
	log_event(LOG_WARN, "alone");
	assert_string_equal(logged(), "warn alone\n");
}

static void
test_less_grave_events_are_not_logged(void **state)
{
	(void)state;
	log_event(LOG_DEBUG, "hidden");
	log_event(LOG_ERROR, "shown");
	assert_string_equal(logged(), "error shown\n");
	assert_true(log_enabled(LOG_INFO));
	assert_false(log_enabled(LOG_DEBUG));
}

static void
test_values_cannot_leave_their_line_or_pair(void **state)
{
	(void)state;
	log_event(LOG_INFO, "e", LOG_TEXT("a", "x\ny"), LOG_TEXT("b", "q\"=\\"), LOG_TEXT("c", "\x1b[31m\x7f"),
	    LOG_TEXT("d", "caf\xc3\xa9"));
	assert_string_equal(logged(), "info e a=\"x\\ny\" b=\"q\\\"=\\\\\" c=\"\\x1b[31m\\x7f\" d=caf\xc3\xa9\n");
}

static void
test_empty_text_leaves_its_pair_out(void **state)
{
	(void)state;
	log_event(LOG_INFO, "e", LOG_TEXT("a", ""), LOG_TEXT("b", "c"));
	assert_string_equal(logged(), "info e b=c\n");
}

static void
test_long_line_is_cut_and_marked(void **state)
{
	char value[2 * LOG_LINE_BYTES_MAX];
	const char *line;

	(void)state;
	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	log_event(LOG_INFO, "e", LOG_TEXT("a", value), LOG_TEXT("b", value));
	line = logged();
	assert_in_range(strlen(line) + 25, LOG_LINE_BYTES_MAX - 8, LOG_LINE_BYTES_MAX);
	assert_string_equal(line + strlen(line) - 5, "x...\n");
}

static void *
log_many(void *name)
{
	for (int i = 0; i < 200; i++)
		log_event(LOG_INFO, "e", LOG_TEXT("who", name), LOG_TEXT("again", name));
	return NULL;
}

static void
test_lines_of_threads_do_not_mix(void **state)
{
	static char names[2][8] = { "aaaaaa", "bbbbbb" };
	pthread_t threads[2];
	FILE *in = fdopen(dup(ends[0]), "r");
	char line[256], expected[64];
	int counts[2] = { 0, 0 };

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, log_many, names[i]), 0);
	for (int n = 0; n < 400; n++) {
		assert_non_null(fgets(line, sizeof line, in));
		int which = strstr(line, names[0]) != NULL ? 0 : 1;
		snprintf(expected, sizeof expected, "info e who=%s again=%s\n", names[which], names[which]);
		assert_string_equal(line + 25, expected);
		counts[which]++;
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	fclose(in);
	assert_int_equal(counts[0], counts[1]);
}

static void
test_levels_have_names(void **state)
{
	enum log_level level;

	(void)state;
	for (int i = LOG_ERROR; i <= LOG_DEBUG; i++) {
		assert_true(log_level_parse(log_level_name((enum log_level)i), &level));
		assert_int_equal(level, i);
	}
	assert_false(log_level_parse("INFO", &level));
	assert_false(log_level_parse("", &level));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_line_is_time_level_event_and_pairs),
		TEST(test_event_needs_no_pairs),
		TEST(test_less_grave_events_are_not_logged),
		TEST(test_values_cannot_leave_their_line_or_pair),
		TEST(test_empty_text_leaves_its_pair_out),
		TEST(test_long_line_is_cut_and_marked),
		TEST(test_lines_of_threads_do_not_mix),
		TEST(test_levels_have_names),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}

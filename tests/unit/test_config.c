#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "service/config.h"
#include "tests/support/test.h"

#define ARGUMENTS_MAX 40

static struct config config;
static struct occupare_status st;

/* Reads the arguments given, ended by NULL. */
static enum occupare_code
read_arguments(const char *const *arguments)
{
	char *argv[ARGUMENTS_MAX] = { (char *)"occupared" };
	int argc = 1;

	for (; *arguments != NULL; arguments++)
		argv[argc++] = (char *)*arguments;
	occupare_status_clear(&st);
	return config_read(&config, argc, argv, &st);
}

#define READ(...) read_arguments((const char *const[]){ __VA_ARGS__, NULL })
#define MUST_READ(...)                                                                                                 \
	do {                                                                                                           \
		(void)!READ(__VA_ARGS__);                                                                              \
		ASSERT_OK(&st);                                                                                        \
	} while (0)
#define MUST_FAIL(words, ...)                                                                                          \
	do {                                                                                                           \
		(void)!READ(__VA_ARGS__);                                                                              \
		ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);                                                           \
		ASSERT_HAS(st.message, words);                                                                         \
	} while (0)

static char path[256];

static int
clean(void **state)
{
	static const char *const names[] = { "STORE", "LISTEN", "WRITABLE", "LOG_LEVEL", "REQUEST_BYTES_MAX", "CONFIG",
		"CONNECTIONS_MAX", "IDLE_TIMEOUT", "HTTP", "HTTP_CORS" };
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(name, sizeof name, "OCCUPARE_%s", names[i]);
		unsetenv(name);
	}
	if (path[0] != '\0')
		unlink(path);
	path[0] = '\0';
	return 0;
}

static void
write_file(const char *text)
{
	const char *parent = getenv("TMPDIR");
	int fd;

	snprintf(path, sizeof path, "%s/config-XXXXXX", parent != NULL ? parent : "/tmp");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void
test_defaults_are_those_of_the_manual(void **state)
{
	(void)state;
	assert_int_equal(read_arguments((const char *const[]){ NULL }), OCCUPARE_OK);
	assert_string_equal(config.store, "");
	assert_int_equal(config.listen_count, 0);
	assert_false(config.writable);
	assert_int_equal(config.log_level, LOG_INFO);
	assert_int_equal(config.request_bytes_max, 1 << 20);
	assert_int_equal(config.reply_bytes_max, 8 << 20);
	assert_int_equal(config.map_bytes, 0);
	assert_int_equal(config.connections_max, 4096);
	assert_string_equal(config.http, "");
	assert_string_equal(config.http_cors, "");
	assert_int_equal(config.http_connections_max, 1024);
	assert_int_equal(config.greeting_timeout_ms, 10000);
	assert_int_equal(config.message_timeout_ms, 10000);
	assert_int_equal(config.idle_timeout_ms, 600000);
	assert_int_equal(config.drain_timeout_ms, 10000);
	assert_int_equal(config.ready_fd, -1);
}

static void
test_flags_take_their_value_either_way(void **state)
{
	(void)state;
	MUST_READ("--store", "/a", "--log-level=debug", "--writable", "--map-bytes=32G", "--ready-fd", "3");
	assert_string_equal(config.store, "/a");
	assert_int_equal(config.log_level, LOG_DEBUG);
	assert_true(config.writable);
	assert_int_equal(config.map_bytes, UINT64_C(32) << 30);
	assert_int_equal(config.ready_fd, 3);
	MUST_READ("--writable", "--writable=no");
	assert_false(config.writable);
}

static void
test_numbers_take_units(void **state)
{
	(void)state;
	MUST_READ("--request-bytes-max", "64K", "--reply-bytes-max", "65536", "--idle-timeout", "2m", "--drain-timeout",
	    "1h", "--greeting-timeout", "250ms", "--message-timeout", "7");
	assert_int_equal(config.request_bytes_max, 65536);
	assert_int_equal(config.reply_bytes_max, 65536);
	assert_int_equal(config.idle_timeout_ms, 120000);
	assert_int_equal(config.drain_timeout_ms, 3600000);
	assert_int_equal(config.greeting_timeout_ms, 250);
	assert_int_equal(config.message_timeout_ms, 7000);
}

static void
test_numbers_are_read_strictly(void **state)
{
	static const char *const bad[] = { "", "x", "-1", "+1", " 1", "1 ", "1x", "0x10", "1e3", "1.5",
		"99999999999999999999", "18446744073709551615G", "64k", "K" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		MUST_FAIL("--request-bytes-max: ", "--request-bytes-max", bad[i]);
	MUST_FAIL("is not a time", "--idle-timeout", "10 s");
	MUST_FAIL("is not a whole number", "--connections-max", "10K");
}

static void
test_numbers_have_ranges(void **state)
{
	(void)state;
	MUST_FAIL("--connections-max: 0 is out of range; give 1 to 1000000", "--connections-max", "0");
	MUST_FAIL("out of range", "--request-bytes-max", "1G");
	MUST_FAIL("give 10 ms to", "--greeting-timeout", "9ms");
	MUST_READ("--connections-max", "1000000");
}

static void
test_unknown_options_suggest_the_nearest(void **state)
{
	(void)state;
	MUST_FAIL("did you mean \"store\"", "--stroe", "x");
	MUST_FAIL("did you mean \"log-level\"", "--log-levle=debug");
	MUST_FAIL("there is no setting \"zzzzzzzzzz\"", "--zzzzzzzzzz");
	assert_null(strstr(st.message, "did you mean"));
}

static void
test_arguments_and_missing_values_are_refused(void **state)
{
	(void)state;
	MUST_FAIL("takes no arguments", "start");
	MUST_FAIL("takes no arguments", "-x");
	MUST_FAIL("--store: its value is missing", "--store");
	MUST_FAIL("--config: its value is missing", "--config");
	MUST_FAIL("is not a path", "--store", "");
	MUST_FAIL("--http", "--http", "");
	MUST_FAIL("--http-connections-max", "--http-connections-max", "0");
	MUST_FAIL("\"loud\" is not error, warn, info or debug", "--log-level", "loud");
	MUST_FAIL("\"maybe\" is not yes or no", "--writable=maybe");
}

static void
test_listen_may_be_repeated_or_parted_by_commas(void **state)
{
	(void)state;
	MUST_READ("--listen", "ipc:///a", "--listen", "tcp://b:1,tcp://c:2");
	assert_int_equal(config.listen_count, 3);
	assert_string_equal(config.listen[0], "ipc:///a");
	assert_string_equal(config.listen[1], "tcp://b:1");
	assert_string_equal(config.listen[2], "tcp://c:2");
	MUST_READ("--listen", "ipc:///a", "tcp://b:1", "--writable");
	assert_int_equal(config.listen_count, 2);
	assert_string_equal(config.listen[1], "tcp://b:1");
	assert_true(config.writable);
	MUST_FAIL("takes no arguments", "--listen", "ipc:///a", "b");
	MUST_FAIL("takes no arguments", "ipc:///a");
	MUST_FAIL("--listen: ", "--listen", "a,,b");
	MUST_FAIL("--listen: ", "--listen", "");
	MUST_FAIL("at most 16", "--listen", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17");
}

static void
test_environment_wins_over_file_and_flags_over_environment(void **state)
{
	(void)state;
	write_file("store = /file # where\n\n  # a comment\nlog-level=error\nlisten = ipc:///1\nlisten = ipc:///2\n"
		   "connections-max = 7\nwritable = yes\n");
	MUST_READ("--config", path);
	assert_string_equal(config.store, "/file");
	assert_int_equal(config.log_level, LOG_ERROR);
	assert_int_equal(config.listen_count, 2);
	assert_int_equal(config.connections_max, 7);
	assert_true(config.writable);
	setenv("OCCUPARE_STORE", "/environment", 1);
	setenv("OCCUPARE_LISTEN", "ipc:///3", 1);
	setenv("OCCUPARE_LOG_LEVEL", "warn", 1);
	setenv("OCCUPARE_CONFIG", path, 1);
	setenv("OCCUPARE_CONNECTIONS_MAX", "", 1);
	MUST_READ("--log-level", "debug");
	assert_string_equal(config.store, "/environment");
	assert_int_equal(config.log_level, LOG_DEBUG);
	assert_int_equal(config.listen_count, 1);
	assert_string_equal(config.listen[0], "ipc:///3");
	assert_int_equal(config.connections_max, 7);
	MUST_READ("--listen", "ipc:///4");
	assert_int_equal(config.listen_count, 1);
	assert_string_equal(config.listen[0], "ipc:///4");
}

static void
test_bad_environment_is_named(void **state)
{
	(void)state;
	setenv("OCCUPARE_IDLE_TIMEOUT", "soon", 1);
	MUST_FAIL("OCCUPARE_IDLE_TIMEOUT: \"soon\"", "--writable");
}

static void
test_bad_file_is_named_with_its_line(void **state)
{
	char words[512];

	(void)state;
	write_file("store = /a\nno sense\n");
	snprintf(words, sizeof words, "%s:2: \"no sense\" is not", path);
	MUST_FAIL(words, "--config", path);
	clean(NULL);
	write_file("\nidle-timeot = 3s\n");
	snprintf(
	    words, sizeof words, "%s:2: there is no setting \"idle-timeot\"; did you mean \"idle-timeout\"?", path);
	MUST_FAIL(words, "--config", path);
	MUST_FAIL("cannot read /nowhere/at/all", "--config", "/nowhere/at/all");
}

static void
test_help_and_version_need_nothing_else_to_be_right(void **state)
{
	(void)state;
	MUST_READ("--nonsense", "--help");
	assert_int_equal(config.action, CONFIG_HELP);
	MUST_READ("--version");
	assert_int_equal(config.action, CONFIG_VERSION);
}

static void
test_help_lists_every_setting(void **state)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	config_print_help(out);
	fclose(out);
	ASSERT_HAS(text, "--store DIR");
	ASSERT_HAS(text, "--listen URL");
	ASSERT_HAS(text, "--request-bytes-max BYTES");
	ASSERT_HAS(text, "[10m]");
	ASSERT_HAS(text, "--ready-fd N");
	free(text);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, clean, clean)
	const struct CMUnitTest tests[] = {
		TEST(test_defaults_are_those_of_the_manual),
		TEST(test_flags_take_their_value_either_way),
		TEST(test_numbers_take_units),
		TEST(test_numbers_are_read_strictly),
		TEST(test_numbers_have_ranges),
		TEST(test_unknown_options_suggest_the_nearest),
		TEST(test_arguments_and_missing_values_are_refused),
		TEST(test_listen_may_be_repeated_or_parted_by_commas),
		TEST(test_environment_wins_over_file_and_flags_over_environment),
		TEST(test_bad_environment_is_named),
		TEST(test_bad_file_is_named_with_its_line),
		TEST(test_help_and_version_need_nothing_else_to_be_right),
		TEST(test_help_lists_every_setting),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}

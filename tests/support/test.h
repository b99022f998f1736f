/* What every unit test includes: cmocka, and assertions that print a status by name and message. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "proto/arena.h"
#include "proto/status.h"

#define ASSERT_OK(st) ASSERT_CODE(st, OCCUPARE_OK)
#define ASSERT_CODE(st, expected)                                                                                      \
	do {                                                                                                           \
		if ((st)->code != (expected))                                                                          \
			fail_msg("expected %s, got %s: %s", occupare_code_name(expected),                              \
			    occupare_code_name((st)->code), (st)->message);                                            \
	} while (0)

/* A call that a test needs to be OK. */
#define MUST(expression, st)                                                                                           \
	do {                                                                                                           \
		if ((expression) != OCCUPARE_OK)                                                                       \
			fail_msg("%s: %s: %s", #expression, occupare_code_name((st)->code), (st)->message);            \
	} while (0)

/* The text holds the part. */
#define ASSERT_HAS(text, part)                                                                                         \
	do {                                                                                                           \
		if (strstr((text), (part)) == NULL)                                                                    \
			fail_msg("\"%s\" is not in \"%s\"", (part), (text));                                           \
	} while (0)

#endif

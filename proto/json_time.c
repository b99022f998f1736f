/* RFC 3339 timestamps and decimal seconds. */
#include "proto/json_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NANOS_MAX 999999999
#define TIMESTAMP_SECONDS_MIN INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define TIMESTAMP_SECONDS_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DURATION_SECONDS_MAX INT64_C(315576000000)  /* 10000 years of 365.25 days */

/* The fraction of a second in as few groups of three digits as hold it; nothing for 0. */
static void
print_fraction(int32_t nanos, const char *suffix, char *text, size_t size)
{
	if (nanos == 0)
		snprintf(text, size, "%s", suffix);
	else if (nanos % 1000000 == 0)
		snprintf(text, size, ".%03" PRId32 "%s", nanos / 1000000, suffix);
	else if (nanos % 1000 == 0)
		snprintf(text, size, ".%06" PRId32 "%s", nanos / 1000, suffix);
	else
		snprintf(text, size, ".%09" PRId32 "%s", nanos, suffix);
}

/* Reads ".5" if it is there, at most nine digits; moves *text past it. */
static bool
parse_fraction(const char **text, int32_t *ret_nanos)
{
	int32_t nanos = 0;
	int digits = 0;

	if (**text == '.') {
		for (++*text; **text >= '0' && **text <= '9' && digits < 9; ++*text, digits++)
			nanos = nanos * 10 + (**text - '0');
		if (digits == 0)
			return false;
		for (; digits < 9; digits++)
			nanos *= 10;
	}
	*ret_nanos = nanos;
	return true;
}

/* Reads exactly so many digits. */
static bool
parse_digits(const char **text, int count, int *ret)
{
	int value = 0;

	for (; count > 0; count--, ++*text) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*ret = value;
	return true;
}

static bool
parse_letter(const char **text, char letter)
{
	if (**text != letter)
		return false;
	++*text;
	return true;
}

bool
occ_json_timestamp_print(int64_t seconds, int32_t nanos, char text[OCC_JSON_TIME_SIZE])
{
	time_t time = (time_t)seconds;
	struct tm tm;
	size_t length;

	if (seconds < TIMESTAMP_SECONDS_MIN || seconds > TIMESTAMP_SECONDS_MAX || nanos < 0 || nanos > NANOS_MAX)
		return false;
	gmtime_r(&time, &tm);
	length = (size_t)snprintf(text, OCC_JSON_TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	print_fraction(nanos, "Z", text + length, OCC_JSON_TIME_SIZE - length);
	return true;
}

/* Reads "Z" or "+02:00", in seconds to take off. */
static bool
parse_offset(const char **text, int *ret_seconds)
{
	int sign = **text == '-' ? -1 : 1;
	int hours = 0, minutes = 0;

	if (parse_letter(text, 'Z')) {
		*ret_seconds = 0;
		return true;
	}
	if (!parse_letter(text, sign > 0 ? '+' : '-') || !parse_digits(text, 2, &hours) || !parse_letter(text, ':') ||
	    !parse_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool
parse_date_time(const char **text, struct tm *tm)
{
	return parse_digits(text, 4, &tm->tm_year) && parse_letter(text, '-') && parse_digits(text, 2, &tm->tm_mon) &&
	       parse_letter(text, '-') && parse_digits(text, 2, &tm->tm_mday) && parse_letter(text, 'T') &&
	       parse_digits(text, 2, &tm->tm_hour) && parse_letter(text, ':') && parse_digits(text, 2, &tm->tm_min) &&
	       parse_letter(text, ':') && parse_digits(text, 2, &tm->tm_sec);
}

bool
occ_json_timestamp_parse(const char *text, int64_t *ret_seconds, int32_t *ret_nanos)
{
	struct tm tm = { 0 };
	struct tm given;
	int64_t seconds;
	int32_t nanos;
	int offset;

	if (!parse_date_time(&text, &tm) || !parse_fraction(&text, &nanos) || !parse_offset(&text, &offset) ||
	    *text != '\0')
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	given = tm;
	seconds = timegm(&tm);
	/* timegm takes February 30th for March 1st or 2nd: a date that moved was none. */
	if (tm.tm_year != given.tm_year || tm.tm_mon != given.tm_mon || tm.tm_mday != given.tm_mday ||
	    tm.tm_hour != given.tm_hour || tm.tm_min != given.tm_min || tm.tm_sec != given.tm_sec)
		return false;
	seconds -= offset;
	if (seconds < TIMESTAMP_SECONDS_MIN || seconds > TIMESTAMP_SECONDS_MAX)
		return false;
	*ret_seconds = seconds;
	*ret_nanos = nanos;
	return true;
}

bool
occ_json_duration_print(int64_t seconds, int32_t nanos, char text[OCC_JSON_TIME_SIZE])
{
	bool negative = seconds < 0 || nanos < 0;
	size_t length;

	if (seconds < -DURATION_SECONDS_MAX || seconds > DURATION_SECONDS_MAX || nanos < -NANOS_MAX ||
	    nanos > NANOS_MAX || (negative && (seconds > 0 || nanos > 0)))
		return false;
	length = (size_t)snprintf(
	    text, OCC_JSON_TIME_SIZE, "%s%" PRId64, negative ? "-" : "", negative ? -seconds : seconds);
	print_fraction(negative ? -nanos : nanos, "s", text + length, OCC_JSON_TIME_SIZE - length);
	return true;
}

bool
occ_json_duration_parse(const char *text, int64_t *ret_seconds, int32_t *ret_nanos)
{
	int sign = parse_letter(&text, '-') ? -1 : 1;
	const char *start = text;
	int64_t seconds = 0;
	int32_t nanos;

	for (; *text >= '0' && *text <= '9' && seconds <= DURATION_SECONDS_MAX; text++)
		seconds = seconds * 10 + (*text - '0');
	if (text == start || !parse_fraction(&text, &nanos) || strcmp(text, "s") != 0)
		return false;
	if (seconds > DURATION_SECONDS_MAX)
		return false;
	*ret_seconds = sign * seconds;
	*ret_nanos = sign * nanos;
	return true;
}

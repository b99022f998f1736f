/* Lines are composed on the stack and written at once. */
#include "service/log.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct line {
	size_t length;
	char text[LOG_LINE_BYTES_MAX];
};

static const char *const level_names[] = { "error", "warn", "info", "debug" };
#define LEVELS (sizeof level_names / sizeof level_names[0])

static int log_fd = STDERR_FILENO;
static enum log_level log_level_max = LOG_INFO;

void
log_open(int fd, enum log_level level)
{
	log_fd = fd;
	log_level_max = level;
}

bool
log_enabled(enum log_level level)
{
	return level <= log_level_max;
}

const char *
log_level_name(enum log_level level)
{
	return level_names[level];
}

bool
log_level_parse(const char *text, enum log_level *ret)
{
	for (size_t i = 0; i < LEVELS; i++) {
		if (strcmp(text, level_names[i]) == 0) {
			*ret = (enum log_level)i;
			return true;
		}
	}
	return false;
}

/* Keeps room for the mark of a cut line and its newline. */
static void
put(struct line *line, const char *text, size_t length)
{
	size_t room = sizeof line->text - sizeof "...\n" - line->length;

	if (length > room)
		length = room;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void
put_text(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

static void
put_time(struct line *line)
{
	struct timespec now;
	struct tm tm;
	char text[48];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + length, sizeof text - length, ".%03ldZ ", now.tv_nsec / 1000000);
	put_text(line, text);
}

static bool
is_plain(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == '"' || *p == '=' || *p == '\\' || *p == 0x7f)
			return false;
	return true;
}

/* Control characters are escaped, so that a peer's text can neither start a line nor drive a terminal. */
static void
put_quoted(struct line *line, const char *text)
{
	char escaped[8];

	put(line, "\"", 1);
	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\')
			snprintf(escaped, sizeof escaped, "\\%c", c);
		else if (c == '\n')
			snprintf(escaped, sizeof escaped, "\\n");
		else if (c < ' ' || c == 0x7f)
			snprintf(escaped, sizeof escaped, "\\x%02x", c);
		else
			snprintf(escaped, sizeof escaped, "%c", c);
		put_text(line, escaped);
	}
	put(line, "\"", 1);
}

static void
put_field(struct line *line, const struct log_field *field)
{
	char number[24];

	if (field->text != NULL && field->text[0] == '\0')
		return;
	put(line, " ", 1);
	put_text(line, field->key);
	put(line, "=", 1);
	if (field->text == NULL) {
		snprintf(number, sizeof number, "%lld", field->number);
		put_text(line, number);
	} else if (is_plain(field->text)) {
		put_text(line, field->text);
	} else {
		put_quoted(line, field->text);
	}
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields)
{
	struct line line = { 0 };
	ssize_t written;

	put_time(&line);
	put_text(&line, level_names[level]);
	put(&line, " ", 1);
	put_text(&line, event);
	for (; fields->key != NULL; fields++)
		put_field(&line, fields);
	if (line.length == sizeof line.text - sizeof "...\n") {
		memcpy(line.text + line.length, "...", 3);
		line.length += 3;
	}
	line.text[line.length++] = '\n';
	do
		written = write(log_fd, line.text, line.length);
	while (written < 0 && errno == EINTR);
}

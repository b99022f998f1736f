/* One line per event on one descriptor: time, level, event, key=value pairs.
 *
 *     2026-11-24T15:42:11.123Z info listening url=ipc:///run/occupare/occupare.sock
 *
 * A line is one write(2), so lines of several threads do not mix. All functions are thread-safe but log_open. */
#ifndef OCC_LOG_H
#define OCC_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

#define LOG_LINE_BYTES_MAX 4096 /* longer ones are cut and end in "..." */

/* A pair. A text is quoted where it holds spaces, quotes, "=", backslashes or control characters; an empty one leaves the
 * pair out. */
struct log_field {
	const char *key;
	const char *text; /* NULL = the number counts */
	long long number;
};

#define LOG_TEXT(key_, text_)                                                                                          \
	{                                                                                                              \
		(key_), (text_), 0                                                                                     \
	}
#define LOG_NUMBER(key_, number_)                                                                                      \
	{                                                                                                              \
		(key_), NULL, (long long)(number_)                                                                     \
	}

/* log_event(LOG_INFO, "listening", LOG_TEXT("url", url)); the pairs are computed only where the level is logged. */
#define log_event(level, event, ...)                                                                                   \
	do {                                                                                                           \
		if (log_enabled(level))                                                                                \
			log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ NULL } }); \
	} while (0)

/* Logs to fd what is at least as grave as level. At first: standard error, LOG_INFO. To be called before threads start. */
void log_open(int fd, enum log_level level);

bool log_enabled(enum log_level level);

/* fields end with a NULL key. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);

/* "error", "warn", "info", "debug"; log_level_parse is false for anything else. */
const char *log_level_name(enum log_level level);
bool log_level_parse(const char *text, enum log_level *ret);

#endif

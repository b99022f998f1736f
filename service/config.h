/* The settings of the daemon: one table, from which flags, environment, file and help are made.
 *
 * Flags win over the environment (OCCUPARE_STORE, ...), that over the file of --config (lines of "name = value", "#" starts a
 * comment), that over the defaults.  A list given by one replaces the list of those below it. */
#ifndef OCC_CONFIG_H
#define OCC_CONFIG_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "proto/arena.h"
#include "proto/status.h"
#include "service/log.h"

#define CONFIG_LISTEN_MAX 16
#define CONFIG_URL_BYTES_MAX 256
#define CONFIG_FILE_BYTES_MAX 65536

enum config_action { CONFIG_RUN, CONFIG_HELP, CONFIG_VERSION };

struct config {
	enum config_action action; /* the rest is unset unless CONFIG_RUN */
	char store[PATH_MAX];      /* "" = store_default_directory */
	char listen[CONFIG_LISTEN_MAX][CONFIG_URL_BYTES_MAX];
	size_t listen_count;                  /* 0 = occ_default_url */
	char http[CONFIG_URL_BYTES_MAX];      /* address; "" = none */
	char http_cors[CONFIG_URL_BYTES_MAX]; /* origin; "" = none */
	bool writable;
	enum log_level log_level;
	uint64_t request_bytes_max, reply_bytes_max;
	uint64_t map_bytes; /* 0 = the store's default */
	uint64_t connections_max, http_connections_max;
	uint64_t greeting_timeout_ms, message_timeout_ms, idle_timeout_ms, drain_timeout_ms;
	int ready_fd; /* -1 = none */
};

/* Reads all settings.
 * INVALID_ARGUMENT: an unknown name, a value that does not parse or is out of range, a file that cannot be read; the
 * message says where it stands. */
enum occupare_code config_read(
    struct config *config, int argc, char *const *argv, struct occupare_status *st) OCC_MUST_CHECK;

/* Writes the list of settings, for --help. */
void config_print_help(FILE *out);

#endif

/* The table first: a setting is a line of it. */
#include "service/config.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "proto/nearest.h"

enum kind { KIND_TEXT, KIND_URLS, KIND_SWITCH, KIND_LEVEL, KIND_BYTES, KIND_COUNT, KIND_TIME, KIND_FD };

struct setting {
	const char *name;
	enum kind kind;
	size_t offset;
	uint64_t min, max;
	const char *value; /* the default; NULL = none */
	const char *argument;
	const char *help;
};

#define AT(member) offsetof(struct config, member)
#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define TIB (MIB * MIB)
#define MINUTE_MS UINT64_C(60000)
#define DAY_MS (24 * 60 * MINUTE_MS)

static const struct setting settings[] = {
	{ "store", KIND_TEXT, AT(store), 1, PATH_MAX - 1, NULL, "DIR", "the store to serve; occupare-store makes one" },
	{ "listen", KIND_URLS, AT(listen), 0, 0, NULL, "URL", "tcp://ADDRESS:PORT or ipc://PATH, one or several" },
	{ "http", KIND_TEXT, AT(http), 1, CONFIG_URL_BYTES_MAX - 1, NULL, "ADDRESS",
	    "serve HTTP too, at ADDRESS:PORT, or at a PORT of this host" },
	{ "http-cors", KIND_TEXT, AT(http_cors), 1, CONFIG_URL_BYTES_MAX - 1, NULL, "ORIGIN",
	    "let pages of this origin, or of any (*), read answers over HTTP" },
	{ "writable", KIND_SWITCH, AT(writable), 0, 0, "no", NULL, "take writes from callers on this host" },
	{ "log-level", KIND_LEVEL, AT(log_level), 0, 0, "info", "LEVEL", "error, warn, info or debug" },
	{ "request-bytes-max", KIND_BYTES, AT(request_bytes_max), KIB, 64 * MIB, "1M", "BYTES", "largest request" },
	{ "reply-bytes-max", KIND_BYTES, AT(reply_bytes_max), KIB, 256 * MIB, "8M", "BYTES", "largest reply" },
	{ "map-bytes", KIND_BYTES, AT(map_bytes), MIB, TIB, NULL, "BYTES", "address space for the store" },
	{ "connections-max", KIND_COUNT, AT(connections_max), 1, 1000000, "4096", "N", "clients at once" },
	{ "http-connections-max", KIND_COUNT, AT(http_connections_max), 1, 100000, "1024", "N",
	    "HTTP clients at once" },
	{ "greeting-timeout", KIND_TIME, AT(greeting_timeout_ms), 10, DAY_MS, "10s", "TIME",
	    "for a client to say hello" },
	{ "message-timeout", KIND_TIME, AT(message_timeout_ms), 10, DAY_MS, "10s", "TIME",
	    "for the rest of a request, or for replies to be taken, and a second more for each 64 KiB" },
	{ "idle-timeout", KIND_TIME, AT(idle_timeout_ms), 10, 365 * DAY_MS, "10m", "TIME",
	    "for a client to ask again" },
	{ "drain-timeout", KIND_TIME, AT(drain_timeout_ms), 0, DAY_MS, "10s", "TIME", "to finish calls when stopping" },
	{ "ready-fd", KIND_FD, AT(ready_fd), 0, INT_MAX, NULL, "N",
	    "when ready, write the URLs to this descriptor, a line each, and close it" },
};
#define SETTINGS (sizeof settings / sizeof settings[0])

/* Where a value stands, for messages, and in which layer. */
struct origin {
	char text[PATH_MAX + 64];
	bool urls_begun; /* this layer has given a URL: the next one adds to it */
};

static enum occupare_code read_defaults(struct config *config, struct occupare_status *st);
static enum occupare_code read_file(struct config *config, const char *path, struct occupare_status *st);
static enum occupare_code read_environment(struct config *config, struct occupare_status *st);
static enum occupare_code read_flags(struct config *config, int argc, char *const *argv, struct occupare_status *st);
static const char *find_file(int argc, char *const *argv);
static enum occupare_code set(struct config *config, const struct setting *setting, const char *value,
    struct origin *origin, struct occupare_status *st);

enum occupare_code
config_read(struct config *config, int argc, char *const *argv, struct occupare_status *st)
{
	const char *path;

	memset(config, 0, sizeof *config);
	config->ready_fd = -1;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			config->action = CONFIG_HELP;
		else if (strcmp(argv[i], "--version") == 0)
			config->action = CONFIG_VERSION;
	}
	if (config->action != CONFIG_RUN)
		return OCCUPARE_OK;
	path = find_file(argc, argv);
	if (read_defaults(config, st) != OCCUPARE_OK || (path != NULL && read_file(config, path, st) != OCCUPARE_OK) ||
	    read_environment(config, st) != OCCUPARE_OK)
		return st->code;
	return read_flags(config, argc, argv, st);
}

void
config_print_help(FILE *out)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *s = &settings[i];
		char flag[40];

		snprintf(flag, sizeof flag, "--%s%s%s", s->name, s->argument != NULL ? " " : "",
		    s->argument != NULL ? s->argument : "");
		fprintf(out, "  %-26s %s", flag, s->help);
		if (s->value != NULL && s->kind != KIND_SWITCH)
			fprintf(out, " [%s]", s->value);
		fputc('\n', out);
	}
}

/* ---- Layers ---- */

static enum occupare_code
read_defaults(struct config *config, struct occupare_status *st)
{
	struct origin origin = { "the default of a setting", false };

	for (size_t i = 0; i < SETTINGS; i++)
		if (settings[i].value != NULL &&
		    set(config, &settings[i], settings[i].value, &origin, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

static const struct setting *
find(const char *name)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

static enum occupare_code
unknown(const char *where, const char *name, struct occupare_status *st)
{
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (size_t i = 0; i < SETTINGS; i++)
		occ_nearest_offer(&nearest, settings[i].name);
	occ_nearest_offer(&nearest, "config");
	occ_nearest_offer(&nearest, "version");
	occ_nearest_offer(&nearest, "help");
	if (nearest.name == NULL)
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s: there is no setting \"%s\"", where, name);
	return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
	    "%s: there is no setting \"%s\"; did you mean \"%s\"?", where, name, nearest.name);
}

/* Cuts white space off both ends. */
static char *
trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text + strspn(text, " \t\r\n");
}

static enum occupare_code
read_line(struct config *config, char *line, struct origin *origin, struct occupare_status *st)
{
	char *comment = strchr(line, '#'), *equals, *name;
	const struct setting *setting;

	if (comment != NULL)
		*comment = '\0';
	name = trim(line);
	if (name[0] == '\0')
		return OCCUPARE_OK;
	equals = strchr(name, '=');
	if (equals == NULL)
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s: \"%s\" is not \"name = value\"", origin->text, name);
	*equals = '\0';
	name = trim(name);
	setting = find(name);
	if (setting == NULL)
		return unknown(origin->text, name, st);
	return set(config, setting, trim(equals + 1), origin, st);
}

static enum occupare_code
read_file(struct config *config, const char *path, struct occupare_status *st)
{
	char line[PATH_MAX + 64];
	struct origin origin = { "", false };
	FILE *file = fopen(path, "re");
	unsigned number = 0;
	size_t total = 0;

	if (file == NULL)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "cannot read %s: %s", path, strerror(errno));
	while (st->code == OCCUPARE_OK && fgets(line, sizeof line, file) != NULL) {
		total += strlen(line);
		snprintf(origin.text, sizeof origin.text, "%s:%u", path, ++number);
		if (total > CONFIG_FILE_BYTES_MAX || (strlen(line) == sizeof line - 1 && line[sizeof line - 2] != '\n'))
			occupare_fail(
			    st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s: too long for a file of settings", origin.text);
		else
			(void)!read_line(config, line, &origin, st);
	}
	if (st->code == OCCUPARE_OK && ferror(file))
		occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "cannot read %s: %s", path, strerror(errno));
	fclose(file);
	return st->code;
}

static void
variable_name(const struct setting *setting, char *out, size_t size)
{
	snprintf(out, size, "OCCUPARE_%s", setting->name);
	for (char *p = out; *p != '\0'; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

static enum occupare_code
read_environment(struct config *config, struct occupare_status *st)
{
	struct origin origin = { "", false };

	for (size_t i = 0; i < SETTINGS; i++) {
		const char *value;

		variable_name(&settings[i], origin.text, sizeof origin.text);
		value = getenv(origin.text);
		if (value != NULL && value[0] != '\0' && set(config, &settings[i], value, &origin, st) != OCCUPARE_OK)
			return st->code;
	}
	return OCCUPARE_OK;
}

/* The value of a flag "--name=value" or "--name value"; moves i onto it. NULL: it has none. */
static const char *
flag_value(int argc, char *const *argv, int *i)
{
	const char *equals = strchr(argv[*i], '=');

	if (equals != NULL)
		return equals + 1;
	return *i + 1 < argc ? argv[++*i] : NULL;
}

static bool
is_flag(const char *argument, const char *name)
{
	size_t length = strlen(name);

	return strncmp(argument, "--", 2) == 0 && strncmp(argument + 2, name, length) == 0 &&
	       (argument[2 + length] == '\0' || argument[2 + length] == '=');
}

static const char *
find_file(int argc, char *const *argv)
{
	const char *path = getenv("OCCUPARE_CONFIG");

	for (int i = 1; i < argc; i++)
		if (is_flag(argv[i], "config"))
			path = flag_value(argc, argv, &i);
	return path != NULL && path[0] != '\0' ? path : NULL;
}

static enum occupare_code
read_flag(struct config *config, int argc, char *const *argv, int *i, struct origin *origin, struct occupare_status *st)
{
	const char *argument = argv[*i], *value;
	const struct setting *setting = NULL;

	if (strncmp(argument, "--", 2) != 0 && origin->urls_begun && strstr(argument, "://") != NULL) {
		snprintf(origin->text, sizeof origin->text, "--listen");
		return set(config, find("listen"), argument, origin, st);
	}
	if (strncmp(argument, "--", 2) != 0)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "\"%s\" is not an option; occupared takes no arguments", argument);
	snprintf(origin->text, sizeof origin->text, "%.*s", (int)strcspn(argument, "="), argument);
	for (size_t k = 0; k < SETTINGS; k++)
		if (is_flag(argument, settings[k].name))
			setting = &settings[k];
	if (setting == NULL && !is_flag(argument, "config"))
		return unknown("command line", origin->text + 2, st);
	if (setting != NULL && setting->kind == KIND_SWITCH && strchr(argument, '=') == NULL)
		return set(config, setting, "yes", origin, st);
	value = flag_value(argc, argv, i);
	if (value == NULL)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s: its value is missing", origin->text);
	return setting != NULL ? set(config, setting, value, origin, st) : OCCUPARE_OK;
}

static enum occupare_code
read_flags(struct config *config, int argc, char *const *argv, struct occupare_status *st)
{
	struct origin origin = { "", false };

	for (int i = 1; i < argc; i++)
		if (read_flag(config, argc, argv, &i, &origin, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

/* ---- Values ---- */

struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit byte_units[] = { { "", 1 }, { "K", KIB }, { "M", MIB }, { "G", 1024 * MIB }, { NULL, 0 } };
static const struct unit time_units[] = { { "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", MINUTE_MS },
	{ "h", 60 * MINUTE_MS }, { NULL, 0 } };
static const struct unit no_units[] = { { "", 1 }, { NULL, 0 } };

static bool
parse_number(const char *text, const struct unit *units, uint64_t *ret)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0)
		return false;
	while (units->suffix != NULL && strcmp(units->suffix, end) != 0)
		units++;
	return units->suffix != NULL && !__builtin_mul_overflow(number, units->factor, ret);
}

static enum occupare_code
bad_value(const struct origin *origin, const char *value, const char *expected, struct occupare_status *st)
{
	return occupare_fail(
	    st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s: \"%s\" is not %s", origin->text, value, expected);
}

static enum occupare_code
set_number(const struct setting *setting, const char *value, const struct origin *origin, uint64_t *ret,
    struct occupare_status *st)
{
	const struct unit *units = setting->kind == KIND_BYTES  ? byte_units
				   : setting->kind == KIND_TIME ? time_units
								: no_units;
	const char *unit = setting->kind == KIND_TIME ? " ms" : "";
	uint64_t number;

	if (!parse_number(value, units, &number))
		return bad_value(origin, value,
		    setting->kind == KIND_BYTES  ? "a number of bytes, such as 65536, 64K, 8M or 16G"
		    : setting->kind == KIND_TIME ? "a time, such as 500ms, 10s, 5m or 1h"
						 : "a whole number",
		    st);
	if (number < setting->min || number > setting->max)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "%s: %s is out of range; give %llu%s to %llu%s", origin->text, value,
		    (unsigned long long)setting->min, unit, (unsigned long long)setting->max, unit);
	*ret = number;
	return OCCUPARE_OK;
}

static enum occupare_code
set_switch(const char *value, const struct origin *origin, bool *ret, struct occupare_status *st)
{
	static const char *const words[2][4] = { { "no", "false", "off", "0" }, { "yes", "true", "on", "1" } };

	for (int yes = 0; yes < 2; yes++) {
		for (int i = 0; i < 4; i++) {
			if (strcmp(value, words[yes][i]) == 0) {
				*ret = yes;
				return OCCUPARE_OK;
			}
		}
	}
	return bad_value(origin, value, "yes or no", st);
}

/* URLs, parted by commas. */
static enum occupare_code
add_urls(struct config *config, const char *value, struct origin *origin, struct occupare_status *st)
{
	if (!origin->urls_begun)
		config->listen_count = 0;
	origin->urls_begun = true;
	for (const char *begin = value;; begin++) {
		size_t length = strcspn(begin, ",");

		if (length == 0 || length >= CONFIG_URL_BYTES_MAX)
			return bad_value(origin, value, "a URL, or several with commas between them", st);
		if (config->listen_count == CONFIG_LISTEN_MAX)
			return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s: at most %d URLs may be given",
			    origin->text, CONFIG_LISTEN_MAX);
		snprintf(config->listen[config->listen_count++], CONFIG_URL_BYTES_MAX, "%.*s", (int)length, begin);
		begin += length;
		if (*begin == '\0')
			return OCCUPARE_OK;
	}
}

static enum occupare_code
set(struct config *config, const struct setting *setting, const char *value, struct origin *origin,
    struct occupare_status *st)
{
	void *member = (char *)config + setting->offset;
	uint64_t number;

	switch (setting->kind) {
	case KIND_TEXT:
		if (strlen(value) < setting->min || strlen(value) > setting->max)
			return bad_value(
			    origin, value, setting->max == PATH_MAX - 1 ? "a path" : "a text of that length", st);
		memcpy(member, value, strlen(value) + 1);
		return OCCUPARE_OK;
	case KIND_URLS:
		return add_urls(config, value, origin, st);
	case KIND_SWITCH:
		return set_switch(value, origin, member, st);
	case KIND_LEVEL:
		return log_level_parse(value, member) ? OCCUPARE_OK
						      : bad_value(origin, value, "error, warn, info or debug", st);
	case KIND_FD:
		if (set_number(setting, value, origin, &number, st) != OCCUPARE_OK)
			return st->code;
		*(int *)member = (int)number;
		return OCCUPARE_OK;
	case KIND_BYTES:
	case KIND_COUNT:
	case KIND_TIME:
		return set_number(setting, value, origin, member, st);
	}
	return OCCUPARE_OK;
}

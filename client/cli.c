/* Option parsing over the tables, usage errors, help, and how calls are made and fail. */
#include "client/cli.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/commands.h"
#include "client/output.h"
#include "proto/nearest.h"
#include "proto/rpc.h"

#define OPTIONS_MAX 32
#define OPTIONS_COLUMN 28 /* where help says what an option does */
#define NAMES_BYTES_MAX ((size_t)1 << 20)

enum { KEY_URL = 256, KEY_TIMEOUT, KEY_NO_COLOR, KEY_VERSION };

const struct cli_option cli_global_options[] = {
	{ KEY_URL, "url", "URL", "the service: tcp://HOST:PORT or ipc://PATH", NULL },
	{ KEY_TIMEOUT, "timeout", "SECONDS", "wait so long for an answer (default 30)", NULL },
	{ KEY_NO_COLOR, "no-color", NULL, "no colours, even on a terminal", NULL },
	{ 'h', "help", NULL, "this help", NULL },
	{ KEY_VERSION, "version", NULL, "version of the program and its libraries", NULL },
	{ 0 },
};

/* ---- Options ---- */

static const struct cli_option *
find_option(const struct cli_command *command, int key)
{
	for (const struct cli_option *o = cli_global_options; o->key != 0; o++)
		if (o->key == key)
			return o;
	for (const struct cli_option *o = command != NULL ? command->options : NULL; o != NULL && o->key != 0; o++)
		if (o->key == key)
			return o;
	return NULL;
}

/* Appends a table of ours to getopt's two. */
static void
add_options(const struct cli_option *from, struct option *options, size_t *count, char *letters)
{
	for (; from != NULL && from->key != 0 && *count < OPTIONS_MAX; from++) {
		options[(*count)++] = (struct option){ from->name, from->argument != NULL, NULL, from->key };
		if (from->key < 256) {
			size_t used = strlen(letters);

			snprintf(letters + used, 2 * OPTIONS_MAX + 3 - used, "%c%s", from->key,
			    from->argument != NULL ? ":" : "");
		}
	}
}

static _Noreturn void
unknown_option(const struct cli *cli, const char *text)
{
	char name[64];
	struct occ_nearest nearest;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
	nearest = occ_nearest_begin(name + strspn(name, "-"));
	for (const struct cli_option *o = cli_global_options; o->key != 0; o++)
		occ_nearest_offer(&nearest, o->name);
	for (const struct cli_option *o = cli->command != NULL ? cli->command->options : NULL; o != NULL && o->key != 0;
	     o++)
		occ_nearest_offer(&nearest, o->name);
	if (nearest.name != NULL)
		cli_usage_error(cli, "there is no option %s; did you mean --%s?", name, nearest.name);
	cli_usage_error(cli, "there is no option %s", name);
}

static void
check_value(const struct cli *cli, const struct cli_option *option, const char *value)
{
	struct occ_nearest nearest = occ_nearest_begin(value);
	char list[512] = "";

	if (option->values == NULL)
		return;
	for (const char *const *v = option->values; *v != NULL; v++) {
		size_t used = strlen(list);

		if (strcmp(*v, value) == 0)
			return;
		occ_nearest_offer(&nearest, *v);
		snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", *v);
	}
	if (nearest.name != NULL)
		cli_usage_error(cli, "--%s cannot be \"%s\"; did you mean %s? It is one of: %s", option->name, value,
		    nearest.name, list);
	cli_usage_error(cli, "--%s cannot be \"%s\"; it is one of: %s", option->name, value, list);
}

static _Noreturn void
leave(const struct cli *cli, int key)
{
	if (key == KEY_VERSION)
		cli_version();
	else
		cli_help(cli->command);
	exit(output_finish() ? CLI_OK : CLI_REFUSED);
}

/* True: it was a global option. */
static bool
take_global(struct cli *cli, int key, const char *value)
{
	double seconds;

	switch (key) {
	case KEY_URL:
		cli->url = value;
		return true;
	case KEY_TIMEOUT:
		seconds = cli_amount(cli, "timeout", value);
		if (!(seconds >= 0.001 && seconds <= 3600))
			cli_usage_error(cli, "--timeout must be 0.001 to 3600 seconds, not %s", value);
		cli->timeout_ms = (uint32_t)(seconds * 1000);
		return true;
	case KEY_NO_COLOR:
		cli->no_color = true;
		return true;
	case 'h':
	case KEY_VERSION:
		leave(cli, key);
	default:
		return false;
	}
}

/* getopt_long over the tables. '+' in mode stops at the first operand. */
static int
next_option(struct cli *cli, const char *mode, const char **ret_value)
{
	struct option options[OPTIONS_MAX + 1] = { { 0 } };
	char letters[2 * OPTIONS_MAX + 3];
	size_t count = 0;
	int key;

	/* ':' asks getopt to tell a missing argument from an unknown option. */
	snprintf(letters, sizeof letters, "%s:", mode);
	add_options(cli_global_options, options, &count, letters);
	add_options(cli->command != NULL ? cli->command->options : NULL, options, &count, letters);
	opterr = 0;
	for (;;) {
		key = getopt_long(cli->argc, cli->argv, letters, options, NULL);
		if (key == -1)
			return CLI_OPTION_END;
		if (key == ':')
			cli_usage_error(cli, "%s needs an argument", cli->argv[optind - 1]);
		if (key == '?' && optopt != 0 && optopt < 256 && find_option(cli->command, optopt) == NULL)
			cli_usage_error(cli, "there is no option -%c", optopt);
		if (key == '?' && optopt != 0)
			cli_usage_error(cli, "%s takes no argument", cli->argv[optind - 1]);
		if (key == '?')
			unknown_option(cli, cli->argv[optind - 1]);
		if (take_global(cli, key, optarg))
			continue;
		if (optarg != NULL)
			check_value(cli, find_option(cli->command, key), optarg);
		*ret_value = optarg;
		return key;
	}
}

void
cli_global_options_parse(struct cli *cli, int argc, char **argv)
{
	const char *value;

	cli->argc = argc;
	cli->argv = argv;
	/* Every key of the global table is taken on the way. */
	while (next_option(cli, "+", &value) != CLI_OPTION_END)
		;
	cli->argc = argc - optind;
	cli->argv = argv + optind;
	optind = 0;
}

int
cli_option_next(struct cli *cli, const char **ret_value)
{
	int key = next_option(cli, "", ret_value);

	if (key != CLI_OPTION_END)
		return key;
	cli->operands = (const char **)cli->argv + optind;
	cli->operands_count = (size_t)(cli->argc - optind);
	return CLI_OPTION_END;
}

/* ---- What options and operands hold ---- */

uint64_t
cli_number(const struct cli *cli, const char *option, const char *text, uint64_t min, uint64_t max)
{
	char *end;
	uint64_t number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || number < min || number > max)
		cli_usage_error(cli, "--%s must be a whole number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", option,
		    min, max, text);
	return number;
}

double
cli_amount(const struct cli *cli, const char *option, const char *text)
{
	char *end;
	double amount = strtod(text, &end);

	if (end == text || *end != '\0' || !isfinite(amount) || amount < 0)
		cli_usage_error(cli, "--%s must be a number of at least 0, not \"%s\"", option, text);
	return amount;
}

void
cli_operands_check(const struct cli *cli, size_t min, size_t max, const char *what)
{
	if (cli->operands_count < min)
		cli_usage_error(cli, "%s is missing", what);
	if (cli->operands_count > max && max == 0)
		cli_usage_error(cli, "\"%s\" is too much: there are no operands", cli->operands[0]);
	if (cli->operands_count > max)
		cli_usage_error(cli, "\"%s\" is too much: at most %zu %s", cli->operands[max], max,
		    max == 1 ? "operand is understood" : "operands are understood");
}

char *
cli_read_file(struct cli *cli, const char *path, size_t bytes_max, size_t *ret_length)
{
	bool standard = strcmp(path, "-") == 0;
	const char *name = standard ? "standard input" : path;
	FILE *file = standard ? stdin : fopen(path, "rb");
	char *text;
	size_t length;

	if (file == NULL)
		cli_usage_error(cli, "cannot read %s: %s", name, strerror(errno));
	if (standard && isatty(STDIN_FILENO))
		fprintf(stderr, "occupare: reading from the terminal, end with Ctrl-D\n");
	/* Pages of it that are not written to cost nothing. */
	text = occ_arena_alloc(&cli->arena, bytes_max + 2);
	length = fread(text, 1, bytes_max + 1, file);
	if (ferror(file))
		cli_usage_error(cli, "cannot read %s: %s", name, strerror(errno));
	if (length > bytes_max)
		cli_usage_error(cli, "%s is longer than %zu bytes", name, bytes_max);
	if (!standard)
		fclose(file);
	text[length] = '\0';
	*ret_length = length;
	return text;
}

static size_t
lines_count(const char *text)
{
	size_t count = 1;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

/* Cuts a text into its lines without the spaces around them; blank ones are left out. */
static size_t
split_lines(char *text, const char **lines)
{
	size_t count = 0;

	for (char *line = text, *next; line != NULL; line = next) {
		char *end = strchr(line, '\n');

		next = end != NULL ? end + 1 : NULL;
		if (end == NULL)
			end = line + strlen(line);
		while (end > line && isspace((unsigned char)end[-1]))
			end--;
		*end = '\0';
		line += strspn(line, " \t");
		if (*line != '\0')
			lines[count++] = line;
	}
	return count;
}

void
cli_operands_from_stdin(struct cli *cli)
{
	const char **operands = cli->operands;
	size_t at = 0, length, names;
	char *text;

	while (at < cli->operands_count && strcmp(operands[at], "-") != 0)
		at++;
	if (at == cli->operands_count)
		return;
	for (size_t i = at + 1; i < cli->operands_count; i++)
		if (strcmp(operands[i], "-") == 0)
			cli_usage_error(cli, "\"-\" stands twice: standard input can be read only once");
	text = cli_read_file(cli, "-", NAMES_BYTES_MAX, &length);
	if (memchr(text, '\0', length) != NULL)
		cli_usage_error(cli, "standard input holds a NUL byte");
	cli->operands = occ_arena_calloc(&cli->arena, cli->operands_count + lines_count(text), sizeof *operands);
	memcpy(cli->operands, operands, at * sizeof *operands);
	/* Some editors begin UTF-8 with a mark that is no part of the first name. */
	names = split_lines(strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text, cli->operands + at);
	memcpy(cli->operands + at + names, operands + at + 1, (cli->operands_count - at - 1) * sizeof *operands);
	cli->operands_count += names - 1;
}

/* ---- Calls ---- */

struct occupare_client *
cli_client(struct cli *cli)
{
	struct occupare_options options = { .timeout_ms = cli->timeout_ms };

	if (cli->client == NULL && occupare_open(cli->url, &options, &cli->client, &cli->status) != OCCUPARE_OK) {
		if (cli->status.code == OCCUPARE_INVALID_ARGUMENT)
			cli_usage_error(cli, "%s", cli->status.message);
		exit(cli_fail(&cli->status));
	}
	return cli->client;
}

/* ---- Failures ---- */

void
cli_usage_error(const struct cli *cli, const char *format, ...)
{
	va_list args;

	fputs("occupare: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	if (cli->command != NULL)
		fprintf(stderr, "\nusage: occupare %s%s%s (see occupare help %s)\n", cli->command->name,
		    cli->command->operands[0] != '\0' ? " " : "", cli->command->operands, cli->command->name);
	else
		fputs("\nusage: occupare COMMAND ... (see occupare help)\n", stderr);
	exit(CLI_USAGE);
}

int
cli_fail(const struct occupare_status *st)
{
	static const char *const unanswered[] = { "CONNECT_FAILED", "CONNECTION_LOST", "NO_REPLY", "BAD_REPLY" };
	unsigned kept = st->violations_count < OCCUPARE_STATUS_VIOLATIONS_MAX ? st->violations_count
									      : OCCUPARE_STATUS_VIOLATIONS_MAX;

	fprintf(stderr, "occupare: %s: ", occupare_code_name(st->code));
	output_safe(stderr, st->message, strlen(st->message));
	putc('\n', stderr);
	/* A single one is the message. */
	for (unsigned i = 0; kept > 1 && i < kept; i++) {
		fprintf(stderr, "  %s: ", st->violations[i].field);
		output_safe(stderr, st->violations[i].description, strlen(st->violations[i].description));
		putc('\n', stderr);
	}
	if (st->violations_count > kept)
		fprintf(stderr, "  and %u more\n", st->violations_count - kept);
	if (strcmp(st->reason, "CONNECT_FAILED") == 0)
		fputs("  is occupared running there? --url or OCCUPARE_URL names another service\n", stderr);
	for (size_t i = 0; i < sizeof unanswered / sizeof unanswered[0]; i++)
		if (strcmp(st->reason, unanswered[i]) == 0)
			return CLI_UNREACHABLE;
	return CLI_REFUSED;
}

char *
cli_first_candidate(struct cli *cli, const char *text)
{
	const char *candidates = occupare_status_metadata_get(&cli->status, "candidates");
	const char *name = occupare_status_metadata_get(&cli->status, "name");
	const char *rest = "";

	if (cli->status.code != OCCUPARE_FAILED_PRECONDITION || candidates == NULL || candidates[0] == '\0')
		return NULL;
	if (name != NULL && strncmp(text, name, strlen(name)) == 0)
		rest = text + strlen(name);
	return occ_arena_printf(&cli->arena, "%.*s%s", (int)strcspn(candidates, ","), candidates, rest);
}

const struct cli_command *
cli_find_command(const struct cli *cli, const char *name)
{
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++) {
		if (strcmp((*c)->name, name) == 0)
			return *c;
		occ_nearest_offer(&nearest, (*c)->name);
	}
	if (nearest.name != NULL)
		cli_usage_error(cli, "there is no command %s; did you mean %s?", name, nearest.name);
	cli_usage_error(cli, "there is no command %s", name);
}

/* ---- Help ---- */

static void
print_options(const char *heading, const struct cli_option *option)
{
	if (option == NULL || option->key == 0)
		return;
	printf("\n%s:\n", heading);
	for (; option->key != 0; option++) {
		char help[512];
		int column = printf(option->key < 256 ? "  -%c, --%s%s%s" : "  %c   --%s%s%s",
		    option->key < 256 ? option->key : ' ', option->name, option->argument != NULL ? " " : "",
		    option->argument != NULL ? option->argument : "");
		size_t used = (size_t)snprintf(help, sizeof help, "%s", option->help);

		for (const char *const *v = option->values; v != NULL && *v != NULL && used < sizeof help; v++)
			used += (size_t)snprintf(
			    help + used, sizeof help - used, "%s%s", v == option->values ? ": " : ", ", *v);
		printf("%*s", OPTIONS_COLUMN - column, "");
		output_words(help, OPTIONS_COLUMN, OPTIONS_COLUMN);
	}
}

static void
help_command(const struct cli_command *command)
{
	printf("occupare %s: %s\n\nExamples:\n", command->name, command->summary);
	for (const char *const *e = command->examples; *e != NULL; e++)
		printf("  %s\n", *e);
	printf("\nUsage: occupare %s [OPTION...]%s%s\n", command->name, command->operands[0] != '\0' ? " " : "",
	    command->operands);
	if (command->details != NULL) {
		putchar('\n');
		output_words(command->details, 0, 0);
	}
	print_options("Options", command->options);
	print_options("Everywhere", cli_global_options);
}

void
cli_help(const struct cli_command *command)
{
	if (command != NULL) {
		help_command(command);
		return;
	}
	puts("How do occupations differ? Asks an Occupare service.\n\n"
	     "Examples:\n"
	     "  occupare compare patient-services-manager service-director\n"
	     "  occupare search \"registered nurse\"\n"
	     "  occupare get 29-1141 -o json\n\n"
	     "Usage: occupare COMMAND [OPTION...] [OPERAND...]\n\n"
	     "Commands:");
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++)
		printf("  %-11s %s\n", (*c)->name, (*c)->summary);
	print_options("Everywhere", cli_global_options);
	putchar('\n');
	output_words("OCCUPARE_URL names the service where --url does not. An occupation is named by its id, a code, "
		     "its title or an alias. \"occupare help COMMAND\" says more; so does the man page, occupare(1).",
	    0, 0);
}

void
cli_version(void)
{
	printf("occupare %s (nng %s, protobuf-c %s, libsmartcols %s)\n", occupare_version(), occupare_nng_version(),
	    protobuf_c_version(), output_smartcols_version());
}

const struct cli_command *const cli_commands[] = {
	&cmd_compare,
	&cmd_get,
	&cmd_search,
	&cmd_list,
	&cmd_similar,
	&cmd_transition,
	&cmd_estimates,
	&cmd_areas,
	&cmd_put,
	&cmd_delete,
	&cmd_info,
	&cmd_health,
	&cmd_call,
	&cmd_completion,
	&cmd_help,
	NULL,
};

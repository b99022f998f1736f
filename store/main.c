/* occupare-store: what is done to a store without a daemon. Results on standard output, all else on standard error. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/arena.h"
#include "proto/nearest.h"
#include "proto/rpc.h"
#include "proto/standard.h"
#include "proto/status.h"
#include "store/import/import.h"
#include "store/maintain.h"
#include "store/store.h"

enum { EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct command;

struct invocation {
	struct occ_arena arena;
	const struct command *command;
	const char *const *operands;
	size_t operands_count;
	const char *directory; /* of the store */
	bool directory_named;  /* by option or environment */
	bool replace, dry_run, quiet;
	const char *report_path, *release;
	uint64_t bytes_max; /* 0 = not given */
};

struct command {
	const char *name;
	const char *usage;
	const char *summary;
	const char *details;
	const char *options; /* letters of those it takes beside store and help */
	const char *example;
	int (*run)(struct invocation *);
};

static const struct known_option {
	struct option option;
	const char *help;
} known_options[] = {
	{ { "store", required_argument, NULL, 's' },
	    "--store DIR      the store; else $OCCUPARE_STORE, else the usual place (see the manual page)" },
	{ { "replace", no_argument, NULL, 'r' }, "--replace        first drop what earlier imports of SOURCE gave" },
	{ { "dry-run", no_argument, NULL, 'n' }, "--dry-run        do all but keep it" },
	{ { "quiet", no_argument, NULL, 'q' }, "--quiet          say nothing where all went well" },
	{ { "report", required_argument, NULL, 'f' },
	    "--report FILE    write every refusal and warning, and what became of each file, to FILE as well" },
	{ { "release", required_argument, NULL, 'R' },
	    "--release NAME   the release that the files are of, where they do not tell" },
	{ { "max-bytes", required_argument, NULL, 'b' },
	    "--max-bytes N    refuse files that unpack to more; K, M, G may follow; 512M where not given" },
	{ { "help", no_argument, NULL, 'h' }, "--help           this help" },
	{ { "version", no_argument, NULL, 'V' }, "--version        version of the program and its libraries" },
};
#define OPTIONS_COUNT (sizeof known_options / sizeof known_options[0])

static int run_import(struct invocation *);
static int run_export(struct invocation *);
static int run_verify(struct invocation *);
static int run_stat(struct invocation *);

static const struct command commands[] = {
	{ "import",
	    "import SOURCE PATH... [--store DIR] [--replace] [--dry-run] [--quiet] [--report FILE]\n"
	    "                             [--release NAME] [--max-bytes N]",
	    "load the files of a source",
	    "SOURCE json: {\"occupations\": [...], \"areas\": [...], \"estimates\": [...]}, an array of occupations,\n"
	    "or one occupation per line. PATH - is standard input. Later files add to what earlier ones gave.\n"
	    "SOURCE onet: the O*NET database as text, releases 28 to 30; PATH is the zip as published, the folder\n"
	    "it unpacks to, or its files, plain or gzipped. It replaces the release that was there.\n"
	    "SOURCE starter: what \"export starter\" wrote; any other source stands above it. It replaces the file "
	    "that\n"
	    "was there.\n"
	    "SOURCE oews, projections, demographics: tables of the Bureau of Labor Statistics, .xlsx or .csv, zipped "
	    "or\n"
	    "not; PATH is one of them or a folder. What they say of a SOC code goes to all its occupations, whichever\n"
	    "is imported first. A file replaces what earlier ones said of the same area and period, or the same "
	    "table;\n"
	    "--replace drops all that SOURCE gave.\n"
	    "The store is made where there is none. All files are one import: it is loaded whole or not at all, and\n"
	    "may run while daemons read. --release and --max-bytes are not for json and starter.\n",
	    "rnqfRb", "occupare-store import json occupations.json --store /srv/occupare", run_import },
	{ "export", "export FORMAT [FILE] [--store DIR] [--quiet]", "write what is served",
	    "FORMAT json: all of it. Importing the result into an empty store gives the same records.\n"
	    "FORMAT starter: facts and figures of all occupations, a line each, as in store/data/starter.tsv: no\n"
	    "sentences, aliases, technologies, areas or estimates.\n"
	    "Writes to FILE, or to standard output where FILE is - or not given.\n",
	    "q", "occupare-store export json occupations.json --store /srv/occupare", run_export },
	{ "verify", "verify [--store DIR] [--quiet]", "read everything and report what is wrong",
	    "Ends with 1 where something is wrong.\n", "q", "occupare-store verify --store /srv/occupare", run_verify },
	{ "stat", "stat [--store DIR]", "what the store holds and how it lies on disk", "", "",
	    "occupare-store stat --store /srv/occupare", run_stat },
};
#define COMMANDS_COUNT (sizeof commands / sizeof commands[0])

/* ---- Help and failure ---- */

static void
print_help(const struct command *command)
{
	const char *taken = command == NULL ? "V" : command->options;

	if (command == NULL) {
		printf("usage: occupare-store COMMAND [OPTION...] [OPERAND...]\n\nLooks after a store of "
		       "occupations.\n\n");
		for (size_t i = 0; i < COMMANDS_COUNT; i++)
			printf("  %-8s %s\n", commands[i].name, commands[i].summary);
		printf("\nOptions:\n");
	} else {
		printf("usage: occupare-store %s\n\n%s%sOptions:\n", command->usage, command->details,
		    command->details[0] != '\0' ? "\n" : "");
	}
	for (size_t i = 0; i < OPTIONS_COUNT; i++)
		if (strchr("sh", known_options[i].option.val) != NULL ||
		    strchr(taken, known_options[i].option.val) != NULL)
			printf("  %s\n", known_options[i].help);
	printf("\nExample%s:\n", command == NULL ? "s" : "");
	for (size_t i = 0; i < COMMANDS_COUNT; i++)
		if (command == NULL || command == &commands[i])
			printf("  %s\n", commands[i].example);
	if (command == NULL)
		printf("\n\"occupare-store COMMAND --help\" tells more.\n");
}

static _Noreturn void __attribute__((format(printf, 2, 3)))
usage_error(const struct command *command, const char *format, ...)
{
	va_list args;

	fputs("occupare-store: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nTry \"occupare-store %s%s--help\".\n", command == NULL ? "" : command->name,
	    command == NULL ? "" : " ");
	exit(EXIT_USAGE);
}

static int
refused(const struct occupare_status *st)
{
	fprintf(stderr, "occupare-store: %s: %s\n", occupare_code_name(st->code), st->message);
	return EXIT_REFUSED;
}

/* ---- import ---- */

static const struct import_format *
find_format(const struct command *command, const char *name)
{
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (const struct import_format *format = import_formats; format->name != NULL; format++) {
		if (strcmp(format->name, name) == 0)
			return format;
		occ_nearest_offer(&nearest, format->name);
	}
	usage_error(command, "there is no source \"%s\"; did you mean \"%s\"?", name,
	    nearest.name != NULL ? nearest.name : import_formats[0].name);
}

/* Makes the folders above a default store, which on a fresh machine may not be there. */
static void
make_parents(struct occ_arena *arena, const char *directory)
{
	char *path = occ_arena_strdup(arena, directory);

	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		/* What fails here is told when the store is made. */
		(void)!mkdir(path, 0755);
		*slash = '/';
	}
}

static void
print_result(FILE *out, const struct import_result *result, bool dry_run)
{
	const struct store_import_counts *counts = &result->counts;
	const struct import_rows *rows = &result->rows;

	if (rows->read > 0)
		fprintf(out,
		    "%" PRIu64 " rows read: %" PRIu64 " used, %" PRIu64
		    " of them with a value that is held back, %" PRIu64 " of no occupation listed\n",
		    rows->read, rows->used, rows->suppressed, rows->unmatched);
	fprintf(out,
	    "%" PRIu64 " occupations read: %" PRIu64 " added, %" PRIu64 " changed, %" PRIu64 " unchanged, %" PRIu64
	    " removed\n%" PRIu64 " areas, %" PRIu64 " estimates\n",
	    counts->occupations_read, counts->occupations_added, counts->occupations_changed,
	    counts->occupations_unchanged, counts->occupations_removed, counts->areas, counts->estimates);
	if (counts->soc_codes > 0)
		fprintf(out,
		    "%" PRIu64 " SOC codes: %" PRIu64 " changed, %" PRIu64
		    " that no other source has an occupation of\n",
		    counts->soc_codes, counts->soc_codes_changed, counts->soc_codes_alone);
	fprintf(out, "%" PRIu64 " warnings\n%s", result->warnings, dry_run ? "dry run: nothing was stored\n" : "");
}

/* Ends the report, if there is one; false: it could not be written. */
static bool
finish_report(const struct invocation *invocation, FILE *report, const struct import_result *result,
    const struct occupare_status *st)
{
	bool failed;

	if (report == NULL)
		return true;
	if (st->code == OCCUPARE_OK)
		print_result(report, result, invocation->dry_run);
	else
		fprintf(report, "%s: %s\n", occupare_code_name(st->code), st->message);
	failed = ferror(report) != 0;
	if (fclose(report) != 0 || failed) {
		fprintf(stderr, "occupare-store: cannot write %s: %s\n", invocation->report_path, strerror(errno));
		return false;
	}
	return true;
}

static int
run_import(struct invocation *invocation)
{
	struct import_options options = {
		.directory = invocation->directory,
		.replace = invocation->replace,
		.dry_run = invocation->dry_run,
		.progress = !invocation->quiet && isatty(STDERR_FILENO),
		.messages = stderr,
		.quiet = invocation->quiet,
		.release = invocation->release,
		.bytes_max = invocation->bytes_max,
	};
	const struct import_format *format;
	struct import_result result;
	struct occupare_status st;
	enum occupare_code code;
	bool reported;

	if (invocation->operands_count < 2)
		usage_error(invocation->command, "give a source and at least one path");
	format = find_format(invocation->command, invocation->operands[0]);
	if (!format->tables && (invocation->release != NULL || invocation->bytes_max != 0))
		usage_error(invocation->command, "%s takes neither --release nor --max-bytes", format->name);
	if (invocation->report_path != NULL && (options.report = fopen(invocation->report_path, "we")) == NULL) {
		fprintf(stderr, "occupare-store: cannot write %s: %s\n", invocation->report_path, strerror(errno));
		return EXIT_REFUSED;
	}
	if (!invocation->directory_named && !invocation->dry_run)
		make_parents(&invocation->arena, invocation->directory);
	code = import_run(format, invocation->operands + 1, invocation->operands_count - 1, &options, &result, &st);
	reported = finish_report(invocation, options.report, &result, &st);
	if (code != OCCUPARE_OK)
		return refused(&st);
	if (!invocation->quiet)
		print_result(stdout, &result, invocation->dry_run);
	return reported ? EXIT_SUCCESS : EXIT_REFUSED;
}

/* ---- export, verify, stat ---- */

static const struct export_format {
	const char *name;
	maintain_export *write;
} export_formats[] = {
	{ "json", maintain_export_json },
	{ "starter", maintain_export_starter },
};
#define EXPORT_FORMATS_COUNT (sizeof export_formats / sizeof export_formats[0])

static maintain_export *
find_export(const struct command *command, const char *name)
{
	for (size_t i = 0; i < EXPORT_FORMATS_COUNT; i++)
		if (strcmp(export_formats[i].name, name) == 0)
			return export_formats[i].write;
	usage_error(command, "cannot export \"%s\"; the formats are json and starter", name);
}

static int
run_export(struct invocation *invocation)
{
	struct maintain_counts counts;
	struct occupare_status st;
	const char *path = invocation->operands_count == 2 ? invocation->operands[1] : "-";
	bool to_stdout = strcmp(path, "-") == 0;
	maintain_export *export;
	enum occupare_code code;

	if (invocation->operands_count < 1 || invocation->operands_count > 2)
		usage_error(invocation->command, "give the format, json or starter, and at most one file");
	export = find_export(invocation->command, invocation->operands[0]);
	if (to_stdout)
		code = export(invocation->directory, stdout, &counts, &st);
	else
		code = maintain_export_file(export, invocation->directory, path, &counts, &st);
	if (code != OCCUPARE_OK)
		return refused(&st);
	if (!invocation->quiet && !to_stdout)
		printf("%" PRIu64 " occupations, %" PRIu64 " areas, %" PRIu64 " estimates\n", counts.occupations,
		    counts.areas, counts.estimates);
	return EXIT_SUCCESS;
}

static void
print_fault(void *data, const char *sentence)
{
	(void)data;
	fprintf(stderr, "occupare-store: %s\n", sentence);
}

static void
no_operands(const struct invocation *invocation)
{
	if (invocation->operands_count > 0)
		usage_error(invocation->command, "\"%s\" is too much; the store is named with --store",
		    invocation->operands[0]);
}

static int
run_verify(struct invocation *invocation)
{
	struct maintain_counts counts;
	struct occupare_status st;
	uint64_t faults;

	no_operands(invocation);
	if (maintain_verify(invocation->directory, print_fault, NULL, &counts, &faults, &st) != OCCUPARE_OK)
		return refused(&st);
	if (faults > 0) {
		fprintf(stderr, "occupare-store: DATA_LOSS: %" PRIu64 " faults in %s\n", faults, invocation->directory);
		return EXIT_REFUSED;
	}
	if (!invocation->quiet)
		printf("%" PRIu64 " occupations, %" PRIu64 " areas, %" PRIu64 " estimates: no faults\n",
		    counts.occupations, counts.areas, counts.estimates);
	return EXIT_SUCCESS;
}

static int
run_stat(struct invocation *invocation)
{
	struct occupare_status st;

	no_operands(invocation);
	return maintain_stat(invocation->directory, stdout, &st) == OCCUPARE_OK ? EXIT_SUCCESS : refused(&st);
}

/* ---- The command line ---- */

static const struct command *
find_command(const char *name)
{
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (size_t i = 0; i < COMMANDS_COUNT; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
		occ_nearest_offer(&nearest, commands[i].name);
	}
	if (nearest.name != NULL)
		usage_error(NULL, "there is no command \"%s\"; did you mean \"%s\"?", name, nearest.name);
	usage_error(NULL, "there is no command \"%s\"", name);
}

static _Noreturn void
bad_option(char **argv, int key)
{
	const char *text = argv[optind - 1];
	struct occ_nearest nearest;
	char name[64];

	if (key == ':')
		usage_error(NULL, "%s needs a value", text);
	if (optopt != 0 && strncmp(text, "--", 2) != 0)
		usage_error(NULL, "there is no option -%c", optopt);
	snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
	if (optopt != 0)
		usage_error(NULL, "%s takes no value", name);
	nearest = occ_nearest_begin(name + strspn(name, "-"));
	for (size_t i = 0; i < OPTIONS_COUNT; i++)
		occ_nearest_offer(&nearest, known_options[i].option.name);
	if (nearest.name != NULL)
		usage_error(NULL, "there is no option %s; did you mean --%s?", name, nearest.name);
	usage_error(NULL, "there is no option %s", name);
}

/* A number of bytes, at least 1, with K, M or G for powers of 1024. */
static uint64_t
read_bytes(const char *text)
{
	static const char units[] = "KMG";
	const char *unit;
	char *end;
	uint64_t bytes, factor = 1;

	errno = 0;
	bytes = strtoull(text, &end, 10);
	if (*end != '\0' && (unit = strchr(units, *end)) != NULL) {
		factor = UINT64_C(1) << (10 * (unit - units + 1));
		end++;
	}
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || bytes == 0 || bytes > UINT64_MAX / factor)
		usage_error(NULL, "--max-bytes \"%s\" is no number of bytes such as 500M", text);
	return bytes * factor;
}

static void
take_option(struct invocation *invocation, int key)
{
	switch (key) {
	case 's':
		if (optarg[0] == '\0')
			usage_error(NULL, "--store needs the name of a directory");
		invocation->directory = optarg;
		invocation->directory_named = true;
		break;
	case 'r':
		invocation->replace = true;
		break;
	case 'n':
		invocation->dry_run = true;
		break;
	case 'q':
		invocation->quiet = true;
		break;
	case 'R':
		if (optarg[0] == '\0')
			usage_error(NULL, "--release needs a name such as 30.1");
		invocation->release = optarg;
		break;
	case 'b':
		invocation->bytes_max = read_bytes(optarg);
		break;
	default:
		invocation->report_path = optarg;
		break;
	}
}

/* Reads all options, which may stand anywhere; their letters are gathered in seen. */
static void
read_options(struct invocation *invocation, int argc, char **argv, char *seen)
{
	struct option options[OPTIONS_COUNT + 1] = { 0 };
	int key;

	for (size_t i = 0; i < OPTIONS_COUNT; i++)
		options[i] = known_options[i].option;
	opterr = 0;
	while ((key = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (key == '?' || key == ':')
			bad_option(argv, key);
		if (strchr(seen, key) == NULL)
			seen[strlen(seen)] = (char)key;
		if (key != 'h' && key != 'V')
			take_option(invocation, key);
	}
	invocation->operands = (const char *const *)argv + optind;
	invocation->operands_count = (size_t)(argc - optind);
}

static void
print_version(void)
{
	char libraries[200];

	maintain_libraries(libraries, sizeof libraries);
	printf("occupare-store %s (%s)\n", occ_version, libraries);
}

static void
check_options(const struct command *command, const char *seen)
{
	for (size_t i = 0; i < OPTIONS_COUNT; i++)
		if (strchr(seen, known_options[i].option.val) != NULL && known_options[i].option.val != 's' &&
		    strchr(command->options, known_options[i].option.val) == NULL)
			usage_error(command, "%s does not take --%s", command->name, known_options[i].option.name);
}

static void
find_directory(struct invocation *invocation)
{
	const char *named = getenv("OCCUPARE_STORE");

	if (invocation->directory == NULL && named != NULL && named[0] != '\0') {
		invocation->directory = named;
		invocation->directory_named = true;
	}
	if (invocation->directory == NULL)
		invocation->directory = store_default_directory(&invocation->arena);
	if (invocation->directory == NULL)
		usage_error(invocation->command, "name the store with --store DIR or OCCUPARE_STORE: HOME is not set");
}

static int
run(struct invocation *invocation, int argc, char **argv)
{
	char seen[OPTIONS_COUNT + 1] = "";

	read_options(invocation, argc, argv, seen);
	if (strchr(seen, 'V') != NULL) {
		print_version();
		return EXIT_SUCCESS;
	}
	if (invocation->operands_count > 0 && strcmp(invocation->operands[0], "help") != 0)
		invocation->command = find_command(invocation->operands[0]);
	if (strchr(seen, 'h') != NULL || (invocation->operands_count > 0 && invocation->command == NULL)) {
		print_help(invocation->operands_count > 1 && invocation->command == NULL
			       ? find_command(invocation->operands[1])
			       : invocation->command);
		return EXIT_SUCCESS;
	}
	if (invocation->command == NULL)
		usage_error(NULL, "give a command: import, export, verify or stat");
	check_options(invocation->command, seen);
	find_directory(invocation);
	invocation->operands++;
	invocation->operands_count--;
	return invocation->command->run(invocation);
}

int
main(int argc, char **argv)
{
	struct invocation invocation = { 0 };
	int code;

	occ_keep_standard_descriptors();
	occ_arena_init(&invocation.arena, 256, 0);
	code = run(&invocation, argc, argv);
	occ_arena_fini(&invocation.arena);
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_SUCCESS) {
		fprintf(stderr, "occupare-store: cannot write the output: %s\n", strerror(errno));
		code = EXIT_REFUSED;
	}
	return code;
}

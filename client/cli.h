/* What the subcommands of occupare share: the table of subcommands, option parsing over it, the client, and how a
 * subcommand ends. One process, one thread, one subcommand: a usage error ends the process where it is found. */
#ifndef CLIENT_CLI_H
#define CLIENT_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "client/occupare.h"
#include "proto/arena.h"

enum cli_exit {
	CLI_OK = 0,
	CLI_REFUSED = 1,    /* the service said no, or the output could not be written */
	CLI_USAGE = 2,      /* the command line alone is wrong */
	CLI_UNREACHABLE = 3 /* no answer from the service */
};

#define CLI_OPTION_END (-1)

/* One option; a list of them ends with key 0. */
struct cli_option {
	int key;                   /* what cli_option_next returns; a printable character is also the short form */
	const char *name;          /* long form, without dashes */
	const char *argument;      /* what it takes, in capitals; NULL = nothing */
	const char *help;          /* one line */
	const char *const *values; /* all it may be, ended by NULL; NULL = not listed */
	bool repeats;              /* may stand several times */
};

struct cli;

struct cli_command {
	const char *name;
	const char *operands;             /* "A B [C...]" */
	const char *summary;              /* one line, for the list of subcommands */
	const char *details;              /* more, for its own help; may be NULL */
	const char *const *examples;      /* command lines, ended by NULL */
	const struct cli_option *options; /* its own; the global ones are understood everywhere */
	const char *const *values;        /* operands that completion offers, ended by NULL; may be NULL */
	int (*run)(struct cli *cli);      /* returns an exit code */
};

/* All subcommands, in the order of help, ended by NULL; and the options that each of them understands. */
extern const struct cli_command *const cli_commands[];
extern const struct cli_option cli_global_options[];

struct cli {
	struct occ_arena arena; /* freed at the end of main */
	const struct cli_command *command;
	int argc; /* of the subcommand: argv[0] is its name until cli_option_next returned CLI_OPTION_END */
	char **argv;
	const char **operands; /* after that: what is left, "-" not yet replaced */
	size_t operands_count;
	const char *url; /* NULL = the library's rule */
	uint32_t timeout_ms;
	bool no_color;
	struct occupare_client *client; /* NULL until cli_client */
	struct occupare_status status;
};

/* The subcommand of this name; an unknown one is a usage error. */
const struct cli_command *cli_find_command(const struct cli *cli, const char *name);

/* The next option of the subcommand: its key, with its argument in ret_value. Global ones are taken on the way; help and
 * version print and end the process. CLI_OPTION_END: no more, cli->operands is filled in. */
int cli_option_next(struct cli *cli, const char **ret_value);

/* The same with the options before the subcommand. Leaves argc and argv at the subcommand. */
void cli_global_options_parse(struct cli *cli, int argc, char **argv);

/* Ends the process with CLI_USAGE. cli->command may be NULL. */
_Noreturn void cli_usage_error(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Demands between min and max operands. what: "name of an occupation". */
void cli_operands_check(const struct cli *cli, size_t min, size_t max, const char *what);

/* Replaces the operand "-" by the lines of standard input: blank ones are ignored, spaces around a name too. */
void cli_operands_from_stdin(struct cli *cli);

/* A whole number or an amount as an option's argument; else a usage error. */
uint64_t cli_number(const struct cli *cli, const char *option, const char *text, uint64_t min, uint64_t max);
double cli_amount(const struct cli *cli, const char *option, const char *text);

/* Copies a file ("-" = standard input) into the arena, at most bytes_max. On failure says so and ends the process with
 * CLI_USAGE. */
char *cli_read_file(struct cli *cli, const char *path, size_t bytes_max, size_t *ret_length);

/* The client, opened on first use; a bad URL is a usage error. */
struct occupare_client *cli_client(struct cli *cli);

/* Prints a failure on standard error and returns the exit code for it. */
int cli_fail(const struct occupare_status *st);

/* What --first does: for an ambiguous name, the best candidate in the arena, with the @AREA and :PERIOD of the text that
 * named it. NULL: the failure is another. */
char *cli_first_candidate(struct cli *cli, const char *text);

/* Help on standard output: of everything, or of one subcommand. */
void cli_help(const struct cli_command *command);
void cli_version(void);

#endif

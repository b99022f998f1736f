/* help and completion: both walk the tables of subcommands and options. */
#include <string.h>

#include "client/commands.h"

/* ---- help ---- */

static int
run_help(struct cli *cli)
{
	const char *value;

	while (cli_option_next(cli, &value) != CLI_OPTION_END)
		;
	cli_operands_check(cli, 0, 1, "");
	cli_help(cli->operands_count > 0 ? cli_find_command(cli, cli->operands[0]) : NULL);
	return CLI_OK;
}

static const char *const help_examples[] = { "occupare help", "occupare help compare", NULL };

const struct cli_command cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "help on everything, or on one command",
	.examples = help_examples,
	.run = run_help,
};

/* ---- completion ---- */

/* In single quotes; special characters of the text are escaped with a backslash. */
static void
print_escaped(const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			fputs("'\\''", stdout);
			continue;
		}
		if (strchr(special, *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

static void
print_words(const char *const *words)
{
	for (const char *const *w = words; w != NULL && *w != NULL; w++)
		printf("%s%s", w == words ? "" : " ", *w);
}

static void
print_command_names(const char *separator)
{
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++)
		printf("%s%s", c == cli_commands ? "" : separator, (*c)->name);
}

static void
print_option_names(const struct cli_option *option)
{
	for (; option != NULL && option->key != 0; option++)
		printf(" --%s", option->name);
}

static bool
takes_file(const struct cli_command *command)
{
	return strcmp(command->operands, "FILE") == 0;
}

/* -- bash -- */

static void
bash_arguments(const char *command, const struct cli_option *option)
{
	for (; option != NULL && option->key != 0; option++) {
		if (option->argument == NULL)
			continue;
		printf("\t%s,--%s", command, option->name);
		if (option->key < 256)
			printf("|%s,-%c", command, option->key);
		fputs(") words='", stdout);
		print_words(option->values);
		fputs("'; argument=1 ;;\n", stdout);
	}
}

static void
bash_command(const struct cli_command *command)
{
	printf("\t%s) words='", command->name);
	if (command == &cmd_help)
		print_command_names(" ");
	else
		print_words(command->values);
	print_option_names(command->options);
	print_option_names(cli_global_options);
	printf("'%s ;;\n", takes_file(command) ? "; files=1" : "");
}

static void
bash_completion(void)
{
	puts("# bash completion of occupare\n"
	     "_occupare()\n"
	     "{\n"
	     "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tlocal command= words= argument= files= word\n"
	     "\t# bash cuts words at = and : as well\n"
	     "\tif [[ $current == = ]]; then\n"
	     "\t\tcurrent=\n"
	     "\telif [[ $previous == = ]]; then\n"
	     "\t\tprevious=${COMP_WORDS[COMP_CWORD-2]}\n"
	     "\tfi\n"
	     "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	     "\t\tcase $word in");
	fputs("\t\t", stdout);
	print_command_names("|");
	puts(") command=$word; break ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tcase $command,$previous in\n"
	     "\t*,--url|*,--timeout) argument=1 ;;");
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++)
		bash_arguments((*c)->name, (*c)->options);
	puts("\tesac\n"
	     "\tif [[ -z $argument ]]; then\n"
	     "\t\tcase $command in");
	fputs("\t'') words='", stdout);
	print_command_names(" ");
	print_option_names(cli_global_options);
	puts("' ;;");
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++)
		bash_command(*c);
	puts("\t\tesac\n"
	     "\tfi\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
	     "\tif [[ -n $files && $current != -* ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
	     "\t\tcompopt -o filenames 2>/dev/null\n"
	     "\tfi\n"
	     "}\n"
	     "complete -F _occupare occupare");
}

/* -- zsh -- */

static void
zsh_options(const struct cli_option *option)
{
	for (; option != NULL && option->key != 0; option++) {
		fputs(" \\\n\t\t\t", stdout);
		if (option->key < 256 && option->repeats)
			printf("'*'{-%c,--%s}", option->key, option->name);
		else if (option->key < 256)
			printf("'(-%c --%s)'{-%c,--%s}", option->key, option->name, option->key, option->name);
		else
			printf("--%s", option->name);
		fputs("'[", stdout);
		print_escaped(option->help, "[]:\\");
		putchar(']');
		if (option->argument != NULL) {
			printf(":%s:", option->argument);
			if (option->values != NULL) {
				putchar('(');
				print_words(option->values);
				putchar(')');
			}
		}
		putchar('\'');
	}
}

static void
zsh_command(const struct cli_command *command)
{
	printf("\t\t%s)\n\t\t_arguments -s", command->name);
	zsh_options(command->options);
	zsh_options(cli_global_options);
	fputs(" \\\n\t\t\t'*:", stdout);
	print_escaped(command->operands, "[]:\\");
	putchar(':');
	if (takes_file(command)) {
		fputs("_files", stdout);
	} else if (command == &cmd_help || command->values != NULL) {
		putchar('(');
		if (command == &cmd_help)
			print_command_names(" ");
		else
			print_words(command->values);
		putchar(')');
	}
	puts("' ;;");
}

static void
zsh_completion(void)
{
	puts("#compdef occupare\n"
	     "_occupare()\n"
	     "{\n"
	     "\tlocal context state state_descr line\n"
	     "\tlocal -a commands\n"
	     "\ttypeset -A opt_args\n"
	     "\tcommands=(");
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++) {
		printf("\t\t'%s:", (*c)->name);
		print_escaped((*c)->summary, ":\\");
		puts("'");
	}
	fputs("\t)\n\t_arguments -C", stdout);
	zsh_options(cli_global_options);
	puts(" \\\n\t\t'1:command:->command' '*::operand:->operand'\n"
	     "\tcase $state in\n"
	     "\tcommand) _describe command commands ;;\n"
	     "\toperand)\n"
	     "\t\tcase $words[1] in");
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++)
		zsh_command(*c);
	puts("\t\tesac ;;\n"
	     "\tesac\n"
	     "}\n"
	     "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
	     "\t_occupare \"$@\"\n"
	     "else\n"
	     "\tcompdef _occupare occupare\n"
	     "fi");
}

/* -- fish -- */

static void
fish_options(const char *condition, const char *command, const struct cli_option *option)
{
	for (; option != NULL && option->key != 0; option++) {
		printf("complete -c occupare %s%s%s -l %s", condition, command, command[0] != '\0' ? "'" : "",
		    option->name);
		if (option->key < 256)
			printf(" -s %c", option->key);
		if (option->argument != NULL)
			fputs(" -x", stdout);
		if (option->values != NULL) {
			fputs(" -a '", stdout);
			print_words(option->values);
			putchar('\'');
		}
		fputs(" -d '", stdout);
		print_escaped(option->help, "");
		puts("'");
	}
}

static void
fish_completion(void)
{
	puts("# fish completion of occupare\n"
	     "complete -c occupare -f");
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++) {
		printf("complete -c occupare -n __fish_use_subcommand -a %s -d '", (*c)->name);
		print_escaped((*c)->summary, "");
		puts("'");
	}
	fish_options("", "", cli_global_options);
	for (const struct cli_command *const *c = cli_commands; *c != NULL; c++) {
		fish_options("-n '__fish_seen_subcommand_from ", (*c)->name, (*c)->options);
		if (*c != &cmd_help && (*c)->values == NULL && !takes_file(*c))
			continue;
		printf("complete -c occupare -n '__fish_seen_subcommand_from %s' ", (*c)->name);
		if (takes_file(*c)) {
			puts("-F");
			continue;
		}
		fputs("-a '", stdout);
		if (*c == &cmd_help)
			print_command_names(" ");
		else
			print_words((*c)->values);
		puts("'");
	}
}

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static int
run_completion(struct cli *cli)
{
	const char *value;

	while (cli_option_next(cli, &value) != CLI_OPTION_END)
		;
	cli_operands_check(cli, 1, 1, "the shell: bash, zsh or fish");
	if (strcmp(cli->operands[0], "bash") == 0)
		bash_completion();
	else if (strcmp(cli->operands[0], "zsh") == 0)
		zsh_completion();
	else if (strcmp(cli->operands[0], "fish") == 0)
		fish_completion();
	else
		cli_usage_error(cli, "no completion for \"%s\": it is one of bash, zsh, fish", cli->operands[0]);
	return CLI_OK;
}

static const char *const completion_examples[] = {
	"source <(occupare completion bash)",
	"occupare completion zsh >~/.zfunc/_occupare",
	"occupare completion fish >~/.config/fish/completions/occupare.fish",
	NULL,
};

const struct cli_command cmd_completion = {
	.name = "completion",
	.operands = "SHELL",
	.summary = "a script that completes this command in bash, zsh or fish",
	.examples = completion_examples,
	.values = shells,
	.run = run_completion,
};

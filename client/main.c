/* occupare: the command line of the service. */
#include <locale.h>
#include <stdlib.h>

#include "client/cli.h"
#include "client/output.h"
#include "proto/rpc.h"
#include "proto/standard.h"

/* Characters are counted by the locale; its numbers would put commas into JSON. Without a UTF-8 locale libsmartcols would write
 * \x escapes. */
static void
set_locale(void)
{
	if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
}

int
main(int argc, char **argv)
{
	struct cli cli = { 0 };
	int code;

	occ_keep_standard_descriptors();
	set_locale();
	occ_arena_init(&cli.arena, OCC_ARENA_BYTES_KEPT, (size_t)1 << 30);
	cli_global_options_parse(&cli, argc, argv);
	if (cli.argc == 0)
		cli_usage_error(&cli, "which command?");
	cli.command = cli_find_command(&cli, cli.argv[0]);
	code = cli.command->run(&cli);
	occupare_close(cli.client);
	occ_arena_fini(&cli.arena);
	if (!output_finish() && code == CLI_OK)
		code = CLI_REFUSED;
	return code;
}

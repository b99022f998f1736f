/* The subcommands; each is described where it is defined. */
#ifndef CLIENT_COMMANDS_H
#define CLIENT_COMMANDS_H

#include "client/cli.h"

extern const struct cli_command cmd_compare;
extern const struct cli_command cmd_get, cmd_list, cmd_search, cmd_similar, cmd_areas, cmd_estimates;
extern const struct cli_command cmd_transition;
extern const struct cli_command cmd_put, cmd_delete;
extern const struct cli_command cmd_info, cmd_health, cmd_call;
extern const struct cli_command cmd_completion, cmd_help;

#endif

/* info, health, call: about the service itself. */
#include <string.h>
#include <time.h>

#include "client/commands.h"
#include "client/output.h"
#include "proto/json.h"
#include "proto/nearest.h"
#include "proto/rpc.h"

static const char *const forms[] = { "text", "json", NULL };
static const struct cli_option form_options[] = {
	{ 'o', "output", "FORM", "how to write it", forms },
	{ 0 },
};

/* Reads the options of commands that have this one alone. */
static enum output_form
read_form(struct cli *cli)
{
	enum output_form form = OUTPUT_TEXT;
	const char *value;

	while (cli_option_next(cli, &value) != CLI_OPTION_END)
		form = output_form(value);
	return form;
}

/* ---- info ---- */

static void
number_line(struct cli *cli, const char *label, uint64_t number)
{
	Occupare__V1__Figure figure = OCCUPARE__V1__FIGURE__INIT;

	figure.value = (double)number;
	output_line(label, output_count(cli, OUTPUT_TEXT, &figure));
}

static void
print_dataset(struct cli *cli, const Occupare__V1__Dataset *dataset)
{
	output_line("Service", occupare_url(cli->client));
	number_line(cli, "Generation", dataset->generation);
	if (dataset->update_time != NULL) {
		time_t seconds = (time_t)dataset->update_time->seconds;
		char text[64] = "";
		struct tm utc;

		if (gmtime_r(&seconds, &utc) != NULL)
			strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
		output_line("Last changed", text);
	}
	number_line(cli, "Store format", dataset->schema_version);
	if (dataset->counts != NULL) {
		number_line(cli, "Occupations", dataset->counts->occupations);
		number_line(cli, "Alternate titles", dataset->counts->aliases);
		number_line(cli, "Codes", dataset->counts->codes);
		number_line(cli, "Areas", dataset->counts->areas);
		number_line(cli, "Estimates", dataset->counts->estimates);
	}
	output_sources(cli, dataset->sources, dataset->n_sources);
}

static int
run_info(struct cli *cli)
{
	Occupare__V1__GetDatasetRequest request = OCCUPARE__V1__GET_DATASET_REQUEST__INIT;
	Occupare__V1__GetDatasetResponse *response;
	enum output_form form = read_form(cli);
	int code = CLI_OK;

	cli_operands_check(cli, 0, 0, "");
	if (occupare_get_dataset(cli_client(cli), &request, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	if (form == OUTPUT_JSON)
		code = output_json(cli, &response->base);
	else if (response->dataset != NULL)
		print_dataset(cli, response->dataset);
	occupare_free(response);
	return code;
}

static const char *const info_examples[] = { "occupare info", "occupare info -o json", NULL };

const struct cli_command cmd_info = {
	.name = "info",
	.operands = "",
	.summary = "what data the service has, and from which sources",
	.examples = info_examples,
	.options = form_options,
	.run = run_info,
};

/* ---- health ---- */

static int
run_health(struct cli *cli)
{
	static const char *const names[] = { "UNKNOWN", "SERVING", "NOT_SERVING" };
	enum occupare_health health;
	const char *value;

	while (cli_option_next(cli, &value) != CLI_OPTION_END)
		;
	cli_operands_check(cli, 0, 1, "");
	if (occupare_check_health(cli_client(cli), cli->operands_count > 0 ? cli->operands[0] : NULL, &health,
		&cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	puts((unsigned)health < sizeof names / sizeof names[0] ? names[health] : "UNKNOWN");
	return health == OCCUPARE_HEALTH_SERVING ? CLI_OK : CLI_REFUSED;
}

static const char *const health_examples[] = {
	"occupare health",
	"occupare health occupare.v1.ComparisonService --timeout 1",
	NULL,
};

static const char *const health_services[] = { "occupare.v1.OccupationService", "occupare.v1.ComparisonService", NULL };

const struct cli_command cmd_health = {
	.name = "health",
	.operands = "[SERVICE]",
	.summary = "whether the service, or one service of it, takes calls",
	.details = "Prints SERVING, NOT_SERVING or UNKNOWN; the exit code is 0 only for SERVING.",
	.examples = health_examples,
	.options = NULL,
	.values = health_services,
	.run = run_health,
};

/* ---- call ---- */

enum { KEY_LIST = 512 };

static const struct cli_option call_options[] = {
	{ 'd', "data", "JSON", "the request; @FILE reads it from a file, - from standard input; else it is {}", NULL },
	{ KEY_LIST, "list", NULL, "list the methods", NULL },
	{ 0 },
};

static void
list_methods(void)
{
	for (const ProtobufCServiceDescriptor *const *s = occ_services; *s != NULL; s++)
		for (unsigned i = 0; i < (*s)->n_methods; i++)
			printf("/%s/%s\n", (*s)->name, (*s)->methods[i].name);
}

/* A method by its name alone, if no path was given. */
static const ProtobufCMethodDescriptor *
find_bare(const char *name, const ProtobufCServiceDescriptor **ret_service)
{
	for (const ProtobufCServiceDescriptor *const *s = occ_services; *s != NULL; s++) {
		const ProtobufCMethodDescriptor *method = protobuf_c_service_descriptor_get_method_by_name(*s, name);

		if (method != NULL) {
			*ret_service = *s;
			return method;
		}
	}
	return NULL;
}

static _Noreturn void
unknown_bare(const struct cli *cli, const char *name)
{
	struct occ_nearest nearest = occ_nearest_begin(name);

	for (const ProtobufCServiceDescriptor *const *s = occ_services; *s != NULL; s++)
		for (unsigned i = 0; i < (*s)->n_methods; i++)
			occ_nearest_offer(&nearest, (*s)->methods[i].name);
	if (nearest.name != NULL)
		cli_usage_error(cli, "there is no method %s; did you mean %s?", name, nearest.name);
	cli_usage_error(cli, "there is no method %s; --list shows all", name);
}

static const ProtobufCMethodDescriptor *
find_method(struct cli *cli, const char *name, const ProtobufCServiceDescriptor **ret_service)
{
	const ProtobufCMethodDescriptor *method;

	if (strchr(name, '/') == NULL) {
		method = find_bare(name, ret_service);
		if (method == NULL)
			unknown_bare(cli, name);
		return method;
	}
	if (name[0] != '/')
		name = occ_arena_printf(&cli->arena, "/%s", name);
	if (occ_method_find(name, ret_service, &method, &cli->status) != OCCUPARE_OK)
		cli_usage_error(cli, "%s", cli->status.message);
	return method;
}

/* The request; a broken one is a usage error. */
static ProtobufCMessage *
read_request(struct cli *cli, const ProtobufCMessageDescriptor *descriptor, const char *data)
{
	ProtobufCMessage *request;
	size_t length = strlen(data);

	if (data[0] == '@' || strcmp(data, "-") == 0)
		data = cli_read_file(cli, data[0] == '@' ? data + 1 : data, OCC_REPLY_BYTES_MAX, &length);
	if (occ_json_parse(&cli->arena, descriptor, data, length, &request, &cli->status) != OCCUPARE_OK)
		cli_usage_error(cli, "the request is no %s: %s", descriptor->name, cli->status.message);
	return request;
}

static int
run_call(struct cli *cli)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	ProtobufCMessage *request, *response;
	const char *data = "{}", *value;
	bool list = false;
	int key, code;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END) {
		if (key == 'd')
			data = value;
		else
			list = true;
	}
	cli_operands_check(cli, list ? 0 : 1, list ? 0 : 1, "the method (--list shows them)");
	if (list) {
		list_methods();
		return CLI_OK;
	}
	method = find_method(cli, cli->operands[0], &service);
	request = read_request(cli, method->input, data);
	if (occupare_call(cli_client(cli), service, method->name, request, 0, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	code = output_json(cli, response);
	occupare_free(response);
	return code;
}

static const char *const call_examples[] = {
	"occupare call --list",
	"occupare call GetOccupation -d '{\"name\": \"barista\", \"view\": \"OCCUPATION_VIEW_FULL\"}'",
	"occupare call /occupare.v1.ComparisonService/CompareOccupations -d @request.json",
	NULL,
};

const struct cli_command cmd_call = {
	.name = "call",
	.operands = "METHOD",
	.summary = "any method, its request and reply as JSON",
	.details = "METHOD is /package.Service/Method, or the last part alone. JSON is ProtoJSON.",
	.examples = call_examples,
	.options = call_options,
	.run = run_call,
};

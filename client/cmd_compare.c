/* compare: the page is the service's own rendering, printed byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "client/commands.h"
#include "client/output.h"
#include "proto/rpc.h"

enum { KEY_AREA = 512, KEY_PERIOD, KEY_BASELINE, KEY_WIDTH, KEY_FIRST };

static const char *const forms[] = { "text", "table", "markdown", "html", "csv", "json", NULL };
static const char *const sections[] = { "introduction", "overview", "summary", "salary", "education", "demographics",
	"responsibilities", "skills", "category", "outlook", "transition", NULL };
#define SECTIONS_MAX (sizeof sections / sizeof sections[0] - 1)

static const struct cli_option options[] = {
	{ 'o', "output", "FORM", "how to write it", forms },
	{ 's', "section", "SECTION", "only this section; may stand several times", sections, true },
	{ KEY_AREA, "area", "AREA", "compare there: US, a state's two letters, a metro area's digits", NULL },
	{ KEY_PERIOD, "period", "YEAR", "compare then", NULL },
	{ KEY_BASELINE, "baseline", "N", "take differences from the Nth, counted from 1", NULL },
	{ KEY_WIDTH, "width", "COLUMNS", "write for so many columns, 40 to 400", NULL },
	{ KEY_FIRST, "first", NULL, "take the best candidate of an ambiguous name", NULL },
	{ 0 },
};

/* What the command line asks for. */
struct wanted {
	enum output_form form;
	char *sections[SECTIONS_MAX];
	size_t sections_count;
	const char *area;
	uint32_t period;
	uint32_t baseline; /* from 0 */
	uint32_t width;
	bool first;
};

static void
add_section(struct wanted *wanted, const char *section)
{
	for (size_t i = 0; i < wanted->sections_count; i++)
		if (strcmp(wanted->sections[i], section) == 0)
			return;
	wanted->sections[wanted->sections_count++] = (char *)section;
}

static void
read_options(struct cli *cli, struct wanted *wanted)
{
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END) {
		switch (key) {
		case 'o':
			wanted->form = output_form(value);
			break;
		case 's':
			add_section(wanted, value);
			break;
		case KEY_AREA:
			wanted->area = value;
			break;
		case KEY_PERIOD:
			wanted->period = (uint32_t)cli_number(cli, "period", value, 1, 9999);
			break;
		case KEY_BASELINE:
			wanted->baseline = (uint32_t)cli_number(cli, "baseline", value, 1, OCC_COMPARANDS_MAX) - 1;
			break;
		case KEY_WIDTH:
			wanted->width = (uint32_t)cli_number(cli, "width", value, 40, 400);
			break;
		case KEY_FIRST:
			wanted->first = true;
			break;
		}
	}
}

static void
check_comparands(const struct cli *cli, const struct wanted *wanted)
{
	if (cli->operands_count < OCC_COMPARANDS_MIN)
		cli_usage_error(cli, "a comparison needs at least %d occupations, not %zu", OCC_COMPARANDS_MIN,
		    cli->operands_count);
	if (cli->operands_count > OCC_COMPARANDS_MAX)
		cli_usage_error(
		    cli, "a comparison takes at most %d occupations, not %zu", OCC_COMPARANDS_MAX, cli->operands_count);
	for (size_t i = 0; i < cli->operands_count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(cli->operands[i], cli->operands[j]) == 0)
				cli_usage_error(cli,
				    "\"%s\" stands twice: an occupation cannot be compared with itself",
				    cli->operands[i]);
	if (wanted->baseline >= cli->operands_count)
		cli_usage_error(
		    cli, "--baseline %u is beyond the %zu occupations", wanted->baseline + 1, cli->operands_count);
}

static void
fill_request(struct cli *cli, struct wanted *wanted, Occupare__V1__CompareOccupationsRequest *request)
{
	occupare__v1__compare_occupations_request__init(request);
	request->comparands = occ_arena_calloc(&cli->arena, cli->operands_count, sizeof *request->comparands);
	request->n_comparands = cli->operands_count;
	for (size_t i = 0; i < cli->operands_count; i++) {
		Occupare__V1__ComparandRequest *comparand = occ_arena_alloc(&cli->arena, sizeof *comparand);

		occupare__v1__comparand_request__init(comparand);
		comparand->name = (char *)cli->operands[i];
		if (wanted->area != NULL)
			comparand->area = (char *)wanted->area;
		comparand->period = wanted->period;
		request->comparands[i] = comparand;
	}
	request->baseline = wanted->baseline;
	request->sections = wanted->sections;
	request->n_sections = wanted->sections_count;
}

/* Puts the best candidate in the place of the ambiguous name. False: the failure is another. */
static bool
take_first(struct cli *cli, Occupare__V1__CompareOccupationsRequest *request)
{
	const char *field = cli->status.violations_count > 0 ? cli->status.violations[0].field : "";
	const char *at = strstr(field, "comparands[");
	unsigned long index = at != NULL ? strtoul(at + strlen("comparands["), NULL, 10) : request->n_comparands;
	char *candidate;

	if (index >= request->n_comparands)
		return false;
	candidate = cli_first_candidate(cli, request->comparands[index]->name);
	if (candidate != NULL)
		request->comparands[index]->name = candidate;
	return candidate != NULL;
}

static enum occupare_code
render(struct cli *cli, const struct wanted *wanted, Occupare__V1__CompareOccupationsRequest *request,
    Occupare__V1__RenderComparisonResponse **ret)
{
	static const Occupare__V1__Format formats[] = {
		[OUTPUT_TEXT] = OCCUPARE__V1__FORMAT__FORMAT_TEXT,
		[OUTPUT_TABLE] = OCCUPARE__V1__FORMAT__FORMAT_TABLE,
		[OUTPUT_MARKDOWN] = OCCUPARE__V1__FORMAT__FORMAT_MARKDOWN,
		[OUTPUT_HTML] = OCCUPARE__V1__FORMAT__FORMAT_HTML,
		[OUTPUT_CSV] = OCCUPARE__V1__FORMAT__FORMAT_CSV,
	};
	Occupare__V1__RenderComparisonRequest rendering = OCCUPARE__V1__RENDER_COMPARISON_REQUEST__INIT;

	rendering.request = request;
	rendering.format = formats[wanted->form];
	rendering.width = wanted->width != 0 ? wanted->width : output_width();
	rendering.color = output_color(cli);
	return occupare_render_comparison(cli_client(cli), &rendering, ret, &cli->status);
}

static int
print_rendering(struct cli *cli, struct wanted *wanted, Occupare__V1__CompareOccupationsRequest *request)
{
	Occupare__V1__RenderComparisonResponse *response;

	while (render(cli, wanted, request, &response) != OCCUPARE_OK)
		if (!wanted->first || !take_first(cli, request))
			return cli_fail(&cli->status);
	fwrite(response->body.data, 1, response->body.len, stdout);
	occupare_free(response);
	return CLI_OK;
}

static int
print_comparison(struct cli *cli, struct wanted *wanted, Occupare__V1__CompareOccupationsRequest *request)
{
	Occupare__V1__CompareOccupationsResponse *response;
	int code;

	while (occupare_compare_occupations(cli_client(cli), request, &response, &cli->status) != OCCUPARE_OK)
		if (!wanted->first || !take_first(cli, request))
			return cli_fail(&cli->status);
	code = output_json(cli, &response->base);
	occupare_free(response);
	return code;
}

static int
run_compare(struct cli *cli)
{
	struct wanted wanted = { .form = OUTPUT_TEXT };
	Occupare__V1__CompareOccupationsRequest request;

	read_options(cli, &wanted);
	cli_operands_from_stdin(cli);
	check_comparands(cli, &wanted);
	fill_request(cli, &wanted, &request);
	return wanted.form == OUTPUT_JSON ? print_comparison(cli, &wanted, &request)
					  : print_rendering(cli, &wanted, &request);
}

static const char *const examples[] = {
	"occupare compare patient-services-manager service-director",
	"occupare compare 29-1141@CA 29-1141@TX --section salary",
	"occupare compare 'Registered Nurses:2019' 'Registered Nurses:2024' -o markdown",
	"occupare search nurse -o ids | head -5 | occupare compare - -o csv",
	NULL,
};

const struct cli_command cmd_compare = {
	.name = "compare",
	.operands = "A B [C...]",
	.summary = "how 2 to 10 occupations differ",
	.details =
	    "Each is NAME[@AREA][:PERIOD], NAME being an id, a code, a title or an alias. \"-\" reads names from "
	    "standard "
	    "input, one per line. json is the whole reply of CompareOccupations; text and table are as wide as the "
	    "terminal, or COLUMNS, or 80 columns.",
	.examples = examples,
	.options = options,
	.run = run_compare,
};

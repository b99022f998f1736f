/* get: one occupation by the single method, several by the batch. */
#include <math.h>
#include <string.h>

#include "client/commands.h"
#include "client/output.h"
#include "proto/rpc.h"

enum { KEY_FULL = 512, KEY_FIRST };

#define SKILLS_SHOWN 12

static const char *const forms[] = { "text", "json", NULL };
static const struct cli_option options[] = {
	{ 'o', "output", "FORM", "how to write it", forms },
	{ KEY_FULL, "full", NULL, "with the alternate titles", NULL },
	{ KEY_FIRST, "first", NULL, "take the best candidate of an ambiguous name", NULL },
	{ 0 },
};

/* ---- An occupation as text ---- */

static void
money_line(struct cli *cli, const char *label, const char *currency, const Occupare__V1__Figure *figure)
{
	if (output_has(figure))
		output_line(label, output_money(cli, OUTPUT_TEXT, currency, figure));
}

static void
count_line(struct cli *cli, const char *label, const Occupare__V1__Figure *figure, const char *unit)
{
	if (output_has(figure))
		output_line(label, occ_arena_printf(&cli->arena, "%s%s", output_count(cli, OUTPUT_TEXT, figure), unit));
}

static void
top_line(struct cli *cli, const char *label, const char *currency, const Occupare__V1__TopPayer *top)
{
	if (top == NULL)
		return;
	if (output_has(top->annual_mean))
		output_line(label, occ_arena_printf(&cli->arena, "%s, %s", top->label,
				       output_money(cli, OUTPUT_TEXT, currency, top->annual_mean)));
	else
		output_line(label, top->label);
}

static void
range_line(struct cli *cli, const char *label, const char *currency, const Occupare__V1__Figure *low,
    const Occupare__V1__Figure *high)
{
	if (output_has(low) && output_has(high))
		output_line(
		    label, occ_arena_printf(&cli->arena, "%s to %s", output_money(cli, OUTPUT_TEXT, currency, low),
			       output_money(cli, OUTPUT_TEXT, currency, high)));
}

static void
print_salary(struct cli *cli, const Occupare__V1__Salary *salary)
{
	if (salary == NULL)
		return;
	output_heading(cli, "Pay per year");
	money_line(cli, "Mean", salary->currency_code, salary->annual_mean);
	money_line(cli, "Median", salary->currency_code, salary->annual_median);
	range_line(cli, "Typical range", salary->currency_code, salary->annual_low, salary->annual_high);
	range_line(cli, "10th to 90th", salary->currency_code, salary->annual_p10, salary->annual_p90);
	top_line(cli, "Best city", salary->currency_code, salary->top_city);
	top_line(cli, "Best state", salary->currency_code, salary->top_state);
	top_line(cli, "Best company", salary->currency_code, salary->top_company);
	top_line(cli, "Best industry", salary->currency_code, salary->top_industry);
}

static void
print_outlook(struct cli *cli, const Occupare__V1__Outlook *outlook)
{
	const char *growth;

	if (outlook == NULL)
		return;
	output_heading(cli, "Outlook");
	if (output_has(outlook->growth_percent)) {
		growth = output_percent(cli, OUTPUT_TEXT, outlook->growth_percent);
		if (outlook->from_year != 0 && outlook->to_year != 0)
			growth = occ_arena_printf(
			    &cli->arena, "%s from %u to %u", growth, outlook->from_year, outlook->to_year);
		output_line("Growth", growth);
	}
	count_line(cli, "Employment", outlook->employment, " people");
	count_line(cli, "Job postings", outlook->job_postings, "");
	count_line(cli, "Openings", outlook->annual_openings, " per year");
}

static void
print_shares(struct cli *cli, const char *label, Occupare__V1__Share *const *shares, size_t count)
{
	const char *list = "";

	for (size_t i = 0; i < count; i++) {
		const Occupare__V1__Share *share = shares[i];
		const char *percent = output_has(share->percent) ? occ_arena_printf(&cli->arena, " %s",
								       output_percent(cli, OUTPUT_TEXT, share->percent))
								 : "";

		list = occ_arena_printf(&cli->arena, "%s%s%s%s", list, i > 0 ? ", " : "", share->label, percent);
	}
	output_line(label, list);
}

/* Whole years as years, else months. */
static void
becoming_line(struct cli *cli, const Occupare__V1__Experience *experience)
{
	double low, high;
	const char *unit = "months";

	if (!output_has(experience->months_to_become_low))
		return;
	low = experience->months_to_become_low->value;
	high = output_has(experience->months_to_become_high) ? experience->months_to_become_high->value : low;
	if (fmod(low, 12) == 0 && fmod(high, 12) == 0) {
		low /= 12;
		high /= 12;
		unit = "years";
	}
	if (!output_has(experience->months_to_become_high))
		output_line("Time to become", occ_arena_printf(&cli->arena, "more than %g %s", low, unit));
	else if (low == high)
		output_line("Time to become", occ_arena_printf(&cli->arena, "%g %s", low, unit));
	else
		output_line("Time to become", occ_arena_printf(&cli->arena, "%g-%g %s", low, high, unit));
}

static void
print_entry(struct cli *cli, const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Education *education = occupation->education;
	const Occupare__V1__Experience *experience = occupation->experience;

	if (education == NULL && experience == NULL)
		return;
	output_heading(cli, "Getting there");
	if (experience != NULL) {
		becoming_line(cli, experience);
		count_line(cli, "Experience", experience->typical_years, " years");
		output_line("Experience asked", experience->category);
		output_line("Training", experience->training);
	}
	if (education != NULL) {
		output_line("Entry", education->typical_entry);
		print_shares(cli, "Degrees", education->degrees, education->n_degrees);
		print_shares(cli, "Majors", education->majors, education->n_majors);
		print_shares(cli, "Colleges", education->colleges, education->n_colleges);
	}
}

static void
print_people(struct cli *cli, const Occupare__V1__Occupation *occupation)
{
	const Occupare__V1__Demographics *people = occupation->demographics;

	if (people == NULL)
		return;
	output_heading(cli, "Who works in it");
	count_line(cli, "Average age", people->average_age, " years");
	count_line(cli, "Median age", people->median_age, " years");
	print_shares(cli, "Genders", people->genders, people->n_genders);
	print_shares(cli, "Races", people->races, people->n_races);
	if (output_has(people->lgbt_percent))
		output_line("LGBT", output_percent(cli, OUTPUT_TEXT, people->lgbt_percent));
}

static void
print_skills(struct cli *cli, const Occupare__V1__Occupation *occupation)
{
	const char *list = "";
	size_t shown = occupation->n_skills < SKILLS_SHOWN ? occupation->n_skills : SKILLS_SHOWN;

	if (occupation->n_skills == 0)
		return;
	output_heading(cli, "Skills");
	for (size_t i = 0; i < shown; i++) {
		const Occupare__V1__Skill *skill = occupation->skills[i];
		const char *weight = output_has(skill->percent) ? occ_arena_printf(&cli->arena, " %s",
								      output_percent(cli, OUTPUT_TEXT, skill->percent))
								: "";

		list = occ_arena_printf(&cli->arena, "%s%s%s%s", list, i > 0 ? ", " : "", skill->name, weight);
	}
	if (shown < occupation->n_skills)
		list = occ_arena_printf(&cli->arena, "%s, and %zu more", list, occupation->n_skills - shown);
	output_line("", list);
}

static void
print_duties(struct cli *cli, const Occupare__V1__Occupation *occupation)
{
	if (occupation->n_responsibilities == 0)
		return;
	output_heading(cli, "Responsibilities");
	for (size_t i = 0; i < occupation->n_responsibilities; i++)
		output_line("-", occupation->responsibilities[i]);
	if (occupation->more_responsibilities)
		output_line("-", "... and more");
}

static void
print_aliases(struct cli *cli, const Occupare__V1__Occupation *occupation)
{
	if (occupation->n_aliases == 0)
		return;
	output_heading(cli, "Also called");
	for (size_t i = 0; i < occupation->n_aliases; i++)
		output_line("-", occupation->aliases[i]);
}

static void
print_occupation(struct cli *cli, const Occupare__V1__Occupation *occupation)
{
	output_line("Title", occupation->title);
	output_line("Id", occupation->id);
	output_line("Codes", output_codes(cli, occupation->codes, occupation->n_codes));
	if (occupation->category != NULL)
		output_line("Category", occupation->category->title);
	output_line("Revision", occ_arena_printf(&cli->arena, "%llu", (unsigned long long)occupation->revision));
	if (occupation->summary[0] != '\0') {
		output_heading(cli, "What it is");
		output_line("", occupation->summary);
	}
	print_salary(cli, occupation->salary);
	print_outlook(cli, occupation->outlook);
	print_entry(cli, occupation);
	print_people(cli, occupation);
	print_skills(cli, occupation);
	print_duties(cli, occupation);
	print_aliases(cli, occupation);
	output_sources(cli, occupation->sources, occupation->n_sources);
}

/* ---- Getting it ---- */

struct wanted {
	enum output_form form;
	Occupare__V1__OccupationView view;
	bool first;
};

static int
get_one(struct cli *cli, const struct wanted *wanted)
{
	Occupare__V1__GetOccupationRequest request = OCCUPARE__V1__GET_OCCUPATION_REQUEST__INIT;
	Occupare__V1__GetOccupationResponse *response;
	int code = CLI_OK;

	request.name = (char *)cli->operands[0];
	request.view = wanted->view;
	while (occupare_get_occupation(cli_client(cli), &request, &response, &cli->status) != OCCUPARE_OK) {
		char *candidate = wanted->first ? cli_first_candidate(cli, request.name) : NULL;

		if (candidate == NULL)
			return cli_fail(&cli->status);
		request.name = candidate;
	}
	if (wanted->form == OUTPUT_JSON)
		code = output_json(cli, &response->base);
	else if (response->occupation != NULL)
		print_occupation(cli, response->occupation);
	occupare_free(response);
	return code;
}

/* Those that are there. */
static int
print_results(struct cli *cli, const Occupare__V1__BatchGetOccupationsResponse *response)
{
	bool printed = false;

	for (size_t i = 0; i < response->n_results; i++) {
		const Occupare__V1__OccupationResult *result = response->results[i];

		if (result->result_case != OCCUPARE__V1__OCCUPATION_RESULT__RESULT_OCCUPATION)
			continue;
		if (printed)
			fputs("\n\n", stdout);
		print_occupation(cli, result->occupation);
		printed = true;
	}
	return CLI_OK;
}

/* Those that are not; they make the command fail. */
static int
report_errors(struct cli *cli, const Occupare__V1__BatchGetOccupationsResponse *response)
{
	int code = CLI_OK;

	for (size_t i = 0; i < response->n_results; i++) {
		const Occupare__V1__OccupationResult *result = response->results[i];

		if (result->result_case != OCCUPARE__V1__OCCUPATION_RESULT__RESULT_ERROR)
			continue;
		occupare_item_status(result->error, &cli->status);
		code = cli_fail(&cli->status);
	}
	return code;
}

/* Puts the best candidates in the places of ambiguous names. True: there were some. */
static bool
take_first(struct cli *cli, Occupare__V1__BatchGetOccupationsRequest *request,
    const Occupare__V1__BatchGetOccupationsResponse *response)
{
	bool taken = false;

	for (size_t i = 0; i < response->n_results && i < request->n_names; i++) {
		char *candidate;

		if (response->results[i]->result_case != OCCUPARE__V1__OCCUPATION_RESULT__RESULT_ERROR)
			continue;
		occupare_item_status(response->results[i]->error, &cli->status);
		candidate = cli_first_candidate(cli, request->names[i]);
		if (candidate != NULL) {
			request->names[i] = candidate;
			taken = true;
		}
	}
	return taken;
}

static int
get_several(struct cli *cli, const struct wanted *wanted)
{
	Occupare__V1__BatchGetOccupationsRequest request = OCCUPARE__V1__BATCH_GET_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__BatchGetOccupationsResponse *response;
	int code;

	request.names = (char **)cli->operands;
	request.n_names = cli->operands_count;
	request.view = wanted->view;
	if (occupare_batch_get_occupations(cli_client(cli), &request, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	if (wanted->first && take_first(cli, &request, response)) {
		occupare_free(response);
		if (occupare_batch_get_occupations(cli_client(cli), &request, &response, &cli->status) != OCCUPARE_OK)
			return cli_fail(&cli->status);
	}
	code = wanted->form == OUTPUT_JSON ? output_json(cli, &response->base) : print_results(cli, response);
	if (code == CLI_OK)
		code = report_errors(cli, response);
	occupare_free(response);
	return code;
}

static int
run_get(struct cli *cli)
{
	struct wanted wanted = { .form = OUTPUT_TEXT, .view = OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_BASIC };
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END) {
		if (key == 'o')
			wanted.form = output_form(value);
		else if (key == KEY_FULL)
			wanted.view = OCCUPARE__V1__OCCUPATION_VIEW__OCCUPATION_VIEW_FULL;
		else if (key == KEY_FIRST)
			wanted.first = true;
	}
	cli_operands_from_stdin(cli);
	cli_operands_check(cli, 1, OCC_BATCH_GET_MAX, "the name of an occupation");
	return cli->operands_count == 1 ? get_one(cli, &wanted) : get_several(cli, &wanted);
}

static const char *const examples[] = {
	"occupare get patient-services-manager",
	"occupare get 29-1141 'Service Director' -o json",
	"occupare list --category healthcare -o ids | occupare get - -o json",
	NULL,
};

const struct cli_command cmd_get = {
	.name = "get",
	.operands = "NAME...",
	.summary = "what is known of one or more occupations",
	.details =
	    "NAME is an id, a code, a title or an alias; \"-\" reads names from standard input, one per line. Of "
	    "several "
	    "names those that are unknown are reported, the others printed, and the exit code is 1. json is the whole "
	    "reply: of GetOccupation for one name, of BatchGetOccupations for several.",
	.examples = examples,
	.options = options,
	.run = run_get,
};

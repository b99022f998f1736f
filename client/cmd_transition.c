/* transition: what stands between one occupation and another. */
#include <string.h>

#include "client/commands.h"
#include "client/likeness.h"
#include "client/output.h"

static const char *const forms[] = { "text", "json", NULL };
static const struct cli_option options[] = {
	{ 'o', "output", "FORM", "how to write it", forms },
	LIKENESS_OPTIONS,
	{ 0 },
};

static const struct output_column skill_columns[] = {
	{ "SKILL", "name", false, true },
	{ "KIND", "kind", false, false },
	{ "FROM", "from_weight", true, false },
	{ "TO", "to_weight", true, false },
	{ "GAP", "gap", true, false },
};

#define SKILLS_SHOWN 20u /* of each list; programs get all */

static const char *
weight(struct cli *cli, const Occupare__V1__Figure *figure)
{
	return output_has(figure) ? occ_arena_printf(&cli->arena, "%.4g", figure->value) : "-";
}

static const char *
kind_text(struct cli *cli, Occupare__V1__SkillKind kind)
{
	return kind == OCCUPARE__V1__SKILL_KIND__SKILL_KIND_UNSPECIFIED
		   ? "-"
		   : output_enum(cli, &occupare__v1__skill_kind__descriptor, kind);
}

static bool
is_weighed(const Occupare__V1__SkillGap *skill)
{
	return output_has(skill->from_weight) || output_has(skill->to_weight);
}

static void
print_weighed(struct cli *cli, Occupare__V1__SkillGap *const *skills, size_t count)
{
	struct output_table table;
	size_t weighed = 0;

	output_table_begin(&table, cli, OUTPUT_TABLE, skill_columns, 5);
	for (size_t i = 0; i < count; i++) {
		if (!is_weighed(skills[i]) || weighed++ >= SKILLS_SHOWN)
			continue;
		output_cell(&table, skills[i]->name);
		output_cell(&table, kind_text(cli, skills[i]->kind));
		output_cell(&table, weight(cli, skills[i]->from_weight));
		output_cell(&table, weight(cli, skills[i]->to_weight));
		output_cell(&table, occ_arena_printf(&cli->arena, "%+.4g", skills[i]->gap));
	}
	if (weighed > 0)
		output_table_end(&table);
	if (weighed > SKILLS_SHOWN)
		output_line("", occ_arena_printf(&cli->arena, "and %zu more", weighed - SKILLS_SHOWN));
}

/* Those that have no weight: technologies, mostly. */
static void
print_named(struct cli *cli, Occupare__V1__SkillGap *const *skills, size_t count)
{
	const char *text = "";
	size_t named = 0;

	for (size_t i = 0; i < count; i++)
		if (!is_weighed(skills[i]) && named++ < SKILLS_SHOWN)
			text = occ_arena_printf(&cli->arena, "%s%s%s", text, named > 1 ? ", " : "", skills[i]->name);
	if (named > SKILLS_SHOWN)
		text = occ_arena_printf(&cli->arena, "%s and %zu more", text, named - SKILLS_SHOWN);
	output_line("Without a weight:", text);
}

static void
print_skills(struct cli *cli, const char *heading, Occupare__V1__SkillGap *const *skills, size_t count)
{
	if (count == 0)
		return;
	output_heading(cli, heading);
	print_weighed(cli, skills, count);
	print_named(cli, skills, count);
}

/* "Likeness: directed coverage 0.58, ...". */
static void
print_likeness(struct cli *cli, const Occupare__V1__Transition *transition)
{
	const char *text = "";

	for (size_t i = 0; i < transition->n_likeness; i++)
		text = occ_arena_printf(&cli->arena, "%s%s%s %.3f", text, i > 0 ? ", " : "",
		    output_enum(cli, &occupare__v1__similarity_method__descriptor, transition->likeness[i]->method),
		    transition->likeness[i]->value);
	output_line("Likeness, 0 to 1:", text);
}

static void
print_steps(struct cli *cli, const Occupare__V1__Transition *transition)
{
	const struct output_column columns[] = {
		{ "STEP", "label", false, true },
		{ "FROM", "from", false, true },
		{ "TO", "to", false, true },
		{ "DIFFERENCE", "difference", false, true },
	};
	struct output_table table;

	if (transition->n_steps == 0)
		return;
	output_heading(cli, "Steps");
	output_table_begin(&table, cli, OUTPUT_TABLE, columns, 4);
	for (size_t i = 0; i < transition->n_steps; i++) {
		const Occupare__V1__Row *row = transition->steps[i];

		output_cell(&table, row->label);
		output_cell(&table, row->n_cells > 0 ? row->cells[0]->display : "");
		output_cell(&table, row->n_cells > 1 ? row->cells[1]->display : "");
		output_cell(&table, row->n_differences > 1 ? row->differences[1]->display : "");
	}
	output_table_end(&table);
}

static void
print_transition(struct cli *cli, const Occupare__V1__Transition *transition)
{
	if (transition->from != NULL && transition->to != NULL) {
		output_words(
		    occ_arena_printf(&cli->arena, "From %s to %s", transition->from->title, transition->to->title), 0,
		    0);
		putchar('\n');
	}
	for (size_t i = 0; i < transition->n_sentences; i++)
		output_line("", transition->sentences[i]->text);
	print_likeness(cli, transition);
	print_steps(cli, transition);
	print_skills(cli, "Skills that carry over", transition->carried_over, transition->n_carried_over);
	print_skills(cli, "Skills to gain", transition->to_gain, transition->n_to_gain);
	if (transition->n_warnings > 0)
		output_heading(cli, "Mind");
	for (size_t i = 0; i < transition->n_warnings; i++)
		output_line("-", transition->warnings[i]);
	output_sources(cli, transition->sources, transition->n_sources);
}

static int
run_transition(struct cli *cli)
{
	Occupare__V1__AnalyzeTransitionRequest request = OCCUPARE__V1__ANALYZE_TRANSITION_REQUEST__INIT;
	Occupare__V1__AnalyzeTransitionResponse *response;
	enum output_form form = OUTPUT_TEXT;
	struct likeness likeness = { 0 };
	const char *value;
	int code = CLI_OK, key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END)
		if (!likeness_take(cli, &likeness, key, value))
			form = output_form(value);
	cli_operands_check(cli, 2, 2, "the name of an occupation");
	if (strcmp(cli->operands[0], cli->operands[1]) == 0)
		cli_usage_error(
		    cli, "\"%s\" stands twice: there is nothing between an occupation and itself", cli->operands[0]);
	request.from = (char *)cli->operands[0];
	request.to = (char *)cli->operands[1];
	request.measure = likeness.measure;
	request.weights = likeness.list;
	request.n_weights = likeness.count;
	if (occupare_analyze_transition(cli_client(cli), &request, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	if (form == OUTPUT_JSON)
		code = output_json(cli, &response->base);
	else if (response->transition != NULL)
		print_transition(cli, response->transition);
	occupare_free(response);
	return code;
}

static const char *const examples[] = {
	"occupare transition patient-services-manager service-director",
	"occupare transition 29-2061 29-1141 -o json",
	"occupare transition 29-2061 29-1141 --measure level --weight technology=0",
	NULL,
};

const struct cli_command cmd_transition = {
	.name = "transition",
	.operands = "FROM TO",
	.summary = "what stands between one occupation and another",
	.details =
	    "Skills that carry over and skills to gain, with their weights of 0 to 100, how like the two are, and "
	    "the steps in pay, education and experience. --weight ranks kinds of skill as in similar.",
	.examples = examples,
	.options = options,
	.run = run_transition,
};

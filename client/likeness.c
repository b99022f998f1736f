/* Options on what of skills counts. */
#include "client/likeness.h"

#include <string.h>

#include "client/output.h"

const char *const likeness_measures[] = { "importance", "level", "importance-and-level", NULL };

int
likeness_enum(struct cli *cli, const ProtobufCEnumDescriptor *descriptor, const char *name)
{
	for (unsigned i = 0; i < descriptor->n_values; i++)
		if (strcmp(output_enum(cli, descriptor, descriptor->values[i].value), name) == 0)
			return descriptor->values[i].value;
	return 0;
}

/* KIND=N; the service says how large N may be. */
static void
take_weight(struct cli *cli, struct likeness *likeness, const char *value)
{
	const char *equals = strchr(value, '=');
	size_t length = equals != NULL ? (size_t)(equals - value) : strlen(value), at = 0;
	const char *name = occ_arena_strndup(&cli->arena, value, length);
	int kind = likeness_enum(cli, &occupare__v1__skill_kind__descriptor, name);

	if (kind == OCCUPARE__V1__SKILL_KIND__SKILL_KIND_UNSPECIFIED)
		cli_usage_error(cli,
		    "--weight takes skill, knowledge, ability, technology or work-activity, '=' and a number, not "
		    "\"%s\"",
		    value);
	if (equals == NULL)
		cli_usage_error(cli, "--weight %s lacks '=' and a number: --weight %s=2", value, value);
	while (at < likeness->count && (int)likeness->weights[at].kind != kind)
		at++;
	occupare__v1__kind_weight__init(&likeness->weights[at]);
	likeness->weights[at].kind = (Occupare__V1__SkillKind)kind;
	likeness->weights[at].weight = cli_amount(cli, "weight", equals + 1);
	likeness->list[at] = &likeness->weights[at];
	if (at == likeness->count)
		likeness->count++;
}

bool
likeness_take(struct cli *cli, struct likeness *likeness, int key, const char *value)
{
	if (key == KEY_MEASURE)
		likeness->measure = (Occupare__V1__SkillMeasure)likeness_enum(
		    cli, &occupare__v1__skill_measure__descriptor, value);
	else if (key == KEY_WEIGHT)
		take_weight(cli, likeness, value);
	return key == KEY_MEASURE || key == KEY_WEIGHT;
}

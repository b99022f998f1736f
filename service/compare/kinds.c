/* Kinds of skills as sets of bits. */
#include "service/compare/kinds.h"

#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

unsigned
kinds_skill(const Occupare__V1__Skill *skill)
{
	switch (skill->kind) {
	case KIND(SKILL):
		return skill->percent == NULL && skill->importance == NULL && skill->level == NULL
			   ? KINDS_NAMED
			   : KINDS_STATED(KIND(SKILL));
	case KIND(KNOWLEDGE):
	case KIND(ABILITY):
	case KIND(TECHNOLOGY):
	case KIND(WORK_ACTIVITY):
		return KINDS_STATED(skill->kind);
	default:
		return KINDS_STATED(KIND(UNSPECIFIED));
	}
}

unsigned
kinds_list(const Occupare__V1__Occupation *occupation)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < occupation->n_skills; i++)
		kinds |= kinds_skill(occupation->skills[i]);
	return kinds;
}

bool
kinds_could_name(unsigned list, const Occupare__V1__Skill *skill)
{
	unsigned any = KINDS_STATED(KIND(UNSPECIFIED)), kind = kinds_skill(skill);

	return kind == any || (list & (kind | any)) != 0;
}

bool
kinds_other_words(unsigned left, unsigned right)
{
	unsigned general = KINDS_STATED(KIND(SKILL)) | KINDS_NAMED;

	return ((left | right) & general) == general && (left & general) != general && (right & general) != general &&
	       (left & general) != 0 && (right & general) != 0;
}

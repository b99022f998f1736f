/* Which kinds of skills a list holds at all, and so which skills it could have named. Pure functions, thread-safe.
 *
 * A skill that is not in a list without any of its kind was never looked at there: it is not lacking. Skills of the general
 * kind that a publisher rates and those that another only names are two vocabularies, which count as two kinds here. A list
 * that does not tell kinds apart may hold any. */
#ifndef OCC_KINDS_H
#define OCC_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "occupare/v1/occupation.pb-c.h"

/* A set of kinds: one bit for each that SkillKind names, bit 0 for the kind that is not stated, and one more. */
#define KINDS_STATED(kind) (1u << (kind))
#define KINDS_NAMED (1u << 31) /* general skills that are named and not rated */

/* The kind of one skill. */
unsigned kinds_skill(const Occupare__V1__Skill *skill);

/* The kinds of an occupation's list. */
unsigned kinds_list(const Occupare__V1__Occupation *occupation);

/* Whether a list of these kinds could have named the skill. */
bool kinds_could_name(unsigned list, const Occupare__V1__Skill *skill);

/* Whether one of two lists rates general skills and the other only names some. */
bool kinds_other_words(unsigned left, unsigned right);

#endif

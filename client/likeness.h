/* What similar and transition share: which figure of a skill counts, and how much each kind of skill. */
#ifndef CLIENT_LIKENESS_H
#define CLIENT_LIKENESS_H

#include "client/cli.h"
#include "occupare/v1/comparison_service.pb-c.h"

enum { KEY_MEASURE = 768, KEY_WEIGHT };

#define LIKENESS_KINDS 5u

#define LIKENESS_OPTIONS                                                                                               \
	{ KEY_MEASURE, "measure", "FIGURE", "which figure of a skill counts", likeness_measures, false },              \
	{                                                                                                              \
		KEY_WEIGHT, "weight", "KIND=N",                                                                        \
		    "what a kind counts: skill, knowledge, ability, technology, work-activity", NULL, true             \
	}
extern const char *const likeness_measures[];

struct likeness {
	Occupare__V1__SkillMeasure measure;
	Occupare__V1__KindWeight weights[LIKENESS_KINDS], *list[LIKENESS_KINDS];
	size_t count;
};

/* True: the option was one of these. A kind that stands twice gets what is said last. */
bool likeness_take(struct cli *cli, struct likeness *likeness, int key, const char *value);

/* The value of an enum by its name as output_enum gives it; 0: none has it. */
int likeness_enum(struct cli *cli, const ProtobufCEnumDescriptor *descriptor, const char *name);

#endif

/* What sentences are made of: how comparands are named, which value is highest, how a fact reads for two or ten. Internal
 * to the narrative. All results live in the arena. */
#ifndef OCC_FACTS_H
#define OCC_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/rpc.h"
#include "service/compare/compare.h"
#include "service/compare/similar.h"

#define FACTS_SENTENCES_MAX 64u /* per section; ten comparands' transitions are the most */

/* How sentences name one comparand, its area and period included. */
struct facts_name {
	const char *one;       /* "registered nurse in California" */
	const char *a;         /* "a registered nurse in California" */
	const char *many;      /* "registered nurses in California" */
	const char *kind;      /* "registered nurse", for what is the same everywhere */
	const char *kind_a;    /* "a registered nurse" */
	const char *kind_many; /* "registered nurses" */
	const char *where;     /* "California, 2021"; "" where nothing was asked for or sets it apart */
};

/* Sentences said so far. */
struct facts_said {
	Occupare__V1__Sentence *sentences[FACTS_SENTENCES_MAX];
	size_t count;
};

struct facts {
	struct occ_arena *arena;
	const struct compare_subject *subjects;
	const struct facts_name *names;     /* one per subject */
	const struct similar_names *skills; /* one per subject */
	size_t count;
	const Occupare__V1__Comparison
	    *comparison;         /* its rows say what must not be set against each other; may be NULL */
	bool same_occupation;    /* all subjects are one occupation, in several areas or periods */
	struct facts_said *said; /* shared by copies that speak of some of the subjects */
};

/* A number of an occupation; NULL = absent. */
typedef const Occupare__V1__Figure *facts_figure_get(const Occupare__V1__Occupation *occupation);

/* The part of a distribution that leads it; NULL = absent. */
typedef const Occupare__V1__Share *facts_share_get(const Occupare__V1__Occupation *occupation);

struct facts_figure {
	const char *field; /* path in Occupation */
	const char *noun;  /* "average age" */
	Occupare__V1__Unit unit;
	facts_figure_get *get;
};

struct facts_share {
	const char *field;
	const char *noun; /* "most common degree" */
	facts_share_get *get;
	char *(*phrase)(struct occ_arena *arena, const char *label); /* the label within a sentence; NULL: as it is */
};

/* Names all subjects; comparands gives singular and plural. */
void facts_init(struct facts *facts, struct occ_arena *arena, const struct compare_subject *subjects, size_t count,
    Occupare__V1__Comparand *const *comparands);

/* Speaks of the occupations themselves, each once, named without area and period: of what is the same everywhere.
 * wanted: which of them; NULL = all. */
struct facts facts_kinds(const struct facts *facts, bool (*wanted)(const Occupare__V1__Occupation *occupation));

/* Adds a sentence. fields: separated by one space. */
void facts_say(struct facts *facts, const char *fields, const char *text);

/* "both", "all three", ... of the subjects. */
const char *facts_all(struct occ_arena *arena, size_t count);

/* "a, b, and c" of the chosen subjects' plurals; chosen: one per subject, NULL = all. */
char *facts_many(const struct facts *facts, const bool *chosen);

/* A known figure in a sentence: "$69,729", "at least $239,200". */
char *facts_value(
    const struct facts *facts, const Occupare__V1__Figure *figure, Occupare__V1__Unit unit, const char *currency);

/* Who is highest and lowest of what is known. Published lower bounds ("at least") do not order what they may exceed. */
struct facts_rank {
	const Occupare__V1__Figure *figures[OCC_COMPARANDS_MAX]; /* NULL where not known */
	size_t known;
	size_t top, bottom; /* indexes of the first highest and first lowest */
	bool top_known, bottom_known;
	bool equal;     /* all that are known are the same exact value */
	bool inherited; /* equal, and published for a broader group only */
};
struct facts_rank facts_rank(const struct facts *facts, facts_figure_get *get);

/* Plurals of all whose figure has the value. */
char *facts_who(const struct facts *facts, const struct facts_rank *rank, double value);

/* Whether the row of the field, where there is one, may be compared. */
bool facts_comparable(const struct facts *facts, const char *field);

/* "among the 8 of 10 with a figure, " where some have none, else "". */
const char *facts_coverage(const struct facts *facts, size_t known);

/* Adds the sentence on one figure of all subjects, or none where none is known. */
void facts_say_figure(struct facts *facts, const struct facts_figure *figure);

/* Adds the sentence on the leading part of one distribution, or none where none is known. */
void facts_say_share(struct facts *facts, const struct facts_share *share);

/* The same where a text is all there is. */
void facts_say_label(struct facts *facts, const char *field, const char *noun, const char *const *labels);

/* A level of education within a sentence: "a bachelor's degree", "some college but no degree". */
char *facts_education(struct occ_arena *arena, const char *label);

/* Skills in running text: lower-case but for technologies, at most max, "and 12 more" for the rest. */
char *facts_skill_names(struct occ_arena *arena, const Occupare__V1__Skill *const *skills, size_t count, size_t max);

/* ---- Facts that have files of their own ---- */

/* Defines the getter of a figure that stands in a part (salary, outlook, ...) of an occupation. */
#define FACTS_FIGURE(name, part, member)                                                                               \
	static const Occupare__V1__Figure *name(const Occupare__V1__Occupation *occupation)                            \
	{                                                                                                              \
		return occupation->part != NULL ? occupation->part->member : NULL;                                     \
	}

/* facts_way.c: which takes longer to become. */
void facts_say_way_in(struct facts *facts);

/* facts_pay.c: who earns more and by how much: by the mean of a year, or where more have one the median, or the mean of an
 * hour. */
void facts_say_pay(struct facts *facts);

/* Whether the pay ranges of two overlap, and where. row: whose caution holds for them; paths: of the fields used; noun:
 * "typical salary ranges". */
void facts_say_overlap(struct facts *facts, const char *row, const char *paths, const char *noun,
    facts_figure_get *get_low, facts_figure_get *get_high);

/* What a step from one to another brings in pay. */
void facts_say_pay_step(struct facts *facts, size_t from, size_t to);

/* facts_skills.c: the first three skills of each. */
void facts_say_top_skills(struct facts *facts);

/* Those that all list. say_none: that there are none is worth a sentence. */
void facts_say_shared_skills(struct facts *facts, bool say_none);

/* Shared, unique, likeness, and what a cut list means. */
void facts_say_skills(struct facts *facts);

/* What carries over from one to another and what is to be gained; coverage: 0 to 1. */
void facts_say_skills_step(struct facts *facts, size_t from, size_t to, double coverage);

/* Adds that a kind of skills which others list is not listed at all for some subjects, or another way, which is why it is
 * left out of what sets them apart. index: of the only subject to speak of; facts->count: of all. */
void facts_say_unrated_kinds(struct facts *facts, size_t index);

#endif

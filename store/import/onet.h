/* Inside the onet format: what is gathered of a release before it is handed over. */
#ifndef OCC_IMPORT_ONET_H
#define OCC_IMPORT_ONET_H

#include "occupare/v1/occupation.pb-c.h"
#include "store/import/import.h"
#include "store/import/tables.h"

#define ONET_TASKS_MAX 12u     /* of an occupation that become responsibilities */
#define ONET_REFUSED_MAX 1000u /* rows of a file, then the rest is not read */
#define ONET_DEGREES 12u       /* categories of scale RL */
#define ONET_SOURCE 1u         /* id, in each record, of the one source */

/* Pointers, in the order they were added. */
struct onet_list {
	void **items;
	size_t count, room;
};

struct onet_task {
	const char *id;
	char *text;
	unsigned type;     /* 0 = core, 1 = supplemental, 2 = not said */
	double importance; /* on the scale IM; 0 = not rated */
	size_t order;
};

struct onet_related {
	const char *title;
	unsigned rank;
};

struct onet_occupation {
	char *code, *title, *summary;
	size_t line;
	unsigned job_zone;                           /* 0 = none */
	struct onet_list titles;                     /* char *, alternate and reported, as published */
	struct onet_list tasks;                      /* struct onet_task */
	struct onet_list skills, technologies;       /* Occupare__V1__Skill */
	struct onet_list related;                    /* struct onet_related */
	struct onet_list interests;                  /* Occupare__V1__Interest */
	struct onet_list work_styles;                /* Occupare__V1__WorkStyle */
	Occupare__V1__Figure *degrees[ONET_DEGREES]; /* percent by category, NULL = not published */
};

struct onet_scale {
	const char *id, *name;
	double low, high;
};

struct onet {
	struct import *import;
	struct tables tables;
	struct occ_arena arena; /* all that is gathered */
	const char *release;    /* "" = not known */

	struct onet_list list;             /* struct onet_occupation, by code once all are read */
	struct onet_list scales;           /* struct onet_scale, of the release */
	const char *degrees[ONET_DEGREES]; /* labels by category */

	struct table *table; /* that is being read */
	Occupare__V1__SkillKind kind;
	struct onet_occupation *occupation; /* of the row before, which most rows are of, too; NULL = none */
	const struct onet_scale *scale;     /* likewise */
	struct import_rows rows;
	uint64_t rows_refused;
	uint64_t bytes_done, bytes_total;
};

/* What became of a row. */
enum onet_use {
	ONET_USED,
	ONET_SUPPRESSED, /* used, without the value */
	ONET_UNUSED,     /* nothing for us in it */
	ONET_UNMATCHED,  /* about an occupation or task that is not listed */
	ONET_REFUSED,    /* said why */
};

/* A file of the release and the function that takes a row of it. */
struct onet_file {
	const char *name;
	const struct table_column *columns;
	size_t columns_count;
	const char *missing; /* what occupations lack without the file; NULL: nothing */
	bool by_occupation;  /* its first column is the code of an occupation that must be listed */
	enum onet_use (*row)(struct onet *onet, struct onet_occupation *occupation);
	Occupare__V1__SkillKind kind; /* of what a file of ratings rates */
};

/* In the order they are to be read; ended by an entry without a name. The first lists the occupations. */
extern const struct onet_file onet_files[];

/* The listed occupation with this code; NULL: none. */
struct onet_occupation *onet_find(const struct onet *onet, const char *code);

void onet_add(struct onet *onet, struct onet_list *list, void *item);

/* True for a list that may not grow; the row is refused then. So lists may be searched from end to end. */
bool onet_is_full(struct onet *onet, const struct onet_list *list);

/* Refuses the row, or its column, for this reason. */
enum onet_use onet_refuse(struct onet *onet, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The names that people may search an occupation by, in the arena: titles that are an expansion and its abbreviation are
 * parted, and none is there twice or equal to title, letter case and spacing aside. */
char **onet_aliases(struct occ_arena *arena, const char *title, char *const *titles, size_t count, size_t *ret_count);

#endif

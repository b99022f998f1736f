/* Inside the oews format: which area and industry a row is about. */
#ifndef OCC_IMPORT_OEWS_H
#define OCC_IMPORT_OEWS_H

#include "occupare/v1/estimate.pb-c.h"
#include "store/import/import.h"

/* Columns that are read, by name in oews.c. The first say what a row is about beside the occupation. */
enum oews_column {
	OEWS_AREA,
	OEWS_AREA_TITLE,
	OEWS_AREA_TYPE,
	OEWS_NAICS,
	OEWS_NAICS_TITLE,
	OEWS_I_GROUP,
	OEWS_OWN_CODE,
	OEWS_SLICE_COLUMNS,
	OEWS_OCC_CODE = OEWS_SLICE_COLUMNS,
	OEWS_OCC_TITLE,
	OEWS_O_GROUP,
	OEWS_TOT_EMP,
	OEWS_EMP_PRSE,
	OEWS_MEAN_PRSE,
	OEWS_ANNUAL,
	OEWS_HOURLY,
	OEWS_H_MEAN,
	OEWS_A_MEAN,
	OEWS_A_PCT10,
	OEWS_A_PCT25,
	OEWS_A_MEDIAN,
	OEWS_A_PCT75,
	OEWS_A_PCT90,
	OEWS_OCC_GROUP,
};

struct oews_area {
	const char *code, *title;
	Occupare__V1__AreaKind kind;
	uint32_t period; /* of the file that the title is of */
};

enum oews_slice_use {
	OEWS_SLICE_USED,
	OEWS_SLICE_REPEATED, /* its industry is there at another level of the NAICS, too */
	OEWS_SLICE_REFUSED,  /* said why */
};

/* The rows of a file that are about one area and industry. */
struct oews_slice {
	const char *row[OEWS_SLICE_COLUMNS];   /* cells that tell it, as they stand */
	const char *cells[OEWS_SLICE_COLUMNS]; /* without spaces at the ends */
	const char *file;
	uint32_t period;
	const struct oews_area *area;
	const char *industry; /* "" = all */
	enum oews_slice_use use;
};

/* All slices of one import. */
struct oews_slices {
	struct occ_arena arena;
	const char *file; /* that is being read */
	uint32_t period;
	bool national;           /* rows that name no area are of the nation */
	struct oews_slice *last; /* that was asked for; NULL = none */
	void *rows;              /* of the file: trees of tsearch(3), by row */
	void *taken;             /* of all files, by area, period and industry */
	void *areas;             /* by code */
};

void oews_slices_init(struct oews_slices *slices);
void oews_slices_fini(struct oews_slices *slices);

/* Goes on with another file. file is borrowed. */
void oews_slices_file(struct oews_slices *slices, const char *file, uint32_t period, bool national);

/* The slice that a row with these cells, "" where a column is missing, is of. One that is used is the only one of its area,
 * period and industry; the industry is the title that the NAICS has for it, with whose establishments where they are a part only.
 * INVALID_ARGUMENT: *ret_column is wrong; it is told once, from then on the slice is one that was refused.
 * ALREADY_EXISTS: another file gives the slice, too. */
enum occupare_code oews_slices_find(struct oews_slices *slices, const char *const *cells, const struct oews_slice **ret,
    size_t *ret_column, struct occupare_status *st) OCC_MUST_CHECK;

/* Hands over the areas of all slices, with the titles that the latest file has. */
void oews_slices_hand_over(const struct oews_slices *slices, struct import *import);

#endif

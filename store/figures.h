/* Whether a figure says how much. */
#ifndef OCC_FIGURES_H
#define OCC_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "occupare/v1/occupation.pb-c.h"

/* The value beside this status counts; else there is none, and the status tells why. */
static inline bool
figures_status_has_value(Occupare__V1__FigureStatus status)
{
	return status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED &&
	       status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_NOT_COLLECTED;
}

/* The figure is there and has a value. figure: NULL is allowed. */
static inline bool
figures_has_value(const Occupare__V1__Figure *figure)
{
	return figure != NULL && figures_status_has_value(figure->status);
}

#endif

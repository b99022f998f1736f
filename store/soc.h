/* The Standard Occupational Classification, 2018 (https://www.bls.gov/soc/2018/), and the codes of other programmes that are
 * made of its own.  Pure functions, thread-safe. */
#ifndef OCC_SOC_H
#define OCC_SOC_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/arena.h"

#define SOC_CODE_LENGTH 7u       /* 29-1141 */
#define SOC_ONET_CODE_LENGTH 10u /* 29-1141.00 */

/* A SOC code as it is published, 29-1141, in the arena, with or without its dash in text; NULL: text is none. */
char *soc_code(struct occ_arena *arena, const char *text);

/* True for a SOC code as it is published. */
bool soc_is_code(const char *text);

/* True for an O*NET-SOC code: a SOC code, a dot and two digits. */
bool soc_is_onet_code(const char *text);

/* The title of the major group that a code belongs to by its first two digits; NULL: no such group. Static. */
const char *soc_major_group(const char *code);

/* The code that wages, employment and projections of a SOC code are published under where that is not itself: a group of a
 * few codes, as 13-1020 of 13-1021 to 13-1023 (Occupational Employment and Wage Statistics and Employment Projections since
 * May 2021: https://www.bls.gov/oes/soc_2018.htm). NULL: itself. Static. */
const char *soc_published(const char *code);

/* The codes that are published under this one, by index from 0; NULL at their end. Static. */
const char *soc_member(const char *published, size_t index);

#endif

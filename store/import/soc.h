/* The Standard Occupational Classification, 2018: https://www.bls.gov/soc/2018/. Pure functions, thread-safe. */
#ifndef OCC_IMPORT_SOC_H
#define OCC_IMPORT_SOC_H

#include <stdbool.h>

#define SOC_CODE_LENGTH 7u       /* 29-1141 */
#define SOC_ONET_CODE_LENGTH 10u /* 29-1141.00 */

/* True for an O*NET-SOC code: a SOC code, a dot and two digits. */
bool soc_is_onet_code(const char *text);

/* The title of the major group that a code belongs to by its first two digits; NULL: no such group. Static. */
const char *soc_major_group(const char *code);

#endif

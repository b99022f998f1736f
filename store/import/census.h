/* The occupations of the Census Bureau, by whose titles the Current Population Survey publishes, and the codes of the Standard
 * Occupational Classification that each of them covers.  Facts of two lists: the "2018 Census Occupation Code List" with its
 * summary of changes (U.S. Census Bureau,
 * https://www.census.gov/topics/employment/industry-occupation/guidance/code-lists.html) and the structure of the SOC of 2018
 * (https://www.bls.gov/soc/2018/).  A code of the first list such as 13-20XX is of what its summary names, or where that names
 * nothing, of all in the group that no other line is of.  Of the 570 Census codes two have no SOC code (9830, military of no
 * stated rank; 9920, unemployed without experience) and are left out.  Pure functions, thread-safe. */
#ifndef OCC_IMPORT_CENSUS_H
#define OCC_IMPORT_CENSUS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/soc.h"

struct census_occupation {
	const char *code; /* 0060 */
	const char *title;
	const char *soc_codes; /* detailed ones, rising, a space between two: "11-2032 11-2033" */
};

/* Sorted as census_compare orders titles.  Each of the 867 detailed codes of the SOC is in one of them. */
extern const struct census_occupation census_occupations[];
extern const size_t census_occupations_count;

/* The occupation with this title; NULL: none. */
const struct census_occupation *census_find(const char *title);

/* How many SOC codes an occupation covers, and the one with this index. */
size_t census_soc_count(const struct census_occupation *occupation);
void census_soc_code(const struct census_occupation *occupation, size_t index, char ret[SOC_CODE_LENGTH + 1]);

/* True where the occupation covers this SOC code. */
bool census_covers(const struct census_occupation *occupation, const char *soc_code);

/* Orders titles like strcmp, but for letter case (of ASCII), white space and commas: the survey's tables print one title with a
 * comma that the list does not have. */
int census_compare(const char *a, const char *b);

#endif

/* The major groups as the classification's structure lists them. */
#include "store/import/soc.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char digits[3];
	const char *title;
} major_groups[] = {
	{ "11", "Management Occupations" },
	{ "13", "Business and Financial Operations Occupations" },
	{ "15", "Computer and Mathematical Occupations" },
	{ "17", "Architecture and Engineering Occupations" },
	{ "19", "Life, Physical, and Social Science Occupations" },
	{ "21", "Community and Social Service Occupations" },
	{ "23", "Legal Occupations" },
	{ "25", "Educational Instruction and Library Occupations" },
	{ "27", "Arts, Design, Entertainment, Sports, and Media Occupations" },
	{ "29", "Healthcare Practitioners and Technical Occupations" },
	{ "31", "Healthcare Support Occupations" },
	{ "33", "Protective Service Occupations" },
	{ "35", "Food Preparation and Serving Related Occupations" },
	{ "37", "Building and Grounds Cleaning and Maintenance Occupations" },
	{ "39", "Personal Care and Service Occupations" },
	{ "41", "Sales and Related Occupations" },
	{ "43", "Office and Administrative Support Occupations" },
	{ "45", "Farming, Fishing, and Forestry Occupations" },
	{ "47", "Construction and Extraction Occupations" },
	{ "49", "Installation, Maintenance, and Repair Occupations" },
	{ "51", "Production Occupations" },
	{ "53", "Transportation and Material Moving Occupations" },
	{ "55", "Military Specific Occupations" },
};

bool
soc_is_onet_code(const char *text)
{
	static const char shape[] = "dd-dddd.dd";

	if (strlen(text) != SOC_ONET_CODE_LENGTH)
		return false;
	for (size_t i = 0; i < SOC_ONET_CODE_LENGTH; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return false;
	return true;
}

const char *
soc_major_group(const char *code)
{
	for (size_t i = 0; i < sizeof major_groups / sizeof major_groups[0]; i++)
		if (strncmp(code, major_groups[i].digits, 2) == 0)
			return major_groups[i].title;
	return NULL;
}

/* The major groups as the classification's structure lists them, and what is published under codes of groups. */
#include "store/soc.h"

#include <string.h>

#include "store/keys.h"
#include "store/store.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

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

static const struct {
	const char *code;
	const char *members[5]; /* ended by NULL where there are fewer */
} published[] = {
	{ "13-1020", { "13-1021", "13-1022", "13-1023" } },
	{ "13-2020", { "13-2022", "13-2023" } },
	{ "21-1018", { "21-1011", "21-1014" } },
	{ "25-2052", { "25-2055", "25-2056" } },
	{ "25-9045", { "25-9042", "25-9043", "25-9049" } },
	{ "29-2010", { "29-2011", "29-2012" } },
	{ "31-1120", { "31-1121", "31-1122" } },
	{ "39-7010", { "39-7011", "39-7012" } },
	{ "47-4090", { "47-4091", "47-4099" } },
	{ "51-2028", { "51-2022", "51-2023" } },
	{ "51-2090", { "51-2092", "51-2099" } },
	{ "53-1047", { "53-1042", "53-1043", "53-1044", "53-1049" } },
};

/* The text is as long as the shape and equal to it, but for a digit where that has a d. */
static bool
has_shape(const char *text, const char *shape)
{
	size_t length = strlen(shape);

	if (strlen(text) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return false;
	return true;
}

char *
soc_code(struct occ_arena *arena, const char *text)
{
	const char *key = keys_code(arena, text);

	if (key == NULL || !has_shape(key, "dddddd"))
		return NULL;
	return occ_arena_printf(arena, "%.2s-%s", key, key + 2);
}

bool
soc_is_code(const char *text)
{
	return has_shape(text, "dd-dddd");
}

bool
soc_is_onet_code(const char *text)
{
	return has_shape(text, "dd-dddd.dd");
}

const char *
soc_major_group(const char *code)
{
	for (size_t i = 0; i < LENGTH(major_groups); i++)
		if (strncmp(code, major_groups[i].digits, 2) == 0)
			return major_groups[i].title;
	return NULL;
}

const char *
soc_published(const char *code)
{
	for (size_t i = 0; i < LENGTH(published); i++)
		for (size_t j = 0; j < LENGTH(published[i].members) && published[i].members[j] != NULL; j++)
			if (strcmp(published[i].members[j], code) == 0)
				return published[i].code;
	return NULL;
}

const char *
soc_member(const char *code, size_t index)
{
	for (size_t i = 0; i < LENGTH(published); i++)
		if (strcmp(published[i].code, code) == 0)
			return index < LENGTH(published[i].members) ? published[i].members[index] : NULL;
	return NULL;
}

const char *
store_soc_code(struct occ_arena *arena, const Occupare__V1__Occupation *occupation, bool *ret_finer)
{
	const char *soc = NULL;

	*ret_finer = false;
	for (size_t i = 0; i < occupation->n_codes; i++) {
		const Occupare__V1__Code *code = occupation->codes[i];

		if (strcmp(code->system, "SOC2018") == 0 && soc == NULL) {
			soc = soc_code(arena, code->value);
		} else if (strcmp(code->system, "ONETSOC2019") == 0 && soc_is_onet_code(code->value)) {
			*ret_finer = strcmp(code->value + SOC_CODE_LENGTH, ".00") != 0;
			if (soc == NULL)
				soc = occ_arena_strndup(arena, code->value, SOC_CODE_LENGTH);
		}
	}
	return soc;
}

/* Columns are those of the field descriptions that BLS puts beside its files (https://www.bls.gov/oes/). */
#include "store/import/oews.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define KIND(name) OCCUPARE__V1__AREA_KIND__AREA_KIND_##name

#define CBSA_DIGITS 5u        /* 10180 */
#define NONMETRO_DIGITS 7u    /* 0100001: the state, and a number of the programme's own */
#define ALL_OWNERSHIPS "1235" /* OWN_CODE of what leaves nobody out */

/* USPS abbreviations, by AREA_TITLE. */
static const struct state {
	const char *title, *code;
} states[] = {
	{ "Alabama", "AL" },
	{ "Alaska", "AK" },
	{ "Arizona", "AZ" },
	{ "Arkansas", "AR" },
	{ "California", "CA" },
	{ "Colorado", "CO" },
	{ "Connecticut", "CT" },
	{ "Delaware", "DE" },
	{ "District of Columbia", "DC" },
	{ "Florida", "FL" },
	{ "Georgia", "GA" },
	{ "Guam", "GU" },
	{ "Hawaii", "HI" },
	{ "Idaho", "ID" },
	{ "Illinois", "IL" },
	{ "Indiana", "IN" },
	{ "Iowa", "IA" },
	{ "Kansas", "KS" },
	{ "Kentucky", "KY" },
	{ "Louisiana", "LA" },
	{ "Maine", "ME" },
	{ "Maryland", "MD" },
	{ "Massachusetts", "MA" },
	{ "Michigan", "MI" },
	{ "Minnesota", "MN" },
	{ "Mississippi", "MS" },
	{ "Missouri", "MO" },
	{ "Montana", "MT" },
	{ "Nebraska", "NE" },
	{ "Nevada", "NV" },
	{ "New Hampshire", "NH" },
	{ "New Jersey", "NJ" },
	{ "New Mexico", "NM" },
	{ "New York", "NY" },
	{ "North Carolina", "NC" },
	{ "North Dakota", "ND" },
	{ "Ohio", "OH" },
	{ "Oklahoma", "OK" },
	{ "Oregon", "OR" },
	{ "Pennsylvania", "PA" },
	{ "Puerto Rico", "PR" },
	{ "Rhode Island", "RI" },
	{ "South Carolina", "SC" },
	{ "South Dakota", "SD" },
	{ "Tennessee", "TN" },
	{ "Texas", "TX" },
	{ "Utah", "UT" },
	{ "Vermont", "VT" },
	{ "Virgin Islands", "VI" },
	{ "U.S. Virgin Islands", "VI" },
	{ "Virginia", "VA" },
	{ "Washington", "WA" },
	{ "West Virginia", "WV" },
	{ "Wisconsin", "WI" },
	{ "Wyoming", "WY" },
};

/* OWN_CODE, by whose the establishments are. */
static const struct ownership {
	const char *code, *name;
} ownerships[] = {
	{ "1", "federal government" },
	{ "2", "state government" },
	{ "3", "local government" },
	{ "5", "private" },
	{ "35", "private and local government" },
	{ "57", "private, and local government casinos" },
	{ "58", "private, and state and local government hospitals" },
	{ "59", "private, and postal service" },
	{ "123", "federal, state and local government" },
	{ "235", "private, state and local government" },
	{ ALL_OWNERSHIPS, "all ownerships" },
};

/* ---- Trees ---- */

static int
by_row(const void *a, const void *b)
{
	const struct oews_slice *left = a, *right = b;
	int order = 0;

	for (size_t i = 0; i < OEWS_SLICE_COLUMNS && order == 0; i++)
		order = strcmp(left->row[i], right->row[i]);
	return order;
}

static int
by_area(const void *a, const void *b)
{
	const struct oews_area *left = a, *right = b;

	return strcmp(left->code, right->code);
}

static int
by_subject(const void *a, const void *b)
{
	const struct oews_slice *left = a, *right = b;
	int order = by_area(left->area, right->area);

	if (order == 0)
		order = (left->period > right->period) - (left->period < right->period);
	return order != 0 ? order : strcmp(left->industry, right->industry);
}

/* The item of the tree that equals this one, which may be itself, added. */
static void *
add(void **tree, void *item, int (*compare)(const void *, const void *))
{
	void **node = tsearch(item, tree, compare);

	if (node == NULL)
		abort();
	return *node;
}

/* Items live in the arena. */
static void
keep_item(void *item)
{
	(void)item;
}

void
oews_slices_init(struct oews_slices *slices)
{
	*slices = (struct oews_slices){ 0 };
	occ_arena_init(&slices->arena, 0, 0);
}

void
oews_slices_fini(struct oews_slices *slices)
{
	tdestroy(slices->rows, keep_item);
	tdestroy(slices->taken, keep_item);
	tdestroy(slices->areas, keep_item);
	occ_arena_fini(&slices->arena);
}

void
oews_slices_file(struct oews_slices *slices, const char *file, uint32_t period, bool national)
{
	tdestroy(slices->rows, keep_item);
	slices->rows = NULL;
	slices->last = NULL;
	slices->file = file;
	slices->period = period;
	slices->national = national;
}

/* ---- Areas ---- */

static const char *
state_code(const char *title)
{
	for (size_t i = 0; i < LENGTH(states); i++)
		if (strcasecmp(states[i].title, title) == 0)
			return states[i].code;
	return NULL;
}

static bool
is_nation(const char *title)
{
	return strcasecmp(title, "U.S.") == 0 || strcasecmp(title, "United States") == 0 ||
	       strcasecmp(title, "National") == 0;
}

/* A workbook that holds codes as numbers has lost their zeros in front. */
static const char *
padded(struct occ_arena *arena, const char *code, size_t digits)
{
	size_t length = strlen(code);

	return length >= digits ? code : occ_arena_printf(arena, "%.*s%s", (int)(digits - length), "0000000", code);
}

static bool
is_local_code(const char *code)
{
	size_t length = strlen(code);

	return length > 0 && length <= NONMETRO_DIGITS && strspn(code, "0123456789") == length;
}

/* AREA_TYPE, or what stands for it in files without: 1 = nation, 2 = state, 3 = territory, 4 = metropolitan area, 6 =
 * nonmetropolitan area; 0 = cannot be told. */
static char
area_type(const struct oews_slices *slices, const char *const *cells)
{
	const char *type = cells[OEWS_AREA_TYPE], *code = cells[OEWS_AREA], *title = cells[OEWS_AREA_TITLE];

	if (type[0] != '\0')
		return strlen(type) == 1 && strchr("12346", type[0]) != NULL ? type[0] : '\0';
	if (title[0] == '\0')
		return slices->national && code[0] == '\0' ? '1' : '\0';
	if (is_nation(title))
		return '1';
	/* A state's own code has two digits. */
	if (is_local_code(code) && strlen(code) >= CBSA_DIGITS)
		return strlen(code) == CBSA_DIGITS ? '4' : '6';
	return '2';
}

static enum occupare_code
read_area(struct oews_slices *slices, const char *const *cells, struct oews_area *ret, size_t *ret_column,
    struct occupare_status *st)
{
	char type = area_type(slices, cells);
	const char *code = cells[OEWS_AREA], *title = cells[OEWS_AREA_TITLE];

	ret->period = slices->period;
	ret->title = title;
	ret->kind = type == '1' ? KIND(NATION) : type == '2' || type == '3' ? KIND(STATE) : KIND(METRO);
	*ret_column = type == '\0' && cells[OEWS_AREA_TYPE][0] != '\0' ? OEWS_AREA_TYPE : OEWS_AREA_TITLE;
	if (type == '\0' || (type != '1' && title[0] == '\0'))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "the row does not say of which area it is: give 1, 2, 3, 4 or 6 as AREA_TYPE, and AREA_TITLE");
	if (type == '1') {
		ret->code = "US";
		ret->title = "United States";
	} else if (type == '2' || type == '3') {
		ret->code = state_code(title);
		if (ret->code == NULL)
			return occupare_fail(
			    st, OCCUPARE_INVALID_ARGUMENT, NULL, "\"%.60s\" is no state or territory", title);
	} else {
		*ret_column = OEWS_AREA;
		if (!is_local_code(code))
			return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
			    "\"%.40s\" is no code of an area: give its digits", code);
		ret->code = padded(&slices->arena, code, type == '4' ? CBSA_DIGITS : NONMETRO_DIGITS);
	}
	return OCCUPARE_OK;
}

static const struct oews_area *
keep_area(struct oews_slices *slices, const struct oews_area *area)
{
	struct oews_area *kept = occ_arena_alloc(&slices->arena, sizeof *kept), *found;

	*kept = *area;
	found = add(&slices->areas, kept, by_area);
	if (found->period < area->period)
		*found = *area;
	return found;
}

/* ---- Industries ---- */

static bool
has_word(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

static bool
is_cross_industry(const char *const *cells)
{
	const char *naics = cells[OEWS_NAICS], *group = cells[OEWS_I_GROUP];

	if (group[0] != '\0')
		return strcasecmp(group, "cross-industry") == 0;
	return strspn(naics, "0") == strlen(naics) &&
	       (cells[OEWS_OWN_CODE][0] == '\0' || strcmp(cells[OEWS_OWN_CODE], ALL_OWNERSHIPS) == 0);
}

/* True where the estimates are of a part of the industry, by ownership. The OWN_CODE of other rows says which establishments
 * the industry has in the survey. */
static bool
is_part(const char *const *cells)
{
	const char *group = cells[OEWS_I_GROUP], *owner = cells[OEWS_OWN_CODE];

	if (group[0] != '\0')
		return has_word(group, "ownership");
	return owner[0] != '\0' && strcmp(owner, ALL_OWNERSHIPS) != 0;
}

static const char *
with_owner(struct occ_arena *arena, const char *title, const char *code)
{
	for (size_t i = 0; i < LENGTH(ownerships); i++)
		if (strcmp(ownerships[i].code, code) == 0)
			return occ_arena_printf(arena, "%s (%s)", title, ownerships[i].name);
	return occ_arena_printf(arena, "%s (ownership %s)", title, code);
}

/* Titles of parts name the owners, some of them. */
static const char *
industry_name(struct occ_arena *arena, const char *const *cells)
{
	const char *title = cells[OEWS_NAICS_TITLE][0] != '\0' ? cells[OEWS_NAICS_TITLE] : cells[OEWS_NAICS];

	if (is_cross_industry(cells))
		return "";
	if (is_part(cells) && !has_word(title, "private") && !has_word(title, "government"))
		return with_owner(arena, title, cells[OEWS_OWN_CODE]);
	return title;
}

/* Digits of an industry's code: files fill them up to six with zeros at the end. */
static size_t
naics_length(const char *code)
{
	size_t length = strlen(code);

	while (length > 0 && code[length - 1] == '0')
		length--;
	return length;
}

/* True for industries of the same title of which one is all of the other: 55, Management of Companies, has no part but 551000,
 * and a 3-digit industry that is not divided further is given as a 4-digit one, too. */
static bool
is_same_industry(const struct oews_slice *a, const struct oews_slice *b)
{
	const char *left = a->cells[OEWS_NAICS], *right = b->cells[OEWS_NAICS];
	size_t left_length = naics_length(left), right_length = naics_length(right);

	return strcmp(a->cells[OEWS_OWN_CODE], b->cells[OEWS_OWN_CODE]) == 0 &&
	       strncmp(left, right, left_length < right_length ? left_length : right_length) == 0;
}

static bool
is_same_slice(const struct oews_slice *a, const struct oews_slice *b)
{
	return strcmp(a->cells[OEWS_NAICS], b->cells[OEWS_NAICS]) == 0 &&
	       strcmp(a->cells[OEWS_I_GROUP], b->cells[OEWS_I_GROUP]) == 0 &&
	       strcmp(a->cells[OEWS_OWN_CODE], b->cells[OEWS_OWN_CODE]) == 0;
}

/* ---- Slices ---- */

/* Finds a name for the slice's industry that no other has, unless it is there already. */
static enum occupare_code
take(struct oews_slices *slices, struct oews_slice *slice, struct occupare_status *st)
{
	struct occ_arena *arena = &slices->arena;
	const char *title = slice->industry;
	const struct oews_slice *other = add(&slices->taken, slice, by_subject);
	bool all = title[0] == '\0';

	if (other != slice && !all && !is_same_slice(slice, other) && !is_same_industry(slice, other)) {
		slice->industry = strcmp(slice->cells[OEWS_NAICS], other->cells[OEWS_NAICS]) == 0
				      ? with_owner(arena, title, slice->cells[OEWS_OWN_CODE])
				      : occ_arena_printf(arena, "%s (NAICS %s, ownership %s)", title,
					    slice->cells[OEWS_NAICS], slice->cells[OEWS_OWN_CODE]);
		other = add(&slices->taken, slice, by_subject);
	}
	if (other == slice)
		return OCCUPARE_OK;
	if (!all && !is_same_slice(slice, other)) {
		slice->use = OEWS_SLICE_REPEATED;
		return OCCUPARE_OK;
	}
	if (strcmp(slice->file, other->file) == 0)
		return OCCUPARE_OK;
	return occupare_fail(st, OCCUPARE_ALREADY_EXISTS, NULL,
	    "gives the estimates of %s%s%s of %u, as %s does; leave one of the two files out", slice->area->title,
	    all ? "" : ", ", title, slice->period, other->file);
}

static const char *
trimmed(struct occ_arena *arena, const char *text)
{
	const char *start = text + strspn(text, " ");
	size_t length = strlen(start);

	while (length > 0 && start[length - 1] == ' ')
		length--;
	return occ_arena_strndup(arena, start, length);
}

static struct oews_slice *
new_slice(struct oews_slices *slices, const char *const *cells)
{
	struct oews_slice *slice = occ_arena_calloc(&slices->arena, 1, sizeof *slice);

	slice->file = slices->file;
	slice->period = slices->period;
	for (size_t i = 0; i < OEWS_SLICE_COLUMNS; i++) {
		slice->row[i] = occ_arena_strdup(&slices->arena, cells[i]);
		slice->cells[i] = trimmed(&slices->arena, cells[i]);
	}
	return slice;
}

/* Says what the slice is of. */
static enum occupare_code
settle(struct oews_slices *slices, struct oews_slice *slice, size_t *ret_column, struct occupare_status *st)
{
	struct oews_area area;

	if (read_area(slices, slice->cells, &area, ret_column, st) != OCCUPARE_OK)
		return st->code;
	*ret_column = OEWS_AREA_TITLE;
	slice->area = keep_area(slices, &area);
	slice->industry = industry_name(&slices->arena, slice->cells);
	return take(slices, slice, st);
}

enum occupare_code
oews_slices_find(struct oews_slices *slices, const char *const *cells, const struct oews_slice **ret,
    size_t *ret_column, struct occupare_status *st)
{
	struct oews_slice key, **found, *slice;

	occupare_status_clear(st);
	memcpy(key.row, cells, sizeof key.row);
	if (slices->last == NULL || by_row(slices->last, &key) != 0) {
		found = tfind(&key, &slices->rows, by_row);
		slices->last = found == NULL ? NULL : *found;
	}
	if (slices->last == NULL) {
		slice = new_slice(slices, cells);
		if (settle(slices, slice, ret_column, st) != OCCUPARE_OK)
			slice->use = OEWS_SLICE_REFUSED;
		slices->last = add(&slices->rows, slice, by_row);
	}
	*ret = slices->last;
	return st->code;
}

/* ---- Handing over ---- */

struct handing {
	struct import *import;
	const char *file;
};

static void
hand_over_area(const void *node, VISIT visit, void *data)
{
	const struct oews_area *area = *(const struct oews_area *const *)node;
	const struct handing *handing = data;
	const struct import_place place = { .file = handing->file };
	Occupare__V1__Area record = OCCUPARE__V1__AREA__INIT;

	if (visit != postorder && visit != leaf)
		return;
	record.code = (char *)area->code;
	record.title = (char *)area->title;
	record.kind = area->kind;
	import_area(handing->import, &place, &record);
}

void
oews_slices_hand_over(const struct oews_slices *slices, struct import *import)
{
	struct handing handing = { .import = import, .file = slices->file };

	twalk_r(slices->areas, hand_over_area, &handing);
}

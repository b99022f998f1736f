/* Lists of summaries: filtered, ordered, page by page.  A position holds the sort key and the id of the row it points
 * behind, so it stays good when that row is changed or goes. */
#include "store/db.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/figures.h"
#include "store/keys.h"

enum order { ORDER_ID, ORDER_TITLE, ORDER_ANNUAL_MEAN };

static const char *const order_names[] = {
	[ORDER_ID] = "id",
	[ORDER_TITLE] = "title",
	[ORDER_ANNUAL_MEAN] = "annual_mean",
};

#define PAY_ABSENT UINT64_MAX /* above the key of every number */

/* One row, with what it is sorted by. */
struct row {
	Occupare__V1__OccupationSummary *summary;
	const char *title; /* folded; of ORDER_TITLE */
	uint64_t pay;      /* of ORDER_ANNUAL_MEAN */
};

struct listing {
	struct occ_arena *arena;
	struct store_txn *txn;
	const Occupare__V1__ListOccupationsRequest *request;
	enum order order;
	bool descending;
	const char *education, *code_prefix; /* folded; NULL: no such filter */
	struct row after;
	bool has_after;
};

/* ---- Sorting ---- */

/* A number whose order is that of doubles: negative ones below, NaN at an end, no two unequal ones equal. */
static uint64_t
sortable(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits & (uint64_t)1 << 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static uint64_t
pay_key(const Occupare__V1__OccupationSummary *summary)
{
	return figures_has_value(summary->annual_mean) ? sortable(summary->annual_mean->value) : PAY_ABSENT;
}

static int
compare_rows(const struct row *a, const struct row *b, const struct listing *listing)
{
	int order = 0;

	if (listing->order == ORDER_TITLE) {
		order = strcmp(a->title, b->title);
	} else if (listing->order == ORDER_ANNUAL_MEAN) {
		/* Absent pay comes last whichever way the rest is ordered. */
		if ((a->pay == PAY_ABSENT) != (b->pay == PAY_ABSENT))
			return a->pay == PAY_ABSENT ? 1 : -1;
		order = (a->pay > b->pay) - (a->pay < b->pay);
	} else {
		order = strcmp(a->summary->id, b->summary->id);
	}
	if (listing->descending)
		order = -order;
	return order != 0 ? order : strcmp(a->summary->id, b->summary->id);
}

static int
compare_for_sort(const void *a, const void *b, void *listing)
{
	return compare_rows(a, b, listing);
}

static enum occupare_code
read_order(struct listing *listing, struct occupare_status *st)
{
	const char *text = listing->request->order_by;
	size_t length = strcspn(text, " ");

	if (text[0] == '\0')
		return OCCUPARE_OK;
	for (size_t i = 0; i < sizeof order_names / sizeof order_names[0]; i++) {
		if (strlen(order_names[i]) != length || memcmp(order_names[i], text, length) != 0)
			continue;
		listing->order = (enum order)i;
		listing->descending = strcmp(text + length, " desc") == 0;
		if (listing->descending || text[length] == '\0')
			return OCCUPARE_OK;
	}
	return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "order_by",
	    "\"%s\" is none of id, title, annual_mean, each optionally followed by \" desc\"", text);
}

/* ---- Positions: order, "+" or "-", sort key, "/", id ---- */

static char *
write_position(const struct listing *listing, const struct row *row)
{
	const char *name = order_names[listing->order], *id = row->summary->id;
	char sign = listing->descending ? '-' : '+';

	switch (listing->order) {
	case ORDER_TITLE:
		return occ_arena_printf(listing->arena, "%s%c%s/%s", name, sign, row->title, id);
	case ORDER_ANNUAL_MEAN:
		return occ_arena_printf(listing->arena, "%s%c%016" PRIx64 "/%s", name, sign, row->pay, id);
	default:
		return occ_arena_printf(listing->arena, "%s%c/%s", name, sign, id);
	}
}

static enum occupare_code
read_position(struct listing *listing, const char *text, struct occupare_status *st)
{
	const char *name = order_names[listing->order];
	size_t length = strlen(name);
	Occupare__V1__OccupationSummary *summary = occ_arena_alloc(listing->arena, sizeof *summary);
	const char *key = text + length + 1, *slash = strrchr(text, '/');
	char *end;

	if (strncmp(text, name, length) != 0 || text[length] != (listing->descending ? '-' : '+') || slash == NULL ||
	    slash < key || !keys_is_slug(slash + 1))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "page_token", "is not of a list in this order");
	occupare__v1__occupation_summary__init(summary);
	summary->id = occ_arena_strdup(listing->arena, slash + 1);
	listing->after.summary = summary;
	listing->after.title = occ_arena_strndup(listing->arena, key, (size_t)(slash - key));
	if (listing->order == ORDER_ANNUAL_MEAN) {
		listing->after.pay = strtoull(listing->after.title, &end, 16);
		if (strlen(listing->after.title) != 16 || *end != '\0')
			return occupare_fail(
			    st, OCCUPARE_INVALID_ARGUMENT, "page_token", "is not of a list in this order");
	}
	listing->has_after = true;
	return OCCUPARE_OK;
}

/* ---- Filters ---- */

static bool
has_filter(const struct listing *listing)
{
	return listing->request->category[0] != '\0' || listing->code_prefix != NULL || listing->education != NULL ||
	       listing->request->annual_mean_min != 0 || listing->request->annual_mean_max != 0;
}

static bool
has_code(const struct listing *listing, const Occupare__V1__OccupationSummary *summary)
{
	for (size_t i = 0; i < summary->n_codes; i++) {
		const char *code = keys_code(listing->arena, summary->codes[i]->value);

		if (code != NULL && strncmp(code, listing->code_prefix, strlen(listing->code_prefix)) == 0)
			return true;
	}
	return false;
}

static bool
passes(const struct listing *listing, const Occupare__V1__OccupationSummary *summary)
{
	const Occupare__V1__ListOccupationsRequest *request = listing->request;
	bool bounded = request->annual_mean_min != 0 || request->annual_mean_max != 0;

	if (request->category[0] != '\0' &&
	    (summary->category == NULL || strcmp(summary->category->id, request->category) != 0))
		return false;
	if (bounded && !figures_has_value(summary->annual_mean))
		return false;
	if (request->annual_mean_min != 0 && !(summary->annual_mean->value >= request->annual_mean_min))
		return false;
	if (request->annual_mean_max != 0 && !(summary->annual_mean->value <= request->annual_mean_max))
		return false;
	if (listing->education != NULL &&
	    strcmp(keys_fold(listing->arena, summary->education, DB_NAME_BYTES_MAX), listing->education) != 0)
		return false;
	return listing->code_prefix == NULL || has_code(listing, summary);
}

/* ---- Pages ---- */

/* In order of ids without filters: the page alone is read. */
static enum occupare_code
list_by_id(struct listing *listing, size_t limit, Occupare__V1__OccupationSummary **page, size_t *ret_count,
    bool *ret_more, struct occupare_status *st)
{
	const char *from = listing->has_after ? listing->after.summary->id : "";
	enum occupare_code code = OCCUPARE_OK;
	struct occupare_status ignored;
	struct db_walk walk;
	size_t count = 0;

	db_walk_begin(&walk, listing->txn, DB_SUMMARIES, db_text(from), 0);
	if (listing->has_after && db_walk_row(&walk) && walk.key.mv_size == strlen(from) &&
	    memcmp(walk.key.mv_data, from, walk.key.mv_size) == 0)
		db_walk_next(&walk);
	for (; code == OCCUPARE_OK && db_walk_row(&walk) && count < limit; db_walk_next(&walk))
		code = db_unpack(listing->arena, &occupare__v1__occupation_summary__descriptor, walk.value, "summary",
		    walk.key, &page[count++], st);
	*ret_count = count;
	*ret_more = db_walk_row(&walk) && count > 0;
	if (db_walk_end(&walk, code == OCCUPARE_OK ? st : &ignored) != OCCUPARE_OK && code == OCCUPARE_OK)
		return st->code;
	return code;
}

/* Every row that passes. */
static enum occupare_code
read_rows(struct listing *listing, uint64_t room, struct row *rows, size_t *ret_count, struct occupare_status *st)
{
	enum occupare_code code = OCCUPARE_OK;
	struct occupare_status ignored;
	struct db_walk walk;
	size_t count = 0;

	for (db_walk_begin(&walk, listing->txn, DB_SUMMARIES, db_bytes(NULL, 0), 0);
	     code == OCCUPARE_OK && db_walk_row(&walk) && count < room; db_walk_next(&walk)) {
		struct row *row = &rows[count];

		code = db_unpack(listing->arena, &occupare__v1__occupation_summary__descriptor, walk.value, "summary",
		    walk.key, &row->summary, st);
		if (code != OCCUPARE_OK || !passes(listing, row->summary))
			continue;
		row->pay = pay_key(row->summary);
		if (listing->order == ORDER_TITLE)
			row->title = keys_fold(listing->arena, row->summary->title, DB_NAME_BYTES_MAX);
		count++;
	}
	*ret_count = count;
	if (db_walk_end(&walk, code == OCCUPARE_OK ? st : &ignored) != OCCUPARE_OK && code == OCCUPARE_OK)
		return st->code;
	return code;
}

static enum occupare_code
list_sorted(struct listing *listing, uint64_t entries, size_t limit, Occupare__V1__OccupationSummary **page,
    size_t *ret_count, char **ret_next, uint64_t *ret_total, struct occupare_status *st)
{
	struct row *rows = occ_arena_calloc(listing->arena, entries + 1, sizeof *rows);
	size_t total, start = 0, count;

	if (read_rows(listing, entries, rows, &total, st) != OCCUPARE_OK)
		return st->code;
	if (total > 0)
		qsort_r(rows, total, sizeof *rows, compare_for_sort, listing);
	while (listing->has_after && start < total && compare_rows(&rows[start], &listing->after, listing) <= 0)
		start++;
	count = total - start < limit ? total - start : limit;
	for (size_t i = 0; i < count; i++)
		page[i] = rows[start + i].summary;
	*ret_count = count;
	*ret_next = count > 0 && start + count < total ? write_position(listing, &rows[start + count - 1]) : NULL;
	*ret_total = total;
	return OCCUPARE_OK;
}

enum occupare_code
store_list(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__ListOccupationsRequest *request,
    const char *after, size_t limit, Occupare__V1__OccupationSummary ***ret, size_t *ret_count, char **ret_next,
    uint64_t *ret_total, struct occupare_status *st)
{
	struct listing listing = { .arena = arena, .txn = txn, .request = request };
	Occupare__V1__OccupationSummary **page;
	uint64_t total;
	size_t count = 0;
	char *next = NULL;
	bool more = false;

	if (request->education[0] != '\0')
		listing.education = keys_fold(arena, request->education, DB_NAME_BYTES_MAX);
	if (request->code_prefix[0] != '\0') {
		listing.code_prefix = keys_code(arena, request->code_prefix);
		if (listing.code_prefix == NULL)
			return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "code_prefix",
			    "\"%s\" is no start of a code", request->code_prefix);
	}
	if (read_order(&listing, st) != OCCUPARE_OK ||
	    (after != NULL && read_position(&listing, after, st) != OCCUPARE_OK) ||
	    db_entries(txn, DB_SUMMARIES, &total, st) != OCCUPARE_OK)
		return st->code;
	page = occ_arena_calloc(arena, (limit < total ? limit : total) + 1, sizeof(Occupare__V1__OccupationSummary *));
	if (listing.order == ORDER_ID && !listing.descending && !has_filter(&listing)) {
		if (list_by_id(&listing, limit < total ? limit : total, page, &count, &more, st) != OCCUPARE_OK)
			return st->code;
		if (more)
			next = write_position(&listing, &(struct row){ .summary = page[count - 1] });
	} else if (list_sorted(&listing, total, limit, page, &count, &next, &total, st) != OCCUPARE_OK) {
		return st->code;
	}
	*ret = page;
	*ret_count = count;
	*ret_next = next;
	*ret_total = total;
	return OCCUPARE_OK;
}

/* What sources publish for a SOC code: wages, projections, who works in it.  The order of imports does not matter, because
 * layers of a code wait for occupations as occupations wait for them. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/figures.h"
#include "store/keys.h"
#include "store/soc.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

/* No id holds a capital or a space. */
static const char group_prefix[] = "SOC2018 ";

char *
group_id(struct occ_arena *arena, const char *soc_code)
{
	return occ_arena_printf(arena, "%s%s", group_prefix, soc_code);
}

bool
group_is_id(const char *id)
{
	return strncmp(id, group_prefix, sizeof group_prefix - 1) == 0;
}

const char *
group_soc_code(const char *id)
{
	return id + sizeof group_prefix - 1;
}

/* ---- What follows from estimates ---- */

/* The area, or the industry, that pays best in the latest period. */
struct top {
	Occupare__V1__Estimate *best; /* NULL: none yet, or it cannot be told */
	const char *label;
	uint32_t period;
	double bound; /* of what is known only to be at least that; 0 = nothing is */
	size_t bounded;
};

static void
offer(struct top *top, Occupare__V1__Estimate *estimate, const char *label)
{
	const Occupare__V1__Salary *salary = estimate->salary;
	const Occupare__V1__Figure *employment = estimate->employment, *mean;

	if (salary == NULL || !figures_has_value(salary->annual_mean) || estimate->period < top->period)
		return;
	if (employment != NULL && (!figures_has_value(employment) || employment->value < GROUP_TOP_EMPLOYMENT_MIN))
		return;
	if (estimate->period > top->period)
		*top = (struct top){ .period = estimate->period };
	mean = salary->annual_mean;
	if (mean->status == STATUS(AT_LEAST)) {
		top->bounded++;
		top->bound = mean->value;
	}
	if (top->best == NULL || mean->value > top->best->salary->annual_mean->value) {
		top->best = estimate;
		top->label = label;
	}
}

/* The best is known: no other might pay more. */
static bool
is_known(const struct top *top)
{
	const Occupare__V1__Figure *mean;

	if (top->best == NULL)
		return false;
	mean = top->best->salary->annual_mean;
	return top->bounded == 0 || (top->bounded == 1 && mean->status == STATUS(AT_LEAST));
}

struct facts {
	struct occ_arena *arena;
	struct store_txn *txn;
	Occupare__V1__Estimate *nation; /* of the latest period */
	struct top state, city, industry;
};

static enum occupare_code
take_area(struct facts *facts, Occupare__V1__Estimate *estimate, struct occupare_status *st)
{
	Occupare__V1__Area *area;

	if (store_area(facts->arena, facts->txn, estimate->area, &area, st) != OCCUPARE_OK) {
		/* Nothing says what kind of place it is. */
		if (st->code != OCCUPARE_NOT_FOUND)
			return st->code;
		occupare_status_clear(st);
		return OCCUPARE_OK;
	}
	if (area->kind == OCCUPARE__V1__AREA_KIND__AREA_KIND_STATE)
		offer(&facts->state, estimate, area->title);
	else if (area->kind == OCCUPARE__V1__AREA_KIND__AREA_KIND_METRO &&
		 strstr(area->title, "nonmetropolitan") == NULL)
		offer(&facts->city, estimate, area->title);
	return OCCUPARE_OK;
}

static enum occupare_code
take_estimate(struct facts *facts, Occupare__V1__Estimate *estimate, struct occupare_status *st)
{
	bool nation = strcmp(estimate->area, "US") == 0;

	if (estimate->industry[0] != '\0') {
		if (nation)
			offer(&facts->industry, estimate, estimate->industry);
		return OCCUPARE_OK;
	}
	if (!nation)
		return take_area(facts, estimate, st);
	if (facts->nation == NULL || estimate->period > facts->nation->period)
		facts->nation = estimate;
	return OCCUPARE_OK;
}

static enum occupare_code
take_estimates(struct facts *facts, const char *soc_code, struct occupare_status *st)
{
	const char *soc = keys_code(facts->arena, soc_code);
	MDB_val prefix = db_bytes(soc, strlen(soc) + 1);
	enum occupare_code code = OCCUPARE_OK;
	Occupare__V1__Estimate *estimate;
	struct occupare_status ignored;
	struct db_walk walk;
	const char *origin;
	MDB_val packed;

	for (db_walk_begin(&walk, facts->txn, DB_ESTIMATES, prefix, prefix.mv_size);
	     code == OCCUPARE_OK && db_walk_row(&walk); db_walk_next(&walk)) {
		if (!origin_split(walk.value, &origin, &packed))
			packed = db_bytes(NULL, 0);
		code = db_unpack(
		    facts->arena, &occupare__v1__estimate__descriptor, packed, "estimate", walk.key, &estimate, st);
		if (code == OCCUPARE_OK)
			code = take_estimate(facts, estimate, st);
	}
	if (db_walk_end(&walk, code == OCCUPARE_OK ? st : &ignored) != OCCUPARE_OK || code != OCCUPARE_OK)
		return st->code;
	return OCCUPARE_OK;
}

static void
give_source(struct occ_arena *arena, Occupare__V1__Occupation *to, Occupare__V1__Source *source)
{
	Occupare__V1__Source **sources;

	for (size_t i = 0; i < to->n_sources; i++)
		if (to->sources[i]->id == source->id)
			return;
	sources = occ_arena_calloc(arena, to->n_sources + 1, sizeof(Occupare__V1__Source *));
	if (to->n_sources > 0)
		memcpy(sources, to->sources, to->n_sources * sizeof(Occupare__V1__Source *));
	sources[to->n_sources++] = source;
	to->sources = sources;
}

static void
give_sources(struct occ_arena *arena, Occupare__V1__Occupation *to, const Occupare__V1__Estimate *from)
{
	for (size_t i = 0; i < from->n_sources; i++)
		give_source(arena, to, from->sources[i]);
}

/* NULL where there is none of that currency. */
static Occupare__V1__TopPayer *
top_payer(struct facts *facts, const struct top *top, const char *currency_code, Occupare__V1__Occupation *to)
{
	Occupare__V1__TopPayer *payer;

	if (!is_known(top) || strcmp(top->best->salary->currency_code, currency_code) != 0)
		return NULL;
	payer = occ_arena_alloc(facts->arena, sizeof *payer);
	occupare__v1__top_payer__init(payer);
	payer->label = occ_arena_strdup(facts->arena, top->label);
	payer->annual_mean = top->best->salary->annual_mean;
	payer->employment = top->best->employment;
	payer->period = top->period;
	give_sources(facts->arena, to, top->best);
	return payer;
}

static void
give_salary(struct facts *facts, Occupare__V1__Occupation *to)
{
	Occupare__V1__Salary *salary = occ_arena_alloc(facts->arena, sizeof *salary);

	if (facts->nation != NULL && facts->nation->salary != NULL)
		*salary = *facts->nation->salary;
	else
		occupare__v1__salary__init(salary);
	if (salary->currency_code[0] == '\0')
		salary->currency_code = occ_arena_strdup(facts->arena, "USD");
	salary->top_state = top_payer(facts, &facts->state, salary->currency_code, to);
	salary->top_city = top_payer(facts, &facts->city, salary->currency_code, to);
	salary->top_industry = top_payer(facts, &facts->industry, salary->currency_code, to);
	to->salary = salary;
}

static int
by_id(const void *a, const void *b)
{
	const Occupare__V1__Source *x = *(Occupare__V1__Source *const *)a, *y = *(Occupare__V1__Source *const *)b;

	return (x->id > y->id) - (x->id < y->id);
}

enum occupare_code
group_from_estimates(struct occ_arena *arena, struct store_txn *txn, const char *soc_code,
    Occupare__Store__V1__Layer **ret, struct occupare_status *st)
{
	struct facts facts = { .arena = arena, .txn = txn };
	Occupare__Store__V1__Layer *layer = occ_arena_alloc(arena, sizeof *layer);
	Occupare__V1__Occupation *to = occ_arena_alloc(arena, sizeof *to);

	if (take_estimates(&facts, soc_code, st) != OCCUPARE_OK)
		return st->code;
	*ret = NULL;
	if (facts.nation == NULL && !is_known(&facts.state) && !is_known(&facts.city) && !is_known(&facts.industry))
		return OCCUPARE_OK;
	occupare__v1__occupation__init(to);
	occupare__store__v1__layer__init(layer);
	layer->occupation = to;
	if (facts.nation != NULL) {
		to->title = facts.nation->soc_title;
		give_sources(arena, to, facts.nation);
		if (facts.nation->employment != NULL) {
			to->outlook = occ_arena_alloc(arena, sizeof *to->outlook);
			occupare__v1__outlook__init(to->outlook);
			to->outlook->employment = facts.nation->employment;
		}
	}
	give_salary(&facts, to);
	if (to->n_sources > 0)
		qsort(to->sources, to->n_sources, sizeof(Occupare__V1__Source *), by_id);
	*ret = layer;
	return OCCUPARE_OK;
}

/* ---- Whose they are ---- */

struct ids {
	struct occ_arena *arena;
	char **items;
	size_t count, room;
};

static void
add_id(struct ids *ids, MDB_val layer)
{
	if (ids->count == ids->room) {
		size_t room = ids->room * 2 + 16;
		char **items = occ_arena_calloc(ids->arena, room, sizeof *items);

		if (ids->count > 0)
			memcpy(items, ids->items, ids->count * sizeof *items);
		ids->items = items;
		ids->room = room;
	}
	/* Up to the NUL before the origin. */
	ids->items[ids->count++] = occ_arena_strndup(ids->arena, layer.mv_data, layer.mv_size);
}

static MDB_val
code_key(struct occ_arena *arena, const char *system, const char *value)
{
	Occupare__V1__Code code = OCCUPARE__V1__CODE__INIT;

	code.system = occ_arena_strdup(arena, system);
	code.value = occ_arena_strdup(arena, value);
	return layer_code_key(arena, &code);
}

/* All that a layer gives a code which starts so. */
static enum occupare_code
add_coded(struct ids *ids, struct store_txn *txn, const char *system, const char *code, struct occupare_status *st)
{
	MDB_val key = code_key(ids->arena, system, code);
	struct db_walk walk;

	for (db_walk_begin(&walk, txn, DB_LAYER_CODES, key, key.mv_size); db_walk_row(&walk); db_walk_next(&walk))
		add_id(ids, walk.value);
	return db_walk_end(&walk, st);
}

static enum occupare_code
add_of_code(struct ids *ids, struct store_txn *txn, const char *soc_code, struct occupare_status *st)
{
	if (add_coded(ids, txn, "SOC2018", soc_code, st) != OCCUPARE_OK)
		return st->code;
	return add_coded(ids, txn, "ONETSOC2019", soc_code, st);
}

enum occupare_code
group_occupations(struct occ_arena *arena, struct store_txn *txn, const char *soc_code, char ***ret, size_t *ret_count,
    struct occupare_status *st)
{
	struct ids ids = { .arena = arena };
	const char *member;

	if (add_of_code(&ids, txn, soc_code, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; (member = soc_member(soc_code, i)) != NULL; i++)
		if (add_of_code(&ids, txn, member, st) != OCCUPARE_OK)
			return st->code;
	*ret = ids.items;
	*ret_count = ids.count;
	return OCCUPARE_OK;
}

enum occupare_code
group_occupation(struct occ_arena *arena, struct store_txn *txn, const char *soc_code, Occupare__V1__Occupation **ret,
    struct occupare_status *st)
{
	const char *title = "", *category = soc_major_group(soc_code);
	Occupare__V1__Occupation *occupation;
	struct record_layers layers;

	if (record_layers(arena, txn, group_id(arena, soc_code), &layers, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < layers.count && title[0] == '\0'; i++)
		if (layers.layers[i]->occupation != NULL)
			title = layers.layers[i]->occupation->title;
	*ret = NULL;
	if (title[0] == '\0')
		return OCCUPARE_OK;
	occupation = occ_arena_alloc(arena, sizeof *occupation);
	occupare__v1__occupation__init(occupation);
	occupation->title = occ_arena_strdup(arena, title);
	occupation->n_codes = 1;
	occupation->codes = occ_arena_calloc(arena, 1, sizeof(Occupare__V1__Code *));
	occupation->codes[0] = occ_arena_alloc(arena, sizeof(Occupare__V1__Code));
	occupare__v1__code__init(occupation->codes[0]);
	occupation->codes[0]->system = occ_arena_strdup(arena, "SOC2018");
	occupation->codes[0]->value = occ_arena_strdup(arena, soc_code);
	if (category != NULL) {
		occupation->category = occ_arena_alloc(arena, sizeof *occupation->category);
		occupare__v1__category__init(occupation->category);
		occupation->category->title = occ_arena_strdup(arena, category);
		occupation->category->id = keys_slug(arena, category);
	}
	*ret = occupation;
	return OCCUPARE_OK;
}

enum occupare_code
group_standing(
    struct occ_arena *arena, struct store_txn *txn, const char *soc_code, char **ret, struct occupare_status *st)
{
	static const char origin[] = DB_ORIGIN_SOC;
	MDB_val key = code_key(arena, "SOC2018", soc_code);
	struct db_walk walk;

	*ret = NULL;
	for (db_walk_begin(&walk, txn, DB_LAYER_CODES, key, key.mv_size); db_walk_row(&walk) && *ret == NULL;
	     db_walk_next(&walk)) {
		char *id = occ_arena_strndup(arena, walk.value.mv_data, walk.value.mv_size);
		size_t start = strlen(id) + 1;

		if (walk.value.mv_size == start + sizeof origin - 1 &&
		    memcmp((const char *)walk.value.mv_data + start, origin, sizeof origin - 1) == 0)
			*ret = id;
	}
	return db_walk_end(&walk, st);
}

/* Layers, and the record that is served of them. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/check.h"
#include "store/keys.h"
#include "store/layers.h"
#include "store/soc.h"

MDB_val
layer_row_key(struct occ_arena *arena, const char *id, const char *origin)
{
	size_t id_length = strlen(id), origin_length = strlen(origin);
	char *key = occ_arena_alloc(arena, id_length + 1 + origin_length);

	memcpy(key, id, id_length + 1);
	memcpy(key + id_length + 1, origin, origin_length);
	return db_bytes(key, id_length + 1 + origin_length);
}

/* ---- Layers ---- */

struct ranked {
	Occupare__Store__V1__Layer *layer;
	unsigned rank;
	size_t order; /* as they came */
};

struct ranking {
	struct ranked *items;
	size_t count, room;
};

static int
by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static struct ranked *
add_ranked(struct occ_arena *arena, struct ranking *ranking)
{
	if (ranking->count == ranking->room) {
		size_t room = ranking->room * 2 + 8;
		struct ranked *items = occ_arena_calloc(arena, room, sizeof *items);

		if (ranking->count > 0)
			memcpy(items, ranking->items, ranking->count * sizeof *items);
		ranking->items = items;
		ranking->room = room;
	}
	ranking->items[ranking->count].order = ranking->count;
	return &ranking->items[ranking->count++];
}

/* Reads one row; an origin that this program does not know ranks last. */
static enum occupare_code
read_layer(struct occ_arena *arena, const struct db_walk *walk, struct ranked *ret, struct occupare_status *st)
{
	size_t start = walk->prefix.mv_size;
	const char *origin = occ_arena_strndup(
	    arena, (const char *)walk->key.mv_data + start, walk->key.mv_size - start);

	ret->rank = (unsigned)layers_rank(origin);
	return db_unpack(
	    arena, &occupare__store__v1__layer__descriptor, walk->value, "layer", walk->key, &ret->layer, st);
}

/* Adds the layers that stand under an id of DB_LAYERS. */
static enum occupare_code
read_layers(
    struct occ_arena *arena, struct store_txn *txn, const char *id, struct ranking *ranking, struct occupare_status *st)
{
	MDB_val prefix = layer_row_key(arena, id, "");
	enum occupare_code code = OCCUPARE_OK;
	struct occupare_status ignored;
	struct db_walk walk;

	for (db_walk_begin(&walk, txn, DB_LAYERS, prefix, prefix.mv_size); code == OCCUPARE_OK && db_walk_row(&walk);
	     db_walk_next(&walk))
		code = read_layer(arena, &walk, add_ranked(arena, ranking), st);
	if (db_walk_end(&walk, code == OCCUPARE_OK ? st : &ignored) != OCCUPARE_OK || code != OCCUPARE_OK)
		return st->code;
	return OCCUPARE_OK;
}

/* What the layers but the manual one, in order, say the occupation's SOC code is; NULL: nothing. */
static const char *
soc_code_of(struct occ_arena *arena, const struct ranking *own, bool *ret_finer)
{
	const char *soc = NULL;

	for (size_t i = 0; i < own->count && soc == NULL; i++) {
		const Occupare__V1__Occupation *record = own->items[i].layer->occupation;

		if (own->items[i].rank > 0 && record != NULL)
			soc = store_soc_code(arena, record, ret_finer);
	}
	return soc;
}

/* Marks the figures as those of a group. What else is said of a figure (that it is a bound, or held back) stays. */
static void
inherit(ProtobufCMessage *message)
{
	if (message == NULL)
		return;
	if (message->descriptor == &occupare__v1__figure__descriptor) {
		Occupare__V1__Figure *figure = (Occupare__V1__Figure *)message;

		if (figure->status == OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_UNSPECIFIED ||
		    figure->status == OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_DERIVED)
			figure->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_INHERITED;
		return;
	}
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		void *at = (char *)message + field->offset;

		if (field->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		if (field->label != PROTOBUF_C_LABEL_REPEATED) {
			inherit(*(ProtobufCMessage **)at);
			continue;
		}
		for (size_t j = 0; j < *(size_t *)((char *)message + field->quantifier_offset); j++)
			inherit((*(ProtobufCMessage ***)at)[j]);
	}
}

/* Adds the layers of a SOC code. group: they are of more than the occupation. */
static enum occupare_code
read_group(struct occ_arena *arena, struct store_txn *txn, const char *soc_code, bool group, struct ranking *ranking,
    struct occupare_status *st)
{
	size_t first = ranking->count;

	if (read_layers(arena, txn, group_id(arena, soc_code), ranking, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = first; i < ranking->count; i++) {
		Occupare__V1__Occupation *facts = ranking->items[i].layer->occupation;

		if (facts == NULL)
			continue;
		facts->title = (char *)protobuf_c_empty_string; /* the code's, not the occupation's */
		if (group)
			inherit(&facts->base);
	}
	return OCCUPARE_OK;
}

/* Adds the layers of the occupation's SOC code. */
static enum occupare_code
read_groups(struct occ_arena *arena, struct store_txn *txn, struct ranking *ranking, struct occupare_status *st)
{
	const char *soc, *published;
	bool finer;

	soc = soc_code_of(arena, ranking, &finer);
	if (soc == NULL)
		return OCCUPARE_OK;
	published = soc_published(soc);
	if (read_group(arena, txn, soc, finer, ranking, st) != OCCUPARE_OK)
		return st->code;
	return published == NULL ? OCCUPARE_OK : read_group(arena, txn, published, true, ranking, st);
}

enum occupare_code
record_layers(struct occ_arena *arena, struct store_txn *txn, const char *id, struct record_layers *ret,
    struct occupare_status *st)
{
	struct ranking ranking = { 0 };

	if (read_layers(arena, txn, id, &ranking, st) != OCCUPARE_OK)
		return st->code;
	if (ranking.count > 1)
		qsort(ranking.items, ranking.count, sizeof *ranking.items, by_rank);
	if (!group_is_id(id) && read_groups(arena, txn, &ranking, st) != OCCUPARE_OK)
		return st->code;
	if (ranking.count > 1)
		qsort(ranking.items, ranking.count, sizeof *ranking.items, by_rank);
	ret->layers = occ_arena_calloc(arena, ranking.count + 1, sizeof *ret->layers);
	for (size_t i = 0; i < ranking.count; i++)
		ret->layers[i] = ranking.items[i].layer;
	ret->count = ranking.count;
	ret->manual = ranking.count > 0 && ranking.items[0].rank == 0;
	return OCCUPARE_OK;
}

/* Adds or removes what DB_LAYER_CODES says of one layer. */
static enum occupare_code
index_layer_codes(struct occ_arena *arena, struct store_txn *txn, MDB_val layer, const Occupare__V1__Occupation *record,
    bool add, struct occupare_status *st)
{
	for (size_t i = 0; i < record->n_codes; i++) {
		MDB_val key = layer_code_key(arena, record->codes[i]);
		enum occupare_code code;

		if (key.mv_size == 0)
			continue;
		code = add ? db_put(txn, DB_LAYER_CODES, key, layer, st)
			   : db_delete(txn, DB_LAYER_CODES, key, &layer, st);
		if (code != OCCUPARE_OK)
			return code;
	}
	return OCCUPARE_OK;
}

MDB_val
layer_code_key(struct occ_arena *arena, const Occupare__V1__Code *code)
{
	const char *value = keys_code(arena, code->value);
	size_t system_length = strlen(code->system), value_length;
	char *key;

	if (value == NULL)
		return db_bytes(NULL, 0);
	value_length = strlen(value);
	if (system_length + 1 + value_length > DB_KEY_BYTES_MAX)
		return db_bytes(NULL, 0);
	key = occ_arena_alloc(arena, system_length + 1 + value_length);
	memcpy(key, code->system, system_length + 1);
	memcpy(key + system_length + 1, value, value_length);
	return db_bytes(key, system_length + 1 + value_length);
}

static bool
packs_to(struct occ_arena *arena, const ProtobufCMessage *message, MDB_val bytes)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *packed;

	if (size != bytes.mv_size)
		return false;
	packed = occ_arena_alloc(arena, size);
	protobuf_c_message_pack(message, packed);
	return size == 0 || memcmp(packed, bytes.mv_data, size) == 0;
}

enum occupare_code
record_put_layer(struct occ_arena *arena, struct store_txn *txn, const char *id, const char *origin,
    const Occupare__Store__V1__Layer *layer, bool *ret_changed, struct occupare_status *st)
{
	MDB_val key = layer_row_key(arena, id, origin), row;
	Occupare__Store__V1__Layer *old = NULL;
	bool found, changed;

	if (db_get(txn, DB_LAYERS, key, &row, &found, st) != OCCUPARE_OK)
		return st->code;
	changed = layer == NULL ? found : !found || !packs_to(arena, &layer->base, row);
	if (ret_changed != NULL)
		*ret_changed = changed;
	if (!changed)
		return OCCUPARE_OK;
	if (found &&
	    db_unpack(arena, &occupare__store__v1__layer__descriptor, row, "layer", key, &old, st) != OCCUPARE_OK)
		return st->code;
	/* The old codes go first, because both may have the same; the old sources last, lest one go that both use. */
	Occupare__V1__Occupation nothing = OCCUPARE__V1__OCCUPATION__INIT;
	const Occupare__V1__Occupation *before = old != NULL && old->occupation != NULL ? old->occupation : &nothing;
	const Occupare__V1__Occupation *after = layer != NULL && layer->occupation != NULL ? layer->occupation
											   : &nothing;
	if (index_layer_codes(arena, txn, key, before, false, st) != OCCUPARE_OK ||
	    index_layer_codes(arena, txn, key, after, true, st) != OCCUPARE_OK ||
	    sources_refer(txn, after->sources, after->n_sources, st) != OCCUPARE_OK ||
	    sources_drop(txn, before->sources, before->n_sources, st) != OCCUPARE_OK)
		return st->code;
	if (layer == NULL)
		return db_delete(txn, DB_LAYERS, key, NULL, st);
	return db_put_packed(txn, DB_LAYERS, key, db_bytes(NULL, 0), &layer->base, st);
}

/* ---- Rows derived from a record ---- */

Occupare__V1__OccupationSummary *
record_summary(struct occ_arena *arena, const Occupare__V1__Occupation *record)
{
	Occupare__V1__OccupationSummary *summary = occ_arena_alloc(arena, sizeof *summary);

	occupare__v1__occupation_summary__init(summary);
	summary->id = record->id;
	summary->title = record->title;
	summary->n_codes = record->n_codes;
	summary->codes = record->codes;
	summary->category = record->category;
	if (record->salary != NULL) {
		summary->currency_code = record->salary->currency_code;
		summary->annual_mean = record->salary->annual_mean;
	}
	if (record->outlook != NULL)
		summary->growth_percent = record->outlook->growth_percent;
	if (record->education != NULL && record->education->typical_entry[0] != '\0')
		summary->education = record->education->typical_entry;
	else if (record->education != NULL && record->education->n_degrees > 0)
		summary->education = record->education->degrees[0]->label;
	return summary;
}

Occupare__V1__Occupation *
record_skills(struct occ_arena *arena, const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation *skills = occ_arena_alloc(arena, sizeof *skills);

	occupare__v1__occupation__init(skills);
	skills->id = record->id;
	skills->title = record->title;
	skills->n_skills = record->n_skills;
	skills->skills = record->skills;
	return skills;
}

/* ---- What is served ---- */

/* The two rows that hold a record. */
struct served {
	bool found;
	MDB_val bytes, aliases;
	Occupare__V1__Occupation *record; /* without its aliases until read_aliases */
};

static enum occupare_code
read_served(
    struct occ_arena *arena, struct store_txn *txn, const char *id, struct served *ret, struct occupare_status *st)
{
	bool with_aliases;

	*ret = (struct served){ 0 };
	if (db_get(txn, DB_OCCUPATIONS, db_text(id), &ret->bytes, &ret->found, st) != OCCUPARE_OK)
		return st->code;
	if (!ret->found)
		return OCCUPARE_OK;
	if (db_get(txn, DB_ALIASES, db_text(id), &ret->aliases, &with_aliases, st) != OCCUPARE_OK)
		return st->code;
	return db_unpack(
	    arena, &occupare__v1__occupation__descriptor, ret->bytes, "occupation", db_text(id), &ret->record, st);
}

/* Completes a record that was found. */
static enum occupare_code
read_aliases(struct occ_arena *arena, const char *id, struct served *served, struct occupare_status *st)
{
	Occupare__V1__Occupation *aliases;

	if (served->aliases.mv_size == 0)
		return OCCUPARE_OK;
	if (db_unpack(arena, &occupare__v1__occupation__descriptor, served->aliases, "aliases", db_text(id), &aliases,
		st) != OCCUPARE_OK)
		return st->code;
	served->record->n_aliases = aliases->n_aliases;
	served->record->aliases = aliases->aliases;
	return OCCUPARE_OK;
}

/* A message with nothing but the aliases of a record. */
static Occupare__V1__Occupation
aliases_alone(const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation aliases = OCCUPARE__V1__OCCUPATION__INIT;

	aliases.n_aliases = record->n_aliases;
	aliases.aliases = record->aliases;
	return aliases;
}

/* A record without its aliases, sharing all else. */
static Occupare__V1__Occupation
without_aliases(const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation rest = *record;

	rest.n_aliases = 0;
	rest.aliases = NULL;
	return rest;
}

/* What a change left as it was, so that what is derived from it need not be made anew. */
struct same {
	bool aliases, skills, contents; /* contents: skills and duties */
};

/* Writes the four rows of a record, those of its skills and aliases if they changed. before: NULL, or what was served. */
static enum occupare_code
write_served(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *before,
    const Occupare__V1__Occupation *record, const struct same *same, struct occupare_status *st)
{
	Occupare__V1__Occupation rest = without_aliases(record), aliases = aliases_alone(record);
	MDB_val key = db_text(record->id), none = db_bytes(NULL, 0);

	if (db_put_packed(txn, DB_OCCUPATIONS, key, none, &rest.base, st) != OCCUPARE_OK ||
	    db_put_packed(txn, DB_SUMMARIES, key, none, &record_summary(arena, record)->base, st) != OCCUPARE_OK)
		return st->code;
	if (!(same->skills && layers_equal(before, record, "title")) &&
	    db_put_packed(txn, DB_SKILLS, key, none, &record_skills(arena, record)->base, st) != OCCUPARE_OK)
		return st->code;
	if (same->aliases)
		return OCCUPARE_OK;
	if (record->n_aliases == 0)
		return db_delete(txn, DB_ALIASES, key, NULL, st);
	return db_put_packed(txn, DB_ALIASES, key, none, &aliases.base, st);
}

static enum occupare_code
delete_served(struct store_txn *txn, const char *id, struct occupare_status *st)
{
	static const enum store_db rows[] = { DB_OCCUPATIONS, DB_ALIASES, DB_SUMMARIES, DB_SKILLS };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (db_delete(txn, rows[i], db_text(id), NULL, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

static void
count_record(Occupare__V1__DatasetCounts *counts, const Occupare__V1__Occupation *record, int64_t sign)
{
	if (record == NULL)
		return;
	counts->occupations += (uint64_t)sign;
	counts->aliases += (uint64_t)(sign * (int64_t)record->n_aliases);
	counts->codes += (uint64_t)(sign * (int64_t)record->n_codes);
}

/* The same but for what the store sets and aliases. */
static bool
is_equal(struct occ_arena *arena, const struct served *before, Occupare__V1__Occupation *after)
{
	Occupare__V1__Occupation rest;

	after->revision = before->record->revision;
	after->update_time = before->record->update_time;
	rest = without_aliases(after);
	return packs_to(arena, &rest.base, before->bytes);
}

/* Both have the same aliases: most changes are of other fields, and records have many aliases. */
static bool
has_same_aliases(struct occ_arena *arena, const struct served *before, const Occupare__V1__Occupation *after)
{
	Occupare__V1__Occupation aliases;

	if (!before->found || after == NULL)
		return false;
	aliases = aliases_alone(after);
	return packs_to(arena, &aliases.base, before->aliases);
}

static enum occupare_code
merge(struct occ_arena *arena, struct store_txn *txn, const char *id, Occupare__V1__Occupation **ret,
    struct occupare_status *st)
{
	struct record_layers layers;

	if (record_layers(arena, txn, id, &layers, st) != OCCUPARE_OK)
		return st->code;
	*ret = layers_merge(arena, (const Occupare__Store__V1__Layer *const *)layers.layers, layers.count);
	if (*ret != NULL && occupare__v1__occupation__get_packed_size(*ret) > CHECK_RECORD_BYTES_MAX)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "what all sources say of %s takes more than %zu bytes", id, CHECK_RECORD_BYTES_MAX);
	return OCCUPARE_OK;
}

enum occupare_code
record_settle(struct occ_arena *arena, struct store_txn *txn, const char *id, enum record_change *ret_change,
    Occupare__V1__Occupation **ret, struct occupare_status *st)
{
	Occupare__V1__Occupation *after = NULL;
	Google__Protobuf__Timestamp *update_time;
	struct served before;
	struct same same = { 0 };

	if (read_served(arena, txn, id, &before, st) != OCCUPARE_OK || merge(arena, txn, id, &after, st) != OCCUPARE_OK)
		return st->code;
	*ret_change = before.found    ? after != NULL ? RECORD_CHANGED : RECORD_REMOVED
		      : after != NULL ? RECORD_ADDED
				      : RECORD_UNCHANGED;
	same.aliases = has_same_aliases(arena, &before, after);
	if (same.aliases && is_equal(arena, &before, after))
		*ret_change = RECORD_UNCHANGED;
	if (ret != NULL)
		*ret = after;
	if (*ret_change == RECORD_UNCHANGED)
		return OCCUPARE_OK;
	if (same.aliases) {
		before.record->n_aliases = after->n_aliases;
		before.record->aliases = after->aliases;
	} else if (before.found && read_aliases(arena, id, &before, st) != OCCUPARE_OK) {
		return st->code;
	}
	store_touch(txn);
	count_record(&txn->counts, before.record, -1);
	count_record(&txn->counts, after, 1);
	same.skills = layers_equal(before.record, after, "skills");
	same.contents = same.skills && layers_equal(before.record, after, "responsibilities");
	if (index_change(arena, txn, id, before.record, after, same.contents, st) != OCCUPARE_OK ||
	    (!same.skills && vectors_change(arena, txn, id, before.record, after, st) != OCCUPARE_OK))
		return st->code;
	if (after == NULL)
		return delete_served(txn, id, st);
	update_time = occ_arena_alloc(arena, sizeof *update_time);
	*update_time = txn->update_time;
	after->revision = txn->dataset.generation;
	after->update_time = update_time;
	return write_served(arena, txn, before.record, after, &same, st);
}

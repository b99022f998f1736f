/* Everything in a store, read and held against everything else.  What must be there is looked for row by row; that nothing
 * else is there follows from the tables' numbers of rows. */
#include "store/maintain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "store/check.h"
#include "store/db.h"
#include "store/keys.h"
#include "store/layers.h"
#include "store/soc.h"

#define ARENA_BYTES_KEPT ((size_t)1 << 20)
#define ARENA_BYTES_MAX ((size_t)256 << 20) /* one record with its layers, decoded */
#define SENTENCE_BYTES 1400

struct verify {
	struct occ_arena arena; /* of one row */
	struct store_txn *txn;
	maintain_fault *report;
	void *data;
	uint64_t faults;
	uint64_t rows[DB_COUNT]; /* that should be there */
	uint64_t aliases, codes; /* of all records */
	uint64_t source_uses;    /* by layers and estimates */
	uint64_t skill_uses;     /* by vectors */
	uint64_t generation;
};

static void __attribute__((format(printf, 2, 3))) fault(struct verify *verify, const char *format, ...)
{
	char sentence[SENTENCE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	verify->report(verify->data, sentence);
	verify->faults++;
}

static bool
is_equal(MDB_val a, MDB_val b)
{
	return a.mv_size == b.mv_size && (a.mv_size == 0 || memcmp(a.mv_data, b.mv_data, a.mv_size) == 0);
}

static MDB_val
pack(struct occ_arena *arena, const ProtobufCMessage *message)
{
	uint8_t *bytes = occ_arena_alloc(arena, protobuf_c_message_get_packed_size(message));

	return db_bytes(bytes, protobuf_c_message_pack(message, bytes));
}

/* The row; false: it is not there. */
static bool
get(struct verify *verify, enum store_db db, MDB_val key, MDB_val *ret)
{
	struct occupare_status st;
	bool found;

	if (db_get(verify->txn, db, key, ret, &found, &st) == OCCUPARE_OK)
		return found;
	fault(verify, "%s", st.message);
	return false;
}

static bool
has_row(struct verify *verify, enum store_db db, MDB_val key, MDB_val value)
{
	MDB_val row;

	return get(verify, db, key, &row) && is_equal(row, value);
}

/* The first value of a dupsort table under this key that is not below from. */
static bool
find_pair(struct verify *verify, enum store_db db, MDB_val key, MDB_val from, MDB_val *ret)
{
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(verify->txn->mdb, verify->txn->store->db[db], &cursor);

	if (rc != MDB_SUCCESS || key.mv_size == 0 || key.mv_size > DB_KEY_BYTES_MAX) {
		if (rc == MDB_SUCCESS)
			mdb_cursor_close(cursor);
		return false;
	}
	*ret = from;
	rc = mdb_cursor_get(cursor, &key, ret, MDB_GET_BOTH_RANGE);
	mdb_cursor_close(cursor);
	return rc == MDB_SUCCESS;
}

static bool
has_pair(struct verify *verify, enum store_db db, MDB_val key, MDB_val value)
{
	MDB_val found;

	return find_pair(verify, db, key, value, &found) && is_equal(found, value);
}

/* Calls visit for each row of a table, with an empty arena. */
static void
each_row(struct verify *verify, enum store_db db, void (*visit)(struct verify *, MDB_val key, MDB_val value))
{
	struct occupare_status st;
	struct db_walk walk;

	for (db_walk_begin(&walk, verify->txn, db, db_bytes(NULL, 0), 0); db_walk_row(&walk); db_walk_next(&walk)) {
		occ_arena_reset(&verify->arena);
		visit(verify, walk.key, walk.value);
	}
	if (db_walk_end(&walk, &st) != OCCUPARE_OK)
		fault(verify, "%s", st.message);
}

/* Reports what check.c says. */
static void
report_status(struct verify *verify, const char *whose, const struct occupare_status *st)
{
	if (st->code != OCCUPARE_OK)
		fault(verify, "%s: %s", whose, st->message);
}

/* ---- Sources ---- */

static void
verify_sources(struct verify *verify, const char *whose, Occupare__V1__Source *const *sources, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		Occupare__V1__Source bare = *sources[i];
		uint8_t key[4];

		db_number_put(key, sources[i]->id);
		bare.id = 0;
		if (!has_row(verify, DB_SOURCES, db_bytes(key, 4), pack(&verify->arena, &bare.base)))
			fault(verify, "%s: source %" PRIu32 " is not stored as it is used", whose, sources[i]->id);
	}
}

static void
visit_source(struct verify *verify, MDB_val key, MDB_val value)
{
	Occupare__V1__Source *source;
	struct occupare_status st;
	MDB_val uses;

	if (db_unpack(&verify->arena, &occupare__v1__source__descriptor, value, "source", key, &source, &st) !=
	    OCCUPARE_OK)
		fault(verify, "%s", st.message);
	else if (key.mv_size != 4)
		fault(verify, "source \"%s\" has no number", source->title);
	else if (!get(verify, DB_SOURCE_USES, key, &uses) || uses.mv_size != 4 || db_number(uses.mv_data) == 0)
		fault(verify, "source %" PRIu32 " is stored and not used", db_number(key.mv_data));
	else
		verify->source_uses -= db_number(uses.mv_data);
	verify->rows[DB_SOURCES]++;
	verify->rows[DB_SOURCE_USES]++;
}

/* ---- The index of one record ---- */

/* A posting under a key leads from a name to the occupation. */
static bool
has_posting(struct verify *verify, enum store_db db, const char *key, const struct posting *posting)
{
	const size_t numbers = sizeof posting->name + sizeof posting->occupation;
	MDB_val found;

	return find_pair(verify, db, db_text(key), db_bytes(posting, sizeof *posting), &found) &&
	       found.mv_size == sizeof *posting && memcmp(found.mv_data, posting, numbers) == 0 &&
	       (((const struct posting *)found.mv_data)->kind[0] & 0x80) == posting->kind[0];
}

static void
verify_name(struct verify *verify, const char *id, const char *name, const struct posting *posting)
{
	const char *folded = keys_fold(&verify->arena, name, DB_NAME_BYTES_MAX);
	size_t count;
	char **words = index_words(&verify->arena, name, INDEX_WORDS_MAX, &count);

	if (!has_row(verify, DB_TEXTS, db_bytes(posting->name, 4), db_text(name)))
		fault(verify, "%s: the index has another text for \"%s\"", id, name);
	verify->rows[DB_TEXTS]++;
	if (folded[0] != '\0' && !has_posting(verify, DB_NAMES, folded, posting))
		fault(verify, "%s: the name \"%s\" does not lead to it", id, name);
	verify->rows[DB_NAMES] += folded[0] != '\0';
	for (size_t i = 0; i < count; i++)
		if (!has_posting(verify, DB_WORDS, words[i], posting))
			fault(verify, "%s: the word \"%s\" of \"%s\" does not lead to it", id, words[i], name);
	verify->rows[DB_WORDS] += count;
}

static void
verify_codes(struct verify *verify, const Occupare__V1__Occupation *record, const uint8_t number[4])
{
	const char **keys = occ_arena_calloc(&verify->arena, record->n_codes, sizeof *keys);

	for (size_t i = 0; i < record->n_codes; i++) {
		bool repeated = false;

		keys[i] = keys_code(&verify->arena, record->codes[i]->value);
		if (keys[i] == NULL)
			continue;
		/* Two systems may give one occupation the same code, which is one row. */
		for (size_t j = 0; j < i; j++)
			repeated |= keys[j] != NULL && strcmp(keys[j], keys[i]) == 0;
		verify->rows[DB_CODES] += !repeated;
		if (!has_pair(verify, DB_CODES, db_text(keys[i]), db_bytes(number, 4)))
			fault(verify, "%s: the code %s does not lead to it", record->id, record->codes[i]->value);
	}
}

static void
verify_index(struct verify *verify, const Occupare__V1__Occupation *record)
{
	size_t names = 1 + record->n_aliases;
	struct posting posting = { 0 };
	struct content_marks marks;
	const uint8_t *numbers;
	MDB_val row;

	if (!get(verify, DB_INDEX, db_text(record->id), &row) || row.mv_size != 4 * (1 + names)) {
		fault(verify, "%s: the index does not know it as it is stored", record->id);
		return;
	}
	numbers = row.mv_data;
	if (!has_row(verify, DB_NUMBERS, db_bytes(numbers, 4), index_number_row(&verify->arena, record)))
		fault(verify, "%s: its number belongs to another, or its standing is not of it", record->id);
	contents_mark(&verify->arena, record, &marks);
	if (!has_row(verify, DB_MARKS, db_bytes(numbers, 4), db_bytes(&marks, sizeof marks)))
		fault(verify, "%s: the words of its skills and duties do not lead to it", record->id);
	memcpy(posting.occupation, numbers, 4);
	for (size_t i = 0; i < names; i++) {
		memcpy(posting.name, numbers + 4 * (1 + i), 4);
		posting.kind[0] = i == 0 ? 0 : 0x80;
		verify_name(verify, record->id, i == 0 ? record->title : record->aliases[i - 1], &posting);
	}
	verify_codes(verify, record, numbers);
}

/* ---- Records ---- */

/* The record is what its layers give. */
static void
verify_merge(struct verify *verify, Occupare__V1__Occupation *record)
{
	struct record_layers layers;
	Occupare__V1__Occupation *merged;
	struct occupare_status st;

	if (record_layers(&verify->arena, verify->txn, record->id, &layers, &st) != OCCUPARE_OK) {
		fault(verify, "%s", st.message);
		return;
	}
	merged = layers_merge(&verify->arena, (const Occupare__Store__V1__Layer *const *)layers.layers, layers.count);
	if (merged == NULL) {
		fault(verify, "%s: no layer gives it", record->id);
		return;
	}
	merged->id = record->id;
	merged->revision = record->revision;
	merged->update_time = record->update_time;
	if (!is_equal(pack(&verify->arena, &merged->base), pack(&verify->arena, &record->base)))
		fault(verify, "%s: it is not what its layers give", record->id);
}

/* The rows that are derived from the record. */
static void
verify_side_rows(struct verify *verify, const Occupare__V1__Occupation *record)
{
	struct occ_arena *arena = &verify->arena;
	Occupare__V1__Occupation aliases = OCCUPARE__V1__OCCUPATION__INIT;
	MDB_val key = db_text(record->id);

	if (!has_row(verify, DB_SUMMARIES, key, pack(arena, &record_summary(arena, record)->base)))
		fault(verify, "%s: its summary is not of it", record->id);
	if (!has_row(verify, DB_SKILLS, key, pack(arena, &record_skills(arena, record)->base)))
		fault(verify, "%s: its skills are stored otherwise", record->id);
	aliases.n_aliases = record->n_aliases;
	aliases.aliases = record->aliases;
	if (record->n_aliases > 0 && !has_row(verify, DB_ALIASES, key, pack(arena, &aliases.base)))
		fault(verify, "%s: more is stored with its aliases", record->id);
}

static void
verify_vector(struct verify *verify, const Occupare__V1__Occupation *record)
{
	struct occupare_status st;
	size_t names = 0;
	MDB_val row;

	if (vector_row(&verify->arena, verify->txn, record, &row, &names, &st) != OCCUPARE_OK)
		fault(verify, "%s: %s", record->id, st.message);
	else if (!has_row(verify, DB_VECTORS, db_text(record->id), row))
		fault(verify, "%s: its skills as numbers are not those of it", record->id);
	verify->skill_uses += names;
}

static void
visit_occupation(struct verify *verify, MDB_val key, MDB_val value)
{
	const char *id = occ_arena_strndup(&verify->arena, key.mv_data, key.mv_size);
	Occupare__V1__Occupation *record;
	struct occupare_status st;

	(void)value;
	verify->rows[DB_OCCUPATIONS]++;
	if (store_get(&verify->arena, verify->txn, id, true, &record, &st) != OCCUPARE_OK) {
		fault(verify, "%s: %s", id, st.message);
		return;
	}
	if (strcmp(record->id, id) != 0)
		fault(verify, "%s: its record says that it is \"%s\"", id, record->id);
	record->id = occ_arena_strdup(&verify->arena, id);
	(void)!check_occupation(record, true, &st);
	report_status(verify, id, &st);
	if (record->revision == 0 || record->revision > verify->generation)
		fault(verify, "%s: its revision %" PRIu64 " is not of this store", id, record->revision);
	verify->aliases += record->n_aliases;
	verify->codes += record->n_codes;
	verify->rows[DB_ALIASES] += record->n_aliases > 0;
	verify_sources(verify, id, record->sources, record->n_sources);
	verify_side_rows(verify, record);
	verify_vector(verify, record);
	verify_index(verify, record);
	verify_merge(verify, record);
}

/* ---- What is published for SOC codes ---- */

/* A code that a source gives a title has an occupation that stands for it. */
static void
verify_standing(struct verify *verify, const char *soc_code)
{
	Occupare__V1__Occupation *occupation;
	Occupare__Store__V1__Layer layer = OCCUPARE__STORE__V1__LAYER__INIT;
	struct occupare_status st;
	char *id;

	if (group_occupation(&verify->arena, verify->txn, soc_code, &occupation, &st) != OCCUPARE_OK ||
	    group_standing(&verify->arena, verify->txn, soc_code, &id, &st) != OCCUPARE_OK) {
		fault(verify, "%s", st.message);
		return;
	}
	if ((occupation == NULL) != (id == NULL)) {
		fault(verify, "SOC code %s: %s", soc_code,
		    id == NULL ? "no occupation stands for it" : "an occupation stands for what has no title");
		return;
	}
	if (id == NULL)
		return;
	occupation->id = id;
	layer.occupation = occupation;
	if (!has_row(
		verify, DB_LAYERS, layer_row_key(&verify->arena, id, DB_ORIGIN_SOC), pack(&verify->arena, &layer.base)))
		fault(verify, "%s: it stands otherwise for SOC code %s", id, soc_code);
}

static void
verify_group(struct verify *verify, const char *soc_code, const char *origin, MDB_val value)
{
	Occupare__Store__V1__Layer *layer;
	struct occupare_status st;

	if (!soc_is_code(soc_code)) {
		fault(verify, "\"%s\" is no SOC code", soc_code);
		return;
	}
	verify_standing(verify, soc_code);
	if (strcmp(origin, DB_ORIGIN_OEWS) != 0)
		return;
	if (group_from_estimates(&verify->arena, verify->txn, soc_code, &layer, &st) != OCCUPARE_OK)
		fault(verify, "%s", st.message);
	else if (layer == NULL || !is_equal(pack(&verify->arena, &layer->base), value))
		fault(verify, "SOC code %s: its pay is not what its estimates say", soc_code);
}

/* ---- Layers ---- */

/* Layers of an occupation that is not served must give none. */
static void
verify_not_served(struct verify *verify, const char *id)
{
	struct record_layers layers;
	struct occupare_status st;
	MDB_val row;

	if (get(verify, DB_OCCUPATIONS, db_text(id), &row))
		return;
	if (record_layers(&verify->arena, verify->txn, id, &layers, &st) != OCCUPARE_OK)
		fault(verify, "%s", st.message);
	else if (layers_merge(&verify->arena, (const Occupare__Store__V1__Layer *const *)layers.layers, layers.count) !=
		 NULL)
		fault(verify, "%s: its layers give a record that is not served", id);
}

static void
verify_layer_codes(struct verify *verify, MDB_val key, const char *id, const Occupare__V1__Occupation *record)
{
	struct occ_arena *arena = &verify->arena;
	MDB_val *codes = occ_arena_calloc(arena, record->n_codes, sizeof *codes);

	for (size_t i = 0; i < record->n_codes; i++) {
		bool repeated = false;

		codes[i] = layer_code_key(arena, record->codes[i]);
		if (codes[i].mv_size == 0)
			continue;
		for (size_t j = 0; j < i; j++)
			repeated |= codes[j].mv_size > 0 && is_equal(codes[j], codes[i]);
		verify->rows[DB_LAYER_CODES] += !repeated;
		if (!has_pair(verify, DB_LAYER_CODES, codes[i], key))
			fault(verify, "%s: imports cannot find it by its code %s", id, record->codes[i]->value);
	}
}

static void
visit_layer(struct verify *verify, MDB_val key, MDB_val value)
{
	const char *id = occ_arena_strndup(&verify->arena, key.mv_data, key.mv_size);
	size_t length = strlen(id);
	const char *origin = length < key.mv_size
				 ? occ_arena_strndup(
				       &verify->arena, (const char *)key.mv_data + length + 1, key.mv_size - length - 1)
				 : "";
	Occupare__Store__V1__Layer *layer;
	struct occupare_status st;

	verify->rows[DB_LAYERS]++;
	if (layers_rank(origin) < 0)
		fault(verify, "%s: a layer is of the unknown origin \"%s\"", id, origin);
	if (db_unpack(&verify->arena, &occupare__store__v1__layer__descriptor, value, "layer", key, &layer, &st) !=
	    OCCUPARE_OK) {
		fault(verify, "%s", st.message);
		return;
	}
	if (group_is_id(id))
		verify_group(verify, group_soc_code(id), origin, value);
	else
		verify_not_served(verify, id);
	if (layer->occupation == NULL)
		return;
	verify->source_uses += layer->occupation->n_sources;
	verify_sources(verify, id, layer->occupation->sources, layer->occupation->n_sources);
	verify_layer_codes(verify, key, id, layer->occupation);
}

/* ---- Areas and estimates ---- */

/* The message of a row that belongs to an origin; NULL: it does not decode. */
static void *
unpack_row(struct verify *verify, const ProtobufCMessageDescriptor *descriptor, MDB_val key, MDB_val value)
{
	struct occupare_status st;
	ProtobufCMessage *message;
	const char *origin;
	MDB_val packed;

	if (!origin_split(value, &origin, &packed))
		fault(verify, "%s \"%.*s\" does not say who gave it", descriptor->short_name, (int)key.mv_size,
		    (const char *)key.mv_data);
	else if (db_unpack(&verify->arena, descriptor, packed, descriptor->short_name, key, &message, &st) !=
		 OCCUPARE_OK)
		fault(verify, "%s", st.message);
	else if (layers_rank(origin) < 0)
		fault(verify, "%s \"%.*s\" is of the unknown origin \"%s\"", descriptor->short_name, (int)key.mv_size,
		    (const char *)key.mv_data, origin);
	else
		return message;
	return NULL;
}

static void
visit_area(struct verify *verify, MDB_val key, MDB_val value)
{
	const Occupare__V1__Area *area = unpack_row(verify, &occupare__v1__area__descriptor, key, value);
	struct occupare_status st;

	verify->rows[DB_AREAS]++;
	if (area == NULL)
		return;
	(void)!check_area(area, &st);
	report_status(verify, area->code, &st);
	if (!is_equal(key, db_text(area_key(&verify->arena, area->code))))
		fault(verify, "area %s is stored under another code", area->code);
}

static void
visit_estimate(struct verify *verify, MDB_val key, MDB_val value)
{
	const Occupare__V1__Estimate *estimate = unpack_row(verify, &occupare__v1__estimate__descriptor, key, value);
	struct occupare_status st;
	const char *whose;
	MDB_val right;

	verify->rows[DB_ESTIMATES]++;
	if (estimate == NULL)
		return;
	whose = occ_arena_printf(
	    &verify->arena, "estimate of %s in %s, %" PRIu32, estimate->soc_code, estimate->area, estimate->period);
	(void)!check_estimate(estimate, &st);
	report_status(verify, whose, &st);
	if (estimate_key(&verify->arena, estimate->soc_code, estimate->area, estimate->period, estimate->industry,
		&right, &st) != OCCUPARE_OK ||
	    !is_equal(key, right))
		fault(verify, "%s is stored as another", whose);
	if (strcmp(estimate->area, "US") == 0 && estimate->industry[0] == '\0' &&
	    !get(verify, DB_LAYERS,
		layer_row_key(&verify->arena, group_id(&verify->arena, estimate->soc_code), DB_ORIGIN_OEWS), &right))
		fault(verify, "%s does not reach its occupations", whose);
	verify->source_uses += estimate->n_sources;
	verify_sources(verify, whose, estimate->sources, estimate->n_sources);
}

/* ---- Tables ---- */

/* Each word that leads to a name is in the vocabulary that typos are looked up in. */
static void
verify_vocabulary(struct verify *verify)
{
	struct occupare_status st;
	struct db_walk walk;

	for (db_walk_begin(&walk, verify->txn, DB_WORDS, db_bytes(NULL, 0), 0); db_walk_row(&walk);
	     db_walk_next_key(&walk)) {
		struct vocable vocable = { 0 };
		const char *word = occ_arena_strndup(&verify->arena, walk.key.mv_data, walk.key.mv_size);
		size_t length;
		uint8_t key;

		if (walk.key.mv_size > VOCABLE_BYTES_MAX)
			continue;
		db_number_put(vocable.letters, index_letters(word, NULL, &length));
		memcpy(vocable.word, word, strlen(word));
		key = (uint8_t)length;
		if (!has_pair(verify, DB_VOCABULARY, db_bytes(&key, 1), db_bytes(&vocable, sizeof vocable)))
			fault(verify, "the word \"%s\" cannot be found with a typo", word);
		verify->rows[DB_VOCABULARY]++;
		occ_arena_reset(&verify->arena);
	}
	if (db_walk_end(&walk, &st) != OCCUPARE_OK)
		fault(verify, "%s", st.message);
}

/* The numbers of skills' names, of which none is given twice: all below the number of names and free numbers. */
static void
verify_skill_names(struct verify *verify)
{
	uint64_t names = 0, end = 0;
	struct occupare_status st;
	struct db_walk walk;
	uint8_t table = DB_SKILL_NAMES;
	bool *given;

	if (db_entries(verify->txn, DB_SKILL_NAMES, &names, &st) != OCCUPARE_OK)
		fault(verify, "%s", st.message);
	for (db_walk_begin(&walk, verify->txn, DB_FREE, db_bytes(&table, 1), 1); db_walk_row(&walk);
	     db_walk_next(&walk))
		end++;
	if (db_walk_end(&walk, &st) != OCCUPARE_OK)
		fault(verify, "%s", st.message);
	end += names;
	given = occ_arena_calloc(&verify->arena, end + 1, sizeof *given);
	for (db_walk_begin(&walk, verify->txn, DB_SKILL_NAMES, db_bytes(NULL, 0), 0); db_walk_row(&walk);
	     db_walk_next(&walk)) {
		const uint8_t *row = walk.value.mv_data;
		bool whole = walk.value.mv_size == 8 && db_number(row) < end && db_number(row + 4) > 0;

		if (!whole || given[db_number(row)])
			fault(verify, "the skill \"%.*s\" has no number of its own", (int)walk.key.mv_size,
			    (const char *)walk.key.mv_data);
		if (whole) {
			given[db_number(row)] = true;
			verify->skill_uses -= db_number(row + 4);
		}
	}
	if (db_walk_end(&walk, &st) != OCCUPARE_OK)
		fault(verify, "%s", st.message);
	if (verify->skill_uses != 0)
		fault(verify, "the uses of skills' names are counted wrongly");
	occ_arena_reset(&verify->arena);
}

static void
visit_free(struct verify *verify, MDB_val key, MDB_val value)
{
	const uint8_t *bytes = key.mv_data;
	MDB_val row;

	(void)value;
	verify->rows[DB_FREE]++;
	if (key.mv_size != 5 || (bytes[0] != DB_NUMBERS && bytes[0] != DB_TEXTS && bytes[0] != DB_SKILL_NAMES))
		fault(verify, "a free number is of no table");
	else if (bytes[0] != DB_SKILL_NAMES && get(verify, (enum store_db)bytes[0], db_bytes(bytes + 1, 4), &row))
		fault(verify, "the number %" PRIu32 " is both free and used", db_number(bytes + 1));
}

/* No table has rows beyond those that something led to. */
static void
verify_rows(struct verify *verify)
{
	static const struct {
		enum store_db db;
		const char *what;
	} tables[] = {
		{ DB_SOURCE_USES, "uses of sources" },
		{ DB_ALIASES, "lists of aliases" },
		{ DB_SUMMARIES, "summaries" },
		{ DB_SKILLS, "lists of skills" },
		{ DB_VECTORS, "lists of skills as numbers" },
		{ DB_LAYER_CODES, "codes of layers" },
		{ DB_INDEX, "index entries" },
		{ DB_NUMBERS, "numbers of occupations" },
		{ DB_MARKS, "marks of skills and duties" },
		{ DB_NAMES, "names that lead to an occupation" },
		{ DB_TEXTS, "texts of names" },
		{ DB_CODES, "codes that lead to an occupation" },
		{ DB_WORDS, "words that lead to a name" },
		{ DB_VOCABULARY, "words of the vocabulary" },
	};
	struct occupare_status st;

	verify->rows[DB_SUMMARIES] = verify->rows[DB_SKILLS] = verify->rows[DB_OCCUPATIONS];
	verify->rows[DB_VECTORS] = verify->rows[DB_OCCUPATIONS];
	verify->rows[DB_INDEX] = verify->rows[DB_NUMBERS] = verify->rows[DB_MARKS] = verify->rows[DB_OCCUPATIONS];
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		uint64_t there;

		if (db_entries(verify->txn, tables[i].db, &there, &st) != OCCUPARE_OK)
			fault(verify, "%s", st.message);
		else if (there != verify->rows[tables[i].db])
			fault(verify, "there are %" PRIu64 " %s where %" PRIu64 " should be", there, tables[i].what,
			    verify->rows[tables[i].db]);
	}
	if (verify->source_uses != 0)
		fault(verify, "the uses of sources are counted wrongly");
}

static void
verify_count(struct verify *verify, const char *what, uint64_t says, uint64_t is)
{
	if (says != is)
		fault(verify, "the data set says that it has %" PRIu64 " %s and has %" PRIu64, says, what, is);
}

static void
verify_counts(struct verify *verify, const Occupare__V1__DatasetCounts *counts)
{
	static const Occupare__V1__DatasetCounts none = OCCUPARE__V1__DATASET_COUNTS__INIT;
	const Occupare__V1__DatasetCounts *says = counts == NULL ? &none : counts;

	verify_count(verify, "occupations", says->occupations, verify->rows[DB_OCCUPATIONS]);
	verify_count(verify, "aliases", says->aliases, verify->aliases);
	verify_count(verify, "codes", says->codes, verify->codes);
	verify_count(verify, "areas", says->areas, verify->rows[DB_AREAS]);
	verify_count(verify, "estimates", says->estimates, verify->rows[DB_ESTIMATES]);
	verify_count(verify, "sources", says->sources, verify->rows[DB_SOURCES]);
}

/* ---- The whole ---- */

static void
verify_all(struct verify *verify)
{
	Occupare__V1__DatasetCounts counts = OCCUPARE__V1__DATASET_COUNTS__INIT;
	Occupare__V1__Dataset *dataset;
	struct occupare_status st;

	/* LMDB trusts its pages, so nothing is read through it before they were looked at. */
	if (store_check_pages(verify->txn, true, &st) != OCCUPARE_OK ||
	    store_dataset(&verify->arena, verify->txn, false, &dataset, &st) != OCCUPARE_OK) {
		fault(verify, "%s", st.message);
		return;
	}
	verify->generation = dataset->generation;
	if (dataset->counts != NULL)
		counts = *dataset->counts;
	each_row(verify, DB_OCCUPATIONS, visit_occupation);
	each_row(verify, DB_LAYERS, visit_layer);
	each_row(verify, DB_AREAS, visit_area);
	each_row(verify, DB_ESTIMATES, visit_estimate);
	each_row(verify, DB_SOURCES, visit_source);
	each_row(verify, DB_FREE, visit_free);
	verify_vocabulary(verify);
	verify_skill_names(verify);
	verify_rows(verify);
	verify_counts(verify, &counts);
}

enum occupare_code
maintain_verify(const char *directory, maintain_fault *report, void *data, struct maintain_counts *ret,
    uint64_t *ret_faults, struct occupare_status *st)
{
	const struct store_options options = { .writable = false };
	struct verify verify = { .report = report, .data = data };
	struct store *store;
	enum occupare_code code;

	if (store_open(directory, &options, &store, st) != OCCUPARE_OK)
		return st->code;
	occ_arena_init(&verify.arena, ARENA_BYTES_KEPT, ARENA_BYTES_MAX);
	code = store_txn_new(store, &verify.txn, st);
	if (code == OCCUPARE_OK)
		code = store_read_begin(verify.txn, st);
	if (code == OCCUPARE_OK) {
		verify_all(&verify);
		*ret = (struct maintain_counts){ verify.rows[DB_OCCUPATIONS], verify.rows[DB_AREAS],
			verify.rows[DB_ESTIMATES] };
		*ret_faults = verify.faults;
	}
	store_txn_free(verify.txn);
	occ_arena_fini(&verify.arena);
	store_close(store);
	return code;
}

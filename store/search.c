/* Search in titles, aliases and codes.
 *
 * Each hit is the best of an occupation's names, as one number that sorts: kind of match, characters of the name; below
 * these the number of the name.  Names are found by a range of DB_NAMES (exact, prefix), and by their words: each word of the query leads to
 * the words of the vocabulary that start with it or differ by a typo, and their postings are counted per name, word after
 * word, in one array.  A name that every word counted once matches. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/keys.h"

#define QUERY_WORDS_MAX 16u /* further words of a query are not looked at */
#define TYPO_LENGTH_MIN 3u  /* shorter words must be spelt right */
#define TYPO_LENGTH_TWO 8u  /* from here on two edits */
#define TYPO_WORDS_MAX 200u /* words of the vocabulary that one word of a query may be meant as */
#define TYPO_CHARACTERS_MAX (VOCABLE_BYTES_MAX + 2u)

/* Bits of a hit: kind 8, characters 15, spare 9, number of the name 32. */
#define HIT(kind, characters, name) ((uint64_t)(kind) << 56 | (uint64_t)(characters) << 41 | (name))
#define HIT_NONE UINT64_MAX
#define HIT_RANK(hit) ((hit) >> 41)
#define HIT_KIND(hit) ((unsigned)((hit) >> 56))
#define HIT_NAME(hit) ((uint32_t)(hit))

struct search {
	struct occ_arena *arena;
	struct store_txn *txn;
	uint64_t *best; /* of each number of an occupation */
	uint32_t occupations;
	uint8_t *spelt; /* of each number of a name: words of the query that its words start with, in a row */
	uint8_t *meant; /* the same, with typos */
	uint32_t names;
};

/* The name with this number, borrowed. False: it is not there. */
static bool
name_text(struct search *search, uint32_t name, MDB_val *ret, struct occupare_status *st)
{
	uint8_t key[4];
	bool found;

	db_number_put(key, name);
	if (db_get(search->txn, DB_TEXTS, db_bytes(key, 4), ret, &found, st) != OCCUPARE_OK)
		return false;
	if (!found)
		occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "the index has a name that is not there");
	return found;
}

/* A name comes before another one by its bytes; its number, which depends on the past of the store, must not decide. */
static bool
is_before(struct search *search, uint32_t name, uint32_t other)
{
	struct occupare_status ignored;
	MDB_val texts[2];
	size_t shorter;
	int order;

	if (name == other || !name_text(search, name, &texts[0], &ignored) ||
	    !name_text(search, other, &texts[1], &ignored))
		return false;
	shorter = texts[0].mv_size < texts[1].mv_size ? texts[0].mv_size : texts[1].mv_size;
	order = memcmp(texts[0].mv_data, texts[1].mv_data, shorter);
	return order != 0 ? order < 0 : texts[0].mv_size < texts[1].mv_size;
}

static void
offer(struct search *search, uint32_t occupation, Occupare__V1__MatchKind kind, unsigned characters, uint32_t name)
{
	uint64_t hit = HIT(kind, characters, name), best;

	if (occupation >= search->occupations)
		return;
	best = search->best[occupation];
	if (HIT_RANK(hit) != HIT_RANK(best) ? hit < best : is_before(search, name, HIT_NAME(best)))
		search->best[occupation] = hit;
}

/* Kinds of titles are odd and followed by those of aliases. */
static void
offer_posting(struct search *search, const struct posting *posting, Occupare__V1__MatchKind title_kind)
{
	unsigned kind = title_kind + (posting->kind[0] >> 7);

	offer(search, db_number(posting->occupation), kind, (unsigned)(posting->kind[0] & 0x7F) << 8 | posting->kind[1],
	    db_number(posting->name));
}

/* ---- Ids, codes, whole names ---- */

static enum occupare_code
search_id(struct search *search, const char *query, struct occupare_status *st)
{
	MDB_val row;
	bool found;

	if (!keys_is_slug(query))
		return OCCUPARE_OK;
	if (db_get(search->txn, DB_INDEX, db_text(query), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found && row.mv_size >= 8)
		offer(search, db_number(row.mv_data), OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ID, 0,
		    db_number((const uint8_t *)row.mv_data + 4));
	return OCCUPARE_OK;
}

static enum occupare_code
search_codes(struct search *search, const char *query, struct occupare_status *st)
{
	const char *key = keys_code(search->arena, query);
	size_t length;
	struct db_walk walk;

	if (key == NULL)
		return OCCUPARE_OK;
	length = strlen(key);
	for (db_walk_begin(&walk, search->txn, DB_CODES, db_bytes(key, length), length); db_walk_row(&walk);
	     db_walk_next(&walk))
		if (walk.value.mv_size == 4)
			offer(search, db_number(walk.value.mv_data), OCCUPARE__V1__MATCH_KIND__MATCH_KIND_CODE,
			    (unsigned)walk.key.mv_size, 0);
	return db_walk_end(&walk, st);
}

static enum occupare_code
search_names(struct search *search, const char *folded, struct occupare_status *st)
{
	size_t length = strlen(folded);
	struct db_walk walk;

	for (db_walk_begin(&walk, search->txn, DB_NAMES, db_bytes(folded, length), length); db_walk_row(&walk);
	     db_walk_next(&walk))
		if (walk.value.mv_size == sizeof(struct posting))
			offer_posting(search, walk.value.mv_data,
			    walk.key.mv_size == length ? OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE
						       : OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_PREFIX);
	return db_walk_end(&walk, st);
}

/* ---- Words ---- */

/* What the postings of one word of the query do. */
struct counting {
	struct search *search;
	unsigned word; /* of the query, from 0 */
	bool last;
	bool typo;
};

static void
count_posting(const struct counting *counting, const struct posting *posting)
{
	struct search *search = counting->search;
	uint32_t name = db_number(posting->name);

	if (name >= search->names)
		return;
	if (!counting->typo && search->spelt[name] == counting->word) {
		search->spelt[name]++;
		if (counting->last)
			offer_posting(search, posting, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_WORDS);
	}
	if (search->meant[name] == counting->word) {
		search->meant[name]++;
		if (counting->last)
			offer_posting(search, posting, OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_TYPO);
	}
}

/* All values of the key that the cursor is on, whose first is in value, a page at a time. */
static int
count_values(const struct counting *counting, MDB_cursor *cursor, MDB_val *key, MDB_val *value)
{
	int rc = mdb_cursor_get(cursor, key, value, MDB_GET_MULTIPLE);

	while (rc == MDB_SUCCESS) {
		const struct posting *postings = value->mv_data;

		for (size_t i = 0; i < value->mv_size / sizeof *postings; i++)
			count_posting(counting, &postings[i]);
		rc = mdb_cursor_get(cursor, key, value, MDB_NEXT_MULTIPLE);
	}
	return rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
}

/* Names with a word that starts so. */
static enum occupare_code
count_prefix(const struct counting *counting, const char *word, struct occupare_status *st)
{
	size_t length = strlen(word);
	struct db_walk walk;

	for (db_walk_begin(&walk, counting->search->txn, DB_WORDS, db_bytes(word, length), length); db_walk_row(&walk);
	     db_walk_next_key(&walk)) {
		int rc = count_values(counting, walk.cursor, &walk.key, &walk.value);

		if (rc != MDB_SUCCESS) {
			walk.rc = rc;
			break;
		}
	}
	return db_walk_end(&walk, st);
}

/* ---- Typos ---- */

/* Edits between two words, at most max; more: max + 1.  Insertions, deletions, substitutions and swaps of neighbours,
 * no part of the word edited twice (optimal string alignment, Damerau 1964). */
static unsigned
edits(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length, unsigned max)
{
	unsigned rows[3][TYPO_CHARACTERS_MAX + 1];
	unsigned *above2 = rows[0], *above = rows[1], *row = rows[2], *spare;

	for (size_t j = 0; j <= b_length; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned least = row[0] = (unsigned)i;

		for (size_t j = 1; j <= b_length; j++) {
			unsigned cost = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < cost)
				cost = above[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && above2[j - 2] + 1 < cost)
				cost = above2[j - 2] + 1;
			row[j] = cost;
			if (cost < least)
				least = cost;
		}
		/* A swap reaches two rows up, but costs one itself. */
		if (least > max)
			return max + 1;
		spare = above2;
		above2 = above;
		above = row;
		row = spare;
	}
	return above[b_length] > max ? max + 1 : above[b_length];
}

/* A word of the query, prepared. */
struct misspelt {
	uint32_t characters[255];
	size_t length;
	uint32_t letters;
	unsigned edits_max;
	char *meant[TYPO_WORDS_MAX];
	size_t count;
};

/* Looks at one page of the vocabulary. */
static void
match_vocables(struct search *search, struct misspelt *word, const struct vocable *vocables, size_t count)
{
	for (size_t i = 0; i < count && word->count < TYPO_WORDS_MAX; i++) {
		uint32_t characters[255];
		size_t length, bytes;
		char text[VOCABLE_BYTES_MAX + 1];

		/* One edit changes at most two letters of the set. */
		if ((unsigned)__builtin_popcount(db_number(vocables[i].letters) ^ word->letters) > 2 * word->edits_max)
			continue;
		bytes = strnlen((const char *)vocables[i].word, VOCABLE_BYTES_MAX);
		memcpy(text, vocables[i].word, bytes);
		text[bytes] = '\0';
		index_letters(text, characters, &length);
		if (edits(word->characters, word->length, characters, length, word->edits_max) <= word->edits_max)
			word->meant[word->count++] = occ_arena_strndup(search->arena, text, bytes);
	}
}

/* All words of the vocabulary of one length. */
static enum occupare_code
match_length(struct search *search, struct misspelt *word, size_t length, struct occupare_status *st)
{
	uint8_t key = (uint8_t)length;
	struct db_walk walk;

	db_walk_begin(&walk, search->txn, DB_VOCABULARY, db_bytes(&key, 1), 1);
	if (db_walk_row(&walk))
		walk.rc = mdb_cursor_get(walk.cursor, &walk.key, &walk.value, MDB_GET_MULTIPLE);
	while (db_walk_row(&walk)) {
		match_vocables(search, word, walk.value.mv_data, walk.value.mv_size / sizeof(struct vocable));
		walk.rc = mdb_cursor_get(walk.cursor, &walk.key, &walk.value, MDB_NEXT_MULTIPLE);
	}
	return db_walk_end(&walk, st);
}

/* Names with a word that this one may be meant as. */
static enum occupare_code
count_typos(struct counting *counting, const char *text, struct occupare_status *st)
{
	struct misspelt *word = occ_arena_calloc(counting->search->arena, 1, sizeof *word);
	struct db_walk walk;

	word->letters = index_letters(text, word->characters, &word->length);
	if (word->length < TYPO_LENGTH_MIN || word->length > VOCABLE_BYTES_MAX)
		return OCCUPARE_OK;
	word->edits_max = word->length < TYPO_LENGTH_TWO ? 1 : 2;
	for (size_t length = word->length - word->edits_max; length <= word->length + word->edits_max; length++)
		if (match_length(counting->search, word, length, st) != OCCUPARE_OK)
			return st->code;
	counting->typo = true;
	for (size_t i = 0; i < word->count; i++) {
		size_t bytes = strlen(word->meant[i]);

		db_walk_begin(&walk, counting->search->txn, DB_WORDS, db_bytes(word->meant[i], bytes), bytes);
		if (db_walk_row(&walk) && walk.key.mv_size == bytes)
			walk.rc = count_values(counting, walk.cursor, &walk.key, &walk.value);
		if (db_walk_end(&walk, st) != OCCUPARE_OK)
			return st->code;
	}
	counting->typo = false;
	return OCCUPARE_OK;
}

static enum occupare_code
search_words(struct search *search, const char *query, struct occupare_status *st)
{
	size_t count;
	char **words = index_words(search->arena, query, QUERY_WORDS_MAX, &count);

	search->spelt = occ_arena_calloc(search->arena, search->names + 1, 1);
	search->meant = occ_arena_calloc(search->arena, search->names + 1, 1);
	for (size_t i = 0; i < count; i++) {
		struct counting counting = { .search = search, .word = (unsigned)i, .last = i + 1 == count };

		if (count_prefix(&counting, words[i], st) != OCCUPARE_OK ||
		    count_typos(&counting, words[i], st) != OCCUPARE_OK)
			return st->code;
	}
	return OCCUPARE_OK;
}

/* ---- Hits ---- */

struct ranked {
	uint64_t hit;
	MDB_val id;
};

static int
best_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	size_t shorter = x->id.mv_size < y->id.mv_size ? x->id.mv_size : y->id.mv_size;
	int order;

	if (HIT_RANK(x->hit) != HIT_RANK(y->hit))
		return HIT_RANK(x->hit) < HIT_RANK(y->hit) ? -1 : 1;
	order = memcmp(x->id.mv_data, y->id.mv_data, shorter);
	return order != 0 ? order : (x->id.mv_size > y->id.mv_size) - (x->id.mv_size < y->id.mv_size);
}

static enum occupare_code
rank(struct search *search, struct ranked **ret, size_t *ret_count, struct occupare_status *st)
{
	struct ranked *ranked = occ_arena_calloc(search->arena, (size_t)search->occupations + 1, sizeof *ranked);
	size_t count = 0;

	for (uint32_t i = 0; i < search->occupations; i++) {
		if (search->best[i] == HIT_NONE)
			continue;
		ranked[count].hit = search->best[i];
		if (occupation_id(search->txn, i, &ranked[count++].id, st) != OCCUPARE_OK)
			return st->code;
	}
	if (count > 0)
		qsort(ranked, count, sizeof *ranked, best_first);
	*ret = ranked;
	*ret_count = count;
	return OCCUPARE_OK;
}

/* The first code, as published, that starts as the query does. */
static char *
matched_code(struct occ_arena *arena, const Occupare__V1__OccupationSummary *summary, const char *query)
{
	const char *key = keys_code(arena, query);
	char *found = NULL;
	size_t found_length = SIZE_MAX;

	for (size_t i = 0; key != NULL && i < summary->n_codes; i++) {
		const char *code = keys_code(arena, summary->codes[i]->value);

		if (code != NULL && strncmp(code, key, strlen(key)) == 0 && strlen(code) < found_length) {
			found = summary->codes[i]->value;
			found_length = strlen(code);
		}
	}
	return found != NULL ? found : summary->id;
}

static enum occupare_code
matched_text(struct search *search, const struct ranked *ranked, const Occupare__V1__OccupationSummary *summary,
    const char *query, char **ret, struct occupare_status *st)
{
	MDB_val text;

	if (HIT_KIND(ranked->hit) == OCCUPARE__V1__MATCH_KIND__MATCH_KIND_CODE) {
		*ret = matched_code(search->arena, summary, query);
		return OCCUPARE_OK;
	}
	if (HIT_KIND(ranked->hit) == OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ID) {
		*ret = summary->id;
		return OCCUPARE_OK;
	}
	if (!name_text(search, HIT_NAME(ranked->hit), &text, st))
		return st->code;
	*ret = occ_arena_strndup(search->arena, text.mv_data, text.mv_size);
	return OCCUPARE_OK;
}

static enum occupare_code
make_hit(struct search *search, const struct ranked *ranked, const char *query, Occupare__V1__SearchHit **ret,
    struct occupare_status *st)
{
	Occupare__V1__SearchHit *hit = occ_arena_alloc(search->arena, sizeof *hit);
	Occupare__V1__OccupationSummary *summary;

	if (occupation_summary(search->arena, search->txn, ranked->id, &summary, st) != OCCUPARE_OK)
		return st->code;
	occupare__v1__search_hit__init(hit);
	hit->id = summary->id;
	hit->title = summary->title;
	hit->n_codes = summary->n_codes;
	hit->codes = summary->codes;
	hit->match_kind = (Occupare__V1__MatchKind)HIT_KIND(ranked->hit);
	*ret = hit;
	return matched_text(search, ranked, summary, query, &hit->matched_text, st);
}

static enum occupare_code
search_all(struct search *search, const char *query, struct occupare_status *st)
{
	const char *folded = keys_fold(search->arena, query, DB_NAME_BYTES_MAX);

	if (folded[0] == '\0')
		return OCCUPARE_OK;
	if (search_id(search, folded, st) != OCCUPARE_OK || search_codes(search, folded, st) != OCCUPARE_OK ||
	    search_names(search, folded, st) != OCCUPARE_OK)
		return st->code;
	return search_words(search, query, st);
}

enum occupare_code
store_search(struct occ_arena *arena, struct store_txn *txn, const char *query, size_t max,
    Occupare__V1__SearchHit ***ret, size_t *ret_count, struct occupare_status *st)
{
	struct search search = { .arena = arena, .txn = txn };
	Occupare__V1__SearchHit **hits;
	struct ranked *ranked = NULL;
	size_t count = 0;

	if (max > STORE_SEARCH_HITS_MAX)
		max = STORE_SEARCH_HITS_MAX;
	if (db_numbers_end(txn, DB_NUMBERS, &search.occupations, st) != OCCUPARE_OK ||
	    db_numbers_end(txn, DB_TEXTS, &search.names, st) != OCCUPARE_OK)
		return st->code;
	search.best = occ_arena_alloc(arena, ((size_t)search.occupations + 1) * sizeof *search.best);
	memset(search.best, 0xFF, ((size_t)search.occupations + 1) * sizeof *search.best);
	if (search_all(&search, query, st) != OCCUPARE_OK || rank(&search, &ranked, &count, st) != OCCUPARE_OK)
		return st->code;
	if (count > max)
		count = max;
	hits = occ_arena_calloc(arena, count + 1, sizeof(Occupare__V1__SearchHit *));
	for (size_t i = 0; i < count; i++)
		if (make_hit(&search, &ranked[i], query, &hits[i], st) != OCCUPARE_OK)
			return st->code;
	*ret = hits;
	*ret_count = count;
	return OCCUPARE_OK;
}

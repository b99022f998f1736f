/* Search in titles, aliases, codes, skills and duties.
 *
 * store_search asks one thing after another, and goes on only while few have been found: ids, codes, and names as they are
 * spelt; skills; names with typos; duties; names that have some of the words.  Each occupation keeps the best of what was
 * offered for it, and in the end they are put in order (best_first).
 *
 * Names are found by a range of DB_NAMES (exact, prefix), and by their words: each word of the query leads to the words of the
 * vocabulary that start with it or differ by a typo, and their postings are counted per name, word after word, in one array. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "store/keys.h"

#define QUERY_WORDS_MAX 16u /* further words of a query are not looked at */
#define LETTERS_MAX 15u     /* a longer word of the query counts as this long */
#define SOME_LETTERS_MIN 3u /* that a name must have in common with the query at least */

/* What is offered for an occupation, as a number that sorts: how good the kind of match is, how far from the query, characters
 * of the name. */
#define RANK(place, distance, characters) ((uint32_t)(place) << 24 | (uint32_t)(distance) << 16 | (characters))
#define RANK_NONE UINT32_MAX
#define RANK_PLACE(rank) ((rank) >> 24)
#define RANK_DISTANCE_MAX 255u

/* Kinds of matches, best first. Those of titles are followed by those of aliases. */
enum place {
	ID,
	CODE,
	TITLE,
	ALIAS,
	TITLE_PREFIX,
	ALIAS_PREFIX,
	TITLE_WORDS,
	ALIAS_WORDS,
	SKILL,
	TITLE_TYPO,
	ALIAS_TYPO,
	DUTY,
	SOME_WORDS
};
static const Occupare__V1__MatchKind kinds[] = {
	[ID] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ID,
	[CODE] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_CODE,
	[TITLE] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE,
	[ALIAS] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ALIAS,
	[TITLE_PREFIX] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_PREFIX,
	[ALIAS_PREFIX] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ALIAS_PREFIX,
	[TITLE_WORDS] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_WORDS,
	[ALIAS_WORDS] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ALIAS_WORDS,
	[SKILL] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_SKILL,
	[TITLE_TYPO] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_TITLE_TYPO,
	[ALIAS_TYPO] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ALIAS_TYPO,
	[DUTY] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_DUTY,
	[SOME_WORDS] = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_SOME_WORDS,
};

/* An occupation, and the best that was offered for it. */
struct candidate {
	uint32_t rank;
	uint32_t name;       /* its number, or 0 where something else matched */
	MDB_val text;        /* the skill or duty that matched, borrowed */
	uint16_t names;      /* that have every word of the query */
	uint8_t title_words; /* words of the query that its title has */
	uint8_t words;       /* one more than the last of them */
};

/* How much of the query the words of a name have, so far. */
struct progress {
	uint8_t words;   /* one more than the last word of the query that it has */
	uint8_t letters; /* of all that it has */
};

struct search {
	struct occ_arena *arena;
	struct store_txn *txn;
	char **words; /* of the query */
	size_t words_count;
	struct candidate *candidates; /* by number of the occupation */
	uint32_t occupations;
	size_t found;              /* candidates that something was offered for */
	bool exact;                /* one of them by id, code, title or alias */
	struct progress *progress; /* by number of the name */
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

static int
compare_bytes(MDB_val a, MDB_val b)
{
	size_t shorter = a.mv_size < b.mv_size ? a.mv_size : b.mv_size;
	int order = memcmp(a.mv_data, b.mv_data, shorter);

	return order != 0 ? order : (a.mv_size > b.mv_size) - (a.mv_size < b.mv_size);
}

/* A name comes before another one by its bytes; its number, which depends on the past of the store, must not decide. */
static bool
is_before(struct search *search, uint32_t name, uint32_t other)
{
	struct occupare_status ignored;
	MDB_val texts[2];

	return name != other && name_text(search, name, &texts[0], &ignored) &&
	       name_text(search, other, &texts[1], &ignored) && compare_bytes(texts[0], texts[1]) < 0;
}

/* Offers what is found for an occupation. True: it is better than what was offered before. */
static bool
offer(struct search *search, uint32_t occupation, uint32_t rank, uint32_t name)
{
	struct candidate *candidate;

	if (occupation >= search->occupations)
		return false;
	candidate = &search->candidates[occupation];
	if (rank != candidate->rank ? rank > candidate->rank : !is_before(search, name, candidate->name))
		return false;
	search->found += candidate->rank == RANK_NONE;
	search->exact |= RANK_PLACE(rank) <= ALIAS;
	candidate->rank = rank;
	candidate->name = name;
	return true;
}

/* title: what it is if the name is the title; the next is what it is if that is an alias. */
static void
offer_posting(struct search *search, const struct posting *posting, enum place title, unsigned distance)
{
	enum place place = title == SOME_WORDS ? title : title + (posting->kind[0] >> 7);

	offer(search, db_number(posting->occupation),
	    RANK(place, distance, (unsigned)(posting->kind[0] & 0x7F) << 8 | posting->kind[1]),
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
	if (found && row.mv_size >= 4)
		offer(search, db_number(row.mv_data), RANK(ID, 0, 0), 0);
	return OCCUPARE_OK;
}

/* Whole codes before longer ones. */
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
			offer(search, db_number(walk.value.mv_data),
			    RANK(CODE, walk.key.mv_size > length, (uint16_t)walk.key.mv_size), 0);
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
			offer_posting(search, walk.value.mv_data, walk.key.mv_size == length ? TITLE : TITLE_PREFIX, 0);
	return db_walk_end(&walk, st);
}

/* ---- Words ---- */

/* What is done with the postings of one word of the query. */
struct counting {
	struct search *search;
	unsigned word;    /* of the query, from 0 */
	unsigned letters; /* its own */
	unsigned before;  /* those of the words before it */
	bool last;
	enum place title; /* what a name with every word is, if it is the title */
};

/* The letters that a word of the query counts for. */
static unsigned
letters_of(const char *word)
{
	size_t length = strlen(word);

	return length < LETTERS_MAX ? (unsigned)length : LETTERS_MAX;
}

/* The title of an occupation has a word of the query. */
static void
count_title(struct search *search, uint32_t occupation, unsigned word)
{
	struct candidate *candidate;

	if (occupation >= search->occupations)
		return;
	candidate = &search->candidates[occupation];
	if (candidate->words <= word) {
		candidate->words = (uint8_t)(word + 1);
		candidate->title_words++;
	}
}

static void
count_posting(const struct counting *counting, const struct posting *posting)
{
	struct search *search = counting->search;
	uint32_t name = db_number(posting->name), occupation = db_number(posting->occupation);
	struct progress *progress;

	if (name >= search->names || occupation >= search->occupations)
		return;
	progress = &search->progress[name];
	if (progress->words > counting->word)
		return;
	progress->words = (uint8_t)(counting->word + 1);
	progress->letters = (uint8_t)(progress->letters + counting->letters);
	if ((posting->kind[0] & 0x80) == 0)
		count_title(search, occupation, counting->word);
	if (counting->last && progress->letters == counting->before + counting->letters) {
		search->candidates[occupation].names += search->candidates[occupation].names < UINT16_MAX;
		offer_posting(search, posting, counting->title, 0);
	}
}

/* A name that has some words of the query, known from counting them all. */
static void
offer_some(const struct counting *counting, const struct posting *posting)
{
	uint32_t name = db_number(posting->name);
	unsigned letters = name < counting->search->names ? counting->search->progress[name].letters : 0;

	if (letters >= SOME_LETTERS_MIN)
		offer_posting(counting->search, posting, SOME_WORDS, RANK_DISTANCE_MAX - letters);
}

/* All values of the key that the cursor is on, whose first is in value, a page at a time. */
static int
count_values(const struct counting *counting, MDB_cursor *cursor, MDB_val *key, MDB_val *value)
{
	int rc = mdb_cursor_get(cursor, key, value, MDB_GET_MULTIPLE);

	while (rc == MDB_SUCCESS) {
		const struct posting *postings = value->mv_data;

		for (size_t i = 0; i < value->mv_size / sizeof *postings; i++)
			if (counting->title == SOME_WORDS)
				offer_some(counting, &postings[i]);
			else
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

/* Names with a word that this one may be meant as. */
static enum occupare_code
count_typos(const struct counting *counting, const char *word, struct occupare_status *st)
{
	struct search *search = counting->search;
	struct db_walk walk;
	char **meant;
	size_t count;

	if (typos_find(search->arena, search->txn, word, &meant, &count, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < count; i++) {
		size_t bytes = strlen(meant[i]);

		db_walk_begin(&walk, search->txn, DB_WORDS, db_bytes(meant[i], bytes), bytes);
		if (db_walk_row(&walk) && walk.key.mv_size == bytes)
			walk.rc = count_values(counting, walk.cursor, &walk.key, &walk.value);
		if (db_walk_end(&walk, st) != OCCUPARE_OK)
			return st->code;
	}
	return OCCUPARE_OK;
}

/* Counts the words of the query in all names, as they are spelt or with typos too, and offers those that have them all. */
static enum occupare_code
search_words(struct search *search, bool typos, struct occupare_status *st)
{
	struct counting counting = { .search = search, .title = typos ? TITLE_TYPO : TITLE_WORDS };

	memset(search->progress, 0, ((size_t)search->names + 1) * sizeof *search->progress);
	for (uint32_t i = 0; i < search->occupations; i++)
		search->candidates[i].names = search->candidates[i].title_words = search->candidates[i].words = 0;
	for (size_t i = 0; i < search->words_count; i++) {
		counting.word = (unsigned)i;
		counting.letters = letters_of(search->words[i]);
		counting.last = i + 1 == search->words_count;
		if (count_prefix(&counting, search->words[i], st) != OCCUPARE_OK ||
		    (typos && count_typos(&counting, search->words[i], st) != OCCUPARE_OK))
			return st->code;
		counting.before += counting.letters;
	}
	return OCCUPARE_OK;
}

/* Offers the names that have some of the words, after search_words. */
static enum occupare_code
search_some_words(struct search *search, struct occupare_status *st)
{
	struct counting counting = { .search = search, .title = SOME_WORDS };

	for (size_t i = 0; i < search->words_count; i++)
		if (count_prefix(&counting, search->words[i], st) != OCCUPARE_OK ||
		    count_typos(&counting, search->words[i], st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

/* ---- Skills and duties ---- */

static void
offer_content(
    struct search *search, enum place place, uint32_t occupation, unsigned distance, const char *text, size_t length)
{
	unsigned characters = length < UINT16_MAX ? (unsigned)length : UINT16_MAX;

	if (offer(search, occupation, RANK(place, distance, characters), 0))
		search->candidates[occupation].text = db_bytes(text, length);
}

/* Skills that are what was asked for come before those with further words; then those that matter more. */
static void
offer_skill(void *data, uint32_t occupation, const char *text, size_t length, bool whole, unsigned weight)
{
	offer_content(data, SKILL, occupation, (whole ? 0 : 128) + (127 - weight), text, length);
}

static void
offer_duty(void *data, uint32_t occupation, const char *text, size_t length, bool whole, unsigned weight)
{
	(void)whole;
	(void)weight;
	offer_content(data, DUTY, occupation, 0, text, length);
}

static enum occupare_code
search_contents(struct search *search, enum content content, struct occupare_status *st)
{
	return contents_search(search->txn, content, search->words, search->words_count,
	    content == CONTENT_SKILL ? offer_skill : offer_duty, search, st);
}

/* ---- Hits ---- */

struct ranked {
	const struct candidate *candidate;
	unsigned standing; /* index_number_row */
	MDB_val id;
};

#define LARGER_FIRST(a, b) (((a) < (b)) - ((a) > (b)))
#define SMALLER_FIRST(a, b) LARGER_FIRST(b, a)

static int
best_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	const struct candidate *p = x->candidate, *q = y->candidate;
	int order = SMALLER_FIRST(p->rank >> 16, q->rank >> 16); /* kind of match and distance */

	if (order == 0)
		order = LARGER_FIRST(p->title_words, q->title_words);
	if (order == 0)
		order = LARGER_FIRST(x->standing, y->standing);
	if (order == 0)
		order = LARGER_FIRST(p->names, q->names);
	if (order == 0)
		order = SMALLER_FIRST(p->rank, q->rank); /* characters */
	return order != 0 ? order : compare_bytes(x->id, y->id);
}

/* The kind of the last of the best so many: what is of a worse one need not be put in order. */
static unsigned
last_place(const struct search *search, size_t count)
{
	size_t of_place[UINT8_MAX + 1] = { 0 }, sum = 0;
	unsigned place;

	for (uint32_t i = 0; i < search->occupations; i++)
		of_place[RANK_PLACE(search->candidates[i].rank)]++;
	for (place = 0; place < SOME_WORDS && (sum += of_place[place]) < count; place++)
		;
	return place;
}

/* Puts the best so many in order, which may be followed by others. */
static enum occupare_code
rank(struct search *search, size_t needed, struct ranked **ret, struct occupare_status *st)
{
	struct ranked *ranked = occ_arena_calloc(search->arena, search->found + 1, sizeof *ranked);
	unsigned last = last_place(search, needed);
	size_t count = 0;

	for (uint32_t i = 0; i < search->occupations; i++) {
		if (RANK_PLACE(search->candidates[i].rank) > last)
			continue;
		ranked[count].candidate = &search->candidates[i];
		if (occupation_number_row(search->txn, i, &ranked[count].standing, &ranked[count].id, st) !=
		    OCCUPARE_OK)
			return st->code;
		count++;
	}
	if (count > 0)
		qsort(ranked, count, sizeof *ranked, best_first);
	*ret = ranked;
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
matched_text(struct search *search, const struct candidate *candidate, const Occupare__V1__OccupationSummary *summary,
    const char *query, char **ret, struct occupare_status *st)
{
	MDB_val text = candidate->text;

	switch (RANK_PLACE(candidate->rank)) {
	case ID:
		*ret = summary->id;
		return OCCUPARE_OK;
	case CODE:
		*ret = matched_code(search->arena, summary, query);
		return OCCUPARE_OK;
	case SKILL:
	case DUTY:
		break;
	default:
		if (!name_text(search, candidate->name, &text, st))
			return st->code;
	}
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
	hit->match_kind = kinds[RANK_PLACE(ranked->candidate->rank)];
	*ret = hit;
	return matched_text(search, ranked->candidate, summary, query, &hit->matched_text, st);
}

/* ---- The whole ---- */

static bool
is_enough(const struct search *search)
{
	return search->exact || search->found >= STORE_SEARCH_ENOUGH;
}

static enum occupare_code
search_all(struct search *search, const char *query, struct occupare_status *st)
{
	const char *folded = keys_fold(search->arena, query, DB_NAME_BYTES_MAX);

	if (folded[0] == '\0')
		return OCCUPARE_OK;
	search->words = index_words(search->arena, query, QUERY_WORDS_MAX, &search->words_count);
	if (search_id(search, folded, st) != OCCUPARE_OK || search_codes(search, folded, st) != OCCUPARE_OK ||
	    search_names(search, folded, st) != OCCUPARE_OK || search_words(search, false, st) != OCCUPARE_OK)
		return st->code;
	if (!is_enough(search) && search_contents(search, CONTENT_SKILL, st) != OCCUPARE_OK)
		return st->code;
	if (!is_enough(search) && search_words(search, true, st) != OCCUPARE_OK)
		return st->code;
	if (!is_enough(search) && search_contents(search, CONTENT_DUTY, st) != OCCUPARE_OK)
		return st->code;
	return search->found > 0 ? OCCUPARE_OK : search_some_words(search, st);
}

enum occupare_code
store_search(struct occ_arena *arena, struct store_txn *txn, const char *query, size_t first, size_t max,
    Occupare__V1__SearchHit ***ret, size_t *ret_count, size_t *ret_total, struct occupare_status *st)
{
	struct search search = { .arena = arena, .txn = txn };
	Occupare__V1__SearchHit **hits;
	struct ranked *ranked = NULL;
	size_t total, count;

	if (db_numbers_end(txn, DB_NUMBERS, &search.occupations, st) != OCCUPARE_OK ||
	    db_numbers_end(txn, DB_TEXTS, &search.names, st) != OCCUPARE_OK)
		return st->code;
	search.candidates = occ_arena_calloc(arena, (size_t)search.occupations + 1, sizeof *search.candidates);
	for (uint32_t i = 0; i < search.occupations; i++)
		search.candidates[i].rank = RANK_NONE;
	search.progress = occ_arena_alloc(arena, ((size_t)search.names + 1) * sizeof *search.progress);
	if (search_all(&search, query, st) != OCCUPARE_OK)
		return st->code;
	total = search.found < STORE_SEARCH_HITS_MAX ? search.found : STORE_SEARCH_HITS_MAX;
	count = first >= total ? 0 : total - first < max ? total - first : max;
	if (count > 0 && rank(&search, first + count, &ranked, st) != OCCUPARE_OK)
		return st->code;
	hits = occ_arena_calloc(arena, count + 1, sizeof(Occupare__V1__SearchHit *));
	for (size_t i = 0; i < count; i++)
		if (make_hit(&search, &ranked[first + i], query, &hits[i], st) != OCCUPARE_OK)
			return st->code;
	*ret = hits;
	*ret_count = count;
	*ret_total = total;
	return OCCUPARE_OK;
}

/* Words of the vocabulary that differ from a word by a typo or two. */
#include "store/db.h"

#include <string.h>

#define LENGTH_MIN 3u  /* shorter words must be spelt right */
#define LENGTH_TWO 8u  /* from here on two edits */
#define MEANT_MAX 200u /* words that one may be meant as */

/* Edits between two words, at most max; more: max + 1.  Insertions, deletions, substitutions and swaps of neighbours,
 * no part of the word edited twice (optimal string alignment, Damerau 1964). */
static unsigned
edits(const uint32_t *a, size_t a_length, const uint32_t *b, size_t b_length, unsigned max)
{
	unsigned rows[3][VOCABLE_BYTES_MAX + 1];
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

/* A word as it was typed, and what it may be meant as. */
struct misspelt {
	struct occ_arena *arena;
	uint32_t characters[255];
	size_t length;
	uint32_t letters;
	unsigned edits_max;
	char *meant[MEANT_MAX];
	size_t count;
};

/* Looks at one page of the vocabulary.  Titles name many ("Plumbers"), people search for one: where the query's word does not
 * end in "s", that of another word is left out, which never makes the distance longer. */
static void
match_vocables(struct misspelt *word, const struct vocable *vocables, size_t count)
{
	const bool plural = word->characters[word->length - 1] == 's';

	for (size_t i = 0; i < count && word->count < MEANT_MAX; i++) {
		uint32_t characters[255];
		size_t length, bytes = strnlen((const char *)vocables[i].word, VOCABLE_BYTES_MAX);
		bool cut = !plural && bytes > LENGTH_MIN && vocables[i].word[bytes - 1] == 's';
		char text[VOCABLE_BYTES_MAX + 1];

		/* One edit changes at most two letters of the set. */
		if ((unsigned)__builtin_popcount(db_number(vocables[i].letters) ^ word->letters) >
		    2 * word->edits_max + cut)
			continue;
		memcpy(text, vocables[i].word, bytes);
		text[bytes] = '\0';
		index_letters(text, characters, &length);
		if (edits(word->characters, word->length, characters, length - cut, word->edits_max) <= word->edits_max)
			word->meant[word->count++] = occ_arena_strndup(word->arena, text, bytes);
	}
}

/* All words of the vocabulary of one length. */
static enum occupare_code
match_length(struct misspelt *word, struct store_txn *txn, size_t length, struct occupare_status *st)
{
	uint8_t key = (uint8_t)length;
	struct db_walk walk;

	db_walk_begin(&walk, txn, DB_VOCABULARY, db_bytes(&key, 1), 1);
	if (db_walk_row(&walk))
		walk.rc = mdb_cursor_get(walk.cursor, &walk.key, &walk.value, MDB_GET_MULTIPLE);
	while (db_walk_row(&walk)) {
		match_vocables(word, walk.value.mv_data, walk.value.mv_size / sizeof(struct vocable));
		walk.rc = mdb_cursor_get(walk.cursor, &walk.key, &walk.value, MDB_NEXT_MULTIPLE);
	}
	return db_walk_end(&walk, st);
}

enum occupare_code
typos_find(struct occ_arena *arena, struct store_txn *txn, const char *text, char ***ret, size_t *ret_count,
    struct occupare_status *st)
{
	struct misspelt *word = occ_arena_calloc(arena, 1, sizeof *word);

	word->arena = arena;
	word->letters = index_letters(text, word->characters, &word->length);
	word->edits_max = word->length < LENGTH_TWO ? 1 : 2;
	if (word->length >= LENGTH_MIN && word->length <= VOCABLE_BYTES_MAX)
		for (size_t length = word->length - word->edits_max; length <= word->length + word->edits_max + 1;
		     length++)
			if (match_length(word, txn, length, st) != OCCUPARE_OK)
				return st->code;
	*ret = word->meant;
	*ret_count = word->count;
	return OCCUPARE_OK;
}

/* The index of names, words and codes, changed by what differs between a record before and after. */
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "store/keys.h"

#define NAME_CHARACTERS 0x7FFFu /* more count as this many */

/* One title or alias. */
struct name {
	const char *text;
	bool alias;
	bool numbered;
	uint32_t number;
	uint32_t place; /* in the record: 0 = the title, else the alias */
};

/* ---- Words ---- */

static bool
is_apostrophe(utf8proc_int32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x02BC;
}

static bool
is_word_character(utf8proc_int32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
		       c == '#'; /* C++, C# */
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_MC:
		return true;
	default:
		return false;
	}
}

char *
index_plain(struct occ_arena *arena, const char *name)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t length;
	char *text;
	size_t i;

	for (i = 0; name[i] != '\0' && (unsigned char)name[i] < 0x80; i++)
		;
	if (name[i] == '\0') {
		text = occ_arena_strndup(arena, name, i);
		for (i = 0; text[i] != '\0'; i++)
			if (text[i] >= 'A' && text[i] <= 'Z')
				text[i] = (char)(text[i] + ('a' - 'A'));
		return text;
	}
	length = utf8proc_map((const utf8proc_uint8_t *)name, 0, &mapped,
	    UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
		UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
	text = length < 0 ? occ_arena_strdup(arena, "") : occ_arena_strndup(arena, (char *)mapped, (size_t)length);
	free(mapped);
	return text;
}

char *
index_next_word(char **at)
{
	char *in = *at, *word = NULL, *out = NULL;
	utf8proc_int32_t c;
	utf8proc_ssize_t size;

	while (*in != '\0') {
		size = utf8proc_iterate((const utf8proc_uint8_t *)in, -1, &c);
		if (size <= 0)
			size = 1, c = ' ';
		if (is_word_character(c)) {
			if (word == NULL)
				word = out = in;
			/* Dropped apostrophes leave a gap. */
			if ((size_t)(out - word) + (size_t)size <= DB_WORD_BYTES_MAX) {
				memmove(out, in, (size_t)size);
				out += size;
			}
		} else if (word != NULL && !is_apostrophe(c)) {
			in += size;
			break;
		}
		in += size;
	}
	*at = in;
	if (word != NULL)
		*out = '\0';
	return word;
}

char **
index_words(struct occ_arena *arena, const char *name, size_t max, size_t *ret_count)
{
	char **words = occ_arena_calloc(arena, max + 1, sizeof *words);
	char *at = index_plain(arena, name), *word;
	size_t count = 0;

	while (count < max && (word = index_next_word(&at)) != NULL) {
		bool repeated = false;

		for (size_t i = 0; i < count; i++)
			repeated |= strcmp(words[i], word) == 0;
		if (!repeated)
			words[count++] = word;
	}
	*ret_count = count;
	return words;
}

uint32_t
index_letters(const char *word, uint32_t *characters, size_t *ret_length)
{
	uint32_t letters = 0;
	size_t length = 0;

	while (*word != '\0' && length < 255) {
		utf8proc_int32_t c;
		utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)word, -1, &c);

		if (size <= 0)
			break;
		letters |= (uint32_t)1 << ((uint32_t)c % 32);
		if (characters != NULL)
			characters[length] = (uint32_t)c;
		length++;
		word += size;
	}
	*ret_length = length;
	return letters;
}

/* Adds a word to DB_VOCABULARY or takes it out; a long one is not in it. */
static enum occupare_code
change_vocabulary(struct store_txn *txn, const char *word, bool add, struct occupare_status *st)
{
	struct vocable vocable = { 0 };
	MDB_val value = db_bytes(&vocable, sizeof vocable);
	size_t bytes = strlen(word), length;
	uint8_t key;

	if (bytes > VOCABLE_BYTES_MAX)
		return OCCUPARE_OK;
	db_number_put(vocable.letters, index_letters(word, NULL, &length));
	memcpy(vocable.word, word, bytes);
	key = (uint8_t)length;
	return add ? db_put(txn, DB_VOCABULARY, db_bytes(&key, 1), value, st)
		   : db_delete(txn, DB_VOCABULARY, db_bytes(&key, 1), &value, st);
}

/* ---- Postings ---- */

/* A row of DB_NAMES or DB_WORDS that waits to be written. */
struct waiting {
	uint64_t start; /* the first bytes of the key, as they sort: tells most rows apart */
	const char *key;
	enum store_db db;
	struct posting posting;
};

struct index_waiting {
	struct waiting *list;
	size_t count, room;
};

static int
by_place(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;
	int order;

	if (x->db != y->db)
		return x->db < y->db ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	order = strcmp(x->key, y->key);
	return order != 0 ? order : memcmp(&x->posting, &y->posting, sizeof x->posting);
}

static uint64_t
start_of(const char *key)
{
	uint64_t start = 0;

	for (unsigned i = 0; i < sizeof start; i++) {
		start = start << 8 | (uint8_t)*key;
		key += *key != '\0';
	}
	return start;
}

/* The vocabulary follows the first posting of a word. cursor: of the table; one that comes from a place nearby is quick. */
static enum occupare_code
add_posting(struct store_txn *txn, MDB_cursor *cursor, enum store_db db, const char *name, struct posting *posting,
    bool known, struct occupare_status *st)
{
	MDB_val key = db_text(name), value, any;
	int rc;

	if (db == DB_WORDS && !known) {
		rc = mdb_cursor_get(cursor, &key, &any, MDB_SET);
		if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND)
			return store_fail(txn, st, rc, "reading the index");
		if (rc == MDB_NOTFOUND && change_vocabulary(txn, name, true, st) != OCCUPARE_OK)
			return st->code;
	}
	key = db_text(name);
	value = db_bytes(posting, sizeof *posting);
	rc = mdb_cursor_put(cursor, &key, &value, 0);
	return rc == MDB_SUCCESS ? OCCUPARE_OK : store_fail(txn, st, rc, "writing the index");
}

static enum occupare_code
add_alone(
    struct store_txn *txn, enum store_db db, const char *name, struct posting *posting, struct occupare_status *st)
{
	MDB_cursor *cursor;
	enum occupare_code code;
	int rc = mdb_cursor_open(txn->mdb, txn->store->db[db], &cursor);

	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "writing the index");
	code = add_posting(txn, cursor, db, name, posting, false, st);
	mdb_cursor_close(cursor);
	return code;
}

static enum occupare_code
drop_posting(
    struct store_txn *txn, enum store_db db, const char *name, struct posting *posting, struct occupare_status *st)
{
	MDB_val key = db_text(name), value = db_bytes(posting, sizeof *posting), any;
	bool there;

	if (db_delete(txn, db, key, &value, st) != OCCUPARE_OK || db != DB_WORDS)
		return st->code;
	if (db_get(txn, DB_WORDS, key, &any, &there, st) != OCCUPARE_OK)
		return st->code;
	return there ? OCCUPARE_OK : change_vocabulary(txn, name, false, st);
}

/* Adds a posting, at once or with the others that wait. */
static enum occupare_code
change_posting(struct store_txn *txn, enum store_db db, const char *name, struct posting *posting, bool add,
    struct occupare_status *st)
{
	struct index_waiting *waiting = txn->waiting;
	struct occ_arena *arena = &txn->store->importing;

	if (!add)
		return drop_posting(txn, db, name, posting, st);
	if (waiting == NULL)
		return add_alone(txn, db, name, posting, st);
	if (waiting->count == waiting->room) {
		size_t room = waiting->room * 2 + 1024;
		struct waiting *list = occ_arena_calloc(arena, room, sizeof *list);

		if (waiting->count > 0)
			memcpy(list, waiting->list, waiting->count * sizeof *list);
		waiting->list = list;
		waiting->room = room;
	}
	waiting->list[waiting->count++] = (struct waiting){
		.start = start_of(name), .key = occ_arena_strdup(arena, name), .db = db, .posting = *posting
	};
	return OCCUPARE_OK;
}

void
index_wait(struct store_txn *txn)
{
	txn->waiting = occ_arena_calloc(&txn->store->importing, 1, sizeof *txn->waiting);
}

/* Writes the rows from first on that are of one table. ret_next: the first of another. */
static enum occupare_code
write_table(
    struct store_txn *txn, struct index_waiting *waiting, size_t first, size_t *ret_next, struct occupare_status *st)
{
	enum store_db db = waiting->list[first].db;
	enum occupare_code code = OCCUPARE_OK;
	MDB_cursor *cursor;
	size_t i;
	int rc = mdb_cursor_open(txn->mdb, txn->store->db[db], &cursor);

	if (rc != MDB_SUCCESS)
		return store_fail(txn, st, rc, "writing the index");
	for (i = first; code == OCCUPARE_OK && i < waiting->count && waiting->list[i].db == db; i++) {
		struct waiting *row = &waiting->list[i];
		bool known = i > first && strcmp(row[-1].key, row->key) == 0;

		code = add_posting(txn, cursor, db, row->key, &row->posting, known, st);
	}
	mdb_cursor_close(cursor);
	*ret_next = i;
	return code;
}

enum occupare_code
index_write(struct store_txn *txn, struct occupare_status *st)
{
	struct index_waiting *waiting = txn->waiting;
	size_t next = 0;

	txn->waiting = NULL;
	if (waiting->count > 1)
		qsort(waiting->list, waiting->count, sizeof *waiting->list, by_place);
	while (next < waiting->count)
		if (write_table(txn, waiting, next, &next, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

/* ---- Names ---- */

static void
make_posting(struct posting *out, uint32_t name, uint32_t occupation, const char *folded, bool alias)
{
	size_t characters = 0;

	for (const char *c = folded; *c != '\0'; c++)
		characters += ((unsigned char)*c & 0xC0) != 0x80;
	if (characters > NAME_CHARACTERS)
		characters = NAME_CHARACTERS;
	db_number_put(out->name, name);
	db_number_put(out->occupation, occupation);
	out->kind[0] = (uint8_t)(characters >> 8 | (alias ? 0x80 : 0));
	out->kind[1] = (uint8_t)characters;
}

/* Adds the rows of one numbered name, or takes them out. */
static enum occupare_code
change_name(struct occ_arena *arena, struct store_txn *txn, uint32_t occupation, const struct name *name, bool add,
    struct occupare_status *st)
{
	const char *folded = keys_fold(arena, name->text, DB_NAME_BYTES_MAX);
	struct posting posting;
	size_t count;
	char **words = index_words(arena, name->text, INDEX_WORDS_MAX, &count);

	make_posting(&posting, name->number, occupation, folded, name->alias);
	if (folded[0] != '\0' && change_posting(txn, DB_NAMES, folded, &posting, add, st) != OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < count; i++)
		if (change_posting(txn, DB_WORDS, words[i], &posting, add, st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

static enum occupare_code
add_name(
    struct occ_arena *arena, struct store_txn *txn, uint32_t occupation, struct name *name, struct occupare_status *st)
{
	uint8_t key[4];

	if (db_number_take(txn, DB_TEXTS, &name->number, st) != OCCUPARE_OK)
		return st->code;
	db_number_put(key, name->number);
	if (db_put(txn, DB_TEXTS, db_bytes(key, 4), db_text(name->text), st) != OCCUPARE_OK)
		return st->code;
	return change_name(arena, txn, occupation, name, true, st);
}

static enum occupare_code
drop_name(struct occ_arena *arena, struct store_txn *txn, uint32_t occupation, const struct name *name,
    struct occupare_status *st)
{
	if (change_name(arena, txn, occupation, name, false, st) != OCCUPARE_OK)
		return st->code;
	return db_number_free(txn, DB_TEXTS, name->number, st);
}

/* The names of a record: its title, then its aliases. record: NULL has none. */
static struct name *
names_of(struct occ_arena *arena, const Occupare__V1__Occupation *record, size_t *ret_count)
{
	size_t count = record != NULL ? 1 + record->n_aliases : 0;
	struct name *names = occ_arena_calloc(arena, count + 1, sizeof *names);

	for (size_t i = 0; i < count; i++)
		names[i] = (struct name){
			.text = i == 0 ? record->title : record->aliases[i - 1],
			.alias = i > 0,
			.place = (uint32_t)i,
		};
	*ret_count = count;
	return names;
}

static int
by_text(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = x->alias - y->alias;

	if (order == 0)
		order = strcmp(x->text, y->text);
	return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static bool
is_same_name(const struct name *a, const struct name *b)
{
	return a->alias == b->alias && strcmp(a->text, b->text) == 0;
}

/* Drops the names that are gone, then adds the new ones, which may take their numbers; the rest keep theirs. */
static enum occupare_code
change_names(struct occ_arena *arena, struct store_txn *txn, uint32_t occupation, struct name *before,
    size_t before_count, struct name *after, size_t after_count, struct occupare_status *st)
{
	size_t j = 0;

	qsort(before, before_count, sizeof *before, by_text);
	qsort(after, after_count, sizeof *after, by_text);
	for (size_t i = 0; i < before_count; i++) {
		while (j < after_count && !is_same_name(&after[j], &before[i]) && by_text(&after[j], &before[i]) < 0)
			j++;
		if (j < after_count && is_same_name(&after[j], &before[i])) {
			after[j].number = before[i].number;
			after[j++].numbered = true;
		} else if (drop_name(arena, txn, occupation, &before[i], st) != OCCUPARE_OK) {
			return st->code;
		}
	}
	for (size_t i = 0; i < after_count; i++)
		if (!after[i].numbered && add_name(arena, txn, occupation, &after[i], st) != OCCUPARE_OK)
			return st->code;
	return OCCUPARE_OK;
}

/* ---- Codes ---- */

static enum occupare_code
change_codes(struct occ_arena *arena, struct store_txn *txn, uint32_t occupation,
    const Occupare__V1__Occupation *record, bool add, struct occupare_status *st)
{
	uint8_t number[4];
	MDB_val value = db_bytes(number, sizeof number);

	db_number_put(number, occupation);
	for (size_t i = 0; record != NULL && i < record->n_codes; i++) {
		const char *code = keys_code(arena, record->codes[i]->value);
		MDB_val key;

		if (code == NULL)
			continue;
		key = db_text(code);
		if ((add ? db_put(txn, DB_CODES, key, value, st) : db_delete(txn, DB_CODES, key, &value, st)) !=
		    OCCUPARE_OK)
			return st->code;
	}
	return OCCUPARE_OK;
}

/* ---- The whole ---- */

/* Which of two occupations that a search matches alike comes first: the larger.  The top bit: it is not finer than its SOC
 * code; below: the number of people employed, as the upper half of a float, which rises as it does. */
static unsigned
standing_of(struct occ_arena *arena, const Occupare__V1__Occupation *record)
{
	const Occupare__V1__Figure *employment = record->outlook != NULL ? record->outlook->employment : NULL;
	float people = employment != NULL && employment->value > 0 ? (float)employment->value : 0;
	bool finer = false;
	uint32_t bits;

	(void)store_soc_code(arena, record, &finer);
	memcpy(&bits, &people, sizeof bits);
	return (finer ? 0 : 0x8000) | bits >> 16;
}

/* Reads the numbers of an occupation and its names. */
static enum occupare_code
read_numbers(struct store_txn *txn, const char *id, uint32_t *ret_occupation, struct name *names, size_t count,
    struct occupare_status *st)
{
	MDB_val row;
	bool found;

	if (db_get(txn, DB_INDEX, db_text(id), &row, &found, st) != OCCUPARE_OK)
		return st->code;
	if (!found || row.mv_size != 4 * (1 + count))
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "the index does not know %s as it is stored", id);
	*ret_occupation = db_number(row.mv_data);
	for (size_t i = 0; i < count; i++)
		names[i].number = db_number((const uint8_t *)row.mv_data + 4 * (1 + i));
	return OCCUPARE_OK;
}

static enum occupare_code
write_numbers(struct occ_arena *arena, struct store_txn *txn, const char *id, uint32_t occupation,
    const struct name *names, size_t count, struct occupare_status *st)
{
	uint8_t *row = occ_arena_alloc(arena, 4 * (1 + count));

	db_number_put(row, occupation);
	for (size_t i = 0; i < count; i++)
		db_number_put(row + 4 * (1 + names[i].place), names[i].number);
	return db_put(txn, DB_INDEX, db_text(id), db_bytes(row, 4 * (1 + count)), st);
}

MDB_val
index_number_row(struct occ_arena *arena, const Occupare__V1__Occupation *record)
{
	size_t length = strlen(record->id);
	uint8_t *row = occ_arena_alloc(arena, STANDING_BYTES + length);
	unsigned standing = standing_of(arena, record);

	row[0] = (uint8_t)(standing >> 8);
	row[1] = (uint8_t)standing;
	memcpy(row + STANDING_BYTES, record->id, length);
	return db_bytes(row, STANDING_BYTES + length);
}

/* Writes the rows of an occupation's number. */
static enum occupare_code
put_number(struct occ_arena *arena, struct store_txn *txn, uint32_t occupation, const Occupare__V1__Occupation *record,
    bool same_contents, struct occupare_status *st)
{
	struct content_marks marks;
	uint8_t key[4];

	db_number_put(key, occupation);
	if (db_put(txn, DB_NUMBERS, db_bytes(key, 4), index_number_row(arena, record), st) != OCCUPARE_OK)
		return st->code;
	if (same_contents)
		return OCCUPARE_OK;
	contents_mark(arena, record, &marks);
	return db_put(txn, DB_MARKS, db_bytes(key, 4), db_bytes(&marks, sizeof marks), st);
}

static enum occupare_code
drop_number(struct store_txn *txn, uint32_t occupation, struct occupare_status *st)
{
	uint8_t key[4];

	db_number_put(key, occupation);
	if (db_delete(txn, DB_MARKS, db_bytes(key, 4), NULL, st) != OCCUPARE_OK)
		return st->code;
	return db_number_free(txn, DB_NUMBERS, occupation, st);
}

enum occupare_code
index_change(struct occ_arena *arena, struct store_txn *txn, const char *id, const Occupare__V1__Occupation *before,
    const Occupare__V1__Occupation *after, bool same_contents, struct occupare_status *st)
{
	size_t before_count, after_count;
	struct name *before_names = names_of(arena, before, &before_count);
	struct name *after_names = names_of(arena, after, &after_count);
	uint32_t occupation;

	if ((before != NULL ? read_numbers(txn, id, &occupation, before_names, before_count, st)
			    : db_number_take(txn, DB_NUMBERS, &occupation, st)) != OCCUPARE_OK ||
	    (after != NULL && put_number(arena, txn, occupation, after, same_contents, st) != OCCUPARE_OK))
		return st->code;
	if (change_codes(arena, txn, occupation, before, false, st) != OCCUPARE_OK ||
	    change_codes(arena, txn, occupation, after, true, st) != OCCUPARE_OK ||
	    change_names(arena, txn, occupation, before_names, before_count, after_names, after_count, st) !=
		OCCUPARE_OK)
		return st->code;
	if (after != NULL)
		return write_numbers(arena, txn, id, occupation, after_names, after_count, st);
	if (db_delete(txn, DB_INDEX, db_text(id), NULL, st) != OCCUPARE_OK)
		return st->code;
	return drop_number(txn, occupation, st);
}

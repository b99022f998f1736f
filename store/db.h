/* What the files of store/ share: the LMDB environment, its tables, transactions.  The only header that includes lmdb.h. */
#ifndef OCC_DB_H
#define OCC_DB_H

#include <pthread.h>
#include <string.h>
#include <sys/types.h>

#include <lmdb.h>

#include "occupare/store/v1/layer.pb-c.h"
#include "store/store.h"

/* Tables.  Numbers are big-endian, so that they sort; "packed" is a packed protobuf message.
 * An occupation that is served and each of its names have small numbers of their own, which the index uses in place of ids
 * and texts: they are given when one appears, and given again to another after it went. */
enum store_db {
	DB_META,    /* "format" -> text; "dataset" -> packed Dataset without sources; "source" -> last id given, u32 */
	DB_SOURCES, /* id u32 -> packed Source with id 0: equal sources have equal rows */
	DB_SOURCE_USES, /* id u32 -> layers and estimates that list it, u32 */
	DB_OCCUPATIONS, /* id -> packed Occupation as served, without aliases */
	DB_ALIASES,     /* id -> packed Occupation with aliases only; no row where there are none */
	DB_SUMMARIES,   /* id -> packed OccupationSummary */
	DB_SKILLS,      /* id -> packed Occupation with id, title and skills only */
	DB_VECTORS,     /* id -> its skills as numbers (vectors.c) */
	DB_SKILL_NAMES, /* name of a skill, ASCII letters lower-case -> number u32, how many vectors have it u32 */
	DB_LAYERS, /* id NUL origin -> packed Layer; of what is published for a SOC code, group_id in the place of an id */
	DB_LAYER_CODES, /* system NUL keys_code -> id NUL origin, dupsort: every code that any layer gives */
	DB_INDEX,       /* id -> number of the occupation u32, numbers of its title and of each alias u32... */
	DB_NUMBERS,     /* number of an occupation u32 -> its standing u16 (index_number_row), id */
	DB_MARKS,       /* number of an occupation u32 -> struct content_marks */
	DB_NAMES,       /* folded title or alias -> struct posting, dupfixed */
	DB_TEXTS,       /* number of a name u32 -> the name as given */
	DB_CODES,       /* keys_code -> number of an occupation u32, dupfixed */
	DB_WORDS,       /* word of a title or alias -> struct posting, dupfixed */
	DB_VOCABULARY,  /* characters of a word u8 -> struct vocable, dupfixed: all keys of DB_WORDS by length */
	DB_FREE,        /* enum store_db u8, number u32 -> nothing: numbers of that table to be given again */
	DB_AREAS,       /* code -> origin NUL packed Area */
	DB_ESTIMATES,   /* estimate_key -> origin NUL packed Estimate */
	DB_COUNT
};

#define DB_KEY_BYTES_MAX 511u     /* LMDB's */
#define DB_NAME_BYTES_MAX 400u    /* of a folded name: names that agree so far count as equal */
#define DB_WORD_BYTES_MAX 60u     /* of a word: longer ones are cut */
#define INDEX_WORDS_MAX 64u       /* words of one name: further ones are not indexed */
#define DB_ORIGIN_MANUAL "manual" /* the layer of what was written by call */
#define DB_ORIGIN_SOC                                                                                                  \
	"soc" /* the layer of an occupation that stands for a SOC code, for those that no other source names */
#define DB_ORIGIN_OEWS "oews" /* of a SOC code: what follows from its estimates */

struct posting {
	uint8_t name[4];       /* number in DB_TEXTS */
	uint8_t occupation[4]; /* number in DB_NUMBERS */
	uint8_t kind[2];       /* top bit: an alias, else the title; the rest: characters of the name */
};

#define STANDING_BYTES 2u /* before the id in DB_NUMBERS */

enum content { CONTENT_SKILL, CONTENT_DUTY };
#define CONTENT_MARKS_BYTES 256u
struct content_marks { /* contents.c */
	uint8_t of[2][CONTENT_MARKS_BYTES];
};

#define VOCABLE_BYTES_MAX 28u /* longer words are not looked up with typos */
struct vocable {
	uint8_t letters[4]; /* bit (character mod 32) set for each character: tells most words apart at once */
	uint8_t word[VOCABLE_BYTES_MAX]; /* padded with zeros */
};

struct store {
	MDB_env *env;
	MDB_dbi db[DB_COUNT];
	char *directory;
	bool writable;

	/* Which directory in which process, for the list of open stores. */
	dev_t device;
	ino_t inode;
	pid_t process;
	struct store *next;

	/* The gate: every transaction passes in and out; the map is remapped with nobody inside. */
	pthread_mutex_t gate_lock;
	pthread_cond_t gate_moved;
	unsigned gate_inside;
	bool gate_shut;
	bool map_lost; /* growing failed half-way: nothing can be read or written any more */

	/* Used by who holds LMDB's write lock, reset with each item. */
	struct occ_arena scratch;
	struct occ_arena importing;
};

struct store_txn {
	struct store *store;
	MDB_txn *mdb;
	bool begun;

	/* Of a write transaction. */
	bool write;
	bool map_full;                 /* the batch has to be applied again with a larger map */
	bool changed;                  /* this item changed something: the generation has moved */
	struct index_waiting *waiting; /* NULL, or what index_change adds until index_write (index.c) */
	Occupare__V1__Dataset dataset;
	Occupare__V1__DatasetCounts counts;
	Google__Protobuf__Timestamp update_time;
};

/* ---- env.c, open.c ---- */

#define STORE_MAP_BYTES_MAX ((size_t)1 << 46) /* growth ends here */

/* The code for what LMDB or the system returned. */
enum occupare_code store_code(int rc);

/* Translates LMDB's and the system's return codes; what says what was being done, as "reading sources". */
enum occupare_code store_fail(struct store_txn *txn, struct occupare_status *st, int rc, const char *what);

/* Makes the name of a new or renamed file or directory outlast a power failure, where its directory may be opened. */
void store_sync_name(const char *path);

/* Walks the pages of the file as they stand (pages.h). txn: a read transaction that is begun, and may be begun anew. */
enum occupare_code store_check_pages(struct store_txn *txn, bool deep, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- rows.c: rows of tables ---- */

static inline MDB_val
db_bytes(const void *data, size_t length)
{
	return (MDB_val){ .mv_data = (void *)(uintptr_t)data, .mv_size = length };
}

/* The bytes of a text, without its NUL. */
static inline MDB_val
db_text(const char *text)
{
	return db_bytes(text, strlen(text));
}

static inline void
db_number_put(uint8_t out[4], uint32_t number)
{
	out[0] = (uint8_t)(number >> 24);
	out[1] = (uint8_t)(number >> 16);
	out[2] = (uint8_t)(number >> 8);
	out[3] = (uint8_t)number;
}

static inline uint32_t
db_number(const uint8_t in[4])
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

/* Reads a row, borrowed from the map until the next write of the transaction. *found tells whether it is there. */
enum occupare_code db_get(struct store_txn *txn, enum store_db db, MDB_val key, MDB_val *ret, bool *found,
    struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code db_put(
    struct store_txn *txn, enum store_db db, MDB_val key, MDB_val value, struct occupare_status *st) OCC_MUST_CHECK;
/* Writes prefix and packed message as one value. */
enum occupare_code db_put_packed(struct store_txn *txn, enum store_db db, MDB_val key, MDB_val prefix,
    const ProtobufCMessage *message, struct occupare_status *st) OCC_MUST_CHECK;
/* Removes a row, of a dupsort table the one with this value; an absent one is fine. */
enum occupare_code db_delete(struct store_txn *txn, enum store_db db, MDB_val key, const MDB_val *value,
    struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code db_entries(
    struct store_txn *txn, enum store_db db, uint64_t *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* A walk over the rows whose keys start with a prefix, in order:
 *   for (db_walk_begin(&walk, txn, db, from, prefix_length); db_walk_row(&walk); db_walk_next(&walk)) ...
 *   code = db_walk_end(&walk, st);
 * It starts at the first key at or after from, whose first prefix_length bytes are the prefix.  A dupsort table gives a row
 * for each value.  Leaving the loop early is fine; db_walk_end must be called.  The prefix is borrowed. */
struct db_walk {
	struct store_txn *txn;
	MDB_cursor *cursor;
	MDB_val prefix;
	MDB_val key;
	MDB_val value;
	int rc;
};
void db_walk_begin(struct db_walk *walk, struct store_txn *txn, enum store_db db, MDB_val from, size_t prefix_length);
bool db_walk_row(const struct db_walk *walk);
void db_walk_next(struct db_walk *walk);
void db_walk_next_key(struct db_walk *walk); /* of a dupsort table: the first value of the next key */
void db_walk_delete(struct db_walk *walk);   /* the row walked on; db_walk_next goes on behind it */
enum occupare_code db_walk_end(struct db_walk *walk, struct occupare_status *st) OCC_MUST_CHECK;

/* Unpacks a stored message into the arena, within its bytes_max.
 * DATA_LOSS naming table and key; RESOURCE_EXHAUSTED: the arena is full. */
enum occupare_code db_unpack(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, MDB_val bytes,
    const char *table, MDB_val key, void *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* A deep copy in the arena, without regard to its bytes_max: for what was checked before. */
ProtobufCMessage *db_copy(struct occ_arena *arena, const ProtobufCMessage *message);

/* One more than the largest number in DB_NUMBERS or DB_TEXTS. */
enum occupare_code db_numbers_end(
    struct store_txn *txn, enum store_db db, uint32_t *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* One of the numbers that a table gave back, if there is any; and its return, where numbers are not the table's keys. */
enum occupare_code db_number_reuse(
    struct store_txn *txn, enum store_db db, uint32_t *ret, bool *found, struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code db_number_give(
    struct store_txn *txn, enum store_db db, uint32_t number, struct occupare_status *st) OCC_MUST_CHECK;

/* The smallest number that is free there; and its return, with its row. */
enum occupare_code db_number_take(
    struct store_txn *txn, enum store_db db, uint32_t *ret, struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code db_number_free(
    struct store_txn *txn, enum store_db db, uint32_t number, struct occupare_status *st) OCC_MUST_CHECK;

/* Notes that this item changed something: moves the generation, once per item.  The revision of a record is the
 * generation that last changed it: from 1, rising, and never given twice, so that a stale etag cannot match even what was
 * deleted and made again. */
void store_touch(struct store_txn *txn);

/* The dataset's row, as store_write reads it at first and writes it after an item that changed something. */
enum occupare_code store_dataset_load(
    struct occ_arena *arena, struct store_txn *txn, struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code store_dataset_save(struct store_txn *txn, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- sources.c ---- */

/* Gives a copy of a record (an Occupation or Estimate, in the arena, changed in place) the store's source ids: in its
 * figures and in its list, which is then in order and without repetition.  Sources that the store does not know get an id
 * but no row until sources_refer. */
enum occupare_code sources_adopt(struct occ_arena *arena, struct store_txn *txn, ProtobufCMessage *record,
    Occupare__V1__Source ***list, size_t *count, struct occupare_status *st) OCC_MUST_CHECK;

/* Counts what a row refers to; a source that nothing refers to any more goes.  Refer to the new before dropping the old. */
enum occupare_code sources_refer(
    struct store_txn *txn, Occupare__V1__Source *const *list, size_t count, struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code sources_drop(
    struct store_txn *txn, Occupare__V1__Source *const *list, size_t count, struct occupare_status *st) OCC_MUST_CHECK;

/* For qsort of pointers to sources: by what they say, so that their order does not depend on the store's past. */
int sources_by_text(const void *a, const void *b);

/* ---- records.c: layers, and what is served of them ---- */

struct record_layers {
	Occupare__Store__V1__Layer **layers; /* highest precedence first */
	size_t count;
	bool manual; /* the first is the manual one */
};

/* All layers of an occupation, in the arena; those of its SOC code among them (groups.c), which may be changed there. */
enum occupare_code record_layers(struct occ_arena *arena, struct store_txn *txn, const char *id,
    struct record_layers *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The key of a layer in DB_LAYERS, in the arena; with origin "" what the keys of all layers of the id start with. */
MDB_val layer_row_key(struct occ_arena *arena, const char *id, const char *origin);

/* Puts a layer (NULL: takes it away), with what indexes it.  Sources must be adopted. ret_changed: NULL, or where to put
 * whether that made a difference. */
enum occupare_code record_put_layer(struct occ_arena *arena, struct store_txn *txn, const char *id, const char *origin,
    const Occupare__Store__V1__Layer *layer, bool *ret_changed, struct occupare_status *st) OCC_MUST_CHECK;

/* The key of a code in DB_LAYER_CODES, in the arena; empty: it cannot be looked up. */
MDB_val layer_code_key(struct occ_arena *arena, const Occupare__V1__Code *code);

enum record_change { RECORD_UNCHANGED, RECORD_ADDED, RECORD_CHANGED, RECORD_REMOVED };

/* Merges the layers of an occupation into what is served, with what indexes it, if that makes a difference.
 * ret: NULL, or where to put the record as served, in the arena; NULL where there is none. */
enum occupare_code record_settle(struct occ_arena *arena, struct store_txn *txn, const char *id,
    enum record_change *ret_change, Occupare__V1__Occupation **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The derived rows of one record, as DB_SUMMARIES and DB_SKILLS hold them. They borrow from it. */
Occupare__V1__OccupationSummary *record_summary(struct occ_arena *arena, const Occupare__V1__Occupation *record);
Occupare__V1__Occupation *record_skills(struct occ_arena *arena, const Occupare__V1__Occupation *record);

/* ---- groups.c: what sources publish for a SOC code, and so for every occupation of it ----
 *
 * It is kept as layers, too, once per code.  An occupation has those of its SOC code and, below each of the same origin, those
 * of the code that its own is published under (soc.h).  Its code is the first SOC code that a layer but the manual one
 * gives. */

#define GROUP_TOP_EMPLOYMENT_MIN 500.0 /* people employed: who pays best is not picked from smaller samples */

/* What stands in the place of an id in DB_LAYERS, in the arena. */
char *group_id(struct occ_arena *arena, const char *soc_code);
bool group_is_id(const char *id);

/* The SOC code of a group_id. Borrows from it. */
const char *group_soc_code(const char *id);

/* What the estimates of a SOC code say of its occupations: pay and employment of the nation in its latest period; the state,
 * city and industry with the highest mean pay, each of its latest period, of those with at least GROUP_TOP_EMPLOYMENT_MIN
 * people or where their number is not given; none where top-coding leaves it open.  In the arena; NULL: nothing. */
enum occupare_code group_from_estimates(struct occ_arena *arena, struct store_txn *txn, const char *soc_code,
    Occupare__Store__V1__Layer **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The ids of all occupations that have the layers of a SOC code, in the arena; some may be there twice, or have no
 * layers of it after all. */
enum occupare_code group_occupations(struct occ_arena *arena, struct store_txn *txn, const char *soc_code, char ***ret,
    size_t *ret_count, struct occupare_status *st) OCC_MUST_CHECK;

/* What the occupation that stands for a SOC code is called and by what it is known, in the arena, without an id: its title is
 * the highest that a layer of the code gives; NULL: none does. */
enum occupare_code group_occupation(struct occ_arena *arena, struct store_txn *txn, const char *soc_code,
    Occupare__V1__Occupation **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The id of that occupation, in the arena; NULL: there is none. */
enum occupare_code group_standing(struct occ_arena *arena, struct store_txn *txn, const char *soc_code, char **ret,
    struct occupare_status *st) OCC_MUST_CHECK;

/* ---- index.c: names, words and codes of what is served ---- */

/* Makes the index of an occupation what it should be after a change: before and after with their aliases, NULL where the
 * occupation was or will be not there. same_contents: their skills and duties are equal. */
enum occupare_code index_change(struct occ_arena *arena, struct store_txn *txn, const char *id,
    const Occupare__V1__Occupation *before, const Occupare__V1__Occupation *after, bool same_contents,
    struct occupare_status *st) OCC_MUST_CHECK;

/* From here on index_change keeps the names and words that it adds, and index_write writes them in the order of their
 * tables: those of a whole release land on few pages one after the other. Nothing may be looked up by name between. */
void index_wait(struct store_txn *txn);
enum occupare_code index_write(struct store_txn *txn, struct occupare_status *st) OCC_MUST_CHECK;

/* The words of a name, in the arena: letters and digits, letter case and accents aside, apostrophes dropped, each at most
 * DB_WORD_BYTES_MAX; at most max, without repetition. */
char **index_words(struct occ_arena *arena, const char *name, size_t max, size_t *ret_count);

/* A name as its words are taken from it, in the arena: letter case and accents aside. */
char *index_plain(struct occ_arena *arena, const char *name);

/* Takes the next word off *at, in place: NULL at the end. */
char *index_next_word(char **at);

/* The row of an occupation in DB_NUMBERS, in the arena. Of occupations that a search matches alike the one with the larger
 * standing comes first: one that is not finer than its SOC code, then the one with more people employed. */
MDB_val index_number_row(struct occ_arena *arena, const Occupare__V1__Occupation *record);

/* A word's letters and length in characters, as DB_VOCABULARY has them. characters: NULL, or the code points, at most 255. */
uint32_t index_letters(const char *word, uint32_t *characters, size_t *ret_length);

/* ---- vectors.c: skills as numbers ---- */

/* Makes the vector of an occupation what it should be after a change: before and after as in index_change. */
enum occupare_code vectors_change(struct occ_arena *arena, struct store_txn *txn, const char *id,
    const Occupare__V1__Occupation *before, const Occupare__V1__Occupation *after,
    struct occupare_status *st) OCC_MUST_CHECK;

/* The row that a record should have, in the arena, and how many names it has. DATA_LOSS: a name of it has no number. */
enum occupare_code vector_row(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *record,
    MDB_val *ret, size_t *ret_names, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- typos.c ---- */

/* Words of the vocabulary that a word may be meant as, in the arena: one edit away, or two from 8 characters on, the "s" of a
 * plural aside.  None for words of less than 3 characters, which must be spelt right. */
enum occupare_code typos_find(struct occ_arena *arena, struct store_txn *txn, const char *text, char ***ret,
    size_t *ret_count, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- contents.c: words of skills and duties ---- */

/* The marks of a record. Works in the arena. */
void contents_mark(struct occ_arena *arena, const Occupare__V1__Occupation *record, struct content_marks *ret);

/* A skill or duty with a word for each of the query, borrowed from the map.
 * whole: these are all its words, spelt out; weight: how much a skill matters to the occupation, 0 to 110. */
typedef void content_visit(
    void *data, uint32_t occupation, const char *text, size_t length, bool whole, unsigned weight);

/* Visits the skills or duties of all occupations that have, for each word of a query (index_words; at most 31), a word that
 * starts so. Nothing is found by words of less than three bytes alone. */
enum occupare_code contents_search(struct store_txn *txn, enum content content, char *const *words, size_t count,
    content_visit *visit, void *data, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- occupations.c ---- */

/* The id of an occupation's number, borrowed. DATA_LOSS: none. */
enum occupare_code occupation_id(
    struct store_txn *txn, uint32_t number, MDB_val *ret, struct occupare_status *st) OCC_MUST_CHECK;
/* The same with its standing (index_number_row). */
enum occupare_code occupation_number_row(struct store_txn *txn, uint32_t number, unsigned *ret_standing,
    MDB_val *ret_id, struct occupare_status *st) OCC_MUST_CHECK;

/* Its summary, in the arena. */
enum occupare_code occupation_summary(struct occ_arena *arena, struct store_txn *txn, MDB_val id,
    Occupare__V1__OccupationSummary **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- estimates.c ---- */

/* The key of an estimate, in the arena: keys_code(soc) NUL area NUL period u32 industry. INVALID_ARGUMENT: too long. */
enum occupare_code estimate_key(struct occ_arena *arena, const char *soc_code, const char *area, uint32_t period,
    const char *industry, MDB_val *ret, struct occupare_status *st) OCC_MUST_CHECK;
/* An area's code as it is looked up, in the arena: upper-case. */
char *area_key(struct occ_arena *arena, const char *code);

/* Rows of DB_AREAS and DB_ESTIMATES: each belongs to the origin that supplied it last. */

/* Splits a value; the origin is borrowed. False: it is not of that form. */
bool origin_split(MDB_val value, const char **ret_origin, MDB_val *ret_packed);
/* Puts a row. ret_added: there was none; ret_changed: there was none, or one with another message. */
enum occupare_code origin_put(struct occ_arena *arena, struct store_txn *txn, enum store_db db, MDB_val key,
    const char *origin, const ProtobufCMessage *message, bool *ret_added, bool *ret_changed,
    struct occupare_status *st) OCC_MUST_CHECK;
/* Takes a row away, with its count and the uses of its sources. */
enum occupare_code origin_drop(struct occ_arena *arena, struct store_txn *txn, enum store_db db, MDB_val key,
    struct occupare_status *st) OCC_MUST_CHECK;
/* Puts an estimate whose sources are adopted, with its count and the uses of its sources. */
enum occupare_code estimate_put(struct occ_arena *arena, struct store_txn *txn, MDB_val key, const char *origin,
    const Occupare__V1__Estimate *estimate, struct occupare_status *st) OCC_MUST_CHECK;

/* ---- maintain.c ---- */

/* Opens a store for reading and begins a transaction in it. */
enum occupare_code maintain_begin(
    const char *directory, struct store **ret, struct store_txn **ret_txn, struct occupare_status *st) OCC_MUST_CHECK;

#endif

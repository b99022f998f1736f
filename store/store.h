/* Occupations on disk: all that service/ may call.
 *
 * A store is a directory with an LMDB environment.  Processes of one host and one PID namespace may share it: one writes
 * at a time, readers never wait.  A struct store may be used by all threads at once, a struct store_txn by one thread at
 * a time; it may move between threads between uses.
 *
 * Pointers that a function borrows from the store live until the transaction ends (store_read_end, or the return of the
 * store_apply that got it).  Outputs are untouched on failure.  Every function that can fail may also return
 * RESOURCE_EXHAUSTED (disk or map full), DATA_LOSS (stored bytes do not decode) and INTERNAL (anything else LMDB says). */
#ifndef OCC_STORE_H
#define OCC_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/arena.h"
#include "proto/status.h"

#define STORE_SCHEMA_VERSION 2u
#define STORE_ID_BYTES_MAX 120u
#define STORE_MAP_BYTES_DEFAULT ((size_t)16 << 30) /* sparse: costs address space, not disk */
#define STORE_READERS_DEFAULT 512u                 /* read transactions at once, of all processes */
#define STORE_SEARCH_HITS_MAX 1000u
#define STORE_SEARCH_ENOUGH 10u /* hits of better kinds, after which store_search does not look for worse ones */

/* The directory of the store where none is named, in the arena: /var/lib/occupare for root, else $XDG_DATA_HOME/occupare,
 * else ~/.local/share/occupare. NULL: neither variable holds an absolute path. */
char *store_default_directory(struct occ_arena *arena);

struct store;
struct store_txn;

struct store_options {
	bool writable;        /* else the files are opened for reading only */
	bool create;          /* makes the directory and an empty store where there is none; needs writable */
	size_t map_bytes;     /* 0 = STORE_MAP_BYTES_DEFAULT; a store that is already larger stays so */
	unsigned readers_max; /* 0 = STORE_READERS_DEFAULT */
};

/* Opens the store in a directory.  Close it with store_close.  One process opens a directory once: its threads share the
 * struct store, and after a fork the child opens anew and leaves the parent's alone.
 * A store that is read-only for everybody (its mount is, or neither the directory nor data.mdb has a w in its modes) is
 * read without locks; any other needs lock.mdb to be writable, for reading too.
 * FAILED_PRECONDITION as well: it is open in this process already.
 * NOT_FOUND: no directory or no store in it (the remedy, occupare-store import, is said); FAILED_PRECONDITION: its format
 * is not this program's, or (without create) it is an empty directory; DATA_LOSS: the file is not LMDB's, is
 * corrupt, or is somebody else's environment; PERMISSION_DENIED: may not be read or, if writable, written. */
enum occupare_code store_open(const char *directory, const struct store_options *options, struct store **ret,
    struct occupare_status *st) OCC_MUST_CHECK;

/* NULL is allowed. No transaction may be left. */
void store_close(struct store *store);

/* ---- Reading ---- */

/* A read transaction that can be begun and ended many times; ended at first. Free it with store_txn_free. */
enum occupare_code store_txn_new(
    struct store *store, struct store_txn **ret, struct occupare_status *st) OCC_MUST_CHECK;
void store_txn_free(struct store_txn *txn); /* NULL is allowed; ends it */

/* Begins reading: what is read until store_read_end is one snapshot, whoever writes meanwhile. Waits while the map is being
 * made larger, which in turn waits for all who read: so who reads must not begin another transaction and wait for it.
 * RESOURCE_EXHAUSTED: readers_max others are reading. */
enum occupare_code store_read_begin(struct store_txn *txn, struct occupare_status *st) OCC_MUST_CHECK;
void store_read_end(struct store_txn *txn); /* harmless where none was begun */

/* Bytes of the map. */
struct store_bytes {
	const uint8_t *data;
	size_t length;
};

/* The packed occupation with this id, without its aliases, straight from the map.
 * NOT_FOUND: no such id. */
enum occupare_code store_get_bytes(
    struct store_txn *txn, const char *id, struct store_bytes *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The occupation with this id, unpacked into the arena; with its aliases if asked for.
 * NOT_FOUND: no such id. */
enum occupare_code store_get(struct occ_arena *arena, struct store_txn *txn, const char *id, bool with_aliases,
    Occupare__V1__Occupation **ret, struct occupare_status *st) OCC_MUST_CHECK;

struct store_match {
	const char *id;
	const char *title;
	Occupare__V1__MatchKind kind;
};

/* Every occupation that a name stands for, best first, at most max, in the arena. The first of these rules that finds any
 * decides: the id; a code (with or without its dash; a bare SOC code prefers the O*NET-SOC code with .00); the title; an
 * alias (letter case and spacing aside).  Of several by alias, one whose title contains the name comes first, then by id.
 * NOT_FOUND: none. */
enum occupare_code store_find(struct occ_arena *arena, struct store_txn *txn, const char *name, size_t max,
    struct store_match **ret, size_t *ret_count, struct occupare_status *st) OCC_MUST_CHECK;

/* One page of summaries as request asks (its filters and order_by; page_size and page_token are not looked at).
 * after: NULL or the position that the page before gave; limit: items at most; ret_next: position for the next page,
 * in the arena, NULL at the end; ret_total: items on all pages.
 * INVALID_ARGUMENT: unknown order_by, or a position that is not of this order. */
enum occupare_code store_list(struct occ_arena *arena, struct store_txn *txn,
    const Occupare__V1__ListOccupationsRequest *request, const char *after, size_t limit,
    Occupare__V1__OccupationSummary ***ret, size_t *ret_count, char **ret_next, uint64_t *ret_total,
    struct occupare_status *st) OCC_MUST_CHECK;

/* Occupations whose title, alias, code, skills or duties resemble the text, one hit each, best first, in the arena:
 * at most max of them, from the first-th on (0 is the best). No hit is OK with count 0. ret_total: how many there are, counted
 * up to STORE_SEARCH_HITS_MAX.
 * Of each occupation the best match counts, and they are put in order by
 *   1. the kind of match: id; code; exact title; exact alias; start of a title; of an alias; starts of words of a title; of an
 *      alias; skill; title with typos; alias with typos; duty; and, where there is nothing else, names with some of the words;
 *   2. how near it is: a whole code before a longer one; a skill of exactly this name before one with further words, then one
 *      that is in demand or more important; names that have more letters of the query's words;
 *   3. how many words of the query are words of the title;
 *   4. an occupation before those finer than its SOC code (29-1141.00 before 29-1141.01), then more people employed;
 *   5. how many of its names match;
 *   6. the shorter name or text; then the id.
 * Words match words that they start; typos are one edit in words of up to 7 letters, two in longer ones, a plural's s aside.
 * Skills, typos and duties are looked for in turn, as long as fewer than STORE_SEARCH_ENOUGH occupations are found and none by
 * id, code or exact name. */
enum occupare_code store_search(struct occ_arena *arena, struct store_txn *txn, const char *query, size_t first,
    size_t max, Occupare__V1__SearchHit ***ret, size_t *ret_count, size_t *ret_total,
    struct occupare_status *st) OCC_MUST_CHECK;

/* Id, title and skills of an occupation, and nothing else of it, unpacked into the arena. NOT_FOUND: no such id. */
enum occupare_code store_skills(struct occ_arena *arena, struct store_txn *txn, const char *id,
    Occupare__V1__Occupation **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The skills of an occupation as numbers: those of one kind, in the order of the numbers that stand for their names. Names
 * are the same letter case (of ASCII) aside; of a name that a kind repeats the first counts. The number of a name is the
 * same for all kinds and occupations of one snapshot. */
#define STORE_SKILL_KINDS 6u /* the values of SkillKind; one that is not known counts as unspecified */
#define STORE_FIGURE_UNKNOWN UINT16_MAX
enum store_scale {
	STORE_SCALE_NONE,    /* no skill of the kind has any figure */
	STORE_SCALE_PERCENT, /* some has a percent */
	STORE_SCALE_RATING   /* some has an importance or a level, none a percent */
};
struct store_part {
	enum store_scale scale;
	size_t count;
	const uint32_t *names;
	const uint16_t *importance,
	    *level;             /* hundredths, or STORE_FIGURE_UNKNOWN; with PERCENT importance is that; NULL
					       with NONE */
	const uint16_t *places; /* where in Occupation.skills */
};
struct store_vector {
	struct store_part parts[STORE_SKILL_KINDS];
};

/* One of them, in the arena. NOT_FOUND: no such id. */
enum occupare_code store_vector(struct occ_arena *arena, struct store_txn *txn, const char *id,
    struct store_vector *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* Called with the vector of each occupation, in id order; what it returns other than OK ends the walk. The vector lives until
 * it returns, the id as long as the transaction. The arena is for a row's copy. */
typedef enum occupare_code store_visit_vector(void *data, struct store_bytes id, const struct store_vector *vector);
enum occupare_code store_each_vector(struct occ_arena *arena, struct store_txn *txn, store_visit_vector *visit,
    void *data, struct occupare_status *st) OCC_MUST_CHECK;

/* What the store holds; its sources only if asked for. In the arena. */
enum occupare_code store_dataset(struct occ_arena *arena, struct store_txn *txn, bool with_sources,
    Occupare__V1__Dataset **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The area with this code, letter case aside. NOT_FOUND: none. */
enum occupare_code store_area(struct occ_arena *arena, struct store_txn *txn, const char *code,
    Occupare__V1__Area **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* One page of areas by code; after, limit, ret_next, ret_total as in store_list. */
enum occupare_code store_areas(struct occ_arena *arena, struct store_txn *txn, const char *after, size_t limit,
    Occupare__V1__Area ***ret, size_t *ret_count, char **ret_next, uint64_t *ret_total,
    struct occupare_status *st) OCC_MUST_CHECK;

/* The SOC 2018 code that the estimates of an occupation are kept under, in the arena, by its codes; NULL: it has none.
 * ret_finer: the occupation is one of several of that code (an O*NET-SOC code that does not end in .00). */
const char *store_soc_code(struct occ_arena *arena, const Occupare__V1__Occupation *occupation, bool *ret_finer);

/* The estimate of a SOC code in an area, period (0 = the latest held for that area) and industry ("" = all).  Of a code that
 * none is held of and that is published under that of its group (13-1021 under 13-1020) it is the group's: its soc_code tells.
 * NOT_FOUND: none; says which periods are held for the area, or that the area has none. */
enum occupare_code store_estimate(struct occ_arena *arena, struct store_txn *txn, const char *soc_code,
    const char *area, uint32_t period, const char *industry, Occupare__V1__Estimate **ret,
    struct occupare_status *st) OCC_MUST_CHECK;

/* One page of the estimates of a SOC code, or of its group's as above, by area, period, industry; area "" and period 0 = all;
 * else as store_list. */
enum occupare_code store_estimates(struct occ_arena *arena, struct store_txn *txn, const char *soc_code,
    const char *area, uint32_t period, const char *after, size_t limit, Occupare__V1__Estimate ***ret,
    size_t *ret_count, char **ret_next, uint64_t *ret_total, struct occupare_status *st) OCC_MUST_CHECK;

/* How large it is and how many read it, for who watches over it. */
struct store_usage {
	uint64_t file_bytes; /* of data.mdb */
	uint64_t map_bytes;  /* address space that it may grow to without being mapped anew */
	unsigned readers;    /* slots of the reader table that processes have taken so far */
	unsigned readers_max;
};
void store_usage(struct store *store, struct store_usage *ret);

/* ---- Writing ---- */

/* One change of a batch.  It may be called again after its effects were undone (the map had to grow), so it starts its
 * own outputs afresh each time.  OK keeps the change; anything else undoes this item alone.
 * item: what the batch was given. It keeps its own status and results. */
typedef enum occupare_code store_apply(struct store_txn *txn, void *item);

/* Applies each item in its own nested transaction of one transaction and commits once; OK means all kept items are on
 * disk.  Waits for other writers.  Grows the map where it is full, with no other transaction of this process open, and
 * applies the batch again: so the calling thread must not be reading.
 * The generation moves by one for each item that changed something.
 * On failure nothing of the batch is stored. FAILED_PRECONDITION: the store is open for reading only, or its files were
 * removed meanwhile. */
enum occupare_code store_write(struct store *store, store_apply *apply, void *const *items, size_t count,
    struct occupare_status *st) OCC_MUST_CHECK;

/* The revision of a record is the generation that last changed it: it rises with each change, and what is deleted and made
 * again does not get an old one. */

/* Adds an occupation to the layer of calls. An empty id is made from the title. ret: the record as served, in the arena.
 * OK too where it is there and equal; ALREADY_EXISTS: there and different; INVALID_ARGUMENT: violations (check.h). */
enum occupare_code store_create(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *record,
    Occupare__V1__Occupation **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* Replaces an occupation: what is absent in record is absent afterwards, and what was corrected here stays corrected when
 * a release is imported later.
 * NOT_FOUND unless allow_missing; ABORTED: etag is neither 0 nor the record's revision; INVALID_ARGUMENT. */
enum occupare_code store_update(struct occ_arena *arena, struct store_txn *txn, const Occupare__V1__Occupation *record,
    uint64_t etag, bool allow_missing, Occupare__V1__Occupation **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* Removes an occupation; an import does not bring it back. Errors as store_update. */
enum occupare_code store_delete(struct store_txn *txn, const char *id, uint64_t etag, bool allow_missing,
    struct occupare_status *st) OCC_MUST_CHECK;

/* ---- Importing (used by store/import, inside a store_apply) ---- */

struct store_import;

struct store_import_counts {
	uint64_t occupations_read, occupations_added, occupations_changed, occupations_unchanged, occupations_removed;
	uint64_t occupations_named; /* by the records read: fewer than those where two are about one occupation */
	uint64_t areas, estimates, groups;
	uint64_t soc_codes; /* that groups and estimates are of, those of the import before that went among them */
	uint64_t soc_codes_changed; /* of these: something is otherwise than before */
	uint64_t soc_codes_alone;   /* of these: no other source has an occupation of it */
};

/* What goes of that which the same origin supplied before and the import does not name again. */
enum store_import_mode {
	STORE_IMPORT_RELEASE, /* what a newer release stands for: occupations where the import has any, groups of each part that it
				 has any of, estimates of each area, period and industry that it has any of */
	STORE_IMPORT_ADD,     /* nothing */
	STORE_IMPORT_REPLACE, /* all */
};

/* Starts importing what one origin ("json", "onet", ...; layers.h) supplies. What is then handed over is changed: it gets the
 * store's ids of sources and, where it had none, an id. Those live until the next one is handed over. */
enum occupare_code store_import_begin(struct store_txn *txn, const char *origin, enum store_import_mode mode,
    struct store_import **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The id that a record would get if it were imported now, in the arena. See store_import_occupation. */
enum occupare_code store_import_identify(struct occ_arena *arena, struct store_import *import,
    const Occupare__V1__Occupation *record, char **ret, struct occupare_status *st) OCC_MUST_CHECK;

/* One occupation as the origin has it. A record with an id is about the occupation of that id, which may be new. One without
 * is found by its O*NET-SOC code, else by its other codes, where they mean one occupation alone, and else is new under the
 * slug of its title. Of two records about one occupation the last counts. Source ids are the record's own and become the
 * store's.
 * INVALID_ARGUMENT: violations. */
enum occupare_code store_import_occupation(
    struct store_import *import, Occupare__V1__Occupation *record, struct occupare_status *st) OCC_MUST_CHECK;
/* What a source published for a SOC code: all occupations of that code get it, those that come later too. It has no id and
 * no codes; its title, if any, is that of the code. origin: that of the import, or one that starts with its name and a
 * hyphen. INVALID_ARGUMENT: violations, or no SOC code. */
enum occupare_code store_import_group(struct store_import *import, const char *origin, const char *soc_code,
    Occupare__V1__Occupation *facts, struct occupare_status *st) OCC_MUST_CHECK;
/* An area or estimate belongs to the origin that supplied it last. */
enum occupare_code store_import_area(
    struct store_import *import, const Occupare__V1__Area *area, struct occupare_status *st) OCC_MUST_CHECK;
enum occupare_code store_import_estimate(
    struct store_import *import, Occupare__V1__Estimate *estimate, struct occupare_status *st) OCC_MUST_CHECK;

/* Merges every record the import touched: with it pay and employment of the nation, and who pays best, as the estimates of
 * its SOC code have them.  A SOC code that has a title and no occupation gets one.  A record whose bytes stay equal keeps its
 * revision, and the generation moves only if something did. */
enum occupare_code store_import_end(
    struct store_import *import, struct store_import_counts *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* After the end: the SOC codes counted as soc_codes_alone, by index from 0; NULL behind them. Lives as long as the import. */
const char *store_import_alone(const struct store_import *import, size_t index);

#endif

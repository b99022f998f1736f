/* Key bytes: folded names, codes, slugs. Pure functions, thread-safe. */
#ifndef OCC_KEYS_H
#define OCC_KEYS_H

#include <stdbool.h>

#include "proto/arena.h"
#include "store/store.h"

/* True for a valid id: words of [a-z0-9] joined by single hyphens, 1 to STORE_ID_BYTES_MAX bytes, no word "vs". */
bool keys_is_slug(const char *text);

/* The slug of a title, in the arena: folded to ASCII where Unicode decomposes so, other characters part words, the word
 * "vs" becomes "versus", cut at a word to STORE_ID_BYTES_MAX. NULL: nothing is left of it. */
char *keys_slug(struct occ_arena *arena, const char *title);

/* A name as it is looked up, in the arena: Unicode NFKC with case folded, runs of white space one space, none at the ends.
 * At most max bytes, cut before a character. */
char *keys_fold(struct occ_arena *arena, const char *name, size_t max);

/* A code as it is looked up, in the arena: letters upper-case, digits and dots kept, all else dropped: 29-1141.00 and
 * 291141.00 are 291141.00. NULL: it holds no digit, or anything that no code holds. */
char *keys_code(struct occ_arena *arena, const char *code);

#endif

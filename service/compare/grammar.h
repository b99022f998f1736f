/* English: articles, plurals, possessives, lists. All results live in the arena. Pure functions, thread-safe. */
#ifndef OCC_GRAMMAR_H
#define OCC_GRAMMAR_H

#include <stddef.h>

#include "proto/arena.h"

/* How a sentence names one of a title: lower-case except acronyms and proper nouns, singular where the title is an official
 * plural: "Registered Nurses" -> "registered nurse", "CEO" -> "CEO". An inverted title is turned around: "Cooks, Fast Food" -> "fast food cook", "Managers, All Other" ->
 * "manager (all other)"; what does not read well before the noun follows it in brackets: "Architects, Except Naval" ->
 * "architect (except naval)". */
char *grammar_singular(struct occ_arena *arena, const char *title);

/* How a sentence names many of a title: "Patient Services Manager" -> "patient services managers",
 * "Registered Nurses" -> "registered nurses"; "Clergy" stays "clergy", of which one is a "clergy member". */
char *grammar_plural(struct occ_arena *arena, const char *title);

/* A name within a sentence: lower-case except acronyms and proper nouns. Number stays: "Patient Care" -> "patient care". */
char *grammar_lower(struct occ_arena *arena, const char *name);

/* "a" or "an", by the sound of the first word. Static. */
const char *grammar_article(const char *text);

/* A text with its article: "an actuary", "a user", "another worker". */
char *grammar_a(struct occ_arena *arena, const char *text);

/* The possessive: "managers'", "nurse's". */
char *grammar_possessive(struct occ_arena *arena, const char *text);

/* "a", "a and b", "a, b, and c"; with a comma before "and" where an item of two holds one itself, with semicolons where an
 * item of more holds a comma; what stands in brackets aside. */
char *grammar_list(struct occ_arena *arena, const char *const *items, size_t count);

/* The text with its first letter upper-case. */
char *grammar_capital(struct occ_arena *arena, const char *text);

#endif

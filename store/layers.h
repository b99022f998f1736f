/* What each origin said of an occupation, and the record that is served: merged by one function over the descriptors.
 * Pure functions of messages. */
#ifndef OCC_LAYERS_H
#define OCC_LAYERS_H

#include <stdbool.h>

#include "occupare/store/v1/layer.pb-c.h"
#include "proto/arena.h"

/* Names of origins, highest precedence first, ended by NULL. "manual" (written by call) is the first. */
extern const char *const layers_origins[];

/* Precedence of an origin: 0 is the highest; -1: no such origin. */
int layers_rank(const char *origin);

/* The record that is served from the layers of one occupation, highest precedence first: a singular field from the highest
 * layer that has it, repeated fields whole; nothing from below a deletion (a deleted layer may hold what was written
 * after it), nothing of a cleared path from below the layer that cleared it.
 *
 * Salary, Outlook, Experience, Education and Demographics merge field by field; an empty one is none.  Every other
 * sub-message is taken whole: the value of a Figure and its source, a category and its title belong together.  So
 * do these fields, taken from the highest layer that has one of them and cleared all at once: annual_low and annual_high; growth_percent,
 * from_year and to_year; months_to_become_low and _high; responsibilities and more_responsibilities.  A salary in another
 * currency than that of a layer above gives nothing, nor does any below it.
 *
 * sources is the union of the sources of the layers that gave something, by id; where "sources" is cleared, of those below
 * only the ones that a figure of the result names.  revision and update_time are left unset. NULL: no such
 * occupation (no layers, deleted, or no title).  The result borrows from the layers and lives in the arena. */
Occupare__V1__Occupation *layers_merge(
    struct occ_arena *arena, const Occupare__Store__V1__Layer *const *layers, size_t count);

/* The layer that, put above what gives the record below (NULL: nothing), makes layers_merge give the record given: its id,
 * fields that differ, and the paths that were taken away. revision and update_time are not looked at. Borrows from both. */
Occupare__Store__V1__Layer *layers_difference(
    struct occ_arena *arena, const Occupare__V1__Occupation *given, const Occupare__V1__Occupation *below);

/* Both have the same under this field; where either is NULL, they have not. */
bool layers_equal(const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b, const char *field);

/* Gives every Figure of a message, however deep, the source id that map gives for its own; 0 stays 0.
 * Changes the message in place. */
typedef uint32_t layers_map_source(void *data, uint32_t id);
void layers_map_sources(ProtobufCMessage *message, layers_map_source *map, void *data);

#endif

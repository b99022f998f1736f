/* Occupations to test with. Everything lives in the arena; each call makes a fresh record that the test may change. */
#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "occupare/v1/occupation.pb-c.h"
#include "proto/arena.h"
#include "service/compare/compare.h"

/* Sources of the samples. */
enum sample_source {
	SAMPLE_SOURCE_PAGE = 1,        /* the reference page */
	SAMPLE_SOURCE_OEWS = 2,        /* wages and employment */
	SAMPLE_SOURCE_PROJECTIONS = 3, /* projections */
	SAMPLE_SOURCE_SWISS = 4        /* Swiss wages */
};

/* The two occupations of the reference page with every figure on it; the prose is the samples' own. */
Occupare__V1__Occupation *sample_patient_services_manager(struct occ_arena *arena);
Occupare__V1__Occupation *sample_service_director(struct occ_arena *arena);

/* An official plural title; percentiles, projections, importance of skills, an hourly figure, no demographics. */
Occupare__V1__Occupation *sample_registered_nurses(struct occ_arena *arena);

/* The mean is AT_LEAST $239,200, nothing hourly is published; its projection covers other years than the nurses'. */
Occupare__V1__Occupation *sample_chief_executives(struct occ_arena *arena);

/* Paid by the hour: the yearly mean is NOT_COLLECTED, employment SUPPRESSED. */
Occupare__V1__Occupation *sample_actors(struct occ_arena *arena);

/* Two finer occupations of one broader group: the figures of both are INHERITED from it. */
Occupare__V1__Occupation *sample_acute_care_nurses(struct occ_arena *arena);
Occupare__V1__Occupation *sample_critical_care_nurses(struct occ_arena *arena);

/* Paid in Swiss francs. */
Occupare__V1__Occupation *sample_swiss_nurse(struct occ_arena *arena);

/* Nothing but an id and a title. */
Occupare__V1__Occupation *sample_bare(struct occ_arena *arena, const char *id, const char *title);

/* Any valid record: every field present, absent or of any status by chance. seed moves on; the same seed, the same record. */
Occupare__V1__Occupation *sample_random(struct occ_arena *arena, uint64_t *seed);

/* A subject at US and the latest period, recognised by its id. */
struct compare_subject sample_subject(const Occupare__V1__Occupation *occupation);

/* The next of a fixed sequence of numbers. seed must not be 0. */
uint64_t sample_next(uint64_t *seed);

/* A figure as published, and one of any status and source. */
Occupare__V1__Figure *sample_figure(struct occ_arena *arena, double value);
Occupare__V1__Figure *sample_figure_of(
    struct occ_arena *arena, double value, Occupare__V1__FigureStatus status, uint32_t source);

/* A skill with a percent; a negative one stands for none. */
Occupare__V1__Skill *sample_skill(struct occ_arena *arena, const char *name, double percent);

/* Adds a skill to an occupation. */
void sample_add_skill(struct occ_arena *arena, Occupare__V1__Occupation *occupation, Occupare__V1__Skill *skill);

#endif

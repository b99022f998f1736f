/* Skills as numbers, beside the records that they are taken from. */
#include "tests/support/test.h"

#include <math.h>

#include "store/db.h"
#include "store/maintain.h"
#include "tests/support/samples.h"
#include "tests/support/store.h"

#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

static struct fixture f;
static struct occupare_status st;

static int
set_up(void **state)
{
	(void)state;
	fixture_open(&f);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_verify(&f);
	fixture_close(&f);
	return 0;
}

static Occupare__V1__Skill *
add(Occupare__V1__Occupation *occupation, const char *name, Occupare__V1__SkillKind kind, double importance,
    double level)
{
	Occupare__V1__Skill *skill = sample_skill(&f.arena, name, -1);

	skill->kind = kind;
	skill->importance = importance < 0 ? NULL : sample_figure(&f.arena, importance);
	skill->level = level < 0 ? NULL : sample_figure(&f.arena, level);
	sample_add_skill(&f.arena, occupation, skill);
	return skill;
}

static void
store(const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation *served;

	MUST(fixture_update(&f, record, 0, true, &served, &st), &st);
}

static struct store_vector
vector(const char *id)
{
	struct store_vector vector;

	fixture_read(&f);
	MUST(store_vector(&f.arena, f.txn, id, &vector, &st), &st);
	return vector;
}

static uint64_t
names_stored(void)
{
	uint64_t count;

	fixture_read(&f);
	MUST(db_entries(f.txn, DB_SKILL_NAMES, &count, &st), &st);
	return count;
}

static void
test_vector_has_every_skill_by_kind_with_its_figures_and_place(void **state)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "a", "A");
	struct store_vector made;
	const struct store_part *part;

	(void)state;
	add(record, "Excel", KIND(TECHNOLOGY), -1, -1);
	add(record, "Reading", KIND(SKILL), 78.25, 57.142857);
	add(record, "Biology", KIND(KNOWLEDGE), 12, -1);
	add(record, "Speaking", KIND(SKILL), -1, 100);
	store(record);
	made = vector("a");
	part = &made.parts[KIND(SKILL)];
	assert_int_equal(part->scale, STORE_SCALE_RATING);
	assert_int_equal(part->count, 2);
	assert_true(part->names[0] < part->names[1]);
	assert_int_equal(part->places[0], 1);
	assert_int_equal(part->importance[0], 7825);
	assert_int_equal(part->level[0], 5714);
	assert_int_equal(part->places[1], 3);
	assert_int_equal(part->importance[1], STORE_FIGURE_UNKNOWN);
	assert_int_equal(part->level[1], 10000);
	part = &made.parts[KIND(TECHNOLOGY)];
	assert_int_equal(part->scale, STORE_SCALE_NONE);
	assert_int_equal(part->count, 1);
	assert_null(part->importance);
	assert_int_equal(part->places[0], 0);
	assert_int_equal(made.parts[KIND(KNOWLEDGE)].level[0], STORE_FIGURE_UNKNOWN);
	assert_int_equal(made.parts[KIND(ABILITY)].count, 0);
	assert_int_equal(made.parts[KIND(UNSPECIFIED)].count, 0);
}

static void
test_percents_stand_for_importance(void **state)
{
	struct store_vector made;

	(void)state;
	store(sample_service_director(&f.arena));
	made = vector("service-director");
	assert_int_equal(made.parts[0].scale, STORE_SCALE_PERCENT);
	assert_int_equal(made.parts[0].count, 6);
	assert_int_equal(made.parts[0].importance[0], 1200);
	assert_int_equal(made.parts[0].level[0], STORE_FIGURE_UNKNOWN);
}

static void
test_figures_that_are_held_back_are_unknown(void **state)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "a", "A");

	(void)state;
	add(record, "Reading", KIND(SKILL), 0, 5)->importance->status =
	    OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED;
	store(record);
	assert_int_equal(vector("a").parts[KIND(SKILL)].importance[0], STORE_FIGURE_UNKNOWN);
	assert_int_equal(vector("a").parts[KIND(SKILL)].level[0], 500);
}

static void
test_name_has_one_number_in_all_kinds_and_occupations_letter_case_aside(void **state)
{
	Occupare__V1__Occupation *a = sample_bare(&f.arena, "a", "A"), *b = sample_bare(&f.arena, "b", "B");

	(void)state;
	add(a, "Mathematics", KIND(SKILL), 10, 10);
	add(a, "Mathematics", KIND(KNOWLEDGE), 20, 10);
	add(a, "mathematics", KIND(KNOWLEDGE), 30, 10);
	add(b, "MATHEMATICS", KIND(SKILL), 40, 10);
	store(a);
	store(b);
	assert_int_equal(names_stored(), 1);
	assert_int_equal(vector("a").parts[KIND(KNOWLEDGE)].count, 1);
	assert_int_equal(vector("a").parts[KIND(KNOWLEDGE)].importance[0], 2000);
	assert_int_equal(vector("a").parts[KIND(SKILL)].names[0], vector("b").parts[KIND(SKILL)].names[0]);
	assert_int_equal(vector("a").parts[KIND(SKILL)].names[0], vector("a").parts[KIND(KNOWLEDGE)].names[0]);
}

static void
test_numbers_go_with_the_last_use_of_a_name_and_are_given_again(void **state)
{
	Occupare__V1__Occupation *a = sample_bare(&f.arena, "a", "A"), *b = sample_bare(&f.arena, "b", "B");
	uint32_t freed;

	(void)state;
	add(a, "Reading", KIND(SKILL), 10, 10);
	add(a, "Writing", KIND(SKILL), 20, 10);
	add(b, "Writing", KIND(SKILL), 20, 10);
	store(a);
	store(b);
	freed = vector("a").parts[KIND(SKILL)].names[0];
	MUST(fixture_delete(&f, "a", 0, false, &st), &st);
	fixture_verify(&f);
	assert_int_equal(names_stored(), 1);
	add(b, "Juggling", KIND(SKILL), 5, 5);
	store(b);
	assert_int_equal(names_stored(), 2);
	assert_int_equal(vector("b").parts[KIND(SKILL)].names[0], freed);
	assert_int_equal(vector("b").parts[KIND(SKILL)].places[0], 1);
	add(b, "Whistling", KIND(SKILL), 5, 5);
	store(b);
	assert_int_equal(vector("b").parts[KIND(SKILL)].names[2], 2);
}

static void
test_vector_follows_an_update_of_a_figure_alone(void **state)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "a", "A");

	(void)state;
	add(record, "Reading", KIND(SKILL), 10, 10);
	store(record);
	record->skills[0]->importance->value = 64;
	store(record);
	assert_int_equal(vector("a").parts[KIND(SKILL)].importance[0], 6400);
}

static void
test_vectors_follow_imports_that_replace_others(void **state)
{
	Occupare__V1__Occupation *a = sample_bare(&f.arena, "a", "A"), *b = sample_bare(&f.arena, "b", "B");
	Occupare__V1__Occupation *both[] = { a, b };
	struct store_import_counts counts;

	(void)state;
	add(a, "Reading", KIND(SKILL), 10, 10);
	add(b, "Surgery", KIND(SKILL), 10, 10);
	MUST(fixture_import(&f, &(struct fixture_load){ .origin = "json", .occupations = both, .occupations_count = 2 },
		 &counts, &st),
	    &st);
	fixture_verify(&f);
	assert_int_equal(names_stored(), 2);
	a->n_skills = 0;
	add(a, "Writing", KIND(ABILITY), 10, 10);
	MUST(fixture_import(&f, &(struct fixture_load){ .origin = "json", .occupations = both, .occupations_count = 1 },
		 &counts, &st),
	    &st);
	fixture_verify(&f);
	assert_int_equal(names_stored(), 1);
	assert_int_equal(vector("a").parts[KIND(SKILL)].count, 0);
	assert_int_equal(vector("a").parts[KIND(ABILITY)].count, 1);
	fixture_read(&f);
	assert_int_equal(store_vector(&f.arena, f.txn, "b", &(struct store_vector){ 0 }, &st), OCCUPARE_NOT_FOUND);
}

/* What a record should give, worked out here by name. */
static void
assert_vector_of(const Occupare__V1__Occupation *record, const struct store_vector *vector)
{
	size_t seen = 0, distinct = 0;

	for (size_t i = 0; i < record->n_skills; i++) {
		const Occupare__V1__Skill *skill = record->skills[i];
		const struct store_part *part = &vector->parts[skill->kind];
		bool first = true;

		for (size_t j = 0; j < i; j++)
			first = first && (record->skills[j]->kind != skill->kind ||
					     strcasecmp(record->skills[j]->name, skill->name) != 0);
		distinct += first;
		for (size_t j = 0; first && j < part->count; j++) {
			const Occupare__V1__Figure *figure = part->scale == STORE_SCALE_PERCENT ? skill->percent
												: skill->importance;
			if (part->places[j] != i)
				continue;
			seen++;
			if (part->scale != STORE_SCALE_NONE && part->importance[j] != STORE_FIGURE_UNKNOWN)
				assert_true(fabs(part->importance[j] - 100 * figure->value) <= 0.5);
		}
	}
	assert_int_equal(seen, distinct);
	for (size_t kind = 0; kind < STORE_SKILL_KINDS; kind++)
		for (size_t j = 1; j < vector->parts[kind].count; j++)
			assert_true(vector->parts[kind].names[j - 1] < vector->parts[kind].names[j]);
}

struct seen {
	size_t count, stop_after;
	char ids[4096];
};

static enum occupare_code
see(void *data, struct store_bytes id, const struct store_vector *vector)
{
	struct seen *seen = data;
	Occupare__V1__Occupation *record;
	char *text = occ_arena_strndup(&f.arena, (const char *)id.data, id.length);
	struct occupare_status found;

	assert_int_equal(store_skills(&f.arena, f.txn, text, &record, &found), OCCUPARE_OK);
	assert_string_equal(record->id, text);
	assert_null(record->salary);
	assert_vector_of(record, vector);
	assert_true(strcmp(seen->ids, text) < 0);
	snprintf(seen->ids, sizeof seen->ids, "%s", text);
	return ++seen->count == seen->stop_after ? OCCUPARE_CANCELLED : OCCUPARE_OK;
}

static void
test_each_vector_walks_in_order_until_told_to_stop(void **state)
{
	struct seen seen = { 0 };
	uint64_t seed = 20;

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		Occupare__V1__Occupation *record = sample_random(&f.arena, &seed), *served;

		/* Ids of every length: rows then stand at any address. */
		record->id = occ_arena_printf(&f.arena, "r%.*s%u", (int)(i % 5), "aaaaa", i);
		for (size_t j = 0; j < record->n_skills; j++)
			record->skills[j]->kind = (Occupare__V1__SkillKind)(sample_next(&seed) % STORE_SKILL_KINDS);
		if (fixture_create(&f, record, &served, &st) != OCCUPARE_OK)
			ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	}
	fixture_read(&f);
	assert_int_equal(store_each_vector(&f.arena, f.txn, see, &seen, &st), OCCUPARE_OK);
	assert_true(seen.count > 30);
	seen = (struct seen){ .stop_after = 2 };
	assert_int_equal(store_each_vector(&f.arena, f.txn, see, &seen, &st), OCCUPARE_CANCELLED);
	assert_int_equal(seen.count, 2);
}

/* ---- Damage ---- */

struct damage {
	enum store_db db;
	size_t byte; /* flipped; beyond the row: the row is cut by one */
	struct occupare_status st;
};

static enum occupare_code
do_damage(struct store_txn *txn, void *item)
{
	struct damage *damage = item;
	uint8_t *copy;
	struct db_walk walk;
	MDB_val key, row;

	db_walk_begin(&walk, txn, damage->db, db_bytes(NULL, 0), 0);
	assert_true(db_walk_row(&walk));
	copy = occ_arena_alloc(&f.arena, walk.value.mv_size);
	memcpy(copy, walk.value.mv_data, walk.value.mv_size);
	row = db_bytes(copy, walk.value.mv_size);
	if (damage->byte < row.mv_size)
		copy[damage->byte] ^= 1;
	else
		row.mv_size--;
	key = db_text(occ_arena_strndup(&f.arena, walk.key.mv_data, walk.key.mv_size));
	assert_int_equal(db_walk_end(&walk, &damage->st), OCCUPARE_OK);
	return db_put(txn, damage->db, key, row, &damage->st);
}

static void
flip(enum store_db db, size_t byte)
{
	struct damage damage = { .db = db, .byte = byte };
	void *items[] = { &damage };

	store_read_end(f.txn);
	MUST(store_write(f.store, do_damage, items, 1, &st), &st);
}

static void
ignore(void *data, const char *sentence)
{
	(void)data;
	(void)sentence;
}

static uint64_t
faults(void)
{
	struct maintain_counts counts;
	uint64_t count = 0;

	fixture_shut(&f);
	MUST(maintain_verify(f.directory, ignore, NULL, &counts, &count, &st), &st);
	fixture_open(&f);
	return count;
}

static void
test_verify_notices_each_byte_of_a_vector_and_of_a_names_number(void **state)
{
	static const enum store_db tables[] = { DB_VECTORS, DB_SKILL_NAMES };
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "a", "A");

	(void)state;
	add(record, "Reading", KIND(SKILL), 10, 10);
	add(record, "Excel", KIND(TECHNOLOGY), -1, -1);
	store(record);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		size_t bytes = tables[i] == DB_VECTORS ? STORE_SKILL_KINDS * 8 + 4 + 4 + 4 + 2 + 2 : 8;

		for (size_t byte = 0; byte < bytes; byte++) {
			flip(tables[i], byte);
			if (faults() == 0)
				fail_msg("byte %zu of table %d was not noticed", byte, (int)tables[i]);
			flip(tables[i], byte);
		}
		assert_int_equal(faults(), 0);
	}
}

static enum occupare_code
pass(void *data, struct store_bytes id, const struct store_vector *vector)
{
	(void)data;
	(void)id;
	(void)vector;
	return OCCUPARE_OK;
}

static void
test_vector_whose_numbers_are_out_of_order_is_lost_data(void **state)
{
	Occupare__V1__Occupation *record = sample_bare(&f.arena, "a", "A");
	struct store_vector read;

	(void)state;
	add(record, "Reading", KIND(TECHNOLOGY), -1, -1);
	add(record, "Writing", KIND(TECHNOLOGY), -1, -1);
	store(record);
	flip(DB_VECTORS, STORE_SKILL_KINDS * 8); /* 0, 1 becomes 1, 1 */
	fixture_read(&f);
	assert_int_equal(store_vector(&f.arena, f.txn, "a", &read, &st), OCCUPARE_DATA_LOSS);
	flip(DB_VECTORS, STORE_SKILL_KINDS * 8);
	flip(DB_VECTORS, STORE_SKILL_KINDS * 8 + 7); /* the second is 2^24 + 1 */
	fixture_read(&f);
	assert_int_equal(store_vector(&f.arena, f.txn, "a", &read, &st), OCCUPARE_DATA_LOSS);
	MUST(fixture_delete(&f, "a", 0, false, &st), &st);
}

static void
test_vector_that_is_cut_short_is_lost_data(void **state)
{
	struct store_vector read;

	(void)state;
	store(sample_service_director(&f.arena));
	flip(DB_VECTORS, SIZE_MAX);
	fixture_read(&f);
	assert_int_equal(store_vector(&f.arena, f.txn, "service-director", &read, &st), OCCUPARE_DATA_LOSS);
	assert_int_equal(store_each_vector(&f.arena, f.txn, pass, NULL, &st), OCCUPARE_DATA_LOSS);
	ASSERT_HAS(st.message, "service-director");
	MUST(fixture_delete(&f, "service-director", 0, false, &st), &st);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_vector_has_every_skill_by_kind_with_its_figures_and_place),
		TEST(test_percents_stand_for_importance),
		TEST(test_figures_that_are_held_back_are_unknown),
		TEST(test_name_has_one_number_in_all_kinds_and_occupations_letter_case_aside),
		TEST(test_numbers_go_with_the_last_use_of_a_name_and_are_given_again),
		TEST(test_vector_follows_an_update_of_a_figure_alone),
		TEST(test_vectors_follow_imports_that_replace_others),
		TEST(test_each_vector_walks_in_order_until_told_to_stop),
		TEST(test_verify_notices_each_byte_of_a_vector_and_of_a_names_number),
		TEST(test_vector_whose_numbers_are_out_of_order_is_lost_data),
		TEST(test_vector_that_is_cut_short_is_lost_data),
	};

	return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}

/* Records in a store: writing, reading, layers of origins, what the store says it holds. */
#include "tests/support/test.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/samples.h"
#include "tests/support/store.h"

static struct fixture f;

static int
set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof f);
	fixture_open(&f);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_close(&f);
	return 0;
}

/* Every test leaves a store that verifies. */
static int
verify_and_tear_down(void **state)
{
	fixture_verify(&f);
	return tear_down(state);
}

/* ---- Helpers ---- */

static Occupare__V1__Occupation *
create(const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation *ret = NULL;
	struct occupare_status st;

	fixture_create(&f, record, &ret, &st);
	ASSERT_OK(&st);
	return ret;
}

static Occupare__V1__Occupation *
update(const Occupare__V1__Occupation *record)
{
	Occupare__V1__Occupation *ret = NULL;
	struct occupare_status st;

	fixture_update(&f, record, 0, true, &ret, &st);
	ASSERT_OK(&st);
	return ret;
}

static void delete (const char *id)
{
	struct occupare_status st;

	fixture_delete(&f, id, 0, false, &st);
	ASSERT_OK(&st);
}

static struct store_import_counts
import_of(const char *origin, bool keep, size_t count, Occupare__V1__Occupation *const *records)
{
	struct fixture_load load = { .origin = origin,
		.mode = keep ? STORE_IMPORT_ADD : STORE_IMPORT_REPLACE,
		.occupations = records,
		.occupations_count = count };
	struct store_import_counts counts;
	struct occupare_status st;

	fixture_import(&f, &load, &counts, &st);
	ASSERT_OK(&st);
	return counts;
}

#define IMPORT(origin, keep, ...)                                                                                      \
	import_of(origin, keep,                                                                                        \
	    sizeof((Occupare__V1__Occupation *[]){ __VA_ARGS__ }) / sizeof(Occupare__V1__Occupation *),                \
	    (Occupare__V1__Occupation *[]){ __VA_ARGS__ })

static Occupare__V1__Occupation *
bare(const char *id, const char *title)
{
	return sample_bare(&f.arena, id, title);
}

/* Equal but for what the store sets: revision, time, ids of sources. */
static void
assert_same(const Occupare__V1__Occupation *given, const Occupare__V1__Occupation *got)
{
	uint8_t *packed[2];
	size_t size[2];

	assert_non_null(got);
	for (int i = 0; i < 2; i++) {
		Occupare__V1__Occupation copy = i == 0 ? *given : *got;

		copy.revision = 0;
		copy.update_time = NULL;
		size[i] = occupare__v1__occupation__get_packed_size(&copy);
		packed[i] = occ_arena_alloc(&f.arena, size[i]);
		occupare__v1__occupation__pack(&copy, packed[i]);
	}
	assert_int_equal(size[0], size[1]);
	assert_memory_equal(packed[0], packed[1], size[0]);
}

static uint64_t
generation(void)
{
	return fixture_dataset(&f)->generation;
}

static Occupare__V1__Occupation *
with_source(Occupare__V1__Occupation *record, uint32_t id, const char *title)
{
	Occupare__V1__Source *source = occ_arena_alloc(&f.arena, sizeof *source);

	occupare__v1__source__init(source);
	source->id = id;
	source->title = occ_arena_strdup(&f.arena, title);
	record->sources = occ_arena_calloc(&f.arena, 1, sizeof(Occupare__V1__Source *));
	record->sources[0] = source;
	record->n_sources = 1;
	record->job_satisfaction = sample_figure_of(&f.arena, 4, 0, id);
	return record;
}

/* ---- Calls ---- */

static void
test_created_record_is_read_back(void **state)
{
	Occupare__V1__Occupation *record = sample_patient_services_manager(&f.arena), *got;

	(void)state;
	fixture_add_alias(&f, record, "Patient Experience Lead");
	create(record);
	got = fixture_get(&f, record->id);
	assert_same(record, got);
	assert_int_equal(got->revision, 1);
	assert_non_null(got->update_time);
}

static void
test_get_without_aliases_leaves_them_out(void **state)
{
	Occupare__V1__Occupation *record = bare("nurse", "Nurse"), *got;
	struct occupare_status st = { 0 };
	struct store_bytes bytes;

	(void)state;
	fixture_add_alias(&f, record, "RN");
	create(record);
	fixture_read(&f);
	assert_int_equal(store_get(&f.arena, f.txn, "nurse", false, &got, &st), OCCUPARE_OK);
	assert_int_equal(got->n_aliases, 0);
	assert_int_equal(store_get_bytes(f.txn, "nurse", &bytes, &st), OCCUPARE_OK);
	assert_int_equal(bytes.length, occupare__v1__occupation__get_packed_size(got));
}

static void
test_get_unknown_id_is_not_found(void **state)
{
	Occupare__V1__Occupation *got = NULL;
	struct occupare_status st = { 0 };
	char longer[700];

	(void)state;
	memset(longer, 'a', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	fixture_read(&f);
	assert_int_equal(store_get(&f.arena, f.txn, "nobody", true, &got, &st), OCCUPARE_NOT_FOUND);
	assert_string_equal(st.resource_name, "nobody");
	assert_int_equal(store_get(&f.arena, f.txn, longer, true, &got, &st), OCCUPARE_NOT_FOUND);
	assert_int_equal(store_get(&f.arena, f.txn, "", true, &got, &st), OCCUPARE_NOT_FOUND);
	assert_null(got);
}

static void
test_create_makes_the_id_from_the_title(void **state)
{
	(void)state;
	assert_string_equal(create(bare("", "Régisseur vs. Producer, Film"))->id, "regisseur-versus-producer-film");
}

static void
test_create_of_the_same_is_ok_and_changes_nothing(void **state)
{
	Occupare__V1__Occupation *record = sample_registered_nurses(&f.arena);

	(void)state;
	create(record);
	assert_int_equal(create(record)->revision, 1);
	assert_int_equal(generation(), 1);
}

static void
test_create_of_something_different_already_exists(void **state)
{
	Occupare__V1__Occupation *ret;
	struct occupare_status st;

	(void)state;
	create(bare("nurse", "Nurse"));
	fixture_create(&f, bare("nurse", "Night Nurse"), &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_ALREADY_EXISTS);
	assert_string_equal(fixture_get(&f, "nurse")->title, "Nurse");
	assert_int_equal(generation(), 1);
}

static void
test_refused_record_leaves_no_trace(void **state)
{
	Occupare__V1__Occupation *record = with_source(bare("nurse", "Nurse"), 7, "A source"), *ret;
	struct occupare_status st;

	(void)state;
	create(bare("nurse", "Nurse"));
	fixture_create(&f, record, &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_ALREADY_EXISTS);
	assert_int_equal(fixture_dataset(&f)->n_sources, 0);
	record->job_satisfaction->value = 9;
	fixture_update(&f, record, 0, false, &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "job_satisfaction");
}

static void
test_update_replaces_the_whole_record(void **state)
{
	Occupare__V1__Occupation *record = sample_patient_services_manager(&f.arena);
	Occupare__V1__Occupation *less = bare(record->id, "Manager of Patient Services"), *got;

	(void)state;
	create(record);
	assert_int_equal(update(less)->revision, 2);
	got = fixture_get(&f, record->id);
	assert_same(less, got);
	assert_int_equal(got->revision, 2);
}

static void
test_update_without_a_change_keeps_the_revision(void **state)
{
	Occupare__V1__Occupation *record = sample_registered_nurses(&f.arena);

	(void)state;
	create(record);
	assert_int_equal(update(record)->revision, 1);
	assert_int_equal(generation(), 1);
}

static void
test_stale_etag_is_aborted(void **state)
{
	Occupare__V1__Occupation *ret;
	struct occupare_status st;

	(void)state;
	create(bare("nurse", "Nurse"));
	update(bare("nurse", "Day Nurse"));
	fixture_update(&f, bare("nurse", "Night Nurse"), 1, false, &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_ABORTED);
	assert_string_equal(occupare_status_metadata_get(&st, "revision"), "2");
	fixture_delete(&f, "nurse", 1, false, &st);
	ASSERT_CODE(&st, OCCUPARE_ABORTED);
	fixture_update(&f, bare("nurse", "Night Nurse"), 2, false, &ret, &st);
	ASSERT_OK(&st);
}

static void
test_etag_of_a_deleted_record_never_matches_its_successor(void **state)
{
	Occupare__V1__Occupation *ret;
	struct occupare_status st;

	(void)state;
	create(bare("nurse", "Nurse"));
	delete ("nurse");
	assert_int_equal(create(bare("nurse", "Nurse"))->revision, 3);
	fixture_update(&f, bare("nurse", "Night Nurse"), 1, true, &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_ABORTED);
}

static void
test_update_of_what_is_missing(void **state)
{
	Occupare__V1__Occupation *ret;
	struct occupare_status st;

	(void)state;
	fixture_update(&f, bare("nurse", "Nurse"), 0, false, &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	fixture_update(&f, bare("nurse", "Nurse"), 5, true, &ret, &st);
	ASSERT_CODE(&st, OCCUPARE_ABORTED);
	fixture_update(&f, bare("nurse", "Nurse"), 0, true, &ret, &st);
	ASSERT_OK(&st);
	assert_non_null(fixture_get(&f, "nurse"));
}

static void
test_deleted_record_is_gone_from_everywhere(void **state)
{
	Occupare__V1__Occupation *record = sample_registered_nurses(&f.arena);
	struct occupare_status st = { 0 };
	struct store_match *matches;
	size_t count;

	(void)state;
	create(record);
	delete (record->id);
	assert_null(fixture_get(&f, record->id));
	assert_int_equal(store_find(&f.arena, f.txn, record->title, 9, &matches, &count, &st), OCCUPARE_NOT_FOUND);
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 0);
	assert_int_equal(fixture_dataset(&f)->counts->codes, 0);
	assert_int_equal(fixture_dataset(&f)->n_sources, 0);
	fixture_delete(&f, record->id, 0, false, &st);
	ASSERT_CODE(&st, OCCUPARE_NOT_FOUND);
	fixture_delete(&f, record->id, 0, true, &st);
	ASSERT_OK(&st);
	assert_int_equal(generation(), 2);
}

/* ---- Batches ---- */

struct titled {
	const char *id;
	const char *title;
	unsigned calls;
	bool refuse; /* after having written */
	struct occupare_status st;
};

static enum occupare_code
apply_titled(struct store_txn *txn, void *item)
{
	struct titled *titled = item;
	Occupare__V1__Occupation *ret;

	titled->calls++;
	occupare_status_clear(&titled->st);
	if (store_create(&f.arena, txn, bare(titled->id, titled->title), &ret, &titled->st) != OCCUPARE_OK)
		return titled->st.code;
	return titled->refuse ? OCCUPARE_CANCELLED : OCCUPARE_OK;
}

static void
test_refused_item_leaves_the_rest_of_its_batch(void **state)
{
	struct titled a = { .id = "a", .title = "A" }, b = { .id = "b", .title = "B", .refuse = true },
		      c = { .id = "a", .title = "Other" }, d = { .id = "d", .title = "D" };
	void *items[] = { &a, &b, &c, &d };
	struct occupare_status st = { 0 };

	(void)state;
	assert_int_equal(store_write(f.store, apply_titled, items, 4, &st), OCCUPARE_OK);
	ASSERT_CODE(&c.st, OCCUPARE_ALREADY_EXISTS);
	assert_non_null(fixture_get(&f, "a"));
	assert_null(fixture_get(&f, "b"));
	assert_non_null(fixture_get(&f, "d"));
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 2);
	assert_int_equal(generation(), 2);
}

static enum occupare_code
apply_reading_dataset(struct store_txn *txn, void *item)
{
	Occupare__V1__Occupation *ret;
	Occupare__V1__Dataset *dataset;
	struct occupare_status st = { 0 };

	if (store_create(&f.arena, txn, bare("nurse", "Nurse"), &ret, &st) != OCCUPARE_OK ||
	    store_dataset(&f.arena, txn, false, &dataset, &st) != OCCUPARE_OK)
		return st.code;
	*(uint64_t *)item = dataset->generation * 100 + dataset->counts->occupations;
	return OCCUPARE_OK;
}

static void
test_dataset_within_a_write_counts_what_it_wrote(void **state)
{
	uint64_t seen = 0;
	void *item = &seen;
	struct occupare_status st = { 0 };

	(void)state;
	assert_int_equal(store_write(f.store, apply_reading_dataset, &item, 1, &st), OCCUPARE_OK);
	assert_int_equal(seen, 101);
}

static void *
rename_nurse(void *data)
{
	(void)data;
	update(bare("nurse", "Night Nurse"));
	return NULL;
}

static void
test_reader_sees_one_snapshot(void **state)
{
	pthread_t writer;
	Occupare__V1__Occupation *got = NULL;
	struct store_txn *txn = NULL;
	struct occupare_status st = { 0 };

	(void)state;
	create(bare("nurse", "Nurse"));
	assert_int_equal(store_txn_new(f.store, &txn, &st), OCCUPARE_OK);
	assert_int_equal(store_read_begin(txn, &st), OCCUPARE_OK);
	assert_int_equal(pthread_create(&writer, NULL, rename_nurse, NULL), 0);
	pthread_join(writer, NULL);
	assert_int_equal(store_get(&f.arena, txn, "nurse", true, &got, &st), OCCUPARE_OK);
	assert_string_equal(got->title, "Nurse");
	store_read_end(txn);
	assert_int_equal(store_read_begin(txn, &st), OCCUPARE_OK);
	assert_int_equal(store_get(&f.arena, txn, "nurse", true, &got, &st), OCCUPARE_OK);
	assert_string_equal(got->title, "Night Nurse");
	store_txn_free(txn);
}

/* ---- Sources ---- */

static void
test_equal_sources_get_one_id_of_the_store(void **state)
{
	Occupare__V1__Occupation *a = create(with_source(bare("a", "A"), 42, "One"));
	Occupare__V1__Occupation *b = create(with_source(bare("b", "B"), 7, "Two"));
	Occupare__V1__Occupation *c = create(with_source(bare("c", "C"), 9, "One"));

	(void)state;
	assert_int_equal(a->sources[0]->id, 1);
	assert_int_equal(a->job_satisfaction->source, 1);
	assert_int_equal(b->sources[0]->id, 2);
	assert_int_equal(b->job_satisfaction->source, 2);
	assert_int_equal(c->job_satisfaction->source, 1);
	assert_int_equal(fixture_dataset(&f)->n_sources, 2);
}

static void
test_source_goes_with_its_last_use_and_its_id_is_not_given_again(void **state)
{
	(void)state;
	create(with_source(bare("a", "A"), 1, "One"));
	create(with_source(bare("b", "B"), 1, "Two"));
	delete ("b");
	assert_int_equal(fixture_dataset(&f)->counts->sources, 1);
	assert_int_equal(create(with_source(bare("c", "C"), 1, "Three"))->sources[0]->id, 3);
}

static void
test_source_stays_while_the_one_record_that_has_it_changes(void **state)
{
	Occupare__V1__Occupation *record = with_source(bare("a", "A"), 1, "One");

	(void)state;
	create(record);
	record->summary = occ_arena_strdup(&f.arena, "What an A does.");
	assert_int_equal(update(record)->sources[0]->id, 1);
	assert_string_equal(fixture_dataset(&f)->sources[0]->title, "One");
}

static void
test_equal_sources_of_one_record_become_one(void **state)
{
	Occupare__V1__Occupation *record = with_source(bare("a", "A"), 5, "One"), *other = bare("b", "B"), *got;
	Occupare__V1__Source *sources[2];

	(void)state;
	sources[0] = record->sources[0];
	sources[1] = with_source(other, 6, "One")->sources[0];
	record->sources = sources;
	record->n_sources = 2;
	record->job_satisfaction->source = 6;
	got = create(record);
	assert_int_equal(got->n_sources, 1);
	assert_int_equal(got->job_satisfaction->source, got->sources[0]->id);
	create(record);
	assert_int_equal(generation(), 1);
	delete ("a");
	assert_int_equal(fixture_dataset(&f)->n_sources, 0);
}

/* What the store says of its sources is an answer, too. */
static void
test_sources_of_hidden_layers_move_the_generation(void **state)
{
	uint64_t before;

	(void)state;
	IMPORT("onet", false, with_source(bare("a", "A"), 1, "One"), bare("b", "B"));
	delete ("a");
	before = generation();
	IMPORT("onet", false, bare("b", "B"));
	assert_int_equal(generation(), before + 1);
	assert_int_equal(fixture_dataset(&f)->n_sources, 0);
	IMPORT("onet", false, with_source(bare("a", "A"), 1, "Two"), bare("b", "B"));
	assert_int_equal(generation(), before + 2);
	assert_string_equal(fixture_dataset(&f)->sources[0]->title, "Two");
	assert_null(fixture_get(&f, "a"));
}

/* ---- Imports ---- */

static void
test_record_that_all_its_sources_make_too_large_is_refused(void **state)
{
	Occupare__V1__Occupation *duties = bare("a", "A"), *skills = bare("a", "");
	struct fixture_load load = { .origin = "onet", .occupations = &skills, .occupations_count = 1 };
	char *duty = occ_arena_calloc(&f.arena, 9001, 1);
	struct store_import_counts counts;
	struct occupare_status st;

	(void)state;
	memset(duty, 'x', 9000);
	duties->n_responsibilities = 100;
	duties->responsibilities = occ_arena_calloc(&f.arena, 100, sizeof(char *));
	for (size_t i = 0; i < 100; i++)
		duties->responsibilities[i] = duty;
	for (size_t i = 0; i < 1000; i++)
		fixture_add_alias(&f, skills, occ_arena_printf(&f.arena, "%zu%.190s", i, duty));
	IMPORT("json", true, duties);
	fixture_import(&f, &load, &counts, &st);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	ASSERT_HAS(st.message, "what all sources say of a takes more than 1048576 bytes");
	assert_int_equal(fixture_get(&f, "a")->n_aliases, 0);
}

static void
test_import_counts_what_it_did(void **state)
{
	struct store_import_counts counts;

	(void)state;
	IMPORT("onet", false, bare("a", "A"), bare("b", "B"), bare("c", "C"));
	counts = IMPORT("onet", false, bare("a", "A"), bare("b", "Bee"), bare("d", "D"));
	assert_int_equal(counts.occupations_read, 3);
	assert_int_equal(counts.occupations_unchanged, 1);
	assert_int_equal(counts.occupations_changed, 1);
	assert_int_equal(counts.occupations_added, 1);
	assert_int_equal(counts.occupations_removed, 1);
	assert_null(fixture_get(&f, "c"));
	assert_int_equal(generation(), 2);
}

static void
test_import_of_the_same_moves_nothing(void **state)
{
	Occupare__V1__Occupation *nurses = sample_registered_nurses(&f.arena);
	Occupare__V1__Occupation *manager = sample_patient_services_manager(&f.arena);
	uint64_t revision;

	(void)state;
	IMPORT("onet", false, nurses, manager);
	revision = fixture_get(&f, nurses->id)->revision;
	assert_int_equal(IMPORT("onet", false, manager, nurses).occupations_unchanged, 2);
	assert_int_equal(fixture_get(&f, nurses->id)->revision, revision);
	assert_int_equal(generation(), 1);
}

static void
test_import_that_keeps_leaves_what_it_does_not_name(void **state)
{
	(void)state;
	IMPORT("json", true, bare("a", "A"));
	IMPORT("json", true, bare("b", "B"));
	assert_non_null(fixture_get(&f, "a"));
	IMPORT("json", false, bare("b", "B"));
	assert_null(fixture_get(&f, "a"));
}

static void
test_import_drops_the_layers_of_its_own_origin_alone(void **state)
{
	Occupare__V1__Occupation *title_only = bare("a", "A"), *summary_only = bare("a", "");

	(void)state;
	summary_only->summary = occ_arena_strdup(&f.arena, "What an A does.");
	IMPORT("onet", false, title_only);
	IMPORT("oews", false, summary_only);
	assert_string_equal(fixture_get(&f, "a")->summary, "What an A does.");
	IMPORT("oews", false, bare("b", "B"));
	assert_string_equal(fixture_get(&f, "a")->title, "A");
	assert_string_equal(fixture_get(&f, "a")->summary, "");
	/* Nor does it count what it leaves alone. */
	assert_int_equal(IMPORT("oews", false, bare("b", "B")).occupations_unchanged, 1);
}

static void
test_last_of_two_records_in_one_import_counts(void **state)
{
	(void)state;
	IMPORT("json", true, bare("a", "First"), bare("a", "Last"));
	assert_string_equal(fixture_get(&f, "a")->title, "Last");
	assert_int_equal(IMPORT("json", true, bare("a", "First"), bare("a", "Last")).occupations_unchanged, 1);
	assert_int_equal(generation(), 1);
}

static void
test_failed_import_changes_nothing(void **state)
{
	Occupare__V1__Occupation *records[] = { bare("b", "B"), bare("NOT A SLUG", "C") };
	struct fixture_load load = { .origin = "json", .occupations = records, .occupations_count = 2 };
	struct store_import_counts counts;
	struct occupare_status st;

	(void)state;
	IMPORT("json", false, bare("a", "A"));
	fixture_import(&f, &load, &counts, &st);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_non_null(fixture_get(&f, "a"));
	assert_null(fixture_get(&f, "b"));
	assert_int_equal(generation(), 1);
}

static void
test_import_refuses_an_origin_that_is_written_by_calls(void **state)
{
	struct fixture_load load = { .origin = "manual" };
	struct store_import_counts counts;
	struct occupare_status st;

	(void)state;
	fixture_import(&f, &load, &counts, &st);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	load.origin = "rumour";
	fixture_import(&f, &load, &counts, &st);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
}

static void
test_deleted_record_is_not_brought_back_by_an_import(void **state)
{
	Occupare__V1__Occupation *nurses = bare("", "Registered Nurses"), *renamed = bare("", "Nurses, Registered");

	(void)state;
	fixture_add_code(&f, nurses, "ONETSOC2019", "29-1141.00");
	fixture_add_code(&f, renamed, "ONETSOC2019", "29-1141.00");
	IMPORT("onet", false, nurses);
	delete ("registered-nurses");
	IMPORT("onet", false, nurses);
	IMPORT("onet", false, renamed);
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 0);
}

static void
test_recreated_record_is_what_was_given(void **state)
{
	Occupare__V1__Occupation *full = sample_registered_nurses(&f.arena), *less = bare(full->id, "Nurses");

	(void)state;
	IMPORT("onet", false, full);
	delete (full->id);
	create(less);
	assert_same(less, fixture_get(&f, full->id));
}

/* ---- Which occupation an imported record is about ---- */

static Occupare__V1__Occupation *
coded(const char *title, const char *system, const char *code)
{
	Occupare__V1__Occupation *record = bare("", title);

	fixture_add_code(&f, record, system, code);
	return record;
}

static void
test_import_keeps_the_id_when_the_title_changes(void **state)
{
	(void)state;
	IMPORT("onet", false, coded("Registered Nurses", "ONETSOC2019", "29-1141.00"));
	IMPORT("onet", false, coded("Nurses, Registered", "ONETSOC2019", "29-1141.00"));
	assert_string_equal(fixture_get(&f, "registered-nurses")->title, "Nurses, Registered");
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 1);
}

static void
test_finer_occupations_of_one_soc_code_stay_apart(void **state)
{
	Occupare__V1__Occupation *nurses = coded("Registered Nurses", "ONETSOC2019", "29-1141.00");
	Occupare__V1__Occupation *acute = coded("Acute Care Nurses", "ONETSOC2019", "29-1141.01");

	(void)state;
	fixture_add_code(&f, nurses, "SOC2018", "29-1141");
	fixture_add_code(&f, acute, "SOC2018", "29-1141");
	IMPORT("onet", false, nurses, acute);
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 2);
	/* A bare SOC code means the main one. */
	IMPORT("oews", false, coded("Nurses", "SOC2018", "29-1141"));
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 2);
	assert_string_equal(fixture_get(&f, "registered-nurses")->title, "Nurses");
	/* Unless the title is that of a finer one. */
	acute = coded("Acute Care Nurses", "SOC2018", "29-1141");
	acute->summary = occ_arena_strdup(&f.arena, "Care for the acutely ill.");
	IMPORT("oews", false, acute);
	assert_string_equal(fixture_get(&f, "acute-care-nurses")->summary, acute->summary);
	assert_string_equal(fixture_get(&f, "registered-nurses")->title, "Registered Nurses");
}

static void
test_onet_record_finds_one_that_has_only_a_soc_code(void **state)
{
	Occupare__V1__Occupation *onet = coded("Registered Nurses", "ONETSOC2019", "29-1141.00");

	(void)state;
	fixture_add_code(&f, onet, "SOC2018", "29-1141");
	IMPORT("json", true, coded("Nurses of All Kinds", "SOC2018", "29-1141"));
	IMPORT("onet", false, onet);
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 1);
	assert_string_equal(fixture_get(&f, "nurses-of-all-kinds")->title, "Nurses of All Kinds");
}

static void
test_stated_ids_are_never_merged(void **state)
{
	Occupare__V1__Occupation *a = bare("a", "A"), *b = bare("b", "B");

	(void)state;
	fixture_add_code(&f, a, "SOC2018", "11-9111");
	fixture_add_code(&f, b, "SOC2018", "11-9111");
	IMPORT("json", true, a, b);
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 2);
}

static void
test_same_title_with_another_code_gets_an_id_of_its_own(void **state)
{
	(void)state;
	IMPORT("onet", false, coded("Managers, All Other", "ONETSOC2019", "11-9199.00"),
	    coded("Managers, All Other", "ONETSOC2019", "11-9198.00"));
	assert_int_equal(fixture_dataset(&f)->counts->occupations, 2);
	assert_int_equal(IMPORT("onet", false, coded("Managers, All Other", "ONETSOC2019", "11-9199.00"),
			     coded("Managers, All Other", "ONETSOC2019", "11-9198.00"))
			     .occupations_unchanged,
	    2);
}

static void
test_new_record_without_title_is_refused(void **state)
{
	Occupare__V1__Occupation *record = coded("", "SOC2018", "11-9111");
	struct fixture_load load = { .origin = "oews", .occupations = &record, .occupations_count = 1 };
	struct store_import_counts counts;
	struct occupare_status st;

	(void)state;
	fixture_import(&f, &load, &counts, &st);
	ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);
	assert_string_equal(st.violations[0].field, "title");
}

/* ---- Corrections above an import ---- */

/* Any record that check.h passes. */
static Occupare__V1__Occupation *
random_record(uint64_t *seed)
{
	Occupare__V1__Occupation *record = sample_random(&f.arena, seed);

	if (record->salary != NULL && record->salary->currency_code[0] == '\0')
		record->salary->currency_code = occ_arena_strdup(&f.arena, "USD");
	return record;
}

/* Whatever is given to an update is what is read, whatever lies below, and stays so when the release comes again. */
static void
test_random_corrections_are_read_as_given_and_stay(void **state)
{
	uint64_t seed = 20240517;

	(void)state;
	for (unsigned round = 0; round < 150; round++) {
		Occupare__V1__Occupation *below = random_record(&seed), *given = random_record(&seed);

		given->id = below->id;
		for (uint64_t i = sample_next(&seed) % 4; i > 0; i--) {
			char alias[32];

			snprintf(alias, sizeof alias, "Alias %u", (unsigned)i);
			fixture_add_alias(&f, round % 2 == 0 ? below : given, alias);
		}
		IMPORT("onet", true, below);
		update(given);
		Occupare__V1__Occupation *read = fixture_get(&f, given->id);
		/* Sent back as read, it is the same: ids of sources are then the store's. */
		assert_int_equal(update(read)->revision, read->revision);
		assert_int_equal(read->n_skills, given->n_skills);
		assert_string_equal(read->summary, given->summary);
		Occupare__V1__Occupation *edited = fixture_get(&f, given->id);
		if (round % 3 == 0)
			edited->salary = NULL;
		if (round % 5 == 0) {
			edited->n_skills /= 2;
			edited->education = NULL;
		}
		if (round % 7 == 0)
			edited->n_aliases = 0;
		update(edited);
		assert_same(edited, fixture_get(&f, given->id));
		IMPORT("onet", true, below);
		assert_same(edited, fixture_get(&f, given->id));
		if (round % 50 == 0)
			fixture_verify(&f);
	}
}

#define RANDOM_IDS 6u

/* Any order of calls and imports: what was last written by call is what is read, what was deleted by call is gone, and
 * indexes, counts and sources are as if made anew. */
static void
test_random_writes_leave_a_store_that_verifies(void **state)
{
	static const char *const origins[] = { "onet", "oews", "json" };
	Occupare__V1__Occupation *written[RANDOM_IDS] = { NULL };
	bool deleted[RANDOM_IDS] = { false };
	uint64_t seed = 777;

	(void)state;
	for (unsigned round = 0; round < 150; round++) {
		unsigned i = (unsigned)(sample_next(&seed) % RANDOM_IDS);
		Occupare__V1__Occupation *record = random_record(&seed), *ret;
		struct occupare_status st;

		record->id = occ_arena_printf(&f.arena, "o-%u", i);
		fixture_add_alias(&f, record, i % 2 == 0 ? "Shared Alias" : "Another");
		fixture_add_code(&f, record, "ONETSOC2019", occ_arena_printf(&f.arena, "11-100%u.00", i));
		switch (sample_next(&seed) % 4) {
		case 0:
			deleted[i] |= fixture_get(&f, record->id) != NULL;
			fixture_delete(&f, record->id, 0, true, &st);
			ASSERT_OK(&st);
			written[i] = NULL;
			break;
		case 1:
			fixture_update(&f, record, 0, true, &ret, &st);
			ASSERT_OK(&st);
			written[i] = fixture_get(&f, record->id);
			deleted[i] = false;
			break;
		default:
			IMPORT(origins[sample_next(&seed) % 3], sample_next(&seed) % 3 != 0, record);
		}
		for (unsigned j = 0; j < RANDOM_IDS; j++) {
			Occupare__V1__Occupation *got = fixture_get(&f, occ_arena_printf(&f.arena, "o-%u", j));

			if (deleted[j])
				assert_null(got);
			if (written[j] != NULL)
				assert_string_equal(got->title, written[j]->title);
		}
		if (round % 20 == 19)
			fixture_verify(&f);
	}
}

static void
test_correction_leaves_other_fields_to_the_next_release(void **state)
{
	Occupare__V1__Occupation *first = bare("nurse", "Nurse"), *second = bare("nurse", "Nurse"), *corrected;

	(void)state;
	first->summary = occ_arena_strdup(&f.arena, "Old summary.");
	first->singular = occ_arena_strdup(&f.arena, "old nurse");
	second->summary = occ_arena_strdup(&f.arena, "New summary.");
	second->singular = occ_arena_strdup(&f.arena, "new nurse");
	IMPORT("onet", false, first);
	corrected = fixture_get(&f, "nurse");
	corrected->singular = occ_arena_strdup(&f.arena, "nurse");
	update(corrected);
	IMPORT("onet", false, second);
	assert_string_equal(fixture_get(&f, "nurse")->summary, "New summary.");
	assert_string_equal(fixture_get(&f, "nurse")->singular, "nurse");
}

static void
test_update_back_to_the_release_lifts_the_correction(void **state)
{
	(void)state;
	IMPORT("onet", false, bare("nurse", "Nurse"));
	update(bare("nurse", "Night Nurse"));
	update(bare("nurse", "Nurse"));
	IMPORT("onet", false, bare("nurse", "Nurse of the Next Release"));
	assert_string_equal(fixture_get(&f, "nurse")->title, "Nurse of the Next Release");
}

/* ---- Generations ---- */

static void
test_dataset_of_an_empty_store(void **state)
{
	Occupare__V1__Dataset *dataset = fixture_dataset(&f);

	(void)state;
	assert_int_equal(dataset->generation, 0);
	assert_int_equal(dataset->schema_version, STORE_SCHEMA_VERSION);
	assert_int_equal(dataset->counts->occupations, 0);
	assert_int_equal(dataset->n_sources, 0);
}

static void
test_what_was_written_is_there_after_opening_again(void **state)
{
	(void)state;
	create(bare("nurse", "Nurse"));
	fixture_shut(&f);
	fixture_open(&f);
	assert_string_equal(fixture_get(&f, "nurse")->title, "Nurse");
	assert_int_equal(generation(), 1);
	assert_int_equal(create(bare("b", "B"))->revision, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, verify_and_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_created_record_is_read_back),
		TEST(test_get_without_aliases_leaves_them_out),
		TEST(test_get_unknown_id_is_not_found),
		TEST(test_create_makes_the_id_from_the_title),
		TEST(test_create_of_the_same_is_ok_and_changes_nothing),
		TEST(test_create_of_something_different_already_exists),
		TEST(test_refused_record_leaves_no_trace),
		TEST(test_update_replaces_the_whole_record),
		TEST(test_update_without_a_change_keeps_the_revision),
		TEST(test_stale_etag_is_aborted),
		TEST(test_etag_of_a_deleted_record_never_matches_its_successor),
		TEST(test_update_of_what_is_missing),
		TEST(test_deleted_record_is_gone_from_everywhere),
		TEST(test_refused_item_leaves_the_rest_of_its_batch),
		TEST(test_dataset_within_a_write_counts_what_it_wrote),
		TEST(test_reader_sees_one_snapshot),
		TEST(test_equal_sources_get_one_id_of_the_store),
		TEST(test_source_goes_with_its_last_use_and_its_id_is_not_given_again),
		TEST(test_source_stays_while_the_one_record_that_has_it_changes),
		TEST(test_equal_sources_of_one_record_become_one),
		TEST(test_sources_of_hidden_layers_move_the_generation),
		TEST(test_record_that_all_its_sources_make_too_large_is_refused),
		TEST(test_import_counts_what_it_did),
		TEST(test_import_of_the_same_moves_nothing),
		TEST(test_import_that_keeps_leaves_what_it_does_not_name),
		TEST(test_import_drops_the_layers_of_its_own_origin_alone),
		TEST(test_last_of_two_records_in_one_import_counts),
		TEST(test_failed_import_changes_nothing),
		TEST(test_import_refuses_an_origin_that_is_written_by_calls),
		TEST(test_deleted_record_is_not_brought_back_by_an_import),
		TEST(test_recreated_record_is_what_was_given),
		TEST(test_import_keeps_the_id_when_the_title_changes),
		TEST(test_finer_occupations_of_one_soc_code_stay_apart),
		TEST(test_onet_record_finds_one_that_has_only_a_soc_code),
		TEST(test_stated_ids_are_never_merged),
		TEST(test_same_title_with_another_code_gets_an_id_of_its_own),
		TEST(test_new_record_without_title_is_refused),
		TEST(test_random_corrections_are_read_as_given_and_stay),
		TEST(test_random_writes_leave_a_store_that_verifies),
		TEST(test_correction_leaves_other_fields_to_the_next_release),
		TEST(test_update_back_to_the_release_lifts_the_correction),
		TEST(test_dataset_of_an_empty_store),
		TEST(test_what_was_written_is_there_after_opening_again),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}

/* Merging of layers: precedence, sections, units, cleared paths, sources, and the law that ties difference to merge. */
#include "tests/support/test.h"

#include <stdlib.h>

#include "store/layers.h"

#define LAYERS_MAX 4

struct fixture {
	struct occ_arena arena;
	Occupare__Store__V1__Layer layers[LAYERS_MAX];
	const Occupare__Store__V1__Layer *list[LAYERS_MAX];
};

static int
setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	if (fixture == NULL)
		return -1;
	occ_arena_init(&fixture->arena, 1 << 16, 1 << 24);
	for (int i = 0; i < LAYERS_MAX; i++) {
		occupare__store__v1__layer__init(&fixture->layers[i]);
		fixture->list[i] = &fixture->layers[i];
	}
	*state = fixture;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;

	occ_arena_fini(&fixture->arena);
	free(fixture);
	return 0;
}

#define NEW(arena, name) ((void *)init_message((arena), &occupare__v1__##name##__descriptor))

static ProtobufCMessage *
init_message(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
	ProtobufCMessage *message = occ_arena_alloc(arena, descriptor->sizeof_message);

	protobuf_c_message_init(descriptor, message);
	return message;
}

static Occupare__V1__Figure *
figure(struct occ_arena *arena, double value, uint32_t source)
{
	Occupare__V1__Figure *result = NEW(arena, figure);

	result->value = value;
	result->source = source;
	return result;
}

/* An occupation in layer i, with an id, and a title where one is given. */
static Occupare__V1__Occupation *
layer(struct fixture *fixture, int i, const char *title)
{
	Occupare__V1__Occupation *occupation = NEW(&fixture->arena, occupation);

	occupation->id = "nurse";
	if (title != NULL)
		occupation->title = occ_arena_strdup(&fixture->arena, title);
	fixture->layers[i].occupation = occupation;
	return occupation;
}

static void
add_source(struct fixture *fixture, Occupare__V1__Occupation *occupation, uint32_t id)
{
	Occupare__V1__Source **sources = occ_arena_calloc(
	    &fixture->arena, occupation->n_sources + 1, sizeof(Occupare__V1__Source *));

	for (size_t i = 0; i < occupation->n_sources; i++)
		sources[i] = occupation->sources[i];
	sources[occupation->n_sources] = NEW(&fixture->arena, source);
	sources[occupation->n_sources]->id = id;
	sources[occupation->n_sources]->title = occ_arena_printf(&fixture->arena, "source %u", id);
	occupation->sources = sources;
	occupation->n_sources++;
}

static void
clear_path(struct fixture *fixture, int i, const char *path)
{
	char **cleared = occ_arena_calloc(&fixture->arena, 1, sizeof(char *));

	cleared[0] = occ_arena_strdup(&fixture->arena, path);
	fixture->layers[i].cleared = cleared;
	fixture->layers[i].n_cleared = 1;
}

static Occupare__V1__Occupation *
merge(struct fixture *fixture, size_t count)
{
	return layers_merge(&fixture->arena, fixture->list, count);
}

static void
test_rank_follows_the_table_and_knows_no_others(void **state)
{
	(void)state;
	assert_int_equal(layers_rank("manual"), 0);
	assert_true(layers_rank("json") < layers_rank("oews"));
	assert_true(layers_rank("oews") < layers_rank("onet"));
	assert_int_equal(layers_rank("onetx"), -1);
	assert_int_equal(layers_rank(""), -1);
}

static void
test_no_layers_or_no_title_is_no_occupation(void **state)
{
	struct fixture *fixture = *state;

	assert_null(merge(fixture, 0));
	layer(fixture, 0, NULL);
	assert_null(merge(fixture, 1));
	fixture->layers[0].occupation = NULL;
	assert_null(merge(fixture, 1));
}

static void
test_singular_field_comes_from_the_highest_layer_that_has_it(void **state)
{
	struct fixture *fixture = *state;

	layer(fixture, 0, NULL)->summary = "high";
	layer(fixture, 1, "middle");
	layer(fixture, 2, "low")->summary = "low";
	assert_string_equal(merge(fixture, 3)->title, "middle");
	assert_string_equal(merge(fixture, 3)->summary, "high");
}

static void
test_section_merges_field_by_field(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Salary *high = NEW(&fixture->arena, salary), *low = NEW(&fixture->arena, salary);

	layer(fixture, 0, "t")->salary = high;
	layer(fixture, 1, "t")->salary = low;
	high->annual_mean = figure(&fixture->arena, 10, 0);
	low->annual_mean = figure(&fixture->arena, 20, 0);
	low->annual_p10 = figure(&fixture->arena, 5, 0);
	assert_true(merge(fixture, 2)->salary->annual_mean->value == 10);
	assert_true(merge(fixture, 2)->salary->annual_p10->value == 5);
	/* The layers themselves stay as they were. */
	assert_null(high->annual_p10);
}

static void
test_figure_is_taken_whole(void **state)
{
	struct fixture *fixture = *state;

	/* 0 is a value, and the source of another layer's figure is not its source. */
	layer(fixture, 0, "t")->job_satisfaction = figure(&fixture->arena, 0, 0);
	layer(fixture, 1, "t")->job_satisfaction = figure(&fixture->arena, 4, 7);
	assert_true(merge(fixture, 2)->job_satisfaction->value == 0);
	assert_int_equal(merge(fixture, 2)->job_satisfaction->source, 0);
}

static void
test_repeated_field_is_taken_whole(void **state)
{
	struct fixture *fixture = *state;
	char *high[] = { "a" }, *low[] = { "b", "c" };
	Occupare__V1__Occupation *occupation = layer(fixture, 0, "t");

	occupation->aliases = high;
	occupation->n_aliases = 1;
	occupation = layer(fixture, 1, "t");
	occupation->aliases = low;
	occupation->n_aliases = 2;
	assert_int_equal(merge(fixture, 2)->n_aliases, 1);
	assert_string_equal(merge(fixture, 2)->aliases[0], "a");
}

static void
test_years_of_a_projection_stay_with_its_growth(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Outlook *high = NEW(&fixture->arena, outlook), *low = NEW(&fixture->arena, outlook);

	layer(fixture, 0, "t")->outlook = high;
	layer(fixture, 1, "t")->outlook = low;
	high->growth_percent = figure(&fixture->arena, 28, 0);
	low->growth_percent = figure(&fixture->arena, 5, 0);
	low->from_year = 2024;
	low->employment = figure(&fixture->arena, 100, 0);
	assert_true(merge(fixture, 2)->outlook->growth_percent->value == 28);
	assert_int_equal(merge(fixture, 2)->outlook->from_year, 0);
	assert_true(merge(fixture, 2)->outlook->employment->value == 100);
}

static void
test_complete_list_of_duties_is_not_marked_as_going_on_by_a_lower_layer(void **state)
{
	struct fixture *fixture = *state;
	char *duties[] = { "Care." };
	Occupare__V1__Occupation *high = layer(fixture, 0, "t"), *low = layer(fixture, 1, "t");

	high->responsibilities = low->responsibilities = duties;
	high->n_responsibilities = low->n_responsibilities = 1;
	low->more_responsibilities = true;
	assert_false(merge(fixture, 2)->more_responsibilities);
}

static void
test_pay_of_another_currency_is_not_mixed_in(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Salary *high = NEW(&fixture->arena, salary), *low = NEW(&fixture->arena, salary);

	layer(fixture, 0, "t")->salary = high;
	layer(fixture, 1, "t")->salary = low;
	high->currency_code = "EUR";
	high->annual_mean = figure(&fixture->arena, 10, 0);
	low->currency_code = "USD";
	low->annual_p10 = figure(&fixture->arena, 5, 0);
	assert_null(merge(fixture, 2)->salary->annual_p10);
	low->currency_code = "EUR";
	assert_non_null(merge(fixture, 2)->salary->annual_p10);
}

static void
test_deletion_hides_what_is_below_and_serves_what_was_written_after_it(void **state)
{
	struct fixture *fixture = *state;

	fixture->layers[0].deleted = true;
	layer(fixture, 1, "below")->summary = "below";
	assert_null(merge(fixture, 2));
	layer(fixture, 0, "anew");
	assert_string_equal(merge(fixture, 2)->title, "anew");
	assert_string_equal(merge(fixture, 2)->summary, "");
}

static void
test_cleared_path_hides_only_what_is_below(void **state)
{
	struct fixture *fixture = *state;

	layer(fixture, 0, "t")->summary = "high";
	layer(fixture, 1, "t")->summary = "middle";
	layer(fixture, 1, "t")->singular = "low";
	clear_path(fixture, 0, "summary");
	assert_string_equal(merge(fixture, 2)->summary, "high");
	assert_string_equal(merge(fixture, 2)->singular, "low");
	layer(fixture, 0, "t");
	assert_string_equal(merge(fixture, 2)->summary, "");
}

static void
test_cleared_section_hides_all_of_it(void **state)
{
	struct fixture *fixture = *state;

	layer(fixture, 0, "t");
	layer(fixture, 1, "t")->salary = NEW(&fixture->arena, salary);
	fixture->layers[1].occupation->salary->annual_mean = figure(&fixture->arena, 1, 0);
	clear_path(fixture, 0, "salary");
	assert_null(merge(fixture, 2)->salary);
	clear_path(fixture, 0, "salary.annual_mean");
	assert_null(merge(fixture, 2)->salary == NULL ? NULL : merge(fixture, 2)->salary->annual_mean);
}

static void
test_sources_are_those_of_layers_that_gave_something_in_id_order(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Occupation *high = layer(fixture, 0, "t"), *middle = layer(fixture, 1, "t"),
				 *low = layer(fixture, 2, "t");

	add_source(fixture, high, 9);
	add_source(fixture, middle, 4); /* gives nothing: its title is hidden */
	add_source(fixture, low, 9);
	add_source(fixture, low, 2);
	low->summary = "low";
	Occupare__V1__Occupation *merged = merge(fixture, 3);
	assert_int_equal(merged->n_sources, 2);
	assert_int_equal(merged->sources[0]->id, 2);
	assert_int_equal(merged->sources[1]->id, 9);
}

static void
test_layer_that_only_says_whom_it_is_about_gives_no_sources(void **state)
{
	struct fixture *fixture = *state;

	add_source(fixture, layer(fixture, 0, NULL), 5);
	layer(fixture, 1, "t");
	assert_int_equal(merge(fixture, 2)->n_sources, 0);
}

static void
test_cleared_source_stays_while_a_figure_names_it(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Occupation *low;

	layer(fixture, 0, "t");
	clear_path(fixture, 0, "sources");
	low = layer(fixture, 1, NULL);
	add_source(fixture, low, 1);
	add_source(fixture, low, 2);
	low->job_satisfaction = figure(&fixture->arena, 3, 2);
	Occupare__V1__Occupation *merged = merge(fixture, 2);
	assert_int_equal(merged->n_sources, 1);
	assert_int_equal(merged->sources[0]->id, 2);
}

static uint32_t
add_hundred(void *data, uint32_t id)
{
	(*(int *)data)++;
	return id + 100;
}

static void
test_map_sources_reaches_every_figure_and_leaves_zero(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Occupation *occupation = layer(fixture, 0, "t");
	Occupare__V1__Skill *skill = NEW(&fixture->arena, skill), *skills[] = { skill };
	int calls = 0;

	skill->percent = figure(&fixture->arena, 1, 3);
	skill->level = figure(&fixture->arena, 1, 0);
	occupation->skills = skills;
	occupation->n_skills = 1;
	occupation->salary = NEW(&fixture->arena, salary);
	occupation->salary->top_city = NEW(&fixture->arena, top_payer);
	occupation->salary->top_city->annual_mean = figure(&fixture->arena, 1, 4);
	add_source(fixture, occupation, 5);
	layers_map_sources(&occupation->base, add_hundred, &calls);
	assert_int_equal(calls, 2);
	assert_int_equal(skill->percent->source, 103);
	assert_int_equal(skill->level->source, 0);
	assert_int_equal(occupation->salary->top_city->annual_mean->source, 104);
	assert_int_equal(occupation->sources[0]->id, 5);
}

/* ---- The law, over random records ---- */

#define ROUNDS 3000

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

static void fill(struct occ_arena *arena, uint64_t *seed, ProtobufCMessage *message);

static void
fill_value(struct occ_arena *arena, uint64_t *seed, const ProtobufCFieldDescriptor *field, void *at)
{
	static char *const texts[] = { "EUR", "USD", "x", "yy" };

	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		*(ProtobufCMessage **)at = init_message(arena, field->descriptor);
		fill(arena, seed, *(ProtobufCMessage **)at);
		break;
	case PROTOBUF_C_TYPE_STRING:
		*(char **)at = texts[draw(seed, 4)];
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		*(double *)at = 1 + draw(seed, 3);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		*(protobuf_c_boolean *)at = true;
		break;
	default: /* 32 bits: numbers and enums */
		*(uint32_t *)at = 1 + draw(seed, 3);
		break;
	}
}

/* Few distinct values, so that records often agree in a field. */
static void
fill(struct occ_arena *arena, uint64_t *seed, ProtobufCMessage *message)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		char *at = (char *)message + field->offset;

		if (strcmp(field->name, "revision") == 0 || strcmp(field->name, "update_time") == 0 ||
		    strcmp(field->name, "sources") == 0 || draw(seed, 2) == 0)
			continue;
		if (field->label != PROTOBUF_C_LABEL_REPEATED) {
			fill_value(arena, seed, field, at);
			continue;
		}
		size_t count = 1 + draw(seed, 2);
		*(size_t *)((char *)message + field->quantifier_offset) = count;
		*(void **)at = occ_arena_calloc(arena, count, sizeof(void *));
		for (size_t j = 0; j < count; j++)
			fill_value(arena, seed, field, *(char **)at + j * sizeof(void *));
	}
}

static Occupare__V1__Occupation *
random_record(struct fixture *fixture, uint64_t *seed)
{
	Occupare__V1__Occupation *occupation = NEW(&fixture->arena, occupation);

	fill(&fixture->arena, seed, &occupation->base);
	occupation->id = "nurse";
	if (occupation->title[0] == '\0')
		occupation->title = "t";
	/* Figures name sources 1 to 3; a text may come from another. */
	for (uint32_t id = 1; id <= 3 + draw(seed, 3); id++)
		add_source(fixture, occupation, id);
	return occupation;
}

static char *
packed(struct occ_arena *arena, const ProtobufCMessage *message, size_t *length)
{
	char *bytes = occ_arena_alloc(arena, protobuf_c_message_get_packed_size(message) + 1);

	*length = protobuf_c_message_pack(message, (uint8_t *)bytes);
	return bytes;
}

/* Merging a record alone gives its normal form: no empty sections, sources in order. */
static Occupare__V1__Occupation *
normal(struct occ_arena *arena, Occupare__V1__Occupation *record)
{
	Occupare__Store__V1__Layer alone;
	const Occupare__Store__V1__Layer *list[] = { &alone };

	occupare__store__v1__layer__init(&alone);
	alone.occupation = record;
	return layers_merge(arena, list, 1);
}

static void
assert_same_record(struct occ_arena *arena, Occupare__V1__Occupation *a, Occupare__V1__Occupation *b, int round)
{
	size_t length_a, length_b;
	const char *bytes_a = packed(arena, &a->base, &length_a), *bytes_b = packed(arena, &b->base, &length_b);

	if (length_a != length_b || memcmp(bytes_a, bytes_b, length_a) != 0)
		fail_msg("round %d: records differ (%zu and %zu bytes)", round, length_a, length_b);
}

static void
test_merge_of_the_difference_gives_the_record_back(void **state)
{
	struct fixture *fixture = *state;
	uint64_t seed = 20240519;

	for (int round = 0; round < ROUNDS; round++) {
		Occupare__V1__Occupation *given = random_record(fixture, &seed);

		fixture->layers[1].occupation = random_record(fixture, &seed);
		fixture->layers[2].occupation = random_record(fixture, &seed);
		Occupare__V1__Occupation *below = layers_merge(&fixture->arena, fixture->list + 1, 2);
		fixture->list[0] = layers_difference(&fixture->arena, given, below);
		assert_same_record(&fixture->arena, merge(fixture, 3), normal(&fixture->arena, given), round);
		occ_arena_reset(&fixture->arena);
	}
}

static void
test_difference_to_nothing_is_the_record(void **state)
{
	struct fixture *fixture = *state;
	uint64_t seed = 7;

	for (int round = 0; round < 200; round++) {
		Occupare__V1__Occupation *given = random_record(fixture, &seed);

		fixture->list[0] = layers_difference(&fixture->arena, given, NULL);
		assert_int_equal(fixture->list[0]->n_cleared, 0);
		assert_same_record(&fixture->arena, merge(fixture, 1), normal(&fixture->arena, given), round);
		occ_arena_reset(&fixture->arena);
	}
}

static void
test_difference_to_itself_holds_the_id_alone(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Occupation *only_id = NEW(&fixture->arena, occupation);
	uint64_t seed = 11;

	only_id->id = "nurse";
	for (int round = 0; round < 200; round++) {
		struct occ_arena arena;
		Occupare__V1__Occupation *given = random_record(fixture, &seed);
		Occupare__Store__V1__Layer *difference;

		occ_arena_init(&arena, 1 << 12, 1 << 20);
		difference = layers_difference(&arena, given, normal(&arena, given));
		assert_int_equal(difference->n_cleared, 0);
		assert_same_record(&arena, difference->occupation, only_id, round);
		occ_arena_fini(&arena);
	}
}

static void
test_merge_does_not_depend_on_how_lower_layers_were_merged(void **state)
{
	struct fixture *fixture = *state;
	uint64_t seed = 13;

	/* Without sources, whose union depends on which layer gave something, merging associates; currencies differ in
	 * what they drop, so all are alike here. */
	for (int round = 0; round < 500; round++) {
		for (int i = 0; i < 3; i++) {
			Occupare__V1__Occupation *record = random_record(fixture, &seed);

			record->n_sources = 0;
			if (record->salary != NULL)
				record->salary->currency_code = "USD";
			fixture->layers[i].occupation = record;
		}
		Occupare__V1__Occupation *all = merge(fixture, 3);
		fixture->layers[1].occupation = layers_merge(&fixture->arena, fixture->list + 1, 2);
		assert_same_record(&fixture->arena, all, merge(fixture, 2), round);
		occ_arena_reset(&fixture->arena);
	}
}

static void
test_correction_survives_a_new_release_and_the_rest_follows_it(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Occupation *release = layer(fixture, 1, "Nurse"), *given = layer(fixture, 0, "Nurse");

	release->summary = "old";
	release->singular = "nurse";
	given->summary = "corrected";
	fixture->list[0] = layers_difference(&fixture->arena, given, release);
	/* singular was taken away by the call and must not come back. */
	release->summary = "new";
	release->singular = "a nurse";
	release->plural = "nurses";
	release->title = "Registered Nurse";
	Occupare__V1__Occupation *merged = merge(fixture, 2);
	assert_string_equal(merged->summary, "corrected");
	assert_string_equal(merged->singular, "");
	assert_string_equal(merged->plural, "nurses");
	assert_string_equal(merged->title, "Registered Nurse");
}

static void
test_corrected_pay_keeps_its_currency(void **state)
{
	struct fixture *fixture = *state;
	Occupare__V1__Occupation *release = layer(fixture, 1, "Nurse"), *given = layer(fixture, 0, "Nurse");

	release->salary = NEW(&fixture->arena, salary);
	release->salary->currency_code = "USD";
	release->salary->annual_mean = figure(&fixture->arena, 1, 0);
	release->salary->annual_p10 = figure(&fixture->arena, 1, 0);
	given->salary = NEW(&fixture->arena, salary);
	given->salary->currency_code = "USD";
	given->salary->annual_mean = figure(&fixture->arena, 2, 0);
	given->salary->annual_p10 = release->salary->annual_p10;
	fixture->list[0] = layers_difference(&fixture->arena, given, release);
	release->salary->currency_code = "EUR";
	Occupare__V1__Salary *salary = merge(fixture, 2)->salary;
	assert_string_equal(salary->currency_code, "USD");
	assert_true(salary->annual_mean->value == 2);
	assert_null(salary->annual_p10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rank_follows_the_table_and_knows_no_others),
		TEST(test_no_layers_or_no_title_is_no_occupation),
		TEST(test_singular_field_comes_from_the_highest_layer_that_has_it),
		TEST(test_section_merges_field_by_field),
		TEST(test_figure_is_taken_whole),
		TEST(test_repeated_field_is_taken_whole),
		TEST(test_years_of_a_projection_stay_with_its_growth),
		TEST(test_complete_list_of_duties_is_not_marked_as_going_on_by_a_lower_layer),
		TEST(test_pay_of_another_currency_is_not_mixed_in),
		TEST(test_deletion_hides_what_is_below_and_serves_what_was_written_after_it),
		TEST(test_cleared_path_hides_only_what_is_below),
		TEST(test_cleared_section_hides_all_of_it),
		TEST(test_sources_are_those_of_layers_that_gave_something_in_id_order),
		TEST(test_layer_that_only_says_whom_it_is_about_gives_no_sources),
		TEST(test_cleared_source_stays_while_a_figure_names_it),
		TEST(test_map_sources_reaches_every_figure_and_leaves_zero),
		TEST(test_merge_of_the_difference_gives_the_record_back),
		TEST(test_difference_to_nothing_is_the_record),
		TEST(test_difference_to_itself_holds_the_id_alone),
		TEST(test_merge_does_not_depend_on_how_lower_layers_were_merged),
		TEST(test_correction_survives_a_new_release_and_the_rest_follows_it),
		TEST(test_corrected_pay_keeps_its_currency),
	};

	return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}

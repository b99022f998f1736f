#include <stdlib.h>

#include "google/protobuf/any.pb-c.h"
#include "occupare/rpc/v1/rpc.pb-c.h"
#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/rpc.h"
#include "proto/wire.h"
#include "tests/support/messages.h"
#include "tests/support/test.h"

static struct occ_arena arena;
static struct occupare_status st;

static int
setup(void **state)
{
	(void)state;
	occ_arena_init(&arena, OCC_ARENA_BYTES_KEPT, OCC_ARENA_BYTES_MAX);
	occupare_status_clear(&st);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

/* The bytes of a string literal, NULs within included. */
#define CHECK(descriptor, bytes)                                                                                       \
	occ_wire_check(&descriptor, (const uint8_t *)(bytes), sizeof(bytes) - 1, OCC_ARENA_BYTES_MAX, &st)
#define OCCUPATION occupare__v1__occupation__descriptor
#define ASSERT_ACCEPTED(descriptor, bytes) assert_int_equal(CHECK(descriptor, bytes), OCCUPARE_OK)
#define ASSERT_REFUSED(descriptor, bytes, part)                                                                        \
	do {                                                                                                           \
		assert_int_equal(CHECK(descriptor, bytes), OCCUPARE_INVALID_ARGUMENT);                                 \
		ASSERT_CODE(&st, OCCUPARE_INVALID_ARGUMENT);                                                           \
		ASSERT_HAS(st.message, part);                                                                          \
	} while (0)

/* ---- What is well-formed ---- */

/* The smallest bytes_max that is accepted. */
static size_t
size_needed(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t length)
{
	size_t low = 0, high = OCC_ARENA_BYTES_MAX;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (occ_wire_check(descriptor, bytes, length, middle, &st) == OCCUPARE_OK) {
			high = middle;
		} else {
			ASSERT_CODE(&st, OCCUPARE_RESOURCE_EXHAUSTED);
			low = middle + 1;
		}
	}
	return low;
}

/* Unknown fields of each wire type, put behind a message. */
static size_t
add_unknown(uint8_t *bytes, size_t length, uint64_t *seed)
{
	static const char fields[] = "\xA0\x3E\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01" /* 996: varint */
				     "\xA1\x3E"
				     "12345678" /* 64 bits */
				     "\xA2\x3E\x05"
				     "bytes" /* bytes */
				     "\xA5\x3E"
				     "1234"; /* 32 bits */

	for (uint64_t i = messages_number(seed) % 12; i > 0; i--) {
		memcpy(bytes + length, fields, sizeof fields - 1);
		length += sizeof fields - 1;
	}
	return length;
}

static void
test_random_messages_decode_within_what_was_foreseen(void **state)
{
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all);
	struct occ_arena decoded;
	uint64_t seed = 1;

	(void)state;
	occ_arena_init(&decoded, 0, OCC_ARENA_BYTES_MAX);
	for (size_t i = 0; i < count * 12; i++) {
		const ProtobufCMessageDescriptor *descriptor = all[i % count];
		size_t length, needed;
		uint8_t *packed = messages_pack(&arena, messages_random(&arena, descriptor, &seed), &length);
		uint8_t *bytes = occ_arena_calloc(&arena, length + 1000, 1);

		memcpy(bytes, packed, length);
		length = add_unknown(bytes, length, &seed);
		needed = size_needed(descriptor, bytes, length);
		decoded.bytes_max = needed;
		assert_non_null(protobuf_c_message_unpack(descriptor, &decoded.allocator, length, bytes));
		assert_true(needed >= decoded.bytes);
		/* Nor much more: an alignment for each repeated field and for the unknown ones. */
		assert_true(needed <= decoded.bytes + decoded.bytes / 4 + 64);
		occ_arena_reset(&decoded);
		occ_arena_reset(&arena);
	}
	occ_arena_fini(&decoded);
}

static void
test_a_cut_message_never_decodes_to_more_than_was_foreseen(void **state)
{
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all);
	uint64_t seed = 2;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t length;
		uint8_t *bytes = messages_pack(&arena, messages_random(&arena, all[i], &seed), &length);

		for (size_t cut = 0; cut < length && cut < 400; cut++) {
			uint8_t *exact = malloc(cut > 0 ? cut : 1);
			ProtobufCMessage *message;

			memcpy(exact, bytes, cut);
			if (occ_wire_check(all[i], exact, cut, OCC_ARENA_BYTES_MAX, &st) == OCCUPARE_OK)
				assert_int_equal(occ_unpack(&arena, all[i], exact, cut, &message, &st), OCCUPARE_OK);
			free(exact);
		}
		occ_arena_reset(&arena);
	}
}

static void
test_changed_bytes_decode_wherever_they_are_accepted(void **state)
{
	const ProtobufCMessageDescriptor *all[MESSAGES_MAX];
	size_t count = messages_all(all), accepted = 0;
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < count * 100; i++) {
		size_t length;
		uint8_t *bytes = messages_pack(&arena, messages_random(&arena, all[i % count], &seed), &length);
		ProtobufCMessage *message;

		for (int change = 0; change < 2 && length > 0; change++)
			bytes[messages_number(&seed) % length] = (uint8_t)messages_number(&seed);
		if (occ_wire_check(all[i % count], bytes, length, OCC_ARENA_BYTES_MAX, &st) == OCCUPARE_OK) {
			assert_int_equal(occ_unpack(&arena, all[i % count], bytes, length, &message, &st), OCCUPARE_OK);
			accepted++;
		}
		occ_arena_reset(&arena);
	}
	assert_true(accepted > count);
}

static void
test_no_bytes_are_an_empty_message(void **state)
{
	(void)state;
	assert_int_equal(occ_wire_check(&OCCUPATION, NULL, 0, 1000, &st), OCCUPARE_OK);
	assert_int_equal(
	    occ_wire_check(&occupare__v1__get_dataset_request__descriptor, NULL, 0, 1000, &st), OCCUPARE_OK);
}

static void
test_repeated_numbers_may_be_packed_or_not(void **state)
{
	(void)state;
	ASSERT_ACCEPTED(occupare__v1__row__descriptor, "\x32\x03\x01\x80\x01"); /* leaders: 1, 128 */
	ASSERT_ACCEPTED(occupare__v1__row__descriptor, "\x30\x01\x30\x80\x01");
	ASSERT_ACCEPTED(occupare__v1__row__descriptor, "\x30\x01\x32\x01\x05\x32\x00");
}

static void
test_numbers_may_have_needless_zero_bytes(void **state)
{
	(void)state;
	ASSERT_ACCEPTED(OCCUPATION, "\xB0\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"); /* revision */
	ASSERT_ACCEPTED(OCCUPATION, "\x8A\x80\x80\x80\x00\x01x");                        /* the tag of id */
	ASSERT_ACCEPTED(OCCUPATION, "\x0A\x81\x80\x80\x80\x00x");                        /* the length of id */
}

static void
test_unknown_fields_are_accepted(void **state)
{
	(void)state;
	ASSERT_ACCEPTED(OCCUPATION, "\xA0\x3E\x01\xA2\x3E\x01\xFF\xA1\x3E"
				    "12345678"
				    "\xA5\x3E"
				    "1234");
	ASSERT_ACCEPTED(OCCUPATION, "\xF8\xFF\xFF\xFF\x0F\x01"); /* number 536870911 */
}

static void
test_the_last_of_two_values_of_one_text_wins(void **state)
{
	ProtobufCMessage *message;

	(void)state;
	assert_int_equal(occ_unpack(&arena, &OCCUPATION,
			     (const uint8_t *)"\x0A\x01"
					      "a\x0A\x01"
					      "b",
			     6, &message, &st),
	    OCCUPARE_OK);
	assert_string_equal(((Occupare__V1__Occupation *)message)->id, "b");
}

static void
test_the_last_of_two_members_of_a_oneof_wins(void **state)
{
	static const char texts_then_text[] = "\x1A\x03\x0A\x01"
					      "a\x12\x01"
					      "b";
	static const char text_then_texts[] = "\x12\x01"
					      "b\x1A\x03\x0A\x01"
					      "a";
	const Occupare__V1__Cell *cell;
	ProtobufCMessage *message;

	(void)state;
	assert_int_equal(occ_unpack(&arena, &occupare__v1__cell__descriptor, (const uint8_t *)texts_then_text,
			     sizeof texts_then_text - 1, &message, &st),
	    OCCUPARE_OK);
	cell = (Occupare__V1__Cell *)message;
	assert_int_equal(cell->value_case, OCCUPARE__V1__CELL__VALUE_TEXT);
	assert_string_equal(cell->text, "b");
	assert_int_equal(occ_unpack(&arena, &occupare__v1__cell__descriptor, (const uint8_t *)text_then_texts,
			     sizeof text_then_texts - 1, &message, &st),
	    OCCUPARE_OK);
	cell = (Occupare__V1__Cell *)message;
	assert_int_equal(cell->value_case, OCCUPARE__V1__CELL__VALUE_TEXTS);
	assert_string_equal(cell->texts->items[0], "a");
}

/* ---- What is not ---- */

static void
test_truncated_bytes_are_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION, "\x0A", "id: a length is cut off");
	ASSERT_REFUSED(OCCUPATION, "\x0A\x80", "id: a length is cut off");
	ASSERT_REFUSED(OCCUPATION, "\x0A\x02x", "id: a length of 2 is beyond the end");
	ASSERT_REFUSED(OCCUPATION, "\xB0", "tag is cut off");
	ASSERT_REFUSED(OCCUPATION, "\xB0\x01", "revision: a number is cut off");
	ASSERT_REFUSED(OCCUPATION, "\xB0\x01\xFF", "revision: a number is cut off");
	ASSERT_REFUSED(occupare__v1__figure__descriptor,
	    "\x09"
	    "1234567",
	    "value: a number is cut off");
	ASSERT_REFUSED(OCCUPATION,
	    "\xA5\x3E"
	    "123",
	    "996: a number is cut off");
	ASSERT_REFUSED(OCCUPATION, "\xA1\x3E", "996: a number is cut off");
	ASSERT_REFUSED(OCCUPATION, "\xA2\x3E\x02x", "996: a length of 2");
}

static void
test_a_length_beyond_the_inner_message_is_refused(void **state)
{
	(void)state;
	/* The outer message has the bytes, the salary has not. */
	ASSERT_REFUSED(OCCUPATION,
	    "\x4A\x02\x0A\x03"
	    "USD",
	    "salary.currency_code: a length of 3 is beyond");
}

static void
test_enormous_lengths_are_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION, "\x0A\xFF\xFF\xFF\xFF\x07x", "beyond the end");
	ASSERT_REFUSED(OCCUPATION, "\x0A\xFF\xFF\xFF\xFF\x7Fx", "beyond the end");
	ASSERT_REFUSED(OCCUPATION, "\x0A\xFF\xFF\xFF\xFF\xFF\x01x", "a length is cut off or too long");
}

static void
test_numbers_of_more_than_ten_bytes_are_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION, "\xB0\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", "longer than 10 bytes");
	ASSERT_REFUSED(OCCUPATION, "\xA0\x3E\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", "longer than 10 bytes");
	ASSERT_REFUSED(occupare__v1__row__descriptor, "\x32\x0B\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00",
	    "leaders[0]: a number is cut off or longer");
}

static void
test_tags_that_are_none_are_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION, "\x00", "number 0");
	ASSERT_REFUSED(OCCUPATION, "\x02\x00", "number 0");
	ASSERT_REFUSED(OCCUPATION, "\x80\x00\x00", "number 0");
	ASSERT_REFUSED(OCCUPATION, "\xFF\xFF\xFF\xFF\xFF\x01", "tag is cut off or too long");
	ASSERT_REFUSED(OCCUPATION, "\xF8\xFF\xFF\xFF\x1F\x01", "tag is cut off or too long");
}

static void
test_groups_and_unassigned_wire_types_are_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION, "\xA3\x3E\xA4\x3E", "996: wire type 3");
	ASSERT_REFUSED(OCCUPATION, "\xA4\x3E", "wire type 4");
	ASSERT_REFUSED(OCCUPATION, "\xA6\x3E\x00", "wire type 6");
	ASSERT_REFUSED(OCCUPATION, "\xA7\x3E\x00", "wire type 7");
	ASSERT_REFUSED(OCCUPATION, "\x0B\x0C", "id: wire type 3");
}

static void
test_a_wrong_wire_type_of_a_known_field_is_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION, "\x08\x01", "id: wire type 0, expected 2");
	ASSERT_REFUSED(OCCUPATION, "\x48\x01", "salary: wire type 0, expected 2");
	ASSERT_REFUSED(OCCUPATION, "\xB2\x01\x01x", "revision: wire type 2, expected 0");
	ASSERT_REFUSED(OCCUPATION, "\x82\x01\x01\x01", "more_responsibilities: wire type 2, expected 0");
	ASSERT_REFUSED(occupare__v1__figure__descriptor, "\x08\x01", "value: wire type 0, expected 1");
	ASSERT_REFUSED(occupare__v1__figure__descriptor,
	    "\x0D"
	    "1234",
	    "value: wire type 5, expected 1");
	ASSERT_REFUSED(occupare__v1__row__descriptor,
	    "\x35"
	    "1234",
	    "leaders[0]: wire type 5, expected 0");
}

static void
test_a_packed_list_that_ends_within_a_number_is_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(occupare__v1__row__descriptor, "\x32\x02\x01\x80\x01", "leaders[0]: a number is cut off");
}

static void
test_a_nul_within_a_text_is_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION,
	    "\x0A\x03"
	    "a\0b",
	    "id: a text holds a NUL byte");
	ASSERT_REFUSED(OCCUPATION, "\x0A\x01\0", "NUL");
	ASSERT_REFUSED(OCCUPATION,
	    "\x0A\x10"
	    "0123456789ab\0def",
	    "NUL");
	ASSERT_REFUSED(OCCUPATION,
	    "\x0A\x08"
	    "0123456\0",
	    "NUL");
	ASSERT_REFUSED(OCCUPATION,
	    "\x0A\x08"
	    "\0"
	    "1234567",
	    "NUL");
}

static void
test_a_nul_within_bytes_is_accepted(void **state)
{
	(void)state;
	ASSERT_ACCEPTED(occupare__rpc__v1__call__descriptor, "\x22\x03\0\xFF\0");
}

static void
test_invalid_utf8_is_refused(void **state)
{
	static const char *const wrong[] = {
		"\x80",
		"\xBF",
		"\xC0\xAF",
		"\xC1\xBF",
		"\xC3",
		"\xC3\x28",
		"\xE0\x80\xAF",
		"\xE0\x9F\xBF",
		"\xE2\x82",
		"\xE2\x28\xA1",
		"\xED\xA0\x80",
		"\xED\xBF\xBF",
		"\xF0\x80\x80\xAF",
		"\xF0\x8F\xBF\xBF",
		"\xF0\x9F\x98",
		"\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80",
		"\xFE",
		"\xFF",
		"\xF0\x9F\x98\x28",
		"\xE2\x82\x28",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		for (size_t before = 0; before < 17; before++)
			for (size_t after = 0; after < 17; after += 8) {
				uint8_t bytes[64] = { 0x0A };
				size_t length = strlen(wrong[i]);

				memset(bytes + 2, 'a', before + length + after);
				memcpy(bytes + 2 + before, wrong[i], length);
				bytes[1] = (uint8_t)(before + length + after);
				assert_int_equal(occ_wire_check(&OCCUPATION, bytes, 2u + bytes[1], 100000, &st),
				    OCCUPARE_INVALID_ARGUMENT);
				ASSERT_HAS(st.message, "id: a text is not valid UTF-8");
			}
}

static void
test_the_first_and_last_letters_of_each_length_are_accepted(void **state)
{
	(void)state;
	ASSERT_ACCEPTED(OCCUPATION, "\x0A\x02\x01\x7F");
	ASSERT_ACCEPTED(OCCUPATION, "\x0A\x04\xC2\x80\xDF\xBF");
	ASSERT_ACCEPTED(OCCUPATION, "\x0A\x0C\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF");
	ASSERT_ACCEPTED(OCCUPATION, "\x0A\x08\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
	ASSERT_ACCEPTED(OCCUPATION, "\x0A\x11"
				    "0123456789abcde\xC3\xA9");
}

static void
test_a_singular_sub_message_twice_is_refused(void **state)
{
	(void)state;
	ASSERT_REFUSED(OCCUPATION, "\x4A\x00\x4A\x00", "salary: is there twice");
	ASSERT_REFUSED(OCCUPATION, "\x4A\x00\x0A\x01x\x4A\x00", "salary: is there twice");
	ASSERT_REFUSED(occupare__v1__cell__descriptor, "\x0A\x00\x12\x00\x0A\x00", "figure: is there twice");
	ASSERT_ACCEPTED(OCCUPATION, "\x2A\x00\x2A\x00"); /* codes are a list */
}

static void
test_the_path_counts_its_way_to_the_element(void **state)
{
	(void)state;
	/* codes, skills, an unknown field, and a skill whose percent's value is of a wrong wire type. */
	ASSERT_REFUSED(OCCUPATION, "\x2A\x00\x8A\x01\x00\xA0\x3E\x01\x8A\x01\x00\x8A\x01\x04\x1A\x02\x08\x01",
	    "skills[2].percent.value: wire type 0");
	assert_int_equal(st.violations_count, 1);
	assert_string_equal(st.violations[0].field, "skills[2].percent.value");
	ASSERT_REFUSED(OCCUPATION,
	    "\x32\x01"
	    "a\x32\x01\xFF",
	    "aliases[1]: a text is not valid UTF-8");
}

/* ---- Limits ---- */

/* A message that may hold itself, which the schema may not: the only way to be nested deeply. */
struct node {
	ProtobufCMessage base;
	struct node *inner;
};

static const ProtobufCMessageDescriptor node_descriptor;
static const ProtobufCFieldDescriptor node_fields[] = { { .name = "inner",
    .id = 1,
    .label = PROTOBUF_C_LABEL_NONE,
    .type = PROTOBUF_C_TYPE_MESSAGE,
    .offset = offsetof(struct node, inner),
    .descriptor = &node_descriptor } };
static const unsigned node_names[] = { 0 };
static const ProtobufCIntRange node_ranges[] = { { 1, 0 }, { 0, 1 } };
static const ProtobufCMessageDescriptor node_descriptor = { .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "node",
	.short_name = "node",
	.c_name = "node",
	.package_name = "",
	.sizeof_message = sizeof(struct node),
	.n_fields = 1,
	.fields = node_fields,
	.fields_sorted_by_name = node_names,
	.n_field_ranges = 1,
	.field_ranges = node_ranges };

/* As many messages, each within the one before, as fit the bytes. */
static uint8_t *
nested(size_t count, size_t *ret_length)
{
	uint8_t *bytes = occ_arena_alloc(&arena, count * 6);
	uint8_t *at = bytes + count * 6;
	uint8_t *end = at;

	for (size_t i = 1; i < count; i++) {
		size_t length = (size_t)(end - at);
		uint8_t prefix[8] = { 0x0A };
		size_t size = 1;

		for (; length > 0x7F; length >>= 7)
			prefix[size++] = (uint8_t)(length | 0x80);
		prefix[size++] = (uint8_t)length;
		at -= size;
		memcpy(at, prefix, size);
	}
	*ret_length = (size_t)(end - at);
	return at;
}

static void
test_nesting_is_accepted_up_to_the_bound(void **state)
{
	size_t length;
	uint8_t *bytes = nested(OCC_DEPTH_MAX, &length);
	ProtobufCMessage *message;

	(void)state;
	assert_int_equal(occ_unpack(&arena, &node_descriptor, bytes, length, &message, &st), OCCUPARE_OK);
}

static void
test_nesting_beyond_the_bound_is_refused(void **state)
{
	static const size_t depths[] = { OCC_DEPTH_MAX + 1, 1000, 200000 };

	(void)state;
	for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
		size_t length;
		uint8_t *bytes = nested(depths[i], &length);

		assert_int_equal(occ_wire_check(&node_descriptor, bytes, length, OCC_ARENA_BYTES_MAX, &st),
		    OCCUPARE_RESOURCE_EXHAUSTED);
		ASSERT_HAS(st.message, "inner.inner.inner");
		ASSERT_HAS(st.message, "nested deeper than 16");
	}
}

static void
test_depth_counts_levels_and_not_messages(void **state)
{
	char bytes[3 * 100];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(bytes + i * 3, "\x8A\x01\x00", 3);
	assert_int_equal(
	    occ_wire_check(&OCCUPATION, (uint8_t *)bytes, sizeof bytes, OCC_ARENA_BYTES_MAX, &st), OCCUPARE_OK);
}

/* A request of the largest size, filled with one small field. */
static void
amplify(const ProtobufCMessageDescriptor *descriptor, const char *field, size_t size)
{
	uint8_t *bytes = malloc(OCC_REQUEST_BYTES_MAX);
	size_t length = 0;
	struct occ_arena bounded;
	ProtobufCMessage *message;

	for (; length + size <= OCC_REQUEST_BYTES_MAX; length += size)
		memcpy(bytes + length, field, size);
	occ_arena_init(&bounded, 0, OCC_ARENA_BYTES_MAX);
	assert_int_equal(occ_unpack(&bounded, descriptor, bytes, length, &message, &st), OCCUPARE_RESOURCE_EXHAUSTED);
	ASSERT_HAS(st.message, "more memory");
	assert_int_equal(bounded.bytes, 0); /* refused before anything was decoded */
	occ_arena_fini(&bounded);
	free(bytes);
}

static void
test_a_megabyte_of_tiny_fields_is_refused_before_it_takes_memory(void **state)
{
	(void)state;
	amplify(&occupare__v1__batch_compare_occupations_request__descriptor, "\x0A\x00", 2);
	amplify(&OCCUPATION, "\x2A\x00", 2);
	amplify(&OCCUPATION, "\x32\x00", 2);
	amplify(&OCCUPATION, "\xA0\x3E\x00", 3);
	amplify(&OCCUPATION, "\xA2\x3E\x00", 3);
	amplify(&OCCUPATION, "\x0A\x00", 2); /* one text, given anew each time */
}

static void
test_a_message_fits_exactly_what_it_needs(void **state)
{
	uint8_t bytes[] = { 0x0A, 1, 'x' };
	size_t needed = size_needed(&OCCUPATION, bytes, sizeof bytes);

	(void)state;
	assert_int_equal(needed, ((OCCUPATION.sizeof_message + 15) & ~(size_t)15) + 16);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_random_messages_decode_within_what_was_foreseen),
		TEST(test_a_cut_message_never_decodes_to_more_than_was_foreseen),
		TEST(test_changed_bytes_decode_wherever_they_are_accepted),
		TEST(test_no_bytes_are_an_empty_message),
		TEST(test_repeated_numbers_may_be_packed_or_not),
		TEST(test_numbers_may_have_needless_zero_bytes),
		TEST(test_unknown_fields_are_accepted),
		TEST(test_the_last_of_two_values_of_one_text_wins),
		TEST(test_the_last_of_two_members_of_a_oneof_wins),
		TEST(test_truncated_bytes_are_refused),
		TEST(test_a_length_beyond_the_inner_message_is_refused),
		TEST(test_enormous_lengths_are_refused),
		TEST(test_numbers_of_more_than_ten_bytes_are_refused),
		TEST(test_tags_that_are_none_are_refused),
		TEST(test_groups_and_unassigned_wire_types_are_refused),
		TEST(test_a_wrong_wire_type_of_a_known_field_is_refused),
		TEST(test_a_packed_list_that_ends_within_a_number_is_refused),
		TEST(test_a_nul_within_a_text_is_refused),
		TEST(test_a_nul_within_bytes_is_accepted),
		TEST(test_invalid_utf8_is_refused),
		TEST(test_the_first_and_last_letters_of_each_length_are_accepted),
		TEST(test_a_singular_sub_message_twice_is_refused),
		TEST(test_the_path_counts_its_way_to_the_element),
		TEST(test_nesting_is_accepted_up_to_the_bound),
		TEST(test_nesting_beyond_the_bound_is_refused),
		TEST(test_depth_counts_levels_and_not_messages),
		TEST(test_a_megabyte_of_tiny_fields_is_refused_before_it_takes_memory),
		TEST(test_a_message_fits_exactly_what_it_needs),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}

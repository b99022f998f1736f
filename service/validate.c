/* Rules of requests. */
#include "service/validate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/rpc.h"

/* FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/. Tells requests apart; it guards nothing. */
static uint64_t
hash_bytes(const uint8_t *bytes, size_t length)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 1099511628211u;
	return hash;
}

static uint64_t
hash_message(struct occ_arena *arena, const ProtobufCMessage *message)
{
	uint8_t *bytes = occ_arena_alloc(arena, protobuf_c_message_get_packed_size(message));

	return hash_bytes(bytes, protobuf_c_message_pack(message, bytes));
}

/* A token is the request's hash in 16 hexadecimal digits, then the position in hexadecimal. */
#define TOKEN_HASH_DIGITS 16

char *
page_token(struct call *call, const struct page *page, const char *position)
{
	char *token, *out;

	if (position == NULL)
		return occ_arena_strdup(&call->arena, "");
	token = occ_arena_alloc(&call->arena, TOKEN_HASH_DIGITS + 2 * strlen(position) + 1);
	out = token + snprintf(token, TOKEN_HASH_DIGITS + 1, "%016" PRIx64, page->query);
	for (; *position != '\0'; position++)
		out += snprintf(out, 3, "%02x", (unsigned char)*position);
	return token;
}

static int
hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* NULL: not hexadecimal, or empty. */
static char *
read_position(struct occ_arena *arena, const char *digits)
{
	size_t length = strlen(digits);
	char *position = occ_arena_alloc(arena, length / 2 + 1);

	if (length == 0 || length % 2 != 0)
		return NULL;
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_value(digits[i]), low = hex_value(digits[i + 1]);

		if (high < 0 || low < 0 || (high | low) == 0)
			return NULL;
		position[i / 2] = (char)(high << 4 | low);
	}
	position[length / 2] = '\0';
	return position;
}

enum occupare_code
page_read(struct call *call, int32_t page_size, const char *token, const ProtobufCMessage *query, size_t size_default,
    size_t size_max, struct page *ret)
{
	struct page page = { .query = hash_message(&call->arena, query) };
	char hash[TOKEN_HASH_DIGITS + 1];

	if (page_size < 0)
		return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "page_size",
		    "is %" PRId32 "; give 1 to %zu, or 0 for %zu", page_size, size_max, size_default);
	page.limit = page_size == 0 ? size_default : (size_t)page_size < size_max ? (size_t)page_size : size_max;
	if (token[0] != '\0') {
		snprintf(hash, sizeof hash, "%016" PRIx64, page.query);
		if (strncmp(token, hash, TOKEN_HASH_DIGITS) != 0 ||
		    (page.after = read_position(&call->arena, token + TOKEN_HASH_DIGITS)) == NULL)
			return occupare_fail(&call->status, OCCUPARE_INVALID_ARGUMENT, "page_token",
			    "is not a token of this request; repeat the request it came from unchanged, or leave it "
			    "empty");
	}
	*ret = page;
	return OCCUPARE_OK;
}

enum occupare_code
page_first(struct call *call, const struct page *page, size_t *ret)
{
	char *end;

	*ret = 0;
	if (page->after == NULL)
		return OCCUPARE_OK;
	*ret = strtoul(page->after, &end, 10);
	if (*end != '\0')
		return occupare_fail(
		    &call->status, OCCUPARE_INVALID_ARGUMENT, "page_token", "is not a token of this request");
	return OCCUPARE_OK;
}

enum occupare_code
page_slice(
    struct call *call, const struct page *page, size_t count, size_t *ret_first, size_t *ret_length, char **ret_token)
{
	size_t first;

	if (page_first(call, page, &first) != OCCUPARE_OK)
		return call->status.code;
	if (first > count)
		first = count;
	*ret_first = first;
	*ret_length = count - first < page->limit ? count - first : page->limit;
	*ret_token = page_token(call, page,
	    first + *ret_length < count ? occ_arena_printf(&call->arena, "%zu", first + *ret_length) : NULL);
	return OCCUPARE_OK;
}

enum occupare_code
validate_count(const char *field, size_t count, size_t max, struct occupare_status *st)
{
	if (count == 0)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, field, "is empty; give 1 to %zu", max);
	if (count > max)
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, field, "has %zu items, at most %zu are allowed", count, max);
	return OCCUPARE_OK;
}

/* All section ids, for the error message. */
static void
print_sections(char *out, size_t size)
{
	int used = 0;

	out[0] = '\0';
	for (size_t i = 0; compare_sections[i] != NULL && (size_t)used < size; i++)
		used += snprintf(out + used, size - (size_t)used, "%s%s", i == 0 ? "" : ", ", compare_sections[i]);
}

static bool
known_section(const char *id)
{
	for (size_t i = 0; compare_sections[i] != NULL; i++)
		if (strcmp(compare_sections[i], id) == 0)
			return true;
	return false;
}

enum occupare_code
validate_compare(const Occupare__V1__CompareOccupationsRequest *request, struct occupare_status *st)
{
	char field[64], known[256];

	if (request->n_comparands < OCC_COMPARANDS_MIN || request->n_comparands > OCC_COMPARANDS_MAX)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "comparands",
		    "has %zu items; give %d to %d occupations", request->n_comparands, OCC_COMPARANDS_MIN,
		    OCC_COMPARANDS_MAX);
	if (request->baseline >= request->n_comparands)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, "baseline",
		    "is %u; give the index of a comparand, 0 to %zu", request->baseline, request->n_comparands - 1);
	for (size_t i = 0; i < request->n_sections; i++) {
		if (known_section(request->sections[i]))
			continue;
		snprintf(field, sizeof field, "sections[%zu]", i);
		print_sections(known, sizeof known);
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, field, "\"%.64s\" is no section; there are %s",
		    request->sections[i], known);
	}
	return OCCUPARE_OK;
}

bool
validate_same(const struct compare_subject *a, const struct compare_subject *b)
{
	return strcmp(a->occupation->id, b->occupation->id) == 0 && strcmp(a->area, b->area) == 0 &&
	       a->period == b->period;
}

enum occupare_code
validate_distinct(const struct compare_subject *subjects, size_t count, struct occupare_status *st)
{
	char field[64];

	for (size_t i = 1; i < count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (!validate_same(&subjects[i], &subjects[k]))
				continue;
			snprintf(field, sizeof field, "comparands[%zu]", i);
			return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, field,
			    "is %s again, as comparands[%zu] is; name another occupation, area or period",
			    subjects[i].occupation->id, k);
		}
	}
	return OCCUPARE_OK;
}

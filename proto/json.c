/* JSON texts. A first look bounds depth and number of values, jansson parses, and json_read.c reads its tree beside the
 * descriptor. Lists are read element by element, so that a file of any length takes the memory of one element. */
#include "proto/json.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include <jansson.h>

#include "proto/json_read.h"
#include "proto/nearest.h"
#include "proto/rpc.h"

#define NESTING_MAX (2 * OCC_DEPTH_MAX + 2) /* of brackets: a message and its list per level, and occ_json_each's two */

/* Bounds what jansson is given: brackets within brackets, and values, which cost it a hundred bytes and more each. */
static enum occupare_code
look(const char *text, size_t length, size_t values_max, struct occupare_status *st)
{
	size_t depth = 0, values = 1;
	bool in_string = false;

	if (length > INT_MAX)
		return occupare_fail(
		    st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "a JSON text of %zu bytes is too long", length);
	for (size_t i = 0; i < length; i++) {
		char letter = text[i];

		if (letter == '"')
			in_string = !in_string;
		else if (in_string)
			i += letter == '\\';
		else if (letter == ',')
			values++;
		else if (letter == '[' || letter == '{') {
			values++;
			depth++;
		} else if (letter == ']' || letter == '}')
			depth -= depth > 0;
		if (depth > NESTING_MAX)
			return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
			    "the JSON text is nested deeper than %d brackets", NESTING_MAX);
		if (values > values_max)
			return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
			    "the JSON text holds more than %zu values", values_max);
	}
	return OCCUPARE_OK;
}

/* A text that is read value by value. */
struct source {
	const char *text;
	const char *at;
	const char *end;
	struct occupare_status *st;
};

/* line, column: within what begins at source->at, from 1. */
static enum occupare_code
fail_syntax(struct source *source, int line, int column, const char *problem)
{
	int lines_before = 0, column_before = 0;

	for (const char *c = source->text; c < source->at; c++) {
		if (*c == '\n') {
			lines_before++;
			column_before = 0;
		} else {
			column_before += ((unsigned char)*c & 0xC0) != 0x80;
		}
	}
	/* Of an empty text jansson says column 0. */
	if (column < 1)
		column = 1;
	if (line == 1)
		column += column_before;
	line += lines_before;
	occupare_fail(source->st, OCCUPARE_INVALID_ARGUMENT, NULL, "line %d, column %d: %s", line, column, problem);
	occupare_status_reason(source->st, "JSON_SYNTAX");
	occupare_status_metadata(source->st, "line", "%d", line);
	occupare_status_metadata(source->st, "column", "%d", column);
	return source->st->code;
}

/* Reads the value at source->at and moves past it. The tree is freed by the caller. */
static json_t *
load(struct source *source, size_t flags)
{
	json_error_t error;
	json_t *json;

	flags |= JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	json = json_loadb(source->at, (size_t)(source->end - source->at), flags, &error);
	/* An integer beyond 64 bits may still be meant as a double; where an integer is wanted, read_integer refuses what
	 * is not exact any more. */
	if (json == NULL && json_error_code(&error) == json_error_numeric_overflow)
		json = json_loadb(
		    source->at, (size_t)(source->end - source->at), flags | JSON_DECODE_INT_AS_REAL, &error);
	if (json == NULL)
		fail_syntax(source, error.line, error.column, error.text);
	else
		source->at += error.position;
	return json;
}

enum occupare_code
occ_json_parse(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor, const char *text, size_t length,
    ProtobufCMessage **ret, struct occupare_status *st)
{
	struct source source = { .text = text, .at = text, .end = text + length, .st = st };
	size_t values_max = arena->bytes_max / OCC_JSON_VALUE_BYTES;
	enum occupare_code code;
	json_t *json;

	if (values_max > OCC_JSON_VALUES_MAX)
		values_max = OCC_JSON_VALUES_MAX;
	if (look(text, length, values_max, st) != OCCUPARE_OK)
		return st->code;
	json = load(&source, 0);
	if (json == NULL)
		return st->code;
	code = occ_json_read(arena, NULL, descriptor, json, ret, st);
	json_decref(json);
	return code;
}

/* ---- Lists ---- */

struct walk {
	struct source source;
	struct occ_arena *arena;
	const struct occ_json_list *lists;
	size_t lists_count;
	occ_json_visit *visit;
	void *data;
};

static void
skip_space(struct source *source)
{
	while (source->at < source->end && strchr(" \t\r\n", *source->at) != NULL && *source->at != '\0')
		source->at++;
}

static bool
is_next(struct source *source, char letter)
{
	skip_space(source);
	if (source->at == source->end || *source->at != letter)
		return false;
	source->at++;
	return true;
}

static enum occupare_code
walk_element(struct walk *walk, size_t list, size_t index)
{
	struct occ_json_step outer = { .name = walk->lists[list].name };
	struct occ_json_step step = { .outer = &outer, .index = index };
	enum occupare_code code;
	ProtobufCMessage *message;
	char path[OCC_JSON_PATH_SIZE];
	json_t *json;

	skip_space(&walk->source);
	json = load(&walk->source, JSON_DISABLE_EOF_CHECK);
	if (json == NULL)
		return walk->source.st->code;
	code = occ_json_read(walk->arena, &step, walk->lists[list].descriptor, json, &message, walk->source.st);
	json_decref(json);
	if (code != OCCUPARE_OK)
		return code;
	code = walk->visit(walk->data, list, index, message, walk->source.st);
	if (code != OCCUPARE_OK) {
		occ_json_path(&step, path);
		occupare_status_prefix(walk->source.st, path);
	}
	occ_arena_reset(walk->arena);
	return code;
}

/* The opening bracket is read. */
static enum occupare_code
walk_list(struct walk *walk, size_t list)
{
	enum occupare_code code;

	if (is_next(&walk->source, ']'))
		return OCCUPARE_OK;
	for (size_t index = 0;; index++) {
		code = walk_element(walk, list, index);
		if (code != OCCUPARE_OK || is_next(&walk->source, ']'))
			return code;
		if (!is_next(&walk->source, ','))
			return fail_syntax(&walk->source, 1, 1, "',' or ']' expected");
	}
}

/* Reads the name of a list and finds it; SIZE_MAX: failed. */
static size_t
read_list_name(struct walk *walk)
{
	struct occupare_status *st = walk->source.st;
	size_t list = 0;
	json_t *name;

	skip_space(&walk->source);
	name = load(&walk->source, JSON_DISABLE_EOF_CHECK);
	if (name == NULL)
		return SIZE_MAX;
	if (!json_is_string(name)) {
		fail_syntax(&walk->source, 1, 1, "a name in quotes expected");
		list = SIZE_MAX;
	} else {
		struct occ_nearest nearest = occ_nearest_begin(json_string_value(name));

		while (list < walk->lists_count && strcmp(walk->lists[list].name, nearest.wrong) != 0)
			occ_nearest_offer(&nearest, walk->lists[list++].name);
		if (list == walk->lists_count) {
			occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, nearest.wrong,
			    "unknown list; did you mean \"%s\"?",
			    nearest.name != NULL ? nearest.name : walk->lists[0].name);
			list = SIZE_MAX;
		}
	}
	json_decref(name);
	return list;
}

/* What stands for a list and is not one: null is none, all else is wrong. */
static enum occupare_code
walk_no_list(struct walk *walk, size_t list)
{
	json_t *json = load(&walk->source, JSON_DISABLE_EOF_CHECK);
	enum occupare_code code = OCCUPARE_OK;

	if (json == NULL)
		return walk->source.st->code;
	if (!json_is_null(json))
		code = occupare_fail(walk->source.st, OCCUPARE_INVALID_ARGUMENT, walk->lists[list].name,
		    "expected a list, got %s", occ_json_kind(json));
	json_decref(json);
	return code;
}

/* The opening brace is read. */
static enum occupare_code
walk_lists(struct walk *walk)
{
	struct source *source = &walk->source;
	enum occupare_code code;
	uint64_t seen = 0;

	assert(walk->lists_count <= 64);
	if (is_next(source, '}'))
		return OCCUPARE_OK;
	do {
		size_t list = read_list_name(walk);

		if (list == SIZE_MAX)
			return source->st->code;
		if (seen & (uint64_t)1 << list)
			return occupare_fail(
			    source->st, OCCUPARE_INVALID_ARGUMENT, walk->lists[list].name, "is there twice");
		seen |= (uint64_t)1 << list;
		if (!is_next(source, ':'))
			return fail_syntax(source, 1, 1, "':' expected");
		code = is_next(source, '[') ? walk_list(walk, list) : walk_no_list(walk, list);
		if (code != OCCUPARE_OK || is_next(source, '}'))
			return code;
	} while (is_next(source, ','));
	return fail_syntax(source, 1, 1, "',' or '}' expected");
}

enum occupare_code
occ_json_each(struct occ_arena *arena, const char *text, size_t length, const struct occ_json_list *lists,
    size_t lists_count, occ_json_visit *visit, void *data, struct occupare_status *st)
{
	struct walk walk = {
		.source = { .text = text, .at = text, .end = text + length, .st = st },
		.arena = arena,
		.lists = lists,
		.lists_count = lists_count,
		.visit = visit,
		.data = data,
	};
	enum occupare_code code;

	if (look(text, length, OCC_JSON_VALUES_MAX, st) != OCCUPARE_OK)
		return st->code;
	if (is_next(&walk.source, '['))
		code = walk_list(&walk, 0);
	else if (is_next(&walk.source, '{'))
		code = walk_lists(&walk);
	else
		return fail_syntax(&walk.source, 1, 1, "a list, or an object of lists, expected");
	if (code != OCCUPARE_OK)
		return code;
	skip_space(&walk.source);
	if (walk.source.at < walk.source.end)
		return fail_syntax(&walk.source, 1, 1, "nothing more expected");
	return OCCUPARE_OK;
}

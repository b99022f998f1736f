/* JSON files: {"occupations": [...], "areas": [...], "estimates": [...]}, an array of occupations, one occupation per line,
 * or a single one over several lines. */
#include "store/import/import.h"

#include <stdlib.h>
#include <string.h>

#include "proto/arena.h"
#include "proto/json.h"

#define ARENA_BYTES_KEPT ((size_t)64 << 10)
#define ARENA_BYTES_MAX ((size_t)64 << 20) /* one record, decoded */

static const struct occ_json_list lists[] = {
	{ "occupations", &occupare__v1__occupation__descriptor },
	{ "areas", &occupare__v1__area__descriptor },
	{ "estimates", &occupare__v1__estimate__descriptor },
};
#define LISTS_COUNT (sizeof lists / sizeof lists[0])

struct json_file {
	struct import *import;
	const char *path;
	struct occ_arena arena;
	struct occ_arena names;
};

static void
hand_over(struct json_file *file, size_t list, const struct import_place *place, ProtobufCMessage *message)
{
	if (list == 0)
		import_occupation(file->import, place, (const Occupare__V1__Occupation *)message);
	else if (list == 1)
		import_area(file->import, place, (const Occupare__V1__Area *)message);
	else
		import_estimate(file->import, place, (const Occupare__V1__Estimate *)message);
}

static enum occupare_code
visit(void *data, size_t list, size_t index, ProtobufCMessage *message, struct occupare_status *st)
{
	struct json_file *file = data;
	struct import_place place = { .file = file->path, .json_names = true };

	(void)st;
	place.path = occ_arena_printf(&file->names, "%s[%zu]", lists[list].name, index);
	hand_over(file, list, &place, message);
	occ_arena_reset(&file->names);
	return OCCUPARE_OK;
}

static void
read_lists(struct json_file *file, const char *text, size_t length)
{
	const struct import_place place = { .file = file->path, .json_names = true };
	struct occupare_status st;

	occupare_status_clear(&st);
	if (occ_json_each(&file->arena, text, length, lists, LISTS_COUNT, visit, file, &st) != OCCUPARE_OK)
		import_refuse(file->import, &place, &st);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t
skip_space(const char *text, size_t length, size_t at)
{
	while (at < length && is_space(text[at]))
		at++;
	return at;
}

/* "line 1, column 5: ..." of a text that is one line of a file, whose number the place says. */
static void
say_column_alone(struct occupare_status *st)
{
	static const char first_line[] = "line 1, ";
	size_t length = strlen(first_line);

	if (strcmp(st->reason, "JSON_SYNTAX") == 0 && strncmp(st->message, first_line, length) == 0)
		memmove(st->message, st->message + length, strlen(st->message) - length + 1);
}

/* Reads the one occupation of a text; number: its line, or 0 where it is the whole file. */
static void
read_occupation(struct json_file *file, size_t number, const char *text, size_t length)
{
	const struct import_place place = { .file = file->path, .line = number, .json_names = true };
	ProtobufCMessage *message;
	struct occupare_status st;

	if (skip_space(text, length, 0) == length)
		return;
	occ_arena_reset(&file->arena);
	occupare_status_clear(&st);
	if (occ_json_parse(&file->arena, lists[0].descriptor, text, length, &message, &st) == OCCUPARE_OK) {
		hand_over(file, 0, &place, message);
	} else {
		if (number != 0)
			say_column_alone(&st);
		import_refuse(file->import, &place, &st);
	}
}

static void
read_lines(struct json_file *file, const char *text, size_t length)
{
	size_t number = 1;

	for (const char *at = text, *end = text + length; at < end; number++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline == NULL ? end : newline;

		read_occupation(file, number, at, (size_t)(stop - at));
		at = newline == NULL ? end : newline + 1;
	}
}

/* The first line of the text ends in the middle of an object. */
static bool
is_spread(const char *text, size_t length)
{
	const char *newline = memchr(text, '\n', length);
	size_t end = newline == NULL ? length : (size_t)(newline - text);

	while (end > 0 && is_space(text[end - 1]))
		end--;
	return newline != NULL && end > 0 && text[end - 1] != '}';
}

/* The text is an object whose first member is one of the lists (or which has no members); any other object is the first
 * of the lines. */
static bool
is_object_of_lists(const char *text, size_t length, size_t at)
{
	at = skip_space(text, length, at + 1);
	if (at < length && text[at] == '}')
		return true;
	for (size_t i = 0; i < LISTS_COUNT; i++) {
		size_t name = strlen(lists[i].name);

		if (length - at >= name + 2 && text[at] == '"' && memcmp(text + at + 1, lists[i].name, name) == 0 &&
		    text[at + 1 + name] == '"')
			return true;
	}
	return false;
}

static void
read_text(struct json_file *file, const char *text, size_t length)
{
	static const char byte_order_mark[] = "\xEF\xBB\xBF";
	size_t at;

	if (length >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
		text += 3;
		length -= 3;
	}
	at = skip_space(text, length, 0);
	if (at == length || text[at] != '{' || is_object_of_lists(text, length, at))
		read_lists(file, text, length);
	else if (is_spread(text + at, length - at))
		read_occupation(file, 0, text, length);
	else
		read_lines(file, text, length);
}

static void
read_path(struct import *import, const char *path)
{
	struct json_file file = { .import = import, .path = strcmp(path, "-") == 0 ? "standard input" : path };
	const struct import_place place = { .file = file.path };
	struct occupare_status st;
	char *text;
	size_t length;

	if (import_read_file(path, IMPORT_FILE_BYTES_MAX, &text, &length, &st) != OCCUPARE_OK) {
		import_refuse(import, &place, &st);
		return;
	}
	occ_arena_init(&file.arena, ARENA_BYTES_KEPT, ARENA_BYTES_MAX);
	occ_arena_init(&file.names, 256, 0);
	read_text(&file, text, length);
	occ_arena_fini(&file.names);
	occ_arena_fini(&file.arena);
	free(text);
}

void
import_json_read(struct import *import, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		read_path(import, paths[i]);
}

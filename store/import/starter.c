/* Starter data, as occupare-store export starter writes it (starter.h). */
#include "store/starter.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"
#include "store/import/import.h"

#define ARENA_BYTES_KEPT ((size_t)64 << 10)
#define FILE_BYTES_MAX ((size_t)16 << 20)
#define ROWS_REFUSED_MAX 1000u /* then the rest is not read */
#define COLUMN_BYTES_MAX 400u  /* of a name */
#define LISTS_MAX 16u          /* of an occupation */

/* A list of the occupation whose elements have columns, and those of one row. */
struct list {
	const struct starter_column *column; /* any of it */
	struct starter_ranked *items;        /* one for each element that has a column */
	size_t count;
};

struct starter {
	struct import *import;
	struct import_place place;
	struct occ_arena arena; /* as long as the file */
	struct occ_arena row;
	char *text; /* what is left of the file */
	size_t left;
	size_t refused;

	Occupare__V1__Source *sources[STARTER_SOURCES_MAX];
	size_t sources_count;

	struct starter_column columns[STARTER_COLUMNS_MAX];
	const char *names[STARTER_COLUMNS_MAX]; /* for messages: column "title" */
	struct list *lists_of[STARTER_COLUMNS_MAX];
	size_t items_of[STARTER_COLUMNS_MAX]; /* in the list */
	size_t columns_count;
	struct list lists[LISTS_MAX];
	size_t lists_count;
};

/* Refuses the cell of a column, or with NULL the line or file, for the reason in st. */
static void
refuse(struct starter *starter, const char *column, const struct occupare_status *st)
{
	starter->place.path = column;
	import_refuse(starter->import, &starter->place, st);
	starter->place.path = NULL;
	starter->refused++;
}

static void __attribute__((format(printf, 3, 4)))
refuse_because(struct starter *starter, const char *column, const char *format, ...)
{
	struct occupare_status st;
	va_list args;

	va_start(args, format);
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s", occ_arena_vprintf(&starter->row, format, args));
	va_end(args);
	refuse(starter, column, &st);
}

/* ---- Lines and cells ---- */

/* The next line, ended by a NUL, without its line end; NULL: no more. */
static char *
next_line(struct starter *starter, size_t *ret_length)
{
	char *line = starter->text, *newline;
	size_t length = starter->left;

	if (length == 0)
		return NULL;
	starter->place.line++;
	newline = memchr(line, '\n', length);
	if (newline != NULL)
		length = (size_t)(newline - line);
	starter->text += length + (newline != NULL);
	starter->left -= length + (newline != NULL);
	if (length > 0 && line[length - 1] == '\r')
		length--;
	/* Over the line end, or the byte that was added to the file. */
	line[length] = '\0';
	*ret_length = length;
	return line;
}

/* What is wrong with the text of a cell; NULL: nothing. */
static const char *
fault(struct occ_arena *arena, const char *text, size_t length)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + length;

	while (at < end) {
		size_t bytes = *at < 0x80 ? 1 : occ_utf8_sequence(at, end);

		if (bytes == 0)
			return occ_arena_printf(arena, "the byte 0x%02X is not UTF-8", *at);
		if (*at < 0x20 || *at == 0x7F)
			return occ_arena_printf(arena, "holds the control character U+%04X", *at);
		at += bytes;
	}
	return NULL;
}

/* Takes the next cell off a line and ends it with a NUL; *line is NULL after the last. */
static char *
next_cell(char **line, size_t *left, size_t *ret_length)
{
	char *cell = *line, *tab = memchr(cell, '\t', *left);

	*ret_length = tab == NULL ? *left : (size_t)(tab - cell);
	*left -= *ret_length + (tab != NULL);
	*line = tab == NULL ? NULL : tab + 1;
	cell[*ret_length] = '\0';
	return cell;
}

/* ---- Sources ---- */

static Occupare__V1__Source *
source_of(const struct starter *starter, uint32_t id)
{
	for (size_t i = 0; i < starter->sources_count; i++)
		if (starter->sources[i]->id == id)
			return starter->sources[i];
	return NULL;
}

/* Reads a line of a source behind its start: number, title, publisher, release, url, licence. */
static void
read_source(struct starter *starter, char *line, size_t left)
{
	Occupare__V1__Source *source = occ_arena_alloc(&starter->arena, sizeof *source);
	char **const texts[] = { &source->title, &source->publisher, &source->release, &source->url, &source->licence };
	const size_t count = sizeof texts / sizeof texts[0];
	size_t length, i;
	char *cell;

	occupare__v1__source__init(source);
	cell = next_cell(&line, &left, &length);
	if (!starter_count_parse(cell, &source->id) || source->id == 0 || source_of(starter, source->id) != NULL) {
		refuse_because(starter, NULL, "\"%s\" is no number of a source, or there twice", cell);
		return;
	}
	for (i = 0; i < count && line != NULL; i++) {
		cell = next_cell(&line, &left, &length);
		if (fault(&starter->row, cell, length) != NULL)
			break;
		*texts[i] = cell;
	}
	if (i < count || line != NULL)
		refuse_because(starter, NULL, "is no source of %zu texts of UTF-8", count);
	else if (starter->sources_count == STARTER_SOURCES_MAX)
		refuse_because(starter, NULL, "more than %u sources", STARTER_SOURCES_MAX);
	else
		starter->sources[starter->sources_count++] = source;
}

/* Numbers of sources parted by single spaces. */
static bool
read_sources(struct starter *starter, char *cell, Occupare__V1__Occupation *to)
{
	size_t room = strlen(cell) / 2 + 1;

	to->sources = occ_arena_calloc(&starter->row, room, sizeof *to->sources);
	for (char *next; cell != NULL; cell = next) {
		uint32_t id;

		next = strchr(cell, ' ');
		if (next != NULL)
			*next++ = '\0';
		if (!starter_count_parse(cell, &id) || source_of(starter, id) == NULL ||
		    to->n_sources == STARTER_SOURCES_MAX)
			return false;
		to->sources[to->n_sources++] = source_of(starter, id);
	}
	return true;
}

/* ---- The header ---- */

static struct list *
list_of(struct starter *starter, const struct starter_column *column)
{
	size_t depth = starter_list_depth(column);
	struct list *list = starter->lists;

	for (; list < starter->lists + starter->lists_count; list++)
		if (list->column->fields[depth - 1] == column->fields[depth - 1])
			return list;
	if (starter->lists_count == LISTS_MAX)
		return NULL;
	starter->lists_count++;
	list->column = column;
	return list;
}

/* Finds the list that a column is of, and whether the columns before it name its element. */
static bool
place_column(struct starter *starter, size_t index)
{
	const struct starter_column *column = &starter->columns[index];
	struct list *list;

	if (starter_list_depth(column) == 0)
		return true;
	list = list_of(starter, column);
	if (list == NULL)
		return false;
	starter->lists_of[index] = list;
	starter->items_of[index] = list->count;
	for (size_t i = 0; i < index; i++)
		if (starter->lists_of[i] == list && starter->columns[i].kind == column->kind &&
		    strcmp(starter->columns[i].key, column->key) == 0)
			starter->items_of[index] = starter->items_of[i];
	list->count += starter->items_of[index] == list->count;
	return true;
}

static bool
is_there_before(const struct starter *starter, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (starter_compare(&starter->columns[i], &starter->columns[index]) == 0)
			return true;
	return false;
}

/* False: the column is refused. */
static bool
read_column(struct starter *starter, const char *name, size_t length)
{
	size_t index = starter->columns_count;
	const char *column = occ_arena_printf(&starter->arena, "column \"%s\"", name);
	const char *wrong = fault(&starter->row, name, length);
	struct occupare_status st;

	if (wrong != NULL || length > COLUMN_BYTES_MAX) {
		refuse_because(starter, occ_arena_printf(&starter->row, "column %zu", index + 1), "%s",
		    wrong != NULL ? wrong : "has a name that is too long");
	} else if (index == STARTER_COLUMNS_MAX) {
		refuse_because(starter, NULL, "there are more than %u columns", STARTER_COLUMNS_MAX);
	} else if (starter_column_parse(&starter->arena, name, &starter->columns[index], &st) != OCCUPARE_OK) {
		refuse(starter, column, &st);
	} else if (is_there_before(starter, index)) {
		refuse_because(starter, column, "is there twice");
	} else if (!place_column(starter, index)) {
		refuse_because(starter, column, "is of one list too many");
	} else {
		starter->names[index] = column;
		starter->columns_count++;
		return true;
	}
	return false;
}

/* False: there is no use in reading on. */
static bool
read_header(struct starter *starter)
{
	static const size_t source = sizeof STARTER_SOURCE_LINE - 1;
	bool fine = true;
	size_t left, length;
	char *line;

	while ((line = next_line(starter, &left)) != NULL && (left == 0 || line[0] == '#'))
		if (strncmp(line, STARTER_SOURCE_LINE, source) == 0)
			read_source(starter, line + source, left - source);
	if (line == NULL) {
		refuse_because(starter, NULL, "has no line that names columns");
		return false;
	}
	while (line != NULL && fine) {
		const char *cell = next_cell(&line, &left, &length);

		fine = read_column(starter, cell, length);
	}
	for (size_t i = 0; i < starter->lists_count; i++)
		starter->lists[i].items = occ_arena_calloc(
		    &starter->arena, starter->lists[i].count, sizeof *starter->lists[i].items);
	if (fine && (starter->columns_count == 0 || strcmp(starter->columns[0].fields[0]->name, "id") != 0)) {
		refuse_because(starter, NULL, "the first column is not \"id\"");
		fine = false;
	}
	return fine;
}

/* ---- Rows ---- */

/* The message that has the fields of a path up to this depth, made where there is none. */
static ProtobufCMessage *
message_at(
    struct starter *starter, Occupare__V1__Occupation *occupation, const struct starter_column *column, size_t depth)
{
	ProtobufCMessage *message = &occupation->base;

	for (size_t i = 0; i < depth; i++) {
		const ProtobufCFieldDescriptor *field = column->fields[i];
		ProtobufCMessage **sub = (ProtobufCMessage **)((char *)message + field->offset);

		if (*sub == NULL) {
			const ProtobufCMessageDescriptor *of = field->descriptor;

			*sub = occ_arena_alloc(&starter->row, of->sizeof_message);
			protobuf_c_message_init(of, *sub);
		}
		message = *sub;
	}
	return message;
}

/* The element of the row that a column is of. */
static struct starter_ranked *
element_of(struct starter *starter, size_t index)
{
	struct starter_ranked *item = &starter->lists_of[index]->items[starter->items_of[index]];

	if (item->element == NULL)
		item->element = starter_element(&starter->row, &starter->columns[index]);
	return item;
}

static void
read_cell(struct starter *starter, size_t index, char *cell, size_t length, Occupare__V1__Occupation *to)
{
	const struct starter_column *column = &starter->columns[index];
	const char *wrong = fault(&starter->row, cell, length);
	struct occupare_status st;
	ProtobufCMessage *message;

	if (wrong != NULL) {
		refuse_because(starter, starter->names[index], "%s", wrong);
	} else if (starter_is_sources(column)) {
		if (!read_sources(starter, cell, to))
			refuse_because(starter, starter->names[index], "names a source that is not listed");
	} else if (starter_is_place(column)) {
		if (!starter_count_parse(cell, &element_of(starter, index)->place))
			refuse_because(starter, starter->names[index], "\"%s\" is no place", cell);
	} else {
		message = starter->lists_of[index] != NULL ? element_of(starter, index)->element
							   : message_at(starter, to, column, column->depth - 1);
		if (starter_cell_parse(&starter->row, column, cell, message, &st) != OCCUPARE_OK)
			refuse(starter, starter->names[index], &st);
	}
}

/* Puts the elements of the row into the list, in order, and makes room for those of the next row. */
static void
give_list(struct starter *starter, struct list *list, Occupare__V1__Occupation *to)
{
	size_t depth = starter_list_depth(list->column), count = 0;
	const ProtobufCFieldDescriptor *field = list->column->fields[depth - 1];
	struct starter_ranked *items = occ_arena_calloc(&starter->row, list->count, sizeof *items);
	ProtobufCMessage **elements, *message;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].element != NULL) {
			items[count] = list->items[i];
			items[count++].order = i;
		}
		list->items[i] = (struct starter_ranked){ 0 };
	}
	if (count == 0)
		return;
	starter_rank(items, count);
	elements = occ_arena_calloc(&starter->row, count, sizeof(ProtobufCMessage *));
	for (size_t i = 0; i < count; i++)
		elements[i] = items[i].element;
	message = message_at(starter, to, list->column, depth - 1);
	*(ProtobufCMessage ***)((char *)message + field->offset) = elements;
	*(size_t *)((char *)message + field->quantifier_offset) = count;
}

static void
read_row(struct starter *starter, char *line, size_t left)
{
	Occupare__V1__Occupation occupation = OCCUPARE__V1__OCCUPATION__INIT;
	size_t refused = starter->refused, index = 0, length;

	for (; line != NULL; index++) {
		char *cell = next_cell(&line, &left, &length);

		if (index < starter->columns_count && length > 0)
			read_cell(starter, index, cell, length, &occupation);
	}
	for (size_t i = 0; i < starter->lists_count; i++)
		give_list(starter, &starter->lists[i], &occupation);
	if (index != starter->columns_count)
		refuse_because(starter, NULL, "the row has %zu cells, the header has %zu; is the file whole?", index,
		    starter->columns_count);
	else if (occupation.id[0] == '\0')
		refuse_because(starter, starter->names[0], "is empty");
	else if (starter->refused == refused)
		import_occupation(starter->import, &starter->place, &occupation);
}

static void
read_text(struct starter *starter)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t total = starter->left, left;
	char *line;

	if (starter->left >= 3 && memcmp(starter->text, mark, 3) == 0) {
		starter->text += 3;
		starter->left -= 3;
	}
	if (!read_header(starter))
		return;
	while (starter->refused < ROWS_REFUSED_MAX && (line = next_line(starter, &left)) != NULL) {
		occ_arena_reset(&starter->row);
		if (left > 0)
			read_row(starter, line, left);
		import_progress(starter->import, total - starter->left, total);
	}
}

static void
read_path(struct import *import, const char *path)
{
	struct starter *starter = calloc(1, sizeof *starter);
	struct occupare_status st;
	char *text, *larger;

	if (starter == NULL)
		abort();
	starter->import = import;
	starter->place.file = strcmp(path, "-") == 0 ? "standard input" : path;
	if (import_read_file(path, FILE_BYTES_MAX, &text, &starter->left, &st) != OCCUPARE_OK) {
		refuse(starter, NULL, &st);
		free(starter);
		return;
	}
	/* For the NUL behind a last line without its end. */
	larger = realloc(text, starter->left + 1);
	if (larger == NULL)
		abort();
	starter->text = larger;
	occ_arena_init(&starter->arena, ARENA_BYTES_KEPT, 0);
	occ_arena_init(&starter->row, ARENA_BYTES_KEPT, 0);
	read_text(starter);
	occ_arena_fini(&starter->row);
	occ_arena_fini(&starter->arena);
	free(larger);
	free(starter);
}

void
import_starter_read(struct import *import, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		read_path(import, paths[i]);
}

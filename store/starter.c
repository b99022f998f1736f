/* The walk, the names and the cells; files are read in import/starter.c and written in starter_export.c. */
#include "store/starter.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

/* Fields that no table has: sentences, long lists, and what the store sets. */
static const struct {
	const ProtobufCMessageDescriptor *of;
	const char *field;
} left_out[] = {
	{ &occupare__v1__occupation__descriptor, "aliases" },
	{ &occupare__v1__occupation__descriptor, "summary" },
	{ &occupare__v1__occupation__descriptor, "responsibilities" },
	{ &occupare__v1__occupation__descriptor, "more_responsibilities" },
	{ &occupare__v1__occupation__descriptor, "related" },
	{ &occupare__v1__occupation__descriptor, "interests" },
	{ &occupare__v1__occupation__descriptor, "work_styles" },
	{ &occupare__v1__occupation__descriptor, "revision" },
	{ &occupare__v1__occupation__descriptor, "update_time" },
	{ &occupare__v1__skill__descriptor, "hot" },
	{ &occupare__v1__skill__descriptor, "in_demand" },
};

/* Lists whose elements have names. */
static const struct keyed {
	const ProtobufCMessageDescriptor *of;
	const char *kind;  /* enum that the name is of; NULL: none */
	const char *name;  /* what tells elements apart */
	const char *value; /* the field that a column does not name; NULL: it names each */
} keyed[] = {
	{ &occupare__v1__code__descriptor, NULL, "system", "value" },
	{ &occupare__v1__share__descriptor, NULL, "label", "percent" },
	{ &occupare__v1__skill__descriptor, "kind", "name", NULL },
};

/* Behind the value of a figure, or in its place, by FigureStatus. */
static const char marks[] = { '\0', 'd', 'i', '+', '*', '-' };

static bool
has_value(Occupare__V1__FigureStatus status)
{
	return status != STATUS(SUPPRESSED) && status != STATUS(NOT_COLLECTED);
}

/* ---- Fields ---- */

static const void *
at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (const char *)message + field->offset;
}

static void *
place_of(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (char *)message + field->offset;
}

static size_t
elements(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return *(const size_t *)((const char *)message + field->quantifier_offset);
}

static const ProtobufCFieldDescriptor *
field_named(const ProtobufCMessageDescriptor *of, const char *name)
{
	return name == NULL ? NULL : protobuf_c_message_descriptor_get_field_by_name(of, name);
}

static bool
is_list(const ProtobufCFieldDescriptor *field)
{
	return field->label == PROTOBUF_C_LABEL_REPEATED;
}

static bool
is_message(const ProtobufCFieldDescriptor *field, const ProtobufCMessageDescriptor *descriptor)
{
	return field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor == descriptor;
}

static bool
is_figure(const ProtobufCFieldDescriptor *field)
{
	return is_message(field, &occupare__v1__figure__descriptor);
}

static bool
is_sources(const ProtobufCFieldDescriptor *field)
{
	return is_message(field, &occupare__v1__source__descriptor);
}

/* Its value is one cell. */
static bool
is_cell(const ProtobufCFieldDescriptor *field)
{
	return is_figure(field) || is_sources(field) || field->type != PROTOBUF_C_TYPE_MESSAGE;
}

static const struct keyed *
keyed_of(const ProtobufCMessageDescriptor *of)
{
	for (size_t i = 0; i < LENGTH(keyed); i++)
		if (keyed[i].of == of)
			return &keyed[i];
	return NULL;
}

/* The field is no value of a table: left out, or part of an element's name. */
static bool
is_left_out(const ProtobufCMessageDescriptor *of, const ProtobufCFieldDescriptor *field)
{
	const struct keyed *list = keyed_of(of);

	for (size_t i = 0; i < LENGTH(left_out); i++)
		if (left_out[i].of == of && strcmp(left_out[i].field, field->name) == 0)
			return true;
	return list != NULL &&
	       (strcmp(field->name, list->name) == 0 || (list->kind != NULL && strcmp(field->name, list->kind) == 0));
}

static bool
is_there(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (is_list(field))
		return elements(message, field) > 0;
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return *(const ProtobufCMessage *const *)at(message, field) != NULL;
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return (*(const char *const *)at(message, field))[0] != '\0';
	assert(field->type == PROTOBUF_C_TYPE_UINT32);
	return *(const uint32_t *)at(message, field) != 0;
}

size_t
starter_list_depth(const struct starter_column *column)
{
	for (size_t i = 0; i < column->depth; i++)
		if (is_list(column->fields[i]) && !is_sources(column->fields[i]))
			return i + 1;
	return 0;
}

bool
starter_is_place(const struct starter_column *column)
{
	return starter_list_depth(column) == column->depth;
}

/* ---- Elements of lists ---- */

static const char *
name_of(const ProtobufCMessage *element)
{
	return *(const char *const *)at(element, field_named(element->descriptor, keyed_of(element->descriptor)->name));
}

static int
kind_of(const ProtobufCMessage *element)
{
	const ProtobufCFieldDescriptor *field = field_named(element->descriptor, keyed_of(element->descriptor)->kind);

	return field == NULL ? 0 : *(const int *)at(element, field);
}

/* Products are many and belong to their publisher's list; they have no figures. */
static bool
is_kept(const ProtobufCMessage *element)
{
	return element->descriptor != &occupare__v1__skill__descriptor ||
	       kind_of(element) != OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY;
}

static bool
has_cell(const ProtobufCMessage *element)
{
	for (unsigned i = 0; i < element->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &element->descriptor->fields[i];

		if (!is_left_out(element->descriptor, field) && is_there(element, field))
			return true;
	}
	return false;
}

static int
by_name(const void *a, const void *b)
{
	const struct starter_ranked *left = a, *right = b;
	int x = kind_of(left->element), y = kind_of(right->element);

	return x != y ? (x > y) - (x < y) : strcmp(name_of(left->element), name_of(right->element));
}

/* What the first of its figures that is there says; what is not known comes last. */
static double
rank_value(const ProtobufCMessage *element)
{
	for (unsigned i = 0; i < element->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &element->descriptor->fields[i];
		const Occupare__V1__Figure *figure;

		if (!is_figure(field) || !is_there(element, field))
			continue;
		figure = *(Occupare__V1__Figure *const *)at(element, field);
		if (has_value(figure->status))
			return figure->value;
	}
	return -HUGE_VAL;
}

static int
by_rank(const void *a, const void *b)
{
	const struct starter_ranked *left = a, *right = b;
	double x, y;

	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	x = rank_value(left->element);
	y = rank_value(right->element);
	if (x != y)
		return x > y ? -1 : 1;
	return (left->order > right->order) - (left->order < right->order);
}

void
starter_rank(struct starter_ranked *items, size_t count)
{
	if (count > 1)
		qsort(items, count, sizeof *items, by_rank);
}

ProtobufCMessage *
starter_element(struct occ_arena *arena, const struct starter_column *column)
{
	const ProtobufCMessageDescriptor *of = column->fields[starter_list_depth(column) - 1]->descriptor;
	const struct keyed *list = keyed_of(of);
	ProtobufCMessage *element = occ_arena_alloc(arena, of->sizeof_message);

	protobuf_c_message_init(of, element);
	*(char **)place_of(element, field_named(of, list->name)) = occ_arena_strdup(arena, column->key);
	if (list->kind != NULL)
		*(int *)place_of(element, field_named(of, list->kind)) = column->kind;
	return element;
}

/* ---- The walk ---- */

struct walk {
	struct occ_arena *arena;
	starter_visit *visit;
	void *data;
	struct starter_column column;
	struct occupare_status *st;
};

/* A number with the fewest digits that read back the same. */
static char *
number_text(struct occ_arena *arena, double value)
{
	char text[32];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return occ_arena_strdup(arena, text);
}

static char *
figure_text(struct occ_arena *arena, const Occupare__V1__Figure *figure)
{
	const char mark[] = { marks[figure->status], '\0' };
	double error = figure->relative_standard_error;

	return occ_arena_printf(arena, "%s%s%s%s", has_value(figure->status) ? number_text(arena, figure->value) : "",
	    mark, error != 0 ? "~" : "", error != 0 ? number_text(arena, error) : "");
}

static char *
sources_text(struct occ_arena *arena, const Occupare__V1__Occupation *occupation)
{
	char *text = "";

	for (size_t i = 0; i < occupation->n_sources; i++)
		text = occ_arena_printf(arena, "%s%s%u", text, i > 0 ? " " : "", occupation->sources[i]->id);
	return text;
}

static const char *
cell_text(struct occ_arena *arena, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (is_figure(field))
		return figure_text(arena, *(Occupare__V1__Figure *const *)at(message, field));
	if (is_sources(field))
		return sources_text(arena, (const Occupare__V1__Occupation *)message);
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return *(const char *const *)at(message, field);
	return occ_arena_printf(arena, "%u", *(const uint32_t *)at(message, field));
}

static enum occupare_code walk_message(struct walk *walk, const ProtobufCMessage *message);

/* The elements of a list that a table has, in order; whether their values tell it and each has one. */
static enum occupare_code
order_list(struct walk *walk, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
    struct starter_ranked **ret, size_t *ret_count, bool *ret_told)
{
	ProtobufCMessage *const *list = *(ProtobufCMessage *const *const *)at(message, field);
	size_t room = elements(message, field), count = 0, same = 0;
	struct starter_ranked *items = occ_arena_calloc(walk->arena, room, sizeof *items);

	*ret_told = true;
	for (size_t i = 0; i < room; i++)
		if (is_kept(list[i])) {
			*ret_told &= has_cell(list[i]);
			items[count++].element = list[i];
		}
	if (count > 1)
		qsort(items, count, sizeof *items, by_name);
	for (size_t i = 0; i < count; i++) {
		items[i].order = i;
		if (i > 0 && by_name(&items[i - 1], &items[i]) == 0)
			return occupare_fail(walk->st, OCCUPARE_FAILED_PRECONDITION, field->name,
			    "\"%s\" is there twice, which no row can hold", name_of(items[i].element));
	}
	starter_rank(items, count);
	for (size_t i = 0; i < room; i++)
		if (is_kept(list[i])) {
			*ret_told &= items[same].element == list[i];
			items[same++].element = list[i];
		}
	*ret = items;
	*ret_count = count;
	return OCCUPARE_OK;
}

static enum occupare_code
walk_list(struct walk *walk, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	struct starter_ranked *items = NULL;
	size_t count = 0;
	bool told = true;

	if (order_list(walk, message, field, &items, &count, &told) != OCCUPARE_OK)
		return walk->st->code;
	for (size_t i = 0; i < count; i++) {
		walk->column.key = name_of(items[i].element);
		walk->column.kind = kind_of(items[i].element);
		if (!told)
			walk->visit(walk->data, &walk->column, occ_arena_printf(walk->arena, "%zu", i + 1), NULL);
		if (walk_message(walk, items[i].element) != OCCUPARE_OK)
			return walk->st->code;
	}
	walk->column.key = NULL;
	walk->column.kind = 0;
	return OCCUPARE_OK;
}

static enum occupare_code
walk_field(struct walk *walk, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (is_cell(field)) {
		walk->visit(walk->data, &walk->column, cell_text(walk->arena, message, field),
		    is_figure(field) ? *(Occupare__V1__Figure *const *)at(message, field) : NULL);
		return OCCUPARE_OK;
	}
	if (is_list(field))
		return walk_list(walk, message, field);
	return walk_message(walk, *(const ProtobufCMessage *const *)at(message, field));
}

static enum occupare_code
walk_message(struct walk *walk, const ProtobufCMessage *message)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];

		if (is_left_out(message->descriptor, field) || !is_there(message, field))
			continue;
		assert(walk->column.depth < STARTER_FIELDS_MAX);
		walk->column.fields[walk->column.depth++] = field;
		if (walk_field(walk, message, field) != OCCUPARE_OK)
			return walk->st->code;
		walk->column.depth--;
	}
	return OCCUPARE_OK;
}

enum occupare_code
starter_each(struct occ_arena *arena, const Occupare__V1__Occupation *occupation, starter_visit *visit, void *data,
    struct occupare_status *st)
{
	struct walk walk = { .arena = arena, .visit = visit, .data = data, .st = st };

	occupare_status_clear(st);
	return walk_message(&walk, &occupation->base);
}

/* ---- Columns ---- */

/* Fields of one message lie in one array, in the order of their numbers. */
static int
compare_fields(const ProtobufCFieldDescriptor *a, const ProtobufCFieldDescriptor *b)
{
	return (a->id > b->id) - (a->id < b->id);
}

int
starter_compare(const struct starter_column *a, const struct starter_column *b)
{
	size_t list = starter_list_depth(a);

	for (size_t i = 0; i < a->depth && i < b->depth; i++) {
		int order = compare_fields(a->fields[i], b->fields[i]);

		if (order == 0 && i + 1 == list) {
			order = a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind) : strcmp(a->key, b->key);
		}
		if (order != 0)
			return order;
	}
	return (a->depth > b->depth) - (a->depth < b->depth);
}

/* Of SKILL_KIND_SKILL, SKILL. */
static const char *
short_name(const ProtobufCEnumDescriptor *kinds, const ProtobufCEnumValue *value)
{
	return value->name + (strlen(kinds->values[0].name) - strlen("UNSPECIFIED"));
}

static const char *
key_text(struct occ_arena *arena, const struct starter_column *column, const ProtobufCFieldDescriptor *list)
{
	const ProtobufCFieldDescriptor *kind = field_named(list->descriptor, keyed_of(list->descriptor)->kind);

	if (kind == NULL)
		return column->key;
	return occ_arena_printf(arena, "%s %s",
	    short_name(kind->descriptor, protobuf_c_enum_descriptor_get_value(kind->descriptor, column->kind)),
	    column->key);
}

char *
starter_column_name(struct occ_arena *arena, const struct starter_column *column)
{
	size_t list = starter_list_depth(column);
	char *name = "";

	for (size_t i = 0; i < column->depth; i++) {
		const ProtobufCFieldDescriptor *field = column->fields[i];
		const char *value = list == 0 || i < list ? NULL
							  : keyed_of(column->fields[list - 1]->descriptor)->value;

		if (value == NULL || strcmp(value, field->name) != 0)
			name = occ_arena_printf(arena, "%s%s%s", name, i > 0 ? "." : "", field->name);
		if (i + 1 == list)
			name = occ_arena_printf(arena, "%s[%s]", name, key_text(arena, column, field));
	}
	if (starter_is_place(column))
		name = occ_arena_printf(arena, "%s.place", name);
	return column->source == 0 ? name : occ_arena_printf(arena, "%s@%u", name, column->source);
}

static enum occupare_code
no_field(struct occupare_status *st)
{
	return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "is no field of an occupation that a table has");
}

/* Takes the kind off the start of an element's name. False: there is none such. */
static bool
take_kind(const ProtobufCFieldDescriptor *field, const char **key, int *ret)
{
	const ProtobufCEnumDescriptor *kinds = field->descriptor;
	size_t length = strcspn(*key, " ");

	for (unsigned i = 0; i < kinds->n_values; i++) {
		const char *name = short_name(kinds, &kinds->values[i]);

		if (strlen(name) != length || strncmp(name, *key, length) != 0 || (*key)[length] == '\0')
			continue;
		*key += length + 1;
		*ret = kinds->values[i].value;
		return true;
	}
	return false;
}

/* Reads "[SKILL Writing].level" in place. */
static enum occupare_code
parse_element(
    char *text, const ProtobufCFieldDescriptor *list, struct starter_column *column, struct occupare_status *st)
{
	const struct keyed *names = keyed_of(list->descriptor);
	const ProtobufCFieldDescriptor *kind = field_named(list->descriptor, names->kind), *value;
	char *end = strrchr(text, ']');

	if (text[0] != '[' || end == NULL)
		return no_field(st);
	*end++ = '\0';
	column->key = text + 1;
	if ((kind != NULL && !take_kind(kind, &column->key, &column->kind)) || column->key[0] == '\0')
		return no_field(st);
	if (strcmp(end, ".place") == 0)
		return OCCUPARE_OK;
	value = field_named(list->descriptor, end[0] == '.' ? end + 1 : end[0] == '\0' ? names->value : NULL);
	if (value == NULL || is_left_out(list->descriptor, value))
		return no_field(st);
	column->fields[column->depth++] = value;
	return OCCUPARE_OK;
}

/* Reads "salary.top_state.label" in place. */
static enum occupare_code
parse_path(char *text, struct starter_column *column, struct occupare_status *st)
{
	const ProtobufCMessageDescriptor *of = &occupare__v1__occupation__descriptor;

	for (;;) {
		size_t length = strcspn(text, ".[");
		char after = text[length];
		const ProtobufCFieldDescriptor *field;

		text[length] = '\0';
		field = field_named(of, text);
		text[length] = after;
		/* The last place is for what an element has. */
		if (field == NULL || is_left_out(of, field) || column->depth + 1 == STARTER_FIELDS_MAX)
			return no_field(st);
		column->fields[column->depth++] = field;
		if (is_cell(field))
			return after == '\0' ? OCCUPARE_OK : no_field(st);
		if (is_list(field))
			return parse_element(text + length, field, column, st);
		if (after != '.')
			return no_field(st);
		of = field->descriptor;
		text += length + 1;
	}
}

enum occupare_code
starter_column_parse(struct occ_arena *arena, const char *name, struct starter_column *ret, struct occupare_status *st)
{
	struct starter_column column = { 0 };
	char *copy = occ_arena_strdup(arena, name), *end = strrchr(copy, ']');
	char *source = strchr(end == NULL ? copy : end, '@');

	if (source != NULL)
		*source++ = '\0';
	if (parse_path(copy, &column, st) != OCCUPARE_OK)
		return st->code;
	if (source != NULL &&
	    !(is_figure(column.fields[column.depth - 1]) && starter_count_parse(source, &column.source)))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "\"%s\" is no source of its figures", source);
	*ret = column;
	return OCCUPARE_OK;
}

/* ---- Cells ---- */

bool
starter_count_parse(const char *text, uint32_t *ret)
{
	uint64_t value = 0;
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 10 || text[length] != '\0')
		return false;
	for (size_t i = 0; i < length; i++)
		value = value * 10 + (uint64_t)(text[i] - '0');
	if (value > UINT32_MAX)
		return false;
	*ret = (uint32_t)value;
	return true;
}

/* Takes a decimal number off the start of the text. */
static bool
take_number(char **text, double *ret)
{
	const char *digits = *text + (**text == '-');
	char *end;

	/* strtod takes hexadecimal digits, names of no number and white space as well. */
	if (digits[0] < '0' || digits[0] > '9' || digits[1] == 'x' || digits[1] == 'X')
		return false;
	*ret = strtod(*text, &end);
	*text = end;
	return isfinite(*ret);
}

/* Takes value and status off the start of the text: 12, 12d, 12i, 12+, *, -. */
static bool
take_value(char **text, Occupare__V1__Figure *figure)
{
	bool value = take_number(text, &figure->value);

	for (size_t status = 1; status < LENGTH(marks); status++)
		if (has_value(status) == value && **text == marks[status]) {
			++*text;
			figure->status = status;
			return true;
		}
	return value;
}

static enum occupare_code
parse_figure(struct occ_arena *arena, const struct starter_column *column, const char *cell, Occupare__V1__Figure **ret,
    struct occupare_status *st)
{
	Occupare__V1__Figure *figure = occ_arena_alloc(arena, sizeof *figure);
	char *text = occ_arena_strdup(arena, cell);
	bool fine;

	occupare__v1__figure__init(figure);
	figure->source = column->source;
	fine = take_value(&text, figure);
	if (fine && *text == '~') {
		text++;
		fine = take_number(&text, &figure->relative_standard_error);
	}
	if (fine && *text == '@')
		fine = starter_count_parse(text + 1, &figure->source);
	else
		fine &= *text == '\0';
	if (!fine)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "\"%s\" is no figure: give a number, with d, i or + behind it, or * or -", cell);
	*ret = figure;
	return OCCUPARE_OK;
}

enum occupare_code
starter_cell_parse(struct occ_arena *arena, const struct starter_column *column, const char *text,
    ProtobufCMessage *message, struct occupare_status *st)
{
	const ProtobufCFieldDescriptor *field = column->fields[column->depth - 1];
	void *to = place_of(message, field);

	if (is_figure(field))
		return parse_figure(arena, column, text, to, st);
	if (field->type == PROTOBUF_C_TYPE_STRING)
		*(char **)to = occ_arena_strdup(arena, text);
	else if (!starter_count_parse(text, to))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "\"%s\" is no whole number", text);
	return OCCUPARE_OK;
}

bool
starter_is_sources(const struct starter_column *column)
{
	return is_sources(column->fields[column->depth - 1]);
}

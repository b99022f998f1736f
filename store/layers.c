/* Layers merge field by field, walked over protobuf-c's descriptors, so that a new field of the schema merges without a
 * line here.  What proto3 leaves out is absent: zero, false, an empty text, no elements, no sub-message. */
#include "store/layers.h"

#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"

/* What was written by hand wins over what was loaded, and a file that somebody chose over a publisher's release.
 * Publishers follow from the one whose data is nearest to the people counted to the one that describes the work. Skills as the
 * projections rank them are for occupations that nobody rated; starter data is for what no release was imported for; a name as
 * the classification has it is for those that nobody described. */
const char *const layers_origins[] = { "manual", "json", "demographics", "demographics-age", "projections",
	"projections-education", "oews", "onet", "projections-skills", "starter", "soc", NULL };

/* Sub-messages merged field by field. All others are leaves: what they hold belongs together. */
static const ProtobufCMessageDescriptor *const sections[] = {
	&occupare__v1__salary__descriptor,
	&occupare__v1__outlook__descriptor,
	&occupare__v1__experience__descriptor,
	&occupare__v1__education__descriptor,
	&occupare__v1__demographics__descriptor,
};

/* Fields that mean something only together: all come from the highest layer that has one of them. */
static const struct unit {
	const ProtobufCMessageDescriptor *of;
	const char *fields[3];
} units[] = {
	{ &occupare__v1__salary__descriptor, { "annual_low", "annual_high" } },
	{ &occupare__v1__outlook__descriptor, { "growth_percent", "from_year", "to_year" } },
	{ &occupare__v1__experience__descriptor, { "months_to_become_low", "months_to_become_high" } },
	{ &occupare__v1__occupation__descriptor, { "responsibilities", "more_responsibilities" } },
};

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

int
layers_rank(const char *origin)
{
	for (int i = 0; layers_origins[i] != NULL; i++)
		if (strcmp(layers_origins[i], origin) == 0)
			return i;
	return -1;
}

/* ---- Fields of any message ---- */

static const void *
member(const void *message, size_t offset)
{
	return (const char *)message + offset;
}

static const ProtobufCMessage *
sub_message(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return *(const ProtobufCMessage *const *)member(message, field->offset);
}

static size_t
elements(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return *(const size_t *)member(message, field->quantifier_offset);
}

static bool
is_section(const ProtobufCFieldDescriptor *field)
{
	if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
		return false;
	for (size_t i = 0; i < LENGTH(sections); i++)
		if (field->descriptor == sections[i])
			return true;
	return false;
}

static bool has(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

static bool
has_anything(const ProtobufCMessage *message)
{
	for (unsigned i = 0; message != NULL && i < message->descriptor->n_fields; i++)
		if (has(message, &message->descriptor->fields[i]))
			return true;
	return false;
}

/* message: NULL has nothing. */
static bool
has(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	static const char zero[sizeof(ProtobufCBinaryData)];
	const char *text;

	if (message == NULL)
		return false;
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return elements(message, field) > 0;
	if (is_section(field))
		return has_anything(sub_message(message, field));
	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return sub_message(message, field) != NULL;
	case PROTOBUF_C_TYPE_STRING:
		text = *(const char *const *)member(message, field->offset);
		return text != NULL && text[0] != '\0';
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)member(message, field->offset))->len > 0;
	default:
		return memcmp(member(message, field->offset), zero, occ_element_size(field->type)) != 0;
	}
}

static bool equal_messages(const ProtobufCMessage *a, const ProtobufCMessage *b);

static bool
equal_values(ProtobufCType type, const void *a, const void *b)
{
	const char *const *text_a = a, *const *text_b = b;
	const ProtobufCBinaryData *bytes_a = a, *bytes_b = b;

	switch (type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return equal_messages(*(const ProtobufCMessage *const *)a, *(const ProtobufCMessage *const *)b);
	case PROTOBUF_C_TYPE_STRING:
		return strcmp(*text_a == NULL ? "" : *text_a, *text_b == NULL ? "" : *text_b) == 0;
	case PROTOBUF_C_TYPE_BYTES:
		return bytes_a->len == bytes_b->len &&
		       (bytes_a->len == 0 || memcmp(bytes_a->data, bytes_b->data, bytes_a->len) == 0);
	default:
		return memcmp(a, b, occ_element_size(type)) == 0;
	}
}

static bool
equal_fields(const ProtobufCMessage *a, const ProtobufCMessage *b, const ProtobufCFieldDescriptor *field)
{
	size_t size = occ_element_size(field->type);

	if (field->label != PROTOBUF_C_LABEL_REPEATED)
		return equal_values(field->type, member(a, field->offset), member(b, field->offset));
	if (elements(a, field) != elements(b, field))
		return false;
	const char *list_a = *(const char *const *)member(a, field->offset);
	const char *list_b = *(const char *const *)member(b, field->offset);
	for (size_t i = 0; i < elements(a, field); i++)
		if (!equal_values(field->type, list_a + i * size, list_b + i * size))
			return false;
	return true;
}

static bool
equal_messages(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	for (unsigned i = 0; i < a->descriptor->n_fields; i++)
		if (!equal_fields(a, b, &a->descriptor->fields[i]))
			return false;
	return true;
}

bool
layers_equal(const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b, const char *field)
{
	return a != NULL && b != NULL &&
	       equal_fields(&a->base, &b->base,
		   protobuf_c_message_descriptor_get_field_by_name(&occupare__v1__occupation__descriptor, field));
}

/* Shares what the field points to. */
static void
copy_field(ProtobufCMessage *out, const ProtobufCMessage *in, const ProtobufCFieldDescriptor *field)
{
	bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;

	memcpy((char *)out + field->offset, member(in, field->offset),
	    repeated ? sizeof(void *) : occ_element_size(field->type));
	if (repeated)
		memcpy((char *)out + field->quantifier_offset, member(in, field->quantifier_offset), sizeof(size_t));
}

static ProtobufCMessage *
new_message(struct occ_arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
	ProtobufCMessage *message = occ_arena_alloc(arena, descriptor->sizeof_message);

	protobuf_c_message_init(descriptor, message);
	return message;
}

/* The sub-message of a section, made where there is none. */
static ProtobufCMessage *
section_of(struct occ_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	ProtobufCMessage **sub = (ProtobufCMessage **)((char *)message + field->offset);

	if (*sub == NULL)
		*sub = new_message(arena, field->descriptor);
	return *sub;
}

static const ProtobufCFieldDescriptor *
field_named(const ProtobufCMessageDescriptor *descriptor, const char *name)
{
	return protobuf_c_message_descriptor_get_field_by_name(descriptor, name);
}

/* The unit that a field is part of, or NULL. */
static const struct unit *
unit_of(const ProtobufCMessageDescriptor *descriptor, const ProtobufCFieldDescriptor *field)
{
	for (size_t i = 0; i < LENGTH(units); i++) {
		if (units[i].of != descriptor)
			continue;
		for (size_t j = 0; j < LENGTH(units[i].fields) && units[i].fields[j] != NULL; j++)
			if (strcmp(units[i].fields[j], field->name) == 0)
				return &units[i];
	}
	return NULL;
}

/* The message has the field, or another one of its unit. */
static bool
has_unit(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const struct unit *unit = message == NULL ? NULL : unit_of(message->descriptor, field);

	if (unit == NULL)
		return has(message, field);
	for (size_t i = 0; i < LENGTH(unit->fields) && unit->fields[i] != NULL; i++)
		if (has(message, field_named(message->descriptor, unit->fields[i])))
			return true;
	return false;
}

static bool
equal_units(const ProtobufCMessage *a, const ProtobufCMessage *b, const ProtobufCFieldDescriptor *field)
{
	const struct unit *unit = unit_of(a->descriptor, field);

	if (unit == NULL)
		return equal_fields(a, b, field);
	for (size_t i = 0; i < LENGTH(unit->fields) && unit->fields[i] != NULL; i++)
		if (!equal_fields(a, b, field_named(a->descriptor, unit->fields[i])))
			return false;
	return true;
}

/* Merged by a rule of its own, or set by the store. */
static bool
is_apart(const ProtobufCMessageDescriptor *descriptor, const ProtobufCFieldDescriptor *field)
{
	return descriptor == &occupare__v1__occupation__descriptor &&
	       (strcmp(field->name, "sources") == 0 || strcmp(field->name, "revision") == 0 ||
		   strcmp(field->name, "update_time") == 0);
}

/* Both are salaries and of different currencies. */
static bool
other_currency(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
	const ProtobufCFieldDescriptor *field;

	if (a == NULL || b == NULL || a->descriptor != &occupare__v1__salary__descriptor)
		return false;
	field = field_named(a->descriptor, "currency_code");
	return has(a, field) && has(b, field) && !equal_fields(a, b, field);
}

static const char *
join(struct occ_arena *arena, const char *path, const char *name)
{
	return path == NULL ? name : occ_arena_printf(arena, "%s.%s", path, name);
}

/* ---- Figures and sources ---- */

void
layers_map_sources(ProtobufCMessage *message, layers_map_source *map, void *data)
{
	if (message == NULL)
		return;
	if (message->descriptor == &occupare__v1__figure__descriptor) {
		Occupare__V1__Figure *figure = (Occupare__V1__Figure *)message;

		uint32_t mapped = figure->source == 0 ? 0 : map(data, figure->source);

		if (mapped != figure->source)
			figure->source = mapped;
		return;
	}
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		void *at = (char *)message + field->offset;

		if (field->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		if (field->label != PROTOBUF_C_LABEL_REPEATED) {
			layers_map_sources(*(ProtobufCMessage **)at, map, data);
			continue;
		}
		for (size_t j = 0; j < elements(message, field); j++)
			layers_map_sources((*(ProtobufCMessage ***)at)[j], map, data);
	}
}

struct reference {
	uint32_t id;
	bool found;
};

static uint32_t
note_reference(void *data, uint32_t id)
{
	struct reference *reference = data;

	if (id == reference->id)
		reference->found = true;
	return id;
}

/* A figure of the message names the source. The message is left as it is. */
static bool
refers_to(Occupare__V1__Occupation *occupation, uint32_t id)
{
	struct reference reference = { .id = id };

	layers_map_sources(&occupation->base, note_reference, &reference);
	return reference.found;
}

static const Occupare__V1__Source *
source_by_id(const Occupare__V1__Occupation *occupation, uint32_t id)
{
	for (size_t i = 0; occupation != NULL && i < occupation->n_sources; i++)
		if (occupation->sources[i]->id == id)
			return occupation->sources[i];
	return NULL;
}

static int
by_id(const void *a, const void *b)
{
	const Occupare__V1__Source *const *left = a, *const *right = b;

	return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

/* ---- Merging ---- */

struct merging {
	struct occ_arena *arena;
	const Occupare__Store__V1__Layer *const *layers;
	size_t current;              /* the layer whose fields are being taken */
	bool gave;                   /* it gave one */
	const ProtobufCMessage *pay; /* the highest salary with a currency */
	bool pay_over;               /* a salary of another currency was met */
};

static bool
is_cleared(const struct merging *merging, const char *path)
{
	for (size_t i = 0; i < merging->current; i++)
		for (size_t j = 0; j < merging->layers[i]->n_cleared; j++)
			if (strcmp(merging->layers[i]->cleared[j], path) == 0)
				return true;
	return false;
}

/* A field whose unit lost a member by call is gone with it. */
static bool
is_unit_cleared(const struct merging *merging, const ProtobufCMessageDescriptor *of,
    const ProtobufCFieldDescriptor *field, const char *path)
{
	const struct unit *unit = unit_of(of, field);

	if (unit == NULL)
		return is_cleared(merging, join(merging->arena, path, field->name));
	for (size_t i = 0; i < LENGTH(unit->fields) && unit->fields[i] != NULL; i++)
		if (is_cleared(merging, join(merging->arena, path, unit->fields[i])))
			return true;
	return false;
}

static void take_fields(struct merging *merging, ProtobufCMessage *out, const ProtobufCMessage *in, const char *path);

/* Figures of two currencies must not mix: from the first layer on that is in another one, pay gives nothing. */
static bool
pay_is_over(struct merging *merging, const ProtobufCMessage *section)
{
	if (section->descriptor != &occupare__v1__salary__descriptor)
		return false;
	merging->pay_over |= other_currency(merging->pay, section);
	if (merging->pay == NULL && has(section, field_named(section->descriptor, "currency_code")))
		merging->pay = section;
	return merging->pay_over;
}

static void
take_section(struct merging *merging, ProtobufCMessage *out, const ProtobufCMessage *in,
    const ProtobufCFieldDescriptor *field, const char *path)
{
	const ProtobufCMessage *sub = sub_message(in, field);

	if (!pay_is_over(merging, sub))
		take_fields(merging, section_of(merging->arena, out, field), sub, path);
}

/* Gives out what it lacks and in has. */
static void
take_fields(struct merging *merging, ProtobufCMessage *out, const ProtobufCMessage *in, const char *path)
{
	const ProtobufCMessageDescriptor *descriptor = in->descriptor;
	/* What the layers above gave: a unit that starts with one of them stays theirs. */
	ProtobufCMessage *above = occ_arena_alloc(merging->arena, descriptor->sizeof_message);

	memcpy(above, out, descriptor->sizeof_message);
	for (unsigned i = 0; i < descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
		const char *field_path;

		if (is_apart(descriptor, field) || !has(in, field))
			continue;
		field_path = join(merging->arena, path, field->name);
		if (is_unit_cleared(merging, descriptor, field, path))
			continue;
		if (is_section(field)) {
			take_section(merging, out, in, field, field_path);
		} else if (!has_unit(above, field)) {
			copy_field(out, in, field);
			/* Every layer knows whom it speaks of. */
			merging->gave |= strcmp(field_path, "id") != 0;
		}
	}
}

/* Adds the sources of the current layer that a layer above does not give nor clear. Cleared ones that a figure names
 * are kept: a figure without its source would be worse. */
static void
take_sources(struct merging *merging, Occupare__V1__Occupation *out, const Occupare__V1__Occupation *in)
{
	bool cleared = is_cleared(merging, "sources");
	size_t count = out->n_sources;
	Occupare__V1__Source **sources = occ_arena_calloc(
	    merging->arena, count + in->n_sources, sizeof(Occupare__V1__Source *));

	if (count > 0)
		memcpy(sources, out->sources, count * sizeof(Occupare__V1__Source *));
	out->sources = sources;
	for (size_t i = 0; i < in->n_sources; i++) {
		Occupare__V1__Source *source = in->sources[i];

		if (source_by_id(out, source->id) == NULL && (!cleared || refers_to(out, source->id)))
			out->sources[out->n_sources++] = source;
	}
}

/* How many layers count: those down to the first deletion. */
static size_t
layers_served(const Occupare__Store__V1__Layer *const *layers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (layers[i]->deleted)
			return i + 1;
	return count;
}

Occupare__V1__Occupation *
layers_merge(struct occ_arena *arena, const Occupare__Store__V1__Layer *const *layers, size_t count)
{
	struct merging merging = { .arena = arena, .layers = layers };
	size_t served = layers_served(layers, count);
	bool *gave = occ_arena_calloc(arena, served, sizeof *gave);
	ProtobufCMessage *message = new_message(arena, &occupare__v1__occupation__descriptor);
	Occupare__V1__Occupation *out = (Occupare__V1__Occupation *)message;

	for (merging.current = 0; merging.current < served; merging.current++) {
		merging.gave = false;
		if (layers[merging.current]->occupation != NULL)
			take_fields(&merging, message, &layers[merging.current]->occupation->base, NULL);
		gave[merging.current] = merging.gave;
	}
	if (out->title[0] == '\0')
		return NULL;
	/* After all fields, because whether a source is named by a figure is known only then. */
	for (merging.current = 0; merging.current < served; merging.current++)
		if (gave[merging.current])
			take_sources(&merging, out, layers[merging.current]->occupation);
	if (out->n_sources > 0)
		qsort(out->sources, out->n_sources, sizeof(Occupare__V1__Source *), by_id);
	return out;
}

/* ---- Difference ---- */

struct difference {
	struct occ_arena *arena;
	Occupare__Store__V1__Layer *layer;
	size_t cleared_room;
};

static void
clear(struct difference *difference, const char *path)
{
	Occupare__Store__V1__Layer *layer = difference->layer;

	if (layer->n_cleared == difference->cleared_room) {
		size_t room = difference->cleared_room * 2 + 8;
		char **cleared = occ_arena_calloc(difference->arena, room, sizeof(char *));

		if (layer->n_cleared > 0)
			memcpy(cleared, layer->cleared, layer->n_cleared * sizeof(char *));
		layer->cleared = cleared;
		difference->cleared_room = room;
	}
	layer->cleared[layer->n_cleared++] = occ_arena_strdup(difference->arena, path);
}

static void differ_fields(struct difference *difference, ProtobufCMessage *out, const ProtobufCMessage *given,
    const ProtobufCMessage *below, const char *path);

static void
differ_section(struct difference *difference, ProtobufCMessage *out, const ProtobufCMessage *given,
    const ProtobufCMessage *below, const ProtobufCFieldDescriptor *field, const char *path)
{
	const ProtobufCMessage *sub_below = below == NULL ? NULL : sub_message(below, field);
	ProtobufCMessage *sub;

	if (!has(given, field)) {
		clear(difference, path);
		return;
	}
	sub = new_message(difference->arena, field->descriptor);
	differ_fields(difference, sub, sub_message(given, field), sub_below, path);
	if (!has_anything(sub))
		return;
	/* Corrected pay says its currency, so that it never joins that of another one which is imported later. */
	if (field->descriptor == &occupare__v1__salary__descriptor)
		copy_field(sub, sub_message(given, field), field_named(field->descriptor, "currency_code"));
	*(ProtobufCMessage **)((char *)out + field->offset) = sub;
}

/* Gives out what given has and below has not or has otherwise, and notes what only below has. below: NULL has nothing. */
static void
differ_fields(struct difference *difference, ProtobufCMessage *out, const ProtobufCMessage *given,
    const ProtobufCMessage *below, const char *path)
{
	bool apart = other_currency(given, below);

	for (unsigned i = 0; i < given->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &given->descriptor->fields[i];
		const char *field_path;

		if (is_apart(given->descriptor, field) || (!has(given, field) && !has(below, field)))
			continue;
		field_path = join(difference->arena, path, field->name);
		if (is_section(field))
			differ_section(difference, out, given, below, field, field_path);
		else if (!has(given, field))
			clear(difference, field_path);
		else if (apart || below == NULL || !equal_units(given, below, field))
			copy_field(out, given, field);
	}
}

/* All sources of the record, where the layer holds anything or they differ themselves: which of them a layer below goes on
 * giving cannot be told from here. */
static void
differ_sources(struct difference *difference, Occupare__V1__Occupation *out, const Occupare__V1__Occupation *given,
    const Occupare__V1__Occupation *below)
{
	bool differ = has_anything(&out->base) || difference->layer->n_cleared > 0 || below == NULL;
	bool cleared = false;

	for (size_t i = 0; below != NULL && i < below->n_sources; i++)
		cleared |= source_by_id(given, below->sources[i]->id) == NULL;
	if (cleared)
		clear(difference, "sources");
	for (size_t i = 0; i < given->n_sources && !differ; i++) {
		const Occupare__V1__Source *there = source_by_id(below, given->sources[i]->id);

		differ = there == NULL || !equal_messages(&given->sources[i]->base, &there->base);
	}
	if (differ || cleared) {
		out->n_sources = given->n_sources;
		out->sources = given->sources;
	}
}

Occupare__Store__V1__Layer *
layers_difference(struct occ_arena *arena, const Occupare__V1__Occupation *given, const Occupare__V1__Occupation *below)
{
	struct difference difference = { .arena = arena };
	ProtobufCMessage *layer = new_message(arena, &occupare__store__v1__layer__descriptor);
	ProtobufCMessage *out = new_message(arena, &occupare__v1__occupation__descriptor);

	difference.layer = (Occupare__Store__V1__Layer *)layer;
	difference.layer->occupation = (Occupare__V1__Occupation *)out;
	differ_fields(&difference, out, &given->base, below == NULL ? NULL : &below->base, NULL);
	differ_sources(&difference, difference.layer->occupation, given, below);
	difference.layer->occupation->id = given->id;
	return difference.layer;
}

/* Search in what occupations need and do: the words of their skills and duties.
 *
 * These words have no postings: they would outweigh those of all names, for what is looked at last.  Instead each occupation has
 * marks, bits that the beginnings of its words set (superimposed coding, Mooers 1951).  One walk over all marks leaves the
 * occupations that may hold every word, and their texts are read in the packed records. */
#include "store/db.h"

#include <string.h>

#include "store/check.h"

/* Beginnings that are marked, in bytes: a word that is being typed is found from the first of them on, the longer ones leave
 * fewer texts to be read. */
#define BEGINNING_SHORT 3u
#define BEGINNING_LONG 5u
#define BEGINNING_LONGER 8u

#define ARENA_BYTES_KEPT ((size_t)16 << 10)

struct texts {
	struct occ_arena arena; /* of one occupation, so that a store of any size can be looked through */
	enum content content;
	char *const *words;
	size_t count;
	uint8_t marks[CONTENT_MARKS_BYTES]; /* that an occupation must have */
	uint32_t field;                     /* number of the field with the texts, in Occupation */
	uint32_t name;                      /* in Skill */
	content_visit *visit;
	void *data;
};

/* ---- Marks ---- */

/* FNV-1a, of which the bits to set are taken. */
static uint32_t
hash(const char *bytes, size_t length)
{
	uint32_t value = 2166136261u;

	for (size_t i = 0; i < length; i++)
		value = (value ^ (uint8_t)bytes[i]) * 16777619u;
	return value ^ value >> 15;
}

/* True: the word is long enough to set a bit. */
static bool
mark_word(uint8_t marks[CONTENT_MARKS_BYTES], const char *word)
{
	static const size_t beginnings[] = { BEGINNING_SHORT, BEGINNING_LONG, BEGINNING_LONGER };
	size_t length = strlen(word);

	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0] && length >= beginnings[i]; i++) {
		size_t bit = hash(word, beginnings[i]) % (8 * CONTENT_MARKS_BYTES);

		marks[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
	return length >= BEGINNING_SHORT;
}

/* A text as its words are taken from it: in the buffer where it can be, else in the arena. */
static char *
plain_text(struct occ_arena *arena, const char *text, size_t length, char buffer[CHECK_TEXT_BYTES_MAX + 1])
{
	size_t i;

	for (i = 0; i < length && i < CHECK_TEXT_BYTES_MAX && (unsigned char)text[i] < 0x80; i++)
		buffer[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
	if (i < length)
		return index_plain(arena, occ_arena_strndup(arena, text, length));
	buffer[i] = '\0';
	return buffer;
}

static void
mark_text(struct occ_arena *arena, uint8_t marks[CONTENT_MARKS_BYTES], const char *text)
{
	char buffer[CHECK_TEXT_BYTES_MAX + 1], *at = plain_text(arena, text, strlen(text), buffer), *word;

	while ((word = index_next_word(&at)) != NULL)
		mark_word(marks, word);
}

void
contents_mark(struct occ_arena *arena, const Occupare__V1__Occupation *record, struct content_marks *ret)
{
	memset(ret, 0, sizeof *ret);
	for (size_t i = 0; i < record->n_skills; i++)
		mark_text(arena, ret->of[CONTENT_SKILL], record->skills[i]->name);
	for (size_t i = 0; i < record->n_responsibilities; i++)
		mark_text(arena, ret->of[CONTENT_DUTY], record->responsibilities[i]);
}

static bool
has_marks(const uint8_t marks[CONTENT_MARKS_BYTES], const uint8_t needed[CONTENT_MARKS_BYTES])
{
	for (size_t i = 0; i < CONTENT_MARKS_BYTES; i += sizeof(uint64_t)) {
		uint64_t has, must;

		memcpy(&has, marks + i, sizeof has);
		memcpy(&must, needed + i, sizeof must);
		if ((must & ~has) != 0)
			return false;
	}
	return true;
}

/* ---- Packed records ---- */

/* The length-delimited fields of a packed message, one after another.
 * Encoding: https://protobuf.dev/programming-guides/encoding/ */
struct fields {
	const uint8_t *at, *end;
	uint32_t number;
	const char *bytes;
	size_t length;
};

static bool
read_varint(struct fields *fields, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; fields->at < fields->end && shift < 64; shift += 7) {
		value |= (uint64_t)(*fields->at & 0x7F) << shift;
		if (*fields->at++ < 0x80) {
			*ret = value;
			return true;
		}
	}
	return false;
}

/* False: at the end, or at what is no field. */
static bool
next_field(struct fields *fields)
{
	enum { VARINT, FIXED64, DELIMITED, FIXED32 = 5 };
	uint64_t tag, length;

	while (read_varint(fields, &tag)) {
		if ((tag & 7) == VARINT) {
			if (!read_varint(fields, &length))
				return false;
			continue;
		}
		if ((tag & 7) == FIXED64)
			length = 8;
		else if ((tag & 7) == FIXED32)
			length = 4;
		else if ((tag & 7) != DELIMITED || !read_varint(fields, &length))
			return false;
		if (length > (size_t)(fields->end - fields->at))
			return false;
		fields->bytes = (const char *)fields->at;
		fields->length = (size_t)length;
		fields->number = (uint32_t)(tag >> 3);
		fields->at += length;
		if ((tag & 7) == DELIMITED)
			return true;
	}
	return false;
}

static struct fields
fields_of(const void *bytes, size_t length)
{
	return (struct fields){ .at = bytes, .end = (const uint8_t *)bytes + length };
}

/* The number of a field that is there by this name. */
static uint32_t
field_number(const ProtobufCMessageDescriptor *descriptor, const char *name)
{
	return protobuf_c_message_descriptor_get_field_by_name(descriptor, name)->id;
}

/* ---- Texts ---- */

static bool
is_word_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '#';
}

/* False: no word of the text starts so.  This tells most texts apart without their words being taken from them, and leaves it
 * open where there are apostrophes or letters that are not ASCII.  The bit 0x20 makes a letter lower-case and is set in all other
 * bytes of words. */
static bool
may_start_word(const char *text, size_t length, const char *start)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t start_length = strlen(start);
	uint8_t all = 0;

	for (size_t i = 0; i < length; i++)
		all |= bytes[i];
	if (all >= 0x80 || memchr(text, '\'', length) != NULL)
		return true;
	for (size_t i = 0; i + start_length <= length; i++) {
		size_t same = 0;

		if ((bytes[i] | 0x20) != start[0] || (i > 0 && is_word_byte(bytes[i - 1])))
			continue;
		while (same < start_length && (bytes[i + same] | 0x20) == start[same] && is_word_byte(bytes[i + same]))
			same++;
		if (same == start_length)
			return true;
	}
	return false;
}

/* Each word of the query starts a word of the text.  ret_whole: and they are all its words. */
static bool
match_text(struct texts *texts, const char *text, size_t length, bool *ret_whole)
{
	char buffer[CHECK_TEXT_BYTES_MAX + 1], *at, *word;
	uint32_t all = ((uint32_t)1 << texts->count) - 1, started = 0, equal = 0;
	size_t count = 0;

	for (size_t i = 0; i < texts->count; i++)
		if (!may_start_word(text, length, texts->words[i]))
			return false;
	at = plain_text(&texts->arena, text, length, buffer);
	while ((word = index_next_word(&at)) != NULL) {
		count++;
		for (size_t i = 0; i < texts->count; i++) {
			size_t same = strlen(texts->words[i]);

			if (strncmp(word, texts->words[i], same) != 0)
				continue;
			started |= (uint32_t)1 << i;
			equal |= (uint32_t)(word[same] == '\0') << i;
		}
	}
	*ret_whole = equal == all && count == texts->count;
	return started == all;
}

/* How much a skill matters: up to 100 as rated, more where postings of the occupation ask for it. */
static unsigned
skill_weight(struct occ_arena *arena, MDB_val packed)
{
	const unsigned in_demand = 110, hot = 50;
	Occupare__V1__Skill *skill = occupare__v1__skill__unpack(&arena->allocator, packed.mv_size, packed.mv_data);
	double rated = 0;

	if (skill == NULL)
		return 0;
	if (skill->in_demand)
		return in_demand;
	if (skill->importance != NULL)
		rated = skill->importance->value;
	if (skill->percent != NULL && skill->percent->value > rated)
		rated = skill->percent->value;
	if (skill->hot && rated < hot)
		rated = hot;
	return rated > 0 && rated <= 100 ? (unsigned)rated : 0;
}

/* The text in a field of a record; false: it has none. */
static bool
text_in(const struct texts *texts, const struct fields *field, struct fields *ret)
{
	if (field->number != texts->field)
		return false;
	*ret = *field;
	if (texts->content == CONTENT_DUTY)
		return true;
	*ret = fields_of(field->bytes, field->length);
	return next_field(ret) && ret->number == texts->name;
}

/* Visits the texts that match, up to one that does as a whole. */
static void
match_record(struct texts *texts, uint32_t occupation, MDB_val record)
{
	struct fields fields = fields_of(record.mv_data, record.mv_size), text;
	unsigned weight = 0;
	bool whole;

	while (next_field(&fields)) {
		if (!text_in(texts, &fields, &text) || !match_text(texts, text.bytes, text.length, &whole))
			continue;
		if (texts->content == CONTENT_SKILL)
			weight = skill_weight(&texts->arena, db_bytes(fields.bytes, fields.length));
		texts->visit(texts->data, occupation, text.bytes, text.length, whole, weight);
		if (whole)
			return;
	}
}

/* Looks at an occupation whose marks say that it may have the words. */
static enum occupare_code
match_occupation(struct texts *texts, struct store_txn *txn, uint32_t occupation, struct occupare_status *st)
{
	enum store_db db = texts->content == CONTENT_SKILL ? DB_SKILLS : DB_OCCUPATIONS;
	MDB_val id, record;
	bool found;

	if (occupation_id(txn, occupation, &id, st) != OCCUPARE_OK ||
	    db_get(txn, db, id, &record, &found, st) != OCCUPARE_OK)
		return st->code;
	if (found)
		match_record(texts, occupation, record);
	return OCCUPARE_OK;
}

/* Looks at all that may have the words. */
static enum occupare_code
walk_marks(struct texts *texts, struct store_txn *txn, struct occupare_status *st)
{
	struct occupare_status walk_st;
	enum occupare_code code = OCCUPARE_OK;
	struct db_walk walk;

	for (db_walk_begin(&walk, txn, DB_MARKS, db_bytes(NULL, 0), 0); code == OCCUPARE_OK && db_walk_row(&walk);
	     db_walk_next(&walk)) {
		const struct content_marks *marks = walk.value.mv_data;

		if (walk.key.mv_size != 4 || walk.value.mv_size != sizeof *marks ||
		    !has_marks(marks->of[texts->content], texts->marks))
			continue;
		occ_arena_reset(&texts->arena);
		code = match_occupation(texts, txn, db_number(walk.key.mv_data), st);
	}
	if (db_walk_end(&walk, &walk_st) != OCCUPARE_OK && code == OCCUPARE_OK) {
		*st = walk_st;
		code = st->code;
	}
	return code;
}

enum occupare_code
contents_search(struct store_txn *txn, enum content content, char *const *words, size_t count, content_visit *visit,
    void *data, struct occupare_status *st)
{
	struct texts texts = { .content = content, .words = words, .count = count, .visit = visit, .data = data };
	enum occupare_code code;
	bool any = false;

	texts.field = field_number(
	    &occupare__v1__occupation__descriptor, content == CONTENT_SKILL ? "skills" : "responsibilities");
	texts.name = field_number(&occupare__v1__skill__descriptor, "name");
	for (size_t i = 0; i < count; i++)
		any |= mark_word(texts.marks, words[i]);
	if (!any)
		return OCCUPARE_OK;
	occ_arena_init(&texts.arena, ARENA_BYTES_KEPT, CHECK_RECORD_BYTES_MAX * 8);
	code = walk_marks(&texts, txn, st);
	occ_arena_fini(&texts.arena);
	return code;
}

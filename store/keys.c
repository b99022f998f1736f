/* Folding is utf8proc's: https://unicode.org/reports/tr15/ (NFKC), https://unicode.org/reports/tr21/ (case folding). */
#include "store/keys.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#define CODE_BYTES_MAX 256u /* a longer text is no code */

static bool
is_slug_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
keys_is_slug(const char *text)
{
	const char *word = text;
	size_t length = strlen(text);

	if (length == 0 || length > STORE_ID_BYTES_MAX)
		return false;
	for (;;) {
		size_t size = 0;

		while (is_slug_character(word[size]))
			size++;
		if (size == 0 || (size == 2 && memcmp(word, "vs", 2) == 0))
			return false;
		if (word[size] == '\0')
			return true;
		if (word[size] != '-')
			return false;
		word += size + 1;
	}
}

/* Appends a word to a slug; false: it does not fit. */
static bool
slug_append(char *slug, size_t *length, const char *word, size_t size)
{
	size_t hyphen = *length > 0;

	if (size == 2 && memcmp(word, "vs", 2) == 0) {
		word = "versus";
		size = 6;
	}
	if (*length == 0 && size > STORE_ID_BYTES_MAX)
		size = STORE_ID_BYTES_MAX;
	if (*length + hyphen + size > STORE_ID_BYTES_MAX)
		return false;
	if (hyphen)
		slug[(*length)++] = '-';
	memcpy(slug + *length, word, size);
	*length += size;
	return true;
}

/* utf8proc_map into the arena; text that is not UTF-8 is left as it is. */
static char *
map_text(struct occ_arena *arena, const char *text, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t length = utf8proc_map(
	    (const utf8proc_uint8_t *)text, 0, &mapped, options | UTF8PROC_NULLTERM | UTF8PROC_STABLE);
	char *copy;

	if (length < 0)
		return occ_arena_strdup(arena, text);
	copy = occ_arena_strndup(arena, (const char *)mapped, (size_t)length);
	free(mapped);
	return copy;
}

char *
keys_slug(struct occ_arena *arena, const char *title)
{
	const char *text = map_text(arena, title,
	    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
	char *slug = occ_arena_alloc(arena, STORE_ID_BYTES_MAX + 1);
	size_t length = 0;

	while (*text != '\0') {
		size_t size = 0;

		while (is_slug_character(text[size]))
			size++;
		if (size > 0 && !slug_append(slug, &length, text, size))
			break;
		text += size > 0 ? size : 1;
	}
	slug[length] = '\0';
	return length > 0 ? slug : NULL;
}

/* Bytes of the white space that a text starts with; 0: none. */
static size_t
space_length(const char *text)
{
	utf8proc_int32_t character;
	utf8proc_ssize_t size;
	utf8proc_category_t category;

	if ((unsigned char)*text < 0x80)
		return *text == ' ' || (*text >= '\t' && *text <= '\r');
	size = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &character);
	if (size <= 0)
		return 0;
	category = utf8proc_category(character);
	if (category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP)
		return (size_t)size;
	return 0;
}

/* Makes runs of white space one space, in place, and cuts to max bytes. */
static void
squeeze(char *text, size_t max)
{
	const char *in = text;
	char *out = text;
	size_t space;

	while (*in != '\0') {
		if ((space = space_length(in)) > 0) {
			in += space;
			if (out > text && out[-1] != ' ')
				*out++ = ' ';
		} else {
			*out++ = *in++;
		}
	}
	if ((size_t)(out - text) > max) {
		out = text + max;
		while (out > text && ((unsigned char)*out & 0xC0) == 0x80)
			out--;
	}
	if (out > text && out[-1] == ' ')
		out--;
	*out = '\0';
}

char *
keys_fold(struct occ_arena *arena, const char *name, size_t max)
{
	char *folded;
	size_t i;

	for (i = 0; name[i] != '\0' && (unsigned char)name[i] < 0x80; i++)
		;
	if (name[i] == '\0') {
		folded = occ_arena_strndup(arena, name, i);
		for (i = 0; folded[i] != '\0'; i++)
			if (folded[i] >= 'A' && folded[i] <= 'Z')
				folded[i] = (char)(folded[i] + ('a' - 'A'));
	} else {
		folded = map_text(
		    arena, name, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	}
	squeeze(folded, max);
	return folded;
}

char *
keys_code(struct occ_arena *arena, const char *code)
{
	size_t length = strnlen(code, CODE_BYTES_MAX + 1);
	char *key = occ_arena_alloc(arena, length + 1);
	char *out = key;
	bool digit = false;

	if (length > CODE_BYTES_MAX)
		return NULL;
	for (size_t i = 0; i < length; i++) {
		char c = code[i];

		if (c >= '0' && c <= '9')
			digit = true;
		else if (c >= 'a' && c <= 'z')
			c = (char)(c - ('a' - 'A'));
		else if (strchr("-/:_", c) != NULL)
			continue;
		else if (c != '.' && !(c >= 'A' && c <= 'Z'))
			return NULL;
		*out++ = c;
	}
	*out = '\0';
	return digit ? key : NULL;
}

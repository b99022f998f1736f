/* "CEO (Chief Executive Officer)" is two names of one job, "Teacher (Elementary)" is one. */
#include "store/import/onet.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "store/check.h"
#include "store/keys.h"

struct alias {
	char *text;
	const char *folded;
	size_t order;
};

struct aliases {
	struct occ_arena *arena;
	struct alias *items;
	size_t count;
};

/* ---- Expansions ---- */

static bool
is_word_start(const char *text, size_t at)
{
	return isalnum((unsigned char)text[at]) && (at == 0 || !isalnum((unsigned char)text[at - 1]));
}

/* Some word of the text starts with this letter. */
static bool
has_initial(const char *text, char letter)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if (is_word_start(text, i) && toupper((unsigned char)text[i]) == letter)
			return true;
	return false;
}

/* The letters of a stand in b in the same order. */
static bool
is_within(const char *a, const char *b)
{
	for (; *a != '\0'; a++) {
		if (!isalnum((unsigned char)*a))
			continue;
		while (*b != '\0' && toupper((unsigned char)*b) != toupper((unsigned char)*a))
			b++;
		if (*b == '\0')
			return false;
		b++;
	}
	return true;
}

/* "RPhT" of "Registered Pharmacy Technician". */
static bool
is_acronym(const char *a, const char *b)
{
	size_t capitals = 0;
	bool initials = true;

	if (strchr(a, ' ') != NULL)
		return false;
	for (size_t i = 0; a[i] != '\0'; i++)
		if (isupper((unsigned char)a[i])) {
			capitals++;
			initials = initials && has_initial(b, a[i]);
		}
	return capitals >= 2 && (initials || is_within(a, b));
}

/* Both have a word in common. */
static bool
share_word(const char *a, const char *b)
{
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t length = 0;

		if (!is_word_start(a, i))
			continue;
		while (isalnum((unsigned char)a[i + length]))
			length++;
		for (size_t j = 0; b[j] != '\0'; j++)
			if (is_word_start(b, j) && strncasecmp(a + i, b + j, length) == 0 &&
			    !isalnum((unsigned char)b[j + length]))
				return true;
	}
	return false;
}

/* Parts "X (Y)", in the arena, where both name the same. */
static bool
part(struct occ_arena *arena, const char *title, char **ret_outer, char **ret_inner)
{
	size_t length = strlen(title);
	const char *open = strchr(title, '(');

	if (open == NULL || open == title || strchr(open + 1, '(') != NULL || title[length - 1] != ')')
		return false;
	size_t outer = (size_t)(open - title);

	while (outer > 0 && title[outer - 1] == ' ')
		outer--;
	*ret_outer = occ_arena_strndup(arena, title, outer);
	*ret_inner = occ_arena_strndup(arena, open + 1, length - (size_t)(open + 1 - title) - 1);
	return outer > 0 && **ret_inner != '\0' &&
	       (share_word(*ret_outer, *ret_inner) || is_acronym(*ret_inner, *ret_outer) ||
		   is_acronym(*ret_outer, *ret_inner));
}

/* ---- The list ---- */

static void
add(struct aliases *aliases, char *text)
{
	const char *folded;

	if (strlen(text) > CHECK_TITLE_BYTES_MAX)
		return;
	folded = keys_fold(aliases->arena, text, CHECK_TITLE_BYTES_MAX);
	if (*folded == '\0')
		return;
	aliases->items[aliases->count] = (struct alias){ .text = text, .folded = folded, .order = aliases->count };
	aliases->count++;
}

static int
by_name(const void *a, const void *b)
{
	const struct alias *left = a, *right = b;
	int order = strcmp(left->folded, right->folded);

	return order != 0 ? order : (left->order > right->order) - (left->order < right->order);
}

static int
by_order(const void *a, const void *b)
{
	const struct alias *left = a, *right = b;

	return (left->order > right->order) - (left->order < right->order);
}

/* Keeps the first of those alike, in the order they came; the title is the first of all and goes. */
static void
drop_repeated(struct aliases *aliases)
{
	size_t kept = 0;

	qsort(aliases->items, aliases->count, sizeof *aliases->items, by_name);
	for (size_t i = 0; i < aliases->count; i++)
		if (kept == 0 || strcmp(aliases->items[kept - 1].folded, aliases->items[i].folded) != 0)
			aliases->items[kept++] = aliases->items[i];
	aliases->count = kept;
	qsort(aliases->items, aliases->count, sizeof *aliases->items, by_order);
}

char **
onet_aliases(struct occ_arena *arena, const char *title, char *const *titles, size_t count, size_t *ret_count)
{
	struct aliases aliases = { .arena = arena,
		.items = occ_arena_calloc(arena, 2 * count + 1, sizeof *aliases.items) };
	char *outer, *inner, **texts;

	add(&aliases, occ_arena_strdup(arena, title));
	for (size_t i = 0; i < count; i++) {
		if (part(arena, titles[i], &outer, &inner)) {
			add(&aliases, outer);
			add(&aliases, inner);
		} else {
			add(&aliases, titles[i]);
		}
	}
	drop_repeated(&aliases);
	*ret_count = aliases.count - 1;
	texts = occ_arena_calloc(arena, *ret_count + 1, sizeof *texts);
	for (size_t i = 0; i < *ret_count; i++)
		texts[i] = aliases.items[i + 1].text;
	return texts;
}

/* Edit distance over three rows; names are short, longer ones are not looked at. */
#include "proto/nearest.h"

#include <stddef.h>
#include <string.h>

#define LETTERS_MAX 96

struct letters {
	size_t count;
	char text[LETTERS_MAX];
};

/* What counts of a name. Only ASCII letters are folded: names of a schema have no others. */
static int
normalise(struct letters *out, const char *name)
{
	out->count = 0;
	for (; *name != '\0'; name++) {
		if (*name == '_' || *name == '-')
			continue;
		if (out->count == LETTERS_MAX)
			return -1;
		out->text[out->count++] = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
	}
	return 0;
}

static unsigned
min_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned
edit_distance(const struct letters *a, const struct letters *b)
{
	unsigned rows[3][LETTERS_MAX + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b->count; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= a->count; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b->count; j++) {
			unsigned change = a->text[i - 1] != b->text[j - 1];

			now[j] = min_of(last[j - 1] + change, min_of(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a->text[i - 1] == b->text[j - 2] && a->text[i - 2] == b->text[j - 1])
				now[j] = min_of(now[j], before[j - 2] + 1);
		}
		unsigned *oldest = before;
		before = last;
		last = now;
		now = oldest;
	}
	return last[b->count];
}

struct occ_nearest
occ_nearest_begin(const char *wrong)
{
	/* A third of the letters may be wrong; then a guess helps more often than it misleads. */
	return (struct occ_nearest){ .wrong = wrong, .distance = (unsigned)strnlen(wrong, LETTERS_MAX) / 3 + 2 };
}

void
occ_nearest_offer(struct occ_nearest *nearest, const char *name)
{
	struct letters wrong, known;
	unsigned distance;

	if (normalise(&wrong, nearest->wrong) != 0 || normalise(&known, name) != 0)
		return;
	distance = edit_distance(&wrong, &known);
	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->name = name;
	}
}

/* Lists of skills become rows of numbers once; likeness is computed on those alone. */
#include "service/compare/similar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service/compare/format.h"

#define METHOD(name) OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_##name
#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name
#define MEASURE(name) OCCUPARE__V1__SKILL_MEASURE__SKILL_MEASURE_##name

/* Which products are named for an occupation says less of the work than how skills are rated for it: at a quarter of
 * their weight the ten likest hold the most of the occupations that O*NET calls related (releases 29.0 and 30.1). */
const struct similar_options similar_defaults = {
	.weights = { [KIND(UNSPECIFIED)] = 1,
	    [KIND(SKILL)] = 1,
	    [KIND(KNOWLEDGE)] = 1,
	    [KIND(ABILITY)] = 1,
	    [KIND(TECHNOLOGY)] = 0.25,
	    [KIND(WORK_ACTIVITY)] = 1 },
};

struct entry {
	const Occupare__V1__Skill *skill;
	double weight;
	size_t order;
};

enum similar_scale
similar_scale(const Occupare__V1__Occupation *occupation)
{
	enum similar_scale scale = SIMILAR_SCALE_NONE;

	for (size_t i = 0; i < occupation->n_skills; i++) {
		if (format_has_value(occupation->skills[i]->percent))
			return SIMILAR_SCALE_PERCENT;
		if (format_has_value(occupation->skills[i]->importance) ||
		    format_has_value(occupation->skills[i]->level))
			scale = SIMILAR_SCALE_IMPORTANCE;
	}
	return scale;
}

Occupare__V1__Figure *
similar_weight(const Occupare__V1__Skill *skill)
{
	if (format_has_value(skill->percent))
		return skill->percent;
	return format_has_value(skill->importance) ? skill->importance : NULL;
}

static double
weight_of(const Occupare__V1__Skill *skill)
{
	const Occupare__V1__Figure *figure = similar_weight(skill);

	return figure == NULL ? 1 : fmax(figure->value, 0);
}

static int
by_name(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcasecmp(a->skill->name, b->skill->name);

	return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static int
by_weight(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* The skills by name, each name once. */
static struct entry *
entries(struct occ_arena *arena, const Occupare__V1__Occupation *occupation, size_t *ret_count)
{
	struct entry *list = occ_arena_calloc(arena, occupation->n_skills, sizeof *list);
	size_t kept = 0;

	for (size_t i = 0; i < occupation->n_skills; i++)
		list[i] = (struct entry){ occupation->skills[i], weight_of(occupation->skills[i]), i };
	qsort(list, occupation->n_skills, sizeof *list, by_name);
	for (size_t i = 0; i < occupation->n_skills; i++) {
		if (kept == 0 || strcasecmp(list[kept - 1].skill->name, list[i].skill->name) != 0)
			list[kept++] = list[i];
	}
	*ret_count = kept;
	return list;
}

const Occupare__V1__Skill **
similar_ranked(struct occ_arena *arena, const Occupare__V1__Occupation *occupation, size_t *ret_count)
{
	struct entry *list = entries(arena, occupation, ret_count);
	const Occupare__V1__Skill **ranked = occ_arena_calloc(arena, *ret_count, sizeof *ranked);

	qsort(list, *ret_count, sizeof *list, by_weight);
	for (size_t i = 0; i < *ret_count; i++)
		ranked[i] = list[i].skill;
	return ranked;
}

struct similar_names
similar_names(struct occ_arena *arena, const Occupare__V1__Occupation *occupation)
{
	struct similar_names names;
	struct entry *list = entries(arena, occupation, &names.count);

	names.names = occ_arena_calloc(arena, names.count, sizeof *names.names);
	for (size_t i = 0; i < names.count; i++)
		names.names[i] = list[i].skill->name;
	return names;
}

static int
name_against(const void *key, const void *element)
{
	return strcasecmp(key, *(const char *const *)element);
}

bool
similar_has(const struct similar_names *names, const char *name)
{
	return bsearch(name, names->names, names->count, sizeof *names->names, name_against) != NULL;
}

/* ---- Skills as numbers ---- */

/* A skill of either of two lists. */
struct numbered {
	const Occupare__V1__Skill *skill;
	unsigned list, kind;
	uint32_t number, place;
};

static int
by_skill_name(const void *left, const void *right)
{
	const struct numbered *a = left, *b = right;

	return strcasecmp(a->skill->name, b->skill->name);
}

static int
by_list(const void *left, const void *right)
{
	const struct numbered *a = left, *b = right;

	if (a->list != b->list)
		return a->list < b->list ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static void
add_skills(struct numbered *list, size_t *count, const Occupare__V1__Occupation *occupation, unsigned which)
{
	for (size_t i = 0; i < occupation->n_skills; i++) {
		unsigned kind = (unsigned)occupation->skills[i]->kind;

		list[(*count)++] = (struct numbered){ .skill = occupation->skills[i],
			.list = which,
			.kind = kind < SIMILAR_KINDS ? kind : KIND(UNSPECIFIED),
			.place = (uint32_t)i };
	}
}

static uint16_t
hundredths(const Occupare__V1__Figure *figure)
{
	if (!format_has_value(figure))
		return SIMILAR_UNKNOWN;
	return (uint16_t)lround(fmin(fmax(figure->value, 0) * 100, SIMILAR_UNKNOWN - 1));
}

/* The part of count numbered skills of one list and kind. */
static struct similar_part
make_part(struct occ_arena *arena, const struct numbered *list, size_t count)
{
	uint32_t *names = occ_arena_alloc(arena, count * sizeof *names);
	uint16_t *importance = occ_arena_alloc(arena, 3 * count * sizeof *importance);
	uint16_t *level = importance + count, *places = level + count;
	struct similar_part part = { .names = names, .places = places };

	for (size_t i = 0; i < count; i++) {
		if (i > 0 && list[i].number == list[i - 1].number)
			continue;
		names[part.count] = list[i].number;
		places[part.count++] = (uint16_t)list[i].place;
		if (format_has_value(list[i].skill->percent))
			part.scale = SIMILAR_SCALE_PERCENT;
		else if (part.scale == SIMILAR_SCALE_NONE &&
			 (format_has_value(list[i].skill->importance) || format_has_value(list[i].skill->level)))
			part.scale = SIMILAR_SCALE_IMPORTANCE;
	}
	for (size_t i = 0, j = 0; i < count; i++) {
		bool percent = part.scale == SIMILAR_SCALE_PERCENT;

		if (i > 0 && list[i].number == list[i - 1].number)
			continue;
		importance[j] = hundredths(percent ? list[i].skill->percent : list[i].skill->importance);
		level[j++] = hundredths(percent ? NULL : list[i].skill->level);
	}
	part.importance = part.scale != SIMILAR_SCALE_NONE ? importance : NULL;
	part.level = part.scale != SIMILAR_SCALE_NONE ? level : NULL;
	return part;
}

void
similar_vectors(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    struct similar_vector *ret_a, struct similar_vector *ret_b)
{
	struct similar_vector *const vectors[] = { ret_a, ret_b };
	struct numbered *list = occ_arena_calloc(arena, a->n_skills + b->n_skills + 1, sizeof *list);
	size_t count = 0, end;

	add_skills(list, &count, a, 0);
	add_skills(list, &count, b, 1);
	qsort(list, count, sizeof *list, by_skill_name);
	for (size_t i = 1; i < count; i++)
		list[i].number = list[i - 1].number + (by_skill_name(&list[i - 1], &list[i]) != 0);
	qsort(list, count, sizeof *list, by_list);
	*ret_a = *ret_b = (struct similar_vector){ 0 };
	for (size_t first = 0; first < count; first = end) {
		for (end = first + 1;
		     end < count && list[end].list == list[first].list && list[end].kind == list[first].kind;)
			end++;
		vectors[list[first].list]->parts[list[first].kind] = make_part(arena, list + first, end - first);
	}
}

/* ---- What is set against what ---- */

/* Takes all kinds of a vector together. */
struct merger {
	struct occ_arena *arena;
	uint32_t *names;
	uint16_t *figures; /* importance, level, places */
	size_t room;
};

static enum similar_scale
merged_scale(const struct similar_vector *vector, const double *weights)
{
	enum similar_scale scale = SIMILAR_SCALE_NONE;

	for (size_t kind = 0; kind < SIMILAR_KINDS; kind++) {
		enum similar_scale of_kind = vector->parts[kind].scale;

		if (weights[kind] > 0 && (of_kind == SIMILAR_SCALE_PERCENT || scale == SIMILAR_SCALE_NONE))
			scale = of_kind;
	}
	return scale;
}

static size_t
skills_count(const struct similar_vector *vector)
{
	size_t count = 0;

	for (size_t kind = 0; kind < SIMILAR_KINDS; kind++)
		count += vector->parts[kind].count;
	return count;
}

static void
make_room(struct merger *merger, const struct similar_vector *vector)
{
	size_t count = skills_count(vector);

	if (count <= merger->room)
		return;
	merger->room = 2 * count;
	merger->names = occ_arena_alloc(merger->arena, merger->room * sizeof *merger->names);
	merger->figures = occ_arena_alloc(merger->arena, 3 * merger->room * sizeof *merger->figures);
}

/* The kind whose next name has the smallest number, the first of several; SIMILAR_KINDS: none is left. */
static size_t
next_kind(const struct similar_vector *vector, const double *weights, const size_t *at)
{
	size_t next = SIMILAR_KINDS;

	for (size_t kind = 0; kind < SIMILAR_KINDS; kind++) {
		const struct similar_part *part = &vector->parts[kind];

		if (weights[kind] > 0 && at[kind] < part->count &&
		    (next == SIMILAR_KINDS || part->names[at[kind]] < vector->parts[next].names[at[next]]))
			next = kind;
	}
	return next;
}

/* The part lives until the merger's next one. */
static struct similar_part
merge(struct merger *merger, const struct similar_vector *vector, const double *weights)
{
	struct similar_part merged = { .scale = merged_scale(vector, weights) };
	size_t at[SIMILAR_KINDS] = { 0 }, kind;

	make_room(merger, vector);
	uint16_t *importance = merger->figures, *level = importance + merger->room, *places = level + merger->room;

	while ((kind = next_kind(vector, weights, at)) < SIMILAR_KINDS) {
		const struct similar_part *part = &vector->parts[kind];
		size_t i = at[kind]++;
		bool same = part->scale == merged.scale && part->scale != SIMILAR_SCALE_NONE;

		if (merged.count > 0 && merger->names[merged.count - 1] == part->names[i])
			continue;
		merger->names[merged.count] = part->names[i];
		importance[merged.count] = same ? part->importance[i] : SIMILAR_UNKNOWN;
		level[merged.count] = same ? part->level[i] : SIMILAR_UNKNOWN;
		places[merged.count++] = part->places[i];
	}
	merged.names = merger->names;
	merged.places = places;
	if (merged.scale != SIMILAR_SCALE_NONE) {
		merged.importance = importance;
		merged.level = level;
	}
	return merged;
}

/* Two parts that are set against each other. */
struct match {
	size_t kind;
	const struct similar_part *a, *b;
	enum similar_scale scale; /* that both are measured by */
};

static bool
counts_names(Occupare__V1__SimilarityMethod method)
{
	return method == METHOD(JACCARD) || method == METHOD(SORENSEN_DICE);
}

static bool
tells_kinds(const struct similar_vector *vector)
{
	return vector->parts[KIND(UNSPECIFIED)].count == 0;
}

static struct match
make_match(
    size_t kind, const struct similar_part *a, const struct similar_part *b, const struct similar_options *options)
{
	bool scaled = a->scale == b->scale && !counts_names(options->method);

	return (struct match){ kind, a, b, scaled ? a->scale : SIMILAR_SCALE_NONE };
}

/* General skills that one list rates and the other only names are of two vocabularies (kinds.h). */
static bool
is_one_vocabulary(size_t kind, const struct similar_part *a, const struct similar_part *b)
{
	return kind != KIND(SKILL) || (a->scale == SIMILAR_SCALE_NONE) == (b->scale == SIMILAR_SCALE_NONE);
}

/* The kinds that both list and that count. */
static size_t
match_kinds(const struct similar_vector *a, const struct similar_vector *b, const struct similar_options *options,
    struct match *ret)
{
	size_t count = 0;

	for (size_t kind = 1; kind < SIMILAR_KINDS; kind++)
		if (options->weights[kind] > 0 && a->parts[kind].count > 0 && b->parts[kind].count > 0 &&
		    is_one_vocabulary(kind, &a->parts[kind], &b->parts[kind]))
			ret[count++] = make_match(kind, &a->parts[kind], &b->parts[kind], options);
	return count;
}

/* ---- Sums ---- */

#define NOT_KNOWN UINT32_MAX

/* A figure by a measure, in half-hundredths where two are added up. Of one scale and measure all are in the same unit. */
static inline uint32_t
figure_at(const struct similar_part *part, size_t i, enum similar_scale scale, Occupare__V1__SkillMeasure measure)
{
	uint32_t importance, level;

	if (scale == SIMILAR_SCALE_NONE)
		return 1;
	importance = part->importance[i] == SIMILAR_UNKNOWN ? NOT_KNOWN : part->importance[i];
	if (scale == SIMILAR_SCALE_PERCENT || (measure != MEASURE(LEVEL) && measure != MEASURE(IMPORTANCE_AND_LEVEL)))
		return importance;
	level = part->level[i] == SIMILAR_UNKNOWN ? NOT_KNOWN : part->level[i];
	if (measure == MEASURE(LEVEL))
		return level;
	if (importance == NOT_KNOWN || level == NOT_KNOWN)
		return importance == level ? NOT_KNOWN : 2 * (importance == NOT_KNOWN ? level : importance);
	return importance + level;
}

/* Of one match; exact, as the figures are whole numbers below 2^18 and there are fewer than 2^17 of them. */
struct sums {
	uint64_t min, a, b;
	uint64_t product, a_squared, b_squared;
	bool a_known, b_known; /* some figure of the list is */
};

static void
add_to(struct sums *sums, uint64_t a, uint64_t b)
{
	sums->min += a < b ? a : b;
	sums->a += a;
	sums->b += b;
	sums->product += a * b;
	sums->a_squared += a * a;
	sums->b_squared += b * b;
}

static double
ratio(double part, double whole)
{
	return whole > 0 ? fmin(part / whole, 1) : 0;
}

/* What a method divides by. */
static double
whole_of(const struct sums *sums, Occupare__V1__SimilarityMethod method)
{
	switch (method) {
	case METHOD(SORENSEN_DICE):
		return (double)(sums->a + sums->b);
	case METHOD(COSINE):
		return sqrt((double)sums->a_squared) * sqrt((double)sums->b_squared);
	case METHOD(COVERAGE):
		return (double)sums->b;
	default:
		return (double)(sums->a + sums->b - sums->min);
	}
}

static double
likeness(const struct sums *sums, Occupare__V1__SimilarityMethod method)
{
	double part = method == METHOD(COSINE)          ? (double)sums->product
		      : method == METHOD(SORENSEN_DICE) ? 2 * (double)sums->min
							: (double)sums->min;

	return ratio(part, whole_of(sums, method));
}

/* A kind that is known of one alone, or has no weight at all, cannot be compared. */
static bool
is_comparable(const struct sums *sums, Occupare__V1__SimilarityMethod method)
{
	return sums->a_known && sums->b_known && whole_of(sums, method) > 0;
}

/* ---- One to many ---- */

/* The figures of a list by the number of the name: 0: not in it; NOT_KNOWN; else the figure + 1. */
struct lookup {
	uint32_t *figures;
	uint32_t end;
	struct sums alone; /* of the list with nothing to set against it */
};

struct similar_to {
	const struct similar_vector *a;
	struct similar_options options;
	struct similar_part merged_a;
	struct lookup lookups[SIMILAR_KINDS]; /* that of UNSPECIFIED is of all kinds together */
	struct merger merger;
};

static struct lookup
make_lookup(struct occ_arena *arena, const struct similar_part *part, const struct similar_options *options)
{
	enum similar_scale scale = counts_names(options->method) ? SIMILAR_SCALE_NONE : part->scale;
	struct lookup lookup = { .end = part->count > 0 ? part->names[part->count - 1] + 1 : 0 };

	lookup.figures = occ_arena_calloc(arena, lookup.end, sizeof *lookup.figures);
	for (size_t i = 0; i < part->count; i++) {
		uint32_t figure = figure_at(part, i, scale, options->measure);

		lookup.figures[part->names[i]] = figure == NOT_KNOWN ? NOT_KNOWN : figure + 1;
		if (figure == NOT_KNOWN)
			continue;
		add_to(&lookup.alone, figure, 0);
		lookup.alone.a_known = true;
	}
	return lookup;
}

struct similar_to *
similar_prepare(struct occ_arena *arena, const struct similar_vector *a, const struct similar_options *options)
{
	struct similar_to *to = occ_arena_calloc(arena, 1, sizeof *to);
	struct merger merger = { .arena = arena };

	to->a = a;
	to->options = *options;
	to->merger.arena = arena;
	to->merged_a = merge(&merger, a, options->weights);
	to->lookups[0] = make_lookup(arena, &to->merged_a, options);
	for (size_t kind = 1; kind < SIMILAR_KINDS; kind++)
		to->lookups[kind] = make_lookup(arena, &a->parts[kind], options);
	return to;
}

static struct sums
sum_names(const struct lookup *lookup, const struct match *match)
{
	struct sums sums = { .a_known = true, .b_known = true };
	uint64_t shared = 0;

	for (size_t i = 0; i < match->b->count; i++) {
		uint32_t name = match->b->names[i];

		shared += name < lookup->end && lookup->figures[name] != 0;
	}
	sums.min = sums.product = shared;
	sums.a = sums.a_squared = match->a->count;
	sums.b = sums.b_squared = match->b->count;
	return sums;
}

/* Of a skill that a or b has no figure of, what was counted of a alone goes. there: what the lookup of its name gives. */
static void
leave_out(struct sums *sums, uint32_t there, uint32_t b)
{
	uint64_t a = there == 0 || there == NOT_KNOWN ? 0 : there - 1;

	sums->a -= a;
	sums->a_squared -= a * a;
	sums->b_known |= b != NOT_KNOWN;
}

/* Starts from a alone. Inlined twice: this loop is most of the time of a walk, and a method needs half of the sums. */
static inline __attribute__((always_inline)) struct sums
sum_half(const struct lookup *lookup, const struct match *match, Occupare__V1__SkillMeasure measure, bool products)
{
	const struct similar_part *part = match->b;
	bool percent = match->scale == SIMILAR_SCALE_PERCENT,
	     both = measure == MEASURE(IMPORTANCE_AND_LEVEL) && !percent;
	const uint16_t *one = measure == MEASURE(LEVEL) && !percent ? part->level : part->importance;
	uint64_t min = 0, whole = 0, product = 0, squared = 0;
	struct sums sums = lookup->alone;

	for (size_t i = 0; i < part->count; i++) {
		uint32_t there = part->names[i] < lookup->end ? lookup->figures[part->names[i]] : 0;
		uint32_t a = there - (there != 0), b = one[i];

		if (both)
			b = figure_at(part, i, match->scale, measure);
		else if (b == SIMILAR_UNKNOWN)
			b = NOT_KNOWN;
		if (b == NOT_KNOWN || there == NOT_KNOWN) {
			leave_out(&sums, there, b);
			continue;
		}
		if (products) {
			product += (uint64_t)a * b;
			squared += (uint64_t)b * b;
		} else {
			min += a < b ? a : b;
			whole += b;
		}
		sums.b_known = true;
	}
	sums.min = min;
	sums.b = whole;
	sums.product = product;
	sums.b_squared = squared;
	return sums;
}

static struct sums
sum_figures(const struct lookup *lookup, const struct match *match, const struct similar_options *options)
{
	return options->method == METHOD(COSINE) ? sum_half(lookup, match, options->measure, true)
						 : sum_half(lookup, match, options->measure, false);
}

double
similar_compute(struct similar_to *to, const struct similar_vector *b)
{
	const struct similar_options *options = &to->options;
	struct match matches[SIMILAR_KINDS];
	struct similar_part merged;
	double whole = 0, part = 0;
	size_t count;

	if (tells_kinds(to->a) && tells_kinds(b)) {
		count = match_kinds(to->a, b, options, matches);
	} else {
		merged = merge(&to->merger, b, options->weights);
		matches[0] = make_match(0, &to->merged_a, &merged, options);
		count = 1;
	}
	for (size_t i = 0; i < count; i++) {
		const struct lookup *lookup = &to->lookups[matches[i].kind];
		struct sums sums = matches[i].scale == SIMILAR_SCALE_NONE ? sum_names(lookup, &matches[i])
									  : sum_figures(lookup, &matches[i], options);

		if (!is_comparable(&sums, options->method))
			continue;
		part += options->weights[matches[i].kind] * likeness(&sums, options->method);
		whole += options->weights[matches[i].kind];
	}
	return ratio(part, whole);
}

double
similar_by(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    const struct similar_options *options)
{
	struct similar_vector vector_a, vector_b;

	similar_vectors(arena, a, b, &vector_a, &vector_b);
	return similar_compute(similar_prepare(arena, &vector_a, options), &vector_b);
}

double
similar_skills(struct occ_arena *arena, const Occupare__V1__Occupation *a, const Occupare__V1__Occupation *b,
    Occupare__V1__SimilarityMethod method)
{
	struct similar_options options = similar_defaults;

	options.method = method;
	return similar_by(arena, a, b, &options);
}

/* ---- Reasons ---- */

Occupare__V1__Figure *
similar_figure(struct occ_arena *arena, const Occupare__V1__Skill *skill, enum similar_scale scale,
    Occupare__V1__SkillMeasure measure)
{
	Occupare__V1__Figure *importance, *level, *mean;

	if (skill == NULL || scale == SIMILAR_SCALE_NONE)
		return NULL;
	importance = format_has_value(skill->importance) ? skill->importance : NULL;
	level = format_has_value(skill->level) ? skill->level : NULL;
	if (scale == SIMILAR_SCALE_PERCENT)
		return format_has_value(skill->percent) ? skill->percent : NULL;
	if (measure == MEASURE(LEVEL))
		return level;
	if (measure != MEASURE(IMPORTANCE_AND_LEVEL) || level == NULL)
		return importance;
	if (importance == NULL)
		return level;
	mean = occ_arena_alloc(arena, sizeof *mean);
	occupare__v1__figure__init(mean);
	mean->value = (importance->value + level->value) / 2;
	mean->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_DERIVED;
	mean->source = importance->source;
	return mean;
}

/* What a figure counts in sums, and what it is for people. */
struct side {
	uint32_t figure;
	double weight;
	const Occupare__V1__Skill *skill;
};

static struct side
side_of(struct occ_arena *arena, const struct match *match, const struct similar_part *part, size_t i,
    const Occupare__V1__Occupation *occupation, Occupare__V1__SkillMeasure measure)
{
	struct side side = { .figure = figure_at(part, i, match->scale, measure), .weight = 1 };
	const Occupare__V1__Figure *figure;

	side.skill = occupation->skills[part->places[i]];
	if (match->scale == SIMILAR_SCALE_NONE)
		return side;
	figure = similar_figure(arena, side.skill, match->scale, measure);
	side.weight = figure != NULL && side.figure != NOT_KNOWN ? fmax(figure->value, 0) : 0;
	return side;
}

/* What contributions are shares of. */
struct wholes {
	double whole, norm_a, norm_b;
	double share; /* of the kind */
};

/* a, b: figures of one skill. */
static void
set_contributions(
    struct similar_pair *pair, Occupare__V1__SimilarityMethod method, const struct wholes *of, double a, double b)
{
	double min = a < b ? a : b, alike = min / of->whole, apart = (a + b - 2 * min) / of->whole;

	if (method == METHOD(SORENSEN_DICE)) {
		alike = 2 * min / of->whole;
	} else if (method == METHOD(COVERAGE)) {
		apart = (b - min) / of->whole;
	} else if (method == METHOD(COSINE)) {
		alike = a * b / of->whole;
		apart = a / of->norm_a - b / of->norm_b;
		apart = apart * apart / 2;
	}
	pair->alike = of->share * alike;
	pair->apart = of->share * apart;
}

struct pairing {
	struct occ_arena *arena;
	const Occupare__V1__Occupation *of_a, *of_b;
	const struct similar_options *options;
	struct similar_pair *pairs;
	uint32_t (*figures)[2]; /* of each pair */
	size_t count;
};

/* Both parts are walked side by side. Returns what the pairs of the match sum up to. */
static struct sums
add_pairs(struct pairing *pairing, const struct match *match)
{
	struct sums sums = { .a_known = match->scale == SIMILAR_SCALE_NONE,
		.b_known = match->scale == SIMILAR_SCALE_NONE };
	const struct similar_part *a = match->a, *b = match->b;
	Occupare__V1__SkillMeasure measure = pairing->options->measure;

	for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
		bool in_a = i < a->count && (j == b->count || a->names[i] <= b->names[j]);
		bool in_b = j < b->count && (i == a->count || b->names[j] <= a->names[i]);
		struct side left = { 0 }, right = { 0 };
		struct similar_pair *pair = &pairing->pairs[pairing->count];

		if (in_a)
			left = side_of(pairing->arena, match, a, i, pairing->of_a, measure);
		if (in_b)
			right = side_of(pairing->arena, match, b, j, pairing->of_b, measure);
		*pair = (struct similar_pair){ .a = left.skill,
			.b = right.skill,
			.kind = in_b ? right.skill->kind : left.skill->kind,
			.scale = match->scale,
			.known = left.figure != NOT_KNOWN && right.figure != NOT_KNOWN,
			.weight_a = left.weight,
			.weight_b = right.weight,
			.order = in_b ? b->places[j] : a->places[i] };
		pairing->figures[pairing->count][0] = left.figure;
		pairing->figures[pairing->count++][1] = right.figure;
		sums.a_known |= in_a && left.figure != NOT_KNOWN;
		sums.b_known |= in_b && right.figure != NOT_KNOWN;
		if (pair->known)
			add_to(&sums, left.figure, right.figure);
		i += in_a;
		j += in_b;
	}
	return sums;
}

/* Says what the pairs of a kind, from first on, contribute; share: of their kind in the whole. */
static void
explain(struct pairing *pairing, size_t first, size_t end, const struct sums *sums, double share)
{
	Occupare__V1__SimilarityMethod method = pairing->options->method;
	const struct wholes wholes = { whole_of(sums, method), sqrt((double)sums->a_squared),
		sqrt((double)sums->b_squared), share };

	for (size_t i = first; i < end; i++)
		if (pairing->pairs[i].known)
			set_contributions(
			    &pairing->pairs[i], method, &wholes, pairing->figures[i][0], pairing->figures[i][1]);
}

static void
pair_matches(struct pairing *pairing, const struct match *matches, size_t count)
{
	const double *weights = pairing->options->weights;
	size_t ends[SIMILAR_KINDS];
	struct sums sums[SIMILAR_KINDS];
	double whole = 0;

	for (size_t i = 0; i < count; i++) {
		sums[i] = add_pairs(pairing, &matches[i]);
		ends[i] = pairing->count;
		whole += is_comparable(&sums[i], pairing->options->method) ? weights[matches[i].kind] : 0;
	}
	for (size_t i = 0; i < count; i++)
		if (is_comparable(&sums[i], pairing->options->method))
			explain(pairing, i == 0 ? 0 : ends[i - 1], ends[i], &sums[i], weights[matches[i].kind] / whole);
}

struct similar_pair *
similar_pairs(struct occ_arena *arena, const Occupare__V1__Occupation *of_a, const struct similar_vector *a,
    const Occupare__V1__Occupation *of_b, const struct similar_vector *b, const struct similar_options *options,
    size_t *ret_count)
{
	struct pairing pairing = { .arena = arena, .of_a = of_a, .of_b = of_b, .options = options };
	struct merger mergers[] = { { .arena = arena }, { .arena = arena } };
	struct match matches[SIMILAR_KINDS];
	struct similar_part merged[2];
	size_t count = 1, room;

	room = skills_count(a) + skills_count(b);
	pairing.pairs = occ_arena_alloc(arena, room * sizeof *pairing.pairs);
	pairing.figures = occ_arena_alloc(arena, room * sizeof *pairing.figures);
	if (tells_kinds(a) && tells_kinds(b)) {
		count = match_kinds(a, b, options, matches);
	} else {
		merged[0] = merge(&mergers[0], a, options->weights);
		merged[1] = merge(&mergers[1], b, options->weights);
		matches[0] = make_match(0, &merged[0], &merged[1], options);
	}
	pair_matches(&pairing, matches, count);
	*ret_count = pairing.count;
	return pairing.pairs;
}

/* x is to be named before y. No two are equal, so that numbers, which depend on what was stored when, decide nothing. */
static bool
goes_before(const struct similar_pair *x, const struct similar_pair *y, bool alike)
{
	double of_x = alike ? x->alike : x->apart, of_y = alike ? y->alike : y->apart;

	if (of_x != of_y)
		return of_x > of_y;
	if (x->kind != y->kind)
		return x->kind < y->kind;
	if ((x->b != NULL) != (y->b != NULL))
		return x->b != NULL;
	return x->order < y->order;
}

const struct similar_pair **
similar_reasons(
    struct occ_arena *arena, const struct similar_pair *pairs, size_t count, bool alike, size_t max, size_t *ret_count)
{
	const struct similar_pair **best = occ_arena_calloc(arena, max + 1, sizeof *best);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = kept;

		if ((alike ? pairs[i].alike : pairs[i].apart) <= 0)
			continue;
		for (; at > 0 && goes_before(&pairs[i], best[at - 1], alike); at--)
			best[at] = best[at - 1];
		best[at] = &pairs[i];
		kept += kept < max;
	}
	*ret_count = kept;
	return best;
}

/* ---- Names ---- */

const char *
similar_method_name(Occupare__V1__SimilarityMethod method)
{
	switch (method) {
	case METHOD(JACCARD):
		return "Jaccard";
	case METHOD(SORENSEN_DICE):
		return "S\xc3\xb8rensen\xe2\x80\x93"
		       "Dice";
	case METHOD(COSINE):
		return "cosine";
	case METHOD(COVERAGE):
		return "directed coverage";
	default:
		return "weighted Jaccard";
	}
}

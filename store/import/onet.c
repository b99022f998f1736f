/* The O*NET database as text: https://www.onetcenter.org/database.html.  Files are read one after the other into what is
 * known of each occupation, and that is handed over at the end. */
#include "store/import/onet.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "store/check.h"
#include "store/soc.h"
#include "store/keys.h"

#define ARENA_BYTES_KEPT ((size_t)1 << 20)
#define RELEASE_OLDEST 28
#define RELEASE_NEWEST 30
#define README_BYTES 512u
#define PROGRESS_ROWS 1024u

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name

static const char publisher[] = "U.S. Department of Labor, Employment and Training Administration";
static const char url[] = "https://www.onetcenter.org/database.html";

/* Labels of scale RL where the file with its categories is not there: short forms of the names in the release. */
static const char *const degree_labels[ONET_DEGREES] = { "Less than a High School Diploma", "High School Diploma",
	"Post-Secondary Certificate", "Some College Courses", "Associate's Degree", "Bachelor's Degree",
	"Post-Baccalaureate Certificate", "Master's Degree", "Post-Master's Certificate", "First Professional Degree",
	"Doctoral Degree", "Post-Doctoral Training" };

/* Months of preparation by job zone.  A zone is a range of SVP levels (Job Zone Reference of the release), and a level a range
 * of time (Dictionary of Occupational Titles, appendix C, II): below 4 is up to 3 months, 4 and 5 up to a year, 6 up to two, 7 up
 * to four, 8 and 9 above that. */
static const struct {
	unsigned low, high; /* high 0 = no upper end */
} zone_months[] = { { 0, 0 }, { 0, 3 }, { 3, 12 }, { 12, 24 }, { 24, 48 }, { 48, 0 } };

/* ---- What is gathered ---- */

void
onet_add(struct onet *onet, struct onet_list *list, void *item)
{
	if (list->count == list->room) {
		size_t room = list->room * 2 + 8;
		void **items = occ_arena_calloc(&onet->arena, room, sizeof *items);

		if (list->count > 0)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = item;
}

static int
by_code(const void *a, const void *b)
{
	const struct onet_occupation *const *left = a, *const *right = b;

	return strcmp((*left)->code, (*right)->code);
}

struct onet_occupation *
onet_find(const struct onet *onet, const char *code)
{
	struct onet_occupation key = { .code = (char *)code }, *pointer = &key, **found;

	if (onet->list.count == 0)
		return NULL;
	found = bsearch(&pointer, onet->list.items, onet->list.count, sizeof pointer, by_code);
	return found == NULL ? NULL : *found;
}

enum onet_use
onet_refuse(struct onet *onet, size_t column, const char *format, ...)
{
	const struct import_place place = table_place(onet->table, column);
	struct occupare_status st;
	struct occ_arena arena;
	va_list args;

	occ_arena_init(&arena, 0, 0);
	va_start(args, format);
	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s", occ_arena_vprintf(&arena, format, args));
	va_end(args);
	import_refuse(onet->import, &place, &st);
	occ_arena_fini(&arena);
	return ONET_REFUSED;
}

bool
onet_is_full(struct onet *onet, const struct onet_list *list)
{
	if (list->count < CHECK_ITEMS_MAX)
		return false;
	onet_refuse(onet, 0, "has more than %u rows for %s", CHECK_ITEMS_MAX, table_cell(onet->table, 0));
	return true;
}

/* ---- Reading a file ---- */

static void
take_row(struct onet *onet, const struct onet_file *file)
{
	struct onet_occupation *occupation = NULL;
	enum onet_use use = ONET_UNMATCHED;

	if (file->by_occupation) {
		const char *code = table_cell(onet->table, 0);

		if (onet->occupation == NULL || strcmp(onet->occupation->code, code) != 0)
			onet->occupation = onet_find(onet, code);
		occupation = onet->occupation;
	}
	if (!file->by_occupation || occupation != NULL)
		use = file->row(onet, occupation);
	onet->rows.read++;
	onet->rows.used += use == ONET_USED || use == ONET_SUPPRESSED;
	onet->rows.suppressed += use == ONET_SUPPRESSED;
	onet->rows.unmatched += use == ONET_UNMATCHED;
	onet->rows_refused += use == ONET_REFUSED;
	if (use == ONET_UNMATCHED) {
		const struct import_place place = table_place(onet->table, TABLE_WHOLE_ROW);

		import_warn(onet->import, &place, "is about %s, which is not listed; left out",
		    occupation == NULL ? table_cell(onet->table, 0) : table_cell(onet->table, 1));
	}
	if (onet->rows.read % PROGRESS_ROWS == 0)
		import_progress(onet->import, onet->bytes_done + table_bytes_read(onet->table), onet->bytes_total);
}

static void
tell_unknown_columns(struct onet *onet)
{
	struct import_place place = table_place(onet->table, TABLE_WHOLE_ROW);
	const char *name;

	place.line = 0;
	for (size_t i = 0; (name = table_unknown_column(onet->table, i)) != NULL; i++)
		import_warn(onet->import, &place, "the column \"%s\" is not known; left out", name);
}

/* False: no use in reading on. */
static bool
read_file(struct onet *onet, const struct onet_file *file, const struct tables_file *found)
{
	struct import_place place = { .file = found->path };
	struct occupare_status st;
	bool row;

	onet->table = NULL;
	onet->kind = file->kind;
	onet->occupation = NULL;
	onet->rows = (struct import_rows){ 0 };
	onet->rows_refused = 0;
	if (table_open(&onet->tables, found, file->columns, file->columns_count, &onet->table, &st) == OCCUPARE_OK) {
		tell_unknown_columns(onet);
		while (
		    onet->rows_refused < ONET_REFUSED_MAX && table_next(onet->table, &row, &st) == OCCUPARE_OK && row)
			take_row(onet, file);
		place = table_place(onet->table, TABLE_WHOLE_ROW);
		import_rows_read(onet->import, found->path, &onet->rows);
	}
	if (st.code != OCCUPARE_OK)
		import_refuse(onet->import, &place, &st);
	table_close(onet->table);
	onet->table = NULL;
	onet->bytes_done += found->bytes;
	return st.code != OCCUPARE_RESOURCE_EXHAUSTED;
}

static const struct tables_file *
find_file(const struct onet *onet, const struct onet_file *file)
{
	struct occ_arena arena;
	const struct tables_file *found;

	occ_arena_init(&arena, 0, 0);
	found = tables_find(&onet->tables, occ_arena_printf(&arena, "%s.txt", file->name));
	occ_arena_fini(&arena);
	return found;
}

static void
refuse_file(struct onet *onet, const char *path, const char *sentence)
{
	const struct import_place place = { .file = path };
	struct occupare_status st;

	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s", sentence);
	import_refuse(onet->import, &place, &st);
}

/* Puts the occupations in order and refuses a code that is there twice. False: there is no use in reading on. */
static bool
index_occupations(struct onet *onet, const char *path)
{
	struct onet_list *list = &onet->list;
	bool fine = list->count > 0;

	if (!fine) {
		refuse_file(onet, path, "lists no occupation");
		return false;
	}
	qsort(list->items, list->count, sizeof *list->items, by_code);
	for (size_t i = 1; i < list->count; i++) {
		const struct onet_occupation *above = list->items[i - 1], *occupation = list->items[i];
		const struct import_place place = { .file = path, .line = occupation->line };
		struct occupare_status st;

		if (strcmp(above->code, occupation->code) != 0)
			continue;
		occupare_fail(
		    &st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s is also in line %zu", occupation->code, above->line);
		import_refuse(onet->import, &place, &st);
		fine = false;
	}
	return fine;
}

static bool
read_listed(struct onet *onet, const struct onet_file *file)
{
	const struct tables_file *found = find_file(onet, file);
	const struct import_place place = { .file = file->name };
	bool first = file == onet_files;

	if (found != NULL)
		return read_file(onet, file, found) && (!first || index_occupations(onet, found->path));
	if (first)
		refuse_file(onet, file->name, "is not among the files; without it nothing can be imported");
	else if (file->missing != NULL)
		import_warn(onet->import, &place, "is not among the files; occupations get no %s", file->missing);
	return !first;
}

/* ---- The release ---- */

/* "30.1" of the text, which starts with digits, a mark and digits; NULL: it does not. */
static const char *
release_at(struct occ_arena *arena, const char *text, char mark)
{
	size_t major = strspn(text, "0123456789"), minor;

	if (major == 0 || major > 3 || text[major] != mark)
		return NULL;
	minor = strspn(text + major + 1, "0123456789");
	if (minor == 0 || minor > 3)
		return NULL;
	return occ_arena_printf(arena, "%.*s.%.*s", (int)major, text, (int)minor, text + major + 1);
}

/* Of a folder or archive as it is published, db_30_1_text, or called after it, onet_30_1_text. */
static const char *
release_of_folder(struct occ_arena *arena, const char *name)
{
	static const char *const starts[] = { "db_", "onet_" };

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return release_at(arena, name + strlen(starts[i]), '_');
	return NULL;
}

/* Of the note beside the files, which starts "O*NET 30.1 Database". */
static const char *
release_of_readme(struct onet *onet)
{
	static const char start[] = "O*NET ";
	const struct tables_file *file = tables_find(&onet->tables, "Read Me.txt");
	char text[README_BYTES];
	const char *name;
	struct occupare_status st;

	if (file == NULL)
		return NULL;
	if (tables_head(&onet->tables, file, text, sizeof text, &st) != OCCUPARE_OK) {
		const struct import_place place = { .file = file->path };

		import_refuse(onet->import, &place, &st);
		return NULL;
	}
	name = strstr(text, start);
	return name == NULL ? NULL : release_at(&onet->arena, name + strlen(start), '.');
}

static void
refuse_mixture(struct onet *onet, const char *path, const char *release, const char *other)
{
	const struct import_place place = { .file = path };
	struct occupare_status st;

	occupare_fail(&st, OCCUPARE_INVALID_ARGUMENT, NULL,
	    "is of release %s, other files are of %s; import one release at a time", release, other);
	import_refuse(onet->import, &place, &st);
}

/* Finds out the release and refuses files of two. */
static void
find_release(struct onet *onet)
{
	const struct import_options *asked = import_asked(onet->import);
	const char *release = release_of_readme(onet), *other;
	const struct import_place place = { .file = "release" };

	for (size_t i = 0; i < onet->tables.count; i++) {
		other = release_of_folder(&onet->arena, onet->tables.files[i].origin);
		if (other == NULL)
			continue;
		if (release != NULL && strcmp(release, other) != 0) {
			refuse_mixture(onet, onet->tables.files[i].path, other, release);
			return;
		}
		release = other;
	}
	release = asked->release != NULL ? asked->release : release;
	onet->release = release == NULL ? "" : release;
	if (release == NULL)
		import_warn(
		    onet->import, &place, "the files do not tell which one they are of; name it with --release");
	else if (strtod(release, NULL) < RELEASE_OLDEST || strtod(release, NULL) >= RELEASE_NEWEST + 1)
		import_warn(onet->import, &place, "%s is none of %d to %d, whose files are known", release,
		    RELEASE_OLDEST, RELEASE_NEWEST);
}

/* ---- Handing over ---- */

/* What is made for one record lives in an arena of its own. */
struct handing {
	struct onet *onet;
	struct occ_arena arena;
	Occupare__V1__Source source;
};

static Occupare__V1__Code *
new_code(struct occ_arena *arena, const char *system, char *value)
{
	Occupare__V1__Code *code = occ_arena_alloc(arena, sizeof *code);

	occupare__v1__code__init(code);
	code->system = occ_arena_strdup(arena, system);
	code->value = value;
	return code;
}

static void
give_names(struct handing *handing, const struct import_place *place, const struct onet_occupation *from,
    Occupare__V1__Occupation *to)
{
	struct occ_arena *arena = &handing->arena;

	to->title = from->title;
	if (from->summary[0] != '\0')
		to->summary = from->summary;
	to->n_codes = 2;
	to->codes = occ_arena_calloc(arena, 2, sizeof *to->codes);
	to->codes[0] = new_code(arena, "ONETSOC2019", from->code);
	to->codes[1] = new_code(arena, "SOC2018", occ_arena_strndup(arena, from->code, SOC_CODE_LENGTH));
	to->aliases = onet_aliases(
	    arena, from->title, (char *const *)from->titles.items, from->titles.count, &to->n_aliases);
	if (to->n_aliases > CHECK_ALIASES_MAX) {
		import_warn(handing->onet->import, place, "%s has %zu aliases; the first %u are kept", from->title,
		    to->n_aliases, CHECK_ALIASES_MAX);
		to->n_aliases = CHECK_ALIASES_MAX;
	}
	to->category = occ_arena_alloc(arena, sizeof *to->category);
	occupare__v1__category__init(to->category);
	to->category->title = occ_arena_strdup(arena, soc_major_group(from->code));
	to->category->id = keys_slug(arena, to->category->title);
}

/* Core tasks before others, more important ones before less, else as they came. */
static int
by_weight(const void *a, const void *b)
{
	const struct onet_task *left = *(struct onet_task *const *)a, *right = *(struct onet_task *const *)b;

	if (left->type != right->type)
		return left->type < right->type ? -1 : 1;
	if (left->importance != right->importance)
		return left->importance > right->importance ? -1 : 1;
	return (left->order > right->order) - (left->order < right->order);
}

static void
give_duties(struct handing *handing, struct onet_occupation *from, Occupare__V1__Occupation *to)
{
	size_t count = from->tasks.count < ONET_TASKS_MAX ? from->tasks.count : ONET_TASKS_MAX;

	if (count == 0)
		return;
	qsort(from->tasks.items, from->tasks.count, sizeof *from->tasks.items, by_weight);
	to->n_responsibilities = count;
	to->more_responsibilities = count < from->tasks.count;
	to->responsibilities = occ_arena_calloc(&handing->arena, count, sizeof *to->responsibilities);
	for (size_t i = 0; i < count; i++)
		to->responsibilities[i] = ((const struct onet_task *)from->tasks.items[i])->text;
}

/* What is held back or absent comes after all that is known. */
static double
rank_value(const Occupare__V1__Figure *figure)
{
	return figure == NULL || figure->status == STATUS(SUPPRESSED) ? -1e9 : figure->value;
}

static int
by_importance(const void *a, const void *b)
{
	const Occupare__V1__Skill *left = *(Occupare__V1__Skill *const *)a, *right = *(Occupare__V1__Skill *const *)b;
	double x = rank_value(left->importance), y = rank_value(right->importance);

	if (x != y)
		return x > y ? -1 : 1;
	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return strcmp(left->name, right->name);
}

static int
by_demand(const void *a, const void *b)
{
	const Occupare__V1__Skill *left = *(Occupare__V1__Skill *const *)a, *right = *(Occupare__V1__Skill *const *)b;
	int order;

	if (left->in_demand != right->in_demand)
		return left->in_demand ? -1 : 1;
	if (left->hot != right->hot)
		return left->hot ? -1 : 1;
	order = strcasecmp(left->name, right->name);
	return order != 0 ? order : strcmp(left->name, right->name);
}

static void
sort(struct onet_list *list, int (*compare)(const void *, const void *))
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof *list->items, compare);
}

static void
give_skills(struct handing *handing, struct onet_occupation *from, Occupare__V1__Occupation *to)
{
	size_t count = from->skills.count + from->technologies.count;

	sort(&from->skills, by_importance);
	sort(&from->technologies, by_demand);
	to->skills = occ_arena_calloc(&handing->arena, count, sizeof *to->skills);
	to->n_skills = count;
	for (size_t i = 0; i < to->n_skills; i++)
		to->skills[i] = i < from->skills.count ? from->skills.items[i]
						       : from->technologies.items[i - from->skills.count];
}

static int
by_percent(const void *a, const void *b)
{
	const Occupare__V1__Share *left = *(Occupare__V1__Share *const *)a, *right = *(Occupare__V1__Share *const *)b;
	double x = rank_value(left->percent), y = rank_value(right->percent);

	return x != y ? (x > y ? -1 : 1) : strcmp(left->label, right->label);
}

/* False: of the shares that are held back one may be larger than the largest known, so that nobody can say which comes first. */
static bool
order_is_known(Occupare__V1__Figure *const *degrees)
{
	double sum = 0, most = 0;
	bool held_back = false;

	for (size_t i = 0; i < ONET_DEGREES; i++) {
		if (degrees[i] == NULL)
			continue;
		held_back |= degrees[i]->status == STATUS(SUPPRESSED);
		sum += degrees[i]->value;
		most = degrees[i]->value > most ? degrees[i]->value : most;
	}
	return most > 0 && (!held_back || most >= 100 - sum);
}

/* The education that the job is said to need, by share of those asked; what none named is left out. */
static void
give_education(struct handing *handing, const struct onet_occupation *from, Occupare__V1__Occupation *to)
{
	struct occ_arena *arena = &handing->arena;
	Occupare__V1__Share **shares = occ_arena_calloc(arena, ONET_DEGREES, sizeof(Occupare__V1__Share *));
	size_t count = 0;

	if (!order_is_known(from->degrees))
		return;
	for (size_t i = 0; i < ONET_DEGREES; i++) {
		if (from->degrees[i] == NULL ||
		    (from->degrees[i]->value == 0 && from->degrees[i]->status != STATUS(SUPPRESSED)))
			continue;
		shares[count] = occ_arena_alloc(arena, sizeof **shares);
		occupare__v1__share__init(shares[count]);
		shares[count]->label = (char *)handing->onet->degrees[i];
		shares[count++]->percent = from->degrees[i];
	}
	qsort(shares, count, sizeof(Occupare__V1__Share *), by_percent);
	to->education = occ_arena_alloc(arena, sizeof *to->education);
	occupare__v1__education__init(to->education);
	to->education->degrees = shares;
	to->education->n_degrees = count;
}

static Occupare__V1__Figure *
new_months(struct occ_arena *arena, unsigned months)
{
	Occupare__V1__Figure *figure = occ_arena_alloc(arena, sizeof *figure);

	occupare__v1__figure__init(figure);
	figure->value = months;
	figure->status = STATUS(DERIVED);
	figure->source = ONET_SOURCE;
	return figure;
}

static void
give_experience(struct handing *handing, const struct onet_occupation *from, Occupare__V1__Occupation *to)
{
	Occupare__V1__Experience *experience;

	if (from->job_zone == 0)
		return;
	experience = occ_arena_alloc(&handing->arena, sizeof *experience);
	occupare__v1__experience__init(experience);
	experience->job_zone = from->job_zone;
	experience->months_to_become_low = new_months(&handing->arena, zone_months[from->job_zone].low);
	if (zone_months[from->job_zone].high != 0)
		experience->months_to_become_high = new_months(&handing->arena, zone_months[from->job_zone].high);
	to->experience = experience;
}

static int
by_rank(const void *a, const void *b)
{
	const struct onet_related *left = *(struct onet_related *const *)a, *right = *(struct onet_related *const *)b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return strcmp(left->title, right->title);
}

/* Ids are the store's to give: it finds them by title among the records of the import. */
static void
give_related(struct handing *handing, struct onet_occupation *from, Occupare__V1__Occupation *to)
{
	size_t count = from->related.count;

	sort(&from->related, by_rank);
	to->n_related = count;
	to->related = occ_arena_calloc(&handing->arena, count, sizeof *to->related);
	for (size_t i = 0; i < count; i++) {
		const struct onet_related *related = from->related.items[i];

		to->related[i] = occ_arena_alloc(&handing->arena, sizeof **to->related);
		occupare__v1__related_occupation__init(to->related[i]);
		to->related[i]->title = (char *)related->title;
		to->related[i]->rank = related->rank;
	}
}

static int
by_interest(const void *a, const void *b)
{
	const Occupare__V1__Interest *left = *(Occupare__V1__Interest *const *)a,
				     *right = *(Occupare__V1__Interest *const *)b;
	double x = rank_value(left->score), y = rank_value(right->score);

	return x != y ? (x > y ? -1 : 1) : strcmp(left->name, right->name);
}

static int
by_style(const void *a, const void *b)
{
	const Occupare__V1__WorkStyle *left = *(Occupare__V1__WorkStyle *const *)a,
				      *right = *(Occupare__V1__WorkStyle *const *)b;
	double x = rank_value(left->score), y = rank_value(right->score);

	return x != y ? (x > y ? -1 : 1) : strcmp(left->name, right->name);
}

static void
give_traits(struct onet_occupation *from, Occupare__V1__Occupation *to)
{
	sort(&from->interests, by_interest);
	to->interests = (Occupare__V1__Interest **)from->interests.items;
	to->n_interests = from->interests.count;
	sort(&from->work_styles, by_style);
	to->work_styles = (Occupare__V1__WorkStyle **)from->work_styles.items;
	to->n_work_styles = from->work_styles.count;
}

static void
hand_over(struct handing *handing, struct onet_occupation *from, const char *path)
{
	const struct import_place place = { .file = path, .line = from->line };
	Occupare__V1__Occupation record = OCCUPARE__V1__OCCUPATION__INIT;
	Occupare__V1__Source *sources[] = { &handing->source };

	give_names(handing, &place, from, &record);
	give_duties(handing, from, &record);
	give_skills(handing, from, &record);
	give_education(handing, from, &record);
	give_experience(handing, from, &record);
	give_related(handing, from, &record);
	give_traits(from, &record);
	record.sources = sources;
	record.n_sources = 1;
	import_occupation(handing->onet->import, &place, &record);
	occ_arena_reset(&handing->arena);
}

/* The attribution is the one that the licence of the database asks for, with the note on changes: ratings are standardised,
 * duties ordered and titles parted here. */
static void
set_source(struct onet *onet, Occupare__V1__Source *source)
{
	const char *name = occ_arena_printf(
	    &onet->arena, "O*NET%s%s Database", onet->release[0] == '\0' ? "" : " ", onet->release);

	occupare__v1__source__init(source);
	source->id = ONET_SOURCE;
	source->title = (char *)name;
	source->publisher = (char *)publisher;
	source->release = (char *)onet->release;
	source->url = (char *)url;
	source->licence = occ_arena_printf(&onet->arena,
	    "CC BY 4.0; %s by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA), "
	    "modified. O*NET is a trademark of USDOL/ETA, which has not approved, endorsed, or tested these "
	    "modifications.",
	    name);
}

static void
hand_over_all(struct onet *onet)
{
	const struct tables_file *list = find_file(onet, &onet_files[0]);
	struct handing handing = { .onet = onet };

	occ_arena_init(&handing.arena, ARENA_BYTES_KEPT, 0);
	set_source(onet, &handing.source);
	for (size_t i = 0; i < onet->list.count; i++)
		hand_over(&handing, onet->list.items[i], list->path);
	occ_arena_fini(&handing.arena);
}

/* ---- All of it ---- */

/* False: a path was refused. */
static bool
add_paths(struct onet *onet, const char *const *paths, size_t count)
{
	struct occupare_status st;
	bool fine = true;

	for (size_t i = 0; i < count; i++) {
		const struct import_place place = { .file = paths[i] };

		if (tables_add(&onet->tables, paths[i], &st) == OCCUPARE_OK)
			continue;
		import_refuse(onet->import, &place, &st);
		fine = false;
	}
	return fine;
}

static void
read_all(struct onet *onet)
{
	for (const struct onet_file *file = onet_files; file->name != NULL; file++) {
		const struct tables_file *found = find_file(onet, file);

		onet->bytes_total += found == NULL ? 0 : found->bytes;
	}
	for (const struct onet_file *file = onet_files; file->name != NULL; file++)
		if (!read_listed(onet, file))
			return;
	hand_over_all(onet);
}

void
import_onet_read(struct import *import, const char *const *paths, size_t count)
{
	struct onet onet = { .import = import, .release = "" };

	memcpy(onet.degrees, degree_labels, sizeof degree_labels);
	tables_init(&onet.tables, import_asked(import)->bytes_max);
	occ_arena_init(&onet.arena, ARENA_BYTES_KEPT, 0);
	if (add_paths(&onet, paths, count)) {
		find_release(&onet);
		read_all(&onet);
	}
	occ_arena_fini(&onet.arena);
	tables_fini(&onet.tables);
}

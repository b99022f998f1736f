/* English rules for occupation titles.
 *
 * Official titles put the noun first ("Cooks, Fast Food"); they are turned to the order of running text before all else.
 *
 * A title is a list of words. Which of them change between one and many is decided first: the head nouns, that is the
 * last word of each part joined by "and", "or", "/" or a list's commas, before whatever qualifies the whole ("Except
 * ...", "of ...", ", Postsecondary"). Only words that name people count where there are several parts, so that
 * "Research and Development Manager" has one head and "Cutters and Trimmers, Hand" has two. */
#include "service/compare/grammar.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <utf8proc.h>

struct word {
	const char *before; /* what stands between the word before and this one */
	size_t before_length;
	const char *text; /* as the title spells it */
	size_t length;
	char *lower; /* letter case taken away */
	char *shown; /* as a sentence spells it */
	bool head;
};

struct title {
	struct occ_arena *arena;
	struct word *words;
	size_t count;
	const char *after; /* what stands after the last word */
};

/* ---- Tables ---- */

/* Names that keep their capital within a sentence. */
static const char *const proper_nouns[] = { "access", "adobe", "africa", "african", "alaska", "amazon", "america",
	"american", "android", "angular", "apple", "arabic", "armenian", "asia", "asian", "australian", "austrian",
	"autocad", "azure", "belgian", "blackboard", "britain", "british", "bulgarian", "california", "canadian",
	"caribbean", "catholic", "chinese", "christian", "cisco", "czech", "danish", "docker", "drupal", "dutch",
	"english", "europe", "european", "excel", "filipino", "finnish", "florida", "french", "german", "google",
	"greek", "hadoop", "hawaiian", "hebrew", "hindi", "hispanic", "hungarian", "indian", "irish", "islamic",
	"italian", "japanese", "java", "javascript", "jewish", "korean", "kotlin", "kubernetes", "latin", "latino",
	"linux", "magento", "mandarin", "medicaid", "medicare", "mexican", "microsoft", "montessori", "norwegian",
	"oracle", "peoplesoft", "perl", "persian", "polish", "portuguese", "python", "quickbooks", "roman", "ruby",
	"russian", "salesforce", "scala", "scottish", "scrum", "sharepoint", "spanish", "swedish", "swiss", "tableau",
	"texas", "thai", "turkish", "ukrainian", "unix", "urdu", "vietnamese", "vmware", "welsh", "wordpress", NULL };

/* Of these only the language or people is meant by a capital: as first word of a title they are the common word. */
static const char *const proper_if_not_common[] = { "access", "apple", "excel", "perl", "polish", "ruby", "scala",
	"scrum", "angular", "blackboard", NULL };

/* Words for people that their ending does not give away. */
static const char *const people[] = { "accountant", "actress", "actuary", "agent", "aide", "analyst", "applicant",
	"apprentice", "architect", "artisan", "assistant", "associate", "athlete", "attendant", "attorney", "bailiff",
	"barista", "bartender", "bellhop", "boss", "bursar", "captain", "chair", "chaplain", "chauffeur", "chef",
	"chemist", "chief", "cleric", "clerk", "coach", "colonel", "composer", "concierge", "constable", "consultant",
	"cook", "copilot", "correspondent", "critic", "dean", "deputy", "detective", "diplomat", "docent",
	"dosimetrist", "escort", "executive", "expert", "fellow", "guard", "guide", "head", "hero", "host", "hostess",
	"housewife", "intern", "jockey", "judge", "laureate", "lieutenant", "lifeguard", "locksmith", "magistrate",
	"maid", "mason", "mate", "mechanic", "medic", "member", "merchant", "midwife", "millwright", "model", "monk",
	"nanny", "nun", "nurse", "occupation", "official", "operative", "orderly", "paralegal", "paramedic", "parent",
	"partner", "person", "pharmacist", "physicist", "pilot", "playwright", "podiatrist", "poet", "president",
	"priest", "principal", "professional", "psychic", "rabbi", "recruit", "referee", "registrar", "representative",
	"resident", "roustabout", "salesclerk", "scout", "seamstress", "secretary", "sergeant", "servant", "sheriff",
	"specialist", "spouse", "steward", "stewardess", "student", "superintendent", "surgeon", "tech", "temp",
	"therapist", "tutor", "umpire", "valet", "vet", "waitress", "warden", "wright", "writer", NULL };

/* Words that end like people and are not. */
static const char *const things[] = { "blister", "boiler", "border", "cancer", "career", "center", "color", "computer",
	"consumer", "container", "copper", "corner", "counter", "customer", "disaster", "door", "elevator", "exterior",
	"feather", "fiber", "filter", "finger", "floor", "flavor", "freezer", "gender", "generator", "hammer", "indoor",
	"inner", "interior", "labor", "laser", "leather", "letter", "liquor", "lumber", "major", "matter", "meter",
	"minor", "motor", "newsletter", "number", "odor", "order", "other", "outdoor", "outer", "over", "paper",
	"plaster", "polymer", "poster", "power", "printer", "quarter", "radar", "reactor", "register", "river",
	"router", "rubber", "sector", "semiconductor", "senior", "junior", "sensor", "server", "shelter", "silver",
	"summer", "theater", "timber", "tower", "tractor", "trailer", "transfer", "transistor", "under", "vapor", "war",
	"water", "weather", "winter", "beer", "butter", "cover", "danger", "dinner", "fever", "folder", "ladder",
	"layer", "offer", "cyber", "supper", "air", "list", "committee", "coffee", "pedestrian", "civilian", "median",
	"fee", "tree", "guarantee", "degree", NULL };

/* Words that look plural, or would be made so, and stay as they are. */
static const char *const unchanging[] = { "affairs", "aircraft", "arts", "athletics", "clergy", "communications",
	"customs", "economics", "electronics", "faculty", "forces", "forensics", "gas", "goods", "grounds", "helpdesk",
	"informatics", "infantry", "logistics", "management", "mathematics", "means", "military", "news", "operations",
	"personnel", "physics", "police", "products", "relations", "resources", "robotics", "sales", "sciences",
	"securities", "series", "services", "species", "staff", "sports", "studies", "systems", "telecommunications",
	"utilities", NULL };

/* Words for a whole of people, and what one of them is called behind it. */
static const char *const collective[][2] = { { "clergy", "member" }, { "crew", "member" }, { "faculty", "member" },
	{ "forces", "member" }, { "infantry", "member" }, { "military", "member" }, { "personnel", "member" },
	{ "police", "officer" }, { "staff", "member" }, { NULL, NULL } };

static const char *const irregular[][2] = { { "person", "people" }, { "child", "children" }, { "midwife", "midwives" },
	{ "housewife", "housewives" }, { "wife", "wives" }, { "wolf", "wolves" }, { "thief", "thieves" },
	{ "alumnus", "alumni" }, { "hero", "heroes" }, { "tech", "techs" }, { "monarch", "monarchs" }, { NULL, NULL } };

/* Words in "-man" that are not a kind of man. */
static const char *const not_a_man[] = { "german", "human", "norman", "ottoman", "roman", "shaman", "talisman", NULL };

static const char *const prepositions[] = { "of", "for", "in", "at", "with", "to", "from", "on", "under", "by",
	"without", "except", "excluding", "including", "not", "as", "who", NULL };

/* Adjectives that follow their noun. */
static const char *const postpositive[] = { "general", "emeritus", "elect", "designate", NULL };

/* Abbreviations that are read as a word, not letter by letter. */
static const char *const spoken_as_words[] = { "cad", "cobol", "fema", "fortran", "gis", "hipaa", "laser", "lidar",
	"nasa", "nato", "nicu", "osha", "pacu", "picu", "radar", "sas", "scada", "scuba", "sonar", "swat", "unesco",
	"unicef", "unix", NULL };

/* Beginnings that are not sounded as they are spelt. */
static const char *const vowel_sounds[] = { "heir", "herb", "honest", "honor", "honour", "hour", "unid", "unim", "unin",
	"uninter", NULL };
static const char *const consonant_sounds[] = { "eu", "ewe", "once", "ouija", "ubiq", "ufo", "ukr", "uku", "uni", "ura",
	"ure", "uri", "uro", "usa", "use", "usu", "ute", "uti", "uto", NULL };

static bool
listed(const char *const *list, const char *word)
{
	for (; *list != NULL; list++) {
		if ((*list)[0] == word[0] && strcmp(*list, word) == 0)
			return true;
	}
	return false;
}

static bool
starts(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static bool
ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), suffix_length = strlen(suffix);

	return length > suffix_length && strcasecmp(text + length - suffix_length, suffix) == 0;
}

/* ---- Letter case ---- */

static char *
mapped(struct occ_arena *arena, const char *text, size_t length, utf8proc_int32_t (*map)(utf8proc_int32_t))
{
	char *out = occ_arena_alloc(arena, 4 * length + 1); /* no letter grows beyond four bytes */
	size_t used = 0;

	for (size_t i = 0; i < length;) {
		utf8proc_int32_t letter;
		utf8proc_ssize_t step = utf8proc_iterate(
		    (const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &letter);
		if (step <= 0) {
			out[used++] = text[i++];
			continue;
		}
		used += (size_t)utf8proc_encode_char(map(letter), (utf8proc_uint8_t *)out + used);
		i += (size_t)step;
	}
	out[used] = '\0';
	return out;
}

/* "CEO", "U.S.", "McKinsey", "C++", "3D", "R": letter case is part of the word. */
static bool
keeps_case(const struct word *word, bool first)
{
	size_t capitals = 0, digits = 0;

	for (size_t i = 0; i < word->length; i++) {
		capitals += isupper((unsigned char)word->text[i]) != 0;
		digits += isdigit((unsigned char)word->text[i]) != 0;
	}
	if (capitals == 0)
		return false;
	if (capitals > 1 || (capitals > 0 && digits > 0))
		return true;
	if (capitals == 1 && (word->length == 1 || !isalpha((unsigned char)word->text[1])))
		return true;
	return listed(proper_nouns, word->lower) && !(first && listed(proper_if_not_common, word->lower));
}

/* ---- A title into words ---- */

static bool
is_word_byte(const char *text, size_t at)
{
	unsigned char byte = (unsigned char)text[at];

	/* An en or em dash (E2 80 93, E2 80 94) separates. */
	if (byte == 0xe2 && (unsigned char)text[at + 1] == 0x80 && ((unsigned char)text[at + 2] & 0xfe) == 0x92)
		return false;
	if (byte == 0xe2 && (unsigned char)text[at + 1] == 0x80 && (unsigned char)text[at + 2] == 0x94)
		return false;
	return isalnum(byte) || byte >= 0x80 || strchr("'.+#&*_", byte) != NULL;
}

static size_t
skip(const char *text, size_t at, bool words)
{
	while (text[at] != '\0' && is_word_byte(text, at) == words)
		at += (unsigned char)text[at] == 0xe2 && !words ? 3 : 1;
	return at;
}

static size_t
count_words(const char *text)
{
	size_t count = 0;

	for (size_t at = skip(text, 0, false); text[at] != '\0'; count++)
		at = skip(text, skip(text, at, true), false);
	return count;
}

static struct title
split(struct occ_arena *arena, const char *text)
{
	struct title title = { .arena = arena };
	size_t at = 0;

	title.words = occ_arena_calloc(arena, count_words(text), sizeof *title.words);
	for (;;) {
		struct word *word = &title.words[title.count];
		size_t start = skip(text, at, false);
		if (text[start] == '\0')
			break;
		size_t end = skip(text, start, true);
		word->before = text + at;
		word->before_length = start - at;
		word->text = text + start;
		word->length = end - start;
		word->lower = mapped(arena, word->text, word->length, utf8proc_tolower);
		word->shown = keeps_case(word, title.count == 0) ? occ_arena_strndup(arena, word->text, word->length)
								 : word->lower;
		title.count++;
		at = end;
	}
	title.after = text + at;
	return title;
}

static char *
join(const struct title *title)
{
	size_t size = strlen(title->after) + 1, used = 0;
	char *out;

	for (size_t i = 0; i < title->count; i++)
		size += title->words[i].before_length + strlen(title->words[i].shown);
	out = occ_arena_alloc(title->arena, size);
	for (size_t i = 0; i < title->count; i++) {
		const struct word *word = &title->words[i];
		memcpy(out + used, word->before, word->before_length);
		used += word->before_length;
		memcpy(out + used, word->shown, strlen(word->shown));
		used += strlen(word->shown);
	}
	memcpy(out + used, title->after, strlen(title->after) + 1);
	return out;
}

/* ---- One word: number ---- */

static bool
is_acronym(const char *text)
{
	size_t letters = 0;

	for (; *text != '\0'; text++) {
		if (islower((unsigned char)*text))
			return false;
		letters += isupper((unsigned char)*text) != 0;
	}
	return letters > 1;
}

static bool
is_man(const char *lower)
{
	return (strcmp(lower, "man") == 0 || ends(lower, "man")) && !listed(not_a_man, lower);
}

static char *
word_plural(struct occ_arena *arena, const char *word)
{
	size_t length = strlen(word);
	char *lower = mapped(arena, word, length, utf8proc_tolower);

	if (length == 0 || listed(unchanging, lower))
		return occ_arena_strdup(arena, word);
	if (is_acronym(word))
		return occ_arena_printf(arena, "%ss", word);
	for (size_t i = 0; irregular[i][0] != NULL; i++) {
		size_t tail = strlen(irregular[i][0]);
		if (strcmp(lower, irregular[i][0]) == 0 || (tail > 3 && ends(lower, irregular[i][0])))
			return occ_arena_printf(arena, "%.*s%s", (int)(length - tail), word, irregular[i][1]);
	}
	if (is_man(lower))
		return occ_arena_printf(arena, "%.*sen", (int)(length - 2), word);
	if (ends(lower, "y") && strchr("aeiou", lower[length - 2]) == NULL)
		return occ_arena_printf(arena, "%.*sies", (int)(length - 1), word);
	if (ends(lower, "s") || ends(lower, "x") || ends(lower, "z") || ends(lower, "ch") || ends(lower, "sh"))
		return occ_arena_printf(arena, "%ses", word);
	return occ_arena_printf(arena, "%ss", word);
}

/* The singular of a plural; NULL: it is none. */
static char *
word_singular(struct occ_arena *arena, const char *word)
{
	size_t length = strlen(word);
	char *lower = mapped(arena, word, length, utf8proc_tolower);

	if (listed(unchanging, lower))
		return NULL;
	for (size_t i = 0; irregular[i][0] != NULL; i++) {
		size_t tail = strlen(irregular[i][1]);
		if (strcmp(lower, irregular[i][1]) == 0 || ends(lower, irregular[i][1]))
			return occ_arena_printf(arena, "%.*s%s", (int)(length - tail), word, irregular[i][0]);
	}
	if (strcmp(lower, "men") == 0 || (ends(lower, "men") && !ends(lower, "specimen")))
		return occ_arena_printf(arena, "%.*san", (int)(length - 2), word);
	if (length < 3 || !ends(word, "s") || word[length - 1] != 's' || ends(lower, "ss") || ends(lower, "us") ||
	    ends(lower, "is") || ends(lower, "'s"))
		return NULL;
	if (ends(lower, "ics") && !listed(people, occ_arena_strndup(arena, lower, length - 1)))
		return NULL;
	if (ends(lower, "ies") && length > 4 && !ends(lower, "movies") && !ends(lower, "cookies"))
		return occ_arena_printf(arena, "%.*sy", (int)(length - 3), word);
	if (ends(lower, "sses") || ends(lower, "shes") || ends(lower, "xes") || ends(lower, "zes") ||
	    ends(lower, "ches") || strcmp(lower, "buses") == 0)
		return occ_arena_strndup(arena, word, length - 2);
	return occ_arena_strndup(arena, word, length - 1);
}

/* ---- Head nouns ---- */

/* The word, in the singular, names people. */
static bool
names_people(const char *lower)
{
	static const char *const endings[] = { "er", "or", "ist", "ian", "eer", "ee", "woman", "smith", "guard",
		"wright", "mason", "person", NULL };

	if (listed(things, lower))
		return false;
	if (listed(people, lower) || is_man(lower))
		return true;
	for (size_t i = 0; endings[i] != NULL; i++) {
		if (ends(lower, endings[i]))
			return true;
	}
	return false;
}

static bool
word_names_people(struct occ_arena *arena, const struct word *word)
{
	const char *singular = word_singular(arena, word->lower);

	return names_people(singular != NULL ? singular : word->lower);
}

static bool
joins(const struct word *word)
{
	return strcmp(word->lower, "and") == 0 || strcmp(word->lower, "or") == 0 || strcmp(word->lower, "&") == 0;
}

static bool
before_has(const struct word *word, const char *part)
{
	return memmem(word->before, word->before_length, part, strlen(part)) != NULL;
}

/* A bracket, colon or dash before the word: what follows qualifies the title. */
static bool
cuts(const struct word *word)
{
	static const char *const marks[] = { "(", "[", ":", ";", " -", "- ", "--", "\xe2\x80", NULL };

	for (size_t i = 0; marks[i] != NULL; i++) {
		if (before_has(word, marks[i]))
			return true;
	}
	return false;
}

/* A grade: "Engineer II", "Nurse 3". */
static bool
is_grade(const struct word *word)
{
	return word->length > 0 && strspn(word->shown, "IVX0123456789") == strlen(word->shown);
}

/* The noun of the part that ends before `end`: past grades, abbreviations and adjectives that follow their noun. */
static size_t
part_head(struct title *title, size_t start, size_t end)
{
	size_t last = end - 1;

	while (last > start && is_grade(&title->words[last]))
		last--;
	if (last > start && (is_acronym(title->words[last].shown) || listed(postpositive, title->words[last].lower)) &&
	    word_names_people(title->arena, &title->words[last - 1]))
		last--;
	return last;
}

/* Where the list of names ends that starts the first `end` words: a comma goes on with it if "and" or "or" comes behind
 * it, or if what it starts names people as well ("Poets, Lyricists and Creative Writers"); else it begins a qualifier. */
static size_t
list_end(struct title *title, size_t end, bool *ret_list)
{
	size_t segment_end = end;

	*ret_list = false;
	for (size_t i = end; i-- > 1;) {
		if (!before_has(&title->words[i], ","))
			continue;
		*ret_list = joins(&title->words[i]) ||
			    (strcmp(title->words[i].lower, "all") != 0 &&
				word_names_people(title->arena, &title->words[part_head(title, i, segment_end)]));
		if (*ret_list)
			return segment_end;
		segment_end = i;
	}
	return segment_end;
}

/* Marks the heads among the first `end` words. Returns how many of them name people. */
static size_t
mark_heads(struct title *title, size_t end)
{
	size_t start = 0, found = 0;
	bool list;
	size_t group_end = list_end(title, end, &list);

	for (size_t i = 1; i <= group_end; i++) {
		if (i < group_end && !joins(&title->words[i]) && !before_has(&title->words[i], ",") &&
		    !before_has(&title->words[i], "/"))
			continue;
		if (i > start) {
			struct word *head = &title->words[part_head(title, start, i)];
			head->head = word_names_people(title->arena, head);
			found += head->head;
		}
		start = i < group_end && joins(&title->words[i]) ? i + 1 : i;
	}
	if (group_end > 0 && (!list || found == 0))
		title->words[part_head(title, start < group_end ? start : 0, group_end)].head = true;
	return found;
}

static void
find_heads(struct title *title)
{
	size_t whole = title->count, end;

	for (size_t i = 1; i < whole; i++) {
		if (cuts(&title->words[i]))
			whole = i;
	}
	for (end = 1; end < whole && !listed(prepositions, title->words[end].lower); end++)
		;
	if (title->count == 0)
		return;
	/* In "Door to Door Sales Worker" the preposition stands within the name. */
	if (mark_heads(title, end) == 0 && end < whole) {
		struct title shorter = *title;
		for (size_t i = 0; i < title->count; i++)
			title->words[i].head = false;
		shorter.count = whole;
		if (!word_names_people(title->arena, &title->words[part_head(title, 0, whole)]) ||
		    mark_heads(&shorter, whole) == 0) {
			for (size_t i = 0; i < title->count; i++)
				title->words[i].head = false;
			(void)mark_heads(title, end);
		}
	}
}

/* Whether the title names many: its last head is a plural. */
static bool
is_plural(const struct title *title)
{
	for (size_t i = title->count; i-- > 0;) {
		if (title->words[i].head)
			return word_singular(title->arena, title->words[i].lower) != NULL;
	}
	return false;
}

/* ---- Titles turned around ---- */

/* Qualifiers that stand before any name. */
static const char *const front[] = { "general", "postsecondary", NULL };

/* Qualifiers that would read as part of the noun, or say nothing, before it. */
static const char *const never_front[] = { "manufacturing", NULL };

/* Things that are one in front of what they qualify, though the word stays as it is elsewhere. */
static const char *const one_in_front[][2] = { { "products", "product" }, { "utilities", "utility" }, { NULL, NULL } };

/* The part of a title from one word up to another, without what stands before it. */
static char *
words_text(const struct title *title, size_t start, size_t end)
{
	const struct word *last;

	if (start >= end)
		return occ_arena_strdup(title->arena, "");
	last = &title->words[end - 1];
	return occ_arena_strndup(
	    title->arena, title->words[start].text, (size_t)(last->text + last->length - title->words[start].text));
}

static bool
has_word(const struct title *title, size_t start, size_t end, bool (*is)(const struct word *))
{
	for (size_t i = start; i < end; i++) {
		if (is(&title->words[i]))
			return true;
	}
	return false;
}

static bool
is_preposition(const struct word *word)
{
	return listed(prepositions, word->lower) || strcmp(word->lower, "through") == 0;
}

static bool
follows_comma(const struct word *word)
{
	return before_has(word, ",");
}

/* ", All Other" and what stands behind it, as in "Dentists, All Other Specialists". The title's count if there
 * is none. */
static size_t
find_all_other(const struct title *title)
{
	for (size_t i = 1; i + 1 < title->count; i++) {
		if (before_has(&title->words[i], ",") && strcmp(title->words[i].lower, "all") == 0 &&
		    strcmp(title->words[i + 1].lower, "other") == 0)
			return i;
	}
	return title->count;
}

/* ", Except ..." or ", Including ..." among the first `end` words; end if there is none. */
static size_t
find_exception(const struct title *title, size_t end)
{
	for (size_t i = 1; i < end; i++) {
		if (before_has(&title->words[i], ",") &&
		    (strcmp(title->words[i].lower, "except") == 0 || strcmp(title->words[i].lower, "including") == 0))
			return i;
	}
	return end;
}

/* Where what qualifies a name begins: behind the comma that ends the last name of people, if no such name follows; behind
 * the only comma of a plural ("Food Servers, Nonrestaurant"). end if nothing qualifies it. */
static size_t
find_qualifier(struct title *title, size_t end)
{
	if (end == 0 || is_grade(&title->words[end - 1]) || word_names_people(title->arena, &title->words[end - 1]))
		return end;
	for (size_t i = end - 1; i > 0; i--) {
		if (!before_has(&title->words[i], ","))
			continue;
		const struct word *name = &title->words[part_head(title, 0, i)];
		if (word_names_people(title->arena, name) || (i + 1 == end && !has_word(title, 1, i, follows_comma) &&
								 word_singular(title->arena, name->lower) != NULL))
			return joins(&title->words[i]) ? end : i;
	}
	return end;
}

/* "RN" behind "Registered Nurse" says the same again; "IT" behind "Director" does not. */
static bool
abbreviates(const struct title *title, size_t name_end)
{
	const struct word *word = &title->words[name_end];

	return is_acronym(word->shown) &&
	       tolower((unsigned char)word->shown[strlen(word->shown) - 1]) == title->words[name_end - 1].lower[0];
}

/* Whether what qualifies the first `name_end` words, itself up to `end`, reads well before them. */
static bool
goes_in_front(const struct title *title, size_t name_end, size_t end)
{
	const struct word *last_comma = NULL;
	bool list = has_word(title, 1, name_end, follows_comma), joined = list || has_word(title, 1, name_end, joins);

	if (has_word(title, 1, end, is_preposition))
		return false;
	if (name_end + 1 == end) {
		const char *word = title->words[name_end].lower;
		return listed(front, word) || (!list && !listed(never_front, word) && !abbreviates(title, name_end));
	}
	for (size_t i = name_end + 1; i < end; i++) {
		if (follows_comma(&title->words[i]))
			last_comma = &title->words[i];
	}
	if (last_comma != NULL && !joins(last_comma))
		return false;
	return !joined;
}

/* Words as they stand before a noun: "farm product", "motor vehicle". */
static char *
in_front(const struct title *title, size_t start, size_t end)
{
	const struct word *last = &title->words[end - 1];
	char *one = word_singular(title->arena, occ_arena_strndup(title->arena, last->text, last->length));

	for (size_t i = 0; one_in_front[i][0] != NULL; i++) {
		if (strcmp(last->lower, one_in_front[i][0]) == 0)
			one = occ_arena_strdup(title->arena, one_in_front[i][1]);
	}
	if (one == NULL)
		return words_text(title, start, end);
	return occ_arena_printf(
	    title->arena, "%.*s%s", (int)(last->text - title->words[start].text), title->words[start].text, one);
}

/* "Physicians, Pathologists": one name beside another, no list. */
static bool
is_apposition(struct title *title, size_t end)
{
	size_t comma = 0;

	for (size_t i = 1; i < end; i++) {
		if (joins(&title->words[i]) || (follows_comma(&title->words[i]) && comma > 0))
			return false;
		if (follows_comma(&title->words[i]))
			comma = i;
	}
	return comma > 0 && comma + 1 == end && word_names_people(title->arena, &title->words[comma - 1]) &&
	       word_names_people(title->arena, &title->words[comma]);
}

/* The first `end` words with their qualifier in front, and in a bracket what cannot stand there. */
static char *
turn_qualifiers(struct title *title, size_t end)
{
	struct occ_arena *arena = title->arena;
	size_t exception = find_exception(title, end), qualifier = find_qualifier(title, exception);
	char *name = words_text(title, 0, qualifier);

	if (qualifier == exception && is_apposition(title, exception))
		name = occ_arena_printf(
		    arena, "%s %s", in_front(title, 0, exception - 1), words_text(title, exception - 1, exception));
	if (qualifier < exception && goes_in_front(title, qualifier, exception)) {
		name = occ_arena_printf(arena, "%s %s", in_front(title, qualifier, exception), name);
		qualifier = exception;
	}
	if (qualifier < end)
		name = occ_arena_printf(arena, "%s (%s)", name, words_text(title, qualifier, end));
	return name;
}

/* "Managers, All Other" as "Other Managers"; of one as "Manager (all other)", since "another manager" would be one more.
 * name: the title before `end`, turned. */
static char *
turn_all_other(struct title *title, size_t end, const char *name, bool one)
{
	struct occ_arena *arena = title->arena;
	const char *of = strstr(name, " of "), *bracket = strchr(name, '('), *kind = "";

	if (end + 2 < title->count)
		kind = occ_arena_printf(arena, "%s ", in_front(title, end + 2, title->count));
	/* Of the supervisors of other workers, not other supervisors. */
	if (of != NULL && (bracket == NULL || of < bracket))
		return occ_arena_printf(arena, "%.*s of Other %s%s", (int)(of - name), name, kind, of + strlen(" of "));
	if (!one)
		return occ_arena_printf(arena, "Other %s%s", kind, name);
	if (bracket != NULL && ends(name, ")"))
		return occ_arena_printf(arena, "%s%.*s, all other)", kind, (int)(strlen(name) - 1), name);
	return occ_arena_printf(arena, "%s%s (all other)", kind, name);
}

/* "Helpers--Roofers" as "Roofers' Helpers", a list as "Helpers (Plumbers, Pipefitters, and Steamfitters)". at: the word
 * behind the dash. */
static char *
turn_dash(struct title *title, size_t at)
{
	const char *name = words_text(title, 0, at), *whose = words_text(title, at, title->count);

	if (has_word(title, at, title->count, follows_comma) || !ends(whose, "s") ||
	    !word_names_people(title->arena, &title->words[title->count - 1]))
		return occ_arena_printf(title->arena, "%s (%s)", name, whose);
	return occ_arena_printf(title->arena, "%s' %s", whose, name);
}

/* "Computer Occupations, All Other" as "Workers in Other Computer Occupations": an occupation earns nothing. NULL:
 * not such a title. */
static char *
turn_occupations(struct title *title, bool one)
{
	static const char other[] = "Occupations, All Other";
	const char *whole = words_text(title, 0, title->count);
	int kind = (int)strlen(whole) - (int)strlen(other);

	if (!ends(whole, other))
		return NULL;
	return occ_arena_printf(title->arena, "%s in Other %.*sOccupations", one ? "Worker" : "Workers", kind, whole);
}

/* The title in the order of running text: "Cooks, Fast Food" as "Fast Food Cooks". one: as it names one. */
static const char *
turn(struct occ_arena *arena, const char *text, bool one)
{
	struct title title = split(arena, text);
	size_t end = find_all_other(&title);
	const char *occupations;

	if (title.count < 2 || title.after[0] != '\0')
		return text;
	occupations = turn_occupations(&title, one);
	if (occupations != NULL)
		return occupations;
	for (size_t i = 1; i < title.count; i++) {
		if (title.words[i].before_length == 2 && before_has(&title.words[i], "--"))
			return turn_dash(&title, i);
		if (cuts(&title.words[i]))
			return text;
	}
	if (!has_word(&title, 1, title.count, follows_comma) || has_word(&title, end + 1, title.count, follows_comma))
		return text;
	if (end < title.count)
		return turn_all_other(&title, end, turn_qualifiers(&title, end), one);
	if (find_exception(&title, end) == end && find_qualifier(&title, end) == end && !is_apposition(&title, end))
		return text;
	return turn_qualifiers(&title, end);
}

/* ---- The public story ---- */

/* One of those a head noun names, "clergy" being "clergy member". plural: the title names many. */
static char *
one_of(struct occ_arena *arena, const struct word *head, bool plural)
{
	char *one = plural ? word_singular(arena, head->shown) : NULL;

	for (size_t i = 0; collective[i][0] != NULL; i++) {
		if (strcmp(head->lower, collective[i][0]) == 0)
			return occ_arena_printf(arena, "%s %s", head->shown, collective[i][1]);
	}
	return one != NULL ? one : head->shown;
}

char *
grammar_singular(struct occ_arena *arena, const char *text)
{
	struct title title = split(arena, turn(arena, text, true));

	find_heads(&title);
	bool plural = is_plural(&title);
	for (size_t i = 0; i < title.count; i++) {
		if (title.words[i].head)
			title.words[i].shown = one_of(arena, &title.words[i], plural);
	}
	return join(&title);
}

char *
grammar_plural(struct occ_arena *arena, const char *text)
{
	struct title title = split(arena, turn(arena, text, false));

	find_heads(&title);
	if (!is_plural(&title)) {
		for (size_t i = 0; i < title.count; i++) {
			if (title.words[i].head && word_singular(arena, title.words[i].lower) == NULL)
				title.words[i].shown = word_plural(arena, title.words[i].shown);
		}
	}
	return join(&title);
}

char *
grammar_lower(struct occ_arena *arena, const char *name)
{
	struct title title = split(arena, name);

	return join(&title);
}

/* Number of capitals at the start, full stops within aside: 3 in "MRI", 2 in "U.S.", 1 in "Spanish". */
static size_t
capitals(const char *text, char *word, size_t size)
{
	size_t count = 0;

	for (; isupper((unsigned char)*text) || (*text == '.' && count > 0); text++) {
		if (*text != '.' && count + 1 < size)
			word[count++] = (char)tolower((unsigned char)*text);
	}
	word[count] = '\0';
	/* "McDonald" and "Spanish" go on in small letters; "MRIs" and "RN's" are still abbreviations. */
	if (islower((unsigned char)*text) && !(*text == 's' && !isalpha((unsigned char)text[1])))
		return 0;
	return count;
}

static bool
number_sounds_vowel(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (text[0] == '8')
		return true;
	if (starts(text, "11") || starts(text, "18"))
		return digits == 2 || digits % 3 == 2;
	return false;
}

/* The letter under an accent: "e" for "É". Other letters as they are. */
static utf8proc_int32_t
plain_letter(const char *text)
{
	utf8proc_int32_t letter, parts[8] = { 0 };
	int last_class = UTF8PROC_BOUNDCLASS_START;

	if (utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &letter) <= 0 ||
	    utf8proc_decompose_char(letter, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &last_class) < 1)
		return 0;
	return parts[0];
}

const char *
grammar_article(const char *text)
{
	char word[8];
	size_t count;

	while (*text != '\0' && !isalnum((unsigned char)*text) && (unsigned char)*text < 0x80)
		text++;
	if (isdigit((unsigned char)*text))
		return number_sounds_vowel(text) ? "an" : "a";
	count = capitals(text, word, sizeof(word));
	bool letter = isalpha((unsigned char)text[0]) && !isalpha((unsigned char)text[1]) && text[1] != '\'' &&
		      (unsigned char)text[1] < 0x80;
	if ((count > 0 && count < 6 && !listed(spoken_as_words, word)) || letter)
		return strchr("aefhilmnorsx", tolower((unsigned char)text[0])) != NULL ? "an" : "a";
	for (size_t i = 0; vowel_sounds[i] != NULL; i++) {
		if (starts(text, vowel_sounds[i]))
			return "an";
	}
	for (size_t i = 0; consonant_sounds[i] != NULL; i++) {
		if (starts(text, consonant_sounds[i]))
			return starts(text, "ush") ? "an" : "a";
	}
	if (starts(text, "one") && !isalpha((unsigned char)text[3]))
		return "a";
	utf8proc_int32_t first = plain_letter(text);
	return first > 0 && first < 0x80 && strchr("aeiou", first) != NULL ? "an" : "a";
}

char *
grammar_a(struct occ_arena *arena, const char *text)
{
	if (starts(text, "other "))
		return occ_arena_printf(arena, "an%s", text);
	return occ_arena_printf(arena, "%s %s", grammar_article(text), text);
}

char *
grammar_possessive(struct occ_arena *arena, const char *text)
{
	const char *end = strrchr(text, ' ');

	return occ_arena_printf(arena, "%s%s", text,
	    word_singular(arena, end != NULL ? end + 1 : text) != NULL && ends(text, "s") ? "'" : "'s");
}

/* What stands in brackets joins nothing outside of them. */
static bool
has_outside_brackets(const char *text, const char *part)
{
	size_t depth = 0, length = strlen(part);

	for (; *text != '\0'; text++) {
		depth += *text == '(';
		depth -= *text == ')' && depth > 0;
		if (depth == 0 && strncmp(text, part, length) == 0)
			return true;
	}
	return false;
}

char *
grammar_list(struct occ_arena *arena, const char *const *items, size_t count)
{
	bool commas = false, ands = false;
	char *out = occ_arena_strdup(arena, count > 0 ? items[0] : "");

	for (size_t i = 0; i < count; i++) {
		commas = commas || has_outside_brackets(items[i], ",");
		ands = ands || has_outside_brackets(items[i], " and ");
	}
	for (size_t i = 1; i < count; i++) {
		bool last = i + 1 == count;
		const char *mark = count > 2 ? (commas ? ";" : ",") : (commas || ands ? "," : "");
		out = occ_arena_printf(arena, "%s%s %s%s", out, mark, last ? "and " : "", items[i]);
	}
	return out;
}

char *
grammar_capital(struct occ_arena *arena, const char *text)
{
	utf8proc_int32_t letter;
	utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &letter);

	/* "iOS" and "eLearning" keep their small letter. */
	if (step <= 0 || *text == '\0' || isupper((unsigned char)text[step]))
		return occ_arena_strdup(arena, text);
	return occ_arena_printf(arena, "%s%s", mapped(arena, text, (size_t)step, utf8proc_toupper), text + step);
}

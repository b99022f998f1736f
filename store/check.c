/* A record is walked over its descriptor, so that a new field of the schema is checked without a line here; what a field
 * may hold beyond that stands in tables. */
#include "store/check.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/keys.h"
#include "store/soc.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define PERCENT_GROWTH_MAX 1000
#define MONEY_MAX 1e9
#define COUNT_MAX 1e12
#define AGE_MAX 120
#define MONTHS_MAX 1200
#define YEAR_MIN 1900
#define YEAR_MAX 2200

/* Ranges of figures and of whole numbers, both ends allowed. A figure that is not named here may be any finite number. */
static const struct range {
	const ProtobufCMessageDescriptor *of;
	const char *field; /* NULL: every figure of the message */
	double low, high;
	const char *what;
} ranges[] = {
	{ &occupare__v1__salary__descriptor, NULL, 0, MONEY_MAX, "pay" },
	{ &occupare__v1__top_payer__descriptor, NULL, 0, MONEY_MAX, "pay" },
	{ &occupare__v1__outlook__descriptor, "growth_percent", -100, PERCENT_GROWTH_MAX, "growth in percent" },
	{ &occupare__v1__outlook__descriptor, "from_year", YEAR_MIN, YEAR_MAX, "year" },
	{ &occupare__v1__outlook__descriptor, "to_year", YEAR_MIN, YEAR_MAX, "year" },
	{ &occupare__v1__outlook__descriptor, NULL, 0, COUNT_MAX, "count" },
	{ &occupare__v1__occupation__descriptor, "job_satisfaction", 0, 5, "rating" },
	{ &occupare__v1__experience__descriptor, "typical_years", 0, AGE_MAX, "number of years" },
	{ &occupare__v1__experience__descriptor, "job_zone", 0, 5, "job zone" },
	{ &occupare__v1__experience__descriptor, NULL, 0, MONTHS_MAX, "number of months" },
	{ &occupare__v1__demographics__descriptor, "lgbt_percent", 0, 100, "percentage" },
	{ &occupare__v1__demographics__descriptor, NULL, 0, AGE_MAX, "age in years" },
	{ &occupare__v1__share__descriptor, NULL, 0, 100, "percentage" },
	{ &occupare__v1__skill__descriptor, "percent", 0, 100, "percentage" },
	{ &occupare__v1__skill__descriptor, NULL, 0, 100, "value from 0 to 100" },
	{ &occupare__v1__estimate__descriptor, "period", YEAR_MIN, YEAR_MAX, "year" },
	{ &occupare__v1__estimate__descriptor, NULL, 0, COUNT_MAX, "count" },
};

/* Texts that may be as long as CHECK_TEXT_BYTES_MAX; all others are names. */
static const struct named {
	const ProtobufCMessageDescriptor *of;
	const char *field;
} long_texts[] = {
	{ &occupare__v1__occupation__descriptor, "summary" },
	{ &occupare__v1__occupation__descriptor, "responsibilities" },
	{ &occupare__v1__source__descriptor, "title" },
	{ &occupare__v1__source__descriptor, "url" },
	{ &occupare__v1__source__descriptor, "licence" },
};

/* Texts that must be there whenever their message is. */
static const struct named required_texts[] = {
	{ &occupare__v1__share__descriptor, "label" },
	{ &occupare__v1__top_payer__descriptor, "label" },
	{ &occupare__v1__code__descriptor, "system" },
	{ &occupare__v1__code__descriptor, "value" },
	{ &occupare__v1__category__descriptor, "id" },
	{ &occupare__v1__category__descriptor, "title" },
	{ &occupare__v1__skill__descriptor, "name" },
	{ &occupare__v1__related_occupation__descriptor, "title" },
	{ &occupare__v1__interest__descriptor, "name" },
	{ &occupare__v1__work_style__descriptor, "name" },
	{ &occupare__v1__source__descriptor, "title" },
	{ &occupare__v1__area__descriptor, "code" },
	{ &occupare__v1__area__descriptor, "title" },
	{ &occupare__v1__estimate__descriptor, "soc_code" },
	{ &occupare__v1__estimate__descriptor, "area" },
};

/* Texts that are slugs. */
static const struct named slugs[] = {
	{ &occupare__v1__occupation__descriptor, "id" },
	{ &occupare__v1__category__descriptor, "id" },
	{ &occupare__v1__related_occupation__descriptor, "id" },
};

#define DEPTH_MAX 8u /* of messages in a record; the schema has no deeper ones */

/* A field that the walk is in. */
struct step {
	const char *name;
	size_t index; /* in a repeated field; SIZE_MAX = in none */
};

struct check {
	struct occupare_status *st;
	Occupare__V1__Source *const *sources; /* what figures may name */
	size_t sources_count;
	struct step steps[DEPTH_MAX];
	size_t depth;
	char path[sizeof(((struct occupare_violation *)0)->field)]; /* longer than any that exists */
};

/* Where the walk is, written only when it is asked for: most records have nothing to say of. */
static const char *
path(struct check *check)
{
	size_t length = 0;

	check->path[0] = '\0';
	for (size_t i = 0; i < check->depth && length < sizeof check->path; i++) {
		const struct step *step = &check->steps[i];
		char *end = check->path + length;
		int written = snprintf(end, sizeof check->path - length, "%s%s", i > 0 ? "." : "", step->name);

		if (step->index != SIZE_MAX && written > 0)
			written += snprintf(
			    end + written, sizeof check->path - length - (size_t)written, "[%zu]", step->index);
		length += written > 0 ? (size_t)written : 0;
	}
	return check->path;
}

static bool
is_named(const struct named *names, size_t count, const ProtobufCMessageDescriptor *of, const char *field)
{
	for (size_t i = 0; i < count; i++)
		if (names[i].of == of && strcmp(names[i].field, field) == 0)
			return true;
	return false;
}

static const struct range *
range_of(const ProtobufCMessageDescriptor *of, const ProtobufCFieldDescriptor *field)
{
	bool figure = field->type == PROTOBUF_C_TYPE_MESSAGE;

	for (size_t i = 0; i < LENGTH(ranges); i++)
		if (ranges[i].of == of &&
		    (ranges[i].field == NULL ? figure : strcmp(ranges[i].field, field->name) == 0))
			return &ranges[i];
	return NULL;
}

/* ---- Texts ---- */

/* The first control character (C0, DEL, C1) of a text of valid UTF-8, or -1. */
static int
control_character(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
		if (*at < 0x20 || *at == 0x7F)
			return *at;
		if (at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F)
			return at[1];
	}
	return -1;
}

/* Bytes of the white space that text starts with: ASCII's and the no-break space. */
static size_t
space_at(const char *text)
{
	if (text[0] == ' ')
		return 1;
	return strncmp(text, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

static bool
is_blank(const char *text)
{
	for (size_t n; (n = space_at(text)) > 0;)
		text += n;
	return *text == '\0';
}

static bool
has_outer_space(const char *text)
{
	size_t length = strlen(text);

	return length > 0 &&
	       (space_at(text) > 0 || text[length - 1] == ' ' || (length >= 2 && space_at(text + length - 2) == 2));
}

static void
check_text(struct check *check, const ProtobufCMessageDescriptor *of, const char *field, const char *text)
{
	bool is_long = is_named(long_texts, LENGTH(long_texts), of, field);
	size_t most = is_long ? CHECK_TEXT_BYTES_MAX : CHECK_TITLE_BYTES_MAX;
	int control = control_character(text);

	if (strlen(text) > most)
		occupare_violation_add(
		    check->st, path(check), "has %zu bytes; at most %zu are allowed", strlen(text), most);
	else if (control >= 0)
		occupare_violation_add(
		    check->st, path(check), "holds the control character U+%04X; take it out", control);
	else if (is_blank(text))
		occupare_violation_add(check->st, path(check), "is empty; leave it out or fill it in");
	else if (strcmp(field, "responsibilities") != 0 && has_outer_space(text))
		occupare_violation_add(check->st, path(check), "starts or ends with white space: \"%s\"", text);
	else if (is_named(slugs, LENGTH(slugs), of, field) && !keys_is_slug(text))
		occupare_violation_add(check->st, path(check),
		    "\"%s\" is no id: use words of a-z and 0-9 joined by single hyphens, at most %u bytes, no word "
		    "\"vs\"",
		    text, STORE_ID_BYTES_MAX);
}

/* ---- Numbers ---- */

static void
check_range(struct check *check, const struct range *range, double value)
{
	if (range != NULL && (value < range->low || value > range->high))
		occupare_violation_add(check->st, path(check), "%.15g is no %s; give %.15g to %.15g", value,
		    range->what, range->low, range->high);
}

static bool
source_known(const struct check *check, uint32_t id)
{
	for (size_t i = 0; i < check->sources_count; i++)
		if (check->sources[i]->id == id)
			return true;
	return id == 0;
}

static void
check_figure(struct check *check, const struct range *range, const Occupare__V1__Figure *figure)
{
	bool nothing = figure->status == OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED ||
		       figure->status == OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_NOT_COLLECTED;

	if (protobuf_c_enum_descriptor_get_value(&occupare__v1__figure_status__descriptor, (int)figure->status) == NULL)
		occupare_violation_add(check->st, path(check), "status %d is unknown", (int)figure->status);
	if (!isfinite(figure->value))
		occupare_violation_add(
		    check->st, path(check), "%g is no finite number; leave the figure out", figure->value);
	else if (nothing && figure->value != 0)
		occupare_violation_add(check->st, path(check),
		    "has the value %.15g although its status says that there is none", figure->value);
	else if (!nothing)
		check_range(check, range, figure->value);
	if (!isfinite(figure->relative_standard_error) || figure->relative_standard_error < 0)
		occupare_violation_add(check->st, path(check), "relative_standard_error %.15g is no percentage from 0",
		    figure->relative_standard_error);
	if (!source_known(check, figure->source))
		occupare_violation_add(check->st, path(check),
		    "source %" PRIu32 " is not among sources; list it or give 0", figure->source);
}

/* ---- Messages ---- */

static void check_message(struct check *check, const ProtobufCMessage *message);

/* One value of a field. */
static void
check_value(
    struct check *check, const ProtobufCMessageDescriptor *of, const ProtobufCFieldDescriptor *field, const void *value)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		check_text(check, of, field->name, *(const char *const *)value);
		break;
	case PROTOBUF_C_TYPE_ENUM:
		if (protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)value) == NULL)
			occupare_violation_add(check->st, path(check), "%d is unknown", *(const int *)value);
		break;
	case PROTOBUF_C_TYPE_UINT32:
		check_range(check, range_of(of, field), *(const uint32_t *)value);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		if (field->descriptor == &occupare__v1__figure__descriptor)
			check_figure(check, range_of(of, field), *(const Occupare__V1__Figure *const *)value);
		else
			check_message(check, *(const ProtobufCMessage *const *)value);
		break;
	default:
		break;
	}
}

static void
check_list(struct check *check, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t count = *(const size_t *)((const char *)message + field->quantifier_offset);
	const char *list = *(const char *const *)((const char *)message + field->offset);
	size_t most = strcmp(field->name, "aliases") == 0 ? CHECK_ALIASES_MAX : CHECK_ITEMS_MAX;
	struct step *step = &check->steps[check->depth - 1];

	if (count > most) {
		occupare_violation_add(check->st, path(check), "has %zu items; at most %zu are allowed", count, most);
		return;
	}
	for (step->index = 0; step->index < count; step->index++)
		/* Texts and messages alone are repeated in these records. */
		check_value(check, message->descriptor, field, list + step->index * sizeof(void *));
}

/* True where a singular field has no value to look at. */
static bool
is_absent(const ProtobufCFieldDescriptor *field, const void *value)
{
	const void *pointer;

	if (field->type == PROTOBUF_C_TYPE_UINT32)
		return *(const uint32_t *)value == 0;
	if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
		return false;
	pointer = *(const void *const *)value;
	return pointer == NULL || (field->type == PROTOBUF_C_TYPE_STRING && *(const char *)pointer == '\0');
}

static void
check_field(struct check *check, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const void *value = (const char *)message + field->offset;

	if (check->depth == DEPTH_MAX) {
		occupare_violation_add(check->st, path(check), "lies deeper than %u messages", DEPTH_MAX);
		return;
	}
	check->steps[check->depth++] = (struct step){ .name = field->name, .index = SIZE_MAX };
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		check_list(check, message, field);
	else if (!is_absent(field, value))
		check_value(check, message->descriptor, field, value);
	else if (is_named(required_texts, LENGTH(required_texts), message->descriptor, field->name))
		occupare_violation_add(check->st, path(check), "must be given");
	check->depth--;
}

static void
check_message(struct check *check, const ProtobufCMessage *message)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++)
		check_field(check, message, &message->descriptor->fields[i]);
}

/* ---- What a walk over single fields cannot see ---- */

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Reports each text that is there twice. Sorts the list given. */
static void
check_duplicates(struct check *check, const char *field, const char **texts, size_t count)
{
	if (count > 1)
		qsort(texts, count, sizeof *texts, compare_texts);
	for (size_t i = 1; i < count; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			occupare_violation_add(check->st, field, "\"%s\" is there twice; give it once", texts[i]);
}

static void
check_codes_and_aliases(struct check *check, const Occupare__V1__Occupation *occupation)
{
	struct occ_arena arena;
	const char **texts;

	occ_arena_init(&arena, 0, 0);
	if (occupation->n_aliases <= CHECK_ALIASES_MAX) {
		texts = occ_arena_calloc(&arena, occupation->n_aliases, sizeof *texts);
		for (size_t i = 0; i < occupation->n_aliases; i++)
			texts[i] = occupation->aliases[i];
		check_duplicates(check, "aliases", texts, occupation->n_aliases);
	}
	if (occupation->n_codes <= CHECK_ITEMS_MAX) {
		texts = occ_arena_calloc(&arena, occupation->n_codes, sizeof *texts);
		for (size_t i = 0; i < occupation->n_codes; i++)
			texts[i] = occ_arena_printf(
			    &arena, "%s %s", occupation->codes[i]->system, occupation->codes[i]->value);
		check_duplicates(check, "codes", texts, occupation->n_codes);
	}
	occ_arena_fini(&arena);
}

static void
check_sources(struct check *check)
{
	size_t count = check->sources_count < CHECK_ITEMS_MAX ? check->sources_count : CHECK_ITEMS_MAX;

	for (size_t i = 0; i < count; i++) {
		check->steps[0] = (struct step){ .name = "sources", .index = i };
		check->steps[1] = (struct step){ .name = "id", .index = SIZE_MAX };
		check->depth = 2;
		if (check->sources[i]->id == 0)
			occupare_violation_add(check->st, path(check), "must be given, from 1");
		for (size_t j = 0; j < i && check->sources[i]->id != 0; j++)
			if (check->sources[j]->id == check->sources[i]->id)
				occupare_violation_add(check->st, path(check),
				    "%" PRIu32 " is also the id of sources[%zu]", check->sources[i]->id, j);
	}
	check->depth = 0;
}

static bool
has_pay(const Occupare__V1__Salary *salary)
{
	const Occupare__V1__TopPayer *const top[] = { salary->top_city, salary->top_state, salary->top_company,
		salary->top_industry };

	for (size_t i = 0; i < LENGTH(top); i++)
		if (top[i] != NULL && top[i]->annual_mean != NULL)
			return true;
	return salary->annual_mean != NULL || salary->hourly_mean != NULL || salary->annual_p10 != NULL ||
	       salary->annual_p25 != NULL || salary->annual_median != NULL || salary->annual_p75 != NULL ||
	       salary->annual_p90 != NULL || salary->annual_low != NULL || salary->annual_high != NULL;
}

static void
check_currency(struct check *check, const Occupare__V1__Salary *salary)
{
	const char *code = salary == NULL ? "" : salary->currency_code;

	if (salary == NULL)
		return;
	if (code[0] == '\0') {
		if (has_pay(salary))
			occupare_violation_add(check->st, "salary.currency_code",
			    "must be given with figures: an ISO 4217 code such as USD");
	} else if (strlen(code) != 3 || strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3) {
		occupare_violation_add(check->st, "salary.currency_code",
		    "\"%s\" is no ISO 4217 code: give three capital letters such as USD", code);
	}
}

static void
check_size(struct check *check, const ProtobufCMessage *message)
{
	size_t bytes = protobuf_c_message_get_packed_size(message);

	if (bytes > CHECK_RECORD_BYTES_MAX && check->st->code == OCCUPARE_OK)
		occupare_fail(check->st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "the record has %zu bytes; at most %zu are allowed", bytes, CHECK_RECORD_BYTES_MAX);
}

enum occupare_code
check_occupation(const Occupare__V1__Occupation *occupation, bool complete, struct occupare_status *st)
{
	struct check check = { .st = st, .sources = occupation->sources, .sources_count = occupation->n_sources };
	const Occupare__V1__Outlook *outlook = occupation->outlook;

	occupare_status_clear(st);
	if (complete && occupation->id[0] == '\0')
		occupare_violation_add(st, "id", "must be given");
	if (complete && occupation->title[0] == '\0')
		occupare_violation_add(st, "title", "must be given");
	check_message(&check, &occupation->base);
	check_codes_and_aliases(&check, occupation);
	check_sources(&check);
	check_currency(&check, occupation->salary);
	if (outlook != NULL && outlook->to_year != 0 && outlook->from_year > outlook->to_year)
		occupare_violation_add(st, "outlook.to_year", "%" PRIu32 " is before from_year %" PRIu32,
		    outlook->to_year, outlook->from_year);
	check_size(&check, &occupation->base);
	return st->code;
}

enum occupare_code
check_area(const Occupare__V1__Area *area, struct occupare_status *st)
{
	struct check check = { .st = st };

	occupare_status_clear(st);
	check_message(&check, &area->base);
	if (strspn(area->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != strlen(area->code))
		occupare_violation_add(
		    st, "code", "\"%s\" is no area: give US, a state's two letters or a CBSA's digits", area->code);
	return st->code;
}

enum occupare_code
check_estimate(const Occupare__V1__Estimate *estimate, struct occupare_status *st)
{
	struct check check = { .st = st, .sources = estimate->sources, .sources_count = estimate->n_sources };

	occupare_status_clear(st);
	check_message(&check, &estimate->base);
	if (estimate->soc_code[0] != '\0' && !soc_is_code(estimate->soc_code))
		occupare_violation_add(st, "soc_code", "\"%s\" is no SOC code such as 29-1141", estimate->soc_code);
	if (strspn(estimate->area, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != strlen(estimate->area))
		occupare_violation_add(
		    st, "area", "\"%s\" is no area: give US, a state's two letters or a CBSA's digits", estimate->area);
	if (estimate->period == 0)
		occupare_violation_add(st, "period", "must be given: the reference year");
	check_sources(&check);
	check_currency(&check, estimate->salary);
	check_size(&check, &estimate->base);
	return st->code;
}

/* ---- Facts ---- */

#define SENTENCE_BYTES 400
#define WHOLE_TOLERANCE 0.2

struct facts {
	check_report *report;
	void *data;
	unsigned failed;
};

static void __attribute__((format(printf, 3, 4)))
fact_failed(struct facts *facts, const char *field, const char *format, ...)
{
	char sentence[SENTENCE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	facts->report(facts->data, field, sentence);
	facts->failed++;
}

/* The figure is there and has a value. */
static bool
is_known(const Occupare__V1__Figure *figure)
{
	return figure != NULL && figure->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED &&
	       figure->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_NOT_COLLECTED;
}

struct ranked {
	const char *field;
	const Occupare__V1__Figure *figure;
};

/* Each known figure must be above the known one before it; or, not strictly, at least as high. */
static void
facts_rise(struct facts *facts, const struct ranked *figures, size_t count, bool strictly)
{
	const struct ranked *last = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_known(figures[i].figure))
			continue;
		if (last != NULL && (last->figure->value > figures[i].figure->value ||
					(strictly && last->figure->value == figures[i].figure->value)))
			fact_failed(facts, figures[i].field, "%.15g is %s %s, %.15g.", figures[i].figure->value,
			    strictly ? "not above" : "below", last->field, last->figure->value);
		last = &figures[i];
	}
}

static void
facts_salary(struct facts *facts, const Occupare__V1__Salary *salary)
{
	if (salary == NULL)
		return;
	const struct ranked range[] = {
		{ "salary.annual_low", salary->annual_low },
		{ "salary.annual_mean", salary->annual_mean },
		{ "salary.annual_high", salary->annual_high },
	};
	/* Equal neighbours are what a publisher's upper bound gives: two percentiles at least that high. */
	const struct ranked percentiles[] = {
		{ "salary.annual_p10", salary->annual_p10 },
		{ "salary.annual_p25", salary->annual_p25 },
		{ "salary.annual_median", salary->annual_median },
		{ "salary.annual_p75", salary->annual_p75 },
		{ "salary.annual_p90", salary->annual_p90 },
	};

	facts_rise(facts, range, LENGTH(range), true);
	facts_rise(facts, percentiles, LENGTH(percentiles), false);
}

/* A distribution that claims to be whole: all its parts are known. */
static void
facts_whole(struct facts *facts, const char *field, Occupare__V1__Share *const *shares, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		if (!is_known(shares[i]->percent))
			return;
		sum += shares[i]->percent->value;
	}
	/* The sum of decimal fractions is off by some units in the last place. */
	if (count > 0 && fabs(sum - 100) > WHOLE_TOLERANCE + 1e-9)
		fact_failed(facts, field, "The shares sum to %.4g%%, not to 100%%.", sum);
}

/* Skills come most important first, by the first of the measures that they have; kinds are ranked each on its own. */
static void
facts_skills(struct facts *facts, Occupare__V1__Skill *const *skills, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const Occupare__V1__Skill *above = skills[i - 1], *skill = skills[i];
		bool by_percent = is_known(above->percent) && is_known(skill->percent);
		const Occupare__V1__Figure *high = by_percent ? above->percent : above->importance;
		const Occupare__V1__Figure *low = by_percent ? skill->percent : skill->importance;

		if (above->kind != skill->kind || !is_known(high) || !is_known(low) || low->value <= high->value)
			continue;
		fact_failed(facts, "skills", "\"%s\", %.4g, comes after \"%s\", %.4g.", skill->name, low->value,
		    above->name, high->value);
	}
}

unsigned
check_facts(const Occupare__V1__Occupation *occupation, check_report *report, void *data)
{
	struct facts facts = { .report = report, .data = data };
	const Occupare__V1__Demographics *demographics = occupation->demographics;
	const Occupare__V1__Experience *experience = occupation->experience;

	facts_salary(&facts, occupation->salary);
	if (experience != NULL) {
		const struct ranked months[] = {
			{ "experience.months_to_become_low", experience->months_to_become_low },
			{ "experience.months_to_become_high", experience->months_to_become_high },
		};

		facts_rise(&facts, months, LENGTH(months), false);
	}
	if (demographics != NULL) {
		facts_whole(&facts, "demographics.genders", demographics->genders, demographics->n_genders);
		facts_whole(&facts, "demographics.races", demographics->races, demographics->n_races);
	}
	facts_skills(&facts, occupation->skills, occupation->n_skills);
	return facts.failed;
}

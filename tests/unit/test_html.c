/* The page as HTML: well-formed whatever the data holds, whole, small, and without anything that is loaded or run. */
#include "tests/support/test.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "proto/rpc.h"
#include "service/compare/compare.h"
#include "service/compare/fields.h"
#include "service/compare/render.h"
#include "tests/support/samples.h"

#define ROUNDS 60
#define DEPTH_MAX 32
#define PAGE_BYTES_MAX (60 * 1024)
#define HOSTILE                                                                                                        \
	"</script></style></title><script>alert(1)</script><img src=x onerror=\"alert('2')\">' onfocus='&lt;x <!--"

static struct occ_arena arena;

static int
set_up(void **state)
{
	(void)state;
	occ_arena_init(&arena, 65536, 1 << 25);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

/* ---- Helpers ---- */

static Occupare__V1__Comparison *
compare(Occupare__V1__Occupation *const *occupations, size_t count)
{
	struct compare_subject *subjects = occ_arena_calloc(&arena, count, sizeof *subjects);

	for (size_t i = 0; i < count; i++)
		subjects[i] = sample_subject(occupations[i]);
	return compare_occupations(&arena, subjects, count, 0, NULL, 0);
}

static Occupare__V1__Comparison *
pair(Occupare__V1__Occupation *left, Occupare__V1__Occupation *right)
{
	Occupare__V1__Occupation *const both[] = { left, right };

	return compare(both, 2);
}

static Occupare__V1__Comparison *
reference_pair(void)
{
	return pair(sample_patient_services_manager(&arena), sample_service_director(&arena));
}

static char *
framed(const Occupare__V1__Comparison *comparison, const struct render_frame *frame)
{
	const struct render_options options = { .format = OCCUPARE__V1__FORMAT__FORMAT_HTML, .frame = frame };
	Occupare__V1__Dataset dataset = OCCUPARE__V1__DATASET__INIT;
	char *bytes = NULL, *copy;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	assert_non_null(out);
	render_comparison(&arena, comparison, &dataset, &options, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(bytes), size);
	copy = occ_arena_strdup(&arena, bytes);
	free(bytes);
	return copy;
}

static char *
page(const Occupare__V1__Comparison *comparison)
{
	return framed(comparison, NULL);
}

#define ASSERT_HAS_NOT(text, part)                                                                                     \
	do {                                                                                                           \
		if (strstr((text), (part)) != NULL)                                                                    \
			fail_msg("\"%s\" is in \"%s\"", (part), (text));                                               \
	} while (0)

/* ---- A strict reader: it takes less than browsers do ---- */

struct reader {
	const char *at;
	char text[1 << 19]; /* what is shown, tags left out */
	size_t length;
	char open[DEPTH_MAX][16];
	size_t depth;
};

static const char *const void_tags[] = { "meta", "br", "rect", "line", "circle", NULL };
static const char *const tags[] = { "html", "head", "title", "style", "body", "a", "main", "h1", "h2", "h3", "p", "ul",
	"ol", "li", "nav", "section", "div", "span", "b", "small", "table", "caption", "thead", "tbody", "tr", "th",
	"td", "figure", "figcaption", "svg", "text", "script", NULL };
static const char *const attributes[] = { "lang", "title", "r", "charset", "name", "content", "class", "id", "href",
	"rel", "scope", "colspan", "tabindex", "aria-label", "aria-hidden", "width", "height", "x", "y", "x1", "x2",
	"y1", "y2", "cx", "cy", "rx", "type", NULL };

static bool
is_among(const char *const *names, const char *name)
{
	for (; *names != NULL; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

static void
read_name(struct reader *r, char ret[16])
{
	size_t n = 0;

	while (isalnum((unsigned char)*r->at) || *r->at == '-') {
		assert_true(n < 15);
		ret[n++] = *r->at++;
	}
	ret[n] = '\0';
}

/* A length or place in a drawing is a number, or a percent of 0 to 100. */
static void
check_number(const char *name, const char *value)
{
	static const char *const measures[] = { "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "rx",
		NULL };
	char *end;
	double number;

	if (!is_among(measures, name))
		return;
	number = strtod(value, &end);
	if (end == value || !(number >= 0 && number <= 100) || (strcmp(end, "%") != 0 && *end != '\0'))
		fail_msg("%s is \"%s\"", name, value);
}

static void
read_attribute(struct reader *r)
{
	char name[16], value[4096];
	size_t length;

	read_name(r, name);
	if (!is_among(attributes, name))
		fail_msg("attribute \"%s\" before \"%.60s\"", name, r->at);
	assert_int_equal(strncmp(r->at, "=\"", 2), 0);
	r->at += 2;
	length = strcspn(r->at, "\"");
	assert_true(length < sizeof value);
	memcpy(value, r->at, length);
	value[length] = '\0';
	if (strpbrk(value, "<>'") != NULL)
		fail_msg("%s=\"%s\"", name, value);
	check_number(name, value);
	r->at += length + 1;
}

/* Elements whose content is no markup end at the first end tag of their name. */
static void
skip_raw(struct reader *r, const char *name)
{
	char end[20];

	if (strcmp(name, "style") != 0 && strcmp(name, "script") != 0)
		return;
	snprintf(end, sizeof end, "</%s>", name);
	r->at = strstr(r->at, end);
	assert_non_null(r->at);
}

static void
read_tag(struct reader *r)
{
	char name[16];
	bool closes = r->at[1] == '/', ended;

	r->at += closes ? 2 : 1;
	read_name(r, name);
	if (!is_among(tags, name) && !is_among(void_tags, name))
		fail_msg("element \"%s\" before \"%.60s\"", name, r->at);
	while (*r->at == ' ') {
		r->at++;
		read_attribute(r);
	}
	ended = *r->at == '/';
	r->at += ended;
	assert_int_equal(*r->at++, '>');
	if (closes) {
		assert_true(r->depth > 0);
		assert_string_equal(r->open[--r->depth], name);
	} else if (!is_among(void_tags, name)) {
		assert_true(r->depth < DEPTH_MAX && !ended);
		snprintf(r->open[r->depth++], sizeof r->open[0], "%s", name);
		skip_raw(r, name);
	} else if (strcmp(name, "line") == 0 || strcmp(name, "rect") == 0 || strcmp(name, "circle") == 0) {
		assert_true(ended);
	}
}

static void
read_letter(struct reader *r)
{
	static const struct {
		const char *name;
		char letter;
	} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' } };
	char letter = *r->at;
	size_t length = 1;

	assert_true(letter != '>' && letter != '"' && letter != '\'');
	for (size_t i = 0; letter == '&' && i < sizeof entities / sizeof entities[0]; i++) {
		if (strncmp(r->at, entities[i].name, strlen(entities[i].name)) == 0) {
			letter = entities[i].letter;
			length = strlen(entities[i].name);
			break;
		}
	}
	assert_true(*r->at != '&' || length > 1);
	r->at += length;
	assert_true(r->length + 1 < sizeof r->text);
	r->text[r->length++] = letter;
}

/* What a page shows. Fails where it is not well-formed, or holds what no page of ours has. */
static char *
text_of(const char *html)
{
	static const char doctype[] = "<!DOCTYPE html>\n";
	struct reader *r = occ_arena_calloc(&arena, 1, sizeof *r);
	char *text;

	assert_int_equal(strncmp(html, doctype, strlen(doctype)), 0);
	r->at = html + strlen(doctype);
	while (*r->at != '\0') {
		if (*r->at == '<')
			read_tag(r);
		else
			read_letter(r);
	}
	assert_int_equal(r->depth, 0);
	r->text[r->length] = '\0';
	text = occ_arena_strdup(&arena, r->text);
	return text;
}

/* ---- Nothing is left out ---- */

static void
check_cell(const char *text, const Occupare__V1__Row *row, size_t index)
{
	const Occupare__V1__Cell *cell = row->cells[index];

	switch (cell->value_case) {
	case OCCUPARE__V1__CELL__VALUE_TEXTS:
		for (size_t i = 0; i < cell->texts->n_items; i++)
			ASSERT_HAS(text, cell->texts->items[i]);
		break;
	case OCCUPARE__V1__CELL__VALUE_SHARES:
		for (size_t i = 0; i < cell->shares->n_items; i++)
			ASSERT_HAS(text, cell->shares->items[i]->label);
		break;
	case OCCUPARE__V1__CELL__VALUE__NOT_SET:
		if (strcmp(cell->reason, FIELDS_NOT_IN_DATA) != 0)
			ASSERT_HAS(text, cell->reason);
		break;
	default:
		ASSERT_HAS(text, cell->display);
	}
	if (index < row->n_differences)
		ASSERT_HAS(text, row->differences[index]->display);
}

static void
check_section(const char *text, const Occupare__V1__Section *section)
{
	ASSERT_HAS(text, section->heading);
	for (size_t i = 0; i < section->n_sentences; i++)
		ASSERT_HAS(text, section->sentences[i]->text);
	/* The category's row repeats its sentence. */
	for (size_t i = 0; i < section->n_rows && strcmp(section->id, "category") != 0; i++) {
		const Occupare__V1__Row *row = section->rows[i];

		if (row->unit != OCCUPARE__V1__UNIT__UNIT_TEXT && row->unit != OCCUPARE__V1__UNIT__UNIT_TEXT_LIST)
			ASSERT_HAS(text, row->label);
		for (size_t j = 0; j < row->n_cells; j++)
			check_cell(text, row, j);
	}
}

static void
check_facts(const Occupare__V1__Comparison *comparison)
{
	const char *text = text_of(page(comparison));

	for (size_t i = 0; i < comparison->n_sections; i++)
		check_section(text, comparison->sections[i]);
	for (size_t i = 0; i < comparison->n_warnings; i++)
		ASSERT_HAS(text, comparison->warnings[i]);
	for (size_t i = 0; i < comparison->n_sources; i++)
		ASSERT_HAS(text, comparison->sources[i]->title);
	for (size_t i = 0; i < comparison->n_comparands; i++)
		ASSERT_HAS(text, comparison->comparands[i]->title);
}

static void
test_every_fact_of_a_comparison_is_on_its_page(void **state)
{
	(void)state;
	check_facts(reference_pair());
	check_facts(pair(sample_registered_nurses(&arena), sample_actors(&arena)));
	check_facts(pair(sample_chief_executives(&arena), sample_swiss_nurse(&arena)));
}

static void
test_parts_of_distributions_have_their_percents_and_bars(void **state)
{
	const char *html = page(reference_pair());

	(void)state;
	ASSERT_HAS(html, "<th scope=\"row\">Female</th><td>76.6%<svg class=\"bar\" aria-hidden=\"true\">"
			 "<rect width=\"76.6%\"/></svg></td><td>42.8%");
	ASSERT_HAS(html, "<tr><th scope=\"rowgroup\" colspan=\"3\">Race ratio");
}

static void
test_skills_of_both_are_marked_and_others_are_not(void **state)
{
	const char *html = page(reference_pair());

	(void)state;
	ASSERT_HAS(html, ">Patient Care <span class=\"both\">shared</span></th>");
	ASSERT_HAS(html, ">Tray Line</th>");
}

static void
test_differences_stand_with_their_values(void **state)
{
	const char *html = page(reference_pair());

	(void)state;
	ASSERT_HAS(
	    html, "<td><b>$114,981</b> <span class=\"up\">\xe2\x96\xb2</span><small>+$45,252, +64.9%</small></td>");
}

static void
test_missing_figures_say_why(void **state)
{
	const char *html = page(pair(sample_registered_nurses(&arena), sample_actors(&arena)));

	(void)state;
	ASSERT_HAS(html, "<span class=\"na\">n/a</span><small>not collected by the publisher</small>");
	ASSERT_HAS(html, "<span class=\"na\">n/a</span><small>held back by the publisher</small>");
}

static void
test_rows_that_cannot_be_compared_lead_to_the_reason(void **state)
{
	const char *html = page(pair(sample_acute_care_nurses(&arena), sample_critical_care_nurses(&arena)));

	(void)state;
	ASSERT_HAS(html, "<a class=\"flag\" href=\"#salary-notes\">not comparable</a>");
	ASSERT_HAS(html, "<ul class=\"notes\" id=\"salary-notes\">");
}

/* ---- Sources ---- */

static void
test_figures_show_their_source_and_lead_to_it(void **state)
{
	const char *html = page(pair(sample_registered_nurses(&arena), sample_chief_executives(&arena)));

	(void)state;
	ASSERT_HAS(html, "Yearly salary<span class=\"src\"><a href=\"#s1\"><span class=\"vh\">source </span>1</a>"
			 "<span class=\"tip\">Occupational Employment and Wage Statistics, May 2024");
	ASSERT_HAS(html, "<li id=\"s1\"><a href=\"https://www.bls.gov/oes/\" rel=\"noopener noreferrer\">");
}

static void
test_figures_in_sentences_and_pictures_show_their_source(void **state)
{
	const char *html = page(pair(sample_registered_nurses(&arena), sample_patient_services_manager(&arena)));

	(void)state;
	ASSERT_HAS(html,
	    "<li class=\"c0\" title=\"Occupational Employment and Wage Statistics, May 2024\"><b>Registered Nurses");
	ASSERT_HAS(html,
	    " title=\"Patient services manager vs service director; Occupational Employment and Wage Statistics, "
	    "May 2024\">A registered nurse earns");
}

static void
test_every_link_within_the_page_has_its_place(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		const char *html = page(pair(sample_random(&arena, &seed), sample_random(&arena, &seed)));

		for (const char *at = html; (at = strstr(at, "href=\"#")) != NULL; at++) {
			size_t length = strcspn(at + 7, "\"");
			ASSERT_HAS(html, occ_arena_printf(&arena, " id=\"%.*s\"", (int)length, at + 7));
		}
		occ_arena_reset(&arena);
	}
}

static void
test_an_address_that_is_no_web_address_is_no_link(void **state)
{
	Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena);
	const char *html;

	(void)state;
	manager->sources[0]->url = (char *)"javascript:alert(1)";
	html = page(pair(manager, sample_bare(&arena, "bare", "Bare")));
	ASSERT_HAS_NOT(html, "href=\"javascript");
	ASSERT_HAS(text_of(html), "javascript:alert(1)");
}

/* ---- The drawing of pay ---- */

static void
test_pay_is_drawn_on_one_axis(void **state)
{
	const char *html = page(reference_pair());

	(void)state;
	ASSERT_HAS(html, "<span>$41,000 to $117,000 (typical range), average $69,729</span>");
	ASSERT_HAS(html, ">$100k</text>");
	/* 69,729 of 41,000 to 188,000, within margins of 6%. */
	ASSERT_HAS(html, "<circle cx=\"23.2%\" cy=\"14\" r=\"5\"/>");
}

static void
test_pay_of_two_currencies_is_not_drawn(void **state)
{
	const char *html = page(pair(sample_registered_nurses(&arena), sample_swiss_nurse(&arena)));

	(void)state;
	ASSERT_HAS_NOT(html, "<figure");
}

static void
test_pay_beyond_all_measure_is_still_drawn_within_the_picture(void **state)
{
	static const double odd[] = { 1e308, -1e308, 5e-324, 0, 1e15 };

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena);

		manager->salary->annual_mean->value = odd[i];
		manager->salary->annual_low->value = odd[(i + 1) % 5];
		text_of(page(pair(manager, sample_service_director(&arena))));
		text_of(page(pair(manager, sample_bare(&arena, "bare", "Bare"))));
	}
}

/* ---- Whatever the data holds ---- */

static void
test_any_record_gives_a_well_formed_page(void **state)
{
	uint64_t seed = 20241126;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		Occupare__V1__Occupation *some[OCC_COMPARANDS_MAX];
		size_t count = 1 + round % OCC_COMPARANDS_MAX;

		for (size_t i = 0; i < count; i++)
			some[i] = sample_random(&arena, &seed);
		text_of(page(compare(some, count)));
		occ_arena_reset(&arena);
	}
}

/* Puts a text into every string that there is, below too. */
static void
poison(ProtobufCMessage *message, const char *text)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		void *at = (char *)message + field->offset;
		bool many = field->label == PROTOBUF_C_LABEL_REPEATED;
		size_t count = many ? *(size_t *)((char *)message + field->quantifier_offset) : 1;

		/* Of a choice only what is chosen. */
		if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
		    *(uint32_t *)((char *)message + field->quantifier_offset) != field->id)
			continue;
		for (size_t k = 0; k < count; k++) {
			if (field->type == PROTOBUF_C_TYPE_STRING)
				*(many ? *(char ***)at + k : (char **)at) = occ_arena_strdup(&arena, text);
			else if (field->type == PROTOBUF_C_TYPE_MESSAGE && (many || *(ProtobufCMessage **)at != NULL))
				poison(many ? (*(ProtobufCMessage ***)at)[k] : *(ProtobufCMessage **)at, text);
		}
	}
}

static void
test_no_text_of_the_data_is_markup(void **state)
{
	Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena),
				 *nurses = sample_registered_nurses(&arena);
	const char *html;

	(void)state;
	poison(&manager->base, HOSTILE);
	poison(&nurses->base, "https://x/" HOSTILE);
	html = page(pair(manager, nurses));
	ASSERT_HAS(text_of(html), HOSTILE);
	ASSERT_HAS_NOT(html, "<img");
	ASSERT_HAS_NOT(html, "alert('");
	ASSERT_HAS_NOT(html, "<!--");
	ASSERT_HAS(html, "href=\"https://x/%3C/script%3E");
}

static void
test_no_message_of_any_comparison_is_markup(void **state)
{
	Occupare__V1__Comparison *comparison = reference_pair();

	(void)state;
	poison(&comparison->base, HOSTILE);
	text_of(page(comparison));
}

static void
test_control_and_direction_letters_are_replaced(void **state)
{
	Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena);
	const char *html;

	(void)state;
	poison(&manager->base, "a\033[2J\xe2\x80\xae z\xff");
	html = page(pair(manager, sample_service_director(&arena)));
	ASSERT_HAS_NOT(html, "\033");
	ASSERT_HAS_NOT(html, "\xe2\x80\xae");
	ASSERT_HAS_NOT(html, "\xff");
	ASSERT_HAS(html, "a\xef\xbf\xbd[2J\xef\xbf\xbd z\xef\xbf\xbd");
}

/* ---- The file ---- */

static void
test_page_of_a_pair_is_small(void **state)
{
	(void)state;
	assert_true(strlen(page(reference_pair())) < PAGE_BYTES_MAX);
	assert_true(
	    strlen(page(pair(sample_registered_nurses(&arena), sample_chief_executives(&arena)))) < PAGE_BYTES_MAX);
}

static void
test_page_by_itself_loads_and_runs_nothing(void **state)
{
	const char *html = page(reference_pair());

	(void)state;
	ASSERT_HAS_NOT(html, "<link");
	ASSERT_HAS_NOT(html, " src=");
	ASSERT_HAS_NOT(html, "url(");
	ASSERT_HAS_NOT(html, "@import");
	ASSERT_HAS_NOT(html, "<script>");
	ASSERT_HAS_NOT(html, " style=");
}

static void
put_site(FILE *out, const void *site)
{
	fputs(site, out);
}

static void
test_frame_is_put_around_the_page(void **state)
{
	const struct render_frame frame = { put_site, put_site, put_site, "<!-- site -->\n" };
	const char *html = framed(reference_pair(), &frame);

	(void)state;
	ASSERT_HAS(html, "<!-- site -->\n</head>");
	ASSERT_HAS(html, "<!-- site -->\n<main ");
	ASSERT_HAS(html, "</main>\n<!-- site -->\n</body>");
}

/* ---- Linked data ---- */

static json_t *
linked_data(const char *html)
{
	static const char begin[] = "<script type=\"application/ld+json\">";
	const char *at = strstr(html, begin), *end;
	json_error_t error;
	json_t *root;

	assert_non_null(at);
	at += strlen(begin);
	end = strstr(at, "</script>");
	assert_non_null(end);
	root = json_loadb(at, (size_t)(end - at), 0, &error);
	if (root == NULL)
		fail_msg("%s at %d", error.text, error.position);
	return root;
}

static void
test_linked_data_names_occupations_and_pay(void **state)
{
	json_t *root = linked_data(page(reference_pair())), *one = json_array_get(json_object_get(root, "@graph"), 1);
	json_t *pay = json_array_get(json_object_get(one, "estimatedSalary"), 0),
	       *value = json_object_get(pay, "value");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(root, "@context")), "https://schema.org");
	assert_string_equal(json_string_value(json_object_get(one, "@type")), "Occupation");
	assert_string_equal(json_string_value(json_object_get(one, "name")), "Service Director");
	assert_string_equal(json_string_value(json_object_get(pay, "currency")), "USD");
	assert_true(json_number_value(json_object_get(value, "value")) == 114981);
	assert_true(json_number_value(json_object_get(value, "maxValue")) == 188000);
	json_decref(root);
}

static void
test_linked_data_is_json_whatever_the_data_holds(void **state)
{
	Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena);
	uint64_t seed = 99;

	(void)state;
	poison(&manager->base, HOSTILE "\\\"\n\t");
	json_decref(linked_data(page(pair(manager, sample_service_director(&arena)))));
	for (size_t round = 0; round < ROUNDS; round++) {
		json_decref(linked_data(page(pair(sample_random(&arena, &seed), sample_random(&arena, &seed)))));
		occ_arena_reset(&arena);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_fact_of_a_comparison_is_on_its_page),
		TEST(test_parts_of_distributions_have_their_percents_and_bars),
		TEST(test_skills_of_both_are_marked_and_others_are_not),
		TEST(test_differences_stand_with_their_values),
		TEST(test_missing_figures_say_why),
		TEST(test_rows_that_cannot_be_compared_lead_to_the_reason),
		TEST(test_figures_show_their_source_and_lead_to_it),
		TEST(test_figures_in_sentences_and_pictures_show_their_source),
		TEST(test_every_link_within_the_page_has_its_place),
		TEST(test_an_address_that_is_no_web_address_is_no_link),
		TEST(test_pay_is_drawn_on_one_axis),
		TEST(test_pay_of_two_currencies_is_not_drawn),
		TEST(test_pay_beyond_all_measure_is_still_drawn_within_the_picture),
		TEST(test_any_record_gives_a_well_formed_page),
		TEST(test_no_text_of_the_data_is_markup),
		TEST(test_no_message_of_any_comparison_is_markup),
		TEST(test_control_and_direction_letters_are_replaced),
		TEST(test_page_of_a_pair_is_small),
		TEST(test_page_by_itself_loads_and_runs_nothing),
		TEST(test_frame_is_put_around_the_page),
		TEST(test_linked_data_names_occupations_and_pay),
		TEST(test_linked_data_is_json_whatever_the_data_holds),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}

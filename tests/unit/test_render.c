/* Renderings of a comparison: byte for byte for the reference pair, by rules for all others.
 * OCCUPARE_GOLDEN_UPDATE=1 writes the golden files anew instead of comparing with them. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <utf8proc.h>

#include "proto/rpc.h"
#include "service/compare/compare.h"
#include "service/compare/render.h"
#include "tests/support/samples.h"

#define FORMAT(name) OCCUPARE__V1__FORMAT__FORMAT_##name
#define ROUNDS 60
#define CSV_FIELDS_MAX 64

static struct occ_arena arena;

static int
set_up(void **state)
{
	(void)state;
	occ_arena_init(&arena, 65536, 1 << 24);
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
compare(Occupare__V1__Occupation *const *occupations, size_t count, uint32_t baseline)
{
	struct compare_subject *subjects = occ_arena_calloc(&arena, count, sizeof *subjects);

	for (size_t i = 0; i < count; i++)
		subjects[i] = sample_subject(occupations[i]);
	return compare_occupations(&arena, subjects, count, baseline, NULL, 0);
}

static Occupare__V1__Comparison *
reference_pair(void)
{
	Occupare__V1__Occupation *const pair[] = { sample_patient_services_manager(&arena),
		sample_service_director(&arena) };

	return compare(pair, 2, 0);
}

/* The rendering as a text in the arena. */
static char *
rendered(const Occupare__V1__Comparison *comparison, Occupare__V1__Format format, unsigned width, bool color)
{
	Occupare__V1__Dataset dataset = OCCUPARE__V1__DATASET__INIT;
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	const struct render_options options = { .format = format, .width = width, .color = color };
	char *bytes = NULL, *copy;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	assert_non_null(out);
	time.seconds = 1735689599; /* 2024-12-31 23:59:59 */
	dataset.update_time = &time;
	dataset.generation = 12;
	render_comparison(&arena, comparison, &dataset, &options, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(bytes), size);
	copy = occ_arena_strdup(&arena, bytes);
	free(bytes);
	return copy;
}

#define ASSERT_HAS_NOT(text, part)                                                                                     \
	do {                                                                                                           \
		if (strstr((text), (part)) != NULL)                                                                    \
			fail_msg("\"%s\" is in \"%s\"", (part), (text));                                               \
	} while (0)

/* ---- Golden files ---- */

static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *bytes = occ_arena_calloc(&arena, 1, 1 << 20);

	if (file == NULL)
		return bytes;
	bytes[fread(bytes, 1, (1 << 20) - 1, file)] = '\0';
	fclose(file);
	return bytes;
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Prints the lines that differ, those of both sides in turn, from the first on. */
static void
print_difference(const char *expected, const char *got)
{
	unsigned number = 1, shown = 0;

	while ((*expected != '\0' || *got != '\0') && shown < 10) {
		size_t a = strcspn(expected, "\n"), b = strcspn(got, "\n");
		if (a != b || strncmp(expected, got, a) != 0) {
			print_message("%u\n- %.*s\n+ %.*s\n", number, (int)a, expected, (int)b, got);
			shown++;
		}
		expected += a + (expected[a] == '\n');
		got += b + (got[b] == '\n');
		number++;
	}
}

static void
check_golden_text(const char *path, const char *got)
{
	char *expected;

	if (getenv("OCCUPARE_GOLDEN_UPDATE") != NULL)
		write_file(path, got);
	expected = read_file(path);
	if (strcmp(expected, got) == 0)
		return;
	print_difference(expected, got);
	fail_msg("the rendering is not that of %s (- expected, + got)", path);
}

static void
check_golden(const char *path, Occupare__V1__Format format)
{
	check_golden_text(path, rendered(reference_pair(), format, 0, false));
}

static void
test_text_is_the_golden_page(void **state)
{
	(void)state;
	check_golden("tests/golden/compare.txt", FORMAT(TEXT));
}

static void
test_table_is_the_golden_table(void **state)
{
	(void)state;
	check_golden("tests/golden/compare.table.txt", FORMAT(TABLE));
}

static void
test_markdown_is_the_golden_page(void **state)
{
	(void)state;
	check_golden("tests/golden/compare.md", FORMAT(MARKDOWN));
}

/* How it looks is the style sheet's, which is not repeated here. */
static void
test_html_is_the_golden_page(void **state)
{
	char *page = rendered(reference_pair(), FORMAT(HTML), 0, false);
	char *begin = strstr(page, "<style>"), *end = strstr(page, "</style>");

	(void)state;
	assert_true(begin != NULL && end > begin);
	begin += strlen("<style>");
	memmove(begin, end, strlen(end) + 1);
	check_golden_text("tests/golden/compare.html", page);
}

static void
test_csv_is_the_golden_file(void **state)
{
	(void)state;
	check_golden("tests/golden/compare.csv", FORMAT(CSV));
}

/* ---- The page ---- */

/* Each must come after the one before. */
static void
assert_in_order(const char *text, const char *const *parts, size_t count)
{
	const char *at = text;

	for (size_t i = 0; i < count; i++) {
		const char *found = strstr(at, parts[i]);
		if (found == NULL)
			fail_msg("\"%s\" is not there, or not behind \"%s\"", parts[i], i > 0 ? parts[i - 1] : "");
		at = found + strlen(parts[i]);
	}
}

static void
test_page_has_every_fact_in_the_pages_order(void **state)
{
	static const char *const parts[] = { "Patient services manager vs service director\n", "4-6 years", "$114,981",
		"$69,729", "patients, patient care, and patient service", "patients, healthcare, and patient care",
		"overview", "Patient Services Manager", "Service Director", "Yearly salary", "$69,729", "$114,981",
		"+$45,252, +64.9%", "Hourly rate", "$33.52", "$55.28", "Growth rate", "28%", "28%", "Number of jobs",
		"157,294", "64,277", "Job satisfaction", "n/a", "n/a", "Most common degree", "Bachelor's Degree, 55%",
		"Bachelor's Degree, 59%", "Average age", "47", "47", "Years of experience", "6", "6",
		"What does a patient services manager do?", "What does a service director do?", "salary",
		"Average salary", "$69,729", "$114,981", "Salary range", "$41,000-$117,000", "$70,000-$188,000",
		"Highest paying city", "Beverly, MA", "San Francisco, CA", "Highest paying state", "Massachusetts",
		"California", "Best paying company", "Sanofi Genzyme", "Mayo Clinic", "Best paying industry",
		"Health Care", "Technology",
		"Differences between patient services manager and service director education", "Most common degree",
		"55%", "59%", "Most common major", "Business", "Business", "Most common college",
		"University of Pennsylvania", "University of Pennsylvania", "demographics", "Average age", "47", "47",
		"Gender ratio", "Male", "23.4%", "57.2%", "Female", "76.6%", "42.8%", "Race ratio",
		"Black or African American", "12.5%", "11.2%", "Unknown", "4.3%", "4.3%", "Hispanic or Latino", "14.3%",
		"14.4%", "Asian", "7.6%", "7.6%", "White", "60.6%", "61.8%", "American Indian and Alaska Native",
		"0.7%", "0.7%", "LGBT percentage", "12%", "12%", "duties and responsibilities",
		"Patient services manager: example responsibilities", "Follow the policies of the practice on privacy.",
		"(the source lists more)", "Service director: example responsibilities",
		"Run daily work, clinical and support, through audits.", "(the source lists more)", "skills",
		"Patients", "21%", "12%", "Patient Care", "13%", "10%", "Patient Service", "11%", "Customer Service",
		"7%", "9%", "Tray Line", "6%", "Food Service", "6%", "Healthcare", "10%", "Oversight", "5%", "Surgery",
		"4%", "Browse executive management jobs" };

	(void)state;
	assert_in_order(rendered(reference_pair(), FORMAT(TEXT), 120, false), parts, sizeof parts / sizeof *parts);
}

static void
test_every_form_says_data_as_of(void **state)
{
	(void)state;
	ASSERT_HAS(rendered(reference_pair(), FORMAT(TEXT), 0, false), "Data as of 2024-12-31, generation 12.");
	ASSERT_HAS(rendered(reference_pair(), FORMAT(TABLE), 0, false), "Data as of 2024-12-31, generation 12.");
	ASSERT_HAS(rendered(reference_pair(), FORMAT(MARKDOWN), 0, false), "Data as of 2024-12-31, generation 12.");
	ASSERT_HAS(rendered(reference_pair(), FORMAT(CSV), 0, false), ",2024-12-31T23:59:59Z,12\r\n");
}

static void
test_other_baseline_turns_the_differences_round(void **state)
{
	Occupare__V1__Occupation *const pair[] = { sample_patient_services_manager(&arena),
		sample_service_director(&arena) };
	const char *text = rendered(compare(pair, 2, 1), FORMAT(TEXT), 0, false);

	(void)state;
	ASSERT_HAS(text, "-$45,252, -39.4%");
	ASSERT_HAS_NOT(text, "+$45,252");
	ASSERT_HAS(text, "Differences are taken from Service Director.");
	ASSERT_HAS(text, "$114,981 \xe2\x96\xb2");
}

static void
test_absent_figures_say_why(void **state)
{
	Occupare__V1__Occupation *const some[] = { sample_registered_nurses(&arena), sample_actors(&arena) };
	const char *text = rendered(compare(some, 2, 0), FORMAT(TEXT), 200, false);

	(void)state;
	ASSERT_HAS(text, "n/a (not collected by the publisher)");
	ASSERT_HAS(text, "n/a (held back by the publisher)");
	ASSERT_HAS(text, "n/a: not in the data, where no other reason is given");
}

static void
test_rows_of_one_caution_are_noted_together(void **state)
{
	Occupare__V1__Occupation *const finer[] = { sample_acute_care_nurses(&arena),
		sample_critical_care_nurses(&arena) };
	Occupare__V1__Occupation *const some[] = { sample_acute_care_nurses(&arena), sample_service_director(&arena) };

	(void)state;
	ASSERT_HAS(rendered(compare(finer, 2, 0), FORMAT(TEXT), 400, false),
	    "Note: Yearly salary and hourly rate: not to be compared. Pay of Acute Care Nurses");
	ASSERT_HAS(rendered(compare(some, 2, 0), FORMAT(TEXT), 400, false),
	    "Note: Yearly salary and hourly rate of Acute Care Nurses: published for a broader group of occupations "
	    "only.");
}

static void
test_sources_are_numbered_and_referred_to(void **state)
{
	Occupare__V1__Occupation *const some[] = { sample_registered_nurses(&arena), sample_chief_executives(&arena) };
	const char *text = rendered(compare(some, 2, 0), FORMAT(TEXT), 100, false);

	(void)state;
	ASSERT_HAS(text, "Yearly salary [1] ");
	ASSERT_HAS(text, "Growth rate [2] ");
	ASSERT_HAS(text, "[1] Occupational Employment and Wage Statistics, May 2024 (U.S. Bureau of Labor Statistics)\n"
			 "    https://www.bls.gov/oes/\n");
	/* The projections are of different years. */
	ASSERT_HAS(text, "Note: Growth rate: not to be compared.");
	ASSERT_HAS(text, "Caution: ");
}

static void
test_one_occupation_in_two_areas_is_told_apart(void **state)
{
	struct compare_subject subjects[] = { sample_subject(sample_registered_nurses(&arena)),
		sample_subject(sample_registered_nurses(&arena)) };
	const char *text;

	(void)state;
	subjects[1].area = "TX";
	subjects[1].area_title = "Texas";
	text = rendered(compare_occupations(&arena, subjects, 2, 0, NULL, 0), FORMAT(TEXT), 120, false);
	ASSERT_HAS(text, "Registered nurse: the United States vs Texas\n");
	ASSERT_HAS(text, "Registered Nurses (US)");
	ASSERT_HAS(text, "Registered Nurses (Texas)");
	/* One description is enough. */
	assert_null(strstr(strstr(text, "Nurse people through") + 1, "Nurse people through"));
}

static void
test_one_section_still_has_a_title(void **state)
{
	char *const sections[] = { (char *)"salary" };
	struct compare_subject subjects[] = { sample_subject(sample_patient_services_manager(&arena)),
		sample_subject(sample_service_director(&arena)) };
	const char *text = rendered(compare_occupations(&arena, subjects, 2, 0, sections, 1), FORMAT(TEXT), 0, false);

	(void)state;
	assert_int_equal(strncmp(text, "Patient services manager vs service director\n", 45), 0);
	ASSERT_HAS(text, "Average salary");
	ASSERT_HAS_NOT(text, "Gender ratio");
}

static void
test_narrow_page_puts_values_under_each_other(void **state)
{
	const char *text = rendered(reference_pair(), FORMAT(TEXT), 40, false);

	(void)state;
	ASSERT_HAS(text,
	    "\nYearly salary\n  Patient Services  $69,729\n  Manager\n  Service Director  $114,981 \xe2\x96\xb2\n");
	ASSERT_HAS(text, "\nJob satisfaction\n  n/a for all\n");
}

static void
test_table_has_rows_and_no_sentences(void **state)
{
	const char *text = rendered(reference_pair(), FORMAT(TABLE), 0, false);

	(void)state;
	ASSERT_HAS(text, "Overview ");
	ASSERT_HAS(text, "Browse further");
	ASSERT_HAS_NOT(text, "It typically takes");
	ASSERT_HAS_NOT(text, " vs ");
}

/* ---- Safe on a terminal ---- */

/* Without "ESC [ ... m". */
static char *
without_colors(const char *text)
{
	char *out = occ_arena_strdup(&arena, text);
	size_t used = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (text[i] == '\033') {
			i += strcspn(text + i, "m");
			continue;
		}
		out[used++] = text[i];
	}
	out[used] = '\0';
	return out;
}

static void
test_color_only_repeats_what_signs_say(void **state)
{
	char *plain = rendered(reference_pair(), FORMAT(TEXT), 0, false);
	char *colored = rendered(reference_pair(), FORMAT(TEXT), 0, true);

	(void)state;
	ASSERT_HAS_NOT(plain, "\033");
	ASSERT_HAS(colored, "\033[32m$114,981 \xe2\x96\xb2\033[0m");
	assert_string_equal(without_colors(colored), plain);
	assert_string_equal(rendered(reference_pair(), FORMAT(MARKDOWN), 0, true),
	    rendered(reference_pair(), FORMAT(MARKDOWN), 0, false));
}

static void
test_part_that_is_held_back_is_not_said_to_be_there(void **state)
{
	Occupare__V1__Occupation *manager = sample_patient_services_manager(&arena);
	Occupare__V1__Occupation *const some[] = { manager, sample_service_director(&arena) };

	(void)state;
	manager->demographics->races[1]->percent->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED;
	manager->demographics->races[2]->percent = NULL;
	const char *text = rendered(compare(some, 2, 0), FORMAT(MARKDOWN), 0, false);

	ASSERT_HAS(text, "| Race ratio: Unknown | n/a | 4.3% |");
	ASSERT_HAS(text, "| Race ratio: Hispanic or Latino | yes | 14.4% |");
}

static Occupare__V1__Occupation *
hostile(const char *text)
{
	Occupare__V1__Occupation *occupation = sample_patient_services_manager(&arena);

	occupation->id = occ_arena_strdup(&arena, "hostile");
	occupation->title = occ_arena_strdup(&arena, text);
	occupation->summary = occ_arena_strdup(&arena, text);
	occupation->responsibilities[0] = occ_arena_strdup(&arena, text);
	occupation->skills[0]->name = occ_arena_strdup(&arena, text);
	occupation->category->title = occ_arena_strdup(&arena, text);
	occupation->salary->top_city->label = occ_arena_strdup(&arena, text);
	occupation->demographics->genders[0]->label = occ_arena_strdup(&arena, text);
	occupation->sources[0]->title = occ_arena_strdup(&arena, text);
	occupation->sources[0]->url = occ_arena_strdup(&arena, text);
	return occupation;
}

static void
test_no_escape_byte_of_the_data_comes_out(void **state)
{
	Occupare__V1__Occupation *const some[] = { hostile("\033]0;owned\a x\xc2\x9b"
							   "2J \xe2\x80\xae y \xff"),
		sample_service_director(&arena) };
	static const Occupare__V1__Format all[] = { FORMAT(TEXT), FORMAT(TABLE), FORMAT(MARKDOWN) };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char *text = rendered(compare(some, 2, 0), all[i], 0, false);
		ASSERT_HAS_NOT(text, "\033");
		ASSERT_HAS_NOT(text, "\a");
		ASSERT_HAS_NOT(text, "\xc2\x9b");
		ASSERT_HAS_NOT(text, "\xe2\x80\xae");
		ASSERT_HAS_NOT(text, "\xff");
		ASSERT_HAS(text, "\xef\xbf\xbd");
	}
}

/* ---- Rules for all pages ---- */

static void
check_line(const char *line, size_t length, unsigned width)
{
	size_t columns = 0;

	if (length > 0 && line[length - 1] == ' ')
		fail_msg("ends in a space: \"%.*s\"", (int)length, line);
	for (size_t i = 0; i < length;) {
		utf8proc_int32_t letter;
		utf8proc_ssize_t step = utf8proc_iterate(
		    (const utf8proc_uint8_t *)line + i, (utf8proc_ssize_t)(length - i), &letter);
		assert_true(step > 0 && letter >= 0x20);
		columns += (size_t)utf8proc_charwidth(letter);
		i += (size_t)step;
	}
	/* Addresses are never broken. */
	if (columns > width && strncmp(line + strspn(line, " "), "http", 4) != 0)
		fail_msg("%zu columns of %u: \"%.*s\"", columns, width, (int)length, line);
}

static void
check_lines(const char *text, unsigned width)
{
	ASSERT_HAS_NOT(text, "(null)");
	ASSERT_HAS_NOT(text, "\n\n\n");
	for (const char *at = text; *at != '\0'; at += *at == '\n') {
		size_t length = strcspn(at, "\n");
		check_line(at, length, width);
		at += length;
	}
}

static Occupare__V1__Comparison *
random_comparison(uint64_t *seed, size_t round)
{
	Occupare__V1__Occupation *some[OCC_COMPARANDS_MAX];
	size_t count = 2 + round % (OCC_COMPARANDS_MAX - 1);

	for (size_t i = 0; i < count; i++)
		some[i] = sample_random(&arena, seed);
	return compare(some, count, (uint32_t)(round % count));
}

static void
test_no_line_is_wider_than_asked(void **state)
{
	static const unsigned widths[] = { 40, 57, 80, 120, 400 };
	uint64_t seed = 20241125;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		Occupare__V1__Comparison *comparison = random_comparison(&seed, round);
		unsigned width = widths[round % (sizeof widths / sizeof *widths)];
		check_lines(rendered(comparison, FORMAT(TEXT), width, false), width);
		check_lines(rendered(comparison, FORMAT(TABLE), width, false), width);
		occ_arena_reset(&arena);
	}
}

static void
test_addresses_of_sources_are_not_broken(void **state)
{
	(void)state;
	ASSERT_HAS(rendered(reference_pair(), FORMAT(TEXT), RENDER_WIDTH_MIN, false),
	    sample_patient_services_manager(&arena)->sources[0]->url);
}

static void
test_wide_and_long_words_are_broken_between_letters(void **state)
{
	Occupare__V1__Occupation *const some[] = {
		hostile(
		    "\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80"
		    "\xe5\xbd\xb9"
		    "\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9"
		    "\xe6\x89\x80"
		    "\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80\xe5\xbd\xb9\xe6\x89\x80"),
		hostile("Donaudampfschifffahrtselektrizit\xc3\xa4tenhauptbetriebswerkbauunterbeamtengesellschaftsvorsit"
			"zender")
	};

	(void)state;
	some[1]->id = occ_arena_strdup(&arena, "hostile-too");
	for (unsigned width = 40; width <= 100; width += 7)
		check_lines(rendered(compare(some, 2, 0), FORMAT(TEXT), width, false), width);
}

static void
test_width_is_held_within_its_bounds(void **state)
{
	(void)state;
	assert_string_equal(rendered(reference_pair(), FORMAT(TEXT), 0, false),
	    rendered(reference_pair(), FORMAT(TEXT), RENDER_WIDTH_DEFAULT, false));
	assert_string_equal(rendered(reference_pair(), FORMAT(TEXT), 1, false),
	    rendered(reference_pair(), FORMAT(TEXT), RENDER_WIDTH_MIN, false));
	assert_string_equal(rendered(reference_pair(), FORMAT(TEXT), 100000, false),
	    rendered(reference_pair(), FORMAT(TEXT), RENDER_WIDTH_MAX, false));
}

static void
test_page_without_dataset_or_sections_is_whole(void **state)
{
	Occupare__V1__Comparison *comparison = reference_pair();
	const struct render_options options = { .format = FORMAT(UNSPECIFIED) };
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	(void)state;
	comparison->n_sections = 0;
	render_comparison(&arena, comparison, NULL, &options, out);
	assert_int_equal(fclose(out), 0);
	ASSERT_HAS(bytes, "Patient services manager vs service director\n");
	ASSERT_HAS_NOT(bytes, "Data as of");
	free(bytes);
}

static Occupare__V1__Occupation *
with_colleges(const char *id, size_t count)
{
	Occupare__V1__Occupation *occupation = sample_bare(&arena, id, id);
	Occupare__V1__Education *education = occ_arena_alloc(&arena, sizeof *education);

	occupare__v1__education__init(education);
	education->n_colleges = count;
	education->colleges = occ_arena_calloc(&arena, count, sizeof *education->colleges);
	for (size_t i = 0; i < count; i++) {
		education->colleges[i] = occ_arena_alloc(&arena, sizeof **education->colleges);
		occupare__v1__share__init(education->colleges[i]);
		education->colleges[i]->label = occ_arena_printf(&arena, "%s College %zu", id, i);
		education->colleges[i]->percent = sample_figure(&arena, 0.1);
	}
	occupation->education = education;
	return occupation;
}

static void
test_long_distributions_are_cut_and_say_so(void **state)
{
	Occupare__V1__Occupation *const some[] = { with_colleges("a", 21), with_colleges("b", 20) };
	const char *text = rendered(compare(some, 2, 0), FORMAT(TEXT), 0, false);

	(void)state;
	ASSERT_HAS(text, "\n  a College 19        0.1%               -\n");
	ASSERT_HAS(text, "\n  b College 19        -                  0.1%\n");
	ASSERT_HAS_NOT(text, "a College 20");
	ASSERT_HAS(text, "\n  ...                 ...\n");
	text = rendered(compare(some, 2, 0), FORMAT(MARKDOWN), 0, false);
	ASSERT_HAS(text, "| Colleges: ... | ... |  |\n");
	text = rendered(compare(some + 1, 1, 0), FORMAT(TEXT), 0, false);
	ASSERT_HAS_NOT(text, "...");
}

static void
test_ten_longest_distributions_take_little_memory(void **state)
{
	static const Occupare__V1__Format all[] = { FORMAT(TEXT), FORMAT(TABLE), FORMAT(MARKDOWN), FORMAT(CSV) };
	Occupare__V1__Occupation *some[OCC_COMPARANDS_MAX];
	Occupare__V1__Comparison *comparison;

	(void)state;
	for (size_t i = 0; i < OCC_COMPARANDS_MAX; i++)
		some[i] = with_colleges(occ_arena_printf(&arena, "worker-%zu", i), 1000);
	comparison = compare(some, OCC_COMPARANDS_MAX, 0);
	for (size_t i = 0; i < 4; i++) {
		size_t before = arena.bytes;
		(void)rendered(comparison, all[i], 400, false);
		assert_in_range(arena.bytes - before, 1, 16 << 20);
	}
}

/* ---- Markdown ---- */

static size_t
count_pipes(const char *line, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (line[i] == '\\')
			i++;
		else
			count += line[i] == '|';
	}
	return count;
}

/* Lines that start with a pipe are tables: all of a table's have as many pipes. */
static void
check_tables(const char *text)
{
	size_t pipes = 0;

	for (const char *at = text; *at != '\0'; at += *at == '\n') {
		size_t length = strcspn(at, "\n");
		size_t count = count_pipes(at, length);
		if (at[0] != '|')
			count = 0;
		else if (pipes != 0 && count != pipes)
			fail_msg("%zu pipes, not %zu: \"%.*s\"", count, pipes, (int)length, at);
		pipes = count;
		at += length;
	}
}

static void
test_markdown_tables_are_balanced(void **state)
{
	uint64_t seed = 20241126;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		check_tables(rendered(random_comparison(&seed, round), FORMAT(MARKDOWN), 0, false));
		occ_arena_reset(&arena);
	}
}

static void
test_markdown_escapes_the_data(void **state)
{
	Occupare__V1__Occupation *const some[] = { hostile("# a | b *c* `d` <script> [e](f) _g_ ~h~ & \\ !"),
		sample_service_director(&arena) };
	const char *text = rendered(compare(some, 2, 0), FORMAT(MARKDOWN), 0, false);

	(void)state;
	ASSERT_HAS(text, "\\# a \\| b \\*c\\* \\`d\\` \\<script\\> \\[e\\](f) \\_g\\_ \\~h\\~ \\& \\\\ \\!");
	ASSERT_HAS_NOT(text, " <script>");
	ASSERT_HAS_NOT(text, " [e]");
	ASSERT_HAS_NOT(text, "\n# a");
	check_tables(text);
}

static void
test_markdown_text_starts_no_list_or_rule(void **state)
{
	static const char *const texts[][2] = { { "1. first", "1\\. first" }, { "2) second", "2\\) second" },
		{ "- third", "\\- third" }, { "+ fourth", "\\+ fourth" }, { "---", "\\---" },
		{ "    code", "\ncode" } };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		Occupare__V1__Occupation *const some[] = { hostile(texts[i][0]), sample_service_director(&arena) };
		ASSERT_HAS(rendered(compare(some, 2, 0), FORMAT(MARKDOWN), 0, false), texts[i][1]);
	}
}

static void
test_markdown_addresses_stay_within_their_brackets(void **state)
{
	Occupare__V1__Occupation *const some[] = { hostile("https://a.example/b?c=<d> |e"),
		sample_service_director(&arena) };

	(void)state;
	ASSERT_HAS(rendered(compare(some, 2, 0), FORMAT(MARKDOWN), 0, false), "<https://a.example/b?c=%3Cd%3E%20%7Ce>");
}

/* ---- CSV ---- */

struct csv_row {
	char *fields[CSV_FIELDS_MAX];
	size_t count;
};

/* Reads one row of RFC 4180; returns what follows it. */
static const char *
read_row(const char *at, struct csv_row *row)
{
	row->count = 0;
	for (;;) {
		char *out = occ_arena_strdup(&arena, at);
		size_t used = 0;
		bool quoted = *at == '"';
		at += quoted;
		while (*at != '\0' && (quoted ? !(at[0] == '"' && at[1] != '"') : strchr(",\r", *at) == NULL)) {
			assert_true(quoted || *at != '"');
			at += quoted && *at == '"';
			out[used++] = *at++;
		}
		at += quoted;
		out[used] = '\0';
		assert_true(row->count < CSV_FIELDS_MAX);
		row->fields[row->count++] = out;
		if (*at != ',')
			break;
		at++;
	}
	if (strncmp(at, "\r\n", 2) != 0)
		fail_msg("a row does not end in CRLF: \"%.20s\"", at);
	return at + 2;
}

/* The row of a field in a section. */
static struct csv_row
find_row(const char *csv, const char *section, const char *field)
{
	struct csv_row row;

	while (*csv != '\0') {
		csv = read_row(csv, &row);
		if (strcmp(row.fields[0], section) == 0 && strcmp(row.fields[1], field) == 0)
			return row;
	}
	fail_msg("no row %s %s", section, field);
	return row;
}

static void
test_csv_has_plain_values_with_their_sources(void **state)
{
	const char *csv = rendered(reference_pair(), FORMAT(CSV), 0, false);
	struct csv_row head, pay, hourly, range, satisfaction;

	(void)state;
	(void)read_row(csv, &head);
	assert_string_equal(head.fields[4], "patient-services-manager");
	assert_string_equal(head.fields[5], "patient-services-manager source");
	assert_string_equal(head.fields[6], "service-director");
	assert_string_equal(head.fields[8], "patient-services-manager status");
	pay = find_row(csv, "salary", "salary.annual_mean");
	assert_string_equal(pay.fields[2], "Average salary");
	assert_string_equal(pay.fields[3], "CURRENCY_PER_YEAR");
	assert_string_equal(pay.fields[4], "69729");
	ASSERT_HAS(pay.fields[5], "Patient services manager vs service director");
	assert_string_equal(pay.fields[6], "114981");
	assert_string_equal(pay.fields[10], "USD");
	assert_string_equal(pay.fields[11], "true");
	hourly = find_row(csv, "overview", "salary.hourly_mean");
	assert_string_equal(hourly.fields[4], "33.52");
	assert_string_equal(hourly.fields[8], "derived");
	range = find_row(csv, "salary", "salary.annual_range");
	assert_string_equal(range.fields[4], "41000-117000");
	satisfaction = find_row(csv, "overview", "job_satisfaction");
	assert_string_equal(satisfaction.fields[4], "");
	assert_string_equal(satisfaction.fields[8], "not in the data");
	assert_string_equal(find_row(csv, "salary", "salary.top_city").fields[4], "Beverly, MA");
}

static void
test_csv_range_with_one_end_is_no_negative_number(void **state)
{
	Occupare__V1__Occupation *a = sample_patient_services_manager(&arena), *b = sample_service_director(&arena);
	Occupare__V1__Occupation *const some[] = { a, b };
	struct csv_row range;

	(void)state;
	a->salary->annual_low = NULL;
	b->salary->annual_high = NULL;
	range = find_row(rendered(compare(some, 2, 0), FORMAT(CSV), 0, false), "salary", "salary.annual_range");
	assert_string_equal(range.fields[4], "<=117000");
	assert_string_equal(range.fields[6], ">=70000");
}

static void
test_csv_tells_bounds_and_what_must_not_be_compared(void **state)
{
	Occupare__V1__Occupation *const some[] = { sample_registered_nurses(&arena), sample_chief_executives(&arena) };
	const char *csv = rendered(compare(some, 2, 0), FORMAT(CSV), 0, false);
	struct csv_row pay = find_row(csv, "overview", "salary.annual_mean");
	struct csv_row growth = find_row(csv, "overview", "outlook.growth_percent");

	(void)state;
	assert_string_equal(pay.fields[6], "239200");
	assert_string_equal(pay.fields[9], "at least");
	assert_string_equal(growth.fields[6], "-4.5");
	assert_string_equal(growth.fields[10], "");
	assert_string_equal(growth.fields[11], "false");
	ASSERT_HAS(growth.fields[12], "different years");
}

static void
test_csv_numbers_read_back_the_same(void **state)
{
	static const double values[] = { 0.00003, 1e21, 0.1, 0, -2.5e-7 };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		Occupare__V1__Occupation *const some[] = { sample_bare(&arena, "a", "A"),
			sample_bare(&arena, "b", "B") };
		some[0]->job_satisfaction = sample_figure(&arena, values[i]);
		const char *csv = rendered(compare(some, 2, 0), FORMAT(CSV), 0, false);
		const char *read = find_row(csv, "overview", "job_satisfaction").fields[4];
		assert_true(read[0] != '\0' && strtod(read, NULL) == values[i]);
	}
}

static void
test_csv_gives_texts_back_byte_for_byte(void **state)
{
	static const char text[] = "=a, \"b\"\n-c;\r\n'd'";
	Occupare__V1__Occupation *const some[] = { hostile(text), sample_service_director(&arena) };
	const char *csv = rendered(compare(some, 2, 0), FORMAT(CSV), 0, false);

	(void)state;
	assert_string_equal(find_row(csv, "summary", "summary").fields[4], text);
	assert_string_equal(find_row(csv, "salary", "salary.top_city").fields[4], text);
}

static void
test_csv_rows_have_as_many_columns_as_the_header(void **state)
{
	uint64_t seed = 20241127;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		Occupare__V1__Comparison *comparison = random_comparison(&seed, round);
		const char *csv = rendered(comparison, FORMAT(CSV), 0, false);
		size_t rows = 0, expected = 0;
		struct csv_row row;
		for (size_t i = 0; i < comparison->n_sections; i++)
			expected += comparison->sections[i]->n_rows;
		while (*csv != '\0') {
			csv = read_row(csv, &row);
			assert_int_equal(row.count, 4 + 3 * comparison->n_comparands + 5);
			rows++;
		}
		assert_int_equal(rows, expected + 1);
		occ_arena_reset(&arena);
	}
}

/* ---- Media types ---- */

static void
test_each_format_has_its_media_type(void **state)
{
	(void)state;
	assert_string_equal(render_content_type(FORMAT(TEXT)), "text/plain; charset=utf-8");
	assert_string_equal(render_content_type(FORMAT(UNSPECIFIED)), "text/plain; charset=utf-8");
	assert_string_equal(render_content_type(FORMAT(TABLE)), "text/plain; charset=utf-8");
	assert_string_equal(render_content_type(FORMAT(MARKDOWN)), "text/markdown; charset=utf-8");
	assert_string_equal(render_content_type(FORMAT(HTML)), "text/html; charset=utf-8");
	assert_string_equal(render_content_type(FORMAT(CSV)), "text/csv; charset=utf-8; header=present");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_text_is_the_golden_page),
		TEST(test_table_is_the_golden_table),
		TEST(test_markdown_is_the_golden_page),
		TEST(test_csv_is_the_golden_file),
		TEST(test_html_is_the_golden_page),
		TEST(test_page_has_every_fact_in_the_pages_order),
		TEST(test_every_form_says_data_as_of),
		TEST(test_other_baseline_turns_the_differences_round),
		TEST(test_absent_figures_say_why),
		TEST(test_rows_of_one_caution_are_noted_together),
		TEST(test_sources_are_numbered_and_referred_to),
		TEST(test_one_occupation_in_two_areas_is_told_apart),
		TEST(test_one_section_still_has_a_title),
		TEST(test_narrow_page_puts_values_under_each_other),
		TEST(test_table_has_rows_and_no_sentences),
		TEST(test_color_only_repeats_what_signs_say),
		TEST(test_no_escape_byte_of_the_data_comes_out),
		TEST(test_part_that_is_held_back_is_not_said_to_be_there),
		TEST(test_no_line_is_wider_than_asked),
		TEST(test_addresses_of_sources_are_not_broken),
		TEST(test_wide_and_long_words_are_broken_between_letters),
		TEST(test_width_is_held_within_its_bounds),
		TEST(test_page_without_dataset_or_sections_is_whole),
		TEST(test_long_distributions_are_cut_and_say_so),
		TEST(test_ten_longest_distributions_take_little_memory),
		TEST(test_markdown_tables_are_balanced),
		TEST(test_markdown_escapes_the_data),
		TEST(test_markdown_text_starts_no_list_or_rule),
		TEST(test_markdown_addresses_stay_within_their_brackets),
		TEST(test_csv_has_plain_values_with_their_sources),
		TEST(test_csv_range_with_one_end_is_no_negative_number),
		TEST(test_csv_tells_bounds_and_what_must_not_be_compared),
		TEST(test_csv_numbers_read_back_the_same),
		TEST(test_csv_gives_texts_back_byte_for_byte),
		TEST(test_csv_rows_have_as_many_columns_as_the_header),
		TEST(test_each_format_has_its_media_type),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}

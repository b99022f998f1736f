/* Sentences of comparisons and transitions. */
#include "tests/support/test.h"

#include <ctype.h>
#include <time.h>

#include "proto/rpc.h"
#include "service/compare/compare.h"
#include "service/compare/facts.h"
#include "service/compare/fields.h"
#include "service/compare/grammar.h"
#include "service/compare/similar.h"
#include "tests/support/samples.h"

#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define ROUNDS 300

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
compare(Occupare__V1__Occupation *const *occupations, size_t count)
{
	struct compare_subject *subjects = occ_arena_calloc(&arena, count, sizeof *subjects);

	for (size_t i = 0; i < count; i++)
		subjects[i] = sample_subject(occupations[i]);
	return compare_occupations(&arena, subjects, count, 0, NULL, 0);
}

static Occupare__V1__Comparison *
compare_two(Occupare__V1__Occupation *a, Occupare__V1__Occupation *b)
{
	Occupare__V1__Occupation *const both[] = { a, b };

	return compare(both, 2);
}

static const Occupare__V1__Section *
section_of(const Occupare__V1__Comparison *comparison, const char *id)
{
	for (size_t i = 0; i < comparison->n_sections; i++) {
		if (strcmp(comparison->sections[i]->id, id) == 0)
			return comparison->sections[i];
	}
	return NULL;
}

/* All sentences of a section, a space between; "" if the section is not there. */
static char *
told(const Occupare__V1__Comparison *comparison, const char *id)
{
	const Occupare__V1__Section *section = section_of(comparison, id);
	char *out = occ_arena_strdup(&arena, "");

	for (size_t i = 0; section != NULL && i < section->n_sentences; i++)
		out = occ_arena_printf(&arena, "%s%s%s", out, i > 0 ? " " : "", section->sentences[i]->text);
	return out;
}

#define ASSERT_HAS_NOT(text, part)                                                                                     \
	do {                                                                                                           \
		if (strstr((text), (part)) != NULL)                                                                    \
			fail_msg("\"%s\" is in \"%s\"", (part), (text));                                               \
	} while (0)

static Occupare__V1__Occupation *
bare(const char *title)
{
	return sample_bare(&arena, grammar_lower(&arena, title), title);
}

static Occupare__V1__Occupation *
paid(const char *title, double mean, Occupare__V1__FigureStatus status)
{
	Occupare__V1__Occupation *occupation = bare(title);
	Occupare__V1__Salary *salary = occ_arena_alloc(&arena, sizeof *salary);

	occupare__v1__salary__init(salary);
	salary->currency_code = occ_arena_strdup(&arena, "USD");
	salary->annual_mean = sample_figure_of(&arena, mean, status, 0);
	occupation->salary = salary;
	return occupation;
}

/* Months; a negative one is absent. */
static Occupare__V1__Occupation *
taking(const char *title, double low, double high)
{
	Occupare__V1__Occupation *occupation = bare(title);
	Occupare__V1__Experience *experience = occ_arena_alloc(&arena, sizeof *experience);

	occupare__v1__experience__init(experience);
	experience->months_to_become_low = low < 0 ? NULL : sample_figure(&arena, low);
	experience->months_to_become_high = high < 0 ? NULL : sample_figure(&arena, high);
	occupation->experience = experience;
	return occupation;
}

/* ---- The reference pair ---- */

static void
test_introduction_tells_the_main_facts(void **state)
{
	Occupare__V1__Comparison *comparison = compare_two(
	    sample_patient_services_manager(&arena), sample_service_director(&arena));

	(void)state;
	assert_string_equal(told(comparison, "introduction"),
	    "It typically takes 4-6 years to become either a patient services manager or a service director. "
	    "A service director earns an average of $114,981 a year, $45,252 (64.9%) more than the $69,729 of a "
	    "patient "
	    "services manager. "
	    "The top three skills of a patient services manager are patients, patient care, and patient service. "
	    "The top three skills of a service director are patients, healthcare, and patient care. "
	    "The skills listed for both are patients, patient care, and customer service.");
}

static void
test_swapped_pair_tells_the_same_gap(void **state)
{
	Occupare__V1__Comparison *comparison = compare_two(
	    sample_service_director(&arena), sample_patient_services_manager(&arena));
	const char *text = told(comparison, "introduction");

	(void)state;
	ASSERT_HAS(text, "become either a service director or a patient services manager.");
	ASSERT_HAS(text, "A service director earns an average of $114,981 a year, $45,252 (64.9%) more than");
	/* A step down is measured from where one stands. */
	ASSERT_HAS(told(comparison, "transition"),
	    "The step to a patient services manager means $45,252 (39.4%) a year less in average pay.");
}

static void
test_sections_have_their_lead_sentences(void **state)
{
	Occupare__V1__Comparison *comparison = compare_two(
	    sample_patient_services_manager(&arena), sample_service_director(&arena));

	(void)state;
	assert_string_equal(told(comparison, "overview"),
	    "Patient services managers have the higher number of jobs. Service directors have the higher yearly salary "
	    "and "
	    "hourly rate. Both have the same growth rate (28%), average age (47), and years of experience (6). Job "
	    "satisfaction is not known for either.");
	ASSERT_HAS(told(comparison, "salary"),
	    "Their typical salary ranges overlap between $70,000 and $117,000 a year. "
	    "The highest paying city is Beverly, MA for patient services managers, and "
	    "San Francisco, CA for service directors.");
	assert_string_equal(told(comparison, "education"),
	    "The most common degree is the same for both: a bachelor's degree (55% and 59%). The most common major is "
	    "the "
	    "same for both: Business. The most common college is the same for both: University of Pennsylvania.");
	assert_string_equal(told(comparison, "demographics"),
	    "The average age is the same for both: 47. The largest gender group is female (76.6%) for patient services "
	    "managers and male (57.2%) for service directors. The largest race group is the same for both: White "
	    "(60.6% "
	    "and 61.8%). The LGBT percentage is the same for both: 12%.");
	assert_string_equal(told(comparison, "responsibilities"),
	    "The source lists more duties of patient services managers "
	    "and "
	    "service directors.");
	assert_string_equal(told(comparison, "skills"),
	    "The skills listed for both are patients, patient care, and customer service. Listed for patient services "
	    "managers alone are patient service, tray line, and food service. Listed for service directors alone are "
	    "healthcare, oversight, and surgery. The two lists are 34.1% alike (weighted Jaccard). The lists may be "
	    "cut: a skill that is missing "
	    "from "
	    "one may still be asked for.");
	assert_string_equal(told(comparison, "category"), "The category is the same for both: Executive Management.");
	assert_string_equal(told(comparison, "outlook"),
	    "The projected growth of employment is the same for both: 28%. The number of jobs advertised is higher for "
	    "patient services managers (157,294) than for service directors (64,277).");
	assert_string_equal(told(comparison, "transition"),
	    "58% of the skills of a service director, by weight, are also those of a patient services manager "
	    "(directed "
	    "coverage). Patients, patient care, and customer service carry over. Listed for a service director and not "
	    "for a patient services manager are healthcare, oversight, and surgery. The step to a service director "
	    "means $45,252 (64.9%) a year more in "
	    "average pay. It typically takes 4-6 years to become a service director.");
}

static void
test_headings_are_the_pages(void **state)
{
	static const char *const expected[][2] = {
		{ "introduction", "Patient services manager vs service director" },
		{ "overview", "Patient services manager vs service director overview" },
		{ "summary", "What do patient services managers and service directors do?" },
		{ "salary", "Patient services manager vs service director salary" },
		{ "education", "Differences between patient services manager and service director education" },
		{ "demographics", "Patient services manager vs service director demographics" },
		{ "responsibilities",
		    "Differences between patient services manager and service director duties and responsibilities" },
		{ "skills", "Patient services manager vs service director skills" },
		{ "category", "Browse executive management jobs" },
		{ "outlook", "Patient services manager vs service director outlook" },
		{ "transition", "From patient services manager to service director" },
	};
	Occupare__V1__Comparison *comparison = compare_two(
	    sample_patient_services_manager(&arena), sample_service_director(&arena));

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		assert_string_equal(section_of(comparison, expected[i][0])->heading, expected[i][1]);
}

static void
test_heading_claims_no_differences_where_all_is_equal(void **state)
{
	Occupare__V1__Occupation *other = sample_patient_services_manager(&arena);
	Occupare__V1__Comparison *comparison;

	(void)state;
	other->id = occ_arena_strdup(&arena, "front-desk-manager");
	other->title = occ_arena_strdup(&arena, "Front Desk Manager");
	comparison = compare_two(sample_patient_services_manager(&arena), other);
	assert_string_equal(
	    section_of(comparison, "education")->heading, "Patient services manager and front desk manager education");
	ASSERT_HAS(told(comparison, "introduction"), "The average salary is the same for both: $69,729 a year.");
	ASSERT_HAS_NOT(told(comparison, "responsibilities"), "None of");
}

/* ---- How long it takes ---- */

static void
test_longer_way_is_named_first(void **state)
{
	(void)state;
	assert_string_equal(told(compare_two(taking("Aide", 6, 12), taking("Surgeon", 120, 144)), "introduction"),
	    "It typically takes longer to become a surgeon (10-12 years) than an aide (6-12 months).");
	assert_string_equal(told(compare_two(taking("Aide", 6, 12), taking("Judge", 120, -1)), "introduction"),
	    "It typically takes longer to become a judge (more than 10 years) than an aide (6-12 months).");
}

static void
test_overlapping_ways_are_not_ordered(void **state)
{
	(void)state;
	assert_string_equal(told(compare_two(taking("Aide", 12, 96), taking("Cook", 24, 48)), "introduction"),
	    "It typically takes 1-8 years to become an aide and 2-4 years to become a cook.");
	assert_string_equal(told(compare_two(taking("Aide", 12, -1), taking("Cook", 24, 48)), "introduction"),
	    "It typically takes more than 1 year to become an aide and 2-4 years to become a cook.");
}

static void
test_ways_of_many_are_longest_and_shortest(void **state)
{
	Occupare__V1__Occupation *const some[] = { taking("Aide", 6, 12), taking("Surgeon", 120, 144),
		taking("Cook", 24, 48), taking("Judge", 120, 144), bare("Poet") };
	Occupare__V1__Occupation *const partly[] = { taking("Aide", 6, 12), taking("Cook", 6, 12), bare("Poet") };
	Occupare__V1__Occupation *const equal[] = { taking("Aide", 6, 12), taking("Cook", 6, 12),
		taking("Poet", 6, 12) };

	(void)state;
	assert_string_equal(told(compare(some, 5), "introduction"),
	    "Among the 4 of 5 with a figure, the way in is typically longest for surgeons and judges (10-12 years) and "
	    "shortest for aides (6-12 months).");
	assert_string_equal(
	    told(compare(equal, 3), "introduction"), "It typically takes 6-12 months to become any of the three.");
	assert_string_equal(
	    told(compare(partly, 3), "introduction"), "The way in typically takes 6-12 months for aides and cooks.");
}

static void
test_one_way_that_is_known_says_so(void **state)
{
	(void)state;
	assert_string_equal(told(compare_two(taking("Aide", 6, 12), bare("Poet")), "introduction"),
	    "It typically takes 6-12 months to become an aide; no time is given for a poet.");
}

/* ---- Pay ---- */

static void
test_lower_bound_of_pay_stays_one(void **state)
{
	(void)state;
	assert_string_equal(
	    told(compare_two(paid("Nurse", 98430, STATUS(UNSPECIFIED)), paid("Chief", 239200, STATUS(AT_LEAST))),
		"introduction"),
	    "A chief earns an average of at least $239,200 a year, at least $140,770 (143%) more than the $98,430 of a "
	    "nurse.");
	assert_string_equal(
	    told(compare_two(paid("Nurse", 300000, STATUS(UNSPECIFIED)), paid("Chief", 239200, STATUS(AT_LEAST))),
		"introduction"),
	    "A nurse earns an average of $300,000 a year and a chief one of at least $239,200; who earns more cannot "
	    "be "
	    "told.");
	ASSERT_HAS(told(compare_two(paid("Judge", 239200, STATUS(AT_LEAST)), paid("Chief", 239200, STATUS(AT_LEAST))),
		       "introduction"),
	    "who earns more cannot be told.");
}

static void
test_pay_of_many_names_most_and_least(void **state)
{
	Occupare__V1__Occupation *const some[] = { paid("Nurse", 90000, STATUS(UNSPECIFIED)),
		paid("Cook", 30000, STATUS(UNSPECIFIED)), paid("Judge", 90000, STATUS(UNSPECIFIED)),
		paid("Poet", 0, STATUS(SUPPRESSED)) };

	(void)state;
	assert_string_equal(told(compare(some, 4), "introduction"),
	    "Among the 3 of 4 with a figure, nurses and judges earn the most, an average of $90,000 a year, $60,000 "
	    "(200%) "
	    "more than cooks, who earn the least ($30,000).");
}

static void
test_pay_known_of_one_is_not_compared(void **state)
{
	(void)state;
	assert_string_equal(
	    told(compare_two(paid("Nurse", 90000, STATUS(UNSPECIFIED)), paid("Poet", 0, STATUS(NOT_COLLECTED))),
		"introduction"),
	    "A nurse earns an average of $90,000 a year; no such figure is given for a poet.");
}

static void
test_median_stands_in_where_more_have_one(void **state)
{
	Occupare__V1__Occupation *a = paid("Nurse", 90000, STATUS(UNSPECIFIED));
	Occupare__V1__Occupation *b = paid("Cook", 30000, STATUS(UNSPECIFIED));

	(void)state;
	a->salary->annual_median = a->salary->annual_mean;
	b->salary->annual_median = b->salary->annual_mean;
	b->salary->annual_mean = NULL;
	ASSERT_HAS(told(compare_two(a, b), "introduction"),
	    "A nurse earns a median of $90,000 a year, $60,000 (200%) more than the $30,000 of a cook.");
}

static void
test_pay_by_the_hour_is_compared_where_the_year_is_not_known(void **state)
{
	Occupare__V1__Occupation *a = sample_registered_nurses(&arena), *b = bare("Actor");

	(void)state;
	b->salary = sample_actors(&arena)->salary;
	b->salary->annual_median = NULL;
	b->salary->hourly_mean = sample_figure(&arena, 44.4);
	ASSERT_HAS(told(compare_two(a, b), "introduction"),
	    "A registered nurse earns an average of $47.32 an hour, $2.92 (6.6%) more than the $44.40 of an actor.");
}

static void
test_different_currencies_are_not_ordered(void **state)
{
	const char *text = told(
	    compare_two(sample_registered_nurses(&arena), sample_swiss_nurse(&arena)), "introduction");

	(void)state;
	ASSERT_HAS_NOT(text, "more than");
	ASSERT_HAS_NOT(text, "earn");
}

static void
test_pay_of_a_broader_group_is_not_called_the_same(void **state)
{
	const char *text = told(
	    compare_two(sample_acute_care_nurses(&arena), sample_critical_care_nurses(&arena)), "introduction");

	(void)state;
	ASSERT_HAS(text, "The average salary of both is published only for a broader group: $98,430 a year.");
	ASSERT_HAS_NOT(text, "same");
}

/* ---- Skills ---- */

static void
test_skills_without_weights_are_not_called_top(void **state)
{
	Occupare__V1__Occupation *a = bare("Nurse"), *b = bare("Cook");

	(void)state;
	sample_add_skill(&arena, a, sample_skill(&arena, "OSHA Rules", -1));
	sample_add_skill(&arena, b, sample_skill(&arena, "Spanish", -1));
	sample_add_skill(&arena, b, sample_skill(&arena, "Food Service", -1));
	assert_string_equal(told(compare_two(a, b), "introduction"),
	    "The first skill listed for a nurse is OSHA rules. The first two skills listed for a cook are Spanish and "
	    "food "
	    "service.");
	ASSERT_HAS(told(compare_two(a, b), "skills"), "No skill is listed for both.");
	ASSERT_HAS_NOT(told(compare_two(a, b), "skills"), "may be cut");
}

static void
test_top_skills_go_by_percent(void **state)
{
	Occupare__V1__Occupation *a = bare("Nurse");

	(void)state;
	sample_add_skill(&arena, a, sample_skill(&arena, "Speaking", 1));
	sample_add_skill(&arena, a, sample_skill(&arena, "Listening", 30));
	sample_add_skill(&arena, a, sample_skill(&arena, "Care", 20));
	sample_add_skill(&arena, a, sample_skill(&arena, "Law", 10));
	assert_string_equal(told(compare_two(a, bare("Cook")), "introduction"),
	    "The top three skills of a nurse are listening, care, and law.");
}

static void
test_long_lists_of_skills_are_counted(void **state)
{
	Occupare__V1__Occupation *a = bare("Nurse"), *b = bare("Cook");

	(void)state;
	for (int i = 0; i < 9; i++) {
		char *name = occ_arena_printf(&arena, "skill %d", i);
		sample_add_skill(&arena, a, sample_skill(&arena, name, -1));
		sample_add_skill(&arena, b, sample_skill(&arena, name, -1));
	}
	ASSERT_HAS(told(compare_two(a, b), "skills"),
	    "The skills listed for both are skill 0, skill 1, skill 2, skill 3, skill 4, skill 5, and 3 more.");
}

static void
test_technologies_keep_the_case_of_their_names(void **state)
{
	Occupare__V1__Occupation *a = bare("Nurse"), *b = bare("Cook");

	(void)state;
	sample_add_skill(&arena, a, sample_skill(&arena, "Active Listening", 30));
	sample_add_skill(&arena, a, sample_skill(&arena, "Epic Systems", 20));
	a->skills[1]->kind = OCCUPARE__V1__SKILL_KIND__SKILL_KIND_TECHNOLOGY;
	sample_add_skill(&arena, b, sample_skill(&arena, "Knives", 30));
	ASSERT_HAS(told(compare_two(a, b), "skills"), "Listed for nurses alone are active listening and Epic Systems.");
}

static void
add_kind(Occupare__V1__Occupation *occupation, const char *name, Occupare__V1__SkillKind kind)
{
	sample_add_skill(&arena, occupation, sample_skill(&arena, name, -1));
	occupation->skills[occupation->n_skills - 1]->kind = kind;
}

#define KIND(name) OCCUPARE__V1__SKILL_KIND__SKILL_KIND_##name

static Occupare__V1__Occupation *
rated_nurse(void)
{
	Occupare__V1__Occupation *nurse = bare("Nurse");

	add_kind(nurse, "Speaking", KIND(SKILL));
	nurse->skills[0]->importance = sample_figure(&arena, 75);
	add_kind(nurse, "Epic Systems", KIND(TECHNOLOGY));
	add_kind(nurse, "Excel", KIND(TECHNOLOGY));
	return nurse;
}

static void
test_kinds_of_skills_that_were_not_rated_set_nobody_apart(void **state)
{
	Occupare__V1__Occupation *b = bare("Data Scientist");
	const char *text;

	(void)state;
	add_kind(b, "Excel", KIND(TECHNOLOGY));
	add_kind(b, "Python", KIND(TECHNOLOGY));
	text = told(compare_two(rated_nurse(), b), "skills");
	ASSERT_HAS(text, "Listed for nurses alone is Epic Systems.");
	ASSERT_HAS(text, "Listed for data scientists alone is Python.");
	ASSERT_HAS(text, "No skills other than technologies are listed for data scientists.");
	ASSERT_HAS(told(compare_two(b, rated_nurse()), "transition"), "% of the technologies of a nurse, by weight,");
	b->skills[0]->name = (char *)"Linux";
	ASSERT_HAS(told(compare_two(rated_nurse(), b), "skills"), "No technology is listed for both.");
	b->skills[0]->name = (char *)"Excel";
	ASSERT_HAS_NOT(text, "listed for nurses");
	text = told(compare_two(b, rated_nurse()), "transition");
	ASSERT_HAS(text, "Listed for a nurse and not for a data scientist is Epic Systems.");
	ASSERT_HAS_NOT(text, "speaking");
}

static void
test_skills_named_in_other_words_are_not_set_against_rated_ones(void **state)
{
	Occupare__V1__Occupation *b = bare("Cook"), *c = bare("Waiter");
	const char *text;

	(void)state;
	add_kind(b, "Detail Oriented", KIND(SKILL));
	add_kind(b, "Interpersonal", KIND(SKILL));
	text = told(compare_two(rated_nurse(), b), "skills");
	assert_string_equal(text,
	    "General skills are named in other words for cooks than for nurses, so which of them the "
	    "other lacks cannot be told. Technologies are not listed for cooks.");
	text = told(compare_two(rated_nurse(), b), "transition");
	assert_string_equal(text,
	    "General skills are named in other words for nurses than for cooks, so how far they carry "
	    "over cannot be told.");
	/* Lists that name skills alike are compared. */
	add_kind(c, "Detail Oriented", KIND(SKILL));
	text = told(compare_two(b, c), "skills");
	ASSERT_HAS(
	    text, "The skill listed for both is attention to detail. Listed for cooks alone is interpersonal skills.");
}

static void
test_transition_says_which_kinds_of_skills_are_left_out(void **state)
{
	Occupare__V1__Occupation *a = bare("Cook");
	struct compare_subject from, to = sample_subject(rated_nurse());
	Occupare__V1__Transition *there, *back;

	(void)state;
	add_kind(a, "Hearing", KIND(ABILITY));
	add_kind(a, "Cooking", KIND(KNOWLEDGE));
	from = sample_subject(a);
	there = compare_transition(&arena, &from, &to, &similar_defaults);
	assert_string_equal(there->sentences[there->n_sentences - 1]->text,
	    "General skills and technologies are not listed for cooks.");
	back = compare_transition(&arena, &to, &from, &similar_defaults);
	assert_string_equal(back->sentences[back->n_sentences - 1]->text,
	    "Fields of knowledge and abilities are not listed for nurses.");
}

static void
test_list_that_tells_no_kinds_apart_is_compared_whole(void **state)
{
	Occupare__V1__Occupation *b = bare("Cook");
	const char *text;

	(void)state;
	add_kind(b, "Knives", KIND(UNSPECIFIED));
	add_kind(b, "Menus", (Occupare__V1__SkillKind)1000);
	text = told(compare_two(rated_nurse(), b), "skills");
	ASSERT_HAS(text, "Listed for nurses alone are speaking, Epic Systems, and Excel.");
	ASSERT_HAS(text, "Listed for cooks alone are knives and menus.");
	ASSERT_HAS_NOT(text, "are not listed for");
}

static Occupare__V1__Occupation *
with_degree(const char *title, const char *label)
{
	Occupare__V1__Occupation *occupation = bare(title);
	Occupare__V1__Education *education = occ_arena_alloc(&arena, sizeof *education);
	Occupare__V1__Share *share = occ_arena_alloc(&arena, sizeof *share);

	occupare__v1__education__init(education);
	occupare__v1__share__init(share);
	share->label = occ_arena_strdup(&arena, label);
	share->percent = sample_figure(&arena, 45.4);
	education->degrees = occ_arena_calloc(&arena, 1, sizeof *education->degrees);
	education->degrees[education->n_degrees++] = share;
	occupation->education = education;
	return occupation;
}

static void
test_less_than_a_diploma_is_not_called_a_degree(void **state)
{
	(void)state;
	assert_string_equal(told(compare_two(with_degree("Cook", "Less than a High School Diploma"),
				     with_degree("Nurse", "Bachelor's")),
				"education"),
	    "The most common level of education is less than a high school diploma (45.4%) for cooks and a bachelor's "
	    "(45.4%) for nurses.");
	ASSERT_HAS(told(compare_two(with_degree("Cook", "Associate"), with_degree("Nurse", "Bachelor's")), "education"),
	    "The most common degree is ");
}

static Occupare__V1__Occupation *
of_category(const char *title, const char *category)
{
	Occupare__V1__Occupation *occupation = bare(title);

	occupation->category = occ_arena_alloc(&arena, sizeof *occupation->category);
	occupare__v1__category__init(occupation->category);
	occupation->category->title = occ_arena_strdup(&arena, category);
	return occupation;
}

static void
test_category_of_occupations_is_not_called_jobs(void **state)
{
	Occupare__V1__Occupation *lawyer = of_category("Lawyer", "Legal Occupations");

	(void)state;
	assert_string_equal(
	    section_of(compare_two(lawyer, of_category("Judge", "Legal Occupations")), "category")->heading,
	    "Browse legal occupations");
	assert_string_equal(section_of(compare_two(lawyer, of_category("Nurse", "Health")), "category")->heading,
	    "Browse legal occupations and health jobs");
}

static double
cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Measured against matching every two of the lists by sorting them. */
static void
test_ten_longest_lists_of_skills_cost_no_more_than_sorting(void **state)
{
	Occupare__V1__Occupation *all[10];
	double begin, sorting;

	(void)state;
	for (int i = 0; i < 10; i++) {
		all[i] = bare(occ_arena_printf(&arena, "Worker %d", i));
		for (int k = 0; k < 1000; k++)
			sample_add_skill(&arena, all[i],
			    sample_skill(
				&arena, occ_arena_printf(&arena, "skill %d of %d", k, k % 3 == 0 ? 0 : i), -1));
	}
	begin = cpu_seconds();
	for (int i = 0; i < 100; i++)
		(void)similar_skills(
		    &arena, all[i / 10], all[i % 10], OCCUPARE__V1__SIMILARITY_METHOD__SIMILARITY_METHOD_JACCARD);
	sorting = cpu_seconds() - begin;
	begin = cpu_seconds();
	ASSERT_HAS(told(compare(all, 10), "skills"),
	    "Listed for workers 9 alone are skill 1 of 9, skill 2 of 9, skill 4 of 9, "
	    "skill 5 of 9, skill 7 of 9, skill 8 of 9, and "
	    "660 more.");
	assert_true(cpu_seconds() - begin < 5 * sorting);
}

/* ---- What is not there ---- */

static void
test_what_only_reads_alike_is_not_called_the_same(void **state)
{
	Occupare__V1__Occupation *a = bare("Nurse"), *b = bare("Cook");
	const char *text;

	(void)state;
	a->job_satisfaction = sample_figure(&arena, 4.0001);
	b->job_satisfaction = sample_figure(&arena, 4.0002);
	text = told(compare_two(a, b), "overview");
	ASSERT_HAS(text, "Cooks have the higher job satisfaction.");
	ASSERT_HAS_NOT(text, "the same");
}

static void
test_highest_of_some_says_of_how_many(void **state)
{
	Occupare__V1__Occupation *all[] = { bare("Nurse"), bare("Cook"), bare("Actor") };
	const char *text;

	(void)state;
	for (int i = 0; i < 2; i++) {
		all[i]->job_satisfaction = sample_figure(&arena, 3 + i);
		all[i]->education = occ_arena_alloc(&arena, sizeof *all[i]->education);
		occupare__v1__education__init(all[i]->education);
		all[i]->education->typical_entry = (char *)(i == 0 ? "Bachelor's degree" : "None");
	}
	text = told(compare(all, 3), "overview");
	ASSERT_HAS(text, "Cooks have the highest job satisfaction (of 2 with a figure).");
	text = told(compare(all, 3), "education");
	ASSERT_HAS(text,
	    "Among the 2 of 3 of which it is known, the typical education at entry is a bachelor's degree for nurses "
	    "and none for cooks.");
	all[2]->job_satisfaction = sample_figure(&arena, 1);
	ASSERT_HAS(told(compare(all, 3), "overview"), "Cooks have the highest job satisfaction.");
}

static void
test_nothing_is_said_of_what_is_not_there(void **state)
{
	Occupare__V1__Comparison *comparison = compare_two(bare("Nurse"), bare("Cook"));
	static const char *const silent[] = { "introduction", "salary", "education", "demographics", "skills",
		"category", "outlook", "transition" };

	(void)state;
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		assert_string_equal(told(comparison, silent[i]), "");
	assert_string_equal(told(comparison, "summary"), "No description is given for nurses and cooks.");
}

static void
test_levels_of_education_have_an_article_where_they_can_be_counted(void **state)
{
	static const char *const examples[][2] = {
		{ "Bachelor's degree", "a bachelor's degree" },
		{ "Associate's Degree", "an associate's degree" },
		{ "High school diploma or equivalent", "a high school diploma or equivalent" },
		{ "Some college, no degree", "some college but no degree" },
		{ "Some College Courses", "some college courses" },
		{ "No formal educational credential", "no formal educational credential" },
		{ "Less than a High School Diploma", "less than a high school diploma" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		assert_string_equal(facts_education(&arena, examples[i][0]), examples[i][1]);
}

static void
test_shares_of_a_broader_group_are_not_called_the_same(void **state)
{
	Occupare__V1__Occupation *a = with_degree("Cook", "Bachelor's degree"),
				 *b = with_degree("Nurse", "Bachelor's degree");

	(void)state;
	assert_string_equal(told(compare_two(a, b), "education"),
	    "The most common degree is the same for both: a bachelor's degree (45.4%).");
	a->education->degrees[0]->percent->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_INHERITED;
	b->education->degrees[0]->percent->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_INHERITED;
	assert_string_equal(told(compare_two(a, b), "education"),
	    "The most common degree of both is published only for a broader group: a bachelor's degree (45.4%).");
}

static void
test_label_known_of_one_says_that_the_other_has_none(void **state)
{
	Occupare__V1__Occupation *a = bare("Nurse");

	(void)state;
	a->category = sample_service_director(&arena)->category;
	assert_string_equal(told(compare_two(a, bare("Cook")), "category"),
	    "The category is Executive Management for nurses; none is given for cooks.");
}

static void
test_what_is_the_same_everywhere_is_told_once_of_each_occupation(void **state)
{
	Occupare__V1__Occupation *nurses = sample_registered_nurses(&arena), *cooks = bare("Cook");
	struct compare_subject subjects[] = { sample_subject(nurses), sample_subject(nurses), sample_subject(cooks) };
	Occupare__V1__Comparison *comparison;
	const char *text;

	(void)state;
	subjects[1].area = "CA";
	subjects[1].area_title = "California";
	cooks->outlook = sample_registered_nurses(&arena)->outlook;
	cooks->outlook->growth_percent = sample_figure(&arena, 1);
	sample_add_skill(&arena, cooks, sample_skill(&arena, "Speaking", 30));
	nurses->experience = taking("Nurse", 24, 48)->experience;
	comparison = compare_occupations(&arena, subjects, 3, 2, NULL, 0);
	assert_string_equal(section_of(comparison, "summary")->heading, "What do registered nurses and cooks do?");
	ASSERT_HAS(told(comparison, "outlook"), "is higher for registered nurses (");
	ASSERT_HAS(told(comparison, "outlook"), "than for cooks (1%).");
	text = strstr(told(comparison, "transition"), "It typically takes");
	ASSERT_HAS(text, "to become a registered nurse.");
	assert_null(strstr(text + 1, "It typically takes"));
}

static void
test_areas_and_years_are_named(void **state)
{
	Occupare__V1__Occupation *here = sample_registered_nurses(&arena), *there = sample_registered_nurses(&arena);
	struct compare_subject subjects[] = { sample_subject(here), sample_subject(there) };
	Occupare__V1__Comparison *comparison;

	(void)state;
	there->salary->annual_mean->value = 80000;
	subjects[0].area = "CA";
	subjects[0].area_title = "California";
	subjects[1].period = 2021;
	comparison = compare_occupations(&arena, subjects, 2, 0, NULL, 0);
	ASSERT_HAS(told(comparison, "introduction"), "A registered nurse in California earns an "
						     "average of $98,430 a year, $18,430 (23%) more than "
						     "the $80,000 of a registered nurse in the United States in 2021.");
	/* What is the same everywhere is told once. */
	ASSERT_HAS(told(comparison, "introduction"), "The top three skills of a registered nurse are");
	assert_string_equal(section_of(comparison, "salary")->heading,
	    "Registered nurse salary: California vs the United States, 2021");
	assert_string_equal(section_of(comparison, "summary")->heading, "What does a registered nurse do?");
}

/* ---- Transition ---- */

static void
test_transition_tells_coverage_gains_pay_and_time(void **state)
{
	const Occupare__V1__Occupation *from = sample_patient_services_manager(&arena);
	struct compare_subject a = sample_subject(from), b = sample_subject(sample_service_director(&arena));
	Occupare__V1__Transition *transition = compare_transition(&arena, &a, &b, &similar_defaults);

	(void)state;
	assert_int_equal(transition->n_sentences, 5);
	assert_string_equal(transition->sentences[0]->text, "58% of the skills of a service director, by weight, are "
							    "also those of a patient services manager (directed "
							    "coverage).");
	assert_string_equal(
	    transition->sentences[4]->text, "It typically takes 4-6 years to become a service director.");
}

/* ---- All that may come ---- */

static bool
is_known_path(const Occupare__V1__Comparison *comparison, const char *path)
{
	for (size_t i = 0; compare_sections[i] != NULL; i++) {
		if (fields_find(compare_sections[i], path) != NULL)
			return true;
	}
	(void)comparison;
	return strcmp(path, "more_responsibilities") == 0;
}

static void
check_text(const char *text)
{
	static const char *const wrong[] = { "  ", " ,", " .", "..", " a a", " a e", " an b", " an c", " a an ",
		"(null)", "%s", "()", ",,", "nan", "inf ", " of .", " and .", " is .", "$-", "A an", "; ;" };
	size_t length = strlen(text);

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ASSERT_HAS_NOT(text, wrong[i]);
	if (length == 0 || text[length - 1] != '.' || islower((unsigned char)text[0]))
		fail_msg("no sentence: \"%s\"", text);
}

static void
check_sentences(const Occupare__V1__Comparison *comparison)
{
	for (size_t i = 0; i < comparison->n_sections; i++) {
		const Occupare__V1__Section *section = comparison->sections[i];
		assert_true(section->heading[0] != '\0');
		for (size_t j = 0; j < section->n_sentences; j++) {
			const Occupare__V1__Sentence *sentence = section->sentences[j];
			check_text(sentence->text);
			assert_true(sentence->n_fields > 0);
			for (size_t k = 0; k < sentence->n_fields; k++) {
				if (!is_known_path(comparison, sentence->fields[k]))
					fail_msg("unknown path \"%s\"", sentence->fields[k]);
			}
		}
	}
}

static void
test_random_occupations_give_whole_sentences(void **state)
{
	uint64_t seed = 20241124;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		Occupare__V1__Occupation *some[OCC_COMPARANDS_MAX];
		size_t count = 2 + round % (OCC_COMPARANDS_MAX - 1);
		for (size_t i = 0; i < count; i++)
			some[i] = sample_random(&arena, &seed);
		check_sentences(compare(some, count));
		occ_arena_reset(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_introduction_tells_the_main_facts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_swapped_pair_tells_the_same_gap, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sections_have_their_lead_sentences, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_headings_are_the_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_heading_claims_no_differences_where_all_is_equal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_longer_way_is_named_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overlapping_ways_are_not_ordered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ways_of_many_are_longest_and_shortest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_way_that_is_known_says_so, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lower_bound_of_pay_stays_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pay_of_many_names_most_and_least, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pay_known_of_one_is_not_compared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_median_stands_in_where_more_have_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_pay_by_the_hour_is_compared_where_the_year_is_not_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_different_currencies_are_not_ordered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pay_of_a_broader_group_is_not_called_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_skills_without_weights_are_not_called_top, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_top_skills_go_by_percent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_technologies_keep_the_case_of_their_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_lists_of_skills_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_is_said_of_what_is_not_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_ten_longest_lists_of_skills_cost_no_more_than_sorting, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_kinds_of_skills_that_were_not_rated_set_nobody_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_skills_named_in_other_words_are_not_set_against_rated_ones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_transition_says_which_kinds_of_skills_are_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_list_that_tells_no_kinds_apart_is_compared_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_less_than_a_diploma_is_not_called_a_degree, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_category_of_occupations_is_not_called_jobs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_only_reads_alike_is_not_called_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_highest_of_some_says_of_how_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_levels_of_education_have_an_article_where_they_can_be_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_shares_of_a_broader_group_are_not_called_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_label_known_of_one_says_that_the_other_has_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_what_is_the_same_everywhere_is_told_once_of_each_occupation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_areas_and_years_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_transition_tells_coverage_gains_pay_and_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_random_occupations_give_whole_sentences, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("narrative", tests, NULL, NULL);
}

/* English for occupation titles. */
#include "tests/support/test.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "service/compare/grammar.h"

static struct occ_arena arena;

static int
set_up(void **state)
{
	(void)state;
	occ_arena_init(&arena, 65536, 1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	occ_arena_fini(&arena);
	return 0;
}

/* Title, one with its article, many. */
struct example {
	const char *title, *one, *many;
};

static void
check(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(grammar_a(&arena, grammar_singular(&arena, examples[i].title)), examples[i].one);
		assert_string_equal(grammar_plural(&arena, examples[i].title), examples[i].many);
	}
}

#define CHECK(examples) check(examples, sizeof(examples) / sizeof *(examples))

static void
test_plain_titles_get_a_plural(void **state)
{
	static const struct example examples[] = {
		{ "Patient Services Manager", "a patient services manager", "patient services managers" },
		{ "Service Director", "a service director", "service directors" },
		{ "Secretary", "a secretary", "secretaries" },
		{ "Attorney", "an attorney", "attorneys" },
		{ "Coach", "a coach", "coaches" },
		{ "Boss", "a boss", "bosses" },
		{ "Lab Tech", "a lab tech", "lab techs" },
		{ "Actress", "an actress", "actresses" },
		{ "Foreman", "a foreman", "foremen" },
		{ "Saleswoman", "a saleswoman", "saleswomen" },
		{ "Salesperson", "a salesperson", "salespeople" },
		{ "Talisman", "a talisman", "talismans" },
		{ "Midwife", "a midwife", "midwives" },
		{ "Chef", "a chef", "chefs" },
		{ "Sheriff", "a sheriff", "sheriffs" },
	};

	(void)state;
	CHECK(examples);
}

static void
test_official_plurals_get_a_singular(void **state)
{
	static const struct example examples[] = {
		{ "Registered Nurses", "a registered nurse", "registered nurses" },
		{ "Chief Executives", "a chief executive", "chief executives" },
		{ "Actresses", "an actress", "actresses" },
		{ "Coaches and Scouts", "a coach and scout", "coaches and scouts" },
		{ "Computer and Information Systems Managers", "a computer and information systems manager",
		    "computer and information systems managers" },
		{ "Human Resources Managers", "a human resources manager", "human resources managers" },
		{ "Physics Teachers", "a physics teacher", "physics teachers" },
		{ "Sales Representatives", "a sales representative", "sales representatives" },
		{ "News Analysts, Reporters, and Journalists", "a news analyst, reporter, and journalist",
		    "news analysts, reporters, and journalists" },
		{ "Poets, Lyricists and Creative Writers", "a poet, lyricist and creative writer",
		    "poets, lyricists and creative writers" },
		{ "Glass Blowers, Molders, Benders, and Finishers", "a glass blower, molder, bender, and finisher",
		    "glass blowers, molders, benders, and finishers" },
		{ "Automotive Service Technicians and Mechanics", "an automotive service technician and mechanic",
		    "automotive service technicians and mechanics" },
		{ "Aircraft Structure, Surfaces, Rigging, and Systems Assemblers",
		    "an aircraft structure, surfaces, rigging, and systems assembler",
		    "aircraft structure, surfaces, rigging, and systems assemblers" },
		{ "Midwives", "a midwife", "midwives" },
		{ "Bus Drivers", "a bus driver", "bus drivers" },
		{ "Physicians", "a physician", "physicians" },
	};

	(void)state;
	CHECK(examples);
}

static void
test_head_nouns_change_and_qualifiers_stay(void **state)
{
	static const struct example examples[] = {
		{ "Managers, All Other", "a manager (all other)", "other managers" },
		{ "Teachers, Postsecondary", "a postsecondary teacher", "postsecondary teachers" },
		{ "Dentists, All Other Specialists", "a specialist dentist (all other)", "other specialist dentists" },
		{ "Secretaries and Administrative Assistants, Except Legal, Medical, and Executive",
		    "a secretary and administrative assistant (except legal, medical, and executive)",
		    "secretaries and administrative assistants (except legal, medical, and executive)" },
		{ "Buyers and Purchasing Agents, Farm Products", "a buyer and purchasing agent (farm products)",
		    "buyers and purchasing agents (farm products)" },
		{ "First-Line Supervisors of Retail Sales Workers", "a first-line supervisor of retail sales workers",
		    "first-line supervisors of retail sales workers" },
		{ "Helpers--Carpenters", "a carpenters' helper", "carpenters' helpers" },
		{ "Secretary of State", "a secretary of state", "secretaries of state" },
		{ "Director of Nursing", "a director of nursing", "directors of nursing" },
		{ "Chief of Staff", "a chief of staff", "chiefs of staff" },
		{ "Editor-in-Chief", "an editor-in-chief", "editors-in-chief" },
		{ "Attorney General", "an attorney general", "attorneys general" },
		{ "Door to Door Salesperson", "a door to door salesperson", "door to door salespeople" },
		{ "Research and Development Manager", "a research and development manager",
		    "research and development managers" },
		{ "Secretary and Administrative Assistant", "a secretary and administrative assistant",
		    "secretaries and administrative assistants" },
		{ "Truck Driver/Warehouse Worker", "a truck driver/warehouse worker",
		    "truck drivers/warehouse workers" },
		{ "Engineer II", "an engineer II", "engineers II" },
		{ "Nurse Practitioner (NP)", "a nurse practitioner (NP)", "nurse practitioners (NP)" },
		{ "Manager - Sales", "a manager - sales", "managers - sales" },
		{ "Other Workers", "another worker", "other workers" },
		{ "Computer Occupations, All Other", "a worker in other computer occupations",
		    "workers in other computer occupations" },
	};

	(void)state;
	CHECK(examples);
}

static void
test_inverted_titles_are_turned_around(void **state)
{
	static const struct example examples[] = {
		{ "Dentists, General", "a general dentist", "general dentists" },
		{ "Cooks, Fast Food", "a fast food cook", "fast food cooks" },
		{ "Cook, Fast Food", "a fast food cook", "fast food cooks" },
		{ "Substitute Teachers, Short-Term", "a short-term substitute teacher",
		    "short-term substitute teachers" },
		{ "Meter Readers, Utilities", "a utility meter reader", "utility meter readers" },
		{ "Roustabouts, Oil and Gas", "an oil and gas roustabout", "oil and gas roustabouts" },
		{ "Food Servers, Nonrestaurant", "a nonrestaurant food server", "nonrestaurant food servers" },
		{ "Cutters and Trimmers, Hand", "a hand cutter and trimmer", "hand cutters and trimmers" },
		{ "Art, Drama, and Music Teachers, Postsecondary", "a postsecondary art, drama, and music teacher",
		    "postsecondary art, drama, and music teachers" },
		{ "Farmworkers, Farm, Ranch, and Aquacultural Animals",
		    "a farm, ranch, and aquacultural animal farmworker",
		    "farm, ranch, and aquacultural animal farmworkers" },
		{ "Physicians, Pathologists", "a physician pathologist", "physician pathologists" },
		{ "Director, IT", "an IT director", "IT directors" },
		{ "Helpers--Production Workers", "a production workers' helper", "production workers' helpers" },
		{ "First-Line Supervisors of Transportation Workers, All Other",
		    "a first-line supervisor of other transportation workers",
		    "first-line supervisors of other transportation workers" },
		{ "Social Sciences Teachers, Postsecondary, All Other",
		    "a postsecondary social sciences teacher (all other)",
		    "other postsecondary social sciences teachers" },
		{ "Helpers, Construction Trades, All Other", "a construction trade helper (all other)",
		    "other construction trade helpers" },
	};

	(void)state;
	CHECK(examples);
}

static void
test_what_cannot_stand_in_front_follows_in_brackets(void **state)
{
	static const struct example examples[] = {
		{ "Middle School Teachers, Except Special and Career/Technical Education",
		    "a middle school teacher (except special and career/technical education)",
		    "middle school teachers (except special and career/technical education)" },
		{ "Switchboard Operators, Including Answering Service",
		    "a switchboard operator (including answering service)",
		    "switchboard operators (including answering service)" },
		{ "Technologists and Technicians, Except Drafters, All Other",
		    "a technologist and technician (except drafters, all other)",
		    "other technologists and technicians (except drafters)" },
		{ "Potters, Manufacturing", "a potter (manufacturing)", "potters (manufacturing)" },
		{ "Education Administrators, Kindergarten through Secondary",
		    "an education administrator (kindergarten through secondary)",
		    "education administrators (kindergarten through secondary)" },
		{ "Machine Setters, Operators, and Tenders, Wood", "a machine setter, operator, and tender (wood)",
		    "machine setters, operators, and tenders (wood)" },
		{ "Sales Representatives, Wholesale and Manufacturing, Technical Products",
		    "a sales representative (wholesale and manufacturing, technical products)",
		    "sales representatives (wholesale and manufacturing, technical products)" },
		{ "Supervisors of Laborers and Material Movers, Hand",
		    "a supervisor of laborers and material movers (hand)",
		    "supervisors of laborers and material movers (hand)" },
		{ "Registered Nurse, RN", "a registered nurse (RN)", "registered nurses (RN)" },
		{ "Helpers--Pipelayers, Plumbers, and Steamfitters",
		    "a helper (pipelayers, plumbers, and steamfitters)",
		    "helpers (pipelayers, plumbers, and steamfitters)" },
	};

	(void)state;
	CHECK(examples);
}

static void
test_lists_are_not_turned_around(void **state)
{
	static const struct example examples[] = {
		{ "Captains, Mates, and Pilots of Water Vessels", "a captain, mate, and pilot of water vessels",
		    "captains, mates, and pilots of water vessels" },
		{ "Judges, Magistrate Judges, and Magistrates", "a judge, magistrate judge, and magistrate",
		    "judges, magistrate judges, and magistrates" },
		{ "Engineer, II", "an engineer, II", "engineers, II" },
		{ "Production, Planning, and Expediting Clerks", "a production, planning, and expediting clerk",
		    "production, planning, and expediting clerks" },
	};

	(void)state;
	CHECK(examples);
}

static void
test_wholes_of_people_have_members(void **state)
{
	static const struct example examples[] = {
		{ "Clergy", "a clergy member", "clergy" },
		{ "Transit and Railroad Police", "a transit and railroad police officer",
		    "transit and railroad police" },
		{ "Kitchen Staff", "a kitchen staff member", "kitchen staff" },
	};

	(void)state;
	CHECK(examples);
}

static void
test_acronyms_and_names_keep_their_capitals(void **state)
{
	static const struct example examples[] = {
		{ "CEO", "a CEO", "CEOs" },
		{ "HR Manager", "an HR manager", "HR managers" },
		{ "HVAC Technician", "an HVAC technician", "HVAC technicians" },
		{ "MRI Technologist", "an MRI technologist", "MRI technologists" },
		{ "CNAs", "a CNA", "CNAs" },
		{ "U.S. Marshal", "a U.S. marshal", "U.S. marshals" },
		{ "Spanish Teacher", "a Spanish teacher", "Spanish teachers" },
		{ "English Language and Literature Teachers, Postsecondary",
		    "a postsecondary English language and literature teacher",
		    "postsecondary English language and literature teachers" },
		{ "Java Developer", "a Java developer", "Java developers" },
		{ "C++ Developer", "a C++ developer", "C++ developers" },
		{ "R Programmer", "an R programmer", "R programmers" },
		{ "iOS Developer", "an iOS developer", "iOS developers" },
		{ "\xc3\x89"
		  "cole Director",
		    "an \xc3\xa9"
		    "cole director",
		    "\xc3\xa9"
		    "cole directors" },
	};

	(void)state;
	CHECK(examples);
	assert_string_equal(grammar_lower(&arena, "OSHA Patient Care"), "OSHA patient care");
}

static void
test_article_follows_the_sound(void **state)
{
	static const char *const an[] = { "hour", "honest broker", "heir", "herbalist", "MRI technologist",
		"HR manager", "SAP consultant", "LPN", "RN", "X-ray technician", "8-year veteran", "80 workers",
		"11-hour shift", "18th worker", "actuary", "usher", "unimportant clerk", "urban planner", "underwriter",
		"onion farmer", "F&B manager", "NP" };
	static const char *const a[] = { "user", "university teacher", "unit clerk", "union official", "urologist",
		"utility worker", "European", "one-time helper", "CEO", "UX designer", "U.S. marshal", "NASA engineer",
		"SCUBA diver", "10-year veteran", "1,100 workers", "house painter", "yard worker", "T-shirt printer",
		"180-day visitor", "once-famous actor" };

	(void)state;
	for (size_t i = 0; i < sizeof an / sizeof *an; i++) {
		if (strcmp(grammar_article(an[i]), "an") != 0)
			fail_msg("a %s", an[i]);
	}
	for (size_t i = 0; i < sizeof a / sizeof *a; i++) {
		if (strcmp(grammar_article(a[i]), "a") != 0)
			fail_msg("an %s", a[i]);
	}
}

static void
test_possessive_of_one_and_many(void **state)
{
	(void)state;
	assert_string_equal(grammar_possessive(&arena, "nurse"), "nurse's");
	assert_string_equal(grammar_possessive(&arena, "registered nurses"), "registered nurses'");
	assert_string_equal(grammar_possessive(&arena, "foremen"), "foremen's");
	assert_string_equal(grammar_possessive(&arena, "boss"), "boss's");
}

static void
test_lists_have_the_serial_comma(void **state)
{
	const char *const items[] = { "a", "b", "c" };
	const char *const commas[] = { "managers, all other", "nurses", "157,294" };
	const char *const pairs[] = { "barbers", "coaches and scouts" };
	const char *const brackets[] = { "potters (metal and wood, too)", "cooks" };

	(void)state;
	assert_string_equal(grammar_list(&arena, items, 0), "");
	assert_string_equal(grammar_list(&arena, items, 1), "a");
	assert_string_equal(grammar_list(&arena, items, 2), "a and b");
	assert_string_equal(grammar_list(&arena, items, 3), "a, b, and c");
	assert_string_equal(grammar_list(&arena, commas, 2), "managers, all other, and nurses");
	assert_string_equal(grammar_list(&arena, pairs, 2), "barbers, and coaches and scouts");
	assert_string_equal(grammar_list(&arena, brackets, 2), "potters (metal and wood, too) and cooks");
	assert_string_equal(grammar_list(&arena, commas, 3), "managers, all other; nurses; and 157,294");
}

static void
test_capital_spares_names_that_start_small(void **state)
{
	(void)state;
	assert_string_equal(grammar_capital(&arena, "registered nurse"), "Registered nurse");
	assert_string_equal(grammar_capital(&arena, "iOS developer"), "iOS developer");
	assert_string_equal(grammar_capital(&arena, "\xc3\xa9"
						    "cole"),
	    "\xc3\x89"
	    "cole");
	assert_string_equal(grammar_capital(&arena, ""), "");
}

static void
test_odd_titles_do_no_harm(void **state)
{
	static const char *const titles[] = { "", " ", ",", ", and ,", "of", "and", "/", "(", "A", "--", "s", "II",
		"and and", "\xe2\x80\x93", "a,b,c", "Of Of Of", "General", "IV, or", "\xff\xfe" };

	(void)state;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		const char *one = grammar_singular(&arena, titles[i]);
		assert_true(strlen(one) <= strlen(titles[i]) + 8);
		(void)grammar_plural(&arena, titles[i]);
		(void)grammar_a(&arena, one);
		(void)grammar_possessive(&arena, one);
	}
}

/* ---- All titles of O*NET ---- */

static FILE *
open_titles(void)
{
	const char *folder = getenv("OCCUPARE_SHARED_DATA");
	char path[4096];

	snprintf(
	    path, sizeof path, "%s/onet_30_1_text/Occupation Data.txt", folder != NULL ? folder : "../shared/data");
	return fopen(path, "r");
}

static void
assert_no_doubled_word(const char *text)
{
	const char *before = "";
	size_t before_length = 0;

	for (const char *at = text; *at != '\0'; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		if (length == before_length && strncmp(before, at, length) == 0)
			fail_msg("\"%s\" says \"%.*s\" twice", text, (int)length, at);
		before = at;
		before_length = length;
		at += length;
	}
}

static void
check_title(const char *title)
{
	char *one = grammar_singular(&arena, title), *many = grammar_plural(&arena, title);
	char *named = grammar_a(&arena, one);
	size_t head = strcspn(one, ",(");
	const char *preposition = strstr(one, " of ");

	/* These titles are official plurals: turned around, many is the title itself. */
	if (strpbrk(title, ",-(") == NULL && strcmp(many, grammar_lower(&arena, title)) != 0)
		fail_msg("many of \"%s\": \"%s\"", title, many);
	if (strcmp(grammar_plural(&arena, many), many) != 0)
		fail_msg("many of \"%s\" is \"%s\"", many, grammar_plural(&arena, many));
	if (strstr(many, ", all other") != NULL || strstr(many, ", except") != NULL || strstr(many, "--") != NULL)
		fail_msg("\"%s\"", many);
	assert_no_doubled_word(named);
	if (strncmp(named, "a ", 2) == 0 && strchr("aeio", named[2]) != NULL)
		fail_msg("\"%s\"", named);
	/* One reads as many only where the name ends in no plural. */
	if (preposition != NULL && (size_t)(preposition - one) < head)
		head = (size_t)(preposition - one);
	if (strcmp(one, many) == 0 && head > 0 && one[head - 1] == 's')
		fail_msg("one of \"%s\" is \"%s\"", title, one);
	/* What one is made from stays singular. */
	if (strcmp(grammar_singular(&arena, one), one) != 0)
		fail_msg("one of \"%s\" is \"%s\"", one, grammar_singular(&arena, one));
}

static void
test_every_official_title_reads_as_english(void **state)
{
	FILE *file = open_titles();
	char line[4096];
	size_t count = 0;

	(void)state;
	if (file == NULL) {
		print_message("O*NET titles are not there (OCCUPARE_SHARED_DATA): skipped\n");
		skip();
	}
	while (fgets(line, sizeof line, file) != NULL) {
		char *title = strchr(line, '\t');
		char *end = title != NULL ? strchr(title + 1, '\t') : NULL;
		if (end == NULL || !isdigit((unsigned char)line[0]))
			continue;
		*end = '\0';
		check_title(title + 1);
		count++;
		occ_arena_reset(&arena);
	}
	fclose(file);
	assert_int_equal(count, 1016);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain_titles_get_a_plural, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_official_plurals_get_a_singular, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_head_nouns_change_and_qualifiers_stay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_inverted_titles_are_turned_around, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_cannot_stand_in_front_follows_in_brackets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lists_are_not_turned_around, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wholes_of_people_have_members, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_acronyms_and_names_keep_their_capitals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_article_follows_the_sound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_possessive_of_one_and_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lists_have_the_serial_comma, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_capital_spares_names_that_start_small, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_odd_titles_do_no_harm, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_official_title_reads_as_english, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}

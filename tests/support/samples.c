/* Sample occupations, written as tables where they are data. */
#include "tests/support/samples.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define STATUS(name) OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_##name
#define MAKE(arena, TYPE, INIT) ((TYPE *)memcpy(occ_arena_alloc(arena, sizeof(TYPE)), &(const TYPE)INIT, sizeof(TYPE)))

/* A label with its percent; a negative percent stands for none. */
struct part {
	const char *label;
	double percent;
};

/* What the reference page says of one occupation. */
struct page {
	const char *id, *title, *summary;
	double annual_mean, annual_low, annual_high, job_postings, males, females;
	const char *top_city, *top_state, *top_company, *top_industry;
	struct part degree, races[6], skills[6];
	const char *responsibilities[6];
};

static const struct page patient_services_manager = {
	.id = "patient-services-manager",
	.title = "Patient Services Manager",
	.summary =
	    "A patient services manager answers for good care at the front of a clinic: keeps to its standards and "
	    "safety rules, looks after supplies and equipment, and runs the department's budget.",
	.annual_mean = 69729,
	.annual_low = 41000,
	.annual_high = 117000,
	.job_postings = 157294,
	.males = 23.4,
	.females = 76.6,
	.top_city = "Beverly, MA",
	.top_state = "Massachusetts",
	.top_company = "Sanofi Genzyme",
	.top_industry = "Health Care",
	.degree = { "Bachelor's Degree", 55 },
	.races = { { "Black or African American", 12.5 }, { "Unknown", 4.3 }, { "Hispanic or Latino", 14.3 },
	    { "Asian", 7.6 }, { "White", 60.6 }, { "American Indian and Alaska Native", 0.7 } },
	.skills = { { "Patients", 21 }, { "Patient Care", 13 }, { "Patient Service", 11 }, { "Customer Service", 7 },
	    { "Tray Line", 6 }, { "Food Service", 6 } },
	.responsibilities = { "Watch the age of open hospital accounts and see that what is due comes in.",
	    "Check diagnosis and procedure codes so that bills and claims are right.",
	    "Keep to the rules of accreditors and regulators.", "Arrange safety training for office staff.",
	    "See that state and federal guidelines are followed to the letter.",
	    "Follow the policies of the practice on privacy." },
};

static const struct page service_director = {
	.id = "service-director",
	.title = "Service Director",
	.summary =
	    "A service director sets customer service policy and sees that staff live by it: looks for better ways to "
	    "serve, watches how the team does, plans new offers, and coaches people.",
	.annual_mean = 114981,
	.annual_low = 70000,
	.annual_high = 188000,
	.job_postings = 64277,
	.males = 57.2,
	.females = 42.8,
	.top_city = "San Francisco, CA",
	.top_state = "California",
	.top_company = "Mayo Clinic",
	.top_industry = "Technology",
	.degree = { "Bachelor's Degree", 59 },
	.races = { { "Black or African American", 11.2 }, { "Unknown", 4.3 }, { "Hispanic or Latino", 14.4 },
	    { "Asian", 7.6 }, { "White", 61.8 }, { "American Indian and Alaska Native", 0.7 } },
	.skills = { { "Patients", 12 }, { "Healthcare", 10 }, { "Patient Care", 10 }, { "Customer Service", 9 },
	    { "Oversight", 5 }, { "Surgery", 4 } },
	.responsibilities = { "Lead the move from an old filing system to a new one.",
	    "Run the training of resident physicians.", "Look after the firm's social media.",
	    "Serve client accounts and see that contracts are kept.",
	    "Lead a staff of 280 and six managers in a union house.",
	    "Run daily work, clinical and support, through audits." },
};

static const Occupare__V1__Source all_sources[] = {
	{ PROTOBUF_C_MESSAGE_INIT(&occupare__v1__source__descriptor), SAMPLE_SOURCE_PAGE,
	    (char *)"Patient services manager vs service director", (char *)"Zippia", (char *)"",
	    (char *)"https://www.zippia.com/patient-services-manager-jobs/"
		    "patient-services-manager-vs-service-director-differences",
	    (char *)"" },
	{ PROTOBUF_C_MESSAGE_INIT(&occupare__v1__source__descriptor), SAMPLE_SOURCE_OEWS,
	    (char *)"Occupational Employment and Wage Statistics", (char *)"U.S. Bureau of Labor Statistics",
	    (char *)"May 2024", (char *)"https://www.bls.gov/oes/", (char *)"Public domain" },
	{ PROTOBUF_C_MESSAGE_INIT(&occupare__v1__source__descriptor), SAMPLE_SOURCE_PROJECTIONS,
	    (char *)"Employment Projections", (char *)"U.S. Bureau of Labor Statistics", (char *)"2023-2033",
	    (char *)"https://www.bls.gov/emp/", (char *)"Public domain" },
	{ PROTOBUF_C_MESSAGE_INIT(&occupare__v1__source__descriptor), SAMPLE_SOURCE_SWISS,
	    (char *)"Swiss Earnings Structure Survey", (char *)"Federal Statistical Office", (char *)"2022", (char *)"",
	    (char *)"" },
};

Occupare__V1__Figure *
sample_figure_of(struct occ_arena *arena, double value, Occupare__V1__FigureStatus status, uint32_t source)
{
	Occupare__V1__Figure *figure = MAKE(arena, Occupare__V1__Figure, OCCUPARE__V1__FIGURE__INIT);

	figure->value = value;
	figure->status = status;
	figure->source = source;
	return figure;
}

Occupare__V1__Figure *
sample_figure(struct occ_arena *arena, double value)
{
	return sample_figure_of(arena, value, STATUS(UNSPECIFIED), 0);
}

static Occupare__V1__Figure *
page_figure(struct occ_arena *arena, double value)
{
	return sample_figure_of(arena, value, STATUS(UNSPECIFIED), SAMPLE_SOURCE_PAGE);
}

static Occupare__V1__Figure *
oews_figure(struct occ_arena *arena, double value)
{
	return sample_figure_of(arena, value, STATUS(UNSPECIFIED), SAMPLE_SOURCE_OEWS);
}

static Occupare__V1__Share **
shares(struct occ_arena *arena, const struct part *parts, size_t count, size_t *ret_count)
{
	Occupare__V1__Share **list = occ_arena_calloc(arena, count, sizeof *list);

	for (size_t i = 0; i < count; i++) {
		list[i] = MAKE(arena, Occupare__V1__Share, OCCUPARE__V1__SHARE__INIT);
		list[i]->label = occ_arena_strdup(arena, parts[i].label);
		if (parts[i].percent >= 0)
			list[i]->percent = page_figure(arena, parts[i].percent);
	}
	*ret_count = count;
	return list;
}

static Occupare__V1__TopPayer *
payer(struct occ_arena *arena, const char *label)
{
	Occupare__V1__TopPayer *top = MAKE(arena, Occupare__V1__TopPayer, OCCUPARE__V1__TOP_PAYER__INIT);

	top->label = occ_arena_strdup(arena, label);
	return top;
}

Occupare__V1__Skill *
sample_skill(struct occ_arena *arena, const char *name, double percent)
{
	Occupare__V1__Skill *skill = MAKE(arena, Occupare__V1__Skill, OCCUPARE__V1__SKILL__INIT);

	skill->name = occ_arena_strdup(arena, name);
	if (percent >= 0)
		skill->percent = page_figure(arena, percent);
	return skill;
}

void
sample_add_skill(struct occ_arena *arena, Occupare__V1__Occupation *occupation, Occupare__V1__Skill *skill)
{
	Occupare__V1__Skill **list = occ_arena_calloc(arena, occupation->n_skills + 1, sizeof *list);

	if (occupation->n_skills > 0)
		memcpy(list, occupation->skills, occupation->n_skills * sizeof *list);
	list[occupation->n_skills++] = skill;
	occupation->skills = list;
}

static void
add_sources(struct occ_arena *arena, Occupare__V1__Occupation *occupation, uint32_t first, uint32_t last)
{
	occupation->n_sources = last - first + 1;
	occupation->sources = occ_arena_calloc(arena, occupation->n_sources, sizeof *occupation->sources);
	for (uint32_t id = first; id <= last; id++) {
		Occupare__V1__Source *source = MAKE(arena, Occupare__V1__Source, OCCUPARE__V1__SOURCE__INIT);

		*source = all_sources[id - 1];
		occupation->sources[id - first] = source;
	}
}

static Occupare__V1__Category *
category(struct occ_arena *arena, const char *id, const char *title)
{
	Occupare__V1__Category *made = MAKE(arena, Occupare__V1__Category, OCCUPARE__V1__CATEGORY__INIT);

	made->id = occ_arena_strdup(arena, id);
	made->title = occ_arena_strdup(arena, title);
	return made;
}

static Occupare__V1__Code **
soc_code(struct occ_arena *arena, const char *value, size_t *ret_count)
{
	Occupare__V1__Code **list = occ_arena_calloc(arena, 1, sizeof *list);

	list[0] = MAKE(arena, Occupare__V1__Code, OCCUPARE__V1__CODE__INIT);
	list[0]->system = occ_arena_strdup(arena, "SOC2018");
	list[0]->value = occ_arena_strdup(arena, value);
	*ret_count = 1;
	return list;
}

Occupare__V1__Occupation *
sample_bare(struct occ_arena *arena, const char *id, const char *title)
{
	Occupare__V1__Occupation *occupation = MAKE(arena, Occupare__V1__Occupation, OCCUPARE__V1__OCCUPATION__INIT);

	occupation->id = occ_arena_strdup(arena, id);
	occupation->title = occ_arena_strdup(arena, title);
	return occupation;
}

static Occupare__V1__Salary *
salary(struct occ_arena *arena, const char *currency)
{
	Occupare__V1__Salary *made = MAKE(arena, Occupare__V1__Salary, OCCUPARE__V1__SALARY__INIT);

	made->currency_code = occ_arena_strdup(arena, currency);
	return made;
}

static Occupare__V1__Outlook *
outlook(struct occ_arena *arena, double growth_percent, uint32_t from_year, uint32_t to_year)
{
	Occupare__V1__Outlook *made = MAKE(arena, Occupare__V1__Outlook, OCCUPARE__V1__OUTLOOK__INIT);

	made->growth_percent = sample_figure_of(arena, growth_percent, STATUS(UNSPECIFIED), SAMPLE_SOURCE_PROJECTIONS);
	made->from_year = from_year;
	made->to_year = to_year;
	return made;
}

static Occupare__V1__Salary *
page_salary(struct occ_arena *arena, const struct page *page)
{
	Occupare__V1__Salary *pay = salary(arena, "USD");

	pay->annual_mean = page_figure(arena, page->annual_mean);
	pay->annual_low = page_figure(arena, page->annual_low);
	pay->annual_high = page_figure(arena, page->annual_high);
	pay->top_city = payer(arena, page->top_city);
	pay->top_state = payer(arena, page->top_state);
	pay->top_company = payer(arena, page->top_company);
	pay->top_industry = payer(arena, page->top_industry);
	return pay;
}

static Occupare__V1__Demographics *
page_demographics(struct occ_arena *arena, const struct page *page)
{
	Occupare__V1__Demographics *people = MAKE(arena, Occupare__V1__Demographics, OCCUPARE__V1__DEMOGRAPHICS__INIT);
	const struct part genders[] = { { "Male", page->males }, { "Female", page->females } };

	people->average_age = page_figure(arena, 47);
	people->genders = shares(arena, genders, COUNT(genders), &people->n_genders);
	people->races = shares(arena, page->races, COUNT(page->races), &people->n_races);
	people->lgbt_percent = page_figure(arena, 12);
	return people;
}

static Occupare__V1__Education *
page_education(struct occ_arena *arena, const struct page *page)
{
	Occupare__V1__Education *education = MAKE(arena, Occupare__V1__Education, OCCUPARE__V1__EDUCATION__INIT);

	education->degrees = shares(arena, &page->degree, 1, &education->n_degrees);
	education->majors = shares(arena, &(struct part){ "Business", -1 }, 1, &education->n_majors);
	education->colleges = shares(
	    arena, &(struct part){ "University of Pennsylvania", -1 }, 1, &education->n_colleges);
	return education;
}

static Occupare__V1__Experience *
page_experience(struct occ_arena *arena)
{
	Occupare__V1__Experience *experience = MAKE(arena, Occupare__V1__Experience, OCCUPARE__V1__EXPERIENCE__INIT);

	experience->typical_years = page_figure(arena, 6);
	experience->months_to_become_low = page_figure(arena, 48);
	experience->months_to_become_high = page_figure(arena, 72);
	return experience;
}

static Occupare__V1__Occupation *
of_page(struct occ_arena *arena, const struct page *page)
{
	Occupare__V1__Occupation *occupation = sample_bare(arena, page->id, page->title);

	occupation->category = category(arena, "executive-management", "Executive Management");
	occupation->summary = occ_arena_strdup(arena, page->summary);
	occupation->salary = page_salary(arena, page);
	occupation->outlook = outlook(arena, 28, 0, 0);
	occupation->outlook->growth_percent->source = SAMPLE_SOURCE_PAGE;
	occupation->outlook->job_postings = page_figure(arena, page->job_postings);
	occupation->experience = page_experience(arena);
	occupation->education = page_education(arena, page);
	occupation->demographics = page_demographics(arena, page);
	occupation->n_responsibilities = COUNT(page->responsibilities);
	occupation->responsibilities = occ_arena_calloc(
	    arena, occupation->n_responsibilities, sizeof *occupation->responsibilities);
	for (size_t i = 0; i < occupation->n_responsibilities; i++)
		occupation->responsibilities[i] = occ_arena_strdup(arena, page->responsibilities[i]);
	occupation->more_responsibilities = true;
	for (size_t i = 0; i < COUNT(page->skills); i++)
		sample_add_skill(
		    arena, occupation, sample_skill(arena, page->skills[i].label, page->skills[i].percent));
	add_sources(arena, occupation, SAMPLE_SOURCE_PAGE, SAMPLE_SOURCE_PAGE);
	return occupation;
}

Occupare__V1__Occupation *
sample_patient_services_manager(struct occ_arena *arena)
{
	return of_page(arena, &patient_services_manager);
}

Occupare__V1__Occupation *
sample_service_director(struct occ_arena *arena)
{
	return of_page(arena, &service_director);
}

static void
add_important_skill(struct occ_arena *arena, Occupare__V1__Occupation *occupation, const char *name, double importance)
{
	Occupare__V1__Skill *skill = sample_skill(arena, name, -1);

	skill->kind = OCCUPARE__V1__SKILL_KIND__SKILL_KIND_SKILL;
	skill->importance = sample_figure(arena, importance);
	sample_add_skill(arena, occupation, skill);
}

Occupare__V1__Occupation *
sample_registered_nurses(struct occ_arena *arena)
{
	Occupare__V1__Occupation *nurses = sample_bare(arena, "registered-nurses", "Registered Nurses");

	nurses->codes = soc_code(arena, "29-1141", &nurses->n_codes);
	nurses->summary = occ_arena_strdup(arena, "Nurse people through illness and injury.");
	nurses->salary = salary(arena, "USD");
	nurses->salary->annual_mean = oews_figure(arena, 98430);
	nurses->salary->hourly_mean = oews_figure(arena, 47.32);
	nurses->salary->annual_p10 = oews_figure(arena, 66030);
	nurses->salary->annual_p25 = oews_figure(arena, 78610);
	nurses->salary->annual_median = oews_figure(arena, 93600);
	nurses->salary->annual_p75 = oews_figure(arena, 107960);
	nurses->salary->annual_p90 = oews_figure(arena, 135320);
	nurses->outlook = outlook(arena, 6, 2023, 2033);
	nurses->outlook->employment = oews_figure(arena, 3282010);
	nurses->outlook->annual_openings = sample_figure_of(
	    arena, 194500, STATUS(UNSPECIFIED), SAMPLE_SOURCE_PROJECTIONS);
	nurses->experience = MAKE(arena, Occupare__V1__Experience, OCCUPARE__V1__EXPERIENCE__INIT);
	nurses->experience->category = occ_arena_strdup(arena, "None");
	nurses->experience->training = occ_arena_strdup(arena, "None");
	nurses->experience->job_zone = 3;
	nurses->education = MAKE(arena, Occupare__V1__Education, OCCUPARE__V1__EDUCATION__INIT);
	nurses->education->typical_entry = occ_arena_strdup(arena, "Bachelor's degree");
	add_important_skill(arena, nurses, "Active Listening", 78);
	add_important_skill(arena, nurses, "Social Perceptiveness", 75);
	add_important_skill(arena, nurses, "Speaking", 75);
	add_sources(arena, nurses, SAMPLE_SOURCE_OEWS, SAMPLE_SOURCE_PROJECTIONS);
	return nurses;
}

Occupare__V1__Occupation *
sample_chief_executives(struct occ_arena *arena)
{
	Occupare__V1__Occupation *chiefs = sample_bare(arena, "chief-executives", "Chief Executives");

	chiefs->codes = soc_code(arena, "11-1011", &chiefs->n_codes);
	chiefs->salary = salary(arena, "USD");
	chiefs->salary->annual_mean = sample_figure_of(arena, 239200, STATUS(AT_LEAST), SAMPLE_SOURCE_OEWS);
	chiefs->outlook = outlook(arena, -4.5, 2022, 2032);
	chiefs->outlook->employment = sample_figure_of(arena, 309400, STATUS(UNSPECIFIED), SAMPLE_SOURCE_PROJECTIONS);
	chiefs->experience = MAKE(arena, Occupare__V1__Experience, OCCUPARE__V1__EXPERIENCE__INIT);
	chiefs->experience->category = occ_arena_strdup(arena, "5 years or more");
	chiefs->experience->months_to_become_low = sample_figure(arena, 120);
	chiefs->experience->job_zone = 5;
	add_important_skill(arena, chiefs, "Judgment and Decision Making", 88);
	add_important_skill(arena, chiefs, "Speaking", 81);
	add_important_skill(arena, chiefs, "Active Listening", 78);
	add_sources(arena, chiefs, SAMPLE_SOURCE_OEWS, SAMPLE_SOURCE_PROJECTIONS);
	return chiefs;
}

Occupare__V1__Occupation *
sample_actors(struct occ_arena *arena)
{
	Occupare__V1__Occupation *actors = sample_bare(arena, "actors", "Actors");

	actors->codes = soc_code(arena, "27-2011", &actors->n_codes);
	actors->salary = salary(arena, "USD");
	actors->salary->annual_mean = sample_figure_of(arena, 0, STATUS(NOT_COLLECTED), SAMPLE_SOURCE_OEWS);
	actors->salary->hourly_mean = oews_figure(arena, 41.17);
	actors->outlook = outlook(arena, 5, 2023, 2033);
	actors->outlook->employment = sample_figure_of(arena, 0, STATUS(SUPPRESSED), SAMPLE_SOURCE_OEWS);
	add_sources(arena, actors, SAMPLE_SOURCE_OEWS, SAMPLE_SOURCE_PROJECTIONS);
	return actors;
}

static Occupare__V1__Occupation *
finer_nurses(struct occ_arena *arena, const char *id, const char *title)
{
	Occupare__V1__Occupation *nurses = sample_registered_nurses(arena);
	Occupare__V1__Salary *pay = nurses->salary;

	nurses->id = occ_arena_strdup(arena, id);
	nurses->title = occ_arena_strdup(arena, title);
	pay->annual_mean->status = pay->hourly_mean->status = pay->annual_median->status = STATUS(INHERITED);
	pay->annual_p10->status = pay->annual_p25->status = STATUS(INHERITED);
	pay->annual_p75->status = pay->annual_p90->status = STATUS(INHERITED);
	nurses->outlook->employment->status = STATUS(INHERITED);
	return nurses;
}

Occupare__V1__Occupation *
sample_acute_care_nurses(struct occ_arena *arena)
{
	return finer_nurses(arena, "acute-care-nurses", "Acute Care Nurses");
}

Occupare__V1__Occupation *
sample_critical_care_nurses(struct occ_arena *arena)
{
	return finer_nurses(arena, "critical-care-nurses", "Critical Care Nurses");
}

Occupare__V1__Occupation *
sample_swiss_nurse(struct occ_arena *arena)
{
	Occupare__V1__Occupation *nurse = sample_bare(arena, "swiss-nurse", "Swiss Nurse");

	nurse->salary = salary(arena, "CHF");
	nurse->salary->annual_mean = sample_figure_of(arena, 89000, STATUS(UNSPECIFIED), SAMPLE_SOURCE_SWISS);
	nurse->salary->annual_low = sample_figure_of(arena, 70000, STATUS(UNSPECIFIED), SAMPLE_SOURCE_SWISS);
	nurse->salary->annual_high = sample_figure_of(arena, 110000, STATUS(UNSPECIFIED), SAMPLE_SOURCE_SWISS);
	add_sources(arena, nurse, SAMPLE_SOURCE_SWISS, SAMPLE_SOURCE_SWISS);
	return nurse;
}

/* xorshift64, Marsaglia 2003. */
uint64_t
sample_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static uint64_t
below(uint64_t *seed, uint64_t limit)
{
	return (sample_next(seed) >> 16) % limit;
}

/* NULL, a missing one or a whole number or one decimal below limit, of any status. */
static Occupare__V1__Figure *
random_figure(struct occ_arena *arena, uint64_t *seed, uint64_t limit)
{
	if (below(seed, 5) == 0)
		return NULL;
	Occupare__V1__FigureStatus status = below(seed, 3) == 0 ? (Occupare__V1__FigureStatus)below(seed, 6)
								: STATUS(UNSPECIFIED);
	double value = (double)below(seed, limit * 10) / 10;

	if (below(seed, 2) == 0)
		value = (double)below(seed, 4); /* small values make ties */
	if (status == STATUS(SUPPRESSED) || status == STATUS(NOT_COLLECTED))
		value = 0;
	return sample_figure_of(arena, value, status, (uint32_t)below(seed, COUNT(all_sources) + 1));
}

static Occupare__V1__Share **
random_shares(struct occ_arena *arena, uint64_t *seed, size_t *ret_count)
{
	static const char *const labels[] = { "Alpha", "Beta", "Gamma", "Delta" };
	Occupare__V1__Share **list = occ_arena_calloc(arena, COUNT(labels), sizeof *list);

	*ret_count = below(seed, COUNT(labels) + 1);
	for (size_t i = 0; i < *ret_count; i++) {
		list[i] = MAKE(arena, Occupare__V1__Share, OCCUPARE__V1__SHARE__INIT);
		list[i]->label = occ_arena_strdup(arena, labels[i]);
		list[i]->percent = random_figure(arena, seed, 100);
	}
	return list;
}

static char *
random_text(struct occ_arena *arena, uint64_t *seed)
{
	static const char *const texts[] = { "", "None", "5 years or more", "Z\xc3\xbcrich, \"west\"", "One; two." };

	return occ_arena_strdup(arena, texts[below(seed, COUNT(texts))]);
}

static Occupare__V1__Salary *
random_salary(struct occ_arena *arena, uint64_t *seed)
{
	static const char *const currencies[] = { "USD", "USD", "USD", "", "EUR", "CHF" };
	Occupare__V1__Salary *pay = salary(arena, currencies[below(seed, COUNT(currencies))]);
	Occupare__V1__Figure **figures[] = { &pay->annual_mean, &pay->annual_p10, &pay->annual_p25, &pay->annual_median,
		&pay->annual_p75, &pay->annual_p90, &pay->annual_low, &pay->annual_high };

	for (size_t i = 0; i < COUNT(figures); i++)
		*figures[i] = random_figure(arena, seed, 300000);
	pay->hourly_mean = random_figure(arena, seed, 100);
	if (below(seed, 2) == 0)
		pay->top_city = payer(arena, "Springfield");
	if (pay->top_city != NULL)
		pay->top_city->annual_mean = random_figure(arena, seed, 300000);
	return pay;
}

static void
random_outlook(struct occ_arena *arena, uint64_t *seed, Occupare__V1__Occupation *occupation)
{
	Occupare__V1__Outlook *made = outlook(arena, 0, 2022 + (uint32_t)below(seed, 2), 2033);

	made->growth_percent = random_figure(arena, seed, 30);
	if (made->growth_percent != NULL && below(seed, 3) == 0)
		made->growth_percent->value *= -1;
	made->employment = random_figure(arena, seed, 1000000);
	made->job_postings = random_figure(arena, seed, 1000000);
	made->annual_openings = random_figure(arena, seed, 10000);
	occupation->outlook = made;
}

static void
random_experience(struct occ_arena *arena, uint64_t *seed, Occupare__V1__Occupation *occupation)
{
	Occupare__V1__Experience *made = MAKE(arena, Occupare__V1__Experience, OCCUPARE__V1__EXPERIENCE__INIT);

	made->typical_years = random_figure(arena, seed, 20);
	made->months_to_become_low = random_figure(arena, seed, 48);
	made->months_to_become_high = random_figure(arena, seed, 120);
	made->category = random_text(arena, seed);
	made->training = random_text(arena, seed);
	made->job_zone = (uint32_t)below(seed, 6);
	occupation->experience = made;
}

static void
random_people(struct occ_arena *arena, uint64_t *seed, Occupare__V1__Occupation *occupation)
{
	Occupare__V1__Education *education = MAKE(arena, Occupare__V1__Education, OCCUPARE__V1__EDUCATION__INIT);
	Occupare__V1__Demographics *people = MAKE(arena, Occupare__V1__Demographics, OCCUPARE__V1__DEMOGRAPHICS__INIT);

	education->typical_entry = random_text(arena, seed);
	education->degrees = random_shares(arena, seed, &education->n_degrees);
	education->majors = random_shares(arena, seed, &education->n_majors);
	people->average_age = random_figure(arena, seed, 60);
	people->median_age = random_figure(arena, seed, 60);
	people->genders = random_shares(arena, seed, &people->n_genders);
	people->lgbt_percent = random_figure(arena, seed, 20);
	if (below(seed, 4) != 0)
		occupation->education = education;
	if (below(seed, 4) != 0)
		occupation->demographics = people;
}

static void
random_skills(struct occ_arena *arena, uint64_t *seed, Occupare__V1__Occupation *occupation)
{
	static const char *const names[] = { "Patients", "patients", "Care", "Speaking", "Writing", "Oversight",
		"Surgery", "Mathematics", "Food Service", "Tray Line", "Repair", "Sales" };
	size_t count = below(seed, COUNT(names) + 1);

	for (size_t i = 0; i < count; i++) {
		Occupare__V1__Skill *skill = sample_skill(arena, names[below(seed, COUNT(names))], -1);

		skill->percent = random_figure(arena, seed, 40);
		skill->importance = random_figure(arena, seed, 100);
		sample_add_skill(arena, occupation, skill);
	}
}

Occupare__V1__Occupation *
sample_random(struct occ_arena *arena, uint64_t *seed)
{
	unsigned number = (unsigned)below(seed, 1000000);
	Occupare__V1__Occupation *occupation = sample_bare(arena, occ_arena_printf(arena, "occupation-%u", number),
	    occ_arena_printf(arena, "%s %u", below(seed, 2) == 0 ? "Engineer" : "Other Workers, All", number));

	occupation->summary = random_text(arena, seed);
	occupation->job_satisfaction = random_figure(arena, seed, 5);
	if (below(seed, 4) != 0)
		occupation->salary = random_salary(arena, seed);
	if (below(seed, 4) != 0)
		random_outlook(arena, seed, occupation);
	if (below(seed, 4) != 0)
		random_experience(arena, seed, occupation);
	random_people(arena, seed, occupation);
	random_skills(arena, seed, occupation);
	if (below(seed, 3) != 0)
		occupation->category = category(arena, "other", "Other");
	add_sources(arena, occupation, 1, COUNT(all_sources));
	return occupation;
}

struct compare_subject
sample_subject(const Occupare__V1__Occupation *occupation)
{
	return (struct compare_subject){
		.occupation = occupation,
		.area = "",
		.area_title = "",
		.matched_by = OCCUPARE__V1__MATCH_KIND__MATCH_KIND_ID,
	};
}

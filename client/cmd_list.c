/* list, search, similar, areas, estimates: pages of rows. */
#include <stdlib.h>
#include <string.h>

#include "client/commands.h"
#include "client/likeness.h"
#include "client/output.h"

enum {
	KEY_PAGE_SIZE = 512,
	KEY_PAGE_TOKEN,
	KEY_ALL,
	KEY_CATEGORY,
	KEY_CODE,
	KEY_MIN_PAY,
	KEY_MAX_PAY,
	KEY_EDUCATION,
	KEY_ORDER_BY,
	KEY_METHOD,
	KEY_AREA,
	KEY_PERIOD
};

#define PAGE_SIZE_MAX 1000
#define PAGES_MAX 100000 /* of one list, so that a service that repeats itself is left in the end */

static const char *const row_forms[] = { "table", "csv", "json", "ids", NULL };
static const char *const estimate_forms[] = { "table", "csv", "json", NULL };

#define OPTION_OUTPUT(forms)                                                                                           \
	{                                                                                                              \
		'o', "output", "FORM", "how to write it", forms                                                        \
	}
#define OPTION_PAGES                                                                                                   \
	{ KEY_PAGE_SIZE, "page-size", "N", "so many at once, 1 to 1000", NULL },                                       \
	    { KEY_PAGE_TOKEN, "page-token", "TOKEN", "the page that this token names", NULL },                         \
	{                                                                                                              \
		KEY_ALL, "all", NULL, "all pages", NULL                                                                \
	}

/* What every list has. */
struct paging {
	enum output_form form;
	int32_t size;
	const char *token;
	bool all;
};

/* True: the option was one of these. */
static bool
take_paging(const struct cli *cli, struct paging *paging, int key, const char *value)
{
	switch (key) {
	case 'o':
		paging->form = output_form(value);
		return true;
	case KEY_PAGE_SIZE:
		paging->size = (int32_t)cli_number(cli, "page-size", value, 1, PAGE_SIZE_MAX);
		return true;
	case KEY_PAGE_TOKEN:
		paging->token = value;
		return true;
	case KEY_ALL:
		paging->all = true;
		return true;
	default:
		return false;
	}
}

/* With all pages wanted and no size given, few large ones. */
static int32_t
page_size(const struct paging *paging, int32_t max)
{
	return paging->size != 0 || !paging->all ? paging->size : max;
}

/* Writes the rows, and says on standard error what they do not: that there is nothing, or more. */
static int
end_rows(struct output_table *table, size_t count, uint64_t total, const char *next_page_token)
{
	int code = output_table_end(table);

	if (count == 0)
		fputs("occupare: nothing found\n", stderr);
	else if (next_page_token[0] != '\0')
		fprintf(stderr, "occupare: %zu of %llu; the rest with --all, the next page with --page-token %s\n",
		    count, (unsigned long long)total, next_page_token);
	return code;
}

/* ---- Calls ---- */

/* Where a message keeps a field, which every list has. */
static void *
member(const ProtobufCMessage *message, const char *name, const ProtobufCFieldDescriptor **ret_field)
{
	*ret_field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
	return (char *)message + (*ret_field)->offset;
}

/* Moves the items of one page behind those of another. False: out of memory. */
static bool
join_items(ProtobufCMessage *into, ProtobufCMessage *from)
{
	const ProtobufCFieldDescriptor *field;
	void ***items = member(into, "items", &field);
	size_t *count = (size_t *)((char *)into + field->quantifier_offset);
	size_t *more = (size_t *)((char *)from + field->quantifier_offset);
	void **joined;

	if (*more == 0)
		return true;
	joined = realloc(*items, (*count + *more) * sizeof *joined);
	if (joined == NULL)
		return false;
	memcpy(joined + *count, *(void ***)((char *)from + field->offset), *more * sizeof *joined);
	*items = joined;
	*count += *more;
	*more = 0;
	return true;
}

/* Swaps a string that both messages own. */
static void
swap_token(ProtobufCMessage *a, ProtobufCMessage *b)
{
	const ProtobufCFieldDescriptor *field;
	char **of_a = member(a, "next_page_token", &field), **of_b = member(b, "next_page_token", &field);
	char *token = *of_a;

	*of_a = *of_b;
	*of_b = token;
}

/* Calls for page after page and joins their items into the first response. */
static enum occupare_code
call_rest(struct cli *cli, const ProtobufCServiceDescriptor *service, const char *method, ProtobufCMessage *request,
    ProtobufCMessage *response)
{
	const ProtobufCFieldDescriptor *field;
	char **asks = member(request, "page_token", &field), **next = member(response, "next_page_token", &field);

	for (unsigned pages = 1; (*next)[0] != '\0'; pages++) {
		ProtobufCMessage *page;
		bool joined;

		if (pages == PAGES_MAX)
			return occupare_fail(&cli->status, OCCUPARE_INTERNAL, NULL, "the list does not end");
		*asks = *next;
		if (occupare_call(cli_client(cli), service, method, request, 0, &page, &cli->status) != OCCUPARE_OK)
			return cli->status.code;
		joined = join_items(response, page);
		swap_token(response, page);
		occupare_free(page);
		if (!joined)
			return occupare_fail(&cli->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	}
	return OCCUPARE_OK;
}

/* Prints the rows of a response, which is of the method's type. */
typedef int print_rows(struct cli *cli, enum output_form form, const ProtobufCMessage *response);

static int
show(struct cli *cli, const struct paging *paging, const ProtobufCServiceDescriptor *service, const char *method,
    ProtobufCMessage *request, print_rows *print)
{
	ProtobufCMessage *response;
	int code;

	if (occupare_call(cli_client(cli), service, method, request, 0, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	if (paging->all && call_rest(cli, service, method, request, response) != OCCUPARE_OK)
		code = cli_fail(&cli->status);
	else
		code = paging->form == OUTPUT_JSON ? output_json(cli, response) : print(cli, paging->form, response);
	occupare_free(response);
	return code;
}

/* ---- list ---- */

static const struct cli_option list_options[] = {
	OPTION_OUTPUT(row_forms),
	{ KEY_CATEGORY, "category", "ID", "only of this category", NULL },
	{ KEY_CODE, "code", "PREFIX", "only with a code that starts so: 29-, 291141", NULL },
	{ KEY_MIN_PAY, "min-pay", "AMOUNT", "only with a mean yearly pay of at least this", NULL },
	{ KEY_MAX_PAY, "max-pay", "AMOUNT", "only with a mean yearly pay of at most this", NULL },
	{ KEY_EDUCATION, "education", "TEXT", "only with this typical education", NULL },
	{ KEY_ORDER_BY, "order-by", "FIELD", "id, title or annual_mean, with \" desc\" behind it for falling", NULL },
	OPTION_PAGES,
	{ 0 },
};

static const struct output_column list_columns[] = {
	{ "ID", "id", false, false },
	{ "TITLE", "title", false, true },
	{ "MEAN PAY", "annual_mean", true, false },
	{ "GROWTH", "growth_percent", true, false },
	{ "EDUCATION", "education", false, true },
};

static const struct output_column list_csv_columns[] = {
	{ NULL, "id", false, false },
	{ NULL, "title", false, false },
	{ NULL, "codes", false, false },
	{ NULL, "category", false, false },
	{ NULL, "currency_code", false, false },
	{ NULL, "annual_mean", false, false },
	{ NULL, "growth_percent", false, false },
	{ NULL, "education", false, false },
};

static int
print_summaries(struct cli *cli, enum output_form form, const ProtobufCMessage *response)
{
	const Occupare__V1__ListOccupationsResponse *list = (const Occupare__V1__ListOccupationsResponse *)response;
	bool csv = form == OUTPUT_CSV;
	struct output_table table;

	output_table_begin(&table, cli, form, csv ? list_csv_columns : list_columns, csv ? 8 : 5);
	for (size_t i = 0; i < list->n_items; i++) {
		const Occupare__V1__OccupationSummary *item = list->items[i];

		output_cell(&table, item->id);
		output_cell(&table, item->title);
		if (csv) {
			output_cell(&table, output_codes(cli, item->codes, item->n_codes));
			output_cell(&table, item->category != NULL ? item->category->id : "");
			output_cell(&table, item->currency_code);
		}
		output_cell(&table, output_money(cli, form, item->currency_code, item->annual_mean));
		output_cell(&table, output_percent(cli, form, item->growth_percent));
		output_cell(&table, item->education);
	}
	return end_rows(&table, list->n_items, list->total_size, list->next_page_token);
}

static void
read_list_options(struct cli *cli, struct paging *paging, Occupare__V1__ListOccupationsRequest *request)
{
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END) {
		if (take_paging(cli, paging, key, value))
			continue;
		if (key == KEY_CATEGORY)
			request->category = (char *)value;
		else if (key == KEY_CODE)
			request->code_prefix = (char *)value;
		else if (key == KEY_MIN_PAY)
			request->annual_mean_min = cli_amount(cli, "min-pay", value);
		else if (key == KEY_MAX_PAY)
			request->annual_mean_max = cli_amount(cli, "max-pay", value);
		else if (key == KEY_EDUCATION)
			request->education = (char *)value;
		else if (key == KEY_ORDER_BY)
			request->order_by = (char *)value;
	}
	cli_operands_check(cli, 0, 0, "");
}

static int
run_list(struct cli *cli)
{
	struct paging paging = { .form = OUTPUT_TABLE, .token = "" };
	Occupare__V1__ListOccupationsRequest request = OCCUPARE__V1__LIST_OCCUPATIONS_REQUEST__INIT;

	read_list_options(cli, &paging, &request);
	request.page_size = page_size(&paging, PAGE_SIZE_MAX);
	request.page_token = (char *)paging.token;
	return show(cli, &paging, &occupare__v1__occupation_service__descriptor, "ListOccupations", &request.base,
	    print_summaries);
}

static const char *const list_examples[] = {
	"occupare list --min-pay 100000 --order-by 'annual_mean desc'",
	"occupare list --code 29- --all -o csv",
	"occupare list --all -o ids",
	NULL,
};

const struct cli_command cmd_list = {
	.name = "list",
	.operands = "",
	.summary = "occupations, page by page",
	.details = "ids is one id per line, for other commands to read with \"-\". json is the reply of "
		   "ListOccupations; with --all "
		   "it holds the items of every page.",
	.examples = list_examples,
	.options = list_options,
	.run = run_list,
};

/* ---- search ---- */

static const struct cli_option search_options[] = { OPTION_OUTPUT(row_forms), OPTION_PAGES, { 0 } };

static const struct output_column search_columns[] = {
	{ "TITLE", "title", false, true },
	{ "CODE OR ID", "code", false, false },
	{ "FOUND BY", "match_kind", false, false },
	{ "MATCHED", "matched_text", false, true },
};

static const struct output_column search_csv_columns[] = {
	{ NULL, "id", false, false },
	{ NULL, "title", false, false },
	{ NULL, "match_kind", false, false },
	{ NULL, "matched_text", false, false },
};

/* What names the occupation and leaves room beside it: its O*NET-SOC code, else its SOC code, else its id. */
static const char *
code_or_id(const Occupare__V1__SearchHit *hit)
{
	const char *soc = NULL;

	for (size_t i = 0; i < hit->n_codes; i++) {
		if (strcmp(hit->codes[i]->system, "ONETSOC2019") == 0)
			return hit->codes[i]->value;
		if (strcmp(hit->codes[i]->system, "SOC2018") == 0)
			soc = hit->codes[i]->value;
	}
	return soc != NULL ? soc : hit->id;
}

/* For people, without saying again what stands in the row. */
static void
add_hit_for_people(struct output_table *table, const Occupare__V1__SearchHit *hit)
{
	const char *code = code_or_id(hit), *matched = hit->matched_text;

	output_cell(table, hit->title);
	output_cell(table, code);
	output_cell(table, output_enum(table->cli, &occupare__v1__match_kind__descriptor, hit->match_kind));
	output_cell(table, strcmp(matched, hit->title) == 0 || strcmp(matched, code) == 0 ? "" : matched);
}

static int
print_hits(struct cli *cli, enum output_form form, const ProtobufCMessage *response)
{
	const Occupare__V1__SearchOccupationsResponse *found =
	    (const Occupare__V1__SearchOccupationsResponse *)response;
	struct output_table table;

	output_table_begin(&table, cli, form, form == OUTPUT_TABLE ? search_columns : search_csv_columns, 4);
	for (size_t i = 0; i < found->n_items; i++) {
		const Occupare__V1__SearchHit *hit = found->items[i];

		if (form == OUTPUT_TABLE) {
			add_hit_for_people(&table, hit);
			continue;
		}
		output_cell(&table, hit->id);
		output_cell(&table, hit->title);
		output_cell(&table, output_enum(cli, &occupare__v1__match_kind__descriptor, hit->match_kind));
		output_cell(&table, hit->matched_text);
	}
	return end_rows(&table, found->n_items, found->total_size, found->next_page_token);
}

/* All operands make one text, so that it need not be quoted. */
static char *
join_operands(struct cli *cli)
{
	char *text = occ_arena_strdup(&cli->arena, "");

	for (size_t i = 0; i < cli->operands_count; i++)
		text = occ_arena_printf(&cli->arena, "%s%s%s", text, i > 0 ? " " : "", cli->operands[i]);
	return text;
}

static int
run_search(struct cli *cli)
{
	struct paging paging = { .form = OUTPUT_TABLE, .token = "" };
	Occupare__V1__SearchOccupationsRequest request = OCCUPARE__V1__SEARCH_OCCUPATIONS_REQUEST__INIT;
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END)
		take_paging(cli, &paging, key, value);
	cli_operands_check(cli, 1, SIZE_MAX, "the text to search for");
	request.query = join_operands(cli);
	request.page_size = page_size(&paging, 100);
	request.page_token = (char *)paging.token;
	return show(cli, &paging, &occupare__v1__occupation_service__descriptor, "SearchOccupations", &request.base,
	    print_hits);
}

static const char *const search_examples[] = {
	"occupare search patient manager",
	"occupare search 29-1141 -o json",
	"occupare search nurse -o ids",
	"occupare search python",
	NULL,
};

const struct cli_command cmd_search = {
	.name = "search",
	.operands = "TEXT...",
	.summary = "occupations whose titles, alternate titles, codes, skills or duties resemble a text",
	.examples = search_examples,
	.options = search_options,
	.run = run_search,
};

/* ---- similar ---- */

static const char *const methods[] = { "weighted-jaccard", "jaccard", "sorensen-dice", "cosine", "coverage", NULL };

static const struct cli_option similar_options[] = {
	OPTION_OUTPUT(row_forms),
	{ KEY_METHOD, "method", "METHOD", "how likeness is measured", methods },
	LIKENESS_OPTIONS,
	OPTION_PAGES,
	{ 0 },
};

/* Any name of an occupation will do where one is asked for: ids would leave no room for the reasons. */
static const struct output_column similar_columns[] = {
	{ "LIKENESS", "similarity", true, false },
	{ "TITLE", "title", false, true },
	{ "ALIKE IN", "alike", false, true },
	{ "APART IN", "apart", false, true },
};

static const struct output_column similar_csv_columns[] = {
	{ NULL, "id", false, false },
	{ NULL, "title", false, false },
	{ NULL, "similarity", false, false },
	{ NULL, "shared_skills", false, false },
	{ NULL, "apart_skills", false, false },
};

#define REASONS_SHOWN 3 /* in a table; programs get all */

static const char *
figure_text(struct cli *cli, const Occupare__V1__Figure *figure)
{
	return output_has(figure) ? occ_arena_printf(&cli->arena, "%.3g", figure->value) : "-";
}

/* The skills of reasons; in a table the first of them, with the figures of both. */
static const char *
reasons_text(struct cli *cli, enum output_form form, Occupare__V1__SkillReason *const *reasons, size_t count)
{
	const char *text = "";

	if (form == OUTPUT_TABLE && count > REASONS_SHOWN)
		count = REASONS_SHOWN;
	for (size_t i = 0; i < count; i++) {
		const Occupare__V1__SkillReason *reason = reasons[i];

		text = occ_arena_printf(&cli->arena, "%s%s%s", text, i > 0 ? ", " : "", reason->name);
		if (form == OUTPUT_TABLE && (output_has(reason->reference_figure) || output_has(reason->figure)))
			text = occ_arena_printf(&cli->arena, "%s %s/%s", text,
			    figure_text(cli, reason->reference_figure), figure_text(cli, reason->figure));
	}
	return text;
}

static void
print_similar_key(struct cli *cli, const Occupare__V1__FindSimilarOccupationsResponse *found)
{
	putchar('\n');
	output_words(
	    occ_arena_printf(&cli->arena,
		"Likeness by %s, 0 to 1. Behind a skill stands its %s in the one asked about and in the other.",
		output_enum(cli, &occupare__v1__similarity_method__descriptor, found->method),
		output_enum(cli, &occupare__v1__skill_measure__descriptor, found->measure)),
	    0, 0);
}

static int
print_similar(struct cli *cli, enum output_form form, const ProtobufCMessage *response)
{
	const Occupare__V1__FindSimilarOccupationsResponse *found =
	    (const Occupare__V1__FindSimilarOccupationsResponse *)response;
	bool table_form = form == OUTPUT_TABLE;
	struct output_table table;
	int code;

	output_table_begin(&table, cli, form, table_form ? similar_columns : similar_csv_columns, table_form ? 4 : 5);
	for (size_t i = 0; i < found->n_items; i++) {
		const Occupare__V1__SimilarOccupation *item = found->items[i];

		if (!table_form) {
			output_cell(&table, item->id);
			output_cell(&table, item->title);
		}
		output_cell(&table, occ_arena_printf(&cli->arena, "%.3f", item->similarity));
		if (table_form)
			output_cell(&table, item->title);
		output_cell(&table, reasons_text(cli, form, item->alike, item->n_alike));
		output_cell(&table, reasons_text(cli, form, item->apart, item->n_apart));
	}
	code = end_rows(&table, found->n_items, found->total_size, found->next_page_token);
	if (table_form && found->n_items > 0)
		print_similar_key(cli, found);
	return code;
}

static int
run_similar(struct cli *cli)
{
	struct paging paging = { .form = OUTPUT_TABLE, .token = "" };
	struct likeness likeness = { 0 };
	Occupare__V1__FindSimilarOccupationsRequest request = OCCUPARE__V1__FIND_SIMILAR_OCCUPATIONS_REQUEST__INIT;
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END)
		if (!take_paging(cli, &paging, key, value) && !likeness_take(cli, &likeness, key, value) &&
		    key == KEY_METHOD)
			request.method = (Occupare__V1__SimilarityMethod)likeness_enum(
			    cli, &occupare__v1__similarity_method__descriptor, value);
	request.measure = likeness.measure;
	request.weights = likeness.list;
	request.n_weights = likeness.count;
	cli_operands_check(cli, 1, 1, "the name of an occupation");
	request.name = (char *)cli->operands[0];
	request.page_size = page_size(&paging, 100);
	request.page_token = (char *)paging.token;
	return show(cli, &paging, &occupare__v1__comparison_service__descriptor, "FindSimilarOccupations",
	    &request.base, print_similar);
}

static const char *const similar_examples[] = {
	"occupare similar 'Registered Nurses'",
	"occupare similar service-director --method cosine --page-size 5",
	"occupare similar 29-1141 --measure level --weight skill=2 --weight technology=0",
	NULL,
};

const struct cli_command cmd_similar = {
	.name = "similar",
	.operands = "NAME",
	.summary = "the occupations most like one, by their skills",
	.details =
	    "Each kind of skill that both have is measured by itself; likeness is their mean. A kind counts 1, a "
	    "technology 0.25, unless --weight says otherwise; 0 leaves it out.",
	.examples = similar_examples,
	.options = similar_options,
	.run = run_similar,
};

/* ---- areas ---- */

static const struct cli_option areas_options[] = { OPTION_OUTPUT(row_forms), OPTION_PAGES, { 0 } };

static const struct output_column areas_columns[] = {
	{ "CODE", "code", false, false },
	{ "TITLE", "title", false, true },
	{ "KIND", "kind", false, false },
};

static int
print_areas(struct cli *cli, enum output_form form, const ProtobufCMessage *response)
{
	const Occupare__V1__ListAreasResponse *list = (const Occupare__V1__ListAreasResponse *)response;
	struct output_table table;

	output_table_begin(&table, cli, form, areas_columns, 3);
	for (size_t i = 0; i < list->n_items; i++) {
		output_cell(&table, list->items[i]->code);
		output_cell(&table, list->items[i]->title);
		output_cell(&table, output_enum(cli, &occupare__v1__area_kind__descriptor, list->items[i]->kind));
	}
	return end_rows(&table, list->n_items, list->total_size, list->next_page_token);
}

static int
run_areas(struct cli *cli)
{
	struct paging paging = { .form = OUTPUT_TABLE, .token = "" };
	Occupare__V1__ListAreasRequest request = OCCUPARE__V1__LIST_AREAS_REQUEST__INIT;
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END)
		take_paging(cli, &paging, key, value);
	cli_operands_check(cli, 0, 0, "");
	request.page_size = page_size(&paging, PAGE_SIZE_MAX);
	request.page_token = (char *)paging.token;
	return show(
	    cli, &paging, &occupare__v1__occupation_service__descriptor, "ListAreas", &request.base, print_areas);
}

static const char *const areas_examples[] = {
	"occupare areas",
	"occupare areas --all -o csv",
	NULL,
};

const struct cli_command cmd_areas = {
	.name = "areas",
	.operands = "",
	.summary = "the areas that pay and employment are known for",
	.examples = areas_examples,
	.options = areas_options,
	.run = run_areas,
};

/* ---- estimates ---- */

static const struct cli_option estimates_options[] = {
	OPTION_OUTPUT(estimate_forms),
	{ KEY_AREA, "area", "AREA", "only there: US, a state's two letters, a metro area's digits", NULL },
	{ KEY_PERIOD, "period", "YEAR", "only of this year", NULL },
	OPTION_PAGES,
	{ 0 },
};

static const struct output_column estimates_columns[] = {
	{ "SOC", "soc_code", false, false },
	{ "AREA", "area", false, false },
	{ "YEAR", "period", true, false },
	{ "INDUSTRY", "industry", false, true },
	{ "MEAN PAY", "annual_mean", true, false },
	{ "MEDIAN", "annual_median", true, false },
	{ "10TH", "annual_p10", true, false },
	{ "90TH", "annual_p90", true, false },
	{ "EMPLOYED", "employment", true, false },
};

static int
print_estimates(struct cli *cli, enum output_form form, const ProtobufCMessage *response)
{
	static const Occupare__V1__Salary no_salary = OCCUPARE__V1__SALARY__INIT;
	const Occupare__V1__ListEstimatesResponse *list = (const Occupare__V1__ListEstimatesResponse *)response;
	struct output_table table;

	output_table_begin(&table, cli, form, estimates_columns, 9);
	for (size_t i = 0; i < list->n_items; i++) {
		const Occupare__V1__Estimate *item = list->items[i];
		const Occupare__V1__Salary *salary = item->salary != NULL ? item->salary : &no_salary;
		const Occupare__V1__Figure *const pay[] = { salary->annual_mean, salary->annual_median,
			salary->annual_p10, salary->annual_p90 };

		output_cell(&table, item->soc_code);
		output_cell(&table, item->area);
		output_cell(&table, occ_arena_printf(&cli->arena, "%u", item->period));
		output_cell(&table, item->industry[0] != '\0' || form == OUTPUT_CSV ? item->industry : "all");
		for (size_t p = 0; p < sizeof pay / sizeof pay[0]; p++)
			output_cell(&table, output_money(cli, form, salary->currency_code, pay[p]));
		output_cell(&table, output_count(cli, form, item->employment));
	}
	return end_rows(&table, list->n_items, list->total_size, list->next_page_token);
}

static int
run_estimates(struct cli *cli)
{
	struct paging paging = { .form = OUTPUT_TABLE, .token = "" };
	Occupare__V1__ListEstimatesRequest request = OCCUPARE__V1__LIST_ESTIMATES_REQUEST__INIT;
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END) {
		if (take_paging(cli, &paging, key, value))
			continue;
		if (key == KEY_AREA)
			request.area = (char *)value;
		else if (key == KEY_PERIOD)
			request.period = (uint32_t)cli_number(cli, "period", value, 1, 9999);
	}
	cli_operands_check(cli, 1, 1, "the name of an occupation");
	request.name = (char *)cli->operands[0];
	request.page_size = page_size(&paging, PAGE_SIZE_MAX);
	request.page_token = (char *)paging.token;
	return show(cli, &paging, &occupare__v1__occupation_service__descriptor, "ListEstimates", &request.base,
	    print_estimates);
}

static const char *const estimates_examples[] = {
	"occupare estimates 29-1141 --area CA",
	"occupare estimates 'Registered Nurses' --all -o csv",
	NULL,
};

const struct cli_command cmd_estimates = {
	.name = "estimates",
	.operands = "NAME",
	.summary = "pay and employment of one occupation by area and year",
	.examples = estimates_examples,
	.options = estimates_options,
	.run = run_estimates,
};

/* Each page is a form of a call: read makes the request from path and query, write makes the page from the reply.  The page of
 * an occupation is that of a comparison with nothing beside it.
 *
 * The style sheet stands in the page, so that one answer is enough to show it. */
#include "service/pages.h"

#include <stdlib.h>
#include <string.h>

#include "occupare/v1/comparison_service.pb-c.h"
#include "occupare/v1/occupation_service.pb-c.h"
#include "proto/rpc.h"
#include "service/compare/compare.h"
#include "service/compare/fields.h"
#include "service/compare/format.h"
#include "service/compare/grammar.h"
#include "service/compare/html.h"
#include "service/site.h"

#define OCCUPATIONS "/occupare.v1.OccupationService/"
#define HITS_PAGE 20
#define CODES_MAX 8u

/* A page in the making: its site, and the stream to write it to. */
struct making {
	struct site site;
	char *text;
	size_t length;
	FILE *out;
};

static enum occupare_code
begin(struct making *making, struct call *call)
{
	*making = (struct making){ .site = { .arena = &call->arena, .query = "", .with = "" } };
	making->out = open_memstream(&making->text, &making->length);
	if (making->out == NULL)
		return occupare_fail(&call->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the page");
	return OCCUPARE_OK;
}

static enum occupare_code
finish(struct making *making, struct call *call, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);

	if (fclose(making->out) != 0) {
		free(making->text);
		return occupare_fail(&call->status, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory for the page");
	}
	site_headers(x);
	exchange_answer(x, 200, PAGES_TYPE, making->text, making->length);
	*ret = exchange_written(x, ret_length);
	return OCCUPARE_OK;
}

static enum occupare_code
fail(struct call *call, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);

	exchange_fail(x, 0, &call->status);
	*ret = exchange_written(x, ret_length);
	return OCCUPARE_OK;
}

/* Leads to where a page has its lasting address. True: it is another than what was asked for. */
static bool
leads_elsewhere(struct exchange *x, const char *folder, const char *asked, const char *name)
{
	char *location = NULL;

	if (strcmp(asked, name) == 0 || asprintf(&location, "/%s/%s", folder, name) < 0)
		return false;
	exchange_redirect(x, 301, location);
	return true;
}

static void
put_heading(FILE *out, const struct site *site, const char *text)
{
	fputs("<h1>", out);
	site_text(out, site, text);
	fputs("</h1>\n", out);
}

/* ---- A comparison ---- */

static enum occupare_code
read_compare(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	struct occ_arena *arena = &call->arena;
	Occupare__V1__CompareOccupationsRequest *request = occ_arena_alloc(arena, sizeof *request);
	char *at = occ_arena_strdup(arena, exchange_variable(exchange_of(call), "names"));

	(void)method;
	occupare__v1__compare_occupations_request__init(request);
	/* One more than may be asks for too many, and is told so. */
	request->comparands = occ_arena_calloc(arena, OCC_COMPARANDS_MAX + 1, sizeof *request->comparands);
	while (at != NULL && request->n_comparands <= OCC_COMPARANDS_MAX) {
		Occupare__V1__ComparandRequest *comparand = occ_arena_alloc(arena, sizeof *comparand);
		char *end = strstr(at, SITE_SEPARATOR);

		occupare__v1__comparand_request__init(comparand);
		comparand->name = at;
		if (end != NULL)
			*end = '\0';
		at = end != NULL ? end + strlen(SITE_SEPARATOR) : NULL;
		request->comparands[request->n_comparands++] = comparand;
	}
	*ret = &request->base;
	return OCCUPARE_OK;
}

static enum occupare_code
write_compare(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);
	const Occupare__V1__CompareOccupationsResponse *response =
	    (const Occupare__V1__CompareOccupationsResponse *)reply;
	struct render_options options = { .format = OCCUPARE__V1__FORMAT__FORMAT_HTML };
	struct making making;
	struct site *site = &making.site;

	if (reply == NULL)
		return fail(call, ret, ret_length);
	const Occupare__V1__Comparison *comparison = response->comparison;
	const char *names = site_names(
	    &call->arena, comparison->comparands, comparison->n_comparands, comparison->n_comparands);

	if (leads_elsewhere(x, "compare", exchange_variable(x, "names"), names)) {
		*ret = exchange_written(x, ret_length);
		return OCCUPARE_OK;
	}
	if (begin(&making, call) != OCCUPARE_OK)
		return call->status.code;
	site->canonical = occ_arena_printf(&call->arena, "/compare/%s", names);
	site->with = names;
	site->comparands = comparison->comparands;
	site->comparands_count = comparison->n_comparands;
	options.frame = site_frame(site);
	render_comparison(&call->arena, comparison, response->dataset, &options, making.out);
	return finish(&making, call, ret, ret_length);
}

static const struct call_form compare_form = { read_compare, write_compare };

static void
call_page(struct exchange *x, const struct call_form *form, const char *method)
{
	if (!exchange_is_known(x))
		exchange_call(x, form, exchange_envelope(x, method));
}

/* One name alone is not compared. */
void
pages_compare(struct exchange *x)
{
	const char *names = exchange_variable(x, "names");
	char *location = NULL;
	size_t length;
	FILE *out = strstr(names, SITE_SEPARATOR) == NULL ? open_memstream(&location, &length) : NULL;

	if (out != NULL) {
		fputs("/occupations/", out);
		site_encoded(out, names);
		if (fclose(out) == 0) {
			exchange_redirect(x, 303, location);
			return;
		}
		free(location);
	}
	call_page(x, &compare_form, exchange_route(x)->rpc);
}

/* ---- One occupation ---- */

static enum occupare_code
read_occupation(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	Occupare__V1__GetOccupationRequest *request = occ_arena_alloc(&call->arena, sizeof *request);

	(void)method;
	occupare__v1__get_occupation_request__init(request);
	request->name = (char *)exchange_variable(exchange_of(call), "name");
	*ret = &request->base;
	return OCCUPARE_OK;
}

/* The rows of which anything is known. */
static void
drop_missing_rows(Occupare__V1__Section *section)
{
	size_t kept = 0;

	for (size_t i = 0; i < section->n_rows; i++) {
		if (section->rows[i]->missing < section->rows[i]->n_cells ||
		    section->rows[i]->cells[0]->reason[0] == '\0' ||
		    strcmp(section->rows[i]->cells[0]->reason, FIELDS_NOT_IN_DATA) != 0)
			section->rows[kept++] = section->rows[i];
	}
	section->n_rows = kept;
}

/* One sentence at the top: what it is, in the publisher's words or in ours. */
static Occupare__V1__Section *
introduce(struct occ_arena *arena, const Occupare__V1__Occupation *occupation)
{
	Occupare__V1__Section *section = occ_arena_alloc(arena, sizeof *section);
	Occupare__V1__Sentence *sentence = occ_arena_alloc(arena, sizeof *sentence);

	occupare__v1__section__init(section);
	occupare__v1__sentence__init(sentence);
	section->id = (char *)"introduction";
	section->heading = occupation->title;
	section->sentences = occ_arena_alloc(arena, sizeof *section->sentences);
	section->sentences[0] = sentence;
	section->n_sentences = 1;
	sentence->text = occupation->summary[0] != '\0'
			     ? occupation->summary
			     : occ_arena_printf(arena,
				   "What is published on %s: pay, education, skills, outlook and who does the work.",
				   occupation->plural[0] != '\0' ? occupation->plural
								 : grammar_plural(arena, occupation->title));
	return section;
}

/* Compared with nothing, it has no differences to tell in sentences, and short headings will do. */
static Occupare__V1__Comparison *
describe(struct occ_arena *arena, const struct compare_subject *subject)
{
	Occupare__V1__Comparison *comparison = compare_occupations(arena, subject, 1, 0, NULL, 0);
	Occupare__V1__Section **sections = occ_arena_alloc(arena, (comparison->n_sections + 1) * sizeof(*sections));
	size_t count = 0;

	sections[count++] = introduce(arena, subject->occupation);
	for (size_t i = 0; i < comparison->n_sections; i++) {
		Occupare__V1__Section *section = comparison->sections[i];

		if (strcmp(section->id, "introduction") == 0 || strcmp(section->id, "summary") == 0)
			continue;
		section->n_sentences = 0;
		section->heading = grammar_capital(arena, section->id);
		drop_missing_rows(section);
		sections[count++] = section;
	}
	comparison->sections = sections;
	comparison->n_sections = count;
	return comparison;
}

static enum occupare_code
write_occupation(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);
	const Occupare__V1__GetOccupationResponse *response = (const Occupare__V1__GetOccupationResponse *)reply;
	struct render_options options = { .format = OCCUPARE__V1__FORMAT__FORMAT_HTML };
	struct compare_subject subject = { .area = "", .area_title = "" };
	struct making making;
	struct site *site = &making.site;

	if (reply == NULL)
		return fail(call, ret, ret_length);
	if (leads_elsewhere(x, "occupations", exchange_variable(x, "name"), response->occupation->id)) {
		*ret = exchange_written(x, ret_length);
		return OCCUPARE_OK;
	}
	if (begin(&making, call) != OCCUPARE_OK)
		return call->status.code;
	subject.occupation = response->occupation;
	subject.matched_by = response->matched_by;
	site->canonical = occ_arena_printf(&call->arena, "/occupations/%s", response->occupation->id);
	site->with = response->occupation->id;
	site->occupation = response->occupation;
	options.frame = site_frame(site);
	render_comparison(&call->arena, describe(&call->arena, &subject), response->dataset, &options, making.out);
	return finish(&making, call, ret, ret_length);
}

static const struct call_form occupation_form = { read_occupation, write_occupation };

void
pages_occupation(struct exchange *x)
{
	call_page(x, &occupation_form, exchange_route(x)->rpc);
}

/* ---- What was found ---- */

/* A parameter of the query that stands there once or is taken from where it stands first. */
static const char *
parameter(struct exchange *x, const char *name)
{
	struct occupare_status ignored;
	const struct parameter_value *values;
	size_t count;

	occupare_status_clear(&ignored);
	if (exchange_parameters(x, &values, &count, &ignored) != OCCUPARE_OK)
		return "";
	for (size_t i = 0; i < count; i++) {
		if (strcmp(values[i].name, name) == 0)
			return values[i].value;
	}
	return "";
}

static enum occupare_code
read_search(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	struct exchange *x = exchange_of(call);
	Occupare__V1__SearchOccupationsRequest *request = occ_arena_alloc(&call->arena, sizeof *request);

	(void)method;
	occupare__v1__search_occupations_request__init(request);
	request->query = (char *)parameter(x, "q");
	request->page_token = (char *)parameter(x, "page_token");
	request->page_size = HITS_PAGE;
	*ret = &request->base;
	return OCCUPARE_OK;
}

static void
put_hit(FILE *out, const struct site *site, const Occupare__V1__SearchHit *hit)
{
	fputs("<li><a href=\"/", out);
	if (site->with[0] != '\0') {
		fputs("compare/", out);
		site_encoded(out, site->with);
		fputs(SITE_SEPARATOR, out);
	} else {
		fputs("occupations/", out);
	}
	html_url(out, hit->id);
	fputs("\">", out);
	site_text(out, site, hit->title);
	fputs("</a><small>", out);
	for (size_t i = 0; i < hit->n_codes && i < CODES_MAX; i++) {
		fputs(i > 0 ? ", " : "", out);
		site_text(out, site, hit->codes[i]->value);
	}
	if (strcmp(hit->matched_text, hit->title) != 0 && hit->matched_text[0] != '\0') {
		fputs(hit->n_codes > 0 ? " \xc2\xb7 found by \xe2\x80\x9c" : "found by \xe2\x80\x9c", out);
		site_text(out, site, hit->matched_text);
		fputs("\xe2\x80\x9d", out);
	}
	fputs("</small></li>\n", out);
}

static void
put_more(FILE *out, const struct site *site, const char *token)
{
	if (token[0] == '\0')
		return;
	fputs("<p><a href=\"/?q=", out);
	site_encoded(out, site->query);
	if (site->with[0] != '\0') {
		fputs("&amp;with=", out);
		site_encoded(out, site->with);
	}
	fputs("&amp;page_token=", out);
	site_encoded(out, token);
	fputs("\">More</a></p>\n", out);
}

static void
put_hits(FILE *out, const struct site *site, const Occupare__V1__SearchOccupationsResponse *response)
{
	put_heading(out, site,
	    occ_arena_printf(site->arena, "Occupations for \xe2\x80\x9c%s\xe2\x80\x9d%s", site->query,
		site->with[0] != '\0' ? ", to compare with" : ""));
	fputs(
	    response->n_items > 0 ? "<ul class=\"hits\">\n" : "<p>Nothing was found. Try other words, or fewer.</p>\n",
	    out);
	for (size_t i = 0; i < response->n_items; i++) {
		/* What was chosen already is no choice. */
		if (strcmp(response->items[i]->id, site->with) != 0)
			put_hit(out, site, response->items[i]);
	}
	fputs(response->n_items > 0 ? "</ul>\n" : "", out);
	put_more(out, site, response->next_page_token);
}

static enum occupare_code
write_search(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	struct exchange *x = exchange_of(call);
	struct making making;
	struct site *site = &making.site;
	const struct render_frame *frame;

	if (reply == NULL)
		return fail(call, ret, ret_length);
	if (begin(&making, call) != OCCUPARE_OK)
		return call->status.code;
	site->query = parameter(x, "q");
	site->with = parameter(x, "with");
	frame = site_frame(site);
	html_begin(making.out, &call->arena, "Search - Occupare", "", "page", frame);
	put_hits(making.out, site, (const Occupare__V1__SearchOccupationsResponse *)reply);
	html_end(making.out, frame);
	return finish(&making, call, ret, ret_length);
}

static const struct call_form search_form = { read_search, write_search };

/* ---- The first page ---- */

static enum occupare_code
read_home(struct call *call, const ProtobufCMethodDescriptor *method, ProtobufCMessage **ret)
{
	Occupare__V1__GetDatasetRequest *request = occ_arena_alloc(&call->arena, sizeof *request);

	(void)method;
	occupare__v1__get_dataset_request__init(request);
	*ret = &request->base;
	return OCCUPARE_OK;
}

static void
put_pick(FILE *out)
{
	fputs("<form class=\"pick\" action=\"/compare\">\n", out);
	for (int i = 0; i < 2; i++)
		fprintf(out,
		    "<div class=\"field\"><label for=\"o%d\">%s</label><input id=\"o%d\" name=\"o\" type=\"text\" "
		    "required "
		    "maxlength=\"200\" autocomplete=\"off\"></div>\n",
		    i, i == 0 ? "Occupation" : "Compared with", i);
	fputs("<button type=\"submit\">Compare</button>\n</form>\n", out);
}

static void
put_dataset(FILE *out, const struct site *site, const Occupare__V1__Dataset *dataset)
{
	if (dataset == NULL || dataset->counts == NULL)
		return;
	fprintf(out,
	    "<h2>What it draws on</h2>\n<p>%s occupations. Every figure names its source; what is not published "
	    "stays empty and says so.</p>\n",
	    format_number(site->arena, (double)dataset->counts->occupations, 0));
	if (dataset->n_sources == 0)
		return;
	fputs("<ul class=\"sources\">\n", out);
	for (size_t i = 0; i < dataset->n_sources; i++) {
		fputs("<li>", out);
		site_text(out, site, renderers_source(site->arena, dataset->sources[i]));
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

static enum occupare_code
write_home(struct call *call, const ProtobufCMessage *reply, const uint8_t **ret, size_t *ret_length)
{
	struct making making;
	struct site *site = &making.site;
	const struct render_frame *frame;

	if (reply == NULL)
		return fail(call, ret, ret_length);
	if (begin(&making, call) != OCCUPARE_OK)
		return call->status.code;
	site->canonical = "/";
	frame = site_frame(site);
	html_begin(making.out, &call->arena, "Occupare: how occupations differ",
	    "Compare occupations: pay, education, skills, outlook and who does the work, side by side, with sources.",
	    "page", frame);
	put_heading(making.out, site, "How do two occupations differ?");
	fputs("<p class=\"lede\">Pay, education, skills, outlook and who does the work, side by side. Name an "
	      "occupation by its "
	      "title, another name for it, or its code.</p>\n",
	    making.out);
	put_pick(making.out);
	put_dataset(making.out, site, ((const Occupare__V1__GetDatasetResponse *)reply)->dataset);
	html_end(making.out, frame);
	return finish(&making, call, ret, ret_length);
}

static const struct call_form home_form = { read_home, write_home };

void
pages_home(struct exchange *x)
{
	const struct parameter_value *values;
	struct occupare_status *st = &exchange_call_of(x)->status;
	size_t count;

	if (exchange_parameters(x, &values, &count, st) != OCCUPARE_OK)
		exchange_fail(x, 0, st);
	else if (parameter(x, "q")[0] != '\0')
		call_page(x, &search_form, OCCUPATIONS "SearchOccupations");
	else
		call_page(x, &home_form, OCCUPATIONS "GetDataset");
}

/* The path of what was picked: names of any kind, which that page understands. */
void
pages_pick(struct exchange *x)
{
	const struct parameter_value *values;
	struct occupare_status *st = &exchange_call_of(x)->status;
	char *location = NULL;
	size_t count, length, picked = 0;
	FILE *out;

	if (exchange_parameters(x, &values, &count, st) != OCCUPARE_OK) {
		exchange_fail(x, 0, st);
		return;
	}
	out = open_memstream(&location, &length);
	for (size_t i = 0; out != NULL && i < count; i++) {
		if (strcmp(values[i].name, "o") != 0 || values[i].value[0] == '\0')
			continue;
		fputs(picked++ == 0 ? "/compare/" : SITE_SEPARATOR, out);
		site_encoded(out, values[i].value);
	}
	if (out == NULL || fclose(out) != 0 || picked == 0) {
		free(location);
		location = strdup("/");
	}
	exchange_redirect(x, 303, location);
}

/* ---- Failures ---- */

bool
pages_are_wanted(const struct exchange *x)
{
	const struct route *route = exchange_route(x);
	const char *accept = exchange_header(x, "Accept");

	if (route != NULL)
		return route->media_type != NULL && strcmp(route->media_type, "text/html") == 0;
	return accept != NULL && strstr(accept, "text/html") != NULL;
}

static const char *
failure_heading(const struct occupare_status *st)
{
	if (strcmp(st->reason, "OCCUPATION_NOT_FOUND") == 0)
		return "No such occupation";
	if (strcmp(st->reason, "AMBIGUOUS_NAME") == 0)
		return "Which one is meant?";
	switch (st->code) {
	case OCCUPARE_NOT_FOUND:
		return "Not found";
	case OCCUPARE_INVALID_ARGUMENT:
	case OCCUPARE_FAILED_PRECONDITION:
	case OCCUPARE_RESOURCE_EXHAUSTED:
		return "This cannot be shown";
	default:
		return "Not now";
	}
}

/* The names of the path, with another one in the place of the one to blame. */
static char *
replaced_names(struct occ_arena *arena, const char *names, size_t index, const char *other)
{
	char *out = occ_arena_strdup(arena, "");

	for (size_t i = 0;; i++) {
		const char *end = strstr(names, SITE_SEPARATOR);
		size_t length = end != NULL ? (size_t)(end - names) : strlen(names);

		out = occ_arena_printf(arena, "%s%s%.*s", out, i > 0 ? SITE_SEPARATOR : "",
		    i == index ? (int)strlen(other) : (int)length, i == index ? other : names);
		if (end == NULL)
			return out;
		names = end + strlen(SITE_SEPARATOR);
	}
}

/* Which of the names on the path is to blame. */
static size_t
blamed(const struct occupare_status *st)
{
	static const char prefix[] = "comparands[";
	const char *field = st->violations_count > 0 ? st->violations[0].field : "";

	return strncmp(field, prefix, sizeof prefix - 1) == 0 ? strtoul(field + sizeof prefix - 1, NULL, 10) : SIZE_MAX;
}

static void
put_candidate(FILE *out, struct exchange *x, const struct site *site, const struct occupare_status *st, const char *id)
{
	const char *names = exchange_variable(x, "names");
	char *title = grammar_capital(site->arena, id);

	for (char *at = title; (at = strchr(at, '-')) != NULL;)
		*at = ' ';
	if (names != NULL)
		fputs("<li><a href=\"/compare/", out);
	else
		fputs("<li><a href=\"/occupations/", out);
	site_encoded(out, names != NULL ? replaced_names(site->arena, names, blamed(st), id) : id);
	fputs("\">", out);
	site_text(out, site, title);
	fputs("</a></li>\n", out);
}

static void
put_candidates(FILE *out, struct exchange *x, const struct site *site, const struct occupare_status *st)
{
	const char *ids = occupare_status_metadata_get(st, "candidates");
	char *rest;

	if (ids == NULL && strcmp(st->reason, "OCCUPATION_NOT_FOUND") == 0)
		ids = occupare_status_metadata_get(st, "nearest");
	if (ids == NULL || ids[0] == '\0')
		return;
	rest = occ_arena_strdup(site->arena, ids);
	fputs("<h2>Perhaps one of these</h2>\n<ul class=\"hits\">\n", out);
	for (char *id; (id = strsep(&rest, ",")) != NULL;)
		put_candidate(out, x, site, st, id);
	fputs("</ul>\n", out);
}

char *
pages_failure(struct exchange *x, struct occ_arena *arena, const struct occupare_status *st, size_t *ret_length)
{
	struct site site = { .arena = arena, .query = "", .with = "" };
	const struct render_frame *frame = site_frame(&site);
	const char *name = occupare_status_metadata_get(st, "name");
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_length);

	if (out == NULL)
		return NULL;
	site.query = name != NULL ? name : "";
	site_headers(x);
	html_begin(out, arena, failure_heading(st), "", "page", frame);
	put_heading(out, &site, failure_heading(st));
	fputs("<p>", out);
	if (name != NULL && strcmp(st->reason, "OCCUPATION_NOT_FOUND") == 0)
		site_text(
		    out, &site, occ_arena_printf(arena, "No occupation is called \xe2\x80\x9c%s\xe2\x80\x9d.", name));
	else if (name != NULL && strcmp(st->reason, "AMBIGUOUS_NAME") == 0)
		site_text(out, &site,
		    occ_arena_printf(arena, "\xe2\x80\x9c%s\xe2\x80\x9d is a name of several occupations.", name));
	else
		site_text(out, &site, grammar_capital(arena, st->message));
	fputs("</p>\n", out);
	put_candidates(out, x, &site, st);
	html_end(out, frame);
	if (fclose(out) == 0)
		return text;
	free(text);
	*ret_length = 0;
	return NULL;
}

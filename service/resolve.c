/* Names to occupations, and what to say when a name fits none or several. */
#include "service/resolve.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/rpc.h"

/* Appends "item" to a list of "a, b" (or "a,b" with a comma alone), whole items only. */
static void
append_item(char *list, size_t size, const char *separator, const char *item)
{
	size_t used = strlen(list);

	if (used > 0 && used + strlen(separator) + strlen(item) + 1 <= size)
		snprintf(list + used, size - used, "%s%s", separator, item);
	else if (used == 0 && strlen(item) + 1 <= size)
		snprintf(list, size, "%s", item);
}

/* Fails with the nearest titles. */
static enum occupare_code
fail_unknown(struct call *call, const char *field, const char *name)
{
	struct occupare_status *st = &call->status;
	Occupare__V1__SearchHit **hits;
	size_t count, total;
	char titles[512] = "", ids[512] = "";

	if (store_search(&call->arena, call->txn, name, 0, RESOLVE_NEAREST_MAX, &hits, &count, &total, st) !=
	    OCCUPARE_OK)
		return st->code;
	for (size_t i = 0; i < count; i++) {
		append_item(titles, sizeof titles, "; ",
		    occ_arena_printf(&call->arena, "%s (%s)", hits[i]->title, hits[i]->id));
		append_item(ids, sizeof ids, ",", hits[i]->id);
	}
	occupare_fail(st, OCCUPARE_NOT_FOUND, field, "no occupation is called \"%s\"; %s%s", name,
	    count > 0 ? "nearest: " : "search with other words or list what there is", titles);
	occupare_status_reason(st, "OCCUPATION_NOT_FOUND");
	occupare_status_resource(st, "occupation", name);
	occupare_status_metadata(st, "name", "%s", name);
	if (count > 0)
		occupare_status_metadata(st, "nearest", "%s", ids);
	return OCCUPARE_NOT_FOUND;
}

static enum occupare_code
fail_ambiguous(struct call *call, const char *field, const char *name, const struct store_match *matches, size_t count)
{
	struct occupare_status *st = &call->status;
	char titles[768] = "", ids[1000] = "";

	for (size_t i = 0; i < count; i++) {
		append_item(titles, sizeof titles, ", ", matches[i].id);
		append_item(ids, sizeof ids, ",", matches[i].id);
	}
	occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, field, "\"%s\" means %s%zu occupations; name one by its id: %s",
	    name, count == RESOLVE_CANDIDATES_MAX ? "at least " : "", count, titles);
	occupare_status_reason(st, "AMBIGUOUS_NAME");
	occupare_status_resource(st, "occupation", name);
	occupare_status_metadata(st, "name", "%s", name);
	occupare_status_metadata(st, "candidates", "%s", ids);
	return OCCUPARE_FAILED_PRECONDITION;
}

enum occupare_code
resolve_name(
    struct call *call, const char *field, const char *name, const char **ret_id, Occupare__V1__MatchKind *ret_kind)
{
	struct occupare_status *st = &call->status;
	struct store_match *matches;
	size_t count;
	enum occupare_code code;

	if (name[strspn(name, " \t\r\n")] == '\0')
		return occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, field, "is empty; give an occupation's id, code, title or alias");
	if (strlen(name) > OCC_NAME_BYTES_MAX)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, field, "has %zu bytes, at most %d are allowed",
		    strlen(name), OCC_NAME_BYTES_MAX);
	code = store_find(&call->arena, call->txn, name, RESOLVE_CANDIDATES_MAX, &matches, &count, st);
	if (code == OCCUPARE_NOT_FOUND)
		return fail_unknown(call, field, name);
	if (code != OCCUPARE_OK)
		return code;
	if (count > 1)
		return fail_ambiguous(call, field, name, matches, count);
	*ret_id = matches[0].id;
	*ret_kind = matches[0].kind;
	return OCCUPARE_OK;
}

enum occupare_code
resolve_occupation(struct call *call, const char *field, const char *name, bool with_aliases,
    Occupare__V1__Occupation **ret, Occupare__V1__MatchKind *ret_kind)
{
	const char *id;
	Occupare__V1__MatchKind kind;

	if (resolve_name(call, field, name, &id, &kind) != OCCUPARE_OK ||
	    store_get(&call->arena, call->txn, id, with_aliases, ret, &call->status) != OCCUPARE_OK)
		return call->status.code;
	*ret_kind = kind;
	return OCCUPARE_OK;
}

/* NAME[@AREA][:PERIOD]: a period is four digits behind the last colon, an area what stands behind the last @. */
static void
split_comparand(struct occ_arena *arena, const Occupare__V1__ComparandRequest *request, char **ret_name,
    const char **ret_area, uint32_t *ret_period)
{
	char *name = occ_arena_strdup(arena, request->name);
	char *mark;

	*ret_name = name;
	*ret_area = request->area;
	*ret_period = request->period;
	if (request->area[0] != '\0' || request->period != 0)
		return;
	mark = strrchr(name, ':');
	if (mark != NULL && strlen(mark + 1) == 4 && strspn(mark + 1, "0123456789") == 4) {
		*ret_period = (uint32_t)strtoul(mark + 1, NULL, 10);
		*mark = '\0';
	}
	mark = strrchr(name, '@');
	if (mark != NULL) {
		*ret_area = mark + 1;
		*mark = '\0';
	}
}

static void
inherit_figure(struct occ_arena *arena, Occupare__V1__Figure **figure)
{
	Occupare__V1__Figure *copy;

	if (*figure == NULL || (*figure)->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_UNSPECIFIED)
		return;
	copy = occ_arena_alloc(arena, sizeof *copy);
	*copy = **figure;
	copy->status = OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_INHERITED;
	*figure = copy;
}

/* Figures kept by SOC code are a broader group's for an occupation finer than its code. */
static void
inherit_estimate(struct occ_arena *arena, Occupare__V1__Salary *salary, Occupare__V1__Outlook *outlook)
{
	Occupare__V1__Figure **figures[] = { &salary->annual_mean, &salary->hourly_mean, &salary->annual_p10,
		&salary->annual_p25, &salary->annual_median, &salary->annual_p75, &salary->annual_p90,
		&salary->annual_low, &salary->annual_high, &outlook->employment };

	for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
		inherit_figure(arena, figures[i]);
}

/* The record with the pay and employment of an estimate. */
static Occupare__V1__Occupation *
with_estimate(struct occ_arena *arena, const Occupare__V1__Occupation *occupation,
    const Occupare__V1__Estimate *estimate, bool finer)
{
	Occupare__V1__Occupation *copy = occ_arena_alloc(arena, sizeof *copy);
	Occupare__V1__Outlook *outlook = occ_arena_alloc(arena, sizeof *outlook);
	Occupare__V1__Salary *salary = occ_arena_alloc(arena, sizeof *salary);

	*copy = *occupation;
	if (occupation->outlook != NULL)
		*outlook = *occupation->outlook;
	else
		occupare__v1__outlook__init(outlook);
	if (estimate->salary != NULL)
		*salary = *estimate->salary;
	else
		occupare__v1__salary__init(salary);
	outlook->employment = estimate->employment;
	if (finer)
		inherit_estimate(arena, salary, outlook);
	copy->salary = salary;
	copy->outlook = outlook;
	copy->n_sources = occupation->n_sources + estimate->n_sources;
	copy->sources = occ_arena_alloc(arena, copy->n_sources * sizeof *copy->sources);
	if (occupation->n_sources > 0)
		memcpy(copy->sources, occupation->sources, occupation->n_sources * sizeof *copy->sources);
	if (estimate->n_sources > 0)
		memcpy(copy->sources + occupation->n_sources, estimate->sources,
		    estimate->n_sources * sizeof *copy->sources);
	return copy;
}

enum occupare_code
resolve_subject(
    struct call *call, const char *field, const Occupare__V1__ComparandRequest *request, struct compare_subject *ret)
{
	struct occupare_status *st = &call->status;
	struct occ_arena *arena = &call->arena;
	Occupare__V1__Occupation *occupation;
	Occupare__V1__Estimate *estimate;
	Occupare__V1__Area *area = NULL;
	struct compare_subject subject = { .area = "", .area_title = "" };
	const char *area_code, *soc;
	char *name;
	bool finer;

	split_comparand(arena, request, &name, &area_code, &subject.period);
	if (resolve_occupation(call, occ_arena_printf(arena, "%s.name", field), name, false, &occupation,
		&subject.matched_by) != OCCUPARE_OK)
		return st->code;
	subject.occupation = occupation;
	if (area_code[0] != '\0' && strcasecmp(area_code, "US") != 0) {
		if (store_area(arena, call->txn, area_code, &area, st) != OCCUPARE_OK) {
			occupare_status_prefix(st, occ_arena_printf(arena, "%s.area", field));
			return st->code;
		}
		subject.area = area->code;
		subject.area_title = area->title;
	}
	if (area != NULL || subject.period != 0) {
		soc = store_soc_code(arena, occupation, &finer);
		if (soc == NULL)
			return occupare_fail(st, OCCUPARE_FAILED_PRECONDITION, field,
			    "%s has no SOC code, and pay by area and period is kept by SOC code; leave area and period "
			    "out",
			    occupation->id);
		if (store_estimate(arena, call->txn, soc, area != NULL ? area->code : "US", subject.period, "",
			&estimate, st) != OCCUPARE_OK) {
			occupare_status_prefix(st, field);
			return st->code;
		}
		finer |= strcmp(estimate->soc_code, soc) != 0;
		subject.occupation = with_estimate(arena, occupation, estimate, finer);
	}
	*ret = subject;
	return OCCUPARE_OK;
}

/* put and delete. */
#include <ctype.h>
#include <string.h>

#include "client/commands.h"
#include "client/output.h"
#include "proto/json.h"
#include "proto/rpc.h"

enum { KEY_CREATE = 512, KEY_ETAG, KEY_ALLOW_MISSING };

#define FILE_BYTES_MAX ((size_t)256 << 20)

static const char *const forms[] = { "text", "json", NULL };

/* ---- put ---- */

static const struct cli_option put_options[] = {
	{ 'o', "output", "FORM", "how to write what was stored", forms },
	{ KEY_CREATE, "create", NULL, "only add: what is there already and differs is refused", NULL },
	{ KEY_ETAG, "etag", "REVISION", "replace this revision only; without it the one in the file, 0 = any", NULL },
	{ 0 },
};

struct put {
	const char *path;
	bool create;
	bool etag_given;
	uint64_t etag;
	enum output_form form;
};

/* Occupations of a file. */
struct records {
	Occupare__V1__Occupation **items;
	size_t count;
};

static const char *
skip_space(const char *text, const char *end)
{
	while (text < end && isspace((unsigned char)*text))
		text++;
	return text;
}

static const char *
line_end(const char *text, const char *end)
{
	const char *newline = memchr(text, '\n', (size_t)(end - text));

	return newline != NULL ? newline : end;
}

/* One occupation per line, as against one that is spread over lines: the first line that holds something is a whole object and
 * more follows. */
static bool
is_lines(const char *text, const char *end)
{
	const char *first = skip_space(text, end), *stop = line_end(first, end), *last = stop;

	while (last > first && isspace((unsigned char)last[-1]))
		last--;
	return last > first && *first == '{' && last[-1] == '}' && skip_space(stop, end) < end;
}

/* A broken file is the service's to refuse in other ways, but none of it is sent: all is read first. */
static bool
read_record(struct cli *cli, const char *where, const char *text, size_t length, Occupare__V1__Occupation **ret)
{
	ProtobufCMessage *message;

	if (occ_json_parse(&cli->arena, &occupare__v1__occupation__descriptor, text, length, &message, &cli->status) !=
	    OCCUPARE_OK) {
		occupare_fail(&cli->status, cli->status.code, NULL, "%s: %s", where, cli->status.message);
		return false;
	}
	*ret = (Occupare__V1__Occupation *)message;
	return true;
}

static bool
read_lines(struct cli *cli, const char *path, const char *text, const char *end, struct records *records)
{
	size_t lines = 1, line = 1;

	for (const char *c = text; c < end; c++)
		lines += *c == '\n';
	records->items = occ_arena_calloc(&cli->arena, lines, sizeof *records->items);
	for (const char *at = text; at < end; line++) {
		const char *stop = line_end(at, end);

		if (skip_space(at, stop) < stop &&
		    !read_record(cli, occ_arena_printf(&cli->arena, "%s:%zu", path, line), at, (size_t)(stop - at),
			&records->items[records->count++]))
			return false;
		at = stop < end ? stop + 1 : end;
	}
	return true;
}

/* False: cli->status says why not. */
static bool
read_records(struct cli *cli, const char *path, struct records *records)
{
	size_t length;
	const char *text = cli_read_file(cli, path, FILE_BYTES_MAX, &length);
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;

	if (skip_space(text, text + length) == text + length)
		cli_usage_error(cli, "%s is empty", name);
	if (is_lines(text, text + length))
		return read_lines(cli, name, text, text + length, records);
	records->items = occ_arena_calloc(&cli->arena, 1, sizeof *records->items);
	records->count = 1;
	return read_record(cli, name, text, length, &records->items[0]);
}

/* Frees the response. */
static int
print_stored(struct cli *cli, const struct put *put, ProtobufCMessage *response, const Occupare__V1__Occupation *stored)
{
	int code = CLI_OK;

	if (put->form == OUTPUT_JSON)
		code = output_json(cli, response);
	else if (stored != NULL)
		printf("%s revision %llu\n", stored->id, (unsigned long long)stored->revision);
	occupare_free(response);
	return code;
}

static int
create(struct cli *cli, const struct put *put, Occupare__V1__Occupation *record)
{
	Occupare__V1__CreateOccupationRequest request = OCCUPARE__V1__CREATE_OCCUPATION_REQUEST__INIT;
	Occupare__V1__CreateOccupationResponse *response;

	request.occupation = record;
	if (occupare_create_occupation(cli_client(cli), &request, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	return print_stored(cli, put, &response->base, response->occupation);
}

static int
update(struct cli *cli, const struct put *put, Occupare__V1__Occupation *record)
{
	Occupare__V1__UpdateOccupationRequest request = OCCUPARE__V1__UPDATE_OCCUPATION_REQUEST__INIT;
	Occupare__V1__UpdateOccupationResponse *response;

	request.occupation = record;
	request.etag = put->etag_given ? put->etag : record->revision;
	/* A revision was seen, so it was there: gone since is for the caller to decide about. */
	request.allow_missing = request.etag == 0;
	if (occupare_update_occupation(cli_client(cli), &request, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	return print_stored(cli, put, &response->base, response->occupation);
}

static void
read_put_options(struct cli *cli, struct put *put)
{
	const char *value;
	int key;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END) {
		if (key == 'o')
			put->form = output_form(value);
		else if (key == KEY_CREATE)
			put->create = true;
		else if (key == KEY_ETAG) {
			put->etag_given = true;
			put->etag = cli_number(cli, "etag", value, 0, UINT64_MAX);
		}
	}
	cli_operands_check(cli, 1, 1, "the file");
	put->path = cli->operands[0];
	if (put->create && put->etag_given)
		cli_usage_error(cli, "--create and --etag exclude each other: what is to be added has no revision yet");
}

static int
run_put(struct cli *cli)
{
	struct put put = { .form = OUTPUT_TEXT };
	struct records records = { 0 };

	read_put_options(cli, &put);
	if (!read_records(cli, put.path, &records))
		return cli_fail(&cli->status);
	if (put.etag_given && records.count > 1)
		cli_usage_error(
		    cli, "--etag is the revision of one occupation, but %s holds %zu", put.path, records.count);
	for (size_t i = 0; i < records.count; i++) {
		int code = put.create ? create(cli, &put, records.items[i]) : update(cli, &put, records.items[i]);

		if (code == CLI_OK)
			continue;
		if (records.count > 1)
			fprintf(stderr,
			    "occupare: this was number %zu of %zu; those before it are stored, those behind are not\n",
			    i + 1, records.count);
		return code;
	}
	return CLI_OK;
}

static const char *const put_examples[] = {
	"occupare put occupation.json",
	"occupare get barista -o json | jq .occupation | occupare put -",
	"occupare put --create occupations.jsonl",
	NULL,
};

const struct cli_command cmd_put = {
	.name = "put",
	.operands = "FILE",
	.summary = "add or replace occupations",
	.details =
	    "FILE (\"-\" = standard input) holds one occupation as JSON, or one per line. An occupation is replaced as "
	    "a "
	    "whole, and only if its revision still is the one in the file or in --etag; without either it is replaced "
	    "or "
	    "added whatever is there. Nothing is sent of a file that is broken. Needs a service that is writable.",
	.examples = put_examples,
	.options = put_options,
	.run = run_put,
};

/* ---- delete ---- */

static const struct cli_option delete_options[] = {
	{ KEY_ETAG, "etag", "REVISION", "delete this revision only", NULL },
	{ KEY_ALLOW_MISSING, "allow-missing", NULL, "what is not there is no failure", NULL },
	{ 0 },
};

static int
delete_one(struct cli *cli, Occupare__V1__DeleteOccupationRequest *request)
{
	Occupare__V1__DeleteOccupationResponse *response;

	if (occupare_delete_occupation(cli_client(cli), request, &response, &cli->status) != OCCUPARE_OK)
		return cli_fail(&cli->status);
	printf("%s deleted\n", request->id);
	occupare_free(response);
	return CLI_OK;
}

static int
run_delete(struct cli *cli)
{
	Occupare__V1__DeleteOccupationRequest request = OCCUPARE__V1__DELETE_OCCUPATION_REQUEST__INIT;
	const char *value;
	int key, code = CLI_OK;

	while ((key = cli_option_next(cli, &value)) != CLI_OPTION_END) {
		if (key == KEY_ETAG)
			request.etag = cli_number(cli, "etag", value, 1, UINT64_MAX);
		else if (key == KEY_ALLOW_MISSING)
			request.allow_missing = true;
	}
	cli_operands_from_stdin(cli);
	cli_operands_check(cli, 1, SIZE_MAX, "the id of an occupation");
	if (request.etag != 0 && cli->operands_count > 1)
		cli_usage_error(
		    cli, "--etag is the revision of one occupation, but %zu are to be deleted", cli->operands_count);
	for (size_t i = 0; i < cli->operands_count; i++) {
		int one;

		request.id = (char *)cli->operands[i];
		one = delete_one(cli, &request);
		if (one == CLI_UNREACHABLE)
			return one;
		if (one != CLI_OK)
			code = one;
	}
	return code;
}

static const char *const delete_examples[] = {
	"occupare delete barista",
	"occupare delete barista --etag 3",
	NULL,
};

const struct cli_command cmd_delete = {
	.name = "delete",
	.operands = "ID...",
	.summary = "remove occupations",
	.details = "Only ids are understood here; \"-\" reads them from standard input, one per line. Needs a service "
		   "that is "
		   "writable.",
	.examples = delete_examples,
	.options = delete_options,
	.run = run_delete,
};

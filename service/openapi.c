/* The description of the API: https://spec.openapis.org/oas/v3.1.0
 * Everything in it is read off: paths and parameters off the table of routes, methods and messages off their descriptors, the
 * words off the comments of the schema. It is made once. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "proto/json.h"
#include "proto/rpc.h"
#include "service/exchange.h"
#include "service/handlers.h"

#define SCHEMAS_MAX 256
#define COMMENTS_MAX 2048
#define NAME_BYTES_MAX 256
#define STEPS_MAX 16

#define REF "{\"$ref\":\"#/components/schemas/%s\"}"

/* ---- Comments: the FileDescriptorSet by hand, as far as they need it. Its bytes are ours, so they are well-formed. ---- */

struct span {
	const uint8_t *at, *end;
};

struct comment {
	char name[NAME_BYTES_MAX]; /* "occupare.v1.Occupation.title" */
	struct span text;
};

static uint64_t
take_varint(struct span *in)
{
	uint64_t value = 0;

	for (unsigned shift = 0; in->at < in->end && shift < 64; shift += 7) {
		uint8_t byte = *in->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	return value;
}

/* The next field: its number, and what it holds where that has a length. 0: no more. */
static unsigned
take_field(struct span *in, struct span *ret)
{
	uint64_t tag = in->at < in->end ? take_varint(in) : 0, length;

	*ret = (struct span){ in->at, in->at };
	switch (tag & 7) {
	case 0:
		take_varint(in);
		break;
	case 1:
		in->at += 8;
		break;
	case 5:
		in->at += 4;
		break;
	default:
		length = take_varint(in);
		*ret = (struct span){ in->at, in->at + length };
		in->at += length;
	}
	return (unsigned)(tag >> 3);
}

/* The field of this number that has index others of it before it. Empty: there is none. */
static struct span
find_nth(struct span in, unsigned number, uint64_t index)
{
	struct span field;
	unsigned found;

	while ((found = take_field(&in, &field)) != 0)
		if (found == number && index-- == 0)
			return field;
	return (struct span){ in.end, in.end };
}

/* A path leads down by pairs, number of a field and index of one of its values; all it passes have their name in field 1. */
static bool
name_of(struct span file, struct span path, char *out)
{
	struct span name = find_nth(file, 2, 0), at = file; /* package */
	size_t used = (size_t)snprintf(out, NAME_BYTES_MAX, "%.*s", (int)(name.end - name.at), name.at);

	while (path.at < path.end) {
		unsigned number = (unsigned)take_varint(&path);

		if (path.at == path.end)
			return false;
		at = find_nth(at, number, take_varint(&path));
		name = find_nth(at, 1, 0);
		if (used >= NAME_BYTES_MAX)
			return false;
		used += (size_t)snprintf(
		    out + used, NAME_BYTES_MAX - used, ".%.*s", (int)(name.end - name.at), name.at);
	}
	return used < NAME_BYTES_MAX;
}

/* What stands above something in a .proto file: SourceCodeInfo.Location. */
static size_t
collect_comments(struct span file, struct comment *comments, size_t count)
{
	struct span info = find_nth(file, 9, 0), location, path, text;

	while (take_field(&info, &location) != 0 && count < COMMENTS_MAX) {
		path = find_nth(location, 1, 0);
		text = find_nth(location, 3, 0);
		if (text.at == text.end || !name_of(file, path, comments[count].name))
			continue;
		comments[count++].text = text;
	}
	return count;
}

/* ---- The document ---- */

struct document {
	FILE *out;
	struct comment *comments;
	size_t comments_count;
	const void *schemas[SCHEMAS_MAX]; /* descriptors of messages and enums that are referred to */
	bool is_enum[SCHEMAS_MAX];
	size_t schemas_count;
};

static void
put_text(struct document *d, const char *key, const char *text)
{
	fprintf(d->out, "\"%s\":", key);
	occ_json_write_string(d->out, text);
}

/* A comment as one text: the ends of its lines are those of the file, not of what it says. */
static bool
put_comment(struct document *d, const char *key, const char *name)
{
	char text[2048];
	size_t n = 0;

	for (size_t i = 0; i < d->comments_count; i++) {
		struct span from = d->comments[i].text;

		if (strcmp(d->comments[i].name, name) != 0)
			continue;
		for (; from.at < from.end && n + 1 < sizeof text; from.at++) {
			bool space = *from.at == ' ' || *from.at == '\n';

			if (!space || (n > 0 && text[n - 1] != ' '))
				text[n++] = space ? ' ' : (char)*from.at;
		}
		while (n > 0 && text[n - 1] == ' ')
			n--;
		text[n] = '\0';
		put_text(d, key, text);
		return true;
	}
	return false;
}

static void
refer(struct document *d, const void *descriptor, bool is_enum)
{
	for (size_t i = 0; i < d->schemas_count; i++)
		if (d->schemas[i] == descriptor)
			return;
	if (d->schemas_count == SCHEMAS_MAX)
		return;
	d->is_enum[d->schemas_count] = is_enum;
	d->schemas[d->schemas_count++] = descriptor;
}

static void
put_message_type(struct document *d, const ProtobufCMessageDescriptor *message)
{
	refer(d, message, false);
	fprintf(d->out, REF, message->name);
}

/* One value of a field, by ProtoJSON. */
static void
put_type(struct document *d, const ProtobufCFieldDescriptor *field)
{
	const ProtobufCEnumDescriptor *values = field->descriptor;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		fputs("{\"type\":\"string\"}", d->out);
		break;
	case PROTOBUF_C_TYPE_BYTES:
		fputs("{\"type\":\"string\",\"contentEncoding\":\"base64\"}", d->out);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		fputs("{\"type\":\"boolean\"}", d->out);
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
	case PROTOBUF_C_TYPE_FLOAT:
		fputs("{\"type\":\"number\",\"format\":\"double\"}", d->out);
		break;
	case PROTOBUF_C_TYPE_ENUM:
		refer(d, values, true);
		fprintf(d->out, REF, values->name);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		put_message_type(d, field->descriptor);
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		fputs("{\"type\":[\"string\",\"integer\"],\"pattern\":\"^-?[0-9]+$\"}", d->out);
		break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		fputs("{\"type\":\"integer\",\"minimum\":0,\"maximum\":4294967295}", d->out);
		break;
	default:
		fputs("{\"type\":\"integer\",\"format\":\"int32\"}", d->out);
	}
}

static void
put_camel(struct document *d, const char *name)
{
	fputc('"', d->out);
	for (; *name != '\0'; name++) {
		if (*name == '_' && name[1] != '\0')
			fputc(*++name & ~0x20, d->out);
		else
			fputc(*name, d->out);
	}
	fputc('"', d->out);
}

static void
put_property(struct document *d, const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	char name[NAME_BYTES_MAX];
	bool list = field->label == PROTOBUF_C_LABEL_REPEATED;

	put_camel(d, field->name);
	fputs(":{", d->out);
	snprintf(name, sizeof name, "%s.%s", message->name, field->name);
	if (put_comment(d, "description", name))
		fputc(',', d->out);
	fputs(list ? "\"type\":\"array\",\"items\":" : "\"allOf\":[", d->out);
	put_type(d, field);
	fputs(list ? "}" : "]}", d->out);
}

/* Messages that have a JSON form of their own. */
static bool
put_special(struct document *d, const ProtobufCMessageDescriptor *message)
{
	if (message == &google__protobuf__timestamp__descriptor)
		fputs("{\"type\":\"string\",\"format\":\"date-time\"}", d->out);
	else if (message == &google__protobuf__duration__descriptor)
		fputs("{\"type\":\"string\",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]+)?s$\"}", d->out);
	else if (message == &google__protobuf__any__descriptor)
		fputs("{\"type\":\"object\",\"description\":\"A message, its type told by @type.\",\"properties\":"
		      "{\"@type\":{\"type\":\"string\"}},\"required\":[\"@type\"]}",
		    d->out);
	else
		return false;
	return true;
}

static void
put_message(struct document *d, const ProtobufCMessageDescriptor *message)
{
	if (put_special(d, message))
		return;
	fputs("{\"type\":\"object\",", d->out);
	if (put_comment(d, "description", message->name))
		fputc(',', d->out);
	fputs("\"properties\":{", d->out);
	for (unsigned i = 0; i < message->n_fields; i++) {
		if (i > 0)
			fputc(',', d->out);
		put_property(d, message, &message->fields[i]);
	}
	fputs("}}", d->out);
}

static void
put_enum(struct document *d, const ProtobufCEnumDescriptor *values)
{
	fputs("{\"type\":\"string\",", d->out);
	if (put_comment(d, "description", values->name))
		fputc(',', d->out);
	fputs("\"enum\":[", d->out);
	for (unsigned i = 0; i < values->n_values; i++)
		fprintf(d->out, "%s\"%s\"", i > 0 ? "," : "", values->values[i].name);
	fputs("]}", d->out);
}

/* The list grows while it is written: what is referred to comes behind. */
static void
put_components(struct document *d)
{
	refer(d, &google__rpc__status__descriptor, false);
	fputs("\"components\":{\"schemas\":{", d->out);
	for (size_t i = 0; i < d->schemas_count; i++) {
		const ProtobufCMessageDescriptor *message = d->schemas[i];
		const ProtobufCEnumDescriptor *values = d->schemas[i];

		fprintf(d->out, "\"%s\":", d->is_enum[i] ? values->name : message->name);
		if (d->is_enum[i])
			put_enum(d, values);
		else
			put_message(d, message);
		fputc(',', d->out);
	}
	fputs("\"connect.Error\":{\"type\":\"object\",\"description\":\"A failure in the Connect "
	      "protocol.\",\"properties\":{"
	      "\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},\"details\":{\"type\":\"array\","
	      "\"items\":"
	      "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},\"value\":{\"type\":\"string\","
	      "\"contentEncoding\":\"base64\"},\"debug\":{\"type\":\"object\"}},\"required\":[\"type\",\"value\"]}}},"
	      "\"required\":[\"code\"]}},\"parameters\":{"
	      "\"version\":{\"name\":\"Connect-Protocol-Version\",\"in\":\"header\",\"schema\":{\"type\":\"string\","
	      "\"enum\":[\"1\"]}},"
	      "\"timeout\":{\"name\":\"Connect-Timeout-Ms\",\"in\":\"header\",\"schema\":{\"type\":\"integer\","
	      "\"minimum\":0,\"maximum\":9999999999}}}}",
	    d->out);
}

/* ---- Paths ---- */

static void
put_responses(struct document *d, const struct route *route, const ProtobufCMessageDescriptor *output)
{
	fputs("\"responses\":{\"200\":{\"description\":\"The answer.\",\"headers\":{\"ETag\":{\"schema\":"
	      "{\"type\":\"string\"}}},\"content\":{",
	    d->out);
	if (route->media_type == NULL) {
		fputs("\"application/json\":{\"schema\":", d->out);
		put_message_type(d, output);
		fputs("}", d->out);
	} else {
		fputs("\"text/plain\":{\"schema\":{\"type\":\"string\"}},\"text/markdown\":{\"schema\":{\"type\":"
		      "\"string\"}},\"text/csv\":{\"schema\":{\"type\":\"string\"}}",
		    d->out);
	}
	fputs(
	    "}},\"304\":{\"description\":\"What If-None-Match names still holds.\"},\"default\":{\"description\":\"It "
	    "failed.\",\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
	    "\"#/components/schemas/google.rpc.Status\"}}}}}",
	    d->out);
}

static void
put_parameter(struct document *d, const char *name, const char *where, bool required,
    const ProtobufCFieldDescriptor *field, bool many)
{
	put_text(d, "name", name);
	fprintf(d->out, ",\"in\":\"%s\",\"required\":%s,\"schema\":", where, required ? "true" : "false");
	if (many)
		fputs("{\"type\":\"array\",\"items\":", d->out);
	put_type(d, field);
	fputs(many ? "}}" : "}", d->out);
}

static bool
is_in_path(const struct route *route, const char *name)
{
	char part[NAME_BYTES_MAX];

	snprintf(part, sizeof part, "{%s}", name);
	return strstr(route->pattern, part) != NULL;
}

/* A field that a parameter of another name stands for is not offered twice. */
static bool
is_renamed(const struct route *route, const char *field)
{
	for (const struct parameter *p = route->parameters; p != NULL && p->name != NULL; p++)
		if (strcmp(p->path, field) == 0)
			return true;
	return false;
}

static void
put_parameters(struct document *d, const struct route *route, const ProtobufCMessageDescriptor *input)
{
	const char *separator = "";
	char name[NAME_BYTES_MAX];

	fputs("\"parameters\":[", d->out);
	for (const struct parameter *p = route->parameters; p != NULL && p->name != NULL; p++) {
		bool many;
		const ProtobufCFieldDescriptor *field = rest_field(input, p, &many);

		fprintf(d->out, "%s{", separator);
		put_text(d, "description", p->description);
		fputc(',', d->out);
		put_parameter(d, p->name, "query", p->required, field, many);
		separator = ",";
	}
	for (unsigned i = 0; i < input->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &input->fields[i];
		bool in_path = is_in_path(route, field->name);

		if (!rest_is_scalar(field) || is_renamed(route, field->name))
			continue;
		fprintf(d->out, "%s{", separator);
		snprintf(name, sizeof name, "%s.%s", input->name, field->name);
		if (put_comment(d, "description", name))
			fputc(',', d->out);
		put_parameter(d, field->name, in_path ? "path" : "query", in_path, field,
		    field->label == PROTOBUF_C_LABEL_REPEATED);
		separator = ",";
	}
	fputs("]", d->out);
}

static void
put_get(struct document *d, const struct route *route)
{
	const ProtobufCServiceDescriptor *service;
	const ProtobufCMethodDescriptor *method;
	struct occupare_status st;

	occupare_status_clear(&st);
	if (occ_method_find(route->rpc, &service, &method, &st) != OCCUPARE_OK)
		return;
	fprintf(d->out, "\"%s\":{\"get\":{\"operationId\":\"%c%s\",\"tags\":[\"GET\"],", route->pattern,
	    method->name[0] | 0x20, method->name + 1);
	put_text(d, "summary", route->summary);
	fputc(',', d->out);
	put_parameters(d, route, method->input);
	fputc(',', d->out);
	put_responses(d, route, method->output);
	fputs("}}", d->out);
}

static void
put_post(struct document *d, const ProtobufCServiceDescriptor *service, const ProtobufCMethodDescriptor *method)
{
	static const char binary[] = "\"application/proto\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}";
	char name[NAME_BYTES_MAX];

	fprintf(d->out, "\"/%s/%s\":{\"post\":{\"operationId\":\"%s_%s\",\"tags\":[\"%s\"],", service->name,
	    method->name, service->short_name, method->name, service->name);
	snprintf(name, sizeof name, "%s.%s", service->name, method->name);
	if (put_comment(d, "summary", name))
		fputc(',', d->out);
	fputs("\"parameters\":[{\"$ref\":\"#/components/parameters/version\"},{\"$ref\":"
	      "\"#/components/parameters/timeout\"}],\"requestBody\":{\"required\":true,\"content\":{"
	      "\"application/json\":{\"schema\":",
	    d->out);
	put_message_type(d, method->input);
	fprintf(d->out,
	    "},%s}},\"responses\":{\"200\":{\"description\":\"The "
	    "answer.\",\"content\":{\"application/json\":{\"schema\":",
	    binary);
	put_message_type(d, method->output);
	fprintf(d->out,
	    "},%s}},\"default\":{\"description\":\"It failed.\",\"content\":{\"application/json\":{\"schema\":" REF
	    "}}}}}}",
	    binary, "connect.Error");
}

static void
put_document(struct document *d)
{
	const char *separator = "";
	const struct route *route;

	fprintf(d->out,
	    "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Occupare\",\"version\":\"%s\",\"description\":\"Compares "
	    "occupations. GET forms take the fields of a request as parameters; every method takes a POST by the "
	    "Connect "
	    "protocol.\",\"license\":{\"name\":\"MIT\",\"identifier\":\"MIT\"}},\"servers\":[{\"url\":\"/"
	    "\"}],\"paths\":{",
	    occ_version);
	for (size_t i = 0; (route = routes_at(i)) != NULL; i++) {
		if (route->summary == NULL || route->rpc == NULL)
			continue;
		fputs(separator, d->out);
		put_get(d, route);
		separator = ",";
	}
	for (size_t i = 0; occ_services[i] != NULL; i++)
		for (unsigned k = 0; k < occ_services[i]->n_methods; k++) {
			fputs(separator, d->out);
			put_post(d, occ_services[i], &occ_services[i]->methods[k]);
			separator = ",";
		}
	fputs("},", d->out);
	put_components(d);
	fputs("}", d->out);
}

static char *document;
static size_t document_length;

static void
make_document(void)
{
	struct document d = { 0 };
	struct span set = { occ_schema_begin, occ_schema_end }, file;

	d.comments = calloc(COMMENTS_MAX, sizeof *d.comments);
	d.out = open_memstream(&document, &document_length);
	if (d.comments != NULL && d.out != NULL) {
		while (take_field(&set, &file) != 0)
			d.comments_count = collect_comments(file, d.comments, d.comments_count);
		put_document(&d);
	}
	if (d.out != NULL && fclose(d.out) != 0)
		document_length = 0;
	free(d.comments);
}

void
openapi_handle(struct exchange *x)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_document);
	if (!exchange_is_known(x))
		exchange_answer_static(
		    x, document_length > 0 ? 200 : 503, "application/json", document, document_length);
}

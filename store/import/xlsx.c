/* A workbook is a zip of XML files: xl/sharedStrings.xml with the texts, xl/worksheets/sheetN.xml with the cells.  The parser
 * pushes; it is halted at the end of each row, so that rows can be pulled. */
#include "store/import/xlsx.h"

#include <stdlib.h>
#include <string.h>

#include <expat.h>
#include <zip.h>

#define CHUNK_BYTES 65536
#define TEXT_BYTES_MAX ((size_t)32 << 10) /* of one cell; Excel's own bound is 32,767 characters */
#define TAG_BYTES_MAX                                                                                                  \
	(1 << 20) /* of a tag, which the parser looks at from its start with each piece; and of a comment */

/* What the text that comes now is for. */
enum text { TEXT_NONE, TEXT_VALUE, TEXT_SHARED };

/* ST_CellType of ECMA-376, as far as it makes a difference. */
enum cell { CELL_NUMBER, CELL_SHARED, CELL_TEXT };

struct xlsx {
	zip_t *zip;
	zip_file_t *member;
	XML_Parser parser;
	uint64_t *bytes_left;
	int64_t bytes_parsed;   /* of the member */
	struct occ_arena arena; /* shared texts */
	char **shared;
	size_t shared_count, shared_room, shared_bytes;

	char text[TEXT_BYTES_MAX + 1]; /* of the cell or shared text that is read */
	size_t text_length;
	enum text into;
	unsigned phonetic; /* depth inside of rPh, whose text is how to say the other */

	enum cell cell;
	size_t column;
	struct xlsx_row row;
	char row_texts[XLSX_ROW_BYTES_MAX];
	size_t row_used;
	bool row_done, ended;
	struct occupare_status *st; /* where a handler says what is wrong */
};

/* ---- The parser ---- */

static void
fail(struct xlsx *xlsx, enum occupare_code code, const char *sentence)
{
	if (xlsx->st->code == OCCUPARE_OK)
		occupare_fail(xlsx->st, code, NULL, "%s", sentence);
	XML_StopParser(xlsx->parser, XML_FALSE);
}

/* The name without its namespace's prefix. */
static const char *
local_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon == NULL ? name : colon + 1;
}

static const char *
attribute(const XML_Char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i] != NULL; i += 2)
		if (strcmp(attributes[i], name) == 0)
			return attributes[i + 1];
	return NULL;
}

static void XMLCALL
on_text(void *data, const XML_Char *text, int length)
{
	struct xlsx *xlsx = data;

	if (xlsx->into == TEXT_NONE || xlsx->phonetic > 0)
		return;
	if (xlsx->text_length + (size_t)length > TEXT_BYTES_MAX) {
		fail(xlsx, OCCUPARE_INVALID_ARGUMENT, "a cell has more than 32768 bytes");
		return;
	}
	memcpy(xlsx->text + xlsx->text_length, text, (size_t)length);
	xlsx->text_length += (size_t)length;
}

/* A workbook has no document type; one that has means to define entities. */
static void XMLCALL
on_doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	fail(data, OCCUPARE_INVALID_ARGUMENT, "holds a document type, which no workbook does");
}

/* Reads and parses a piece. */
static enum occupare_code
feed(struct xlsx *xlsx, struct occupare_status *st)
{
	void *buffer = XML_GetBuffer(xlsx->parser, CHUNK_BYTES);
	zip_int64_t count;
	XML_Index begun; /* where what the parser looks at starts; negative: it cannot tell */

	if (buffer == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	count = zip_fread(xlsx->member, buffer, CHUNK_BYTES);
	if (count < 0)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "is damaged or cut off: %s",
		    zip_error_strerror(zip_file_get_error(xlsx->member)));
	if ((uint64_t)count > *xlsx->bytes_left)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "the files are larger than what may be unpacked; see --max-bytes");
	*xlsx->bytes_left -= (uint64_t)count;
	xlsx->bytes_parsed += count;
	xlsx->ended = count == 0;
	if (XML_ParseBuffer(xlsx->parser, (int)count, count == 0) != XML_STATUS_ERROR) {
		begun = XML_GetCurrentByteIndex(xlsx->parser);
		if (begun < 0 || xlsx->bytes_parsed - begun <= TAG_BYTES_MAX)
			return OCCUPARE_OK;
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "XML line %lu: a tag has more than %d bytes",
		    XML_GetCurrentLineNumber(xlsx->parser), TAG_BYTES_MAX);
	}
	return st->code != OCCUPARE_OK
		   ? st->code
		   : occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "XML line %lu: %s",
			 XML_GetCurrentLineNumber(xlsx->parser), XML_ErrorString(XML_GetErrorCode(xlsx->parser)));
}

static void
close_member(struct xlsx *xlsx)
{
	if (xlsx->parser != NULL)
		XML_ParserFree(xlsx->parser);
	if (xlsx->member != NULL)
		zip_fclose(xlsx->member);
	xlsx->parser = NULL;
	xlsx->member = NULL;
}

/* Starts parsing a member. *ret_there is false where there is none. */
static enum occupare_code
open_member(struct xlsx *xlsx, const char *name, XML_StartElementHandler start, XML_EndElementHandler end,
    bool *ret_there, struct occupare_status *st)
{
	zip_int64_t index = zip_name_locate(xlsx->zip, name, 0);

	close_member(xlsx);
	*ret_there = index >= 0;
	if (index < 0)
		return OCCUPARE_OK;
	xlsx->member = zip_fopen_index(xlsx->zip, (zip_uint64_t)index, 0);
	if (xlsx->member == NULL)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "%s: %s", name, zip_strerror(xlsx->zip));
	xlsx->parser = XML_ParserCreate(NULL);
	if (xlsx->parser == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	XML_SetUserData(xlsx->parser, xlsx);
	XML_SetElementHandler(xlsx->parser, start, end);
	XML_SetCharacterDataHandler(xlsx->parser, on_text);
	XML_SetStartDoctypeDeclHandler(xlsx->parser, on_doctype);
	xlsx->into = TEXT_NONE;
	xlsx->phonetic = 0;
	xlsx->ended = false;
	xlsx->bytes_parsed = 0;
	return OCCUPARE_OK;
}

/* ---- Shared texts ---- */

static void
keep_shared(struct xlsx *xlsx)
{
	xlsx->shared_bytes += xlsx->text_length + sizeof(char *);
	if (xlsx->shared_bytes > XLSX_SHARED_BYTES_MAX) {
		fail(xlsx, OCCUPARE_RESOURCE_EXHAUSTED, "holds more than 64 MiB of texts");
		return;
	}
	if (xlsx->shared_count == xlsx->shared_room) {
		size_t room = xlsx->shared_room * 2 + 256;
		char **shared = realloc(xlsx->shared, room * sizeof *shared);

		if (shared == NULL) {
			fail(xlsx, OCCUPARE_RESOURCE_EXHAUSTED, "out of memory");
			return;
		}
		xlsx->shared = shared;
		xlsx->shared_room = room;
	}
	xlsx->shared[xlsx->shared_count++] = occ_arena_strndup(&xlsx->arena, xlsx->text, xlsx->text_length);
}

static void XMLCALL
on_shared_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	struct xlsx *xlsx = data;

	(void)attributes;
	name = local_name(name);
	if (strcmp(name, "si") == 0)
		xlsx->text_length = 0;
	else if (strcmp(name, "t") == 0)
		xlsx->into = TEXT_SHARED;
	else if (strcmp(name, "rPh") == 0)
		xlsx->phonetic++;
}

static void XMLCALL
on_shared_end(void *data, const XML_Char *name)
{
	struct xlsx *xlsx = data;

	name = local_name(name);
	if (strcmp(name, "si") == 0)
		keep_shared(xlsx);
	else if (strcmp(name, "t") == 0)
		xlsx->into = TEXT_NONE;
	else if (strcmp(name, "rPh") == 0)
		xlsx->phonetic--;
}

/* ---- Cells ---- */

/* "AB12" is in column 27, counted from 0; SIZE_MAX: no such reference, or too far right. */
static size_t
column_of(const char *reference)
{
	size_t column = 0;
	const char *at;

	for (at = reference; *at >= 'A' && *at <= 'Z' && column <= XLSX_COLUMNS_MAX; at++)
		column = column * 26 + (size_t)(*at - 'A' + 1);
	return at == reference || column > XLSX_COLUMNS_MAX ? SIZE_MAX : column - 1;
}

static void
start_row(struct xlsx *xlsx, const XML_Char **attributes)
{
	const char *number = attribute(attributes, "r");

	xlsx->row.number = number != NULL ? strtoul(number, NULL, 10) : xlsx->row.number + 1;
	xlsx->row.count = 0;
	xlsx->row_used = 0;
	xlsx->column = SIZE_MAX;
}

static void
start_cell(struct xlsx *xlsx, const XML_Char **attributes)
{
	const char *reference = attribute(attributes, "r"), *type = attribute(attributes, "t");

	xlsx->text_length = 0;
	xlsx->column = reference != NULL ? column_of(reference) : xlsx->column + 1;
	if (xlsx->column >= XLSX_COLUMNS_MAX) {
		/* The end of an empty element is told of all the same: the cell is empty then. */
		fail(xlsx, OCCUPARE_INVALID_ARGUMENT, "a row has more than 256 cells");
		return;
	}
	xlsx->cell = type == NULL || strcmp(type, "n") == 0 ? CELL_NUMBER
		     : strcmp(type, "s") == 0               ? CELL_SHARED
							    : CELL_TEXT;
}

/* A copy in the row's own room; NULL: there is none left. */
static char *
keep_text(struct xlsx *xlsx, const char *text, size_t length)
{
	char *kept = xlsx->row_texts + xlsx->row_used;

	if (length + 1 > XLSX_ROW_BYTES_MAX - xlsx->row_used) {
		fail(xlsx, OCCUPARE_INVALID_ARGUMENT, "a row has more than 65536 bytes");
		return NULL;
	}
	memcpy(kept, text, length);
	kept[length] = '\0';
	xlsx->row_used += length + 1;
	return kept;
}

/* The text of a number is already as %.15g writes it: most are, and that takes time. */
static bool
is_short_number(const char *text, size_t length)
{
	size_t sign = text[0] == '-', whole = strspn(text + sign, "0123456789"), part;

	if (whole == 0 || (whole > 1 && text[sign] == '0'))
		return false;
	if (sign + whole == length)
		return whole <= 15 && !(sign == 1 && text[1] == '0');
	if (text[sign + whole] != '.')
		return false;
	part = strspn(text + sign + whole + 1, "0123456789");
	/* What starts 0.0 may be written with an exponent. */
	return part > 0 && sign + whole + 1 + part == length && whole + part <= 15 && text[length - 1] != '0' &&
	       (text[sign] != '0' || text[sign + 2] != '0');
}

static char *
cell_text(struct xlsx *xlsx)
{
	char number[32], *end;
	size_t index;

	xlsx->text[xlsx->text_length] = '\0';
	if (xlsx->cell == CELL_SHARED) {
		index = strtoul(xlsx->text, &end, 10);
		if (end != xlsx->text && *end == '\0' && index < xlsx->shared_count)
			return xlsx->shared[index];
		fail(xlsx, OCCUPARE_INVALID_ARGUMENT, "a cell names a shared text that is not there");
		return NULL;
	}
	if (xlsx->cell == CELL_NUMBER && !is_short_number(xlsx->text, xlsx->text_length)) {
		double value = strtod(xlsx->text, &end);

		if (end != xlsx->text && *end == '\0') {
			snprintf(number, sizeof number, "%.15g", value);
			return keep_text(xlsx, number, strlen(number));
		}
	}
	return keep_text(xlsx, xlsx->text, xlsx->text_length);
}

/* Cells that are left out before this one are empty. */
static void
end_cell(struct xlsx *xlsx)
{
	static char empty[] = "";
	char *text = xlsx->text_length == 0 ? empty : cell_text(xlsx);

	if (text == NULL || *text == '\0' || xlsx->column < xlsx->row.count)
		return;
	while (xlsx->row.count < xlsx->column)
		xlsx->row.cells[xlsx->row.count++] = empty;
	xlsx->row.cells[xlsx->row.count++] = text;
}

static void XMLCALL
on_sheet_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
	struct xlsx *xlsx = data;

	name = local_name(name);
	if (strcmp(name, "row") == 0)
		start_row(xlsx, attributes);
	else if (strcmp(name, "c") == 0)
		start_cell(xlsx, attributes);
	else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		xlsx->into = TEXT_VALUE;
	else if (strcmp(name, "rPh") == 0)
		xlsx->phonetic++;
}

static void XMLCALL
on_sheet_end(void *data, const XML_Char *name)
{
	struct xlsx *xlsx = data;

	name = local_name(name);
	if (strcmp(name, "row") == 0) {
		xlsx->row_done = xlsx->row.count > 0;
		if (xlsx->row_done)
			XML_StopParser(xlsx->parser, XML_TRUE);
	} else if (strcmp(name, "c") == 0) {
		end_cell(xlsx);
	} else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
		xlsx->into = TEXT_NONE;
	} else if (strcmp(name, "rPh") == 0) {
		xlsx->phonetic--;
	}
}

/* ---- Reading ---- */

static enum occupare_code
read_shared(struct xlsx *xlsx, struct occupare_status *st)
{
	bool there;

	xlsx->st = st;
	if (open_member(xlsx, "xl/sharedStrings.xml", on_shared_start, on_shared_end, &there, st) != OCCUPARE_OK)
		return st->code;
	while (there && !xlsx->ended)
		if (feed(xlsx, st) != OCCUPARE_OK)
			return st->code;
	close_member(xlsx);
	return OCCUPARE_OK;
}

/* zip: NULL where it could not be opened. */
static enum occupare_code
open_workbook(zip_t *zip, uint64_t *bytes_left, struct xlsx **ret, struct occupare_status *st)
{
	struct xlsx *xlsx;

	occupare_status_clear(st);
	if (zip == NULL)
		return occupare_fail(
		    st, OCCUPARE_DATA_LOSS, NULL, "cannot be read as a workbook: it is no zip, or damaged");
	xlsx = calloc(1, sizeof *xlsx);
	if (xlsx == NULL) {
		zip_discard(zip);
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	}
	xlsx->zip = zip;
	xlsx->bytes_left = bytes_left;
	occ_arena_init(&xlsx->arena, 0, 0);
	if (zip_name_locate(zip, "xl/workbook.xml", 0) < 0)
		occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "is no workbook: it has no xl/workbook.xml");
	else
		(void)!read_shared(xlsx, st);
	if (st->code != OCCUPARE_OK) {
		xlsx_close(xlsx);
		return st->code;
	}
	*ret = xlsx;
	return OCCUPARE_OK;
}

enum occupare_code
xlsx_open(const char *path, uint64_t *bytes_left, struct xlsx **ret, struct occupare_status *st)
{
	return open_workbook(zip_open(path, ZIP_RDONLY, NULL), bytes_left, ret, st);
}

enum occupare_code
xlsx_open_memory(const char *bytes, size_t length, uint64_t *bytes_left, struct xlsx **ret, struct occupare_status *st)
{
	zip_source_t *source = zip_source_buffer_create(bytes, length, 0, NULL);
	zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, NULL);

	if (zip == NULL && source != NULL)
		zip_source_free(source);
	return open_workbook(zip, bytes_left, ret, st);
}

void
xlsx_close(struct xlsx *xlsx)
{
	if (xlsx == NULL)
		return;
	close_member(xlsx);
	if (xlsx->zip != NULL)
		zip_discard(xlsx->zip);
	free(xlsx->shared);
	occ_arena_fini(&xlsx->arena);
	free(xlsx);
}

enum occupare_code
xlsx_sheet(struct xlsx *xlsx, unsigned sheet, bool *ret_there, struct occupare_status *st)
{
	char name[64];

	occupare_status_clear(st);
	snprintf(name, sizeof name, "xl/worksheets/sheet%u.xml", sheet);
	xlsx->row_done = false;
	xlsx->row.number = 0;
	return open_member(xlsx, name, on_sheet_start, on_sheet_end, ret_there, st);
}

/* Goes on after the row that the parser was halted at. */
static enum occupare_code
resume(struct xlsx *xlsx, struct occupare_status *st)
{
	XML_ParsingStatus status;

	XML_GetParsingStatus(xlsx->parser, &status);
	if (status.parsing != XML_SUSPENDED)
		return xlsx->ended ? OCCUPARE_OK : feed(xlsx, st);
	if (XML_ResumeParser(xlsx->parser) != XML_STATUS_ERROR)
		return OCCUPARE_OK;
	return st->code != OCCUPARE_OK
		   ? st->code
		   : occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "XML line %lu: %s",
			 XML_GetCurrentLineNumber(xlsx->parser), XML_ErrorString(XML_GetErrorCode(xlsx->parser)));
}

enum occupare_code
xlsx_next(struct xlsx *xlsx, struct xlsx_row **ret_row, struct occupare_status *st)
{
	XML_ParsingStatus status;

	occupare_status_clear(st);
	xlsx->st = st;
	xlsx->row_done = false;
	for (;;) {
		if (resume(xlsx, st) != OCCUPARE_OK)
			return st->code;
		if (xlsx->row_done)
			break;
		XML_GetParsingStatus(xlsx->parser, &status);
		if (status.parsing == XML_FINISHED)
			break;
	}
	*ret_row = xlsx->row_done ? &xlsx->row : NULL;
	return OCCUPARE_OK;
}

/* Files are told apart when they are added, streams when they are opened: from there on a table is bytes, then rows, then
 * cells, all in one buffer that holds a row at least. */
#include "store/import/tables.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zip.h>
#include <zlib.h>

#include "proto/wire.h"
#include "store/import/xlsx.h"

#define ARENA_BYTES_KEPT ((size_t)4 << 10)
#define GZ_BUFFER_BYTES (128u << 10)
#define BUFFER_BYTES (2 * TABLES_ROW_BYTES_MAX)

static char empty_cell[] = "";
static const char utf8_mark[] = "\xEF\xBB\xBF";

/* ---- Which files there are ---- */

void
tables_init(struct tables *tables, uint64_t bytes_max)
{
	*tables = (struct tables){ .bytes_left = bytes_max == 0 ? TABLES_BYTES_MAX : bytes_max };
	occ_arena_init(&tables->arena, ARENA_BYTES_KEPT, 0);
}

static void
close_last(struct tables *tables)
{
	xlsx_close(tables->last_xlsx);
	free(tables->last_workbook);
	tables->last_xlsx = NULL;
	tables->last_workbook = NULL;
}

void
tables_fini(struct tables *tables)
{
	close_last(tables);
	free(tables->files);
	tables->files = NULL;
	occ_arena_fini(&tables->arena);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

/* The last folder of a path, or "". */
static const char *
folder_name(struct occ_arena *arena, const char *path)
{
	size_t length = (size_t)(base_name(path) - path);

	while (length > 0 && path[length - 1] == '/')
		length--;
	return base_name(occ_arena_strndup(arena, path, length));
}

const struct tables_file *
tables_find(const struct tables *tables, const char *name)
{
	for (size_t i = 0; i < tables->count; i++)
		if (strcmp(tables->files[i].name, name) == 0)
			return &tables->files[i];
	return NULL;
}

static enum occupare_code
add(struct tables *tables, const struct tables_file *file, struct occupare_status *st)
{
	const struct tables_file *same = tables_find(tables, file->name);

	if (same != NULL)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "%s is also given as %s; give each file once",
		    file->path, same->path);
	if (tables->count == TABLES_FILES_MAX)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "more than %u files", TABLES_FILES_MAX);
	if (tables->files == NULL && (tables->files = calloc(TABLES_FILES_MAX, sizeof *tables->files)) == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	tables->files[tables->count++] = *file;
	return OCCUPARE_OK;
}

/* "Skills.txt" of "Skills.txt.gz". */
static const char *
table_name(struct occ_arena *arena, const char *path)
{
	const char *name = base_name(path);

	return ends_with(name, ".gz") ? occ_arena_strndup(arena, name, strlen(name) - 3) : name;
}

static enum occupare_code
add_file(struct tables *tables, const char *path, const char *origin, uint64_t bytes, struct occupare_status *st)
{
	char *kept = occ_arena_strdup(&tables->arena, path);
	const struct tables_file file = {
		.name = table_name(&tables->arena, kept), .path = kept, .origin = origin, .bytes = bytes
	};

	return add(tables, &file, st);
}

/* A name that an unpacking program would write outside of its folder. Nothing is unpacked here, but such an archive is not
 * what a publisher made. */
static bool
leads_out(const char *name)
{
	if (name[0] == '/' || strchr(name, '\\') != NULL || (name[0] != '\0' && name[1] == ':'))
		return true;
	for (const char *part = name; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
			return true;
	}
	return false;
}

static enum occupare_code
add_member(struct tables *tables, zip_t *zip, uint64_t index, const char *path, struct occupare_status *st)
{
	struct occ_arena *arena = &tables->arena;
	zip_stat_t stat;

	if (zip_stat_index(zip, index, 0, &stat) != 0)
		return occupare_fail(
		    st, OCCUPARE_DATA_LOSS, NULL, "member %llu: %s", (unsigned long long)index, zip_strerror(zip));
	if (leads_out(stat.name))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "the member \"%s\" leads out of the archive; do not trust this file", stat.name);
	if (base_name(stat.name)[0] == '\0' || base_name(stat.name)[0] == '.')
		return OCCUPARE_OK;

	char *name = occ_arena_strdup(arena, stat.name);
	const char *folder = folder_name(arena, name);
	const struct tables_file file = { .name = base_name(name),
		.path = occ_arena_printf(arena, "%s:%s", path, name),
		.origin = folder[0] != '\0' ? folder : base_name(path),
		.bytes = stat.size,
		.archive = path,
		.index = index };

	return add(tables, &file, st);
}

static zip_t *
open_zip(const char *path, struct occupare_status *st)
{
	int error = 0;
	zip_t *zip = zip_open(path, ZIP_RDONLY, &error);
	zip_error_t text;

	if (zip != NULL)
		return zip;
	zip_error_init_with_code(&text, error);
	occupare_fail(st, error == ZIP_ER_OPEN ? OCCUPARE_PERMISSION_DENIED : OCCUPARE_DATA_LOSS, NULL,
	    "cannot be read as a zip: %s", zip_error_strerror(&text));
	zip_error_fini(&text);
	return NULL;
}

static enum occupare_code
add_zip(struct tables *tables, const char *path, struct occupare_status *st)
{
	const char *kept = occ_arena_strdup(&tables->arena, path);
	zip_t *zip = open_zip(path, st);
	zip_int64_t count;

	if (zip == NULL)
		return st->code;
	count = zip_get_num_entries(zip, 0);
	for (zip_int64_t i = 0; i < count && st->code == OCCUPARE_OK; i++)
		(void)!add_member(tables, zip, (uint64_t)i, kept, st);
	zip_discard(zip);
	return st->code;
}

static enum occupare_code
cannot_read(int error, struct occupare_status *st)
{
	enum occupare_code code = error == ENOENT || error == ENOTDIR ? OCCUPARE_NOT_FOUND
				  : error == EACCES || error == EPERM ? OCCUPARE_PERMISSION_DENIED
								      : OCCUPARE_INVALID_ARGUMENT;

	return occupare_fail(st, code, NULL, "cannot be read: %s", strerror(error));
}

static enum occupare_code
add_entry(struct tables *tables, const char *folder, const char *name, struct occupare_status *st)
{
	struct occ_arena *arena = &tables->arena;
	const char *path = occ_arena_printf(arena, "%s%s%s", folder, ends_with(folder, "/") ? "" : "/", name);
	struct stat stat_buffer;

	if (stat(path, &stat_buffer) != 0)
		return occupare_fail(st, OCCUPARE_NOT_FOUND, NULL, "%s cannot be read: %s", path, strerror(errno));
	if (!S_ISREG(stat_buffer.st_mode))
		return OCCUPARE_OK;
	return add_file(tables, path, folder_name(arena, path), (uint64_t)stat_buffer.st_size, st);
}

/* Hidden files are an editor's or a file manager's. */
static enum occupare_code
add_folder(struct tables *tables, const char *path, struct occupare_status *st)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);

	if (count < 0)
		return cannot_read(errno, st);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.' && st->code == OCCUPARE_OK)
			(void)!add_entry(tables, path, entries[i]->d_name, st);
		free(entries[i]);
	}
	free(entries);
	return st->code;
}

enum occupare_code
tables_add(struct tables *tables, const char *path, struct occupare_status *st)
{
	struct stat stat_buffer;

	occupare_status_clear(st);
	if (stat(path, &stat_buffer) != 0)
		return cannot_read(errno, st);
	if (S_ISDIR(stat_buffer.st_mode))
		return add_folder(tables, path, st);
	if (!S_ISREG(stat_buffer.st_mode))
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "is neither a file nor a folder");
	if (ends_with(path, ".zip"))
		return add_zip(tables, path, st);
	return add_file(tables, path, folder_name(&tables->arena, path), (uint64_t)stat_buffer.st_size, st);
}

/* ---- Bytes ---- */

/* What a file's bytes come from: a gzFile reads plain files, too. */
struct stream {
	gzFile gz;
	zip_t *zip;
	zip_file_t *member;
	uint64_t bytes; /* delivered */
	bool ended;
};

static void
stream_close(struct stream *stream)
{
	if (stream->gz != NULL)
		gzclose(stream->gz);
	if (stream->member != NULL)
		zip_fclose(stream->member);
	if (stream->zip != NULL)
		zip_discard(stream->zip);
}

static enum occupare_code
stream_open(struct stream *stream, const struct tables_file *file, struct occupare_status *st)
{
	*stream = (struct stream){ 0 };
	if (file->archive == NULL) {
		stream->gz = gzopen(file->path, "rbe");
		if (stream->gz == NULL)
			return cannot_read(errno, st);
		gzbuffer(stream->gz, GZ_BUFFER_BYTES);
		return OCCUPARE_OK;
	}
	stream->zip = open_zip(file->archive, st);
	if (stream->zip == NULL)
		return st->code;
	stream->member = zip_fopen_index(stream->zip, file->index, 0);
	if (stream->member == NULL) {
		occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "cannot be read: %s", zip_strerror(stream->zip));
		stream_close(stream);
		*stream = (struct stream){ 0 };
		return st->code;
	}
	return OCCUPARE_OK;
}

/* A gzip that was cut off ends without an error from gzread alone. */
static enum occupare_code
gz_read(struct stream *stream, char *to, size_t size, size_t *ret, struct occupare_status *st)
{
	int count = gzread(stream->gz, to, (unsigned)size), error;
	const char *text = gzerror(stream->gz, &error);

	if (error == Z_ERRNO)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "cannot be read: %s", strerror(errno));
	if (error != Z_OK)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "is damaged or cut off: %s", text);
	*ret = (size_t)count;
	return OCCUPARE_OK;
}

static enum occupare_code
zip_read(struct stream *stream, char *to, size_t size, size_t *ret, struct occupare_status *st)
{
	zip_int64_t count = zip_fread(stream->member, to, size);

	if (count < 0)
		return occupare_fail(st, OCCUPARE_DATA_LOSS, NULL, "is damaged or cut off: %s",
		    zip_error_strerror(zip_file_get_error(stream->member)));
	*ret = (size_t)count;
	return OCCUPARE_OK;
}

/* Up to size bytes; 0 at the end. left: what may still be read of all files. */
static enum occupare_code
stream_read(struct stream *stream, uint64_t *left, char *to, size_t size, size_t *ret, struct occupare_status *st)
{
	enum occupare_code code = stream->gz != NULL ? gz_read(stream, to, size, ret, st)
						     : zip_read(stream, to, size, ret, st);

	if (code != OCCUPARE_OK)
		return code;
	if (*ret > *left)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "the files are larger than what may be unpacked; see --max-bytes");
	*left -= *ret;
	stream->bytes += *ret;
	stream->ended = *ret == 0;
	return OCCUPARE_OK;
}

enum occupare_code
tables_head(struct tables *tables, const struct tables_file *file, char *ret, size_t size, struct occupare_status *st)
{
	struct stream stream;
	size_t length = 0, count = 1;

	occupare_status_clear(st);
	if (stream_open(&stream, file, st) != OCCUPARE_OK)
		return st->code;
	while (count > 0 && length < size - 1) {
		if (stream_read(&stream, &tables->bytes_left, ret + length, size - 1 - length, &count, st) !=
		    OCCUPARE_OK)
			break;
		length += count;
	}
	ret[length] = '\0';
	stream_close(&stream);
	return st->code;
}

/* ---- Rows ---- */

/* Tidy copies of the cells of a row, of at most TABLES_NAME_BYTES_MAX each. */
struct head_row {
	char **cells;
	size_t count;
};

struct table {
	struct tables *tables;
	const struct tables_file *file;
	struct stream stream;
	struct xlsx *xlsx;      /* NULL = text */
	char *workbook;         /* its bytes, where it lies in an archive */
	const char *path;       /* for messages */
	struct occ_arena arena; /* names of sheets, indexes */
	char *buffer;           /* BUFFER_BYTES and a NUL */
	size_t start, end;      /* of what is not yet taken */
	size_t line, next_line; /* of the row, and of what follows it */
	char separator;
	bool quoted;     /* CSV's quotes mean something */
	bool plain[128]; /* ASCII that may stand in a row */

	char *cells[TABLES_COLUMNS_MAX]; /* of the row */
	size_t cells_count;

	struct occ_arena head_arena;                 /* what the first rows of a sheet say */
	struct head_row rows[TABLES_TITLE_ROWS_MAX]; /* the first ones, titles and header */
	size_t rows_count;
	const char **titles; /* ended by NULL */
	const char **header; /* names, header_count of them */
	size_t header_count;
	size_t failed; /* index in the header of the cell that failed; SIZE_MAX = none */

	const struct table_column *columns;
	size_t *indexes; /* of each column asked for, in the header; SIZE_MAX = missing */
	size_t columns_count;
	size_t columns_found; /* in the header that is tried */
	size_t nearest;       /* the most that were found in one that did not fit; SIZE_MAX = none was tried */
	const char **unknown; /* ended by NULL */
	const char **places;  /* column "Data Value", by index in the header */
};

static enum occupare_code
fill(struct table *table, struct occupare_status *st)
{
	size_t count = 0;

	if (table->start > 0) {
		memmove(table->buffer, table->buffer + table->start, table->end - table->start);
		table->end -= table->start;
		table->start = 0;
	}
	if (table->end == BUFFER_BYTES)
		return OCCUPARE_OK;
	if (stream_read(&table->stream, &table->tables->bytes_left, table->buffer + table->end,
		BUFFER_BYTES - table->end, &count, st) != OCCUPARE_OK)
		return st->code;
	table->end += count;
	return OCCUPARE_OK;
}

/* The end of the row that starts the text, before its newline, or length if that is not in the text. Counts the lines. */
static size_t
row_end(const struct table *table, const char *text, size_t length, size_t *ret_lines)
{
	bool in_quotes = false;
	const char *newline;

	*ret_lines = 1;
	if (!table->quoted) {
		newline = memchr(text, '\n', length);
		return newline == NULL ? length : (size_t)(newline - text);
	}
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			in_quotes = !in_quotes;
		else if (text[i] == '\n' && !in_quotes)
			return i;
		else if (text[i] == '\n')
			++*ret_lines;
	}
	return length;
}

/* Finds the next row: *ret_text and *ret_length without its line end; NULL at the end of the file. */
static enum occupare_code
take_row(struct table *table, char **ret_text, size_t *ret_length, struct occupare_status *st)
{
	size_t length, lines, available;

	for (;;) {
		available = table->end - table->start;
		length = row_end(table, table->buffer + table->start, available, &lines);
		if (length < available || table->stream.ended || length > TABLES_ROW_BYTES_MAX)
			break;
		if (fill(table, st) != OCCUPARE_OK)
			return st->code;
	}
	table->line = table->next_line;
	*ret_text = NULL;
	if (available == 0)
		return OCCUPARE_OK;
	if (length > TABLES_ROW_BYTES_MAX)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "the row has more than %zu bytes; is this the right kind of file%s?", TABLES_ROW_BYTES_MAX,
		    table->quoted ? ", with every quote closed" : "");
	*ret_text = table->buffer + table->start;
	table->start += length + (length < available);
	table->next_line += lines;
	*ret_length = length > 0 && (*ret_text)[length - 1] == '\r' ? length - 1 : length;
	return OCCUPARE_OK;
}

/* ---- Cells ---- */

/* Takes the quotes off a cell in place, and returns where what follows it starts; NULL: the quotes are wrong. */
static char *
unquote(char *cell, char *end, char separator, char **ret_end)
{
	char *out = cell, *at = cell + 1;

	for (;; at++) {
		char *quote = memchr(at, '"', (size_t)(end - at));

		if (quote == NULL)
			return NULL;
		memmove(out, at, (size_t)(quote - at));
		out += quote - at;
		at = quote + 1;
		if (at == end || *at != '"')
			break;
		*out++ = '"';
	}
	*ret_end = out;
	return at == end || *at == separator ? at : NULL;
}

/* Splits a row in place into NUL-terminated cells. */
static enum occupare_code
split(struct table *table, char *text, size_t length, struct occupare_status *st)
{
	char *at = text, *end = text + length, *stop, *next;

	table->cells_count = 0;
	for (;;) {
		if (table->cells_count == TABLES_COLUMNS_MAX)
			return occupare_fail(
			    st, OCCUPARE_INVALID_ARGUMENT, NULL, "the row has more than %u cells", TABLES_COLUMNS_MAX);
		table->cells[table->cells_count++] = at;
		if (table->quoted && at < end && *at == '"') {
			next = unquote(at, end, table->separator, &stop);
			if (next == NULL) {
				table->failed = table->cells_count - 1;
				return occupare_fail(
				    st, OCCUPARE_INVALID_ARGUMENT, NULL, "a quote is not closed, or text follows it");
			}
		} else {
			stop = memchr(at, table->separator, (size_t)(end - at));
			next = stop = stop == NULL ? end : stop;
		}
		/* next may be stop, so its byte is looked at no more. */
		*stop = '\0';
		if (next == end)
			return OCCUPARE_OK;
		at = next + 1;
	}
}

/* Notes which bytes may stand in a row: no control characters, but for those that part cells or that quotes may hold. */
static void
note_plain(struct table *table)
{
	for (unsigned byte = 0; byte < sizeof table->plain; byte++) {
		bool space = byte == '\n' || byte == '\r' || byte == '\t';

		table->plain[byte] = (space ? table->quoted : byte >= 0x20 && byte != 0x7F) ||
				     byte == (unsigned char)table->separator;
	}
}

/* The text is valid UTF-8 without control characters. */
static enum occupare_code
check_text(const struct table *table, const char *text, size_t length, struct occupare_status *st)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + length;

	while (at < end) {
		size_t bytes;

		if (*at < sizeof table->plain && table->plain[*at]) {
			at++;
			continue;
		}
		bytes = *at < 0x80 ? 1 : occ_utf8_sequence(at, end);
		if (bytes == 0)
			return occupare_fail(
			    st, OCCUPARE_INVALID_ARGUMENT, NULL, "the byte 0x%02X is not UTF-8; convert the file", *at);
		if (bytes == 1)
			return occupare_fail(
			    st, OCCUPARE_INVALID_ARGUMENT, NULL, "holds the control character U+%04X", *at);
		at += bytes;
	}
	return OCCUPARE_OK;
}

/* Which cell of the row is to blame for a fault that check_text finds; SIZE_MAX: quotes make it hard to tell. */
static size_t
cell_at_fault(const struct table *table, char *text, size_t length)
{
	struct occupare_status st;
	size_t index = 0, start = 0;

	if (table->quoted && memchr(text, '"', length) != NULL)
		return SIZE_MAX;
	for (size_t i = 0; i <= length; i++)
		if (i == length || text[i] == table->separator) {
			if (check_text(table, text + start, i - start, &st) != OCCUPARE_OK)
				return index;
			start = i + 1;
			index++;
		}
	return SIZE_MAX;
}

/* The next row of a sheet. */
static enum occupare_code
read_cells(struct table *table, bool *ret_row, struct occupare_status *st)
{
	struct xlsx_row *row;

	if (xlsx_next(table->xlsx, &row, st) != OCCUPARE_OK)
		return st->code;
	*ret_row = row != NULL;
	if (row == NULL)
		return OCCUPARE_OK;
	table->line = row->number;
	table->cells_count = row->count;
	memcpy(table->cells, row->cells, row->count * sizeof row->cells[0]);
	return OCCUPARE_OK;
}

/* The next line that is not blank, split. */
static enum occupare_code
read_line(struct table *table, bool *ret_row, struct occupare_status *st)
{
	char *text = NULL;
	size_t length = 0;

	do {
		if (take_row(table, &text, &length, st) != OCCUPARE_OK)
			return st->code;
	} while (text != NULL && length == 0);
	*ret_row = text != NULL;
	if (text == NULL)
		return OCCUPARE_OK;
	if (check_text(table, text, length, st) != OCCUPARE_OK) {
		table->failed = cell_at_fault(table, text, length);
		return st->code;
	}
	return split(table, text, length, st);
}

static bool
is_empty_row(const struct table *table)
{
	for (size_t i = 0; i < table->cells_count; i++)
		if (table->cells[i][0] != '\0')
			return false;
	return true;
}

/* The next row that holds anything. In tab-separated text a row of empty cells is one: it has no place for decoration. */
static enum occupare_code
read_row(struct table *table, bool *ret_row, struct occupare_status *st)
{
	table->failed = SIZE_MAX;
	if (table->xlsx != NULL)
		return read_cells(table, ret_row, st);
	do {
		if (read_line(table, ret_row, st) != OCCUPARE_OK)
			return st->code;
	} while (*ret_row && table->quoted && is_empty_row(table));
	return OCCUPARE_OK;
}

enum occupare_code
table_next(struct table *table, bool *ret_row, struct occupare_status *st)
{
	if (read_row(table, ret_row, st) != OCCUPARE_OK)
		return st->code;
	if (!*ret_row)
		return OCCUPARE_OK;
	/* Empty cells at the end of a sheet's row are left out, and what stands beside the table is not of it. */
	while (table->xlsx != NULL && table->cells_count < table->header_count)
		table->cells[table->cells_count++] = empty_cell;
	if (table->xlsx == NULL && table->cells_count != table->header_count)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "the row has %zu cells, the header has %zu; is the file whole?", table->cells_count,
		    table->header_count);
	return OCCUPARE_OK;
}

const char *
table_cell(const struct table *table, size_t column)
{
	size_t index = table->indexes[column];

	return index == SIZE_MAX ? "" : table->cells[index];
}

bool
table_has_column(const struct table *table, size_t column)
{
	return table->indexes[column] != SIZE_MAX;
}

const char *
table_header(const struct table *table, size_t column)
{
	size_t index = table->indexes[column];

	return index == SIZE_MAX ? "" : table->header[index];
}

const char *
table_title(const struct table *table, size_t row)
{
	return table->titles[row];
}

struct import_place
table_place(const struct table *table, size_t column)
{
	size_t index = column == TABLE_WHOLE_ROW ? table->failed : table->indexes[column];
	struct import_place place = { .file = table->path, .line = table->line };

	if (index < table->header_count)
		place.path = table->places[index];
	return place;
}

const char *
table_unknown_column(const struct table *table, size_t index)
{
	return table->unknown[index];
}

uint64_t
table_bytes_read(const struct table *table)
{
	z_off_t offset = table->stream.gz != NULL ? gzoffset(table->stream.gz) : -1;

	return offset >= 0 ? (uint64_t)offset : table->stream.bytes;
}

/* ---- The header ---- */

static void
skip_mark(struct table *table)
{
	if (table->end - table->start >= 3 && memcmp(table->buffer + table->start, utf8_mark, 3) == 0)
		table->start += 3;
}

/* Says how cells are parted, from the name and the first line. */
static void
choose_separator(struct table *table)
{
	const char *text = table->buffer + table->start;
	size_t length = table->end - table->start;
	const char *newline = memchr(text, '\n', length);

	length = newline == NULL ? length : (size_t)(newline - text);
	table->separator = '\t';
	table->quoted = ends_with(table->file->name, ".csv");
	if (table->quoted)
		table->separator = memchr(text, ',', length) == NULL && memchr(text, ';', length) != NULL ? ';' : ',';
	note_plain(table);
}

/* Length of the footnote mark at the start of the text, "[1]" or "[12]"; 0: there is none. */
static size_t
mark_length(const char *text)
{
	size_t digits = text[0] == '[' ? strspn(text + 1, "0123456789") : 0;

	return digits > 0 && digits <= 2 && text[digits + 1] == ']' ? digits + 2 : 0;
}

char *
table_tidy(struct occ_arena *arena, const char *text)
{
	char *copy = occ_arena_strdup(arena, text), *out = copy;

	for (const char *at = text; *at != '\0';) {
		size_t skipped = strspn(at, " \t\r\n");

		if (skipped > 0 && out > copy && out[-1] != ' ')
			*out++ = ' ';
		if (skipped == 0)
			skipped = mark_length(at);
		if (skipped == 0)
			*out++ = *at++;
		at += skipped;
	}
	if (out > copy && out[-1] == ' ')
		out--;
	*out = '\0';
	return copy;
}

/* Adds a word to a text of at most TABLES_NAME_BYTES_MAX, of which what is too long, to a whole character, is left out. */
static void
add_word(char *text, size_t *length, const char *word)
{
	size_t count = strlen(word), room;

	if (count == 0)
		return;
	if (*length > 0 && *length < TABLES_NAME_BYTES_MAX)
		text[(*length)++] = ' ';
	room = TABLES_NAME_BYTES_MAX - *length;
	if (count > room)
		for (count = room; count > 0 && ((unsigned char)word[count] & 0xC0) == 0x80; count--)
			;
	memcpy(text + *length, word, count);
	*length += count;
	text[*length] = '\0';
}

static void
keep_row(struct table *table)
{
	struct head_row *row = &table->rows[table->rows_count++];
	struct occ_arena arena;

	occ_arena_init(&arena, 0, 0);
	row->count = table->cells_count;
	row->cells = occ_arena_calloc(&table->head_arena, row->count, sizeof *row->cells);
	for (size_t i = 0; i < row->count; i++) {
		char text[TABLES_NAME_BYTES_MAX + 1] = "";
		size_t length = 0;

		add_word(text, &length, table_tidy(&arena, table->cells[i]));
		row->cells[i] = occ_arena_strdup(&table->head_arena, text);
		occ_arena_reset(&arena);
	}
	occ_arena_fini(&arena);
}

static const char *
head_cell(const struct head_row *row, size_t column)
{
	return column < row->count ? row->cells[column] : "";
}

/* The heading that stands above a column and others to the right of where it is written. */
static const char *
head_above(const struct head_row *row, size_t column)
{
	while (column > 0 && head_cell(row, column)[0] == '\0')
		column--;
	return head_cell(row, column);
}

/* What the rows say of a column. */
static const char *
column_name(struct table *table, const struct head_row *rows, size_t count, size_t column)
{
	char name[TABLES_NAME_BYTES_MAX + 1] = "";
	size_t length = 0, lowest = count;

	while (lowest > 0 && head_cell(&rows[lowest - 1], column)[0] == '\0')
		lowest--;
	for (size_t i = 0; i < lowest; i++)
		add_word(name, &length, head_above(&rows[i], column));
	return occ_arena_strdup(&table->head_arena, name);
}

/* Takes the last rows that were read for the header. */
static void
set_header(struct table *table, size_t rows)
{
	const struct head_row *first = &table->rows[table->rows_count - rows];

	table->header_count = 0;
	for (size_t i = 0; i < rows; i++)
		if (first[i].count > table->header_count)
			table->header_count = first[i].count;
	table->header = occ_arena_calloc(&table->head_arena, table->header_count, sizeof *table->header);
	for (size_t i = 0; i < table->header_count; i++)
		table->header[i] = column_name(table, first, rows, i);
}

/* True where the name fits the pattern, in which "%" stands for any text. */
static bool
fits(const char *pattern, const char *name)
{
	const char *after = NULL, *retry = NULL; /* the last "%", and where what it stands for ends */

	while (*name != '\0') {
		if (*pattern == '%') {
			after = ++pattern;
			retry = name;
		} else if (*pattern != '\0' && strncasecmp(pattern, name, 1) == 0) {
			pattern++;
			name++;
		} else if (after != NULL) {
			pattern = after;
			name = ++retry;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "%")] == '\0';
}

/* How many columns before this one are asked for by the same name, and how many in all. */
static size_t
count_same(const struct table *table, size_t column, size_t *ret_all)
{
	size_t before = 0;

	*ret_all = 0;
	for (size_t i = 0; i < table->columns_count; i++)
		if (strcmp(table->columns[i].name, table->columns[column].name) == 0) {
			before += i < column;
			++*ret_all;
		}
	return before;
}

static enum occupare_code
bind_column(struct table *table, size_t column, bool *known, struct occupare_status *st)
{
	const struct table_column *asked = &table->columns[column];
	size_t all, before = count_same(table, column, &all), found = 0;

	table->indexes[column] = SIZE_MAX;
	for (size_t i = 0; i < table->header_count; i++) {
		if (!fits(asked->name, table->header[i]))
			continue;
		if (found == before) {
			table->indexes[column] = i;
			known[i] = true;
		}
		if (++found > all)
			return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
			    all == 1 ? "the header has the column \"%s\" twice"
				     : "the header has too many columns \"%s\"",
			    asked->name);
	}
	if (table->indexes[column] == SIZE_MAX && asked->needed)
		return occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL,
		    "the column \"%s\" is missing; is this the file that its name says?", asked->name);
	table->columns_found += table->indexes[column] != SIZE_MAX;
	return OCCUPARE_OK;
}

/* st: of the first column that cannot be bound; the others are bound even so, to tell how near the header comes. */
static enum occupare_code
bind_columns(struct table *table, struct occupare_status *st)
{
	bool known[TABLES_COLUMNS_MAX] = { false };
	size_t unknown = 0;

	occupare_status_clear(st);
	table->columns_found = 0;
	for (size_t i = 0; i < table->columns_count; i++) {
		struct occupare_status failed;

		if (bind_column(table, i, known, &failed) != OCCUPARE_OK && st->code == OCCUPARE_OK)
			*st = failed;
	}
	table->unknown = occ_arena_calloc(&table->head_arena, table->header_count + 1, sizeof *table->unknown);
	for (size_t i = 0; i < table->header_count; i++)
		if (!known[i] && table->header[i][0] != '\0')
			table->unknown[unknown++] = table->header[i];
	return st->code;
}

/* What is told of the header once it is found: titles above it, names of its columns for messages. */
static void
finish_header(struct table *table, size_t rows)
{
	struct occ_arena *arena = &table->head_arena;
	size_t titles = table->rows_count - rows;

	table->titles = occ_arena_calloc(arena, titles + 1, sizeof *table->titles);
	for (size_t i = 0; i < titles; i++) {
		char text[TABLES_NAME_BYTES_MAX + 1] = "";
		size_t length = 0;

		for (size_t j = 0; j < table->rows[i].count; j++)
			add_word(text, &length, table->rows[i].cells[j]);
		table->titles[i] = occ_arena_strdup(arena, text);
	}
	table->places = occ_arena_calloc(arena, table->header_count, sizeof *table->places);
	for (size_t i = 0; i < table->header_count; i++)
		table->places[i] = occ_arena_printf(arena, "column \"%s\"", table->header[i]);
}

/* Tries the rows read last as the header, the shortest first. Of those that it is not, in all sheets, the one with the most
 * columns tells in st what is missing. */
static bool
try_header(struct table *table, size_t rows_max, struct occupare_status *st)
{
	for (size_t rows = 1; rows <= rows_max && rows <= table->rows_count; rows++) {
		struct occupare_status tried;

		set_header(table, rows);
		if (bind_columns(table, &tried) == OCCUPARE_OK) {
			finish_header(table, rows);
			occupare_status_clear(st);
			return true;
		}
		if (table->nearest == SIZE_MAX || table->columns_found > table->nearest) {
			table->nearest = table->columns_found;
			*st = tried;
		}
	}
	return false;
}

/* Looks for the header in the first rows. */
static enum occupare_code
find_header(struct table *table, size_t rows, size_t rows_max, struct occupare_status *st)
{
	struct occupare_status reading;
	bool row;

	occ_arena_reset(&table->head_arena);
	for (table->rows_count = 0; table->rows_count < rows;) {
		if (read_row(table, &row, &reading) != OCCUPARE_OK) {
			if (table->nearest == SIZE_MAX || reading.code != OCCUPARE_INVALID_ARGUMENT)
				*st = reading;
			return st->code;
		}
		if (!row)
			break;
		keep_row(table);
		if (try_header(table, rows_max, st))
			return OCCUPARE_OK;
	}
	return table->nearest == SIZE_MAX ? occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "is empty") : st->code;
}

static enum occupare_code
open_text(struct table *table, struct occupare_status *st)
{
	if (stream_open(&table->stream, table->file, st) != OCCUPARE_OK || fill(table, st) != OCCUPARE_OK)
		return st->code;
	skip_mark(table);
	choose_separator(table);
	return table->quoted ? find_header(table, TABLES_TITLE_ROWS_MAX, TABLES_HEADER_ROWS_MAX, st)
			     : find_header(table, 1, 1, st);
}

/* A member of an archive in memory, which is kept: a workbook is an archive of its own and read here and there. */
static enum occupare_code
read_member(struct table *table, size_t *ret_length, struct occupare_status *st)
{
	size_t room = (size_t)table->file->bytes + 1, length = 0, count = 1;

	if (table->file->bytes > TABLES_WORKBOOK_BYTES_MAX)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "is a workbook of more than %zu bytes in a zip; unpack the zip first", TABLES_WORKBOOK_BYTES_MAX);
	table->workbook = malloc(room);
	if (table->workbook == NULL)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	if (stream_open(&table->stream, table->file, st) != OCCUPARE_OK)
		return st->code;
	while (count > 0 && length < room) {
		if (stream_read(&table->stream, &table->tables->bytes_left, table->workbook + length, room - length,
			&count, st) != OCCUPARE_OK)
			return st->code;
		length += count;
	}
	*ret_length = length;
	return OCCUPARE_OK;
}

/* Takes the workbook that was read last, if that is the one: it may hold several tables, or have been tried for another. */
static enum occupare_code
open_workbook(struct table *table, struct occupare_status *st)
{
	struct tables *tables = table->tables;
	uint64_t *bytes_left = &tables->bytes_left;
	size_t length = 0;

	if (tables->last_xlsx != NULL && tables->last_file == table->file) {
		table->xlsx = tables->last_xlsx;
		table->workbook = tables->last_workbook;
		tables->last_xlsx = NULL;
		tables->last_workbook = NULL;
		return OCCUPARE_OK;
	}
	if (table->file->archive == NULL)
		return xlsx_open(table->file->path, bytes_left, &table->xlsx, st);
	if (read_member(table, &length, st) != OCCUPARE_OK)
		return st->code;
	return xlsx_open_memory(table->workbook, length, bytes_left, &table->xlsx, st);
}

/* The first sheet with a header that fits. */
static enum occupare_code
open_sheet(struct table *table, struct occupare_status *st)
{
	struct occupare_status going;
	bool there = true;

	if (open_workbook(table, st) != OCCUPARE_OK)
		return st->code;
	occupare_fail(st, OCCUPARE_INVALID_ARGUMENT, NULL, "has no sheet");
	for (unsigned sheet = 1; sheet <= XLSX_SHEETS_MAX; sheet++) {
		if (xlsx_sheet(table->xlsx, sheet, &there, &going) != OCCUPARE_OK) {
			*st = going;
			return st->code;
		}
		if (!there)
			break;
		table->path = occ_arena_printf(&table->arena, "%s:sheet%u", table->file->path, sheet);
		if (find_header(table, TABLES_TITLE_ROWS_MAX, TABLES_HEADER_ROWS_MAX, st) != OCCUPARE_INVALID_ARGUMENT)
			break;
	}
	return st->code;
}

enum occupare_code
table_open(struct tables *tables, const struct tables_file *file, const struct table_column *columns,
    size_t columns_count, struct table **ret, struct occupare_status *st)
{
	struct table *table = calloc(1, sizeof *table);

	occupare_status_clear(st);
	if (table == NULL || (table->buffer = malloc(BUFFER_BYTES + 1)) == NULL) {
		free(table);
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "out of memory");
	}
	table->tables = tables;
	table->file = file;
	table->columns = columns;
	table->columns_count = columns_count;
	table->next_line = 1;
	table->nearest = SIZE_MAX;
	occ_arena_init(&table->arena, ARENA_BYTES_KEPT, 0);
	occ_arena_init(&table->head_arena, ARENA_BYTES_KEPT, 0);
	table->indexes = occ_arena_calloc(&table->arena, columns_count, sizeof *table->indexes);
	table->path = file->path;
	if ((ends_with(file->name, ".xlsx") ? open_sheet(table, st) : open_text(table, st)) != OCCUPARE_OK) {
		table_close(table);
		return st->code;
	}
	*ret = table;
	return OCCUPARE_OK;
}

void
table_close(struct table *table)
{
	if (table == NULL)
		return;
	stream_close(&table->stream);
	if (table->xlsx != NULL) {
		close_last(table->tables);
		table->tables->last_file = table->file;
		table->tables->last_xlsx = table->xlsx;
		table->tables->last_workbook = table->workbook;
	} else {
		free(table->workbook);
	}
	occ_arena_fini(&table->head_arena);
	occ_arena_fini(&table->arena);
	free(table->buffer);
	free(table);
}

/* Tables are drawn by libsmartcols, text is wrapped here by the width of its characters. */
#include "client/output.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libsmartcols/libsmartcols.h>
#include <utf8proc.h>

#include "proto/json.h"

#define WIDTH_MIN 40
#define WIDTH_MAX 400
#define WIDTH_DEFAULT 80
#define LABEL_WIDTH 18
#define SEPARATOR_WIDTH 2
#define COLUMN_WIDTH_MIN 12 /* of one that is wrapped */

const char *
output_smartcols_version(void)
{
	const char *version = "";

	scols_get_library_version(&version);
	return version;
}

enum output_form
output_form(const char *name)
{
	static const char *const names[] = { [OUTPUT_TEXT] = "text",
		[OUTPUT_TABLE] = "table",
		[OUTPUT_MARKDOWN] = "markdown",
		[OUTPUT_HTML] = "html",
		[OUTPUT_CSV] = "csv",
		[OUTPUT_JSON] = "json",
		[OUTPUT_IDS] = "ids" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return (enum output_form)i;
	abort();
}

unsigned
output_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize window = { 0 };
	unsigned long width = 0;

	if (columns != NULL)
		width = strtoul(columns, NULL, 10);
	if (width == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0)
		width = window.ws_col;
	if (width == 0)
		return WIDTH_DEFAULT;
	return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : (unsigned)width;
}

bool
output_color(const struct cli *cli)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return !cli->no_color && (no_color == NULL || no_color[0] == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0 && isatty(STDOUT_FILENO);
}

bool
output_finish(void)
{
	if (ferror(stdout) == 0 && fclose(stdout) == 0)
		return true;
	fprintf(stderr, "occupare: cannot write the output: %s\n", strerror(errno));
	return false;
}

int
output_json(struct cli *cli, const ProtobufCMessage *message)
{
	if (occ_json_write(stdout, message, true, &cli->status) == OCCUPARE_OK)
		return CLI_OK;
	/* A stream that failed is reported once, by output_finish. */
	return ferror(stdout) ? CLI_REFUSED : cli_fail(&cli->status);
}

/* ---- Widths ---- */

/* Columns that the next character takes, and its bytes. What is no UTF-8 counts as one column. */
static unsigned
character_width(const char *text, size_t *ret_bytes)
{
	utf8proc_int32_t character;
	utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &character);

	*ret_bytes = bytes > 0 ? (size_t)bytes : 1;
	return bytes > 0 ? (unsigned)utf8proc_charwidth(character) : 1;
}

static unsigned
word_width(const char *text, size_t *ret_bytes)
{
	unsigned width = 0;
	size_t bytes;

	*ret_bytes = 0;
	while (text[*ret_bytes] != '\0' && !isspace((unsigned char)text[*ret_bytes])) {
		width += character_width(text + *ret_bytes, &bytes);
		*ret_bytes += bytes;
	}
	return width;
}

static unsigned
text_width(const char *text)
{
	unsigned width = 0;
	size_t bytes;

	for (; *text != '\0'; text += bytes)
		width += character_width(text, &bytes);
	return width;
}

/* ---- Tables ---- */

void
output_table_begin(struct output_table *table, struct cli *cli, enum output_form form,
    const struct output_column *columns, size_t columns_count)
{
	*table = (struct output_table){ .cli = cli, .form = form, .columns = columns, .columns_count = columns_count };
}

void
output_cell(struct output_table *table, const char *text)
{
	if (table->cells_count == table->cells_room) {
		size_t room = table->cells_room * 2 + 256;
		const char **cells = occ_arena_alloc(&table->cli->arena, room * sizeof *cells);

		if (table->cells_count > 0)
			memcpy(cells, table->cells, table->cells_count * sizeof *cells);
		table->cells = cells;
		table->cells_room = room;
	}
	table->cells[table->cells_count++] = text != NULL ? text : "";
}

/* One field of RFC 4180. */
static void
print_csv_cell(const char *text)
{
	if (text[strcspn(text, ",\"\r\n")] == '\0') {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void
print_csv(const struct output_table *table)
{
	assert(table->columns_count > 0);
	for (size_t i = 0; i < table->columns_count; i++)
		printf("%s%s", table->columns[i].name, i + 1 < table->columns_count ? "," : "\r\n");
	for (size_t i = 0; i < table->cells_count; i++) {
		print_csv_cell(table->cells[i]);
		fputs((i + 1) % table->columns_count != 0 ? "," : "\r\n", stdout);
	}
}

/* Takes columns from the widest that may be wrapped until the table fits. */
static void
fit_widths(const struct output_table *table, unsigned *widths)
{
	unsigned total = 0, room = output_width();

	for (size_t i = 0; i < table->columns_count; i++) {
		widths[i] = text_width(table->columns[i].heading);
		for (size_t c = i; c < table->cells_count; c += table->columns_count)
			if (text_width(table->cells[c]) > widths[i])
				widths[i] = text_width(table->cells[c]);
		total += widths[i] + (i > 0 ? SEPARATOR_WIDTH : 0);
	}
	for (; total > room; total--) {
		unsigned *widest = NULL;

		for (size_t i = 0; i < table->columns_count; i++)
			if (table->columns[i].wraps && widths[i] > COLUMN_WIDTH_MIN &&
			    (widest == NULL || widths[i] > *widest))
				widest = &widths[i];
		if (widest == NULL)
			break;
		--*widest;
	}
}

/* Puts newlines for spaces so that no line is wider, unless a word is. */
static const char *
break_lines(struct cli *cli, const char *text, unsigned width)
{
	char *broken = occ_arena_strdup(&cli->arena, text);
	unsigned column = 0;

	for (char *word = broken; *word != '\0';) {
		size_t bytes;
		unsigned wide = word_width(word, &bytes);

		if (column > 0 && column + 1 + wide > width) {
			word[-1] = '\n';
			column = wide;
		} else {
			column += wide + (column > 0);
		}
		word += bytes;
		if (*word != '\0')
			word++;
	}
	return broken;
}

static bool
add_columns(const struct output_table *table, struct libscols_table *drawn)
{
	for (size_t i = 0; i < table->columns_count; i++) {
		const struct output_column *column = &table->columns[i];
		struct libscols_column *added = scols_table_new_column(
		    drawn, column->heading, 0, column->right ? SCOLS_FL_RIGHT : SCOLS_FL_WRAP);

		if (added == NULL)
			return false;
		if (!column->right &&
		    (scols_column_set_wrapfunc(added, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) != 0 ||
			scols_column_set_safechars(added, "\n") != 0))
			return false;
	}
	return true;
}

static bool
fill_table(const struct output_table *table, struct libscols_table *drawn)
{
	unsigned *widths = occ_arena_calloc(&table->cli->arena, table->columns_count, sizeof *widths);

	fit_widths(table, widths);
	for (size_t at = 0; at < table->cells_count; at += table->columns_count) {
		struct libscols_line *line = scols_table_new_line(drawn, NULL);

		if (line == NULL)
			return false;
		for (size_t i = 0; i < table->columns_count; i++) {
			const char *text = table->cells[at + i];

			if (table->columns[i].wraps)
				text = break_lines(table->cli, text, widths[i]);
			if (scols_line_set_data(line, i, text) != 0)
				return false;
		}
	}
	return true;
}

/* False: out of memory. */
static bool
draw_table(const struct output_table *table)
{
	struct libscols_table *drawn;
	bool done;

	scols_init_debug(0);
	drawn = scols_new_table();
	if (drawn == NULL)
		return false;
	scols_table_set_stream(drawn, stdout);
	scols_table_set_termforce(drawn, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(drawn, output_width());
	scols_table_set_column_separator(drawn, "  ");
	done = add_columns(table, drawn) && fill_table(table, drawn) && scols_print_table(drawn) == 0;
	scols_unref_table(drawn);
	return done;
}

int
output_table_end(struct output_table *table)
{
	if (table->form == OUTPUT_CSV) {
		print_csv(table);
	} else if (table->form == OUTPUT_IDS) {
		for (size_t i = 0; i < table->cells_count; i += table->columns_count)
			puts(table->cells[i]);
	} else if (table->cells_count > 0 && !draw_table(table) && !ferror(stdout)) {
		fputs("occupare: out of memory\n", stderr);
		return CLI_REFUSED;
	}
	return CLI_OK;
}

/* ---- Text ---- */

void
output_safe(FILE *stream, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		putc(iscntrl((unsigned char)text[i]) ? '?' : text[i], stream);
}

void
output_words(const char *text, unsigned indent, unsigned column)
{
	unsigned width = output_width();

	for (bool first = true;; first = false) {
		size_t bytes;
		unsigned wide;

		text += strspn(text, " \t\r\n");
		if (*text == '\0')
			break;
		wide = word_width(text, &bytes);
		if (!first && column + 1 + wide > width) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			putchar(' ');
			column++;
		}
		output_safe(stdout, text, bytes);
		column += wide;
		text += bytes;
	}
	putchar('\n');
}

void
output_line(const char *label, const char *text)
{
	unsigned indent = label[0] == '\0' || label[0] == '-' ? 2 : LABEL_WIDTH;

	if (text == NULL || text[0] == '\0')
		return;
	printf("%-*s", (int)indent, label);
	output_words(text, indent, indent);
}

void
output_heading(const struct cli *cli, const char *text)
{
	printf(output_color(cli) ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

void
output_sources(struct cli *cli, Occupare__V1__Source *const *sources, size_t count)
{
	if (count > 0)
		output_heading(cli, "Sources");
	for (size_t i = 0; i < count; i++) {
		const Occupare__V1__Source *source = sources[i];

		output_line("-",
		    occ_arena_printf(&cli->arena, "%s%s%s%s%s%s%s%s%s", source->title,
			source->publisher[0] != '\0' ? ", " : "", source->publisher,
			source->release[0] != '\0' ? ", " : "", source->release, source->licence[0] != '\0' ? "; " : "",
			source->licence, source->url[0] != '\0' ? "; " : "", source->url));
	}
}

/* ---- Figures ---- */

bool
output_has(const Occupare__V1__Figure *figure)
{
	return figure != NULL && figure->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_SUPPRESSED &&
	       figure->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_NOT_COLLECTED;
}

/* Fewest digits that read back the same. */
static const char *
plain(struct cli *cli, double value)
{
	char text[32];
	int digits = 15;

	do
		snprintf(text, sizeof text, "%.*g", digits, value);
	while (digits++ < 17 && strtod(text, NULL) != value);
	/* Large whole numbers without an exponent. */
	if (strchr(text, 'e') != NULL && fabs(value) < 1e15 && value == floor(value))
		snprintf(text, sizeof text, "%.0f", value);
	return occ_arena_strdup(&cli->arena, text);
}

/* A whole number with its thousands apart. */
static const char *
grouped(struct cli *cli, double value)
{
	char digits[32], out[48];
	size_t length, used = 0;

	if (!(fabs(value) < 1e15))
		return plain(cli, value);
	snprintf(digits, sizeof digits, "%.0f", round(fabs(value)));
	length = strlen(digits);
	if (value < 0 && strcmp(digits, "0") != 0)
		out[used++] = '-';
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
	return occ_arena_strdup(&cli->arena, out);
}

static const char *
at_least(struct cli *cli, const Occupare__V1__Figure *figure, const char *text)
{
	if (figure->status != OCCUPARE__V1__FIGURE_STATUS__FIGURE_STATUS_AT_LEAST)
		return text;
	return occ_arena_printf(&cli->arena, "%s or more", text);
}

const char *
output_money(struct cli *cli, enum output_form form, const char *currency, const Occupare__V1__Figure *figure)
{
	const char *number;

	if (!output_has(figure))
		return form == OUTPUT_CSV ? "" : "n/a";
	if (form == OUTPUT_CSV)
		return plain(cli, figure->value);
	number = grouped(cli, figure->value);
	if (currency[0] == '\0' || strcmp(currency, "USD") == 0)
		return at_least(cli, figure, occ_arena_printf(&cli->arena, "$%s", number));
	return at_least(cli, figure, occ_arena_printf(&cli->arena, "%s %s", currency, number));
}

const char *
output_count(struct cli *cli, enum output_form form, const Occupare__V1__Figure *figure)
{
	if (!output_has(figure))
		return form == OUTPUT_CSV ? "" : "n/a";
	return form == OUTPUT_CSV ? plain(cli, figure->value) : at_least(cli, figure, grouped(cli, figure->value));
}

const char *
output_percent(struct cli *cli, enum output_form form, const Occupare__V1__Figure *figure)
{
	double tenths;

	if (!output_has(figure))
		return form == OUTPUT_CSV ? "" : "n/a";
	if (form == OUTPUT_CSV)
		return plain(cli, figure->value);
	tenths = round(figure->value * 10) / 10;
	return at_least(
	    cli, figure, occ_arena_printf(&cli->arena, tenths == floor(tenths) ? "%.0f%%" : "%.1f%%", tenths));
}

const char *
output_codes(struct cli *cli, Occupare__V1__Code *const *codes, size_t count)
{
	const char *list = "";

	for (size_t i = 0; i < count; i++)
		list = occ_arena_printf(
		    &cli->arena, "%s%s%s %s", list, i > 0 ? ", " : "", codes[i]->system, codes[i]->value);
	return list;
}

const char *
output_enum(struct cli *cli, const ProtobufCEnumDescriptor *descriptor, int value)
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);
	const char *name = found != NULL ? found->name : NULL;
	char *text;
	size_t prefix = 0;

	if (name == NULL)
		return occ_arena_printf(&cli->arena, "%d", value);
	/* Names start with the enum's own in capitals: MATCH_KIND_ of MatchKind. */
	for (const char *c = descriptor->short_name; *c != '\0'; c++)
		prefix += 1 + (c != descriptor->short_name && isupper((unsigned char)*c));
	text = occ_arena_strdup(&cli->arena, strlen(name) > prefix ? name + prefix + 1 : name);
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
	return text;
}

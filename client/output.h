/* What goes to standard output: forms, width, colour, tables, figures as people read them. */
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "client/cli.h"
#include "occupare/v1/estimate.pb-c.h"

enum output_form { OUTPUT_TEXT, OUTPUT_TABLE, OUTPUT_MARKDOWN, OUTPUT_HTML, OUTPUT_CSV, OUTPUT_JSON, OUTPUT_IDS };

/* The form of this name, which must be one. */
enum output_form output_form(const char *name);

/* "2.38.1". */
const char *output_smartcols_version(void);

/* Columns to write for: COLUMNS, else the terminal's, else 80; 40 to 400. */
unsigned output_width(void);

/* Colours are wanted: on a terminal, unless NO_COLOR, TERM=dumb or --no-color says no. */
bool output_color(const struct cli *cli);

/* Flushes and closes standard output. False: something could not be written (said on standard error). */
bool output_finish(void);

/* A message as indented JSON. Returns an exit code. */
int output_json(struct cli *cli, const ProtobufCMessage *message);

/* ---- Tables: rows of text, written as a table for people, as CSV or as the first column alone ---- */

struct output_column {
	const char *heading;
	const char *name; /* in CSV */
	bool right;       /* aligned right */
	bool wraps;       /* at words, where the table would be too wide */
};

struct output_table {
	struct cli *cli;
	enum output_form form; /* TABLE, CSV or IDS */
	const struct output_column *columns;
	size_t columns_count;
	const char **cells; /* columns_count per row, in the arena */
	size_t cells_count, cells_room;
};

/* Starts a table. columns must outlive it. */
void output_table_begin(struct output_table *table, struct cli *cli, enum output_form form,
    const struct output_column *columns, size_t columns_count);

/* Adds a cell of the current row, from left to right. text must live until output_table_end; NULL counts as empty. */
void output_cell(struct output_table *table, const char *text);

/* Writes all rows. Returns an exit code. */
int output_table_end(struct output_table *table);

/* ---- Text for people ---- */

/* A label and text behind it, wrapped at words to the width, following lines indented under the text. Nothing for NULL or empty
 * text. */
void output_line(const char *label, const char *text);

/* Bytes of a text; control characters, which could move the cursor of a terminal, become '?'. */
void output_safe(FILE *stream, const char *text, size_t length);

/* Words and a newline, from the given column on; following lines are indented. */
void output_words(const char *text, unsigned indent, unsigned column);

/* A heading with an empty line before it. */
void output_heading(const struct cli *cli, const char *text);

/* Sources under their heading; nothing where there are none. */
void output_sources(struct cli *cli, Occupare__V1__Source *const *sources, size_t count);

/* Figures in the arena. In CSV a plain number ("69729"), else as people read it: "$69,729", "157,294", "23.4%". Empty
 * (CSV) or "n/a" where there is none. */
const char *output_money(
    struct cli *cli, enum output_form form, const char *currency, const Occupare__V1__Figure *figure);
const char *output_count(struct cli *cli, enum output_form form, const Occupare__V1__Figure *figure);
const char *output_percent(struct cli *cli, enum output_form form, const Occupare__V1__Figure *figure);

/* The figure carries a value. */
bool output_has(const Occupare__V1__Figure *figure);

/* Codes joined by ", ", in the arena. */
const char *output_codes(struct cli *cli, Occupare__V1__Code *const *codes, size_t count);

/* Name of an enum value without its prefix, lower case, words joined by '-': "weighted-jaccard". In the arena. */
const char *output_enum(struct cli *cli, const ProtobufCEnumDescriptor *descriptor, int value);

#endif

/* What a person sees: a verdict in a few aligned lines, in colour where the terminal has it; and progress. */
#ifndef SKS_ANALYST_TERMINAL_H
#define SKS_ANALYST_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sekisho/verdict.h"

/*
 * Text from outside, fit for people: a line in which controls, marks of direction and invalid bytes are shown, not
 * obeyed (base/shown.h). All text that isn't JSON passes through here, the cells below, table.h or sks_complain().
 */
void sks_terminal_show(FILE *stream, const char *text);

/* Columns that a UTF-8 text takes on a terminal: two for wide characters, none for combining ones. */
size_t sks_terminal_width(const char *text);

/* Prints text cut to columns (with "…") and padded to them; what is printed is shown as above, here and below. */
void sks_terminal_cell(FILE *stream, const char *text, size_t columns);

/* The same at the right of the columns, but never cut. */
void sks_terminal_right(FILE *stream, const char *text, size_t columns);

/*
 * Prints text in lines of at most columns that begin at column indent, breaking where Japanese and Latin may be broken.
 * first: where the cursor stands already, 0 for a line of its own.
 */
void sks_terminal_wrapped(FILE *stream, const char *text, size_t first, size_t indent, size_t columns);

/* Prints a paragraph at the terminal's width. */
void sks_terminal_say(FILE *stream, const char *text);

struct sks_terminal_style {
    bool colour;
    size_t columns; /* of the terminal */
    enum sks_language language;
    bool all; /* all evidence, not only what moved the verdict */
};

/* The style that fits stdout: colour only on a terminal, and not where NO_COLOR is set. */
struct sks_terminal_style sks_terminal_style(void);

void sks_terminal_verdict(FILE *stream, const struct sks_terminal_style *style, const char *file, size_t index,
                          const struct sks_verdict *verdict, const char *action);

/* Progress on stderr, if that is a terminal; done == 0 clears the line. */
void sks_terminal_progress(size_t done, double seconds);

#endif

/* Cells are kept as they are shown, the heads first; widths are known when all are there. */
#include "table.h"

#include <glib.h>
#include <stdarg.h>
#include <string.h>

#include "base/shown.h"
#include "terminal.h"

struct sks_table {
    char *sides;
    size_t columns;
    GPtrArray *cells;
};

struct sks_table *sks_table_create(const char *sides, const char *const *heads)
{
    struct sks_table *table = g_new0(struct sks_table, 1);
    table->sides = g_strdup(sides);
    table->columns = strlen(sides);
    table->cells = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < table->columns; i++)
        g_ptr_array_add(table->cells, sks_shown(heads[i]));
    return table;
}

void sks_table_add(struct sks_table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(table->cells, sks_shown(text));
}

static void print_many(FILE *stream, char character, size_t count)
{
    for (; count > 0; count--)
        fputc(character, stream);
}

static void print_row(FILE *stream, const struct sks_table *table, size_t row, const size_t *widths)
{
    for (size_t i = 0; i < table->columns; i++) {
        const char *cell = g_ptr_array_index(table->cells, row * table->columns + i);
        size_t blanks = widths[i] - sks_terminal_width(cell);
        bool right = table->sides[i] == 'r';
        fputs("| ", stream);
        print_many(stream, ' ', right ? blanks : 0);
        fputs(cell, stream);
        print_many(stream, ' ', (right ? 0 : blanks) + 1);
    }
    fputs("|\n", stream);
}

void sks_table_print(FILE *stream, struct sks_table *table)
{
    g_autofree size_t *widths = g_new0(size_t, table->columns);
    size_t rows = table->cells->len / table->columns;
    for (size_t i = 0; i < rows * table->columns; i++) {
        size_t width = sks_terminal_width(g_ptr_array_index(table->cells, i)), *widest = &widths[i % table->columns];
        *widest = MAX(MAX(*widest, width), 2);
    }
    for (size_t row = 0; row < rows; row++) {
        print_row(stream, table, row, widths);
        for (size_t i = 0; row == 0 && i < table->columns; i++) {
            bool right = table->sides[i] == 'r';
            fputc('|', stream);
            print_many(stream, '-', widths[i] + 1);
            fputs(right ? ":" : "-", stream);
            fputs(i + 1 == table->columns ? "|\n" : "", stream);
        }
    }
    g_ptr_array_unref(table->cells);
    g_free(table->sides);
    g_free(table);
}

char *sks_table_p(double p)
{
    return p < 0.001 ? g_strdup("< 0.001") : g_strdup_printf("%.3f", p);
}

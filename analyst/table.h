/* A table for people: columns as wide as their widest cell, also read as Markdown. */
#ifndef SKS_ANALYST_TABLE_H
#define SKS_ANALYST_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct sks_table;

/* sides: a letter for each column, 'l' or 'r', the side on which its text stands; heads: as many, copied. */
struct sks_table *sks_table_create(const char *sides, const char *const *heads);

/* The next cell, row after row. */
void sks_table_add(struct sks_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the rows that are complete, and frees the table. */
void sks_table_print(FILE *stream, struct sks_table *table);

/* p of a test for people, who must not read that it is nothing: "0.034", "< 0.001". g_free(). */
char *sks_table_p(double p);

#endif

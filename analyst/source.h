/*
 * A file that is read line by line, whatever its size: only one piece of it is in memory.
 *
 * A piece is a line with its end, or as much of a longer one as the buffer holds. Only regular files and standard input
 * ("-") are opened, and /dev/null: a pipe or another device might never end, or never begin.
 */
#ifndef SKS_ANALYST_SOURCE_H
#define SKS_ANALYST_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct sks_source;

struct sks_source_piece {
    const char *bytes; /* live until the next call */
    size_t size;
    bool begins, ends; /* a line */
};

/* NULL if it can't be opened; *out_error has a sentence then, which is g_free()d. */
struct sks_source *sks_source_open(const char *path, char **out_error);
void sks_source_close(struct sks_source *source);

/* The same piece until it is taken. False at the end, and where reading fails. */
bool sks_source_peek(struct sks_source *source, struct sks_source_piece *out_piece);
void sks_source_take(struct sks_source *source);

/* Of the last read, as errno has it; 0 if it went well. */
int sks_source_error(const struct sks_source *source);

#endif

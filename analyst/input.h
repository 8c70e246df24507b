/*
 * The mails that a command was given: files, mboxes, folders (recursive, sorted by name), or "-" for stdin.
 *
 * A file that begins with "From " is an mbox, unless its name ends in .eml. An empty file is one mail. What can't be
 * read is told as an error in its place, so that the others go on. Only regular files and stdin are read, see folder.h
 * for what links do. Of a mail longer than the milter would take, so much as that is read.
 */
#ifndef SKS_ANALYST_INPUT_H
#define SKS_ANALYST_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct sks_input;

struct sks_input_mail {
    char *file;   /* as it is to be shown */
    size_t index; /* in an mbox, from 0 */
    char *bytes;  /* g_free() */
    size_t size;
    bool truncated; /* longer than SKS_LIMIT_MAIL_SIZE */
    char *error;    /* why there is no mail, or NULL */
};

struct sks_input *sks_input_create(char *const *paths, size_t count);
void sks_input_destroy(struct sks_input *input);

/* The next mail; false at the end. Not thread-safe. */
bool sks_input_next(struct sks_input *input, struct sks_input_mail *out_mail);
/* Paths in which there was no mail, so far; NULL behind the last. */
const char *sks_input_barren(const struct sks_input *input, size_t which);
void sks_input_mail_finish(struct sks_input_mail *mail);

#endif

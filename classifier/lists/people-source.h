/*
 * Reading the directory's files. A reader takes the text apart and hands each person's record over; problems are told
 * by line and by the place in the line (a column, an attribute), and reading goes on after them.
 */
#ifndef SKS_LISTS_PEOPLE_SOURCE_H
#define SKS_LISTS_PEOPLE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"

enum sks_people_column {
    SKS_PEOPLE_NAME,
    SKS_PEOPLE_KANA,
    SKS_PEOPLE_ROMAJI,
    SKS_PEOPLE_ADDRESS,
    SKS_PEOPLE_ALSO,
    SKS_PEOPLE_ORGANISATION,
    SKS_PEOPLE_TITLE,
};
#define SKS_PEOPLE_COLUMNS 7

struct sks_people_record {
    size_t line;                            /* where it begins */
    const char *values[SKS_PEOPLE_COLUMNS]; /* "" where there is none */
    char *places[SKS_PEOPLE_COLUMNS];       /* what problems call each */
    size_t lines[SKS_PEOPLE_COLUMNS];       /* where each stands; 0: line */
};

struct sks_people_source {
    const char *file;
    struct sks_problems *problems;
    size_t failed;  /* problems so far */
    const char *at; /* what is left of the text: UTF-8, NUL-terminated */
    size_t line;    /* of at, from 1 */
    void (*take)(void *data, struct sks_people_source *source, const struct sks_people_record *record);
    void *data;
};

/* Hands all records over to source->take, and returns 0 or why it could not read on. */
typedef int (*sks_people_reader)(void *data, struct sks_people_source *source);

/* A directory of what read hands over; file names it in problems. All of it or nothing. */
struct sks_people;
int sks_people_create_from(struct sks_people **out_people, const char *file, sks_people_reader read, void *data,
                           struct sks_problems *problems);

/* Adds a problem; value (which may be NULL) is quoted behind the reason. */
void sks_people_complain(struct sks_people_source *source, size_t line, const char *place, const char *reason,
                         const char *value);

/* RFC 4180 with a header line; see people.h. */
void sks_people_read_csv(struct sks_people_source *source);

/* RFC 2849, as directory servers export it; see people.h. */
void sks_people_read_ldif(struct sks_people_source *source);

/* Whether the text looks like LDIF. */
bool sks_people_is_ldif(const char *text);

#endif

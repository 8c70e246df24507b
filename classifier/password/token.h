/*
 * What may be typed as a password: runs of printable ASCII, and how much one looks like a password rather than like a
 * word, an amount, a date, a telephone number or a reference.
 */
#ifndef SKS_PASSWORD_TOKEN_H
#define SKS_PASSWORD_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *begin, *end;
};

bool token_is_typed(char character);

/* The run that begins at `at`. */
struct span token_at(const char *at, const char *end);

/* Without the marks that surround or end it in a sentence. May be empty. */
struct span token_bare(struct span token);

/* Letters only, or nothing but marks: a password only where it is clearly told to be one. */
bool token_is_word(struct span token);

/* A word that stands around passwords and is none; an address, URL or file. */
bool token_is_ordinary(struct span token);
bool token_is_file(struct span token);

/* A number that has a meaning of its own: amount, date, time, telephone number, count with a unit. end: of the line. */
bool token_is_other_number(struct span token, const char *line, const char *end);

/* A count, an amount or a date by what follows it. end: of the line. */
bool token_has_unit(struct span token, const char *end);

/* 0.05 to 1. */
double token_likeness(struct span token);

#endif

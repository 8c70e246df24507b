/* The growing list of candidates, shared by the ways to find them. */
#ifndef SKS_PASSWORD_CANDIDATES_H
#define SKS_PASSWORD_CANDIDATES_H

#include <glib.h>
#include <stdbool.h>

#include "password/password.h"

struct candidates {
    GArray *items;    /* struct sks_password; values in strings */
    GHashTable *seen; /* value → index + 1 */
    GStringChunk *strings;
    bool underivable;
    bool spoken; /* the subject, or a text searched so far, speaks of a password */
    bool guess;  /* what nothing speaks for is wanted, too */
};

/* Adds a value of length bytes, or lifts its weight if it is there already. */
void candidates_add(struct candidates *candidates, const char *value, size_t length, double weight, bool derived);

/* written.c: passwords that stand in the text, NFKC or as written. */
void find_written(struct candidates *candidates, const char *text, double factor);
void find_in_file_name(struct candidates *candidates, const char *name);

/* described.c: dates and telephone numbers. */
void find_described(struct candidates *candidates, const struct sks_password_source *source);

#endif

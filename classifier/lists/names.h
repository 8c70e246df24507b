/*
 * Names of people: the forms in which one name is written, brought to keys that compare equal.
 *
 * A key is "j:" and a name in kanji and kana, or "l:" and one in Latin letters; kana gives both.
 */
#ifndef SKS_LISTS_NAMES_H
#define SKS_LISTS_NAMES_H

#include <glib.h>

#include "sekisho/error.h"

struct sks_names;

/* Loads the tables of kanji variants and titles (built in). NULL if they are broken, problems told. */
struct sks_names *sks_names_create(struct sks_problems *problems);
void sks_names_destroy(struct sks_names *names);

/*
 * Adds the keys by which a person is found whose full name is given, with family and given name separated by a blank
 * where they can be. Nothing is added for a name that may be a surname alone.
 */
void sks_names_add_keys(const struct sks_names *names, const char *full_name, GPtrArray *keys);

/* Adds the keys of all full names that a displayed name may hold. Titles, organisations and brackets do not matter. */
void sks_names_add_candidates(const struct sks_names *names, const char *displayed_name, GPtrArray *keys);

#endif

/*
 * Word lists, domain lists and the directory of people: loaded, validated, looked up.
 *
 * A list is a UTF-8 text file in models/lists/ (built in) or in the administrator's folder, where a file of the same
 * name replaces the built-in one and NAME.add.txt adds to it. Lines: comments with '#', blank lines, or an entry:
 * `word [TAB weight [TAB remark]]`. The first comment lines carry the provenance. Loaded once, then read only.
 */
#ifndef SKS_LISTS_LISTS_H
#define SKS_LISTS_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"

struct sks_lists;

/* folder may be NULL. All problems of all lists are told at once. */
int sks_lists_create(struct sks_lists **out_lists, const char *folder, struct sks_problems *problems);
void sks_lists_destroy(struct sks_lists *lists);

struct sks_list;

/* The list of that name without ".txt", for example "webmail"; never NULL for a name in the table of lists.c. */
const struct sks_list *sks_lists_get(const struct sks_lists *lists, const char *name);

/* Whether the list holds the word (as normalised by its kind), and its weight (1 if none is given). */
bool sks_list_find(const struct sks_list *list, const char *word, double *out_weight);

/* The same for a domain or one of the domains above it ("mail.example.co.jp" is found by "example.co.jp"). */
bool sks_list_find_domain(const struct sks_list *list, const char *domain, const char **out_match);

/* The first and heaviest phrase of the list that occurs in text (both normalised: NFKC, lower case), or NULL. */
const char *sks_list_find_phrase(const struct sks_list *list, const char *normalised_text, double *out_weight);

/* NFKC, lower case, white space made one space; for sks_list_find_phrase(). g_free(). */
char *sks_lists_normalise(const char *text);

#endif

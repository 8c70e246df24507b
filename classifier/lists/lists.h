/*
 * Word lists, domain lists and the directory of people: loaded, validated, looked up.
 *
 * A list is a UTF-8 text file in models/lists/ (built in) or in the administrator's folder, where a file of the same
 * name replaces the built-in one and NAME.add.txt adds to it. Lines: comments with '#', blank lines, or an entry:
 *
 *     word [TAB weight [TAB remark]]        domains, words and phrases
 *     word TAB value [TAB remark]           lists of pairs: names with their domains, mailers with their languages
 *
 * A file begins with comment lines that carry its provenance ("# Source: …"). Loaded once, then read only; may be
 * shared by fork() and threads.
 */
#ifndef SKS_LISTS_LISTS_H
#define SKS_LISTS_LISTS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "lists/domain.h"
#include "lists/names.h"
#include "sekisho/error.h"

struct sks_lists;

/* folder may be NULL. All problems of all lists are told at once. */
int sks_lists_create(struct sks_lists **out_lists, const char *folder, struct sks_problems *problems);
void sks_lists_destroy(struct sks_lists *lists);

/* How names of people are compared. */
const struct sks_names *sks_lists_names(const struct sks_lists *lists);

struct sks_list;

/* What a list holds, and so how its words are normalised and looked up. */
enum sks_list_kind {
    SKS_LIST_DOMAINS,      /* lower case; sks_list_find_domain() */
    SKS_LIST_DOMAIN_PAIRS, /* the same with a value */
    SKS_LIST_WORDS,        /* lower case NFKC; sks_list_find() */
    SKS_LIST_PHRASES,      /* as sks_lists_normalise() leaves them; sks_list_find_phrase() */
    SKS_LIST_PHRASE_PAIRS, /* the same with a value */
    SKS_LIST_CHARACTERS,   /* one character and, as value, the one it stands for; not normalised */
};

struct sks_list_entry {
    const char *word;
    double weight;      /* 1 if none is given */
    const char *value;  /* of pairs and characters, else "" */
    const char *remark; /* or "" */
};

/* Name and kind of list number index, or NULL past the last one. */
const char *sks_lists_name(size_t index, enum sks_list_kind *out_kind);

/* The list of that name without ".txt", for example "webmail"; never NULL for a name in the table of lists.c. */
const struct sks_list *sks_lists_get(const struct sks_lists *lists, const char *name);

/* Entries in the order of the files. */
size_t sks_list_count(const struct sks_list *list);
const struct sks_list_entry *sks_list_entry(const struct sks_list *list, size_t index);

/* One domain of an entry whose value is a row of domains, separated by blanks. */
struct sks_list_value {
    const struct sks_list_entry *entry;
    const char *domain;
    struct sks_domain_look look;
};

/* All domains in the values of a list of phrase pairs. */
const struct sks_list_value *sks_list_values(const struct sks_list *list, size_t *out_count);

/* Whether the domain is, or lies below, one of them. */
bool sks_list_has_value(const struct sks_list *list, const char *domain);

/* The entry of that word (as normalised by its kind), or NULL. */
const struct sks_list_entry *sks_list_lookup(const struct sks_list *list, const char *word);

/* Whether the list holds the word (as normalised by its kind), and its weight (1 if none is given). */
bool sks_list_find(const struct sks_list *list, const char *word, double *out_weight);

/* The same for a domain or one of the domains above it ("mail.example.co.jp" is found by "example.co.jp"). */
bool sks_list_find_domain(const struct sks_list *list, const char *domain, const char **out_match);
const struct sks_list_entry *sks_list_lookup_domain(const struct sks_list *list, const char *domain);

/* The first and heaviest phrase of the list that occurs in text (both normalised: NFKC, lower case), or NULL. */
const char *sks_list_find_phrase(const struct sks_list *list, const char *normalised_text, double *out_weight);

/*
 * Calls visit for each place where a phrase of the list occurs, the longest phrase at each place, none inside another;
 * at is the byte offset. Phrases that begin or end with a Latin letter or digit match whole words only. Stops when
 * visit returns false.
 */
typedef bool (*sks_list_visit)(void *data, const struct sks_list_entry *entry, size_t at);
void sks_list_each_phrase(const struct sks_list *list, const char *normalised_text, sks_list_visit visit, void *data);

/* A text in which phrases of many lists are sought: read once for all of them. It must outlive this. */
struct sks_phrases;
struct sks_phrases *sks_phrases_create(const struct sks_lists *lists, const char *normalised_text);
void sks_phrases_destroy(struct sks_phrases *phrases);

/* The same of such a text. */
void sks_phrases_each(const struct sks_phrases *phrases, const struct sks_list *list, sks_list_visit visit, void *data);

/*
 * NFKC, case folded, invisible characters left out, white space made one space, and none between Japanese characters
 * (mail is often broken inside words); for phrases. g_free().
 */
char *sks_lists_normalise(const char *text);

/* The domain that somebody registered ("example.co.jp" of "mail.example.co.jp"), by the Public Suffix List; points into
 * domain, which is all of it if it has no more labels than that. */
const char *sks_lists_registrable(const struct sks_lists *lists, const char *domain);

/* Whether that is the same of both. */
bool sks_lists_same_registrable(const struct sks_lists *lists, const char *domain, const char *other);

/* The looks of the registered domains of some domains (NULL-terminated), each once; g_array_unref(). They point into
 * the domains. */
GArray *sks_lists_looks(const struct sks_lists *lists, const char *const *domains);

/* Whether the domain is a suffix under which names are registered ("com", "co.jp"); unknown ones are not. */
bool sks_lists_is_suffix(const struct sks_lists *lists, const char *domain);

/* Whether one domain is the other or lies below it. Both in lower case. */
bool sks_domain_is_below(const char *domain, const char *above);

#endif

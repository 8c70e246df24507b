/*
 * The directory: people of our organisation and its partners, so that a displayed name can be told from its address.
 *
 * CSV, UTF-8 (RFC 4180 quoting), header line `name,kana,romaji,address,also,organisation,title`; `also` holds further
 * addresses that are allowed, separated by spaces. Errors name line and column; nothing is half imported. A file that
 * begins like LDIF is read as such (people-ldif.c says which attributes).
 */
#ifndef SKS_LISTS_PEOPLE_H
#define SKS_LISTS_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"

struct sks_person {
    const char *name, *kana, *romaji, *address, *organisation, *title;
    const char *const *also; /* NULL-terminated */
};

struct sks_people;

int sks_people_create(struct sks_people **out_people, const char *file, struct sks_problems *problems);

/* Several files (NULL-terminated) as one directory. */
int sks_people_create_files(struct sks_people **out_people, const char *const *files, struct sks_problems *problems);

void sks_people_destroy(struct sks_people *people);
size_t sks_people_count(const struct sks_people *people);
const struct sks_person *sks_people_get(const struct sks_people *people, size_t index);

/* The person with that (or that further) address, or NULL. */
const struct sks_person *sks_people_by_address(const struct sks_people *people, const char *address);

/*
 * The person whom a displayed name names: NFKC, spacing, honorifics and titles, name order, kana and romaji, old and
 * new forms of kanji, look-alike letters do not hide a match; a surname alone is none. The first of several namesakes.
 */
const struct sks_person *sks_people_by_name(const struct sks_people *people, const char *displayed_name);

/* The same, but NULL, too, if one of the people whom the name may mean has that address (which may be NULL). */
const struct sks_person *sks_people_named(const struct sks_people *people, const char *displayed_name,
                                          const char *address);

/*
 * Calls visit for each organisation of the directory that text (normalised, as for phrases) names, with the
 * domains that its people write from. Stops when visit returns false.
 */
typedef bool (*sks_people_visit)(void *data, const char *organisation, const char *const *domains, size_t at);
void sks_people_each_organisation(const struct sks_people *people, const char *normalised_text, sks_people_visit visit,
                                  void *data);

/*
 * Calls visit for each person whose full name (in kanji, or in Latin letters in either order) stands in text, which is
 * normalised as for phrases: names in running text, where nothing sets them off. Stops when visit returns false.
 */
typedef bool (*sks_people_mention)(void *data, const struct sks_person *person, size_t at);
void sks_people_each_mention(const struct sks_people *people, const char *normalised_text, sks_people_mention visit,
                             void *data);

/* The domains of all addresses in the directory (without the further addresses), NULL-terminated. */
const char *const *sks_people_domains(const struct sks_people *people);

/* The section of the organisation that the person works in, by the title; NULL if it names none. g_free(). */
char *sks_person_section(const struct sks_person *person);

/* Whether the address is one of the person's. */
bool sks_person_has_address(const struct sks_person *person, const char *address);

#endif

/*
 * What IPADIC says of a morpheme before its dictionary form: part of speech with subdivisions, and inflection. Some
 * hundred combinations stand for all words, so whatever is asked of one is answered once, and kept.
 */
#ifndef SKS_LANGUAGE_CATEGORY_H
#define SKS_LANGUAGE_CATEGORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sks_slip_kind {
    SKS_SLIP_OTHER,
    SKS_SLIP_NOUN,
    SKS_SLIP_VERB,
    SKS_SLIP_ADJECTIVE,
    SKS_SLIP_PARTICLE,
    SKS_SLIP_AUXILIARY,
    SKS_SLIP_SYMBOL
};

enum { SKS_CATEGORY_FIELDS = 6 /* part of speech and three subdivisions, inflection type, inflection form */ };

struct sks_category {
    const char *fields; /* the first SKS_CATEGORY_FIELDS ones with commas between, in the dictionary; not terminated */
    size_t size;
    size_t number; /* from 0 on, in the order in which categories came: for what others keep of each */
    const char *form;
    size_t form_size; /* the last of the fields: the inflection form */
    uint8_t kind;     /* enum sks_slip_kind */
    uint8_t token;    /* enum sks_token_class, as far as the part of speech says */
    bool function;    /* says how things relate: particles, auxiliaries, pronouns, adverbs, suffixes … */
    bool organisation, person;
    struct sks_category *next; /* of the same connection id */
};

struct sks_categories;

struct sks_categories *sks_categories_create(void);
void sks_categories_destroy(struct sks_categories *categories);

/*
 * The category of a feature string, which must last as long as the categories do. The connection id only says where to
 * look first. Belongs to the categories, and stays where it is.
 */
const struct sks_category *sks_categories_find(struct sks_categories *categories, uint16_t left, const char *feature);

/* Whether the fields begin so; what is asked for may not be longer than they can be. */
bool sks_category_begins(const struct sks_category *category, const char *start, size_t size);

#endif

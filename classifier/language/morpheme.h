/*
 * Morphemes of a Japanese line, by MeCab with IPADIC.
 *
 * A morpheme knows its part of speech as small numbers, so that features and rules compare integers. One struct
 * sks_morphemes serves one text at a time.
 */
#ifndef SKS_LANGUAGE_MORPHEME_H
#define SKS_LANGUAGE_MORPHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/category.h"
#include "sekisho/error.h"

struct sks_morpheme {
    size_t start, end;    /* bytes of the line that was given */
    const char *base;     /* dictionary form, not terminated */
    size_t base_length;   /* 0: unknown word, its surface is its base */
    const char *feature;  /* IPADIC's comma-separated fields; valid until the next line is read */
    uint16_t part;        /* MeCab's posid: IPADIC's part of speech with its subdivisions */
    uint16_t left, right; /* connection ids: part of speech and inflection, functional words by form */
    int16_t cost;         /* of the word */
    int32_t total;        /* least cost of the line up to and including this one */
    uint32_t hash;        /* sks_feature_bytes() of the surface */
    uint32_t surface;     /* a number for it as written; every number is '0' and every Latin word 'A' */
    uint32_t base_hash;   /* the same of the dictionary form, or of the surface where there is none */
    uint32_t bits;        /* what the surface is, enum sks_surface */
    bool known;
    bool function;                       /* of the category */
    const struct sks_category *category; /* lasts as long as the struct sks_morphemes */
};

struct sks_morphemes;

int sks_morphemes_create(struct sks_morphemes **out_morphemes, struct sks_problems *problems);
void sks_morphemes_destroy(struct sks_morphemes *morphemes);

/* Reads one line of NFKC text. Returns the morphemes, valid until the next call. */
const struct sks_morpheme *sks_morphemes_read(size_t *out_count, struct sks_morphemes *morphemes, const char *line,
                                              size_t size);

/* Field number (0: part of speech … 4: inflection type, 5: inflection form, 6: base, 7: reading) of a feature. */
const char *sks_morpheme_field(size_t *out_length, const struct sks_morpheme *morpheme, unsigned number);

/* Whether a field is exactly this. */
bool sks_morpheme_is(const struct sks_morpheme *morpheme, unsigned number, const char *value);

#endif

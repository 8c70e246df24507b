/*
 * Words and marks by which the room tells sentences, quotations and politeness, as written. Each morpheme is looked up
 * once; what it is then is asked of bits.
 */
#ifndef SKS_LANGUAGE_SURFACE_H
#define SKS_LANGUAGE_SURFACE_H

#include <stddef.h>
#include <stdint.h>

enum sks_surface {
    SKS_SURFACE_END = 1 << 0,   /* of a sentence: 。 and the like */
    SKS_SURFACE_OPENS = 1 << 1, /* brackets and quotation marks */
    SKS_SURFACE_CLOSES = 1 << 2,
    SKS_SURFACE_QUOTE = 1 << 3, /* of the marks that quote, opening */
    SKS_SURFACE_UNQUOTE = 1 << 4,
    SKS_SURFACE_POLITE = 1 << 5,     /* です, ます and their forms, requests among them */
    SKS_SURFACE_POLITE_END = 1 << 6, /* those that a polite sentence ends with, whatever it says */
    SKS_SURFACE_ASKING = 1 << 7,     /* at the end of a question or request */
    SKS_SURFACE_ROUGH = 1 << 8,      /* お前 */
    SKS_SURFACE_YOU = 1 << 9,        /* あなた, 君 */
    SKS_SURFACE_HONORIFIC = 1 << 10, /* いただき, 貴社 */
    SKS_SURFACE_SPOKEN_OF = 1 << 11, /* という, behind a word that is spoken of */
    SKS_SURFACE_WORD = 1 << 12,      /* 言葉, 表現: what it is called then */
};

/* The bits of a surface; hash is sks_feature_bytes() of it. */
uint32_t sks_surface_bits(const char *surface, size_t size, uint32_t hash);

#endif

/*
 * Misspelt katakana, against a dictionary made of IPADIC and counted vocabulary (English: english.h).
 * Only a word that is a usual slip away from a common one is told, with that word: names, products and rare loan words
 * are no misspellings.
 */
#ifndef SKS_LANGUAGE_SPELL_H
#define SKS_LANGUAGE_SPELL_H

#include <glib.h>

#include "language/language.h"
#include "language/text.h"

struct sks_spell;

int sks_spell_create(struct sks_spell **out_spell, struct sks_problems *problems);
void sks_spell_destroy(struct sks_spell *spell);

/* Appends struct sks_misspelling for the katakana words of a text, at most SKS_LIMIT_LANGUAGE_SPANS in found. */
void sks_spell_katakana(GArray *found, GStringChunk *strings, struct sks_spell *spell, const struct sks_text *text);

#endif

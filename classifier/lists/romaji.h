/* Japanese in Latin letters: one spelling for the many that are in use. */
#ifndef SKS_LISTS_ROMAJI_H
#define SKS_LISTS_ROMAJI_H

#include <glib.h>

/* Appends the romanisation of kana (hiragana, katakana); other characters are left out. */
void sks_romaji_from_kana(GString *out, const char *kana);

/*
 * Brings lower-case letters to one form, in place: Kunrei and Hepburn, long vowels written or not (Ohtani, Ootani,
 * Otani), doubled consonants, n and m. Idempotent.
 */
void sks_romaji_unify(GString *text);

#endif

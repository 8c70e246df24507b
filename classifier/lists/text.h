/* What the rooms share of text in its normal form; see text.c. */
#ifndef SKS_LISTS_TEXT_H
#define SKS_LISTS_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* NFKC_Casefold of UTF-8 text (ill-formed bytes become U+FFFD), white space as it was. g_free(). */
char *sks_text_fold(const char *text);

/* Kana, kanji and their punctuation. */
bool sks_text_is_japanese(uint32_t c);

#endif

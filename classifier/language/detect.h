/* Which language a text is mainly in. */
#ifndef SKS_LANGUAGE_DETECT_H
#define SKS_LANGUAGE_DETECT_H

#include "language/text.h"

/*
 * An ISO 639-1 code, or "" if there is too little text. Japanese is told by its kana, also in a mail that is bilingual
 * in equal parts; languages in Latin letters by their most frequent words.
 */
const char *sks_detect_language(const struct sks_text *text);

/* Whether a line holds Japanese: kana, or Han characters in a text that is Japanese as a whole. */
bool sks_detect_japanese_line(const struct sks_text *text, const struct sks_text_line *line, const char *language);

#endif

/* Characters that Japanese does not write, in a text that is Japanese otherwise. */
#ifndef SKS_LANGUAGE_GLYPH_H
#define SKS_LANGUAGE_GLYPH_H

#include <glib.h>

#include "language/language.h"
#include "language/morpheme.h"

struct sks_glyphs;

/* Reads the built-in table. */
int sks_glyphs_create(struct sks_glyphs **out_glyphs, struct sks_problems *problems);
void sks_glyphs_destroy(struct sks_glyphs *glyphs);

/*
 * Appends struct sks_foreign_glyph to found, in order of place, at most SKS_LIMIT_LANGUAGE_SPANS. given is the text as
 * it came (UTF-8, anything malformed counts as one character), tokens those of its analysis; morphemes is read with.
 */
void sks_glyphs_find(GArray *found, GStringChunk *strings, const struct sks_glyphs *glyphs,
                     struct sks_morphemes *morphemes, const char *given, const struct sks_token *tokens,
                     size_t token_count);

/* The katakana that a kanji is taken for (口: ロ), or 0. */
uint32_t sks_glyph_katakana(uint32_t character);

#endif

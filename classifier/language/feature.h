/*
 * Sparse features of a sentence: hashes of character and morpheme n-grams. Training and serving call the same
 * functions. A feature that occurs twice is listed twice.
 */
#ifndef SKS_LANGUAGE_FEATURE_H
#define SKS_LANGUAGE_FEATURE_H

#include <glib.h>

#include "language/sentence.h"

/* Appends uint32_t hashes to out_hashes. */
void sks_feature_translationese(GArray *out_hashes, const struct sks_sentence *sentence);

#endif

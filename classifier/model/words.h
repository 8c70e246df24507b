/*
 * words.tsv, the part of a package that people can read: which words tell the classes apart, by the text model.
 *
 * The text model knows hashes only. Training is told what stands behind a hash where that may be told; a line each:
 *
 *     class TAB word TAB field TAB weight TAB clean TAB bulk TAB targeted
 *
 * weight: what the word adds to the log-odds of its class, in a mail of a hundred known words and pairs of words: of
 * targeted and bulk against clean; of clean against the nearer of both. The last three: how many of the mails learned
 * from have it, by class. Each class's heaviest come first.
 */
#ifndef SKS_MODEL_WORDS_H
#define SKS_MODEL_WORDS_H

#include <glib.h>
#include <jansson.h>

#include "model/train.h"
#include "sekisho/error.h"

/* Words told of each class. */
#define SKS_WORDS_OF_CLASS 300u

/* Rows that are assumed are copies, and not counted. name and data as in struct sks_training. */
GBytes *sks_words_format(const struct sks_text_model *model, const struct sks_row *rows, size_t count,
                         sks_gram_name name, void *data);

/*
 * An array of {class, word, field, weight, mails {clean, bulk, targeted}}, at most `each` of each class.
 * SKS_ERROR_FORMAT if a line is none; nothing that a terminal would act on is let through.
 */
int sks_words_parse(json_t **out_words, GBytes *bytes, size_t each, const char *file, struct sks_problems *problems);

#endif

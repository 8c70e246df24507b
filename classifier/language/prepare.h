/*
 * Which parts of a text are prose. Mail is not prose: headings, lists, tables, addresses and stock greetings are set
 * aside before anything is scored, and lines that a mailer has wrapped are taken together.
 */
#ifndef SKS_LANGUAGE_PREPARE_H
#define SKS_LANGUAGE_PREPARE_H

#include "language/sentence.h"
#include "language/text.h"

struct sks_block {
    size_t start, end; /* bytes of the text; may hold line ends, which count as spaces */
    bool japanese;
    bool prose; /* to be scored */
};

/* The blocks of a text in order, struct sks_block; the caller frees the array. */
GArray *sks_prepare_blocks(const struct sks_text *text, const char *language);

/* Whether a sentence is a stock phrase of letters (お世話になっております), which says nothing about its writer. */
bool sks_prepare_is_greeting(const struct sks_sentence *sentence);

/* Whether a sentence ends as sentences do, with a full stop or what may stand for one. */
bool sks_prepare_is_finished(const struct sks_sentence *sentence);

/* Whether the sentence's line begins with a bullet or a number, as items of lists do. */
bool sks_prepare_is_item(const struct sks_sentence *sentence);

#endif

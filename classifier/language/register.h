/*
 * Breaks of register that only the text as a whole shows: plain sentences among polite ones, polite ones among plain
 * ones, rough addresses, and what nobody says to somebody whom he addresses with honorifics.
 */
#ifndef SKS_LANGUAGE_REGISTER_H
#define SKS_LANGUAGE_REGISTER_H

#include <glib.h>

#include "language/language.h"
#include "language/sentence.h"

/* What one sentence shows. */
struct sks_register_note {
    size_t start, end; /* of the predicate, or of the address, in the text */
    size_t block;      /* where the sentence's line starts in the text */
    enum sks_register_kind {
        SKS_REGISTER_POLITE,
        SKS_REGISTER_ADDRESSED, /* polite, and said to the reader: a request, a question, a greeting */
        SKS_REGISTER_PLAIN,
        SKS_REGISTER_SPOKEN,    /* plain with a final particle, or an interjection */
        SKS_REGISTER_HONORIFIC, /* いただく, ございます … */
        SKS_REGISTER_ROUGH,     /* お前, あんた */
        SKS_REGISTER_YOU,       /* あなた */
        SKS_REGISTER_ORDER,     /* しろ, 送れ */
        SKS_REGISTER_CASUAL,    /* what a rule of that kind told of */
        SKS_REGISTER_COUNT,
    } kind;
    bool speech;                 /* of an end of a sentence: it has a final particle, or begins as talk does */
    const char *why_ja, *why_en; /* casual ones only */
};

/* Appends what a sentence shows, places counted from the start of the text; base is where its line starts there. */
void sks_register_note(GArray *notes, const struct sks_sentence *sentence, size_t base);

/* Whether a place of a sentence (bytes of its line) is quoted, or spoken of as a word (貴様という言葉). */
bool sks_register_is_quoted(const struct sks_sentence *sentence, size_t start, size_t end);

/* The share of sentences that sound like talk, 0 to 1; 0 if there is none. */
double sks_register_speech(const GArray *notes);

/* Which of the notes are breaks in the text that they are all of: appends struct sks_register_break. */
struct sks_register_break {
    size_t start, end;
    const char *why_ja, *why_en;
};
void sks_register_breaks(GArray *breaks, const GArray *notes);

#endif

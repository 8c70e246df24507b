/* Breaks of register that only the text as a whole shows: plain sentences among polite ones, and rough addresses. */
#ifndef SKS_LANGUAGE_REGISTER_H
#define SKS_LANGUAGE_REGISTER_H

#include <glib.h>

#include "language/language.h"
#include "language/sentence.h"

/* What one sentence shows. */
struct sks_register_note {
    size_t start, end; /* of the predicate, or of the address, in the text */
    enum sks_register_kind {
        SKS_REGISTER_POLITE,
        SKS_REGISTER_PLAIN,
        SKS_REGISTER_HONORIFIC, /* いただく, ございます … */
        SKS_REGISTER_ROUGH,     /* お前, あんた */
        SKS_REGISTER_YOU,       /* あなた */
        SKS_REGISTER_ORDER,     /* しろ, 送れ */
    } kind;
};

/* Appends what a sentence shows, places counted from the start of the text; base is where its line starts there. */
void sks_register_note(GArray *notes, const struct sks_sentence *sentence, size_t base);

/* Which of the notes are breaks in the text that they are all of: appends struct sks_register_break. */
struct sks_register_break {
    size_t start, end;
    const char *why_ja, *why_en;
};
void sks_register_breaks(GArray *breaks, const GArray *notes);

#endif

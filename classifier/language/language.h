/*
 * The language room: a text → morphemes, scores, and the words that earned them. It knows nothing of mail.
 *
 * A struct sks_language holds MeCab's dictionary and the tables; load once, share by fork(). One text at a time for
 * one struct. Positions count code points in the text that was given.
 */
#ifndef SKS_LANGUAGE_LANGUAGE_H
#define SKS_LANGUAGE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "sekisho/error.h"

struct sks_language_room;

/*
 * Opens what lies in a file of the program's own (trigram-file.h), for this process and those forked from now on.
 * Without it, the first sks_language_create() does. Errors as there.
 */
int sks_language_open_tables(struct sks_problems *problems);

/* Loads MeCab with IPADIC and the tables. Fails with SKS_ERROR_IO or SKS_ERROR_FORMAT, problems told. */
int sks_language_create(struct sks_language_room **out_room, struct sks_problems *problems);
void sks_language_destroy(struct sks_language_room *room);

enum sks_token_class {
    SKS_TOKEN_WORD,     /* content word: noun, verb, adjective, adverb; a Latin word */
    SKS_TOKEN_FUNCTION, /* particle, auxiliary, conjunction … */
    SKS_TOKEN_NAME,     /* proper noun: person, place, organisation */
    SKS_TOKEN_NUMBER,
    SKS_TOKEN_SYMBOL,
};

struct sks_token {
    const char *surface; /* as written */
    const char *base;    /* dictionary form; Latin words in lower case; NFKC */
    enum sks_token_class class_;
    bool organisation; /* IPADIC: 固有名詞,組織 */
    bool person;       /* IPADIC: 固有名詞,人名 */
    size_t at;
    size_t length;
};

struct sks_misspelling {
    const char *word, *suggestion;
    size_t at;
};

struct sks_foreign_glyph {
    const char *character;
    const char *japanese; /* the form or the word that Japanese has for it; empty if there is none */
    size_t at;
};

/* A place that earned a score, with the reason in both languages. */
struct sks_span {
    size_t at, length;
    const char *why_ja, *why_en;
    enum sks_span_kind {
        SKS_SPAN_SLIP,
        SKS_SPAN_MISSPELLING,
        SKS_SPAN_GLYPH,
        SKS_SPAN_REGISTER,
        SKS_SPAN_TRANSLATED, /* the words that machine translations have most often, in sentences most like them */
        SKS_SPAN_LURE,
    } kind;
};

struct sks_language_result {
    const char *language;  /* "ja", "en", another ISO 639-1 code, or "" if there is too little text */
    size_t characters;     /* code points that were analysed */
    double translationese; /* 0 to 1: reads like a machine's translation */
    double learner;        /* 0 to 1: learners' and hasty writers' slips */
    double awkward;        /* 0 to 1: both and the rest, normalised for length */
    double lure;           /* 0 to 1, English only: speaks like a lure */
    const struct sks_misspelling *misspellings;
    size_t misspelling_count;
    const struct sks_foreign_glyph *foreign_glyphs;
    size_t foreign_glyph_count;
    const struct sks_span *register_breaks;
    size_t register_break_count;
    const struct sks_span *spans; /* all places, by position */
    size_t span_count;
    const struct sks_token *tokens; /* of the whole text up to SKS_LIMIT_LANGUAGE_TEXT, in every language */
    size_t token_count;
    bool cut; /* SKS_LIMIT_LANGUAGE_TEXT or another ceiling was reached */

    void *storage; /* private */
};

/* Analyses a UTF-8 text. Any text gives a result. */
int sks_language_analyse(struct sks_language_result **out_result, struct sks_language_room *room, const char *text);
void sks_language_result_destroy(struct sks_language_result *result);

#endif

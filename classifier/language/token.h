/* Tokens of a whole text for whoever asks the room: Japanese from morphemes, all else word by word. */
#ifndef SKS_LANGUAGE_TOKEN_H
#define SKS_LANGUAGE_TOKEN_H

#include "language/language.h"
#include "language/morpheme.h"
#include "language/text.h"
#include "language/word.h"

struct sks_tokens {
    GArray *tokens; /* struct sks_token */
    GStringChunk *strings;
    bool cut;
};

/* Adds the tokens of a line of Japanese. */
void sks_tokens_add_japanese(struct sks_tokens *tokens, const struct sks_text *text, const struct sks_text_line *line,
                             const struct sks_morpheme *morphemes, size_t count);

/* Adds the tokens of a line in any other language. */
void sks_tokens_add_words(struct sks_tokens *tokens, const struct sks_text *text, const struct sks_text_line *line,
                          struct sks_words *words);

#endif

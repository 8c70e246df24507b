/* Lists of words against a text that ends at a place. Comparison is by bytes. */
#ifndef SKS_PASSWORD_WORDS_H
#define SKS_PASSWORD_WORDS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether any of the words is in the text, begins it (after blanks), ends it. */
bool words_in(const char *text, const char *end, const char *const *words, size_t count);
bool words_begin(const char *text, const char *end, const char *const *words, size_t count);
bool words_begin_here(const char *text, const char *end, const char *const *words, size_t count); /* no blanks */
bool words_end(const char *text, const char *end, const char *const *words, size_t count);

/* Which two and which three bytes stand side by side in a text: what a word in it has. Several share a bit. */
#define WORDS_BITS 2048u
struct words_seen {
    uint64_t bits[WORDS_BITS / 64];
};
void words_look(struct words_seen *seen, const char *text, const char *end);

/* False if the word is not in that text. */
bool words_may_have(const struct words_seen *seen, const char *word);

#define CONTAINS(text, end, words) words_in((text), (end), (words), G_N_ELEMENTS(words))
#define BEGINS(text, end, words)   words_begin((text), (end), (words), G_N_ELEMENTS(words))
#define ENDS(text, end, words)     words_end((text), (end), (words), G_N_ELEMENTS(words))

#endif

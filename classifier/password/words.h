/* Lists of words against a text that ends at a place. Comparison is by bytes. */
#ifndef SKS_PASSWORD_WORDS_H
#define SKS_PASSWORD_WORDS_H

#include <glib.h>
#include <stdbool.h>

/* Whether any of the words is in the text, begins it (after blanks), ends it. */
bool words_in(const char *text, const char *end, const char *const *words, size_t count);
bool words_begin(const char *text, const char *end, const char *const *words, size_t count);
bool words_end(const char *text, const char *end, const char *const *words, size_t count);

/* Those of the words that are in the text, in their order; returns how many. out_words has room for all. */
size_t words_present(const char **out_words, const char *text, const char *end, const char *const *words, size_t count);

#define CONTAINS(text, end, words) words_in((text), (end), (words), G_N_ELEMENTS(words))
#define BEGINS(text, end, words)   words_begin((text), (end), (words), G_N_ELEMENTS(words))
#define ENDS(text, end, words)     words_end((text), (end), (words), G_N_ELEMENTS(words))

#endif

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

/* The first bytes of a list's words: places where none begins are passed over by one bit. */
struct words_first {
    uint64_t bytes[4];
};
void words_first(struct words_first *out_first, const char *const *words, size_t count);

static inline bool words_may_begin(const struct words_first *first, char c)
{
    return (first->bytes[(unsigned char)c / 64] >> (unsigned char)c % 64 & 1) != 0;
}

/* Those words of a list that are in a text at all: most texts have few of them, which are then sought line by line. */
#define WORDS_MOST 128u
struct words_present {
    const char *words[WORDS_MOST];
    size_t count;
};

/* A text in which several lists are sought. */
#define WORDS_BITS 65536u
struct words_text {
    const char *begin, *end;
    unsigned bits;                  /* in use: a power of two, fewer for a short text */
    uint64_t seen[WORDS_BITS / 64]; /* which two and which three bytes stand side by side; several share a bit */
};
void words_look(struct words_text *out_text, const char *begin, const char *end);
void words_find(struct words_present *out_present, const struct words_text *text, const char *const *words,
                size_t count); /* at most WORDS_MOST */

/* Which of many lists have a word in a text at all: the lists are sought in its lines, most of them are in none. */
#define WORDS_SOUGHT 128u
struct words_sought {
    const struct words_text *text;
    const void *lists[WORDS_SOUGHT]; /* by their addresses */
    bool present[WORDS_SOUGHT];
};
bool words_sought(struct words_sought *sought, const char *const *words, size_t count);

static inline bool words_any(const struct words_present *present, const char *text, const char *end)
{
    return present->count > 0 && words_in(text, end, present->words, present->count);
}

/* A list that is sought in many a text, read once: which three bytes its words begin with; several share a bit. */
#define WORDS_LIST_BITS 2048u
struct words_list {
    gsize read;
    bool any_short; /* a word has fewer than three */
    uint64_t starts[WORDS_LIST_BITS / 64];
};
bool words_in_list(struct words_list *list, const char *text, const char *end, const char *const *words, size_t count);

/* words: an array that never changes. */
#define CONTAINS(text, end, words)                                                                                     \
    __extension__({                                                                                                    \
        static struct words_list words_list_;                                                                          \
        words_in_list(&words_list_, (text), (end), (words), G_N_ELEMENTS(words));                                      \
    })
#define BEGINS(text, end, words) words_begin((text), (end), (words), G_N_ELEMENTS(words))
#define ENDS(text, end, words)   words_end((text), (end), (words), G_N_ELEMENTS(words))

#endif

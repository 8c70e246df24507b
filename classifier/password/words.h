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

/*
 * A text in which many lists are sought: a copy of it, ASCII in lower case, and for any three bytes the places of it
 * where these begin a character.
 */
#define WORDS_HEADS 4096u
#define WORDS_LISTS 128u
struct words_hit {
    uint32_t at;
    uint16_t size;
};
struct words_present {
    const struct words_text *text;
    const char *begin; /* of the text, or of a copy of it in which places are asked for */
    unsigned first, count;
};
struct words_text {
    char *begin;
    size_t size;
    unsigned shift;                 /* of a hash */
    uint32_t heads[WORDS_HEADS];    /* by the hash of three bytes: the first of their places, and 1; 0: none */
    uint32_t *next;                 /* … and that of the next one */
    GArray *hits;                   /* struct words_hit */
    const void *lists[WORDS_LISTS]; /* that were sought, by their addresses */
    struct words_present present[WORDS_LISTS];
};
struct words_text *words_read(const char *text, size_t size);
void words_free(struct words_text *text);

/* All places of a list's words, in order, of several words at one place the longest first. Sought once. */
const struct words_present *words_find(struct words_text *text, const char *const *words, size_t count);

/* The number of those that begin before an offset. */
unsigned words_before(const struct words_present *present, size_t offset);

static inline const struct words_hit *words_hit_at(const struct words_present *present, unsigned index)
{
    return &g_array_index(present->text->hits, struct words_hit, present->first + index);
}

/* Whether one of them stands between two places, which are bytes after the beginning. */
bool words_within(const struct words_present *present, size_t from, size_t to);

static inline bool words_any(const struct words_present *present, const char *text, const char *end)
{
    return present->count > 0 && text < end &&
           words_within(present, (size_t)(text - present->begin), (size_t)(end - present->begin));
}

/* A list that is sought in many a text, read once: which three bytes its words begin with; several share a bit. */
#define WORDS_LIST_BITS 2048u
struct words_list {
    gsize read;
    uint64_t starts[WORDS_LIST_BITS / 64];
    uint64_t brief[4]; /* the first bytes of words of fewer bytes */
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

/*
 * Lists of words. Most lines have none of a list's words, so most words are ruled out by two or three bytes of
 * theirs that never stand side by side in the line: the line is read once, not once for each word.
 */
#include "password/words.h"

#include <string.h>

/* So few words are sought faster than the text is looked at. */
#define FEW 4u

/* A text of so many bytes or less needs no more than so many bits. */
#define SHORT      256
#define SHORT_BITS 2048u

static unsigned pair_of(const char *at)
{
    return (unsigned)(unsigned char)at[0] * 33 + (unsigned char)at[1];
}

static unsigned three_of(const char *at)
{
    return (unsigned)(unsigned char)at[0] * 1061 + (unsigned)(unsigned char)at[1] * 67 + (unsigned char)at[2] + 1021;
}

static void mark(struct words_text *text, unsigned bit)
{
    bit &= text->bits - 1;
    text->seen[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool has(const struct words_text *text, unsigned bit)
{
    bit &= text->bits - 1;
    return (text->seen[bit / 64] >> bit % 64 & 1) != 0;
}

void words_look(struct words_text *out_text, const char *begin, const char *end)
{
    out_text->begin = begin;
    out_text->end = end;
    out_text->bits = end - begin <= SHORT ? SHORT_BITS : WORDS_BITS;
    memset(out_text->seen, 0, out_text->bits / 8);
    for (; end - begin >= 2; begin++) {
        if ((unsigned char)*begin < 0x80) /* words of two bytes are ASCII */
            mark(out_text, pair_of(begin));
        if (end - begin >= 3)
            mark(out_text, three_of(begin));
    }
}

/* False if the word is not in that text. */
static bool may_have(const struct words_text *text, const char *word)
{
    if (word[0] != '\0' && word[1] != '\0' && word[2] == '\0')
        return (unsigned char)word[0] >= 0x80 || has(text, pair_of(word));
    for (; word[0] != '\0' && word[1] != '\0' && word[2] != '\0'; word++)
        if (!has(text, three_of(word)))
            return false;
    return true;
}

static bool contains(const char *text, const char *end, const char *word)
{
    return memmem(text, (size_t)(end - text), word, strlen(word)) != NULL;
}

bool words_in(const char *text, const char *end, const char *const *words, size_t count)
{
    if (text >= end)
        return false;
    struct words_text looked;
    if (count > FEW)
        words_look(&looked, text, end);
    for (size_t i = 0; i < count; i++)
        if ((count <= FEW || may_have(&looked, words[i])) && contains(text, end, words[i]))
            return true;
    return false;
}

void words_find(struct words_present *out_present, const struct words_text *text, const char *const *words,
                size_t count)
{
    out_present->count = 0;
    for (size_t i = 0; i < count && i < WORDS_MOST && text->begin < text->end; i++)
        if (may_have(text, words[i]) && contains(text->begin, text->end, words[i]))
            out_present->words[out_present->count++] = words[i];
}

bool words_sought(struct words_sought *sought, const char *const *words, size_t count)
{
    const struct words_text *text = sought->text;
    unsigned at = (unsigned)((uintptr_t)words / sizeof *words) % WORDS_SOUGHT, tries = 0;
    while (sought->lists[at] != NULL && sought->lists[at] != words && tries++ < WORDS_SOUGHT)
        at = (at + 1) % WORDS_SOUGHT;
    if (sought->lists[at] == words)
        return sought->present[at];
    bool present = false;
    for (size_t i = 0; i < count && !present; i++)
        present = may_have(text, words[i]) && contains(text->begin, text->end, words[i]);
    if (sought->lists[at] == NULL) {
        sought->lists[at] = words;
        sought->present[at] = present;
    }
    return present;
}

bool words_begin(const char *text, const char *end, const char *const *words, size_t count)
{
    while (text < end && *text == ' ')
        text++;
    return words_begin_here(text, end, words, count);
}

bool words_begin_here(const char *text, const char *end, const char *const *words, size_t count)
{
    /* Byte by byte: many words have one beginning, as all kana have, and few bytes tell most of them apart. */
    for (size_t i = 0; i < count; i++) {
        const char *word = words[i], *at = text;
        while (at < end && *word != '\0' && *word == *at) {
            word++;
            at++;
        }
        if (*word == '\0')
            return true;
    }
    return false;
}

bool words_end(const char *text, const char *end, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(end - text) >= length && memcmp(end - length, words[i], length) == 0)
            return true;
    }
    return false;
}

void words_first(struct words_first *out_first, const char *const *words, size_t count)
{
    *out_first = (struct words_first){{0}};
    for (size_t i = 0; i < count; i++)
        out_first->bytes[(unsigned char)*words[i] / 64] |= UINT64_C(1) << (unsigned char)*words[i] % 64;
}

static unsigned start_of(const char *at)
{
    uint32_t three =
        (uint32_t)(unsigned char)at[0] | (uint32_t)(unsigned char)at[1] << 8 | (uint32_t)(unsigned char)at[2] << 16;
    return three * UINT32_C(0x9e3779b1) / (UINT32_MAX / WORDS_LIST_BITS + 1);
}

static void read_list(struct words_list *list, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && !list->any_short; i++) {
        list->any_short = strlen(words[i]) < 3;
        unsigned bit = list->any_short ? 0 : start_of(words[i]);
        list->starts[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

bool words_in_list(struct words_list *list, const char *text, const char *end, const char *const *words, size_t count)
{
    if (g_once_init_enter(&list->read)) {
        read_list(list, words, count);
        g_once_init_leave(&list->read, 1);
    }
    if (list->any_short)
        return words_in(text, end, words, count);
    for (; end - text >= 3; text++) {
        unsigned bit = start_of(text);
        if ((list->starts[bit / 64] >> bit % 64 & 1) != 0 && words_begin_here(text, end, words, count))
            return true;
    }
    return false;
}

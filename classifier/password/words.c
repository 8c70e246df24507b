/*
 * Lists of words. A text in which many lists are sought is read once: after that, a word is looked for only where its
 * first three bytes stand, which is nowhere for most words, and a line is asked for the places that were found.
 */
#include "password/words.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"

/* Words of so many bytes are found by these. */
#define INDEXED 3u

static unsigned hash_of(const char *at, unsigned shift)
{
    uint32_t three =
        (uint32_t)(unsigned char)at[0] | (uint32_t)(unsigned char)at[1] << 8 | (uint32_t)(unsigned char)at[2] << 16;
    return (three * UINT32_C(0x9e3779b1)) >> shift;
}

static bool is_inside_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

struct words_text *words_read(const char *text, size_t size)
{
    struct words_text *read = g_malloc(sizeof *read);
    unsigned heads = WORDS_HEADS;
    read->shift = 20;
    while (heads > 64 && heads > size) {
        heads /= 2;
        read->shift++;
    }
    read->begin = sks_unicode_copy_lower(text, size);
    read->size = size;
    read->next = g_new(uint32_t, size + 1);
    read->hits = g_array_new(FALSE, FALSE, sizeof(struct words_hit));
    memset(read->heads, 0, heads * sizeof *read->heads);
    memset(read->lists, 0, sizeof read->lists);
    for (size_t at = size >= INDEXED ? size - INDEXED + 1 : 0; at-- > 0;)
        if (!is_inside_character(read->begin[at])) {
            uint32_t *head = &read->heads[hash_of(read->begin + at, read->shift)];
            read->next[at] = *head;
            *head = (uint32_t)at + 1;
        }
    return read;
}

void words_free(struct words_text *text)
{
    if (text == NULL)
        return;
    g_array_unref(text->hits);
    g_free(text->next);
    g_free(text->begin);
    g_free(text);
}

static void add_hit(struct words_text *text, size_t at, size_t size)
{
    const struct words_hit hit = {(uint32_t)at, (uint16_t)size};
    g_array_append_val(text->hits, hit);
}

static void find_word(struct words_text *text, const char *word)
{
    size_t size = strlen(word);
    if (size < INDEXED) {
        for (const char *at = text->begin, *end = at + text->size; (at = memchr(at, *word, (size_t)(end - at))) != NULL;
             at++)
            if (size == 1 || at[1] == word[1])
                add_hit(text, (size_t)(at - text->begin), size);
        return;
    }
    for (uint32_t place = text->heads[hash_of(word, text->shift)]; place > 0; place = text->next[place - 1]) {
        size_t at = place - 1;
        if (size <= text->size - at && text->begin[at + size - 1] == word[size - 1] &&
            memcmp(text->begin + at, word, size) == 0)
            add_hit(text, at, size);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct words_hit *one = a, *other = b;
    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    return one->size > other->size ? -1 : one->size < other->size;
}

const struct words_present *words_find(struct words_text *text, const char *const *words, size_t count)
{
    unsigned slot = (unsigned)((uintptr_t)words / sizeof *words) % WORDS_LISTS;
    for (unsigned tries = 0; text->lists[slot] != NULL && text->lists[slot] != words; tries++) {
        g_assert(tries < WORDS_LISTS); /* there are half as many lists */
        slot = (slot + 1) % WORDS_LISTS;
    }
    struct words_present *present = &text->present[slot];
    if (text->lists[slot] == words)
        return present;
    text->lists[slot] = words;
    *present = (struct words_present){.text = text, .begin = text->begin, .first = text->hits->len};
    bool sorted = true;
    for (size_t i = 0; i < count; i++) {
        unsigned had = text->hits->len;
        find_word(text, words[i]);
        sorted = sorted && (had == present->first || had == text->hits->len);
    }
    present->count = text->hits->len - present->first;
    if (!sorted)
        qsort(&g_array_index(text->hits, struct words_hit, present->first), present->count, sizeof(struct words_hit),
              by_place);
    return present;
}

unsigned words_before(const struct words_present *present, size_t offset)
{
    unsigned low = 0, high = present->count;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (words_hit_at(present, middle)->at < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool words_within(const struct words_present *present, size_t from, size_t to)
{
    for (unsigned i = words_before(present, from); i < present->count; i++) {
        const struct words_hit *hit = words_hit_at(present, i);
        if (hit->at >= to)
            return false;
        if (hit->at + hit->size <= to)
            return true;
    }
    return false;
}

static bool contains(const char *text, const char *end, const char *word)
{
    return memmem(text, (size_t)(end - text), word, strlen(word)) != NULL;
}

bool words_in(const char *text, const char *end, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && text < end; i++)
        if (contains(text, end, words[i]))
            return true;
    return false;
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
    for (size_t i = 0; i < count; i++) {
        bool brief = strlen(words[i]) < INDEXED;
        unsigned bit = brief ? (unsigned char)*words[i] : start_of(words[i]);
        (brief ? list->brief : list->starts)[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

bool words_in_list(struct words_list *list, const char *text, const char *end, const char *const *words, size_t count)
{
    if (g_once_init_enter(&list->read)) {
        read_list(list, words, count);
        g_once_init_leave(&list->read, 1);
    }
    for (; text < end; text++) {
        if (is_inside_character(*text))
            continue;
        unsigned first = (unsigned char)*text, bit = end - text >= (ptrdiff_t)INDEXED ? start_of(text) : 0;
        bool may = (list->starts[bit / 64] >> bit % 64 & 1) != 0 || (list->brief[first / 64] >> first % 64 & 1) != 0;
        if (may && words_begin_here(text, end, words, count))
            return true;
    }
    return false;
}

/*
 * Lists of words. Most lines have none of a list's words, so most words are ruled out by two bytes of theirs that never
 * stand side by side in the line: the line is read once, not once for each word.
 */
#include "password/words.h"

#include <string.h>

static unsigned pair_of(const char *at)
{
    return ((unsigned)(unsigned char)at[0] * 33 + (unsigned char)at[1]) % WORDS_PAIRS;
}

void words_read_pairs(struct words_pairs *pairs, const char *text, const char *end)
{
    *pairs = (struct words_pairs){0};
    for (; text + 1 < end; text++) {
        unsigned pair = pair_of(text);
        pairs->bits[pair / 64] |= UINT64_C(1) << pair % 64;
    }
}

bool words_may_have(const struct words_pairs *pairs, const char *word)
{
    for (; word[0] != '\0' && word[1] != '\0'; word++) {
        unsigned pair = pair_of(word);
        if ((pairs->bits[pair / 64] >> pair % 64 & 1) == 0)
            return false;
    }
    return true;
}

bool words_in(const char *text, const char *end, const char *const *words, size_t count)
{
    if (text >= end)
        return false;
    struct words_pairs pairs;
    words_read_pairs(&pairs, text, end);
    for (size_t i = 0; i < count; i++)
        if (words_may_have(&pairs, words[i]) && memmem(text, (size_t)(end - text), words[i], strlen(words[i])) != NULL)
            return true;
    return false;
}

bool words_begin(const char *text, const char *end, const char *const *words, size_t count)
{
    while (text < end && *text == ' ')
        text++;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(end - text) >= length && memcmp(text, words[i], length) == 0)
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

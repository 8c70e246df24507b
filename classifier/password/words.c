/*
 * Lists of words. Most lines have none of a list's words, so most words are ruled out by two or three bytes of
 * theirs that never stand side by side in the line: the line is read once, not once for each word.
 */
#include "password/words.h"

#include <string.h>

static unsigned pair_of(const char *at)
{
    return ((unsigned)(unsigned char)at[0] * 33 + (unsigned char)at[1]) % WORDS_BITS;
}

static unsigned three_of(const char *at)
{
    return ((unsigned)(unsigned char)at[0] * 1061 + (unsigned)(unsigned char)at[1] * 67 + (unsigned char)at[2] + 1021) %
           WORDS_BITS;
}

static void mark(struct words_seen *seen, unsigned bit)
{
    seen->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool has(const struct words_seen *seen, unsigned bit)
{
    return (seen->bits[bit / 64] >> bit % 64 & 1) != 0;
}

void words_look(struct words_seen *seen, const char *text, const char *end)
{
    *seen = (struct words_seen){0};
    for (; end - text >= 3; text++) {
        mark(seen, pair_of(text));
        mark(seen, three_of(text));
    }
    if (end - text == 2)
        mark(seen, pair_of(text));
}

bool words_may_have(const struct words_seen *seen, const char *word)
{
    if (word[0] != '\0' && word[1] != '\0' && word[2] == '\0')
        return has(seen, pair_of(word));
    for (; word[0] != '\0' && word[1] != '\0' && word[2] != '\0'; word++)
        if (!has(seen, three_of(word)))
            return false;
    return true;
}

bool words_in(const char *text, const char *end, const char *const *words, size_t count)
{
    if (text >= end)
        return false;
    struct words_seen seen;
    words_look(&seen, text, end);
    for (size_t i = 0; i < count; i++)
        if (words_may_have(&seen, words[i]) && memmem(text, (size_t)(end - text), words[i], strlen(words[i])) != NULL)
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
    for (size_t i = 0; i < count; i++) {
        if (text < end && *text != *words[i])
            continue;
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

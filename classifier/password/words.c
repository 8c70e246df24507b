/* Lists of words. */
#include "password/words.h"

#include <string.h>

bool words_in(const char *text, const char *end, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (g_strstr_len(text, end - text, words[i]) != NULL)
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

/* A text as it is searched: in NFKC, of bounded size; lines joined that were broken because they were long. */
#include <string.h>

#include "base/unicode.h"
#include "password/candidates.h"
#include "password/words.h"

/* Columns; shorter lines were ended by their writer. */
#define BROKEN_LEAST 50u

static unsigned columns_of(const char *begin, const char *end)
{
    unsigned columns = 0;
    for (const char *at = begin; at < end; at++)
        columns += (unsigned char)*at < 0x80 ? 1 : ((unsigned char)*at & 0xC0) == 0xC0 ? 2 : 0;
    return columns;
}

bool flow_lines(char *text)
{
    static const char *const ends[] = {":", "。", ".", "!", "?", "」", ";", "=", "-"};
    static const char *const starts[] = {">", "-", "*", "・", "■", "●", "※", " ", "\t", "(", "[", "【", "〒", "["};
    bool flowed = false;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        const char *last = end, *next = end + 1, *stop = next + strcspn(next, "\n");
        while (last > line && strchr(" \r", last[-1]) != NULL)
            last--;
        if (columns_of(line, last) < BROKEN_LEAST || ENDS(line, last, ends) || stop == next || *next == '\r' ||
            words_begin_here(next, stop, starts, G_N_ELEMENTS(starts)))
            continue;
        *end = ' ';
        flowed = true;
    }
    return flowed;
}

void cut_text(char *text, size_t most)
{
    size_t size = strnlen(text, most);
    if (text[size] == '\0')
        return;
    for (unsigned n = 0; n < 3 && size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80; n++)
        size--;
    text[size] = '\0';
}

char *normal_text(const char *text, size_t most)
{
    char *plain = sks_unicode_nfkc(text, strnlen(text, most));
    cut_text(plain, most);
    return plain;
}

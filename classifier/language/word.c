/*
 * In ASCII, letters and digits make words, and some marks do between two letters or two digits (don't, 1,000). Which
 * ones they are differs by ICU's version (the colon), so ICU is asked once. Lines with marks that are like letters (_,
 * @) are left to ICU altogether.
 */
#include "language/word.h"

#include <limits.h>
#include <string.h>

#include <glib.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

enum { ASCII = 128 };

struct sks_words {
    UBreakIterator *icu;
    UText input;
    bool joins_letters[ASCII], joins_digits[ASCII];
    bool plain_bytes[UCHAR_MAX + 1]; /* what a line may hold to be divided here */
    const char *line;
    size_t size, at;
    bool plain;
};

static void begin_icu(struct sks_words *words)
{
    UErrorCode error = U_ZERO_ERROR;
    utext_openUTF8(&words->input, words->line, (int64_t)words->size, &error);
    ubrk_setUText(words->icu, &words->input, &error);
    words->at = words->size;
    if (U_SUCCESS(error))
        words->at = (size_t)ubrk_first(words->icu);
}

static bool next_icu(size_t *out_at, size_t *out_size, bool *out_number, struct sks_words *words)
{
    int32_t end = words->at < words->size ? ubrk_next(words->icu) : UBRK_DONE;
    if (end == UBRK_DONE) {
        words->at = words->size;
        return false;
    }
    int32_t status = ubrk_getRuleStatus(words->icu);
    *out_at = words->at;
    *out_size = (size_t)end - words->at;
    *out_number = status >= UBRK_WORD_NUMBER && status < UBRK_WORD_NUMBER_LIMIT;
    words->at = (size_t)end;
    return true;
}

/* Whether ICU takes a text for one word. */
static bool is_one_word(struct sks_words *words, const char *text)
{
    size_t at, size;
    bool number;
    words->line = text;
    words->size = strlen(text);
    begin_icu(words);
    return next_icu(&at, &size, &number, words) && size == words->size;
}

int sks_words_create(struct sks_words **out_words, struct sks_problems *problems)
{
    UErrorCode error = U_ZERO_ERROR;
    UBreakIterator *icu = ubrk_open(UBRK_WORD, "en", NULL, 0, &error);
    if (U_FAILURE(error)) {
        sks_problems_add(problems, NULL, 0, "ICU", "%s", u_errorName(error));
        return SKS_ERROR_IO;
    }
    struct sks_words *words = g_new0(struct sks_words, 1);
    words->icu = icu;
    words->input = (UText)UTEXT_INITIALIZER;
    for (char mark = '!'; mark <= '~'; mark++) {
        bool like_letter =
            is_one_word(words, (const char[]){'a', mark, '\0'}) || is_one_word(words, (const char[]){mark, mark, '\0'});
        words->plain_bytes[(size_t)mark] = g_ascii_isalnum(mark) || !like_letter;
        if (!g_ascii_ispunct(mark))
            continue;
        words->joins_letters[(size_t)mark] = is_one_word(words, (const char[]){'a', mark, 'b', '\0'});
        words->joins_digits[(size_t)mark] = is_one_word(words, (const char[]){'1', mark, '2', '\0'});
    }
    words->plain_bytes[' '] = true;
    *out_words = words;
    return 0;
}

void sks_words_destroy(struct sks_words *words)
{
    if (words == NULL)
        return;
    ubrk_close(words->icu);
    utext_close(&words->input);
    g_free(words);
}

void sks_words_begin(struct sks_words *words, const char *line, size_t size)
{
    words->line = line;
    words->size = size;
    words->at = 0;
    words->plain = true;
    for (size_t i = 0; i < size && words->plain; i++)
        words->plain = words->plain_bytes[(unsigned char)line[i]];
    if (!words->plain)
        begin_icu(words);
}

/* Whether the mark at i holds the word around it together. */
static bool joins(const struct sks_words *words, size_t i)
{
    const char *line = words->line;
    if (i + 1 >= words->size)
        return false;
    size_t mark = (size_t)line[i];
    return (words->joins_letters[mark] && g_ascii_isalpha(line[i - 1]) && g_ascii_isalpha(line[i + 1])) ||
           (words->joins_digits[mark] && g_ascii_isdigit(line[i - 1]) && g_ascii_isdigit(line[i + 1]));
}

bool sks_words_next(size_t *out_at, size_t *out_size, bool *out_number, struct sks_words *words)
{
    if (!words->plain)
        return next_icu(out_at, out_size, out_number, words);
    size_t start = words->at, i = start;
    if (start >= words->size)
        return false;
    if (words->line[i] == ' ') {
        while (i < words->size && words->line[i] == ' ')
            i++;
    } else if (g_ascii_isalnum(words->line[i])) {
        while (i < words->size && (g_ascii_isalnum(words->line[i]) || joins(words, i)))
            i++;
    } else {
        i++;
    }
    *out_at = start;
    *out_size = i - start;
    *out_number = g_ascii_isdigit(words->line[i - 1]); /* ICU goes by a word's end, too */
    words->at = i;
    return true;
}

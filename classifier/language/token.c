/*
 * MeCab splits "J-CRAT" and "don't" at their marks, and knows hardly a Latin word: so Latin words are taken from the
 * line itself, and the morphemes inside are left out. Lines without Japanese are divided by word.c.
 */
#include "language/token.h"

#include <string.h>

#include <unicode/uchar.h>

#include "base/unicode.h"
#include "sekisho/limits.h"

static struct sks_token *add(struct sks_tokens *tokens, const struct sks_text *text, size_t start, size_t end)
{
    if (tokens->tokens->len >= SKS_LIMIT_LANGUAGE_TOKENS) {
        tokens->cut = true;
        return NULL;
    }
    struct sks_token token = {
        .surface = g_string_chunk_insert_len(tokens->strings, text->bytes + start, (gssize)(end - start)),
        .at = text->source[start],
    };
    token.length = MAX(text->source[end], token.at + 1) - token.at;
    token.base = token.surface;
    g_array_append_val(tokens->tokens, token);
    return &g_array_index(tokens->tokens, struct sks_token, tokens->tokens->len - 1);
}

/* Symbols by their characters: IPADIC calls an unknown mark a noun. */
static bool only_symbols(const char *p, const char *end)
{
    while (p < end) {
        uint32_t character = sks_text_next(&p);
        bool hiragana = character >= 0x3041 && character <= 0x3096; /* which is alphabetic */
        if (hiragana || sks_text_is_katakana(character) || sks_text_is_han(character) || u_isalnum((UChar32)character))
            return false;
    }
    return true;
}

/* The end of the Latin word or number at start: inner apostrophes, hyphens, dots between digits stay. */
static size_t latin_end(const struct sks_text *text, size_t start, size_t line_end, bool *out_number)
{
    size_t i = start;
    *out_number = true;
    for (; i < line_end; i++) {
        unsigned char byte = (unsigned char)text->bytes[i];
        bool inner = i > start && i + 1 < line_end && g_ascii_isalnum(text->bytes[i + 1]);
        if (g_ascii_isalpha((char)byte))
            *out_number = false;
        else if (!g_ascii_isdigit((char)byte) && !(inner && (byte == '\'' || byte == '-')) &&
                 !(inner && *out_number && (byte == '.' || byte == ',')))
            break;
    }
    return i;
}

static void add_latin(struct sks_tokens *tokens, const struct sks_text *text, size_t start, size_t end, bool number)
{
    struct sks_token *token = add(tokens, text, start, end);
    if (token == NULL)
        return;
    char *lower = g_ascii_strdown(token->surface, -1);
    token->base = g_string_chunk_insert(tokens->strings, lower);
    g_free(lower);
    token->class_ = number ? SKS_TOKEN_NUMBER : SKS_TOKEN_WORD;
}

static void add_morpheme(struct sks_tokens *tokens, const struct sks_text *text, size_t line_start,
                         const struct sks_morpheme *morpheme)
{
    size_t start = line_start + morpheme->start, end = line_start + morpheme->end;
    struct sks_token *token = add(tokens, text, start, end);
    if (token == NULL)
        return;
    token->class_ = (enum sks_token_class)morpheme->category->token;
    if (only_symbols(text->bytes + start, text->bytes + end)) {
        token->class_ = SKS_TOKEN_SYMBOL;
        return;
    }
    bool same = morpheme->base_length == end - start && memcmp(morpheme->base, token->surface, end - start) == 0;
    if (morpheme->base_length > 0 && !same)
        token->base = g_string_chunk_insert_len(tokens->strings, morpheme->base, (gssize)morpheme->base_length);
    token->organisation = morpheme->known && morpheme->category->organisation;
    token->person = morpheme->known && morpheme->category->person;
}

void sks_tokens_add_japanese(struct sks_tokens *tokens, const struct sks_text *text, const struct sks_text_line *line,
                             const struct sks_morpheme *morphemes, size_t count)
{
    size_t done = line->start;
    for (size_t i = 0; i < count; i++) {
        size_t start = line->start + morphemes[i].start, end = line->start + morphemes[i].end;
        /* One morpheme may hold the end of one word and the start of the next. */
        while (MAX(done, start) < end && g_ascii_isalnum(text->bytes[MAX(done, start)])) {
            bool number;
            size_t from = MAX(done, start);
            done = latin_end(text, from, line->end, &number);
            add_latin(tokens, text, from, done, number);
        }
        if (start >= done)
            add_morpheme(tokens, text, line->start, &morphemes[i]);
    }
}

/* In lower case: ASCII, which most is, without a copy where it is so already. */
static void set_base(struct sks_tokens *tokens, struct sks_token *token, size_t size)
{
    bool ascii = sks_unicode_ascii(token->surface, size) == size, capital = !ascii;
    for (size_t i = 0; i < size && !capital; i++)
        capital = g_ascii_isupper(token->surface[i]);
    if (!capital)
        return;
    char *lower = sks_unicode_lower(token->surface, size);
    if (strcmp(lower, token->surface) != 0)
        token->base = g_string_chunk_insert(tokens->strings, lower);
    g_free(lower);
}

void sks_tokens_add_words(struct sks_tokens *tokens, const struct sks_text *text, const struct sks_text_line *line,
                          struct sks_words *words)
{
    size_t at, size;
    bool number;
    sks_words_begin(words, text->bytes + line->start, line->end - line->start);
    while (sks_words_next(&at, &size, &number, words)) {
        size_t start = line->start + at, end = start + size;
        if (text->bytes[start] == ' ')
            continue;
        struct sks_token *token = add(tokens, text, start, end);
        if (token == NULL)
            break;
        bool symbols = !number && only_symbols(text->bytes + start, text->bytes + end);
        token->class_ = number ? SKS_TOKEN_NUMBER : symbols ? SKS_TOKEN_SYMBOL : SKS_TOKEN_WORD;
        set_base(tokens, token, size);
    }
}

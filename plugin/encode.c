/* Encoded words and folding. Everything here sees text that came out of hostile mail. */
#include "encode.h"

#include <string.h>

#define WORD_START "=?UTF-8?B?"
#define WORD_END   "?="
#define WORD_FRAME (sizeof(WORD_START) - 1 + sizeof(WORD_END) - 1)
#define WORD_MOST  75u
#define RESERVE    2u /* for what closes a comment */

static void fold(struct sks_header_text *out)
{
    g_string_append(out->text, "\n ");
    out->column = 1;
}

static void separate(struct sks_header_text *out, size_t next)
{
    if (out->text->len == 0)
        return; /* the blank after the colon belongs to whoever writes the field */
    char last = out->text->str[out->text->len - 1];
    if (last == ' ' || last == '(')
        return;
    if (out->column + 1 + next > SKS_ENCODE_COLUMNS) {
        fold(out);
        return;
    }
    g_string_append_c(out->text, ' ');
    out->column++;
}

/* How many bytes of text, in whole characters, fit into an encoded word of so many columns. */
static size_t fitting(const char *text, size_t columns)
{
    size_t room = (columns - WORD_FRAME) / 4 * 3, taken = 0;
    while (text[taken] != '\0') {
        size_t next = (size_t)(g_utf8_next_char(text + taken) - text);
        if (next > room)
            break;
        taken = next;
    }
    return taken;
}

void sks_encode_words(struct sks_header_text *out, const char *text)
{
    const size_t most = SKS_ENCODE_COLUMNS - RESERVE, least = WORD_FRAME + 8;
    char *valid = g_utf8_make_valid(text, -1);
    for (const char *rest = valid; *rest != '\0';) {
        separate(out, least + RESERVE);
        if (out->column + least > most)
            fold(out);
        size_t size = fitting(rest, MIN(most - out->column, (size_t)WORD_MOST));
        char *encoded = g_base64_encode((const guchar *)rest, size);
        g_string_append_printf(out->text, WORD_START "%s" WORD_END, encoded);
        out->column += WORD_FRAME + strlen(encoded);
        g_free(encoded);
        rest += size;
    }
    g_free(valid);
}

static bool is_plain(const char *text, bool in_comment)
{
    size_t word = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < 0x20 || *at > 0x7e)
            return false;
        if (in_comment && strchr("()\\\"", *at) != NULL)
            return false;
        word = *at == ' ' ? 0 : word + 1;
        if (word > 60)
            return false; /* can't be folded */
    }
    return strstr(text, "=?") == NULL;
}

void sks_encode_text(struct sks_header_text *out, const char *text, bool in_comment)
{
    if (!is_plain(text, in_comment)) {
        sks_encode_words(out, text);
        return;
    }
    char **words = g_strsplit(text, " ", -1);
    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            sks_encode_atom(out, *word);
    g_strfreev(words);
}

void sks_encode_atom(struct sks_header_text *out, const char *atom)
{
    size_t size = strlen(atom);
    separate(out, size);
    if (out->column > 1 && out->column + size > SKS_ENCODE_COLUMNS && out->text->len > 0) {
        char last = out->text->str[out->text->len - 1];
        if (last != '(')
            fold(out);
    }
    g_string_append(out->text, atom);
    out->column += size;
}

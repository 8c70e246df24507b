/*
 * A line is judged by how it begins (bullets, numbers), what it holds (table marks, addresses, "name: value") and how
 * it ends. A text of a single line is taken as it is: whoever asks about one sentence wants that one judged.
 */
#include "language/prepare.h"

#include <string.h>

#include "language/detect.h"

enum {
    WRAPPED = 20,   /* characters from which a line without a full stop may go on in the next */
    LABEL = 15,     /* characters within which a colon makes a label of what is before it */
    GREETING = 120, /* bytes: longer sentences hold more than a stock phrase */
};

static bool ends_with(const char *text, size_t size, const char *end)
{
    size_t length = strlen(end);
    return size >= length && memcmp(text + size - length, end, length) == 0;
}

static bool ends_sentence(const char *text, size_t size)
{
    static const char *const ends[] = {"。", "!", "?", ".", "」", "』", ")", "♪", "^^", "…", "、"};
    while (size > 0 && text[size - 1] == ' ')
        size--;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (ends_with(text, size, ends[i]))
            return true;
    return false;
}

bool sks_prepare_is_finished(const struct sks_sentence *sentence)
{
    size_t size = sentence->end - sentence->start;
    return ends_sentence(sentence->line + sentence->start, size) &&
           !ends_with(sentence->line + sentence->start, size, "、");
}

/* The length of a bullet or number before an item of a list, else 0. */
static size_t bullet(const char *text, size_t size)
{
    static const char *const bullets[] = {"・", "■", "□", "●", "○", "◆", "◇", "※", "▶", "►", "★", "☆", "▼",
                                          "◎",  "-", "*", "•", "+", "→", "#", ">", "━", "─", "=", "_"};
    size_t spaces = strspn(text, " ");
    if (spaces >= size)
        return 0;
    const char *at = text + spaces;
    for (size_t i = 0; i < G_N_ELEMENTS(bullets); i++)
        if (size - spaces >= strlen(bullets[i]) && memcmp(at, bullets[i], strlen(bullets[i])) == 0)
            return spaces + strlen(bullets[i]);
    size_t digits = strspn(at, "0123456789");
    bool number = digits > 0 && digits <= 3 && strchr(".):,", at[digits]) != NULL && at[digits] != '\0';
    return number && spaces + digits + 1 <= size ? spaces + digits + 1 : 0;
}

bool sks_prepare_is_item(const struct sks_sentence *sentence)
{
    return bullet(sentence->line, sentence->end) > 0;
}

static bool holds(const char *text, size_t size, const char *what)
{
    return memmem(text, size, what, strlen(what)) != NULL;
}

/* "日時: 3月4日", "担当： 山田" */
static bool is_label(const char *text, size_t size)
{
    const char *colon = memchr(text, ':', size);
    return colon != NULL && g_utf8_strlen(text, colon - text) <= LABEL && !ends_sentence(text, size);
}

static bool is_table(const char *text, size_t size)
{
    return holds(text, size, "|") || holds(text, size, "│") || holds(text, size, "┃") || holds(text, size, "   ");
}

static bool is_prose(const char *text, size_t size)
{
    size_t list = bullet(text, size);
    bool ended = ends_sentence(text, size);
    if (list > 0 && !ended)
        return false;
    if (is_table(text, size) || is_label(text + list, size - list) || holds(text, size, "://") ||
        holds(text, size, "www."))
        return false;
    size_t hiragana = 0;
    glong length = 0;
    for (const char *p = text, *end = text + size; p < end; length++)
        hiragana += sks_text_is_hiragana(sks_text_next(&p, end));
    /* A line that neither ends a sentence nor is long enough to go on is a heading, a name, an address. */
    return hiragana > 0 && (ended || (length >= WRAPPED && (glong)hiragana * 5 >= length));
}

GArray *sks_prepare_blocks(const struct sks_text *text, const char *language)
{
    GArray *blocks = g_array_new(FALSE, FALSE, sizeof(struct sks_block));
    bool open = false;
    for (guint i = 0; i < text->lines->len; i++) {
        const struct sks_text_line *line = &g_array_index(text->lines, struct sks_text_line, i);
        const char *start = text->bytes + line->start;
        size_t size = line->end - line->start;
        struct sks_block block = {line->start, line->end, sks_detect_japanese_line(text, line, language), false};
        bool only = text->lines->len == 1;
        block.prose = block.japanese && (only || is_prose(start, size));
        /* The last line of a wrapped paragraph may be short. */
        bool goes_on =
            open && block.japanese && bullet(start, size) == 0 && (block.prose || ends_sentence(start, size));
        if (goes_on)
            g_array_index(blocks, struct sks_block, blocks->len - 1).end = line->end;
        else if (size > 0)
            g_array_append_val(blocks, block);
        open = (goes_on || block.prose) && !ends_sentence(start, size) && g_utf8_strlen(start, (gssize)size) >= WRAPPED;
    }
    return blocks;
}

bool sks_prepare_is_greeting(const struct sks_sentence *sentence)
{
    static const char *const phrases[] = {
        "世話になって",     "世話になり", "お疲れ様",   "お疲れさま", "よろしくお願い", "宜しくお願い",
        "よろしくおねがい", "拝啓",       "敬具",       "時下",       "取り急ぎ",       "何卒",
        "はじめまして",     "初めまして", "こんにちは", "おはよう",   "こんばんは",     "失礼いたします",
        "失礼致します",     "失礼します", "と申します"};
    const char *start = sentence->line + sentence->start;
    size_t size = sentence->end - sentence->start;
    for (size_t i = 0; size <= GREETING && i < G_N_ELEMENTS(phrases); i++)
        if (holds(start, size, phrases[i]))
            return true;
    return false;
}

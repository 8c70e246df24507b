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

/* Whether one of these marks, of three bytes each, stands here. */
static bool is_mark(const char *at, const char *marks)
{
    enum { BYTES = 3 };
    for (; *marks != '\0'; marks += BYTES)
        if (memcmp(at, marks, BYTES) == 0)
            return true;
    return false;
}

static bool ends_sentence(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    char last = size > 0 ? text[size - 1] : 'x';
    if (last == '!' || last == '?' || last == '.' || last == ')' || (last == '^' && size > 1 && text[size - 2] == '^'))
        return true;
    return size >= 3 && (unsigned char)last >= 0x80 && is_mark(text + size - 3, "。」』♪…、");
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
    size_t spaces = strspn(text, " ");
    if (spaces >= size)
        return 0;
    const char *at = text + spaces;
    if (*at != '\0' && strchr("-*+#>=_", *at) != NULL)
        return spaces + 1;
    if (((unsigned char)*at == 0xe2 || (unsigned char)*at == 0xe3) && size - spaces >= 3 &&
        is_mark(at, "・■□●○◆◇※▶►★☆▼◎•→━─"))
        return spaces + 3;
    size_t digits = strspn(at, "0123456789");
    bool number = digits > 0 && digits <= 3 && strchr(".):,", at[digits]) != NULL && at[digits] != '\0';
    return number && spaces + digits + 1 <= size ? spaces + digits + 1 : 0;
}

bool sks_prepare_is_item(const struct sks_sentence *sentence)
{
    return bullet(sentence->line, sentence->end) > 0;
}

/* "日時: 3月4日", "担当： 山田" */
static bool is_label(const char *text, size_t size)
{
    const char *colon = memchr(text, ':', size);
    return colon != NULL && g_utf8_strlen(text, colon - text) <= LABEL && !ends_sentence(text, size);
}

/* What a line holds. */
struct contents {
    size_t characters, hiragana;
    bool table, address;
};

static void look_at(struct contents *out, const char *text, size_t size)
{
    struct contents contents = {0};
    const char *end = text + size;
    for (const char *p = text; p < end; contents.characters++) {
        const char *at = p;
        uint32_t character = sks_text_next(&p);
        size_t left = (size_t)(end - at);
        if (character >= 0x80)
            contents.hiragana += sks_text_is_hiragana(character);
        contents.table |= character == '|' || character == 0x2502 /* │ */ || character == 0x2503 /* ┃ */ ||
                          (character == ' ' && left >= 3 && at[1] == ' ' && at[2] == ' ');
        contents.address |= (character == ':' && left >= 3 && at[1] == '/' && at[2] == '/') ||
                            (character == 'w' && left >= 4 && memcmp(at, "www.", 4) == 0);
    }
    *out = contents;
}

static bool is_prose(const char *text, size_t size)
{
    size_t list = bullet(text, size);
    bool ended = ends_sentence(text, size);
    struct contents contents;
    if (list > 0 && !ended)
        return false;
    look_at(&contents, text, size);
    if (contents.table || contents.address || is_label(text + list, size - list))
        return false;
    /* A line that neither ends a sentence nor is long enough to go on is a heading, a name, an address. */
    return contents.hiragana > 0 &&
           (ended || (contents.characters >= WRAPPED && contents.hiragana * 5 >= contents.characters));
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

static bool begins_with(const char *text, size_t size, const char *start)
{
    size_t length = strlen(start);
    return size >= length && memcmp(text, start, length) == 0;
}

bool sks_prepare_is_greeting(const struct sks_sentence *sentence)
{
    static const char *const phrases[] = {
        "世話になって",     "世話になり", "お疲れ様",   "お疲れさま", "よろしくお願い", "宜しくお願い",
        "よろしくおねがい", "拝啓",       "敬具",       "時下",       "取り急ぎ",       "何卒",
        "はじめまして",     "初めまして", "こんにちは", "おはよう",   "こんばんは",     "失礼いたします",
        "失礼致します",     "失礼します", "と申します"};
    /* Bits of the last bytes of the phrases' first and second characters: few places have both. */
    static gsize once;
    static uint64_t first, second;
    if (g_once_init_enter(&once)) {
        for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++) {
            first |= UINT64_C(1) << (phrases[i][2] & 0x3f);
            second |= UINT64_C(1) << (phrases[i][5] & 0x3f);
        }
        g_once_init_leave(&once, 1);
    }
    const char *at = sentence->line + sentence->start, *end = sentence->line + sentence->end;
    if (end - at > GREETING)
        return false;
    for (; end - at >= 6; at++) {
        if ((unsigned char)*at < 0xe0 || (first >> (at[2] & 0x3f) & 1) == 0 || (second >> (at[5] & 0x3f) & 1) == 0)
            continue;
        for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++)
            if (memcmp(at, phrases[i], 6) == 0 && begins_with(at, (size_t)(end - at), phrases[i]))
                return true;
    }
    return false;
}

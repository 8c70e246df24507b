/* Most marks are foreign only between Japanese letters: a full stop after "Inc" or in "3.5" is nobody's slip. */
#include "language/mark.h"

#include <glib.h>

#include "language/text.h"

static bool is_kana(uint32_t character)
{
    return sks_text_is_hiragana(character) || sks_text_is_katakana(character);
}

static bool is_japanese(uint32_t character)
{
    return is_kana(character) || sks_text_is_han(character);
}

enum { SHORT_PART = 3, SHORTEST_PART = 1 /* letters of a word that a dash parts */ };

enum where {
    ANYWHERE,
    IN_JAPANESE,
    IN_KATAKANA,
    KATAKANA_KANA,
    KATAKANA_DASH,    /* a dash of another kind, with a single letter on one side or a particle after it */
    KATAKANA_JAPANESE /* after the one, before the other */
};

static const struct {
    uint32_t character, japanese;
    enum where where;
} table[] = {
    {0x00b7, 0x30fb, IN_KATAKANA}, /* middle dot → ・ */
    {0x2022, 0x30fb, IN_KATAKANA}, /* bullet */
    {0x2027, 0x30fb, IN_KATAKANA}, /* hyphenation point */
    {0x2219, 0x30fb, IN_KATAKANA}, /* bullet operator */
    {0x22c5, 0x30fb, IN_KATAKANA}, /* dot operator */
    {0x119e, 0x30fb, IN_JAPANESE}, /* Hangul araea, three times */
    {0x318d, 0x30fb, IN_JAPANESE},       {0x302e, 0x30fb, IN_JAPANESE},
    {0x1173, 0x30fc, KATAKANA_JAPANESE}, /* Hangul eu, three times → ー */
    {0x3161, 0x30fc, KATAKANA_JAPANESE}, {0xffda, 0x30fc, KATAKANA_JAPANESE},
    {0x2500, 0x30fc, KATAKANA_KANA}, /* ─ */
    {0x2010, 0x30fc, KATAKANA_DASH}, /* hyphens and dashes */
    {0x2011, 0x30fc, KATAKANA_DASH},     {0x2012, 0x30fc, KATAKANA_DASH},
    {0x2013, 0x30fc, KATAKANA_DASH},     {0x2014, 0x30fc, KATAKANA_DASH},
    {0x2015, 0x30fc, KATAKANA_DASH},     {0x2501, 0x30fc, KATAKANA_DASH},
    {0xff0d, 0x30fc, KATAKANA_KANA},     /* － */
    {0x2212, 0x30fc, KATAKANA_KANA},     /* − */
    {0x314f, 0x30c8, KATAKANA_JAPANESE}, /* ㅏ → ト */
    {0x3148, 0x30b9, KATAKANA_JAPANESE}, /* ㅈ → ス */
    {0x3131, 0x30d5, IN_KATAKANA},       /* ㄱ → フ */
    {0x3141, 0x30ed, IN_KATAKANA},       /* ㅁ → ロ */
    {0x3141, 0x53e3, IN_JAPANESE},       /* ㅁ → 口 */
    {0x3145, 0x4eba, IN_JAPANESE},       /* ㅅ → 人 */
    {0x3147, 0x3007, IN_JAPANESE},       /* ㅇ → 〇 */
    {0x3163, 0xff5c, IN_JAPANESE},       /* ㅣ → ｜ */
    {0x2236, 0xff1a, ANYWHERE},          /* ∶, the ratio → ： */
    {0x301e, 0x301f, ANYWHERE},          /* 〞 → 〟 */
};

/* A dash between two long words divides them (ブルガリア−ギリシャ); within a word one side at least is short. */
static bool within_word(const struct sks_marks *marks, size_t i, size_t longest)
{
    size_t left = 0, right = 0;
    while (left < i && sks_text_is_katakana(marks->characters[i - 1 - left]))
        left++;
    while (i + 1 + right < marks->count && sks_text_is_katakana(marks->characters[i + 1 + right]))
        right++;
    return left <= longest || right <= longest;
}

static bool fits(enum where where, uint32_t before, uint32_t after)
{
    switch (where) {
    case IN_JAPANESE:
        return is_japanese(before) && (is_japanese(after) || after == 0x3002);
    case IN_KATAKANA:
        return sks_text_is_katakana(before) && sks_text_is_katakana(after);
    case KATAKANA_KANA:
        return sks_text_is_katakana(before) && is_kana(after);
    case KATAKANA_DASH:
        return sks_text_is_katakana(before) &&
               (sks_text_is_katakana(after) || (after != 0 && g_utf8_strchr("をがにのは", -1, after) != NULL));
    case KATAKANA_JAPANESE:
        return sks_text_is_katakana(before) && is_japanese(after);
    default:
        return true;
    }
}

/* Small and vertical forms stand for the full-width mark. */
static uint32_t form(uint32_t character)
{
    static const struct {
        uint16_t first;
        const char *marks;
    } blocks[] = {
        {0xfe10, "，、。：；！？"},
        {0xfe30, "：―—＿＿（）｛｝〔〕【】《》〈〉「」『』"},
        {0xfe50, "、、。・；：？！―（）｛｝〔〕＃＆＊＋－＜＞＝＝＼＄％＠"},
        {0x2488, "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++)
        if (character >= blocks[i].first && character - blocks[i].first < (uint32_t)g_utf8_strlen(blocks[i].marks, -1))
            return g_utf8_get_char(g_utf8_offset_to_pointer(blocks[i].marks, character - blocks[i].first));
    return 0;
}

/* A full stop or comma of one byte after hiragana, where no number, address or Latin word goes on. */
static uint32_t stop(uint32_t character, uint32_t before, uint32_t after)
{
    if (!sks_text_is_hiragana(before))
        return 0;
    bool ends = after == 0 || after == '\n' || after == '\r' || after == ' ' || after == 0x3000 || is_japanese(after);
    if (character == '.' && ends)
        return 0x3002;
    return character == ',' && (after == ' ' || is_japanese(after)) ? 0x3001 : 0;
}

static uint32_t quotation(struct sks_marks *marks, uint32_t character, uint32_t before, uint32_t after)
{
    static const uint32_t opening[] = {0x201c, 0x2018, 0x201e, 0x201a, 0x00ab, 0x2039},
                          closing[] = {0x201d, 0x2019, 0x201c, 0x2018, 0x00bb, 0x203a},
                          both[] = {0xff02, 0x2033, 0xff07, 0x2032};
    bool open = false, close = false;
    for (size_t i = 0; i < G_N_ELEMENTS(opening); i++) {
        open |= opening[i] == character;
        close |= closing[i] == character;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(both); i++)
        if (both[i] == character)
            open = close = true;
    bool curly = character >= 0x2018 && character <= 0x201f;
    if ((!open && !close) || (curly && marks->corner))
        return 0;
    if (close && marks->opened) {
        marks->opened = false;
        return 0x300d;
    }
    if (!open || !is_japanese(after) || (before != 0 && before < 0x80 && g_ascii_isdigit((char)before)))
        return 0;
    marks->opened = true;
    return 0x300c;
}

uint32_t sks_mark_japanese(struct sks_marks *marks, size_t i)
{
    uint32_t character = marks->characters[i], before = i > 0 ? marks->characters[i - 1] : 0,
             after = i + 1 < marks->count ? marks->characters[i + 1] : 0;
    if (character == '\n')
        marks->opened = false;
    if (character == '.' || character == ',')
        return stop(character, before, after);
    if (is_japanese(character) || (character < 0x80))
        return 0;
    for (size_t k = 0; k < G_N_ELEMENTS(table); k++)
        if (table[k].character == character && fits(table[k].where, before, after) &&
            (table[k].where != KATAKANA_KANA || within_word(marks, i, SHORT_PART)) &&
            (table[k].where != KATAKANA_DASH || within_word(marks, i, SHORTEST_PART)))
            return table[k].japanese;
    uint32_t found = form(character);
    return found != 0 ? found : quotation(marks, character, before, after);
}

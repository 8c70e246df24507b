/*
 * Romanisation. What differs between ways to write one name is dropped rather than guessed at: long vowels become short
 * ones, doubled consonants single ones. Two names that only differ in these are taken for one, which costs little,
 * since both family and given name must agree.
 */
#include "lists/romaji.h"

#include <string.h>

static const struct {
    const char *kana, *romaji;
} digraphs[] = {
    {"キャ", "kya"}, {"キュ", "kyu"}, {"キョ", "kyo"}, {"シャ", "sha"}, {"シュ", "shu"}, {"ショ", "sho"},
    {"シェ", "she"}, {"チャ", "cha"}, {"チュ", "chu"}, {"チョ", "cho"}, {"チェ", "che"}, {"ニャ", "nya"},
    {"ニュ", "nyu"}, {"ニョ", "nyo"}, {"ヒャ", "hya"}, {"ヒュ", "hyu"}, {"ヒョ", "hyo"}, {"ミャ", "mya"},
    {"ミュ", "myu"}, {"ミョ", "myo"}, {"リャ", "rya"}, {"リュ", "ryu"}, {"リョ", "ryo"}, {"ギャ", "gya"},
    {"ギュ", "gyu"}, {"ギョ", "gyo"}, {"ジャ", "ja"},  {"ジュ", "ju"},  {"ジョ", "jo"},  {"ジェ", "je"},
    {"ヂャ", "ja"},  {"ヂュ", "ju"},  {"ヂョ", "jo"},  {"ビャ", "bya"}, {"ビュ", "byu"}, {"ビョ", "byo"},
    {"ピャ", "pya"}, {"ピュ", "pyu"}, {"ピョ", "pyo"}, {"ファ", "fa"},  {"フィ", "fi"},  {"フェ", "fe"},
    {"フォ", "fo"},  {"ティ", "ti"},  {"ディ", "di"},  {"トゥ", "tu"},  {"ドゥ", "du"},  {"ウィ", "wi"},
    {"ウェ", "we"},  {"ヴァ", "va"},  {"ヴィ", "vi"},  {"ヴェ", "ve"},  {"ヴォ", "vo"},
};

/* U+30A1 to U+30F4, one entry a character; small tsu and the long mark say nothing here. */
static const char *const syllables[] = {
    "a",  "a",   "i",  "i",  "u",  "u",   "e",  "e",  "o",  "o",  "ka", "ga", "ki", "gi", "ku", "gu",  "ke",
    "ge", "ko",  "go", "sa", "za", "shi", "ji", "su", "zu", "se", "ze", "so", "zo", "ta", "da", "chi", "ji",
    "",   "tsu", "zu", "te", "de", "to",  "do", "na", "ni", "nu", "ne", "no", "ha", "ba", "pa", "hi",  "bi",
    "pi", "fu",  "bu", "pu", "he", "be",  "pe", "ho", "bo", "po", "ma", "mi", "mu", "me", "mo", "ya",  "ya",
    "yu", "yu",  "yo", "yo", "ra", "ri",  "ru", "re", "ro", "wa", "wa", "i",  "e",  "o",  "n",  "vu",
};
G_STATIC_ASSERT(G_N_ELEMENTS(syllables) == 0x30f4 - 0x30a1 + 1);

/* Small kana that stand second in a digraph. */
static gboolean is_small(gunichar c)
{
    return c == 0x30e3 || c == 0x30e5 || c == 0x30e7 || (c >= 0x30a1 && c <= 0x30a9 && c % 2 == 1);
}

void sks_romaji_from_kana(GString *out, const char *kana)
{
    GString *katakana = g_string_new(NULL);
    for (const char *at = kana; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(katakana, c >= 0x3041 && c <= 0x3096 ? c + 0x60 : c);
    }
    for (const char *at = katakana->str; *at != '\0';) {
        gunichar c = g_utf8_get_char(at);
        size_t found = 0, pairs = is_small(g_utf8_get_char(g_utf8_next_char(at))) ? G_N_ELEMENTS(digraphs) : 0;
        for (size_t i = 0; i < pairs && found == 0; i++)
            if (g_str_has_prefix(at, digraphs[i].kana)) {
                g_string_append(out, digraphs[i].romaji);
                found = strlen(digraphs[i].kana);
            }
        if (found == 0) {
            if (c >= 0x30a1 && c <= 0x30f4)
                g_string_append(out, syllables[c - 0x30a1]);
            else if (c == 0x30f5 || c == 0x30f6)
                g_string_append(out, c == 0x30f5 ? "ka" : "ke");
            found = (size_t)(g_utf8_next_char(at) - at);
        }
        at += found;
    }
    g_string_free(katakana, TRUE);
}

static gboolean is_vowel(char c)
{
    return c != '\0' && strchr("aiueo", c) != NULL;
}

/* What stands at text in other systems of romanisation: the unified spelling, and how many letters it replaces. */
static const char *spelling(const char *text, char before, size_t *out_size)
{
    static const struct {
        const char *from, *to;
    } table[] = {
        {"tch", "ch"}, {"sy", "sh"}, {"si", "shi"}, {"ty", "ch"}, {"ti", "chi"},
        {"tu", "tsu"}, {"zy", "j"},  {"jy", "j"},   {"zi", "ji"}, {"di", "ji"},
        {"du", "zu"},  {"dz", "z"},  {"l", "r"},    {"wo", "o"},  {"ye", "e"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (text[0] == table[i].from[0] && g_str_has_prefix(text, table[i].from)) {
            *out_size = strlen(table[i].from);
            return table[i].to;
        }
    *out_size = 2;
    if (g_str_has_prefix(text, "hu") && before != 's' && before != 'c')
        return "fu";
    if (text[0] == 'm' && text[1] != '\0' && strchr("bmp", text[1]) != NULL) {
        *out_size = 1;
        return "n";
    }
    return NULL;
}

/* Whether the letter at text only lengthens or doubles the one before. */
static gboolean is_length(const char *text, char before)
{
    char c = text[0];
    if (c == 'h' && (before == 'o' || before == 'u') && !is_vowel(text[1]) && text[1] != 'y')
        return TRUE;
    if (before == 'o' && (c == 'o' || c == 'u'))
        return TRUE;
    if (before == 'u' && c == 'u')
        return TRUE;
    if (before == 'a' && c == 'a')
        return TRUE;
    return c == before && !is_vowel(c);
}

void sks_romaji_unify(GString *text)
{
    GString *done = g_string_sized_new(text->len);
    for (const char *at = text->str; *at != '\0';) {
        char before = done->len > 0 ? done->str[done->len - 1] : '\0';
        size_t size;
        if (is_length(at, before)) {
            at++;
            continue;
        }
        const char *to = spelling(at, before, &size);
        if (to != NULL) {
            g_string_append(done, to);
            at += size;
        } else {
            g_string_append_c(done, *at++);
        }
    }
    g_string_assign(text, done->str);
    g_string_free(done, TRUE);
}

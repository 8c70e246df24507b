/*
 * Scripts are counted by letter. Where one script serves many languages (Latin, Cyrillic), the most frequent function
 * words of each decide; without any of them, Latin text is taken for English, which most short notices are.
 */
#include "language/detect.h"

#include <string.h>

#include <glib.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/unicode.h"

enum script { KANA, HAN, HANGUL, LATIN, CYRILLIC, ARABIC, HEBREW, GREEK, THAI, DEVANAGARI, OTHER, SCRIPT_COUNT };

enum { LEAST_LETTERS = 4, WORD_SIZE = 16 };

static const struct {
    const char *language;
    enum script script;
    const char *words; /* each between two spaces */
} function_words[] = {
    {"en", LATIN, " the and to of you is that for with this are your have we not be it from our will please "},
    {"de", LATIN, " der die und ist nicht ich sie das mit den ein eine zu für auf wir von im ihre "},
    {"fr", LATIN, " le les des est et vous une pour dans que nous pas sur avec votre du au ce "},
    {"es", LATIN, " el los las que una por para con su del es como este usted más se y "},
    {"pt", LATIN, " os uma que não para com por você seu do da em ao mais são "},
    {"it", LATIN, " il che di per una non con della sono la gli questo è nel si le "},
    {"nl", LATIN, " het een van en dat niet met voor zijn op te ik je de aan "},
    {"sv", LATIN, " och att det som en på är av för med inte jag du till den "},
    {"pl", LATIN, " i w nie na się że do jest z to jak dla o po "},
    {"tr", LATIN, " ve bir bu için ile da de ne çok olarak daha gibi "},
    {"id", LATIN, " yang dan di untuk dengan ini itu dari anda kami tidak pada "},
    {"vi", LATIN, " và của là không có cho được các một người với này "},
    {"ru", CYRILLIC, " и в не на что я с по как это для вы мы от "},
    {"uk", CYRILLIC, " і в не на що та як це для ви ми від є "},
};

static enum script script_of(uint32_t character)
{
    if (sks_text_is_hiragana(character) || sks_text_is_katakana(character))
        return KANA;
    if (sks_text_is_han(character))
        return HAN;
    if (character < 0x80)
        return LATIN;
    UErrorCode error = U_ZERO_ERROR;
    switch (uscript_getScript((UChar32)character, &error)) {
    case USCRIPT_LATIN:
        return LATIN;
    case USCRIPT_HANGUL:
        return HANGUL;
    case USCRIPT_CYRILLIC:
        return CYRILLIC;
    case USCRIPT_ARABIC:
        return ARABIC;
    case USCRIPT_HEBREW:
        return HEBREW;
    case USCRIPT_GREEK:
        return GREEK;
    case USCRIPT_THAI:
        return THAI;
    case USCRIPT_DEVANAGARI:
        return DEVANAGARI;
    default:
        return OTHER;
    }
}

static bool is_letter(uint32_t character)
{
    return character < 0x80 ? g_ascii_isalpha((char)character) : u_isalpha((UChar32)character);
}

/* Which languages have a function word: a bit for each. Made once, and never freed. */
static GHashTable *languages_of_words(void)
{
    static gsize once;
    if (g_once_init_enter(&once)) {
        GHashTable *languages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (size_t i = 0; i < G_N_ELEMENTS(function_words); i++) {
            char **words = g_strsplit(function_words[i].words, " ", -1);
            for (char **word = words; *word != NULL; word++) {
                guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(languages, *word));
                g_hash_table_insert(languages, g_strdup(*word), GUINT_TO_POINTER(bits | 1u << i));
            }
            g_strfreev(words);
        }
        g_once_init_leave(&once, (gsize)languages);
    }
    return (GHashTable *)once;
}

static void count_word(unsigned *counts, GHashTable *languages, const char *start, size_t length)
{
    char word[WORD_SIZE + 1];
    if (length == 0 || length > WORD_SIZE)
        return;
    memcpy(word, start, length);
    word[length] = '\0';
    guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(languages, word));
    for (size_t i = 0; bits != 0; i++, bits >>= 1)
        counts[i] += bits & 1;
}

/* The language of a script whose function words are most frequent, or otherwise. */
static const char *by_words(const struct sks_text *text, enum script script, const char *otherwise)
{
    unsigned counts[G_N_ELEMENTS(function_words)] = {0};
    GHashTable *languages = languages_of_words();
    char *lower = sks_unicode_lower(text->bytes, text->size);
    const char *end = lower + strlen(lower);
    for (const char *p = lower; p < end;) {
        const char *start = p, *stop = p;
        while (p < end && is_letter(sks_text_next(&p)))
            stop = p;
        count_word(counts, languages, start, (size_t)(stop - start));
    }
    g_free(lower);
    unsigned best = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(function_words); i++) {
        if (function_words[i].script == script && counts[i] > best) {
            best = counts[i];
            otherwise = function_words[i].language;
        }
    }
    return otherwise;
}

static void count_scripts(size_t *out_counts, const char *p, const char *end)
{
    while (p < end) {
        if ((unsigned char)*p < 0x80) {
            out_counts[LATIN] += g_ascii_isalpha(*p++) != 0;
            continue;
        }
        /* What most of Japanese is written in needs no table. */
        uint32_t character = sks_text_next(&p);
        if ((character >= 0x3041 && character <= 0x3096) || sks_text_is_katakana(character))
            out_counts[KANA]++;
        else if (character >= 0x4e00 && character <= 0x9fa5)
            out_counts[HAN]++;
        else if (is_letter(character))
            out_counts[script_of(character)]++;
    }
}

const char *sks_detect_language(const struct sks_text *text)
{
    static const char *const codes[] = {
        [HANGUL] = "ko", [ARABIC] = "ar", [HEBREW] = "he", [GREEK] = "el", [THAI] = "th", [DEVANAGARI] = "hi"};
    size_t counts[SCRIPT_COUNT] = {0}, total = 0, most = 0;
    count_scripts(counts, text->bytes, text->bytes + text->size);
    for (size_t i = 0; i < SCRIPT_COUNT; i++) {
        total += counts[i];
        if (counts[i] > counts[most])
            most = i;
    }
    /* Chinese writes a kana now and then (の on a sign); Japanese hardly writes five characters without one. A
     * bilingual mail is Japanese already when a tenth of its letters are. */
    size_t japanese = counts[KANA] + counts[HAN];
    if (total >= LEAST_LETTERS && counts[KANA] * 20 >= japanese && counts[KANA] >= 2 && japanese * 10 >= total)
        return "ja";
    /* Nobody else writes kana, so a word with one needs no more: 短い。 */
    if (total < LEAST_LETTERS)
        return counts[KANA] > 0 && japanese == total ? "ja" : "";
    switch (most) {
    case KANA:
        return "ja";
    case HAN:
        return total >= 30 ? "zh" : counts[KANA] > 0 ? "ja" : "";
    case LATIN:
        return by_words(text, LATIN, "en");
    case CYRILLIC:
        return by_words(text, CYRILLIC, "ru");
    case OTHER:
        return "";
    default:
        return codes[most];
    }
}

bool sks_detect_japanese_line(const struct sks_text *text, const struct sks_text_line *line, const char *language)
{
    size_t counts[SCRIPT_COUNT] = {0};
    count_scripts(counts, text->bytes + line->start, text->bytes + line->end);
    if (counts[KANA] > 0)
        return true;
    return counts[HAN] > 0 && (strcmp(language, "ja") == 0 || *language == '\0');
}

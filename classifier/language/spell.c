/*
 * Everything is read at creation. Suggestions are asked for only after a word has failed, for a bounded number of
 * words in a text, and the search by n-grams is switched off in the affix file.
 *
 * A run of katakana may be several words (サイバーセキュリティ): it is fine if it can be cut into known parts, and one
 * part may be the misspelt one.
 */
#include "language/spell.h"

#include <stdio.h>
#include <string.h>

#include "base/resource.h"
#include "language/dictionary.h"
#include "sekisho/limits.h"

enum {
    LEAST_LENGTH = 4,    /* characters of a word that is checked */
    LEAST_VOICING = 5,   /* of one whose slip is in a consonant: short words have too many neighbours */
    MOST_LENGTH = 24,    /* longer runs are not words */
    LEAST_PART = 3,      /* of a part of a longer run */
    MOST_SUGGESTED = 12, /* words of a text for which suggestions are asked */
};

struct sks_spell {
    Hunhandle *japanese;
    GHashTable *common; /* katakana words that are often meant: counted or listed, not only known to IPADIC */
};

static Hunhandle *open_built_in(const char *affix_name, const char *words_name)
{
    const struct sks_resource *affix = sks_resource_find(affix_name), *words = sks_resource_find(words_name);
    return affix != NULL && words != NULL ? sks_dictionary_open(affix->bytes, affix->size, words->bytes, words->size)
                                          : NULL;
}

/* The katakana words of a built-in list. */
static void add_common(GHashTable *common, const char *name)
{
    const struct sks_resource *resource = sks_resource_find(name);
    if (resource == NULL)
        return;
    char *text = g_strndup(resource->bytes, resource->size), **words = g_strsplit_set(text, " \t\n", -1);
    for (char **word = words; *word != NULL; word++)
        if (sks_text_is_katakana(g_utf8_get_char(*word)))
            g_hash_table_add(common, g_strdup(*word));
    g_strfreev(words);
    g_free(text);
}

int sks_spell_create(struct sks_spell **out_spell, struct sks_problems *problems)
{
    struct sks_spell *spell = g_new0(struct sks_spell, 1);
    spell->common = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    add_common(spell->common, "language/vocabulary.txt");
    add_common(spell->common, "language/words.txt");
    spell->japanese = open_built_in("built/ja.aff", "built/ja.dic");
    /* Hunspell doesn't tell whether it could read its files; it knows a word only if it could. */
    if (spell->japanese == NULL || Hunspell_spell(spell->japanese, "データ") == 0) {
        sks_problems_add(problems, "built/ja.dic", 0, NULL, "Hunspell can't read the Japanese dictionary");
        sks_spell_destroy(spell);
        return SKS_ERROR_FORMAT;
    }
    *out_spell = spell;
    return 0;
}

void sks_spell_destroy(struct sks_spell *spell)
{
    if (spell == NULL)
        return;
    g_hash_table_destroy(spell->common);
    if (spell->japanese != NULL)
        Hunspell_destroy(spell->japanese);
    g_free(spell);
}

static bool is_pair(gunichar a, gunichar b, const char *pairs)
{
    for (const char *p = pairs; *p != '\0';) {
        gunichar first = g_utf8_get_char(p), second = g_utf8_get_char(g_utf8_next_char(p));
        if ((a == first && b == second) || (a == second && b == first))
            return true;
        p = g_utf8_next_char(g_utf8_next_char(p));
    }
    return false;
}

static bool is_dropped(gunichar character)
{
    return character == 0x30fc || character == 0x30c3;
}

enum slip { NO_SLIP, WEAK_SLIP, SURE_SLIP };

/*
 * Whether what differs between two words is what people mistake. Full kana for a small one is hardly ever meant; a long
 * vowel more or less, or another consonant, may just be another word, or a name.
 */
static enum slip slip_between(const char *wrong, const char *right)
{
    glong wrong_length, right_length;
    gunichar *a = g_utf8_to_ucs4_fast(wrong, -1, &wrong_length), *b = g_utf8_to_ucs4_fast(right, -1, &right_length);
    glong start = 0, end = 0, shorter = MIN(wrong_length, right_length);
    while (start < shorter && a[start] == b[start])
        start++;
    while (end < shorter - start && a[wrong_length - 1 - end] == b[right_length - 1 - end])
        end++;
    glong from = wrong_length - start - end, to = right_length - start - end;
    enum slip slip = NO_SLIP;
    if (from == 0 && to == 1)
        slip = is_dropped(b[start]) && end > 0 ? WEAK_SLIP : NO_SLIP;
    else if (from == 1 && to == 0)
        slip = is_dropped(a[start]) && end > 0 ? WEAK_SLIP : NO_SLIP;
    else if (from == 1 && to == 1 &&
             is_pair(a[start], b[start], "ァアィイゥウェエォオッツャヤュユョヨシツソンヂジヅズ"))
        slip = SURE_SLIP;
    else if (from == 1 && to == 1 && shorter >= LEAST_VOICING &&
             is_pair(
                 a[start], b[start],
                 "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボハパヒピフプヘペホポ"
                 "バパビピブプベペボポ"))
        slip = WEAK_SLIP;
    g_free(a);
    g_free(b);
    return slip;
}

/* The word that was meant, to be freed with g_free(), or NULL. */
static char *meant(const struct sks_spell *spell, const char *word)
{
    char **suggestions, *found = NULL;
    int count = Hunspell_suggest(spell->japanese, &suggestions, word);
    for (int i = 0; i < count && found == NULL; i++) {
        enum slip slip = slip_between(word, suggestions[i]);
        if (slip == SURE_SLIP || (slip == WEAK_SLIP && g_hash_table_contains(spell->common, suggestions[i])))
            found = g_strdup(suggestions[i]);
    }
    if (count > 0)
        Hunspell_free_list(spell->japanese, &suggestions, count);
    return found;
}

/* Whether a run can be cut into two or three known words. */
static bool is_compound(const struct sks_spell *spell, const char *word, glong length, unsigned parts)
{
    /* IPADIC knows so many short words and names that nearly everything could be cut into them. */
    if (length <= LEAST_PART ? g_hash_table_contains(spell->common, word) : Hunspell_spell(spell->japanese, word) != 0)
        return true;
    if (parts <= 1)
        return false;
    for (glong cut = LEAST_PART - 1; cut <= length - (LEAST_PART - 1); cut++) {
        const char *middle = g_utf8_offset_to_pointer(word, cut);
        char *head = g_strndup(word, (gsize)(middle - word));
        bool fine = is_compound(spell, head, cut, 1) && is_compound(spell, middle, length - cut, parts - 1);
        g_free(head);
        if (fine)
            return true;
    }
    return false;
}

/* The whole run as it was meant, one of its parts put right; NULL if none can be. */
static char *meant_compound(const struct sks_spell *spell, const char *word, glong length)
{
    Hunhandle *handle = spell->japanese;
    char *whole = meant(spell, word);
    for (glong cut = LEAST_PART; whole == NULL && cut <= length - LEAST_PART; cut++) {
        const char *middle = g_utf8_offset_to_pointer(word, cut);
        char *head = g_strndup(word, (gsize)(middle - word)), *right = NULL;
        if (Hunspell_spell(handle, head) != 0 && length - cut >= LEAST_LENGTH) {
            right = meant(spell, middle);
            whole = right != NULL ? g_strconcat(head, right, NULL) : NULL;
        } else if (cut >= LEAST_LENGTH && Hunspell_spell(handle, middle) != 0) {
            right = meant(spell, head);
            whole = right != NULL ? g_strconcat(right, middle, NULL) : NULL;
        }
        g_free(right);
        g_free(head);
    }
    return whole;
}

static void check_run(GArray *found, GStringChunk *strings, struct sks_spell *spell, unsigned *asked,
                      const struct sks_text *text, size_t start, size_t end)
{
    glong length = g_utf8_strlen(text->bytes + start, (gssize)(end - start));
    if (length < LEAST_LENGTH || length > MOST_LENGTH || *asked >= MOST_SUGGESTED ||
        found->len >= SKS_LIMIT_LANGUAGE_SPANS)
        return;
    char *word = g_strndup(text->bytes + start, end - start);
    if (!is_compound(spell, word, length, 3)) {
        ++*asked;
        char *right = meant_compound(spell, word, length);
        if (right != NULL) {
            struct sks_misspelling misspelling = {g_string_chunk_insert(strings, word),
                                                  g_string_chunk_insert(strings, right), text->source[start]};
            g_array_append_val(found, misspelling);
        }
        g_free(right);
    }
    g_free(word);
}

void sks_spell_katakana(GArray *found, GStringChunk *strings, struct sks_spell *spell, const struct sks_text *text)
{
    const char *end = text->bytes + text->size, *start = NULL;
    unsigned asked = 0;
    for (const char *p = text->bytes; p < end;) {
        const char *here = p;
        bool katakana = sks_text_is_katakana(sks_text_next(&p, end));
        if (katakana && start == NULL)
            start = here;
        if (start != NULL && (!katakana || p == end)) {
            const char *stop = katakana ? p : here;
            check_run(found, strings, spell, &asked, text, (size_t)(start - text->bytes), (size_t)(stop - text->bytes));
            start = NULL;
        }
    }
}

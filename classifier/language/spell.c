/*
 * Everything is read at creation. Suggestions are asked for only after a word has failed, for a bounded number of
 * words in a text, and the search by n-grams is switched off in the affix file. Hunspell takes long to say no, so it is
 * asked only for what may be in its dictionary by a bit filter, and for suggestions only where one of the slips that
 * count leads to such a word.
 *
 * A run of katakana may be several words (サイバーセキュリティ): it is fine if it can be cut into known parts, and one
 * part may be the misspelt one. What people often write wrong (シュミレーション) is looked up first.
 *
 * A kanji that looks like katakana may stand at either end of a word (口グイン, アメリ力): where the word is one with
 * the katakana, and what is left without it is none. Between katakana it is a foreign glyph (glyph.c).
 */
#include "language/spell.h"

#include <stdio.h>
#include <string.h>

#include "base/resource.h"
#include "language/dictionary.h"
#include "language/filter.h"
#include "language/glyph.h"
#include "language/ipadic.h"
#include "sekisho/limits.h"

enum {
    LEAST_LENGTH = 4,    /* characters of a word that is checked */
    LEAST_VOICING = 5,   /* of one whose slip is in a consonant: short words have too many neighbours */
    MOST_LENGTH = 24,    /* longer runs are not words */
    LEAST_PART = 3,      /* of a part of a longer run */
    MOST_SUGGESTED = 12, /* words of a text for which suggestions are asked */
};

/* A word as it is often written wrong, and the right form. */
struct usual {
    char *wrong, *right;
    gunichar second; /* character of the wrong one */
};

enum { LONG_VOWEL = 0x30fc, SMALL_TSU = 0x30c3 };

/* What is taken for each other: hardly ever meant so; and maybe another word. */
#define SURE_PAIRS "ァアィイゥウェエォオッツャヤュユョヨシツソンヂジヅズ"
#define WEAK_PAIRS                                                                                                                                           \
    "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボハパヒピフプヘペホポ" \
    "バパビピブプベペボポュョ"

enum { KATAKANA = 0x30a0, KATAKANA_COUNT = 0x60, MOST_PARTNERS = 8 };

enum { HEADS = 64 };

struct sks_spell {
    Hunhandle *japanese;
    GArray *usual[HEADS]; /* struct usual, by their first character */
    GHashTable *common;   /* katakana words that are often meant: counted or listed, not only known to IPADIC */
    /* Words of the dictionary without long vowels at their ends, since its rules add and take one; those it suggests */
    struct sks_filter known, suggested;
    gunichar partners[KATAKANA_COUNT][MOST_PARTNERS]; /* of each character in the pairs above; 0: no more */
};

static Hunhandle *open_built_in(const char *affix_name, const char *words_name)
{
    const struct sks_resource *affix = sks_resource_find(affix_name), *words = sks_resource_find(words_name);
    return affix != NULL && words != NULL ? sks_dictionary_open(affix->bytes, affix->size, words->bytes, words->size)
                                          : NULL;
}

/* A word's hash in the filters. */
static uint64_t key_of(const char *word)
{
    uint64_t hash = 0, kept = 0;
    for (; *word != '\0'; word = g_utf8_next_char(word)) {
        gunichar character = g_utf8_get_char(word);
        hash = sks_filter_mix(hash, character);
        kept = character == LONG_VOWEL ? kept : hash;
    }
    return kept;
}

/* Reads the dictionary's words, "WORD" or "WORD/FLAGS", after a line with their number; "!" is never suggested. */
static void fill_filters(struct sks_spell *spell)
{
    const struct sks_resource *resource = sks_resource_find("built/ja.dic");
    char *text = g_strndup(resource != NULL ? resource->bytes : "", resource != NULL ? resource->size : 0);
    char **lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char *flags = strchr(*line, '/');
        if (flags != NULL)
            *flags = '\0';
        uint64_t key = key_of(*line);
        sks_filter_add(&spell->known, key);
        if (flags == NULL || strchr(flags + 1, '!') == NULL)
            sks_filter_add(&spell->suggested, key);
    }
    g_strfreev(lines);
    g_free(text);
}

static void add_partner(struct sks_spell *spell, gunichar a, gunichar b)
{
    gunichar *partners = spell->partners[a - KATAKANA];
    size_t i = 0;
    while (i < MOST_PARTNERS - 1 && partners[i] != 0 && partners[i] != b)
        i++;
    partners[i] = b;
}

static void add_partners(struct sks_spell *spell, const char *pairs)
{
    for (const char *p = pairs, *q; *p != '\0'; p = g_utf8_next_char(q)) {
        q = g_utf8_next_char(p);
        add_partner(spell, g_utf8_get_char(p), g_utf8_get_char(q));
        add_partner(spell, g_utf8_get_char(q), g_utf8_get_char(p));
    }
}

static bool is_known(const struct sks_spell *spell, const char *word)
{
    return sks_filter_may_hold(&spell->known, key_of(word)) && Hunspell_spell(spell->japanese, word) != 0;
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

static void clear_usual(gpointer data)
{
    struct usual *usual = data;
    g_free(usual->wrong);
    g_free(usual->right);
}

static bool read_usual(struct sks_spell *spell, struct sks_problems *problems)
{
    static const char name[] = "language/katakana.txt";
    const struct sks_resource *resource = sks_resource_find(name);
    char *text = resource != NULL ? g_strndup(resource->bytes, resource->size) : g_strdup("?"),
         **lines = g_strsplit(text, "\n", -1);
    bool fine = true;
    for (size_t i = 0; i < HEADS; i++) {
        spell->usual[i] = g_array_new(FALSE, FALSE, sizeof(struct usual));
        g_array_set_clear_func(spell->usual[i], clear_usual);
    }
    for (size_t i = 0; lines[i] != NULL; i++) {
        char **words = g_strsplit(lines[i], " ", -1);
        bool none = *lines[i] == '\0' || *lines[i] == '#';
        if (!none && g_strv_length(words) == 2) {
            struct usual usual = {g_strdup(words[0]), g_strdup(words[1]), g_utf8_get_char(g_utf8_next_char(words[0]))};
            g_array_append_val(spell->usual[g_utf8_get_char(words[0]) % HEADS], usual);
        } else if (!none) {
            sks_problems_add(problems, name, i + 1, NULL, "not a wrong and a right word");
            fine = false;
        }
        g_strfreev(words);
    }
    g_strfreev(lines);
    g_free(text);
    return fine;
}

int sks_spell_create(struct sks_spell **out_spell, struct sks_problems *problems)
{
    struct sks_spell *spell = g_new0(struct sks_spell, 1);
    spell->common = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    add_common(spell->common, "language/vocabulary.txt");
    add_common(spell->common, "language/words.txt");
    if (!read_usual(spell, problems)) {
        sks_spell_destroy(spell);
        return SKS_ERROR_FORMAT;
    }
    fill_filters(spell);
    add_partners(spell, SURE_PAIRS);
    add_partners(spell, WEAK_PAIRS);
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
    for (size_t i = 0; i < HEADS; i++)
        g_array_free(spell->usual[i], TRUE);
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
    return character == LONG_VOWEL || character == SMALL_TSU;
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
    else if (from == 1 && to == 1 && is_pair(a[start], b[start], SURE_PAIRS))
        slip = SURE_SLIP;
    else if (from == 1 && to == 1 && shorter >= LEAST_VOICING && is_pair(a[start], b[start], WEAK_PAIRS))
        slip = WEAK_SLIP;
    else if (from == 2 && to == 2 && shorter > LEAST_VOICING && a[start] == b[start + 1] && a[start + 1] == b[start])
        slip = WEAK_SLIP; /* コミニュニティ */
    g_free(a);
    g_free(b);
    return slip;
}

/* A word while what it may stand for is tried. */
struct trial {
    const struct sks_spell *spell;
    const gunichar *word;
    glong length;
};

/* Whether a word of the dictionary may come of this: what is before a place, then some characters, then what is left.
 */
static bool may_be(const struct trial *trial, glong place, const gunichar *instead, glong count, glong rest)
{
    uint64_t hash = 0, kept = 0;
    for (glong i = 0; i < place + count + trial->length - rest; i++) {
        gunichar character = i < place           ? trial->word[i]
                             : i < place + count ? instead[i - place]
                                                 : trial->word[rest + i - place - count];
        hash = sks_filter_mix(hash, character);
        kept = character == LONG_VOWEL ? kept : hash;
    }
    return sks_filter_may_hold(&trial->spell->suggested, kept);
}

static bool may_be_meant_at(const struct trial *trial, glong i)
{
    static const gunichar dropped[] = {LONG_VOWEL, SMALL_TSU};
    gunichar here = trial->word[i];
    for (size_t k = 0; k < G_N_ELEMENTS(dropped); k++)
        if (may_be(trial, i, &dropped[k], 1, i))
            return true;
    if (is_dropped(here) && may_be(trial, i, NULL, 0, i + 1))
        return true;
    const gunichar *partners = here >= KATAKANA && here < KATAKANA + KATAKANA_COUNT
                                   ? trial->spell->partners[here - KATAKANA]
                                   : (const gunichar[]){0};
    for (; *partners != 0; partners++)
        if (may_be(trial, i, partners, 1, i + 1))
            return true;
    const gunichar swapped[] = {i + 1 < trial->length ? trial->word[i + 1] : 0, here};
    return i + 1 < trial->length && may_be(trial, i, swapped, 2, i + 2);
}

/* Whether any word that is a slip away (slip_between()) may be in the dictionary. */
static bool may_be_meant(const struct sks_spell *spell, const char *word)
{
    struct trial trial = {.spell = spell};
    gunichar *characters = g_utf8_to_ucs4_fast(word, -1, &trial.length);
    trial.word = characters;
    bool may = false;
    for (glong i = 0; i < trial.length && !may; i++)
        may = may_be_meant_at(&trial, i);
    g_free(characters);
    return may;
}

/* The word that was meant, to be freed with g_free(), or NULL. */
static char *meant(const struct sks_spell *spell, const char *word)
{
    if (!may_be_meant(spell, word))
        return NULL;
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
    if (length <= LEAST_PART ? g_hash_table_contains(spell->common, word) : is_known(spell, word))
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
    char *whole = meant(spell, word);
    for (glong cut = LEAST_PART; whole == NULL && cut <= length - LEAST_PART; cut++) {
        const char *middle = g_utf8_offset_to_pointer(word, cut);
        char *head = g_strndup(word, (gsize)(middle - word)), *right = NULL;
        if (is_known(spell, head) && length - cut >= LEAST_LENGTH) {
            right = meant(spell, middle);
            whole = right != NULL ? g_strconcat(head, right, NULL) : NULL;
        } else if (cut >= LEAST_LENGTH && is_known(spell, middle)) {
            right = meant(spell, head);
            whole = right != NULL ? g_strconcat(right, middle, NULL) : NULL;
        }
        g_free(right);
        g_free(head);
    }
    return whole;
}

/* The whole run where a word in it is one that people often write wrong, with the right one; else NULL. */
static char *usually_meant(const struct sks_spell *spell, const char *word)
{
    for (const char *at = word; *at != '\0'; at = g_utf8_next_char(at)) {
        const GArray *usual = spell->usual[g_utf8_get_char(at) % HEADS];
        gunichar second = g_utf8_get_char(g_utf8_next_char(at));
        for (guint i = 0; i < usual->len; i++) {
            const struct usual *one = &g_array_index(usual, struct usual, i);
            if (one->second != second || !g_str_has_prefix(at, one->wrong))
                continue;
            char *head = g_strndup(word, (gsize)(at - word)), *whole = NULL;
            const char *rest = at + strlen(one->wrong);
            if ((*head == '\0' || is_compound(spell, head, g_utf8_strlen(head, -1), 2)) &&
                (*rest == '\0' || is_compound(spell, rest, g_utf8_strlen(rest, -1), 2)))
                whole = g_strconcat(head, one->right, rest, NULL);
            g_free(head);
            if (whole != NULL)
                return whole;
        }
    }
    return NULL;
}

/* The word with ル for ノレ (ミサイノレ), if that is one; else NULL. */
static char *joined(const struct sks_spell *spell, const char *word)
{
    const char *at = strstr(word, "ノレ");
    if (at == NULL)
        return NULL;
    char *whole = g_strdup_printf("%.*sル%s", (int)(at - word), word, at + strlen("ノレ"));
    if (!is_compound(spell, whole, g_utf8_strlen(whole, -1), 3))
        g_clear_pointer(&whole, g_free);
    return whole;
}

static void tell(GArray *found, GStringChunk *strings, const char *word, const char *right, size_t at)
{
    struct sks_misspelling misspelling = {g_string_chunk_insert(strings, word), g_string_chunk_insert(strings, right),
                                          at};
    if (found->len < SKS_LIMIT_LANGUAGE_SPANS)
        g_array_append_val(found, misspelling);
}

/* A run of katakana in a text. */
struct run {
    const struct sks_text *text;
    size_t start, end; /* bytes */
};

/* The katakana for a kanji of the same look that stands alone beside a run, or 0; 一 means what it says there. */
static gunichar twin_beside(gunichar kanji, gunichar beyond)
{
    enum { ONE = 0x4e00 };
    return kanji == ONE || sks_text_is_han(beyond) || sks_text_is_katakana(beyond) ? 0 : sks_glyph_katakana(kanji);
}

/* Whether a run is a word only with the katakana for a kanji beside it; tells of it then. */
static bool check_twin(GArray *found, GStringChunk *strings, const struct sks_spell *spell, const struct run *run,
                       const char *kanji, const char *beyond, bool before)
{
    const char *bytes = run->text->bytes;
    gunichar twin = twin_beside(g_utf8_get_char(kanji), beyond != NULL ? g_utf8_get_char(beyond) : 0);
    if (twin == 0)
        return false;
    char letter[8] = {0}, *rest = g_strndup(bytes + run->start, run->end - run->start);
    g_unichar_to_utf8(twin, letter);
    size_t size = (size_t)(g_utf8_next_char(kanji) - kanji);
    char *word = before ? g_strconcat(letter, rest, NULL) : g_strconcat(rest, letter, NULL);
    glong length = g_utf8_strlen(word, -1);
    bool known = length >= LEAST_PART &&
                 (g_hash_table_contains(spell->common, word) || (length >= LEAST_LENGTH && is_known(spell, word)));
    bool told = known && !is_compound(spell, rest, length - 1, 2);
    if (told) {
        size_t start = before ? run->start - size : run->start, end = before ? run->end : run->end + size;
        char *wrong = g_strndup(bytes + start, end - start);
        tell(found, strings, wrong, word, run->text->source[start]);
        g_free(wrong);
    }
    g_free(word);
    g_free(rest);
    return told;
}

/* Tries the kanji on both sides of a run. */
static bool check_twins(GArray *found, GStringChunk *strings, const struct sks_spell *spell, const struct run *run)
{
    const char *bytes = run->text->bytes, *end = bytes + run->text->size, *after = bytes + run->end;
    const char *before = run->start > 0 ? g_utf8_find_prev_char(bytes, bytes + run->start) : NULL;
    if (run->end - run->start > 3 * (size_t)MOST_LENGTH)
        return false;
    if (before != NULL && check_twin(found, strings, spell, run, before, g_utf8_find_prev_char(bytes, before), true))
        return true;
    const char *beyond = after < end ? g_utf8_find_next_char(after, end) : NULL;
    /* 卜 after katakana is told of as a glyph already */
    return after < end && g_utf8_get_char(after) != 0x535c &&
           check_twin(found, strings, spell, run, after, beyond, false);
}

static void check_run(GArray *found, GStringChunk *strings, struct sks_spell *spell, unsigned *asked,
                      const struct run *run)
{
    const struct sks_text *text = run->text;
    glong length = g_utf8_strlen(text->bytes + run->start, (gssize)(run->end - run->start));
    if (check_twins(found, strings, spell, run) || length < LEAST_PART || length > MOST_LENGTH)
        return;
    char *word = g_strndup(text->bytes + run->start, run->end - run->start), *right = usually_meant(spell, word);
    if (right == NULL && length >= LEAST_LENGTH && *asked < MOST_SUGGESTED && !is_compound(spell, word, length, 3)) {
        ++*asked;
        right = joined(spell, word);
        right = right != NULL ? right : meant_compound(spell, word, length);
    }
    if (right != NULL)
        tell(found, strings, word, right, text->source[run->start]);
    g_free(right);
    g_free(word);
}

void sks_spell_katakana(GArray *found, GStringChunk *strings, struct sks_spell *spell, const struct sks_text *text)
{
    const char *end = text->bytes + text->size, *start = NULL;
    unsigned asked = 0;
    for (const char *p = text->bytes; p < end;) {
        const char *here = p;
        bool katakana = sks_text_is_katakana(sks_text_next(&p));
        if (katakana && start == NULL)
            start = here;
        if (start != NULL && (!katakana || p == end)) {
            const char *stop = katakana ? p : here;
            struct run run = {text, (size_t)(start - text->bytes), (size_t)(stop - text->bytes)};
            check_run(found, strings, spell, &asked, &run);
            start = NULL;
        }
    }
}

/*
 * Hunspell wants files: the built-in dictionary is handed over through memfds, whose paths last until it is read.
 * Everything is read at creation. Suggestions are asked for only after a word has failed, for a bounded number of
 * words in a text, and the search by n-grams is switched off in the affix file.
 *
 * A run of katakana may be several words (サイバーセキュリティ): it is fine if it can be cut into known parts, and one
 * part may be the misspelt one.
 */
#include "language/spell.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hunspell/hunspell.h>

#include "base/resource.h"
#include "language/ipadic.h"
#include "sekisho/limits.h"

enum {
    LEAST_LENGTH = 4,    /* characters of a word that is checked */
    LEAST_VOICING = 5,   /* of one whose slip is in a consonant: short words have too many neighbours */
    MOST_LENGTH = 24,    /* longer runs are not words */
    LEAST_PART = 3,      /* of a part of a longer run */
    MOST_SUGGESTED = 12, /* words of a text for which suggestions are asked */
    MOST_ENGLISH = 6,    /* the same, where each costs most of a millisecond */
    LEAST_ENGLISH = 5,
};

struct sks_spell {
    Hunhandle *japanese, *english;
    GHashTable *common; /* katakana words that are often meant: counted or listed, not only known to IPADIC */
};

/* A memfd that holds these bytes, or -1. Hunspell reads files only. */
static int memfd_of(const void *bytes, size_t size)
{
    int fd = bytes != NULL ? memfd_create("sekisho", MFD_CLOEXEC) : -1;
    if (fd >= 0 && write(fd, bytes, size) != (ssize_t)size) {
        close(fd);
        return -1;
    }
    return fd;
}

static Hunhandle *open_bytes(const void *affix, size_t affix_size, const void *words, size_t words_size)
{
    int affix_fd = memfd_of(affix, affix_size), words_fd = memfd_of(words, words_size);
    Hunhandle *handle = NULL;
    if (affix_fd >= 0 && words_fd >= 0) {
        char affix_path[32], words_path[32];
        g_snprintf(affix_path, sizeof(affix_path), "/proc/self/fd/%d", affix_fd);
        g_snprintf(words_path, sizeof(words_path), "/proc/self/fd/%d", words_fd);
        handle = Hunspell_create(affix_path, words_path);
    }
    if (affix_fd >= 0)
        close(affix_fd);
    if (words_fd >= 0)
        close(words_fd);
    return handle;
}

static Hunhandle *open_built_in(const char *affix_name, const char *words_name)
{
    const struct sks_resource *affix = sks_resource_find(affix_name), *words = sks_resource_find(words_name);
    return affix != NULL && words != NULL ? open_bytes(affix->bytes, affix->size, words->bytes, words->size) : NULL;
}

/*
 * Debian's English dictionary, made fast: only plain lower-case ASCII words are looked up, so a charset of single bytes
 * spares Hunspell a conversion at each step; the n-gram search, most of a suggestion's cost, is turned off; and without
 * the rules for compounds, which are there for ordinals like 21st, it tries each candidate once instead of twice, the
 * second time in all its parts (a sixth of the time, the same suggestions).
 */
static Hunhandle *open_english(void)
{
    char *affix = NULL, *words = NULL;
    gsize affix_size, words_size;
    Hunhandle *handle = NULL;
    if (g_file_get_contents(SKS_HUNSPELL_FOLDER "/en_US.aff", &affix, &affix_size, NULL) &&
        g_file_get_contents(SKS_HUNSPELL_FOLDER "/en_US.dic", &words, &words_size, NULL)) {
        GString *fast = g_string_new("SET ISO8859-1\nTRY esianrtolcdugmfphbyvkwzqjx\nMAXNGRAMSUGS 0\n");
        char **lines = g_strsplit(affix, "\n", -1);
        for (char **line = lines; *line != NULL; line++)
            if (!g_str_has_prefix(*line, "SET ") && !g_str_has_prefix(*line, "TRY ") &&
                !g_str_has_prefix(*line, "COMPOUND") && !g_str_has_prefix(*line, "ONLYINCOMPOUND"))
                g_string_append_printf(fast, "%s\n", *line);
        g_strfreev(lines);
        handle = open_bytes(fast->str, fast->len, words, words_size);
        g_string_free(fast, TRUE);
    }
    g_free(affix);
    g_free(words);
    return handle;
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
    spell->english = open_english();
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
    if (spell->english != NULL)
        Hunspell_destroy(spell->english);
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

/* British forms are right; the dictionary is American. */
static bool is_british(Hunhandle *handle, const char *word)
{
    static const char *const forms[][2] = {{"our", "or"}, {"is", "iz"},   {"ys", "yz"}, {"re", "er"},
                                           {"ll", "l"},   {"ogue", "og"}, {"ae", "e"},  {"nce", "nse"}};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        const char *at = strstr(word + 1, forms[i][0]);
        if (at == NULL)
            continue;
        char *american = g_strdup_printf("%.*s%s%s", (int)(at - word), word, forms[i][1], at + strlen(forms[i][0]));
        bool known = Hunspell_spell(handle, american) != 0;
        g_free(american);
        if (known)
            return true;
    }
    return false;
}

/* What lies between two words, if it is one slip of the pen; the likelier ones first. */
enum letter_slip { UNDOUBLED, DOUBLED, SWAPPED, INSIDE, FIRST_LETTER, NO_LETTER_SLIP };

/* Letters that stand once for twice (acount), change places, or are left out, put in or changed. */
static enum letter_slip letter_slip(const char *wrong, const char *right)
{
    size_t a = strlen(wrong), b = strlen(right), start = 0, end = 0, shorter = MIN(a, b);
    while (start < shorter && wrong[start] == right[start])
        start++;
    while (end < shorter - start && wrong[a - 1 - end] == right[b - 1 - end])
        end++;
    size_t from = a - start - end, to = b - start - end;
    const char *longer = from > to ? wrong : right;
    if (from + to == 1 && start > 0 && longer[start] == longer[start - 1])
        return to > from ? UNDOUBLED : DOUBLED;
    if (from == 2 && to == 2 && wrong[start] == right[start + 1] && wrong[start + 1] == right[start])
        return SWAPPED;
    if (from > 1 || to > 1)
        return NO_LETTER_SLIP;
    return start == 0 ? FIRST_LETTER : INSIDE;
}

/* The likeliest of Hunspell's suggestions, or NULL where its own first choice is more than a slip away. */
static const char *likeliest(const char *word, char *const *suggestions, int count)
{
    const char *best = NULL;
    enum letter_slip least = NO_LETTER_SLIP;
    for (int i = 0; i < count; i++) {
        enum letter_slip slip = letter_slip(word, suggestions[i]);
        if (slip < least) {
            least = slip;
            best = suggestions[i];
        }
        if (best == NULL)
            break;
    }
    return best;
}

static bool is_plain_word(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i < length; i++)
        if (!g_ascii_islower(word[i]))
            return false;
    return length >= LEAST_ENGLISH && length <= MOST_LENGTH;
}

void sks_spell_english(GArray *found, GStringChunk *strings, struct sks_spell *spell, const struct sks_token *tokens,
                       size_t count)
{
    unsigned asked = 0;
    for (size_t i = 0; i < count && spell->english != NULL && found->len < SKS_LIMIT_LANGUAGE_SPANS; i++) {
        const char *word = tokens[i].surface;
        /* Parts of addresses and file names are no words. */
        bool part = (i > 0 && strchr("/._@-\\:=&", *tokens[i - 1].surface) != NULL) ||
                    (i + 1 < count && strchr("/_@\\=&", *tokens[i + 1].surface) != NULL);
        if (tokens[i].class_ != SKS_TOKEN_WORD || part || !is_plain_word(word) ||
            Hunspell_spell(spell->english, word) != 0 || is_british(spell->english, word))
            continue;
        if (++asked > MOST_ENGLISH)
            break;
        char **suggestions;
        int suggested = Hunspell_suggest(spell->english, &suggestions, word);
        const char *right = suggested > 0 ? likeliest(word, suggestions, suggested) : NULL;
        if (right != NULL) {
            struct sks_misspelling misspelling = {word, g_string_chunk_insert(strings, right), tokens[i].at};
            g_array_append_val(found, misspelling);
        }
        if (suggested > 0)
            Hunspell_free_list(spell->english, &suggestions, suggested);
    }
}

/*
 * Names. A displayed name is folded (NFKC, case), cut into tokens at blanks, brackets and marks, and freed of titles;
 * every run of up to four neighbouring tokens of one script is a candidate for a full name. So "営業部 田中 太郎
 * 様（架空商事）", "TANAKA Taro" and "Taro K. Tanaka, Ph.D." all hold the key of 田中太郎 / Tanaka Taro.
 *
 * Characters are made comparable one by one: variants of kanji by the list kanji-variants, kana that look like kanji,
 * and letters of other alphabets that look like Latin ones by ICU's confusables ("Tаnaka" with a Cyrillic а).
 */
#include "lists/names.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/uspoof.h>

#include "base/resource.h"
#include "lists/romaji.h"
#include "lists/text.h"

#define TOKEN_MOST     48u /* tokens looked at in one displayed name */
#define WINDOW_MOST    6u
#define CHARACTER_MOST 256u /* characters looked at in one displayed name */
#define LATIN_LEAST    4u   /* letters of a full name */
#define SPELLED_LEAST  3u   /* single letters in a row that are a word */

struct sks_names {
    GHashTable *variants; /* character → character, both as strings */
    GHashTable *titles;   /* folded */
    size_t title_longest; /* characters */
    USpoofChecker *spoof;
};

struct token {
    char *text; /* folded; Latin tokens are ASCII letters only */
    bool japanese;
    bool title; /* a title and nothing else */
};

/* Entries of a built-in table: first column, and the second or NULL. lists.c has validated both. */
static bool read_table(GHashTable *out, const char *name, struct sks_problems *problems)
{
    const struct sks_resource *resource = sks_resource_find(name);
    if (resource == NULL) {
        sks_problems_add(problems, name, 0, NULL, "not built in");
        return false;
    }
    char *text = g_strndup(resource->bytes, resource->size);
    char **lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] == '#' || lines[i][0] == '\0')
            continue;
        char **columns = g_strsplit(lines[i], "\t", -1);
        g_hash_table_insert(out, sks_text_fold(columns[0]), sks_text_fold(columns[1] != NULL ? columns[1] : ""));
        g_strfreev(columns);
    }
    g_strfreev(lines);
    g_free(text);
    return true;
}

struct sks_names *sks_names_create(struct sks_problems *problems)
{
    struct sks_names *names = g_new0(struct sks_names, 1);
    UErrorCode error = U_ZERO_ERROR;
    names->variants = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    names->titles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    names->spoof = uspoof_open(&error);
    bool good = read_table(names->variants, "lists/kanji-variants.txt", problems) &&
                read_table(names->titles, "lists/titles.txt", problems);
    if (U_FAILURE(error))
        sks_problems_add(problems, NULL, 0, "names", "ICU's confusables: %s", u_errorName(error));
    if (!good || U_FAILURE(error)) {
        sks_names_destroy(names);
        return NULL;
    }
    GHashTableIter iterator;
    void *title;
    g_hash_table_iter_init(&iterator, names->titles);
    while (g_hash_table_iter_next(&iterator, &title, NULL))
        names->title_longest = MAX(names->title_longest, (size_t)g_utf8_strlen(title, -1));
    return names;
}

void sks_names_destroy(struct sks_names *names)
{
    if (names == NULL)
        return;
    g_hash_table_destroy(names->variants);
    g_hash_table_destroy(names->titles);
    uspoof_close(names->spoof);
    g_free(names);
}

/* The Latin letter that a letter of any alphabet looks like, or 0. */
static char latin_of(const struct sks_names *names, gunichar c)
{
    if (c < 0x80)
        return g_ascii_isalpha((char)c) ? g_ascii_tolower((char)c) : c == '0' ? 'o' : c == '1' ? 'l' : '\0';
    gunichar parts[4];
    size_t count = g_unichar_fully_decompose(c, TRUE, parts, G_N_ELEMENTS(parts));
    if (count > 0 && parts[0] < 0x80 && g_ascii_isalpha((char)parts[0]))
        return g_ascii_tolower((char)parts[0]);
    char text[8], looks[32];
    UErrorCode error = U_ZERO_ERROR;
    int size = g_unichar_to_utf8(parts[0], text);
    int32_t length = uspoof_getSkeletonUTF8(names->spoof, 0, text, size, looks, sizeof looks - 1, &error);
    if (U_FAILURE(error) || length < 1 || length >= (int32_t)sizeof looks)
        return '\0';
    return g_ascii_isalpha(looks[0]) ? g_ascii_tolower(looks[0]) : '\0';
}

/* Kanji that look like katakana; on both sides of a comparison they become the kana. */
static gunichar kana_of(gunichar c)
{
    static const struct {
        gunichar kanji, kana;
    } table[] = {
        {0x529b, 0x30ab}, {0x4e8c, 0x30cb}, {0x53e3, 0x30ed}, {0x5915, 0x30bf}, {0x5de5, 0x30a8}, {0x535c, 0x30c8},
        {0x516b, 0x30cf}, {0x5343, 0x30c1}, {0x624d, 0x30aa}, {0x4e00, 0x30fc}, {0x4e09, 0x30df}, {0x4e43, 0x30ce},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].kanji == c)
            return table[i].kana;
    return c;
}

/* Small kana as large ones: old spellings and typewriters know only these. */
static gunichar large_of(gunichar c)
{
    static const char small[] = "ァィゥェォッャュョヮ", large[] = "アイウエオツヤユヨワ";
    const char *found = c >= 0x30a1 && c <= 0x30ee ? g_utf8_strchr(small, -1, c) : NULL;
    return found != NULL ? g_utf8_get_char(large + (found - small)) : c;
}

static bool is_katakana(gunichar c)
{
    return c >= 0x30a1 && c <= 0x30f6;
}

/* Whether a kana only lengthens the one before: "ロー", "ロウ". 一 may stand for the mark. */
static bool lengthens(gunichar c, gunichar before)
{
    static const char o_or_u[] = "オコソトノホモヨロゴゾドボポウクスツヌフムユルグズブプ";
    if (!is_katakana(before))
        return false;
    return c == 0x30fc || c == 0x4e00 || (c == 0x30a6 && g_utf8_strchr(o_or_u, -1, before) != NULL);
}

/* Appends a Japanese name as it is compared: common kanji, large katakana, no marks of iteration or length. */
static void append_japanese(const struct sks_names *names, GString *out, const char *text)
{
    gunichar before = 0;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        char one[8] = "";
        one[g_unichar_to_utf8(c, one)] = '\0';
        const char *common = g_hash_table_lookup(names->variants, one);
        if (common != NULL)
            c = g_utf8_get_char(common);
        if (c == 0x3005 && before != 0) /* 々 */
            c = before;
        if (c >= 0x3041 && c <= 0x3096)
            c += 0x60;
        if (c == 0x30f6 || c == 0x30f5)
            c = c == 0x30f6 ? 0x30b1 : 0x30ab;
        c = large_of(c);
        bool drop = lengthens(c, before);
        before = c;
        if (!drop)
            g_string_append_unichar(out, kana_of(c));
    }
}

static bool is_kana(const char *text)
{
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c < 0x3041 || c > 0x30ff || c == 0x30fb)
            return false;
    }
    return text[0] != '\0';
}

/* Cuts off titles that stand at the end of a token without a blank; the token keeps at least two characters. */
static void cut_titles(const struct sks_names *names, char *text)
{
    for (bool cut = true; cut;) {
        size_t length = (size_t)g_utf8_strlen(text, -1);
        cut = false;
        for (size_t size = MIN(names->title_longest, length > 2 ? length - 2 : 0); size > 0 && !cut; size--) {
            char *tail = g_utf8_offset_to_pointer(text, (glong)(length - size));
            if (g_hash_table_contains(names->titles, tail)) {
                *tail = '\0';
                cut = true;
            }
        }
    }
}

/* The next token at *at, which is moved behind it; NULL at the end. */
static char *next_token(const struct sks_names *names, const char **at, bool *out_japanese)
{
    GString *token = g_string_new(NULL);
    bool japanese = false;
    for (; **at != '\0'; *at = g_utf8_next_char(*at)) {
        gunichar c = g_utf8_get_char(*at);
        bool mine = sks_text_is_japanese(c) && !g_unichar_ispunct(c) && c != 0x30fb && c >= 0x3005;
        mine = mine || c == 0x30fc || c == 0x3005;
        char letter = mine ? '\0' : latin_of(names, c);
        bool stop = !mine && letter == '\0';
        if (!stop && token->len > 0 && mine != japanese)
            break;
        if (stop && token->len > 0)
            break;
        if (stop)
            continue;
        japanese = mine;
        if (mine)
            g_string_append_unichar(token, c);
        else
            g_string_append_c(token, letter);
    }
    *out_japanese = japanese;
    return g_string_free(token, token->len == 0);
}

/* Letters that stood by themselves: "T A N A K A" is a name, one or two are initials. */
static size_t add_spelled(GString *letters, struct token *tokens, size_t count)
{
    if (letters->len >= SPELLED_LEAST && count < TOKEN_MOST)
        tokens[count++] = (struct token){.text = g_strdup(letters->str), .japanese = false};
    g_string_truncate(letters, 0);
    return count;
}

static size_t split(const struct sks_names *names, const char *text, struct token *tokens, bool keep_titles)
{
    char *cut = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), (glong)CHARACTER_MOST));
    char *folded = sks_text_fold(cut);
    const char *at = folded;
    GString *letters = g_string_new(NULL);
    size_t count = 0;
    bool japanese;
    for (char *token; count < TOKEN_MOST && (token = next_token(names, &at, &japanese)) != NULL;) {
        bool letter = !japanese && strlen(token) == 1,
             title = !keep_titles && g_hash_table_contains(names->titles, token);
        if (letter)
            g_string_append(letters, token);
        else
            count = add_spelled(letters, tokens, count);
        if (!title && japanese && !keep_titles)
            cut_titles(names, token);
        if (title || letter || count >= TOKEN_MOST)
            g_free(token);
        else
            tokens[count++] = (struct token){.text = token, .japanese = japanese};
    }
    count = add_spelled(letters, tokens, count);
    g_string_free(letters, TRUE);
    g_free(folded);
    g_free(cut);
    return count;
}

static void free_tokens(struct token *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++)
        g_free(tokens[i].text);
}

static void add_key(GPtrArray *keys, const char *prefix, const GString *text)
{
    g_ptr_array_add(keys, g_strconcat(prefix, text->str, NULL));
}

static void add_latin(GString *joined, GPtrArray *keys)
{
    sks_romaji_unify(joined);
    if (joined->len >= LATIN_LEAST)
        add_key(keys, "l:", joined);
}

/* The keys of tokens written one after the other, in the order given. */
static void add_joined(const struct sks_names *names, const struct token *const *tokens, size_t count, GPtrArray *keys)
{
    GString *joined = g_string_new(NULL), *latin = g_string_new(NULL);
    bool kana = true;
    for (size_t i = 0; i < count; i++) {
        if (tokens[i]->japanese) {
            append_japanese(names, joined, tokens[i]->text);
            kana = kana && is_kana(tokens[i]->text);
            sks_romaji_from_kana(latin, tokens[i]->text);
        } else {
            GString *one = g_string_new(tokens[i]->text);
            sks_romaji_unify(one);
            g_string_append(latin, one->str);
            g_string_free(one, TRUE);
        }
    }
    if (tokens[0]->japanese) {
        size_t length = (size_t)g_utf8_strlen(joined->str, -1);
        if (length >= 3 || (length == 2 && count == 2))
            add_key(keys, "j:", joined);
    }
    if (!tokens[0]->japanese || kana)
        add_latin(latin, keys);
    g_string_free(joined, TRUE);
    g_string_free(latin, TRUE);
}

/* "Jörg" as "Joerg"; NULL if there is no such letter. g_free(). */
static char *spell_out(const char *text)
{
    static const struct {
        const char *letter, *spelled;
    } table[] = {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ø", "oe"},
                 {"å", "aa"}, {"æ", "ae"}, {"œ", "oe"}, {"ß", "ss"}};
    char *composed = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
    char *folded = g_utf8_strdown(composed != NULL ? composed : "", -1);
    GString *out = g_string_new(folded);
    size_t replaced = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        replaced += g_string_replace(out, table[i].letter, table[i].spelled, 0);
    g_free(folded);
    g_free(composed);
    return g_string_free(out, replaced == 0);
}

static void add_keys(const struct sks_names *names, const char *full_name, GPtrArray *keys)
{
    struct token tokens[TOKEN_MOST];
    size_t count = split(names, full_name, tokens, true);
    const struct token *order[WINDOW_MOST] = {NULL};
    bool one_script = count > 0 && count <= WINDOW_MOST;
    for (size_t i = 0; one_script && i < count; i++)
        one_script = tokens[i].japanese == tokens[0].japanese;
    /* A single Latin or short Japanese token may be a surname. */
    bool full = one_script && (count > 1 || (tokens[0].japanese && g_utf8_strlen(tokens[0].text, -1) >= 3));
    if (full) {
        for (size_t i = 0; i < count; i++)
            order[i] = &tokens[i];
        add_joined(names, order, count, keys);
    }
    if (full && count > 1) {
        order[0] = &tokens[count - 1];
        for (size_t i = 1; i < count; i++)
            order[i] = &tokens[i - 1];
        add_joined(names, order, count, keys);
    }
    if (full && count > 2) { /* without middle names */
        add_joined(names, (const struct token *[]){&tokens[0], &tokens[count - 1]}, 2, keys);
        add_joined(names, (const struct token *[]){&tokens[count - 1], &tokens[0]}, 2, keys);
    }
    free_tokens(tokens, count);
}

void sks_names_add_keys(const struct sks_names *names, const char *full_name, GPtrArray *keys)
{
    char *spelled = spell_out(full_name);
    add_keys(names, full_name, keys);
    if (spelled != NULL)
        add_keys(names, spelled, keys);
    g_free(spelled);
}

/*
 * Whether text, which stands before a name without a blank, ends as the name of an office or with a post: "外務省",
 * "営業部", "総務課長".
 */
static bool ends_as_office(const struct sks_names *names, const char *text, size_t characters)
{
    static const char *const sure[] = {"省", "庁", "党", "署", "局", "課"};
    static const char *const likely[] = {"社",   "院",   "所",   "会",   "室",   "部",   "係",   "班",
                                         "科",   "校",   "学",   "店",   "行",   "ー",   "館",   "機構",
                                         "財団", "連盟", "連合", "組合", "商事", "工業", "産業", "建設",
                                         "製薬", "物産", "新聞", "放送", "通信", "電機", "電気", "製作"};
    for (size_t i = 0; characters >= 2 && i < G_N_ELEMENTS(sure); i++)
        if (g_str_has_suffix(text, sure[i]))
            return true;
    for (size_t i = 0; characters >= 4 && i < G_N_ELEMENTS(likely); i++)
        if (g_str_has_suffix(text, likely[i]))
            return true;
    for (size_t size = 2; size <= MIN(names->title_longest, characters); size++)
        if (g_hash_table_contains(names->titles, g_utf8_offset_to_pointer(text, (glong)(characters - size))))
            return true;
    return false;
}

/* A name glued to an office or a post: every tail of the token that follows what looks like one. */
static void add_tails(const struct sks_names *names, const struct token *token, GPtrArray *keys)
{
    size_t length = (size_t)g_utf8_strlen(token->text, -1);
    for (size_t skip = 2; skip + 3 <= length; skip++) {
        if (length - skip > 8)
            continue;
        char *head = g_utf8_substring(token->text, 0, (glong)skip);
        if (ends_as_office(names, head, skip)) {
            struct token tail = {.text = g_utf8_offset_to_pointer(token->text, (glong)skip), .japanese = true};
            add_joined(names, (const struct token *[]){&tail}, 1, keys);
        }
        g_free(head);
    }
}

static void add_windows(const struct sks_names *names, const struct token *tokens, size_t count, GPtrArray *keys)
{
    const struct token *window[WINDOW_MOST];
    for (size_t start = 0; start < count; start++) {
        for (size_t size = 0; size < WINDOW_MOST && start + size < count; size++) {
            if (tokens[start + size].japanese != tokens[start].japanese)
                break;
            window[size] = &tokens[start + size];
            add_joined(names, window, size + 1, keys);
        }
        if (tokens[start].japanese)
            add_tails(names, &tokens[start], keys);
    }
}

static void add_candidates(const struct sks_names *names, const char *displayed_name, GPtrArray *keys)
{
    /* Twice, since a title may be a name: 博士 is read Hiroshi, too. */
    for (int keep = 0; keep < 2; keep++) {
        struct token tokens[TOKEN_MOST];
        size_t count = split(names, displayed_name, tokens, keep == 1);
        add_windows(names, tokens, count, keys);
        free_tokens(tokens, count);
    }
}

void sks_names_add_candidates(const struct sks_names *names, const char *displayed_name, GPtrArray *keys)
{
    char *spelled = spell_out(displayed_name);
    add_candidates(names, displayed_name, keys);
    if (spelled != NULL)
        add_candidates(names, spelled, keys);
    g_free(spelled);
}

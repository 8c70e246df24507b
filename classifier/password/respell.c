/*
 * Values that say how they are to be typed: "Kx8[アットマーク]pqr2", "★は!に読み替えてください", "type it in reverse".
 * The first two are read as they are meant before anything is sought; of the last, both readings are candidates.
 */
#include "password/candidates.h"
#include "password/described.h"

#include <string.h>

#include "password/token.h"

#define REVERSED_LEAST 0.5
#define REVERSED_SIZE  4u
#define REVERSED_MOST  3u

/* Names of marks, in brackets, within a word. Blanks are those that were set around full-width brackets. */
#define OPEN  "[\\[(<【「]"
#define CLOSE "[\\])>】」]"

static const struct mark {
    const char *name, *typed;
} marks[] = {
    {"アットマーク", "@"},
    {"アット", "@"},
    {"ハイフン", "-"},
    {"マイナス", "-"},
    {"ドット", "."},
    {"ピリオド", "."},
    {"アンダーバー", "_"},
    {"アンダースコア", "_"},
    {"シャープ", "#"},
    {"スラッシュ", "/"},
    {"プラス", "+"},
    {"イコール", "="},
    {"パーセント", "%"},
    {"ビックリマーク", "!"},
    {"エクスクラメーション", "!"},
    {"at", "@"},
    {"dot", "."},
    {"hyphen", "-"},
    {"dash", "-"},
    {"underscore", "_"},
    {"hash", "#"},
    {"slash", "/"},
};

static gboolean put_mark(const GMatchInfo *match, GString *result, gpointer data)
{
    g_autofree char *japanese = g_match_info_fetch(match, 1), *english = g_match_info_fetch(match, 2);
    const char *name = japanese != NULL && *japanese != '\0' ? japanese : english;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (g_ascii_strcasecmp(name, marks[i].name) == 0)
            g_string_append(result, marks[i].typed);
    (void)data;
    return FALSE;
}

/* Whether a bracket with the name of a mark in it is in the text at all: the expression is costly. */
static bool names_mark(const char *text, struct words_text *looked)
{
    static const char *const brackets[] = {"[", "(", "<", "【", "「"};
    const struct words_present *present = words_find(looked, brackets, G_N_ELEMENTS(brackets));
    for (unsigned n = 0; n < present->count; n++) {
        const struct words_hit *hit = words_hit_at(present, n);
        const char *name = text + hit->at + hit->size;
        name += *name == ' ';
        for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
            if (*name == *marks[i].name && name[1] == marks[i].name[1] &&
                strncmp(name, marks[i].name, strlen(marks[i].name)) == 0)
                return true;
    }
    return false;
}

static bool read_marks(char **text, struct words_text *looked)
{
    static gsize once;
    if (!names_mark(*text, looked))
        return false;
    GRegex *regex = describe_regex(
        &once, "(?<=[!-~]) ?" OPEN
               " ?(アットマーク|アット|ハイフン|マイナス|ドット|ピリオド|アンダーバー|アンダースコア|シャープ|"
               "スラッシュ|プラス|イコール|パーセント|ビックリマーク|エクスクラメーション) ?" CLOSE " ?(?=[!-~])"
               "|(?<=[0-9A-Za-z])[\\[(<](at|dot|hyphen|dash|underscore|hash|slash)[\\])>](?=[0-9A-Za-z])");
    if (!g_regex_match(regex, *text, 0, NULL))
        return false;
    char *marked = g_regex_replace_eval(regex, *text, -1, 0, 0, put_mark, NULL, NULL);
    if (marked == NULL)
        return false;
    g_free(*text);
    *text = marked;
    return true;
}

/* Whether what can be typed stands on both sides. */
static bool is_within(const char *text, const char *at, size_t size)
{
    return at > text && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[size]);
}

/* "★は!に読み替え", "replace * with !": in words alone. */
static bool read_substitution(char **text, struct words_text *looked)
{
    static gsize once;
    static const char *const verbs[] = {"読み替え", "読みかえ", "置き換え", "置換",
                                        "変換",     "変え",     "直して",   "replace"};
    if (words_find(looked, verbs, G_N_ELEMENTS(verbs))->count == 0 || !ANY(*text, verbs))
        return false;
    GRegex *regex = describe_regex(
        &once, "([^\\s\\w!-~])[」』\"]?は ?[「『\"']?([!-~]) ?[」』\"']?(?:に|と)"
               "(?:読み替え|読みかえ|置き換え|置換|変換|変え|直して)"
               "|replace (?:the |every |each )?[\"']?([^\\s\\w])[\"']? (?:with|by) (?:a |an )?[\"']?([!-~])");
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, *text, 0, &match))
        return false;
    bool english = g_match_info_get_match_count(match) > 3;
    g_autofree char *from = g_match_info_fetch(match, english ? 3 : 1),
                    *to = g_match_info_fetch(match, english ? 4 : 2);
    size_t size = from != NULL ? strlen(from) : 0;
    GString *read = g_string_sized_new(strlen(*text));
    for (const char *at = *text; *at != '\0';) {
        bool is = size > 0 && strncmp(at, from, size) == 0 && is_within(*text, at, size);
        g_string_append_len(read, is ? to : at, 1);
        at += is ? size : 1;
    }
    g_free(*text);
    *text = g_string_free(read, FALSE);
    return true;
}

void respell(char **text, struct words_text **looked)
{
    if (read_marks(text, *looked)) {
        words_free(*looked);
        *looked = words_read(*text, strlen(*text));
    }
    if (read_substitution(text, *looked)) {
        words_free(*looked);
        *looked = words_read(*text, strlen(*text));
    }
}

void find_reversed(struct candidates *candidates, const char *text, struct words_text *looked)
{
    static const char *const words[] = {"逆から",   "後ろから", "うしろから", "逆順",     "逆さ",
                                        "逆に入力", "逆に読",   "in reverse", "backwards"};
    guint count = candidates->items->len;
    if (text == NULL || words_find(looked, words, G_N_ELEMENTS(words))->count == 0 || !ANY(text, words))
        return;
    candidates->way = WAY_SAID;
    for (guint i = 0, reversed = 0; i < count && reversed < REVERSED_MOST; i++) {
        const struct sks_password item = g_array_index(candidates->items, struct sks_password, i);
        size_t size = strlen(item.value), typed = 0;
        while (typed < size && token_is_typed(item.value[typed]))
            typed++;
        if (item.derived || item.weight < REVERSED_LEAST || typed < size || size < REVERSED_SIZE)
            continue;
        g_autofree char *value = g_strreverse(g_strdup(item.value));
        candidates_add(candidates, value, size, item.weight * 1.05, true);
        reversed++;
    }
}

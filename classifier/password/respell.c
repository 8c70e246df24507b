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
static bool names_mark(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        bool wide = (unsigned char)*at == 0xE3 && (strncmp(at, "【", 3) == 0 || strncmp(at, "「", 3) == 0);
        if (!wide && *at != '[' && *at != '(' && *at != '<')
            continue;
        size_t size = wide ? 3 : 1;
        const char *name = at + size + (at[size] == ' ');
        for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
            if (strncmp(name, marks[i].name, strlen(marks[i].name)) == 0)
                return true;
    }
    return false;
}

static void read_marks(char **text)
{
    static gsize once;
    if (!names_mark(*text))
        return;
    GRegex *regex = describe_regex(
        &once, "(?<=[!-~]) ?" OPEN
               " ?(アットマーク|アット|ハイフン|マイナス|ドット|ピリオド|アンダーバー|アンダースコア|シャープ|"
               "スラッシュ|プラス|イコール|パーセント|ビックリマーク|エクスクラメーション) ?" CLOSE " ?(?=[!-~])"
               "|(?<=[0-9A-Za-z])[\\[(<](at|dot|hyphen|dash|underscore|hash|slash)[\\])>](?=[0-9A-Za-z])");
    if (!g_regex_match(regex, *text, 0, NULL))
        return;
    char *marked = g_regex_replace_eval(regex, *text, -1, 0, 0, put_mark, NULL, NULL);
    if (marked == NULL)
        return;
    g_free(*text);
    *text = marked;
}

/* Whether what can be typed stands on both sides. */
static bool is_within(const char *text, const char *at, size_t size)
{
    return at > text && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[size]);
}

/* "★は!に読み替え", "replace * with !": in words alone. */
static void read_substitution(char **text)
{
    static gsize once;
    static const char *const verbs[] = {"読み替え", "読みかえ", "置き換え", "置換",
                                        "変換",     "変え",     "直して",   "replace"};
    if (!ANY(*text, verbs))
        return;
    GRegex *regex = describe_regex(
        &once, "([^\\s\\w!-~])[」』\"]?は ?[「『\"']?([!-~]) ?[」』\"']?(?:に|と)"
               "(?:読み替え|読みかえ|置き換え|置換|変換|変え|直して)"
               "|replace (?:the |every |each )?[\"']?([^\\s\\w])[\"']? (?:with|by) (?:a |an )?[\"']?([!-~])");
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, *text, 0, &match))
        return;
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
}

void respell(char **text)
{
    read_marks(text);
    read_substitution(text);
}

void find_reversed(struct candidates *candidates, const char *text)
{
    static const char *const words[] = {"逆から",   "後ろから", "うしろから", "逆順",     "逆さ",
                                        "逆に入力", "逆に読",   "in reverse", "backwards"};
    guint count = candidates->items->len;
    if (text == NULL || !ANY(text, words))
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

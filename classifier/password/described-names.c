/* Names of a mail that a password is said to be, and what is put together of two parts. */
#include "password/described.h"

#include <string.h>

#include "password/token.h"
#include "sekisho/limits.h"

/* "「PW_」以降", "after the underscore": what follows such a mark in a name. */
static void describe_rest_of_name(struct description *description, const char *line, const char *name)
{
    static gsize once;
    GRegex *regex = describe_regex(&once, "[「『\"']?([!-~]{1,12}|ハイフン|アンダーバー|アンダースコア)[」』\"']? ?"
                                          "(?:以降|以後|より後|の後|のあと|に続く)"
                                          "|(?:after|following) (?:the )?[\"']?(hyphen|dash|underscore|[!-~]{1,12})");
    GMatchInfo *match;
    if (g_regex_match(regex, line, 0, &match)) {
        char *first = g_match_info_fetch(match, 1), *second = g_match_info_fetch(match, 2);
        const char *mark = second != NULL && *second != '\0' ? second : first;
        if (strcmp(mark, "ハイフン") == 0 || strcmp(mark, "hyphen") == 0 || strcmp(mark, "dash") == 0)
            mark = "-";
        else if (g_str_has_prefix(mark, "アンダー") || strcmp(mark, "underscore") == 0)
            mark = "_";
        char *lower = g_ascii_strdown(name, -1);
        const char *found = g_strrstr(lower, mark);
        if (found != NULL && found[strlen(mark)] != '\0') {
            const char *rest = name + (found - lower) + strlen(mark);
            describe_value(description, rest, strlen(rest), 0.97);
        }
        g_free(lower);
        g_free(first);
        g_free(second);
    }
    g_match_info_free(match);
}

/* The last or first characters of a name, or its last or first part. */
static void describe_part_of_name(struct description *description, const char *line, const char *name)
{
    static const char *const characters[] = {"文字", "character", "letter", "桁"};
    size_t length = strlen(name), wanted = description->digits;
    if (wanted > 0 && wanted < length && ANY_OF(description, line, characters) &&
        (description->last || description->first)) {
        const char *part = description->last ? name + length - wanted : name;
        bool typed = true;
        for (size_t i = 0; i < wanted; i++)
            typed &= token_is_typed(part[i]);
        if (typed)
            describe_value(description, part, wanted, 0.96);
    }
    const char *last = strpbrk(name, "_- ") != NULL ? name + length : NULL;
    while (last != NULL && last > name && strchr("_- ", last[-1]) == NULL)
        last--;
    if (last != NULL && description->last && wanted == 0)
        describe_value(description, last, strlen(last), 0.96);
    size_t first = strcspn(name, "_- ");
    if (description->first && wanted == 0 && first > 0 && first < length)
        describe_value(description, name, first, 0.96);
}

/* Whether the line speaks of the file's name, and doesn't merely give it: "ファイル名：a.zip". */
static bool speaks_of_name(const char *line)
{
    static const char *const words[] = {"ファイル名", "file name", "filename"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        const char *at = strstr(line, words[i]);
        if (at == NULL)
            continue;
        at += strlen(words[i]);
        at += strspn(at, " \t");
        return *at != '\0' && strchr(":|=", *at) == NULL && at[-1] != '\t' && !g_str_has_prefix(at, "パス");
    }
    return true;
}

void describe_file_names(struct description *description, const char *line)
{
    static const char *const whole[] = {"同じ",
                                        "同一",
                                        "そのまま",
                                        "same as",
                                        "拡張子",
                                        "is the file name",
                                        "is the name",
                                        "without the ext",
                                        "also the password",
                                        "minus"};
    const char *const *names = description->source->file_names;
    for (size_t i = 0; names != NULL && names[i] != NULL && speaks_of_name(line); i++) {
        char *plain = normal_text(names[i], SKS_LIMIT_FILE_NAME_SIZE);
        char *point = strrchr(plain, '.');
        if (point != NULL)
            *point = '\0';
        static const char *const numbers[] = {"数字", "番号", "number", "digit"};
        description->numeric = description->numeric || ANY_OF(description, line, numbers);
        describe_numbers_of(description, plain, 0.92);
        if (*plain != '\0')
            describe_value(description, plain, strlen(plain), ANY_OF(description, line, whole) ? 0.95 : 0.6);
        describe_part_of_name(description, line, plain);
        describe_rest_of_name(description, line, plain);
        g_free(plain);
    }
}

/* The mailboxes of the text's addresses: "@より前". */
void describe_mailboxes(struct description *description, const char *line)
{
    static const char *const domain[] = {"ドメイン", "@より後", "@以降", "@の後", "after the @", "domain"};
    unsigned found = 0;
    for (const char *at = description->text; (at = strchr(at, '@')) != NULL && found < 4; at++) {
        const char *begin = at, *end = at + 1;
        while (begin > description->text && (g_ascii_isalnum(begin[-1]) || strchr("._-+", begin[-1]) != NULL))
            begin--;
        while (g_ascii_isalnum(*end) || (*end != '\0' && strchr(".-", *end) != NULL))
            end++;
        if (begin == at || memchr(at, '.', (size_t)(end - at)) == NULL)
            continue;
        static const char *const cut[] = {"除", "without", "excluding", "minus"};
        const char *point = memchr(at, '.', (size_t)(end - at));
        if (ANY_OF(description, line, domain)) {
            describe_value(description, at + 1, (size_t)(end - at - 1), 0.9);
            describe_value(description, at + 1, (size_t)(point - at - 1), ANY_OF(description, line, cut) ? 0.95 : 0.8);
        } else
            describe_value(description, begin, (size_t)(at - begin), 0.9 - 0.05 * found);
        found++;
    }
}

/* The name of a domain after "@" or "//": a company's, as it is typed. */
void describe_companies(struct description *description, const char *line)
{
    static const char *const marks[] = {"@", "://", "www."};
    static const char *const upper[] = {"大文字", "upper", "capital"};
    unsigned found = 0;
    for (size_t m = 0; m < G_N_ELEMENTS(marks); m++)
        for (const char *at = description->text; (at = strstr(at, marks[m])) != NULL && found < 6; found++) {
            at += strlen(marks[m]);
            at += g_str_has_prefix(at, "www.") ? 4 : 0;
            size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789");
            if (length < 3 || at[length] == '\0' || strchr(".-", at[length]) == NULL)
                continue;
            char *name = ANY_OF(description, line, upper) ? g_ascii_strup(at, (gssize)length) : g_strndup(at, length);
            describe_value(description, name, length, 0.9);
            *name = g_ascii_toupper(*name);
            describe_value(description, name, length, 0.7);
            g_free(name);
        }
}

/* What the subject has: its numbers, and as a line asks for it, a part of it. */
void describe_subject(struct description *description, const char *line, bool named)
{
    static const char *const words[] = {"単語", "first word", "last word", "英字"};
    static const char *const small[] = {"小文字", "lower"};
    const char *subject = description->subject;
    if (!named)
        describe_numbers_of(description, subject, 0.88);
    for (const char *at = subject; *at != '\0';) {
        struct span token = token_at(at, at + strlen(at));
        struct span bare = token_bare(token);
        if (bare.begin < bare.end) {
            char *value = g_strndup(bare.begin, (size_t)(bare.end - bare.begin));
            describe_whole_number(description, line, value);
            describe_rest_of_name(description, line, value);
            bool word = ANY_OF(description, line, words) && token_is_word(bare);
            if (word) {
                char *lower = g_ascii_strdown(value, -1);
                describe_value(description, value, strlen(value), ANY_OF(description, line, small) ? 0.85 : 0.94);
                describe_value(description, lower, strlen(lower), ANY_OF(description, line, small) ? 0.94 : 0.85);
                g_free(lower);
            }
            g_free(value);
            if (word)
                return;
        }
        at = token.end > at ? token.end : g_utf8_next_char(at);
    }
}

/* "二回繰り返した": each of what was derived, twice. */
void describe_repeated(struct description *description, guint from)
{
    const GArray *items = description->candidates->items;
    guint until = MIN(items->len, from + 4);
    for (guint i = from; i < until; i++) {
        const struct sks_password item = g_array_index(items, struct sks_password, i);
        char *twice = g_strconcat(item.value, item.value, NULL);
        candidates_add(description->candidates, twice, strlen(twice), item.weight * 1.1, true);
        g_free(twice);
    }
}

/*
 * A correction seldom repeats the password: it says which character is another. What it says is applied to each of the
 * likeliest passwords of the earlier mail; where it does not fit, nothing comes of it. Halves in two mails are put
 * together in both orders.
 */
#include "amend.h"

#include <string.h>

#include "base/unicode.h"
#include "sekisho/limits.h"
#include "walk.h"

#define TEXT_MOST    4096u /* a correction is short */
#define EARLIER_MOST 3u    /* passwords of the earlier mail, and of this one */

/* Characters that stand for others, and which one is of another case. Nothing is repeated without bounds. */
#define MARKS "[「」『』\"' ]{0,2}"
#define VALUE MARKS "([!-~]{1,12}?)" MARKS
#define INSTEAD                                                                                                        \
    VALUE "(?:では?なく|じゃなく|の?誤り?(?:で|、|,)(?: ?正しくは)?|→|->)[てく]?[、, ]{0,2}" VALUE                     \
          "(?:で|の|に|が|と|。|、|$|\n)"
#define NOT_BUT "\\bnot " VALUE " but " VALUE "(?:[.,\n]|$| at)"
#define CAPITAL "(大文字|upper.?case|capital)"
#define SMALL   "(小文字|lower.?case|small)"
#define NTH                                                                                                            \
    "(?:(\\d{1,2})(?:文字|字|桁)目|(先頭|最初|頭文字|first (?:letter|character))|"                         \
    "(末尾|最後|last (?:letter|character)))"
#define NTH_CASE   NTH "[^\n]{0,12}?(?:" CAPITAL "|" SMALL ")"
#define HALF_FIRST "前半|前の半分|first (?:half|part)"
#define HALF       "後半|残り|続き|後の半分|second (?:half|part)|the rest|remaining"

static void add(GPtrArray *offered, size_t *count, char *password)
{
    bool known = g_ptr_array_find_with_equal_func(offered, password, g_str_equal, NULL);
    if (known || *count >= SKS_LIMIT_JOIN_PASSWORDS / 2 || *password == '\0' ||
        strlen(password) > SKS_LIMIT_PASSWORD_SIZE) {
        g_free(password);
        return;
    }
    if (offered->len >= SKS_LIMIT_JOIN_PASSWORDS)
        g_ptr_array_remove_index(offered, offered->len - 1);
    g_ptr_array_insert(offered, (gint)*count, password);
    ++*count;
}

/* Compiled once, and never freed. */
static GRegex *regex_of(gsize *once, const char *pattern)
{
    if (g_once_init_enter(once))
        g_once_init_leave(once, (gsize)g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL));
    return (GRegex *)*once;
}

/* "3ではなく2": where the one stands once in the password, or at its end if that is said. */
static void replace(GPtrArray *offered, size_t *count, const char *text, GRegex *regex, const char *password)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, text, 0, &match))
        return;
    g_autofree char *wrong = g_match_info_fetch(match, 1), *right = g_match_info_fetch(match, 2);
    const char *at = strstr(password, wrong), *last = g_strrstr(password, wrong);
    if (*wrong == '\0' || at == NULL)
        return;
    bool end = strstr(text, "末尾") != NULL || strstr(text, "最後") != NULL || strstr(text, "at the end") != NULL;
    bool begin = strstr(text, "先頭") != NULL || strstr(text, "最初") != NULL;
    if (at != last && !end && !begin)
        return;
    at = end ? last : at;
    add(offered, count, g_strdup_printf("%.*s%s%s", (int)(at - password), password, right, at + strlen(wrong)));
}

/* "1文字目は大文字". */
static void change_case(GPtrArray *offered, size_t *count, const char *text, const char *password)
{
    static gsize once;
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex_of(&once, NTH_CASE), text, 0, &match))
        return;
    g_autofree char *number = g_match_info_fetch(match, 1), *first = g_match_info_fetch(match, 2),
                    *capital = g_match_info_fetch(match, 4);
    size_t size = strlen(password);
    size_t index = *number != '\0' ? (size_t)g_ascii_strtoull(number, NULL, 10) - 1 : *first != '\0' ? 0 : size - 1;
    if (index >= size)
        return;
    char *changed = g_strdup(password);
    changed[index] =
        capital != NULL && *capital != '\0' ? g_ascii_toupper(changed[index]) : g_ascii_tolower(changed[index]);
    add(offered, count, changed);
}

static void put_together(GPtrArray *offered, size_t *count, const GPtrArray *own, bool first, const char *password)
{
    for (guint i = 0; i < own->len; i++) {
        const char *half = g_ptr_array_index(own, i);
        add(offered, count, first ? g_strconcat(half, password, NULL) : g_strconcat(password, half, NULL));
    }
}

static GPtrArray *likeliest(const GPtrArray *offered)
{
    GPtrArray *own = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < offered->len && own->len < EARLIER_MOST; i++) {
        const char *password = g_ptr_array_index(offered, i), *guess = sks_walk_guessed(password);
        if (sks_walk_described(password) == NULL)
            g_ptr_array_add(own, g_strdup(guess != NULL ? guess : password));
    }
    return own;
}

/* Which kinds of change the text may speak of at all: expressions are costly, and most texts need none. */
struct speaks {
    bool instead, not_but, of_case, first, half;
};

static struct speaks listen(const char *text)
{
    static gsize first, half;
    struct speaks speaks = {
        .instead = strstr(text, "なく") != NULL || strstr(text, "誤") != NULL || strstr(text, "→") != NULL ||
                   strstr(text, "->") != NULL,
        .not_but = strcasestr(text, "not ") != NULL && strcasestr(text, " but ") != NULL,
        .of_case =
            strstr(text, "文字") != NULL || strcasestr(text, "case") != NULL || strcasestr(text, "capital") != NULL,
    };
    static const char *const halves[] = {"半", "残り", "続き", "half", "part", "the rest", "remaining"};
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(halves) && !any; i++)
        any = strcasestr(text, halves[i]) != NULL;
    if (any) {
        speaks.first = g_regex_match(regex_of(&first, HALF_FIRST), text, 0, NULL);
        speaks.half = speaks.first || g_regex_match(regex_of(&half, HALF), text, 0, NULL);
    }
    return speaks;
}

size_t sks_amend(GPtrArray *offered, const struct sks_message *message, const char *earlier)
{
    static gsize instead, not_but;
    size_t size = strnlen(message->body.own, TEXT_MOST + 1), count = 0;
    if (size > TEXT_MOST || *earlier == '\0')
        return 0;
    g_autofree char *text = sks_unicode_nfkc(message->body.own, size);
    const struct speaks speaks = listen(text);
    if (!speaks.instead && !speaks.not_but && !speaks.of_case && !speaks.half)
        return 0;
    g_autoptr(GPtrArray) own = likeliest(offered);
    g_auto(GStrv) passwords = g_strsplit(earlier, "\n", -1);
    for (unsigned i = 0; passwords[i] != NULL && i < EARLIER_MOST; i++) {
        if (*passwords[i] == '\0' || sks_walk_described(passwords[i]) != NULL)
            continue;
        const char *guess = sks_walk_guessed(passwords[i]), *password = guess != NULL ? guess : passwords[i];
        if (speaks.instead)
            replace(offered, &count, text, regex_of(&instead, INSTEAD), password);
        if (speaks.not_but)
            replace(offered, &count, text, regex_of(&not_but, NOT_BUT), password);
        if (speaks.of_case)
            change_case(offered, &count, text, password);
        if (speaks.half)
            put_together(offered, &count, own, speaks.first, password);
    }
    return count;
}

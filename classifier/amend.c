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
/* What goes on, but not every letter's last line (引き続き), a procedure (手続き), or the heat (続きますが). */
#define GOES_ON   "(?<!引き|引き\n|引|引\n|手|手\n)続き(?!ま)"
#define HALF_LAST "後半|残り|" GOES_ON "|後の半分|second (?:half|part)|the rest|remaining"

/* In a subject, what means nothing else; a bare "1/2" may be a day. */
#define TITLE_FIRST "前半|first (?:half|part)|[(\\[【] ?1 ?/ ?2 ?[)\\]】]"
#define TITLE_LAST  "後半|second (?:half|part)|[(\\[【] ?2 ?/ ?2 ?[)\\]】]"

/* Where the next of those that are made goes, and how many more may. */
struct making {
    GPtrArray *offered;
    size_t at, left;
};

static void add(struct making *making, char *password)
{
    GPtrArray *offered = making->offered;
    bool known = g_ptr_array_find_with_equal_func(offered, password, g_str_equal, NULL);
    if (known || making->left == 0 || *password == '\0' || strlen(password) > SKS_LIMIT_PASSWORD_SIZE) {
        g_free(password);
        return;
    }
    if (offered->len >= SKS_LIMIT_JOIN_PASSWORDS)
        g_ptr_array_remove_index(offered, offered->len - 1);
    g_ptr_array_insert(offered, (gint)making->at++, password);
    making->left--;
}

/* Compiled once, and never freed. */
static GRegex *regex_of(gsize *once, const char *pattern)
{
    if (g_once_init_enter(once))
        g_once_init_leave(once, (gsize)g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL));
    return (GRegex *)*once;
}

/* "3ではなく2": where the one stands once in the password, or at its end if that is said. */
static void replace(struct making *making, const char *text, GRegex *regex, const char *password)
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
    add(making, g_strdup_printf("%.*s%s%s", (int)(at - password), password, right, at + strlen(wrong)));
}

/* "1文字目は大文字". */
static void change_case(struct making *making, const char *text, const char *password)
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
    add(making, changed);
}

/* The likeliest half with all earlier ones first. */
static void put_together(struct making *making, const GPtrArray *own, bool first, const GPtrArray *earlier)
{
    for (guint i = 0; i < own->len; i++)
        for (guint k = 0; k < earlier->len; k++) {
            const char *half = g_ptr_array_index(own, i), *other = g_ptr_array_index(earlier, k);
            add(making, first ? g_strconcat(half, other, NULL) : g_strconcat(other, half, NULL));
        }
}

/* Adds some of those given that are no descriptions, without the mark of a guess. */
static void add_likeliest(GPtrArray *likeliest, const char *const *passwords, size_t count)
{
    for (size_t i = 0, added = 0; i < count && added < EARLIER_MOST; i++) {
        const char *guess = sks_walk_guessed(passwords[i]);
        if (*passwords[i] == '\0' || sks_walk_described(passwords[i]) != NULL)
            continue;
        g_ptr_array_add(likeliest, g_strdup(guess != NULL ? guess : passwords[i]));
        added++;
    }
}

/* Which kinds of change the text may speak of at all: expressions are costly, and most texts need none. */
struct speaks {
    bool instead, not_but, of_case, first, last;
};

static struct speaks listen(const char *text)
{
    static gsize first, last;
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
        speaks.last = g_regex_match(regex_of(&last, HALF_LAST), text, 0, NULL);
    }
    return speaks;
}

static void listen_to_subject(struct speaks *speaks, const char *subject)
{
    static gsize first, last;
    size_t size = strlen(subject);
    if (size > TEXT_MOST)
        return;
    g_autofree char *text = sks_unicode_nfkc(subject, size);
    if (strchr(text, '/') == NULL && strstr(text, "半") == NULL && strcasestr(text, "half") == NULL &&
        strcasestr(text, "part") == NULL)
        return;
    speaks->first = speaks->first || g_regex_match(regex_of(&first, TITLE_FIRST), text, 0, NULL);
    speaks->last = speaks->last || g_regex_match(regex_of(&last, TITLE_LAST), text, 0, NULL);
}

size_t sks_amend(GPtrArray *offered, size_t told, const struct sks_message *message, const char *const *earlier,
                 size_t count)
{
    static gsize instead, not_but;
    const size_t at = told > 0 ? 1 : 0;
    struct making making = {offered, at, SKS_LIMIT_JOIN_PASSWORDS / 2};
    size_t size = strnlen(message->body.own, TEXT_MOST + 1);
    if (size > TEXT_MOST || count == 0)
        return 0;
    g_autofree char *text = sks_unicode_nfkc(message->body.own, size);
    struct speaks speaks = listen(text);
    listen_to_subject(&speaks, message->subject);
    if (!speaks.instead && !speaks.not_but && !speaks.of_case && !speaks.first && !speaks.last)
        return 0;
    g_autoptr(GPtrArray) own = g_ptr_array_new_with_free_func(g_free), given = g_ptr_array_new_with_free_func(g_free);
    add_likeliest(own, (const char *const *)offered->pdata, MIN(told, offered->len));
    for (size_t i = 0; i < count; i++) {
        g_auto(GStrv) lines = g_strsplit(earlier[i], "\n", -1);
        add_likeliest(given, (const char *const *)lines, g_strv_length(lines));
    }
    for (guint i = 0; i < given->len; i++) {
        const char *password = g_ptr_array_index(given, i);
        if (speaks.instead)
            replace(&making, text, regex_of(&instead, INSTEAD), password);
        if (speaks.not_but)
            replace(&making, text, regex_of(&not_but, NOT_BUT), password);
        if (speaks.of_case)
            change_case(&making, text, password);
    }
    if (speaks.last)
        put_together(&making, own, false, given);
    if (speaks.first)
        put_together(&making, own, true, given);
    return making.at - at;
}

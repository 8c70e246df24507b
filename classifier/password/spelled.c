/*
 * Values that are spelled: "m e m o _ 1 2", "K・7・p・4", and by the words of the radio alphabet, "Victor Echo Lima
 * four".
 */
#include "password/candidates.h"

#include <string.h>

#include "password/token.h"
#include "sekisho/limits.h"

#define LEAST        4u  /* characters; what is shorter is an enumeration */
#define MOST_WORD    8u  /* "november" */
#define MOST_LINE    600 /* bytes */
#define MOST_SPELLED 16u /* values of a mail: what is enumerated must not crowd out what is told */

/* A character of a value that is spelled, and where the next begins; NULL: there is none. */
typedef const char *read_character(const char *at, const char *end, char *out);

static const char *read_single(const char *at, const char *end, char *out)
{
    if (at >= end || !token_is_typed(*at) || strchr("()[]{}<>\"'`,;:", *at) != NULL ||
        (at + 1 < end && token_is_typed(at[1]) && at[1] != ','))
        return NULL;
    *out = *at;
    return at + 1;
}

/* ICAO's alphabet and the digits. */
static const char *read_word(const char *at, const char *end, char *out)
{
    static const char *const words[] = {
        "alpha",   "bravo",  "charlie", "delta",    "echo",   "foxtrot", "golf",   "hotel",   "india",  "juliet",
        "kilo",    "lima",   "mike",    "november", "oscar",  "papa",    "quebec", "romeo",   "sierra", "tango",
        "uniform", "victor", "whiskey", "x-ray",    "yankee", "zulu",    "alfa",   "juliett", "xray",   "whisky",
        "zero",    "one",    "two",     "three",    "four",   "five",    "six",    "seven",   "eight",  "nine"};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzajxw0123456789";
    size_t length = 0;
    if (end - at >= 5 && g_ascii_strncasecmp(at, "x-ray", 5) == 0)
        length = 5;
    while (length <= MOST_WORD && at + length < end && g_ascii_isalpha(at[length]))
        length++;
    for (size_t i = 0; i < G_N_ELEMENTS(words) && length > 0; i++)
        if (*words[i] == g_ascii_tolower(*at) && strlen(words[i]) == length &&
            g_ascii_strncasecmp(words[i], at, length) == 0) {
            *out = letters[i];
            return at + length;
        }
    return length == 0 && at < end && g_ascii_isdigit(*at) ? (*out = *at, at + 1) : NULL;
}

/* What stands between two: a blank, a mark, or both. */
static const char *skip_between(const char *at, const char *end)
{
    static const char *const marks[] = {"・", "、", ",", "-", "/"};
    const char *begin = at;
    while (at < end && *at == ' ')
        at++;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t length = strlen(marks[i]);
        if ((size_t)(end - at) > length && memcmp(at, marks[i], length) == 0) {
            at += length;
            break;
        }
    }
    while (at < end && *at == ' ')
        at++;
    return at > begin ? at : NULL;
}

/* The value that is spelled from at on; returns where it ends, or NULL. */
static const char *read_value(GString *value, const char *at, const char *end, read_character *read)
{
    const char *last = NULL;
    g_string_truncate(value, 0);
    for (char c; at != NULL && value->len < SKS_LIMIT_PASSWORD_SIZE && (at = read(at, end, &c)) != NULL;) {
        g_string_append_c(value, c);
        last = at;
        at = skip_between(at, end);
    }
    return value->len >= LEAST ? last : NULL;
}

static void find_in_line(struct candidates *candidates, GString *value, struct span line, double weight)
{
    static read_character *const ways[] = {read_single, read_word};
    for (const char *at = line.begin; at < line.end;) {
        const char *next = g_utf8_next_char(at), *until = NULL;
        bool begins = at == line.begin || !g_ascii_isalnum(at[-1]);
        for (size_t way = 0; begins && until == NULL && way < G_N_ELEMENTS(ways); way++) {
            until = read_value(value, at, line.end, ways[way]);
            if (until == NULL || candidates->spelled >= MOST_SPELLED)
                continue;
            candidates->spelled++;
            candidates_add(candidates, value->str, value->len, weight, false);
            g_autofree char *upper = g_ascii_strup(value->str, (gssize)value->len);
            if (way == 1)
                candidates_add(candidates, upper, value->len, weight, false);
        }
        at = until != NULL ? until : next;
    }
}

void find_spelled(struct candidates *candidates, const char *text, double weight)
{
    g_autoptr(GString) value = g_string_new(NULL);
    candidates->way = WAY_SPLIT;
    for (const char *at = text; at != NULL && *at != '\0' && candidates->spelled < MOST_SPELLED;) {
        const char *end = strchr(at, '\n');
        struct span line = {at, end != NULL ? end : at + strlen(at)};
        if (line.end - line.begin <= MOST_LINE)
            find_in_line(candidates, value, line, weight);
        at = end != NULL ? end + 1 : NULL;
    }
}

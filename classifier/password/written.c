/*
 * Passwords that are written out. Each line is searched for words that announce one; what may be typed as a password
 * on that line after the word, on the next lines, or before the word becomes a candidate, weighted by how close it
 * stands and how much it looks like a password. Lines that hold nothing but such a token come last.
 */
#include "base/unicode.h"
#include "password/candidates.h"

#include <string.h>

#include "sekisho/limits.h"

/* Words that announce a password, ASCII in lower case. Longer ones first where one contains the other. */
static const char *const announcements[] = {
    "パスワード",  "バスワード",  "パスワド",   "パースワード",   "パスフレーズ",
    "パスコード",  "ぱすわーど",  "解凍パス",   "開封パス",       "復号パス",
    "閲覧パス",    "解凍用pw",    "解凍キー",   "復号キー",       "解除キー",
    "開封コード",  "解除コード",  "解凍コード", "閲覧コード",     "暗証番号",
    "暗証",        "合言葉",      "あいことば", "暗号鍵",         "復号鍵",
    "鍵",          "パス",        "密码",       "口令",           "passphrase",
    "passcode",    "password",    "passwort",   "passwd",         "pass word",
    "p/w",         "pwd",         "psw",        "pass",           "pw",
    "unlock code", "access code", "unlock key", "decryption key", "key",
};

/* Words around an announcement that are no passwords themselves. */
static const char *const ordinary[] = {
    "a",         "above",     "access",  "again",    "all",        "also",        "an",         "and",
    "any",       "are",       "as",      "attached", "attachment", "attachments", "be",         "been",
    "below",     "by",        "can",     "code",     "data",       "dear",        "document",   "documents",
    "doc",       "docx",      "email",   "e-mail",   "encrypted",  "enter",       "excel",      "file",
    "files",     "following", "follows", "for",      "from",       "has",         "have",       "here",
    "hello",     "i",         "id",      "in",       "is",         "it",          "its",        "key",
    "mail",      "message",   "my",      "need",     "next",       "not",         "of",         "on",
    "open",      "opening",   "or",      "our",      "pass",       "passcode",    "passphrase", "password",
    "passwords", "pdf",       "please",  "ppt",      "pptx",       "protected",   "pw",         "pwd",
    "regards",   "said",      "same",    "sent",     "separate",   "separately",  "set",        "text",
    "thank",     "thanks",    "that",    "the",      "this",       "to",          "type",       "unlock",
    "unzip",     "use",       "used",    "using",    "via",        "was",         "we",         "will",
    "with",      "word",      "you",     "your",     "xls",        "xlsx",        "zip",        "re",
    "fw",        "fwd",       "no",      "yes",      "extract",    "decrypt",     "archive",    "earlier",
    "previous",  "just",      "follow",  "case",     "sensitive",  "tel",         "fax",
};

static const char *const opening[] = {"「", "『", "【", "〔", "[",  "(", "<",  "\"",
                                      "'",  "“",  "‘",  "《", "〈", "`", "＜", "（"};
static const char *const closing[] = {"」", "』", "】", "〕", "]",  ")", ">",  "\"",
                                      "'",  "”",  "’",  "》", "〉", "`", "＞", "）"};

/* Nobody writes a longer password in brackets, nor a longer line around one: the rest is not searched. */
#define MOST_BRACKETED 72
#define MOST_LINE      2000

struct span {
    const char *begin, *end;
};

static bool is_typed(char character)
{
    return character > ' ' && character < 0x7f;
}

static bool is_ordinary(struct span token)
{
    size_t length = (size_t)(token.end - token.begin);
    for (size_t i = 0; i < G_N_ELEMENTS(ordinary); i++)
        if (strlen(ordinary[i]) == length && g_ascii_strncasecmp(ordinary[i], token.begin, length) == 0)
            return true;
    return false;
}

/* An address, a URL or a file is written near a password, but isn't one. */
static bool is_reference(struct span token)
{
    size_t length = (size_t)(token.end - token.begin);
    char *text = g_ascii_strdown(token.begin, (gssize)length);
    bool reference = strstr(text, "://") != NULL || strncmp(text, "www.", 4) == 0;
    const char *at = strchr(text, '@');
    if (at != NULL && at > text && strchr(at, '.') != NULL && at[1] != '.')
        reference = true;
    static const char *const endings[] = {".zip", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".7z",
                                          ".rar", ".lzh", ".ppt", ".pptx", ".txt", ".exe"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        reference |= g_str_has_suffix(text, endings[i]);
    g_free(text);
    return reference;
}

/* How much a token looks like a password rather than a word: 0.3 to 1. */
static double likeness(struct span token)
{
    size_t length = (size_t)(token.end - token.begin);
    unsigned kinds = 0;
    bool rule = true;
    for (const char *at = token.begin; at < token.end; at++) {
        kinds |= g_ascii_isdigit(*at) ? 1 : g_ascii_isupper(*at) ? 2 : g_ascii_islower(*at) ? 4 : 8;
        rule &= *at == *token.begin;
    }
    if (rule && length > 3)
        return 0.05; /* ----- and the like */
    if (length < 3)
        return 0.3;
    bool mixed = (kinds & (kinds - 1)) != 0;
    double value = mixed ? 1 : kinds == 1 ? 0.85 : kinds == 4 ? 0.7 : kinds == 2 ? 0.75 : 0.2;
    return length >= 4 && length <= 40 ? value : value * 0.7;
}

/* Marks that surround or end a token in a sentence; both the bare and the whole token are worth trying. */
static struct span bare(struct span token)
{
    while (token.begin < token.end && strchr("*:=>-<([{\"'`,;|", *token.begin) != NULL)
        token.begin++;
    while (token.end > token.begin && strchr("*.,;:)]}>\"'`|", token.end[-1]) != NULL)
        token.end--;
    return token;
}

static void add_token(struct candidates *candidates, struct span token, double weight)
{
    struct span inner = bare(token);
    if (inner.begin == inner.end)
        inner = token;
    if (is_ordinary(inner) || is_reference(inner))
        return;
    candidates_add(candidates, inner.begin, (size_t)(inner.end - inner.begin), weight * likeness(inner), false);
    if (inner.begin != token.begin || inner.end != token.end)
        candidates_add(candidates, token.begin, (size_t)(token.end - token.begin), weight * 0.6 * likeness(token),
                       false);
}

/* What stands in brackets right here: any text, also Japanese. */
static bool add_bracketed(struct candidates *candidates, const char *at, const char *end, double weight,
                          const char **out_after)
{
    for (size_t i = 0; i < G_N_ELEMENTS(opening); i++) {
        size_t length = strlen(opening[i]);
        if ((size_t)(end - at) <= length || memcmp(at, opening[i], length) != 0)
            continue;
        const char *begin = at + length;
        const char *stop = g_strstr_len(begin, MIN(end - begin, MOST_BRACKETED), closing[i]);
        if (stop == NULL || stop == begin)
            return false;
        struct span inner = {begin, stop};
        while (inner.begin < inner.end && (*inner.begin == ' ' || *inner.begin == '\t'))
            inner.begin++;
        while (inner.end > inner.begin && (inner.end[-1] == ' ' || inner.end[-1] == '\t'))
            inner.end--;
        size_t size = (size_t)(inner.end - inner.begin);
        if (size == 0 || is_ordinary(inner) || is_reference(inner))
            return false;
        bool typed = true;
        for (const char *p = inner.begin; p < inner.end; p++)
            typed &= is_typed(*p);
        candidates_add(candidates, inner.begin, size, weight * (typed ? likeness(inner) : 0.35), false);
        *out_after = stop + strlen(closing[i]);
        return true;
    }
    return false;
}

/* All tokens between at and end; the nearer, the likelier. Returns how many there were. */
static unsigned add_tokens(struct candidates *candidates, const char *at, const char *end, double weight)
{
    unsigned found = 0;
    const char *start = at;
    while (at < end && found < 6) {
        const char *after;
        double near = weight * (1 - 0.4 * MIN((double)(at - start), 80.0) / 80.0);
        if (add_bracketed(candidates, at, end, near, &after)) {
            found++;
            at = after;
        } else if (is_typed(*at)) {
            struct span token = {at, at};
            while (token.end < end && is_typed(*token.end))
                token.end++;
            struct span inner = bare(token);
            if (inner.end > inner.begin && !is_ordinary(inner)) {
                add_token(candidates, token, near);
                found++;
                weight *= 0.85;
            }
            at = token.end;
        } else {
            at = g_utf8_next_char(at);
        }
    }
    return found;
}

/* A word of Latin letters must stand alone: "pass" is no announcement in "passenger", "key" none in "monkey". */
static bool stands_alone(const char *line, const char *at, size_t length, const char *end)
{
    if (!g_ascii_isalpha(*at))
        return true;
    bool before = at == line || !g_ascii_isalnum(at[-1]);
    bool after = at + length >= end || !g_ascii_isalnum(at[length]);
    return before && after;
}

static bool find_announcement(const char *line, const char *end, struct span *out_announcement)
{
    struct span best = {NULL, NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(announcements); i++) {
        size_t length = strlen(announcements[i]);
        for (const char *at = line; (at = g_strstr_len(at, end - at, announcements[i])) != NULL; at++) {
            if (!stands_alone(line, at, length, end))
                continue;
            if (best.begin == NULL || at < best.begin || (at == best.begin && at + length > best.end))
                best = (struct span){at, at + length};
            break;
        }
    }
    *out_announcement = best;
    return best.begin != NULL;
}

static struct span line_at(const char *at)
{
    const char *end = strchr(at, '\n');
    return (struct span){at, end != NULL ? end : at + strlen(at)};
}

/* The lines after an announcement that had nothing to show; blank ones don't count. */
static void search_next_lines(struct candidates *candidates, const char *at, double weight)
{
    for (unsigned lines = 0, blank = 0; lines < 3 && blank < 4 && *at == '\n';) {
        struct span line = line_at(at + 1);
        const char *first = line.begin + strspn(line.begin, " \t\r");
        at = line.end;
        if (first >= line.end) {
            blank++;
            continue;
        }
        lines++;
        if (add_tokens(candidates, line.begin, line.end, weight) > 0)
            return;
        weight *= 0.8;
    }
}

/* A password too long for its line goes on at the start of the next one. */
static void search_split(struct candidates *candidates, struct span line, double weight)
{
    const char *begin = line.end;
    while (begin > line.begin && is_typed(begin[-1]))
        begin--;
    struct span next = line_at(*line.end == '\n' ? line.end + 1 : line.end);
    const char *end = next.begin;
    while (end < next.end && is_typed(*end))
        end++;
    if (line.end - begin < 3 || end - next.begin < 1)
        return;
    GString *joined = g_string_new_len(begin, line.end - begin);
    g_string_append_len(joined, next.begin, end - next.begin);
    struct span token = bare((struct span){joined->str, joined->str + joined->len});
    candidates_add(candidates, token.begin, (size_t)(token.end - token.begin), weight, false);
    g_string_free(joined, TRUE);
}

static void search_line(struct candidates *candidates, struct span line, const char *lower, double factor)
{
    struct span found;
    const char *at = lower, *end = lower + (line.end - line.begin);
    unsigned announced = 0;
    while (announced < 4 && find_announcement(at, end, &found)) {
        const char *after = line.begin + (found.end - lower);
        double weight = factor * (announced == 0 ? 1 : 0.95);
        unsigned tokens = add_tokens(candidates, after, line.end, weight);
        if (tokens == 0) {
            add_tokens(candidates, line.begin, line.begin + (found.begin - lower), weight * 0.7);
            search_next_lines(candidates, line.end, weight * 0.92);
        } else {
            add_tokens(candidates, line.begin, line.begin + (found.begin - lower), weight * 0.4);
            search_split(candidates, line, weight * 0.45);
        }
        at = found.end;
        announced++;
    }
}

/* A line that holds one token and nothing else. */
static void search_alone(struct candidates *candidates, struct span line, double factor)
{
    while (line.begin < line.end && (*line.begin == ' ' || *line.begin == '\t'))
        line.begin++;
    while (line.end > line.begin && strchr(" \t\r", line.end[-1]) != NULL)
        line.end--;
    const char *after;
    if (add_bracketed(candidates, line.begin, line.end, factor * 0.35, &after))
        return;
    for (const char *at = line.begin; at < line.end; at++)
        if (!is_typed(*at))
            return;
    if (line.end - line.begin >= 3 && line.end - line.begin <= 40)
        add_token(candidates, line, factor * 0.4);
}

void find_written(struct candidates *candidates, const char *text, double factor)
{
    char *lower = g_ascii_strdown(text, -1); /* the same length: places carry over */
    for (const char *at = text;;) {
        struct span line = line_at(at);
        const char *whole_end = line.end;
        if (line.end - line.begin > MOST_LINE)
            line.end = g_utf8_find_prev_char(line.begin, line.begin + MOST_LINE);
        char *copy = g_strndup(lower + (line.begin - text), (gsize)(line.end - line.begin));
        search_line(candidates, line, copy, factor);
        search_alone(candidates, line, factor);
        g_free(copy);
        if (*whole_end == '\0')
            break;
        at = whole_end + 1;
    }
    g_free(lower);
}

/* "report_pass1234.zip", "資料(PW_abc).zip": what follows such a word in a name. */
void find_in_file_name(struct candidates *candidates, const char *name)
{
    static const char *const marks[] = {"パスワード", "パス", "password", "pass", "pwd", "pw", "key"};
    char *plain = sks_unicode_nfkc(name, strnlen(name, SKS_LIMIT_FILE_NAME_SIZE));
    char *lower = g_ascii_strdown(plain, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        const char *found = strstr(lower, marks[i]);
        if (found == NULL)
            continue;
        const char *begin = plain + (found - lower) + strlen(marks[i]);
        begin += strspn(begin, "-_=:([ ");
        size_t length = strcspn(begin, ".)] ");
        struct span token = {begin, begin + length};
        if (length >= 3 && !is_ordinary(token))
            candidates_add(candidates, begin, length, 0.5 * likeness(token), false);
        break;
    }
    g_free(lower);
    g_free(plain);
}

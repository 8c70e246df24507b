/* Announcements and items of a line. */
#include "password/item.h"

#include <glib.h>
#include <string.h>

#include "password/words.h"

/* Nobody writes a longer password in brackets. */
#define MOST_BRACKETED 72

/* Words that announce a password, ASCII in lower case. */
static const char *const announcing[] = {
    "パスワード",   "バスワード",   "パスワド",
    "パースワード", "パスフレーズ", "パスコード",
    "ぱすわーど",   "解凍パス",     "開封パス",
    "復号パス",     "閲覧パス",     "解凍用pw",
    "解凍キー",     "復号キー",     "解除キー",
    "暗号キー",     "開封コード",   "解除コード",
    "解凍コード",   "閲覧コード",   "解凍番号",
    "開封番号",     "解除番号",     "暗証番号",
    "暗証",         "合言葉",       "合い言葉",
    "あいことば",   "暗号鍵",       "復号鍵",
    "鍵",           "パスワ",       "パス",
    "ぱす",         "キーワード",   "キー",
    "密码",         "口令",         "正しくは",
    "解除文字列",   "次の文字列",   "以下の文字列",
    "下記の文字列", "開封用の文字", "passphrase",
    "passcode",     "password",     "passwort",
    "passwd",       "pass word",    "pass phrase",
    "pass code",    "pass-word",    "p/w",
    "pwd",          "psw",          "pswd",
    "pass",         "pw",           "p.w.",
    "pin",          "unlock code",  "access code",
    "opening code", "unlock key",   "decryption key",
    "secret word",  "code word",    "magic word",
    "passkey",      "key",          "correct one",
    "right one",    "should be",    "should have been",
    "passwrd",      "psswrd",       "pword",
    "コード",       "code",         "비밀번호",
    "桁は",         "桁の番号",     "桁の数字",
    "文字列",       "カギ",         "かぎ",
    "解除用の文字", "解凍用の文字", "secret",
    "暗号",         "two words",    "three words",
    "four words",   "words:",       "key phrase",
    "the word",     "the phrase",   "the string",
    "the letters",  "the digits",   "パスw",
    "開封キー",     "ロック解除",   "閲覧キー",
    "キー番号",     "解凍用",       "mot de passe",
    "should read",
};

/* A bracket that speaks of opening. */
static const char *const opens[] = {"解除", "開", "解凍", "復号", "入力"};

static const char *const opening[] = {"「", "『", "【", "〔", "[",  "(", "<",  "\"",
                                      "'",  "“",  "‘",  "《", "〈", "`", "＜", "（"};
static const char *const closing[] = {"」", "』", "】", "〕", "]",  ")", ">",  "\"",
                                      "'",  "”",  "’",  "》", "〉", "`", "＞", "）"};

/* A word of Latin letters must stand alone: "pass" is no announcement in "passenger", "key" none in "monkey". */
static bool stands_alone(const char *line, const char *at, size_t length, const char *end)
{
    if (length == strlen("暗号") && memcmp(at, "暗号", length) == 0 && (size_t)(end - at) >= length + 3 &&
        memcmp(at + length, "化", 3) == 0)
        return false; /* encryption */
    if (!g_ascii_isalpha(*at))
        return true;
    bool before = at == line || !g_ascii_isalnum(at[-1]);
    bool plural = at + length < end && at[length] == 's';
    const char *after = at + length + (plural ? 1 : 0);
    /* "twin-key-2" is one word. */
    if (at - line > 1 && strchr("-_", at[-1]) != NULL && after + 1 < end && strchr("-_", *after) != NULL &&
        g_ascii_isalnum(at[-2]) && g_ascii_isalnum(after[1]))
        return false;
    return before && (after >= end || !g_ascii_isalnum(*after));
}

struct words_present announcements_in(struct words_text *text)
{
    return *words_find(text, announcing, G_N_ELEMENTS(announcing));
}

bool announcement_find(const struct words_present *announcements, const char *line, const char *end,
                       struct span *out_announcement)
{
    struct span best = {NULL, NULL};
    bool any = announcements->count > 0 && line < end;
    for (unsigned i = any ? words_before(announcements, (size_t)(line - announcements->begin)) : 0;
         any && i < announcements->count && best.begin == NULL; i++) {
        const struct words_hit *hit = words_hit_at(announcements, i);
        const char *at = announcements->begin + hit->at;
        if (at >= end)
            break;
        if (hit->size <= end - at && stands_alone(line, at, hit->size, end))
            best = (struct span){at, at + hit->size};
    }
    /* "解凍パス" is the beginning of "解凍パスワード". */
    static const char *const more[] = {"ワード", "フレーズ", "コード", "キー", "番号", "文字列", "の文字列"};
    for (size_t i = 0; best.begin != NULL && i < G_N_ELEMENTS(more); i++)
        if (words_begin_here(best.end, end, &more[i], 1)) {
            best.end += strlen(more[i]);
            break;
        }
    *out_announcement = best;
    return best.begin != NULL;
}

bool announcement_in(const char *line, const char *end, struct span *out_announcement)
{
    struct words_text *text = words_read(line, (size_t)(end - line));
    struct words_present announcements = announcements_in(text);
    announcements.begin = line;
    bool found = announcement_find(&announcements, line, end, out_announcement);
    words_free(text);
    return found;
}

/* By the first bytes of brackets: most characters are none. */
static bool may_open(const char *at)
{
    switch ((unsigned char)at[0]) {
    case '[':
    case '(':
    case '<':
    case '"':
    case '\'':
    case '`':
        return true;
    case 0xE2:
    case 0xE3:
        return (unsigned char)at[1] == 0x80;
    case 0xEF:
        return (unsigned char)at[1] == 0xBC;
    default:
        return false;
    }
}

static bool read_bracketed(struct item *out_item, const char *at, const char *end)
{
    if (!may_open(at))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(opening); i++) {
        size_t length = strlen(opening[i]);
        if ((size_t)(end - at) <= length || memcmp(at, opening[i], length) != 0)
            continue;
        struct span inner = {at + length, NULL};
        const char *stop = g_strstr_len(inner.begin, MIN(end - inner.begin, MOST_BRACKETED), closing[i]);
        if (stop == NULL)
            return false;
        inner.end = stop;
        while (inner.begin < inner.end && strchr(" \t", *inner.begin) != NULL)
            inner.begin++;
        while (inner.end > inner.begin && strchr(" \t", inner.end[-1]) != NULL)
            inner.end--;
        if (inner.begin == inner.end)
            return false;
        *out_item =
            (struct item){.whole = {at, stop + strlen(closing[i])}, .inner = inner, .bracketed = true, .typed = true};
        for (const char *p = inner.begin; p < inner.end; p++)
            out_item->typed &= token_is_typed(*p);
        return true;
    }
    return false;
}

/* Three or more characters in a row that may be typed. */
static bool has_run(const char *text)
{
    unsigned run = 0;
    for (; *text != '\0' && run < 3; text++)
        run = token_is_typed(*text) ? run + 1 : 0;
    return run >= 3;
}

bool next_item(struct item *out_item, const char *at, const char *end)
{
    while (at < end) {
        /* Brackets that speak of something are looked into: "(pass: x)". */
        if (read_bracketed(out_item, at, end)) {
            if (out_item->typed)
                return true;
            char *inner = g_ascii_strdown(out_item->inner.begin, out_item->inner.end - out_item->inner.begin);
            bool speaks = CONTAINS(inner, inner + strlen(inner), announcing) || strpbrk(inner, ":=") != NULL ||
                          (has_run(inner) && CONTAINS(inner, inner + strlen(inner), opens));
            g_free(inner);
            if (!speaks)
                return true;
            at = out_item->inner.begin;
            continue;
        }
        if (token_is_typed(*at)) {
            out_item->whole = token_at(at, end);
            out_item->inner = token_bare(out_item->whole);
            out_item->bracketed = false;
            out_item->typed = true;
            if (out_item->inner.begin < out_item->inner.end)
                return true;
            at = out_item->whole.end;
        } else {
            at = g_utf8_next_char(at);
        }
    }
    return false;
}

double item_likeness(const struct item *item)
{
    if (item->typed)
        return token_likeness(item->inner);
    bool ascii = true, digit = false;
    for (const char *at = item->inner.begin; at < item->inner.end; at++) {
        ascii &= (unsigned char)*at < 0x80;
        digit |= g_ascii_isdigit(*at);
    }
    if (item->bracketed && (*item->whole.begin == '(' || g_str_has_prefix(item->whole.begin, "（")))
        return 0.3;                            /* an explanation rather */
    return ascii ? (digit ? 0.8 : 0.6) : 0.35; /* a phrase, with blanks; Japanese */
}

bool item_opens_bracket(const char *line, const char *at)
{
    return ENDS(line, at, opening);
}

/* Tokens by their form alone. */
#include "password/token.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

/* Words around an announcement that are no passwords themselves. */
static const char *const ordinary[] = {
    "a",         "above",      "access",    "again",     "all",        "also",        "an",         "and",
    "any",       "are",        "as",        "attached",  "attachment", "attachments", "be",         "been",
    "below",     "by",         "can",       "code",      "data",       "dear",        "document",   "documents",
    "doc",       "docx",       "email",     "e-mail",    "encrypted",  "enter",       "excel",      "file",
    "files",     "following",  "follows",   "for",       "from",       "has",         "have",       "here",
    "hello",     "i",          "id",        "in",        "is",         "it",          "its",        "key",
    "mail",      "message",    "my",        "need",      "next",       "not",         "of",         "on",
    "open",      "opening",    "or",        "our",       "pass",       "passcode",    "passphrase", "password",
    "passwords", "pdf",        "please",    "ppt",       "pptx",       "protected",   "pw",         "pwd",
    "regards",   "said",       "same",      "sent",      "separate",   "separately",  "set",        "text",
    "thank",     "thanks",     "that",      "the",       "this",       "to",          "type",       "unlock",
    "unzip",     "use",        "used",      "using",     "via",        "was",         "we",         "will",
    "with",      "word",       "you",       "your",      "xls",        "xlsx",        "zip",        "re",
    "fw",        "fwd",        "no",        "yes",       "extract",    "decrypt",     "archive",    "earlier",
    "previous",  "just",       "follow",    "case",      "sensitive",  "tel",         "fax",        "required",
    "needed",    "same-day",   "url",       "now",       "when",       "pin",         "wrong",      "7z",
    "7-zip",     "rar",        "ok",        "one",       "which",      "protection",  "me",         "if",
    "usual",     "at",         "today",     "today's",   "date",       "mp3",         "mp4",        "p/w",
    "password.", "https",      "http",      "usb",       "sms",        "ppap",        "line",       "teams",
    "slack",     "phone",      "chat",      "spelled",   "always",     "discussed",   "last",       "agreed",
    "told",      "only",       "different", "not",       "shown",      "called",      "simply",     "protected.",
    "already",   "given",      "written",   "correct",   "new",        "old",         "both",       "ssid",
    "wi-fi",     "monday",     "tuesday",   "wednesday", "thursday",   "friday",      "he",         "she",
    "they",      "but",        "so",        "there",     "get",        "let",         "know",       "should",
    "would",     "could",      "without",   "between",   "number",     "numbers",     "letters",    "digits",
    "words",     "characters", "lower",     "upper",     "lowercase",  "uppercase",   "capital",    "spaces",
    "hyphen",    "underscore", "exactly",   "read",      "after",      "before",      "them",       "these",
    "those",
};

bool token_is_typed(char character)
{
    return character > ' ' && character < 0x7f;
}

struct span token_at(const char *at, const char *end)
{
    struct span token = {at, at};
    while (token.end < end && token_is_typed(*token.end))
        token.end++;
    return token;
}

/* Whether the mark that closes a token was opened in it. */
static bool is_closed(struct span token)
{
    static const char opening[] = "([{<", closing[] = ")]}>";
    const char *found = strchr(closing, token.end[-1]);
    return found != NULL && memchr(token.begin, opening[found - closing], (size_t)(token.end - token.begin)) != NULL;
}

struct span token_bare(struct span token)
{
    while (token.begin < token.end && strchr("*:=>-<([{)]}\"'`,;|~.+", *token.begin) != NULL)
        token.begin++;
    while (token.end > token.begin && strchr("*.,;:)]}>\"'`|/([{<~+", token.end[-1]) != NULL && !is_closed(token))
        token.end--;
    return token;
}

enum kinds {
    DIGIT = 1,
    UPPER = 2,
    LOWER = 4,
    MARK = 8,
};

static unsigned kinds_of(struct span token)
{
    unsigned kinds = 0;
    for (const char *at = token.begin; at < token.end; at++)
        kinds |= g_ascii_isdigit(*at) ? DIGIT : g_ascii_isupper(*at) ? UPPER : g_ascii_islower(*at) ? LOWER : MARK;
    return kinds;
}

bool token_is_word(struct span token)
{
    unsigned kinds = 0;
    while (token.end > token.begin + 1 && strchr("!?", token.end[-1]) != NULL)
        token.end--;
    for (const char *at = token.begin; at < token.end; at++)
        if (strchr("-'/.&", *at) == NULL)
            kinds |= kinds_of((struct span){at, at + 1});
    return (kinds & (DIGIT | MARK)) == 0;
}

/* "DDMMYYYY". */
static bool is_form_of_date(struct span token)
{
    for (const char *at = token.begin; at < token.end; at++)
        if (strchr("dmyDMY/-", *at) == NULL)
            return false;
    return token.end - token.begin >= 4;
}

/* The list in order of the first characters, and where each of them begins. */
struct ordinary_index {
    uint8_t sizes[G_N_ELEMENTS(ordinary)];
    uint8_t order[G_N_ELEMENTS(ordinary)];
    uint8_t begins[128 + 1];
};

static const struct ordinary_index *ordinary_index(void)
{
    static struct ordinary_index index;
    static gsize once;
    G_STATIC_ASSERT(G_N_ELEMENTS(ordinary) <= UINT8_MAX);
    if (g_once_init_enter(&once)) {
        uint8_t count = 0;
        for (unsigned c = 0; c < 128; c++) {
            index.begins[c] = count;
            for (size_t i = 0; i < G_N_ELEMENTS(ordinary); i++)
                if ((unsigned char)*ordinary[i] == c) {
                    index.sizes[count] = (uint8_t)strlen(ordinary[i]);
                    index.order[count++] = (uint8_t)i;
                }
        }
        index.begins[128] = count;
        g_once_init_leave(&once, 1);
    }
    return &index;
}

static bool is_in_list(struct span token)
{
    size_t length = (size_t)(token.end - token.begin);
    unsigned char first = length > 0 ? (unsigned char)g_ascii_tolower(*token.begin) : 0x80;
    if (first >= 0x80)
        return false;
    const struct ordinary_index *index = ordinary_index();
    for (unsigned i = index->begins[first]; i < index->begins[first + 1]; i++)
        if (index->sizes[i] == length && g_ascii_strncasecmp(ordinary[index->order[i]], token.begin, length) == 0)
            return true;
    return false;
}

/* "p@ss.w0rd" is none: a domain has neither marks nor a number for its end. */
static bool is_address(struct span token)
{
    size_t length = (size_t)(token.end - token.begin);
    const char *at = memchr(token.begin, '@', length);
    const char *point = at != NULL ? memrchr(at, '.', (size_t)(token.end - at)) : NULL;
    if (at == NULL || at == token.begin || point == NULL || point <= at + 1 || token.end - point <= 2)
        return false;
    for (const char *p = at + 1; p < token.end; p++)
        if (!g_ascii_isalnum(*p) && *p != '.' && *p != '-')
            return false;
    for (const char *p = point + 1; p < token.end; p++)
        if (!g_ascii_isalpha(*p))
            return false;
    return true;
}

bool token_is_ordinary(struct span token)
{
    size_t length = (size_t)(token.end - token.begin);
    if (is_in_list(token) || is_form_of_date(token))
        return true;
    bool reference = memmem(token.begin, length, "://", 3) != NULL ||
                     (length >= 4 && g_ascii_strncasecmp(token.begin, "www.", 4) == 0);
    return reference || is_address(token) || token_is_file(token);
}

bool token_is_file(struct span token)
{
    if (memchr(token.begin, '.', (size_t)(token.end - token.begin)) == NULL)
        return false;
    static const char *const endings[] = {".zip", ".pdf",  ".doc",  ".docx", ".xls",  ".xlsx", ".7z",
                                          ".rar", ".lzh",  ".ppt",  ".pptx", ".txt",  ".exe",  ".iso",
                                          ".csv", ".xlsm", ".docm", ".zipx", ".html", ".jpg"};
    char *text = g_ascii_strdown(token.begin, token.end - token.begin);
    bool file = false;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        file |= g_str_has_suffix(text, endings[i]);
    g_free(text);
    return file;
}

/* Whether what follows a number makes it a count, an amount or a date. */
static bool has_unit(const char *after, const char *end)
{
    static const char *const units[] = {
        "円",   "年", "月",   "日",   "時",     "分",     "名",     "件",  "%",    "桁",    "文字",    "回",
        "枚",   "冊", "部",   "号",   "階",     "通",     "社",     "人",  "個",   "点",    "つ",      "以上",
        "まで", "MB", "KB",   "kB",   "GB",     "ページ", "頁",     "番",  "週",   "割",    "章",      "項",
        "種",   "歳", "ヶ月", "か月", "カ月",   "キロ",   "グラム", "度",  "℃",    "本",    "台",      "万",
        "億",   "千", "期",   "版",   "営業日", "pm",     "am",     "th ", "days", "hours", "minutes", "pages"};
    while (after < end && *after == ' ')
        after++;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        size_t length = strlen(units[i]);
        if ((size_t)(end - after) >= length && memcmp(after, units[i], length) == 0)
            return true;
    }
    return false;
}

#define MOST_FORM 32u

/* The form of a number: digits as 9, the rest as it is. */
static bool has_form(const char *form)
{
    static const char *const forms[] = {
        "9/9", "9/9/9", "9-9-9", "9.9.9",  "9:9",      "9:9:9",  "9,9",     "9,9,9", "9,9.9",   "9,9,9.9",
        "9%",  "9.9%",  "9-9",   "(9)9-9", "+9-9-9-9", "+9-9-9", "9-9-9-9", "9(9)9", "9:9-9:9", "9~9",
        "+9",  "9/9(9", "9/9(",  "9.",     "9.9",      "#9",     "$9",      "$9.9",  "$9,9",    "$9,9.9"};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
        if (*form == *forms[i] && strcmp(form, forms[i]) == 0)
            return true;
    return false;
}

bool token_is_other_number(struct span token, const char *line, const char *end)
{
    char form[MOST_FORM + 1];
    size_t length = (size_t)(token.end - token.begin), filled = 0;
    bool digits = true;
    for (const char *at = token.begin; at < token.end && filled < MOST_FORM; at++) {
        bool digit = g_ascii_isdigit(*at);
        digits &= digit;
        if (!digit || filled == 0 || form[filled - 1] != '9')
            form[filled++] = digit ? '9' : *at;
    }
    form[filled] = '\0';
    if (!digits && has_form(form))
        return true;
    if (!digits)
        return false;
    static const char *const before[] = {"No.",  "no.",  "¥",    "\\",    "$",     "USD ",
                                         "EUR ", "番号", "内線", "ext. ", "Tel. ", "第"};
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        size_t size = strlen(before[i]);
        if ((size_t)(token.begin - line) >= size && memcmp(token.begin - size, before[i], size) == 0)
            return true;
    }
    return length < 3 || has_unit(token.end, end);
}

bool token_has_unit(struct span token, const char *end)
{
    return has_unit(token.end, end);
}

double token_likeness(struct span token)
{
    size_t length = (size_t)(token.end - token.begin);
    unsigned kinds = kinds_of(token);
    bool rule = true;
    for (const char *at = token.begin; at < token.end; at++)
        rule &= *at == *token.begin;
    if (rule && length > 3 && kinds == MARK)
        return 0.05; /* ----- and the like */
    if (length < 3)
        return 0.5;
    bool mixed = (kinds & (kinds - 1)) != 0 && kinds != (UPPER | LOWER);
    double value = mixed ? 1 : kinds == DIGIT ? 0.88 : kinds == LOWER ? 0.7 : kinds == MARK ? 0.2 : 0.75;
    return length >= 4 && length <= 40 ? value : length == 3 ? value * 0.9 : value * 0.7;
}

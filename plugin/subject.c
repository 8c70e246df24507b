/*
 * The subject banner.
 *
 * The original bytes stay as they are, whatever charset they were written in: the banner is put before them as encoded
 * words of its own. A second pass through this program finds exactly these words and needs no header to know the
 * original. A reply carries the banner in whatever form the replying mailer gave it: there the decoded text is
 * searched, but only behind marks of a reply, so that no sender can keep the banner away by writing it at the end. What
 * stands in the brackets must be a banner that this program gives, word for word: "the all-clear" is none.
 */
#include "edit.h"

#include <string.h>

#include <glib.h>

#include "encode.h"

#define WORD_START   "=?UTF-8?B?"
#define SKIPPED_MOST 100 /* bytes of a subject before a banner that a reader would still see */
#define BANNER_WORDS 20u /* encoded words that a banner of ours may take, with room to spare */

struct brackets {
    const char *open, *close;
};

static const struct brackets brackets[SKS_LANGUAGE_COUNT] = {
    [SKS_LANGUAGE_JAPANESE] = {"【", "】"},
    [SKS_LANGUAGE_ENGLISH] = {"[", "]"},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

/* Takes one encoded word of our own making off the front. Returns what follows, or NULL. */
static const char *take_word(GString *decoded, const char *text)
{
    if (strncmp(text, WORD_START, strlen(WORD_START)) != 0)
        return NULL;
    const char *start = text + strlen(WORD_START), *end = strstr(start, "?=");
    if (end == NULL || end - start > 75)
        return NULL;
    char *base64 = g_strndup(start, (size_t)(end - start));
    gsize size = 0;
    guchar *bytes = g_base64_decode(base64, &size);
    g_string_append_len(decoded, (const char *)bytes, (gssize)size);
    g_free(bytes);
    g_free(base64);
    return end + 2;
}

/* Whether text begins with a banner of ours in its brackets; *out_size then has the bytes of both. */
static bool begins_with_banner(size_t *out_size, const char *text, const struct sks_verdict *verdict,
                               enum sks_language language)
{
    const char *open = brackets[language].open, *close = brackets[language].close;
    const char *end = g_str_has_prefix(text, open) ? strstr(text, close) : NULL;
    if (end == NULL)
        return false;
    const char *inside = text + strlen(open), *now = sks_verdict_banner(verdict, language);
    size_t size = (size_t)(end - inside);
    bool same = size > 0 && strlen(now) == size && memcmp(now, inside, size) == 0;
    if (!same && !sks_banner_is_ours(inside, size, sks_verdict_class(verdict), language))
        return false;
    *out_size = (size_t)(end - text) + strlen(close);
    return true;
}

/* If value begins with a banner that we wrote, returns what follows it; else NULL. */
static const char *behind_banner(const char *value, const struct sks_verdict *verdict, enum sks_language language)
{
    GString *decoded = g_string_new(NULL);
    const char *result = NULL, *rest = value;
    size_t size = 0;
    for (unsigned word = 0; word < BANNER_WORDS && result == NULL && rest != NULL; word++) {
        rest = take_word(decoded, skip_blanks(rest));
        if (rest != NULL && begins_with_banner(&size, decoded->str, verdict, language) && size == decoded->len)
            result = skip_blanks(rest);
    }
    g_string_free(decoded, TRUE);
    return result;
}

/* The marks that mailers put before the subject of an answer, without the colon. */
static const char *const reply_marks[] = {
    "re",   "fw",   "fwd",  "aw",   "wg",   "sv",   "vs",   "tr",   "rv",
    "返信", "転送", "ｒｅ", "ｆｗ", "Ｒｅ", "Ｆｗ", "ＲＥ", "ＦＷ",
};

/* Takes "Re:", "RE[2]:" or "返信：" off the front. Returns what follows, or NULL. */
static const char *skip_reply_mark(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(reply_marks); i++) {
        size_t size = strlen(reply_marks[i]);
        if (g_ascii_strncasecmp(text, reply_marks[i], size) != 0)
            continue;
        const char *at = text + size;
        at += strspn(at, "[](^0123456789) ");
        if (*at == ':')
            return at + 1;
        if (g_str_has_prefix(at, "："))
            return at + strlen("：");
    }
    return NULL;
}

/* Takes a list's "[name 123]" off the front. Returns what follows, or NULL. */
static const char *skip_list_tag(const char *text)
{
    const char *end = *text == '[' ? strchr(text, ']') : NULL;
    return end != NULL && end - text <= 40 ? end + 1 : NULL;
}

static const char *skip_all_blanks(const char *text)
{
    text = skip_blanks(text);
    while (g_str_has_prefix(text, "　"))
        text = skip_blanks(text + strlen("　"));
    return text;
}

/*
 * Whether the decoded subject carries a banner at its very front, or behind marks of a reply, among which one list's
 * tag may be, where it can still be seen.
 */
static bool carries_banner(const char *subject, const struct sks_verdict *verdict, enum sks_language language)
{
    if (subject == NULL)
        return false;
    const char *at = skip_all_blanks(subject);
    unsigned replies = 0, tags = 0;
    size_t size = 0;
    while (at - subject <= SKIPPED_MOST) {
        if (replies > 0 || tags == 0)
            if (begins_with_banner(&size, at, verdict, language))
                return true;
        const char *next = skip_reply_mark(at);
        replies += next != NULL;
        if (next == NULL && tags++ == 0)
            next = skip_list_tag(at);
        if (next == NULL)
            return false;
        at = skip_all_blanks(next);
    }
    return false;
}

static char *put_in_front(const struct sks_verdict *verdict, enum sks_language language, const char *value)
{
    struct sks_header_text out = {.text = g_string_new(NULL), .column = strlen("Subject: ")};
    char *banner =
        g_strconcat(brackets[language].open, sks_verdict_banner(verdict, language), brackets[language].close, NULL);
    const char *original = skip_blanks(value);

    sks_encode_words(&out, banner);
    g_free(banner);
    if (*original != '\0') {
        size_t line = strcspn(original, "\r\n");
        g_string_append(out.text, out.column + 1 + line > SKS_ENCODE_COLUMNS ? "\n " : " ");
        g_string_append(out.text, original);
    }
    return g_string_free(out.text, FALSE);
}

char *sks_subject_banner(char **out_original, const struct sks_verdict *verdict, enum sks_language language,
                         const char *value, const char *verdict_subject)
{
    bool reply = false;
    const char *original = NULL;
    for (int other = 0; other < SKS_LANGUAGE_COUNT; other++) {
        if (original == NULL)
            original = behind_banner(value, verdict, (enum sks_language)other);
        reply = reply || carries_banner(verdict_subject, verdict, (enum sks_language)other);
    }
    if (original != NULL || reply) {
        *out_original = original != NULL ? g_strdup(original) : NULL;
        return NULL;
    }
    *out_original = g_strdup(value);
    return put_in_front(verdict, language, value);
}

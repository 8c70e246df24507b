/*
 * What stands at the end of one's own words: footers (lists, disclaimers, scanners, how to unsubscribe) and the
 * signature.
 *
 * Both are sought from the end upward, paragraph by paragraph, and both are small: what is longer than a signature is
 * text, since whoever wants his words overlooked would put them below "-- ".
 */
#include "message/body-lines.h"

#include <glib.h>
#include <string.h>

#include "base/unicode.h"

/* A signature has no more lines and bytes than this, a footer's paragraph neither. */
#define SIGNATURE_LINES 15
#define SIGNATURE_SIZE  1200
#define FOOTER_LINES    30

/* Paragraphs at the end that may be footers. */
#define FOOTER_PARAGRAPHS 12

/* Lines in [first, end). */
struct span {
    size_t first, end;
};

/* Longer lines are not searched for words. */
#define SEARCHED_SIZE 4000

/* A line in lower case, made once for all words: strcasestr() takes many times as long as strstr(). */
struct folded {
    bool ascii;
    char text[SEARCHED_SIZE + 1];
};

/* False if the line is too long. */
static bool fold(struct folded *out_folded, const char *line)
{
    size_t size = strnlen(line, SEARCHED_SIZE + 1);
    if (size > SEARCHED_SIZE)
        return false;
    memcpy(out_folded->text, line, size + 1);
    sks_unicode_lower_ascii(out_folded->text, size);
    out_folded->ascii = sks_unicode_ascii(line, size) == size;
    return true;
}

/* Whether the line has the word, which is in lower case: half of all words can't stand in a line of ASCII. */
static bool has(const struct folded *line, const char *word)
{
    return (!line->ascii || (unsigned char)word[0] < 0x80) && strstr(line->text, word) != NULL;
}

static bool contains(const struct folded *line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has(line, words[i]))
            return true;
    return false;
}

/* Lines longer than this are sentences, whatever is in them. */
#define LINE_SIZE 200

/* A sentence, or matter that signatures don't have. */
static bool is_sentence(const char *line)
{
    static const char *const endings[] = {"。",       "です",     "ます",       "ません",   "ました", "ください",
                                          "下さい",   "願います", "でしょうか", "致します", "敬具",   "以上",
                                          "Regards,", "regards,", "Sincerely,", "Thanks,",  "Best,",  "wishes,"};
    static const char *const matters[] = {"。",   "パスワード", "password", "解凍",     "暗証",
                                          "日時", "場所：",     "締切",     "開催期間", "ログイン"};
    struct folded folded;
    size_t size = strlen(line);
    if (size > LINE_SIZE || !fold(&folded, line) || contains(&folded, matters, G_N_ELEMENTS(matters)))
        return true;
    while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '!' || line[size - 1] == '\t'))
        size--;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        size_t length = strlen(endings[i]);
        if (size >= length && memcmp(line + size - length, endings[i], length) == 0)
            return true;
    }
    /* English: several words and a full stop. */
    return size > 40 && (line[size - 1] == '.' || line[size - 1] == '?') && strchr(line, '@') == NULL;
}

/* How to reach somebody: telephone, postal and mail address. */
static bool is_contact(const char *line)
{
    static const char *const words[] = {"tel:",    "tel.",  "tel ",   "tel：",   "ＴＥＬ",   "fax",         "ＦＡＸ",
                                        "phone",   "電話",  "内線",   "〒",      "携帯",     "e-mail",      "email",
                                        "mailto",  "mail:", "mail：", "メール:", "メール：", "Ｅ-ｍａｉｌ", "Ｅメール",
                                        "mobile:", "cell:", "直通",   "住所",    "☎",        "✉",           "url:"};
    struct folded folded;
    if (!fold(&folded, line))
        return false;
    if (contains(&folded, words, G_N_ELEMENTS(words)))
        return true;
    for (const char *at = line; (at = strchr(at, '@')) != NULL; at++)
        if (at > line && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]))
            return true;
    return false;
}

/* "-- ", the delimiter of RFC 3676 section 4.3; the space gets lost on the way, often. */
static bool is_delimiter(const char *line)
{
    return strcmp(line, "-- ") == 0 || strcmp(line, "--") == 0 || strcmp(line, "--\xC2\xA0") == 0;
}

/* Words that a footer says together, and other people one at a time. */
static bool has_footer_pair(const struct folded *line)
{
    static const struct {
        const char *word, *with;
    } pairs[] = {{"誤送信", "場合"},           {"誤って送信", "場合"},        {"誤って受信", "場合"},
                 {"誤って届いた", "場合"},     {"返信できません", "メール"},  {"返信はできません", "メール"},
                 {"scanned by", "virus"},      {"scanned by", "mailscanner"}, {"scanned by", "security"},
                 {"mailing list", "@"},        {"mailing list", "http"},      {"メーリングリスト", "@"},
                 {"メーリングリスト", "http"}, {"メーリングリスト", "登録"}};
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (has(line, pairs[i].word) && has(line, pairs[i].with))
            return true;
    /* "foo mailing list" alone on a line. */
    size_t size = strlen(line->text);
    return size < 60 && size > 12 && strcmp(line->text + size - 12, "mailing list") == 0;
}

/* What only a footer says. */
static bool is_footer_line(const char *line)
{
    static const char *const words[] = {
        /* how to leave */
        "unsubscribe", "opt out of", "opt-out", "manage your preferences", "email preferences", "配信停止",
        "配信の停止", "配信解除", "配信を停止", "購読解除", "購読の解除", "購読停止", "退会手続", "登録解除",
        "メールマガジンの解除", "メルマガ解除", "配信を希望されない", "配信が不要", "退订", "取消订阅",
        /* whom it is for */
        "intended solely for", "intended only for", "intended recipient", "if you received this e",
        "received this email in error", "received this message in error", "received this e-mail in error",
        "お心当たりのない", "心当たりがない場合", "宛先以外の方", "意図した受信者",
        /* a robot wrote it */
        "do not reply to this", "automatically generated", "automated message", "送信専用", "自動送信", "自動配信",
        "自動的に送信", "ご返信いただいても", "返信されても",
        /* scanners */
        "scanned for virus", "checked by avg", "virus-free", "no virus found", "ウイルスチェック", "ウィルスチェック",
        "ウイルススキャン", "ウイルス検査", "ウイルスは検出",
        /* programs and offices that say so */
        "please consider the environment", "before printing this", "get outlook for", "outlook for iosを入手",
        "outlook for androidを入手", "all rights reserved", "無断転載"};
    static const char *const starts[] = {"sent from my ",          "sent from outlook",   "sent from mail for",
                                         "sent from yahoo",        "iphoneから送信",      "ipadから送信",
                                         "androidから送信",        "私のiphoneから送信",  "copyright",
                                         "スマートフォンから送信", "windows 版のメールか"};
    struct folded folded;
    if (!fold(&folded, line))
        return false;
    if (contains(&folded, words, G_N_ELEMENTS(words)) || has_footer_pair(&folded))
        return true;
    const char *start = sks_line_skip_space(folded.text);
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (g_str_has_prefix(start, starts[i]))
            return true;
    return false;
}

static bool has_link(const char *line)
{
    return strstr(line, "http://") != NULL || strstr(line, "https://") != NULL || strstr(line, "www.") != NULL;
}

/* What may stand below a footer and belongs to it: rules, and how to reach somebody. */
static bool is_footer_like(const char *line)
{
    return sks_line_is_rule(line) || is_contact(line) || has_link(line);
}

static void mark(struct sks_line *lines, struct span span, enum sks_line_kind kind)
{
    for (size_t i = span.first; i < span.end; i++)
        lines[i].kind = kind;
}

/* The span without blank lines at its end. */
static struct span trim(const struct sks_line *lines, struct span span)
{
    while (span.end > span.first && lines[span.end - 1].blank)
        span.end--;
    return span;
}

/* The last paragraph of a span without blank lines at its end: a blank line or a rule parts it from the one above. */
static struct span last_paragraph(const struct sks_line *lines, struct span span)
{
    size_t first = span.end;
    /* Rules at the very end close the paragraph that they stand under. */
    while (first > span.first && sks_line_is_rule(lines[first - 1].text))
        first--;
    while (first > span.first && !lines[first - 1].blank) {
        first--;
        if (sks_line_is_rule(lines[first].text))
            break;
    }
    return (struct span){first, span.end};
}

static bool any(const struct sks_line *lines, struct span span, bool (*predicate)(const char *line))
{
    for (size_t i = span.first; i < span.end; i++)
        if (!lines[i].blank && predicate(lines[i].text))
            return true;
    return false;
}

/* Marks the footers at the end of span; returns what is left of it. */
static struct span strip_footers(struct sks_line *lines, struct span span)
{
    span = trim(lines, span);
    struct span rest = span;
    for (int i = 0; i < FOOTER_PARAGRAPHS && rest.end > rest.first; i++) {
        struct span paragraph = last_paragraph(lines, rest);
        if (paragraph.end - paragraph.first > FOOTER_LINES)
            break;
        rest = trim(lines, (struct span){rest.first, paragraph.first});
        if (any(lines, paragraph, is_footer_line)) {
            /* Whatever stands below a footer is one. */
            mark(lines, (struct span){paragraph.first, span.end}, SKS_LINE_FOOTER);
            span = rest;
        } else if (!any(lines, paragraph, is_footer_like) || any(lines, paragraph, is_sentence)) {
            break;
        }
    }
    return span;
}

/* Sentences that a signature may have: a motto, a request. */
#define SIGNATURE_SENTENCES 3

/* Whether the span is no more than a signature. */
static bool is_small(const struct sks_line *lines, struct span span)
{
    size_t count = 0, size = 0, sentences = 0;
    for (size_t i = span.first; i < span.end; i++) {
        count += lines[i].blank ? 0 : 1;
        sentences += !lines[i].blank && is_sentence(lines[i].text) ? 1 : 0;
        size += strlen(lines[i].text);
        if (count > SIGNATURE_LINES || size > SIGNATURE_SIZE || sentences > SIGNATURE_SENTENCES)
            return false;
    }
    return true;
}

/*
 * Where a signature below "-- " begins; span.end if there is none. Some write their answer into the place that their
 * program keeps for the signature: without a word above it (before top, the first of one's own), it is the text.
 */
static size_t find_delimited(const struct sks_line *lines, struct span span, size_t top)
{
    size_t begin = span.end;
    for (size_t i = span.end, left = 2 * SIGNATURE_LINES; i > span.first && left > 0; i--, left--)
        if (i - 1 > top && is_delimiter(lines[i - 1].text) && is_small(lines, (struct span){i - 1, span.end}))
            begin = i - 1;
    return begin;
}

/* Where a signature below a rule begins: the topmost rule with nothing but contact lines and names below it. */
static size_t find_ruled(const struct sks_line *lines, struct span span)
{
    size_t begin = span.end, contacts = 0, count = 0;
    bool words = false; /* since the rule below */
    for (size_t i = span.end; i > span.first && count <= SIGNATURE_LINES; i--) {
        const struct sks_line *line = &lines[i - 1];
        if (line->blank)
            continue;
        count++;
        if (sks_line_is_rule(line->text)) {
            if (words && contacts > 0)
                begin = i - 1;
            words = false;
            continue;
        }
        if (is_sentence(line->text))
            break;
        words = true;
        contacts += is_contact(line->text) ? 1 : 0;
    }
    /* A mail that begins with a rule is a newsletter or a notice: what is below is the text. */
    while (begin > span.first && begin < span.end && lines[begin - 1].blank)
        begin--;
    return begin > span.first && is_small(lines, (struct span){begin, span.end}) ? begin : span.end;
}

/*
 * Where a signature without any mark begins: the last paragraph, if it has no sentence, a contact line, and another or
 * a link.
 */
static size_t find_bare(const struct sks_line *lines, struct span span)
{
    struct span paragraph = last_paragraph(lines, span);
    size_t contacts = 0, links = 0;
    if (!is_small(lines, paragraph) || any(lines, paragraph, is_sentence))
        return span.end;
    for (size_t i = paragraph.first; i < paragraph.end; i++) {
        contacts += is_contact(lines[i].text) ? 1 : 0;
        links += has_link(lines[i].text) ? 1 : 0;
    }
    /* Of a mail that is nothing else, it is the text. */
    return contacts > 0 && contacts + links >= 2 && paragraph.first > span.first ? paragraph.first : span.end;
}

/* Marks the signature at the end of span; returns what is left of it. */
static struct span strip_signature(struct sks_line *lines, struct span span, size_t top)
{
    span = trim(lines, span);
    size_t begin = find_delimited(lines, span, top);
    if (begin == span.end)
        begin = find_ruled(lines, span);
    if (begin == span.end)
        begin = find_bare(lines, span);
    mark(lines, (struct span){begin, span.end}, SKS_LINE_SIGNATURE);
    return trim(lines, (struct span){span.first, begin});
}

/* A footer may stand below the signature, above it, or both. */
#define ROUNDS 3

void sks_body_mark_tail(struct sks_line *lines, size_t count)
{
    size_t top = 0;
    while (top < count && (lines[top].blank || lines[top].kind != SKS_LINE_OWN))
        top++;
    /* Own words between quotations: the last of them has the tail; if it is nothing but tail, the one above, too. */
    for (size_t end = count; end > 0;) {
        if (lines[end - 1].kind != SKS_LINE_OWN || lines[end - 1].blank) {
            end--;
            continue;
        }
        size_t first = end;
        while (first > 0 && lines[first - 1].kind == SKS_LINE_OWN)
            first--;
        struct span span = {first, end};
        bool signed_already = false;
        for (int i = 0; i < ROUNDS && span.end > span.first; i++) {
            size_t before = span.end;
            span = strip_footers(lines, span);
            if (!signed_already && span.end > span.first) {
                size_t unsigned_end = span.end;
                span = strip_signature(lines, span, top);
                signed_already = span.end < unsigned_end;
            }
            if (span.end == before)
                break;
        }
        if (span.end > span.first)
            break;
        end = first;
    }
}

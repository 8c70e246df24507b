/* Numbers of a mail that a password is said to be. */
#include "password/described.h"

#include <string.h>

#include "password/token.h"

/* A number, or the part of it that is asked for. */
void describe_number(struct description *description, const char *digits, size_t count, double weight)
{
    unsigned wanted = description->digits;
    if (wanted == 0 && (description->last || description->first))
        wanted = 4;
    if (wanted == 0 || wanted == count) {
        describe_value(description, digits, count, weight);
    } else if (wanted < count && (description->last || description->first)) {
        describe_value(description, description->last ? digits + count - wanted : digits, wanted, weight);
    } else if (wanted < count) {
        describe_value(description, digits + count - wanted, wanted, weight * 0.6);
    }
}

/* How a number is marked before it, and whether a line asks for that kind. */
static const struct kind {
    const char *const asked[4], *const marked[6];
} kinds[] = {
    {{"fax", "ファックス", "ファクス"}, {"fax", "f:", "f ", "ファックス"}},
    {{"携帯", "mobile", "cell", "スマホ"}, {"携帯", "mobile", "cell", "m ", "m:"}},
    {{"直通", "direct"}, {"直通", "direct"}},
    {{"代表"}, {"代表"}},
};

/* 1 for a number that is marked as what the line asks for, less for another kind. */
static double kind_of_telephone(const char *text, const char *at, const char *line)
{
    double factor = 0.97;
    const char *before = at - MIN(at - text, 24), *bound = before;
    while (bound < at && (*bound & 0xC0) == 0x80)
        bound++;
    for (const char *p = bound; p < at; p++) /* the last mark alone counts: "TEL 1 FAX 2" */
        if (*p == '\n' || (g_ascii_isdigit(*p) && p + 3 < at && !g_ascii_isdigit(p[1])))
            bound = p + 1;
    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
        bool asked = false, marked = false;
        for (size_t i = 0; i < 4 && kinds[k].asked[i] != NULL; i++)
            asked |= strstr(line, kinds[k].asked[i]) != NULL;
        for (size_t i = 0; i < 6 && kinds[k].marked[i] != NULL; i++)
            marked |= words_in(bound, at, &kinds[k].marked[i], 1);
        if (asked && marked)
            return 1.05;
        if (marked && k < 2)
            factor = 0.9;
    }
    return factor;
}

/* One number: all of it, the part that is asked for, or what follows the area's code. */
static void describe_telephone(struct description *description, const char *line, const char *digits, size_t count,
                               size_t area, double weight)
{
    static const char *const without_area[] = {"市外局番を除", "市外局番を抜",      "市外局番な",
                                               "市外局番は除", "市外局番を含ま",    "without the area",
                                               "without area", "excluding the area"};
    if (ANY_OF(description, line, without_area) && area > 0 && area < count)
        describe_number(description, digits + area, count - area, weight * 1.05);
    describe_number(description, digits, count, weight);
}

static const char *const hyphenated[] = {"ハイフンあり", "ハイフン付",  "ハイフン含", "ハイフンを含む",
                                         "ハイフンも",   "with hyphen", "with dash",  "including hyphens"};

/* Runs of digits as telephone numbers are written: 03-1234-5678, +81 3 1234 5678, (03)1234-5678. */
void describe_telephones(struct description *description, const char *line)
{
    const char *text = description->text;
    unsigned found = 0;
    for (const char *at = text; *at != '\0' && found < 8;) {
        if (!g_ascii_isdigit(*at)) {
            at++;
            continue;
        }
        char digits[24];
        size_t count = 0, separators = 0, area = 0;
        const char *end = at;
        while ((g_ascii_isdigit(*end) || (*end != '\0' && strchr("-() .", *end) != NULL && separators < 5)) &&
               count < sizeof digits) {
            if (g_ascii_isdigit(*end))
                digits[count++] = *end;
            else if (separators++ == 0)
                area = count;
            end++;
        }
        bool postal = at - text >= 3 && memcmp(at - 3, "〒", 3) == 0;
        if (count >= 7 && count <= 13 && separators > 0 && !postal) {
            double weight = (count >= 9 ? 0.9 - 0.02 * found : 0.6) * kind_of_telephone(text, at, line);
            describe_telephone(description, line, digits, count, area, weight);
            while (end > at && !g_ascii_isdigit(end[-1]))
                end--;
            if (description->digits == 0 && !description->last)
                describe_value(description, at, (size_t)(end - at),
                               ANY_OF(description, line, hyphenated) ? 0.95 - 0.02 * found : 0.7);
            found++;
        }
        at = end;
    }
}

/* "内線 4402", "ext. 4410". */
void describe_extensions(struct description *description)
{
    static const char *const words[] = {"内線", "ext.", "extension"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        for (const char *at = description->text; (at = strstr(at, words[i])) != NULL;) {
            at += strlen(words[i]);
            at += strspn(at, " :.");
            size_t count = strspn(at, "0123456789");
            if (count >= 3 && count <= 6)
                describe_number(description, at, count, 0.88);
        }
}

/* "〒123-4567"; "YO1 7HH", as it is, without the blank, in small letters. */
void describe_postal_codes(struct description *description, const char *line)
{
    static const char *const marks[] = {"〒", "郵便番号"};
    const char *text = description->text;
    for (size_t m = 0; m < G_N_ELEMENTS(marks); m++)
        for (const char *at = text; (at = strstr(at, marks[m])) != NULL;) {
            char digits[8];
            size_t count = 0;
            at += strlen(marks[m]);
            at += strspn(at, " :");
            for (const char *p = at; count < 7 && (g_ascii_isdigit(*p) || *p == '-' || *p == ' '); p++)
                if (g_ascii_isdigit(*p))
                    digits[count++] = *p;
            if (count == 7)
                describe_number(description, digits, count, 0.92);
        }
    static const char *const small[] = {"lower", "small"}, *const spaced[] = {"with the space", "with space"};
    static gsize once;
    GRegex *regex = describe_regex(&once, "\\b([A-Z]{1,2}\\d[A-Z\\d]?) (\\d[A-Z]{2})\\b");
    GMatchInfo *match;
    if (g_regex_match(regex, description->plain, 0, &match)) {
        char *whole = g_match_info_fetch(match, 0), *out = g_match_info_fetch(match, 1),
             *in = g_match_info_fetch(match, 2);
        char *joined = g_strconcat(out, in, NULL), *lower = g_ascii_strdown(joined, -1);
        describe_value(description, joined, strlen(joined), 0.9);
        describe_value(description, lower, strlen(lower), ANY_OF(description, line, small) ? 0.95 : 0.8);
        describe_value(description, whole, strlen(whole), ANY_OF(description, line, spaced) ? 0.95 : 0.85);
        g_free(whole);
        g_free(out);
        g_free(in);
        g_free(joined);
        g_free(lower);
    }
    g_match_info_free(match);
}

/* "創業は1954年". */
void describe_founding(struct description *description)
{
    static gsize once;
    GRegex *regex = describe_regex(&once, "(?:創業|設立|創立|開業|founded|established)[^0-9\n]{0,16}(\\d{4})");
    GMatchInfo *match;
    if (g_regex_match(regex, description->text, 0, &match)) {
        char *year = g_match_info_fetch(match, 1);
        describe_value(description, year, strlen(year), 0.95);
        g_free(year);
    }
    g_match_info_free(match);
}

/* Runs of digits in a short text, the ones of the length asked for first; then the words with digits in them. */
void describe_numbers_of(struct description *description, const char *text, double weight)
{
    for (const char *at = text; *at != '\0';) {
        size_t count = strspn(at, "0123456789");
        if (count >= 2 && count <= 14)
            describe_number(description, at, count,
                            count == description->digits ? weight
                            : count >= 4                 ? weight * 0.95
                                                         : weight * 0.8);
        at += count > 0 ? count : 1;
    }
    for (const char *at = text; *at != '\0';) {
        if (g_ascii_strncasecmp(at, "no.", 3) == 0 || *at == '#')
            at += *at == '#' ? 1 : 3;
        size_t length = 0, digits = 0;
        for (; at[length] > ' ' && at[length] < 0x7f && strchr("()[]<>_,:", at[length]) == NULL; length++)
            digits += g_ascii_isdigit(at[length]) != 0;
        bool announced = g_ascii_strncasecmp(at, "pass", 4) == 0 || g_ascii_strncasecmp(at, "pw", 2) == 0;
        if (length > digits && digits > 0 && length <= 30)
            describe_value(description, at, length,
                           weight * (description->digits > 0 || description->numeric ? 0.7
                                     : announced                                     ? 0.9
                                                                                     : 0.97));
        at += length > 0 ? length : 1;
    }
}

static const char *const without_marks[] = {"ハイフンな",     "ハイフンを除",     "ハイフン抜",         "ハイフンは",
                                            "ハイフンを含ま", "without dash",     "without hyphen",     "no dash",
                                            "no hyphen",      "without the dash", "without the hyphen", "記号を除",
                                            "記号な",         "without space",    "スラッシュ"};
/* A number with marks in it: without them, if that or a part of it is asked for. */
void describe_whole_number(struct description *description, const char *line, const char *number)
{
    GString *bare = g_string_new(NULL), *digits = g_string_new(NULL);
    for (const char *at = number; *at != '\0'; at++) {
        if (g_ascii_isalnum(*at))
            g_string_append_c(bare, *at);
        if (g_ascii_isdigit(*at))
            g_string_append_c(digits, *at);
    }
    if (ANY_OF(description, line, without_marks) && description->digits == 0 && digits->len > 0)
        describe_value(description, bare->str, bare->len, 0.97);
    if (description->digits > 0 && description->digits < digits->len && (description->last || description->first))
        describe_number(description, digits->str, digits->len, 0.97);
    g_string_free(bare, TRUE);
    g_string_free(digits, TRUE);
}

static void read_labels(struct labels *labels, const char *text)
{
    static const char *const others[] = {"パス", "pass", "pw",     "tel",  "電話", "fax",   "mail", "http", "url",
                                         "日",   "date", "mobile", "cell", "携帯", "phone", "入室", "会議"};
    for (unsigned n = 0; *text != '\0' && n < MOST_LABELS; n++) {
        size_t length = strcspn(text, "\n");
        const char *begin = text + strspn(text, " \t-*");
        const char *colon = memchr(text, ':', length);
        text += length + (text[length] == '\n');
        if (colon == NULL || colon <= begin)
            continue;
        const char *end = colon;
        while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        while (begin < end && ((unsigned char)*begin & 0x80) != 0 && !g_unichar_isalpha(g_utf8_get_char(begin)))
            begin = g_utf8_next_char(begin);
        if (end - begin < 4 || end - begin > 40 || CONTAINS(begin, end, others))
            continue;
        labels->begins[labels->count] = begin;
        labels->ends[labels->count++] = end;
    }
}

/* What has a name on a line of its own, "お客様番号: 0077", where that name is what the description names. */
bool describe_labelled(struct description *description, const char *line)
{
    struct labels *labels = description->labels;
    bool found = false;
    if (!labels->read)
        read_labels(labels, description->text);
    labels->read = true;
    for (unsigned i = 0; i < labels->count; i++) {
        const char *begin = labels->begins[i], *end = labels->ends[i];
        if (memmem(line, strlen(line), begin, (size_t)(end - begin)) == NULL ||
            strncmp(line + strspn(line, " \t"), begin, (size_t)(end - begin) + 1) == 0)
            continue;
        char *label = g_strndup(begin, (size_t)(end - begin));
        describe_named_number(description, line, label);
        g_free(label);
        found = true;
    }
    return found;
}

/* "13:30" as 1330. */
void describe_times(struct description *description)
{
    for (const char *at = description->text; (at = strchr(at, ':')) != NULL; at++) {
        size_t before = 0;
        while (at - before > description->text && before < 3 && g_ascii_isdigit(at[-1 - (gssize)before]))
            before++;
        if (before < 1 || before > 2 || !g_ascii_isdigit(at[1]) || !g_ascii_isdigit(at[2]) || g_ascii_isdigit(at[3]))
            continue;
        char digits[4] = {before == 2 ? at[-2] : '0', at[-1], at[1], at[2]};
        describe_value(description, digits, sizeof digits, 0.96);
    }
}

/* What stands between a name and its number. */
static const char *skip_marks(const char *at)
{
    static const char *const marks[] = {" ",  ":",  "=", "#",  "№",  "no.", "no ", "-",
                                        "は", "\t", "(", "「", "【", "[",   "|",   "→"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (strncmp(at, marks[i], strlen(marks[i])) == 0) {
            at += strlen(marks[i]);
            i = (size_t)-1;
        }
    return at;
}

/* "請求書番号": the number that stands after these words elsewhere; without such a place, in the subject. */
void describe_named_number(struct description *description, const char *line, const char *word)
{
    for (const char *at = description->text; (at = strstr(at, word)) != NULL;) {
        at += strlen(word);
        const char *value = skip_marks(at);
        size_t length = 0;
        bool comma = false;
        while (token_is_typed(value[length]) &&
               (strchr(",)(]|", value[length]) == NULL ||
                (value[length] == ',' && length > 0 && g_ascii_isdigit(value[length - 1]) &&
                 g_ascii_isdigit(value[length + 1])))) {
            comma |= value[length] == ',';
            length++;
        }
        bool digits = false;
        for (size_t i = 0; i < length; i++)
            digits |= g_ascii_isdigit(value[i]);
        if (!digits || length > 40 || (value >= line && value < line + strlen(line)))
            continue;
        char *found = g_strndup(description->plain + (value - description->text), length);
        if (comma)
            describe_amounts(description);
        describe_whole_number(description, line, found);
        describe_numbers_of(description, found, 0.9);
        if (description->digits == 0 && !description->numeric && !comma)
            describe_value(description, found, strlen(found), 0.92);
        g_free(found);
    }
    describe_numbers_of(description, description->subject, 0.88);
}

/* "パスワードは議案番号です": any number that has a name, and stands beside that name elsewhere. */
bool describe_any_number(struct description *description, const char *line)
{
    static gsize once;
    static const char *const called[] = {"番号", " number", " no.", " id", " code"};
    if (!ANY_OF(description, line, called))
        return false;
    GRegex *regex = describe_regex(&once, "([^\\s、。「」()のはがを:]{1,8}番号)|([a-z]{3,}) (?:number|no\\.|id|code)");
    GMatchInfo *match;
    bool found = false;
    for (bool more = g_regex_match(regex, line, 0, &match); more && !found; more = g_match_info_next(match, NULL)) {
        char *japanese = g_match_info_fetch(match, 1), *english = g_match_info_fetch(match, 2);
        const char *word = japanese != NULL && *japanese != '\0' ? japanese : english;
        static const char *const others[] = {"電話", "暗証",   "郵便", "携帯", "解凍", "phone", "the",     "pass",
                                             "fax",  "mobile", "cell", "入室", "会議", "部屋",  "meeting", "room"};
        if (word != NULL && *word != '\0' && !ANY_OF(description, word, others) &&
            strstr(description->text, word) != NULL) {
            found = true;
            describe_named_number(description, line, word);
        }
        g_free(japanese);
        g_free(english);
    }
    g_match_info_free(match);
    return found;
}

/* "請求金額（カンマなし）": amounts of the text, their digits alone; "1,204.50" also without its cents. */
void describe_amounts(struct description *description)
{
    for (const char *at = description->text; *at != '\0';) {
        size_t length = strspn(at, "0123456789,");
        size_t cents = length > 0 && at[length] == '.' ? strspn(at + length + 1, "0123456789") : 0;
        if (length >= 4 && (g_str_has_prefix(at + length, "円") || g_str_has_prefix(at + length, " 円") ||
                            memchr(at, ',', length) != NULL || cents == 2)) {
            char digits[24];
            size_t count = 0;
            for (size_t i = 0; i < length && count < 20; i++)
                if (at[i] != ',')
                    digits[count++] = at[i];
            describe_number(description, digits, count, 0.85);
            if (cents == 2) {
                memcpy(digits + count, at + length + 1, 2);
                describe_number(description, digits, count + 2, 0.9);
            }
        }
        at += length > 0 ? length : 1;
    }
}

/*
 * Passwords that are described: the day's date in so many digits, the last digits of a telephone number, a number that
 * stands in the subject or the file's name. What can't be derived from the mail (an employee number, "the usual one")
 * is noted as such.
 *
 * A description names a source ("today's date", "our telephone number") and how much of it ("8 digits", "the last
 * four"). Each source gives whole values; of each the part that is asked for becomes a candidate.
 */
#include "password/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"
#include "password/words.h"
#include "sekisho/limits.h"

/* Lines taken for descriptions; each may search the whole text. */
#define DESCRIPTIONS 40u

static const char *const announcing[] = {"パス",   "暗証", "pw",   "pass", "鍵",   "キー",   "key",    "code",
                                         "コード", "pin",  "開く", "開け", "解凍", "合言葉", "unlock", "open"};
static const char *const today[] = {"本日",
                                    "今日",
                                    "当日",
                                    "送信日",
                                    "送付日",
                                    "発信日",
                                    "発送日",
                                    "メール送信日",
                                    "メールの日付",
                                    "送信した日",
                                    "today",
                                    "sending date",
                                    "date of this",
                                    "date sent",
                                    "current date",
                                    "this mail's date",
                                    "date of the mail",
                                    "sent date",
                                    "day of sending",
                                    "date of sending",
                                    "was sent",
                                    "of this email",
                                    "メールの送信"};
static const char *const yesterday[] = {"昨日", "前日", "yesterday"};
static const char *const tomorrow[] = {"明日", "翌日", "tomorrow"};
static const char *const events[] = {"開催日",   "会議の日",   "会議日",     "打合せの日", "打ち合わせの日",
                                     "締切",     "期限",       "納期",       "発行日",     "当日の",
                                     "実施日",   "面接の日",   "meeting",    "event",      "deadline",
                                     "due date", "issue date", "day of the", "conference"};
static const char *const year[] = {"今年の西暦", "西暦の年", "今年", "this year", "current year"};
static const char *const date_words[] = {"日付", "年月日", "月日", "西暦",  "桁",   "yyyymmdd",
                                         "mmdd", "ddmm",   "date", "digit", "日の", "日です"};
static const char *const telephone[] = {"電話",     "内線",       "tel",      "phone",     "携帯", "fax",
                                        "番号の下", "ファックス", "代表番号", "extension", "直通"};
static const char *const postal[] = {"郵便番号", "postal code", "zip code of", "postcode", "post code"};
static const char *const file_name[] = {"ファイル名",  "ファイルの名前",   "file name",
                                        "filename",    "name of the file", "name of the attachment",
                                        "file's name", "添付の名前",       "ファイル名称"};
static const char *const subject_words[] = {"件名", "題名", "タイトル", "subject"};
static const char *const numbered[] = {
    "請求書番号", "見積番号",         "見積書番号",      "注文番号",        "発注番号",        "受注番号",
    "予約番号",   "受付番号",         "管理番号",        "伝票番号",        "文書番号",        "通知書番号",
    "整理番号",   "問い合わせ番号",   "問合せ番号",      "お問合せ番号",    "案件番号",        "会議番号",
    "契約番号",   "図面番号",         "論文番号",        "invoice number",  "invoice no",      "order number",
    "order no",   "reference number", "case number",     "quote number",    "ticket number",   "booking number",
    "ref number", "reference no",     "contract number", "tracking number", "document number", "purchase order",
};
static const char *const theirs[] = {"貴社", "御社",   "貴殿",   "貴方",     "お客様の", "貴学",
                                     "貴校", "貴団体", "貴部署", "あなたの", "your "};
static const char *const unknown[] = {
    "社員番号",        "職員番号",      "従業員番号",
    "生年月日",        "誕生日",        "いつもの",
    "いつもと同じ",    "前回と同じ",    "前回同様",
    "前回の",          "従来と同じ",    "従来どおり",
    "従来通り",        "従前",          "先月と同じ",
    "先週と同じ",      "昨年と同じ",    "例の",
    "事前にお知らせ",  "事前にお伝え",  "会員番号",
    "お客様番号",      "御社名",        "貴社名",
    "会社名",          "ローマ字",      "共通の",
    "お約束の",        "取り決め",      "学籍番号",
    "口座番号",        "the usual",     "as usual",
    "usual password",  "same as last",  "same as before",
    "same password",   "same one",      "last time",
    "employee number", "staff number",  "birthday",
    "date of birth",   "member number", "membership number",
    "we agreed",       "agreed on",     "customer number",
    "account number",  "your surname",  "your name",
    "student number",  "told you",      "you know",
};

struct description {
    struct candidates *candidates;
    const struct sks_password_source *source;
    const char *text;    /* all of it, NFKC, lower case */
    const char *subject; /* as it is written, NFKC */
    unsigned digits;     /* asked for; 0: not said */
    bool last, first;    /* of a longer number */
    bool asked;          /* a source is named */
    bool derived;        /* … and gave something */
    bool announced;      /* the line itself speaks of a password */
};

/* Compiled once, and never freed. */
static GRegex *compiled(gsize *once, const char *pattern)
{
    if (g_once_init_enter(once))
        g_once_init_leave(once, (gsize)g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL));
    return (GRegex *)*once;
}

#define ANY(line, words) CONTAINS((line), (line) + strlen(line), words)

static void add(struct description *description, const char *value, size_t length, double weight)
{
    candidates_add(description->candidates, value, length, weight, true);
    description->derived = true;
}

/* "8桁", "下4桁", "八桁", "four digits", "last 4", "末尾の三文字". */
static void read_extent(struct description *description, const char *line)
{
    static const char *const words[][3] = {
        {"", "", ""},       {"一", "one", ""}, {"二", "two", ""},   {"三", "three", ""}, {"四", "four", ""},
        {"五", "five", ""}, {"六", "six", ""}, {"七", "seven", ""}, {"八", "eight", ""}, {"九", "nine", ""}};
    static const char *const units[] = {"桁",     "けた",   "ケタ",     "文字",   "digit",
                                        " digit", "-digit", "つの数字", "figure", " figure"};
    static const char *const lasts[] = {"下", "末尾", "最後", "last", "final", "後ろ"};
    static const char *const firsts[] = {"上", "先頭", "最初", "first", "頭"};
    for (size_t u = 0; u < G_N_ELEMENTS(units) && description->digits == 0; u++) {
        for (const char *at = line; (at = strstr(at, units[u])) != NULL && description->digits == 0; at++) {
            /* "年は下2桁" speaks of the year alone. */
            if (at > line && g_ascii_isdigit(at[-1]) &&
                !(at - line >= 10 && g_strstr_len(at - MIN(at - line, 16), MIN(at - line, 16), "年") != NULL &&
                  at[-1] == '2'))
                description->digits = (unsigned)(at[-1] - '0');
            for (unsigned n = 1; n < G_N_ELEMENTS(words) && description->digits == 0; n++)
                for (unsigned w = 0; w < 2; w++) {
                    size_t length = strlen(words[n][w]);
                    if ((size_t)(at - line) >= length && memcmp(at - length, words[n][w], length) == 0)
                        description->digits = n;
                }
        }
    }
    description->last = ANY(line, lasts);
    description->first = ANY(line, firsts) && !description->last;
    const char *last = strstr(line, "last ");
    if (description->digits == 0 && last != NULL && g_ascii_isdigit(last[5]))
        description->digits = (unsigned)(last[5] - '0');
    if (description->digits == 0 && (strstr(line, "yyyymmdd") != NULL || strstr(line, "西暦年月日") != NULL))
        description->digits = 8;
    if (description->digits == 0 && (strstr(line, "yymmdd") != NULL))
        description->digits = 6;
    if (description->digits == 0 &&
        (strstr(line, "mmdd") != NULL || strstr(line, "month and day") != NULL || strstr(line, "月日") != NULL) &&
        strstr(line, "年月日") == NULL)
        description->digits = 4;
}

/* "例：0401" shows how many digits it has. */
static void read_example(struct description *description, const char *line)
{
    static const char *const words[] = {"例:",   "例 :",   "例)",          "例えば",
                                        "e.g. ", "e.g., ", "for example ", "for example, "};
    for (size_t i = 0; i < G_N_ELEMENTS(words) && description->digits == 0; i++) {
        const char *at = strstr(line, words[i]);
        if (at == NULL)
            continue;
        at += strlen(words[i]);
        at += strspn(at, " :");
        size_t count = strspn(at, "0123456789");
        if (count >= 4 && count <= 8)
            description->digits = (unsigned)count;
    }
}

/* A number, or the part of it that is asked for. */
static void add_number(struct description *description, const char *digits, size_t count, double weight)
{
    unsigned wanted = description->digits;
    if (wanted == 0 && (description->last || description->first))
        wanted = 4;
    if (wanted == 0 || wanted == count) {
        add(description, digits, count, weight);
    } else if (wanted < count && (description->last || description->first)) {
        add(description, description->last ? digits + count - wanted : digits, wanted, weight);
    } else if (wanted < count) {
        add(description, digits + count - wanted, wanted, weight * 0.6);
    }
}

/* ---- Dates ---- */

static const char day_month_year[] = "%d%m%Y", month_day[] = "%m%d", day_month[] = "%d%m", year_month[] = "%Y%m",
                  short_date[] = "%y%m%d", whole_date[] = "%Y%m%d", month_day_year[] = "%m%d%Y";

/* The order of day, month and year that a line asks for; NULL: none. */
static const char *asked_form(const char *line)
{
    static const struct {
        const char *words, *form;
    } forms[] = {{"ddmmyyyy", day_month_year}, {"ddmm", day_month},
                 {"mmddyyyy", month_day_year}, {"yyyymmdd", whole_date},
                 {"yymmdd", short_date},       {"yyyymm", year_month},
                 {"mmdd", month_day},          {"day and month", day_month},
                 {"month and day", month_day}, {"year and month", year_month},
                 {"年と月", year_month},       {"年月日", NULL},
                 {"年月", year_month},         {"今月", year_month},
                 {"this month", year_month}};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
        if (strstr(line, forms[i].words) != NULL)
            return forms[i].form;
    return NULL;
}

static void add_date(struct description *description, GDateTime *date, const char *line, double weight)
{
    const char *form = asked_form(line);
    static const struct {
        const char *format;
        unsigned digits;
    } formats[] = {{whole_date, 8}, {month_day, 4},  {short_date, 6},     {day_month_year, 8},
                   {year_month, 6}, {"%Y-%m-%d", 0}, {"%Y/%m/%d", 0},     {"%Y", 4},
                   {day_month, 4},  {"%d%m%y", 6},   {month_day_year, 8}, {"%m%d%y", 6}};
    for (size_t i = 0; date != NULL && i < G_N_ELEMENTS(formats); i++) {
        char *value = g_date_time_format(date, formats[i].format);
        bool fits = description->digits != 0 && formats[i].digits == description->digits;
        double share = form == formats[i].format ? 1.02 : fits ? 1 - 0.01 * (double)i : 0.9 - 0.07 * (double)i;
        add(description, value, strlen(value), weight * share);
        g_free(value);
    }
    /* Years of Reiwa: 2019 is 1. */
    if (date != NULL && (strstr(line, "和暦") != NULL || strstr(line, "令和") != NULL)) {
        int years = g_date_time_get_year(date) - 2018;
        char *value =
            g_strdup_printf("%02d%02d%02d", years, g_date_time_get_month(date), g_date_time_get_day_of_month(date));
        char *letter = g_strdup_printf("R%s", value);
        add(description, value, strlen(value), weight);
        add(description, letter, strlen(letter), weight * 0.98);
        g_free(letter);
        g_free(value);
    }
}

static void add_days(struct description *description, const char *line, int days)
{
    const struct sks_password_source *source = description->source;
    if (source->time <= 0)
        return;
    const int zones[] = {source->zone, 9 * 60, 0}; /* the writer's day, Japan's, the gateway's */
    for (size_t i = 0; i < G_N_ELEMENTS(zones); i++) {
        GDateTime *date = g_date_time_new_from_unix_utc(source->time + zones[i] * 60 + days * 86400);
        add_date(description, date, line, 0.95 - 0.02 * (double)i);
        if (date != NULL)
            g_date_time_unref(date);
    }
}

/* The dates that the text tells: "5月20日", "2026/5/20", "5/20", "20 May 2026", "May 20". */
static void add_dates_told(struct description *description, const char *text, const char *line)
{
    static const char months[] = "jan feb mar apr may jun jul aug sep oct nov dec";
    static gsize once;
    GRegex *regex =
        compiled(&once, "(?:(\\d{4})[年/.-] ?)?(\\d{1,2})[月/.-] ?(\\d{1,2})日?"
                        "|(\\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
                        "|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\\d{1,2})");
    GDateTime *sent = g_date_time_new_from_unix_utc(description->source->time + description->source->zone * 60);
    GMatchInfo *match;
    bool more = g_regex_match(regex, text, 0, &match);
    for (unsigned n = 0; more && n < 6; n++, more = g_match_info_next(match, NULL)) {
        char *part[8];
        for (int i = 0; i < 8; i++)
            part[i] = g_match_info_fetch(match, i);
        char *name = part[5] != NULL && *part[5] != '\0' ? part[5] : part[6];
        bool named = name != NULL && *name != '\0';
        int month = named ? (int)(strstr(months, name) - months) / 4 + 1 : atoi(part[2]);
        int day = atoi(!named ? part[3] : *part[5] != '\0' ? part[4] : part[7]);
        int years = part[1] != NULL && *part[1] != '\0' ? atoi(part[1]) : g_date_time_get_year(sent);
        GDateTime *date = g_date_time_new_utc(years, month, day, 0, 0, 0);
        if (date != NULL) {
            add_date(description, date, line, 0.9 - 0.02 * n);
            g_date_time_unref(date);
        }
        for (int i = 0; i < 8; i++)
            g_free(part[i]);
    }
    g_match_info_free(match);
    g_date_time_unref(sent);
}

static void add_year(struct description *description)
{
    GDateTime *date = g_date_time_new_from_unix_utc(description->source->time + description->source->zone * 60);
    char *value = date != NULL && description->source->time > 0 ? g_date_time_format(date, "%Y") : NULL;
    if (value != NULL)
        add(description, value, 4, 0.9);
    g_free(value);
    if (date != NULL)
        g_date_time_unref(date);
}

/* ---- Numbers that stand elsewhere ---- */

/* Runs of digits as telephone numbers are written: 03-1234-5678, +81 3 1234 5678, (03)1234-5678. */
static void add_telephones(struct description *description, const char *text)
{
    unsigned found = 0;
    for (const char *at = text; *at != '\0' && found < 8;) {
        if (!g_ascii_isdigit(*at)) {
            at++;
            continue;
        }
        char digits[24];
        size_t count = 0, separators = 0;
        const char *end = at;
        while ((g_ascii_isdigit(*end) || (*end != '\0' && strchr("-() .", *end) != NULL && separators < 5)) &&
               count < sizeof digits) {
            if (g_ascii_isdigit(*end))
                digits[count++] = *end;
            else
                separators++;
            end++;
        }
        if (count >= 7 && count <= 13 && separators > 0) {
            add_number(description, digits, count, count >= 9 ? 0.9 - 0.02 * found : 0.6);
            while (end > at && !g_ascii_isdigit(end[-1]))
                end--;
            if (description->digits == 0 && !description->last)
                add(description, at, (size_t)(end - at), 0.7);
            found++;
        }
        at = end;
    }
}

/* "内線 4402", "ext. 4410". */
static void add_extensions(struct description *description)
{
    static const char *const words[] = {"内線", "ext.", "extension"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        for (const char *at = description->text; (at = strstr(at, words[i])) != NULL;) {
            at += strlen(words[i]);
            at += strspn(at, " :.");
            size_t count = strspn(at, "0123456789");
            if (count >= 3 && count <= 6)
                add_number(description, at, count, 0.88);
        }
}

/* "〒123-4567". */
static void add_postal_codes(struct description *description, const char *text)
{
    static const char *const marks[] = {"〒", "郵便番号"};
    for (size_t m = 0; m < G_N_ELEMENTS(marks); m++)
        for (const char *at = text; (at = strstr(at, marks[m])) != NULL;) {
            char digits[8];
            size_t count = 0;
            at += strlen(marks[m]);
            at += strspn(at, " :は");
            for (const char *p = at; count < 7 && (g_ascii_isdigit(*p) || *p == '-' || *p == ' '); p++)
                if (g_ascii_isdigit(*p))
                    digits[count++] = *p;
            if (count == 7)
                add_number(description, digits, count, 0.92);
        }
}

/* Runs of digits in a short text, the ones of the length asked for first; then the words with digits in them. */
static void add_numbers_of(struct description *description, const char *text, double weight)
{
    for (const char *at = text; *at != '\0';) {
        size_t count = strspn(at, "0123456789");
        if (count >= 2 && count <= 14)
            add_number(description, at, count,
                       count == description->digits ? weight
                       : count >= 4                 ? weight * 0.95
                                                    : weight * 0.8);
        at += count > 0 ? count : 1;
    }
    for (const char *at = text; *at != '\0';) {
        size_t length = 0, digits = 0;
        for (; at[length] > ' ' && at[length] < 0x7f && strchr("()[]<>_,:", at[length]) == NULL; length++)
            digits += g_ascii_isdigit(at[length]) != 0;
        if (length > digits && digits > 0 && length <= 30)
            add(description, at, length, weight * (description->digits == 0 ? 0.94 : 0.7));
        at += length > 0 ? length : 1;
    }
}

static void add_file_names(struct description *description, const char *line)
{
    static const char *const whole[] = {"同じ",       "同一", "そのまま", "same as", "拡張子", "is the file name",
                                        "is the name"};
    const char *const *names = description->source->file_names;
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        char *plain = sks_unicode_nfkc(names[i], strnlen(names[i], SKS_LIMIT_FILE_NAME_SIZE));
        char *point = strrchr(plain, '.');
        if (point != NULL)
            *point = '\0';
        add_numbers_of(description, plain, 0.92);
        if (*plain != '\0')
            add(description, plain, strlen(plain), ANY(line, whole) ? 0.95 : 0.6);
        g_free(plain);
    }
}

/* "請求書番号": the number that stands after these words elsewhere; without such a place, in the subject. */
static void add_named_number(struct description *description, const char *line, const char *word)
{
    static const char *const marks = " :=#№no.-は\t";
    for (const char *at = description->text; (at = strstr(at, word)) != NULL;) {
        at += strlen(word);
        const char *value = at + strspn(at, marks);
        size_t length = strcspn(value, " \t\r\n,)(");
        bool digits = false;
        for (size_t i = 0; i < length; i++)
            digits |= g_ascii_isdigit(value[i]);
        if (!digits || length > 40 || (value >= line && value < line + strlen(line)))
            continue;
        char *found = g_strndup(value, length);
        add_numbers_of(description, found, 0.9);
        g_free(found);
    }
    add_numbers_of(description, description->subject, 0.88);
}

/* "パスワードは議案番号です": any number that has a name, and stands beside that name elsewhere. */
static bool add_any_number(struct description *description, const char *line)
{
    static gsize once;
    GRegex *regex = compiled(&once, "([^\\s、。「」()のはがを:]{1,8}番号)|([a-z]{3,}) (?:number|no\\.|id|code)");
    GMatchInfo *match;
    bool found = false;
    for (bool more = g_regex_match(regex, line, 0, &match); more && !found; more = g_match_info_next(match, NULL)) {
        char *japanese = g_match_info_fetch(match, 1), *english = g_match_info_fetch(match, 2);
        const char *word = japanese != NULL && *japanese != '\0' ? japanese : english;
        static const char *const others[] = {"電話", "暗証", "郵便", "携帯", "解凍", "phone", "the", "pass", "fax"};
        if (word != NULL && *word != '\0' && !ANY(word, others) && strstr(description->text, word) != NULL) {
            found = true;
            add_named_number(description, line, word);
        }
        g_free(japanese);
        g_free(english);
    }
    g_match_info_free(match);
    return found;
}

/* "請求金額（カンマなし）": amounts of the text, their digits alone. */
static void add_amounts(struct description *description)
{
    for (const char *at = description->text; *at != '\0';) {
        size_t length = strspn(at, "0123456789,");
        if (length >= 4 && (g_str_has_prefix(at + length, "円") || g_str_has_prefix(at + length, " 円") ||
                            memchr(at, ',', length) != NULL)) {
            char digits[20];
            size_t count = 0;
            for (size_t i = 0; i < length && count < sizeof digits; i++)
                if (at[i] != ',')
                    digits[count++] = at[i];
            add_number(description, digits, count, 0.85);
        }
        at += length > 0 ? length : 1;
    }
}

/* The day or the month by its English name. */
static void add_names_of_day(struct description *description, bool month)
{
    GDateTime *date = g_date_time_new_from_unix_utc(description->source->time + description->source->zone * 60);
    static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    if (date == NULL)
        return;
    const char *name = month ? months[g_date_time_get_month(date) - 1] : days[g_date_time_get_day_of_week(date) - 1];
    char *lower = g_ascii_strdown(name, -1), *upper = g_ascii_strup(name, -1);
    add(description, lower, strlen(lower), 0.9);
    add(description, name, strlen(name), 0.88);
    add(description, upper, strlen(upper), 0.8);
    add(description, lower, 3, 0.7);
    g_free(lower);
    g_free(upper);
    g_date_time_unref(date);
}

/* "minato + 本日の日付": what is written before or after what was derived from the line. */
static void add_composed(struct description *description, const char *line, guint from)
{
    GArray *items = description->candidates->items;
    static gsize once;
    GRegex *regex =
        compiled(&once, "([!-*,-~]{2,20})[」』\"' ]* ?(?:\\+|プラス|と|followed by|plus|のあとに|の後に) ?[「『\"']*"
                        "|(?:\\+|プラス|と|followed by|plus|のあとに|の後に) ?[「『\"']*([!-*,-~]{2,20})");
    GMatchInfo *match;
    guint count = items->len;
    if (g_regex_match(regex, line, 0, &match)) {
        char *before = g_match_info_fetch(match, 1), *after = g_match_info_fetch(match, 2);
        for (guint i = from; i < count && i < from + 8; i++) {
            const struct sks_password item = g_array_index(items, struct sks_password, i);
            char *whole = after != NULL && *after != '\0' ? g_strconcat(item.value, after, NULL)
                                                          : g_strconcat(before, item.value, NULL);
            candidates_add(description->candidates, whole, strlen(whole), item.weight * 1.02, true);
            g_free(whole);
        }
        g_free(before);
        g_free(after);
    }
    g_match_info_free(match);
}

/* ---- A line ---- */

static void describe_dates(struct description *description, const char *line)
{
    bool dated = ANY(line, date_words);
    const struct {
        const char *const *words;
        size_t count;
        int days;
    } days[] = {{today, G_N_ELEMENTS(today), 0},
                {yesterday, G_N_ELEMENTS(yesterday), -1},
                {tomorrow, G_N_ELEMENTS(tomorrow), 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(days) && dated; i++)
        if (words_in(line, line + strlen(line), days[i].words, days[i].count)) {
            description->asked = true;
            add_days(description, line, days[i].days);
        }
    if (dated && !description->asked && (ANY(line, events) || strstr(line, "日") != NULL)) {
        description->asked = true;
        add_dates_told(description, description->text, line);
        if (strstr(line, "日付") != NULL && description->digits > 0)
            add_days(description, line, 0);
    }
    if (dated && ANY(line, subject_words))
        add_dates_told(description, description->subject, line);
    if (ANY(line, year) && !description->derived && description->digits == 4) {
        description->asked = true;
        add_year(description);
    }
    static const char *const weekdays[] = {"曜日", "weekday", "day of the week"};
    static const char *const monthly[] = {"今月の英語", "月の英語", "name of the month", "month's name"};
    if (ANY(line, weekdays) || ANY(line, monthly)) {
        description->asked = true;
        add_names_of_day(description, ANY(line, monthly));
    }
}

/* Telephones, extensions, postal codes. */
static void describe_contacts(struct description *description, const char *line)
{
    static const char *const numbers[] = {"番号", "number"}, *const extensions[] = {"内線番号", "extension"};
    if (ANY(line, telephone) &&
        (description->last || description->first || description->digits > 0 || ANY(line, numbers))) {
        description->asked = true;
        add_telephones(description, description->text);
    }
    if (ANY(line, extensions)) {
        description->asked = true;
        add_extensions(description);
    }
    if (ANY(line, postal)) {
        description->asked = true;
        add_postal_codes(description, description->text);
    }
}

/* Numbers of documents, in the file's name, the subject or the text; amounts. */
static void describe_numbers(struct description *description, const char *line)
{
    bool named = false;
    if (ANY(line, file_name) && !description->derived) {
        description->asked = true;
        add_file_names(description, line);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(numbered) && !named; i++)
        if (strstr(line, numbered[i]) != NULL) {
            named = description->asked = true;
            add_named_number(description, line, numbered[i]);
        }
    if (ANY(line, subject_words) && !named)
        add_numbers_of(description, description->subject, 0.88);
    static const char *const amounts[] = {"金額", "合計額", "総額", "amount", "total"};
    if (!description->asked && description->announced && ANY(line, amounts)) {
        description->asked = true;
        add_amounts(description);
    }
    if (!description->asked && description->announced && add_any_number(description, line))
        description->asked = true;
}

static void describe_line(struct description *description, const char *line)
{
    guint from = description->candidates->items->len;
    description->digits = 0;
    description->derived = description->asked = false;
    read_extent(description, line);
    read_example(description, line);
    describe_dates(description, line);
    describe_contacts(description, line);
    describe_numbers(description, line);
    if (description->derived)
        add_composed(description, line, from);
    bool foreign = description->asked && ANY(line, theirs);
    if ((description->asked && !description->derived) || foreign || ANY(line, unknown))
        description->candidates->underivable = true;
}

void find_described(struct candidates *candidates, const struct sks_password_source *source)
{
    if (source->text == NULL)
        return;
    GString *whole = g_string_new_len(source->text, (gssize)strnlen(source->text, SKS_LIMIT_PASSWORD_TEXT));
    g_string_append_c(whole, '\n');
    if (source->signature != NULL)
        g_string_append_len(whole, source->signature, (gssize)strnlen(source->signature, SKS_LIMIT_PASSWORD_TEXT));
    char *plain = sks_unicode_nfkc(whole->str, whole->len), *lower = g_ascii_strdown(plain, -1);
    const char *given = source->subject != NULL ? source->subject : "";
    char *subject = sks_unicode_nfkc(given, strnlen(given, SKS_LIMIT_PASSWORD_TEXT));
    char **lines = g_strsplit(lower, "\n", 2000);
    struct description description = {.candidates = candidates, .source = source, .text = lower, .subject = subject};
    unsigned announced = 0; /* lines for which the word still holds */
    unsigned described = 0;
    for (size_t i = 0; lines[i] != NULL && described < DESCRIPTIONS; i++) {
        if (lines[i][strspn(lines[i], " \t\r")] == '\0')
            continue;
        /* The description may stand on the lines after the word. */
        bool here = ANY(lines[i], announcing);
        announced = here ? 3 : announced;
        description.announced = here;
        if (announced > 0) {
            describe_line(&description, lines[i]);
            described += description.asked;
        }
        announced -= announced > 0;
    }
    g_strfreev(lines);
    g_free(subject);
    g_free(lower);
    g_free(plain);
    g_string_free(whole, TRUE);
}

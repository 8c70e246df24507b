/*
 * Passwords that are described: the day's date in so many digits, the last digits of a telephone number, a number that
 * stands in the subject or the file's name. What can't be derived from the mail (an employee number, "the usual one")
 * is noted as such.
 *
 * A description names a source ("today's date", "our telephone number") and how much of it ("8 digits", "the last
 * four"). Each source gives whole values; of each the part that is asked for becomes a candidate.
 */
#include "password/described.h"
#include "password/item.h"

#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"
#include "sekisho/limits.h"

/* Lines taken for descriptions; each may search the whole text. */
#define DESCRIPTIONS 40u

/* The weight of a password that is clearly written out. */
#define TOLD_LEAST   0.5
#define CLEARLY_TOLD 0.8

static const char *const announcing[] = {"パス",   "暗証", "pw",   "pass", "鍵",   "キー",   "key",    "code",
                                         "コード", "pin",  "開く", "開け", "解凍", "合言葉", "unlock", "open"};
/* … these only where no password is written out, */
static const char *const opening[] = {"開封",    "入力",      "復号",    "閲覧",   "enter",     "保護",   "ロック",
                                      "locked",  "protected", "開き",    "展開",   "文字列",    "カギ",   "解除",
                                      "暗号",    "ご覧",      "secured", "zip",    "encrypted", "secret", "type in",
                                      "use the", "ご利用",    "ご使用",  "使って", "お使い"};
/* … and in a text that speaks of no password, only these. */
static const char *const unlocking[] = {"開く", "開け", "開封",   "解凍",   "復号",      "閲覧",
                                        "解除", "暗証", "合言葉", "unlock", "opens with"};
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
                                    "送った日",
                                    "date of the email",
                                    "date of the e-mail",
                                    "date of the message",
                                    "date of this",
                                    "date on this",
                                    "date on the",
                                    "date sent",
                                    "current date",
                                    "current month",
                                    "this month",
                                    "今月",
                                    "送信月",
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
static const char *const year[] = {"今年の西暦", "西暦の年",     "今年",         "this year",    "current year",
                                   "the year",   "present year", "year in four", "year of this", "西暦4桁",
                                   "西暦下",     "西暦の下",     "西暦4桁",      "年の4桁",      "年号"};
static const char *const date_words[] = {
    "日付", "年月日", "月日", "西暦",  "桁",   "yyyymmdd", "mmyy",    "yyyymm",  "month and year", "ddmm",
    "mmdd", "ddmm",   "date", "digit", "日の", "日です",   "yyyy/mm", "yyyy-mm", "yyyy.mm"};
static const char *const day_words[] = {"日付", "年月日", "月日", "西暦",  "桁",   "yyyy",  "mmdd",
                                        "ddmm", "mmyy",   "date", "digit", "数字", "日です"};
static const char *const telephone[] = {"電話",        "内線",       "tel",      "phone",     "携帯",     "fax",
                                        "番号の下",    "ファックス", "mobile",   "cell",      "ケータイ", "スマホ",
                                        "direct line", "連絡先",     "代表番号", "extension", "直通"};
static const char *const postal[] = {"郵便番号", "postal code", "zip code of", "postcode", "post code", "zip code"};
static const char *const file_name[] = {"ファイル名",  "ファイルの名前",   "file name",
                                        "filename",    "name of the file", "name of the attachment",
                                        "file's name", "添付の名前",       "ファイル名称"};
static const char *const subject_words[] = {"件名", "表題", "題名", "タイトル", "subject"};
static const char *const digits_alone[] = {"数字部分",    "数字のみ",  "数字だけ",    "numeric",
                                           "digits only", "digits of", "numbers only"};
static const char *const founded[] = {"創業", "設立", "創立", "開業", "founded", "established"};
static const char *const mailbox[] = {
    "@より",        "@の前",         "@前",      "@以",        "before the @", "part of my e-mail", "part of my mail",
    "アドレスの前", "担当者名",      "担当名",   "my surname", "my last name", "sender's name",     "送信者の苗字",
    "送信者名",     "my first name", "私の苗字", "私の名字",   "差出人の苗字"};
static const char *const company[] = {
    "弊社名",      "当社名",        "社名", "会社名", "弊所名", "company name", "name of our company",
    "our company", "company's name"};
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

/* Compiled once, and never freed; not to machine code, which no worker may make. */
GRegex *describe_regex(gsize *once, const char *pattern)
{
    if (g_once_init_enter(once))
        g_once_init_leave(once, (gsize)g_regex_new(pattern, 0, 0, NULL));
    return (GRegex *)*once;
}

bool describe_has(const struct description *description, const char *line, const char *const *words, size_t count)
{
    const struct words_present *present = words_find(description->looked, words, count);
    if (present->count == 0)
        return false;
    const char *end = line + strlen(line);
    if (line < description->lines || line > description->lines + description->looked->size)
        return words_in(line, end, words, count);
    return words_within(present, (size_t)(line - description->lines), (size_t)(end - description->lines));
}

void describe_value(struct description *description, const char *value, size_t length, double weight)
{
    candidates_add(description->candidates, value, length, description->told ? weight * 0.9 : weight, true);
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
    static const char *const forms[] = {"last ",  "yyyymmdd", "ddmmyyyy", "mmddyyyy",      "西暦年月日", "yymmdd",
                                        "ddmmyy", "mmddyy",   "mmdd",     "month and day", "月日"};
    bool counted = ANY_OF(description, line, units);
    for (size_t u = 0; u < G_N_ELEMENTS(units) && counted && description->digits == 0; u++) {
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
    description->last = ANY_OF(description, line, lasts);
    description->first = ANY_OF(description, line, firsts) && !description->last;
    if (description->digits != 0 || !ANY_OF(description, line, forms))
        return;
    const char *last = strstr(line, "last ");
    if (description->digits == 0 && last != NULL && g_ascii_isdigit(last[5]))
        description->digits = (unsigned)(last[5] - '0');
    if (description->digits == 0 && (strstr(line, "yyyymmdd") != NULL || strstr(line, "ddmmyyyy") != NULL ||
                                     strstr(line, "mmddyyyy") != NULL || strstr(line, "西暦年月日") != NULL))
        description->digits = 8;
    if (description->digits == 0 &&
        (strstr(line, "yymmdd") != NULL || strstr(line, "ddmmyy") != NULL || strstr(line, "mmddyy") != NULL))
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
    bool any = ANY_OF(description, line, words);
    for (size_t i = 0; i < G_N_ELEMENTS(words) && any && description->digits == 0; i++) {
        const char *at = strstr(line, words[i]);
        if (at == NULL)
            continue;
        at += strlen(words[i]);
        at += strspn(at, " :");
        const char *arrow = strstr(at, "→"); /* "5/1→0501" */
        if (arrow != NULL && arrow - at < 24)
            at = arrow + strlen("→");
        size_t count = strspn(at, "0123456789");
        if (count >= 4 && count <= 8)
            description->digits = (unsigned)count;
    }
}

/* ---- Dates ---- */

static const char year_alone[] = "%Y";
static const char month_year[] = "%m%Y", month_year_short[] = "%m%y", year_month_short[] = "%y%m";
static const char day_month_short[] = "%d%m%y", month_day_short[] = "%m%d%y", dashed[] = "%Y-%m-%d",
                  slashed[] = "%Y/%m/%d", day_dashed[] = "%d-%m-%Y", day_slashed[] = "%d/%m/%Y",
                  month_slashed[] = "%m/%d/%Y";
static const char day_month_year[] = "%d%m%Y", month_day[] = "%m%d", day_month[] = "%d%m", year_month[] = "%Y%m",
                  short_date[] = "%y%m%d", whole_date[] = "%Y%m%d", month_day_year[] = "%m%d%Y";

/* The order of day, month and year that a line asks for; NULL: none. */
static const char *asked_form(const char *line)
{
    static const struct {
        const char *words, *form;
    } forms[] = {{"西暦4桁", year_alone},
                 {"西暦(4桁", year_alone},
                 {"西暦 (4桁", year_alone},
                 {"four-digit year", year_alone},
                 {"ddmmyyyy", day_month_year},
                 {"ddmmyy", day_month_short},
                 {"mmddyyyy", month_day_year},
                 {"mmddyy", month_day_short},
                 {"yyyy-mm-dd", dashed},
                 {"yyyy/mm/dd", slashed},
                 {"dd-mm-yyyy", day_dashed},
                 {"dd/mm/yyyy", day_slashed},
                 {"mm/dd/yyyy", month_slashed},
                 {"ddmm", day_month},
                 {"mmddyyyy", month_day_year},
                 {"yyyymmdd", whole_date},
                 {"yymmdd", short_date},
                 {"yyyymm", year_month},
                 {"mmyyyy", month_year},
                 {"month and year", month_year},
                 {"mmyy", month_year_short},
                 {"yymm", year_month_short},
                 {"mmdd", month_day},
                 {"day and month", day_month},
                 {"month first", month_day},
                 {"month and day", month_day},
                 {"year and month", year_month},
                 {"年と月", year_month},
                 {"年月日", NULL},
                 {"年月", year_month},
                 {"月末", NULL},
                 {"今月", year_month},
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
    } formats[] = {
        {whole_date, 8},     {month_day, 4},        {short_date, 6},       {day_month_year, 8}, {year_month, 6},
        {dashed, 0},         {slashed, 0},          {year_alone, 4},       {day_month, 4},      {day_month_short, 6},
        {month_day_year, 8}, {month_day_short, 6},  {day_dashed, 0},       {day_slashed, 0},    {month_slashed, 0},
        {month_year, 6},     {month_year_short, 4}, {year_month_short, 4}, {"%d%b%Y", 0},       {"%b%d", 0},
        {"%d%b", 0},         {"%B%d", 0},           {"%B%Y", 0},           {"%B%y", 0},         {"%b%-d", 0}};
    for (size_t i = 0; date != NULL && i < G_N_ELEMENTS(formats); i++) {
        char *value = g_date_time_format(date, formats[i].format);
        bool fits = description->digits != 0 && formats[i].digits == description->digits;
        double share = form == formats[i].format ? 1.02
                       : fits                    ? 1 - 0.01 * (double)i
                                                 : MAX(0.9 - 0.07 * (double)i, 0.1);
        description->candidates->form = formats[i].format;
        describe_value(description, value, strlen(value), weight * share);
        g_free(value);
    }
    description->candidates->form = NULL;
    static const char *const backwards[] = {"逆", "backward", "reversed", "in reverse"};
    if (date != NULL && ANY_OF(description, line, backwards)) {
        char *value = g_date_time_format(date, whole_date);
        g_strreverse(value);
        describe_value(description, value, strlen(value), weight * 1.05);
        g_free(value);
    }
    /* Years of Reiwa: 2019 is 1. */
    if (date != NULL && (strstr(line, "和暦") != NULL || strstr(line, "令和") != NULL)) {
        int years = g_date_time_get_year(date) - 2018;
        char *value =
            g_strdup_printf("%02d%02d%02d", years, g_date_time_get_month(date), g_date_time_get_day_of_month(date));
        char *letter = g_strdup_printf("R%s", value);
        describe_value(description, value, strlen(value), weight);
        describe_value(description, letter, strlen(letter), weight * 0.98);
        g_free(letter);
        g_free(value);
    }
}

static void add_days(struct description *description, const char *line, int days, double weight)
{
    const struct sks_password_source *source = description->source;
    if (source->time <= 0)
        return;
    const int zones[] = {source->zone, 9 * 60, 0}; /* the writer's day, Japan's, the gateway's */
    for (size_t i = 0; i < G_N_ELEMENTS(zones); i++) {
        GDateTime *date = g_date_time_new_from_unix_utc(source->time + zones[i] * 60 + days * 86400);
        add_date(description, date, line, weight - 0.02 * (double)i);
        if (date != NULL)
            g_date_time_unref(date);
    }
}

#define BIRTHS 4u /* lines that speak of one, for which dates are made */

/* The dates that a text tells: "5月20日", "2026/5/20", "5/20", "20 May 2026", "May 20, 2026". */
static void read_dates(struct dates *dates, const char *text, int this_year)
{
    static const char months[] = "jan feb mar apr may jun jul aug sep oct nov dec";
    static gsize once;
    GRegex *regex = describe_regex(
        &once, "(?<![\\d-])(?:(\\d{4})[年/.-] ?)?(?<![\\d])(\\d{1,2})(?:月|/|(?<=\\d{4}[.-]\\d|\\d{4}[.-]\\d\\d)[.-]) "
               "?(\\d{1,2})日?(?![\\d-])"
               "|(\\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:,? (\\d{4}))?"
               "|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\\d{1,2})(?:(?:st|nd|rd|th)?,? (\\d{4}))?");
    GMatchInfo *match;
    bool more = g_regex_match(regex, text, 0, &match);
    for (unsigned n = 0; more && n < G_N_ELEMENTS(dates->items); n++, more = g_match_info_next(match, NULL)) {
        enum { YEAR = 1, MONTH, DAY, DAY_BEFORE, NAME_AFTER, YEAR_AFTER, NAME, DAY_AFTER, YEAR_LAST, PARTS };
        char *part[PARTS];
        for (int i = 0; i < PARTS; i++) {
            part[i] = g_match_info_fetch(match, i);
            part[i] = part[i] != NULL ? part[i] : g_strdup("");
        }
        const char *name = *part[NAME_AFTER] != '\0' ? part[NAME_AFTER] : part[NAME];
        const char *told = *part[YEAR] != '\0'         ? part[YEAR]
                           : *part[YEAR_AFTER] != '\0' ? part[YEAR_AFTER]
                                                       : part[YEAR_LAST];
        int month = *name != '\0' ? (int)(strstr(months, name) - months) / 4 + 1 : atoi(part[MONTH]);
        int day = atoi(*name == '\0' ? part[DAY] : *part[NAME_AFTER] != '\0' ? part[DAY_BEFORE] : part[DAY_AFTER]);
        dates->items[n] = g_date_time_new_utc(*told != '\0' ? atoi(told) : this_year, month, day, 0, 0, 0);
        for (int i = 0; i < PARTS; i++)
            g_free(part[i]);
    }
    g_match_info_free(match);
}

/* The text's, or the subject's, which are read once. */
static void add_dates_told(struct description *description, struct dates *dates, const char *text, const char *line,
                           double weight)
{
    if (!dates->read) {
        const struct sks_password_source *source = description->source;
        GDateTime *sent = g_date_time_new_from_unix_utc(source->time + source->zone * 60);
        dates->read = true;
        if (sent == NULL)
            return;
        read_dates(dates, text, g_date_time_get_year(sent));
        g_date_time_unref(sent);
    }
    for (unsigned n = 0; n < G_N_ELEMENTS(dates->items); n++)
        if (dates->items[n] != NULL)
            add_date(description, dates->items[n], line, weight - 0.02 * n);
}

static void free_dates(struct dates *dates)
{
    for (unsigned n = 0; n < G_N_ELEMENTS(dates->items); n++)
        if (dates->items[n] != NULL)
            g_date_time_unref(dates->items[n]);
}

static void add_end_of_month(struct description *description, const char *line)
{
    GDateTime *date = g_date_time_new_from_unix_utc(description->source->time + description->source->zone * 60);
    if (date == NULL)
        return;
    int years, month, day;
    g_date_time_get_ymd(date, &years, &month, &day);
    g_date_time_unref(date);
    date = g_date_time_new_utc(years, month, g_date_get_days_in_month((GDateMonth)month, (GDateYear)years), 0, 0, 0);
    add_date(description, date, line, 0.97);
    if (date != NULL)
        g_date_time_unref(date);
}

static void add_year(struct description *description)
{
    GDateTime *date = g_date_time_new_from_unix_utc(description->source->time + description->source->zone * 60);
    char *value = date != NULL && description->source->time > 0 ? g_date_time_format(date, "%Y") : NULL;
    if (value != NULL)
        describe_value(description, description->digits == 2 ? value + 2 : value, description->digits == 2 ? 2 : 4,
                       0.9);
    g_free(value);
    if (date != NULL)
        g_date_time_unref(date);
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
    describe_value(description, lower, strlen(lower), 0.9);
    describe_value(description, name, strlen(name), 0.88);
    describe_value(description, upper, strlen(upper), 0.8);
    describe_value(description, lower, 3, 0.7);
    g_free(lower);
    g_free(upper);
    g_date_time_unref(date);
}

/* ---- A line ---- */

/* Hardly any mail tells when its reader was born. */
static bool is_of_birth(const struct description *description, const char *line)
{
    static const char *const births[] = {"生年月日", "誕生日", "生まれ", "birth", "born on"};
    return ANY_OF(description, line, births);
}

static void describe_dates(struct description *description, const char *line)
{
    if (is_of_birth(description, line)) {
        bool derived = description->derived;
        if (description->in_text->births++ < BIRTHS)
            add_dates_told(description, description->in_text, description->text, line, 0.4);
        description->derived = derived;
        return;
    }
    bool dated = ANY_OF(description, line, date_words);
    const struct {
        const char *const *words;
        size_t count;
        int days;
    } days[] = {{today, G_N_ELEMENTS(today), 0},
                {yesterday, G_N_ELEMENTS(yesterday), -1},
                {tomorrow, G_N_ELEMENTS(tomorrow), 1}};
    /* "昨日の" alone is no date. */
    bool day_asked = dated && (strstr(line, "日の") == NULL || ANY_OF(description, line, day_words));
    for (size_t i = 0; i < G_N_ELEMENTS(days) && day_asked; i++)
        if (describe_has(description, line, days[i].words, days[i].count)) {
            description->asked = true;
            add_days(description, line, days[i].days, 0.95);
        }
    if (dated && !description->asked && (ANY_OF(description, line, events) || strstr(line, "日") != NULL)) {
        bool event = ANY_OF(description, line, events);
        description->asked = true;
        add_dates_told(description, description->in_text, description->text, line, event ? 0.95 : 0.9);
        if ((strstr(line, "日付") != NULL || strstr(line, "月日") != NULL) && (description->digits > 0 || !event))
            add_days(description, line, 0, event ? 0.8 : 0.97);
    }
    static const char *const month_ends[] = {"月末", "end of this month"};
    if (ANY_OF(description, line, month_ends)) {
        description->asked = true;
        add_end_of_month(description, line);
    }
    if (dated && ANY_OF(description, line, subject_words))
        add_dates_told(description, description->in_subject, description->subject, line, 0.9);
    if (ANY_OF(description, line, year) && (!description->derived || description->digits == 2) &&
        (description->digits == 4 || description->digits == 2 || description->digits == 0)) {
        description->asked = true;
        add_year(description);
    }
    static const char *const weekdays[] = {"曜日", "weekday", "day of the week"};
    static const char *const monthly[] = {"今月の英語", "月の英語", "name of the month", "month's name"};
    if (ANY_OF(description, line, weekdays) || ANY_OF(description, line, monthly)) {
        description->asked = true;
        add_names_of_day(description, ANY_OF(description, line, monthly));
    }
}

/* Telephones, extensions, postal codes. */
static void describe_contacts(struct description *description, const char *line)
{
    static const char *const numbers[] = {"番号", "number"}, *const extensions[] = {"内線番号", "extension"};
    if (ANY_OF(description, line, telephone) &&
        (description->last || description->first || description->digits > 0 || ANY_OF(description, line, numbers))) {
        description->asked = true;
        describe_telephones(description, line);
    }
    if (ANY_OF(description, line, extensions)) {
        description->asked = true;
        describe_extensions(description);
    }
    if (ANY_OF(description, line, postal)) {
        description->asked = true;
        describe_postal_codes(description, line);
    }
}

/* Numbers of documents, in the file's name, the subject or the text; amounts. */
static void describe_numbers(struct description *description, const char *line)
{
    bool named = false;
    if (ANY_OF(description, line, mailbox)) {
        description->asked = true;
        describe_mailboxes(description, line);
    }
    if (ANY_OF(description, line, file_name) && !description->derived) {
        description->asked = true;
        describe_file_names(description, line);
    }
    bool any = ANY_OF(description, line, numbered);
    for (size_t i = 0; i < G_N_ELEMENTS(numbered) && any && !named; i++)
        if (strstr(line, numbered[i]) != NULL) {
            named = description->asked = true;
            describe_named_number(description, line, numbered[i]);
        }
    static const char *const times[] = {"時刻", "開始時間", "start time", "starting time", "time of the meeting"};
    if (ANY_OF(description, line, times) && description->announced) {
        description->asked = true;
        describe_times(description);
    }
    if (!named && description->announced && describe_labelled(description, line))
        named = description->asked = true;
    if (ANY_OF(description, line, subject_words))
        describe_subject(description, line, named);
    static const char *const amounts[] = {"金額", "合計額", "総額", "amount", "total"};
    if (!description->asked && description->announced && ANY_OF(description, line, amounts)) {
        description->asked = true;
        describe_amounts(description);
    }
    if (!description->asked && description->announced && describe_any_number(description, line))
        description->asked = true;
}

/* Whether a password is written out, so that no line that only speaks of one describes it. */
static bool is_told(const struct description *description, double least)
{
    const GArray *items = description->candidates->items;
    for (guint i = 0; i < items->len; i++) {
        const struct sks_password *item = &g_array_index(items, struct sks_password, i);
        if (!item->derived && item->weight >= least)
            return true;
    }
    return false;
}

/* "お手元の会員証の番号です", "the one we agreed on": what the reader is said to know. */
static bool speaks_of_known(const char *line)
{
    static gsize once;
    GRegex *regex = describe_regex(
        &once,
        "(?:もの|やつ|番号|桁|氏名|お名前|誕生日|生年月日|コード|の文字列|苗字|名字|アドレス)(?:」)?(?:です|で開|にな|"
        "とな|に設定|を入力|をご入力|"
        "で。|でお願)|と同じ(?:です|もの|く)|(?:変更|変わり)は?(?:あり|ござい)|お(?:伝え|知らせ|渡し|約束)した|"
        "(?:pass|password|passcode|code|pin|passphrase)(?: is|:| will be| =)? (?:the|your|my|our|as|same)\\b|"
        "(?:password|code|pin|passphrase|one) (?:that )?(?:i|we|you) (?:gave|told|agreed|discussed|mentioned|used|"
        "chose|have|set|know)|same (?:password|code|pin|one)|\\bit'?s your\\b|as (?:always|before|discussed|agreed)");
    static const char *const promises[] = {"送り",  "送信",   "ご連絡",  "後ほど", "のちほど", "will be sent", "expire",
                                           "reset", "開けま", "doesn't", "didn't", "再設定",   "failed",       "忘れ"};
    return g_regex_match(regex, line, 0, NULL) && !ANY(line, promises);
}

void describe_sources(struct description *description, const char *line)
{
    guint from = description->candidates->items->len;
    description->digits = 0;
    description->derived = description->asked = false;
    read_extent(description, line);
    read_example(description, line);
    description->numeric = ANY_OF(description, line, digits_alone);
    description->candidates->way = WAY_DATE;
    describe_dates(description, line);
    description->candidates->way = WAY_CONTACT;
    describe_contacts(description, line);
    description->candidates->way = WAY_NUMBER;
    describe_numbers(description, line);
    description->candidates->way = WAY_NAME;
    static const char *const twice[] = {"二回", "2回", "繰り返", "twice", "repeated"};
    if (description->derived && ANY_OF(description, line, twice))
        describe_repeated(description, from);
    if (ANY_OF(description, line, company) && !ANY_OF(description, line, theirs)) {
        description->asked = true;
        describe_companies(description, line);
    }
    if (!description->derived && ANY_OF(description, line, founded)) {
        description->asked = true;
        describe_founding(description);
    }
}

static const char *const denials[] = {"ではなく", "じゃなく", "では無く"};

/* "PO番号ではなく…": what is described is what comes behind. */
static const char *behind_denial(const char *line)
{
    for (size_t i = 0; i < G_N_ELEMENTS(denials); i++) {
        const char *at = strstr(line, denials[i]);
        if (at != NULL)
            return at + strlen(denials[i]);
    }
    return line;
}

#define COMBINED 12u /* lines: each looks for dates in the whole text */

/*
 * What a line asks for, whether it was found in another way before or not, and all forms of the mail's date and of the
 * dates that the text tells where it speaks of a date.
 */
static void derive_all(struct candidates *out_derived, const struct description *description, const char *line)
{
    static const char *const dated[] = {"日付", "年", "月", "日", "西暦", "date", "day", "year", "month", "digit"};
    static const char *const years[] = {"西暦", "今年", "year"};
    *out_derived = (struct candidates){.items = g_array_new(FALSE, FALSE, sizeof(struct sks_password)),
                                       .origins = g_array_new(FALSE, FALSE, sizeof(struct origin)),
                                       .seen = g_hash_table_new(g_str_hash, g_str_equal),
                                       .strings = description->candidates->strings};
    struct description part = *description;
    part.candidates = out_derived;
    part.told = false;
    describe_sources(&part, line);
    out_derived->way = WAY_DATE;
    if (ANY_OF(description, line, dated)) {
        add_days(&part, line, 0, 0.9);
        add_dates_told(&part, description->in_text, description->text, line, 0.6);
    }
    if (ANY_OF(description, line, years))
        add_year(&part);
}

static void combine(struct description *description, const char *line, const char *plain)
{
    struct candidates derived;
    if (description->candidates->combined >= MOST_COMBINED)
        return;
    derive_all(&derived, description, line);
    describe_combined(description, &derived, line, plain);
    g_hash_table_unref(derived.seen);
    g_array_unref(derived.origins);
    g_array_unref(derived.items);
}

static void describe_line(struct description *description, const char *line, const char *plain)
{
    if (ANY_OF(description, line, denials)) {
        line = behind_denial(line);
        plain = behind_denial(plain);
    }
    static const char *const resets[] = {"再設定", "再発行", "リセット", "reset"};
    if (ANY_OF(description, line, resets))
        return; /* of an account: the number beside it is the request's */
    bool told = description->told;
    description->candidates->line = g_string_chunk_insert(description->candidates->strings, line);
    description->candidates->way = WAY_DESCRIBED_PARTS;
    description->told = describe_parts(description, line, plain) || told;
    describe_sources(description, line);
    if (description->candidates->pieces && description->announced && description->combined++ < COMBINED)
        combine(description, line, plain);
    description->told = told;
    bool foreign = description->asked && ANY_OF(description, line, theirs);
    if (description->announced && !description->derived && !is_told(description, TOLD_LEAST) && speaks_of_known(line))
        description->candidates->underivable = true;
    if ((description->asked && !description->derived) || foreign || ANY_OF(description, line, unknown))
        description->candidates->underivable = true;
}

/* Line by line: what describes a password may stand on the lines after the word for it. */
static void describe_lines(struct description *description, char **lines, char **plains)
{
    struct words_present here, besides = {.count = 0};
    bool guess = description->candidates->guess;
    here = *words_find(description->looked, guess ? announcing : unlocking,
                       guess ? G_N_ELEMENTS(announcing) : G_N_ELEMENTS(unlocking));
    if (guess)
        besides = *words_find(description->looked, opening, G_N_ELEMENTS(opening));
    here.begin = besides.begin = description->lines;
    bool told = is_told(description, TOLD_LEAST), underivable = description->candidates->underivable;
    unsigned announced = 0, described = 0;
    for (size_t i = 0; here.count + besides.count > 0 && lines[i] != NULL && described < DESCRIPTIONS; i++) {
        const char *end = lines[i] + strlen(lines[i]);
        if (lines[i][strspn(lines[i], " \t\r")] == '\0')
            continue;
        description->announced = words_any(&here, lines[i], end) || words_any(&besides, lines[i], end);
        if (description->announced)
            announced = 3;
        bool wanted = !told || words_any(&here, lines[i], end);
        if (announced > 0) {
            underivable = description->candidates->underivable;
            describe_line(description, lines[i], plains[i]);
            described += description->asked;
            if (!wanted) /* a description is hardly meant */
                description->candidates->underivable = underivable;
            else if (description->asked && description->candidates->described == NULL)
                description->candidates->described = g_string_chunk_insert(description->candidates->strings, plains[i]);
            bool elsewhere = is_of_birth(description, lines[i]) || ANY_OF(description, lines[i], denials);
            announced = elsewhere ? 0 : announced - 1;
        }
    }
}

#define MOST_LINES 2000u

/* Lines, each ended where it stands; what is behind the last of them is a part of it. g_free() */
static char **split_lines(char *text)
{
    char **lines = g_new(char *, MOST_LINES + 1);
    unsigned count = 0;
    for (char *line = text; line != NULL && count < MOST_LINES && (count > 0 || *line != '\0');) {
        char *end = count + 1 < MOST_LINES ? strchr(line, '\n') : NULL;
        lines[count++] = line;
        if (end != NULL)
            *end++ = '\0';
        line = end;
    }
    lines[count] = NULL;
    return lines;
}

/* text in NFKC */
static void find_in(struct candidates *candidates, const struct sks_password_source *source, const char *plain,
                    const char *subject)
{
    struct words_text *looked = words_read(plain, strlen(plain));
    g_autofree char *lower = g_memdup2(looked->begin, looked->size + 1), *same = g_memdup2(plain, looked->size + 1);
    g_autofree char **lines = split_lines(lower), **plains = split_lines(same);
    struct dates in_text = {.read = false}, in_subject = {.read = false};
    struct labels labels = {.read = false};
    struct description description = {.candidates = candidates,
                                      .source = source,
                                      .text = looked->begin,
                                      .looked = looked,
                                      .lines = lower,
                                      .announcements = announcements_in(looked),
                                      .plain = plain,
                                      .subject = subject,
                                      .in_text = &in_text,
                                      .in_subject = &in_subject,
                                      .labels = &labels};
    description.announcements.begin = lower;
    description.told = is_told(&description, CLEARLY_TOLD);
    describe_lines(&description, lines, plains);
    free_dates(&in_text);
    free_dates(&in_subject);
    words_free(looked);
}

void find_described(struct candidates *candidates, const struct sks_password_source *source)
{
    if (source->text == NULL)
        return;
    g_autofree char *text = normal_text(source->text, SKS_LIMIT_PASSWORD_TEXT);
    g_autofree char *signature =
        normal_text(source->signature != NULL ? source->signature : "", SKS_LIMIT_PASSWORD_TEXT);
    g_autofree char *subject = normal_text(source->subject != NULL ? source->subject : "", SKS_LIMIT_PASSWORD_TEXT);
    g_autofree char *footer = normal_text(source->footer != NULL ? source->footer : "", SKS_LIMIT_PASSWORD_TEXT);
    g_autofree char *plain = g_strconcat(text, "\n", signature, "\n", footer, NULL);
    find_in(candidates, source, plain, subject);
    if (candidates->pieces && flow_lines(plain)) {
        bool underivable = candidates->underivable;
        find_in(candidates, source, plain, subject);
        candidates->underivable = underivable;
    }
}

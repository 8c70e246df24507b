/*
 * Passwords that are described: the day's date in so many digits, the last digits of a telephone number. What can't be
 * derived from the mail (an employee number, "the usual one") is noted as such.
 */
#include "password/candidates.h"

#include <string.h>

#include "base/unicode.h"
#include "sekisho/limits.h"

static const char *const today[] = {"本日",         "今日",         "当日",        "送信日", "送付日",
                                    "発信日",       "メール送信日", "今日の日付",  "today",  "sending date",
                                    "date of this", "date sent",    "current date"};
static const char *const digits_of_date[] = {"日付", "年月日", "西暦", "桁", "yyyymmdd", "mmdd", "date", "digits"};
static const char *const telephone[] = {"電話", "内線", "tel", "phone", "携帯", "fax"};
static const char *const last_digits[] = {"下", "末尾", "最後", "last"};
static const char *const unknown[] = {
    "社員番号",       "職員番号",        "従業員番号",  "郵便番号",   "生年月日",
    "誕生日",         "いつもの",        "前回と同じ",  "従来と同じ", "従前",
    "事前にお知らせ", "会員番号",        "契約番号",    "お客様番号", "御社名",
    "貴社名",         "ローマ字",        "the usual",   "as usual",   "same as last",
    "same as before", "employee number", "postal code", "zip code",   "birthday",
    "date of birth",  "member number",   "we agreed",
};

static bool any(const char *line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(line, words[i]) != NULL)
            return true;
    return false;
}

#define ANY(line, words) any((line), (words), G_N_ELEMENTS(words))

static bool announces(const char *line)
{
    static const char *const words[] = {"パス", "暗証", "pw", "pass", "鍵", "キー", "key", "code", "コード"};
    return ANY(line, words);
}

static void add_dates(struct candidates *candidates, const char *line, const struct sks_password_source *source)
{
    if (source->time <= 0) {
        candidates->underivable = true;
        return;
    }
    static const char *const formats[] = {"%Y%m%d", "%m%d", "%y%m%d", "%d%m%Y", "%Y%m", "%Y-%m-%d", "%Y/%m/%d"};
    bool four = strstr(line, "4桁") != NULL || strstr(line, "四桁") != NULL || strstr(line, "four") != NULL;
    bool six = strstr(line, "6桁") != NULL || strstr(line, "六桁") != NULL || strstr(line, "six") != NULL;
    const int zones[] = {source->zone, 9 * 60, 0}; /* the writer's day, Japan's, the gateway's */
    for (size_t i = 0; i < G_N_ELEMENTS(zones); i++) {
        GDateTime *date = g_date_time_new_from_unix_utc(source->time + zones[i] * 60);
        for (size_t j = 0; date != NULL && j < G_N_ELEMENTS(formats); j++) {
            char *value = g_date_time_format(date, formats[j]);
            double weight = 0.9 - 0.05 * (double)j - 0.02 * (double)i;
            if ((four && j == 1) || (six && j == 2))
                weight = 0.95 - 0.02 * (double)i;
            candidates_add(candidates, value, strlen(value), weight, true);
            g_free(value);
        }
        if (date != NULL)
            g_date_time_unref(date);
    }
}

/* Runs of digits as telephone numbers are written: 03-1234-5678, +81 3 1234 5678, (03)1234-5678. */
static unsigned add_last_digits(struct candidates *candidates, const char *text)
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
        if (count >= 9 && count <= 13 && separators > 0) {
            candidates_add(candidates, digits + count - 4, 4, 0.85, true);
            found++;
        }
        at = end;
    }
    return found;
}

static void describe_line(struct candidates *candidates, const char *line, const struct sks_password_source *source,
                          const char *numbers)
{
    if (ANY(line, today) && ANY(line, digits_of_date))
        add_dates(candidates, line, source);
    if (ANY(line, telephone) && ANY(line, last_digits) && add_last_digits(candidates, numbers) == 0)
        candidates->underivable = true;
    if (ANY(line, unknown))
        candidates->underivable = true;
}

void find_described(struct candidates *candidates, const struct sks_password_source *source)
{
    if (source->text == NULL)
        return;
    GString *whole = g_string_new_len(source->text, (gssize)strnlen(source->text, SKS_LIMIT_PASSWORD_TEXT));
    g_string_append_c(whole, '\n');
    if (source->signature != NULL)
        g_string_append_len(whole, source->signature, (gssize)strnlen(source->signature, SKS_LIMIT_PASSWORD_TEXT));
    char *plain = sks_unicode_nfkc(whole->str, whole->len);
    char *lower = g_ascii_strdown(plain, -1);
    char **lines = g_strsplit(lower, "\n", 2000);
    bool announced = false;
    for (size_t i = 0; lines[i] != NULL; i++) {
        /* The description may stand on the line after the word. */
        bool here = announces(lines[i]);
        if (here || announced)
            describe_line(candidates, lines[i], source, lower);
        announced = here;
    }
    g_strfreev(lines);
    g_free(lower);
    g_free(plain);
    g_string_free(whole, TRUE);
}

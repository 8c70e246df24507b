/*
 * Events: a date in the text that is near the mail's own, beside a word for a gathering. Lures are timed by what goes
 * on in their reader's field; so are invitations.
 *
 * Dates are read as people write them, without a year: "11月28日", "11/28", "28 November", "Nov. 28". The year is the
 * one that brings it nearest.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "indicator/view.h"

#define DAYS_BEFORE 14 /* talks are thanked for afterwards */
#define DAYS_AHEAD  60
#define AROUND      100u /* bytes around the date in which the gathering is named */
#define DATES_MOST  20u

static const char *const gatherings[] = {
    "会議",   "会合",     "研究会",   "シンポジウム",   "フォーラム", "セミナー",   "講演会",   "学会",
    "総会",   "サミット", "首脳会談", "式典",           "委員会",     "審議会",     "懇談会",   "勉強会",
    "展示会", "発表会",   "説明会",   "ワークショップ", "conference", "symposium",  "workshop", "forum",
    "summit", "seminar",  "meeting",  "congress",       "exhibition", "roundtable",
};

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

/* Whether the day is near the mail's time, in the year that brings it nearest. */
static bool is_near(int64_t time, int month, int day)
{
    GDateTime *now = g_date_time_new_from_unix_utc(time);
    bool near = false;
    for (int year = -1; now != NULL && year <= 1 && !near; year++) {
        GDateTime *then = g_date_time_new_utc(g_date_time_get_year(now) + year, month, day, 12, 0, 0);
        if (then == NULL)
            continue;
        int64_t days = g_date_time_difference(then, now) / G_TIME_SPAN_DAY;
        near = days >= -DAYS_BEFORE && days <= DAYS_AHEAD;
        g_date_time_unref(then);
    }
    if (now != NULL)
        g_date_time_unref(now);
    return near;
}

/* The number that ends before at, not before start; 0 if there is none of one or two digits. */
static int number_before(const char *start, const char *at)
{
    const char *first = at;
    while (first > start && g_ascii_isdigit(first[-1]))
        first--;
    return at - first >= 1 && at - first <= 2 ? atoi(first) : 0;
}

static int number_at(const char *at, const char **out_end)
{
    size_t size = strspn(at, "0123456789");
    *out_end = at + size;
    return size >= 1 && size <= 2 ? atoi(at) : 0;
}

/* A date of figures whose month ends at at: "11月28日", "11/28". */
static bool figures(const char *text, const char *at, int *month, int *day)
{
    bool japanese = g_str_has_prefix(at, "月");
    const char *end;
    *month = number_before(text, at);
    *day = number_at(at + (japanese ? strlen("月") : 1), &end);
    if (japanese ? !g_str_has_prefix(end, "日") : *end == '/' || *end == '.' || g_ascii_isalpha(*end))
        return false;
    const char *first = at;
    while (first > text && g_ascii_isdigit(first[-1]))
        first--;
    return *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31 &&
           (japanese || first == text || (first[-1] != '/' && first[-1] != '.' && first[-1] != '-'));
}

/* "28 november", "november 28", "nov. 28": the month's name begins at at. */
static bool named(const char *text, const char *at, int *month, int *day)
{
    if (at > text && g_ascii_isalpha(at[-1]))
        return false;
    for (int i = 0; i < 12; i++) {
        if (months[i][0] != *at)
            continue;
        size_t whole = strlen(months[i]);
        bool full = strncmp(at, months[i], whole) == 0, shortened = strncmp(at, months[i], 3) == 0;
        bool sept = !full && strncmp(at, "sept", 4) == 0;
        const char *behind = at + (full ? whole : sept ? 4 : 3), *end;
        if ((!full && !shortened) || g_ascii_isalpha(*behind))
            continue;
        behind += strspn(behind, ". ");
        *month = i + 1;
        *day = number_at(behind, &end);
        const char *before = at;
        while (before > text && before[-1] == ' ')
            before--;
        if (*day == 0 && before < at)
            *day = number_before(text, before);
        return *day >= 1 && *day <= 31;
    }
    return false;
}

static const char *gathering_near(const char *text, const char *at)
{
    size_t before = MIN((size_t)(at - text), AROUND);
    char *around = g_strndup(at - before, before + AROUND);
    const char *found = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(gatherings) && found == NULL; i++)
        if (strstr(around, gatherings[i]) != NULL)
            found = gatherings[i];
    g_free(around);
    return found;
}

void sks_event_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    static const char figure_mark[] = "月";
    const char *text = view->own;
    unsigned dates = 0;
    if (view->facts->time <= 0)
        return;
    for (const char *at = text; *at != '\0' && dates < DATES_MOST; at++) {
        int month = 0, day = 0;
        bool date = *at == '/' || (*at == *figure_mark && g_str_has_prefix(at, figure_mark))
                        ? figures(text, at, &month, &day)
                        : g_ascii_isalpha(*at) && named(text, at, &month, &day);
        if (!date)
            continue;
        dates++;
        const char *gathering = is_near(view->facts->time, month, day) ? gathering_near(text, at) : NULL;
        if (gathering == NULL)
            continue;
        char *detail = g_strdup_printf("%d/%d %s", month, day, gathering);
        sks_findings_add(findings, "lure.current-event", view->service || view->list ? 0.3 : 0.6, "body", detail);
        g_free(detail);
        return;
    }
}

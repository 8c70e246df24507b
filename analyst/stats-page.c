/* See stats-page.h. Charts first, since a meeting looks at those; every number in them stands in a table below. */
#include "stats-page.h"

#include <math.h>
#include <string.h>

#include "page.h"
#include "plot.h"

#define LURES_SHOWN 12u
#define TICKS_MOST  6u
#define DATES_MOST  3u /* of whole dates, which are wider */

/* Weeks without mail that are told in one line. */
#define LEAST_GAP 3u

char *sks_stats_day(GDateTime *day)
{
    return g_date_time_format(day, "%Y-%m-%d");
}

char *sks_stats_count(uint64_t count)
{
    g_autofree char *plain = g_strdup_printf("%" G_GUINT64_FORMAT, count);
    size_t length = strlen(plain);
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, plain[i]);
    }
    return g_string_free(out, FALSE);
}

static const struct sks_tally_week *week_at(const struct sks_tally *tally, guint i)
{
    return g_ptr_array_index(tally->weeks, i);
}

static uint64_t all_mails(const struct sks_tally_counts *counts)
{
    return counts->mails[SKS_CLASS_CLEAN] + counts->mails[SKS_CLASS_BULK] + counts->mails[SKS_CLASS_TARGETED];
}

static bool is_empty(const struct sks_tally_counts *counts)
{
    return all_mails(counts) + counts->later[SKS_CLASS_BULK] + counts->later[SKS_CLASS_TARGETED] == 0;
}

guint sks_stats_gap(const struct sks_tally *tally, guint i)
{
    guint end = i;
    while (end < tally->weeks->len && is_empty(&week_at(tally, end)->counts))
        end++;
    return end - i >= LEAST_GAP ? end - i : 0;
}

/* ---- Figures ---- */

static void add_card(GString *out, uint64_t number, const char *dot, const char *ja, const char *en,
                     const char *more_ja, const char *more_en)
{
    g_autofree char *count = sks_stats_count(number);
    g_string_append(out, "<div><span class=\"what\">");
    if (dot != NULL)
        g_string_append_printf(out, "<i class=\"dot %s\"></i>", dot);
    sks_page_text(out, ja, en);
    g_string_append_printf(out, "</span><b>%s</b>", count);
    sks_page_element(out, "small", more_ja, more_en);
    g_string_append(out, "</div>");
}

static void add_cards(GString *out, const struct sks_tally *tally)
{
    const struct sks_tally_counts *sum = &tally->sum;
    g_autofree char *from_ja = g_strdup_printf("差出人%" G_GUINT64_FORMAT "件、宛先%" G_GUINT64_FORMAT "件",
                                               tally->senders, tally->recipients);
    g_autofree char *from_en = g_strdup_printf("from %" G_GUINT64_FORMAT " %s to %" G_GUINT64_FORMAT " %s",
                                               tally->senders, tally->senders == 1 ? "sender" : "senders",
                                               tally->recipients, tally->recipients == 1 ? "recipient" : "recipients");
    double share = all_mails(sum) > 0 ? 100.0 * (double)sum->mails[SKS_CLASS_BULK] / (double)all_mails(sum) : 0;
    g_autofree char *share_ja = g_strdup_printf("全体の%.1f％", share);
    g_autofree char *share_en = g_strdup_printf("%.1f %% of all mail", share);
    uint64_t reports = 0;
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        reports += tally->reports.class_[i];
    g_autofree char *reports_ja = g_strdup_printf("報告%" G_GUINT64_FORMAT "件のうち", reports);
    g_autofree char *reports_en =
        g_strdup_printf("of %" G_GUINT64_FORMAT " report%s", reports, reports == 1 ? "" : "s");

    g_string_append(out, "<div class=\"cards three\">");
    add_card(out, sum->mails[SKS_CLASS_TARGETED] + sum->later[SKS_CLASS_TARGETED], "c2", "標的型", "Targeted", from_ja,
             from_en);
    add_card(out, sum->later[SKS_CLASS_TARGETED], "c2", "うち後から判明", "Of these, found later",
             "後から届いたメールによる再判定", "judged anew because of a later mail");
    add_card(out, sum->mails[SKS_CLASS_BULK], "c1", "ばらまき型", "Bulk", share_ja, share_en);
    add_card(out, all_mails(sum), NULL, "判定したメール", "Mails judged", "全クラスの合計", "all classes");
    add_card(out, tally->reports.false_alarms, NULL, "誤報の報告", "False alarms reported", reports_ja, reports_en);
    add_card(out, tally->reports.missed, NULL, "見逃しの報告", "Misses reported", reports_ja, reports_en);
    g_string_append(out, "</div>\n");
}

/* ---- Charts ---- */

struct chart {
    GArray *ticks_x, *ticks_y;
    GPtrArray *labels; /* NULL where the chart takes the numbers */
    double *x, *y;
    guint count;
};

/* A round step, so that at most six of them reach the top. */
static void add_ticks_y(struct chart *chart, double top)
{
    double step = pow(10, floor(log10(MAX(top, 1))));
    static const double parts[] = {0.1, 0.2, 0.5, 1, 2};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        double wanted = MAX(step * parts[i], 1);
        if (top / wanted > TICKS_MOST - 1 && i + 1 < G_N_ELEMENTS(parts))
            continue;
        for (double at = 0; at < top + wanted; at += wanted)
            g_array_append_val(chart->ticks_y, at);
        return;
    }
}

static void chart_init(struct chart *chart, const struct sks_tally *tally)
{
    chart->count = tally->weeks->len;
    chart->x = g_new0(double, chart->count + 1);
    chart->y = g_new0(double, chart->count + 1);
    chart->ticks_x = g_array_new(FALSE, FALSE, sizeof(double));
    chart->ticks_y = g_array_new(FALSE, FALSE, sizeof(double));
    chart->labels = g_ptr_array_new_with_free_func(g_free);
    bool years = chart->count > 0 && g_date_time_get_year(week_at(tally, 0)->monday) !=
                                         g_date_time_get_year(week_at(tally, chart->count - 1)->monday);
    guint most = years ? DATES_MOST : TICKS_MOST, every = (chart->count + most - 1) / most;
    for (guint i = 0; i < chart->count; i++) {
        chart->x[i] = i;
        if (i % MAX(every, 1) != 0)
            continue;
        g_array_append_val(chart->ticks_x, chart->x[i]);
        /* A span of years must tell them apart. */
        g_ptr_array_add(chart->labels, g_date_time_format(week_at(tally, i)->monday, years ? "%Y-%m-%d" : "%-m/%-d"));
    }
}

static void chart_finish(struct chart *chart)
{
    g_array_unref(chart->ticks_x);
    g_array_unref(chart->ticks_y);
    g_ptr_array_unref(chart->labels);
    g_free(chart->x);
    g_free(chart->y);
}

static struct sks_plot chart_plot(const struct chart *chart, const char *ja, const char *en)
{
    const double *ticks = (const double *)(void *)chart->ticks_y->data;
    return (struct sks_plot){
        .title = {ja, en},
        .x = {.title = {"週（月曜日）", "week (Monday)"},
              .low = -0.6,
              .high = chart->count - 0.4,
              .ticks = (const double *)(void *)chart->ticks_x->data,
              .tick_count = chart->ticks_x->len,
              .labels = (const char *const *)chart->labels->pdata},
        .y = {.title = {"通", "mails"},
              .high = ticks[chart->ticks_y->len - 1],
              .ticks = ticks,
              .tick_count = chart->ticks_y->len},
    };
}

/* Targeted mail by week; above it, what became known later. */
static void add_targeted(GString *out, const struct sks_tally *tally)
{
    struct chart chart;
    chart_init(&chart, tally);
    double top = 1, *later = g_new0(double, chart.count + 1);
    for (guint i = 0; i < chart.count; i++) {
        const struct sks_tally_counts *counts = &week_at(tally, i)->counts;
        chart.y[i] = (double)counts->mails[SKS_CLASS_TARGETED];
        later[i] = chart.y[i] + (double)counts->later[SKS_CLASS_TARGETED];
        top = MAX(top, later[i]);
    }
    add_ticks_y(&chart, top);
    const struct sks_plot_series series[] = {
        {.name = {"到着時", "when it came"},
         .mark = SKS_PLOT_BARS,
         .colour = SKS_PLOT_TARGETED,
         .width = 0.72,
         .x = chart.x,
         .y = chart.y,
         .count = chart.count},
        {.name = {"後から判明", "found later"},
         .mark = SKS_PLOT_BARS,
         .colour = SKS_PLOT_BULK,
         .width = 0.72,
         .x = chart.x,
         .y = later,
         .low = chart.y,
         .count = chart.count},
    };
    struct sks_plot plot = chart_plot(&chart, "標的型メール", "Targeted mail");
    plot.series = series;
    plot.series_count = tally->sum.later[SKS_CLASS_TARGETED] > 0 ? 2 : 1;
    sks_plot_draw(out, &plot);
    chart_finish(&chart);
    g_free(later);
}

static void add_all(GString *out, const struct sks_tally *tally)
{
    struct chart chart;
    chart_init(&chart, tally);
    double top = 1, *clean = g_new0(double, chart.count + 1);
    for (guint i = 0; i < chart.count; i++) {
        const struct sks_tally_counts *counts = &week_at(tally, i)->counts;
        chart.y[i] = (double)counts->mails[SKS_CLASS_BULK];
        clean[i] = chart.y[i] + (double)counts->mails[SKS_CLASS_CLEAN];
        top = MAX(top, clean[i]);
    }
    add_ticks_y(&chart, top);
    const struct sks_plot_series series[] = {
        {.name = {"ばらまき型", "bulk"},
         .mark = SKS_PLOT_BARS,
         .colour = SKS_PLOT_BULK,
         .width = 0.72,
         .x = chart.x,
         .y = chart.y,
         .count = chart.count},
        {.name = {"正常", "clean"},
         .mark = SKS_PLOT_BARS,
         .colour = SKS_PLOT_CLEAN,
         .width = 0.72,
         .x = chart.x,
         .y = clean,
         .low = chart.y,
         .count = chart.count},
    };
    struct sks_plot plot = chart_plot(&chart, "その他のメール", "All other mail");
    plot.series = series;
    plot.series_count = 2;
    sks_plot_draw(out, &plot);
    chart_finish(&chart);
    g_free(clean);
}

/* ---- Tables ---- */

static void add_count(GString *out, uint64_t count)
{
    g_autofree char *text = sks_stats_count(count);
    g_string_append_printf(out, "<td>%s</td>", count > 0 ? text : "–");
}

static void add_counts(GString *out, const struct sks_tally_counts *counts)
{
    for (int i = SKS_CLASS_TARGETED; i > SKS_CLASS_CLEAN; i--) {
        add_count(out, counts->mails[i]);
        add_count(out, counts->later[i]);
    }
    add_count(out, counts->mails[SKS_CLASS_CLEAN]);
    add_count(out, all_mails(counts));
    g_string_append(out, "</tr>");
}

static void add_gap(GString *out, guint weeks)
{
    g_autofree char *ja = g_strdup_printf("… メールのない%u週", weeks);
    g_autofree char *en = g_strdup_printf("… %u weeks without mail", weeks);
    g_string_append(out, "<tr class=\"part\">");
    sks_page_element(out, "td colspan=\"7\"", ja, en);
    g_string_append(out, "</tr>");
}

static void add_weeks(GString *out, const struct sks_tally *tally)
{
    sks_page_element(out, "h2", "週ごとの件数", "Week by week");
    sks_page_element(out, "p class=\"note\"",
                     "到着した週と、最初の判定で数えた通数。「後から」は、後から届いたパスワードやメールにより判定が"
                     "変わったメールで、変わった週に数えた。",
                     "Mails by the week in which they came and by their first verdict. \"Later\": mails whose verdict "
                     "changed because of a later mail, in the week of the change.");
    g_string_append(out, "<div class=\"scroll\"><table><thead><tr>");
    sks_page_element(out, "th", "週（月曜日）", "week (Monday)");
    sks_page_element(out, "th", "標的型", "targeted");
    sks_page_element(out, "th", "後から", "later");
    sks_page_element(out, "th", "ばらまき型", "bulk");
    sks_page_element(out, "th", "後から", "later");
    sks_page_element(out, "th", "正常", "clean");
    sks_page_element(out, "th", "全体", "all");
    g_string_append(out, "</tr></thead><tbody>");
    for (guint i = 0; i < tally->weeks->len; i++) {
        guint gap = sks_stats_gap(tally, i);
        if (gap > 0) {
            add_gap(out, gap);
            i += gap - 1;
            continue;
        }
        g_autofree char *day = sks_stats_day(week_at(tally, i)->monday);
        g_string_append_printf(out, "<tr><td>%s</td>", day);
        add_counts(out, &week_at(tally, i)->counts);
    }
    g_string_append(out, "<tr>"); /* no foot: that would be repeated on each page of paper */
    sks_page_element(out, "th", "合計", "sum");
    add_counts(out, &tally->sum);
    g_string_append(out, "</tbody></table></div>\n");
}

static void add_lures_of(GString *out, const struct sks_tally *tally, enum sks_class class_, const char *ja,
                         const char *en)
{
    const GArray *lures = tally->lures[class_];
    uint64_t mails = tally->sum.mails[class_] + tally->sum.later[class_];
    g_string_append(out, "<div>");
    sks_page_element(out, "h3", ja, en);
    g_string_append(out, "<div class=\"scroll\"><table><thead><tr>");
    sks_page_element(out, "th", "手がかり", "evidence");
    sks_page_element(out, "th", "通", "mails");
    sks_page_element(out, "th", "割合", "share");
    g_string_append(out, "</tr></thead><tbody>");
    for (guint i = 0; i < lures->len && i < LURES_SHOWN; i++) {
        const struct sks_tally_lure *lure = &g_array_index(lures, struct sks_tally_lure, i);
        double share = mails > 0 ? 100.0 * (double)lure->mails / (double)mails : 0;
        g_string_append(out, "<tr><td class=\"wide\">");
        sks_page_text(out, lure->name[SKS_LANGUAGE_JAPANESE], lure->name[SKS_LANGUAGE_ENGLISH]);
        g_string_append(out, "<small>");
        sks_page_escape(out, lure->id);
        g_string_append(out, "</small></td>");
        add_count(out, lure->mails);
        g_string_append_printf(out, "<td>%.0f %%</td></tr>", share);
    }
    if (lures->len == 0) {
        g_string_append(out, "<tr><td colspan=\"3\">");
        sks_page_text(out, "該当なし", "none");
        g_string_append(out, "</td></tr>");
    }
    g_string_append(out, "</tbody></table></div></div>");
}

static void add_lures(GString *out, const struct sks_tally *tally)
{
    sks_page_element(out, "h2", "主な手口", "Top lures");
    sks_page_element(out, "p class=\"note\"",
                     "判定に最も寄与した手がかり（一通につき最大五つ）に、それぞれ何通で現れたか。",
                     "In how many mails a piece of evidence was among those that weighed most, at most five a mail.");
    g_string_append(out, "<div class=\"figures\">");
    add_lures_of(out, tally, SKS_CLASS_TARGETED, "標的型", "Targeted");
    add_lures_of(out, tally, SKS_CLASS_BULK, "ばらまき型", "Bulk");
    g_string_append(out, "</div>\n");
}

static void add_row(GString *out, const char *ja, const char *en, const char *count)
{
    g_string_append(out, "<tr>");
    sks_page_element(out, "td class=\"wide\"", ja, en);
    g_string_append_printf(out, "<td>%s</td></tr>", count);
}

static void add_number_row(GString *out, const char *ja, const char *en, uint64_t number)
{
    g_autofree char *count = sks_stats_count(number);
    add_row(out, ja, en, count);
}

static void add_rest(GString *out, const struct sks_tally *tally)
{
    g_autofree char *kept = g_format_size(tally->state.kept_bytes);
    g_string_append(out, "<div class=\"figures\"><div>");
    sks_page_element(out, "h2", "職員からの報告", "Reports");
    g_string_append(out, "<div class=\"scroll\"><table><tbody>");
    add_number_row(out, "「標的型」との報告", "said to be targeted", tally->reports.class_[SKS_CLASS_TARGETED]);
    add_number_row(out, "「ばらまき型」との報告", "said to be bulk", tally->reports.class_[SKS_CLASS_BULK]);
    add_number_row(out, "「正常」との報告", "said to be clean", tally->reports.class_[SKS_CLASS_CLEAN]);
    add_number_row(out, "誤報（警告したが正常とされたもの）", "false alarms: clean, though an alarm was raised",
                   tally->reports.false_alarms);
    add_number_row(out, "見逃し（判定より悪いとされたもの）", "misses: worse than the verdict", tally->reports.missed);
    add_number_row(out, "取り下げられた報告", "withdrawn", tally->reports.withdrawn);
    g_string_append(out, "</tbody></table></div></div><div>");
    sks_page_element(out, "h2", "パスワード待ち（現在）", "Waiting for a password (now)");
    g_string_append(out, "<div class=\"scroll\"><table><tbody>");
    add_number_row(out, "暗号化された添付がまだ開けられないメール",
                   "mails whose encrypted attachment is not opened yet", tally->state.attachments);
    add_number_row(out, "添付を待つパスワードのメール", "mails with a password, but no attachment for it",
                   tally->state.passwords);
    add_row(out, "その間に保管しているメールの容量", "size of the mails that are kept meanwhile", kept);
    g_string_append(out, "</tbody></table></div></div></div>\n");
}

GString *sks_stats_page(const struct sks_tally *tally, enum sks_language first)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GDateTime) last = g_date_time_add_days(tally->until, -1);
    g_autofree char *since_ja = g_date_time_format(tally->since, "%Y年%-m月%-d日");
    g_autofree char *until_ja = g_date_time_format(last, "%Y年%-m月%-d日");
    g_autofree char *since_en = sks_stats_day(tally->since), *until_en = sks_stats_day(last);
    g_autofree char *line_ja = g_strdup_printf("%sから%sまで", since_ja, until_ja);
    g_autofree char *line_en = g_strdup_printf("%s to %s", since_en, until_en);
    sks_page_begin(out, first, "不審メールの状況", "What mail came, and what it tried", line_ja, line_en);
    add_cards(out, tally);
    if (tally->weeks->len > 0) {
        g_string_append(out, "<div class=\"figures\">");
        add_targeted(out, tally);
        add_all(out, tally);
        g_string_append(out, "</div>\n");
        add_weeks(out, tally);
        add_lures(out, tally);
    } else {
        sks_page_element(out, "p", "この期間に記録された判定はありません。", "No verdict was logged in this time.");
    }
    add_rest(out, tally);
    sks_page_end(out);
    return out;
}

/* From what was measured to the points of charts. */
#include "evaluation-chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "calibration.h"
#include "model/rates.h"
#include "plot.h"

/* A curve: false alarms and what is found, as the threshold falls. */
struct curve {
    GArray *alarms, *found, *missed; /* double */
};

static int falling(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a < b) - (a > b);
}

static double *positives(size_t *out_count, const struct sks_measured *measured, size_t count, enum sks_class class_)
{
    double *scores = g_new(double, count + 1);
    *out_count = 0;
    for (size_t i = 0; i < count; i++)
        if (measured[i].mail->set->class_ == class_)
            scores[(*out_count)++] = class_ == SKS_CLASS_BULK ? measured[i].bulk_score : measured[i].score;
    qsort(scores, *out_count, sizeof(double), falling);
    return scores;
}

static void add_point(struct curve *curve, double alarms, double found)
{
    double missed = 1 - found;
    guint last = curve->alarms->len;
    /* What would lie on the same spot is left out. */
    if (last > 0 && fabs(g_array_index(curve->alarms, double, last - 1) - alarms) < alarms / 200 &&
        fabs(g_array_index(curve->found, double, last - 1) - found) < 0.001)
        return;
    g_array_append_val(curve->alarms, alarms);
    g_array_append_val(curve->found, found);
    g_array_append_val(curve->missed, missed);
}

static struct curve trace(const struct sks_measured *measured, size_t count, enum sks_class class_)
{
    struct curve curve = {g_array_new(FALSE, FALSE, sizeof(double)), g_array_new(FALSE, FALSE, sizeof(double)),
                          g_array_new(FALSE, FALSE, sizeof(double))};
    size_t negative_count, positive_count, found = 0;
    g_autofree double *negative = sks_measure_alarms(&negative_count, measured, count, class_ == SKS_CLASS_BULK);
    g_autofree double *positive = positives(&positive_count, measured, count, class_);
    qsort(negative, negative_count, sizeof(double), falling);
    for (size_t i = 0; i <= negative_count && positive_count > 0; i++) {
        double threshold = i < negative_count ? negative[i] : -HUGE_VAL;
        while (found < positive_count && positive[found] > threshold)
            found++;
        add_point(&curve, (double)i / (double)MAX(negative_count, 1), (double)found / (double)positive_count);
    }
    return curve;
}

static void finish_curve(struct curve *curve)
{
    g_array_unref(curve->alarms);
    g_array_unref(curve->found);
    g_array_unref(curve->missed);
}

static const struct {
    enum sks_class class_;
    const char *ja, *en, *other_ja, *other_en;
} shown[] = {
    {SKS_CLASS_TARGETED, "標的型", "targeted", "標的型（比較対象）", "targeted, other model"},
    {SKS_CLASS_BULK, "ばらまき型", "bulk", "ばらまき型（比較対象）", "bulk, other model"},
};

/* Both classes by both models; y is found or missed. */
static void draw_curves(GString *out, const struct sks_evaluation *evaluation, struct sks_plot *plot, bool missed)
{
    struct curve curves[4];
    struct sks_plot_series series[4];
    size_t count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        for (int other = 0; other <= (evaluation->against != NULL); other++) {
            curves[count] =
                trace(other ? evaluation->against : evaluation->measured, evaluation->count, shown[i].class_);
            series[count] = (struct sks_plot_series){
                .name = {other ? shown[i].other_ja : shown[i].ja, other ? shown[i].other_en : shown[i].en},
                .mark = SKS_PLOT_STEPS,
                .colour = (enum sks_plot_colour)shown[i].class_,
                .dashed = other,
                .x = (const double *)(const void *)curves[count].alarms->data,
                .y = (const double *)(const void *)(missed ? curves[count].missed : curves[count].found)->data,
                .count = curves[count].alarms->len,
            };
            count++;
        }
    }
    plot->series = series;
    plot->series_count = count;
    sks_plot_draw(out, plot);
    for (size_t i = 0; i < count; i++)
        finish_curve(&curves[i]);
}

static const double decades[] = {0.0001, 0.001, 0.01, 0.1, 1};
static const char *const decade_labels[] = {"1/10,000", "1/1,000", "1/100", "1/10", "1"};
static const double fifths[] = {0, 0.2, 0.4, 0.6, 0.8, 1};

/* An axis of shares from none to all. */
#define SHARES(ja, en)                                                                                                 \
    {                                                                                                                  \
        .title = {ja, en}, .low = 0, .high = 1, .ticks = fifths, .tick_count = 6, .percent = true                      \
    }

void sks_chart_roc(GString *out, const struct sks_evaluation *evaluation)
{
    struct sks_plot plot = {
        .title = {"ROC曲線", "ROC curve"},
        .caption =
            {"横軸は、そのクラスでないメールのうち誤報となる割合（対数）。左上に近いほどよい。",
             "Across: the share of other mail that would be a false alarm, on a logarithmic scale. The nearer to the "
             "upper left, the better."},
        .x = {.title = {"誤報の割合", "false alarms"},
              .scale = SKS_PLOT_LOGARITHMIC,
              .low = 0.0001,
              .high = 1,
              .ticks = decades,
              .tick_count = 5,
              .labels = decade_labels},
        .y = SHARES("検出した割合", "found"),
    };
    draw_curves(out, evaluation, &plot, false);
}

void sks_chart_det(GString *out, const struct sks_evaluation *evaluation)
{
    static const double alarms[] = {0.0001, 0.001, 0.01, 0.1, 0.4};
    static const double misses[] = {0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95};
    struct sks_plot plot = {
        .title = {"検出誤りトレードオフ（DET）曲線", "Detection error trade-off (DET)"},
        .caption = {"両軸とも正規偏差の目盛り。左下に近いほどよい。",
                    "Both axes are scaled by normal deviates. The nearer to the lower left, the better."},
        .x = {.title = {"誤報の割合", "false alarms"},
              .scale = SKS_PLOT_PROBIT,
              .low = 0.0001,
              .high = 0.5,
              .ticks = alarms,
              .tick_count = 5,
              .percent = true},
        .y = {.title = {"見逃した割合", "missed"},
              .scale = SKS_PLOT_PROBIT,
              .low = 0.0005,
              .high = 0.97,
              .ticks = misses,
              .tick_count = 7,
              .percent = true},
    };
    draw_curves(out, evaluation, &plot, true);
}

#define BINS  40
#define LEAST (-10.0)
#define MOST  10.0

/* The shares of a class's mails by score; returns the highest. */
static double fill_bins(double *shares, const struct sks_evaluation *evaluation, enum sks_class class_, bool bulk)
{
    size_t counts[BINS] = {0}, all = 0;
    for (size_t i = 0; i < evaluation->count; i++) {
        const struct sks_measured *measured = &evaluation->measured[i];
        if (measured->mail->set->class_ != class_)
            continue;
        double score = CLAMP(bulk ? measured->bulk_score : measured->score, LEAST, MOST - 1e-9);
        counts[(size_t)((score - LEAST) / (MOST - LEAST) * BINS)]++;
        all++;
    }
    double highest = 0;
    for (size_t i = 0; i < BINS; i++) {
        shares[i] = all > 0 ? (double)counts[i] / (double)all : 0;
        highest = fmax(highest, shares[i]);
    }
    shares[BINS] = shares[BINS - 1];
    return highest;
}

/* The bars hold written mail and mail of any age; the threshold rests on neither. */
#define DOTTED_JA "点線は、誤報を数えたメール（下記）の千通に一通が誤報となるしきい値。"
#define DOTTED_EN "Dotted: where one in 1,000 of the mail that false alarms are counted on (see below) is one."

void sks_chart_histogram(GString *out, const struct sks_evaluation *evaluation, bool bulk)
{
    static const double ticks[] = {-10, -5, 0, 5, 10};
    static const double parts[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
    static const char *const names[SKS_CLASS_COUNT][2] = {
        {"正常", "clean"}, {"ばらまき型", "bulk"}, {"標的型", "targeted"}};
    double shares[SKS_CLASS_COUNT][BINS + 1], edges[BINS + 1], highest = 0.1;
    struct sks_plot_series series[SKS_CLASS_COUNT];
    for (size_t i = 0; i <= BINS; i++)
        edges[i] = LEAST + (MOST - LEAST) * (double)i / BINS;
    for (int i = 0; i < SKS_CLASS_COUNT; i++) {
        highest = fmax(highest, fill_bins(shares[i], evaluation, (enum sks_class)i, bulk));
        series[i] = (struct sks_plot_series){.name = {names[i][0], names[i][1]},
                                             .mark = SKS_PLOT_AREA,
                                             .colour = (enum sks_plot_colour)i,
                                             .x = edges,
                                             .y = shares[i],
                                             .count = BINS + 1};
    }
    struct sks_thresholds thresholds;
    sks_measure_thresholds(&thresholds, evaluation->measured, evaluation->count);
    const struct sks_plot_rule rule = {.at = bulk ? thresholds.bulk[1] : thresholds.targeted[1],
                                       .name = {"誤報 1/1,000", "1 in 1,000"}};
    const struct sks_plot plot = {
        .title = {bulk ? "スコアの分布：ばらまき型" : "スコアの分布：標的型",
                  bulk ? "Scores for bulk" : "Scores for targeted"},
        .caption = {bulk ? "正常に対する対数オッズ。" DOTTED_JA
                         : "正常とばらまき型の両方に対する対数オッズ。" DOTTED_JA,
                    bulk ? "Log-odds against clean. " DOTTED_EN
                         : "Log-odds against clean and bulk together. " DOTTED_EN},
        .x = {.title = {"対数オッズ", "log-odds"}, .low = LEAST, .high = MOST, .ticks = ticks, .tick_count = 5},
        .y = {.title = {"各クラスに占める割合", "share of each class"},
              .low = 0,
              .high = ceil(highest * 10) / 10,
              .ticks = parts,
              .tick_count = (size_t)lround(ceil(highest * 10)) + 1,
              .percent = true},
        .series = series,
        .series_count = SKS_CLASS_COUNT,
        .rules = &rule,
        .rule_count = (bulk ? thresholds.bulk_mails : thresholds.targeted_mails) > 0,
    };
    sks_plot_draw(out, &plot);
}

/* Bins with fewer mails say too little to be drawn. */
#define LEAST_MAILS 10

struct reliability {
    double said[SKS_CALIBRATION_BINS], was[SKS_CALIBRATION_BINS];
    double low[SKS_CALIBRATION_BINS], high[SKS_CALIBRATION_BINS];
    size_t count;
};

static struct reliability reliability(const struct sks_calibration *calibration)
{
    struct reliability points = {.count = 0};
    for (size_t i = 0; i < SKS_CALIBRATION_BINS; i++) {
        const struct sks_calibration_bin *bin = &calibration->bins[i];
        if (bin->mails < LEAST_MAILS)
            continue;
        points.said[points.count] = bin->said;
        points.was[points.count] = bin->was;
        points.low[points.count] = bin->interval.low;
        points.high[points.count++] = bin->interval.high;
    }
    return points;
}

void sks_chart_calibration(GString *out, const struct sks_evaluation *evaluation)
{
    struct sks_calibration classes[SKS_CLASS_COUNT];
    struct reliability points[G_N_ELEMENTS(shown)];
    struct sks_plot_series series[2 * G_N_ELEMENTS(shown)];
    if (!sks_calibrate(classes, evaluation->measured, evaluation->count))
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        points[i] = reliability(&classes[shown[i].class_]);
        series[i * 2] = (struct sks_plot_series){.mark = SKS_PLOT_LINE,
                                                 .colour = (enum sks_plot_colour)shown[i].class_,
                                                 .x = points[i].said,
                                                 .y = points[i].was,
                                                 .count = points[i].count};
        series[i * 2 + 1] = series[i * 2];
        series[i * 2 + 1].mark = SKS_PLOT_POINTS;
        series[i * 2 + 1].low = points[i].low;
        series[i * 2 + 1].high = points[i].high;
        series[i * 2 + 1].name[0] = shown[i].ja;
        series[i * 2 + 1].name[1] = shown[i].en;
    }
    const struct sks_plot plot = {
        .title = {"確率の較正", "Calibration"},
        .caption =
            {"三クラスの重みを等しくして数えた。点線上にあれば、示した確率と実際の割合が一致している。縦線は95％区間。",
             "Counted with the three classes weighing the same. On the dotted line, what was said is what was. "
             "Upright lines: 95 % intervals."},
        .x = SHARES("示した確率", "probability given"),
        .y = SHARES("実際の割合", "was so"),
        .series = series,
        .series_count = 4,
        .diagonal = true,
    };
    sks_plot_draw(out, &plot);
}

void sks_chart_learning(GString *out, const struct sks_evaluation *evaluation)
{
    size_t count = evaluation->curve_count;
    if (count < 2)
        return;
    double x[16], y[2][16], low[2][16], high[2][16];
    char labels[16][24];
    const char *shown_labels[16];
    struct sks_plot_series series[4];
    count = MIN(count, 16);
    for (size_t i = 0; i < count; i++) {
        x[i] = (double)evaluation->curve[i].mails;
        snprintf(labels[i], sizeof labels[i], "%zu", evaluation->curve[i].mails);
        shown_labels[i] = labels[i];
    }
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        for (size_t j = 0; j < count; j++) {
            y[i][j] = evaluation->curve[j].found[shown[i].class_];
            low[i][j] = evaluation->curve[j].least[shown[i].class_];
            high[i][j] = evaluation->curve[j].most[shown[i].class_];
        }
        series[i * 2] = (struct sks_plot_series){.mark = SKS_PLOT_LINE,
                                                 .colour = (enum sks_plot_colour)shown[i].class_,
                                                 .x = x,
                                                 .y = y[i],
                                                 .low = low[i],
                                                 .high = high[i],
                                                 .count = count};
        series[i * 2 + 1] = (struct sks_plot_series){.name = {shown[i].ja, shown[i].en},
                                                     .mark = SKS_PLOT_POINTS, /* few: where something was measured */
                                                     .colour = (enum sks_plot_colour)shown[i].class_,
                                                     .x = x,
                                                     .y = y[i],
                                                     .count = count};
    }
    const struct sks_plot plot = {
        .title = {"学習曲線", "Learning curve"},
        .caption =
            {"学習に使ったメールの数と、除けておいた五分の一から百通に一通の誤報で検出した割合。五つの分割のうち三つで"
             "測った平均。帯"
             "はその最低と最高。",
             "Mails learned from, and what was found at 1 in 100 among a fifth that was kept out: the mean of three of "
             "the five fifths. Bands: the lowest and the highest of them."},
        .x = {.title = {"学習したメール数", "mails learned from"},
              .scale = SKS_PLOT_LOGARITHMIC,
              .low = x[0],
              .high = x[count - 1],
              .ticks = x,
              .tick_count = count,
              .labels = shown_labels},
        .y = SHARES("検出した割合", "found"),
        .series = series,
        .series_count = G_N_ELEMENTS(series),
    };
    sks_plot_draw(out, &plot);
}

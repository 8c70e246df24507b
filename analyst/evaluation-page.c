/* Cards, charts and tables, from the report that --json prints, so that both say the same. */
#include "evaluation-page.h"

#include <string.h>

#include "evaluation-chart.h"
#include "indicator/indicator.h"
#include "known.h"
#include "page.h"
#include "table.h"

static const char *const class_names[SKS_CLASS_COUNT][SKS_LANGUAGE_COUNT] = {
    {"正常", "clean"}, {"ばらまき型", "bulk"}, {"標的型", "targeted"}};

static long long number(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

static void add_percent(GString *out, double share)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(out, g_ascii_formatd(text, sizeof text, share > 0 && share < 0.01 ? "%.2f" : "%.1f", share * 100));
    g_string_append(out, " %");
}

static void add_interval(GString *out, const json_t *interval)
{
    g_string_append(out, "<small>");
    add_percent(out, json_real_value(json_array_get(interval, 0)));
    g_string_append(out, " – ");
    add_percent(out, json_real_value(json_array_get(interval, 1)));
    g_string_append(out, "</small>");
}

static void add_class(GString *out, const char *name)
{
    enum sks_class class_ = SKS_CLASS_CLEAN;
    sks_class_from_name(&class_, name);
    g_string_append_printf(out, "<span class=\"dot c%d\"></span>", class_);
    sks_page_text(out, class_names[class_][0], class_names[class_][1]);
}

/* Cards: what matters at a glance. */

struct tally {
    size_t found, count;
};

static struct tally tally_found(const struct sks_evaluation *evaluation, enum sks_class class_)
{
    struct sks_thresholds thresholds;
    struct tally tally = {0, 0};
    if (!sks_measure_tells(evaluation->report, sks_class_name(class_)))
        return tally;
    sks_measure_thresholds(&thresholds, evaluation->measured, evaluation->count);
    for (size_t i = 0; i < evaluation->count; i++)
        if (evaluation->measured[i].mail->set->class_ == class_) {
            tally.count++;
            tally.found += sks_measure_finds(&thresholds, &evaluation->measured[i], 1);
        }
    return tally;
}

static void add_card(GString *out, const char *ja, const char *en, struct tally tally, bool alarms)
{
    double share = tally.count > 0 ? (double)tally.found / (double)tally.count : 0;
    g_string_append(out, "<div>");
    sks_page_element(out, "span class=\"what\"", ja, en);
    g_string_append(out, "<b>");
    if (tally.count == 0)
        g_string_append(out, "–");
    else if (alarms)
        g_string_append_printf(out, "%zu", tally.found);
    else
        add_percent(out, share);
    g_string_append(out, "</b>");
    g_autofree char *of_ja = g_strdup_printf("%zu通中%zu通", tally.count, tally.found);
    g_autofree char *of_en =
        g_strdup_printf("%zu of %zu mail%s", tally.found, tally.count, tally.count == 1 ? "" : "s");
    sks_page_element(out, "small", of_ja, of_en);
    g_string_append(out, "</div>");
}

static void add_cards(GString *out, const struct sks_evaluation *evaluation)
{
    const json_t *real = json_object_get(evaluation->report, "real_called_targeted");
    const json_t *row = json_object_get(json_object_get(evaluation->report, "confusion"), "targeted");
    size_t missed = (size_t)number(row, "bulk");
    size_t targeted = missed + (size_t)number(row, "clean") + (size_t)number(row, "targeted");
    g_string_append(out, "<div class=\"cards\">");
    add_card(out, "標的型の検出（誤報 1/1,000）", "Targeted found, at 1 in 1,000",
             tally_found(evaluation, SKS_CLASS_TARGETED), false);
    add_card(out, "ばらまき型の検出（誤報 1/1,000）", "Bulk found, at 1 in 1,000",
             tally_found(evaluation, SKS_CLASS_BULK), false);
    add_card(out, "実在メールを標的型と誤認", "Real mail called targeted",
             (struct tally){(size_t)number(real, "alarms"), (size_t)number(real, "mails")}, true);
    add_card(out, "標的型をばらまき型と誤認", "Targeted called bulk", (struct tally){missed, targeted}, false);
    g_string_append(out, "</div>\n");
}

/* Tables. */

/* short_: a table that is not to be divided in print. */
static void add_heads(GString *out, const char *const (*heads)[2], size_t count, bool short_)
{
    g_string_append_printf(out, "<div class=\"scroll%s\"><table><thead><tr>", short_ ? " short" : "");
    for (size_t i = 0; i < count; i++)
        sks_page_element(out, "th", heads[i][0], heads[i][1]);
    g_string_append(out, "</tr></thead><tbody>");
}

static void end_table(GString *out)
{
    g_string_append(out, "</tbody></table></div>\n");
}

static const char *const set_heads[][2] = {
    {"メール集合", "set"},       {"通数", "mails"},     {"1/100", "1 in 100"},      {"1/1,000", "1 in 1,000"},
    {"1/10,000", "1 in 10,000"}, {"→ 正常", "→ clean"}, {"→ ばらまき型", "→ bulk"}, {"→ 標的型", "→ targeted"}};

/* name in Japanese and in English; one that is in no language is both. */
static void add_cell_row(GString *out, const char *ja, const char *en, const json_t *cell, bool part,
                         const json_t *report)
{
    const json_t *found = json_object_get(cell, "found"), *intervals = json_object_get(cell, "interval");
    const json_t *called = json_object_get(cell, "called");
    const char *class_ = json_string_value(json_object_get(cell, "class"));
    bool shows =
        strcmp(class_, sks_class_name(SKS_CLASS_CLEAN)) != 0 && /* in legitimate mail, nothing is to be found */
        sks_measure_tells(report, class_);
    g_string_append_printf(out, "<tr%s><td>", part ? " class=\"part\"" : "");
    if (ja != en)
        sks_page_text(out, ja, en);
    else
        sks_page_escape(out, en);
    if (!part) {
        g_string_append(out, "<small>");
        add_class(out, class_);
        g_string_append(out, "</small>");
    }
    g_string_append_printf(out, "</td><td>%lld</td>", number(cell, "n"));
    for (size_t i = 0; i < SKS_RATE_COUNT; i++) {
        g_string_append(out, "<td>");
        if (shows) {
            add_percent(out, json_real_value(json_object_get(found, sks_rates[i].key)));
            add_interval(out, json_object_get(intervals, sks_rates[i].key));
        }
        g_string_append(out, "</td>");
    }
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        g_string_append_printf(out, "<td>%lld</td>", number(called, sks_class_name((enum sks_class)i)));
    g_string_append(out, "</tr>\n");
}

static void add_part_row(GString *out, const char *key, const json_t *cell, const json_t *report)
{
    add_cell_row(out, sks_measure_part(key, SKS_LANGUAGE_JAPANESE), sks_measure_part(key, SKS_LANGUAGE_ENGLISH), cell,
                 true, report);
}

static void add_sets(GString *out, const struct sks_evaluation *evaluation)
{
    const json_t *report = evaluation->report;
    json_t *sets = json_object_get(report, "sets"), *set, *cell;
    const char *name, *key;
    add_heads(out, set_heads, G_N_ELEMENTS(set_heads), false);
    json_object_foreach(sets, name, set)
    {
        static const char *const parts[] = {"languages", "years"};
        add_cell_row(out, name, name, set, false, report);
        if (json_object_get(set, "exchanges") != NULL)
            add_cell_row(out, "やりとりごと", "by exchange", json_object_get(set, "exchanges"), true, report);
        if (json_object_get(set, "ends") != NULL)
            add_cell_row(out, "記憶を使うと", "with a memory", json_object_get(set, "ends"), true, report);
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
            json_t *table = json_object_get(set, parts[i]);
            if (json_object_size(table) > 1)
                json_object_foreach(table, key, cell) add_part_row(out, key, cell, report);
        }
    }
    end_table(out);
}

/* Families and months are many: folded away. */
static void add_details(GString *out, const struct sks_evaluation *evaluation, const char *part, const char *ja,
                        const char *en)
{
    const json_t *report = evaluation->report;
    json_t *sets = json_object_get(report, "sets"), *set, *cell;
    const char *name, *key;
    json_object_foreach(sets, name, set)
    {
        json_t *table = json_object_get(set, part);
        if (json_object_size(table) < 2)
            continue;
        g_autofree char *title_ja = g_strdup_printf("%s：%s（%zu）", name, ja, json_object_size(table));
        g_autofree char *title_en = g_strdup_printf("%s by %s (%zu)", name, en, json_object_size(table));
        g_string_append(out, "<details>");
        sks_page_element(out, "summary", title_ja, title_en);
        add_heads(out, set_heads, G_N_ELEMENTS(set_heads), false);
        json_object_foreach(table, key, cell) add_part_row(out, key, cell, report);
        end_table(out);
        g_string_append(out, "</details>\n");
    }
}

static void add_confusion(GString *out, const struct sks_evaluation *evaluation)
{
    static const char *const heads[][2] = {
        {"実際", "is"}, {"→ 正常", "→ clean"}, {"→ ばらまき型", "→ bulk"}, {"→ 標的型", "→ targeted"}};
    const json_t *confusion = json_object_get(evaluation->report, "confusion");
    add_heads(out, heads, G_N_ELEMENTS(heads), true);
    for (int i = 0; i < SKS_CLASS_COUNT; i++) {
        const json_t *row = json_object_get(confusion, sks_class_name((enum sks_class)i));
        g_string_append(out, "<tr><td>");
        add_class(out, sks_class_name((enum sks_class)i));
        g_string_append(out, "</td>");
        for (int j = 0; j < SKS_CLASS_COUNT; j++)
            g_string_append_printf(out, i == j ? "<td><strong>%lld</strong></td>" : "<td>%lld</td>",
                                   number(row, sks_class_name((enum sks_class)j)));
        g_string_append(out, "</tr>\n");
    }
    end_table(out);
}

static void add_number(GString *out, const json_t *value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(out, g_ascii_formatd(text, sizeof text, "%.3f", json_real_value(value)));
}

static void add_number_cell(GString *out, const json_t *object, const char *key, const char *interval_key)
{
    const json_t *interval = json_object_get(object, interval_key);
    g_string_append(out, "<td>");
    add_number(out, json_object_get(object, key));
    g_string_append(out, "<small>");
    add_number(out, json_array_get(interval, 0));
    g_string_append(out, " – ");
    add_number(out, json_array_get(interval, 1));
    g_string_append(out, "</small></td>");
}

static void add_calibration(GString *out, const struct sks_evaluation *evaluation)
{
    static const char *const heads[][2] = {
        {"クラス", "class"}, {"ブライアスコア", "Brier score"}, {"期待較正誤差", "expected calibration error"}};
    const json_t *calibration = json_object_get(evaluation->report, "calibration");
    if (!json_is_object(calibration))
        return;
    sks_page_element(out, "h2", "確率の確かさ", "How true the probabilities are");
    sks_page_element(
        out, "p class=\"note\"",
        "三クラスの重みを等しくして数えた。どちらも0が最良。常に三分の一と答えるとブライアスコアは0.222になる。下段は、"
        "類似メールの組を単位とするブートストラップ法の95％区間。",
        "With the three classes weighing the same; 0 is best for both. Always saying a third has a Brier "
        "score of 0.222. Below: 95 % intervals, by drawing groups of relatives anew.");
    add_heads(out, heads, G_N_ELEMENTS(heads), true);
    for (int i = SKS_CLASS_COUNT - 1; i >= 0; i--) {
        const json_t *one = json_object_get(calibration, sks_class_name((enum sks_class)i));
        g_string_append(out, "<tr><td>");
        add_class(out, sks_class_name((enum sks_class)i));
        g_string_append(out, "</td>");
        add_number_cell(out, one, "brier", "brier_interval");
        add_number_cell(out, one, "error", "error_interval");
        g_string_append(out, "</tr>\n");
    }
    end_table(out);
}

/* Two models. */

static void add_pair_row(GString *out, const char *ja, const char *en, const json_t *pairs)
{
    g_autofree char *p = sks_table_p(json_real_value(json_object_get(pairs, "p")));
    g_string_append(out, "<tr>");
    sks_page_element(out, "td", ja, en);
    g_string_append_printf(out, "<td>%lld</td><td>%lld</td><td>%lld</td><td>%lld</td><td>%lld</td><td>",
                           number(pairs, "n"), number(pairs, "one"), number(pairs, "other"), number(pairs, "only_one"),
                           number(pairs, "only_other"));
    sks_page_escape(out, p);
    g_string_append(out, "</td></tr>\n");
}

static void add_comparison(GString *out, const struct sks_evaluation *evaluation)
{
    static const char *const heads[][2] = {{"", ""},
                                           {"通数", "mails"},
                                           {"このモデル", "this model"},
                                           {"比較対象", "other"},
                                           {"このモデルのみ", "only this"},
                                           {"比較対象のみ", "only other"},
                                           {"p値", "p"}};
    static const char *const errors[][3] = {
        {"alarms", "誤り：標的型でないのに標的型とした", "wrong: called targeted, but is not"},
        {"clean", "誤り：正常を正常としなかった", "wrong: clean, not called so"},
        {"bulk", "誤り：ばらまき型をばらまき型としなかった", "wrong: bulk, not called so"},
        {"targeted", "誤り：標的型を標的型としなかった", "wrong: targeted, not called so"},
    };
    static const enum sks_class classes[] = {SKS_CLASS_TARGETED, SKS_CLASS_BULK};
    if (evaluation->comparison == NULL)
        return;
    sks_page_element(out, "h2", "二つのモデルの比較", "Two models side by side");
    g_autofree char *ja = g_strdup_printf("比較対象は%s。p値は正確なマクネマー検定（両側）による。", evaluation->other);
    g_autofree char *en =
        g_strdup_printf("The other model is %s. p: McNemar's exact test, two-sided.", evaluation->other);
    sks_page_element(out, "p class=\"note\"", ja, en);
    add_heads(out, heads, G_N_ELEMENTS(heads), true);
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++)
        add_pair_row(out, errors[i][1], errors[i][2],
                     json_object_get(json_object_get(evaluation->comparison, "errors"), errors[i][0]));
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
        for (size_t rate = 0; rate < SKS_RATE_COUNT; rate++) {
            const json_t *found =
                json_object_get(json_object_get(evaluation->comparison, "found"), sks_class_name(classes[i]));
            g_autofree char *of_ja =
                g_strdup_printf("検出：%s、誤報 1/%s", class_names[classes[i]][0], sks_rates[rate].one_in);
            g_autofree char *of_en =
                g_strdup_printf("found: %s, at 1 in %s", class_names[classes[i]][1], sks_rates[rate].one_in);
            add_pair_row(out, of_ja, of_en, json_object_get(found, sks_rates[rate].key));
        }
    end_table(out);
}

/* Mails most wrong. */

static void add_evidence(GString *out, const json_t *evidence)
{
    for (size_t i = 0; i < json_array_size(evidence); i++) {
        const json_t *piece = json_array_get(evidence, i);
        const struct sks_indicator *indicator = sks_indicator_find(json_string_value(json_object_get(piece, "id")));
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append(out, i > 0 ? "<br/>" : "");
        sks_page_text(out, indicator->brief_ja, indicator->brief_en);
        g_string_append_printf(
            out, " %s",
            g_ascii_formatd(text, sizeof text, "%+.1f", json_real_value(json_object_get(piece, "contribution"))));
    }
    if (json_array_size(evidence) == 0)
        sks_page_text(out, "根拠なし", "nothing was seen");
}

static void add_given(GString *out, const json_t *mail, const char *class_, const char *given)
{
    g_string_append(out, "<td class=\"text\">");
    add_class(out, json_string_value(json_object_get(mail, class_)));
    g_string_append(out, "<small>");
    add_percent(out, json_real_value(json_object_get(mail, given)));
    g_string_append(out, "</small></td>");
}

static void add_wrong_mail(GString *out, const json_t *mail)
{
    g_autofree char *base = g_path_get_basename(json_string_value(json_object_get(mail, "file")));
    g_string_append(out, "<tr><td>");
    sks_page_escape(out, base);
    g_string_append(out, "<small>");
    sks_page_escape(out, json_string_value(json_object_get(mail, "set")));
    if (number(mail, "index") > 0)
        g_string_append_printf(out, " #%lld", number(mail, "index"));
    g_string_append(out, "</small></td>");
    add_given(out, mail, "class", "given");
    add_given(out, mail, "called", "called_given");
    g_string_append(out, "<td class=\"wide\">");
    add_evidence(out, json_object_get(mail, "evidence"));
    g_string_append(out, "</td></tr>\n");
}

static void add_wrong(GString *out, const struct sks_evaluation *evaluation)
{
    sks_page_element(out, "h2", "最も大きく誤ったメール", "Mails most wrong");
    sks_page_element(
        out, "p class=\"note\"",
        "各クラス最大八通。実際のクラスに与えた確率の低い順。根拠は対数オッズへの寄与の大きい順。",
        "Of each class at most eight, by the probability that was given to what they are. Evidence by what it "
        "added to the log-odds.");
    g_string_append(out, "<div class=\"scroll\"><table><thead><tr>");
    sks_page_element(out, "th", "メール", "mail");
    sks_page_element(out, "th class=\"text\"", "実際", "is");
    sks_page_element(out, "th class=\"text\"", "判定", "called");
    sks_page_element(out, "th class=\"text\"", "主な根拠", "evidence");
    g_string_append(out, "</tr></thead><tbody>");
    const json_t *wrong = json_object_get(evaluation->report, "wrong");
    for (size_t i = 0; i < json_array_size(wrong); i++)
        add_wrong_mail(out, json_array_get(wrong, i));
    end_table(out);
}

static void add_charts(GString *out, const struct sks_evaluation *evaluation)
{
    g_string_append(out, "<div class=\"figures\">");
    sks_chart_roc(out, evaluation);
    sks_chart_det(out, evaluation);
    sks_chart_histogram(out, evaluation, false);
    sks_chart_histogram(out, evaluation, true);
    sks_chart_calibration(out, evaluation);
    sks_chart_learning(out, evaluation);
    g_string_append(out, "</div>\n");
}

static void add_method(GString *out, const struct sks_evaluation *evaluation)
{
    g_autofree char *counted_ja = sks_measure_counted(evaluation->report, SKS_LANGUAGE_JAPANESE);
    g_autofree char *counted_en = sks_measure_counted(evaluation->report, SKS_LANGUAGE_ENGLISH);
    g_autofree char *ja =
        g_strdup_printf("「1/1,000」は千通に一通の誤報を許すしきい値での検出率。下段はクロッパー・ピアソンの95％"
                        "信頼区間。%s→は、モデル自身のしきい値による判定。",
                        counted_ja);
    g_autofree char *en = g_strdup_printf(
        "\"1 in 1,000\": what is found at the threshold that so many false alarms allow; below it, Clopper and "
        "Pearson's 95 %% interval. %s →: what the package's own thresholds call it.",
        counted_en);
    sks_page_element(out, "p class=\"note\"", ja, en);
}

/* What it has seen before must not be taken for what it can do. */
static void add_known(GString *out, const struct sks_evaluation *evaluation)
{
    const json_t *known = json_object_get(evaluation->report, "known");
    const json_t *of_other = json_object_get(evaluation->comparison, "known");
    g_autofree char *ja = sks_known_sentence(known, SKS_LANGUAGE_JAPANESE);
    g_autofree char *en = sks_known_sentence(known, SKS_LANGUAGE_ENGLISH);
    sks_page_element(out, "p class=\"note\"", ja, en);
    if (of_other == NULL)
        return;
    g_autofree char *said_ja = sks_known_sentence(of_other, SKS_LANGUAGE_JAPANESE);
    g_autofree char *said_en = sks_known_sentence(of_other, SKS_LANGUAGE_ENGLISH);
    g_autofree char *other_ja = g_strdup_printf("比較対象（%s）：%s", evaluation->other, said_ja);
    g_autofree char *other_en = g_strdup_printf("The other model (%s): %s", evaluation->other, said_en);
    sks_page_element(out, "p class=\"note\"", other_ja, other_en);
}

GString *sks_evaluation_page(const struct sks_evaluation *evaluation, enum sks_language first)
{
    GString *out = g_string_new(NULL);
    const char *model = evaluation->model;
    g_autofree char *what_ja = model != NULL ? g_strdup_printf("モデル %s", model)
                                             : g_strdup_printf("学習方法（実メールは%sから）", evaluation->split);
    g_autofree char *what_en = model != NULL
                                   ? g_strdup_printf("Model %s", model)
                                   : g_strdup_printf("Way of training (real mail from %s on)", evaluation->split);
    g_autofree char *line_ja =
        g_strdup_printf("%s、メール%zu通、%u集合", what_ja, evaluation->count, evaluation->sets->sets->len);
    g_autofree char *line_en =
        g_strdup_printf("%s, on %zu mail%s of %u set%s", what_en, evaluation->count, evaluation->count == 1 ? "" : "s",
                        evaluation->sets->sets->len, evaluation->sets->sets->len == 1 ? "" : "s");
    sks_page_begin(out, first, "判定モデルの評価", "How good the model is", line_ja, line_en);
    add_cards(out, evaluation);
    add_charts(out, evaluation);
    add_comparison(out, evaluation);
    sks_page_element(out, "h2", "メール集合ごとの検出率", "What is found, set by set");
    add_method(out, evaluation);
    add_known(out, evaluation);
    if (sks_measure_exchange_note(evaluation->report, first) != NULL)
        sks_page_element(out, "p class=\"note\"", sks_measure_exchange_note(evaluation->report, SKS_LANGUAGE_JAPANESE),
                         sks_measure_exchange_note(evaluation->report, SKS_LANGUAGE_ENGLISH));
    add_sets(out, evaluation);
    add_details(out, evaluation, "families", "シナリオ別", "family");
    add_details(out, evaluation, "months", "月別", "month");
    sks_page_element(out, "h2", "混同行列", "Confusion");
    add_confusion(out, evaluation);
    add_calibration(out, evaluation);
    add_wrong(out, evaluation);
    sks_page_end(out);
    return out;
}

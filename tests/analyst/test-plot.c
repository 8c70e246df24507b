/* Charts: points stand where the scales say, and what is written is well-formed and holds nothing from elsewhere. */
#include "tests/test.h"

#include <libxml/parser.h>
#include <math.h>

#include "analyst/page.h"
#include "analyst/plot.h"

static const double ends[] = {0, 1};

static struct sks_plot plot_of(const struct sks_plot_series *series, enum sks_plot_scale scale, double low, double high)
{
    return (struct sks_plot){
        .title = {"題", "A <title> & \"more\""},
        .x = {.title = {"横", "x"}, .scale = scale, .low = low, .high = high, .ticks = &series->x[0], .tick_count = 1},
        .y = {.title = {"縦", "y"}, .low = 0, .high = 1, .ticks = ends, .tick_count = 2, .percent = true},
        .series = series,
        .series_count = 1,
    };
}

/* Where the only point of a chart was drawn. */
static double drawn_x(enum sks_plot_scale scale, double low, double high, double value)
{
    double y = 0.5;
    const struct sks_plot_series series = {.mark = SKS_PLOT_POINTS, .x = &value, .y = &y, .count = 1};
    const struct sks_plot plot = plot_of(&series, scale, low, high);
    g_autoptr(GString) out = g_string_new(NULL);
    sks_plot_draw(out, &plot);
    const char *at = strstr(out->str, " cx=\"");
    assert_non_null(at);
    return g_ascii_strtod(at + 5, NULL);
}

static void test_scales(void **state)
{
    (void)state;
    /* The drawing area is 46 to 408. */
    static const struct {
        const char *name;
        enum sks_plot_scale scale;
        double low, high, value, want;
    } cases[] = {
        {"linear middle", SKS_PLOT_LINEAR, 0, 10, 5, 227},
        {"linear beyond", SKS_PLOT_LINEAR, 0, 10, 11, 408},
        {"two of four decades", SKS_PLOT_LOGARITHMIC, 0.0001, 1, 0.01, 227},
        {"zero on a logarithmic axis", SKS_PLOT_LOGARITHMIC, 0.0001, 1, 0, 46},
        {"median of deviates", SKS_PLOT_PROBIT, 0.01, 0.99, 0.5, 227},
        /* Tables: the deviates of 0.025, 0.1587 and 0.5 are -1.96, -1 and 0. */
        {"one deviate of 1.96", SKS_PLOT_PROBIT, 0.025, 0.5, 0.158655, 46 + 362 * (1.959964 - 1) / 1.959964},
        {"far tail", SKS_PLOT_PROBIT, 0.001, 0.5, 0.022750, 46 + 362 * (3.090232 - 2) / 3.090232},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        double got = drawn_x(cases[i].scale, cases[i].low, cases[i].high, cases[i].value);
        if (fabs(got - cases[i].want) > 0.11)
            fail_msg("%s: drawn at %g, should be at %g", cases[i].name, got, cases[i].want);
    }
}

static void test_page(void **state)
{
    (void)state;
    static const enum sks_plot_mark marks[] = {SKS_PLOT_LINE, SKS_PLOT_STEPS, SKS_PLOT_AREA, SKS_PLOT_POINTS,
                                               SKS_PLOT_BARS};
    const double x[] = {0.1, NAN, 0.5, 0.9}, y[] = {0.2, 0.3, INFINITY, 0.8};
    const double low[] = {0.1, 0.1, 0.1, 0.1}, high[] = {0.9, 0.9, 0.9, 0.9};
    g_autoptr(GString) out = g_string_new(NULL);
    sks_page_begin(out, SKS_LANGUAGE_JAPANESE, "題 <b>", "Title <b>", "行", "line");
    for (size_t i = 0; i < G_N_ELEMENTS(marks) * 2; i++) {
        const struct sks_plot_series series = {
            .name = {"名 & 前", "a < b"},
            .mark = marks[i / 2],
            .width = 0.1,
            .x = x,
            .y = y,
            .low = i % 2 ? low : NULL,
            .high = i % 2 ? high : NULL,
            .count = 4,
        };
        const struct sks_plot_rule rule = {.at = 0.5, .horizontal = i % 2, .name = {"線", "rule > 1"}};
        struct sks_plot plot = plot_of(&series, SKS_PLOT_LINEAR, 0, 1);
        plot.rules = &rule;
        plot.rule_count = 1;
        sks_plot_draw(out, &plot);
    }
    sks_page_text(out, "</main>\x01\xff", "<script>");
    sks_page_end(out);
    xmlDoc *document = xmlReadMemory(out->str, (int)out->len, "page", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    if (document == NULL)
        fail_msg("not well-formed");
    xmlFreeDoc(document);
    static const char *const foreign[] = {"<script", "http:", "https:", "url(", "@import", "nan ", "inf "};
    for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++)
        if (strstr(out->str, foreign[i]) != NULL)
            fail_msg("the page holds \"%s\"", foreign[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scales), cmocka_unit_test(test_page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

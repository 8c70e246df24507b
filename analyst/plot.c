/*
 * Draws into a fixed canvas of 420 by 300 units, small enough that its letters can be read on a telephone. Titles and
 * legend are HTML, which wraps by itself; only numbers and the names of rules stand inside the drawing.
 */
#include "plot.h"

#include <math.h>

#include "page.h"

#define WIDTH  420.0
#define HEIGHT 300.0
#define LEFT   46.0
#define RIGHT  12.0
#define TOP    14.0
#define BOTTOM 24.0

/* The normal deviate of a share (Acklam's rational approximation, 2003; relative error below 1.2e-9). */
static double probit(double p)
{
    static const double a[] = {-39.69683028665376, 220.9460984245205,  -275.9285104469687,
                               138.3577518672690,  -30.66479806614716, 2.506628277459239};
    static const double b[] = {-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
                               -13.28068155288572};
    static const double c[] = {-0.007784894002430293, -0.3223964580411365, -2.400758277161838,
                               -2.549732539343734,    4.374664141464968,   2.938163982698783};
    static const double d[] = {0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416};
    if (p < 0.02425 || p > 1 - 0.02425) {
        double q = sqrt(-2 * log(p < 0.5 ? p : 1 - p));
        double tail = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
                      ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
        return p < 0.5 ? tail : -tail;
    }
    double q = p - 0.5, r = q * q;
    return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
           (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

static double scaled(const struct sks_plot_axis *axis, double value)
{
    double inside = CLAMP(value, axis->low, axis->high);
    switch (axis->scale) {
    case SKS_PLOT_LOGARITHMIC:
        return log(inside);
    case SKS_PLOT_PROBIT:
        return probit(CLAMP(inside, 1e-9, 1 - 1e-9));
    default:
        return inside;
    }
}

/* 0 to 1 along the axis. */
static double place(const struct sks_plot_axis *axis, double value)
{
    double low = scaled(axis, axis->low), high = scaled(axis, axis->high);
    return high > low ? (scaled(axis, value) - low) / (high - low) : 0;
}

static double place_x(const struct sks_plot *plot, double value)
{
    return LEFT + place(&plot->x, value) * (WIDTH - LEFT - RIGHT);
}

static double place_y(const struct sks_plot *plot, double value)
{
    return HEIGHT - BOTTOM - place(&plot->y, value) * (HEIGHT - TOP - BOTTOM);
}

/* Attributes with lengths: "x=… y=…" and so on; no locale. */
static void add_lengths(GString *out, const char *const *names, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append_printf(out, " %s=\"%s\"", names[i], g_ascii_formatd(number, sizeof number, "%.1f", values[i]));
    }
}

static void add_line(GString *out, const char *class_, double x1, double y1, double x2, double y2)
{
    static const char *const names[] = {"x1", "y1", "x2", "y2"};
    g_string_append_printf(out, "<line class=\"%s\"", class_);
    add_lengths(out, names, (const double[]){x1, y1, x2, y2}, 4);
    g_string_append(out, "/>");
}

static void add_point(GString *out, const char *command, double x, double y)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(out, "%s%s", command, g_ascii_formatd(number, sizeof number, "%.1f", x));
    g_string_append_printf(out, " %s", g_ascii_formatd(number, sizeof number, "%.1f", y));
}

static void add_label(GString *out, const struct sks_plot_axis *axis, size_t tick)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    double value = axis->ticks[tick] * (axis->percent ? 100 : 1);
    if (axis->labels != NULL) {
        sks_page_escape(out, axis->labels[tick]);
        return;
    }
    g_string_append(out, g_ascii_formatd(number, sizeof number, "%.6g", value));
    if (axis->percent)
        g_string_append(out, " %");
}

static void draw_grid(GString *out, const struct sks_plot *plot)
{
    static const char *const names[] = {"x", "y"};
    for (size_t i = 0; i < plot->y.tick_count; i++) {
        double y = place_y(plot, plot->y.ticks[i]);
        add_line(out, "grid", LEFT, y, WIDTH - RIGHT, y);
        g_string_append(out, "<text class=\"tick end\"");
        add_lengths(out, names, (const double[]){LEFT - 6, y + 3.5}, 2);
        g_string_append(out, ">");
        add_label(out, &plot->y, i);
        g_string_append(out, "</text>");
    }
    for (size_t i = 0; i < plot->x.tick_count; i++) {
        double x = place_x(plot, plot->x.ticks[i]);
        add_line(out, "tick", x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4);
        g_string_append_printf(out, "<text class=\"tick %s\"", x > WIDTH - 30 ? "end" : "middle");
        add_lengths(out, names, (const double[]){x > WIDTH - 30 ? WIDTH - 2 : x, HEIGHT - BOTTOM + 16}, 2);
        g_string_append(out, ">");
        add_label(out, &plot->x, i);
        g_string_append(out, "</text>");
    }
    add_line(out, "axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    if (plot->diagonal)
        add_line(out, "rule", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, TOP);
}

static void draw_rule(GString *out, const struct sks_plot *plot, const struct sks_plot_rule *rule)
{
    static const char *const names[] = {"x", "y"};
    double x = place_x(plot, rule->at), y = place_y(plot, rule->at);
    bool right = x > WIDTH * 0.6; /* then the name stands to the left of the line */
    if (rule->horizontal)
        add_line(out, "rule", LEFT, y, WIDTH - RIGHT, y);
    else
        add_line(out, "rule", x, TOP, x, HEIGHT - BOTTOM);
    for (int i = 0; rule->name[0] != NULL && i < SKS_LANGUAGE_COUNT; i++) {
        g_string_append_printf(out, "<text class=\"name%s\" lang=\"%s\"", rule->horizontal || right ? " end" : "",
                               sks_page_language(i));
        add_lengths(out, names,
                    rule->horizontal ? (const double[]){WIDTH - RIGHT - 4, y - 5}
                                     : (const double[]){x + (right ? -5 : 5), TOP + 9},
                    2);
        g_string_append(out, ">");
        sks_page_escape(out, rule->name[i]);
        g_string_append(out, "</text>");
    }
}

static bool is_finite(const struct sks_plot_series *series, size_t i)
{
    return isfinite(series->x[i]) && isfinite(series->y[i]);
}

/* The outline of a line, of steps, or of the upper edge of an area. */
static void add_outline(GString *out, const struct sks_plot *plot, const struct sks_plot_series *series)
{
    const char *command = "M";
    double before = 0;
    for (size_t i = 0; i < series->count; i++) {
        if (!is_finite(series, i))
            continue;
        double x = place_x(plot, series->x[i]), y = place_y(plot, series->y[i]);
        if (series->mark != SKS_PLOT_LINE && command[0] == 'L')
            add_point(out, "L", x, before);
        add_point(out, command, x, y);
        command = "L";
        before = y;
    }
}

/* Back along the lower edge of what is filled. */
static void add_foot(GString *out, const struct sks_plot *plot, const struct sks_plot_series *series)
{
    double before = NAN; /* of steps, the x that the value below held until */
    for (size_t i = series->count; i-- > 0;) {
        if (!is_finite(series, i))
            continue;
        double x = place_x(plot, series->x[i]);
        double y = place_y(plot, series->low != NULL ? series->low[i] : plot->y.low);
        if (series->mark != SKS_PLOT_LINE && isfinite(before))
            add_point(out, "L", before, y);
        add_point(out, "L", x, y);
        before = x;
    }
    g_string_append(out, "Z\"/>");
}

static void draw_area(GString *out, const struct sks_plot *plot, const struct sks_plot_series *series)
{
    g_string_append_printf(out, "<path class=\"fill c%d\" d=\"", series->colour);
    add_outline(out, plot, series);
    add_foot(out, plot, series);
}

/* The band of a line's intervals. */
static void draw_band(GString *out, const struct sks_plot *plot, const struct sks_plot_series *series)
{
    struct sks_plot_series upper = *series;
    upper.y = series->high;
    g_string_append_printf(out, "<path class=\"fill c%d\" d=\"", series->colour);
    add_outline(out, plot, &upper);
    add_foot(out, plot, series);
}

static void draw_points(GString *out, const struct sks_plot *plot, const struct sks_plot_series *series)
{
    static const char *const names[] = {"cx", "cy"};
    for (size_t i = 0; i < series->count; i++) {
        if (!is_finite(series, i))
            continue;
        double x = place_x(plot, series->x[i]);
        g_autofree char *class_ = g_strdup_printf("line c%d", series->colour);
        if (series->low != NULL)
            add_line(out, class_, x, place_y(plot, series->low[i]), x, place_y(plot, series->high[i]));
        g_string_append_printf(out, "<circle class=\"point c%d\" r=\"3.5\"", series->colour);
        add_lengths(out, names, (const double[]){x, place_y(plot, series->y[i])}, 2);
        g_string_append(out, "/>");
    }
}

static void draw_bars(GString *out, const struct sks_plot *plot, const struct sks_plot_series *series)
{
    static const char *const names[] = {"x", "y", "width", "height"};
    for (size_t i = 0; i < series->count; i++) {
        if (!is_finite(series, i))
            continue;
        double left = place_x(plot, series->x[i] - series->width / 2);
        double right = place_x(plot, series->x[i] + series->width / 2);
        double top = place_y(plot, series->y[i]);
        double foot = place_y(plot, series->low != NULL ? series->low[i] : plot->y.low);
        g_string_append_printf(out, "<rect class=\"bar c%d\"", series->colour);
        add_lengths(out, names, (const double[]){left, top, fmax(right - left, 0.5), fmax(foot - top, 0)}, 4);
        g_string_append(out, "/>");
    }
}

static void draw_series(GString *out, const struct sks_plot *plot, const struct sks_plot_series *series)
{
    if (series->count == 0)
        return;
    if (series->mark == SKS_PLOT_POINTS) {
        draw_points(out, plot, series);
        return;
    }
    if (series->mark == SKS_PLOT_BARS) {
        draw_bars(out, plot, series);
        return;
    }
    if (series->mark == SKS_PLOT_AREA)
        draw_area(out, plot, series);
    else if (series->low != NULL)
        draw_band(out, plot, series);
    g_string_append_printf(out, "<path class=\"line c%d%s\" d=\"", series->colour, series->dashed ? " dashed" : "");
    add_outline(out, plot, series);
    g_string_append(out, "\"/>");
}

static void draw_legend(GString *out, const struct sks_plot *plot)
{
    g_string_append(out, "<p class=\"legend\">");
    for (size_t i = 0; i < plot->series_count; i++) {
        const struct sks_plot_series *series = &plot->series[i];
        if (series->name[0] == NULL)
            continue;
        g_string_append(out, "<span><svg viewBox=\"0 0 22 10\" aria-hidden=\"true\">");
        if (series->mark == SKS_PLOT_POINTS)
            g_string_append_printf(out, "<circle class=\"point c%d\" cx=\"11\" cy=\"5\" r=\"3.5\"/>", series->colour);
        else if (series->mark == SKS_PLOT_BARS)
            g_string_append_printf(out, "<rect class=\"bar c%d\" x=\"5\" width=\"12\" height=\"10\"/>", series->colour);
        else
            g_string_append_printf(out, "<line class=\"line c%d%s\" x1=\"0\" y1=\"5\" x2=\"22\" y2=\"5\"/>",
                                   series->colour, series->dashed ? " dashed" : "");
        g_string_append(out, "</svg>");
        sks_page_text(out, series->name[SKS_LANGUAGE_JAPANESE], series->name[SKS_LANGUAGE_ENGLISH]);
        g_string_append(out, "</span>");
    }
    g_string_append(out, "</p>");
}

static void add_paragraph(GString *out, const char *class_, const char *const text[SKS_LANGUAGE_COUNT])
{
    if (text[0] == NULL)
        return;
    g_string_append_printf(out, "<p class=\"%s\">", class_);
    sks_page_text(out, text[SKS_LANGUAGE_JAPANESE], text[SKS_LANGUAGE_ENGLISH]);
    g_string_append(out, "</p>");
}

void sks_plot_draw(GString *out, const struct sks_plot *plot)
{
    g_string_append(out, "<figure><h3>");
    sks_page_text(out, plot->title[SKS_LANGUAGE_JAPANESE], plot->title[SKS_LANGUAGE_ENGLISH]);
    g_string_append(out, "</h3>");
    draw_legend(out, plot);
    add_paragraph(out, "axis-y", plot->y.title);
    g_string_append_printf(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    sks_page_escape(out, plot->title[SKS_LANGUAGE_ENGLISH]);
    g_string_append(out, "\">");
    draw_grid(out, plot);
    for (size_t i = 0; i < plot->series_count; i++)
        draw_series(out, plot, &plot->series[i]);
    for (size_t i = 0; i < plot->rule_count; i++)
        draw_rule(out, plot, &plot->rules[i]);
    g_string_append(out, "</svg>");
    add_paragraph(out, "axis-x", plot->x.title);
    if (plot->caption[0] != NULL) {
        g_string_append(out, "<figcaption>");
        sks_page_text(out, plot->caption[SKS_LANGUAGE_JAPANESE], plot->caption[SKS_LANGUAGE_ENGLISH]);
        g_string_append(out, "</figcaption>");
    }
    g_string_append(out, "</figure>\n");
}

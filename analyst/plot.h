/*
 * Charts as SVG, for pages that `sekisho` writes (page.h): each a <figure> with title, legend and caption in both
 * languages. Colours, fonts and the language shown come from the page's style sheet; series differ in lightness and
 * dashes as well as in hue, so that they are told apart in print and by colour-blind readers. No scripts, nothing from
 * elsewhere.
 */
#ifndef SKS_ANALYST_PLOT_H
#define SKS_ANALYST_PLOT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sekisho/verdict.h"

enum sks_plot_scale {
    SKS_PLOT_LINEAR,
    SKS_PLOT_LOGARITHMIC,
    SKS_PLOT_PROBIT, /* normal deviates, for shares: both tails are stretched */
};

struct sks_plot_axis {
    const char *title[SKS_LANGUAGE_COUNT];
    enum sks_plot_scale scale;
    double low, high; /* what lies outside is drawn at the edge */
    const double *ticks;
    size_t tick_count;
    const char *const *labels; /* of the ticks; NULL: their numbers */
    bool percent;              /* numbers are shares, shown in per cent */
};

enum sks_plot_mark {
    SKS_PLOT_LINE,
    SKS_PLOT_STEPS, /* the value holds until the next x */
    SKS_PLOT_AREA,  /* steps, filled down to low[], or to the axis without */
    SKS_PLOT_POINTS,
    SKS_PLOT_BARS, /* from low[], or from the axis without, to y; as wide as the series says */
};

/* Which colour: those of the three classes, and two for what is compared. */
enum sks_plot_colour {
    SKS_PLOT_CLEAN = SKS_CLASS_CLEAN,
    SKS_PLOT_BULK = SKS_CLASS_BULK,
    SKS_PLOT_TARGETED = SKS_CLASS_TARGETED,
    SKS_PLOT_FIRST,
    SKS_PLOT_SECOND,
};

struct sks_plot_series {
    const char *name[SKS_LANGUAGE_COUNT]; /* in the legend; NULL: not there */
    enum sks_plot_mark mark;
    enum sks_plot_colour colour;
    bool dashed;
    double width; /* of bars, in units of x */
    const double *x, *y;
    const double *low, *high; /* intervals of points and lines, or NULL */
    size_t count;
};

/* A line across the chart: at x or at y. */
struct sks_plot_rule {
    double at;
    bool horizontal;
    const char *name[SKS_LANGUAGE_COUNT];
};

struct sks_plot {
    const char *title[SKS_LANGUAGE_COUNT], *caption[SKS_LANGUAGE_COUNT]; /* the caption may be NULL */
    struct sks_plot_axis x, y;
    const struct sks_plot_series *series;
    size_t series_count;
    const struct sks_plot_rule *rules;
    size_t rule_count;
    bool diagonal; /* a line from corner to corner, for comparison */
};

/* Adds the figure to a page. Numbers that are not finite are left out. */
void sks_plot_draw(GString *out, const struct sks_plot *plot);

#endif

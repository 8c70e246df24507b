/*
 * Translationese and slips don't make up for each other: a fluent-looking machine text has few slips, and a learner's
 * text doesn't read like a machine's. So each enters by a function that is near zero while its log-odds are negative.
 */
#include "language/awkward.h"

#include <math.h>

#include <glib.h>

/* A fault that a person would circle, in a text of usual length. */
#define PER_MISSPELLING 1.0
#define PER_GLYPH       1.5
#define PER_BREAK       0.7

int sks_awkward_read(struct sks_awkward *out_awkward, const char *text, size_t size)
{
    struct sks_awkward awkward = {0};
    char *copy = g_strndup(text, size);
    char **lines = g_strsplit(copy, "\n", -1);
    bool fine = true;
    for (char **line = lines; fine && *line != NULL; line++) {
        if (**line == '\0' || **line == '#')
            continue;
        char *end;
        size_t i = awkward.count;
        fine = i < SKS_AWKWARD_QUANTILES;
        if (!fine)
            break;
        awkward.share[i] = g_ascii_strtod(*line, &end);
        awkward.measure[i] = g_ascii_strtod(end, &end);
        fine = *end == '\0' && awkward.share[i] >= 0 && awkward.share[i] < 1 && isfinite(awkward.measure[i]) &&
               (i == 0 || (awkward.share[i] > awkward.share[i - 1] && awkward.measure[i] > awkward.measure[i - 1]));
        awkward.count++;
    }
    g_strfreev(lines);
    g_free(copy);
    if (!fine || awkward.count < 2)
        return SKS_ERROR_FORMAT;
    *out_awkward = awkward;
    return 0;
}

static double softplus(double x)
{
    return x > 30 ? x : log1p(exp(x));
}

double sks_awkward_measure(const struct sks_awkward_parts *parts)
{
    double faults = PER_MISSPELLING * (double)parts->misspellings + PER_GLYPH * (double)parts->glyphs +
                    PER_BREAK * (double)parts->breaks;
    /* A fault in a long text is worth less than in a short one, but not in proportion. */
    double length = sqrt(MAX((double)parts->places, 40) / 100);
    double read = parts->places > 0 ? softplus(parts->translationese) + softplus(parts->excess) : 0;
    return read + faults / length;
}

/* The share on a scale on which an exponential tail is a straight line. */
static double depth(double share)
{
    return -log1p(-share);
}

double sks_awkward_share(const struct sks_awkward *awkward, double measure)
{
    size_t last = awkward->count - 1, i = 1;
    if (awkward->count < 2)
        return 0;
    if (measure <= awkward->measure[0])
        return awkward->share[0] * MAX(measure, 0) / MAX(awkward->measure[0], 1e-9);
    while (i < last && measure > awkward->measure[i])
        i++;
    double low = depth(awkward->share[i - 1]), high = depth(awkward->share[i]);
    double slope = (high - low) / (awkward->measure[i] - awkward->measure[i - 1]);
    return -expm1(-(low + slope * (measure - awkward->measure[i - 1])));
}

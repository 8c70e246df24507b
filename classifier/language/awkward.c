/*
 * Translationese and slips don't make up for each other: a fluent-looking machine text has few slips, and a learner's
 * text doesn't read like a machine's. So each enters by a function that is near zero while its log-odds are negative.
 */
#include "language/awkward.h"

#include <math.h>
#include <string.h>

#include <glib.h>

/* A fault that a person would circle, in a text of usual length. */
#define PER_MISSPELLING 1.0
#define PER_GLYPH       1.5
#define PER_BREAK       0.7

const char *const sks_awkward_styles[SKS_AWKWARD_STYLES] = {"written", "spoken"};

/* Texts with fewer sentences that sound like talk are written, with more spoken; between them a little of both. */
#define LEAST_SPEECH 0.1
#define MOST_SPEECH  0.3

/* "STYLE SHARE MEASURE" */
static bool read_line(struct sks_awkward *awkward, const char *line)
{
    char **fields = g_strsplit(line, " ", -1), *end[2] = {"", ""};
    struct sks_awkward_table *table = NULL;
    for (size_t i = 0; i < SKS_AWKWARD_STYLES && g_strv_length(fields) == 3; i++)
        if (strcmp(fields[0], sks_awkward_styles[i]) == 0)
            table = &awkward->tables[i];
    bool fine = table != NULL && table->count < SKS_AWKWARD_QUANTILES;
    if (fine) {
        size_t i = table->count++;
        table->share[i] = g_ascii_strtod(fields[1], &end[0]);
        table->measure[i] = g_ascii_strtod(fields[2], &end[1]);
        fine = *end[0] == '\0' && *end[1] == '\0' && table->share[i] >= 0 && table->share[i] < 1 &&
               isfinite(table->measure[i]) &&
               (i == 0 || (table->share[i] > table->share[i - 1] && table->measure[i] > table->measure[i - 1]));
    }
    g_strfreev(fields);
    return fine;
}

int sks_awkward_read(struct sks_awkward *out_awkward, const char *text, size_t size)
{
    struct sks_awkward awkward = {0};
    char *copy = g_strndup(text, size), **lines = g_strsplit(copy, "\n", -1);
    bool fine = true;
    for (char **line = lines; fine && *line != NULL; line++)
        fine = **line == '\0' || **line == '#' || read_line(&awkward, *line);
    g_strfreev(lines);
    g_free(copy);
    for (size_t i = 0; i < SKS_AWKWARD_STYLES; i++)
        fine &= awkward.tables[i].count >= 2;
    if (!fine)
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

/* How deep a measure lies in a style. */
static double depth_of(const struct sks_awkward_table *table, double measure)
{
    size_t last = table->count - 1, i = 1;
    if (table->count < 2)
        return 0;
    if (measure <= table->measure[0])
        return depth(table->share[0] * MAX(measure, 0) / MAX(table->measure[0], 1e-9));
    while (i < last && measure > table->measure[i])
        i++;
    double low = depth(table->share[i - 1]), high = depth(table->share[i]);
    double slope = (high - low) / (table->measure[i] - table->measure[i - 1]);
    return low + slope * (measure - table->measure[i - 1]);
}

double sks_awkward_share(const struct sks_awkward *awkward, enum sks_awkward_style style, double measure)
{
    return -expm1(-depth_of(&awkward->tables[style], measure));
}

double sks_awkward_of(const struct sks_awkward *awkward, const struct sks_awkward_parts *parts)
{
    double measure = sks_awkward_measure(parts);
    double spoken = CLAMP((parts->speech - LEAST_SPEECH) / (MOST_SPEECH - LEAST_SPEECH), 0, 1);
    return -expm1(-((1 - spoken) * depth_of(&awkward->tables[SKS_AWKWARD_WRITTEN], measure) +
                    spoken * depth_of(&awkward->tables[SKS_AWKWARD_SPOKEN], measure)));
}

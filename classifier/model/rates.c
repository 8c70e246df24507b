/* Thresholds, counts, and Clopper-Pearson intervals by bisection on the binomial distribution. */
#include "model/rates.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>

static int compare_falling(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a < b) - (a > b);
}

double sks_rates_threshold(double *scores, size_t count, double rate)
{
    if (count == 0)
        return 0;
    qsort(scores, count, sizeof(*scores), compare_falling);
    /* The small addition keeps 0.001 * 1000 from being 0. */
    size_t allowed = MIN((size_t)floor(rate * (double)count + 1e-9), count - 1);
    double below = scores[allowed];
    while (allowed > 0 && scores[allowed - 1] == below)
        allowed--;
    return allowed == 0 ? nextafter(below, INFINITY) : (below + scores[allowed - 1]) / 2;
}

size_t sks_rates_reaching(const double *scores, size_t count, double threshold)
{
    size_t reaching = 0;
    for (size_t i = 0; i < count; i++)
        reaching += scores[i] >= threshold;
    return reaching;
}

/* Probability that at most found of count are hits, if each is one with probability p. */
static double binomial_at_most(size_t found, size_t count, double p)
{
    double sum = 0, n = (double)count;
    for (size_t i = 0; i <= found; i++) {
        double k = (double)i;
        sum += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p));
    }
    return MIN(sum, 1);
}

/* The p at which that probability has fallen to level. */
static double solve(size_t found, size_t count, double level)
{
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (binomial_at_most(found, count, middle) > level)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

struct sks_interval sks_rates_interval(size_t found, size_t count)
{
    struct sks_interval interval = {.low = 0, .high = 1};
    if (count == 0)
        return interval;
    if (found > 0)
        interval.low = solve(found - 1, count, 0.975);
    if (found < count)
        interval.high = solve(found, count, 0.025);
    return interval;
}

double sks_rates_mcnemar(size_t one_only, size_t other_only)
{
    size_t count = one_only + other_only, fewer = one_only < other_only ? one_only : other_only;
    double sum = 0;
    for (size_t i = 0; i <= fewer; i++)
        sum += exp(lgamma((double)count + 1) - lgamma((double)i + 1) - lgamma((double)(count - i) + 1) -
                   (double)count * log(2));
    return fmin(1, 2 * sum);
}

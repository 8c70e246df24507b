/* Fitting a sigmoid: the algorithm of libsvm's sigmoid_train(), with a weight for each value. */
#include "model/sigmoid.h"

#include <math.h>

#define MOST_ROUNDS  100
#define LEAST_STEP   1e-10
#define RIDGE        1e-12 /* keeps the Hessian positive definite */
#define SMALL_CHANGE 1e-5

struct fit {
    const double *values, *weights;
    double *targets;
    size_t count;
    double a, b, objective;
    double h11, h22, h21, g1, g2;
};

static double weight(const struct fit *fit, size_t i)
{
    return fit->weights != NULL ? fit->weights[i] : 1;
}

static double objective(const struct fit *fit, double a, double b)
{
    double sum = 0;
    for (size_t i = 0; i < fit->count; i++) {
        double z = fit->values[i] * a + b;
        double loss = z >= 0 ? fit->targets[i] * z + log1p(exp(-z)) : (fit->targets[i] - 1) * z + log1p(exp(z));
        sum += weight(fit, i) * loss;
    }
    return sum;
}

static void derive(struct fit *fit)
{
    fit->h11 = fit->h22 = RIDGE;
    fit->h21 = fit->g1 = fit->g2 = 0;
    for (size_t i = 0; i < fit->count; i++) {
        double f = fit->values[i], z = f * fit->a + fit->b;
        double p = z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z));
        double d1 = weight(fit, i) * (fit->targets[i] - p), d2 = weight(fit, i) * p * (1 - p);
        fit->h11 += f * f * d2;
        fit->h22 += d2;
        fit->h21 += f * d2;
        fit->g1 += f * d1;
        fit->g2 += d1;
    }
}

/* One Newton step, halved until the objective falls; FALSE if it can't be improved. */
static gboolean step(struct fit *fit)
{
    double determinant = fit->h11 * fit->h22 - fit->h21 * fit->h21;
    double da = -(fit->h22 * fit->g1 - fit->h21 * fit->g2) / determinant;
    double db = -(-fit->h21 * fit->g1 + fit->h11 * fit->g2) / determinant;
    double slope = fit->g1 * da + fit->g2 * db;
    for (double size = 1; size >= LEAST_STEP; size /= 2) {
        double a = fit->a + size * da, b = fit->b + size * db, value = objective(fit, a, b);
        if (value < fit->objective + 0.0001 * size * slope) {
            fit->a = a;
            fit->b = b;
            fit->objective = value;
            return TRUE;
        }
    }
    return FALSE;
}

void sks_sigmoid_fit(double *out_a, double *out_b, const double *values, const gboolean *first, const double *weights,
                     size_t count)
{
    struct fit fit = {.values = values, .weights = weights, .count = count};
    double firsts = 0, others = 0;
    for (size_t i = 0; i < count; i++)
        *(first[i] ? &firsts : &others) += weight(&fit, i);
    fit.targets = g_new(double, count);
    for (size_t i = 0; i < count; i++)
        fit.targets[i] = first[i] ? (firsts + 1) / (firsts + 2) : 1 / (others + 2);
    fit.b = log((others + 1) / (firsts + 1));
    fit.objective = objective(&fit, 0, fit.b);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        derive(&fit);
        if ((fabs(fit.g1) < SMALL_CHANGE && fabs(fit.g2) < SMALL_CHANGE) || !step(&fit))
            break;
    }
    g_free(fit.targets);
    *out_a = fit.a;
    *out_b = fit.b;
}

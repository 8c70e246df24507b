/*
 * Reading a libsvm model and predicting with it.
 *
 * The format: a header of "key value…" lines that ends with "SV", then a line for each support vector: two
 * coefficients (one for each other class) and index:value pairs, the vectors of class 0 first, then 1, then 2. As the
 * kernel is linear, coefficients times vectors are added up while reading, and the vectors themselves are not kept.
 */
#include "model/pairs.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "sekisho/limits.h"

struct reader {
    const char *at;
    const char *file;
    struct sks_problems *problems;
    size_t line;
    size_t vectors[SKS_CLASS_COUNT];
    unsigned seen; /* which header lines were there, a bit each */
};

static int fail(struct reader *reader, const char *reason)
{
    sks_problems_add(reader->problems, reader->file, 0, "classes.svm", "line %zu: %s", reader->line, reason);
    return SKS_ERROR_FORMAT;
}

/* Takes one finite number of the present line; false at its end or at anything else. */
static gboolean take_number(struct reader *reader, double *out_number)
{
    while (*reader->at == ' ')
        reader->at++;
    if (*reader->at == '\n' || *reader->at == '\0')
        return FALSE;
    char *end;
    double number = g_ascii_strtod(reader->at, &end);
    if (end == reader->at || !isfinite(number))
        return FALSE;
    reader->at = end;
    *out_number = number;
    return TRUE;
}

static gboolean take_numbers(struct reader *reader, double *out_numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!take_number(reader, &out_numbers[i]))
            return FALSE;
    return TRUE;
}

/* Past the end of the line, where nothing but spaces may be left. */
static gboolean take_end(struct reader *reader)
{
    while (*reader->at == ' ')
        reader->at++;
    if (*reader->at != '\n')
        return FALSE;
    reader->at++;
    reader->line++;
    return TRUE;
}

static gboolean take_text(struct reader *reader, const char *text)
{
    size_t length = strlen(text);
    if (strncmp(reader->at, text, length) != 0)
        return FALSE;
    reader->at += length;
    return TRUE;
}

static gboolean take_vector_counts(struct reader *reader)
{
    double counts[SKS_CLASS_COUNT];
    if (!take_numbers(reader, counts, SKS_CLASS_COUNT))
        return FALSE;
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++) {
        if (counts[i] < 0 || counts[i] > SKS_LIMIT_MODEL_VECTORS)
            return FALSE;
        reader->vectors[i] = (size_t)counts[i];
    }
    return TRUE;
}

static gboolean take_labels(struct reader *reader)
{
    double labels[SKS_CLASS_COUNT];
    return take_numbers(reader, labels, SKS_CLASS_COUNT) && labels[0] == SKS_CLASS_CLEAN &&
           labels[1] == SKS_CLASS_BULK && labels[2] == SKS_CLASS_TARGETED;
}

/* One line of the header; *out_end is set at "SV". */
static int read_header_line(struct reader *reader, struct sks_pairs *pairs, gboolean *out_end)
{
    double count;
    gboolean good = TRUE;
    if (take_text(reader, "svm_type c_svc"))
        reader->seen |= 1;
    else if (take_text(reader, "kernel_type linear"))
        reader->seen |= 2;
    else if (take_text(reader, "nr_class 3"))
        reader->seen |= 4;
    else if (take_text(reader, "total_sv "))
        good = take_number(reader, &count);
    else if (take_text(reader, "rho ") && (reader->seen |= 8))
        good = take_numbers(reader, pairs->rho, SKS_PAIR_COUNT);
    else if (take_text(reader, "label ") && (reader->seen |= 16))
        good = take_labels(reader);
    else if (take_text(reader, "probA ") && (reader->seen |= 32))
        good = take_numbers(reader, pairs->a, SKS_PAIR_COUNT);
    else if (take_text(reader, "probB ") && (reader->seen |= 64))
        good = take_numbers(reader, pairs->b, SKS_PAIR_COUNT);
    else if (take_text(reader, "nr_sv ") && (reader->seen |= 128))
        good = take_vector_counts(reader);
    else if (take_text(reader, "SV"))
        *out_end = TRUE;
    else
        return fail(reader, "not of a linear C-SVC model with three classes");
    return good && take_end(reader) ? 0 : fail(reader, "malformed value");
}

static int read_header(struct reader *reader, struct sks_pairs *pairs)
{
    gboolean end = FALSE;
    while (!end) {
        int error = read_header_line(reader, pairs, &end);
        if (error != 0)
            return error;
    }
    return reader->seen == 255 ? 0 : fail(reader, "a line of the header is missing");
}

/* The pair in which a class meets its n-th other class, as the coefficients of a vector are ordered. */
static const enum sks_pair pair_of[SKS_CLASS_COUNT][2] = {
    [SKS_CLASS_CLEAN] = {SKS_PAIR_CLEAN_BULK, SKS_PAIR_CLEAN_TARGETED},
    [SKS_CLASS_BULK] = {SKS_PAIR_CLEAN_BULK, SKS_PAIR_BULK_TARGETED},
    [SKS_CLASS_TARGETED] = {SKS_PAIR_CLEAN_TARGETED, SKS_PAIR_BULK_TARGETED},
};

static int read_vector(struct reader *reader, struct sks_pairs *pairs, size_t class_)
{
    double coefficients[2], index, value, last = 0;
    if (!take_numbers(reader, coefficients, 2))
        return fail(reader, "malformed coefficient");
    while (take_number(reader, &index)) {
        if (index <= last || index > (double)pairs->feature_count || index != floor(index))
            return fail(reader, "a feature's number is out of order or range");
        if (*reader->at++ != ':' || !take_number(reader, &value))
            return fail(reader, "malformed feature");
        last = index;
        for (size_t i = 0; i < 2; i++)
            pairs->weights[pair_of[class_][i]][(size_t)index - 1] += coefficients[i] * value;
    }
    return take_end(reader) ? 0 : fail(reader, "malformed vector");
}

static int read_vectors(struct reader *reader, struct sks_pairs *pairs)
{
    for (size_t class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
        for (size_t i = 0; i < reader->vectors[class_]; i++) {
            int error = read_vector(reader, pairs, class_);
            if (error != 0)
                return error;
        }
    return *reader->at == '\0' ? 0 : fail(reader, "more vectors than announced");
}

int sks_pairs_parse(struct sks_pairs *out_pairs, const char *text, size_t feature_count, const char *file,
                    struct sks_problems *problems)
{
    struct reader reader = {.at = text, .file = file, .problems = problems, .line = 1};
    struct sks_pairs pairs = {.feature_count = feature_count};
    for (size_t i = 0; i < SKS_PAIR_COUNT; i++)
        pairs.weights[i] = g_new0(double, feature_count);
    int error = read_header(&reader, &pairs);
    if (error == 0)
        error = read_vectors(&reader, &pairs);
    if (error == 0)
        *out_pairs = pairs;
    else
        sks_pairs_finish(&pairs);
    return error;
}

void sks_pairs_finish(struct sks_pairs *pairs)
{
    for (size_t i = 0; i < SKS_PAIR_COUNT; i++)
        g_clear_pointer(&pairs->weights[i], g_free);
}

void sks_pairs_log_odds(const struct sks_pairs *pairs, const double *scaled, double out_log_odds[SKS_PAIR_COUNT])
{
    for (size_t pair = 0; pair < SKS_PAIR_COUNT; pair++) {
        double value = -pairs->rho[pair];
        for (size_t i = 0; i < pairs->feature_count; i++)
            value += pairs->weights[pair][i] * scaled[i];
        out_log_odds[pair] = pairs->a[pair] * value + pairs->b[pair];
    }
}

double sks_pairs_rank(const double log_odds[SKS_PAIR_COUNT])
{
    double low = fmin(log_odds[SKS_PAIR_CLEAN_TARGETED], log_odds[SKS_PAIR_BULK_TARGETED]);
    double high = fmax(log_odds[SKS_PAIR_CLEAN_TARGETED], log_odds[SKS_PAIR_BULK_TARGETED]);
    return low - log1p(exp(low - high));
}

double sks_pairs_attack(const double log_odds[SKS_PAIR_COUNT])
{
    double low = fmin(log_odds[SKS_PAIR_CLEAN_TARGETED], log_odds[SKS_PAIR_CLEAN_BULK]);
    double high = fmax(log_odds[SKS_PAIR_CLEAN_TARGETED], log_odds[SKS_PAIR_CLEAN_BULK]);
    return high + log1p(exp(low - high));
}

bool sks_pairs_lead(const double log_odds[SKS_PAIR_COUNT])
{
    return log_odds[SKS_PAIR_BULK_TARGETED] > 1;
}

enum sks_class sks_pairs_class(const double log_odds[SKS_PAIR_COUNT], double attack_threshold, double bulk_threshold)
{
    if (sks_pairs_attack(log_odds) >= attack_threshold && sks_pairs_lead(log_odds))
        return SKS_CLASS_TARGETED;
    return log_odds[SKS_PAIR_CLEAN_BULK] >= bulk_threshold ? SKS_CLASS_BULK : SKS_CLASS_CLEAN;
}

/* The first class's probability in a pair, kept off 0 and 1 as libsvm does. */
static double first_probability(double log_odds)
{
    double p = log_odds >= 0 ? exp(-log_odds) / (1 + exp(-log_odds)) : 1 / (1 + exp(log_odds));
    return CLAMP(p, 1e-7, 1 - 1e-7);
}

static void fill_matrix(const double log_odds[SKS_PAIR_COUNT], double q[SKS_CLASS_COUNT][SKS_CLASS_COUNT])
{
    double r[SKS_CLASS_COUNT][SKS_CLASS_COUNT] = {{0}};
    size_t pair = 0;
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
        for (size_t j = i + 1; j < SKS_CLASS_COUNT; j++) {
            r[i][j] = first_probability(log_odds[pair++]);
            r[j][i] = 1 - r[i][j];
        }
    for (size_t t = 0; t < SKS_CLASS_COUNT; t++) {
        q[t][t] = 0;
        for (size_t j = 0; j < SKS_CLASS_COUNT; j++)
            if (j != t) {
                q[t][t] += r[j][t] * r[j][t];
                q[t][j] = -r[j][t] * r[t][j];
            }
    }
}

/* Q p and p'Q p, afresh in each round for accuracy; returns the largest deviation. */
static double residual(double q[SKS_CLASS_COUNT][SKS_CLASS_COUNT], const double *p, double *qp, double *out_pqp)
{
    double pqp = 0, largest = 0;
    for (size_t t = 0; t < SKS_CLASS_COUNT; t++) {
        qp[t] = 0;
        for (size_t j = 0; j < SKS_CLASS_COUNT; j++)
            qp[t] += q[t][j] * p[j];
        pqp += p[t] * qp[t];
    }
    for (size_t t = 0; t < SKS_CLASS_COUNT; t++)
        largest = MAX(largest, fabs(qp[t] - pqp));
    *out_pqp = pqp;
    return largest;
}

void sks_pairs_couple(const double log_odds[SKS_PAIR_COUNT], double out_probability[SKS_CLASS_COUNT])
{
    double q[SKS_CLASS_COUNT][SKS_CLASS_COUNT], p[SKS_CLASS_COUNT], qp[SKS_CLASS_COUNT], pqp;
    fill_matrix(log_odds, q);
    for (size_t t = 0; t < SKS_CLASS_COUNT; t++)
        p[t] = 1.0 / SKS_CLASS_COUNT;
    /* The bound and the number of rounds are libsvm's: the result is to be the same, not merely close. */
    for (int round = 0; round < 100 && residual(q, p, qp, &pqp) >= 0.005 / SKS_CLASS_COUNT; round++)
        for (size_t t = 0; t < SKS_CLASS_COUNT; t++) {
            double step = (-qp[t] + pqp) / q[t][t];
            p[t] += step;
            pqp = (pqp + step * (step * q[t][t] + 2 * qp[t])) / (1 + step) / (1 + step);
            for (size_t j = 0; j < SKS_CLASS_COUNT; j++) {
                qp[j] = (qp[j] + step * q[t][j]) / (1 + step);
                p[j] /= 1 + step;
            }
        }
    memcpy(out_probability, p, sizeof(p));
}

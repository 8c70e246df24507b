/*
 * Loading a model package and predicting with it.
 *
 * What depends on a feature is folded once: the pair's weight, the feature's scale and the sigmoid's slope make one
 * factor, so a contribution is factor * value, a feature that is zero contributes zero, and the score is the bias plus
 * the contributions in the schema's order.
 */
#include "model/model.h"

#include <glib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "model/campaigns.h"
#include "model/package.h"
#include "model/pairs.h"
#include "model/text.h"
#include "sekisho/limits.h"

struct sks_model {
    char *version;
    size_t feature_count;
    double *factor[SKS_PAIR_COUNT]; /* log-odds of the pair's second class for each unit of a feature */
    double bias[SKS_PAIR_COUNT];
    double targeted_threshold, bulk_threshold;
    struct sks_text_model text;
    struct sks_campaigns reported; /* none without reports */
    double reported_weight;
    size_t reported_feature;
    gboolean *reported_means; /* of each feature: it is something that could do harm; NULL: nothing is asked for */
};

static int fail(const char *file, struct sks_problems *problems, const char *key, const char *reason)
{
    sks_problems_add(problems, file, 0, key, "%s", reason);
    return SKS_ERROR_FORMAT;
}

/* The package's features must be this program's, name by name: every difference is told, up to a few. */
static int check_schema(const json_t *manifest, const char *const *schema, size_t schema_count, const char *file,
                        struct sks_problems *problems)
{
    const json_t *features = json_object_get(manifest, "features");
    size_t count = json_array_size(features), i = 0, j = 0, differences = 0;
    while ((i < count || j < schema_count) && differences < 10) {
        const char *theirs = i < count ? json_string_value(json_array_get(features, i)) : NULL;
        if (i < count && theirs == NULL)
            return fail(file, problems, "features", "not a list of names");
        int order = i == count ? 1 : j == schema_count ? -1 : strcmp(theirs, schema[j]);
        if (order != 0)
            sks_problems_add(problems, file, 0, "features", "%s is %s", order < 0 ? theirs : schema[j],
                             order < 0 ? "unknown to this program" : "missing from the package");
        differences += order != 0;
        i += order <= 0;
        j += order >= 0;
    }
    return differences == 0 ? 0 : SKS_ERROR_SCHEMA;
}

static int read_number(double *out_number, const json_t *value, const char *key, const char *file,
                       struct sks_problems *problems)
{
    if (!json_is_number(value) || !isfinite(json_number_value(value)))
        return fail(file, problems, key, "not a number");
    *out_number = json_number_value(value);
    return 0;
}

static int read_scale(double *scale, size_t count, const json_t *manifest, const char *file,
                      struct sks_problems *problems)
{
    const json_t *list = json_object_get(manifest, "scale");
    if (json_array_size(list) != count)
        return fail(file, problems, "scale", "not as many numbers as features");
    for (size_t i = 0; i < count; i++) {
        int error = read_number(&scale[i], json_array_get(list, i), "scale", file, problems);
        if (error != 0)
            return error;
    }
    return 0;
}

static int read_manifest(struct sks_model *model, double *scale, const json_t *manifest, const char *file,
                         struct sks_problems *problems)
{
    const char *version = json_string_value(json_object_get(manifest, "version"));
    const json_t *thresholds = json_object_get(manifest, "thresholds");
    if (version == NULL || version[0] == '\0')
        return fail(file, problems, "version", "missing");
    model->version = g_strdup(version);
    int error = read_number(&model->targeted_threshold, json_object_get(thresholds, "targeted"), "thresholds.targeted",
                            file, problems);
    if (error == 0)
        error =
            read_number(&model->bulk_threshold, json_object_get(thresholds, "bulk"), "thresholds.bulk", file, problems);
    if (error == 0)
        error = read_scale(scale, model->feature_count, manifest, file, problems);
    return error;
}

/* False if a factor is no number: finite parts may still overflow together. */
static gboolean fold(struct sks_model *model, const struct sks_pairs *pairs, const double *scale)
{
    gboolean finite = TRUE;
    for (size_t pair = 0; pair < SKS_PAIR_COUNT; pair++) {
        model->bias[pair] = pairs->b[pair] - pairs->a[pair] * pairs->rho[pair];
        model->factor[pair] = g_new(double, model->feature_count);
        for (size_t i = 0; i < model->feature_count; i++) {
            model->factor[pair][i] = pairs->a[pair] * pairs->weights[pair][i] * scale[i];
            finite = finite && isfinite(model->factor[pair][i]);
        }
        finite = finite && isfinite(model->bias[pair]);
    }
    return finite;
}

/* Names of features, of which a mail shows one if it brings something; without names, each does. */
static int read_means(struct sks_model *model, const json_t *names, const char *const *schema, const char *file,
                      struct sks_problems *problems)
{
    if (names == NULL)
        return 0;
    model->reported_means = g_new0(gboolean, model->feature_count);
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        size_t feature = 0;
        while (feature < model->feature_count && g_strcmp0(schema[feature], name) != 0)
            feature++;
        if (feature == model->feature_count)
            return fail(file, problems, "reported.means", "names no feature");
        model->reported_means[feature] = TRUE;
    }
    return 0;
}

/* What was learned from reports; a package need not have any. */
static int read_reported(struct sks_model *model, const struct sks_package *package, const char *const *schema,
                         const char *file, struct sks_problems *problems)
{
    const json_t *reported = json_object_get(package->manifest, "reported");
    const char *feature = json_string_value(json_object_get(reported, "feature"));
    if (package->reported == NULL)
        return 0;
    int error =
        read_number(&model->reported_weight, json_object_get(reported, "weight"), "reported.weight", file, problems);
    while (error == 0 && model->reported_feature < model->feature_count &&
           g_strcmp0(schema[model->reported_feature], feature) != 0)
        model->reported_feature++;
    if (error == 0 && model->reported_feature == model->feature_count)
        error = fail(file, problems, "reported.feature", "names no feature");
    if (error == 0)
        error = read_means(model, json_object_get(reported, "means"), schema, file, problems);
    gsize size;
    const void *bytes = g_bytes_get_data(package->reported, &size);
    return error == 0 ? sks_campaigns_parse(&model->reported, bytes, size, file, problems) : error;
}

static int fill_model(struct sks_model *model, const struct sks_package *package, const char *const *schema,
                      const char *file, struct sks_problems *problems)
{
    g_autofree double *scale = g_new0(double, model->feature_count);
    int error = read_manifest(model, scale, package->manifest, file, problems);
    if (error != 0)
        return error;
    gsize size;
    const void *text = g_bytes_get_data(package->text, &size);
    error = sks_text_model_parse(&model->text, text, size, file, problems);
    if (error == 0)
        error = read_reported(model, package, schema, file, problems);
    if (error != 0)
        return error;
    struct sks_pairs pairs;
    error = sks_pairs_parse(&pairs, g_bytes_get_data(package->classes, NULL), model->feature_count, file, problems);
    if (error != 0)
        return error;
    gboolean finite = fold(model, &pairs, scale);
    sks_pairs_finish(&pairs);
    return finite ? 0 : fail(file, problems, SKS_PACKAGE_CLASSES, "its numbers are out of range");
}

int sks_model_load_bytes(struct sks_model **out_model, const void *bytes, size_t size, const char *file,
                         const char *const *schema, size_t schema_count, struct sks_problems *problems)
{
    struct sks_package package;
    int error = sks_package_read(&package, bytes, size, file, problems);
    if (error != 0)
        return error;
    error = check_schema(package.manifest, schema, schema_count, file, problems);
    struct sks_model *model = g_new0(struct sks_model, 1);
    model->feature_count = schema_count;
    if (error == 0)
        error = fill_model(model, &package, schema, file, problems);
    sks_package_finish(&package);
    if (error == 0)
        *out_model = model;
    else
        sks_model_destroy(model);
    return error;
}

int sks_model_load(struct sks_model **out_model, const char *file, const char *const *schema, size_t schema_count,
                   struct sks_problems *problems)
{
    g_autofree char *bytes = NULL;
    gsize size;
    g_autoptr(GError) error = NULL;
    struct stat status;
    if (stat(file, &status) == 0 && status.st_size > SKS_LIMIT_PACKAGE_SIZE) {
        sks_problems_add(problems, file, 0, NULL, "larger than %u bytes", SKS_LIMIT_PACKAGE_SIZE);
        return SKS_ERROR_FORMAT;
    }
    if (!g_file_get_contents(file, &bytes, &size, &error)) {
        sks_problems_add(problems, file, 0, NULL, "%s", error->message);
        return SKS_ERROR_IO;
    }
    return sks_model_load_bytes(out_model, bytes, size, file, schema, schema_count, problems);
}

void sks_model_destroy(struct sks_model *model)
{
    if (model == NULL)
        return;
    sks_text_model_finish(&model->text);
    sks_campaigns_finish(&model->reported);
    g_free(model->reported_means);
    for (size_t pair = 0; pair < SKS_PAIR_COUNT; pair++)
        g_free(model->factor[pair]);
    g_free(model->version);
    g_free(model);
}

const char *sks_model_version(const struct sks_model *model)
{
    return model->version;
}

void sks_model_thresholds(const struct sks_model *model, double *out_targeted, double *out_bulk)
{
    *out_targeted = model->targeted_threshold;
    *out_bulk = model->bulk_threshold;
}

static double log_odds(const struct sks_model *model, enum sks_pair pair, const double *const *readings, size_t count,
                       double *out_contribution)
{
    double sum = model->bias[pair];
    for (size_t i = 0; i < model->feature_count; i++) {
        double contribution = model->factor[pair][i] * readings[0][i];
        for (size_t n = 1; n < count; n++)
            contribution = MAX(contribution, model->factor[pair][i] * readings[n][i]);
        sum += contribution;
        if (out_contribution != NULL)
            out_contribution[i] = contribution;
    }
    return sum;
}

static gboolean shows_means(const struct sks_model *model, const double *const *readings, size_t count)
{
    for (size_t i = 0; model->reported_means != NULL && i < model->feature_count; i++)
        for (size_t k = 0; model->reported_means[i] && k < count; k++)
            if (readings[k][i] > 0)
                return TRUE;
    return model->reported_means == NULL;
}

static void predict(const struct sks_model *model, const double *const *readings, size_t count,
                    struct sks_resemblance reported, struct sks_prediction *out_prediction, double *out_contribution,
                    double *out_bulk_contribution)
{
    double odds[SKS_PAIR_COUNT] = {
        [SKS_PAIR_CLEAN_BULK] = log_odds(model, SKS_PAIR_CLEAN_BULK, readings, count, out_bulk_contribution),
        [SKS_PAIR_CLEAN_TARGETED] = log_odds(model, SKS_PAIR_CLEAN_TARGETED, readings, count, out_contribution),
        [SKS_PAIR_BULK_TARGETED] = log_odds(model, SKS_PAIR_BULK_TARGETED, readings, count, NULL),
    };
    double known = model->reported_weight * (shows_means(model, readings, count) ? reported.bringing : reported.bare);
    odds[SKS_PAIR_CLEAN_TARGETED] += known;
    odds[SKS_PAIR_BULK_TARGETED] += known;
    if (out_contribution != NULL && known != 0)
        out_contribution[model->reported_feature] += known;
    struct sks_prediction prediction = {
        .score = odds[SKS_PAIR_CLEAN_TARGETED],
        .bulk_score = odds[SKS_PAIR_CLEAN_BULK],
        .bias = model->bias[SKS_PAIR_CLEAN_TARGETED],
        .bulk_bias = model->bias[SKS_PAIR_CLEAN_BULK],
        .beats_bulk = odds[SKS_PAIR_BULK_TARGETED] > 0,
        .leads = sks_pairs_lead(odds),
        .rank = sks_pairs_rank(odds),
        .alarm = sks_pairs_attack(odds),
        .class_ = sks_pairs_class(odds, model->targeted_threshold, model->bulk_threshold),
    };
    sks_pairs_couple(odds, prediction.probability);
    *out_prediction = prediction;
}

const struct sks_text_model *sks_model_text(const struct sks_model *model)
{
    return &model->text;
}

/* The three pairs are coupled, so that odds of bulk that rise can lower what is left for targeted. */
void sks_model_raise_targeted(double probability[SKS_CLASS_COUNT], double least)
{
    double others = probability[SKS_CLASS_CLEAN] + probability[SKS_CLASS_BULK];
    if (probability[SKS_CLASS_TARGETED] >= least || others <= 0)
        return;
    probability[SKS_CLASS_CLEAN] *= (1 - least) / others;
    probability[SKS_CLASS_BULK] *= (1 - least) / others;
    probability[SKS_CLASS_TARGETED] = least;
}

void sks_model_predict_worst(const struct sks_model *model, const double *const *readings, size_t count,
                             struct sks_resemblance reported, struct sks_prediction *out_prediction,
                             double *out_contribution, double *out_bulk_contribution)
{
    predict(model, readings, count, reported, out_prediction, out_contribution, out_bulk_contribution);
    for (size_t i = 0; count > 1 && i < count; i++) {
        struct sks_prediction alone;
        predict(model, &readings[i], 1, reported, &alone, NULL, NULL);
        sks_model_raise_targeted(out_prediction->probability, alone.probability[SKS_CLASS_TARGETED]);
    }
}

void sks_model_predict(const struct sks_model *model, const double *values, struct sks_prediction *out_prediction,
                       double *out_contribution, double *out_bulk_contribution)
{
    predict(model, &values, 1, (struct sks_resemblance){0}, out_prediction, out_contribution, out_bulk_contribution);
}

void sks_model_predict_reported(const struct sks_model *model, const double *values, struct sks_resemblance reported,
                                struct sks_prediction *out_prediction, double *out_contribution,
                                double *out_bulk_contribution)
{
    predict(model, &values, 1, reported, out_prediction, out_contribution, out_bulk_contribution);
}

void sks_model_predict_grams(const struct sks_model *model, const uint32_t *grams, size_t count,
                             struct sks_text_prediction *out_prediction)
{
    double parts[SKS_TEXT_PARTS];
    sks_text_model_predict(&model->text, grams, count, parts);
    out_prediction->targeted = parts[SKS_TEXT_TARGETED];
    out_prediction->bulk = parts[SKS_TEXT_BULK];
    out_prediction->for_one = parts[SKS_TEXT_FOR_ONE];
    out_prediction->reported = sks_campaigns_reported(&model->reported, grams, count);
}

void sks_model_predict_text(const struct sks_model *model, const struct sks_text_field *fields, size_t field_count,
                            struct sks_text_prediction *out_prediction)
{
    g_autoptr(GArray) grams = sks_text_grams(fields, field_count);
    sks_model_predict_grams(model, (const uint32_t *)(const void *)grams->data, grams->len, out_prediction);
}

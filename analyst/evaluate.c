/*
 * sekisho evaluate: how good is a model, on mail whose class is known?
 *
 * With --split, no given model is measured but the way of training. Five models are trained. Real mail dated after the
 * split is never trained on; real bulk mail before it always is. Of what is left, written families and the threads of
 * older legitimate mail, each model does without a fifth, and that is measured by it: so every legitimate mail can
 * count as a false alarm. Mail after the split, and what was given as --unseen, is dealt out to the five in turn.
 *
 * With --html, a page is written as well, for which the learning curve is measured: models that learn from an eighth, a
 * quarter, half and all of four fifths of the groups, on the fifth that is left; three times over.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/resource.h"
#include "command.h"
#include "compare.h"
#include "evaluation-page.h"
#include "known.h"
#include "learning-curve.h"
#include "learn.h"
#include "measure.h"
#include "output.h"
#include "terminal.h"
#include "wrong.h"
#include "words.h"

#define COMMAND "evaluate"

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
    OPTION_SPLIT,
    OPTION_MAILS,
    OPTION_AGAINST,
    OPTION_HTML,
    OPTION_NO_CURVE,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    SKS_SETS_OPTIONS,
    {"json", no_argument, NULL, OPTION_JSON},
    {"split", required_argument, NULL, OPTION_SPLIT},
    {"mails", required_argument, NULL, OPTION_MAILS},
    {"against", required_argument, NULL, OPTION_AGAINST},
    {"html", required_argument, NULL, OPTION_HTML},
    {"no-curve", no_argument, NULL, OPTION_NO_CURVE},
    {0},
};

struct evaluation {
    struct sks_learn_arguments arguments;
    bool json;
    const char *mails; /* where each mail is listed, or NULL */
    const char *other; /* package to compare with, or NULL */
    const char *page;  /* where the page is written, or NULL */
    bool no_curve;
    char *model;      /* what the model is called */
    int64_t split;    /* Unix time; 0: no split */
    const char *day;  /* the same as given */
    GArray *measured; /* struct sks_measured */
    GArray *against;  /* the same mails by another model; empty without one */
    /* Whether the model, and the other one, tell what they have learned from. */
    bool names_mails, names_groups, other_names_mails, other_names_groups;
};

static bool take_split(struct evaluation *evaluation, const char *day)
{
    static const char allowed[] = "a day as in 2023-04-01";
    g_autofree char *text = g_strdup_printf("%sT00:00:00Z", day);
    g_autoptr(GDateTime) moment = g_date_time_new_from_iso8601(text, NULL);
    if (moment == NULL)
        return sks_refuse(COMMAND, "--split", day, allowed);
    evaluation->split = g_date_time_to_unix(moment);
    evaluation->day = day;
    return true;
}

static bool parse(struct evaluation *evaluation, int argc, char **argv)
{
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "-", options)) != -1) {
        if (option == OPTION_JSON)
            evaluation->json = true;
        else if (option == OPTION_MAILS)
            evaluation->mails = optarg;
        else if (option == OPTION_AGAINST)
            evaluation->other = optarg;
        else if (option == OPTION_HTML)
            evaluation->page = optarg;
        else if (option == OPTION_NO_CURVE)
            evaluation->no_curve = true;
        else if (option == OPTION_SPLIT ? !take_split(evaluation, optarg)
                                        : !sks_learn_arguments_take(&evaluation->arguments, option, optarg))
            return false;
    }
    const char *wrong = NULL;
    if (evaluation->split != 0 && evaluation->other != NULL) /* of a way of training there is no other */
        wrong = "--against compares packages; with --split there is none";
    else if (evaluation->arguments.sets->sets->len == 0)
        wrong = "which mail? Give --ham, --bulk, --targeted or --unseen";
    if (wrong != NULL)
        sks_complain(COMMAND, "%s", wrong);
    return wrong == NULL && optind == argc;
}

/* A package that is measured. */
struct package {
    struct sks_model *model;
    struct sks_learned learned;
};

static void package_finish(struct package *package)
{
    sks_model_destroy(package->model);
    sks_known_finish(&package->learned);
}

/* To be finished in any case. */
static int load_bytes(struct package *package, const void *bytes, size_t size, const char *name,
                      const struct sks_sets *sets, struct sks_problems *problems)
{
    *package = (struct package){0};
    int error = sks_model_load_bytes(&package->model, bytes, size, name, sets->schema, sets->schema_count, problems);
    return error != 0 ? error : sks_known_read(&package->learned, bytes, size, name, problems);
}

/* file: NULL for the package that is built in. */
static int load(struct package *package, const char *file, const struct sks_sets *sets, struct sks_problems *problems)
{
    const struct sks_resource *built_in = sks_resource_find("sekisho.model");
    *package = (struct package){0};
    if (file == NULL)
        return built_in == NULL ? SKS_ERROR_UNSUPPORTED
                                : load_bytes(package, built_in->bytes, built_in->size, built_in->name, sets, problems);
    g_autofree char *bytes = NULL;
    gsize size;
    int error = sks_model_load(&package->model, file, sets->schema, sets->schema_count, problems);
    if (error == 0 && !g_file_get_contents(file, &bytes, &size, NULL))
        error = SKS_ERROR_IO;
    return error != 0 ? error : sks_known_read(&package->learned, bytes, size, file, problems);
}

static void measure(GArray *measured, const struct sks_sets *sets, const struct package *package,
                    const struct sks_set_mail *mail)
{
    struct sks_measured one = sks_measure_mail(package->model, sets, mail);
    one.known = sks_kept_out_known(mail, &package->learned);
    g_array_append_val(measured, one);
}

static int measure_package(struct evaluation *evaluation, struct sks_problems *problems)
{
    const struct sks_sets *sets = evaluation->arguments.sets;
    struct package package;
    int error = load(&package, evaluation->arguments.settings.settings.model, sets, problems);
    for (guint i = 0; error == 0 && i < sets->mails->len; i++)
        measure(evaluation->measured, sets, &package, g_ptr_array_index(sets->mails, i));
    if (error == 0)
        evaluation->model = g_strdup(sks_model_version(package.model));
    evaluation->names_mails = package.learned.mails != NULL;
    evaluation->names_groups = package.learned.groups != NULL;
    package_finish(&package);
    return error;
}

static int measure_other(struct evaluation *evaluation, struct sks_problems *problems)
{
    const struct sks_sets *sets = evaluation->arguments.sets;
    struct package package;
    int error = load(&package, strcmp(evaluation->other, "built-in") == 0 ? NULL : evaluation->other, sets, problems);
    for (guint i = 0; error == 0 && i < sets->mails->len; i++)
        measure(evaluation->against, sets, &package, g_ptr_array_index(sets->mails, i));
    evaluation->other_names_mails = package.learned.mails != NULL;
    evaluation->other_names_groups = package.learned.groups != NULL;
    package_finish(&package);
    return error;
}

static bool is_late(const struct evaluation *evaluation, const struct sks_set_mail *mail)
{
    return mail->set->unseen || (!mail->written && mail->time >= evaluation->split);
}

/* The fold in which a mail is measured, SKS_NO_FOLD if it is only trained on. */
static unsigned *assign_folds(const struct evaluation *evaluation)
{
    const GPtrArray *mails = evaluation->arguments.sets->mails;
    struct sks_row *rows = g_new(struct sks_row, mails->len + 1);
    unsigned *folds = g_new(unsigned, mails->len + 1);
    for (guint i = 0; i < mails->len; i++)
        rows[i] = sks_set_row(g_ptr_array_index(mails, i));
    sks_folds_assign(folds, rows, mails->len); /* by group: families, threads */
    for (guint i = 0; i < mails->len; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(mails, i);
        if (is_late(evaluation, mail))
            folds[i] = i % SKS_FOLD_COUNT;
        else if (!mail->written && mail->set->class_ != SKS_CLASS_CLEAN)
            folds[i] = SKS_NO_FOLD;
    }
    g_free(rows);
    return folds;
}

static int measure_fold(struct evaluation *evaluation, const unsigned *folds, unsigned fold,
                        struct sks_problems *problems)
{
    const struct sks_sets *sets = evaluation->arguments.sets;
    g_autoptr(GPtrArray) learned = g_ptr_array_new();
    for (guint i = 0; i < sets->mails->len; i++)
        if (folds[i] != fold && !is_late(evaluation, g_ptr_array_index(sets->mails, i)))
            g_ptr_array_add(learned, g_ptr_array_index(sets->mails, i));
    g_autoptr(GBytes) bytes = NULL;
    struct package package = {0};
    int error = sks_learn(&bytes, sets, learned, &evaluation->arguments.learning, problems);
    if (error == 0)
        error = load_bytes(&package, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), COMMAND, sets, problems);
    for (guint i = 0; error == 0 && i < sets->mails->len; i++)
        if (folds[i] == fold)
            measure(evaluation->measured, sets, &package, g_ptr_array_index(sets->mails, i));
    package_finish(&package);
    return error;
}

static int measure_split(struct evaluation *evaluation, struct sks_problems *problems)
{
    g_autofree unsigned *folds = assign_folds(evaluation);
    int error = 0;
    evaluation->names_mails = evaluation->names_groups = true; /* what was trained here does */
    for (unsigned fold = 0; error == 0 && fold < SKS_FOLD_COUNT; fold++)
        error = measure_fold(evaluation, folds, fold, problems);
    return error;
}

/* What was seen in a mail, but for the text model's scores. */
static void print_features(FILE *stream, const struct sks_sets *sets, const struct sks_set_mail *mail)
{
    for (size_t i = 0; i < sets->schema_count; i++) {
        char strength[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(strength, sizeof strength, "%.2f", mail->values[i]);
        if (mail->values[i] != 0)
            fprintf(stream, "%s=%s ", sets->schema[i], strength);
    }
}

/* One line for each mail, for finding out why: class, what it was called, both scores, file, what was seen. */
static int list_mails(const struct evaluation *evaluation)
{
    FILE *stream = fopen(evaluation->mails, "w");
    if (stream == NULL)
        return SKS_ERROR_IO;
    for (guint i = 0; i < evaluation->measured->len; i++) {
        const struct sks_measured *measured = &g_array_index(evaluation->measured, struct sks_measured, i);
        char score[G_ASCII_DTOSTR_BUF_SIZE], bulk_score[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(score, sizeof score, "%.3f", measured->score);
        g_ascii_formatd(bulk_score, sizeof bulk_score, "%.3f", measured->bulk_score);
        fprintf(stream, "%s\t%s\t%s\t%s\t%s\t", sks_class_name(measured->mail->set->class_),
                sks_class_name(measured->called), score, bulk_score, measured->mail->file);
        print_features(stream, evaluation->arguments.sets, measured->mail);
        fputc('\n', stream);
    }
    bool failed = ferror(stream) != 0;
    return fclose(stream) == 0 && !failed ? 0 : SKS_ERROR_IO;
}

static const struct sks_measured *items(const GArray *measured)
{
    return (const struct sks_measured *)(const void *)measured->data;
}

static void print_report(const struct evaluation *evaluation, const json_t *report, const json_t *comparison)
{
    if (evaluation->json) {
        json_dumpf(report, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
        putchar('\n');
        return;
    }
    enum sks_language language = sks_person_language();
    sks_measure_print(stdout, report);
    g_autofree char *known = sks_known_sentence(json_object_get(report, "known"), language);
    putchar('\n');
    sks_terminal_say(stdout, known);
    sks_wrong_print(stdout, json_object_get(report, "wrong"));
    if (comparison != NULL) {
        putchar('\n');
        sks_compare_print(stdout, comparison, evaluation->model, evaluation->other, language);
        g_autofree char *of_other = sks_known_sentence(json_object_get(comparison, "known"), language);
        g_autofree char *said = g_strdup_printf(sks_words("%s：%s", "%s: %s"), evaluation->other, of_other);
        putchar('\n');
        sks_terminal_say(stdout, said);
    }
}

static int write_page(const struct evaluation *evaluation, const json_t *report, const json_t *comparison,
                      struct sks_problems *problems)
{
    GArray *curve = g_array_new(FALSE, FALSE, sizeof(struct sks_curve_point));
    if (!evaluation->no_curve)
        sks_learning_curve(curve, evaluation->arguments.sets, &evaluation->arguments.learning);
    const struct sks_evaluation whole = {
        .sets = evaluation->arguments.sets,
        .measured = items(evaluation->measured),
        .against = evaluation->other != NULL ? items(evaluation->against) : NULL,
        .count = evaluation->measured->len,
        .model = evaluation->model,
        .split = evaluation->day,
        .other = evaluation->other,
        .report = report,
        .comparison = comparison,
        .curve = (const struct sks_curve_point *)(const void *)curve->data,
        .curve_count = curve->len,
    };
    GString *page = sks_evaluation_page(&whole, sks_person_language());
    bool written = sks_output_write(evaluation->page, page->str, page->len, problems);
    g_string_free(page, TRUE);
    g_array_unref(curve);
    return written ? 0 : SKS_ERROR_IO;
}

/* All that was asked for. */
static int report(const struct evaluation *evaluation, struct sks_problems *problems)
{
    json_t *report = sks_measure(items(evaluation->measured), evaluation->measured->len), *comparison = NULL;
    json_object_set_new(
        report, "wrong",
        sks_wrong_describe(items(evaluation->measured), evaluation->measured->len, evaluation->arguments.sets));
    json_object_set_new(report, "known",
                        sks_known_describe(items(evaluation->measured), evaluation->measured->len,
                                           evaluation->names_mails, evaluation->names_groups));
    if (evaluation->other != NULL) {
        comparison = sks_compare(items(evaluation->measured), items(evaluation->against), evaluation->measured->len);
        json_object_set_new(comparison, "known",
                            sks_known_describe(items(evaluation->against), evaluation->against->len,
                                               evaluation->other_names_mails, evaluation->other_names_groups));
        json_object_set(report, "comparison", comparison);
    }
    print_report(evaluation, report, comparison);
    int error = evaluation->page != NULL ? write_page(evaluation, report, comparison, problems) : 0;
    if (evaluation->mails != NULL && list_mails(evaluation) != 0) {
        sks_problems_add(problems, evaluation->mails, 0, NULL, "%s", g_strerror(errno));
        error = SKS_ERROR_IO;
    }
    json_decref(comparison);
    json_decref(report);
    return error;
}

static int evaluate(struct evaluation *evaluation)
{
    struct sks_problems *problems = sks_problems_create();
    int error = evaluation->split != 0 ? measure_split(evaluation, problems) : measure_package(evaluation, problems);
    if (error == 0 && evaluation->other != NULL)
        error = measure_other(evaluation, problems);
    if (error == 0 && evaluation->measured->len == 0) {
        sks_problems_add(problems, NULL, 0, NULL, "there is no mail to measure on");
        error = SKS_ERROR_UNAVAILABLE;
    }
    if (error == 0)
        error = report(evaluation, problems);
    if (error != 0 && sks_problems_count(problems) == 0)
        sks_complain(COMMAND, "%s", sks_error_text(error));
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    return error == 0 && evaluation->arguments.sets->failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

static void finish_measured(GArray *measured)
{
    gsize count;
    struct sks_measured *stolen = g_array_steal(measured, &count);
    sks_measured_finish(stolen, count);
    g_array_unref(measured);
}

int sks_analyst_evaluate(int argc, char **argv)
{
    struct evaluation evaluation = {.measured = g_array_new(FALSE, FALSE, sizeof(struct sks_measured)),
                                    .against = g_array_new(FALSE, FALSE, sizeof(struct sks_measured))};
    sks_learn_arguments_init(&evaluation.arguments, COMMAND);
    int status = parse(&evaluation, argc, argv) ? SKS_EXIT_FINE : sks_usage(COMMAND);
    if (status == SKS_EXIT_FINE && evaluation.page != NULL && g_strcmp0(evaluation.page, evaluation.mails) == 0)
        status = sks_usage_since(COMMAND, "--html and --mails name the same file");
    if (status == SKS_EXIT_FINE)
        status = sks_output_check_for(COMMAND, evaluation.page) && sks_output_check_for(COMMAND, evaluation.mails)
                     ? sks_learn_arguments_read(&evaluation.arguments)
                     : SKS_EXIT_FAILED;
    if (status == SKS_EXIT_FINE)
        status = evaluate(&evaluation);
    finish_measured(evaluation.measured);
    finish_measured(evaluation.against);
    sks_learn_arguments_finish(&evaluation.arguments);
    g_free(evaluation.model);
    return status;
}

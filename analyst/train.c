/*
 * sekisho train: sets of mail → a model package, and beside it what was kept out to measure packages on.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "command.h"
#include "kept-out.h"
#include "learn.h"
#include "model/package.h"
#include "output.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "train"

enum {
    OPTION_OUTPUT = SKS_OPTION_FURTHER,
    OPTION_KEEP_OUT,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    SKS_SETS_OPTIONS,
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"keep-out", required_argument, NULL, OPTION_KEEP_OUT},
    {0},
};

struct training {
    struct sks_learn_arguments arguments;
    const char *file;
    double share; /* of groups that are kept out */
    GPtrArray *learned, *kept;
};

static bool take_share(double *out_share, const char *text)
{
    char *end;
    double share = g_ascii_strtod(text, &end);
    if (end == text || *end != '\0' || !(share >= 0 && share <= 0.5))
        return sks_refuse(COMMAND, "--keep-out", text, "a share from 0 to 0.5");
    *out_share = share;
    return true;
}

/* A package is made from all three classes; reports may bring any. */
static bool has_classes(const struct training *training)
{
    static const char *const options_of[SKS_CLASS_COUNT] = {"--ham", "--bulk", "--targeted"};
    const GPtrArray *sets = training->arguments.sets->sets;
    bool given[SKS_CLASS_COUNT] = {false}, all = true;
    for (guint i = 0; i < sets->len; i++)
        given[((const struct sks_set *)g_ptr_array_index(sets, i))->class_] = true;
    for (int i = 0; i < SKS_CLASS_COUNT && !training->arguments.reports; i++) {
        if (!given[i])
            sks_complain(COMMAND, "%s: is missing", options_of[i]);
        all = all && given[i];
    }
    return all;
}

static bool parse(struct training *training, int argc, char **argv)
{
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "-", options)) != -1) {
        if (option == OPTION_OUTPUT)
            training->file = optarg;
        else if (option == OPTION_KEEP_OUT ? !take_share(&training->share, optarg)
                                           : !sks_learn_arguments_take(&training->arguments, option, optarg))
            return false;
    }
    if (training->file == NULL)
        sks_complain(COMMAND, "--output: is missing");
    return has_classes(training) && training->file != NULL && optind == argc;
}

static bool write_file(const char *file, GBytes *bytes, struct sks_problems *problems)
{
    return sks_output_write(file, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), problems);
}

/*
 * The package, and beside it what was kept out, which takes its place when both are written: what an earlier training
 * left there stays a pair.
 */
static bool write_both(const char *file, GBytes *package, const char *beside, GBytes *kept_out,
                       struct sks_problems *problems)
{
    g_autofree char *next = g_strconcat(beside, ".next", NULL);
    if (!write_file(next, kept_out, problems))
        return false;
    bool written = write_file(file, package, problems);
    if (written && g_rename(next, beside) != 0) {
        sks_problems_add(problems, beside, 0, NULL, "can't be written: %s", g_strerror(errno));
        written = false;
    }
    if (!written)
        g_unlink(next);
    return written;
}

/* For the manifest. */
static json_t *describe_kept_out(const struct training *training, GBytes *kept_out)
{
    json_int_t counts[SKS_CLASS_COUNT] = {0};
    for (guint i = 0; i < training->kept->len; i++)
        counts[((const struct sks_set_mail *)g_ptr_array_index(training->kept, i))->set->class_]++;
    g_autofree char *digest = sks_package_digest(g_bytes_get_data(kept_out, NULL), g_bytes_get_size(kept_out));
    return json_pack("{s:f, s:s, s:{s:I, s:I, s:I}}", "share", training->share, "digest", digest, "mails", "clean",
                     counts[SKS_CLASS_CLEAN], "bulk", counts[SKS_CLASS_BULK], "targeted", counts[SKS_CLASS_TARGETED]);
}

static int make(const struct training *training, struct sks_problems *problems)
{
    const struct sks_sets *sets = training->arguments.sets;
    struct sks_learning learning = training->arguments.learning;
    g_autoptr(GBytes) package = NULL;
    g_autoptr(GBytes) kept_out = sks_kept_out_format(training->kept, sets);
    g_autofree char *beside = g_strconcat(training->file, SKS_KEPT_OUT_ENDING, NULL);
    bool keeps = training->kept->len > 0;
    if (keeps)
        learning.kept_out = describe_kept_out(training, kept_out);
    int error = sks_learn(&package, sets, training->learned, &learning, problems);
    json_decref(learning.kept_out);
    if (error != 0)
        return error;
    if (keeps ? !write_both(training->file, package, beside, kept_out, problems)
              : !write_file(training->file, package, problems))
        return SKS_ERROR_IO;
    g_autofree char *learned = sks_counted(training->learned->len, "通", "mail", "mails");
    g_autofree char *kept = sks_counted(training->kept->len, "通", "mail", "mails");
    sks_terminal_show(stdout, training->file);
    printf(sks_words("：%sで学習、%zu バイト\n", ": trained on %s, %zu bytes\n"), learned, g_bytes_get_size(package));
    if (keeps) {
        sks_terminal_show(stdout, beside);
        printf(sks_words("：比較用に%sを学習から除外\n", ": %s kept out, to measure it on\n"), kept);
    }
    return 0;
}

static int learn(struct training *training)
{
    const struct sks_sets *sets = training->arguments.sets;
    struct sks_problems *problems = sks_problems_create();
    g_autoptr(GPtrArray) mails = g_ptr_array_new();
    for (guint i = 0; i < sets->mails->len; i++) {
        struct sks_set_mail *mail = g_ptr_array_index(sets->mails, i);
        if (!mail->set->unseen)
            g_ptr_array_add(mails, mail);
    }
    sks_kept_out_divide(training->learned, training->kept, mails, training->share);
    int error = make(training, problems);
    sks_complain_problems(COMMAND, problems);
    if (error != 0 && sks_problems_count(problems) == 0)
        sks_complain(COMMAND, "%s", sks_error_text(error));
    sks_problems_destroy(problems);
    return error == 0 && sets->failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

int sks_analyst_train(int argc, char **argv)
{
    struct training training = {.share = SKS_KEPT_OUT_SHARE, .learned = g_ptr_array_new(), .kept = g_ptr_array_new()};
    sks_learn_arguments_init(&training.arguments, COMMAND);
    int status = parse(&training, argc, argv) ? SKS_EXIT_FINE : sks_usage(COMMAND);
    if (status == SKS_EXIT_FINE)
        status = sks_output_check_for(COMMAND, training.file) ? sks_learn_arguments_read(&training.arguments)
                                                              : SKS_EXIT_FAILED;
    if (status == SKS_EXIT_FINE)
        status = learn(&training);
    sks_learn_arguments_finish(&training.arguments);
    g_ptr_array_unref(training.learned);
    g_ptr_array_unref(training.kept);
    return status;
}

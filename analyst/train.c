/* sekisho train: sets of mail → a model package. */
#include <stdio.h>

#include "command.h"
#include "learn.h"

#define COMMAND "train"

enum {
    OPTION_OUTPUT = SKS_OPTION_FURTHER,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    SKS_SETS_OPTIONS,
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {0},
};

static bool parse(struct sks_learn_arguments *arguments, const char **out_file, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "-", options, NULL)) != -1) {
        if (option == OPTION_OUTPUT)
            *out_file = optarg;
        else if (!sks_learn_arguments_take(arguments, option, optarg))
            return false;
    }
    return *out_file != NULL && optind == argc;
}

static int learn(const struct sks_learn_arguments *arguments, const char *file)
{
    struct sks_problems *problems = sks_problems_create();
    g_autoptr(GBytes) package = NULL;
    GPtrArray *mails = g_ptr_array_new();
    for (guint i = 0; i < arguments->sets->mails->len; i++) {
        struct sks_set_mail *mail = g_ptr_array_index(arguments->sets->mails, i);
        if (!mail->set->unseen)
            g_ptr_array_add(mails, mail);
    }
    int error = sks_learn(&package, arguments->sets, mails, &arguments->learning, problems);
    sks_complain_problems(COMMAND, problems);
    if (error != 0 && sks_problems_count(problems) == 0)
        sks_complain(COMMAND, "%s", sks_error_text(error));
    g_autoptr(GError) trouble = NULL;
    if (error == 0 &&
        !g_file_set_contents(file, g_bytes_get_data(package, NULL), (gssize)g_bytes_get_size(package), &trouble)) {
        sks_complain(COMMAND, "%s", trouble->message);
        error = SKS_ERROR_IO;
    }
    if (error == 0)
        printf("%s: trained on %u mails, %zu bytes\n", file, mails->len, g_bytes_get_size(package));
    g_ptr_array_unref(mails);
    sks_problems_destroy(problems);
    return error == 0 && arguments->sets->failed == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

int sks_analyst_train(int argc, char **argv)
{
    struct sks_learn_arguments arguments;
    sks_learn_arguments_init(&arguments);
    const char *file = NULL;
    int status = parse(&arguments, &file, argc, argv) ? SKS_EXIT_FINE : sks_usage(COMMAND);
    if (status == SKS_EXIT_FINE)
        status = sks_learn_arguments_read(&arguments, COMMAND);
    if (status == SKS_EXIT_FINE)
        status = learn(&arguments, file);
    sks_learn_arguments_finish(&arguments);
    return status;
}

/* sekisho-milter: command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "config.h"
#include "configuration.h"
#include "log.h"
#include "nursery.h"
#include "premises.h"
#include "setup.h"
#include "supervisor.h"

enum {
    OPTION_SETUP = 256,
};

static const char usage[] =
    "Usage: sekisho-milter [-fn] [-c FILE]\n"
    "Judges the mail of Postfix or Sendmail as clean, bulk or targeted.\n"
    "\n"
    "  -c, --config FILE      configuration (default: " SKS_CONFIGURATION_FILE ")\n"
    "  -f, --foreground       stay in the foreground and log to stderr\n"
    "  -n, --check            check the configuration and all that it names; tell all problems; do nothing else\n"
    "      --print-mta-setup  print the lines that attach the milter to Postfix and to Sendmail\n"
    "  -V, --version          print the version\n"
    "  -h, --help             print this help\n"
    "\n"
    "Signals: HUP reads configuration, lists and model again; TERM stops after the mails in hand.\n";

enum mode {
    MODE_RUN,
    MODE_CHECK,
    MODE_SETUP,
};

struct arguments {
    const char *path;
    enum mode mode;
    bool foreground;
};

/* Returns -1 to go on, or the exit status. */
static int take_arguments(struct arguments *out_arguments, int count, char **values)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"foreground", no_argument, NULL, 'f'},
        {"check", no_argument, NULL, 'n'},
        {"print-mta-setup", no_argument, NULL, OPTION_SETUP},
        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    *out_arguments = (struct arguments){.path = SKS_CONFIGURATION_FILE};
    while ((option = getopt_long(count, values, "c:fnVh", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            out_arguments->path = optarg;
            break;
        case 'f':
            out_arguments->foreground = true;
            break;
        case 'n':
            out_arguments->mode = MODE_CHECK;
            break;
        case OPTION_SETUP:
            out_arguments->mode = MODE_SETUP;
            break;
        case 'V':
            puts("sekisho-milter " SKS_VERSION);
            return 0;
        case 'h':
            fputs(usage, stdout);
            return 0;
        default:
            fputs("Try \"sekisho-milter --help\".\n", stderr);
            return 2;
        }
    }
    if (optind < count) {
        fprintf(stderr, "sekisho-milter: \"%s\" is not understood\nTry \"sekisho-milter --help\".\n", values[optind]);
        return 2;
    }
    return -1;
}

static void print_problems(const struct sks_problems *problems)
{
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        fprintf(stderr, "%s\n", sks_problems_text(problems, i));
}

static int check(const struct sks_configuration *configuration, const char *path, struct sks_problems *problems)
{
    sks_premises_check(configuration, problems);
    sks_nursery_check(configuration, problems);
    print_problems(problems);
    if (sks_problems_count(problems) > 0)
        return 1;
    printf("%s: no problem found\n", path);
    return 0;
}

int main(int count, char **values)
{
    struct arguments arguments;
    struct sks_configuration *configuration = NULL;
    char *text = NULL;
    size_t size = 0;
    int status = take_arguments(&arguments, count, values);
    if (status >= 0)
        return status;

    /* The daemon changes to / and must find its file again at a reload. */
    char *path = g_canonicalize_filename(arguments.path, NULL);
    const struct sks_start start = {
        .path = path,
        .optional = strcmp(arguments.path, SKS_CONFIGURATION_FILE) == 0,
        .foreground = arguments.foreground,
    };
    struct sks_problems *problems = sks_problems_create();
    if (sks_supervisor_read(&configuration, &text, &size, &start, problems) != SKS_OK) {
        print_problems(problems);
        status = 1;
    } else if (arguments.mode == MODE_RUN) {
        sks_log_open(configuration, start.foreground);
        status = sks_supervisor_run(&start, configuration, text, size);
    } else {
        if (arguments.mode == MODE_SETUP) {
            sks_setup_print(stdout, configuration);
            status = 0;
        } else {
            status = check(configuration, path, problems);
        }
        sks_configuration_destroy(configuration);
        g_free(text);
    }
    sks_problems_destroy(problems);
    g_free(path);
    return status;
}

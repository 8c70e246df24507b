/* sekisho: the command line of administrators and analysts. */
#include "command.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "help.h"
#include "input.h"
#include "terminal.h"
#include "words.h"

static const struct sks_command commands[] = {
    {"scan", sks_analyst_scan, "[--json] [options] PATH…", "judge mail: files, mboxes, folders, or - for stdin"},
    {"check", sks_analyst_check, "[--config FILE] [options]", "check configuration, model, lists, people and memory"},
    {"log", sks_analyst_log, "--store FILE [--json]", "list the verdicts that a store remembers, oldest first"},
    {"people", sks_analyst_people, "import|list|check [--store FILE | --config FILE] [FILE…]",
     "keep the directory of people: take over CSV or LDIF, show it, check files"},
    {"memory", sks_analyst_memory,
     "show ADDRESS… | stats | expire | learn PATH… | release [--rcpt A]… PATH… --store FILE [--json]",
     "look into the memory, teach it from sent mail or the MTA's log, release mail"},
    {"stats", sks_analyst_stats, "[--store F] [--config F] [--since DAY] [--until DAY] [--json] [--html F]",
     "count what a store remembers: by week and class, top lures, reports"},
    {"attachment", sks_analyst_attachment, "[--json] [--password P]… FILE…",
     "tell what a file is, whether it is encrypted, and what it holds"},
    {"report", sks_analyst_report,
     "--class targeted|bulk|clean [--by NAME] --store FILE PATH… | list | show ID | withdraw ID",
     "say what a mail is, for training to learn from; list what was said"},
    {"train", sks_analyst_train, "--ham PATH… --bulk PATH… --targeted PATH… [options] --output FILE",
     "make a model package from sets of mail"},
    {"evaluate", sks_analyst_evaluate,
     "--ham PATH… --bulk PATH… --targeted PATH… [--unseen PATH…] [--split DAY] [--against PACKAGE] [--html FILE] "
     "[--json] [options]",
     "measure a model, or the way of training, on sets of mail"},
    {"model", sks_analyst_model,
     "list | show [NAME] [--words[=N]] | activate NAME [--force] | rollback | compare [NAME] NAME [--models FOLDER] "
     "[--ham PATH… --bulk PATH… --targeted PATH…]",
     "model packages side by side: which is in use, which is better"},
    {"replay", sks_analyst_replay,
     "[--model PACKAGE] [--config FILE] [--today-model PACKAGE] [--today-config FILE] [--json] PATH…",
     "judge past mail with a model and policy not in use yet, beside today's"},
    {"explain", sks_analyst_explain, "[--language ja|en|both] [--json] [options] PATH…",
     "tell how a verdict came about, and what would have changed it"},
    {"language", sks_analyst_language, "[--json] [--lines] FILE|-", "judge how a text reads, and show the places"},
};

const struct sks_command *sks_commands(size_t *out_count)
{
    *out_count = sizeof commands / sizeof commands[0];
    return commands;
}

__attribute__((format(printf, 2, 0))) static void complain(const char *command, const char *format, va_list arguments)
{
    char *text = g_strdup_vprintf(format, arguments);
    fprintf(stderr, "sekisho %s: ", command);
    sks_terminal_show(stderr, text);
    fputc('\n', stderr);
    g_free(text);
}

void sks_complain(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(command, format, arguments);
    va_end(arguments);
}

void sks_complain_problems(const char *command, const struct sks_problems *problems)
{
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        sks_complain(command, "%s", sks_problems_text(problems, i));
}

size_t sks_complain_barren(const char *command, const struct sks_input *input)
{
    size_t count = 0;
    for (const char *path; (path = sks_input_barren(input, count)) != NULL; count++)
        sks_complain(command, "%s: no mail in it", path);
    return count;
}

static const struct sks_command *find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* Its arguments stand below each other where a terminal is too narrow. */
static void print_usage(FILE *stream, const struct sks_command *command)
{
    int indent = fprintf(stream, "usage: sekisho %s ", command->name);
    sks_terminal_wrapped(stream, command->arguments, (size_t)indent, (size_t)indent, sks_terminal_style().columns);
}

int sks_usage(const char *command)
{
    print_usage(stderr, find(command));
    fprintf(stderr, "See sekisho %s --help, and sekisho(1).\n", command);
    return SKS_EXIT_USAGE;
}

int sks_usage_since(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(command, format, arguments);
    va_end(arguments);
    return sks_usage(command);
}

bool sks_no_more(const char *command, int argc, char **argv)
{
    if (optind < argc)
        sks_complain(command, "%s: more than it takes", argv[optind]);
    return optind >= argc;
}

bool sks_refuse(const char *command, const char *option, const char *value, const char *allowed)
{
    sks_complain(command, "%s: needs %s, not \"%s\"", option, allowed, value);
    return false;
}

bool sks_take_language(const char *command, const char *name)
{
    return sks_choose_language(name) || sks_refuse(command, "--language", name, "ja or en");
}

/* Instead of getopt_long()'s own words, which print as they are what was typed. */
int sks_next_option(const char *command, int argc, char **argv, const char *order, const struct option *options)
{
    char letters[4];
    snprintf(letters, sizeof letters, "%s:", order);
    opterr = 0;
    int option = getopt_long(argc, argv, letters, options, NULL);
    if (option != '?' && option != ':')
        return option;
    const char *given = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    const struct option *known = options;
    while (known->name != NULL && known->val != optopt)
        known++;
    if (option == ':')
        sks_complain(command, "%s: needs a value", given);
    else if (known->name != NULL)
        sks_complain(command, "%s: takes no value", given);
    else if (optopt != 0)
        sks_complain(command, "-%c: no such option", optopt);
    else
        sks_complain(command, "%s: no such option, or short for more than one", given);
    return '?';
}

/* What was printed has to have arrived. If it failed before, errno has been used for other things since. */
static int finish(int status)
{
    if (fflush(stdout) != 0)
        perror("sekisho: stdout");
    else if (ferror(stdout) != 0)
        fputs("sekisho: stdout: not all of the output could be written\n", stderr);
    else
        return status;
    return SKS_EXIT_FAILED;
}

static void help(FILE *stream)
{
    fputs("usage: sekisho COMMAND [options] …\n\n"
          "Judges mail as clean, bulk or targeted, and says why.\n\n",
          stream);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(stream, "  %-12s%s\n", commands[i].name, commands[i].purpose);
    fputs("\n  sekisho COMMAND --help tells a command's arguments and options; sekisho(1) tells everything.\n", stream);
}

/* Wherever it stands: "report list --help" is what somebody types who has begun. */
static bool asks_for_help(int count, char **arguments)
{
    for (int i = 0; i < count && strcmp(arguments[i], "--") != 0; i++)
        if (strcmp(arguments[i], "--help") == 0 || (i == 0 && strcmp(arguments[i], "-h") == 0))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return SKS_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        help(stdout);
        return finish(SKS_EXIT_FINE);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts("sekisho " SKS_VERSION);
        return finish(SKS_EXIT_FINE);
    }
    const struct sks_command *command = find(name);
    if (command == NULL) {
        fputs("sekisho: no command \"", stderr);
        sks_terminal_show(stderr, name);
        fputs("\"; sekisho --help lists them\n", stderr);
        return SKS_EXIT_USAGE;
    }
    if (asks_for_help(argc - 2, argv + 2)) {
        print_usage(stdout, command);
        printf("\n%s\n\n%s", command->purpose, sks_help_options(command->name));
        return finish(SKS_EXIT_FINE);
    }
    return finish(command->run(argc - 1, argv + 1));
}

/*
 * The command line's table of sub-commands, from which the help is made, and what they share.
 *
 * A sub-command gets its own arguments (argv[0] is its name) and returns the exit status: 0 fine, 1 something failed
 * (the rest was done), 2 wrong usage. Data goes to stdout, diagnostics to stderr.
 */
#ifndef SKS_ANALYST_COMMAND_H
#define SKS_ANALYST_COMMAND_H

#include <getopt.h>
#include <stdbool.h>

#include "sekisho/error.h"
#include "sekisho/verdict.h"

enum sks_exit {
    SKS_EXIT_FINE = 0,
    SKS_EXIT_FAILED = 1,
    SKS_EXIT_USAGE = 2,
};

struct sks_command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments; /* as the usage line shows them */
    const char *purpose;   /* one line */
};

int sks_analyst_scan(int argc, char **argv);
int sks_analyst_check(int argc, char **argv);
int sks_analyst_train(int argc, char **argv);
int sks_analyst_evaluate(int argc, char **argv);
int sks_analyst_language(int argc, char **argv);
int sks_analyst_attachment(int argc, char **argv);
int sks_analyst_people(int argc, char **argv);
int sks_analyst_log(int argc, char **argv);
int sks_analyst_memory(int argc, char **argv);
int sks_analyst_stats(int argc, char **argv);
int sks_analyst_report(int argc, char **argv);
int sks_analyst_model(int argc, char **argv);
int sks_analyst_explain(int argc, char **argv);
int sks_analyst_replay(int argc, char **argv);

/* All of them, in the order of the help. */
const struct sks_command *sks_commands(size_t *out_count);

/* The next option as getopt_long() returns it; order: "" or "-". What is wrong with one is told: '?'. */
int sks_next_option(const char *command, int argc, char **argv, const char *order, const struct option *options);

/* Tells that an option's value is wrong, and what is allowed; returns false. */
bool sks_refuse(const char *command, const char *option, const char *value, const char *allowed);

/* --language: false if it is none, and that is told. */
bool sks_take_language(const char *command, const char *name);

/* Prints "sekisho NAME: …" to stderr, as sks_terminal_show() has it. */
void sks_complain(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints all problems to stderr, a line each. */
void sks_complain_problems(const char *command, const struct sks_problems *problems);

/* Prints to stderr in which paths there was no mail; returns how many these are. */
struct sks_input;
size_t sks_complain_barren(const char *command, const struct sks_input *input);

/* The usage line of a command, to stderr; returns SKS_EXIT_USAGE. */
int sks_usage(const char *command);

/* The same after what is missing or wrong. */
int sks_usage_since(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether no argument is left behind the options; if one is, that is told. */
bool sks_no_more(const char *command, int argc, char **argv);

#endif

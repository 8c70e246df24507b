/*
 * The configuration file of sekisho-milter, which `sekisho scan --config` and `sekisho check` read, too.
 *
 * Everything that may stand in it is in one table (sks_configuration_options()): the parser, the check and the tests of
 * the manual page and the shipped sample all read that. A configuration is immutable after it was read.
 */
#ifndef SKS_PLUGIN_CONFIGURATION_H
#define SKS_PLUGIN_CONFIGURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"
#include "sekisho/classifier.h"
#include "sekisho/error.h"
#include "sekisho/pool.h"

/* The link in the folder of models. */
#define SKS_MODELS_ACTIVE "active"

enum sks_log_format {
    SKS_LOG_TEXT,
    SKS_LOG_JSON,
};

enum sks_log_target {
    SKS_LOG_SYSLOG,
    SKS_LOG_STDERR,
};

/* How the memory keeps names and addresses. */
enum sks_privacy { SKS_PRIVACY_PLAIN, SKS_PRIVACY_HASHED };

struct sks_configuration {
    struct {
        char *socket;     /* unix:PATH, inet:PORT@HOST or inet6:PORT@HOST */
        unsigned umask;   /* of a unix socket */
        char *user;       /* "": stay who started the program */
        char *group;      /* of the processes and of a unix socket; "": the user's */
        char *pid_file;   /* "": none */
        unsigned timeout; /* seconds that an MTA's connection may be silent */
        size_t mail_size; /* bytes collected of a mail */
    } milter;
    struct {
        char *model, *lists, *people, *countries, *store; /* "": the built-in one, or none */
        char *models; /* folder of packages; its link "active" names the one in use */
        char *active; /* that link; "" without such a folder */
        char **own_domains, **authserv_ids;
    } classifier;
    struct {
        bool frozen; /* nothing is written to the store */
        bool keep;   /* mails that wait for a password, not only digests of them */
        int privacy; /* enum sks_privacy */
        size_t pending_size, pending_total;
        unsigned pending_days, log_days;
        size_t report_total; /* of reported mail */
        unsigned report_days;
    } memory;
    struct sks_policy policy;
    struct {
        int language; /* enum sks_language */
        bool subject, body;
        unsigned evidence; /* pieces of evidence told in the header */
    } banner;
    struct {
        char **to;
        bool recipients; /* of the earlier mail, too */
        char *from, *smtp;
        char **command;
        int language; /* enum sks_notice_language */
        unsigned hourly;
    } notice;
    struct {
        unsigned workers;            /* 0: one more than processors, and as many again */
        unsigned deadline, queueing; /* seconds */
        size_t memory;
    } pool;
    struct {
        int target;   /* enum sks_log_target */
        int facility; /* of syslog */
        int level;    /* of syslog: LOG_ERR … LOG_DEBUG */
        int format;   /* enum sks_log_format */
    } log;
    struct {
        char *listen; /* ADDRESS:PORT of the page of metrics; "": none */
        bool remote;  /* the address may be one that other hosts reach */
    } metrics;
    char *name;    /* of the file, for problems */
    size_t *lines; /* of each key's first value, in the table's order; 0: the default */
};

/*
 * Reads a file, or text of it (name is then what problems call it). Every problem is added to problems (which may be
 * NULL); with any, SKS_ERROR_FORMAT. A file that can't be read: SKS_ERROR_IO, and a problem as well.
 */
int sks_configuration_read(struct sks_configuration **out_configuration, const char *path,
                           struct sks_problems *problems);
int sks_configuration_parse(struct sks_configuration **out_configuration, const char *name, const char *text,
                            size_t size, struct sks_problems *problems);

/* Adds a problem of a key, with the file and the line where it stands. */
void sks_configuration_problem(const struct sks_configuration *configuration, struct sks_problems *problems,
                               const char *section, const char *key, const char *reason, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * For checks that go on after a problem: what could be read of the file, with defaults for the rest. Problems are told
 * as by sks_configuration_read(). NULL if nothing could be read.
 */
struct sks_configuration *sks_configuration_read_partly(const char *path, struct sks_problems *problems);

/* What an empty file gives. Never NULL. */
struct sks_configuration *sks_configuration_default(void);

void sks_configuration_destroy(struct sks_configuration *configuration);

/* The same, in the terms of the library. Strings stay the configuration's. */
struct sks_settings sks_configuration_settings(const struct sks_configuration *configuration);

/* Whether anybody is to be told of changed verdicts. */
bool sks_configuration_notifies(const struct sks_configuration *configuration);

struct sks_pool_options sks_configuration_pool(const struct sks_configuration *configuration);

/* The table. */
struct sks_option {
    const char *section, *key;
    const char *value; /* the default, as it would be written */
    const char *help;  /* one line */
};

/* Number of options; index < that. Static storage. */
size_t sks_configuration_option_count(void);
struct sks_option sks_configuration_option(size_t index);

#endif

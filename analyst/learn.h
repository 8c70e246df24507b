/* From mails that were read to a model package: what `sekisho train` and the split of `sekisho evaluate` share. */
#ifndef SKS_ANALYST_LEARN_H
#define SKS_ANALYST_LEARN_H

#include <getopt.h>

#include "progress.h"
#include "sets.h"
#include "settings.h"

struct sks_learning {
    double targeted_rate, bulk_rate; /* wanted false alarms on real mail */
    double written_rate;             /* on written mail, which is hard on purpose */
    unsigned workers;                /* 0: all processors */
    json_t *kept_out;                /* what the manifest is to say of mail that was kept out, or NULL */
};

#define SKS_LEARNING_DEFAULT                                                                                           \
    {                                                                                                                  \
        .targeted_rate = 0.0005, .bulk_rate = 0.001, .written_rate = 0.0155                                            \
    }

/* Trains on these mails (struct sks_set_mail, of the sets). Problems are told. */
int sks_learn(GBytes **out_package, const struct sks_sets *sets, const GPtrArray *mails,
              const struct sks_learning *learning, struct sks_problems *problems);

/*
 * The arguments that name sets: "--ham D…", "--bulk D…", "--targeted D…", "--unseen D…" (bulk that is measured only).
 * An option's first path is its argument; further ones are taken by sks_sets_take_path(). optstring must begin with
 * "-", so that getopt_long() gives them in order, as option 1.
 */
enum sks_sets_option {
    SKS_OPTION_HAM = 0x200,
    SKS_OPTION_BULK,
    SKS_OPTION_TARGETED,
    SKS_OPTION_UNSEEN,
    SKS_OPTION_EXCEPT,
    SKS_OPTION_WORKERS,
    SKS_OPTION_TARGETED_RATE,
    SKS_OPTION_BULK_RATE,
    SKS_OPTION_REPORTS,
};

#define SKS_SETS_OPTIONS                                                                                               \
    {"ham", required_argument, NULL, SKS_OPTION_HAM}, {"bulk", required_argument, NULL, SKS_OPTION_BULK},              \
        {"targeted", required_argument, NULL, SKS_OPTION_TARGETED},                                                    \
        {"unseen", required_argument, NULL, SKS_OPTION_UNSEEN},                                                        \
        {"except", required_argument, NULL, SKS_OPTION_EXCEPT},                                                        \
        {"workers", required_argument, NULL, SKS_OPTION_WORKERS},                                                      \
        {"targeted-alarms", required_argument, NULL, SKS_OPTION_TARGETED_RATE},                                        \
        {"reports", no_argument, NULL, SKS_OPTION_REPORTS},                                                            \
    {                                                                                                                  \
        "bulk-alarms", required_argument, NULL, SKS_OPTION_BULK_RATE                                                   \
    }

struct sks_learn_arguments {
    struct sks_sets *sets;
    struct sks_command_settings settings;
    struct sks_learning learning;
    bool reports;        /* learn from those of the store, too */
    const char *command; /* complaints are its */
    int last;            /* the option that further paths belong to, 0 before the first */
};

void sks_learn_arguments_init(struct sks_learn_arguments *arguments, const char *command);
void sks_learn_arguments_finish(struct sks_learn_arguments *arguments);

/* Takes one option as getopt_long() returned it; false if it is none of these or its value is wrong, and what is wrong
 * is told. */
bool sks_learn_arguments_take(struct sks_learn_arguments *arguments, int option, char *argument);

/* Loads lists and all else but a model, and reads the sets. Returns an exit status; problems are told. */
int sks_learn_arguments_read(struct sks_learn_arguments *arguments);

#endif

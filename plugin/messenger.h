/* Sending one notice, in a process of its own: by SMTP to this host, by a command, or both. */
#ifndef SKS_PLUGIN_MESSENGER_H
#define SKS_PLUGIN_MESSENGER_H

#include <stdint.h>
#include <sys/types.h>

#include "configuration.h"
#include "notice.h"

#define SKS_ERRANDS_MOST 4u

struct sks_message_to_send {
    const struct sks_configuration *configuration;
    const struct sks_notice_letter *letter;
    const char *mail; /* for SMTP */
    const char *json; /* for the command's standard input */
};

struct sks_errand {
    pid_t process;
    int64_t notice;       /* its id */
    char *const *command; /* that follows when the mail is sent, or runs; NULL: none */
    char *json;           /* for it */
    bool mails, mailed;
    bool some_refused; /* the mail server took it for some of the recipients only */
};

enum sks_errand_state {
    SKS_ERRAND_RUNS,
    SKS_ERRAND_DONE,
    SKS_ERRAND_NOT_SENT,       /* nobody was told */
    SKS_ERRAND_COMMAND_FAILED, /* the mail was sent */
};

/*
 * Forks. SKS_ERROR_IO if that fails; SKS_ERROR_UNSUPPORTED if there is neither anybody to write to nor a command. Each
 * process ends by itself after a minute at most. The configuration must outlive the errand.
 */
int sks_messenger_start(struct sks_errand *out_errand, const struct sks_message_to_send *message, int64_t notice);

/* What has become of it. When it has ended, all that belonged to it is freed. */
enum sks_errand_state sks_messenger_look(struct sks_errand *errand);

#endif

/*
 * See setup.h.
 *
 * The MTA's patience at end of message is set to several times what a mail can take here, so that it is never the MTA
 * that gives up first. When the milter can't be reached at all, the MTA does what the failure action says: by default
 * it delivers, so that no mail waits for a fault of ours. Neither MTA can do more than that with a milter that is gone:
 * for `quarantine` it refuses for now.
 */
#include "setup.h"

#include <string.h>

#define PATIENCE_LEAST 300u

static unsigned patience(const struct sks_configuration *configuration)
{
    unsigned longest = 3 * (configuration->pool.deadline + configuration->pool.queueing);
    return longest > PATIENCE_LEAST ? longest : PATIENCE_LEAST;
}

/* "inet:8899@127.0.0.1" is "inet:127.0.0.1:8899" for Postfix, which has one name for both families. */
static void print_postfix_socket(FILE *out, const char *socket)
{
    const char *colon = strchr(socket, ':'), *at = strchr(socket, '@');
    if (socket[0] == '/') {
        fprintf(out, "unix:%s", socket);
    } else if (strncmp(socket, "inet", 4) != 0 || colon == NULL) {
        fprintf(out, "unix:%s", colon != NULL ? colon + 1 : socket);
    } else {
        const char *host = at != NULL ? at + 1 : "localhost";
        bool brackets = strchr(host, ':') != NULL && host[0] != '[';
        fprintf(out, "inet:%s%s%s:%.*s", brackets ? "[" : "", host, brackets ? "]" : "",
                (int)(at != NULL ? at - colon - 1 : (long)strlen(colon + 1)), colon + 1);
    }
}

void sks_setup_print(FILE *out, const struct sks_configuration *configuration)
{
    unsigned seconds = patience(configuration);
    const char *socket = configuration->milter.socket;
    bool accept = configuration->policy.failure == SKS_ACTION_ACCEPT;

    fprintf(
        out,
        "# Postfix: add to main.cf, then \"postfix reload\". Mail that is submitted on the host itself\n"
        "# (non_smtpd_milters) needs no judging. If smtpd runs in a chroot, a unix socket has to be inside of it.\n");
    fprintf(out, "# When the milter can't be reached, mail is %s (the failure action of [policy]).\n",
            accept ? "delivered unjudged" : "refused for now and tried again by its sender");
    fprintf(out, "smtpd_milters = ");
    print_postfix_socket(out, socket);
    fprintf(out,
            "\n"
            "milter_protocol = 6\n"
            "milter_default_action = %s\n"
            "milter_connect_timeout = 30s\n"
            "milter_command_timeout = 30s\n"
            "milter_content_timeout = %us\n"
            "%s"
            "\n"
            "# Sendmail: add to sendmail.mc above the MAILER lines, make sendmail.cf anew, restart sendmail.\n"
            "# %s T=: times to connect, send, read, and for the end.\n"
            "INPUT_MAIL_FILTER(`sekisho', `S=%s%s, F=%s, T=C:30s;S:30s;R:%us;E:%us')dnl\n",
            accept ? "accept" : "tempfail", seconds,
            configuration->policy.hold ? "# Held mail is let go by its queue ID: none is to be used twice.\n"
                                         "enable_long_queue_ids = yes\n"
                                       : "",
            accept ? "F= (empty): deliver if the filter can't be reached."
                   : "F=T: refuse for now if it can't be reached.",
            socket[0] == '/' ? "unix:" : "", socket, accept ? "" : "T", seconds, seconds);
}

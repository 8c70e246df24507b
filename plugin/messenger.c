/* See messenger.h. */
#include "messenger.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <libetpan/libetpan.h>

#include "socket.h"

#define SECONDS      60
#define SMTP_SECONDS 20

/* How the process that sends ends. */
enum sent {
    SENT,
    NOT_SENT,
    SENT_TO_SOME, /* the server refused the others */
};

static enum sent converse(mailsmtp *session, const struct sks_message_to_send *message)
{
    const struct sks_notice_letter *letter = message->letter;
    size_t taken = 0;
    if (mailsmtp_init(session) != MAILSMTP_NO_ERROR || mailsmtp_mail(session, letter->from) != MAILSMTP_NO_ERROR)
        return NOT_SENT;
    for (size_t i = 0; i < letter->recipient_count; i++)
        taken += mailsmtp_rcpt(session, letter->recipients[i]) == MAILSMTP_NO_ERROR;
    if (taken == 0 || mailsmtp_data(session) != MAILSMTP_NO_ERROR ||
        mailsmtp_data_message(session, message->mail, strlen(message->mail)) != MAILSMTP_NO_ERROR)
        return NOT_SENT;
    return taken == letter->recipient_count ? SENT : SENT_TO_SOME;
}

static enum sent send_mail(const struct sks_message_to_send *message)
{
    unsigned port;
    const char *host;
    if (!sks_socket_parse_smtp(&port, &host, message->configuration->notice.smtp))
        return NOT_SENT;
    mailsmtp *session = mailsmtp_new(0, NULL);
    if (session == NULL)
        return NOT_SENT;
    mailsmtp_set_timeout(session, SMTP_SECONDS);
    enum sent sent = NOT_SENT;
    if (mailsmtp_socket_connect(session, host, (uint16_t)port) == MAILSMTP_NO_ERROR) {
        sent = converse(session, message);
        mailsmtp_quit(session);
    }
    mailsmtp_free(session);
    return sent;
}

/* Never returns if the command could be run. */
static void run_command(char *const *command, const char *json)
{
    char *environment[] = {(char *)"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                           (char *)"LC_ALL=C.UTF-8", NULL};
    int input = memfd_create("sekisho-notice", 0);
    size_t size = strlen(json);
    if (input < 0 || write(input, json, size) != (ssize_t)size || lseek(input, 0, SEEK_SET) != 0 || dup2(input, 0) != 0)
        return;
    syscall(SYS_close_range, 3u, ~0u, 0u);
    signal(SIGPIPE, SIG_DFL);
    execve(command[0], command, environment);
}

/* In the child: nothing of the caretaker's is open any more. */
static void begin_child(void)
{
    int null = open("/dev/null", O_RDWR);
    for (int i = 0; null >= 0 && i < 3; i++)
        dup2(null, i);
    syscall(SYS_close_range, 3u, ~0u, 0u);
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    setsid();
    alarm(SECONDS); /* survives exec */
}

static int start_mail(struct sks_errand *errand, const struct sks_message_to_send *message)
{
    errand->process = fork();
    if (errand->process == 0) {
        begin_child();
        _exit(send_mail(message));
    }
    return errand->process > 0 ? SKS_OK : SKS_ERROR_IO;
}

static int start_command(struct sks_errand *errand)
{
    errand->process = fork();
    if (errand->process == 0) {
        begin_child();
        run_command(errand->command, errand->json);
        _exit(127);
    }
    return errand->process > 0 ? SKS_OK : SKS_ERROR_IO;
}

int sks_messenger_start(struct sks_errand *out_errand, const struct sks_message_to_send *message, int64_t notice)
{
    const struct sks_configuration *configuration = message->configuration;
    bool runs = configuration->notice.command != NULL && configuration->notice.command[0] != NULL;
    struct sks_errand errand = {.notice = notice,
                                .command = runs ? configuration->notice.command : NULL,
                                .mails = configuration->notice.smtp[0] != '\0' && message->letter->recipient_count > 0};
    if (!errand.mails && !runs)
        return SKS_ERROR_UNSUPPORTED;
    errand.json = g_strdup(message->json);
    int result = errand.mails ? start_mail(&errand, message) : start_command(&errand);
    if (result != SKS_OK)
        g_free(errand.json);
    else
        *out_errand = errand;
    return result;
}

enum sks_errand_state sks_messenger_look(struct sks_errand *errand)
{
    int status;
    pid_t ended = waitpid(errand->process, &status, WNOHANG);
    if (ended == 0)
        return SKS_ERRAND_RUNS;
    bool exited = ended == errand->process && WIFEXITED(status);
    bool to_some = exited && errand->mails && !errand->mailed && WEXITSTATUS(status) == SENT_TO_SOME;
    bool well = to_some || (exited && WEXITSTATUS(status) == 0);
    errand->some_refused = errand->some_refused || to_some;
    if (well && errand->mails && !errand->mailed) {
        errand->mailed = true;
        if (errand->command != NULL && start_command(errand) == SKS_OK)
            return SKS_ERRAND_RUNS;
        well = errand->command == NULL;
    }
    g_free(errand->json);
    errand->json = NULL;
    if (well)
        return SKS_ERRAND_DONE;
    return errand->mailed ? SKS_ERRAND_COMMAND_FAILED : SKS_ERRAND_NOT_SENT;
}

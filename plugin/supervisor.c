/*
 * The supervisor.
 *
 * A generation is made in two steps: a nursery is forked and loads its classifier (seconds, perhaps) while the milter
 * process goes on with the generation before; when it reports to be ready, its socket and the configuration's bytes are
 * handed to the milter process. If anything is wrong with the new one, the old one stays. The milter process is forked
 * when the first generation is ready, and again if it dies; the listening socket stays open in between, so connections
 * wait instead of being refused.
 *
 * Signals are read from a signalfd: no handler runs anywhere.
 */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "caretaker.h"
#include "control.h"
#include "counters.h"
#include "log.h"
#include "metrics.h"
#include "milter.h"
#include "nursery.h"
#include "process.h"
#include "sekisho/classifier.h"
#include "socket.h"

#define LOADING_MILLISECONDS (180 * 1000)
#define BACK_OFF_FIRST       1000
#define BACK_OFF_MOST        60000
#define BACK_OFF_FORGIVEN    300000 /* a process that lived so long may be started again at once */
#define STOP_MARGIN_SECONDS  5

/* What a generation is made of. */
struct content {
    struct sks_configuration *configuration;
    char *text;
    size_t size;
};

struct supervisor {
    const struct sks_start *start;
    char *socket, *pid_file, *user, *group, *listen; /* as taken at the start, whatever a reload says */
    struct content current;                          /* in use, or wanted if nothing is in use yet */
    struct content loading; /* being loaded; configuration is NULL if it is the current one once more */
    unsigned number;        /* of the last generation that was begun */
    bool serves;            /* a generation has come into use */
    pid_t loader;           /* the nursery that loads, or 0 */
    bool loader_gone;       /* it was waited for: its id may be somebody else's now */
    int loader_socket;
    gint64 loader_since;
    pid_t nursery;                        /* of the generation in use, or 0 */
    pid_t caretaker;                      /* or 0 */
    bool caretaker_ended;                 /* we asked it to end: a new one takes its place at once */
    gint64 caretaker_since, caretaker_at; /* when it was started; when to start it; 0: not waiting */
    unsigned caretaker_back_off;
    pid_t milter; /* or 0 */
    int milter_socket;
    gint64 milter_since;
    pid_t metrics; /* or 0 */
    int metrics_socket;
    gint64 metrics_since, metrics_retry_at; /* 0: not waiting */
    struct sks_exposition_state shown;
    char *model_version; /* backs it */
    gint64 retry_at;     /* when to load again after a death; 0: not waiting */
    unsigned back_off;
    bool stopping, failed;
    gint64 stop_since, stop_by;
    int signals;
    int parent; /* the process that waits for us to be ready, or -1 */
};

static gint64 now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static void content_finish(struct content *content)
{
    sks_configuration_destroy(content->configuration);
    g_free(content->text);
    *content = (struct content){NULL, NULL, 0};
}

int sks_supervisor_read(struct sks_configuration **out_configuration, char **out_text, size_t *out_size,
                        const struct sks_start *start, struct sks_problems *problems)
{
    char *text = NULL;
    gsize size = 0;
    GError *error = NULL;
    if (!g_file_get_contents(start->path, &text, &size, &error)) {
        if (!start->optional || !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
            sks_problems_add(problems, start->path, 0, NULL, "%s", error->message);
            g_error_free(error);
            return SKS_ERROR_IO;
        }
        g_error_free(error);
        text = g_strdup("");
        size = 0;
    }
    int result = sks_configuration_parse(out_configuration, start->path, text, size, problems);
    if (result != SKS_OK) {
        g_free(text);
        return result;
    }
    *out_text = text;
    *out_size = size;
    return SKS_OK;
}

/* In a child. */

static void unblock_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void leave_terminal(void)
{
    if (sks_log_leave_terminal())
        sks_process_leave_terminal();
}

/* Metrics. */

static void show_metrics(struct supervisor *supervisor)
{
    supervisor->metrics_retry_at = 0;
    if (supervisor->metrics_socket < 0)
        return;
    if (supervisor->metrics != 0)
        kill(supervisor->metrics, SIGTERM);
    supervisor->metrics_since = now_ms();
    pid_t self = getpid();
    supervisor->metrics = fork();
    if (supervisor->metrics == 0) {
        unblock_signals();
        leave_terminal();
        sks_metrics_main(self, supervisor->metrics_socket, supervisor->current.configuration, &supervisor->shown);
    }
    if (supervisor->metrics < 0) {
        sks_log(LOG_ERR, "fork: %s", strerror(errno));
        supervisor->metrics = 0;
        supervisor->metrics_retry_at = now_ms() + BACK_OFF_MOST;
    }
}

/* What is shown of the generation that has just come into use. */
static void set_shown(struct supervisor *supervisor, const char *model_version)
{
    const struct sks_pool_options options = sks_configuration_pool(supervisor->current.configuration);
    g_free(supervisor->model_version);
    supervisor->model_version = g_strdup(model_version);
    supervisor->shown.generation = supervisor->number;
    supervisor->shown.generation_since = (int64_t)time(NULL);
    supervisor->shown.model_version = supervisor->model_version;
    supervisor->shown.workers_most =
        options.workers > 0 ? options.workers : 2 * ((unsigned)MAX(sysconf(_SC_NPROCESSORS_ONLN), 1) + 1);
}

static void metrics_ended(struct supervisor *supervisor, const char *how)
{
    supervisor->metrics = 0;
    if (supervisor->stopping)
        return;
    sks_log(LOG_ERR, "the metrics process ended %s: starting it again", how);
    atomic_fetch_add(&sks_counters()->metrics_deaths, 1);
    bool young = now_ms() - supervisor->metrics_since < BACK_OFF_MOST;
    supervisor->metrics_retry_at = now_ms() + (young ? BACK_OFF_FIRST * 5 : 1);
}

/* Loading. */

static const struct sks_configuration *loading_configuration(const struct supervisor *supervisor)
{
    return supervisor->loading.configuration != NULL ? supervisor->loading.configuration
                                                     : supervisor->current.configuration;
}

/* Forks a nursery for what is in loading, or for the current content. */
static void begin_loading(struct supervisor *supervisor)
{
    int pair[2];
    supervisor->retry_at = 0;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        sks_log(LOG_ERR, "socketpair: %s", strerror(errno));
        supervisor->retry_at = now_ms() + BACK_OFF_MOST;
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        unblock_signals();
        leave_terminal();
        sks_nursery_main(pair[1], loading_configuration(supervisor));
    }
    close(pair[1]);
    if (pid < 0) {
        sks_log(LOG_ERR, "fork: %s", strerror(errno));
        close(pair[0]);
        supervisor->retry_at = now_ms() + BACK_OFF_MOST;
        return;
    }
    supervisor->number++;
    supervisor->loader = pid;
    supervisor->loader_gone = false;
    supervisor->loader_socket = pair[0];
    supervisor->loader_since = now_ms();
    sks_log(LOG_DEBUG, "generation %u: loading in process %ld", supervisor->number, (long)pid);
}

static void back_off(struct supervisor *supervisor, gint64 lived_ms)
{
    if (lived_ms > BACK_OFF_FORGIVEN || supervisor->back_off == 0)
        supervisor->back_off = BACK_OFF_FIRST;
    supervisor->retry_at = now_ms() + supervisor->back_off;
    supervisor->back_off = MIN(supervisor->back_off * 2, BACK_OFF_MOST);
}

static void end_loader(struct supervisor *supervisor)
{
    close(supervisor->loader_socket);
    supervisor->loader_socket = -1;
    if (!supervisor->loader_gone)
        kill(supervisor->loader, SIGKILL);
    supervisor->loader = 0;
    content_finish(&supervisor->loading);
}

/* The loading ended without a usable generation. The reasons were logged as they came. */
static void abandon_loading(struct supervisor *supervisor)
{
    end_loader(supervisor);
    if (!supervisor->serves) {
        sks_log(LOG_ERR, "not started");
        supervisor->failed = supervisor->stopping = true;
        return;
    }
    sks_log(LOG_ERR, "generation %u is not used: what was in use before stays", supervisor->number);
    atomic_fetch_add(&sks_counters()->reloads_failed, 1);
    if (supervisor->nursery == 0)
        back_off(supervisor, 0);
}

/* The milter process. */

static int write_text(const struct content *content)
{
    int fd = memfd_create("sekisho-configuration", MFD_CLOEXEC);
    if (fd < 0 || pwrite(fd, content->text, content->size, 0) == (ssize_t)content->size)
        return fd;
    close(fd);
    return -1;
}

static int fork_milter(struct supervisor *supervisor)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return SKS_ERROR_IO;
    pid_t pid = fork();
    if (pid == 0) {
        unblock_signals();
        leave_terminal();
        close(pair[0]);
        close(supervisor->signals);
        if (supervisor->loader_socket >= 0)
            close(supervisor->loader_socket);
        if (supervisor->metrics_socket >= 0)
            close(supervisor->metrics_socket);
        sks_milter_main(pair[1]);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return SKS_ERROR_IO;
    }
    supervisor->milter = pid;
    supervisor->milter_socket = pair[0];
    supervisor->milter_since = now_ms();
    return SKS_OK;
}

/* The caretaker: one for the configuration in use, if that has a store to be written. */
static void fork_caretaker(struct supervisor *supervisor)
{
    supervisor->caretaker_at = 0;
    const struct sks_configuration *configuration = supervisor->current.configuration;
    if (configuration->classifier.store[0] == '\0' || configuration->memory.frozen || supervisor->stopping)
        return;
    pid_t pid = fork();
    if (pid == 0) {
        unblock_signals();
        leave_terminal();
        close(supervisor->signals);
        if (supervisor->loader_socket >= 0)
            close(supervisor->loader_socket);
        if (supervisor->milter_socket >= 0)
            close(supervisor->milter_socket);
        if (supervisor->metrics_socket >= 0)
            close(supervisor->metrics_socket);
        sks_caretaker_main(configuration);
    }
    supervisor->caretaker = MAX(pid, 0);
    supervisor->caretaker_since = now_ms();
    if (pid < 0) {
        sks_log(LOG_ERR, "fork: %s", strerror(errno));
        supervisor->caretaker_at = now_ms() + BACK_OFF_MOST;
    }
}

/* After a reload, it goes on with the new configuration. */
static void renew_caretaker(struct supervisor *supervisor)
{
    supervisor->caretaker_ended = supervisor->caretaker != 0;
    if (supervisor->caretaker != 0)
        kill(supervisor->caretaker, SIGTERM);
    else
        fork_caretaker(supervisor);
}

static void caretaker_ended(struct supervisor *supervisor, const char *how)
{
    supervisor->caretaker = 0;
    if (supervisor->stopping)
        return;
    if (supervisor->caretaker_ended) {
        supervisor->caretaker_ended = false;
        fork_caretaker(supervisor);
        return;
    }
    atomic_fetch_add(&sks_counters()->caretaker_deaths, 1);
    if (now_ms() - supervisor->caretaker_since > BACK_OFF_FORGIVEN || supervisor->caretaker_back_off == 0)
        supervisor->caretaker_back_off = BACK_OFF_FIRST;
    sks_log(LOG_ERR, "the caretaker ended %s: starting it again", how);
    supervisor->caretaker_at = now_ms() + supervisor->caretaker_back_off;
    supervisor->caretaker_back_off = MIN(supervisor->caretaker_back_off * 2, BACK_OFF_MOST);
}

static int hand_over(struct supervisor *supervisor, const char *model_version)
{
    struct sks_message message = {.kind = SKS_MESSAGE_GENERATION, .number = supervisor->number};
    int text = write_text(&supervisor->current);
    if (text < 0)
        return SKS_ERROR_IO;
    const int descriptors[SKS_MESSAGE_DESCRIPTORS] = {supervisor->loader_socket, text};
    g_strlcpy(message.text, model_version, sizeof(message.text));
    int result = sks_control_send(supervisor->milter_socket, &message, descriptors);
    close(text);
    return result;
}

/* The loader is ready: its content becomes the current one. */
static void finish_loading(struct supervisor *supervisor, const char *model_version)
{
    bool first = !supervisor->serves;
    if (supervisor->loading.configuration != NULL) {
        content_finish(&supervisor->current);
        supervisor->current = supervisor->loading;
        supervisor->loading = (struct content){NULL, NULL, 0};
        sks_log_follow(supervisor->current.configuration);
        atomic_fetch_add(&sks_counters()->reloads, 1);
    }
    int result = supervisor->milter != 0 ? SKS_OK : fork_milter(supervisor);
    if (result == SKS_OK)
        result = hand_over(supervisor, model_version);
    /* The milter's copy is the only one that keeps the nursery alive. */
    close(supervisor->loader_socket);
    supervisor->loader_socket = -1;
    supervisor->nursery = supervisor->loader;
    supervisor->loader = 0;
    if (result != SKS_OK) {
        sks_log(LOG_ERR, "generation %u can't be handed to the milter process: %s", supervisor->number,
                strerror(errno));
        back_off(supervisor, 0);
        return;
    }
    sks_log(LOG_INFO, "generation %u in use: model %s, socket %s", supervisor->number, model_version,
            supervisor->socket);
    set_shown(supervisor, model_version);
    show_metrics(supervisor);
    renew_caretaker(supervisor);
    supervisor->serves = true;
    if (first) {
        sks_process_tell_parent(supervisor->parent, 0);
        supervisor->parent = -1;
        leave_terminal();
    }
    sks_process_notify("READY=1");
}

static void hear_loader(struct supervisor *supervisor)
{
    struct sks_message message;
    int descriptors[SKS_MESSAGE_DESCRIPTORS];
    int result = sks_control_receive(&message, descriptors, supervisor->loader_socket);
    if (result == SKS_OK && message.kind == SKS_MESSAGE_PROBLEM)
        sks_log(LOG_ERR, "%s", message.text);
    else if (result == SKS_OK && message.kind == SKS_MESSAGE_READY && !supervisor->loader_gone)
        finish_loading(supervisor, message.text);
    else
        abandon_loading(supervisor);
}

static void hear_milter(struct supervisor *supervisor)
{
    struct sks_message message;
    int descriptors[SKS_MESSAGE_DESCRIPTORS];
    int result = sks_control_receive(&message, descriptors, supervisor->milter_socket);
    if (result == SKS_OK) {
        if (message.kind == SKS_MESSAGE_USING)
            sks_log(LOG_DEBUG, "the milter process uses generation %u", message.number);
        return;
    }
    /* It is dying; SIGCHLD will tell how. */
    close(supervisor->milter_socket);
    supervisor->milter_socket = -1;
}

/* Signals. */

static void warn_of_next_start(const struct supervisor *supervisor, const struct sks_configuration *wanted)
{
    const struct {
        const char *what, *now, *wanted;
    } rows[] = {{"socket address", supervisor->socket, wanted->milter.socket},
                {"pid_file", supervisor->pid_file, wanted->milter.pid_file},
                {"user", supervisor->user, wanted->milter.user},
                {"group", supervisor->group, wanted->milter.group},
                {"address for metrics", supervisor->listen, wanted->metrics.listen}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].now, rows[i].wanted) != 0)
            sks_log(LOG_WARNING, "another %s takes effect at the next start", rows[i].what);
}

static void reload(struct supervisor *supervisor)
{
    struct content content = {NULL, NULL, 0};
    struct sks_problems *problems = sks_problems_create();
    const struct sks_start *start = supervisor->start;

    sks_log(LOG_INFO, "reading %s again", start->path);
    int result = sks_supervisor_read(&content.configuration, &content.text, &content.size, start, problems);
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        sks_log(LOG_ERR, "%s", sks_problems_text(problems, i));
    sks_problems_destroy(problems);
    if (result != SKS_OK) {
        sks_log(LOG_ERR, "the configuration in use stays");
        atomic_fetch_add(&sks_counters()->reloads_failed, 1);
        return;
    }
    warn_of_next_start(supervisor, content.configuration);
    if (supervisor->loader != 0)
        end_loader(supervisor);
    supervisor->loading = content;
    begin_loading(supervisor);
}

static void stop(struct supervisor *supervisor, unsigned signal_number)
{
    const struct sks_configuration *configuration = supervisor->current.configuration;
    if (supervisor->stopping) {
        /* Only somebody at a terminal means it so; a service manager may well say TERM twice. */
        if (signal_number == SIGINT && now_ms() - supervisor->stop_since > 1000)
            supervisor->stop_by = now_ms();
        return;
    }
    sks_log(LOG_INFO, "stopping at %s", signal_number == SIGTERM ? "SIGTERM" : "SIGINT");
    sks_process_notify("STOPPING=1");
    supervisor->stopping = true;
    supervisor->stop_since = now_ms();
    supervisor->retry_at = supervisor->metrics_retry_at = 0;
    if (supervisor->metrics != 0)
        kill(supervisor->metrics, SIGTERM);
    supervisor->stop_by =
        now_ms() + 1000 * (gint64)(configuration->pool.deadline + configuration->pool.queueing + STOP_MARGIN_SECONDS);
    if (supervisor->loader != 0)
        end_loader(supervisor);
    struct sks_message message = {.kind = SKS_MESSAGE_STOP};
    if (supervisor->milter != 0 && supervisor->milter_socket >= 0)
        sks_control_send(supervisor->milter_socket, &message, NULL);
}

static char *describe_end(int status)
{
    if (WIFSIGNALED(status))
        return g_strdup_printf("by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return g_strdup_printf("with status %d", WEXITSTATUS(status));
}

static void milter_ended(struct supervisor *supervisor, const char *how)
{
    supervisor->milter = 0;
    if (supervisor->milter_socket >= 0)
        close(supervisor->milter_socket);
    supervisor->milter_socket = -1;
    if (supervisor->stopping)
        return;
    sks_log(LOG_ERR, "the milter process ended %s: starting it again", how);
    atomic_fetch_add(&sks_counters()->milter_deaths, 1);
    /* Its nursery goes with it. A load under way will do for the next one. */
    supervisor->nursery = 0;
    if (supervisor->loader == 0)
        back_off(supervisor, now_ms() - supervisor->milter_since);
}

static void reap(struct supervisor *supervisor)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        char *how = describe_end(status);
        if (pid == supervisor->milter) {
            milter_ended(supervisor, how);
        } else if (pid == supervisor->metrics) {
            metrics_ended(supervisor, how);
        } else if (pid == supervisor->caretaker) {
            caretaker_ended(supervisor, how);
        } else if (pid == supervisor->nursery) {
            supervisor->nursery = 0;
            if (!supervisor->stopping && supervisor->milter != 0 && supervisor->loader == 0) {
                sks_log(LOG_ERR, "the nursery of workers ended %s: starting it again", how);
                atomic_fetch_add(&sks_counters()->nursery_deaths, 1);
                back_off(supervisor, now_ms() - supervisor->loader_since);
            }
        } else if (pid == supervisor->loader) {
            supervisor->loader_gone = true;
            /* Its last words may still be in the socket; hear_loader() finds the end behind them. */
            sks_log(LOG_ERR, "the process that loads generation %u ended %s", supervisor->number, how);
        }
        g_free(how);
    }
}

static void take_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo information;
    bool reload_wanted = false;
    while (read(supervisor->signals, &information, sizeof(information)) == (ssize_t)sizeof(information)) {
        if (information.ssi_signo == SIGHUP)
            reload_wanted = true;
        else if (information.ssi_signo == SIGTERM || information.ssi_signo == SIGINT)
            stop(supervisor, information.ssi_signo);
    }
    reap(supervisor);
    if (reload_wanted && !supervisor->stopping)
        reload(supervisor);
}

static int open_signals(void)
{
    sigset_t set;
    /* Whoever read our standard error may be gone; that costs lines of the log, and nothing else. */
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The loop. */

static int poll_timeout(const struct supervisor *supervisor)
{
    gint64 now = now_ms(), next = now + 3600 * 1000;
    if (supervisor->retry_at != 0)
        next = MIN(next, supervisor->retry_at);
    if (supervisor->metrics_retry_at != 0)
        next = MIN(next, supervisor->metrics_retry_at);
    if (supervisor->caretaker_at != 0)
        next = MIN(next, supervisor->caretaker_at);
    if (supervisor->loader != 0)
        next = MIN(next, supervisor->loader_since + LOADING_MILLISECONDS);
    if (supervisor->stopping)
        next = MIN(next, supervisor->stop_by);
    return (int)MAX(next - now, 0);
}

static void check_times(struct supervisor *supervisor)
{
    gint64 now = now_ms();
    if (supervisor->loader != 0 && now >= supervisor->loader_since + LOADING_MILLISECONDS) {
        sks_log(LOG_ERR, "generation %u did not load in time", supervisor->number);
        abandon_loading(supervisor);
    }
    if (!supervisor->stopping && supervisor->loader == 0 && supervisor->retry_at != 0 && now >= supervisor->retry_at)
        begin_loading(supervisor);
    if (!supervisor->stopping && supervisor->metrics_retry_at != 0 && now >= supervisor->metrics_retry_at)
        show_metrics(supervisor);
    if (supervisor->caretaker_at != 0 && now >= supervisor->caretaker_at)
        fork_caretaker(supervisor);
    if (supervisor->stopping && supervisor->milter != 0 && now >= supervisor->stop_by) {
        sks_log(LOG_WARNING, "the milter process does not stop: killing it");
        kill(supervisor->milter, SIGKILL);
        supervisor->stop_by = now + 1000;
    }
}

static void serve(struct supervisor *supervisor)
{
    while (!supervisor->stopping || supervisor->milter != 0) {
        struct pollfd descriptors[] = {
            {.fd = supervisor->signals, .events = POLLIN},
            {.fd = supervisor->loader != 0 ? supervisor->loader_socket : -1, .events = POLLIN},
            {.fd = supervisor->milter != 0 ? supervisor->milter_socket : -1, .events = POLLIN},
        };
        pid_t loader = supervisor->loader;
        int ready = poll(descriptors, G_N_ELEMENTS(descriptors), poll_timeout(supervisor));
        if (ready < 0 && errno != EINTR) {
            sks_log(LOG_ERR, "poll: %s", strerror(errno));
            break;
        }
        if (ready > 0 && descriptors[0].revents != 0)
            take_signals(supervisor);
        if (ready > 0 && descriptors[1].revents != 0 && supervisor->loader == loader && loader != 0)
            hear_loader(supervisor);
        if (ready > 0 && descriptors[2].revents != 0 && supervisor->milter_socket >= 0 &&
            descriptors[2].fd == supervisor->milter_socket)
            hear_milter(supervisor);
        check_times(supervisor);
    }
}

/* Tables, socket, pid file, privileges: in the order in which they are possible. */
static int take_places(struct supervisor *supervisor)
{
    const struct sks_configuration *configuration = supervisor->current.configuration;
    struct sks_problems *problems = sks_problems_create();
    struct sks_socket_address address;
    struct sks_identity identity = {.name = NULL};
    const char *reason;

    umask(027); /* a unix socket has an umask of its own */
    /* A reload must not need a file again that the user may not reach, or that an upgrade has replaced. */
    int result = sks_classifier_open_tables(problems);
    if (result == SKS_OK)
        result = sks_identity_find(&identity, configuration, problems);
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        sks_log(LOG_ERR, "%s", sks_problems_text(problems, i));
    sks_problems_destroy(problems);
    if (result == SKS_OK)
        result = sks_milter_open(configuration);
    if (result == SKS_OK)
        result = sks_metrics_open(&supervisor->metrics_socket, configuration);
    if (result == SKS_OK && identity.has_group &&
        sks_socket_parse(&address, configuration->milter.socket, &reason) == 0 && address.family == AF_UNIX &&
        lchown(address.path, identity.change ? identity.user : (uid_t)-1, identity.group) != 0) {
        sks_log(LOG_ERR, "%s: can't be given to the configured user and group: %s", address.path, strerror(errno));
        result = SKS_ERROR_IO;
    }
    if (result == SKS_OK && configuration->milter.pid_file[0] != '\0' &&
        sks_process_write_pid(configuration->milter.pid_file) != SKS_OK) {
        sks_log(LOG_ERR, "%s: %s", configuration->milter.pid_file, strerror(errno));
        result = SKS_ERROR_IO;
    }
    if (result == SKS_OK && sks_process_drop_privileges(&identity) != SKS_OK) {
        sks_log(LOG_ERR, "can't become user %s: %s", configuration->milter.user, strerror(errno));
        result = SKS_ERROR_IO;
    }
    g_free(identity.name);
    return result;
}

static void leave_places(const struct supervisor *supervisor)
{
    struct sks_socket_address address;
    const char *reason;
    /* Without the right to do so, what stays behind is dealt with at the next start. */
    if (sks_socket_parse(&address, supervisor->socket, &reason) == SKS_OK && address.family == AF_UNIX)
        unlink(address.path);
    if (supervisor->pid_file[0] != '\0')
        unlink(supervisor->pid_file);
}

static void finish(struct supervisor *supervisor)
{
    content_finish(&supervisor->loading);
    content_finish(&supervisor->current);
    g_free(supervisor->model_version);
    g_free(supervisor->socket);
    g_free(supervisor->pid_file);
    g_free(supervisor->user);
    g_free(supervisor->group);
    g_free(supervisor->listen);
}

int sks_supervisor_run(const struct sks_start *start, struct sks_configuration *configuration, char *text, size_t size)
{
    struct supervisor supervisor = {
        .start = start,
        .socket = g_strdup(configuration->milter.socket),
        .pid_file = g_strdup(configuration->milter.pid_file),
        .user = g_strdup(configuration->milter.user),
        .group = g_strdup(configuration->milter.group),
        .listen = g_strdup(configuration->metrics.listen),
        .current = {configuration, text, size},
        .loader_socket = -1,
        .milter_socket = -1,
        .metrics_socket = -1,
        .shown.started = (int64_t)time(NULL),
        .parent = -1,
    };
    int status = 1;

    if (!start->foreground) {
        supervisor.parent = sks_process_background();
        if (supervisor.parent < 0) {
            sks_log(LOG_ERR, "can't go into the background: %s", strerror(errno));
            finish(&supervisor);
            return 1;
        }
    }
    sks_counters_open();
    supervisor.signals = open_signals();
    if (supervisor.signals >= 0 && take_places(&supervisor) == SKS_OK) {
        if (chdir("/") != 0)
            sks_log(LOG_WARNING, "/: %s", strerror(errno));
        begin_loading(&supervisor);
        serve(&supervisor);
        if (supervisor.caretaker != 0)
            kill(supervisor.caretaker, SIGTERM);
        leave_places(&supervisor);
        status = supervisor.failed ? 1 : 0;
        sks_log(LOG_INFO, "stopped");
    }
    sks_process_tell_parent(supervisor.parent, status);
    if (supervisor.signals >= 0)
        close(supervisor.signals);
    finish(&supervisor);
    return status;
}

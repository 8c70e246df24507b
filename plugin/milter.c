/*
 * The milter process.
 *
 * libmilter takes HUP, TERM and INT for itself, and any of them ends smfi_main(). So these are the supervisor's alone:
 * this process is in a group of its own, where a terminal's signals don't reach it, and is told what to do over the
 * control socket. To stop, it lets the mails at end of message finish and then just ends. smfi_stop() is not used:
 * libmilter's pool of threads frees the sessions of running callbacks when it is called.
 */
#include "milter.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <glib.h>
#include <libmilter/mfapi.h>

#include "caretaker.h"
#include "control.h"
#include "counters.h"
#include "generation.h"
#include "log.h"
#include "session.h"
#include "socket.h"

#define BACKLOG         128
#define DESCRIPTORS     65536
#define NURSERY_SECONDS 10 /* for the nursery to fork a worker; it takes milliseconds */

static int open_unix(const struct sks_configuration *configuration, const char *path)
{
    int result = sks_socket_remove_stale(path);
    if (result == SKS_ERROR_UNAVAILABLE)
        sks_log(LOG_ERR, "%s: another program listens here already", path);
    else if (result != SKS_OK)
        sks_log(LOG_ERR, "%s: %s", path, strerror(errno));
    if (result != SKS_OK)
        return SKS_ERROR_IO;
    mode_t before = umask((mode_t)configuration->milter.umask);
    int opened = smfi_opensocket(false);
    umask(before);
    return opened == MI_SUCCESS ? SKS_OK : SKS_ERROR_IO;
}

int sks_milter_open(const struct sks_configuration *configuration)
{
    struct sks_socket_address address;
    const char *reason;
    int result;

    if (sks_socket_parse(&address, configuration->milter.socket, &reason) != SKS_OK ||
        sks_session_register() != SKS_OK || smfi_setconn(configuration->milter.socket) != MI_SUCCESS)
        return SKS_ERROR_IO;
    smfi_setbacklog(BACKLOG);
    smfi_settimeout((int)configuration->milter.timeout);
    if (address.family == AF_UNIX)
        result = open_unix(configuration, address.path);
    else
        result = smfi_opensocket(false) == MI_SUCCESS ? SKS_OK : SKS_ERROR_IO;
    if (result != SKS_OK)
        sks_log(LOG_ERR, "can't listen on %s", configuration->milter.socket);
    return result;
}

static char *read_text(size_t *out_size, int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_size < 0)
        return NULL;
    size_t size = (size_t)status.st_size;
    char *text = g_malloc(size + 1);
    if (pread(fd, text, size, 0) != (ssize_t)size) {
        g_free(text);
        return NULL;
    }
    text[size] = '\0';
    *out_size = size;
    return text;
}

/* Without the key, our own notices are mail like any other. */
static void read_notice_key(struct sks_generation *generation)
{
    if (!sks_configuration_notifies(generation->configuration))
        return;
    char *file = sks_caretaker_key_file(generation->configuration);
    int result = sks_notice_key(generation->notice_key, file);
    generation->has_notice_key = result == SKS_OK;
    if (result != SKS_OK)
        sks_log(LOG_ERR, "%s: %s: our own notices will not be known as such", file,
                result == SKS_ERROR_FORMAT ? "is no key" : strerror(errno));
    g_free(file);
}

/* Takes both descriptors over. */
static int use_generation(const struct sks_message *message, int nursery, int text_fd)
{
    const struct timeval patience = {.tv_sec = NURSERY_SECONDS};
    struct sks_configuration *configuration = NULL;
    struct sks_pool *pool = NULL;
    size_t size = 0;
    char *text = text_fd >= 0 ? read_text(&size, text_fd) : NULL;
    int result = SKS_ERROR_IO;

    if (text != NULL)
        result = sks_configuration_parse(&configuration, "configuration", text, size, NULL);
    g_free(text);
    if (text_fd >= 0)
        close(text_fd);
    if (result == SKS_OK) {
        struct sks_pool_options options = sks_configuration_pool(configuration);
        setsockopt(nursery, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        setsockopt(nursery, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
        result = sks_pool_attach(&pool, nursery, &options);
    } else if (nursery >= 0) {
        close(nursery);
    }
    if (result != SKS_OK) {
        sks_configuration_destroy(configuration);
        return result;
    }
    sks_log_follow(configuration);
    struct sks_generation *generation = sks_generation_create(message->number, configuration, pool, message->text);
    read_notice_key(generation);
    sks_generation_set_current(generation);
    return SKS_OK;
}

static int take_message(int control)
{
    struct sks_message message;
    int descriptors[SKS_MESSAGE_DESCRIPTORS];
    int result = sks_control_receive(&message, descriptors, control);
    if (result != SKS_OK)
        return result;
    if (message.kind == SKS_MESSAGE_STOP)
        return SKS_ERROR_UNAVAILABLE;
    if (message.kind != SKS_MESSAGE_GENERATION)
        return SKS_ERROR_FORMAT;
    result = use_generation(&message, descriptors[0], descriptors[1]);
    if (result != SKS_OK) {
        sks_log(LOG_ERR, "generation %u can't be used: %s", message.number, sks_error_text(result));
        return SKS_OK;
    }
    struct sks_message answer = {.kind = SKS_MESSAGE_USING, .number = message.number};
    sks_control_send(control, &answer, NULL);
    return SKS_OK;
}

/* Until told to stop, or the supervisor is gone. */
static void *listen_to_supervisor(void *data)
{
    int control = *(int *)data;
    while (take_message(control) == SKS_OK)
        ;
    sks_session_drain();
    _exit(0);
}

/* Two descriptors a connection; libmilter waits with poll(), so numbers beyond FD_SETSIZE are fine. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = MIN(limit.rlim_max, (rlim_t)DESCRIPTORS);
    setrlimit(RLIMIT_NOFILE, &limit);
}

_Noreturn void sks_milter_main(int control)
{
    static int control_socket;
    pthread_t listener;
    control_socket = control;
    atomic_store(&sks_counters()->connections, 0);
    atomic_store(&sks_counters()->in_hand, 0);
    atomic_store(&sks_counters()->workers, 0);
    raise_descriptor_limit();
    if (setpgid(0, 0) != 0)
        sks_log(LOG_WARNING, "setpgid: %s", strerror(errno));

    /* libmilter needs a generation from the first connection on. */
    int result = take_message(control);
    struct sks_generation *generation = sks_generation_take_current();
    if (result != SKS_OK || generation == NULL)
        _exit(result == SKS_ERROR_UNAVAILABLE ? 0 : 1);
    sks_generation_release(generation);
    if (pthread_create(&listener, NULL, listen_to_supervisor, &control_socket) != 0)
        _exit(1);
    int ended = smfi_main();
    sks_log(LOG_ERR, "libmilter ended by itself (%d)", ended);
    sks_session_drain();
    _exit(1);
}

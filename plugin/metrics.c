/*
 * See metrics.h. libmicrohttpd does the HTTP, in this process's only thread, with ceilings on clients, their time and
 * their memory. The store is asked at most every STORE_SECONDS, however often the page is; a store that is locked or
 * gone costs a client a moment and shows as such.
 */
#include "metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib.h>

#include "counters.h"
#include "log.h"
#include "memory/memory.h"
#include "pool/sandbox.h"
#include "socket.h"

#define BACKLOG        64
#define CLIENTS_MOST   32u
#define CLIENT_SECONDS 5u
#define CLIENT_MEMORY  ((size_t)16 * 1024)
#define PROCESS_MEMORY ((size_t)256 * 1024 * 1024)
#define DESCRIPTORS    128u
#define STORE_SECONDS  5

struct server {
    const char *store;
    struct sks_exposition_state state;
    gint64 store_asked; /* monotonic; 0: never */
};

int sks_metrics_open(int *out_socket, const struct sks_configuration *configuration)
{
    const char *listen_at = configuration->metrics.listen, *reason;
    struct sockaddr_storage address;
    const int on = 1;
    *out_socket = -1;
    if (listen_at[0] == '\0')
        return SKS_OK;
    if (sks_socket_parse_listen(&address, listen_at, &reason) != SKS_OK)
        return SKS_ERROR_IO;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, BACKLOG) != 0) {
        sks_log(LOG_ERR, "can't serve metrics on %s: %s", listen_at, strerror(errno));
        if (fd >= 0)
            close(fd);
        return SKS_ERROR_IO;
    }
    *out_socket = fd;
    return SKS_OK;
}

static uint64_t size_on_disk(const char *store)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    uint64_t size = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *file = g_strconcat(store, endings[i], NULL);
        struct stat status;
        if (stat(file, &status) == 0)
            size += (uint64_t)status.st_size;
        g_free(file);
    }
    return size;
}

static void ask_store(struct server *server)
{
    gint64 now = g_get_monotonic_time();
    if (server->store == NULL ||
        (server->store_asked != 0 && now - server->store_asked < STORE_SECONDS * G_USEC_PER_SEC))
        return;
    struct sks_memory *memory = NULL;
    struct sks_memory_state found = {0};
    int result = sks_memory_open(&memory, server->store, SKS_MEMORY_READ_ONLY, NULL);
    if (result == SKS_OK)
        result = sks_memory_state(memory, &found);
    sks_memory_close(memory);
    server->state.store.available = result == SKS_OK;
    server->state.store.bytes = size_on_disk(server->store);
    server->state.store.mails = found.mails;
    server->state.store.attachments = found.attachments;
    server->state.store.passwords = found.passwords;
    server->state.store.kept_bytes = found.kept_bytes;
    server->store_asked = g_get_monotonic_time();
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type, GString *text)
{
    size_t size = text->len;
    struct MHD_Response *response = MHD_create_response_from_buffer(size, text->str, MHD_RESPMEM_MUST_COPY);
    g_string_free(text, TRUE);
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *text)
{
    return answer(connection, status, "text/plain; charset=utf-8", g_string_new(text));
}

/* Whoever asks for plain text and does not know the newer format gets the older one. */
static bool wants_openmetrics(struct MHD_Connection *connection)
{
    const char *accepted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    return accepted == NULL || strstr(accepted, "application/openmetrics-text") != NULL ||
           strstr(accepted, "text/plain") == NULL;
}

static enum MHD_Result serve(void *data, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *upload, size_t *upload_size, void **request)
{
    (void)version, (void)upload, (void)upload_size, (void)request;
    struct server *server = data;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    if (strcmp(url, "/metrics") != 0)
        return refuse(connection, MHD_HTTP_NOT_FOUND, "only /metrics is here\n");
    ask_store(server);
    bool openmetrics = wants_openmetrics(connection);
    GString *page = g_string_sized_new(16384);
    sks_exposition_write(page, sks_counters(), &server->state, openmetrics);
    return answer(connection, MHD_HTTP_OK, openmetrics ? SKS_EXPOSITION_OPENMETRICS : SKS_EXPOSITION_PROMETHEUS, page);
}

/* Whatever is sent here can cost no more than this process may take, and can start and reach nothing. */
static void confine(const char *store)
{
    const struct rlimit descriptors = {DESCRIPTORS, DESCRIPTORS}, none = {0, 0};
    setrlimit(RLIMIT_NPROC, &none);
    if (sks_sandbox_enter_server(PROCESS_MEMORY, store) != SKS_OK)
        sks_log(LOG_WARNING, "this system can't confine the metrics process by seccomp");
    setrlimit(RLIMIT_NOFILE, &descriptors);
}

/* The supervisor's sockets are none of this process's business. */
static int keep_only(int socket)
{
    if (socket != 3 && dup3(socket, 3, O_CLOEXEC) < 0)
        _exit(1);
    syscall(SYS_close_range, 4u, ~0u, 0u);
    return 3;
}

_Noreturn void sks_metrics_main(pid_t supervisor, int socket, const struct sks_configuration *configuration,
                                const struct sks_exposition_state *state)
{
    const char *store = configuration->classifier.store;
    struct server server = {.store = store[0] != '\0' ? store : NULL, .state = *state};
    socket = keep_only(socket);
    setpgid(0, 0); /* a terminal's signals are the supervisor's */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != supervisor)
        _exit(0);
    server.state.store.configured = server.store != NULL;
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, serve, &server, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)socket,
                         MHD_OPTION_CONNECTION_LIMIT, CLIENTS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, CLIENT_SECONDS,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, CLIENT_MEMORY, MHD_OPTION_END);
    if (daemon == NULL) {
        sks_log(LOG_ERR, "metrics can't be served");
        _exit(1);
    }
    confine(server.store);
    while (MHD_run_wait(daemon, -1) == MHD_YES)
        ;
    _exit(1);
}

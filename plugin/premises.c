/*
 * See premises.h.
 *
 * Only stat(2) and access(2) look, ports are bound for a moment, and of a store its schema is read, so that nothing is
 * made beside it. access(2) knows of read-only mounts and access lists, and goes by the real user: so a child becomes
 * the configured one, and writes a line for each problem: section, key and reason, with tabs between.
 */
#include "premises.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "identity.h"
#include "memory/memory.h"
#include "socket.h"
#include "taken.h"

static void tell(FILE *out, const char *section, const char *key, const char *file, const char *reason)
{
    fprintf(out, "%s\t%s\t%s: %s\n", section, key, file, reason);
}

static void tell_errno(FILE *out, const char *section, const char *key, const char *file, const char *what)
{
    g_autofree char *reason = g_strconcat(what, ": ", g_strerror(errno), NULL);
    tell(out, section, key, file, reason);
}

/* Whether a file can be made, or made anew, where it is to be. */
static bool can_make(FILE *out, const char *section, const char *key, const char *file)
{
    struct stat status;
    g_autofree char *folder = g_path_get_dirname(file);
    if (stat(folder, &status) == 0 && !S_ISDIR(status.st_mode))
        errno = ENOTDIR;
    else if (access(folder, W_OK | X_OK) == 0)
        return true;
    tell_errno(out, section, key, folder, "files can't be made there");
    return false;
}

/* ---- The store ---- */

static void look_at_content(FILE *out, const char *store)
{
    enum sks_memory_schema schema = sks_memory_look(store);
    if (schema == SKS_MEMORY_SCHEMA_NOT_OURS)
        tell(out, "classifier", "store", store, "is no store of Sekisho");
    else if (schema == SKS_MEMORY_SCHEMA_LATER)
        tell(out, "classifier", "store", store,
             "was made by a later version of Sekisho, and can't be used by this one");
}

static void look_at_store(FILE *out, const struct sks_configuration *configuration)
{
    static const char *const beside[] = {"", "-wal", "-shm", "-lessons", ".key"};
    const char *store = configuration->classifier.store;
    bool frozen = configuration->memory.frozen;
    struct stat status;
    if (store[0] == '\0')
        return;
    if (stat(store, &status) != 0) {
        if (errno != ENOENT || frozen)
            tell_errno(out, "classifier", "store", store, frozen ? "is only read, but can't be" : "can't be used");
        else
            can_make(out, "classifier", "store", store);
        return;
    }
    if (!S_ISREG(status.st_mode)) {
        tell(out, "classifier", "store", store, "is no regular file");
        return;
    }
    if (!frozen && !can_make(out, "classifier", "store", store)) /* SQLite's files beside it come and go */
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(beside); i++) {
        bool key = strcmp(beside[i], ".key") == 0;
        g_autofree char *file = g_strconcat(store, beside[i], NULL);
        if (access(file, F_OK) == 0 && access(file, R_OK | (frozen || key ? 0 : W_OK)) != 0)
            tell_errno(out, "classifier", "store", file, frozen || key ? "can't be read" : "can't be read and written");
    }
    look_at_content(out, store);
}

/* ---- What else that user needs ---- */

/* What is missing or wrong is told when it is loaded; but that is done by who looks, and not by that user. */
static void look_at_file(FILE *out, const char *key, const char *file)
{
    bool folder = g_file_test(file, G_FILE_TEST_IS_DIR);
    if (file[0] != '\0' && access(file, folder ? R_OK | X_OK : R_OK) != 0 && errno == EACCES)
        tell_errno(out, "classifier", key, file, "can't be read");
}

static void look_as_user(FILE *out, const struct sks_configuration *configuration)
{
    if (access(configuration->name, R_OK) != 0 && errno == EACCES)
        tell_errno(out, "milter", "user", configuration->name, "can't be read again, at a reload");
    look_at_store(out, configuration);
    look_at_file(out, "model", configuration->classifier.model);
    look_at_file(out, "models", configuration->classifier.models);
    look_at_file(out, "models", configuration->classifier.active);
    look_at_file(out, "lists", configuration->classifier.lists);
    look_at_file(out, "people", configuration->classifier.people);
    look_at_file(out, "countries", configuration->classifier.countries);
    char **command = configuration->notice.command;
    if (command != NULL && command[0] != NULL && access(command[0], X_OK) != 0)
        tell_errno(out, "notice", "command", command[0], "can't be run");
}

/* ---- What is made before there is another user ---- */

/* Folders below /run may be made by who starts the daemon. */
static void look_at_made(FILE *out, const char *key, const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);
    bool volatile_ = g_str_has_prefix(file, "/run/") || g_str_has_prefix(file, "/var/run/");
    if (!volatile_ || g_file_test(folder, G_FILE_TEST_EXISTS))
        can_make(out, "milter", key, file);
}

static void look_at_metrics(FILE *out, const char *listen)
{
    struct sockaddr_storage address;
    const char *reason;
    if (listen[0] == '\0' || sks_socket_parse_listen(&address, listen, &reason) != SKS_OK)
        return;
    reason = sks_taken_port((const struct sockaddr *)&address,
                            address.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
    if (reason != NULL)
        tell(out, "metrics", "listen", listen, reason);
}

/* "inet:PORT@HOST", where a host's first address is the one that libmilter takes. */
static void look_at_port(FILE *out, const char *socket, int family)
{
    g_auto(GStrv) parts = g_strsplit(strchr(socket, ':') + 1, "@", 2);
    const struct addrinfo wanted = {
        .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(parts[1], parts[0], &wanted, &found);
    const char *reason = error != 0 ? gai_strerror(error) : sks_taken_port(found->ai_addr, found->ai_addrlen);
    if (reason != NULL)
        tell(out, "milter", "socket", socket, reason);
    if (found != NULL)
        freeaddrinfo(found);
}

static void look_as_starter(FILE *out, const struct sks_configuration *configuration)
{
    struct sks_socket_address address;
    struct stat status;
    const char *reason, *pid_file = configuration->milter.pid_file;
    if (pid_file[0] != '\0')
        look_at_made(out, "pid_file", pid_file);
    look_at_metrics(out, configuration->metrics.listen);
    if (sks_socket_parse(&address, configuration->milter.socket, &reason) != SKS_OK)
        return;
    if (address.family != AF_UNIX) {
        look_at_port(out, configuration->milter.socket, address.family);
        return;
    }
    look_at_made(out, "socket", address.path);
    if (lstat(address.path, &status) == 0 && !S_ISSOCK(status.st_mode))
        tell(out, "milter", "socket", address.path, "is in the way, and no socket");
    else if ((reason = sks_taken_path(address.path)) != NULL)
        tell(out, "milter", "socket", address.path, reason);
}

/* ---- All of it ---- */

/* user: as whom it was looked, or NULL. */
static void take_problems(FILE *in, const char *user, const struct sks_configuration *configuration,
                          struct sks_problems *problems)
{
    g_autofree char *whose = user != NULL ? g_strdup_printf(" (as user %s)", user) : g_strdup("");
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, in) > 0) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), "\t", 3);
        if (g_strv_length(words) == 3)
            sks_configuration_problem(configuration, problems, words[0], words[1], "%s%s", words[2], whose);
    }
    free(line);
}

/* As that user, in a child. */
static int look_in_child(const struct sks_configuration *configuration, const struct sks_identity *identity,
                         struct sks_problems *problems)
{
    int ends[2], status = 1;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return SKS_ERROR_IO;
    pid_t child = fork();
    if (child == 0) {
        FILE *out = fdopen(ends[1], "w");
        bool became = out != NULL && sks_identity_become(identity) == SKS_OK;
        if (became)
            look_as_user(out, configuration);
        _exit(became && fclose(out) == 0 ? 0 : 1);
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    if (child > 0)
        take_problems(in, identity->name, configuration, problems);
    fclose(in);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && status == 0 ? SKS_OK : SKS_ERROR_IO;
}

void sks_premises_check(const struct sks_configuration *configuration, struct sks_problems *problems)
{
    struct sks_identity identity = {.name = NULL};
    char *text = NULL;
    size_t size = 0;
    if (sks_identity_find(&identity, configuration, problems) != SKS_OK)
        return;
    FILE *told = open_memstream(&text, &size);
    look_as_starter(told, configuration);
    if (!identity.change)
        look_as_user(told, configuration);
    else if (look_in_child(configuration, &identity, problems) != SKS_OK)
        sks_configuration_problem(configuration, problems, "milter", "user", "can't become user %s", identity.name);
    fclose(told);
    FILE *in = fmemopen(text, size + 1, "r");
    take_problems(in, NULL, configuration, problems);
    fclose(in);
    free(text);
    g_free(identity.name);
}

/*
 * Checking the listening address before libmilter sees it: libmilter only reports to syslog, and removes a unix socket
 * without asking whether somebody still listens on it.
 */
#include "socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "sekisho/error.h"

static int parse_path(struct sks_socket_address *address, const char *path, const char **out_reason)
{
    *out_reason = "needs a path that begins with /";
    if (path[0] != '/')
        return SKS_ERROR_FORMAT;
    *out_reason = "has a path that is too long for a socket";
    if (g_strlcpy(address->path, path, sizeof(address->path)) >= sizeof(address->path))
        return SKS_ERROR_FORMAT;
    address->family = AF_UNIX;
    return SKS_OK;
}

static int parse_port(const char *text, const char **out_reason)
{
    char **parts = g_strsplit(text, "@", 2);
    guint64 port;
    int result = SKS_OK;
    if (parts[0] == NULL || !g_ascii_string_to_unsigned(parts[0], 10, 1, 65535, &port, NULL)) {
        *out_reason = "needs a port number from 1 to 65535";
        result = SKS_ERROR_FORMAT;
    } else if (parts[1] != NULL && parts[1][0] == '\0') {
        *out_reason = "needs a host after @";
        result = SKS_ERROR_FORMAT;
    }
    g_strfreev(parts);
    return result;
}

int sks_socket_parse(struct sks_socket_address *out_address, const char *text, const char **out_reason)
{
    struct sks_socket_address address = {.family = AF_UNSPEC};
    int result = SKS_ERROR_FORMAT;

    *out_reason = "needs to begin with unix:, inet: or inet6:";
    if (g_str_has_prefix(text, "unix:")) {
        result = parse_path(&address, text + strlen("unix:"), out_reason);
    } else if (g_str_has_prefix(text, "local:")) {
        result = parse_path(&address, text + strlen("local:"), out_reason);
    } else if (text[0] == '/') {
        result = parse_path(&address, text, out_reason);
    } else if (g_str_has_prefix(text, "inet:")) {
        address.family = AF_INET;
        result = parse_port(text + strlen("inet:"), out_reason);
    } else if (g_str_has_prefix(text, "inet6:")) {
        address.family = AF_INET6;
        result = parse_port(text + strlen("inet6:"), out_reason);
    }
    if (result == SKS_OK)
        *out_address = address;
    return result;
}

int sks_socket_parse_listen(struct sockaddr_storage *out_address, const char *text, const char **out_reason)
{
    const char *colon = strrchr(text, ':');
    guint64 port;
    *out_reason = "needs an address, a colon and a port number from 1 to 65535";
    if (colon == NULL || !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
        return SKS_ERROR_FORMAT;
    bool brackets = text[0] == '[' && colon > text + 1 && colon[-1] == ']';
    char *host = brackets ? g_strndup(text + 1, (size_t)(colon - text - 2)) : g_strndup(text, (size_t)(colon - text));
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    struct sockaddr_in *four = (struct sockaddr_in *)(void *)&address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)&address;
    if (!brackets && inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
    } else if (brackets && inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)port);
    }
    g_free(host);
    *out_reason = "needs an address in numbers, as in 127.0.0.1:9478 or [::1]:9478";
    if (address.ss_family == AF_UNSPEC)
        return SKS_ERROR_FORMAT;
    *out_address = address;
    return SKS_OK;
}

bool sks_socket_parse_smtp(unsigned *out_port, const char **out_host, const char *text)
{
    static const char *const hosts[][2] = {{"127.0.0.1", "127.0.0.1"}, {"[::1]", "::1"}, {"::1", "::1"}};
    char *end = NULL;
    guint64 port = g_ascii_strtoull(text, &end, 10);
    if (end == text || *end != '@' || !g_ascii_isdigit(text[0]) || port == 0 || port > 65535)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
        if (strcmp(end + 1, hosts[i][0]) != 0)
            continue;
        *out_port = (unsigned)port;
        *out_host = hosts[i][1];
        return true;
    }
    return false;
}

bool sks_socket_is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

int sks_socket_remove_stale(const char *path)
{
    struct stat status;
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (lstat(path, &status) < 0)
        return errno == ENOENT ? SKS_OK : SKS_ERROR_IO;
    if (!S_ISSOCK(status.st_mode)) {
        errno = EEXIST;
        return SKS_ERROR_IO;
    }
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return SKS_ERROR_IO;
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    int connected = connect(probe, (struct sockaddr *)&address, sizeof(address));
    int reason = errno;
    close(probe);
    if (connected == 0)
        return SKS_ERROR_UNAVAILABLE;
    if (reason != ECONNREFUSED) {
        errno = reason;
        return SKS_ERROR_IO;
    }
    return unlink(path) == 0 ? SKS_OK : SKS_ERROR_IO;
}

/* Asking sekisho-release. See release.h. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib.h>

#include "release.h"
#include "sekisho/error.h"

#define RELEASE_SECONDS 70 /* longer than sekisho-release gives postsuper */

static int connect_to(const char *socket_path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (g_strlcpy(address.sun_path, socket_path, sizeof address.sun_path) >= sizeof address.sun_path)
        return -1;
    /* A helper whose queue is full is as good as none: nobody waits for it with a mail in hand. */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

bool sks_release_is_there(const char *socket_path)
{
    int fd = connect_to(socket_path);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

int sks_release_ask(const char *socket_path, const char *queue_id)
{
    const struct timeval patience = {.tv_sec = RELEASE_SECONDS};
    char answer[16] = "";
    int fd = connect_to(socket_path);
    if (fd < 0)
        return SKS_ERROR_UNAVAILABLE;
    fcntl(fd, F_SETFL, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char *line = g_strdup_printf("release %s\n", queue_id);
    bool sent = send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line);
    ssize_t got = sent ? recv(fd, answer, sizeof answer - 1, MSG_WAITALL) : -1;
    g_free(line);
    close(fd);
    return got > 0 && strcmp(answer, "done\n") == 0 ? SKS_OK : SKS_ERROR_IO;
}

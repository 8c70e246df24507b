/* See process.h. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

/* The leak sanitizer traces its own process. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

int sks_process_drop_privileges(const struct sks_identity *identity)
{
    if (sks_identity_become(identity) != SKS_OK)
        return SKS_ERROR_IO;
    /*
     * A taken-over worker runs as the same user and may open files: without this, that would be enough to read and
     * write our memory through /proc. The kernel does the same by itself when the user changed above.
     */
    if (!SANITIZED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return SKS_ERROR_IO;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? SKS_OK : SKS_ERROR_IO;
}

/* In the parent: exits as the child says, or with 1 if it dies without a word. */
static _Noreturn void wait_for_child(int from_child)
{
    unsigned char status = 1;
    ssize_t got;
    do
        got = read(from_child, &status, 1);
    while (got < 0 && errno == EINTR);
    _exit(got == 1 ? status : 1);
}

int sks_process_background(void)
{
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return -1;
    pid_t pid = fork();
    if (pid < 0) {
        close(pipe_ends[0]);
        close(pipe_ends[1]);
        return -1;
    }
    if (pid > 0) {
        close(pipe_ends[1]);
        wait_for_child(pipe_ends[0]);
    }
    close(pipe_ends[0]);
    setsid();
    return pipe_ends[1];
}

void sks_process_tell_parent(int parent, int status)
{
    unsigned char byte = (unsigned char)status;
    if (parent < 0)
        return;
    ssize_t written = write(parent, &byte, 1);
    (void)written; /* it may have been interrupted; then nobody waits */
    close(parent);
}

void sks_process_leave_terminal(void)
{
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
}

int sks_process_write_pid(const char *path)
{
    char text[32];
    int size = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return SKS_ERROR_IO;
    ssize_t written = write(fd, text, (size_t)size);
    int closed = close(fd);
    return written == size && closed == 0 ? SKS_OK : SKS_ERROR_IO;
}

void sks_process_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path == NULL || (path[0] != '/' && path[0] != '@') ||
        g_strlcpy(address.sun_path, path, sizeof(address.sun_path)) >= sizeof(address.sun_path))
        return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    close(fd);
}

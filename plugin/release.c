/*
 * sekisho-release: lets a held mail go, and can do nothing else.
 *
 * Releasing from Postfix's hold queue needs root; the daemon, which reads the outcome of hostile mail, must not be
 * root. So this small program is: it takes one line, "release QUEUE-ID", from one user over a Unix socket, and runs
 * postsuper(1) with that ID. It reads no configuration and no mail. One request a connection, one connection at a time.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "release.h"

#define PATIENCE_MILLISECONDS 5000 /* for the one line */
#define RUN_SECONDS           60   /* for postsuper */
#define LINE_MOST             64

struct release {
    const char *socket, *user, *postsuper, *configuration;
    uid_t uid;
    gid_t gid;
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

/* 0 when postsuper ended well. */
static int run(const struct release *release, const char *queue_id)
{
    pid_t pid = fork();
    if (pid == 0) {
        char *arguments[] = {(char *)release->postsuper, (char *)"-c", (char *)release->configuration, (char *)"-H",
                             (char *)queue_id,           NULL};
        char *environment[] = {(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"LC_ALL=C", NULL};
        alarm(RUN_SECONDS); /* survives exec */
        signal(SIGPIPE, SIG_DFL);
        execve(release->postsuper, arguments, environment);
        _exit(127);
    }
    int status = 1;
    if (pid < 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The one line of a client, with its end. */
static bool read_line(int client, char line[LINE_MOST])
{
    size_t size = 0;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long end = now.tv_sec * 1000LL + now.tv_nsec / 1000000 + PATIENCE_MILLISECONDS;
    while (size + 1 < LINE_MOST) {
        struct pollfd descriptor = {.fd = client, .events = POLLIN};
        clock_gettime(CLOCK_MONOTONIC, &now);
        long long left = end - (now.tv_sec * 1000LL + now.tv_nsec / 1000000);
        if (left <= 0 || poll(&descriptor, 1, (int)left) <= 0)
            return false;
        ssize_t got = read(client, line + size, LINE_MOST - 1 - size);
        if (got <= 0)
            return false;
        size += (size_t)got;
        line[size] = '\0';
        if (memchr(line, '\n', size) != NULL)
            return strlen(line) == size && strchr(line, '\n') == line + size - 1;
    }
    return false;
}

static void answer(int client, const char *text)
{
    ssize_t written = send(client, text, strlen(text), MSG_NOSIGNAL);
    (void)written; /* whoever doesn't read it asks again */
}

static void serve(const struct release *release, int client)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    char line[LINE_MOST];
    const char *queue_id;
    if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != release->uid) {
        syslog(LOG_WARNING, "refused: not user %s", release->user);
        return;
    }
    if (!read_line(client, line))
        return; /* somebody who only looks whether we are here */
    if (!sks_release_parse(&queue_id, line)) {
        syslog(LOG_WARNING, "refused: no request of the form \"release QUEUE-ID\"");
        answer(client, "refused\n");
        return;
    }
    int status = run(release, queue_id);
    syslog(status == 0 ? LOG_INFO : LOG_ERR, "release %s: %s, status %d", queue_id, status == 0 ? "done" : "failed",
           status);
    answer(client, status == 0 ? "done\n" : "failed\n");
}

/* Whether somebody listens there; one whose queue is full does, too. */
static bool is_taken(const struct sockaddr_un *address)
{
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool taken =
        probe >= 0 && (connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN);
    if (probe >= 0)
        close(probe);
    return taken;
}

static int open_socket(const struct release *release)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(release->socket) >= sizeof address.sun_path) {
        fprintf(stderr, "sekisho-release: %s: the path is too long\n", release->socket);
        return -1;
    }
    memcpy(address.sun_path, release->socket, strlen(release->socket) + 1);
    if (is_taken(&address)) {
        fprintf(stderr, "sekisho-release: %s: another program listens here already\n", release->socket);
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct stat status;
    if (lstat(release->socket, &status) == 0 && S_ISSOCK(status.st_mode))
        unlink(release->socket);
    mode_t before = umask(0177);
    int bound = fd >= 0 ? bind(fd, (struct sockaddr *)&address, sizeof address) : -1;
    umask(before);
    if (bound != 0 || lchown(release->socket, release->uid, release->gid) != 0 || listen(fd, SOMAXCONN) != 0) {
        fprintf(stderr, "sekisho-release: %s: %s\n", release->socket, strerror(errno));
        return -1;
    }
    return fd;
}

static int usage(FILE *out, int status)
{
    fputs("Usage: sekisho-release [-s SOCKET] [-u USER] [-p POSTSUPER] [-c FOLDER]\n"
          "Lets held mail go for sekisho-milter. Run it as root; see sekisho-release(8).\n"
          "  -s SOCKET     where to listen (/run/sekisho-release/socket)\n"
          "  -u USER       who may ask (sekisho)\n"
          "  -p POSTSUPER  the program to run (/usr/sbin/postsuper)\n"
          "  -c FOLDER     Postfix's configuration (/etc/postfix)\n"
          "  -h            this help\n"
          "  -V            the version\n",
          out);
    return status;
}

/* -1: go on; else the exit status. */
static int parse(struct release *release, int argc, char **argv)
{
    int option;
    while ((option = getopt(argc, argv, "s:u:p:c:hV")) != -1) {
        if (option == 's')
            release->socket = optarg;
        else if (option == 'u')
            release->user = optarg;
        else if (option == 'p')
            release->postsuper = optarg;
        else if (option == 'c')
            release->configuration = optarg;
        else if (option == 'h')
            return usage(stdout, 0);
        else if (option == 'V')
            return printf("sekisho-release " SKS_VERSION "\n") > 0 ? 0 : 1;
        else
            return usage(stderr, 2);
    }
    if (optind != argc || release->postsuper[0] != '/')
        return usage(stderr, 2);
    const struct passwd *entry = getpwnam(release->user);
    if (entry == NULL) {
        fprintf(stderr, "sekisho-release: there is no user \"%s\"\n", release->user);
        return 1;
    }
    release->uid = entry->pw_uid;
    release->gid = entry->pw_gid;
    return -1;
}

int main(int argc, char **argv)
{
    struct release release = {.socket = "/run/sekisho-release/socket",
                              .user = "sekisho",
                              .postsuper = "/usr/sbin/postsuper",
                              .configuration = "/etc/postfix"};
    int status = parse(&release, argc, argv);
    if (status >= 0)
        return status;
    openlog("sekisho-release", LOG_PID | LOG_PERROR, LOG_MAIL);
    const struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* whoever read our standard error may be gone */
    int listener = open_socket(&release);
    if (listener < 0)
        return 1;
    while (!stopped) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0)
            continue;
        serve(&release, client);
        close(client);
    }
    unlink(release.socket);
    return 0;
}

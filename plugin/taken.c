/*
 * See taken.h.
 *
 * A port is tried by binding it, as libmilter would, without listening. Who has it is read in /proc: the kernel's
 * tables (proc_net(5)) name the inodes of sockets that listen, and a process's files those that it has. The files of a
 * running sekisho-milter can be read by root only; whoever can't takes what is taken for its.
 */
#include "taken.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#define OURS        "sekisho-milter"
#define TCP_LISTENS 0x0A
#define UNIX_ACCEPT 0x10000 /* __SO_ACCEPTCON */

/* Adds the inodes of sockets that listen on the port, of one table. */
static void list_port(GArray *inodes, const char *table, unsigned port)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(table, &text, NULL, NULL))
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        unsigned its, state;
        unsigned long inode;
        if (sscanf(*line, " %*[^:]: %*[0-9A-F]:%x %*s %x %*s %*s %*s %*s %*s %lu", &its, &state, &inode) == 3 &&
            its == port && state == TCP_LISTENS)
            g_array_append_val(inodes, inode);
    }
}

static void list_path(GArray *inodes, const char *path)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/net/unix", &text, NULL, NULL))
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        unsigned flags;
        unsigned long inode;
        int at = 0;
        if (sscanf(*line, "%*[^:]: %*s %*s %x %*s %*s %lu %n", &flags, &inode, &at) == 2 && at > 0 &&
            (flags & UNIX_ACCEPT) != 0 && strcmp(*line + at, path) == 0)
            g_array_append_val(inodes, inode);
    }
}

/* Whether the process has one of them, or can't be looked into. */
static bool may_have(const char *process, const GArray *inodes)
{
    g_autofree char *folder = g_strconcat("/proc/", process, "/fd", NULL);
    DIR *files = opendir(folder);
    if (files == NULL)
        return errno != ENOENT;
    bool has = false;
    for (struct dirent *file; !has && (file = readdir(files)) != NULL;) {
        char target[64];
        unsigned long inode;
        ssize_t size = readlinkat(dirfd(files), file->d_name, target, sizeof target - 1);
        target[MAX(size, 0)] = '\0';
        bool socket_ = sscanf(target, "socket:[%lu]", &inode) == 1;
        for (guint i = 0; socket_ && !has && i < inodes->len; i++)
            has = g_array_index(inodes, unsigned long, i) == inode;
    }
    closedir(files);
    return has;
}

/* Whether they may be a running milter's of ours. */
static bool may_be_ours(const GArray *inodes)
{
    DIR *processes = opendir("/proc");
    bool ours = processes == NULL;
    for (struct dirent *process; !ours && (process = readdir(processes)) != NULL;) {
        g_autofree char *file = g_strconcat("/proc/", process->d_name, "/comm", NULL), *name = NULL;
        if (g_ascii_isdigit(process->d_name[0]) && strtol(process->d_name, NULL, 10) != getpid() &&
            g_file_get_contents(file, &name, NULL, NULL) && strcmp(g_strchomp(name), OURS) == 0)
            ours = may_have(process->d_name, inodes);
    }
    if (processes != NULL)
        closedir(processes);
    return ours;
}

const char *sks_taken_port(const struct sockaddr *address, socklen_t size)
{
    const int yes = 1;
    int probe = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return NULL;
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    int error = bind(probe, address, size) == 0 ? 0 : errno;
    close(probe);
    if (error == EADDRNOTAVAIL)
        return "is no address of this host";
    if (error != EADDRINUSE)
        return NULL;
    const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
    unsigned port = ntohs(address->sa_family == AF_INET ? four->sin_port : six->sin6_port);
    g_autoptr(GArray) inodes = g_array_new(FALSE, FALSE, sizeof(unsigned long));
    list_port(inodes, "/proc/net/tcp", port);
    list_port(inodes, "/proc/net/tcp6", port);
    return may_be_ours(inodes) ? NULL : "another program has this port";
}

const char *sks_taken_path(const char *path)
{
    g_autoptr(GArray) inodes = g_array_new(FALSE, FALSE, sizeof(unsigned long));
    list_path(inodes, path);
    return inodes->len == 0 || may_be_ours(inodes) ? NULL : "another program listens there";
}

/*
 * See landlock.h.
 *
 * seccomp can't tell files apart: a worker with a store would have to be trusted with every file of its user, and with
 * reading everybody's. Landlock attaches rights to files themselves. glibc has no functions for it; the three calls are
 * made by number. <linux/landlock.h> is Linux 5.13's or later.
 */
#include "pool/landlock.h"

#include <fcntl.h>
#include <glib.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* All rights of the first version of Landlock: what is asked for must be known to the kernel. */
#define ALL_RIGHTS                                                                                                     \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |                       \
     LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                    \
     LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                        \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |                     \
     LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What is not there needs no right. */
static void allow(int rules, const char *path, uint64_t rights)
{
    int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0)
        return;
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = file};
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(file);
}

static void allow_store(int rules, const char *store)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", "-lessons"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *path = g_strconcat(store, endings[i], NULL);
        allow(rules, path, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
        g_free(path);
    }
}

/* For a process that opens the store anew each time: the files beside it come and go. */
static void allow_folder(int rules, const char *store)
{
    char *folder = g_path_get_dirname(store);
    allow(rules, folder,
          LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |
              LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE);
    g_free(folder);
}

bool sks_landlock_enter(const char *store, bool folder)
{
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = ALL_RIGHTS};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0);
    if (rules < 0)
        return false;
    if (store != NULL && folder)
        allow_folder(rules, store);
    else if (store != NULL)
        allow_store(rules, store);
    bool done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return done;
}

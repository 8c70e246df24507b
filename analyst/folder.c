/* Walks with fts, by what links lead to. Folders are known by device and inode. */
#include "folder.h"

#include <errno.h>
#include <fts.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "sekisho/limits.h"
#include "written.h"

const char sks_folder_irregular[] = "not a regular file";

struct sks_folder {
    FTS *tree;
    char *path;
    GHashTable *walked; /* "device:inode" of each folder */
    bool broken;        /* fts gave up */
};

static int by_name(const FTSENT **left, const FTSENT **right)
{
    return strcmp((*left)->fts_name, (*right)->fts_name);
}

struct sks_folder *sks_folder_create(const char *path)
{
    char *const roots[] = {(char *)(guintptr)path, NULL};
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    if (tree == NULL)
        return NULL;
    struct sks_folder *folder = g_new0(struct sks_folder, 1);
    folder->tree = tree;
    folder->path = g_strdup(path);
    folder->walked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return folder;
}

void sks_folder_destroy(struct sks_folder *folder)
{
    if (folder == NULL)
        return;
    fts_close(folder->tree);
    g_hash_table_unref(folder->walked);
    g_free(folder->path);
    g_free(folder);
}

/* Whether to tell of a folder that is come upon: only if it is too deep. */
static bool enter(struct sks_folder *folder, FTSENT *entry, const char **out_error)
{
    bool deep = entry->fts_level > (int)SKS_LIMIT_FOLDER_DEPTH;
    bool known = !g_hash_table_add(folder->walked, g_strdup_printf("%ju:%ju", (uintmax_t)entry->fts_statp->st_dev,
                                                                   (uintmax_t)entry->fts_statp->st_ino));
    if (deep || known)
        fts_set(folder->tree, entry, FTS_SKIP);
    *out_error = "too many folders deep";
    return deep && !known;
}

/* Whether to tell of it. */
static bool look(struct sks_folder *folder, FTSENT *entry, const char **out_error)
{
    *out_error = NULL;
    switch (entry->fts_info) {
    case FTS_F:
        return entry->fts_level == FTS_ROOTLEVEL || !sks_written_is_marker(entry->fts_path);
    case FTS_D:
        return enter(folder, entry, out_error);
    case FTS_DEFAULT:
        *out_error = sks_folder_irregular;
        return true;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        *out_error = g_strerror(entry->fts_errno);
        return true;
    case FTS_SLNONE: /* a link that leads nowhere */
        *out_error = g_strerror(ENOENT);
        return true;
    default: /* a folder that is left, or is its own ancestor */
        return false;
    }
}

bool sks_folder_next(struct sks_folder *folder, const char **out_file, const char **out_error)
{
    FTSENT *entry;
    const char *error;
    if (folder->broken)
        return false;
    while (errno = 0, (entry = fts_read(folder->tree)) != NULL) {
        if (!look(folder, entry, &error))
            continue;
        *out_file = entry->fts_path;
        *out_error = error;
        return true;
    }
    folder->broken = errno != 0; /* memory is short: the rest was not walked, which is told once */
    *out_file = folder->path;
    *out_error = g_strerror(errno);
    return folder->broken;
}

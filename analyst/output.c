/* Problems name the file that was asked for, not the one beside it that takes its place when it is whole. */
#include "output.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

/* What replaces a file is made in its folder. */
static bool is_replaced(const struct stat *status)
{
    return S_ISREG(status->st_mode);
}

bool sks_output_check(const char *file, struct sks_problems *problems)
{
    struct stat status;
    if (file == NULL)
        return true;
    g_autofree char *folder = g_path_get_dirname(file);
    bool there = stat(file, &status) == 0;
    int failed = 0;
    if (there && S_ISDIR(status.st_mode))
        failed = EISDIR;
    else if (there && !is_replaced(&status))
        failed = access(file, W_OK) == 0 ? 0 : errno;
    else if (!g_file_test(folder, G_FILE_TEST_EXISTS))
        failed = ENOENT;
    else if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        failed = ENOTDIR;
    else if (access(folder, W_OK | X_OK) != 0)
        failed = errno;
    if (failed != 0)
        sks_problems_add(problems, file, 0, NULL, "can't be written: %s", g_strerror(failed));
    return failed == 0;
}

bool sks_output_check_for(const char *command, const char *file)
{
    struct sks_problems *problems = sks_problems_create();
    bool good = sks_output_check(file, problems);
    sks_complain_problems(command, problems);
    sks_problems_destroy(problems);
    return good;
}

bool sks_output_write(const char *file, const void *bytes, size_t size, struct sks_problems *problems)
{
    struct stat status;
    g_autoptr(GError) trouble = NULL;
    if (stat(file, &status) != 0 || is_replaced(&status)) {
        if (g_file_set_contents(file, bytes, (gssize)size, &trouble))
            return true;
        const char *reason = g_strrstr(trouble->message, ": "); /* before it stands the name of the file beside it */
        sks_problems_add(problems, file, 0, NULL, "can't be written%s", reason != NULL ? reason : "");
        return false;
    }
    FILE *stream = fopen(file, "we");
    bool written = stream != NULL && fwrite(bytes, 1, size, stream) == size;
    written = (stream == NULL || fclose(stream) == 0) && written;
    if (!written)
        sks_problems_add(problems, file, 0, NULL, "can't be written: %s", g_strerror(errno));
    return written;
}

/* A marker is opened without waiting, and is a regular file: a pipe of its name must not hold anybody up. */
#include "written.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_words(int descriptor)
{
    static const char words[] = SKS_WRITTEN_WORDS;
    char start[sizeof words - 1];
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
           read(descriptor, start, sizeof start) == (ssize_t)sizeof start && memcmp(start, words, sizeof start) == 0;
}

bool sks_written_is_marker(const char *file)
{
    const char *slash = strrchr(file, '/');
    if (strcmp(slash != NULL ? slash + 1 : file, SKS_WRITTEN_NAME) != 0)
        return false;
    int descriptor = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    bool is = descriptor >= 0 && has_words(descriptor);
    if (descriptor >= 0)
        close(descriptor);
    return is;
}

bool sks_written_marks(const char *folder)
{
    g_autofree char *here = g_build_filename(folder, SKS_WRITTEN_NAME, NULL);
    g_autofree char *above = g_build_filename(folder, "..", SKS_WRITTEN_NAME, NULL);
    return sks_written_is_marker(here) || sks_written_is_marker(above);
}

/* The bytes are handed over through memfds, whose paths last until they are read. */
#include "language/dictionary.h"

#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A memfd that holds these bytes, or -1. */
static int memfd_of(const void *bytes, size_t size)
{
    int fd = bytes != NULL ? memfd_create("sekisho", MFD_CLOEXEC) : -1;
    if (fd >= 0 && write(fd, bytes, size) != (ssize_t)size) {
        close(fd);
        return -1;
    }
    return fd;
}

Hunhandle *sks_dictionary_open(const void *affix, size_t affix_size, const void *words, size_t words_size)
{
    int affix_fd = memfd_of(affix, affix_size), words_fd = memfd_of(words, words_size);
    Hunhandle *handle = NULL;
    if (affix_fd >= 0 && words_fd >= 0) {
        char affix_path[32], words_path[32];
        g_snprintf(affix_path, sizeof(affix_path), "/proc/self/fd/%d", affix_fd);
        g_snprintf(words_path, sizeof(words_path), "/proc/self/fd/%d", words_fd);
        handle = Hunspell_create(affix_path, words_path);
    }
    if (affix_fd >= 0)
        close(affix_fd);
    if (words_fd >= 0)
        close(words_fd);
    return handle;
}

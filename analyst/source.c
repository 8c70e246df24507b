/* One buffer: what was taken is moved out when more is needed. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "folder.h"

#define BUFFER_SIZE 65536

struct sks_source {
    int descriptor;
    int error;
    bool ended;        /* nothing more can be read */
    bool within;       /* a line, of which a piece was taken */
    size_t begin, end; /* what of the buffer is still to be taken */
    size_t piece;      /* the size of the one that was shown; 0: none was */
    char buffer[BUFFER_SIZE];
};

/* /dev/null: who names it means no mail at all. */
static bool is_null_device(const struct stat *status)
{
    return S_ISCHR(status->st_mode) && status->st_rdev == makedev(1, 3);
}

/* Opens without waiting for a pipe's other end. */
static int open_regular(const char *path, char **out_error)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    bool known = descriptor >= 0 && fstat(descriptor, &status) == 0;
    if (known && (S_ISREG(status.st_mode) || is_null_device(&status)))
        return descriptor;
    *out_error =
        g_strdup(known && !S_ISDIR(status.st_mode) ? sks_folder_irregular : g_strerror(known ? EISDIR : errno));
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

struct sks_source *sks_source_open(const char *path, char **out_error)
{
    int descriptor = strcmp(path, "-") == 0 ? STDIN_FILENO : open_regular(path, out_error);
    if (descriptor < 0)
        return NULL;
    struct sks_source *source = g_new(struct sks_source, 1);
    source->descriptor = descriptor;
    source->error = 0;
    source->ended = source->within = false;
    source->begin = source->end = source->piece = 0;
    return source;
}

void sks_source_close(struct sks_source *source)
{
    if (source == NULL)
        return;
    if (source->descriptor != STDIN_FILENO)
        close(source->descriptor);
    g_free(source);
}

/* Reads once more; false if that can't give anything. */
static bool fill(struct sks_source *source)
{
    if (source->begin > 0) {
        memmove(source->buffer, source->buffer + source->begin, source->end - source->begin);
        source->end -= source->begin;
        source->begin = 0;
    }
    if (source->ended || source->end == BUFFER_SIZE)
        return false;
    ssize_t got;
    do
        got = read(source->descriptor, source->buffer + source->end, BUFFER_SIZE - source->end);
    while (got < 0 && errno == EINTR);
    source->ended = got <= 0;
    source->error = got < 0 ? errno : 0;
    source->end += got > 0 ? (size_t)got : 0;
    return got > 0;
}

bool sks_source_peek(struct sks_source *source, struct sks_source_piece *out_piece)
{
    const char *line_end = NULL;
    if (source->piece == 0) {
        do
            line_end = memchr(source->buffer + source->begin, '\n', source->end - source->begin);
        while (line_end == NULL && fill(source));
        source->piece =
            line_end != NULL ? (size_t)(line_end + 1 - (source->buffer + source->begin)) : source->end - source->begin;
    }
    const char *bytes = source->buffer + source->begin;
    *out_piece = (struct sks_source_piece){.bytes = bytes, .size = source->piece, .begins = !source->within};
    out_piece->ends = source->piece > 0 && bytes[source->piece - 1] == '\n';
    return source->piece > 0;
}

void sks_source_take(struct sks_source *source)
{
    source->within = source->piece > 0 && source->buffer[source->begin + source->piece - 1] != '\n';
    source->begin += source->piece;
    source->piece = 0;
}

int sks_source_error(const struct sks_source *source)
{
    return source->error;
}

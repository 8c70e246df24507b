/* Reads mails from paths. Folders are listed when their turn comes; one file at a time is held in memory. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "sekisho/limits.h"

/* An mbox may hold many mails; this is what one file may have in all. */
#define MOST_MBOX_SIZE ((size_t)4 * 1024 * 1024 * 1024)

struct sks_input {
    char *const *paths;
    size_t path_count;
    size_t path; /* the next one */
    FTS *folder; /* being walked, or NULL */
    char *file;  /* being split as an mbox, or NULL */
    char *bytes;
    size_t size, at, index;
};

struct sks_input *sks_input_create(char *const *paths, size_t count)
{
    struct sks_input *input = g_new0(struct sks_input, 1);
    input->paths = paths;
    input->path_count = count;
    return input;
}

static void close_file(struct sks_input *input)
{
    g_free(input->file);
    g_free(input->bytes);
    input->file = NULL;
    input->bytes = NULL;
}

void sks_input_destroy(struct sks_input *input)
{
    if (input == NULL)
        return;
    if (input->folder != NULL)
        fts_close(input->folder);
    close_file(input);
    g_free(input);
}

void sks_input_mail_finish(struct sks_input_mail *mail)
{
    g_free(mail->file);
    g_free(mail->bytes);
    g_free(mail->error);
}

/* Mbox. */

static bool is_separator(const char *bytes, size_t size, size_t at)
{
    return size - at >= 5 && memcmp(bytes + at, "From ", 5) == 0;
}

static size_t line_end(const char *bytes, size_t size, size_t at)
{
    const char *end = memchr(bytes + at, '\n', size - at);
    return end != NULL ? (size_t)(end - bytes) + 1 : size;
}

static bool is_blank(const char *bytes, size_t begin, size_t end)
{
    return end - begin == 1 || (end - begin == 2 && bytes[begin] == '\r');
}

/* Where the mail that starts at `at` ends: before a blank line and "From " or the end. */
static size_t mail_end(const char *bytes, size_t size, size_t at, size_t *out_next)
{
    bool blank = false;
    size_t begin = at, blank_at = at;
    while (begin < size) {
        if (blank && is_separator(bytes, size, begin)) {
            *out_next = begin;
            return blank_at;
        }
        size_t end = line_end(bytes, size, begin);
        blank = is_blank(bytes, begin, end);
        if (blank)
            blank_at = begin;
        begin = end;
    }
    *out_next = size;
    return blank ? blank_at : size; /* the line that the mbox has put there */
}

/* ">From " was "From " before it went into the mbox, ">>From " was ">From ". */
static char *unquote(const char *bytes, size_t size, size_t *out_size)
{
    char *mail = g_malloc(size + 1);
    size_t length = 0;
    for (size_t begin = 0; begin < size;) {
        size_t end = line_end(bytes, size, begin);
        size_t marks = 0;
        while (begin + marks < end && bytes[begin + marks] == '>')
            marks++;
        size_t skip = marks > 0 && is_separator(bytes, end, begin + marks) ? 1 : 0;
        memcpy(mail + length, bytes + begin + skip, end - begin - skip);
        length += end - begin - skip;
        begin = end;
    }
    *out_size = length;
    return mail;
}

static void cut(struct sks_input_mail *mail)
{
    mail->truncated = mail->size > SKS_LIMIT_MAIL_SIZE;
    if (mail->truncated)
        mail->size = SKS_LIMIT_MAIL_SIZE;
}

static bool next_of_mbox(struct sks_input *input, struct sks_input_mail *out_mail)
{
    if (input->at >= input->size) {
        close_file(input);
        return false;
    }
    size_t begin = line_end(input->bytes, input->size, input->at), next;
    size_t end = mail_end(input->bytes, input->size, begin, &next);
    *out_mail = (struct sks_input_mail){.file = g_strdup(input->file), .index = input->index++};
    out_mail->bytes = unquote(input->bytes + begin, end - begin, &out_mail->size);
    cut(out_mail);
    input->at = next;
    return true;
}

/* Files. */

static char *read_stdin(size_t *out_size, GError **error)
{
    GByteArray *bytes = g_byte_array_new();
    guint8 block[65536];
    ssize_t got;
    while ((got = read(STDIN_FILENO, block, sizeof block)) > 0 && bytes->len < G_MAXUINT / 2)
        g_byte_array_append(bytes, block, (guint)got);
    if (got > 0) /* half of it would be mails lost without a word */
        g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "too large");
    if (got < 0)
        g_set_error_literal(error, G_FILE_ERROR, g_file_error_from_errno(errno), g_strerror(errno));
    *out_size = bytes->len;
    return (char *)g_byte_array_free(bytes, FALSE);
}

static char *read_file(const char *path, size_t *out_size, char **out_error)
{
    GError *error = NULL;
    char *bytes = NULL;
    if (strcmp(path, "-") == 0)
        bytes = read_stdin(out_size, &error);
    else
        g_file_get_contents(path, &bytes, out_size, &error);
    if (error == NULL && *out_size > MOST_MBOX_SIZE)
        *out_error = g_strdup("too large");
    if (error != NULL) {
        *out_error = g_strdup(error->message);
        g_error_free(error);
    }
    return bytes;
}

/* Opens a file: one mail comes back at once, an mbox is split by the calls that follow. An empty mbox has none. */
static bool open_file(struct sks_input *input, const char *path, struct sks_input_mail *out_mail)
{
    *out_mail = (struct sks_input_mail){.file = g_strdup(path)};
    out_mail->bytes = read_file(path, &out_mail->size, &out_mail->error);
    if (out_mail->error != NULL)
        return true;
    if (out_mail->size == 0 && g_str_has_suffix(path, ".mbox")) {
        sks_input_mail_finish(out_mail);
        return false;
    }
    bool mbox =
        out_mail->size > 0 && is_separator(out_mail->bytes, out_mail->size, 0) && !g_str_has_suffix(path, ".eml");
    if (!mbox) {
        cut(out_mail);
        return true;
    }
    input->file = out_mail->file;
    input->bytes = out_mail->bytes;
    input->size = out_mail->size;
    input->at = 0;
    input->index = 0;
    return next_of_mbox(input, out_mail);
}

/* Folders. */

static int by_name(const FTSENT **left, const FTSENT **right)
{
    return strcmp((*left)->fts_name, (*right)->fts_name);
}

static bool next_of_folder(struct sks_input *input, struct sks_input_mail *out_mail)
{
    FTSENT *entry;
    while ((entry = fts_read(input->folder)) != NULL) {
        switch (entry->fts_info) {
        case FTS_F:
        case FTS_SL:
            return open_file(input, entry->fts_path, out_mail);
        case FTS_DNR:
        case FTS_ERR:
        case FTS_NS:
            *out_mail = (struct sks_input_mail){.file = g_strdup(entry->fts_path),
                                                .error = g_strdup(g_strerror(entry->fts_errno))};
            return true;
        default:
            break;
        }
    }
    fts_close(input->folder);
    input->folder = NULL;
    return false;
}

bool sks_input_next(struct sks_input *input, struct sks_input_mail *out_mail)
{
    for (;;) {
        if (input->file != NULL && next_of_mbox(input, out_mail))
            return true;
        if (input->folder != NULL && next_of_folder(input, out_mail))
            return true;
        if (input->folder != NULL || input->file != NULL)
            continue;
        if (input->path >= input->path_count)
            return false;
        const char *path = input->paths[input->path++];
        if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
            if (open_file(input, path, out_mail))
                return true;
            continue;
        }
        char *const roots[] = {(char *)path, NULL};
        input->folder = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
        if (input->folder == NULL) {
            *out_mail = (struct sks_input_mail){.file = g_strdup(path), .error = g_strdup(g_strerror(errno))};
            return true;
        }
    }
}

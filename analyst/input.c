/*
 * Reads mails from paths. Folders are listed when their turn comes; one mail at a time is held in memory, an mbox is
 * read line by line.
 */
#include "input.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "folder.h"
#include "sekisho/limits.h"
#include "source.h"

struct sks_input {
    char *const *paths;
    size_t path_count;
    size_t path;               /* the next one */
    struct sks_folder *folder; /* being walked, or NULL */
    char *file;                /* being read as an mbox, or NULL; it stands at the "From " of the next mail */
    struct sks_source *source;
    size_t index;
    bool begun, any;   /* a path, and whether it has had a mail */
    GPtrArray *barren; /* paths that had none, borrowed */
};

struct sks_input *sks_input_create(char *const *paths, size_t count)
{
    struct sks_input *input = g_new0(struct sks_input, 1);
    input->paths = paths;
    input->path_count = count;
    input->barren = g_ptr_array_new();
    return input;
}

static void close_file(struct sks_input *input)
{
    g_clear_pointer(&input->file, g_free);
    g_clear_pointer(&input->source, sks_source_close);
}

void sks_input_destroy(struct sks_input *input)
{
    if (input == NULL)
        return;
    sks_folder_destroy(input->folder);
    close_file(input);
    g_ptr_array_unref(input->barren);
    g_free(input);
}

const char *sks_input_barren(const struct sks_input *input, size_t which)
{
    return which < input->barren->len ? g_ptr_array_index(input->barren, which) : NULL;
}

void sks_input_mail_finish(struct sks_input_mail *mail)
{
    g_free(mail->file);
    g_free(mail->bytes);
    g_free(mail->error);
}

/* Bytes of a mail, up to the ceiling. */

struct collected {
    GByteArray *bytes;
    bool truncated;
};

static void collect(struct collected *collected, const char *bytes, size_t size)
{
    size_t room = SKS_LIMIT_MAIL_SIZE - collected->bytes->len;
    collected->truncated = collected->truncated || size > room;
    g_byte_array_append(collected->bytes, (const guint8 *)bytes, (guint)MIN(size, room));
}

/* The mail, or why there is none. */
static void hand_over(struct sks_input_mail *out_mail, struct collected *collected, int error)
{
    out_mail->size = collected->bytes->len;
    out_mail->truncated = collected->truncated;
    g_byte_array_append(collected->bytes, (const guint8 *)"", 1); /* an empty mail has bytes, too */
    out_mail->bytes = (char *)g_byte_array_free(collected->bytes, FALSE);
    if (error != 0)
        out_mail->error = g_strdup(g_strerror(error));
}

/* Mbox. */

static bool is_separator(const char *bytes, size_t size)
{
    return size >= 5 && memcmp(bytes, "From ", 5) == 0;
}

static bool is_blank(const struct sks_source_piece *piece)
{
    return piece->begins && piece->ends && (piece->size == 1 || (piece->size == 2 && piece->bytes[0] == '\r'));
}

/* ">From " was "From " before it went into the mbox, ">>From " was ">From ". */
static void collect_unquoted(struct collected *collected, const struct sks_source_piece *piece)
{
    size_t marks = 0;
    while (piece->begins && marks < piece->size && piece->bytes[marks] == '>')
        marks++;
    size_t skip = marks > 0 && is_separator(piece->bytes + marks, piece->size - marks) ? 1 : 0;
    collect(collected, piece->bytes + skip, piece->size - skip);
}

/* Until a blank line and "From ", or the end; that blank line is the mbox's own. True if a mail follows. */
static bool collect_mail(struct collected *collected, struct sks_source *source)
{
    char held[2]; /* the blank line before */
    size_t held_size = 0;
    struct sks_source_piece piece;
    while (sks_source_peek(source, &piece)) {
        if (held_size > 0 && piece.begins && is_separator(piece.bytes, piece.size))
            return true;
        collect(collected, held, held_size);
        held_size = is_blank(&piece) ? piece.size : 0;
        memcpy(held, piece.bytes, held_size);
        if (held_size == 0)
            collect_unquoted(collected, &piece);
        sks_source_take(source);
    }
    return false;
}

static void next_of_mbox(struct sks_input *input, struct sks_input_mail *out_mail)
{
    struct sks_source_piece piece;
    bool whole = false;
    while (!whole && sks_source_peek(input->source, &piece)) { /* the line with "From " */
        whole = piece.ends;
        sks_source_take(input->source);
    }
    struct collected collected = {.bytes = g_byte_array_new()};
    *out_mail = (struct sks_input_mail){.file = g_strdup(input->file), .index = input->index++};
    bool more = collect_mail(&collected, input->source);
    hand_over(out_mail, &collected, sks_source_error(input->source));
    if (!more)
        close_file(input);
}

/* Files. */

static void read_mail(struct sks_input_mail *out_mail, struct sks_source *source)
{
    struct collected collected = {.bytes = g_byte_array_new()};
    struct sks_source_piece piece;
    while (!collected.truncated && sks_source_peek(source, &piece)) {
        collect(&collected, piece.bytes, piece.size);
        sks_source_take(source);
    }
    hand_over(out_mail, &collected, sks_source_error(source));
}

/* Opens a file: one mail comes back at once, an mbox is split by the calls that follow. An empty mbox has none. */
static bool open_file(struct sks_input *input, const char *path, struct sks_input_mail *out_mail)
{
    *out_mail = (struct sks_input_mail){.file = g_strdup(path)};
    struct sks_source *source = sks_source_open(path, &out_mail->error);
    if (source == NULL)
        return true;
    struct sks_source_piece piece;
    bool any = sks_source_peek(source, &piece);
    bool mbox = any ? is_separator(piece.bytes, piece.size) && !g_str_has_suffix(path, ".eml")
                    : sks_source_error(source) == 0 && g_str_has_suffix(path, ".mbox");
    if (!mbox) {
        read_mail(out_mail, source);
        sks_source_close(source);
        return true;
    }
    input->file = out_mail->file;
    input->source = source;
    input->index = 0;
    if (any)
        next_of_mbox(input, out_mail);
    else
        close_file(input);
    return any;
}

/* Folders. */

static bool next_of_folder(struct sks_input *input, struct sks_input_mail *out_mail)
{
    const char *file, *error;
    while (sks_folder_next(input->folder, &file, &error)) {
        if (error == NULL && !open_file(input, file, out_mail))
            continue;
        if (error != NULL)
            *out_mail = (struct sks_input_mail){.file = g_strdup(file), .error = g_strdup(error)};
        return true;
    }
    g_clear_pointer(&input->folder, sks_folder_destroy);
    return false;
}

/* When a path was left behind. */
static void note_barren(struct sks_input *input)
{
    if (input->begun && !input->any)
        g_ptr_array_add(input->barren, input->paths[input->path - 1]);
    input->begun = input->any = false;
}

static bool next(struct sks_input *input, struct sks_input_mail *out_mail)
{
    for (;;) {
        if (input->file != NULL) {
            next_of_mbox(input, out_mail);
            return true;
        }
        if (input->folder != NULL && next_of_folder(input, out_mail))
            return true;
        note_barren(input);
        if (input->path >= input->path_count)
            return false;
        const char *path = input->paths[input->path++];
        input->begun = true;
        if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
            if (open_file(input, path, out_mail))
                return true;
            continue;
        }
        input->folder = sks_folder_create(path);
        if (input->folder == NULL) {
            *out_mail = (struct sks_input_mail){.file = g_strdup(path), .error = g_strdup(g_strerror(errno))};
            return true;
        }
    }
}

bool sks_input_next(struct sks_input *input, struct sks_input_mail *out_mail)
{
    bool found = next(input, out_mail);
    input->any = input->any || found;
    return found;
}

/*
 * A message: puts together what the other files of this room read. All strings are in one chunk; decoded parts and the
 * copy of a mail whose lines end in CR alone are kept beside it.
 */
#include "message/message.h"

#include <glib.h>
#include <string.h>

#include "message/clean.h"
#include "message/header.h"
#include "message/mime.h"
#include "message/text-parts.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"

#define LINE_END_SIZE 65536u /* bytes looked at to tell how lines end */

struct storage {
    GStringChunk *strings;
    GArray *headers, *links;
    struct sks_mime mime;
    char *copy; /* bytes with LF for CR, or NULL */
};

/* A mail without LF at its beginning: its lines end in CR. */
static bool is_cr_only(const char *bytes, size_t size)
{
    size_t length = MIN(size, LINE_END_SIZE);
    return memchr(bytes, '\r', length) != NULL && memchr(bytes, '\n', length) == NULL;
}

static char *copy_with_lf(const char *bytes, size_t size)
{
    char *copy = g_malloc(size + 1);
    memcpy(copy, bytes, size);
    copy[size] = '\0';
    for (size_t i = 0; i < size; i++)
        if (copy[i] == '\r' && copy[i + 1] != '\n')
            copy[i] = '\n';
    return copy;
}

static unsigned survey_line_ends(const char *bytes, size_t size)
{
    unsigned flags = memchr(bytes, '\0', size) != NULL ? SKS_MESSAGE_NUL_BYTES : 0u;
    const char *end = bytes + size;
    bool crlf = false, lf = false;
    for (const char *at = bytes; at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++) {
        if (at > bytes && at[-1] == '\r')
            crlf = true;
        else
            lf = true;
        if (crlf && lf)
            break;
    }
    if (crlf && lf)
        flags |= SKS_MESSAGE_MIXED_LINE_ENDS;
    for (const char *at = bytes; at < end && (at = memchr(at, '\r', (size_t)(end - at))) != NULL; at++)
        if (at + 1 == end || at[1] != '\n') {
            flags |= SKS_MESSAGE_BARE_CR;
            break;
        }
    return flags;
}

static void read_simple_fields(struct sks_message *message)
{
    const struct sks_header *field = sks_message_header(message, "Subject");
    message->subject = field != NULL ? field->value : "";
    field = sks_message_header(message, "X-Mailer");
    if (field == NULL)
        field = sks_message_header(message, "User-Agent");
    message->mailer = field != NULL ? field->value : "";
    message->message_id = message->in_reply_to = "";
}

static void read_headers(struct sks_message *message, struct storage *storage)
{
    for (guint i = 0; i < storage->headers->len; i++)
        sks_header_decode(&g_array_index(storage->headers, struct sks_header, i), storage->strings);
    message->headers = (const struct sks_header *)storage->headers->data;
    message->header_count = storage->headers->len;
    read_simple_fields(message);
}

static void read_body(struct sks_message *message, struct storage *storage, const char *bytes, size_t size,
                      size_t start)
{
    sks_mime_read(&storage->mime, storage->strings, bytes, size, start, storage->headers);
    message->flags |= storage->mime.flags;
    sks_text_parts_read(&message->body, storage->links, &message->flags, &storage->mime, storage->strings);
    message->parts = (const struct sks_part *)storage->mime.parts->data;
    message->part_count = storage->mime.parts->len;
    message->links = (const struct sks_link *)storage->links->data;
    message->link_count = storage->links->len;
}

int sks_message_parse(struct sks_message **out_message, const void *bytes, size_t size)
{
    struct sks_message *message = g_new0(struct sks_message, 1);
    struct storage *storage = g_new0(struct storage, 1);
    const char *text = bytes != NULL ? bytes : "";
    message->storage = storage;
    message->flags = survey_line_ends(text, size);
    if (is_cr_only(text, size))
        text = storage->copy = copy_with_lf(text, size);
    storage->strings = g_string_chunk_new(4096);
    storage->links = g_array_new(FALSE, FALSE, sizeof(struct sks_link));
    struct sks_header_block block;
    sks_header_split(&block, storage->strings, text, size, true, NULL, NULL);
    storage->headers = g_array_ref(block.fields);
    if (block.cut)
        message->flags |= SKS_MESSAGE_CUT_HEADERS;
    if (block.fields->len == 0)
        message->flags |= SKS_MESSAGE_NO_HEADERS;
    size_t start = block.end;
    sks_header_block_finish(&block);
    read_headers(message, storage);
    read_body(message, storage, text, size, start);
    *out_message = message;
    return SKS_OK;
}

void sks_message_destroy(struct sks_message *message)
{
    if (message == NULL)
        return;
    struct storage *storage = message->storage;
    sks_mime_finish(&storage->mime);
    g_array_unref(storage->headers);
    g_array_unref(storage->links);
    g_string_chunk_free(storage->strings);
    g_free(storage->copy);
    g_free(storage);
    g_free(message);
}

const struct sks_header *sks_message_header(const struct sks_message *message, const char *name)
{
    for (size_t i = 0; i < message->header_count; i++)
        if (g_ascii_strcasecmp(message->headers[i].name, name) == 0)
            return &message->headers[i];
    return NULL;
}

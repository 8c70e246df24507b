/*
 * A message: puts together what the other files of this room read. All strings are in one chunk; decoded parts and the
 * copy of a mail whose lines end in CR alone are kept beside it.
 */
#include "message/message.h"

#include <glib.h>
#include <string.h>

#include "message/address.h"
#include "message/authentication.h"
#include "message/charset.h"
#include "message/clean.h"
#include "message/date.h"
#include "message/header.h"
#include "message/mime.h"
#include "message/received.h"
#include "message/text-parts.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"

#define LINE_END_SIZE 65536u /* bytes looked at to tell how lines end */

struct storage {
    GStringChunk *strings;
    GArray *headers, *links;
    GArray *from, *sender, *reply_to, *to, *cc; /* struct sks_address */
    GArray *received, *authentication;
    GArray *references; /* const char * */
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

static const char *simple_field(const struct sks_message *message, const char *name)
{
    const struct sks_header *field = sks_message_header(message, name);
    return field != NULL ? field->value : NULL;
}

/* A Message-ID without its brackets; what is written behind it is left out. */
static const char *message_id(GStringChunk *strings, const char *value)
{
    if (value == NULL)
        return "";
    const char *open = strchr(value, '<');
    const char *start = open != NULL ? open + 1 : value;
    return g_string_chunk_insert_len(strings, start, (gssize)strcspn(start, open != NULL ? "> " : " "));
}

static void add_reference(GArray *references, const char *id)
{
    for (guint i = 0; i < references->len; i++)
        if (strcmp(g_array_index(references, const char *, i), id) == 0)
            return;
    if (id[0] != '\0' && references->len < SKS_LIMIT_REFERENCE_COUNT)
        g_array_append_val(references, id);
}

static void read_references(struct sks_message *message, struct storage *storage)
{
    const char *at = simple_field(message, "References");
    while (at != NULL && (at = strchr(at, '<')) != NULL) {
        size_t length = strcspn(at + 1, "<> ");
        if (at[1 + length] == '>')
            add_reference(storage->references, g_string_chunk_insert_len(storage->strings, at + 1, (gssize)length));
        at += 1 + length;
    }
    add_reference(storage->references, message->in_reply_to);
    message->references = (const char *const *)(void *)storage->references->data;
    message->reference_count = storage->references->len;
}

static void read_simple_fields(struct sks_message *message, struct storage *storage)
{
    const char *value = simple_field(message, "Subject");
    message->subject = value != NULL ? value : "";
    value = simple_field(message, "X-Mailer");
    if (value == NULL)
        value = simple_field(message, "User-Agent");
    message->mailer = value != NULL ? value : "";
    message->message_id = message_id(storage->strings, simple_field(message, "Message-ID"));
    message->in_reply_to = message_id(storage->strings, simple_field(message, "In-Reply-To"));
    value = simple_field(message, "Date");
    sks_date_read(&message->date, value != NULL ? value : "");
    const struct sks_header *path = sks_message_header(message, "Return-Path");
    if (path != NULL) {
        g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct sks_address));
        sks_address_read(list, storage->strings, path->raw, path->raw_size);
        message->return_path = list->len > 0 ? g_array_index(list, struct sks_address, 0).address : "";
    }
}

/* The fields that are read into lists, in the order of the mail. */
static void read_list_field(struct sks_message *message, struct storage *storage, const struct sks_header *field)
{
    const struct {
        const char *name;
        GArray *list;
    } addresses[] = {{"From", storage->from},
                     {"Sender", storage->sender},
                     {"Reply-To", storage->reply_to},
                     {"To", storage->to},
                     {"Cc", storage->cc}};
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++)
        if (g_ascii_strcasecmp(field->name, addresses[i].name) == 0) {
            message->from_fields += i == 0;
            if (!sks_address_read(addresses[i].list, storage->strings, field->raw, field->raw_size))
                message->flags |= SKS_MESSAGE_CUT_ADDRESSES;
            return;
        }
    if (g_ascii_strcasecmp(field->name, "Received") == 0) {
        struct sks_received received;
        if (storage->received->len < SKS_LIMIT_RECEIVED_COUNT) {
            sks_received_read(&received, storage->strings, field->value);
            g_array_append_val(storage->received, received);
        } else {
            message->flags |= SKS_MESSAGE_CUT_HEADERS;
        }
    } else if (g_ascii_strcasecmp(field->name, "Authentication-Results") == 0) {
        GArray *results = storage->authentication;
        guint before = results->len;
        size_t number = before > 0 ? g_array_index(results, struct sks_authentication_result, before - 1).field + 1 : 0;
        sks_authentication_read(results, storage->strings, field->value, storage->received->len);
        for (guint i = before; i < results->len; i++)
            g_array_index(results, struct sks_authentication_result, i).field = number;
    }
}

static struct sks_address_list address_list(const GArray *items)
{
    return (struct sks_address_list){.items = (const struct sks_address *)(void *)items->data,
                                     .count = items->len,
                                     .cut = items->len >= SKS_LIMIT_ADDRESS_COUNT};
}

static void publish_lists(struct sks_message *message, const struct storage *storage)
{
    message->from = address_list(storage->from);
    message->sender = address_list(storage->sender);
    message->reply_to = address_list(storage->reply_to);
    message->to = address_list(storage->to);
    message->cc = address_list(storage->cc);
    message->received = (const struct sks_received *)(void *)storage->received->data;
    message->received_count = storage->received->len;
    message->authentication = (const struct sks_authentication_result *)(void *)storage->authentication->data;
    message->authentication_count = storage->authentication->len;
}

static void read_headers(struct sks_message *message, struct storage *storage)
{
    for (guint i = 0; i < storage->headers->len; i++)
        sks_header_decode(&g_array_index(storage->headers, struct sks_header, i), storage->strings);
    message->headers = (const struct sks_header *)(void *)storage->headers->data;
    message->header_count = storage->headers->len;
    read_simple_fields(message, storage);
    read_references(message, storage);
    for (guint i = 0; i < storage->headers->len; i++)
        read_list_field(message, storage, &message->headers[i]);
    publish_lists(message, storage);
}

static void read_body(struct sks_message *message, struct storage *storage, struct sks_message_budget *budget,
                      const char *bytes, size_t size, size_t start)
{
    sks_mime_read(&storage->mime, storage->strings, bytes, size, start, storage->headers);
    message->flags |= storage->mime.flags;
    sks_text_parts_read(&message->body, storage->links, &message->flags, budget, &storage->mime, storage->strings);
    message->parts = (const struct sks_part *)(void *)storage->mime.parts->data;
    message->part_count = storage->mime.parts->len;
    message->links = (const struct sks_link *)(void *)storage->links->data;
    message->link_count = storage->links->len;
}

void sks_message_prepare(void)
{
    sks_charset_prepare();
    sks_address_prepare();
}

static struct storage *create_storage(void)
{
    struct storage *storage = g_new0(struct storage, 1);
    storage->strings = g_string_chunk_new(4096);
    storage->links = g_array_new(FALSE, FALSE, sizeof(struct sks_link));
    GArray **addresses[] = {&storage->from, &storage->sender, &storage->reply_to, &storage->to, &storage->cc};
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++)
        *addresses[i] = g_array_new(FALSE, FALSE, sizeof(struct sks_address));
    storage->received = g_array_new(FALSE, FALSE, sizeof(struct sks_received));
    storage->authentication = g_array_new(FALSE, FALSE, sizeof(struct sks_authentication_result));
    storage->references = g_array_new(FALSE, FALSE, sizeof(const char *));
    return storage;
}

void sks_message_budget_init(struct sks_message_budget *out_budget)
{
    *out_budget = (struct sks_message_budget){
        .text = SKS_LIMIT_TEXTS_SIZE, .html = SKS_LIMIT_HTMLS_SIZE, .spare = SKS_LIMIT_SPARE_SIZE};
}

int sks_message_parse(struct sks_message **out_message, const void *bytes, size_t size)
{
    struct sks_message_budget budget;
    sks_message_budget_init(&budget);
    return sks_message_parse_within(out_message, &budget, bytes, size);
}

int sks_message_parse_within(struct sks_message **out_message, struct sks_message_budget *budget, const void *bytes,
                             size_t size)
{
    struct sks_message *message = g_new0(struct sks_message, 1);
    struct storage *storage = create_storage();
    const char *text = bytes != NULL ? bytes : "";
    message->storage = storage;
    message->flags = survey_line_ends(text, size);
    if (is_cr_only(text, size))
        text = storage->copy = copy_with_lf(text, size);
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
    read_body(message, storage, budget, text, size, start);
    *out_message = message;
    return SKS_OK;
}

void sks_message_destroy(struct sks_message *message)
{
    if (message == NULL)
        return;
    struct storage *storage = message->storage;
    sks_mime_finish(&storage->mime);
    GArray *arrays[] = {storage->headers,        storage->links,     storage->from, storage->sender,
                        storage->reply_to,       storage->to,        storage->cc,   storage->received,
                        storage->authentication, storage->references};
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_array_unref(arrays[i]);
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

char *sks_message_place(const char *where, const char *inside)
{
    static const char part[] = "part ";
    if (*inside == '\0')
        return g_strdup(where);
    size_t begun = g_str_has_prefix(where, part) ? strlen(part) : 0;
    size_t number = begun > 0 ? begun + strspn(where + begun, "0123456789") : 0;
    bool named = number > begun && g_str_has_prefix(where + number, ": ");
    return named ? g_strdup_printf("%.*s/%s/%s", (int)number, where, where + number + strlen(": "), inside)
                 : g_strdup_printf("%s/%s", where, inside);
}

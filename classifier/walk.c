/* Collects the messages and attachments of a mail. A message inside is parsed as one; a file is inspected as one. */
#include "walk.h"

#include "password/password.h"
#include "sekisho/limits.h"

#define PASSWORD_FILE_NAMES 16

static void walk_message(struct sks_walk *walk, const struct sks_message *message, const char *path, unsigned depth);

/* Where a part is, for evidence: "part 2: a.zip", and inside the message that is part 3, "part 3/a.zip". */
static const char *place(struct sks_walk *walk, const struct sks_part *part, const char *path)
{
    if (*path == '\0')
        return part->where;
    char *text = *part->name != '\0' ? g_strdup_printf("%s/%s", path, part->name)
                                     : g_strdup_printf("%s/part %u", path, part->number);
    const char *kept = g_string_chunk_insert(walk->strings, text);
    g_free(text);
    return kept;
}

static void walk_nested(struct sks_walk *walk, const void *bytes, size_t size, const char *where, unsigned depth)
{
    if (depth >= SKS_LIMIT_MAIL_DEPTH || walk->nested->len >= SKS_LIMIT_ATTACHMENT_COUNT) {
        walk->cut_depth = true;
        return;
    }
    struct sks_message *message;
    if (sks_message_parse(&message, bytes, size) != 0)
        return;
    g_ptr_array_add(walk->nested, message);
    walk_message(walk, message, where, depth);
}

/* Passwords that the mail itself may give for its attachments; looked for once, when there is an attachment. */
static const char *const *passwords_of(struct sks_walk *walk, const struct sks_message *message)
{
    if (walk->passwords_of == message)
        return (const char *const *)walk->passwords->pdata;
    walk->passwords_of = message;
    g_ptr_array_set_size(walk->passwords, 0);
    const char *names[PASSWORD_FILE_NAMES + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < message->part_count && count < PASSWORD_FILE_NAMES; i++)
        if (*message->parts[i].name != '\0')
            names[count++] = message->parts[i].name;
    const struct sks_password_source source = {
        .subject = message->subject,
        .text = message->body.own,
        .quoted = message->body.quoted,
        .signature = message->body.signature,
        .file_names = names,
        .time = message->date.valid ? message->date.time : 0,
        .zone = message->date.zone,
    };
    struct sks_passwords passwords;
    sks_passwords_find(&passwords, &source);
    for (size_t i = 0; walk->further != NULL && walk->further[i] != NULL; i++)
        g_ptr_array_add(walk->passwords, (void *)walk->further[i]);
    for (size_t i = 0; i < passwords.count && i < SKS_LIMIT_PASSWORD_TRIES; i++)
        g_ptr_array_add(walk->passwords, g_string_chunk_insert(walk->strings, passwords.items[i].value));
    g_ptr_array_add(walk->passwords, NULL);
    sks_passwords_finish(&passwords);
    return (const char *const *)walk->passwords->pdata;
}

static void walk_file(struct sks_walk *walk, const struct sks_message *message, const struct sks_part *part,
                      const char *where, unsigned depth)
{
    if (walk->attachments->len >= SKS_LIMIT_ATTACHMENT_COUNT) {
        walk->cut_output = true;
        return;
    }
    struct sks_attachment *attachment;
    walk->budget.depth = depth;
    if (sks_attachment_inspect(&attachment, part->data, part->size, part->name, part->type, passwords_of(walk, message),
                               &walk->budget) != 0)
        return;
    attachment->where = where;
    g_ptr_array_add(walk->attachments, attachment);
    for (size_t i = 0; i < attachment->message_count; i++) {
        const struct sks_attachment_message *message_inside = &attachment->messages[i];
        char *path = g_strconcat(where, *message_inside->where != '\0' ? "/" : "", message_inside->where, NULL);
        walk_nested(walk, message_inside->bytes, message_inside->size, g_string_chunk_insert(walk->strings, path),
                    depth + 1);
        g_free(path);
    }
}

static void walk_message(struct sks_walk *walk, const struct sks_message *message, const char *path, unsigned depth)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct sks_part *part = &message->parts[i];
        const char *where = place(walk, part, path);
        if ((part->flags & SKS_PART_MESSAGE) != 0)
            walk_nested(walk, part->data, part->size, where, depth + 1);
        else if ((part->flags & SKS_PART_ATTACHMENT) != 0 || (part->flags & SKS_PART_TEXT) == 0)
            walk_file(walk, message, part, where, depth);
    }
}

int sks_walk_init(struct sks_walk *walk, const void *bytes, size_t size)
{
    return sks_walk_init_with(walk, bytes, size, NULL, 0);
}

int sks_walk_init_with(struct sks_walk *walk, const void *bytes, size_t size, const char *const *passwords,
                       uint64_t rounds)
{
    struct sks_message *message;
    int error = sks_message_parse(&message, bytes, size);
    if (error != 0)
        return error;
    *walk = (struct sks_walk){.message = message, .further = passwords, .budget = {.rounds = rounds}};
    walk->nested = g_ptr_array_new_with_free_func((GDestroyNotify)sks_message_destroy);
    walk->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)sks_attachment_destroy);
    walk->strings = g_string_chunk_new(256);
    walk->passwords = g_ptr_array_new();
    walk_message(walk, message, "", 0);
    walk->further = NULL;
    return 0;
}

void sks_walk_finish(struct sks_walk *walk)
{
    g_ptr_array_unref(walk->nested); /* before the attachments that hold their bytes */
    g_ptr_array_unref(walk->attachments);
    g_ptr_array_unref(walk->passwords);
    sks_message_destroy(walk->message);
    g_string_chunk_free(walk->strings);
}

/*
 * Collects the messages and attachments of a mail. A message inside is parsed as one; a file is inspected as one.
 *
 * How many files are looked into has a ceiling. Pictures and texts count apart from all else, of all else programs come
 * first, then what is known to be of a kind that can do harm, and a message's own files come before those of the
 * messages in it: two hundred pictures in front hide nothing. What is looked into is still taken in the order of the
 * mail.
 */
#include "walk.h"

#include <string.h>

#include "attachment/names.h"
#include "message/html.h"
#include "password/password.h"
#include "sekisho/limits.h"

#define PASSWORD_FILE_NAMES 16
#define PASSWORD_NOTES      4
#define DESCRIPTIONS_MOST   2u

/* No password begins so. */
#define DESCRIBED '\t'
#define GUESSED   '\v'

static void walk_message(struct sks_walk *walk, const struct sks_message *message, const char *path, unsigned depth);

/* Where a part is, for evidence: "part 2: a.zip", and inside the message that is part 3, "part 3/fwd.eml/a.zip". */
static const char *place(struct sks_walk *walk, const struct sks_part *part, const char *path)
{
    if (*path == '\0')
        return part->where;
    g_autofree char *numbered = g_strdup_printf("part %u", part->number);
    char *text = sks_message_place(path, *part->name != '\0' ? part->name : numbered);
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
    if (sks_message_parse_within(&message, &walk->reading, bytes, size) != 0)
        return;
    g_ptr_array_add(walk->nested, message);
    walk_message(walk, message, where, depth);
}

static void add_new(GPtrArray *passwords, const char *password)
{
    if (!g_ptr_array_find_with_equal_func(passwords, password, g_str_equal, NULL))
        g_ptr_array_add(passwords, (void *)password);
}

/* Adds the likeliest passwords of a source; what is only guessed is kept apart. */
static void add_passwords(struct sks_walk *walk, GPtrArray *passwords, const struct sks_password_source *source)
{
    struct sks_passwords found;
    if (walk->texts++ >= SKS_LIMIT_PASSWORD_TEXTS) {
        walk->cut_output = true;
        return;
    }
    sks_passwords_find(&found, source);
    for (size_t i = 0; i < found.count && i < SKS_LIMIT_PASSWORD_TRIES; i++)
        add_new(found.items[i].weight >= SKS_PASSWORD_LIKELY && i < SKS_LIMIT_PASSWORD_SLOW_TRIES ? passwords
                                                                                                  : walk->guesses,
                g_string_chunk_insert(walk->strings, found.items[i].value));
    walk->underivable = walk->underivable || found.underivable;
    sks_passwords_finish(&found);
}

static struct sks_password_source source_of_note(const struct sks_message *message, const char *text)
{
    return (struct sks_password_source){
        .text = text, .time = message->date.valid ? message->date.time : 0, .zone = message->date.zone};
}

/* Passwords from elsewhere; those that are described there, by what this message says. */
static void add_further(struct sks_walk *walk, const struct sks_message *message,
                        const struct sks_password_source *source)
{
    unsigned described = 0;
    const char *from = message->from.count > 0 ? message->from.items[0].address : "";
    g_autofree char *footer = g_strdup_printf("%s\n%.200s", source->footer, from);
    struct sks_password_source here = *source;
    here.footer = footer;
    for (size_t i = 0; walk->further != NULL && walk->further[i] != NULL; i++) {
        const char *line = sks_walk_described(walk->further[i]), *guess = sks_walk_guessed(walk->further[i]);
        struct sks_passwords found;
        if (line == NULL) {
            add_new(guess != NULL ? walk->guesses : walk->passwords, guess != NULL ? guess : walk->further[i]);
            continue;
        }
        if (described++ >= DESCRIPTIONS_MOST)
            continue;
        sks_passwords_derive(&found, line, &here);
        for (size_t k = 0; k < found.count && k < SKS_LIMIT_PASSWORD_SLOW_TRIES; k++)
            add_new(walk->passwords, g_string_chunk_insert(walk->strings, found.items[k].value));
        sks_passwords_finish(&found);
    }
}

/* What short text files beside the others say. */
static void add_passwords_of_texts(struct sks_walk *walk, const struct sks_message *message)
{
    unsigned texts = 0;
    for (size_t i = 0; i < message->part_count && texts < PASSWORD_NOTES; i++) {
        const struct sks_part *part = &message->parts[i];
        struct sks_attachment *attachment;
        struct sks_attachment_budget budget = {0};
        if ((part->flags & SKS_PART_ATTACHMENT) == 0 || part->size > SKS_LIMIT_PASSWORD_TEXT ||
            sks_file_type_detect(part->data, part->size, part->name) != SKS_FILE_TEXT ||
            sks_attachment_inspect(&attachment, part->data, part->size, part->name, part->type, NULL, &budget) != 0)
            continue;
        const struct sks_password_source source = source_of_note(message, attachment->notes);
        add_passwords(walk, walk->passwords, &source);
        sks_attachment_destroy(attachment);
        texts++;
    }
}

/* Puts the guesses behind what is likely, and ends the list. */
static void complete(struct sks_walk *walk, GPtrArray *passwords)
{
    walk->likely = MAX(passwords->len, 1);
    for (guint i = 0; i < walk->guesses->len; i++)
        add_new(passwords, g_ptr_array_index(walk->guesses, i));
    g_ptr_array_add(passwords, NULL);
}

/* Passwords that the mail itself may give for its attachments; looked for once, when there is an attachment. */
static const char *const *passwords_of(struct sks_walk *walk, const struct sks_message *message)
{
    if (walk->passwords_of == message)
        return (const char *const *)walk->passwords->pdata;
    walk->passwords_of = message;
    g_ptr_array_set_size(walk->passwords, 0);
    g_ptr_array_set_size(walk->guesses, 0);
    if (walk->closed) {
        g_ptr_array_add(walk->passwords, NULL);
        return (const char *const *)walk->passwords->pdata;
    }
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
        .footer = message->body.footer,
        .file_names = names,
        .time = message->date.valid ? message->date.time : 0,
        .zone = message->date.zone,
    };
    add_further(walk, message, &source);
    add_passwords(walk, walk->passwords, &source);
    add_passwords_of_texts(walk, message);
    complete(walk, walk->passwords);
    return (const char *const *)walk->passwords->pdata;
}

/* Inspected as one, whatever it is taken for. */
static bool is_compound_file(const struct sks_part *part)
{
    return part->size >= 4 && memcmp(part->data, "\xD0\xCF\x11\xE0", 4) == 0;
}

/* Pictures, texts and pages seldom hold what needs a password: whether they do is looked at first. */
static bool may_be_locked(const struct sks_part *part)
{
    enum sks_file_type type = sks_file_type_detect(part->data, part->size, part->name);
    if (is_compound_file(part))
        return true;
    return type != SKS_FILE_IMAGE && type != SKS_FILE_TEXT && type != SKS_FILE_HTML;
}

static int inspect_with(struct sks_attachment **out_attachment, struct sks_walk *walk, const struct sks_part *part,
                        const char *const *passwords)
{
    walk->budget.likely = walk->likely;
    return sks_attachment_inspect(out_attachment, part->data, part->size, part->name, part->type, passwords,
                                  &walk->budget);
}

/* Once more, in the place of the first time: what that unpacked isn't counted, what it spent on keys is. */
static int inspect_again(struct sks_attachment **attachment, struct sks_walk *walk, const struct sks_part *part,
                         const char *const *passwords, const struct sks_attachment_budget *before)
{
    sks_attachment_destroy(*attachment);
    walk->budget.output = before->output;
    walk->budget.entries = before->entries;
    walk->budget.names = before->names;
    return inspect_with(attachment, walk, part, passwords);
}

/* What its reader sees of a page that carries files; "" of all else. g_free(). */
static char *text_of_page(const struct sks_part *part)
{
    if (sks_file_type_detect(part->data, part->size, part->name) != SKS_FILE_HTML)
        return g_strdup("");
    size_t size = MIN(part->size, SKS_LIMIT_HTML_SIZE);
    g_autofree char *source = sks_text_decode(part->data, size, sks_name_charset(part->data, size));
    GStringChunk *strings = g_string_chunk_new(256);
    struct sks_html html;
    sks_html_read(&html, strings, source, strlen(source));
    char *text = g_strdup_printf("%s\n%s\n", html.title, html.text);
    sks_html_finish(&html);
    g_string_chunk_free(strings);
    return text;
}

/* What is encrypted in the file lies beside a text that may tell the password. */
static int inspect_by_notes(struct sks_attachment **attachment, struct sks_walk *walk,
                            const struct sks_message *message, const struct sks_part *part,
                            const char *const *passwords, const struct sks_attachment_budget *before)
{
    g_autofree char *page = text_of_page(part), *notes = g_strconcat(page, (*attachment)->notes, NULL);
    const struct sks_password_source source = source_of_note(message, notes);
    if (*notes == '\0')
        return 0;
    GPtrArray *more = g_ptr_array_new();
    guint guesses = walk->guesses->len;
    unsigned likely = walk->likely;
    int error = 0;
    add_passwords(walk, more, &source);
    if (more->len > 0 || walk->guesses->len > guesses) {
        for (unsigned i = 0; i < likely && passwords[i] != NULL; i++)
            add_new(more, passwords[i]);
        complete(walk, more);
        error = inspect_again(attachment, walk, part, (const char *const *)more->pdata, before);
    }
    walk->likely = likely;
    g_ptr_array_unref(more);
    return error;
}

/* Inspects a file; once more with passwords if they were not expected to be needed, or it tells some itself. */
static int inspect(struct sks_attachment **out_attachment, struct sks_walk *walk, const struct sks_message *message,
                   const struct sks_part *part)
{
    const struct sks_attachment_budget before = walk->budget;
    const char *const *passwords = may_be_locked(part) ? passwords_of(walk, message) : NULL;
    struct sks_attachment *attachment;
    int error = inspect_with(&attachment, walk, part, passwords);
    if (error == 0 && passwords == NULL && !walk->closed && sks_attachment_is_locked(attachment)) {
        passwords = passwords_of(walk, message);
        if (passwords[0] != NULL)
            error = inspect_again(&attachment, walk, part, passwords, &before);
    }
    if (error == 0 && passwords != NULL && !walk->closed && sks_attachment_is_locked(attachment))
        error = inspect_by_notes(&attachment, walk, message, part, passwords, &before);
    if (error == 0)
        *out_attachment = attachment;
    return error;
}

static void walk_file(struct sks_walk *walk, const struct sks_message *message, const struct sks_part *part,
                      const char *where, unsigned depth)
{
    struct sks_attachment *attachment;
    walk->budget.depth = depth;
    if (inspect(&attachment, walk, message, part) != 0)
        return;
    attachment->where = where;
    g_ptr_array_add(walk->attachments, attachment);
    for (size_t i = 0; i < attachment->message_count; i++) {
        const struct sks_attachment_message *message_inside = &attachment->messages[i];
        char *path = sks_message_place(where, message_inside->where);
        walk_nested(walk, message_inside->bytes, message_inside->size, g_string_chunk_insert(walk->strings, path),
                    depth + 1);
        g_free(path);
    }
}

/* What a file may be, from what can do no harm by itself to what can. */
enum danger {
    NO_FILE, /* a text that is shown, or a message */
    LEFT_OUT,
    HARMLESS,
    UNKNOWN,
    DANGEROUS,
    PROGRAM,
};

static enum danger danger_of(const struct sks_part *part)
{
    bool is_file = (part->flags & SKS_PART_ATTACHMENT) != 0 || (part->flags & SKS_PART_TEXT) == 0;
    if ((part->flags & SKS_PART_MESSAGE) != 0 || !is_file)
        return NO_FILE;
    if (sks_name_is_clickable(part->name))
        return PROGRAM;
    if (is_compound_file(part))
        return DANGEROUS;
    enum sks_file_type type = sks_file_type_detect(part->data, part->size, part->name);
    switch (type) {
    case SKS_FILE_IMAGE:
    case SKS_FILE_TEXT:
        return HARMLESS;
    case SKS_FILE_UNKNOWN:
        return UNKNOWN;
    default:
        return sks_file_type_is_program(type) ? PROGRAM : DANGEROUS;
    }
}

/* Leaves out the files of one kind that there is no room for. */
static void choose(struct sks_walk *walk, enum danger *files, size_t count, enum danger danger)
{
    unsigned *chosen = &walk->files[danger != HARMLESS];
    for (size_t i = 0; i < count; i++) {
        if (files[i] != danger)
            continue;
        if (*chosen < SKS_LIMIT_ATTACHMENT_COUNT) {
            ++*chosen;
        } else {
            files[i] = LEFT_OUT;
            walk->cut_output = true;
        }
    }
}

/* What each part of a message is; files that are not looked into are LEFT_OUT. g_free(). */
static enum danger *choose_files(struct sks_walk *walk, const struct sks_message *message)
{
    enum danger *files = g_new(enum danger, message->part_count);
    for (size_t i = 0; i < message->part_count; i++)
        files[i] = danger_of(&message->parts[i]);
    for (enum danger danger = PROGRAM; danger >= HARMLESS; danger--)
        choose(walk, files, message->part_count, danger);
    return files;
}

static void walk_message(struct sks_walk *walk, const struct sks_message *message, const char *path, unsigned depth)
{
    g_autofree enum danger *files = choose_files(walk, message);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct sks_part *part = &message->parts[i];
        const char *where = place(walk, part, path);
        if ((part->flags & SKS_PART_MESSAGE) != 0)
            walk_nested(walk, part->data, part->size, where, depth + 1);
        else if (files[i] >= HARMLESS)
            walk_file(walk, message, part, where, depth);
    }
}

static int walk_mail(struct sks_walk *walk, const void *bytes, size_t size)
{
    sks_message_budget_init(&walk->reading);
    int error = sks_message_parse_within(&walk->message, &walk->reading, bytes, size);
    if (error != 0)
        return error;
    walk->nested = g_ptr_array_new_with_free_func((GDestroyNotify)sks_message_destroy);
    walk->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)sks_attachment_destroy);
    walk->strings = g_string_chunk_new(256);
    walk->passwords = g_ptr_array_new();
    walk->guesses = g_ptr_array_new();
    walk_message(walk, walk->message, "", 0);
    walk->further = NULL;
    return 0;
}

char *sks_walk_describe(const char *line)
{
    return g_strdup_printf("%c%s", DESCRIBED, line);
}

const char *sks_walk_described(const char *password)
{
    return *password == DESCRIBED ? password + 1 : NULL;
}

char *sks_walk_guess(const char *password)
{
    return g_strdup_printf("%c%s", GUESSED, password);
}

const char *sks_walk_guessed(const char *password)
{
    return *password == GUESSED ? password + 1 : NULL;
}

int sks_walk_init(struct sks_walk *walk, const void *bytes, size_t size)
{
    return sks_walk_init_with(walk, bytes, size, NULL, 0, 0);
}

int sks_walk_init_with(struct sks_walk *walk, const void *bytes, size_t size, const char *const *passwords,
                       uint64_t rounds, int64_t end)
{
    *walk = (struct sks_walk){.further = passwords, .budget = {.rounds = rounds, .end = end}};
    return walk_mail(walk, bytes, size);
}

int sks_walk_init_closed(struct sks_walk *walk, const void *bytes, size_t size)
{
    *walk = (struct sks_walk){.closed = true};
    return walk_mail(walk, bytes, size);
}

void sks_walk_finish(struct sks_walk *walk)
{
    g_ptr_array_unref(walk->nested); /* before the attachments that hold their bytes */
    g_ptr_array_unref(walk->attachments);
    g_ptr_array_unref(walk->passwords);
    g_ptr_array_unref(walk->guesses);
    sks_message_destroy(walk->message);
    g_string_chunk_free(walk->strings);
}

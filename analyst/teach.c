/*
 * Of a mail that we sent only its header is read: who wrote to whom, when, under which Message-ID. Recipients of our
 * own house teach nothing.
 */
#include "teach.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "command.h"
#include "input.h"
#include "lists/domain.h"
#include "lists/lists.h"
#include "maillog.h"
#include "message/message.h"
#include "source.h"

static bool is_own(const struct sks_teaching *teaching, const char *address)
{
    const char *at = strrchr(address, '@');
    for (size_t i = 0; at != NULL && teaching->own_domains[i] != NULL; i++)
        if (sks_domain_is_below(at + 1, teaching->own_domains[i]))
            return true;
    return false;
}

static void add(const struct sks_teaching *teaching, GPtrArray *recipients, const char *address)
{
    char *lower = g_utf8_strdown(address, -1);
    if (*lower == '\0' || is_own(teaching, lower) ||
        g_ptr_array_find_with_equal_func(recipients, lower, g_str_equal, NULL))
        g_free(lower);
    else
        g_ptr_array_add(recipients, lower);
}

/* False: the store can't be written, so that nothing further can be taught. */
static bool learn(struct sks_teaching *teaching, struct sks_memory_mail *mail, const GPtrArray *recipients)
{
    bool ours = teaching->own_domains[0] == NULL || is_own(teaching, mail->from);
    if (!ours || recipients->len == 0 || mail->from[0] == '\0' || mail->at <= 0) {
        teaching->skipped++;
        return true;
    }
    mail->outgoing = true;
    mail->recipients = (const char *const *)recipients->pdata;
    mail->recipient_count = recipients->len;
    int error = sks_memory_learn(teaching->memory, mail);
    if (error != 0) {
        sks_complain(teaching->command, "%s", sks_memory_problem(teaching->memory));
        teaching->failed++;
        return false;
    }
    sks_memory_tidy(teaching->memory);
    teaching->learned++;
    return true;
}

/* ---- Mail ---- */

static bool learn_message(struct sks_teaching *teaching, const struct sks_message *message)
{
    const struct sks_address *from = message->from.count > 0 ? &message->from.items[0] : NULL;
    const struct sks_header *hidden = sks_message_header(message, "Bcc");
    GPtrArray *recipients = g_ptr_array_new_with_free_func(g_free);
    const struct sks_address_list *const lists[] = {&message->to, &message->cc};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            add(teaching, recipients, lists[i]->items[k].address);
    char **words = g_strsplit_set(hidden != NULL ? hidden->value : "", " ,;<>", -1);
    for (size_t i = 0; words[i] != NULL; i++)
        if (strchr(words[i], '@') != NULL)
            add(teaching, recipients, words[i]);
    char *name = sks_lists_normalise(from != NULL ? from->name : "");
    char *address = g_utf8_strdown(from != NULL ? from->address : "", -1);
    struct sks_memory_mail mail = {.at = message->date.valid ? message->date.time : 0,
                                   .message_id = message->message_id,
                                   .from = address,
                                   .name = name,
                                   .subject = message->subject,
                                   .bare = true};
    bool more = learn(teaching, &mail, recipients);
    g_strfreev(words);
    g_ptr_array_unref(recipients);
    g_free(name);
    g_free(address);
    return more;
}

static void teach_mails(struct sks_teaching *teaching, char *path)
{
    char *const paths[] = {path};
    struct sks_input *input = sks_input_create(paths, 1);
    struct sks_input_mail mail;
    bool more = true;
    while (more && sks_input_next(input, &mail)) {
        struct sks_message *message = NULL;
        if (mail.error != NULL) {
            sks_complain(teaching->command, "%s: %s", mail.file, mail.error);
            teaching->failed++;
        } else if (sks_message_parse(&message, mail.bytes, mail.size) == 0) {
            more = learn_message(teaching, message);
            sks_message_destroy(message);
        }
        sks_input_mail_finish(&mail);
    }
    sks_complain_barren(teaching->command, input);
    sks_input_destroy(input);
}

/* ---- Logs ---- */

static bool learn_delivery(void *data, const struct sks_maillog_mail *delivery)
{
    struct sks_teaching *teaching = data;
    GPtrArray *recipients = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < delivery->recipient_count; i++)
        add(teaching, recipients, delivery->recipients[i]);
    struct sks_memory_mail mail = {
        .at = delivery->at, .message_id = delivery->message_id, .from = delivery->from, .bare = true};
    bool more = learn(teaching, &mail, recipients);
    g_ptr_array_unref(recipients);
    return more;
}

/* A line as a text; one that is longer than what is read at once is none. g_free(). */
static char *take_line(struct sks_source *source, bool *out_more)
{
    struct sks_source_piece piece;
    *out_more = sks_source_peek(source, &piece);
    if (!*out_more)
        return NULL;
    char *line = piece.begins ? g_strndup(piece.bytes, piece.size) : NULL;
    sks_source_take(source);
    if (!piece.ends && sks_source_peek(source, &piece))
        g_clear_pointer(&line, g_free);
    if (line != NULL)
        line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static void teach_log(struct sks_teaching *teaching, const char *path, struct sks_source *source)
{
    GStatBuf status;
    if (teaching->own_domains[0] == NULL) {
        sks_complain(teaching->command, "%s: a log has mail of both ways: --own-domain must tell which is ours", path);
        teaching->failed++;
        return;
    }
    int64_t until = g_stat(path, &status) == 0 ? (int64_t)status.st_mtime : 0;
    struct sks_maillog *log = sks_maillog_create(until, learn_delivery, teaching);
    bool more = true;
    while (more) {
        g_autofree char *line = take_line(source, &more);
        if (line != NULL && g_utf8_validate(line, -1, NULL))
            more = sks_maillog_line(log, line);
    }
    sks_maillog_finish(log);
}

static bool is_log(struct sks_source *source)
{
    struct sks_source_piece piece;
    if (!sks_source_peek(source, &piece))
        return false;
    g_autofree char *line = g_strndup(piece.bytes, piece.size);
    return sks_maillog_is_one(line);
}

void sks_teach(struct sks_teaching *teaching, char *path)
{
    g_autofree char *error = NULL; /* told by who reads mails */
    struct sks_source *source = strcmp(path, "-") != 0 ? sks_source_open(path, &error) : NULL;
    bool log = source != NULL && is_log(source);
    if (log)
        teach_log(teaching, path, source);
    sks_source_close(source);
    if (!log)
        teach_mails(teaching, path);
}

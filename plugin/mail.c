/* See mail.h. */
#include "mail.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sekisho/limits.h"

#define PENDING_MOST  (128u * 1024)
#define SUBJECTS_MOST 10u     /* with their values; RFC 5322 allows one */
#define FIELDS_MOST   100000u /* subjects beyond SKS_LIMIT_HEADERS_SIZE: their names alone count */
#define VALUE_MOST    998u /* bytes, of a field of ours: longer ones are nothing that we wrote, and are only removed */

/* "<a@b>" without its brackets. */
static char *strip_brackets(const char *address)
{
    size_t size = strlen(address);
    if (size >= 2 && address[0] == '<' && address[size - 1] == '>')
        return g_strndup(address + 1, size - 2);
    return g_strdup(address);
}

void sks_mail_init(struct sks_mail *mail, const char *sender, bool authenticated, size_t ceiling)
{
    *mail = (struct sks_mail){
        .sender = strip_brackets(sender),
        .recipients = g_ptr_array_new_with_free_func(g_free),
        .authenticated = authenticated,
        .fields = g_array_new(FALSE, FALSE, sizeof(struct sks_field)),
        .pending = g_string_new(NULL),
        .fd = -1,
        .ceiling = ceiling,
    };
}

void sks_mail_finish(struct sks_mail *mail)
{
    if (mail->sender == NULL)
        return;
    for (guint i = 0; i < mail->fields->len; i++) {
        g_free(g_array_index(mail->fields, struct sks_field, i).name);
        g_free(g_array_index(mail->fields, struct sks_field, i).value);
    }
    g_array_free(mail->fields, TRUE);
    g_ptr_array_free(mail->recipients, TRUE);
    g_string_free(mail->pending, TRUE);
    g_free(mail->sender);
    if (mail->fd >= 0)
        close(mail->fd);
    *mail = (struct sks_mail){.fd = -1};
}

void sks_mail_add_recipient(struct sks_mail *mail, const char *recipient)
{
    if (mail->recipients->len >= SKS_LIMIT_ENVELOPE_RECIPIENTS)
        mail->recipients_cut = true;
    else
        g_ptr_array_add(mail->recipients, strip_brackets(recipient));
}

static void flush(struct sks_mail *mail)
{
    if (mail->fd < 0 && !mail->broken) {
        mail->fd = memfd_create("sekisho-mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        mail->broken = mail->fd < 0;
    }
    for (size_t at = 0; at < mail->pending->len && !mail->broken;) {
        ssize_t written = write(mail->fd, mail->pending->str + at, mail->pending->len - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            mail->broken = true;
        else
            at += (size_t)written;
    }
    g_string_truncate(mail->pending, 0);
}

static void add(struct sks_mail *mail, const char *bytes, size_t size)
{
    if (size > mail->ceiling - mail->size) {
        size = mail->ceiling - mail->size;
        mail->truncated = true;
    }
    g_string_append_len(mail->pending, bytes, (gssize)size);
    mail->size += size;
    if (mail->pending->len >= PENDING_MOST)
        flush(mail);
}

/* Folds as they stand on the wire: a bare LF of libmilter's becomes CRLF. */
static void add_lines(struct sks_mail *mail, const char *text)
{
    while (*text != '\0') {
        const char *end = strchr(text, '\n');
        if (end == NULL) {
            add(mail, text, strlen(text));
            return;
        }
        size_t size = (size_t)(end - text);
        if (size > 0 && text[size - 1] == '\r')
            size--;
        add(mail, text, size);
        add(mail, "\r\n", 2);
        text = end + 1;
    }
}

enum need { NOT_NEEDED, NEEDED, OURS, SUBJECT };

static enum need need_of(const char *name)
{
    static const char *const needed[] = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"};
    if (g_ascii_strncasecmp(name, "X-Sekisho-", strlen("X-Sekisho-")) == 0)
        return OURS;
    if (g_ascii_strcasecmp(name, "Subject") == 0)
        return SUBJECT;
    for (size_t i = 0; i < G_N_ELEMENTS(needed); i++)
        if (g_ascii_strcasecmp(name, needed[i]) == 0)
            return NEEDED;
    return NOT_NEEDED;
}

/* However long the header, a verdict from outside is removed, and no second subject is added. */
static void keep_field(struct sks_mail *mail, const char *name, const char *value)
{
    enum need need = need_of(name);
    if (need == SUBJECT && ++mail->subjects > SUBJECTS_MOST)
        value = "";
    if (need == OURS && ++mail->ours > SKS_MAIL_OURS_MOST)
        return;
    if (need == OURS && strlen(value) > VALUE_MOST)
        value = "";
    bool more = mail->fields_size <= SKS_LIMIT_HEADERS_SIZE;
    if (need == NOT_NEEDED || (!more && (need == NEEDED || mail->fields->len >= FIELDS_MOST)))
        return;
    const struct sks_field field = {.name = g_strdup(name), .value = g_strdup(value)};
    g_array_append_val(mail->fields, field);
    mail->fields_size += strlen(name) + strlen(value);
}

void sks_mail_add_header(struct sks_mail *mail, const char *name, const char *value, bool leading_space)
{
    add(mail, name, strlen(name));
    add(mail, leading_space ? ":" : ": ", leading_space ? 1 : 2);
    add_lines(mail, value);
    add(mail, "\r\n", 2);
    keep_field(mail, name, leading_space && value[0] == ' ' ? value + 1 : value);
}

void sks_mail_end_header(struct sks_mail *mail)
{
    add(mail, "\r\n", 2);
    mail->body_at = mail->size;
}

void sks_mail_add_body(struct sks_mail *mail, const void *bytes, size_t size)
{
    add(mail, bytes, size);
}

void sks_mail_complete(struct sks_mail *mail)
{
    if (mail->body_at == 0)
        sks_mail_end_header(mail); /* an MTA that skipped "end of header" */
    flush(mail);
}

struct sks_policy_mail sks_mail_for_policy(const struct sks_mail *mail, const char *client_address)
{
    return (struct sks_policy_mail){
        .sender = mail->sender,
        .recipients = (const char *const *)mail->recipients->pdata,
        /* Nobody is exempt together with recipients that were not even looked at. */
        .recipient_count = mail->recipients_cut ? 0 : mail->recipients->len,
        .client_address = client_address,
        .authenticated = mail->authenticated,
    };
}

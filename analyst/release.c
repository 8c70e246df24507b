/* The child tells a line each: what the mail is told by, its time, its sender, its recipients. */
#include "release.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "classifier.h"
#include "collect.h"
#include "pool/confined.h"

#define MILLISECONDS 20000u
#define SIZE_MOST    (1024u * 1024)

struct child {
    struct sks_classifier *classifier;
    const struct sks_release *release;
};

static int describe(FILE *out, void *context)
{
    const struct child *child = context;
    const struct sks_release *release = child->release;
    const struct sks_envelope envelope = {.recipients = release->recipients,
                                          .recipient_count = release->recipient_count};
    struct sks_collected collected;
    child->classifier->prepared = true; /* the parent has the store */
    int error = sks_collect_init(&collected, child->classifier, release->bytes, release->size, &envelope);
    if (error != 0)
        return error;
    fprintf(out, "%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s\n", (gint64)collected.mail.digest,
            (gint64)collected.mail.at, collected.mail.from);
    for (size_t i = 0; i < collected.mail.recipient_count; i++)
        fprintf(out, "%s\n", collected.mail.recipients[i]);
    sks_collect_finish(&collected);
    return 0;
}

static int except(struct sks_memory *memory, struct sks_release *release, struct sks_memory_mail *mail)
{
    release->alarms = 0;
    int error = release->recipient_count == 0 ? sks_memory_except_logged(memory, mail, &release->alarms) : 0;
    if (error != 0)
        return error;
    if (release->alarms == 0 && (release->logged_only || release->partial))
        return SKS_ERROR_UNAVAILABLE;
    if (release->partial)
        mail->recipient_count = 0;
    GPtrArray *recipients = g_ptr_array_new();
    for (size_t i = 0; i < mail->recipient_count; i++)
        g_ptr_array_add(recipients, (void *)mail->recipients[i]);
    if (release->reader != NULL && *release->reader != '\0')
        g_ptr_array_add(recipients, (void *)release->reader);
    mail->recipients = (const char *const *)recipients->pdata;
    mail->recipient_count = recipients->len;
    if (mail->recipient_count > 0 || release->alarms == 0)
        error = sks_memory_except(memory, mail);
    g_ptr_array_unref(recipients);
    return error;
}

static int read_written(struct sks_memory *memory, struct sks_release *release, const char *written)
{
    char **lines = g_strsplit(written, "\n", -1);
    size_t count = g_strv_length(lines);
    int error = SKS_ERROR_UNSUPPORTED;
    if (count > 3) {
        struct sks_memory_mail mail = {.digest = strtoll(lines[0], NULL, 10),
                                       .at = strtoll(lines[1], NULL, 10),
                                       .from = lines[2],
                                       .recipients = (const char *const *)lines + 3,
                                       .recipient_count = count - 4};
        /* What was forwarded inline has no time. */
        mail.at = mail.at > 0 ? mail.at : g_get_real_time() / G_USEC_PER_SEC;
        error = except(memory, release, &mail);
    }
    g_strfreev(lines);
    return error;
}

int sks_release(struct sks_memory *memory, struct sks_classifier *classifier, struct sks_release *release)
{
    struct child child = {classifier, release};
    GByteArray *written = NULL;
    int error = sks_confined_run(&written, describe, &child, MILLISECONDS, SIZE_MOST);
    if (error == 0) {
        g_byte_array_append(written, (const guint8 *)"", 1);
        error = read_written(memory, release, (const char *)written->data);
    }
    if (written != NULL)
        g_byte_array_unref(written);
    return error;
}

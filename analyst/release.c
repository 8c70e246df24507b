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

struct release {
    struct sks_classifier *classifier;
    const void *bytes;
    size_t size;
    const struct sks_envelope *envelope;
};

static int describe(FILE *out, void *context)
{
    const struct release *release = context;
    struct sks_collected collected;
    release->classifier->prepared = true; /* the parent has the store */
    int error = sks_collect_init(&collected, release->classifier, release->bytes, release->size, release->envelope);
    if (error != 0)
        return error;
    fprintf(out, "%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s\n", (gint64)collected.mail.digest,
            (gint64)collected.mail.at, collected.mail.from);
    for (size_t i = 0; i < collected.mail.recipient_count; i++)
        fprintf(out, "%s\n", collected.mail.recipients[i]);
    sks_collect_finish(&collected);
    return 0;
}

static int except(struct sks_memory *memory, const char *written)
{
    char **lines = g_strsplit(written, "\n", -1);
    size_t count = g_strv_length(lines);
    int error = SKS_ERROR_UNSUPPORTED;
    if (count > 4) {
        const struct sks_memory_mail mail = {.digest = strtoll(lines[0], NULL, 10),
                                             .at = strtoll(lines[1], NULL, 10),
                                             .from = lines[2],
                                             .recipients = (const char *const *)lines + 3,
                                             .recipient_count = count - 4};
        error = sks_memory_except(memory, &mail);
    }
    g_strfreev(lines);
    return error;
}

int sks_release(struct sks_memory *memory, struct sks_classifier *classifier, const void *bytes, size_t size,
                const struct sks_envelope *envelope)
{
    struct release release = {classifier, bytes, size, envelope};
    GByteArray *written = NULL;
    int error = sks_confined_run(&written, describe, &release, MILLISECONDS, SIZE_MOST);
    if (error == 0) {
        g_byte_array_append(written, (const guint8 *)"", 1);
        error = except(memory, (const char *)written->data);
    }
    if (written != NULL)
        g_byte_array_unref(written);
    return error;
}

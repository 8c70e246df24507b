/*
 * Verdicts as bytes: how they come back from a worker, for each mail, where JSON would take a tenth of its time. Both
 * ends are one program on one machine, so numbers are as the processor has them; texts have their length before them
 * and a NUL behind. The bytes are not trusted: a worker may have been taken over.
 */
#include "verdict.h"

#include <math.h>
#include <string.h>

#define MAGIC 0x31564b53u /* "SKV1" */

/* Writing. */

static void add_number(GByteArray *bytes, uint32_t number)
{
    g_byte_array_append(bytes, (const guint8 *)&number, sizeof number);
}

static void add_double(GByteArray *bytes, double number)
{
    double finite = isfinite(number) ? number : 0;
    g_byte_array_append(bytes, (const guint8 *)&finite, sizeof finite);
}

static void add_text(GByteArray *bytes, const char *text)
{
    size_t size = text != NULL ? strlen(text) : 0;
    add_number(bytes, (uint32_t)size);
    g_byte_array_append(bytes, (const guint8 *)(text != NULL ? text : ""), (guint)size + 1);
}

static void add_pair(GByteArray *bytes, const char *const *texts)
{
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++)
        add_text(bytes, texts[i]);
}

static void add_evidence(GByteArray *bytes, const struct sks_evidence *evidence)
{
    add_double(bytes, evidence->strength);
    add_double(bytes, evidence->contribution);
    add_double(bytes, evidence->bulk_contribution);
    add_text(bytes, evidence->id);
    add_text(bytes, evidence->where);
    add_text(bytes, evidence->related);
    add_pair(bytes, evidence->reason);
    add_pair(bytes, evidence->brief);
}

static void add_changed(GByteArray *bytes, const struct sks_changed *changed)
{
    add_number(bytes, changed->previous);
    add_number(bytes, changed->class_);
    add_double(bytes, changed->score);
    add_text(bytes, changed->message_id);
    add_text(bytes, changed->subject);
    add_text(bytes, changed->from_address);
    add_pair(bytes, changed->summary);
}

GByteArray *sks_verdict_pack(const struct sks_verdict *verdict)
{
    GByteArray *bytes = g_byte_array_sized_new(4096);
    add_number(bytes, MAGIC);
    add_number(bytes, verdict->class_);
    add_number(bytes, (verdict->protected_ ? 1u : 0u) | (verdict->held ? 2u : 0u));
    add_number(bytes, (uint32_t)verdict->memory_error);
    g_byte_array_append(bytes, (const guint8 *)&verdict->elapsed, sizeof verdict->elapsed);
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        add_double(bytes, verdict->probability[i]);
    add_double(bytes, verdict->score);
    add_double(bytes, verdict->bias);
    add_double(bytes, verdict->bulk_score);
    add_double(bytes, verdict->bulk_bias);
    const char *const texts[] = {verdict->message_id, verdict->subject, verdict->from_name, verdict->from_address,
                                 verdict->date};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        add_text(bytes, texts[i]);
    add_pair(bytes, (const char *const *)verdict->summary);
    add_pair(bytes, (const char *const *)verdict->banner);
    add_number(bytes, verdict->evidence->len);
    for (guint i = 0; i < verdict->evidence->len; i++)
        add_evidence(bytes, &g_array_index(verdict->evidence, struct sks_evidence, i));
    add_number(bytes, verdict->changed->len);
    for (guint i = 0; i < verdict->changed->len; i++)
        add_changed(bytes, &g_array_index(verdict->changed, struct sks_changed, i));
    return bytes;
}

/* Reading. Once something is not as it should be, all that follows is nought or empty. */

struct reader {
    const char *at;
    size_t left;
    bool bad;
};

static void read_bytes(struct reader *reader, void *out, size_t size)
{
    reader->bad = reader->bad || reader->left < size;
    if (reader->bad) {
        memset(out, 0, size);
        return;
    }
    memcpy(out, reader->at, size);
    reader->at += size;
    reader->left -= size;
}

/* A number of at most most. */
static uint32_t read_number(struct reader *reader, uint32_t most)
{
    uint32_t number;
    read_bytes(reader, &number, sizeof number);
    reader->bad = reader->bad || number > most;
    return reader->bad ? 0 : number;
}

static double read_double(struct reader *reader)
{
    double number;
    read_bytes(reader, &number, sizeof number);
    reader->bad = reader->bad || !isfinite(number);
    return reader->bad ? 0 : number;
}

/* g_free() */
static char *read_text(struct reader *reader)
{
    size_t size = read_number(reader, UINT32_MAX);
    reader->bad = reader->bad || reader->left <= size || memchr(reader->at, '\0', size + 1) != reader->at + size;
    if (reader->bad)
        return g_strdup("");
    char *text = sks_verdict_clean(reader->at);
    reader->at += size + 1;
    reader->left -= size + 1;
    return text;
}

static void read_pair(struct reader *reader, const char **texts)
{
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++)
        texts[i] = read_text(reader);
}

static void read_evidence(struct reader *reader, struct sks_verdict *verdict)
{
    struct sks_evidence evidence = {.strength = read_double(reader)};
    evidence.contribution = read_double(reader);
    evidence.bulk_contribution = read_double(reader);
    evidence.id = read_text(reader);
    evidence.where = read_text(reader);
    evidence.related = read_text(reader);
    read_pair(reader, evidence.reason);
    read_pair(reader, evidence.brief);
    g_array_append_val(verdict->evidence, evidence);
}

static void read_changed(struct reader *reader, struct sks_verdict *verdict)
{
    struct sks_changed changed = {.previous = (enum sks_class)read_number(reader, SKS_CLASS_COUNT - 1)};
    changed.class_ = (enum sks_class)read_number(reader, SKS_CLASS_COUNT - 1);
    changed.score = read_double(reader);
    changed.message_id = read_text(reader);
    changed.subject = read_text(reader);
    changed.from_address = read_text(reader);
    read_pair(reader, changed.summary);
    g_array_append_val(verdict->changed, changed);
}

static void read_head(struct reader *reader, struct sks_verdict *verdict)
{
    reader->bad = read_number(reader, UINT32_MAX) != MAGIC;
    verdict->class_ = (enum sks_class)read_number(reader, SKS_CLASS_COUNT - 1);
    uint32_t flags = read_number(reader, 3);
    verdict->protected_ = (flags & 1) != 0;
    verdict->held = (flags & 2) != 0;
    verdict->memory_error = (int)read_number(reader, UINT32_MAX);
    read_bytes(reader, &verdict->elapsed, sizeof verdict->elapsed);
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        verdict->probability[i] = read_double(reader);
    double *const scores[] = {&verdict->score, &verdict->bias, &verdict->bulk_score, &verdict->bulk_bias};
    for (size_t i = 0; i < G_N_ELEMENTS(scores); i++)
        *scores[i] = read_double(reader);
    char **const texts[] = {&verdict->message_id, &verdict->subject, &verdict->from_name, &verdict->from_address,
                            &verdict->date};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = read_text(reader);
}

int sks_verdict_unpack(struct sks_verdict **out_verdict, const void *bytes, size_t size)
{
    struct reader reader = {.at = bytes, .left = size};
    struct sks_verdict *verdict = sks_verdict_create();
    read_head(&reader, verdict);
    read_pair(&reader, (const char **)verdict->summary);
    read_pair(&reader, (const char **)verdict->banner);
    uint32_t evidence = read_number(&reader, SKS_VERDICT_MOST_EVIDENCE);
    for (uint32_t i = 0; i < evidence && !reader.bad; i++)
        read_evidence(&reader, verdict);
    uint32_t changed = read_number(&reader, SKS_VERDICT_MOST_CHANGED);
    for (uint32_t i = 0; i < changed && !reader.bad; i++)
        read_changed(&reader, verdict);
    if (reader.bad || reader.left > 0) {
        sks_verdict_destroy(verdict);
        return SKS_ERROR_FORMAT;
    }
    *out_verdict = verdict;
    return 0;
}

/*
 * A classifier for tests of the daemon: the mail itself says what its verdict is to be, so that the tests of processes
 * and protocol don't depend on a model. The daemon's own sources are linked with this in the classifier's place.
 *
 *   X-Stand-In: targeted            the class; clean without it
 *   X-Stand-In: bulk slow=2500      milliseconds that the examination takes
 *   X-Stand-In: crash               the worker dies
 *   X-Stand-In: memory              the worker takes all memory that it can get
 *   X-Stand-In: protected           the mail counts as signed
 *
 * The first piece of evidence tells what arrived: envelope and the digest of the bytes. A "model" named in the
 * configuration is read for the version; if it begins with "bad", loading fails.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "examine.h"
#include "sekisho/classifier.h"
#include "verdict.h"

struct sks_classifier {
    char *version;
};

int sks_classifier_open_tables(struct sks_problems *problems)
{
    (void)problems;
    return SKS_OK;
}

int sks_classifier_create(struct sks_classifier **out_classifier, const struct sks_settings *settings,
                          struct sks_problems *problems)
{
    char *text = NULL;
    if (settings->model == NULL)
        text = g_strdup("stand-in");
    else if (!g_file_get_contents(settings->model, &text, NULL, NULL))
        text = g_strdup("bad: can't be read");
    g_strchomp(text);
    if (g_str_has_prefix(text, "bad")) {
        sks_problems_add(problems, settings->model, 0, NULL, "%s", text);
        sks_problems_add(problems, settings->model, 0, NULL, "and a second problem");
        g_free(text);
        return SKS_ERROR_FORMAT;
    }
    *out_classifier = g_new0(struct sks_classifier, 1);
    (*out_classifier)->version = text;
    return SKS_OK;
}

void sks_classifier_destroy(struct sks_classifier *classifier)
{
    if (classifier == NULL)
        return;
    g_free(classifier->version);
    g_free(classifier);
}

const char *sks_classifier_model_version(const struct sks_classifier *classifier)
{
    return classifier->version;
}

int sks_classifier_prepare(struct sks_classifier *classifier)
{
    (void)classifier;
    return SKS_OK;
}

void sks_classifier_crowd(struct sks_classifier *classifier, bool crowded)
{
    (void)classifier;
    (void)crowded;
}

void sks_classifier_tidy(struct sks_classifier *classifier)
{
    (void)classifier;
}

const char *sks_classifier_store(const struct sks_classifier *classifier)
{
    (void)classifier;
    return NULL;
}

/* The value of a header field in the message, or "". The caller frees. */
static char *find_field(const char *bytes, size_t size, const char *name)
{
    const char *end = g_strstr_len(bytes, (gssize)size, "\r\n\r\n");
    char *text = g_strndup(bytes, end != NULL ? (size_t)(end - bytes) : size);
    char *result = NULL;
    char **lines = g_strsplit(text, "\r\n", -1);
    for (char **line = lines; *line != NULL && **line != '\0' && result == NULL; line++)
        if (g_ascii_strncasecmp(*line, name, strlen(name)) == 0 && (*line)[strlen(name)] == ':')
            result = g_strstrip(g_strdup(*line + strlen(name) + 1));
    g_strfreev(lines);
    g_free(text);
    return result != NULL ? result : g_strdup("");
}

static void misbehave(const char *order)
{
    const char *slow = strstr(order, "slow=");
    if (slow != NULL) {
        long milliseconds = strtol(slow + strlen("slow="), NULL, 10);
        struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
        nanosleep(&time, NULL);
    }
    if (strstr(order, "crash") != NULL)
        raise(SIGKILL);
    if (strstr(order, "memory") != NULL) {
        for (;;) {
            size_t size = 16 * 1024 * 1024;
            memset(g_malloc(size), 1, size);
        }
    }
}

static void add(struct sks_verdict *verdict, const char *id, double contribution, char *where, const char *ja,
                const char *en)
{
    struct sks_evidence evidence = {
        .id = g_strdup(id),
        .strength = 1,
        .contribution = contribution,
        .bulk_contribution = contribution,
        .where = where,
        .related = g_strdup(""),
        .reason = {g_strdup(ja), g_strdup(en)},
        .brief = {g_strdup(ja), g_strdup(en)},
    };
    sks_verdict_add(verdict, &evidence);
}

static char *describe(const struct sks_envelope *envelope, const char *bytes, size_t size)
{
    char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, size);
    char *result = g_strdup_printf("client %s %s helo %s sender %s recipients %zu first %s trusted %d authenticated %d "
                                   "truncated %d size %zu digest %.16s",
                                   envelope->client_address != NULL ? envelope->client_address : "-",
                                   envelope->client_name != NULL ? envelope->client_name : "-",
                                   envelope->helo != NULL ? envelope->helo : "-",
                                   envelope->sender != NULL ? envelope->sender : "-", envelope->recipient_count,
                                   envelope->recipient_count > 0 ? envelope->recipients[0] : "-", envelope->trusted,
                                   envelope->authenticated, envelope->truncated, size, digest);
    g_free(digest);
    return result;
}

int sks_classifier_examine(struct sks_verdict **out_verdict, struct sks_classifier *classifier, const void *bytes,
                           size_t size, const struct sks_envelope *envelope)
{
    (void)classifier;
    char *order = find_field(bytes, size, "X-Stand-In"), *subject = find_field(bytes, size, "Subject");
    struct sks_verdict *verdict = sks_verdict_create();
    misbehave(order);
    if (strstr(order, "targeted") != NULL)
        verdict->class_ = SKS_CLASS_TARGETED;
    else if (strstr(order, "bulk") != NULL)
        verdict->class_ = SKS_CLASS_BULK;
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        verdict->probability[i] = i == (int)verdict->class_ ? 0.9 : 0.05;
    verdict->score = verdict->class_ == SKS_CLASS_TARGETED ? 3.5 : -2.25;
    verdict->protected_ = strstr(order, "protected") != NULL;
    verdict->subject = sks_verdict_clean(subject);
    add(verdict, "route.seen", 3, describe(envelope, bytes, size), "経路", "the route");
    add(verdict, "attachment.encrypted", 0.5, g_strdup("part 2: 見積.zip"), "暗号化添付", "encrypted attachment");
    sks_verdict_seal(verdict);
    g_free(order);
    g_free(subject);
    *out_verdict = verdict;
    return SKS_OK;
}

/* Threads take turns: by one lock at the input, by another at the output. */
#include "judging.h"

#include <glib.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command.h"
#include "memory/memory.h"

int sks_judge_start(struct sks_judge *judge, const char *command, struct sks_command_settings *settings)
{
    struct sks_problems *problems = sks_problems_create();
    struct sks_classifier *classifier = NULL;
    *judge = (struct sks_judge){.settings = settings, .command = command};
    int error = sks_settings_load(settings, problems);
    if (error == 0)
        error = sks_classifier_create(&classifier, &settings->settings, problems);
    if (error == 0) {
        struct sks_pool_options options = sks_configuration_pool(settings->configuration);
        if (settings->settings.store != NULL)
            options.workers = 1;
        error = sks_pool_create(&judge->pool, classifier, &options);
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        judge->threads = options.workers != 0 ? options.workers : (unsigned)MAX(processors, 1);
    }
    sks_complain_problems(command, problems);
    if (error != 0 && sks_problems_count(problems) == 0)
        sks_complain(command, "%s", sks_error_text(error));
    sks_problems_destroy(problems);
    sks_classifier_destroy(classifier); /* it lives in the nursery from now on */
    return error;
}

/* Workers end without closing the store: what they wrote is in its log yet, and who copies the file alone has little.
 */
static void close_store(const struct sks_settings *settings)
{
    struct sks_memory *memory = NULL;
    if (settings->store == NULL || settings->store_frozen)
        return;
    g_autofree char *log = g_strconcat(settings->store, "-wal", NULL);
    if (access(log, F_OK) == 0 && sks_memory_open(&memory, settings->store, SKS_MEMORY_READ_WRITE, NULL) == 0)
        sks_memory_close(memory); /* if nobody else has it open, SQLite moves the log */
}

void sks_judge_stop(struct sks_judge *judge)
{
    sks_pool_destroy(judge->pool);
    if (judge->pool != NULL)
        close_store(&judge->settings->settings);
    judge->pool = NULL;
}

const char *sks_judge_action(const struct sks_judge *judge, const struct sks_verdict *verdict,
                             const struct sks_envelope *envelope)
{
    const struct sks_policy_mail mail = {
        .sender = envelope->sender != NULL ? envelope->sender : "",
        .recipients = envelope->recipients,
        .recipient_count = envelope->recipient_count,
        .client_address = envelope->client_address,
    };
    const struct sks_policy *policy = &judge->settings->configuration->policy;
    return sks_action_name(sks_policy_decide(policy, sks_verdict_class(verdict), &mail).action);
}

static int fill_memfd(const struct sks_input_mail *mail)
{
    int memfd = memfd_create("sekisho-mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    size_t written = 0;
    while (memfd >= 0 && written < mail->size) {
        ssize_t now = write(memfd, mail->bytes + written, mail->size - written);
        if (now > 0) {
            written += (size_t)now;
            continue;
        }
        close(memfd);
        memfd = -1;
    }
    return memfd;
}

/* Why the store can't be used: a worker says only that it can't. */
static char *explain_forgetting(const struct sks_judge *judge, int error)
{
    const struct sks_settings *settings = &judge->settings->settings;
    struct sks_problems *problems = sks_problems_create();
    struct sks_memory *memory = NULL;
    bool hashed = !settings->store_frozen && settings->store_hashed;
    sks_memory_open_private(&memory, settings->store,
                            settings->store_frozen ? SKS_MEMORY_READ_ONLY : SKS_MEMORY_READ_WRITE, hashed, problems);
    sks_memory_close(memory);
    char *text = sks_problems_count(problems) > 0
                     ? g_strdup_printf("judged without the memory: %s", sks_problems_text(problems, 0))
                     : g_strdup_printf("judged without the memory: %s: %s", settings->store, sks_error_text(error));
    sks_problems_destroy(problems);
    return text;
}

/* The first time, and for the first of two judges, why. */
static void note_forgetting(struct sks_judged *judged, struct sks_judge *judges, size_t which, int error)
{
    bool told = false;
    for (size_t i = 0; i <= which; i++)
        told = told || judges[i].forgetful > 0;
    judges[which].forgetful++;
    judged->failed = true;
    if (!told)
        judged->error = explain_forgetting(&judges[which], error);
}

void sks_judge_mail(struct sks_judged *out_judged, struct sks_judge *judges, size_t count,
                    const struct sks_envelope *envelope)
{
    if (out_judged->mail.error != NULL) {
        out_judged->failed = true;
        out_judged->error = g_strdup(out_judged->mail.error);
        return;
    }
    int memfd = fill_memfd(&out_judged->mail);
    struct sks_envelope whole = *envelope;
    whole.truncated = out_judged->mail.truncated;
    bool judged = true;
    for (size_t i = 0; i < count && judged; i++) {
        struct sks_verdict **verdict = &out_judged->verdicts[i];
        int error =
            memfd >= 0 ? sks_pool_examine(verdict, judges[i].pool, memfd, out_judged->mail.size, &whole) : SKS_ERROR_IO;
        judged = error == 0;
        if (judged && sks_verdict_memory_error(*verdict) != 0)
            note_forgetting(out_judged, judges, i, sks_verdict_memory_error(*verdict));
        if (judged)
            continue;
        g_free(out_judged->error);
        out_judged->error = g_strdup_printf("not judged: %s", sks_error_text(error));
        out_judged->failed = true;
    }
    if (memfd >= 0)
        close(memfd);
}

void sks_judged_finish(struct sks_judged *judged)
{
    for (size_t i = 0; i < SKS_JUDGES; i++)
        sks_verdict_destroy(judged->verdicts[i]);
    sks_input_mail_finish(&judged->mail);
    g_free(judged->error);
    *judged = (struct sks_judged){0};
}

struct running {
    const struct sks_judging *judging;
    pthread_mutex_t input_lock;
    struct sks_input *input;
    size_t taken; /* mails taken from the input so far */
    pthread_mutex_t output_lock;
    pthread_cond_t turned;
    size_t handed; /* whose turn it is */
};

static bool take(struct running *running, struct sks_judged *judged, size_t *out_turn)
{
    pthread_mutex_lock(&running->input_lock);
    bool taken = sks_input_next(running->input, &judged->mail);
    *out_turn = running->taken;
    running->taken += taken;
    pthread_mutex_unlock(&running->input_lock);
    return taken;
}

static void *work(void *data)
{
    struct running *running = data;
    const struct sks_judging *judging = running->judging;
    struct sks_judged judged = {0};
    size_t turn;
    while (take(running, &judged, &turn)) {
        sks_judge_mail(&judged, judging->judges, judging->judge_count, &judging->envelope);
        pthread_mutex_lock(&running->output_lock);
        while (running->handed != turn)
            pthread_cond_wait(&running->turned, &running->output_lock);
        judging->take(judging->data, &judged);
        running->handed++;
        pthread_cond_broadcast(&running->turned);
        pthread_mutex_unlock(&running->output_lock);
        sks_judged_finish(&judged);
    }
    return NULL;
}

void sks_judging_run(const struct sks_judging *judging)
{
    struct running running = {.judging = judging,
                              .input = sks_input_create(judging->paths, judging->path_count),
                              .input_lock = PTHREAD_MUTEX_INITIALIZER,
                              .output_lock = PTHREAD_MUTEX_INITIALIZER,
                              .turned = PTHREAD_COND_INITIALIZER};
    unsigned wanted = judging->judges[0].threads;
    for (size_t i = 1; i < judging->judge_count; i++)
        wanted = MIN(wanted, judging->judges[i].threads);
    GArray *threads = g_array_new(FALSE, FALSE, sizeof(pthread_t));
    for (unsigned i = 1; i < wanted; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, &running) == 0)
            g_array_append_val(threads, thread);
    }
    work(&running);
    for (guint i = 0; i < threads->len; i++)
        pthread_join(g_array_index(threads, pthread_t, i), NULL);
    g_array_unref(threads);
    size_t forgetful = 0;
    for (size_t i = 0; i < judging->judge_count; i++)
        forgetful = MAX(forgetful, judging->judges[i].forgetful);
    if (forgetful > 1)
        sks_complain(judging->judges[0].command, "%zu mails were judged without the memory", forgetful);
    sks_complain_barren(judging->judges[0].command, running.input);
    sks_input_destroy(running.input);
}

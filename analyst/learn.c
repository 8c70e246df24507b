/* Hands mails to the model room as rows, with a description of the sets for the manifest. */
#include "learn.h"

#include <stdlib.h>
#include <string.h>

#include "assumed.h"
#include "command.h"
#include "examine.h"
#include "memory/report.h"
#include "reported.h"

#define MOST_WORKERS 64

static void set_text(double *values, const struct sks_text_prediction *text)
{
    const struct sks_text_scores scores = {.targeted = text->targeted, .bulk = text->bulk, .for_one = text->for_one};
    sks_examine_set_text(values, &scores);
}

static void show(const char *step, size_t done, size_t count, void *data)
{
    sks_progress_show(data, step, done, count);
}

static json_t *describe_set(const struct sks_set *set)
{
    g_autofree char *first = sks_set_day(set->first), *last = sks_set_day(set->last);
    return json_pack("{s:s, s:s, s:I, s:s, s:s, s:s}", "name", set->name, "class", sks_class_name(set->class_), "mails",
                     (json_int_t)set->mails, "digest", set->digest, "first", first, "last", last);
}

/* How many mails of each class and language; what the package was made from. */
static json_t *describe(const struct sks_sets *sets, const GPtrArray *mails, json_t *kept_out)
{
    json_t *of_sets = json_array(), *counts = json_object();
    for (guint i = 0; i < sets->sets->len; i++) {
        const struct sks_set *set = g_ptr_array_index(sets->sets, i);
        if (!set->unseen)
            json_array_append_new(of_sets, describe_set(set));
    }
    size_t numbers[SKS_CLASS_COUNT][2] = {{0}};
    for (guint i = 0; i < mails->len; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(mails, i);
        numbers[mail->set->class_][g_str_equal(mail->language, "ja") ? 1 : 0]++;
    }
    for (size_t i = 0; i < SKS_CLASS_COUNT; i++)
        json_object_set_new(
            counts, sks_class_name((enum sks_class)i),
            json_pack("{s:I, s:I}", "ja", (json_int_t)numbers[i][1], "other", (json_int_t)numbers[i][0]));
    return json_pack("{s:o, s:o, s:o, s:O*}", "sets", of_sets, "mails", counts, "assumed", sks_assume_describe(),
                     "kept_out", kept_out);
}

/* The day of the latest legitimate mail: spam may claim any date. */
static char *find_date(const GPtrArray *mails)
{
    int64_t last = 0;
    for (guint i = 0; i < mails->len; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(mails, i);
        if (mail->set->class_ == SKS_CLASS_CLEAN && !mail->set->reported) /* people report what others date */
            last = MAX(last, mail->time);
    }
    return sks_set_day(last);
}

/*
 * Every mail twice: as it is, and with what must be assumed. Values are copied: training fills in the text model's
 * scores, and the mails are used again.
 */
static void fill_rows(struct sks_row *rows, double *values, const struct sks_sets *sets, const GPtrArray *mails)
{
    size_t width = sets->schema_count;
    for (guint i = 0; i < mails->len * 2; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(mails, i / 2);
        rows[i] = sks_set_row(mail);
        rows[i].assumed = i % 2 == 1;
        memcpy(values, rows[i].values, width * sizeof(double));
        rows[i].values = values;
        if (rows[i].assumed)
            sks_assume(values, sets->schema, width, mail->set->class_, i);
        values += width;
    }
}

/* Families speak one way, but for ceilings: reaching one says only that a mail is large or odd. */
static enum sks_sense sense_of(const char *feature)
{
    if (g_str_has_prefix(feature, "bulk."))
        return SKS_SENSE_BULK;
    if (g_str_has_prefix(feature, "clean."))
        return SKS_SENSE_CLEAN;
    return g_str_has_prefix(feature, "limit.") ? SKS_SENSE_ANY : SKS_SENSE_TARGETED;
}

/* What a mail brings that could do harm: files, and links that are more than addresses to read. */
static gboolean is_means(const char *feature)
{
    return g_str_has_prefix(feature, "attachment.") || g_str_has_prefix(feature, "lure.link-") ||
           strcmp(feature, "lure.file-service") == 0 || strcmp(feature, "lure.shortener") == 0;
}

int sks_learn(GBytes **out_package, const struct sks_sets *sets, const GPtrArray *mails,
              const struct sks_learning *learning, struct sks_problems *problems)
{
    g_autofree struct sks_row *rows = g_new(struct sks_row, (gsize)mails->len * 2);
    g_autofree double *values = g_new(double, (gsize)mails->len * 2 * sets->schema_count);
    g_autofree enum sks_sense *senses = g_new(enum sks_sense, sets->schema_count);
    g_autofree gboolean *means = g_new(gboolean, sets->schema_count);
    fill_rows(rows, values, sets, mails);
    for (size_t i = 0; i < sets->schema_count; i++) {
        senses[i] = sense_of(sets->schema[i]);
        means[i] = is_means(sets->schema[i]);
    }
    g_autofree char *dated = find_date(mails);
    struct sks_progress progress = {0};
    struct sks_training training = {
        .rows = rows,
        .count = (size_t)mails->len * 2,
        .schema = sets->schema,
        .schema_count = sets->schema_count,
        .senses = senses,
        .means = means,
        .set_text = set_text,
        .description = describe(sets, mails, learning->kept_out),
        .gram_name = sks_vocabulary_name,
        .gram_data = sets->vocabulary,
        .dated = dated,
        .targeted_rate = learning->targeted_rate,
        .bulk_rate = learning->bulk_rate,
        .written_rate = learning->written_rate,
        .workers = learning->workers,
        .progress = show,
        .progress_data = &progress,
    };
    int error = sks_train(out_package, &training, problems);
    sks_progress_clear(&progress);
    json_decref(training.description);
    return error;
}

void sks_learn_arguments_init(struct sks_learn_arguments *arguments, const char *command)
{
    *arguments = (struct sks_learn_arguments){.command = command, .learning = SKS_LEARNING_DEFAULT};
    arguments->sets = sks_sets_create();
    sks_settings_init(&arguments->settings, command);
}

void sks_learn_arguments_finish(struct sks_learn_arguments *arguments)
{
    sks_sets_destroy(arguments->sets);
    sks_settings_finish(&arguments->settings);
}

static bool take_rate(double *out_rate, const char *command, const char *option, const char *text)
{
    char *end;
    double rate = g_ascii_strtod(text, &end);
    if (end == text || *end != '\0' || !(rate >= 0 && rate < 1))
        return sks_refuse(command, option, text, "a share from 0 to below 1, as in 0.001");
    *out_rate = rate;
    return true;
}

static bool take_path(struct sks_learn_arguments *arguments, const char *path)
{
    switch (arguments->last) {
    case SKS_OPTION_HAM:
        sks_sets_add(arguments->sets, path, SKS_CLASS_CLEAN, false);
        return true;
    case SKS_OPTION_BULK:
        sks_sets_add(arguments->sets, path, SKS_CLASS_BULK, false);
        return true;
    case SKS_OPTION_UNSEEN:
        sks_sets_add(arguments->sets, path, SKS_CLASS_BULK, true);
        return true;
    case SKS_OPTION_TARGETED:
        sks_sets_add(arguments->sets, path, SKS_CLASS_TARGETED, false);
        return true;
    default:
        return false;
    }
}

static bool take_workers(struct sks_learn_arguments *arguments, const char *text)
{
    guint64 workers;
    if (!g_ascii_string_to_unsigned(text, 10, 1, MOST_WORKERS, &workers, NULL))
        return sks_refuse(arguments->command, "--workers", text, "a number from 1 to " G_STRINGIFY(MOST_WORKERS));
    arguments->learning.workers = (unsigned)workers;
    return true;
}

static bool take_further(struct sks_learn_arguments *arguments, const char *path)
{
    if (take_path(arguments, path))
        return true;
    sks_complain(arguments->command, "%s: a path of which set? It follows --ham, --bulk, --targeted or --unseen", path);
    return false;
}

bool sks_learn_arguments_take(struct sks_learn_arguments *arguments, int option, char *argument)
{
    if (option == 1)
        return take_further(arguments, argument);
    arguments->last = option;
    switch (option) {
    case SKS_OPTION_EXCEPT:
        return sks_sets_except(arguments->sets, argument) == 0 ||
               sks_refuse(arguments->command, "--except", argument, "a file that can be read");
    case SKS_OPTION_WORKERS:
        return take_workers(arguments, argument);
    case SKS_OPTION_REPORTS:
        arguments->reports = true;
        return true;
    case SKS_OPTION_TARGETED_RATE:
        return take_rate(&arguments->learning.targeted_rate, arguments->command, "--targeted-alarms", argument);
    case SKS_OPTION_BULK_RATE:
        return take_rate(&arguments->learning.bulk_rate, arguments->command, "--bulk-alarms", argument);
    default:
        return take_path(arguments, argument) || sks_settings_take(&arguments->settings, option, argument);
    }
}

/*
 * The opinion that counts for each mail: the latest that stands. Reports of before mails were known by what they are
 * with LF as line ends have digests of bytes, so the mails that are kept tell once more which of them are the same.
 */
struct opinions {
    GHashTable *by_digest; /* of struct opinion */
    GPtrArray *order;
    size_t count; /* of reports */
};

struct opinion {
    char *digest;
    size_t number; /* of the report */
    enum sks_class class_;
    bool partial, kept;
    GBytes *bytes; /* or NULL */
};

static void free_opinion(gpointer data)
{
    struct opinion *opinion = data;
    g_clear_pointer(&opinion->bytes, g_bytes_unref);
    g_free(opinion->digest);
    g_free(opinion);
}

static bool take_opinion(void *data, const struct sks_memory_report *report)
{
    struct opinions *opinions = data;
    enum sks_class class_;
    if (report->withdrawn != 0 || sks_class_from_name(&class_, report->class_) != 0)
        return true;
    struct opinion *opinion = g_hash_table_lookup(opinions->by_digest, report->digest);
    if (opinion == NULL) {
        opinion = g_new0(struct opinion, 1);
        opinion->digest = g_strdup(report->digest);
        g_hash_table_insert(opinions->by_digest, opinion->digest, opinion);
        g_ptr_array_add(opinions->order, opinion);
    }
    opinion->number = opinions->count++;
    opinion->class_ = class_;
    opinion->partial = sks_reported_is_partial(report->form);
    opinion->kept = report->size > 0;
    return true;
}

/* Joins an opinion with the one on the same mail before it, if there is one; else it stands for itself. */
static void join_opinion(GHashTable *by_mail, GPtrArray *mails, struct opinion *opinion)
{
    struct opinion *same = g_hash_table_lookup(by_mail, opinion->digest);
    if (same == NULL) {
        g_hash_table_insert(by_mail, opinion->digest, opinion);
        g_ptr_array_add(mails, opinion);
        return;
    }
    if (same->bytes == NULL && opinion->bytes != NULL)
        same->bytes = g_bytes_ref(opinion->bytes);
    if (opinion->number < same->number)
        return;
    same->number = opinion->number;
    same->class_ = opinion->class_;
    same->partial = opinion->partial;
}

/* Fetches what is kept; then each mail has one opinion, in mails, which borrows from opinions. */
static int join_opinions(GPtrArray *mails, const struct opinions *opinions, struct sks_memory *memory)
{
    GHashTable *by_mail = g_hash_table_new(g_str_hash, g_str_equal);
    int error = 0;
    for (guint i = 0; error == 0 && i < opinions->order->len; i++) {
        struct opinion *opinion = g_ptr_array_index(opinions->order, i);
        if (opinion->kept)
            error = sks_memory_report_fetch(memory, opinion->digest, &opinion->bytes);
        if (error == 0 && opinion->bytes != NULL) {
            gsize size;
            const void *bytes = g_bytes_get_data(opinion->bytes, &size);
            g_free(opinion->digest);
            opinion->digest = sks_reported_digest(bytes, size);
        }
        join_opinion(by_mail, mails, opinion);
    }
    g_hash_table_unref(by_mail);
    return error;
}

/* Reported mails as sets, as far as they are kept. */
static int add_reports(struct sks_learn_arguments *arguments, const char *store, struct sks_problems *problems)
{
    struct sks_memory *memory = NULL;
    g_autoptr(GPtrArray) order = g_ptr_array_new_with_free_func(free_opinion), mails = g_ptr_array_new();
    struct opinions opinions = {.by_digest = g_hash_table_new(g_str_hash, g_str_equal), .order = order};
    int error = sks_memory_open(&memory, store, SKS_MEMORY_READ_ONLY, problems);
    if (error == 0)
        error = sks_memory_report_each(memory, take_opinion, &opinions);
    g_hash_table_unref(opinions.by_digest); /* digests change from here on */
    if (error == 0)
        error = join_opinions(mails, &opinions, memory);
    for (guint i = 0; error == 0 && i < mails->len; i++) {
        const struct opinion *opinion = g_ptr_array_index(mails, i);
        if (opinion->bytes != NULL)
            sks_sets_add_report(arguments->sets, opinion->class_, opinion->digest, opinion->partial, opinion->bytes);
    }
    sks_memory_close(memory);
    return error;
}

int sks_learn_arguments_read(struct sks_learn_arguments *arguments)
{
    const char *command = arguments->command;
    struct sks_problems *problems = sks_problems_create();
    struct sks_classifier *classifier = NULL;
    int error = sks_settings_load(&arguments->settings, problems);
    const char *store = error == 0 ? sks_settings_store(&arguments->settings) : NULL;
    bool storeless = error == 0 && arguments->reports && store == NULL;
    if (storeless)
        error = SKS_ERROR_UNAVAILABLE;
    if (error == 0 && arguments->reports) {
        /* The store is read for reports only: its knowledge of correspondents is that of today. */
        arguments->settings.settings.store = NULL;
        error = add_reports(arguments, store, problems);
    }
    if (error == 0)
        error = sks_classifier_create_untrained(&classifier, &arguments->settings.settings, problems);
    sks_complain_problems(command, problems);
    if (error == 0)
        error = sks_sets_read(arguments->sets, command, classifier, arguments->learning.workers);
    if (error != 0 && sks_problems_count(problems) == 0 && !storeless)
        sks_complain(command, "%s", sks_error_text(error));
    sks_classifier_destroy(classifier);
    sks_problems_destroy(problems);
    if (storeless)
        return sks_usage_since(command, "--reports: which store? Give --store, or --config with one");
    return error == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

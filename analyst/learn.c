/* Hands mails to the model room as rows, with a description of the sets for the manifest. */
#include "learn.h"

#include <stdlib.h>
#include <string.h>

#include "assumed.h"
#include "command.h"
#include "examine.h"
#include "memory/report.h"
#include "model/voices.h"
#include "opinions.h"
#include "reported.h"

#define MOST_WORKERS 64

/* People told of whose reports are left out. */
#define MOST_NAMES 5

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
 * Fetches what is kept; then each mail has one opinion, in mails, which borrows from opinions. Reports of before mails
 * were known by what they are with LF as line ends have digests of bytes, so the mails that are kept tell once more
 * which of them are the same.
 */
static int join_opinions(GPtrArray *mails, const struct sks_opinions *opinions, struct sks_memory *memory)
{
    GHashTable *by_mail = g_hash_table_new(g_str_hash, g_str_equal);
    int error = 0;
    for (guint i = 0; error == 0 && i < opinions->all->len; i++) {
        struct sks_opinion *opinion = g_ptr_array_index(opinions->all, i);
        if (opinion->kept)
            error = sks_memory_report_fetch(memory, opinion->digest, &opinion->bytes);
        if (error == 0 && opinion->bytes != NULL) {
            gsize size;
            const void *bytes = g_bytes_get_data(opinion->bytes, &size);
            g_free(opinion->digest);
            opinion->digest = sks_reported_digest(bytes, size);
        }
        struct sks_opinion *same = g_hash_table_lookup(by_mail, opinion->digest);
        if (same != NULL) {
            sks_opinion_join(same, opinion);
            continue;
        }
        g_hash_table_insert(by_mail, opinion->digest, opinion);
        g_ptr_array_add(mails, opinion);
    }
    g_hash_table_unref(by_mail);
    return error;
}

/* Reported mails as sets, as far as they are kept. */
static int add_reports(struct sks_learn_arguments *arguments, const char *store, struct sks_problems *problems)
{
    struct sks_memory *memory = NULL;
    g_autoptr(GPtrArray) mails = g_ptr_array_new();
    struct sks_opinions *opinions = sks_opinions_create();
    int error = sks_memory_open(&memory, store, SKS_MEMORY_READ_ONLY, problems);
    if (error == 0)
        error = sks_memory_report_each(memory, sks_opinions_take, opinions);
    if (error == 0)
        error = join_opinions(mails, opinions, memory);
    size_t disputed = 0;
    for (guint i = 0; error == 0 && i < mails->len; i++) {
        const struct sks_opinion *opinion = g_ptr_array_index(mails, i);
        enum sks_class class_;
        if (opinion->bytes == NULL)
            continue;
        if (!sks_opinion_decide(&class_, opinion)) {
            disputed++;
            continue;
        }
        g_autofree const char **people = sks_opinion_people(opinion, class_);
        sks_sets_add_report(arguments->sets, class_, opinion->digest, opinion->partial, opinion->bytes, people);
    }
    if (disputed > 0)
        sks_complain(arguments->command, "%zu reported %s left out: as many readers say one thing as another", disputed,
                     disputed == 1 ? "mail is" : "mails are");
    sks_opinions_destroy(opinions);
    sks_memory_close(memory);
    return error;
}

/* Of whom how many mails are left out, those of most first; five people at most. */
static gint compare_counts(gconstpointer one, gconstpointer other, gpointer counts)
{
    guint a = GPOINTER_TO_UINT(g_hash_table_lookup(counts, one)),
          b = GPOINTER_TO_UINT(g_hash_table_lookup(counts, other));
    return a != b ? (a > b ? -1 : 1) : strcmp(one, other);
}

static void tell_alone(const struct sks_learn_arguments *arguments, GHashTable *counts, size_t alone, size_t reported)
{
    GList *people = g_list_sort_with_data(g_hash_table_get_keys(counts), compare_counts, counts);
    g_autoptr(GString) names = g_string_new(NULL);
    size_t told = 0;
    for (const GList *at = people; at != NULL && told < MOST_NAMES; at = at->next, told++)
        g_string_append_printf(names, "%s%s %u", told > 0 ? ", " : "", (const char *)at->data,
                               GPOINTER_TO_UINT(g_hash_table_lookup(counts, at->data)));
    sks_complain(arguments->command,
                 "%zu of %zu reported %s left out: one reader alone says so (%s%s); with an analyst's word, or a "
                 "second reader's, on one of them or its like they count",
                 alone, reported, reported == 1 ? "mail is" : "mails are", names->str,
                 g_hash_table_size(counts) > told ? ", …" : "");
    g_list_free(people);
}

/* What rests on one reader's word is as if it weren't there: neither learned from nor measured on. */
static void leave_out_alone(struct sks_learn_arguments *arguments)
{
    GPtrArray *mails = arguments->sets->mails;
    g_autofree struct sks_row *rows = g_new(struct sks_row, (gsize)mails->len + 1);
    g_autofree gboolean *alone = g_new0(gboolean, (gsize)mails->len + 1);
    size_t reported = 0, kept = 0;
    for (guint i = 0; i < mails->len; i++) {
        rows[i] = sks_set_row(g_ptr_array_index(mails, i));
        reported += rows[i].reported;
    }
    size_t count = sks_voices_find_alone(alone, rows, mails->len);
    if (count == 0)
        return;
    GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < mails->len; i++) {
        struct sks_set_mail *mail = g_ptr_array_index(mails, i);
        if (!alone[i]) {
            mails->pdata[kept++] = mail;
            continue;
        }
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(counts, mail->reporters[0]));
        g_hash_table_insert(counts, (gpointer)mail->reporters[0], GUINT_TO_POINTER(before + 1));
        mail->set->mails--;
        mails->pdata[i] = NULL;
        sks_set_mail_destroy(mail);
    }
    for (size_t i = kept; i < mails->len; i++)
        mails->pdata[i] = NULL;
    g_ptr_array_set_size(mails, (gint)kept);
    tell_alone(arguments, counts, count, reported);
    g_hash_table_unref(counts);
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
    if (error == 0 && arguments->reports)
        leave_out_alone(arguments);
    if (error != 0 && sks_problems_count(problems) == 0 && !storeless)
        sks_complain(command, "%s", sks_error_text(error));
    sks_classifier_destroy(classifier);
    sks_problems_destroy(problems);
    if (storeless)
        return sks_usage_since(command, "--reports: which store? Give --store, or --config with one");
    return error == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

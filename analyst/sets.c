/*
 * Lists the files of sets, has shards of them examined in child processes, and collects what comes back.
 *
 * A shard whose process dies is tried again file by file, so that one mail that crashes a parser costs itself only,
 * and is named.
 */
#include "sets.h"

#include <errno.h>
#include <string.h>

#include "command.h"
#include "examine.h"
#include "folder.h"
#include "input.h"
#include "model/groups.h"
#include "model/jobs.h"
#include "progress.h"
#include "reported.h"
#include "written.h"

#define FILES_OF_SHARD 16

#define TEN_YEARS ((int64_t)3652 * 24 * 60 * 60)

struct file {
    char *path;
    struct sks_set *set;
    GBytes *bytes;    /* of a reported mail, whose path is its digest; else NULL */
    char **reporters; /* of it */
    bool partial;
    bool written;
};

struct reading {
    struct sks_sets *sets;
    const char *command;
    struct sks_classifier *classifier;
    const struct file *const *files;
    size_t count, of_shard;
    struct sks_progress *progress;
};

static void free_set(gpointer data)
{
    struct sks_set *set = data;
    g_free(set->path);
    g_free(set->name);
    g_free(set->digest);
    g_free(set);
}

static void free_mail(gpointer data)
{
    sks_set_mail_destroy(data);
}

static void free_file(gpointer data)
{
    struct file *file = data;
    g_free(file->path);
    g_clear_pointer(&file->bytes, g_bytes_unref);
    g_strfreev(file->reporters);
    g_free(file);
}

struct sks_sets *sks_sets_create(void)
{
    struct sks_sets *sets = g_new0(struct sks_sets, 1);
    sets->sets = g_ptr_array_new_with_free_func(free_set);
    sets->mails = g_ptr_array_new_with_free_func(free_mail);
    sets->files = g_ptr_array_new_with_free_func(free_file);
    sets->excepted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sets->marked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sets->vocabulary = sks_vocabulary_create();
    sets->schema = sks_examine_schema(&sets->schema_count);
    return sets;
}

void sks_sets_destroy(struct sks_sets *sets)
{
    if (sets == NULL)
        return;
    g_ptr_array_unref(sets->mails);
    g_ptr_array_unref(sets->files);
    g_ptr_array_unref(sets->sets);
    g_hash_table_unref(sets->excepted);
    g_hash_table_unref(sets->marked);
    sks_vocabulary_destroy(sets->vocabulary);
    g_free(sets);
}

/* The last parts of the path: two, or as many as it takes to tell the set from the others. */
static char *name_set(const struct sks_sets *sets, const char *path)
{
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    const char *at = absolute + strlen(absolute);
    for (unsigned parts = 0; at > absolute;) {
        at--;
        while (at > absolute && at[-1] != '/')
            at--;
        bool taken = false;
        for (guint i = 0; i < sets->sets->len && !taken; i++)
            taken = strcmp(((const struct sks_set *)g_ptr_array_index(sets->sets, i))->name, at) == 0;
        if (++parts >= 2 && !taken)
            break;
    }
    return g_utf8_make_valid(*at == '/' ? at + 1 : at, -1);
}

void sks_sets_add(struct sks_sets *sets, const char *path, enum sks_class class_, bool unseen)
{
    struct sks_set *set = g_new0(struct sks_set, 1);
    set->path = g_strdup(path);
    set->name = name_set(sets, path);
    set->class_ = class_;
    set->unseen = unseen;
    g_ptr_array_add(sets->sets, set);
}

static struct sks_set *find_reports(struct sks_sets *sets, enum sks_class class_)
{
    for (guint i = 0; i < sets->sets->len; i++) {
        struct sks_set *set = g_ptr_array_index(sets->sets, i);
        if (set->reported && set->class_ == class_)
            return set;
    }
    struct sks_set *set = g_new0(struct sks_set, 1);
    set->name = g_strdup_printf("reports/%s", sks_class_name(class_));
    set->class_ = class_;
    set->reported = true;
    g_ptr_array_add(sets->sets, set);
    return set;
}

void sks_sets_add_report(struct sks_sets *sets, enum sks_class class_, const char *digest, bool partial, GBytes *bytes,
                         const char *const *reporters)
{
    struct file *file = g_new0(struct file, 1);
    file->path = g_strdup(digest);
    file->set = find_reports(sets, class_);
    file->bytes = g_bytes_ref(bytes);
    file->partial = partial;
    file->reporters = g_strdupv((char **)(uintptr_t)reporters);
    g_ptr_array_add(sets->files, file);
}

int sks_sets_except(struct sks_sets *sets, const char *file)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL))
        return SKS_ERROR_IO;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        char *name = g_strndup(lines[i], strcspn(lines[i], "\t\r#"));
        g_strstrip(name);
        if (name[0] != '\0')
            g_hash_table_add(sets->excepted, name);
        else
            g_free(name);
    }
    return 0;
}

/* Listing. */

/* Whether the marker of samples stands in the file's folder or above; looked up once for each folder. */
static bool is_marked(struct sks_sets *sets, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    gpointer known;
    if (g_hash_table_lookup_extended(sets->marked, folder, NULL, &known))
        return GPOINTER_TO_INT(known) != 0;
    bool marked = sks_written_marks(folder);
    g_hash_table_insert(sets->marked, g_steal_pointer(&folder), GINT_TO_POINTER(marked));
    return marked;
}

static void add_file(struct sks_sets *sets, struct sks_set *set, const char *path)
{
    g_autofree char *base = g_path_get_basename(path);
    if (g_hash_table_contains(sets->excepted, base))
        return;
    struct file *file = g_new0(struct file, 1);
    file->path = g_strdup(path);
    file->set = set;
    file->written = sks_set_is_named(path) && is_marked(sets, path);
    g_ptr_array_add(sets->files, file);
}

static void fail_set(struct sks_sets *sets, struct sks_set *set, const char *command, const char *path,
                     const char *error)
{
    sks_complain(command, "%s: %s", path, error);
    set->unread++;
    sets->failed++;
}

static void list_set(struct sks_sets *sets, struct sks_set *set, const char *command)
{
    if (set->path == NULL) /* reports, which are there already */
        return;
    struct sks_folder *folder = sks_folder_create(set->path);
    if (folder == NULL)
        fail_set(sets, set, command, set->path, g_strerror(errno));
    const char *file, *error;
    while (folder != NULL && sks_folder_next(folder, &file, &error)) {
        if (error == NULL)
            add_file(sets, set, file);
        else
            fail_set(sets, set, command, file, error);
    }
    sks_folder_destroy(folder);
}

/* Of a set without mail nothing would be learned or measured, and nobody would know. */
static void tell_empty(struct sks_sets *sets, const char *command)
{
    for (guint i = 0; i < sets->sets->len; i++) {
        struct sks_set *set = g_ptr_array_index(sets->sets, i);
        if (set->path == NULL || set->mails > 0 || set->unread > 0)
            continue;
        fail_set(sets, set, command, set->path, "no mail in it");
    }
}

/* Examining, in a child: one record for each mail. */

static void put(GByteArray *out, const void *bytes, size_t size)
{
    g_byte_array_append(out, bytes, (guint)size);
}

static void put_u32(GByteArray *out, size_t number)
{
    uint32_t value = (uint32_t)number;
    put(out, &value, sizeof(value));
}

static void put_text(GByteArray *out, const char *text)
{
    put_u32(out, strlen(text));
    put(out, text, strlen(text));
}

static void put_reading(GByteArray *out, const struct reading *reading, const double *values,
                        const struct sks_text_field *fields, size_t field_count)
{
    g_autoptr(GArray) grams = sks_text_grams(fields, field_count);
    put(out, values, reading->sets->schema_count * sizeof(double));
    put_u32(out, grams->len);
    put(out, grams->data, grams->len * sizeof(uint32_t));
}

static void put_sample(GByteArray *out, const struct reading *reading, const struct file *file,
                       const struct sks_input_mail *mail, const struct sks_sample *sample)
{
    bool reported = file->bytes != NULL, written = file->written;
    g_autofree char *group = reported ? sks_set_report_group(file->set->class_, file->path)
                                      : sks_set_group(file->set->class_, written, file->path, sample->subject,
                                                      sample->root_id, sample->time);
    g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)mail->bytes, mail->size);
    g_autofree char *report = sks_reported_digest(mail->bytes, mail->size);
    put_u32(out, mail->index);
    put(out, &sample->time, sizeof(sample->time));
    put_u32(out, written);
    put_u32(out, (uint32_t)sample->rule);
    put_text(out, sample->language);
    put_text(out, digest);
    put_text(out, report);
    put_text(out, group);
    put_text(out, sample->sender);
    put_reading(out, reading, sample->values, sample->fields, sample->field_count);
    put_u32(out, sample->closed != NULL);
    if (sample->closed != NULL)
        put_reading(out, reading, sample->closed->values, sample->closed->fields, sample->closed->field_count);
    g_autoptr(GByteArray) words = g_byte_array_new();
    sks_vocabulary_put(words, sample);
    put_u32(out, words->len);
    put(out, words->data, words->len);
}

/* What can't be trusted of a mail was not seen. */
static void forget_untrusted(const struct reading *reading, struct sks_sample *sample)
{
    for (size_t i = 0; i < reading->sets->schema_count; i++) {
        if (sks_reported_trusts(reading->sets->schema[i]))
            continue;
        sample->values[i] = 0;
        if (sample->closed != NULL)
            sample->closed->values[i] = 0;
    }
}

static void examine_mail(GByteArray *out, const struct reading *reading, size_t index,
                         const struct sks_input_mail *mail)
{
    const struct file *file = reading->files[index];
    struct sks_sample *sample = NULL;
    struct sks_envelope envelope = {.truncated = mail->truncated};
    int error = mail->error == NULL
                    ? sks_examine_sample(&sample, reading->classifier, mail->bytes, mail->size, &envelope)
                    : SKS_ERROR_IO;
    put_u32(out, index);
    put_text(out, mail->error != NULL ? mail->error : error != 0 ? sks_error_text(error) : "");
    if (error == 0 && file->partial)
        forget_untrusted(reading, sample);
    if (error == 0)
        put_sample(out, reading, file, mail, sample);
    sks_sample_destroy(sample);
}

static void examine_file(GByteArray *out, const struct reading *reading, size_t index)
{
    const struct file *file = reading->files[index];
    if (file->bytes != NULL) {
        gsize size;
        const char *bytes = g_bytes_get_data(file->bytes, &size);
        const struct sks_input_mail mail = {.file = file->path, .bytes = (char *)(uintptr_t)bytes, .size = size};
        examine_mail(out, reading, index, &mail);
        return;
    }
    struct sks_input *input = sks_input_create(&file->path, 1);
    for (struct sks_input_mail mail; sks_input_next(input, &mail); sks_input_mail_finish(&mail))
        examine_mail(out, reading, index, &mail);
    sks_input_destroy(input);
}

static void shard_job(GByteArray *out, size_t shard, void *data)
{
    const struct reading *reading = data;
    size_t end = MIN((shard + 1) * reading->of_shard, reading->count);
    for (size_t i = shard * reading->of_shard; i < end; i++)
        examine_file(out, reading, i);
}

/* Collecting, in the parent. The children are our own: their records are not mistrusted, but must be whole. */

struct cursor {
    const char *at, *end;
};

static void take(void *out, struct cursor *cursor, size_t size)
{
    g_assert((size_t)(cursor->end - cursor->at) >= size);
    memcpy(out, cursor->at, size);
    cursor->at += size;
}

static uint32_t take_u32(struct cursor *cursor)
{
    uint32_t value;
    take(&value, cursor, sizeof(value));
    return value;
}

static char *take_text(struct cursor *cursor)
{
    uint32_t size = take_u32(cursor);
    char *text = g_malloc0((size_t)size + 1);
    take(text, cursor, size);
    return text;
}

static void take_reading(struct sks_set_reading *out_reading, struct cursor *cursor, size_t width)
{
    out_reading->values = g_new(double, width);
    take(out_reading->values, cursor, width * sizeof(double));
    out_reading->gram_count = take_u32(cursor);
    out_reading->grams = g_new(uint32_t, (size_t)out_reading->gram_count + 1);
    take(out_reading->grams, cursor, out_reading->gram_count * sizeof(uint32_t));
}

static struct sks_set_mail *take_mail(struct cursor *cursor, const struct reading *reading, const struct file *file,
                                      GChecksum *checksum)
{
    struct sks_set_mail *mail = g_new0(struct sks_set_mail, 1);
    mail->set = file->set;
    mail->file = file->path;
    mail->index = take_u32(cursor);
    take(&mail->time, cursor, sizeof(mail->time));
    mail->written = take_u32(cursor) != 0;
    mail->rule = (enum sks_harm_rule)take_u32(cursor);
    mail->partial = file->partial;
    mail->reporters = (const char *const *)file->reporters;
    g_autofree char *language = take_text(cursor);
    g_strlcpy(mail->language, language, sizeof(mail->language));
    g_autofree char *digest = take_text(cursor);
    g_checksum_update(checksum, (const guchar *)digest, -1);
    g_strlcpy(mail->digest, digest, sizeof(mail->digest));
    g_autofree char *report = take_text(cursor);
    g_strlcpy(mail->reported, report, sizeof(mail->reported));
    mail->group = take_text(cursor);
    mail->sender = take_text(cursor);
    mail->group_id = sks_group_id(mail->group);
    struct sks_set_reading open;
    take_reading(&open, cursor, reading->sets->schema_count);
    mail->values = open.values;
    mail->grams = open.grams;
    mail->gram_count = open.gram_count;
    if (take_u32(cursor) != 0) {
        mail->closed = g_new(struct sks_set_reading, 1);
        take_reading(mail->closed, cursor, reading->sets->schema_count);
    }
    uint32_t size = take_u32(cursor);
    g_assert((size_t)(cursor->end - cursor->at) >= size);
    sks_vocabulary_take(reading->sets->vocabulary, cursor->at, size);
    cursor->at += size;
    return mail;
}

static void note(struct sks_set *set, const struct sks_set_mail *mail)
{
    set->mails++;
    if (mail->time <= 0)
        return;
    set->first = set->first == 0 ? mail->time : MIN(set->first, mail->time);
    set->last = MAX(set->last, mail->time);
}

static void collect_records(struct reading *reading, GBytes *bytes, GHashTable *checksums)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    struct cursor cursor = {.at = data, .end = data + size};
    while (cursor.at < cursor.end) {
        const struct file *file = reading->files[take_u32(&cursor)];
        g_autofree char *error = take_text(&cursor);
        if (error[0] != '\0') {
            fail_set(reading->sets, file->set, reading->command, file->path, error);
            continue;
        }
        struct sks_set_mail *mail = take_mail(&cursor, reading, file, g_hash_table_lookup(checksums, file->set));
        note(file->set, mail);
        g_ptr_array_add(reading->sets->mails, mail);
    }
}

static void collect_shard(struct reading *reading, GBytes *bytes, size_t shard, unsigned workers,
                          GHashTable *checksums);

/* A dead shard, again file by file; a file that dies alone is told. */
static void retry_shard(const struct reading *reading, size_t shard, unsigned workers, GHashTable *checksums)
{
    struct reading single = *reading;
    single.files += shard * reading->of_shard;
    single.count = MIN(reading->of_shard, reading->count - shard * reading->of_shard);
    single.of_shard = 1;
    struct sks_jobs jobs = {.count = single.count, .workers = workers, .job = shard_job, .data = &single};
    GBytes **results = sks_jobs_run(&jobs);
    for (size_t i = 0; results != NULL && i < jobs.count; i++)
        collect_shard(&single, results[i], i, workers, checksums);
    sks_jobs_finish(results, jobs.count);
}

static void collect_shard(struct reading *reading, GBytes *bytes, size_t shard, unsigned workers, GHashTable *checksums)
{
    if (bytes != NULL) {
        collect_records(reading, bytes, checksums);
    } else if (reading->of_shard > 1) {
        retry_shard(reading, shard, workers, checksums);
    } else {
        const struct file *file = reading->files[shard];
        fail_set(reading->sets, file->set, reading->command, file->path, "the process that examined it died");
    }
}

static void show(size_t done, size_t count, void *data)
{
    const struct reading *reading = data;
    sks_progress_show(reading->progress, "reading", done, count);
}

static int read_files(struct reading *reading, unsigned workers, GHashTable *checksums)
{
    struct sks_jobs jobs = {
        .count = (reading->count + reading->of_shard - 1) / reading->of_shard,
        .workers = workers,
        .job = shard_job,
        .progress = show,
        .data = reading,
    };
    GBytes **results = sks_jobs_run(&jobs);
    sks_progress_clear(reading->progress);
    if (results == NULL)
        return SKS_ERROR_UNAVAILABLE;
    for (size_t i = 0; i < jobs.count; i++)
        collect_shard(reading, results[i], i, workers, checksums);
    sks_jobs_finish(results, jobs.count);
    return 0;
}

/* Spam may claim any date, so legitimate mail tells what the present is. */
static void mark_old(struct sks_sets *sets)
{
    int64_t latest = 0;
    for (guint i = 0; i < sets->mails->len; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(sets->mails, i);
        if (mail->set->class_ == SKS_CLASS_CLEAN && !mail->set->reported)
            latest = MAX(latest, mail->time);
    }
    for (guint i = 0; i < sets->mails->len; i++) {
        struct sks_set_mail *mail = g_ptr_array_index(sets->mails, i);
        mail->old = !mail->set->reported && mail->time < latest - TEN_YEARS;
    }
}

static void free_checksum(gpointer checksum)
{
    g_checksum_free(checksum);
}

int sks_sets_read(struct sks_sets *sets, const char *command, struct sks_classifier *classifier, unsigned workers)
{
    GHashTable *checksums = g_hash_table_new_full(NULL, NULL, NULL, free_checksum);
    for (guint i = 0; i < sets->sets->len; i++) {
        list_set(sets, g_ptr_array_index(sets->sets, i), command);
        g_hash_table_insert(checksums, g_ptr_array_index(sets->sets, i), g_checksum_new(G_CHECKSUM_SHA256));
    }
    struct sks_progress progress = {0};
    struct reading reading = {
        .sets = sets,
        .command = command,
        .classifier = classifier,
        .files = (const struct file *const *)(void *)sets->files->pdata,
        .count = sets->files->len,
        .of_shard = FILES_OF_SHARD,
        .progress = &progress,
    };
    int error = read_files(&reading, workers, checksums);
    for (guint i = 0; i < sets->sets->len; i++) {
        struct sks_set *set = g_ptr_array_index(sets->sets, i);
        set->digest = g_strdup(g_checksum_get_string(g_hash_table_lookup(checksums, set)));
    }
    g_hash_table_unref(checksums);
    mark_old(sets);
    if (error == 0 && !sets->may_be_empty)
        tell_empty(sets, command);
    return error;
}

struct sks_row sks_set_row(const struct sks_set_mail *mail)
{
    return (struct sks_row){
        .class_ = mail->set->class_,
        .japanese = strcmp(mail->language, "ja") == 0,
        .written = mail->written,
        .old = mail->old,
        .reported = mail->set->reported,
        .group = mail->group,
        .digest = mail->digest,
        .values = mail->values,
        .grams = mail->grams,
        .gram_count = mail->gram_count,
        .reporters = mail->reporters,
    };
}

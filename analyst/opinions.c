/* Reports are numbered as they come; of one person the word of the highest number stands. */
#include "opinions.h"

#include <stdlib.h>
#include <string.h>

#include "model/voices.h"
#include "reported.h"

struct word {
    enum sks_class class_;
    size_t number;
};

static void free_opinion(gpointer data)
{
    struct sks_opinion *opinion = data;
    g_clear_pointer(&opinion->bytes, g_bytes_unref);
    g_hash_table_unref(opinion->words);
    g_free(opinion->digest);
    g_free(opinion);
}

struct sks_opinions *sks_opinions_create(void)
{
    struct sks_opinions *opinions = g_new0(struct sks_opinions, 1);
    opinions->all = g_ptr_array_new_with_free_func(free_opinion);
    opinions->by_digest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return opinions;
}

void sks_opinions_destroy(struct sks_opinions *opinions)
{
    if (opinions == NULL)
        return;
    g_hash_table_unref(opinions->by_digest);
    g_ptr_array_unref(opinions->all);
    g_free(opinions);
}

static void say(struct sks_opinion *opinion, const char *person, struct word word)
{
    const struct word *before = g_hash_table_lookup(opinion->words, person);
    if (before == NULL || before->number < word.number)
        g_hash_table_insert(opinion->words, g_strdup(person), g_memdup2(&word, sizeof word));
}

bool sks_opinions_take(void *data, const struct sks_memory_report *report)
{
    struct sks_opinions *opinions = data;
    enum sks_class class_;
    if (report->withdrawn != 0 || sks_class_from_name(&class_, report->class_) != 0)
        return true;
    struct sks_opinion *opinion = g_hash_table_lookup(opinions->by_digest, report->digest);
    if (opinion == NULL) {
        opinion = g_new0(struct sks_opinion, 1);
        opinion->digest = g_strdup(report->digest);
        opinion->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_hash_table_insert(opinions->by_digest, g_strdup(report->digest), opinion);
        g_ptr_array_add(opinions->all, opinion);
    }
    opinion->number = opinions->count++;
    /* The same bytes: what was put together from a forward stays so, whoever hands it in again. */
    opinion->partial = opinion->partial || sks_reported_is_partial(report->form);
    opinion->kept = report->size > 0;
    g_autofree char *person = sks_voices_person(report->reporter);
    say(opinion, person, (struct word){class_, opinion->number});
    return true;
}

void sks_opinion_join(struct sks_opinion *opinion, const struct sks_opinion *other)
{
    GHashTableIter iter;
    gpointer person, word;
    g_hash_table_iter_init(&iter, other->words);
    while (g_hash_table_iter_next(&iter, &person, &word))
        say(opinion, person, *(const struct word *)word);
    if (opinion->bytes == NULL && other->bytes != NULL)
        opinion->bytes = g_bytes_ref(other->bytes);
    opinion->number = MAX(opinion->number, other->number);
    opinion->partial = opinion->partial || other->partial;
}

/* Of one class: who says so, and when an analyst last did, from 1. */
struct support {
    size_t analysts, readers, latest;
};

static int compare_support(struct support one, struct support other)
{
    if (one.analysts != other.analysts)
        return one.analysts < other.analysts ? -1 : 1;
    if (one.analysts > 0)
        return (one.latest > other.latest) - (one.latest < other.latest);
    return (one.readers > other.readers) - (one.readers < other.readers);
}

bool sks_opinion_decide(enum sks_class *out_class, const struct sks_opinion *opinion)
{
    struct support support[SKS_CLASS_COUNT] = {{0}};
    GHashTableIter iter;
    gpointer person, data;
    g_hash_table_iter_init(&iter, opinion->words);
    while (g_hash_table_iter_next(&iter, &person, &data)) {
        const struct word *word = data;
        struct support *one = &support[word->class_];
        if (sks_voices_is_reader(person)) {
            one->readers++;
        } else {
            one->analysts++;
            one->latest = MAX(one->latest, word->number + 1);
        }
    }
    int best = 0;
    bool even = false;
    for (int i = 1; i < SKS_CLASS_COUNT; i++) {
        int more = compare_support(support[i], support[best]);
        even = more == 0 || (even && more < 0);
        best = more > 0 ? i : best;
    }
    if (!even)
        *out_class = (enum sks_class)best;
    return !even;
}

static int compare_names(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

const char **sks_opinion_people(const struct sks_opinion *opinion, enum sks_class class_)
{
    GPtrArray *people = g_ptr_array_new();
    GHashTableIter iter;
    gpointer person, word;
    g_hash_table_iter_init(&iter, opinion->words);
    while (g_hash_table_iter_next(&iter, &person, &word))
        if (((const struct word *)word)->class_ == class_)
            g_ptr_array_add(people, person);
    if (people->len > 0)
        qsort(people->pdata, people->len, sizeof(gpointer), compare_names);
    g_ptr_array_add(people, NULL);
    return (const char **)g_ptr_array_free(people, FALSE);
}

const char *sks_opinions_standing(const struct sks_opinions *opinions, const struct sks_memory_report *report)
{
    const struct sks_opinion *opinion = g_hash_table_lookup(opinions->by_digest, report->digest);
    enum sks_class class_, decided;
    if (report->withdrawn != 0 || opinion == NULL || sks_class_from_name(&class_, report->class_) != 0)
        return "";
    g_autofree char *person = sks_voices_person(report->reporter);
    const struct word *word = g_hash_table_lookup(opinion->words, person);
    if (word == NULL) /* said after the store was read */
        return "";
    if (word->class_ != class_)
        return "outvoted";
    if (!sks_opinion_decide(&decided, opinion))
        return "disputed";
    if (decided != class_)
        return "outvoted";
    g_autofree const char **people = sks_opinion_people(opinion, class_);
    return people[1] == NULL && sks_voices_is_reader(people[0]) ? "alone" : "counts";
}

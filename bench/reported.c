/*
 * bench-reported REPORTS [divide]: what it costs to learn from so many reports: processor time, memory, campaigns
 * found; or what it costs to divide them, since no child process can be started that would learn a campaign.
 *
 * All mail is invented: words by Zipf's law; 8,000 other mails; of the reports a quarter is one campaign, half are
 * campaigns of twenty or so, the others one of a kind; one in ten says bulk, one in twenty that a mail of a campaign is
 * clean.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "model/train.h"

enum { OTHERS = 8000, WORDS = 120, VOCABULARY = 17000 };

static void write_words(uint32_t *words, GRand *random, const uint32_t *like)
{
    for (size_t i = 0; i < WORDS; i++)
        words[i] = like != NULL && g_rand_double(random) < 0.8 ? like[i]
                                                               : (uint32_t)exp(g_rand_double(random) * log(VOCABULARY));
}

static void add_mail(struct sks_row *row, enum sks_class class_, const uint32_t *words)
{
    static double nothing;
    static size_t count;
    char *texts[WORDS];
    for (size_t i = 0; i < WORDS; i++)
        texts[i] = g_strdup_printf("x%c%c%c", 'a' + (char)(words[i] / 26 / 26 % 26), 'a' + (char)(words[i] / 26 % 26),
                                   'a' + (char)(words[i] % 26));
    struct sks_text_field field = {.kind = "body", .words = (const char *const *)texts, .count = WORDS};
    GArray *grams = sks_text_grams(&field, 1);
    for (size_t i = 0; i < WORDS; i++)
        g_free(texts[i]);
    *row = (struct sks_row){
        .class_ = class_, .group = g_strdup_printf("%zu", count++), .values = &nothing, .gram_count = grams->len};
    row->grams = (const uint32_t *)(const void *)g_array_free(grams, FALSE);
}

static void add_reports(struct sks_row *rows, size_t count, GRand *random)
{
    size_t campaigns = count / 20 + 1;
    uint32_t(*plans)[WORDS] = g_malloc0_n(campaigns, sizeof(*plans));
    for (size_t i = 0; i < campaigns; i++)
        write_words(plans[i], random, NULL);
    for (size_t i = 0; i < count; i++) {
        double which = g_rand_double(random), said = g_rand_double(random);
        size_t campaign = which < 0.25 ? 0 : (size_t)g_rand_int_range(random, 0, (gint32)campaigns);
        uint32_t words[WORDS];
        write_words(words, random, which < 0.75 && said >= 0.1 ? plans[campaign] : NULL);
        add_mail(&rows[i], said < 0.1 ? SKS_CLASS_BULK : said < 0.15 ? SKS_CLASS_CLEAN : SKS_CLASS_TARGETED, words);
        rows[i].reported = TRUE;
    }
    g_free(plans);
}

int main(int argc, char **argv)
{
    size_t reports = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000, count = OTHERS + reports;
    GRand *random = g_rand_new_with_seed(1);
    struct sks_row *rows = g_new0(struct sks_row, count);
    for (size_t i = 0; i < OTHERS; i++) {
        uint32_t words[WORDS];
        write_words(words, random, NULL);
        add_mail(&rows[i], i % 2 == 0 ? SKS_CLASS_CLEAN : SKS_CLASS_BULK, words);
    }
    add_reports(rows + OTHERS, reports, random);
    unsigned *folds = g_new(unsigned, count);
    struct sks_resemblance *likeness = g_new0(struct sks_resemblance, count);
    struct sks_training training = {.rows = rows, .count = count, .targeted_rate = 0.0005, .workers = 1};
    struct sks_campaigns campaigns = {0};
    sks_folds_assign(folds, rows, count);
    const struct rlimit none = {3, 3};
    if (argc > 2 && setrlimit(RLIMIT_NOFILE, &none) != 0)
        return 1;
    int error = sks_campaigns_train(&campaigns, likeness, &training, folds, "reports");
    g_autoptr(GBytes) bytes = sks_campaigns_format(&campaigns);
    g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    struct rusage self, children;
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    printf("%zu reports: error %d, %u campaigns, %zu bytes %.8s; %ld.%02ld s and %ld.%02ld s in children; "
           "%ld and %ld MB\n",
           reports, error, campaigns.count, g_bytes_get_size(bytes), digest, (long)self.ru_utime.tv_sec,
           (long)self.ru_utime.tv_usec / 10000, (long)children.ru_utime.tv_sec, (long)children.ru_utime.tv_usec / 10000,
           self.ru_maxrss / 1024, children.ru_maxrss / 1024);
    return error != 0;
}

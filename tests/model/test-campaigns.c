/* Likeness to reported campaigns: the stored form and what a margin comes to against known values; learned from
 * invented mail of a few campaigns, with all that people may report. */
#include "tests/test.h"

#include <math.h>

#include "model/campaigns.h"
#include "model/train.h"

#define OTHERS 300
#define MOST   (OTHERS + 40)

static void test_ramp(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        gboolean needs_means, close;
        double margin, bringing, bare;
    } rows[] = {
        {"below other mail", FALSE, TRUE, -3, 0, 0},
        {"where other mail ends", FALSE, TRUE, 1, 0, 0},
        {"a quarter of the way", FALSE, TRUE, 2, 0.5, 0.5},
        {"half of the way", FALSE, FALSE, 3, 1, 1},
        {"half of the way, and a file is asked for", TRUE, TRUE, 3, 1, 0},
        {"nearly the very same", TRUE, TRUE, 4, 1, 0.5},
        {"the very same", TRUE, TRUE, 9, 1, 1},
        {"the very same, of several parties", TRUE, FALSE, 9, 1, 0},
        {"no gram of the campaign", FALSE, TRUE, NAN, 0, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_campaign campaign = {
            .a = 0.5, .b = -0.5, .needs_means = rows[i].needs_means, .close = rows[i].close};
        struct sks_resemblance got = sks_campaign_reported(&campaign, rows[i].margin);
        if (fabs(got.bringing - rows[i].bringing) > 1e-9 || fabs(got.bare - rows[i].bare) > 1e-9)
            fail_msg("%s: %f, %f", rows[i].name, got.bringing, got.bare);
    }
}

static uint32_t stored_grams[] = {3, 70000, 0xf0000000};
static uint32_t stored_begins[] = {0, 2, 3, 4};
static struct sks_campaign_entry stored_entries[] = {{0, 100}, {1, -300}, {1, 200}, {0, 50}};
static struct sks_campaign stored_campaigns[] = {
    {.step = 0.1, .bias = -1, .a = 0.5, .b = 0, .close = TRUE},
    {.step = 0.2, .bias = -2, .a = 0.25, .b = 0.1, .needs_means = TRUE},
};
static const struct sks_campaigns stored = {2,   3, 4, stored_campaigns, stored_grams, stored_begins, stored_entries,
                                            NULL};

static void test_stored(void **state)
{
    (void)state;
    g_autoptr(GBytes) bytes = sks_campaigns_format(&stored);
    struct sks_campaigns got;
    assert_int_equal(sks_campaigns_parse(&got, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "x", NULL), 0);
    g_autoptr(GBytes) again = sks_campaigns_format(&got);
    assert_true(g_bytes_equal(bytes, again));
    /* Of the first, -1 + 0.1 * 150 / sqrt(18) = 2.5355, half of which is over 1; of the second, -2 - 60 / sqrt(17). */
    const uint32_t first[] = {3, 4, 0xf0000000, 0xf0000001}, second[] = {70000}, none[] = {5, 70001};
    struct sks_resemblance likeness = sks_campaigns_reported(&got, first, 4);
    assert_true(likeness.bringing == 1 && likeness.bare == 1);
    /* 0.25 * (-2 + 0.2 * 200 / sqrt(17)) + 0.1 */
    likeness = sks_campaigns_reported(&got, second, 1);
    assert_true(fabs(likeness.bringing - 1) < 1e-9 && likeness.bare == 0);
    likeness = sks_campaigns_reported(&got, none, 2);
    assert_true(likeness.bringing == 0 && likeness.bare == 0);
    sks_campaigns_finish(&got);
}

static void test_damaged(void **state)
{
    (void)state;
    g_autoptr(GBytes) sound = sks_campaigns_format(&stored);
    gsize size;
    const char *bytes = g_bytes_get_data(sound, &size);
    static const struct {
        const char *name;
        size_t cut, at; /* byte set to 0xff, unless 0 */
        int error;
        const char *want;
    } rows[] = {
        {"empty", 1000, 0, SKS_ERROR_FORMAT, "not campaigns of this version"},
        {"of another version", 0, 7, SKS_ERROR_FORMAT, "not campaigns of this version"},
        {"cut", 1, 0, SKS_ERROR_FORMAT, "its size does not fit its counts"},
        {"too many campaigns", 0, 9, SKS_ERROR_FORMAT, "its size does not fit its counts"},
        {"more grams than there are", 0, 12, SKS_ERROR_FORMAT, "its size does not fit its counts"},
        {"more entries than there can be", 0, 19, SKS_ERROR_FORMAT, "its size does not fit its counts"},
        {"an unknown flag", 0, 52, SKS_ERROR_FORMAT, "a number is out of order or range"},
        {"grams out of order", 0, 95, SKS_ERROR_FORMAT, "a number is out of order or range"},
        {"entries of other grams", 0, 104, SKS_ERROR_FORMAT, "a number is out of order or range"},
        {"no such campaign", 0, 110, SKS_ERROR_FORMAT, "a number is out of order or range"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *copy = g_memdup2(bytes, size);
        if (rows[i].at > 0)
            copy[rows[i].at] = '\xff';
        struct sks_problems *problems = sks_problems_create();
        struct sks_campaigns got;
        assert_row_int(rows[i].name,
                       sks_campaigns_parse(&got, copy, rows[i].cut > size ? 0 : size - rows[i].cut, "x", problems),
                       rows[i].error);
        g_autofree char *want = g_strdup_printf("x: reported.bin: %s", rows[i].want);
        assert_row_string(rows[i].name, sks_problems_text(problems, 0), want);
        sks_problems_destroy(problems);
    }
    /* As reports were learned before, all campaigns together. */
    struct sks_campaigns got;
    assert_int_equal(sks_campaigns_parse(&got, "SKSTEXT2....", 12, "x", NULL), SKS_ERROR_SCHEMA);
}

/* Learning. */

struct mails {
    struct sks_row rows[MOST];
    double values[MOST];
    GArray *grams[MOST];
    char *groups[MOST];
    size_t count;
};

/* A mail of a campaign: 15 of its 16 words, in their order, and eight that all mail has. Campaign 0 is other mail. */
static GArray *write_mail(GRand *random, char campaign)
{
    char *words[24];
    size_t without = (size_t)g_rand_int_range(random, 0, 16);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        gint32 word = g_rand_int_range(random, 0, 60);
        if (campaign != 0 && i < 16 && i != without)
            words[i] = g_strdup_printf("%c%c", campaign, (char)('a' + i));
        else
            words[i] = g_strdup_printf("x%c%c", 'a' + word % 26, 'a' + word / 26);
    }
    struct sks_text_field field = {.kind = "body", .words = (const char *const *)words, .count = G_N_ELEMENTS(words)};
    GArray *grams = sks_text_grams(&field, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        g_free(words[i]);
    return grams;
}

static void add_mail(struct mails *mails, enum sks_class class_, GArray *grams, gboolean reported, gboolean brings)
{
    size_t i = mails->count++;
    mails->grams[i] = grams;
    mails->values[i] = brings;
    mails->groups[i] = reported ? g_strdup_printf("report %zu", i) : g_strdup_printf("%d-%zu", class_, i % 20);
    mails->rows[i] = (struct sks_row){.class_ = class_,
                                      .reported = reported,
                                      .group = mails->groups[i],
                                      .values = &mails->values[i],
                                      .grams = (const uint32_t *)(const void *)grams->data,
                                      .gram_count = grams->len};
}

static void init_mails(struct mails *mails, GRand *random)
{
    *mails = (struct mails){.count = 0};
    for (size_t i = 0; i < OTHERS; i++)
        add_mail(mails, i % 2 == 0 ? SKS_CLASS_CLEAN : SKS_CLASS_BULK, write_mail(random, 0), FALSE, i % 3 == 0);
}

static void finish_mails(struct mails *mails)
{
    for (size_t i = 0; i < mails->count; i++) {
        g_array_unref(mails->grams[i]);
        g_free(mails->groups[i]);
    }
}

static int learn(struct sks_campaigns *out_campaigns, struct mails *mails, unsigned workers)
{
    static const char *const schema[] = {"attachment.runs-code"};
    static const gboolean means[] = {TRUE};
    unsigned folds[MOST];
    struct sks_resemblance likeness[MOST] = {{0}};
    struct sks_training training = {.rows = mails->rows,
                                    .count = mails->count,
                                    .schema = schema,
                                    .schema_count = 1,
                                    .means = means,
                                    .targeted_rate = 0.0005,
                                    .workers = workers};
    sks_folds_assign(folds, mails->rows, mails->count);
    *out_campaigns = (struct sks_campaigns){0};
    int error = sks_campaigns_train(out_campaigns, likeness, &training, folds, "reports");
    for (size_t i = 0; error == 0 && i < OTHERS; i++)
        assert_true(likeness[i].bringing <= 0.5);
    g_autoptr(GBytes) bytes = sks_campaigns_format(out_campaigns);
    sks_campaigns_finish(out_campaigns);
    if (error == 0)
        error = sks_campaigns_parse(out_campaigns, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "x", NULL);
    return error;
}

static struct sks_resemblance like(const struct sks_campaigns *campaigns, GRand *random, char campaign)
{
    g_autoptr(GArray) grams = write_mail(random, campaign);
    return sks_campaigns_reported(campaigns, (const uint32_t *)(const void *)grams->data, grams->len);
}

/* What people report, and what of the next mails is found. */
static void test_learned(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned a, b, a_clean; /* reports: campaigns a and b as targeted, a as clean */
        gboolean a_brings;
        size_t campaigns;
        gboolean finds_a, finds_bare_a, finds_b;
    } rows[] = {
        {"nothing", 0, 0, 0, TRUE, 0, FALSE, FALSE, FALSE},
        {"one campaign", 5, 0, 0, TRUE, 1, TRUE, FALSE, FALSE},
        {"that brings nothing", 5, 0, 0, FALSE, 1, TRUE, TRUE, FALSE},
        {"two, one that brings nothing", 5, 5, 0, TRUE, 2, TRUE, FALSE, TRUE},
        {"one report each", 1, 1, 0, FALSE, 2, TRUE, TRUE, TRUE},
        {"two reports", 2, 0, 0, TRUE, 1, TRUE, FALSE, FALSE},
        {"somebody says that it is clean", 5, 5, 1, TRUE, 2, TRUE, FALSE, TRUE},
        {"as many say so", 3, 5, 3, TRUE, 2, FALSE, FALSE, TRUE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GRand *random = g_rand_new_with_seed(7);
        struct mails mails;
        struct sks_campaigns campaigns;
        init_mails(&mails, random);
        for (unsigned j = 0; j < rows[i].a; j++)
            add_mail(&mails, SKS_CLASS_TARGETED, write_mail(random, 'a'), TRUE, rows[i].a_brings);
        for (unsigned j = 0; j < rows[i].b; j++)
            add_mail(&mails, SKS_CLASS_TARGETED, write_mail(random, 'b'), TRUE, FALSE);
        for (unsigned j = 0; j < rows[i].a_clean; j++)
            add_mail(&mails, SKS_CLASS_CLEAN, write_mail(random, 'a'), TRUE, FALSE);
        assert_row_int(rows[i].name, learn(&campaigns, &mails, 1), 0);
        assert_row_int(rows[i].name, campaigns.count, rows[i].campaigns);
        for (size_t j = 0; j < 20; j++) {
            struct sks_resemblance a = like(&campaigns, random, 'a'), b = like(&campaigns, random, 'b'),
                                   c = like(&campaigns, random, 'c'), other = like(&campaigns, random, 0);
            assert_row_int(rows[i].name, a.bringing > 0.5, rows[i].finds_a);
            if (!rows[i].finds_a || rows[i].finds_bare_a)
                assert_row_int(rows[i].name, a.bare > 0.5, rows[i].finds_bare_a);
            assert_row_int(rows[i].name, b.bringing > 0.5, rows[i].finds_b);
            assert_true(c.bringing < 0.01 && other.bringing < 0.01); /* the ramp may begin a little lower */
        }
        sks_campaigns_finish(&campaigns);
        finish_mails(&mails);
        g_rand_free(random);
    }
}

/* Empty mails say nothing, the same mail five times is one campaign, and the number of workers changes nothing. */
static void test_odd_reports(void **state)
{
    (void)state;
    GRand *random = g_rand_new_with_seed(7);
    struct mails mails;
    struct sks_campaigns campaigns, again;
    init_mails(&mails, random);
    for (size_t i = 0; i < 3; i++)
        add_mail(&mails, SKS_CLASS_TARGETED, g_array_new(FALSE, FALSE, sizeof(uint32_t)), TRUE, FALSE);
    assert_int_equal(learn(&campaigns, &mails, 1), 0);
    assert_int_equal(campaigns.count, 0);
    sks_campaigns_finish(&campaigns);
    g_autoptr(GArray) same = write_mail(random, 'a');
    for (size_t i = 0; i < 5; i++)
        add_mail(&mails, SKS_CLASS_TARGETED, g_array_ref(same), TRUE, FALSE);
    for (size_t i = 0; i < 5; i++) /* what all mail says */
        add_mail(&mails, SKS_CLASS_TARGETED, write_mail(random, 0), TRUE, FALSE);
    assert_int_equal(learn(&campaigns, &mails, 1), 0);
    assert_int_equal(learn(&again, &mails, 2), 0);
    g_autoptr(GBytes) one = sks_campaigns_format(&campaigns), other = sks_campaigns_format(&again);
    assert_true(g_bytes_equal(one, other));
    assert_true(campaigns.all[0].close && !campaigns.all[0].needs_means);
    for (size_t i = 0; i < 20; i++) {
        assert_true(like(&campaigns, random, 'a').bare > 0.5);
        assert_true(like(&campaigns, random, 0).bringing < 0.5);
    }
    sks_campaigns_finish(&campaigns);
    sks_campaigns_finish(&again);
    finish_mails(&mails);
    g_rand_free(random);
}

/* The order of the reports changes nothing. */
static void test_order(void **state)
{
    (void)state;
    GRand *random = g_rand_new_with_seed(7);
    GArray *grams[12];
    g_autoptr(GBytes) first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(grams); i++)
        grams[i] = write_mail(random, (char)('a' + i % 3));
    for (size_t turn = 0; turn < 3; turn++) {
        GRand *same = g_rand_new_with_seed(8);
        struct mails mails;
        struct sks_campaigns campaigns;
        init_mails(&mails, same);
        for (size_t i = 0; i < G_N_ELEMENTS(grams); i++) /* 5 and 7 have no factor in common with 12 */
            add_mail(&mails, SKS_CLASS_TARGETED, g_array_ref(grams[i * (turn == 0 ? 1 : 3 + 2 * turn) % 12]), TRUE,
                     FALSE);
        assert_int_equal(learn(&campaigns, &mails, 1), 0);
        assert_int_equal(campaigns.count, 3);
        GBytes *bytes = sks_campaigns_format(&campaigns);
        if (first == NULL)
            first = g_bytes_ref(bytes);
        assert_true(g_bytes_equal(first, bytes));
        g_bytes_unref(bytes);
        sks_campaigns_finish(&campaigns);
        finish_mails(&mails);
        g_rand_free(same);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(grams); i++)
        g_array_unref(grams[i]);
    g_rand_free(random);
}

/* Of one reporter's mails and single ones of others. */
static void test_people(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned own, others, clean; /* of campaign a: targeted by x, and by readers of one each; clean by y */
        gboolean own_brings;         /* … or the others' bring a file */
        const char *y;
        gboolean finds, needs_means;
    } rows[] = {
        {"one's mails without a file don't outweigh four others' with one", 6, 4, 0, FALSE, "y@k.example", TRUE, TRUE},
        {"nor the other way round", 6, 4, 0, TRUE, "y@k.example", TRUE, FALSE},
        {"one reader says clean three times", 1, 2, 3, TRUE, "y@k.example", TRUE, FALSE},
        {"an analyst says clean once", 1, 3, 1, TRUE, "ono", FALSE, FALSE},
    };
    static const char *const names[] = {"o0@k.example", "o1@k.example", "o2@k.example", "o3@k.example"};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GRand *random = g_rand_new_with_seed(7);
        struct mails mails;
        struct sks_campaigns campaigns;
        const char *people[7][2] = {{"x@k.example"}, {rows[i].y}};
        init_mails(&mails, random);
        for (unsigned j = 0; j < rows[i].own + rows[i].others + rows[i].clean; j++) {
            gboolean own = j < rows[i].own, clean = j >= rows[i].own + rows[i].others;
            size_t who = own ? 0 : clean ? 1 : 2 + j - rows[i].own;
            if (who >= 2)
                people[who][0] = names[who - 2];
            add_mail(&mails, clean ? SKS_CLASS_CLEAN : SKS_CLASS_TARGETED, write_mail(random, 'a'), TRUE,
                     !clean && own == rows[i].own_brings);
            mails.rows[mails.count - 1].reporters = people[who];
        }
        assert_row_int(rows[i].name, learn(&campaigns, &mails, 1), 0);
        assert_row_int(rows[i].name, campaigns.all[0].needs_means, rows[i].needs_means);
        for (size_t j = 0; j < 20; j++)
            assert_row_int(rows[i].name, like(&campaigns, random, 'a').bringing > 0.5, rows[i].finds);
        sks_campaigns_finish(&campaigns);
        finish_mails(&mails);
        g_rand_free(random);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ramp),    cmocka_unit_test(test_stored),      cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_learned), cmocka_unit_test(test_odd_reports), cmocka_unit_test(test_order),
        cmocka_unit_test(test_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What people's reports of one mail come to: the rules of model/voices.h, and what may be learned of it. */
#include "tests/test.h"

#include "../../analyst/opinions.h"

enum { MOST = 4 };

struct said {
    const char *class_, *reporter, *form;
};

static void take(struct sks_opinions *opinions, const struct said *said)
{
    const struct sks_memory_report report = {
        .digest = "d", .class_ = said->class_, .reporter = said->reporter, .form = said->form, .size = 1};
    assert_true(sks_opinions_take(opinions, &report));
}

static void test_opinions(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        struct said said[MOST];
        bool decided;
        enum sks_class class_;
        bool partial;
    } rows[] = {
        {"as it came", {{"targeted", "soc", "mail"}}, true, SKS_CLASS_TARGETED, false},
        {"put together", {{"targeted", "y@k.example", "forwarded"}}, true, SKS_CLASS_TARGETED, true},
        {"put together, then handed in again by an analyst",
         {{"targeted", "y@k.example", "forwarded"}, {"targeted", "soc", "mail"}},
         true,
         SKS_CLASS_TARGETED,
         true},
        {"the other way round",
         {{"bulk", "soc", "mail"}, {"bulk", "y@k.example", "forwarded"}},
         true,
         SKS_CLASS_BULK,
         true},
        {"readers are even",
         {{"clean", "x@k.example", "mail"}, {"bulk", "y@k.example", "mail"}},
         false,
         SKS_CLASS_CLEAN,
         false},
        {"an analyst against two",
         {{"clean", "soc", "mail"}, {"bulk", "x@k.example", "mail"}, {"bulk", "y@k.example", "mail"}},
         true,
         SKS_CLASS_CLEAN,
         false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_opinions *opinions = sks_opinions_create();
        for (size_t k = 0; k < MOST && rows[i].said[k].class_ != NULL; k++)
            take(opinions, &rows[i].said[k]);
        assert_int_equal(opinions->all->len, 1);
        const struct sks_opinion *opinion = g_ptr_array_index(opinions->all, 0);
        enum sks_class class_ = SKS_CLASS_CLEAN;
        assert_row_int(rows[i].row, sks_opinion_decide(&class_, opinion), rows[i].decided);
        if (rows[i].decided)
            assert_row_int(rows[i].row, class_, rows[i].class_);
        assert_row_int(rows[i].row, opinion->partial, rows[i].partial);
        sks_opinions_destroy(opinions);
    }
}

/* Of two digests that turned out to be of one mail. */
static void test_join(void **state)
{
    (void)state;
    struct sks_opinions *one = sks_opinions_create(), *other = sks_opinions_create();
    take(one, &(struct said){"targeted", "y@k.example", "forwarded"});
    take(other, &(struct said){"targeted", "x@k.example", "mail"});
    struct sks_opinion *joined = g_ptr_array_index(one->all, 0);
    sks_opinion_join(joined, g_ptr_array_index(other->all, 0));
    assert_true(joined->partial);
    assert_int_equal(g_hash_table_size(joined->words), 2);
    sks_opinions_destroy(one);
    sks_opinions_destroy(other);
}

/* A word that came after the store was read has no standing yet. */
static void test_late(void **state)
{
    (void)state;
    struct sks_opinions *opinions = sks_opinions_create();
    take(opinions, &(struct said){"targeted", "x@k.example", "mail"});
    const struct sks_memory_report late = {
        .digest = "d", .class_ = "targeted", .reporter = "z@k.example", .form = "mail"};
    assert_string_equal(sks_opinions_standing(opinions, &late), "");
    sks_opinions_destroy(opinions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_opinions), cmocka_unit_test(test_join),
                                       cmocka_unit_test(test_late)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

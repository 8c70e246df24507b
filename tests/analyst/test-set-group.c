/* Who is related to whom. */
#include "tests/test.h"

#include <glib.h>

#include "analyst/sets.h"

static void test_named(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        bool want;
    } rows[] = {
        {"out/targeted/interview-webmail-0001.eml", true},
        {"out/targeted/reply-then-file-0012-2.eml", true},
        {"mail/ham/support/001218ac1620.eml", false},
        {"mail/mail-0001.eml", true}, /* which is a sample only where the marker stands */
        {"mail/2023-01-12.eml", false},
        {"Maildir/cur/1700000000.M1-2.host", false},
        {"interview-.eml", false},
        {"-1.eml", false},
        {".eml", false},
        {"", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row_int(rows[i].file, sks_set_is_named(rows[i].file), rows[i].want);
}

static void test_exchange(void **state)
{
    (void)state;
    static const struct {
        const char *file, *want;
    } rows[] = {
        {"out/targeted/interview-webmail-0001.eml", "out/targeted/interview-webmail-0001"},
        {"out/targeted/reply-then-file-0012-2.eml", "out/targeted/reply-then-file-0012"},
        {"other/reply-then-file-0012-2.eml", "other/reply-then-file-0012"}, /* of another seed, say */
        {"reply-then-file-0012-13.eml", "reply-then-file-0012"},
        {"mail/ham/support/001218ac1620.eml", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = sks_set_exchange(rows[i].file);
        assert_true(rows[i].want == NULL ? got == NULL : g_strcmp0(got, rows[i].want) == 0);
    }
}

static void test_group(void **state)
{
    (void)state;
    static const struct {
        const char *name, *file, *subject;
        enum sks_class class_;
        int64_t time;
        const char *want;
    } rows[] = {
        {"a family", "x/interview-webmail-0001.eml", "Re: 取材", SKS_CLASS_TARGETED, 5,
         "targeted family interview-webmail"},
        {"a mail within a scenario", "x/reply-then-file-0012-2.eml", "", SKS_CLASS_TARGETED, 5,
         "targeted family reply-then-file"},
        {"bulk by week", "aa.eml", "Buy 100 now", SKS_CLASS_BULK, 7 * 86400 * 3 + 86400, "bulk week 3"},
        {"a thread", "aa.eml", "Re: [list] RE: How to build 1.2?", SKS_CLASS_CLEAN, 0, "clean thread howtobuild"},
        {"its beginning", "ab.eml", "How to build 1.3", SKS_CLASS_CLEAN, 0, "clean thread howtobuild"},
        {"German reply", "ab.eml", "AW: how to build", SKS_CLASS_CLEAN, 0, "clean thread howtobuild"},
        {"Japanese", "ab.eml", "Re: 第3回会議の件", SKS_CLASS_CLEAN, 0, "clean thread 第回会議の件"},
        {"too short a subject", "ab.eml", "Re: hi!", SKS_CLASS_CLEAN, 0, "clean message root@x"},
        {"a word before a colon is no mark", "ab.eml", "Build: fails", SKS_CLASS_CLEAN, 0, "clean thread buildfails"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool written = sks_set_is_named(rows[i].file);
        g_autofree char *got =
            sks_set_group(rows[i].class_, written, rows[i].file, rows[i].subject, "root@x", rows[i].time);
        assert_row_string(rows[i].name, got, rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_named), cmocka_unit_test(test_exchange),
                                       cmocka_unit_test(test_group)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

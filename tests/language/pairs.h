/* Pairs of a wrong and a right form: the wrong one must be told of at a place that holds `place`, the right one not. */
#ifndef SKS_TESTS_LANGUAGE_PAIRS_H
#define SKS_TESTS_LANGUAGE_PAIRS_H

#include "tests/test.h"

#include <glib.h>

#include "language/language.h"

struct pair {
    const char *wrong, *right;
};

static struct sks_language_room *room;

static int open_room(void **state)
{
    (void)state;
    return sks_language_create(&room, NULL);
}

static int close_room(void **state)
{
    (void)state;
    sks_language_destroy(room);
    return 0;
}

static struct sks_language_result *analysed(const char *text)
{
    struct sks_language_result *result;
    assert_int_equal(sks_language_analyse(&result, room, text), 0);
    return result;
}

/* How many things of a kind a text shows. */
typedef size_t counted(const struct sks_language_result *result);

static inline void check_pairs(const struct pair *pairs, size_t count, counted *of)
{
    size_t bad = 0;
    assert_in_range(count, 20, 1000);
    for (size_t i = 0; i < count; i++) {
        struct sks_language_result *wrong = analysed(pairs[i].wrong), *right = analysed(pairs[i].right);
        if (of(wrong) == 0)
            print_message("not told: %s\n", pairs[i].wrong);
        for (size_t k = 0; k < right->span_count && of(right) > 0; k++)
            print_message("told of a right one: %s: %s\n", pairs[i].right, right->spans[k].why_en);
        bad += of(wrong) == 0 || of(right) > 0;
        sks_language_result_destroy(wrong);
        sks_language_result_destroy(right);
    }
    assert_int_equal(bad, 0);
}

#endif

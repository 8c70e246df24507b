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

static inline size_t slips(const struct sks_language_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->span_count; i++)
        count += result->spans[i].kind == SKS_SPAN_SLIP;
    return count;
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

/*
 * Pairs of which only so many are found: the wrong one told of and the right one not, and the wrong one scored higher
 * as a learner's. What is missed is printed. No right one may be told of.
 */
static inline void check_share(const struct pair *pairs, size_t count, size_t least_told, size_t least_ranked)
{
    size_t told = 0, ranked = 0, false_alarms = 0;
    assert_in_range(count, 20, 1000);
    for (size_t i = 0; i < count; i++) {
        struct sks_language_result *wrong = analysed(pairs[i].wrong), *right = analysed(pairs[i].right);
        bool found = slips(wrong) > 0, higher = wrong->learner > right->learner;
        told += found;
        ranked += higher;
        false_alarms += slips(right) > 0;
        if (!found || !higher)
            print_message("%s%s: %s\n", found ? "" : "not told",
                          higher  ? ""
                          : found ? "not ranked"
                                  : ", not ranked",
                          pairs[i].wrong);
        for (size_t k = 0; k < right->span_count && slips(right) > 0; k++)
            print_message("told of a right one: %s: %s\n", pairs[i].right, right->spans[k].why_en);
        sks_language_result_destroy(wrong);
        sks_language_result_destroy(right);
    }
    print_message("%zu pairs: %zu told, %zu ranked right\n", count, told, ranked);
    assert_int_equal(false_alarms, 0);
    assert_in_range(told, least_told, count);
    assert_in_range(ranked, least_ranked, count);
}

#endif

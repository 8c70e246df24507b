/* Whose word counts for how much: tables of what people say, and what comes of it by the rules of model/voices.h. */
#include "tests/test.h"

#include "model/divide.h"
#include "model/voices.h"

enum { MOST = 12, WORDS = 20 };

static void test_persons(void **state)
{
    (void)state;
    static const struct {
        const char *name, *person;
        gboolean reader;
    } rows[] = {
        {"soc", "soc", FALSE},
        {"SOC+night", "SOC+night", FALSE},
        {"sato@kikan.example", "sato@kikan.example", TRUE},
        {"Sato@Kikan.Example", "sato@kikan.example", TRUE},
        {"sato+a+b@kikan.example", "sato@kikan.example", TRUE},
        {"+sato@kikan.example", "+sato@kikan.example", TRUE},
        {"sato@kikan+x.example", "sato@kikan+x.example", TRUE},
        {"root@", "root@", TRUE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *person = sks_voices_person(rows[i].name);
        assert_row_string(rows[i].name, person, rows[i].person);
        assert_row_int(rows[i].name, sks_voices_is_reader(rows[i].name), rows[i].reader);
    }
}

static void test_compare(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct sks_voices one, other;
        int want;
    } rows[] = {
        {"nobody", {0}, {0}, 0},
        {"an analyst against five readers", {1, 0, 1}, {0, 5, 9}, 1},
        {"an analyst each, and a reader", {1, 0, 9}, {1, 1, 2}, -1},
        {"three readers against one with more mails", {0, 3, 3}, {0, 1, 30}, 1},
        {"the same people: mails count", {1, 0, 1}, {1, 0, 5}, -1},
        {"the same", {1, 2, 3}, {1, 2, 3}, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row_int(rows[i].name, sks_voices_compare(rows[i].one, rows[i].other), rows[i].want);
}

/* Mails by their reporters, a letter each: 'a' and 'b' are analysts, 'x', 'y' and 'z' readers; "-" is nobody known. */
static const char *const *people_of(const char *letters)
{
    static const char *const names[] = {"a", "b", "x@k.example", "y@k.example", "z@k.example"};
    const char **people = g_new0(const char *, strlen(letters) + 1);
    for (size_t i = 0; letters[i] != '\0'; i++)
        people[i] = names[strchr("abxyz", letters[i]) - "abxyz"];
    return people;
}

struct mails {
    struct sks_row rows[MOST + 4];
    uint32_t grams[MOST + 4][WORDS];
    char groups[MOST + 4][8];
    size_t count;
};

/* What is said of a mail: "x T1" is a mail of campaign 1 that reader x calls targeted. The last four are other mail. */
static void fill_mails(struct mails *mails, const char *const *said)
{
    *mails = (struct mails){0};
    for (size_t i = 0; i < MOST + 4; i++) {
        gboolean reported = *said != NULL;
        size_t row = mails->count++, campaign = reported ? (size_t)(strrchr(*said, ' ')[2] - '0') : 9;
        for (uint32_t j = 0; j < WORDS; j++)
            mails->grams[row][j] = (uint32_t)campaign * 1000 + j;
        g_snprintf(mails->groups[row], sizeof mails->groups[row], "%zu", row);
        mails->rows[row] = (struct sks_row){.group = mails->groups[row],
                                            .grams = mails->grams[row],
                                            .gram_count = campaign == 0 ? 0 : WORDS,
                                            .reported = reported};
        if (!reported)
            continue;
        g_auto(GStrv) parts = g_strsplit(*said++, " ", 2);
        mails->rows[row].class_ = parts[1][0] == 'T'   ? SKS_CLASS_TARGETED
                                  : parts[1][0] == 'B' ? SKS_CLASS_BULK
                                                       : SKS_CLASS_CLEAN;
        mails->rows[row].reporters = parts[0][0] != '-' ? people_of(parts[0]) : NULL;
    }
}

static void free_mails(struct mails *mails)
{
    for (size_t i = 0; i < mails->count; i++)
        g_free((gpointer)(uintptr_t)mails->rows[i].reporters);
}

static void test_alone(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *said[MOST + 1];
        const char *want; /* of each mail: whether it is left out */
    } rows[] = {
        {"nobody", {NULL}, ""},
        {"a reader", {"x T1", NULL}, "1"},
        {"a reader, three mails", {"x T1", "x T1", "x T2", NULL}, "111"},
        {"an analyst", {"a T1", NULL}, "0"},
        {"two of one mail", {"xy T1", NULL}, "0"},
        {"two of one campaign", {"x T1", "y T1", "x T2", NULL}, "001"},
        {"a reader, and an analyst of its like", {"x T1", "x T1", "a T1", "y T2", NULL}, "0001"},
        {"the second says something else", {"x T1", "y C1", "z B1", NULL}, "111"},
        {"bulk and clean, too", {"x B1", "x B1", "y B1", "x C2", NULL}, "0001"},
        {"nobody knows who", {"- T1", NULL}, "0"},
        {"without words", {"x T0", "y T0", "a T0", "xy T0", NULL}, "1100"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mails mails;
        gboolean alone[MOST + 4];
        char got[MOST + 5] = "";
        fill_mails(&mails, rows[i].said);
        size_t count = sks_voices_find_alone(alone, mails.rows, mails.count), wanted = 0;
        for (size_t j = 0; j < mails.count; j++) {
            gboolean want = j < strlen(rows[i].want) && rows[i].want[j] == '1';
            wanted += want;
            got[j] = alone[j] ? '1' : '0';
            if (alone[j] != want)
                fail_msg("%s: want %s, got %s", rows[i].name, rows[i].want, got);
        }
        assert_row_int(rows[i].name, count, wanted);
        free_mails(&mails);
    }
}

static void test_weights(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *said[MOST + 1];
        const char *want;
    } rows[] = {
        {"one", {"a T1", NULL}, "1"},
        {"one alone", {"a T1", "a T1", "a T1", NULL}, "111"},
        {"nobody knows who", {"- T1", "- T1", "- T1", NULL}, "111"},
        {"each one", {"x T1", "y T1", "z T1", NULL}, "111"},
        {"half", {"x T1", "y T1", "x T1", "z T1", NULL}, "1111"},
        {"four against two", {"x T1", "y T1", "x T1", "x T1", "z T1", "x T1", NULL}, "131121"},
        {"seven parts, three against four", {"x T1", "x T1", "x T1", "x T1", "y T1", "y T1", "y T1", NULL}, "1111221"},
        {"five against three", {"x T1", "x T1", "x T1", "x T1", "x T1", "y T1", "y T1", "z T1", NULL}, "11111222"},
        {"four against one", {"x T1", "x T1", "x T1", "x T1", "z T1", NULL}, "11115"},
        {"what others reported, too, is nobody's", {"x T1", "xy T1", "x T1", "x T1", NULL}, "1411"},
        {"an analyst as anybody", {"a T1", "a T1", "a T1", "x T1", NULL}, "1114"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mails mails;
        g_autoptr(GArray) which = g_array_new(FALSE, FALSE, sizeof(size_t));
        fill_mails(&mails, rows[i].said);
        for (size_t j = 0; j < strlen(rows[i].want); j++)
            g_array_append_val(which, j);
        g_autofree size_t *weights = sks_voices_weigh(mails.rows, which);
        for (size_t j = 0; j < which->len; j++)
            assert_row_int(rows[i].name, weights[j], rows[i].want[j] - '0');
        free_mails(&mails);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_persons),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is kept out of training, and the file of it: relatives together, read back the same, refused when damaged. */
#include "tests/test.h"

#include <glib.h>

#include "analyst/kept-out.h"
#include "model/groups.h"

static const char *const schema[] = {"lure.request", "sender.webmail"};
#define FEATURES G_N_ELEMENTS(schema)

static struct sks_set ham = {.name = "a/ham", .class_ = SKS_CLASS_CLEAN};
static struct sks_set targeted = {.name = "a/targeted", .class_ = SKS_CLASS_TARGETED};
static struct sks_set reports = {.name = "reports/targeted", .class_ = SKS_CLASS_TARGETED, .reported = true};

static void free_mail(gpointer data)
{
    sks_set_mail_destroy(data);
}

static void free_set(gpointer data)
{
    struct sks_set *set = data;
    g_free(set->name);
    g_free(set);
}

static struct sks_sets make_sets(void)
{
    return (struct sks_sets){.sets = g_ptr_array_new_with_free_func(free_set),
                             .mails = g_ptr_array_new_with_free_func(free_mail),
                             .schema = schema,
                             .schema_count = FEATURES};
}

static void finish_sets(struct sks_sets *sets)
{
    g_ptr_array_unref(sets->mails);
    g_ptr_array_unref(sets->sets);
}

static void add(struct sks_sets *sets, struct sks_set *set, const char *group, unsigned number)
{
    struct sks_set_mail *mail = g_new0(struct sks_set_mail, 1);
    mail->set = set;
    mail->group = g_strdup(group);
    mail->group_id = sks_group_id(group);
    mail->time = 1672531200 + number;
    mail->written = number % 2 == 1;
    g_strlcpy(mail->language, number % 2 == 1 ? "ja" : "en", sizeof mail->language);
    g_snprintf(mail->digest, sizeof mail->digest, "%064x", number);
    mail->values = g_new0(double, FEATURES);
    mail->values[1] = number / 8.0;
    mail->gram_count = number % 3;
    mail->grams = g_new0(uint32_t, 3);
    mail->grams[0] = number;
    mail->grams[1] = number + 1;
    if (number % 4 == 1) { /* read in a second way, too */
        mail->closed = g_new0(struct sks_set_reading, 1);
        mail->closed->values = g_new0(double, FEATURES);
        mail->closed->values[0] = number / 4.0;
        mail->closed->gram_count = number % 3;
        mail->closed->grams = g_memdup2(mail->grams, 3 * sizeof(uint32_t));
        mail->closed->grams[1] = number + 5;
    }
    g_ptr_array_add(sets->mails, mail);
}

/* 200 threads of three mails, 6 families of two, a report. */
static struct sks_sets make_corpus(void)
{
    struct sks_sets sets = make_sets();
    unsigned number = 1;
    for (unsigned i = 0; i < 200; i++)
        for (unsigned k = 0; k < 3; k++) {
            g_autofree char *group = g_strdup_printf("clean thread %u", i);
            add(&sets, &ham, group, number++);
        }
    for (unsigned i = 0; i < 6; i++)
        for (unsigned k = 0; k < 2; k++) {
            g_autofree char *group = g_strdup_printf("targeted family %u", i);
            add(&sets, &targeted, group, number++);
        }
    g_autofree char *digest = g_strdup_printf("%064x", 7777);
    g_autofree char *report = sks_set_report_group(SKS_CLASS_TARGETED, digest);
    add(&sets, &reports, report, number);
    return sets;
}

static unsigned count_groups(const GPtrArray *mails, enum sks_class class_)
{
    GHashTable *groups = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < mails->len; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(mails, i);
        if (mail->set->class_ == class_)
            g_hash_table_add(groups, mail->group);
    }
    unsigned count = g_hash_table_size(groups);
    g_hash_table_unref(groups);
    return count;
}

static void test_divide(void **state)
{
    (void)state;
    struct sks_sets sets = make_corpus();
    static const struct {
        double share;
        unsigned least, most, targeted; /* groups kept out */
    } rows[] = {{0, 0, 0, 0}, {0.1, 10, 32, 1}, {0.5, 80, 120, 2}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) learned = g_ptr_array_new();
        g_autoptr(GPtrArray) kept = g_ptr_array_new();
        sks_kept_out_divide(learned, kept, sets.mails, rows[i].share);
        unsigned of_kept = count_groups(kept, SKS_CLASS_CLEAN), families = count_groups(kept, SKS_CLASS_TARGETED);
        assert_in_range(of_kept, rows[i].least, rows[i].most);
        assert_int_equal(of_kept + count_groups(learned, SKS_CLASS_CLEAN), 200); /* none on both sides */
        assert_int_equal(kept->len, of_kept * 3 + families * 2);
        assert_int_equal(kept->len + learned->len, sets.mails->len);
        /* With the report, five groups are left to learn from at least. */
        assert_in_range(families, MIN(rows[i].targeted, 1), rows[i].targeted);
        for (guint k = 0; k < kept->len; k++)
            assert_false(((const struct sks_set_mail *)g_ptr_array_index(kept, k))->set->reported);
    }
    finish_sets(&sets);
}

static void test_file(void **state)
{
    (void)state;
    struct sks_sets sets = make_corpus(), read = make_sets();
    g_autoptr(GBytes) bytes = sks_kept_out_format(sets.mails, &sets);
    gsize size;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    assert_int_equal(sks_kept_out_parse(&read, data, size, "x", NULL), 0);
    assert_int_equal(read.mails->len, sets.mails->len);
    for (guint i = 0; i < read.mails->len; i++) {
        const struct sks_set_mail *want = g_ptr_array_index(sets.mails, i), *got = g_ptr_array_index(read.mails, i);
        assert_int_equal(got->set->class_, want->set->class_);
        assert_true(got->time == want->time && got->written == want->written && got->group_id == want->group_id);
        assert_string_equal(got->digest, want->digest);
        assert_string_equal(got->language, want->language);
        assert_memory_equal(got->values, want->values, FEATURES * sizeof(double));
        assert_int_equal(got->gram_count, want->gram_count);
        assert_memory_equal(got->grams, want->grams, got->gram_count * sizeof(uint32_t));
        assert_true((got->closed != NULL) == (want->closed != NULL));
        if (want->closed == NULL)
            continue;
        assert_memory_equal(got->closed->values, want->closed->values, FEATURES * sizeof(double));
        assert_int_equal(got->closed->gram_count, want->closed->gram_count);
        assert_memory_equal(got->closed->grams, want->closed->grams, got->closed->gram_count * sizeof(uint32_t));
    }
    /* What is there already is not added again. */
    assert_int_equal(sks_kept_out_parse(&read, data, size, "x", NULL), 0);
    assert_int_equal(read.mails->len, sets.mails->len);
    finish_sets(&read);
    finish_sets(&sets);
}

static void test_damage(void **state)
{
    (void)state;
    struct sks_sets sets = make_sets(), read = make_sets();
    add(&sets, &ham, "clean thread a", 1);
    add(&sets, &targeted, "targeted family b", 2);
    g_autoptr(GBytes) bytes = sks_kept_out_format(sets.mails, &sets);
    gsize size;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    for (gsize length = 0; length < size; length++) {
        g_autofree guint8 *cut = g_memdup2(data, length); /* so that a sanitizer sees what is read beyond */
        assert_int_equal(sks_kept_out_parse(&read, cut, length, "x", NULL), SKS_ERROR_FORMAT);
        assert_int_equal(read.mails->len, 0);
    }
    /* Each octet changed: whatever comes of it, nothing is read or written beyond. */
    for (gsize at = 0; at < size; at++) {
        g_autofree guint8 *changed = g_memdup2(data, size);
        changed[at] ^= 0xff;
        sks_kept_out_parse(&read, changed, size, "x", NULL);
        g_ptr_array_set_size(read.mails, 0);
    }
    static const char *const other[] = {"lure.request", "sender.webmial"};
    struct sks_problems *problems = sks_problems_create();
    read.schema = other;
    assert_int_equal(sks_kept_out_parse(&read, data, size, "x", problems), SKS_ERROR_SCHEMA);
    assert_string_equal(sks_problems_text(problems, 0), "x: its mails were read by a program with other features");
    sks_problems_destroy(problems);
    finish_sets(&read);
    finish_sets(&sets);
}

/* What a package has learned from, as a group or as a report of the same mail, tells nothing of it. */
static void test_forget(void **state)
{
    (void)state;
    struct sks_sets sets = make_sets();
    struct sks_set own[] = {ham, targeted};
    add(&sets, &own[0], "clean thread a", 1);
    add(&sets, &own[0], "clean thread b", 2);
    add(&sets, &own[1], "targeted family c", 3);
    add(&sets, &own[1], "targeted family d", 7777);
    g_autofree char *digest = g_strdup_printf("%064x", 7777);
    g_autofree char *report = sks_set_report_group(SKS_CLASS_TARGETED, digest);
    const struct sks_row rows[] = {{.group = "clean thread b"}, {.group = report}, {.group = "clean thread z"}};
    g_autoptr(GBytes) groups = sks_groups_format(rows, G_N_ELEMENTS(rows));
    assert_int_equal(sks_kept_out_forget(&sets, NULL), 0);
    assert_int_equal(sks_kept_out_forget(&sets, groups), 2);
    assert_int_equal(sets.mails->len, 2);
    assert_string_equal(((const struct sks_set_mail *)g_ptr_array_index(sets.mails, 0))->group, "clean thread a");
    assert_string_equal(((const struct sks_set_mail *)g_ptr_array_index(sets.mails, 1))->group, "targeted family c");
    finish_sets(&sets);
}

/* A mail is known itself by its digest or by a report, else by a relative; a package may say only one of these. */
static void test_known(void **state)
{
    (void)state;
    struct sks_sets sets = make_sets();
    struct sks_set own = ham;
    add(&sets, &own, "clean thread a", 0x1234);
    add(&sets, &own, "clean thread a", 2);
    add(&sets, &own, "clean thread b", 3);
    add(&sets, &own, "clean thread c", 7777);
    add(&sets, &own, "clean thread d", 5);
    for (guint i = 0; i < sets.mails->len; i++) { /* ids are taken from the first digits */
        struct sks_set_mail *mail = g_ptr_array_index(sets.mails, i);
        g_snprintf(mail->digest, sizeof mail->digest, "%016x%048d", i + 1, 0);
    }
    g_autofree char *report =
        sks_set_report_group(SKS_CLASS_BULK, ((struct sks_set_mail *)g_ptr_array_index(sets.mails, 3))->digest);
    struct sks_set_mail *again = g_ptr_array_index(sets.mails, 4); /* reported with other line ends */
    g_snprintf(again->reported, sizeof again->reported, "%064x", 99);
    g_autofree char *other_report = sks_set_report_group(SKS_CLASS_TARGETED, again->reported);
    const struct sks_row rows[] = {
        {.group = other_report},
        {.group = "clean thread a", .digest = "00000000000000010"},
        {.group = "clean thread a", .digest = "00000000000000010"}, /* as with assumed ones */
        {.group = report}};
    g_autoptr(GBytes) groups = sks_groups_format(rows, G_N_ELEMENTS(rows));
    g_autoptr(GBytes) mails = sks_groups_format_mails(rows, G_N_ELEMENTS(rows));
    assert_int_equal(g_bytes_get_size(mails), 8);
    const struct {
        struct sks_learned learned;
        enum sks_known known[5];
    } cases[] = {
        {{mails, groups}, {SKS_KNOWN_ITSELF, SKS_KNOWN_RELATIVE, SKS_KNOWN_NOT, SKS_KNOWN_ITSELF, SKS_KNOWN_ITSELF}},
        {{NULL, groups}, {SKS_KNOWN_RELATIVE, SKS_KNOWN_RELATIVE, SKS_KNOWN_NOT, SKS_KNOWN_ITSELF, SKS_KNOWN_ITSELF}},
        {{mails, NULL}, {SKS_KNOWN_ITSELF, SKS_KNOWN_NOT, SKS_KNOWN_NOT, SKS_KNOWN_NOT, SKS_KNOWN_NOT}},
        {{NULL, NULL}, {SKS_KNOWN_NOT, SKS_KNOWN_NOT, SKS_KNOWN_NOT, SKS_KNOWN_NOT, SKS_KNOWN_NOT}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (guint k = 0; k < sets.mails->len; k++)
            assert_int_equal(sks_kept_out_known(g_ptr_array_index(sets.mails, k), &cases[i].learned),
                             cases[i].known[k]);
    finish_sets(&sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_divide), cmocka_unit_test(test_file),  cmocka_unit_test(test_damage),
        cmocka_unit_test(test_forget), cmocka_unit_test(test_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

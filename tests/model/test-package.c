/* The package: what was written is read; whatever is damaged or foreign is refused, and the reason told. */
#include "tests/test.h"

#include "model/model.h"
#include "tests/model/fixture.h"

static GBytes *good;    /* a sound package */
static GBytes *classes; /* its libsvm model */

static GBytes *write_package(json_t *manifest, GBytes *svm, GBytes *text)
{
    struct sks_package package = {.manifest = manifest, .classes = svm, .text = text};
    GBytes *bytes = NULL;
    assert_int_equal(sks_package_write(&bytes, &package), 0);
    json_decref(manifest);
    return bytes;
}

static GBytes *write_good(json_t *manifest)
{
    g_autoptr(GBytes) text = make_text_model();
    return write_package(manifest, classes, text);
}

static int setup(void **state)
{
    (void)state;
    struct rows *rows = make_rows(7);
    struct svm_model *model = train_rows(rows);
    g_autofree char *file = NULL;
    classes = save_model(model, &file);
    g_unlink(file);
    svm_free_and_destroy_model(&model);
    g_free(rows);
    good = write_good(make_manifest());
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    g_bytes_unref(good);
    g_bytes_unref(classes);
    return 0;
}

static int load(const void *bytes, size_t size, char **out_problem)
{
    struct sks_problems *problems = sks_problems_create();
    struct sks_model *model = NULL;
    int error = sks_model_load_bytes(&model, bytes, size, "test.model", schema, FEATURES, problems);
    assert_true((error == 0) == (model != NULL));
    assert_true((error == 0) == (sks_problems_count(problems) == 0));
    *out_problem = g_strdup(error != 0 ? sks_problems_text(problems, 0) : "");
    sks_model_destroy(model);
    sks_problems_destroy(problems);
    return error;
}

static void test_same_bytes(void **state)
{
    (void)state;
    g_autoptr(GBytes) again = write_good(make_manifest());
    assert_true(g_bytes_equal(good, again));
    g_autofree char *problem = NULL;
    gsize size;
    const void *bytes = g_bytes_get_data(good, &size);
    assert_int_equal(load(bytes, size, &problem), 0);
}

/* No single changed byte of the members' content, and no cut, may pass. */
static void test_damage(void **state)
{
    (void)state;
    gsize size;
    const unsigned char *bytes = g_bytes_get_data(good, &size);
    for (size_t at = 0; at < size; at += 97) {
        g_autofree unsigned char *copy = g_memdup2(bytes, size);
        g_autofree char *cut = NULL;
        assert_true(load(copy, at, &cut) < 0);
        copy[at] ^= 0x20;
        g_autofree char *flipped = NULL;
        load(copy, size, &flipped); /* a changed attribute of the zip itself may be harmless, a crash is not */
    }
    const char *member = "svm_type";
    unsigned char *copy = g_memdup2(bytes, size);
    unsigned char *found = memmem(copy, size, member, strlen(member));
    assert_non_null(found);
    found[400] ^= 1;
    g_autofree char *problem = NULL;
    assert_int_equal(load(copy, size, &problem), SKS_ERROR_FORMAT);
    assert_string_equal(problem, "test.model: classes.svm: damaged");
    g_free(copy);
}

static void test_digest(void **state)
{
    (void)state;
    /* A member exchanged by somebody whose zip is sound: the manifest gives it away. */
    gsize size;
    const char *bytes = g_bytes_get_data(good, &size);
    g_autofree char *digest = sks_package_digest(g_bytes_get_data(classes, NULL), g_bytes_get_size(classes));
    g_autofree char *copy = g_memdup2(bytes, size);
    char *found = memmem(copy, size, digest, strlen(digest));
    assert_non_null(found);
    found[0] = found[0] == '0' ? '1' : '0';
    struct sks_package package;
    assert_int_equal(sks_package_read(&package, copy, size, "x", NULL), SKS_ERROR_FORMAT);
}

static void test_manifest(void **state)
{
    (void)state;
    static const struct {
        const char *name, *change, *want;
        int error;
    } rows[] = {
        {"no version", "{\"version\":\"\"}", "test.model: version: missing", SKS_ERROR_FORMAT},
        {"a feature too many",
         "{\"features\":[\"attachment.a\",\"bulk.b\",\"clean.c\",\"lure.d\",\"lure.x\",\"sender.e\"]}",
         "test.model: features: lure.x is unknown to this program", SKS_ERROR_SCHEMA},
        {"a feature missing", "{\"features\":[\"bulk.b\",\"clean.c\",\"lure.d\",\"sender.e\"]}",
         "test.model: features: attachment.a is missing from the package", SKS_ERROR_SCHEMA},
        {"features are no names", "{\"features\":[1,2,3,4,5]}", "test.model: features: not a list of names",
         SKS_ERROR_FORMAT},
        {"no features", "{\"features\":{}}", "test.model: features: attachment.a is missing from the package",
         SKS_ERROR_SCHEMA},
        {"scale too short", "{\"scale\":[1,1]}", "test.model: scale: not as many numbers as features",
         SKS_ERROR_FORMAT},
        {"scale is text", "{\"scale\":[1,1,\"1\",1,1]}", "test.model: scale: not a number", SKS_ERROR_FORMAT},
        {"no thresholds", "{\"thresholds\":[]}", "test.model: thresholds.targeted: not a number", SKS_ERROR_FORMAT},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        json_t *manifest = make_manifest(), *change = json_loads(rows[i].change, 0, NULL);
        assert_non_null(change);
        json_object_update(manifest, change);
        json_decref(change);
        g_autoptr(GBytes) bytes = write_good(manifest);
        g_autofree char *problem = NULL;
        int error = load(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &problem);
        assert_row_int(rows[i].name, error, rows[i].error);
        assert_row_string(rows[i].name, problem, rows[i].want);
    }
}

#define HEADER                                                                                                         \
    "svm_type c_svc\nkernel_type linear\nnr_class 3\ntotal_sv 3\nrho 0 0 0\nlabel 0 1 2\n"                             \
    "probA -1 -1 -1\nprobB 0 0 0\nnr_sv 1 1 1\nSV\n"

static void test_classes(void **state)
{
    (void)state;
    static const struct {
        const char *name, *svm, *want; /* want "": loads */
    } rows[] = {
        {"sound", HEADER "1 1 1:0.5 \n-1 1 2:1 \n-1 -1 5:1 \n", ""},
        {"a vector without features", HEADER "1 1 \n-1 1 2:1 \n-1 -1 5:1 \n", ""},
        {"empty", "", "line 1: not of a linear C-SVC model with three classes"},
        {"other kernel", "svm_type c_svc\nkernel_type rbf\n", "line 2: not of a linear C-SVC model with three classes"},
        {"no header lines", "SV\n", "line 2: a line of the header is missing"},
        {"labels in another order", "label 1 0 2\n", "line 1: malformed value"},
        {"a vector too few", HEADER "1 1 1:0.5 \n-1 1 2:1 \n", "line 13: malformed coefficient"},
        {"a vector too many", HEADER "1 1 \n1 1 \n1 1 \n1 1 \n", "line 14: more vectors than announced"},
        {"feature zero", HEADER "1 1 0:1 \n", "line 11: a feature's number is out of order or range"},
        {"feature beyond the schema", HEADER "1 1 6:1 \n", "line 11: a feature's number is out of order or range"},
        {"features out of order", HEADER "1 1 2:1 1:1 \n", "line 11: a feature's number is out of order or range"},
        {"no number", HEADER "1 nan 1:1 \n", "line 11: malformed coefficient"},
        {"infinite", HEADER "1 1 1:inf \n", "line 11: malformed feature"},
        {"overflowing together", HEADER "1e300 1 1:1e300 \n1 1 \n1 1 \n", "its numbers are out of range"},
        {"vectors without end", "nr_sv 1e18 1 1\n", "line 1: malformed value"},
    };
    g_autoptr(GBytes) text = make_text_model();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) svm = g_bytes_new_static(rows[i].svm, strlen(rows[i].svm));
        g_autoptr(GBytes) bytes = write_package(make_manifest(), svm, text);
        g_autofree char *problem = NULL;
        load(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &problem);
        g_autofree char *want =
            rows[i].want[0] != '\0' ? g_strdup_printf("test.model: classes.svm: %s", rows[i].want) : g_strdup("");
        assert_row_string(rows[i].name, problem, want);
    }
}

static void test_text_model(void **state)
{
    (void)state;
    g_autoptr(GBytes) sound = make_text_model();
    gsize size;
    const char *bytes = g_bytes_get_data(sound, &size);
    static const struct {
        const char *name;
        int cut;
        size_t at; /* byte set to 0xff */
        const char *want;
    } rows[] = {
        {"empty", 1000, 0, "not a text model of this version"},
        {"of another version", 0, 7, "not a text model of this version"},
        {"cut", 1, 0, "its size does not fit its count of grams"},
        {"count too large", 0, 10, "its size does not fit its count of grams"},
        {"grams out of order", 0, 111, "its grams are out of order"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *copy = g_memdup2(bytes, size);
        if (rows[i].at > 0)
            copy[rows[i].at] = '\xff';
        g_autoptr(GBytes) text = g_bytes_new_take(copy, rows[i].cut > (int)size ? 0 : size - (size_t)rows[i].cut);
        g_autoptr(GBytes) package = write_package(make_manifest(), classes, text);
        g_autofree char *problem = NULL;
        load(g_bytes_get_data(package, NULL), g_bytes_get_size(package), &problem);
        g_autofree char *want = g_strdup_printf("test.model: text.bin: %s", rows[i].want);
        assert_row_string(rows[i].name, problem, want);
    }
}

static void test_foreign(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t size;
    } rows[] = {
        {"empty", "", 0},
        {"text", "hello, world", 12},
        {"an empty zip", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *problem = NULL;
        assert_row_int(rows[i].name, load(rows[i].bytes, rows[i].size, &problem), SKS_ERROR_FORMAT);
    }
    struct sks_model *model = NULL;
    assert_int_equal(sks_model_load(&model, "/nonexistent/x.model", schema, FEATURES, NULL), SKS_ERROR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_damage),  cmocka_unit_test(test_digest),
        cmocka_unit_test(test_manifest),   cmocka_unit_test(test_classes), cmocka_unit_test(test_text_model),
        cmocka_unit_test(test_foreign),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

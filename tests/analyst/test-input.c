#include "tests/test.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "analyst/input.h"

static char *folder;

static char *put(const char *name, const char *text)
{
    char *path = g_build_filename(folder, name, NULL);
    char *parent = g_path_get_dirname(path);
    g_mkdir_with_parents(parent, 0700);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    g_free(parent);
    return path;
}

/* What comes out of a path, one mail after the other: "name#index:bytes;" or "name!;" for an error. */
static char *read_all(char *const *paths, size_t count)
{
    GString *all = g_string_new(NULL);
    struct sks_input *input = sks_input_create(paths, count);
    struct sks_input_mail mail;
    while (sks_input_next(input, &mail)) {
        char *name = g_path_get_basename(mail.file);
        if (mail.error != NULL)
            g_string_append_printf(all, "%s!;", name);
        else
            g_string_append_printf(all, "%s#%zu:%.*s;", name, mail.index, (int)mail.size, mail.bytes);
        g_free(name);
        sks_input_mail_finish(&mail);
    }
    sks_input_destroy(input);
    return g_string_free(all, FALSE);
}

static void reads_files_and_mboxes(void **state)
{
    (void)state;
    const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"a.eml", "Subject: x\n\ny\n", "a.eml#0:Subject: x\n\ny\n;"},
        {"empty", "", "empty#0:;"},
        {"empty.mbox", "", ""},
        {"b.eml", "From a@b.example Mon\nSubject: x\n\nFrom me\n",
         "b.eml#0:From a@b.example Mon\nSubject: x\n\nFrom me\n;"},
        {"one", "From a Mon\nA: 1\n\nx\n", "one#0:A: 1\n\nx\n;"},
        {"two", "From a Mon\nA: 1\n\nx\n\nFrom b Tue\nB: 2\n\ny\n", "two#0:A: 1\n\nx\n;two#1:B: 2\n\ny\n;"},
        {"crlf", "From a Mon\r\nA: 1\r\n\r\nx\r\n\r\nFrom b Tue\r\nB: 2\r\n",
         "crlf#0:A: 1\r\n\r\nx\r\n;crlf#1:B: 2\r\n;"},
        {"quoted", "From a Mon\nA: 1\n\n>From x\n>>From y\n> From z\nFrom here on\n",
         "quoted#0:A: 1\n\nFrom x\n>From y\n> From z\nFrom here on\n;"},
        {"line", "From a", "line#0:;"},
        {"three", "From a\nA: 1\n\n\nFrom b\n\nFrom c\nC: 3", "three#0:A: 1\n\n;three#1:;three#2:C: 3;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *path = put(rows[i].name, rows[i].text);
        char *got = read_all(&path, 1);
        assert_row_string(rows[i].name, got, rows[i].want);
        g_free(got);
        g_unlink(path);
        g_free(path);
    }
}

static void walks_a_folder_through_its_link(void **state)
{
    (void)state;
    char *inner = put("real/a", "A"), *link = g_build_filename(folder, "link", NULL);
    char *real = g_build_filename(folder, "real", NULL);
    assert_int_equal(symlink("real", link), 0);
    char *got = read_all(&link, 1);
    assert_string_equal(got, "a#0:A;");
    g_free(got);
    g_unlink(inner);
    g_unlink(link);
    g_rmdir(real);
    g_free(inner);
    g_free(link);
    g_free(real);
}

static void walks_folders_by_name_and_goes_on_after_errors(void **state)
{
    (void)state;
    char *paths[] = {put("d/b", "B"), put("d/a/z", "Z"), put("d/c", "C"), put("e", "E")};
    char *missing = g_build_filename(folder, "missing", NULL);
    char *directory = g_build_filename(folder, "d", NULL);
    char *arguments[] = {missing, directory, paths[3]};
    char *got = read_all(arguments, 3);
    assert_string_equal(got, "missing!;z#0:Z;b#0:B;c#0:C;e#0:E;");
    g_free(got);
    for (size_t i = 0; i < 4; i++) {
        g_unlink(paths[i]);
        g_free(paths[i]);
    }
    char *inner = g_build_filename(directory, "a", NULL);
    g_rmdir(inner);
    g_rmdir(directory);
    g_free(inner);
    g_free(missing);
    g_free(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_files_and_mboxes),
        cmocka_unit_test(walks_folders_by_name_and_goes_on_after_errors),
        cmocka_unit_test(walks_a_folder_through_its_link),
    };
    folder = g_dir_make_tmp("sekisho-input-XXXXXX", NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_rmdir(folder);
    g_free(folder);
    return failed;
}

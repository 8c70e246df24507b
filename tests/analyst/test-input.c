#include "tests/test.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyst/input.h"
#include "analyst/written.h"
#include "sekisho/limits.h"

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

static char *link_to(const char *target, const char *name)
{
    char *path = g_build_filename(folder, name, NULL);
    assert_int_equal(symlink(target, path), 0);
    return path;
}

/* To files and folders; a folder once, however many links lead to it, and so no loop; one that leads nowhere is told.
 */
static void follows_links(void **state)
{
    (void)state;
    char *paths[] = {put("real/a", "A"),
                     put("walked/sub/b", "B"),
                     link_to("../real", "walked/far"),
                     link_to("../real/a", "walked/near"),
                     link_to("..", "walked/sub/up"),
                     link_to("sub", "walked/twice"),
                     link_to("gone", "walked/nowhere")};
    char *walked = g_build_filename(folder, "walked", NULL), *got = read_all(&walked, 1);
    assert_string_equal(got, "a#0:A;near#0:A;nowhere!;b#0:B;");
    g_free(got);
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_unlink(paths[i]);
        g_free(paths[i]);
    }
    static const char *const folders[] = {"walked/sub", "walked", "real"};
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        char *path = g_build_filename(folder, folders[i], NULL);
        assert_int_equal(g_rmdir(path), 0);
        g_free(path);
    }
    g_free(walked);
}

/* A pipe that nobody writes to and a device that never ends are told, and waited for by nobody. */
static void reads_regular_files_only(void **state)
{
    (void)state;
    char *pipe = g_build_filename(folder, "d/pipe", NULL), *mail = put("d/z", "Z");
    char *directory = g_build_filename(folder, "d", NULL), zero[] = "/dev/zero", null[] = "/dev/null";
    assert_int_equal(mkfifo(pipe, 0600), 0);
    char *arguments[] = {directory, pipe, zero, null};
    char *got = read_all(arguments, 4);
    assert_string_equal(got, "pipe!;z#0:Z;pipe!;zero!;null#0:;");
    g_free(got);
    g_unlink(pipe);
    g_unlink(mail);
    g_rmdir(directory);
    g_free(pipe);
    g_free(mail);
    g_free(directory);
}

/* The marker of composed samples is passed over in a folder, but not another file of its name. */
static void passes_over_the_marker(void **state)
{
    (void)state;
    char *marker = put("m/WRITTEN", SKS_WRITTEN_WORDS ".\n"), *other = put("m/a/WRITTEN", "Subject: x\n");
    char *directory = g_build_filename(folder, "m", NULL), *inner = g_build_filename(folder, "m/a", NULL);
    char *got = read_all(&directory, 1);
    assert_string_equal(got, "WRITTEN#0:Subject: x\n;");
    assert_true(sks_written_marks(directory));
    assert_true(sks_written_marks(inner));
    assert_false(sks_written_marks(folder));
    g_free(got);
    g_unlink(marker);
    assert_false(sks_written_marks(inner)); /* what is there is none */
    g_unlink(other);
    g_rmdir(inner);
    g_rmdir(directory);
    g_free(marker);
    g_free(other);
    g_free(inner);
    g_free(directory);
}

/* Holes cost nothing on disk; what lies beyond the ceiling is not read, in a file or in an mbox's mail. */
static void cuts_at_the_ceiling(void **state)
{
    (void)state;
    static const struct {
        const char *name, *start, *end;
        off_t size;
        size_t want[2]; /* sizes of the mails */
        bool truncated[2];
    } rows[] = {
        {"whole", "A", "", SKS_LIMIT_MAIL_SIZE, {SKS_LIMIT_MAIL_SIZE}, {false}},
        {"longer", "A", "", (off_t)SKS_LIMIT_MAIL_SIZE + 1, {SKS_LIMIT_MAIL_SIZE}, {true}},
        {"huge", "A", "", (off_t)3 << 30, {SKS_LIMIT_MAIL_SIZE}, {true}},
        {"mbox", "From a\n", "\n\nFrom b\nB", (off_t)100 << 20, {SKS_LIMIT_MAIL_SIZE, 1}, {true, false}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *path = put(rows[i].name, rows[i].start);
        assert_int_equal(truncate(path, rows[i].size), 0);
        FILE *file = fopen(path, "ae");
        fputs(rows[i].end, file);
        fclose(file);
        struct sks_input *input = sks_input_create(&path, 1);
        struct sks_input_mail mail;
        size_t count = 0;
        for (; sks_input_next(input, &mail); sks_input_mail_finish(&mail), count++) {
            assert_row_int(rows[i].name, mail.size, rows[i].want[count]);
            assert_row_int(rows[i].name, mail.truncated, rows[i].truncated[count]);
        }
        assert_row_int(rows[i].name, count, rows[i].want[1] != 0 ? 2 : 1);
        sks_input_destroy(input);
        g_unlink(path);
        g_free(path);
    }
}

/* Lines longer than what is read at once are split nowhere, and nothing in their middle is a line's beginning. */
static void reads_long_lines(void **state)
{
    (void)state;
    GString *text = g_string_new("From a\n");
    g_autofree char *letters = g_strnfill(65536, 'a'), *marks = g_strnfill(300, '>');
    g_string_append_printf(text, "%sFrom %s>From \n>From x\n%sFrom\n\n", letters, letters, marks);
    g_autoptr(GString) want = g_string_new(NULL);
    g_string_append_printf(want, "long#0:%sFrom %s>From \nFrom x\n%sFrom\n;", letters, letters, marks);
    char *path = put("long", text->str), *got = read_all(&path, 1);
    assert_string_equal(got, want->str);
    g_free(got);
    g_unlink(path);
    g_free(path);
    g_string_free(text, TRUE);
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
        cmocka_unit_test(follows_links),
        cmocka_unit_test(reads_regular_files_only),
        cmocka_unit_test(passes_over_the_marker),
        cmocka_unit_test(cuts_at_the_ceiling),
        cmocka_unit_test(reads_long_lines),
    };
    folder = g_dir_make_tmp("sekisho-input-XXXXXX", NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_rmdir(folder);
    g_free(folder);
    return failed;
}

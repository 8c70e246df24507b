/* The trigram model's file: where it is found, what is refused and with which words, and that it stays once it is open.
 */
#include "tests/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "language/trigram-file.h"

struct place {
    char *folder, *copy; /* of the table of this build */
    struct sks_trigram_file file;
};

static int open_place(void **state)
{
    struct place *place = g_new0(struct place, 1);
    struct sks_trigram trigram;
    char *path = sks_trigram_file_path();
    int result = sks_trigram_file_open(&place->file, &trigram, path, NULL, NULL);
    g_free(path);
    place->folder = g_dir_make_tmp("sekisho-table-XXXXXX", NULL);
    place->copy = g_build_filename(place->folder, "trigram.bin", NULL);
    *state = place;
    return result;
}

static int close_place(void **state)
{
    struct place *place = *state;
    char *command = g_strconcat("rm -r ", place->folder, NULL);
    int result = system(command);
    sks_trigram_file_close(&place->file);
    g_free(command);
    g_free(place->copy);
    g_free(place->folder);
    g_free(place);
    return result;
}

static void write_copy(const struct place *place)
{
    assert_true(g_file_set_contents(place->copy, place->file.bytes, (gssize)place->file.size, NULL));
}

/* Its first byte there is another one. */
static void change_byte(const struct place *place, size_t at)
{
    char byte = (char)(((const char *)place->file.bytes)[at] ^ 1);
    int file = open(place->copy, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, &byte, 1, (off_t)at), 1);
    close(file);
}

static void make_missing(const struct place *place)
{
    g_remove(place->copy);
}

static void make_folder(const struct place *place)
{
    g_remove(place->copy);
    g_mkdir(place->copy, 0700);
}

static void make_fifo(const struct place *place)
{
    g_remove(place->copy);
    assert_int_equal(mkfifo(place->copy, 0600), 0);
}

static void make_empty(const struct place *place)
{
    assert_int_equal(truncate(place->copy, 0), 0);
}

static void make_foreign(const struct place *place)
{
    char text[256];
    memset(text, 'x', sizeof(text));
    assert_true(g_file_set_contents(place->copy, text, sizeof(text), NULL));
}

static void make_header(const struct place *place)
{
    assert_int_equal(truncate(place->copy, SKS_TRIGRAM_HEADER), 0);
}

static void make_short(const struct place *place)
{
    assert_int_equal(truncate(place->copy, (off_t)place->file.size - 1), 0);
}

static void make_long(const struct place *place)
{
    assert_int_equal(truncate(place->copy, (off_t)place->file.size + 1), 0);
}

static void make_other(const struct place *place)
{
    change_byte(place, SKS_TRIGRAM_DIGEST);
}

static void make_larger(const struct place *place)
{
    change_byte(place, 16);
}

static void make_damaged(const struct place *place)
{
    change_byte(place, place->file.size - 1);
}

static const struct {
    const char *name;
    void (*make)(const struct place *place);
    int error;
    const char *reason;
} rows[] = {
    {"missing", make_missing, SKS_ERROR_IO, "No such file or directory; this table belongs to the program"},
    {"folder", make_folder, SKS_ERROR_FORMAT, "is not a file"},
    {"fifo", make_fifo, SKS_ERROR_FORMAT, "is not a file"},
    {"empty", make_empty, SKS_ERROR_FORMAT, "is cut short: it has 0 bytes"},
    {"foreign", make_foreign, SKS_ERROR_FORMAT, "is not a trigram table"},
    {"header only", make_header, SKS_ERROR_FORMAT, "is cut short: it has 64 bytes of "},
    {"short by a byte", make_short, SKS_ERROR_FORMAT, "is cut short: it has "},
    {"long by a byte", make_long, SKS_ERROR_FORMAT, "is too long: it has "},
    {"another digest", make_other, SKS_ERROR_FORMAT, "is the table of another build ("},
    {"other numbers", make_larger, SKS_ERROR_FORMAT, "is the table of another build ("},
};

/* The one problem names the file and the reason. */
static void expect_problem(const char *row, const struct sks_problems *problems, const char *file, const char *reason)
{
    char *start = g_strconcat(file, ": ", reason, NULL);
    assert_row_int(row, sks_problems_count(problems), 1);
    if (!g_str_has_prefix(sks_problems_text(problems, 0), start))
        fail_msg("%s: got \"%s\", want \"%s…\"", row, sks_problems_text(problems, 0), start);
    g_free(start);
}

static void what_is_no_table_of_this_build_is_refused(void **state)
{
    const struct place *place = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_trigram_file file = {NULL, 0};
        struct sks_trigram trigram;
        struct sks_problems *problems = sks_problems_create();
        g_remove(place->copy);
        write_copy(place);
        rows[i].make(place);
        assert_row_int(rows[i].name, sks_trigram_file_open(&file, &trigram, place->copy, NULL, problems),
                       rows[i].error);
        expect_problem(rows[i].name, problems, place->copy, rows[i].reason);
        assert_null(file.bytes);
        sks_problems_destroy(problems);
    }
    g_remove(place->copy);
}

static void damage_inside_is_found_when_asked_for(void **state)
{
    const struct place *place = *state;
    struct sks_problems *problems = sks_problems_create();
    write_copy(place);
    assert_int_equal(sks_trigram_file_verify(place->copy, problems), 0);
    assert_int_equal(sks_problems_count(problems), 0);
    make_damaged(place);
    assert_int_equal(sks_trigram_file_verify(place->copy, problems), SKS_ERROR_FORMAT);
    expect_problem("damaged", problems, place->copy, "is damaged");
    sks_problems_destroy(problems);
}

/* Of a folder that others may write to, nothing of theirs is taken. */
static void a_file_of_somebody_else_is_refused(void **state)
{
    const struct place *place = *state;
    struct sks_trigram_file file;
    struct sks_trigram trigram;
    char *program = g_build_filename(place->folder, "program", NULL);
    if (geteuid() != 0)
        skip();
    write_copy(place);
    assert_true(g_file_set_contents(program, "x", 1, NULL));
    static const struct {
        const char *name;
        uid_t file, program;
        int error;
    } owners[] = {
        {"both root's", 0, 0, 0},
        {"both a user's", 1234, 1234, 0},
        {"program a user's", 0, 1234, 0},
        {"table a user's", 1234, 0, SKS_ERROR_FORMAT},
        {"two users", 1234, 1235, SKS_ERROR_FORMAT},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(owners); i++) {
        struct sks_problems *problems = sks_problems_create();
        assert_int_equal(chown(place->copy, owners[i].file, (gid_t)-1), 0);
        assert_int_equal(chown(program, owners[i].program, (gid_t)-1), 0);
        int result = sks_trigram_file_open(&file, &trigram, place->copy, program, problems);
        assert_row_int(owners[i].name, result, owners[i].error);
        if (result == 0)
            sks_trigram_file_close(&file);
        else
            expect_problem(owners[i].name, problems, place->copy, "belongs to user 1234: ");
        sks_problems_destroy(problems);
    }
    g_free(program);
    g_remove(place->copy);
}

static void put(const char *folder, const char *name)
{
    char *path = g_build_filename(folder, name, NULL), *above = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(above, 0700), 0);
    assert_true(g_file_set_contents(path, "x", 1, NULL));
    g_free(above);
    g_free(path);
}

static void it_is_found_from_where_the_program_lies(void **state)
{
    const struct place *place = *state;
    static const char *const files[] = {
        "installed/usr/share/sekisho/trigram.bin",
        "build/share/sekisho/trigram.bin",
        "build/inner/share/sekisho/trigram.bin",
    };
    static const struct {
        const char *program, *found; /* NULL: what was configured */
    } programs[] = {
        {"installed/usr/bin/sekisho", "installed/usr/share/sekisho/trigram.bin"},
        {"installed/usr/sbin/sekisho-milter", "installed/usr/share/sekisho/trigram.bin"},
        {"installed/usr/lib/machine/libsekisho.so.0", "installed/usr/share/sekisho/trigram.bin"},
        {"build/analyst/sekisho", "build/share/sekisho/trigram.bin"},
        {"build/tests/fuzz/fuzz-walk", "build/share/sekisho/trigram.bin"},
        {"build/a/b/c/program", "build/share/sekisho/trigram.bin"},
        {"build/inner/tests/program", "build/inner/share/sekisho/trigram.bin"},
        {"build/a/b/c/d/program", NULL},
        {"elsewhere/bin/program", NULL},
        {"build/program", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        put(place->folder, files[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        char *program = g_build_filename(place->folder, programs[i].program, NULL);
        char *want = programs[i].found != NULL ? g_build_filename(place->folder, programs[i].found, NULL) : NULL;
        char *found = sks_trigram_file_find(program, "/configured/trigram.bin");
        assert_row_string(programs[i].program, found, want != NULL ? want : "/configured/trigram.bin");
        g_free(found);
        g_free(want);
        g_free(program);
    }
    char *found = sks_trigram_file_find(NULL, "/configured/trigram.bin");
    assert_string_equal(found, "/configured/trigram.bin");
    g_free(found);
}

/* An upgrade puts another file in its place: who has it open goes on with the old one. */
static void a_file_that_was_replaced_stays_as_it_was(void **state)
{
    const struct place *place = *state;
    struct sks_trigram_file file;
    struct sks_trigram trigram;
    write_copy(place);
    assert_int_equal(sks_trigram_file_open(&file, &trigram, place->copy, NULL, NULL), 0);
    make_foreign(place); /* by renaming, as packages do */
    assert_memory_equal(file.bytes, place->file.bytes, file.size);
    g_remove(place->copy);
    assert_memory_equal(file.bytes, place->file.bytes, file.size);
    sks_trigram_file_close(&file);
}

static void it_is_mapped_once_in_a_process(void **state)
{
    (void)state;
    struct sks_trigram first, second;
    assert_int_equal(sks_trigram_create(&first, NULL), 0);
    assert_int_equal(sks_trigram_create(&second, NULL), 0);
    assert_ptr_equal(first.pairs, second.pairs);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_table_of_this_build_is_refused),
        cmocka_unit_test(damage_inside_is_found_when_asked_for),
        cmocka_unit_test(a_file_of_somebody_else_is_refused),
        cmocka_unit_test(it_is_found_from_where_the_program_lies),
        cmocka_unit_test(a_file_that_was_replaced_stays_as_it_was),
        cmocka_unit_test(it_is_mapped_once_in_a_process),
    };
    return cmocka_run_group_tests(tests, open_place, close_place);
}

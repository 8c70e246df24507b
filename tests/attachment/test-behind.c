/* Files that are two, of which readers open the one or the other. */
#include "tests/test.h"

#include "make.h"
#include "sekisho/limits.h"

static const struct made_member letters[] = {
    {"a.txt", "the first letter\n", 0},
    {"folder/b.txt", "the second letter, a little longer than the first\n", 0},
};

static void a_zip_behind_anything_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        guint size;
        const char *type, *mismatch; /* NULL: none */
    } rows[] = {
        {"a.jpg", "\xFF\xD8\xFF\xE0 picture", 12, "zip", "jpg: zip"},
        {"a.zip", "GIF89a picture", 14, "zip", "image, zip"},
        {"a.zip", "II*\0 picture", 12, "zip", "image, zip"},
        {"a.zip", "%PDF-1.4\n1 0 obj<<>>endobj\n", 28, "pdf", "pdf, zip"},
        {"a.zip", "{\\rtf1 hello}", 13, "rtf", "rtf, zip"},
        {"a.zip", "7z\xBC\xAF\x27\x1C\0\0\0\0\0\0\0\0", 14, "7z", "7z, zip"},
        {"a.zip", "Rar!\x1A\x07\0\0\0\0\0\0\0\0", 14, "rar", "rar, zip"},
        {"a.exe",
         "\x7F"
         "ELF\2\1\1\0\0\0\0\0",
         12, "elf", "exe: elf"},
        {"a.zip", "<html><script>x</script>", 24, "zip", "html, zip"},
    };
    const char *const passwords[] = {"Himitsu123", NULL};
    g_autoptr(GByteArray) zip = make_zip(letters, 2, ZIP_EM_AES_256, "Himitsu123");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)rows[i].bytes, rows[i].size);
        g_byte_array_append(bytes, zip->data, zip->len);
        struct sks_attachment *attachment = inspect_bytes(bytes, rows[i].name, passwords);
        assert_row_string(rows[i].bytes, sks_file_type_name(attachment->type), rows[i].type);
        assert_row_int(rows[i].bytes, attachment->encrypted, true);
        assert_row_int(rows[i].bytes, attachment->opened, true);
        assert_row_int(rows[i].bytes, find_fact(attachment, "attachment.type-mismatch", "", rows[i].mismatch) != NULL,
                       true);
        sks_attachment_destroy(attachment);
    }
    static const char picture[] = "\x89PNG\r\n\x1A\n and bytes behind it: PK\5\6 is no record of an archive here";
    g_autoptr(GByteArray) honest = g_byte_array_new();
    g_byte_array_append(honest, (const guint8 *)picture, sizeof picture - 1);
    struct sks_attachment *attachment = inspect_bytes(honest, "a.png", NULL);
    assert_int_equal(attachment->type, SKS_FILE_IMAGE);
    assert_int_equal(attachment->fact_count, 0);
    sks_attachment_destroy(attachment);
}

/* What is called a zip is read as one, behind a tar or a picture, and before filling. */
static void what_is_called_a_zip_is_read(void **state)
{
    (void)state;
    static const char picture[] = "\x89PNG\r\n\x1A\n picture";
    g_autoptr(GByteArray) zip = make_zip(&(struct made_member){"x.vbs", "x = 1", 0}, 1, ZIP_EM_NONE, NULL);
    g_autofree guint8 *filling = g_malloc0(70000);
    static const char *const seen[] = {"tar, zip", "image, zip", "7z, zip"};
    for (unsigned i = 0; i < 3; i++) {
        g_autoptr(GByteArray) bytes = i == 1 ? g_byte_array_new() : make_archive(letters, 1, i == 0 ? "tar" : "7z");
        if (i == 1)
            g_byte_array_append(bytes, (const guint8 *)picture, sizeof picture - 1);
        g_byte_array_append(bytes, zip->data, zip->len);
        g_byte_array_append(bytes, filling, i == 1 ? 70000 : 100);
        struct sks_attachment *attachment = inspect_bytes(bytes, i < 2 ? "a.zip" : "a.7z", NULL);
        assert_non_null(find_fact(attachment, "attachment.script-inside", "x.vbs", NULL));
        assert_non_null(find_fact(attachment, "attachment.type-mismatch", "", seen[i]));
        sks_attachment_destroy(attachment);
    }
}

static void append_file(GByteArray *bytes, const char *name)
{
    const char *root = g_getenv("SKS_SOURCE_ROOT");
    g_autofree char *path = g_build_filename(root != NULL ? root : ".", "tests/attachment/data", name, NULL);
    g_autofree char *content = NULL;
    gsize size;
    assert_true(g_file_get_contents(path, &content, &size, NULL));
    g_byte_array_append(bytes, (const guint8 *)content, (guint)size);
}

/* Under the name of what stands before it. A zip that a container holds as it is stands in it. */
static void what_stands_behind_a_container_is_read(void **state)
{
    (void)state;
    g_autoptr(GByteArray) zip = make_zip(&(struct made_member){"x.vbs", "x = 1", 0}, 1, ZIP_EM_NONE, NULL);
    const struct made_member held[] = {{"a.txt", "text", 0}, {"in.zip", (const char *)zip->data, zip->len}};
    const struct made_member stream = {"theme", (const char *)zip->data, zip->len};
    static const char rar[] = "Rar!\x1A\x07\0\xCF\x90\x73\0\0\x0D\0\0\0\0\0\0\0\xC4\x3D\x7B\0\x40\x07\0";
    static const char *const names[] = {"a.tar", "a.doc", "a.rar"};
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned after = 0; after < 3; after++) { /* nothing, a zip, a zip with bytes behind it */
            g_autoptr(GByteArray) bytes = i == 0   ? make_archive(held, 2, "tar")
                                          : i == 1 ? make_ole(&stream, 1)
                                                   : g_byte_array_new();
            if (i == 2)
                g_byte_array_append(bytes, (const guint8 *)rar, sizeof rar - 1);
            if (after > 0)
                g_byte_array_append(bytes, zip->data, zip->len);
            if (after > 1)
                g_byte_array_append(bytes, (const guint8 *)"\0\0\0\0\0", 5);
            struct sks_attachment *attachment = inspect_bytes(bytes, names[i], NULL);
            bool told = find_fact(attachment, "attachment.type-mismatch", "", ", zip") != NULL,
                 seen = find_fact(attachment, "attachment.script-inside", "x.vbs", NULL) != NULL;
            assert_row_int(names[i], told, after > 0);
            assert_row_int(names[i], seen, after > 0);
            sks_attachment_destroy(attachment);
        }
    }
}

/* WinRAR and 7-Zip look for the mark of theirs, wherever it is. */
static void a_rar_or_7z_behind_something_else_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *front, *file, *told;
        bool seen;
    } rows[] = {
        {"a.jpg", "\xFF\xD8\xFF\xE0 no picture", "lzma.7z", "image, 7z", true},
        {"a.7z", "\xFF\xD8\xFF\xE0 no picture", "lzma.7z", "image, 7z", true},
        {"a.dat", "\x90\x91\x92 of no kind", "lzma.7z", NULL, true},
        {"a.pdf", "%PDF-1.4 7z\xBC\xAF\x27\x1C no such file\n%%EOF\n", "lzma.7z", "pdf, 7z", true},
        {"a.jpg", "\xFF\xD8\xFF\xE0 7z\xBC\xAF\x27\x1C and Rar!\x1A\x07 are marks only", NULL, NULL, false},
    };
    const char *const right[] = {"Himitsu123", NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)rows[i].front, (guint)strlen(rows[i].front));
        if (rows[i].file != NULL)
            append_file(bytes, rows[i].file);
        struct sks_attachment *attachment = inspect_bytes(bytes, rows[i].name, NULL);
        assert_row_int(rows[i].front, attachment->encrypted, rows[i].seen);
        assert_row_int(rows[i].front, sks_attachment_is_locked(attachment), rows[i].seen);
        assert_row_int(rows[i].front, attachment->entry_count, rows[i].seen);
        const struct sks_fact *mismatch =
            find_fact(attachment, "attachment.type-mismatch", "", rows[i].told != NULL ? rows[i].told : ",");
        assert_row_int(rows[i].front, mismatch != NULL, rows[i].told != NULL);
        sks_attachment_destroy(attachment);
        attachment = inspect_bytes(bytes, rows[i].name, right);
        assert_row_int(rows[i].front, attachment->opened, rows[i].seen);
        sks_attachment_destroy(attachment);
    }
}

static void append_mark(GByteArray *bytes, const char *mark, guint size, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        g_byte_array_append(bytes, (const guint8 *)mark, size);
}

/* However many marks stand before a file; where each costs much to check, that there are so many is told. */
static void marks_hide_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *row, *mark;
        guint size;
        unsigned count;
        guint zeros; /* behind the marks */
        bool found, told;
    } rows[] = {
        {"7z", "7z\xBC\xAF\x27\x1C", 6, 5000, 0, true, false},
        {"rar", "Rar!\x1A\x07", 6, 5000, 0, true, false},
        {"rar 5 with a header of 2 MiB", "Rar!\x1A\x07\1\0\1\2\3\4\xF0\xFF\x7F", 15, 500, 2u << 20, true, true},
        {"rar 4 with a header of 64 KiB", "Rar!\x1A\x07\0\1\2\x73\0\0\xFF\xFF\0\0\0\0\0\0", 20, 500, 1u << 16, true,
         true},
        {"a few of them", "Rar!\x1A\x07\1\0\1\2\3\4\xF0\xFF\x7F", 15, 4, 2u << 20, true, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_autofree guint8 *zeros = g_malloc0(rows[i].zeros + 1);
        g_byte_array_append(bytes, (const guint8 *)"\xFF\xD8\xFF\xE0 no picture", 15);
        append_mark(bytes, rows[i].mark, rows[i].size, rows[i].count);
        g_byte_array_append(bytes, zeros, rows[i].zeros);
        append_file(bytes, "lzma.7z");
        struct sks_attachment *attachment = inspect_bytes(bytes, "a.jpg", NULL);
        assert_row_int(rows[i].row, find_fact(attachment, "attachment.type-mismatch", "", "image, 7z") != NULL,
                       rows[i].found);
        assert_row_int(rows[i].row, find_fact(attachment, "attachment.damaged", "", "marks of archives") != NULL,
                       rows[i].told);
        sks_attachment_destroy(attachment);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zip_behind_anything_is_read),
        cmocka_unit_test(what_is_called_a_zip_is_read),
        cmocka_unit_test(what_stands_behind_a_container_is_read),
        cmocka_unit_test(a_rar_or_7z_behind_something_else_is_read),
        cmocka_unit_test(marks_hide_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

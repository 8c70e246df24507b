/* What is told of members by their names, and by what they hold. */
#include "tests/test.h"

#include <zlib.h>

#include "make.h"
#include "sekisho/limits.h"

static void a_folder_is_no_program(void **state)
{
    (void)state;
    const struct made_member folder = {"mirror.docs.pdf.com/", NULL, 0}, program = {"docs.pdf.com", "x", 0};
    g_autoptr(GByteArray) folders = make_zip(&folder, 1, ZIP_EM_NONE, NULL);
    g_autoptr(GByteArray) programs = make_zip(&program, 1, ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(folders, "a.zip", NULL);
    assert_int_equal(attachment->entry_count, 1);
    assert_null(find_fact(attachment, "attachment.disguised-program", NULL, NULL));
    assert_null(find_fact(attachment, "attachment.double-extension", NULL, NULL));
    sks_attachment_destroy(attachment);
    attachment = inspect_bytes(programs, "a.zip", NULL);
    assert_non_null(find_fact(attachment, "attachment.disguised-program", NULL, NULL));
    sks_attachment_destroy(attachment);
    g_autoptr(GByteArray) page = g_byte_array_new();
    g_byte_array_append(page, (const guint8 *)"<html>x</html>", 14);
    attachment = inspect_bytes(page, "www.pdf.com", NULL);
    assert_null(find_fact(attachment, "attachment.disguised-program", NULL, NULL));
    sks_attachment_destroy(attachment);
}

/* What is called by a host's name is a program if it holds one, or may hold one. */
static void hosts_names_are_told_by_what_is_in_them(void **state)
{
    (void)state;
    static const struct {
        const char *name, *content;
        size_t size;
        bool locked, told;
    } rows[] = {
        {"photo.jpg.com", "\xFF\xD8\xFF\xE0 no picture, but it begins like one", 0, false, false},
        {"www.pdf.com", "<html><p>A page that was saved.</p></html>", 0, false, false},
        {"www.pdf.com/index.pdf.com", "%PDF-1.4 no document, but it begins like one", 0, false, false},
        {"photo.jpg.com", "MZ\x90\0 no program, but it begins like one", 40, false, true},
        {"photo.jpg.com", "\xE9\1\x90\x90 of no kind that is known", 0, false, true},
        {"photo.jpg.com", "X5O! a text may be a program, too", 0, false, true},
        {"photo.jpg.com", "\xFF\xD8\xFF\xE0 no picture, but it begins like one", 0, true, true},
        {"photo.jpg.exe", "\xFF\xD8\xFF\xE0 no picture, but it begins like one", 0, false, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct made_member member = {rows[i].name, rows[i].content, rows[i].size};
        g_autoptr(GByteArray) zip =
            make_zip(&member, 1, rows[i].locked ? ZIP_EM_AES_256 : ZIP_EM_NONE, rows[i].locked ? "unknown" : NULL);
        struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
        bool disguised = find_fact(attachment, "attachment.disguised-program", rows[i].name, NULL) != NULL;
        assert_row_int(rows[i].content, disguised, rows[i].told);
        bool program = find_fact(attachment, "attachment.program-inside", rows[i].name, NULL) != NULL;
        assert_row_int(rows[i].content, program, rows[i].told);
        sks_attachment_destroy(attachment);
    }
}

/* Beyond the ceiling members aren't looked into; a program among them is told by its name. */
static void names_beyond_the_ceiling_are_read(void **state)
{
    (void)state;
    enum { COUNT = SKS_LIMIT_ARCHIVE_ENTRIES + 20 };
    static const char *const formats[] = {"zip", "tar", "tar.gz", "7z"};
    g_autofree struct made_member *members = g_new0(struct made_member, COUNT);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < COUNT; i++) {
        g_ptr_array_add(names, i == COUNT - 2 ? g_strdup("report.pdf.exe") : g_strdup_printf("%u.txt", i));
        members[i] = (struct made_member){g_ptr_array_index(names, i), "x", 0};
    }
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GByteArray) bytes =
            i == 0 ? make_zip(members, COUNT, ZIP_EM_NONE, NULL) : make_archive(members, COUNT, formats[i]);
        g_autofree char *name = g_strconcat("a.", formats[i], NULL);
        struct sks_attachment *attachment = inspect_bytes(bytes, name, NULL);
        assert_row_int(name, attachment->entry_count, SKS_LIMIT_ARCHIVE_ENTRIES);
        assert_row_int(name, find_fact(attachment, "limit.archive-entries", "", NULL) != NULL, true);
        assert_row_int(name, find_fact(attachment, "attachment.program-inside", "report.pdf.exe", NULL) != NULL, true);
        assert_row_int(name, find_fact(attachment, "attachment.disguised-program", NULL, NULL) != NULL, true);
        sks_attachment_destroy(attachment);
    }
}

static void put_number(GByteArray *out, uint64_t number, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        g_byte_array_append(out, &(guint8){(guint8)(number >> 8 * i)}, 1);
}

/* A block of RAR 4 with its checksum; names and passwords are none's. */
static void put_block(GByteArray *out, const GByteArray *block)
{
    put_number(out, crc32(crc32(0, NULL, 0), block->data, block->len) & 0xFFFF, 2);
    g_byte_array_append(out, block->data, block->len);
}

/* A member of one byte, stored, or of 16 that are encrypted. */
static void put_rar_member(GByteArray *out, const char *name, bool encrypted)
{
    g_autoptr(GByteArray) block = g_byte_array_new();
    unsigned packed = encrypted ? 16 : 1;
    put_number(block, 0x74, 1);
    put_number(block, encrypted ? 0x8004 : 0x8000, 2);
    put_number(block, 32 + strlen(name), 2);
    put_number(block, packed, 4);
    put_number(block, 1, 4);
    put_number(block, 2, 1); /* Windows */
    put_number(block, crc32(crc32(0, NULL, 0), (const Bytef *)"x", 1), 4);
    put_number(block, 0x50210000, 4);
    put_number(block, 29, 1);
    put_number(block, 0x30, 1); /* stored */
    put_number(block, strlen(name), 2);
    put_number(block, 0x20, 4);
    g_byte_array_append(block, (const guint8 *)name, (guint)strlen(name));
    put_block(out, block);
    g_byte_array_append(out, (const guint8 *)"xxxxxxxxxxxxxxxx", packed);
}

/* The last member is a program, the one before may be encrypted. */
static GByteArray *make_rar(unsigned count, bool encrypted)
{
    static const char start[] = "Rar!\x1A\x07\0\xCF\x90\x73\0\0\x0D\0\0\0\0\0\0\0", end[] = "\xC4\x3D\x7B\0\x40\x07\0";
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, (const guint8 *)start, sizeof start - 1);
    for (unsigned i = 1; i < count; i++) {
        g_autofree char *name = g_strdup_printf("%u.txt", i);
        put_rar_member(out, name, encrypted && i == count - 1);
    }
    put_rar_member(out, "report.pdf.exe", false);
    return g_byte_array_append(out, (const guint8 *)end, sizeof end - 1);
}

/* Of a RAR, too; what they cost is counted for the whole mail, and what is encrypted among them is known. */
static void names_beyond_the_ceiling_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        unsigned count, names_before, names;
        bool encrypted, told;
    } rows[] = {
        {"a few beyond", SKS_LIMIT_ARCHIVE_ENTRIES + 20, 0, 20, false, true},
        {"one of them encrypted", SKS_LIMIT_ARCHIVE_ENTRIES + 20, 0, 20, true, true},
        {"too many in the mail", SKS_LIMIT_ARCHIVE_ENTRIES + 20, SKS_LIMIT_ARCHIVE_NAMES, SKS_LIMIT_ARCHIVE_NAMES,
         false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = make_rar(rows[i].count, rows[i].encrypted);
        struct sks_attachment *attachment;
        struct sks_attachment_budget budget = {.names = rows[i].names_before};
        assert_int_equal(sks_attachment_inspect(&attachment, bytes->data, bytes->len, "a.rar", "", NULL, &budget), 0);
        assert_row_int(rows[i].row, attachment->entry_count, SKS_LIMIT_ARCHIVE_ENTRIES);
        assert_row_int(rows[i].row, budget.names, rows[i].names);
        assert_row_int(rows[i].row, sks_attachment_is_locked(attachment), rows[i].encrypted);
        bool told = find_fact(attachment, "attachment.program-inside", "report.pdf.exe", NULL) != NULL;
        assert_row_int(rows[i].row, told, rows[i].told);
        sks_attachment_destroy(attachment);
    }
}

/* More than facts are told of: the last stays closed, or none. */
static void one_of_many_encrypted_files_stays_closed(void **state)
{
    (void)state;
    enum { COUNT = 20 };
    const char *const passwords[] = {"Himitsu123", NULL};
    static const struct made_member letter = {"a.txt", "The letter is long enough for a check.", 0};
    g_autoptr(GByteArray) open = make_zip(&letter, 1, ZIP_EM_AES_256, "Himitsu123");
    g_autoptr(GByteArray) closed = make_zip(&letter, 1, ZIP_EM_AES_256, "unknown");
    for (unsigned last = 0; last < 2; last++) {
        struct made_member members[COUNT];
        char names[COUNT][16];
        for (unsigned i = 0; i < COUNT; i++) {
            const GByteArray *bytes = i == COUNT - 1 && last > 0 ? closed : open;
            g_snprintf(names[i], sizeof names[i], "%u.zip", i);
            members[i] = (struct made_member){names[i], (const char *)bytes->data, bytes->len};
        }
        g_autoptr(GByteArray) outer = make_zip(members, COUNT, ZIP_EM_NONE, NULL);
        struct sks_attachment *attachment = inspect_bytes(outer, "a.zip", passwords);
        assert_int_equal(sks_attachment_is_locked(attachment), last);
        assert_true(sks_attachment_is_opened(attachment));
        sks_attachment_destroy(attachment);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_no_program),
        cmocka_unit_test(hosts_names_are_told_by_what_is_in_them),
        cmocka_unit_test(one_of_many_encrypted_files_stays_closed),
        cmocka_unit_test(names_beyond_the_ceiling_are_read),
        cmocka_unit_test(names_beyond_the_ceiling_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

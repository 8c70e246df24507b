#include "tests/test.h"

#include "make.h"
#include "sekisho/limits.h"

static const struct made_member letters[] = {
    {"a.txt", "the first letter\n", 0},
    {"folder/b.txt", "the second letter, a little longer than the first\n", 0},
};

static void zip_members_are_listed(void **state)
{
    (void)state;
    g_autoptr(GByteArray) zip = make_zip(letters, 2, ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(zip, "letters.zip", NULL);
    assert_int_equal(attachment->type, SKS_FILE_ZIP);
    assert_false(attachment->encrypted);
    assert_false(attachment->opened);
    assert_true(attachment->names_visible);
    assert_int_equal(attachment->entry_count, 2);
    assert_string_equal(attachment->entries[1].name, "folder/b.txt");
    assert_int_equal(attachment->entries[1].size, 50);
    assert_int_equal(attachment->entries[1].type, SKS_FILE_TEXT);
    assert_int_equal(attachment->fact_count, 0);
    sks_attachment_destroy(attachment);
}

static void zip_opens_with_the_right_password_only(void **state)
{
    (void)state;
    static const zip_uint16_t methods[] = {ZIP_EM_TRAD_PKWARE, ZIP_EM_AES_128, ZIP_EM_AES_192, ZIP_EM_AES_256};
    const char *const wrong[] = {"", "himitsu", "Himitsu124", NULL}, *const right[] = {"wrong", "Himitsu123", NULL};
    static const struct made_member members[] = {{"report.exe", "only a text", 0}, {"b.txt", "another text", 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        g_autoptr(GByteArray) zip = make_zip(members, 2, methods[i], "Himitsu123");
        struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", wrong);
        assert_true(attachment->encrypted);
        assert_true(attachment->names_visible);
        assert_false(attachment->opened);
        assert_true(attachment->entries[0].encrypted);
        assert_non_null(find_fact(attachment, "attachment.program-inside", "report.exe", NULL));
        sks_attachment_destroy(attachment);
        attachment = inspect_bytes(zip, "a.zip", right);
        assert_true(attachment->encrypted);
        assert_true(attachment->opened);
        assert_int_equal(attachment->entries[1].type, SKS_FILE_TEXT);
        assert_non_null(find_fact(attachment, "attachment.type-mismatch", "report.exe", "exe: text"));
        sks_attachment_destroy(attachment);
    }
}

/* Members added by two hands: each password opens its own, in any order of members and of passwords. */
static void members_may_have_passwords_of_their_own(void **state)
{
    (void)state;
    static const zip_uint16_t methods[] = {ZIP_EM_TRAD_PKWARE, ZIP_EM_AES_128, ZIP_EM_AES_256};
    static const char *const orders[][2] = {{"Himitsu123", "other-9"}, {"other-9", "Himitsu123"}};
    static const struct made_member members[] = {{"a.txt", "%PDF-1.4 in short", 0},
                                                 {"b.txt", "MZ is how a text begins that is longer than the other", 0}};
    static const struct {
        const char *passwords[4];
        bool first, second;
    } rows[] = {
        {{"wrong", NULL}, false, false},
        {{"Himitsu123", NULL}, true, false},
        {{"wrong", "other-9", NULL}, false, true},
        {{"Himitsu123", "wrong", "other-9", NULL}, true, true},
    };
    for (size_t m = 0; m < G_N_ELEMENTS(methods); m++) {
        for (size_t o = 0; o < G_N_ELEMENTS(orders); o++) {
            g_autoptr(GByteArray) zip = make_zip_with(members, 2, methods[m], orders[o]);
            for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                const bool read[] = {o == 0 ? rows[i].first : rows[i].second, o == 0 ? rows[i].second : rows[i].first};
                struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", rows[i].passwords);
                bool one = read[0] || read[1], both = read[0] && read[1];
                assert_row_int(rows[i].passwords[0], attachment->opened, one);
                assert_row_int(rows[i].passwords[0], sks_attachment_is_locked(attachment), !both);
                assert_row_int(rows[i].passwords[0], find_fact(attachment, "attachment.unread-inside", "", "1") != NULL,
                               one && !both);
                assert_row_int(rows[i].passwords[0],
                               find_fact(attachment, "attachment.type-mismatch", "a.txt", "txt: pdf") != NULL, read[0]);
                sks_attachment_destroy(attachment);
            }
        }
    }
}

/* Each member of an AES zip has a key of its own; what lies beyond the ceiling waits for no password. */
static void keys_of_members_have_a_ceiling(void **state)
{
    (void)state;
    enum { COUNT = 1100 };
    static const char *const passwords[] = {"wrong", "Himitsu123", NULL};
    struct made_member members[COUNT];
    char names[COUNT][16];
    for (size_t i = 0; i < COUNT; i++) {
        g_snprintf(names[i], sizeof names[i], "%zu.txt", i);
        members[i] = (struct made_member){names[i], "short", 0};
    }
    g_autoptr(GByteArray) zip = make_zip(members, COUNT, ZIP_EM_AES_256, "Himitsu123");
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", passwords);
    assert_true(attachment->opened);
    assert_non_null(find_fact(attachment, "limit.key-rounds", NULL, NULL));
    assert_non_null(find_fact(attachment, "attachment.unread-inside", NULL, NULL));
    assert_false(sks_attachment_is_locked(attachment));
    sks_attachment_destroy(attachment);
}

/* ZipCrypto's check byte lets one wrong password in 256 pass; none of a thousand may open. */
static void zipcrypto_is_not_opened_by_chance(void **state)
{
    (void)state;
    g_autoptr(GByteArray) zip = make_zip(letters, 1, ZIP_EM_TRAD_PKWARE, "Himitsu123");
    for (unsigned n = 0; n < 1000; n++) {
        g_autofree char *guess = g_strdup_printf("guess%u", n);
        const char *const passwords[] = {guess, NULL};
        struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", passwords);
        assert_false(attachment->opened);
        sks_attachment_destroy(attachment);
    }
}

static void zip_names_have_a_charset(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *charset, *name;
        bool foreign;
    } rows[] = {
        {"\x8E\x91\x97\xBF.txt", "shift_jis", "資料.txt", false},
        {"\xD7\xCA\xC1\xCF.txt", "gb18030", "资料.txt", true},
        {"\xE8\xB3\x87_.txt", "utf-8", "資_.txt", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) zip = make_zip(&(struct made_member){"XXXX.txt", "x", 0}, 1, ZIP_EM_NONE, NULL);
        assert_int_equal(make_replace(zip, "XXXX.txt", rows[i].raw, 8), 2);
        struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
        assert_row_string(rows[i].name, attachment->entries[0].name, rows[i].name);
        assert_row_string(rows[i].name, attachment->entries[0].name_charset, rows[i].charset);
        assert_row_int(rows[i].name,
                       find_fact(attachment, "attachment.foreign-name-charset", "", rows[i].charset) != NULL,
                       rows[i].foreign);
        sks_attachment_destroy(attachment);
    }
}

static void names_that_deceive_are_facts(void **state)
{
    (void)state;
    static const struct made_member members[] = {
        {"report.pdf.exe", "x", 0},     {"資料\u202Excod.exe", "x", 0},
        {"../../etc/cron.d/x", "x", 0}, {"a.docx                         .scr", "x", 0},
        {"パスワード.txt", "abc", 0},   {"tool.lnk", "x", 0},
        {"disk.iso", "x", 0},           {"run.js", "x", 0},
    };
    static const struct {
        const char *id, *where;
    } wanted[] = {
        {"attachment.double-extension", "report.pdf.exe"},
        {"attachment.program-inside", "report.pdf.exe"},
        {"attachment.bidi-name", "資料\u202Excod.exe"},
        {"attachment.path-traversal", "../../etc/cron.d/x"},
        {"attachment.padded-name", "a.docx                         .scr"},
        {"attachment.password-beside", "パスワード.txt"},
        {"attachment.shortcut-inside", "tool.lnk"},
        {"attachment.disk-image", "disk.iso"},
        {"attachment.script-inside", "run.js"},
    };
    g_autoptr(GByteArray) zip = make_zip(members, G_N_ELEMENTS(members), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (find_fact(attachment, wanted[i].id, wanted[i].where, NULL) == NULL)
            fail_msg("%s at %s is missing", wanted[i].id, wanted[i].where);
    }
    sks_attachment_destroy(attachment);
}

static void a_name_with_nul_stays_one_name(void **state)
{
    (void)state;
    g_autoptr(GByteArray) zip = make_zip(&(struct made_member){"a_txt.exe", "x", 0}, 1, ZIP_EM_NONE, NULL);
    assert_int_equal(make_replace(zip, "a_txt.exe", "a\0txt.exe", 9), 2);
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    assert_string_equal(attachment->entries[0].name, "a\uFFFDtxt.exe");
    assert_non_null(find_fact(attachment, "attachment.program-inside", NULL, NULL));
    sks_attachment_destroy(attachment);
}

static void nested_archives_carry_the_path(void **state)
{
    (void)state;
    g_autoptr(GByteArray) inner = make_zip(&(struct made_member){"x.vbs", "x = 1", 0}, 1, ZIP_EM_NONE, NULL);
    struct made_member member = {"in/inner.zip", (const char *)inner->data, inner->len};
    g_autoptr(GByteArray) tar = make_archive(&member, 1, "tar.gz");
    struct sks_attachment *attachment = inspect_bytes(tar, "outer.tar.gz", NULL);
    assert_int_equal(attachment->type, SKS_FILE_GZIP);
    assert_int_equal(attachment->entry_count, 1);
    assert_int_equal(attachment->entries[0].type, SKS_FILE_ZIP);
    assert_non_null(find_fact(attachment, "attachment.nested-archive", "in/inner.zip", "zip"));
    assert_non_null(find_fact(attachment, "attachment.script-inside", "in/inner.zip/x.vbs", "script"));
    sks_attachment_destroy(attachment);
}

static void an_encrypted_member_of_a_plain_archive(void **state)
{
    (void)state;
    g_autoptr(GByteArray) inner = make_zip(letters, 1, ZIP_EM_AES_256, "himitsu");
    struct made_member member = {"inner.zip", (const char *)inner->data, inner->len};
    g_autoptr(GByteArray) outer = make_zip(&member, 1, ZIP_EM_NONE, NULL);
    const char *const passwords[] = {"himitsu", NULL};
    struct sks_attachment *attachment = inspect_bytes(outer, "a.zip", passwords);
    assert_false(attachment->encrypted);
    assert_non_null(find_fact(attachment, "attachment.encrypted-inside", "inner.zip", "zip"));
    assert_non_null(find_fact(attachment, "attachment.opened-inside", "inner.zip", "zip"));
    sks_attachment_destroy(attachment);
}

static void bytes_around_a_zip_do_not_hide_it(void **state)
{
    (void)state;
    g_autoptr(GByteArray) zip = make_zip(letters, 2, ZIP_EM_NONE, NULL);
    g_autoptr(GByteArray) around = g_byte_array_new();
    static const char before[5000] = "not a program", after[100000] = "trailing bytes";
    g_byte_array_append(around, (const guint8 *)before, sizeof before);
    g_byte_array_append(around, zip->data, zip->len);
    g_byte_array_append(around, (const guint8 *)after, sizeof after);
    struct sks_attachment *attachment = inspect_bytes(around, "a.zip", NULL);
    assert_int_equal(attachment->type, SKS_FILE_ZIP);
    assert_int_equal(attachment->entry_count, 2);
    assert_int_equal(attachment->entries[0].type, SKS_FILE_TEXT);
    assert_non_null(find_fact(attachment, "attachment.foreign-bytes", "", "5000 before, 100000 after"));
    assert_null(find_fact(attachment, "attachment.damaged", NULL, NULL));
    sks_attachment_destroy(attachment);
}

/* Where the last mark is. */
static guint last_of(const GByteArray *bytes, const char *mark)
{
    guint last = 0;
    for (guint at = 0; at + 4 <= bytes->len; at++)
        if (memcmp(bytes->data + at, mark, 4) == 0)
            last = at;
    return last;
}

/* What 7z, unzip or Python's zipfile open all the same: lies in the directory and its end record. */
static void lies_of_a_directory_hide_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *name, *mark; /* of the record that is changed; NULL: it is cut off there */
        guint at;
        const char *bytes;
        guint size;
        const char *damage; /* that is told, or NULL */
    } rows[] = {
        {"no members", "PK\5\6", 8, "\0\0\0\0", 4, "2 of 0 members"},
        {"nine members", "PK\5\6", 8, "\x09\0\x09\0", 4, "2 of 9 members"},
        {"a long comment", "PK\5\6", 20, "\x64\0", 2, NULL},
        {"another place", "PK\5\6", 16, "\7\0\0\0", 4, "place of the directory"},
        {"not encrypted", "PK\1\2", 8, "\0\0", 2, NULL},
        {"no end", "PK\5\6", 0, "\0\0\0\0", 4, "no directory"},
    };
    const char *const passwords[] = {"Himitsu123", NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) zip = make_zip(letters, 2, ZIP_EM_TRAD_PKWARE, "Himitsu123");
        memcpy(zip->data + last_of(zip, rows[i].mark) + rows[i].at, rows[i].bytes, rows[i].size);
        struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", passwords);
        assert_row_int(rows[i].name, attachment->opened, true);
        assert_row_int(rows[i].name, attachment->entry_count, 2);
        assert_row_int(rows[i].name, attachment->closed_parts, 0);
        assert_row_int(rows[i].name, find_fact(attachment, "attachment.damaged", "", rows[i].damage) != NULL,
                       rows[i].damage != NULL);
        sks_attachment_destroy(attachment);
    }
}

/* Some packers set the flag for UTF-8 and write CP932. */
static void a_wrong_flag_for_utf8_is_read(void **state)
{
    (void)state;
    const char *const passwords[] = {"Himitsu123", NULL};
    g_autoptr(GByteArray) zip =
        make_zip(&(struct made_member){"XXXX.txt", "content", 0}, 1, ZIP_EM_TRAD_PKWARE, "Himitsu123");
    assert_int_equal(make_replace(zip, "XXXX.txt", "\x8E\x91\x97\xBF.txt", 8), 2);
    zip->data[last_of(zip, "PK\1\2") + 9] |= 8;
    zip->data[last_of(zip, "PK\3\4") + 7] |= 8;
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", passwords);
    assert_true(attachment->opened);
    assert_string_equal(attachment->entries[0].name, "資料.txt");
    assert_string_equal(attachment->entries[0].name_charset, "shift_jis");
    assert_null(find_fact(attachment, "attachment.damaged", NULL, NULL));
    sks_attachment_destroy(attachment);
}

/* One after the other, and one in the other's comment. */
static void every_archive_of_a_file_is_seen(void **state)
{
    (void)state;
    const char *const passwords[] = {"Himitsu123", NULL};
    for (unsigned i = 0; i < 4; i++) {
        g_autoptr(GByteArray) bytes =
            i % 2 == 0 ? make_zip(letters, 1, ZIP_EM_NONE, NULL)
                       : make_zip(&(struct made_member){"x.vbs", "x = 1", 0}, 1, ZIP_EM_AES_256, "Himitsu123");
        g_autoptr(GByteArray) second =
            i % 2 == 1 ? make_zip(letters, 1, ZIP_EM_NONE, NULL)
                       : make_zip(&(struct made_member){"x.vbs", "x = 1", 0}, 1, ZIP_EM_AES_256, "Himitsu123");
        if (i >= 2) {
            bytes->data[bytes->len - 2] = (guint8)second->len;
            bytes->data[bytes->len - 1] = (guint8)(second->len >> 8);
        }
        g_byte_array_append(bytes, second->data, second->len);
        struct sks_attachment *attachment = inspect_bytes(bytes, "a.zip", passwords);
        assert_int_equal(attachment->entry_count, 2);
        assert_true(attachment->opened);
        assert_non_null(find_fact(attachment, "attachment.script-inside", "x.vbs", "script"));
        assert_non_null(find_fact(attachment, "attachment.damaged", "", "another archive in it, members: 1"));
        sks_attachment_destroy(attachment);
    }
}

/* An archive that lies in another as a member is no second one. */
static void a_stored_archive_is_its_members(void **state)
{
    (void)state;
    g_autoptr(GByteArray) inner = make_zip(letters, 2, ZIP_EM_NONE, NULL);
    const struct made_member member = {"inner.zip", (const char *)inner->data, inner->len};
    g_autoptr(GByteArray) outer = make_zip(&member, 1, ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(outer, "a.zip", NULL);
    assert_int_equal(attachment->entry_count, 1);
    assert_null(find_fact(attachment, "attachment.damaged", NULL, NULL));
    assert_null(find_fact(attachment, "attachment.type-mismatch", NULL, NULL));
    sks_attachment_destroy(attachment);
}

/* Windows programs take the password's bytes in CP932. */
static void passwords_are_tried_in_cp932(void **state)
{
    (void)state;
    static const char *const written[] = {"\x82\xB3\x82\xAD\x82\xE7"
                                          "2021",
                                          "さくら2021"};
    const char *const right[] = {"さくら2021", NULL}, *const wrong[] = {"さくら2022", NULL};
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(written); i++) {
        g_autoptr(GByteArray) zip = make_zip(letters, 2, i < 2 ? ZIP_EM_TRAD_PKWARE : ZIP_EM_AES_256, written[i % 2]);
        struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", right);
        assert_true(attachment->opened);
        assert_int_equal(attachment->closed_parts, 0);
        sks_attachment_destroy(attachment);
        attachment = inspect_bytes(zip, "a.zip", wrong);
        assert_false(attachment->opened);
        sks_attachment_destroy(attachment);
    }
}

/* Another method's number under AES: the MAC tells that the password is right, and nothing unpacks it. */
static void a_password_is_verified_without_its_method(void **state)
{
    (void)state;
    const char *const right[] = {"wrong", "Himitsu123", NULL}, *const wrong[] = {"wrong", NULL};
    g_autoptr(GByteArray) zip = make_zip(letters, 1, ZIP_EM_AES_256, "Himitsu123");
    for (guint at = 0; at + 11 <= zip->len; at++)
        if (memcmp(zip->data + at, "\x01\x99\x07\0", 4) == 0)
            zip->data[at + 9] = 9; /* Deflate64 */
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", right);
    assert_false(attachment->opened);
    assert_non_null(find_fact(attachment, "attachment.password-verified", "", NULL));
    assert_non_null(find_fact(attachment, "attachment.unread-inside", "", "1"));
    sks_attachment_destroy(attachment);
    attachment = inspect_bytes(zip, "a.zip", wrong);
    assert_null(find_fact(attachment, "attachment.password-verified", NULL, NULL));
    sks_attachment_destroy(attachment);
}

static void members_that_share_bytes_are_not_unpacked(void **state)
{
    (void)state;
    static const struct made_member twins[] = {{"1.txt", "the same length", 0}, {"2.txt", "THE SAME LENGTH", 0}};
    g_autoptr(GByteArray) zip = make_zip(twins, 2, ZIP_EM_NONE, NULL);
    guint second = 0;
    for (guint at = 0; at + 4 < zip->len; at++) {
        if (memcmp(zip->data + at, "PK\1\2", 4) == 0)
            second = at;
    }
    memset(zip->data + second + 42, 0, 4); /* the first member's place */
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    assert_int_equal(attachment->entry_count, 3); /* the second by its own header */
    assert_non_null(find_fact(attachment, "attachment.overlapping-members", "", NULL));
    sks_attachment_destroy(attachment);
}

/* The same by a packed size that wraps, and by the directory that is not the last. */
static void no_directory_hides_shared_bytes(void **state)
{
    (void)state;
    static const struct made_member twins[] = {{"1.txt", "the same length", 0}, {"2.txt", "THE SAME LENGTH", 0}};
    for (unsigned i = 0; i < 2; i++) {
        g_autoptr(GByteArray) zip = make_zip(twins, 2, ZIP_EM_NONE, NULL);
        for (guint at = 0, n = 0; at + 4 < zip->len; at++) {
            if (memcmp(zip->data + at, "PK\1\2", 4) == 0 && n++ == 0)
                memset(zip->data + at + 20, i == 0 ? 0xF0 : 60, i == 0 ? 4 : 1); /* the first reaches into the second */
        }
        g_autoptr(GByteArray) last = make_zip(letters, 1, ZIP_EM_NONE, NULL);
        if (i == 1)
            g_byte_array_append(zip, last->data, last->len);
        struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
        assert_int_equal(attachment->entry_count, i == 0 ? 2 : 3);
        assert_non_null(find_fact(attachment, "attachment.overlapping-members", "", NULL));
        sks_attachment_destroy(attachment);
    }
}

/* Two records, of which one counts the directory of the other from elsewhere. */
static void directories_that_share_bytes_are_one(void **state)
{
    (void)state;
    g_autoptr(GByteArray) zip = make_zip(letters, 2, ZIP_EM_NONE, NULL);
    g_autoptr(GByteArray) last = make_zip(letters, 1, ZIP_EM_NONE, NULL);
    guint8 end[22];
    memcpy(end, zip->data + zip->len - 22, 22);
    end[12] = (guint8)(end[12] + 22); /* it begins where the other does, in an archive one byte further on */
    end[16]--;
    g_byte_array_append(zip, end, sizeof end);
    g_byte_array_append(zip, last->data, last->len);
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    assert_int_equal(attachment->entry_count, 3);
    assert_non_null(find_fact(attachment, "attachment.damaged", "", "directories that share bytes"));
    sks_attachment_destroy(attachment);
}

/* A header that claims all that comes behind it, in a file without a directory. */
static void a_false_size_hides_no_members(void **state)
{
    (void)state;
    static const char header[] = "PK\3\4\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\xFF\0\0\0\xFF\0\0\0\1\0\0\0x";
    g_autoptr(GByteArray) bytes = g_byte_array_new(), zip = make_zip(letters, 1, ZIP_EM_NONE, NULL),
                          program = make_zip(&(struct made_member){"x.vbs", "x = 1", 0}, 1, ZIP_EM_NONE, NULL);
    g_autofree guint8 *filling = g_malloc0(1024);
    g_byte_array_append(bytes, (const guint8 *)header, sizeof header - 1);
    g_byte_array_append(bytes, program->data, 30 + 5 + 5); /* its own header and content alone */
    g_byte_array_append(bytes, filling, 1024);
    g_byte_array_append(bytes, zip->data, zip->len);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.zip", NULL);
    assert_non_null(find_fact(attachment, "attachment.script-inside", "x.vbs", NULL));
    assert_null(find_fact(attachment, "attachment.overlapping-members", NULL, NULL));
    sks_attachment_destroy(attachment);
}

/* Names of 5,000 bytes: their ends are kept, as far as all together go. */
static void long_names_have_a_ceiling(void **state)
{
    (void)state;
    enum { COUNT = 1100 };
    g_autofree struct made_member *members = g_new0(struct made_member, COUNT);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *filling = g_strnfill(5000, 'x');
    for (unsigned i = 0; i < COUNT; i++) {
        g_ptr_array_add(names, g_strdup_printf("%s%u.vbs", filling, i));
        members[i] = (struct made_member){g_ptr_array_index(names, i), "x", 0};
    }
    g_autoptr(GByteArray) zip = make_zip(members, COUNT, ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    assert_int_equal(attachment->entry_count, 4u * 1024 * 1024 / SKS_LIMIT_FILE_NAME_SIZE);
    assert_non_null(find_fact(attachment, "limit.archive-entries", "", NULL));
    assert_non_null(find_fact(attachment, "attachment.script-inside", NULL, NULL));
    sks_attachment_destroy(attachment);
}

/* APPNOTE 7.3: the directory is encrypted, local headers are masked. */
static void a_hidden_directory_is_encrypted(void **state)
{
    (void)state;
    static const char header[] = "PK\3\4\x32\0\x41\x20\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0"
                                 "1encryptedbytes";
    static const char end[] = "PK\5\6\0\0\0\0\1\0\1\0\x0E\0\0\0\x1F\0\0\0\0\0";
    g_autoptr(GByteArray) zip = g_byte_array_new();
    g_byte_array_append(zip, (const guint8 *)header, sizeof header - 1);
    g_byte_array_append(zip, (const guint8 *)end, sizeof end - 1);
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    assert_int_equal(attachment->type, SKS_FILE_ZIP);
    assert_true(attachment->encrypted);
    assert_false(attachment->names_visible);
    sks_attachment_destroy(attachment);
}

static void other_archives_are_listed(void **state)
{
    (void)state;
    static const char *const formats[][2] = {{"tar", "tar"},      {"iso", "iso"},    {"7z", "7z"},
                                             {"7z-stored", "7z"}, {"7z-ppmd", "7z"}, {"tar.gz", "gzip"}};
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GByteArray) bytes = make_archive(letters, 2, formats[i][0]);
        g_autofree char *name = g_strconcat("a.", formats[i][0], NULL);
        struct sks_attachment *attachment = inspect_bytes(bytes, name, NULL);
        assert_row_string(name, sks_file_type_name(attachment->type), formats[i][1]);
        bool found = false;
        for (size_t n = 0; n < attachment->entry_count; n++) {
            const struct sks_attachment_entry *entry = &attachment->entries[n];
            found = found ||
                    (strcmp(entry->name, "folder/b.txt") == 0 && entry->size == 50 && entry->type == SKS_FILE_TEXT);
        }
        assert_row_int(name, found, true);
        assert_row_int(name, attachment->encrypted, false);
        assert_row_int(name, find_fact(attachment, "attachment.damaged", NULL, NULL) != NULL, false);
        sks_attachment_destroy(attachment);
    }
}

/* Made with 7-Zip: data/README.md. */
static void encrypted_7z_is_told_and_opened(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        bool hidden;
    } rows[] = {{"stored.7z", false}, {"lzma.7z", false}, {"lzma2.7z", false}, {"filtered.7z", false},
                {"names.7z", true},   {"ppmd.7z", false}, {"bcj2.7z", false}};
    const char *const wrong[] = {"himitsu123", NULL}, *const right[] = {"wrong", "Himitsu123", NULL};
    const char *root = g_getenv("SKS_SOURCE_ROOT");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path =
            g_build_filename(root != NULL ? root : ".", "tests/attachment/data", rows[i].file, NULL);
        char *content;
        gsize size;
        assert_true(g_file_get_contents(path, &content, &size, NULL));
        g_autoptr(GByteArray) bytes = g_byte_array_new_take((guint8 *)content, size);
        struct sks_attachment *attachment = inspect_bytes(bytes, rows[i].file, wrong);
        assert_row_int(rows[i].file, attachment->encrypted, true);
        assert_row_int(rows[i].file, attachment->names_visible, !rows[i].hidden);
        assert_row_int(rows[i].file, attachment->opened, false);
        assert_row_int(rows[i].file, attachment->entry_count, rows[i].hidden ? 0 : 1);
        sks_attachment_destroy(attachment);
        attachment = inspect_bytes(bytes, rows[i].file, right);
        assert_row_int(rows[i].file, attachment->opened, true);
        assert_row_int(rows[i].file, attachment->entries[0].type, SKS_FILE_TEXT);
        assert_row_int(rows[i].file, attachment->entry_count, 1);
        assert_row_string(rows[i].file, attachment->entries[0].name, "letter.txt");
        assert_row_int(rows[i].file, attachment->entries[0].size, 27);
        sks_attachment_destroy(attachment);
    }
}

/* Names that the C locale does not hold: CP932 in LZH (level 0, stored), UTF-8 in a cabinet (stored). */
static void japanese_names_survive_the_locale(void **state)
{
    (void)state;
    static const char lzh[] =
        "\x1F\xF7-lh0-\x0B\x00\x00\x00\x0B\x00\x00\x00\x83\x18\x22T \x00\x08\x8E\x91\x97\xBF.txt\xC1"
        "9Mhello world\x1C\xFA-lh0-\x06\x00\x00\x00\x06\x00\x00\x00\x83\x18\x22T \x00\x05"
        "b.txtD\xD9"
        "Msecond\x00";
    static const char cab[] =
        "MSCF\x00\x00\x00\x00T\x00\x00\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x00\x00\x00\x03\x01\x01\x00"
        "\x01\x00\x00\x00\x00\x00\x00\x00G\x00\x00\x00\x01\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00"
        "\x00\x00!T\x00`\xA0\x00\xE8\xB3\x87\xE6\x96\x99.txt\x00\x00\x00\x00\x00\x05\x00\x05\x00hell"
        "o";
    static const struct {
        const char *bytes;
        size_t size, entries;
        const char *type, *charset;
    } rows[] = {{lzh, sizeof lzh - 1, 2, "lzh", "shift_jis"}, {cab, sizeof cab - 1, 1, "cab", "utf-8"}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)rows[i].bytes, (guint)rows[i].size);
        struct sks_attachment *attachment = inspect_bytes(bytes, "a", NULL);
        assert_row_string(rows[i].type, sks_file_type_name(attachment->type), rows[i].type);
        assert_row_int(rows[i].type, attachment->entry_count, rows[i].entries);
        assert_row_string(rows[i].type, attachment->entries[0].name, "資料.txt");
        assert_row_string(rows[i].type, attachment->entries[0].name_charset, rows[i].charset);
        assert_row_int(rows[i].type, attachment->entries[0].type, SKS_FILE_TEXT);
        assert_row_int(rows[i].type, attachment->fact_count, 0);
        sks_attachment_destroy(attachment);
    }
}

/* A method that nothing here knows ends what is read of an LZH; names behind it are looked at all the same. */
static void lzh_members_that_are_not_read_are_told_by_name(void **state)
{
    (void)state;
    static const char lzh[] = "\x1C\xFA-lh0-\x06\x00\x00\x00\x06\x00\x00\x00\x83\x18\x22T \x00\x05"
                              "b.txtD\xD9"
                              "Msecond\x1C\xFA-lh9-\x06\x00\x00\x00\x06\x00\x00\x00\x83\x18\x22T \x00\x05"
                              "c.exeD\xD9"
                              "Msecond\x1C\xFA-lh0-\x06\x00\x00\x00\x06\x00\x00\x00\x83\x18\x22T \x00\x05"
                              "d.zipD\xD9"
                              "Msecond\x00";
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)lzh, sizeof lzh - 1);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.lzh", NULL);
    assert_int_equal(attachment->entry_count, 3);
    assert_null(find_fact(attachment, "attachment.program-inside", "b.txt", NULL));
    assert_non_null(find_fact(attachment, "attachment.program-inside", "c.exe", "exe"));
    assert_non_null(find_fact(attachment, "attachment.nested-archive", "d.zip", "zip"));
    sks_attachment_destroy(attachment);
}

static void a_bomb_costs_no_more_than_the_ceiling(void **state)
{
    (void)state;
    size_t size = 150u * 1024 * 1024;
    g_autofree char *zeros = g_malloc0(size);
    static const char *const formats[] = {"zip", "7z", "tar.gz"};
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        struct made_member member = {"zeros.txt", zeros, size};
        g_autoptr(GByteArray) bytes =
            i == 0 ? make_zip(&member, 1, ZIP_EM_NONE, NULL) : make_archive(&member, 1, formats[i]);
        struct sks_attachment *attachment;
        struct sks_attachment_budget budget = {0};
        sks_attachment_inspect(&attachment, bytes->data, bytes->len, "a", "", NULL, &budget);
        bool told = find_fact(attachment, "limit.archive-ratio", NULL, NULL) != NULL ||
                    find_fact(attachment, "limit.archive-output", NULL, NULL) != NULL;
        assert_row_int(formats[i], told, true);
        if (i != 1) /* of 7z the declared size is charged: it is not unpacked at all */
            assert_row_int(formats[i], budget.output <= SKS_LIMIT_ARCHIVE_OUTPUT + 65536, true);
        sks_attachment_destroy(attachment);
    }
}

static void many_members_are_cut(void **state)
{
    (void)state;
    g_autofree struct made_member *members = g_new0(struct made_member, SKS_LIMIT_ARCHIVE_ENTRIES + 5);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < SKS_LIMIT_ARCHIVE_ENTRIES + 5; i++) {
        g_ptr_array_add(names, g_strdup_printf("%u.txt", i));
        members[i] = (struct made_member){g_ptr_array_index(names, i), "x", 0};
    }
    g_autoptr(GByteArray) zip = make_zip(members, SKS_LIMIT_ARCHIVE_ENTRIES + 5, ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    assert_int_equal(attachment->entry_count, SKS_LIMIT_ARCHIVE_ENTRIES);
    assert_non_null(find_fact(attachment, "limit.archive-entries", "", NULL));
    sks_attachment_destroy(attachment);
}

static void depth_has_an_end(void **state)
{
    (void)state;
    GByteArray *inner = make_zip(letters, 1, ZIP_EM_NONE, NULL);
    for (unsigned i = 0; i < SKS_LIMIT_MAIL_DEPTH + 4; i++) {
        struct made_member member = {"n.zip", (const char *)inner->data, inner->len};
        GByteArray *outer = make_zip(&member, 1, ZIP_EM_NONE, NULL);
        g_byte_array_unref(inner);
        inner = outer;
    }
    struct sks_attachment *attachment = inspect_bytes(inner, "a.zip", NULL);
    assert_non_null(find_fact(attachment, "limit.archive-depth", NULL, NULL));
    sks_attachment_destroy(attachment);
    g_byte_array_unref(inner);
}

static void a_mail_inside_is_handed_out(void **state)
{
    (void)state;
    static const struct made_member mail = {"forwarded.eml",
                                            "From: a@a.example\r\nTo: b@b.example\r\nSubject: x\r\n\r\ntext\r\n", 0};
    g_autoptr(GByteArray) zip = make_zip(&mail, 1, ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(zip, "a.zip", NULL);
    assert_int_equal(attachment->message_count, 1);
    assert_string_equal(attachment->messages[0].where, "forwarded.eml");
    assert_int_equal(attachment->messages[0].size, strlen(mail.content));
    sks_attachment_destroy(attachment);
}

/* Broken copies of everything: each beginning, and single bytes changed. */
static void damage_is_survived(void **state)
{
    (void)state;
    static const char *const formats[] = {"tar", "7z", "tar.gz", "zip", "zip-aes"};
    const char *const passwords[] = {"himitsu", NULL};
    g_autoptr(GRand) random = g_rand_new_with_seed(20261122);
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GByteArray) whole = i < 3 ? make_archive(letters, 2, formats[i])
                                            : make_zip(letters, 2, i == 3 ? ZIP_EM_NONE : ZIP_EM_AES_256, "himitsu");
        for (unsigned n = 0; n < 400; n++) {
            g_autoptr(GByteArray) broken = g_byte_array_new();
            g_byte_array_append(broken, whole->data, whole->len);
            if (n < 100)
                g_byte_array_set_size(broken, whole->len * n / 100);
            else
                broken->data[g_rand_int_range(random, 0, (int)whole->len)] = (guint8)g_rand_int_range(random, 0, 256);
            sks_attachment_destroy(inspect_bytes(broken, "a", passwords));
        }
    }
}

static int prepare(void **state)
{
    (void)state;
    sks_attachment_prepare();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zip_members_are_listed),
        cmocka_unit_test(zip_opens_with_the_right_password_only),
        cmocka_unit_test(members_may_have_passwords_of_their_own),
        cmocka_unit_test(keys_of_members_have_a_ceiling),
        cmocka_unit_test(zipcrypto_is_not_opened_by_chance),
        cmocka_unit_test(zip_names_have_a_charset),
        cmocka_unit_test(names_that_deceive_are_facts),
        cmocka_unit_test(a_name_with_nul_stays_one_name),
        cmocka_unit_test(nested_archives_carry_the_path),
        cmocka_unit_test(an_encrypted_member_of_a_plain_archive),
        cmocka_unit_test(bytes_around_a_zip_do_not_hide_it),
        cmocka_unit_test(lies_of_a_directory_hide_nothing),
        cmocka_unit_test(a_wrong_flag_for_utf8_is_read),
        cmocka_unit_test(every_archive_of_a_file_is_seen),
        cmocka_unit_test(a_stored_archive_is_its_members),
        cmocka_unit_test(passwords_are_tried_in_cp932),
        cmocka_unit_test(a_password_is_verified_without_its_method),
        cmocka_unit_test(members_that_share_bytes_are_not_unpacked),
        cmocka_unit_test(no_directory_hides_shared_bytes),
        cmocka_unit_test(directories_that_share_bytes_are_one),
        cmocka_unit_test(a_false_size_hides_no_members),
        cmocka_unit_test(long_names_have_a_ceiling),
        cmocka_unit_test(a_hidden_directory_is_encrypted),
        cmocka_unit_test(other_archives_are_listed),
        cmocka_unit_test(encrypted_7z_is_told_and_opened),
        cmocka_unit_test(japanese_names_survive_the_locale),
        cmocka_unit_test(lzh_members_that_are_not_read_are_told_by_name),
        cmocka_unit_test(a_bomb_costs_no_more_than_the_ceiling),
        cmocka_unit_test(many_members_are_cut),
        cmocka_unit_test(depth_has_an_end),
        cmocka_unit_test(a_mail_inside_is_handed_out),
        cmocka_unit_test(damage_is_survived),
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}

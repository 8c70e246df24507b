/*
 * What each file of ../shared/corpora/attachments is, as 7-Zip, the office programs' own documentation and the file
 * names of the people who made them tell it.
 */
#include "tests/test.h"

#include <glib.h>

#include "attachment/attachment.h"

struct row {
    const char *file, *type;
    const char *password; /* opens it; NULL: not encrypted */
    int entries;          /* seen without a password; -1: not said here */
    bool names_hidden;
    bool stays_closed; /* recognised only: docs/attachments.md says why */
};

#define DEFAULT "VelvetSweatshop"

static const struct row rows[] = {
    {"mixed/test.zip", "zip", NULL, 5, false, false},
    {"mixed/test_aes256_password.zip", "zip", "password", 5, false, false},
    {"mixed/test_empty.zip", "zip", NULL, 2, false, false},
    {"mixed/test_mixedcrypto.zip", "zip", "password", 4, false, false},
    {"mixed/test_zip_password.zip", "zip", "password", 5, false, false},
    {"mixed/test.iso", "iso", NULL, 1, false, false},
    {"mixed/test_lzx.cab", "cab", NULL, 4, false, false},
    {"mixed/test.rar", "rar", NULL, 4, false, false},
    {"mixed/test_comment_time.rar", "rar", NULL, 1, false, false},
    {"mixed/test_mixed.rar", "rar", "password", 5, false, false},
    {"mixed/test_password.rar", "rar", "password", 4, false, false},
    {"mixed/test_password_encrypted_headers.rar", "rar", "password", 0, true, false},
    {"mixed/test_password_mixed_encrypted_headers.rar", "rar", "password", 0, true, false},
    {"rar/rar202-comment-nopsw.rar", "rar", NULL, 2, false, false},
    {"rar/rar202-comment-psw.rar", "rar", "password", 2, false, true}, /* a cipher of RAR 2 */
    {"rar/rar3-comment-hpsw.rar", "rar", "password", 0, true, false},
    {"rar/rar3-comment-plain.rar", "rar", NULL, 2, false, false},
    {"rar/rar3-comment-psw.rar", "rar", "password", 2, false, true}, /* its members are empty: nothing to check by */
    {"rar/rar5-crc.rar", "rar", NULL, 2, false, false},
    {"rar/rar5-evil-symlink-traversal.rar", "rar", NULL, 2, false, false},
    {"rar/rar5-hpsw.rar", "rar", "password", 0, true, false},
    {"rar/rar5-psw-blake.rar", "rar", "password", 2, false, false},
    {"rar/rar5-psw.rar", "rar", "password", 2, false, false},
    {"mixed/test.7z", "7z", NULL, 5, false, false},
    {"mixed/test_password.7z", "7z", "password", 5, false, false},
    {"mixed/test_password_brute.7z", "7z", "aaa", 0, true, false},
    {"mixed/test_password_filenames.7z", "7z", "password", 0, true, false},
    {"mixed/test.lnk", "lnk", NULL, 0, false, false},
    {"mixed/test.one", "onenote", NULL, 2, false, false},
    {"mixed/test.pdf", "pdf", NULL, 0, false, false},
    {"mixed/test.doc", "doc", NULL, 0, false, false},
    {"mixed/test.docx", "docx", NULL, -1, false, false},
    {"mixed/test.xls", "xls", NULL, 0, false, false},
    {"mixed/test_password.doc", "doc", "Password1!", 0, true, false},
    {"mixed/test_password.docx", "docx", "Password1!", 0, true, false},
    {"mixed/test_password_brute.doc", "doc", "aaa", 0, true, false},
    {"mixed/test_password_brute.docx", "docx", "aaa", 0, true, false},
    {"office/ecma376standard_password.docx", "docx", "Password1234_", 0, true, false},
    {"office/example_password.docx", "docx", "Password1234_", 0, true, false},
    {"office/example_password.xlsx", "xlsx", "Password1234_", 0, true, false},
    {"office/oletools-autostart-encrypt-standardpassword.xls", "xls", DEFAULT, -1, true, false},
    {"office/oletools-autostart-encrypt-standardpassword.xlsb", "xlsm", DEFAULT, -1, true, false},
    {"office/oletools-autostart-encrypt-standardpassword.xlsm", "xlsm", DEFAULT, -1, true, false},
    {"office/oletools-dde-test-encrypt-standardpassword.xls", "xls", DEFAULT, -1, true, false},
    {"office/oletools-dde-test-encrypt-standardpassword.xlsb", "xlsx", DEFAULT, -1, true, false},
    {"office/oletools-dde-test-encrypt-standardpassword.xlsm", "xlsm", DEFAULT, -1, true, false},
    {"office/oletools-dde-test-encrypt-standardpassword.xlsx", "xlsx", DEFAULT, -1, true, false},
    {"office/oletools-encrypted.doc", "doc", "encrypted", 0, true, false},
    {"office/oletools-encrypted.docm", "docm", "encrypted", 0, true, false},
    {"office/oletools-encrypted.docx", "docx", "encrypted", 0, true, false},
    {"office/oletools-encrypted.ppt", "ppt", "encrypted", 0, true, false},
    {"office/oletools-encrypted.pptm", "pptm", "encrypted", 0, true, false},
    {"office/oletools-encrypted.pptx", "pptx", "encrypted", 0, true, false},
    {"office/oletools-encrypted.xls", "xls", "encrypted", 0, true, false},
    {"office/oletools-encrypted.xlsb", "xlsx", "encrypted", 0, true, false},
    {"office/oletools-encrypted.xlsm", "xlsm", "encrypted", 0, true, false},
    {"office/oletools-encrypted.xlsx", "xlsx", "encrypted", 0, true, false},
    {"office/plain.doc", "doc", NULL, 0, false, false},
    {"office/plain.ppt", "ppt", NULL, 0, false, false},
    {"office/plain.xls", "xls", NULL, 0, false, false},
    {"office/rc4cryptoapi_password.doc", "doc", "Password1234_", 0, true, false},
    {"office/rc4cryptoapi_password.ppt", "ppt", "Password1234_", 0, true, false},
    {"office/rc4cryptoapi_password.xls", "xls", "Password1234_", 0, true, false},
    {"office/xor_password_123456789012345.xls", "xls", "123456789012345", 0, true, false},
};

static struct sks_attachment *inspect_likely(const char *file, const char *const *passwords, unsigned likely)
{
    const char *root = g_getenv("SKS_SOURCE_ROOT");
    g_autofree char *path = g_build_filename(root != NULL ? root : ".", "../shared/corpora/attachments", file, NULL);
    g_autofree char *base = g_path_get_basename(file), *bytes = NULL;
    gsize size;
    if (!g_file_get_contents(path, &bytes, &size, NULL))
        return NULL;
    struct sks_attachment *attachment;
    struct sks_attachment_budget budget = {.likely = likely};
    assert_int_equal(sks_attachment_inspect(&attachment, bytes, size, base, "", passwords, &budget), 0);
    return attachment;
}

static struct sks_attachment *inspect(const char *file, const char *const *passwords)
{
    return inspect_likely(file, passwords, 0);
}

/* Behind the likely passwords, only what is quick is tried. */
static void guesses_are_for_quick_files(void **state)
{
    (void)state;
    const struct {
        const char *file;
        bool slow;
    } files[] = {{"office/example_password.docx", true}, {"office/rc4cryptoapi_password.xls", false}};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        const char *const second[] = {"wrong", "Password1234_", NULL}, *const first[] = {"Password1234_", NULL};
        struct sks_attachment *guessed = inspect_likely(files[i].file, second, 1);
        if (guessed == NULL)
            skip();
        struct sks_attachment *tried = inspect_likely(files[i].file, second, 2);
        struct sks_attachment *told = inspect_likely(files[i].file, first, 1);
        assert_row_int(files[i].file, guessed->opened, !files[i].slow);
        assert_row_int(files[i].file, tried->opened, true);
        assert_row_int(files[i].file, told->opened, true);
        sks_attachment_destroy(guessed);
        sks_attachment_destroy(tried);
        sks_attachment_destroy(told);
    }
}

/* Without a password, with a wrong one, with the right one among others. */
static void are_told_right(void **state)
{
    (void)state;
    unsigned missing = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct row *row = &rows[i];
        bool encrypted = row->password != NULL;
        bool by_default = encrypted && strcmp(row->password, DEFAULT) == 0;
        const char *const right[] = {"wrong", row->password, NULL}, *const wrong[] = {"wrong", "Password", NULL};
        const char *const *const tries[] = {NULL, wrong, right};
        for (size_t n = 0; n < 3; n++) {
            struct sks_attachment *attachment = inspect(row->file, tries[n]);
            if (attachment == NULL) {
                missing++;
                break;
            }
            assert_row_string(row->file, sks_file_type_name(attachment->type), row->type);
            assert_row_int(row->file, attachment->encrypted, encrypted);
            assert_row_int(row->file, attachment->names_visible, !row->names_hidden);
            assert_row_int(row->file, attachment->opened,
                           !row->stays_closed && (by_default || (encrypted && tries[n] == right)));
            if (row->entries >= 0 && tries[n] != right)
                assert_row_int(row->file, attachment->entry_count, row->entries);
            sks_attachment_destroy(attachment);
        }
    }
    if (missing == G_N_ELEMENTS(rows)) {
        print_message("../shared/corpora/attachments is missing: skipped\n");
        skip();
    }
    assert_int_equal(missing, 0);
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
        cmocka_unit_test(are_told_right),
        cmocka_unit_test(guesses_are_for_quick_files),
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}

/* Bombs: each costs no more than the ceiling, and is told. */
#include "tests/test.h"

#include <zlib.h>

#include "make.h"
#include "sekisho/limits.h"

#define MEBIBYTE (1024u * 1024)

/* The classic: archives in archives, sixteen of the same at each level, zeros at the bottom. */
static GByteArray *make_nested(void)
{
    g_autofree char *zeros = g_malloc0(4 * MEBIBYTE);
    const struct made_member leaf = {"0.dll", zeros, 4 * MEBIBYTE};
    GByteArray *inner = make_zip(&leaf, 1, ZIP_EM_NONE, NULL);
    for (unsigned level = 0; level < 5; level++) {
        struct made_member members[16];
        char names[16][16];
        for (unsigned i = 0; i < 16; i++) {
            g_snprintf(names[i], sizeof names[i], "lib %x.zip", i);
            members[i] = (struct made_member){names[i], (const char *)inner->data, inner->len};
        }
        GByteArray *outer = make_zip(members, 16, ZIP_EM_NONE, NULL);
        g_byte_array_unref(inner);
        inner = outer;
    }
    return inner;
}

static void append_packed(GByteArray *file, guint8 *bytes, unsigned count)
{
    g_autofree guint8 *packed = g_malloc(MEBIBYTE);
    z_stream stream = {.next_in = bytes, .avail_in = MEBIBYTE, .next_out = packed, .avail_out = MEBIBYTE};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    for (unsigned i = 0; i < count; i++)
        g_byte_array_append(file, packed, (guint)stream.total_out);
    deflateEnd(&stream);
}

/* Ten gigabytes of zeros in ten thousand gzip members of one mebibyte. */
static GByteArray *make_gzip(void)
{
    g_autofree guint8 *zeros = g_malloc0(MEBIBYTE);
    GByteArray *file = g_byte_array_new();
    append_packed(file, zeros, 10 * 1024);
    return file;
}

/* A program of eight gigabytes (its size is all that octal digits say) in a packed tar, of which the beginning tells.
 */
static GByteArray *make_long_program(void)
{
    g_autofree guint8 *block = g_malloc0(MEBIBYTE), *zeros = g_malloc0(MEBIBYTE);
    strcpy((char *)block, "setup.exe");
    strcpy((char *)block + 100, "0000644");
    strcpy((char *)block + 124, "77777777777");
    strcpy((char *)block + 136, "00000000000");
    memset(block + 148, ' ', 8);
    block[156] = '0';
    memcpy(block + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (unsigned i = 0; i < 512; i++)
        sum += block[i];
    g_snprintf((char *)block + 148, 8, "%06o", sum);
    memcpy(block + 512, "MZ", 2);
    GByteArray *file = g_byte_array_new();
    append_packed(file, block, 1);
    append_packed(file, zeros, 8 * 1024);
    return file;
}

/* A sparse file of ten gigabytes without any data (GNU tar's old form); the size is written in base 256. */
static GByteArray *make_sparse_tar(void)
{
    guint8 block[1536] = {0};
    guint64 size = G_GUINT64_CONSTANT(10) << 30;
    strcpy((char *)block, "zeros.txt");
    strcpy((char *)block + 100, "0000644");
    strcpy((char *)block + 124, "00000000000");
    strcpy((char *)block + 136, "00000000000");
    memset(block + 148, ' ', 8);
    block[156] = 'S';
    memcpy(block + 257, "ustar  ", 8);
    block[483] = 0x80;
    block[386] = 0x80; /* the map: nothing, at the end */
    for (unsigned i = 0; i < 8; i++)
        block[483 + 11 - i] = block[386 + 11 - i] = (guint8)(size >> 8 * i);
    strcpy((char *)block + 398, "00000000000");
    unsigned sum = 0;
    for (unsigned i = 0; i < 512; i++)
        sum += block[i];
    g_snprintf((char *)block + 148, 8, "%06o", sum);
    GByteArray *file = g_byte_array_new();
    return g_byte_array_append(file, block, sizeof block);
}

/* A file of two gigabytes in an image of some kilobytes: the size is changed, in both orders of bytes. */
static GByteArray *make_iso(void)
{
    const struct made_member member = {"zeros.txt", "fifty characters, so that its size is easily found", 50};
    GByteArray *iso = make_archive(&member, 1, "iso");
    assert_true(make_replace(iso, "\x32\0\0\0\0\0\0\x32", "\xFF\xFF\xFF\x7F\x7F\xFF\xFF\xFF", 8) > 0);
    return iso;
}

static GByteArray *make_7z(void)
{
    size_t size = 300u * MEBIBYTE;
    g_autofree char *zeros = g_malloc0(size);
    const struct made_member member = {"zeros.txt", zeros, size};
    return make_archive(&member, 1, "7z");
}

/* An archive that holds a copy of itself, as far as its directory says: the member's place is the whole file. */
static GByteArray *make_quine(void)
{
    g_autofree char *space = g_malloc0(400);
    struct made_member member = {"r.zip", space, 400};
    GByteArray *file = make_zip(&member, 1, ZIP_EM_NONE, NULL);
    guint directory = 0;
    for (guint at = 0; at + 4 < file->len; at++)
        if (memcmp(file->data + at, "PK\1\2", 4) == 0)
            directory = at;
    file->data[directory + 10] = 0; /* stored */
    for (unsigned i = 0; i < 4; i++)
        file->data[directory + 20 + i] = file->data[directory + 24 + i] = (guint8)(file->len >> 8 * i);
    return file;
}

static void bombs_cost_no_more_than_the_ceiling(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        GByteArray *(*make)(void);
        const char *facts[3]; /* one of them is told */
    } rows[] = {
        {"42.zip", make_nested, {"limit.archive-output", "limit.archive-ratio", NULL}},
        {"zeros.gz", make_gzip, {"limit.archive-output", "limit.archive-ratio", NULL}},
        {"sparse.tar", make_sparse_tar, {"limit.archive-output", "limit.archive-ratio", NULL}},
        {"big.iso", make_iso, {"limit.archive-output", "limit.archive-ratio", "attachment.damaged"}},
        {"zeros.7z", make_7z, {"limit.archive-output", "limit.archive-ratio", NULL}},
        {"r.zip", make_quine, {"attachment.overlapping-members", "attachment.damaged", "limit.archive-depth"}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = rows[i].make();
        struct sks_attachment *attachment;
        struct sks_attachment_budget budget = {0};
        assert_int_equal(sks_attachment_inspect(&attachment, bytes->data, bytes->len, rows[i].name, "", NULL, &budget),
                         0);
        bool told = false;
        for (size_t n = 0; n < 3 && rows[i].facts[n] != NULL; n++)
            told = told || find_fact(attachment, rows[i].facts[n], NULL, NULL) != NULL;
        assert_row_int(rows[i].name, told, true);
        if (strcmp(rows[i].name, "zeros.7z") != 0) /* its declared size is charged: it is not unpacked at all */
            assert_row_int(rows[i].name, budget.output <= SKS_LIMIT_ARCHIVE_OUTPUT + 65536, true);
        assert_row_int(rows[i].name, budget.depth, 0);
        sks_attachment_destroy(attachment);
    }
}

/* To come to the next member, the rest of one must be unpacked, which is charged and stopped like all else. */
static void what_is_skipped_is_charged(void **state)
{
    (void)state;
    g_autoptr(GByteArray) bytes = make_long_program();
    struct sks_attachment *attachment;
    struct sks_attachment_budget budget = {0};
    assert_int_equal(sks_attachment_inspect(&attachment, bytes->data, bytes->len, "a.tar.gz", "", NULL, &budget), 0);
    assert_non_null(find_fact(attachment, "attachment.program-inside", "setup.exe", NULL));
    assert_non_null(find_fact(attachment, "limit.archive-ratio", "", NULL));
    assert_in_range(budget.output, SKS_LIMIT_RATIO_STOP, SKS_LIMIT_ARCHIVE_OUTPUT + 65536);
    assert_null(find_fact(attachment, "attachment.damaged", NULL, NULL)); /* as its end, 8 GiB on, would be */
    sks_attachment_destroy(attachment);
}

static int prepare(void **state)
{
    (void)state;
    sks_attachment_prepare();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bombs_cost_no_more_than_the_ceiling),
                                       cmocka_unit_test(what_is_skipped_is_charged)};
    return cmocka_run_group_tests(tests, prepare, NULL);
}

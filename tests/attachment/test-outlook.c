/* Outlook's messages as mail. The files are written here by libgsf, after MS-OXMSG. */
#include "tests/test.h"

#include <glib.h>
#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>
#include <gsf/gsf-utils.h>

#include "attachment/outlook.h"
#include "attachment/rtf.h"
#include "message/message.h"

static void add_stream(GsfOutfile *storage, const char *name, const void *bytes, size_t size)
{
    GsfOutput *stream = gsf_outfile_new_child(storage, name, FALSE);
    gsf_output_write(stream, size, bytes);
    gsf_output_close(stream);
    g_object_unref(stream);
}

/* A Unicode text property (type 001F). */
static void add_text(GsfOutfile *storage, const char *number, const char *text)
{
    g_autofree char *name = g_strdup_printf("__substg1.0_%s001F", number);
    glong units;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    add_stream(storage, name, wide, (size_t)units * 2); /* tests run on little-endian machines, as MS-CFB wants */
}

static GsfOutfile *add_storage(GsfOutfile *storage, const char *name)
{
    return GSF_OUTFILE(gsf_outfile_new_child(storage, name, TRUE));
}

static void end(GsfOutfile *storage)
{
    gsf_output_close(GSF_OUTPUT(storage));
    g_object_unref(storage);
}

/* PidTagClientSubmitTime (0039, type 0040): 2023-12-04 00:59:58 UTC as 100 ns since 1601. */
static void add_properties(GsfOutfile *storage, size_t skip)
{
    unsigned char bytes[48] = {0};
    uint64_t ticks = (UINT64_C(1701651598) + UINT64_C(11644473600)) * 10000000;
    bytes[skip] = 0x40, bytes[skip + 2] = 0x39;
    for (size_t i = 0; i < 8; i++)
        bytes[skip + 8 + i] = (unsigned char)(ticks >> (8 * i));
    add_stream(storage, "__properties_version1.0", bytes, skip + 16);
}

static const char headers[] = "Received: from mail.example by mx.kikan.example; Mon, 4 Dec 2023 10:00:00 +0900\r\n"
                              "From: Sato <sato@mail.example>\r\nSubject: =?UTF-8?B?5Y+W5p2Q?=\r\n"
                              "Content-Type: multipart/mixed;\r\n\tboundary=gone\r\nMIME-Version: 1.0\r\n"
                              "Message-ID: <one@mail.example>\r\n";

static void fill(GsfOutfile *storage, size_t skip, bool kept)
{
    add_properties(storage, skip);
    add_text(storage, "0037", "取材のお願い");
    add_text(storage, "1000", "本文です。\r\n二行目");
    add_stream(storage, "__substg1.0_10130102", "<p>本文です。</p>", strlen("<p>本文です。</p>"));
    add_text(storage, "0C1A", "佐藤 \"<健>\"");
    add_text(storage, "5D01", "sato@mail.example");
    add_text(storage, "1035", "<two@mail.example>");
    if (kept)
        add_text(storage, "007D", headers);
    GsfOutfile *recipient = add_storage(storage, "__recip_version1.0_#00000000");
    add_text(recipient, "3001", "山田");
    add_text(recipient, "39FE", "yamada@kikan.example");
    end(recipient);
}

static GBytes *finish(GsfOutput *memory, GsfOutfile *ole)
{
    end(ole);
    GBytes *bytes = g_bytes_new(gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory)), (gsize)gsf_output_size(memory));
    g_object_unref(memory);
    return bytes;
}

static GBytes *make(bool kept, bool message_within)
{
    GsfOutput *memory = gsf_output_memory_new();
    GsfOutfile *ole = gsf_outfile_msole_new(memory);
    fill(ole, 32, kept);
    GsfOutfile *file = add_storage(ole, "__attach_version1.0_#00000000");
    add_text(file, "3707", "資料 1.pdf");
    add_text(file, "370E", "application/pdf");
    add_stream(file, "__substg1.0_37010102", "%PDF-1.4\0x", 10);
    end(file);
    if (message_within) {
        GsfOutfile *attached = add_storage(ole, "__attach_version1.0_#00000001");
        GsfOutfile *message = add_storage(attached, "__substg1.0_3701000D");
        fill(message, 24, true);
        end(message);
        end(attached);
    }
    return finish(memory, ole);
}

static char *convert(GBytes *bytes, size_t *out_size, bool *out_headers)
{
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    assert_true(sks_outlook_detect(data, size));
    char *mail = sks_outlook_to_mail(data, size, out_size, out_headers);
    assert_non_null(mail);
    return mail;
}

static const struct sks_part *find_part(const struct sks_message *message, const char *type)
{
    for (size_t i = 0; i < message->part_count; i++)
        if (strcmp(message->parts[i].type, type) == 0)
            return &message->parts[i];
    fail_msg("no part is %s", type);
    return NULL;
}

static void test_kept_headers(void **state)
{
    (void)state;
    g_autoptr(GBytes) bytes = make(true, true);
    size_t size;
    bool kept;
    g_autofree char *mail = convert(bytes, &size, &kept);
    assert_true(kept);
    struct sks_message *message;
    assert_int_equal(sks_message_parse(&message, mail, size), 0);
    assert_int_equal(message->received_count, 1);
    assert_string_equal(message->subject, "取材");
    assert_string_equal(message->message_id, "one@mail.example");
    assert_string_equal(message->from.items[0].address, "sato@mail.example");
    assert_int_equal(message->flags & SKS_MESSAGE_AMBIGUOUS_MIME, 0);
    assert_non_null(strstr(find_part(message, "text/plain")->data ? message->body.own : "", "本文です。"));
    const struct sks_part *file = find_part(message, "application/pdf");
    assert_string_equal(file->name, "資料 1.pdf");
    assert_int_equal(file->size, 10);
    const struct sks_part *within = find_part(message, "message/rfc822");
    struct sks_message *inner;
    assert_int_equal(sks_message_parse(&inner, within->data, within->size), 0);
    assert_string_equal(inner->message_id, "one@mail.example");
    sks_message_destroy(inner);
    sks_message_destroy(message);
}

static void test_made_headers(void **state)
{
    (void)state;
    g_autoptr(GBytes) bytes = make(false, false);
    size_t size;
    bool kept;
    g_autofree char *mail = convert(bytes, &size, &kept);
    assert_false(kept);
    struct sks_message *message;
    assert_int_equal(sks_message_parse(&message, mail, size), 0);
    assert_int_equal(message->received_count, 0);
    assert_string_equal(message->subject, "取材のお願い");
    assert_string_equal(message->message_id, "two@mail.example");
    assert_string_equal(message->from.items[0].address, "sato@mail.example");
    assert_non_null(strstr(message->from.items[0].name, "佐藤"));
    assert_string_equal(message->to.items[0].address, "yamada@kikan.example");
    assert_true(message->date.valid);
    assert_int_equal(message->date.time, 1701651598);
    sks_message_destroy(message);
}

/* The two examples of MS-OXRTFCP, section 3: one with references, one with one that runs into itself. */
static const unsigned char hello[] = {0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1,
                                      0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32,
                                      0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62,
                                      0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0};
static const unsigned char wxyz[] = {0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a,
                                     0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00, 0x04, 0x20,
                                     0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0};

static void test_decompress(void **state)
{
    (void)state;
    static const struct {
        const unsigned char *bytes;
        size_t size, ceiling;
        const char *want; /* NULL: refused */
    } rows[] = {
        {hello, sizeof hello, 1000, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"},
        {wxyz, sizeof wxyz, 1000, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"},
        {wxyz, sizeof wxyz, 12, "{\\rtf1 WXYZW"},
        {wxyz, 24, 1000, "{\\rtf1 WXYZ"},
        {wxyz, 12, 1000, NULL},
        {(const unsigned char *)"0123456789abcdefghi", 19, 1000, NULL},
        {(const unsigned char *)"\x0f\0\0\0\3\0\0\0MELA\0\0\0\0{a}", 19, 1000, "{a}"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *got = sks_rtf_decompress(rows[i].bytes, rows[i].size, rows[i].ceiling);
        if (rows[i].want == NULL) {
            assert_null(got);
            continue;
        }
        g_byte_array_append(got, (const guint8 *)"", 1);
        assert_row_string(rows[i].want, (const char *)got->data, rows[i].want);
        g_byte_array_unref(got);
    }
}

/* Uncompressed, as MS-OXRTFCP allows; by libgsf into a message that has no other body. */
static GBytes *make_rich(const char *rtf)
{
    GsfOutput *memory = gsf_output_memory_new();
    GsfOutfile *ole = gsf_outfile_msole_new(memory);
    size_t size = strlen(rtf);
    g_autoptr(GByteArray) body = g_byte_array_new();
    const guint8 head[16] = {(guint8)(size + 12), 0, 0, 0, (guint8)size, 0, 0, 0, 'M', 'E', 'L', 'A'};
    g_byte_array_append(body, head, sizeof head);
    g_byte_array_append(body, (const guint8 *)rtf, (guint)size);
    add_properties(ole, 32);
    add_text(ole, "007D", headers);
    add_stream(ole, "__substg1.0_10090102", body->data, body->len);
    return finish(memory, ole);
}

static void test_rich_body(void **state)
{
    (void)state;
    static const struct {
        const char *name, *rtf, *type, *own, *link;
    } rows[] = {
        {"text",
         "{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0\\fcharset128 MS Gothic;}}\\f0 \\'8e\\'91\\'97\\'bf\\par next}",
         "text/plain", "資料\nnext", NULL},
        /* MS-OXRTFEX: tags stand in htmltag groups, and what RTF readers see instead between htmlrtf and htmlrtf0. */
        {"HTML",
         "{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf \\par gone\\htmlrtf0 Please \\u36039\\'3f"
         "{\\*\\htmltag84 <a href=\"https://files.example/x\">}\\htmlrtf {\\field{\\*\\fldinst HYPERLINK}\\htmlrtf0 "
         "open"
         "{\\*\\htmltag92 </a>}{\\*\\mhtmltag84 <a href=\"other\">}{\\*\\htmltag72 </p>}}",
         "text/html", "Please 資open", "https://files.example/x"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) bytes = make_rich(rows[i].rtf);
        size_t size;
        bool kept;
        g_autofree char *mail = convert(bytes, &size, &kept);
        struct sks_message *message;
        assert_int_equal(sks_message_parse(&message, mail, size), 0);
        find_part(message, rows[i].type);
        g_autofree char *own = g_strstrip(g_strdup(message->body.own));
        assert_row_string(rows[i].name, own, rows[i].own);
        assert_row_int(rows[i].name, message->link_count, rows[i].link != NULL);
        if (rows[i].link != NULL)
            assert_row_string(rows[i].name, message->links[0].target, rows[i].link);
        sks_message_destroy(message);
    }
}

/* Whatever is cut off or overwritten: no fault, and what comes out is a mail or nothing. */
static void test_damaged(void **state)
{
    (void)state;
    g_autoptr(GBytes) bytes = make(true, true);
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    for (size_t at = 0; at < size; at += 61) {
        g_autofree char *damaged = g_memdup2(data, size);
        memset(damaged + at, at % 2 == 0 ? 0xFF : 0, MIN(40, size - at));
        const size_t lengths[] = {size, at};
        for (size_t i = 0; i < 2; i++) {
            size_t mail_size = 0;
            bool kept;
            if (!sks_outlook_detect(damaged, lengths[i]))
                continue;
            g_autofree char *mail = sks_outlook_to_mail(damaged, lengths[i], &mail_size, &kept);
            assert_true(mail == NULL || mail_size == strlen(mail) || mail_size > 0);
        }
    }
    assert_false(sks_outlook_detect("From: a\n\nb", 10));
    assert_false(sks_outlook_detect("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_headers), cmocka_unit_test(test_made_headers), cmocka_unit_test(test_decompress),
        cmocka_unit_test(test_rich_body),    cmocka_unit_test(test_damaged),
    };
    gsf_init();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gsf_shutdown();
    return failed;
}

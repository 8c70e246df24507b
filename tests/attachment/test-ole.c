/* Compound files, written by libgsf around streams that are written here as the specifications have them. */
#include "tests/test.h"

#include "make.h"

static void put16(unsigned char *at, unsigned value)
{
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
}

static void put32(unsigned char *at, unsigned value)
{
    put16(at, value & 0xFFFF);
    put16(at + 2, value >> 16);
}

#define DOCUMENT_SIZE 1024u
#define TABLE_SIZE    64u

static const char sentence[] = "会議の議事録を送ります。";

/* MS-DOC: a FIB, UTF-16 text at 512, and a table with one piece. */
static unsigned make_word(unsigned char *document, unsigned char *table)
{
    glong units = 0;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(sentence, -1, NULL, &units, NULL);
    put16(document, 0xA5EC);
    put16(document + 2, 0xC1);
    put16(document + 60, 0x0411);
    put32(document + 0x1A2, 0);
    put32(document + 0x1A6, 5 + 16);
    for (glong i = 0; i < units; i++)
        put16(document + 512 + 2 * i, wide[i]);
    table[0] = 2;
    put32(table + 1, 16);
    put32(table + 5 + 4, (unsigned)units);
    put32(table + 5 + 8 + 2, 512);
    return (unsigned)units;
}

/* MS-OFFCRYPTO 2.3.7.6 and .7. Key and verifier are what Excel stored for this password. */
#define XOR_PASSWORD "123456789012345"
#define XOR_KEY      0x8265u
#define XOR_VERIFIER 0x9EB1u

static void obfuscate(unsigned char *bytes, size_t size, size_t from)
{
    for (size_t i = from; i < size; i++) {
        unsigned char key = i % 16 < 15 ? (unsigned char)XOR_PASSWORD[i % 16] : 0xBB;
        key ^= (unsigned char)(i % 2 == 0 ? XOR_KEY & 0xFF : XOR_KEY >> 8);
        key = (unsigned char)(key >> 1 | key << 7);
        if (bytes[i] != 0 && bytes[i] != key)
            bytes[i] ^= key;
    }
}

static void words_obfuscation_is_opened(void **state)
{
    (void)state;
    static const struct {
        const char *password;
        bool opens;
    } rows[] = {{"wrong", false}, {"123456789012346", false}, {"12345678901234", false}, {XOR_PASSWORD, true}};
    unsigned char document[DOCUMENT_SIZE] = {0}, table[TABLE_SIZE] = {0};
    make_word(document, table);
    put16(document + 10, 0x8100);
    put16(document + 14, XOR_VERIFIER);
    put16(document + 16, XOR_KEY);
    obfuscate(document, sizeof document, 68);
    obfuscate(table, sizeof table, 0);
    const struct made_member members[] = {{"WordDocument", (const char *)document, sizeof document},
                                          {"0Table", (const char *)table, sizeof table}};
    g_autoptr(GByteArray) bytes = make_ole(members, G_N_ELEMENTS(members));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const passwords[] = {rows[i].password, NULL};
        struct sks_attachment *attachment = inspect_bytes(bytes, "a.doc", passwords);
        assert_row_string(rows[i].password, sks_file_type_name(attachment->type), "doc");
        assert_row_int(rows[i].password, attachment->encrypted, true);
        assert_row_int(rows[i].password, attachment->opened, rows[i].opens);
        assert_row_string(rows[i].password, attachment->text, rows[i].opens ? sentence : "");
        sks_attachment_destroy(attachment);
    }
}

static void a_plain_word_document_gives_its_text(void **state)
{
    (void)state;
    unsigned char document[DOCUMENT_SIZE] = {0}, table[TABLE_SIZE] = {0};
    make_word(document, table);
    const struct made_member members[] = {{"WordDocument", (const char *)document, sizeof document},
                                          {"0Table", (const char *)table, sizeof table},
                                          {"Macros/VBA/dir", "no project", 10},
                                          {"ObjectPool/_1/Equation Native", "no equation", 11}};
    g_autoptr(GByteArray) bytes = make_ole(members, G_N_ELEMENTS(members));
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.doc", NULL);
    assert_false(attachment->encrypted);
    assert_string_equal(attachment->text, sentence);
    assert_non_null(find_fact(attachment, "attachment.macro", "", "VBA"));
    assert_non_null(find_fact(attachment, "attachment.embedded-object", "", "Equation"));
    sks_attachment_destroy(attachment);
}

/* MS-OLEPS: a set of one section, properties of text (0x1E) or time (0x40). */
struct property {
    unsigned id;
    const char *text; /* NULL: time */
    guint64 time;
};

static GByteArray *make_properties(const struct property *properties, unsigned count, unsigned codepage)
{
    unsigned char head[48] = {0xFE, 0xFF};
    put32(head + 24, 1);
    put32(head + 44, sizeof head);
    GByteArray *set = g_byte_array_new();
    g_byte_array_append(set, head, sizeof head);
    guint start = set->len;
    g_byte_array_set_size(set, start + 8 + 8 * (count + 1));
    put32(set->data + start + 4, count + 1);
    for (unsigned i = 0; i <= count; i++) {
        unsigned char value[300] = {0};
        unsigned size = 12, at = set->len - start;
        if (i == 0) {
            put32(value, 2);
            put16(value + 4, codepage);
        } else if (properties[i - 1].text == NULL) {
            put32(value, 0x40);
            put32(value + 4, (unsigned)properties[i - 1].time);
            put32(value + 8, (unsigned)(properties[i - 1].time >> 32));
        } else {
            size_t length = strlen(properties[i - 1].text) + 1;
            put32(value, 0x1E);
            put32(value + 4, (unsigned)length);
            memcpy(value + 8, properties[i - 1].text, length);
            size = (unsigned)(8 + length + 3) & ~3u;
        }
        g_byte_array_append(set, value, size);
        put32(set->data + start + 8 + 8 * i, i == 0 ? 1 : properties[i - 1].id);
        put32(set->data + start + 12 + 8 * i, at);
    }
    return set;
}

/* Who made it, with what and when. 2026-01-02T03:04:05Z is 134117966450000000 in Windows' count. */
static void properties_are_told(void **state)
{
    (void)state;
    static const struct property summary[] = {
        {4, "\x8E\x52\x93\x63", 0},                    /* 山田 in code page 932 */
        {8, "\xB0\xA1", 0},                            /* half-width katakana there */
        {18, "Microsoft Office Word", 0},              /* */
        {7, "https://template.example/normal.dot", 0}, /* */
        {12, NULL, 134117966450000000u},               /* */
        {13, NULL, 134117966460000000u},
    };
    static const struct property more[] = {{15, "Example Trading", 0}};
    static const struct {
        const char *id, *detail;
    } expected[] = {
        {"attachment.author", "山田"},
        {"attachment.application", "Microsoft Office Word"},
        {"attachment.remote-template", "https://template.example/normal.dot"},
        {"attachment.created", "2026-01-02T03:04:05Z"},
        {"attachment.modified", "2026-01-02T03:04:06Z"},
        {"attachment.company", "Example Trading"},
    };
    g_autoptr(GByteArray) first = make_properties(summary, G_N_ELEMENTS(summary), 932);
    g_autoptr(GByteArray) second = make_properties(more, G_N_ELEMENTS(more), 936);
    const struct made_member members[] = {{"\5SummaryInformation", (const char *)first->data, first->len},
                                          {"\5DocumentSummaryInformation", (const char *)second->data, second->len}};
    g_autoptr(GByteArray) bytes = make_ole(members, G_N_ELEMENTS(members));
    struct sks_attachment *attachment = inspect_bytes(bytes, "a", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        if (find_fact(attachment, expected[i].id, "", expected[i].detail) == NULL)
            fail_msg("%s (%s) is missing", expected[i].id, expected[i].detail);
    assert_non_null(find_fact(attachment, "attachment.foreign-language", "", "zh-CN")); /* code page 936 */
    sks_attachment_destroy(attachment);
}

static void add_record(GByteArray *book, unsigned type, const void *data, size_t size)
{
    unsigned char head[4];
    put16(head, type);
    put16(head + 2, (unsigned)size);
    g_byte_array_append(book, head, sizeof head);
    g_byte_array_append(book, data, (guint)size);
}

/* MS-XLS: a hidden macro sheet, a DDE link, a font, a country, one shared string. */
static void workbooks_tell_macros_and_links(void **state)
{
    (void)state;
    static const struct {
        const char *id, *detail;
    } expected[] = {
        {"attachment.macro", "XLM, hidden"},
        {"attachment.dde", "cmd"},
        {"attachment.foreign-font", "SimSun"},
        {"attachment.foreign-language", "zh-CN"},
        {"attachment.external-relation", "http://x.example/a.xls"},
    };
    g_autoptr(GByteArray) book = g_byte_array_new();
    add_record(book, 0x0809, "\0\6\5\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    add_record(book, 0x0085, "\0\0\0\0\1\1\6\0Macro1", 14);
    add_record(book, 0x01AE, "\0\0\6\0\0cmd\3/c", 11);
    add_record(book, 0x01AE, "\0\0\x16\0\0http://x.example/a.xls", 27);
    add_record(book, 0x0031, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\6\0SimSun", 22);
    add_record(book, 0x008C, "\x56\0\x56\0", 4);
    add_record(book, 0x00FC, "\1\0\0\0\1\0\0\0\5\0\0total", 16);
    add_record(book, 0x000A, "", 0);
    const struct made_member members[] = {{"Workbook", (const char *)book->data, book->len}};
    g_autoptr(GByteArray) bytes = make_ole(members, 1);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.xls", NULL);
    assert_int_equal(attachment->type, SKS_FILE_XLS);
    assert_string_equal(attachment->text, "total\n");
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        if (find_fact(attachment, expected[i].id, "", expected[i].detail) == NULL)
            fail_msg("%s (%s) is missing", expected[i].id, expected[i].detail);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_obfuscation_is_opened),
        cmocka_unit_test(a_plain_word_document_gives_its_text),
        cmocka_unit_test(properties_are_told),
        cmocka_unit_test(workbooks_tell_macros_and_links),
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}

/* Notices: what they say, that nothing of the mail gets into their header, and that only ours are known as ours. */
#include "tests/test.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <sys/stat.h>

#include "plugin/notice.h"

#define NOW 1700000000

static const unsigned char key[SKS_NOTICE_KEY_SIZE] = "0123456789abcdef0123456789abcde";
static const char *const to[] = {"taro@kikan.example", "hanako@kikan.example"};
static const char *const told[] = {"analyst@kikan.example", "taro@kikan.example"};

static const struct sks_notice plain = {
    .id = 7,
    .at = NOW - 5,
    .message_id = "first@yama.example",
    .from = "tanaka@yama.example",
    .subject = "資料 http://evil.test/a\r\nBcc: all@kikan.example",
    .to = to,
    .to_count = 2,
    .previous = SKS_CLASS_CLEAN,
    .class_ = SKS_CLASS_TARGETED,
    .score = 6.25,
    .because = "second@yama.example",
    .why = {"添付に実行形式があります。", "The attachment holds a program."},
    .held = "",
};

static const struct sks_notice_letter letter = {
    .from = "sekisho@kikan.example", .recipients = told, .recipient_count = 2, .language = SKS_NOTICE_BOTH, .now = NOW};

/* ---- The mail, taken apart as a filter gets it ---- */

struct parts {
    struct sks_field fields[16];
    size_t count;
    const char *body;
    char **lines;
    char *head;
};

static void take_apart(struct parts *parts, const char *mail)
{
    *parts = (struct parts){.count = 0};
    parts->body = strstr(mail, "\r\n\r\n");
    assert_non_null(parts->body);
    parts->head = g_strndup(mail, (size_t)(parts->body - mail));
    parts->body += 4;
    GString *head = g_string_new(parts->head);
    g_string_replace(head, "\r\n ", " ", 0);
    parts->lines = g_strsplit(head->str, "\r\n", -1);
    g_string_free(head, TRUE);
    for (char **line = parts->lines; *line != NULL; line++) {
        char *colon = strchr(*line, ':');
        assert_non_null(colon);
        assert_true(parts->count < G_N_ELEMENTS(parts->fields));
        *colon = '\0';
        parts->fields[parts->count++] = (struct sks_field){*line, colon + 2};
    }
}

static void finish(struct parts *parts)
{
    g_strfreev(parts->lines);
    g_free(parts->head);
}

static const char *value(const struct parts *parts, const char *name)
{
    for (size_t i = 0; i < parts->count; i++)
        if (strcmp(parts->fields[i].name, name) == 0)
            return parts->fields[i].value;
    return "";
}

static bool is_ours(const struct parts *parts, const char *body, const unsigned char *with, int64_t now)
{
    return sks_notice_is_ours(parts->fields, parts->count, body, strlen(body), with, now);
}

static char *text_of(const struct parts *parts)
{
    gsize size;
    guchar *bytes = g_base64_decode(parts->body, &size);
    char *text = g_strndup((const char *)bytes, size);
    g_free(bytes);
    return text;
}

/* ---- Tests ---- */

static void test_text(void **state)
{
    (void)state;
    char *mail = sks_notice_write(&plain, &letter, key);
    struct parts parts;
    take_apart(&parts, mail);
    char *text = text_of(&parts);
    const char *const wanted[] = {"標的型攻撃の疑い",
                                  "may be a targeted attack",
                                  plain.why[0],
                                  plain.why[1],
                                  plain.message_id,
                                  plain.because,
                                  "taro@kikan.example, hanako@kikan.example",
                                  "資料 http[:]//evil.test/a  Bcc: all@kikan.example"};
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
        assert_row_int(wanted[i], strstr(text, wanted[i]) != NULL, 1);
    assert_null(strstr(text, "postsuper"));
    /* The header is ours alone, in ASCII, with lines of at most 76 columns (RFC 2047) and nothing of the mail's. */
    for (const char *at = mail; *at != '\0'; at++)
        assert_true(*at > 0 && (*at >= ' ' || *at == '\r' || *at == '\n'));
    for (const char *line = mail; *line != '\0'; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\r\n") <= 90);
    assert_null(strstr(parts.head, "Bcc"));
    assert_string_equal(value(&parts, "From"), "Sekisho <sekisho@kikan.example>");
    assert_string_equal(value(&parts, "To"), "analyst@kikan.example, taro@kikan.example");
    assert_string_equal(value(&parts, "Date"), "Tue, 14 Nov 2023 22:13:20 +0000");
    assert_true(g_str_has_prefix(value(&parts, "Message-ID"), "<notice.7."));
    assert_string_equal(value(&parts, "Auto-Submitted"), "auto-generated");
    g_free(text);
    finish(&parts);
    g_free(mail);
}

static void test_languages_and_held(void **state)
{
    static const struct {
        int language;
        const char *held;
        unsigned left_out;
        const char *has, *has_not;
    } rows[] = {
        {SKS_NOTICE_JAPANESE, "", 0, "添付ファイルやリンクを開かず", "attachment"},
        {SKS_NOTICE_ENGLISH, "", 0, "Do not open its attachments", "添付"},
        {SKS_NOTICE_ENGLISH, "8E652A781FA", 0, "8E652A781FA", "Do not open"},
        {SKS_NOTICE_JAPANESE, "8E652A781FA", 0, "まだ配送されていません", "開かず"},
        {SKS_NOTICE_ENGLISH, "", 12, "too many: 12", "添付"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_notice notice = plain;
        struct sks_notice_letter how = letter;
        notice.held = rows[i].held;
        notice.subject = "x";
        notice.why[0] = notice.why[1] = "";
        how.language = rows[i].language;
        how.left_out = rows[i].left_out;
        char *mail = sks_notice_write(&notice, &how, key);
        struct parts parts;
        take_apart(&parts, mail);
        char *text = text_of(&parts);
        assert_row_int(rows[i].has, strstr(text, rows[i].has) != NULL, 1);
        assert_row_int(rows[i].has_not, strstr(text, rows[i].has_not) != NULL, 0);
        g_free(text);
        finish(&parts);
        g_free(mail);
    }
}

static void test_only_ours_is_ours(void **state)
{
    (void)state;
    static const unsigned char other_key[SKS_NOTICE_KEY_SIZE] = "another";
    char *mail = sks_notice_write(&plain, &letter, key);
    struct parts parts;
    take_apart(&parts, mail);
    assert_true(sks_notice_is_marked(parts.fields, parts.count));
    assert_true(is_ours(&parts, parts.body, key, NOW));
    assert_true(is_ours(&parts, parts.body, key, NOW + 6 * 86400));
    assert_false(is_ours(&parts, parts.body, key, NOW + 8 * 86400));
    assert_false(is_ours(&parts, parts.body, key, NOW - 86400));
    assert_false(is_ours(&parts, parts.body, other_key, NOW));
    /* What mail programs do on the way does no harm … */
    char *trimmed = g_strdup(parts.body);
    g_strchomp(trimmed);
    assert_true(is_ours(&parts, trimmed, key, NOW));
    /* … and every other change does. */
    trimmed[10] = trimmed[10] == 'A' ? 'B' : 'A';
    assert_false(is_ours(&parts, trimmed, key, NOW));
    assert_false(is_ours(&parts, "", key, NOW));
    static const char *const signed_fields[] = {"Subject", "Content-Type", "Content-Transfer-Encoding",
                                                "X-Sekisho-Notice"};
    for (size_t i = 0; i < parts.count; i++) {
        struct parts changed = parts;
        bool counts = false;
        for (size_t k = 0; k < G_N_ELEMENTS(signed_fields); k++)
            counts = counts || strcmp(parts.fields[i].name, signed_fields[k]) == 0;
        changed.fields[i].value = (char *)"text/html";
        assert_row_int(parts.fields[i].name, is_ours(&changed, parts.body, key, NOW), !counts);
        /* A second field of the name: who knows which one is shown. */
        changed = parts;
        changed.fields[changed.count++] = parts.fields[i];
        assert_row_int(parts.fields[i].name, is_ours(&changed, parts.body, key, NOW), !counts);
    }
    g_free(trimmed);
    finish(&parts);
    g_free(mail);
}

static void test_json(void **state)
{
    (void)state;
    char *text = sks_notice_to_json(&plain);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    assert_int_equal(text[strlen(text) - 1], '\n');
    assert_null(memchr(text, '\n', strlen(text) - 1));
    assert_string_equal(json_string_value(json_object_get(root, "message_id")), plain.message_id);
    assert_string_equal(json_string_value(json_object_get(root, "class")), "targeted");
    assert_string_equal(json_string_value(json_object_get(root, "previous")), "clean");
    assert_string_equal(json_string_value(json_object_get(root, "subject")), plain.subject);
    assert_int_equal(json_array_size(json_object_get(root, "to")), 2);
    json_decref(root);
    g_free(text);
}

static void test_addresses(void **state)
{
    static const struct {
        const char *address;
        bool may;
    } rows[] = {
        {"a@kikan.example", true},
        {"a.b+c@kikan.example", true},
        {"", false},
        {"a", false},
        {"@kikan.example", false},
        {"a@", false},
        {"a@b@c.example", false},
        {"-oQ/tmp@x.example", false},
        {"a b@x.example", false},
        {"a@x.example\r\nRCPT", false},
        {"<a@x.example>", false},
        {"\"a\"@x.example", false},
        {"a@x.example,b", false},
        {"\xE9@x.example", false},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row_int(rows[i].address, sks_notice_may_go_to(rows[i].address), rows[i].may);
}

static void test_key(void **state)
{
    (void)state;
    char *folder = g_dir_make_tmp("sekisho-key-XXXXXX", NULL), *file = g_build_filename(folder, "key", NULL);
    unsigned char first[SKS_NOTICE_KEY_SIZE], second[SKS_NOTICE_KEY_SIZE], none[SKS_NOTICE_KEY_SIZE] = {0};
    struct stat status;
    assert_int_equal(sks_notice_key(first, file), 0);
    assert_int_equal(sks_notice_key(second, file), 0);
    assert_memory_equal(first, second, sizeof first);
    assert_memory_not_equal(first, none, sizeof first);
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(g_file_set_contents(file, "short", -1, NULL));
    assert_int_equal(sks_notice_key(second, file), SKS_ERROR_FORMAT);
    g_unlink(file);
    char *nowhere = g_build_filename(folder, "none", "key", NULL);
    assert_int_equal(sks_notice_key(second, nowhere), SKS_ERROR_IO);
    assert_int_equal(g_rmdir(folder), 0); /* nothing unfinished is left */
    g_free(nowhere);
    g_free(file);
    g_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_languages_and_held),
        cmocka_unit_test(test_only_ours_is_ours),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Mails that broke other parsers, and Japanese ones: each is read, and every string that comes out is fit for output.
 * Skipped where the corpora are missing.
 */
#include "test.h"

#include <glib.h>
#include <stdlib.h>

#include "message/message.h"

static char *corpus(const char *name)
{
    const char *root = g_getenv("SKS_SOURCE_ROOT");
    char *path = g_build_filename(root != NULL ? root : ".", "..", "shared", "corpora", name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return path;
    g_free(path);
    return NULL;
}

/* UTF-8 without control characters but, in body text, LF and TAB. */
static void check(const char *file, const char *what, const char *text, bool body)
{
    if (text == NULL || !g_utf8_validate(text, -1, NULL))
        fail_msg("%s: %s is not UTF-8", file, what);
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
        if (control && !(body && (character == '\n' || character == '\t')))
            fail_msg("%s: control character U+%04X in %s", file, character, what);
    }
}

static void check_addresses(const char *file, const struct sks_address_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        check(file, "name", list->items[i].name, false);
        check(file, "address", list->items[i].address, false);
        check(file, "local", list->items[i].local, false);
        check(file, "domain", list->items[i].domain, false);
        check(file, "group", list->items[i].group, false);
    }
}

static void check_parts(const char *file, const struct sks_message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct sks_part *part = &message->parts[i];
        check(file, "type", part->type, false);
        check(file, "disposition", part->disposition, false);
        check(file, "name", part->name, false);
        check(file, "charset", part->charset, false);
        check(file, "used charset", part->used_charset, false);
        check(file, "encoding", part->encoding, false);
        check(file, "Content-ID", part->content_id, false);
        check(file, "where", part->where, false);
    }
}

static void check_message(const char *file, const struct sks_message *message)
{
    for (size_t i = 0; i < message->header_count; i++)
        check(file, message->headers[i].name, message->headers[i].value, false);
    check(file, "subject", message->subject, false);
    check(file, "Message-ID", message->message_id, false);
    check(file, "In-Reply-To", message->in_reply_to, false);
    for (size_t i = 0; i < message->reference_count; i++)
        check(file, "References", message->references[i], false);
    check_addresses(file, &message->from);
    check_addresses(file, &message->reply_to);
    check_addresses(file, &message->to);
    check_addresses(file, &message->cc);
    check_parts(file, message);
    check(file, "own text", message->body.own, true);
    check(file, "quoted text", message->body.quoted, true);
    check(file, "signature", message->body.signature, true);
    check(file, "footer", message->body.footer, true);
    check(file, "hidden text", message->body.hidden, true);
}

static size_t read_path(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    size_t count = 0;
    if (folder != NULL) {
        for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
            g_autofree char *inner = g_build_filename(path, name, NULL);
            count += read_path(inner);
        }
        g_dir_close(folder);
        return count;
    }
    char *bytes;
    gsize size;
    if (!g_file_get_contents(path, &bytes, &size, NULL))
        return 0;
    struct sks_message *message;
    assert_int_equal(sks_message_parse(&message, bytes, size), SKS_OK);
    check_message(path, message);
    sks_message_destroy(message);
    g_free(bytes);
    return 1;
}

static void run(const char *name, size_t least)
{
    g_autofree char *path = corpus(name);
    if (path == NULL) {
        print_message("corpora/%s is missing beside the source: skipped\n", name);
        skip();
    }
    assert_true(read_path(path) >= least);
}

static void test_hostile(void **state)
{
    (void)state;
    run("hostile", 500);
}

static void test_japanese(void **state)
{
    (void)state;
    run("japanese/mail", 40);
}

static void test_trap(void **state)
{
    (void)state;
    run("mail/bulk/trap-ja", 100);
}

int main(void)
{
    sks_message_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_japanese),
        cmocka_unit_test(test_trap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

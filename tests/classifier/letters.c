#include "tests/test.h"

#include "letters.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "memory/memory.h"

static const char *const own_domains[] = {"kikan.example", NULL};

void use_store(struct room *room, const char *name, bool frozen)
{
    struct sks_classifier *classifier = room->classifier;
    sks_memory_close(classifier->memory);
    classifier->memory = NULL;
    classifier->prepared = false;
    classifier->store_frozen = frozen;
    g_free(classifier->store);
    classifier->store = g_build_filename(room->folder, name, NULL);
}

int64_t number(const struct room *room, const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(room->classifier->store, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

int setup_room(void **state)
{
    struct room *room = g_new0(struct room, 1);
    const struct sks_settings settings = {.own_domains = own_domains};
    static const char program[] = "MZ\x90\0 no program, but it begins like one";
    const struct made_member exe = {"shiryou.exe", program, sizeof program};
    const struct made_member memo = {"memo.txt", "We meet at ten in room three.\n", 0};
    const struct made_member second = {"plan.txt", "The plan for March.\n", 0};
    if (sks_classifier_create(&room->classifier, &settings, NULL) != 0)
        return -1;
    room->folder = g_dir_make_tmp("sekisho-join-XXXXXX", NULL);
    room->program = make_zip(&exe, 1, ZIP_EM_AES_256, "Kx8!pqr2");
    room->memo = make_zip(&memo, 1, ZIP_EM_TRAD_PKWARE, "Kx8!pqr2");
    room->second = make_zip(&second, 1, ZIP_EM_AES_128, "Mm77-zzq");
    *state = room;
    return 0;
}

int teardown_room(void **state)
{
    struct room *room = *state;
    GDir *folder = g_dir_open(room->folder, 0, NULL);
    const char *name;
    sks_classifier_destroy(room->classifier);
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        char *file = g_build_filename(room->folder, name, NULL);
        g_unlink(file);
        g_free(file);
    }
    g_dir_close(folder);
    g_rmdir(room->folder);
    g_free(room->folder);
    g_byte_array_unref(room->program);
    g_byte_array_unref(room->memo);
    g_byte_array_unref(room->second);
    g_free(room);
    return 0;
}

/* ---- Mails ---- */

const struct letter file_mail = {.id = "file@yama.example",
                                 .from = "Tanaka Taro <tanaka@yama.example>",
                                 .to = "suzuki@kikan.example",
                                 .subject = "Documents for Thursday",
                                 .text = "The documents are attached. The password follows.",
                                 .client = "192.0.2.7",
                                 .at = NOW,
                                 .names = {"shiryou.zip"}};

const struct letter password_mail = {.id = "password@yama.example",
                                     .from = "Tanaka Taro <tanaka@yama.example>",
                                     .to = "suzuki@kikan.example",
                                     .subject = "Password",
                                     .text = "Password: Kx8!pqr2",
                                     .client = "192.0.2.7",
                                     .at = NOW + 120};

struct letter with_file(struct letter letter, const GByteArray *file)
{
    letter.files[0] = file;
    return letter;
}

char *write_letter(const struct letter *letter)
{
    GString *mail = g_string_new(NULL);
    g_string_append_printf(mail,
                           "From: %s\nTo: %s\nSubject: %s\n%s%s%s%sMIME-Version: 1.0\n"
                           "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; "
                           "charset=utf-8\n\n%s\n",
                           letter->from, letter->to, letter->subject, *letter->id != '\0' ? "Message-ID: <" : "",
                           letter->id, *letter->id != '\0' ? ">\n" : "", letter->more != NULL ? letter->more : "",
                           letter->text);
    for (size_t i = 0; i < G_N_ELEMENTS(letter->files) && letter->files[i] != NULL; i++) {
        char *encoded = g_base64_encode(letter->files[i]->data, letter->files[i]->len);
        g_string_append_printf(mail,
                               "--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
                               "Content-Disposition: attachment; filename=\"%s\"\n\n%s\n",
                               letter->names[i], encoded);
        g_free(encoded);
    }
    g_string_append(mail, "--b--\n");
    return g_string_free(mail, FALSE);
}

struct sks_verdict *examine(struct room *room, const struct letter *letter)
{
    char *mail = write_letter(letter);
    const char *recipient = letter->to;
    const struct sks_envelope envelope = {.sender = "bounce@yama.example",
                                          .recipients = &recipient,
                                          .recipient_count = 1,
                                          .client_address = letter->client,
                                          .queue_id = letter->queue_id,
                                          .authenticated = letter->authenticated,
                                          .received_at = letter->at};
    struct sks_verdict *verdict = NULL;
    assert_int_equal(sks_classifier_examine(&verdict, room->classifier, mail, strlen(mail), &envelope), 0);
    assert_int_equal(sks_verdict_memory_error(verdict), 0);
    g_free(mail);
    return verdict;
}

const struct sks_evidence *find(const struct sks_verdict *verdict, const char *id)
{
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++)
        if (strcmp(sks_verdict_evidence(verdict, i)->id, id) == 0)
            return sks_verdict_evidence(verdict, i);
    return NULL;
}

const char *related(const struct sks_verdict *verdict, const char *id)
{
    const struct sks_evidence *evidence = find(verdict, id);
    return evidence != NULL ? evidence->related : "(no such evidence)";
}

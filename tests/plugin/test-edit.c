/* Edits: which ones, in which order, and their bytes. Encoded words were made with Python's base64 and counted by hand.
 */
#include "tests/test.h"

#include <stdlib.h>

#include <glib.h>

#include "edit.h"
#include "encode.h"
#include "fake-verdict.h"

/* 【標的型攻撃の疑い：暗号化添付・初めての相手】 behind "Subject: ". */
#define BANNER_1 "=?UTF-8?B?44CQ5qiZ55qE5Z6L5pS75pKD44Gu55aR44GE77ya5pqX5Y+35YyW?="
#define BANNER_2 "=?UTF-8?B?5re75LuY44O75Yid44KB44Gm44Gu55u45omL44CR?="
#define BANNER   BANNER_1 "\n " BANNER_2

static const struct sks_evidence evidence[] = {
    {.id = "attachment.encrypted",
     .contribution = 1.254,
     .where = "part 2: 見積.zip",
     .reason = {"暗号化された添付 (zip) がある", "an encrypted attachment (zip)"},
     .brief = {"暗号化添付", "encrypted attachment"},
     .related = ""},
    {.id = "sender.first-contact",
     .contribution = 0.5,
     .where = "header From",
     .reason = {"初めての相手", "never wrote before"},
     .brief = {"初めての相手", "first contact"},
     .related = ""},
    {.id = "clean.known", .contribution = -0.001, .where = "", .reason = {"", ""}, .brief = {"", ""}, .related = ""},
};

static const struct sks_verdict targeted = {
    .class_ = SKS_CLASS_TARGETED,
    .probability = {0.02, 0.0304, 0.9496},
    .score = 3.8604,
    .evidence = evidence,
    .evidence_count = 3,
    .banner = {"標的型攻撃の疑い：暗号化添付・初めての相手", "Suspected targeted attack: encrypted attachment"},
    .summary = {"標的型攻撃メールの疑いがあります。", "This mail may be a targeted attack."},
};

struct subject_row {
    const char *name, *value, *decoded;
    const char *want;     /* NULL: not touched */
    const char *original; /* NULL: none kept */
};

static const struct subject_row subjects[] = {
    {"plain", "Hello", "Hello", BANNER " Hello", "Hello"},
    {"fold before a long one", "A subject that does not fit behind the banner", NULL,
     BANNER "\n A subject that does not fit behind the banner", "A subject that does not fit behind the banner"},
    {"encoded word", "=?ISO-2022-JP?B?GyRCJCobKEI=?=", "お",
     BANNER "\n =?ISO-2022-JP?B?GyRCJCobKEI=?=", "=?ISO-2022-JP?B?GyRCJCobKEI=?="},
    {"raw ISO-2022-JP", "\x1b$B7oL>\x1b(B", "件名", BANNER " \x1b$B7oL>\x1b(B", "\x1b$B7oL>\x1b(B"},
    {"raw Shift_JIS", "\x8c\x8f\x96\xbc", "件名", BANNER " \x8c\x8f\x96\xbc", "\x8c\x8f\x96\xbc"},
    {"raw UTF-8", "件名", "件名", BANNER " 件名", "件名"},
    {"folded original", "one\n two", "one two", BANNER " one\n two", "one\n two"},
    {"leading blanks", "  \n one", "one", BANNER " one", "  \n one"},
    {"empty", "", "", BANNER, ""},
    {"second pass", BANNER " Hello", NULL, NULL, "Hello"},
    {"second pass, unfolded", BANNER_1 " " BANNER_2 " Hello", NULL, NULL, "Hello"},
    {"reply, decoded", "Re: whatever", "Re: 【標的型攻撃の疑い：別の理由】 Hello", NULL, NULL},
    {"reply to a reply", "x", "RE[2]: Fwd: 【標的型攻撃の疑い：別の理由】 Hello", NULL, NULL},
    {"Japanese reply marks", "x", "返信：　転送: 【標的型攻撃の疑い】 Hello", NULL, NULL},
    {"behind a list's tag", "x", "[kikan-ml 123] Re: 【標的型攻撃の疑い：別の理由】 Hello", NULL, NULL},
    {"in the other language", "x", "Re: [Suspected targeted attack: odd link] Hello", NULL, NULL},
    {"hidden at the end", "Bill", "Bill 【標的型攻撃の疑い：別の理由】", BANNER " Bill", "Bill"},
    {"the all-clear of a stranger", "x", "【標的型攻撃の疑いなし：安全確認済み】 Hello", BANNER " x", "x"},
    {"the all-clear in a reply", "x", "Re: [Suspected targeted attack: ruled out, safe] CV", BANNER " x", "x"},
    {"a reason that is none", "x", "【標的型攻撃の疑い：確認の結果、問題なし】 Hello", BANNER " x", "x"},
    {"the all-clear as our words", "=?UTF-8?B?44CQ5qiZ55qE5Z6L5pS75pKD44Gu55aR44GE44Gq44GX44CR?= Hello", NULL,
     BANNER "\n =?UTF-8?B?44CQ5qiZ55qE5Z6L5pS75pKD44Gu55aR44GE44Gq44GX44CR?= Hello",
     "=?UTF-8?B?44CQ5qiZ55qE5Z6L5pS75pKD44Gu55aR44GE44Gq44GX44CR?= Hello"},
    {"behind many tags", "x", "[Invoice] [ref 4711] Re: 【標的型攻撃の疑い】", BANNER " x", "x"},
    {"behind a tag, in no reply", "x", "[Urgent: pay March's invoice today] 【標的型攻撃の疑い】", BANNER " x", "x"},
    {"out of sight", "x",
     "Re:                                                                                                    "
     "【標的型攻撃の疑い】",
     BANNER " x", "x"},
    {"another class", "x", "Re: 【迷惑メールの疑い：配送】 Hello", BANNER " x", "x"},
    {"half a banner", BANNER_1, NULL, BANNER "\n " BANNER_1, BANNER_1},
    {"broken word", "=?UTF-8?B?44CQ", NULL, BANNER " =?UTF-8?B?44CQ", "=?UTF-8?B?44CQ"},
};

static void assert_columns(const char *name, const char *field, const char *value)
{
    size_t column = strlen(field) + 2;
    for (const char *at = value; *at != '\0'; at++) {
        column = *at == '\n' ? 0 : column + 1;
        if (column > SKS_ENCODE_COLUMNS)
            fail_msg("%s: a line of %s passes 76 columns: %s", name, field, value);
    }
}

static void test_subjects(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
        const struct subject_row *row = &subjects[i];
        char *original = NULL;
        char *value = sks_subject_banner(&original, &targeted, SKS_LANGUAGE_JAPANESE, row->value, row->decoded);
        assert_row_string(row->name, value != NULL ? value : "(none)", row->want != NULL ? row->want : "(none)");
        assert_row_string(row->name, original != NULL ? original : "(none)",
                          row->original != NULL ? row->original : "(none)");
        if (value != NULL) {
            /* What was done once is not done again. */
            char *again_original = NULL;
            char *again = sks_subject_banner(&again_original, &targeted, SKS_LANGUAGE_JAPANESE, value, NULL);
            assert_null(again);
            g_free(again_original);
            assert_columns(row->name, "Subject", value);
        }
        g_free(value);
        g_free(original);
    }
}

static char *show(const struct sks_edits *edits)
{
    GString *all = g_string_new(NULL);
    for (size_t i = 0; i < edits->count; i++) {
        const struct sks_edit *edit = &edits->list[i];
        const char *kinds[] = {"quarantine", "delete", "insert", "add", "change", "body"};
        g_string_append_printf(all, "%s", kinds[edit->kind]);
        if (edit->name != NULL)
            g_string_append_printf(all, " %s", edit->name);
        if (edit->index != 0)
            g_string_append_printf(all, " %u", edit->index);
        if (edit->value != NULL)
            g_string_append_printf(all, ": %s", edit->value);
        g_string_append_c(all, '\n');
        if (edit->value != NULL && edit->name != NULL && strcmp(edit->name, "X-Sekisho-Original-Subject") != 0)
            assert_columns("edits", edit->name, edit->value);
    }
    return g_string_free(all, FALSE);
}

static const struct sks_field fields[] = {
    {(char *)"Received", (char *)"from a\n\tby b; Mon, 2 Nov 2026 10:00:00 +0900"},
    {(char *)"x-sekisho-verdict", (char *)"clean"},
    {(char *)"Subject", (char *)"Hello"},
    {(char *)"X-Sekisho-Verdict", (char *)"clean"},
    {(char *)"X-Sekisho-Other", (char *)"1"},
    {(char *)"X-Sekishoo", (char *)"not ours"},
};

static struct sks_edit_input make_input(const struct sks_decision *decision)
{
    return (struct sks_edit_input){
        .verdict = &targeted,
        .decision = decision,
        .model_version = "2026.11 beta",
        .fields = fields,
        .field_count = G_N_ELEMENTS(fields),
        .subject = true,
        .evidence = 8,
    };
}

static void test_quarantine(void **state)
{
    const struct sks_decision decision = {.action = SKS_ACTION_QUARANTINE,
                                          .intended = SKS_ACTION_QUARANTINE,
                                          .add_headers = true,
                                          .remove_headers = true,
                                          .add_banners = true};
    struct sks_edit_input input = make_input(&decision);
    struct sks_edits edits;
    (void)state;
    sks_edits_make(&edits, &input);
    char *got = show(&edits);
    assert_row_string(
        "quarantine", got,
        "quarantine: targeted: attachment.encrypted, sender.first-contact, clean.known\n"
        "delete X-Sekisho-Other 1\n"
        "delete X-Sekisho-Verdict 2\n"
        "delete x-sekisho-verdict 1\n"
        "insert X-Sekisho-Original-Subject: Hello\n"
        "insert X-Sekisho-Quarantine: targeted: attachment.encrypted, sender.first-contact,\n clean.known\n"
        "insert X-Sekisho-Evidence: version=1;\n"
        " attachment.encrypted=+1.25 (=?UTF-8?B?cGFydCAyOiDopovnqY0uemlw?=)\n"
        "  (=?UTF-8?B?5pqX5Y+35YyW44GV44KM44Gf5re75LuYICh6aXApIOOBjOOBguOCiw==?=);\n"
        " sender.first-contact=+0.50 (header From) (=?UTF-8?B?5Yid44KB44Gm44Gu?=\n"
        " =?UTF-8?B?55u45omL?=);\n"
        " clean.known=0.00\n"
        "insert X-Sekisho-Score: 3.86; version=1; clean=0.020; bulk=0.030; targeted=0.950\n"
        "insert X-Sekisho-Verdict: targeted; version=1; action=quarantine;\n model=2026.11_beta\n"
        "change Subject 1: " BANNER " Hello\n");
    g_free(got);
    sks_edits_finish(&edits);
}

/* Each is told by its number among those of its name, the last one first. */
static void test_many_foreign(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    struct sks_field *many = g_new0(struct sks_field, MANY);
    for (size_t i = 0; i < MANY; i++) {
        many[i].name = (char *)(i % 2 == 0 ? "X-Sekisho-Verdict" : "x-sekisho-VERDICT");
        many[i].value = (char *)"clean";
    }
    many[7].name = (char *)"X-Other";
    const struct sks_decision decision = {.action = SKS_ACTION_ACCEPT, .remove_headers = true};
    const struct sks_edit_input input = {.fields = many, .field_count = MANY, .decision = &decision};
    struct sks_edits edits;
    sks_edits_make(&edits, &input);
    assert_int_equal(edits.count, MANY - 1);
    for (size_t i = 0; i < edits.count; i++) {
        assert_int_equal(edits.list[i].kind, SKS_EDIT_DELETE_HEADER);
        assert_int_equal(edits.list[i].index, MANY - 1 - i);
    }
    sks_edits_finish(&edits);
    g_free(many);
}

static void test_other_decisions(void **state)
{
    const struct sks_decision accept = {.action = SKS_ACTION_ACCEPT, .add_headers = true, .remove_headers = true};
    const struct sks_decision observed = {
        .action = SKS_ACTION_ACCEPT, .intended = SKS_ACTION_QUARANTINE, .observed = true, .add_headers = true};
    const struct sks_decision exempt = {.action = SKS_ACTION_ACCEPT, .exemption = SKS_EXEMPTION_TRUSTED};
    const struct sks_decision reject = {.action = SKS_ACTION_REJECT, .add_headers = true, .remove_headers = true};
    const struct sks_decision failed = {.action = SKS_ACTION_QUARANTINE, .failed = true, .add_headers = true};
    const struct {
        const struct sks_decision *decision;
        const char *failure, *want;
    } rows[] = {
        {&accept, NULL,
         "delete X-Sekisho-Other 1\ndelete X-Sekisho-Verdict 2\ndelete x-sekisho-verdict 1\n"
         "insert X-Sekisho-Score: 3.86; version=1; clean=0.020; bulk=0.030; targeted=0.950\n"
         "insert X-Sekisho-Verdict: targeted; version=1; action=accept; model=2026.11_beta\n"},
        {&observed, NULL,
         "insert X-Sekisho-Score: 3.86; version=1; clean=0.020; bulk=0.030; targeted=0.950\n"
         "insert X-Sekisho-Verdict: targeted; version=1; action=accept; observed=quarantine;\n model=2026.11_beta\n"},
        {&exempt, NULL, ""},
        {&reject, NULL, ""},
        {&failed, "worker died",
         "quarantine: not judged: worker died\n"
         "insert X-Sekisho-Quarantine: not judged: worker died\n"
         "insert X-Sekisho-Verdict: unknown; version=1; action=quarantine; model=2026.11_beta\n"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_edit_input input = make_input(rows[i].decision);
        struct sks_edits edits;
        input.evidence = 0;
        input.failure = rows[i].failure;
        if (input.failure != NULL)
            input.verdict = NULL;
        sks_edits_make(&edits, &input);
        char *got = show(&edits), *row = g_strdup_printf("row %zu", i);
        assert_row_string(row, got, rows[i].want);
        g_free(got);
        g_free(row);
        sks_edits_finish(&edits);
    }
}

static void test_missing_and_many_subjects(void **state)
{
    const struct sks_decision decision = {.action = SKS_ACTION_TAG, .add_banners = true, .add_headers = true};
    static const struct sks_field two[] = {{(char *)"Subject", (char *)"one"}, {(char *)"SUBJECT", (char *)"two"}};
    struct sks_edit_input input = make_input(&decision);
    struct sks_edits edits;
    (void)state;

    input.field_count = 1;
    sks_edits_make(&edits, &input);
    assert_string_equal(edits.list[edits.count - 1].name, "Subject");
    assert_int_equal(edits.list[edits.count - 1].kind, SKS_EDIT_ADD_HEADER);
    assert_string_equal(edits.list[edits.count - 1].value, BANNER);
    sks_edits_finish(&edits);

    input.fields = two;
    input.field_count = 2;
    sks_edits_make(&edits, &input);
    assert_string_equal(edits.list[edits.count - 2].value, BANNER " one");
    assert_string_equal(edits.list[edits.count - 1].value, BANNER " two");
    assert_int_equal(edits.list[edits.count - 1].index, 2);
    assert_string_equal(edits.list[0].value, "two"); /* the later insertion stands above */
    assert_string_equal(edits.list[1].value, "one");
    sks_edits_finish(&edits);
}

/* Texts out of hostile mail must never make a line of their own, nor an encoded word of somebody else's. */
static void test_hostile_text(void **state)
{
    static const char *const texts[] = {
        "a\nX-Evil: 1", "=?UTF-8?B?WA==?=", "\xff\xfe", "(((((", "a\tb", "\x7f",
    };
    char *filler = g_strnfill(5000, 'x');
    (void)state;
    for (size_t i = 0; i <= G_N_ELEMENTS(texts); i++) {
        struct sks_header_text out = {.text = g_string_new(NULL), .column = 20};
        sks_encode_text(&out, i < G_N_ELEMENTS(texts) ? texts[i] : filler, true);
        for (const char *at = out.text->str; *at != '\0'; at++) {
            assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
            assert_true(*at != '\n' || at[1] == ' ');
        }
        assert_true(g_str_has_prefix(out.text->str, "=?UTF-8?B?"));
        assert_columns("hostile", "", out.text->str);
        g_string_free(out.text, TRUE);
    }
    g_free(filler);
}

struct body_row {
    const char *name, *type, *encoding, *body, *want; /* want NULL: not touched */
};

#define TEXT_EN "*** This mail may be a targeted attack. ***\r\n\r\n"
#define TEXT_JA "*** 標的型攻撃メールの疑いがあります。 ***\r\n\r\n"
#define HTML_OPEN                                                                                                      \
    "<div style=\"border:2px solid #b00020;color:#000000;background:#fff4f4;padding:8px;margin:0 0 8px 0\">"
#define HTML_JA                                                                                                        \
    HTML_OPEN                                                                                                          \
    "&#27161;&#30340;&#22411;&#25915;&#25731;&#12513;&#12540;&#12523;&#12398;&#30097;&#12356;&#12364;&#12354;"         \
    "&#12426;&#12414;&#12377;&#12290;</div>\r\n"

static const struct body_row bodies[] = {
    {"no type: ASCII, so English", NULL, NULL, "Hi\r\n", TEXT_EN "Hi\r\n"},
    {"UTF-8, 8bit", "text/plain; charset=UTF-8", "8bit", "やあ\r\n", TEXT_JA "やあ\r\n"},
    {"UTF-8 in 7bit: English", "text/plain; charset=UTF-8", "7bit", "Hi\r\n", TEXT_EN "Hi\r\n"},
    {"ISO-2022-JP", "text/plain; charset=\"iso-2022-jp\"", "7bit", "Hi\r\n",
     "*** \x1b$BI8E*7?967b%a!<%k$N5?$$$,$\"$j$^$9!#\x1b(B ***\r\n\r\nHi\r\n"},
    {"Shift_JIS", "text/plain; charset=Shift_JIS", "8bit", "Hi\r\n",
     "*** \x95\x57\x93\x49\x8c\x5e\x8d\x55\x8c\x82\x83\x81\x81\x5b\x83\x8b\x82\xcc\x8b\x5e\x82\xa2\x82\xaa\x82\xa0\x82"
     "\xe8\x82\xdc\x82\xb7\x81\x42 ***\r\n\r\nHi\r\n"},
    {"quoted-printable", "text/plain; charset=utf-8", "Quoted-Printable", "Hi=20\r\n",
     "*** =E6=A8=99=E7=9A=84=E5=9E=8B=E6=94=BB=E6=92=83=E3=83=A1=E3=83=BC=E3=83=\r\n"
     "=AB=E3=81=AE=E7=96=91=E3=81=84=E3=81=8C=E3=81=82=E3=82=8A=E3=81=BE=E3=81=99=\r\n"
     "=E3=80=82 ***\r\n\r\nHi=20\r\n"},
    {"base64", "text/plain; charset=utf-8", "base64", "SGk=\r\n",
     "KioqIOaomeeahOWei+aUu+aSg+ODoeODvOODq+OBrueWkeOBhOOBjOOBguOCiuOBvuOBmeOAgiAq\r\nKioNCg0K\r\nSGk=\r\n"},
    {"base64, filled up", "text/plain", "base64", "SGk=\r\n",
     "KioqIFRoaXMgbWFpbCBtYXkgYmUgYSB0YXJnZXRlZCBhdHRhY2suICoqKg0KIA0K\r\nSGk=\r\n"},
    {"HTML", "text/html; charset=Shift_JIS", NULL, "<p>x", HTML_JA "<p>x"},
    {"HTML in UTF-16", "text/html; charset=utf-16", "base64", "SGk=\r\n", NULL},
    {"unknown encoding", "text/plain; charset=utf-8", "x-uuencode", "Hi\r\n", NULL},
    {"signed", "multipart/signed; boundary=b", NULL, "--b\r\n\r\nHi\r\n--b--\r\n", NULL},
    {"S/MIME", "application/pkcs7-mime", "base64", "SGk=\r\n", NULL},
    {"a picture", "image/png", "base64", "SGk=\r\n", NULL},
    {"alternative", "multipart/alternative; boundary=\"=b\"", NULL,
     "preamble\r\n--=b\r\nContent-Type: text/plain\r\n\r\nHi\r\n--=b\r\nContent-Type: text/html;\r\n"
     " charset=utf-8\r\n\r\n<p>Hi\r\n--=b--\r\n",
     "preamble\r\n--=b\r\nContent-Type: text/plain\r\n\r\n" TEXT_EN "Hi\r\n--=b\r\nContent-Type: text/html;\r\n"
     " charset=utf-8\r\n\r\n" HTML_JA "<p>Hi\r\n--=b--\r\n"},
    {"mixed: only the first", "multipart/mixed; boundary=b", NULL,
     "--b\r\n\r\nHi\r\n--b\r\nContent-Type: text/plain\r\n\r\nHo\r\n--b--\r\n",
     "--b\r\n\r\n" TEXT_EN "Hi\r\n--b\r\nContent-Type: text/plain\r\n\r\nHo\r\n--b--\r\n"},
    {"mixed in it alternative", "multipart/mixed; boundary=b", NULL,
     "--b\r\nContent-Type: multipart/alternative; boundary=bc\r\n\r\n--bc\r\n\r\nHi\r\n--bc--\r\n--b--\r\n",
     "--b\r\nContent-Type: multipart/alternative; boundary=bc\r\n\r\n--bc\r\n\r\n" TEXT_EN "Hi\r\n--bc--\r\n--b--\r\n"},
    {"first is an attachment", "multipart/mixed; boundary=b", NULL,
     "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nHi\r\n--b--\r\n", NULL},
    {"no boundary", "multipart/mixed", NULL, "--b\r\n\r\nHi\r\n--b--\r\n", NULL},
    {"no end", "multipart/mixed; boundary=b", NULL, "--b\r\n\r\nHi\r\n", NULL},
    {"boundary's prefix", "multipart/mixed; boundary=b", NULL, "--bb\r\n\r\nHi\r\n--b--\r\n", NULL},
    {"signed inside", "multipart/mixed; boundary=b", NULL,
     "--b\r\nContent-Type: multipart/signed; boundary=c\r\n\r\n--c\r\n\r\nHi\r\n--c--\r\n--b--\r\n", NULL},
    {"empty", "text/plain", NULL, "", NULL},
    {"header without end", "multipart/mixed; boundary=b", NULL, "--b\r\nContent-Type: text/plain\r\n--b--\r\n", NULL},
};

static char *banner_body(const struct body_row *row, const struct sks_verdict *verdict, bool truncated)
{
    struct sks_field header[2];
    struct sks_edit_input input = {.verdict = verdict, .body_bytes = row->body, .body_size = strlen(row->body)};
    size_t size = 0;
    input.fields = header;
    input.truncated = truncated;
    if (row->type != NULL)
        header[input.field_count++] = (struct sks_field){(char *)"Content-Type", (char *)row->type};
    if (row->encoding != NULL)
        header[input.field_count++] = (struct sks_field){(char *)"content-transfer-encoding", (char *)row->encoding};
    char *body = sks_body_banner(&size, &input);
    if (body != NULL)
        assert_int_equal(strlen(body), size);
    return body;
}

static void test_bodies(void **state)
{
    struct sks_verdict protected_ = targeted;
    (void)state;
    protected_.protected_ = true;
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        char *got = banner_body(&bodies[i], &targeted, false);
        assert_row_string(bodies[i].name, got != NULL ? got : "(none)",
                          bodies[i].want != NULL ? bodies[i].want : "(none)");
        g_free(got);
        assert_null(banner_body(&bodies[i], &targeted, true));
        assert_null(banner_body(&bodies[i], &protected_, false));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_quarantine),
        cmocka_unit_test(test_many_foreign),
        cmocka_unit_test(test_other_decisions),
        cmocka_unit_test(test_missing_and_many_subjects),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/test.h"

#include <stdlib.h>

#include "indicator/indicator.h"
#include "sekisho/limits.h"
#include "verdict.h"

static void add_strong(struct sks_verdict *verdict, const char *id, double strength, double contribution, double bulk,
                       const char *ja, const char *en)
{
    struct sks_evidence evidence = {.id = g_strdup(id),
                                    .strength = strength,
                                    .contribution = contribution,
                                    .bulk_contribution = bulk,
                                    .where = g_strdup("part 2: a\r\nb\xff.zip"),
                                    .related = g_strdup("x@y.example"),
                                    .reason = {g_strdup("理由"), g_strdup("reason")},
                                    .brief = {g_strdup(ja), g_strdup(en)}};
    sks_verdict_add(verdict, &evidence);
}

static void add(struct sks_verdict *verdict, const char *id, double contribution, double bulk, const char *ja,
                const char *en)
{
    add_strong(verdict, id, 1.0 / 3, contribution, bulk, ja, en);
}

static struct sks_verdict *make(enum sks_class class_)
{
    struct sks_verdict *verdict = sks_verdict_create();
    verdict->class_ = class_;
    verdict->probability[SKS_CLASS_CLEAN] = 0.1;
    verdict->probability[SKS_CLASS_BULK] = 0.2;
    verdict->probability[SKS_CLASS_TARGETED] = 0.7;
    verdict->score = class_ == SKS_CLASS_CLEAN ? -1.0 / 7 : 1.0 / 7;
    verdict->bias = -2.25;
    verdict->subject = sks_verdict_clean("件名\x01\xe2\x80\xae txt");
    add(verdict, "sender.first-contact", 0.5, 0.1, "初めての相手", "first contact");
    add(verdict, "attachment.encrypted", 1.5, -0.5, "暗号化添付", "encrypted attachment");
    add(verdict, "sender.webmail", 0.2, 0.3, "フリーメール", "free mail");
    add(verdict, "clean.authenticated", -0.7, -0.7, "認証済み", "authenticated sender");
    sks_verdict_seal(verdict);
    return verdict;
}

static void names_reasons_for_its_class(void **state)
{
    (void)state;
    const struct {
        enum sks_class class_;
        const char *banner_ja, *banner_en, *summary_ja, *summary_en;
    } rows[] = {
        {SKS_CLASS_TARGETED, "標的型攻撃の疑い：暗号化添付・初めての相手",
         "Suspected targeted attack: encrypted attachment, first contact",
         "標的型攻撃メールの疑いがあります（理由：暗号化添付、初めての相手、フリーメール）。",
         "This may be a targeted attack: encrypted attachment, first contact and free mail."},
        {SKS_CLASS_BULK, "迷惑メールの疑い：フリーメール・初めての相手",
         "Suspected bulk mail: free mail, first contact",
         "ばらまき型の迷惑メールの疑いがあります（理由：フリーメール、初めての相手）。",
         "This looks like bulk or phishing mail: free mail and first contact."},
        {SKS_CLASS_CLEAN, "", "", "正常なメールと判断しました（認証済み）。",
         "Judged to be ordinary mail: authenticated sender."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sks_verdict *verdict = make(rows[i].class_);
        const char *row = sks_class_name(rows[i].class_);
        assert_row_string(row, sks_verdict_banner(verdict, SKS_LANGUAGE_JAPANESE), rows[i].banner_ja);
        assert_row_string(row, sks_verdict_banner(verdict, SKS_LANGUAGE_ENGLISH), rows[i].banner_en);
        assert_row_string(row, sks_verdict_summary(verdict, SKS_LANGUAGE_JAPANESE), rows[i].summary_ja);
        assert_row_string(row, sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), rows[i].summary_en);
        sks_verdict_destroy(verdict);
    }
}

static bool is_ours(const char *text, enum sks_class class_, enum sks_language language)
{
    return sks_banner_is_ours(text, strlen(text), class_, language);
}

static void banners_are_known_again(void **state)
{
    (void)state;
    size_t count = 0;
    const struct sks_indicator *indicators = sks_indicators(&count);
    assert_true(count > 100);
    for (size_t i = 0; i < count; i++) {
        const struct sks_indicator *one = &indicators[i], *other = &indicators[(i + 7) % count];
        g_autofree char *ja = g_strconcat("標的型攻撃の疑い：", one->brief_ja, "・", other->brief_ja, NULL);
        g_autofree char *en = g_strconcat("Suspected bulk mail: ", one->brief_en, NULL);
        assert_row_int(ja, is_ours(ja, SKS_CLASS_TARGETED, SKS_LANGUAGE_JAPANESE), true);
        assert_row_int(en, is_ours(en, SKS_CLASS_BULK, SKS_LANGUAGE_ENGLISH), true);
        assert_row_int(en, is_ours(en, SKS_CLASS_TARGETED, SKS_LANGUAGE_ENGLISH), false);
    }
    assert_true(is_ours("標的型攻撃の疑い", SKS_CLASS_TARGETED, SKS_LANGUAGE_JAPANESE));
    static const char *const forged[] = {"標的型攻撃の疑いなし",
                                         "標的型攻撃の疑いなし：安全確認済み",
                                         "標的型攻撃の疑い：",
                                         "標的型攻撃の疑い：確認の結果、問題なし",
                                         "標的型攻撃の疑い：暗号化添付・",
                                         "標的型攻撃の疑",
                                         ""};
    for (size_t i = 0; i < G_N_ELEMENTS(forged); i++)
        assert_row_int(forged[i], is_ours(forged[i], SKS_CLASS_TARGETED, SKS_LANGUAGE_JAPANESE), false);
    assert_false(is_ours("", SKS_CLASS_CLEAN, SKS_LANGUAGE_JAPANESE));
}

static void clean_mail_with_signs_is_not_called_blameless(void **state)
{
    (void)state;
    struct sks_verdict *verdict = sks_verdict_create();
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), "Nothing suspicious was found.");
    add(verdict, "bulk.mass-wording", -0.9, 0.9, "一斉送信風の文章",
        "mass-mail wording"); /* as a mail without text has */
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), "Nothing suspicious was found.");
    add(verdict, "sender.webmail", 0.6, 0, "フリーメール", "free mail");
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH),
                        "Something stands out, but not enough for a warning: free mail.");
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_JAPANESE),
                        "気になる点がありますが、警告するほどではありません（フリーメール）。");
    assert_string_equal(sks_verdict_banner(verdict, SKS_LANGUAGE_ENGLISH), "");
    sks_verdict_destroy(verdict);
}

/* What calms is no reason where an attack is likelier all the same; unless somebody released the mail. */
static void likelier_harm_is_not_called_ordinary(void **state)
{
    (void)state;
    struct sks_verdict *verdict = sks_verdict_create();
    add(verdict, "sender.organisation-claim", 2, 0, "組織名の詐称", "claimed organisation");
    add(verdict, "lure.topic", 0.6, 0, "狙われやすい話題", "sensitive topic");
    add(verdict, "clean.wording", -0.4, -0.9, "通常の文章", "ordinary wording");
    verdict->score = 1.9;
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_JAPANESE),
                        "気になる点がありますが、警告するほどではありません（組織名の詐称、狙われやすい話題）。");
    verdict->score = -0.1;
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_JAPANESE),
                        "正常なメールと判断しました（通常の文章）。");
    verdict->score = 1.9;
    add(verdict, "clean.released", 0, 0, "以前に解除済み", "released before");
    sks_verdict_seal(verdict);
    assert_non_null(strstr(sks_verdict_summary(verdict, SKS_LANGUAGE_JAPANESE), "正常なメールと判断しました"));
    sks_verdict_destroy(verdict);
}

/* Whatever it weighs, what the text is like comes behind what a reader can look at. */
static void names_what_can_be_looked_at_first(void **state)
{
    (void)state;
    struct sks_verdict *verdict = sks_verdict_create();
    verdict->class_ = SKS_CLASS_TARGETED;
    add(verdict, "lure.topic", 1, -0.5, "狙われやすい話題", "sensitive topic");
    add(verdict, "lure.personal", 1.2, -0.5, "個人に合わせた内容", "written to this reader");
    add(verdict, "sender.authentication-failed", 0.9, 2, "送信ドメイン認証失敗", "authentication failed");
    add(verdict, "sender.carrier", 0.1, 0, "携帯メール", "carrier address");
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_banner(verdict, SKS_LANGUAGE_ENGLISH),
                        "Suspected targeted attack: authentication failed, written to this reader");
    assert_string_equal(
        sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH),
        "This may be a targeted attack: authentication failed, written to this reader and sensitive topic.");
    sks_verdict_destroy(verdict);
}

/* Nearly all honest mail greets its reader; and what no model has learned is something all the same. */
static void clean_mail_is_told_by_what_honest_mail_lacks(void **state)
{
    (void)state;
    struct sks_verdict *verdict = sks_verdict_create();
    verdict->score = -1;
    add(verdict, "lure.personal", 0.7, -0.5, "個人に合わせた内容", "written to this reader");
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), "Nothing suspicious was found.");
    add(verdict, "lure.link-lookalike", 0, 0, "紛らわしいリンク先", "look-alike link");
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), "Nothing suspicious was found.");
    add_strong(verdict, "sender.several", 1, 0, 0, "複数の差出人", "several senders");
    sks_verdict_seal(verdict);
    assert_string_equal(
        sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH),
        "Something stands out, but not enough for a warning: several senders and written to this reader.");
    sks_verdict_destroy(verdict);
}

/* A stranger's third mail is no reason to be calm. */
static void few_mails_calm_nobody(void **state)
{
    (void)state;
    struct sks_verdict *verdict = sks_verdict_create();
    add_strong(verdict, "clean.known-correspondent", 0.32, -0.3, -0.3, "既知の相手", "known correspondent");
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH), "Nothing suspicious was found.");
    add_strong(verdict, "clean.known-correspondent", 0.41, -0.4, -0.4, "既知の相手", "known correspondent");
    sks_verdict_seal(verdict);
    assert_string_equal(sks_verdict_summary(verdict, SKS_LANGUAGE_ENGLISH),
                        "Judged to be ordinary mail: known correspondent.");
    sks_verdict_destroy(verdict);
}

static void survives_json(void **state)
{
    (void)state;
    struct sks_verdict *verdict = make(SKS_CLASS_TARGETED);
    assert_string_equal(sks_verdict_subject(verdict), "件名   txt");
    char *json = sks_verdict_to_json(verdict);
    struct sks_verdict *again;
    assert_int_equal(sks_verdict_from_json(&again, json, strlen(json)), 0);
    assert_true(sks_verdict_score(again) == 1.0 / 7);
    assert_true(sks_verdict_bias(again) == -2.25);
    assert_true(sks_verdict_probability(again, SKS_CLASS_TARGETED) == 0.7);
    assert_string_equal(sks_verdict_summary(again, SKS_LANGUAGE_JAPANESE),
                        sks_verdict_summary(verdict, SKS_LANGUAGE_JAPANESE));
    assert_int_equal(sks_verdict_evidence_count(again), 4);
    const struct sks_evidence *evidence = sks_verdict_evidence(again, 0);
    assert_string_equal(evidence->id, "attachment.encrypted");
    assert_string_equal(evidence->where, "part 2: a  b\xef\xbf\xbd.zip");
    assert_true(evidence->strength == 1.0 / 3);
    assert_string_equal(evidence->related, "x@y.example");
    char *json_again = sks_verdict_to_json(again);
    assert_string_equal(json_again, json);
    free(json);
    free(json_again);
    sks_verdict_destroy(verdict);
    sks_verdict_destroy(again);
}

static void refuses_foreign_json(void **state)
{
    (void)state;
    const char *const rows[] = {"", "{}", "[]", "null", "{\"version\":1}", "\xff", "{\"version\":1,\"class\":\"x\"}"};
    struct sks_verdict *verdict = make(SKS_CLASS_BULK);
    char *json = sks_verdict_to_json(verdict);
    struct sks_verdict *again = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_row_int(rows[i], sks_verdict_from_json(&again, rows[i], strlen(rows[i])), SKS_ERROR_FORMAT);
    for (size_t i = 0; i < strlen(json); i++)
        assert_int_equal(sks_verdict_from_json(&again, json, i), SKS_ERROR_FORMAT);
    assert_null(again);
    free(json);
    sks_verdict_destroy(verdict);
}

static void cuts_long_text(void **state)
{
    (void)state;
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 5000; i++)
        g_string_append(text, "長");
    char *clean = sks_verdict_clean(text->str);
    assert_int_equal(g_utf8_strlen(clean, -1), SKS_LIMIT_VERDICT_TEXT);
    g_free(clean);
    g_string_free(text, TRUE);
}

/* What JSON tells of a verdict that went through bytes is what it told before. */
static void survives_bytes(void **state)
{
    (void)state;
    struct sks_verdict *verdict = make(SKS_CLASS_TARGETED), *other = make(SKS_CLASS_BULK), *again;
    verdict->protected_ = verdict->held = true;
    verdict->memory_error = SKS_ERROR_IO;
    verdict->elapsed = UINT64_C(1) << 40;
    sks_verdict_add_changed(verdict, other, "clean");
    GByteArray *bytes = sks_verdict_pack(verdict);
    assert_int_equal(sks_verdict_unpack(&again, bytes->data, bytes->len), 0);
    char *json = sks_verdict_to_json(verdict), *json_again = sks_verdict_to_json(again);
    assert_string_equal(json_again, json);
    free(json);
    free(json_again);
    g_byte_array_unref(bytes);
    sks_verdict_destroy(again);
    sks_verdict_destroy(other);
    sks_verdict_destroy(verdict);
}

/* Neither cut short nor longer, nor with any byte of its head at its worst: an error or a sound verdict, no fault. */
static void refuses_foreign_bytes(void **state)
{
    (void)state;
    struct sks_verdict *verdict = make(SKS_CLASS_TARGETED), *again;
    GByteArray *bytes = sks_verdict_pack(verdict);
    for (guint i = 0; i < bytes->len; i++)
        assert_int_equal(sks_verdict_unpack(&again, bytes->data, i), SKS_ERROR_FORMAT);
    for (guint i = 0; i < bytes->len; i++) {
        guint8 before = bytes->data[i];
        bytes->data[i] = 0xff;
        if (sks_verdict_unpack(&again, bytes->data, bytes->len) == 0) {
            assert_true(sks_verdict_class(again) < SKS_CLASS_COUNT);
            assert_true(g_utf8_validate(sks_verdict_subject(again), -1, NULL));
            sks_verdict_destroy(again);
        }
        bytes->data[i] = before;
    }
    bytes->data[4] = SKS_CLASS_COUNT;
    assert_int_equal(sks_verdict_unpack(&again, bytes->data, bytes->len), SKS_ERROR_FORMAT);
    bytes->data[4] = SKS_CLASS_TARGETED;
    g_byte_array_append(bytes, (const guint8 *)"", 1);
    assert_int_equal(sks_verdict_unpack(&again, bytes->data, bytes->len), SKS_ERROR_FORMAT);
    g_byte_array_unref(bytes);
    sks_verdict_destroy(verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_reasons_for_its_class),
        cmocka_unit_test(banners_are_known_again),
        cmocka_unit_test(clean_mail_with_signs_is_not_called_blameless),
        cmocka_unit_test(likelier_harm_is_not_called_ordinary),
        cmocka_unit_test(names_what_can_be_looked_at_first),
        cmocka_unit_test(clean_mail_is_told_by_what_honest_mail_lacks),
        cmocka_unit_test(few_mails_calm_nobody),
        cmocka_unit_test(survives_json),
        cmocka_unit_test(refuses_foreign_json),
        cmocka_unit_test(survives_bytes),
        cmocka_unit_test(refuses_foreign_bytes),
        cmocka_unit_test(cuts_long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

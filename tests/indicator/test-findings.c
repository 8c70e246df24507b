/* The table of indicators, and findings: sorted, the strongest of each, what was seen made fit to be shown. */
#include "tests/test.h"

#include <glib.h>

#include "indicator/harm.h"
#include "indicator/view.h"

static size_t holes(const char *sentence)
{
    size_t count = 0;
    for (const char *at = strchr(sentence, '%'); at != NULL; at = strchr(at + 1, '%')) {
        if (at[1] != 's')
            fail_msg("stray %% in \"%s\"", sentence);
        count++;
    }
    return count;
}

static void test_table(void **state)
{
    (void)state;
    size_t count, features = 0;
    const struct sks_indicator *table = sks_indicators(&count);
    assert_true(count > 60);
    for (size_t i = 0; i < count; i++) {
        const struct sks_indicator *row = &table[i];
        if (i > 0 && strcmp(table[i - 1].id, row->id) >= 0)
            fail_msg("%s is not sorted", row->id);
        assert_ptr_equal(sks_indicator_find(row->id), row);
        assert_true(g_regex_match_simple(
            "^(sender|route|attachment|language|lure|bulk|clean|memory|limit)\\.[a-z0-9-]+$", row->id, 0, 0));
        if (holes(row->reason_en) != holes(row->reason_ja) || holes(row->reason_en) > 1)
            fail_msg("%s: the two sentences show different things", row->id);
        if (!g_str_has_suffix(row->reason_en, ".") || !g_str_has_suffix(row->reason_ja, "。"))
            fail_msg("%s: not a sentence", row->id);
        if (g_utf8_strlen(row->brief_ja, -1) > 16 || strlen(row->brief_en) > 32 || row->brief_en[0] == '\0')
            fail_msg("%s: too long for a banner", row->id);
        if (strstr(row->brief_ja, "・") != NULL || strstr(row->brief_ja, "】") != NULL)
            fail_msg("%s: marks of the banner in its words", row->id);
        assert_true(row->source[0] != '\0' && row->harmless[0] != '\0');
        features += row->feature;
    }
    assert_true(features <= 60);
    assert_null(sks_indicator_find("sender.nonsense"));
    /* English words are misspelt, too: the reason can't be that an input method writes otherwise. */
    assert_null(strstr(sks_indicator_find("language.misspelling")->reason_en, "input method"));
    assert_null(strstr(sks_indicator_find("language.misspelling")->reason_ja, "変換"));
}

static void test_strongest(void **state)
{
    (void)state;
    struct sks_findings *findings = sks_findings_create();
    sks_findings_add(findings, "sender.webmail", 0.5, "header From", "a@gmail.test");
    sks_findings_add(findings, "lure.topic", 7, "body", "防衛");
    sks_findings_add(findings, "sender.webmail", 0.5, "header Sender", "second of equals");
    sks_findings_add(findings, "attachment.encrypted", 0, "part 2", "no strength");
    sks_findings_add_related(findings, "sender.webmail", 0.75, "header Reply-To", "b@gmail.test", "m@example");
    assert_int_equal(sks_findings_count(findings), 2);
    assert_string_equal(sks_findings_get(findings, 0)->indicator->id, "lure.topic");
    assert_true(sks_findings_get(findings, 0)->strength == 1);
    const struct sks_finding *webmail = sks_findings_find(findings, "sender.webmail");
    assert_true(webmail->strength == 0.75);
    assert_string_equal(webmail->where, "header Reply-To");
    assert_string_equal(webmail->detail, "b@gmail.test");
    assert_string_equal(webmail->related, "m@example");
    assert_null(sks_findings_find(findings, "attachment.encrypted"));
    sks_findings_destroy(findings);
    sks_findings_destroy(NULL);
}

static void test_reason(void **state)
{
    static const struct {
        const char *id, *detail, *en, *ja;
    } rows[] = {
        {"sender.webmail", "a@gmail.test", "The sender uses a free webmail address (a@gmail.test).",
         "誰でもすぐ作れるフリーメールのアドレスです（a@gmail.test）。"},
        {"sender.webmail", "", "The sender uses a free webmail address.",
         "誰でもすぐ作れるフリーメールのアドレスです。"},
        {"sender.webmail", "a\nb\x07\xe2\x80\xae%s \xff",
         "The sender uses a free webmail address (a b%s \xef\xbf\xbd).",
         "誰でもすぐ作れるフリーメールのアドレスです（a b%s \xef\xbf\xbd）。"},
        {"bulk.brand", "", "The mail uses the name of …, but its sender does not belong to it.",
         "… の名前が使われていますが、差出人はその会社のものではありません。"},
        {"clean.answers-ours", "x", "The mail answers one that was sent from here.",
         "こちらから送ったメールへの返信です。"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_findings *findings = sks_findings_create();
        sks_findings_add(findings, rows[i].id, 1, "", rows[i].detail);
        char *en = sks_finding_reason(sks_findings_get(findings, 0), SKS_LANGUAGE_ENGLISH);
        char *ja = sks_finding_reason(sks_findings_get(findings, 0), SKS_LANGUAGE_JAPANESE);
        assert_row_string(rows[i].id, en, rows[i].en);
        assert_row_string(rows[i].id, ja, rows[i].ja);
        g_free(en);
        g_free(ja);
        sks_findings_destroy(findings);
    }
}

static void test_long_detail(void **state)
{
    (void)state;
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 500; i++)
        g_string_append(text, "関");
    struct sks_findings *findings = sks_findings_create();
    sks_findings_add(findings, "lure.topic", 1, "", text->str);
    assert_int_equal(g_utf8_strlen(sks_findings_get(findings, 0)->detail, -1), 81);
    sks_findings_destroy(findings);
    g_string_free(text, TRUE);
}

/* Strengths 0: there must be none. */
static void test_join(void **state)
{
    static const struct {
        const char *id;
        double own, other; /* 0: not found */
        double want;
        const char *related;
    } rows[] = {
        {"attachment.encrypted", 0.8, 0, 0.8, ""},
        {"attachment.macro", 0.8, 0.8, 0.8, ""},
        {"clean.answers-ours", 1, 0, 0, ""},
        {"clean.authenticated", 0.9, 0.4, 0.4, ""},
        {"clean.known-correspondent", 0, 1, 0, ""},
        {"clean.opened-harmless", 0.5, 1, 0.5, ""},
        {"lure.topic", 0.2, 0.7, 0.7, "other@yama.example"},
        {"sender.webmail", 0, 1, 1, "other@yama.example"},
    };
    (void)state;
    struct sks_findings *own = sks_findings_create(), *other = sks_findings_create();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        sks_findings_add(own, rows[i].id, rows[i].own, "", "x");
        sks_findings_add(other, rows[i].id, rows[i].other, "", "x");
    }
    sks_findings_add_related(other, "attachment.disguised", 1, "", "x", "own@yama.example");
    struct sks_findings *joined = sks_findings_copy(own);
    sks_findings_join(joined, other, "own@yama.example", "other@yama.example");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct sks_finding *finding = sks_findings_find(joined, rows[i].id);
        if (rows[i].want == 0) {
            assert_row_int(rows[i].id, finding == NULL, true);
            continue;
        }
        assert_row_int(rows[i].id, finding != NULL && finding->strength == rows[i].want, true);
        assert_row_string(rows[i].id, finding->related, rows[i].related);
    }
    /* What the other found in this one is this one's own. */
    assert_string_equal(sks_findings_find(joined, "attachment.disguised")->related, "");
    assert_null(sks_findings_find(own, "sender.webmail"));
    sks_findings_destroy(joined);
    sks_findings_destroy(own);
    sks_findings_destroy(other);
}

/* Which rule holds beside the model, by what was found and how the sender is known. */
static void rules_beside_the_model(void **state)
{
    (void)state;
    static const struct {
        const char *what, *ids[2];
        double strength;
        enum sks_acquaintance known;
        enum sks_harm_rule rule;
    } rows[] = {
        {"nothing", {NULL}, 0, SKS_STRANGER, SKS_HARM_NO_RULE},
        {"a disguised program", {"attachment.disguised-program"}, 1, SKS_WELL_KNOWN, SKS_HARM_NEVER_CLEAN},
        {"a shortcut's name", {"attachment.disguised-program"}, 0.8, SKS_WELL_KNOWN, SKS_HARM_NO_RULE},
        {"a stranger's", {"attachment.disguised-program"}, 0.8, SKS_STRANGER, SKS_HARM_NEVER_CLEAN},
        {"a stranger's program", {"attachment.program-by-password"}, 1, SKS_ACQUAINTED, SKS_HARM_NEVER_CLEAN},
        {"a vendor's program", {"attachment.program-by-password"}, 1, SKS_WELL_KNOWN, SKS_HARM_NO_RULE},
        {"a stranger's shortcut", {"attachment.program-as-content"}, 1, SKS_STRANGER, SKS_HARM_NEVER_CLEAN},
        {"a stranger's template", {"attachment.template-elsewhere"}, 1, SKS_ACQUAINTED, SKS_HARM_NEVER_CLEAN},
        {"a partner's template", {"attachment.template-elsewhere"}, 1, SKS_WELL_KNOWN, SKS_HARM_NO_RULE},
        {"an imitated page", {"lure.imitated-page"}, 1, SKS_ACQUAINTED, SKS_HARM_NEVER_CLEAN},
        {"an engineer's program", {"attachment.program-as-content"}, 1, SKS_WELL_KNOWN, SKS_HARM_NO_RULE},
        {"a vendor's, in other hands",
         {"attachment.program-by-password", "sender.authentication-failed"},
         1,
         SKS_WELL_KNOWN,
         SKS_HARM_NEVER_CLEAN},
        {"a thousand parts", {"limit.parts"}, 1, SKS_STRANGER, SKS_HARM_NEVER_CLEAN},
        {"a long chain", {"limit.depth"}, 1, SKS_STRANGER, SKS_HARM_NO_RULE},
        {"a known harmless file", {"clean.opened-harmless"}, 1, SKS_ACQUAINTED, SKS_HARM_NEVER_BULK},
        {"a stranger's harmless file", {"clean.opened-harmless"}, 1, SKS_STRANGER, SKS_HARM_NO_RULE},
        {"beside a stranger's page", {"clean.opened-harmless", "lure.link-fetch"}, 1, SKS_WELL_KNOWN, SKS_HARM_NO_RULE},
        {"beside a locked one", {"clean.opened-harmless", "attachment.encrypted"}, 1, SKS_WELL_KNOWN, SKS_HARM_NO_RULE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_findings *findings = sks_findings_create();
        for (size_t k = 0; k < G_N_ELEMENTS(rows[i].ids) && rows[i].ids[k] != NULL; k++)
            sks_findings_add(findings, rows[i].ids[k], rows[i].strength, "body", "");
        assert_row_int(rows[i].what, sks_harm_rule(findings, rows[i].known), rows[i].rule);
        sks_findings_destroy(findings);
    }
    assert_int_equal(sks_harm_class(SKS_HARM_NEVER_CLEAN, SKS_CLASS_CLEAN, true), SKS_CLASS_TARGETED);
    assert_int_equal(sks_harm_class(SKS_HARM_NEVER_CLEAN, SKS_CLASS_CLEAN, false), SKS_CLASS_BULK);
    assert_int_equal(sks_harm_class(SKS_HARM_NEVER_CLEAN, SKS_CLASS_BULK, true), SKS_CLASS_TARGETED);
    assert_int_equal(sks_harm_class(SKS_HARM_NEVER_CLEAN, SKS_CLASS_TARGETED, false), SKS_CLASS_TARGETED);
    assert_int_equal(sks_harm_class(SKS_HARM_NEVER_BULK, SKS_CLASS_BULK, false), SKS_CLASS_CLEAN);
    assert_int_equal(sks_harm_class(SKS_HARM_NEVER_BULK, SKS_CLASS_TARGETED, true), SKS_CLASS_TARGETED);
    assert_int_equal(sks_harm_class(SKS_HARM_NO_RULE, SKS_CLASS_BULK, false), SKS_CLASS_BULK);
}

/* An imitation and a wish, at their strengths. */
static void test_imitation(void **state)
{
    (void)state;
    static const struct {
        const char *what, *ids[2];
        double strength[2];
        bool inside, imitated;
    } rows[] = {
        {"a page alone", {"lure.link-lookalike"}, {1}, .imitated = false},
        {"a wish alone", {"lure.link-sign-in"}, {1}, .imitated = false},
        {"an imitated page", {"lure.link-lookalike", "lure.link-sign-in"}, {0.8, 0.9}, .imitated = true},
        {"behind List-Unsubscribe", {"lure.link-lookalike", "lure.link-sign-in"}, {0.8, 0.2}, .imitated = true},
        {"a page a little alike", {"lure.link-lookalike", "lure.link-sign-in"}, {0.5, 0.9}, .imitated = false},
        {"our own domain", {"sender.own-domain-outside", "lure.link-sign-in"}, {0.7, 0.3}, .imitated = true},
        {"our own newsletter", {"sender.own-domain-outside", "lure.link-sign-in"}, {0.7, 0.2}, .imitated = false},
        {"something to fetch", {"sender.own-domain-outside", "lure.link-fetch"}, {0.7, 1}, .imitated = false},
        {"a sender alike", {"sender.lookalike-domain", "lure.link-sign-in"}, {0.9, 0.8}, .imitated = true},
        {"a sister's portal", {"sender.lookalike-domain", "lure.link-sign-in"}, {0.8, 0.9}, .imitated = false},
        {"a fund that bears our name",
         {"sender.lookalike-domain", "lure.link-lookalike"},
         {0.8, 0.8},
         .imitated = false},
        {"its own imitating page", {"sender.lookalike-domain", "lure.link-lookalike"}, {1, 1}, .imitated = true},
        {"a colleague's report", {"lure.link-lookalike", "lure.link-sign-in"}, {1, 1}, .inside = true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_findings *findings = sks_findings_create();
        for (size_t k = 0; k < 2 && rows[i].ids[k] != NULL; k++)
            sks_findings_add(findings, rows[i].ids[k], rows[i].strength[k], "body", "kikan-mail.example");
        sks_harm_imitation(findings, &(struct sks_view){.inside = rows[i].inside});
        assert_row_int(rows[i].what, sks_findings_find(findings, "lure.imitated-page") != NULL, rows[i].imitated);
        sks_findings_destroy(findings);
    }
}

/* What is told in both languages stays so when it comes from another mail. */
static void test_join_told(void **state)
{
    (void)state;
    struct sks_findings *own = sks_findings_create(), *other = sks_findings_create();
    sks_findings_add_told(other, "sender.habit-differs", 0.5, "header From", "time zone +0300 instead of +0900",
                          "時間帯が+0900ではなく+0300");
    sks_findings_join(own, other, "own@kikan.example", "other@yama.example");
    g_autofree char *ja = sks_finding_reason(sks_findings_get(own, 0), SKS_LANGUAGE_JAPANESE);
    g_autofree char *en = sks_finding_reason(sks_findings_get(own, 0), SKS_LANGUAGE_ENGLISH);
    assert_non_null(strstr(ja, "時間帯が+0900ではなく+0300"));
    assert_non_null(strstr(en, "time zone +0300 instead of +0900"));
    assert_string_equal(sks_findings_get(own, 0)->related, "other@yama.example");
    sks_findings_destroy(own);
    sks_findings_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_beside_the_model), cmocka_unit_test(test_table),
        cmocka_unit_test(test_strongest),         cmocka_unit_test(test_reason),
        cmocka_unit_test(test_long_detail),       cmocka_unit_test(test_join),
        cmocka_unit_test(test_imitation),         cmocka_unit_test(test_join_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

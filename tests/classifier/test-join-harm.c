/*
 * What is found in a file that a password opened must lower no verdict: whatever runs code inside, whatever the words
 * around it, whichever mail came first, neither mail ends better than it stood before, by itself.
 */
#include "tests/test.h"

#include "letters.h"

#define PASSWORD "Kx8!pqr2"
#define UNKNOWN  "Zz9#nobody"

struct content {
    const char *what;
    struct made_member member;
};

static const char macro_types[] = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
                                  "<Override PartName='/word/document.xml'"
                                  " ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>";

static const char shortcut[76] = "L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F";

static const struct content contents[] = {
    {"a program", {"shiryou.exe", "MZ\x90\0 no program, but it begins like one", 40}},
    {"a script", {"shiryou.js", "var x = 1;\n", 0}},
    {"a shortcut", {"shiryou.lnk", shortcut, sizeof(shortcut)}},
    {"a macro", {"shiryou.docm", NULL, 0}}, /* filled in */
};

/* Words of the first mail, which has the file, and of the second. Some are those of bulk mail, some of nobody's. */
static const struct letter first_words[] = {
    {.subject = "Documents for Thursday", .text = "The documents are attached. The password follows."},
    {.subject = "取材のお願い",
     .text = "鈴木様\n\nお世話になっております。山研究所の田中です。先日の会合の件で、取材のお願いを添付いたします。\n"
             "パスワードは別途お送りします。至急ご確認ください。"},
    {.subject = "Last chance: 50% off everything",
     .text = "Dear customer,\n\nWin a prize today! Click here, unsubscribe any time. Your account will be suspended.",
     .more = "List-Unsubscribe: <mailto:leave@yama.example>\nPrecedence: bulk\n"},
};

static const struct letter second_words[] = {
    {.subject = "Password", .text = "Password: " PASSWORD},
    {.subject = "パスワードのお知らせ",
     .text = "鈴木様\n\nお世話になっております。先ほどのファイルのパスワードをお送りします。\n\n"
             "パスワード：" PASSWORD "\n\nよろしくお願いいたします。"},
    {.subject = "Your newsletter of this week",
     .text = "Dear customer,\n\nthank you for your order! Click here to unsubscribe.\n\nPassword: " PASSWORD "\n",
     .more = "List-Unsubscribe: <mailto:leave@yama.example>\nPrecedence: bulk\n"},
};

static struct letter with_words(struct letter letter, const struct letter *words)
{
    letter.subject = words->subject;
    letter.text = words->text;
    letter.more = words->more;
    return letter;
}

static GByteArray *make_content(const struct content *content, const char *password)
{
    struct made_member member = content->member;
    g_autoptr(GByteArray) document = NULL;
    if (member.content == NULL) {
        const struct made_member parts[] = {{"[Content_Types].xml", macro_types, 0},
                                            {"word/document.xml", "<document/>", 0},
                                            {"word/vbaProject.bin", "no project, but called so", 0}};
        document = make_zip(parts, 3, ZIP_EM_NONE, NULL);
        member.content = (const char *)document->data;
        member.size = document->len;
    }
    return make_zip(&member, 1, ZIP_EM_AES_256, password);
}

static void assert_not_lower(const char *row, enum sks_class class_, double score, const struct sks_verdict *before)
{
    if (class_ < sks_verdict_class(before))
        fail_msg("%s: is %s, was %s", row, sks_class_name(class_), sks_class_name(sks_verdict_class(before)));
    if (score < sks_verdict_score(before) - 1e-6)
        fail_msg("%s: score %.3f, was %.3f", row, score, sks_verdict_score(before));
}

/* Contributions and bias are the score, whatever it was made from. */
static void assert_adds_up(const char *row, const struct sks_verdict *verdict)
{
    double sum = sks_verdict_bias(verdict);
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++)
        sum += sks_verdict_evidence(verdict, i)->contribution;
    if (sum < sks_verdict_score(verdict) - 1e-6 || sum > sks_verdict_score(verdict) + 1e-6)
        fail_msg("%s: contributions are %.3f, the score is %.3f", row, sum, sks_verdict_score(verdict));
}

static unsigned stores;

static void use_new_store(struct room *room)
{
    g_autofree char *name = g_strdup_printf("harm-%u.db", stores++);
    use_store(room, name, false);
}

/* The two mails in the order given; the verdicts of both before and after they were joined. */
static void play(struct room *room, const char *row, const struct letter *one, const struct letter *two,
                 const struct sks_verdict *two_alone)
{
    use_new_store(room);
    struct sks_verdict *before = examine(room, one), *after = examine(room, two);
    assert_row_int(row, sks_verdict_changed_count(after), 1);
    const struct sks_changed *changed = sks_verdict_changed(after, 0);
    assert_not_lower(row, changed->class_, changed->score, before);
    assert_not_lower(row, sks_verdict_class(after), sks_verdict_score(after), two_alone);
    if (sks_verdict_probability(after, SKS_CLASS_TARGETED) <
        sks_verdict_probability(two_alone, SKS_CLASS_TARGETED) - 1e-6)
        fail_msg("%s: less likely targeted than before", row);
    assert_adds_up(row, after);
    sks_verdict_destroy(before);
    sks_verdict_destroy(after);
}

/* The second of the two where there is nothing to open: the file has a password that nobody tells. */
static struct sks_verdict *examine_alone(struct room *room, const struct letter *one, const struct letter *two)
{
    use_new_store(room);
    sks_verdict_destroy(examine(room, one));
    struct sks_verdict *verdict = examine(room, two);
    assert_null(find(verdict, "attachment.opened"));
    return verdict;
}

static void two_mails(void **state)
{
    struct room *room = *state;
    for (size_t c = 0; c < G_N_ELEMENTS(contents); c++) {
        g_autoptr(GByteArray) file = make_content(&contents[c], PASSWORD);
        g_autoptr(GByteArray) closed = make_content(&contents[c], UNKNOWN);
        for (size_t f = 0; f < G_N_ELEMENTS(first_words); f++) {
            for (size_t s = 0; s < G_N_ELEMENTS(second_words); s++) {
                struct letter first = with_file(with_words(file_mail, &first_words[f]), file);
                struct letter second = with_words(password_mail, &second_words[s]);
                const struct letter locked = with_file(first, closed);
                g_autofree char *row =
                    g_strdup_printf("%s, \"%s\", \"%s\"", contents[c].what, first.subject, second.subject);
                struct sks_verdict *alone = examine_alone(room, &locked, &second);
                play(room, row, &first, &second, alone);
                sks_verdict_destroy(alone);
                second.at = NOW - 60;
                alone = examine_alone(room, &second, &locked);
                play(room, row, &second, &first, alone);
                sks_verdict_destroy(alone);
            }
        }
    }
}

/* A mail that tells the password of its own file. */
static void one_mail(void **state)
{
    struct room *room = *state;
    for (size_t c = 0; c < G_N_ELEMENTS(contents); c++) {
        g_autoptr(GByteArray) file = make_content(&contents[c], PASSWORD);
        g_autoptr(GByteArray) closed = make_content(&contents[c], UNKNOWN);
        for (size_t s = 0; s < G_N_ELEMENTS(second_words); s++) {
            const struct letter open = with_file(with_words(file_mail, &second_words[s]), file);
            const struct letter locked = with_file(open, closed);
            g_autofree char *row = g_strdup_printf("%s, \"%s\"", contents[c].what, open.subject);
            use_new_store(room);
            struct sks_verdict *before = examine(room, &locked);
            use_new_store(room);
            struct sks_verdict *after = examine(room, &open);
            assert_row_int(row, find(after, "attachment.opened") != NULL, true);
            assert_not_lower(row, sks_verdict_class(after), sks_verdict_score(after), before);
            assert_adds_up(row, after);
            sks_verdict_destroy(before);
            sks_verdict_destroy(after);
        }
    }
}

/* A program whose password a stranger sends in another mail is never called clean, whatever the words around it. */
static void programs_are_never_clean(void **state)
{
    struct room *room = *state;
    for (size_t c = 0; c < 3; c++) {
        g_autoptr(GByteArray) file = make_content(&contents[c], PASSWORD);
        for (size_t f = 0; f < G_N_ELEMENTS(first_words); f++) {
            for (size_t s = 0; s < G_N_ELEMENTS(second_words); s++) {
                const struct letter first = with_file(with_words(file_mail, &first_words[f]), file);
                const struct letter second = with_words(password_mail, &second_words[s]);
                use_new_store(room);
                struct sks_verdict *before = examine(room, &first), *after = examine(room, &second);
                assert_row_int(contents[c].what, sks_verdict_changed_count(after), 1);
                if (find(after, "attachment.program-by-password") == NULL)
                    fail_msg("%s, \"%s\", \"%s\": nothing told", contents[c].what, first.subject, second.subject);
                assert_int_not_equal(sks_verdict_class(after), SKS_CLASS_CLEAN);
                assert_int_not_equal(sks_verdict_changed(after, 0)->class_, SKS_CLASS_CLEAN);
                assert_adds_up(contents[c].what, after);
                sks_verdict_destroy(before);
                sks_verdict_destroy(after);
            }
        }
    }
}

static int64_t held(const struct room *room, const char *where)
{
    g_autofree char *sql = g_strconcat("SELECT count(*) FROM held WHERE ", where, NULL);
    return number(room, sql);
}

/* Words that no model takes for an attack or for bulk mail. */
static const struct letter plain_file = {
    .subject = "Re: 昨日の定例会の議事録",
    .text =
        "鈴木様\n\nお疲れ様です、田中です。\n昨日の定例会の議事録をお送りします。前回からの変更は二ページ目だけです。\n"
        "来週の会議室は三階に変わりましたので、ご注意ください。\n\n田中",
    .more = "In-Reply-To: <minutes@kikan.example>\n"};
static const struct letter plain_password = {.subject = "Re: 昨日の定例会の議事録",
                                             .text = "鈴木様\n\n議事録のパスワードは Kx8!pqr2 です。\n\n田中",
                                             .more = "In-Reply-To: <minutes@kikan.example>\n"};

/* Held mail goes on as soon as what it holds is found harmless, not merely because its score stays low. */
static void only_harmless_mail_is_let_go(void **state)
{
    struct room *room = *state;
    g_autoptr(GByteArray) macro = make_content(&contents[3], PASSWORD);
    const struct {
        const char *what;
        const GByteArray *file;
        int64_t goes;
    } rows[] = {{"a memo", room->memo, 1}, {"a macro", macro, 0}, {"a program", room->program, 0}};
    room->classifier->hold_classes = 1u << SKS_CLASS_CLEAN | 1u << SKS_CLASS_BULK | 1u << SKS_CLASS_TARGETED;
    room->classifier->hold_seconds = 600;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        use_new_store(room);
        struct letter first = with_file(with_words(file_mail, &plain_file), rows[i].file);
        const struct letter second = with_words(password_mail, &plain_password);
        first.queue_id = "4Fheld";
        sks_verdict_destroy(examine(room, &first));
        assert_row_int(rows[i].what, held(room, "due > 0"), 1);
        sks_verdict_destroy(examine(room, &second));
        assert_row_int(rows[i].what, held(room, "due = 0"), rows[i].goes);
    }
    room->classifier->hold_classes = 0;
}

/* Six mails each way, then a harmless file and its password: words that a model takes for bulk mail's don't count. */
static void known_harmless_mail_is_not_bulk(void **state)
{
    struct room *room = *state;
    use_new_store(room);
    for (int i = 0; i < 7; i++) {
        g_autofree char *id = g_strdup_printf("talk%d@yama.example", i),
                        *back = g_strdup_printf("b%d@kikan.example", i);
        struct letter talk = with_words(file_mail, &plain_file), answer = with_words(password_mail, &plain_file);
        talk.id = id;
        talk.at = answer.at = NOW - (40 - i) * DAY;
        answer.id = back;
        answer.from = "Suzuki <suzuki@kikan.example>";
        answer.to = "tanaka@yama.example";
        answer.authenticated = true;
        sks_verdict_destroy(examine(room, &talk));
        sks_verdict_destroy(examine(room, &answer));
    }
    const struct letter first = {.subject = "見積書送付の件",
                                 .text = "見積書をお送りします。パスワードは別途お送りします。"};
    const struct letter second = {.subject = "パスワードのお知らせ", .text = "パスワード：" PASSWORD};
    const struct letter file = with_file(with_words(file_mail, &first), room->memo);
    const struct letter password = with_words(password_mail, &second);
    sks_verdict_destroy(examine(room, &file));
    struct sks_verdict *after = examine(room, &password);
    assert_non_null(find(after, "clean.opened-harmless"));
    assert_non_null(find(after, "clean.known-correspondent"));
    assert_int_equal(sks_verdict_class(after), SKS_CLASS_CLEAN);
    assert_int_equal(sks_verdict_changed(after, 0)->class_, SKS_CLASS_CLEAN);
    sks_verdict_destroy(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_mails),
        cmocka_unit_test(one_mail),
        cmocka_unit_test(programs_are_never_clean),
        cmocka_unit_test(only_harmless_mail_is_let_go),
        cmocka_unit_test(known_harmless_mail_is_not_bulk),
    };
    return cmocka_run_group_tests(tests, setup_room, teardown_room);
}

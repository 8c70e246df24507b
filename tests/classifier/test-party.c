/*
 * Which two mails are joined: each pair in both orders, as the file and its password may come in either. The mails have
 * nothing in common but their recipient and what a row gives them.
 */
#include "tests/test.h"

#include <glib.h>

#include "amend.h"
#include "letters.h"

struct pair {
    const char *row;
    const char *from, *subject, *file;                  /* of the mail with the file; NULL: as in letters.c */
    const char *other, *other_subject, *text, *headers; /* of the one with the password */
    bool joined;
    unsigned hours; /* between them */
};

#define ROBOT    "no-reply@gw.okuru.example"
#define PASSWORD "パスワード：Kx8!pqr2\n"
#define TANAKA   "田中太郎 <tanaka@yama.example>"

static bool is_joined(struct room *room, const struct pair *pair, bool file_first, const char *to)
{
    static unsigned count;
    g_autofree char *store = g_strdup_printf("pair-%u.db", count++);
    use_store(room, store, false);
    struct letter file = with_file(file_mail, room->memo), password = password_mail;
    file.from = pair->from != NULL ? pair->from : TANAKA;
    file.subject = pair->subject != NULL ? pair->subject : "ああああああ";
    file.text = "ご確認ください。";
    file.names[0] = pair->file != NULL ? pair->file : "b.zip";
    password.from = pair->other != NULL ? pair->other : ROBOT;
    password.subject = pair->other_subject != NULL ? pair->other_subject : "通知";
    password.text = pair->text != NULL ? pair->text : PASSWORD;
    password.more = pair->headers;
    password.client = "198.51.100.9";
    password.to = to;
    int64_t apart = pair->hours > 0 ? 3600 * (int64_t)pair->hours : 60;
    password.at = file.at + (file_first ? apart : -apart);
    struct sks_verdict *first = examine(room, file_first ? &file : &password),
                       *second = examine(room, file_first ? &password : &file);
    bool joined = find(second, "attachment.opened") != NULL;
    sks_verdict_destroy(first);
    sks_verdict_destroy(second);
    return joined;
}

static void try_pairs(struct room *room, const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_row_int(pairs[i].row, is_joined(room, &pairs[i], true, file_mail.to), pairs[i].joined);
        assert_row_int(pairs[i].row, is_joined(room, &pairs[i], false, file_mail.to), pairs[i].joined);
        assert_row_int(pairs[i].row, is_joined(room, &pairs[i], true, "mori@kikan.example"), false);
    }
}

static void who_sends_for_somebody(void **state)
{
    static const struct pair pairs[] = {
        {.row = "nothing", .joined = false},
        {.row = "an addition", .other = "田中太郎（代理送信） <" ROBOT ">", .joined = true},
        {.row = "the addition alone",
         .from = "佐藤花子（代理送信） <sato@umi.example>",
         .other = "田中太郎（代理送信） <" ROBOT ">",
         .joined = false},
        {.row = "via", .other = "\"田中太郎 (via okuru)\" <" ROBOT ">", .joined = true},
        {.row = "via, both strangers",
         .from = "\"佐藤花子 (via okuru)\" <sato@umi.example>",
         .other = "\"田中太郎 (via okuru)\" <" ROBOT ">",
         .joined = false},
        {.row = "in Latin letters",
         .from = "Taro Tanaka <tanaka@yama.example>",
         .other = "Tanaka Taro via Okuru <" ROBOT ">",
         .joined = true},
        {.row = "its address as name", .other = "\"tanaka@yama.example\" <" ROBOT ">", .joined = true},
        {.row = "Reply-To", .headers = "Reply-To: tanaka@yama.example\n", .joined = true},
        {.row = "Sender", .headers = "Sender: Tanaka@Yama.example\n", .joined = true},
        {.row = "in the text", .text = "tanaka@yama.example 様からのファイルです。\n" PASSWORD, .joined = true},
        {.row = "above a forwarded mail",
         .other = "伊藤 <ito@umi.example>",
         .text = "転送します。\n\n-----Original Message-----\nFrom: 田中太郎 <tanaka@yama.example>\n"
                 "To: ito@umi.example\nSubject: 通知\n\n" PASSWORD,
         .joined = true},
        {.row = "above a mail that is attached",
         .other = "伊藤 <ito@umi.example>",
         .text = "転送します。\n--b\nContent-Type: message/rfc822\n\nFrom: 田中太郎 <tanaka@yama.example>\n"
                 "To: ito@umi.example\nSubject: 通知\nContent-Type: text/plain; charset=utf-8\n\n" PASSWORD,
         .joined = true},
        {.row = "another's address", .text = "sato@yama.example 様からのファイルです。\n" PASSWORD, .joined = false},
        {.row = "the reader's own",
         .from = "佐藤 <sato@umi.example>",
         .text = "suzuki@kikan.example 様\n" PASSWORD,
         .headers = "Reply-To: suzuki@kikan.example\n",
         .joined = false},
        {.row = "the name of an office",
         .from = "営業担当 <a@umi.example>",
         .other = "営業担当（山商事） <" ROBOT ">",
         .joined = false},
    };
    try_pairs(*state, pairs, G_N_ELEMENTS(pairs));
}

static void one_person_with_two_accounts(void **state)
{
    static const struct pair pairs[] = {
        {.row = "the firm behind, the firm before",
         .from = "田中太郎（山商事） <t1970@gmail.com>",
         .other = "山商事 田中太郎 <x@yahoo.co.jp>",
         .joined = true},
        {.row = "one firm, two people",
         .from = "佐藤花子（山商事） <h1970@gmail.com>",
         .other = "山商事 田中太郎 <x@yahoo.co.jp>",
         .joined = false},
        {.row = "the address is a name",
         .from = "田中太郎 <tanaka.taro@gmail.com>",
         .other = "Tanaka Taro <t.tanaka1970@yahoo.co.jp>",
         .joined = true},
        {.row = "another given name",
         .from = "田中太郎 <tanaka.taro@gmail.com>",
         .other = "Tanaka Jiro <t.tanaka1970@yahoo.co.jp>",
         .joined = false},
        {.row = "the surname", .from = "田中太郎 <t1970@gmail.com>", .other = "田中 <x@yahoo.co.jp>", .joined = true},
        {.row = "the surname, days later",
         .from = "田中太郎 <t1970@gmail.com>",
         .other = "田中 <x@yahoo.co.jp>",
         .hours = 30,
         .joined = false},
        {.row = "only the surname is the same",
         .from = "田中太郎 <t1970@gmail.com>",
         .other = "田中花子 <x@yahoo.co.jp>",
         .joined = false},
    };
    try_pairs(*state, pairs, G_N_ELEMENTS(pairs));
}

static void what_is_quoted(void **state)
{
    static const struct pair pairs[] = {
        {.row = "without extension",
         .file = "2021年度見積書一式.zip",
         .text = "ファイル名：2021年度見積書一式\n" PASSWORD,
         .joined = true},
        {.row = "a common word without extension",
         .file = "attachment.zip",
         .text = "The password of the attachment: Kx8!pqr2",
         .joined = false},
        {.row = "without what stands before it",
         .subject = "【重要】見積書送付の件",
         .text = "件名：見積書送付の件\n" PASSWORD,
         .joined = true},
        {.row = "a short name", .file = "a.7z", .text = "ファイル名：a.7z\n" PASSWORD, .joined = true},
        {.row = "a short name, days later",
         .file = "a.7z",
         .text = "ファイル名：a.7z\n" PASSWORD,
         .hours = 30,
         .joined = false},
        {.row = "a short subject", .subject = "資料", .text = "件名：資料\n" PASSWORD, .joined = true},
        {.row = "a short subject in brackets",
         .subject = "Re: 資料",
         .text = "先ほどの「資料」をご覧ください。\n" PASSWORD,
         .joined = true},
        {.row = "a short word in a sentence",
         .subject = "資料",
         .text = "資料をお送りしました。\n" PASSWORD,
         .joined = false},
        {.row = "a file of that name", .file = "資料.zip", .text = "資料を送ります。\n" PASSWORD, .joined = false},
    };
    try_pairs(*state, pairs, G_N_ELEMENTS(pairs));
}

/* A hashed store has digests to compare, but no mail to try a password on: what needs that proof names no other mail.
 */
static void a_hashed_store_names_the_other(void **state)
{
    struct room *room = *state;
    static const struct {
        const char *row, *from, *text;
        bool named;
    } rows[] = {
        {"nothing", ROBOT, PASSWORD, false},
        {"an addition", "田中太郎（代理送信） <" ROBOT ">", PASSWORD, true},
        {"an address", ROBOT, "tanaka@yama.example 様からのファイルです。\n" PASSWORD, true},
        {"the file", ROBOT, "ファイル：2021年度見積書一式\n" PASSWORD, true},
        {"a short subject", ROBOT, "件名：資料\n" PASSWORD, false},
        {"the surname", "田中 <" ROBOT ">", PASSWORD, false},
    };
    room->classifier->store_hashed = room->classifier->keep_digests = true;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *store = g_strdup_printf("hashed-%zu.db", i);
        use_store(room, store, false);
        struct letter file = with_file(file_mail, room->memo), password = password_mail;
        file.from = TANAKA;
        file.subject = "資料";
        file.names[0] = "2021年度見積書一式.zip";
        password.from = rows[i].from;
        password.text = rows[i].text;
        password.client = "198.51.100.9";
        struct sks_verdict *first = examine(room, &file), *second = examine(room, &password);
        assert_row_int(rows[i].row, strcmp(related(second, "attachment.password-in-separate-mail"), file.id) == 0,
                       rows[i].named);
        sks_verdict_destroy(first);
        sks_verdict_destroy(second);
    }
    room->classifier->store_hashed = room->classifier->keep_digests = false;
}

/* What only the mail with the password can tell, as its text is not kept. */
static void what_is_quoted_in_part(void **state)
{
    static const struct pair cut = {.subject = "共同研究開発に関する見積書送付の件につきまして",
                                    .text = "件名：共同研究開発に関する見積書送付...\n" PASSWORD},
                             dots = {.subject = "共同研究開発に関する見積書送付の件につきまして",
                                     .text = "件名：共同研究開発に関する見積…\n" PASSWORD},
                             else_ = {.subject = "共同研究開発に関する見積書送付の件につきまして",
                                      .text = "件名：共同研究開発に関する報告書...\n" PASSWORD};
    struct room *room = *state;
    assert_true(is_joined(room, &cut, true, file_mail.to));
    assert_true(is_joined(room, &dots, true, file_mail.to));
    assert_false(is_joined(room, &else_, true, file_mail.to));
    assert_false(is_joined(room, &cut, true, "mori@kikan.example"));
}

/* The file in an ordinary archive is encrypted, and it is its name that is quoted. */
static void the_name_of_a_file_inside(void **state)
{
    struct room *room = *state, other = *room;
    const struct made_member inner = {"見積書一式.zip", (const char *)room->memo->data, room->memo->len};
    static const struct pair pair = {.file = "送付資料.zip", .text = "ファイル名：見積書一式.zip\n" PASSWORD};
    g_autoptr(GByteArray) zip = make_zip(&inner, 1, ZIP_EM_NONE, NULL);
    other.memo = zip;
    assert_true(is_joined(&other, &pair, true, file_mail.to));
    assert_true(is_joined(&other, &pair, false, file_mail.to));
    assert_false(is_joined(&other, &pair, true, "mori@kikan.example"));
}

/* The password's mail says what it is, the file's mail has it: a number of the signature, the day on which it was sent.
 */
static void a_description_of_the_other_mail(void **state)
{
    struct room *room = *state;
    static const struct {
        const char *row, *password, *file_text, *text;
        bool joined;
    } rows[] = {
        {"our telephone", "5678", "ご確認ください。\n\n--\n山商事 田中\nTEL 03-1234-5678\n",
         "パスワードは弊社電話番号の下4桁です。", true},
        {"another number", "5679", "ご確認ください。\n\n--\n山商事 田中\nTEL 03-1234-5678\n",
         "パスワードは弊社電話番号の下4桁です。", false},
        {"no description", "5678", "ご確認ください。\n\n--\n山商事 田中\nTEL 03-1234-5678\n",
         "パスワードは別途お電話でお伝えします。", false},
        {"the day of the file", "20210302", "ご確認ください。", "パスワードは送信日（8桁）です。", true},
        {"the sender's name and the day", "tanaka0302", "ご確認ください。",
         "パスワードは私の苗字（ローマ字小文字）＋本日の日付4桁です。", true},
        {"in a file's name", "4471", "ご確認ください。", "パスワードはファイル名の数字4桁です。", true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (int order = 0; order < 2; order++) {
            const struct made_member memo = {"memo.txt", "We meet at ten in room three.\n", 0};
            g_autoptr(GByteArray) zip = make_zip(&memo, 1, ZIP_EM_AES_256, rows[i].password);
            g_autofree char *store = g_strdup_printf("described-%zu-%d.db", i, order);
            use_store(room, store, false);
            struct letter file = with_file(file_mail, zip), password = password_mail;
            file.text = rows[i].file_text;
            file.more = "Date: Tue, 02 Mar 2021 10:00:00 +0900\n";
            file.names[0] = "shiryou4471.zip";
            password.text = rows[i].text;
            password.more =
                order == 0 ? "Date: Wed, 03 Mar 2021 10:00:00 +0900\n" : "Date: Mon, 01 Mar 2021 10:00:00 +0900\n";
            password.at = file.at + (order == 0 ? DAY : -DAY);
            struct sks_verdict *first = examine(room, order == 0 ? &file : &password),
                               *second = examine(room, order == 0 ? &password : &file);
            assert_row_int(rows[i].row, find(second, "attachment.opened") != NULL, rows[i].joined);
            sks_verdict_destroy(first);
            sks_verdict_destroy(second);
        }
}

/* What a second mail corrects or completes; the file comes first or last. */
static void a_correction_of_an_earlier_password(void **state)
{
    struct room *room = *state;
    static const struct {
        const char *earlier, *later;
        bool joined;
        const char *subjects[2];
    } rows[] = {
        {"パスワード：Kx8!pqr3", "先ほどのパスワード、末尾は3ではなく2でした。失礼しました。", true, {NULL, NULL}},
        {"パスワード：Kx8!pqr3", "先ほどのパスワード、末尾は3ではなく4でした。失礼しました。", false, {NULL, NULL}},
        {"パスワード：kx8!pqr2", "先ほどのパスワードの1文字目は大文字です。", true, {NULL, NULL}},
        {"パスワード：Kx8!Pqr2", "先ほどのパスワードの5文字目は小文字です。", true, {NULL, NULL}},
        {"Password: Kx9!pqr2", "Sorry, in the password it is not 9 but 8.", true, {NULL, NULL}},
        {"パスワード前半：Kx8!", "パスワード後半：pqr2", true, {NULL, NULL}},
        {"パスワード後半：pqr2", "パスワード前半：Kx8!", true, {NULL, NULL}},
        {"Kx8!", "pqr2", true, {"パスワード（1/2）", "パスワード（2/2）"}},
        {"pqr2", "Kx8!", true, {"解凍パスワード後半のご連絡", "解凍パスワード前半のご連絡"}},
        {"Kx8!", "pqr2", true, {"Password [1/2]", "Password [2/2]"}},
        {"Kx8!", "pqr2", false, {"Password of 1/2", "Password of 2/2"}},
        {"パスワード：Kx8!", "別のパスワード：pqr2", false, {NULL, NULL}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (int last = 0; last < 2; last++) {
            g_autofree char *store = g_strdup_printf("correction-%zu-%d.db", i, last);
            use_store(room, store, false);
            struct letter mails[] = {with_file(file_mail, room->memo), password_mail, password_mail};
            mails[1].text = rows[i].earlier;
            mails[2].text = rows[i].later;
            for (int k = 0; k < 2 && rows[i].subjects[k] != NULL; k++)
                mails[k + 1].subject = rows[i].subjects[k];
            mails[2].id = "password2@yama.example";
            bool joined = false;
            for (int k = 0; k < 3; k++) {
                struct letter *mail = &mails[last ? (k + 1) % 3 : k];
                mail->at = NOW + 60 * k;
                struct sks_verdict *verdict = examine(room, mail);
                joined = find(verdict, "attachment.opened") != NULL;
                sks_verdict_destroy(verdict);
            }
            assert_row_int(rows[i].later, joined, rows[i].joined);
        }
}

/* What is made of earlier passwords, and where it stands among the mail's own. */
static void where_amended_passwords_stand(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t told;
        const char *offered; /* by blanks: own1 and own2 before */
    } rows[] = {
        {"引き続きよろしくお願いいたします。", 2, "own1 own2"},
        {"引き\n続きよろしくお願いいたします。", 2, "own1 own2"},
        {"手続きは以上です。", 2, "own1 own2"},
        {"暑い日が続きますがご自愛ください。", 2, "own1 own2"},
        {"続きです。", 1, "own1 e1own1 e2own1 own2"},
        {"後半です。", 2, "own1 e1own1 e2own1 e1own2 e2own2 own2"},
        {"前半です。", 1, "own1 own1e1 own1e2 own2"},
        {"後半です。前半は先ほどお送りしました。", 1, "own1 e1own1 e2own1 own1e1 own1e2 own2"},
        {"後半は電話でお伝えします。", 0, "own1 own2"},
        {"末尾は2ではなく3でした。", 0, "e3 own1 own2"},
        {"末尾は2ではなく3でした。", 1, "own1 e3 own2"},
    };
    static const char *const earlier[] = {"e1", "e2"};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct sks_message message = {.subject = "", .body = {.own = rows[i].text}};
        g_autoptr(GPtrArray) offered = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(offered, g_strdup("own1"));
        g_ptr_array_add(offered, g_strdup("own2"));
        size_t made = sks_amend(offered, rows[i].told, &message, earlier, G_N_ELEMENTS(earlier));
        assert_row_int(rows[i].text, made, offered->len - 2);
        g_ptr_array_add(offered, NULL);
        g_autofree char *shown = g_strjoinv(" ", (char **)offered->pdata);
        assert_row_string(rows[i].text, shown, rows[i].offered);
    }
}

/* Who sends passwords all week means with each the file before it, whatever else the letter says that may mean a half.
 */
static void a_password_among_many_of_its_party(void **state)
{
    struct room *room = *state;
    static const char *const ends[] = {"引き続きよろしくお願いいたします。", "引き\n続きよろしくお願いいたします。",
                                       "お手続きをお願いいたします。", "残りの資料は来週お送りします。"};
    static const char *const earlier[] = {"パスワード：Zb7-uuu1\nPW: Zb7-uuu2\nPW：Zb7-uuu3\nTEL 03-0000-1111",
                                          "パスワード：Qm3-vvv1\nPW: Qm3-vvv2\nPW：Qm3-vvv3\nTEL 03-0000-1111"};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        for (int last = 0; last < 2; last++) {
            g_autofree char *store = g_strdup_printf("many-%zu-%d.db", i, last);
            g_autofree char *text = g_strdup_printf("パスワード：Kx8!pqr2\nTEL 03-0000-1111\n\n%s", ends[i]);
            use_store(room, store, false);
            struct letter mails[] = {password_mail, password_mail, with_file(file_mail, room->memo), password_mail};
            mails[0].text = earlier[0];
            mails[0].id = "password0@yama.example";
            mails[1].text = earlier[1];
            mails[1].id = "password1@yama.example";
            mails[3].text = text;
            bool joined = false;
            for (int k = 0; k < 4; k++) {
                struct letter *mail = &mails[k >= 2 && last ? 5 - k : k];
                mail->at = NOW + 60 * k;
                struct sks_verdict *verdict = examine(room, mail);
                joined = find(verdict, "attachment.opened") != NULL;
                sks_verdict_destroy(verdict);
            }
            assert_row_int(ends[i], joined, true);
        }
}

/* If nothing can be derived, that is said where somebody waits for it, and nowhere else. */
static void what_is_only_described_is_told(void **state)
{
    struct room *room = *state;
    for (int waits = 0; waits < 2; waits++) {
        use_store(room, waits ? "awaited.db" : "not-awaited.db", false);
        const struct letter file = with_file(file_mail, room->memo);
        struct letter password = password_mail;
        password.text = "パスワードは御社の電話番号の下4桁です。";
        struct sks_verdict *first = waits ? examine(room, &file) : NULL, *second = examine(room, &password);
        assert_int_equal(find(second, "attachment.password-described") != NULL, waits);
        sks_verdict_destroy(first);
        sks_verdict_destroy(second);
    }
}

/* An @ that begins or ends a word, stands alone, or comes twice, is no address. */
static void what_is_no_address(void **state)
{
    struct room *room = *state;
    static const char *const texts[] = {
        "@", "tanaka@", "@tanaka", "パスワードは Ab3xQ9z1@ です", "a@b@c.example", "a@.", "@@", "x@ y@z", "a@b."};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *store = g_strdup_printf("no-address-%zu.db", i);
        use_store(room, store, false);
        struct letter file = with_file(file_mail, room->memo), password = password_mail;
        g_autofree char *id = g_strdup_printf("no-address-%zu@yama.example", i);
        g_autofree char *text = g_strdup_printf("%s\n\nPassword: Kx8!pqr2", texts[i]);
        file.subject = texts[i];
        file.id = id;
        password.text = text;
        struct sks_verdict *first = examine(room, &file), *second = examine(room, &password);
        assert_row_int(texts[i], find(second, "attachment.opened") != NULL, true);
        sks_verdict_destroy(first);
        sks_verdict_destroy(second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_sends_for_somebody),
        cmocka_unit_test(what_is_no_address),
        cmocka_unit_test(one_person_with_two_accounts),
        cmocka_unit_test(what_is_quoted),
        cmocka_unit_test(what_is_quoted_in_part),
        cmocka_unit_test(a_hashed_store_names_the_other),
        cmocka_unit_test(the_name_of_a_file_inside),
        cmocka_unit_test(a_description_of_the_other_mail),
        cmocka_unit_test(what_is_only_described_is_told),
        cmocka_unit_test(a_correction_of_an_earlier_password),
        cmocka_unit_test(a_password_among_many_of_its_party),
        cmocka_unit_test(where_amended_passwords_stand),
    };
    return cmocka_run_group_tests(tests, setup_room, teardown_room);
}

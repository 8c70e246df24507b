#include "tests/test.h"

#include <glib.h>

#include "password/gather.h"
#include "password/password.h"
#include "password/rank.h"
#include "sekisho/limits.h"

static unsigned rank(const struct sks_password_source *source, const char *want)
{
    struct sks_passwords passwords;
    sks_passwords_find(&passwords, source);
    unsigned found = 0;
    for (size_t i = 0; i < passwords.count && found == 0; i++)
        if (strcmp(passwords.items[i].value, want) == 0)
            found = (unsigned)i + 1;
    assert_true(passwords.count <= SKS_LIMIT_PASSWORD_COUNT);
    sks_passwords_finish(&passwords);
    return found;
}

static void finds_what_is_written(void **state)
{
    (void)state;
    const struct {
        const char *text, *want;
    } rows[] = {
        {"先ほどお送りしたファイルのパスワードは「Kx8#p2Qz」です。", "Kx8#p2Qz"},
        {"パスワード：abc123", "abc123"},
        {"解凍パス→ 20230401tanaka", "20230401tanaka"},
        {"ＰＷ：ｆ７Ｇ２ｋ", "f7G2k"},
        {"パスワードは以下の通りです。\n\n  r4tT!9\n\nよろしくお願いいたします。", "r4tT!9"},
        {"ﾊﾟｽﾜｰﾄﾞ: zz91", "zz91"},
        {"The password for the attached file is: hunter2x", "hunter2x"},
        {"Please use Sakura-2021 as the password.", "Sakura-2021"},
        {"「m3Xk9」がパスワードとなります。", "m3Xk9"},
        {"暗証番号 4821", "4821"},
        {"添付ファイルを開く際は\n【Nq7-11vv】\nを入力してください。", "Nq7-11vv"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sks_password_source source = {.text = rows[i].text};
        assert_row_int(rows[i].text, rank(&source, rows[i].want), 1);
    }
}

static void derives_what_is_described(void **state)
{
    (void)state;
    /* 2023-04-01 08:00 in Japan, still March in UTC */
    const struct sks_password_source date = {
        .text = "パスワードは本日の日付（８桁）です。", .time = 1680303600, .zone = 540};
    assert_int_equal(rank(&date, "20230401"), 1);
    const struct sks_password_source telephone = {.text = "パスワードは弊社電話番号の下4桁です。",
                                                  .signature = "株式会社見本\nTEL 03-0000-5678"};
    assert_int_equal(rank(&telephone, "5678"), 1);
    const struct sks_password_source usual = {.text = "パスワードはいつものものです。"};
    struct sks_passwords passwords;
    sks_passwords_find(&passwords, &usual);
    assert_true(passwords.underivable);
    sks_passwords_finish(&passwords);
}

static void tells_apart_what_competes(void **state)
{
    (void)state;
    const struct {
        const char *text, *want;
    } rows[] = {
        {"ミーティングID: 823 4456 1190\nパスコード: 774129\n\n添付資料の解凍パスワード: Mt-0512-Ka", "Mt-0512-Ka"},
        {"Guest Wi-Fi password: welcome2026\nThe archive has its own password: Gx4-kestrel", "Gx4-kestrel"},
        {"解凍パスワードが変わります。\n旧：Haru2025\n新：Natsu2026", "Natsu2026"},
        {"Please use qq-5 instead of qq-6 to open the file.", "qq-5"},
        {"ファイル名,パスワード,期限\na.zip,Vv-22-Ww,2026/5/19", "Vv-22-Ww"},
        {"The passphrase is purple monkey dishwasher.", "purple monkey dishwasher"},
        {"zipは「hT6」＋「kk9」（続けて入力）で開きます。", "hT6kk9"},
        {"パスワードは漢字で 富士山 です。", "富士山"},
        {"パスワードは Kx8★pqr2 です。★は ! に読み替えてください。", "Kx8!pqr2"},
        {"Password: Kx8*pqr2\nPlease replace * with !.", "Kx8!pqr2"},
        {"パスワードは Kx8［アットマーク］pqr2 です。", "Kx8@pqr2"},
        {"パスワードは Kx8(at)pqr2 です。", "Kx8@pqr2"},
        {"パスワード：Kx8!pqr2\n★は必ずお読みください。変更点に読み替えてください。", "Kx8!pqr2"},
        {"The password is split: first part \"Kx8!\" and second part \"pqr2\".", "Kx8!pqr2"},
        {"The password is twin-Key-2.", "twin-Key-2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sks_password_source source = {.text = rows[i].text};
        assert_row_int(rows[i].text, rank(&source, rows[i].want), 1);
    }
}

static void reads_on_to_what_is_meant(void **state)
{
    (void)state;
    const struct {
        const char *text, *want;
    } rows[] = {
        {"The zip password is the word \"heron\" followed by 72, i.e. heron72.", "heron72"},
        {"資料のパスワードは「kaji」、続けて「09」、すなわち kaji09 です。", "kaji09"},
        {"解凍パスワードは a b 7 x（実際には空白なし、ab7x）です。", "ab7x"},
        {"解凍 / unzip --> salt&birch", "salt&birch"},
        {"The desk has protected the document; you can read it with corvid-evening.", "corvid-evening"},
        {"Old (valid to June lists): rates*1a\nNew (from July lists, this one included): rates*1b\nThat is the "
         "password.",
         "rates*1b"},
        {"ファイルを開く際、パスワードを聞かれましたら hatsuka とだけ入れてください。", "hatsuka"},
        {"パスワードは、注文番号ではなく、弊社共通の kyotsu@31 です。\n注文番号：PO-55120", "kyotsu@31"},
        {"south.zip    password  finch-S", "finch-S"},
        {"論文です。\nkuro no neko 21 がパスワードです。", "kuro no neko 21"},
        {"添付資料の解除キーはこちら　…　soyo-kaze", "soyo-kaze"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sks_password_source source = {.text = rows[i].text};
        assert_row_int(rows[i].text, rank(&source, rows[i].want), 1);
    }
}

/* What speaks of no password, or says that there is none, or that only its reader knows it, tells none. */
static void tells_nothing_where_nothing_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool underivable;
    } rows[] = {
        {"The code in radio_ctrl.cpp opens the block with key 0x2f, see get_block(radio_id) and lock_state_2 below. "
         "The "
         "call returns before the clock is locked, so that the first frame is lost; I use release 4.2 on a 10.23Msps "
         "stream, with the patch of last week applied on top, and build with cmake as it stands in the manual.",
         false},
        {"添付資料にパスワードは設定しておりません。\nページ数は24、容量は3.1MBです。", false},
        {"No password needed. The size is 3.1MB.", false},
        {"パスワードはお客様の生年月日（西暦8桁）です。\n例：1970年1月1日生まれの方は19700101", true},
        {"To open it, enter your date of birth (DDMMYYYY) as the password.", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sks_password_source source = {.text = rows[i].text, .time = 1680303600, .zone = 540};
        struct sks_passwords passwords;
        sks_passwords_find(&passwords, &source);
        bool told = passwords.count > 0 && passwords.items[0].weight >= SKS_PASSWORD_TOLD;
        assert_row_int(rows[i].text, told, false);
        assert_row_int(rows[i].text, passwords.underivable, rows[i].underivable);
        sks_passwords_finish(&passwords);
    }
}

static void derives_parts(void **state)
{
    (void)state;
    const struct {
        const char *text, *want;
    } rows[] = {
        {"パスワードは本日の日付8桁（西暦）＋弊社電話番号の下4桁です。", "202304010147"},
        {"パスワードは「aoba」に続けて本日の月日4桁を入力してください。", "aoba0401"},
        {"Password is CD plus today's date as ddmmyy.", "CD010423"},
        {"パスワードは弊社名（英小文字）＋本日の日付8桁です。", "miyabi20230401"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sks_password_source source = {.text = rows[i].text,
                                                   .signature = "みやび商会\nTEL 022-555-0147\ninfo@miyabi.example",
                                                   .time = 1680303600,
                                                   .zone = 540};
        assert_row_int(rows[i].text, rank(&source, rows[i].want), 1);
    }
}

/* Lines broken by their length, marks left out, a word with a date: candidates, in whatever order. */
static void cuts_and_joins(void **state)
{
    (void)state;
    const struct {
        const char *text, *want;
    } rows[] = {
        {"The export is ready and waits in the archive that is attached; open it with\nb7f3-quill, then remove it.",
         "b7f3-quill"},
        {"The drawings are in the archive that we attach to this mail. The password is the phrase\nnine grey geese.",
         "nine grey geese"},
        {"「hako」に続けて本日の月日4桁を入力すると開きます。", "hako0401"},
        {"パスワードは受付番号（ハイフンなし）です。\n受付番号：KB-4410", "KB4410"},
        {"誤)tQ7-kk31\n正)tQ7-kk37\nが解凍パスワードです。", "tQ7-kk37"},
        {"Passwort: Bär_2031", "Bär_2031"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sks_password_source source = {.text = rows[i].text, .time = 1680303600, .zone = 540};
        size_t at = rank(&source, rows[i].want);
        assert_true(at > 0);
        assert_true(at <= SKS_LIMIT_PASSWORD_TRIES);
    }
}

/* Two lines that announce, behind lists of candidates of many lengths: what each derives is put together with its
 * words. */
static void combines_words_of_two_lines(void **state)
{
    (void)state;
    for (unsigned before = 0; before < 100; before++) {
        const char *text = "パスワードは後ほどお伝えします。\n"
                           "「hako」に続けて本日の月日4桁を入力すると開きます。\n";
        GString *subject = g_string_new(NULL); /* each of its words is a candidate */
        for (unsigned i = 0; i < before; i++)
            g_string_append_printf(subject, "kb%u7x ", i);
        const struct sks_password_source source = {
            .subject = subject->str, .text = text, .time = 1680303600, .zone = 540};
        struct gathered gathered;
        gather(&gathered, &source);
        assert_true(g_hash_table_contains(gathered.candidates.seen, "hako0401"));
        gather_finish(&gathered);
        g_string_chunk_free(gathered.candidates.strings);
        g_string_free(subject, TRUE);
    }
}

/* What no text announces is a guess. */
static void guesses_are_no_evidence(void **state)
{
    (void)state;
    const struct sks_password_source source = {.text = "会議室は 302B です。\n資料は後日お送りします。"};
    struct sks_passwords passwords;
    sks_passwords_find(&passwords, &source);
    assert_false(passwords.speaks);
    for (size_t i = 0; i < passwords.count; i++)
        assert_true(passwords.items[i].weight < SKS_PASSWORD_TOLD);
    sks_passwords_finish(&passwords);
}

/* With nothing locked at hand, a text that speaks of no password is not combed for words that could be one. */
static void guesses_only_where_wanted(void **state)
{
    (void)state;
    const char *const silent = "会議室は minato です。\n資料は後日お送りします。",
                      *const speaking = "パスワードは後日お送りします。\n会議室は minato です。";
    const struct sks_password_source sources[] = {
        {.text = silent}, {.text = silent, .told_only = true}, {.text = speaking, .told_only = true}};
    assert_true(rank(&sources[0], "minato") > 0);
    assert_int_equal(rank(&sources[1], "minato"), 0);
    assert_true(rank(&sources[2], "minato") > 0);
    /* What is told is found all the same. */
    const struct sks_password_source told[] = {
        {.text = "添付は「B302-77x」と入力して開いてください。", .told_only = true},
        {.text = "開封には本日の日付8桁を入力してください。", .time = 1680303600, .zone = 540, .told_only = true}};
    assert_int_equal(rank(&told[0], "B302-77x"), 1);
    assert_int_equal(rank(&told[1], "20230401"), 1);
}

static void reads_subject_and_file_name(void **state)
{
    (void)state;
    const char *names[] = {"資料_pass7x9q.zip", NULL};
    const struct sks_password_source source = {.subject = "PW: q1w2e3", .text = "送ります。", .file_names = names};
    assert_int_equal(rank(&source, "q1w2e3"), 1);
    assert_true(rank(&source, "7x9q") > 0);
}

/* A word for a password in the file's own name, whatever else stands in it. */
static void names_of_files_tell_passwords(void **state)
{
    (void)state;
    static const struct {
        const char *name, *want;
    } rows[] = {
        {"report(pass=1234).zip", "1234"},
        {"資料_PW：abcd.zip", "abcd"},
        {"資料（パスワード：4821）.zip", "4821"},
        {"【PW 4821】資料.zip", "4821"},
        {"資料【パスワード「kaigi7」】.zip", "kaigi7"},
        {"2026_pass-Kx81_final.zip", "Kx81"},
        {"Passport_scan_pw=Kx81.zip", "Kx81"},
        {"keyboard_parts_password is Kx81.zip", "Kx81"},
        {"drawings pwd Kx.81.zip", "Kx.81"},
        {"drawings_pw_my_key.zip", "my_key"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *names[] = {rows[i].name, NULL};
        const struct sks_password_source source = {
            .subject = "資料の件", .text = "資料をお送りします。ご確認ください。", .file_names = names};
        unsigned place = rank(&source, rows[i].want);
        assert_row_int(rows[i].name, place > 0 && place <= SKS_LIMIT_PASSWORD_TRIES, true);
    }
}

static void a_long_text_ends(void **state)
{
    (void)state;
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 200000; i++)
        g_string_append(text, "パスワード「a(");
    const struct sks_password_source source = {.text = text->str};
    rank(&source, "x");
    g_string_free(text, TRUE);
}

/* The fitted weights are there, of the size that the features are made for, and put first what is told. */
static void the_weights_fit_the_features(void **state)
{
    (void)state;
    const struct sks_password_source source = {.text = "部品 kb-17x の図面です。\n先ほどのファイルのパスワードは"
                                                       "「Kx8#p2Qz」です。\n見積 55120 もご覧ください。"};
    struct gathered gathered;
    struct rank order;
    gather(&gathered, &source);
    gather_rank(&order, &gathered);
    guint count = gathered.candidates.items->len, best = 0;
    assert_true(count > 1);
    double *scores = g_new0(double, count), none = 0;
    assert_true(rank_score(&order, G_MAXUINT, scores, &none));
    for (guint i = 1; i < count; i++)
        best = scores[i] > scores[best] ? i : best;
    assert_string_equal(g_array_index(gathered.candidates.items, struct sks_password, best).value, "Kx8#p2Qz");
    assert_true(scores[best] > none);
    g_free(scores);
    rank_end(&order);
    gather_finish(&gathered);
    g_string_chunk_free(gathered.candidates.strings);
}

/* One character that is eighteen in NFKC, in long lines around lines with tokens: no text grows by it. */
static void what_grows_is_cut(void **state)
{
    (void)state;
    GString *text = g_string_new("パスワード: first-77x\n");
    for (unsigned line = 0; text->len < SKS_LIMIT_PASSWORD_TEXT; line++) {
        for (unsigned i = 0; i < 500; i++)
            g_string_append(text, "\uFDFA");
        g_string_append_printf(text, "\nパスワード tok-%ux\n", line);
    }
    g_string_truncate(text, SKS_LIMIT_PASSWORD_TEXT);
    const char *names[] = {text->str, NULL};
    const struct sks_password_source source = {.text = text->str,
                                               .subject = text->str,
                                               .quoted = text->str,
                                               .footer = text->str,
                                               .signature = text->str,
                                               .file_names = names,
                                               .time = 1680303600,
                                               .zone = 540};
    struct gathered gathered;
    gather(&gathered, &source);
    for (unsigned i = 0; i < GATHERED_TEXTS; i++) {
        assert_true(strlen(gathered.texts[i].plain) <= SKS_LIMIT_PASSWORD_TEXT);
        assert_true(strlen(gathered.texts[i].plain) > SKS_LIMIT_PASSWORD_TEXT - 4);
        assert_true(g_utf8_validate(gathered.texts[i].plain, -1, NULL));
        assert_null(strstr(gathered.texts[i].plain, "\uFFFD"));
    }
    assert_in_range(gathered.candidates.items->len, 1, 600);
    gather_finish(&gathered);
    g_string_chunk_free(gathered.candidates.strings);
    assert_true(rank(&source, "first-77x") > 0);
    g_string_free(text, TRUE);
}

/* What is spelled in hundreds of lines hides no password that stands among ordinary words. */
static void spelling_leaves_room(void **state)
{
    (void)state;
    GString *text = g_string_new("資料を開くときは、いつもの合図のあとで とまと7号 と申しつけください。\n");
    for (unsigned i = 0; i < 700; i++)
        g_string_append_printf(text, "%c %c %c %c\n", 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26), 'q', 'z');
    const struct sks_password_source source = {.text = text->str, .time = 1680303600, .zone = 540};
    struct sks_passwords passwords;
    sks_passwords_find(&passwords, &source);
    bool found = false;
    for (size_t i = 0; i < passwords.count; i++)
        found |= strcmp(passwords.items[i].value, "とまと7号") == 0;
    assert_true(found);
    sks_passwords_finish(&passwords);
    g_string_free(text, TRUE);
}

/* Characters one by one, and the radio alphabet. */
static void what_is_spelled_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value;
    } spelled[] = {{"パスワードは m e m o _ 1 2 0 5 です。\n", "memo_1205"},
                   {"Password: K・7・p・4\n", "K7p4"},
                   {"The password is Victor-Echo-Lima-4, all in capitals.\n", "VEL4"},
                   {"Password, spelled: x-ray oscar nine two.\n", "xo92"}};
    for (size_t i = 0; i < G_N_ELEMENTS(spelled); i++) {
        const struct sks_password_source source = {.text = spelled[i].text, .time = 1680303600, .zone = 540};
        struct sks_passwords passwords;
        sks_passwords_find(&passwords, &source);
        bool found = false;
        for (size_t k = 0; k < passwords.count; k++)
            found |= strcmp(passwords.items[k].value, spelled[i].value) == 0;
        assert_row_int(spelled[i].value, found, true);
        sks_passwords_finish(&passwords);
    }
}

/* A name that stands elsewhere, with what a line adds to it. */
static void names_are_put_together(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value, *subject;
    } named[] = {
        {"The password is my surname in small letters followed by the year.\n\nTaro Tanabe\n", "tanabe2023",
         "Alpha Bravo Notes Plan Budget Market Annual Report Project Update Minutes Agenda Summary"},
        {"Dear Dr Okafor,\nthe password is your family name followed by the present year.\n", "Okafor2023", NULL},
        {"先日のKASUMI会館の記録です。\nパスワードは会館の名前(英小文字)に今年の西暦を続けたものです。\n", "kasumi2023",
         NULL},
        {"The password is the course code MATH204, a hyphen, and today's day and month as four digits.\n",
         "MATH204-0104", NULL},
        {"生年月日 1978年6月11日\nパスワードは上記の生年月日を西暦8桁で入力してください。\n", "19780611", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
        const struct sks_password_source source = {
            .text = named[i].text, .subject = named[i].subject, .time = 1680303600, .zone = 540};
        struct gathered gathered;
        gather(&gathered, &source);
        bool found = g_hash_table_contains(gathered.candidates.seen, named[i].value);
        assert_row_int(named[i].value, found, true);
        gather_finish(&gathered);
        g_string_chunk_free(gathered.candidates.strings);
    }
}

/* What is put together of lines of words and dates leaves room for what the quotes tell. */
static void combining_leaves_room(void **state)
{
    (void)state;
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < 20; i++)
        g_string_append_printf(text, "「wa%ux」「wb%ux」「wc%ux」「wd%ux」に本日の日付を続けたパスワードで開く\n", i, i,
                               i, i);
    const struct sks_password_source source = {
        .text = text->str, .quoted = "パスワード: quoted-77x", .time = 1680303600, .zone = 540};
    struct gathered gathered;
    gather(&gathered, &source);
    unsigned combined = 0, quoted = 0;
    for (guint i = 0; i < gathered.candidates.items->len; i++) {
        const struct origin *origin = &g_array_index(gathered.candidates.origins, struct origin, i);
        combined += origin->ways == 1u << WAY_COMBINED;
        quoted += strcmp(g_array_index(gathered.candidates.items, struct sks_password, i).value, "quoted-77x") == 0;
    }
    assert_in_range(combined, 1, 160);
    assert_int_equal(quoted, 1);
    gather_finish(&gathered);
    g_string_chunk_free(gathered.candidates.strings);
    g_string_free(text, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_written),
        cmocka_unit_test(derives_what_is_described),
        cmocka_unit_test(reads_on_to_what_is_meant),
        cmocka_unit_test(tells_nothing_where_nothing_is_told),
        cmocka_unit_test(tells_apart_what_competes),
        cmocka_unit_test(derives_parts),
        cmocka_unit_test(guesses_are_no_evidence),
        cmocka_unit_test(guesses_only_where_wanted),
        cmocka_unit_test(reads_subject_and_file_name),
        cmocka_unit_test(names_of_files_tell_passwords),
        cmocka_unit_test(a_long_text_ends),
        cmocka_unit_test(cuts_and_joins),
        cmocka_unit_test(combines_words_of_two_lines),
        cmocka_unit_test(the_weights_fit_the_features),
        cmocka_unit_test(what_grows_is_cut),
        cmocka_unit_test(combining_leaves_room),
        cmocka_unit_test(spelling_leaves_room),
        cmocka_unit_test(what_is_spelled_is_read),
        cmocka_unit_test(names_are_put_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

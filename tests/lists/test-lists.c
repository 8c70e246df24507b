/* Lists: normal form, look-up, the administrator's folder, and every kind of mistake told with file and line. */
#include "tests/test.h"

#include <glib.h>
#include <glib/gstdio.h>

#include "lists/lists.h"

static int set_up(void **state)
{
    struct sks_lists *lists = NULL;
    struct sks_problems *problems = sks_problems_create();
    int result = sks_lists_create(&lists, NULL, problems);
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        print_error("%s\n", sks_problems_text(problems, i));
    sks_problems_destroy(problems);
    *state = lists;
    return result;
}

static int tear_down(void **state)
{
    sks_lists_destroy(*state);
    return 0;
}

static void test_normalise(void **state)
{
    static const struct {
        const char *name, *input, *want;
    } rows[] = {
        {"full width", "ＰＡＳＳＷＯＲＤ：１２３", "password:123"},
        {"half-width kana", "ﾊﾟｽﾜｰﾄﾞ", "パスワード"},
        {"broken line in Japanese", "パスワ\n  ードは別\r\n途", "パスワードは別途"},
        {"ideographic space", "防衛　政策", "防衛政策"},
        {"blank between Latin words", "  the \t pass\n word ", "the pass word"},
        {"blank between Latin and Japanese", "pdf の 資料", "pdf の資料"},
        {"invisible characters", "pass\xe2\x80\x8bword\xef\xb8\x80", "password"},
        {"circled digit", "①㈱", "1(株)"},
        {"empty", "", ""},
        {"only blanks", " \n ", ""},
        {"sharp s", "Straße", "strasse"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *got = sks_lists_normalise(rows[i].input);
        assert_row_string(rows[i].name, got, rows[i].want);
        g_free(got);
    }
}

static void test_domains(void **state)
{
    static const struct {
        const char *list, *domain, *want;
    } rows[] = {
        {"webmail", "gmail.com", "gmail.com"},
        {"webmail", "yahoo.co.jp", "yahoo.co.jp"},
        {"webmail", "mail.yahoo.co.jp", "yahoo.co.jp"},
        {"webmail", "notgmail.com", NULL},
        {"webmail", "com", NULL},
        {"webmail", "", NULL},
        {"isp-japan", "cream.plala.or.jp", "plala.or.jp"},
        {"carrier", "docomo.ne.jp", "docomo.ne.jp"},
        {"carrier", "ezweb.ne.jp", "ezweb.ne.jp"},
        {"institutions", "mofa.go.jp", "go.jp"},
        {"institutions", "ego.jp", NULL},
        {"file-services", "12.gigafile.nu", "gigafile.nu"},
        {"shorteners", "bit.ly", "bit.ly"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *match = NULL;
        bool found = sks_list_find_domain(sks_lists_get(*state, rows[i].list), rows[i].domain, &match);
        assert_row_int(rows[i].domain, found, rows[i].want != NULL);
        if (found)
            assert_row_string(rows[i].domain, match, rows[i].want);
    }
}

static void test_phrases(void **state)
{
    static const struct {
        const char *list, *text, *want;
    } rows[] = {
        {"password-promise", "ﾊﾟｽﾜｰﾄﾞは 別途お送りします。", "パスワードは別途"},
        {"password-promise", "Password will\nfollow.", "password will follow"},
        {"password-promise", "密码", NULL},
        {"bulk-threats", "the prize", "prize"},
        {"bulk-threats", "enterprize", NULL},
        {"bulk-threats", "prizefighter", NULL},
        {"bulk-threats", "prizeが当たる", "prize"},
        {"lure-topics", "経済安全保障の動向", "経済安全保障"},
        {"lure-topics", "南シナ海の情勢と北朝鮮", "南シナ海"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = sks_lists_normalise(rows[i].text);
        const char *got = sks_list_find_phrase(sks_lists_get(*state, rows[i].list), text, NULL);
        if (rows[i].want == NULL)
            assert_null(got);
        else
            assert_row_string(rows[i].text, got, rows[i].want);
        g_free(text);
    }
}

static bool count_phrase(void *data, const struct sks_list_entry *entry, size_t at)
{
    (void)entry, (void)at;
    ++*(int *)data;
    return true;
}

static void test_each_phrase(void **state)
{
    int count = 0;
    const struct sks_list *topics = sks_lists_get(*state, "lure-topics");
    sks_list_each_phrase(topics, "経済安全保障と台湾有事、north korea", count_phrase, &count);
    assert_int_equal(count, 3); /* 安全保障 inside 経済安全保障 is not told again */
}

static void test_registrable(void **state)
{
    static const struct {
        const char *domain, *want;
    } rows[] = {
        {"mail.example.co.jp", "example.co.jp"},
        {"example.com", "example.com"},
        {"a.b.example.com", "example.com"},
        {"www.mofa.go.jp", "mofa.go.jp"},
        {"localhost", "localhost"},
        {"co.jp", "co.jp"},
        {"城.日本語.jp", "日本語.jp"},
        {"x.pref.chiba.lg.jp", "chiba.lg.jp"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_row_string(rows[i].domain, sks_lists_registrable(*state, rows[i].domain), rows[i].want);
}

static void test_same_registrable(void **state)
{
    static const struct {
        const char *domain, *other;
        bool want;
    } rows[] = {
        {"mail.example.co.jp", "www.example.co.jp", true},
        {"example.com", "a.b.example.com", true},
        {"localhost", "localhost", true},
        {"example.co.jp", "other.co.jp", false},
        {"example.com", "example.org", false},
        {"example.com", "com", false},
        {"co.jp", "example.co.jp", false},
        {"localhost", "mail.localhost", false},
        {"user1.github.io", "user2.github.io", false},
        {"www.city.kawasaki.jp", "city.kawasaki.jp", true}, /* excepted from *.kawasaki.jp */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool want =
            strcmp(sks_lists_registrable(*state, rows[i].domain), sks_lists_registrable(*state, rows[i].other)) == 0;
        assert_int_equal(want, rows[i].want);
        assert_int_equal(sks_lists_same_registrable(*state, rows[i].domain, rows[i].other), rows[i].want);
        assert_int_equal(sks_lists_same_registrable(*state, rows[i].other, rows[i].domain), rows[i].want);
    }
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    g_free(path);
}

static void remove_folder(char *folder)
{
    GDir *directory = g_dir_open(folder, 0, NULL);
    for (const char *name = g_dir_read_name(directory); name != NULL; name = g_dir_read_name(directory)) {
        char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
        g_free(path);
    }
    g_dir_close(directory);
    g_rmdir(folder);
    g_free(folder);
}

static void test_folder(void **state)
{
    (void)state;
    char *folder = g_dir_make_tmp("sekisho-lists-XXXXXX", NULL);
    write_file(folder, "webmail.txt", "# Source: test\nfree.example\n");
    write_file(folder, "carrier.add.txt", "\xef\xbb\xbf# Source: test\r\nphone.example\r\n");
    write_file(folder, "organisations.add.txt", "# Source: test\n架空研究所\tkakuu.example\tours\n");
    write_file(folder, "lure-topics.add.txt", "# Source: test\n安全保障\t0.25\n");

    struct sks_lists *lists = NULL;
    assert_int_equal(sks_lists_create(&lists, folder, NULL), 0);
    double weight = 0;
    assert_true(sks_list_find(sks_lists_get(lists, "webmail"), "free.example", &weight));
    assert_true(weight == 1);
    assert_false(sks_list_find(sks_lists_get(lists, "webmail"), "gmail.com", NULL));
    assert_true(sks_list_find(sks_lists_get(lists, "carrier"), "phone.example", NULL));
    assert_true(sks_list_find(sks_lists_get(lists, "carrier"), "docomo.ne.jp", NULL));
    const struct sks_list_entry *entry = sks_list_lookup(sks_lists_get(lists, "organisations"), "架空研究所");
    assert_string_equal(entry->value, "kakuu.example");
    assert_string_equal(entry->remark, "ours");
    assert_true(sks_list_find(sks_lists_get(lists, "lure-topics"), "安全保障", &weight));
    assert_true(weight == 0.25);
    sks_lists_destroy(lists);
    remove_folder(folder);
}

static void test_problems(void **state)
{
    static const char *const want[] = {
        "/surprise.txt: no list has this name",
        "/brands.add.txt:2: brands: the value is missing: \"ブランド\"",
        "/bulk-threats.txt:2: bulk-threats: the weight is not a number from 0 to 10: \"word\"",
        "/bulk-threats.txt:3: bulk-threats: a phrase needs two characters or more: \"字\"",
        "/bulk-threats.txt:4: bulk-threats: more than 3 columns",
        "/carrier.txt:2: carrier: not UTF-8",
        "/webmail.txt:2: webmail: not a domain: a character that domains don't have: \"user@free.example\"",
        "/webmail.txt:3: webmail: not a domain: it begins or ends with a mark: \".example\"",
        "/webmail.txt:5: webmail: the word stands here twice: \"FREE.example\"",
    };
    (void)state;
    char *folder = g_dir_make_tmp("sekisho-lists-XXXXXX", NULL);
    write_file(folder, "surprise.txt", "x\n");
    write_file(folder, "brands.add.txt", "# Source: test\nブランド\n");
    write_file(folder, "bulk-threats.txt", "# Source: test\nword\tmuch\n字\nww\t1\tr\tx\n");
    write_file(folder, "carrier.txt", "# S\n\xff\n");
    write_file(folder, "webmail.txt", "# Source: test\nuser@free.example\n.example\nfree.example\nFREE.example\n");

    struct sks_lists *lists = NULL;
    struct sks_problems *problems = sks_problems_create();
    assert_int_equal(sks_lists_create(&lists, folder, problems), SKS_ERROR_FORMAT);
    assert_null(lists);
    size_t at = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
        assert_true(at < sks_problems_count(problems));
        const char *text = sks_problems_text(problems, at++);
        assert_true(g_str_has_prefix(text, folder));
        assert_row_string("problem", text + strlen(folder), want[i]);
    }
    assert_int_equal(sks_problems_count(problems), at);
    sks_problems_destroy(problems);
    remove_folder(folder);

    problems = sks_problems_create();
    assert_int_equal(sks_lists_create(&lists, "/nonexistent/sekisho", problems), SKS_ERROR_FORMAT);
    assert_true(sks_problems_count(problems) >= 1);
    sks_problems_destroy(problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normalise),   cmocka_unit_test(test_domains),          cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_each_phrase), cmocka_unit_test(test_folder),           cmocka_unit_test(test_problems),
        cmocka_unit_test(test_registrable), cmocka_unit_test(test_same_registrable),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

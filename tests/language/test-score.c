/* Scores order texts as a reader would, mean what they say at the ends, and stay in bounds. */
#include "pairs.h"

#include "language/awkward.h"
#include "language/hashed.h"
#include "sekisho/limits.h"

/* The same thing said as a machine renders English, and as it is said. */
static void translationese_orders_pairs(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"私はあなたがそれについてどう思うかを知りたいと思います。", "ご意見をお聞かせください。"},
        {"彼はそれが彼の父によって与えられた時計であることを言いました。", "父にもらった時計だと彼は話した。"},
        {"あなたがそれを受け取ったならば、私に知らせてください。", "届きましたらお知らせください。"},
        {"それは会社にとって非常に重要な決定でした。", "会社にとって大きな決断でした。"},
        {"彼女は彼女の母が作った料理を食べることを楽しみました。", "母の手料理を喜んで食べた。"},
        {"あなたがこの問題を解決することができることを私は望みます。", "うまく片付くといいですね。"},
        {"私たちは私たちの顧客にこのサービスを提供することを誇りに思います。", "お客様にご利用いただければ幸いです。"},
        {"これは私が今までに見た中で最も美しい景色の1つです。", "こんなにきれいな景色は初めてです。"},
        {"その計画は政府によって承認されることができませんでした。", "計画は政府に認められなかった。"},
        {"彼らは彼らの家に戻るために長い時間を必要としました。", "帰り着くまで長くかかった。"},
        {"あなたのメッセージを受け取ることができて、私は幸せです。", "お便りうれしく拝見しました。"},
        {"私はそれが真実であるかどうかを確信していません。", "本当かどうかわかりません。"},
        {"彼が到着するやいなや、会議は開始されました。", "彼が着くとすぐに会議が始まった。"},
        {"それは私たちが行うことができる最良のことです。", "それしか手がありません。"},
        {"人々はそれらの変化を受け入れることが困難であると感じました。", "変化になじめない人が多かった。"},
        {"私はあなたにいくつかの質問をする必要があります。", "少し伺いたいことがあります。"},
        {"その男性は彼の車を駐車することを拒否しました。", "男は車をとめようとしなかった。"},
        {"この文書には重要な情報が含まれているかもしれません。", "大事なことが書いてあるかもしれない。"},
        {"彼女はそれを行うことに同意したと彼に言いました。", "引き受けると彼に伝えた。"},
        {"私はそれがあなたにとって役立つことを願っています。", "お役に立てば幸いです。"},
    };
    size_t right = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        struct sks_language_result *machine = analysed(pairs[i].wrong), *person = analysed(pairs[i].right);
        right += machine->translationese > person->translationese;
        if (machine->translationese <= person->translationese)
            print_message("%.2f %s / %.2f\n", machine->translationese, pairs[i].wrong, person->translationese);
        sks_language_result_destroy(machine);
        sks_language_result_destroy(person);
    }
    /* A model of single sentences errs now and then. */
    assert_in_range(right, 18, G_N_ELEMENTS(pairs));
}

static void learner_orders_pairs(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"昨日の会議を参加した人は多いだ。", "昨日の会議に参加した人は多い。"},
        {"資料の読むことができない。", "資料を読むことができない。"},
        {"私は東京で住んで三年になった。", "私は東京に住んで三年になった。"},
        {"来週の予定が変えました。", "来週の予定が変わりました。"},
        {"問題の原因を分からない。", "問題の原因が分からない。"},
        {"部長の話しが聞くました。", "部長の話を聞きました。"},
        {"明日までに返事はください。", "明日までに返事をください。"},
        {"新しいの機械が便利です。", "新しい機械は便利です。"},
        {"会社の行く時に電車を乗ります。", "会社へ行く時に電車に乗ります。"},
        {"仕事が終わるた後で連絡する。", "仕事が終わった後で連絡する。"},
        {"この製品は人気ながあります。", "この製品は人気があります。"},
        {"計画を進むことが決めました。", "計画を進めることに決めました。"},
        {"日本の経済の研究がしているです。", "日本の経済を研究しています。"},
        {"彼は先生になるに思っている。", "彼は先生になろうと思っている。"},
        {"電話に番号を教えてもらた。", "電話番号を教えてもらった。"},
        {"もっと早い送って欲しいだった。", "もっと早く送って欲しかった。"},
        {"調査の結果をよると増えた。", "調査の結果によると増えた。"},
        {"この問題はを解決するが難しい。", "この問題を解決するのは難しい。"},
        {"報告を書きてから帰りました。", "報告を書いてから帰りました。"},
        {"市民に意見が聞いて必要がある。", "市民の意見を聞く必要がある。"},
    };
    size_t right = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        struct sks_language_result *wrong = analysed(pairs[i].wrong), *good = analysed(pairs[i].right);
        right += wrong->learner > good->learner;
        if (wrong->learner <= good->learner)
            print_message("%.2f %s / %.2f\n", wrong->learner, pairs[i].wrong, good->learner);
        sks_language_result_destroy(wrong);
        sks_language_result_destroy(good);
    }
    assert_in_range(right, 18, G_N_ELEMENTS(pairs));
}

static void what_is_no_prose_is_not_scored(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "Please find attached the minutes of the meeting.",
        "議題\n1. 予算\n2. 人事\n日時: 3月4日\n場所: 第一会議室",
        "■ 資料\n・予算案\n・名簿\nhttps://www.kikan.example/list.html",
        "いつもお世話になっております。\nどうぞよろしくお願いいたします。\n敬具",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_true(result->translationese == 0 && result->learner == 0);
        sks_language_result_destroy(result);
    }
}

static void share_rises_with_the_measure(void **state)
{
    (void)state;
    static const char table[] = "# comment\nwritten 0.50 1.0\nwritten 0.90 2.0\nwritten 0.99 4.0\n"
                                "spoken 0.50 2.0\nspoken 0.90 4.0\nspoken 0.99 8.0\n";
    struct sks_awkward awkward;
    assert_int_equal(sks_awkward_read(&awkward, table, strlen(table)), 0);
    static const struct {
        double measure, share;
    } rows[] = {{0, 0}, {0.5, 0.25}, {1, 0.5}, {2, 0.9}, {4, 0.99}, {6, 0.999}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        double got = sks_awkward_share(&awkward, SKS_AWKWARD_WRITTEN, rows[i].measure);
        assert_true(got > rows[i].share - 1e-9 && got < rows[i].share + 1e-9);
        got = sks_awkward_share(&awkward, SKS_AWKWARD_SPOKEN, 2 * rows[i].measure);
        assert_true(got > rows[i].share - 1e-9 && got < rows[i].share + 1e-9);
    }
    assert_true(sks_awkward_share(&awkward, SKS_AWKWARD_WRITTEN, 12) >
                sks_awkward_share(&awkward, SKS_AWKWARD_WRITTEN, 11));
    /* One misspelling in a short text measures 1 / sqrt(0.4); the more it sounds like talk, the less it is. */
    struct sks_awkward_parts parts[] = {
        {.misspellings = 1}, {.misspellings = 1, .speech = 0.2}, {.misspellings = 1, .speech = 0.5}};
    double of[] = {sks_awkward_of(&awkward, &parts[0]), sks_awkward_of(&awkward, &parts[1]),
                   sks_awkward_of(&awkward, &parts[2])};
    assert_true(of[0] > 0.80 && of[0] < 0.81 && of[1] < of[0] && of[2] < of[1] && of[2] > 0.39 && of[2] < 0.40);
    static const char *const bad[] = {"0.5 1\n0.9 2\n",
                                      "written 0.5 1\n",
                                      "written 0.9 2\nwritten 0.5 1\n",
                                      "written 0.5 1\nwritten 0.9 nan\n",
                                      "written 0.5 x\nwritten 0.9 1\n",
                                      "written 0.5 1\nwritten 1.5 2\n",
                                      "written 0.5 1\nwritten 0.9\n",
                                      "sung 0.5 1\nsung 0.9 2\n",
                                      "written 0.5 1 1\nwritten 0.9 2\n",
                                      ""};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        static const char *const spoken[] = {"", "spoken 0.5 1\nspoken 0.9 2\n"};
        for (size_t k = 0; k < G_N_ELEMENTS(spoken); k++) {
            char *text = g_strconcat(bad[i], spoken[k], NULL);
            assert_int_equal(sks_awkward_read(&awkward, text, strlen(text)), SKS_ERROR_FORMAT);
            g_free(text);
        }
    }
}

static void models_are_checked(void **state)
{
    (void)state;
    size_t size = SKS_HASHED_HEADER + 256;
    char *bytes = g_malloc0(size);
    struct sks_hashed model;
    assert_int_equal(sks_hashed_read(&model, bytes, size), SKS_ERROR_FORMAT);
    memcpy(bytes, SKS_HASHED_MAGIC, 8);
    bytes[8] = 8;
    assert_int_equal(sks_hashed_read(&model, bytes, size), 0);
    assert_int_equal(sks_hashed_read(&model, bytes, size - 1), SKS_ERROR_FORMAT);
    bytes[8] = 9;
    assert_int_equal(sks_hashed_read(&model, bytes, size), SKS_ERROR_FORMAT);
    g_free(bytes);
    uint32_t hashes[] = {5, 261, 7, 5, 0, 256};
    assert_int_equal(sks_hashed_fold(hashes, G_N_ELEMENTS(hashes), 255), 3);
    assert_int_equal(hashes[0], 5);
    assert_int_equal(hashes[1], 7);
    assert_int_equal(hashes[2], 0);
}

/* Worst cases for rules, spelling and spans: all within the ceilings. */
static void hostile_texts_stay_in_bounds(void **state)
{
    (void)state;
    static const char *const pieces[] = {"セキュリテイ、", "新しいの資料。", "设", "アカウソト", "社長様\n",
                                         "お前です。",     "「「「",         "ア", "を",         "・\n",
                                         "a.b@c "};
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_new("です。");
        while (text->len <= SKS_LIMIT_LANGUAGE_TEXT)
            g_string_append(text, pieces[i]);
        struct sks_language_result *result = analysed(text->str);
        assert_true(result->cut);
        assert_in_range(result->span_count, 0, SKS_LIMIT_LANGUAGE_SPANS);
        for (size_t k = 0; k < result->span_count; k++)
            assert_in_range(result->spans[k].at + result->spans[k].length, 1, SKS_LIMIT_LANGUAGE_TEXT);
        assert_true(result->awkward >= 0 && result->awkward <= 1);
        sks_language_result_destroy(result);
        g_string_free(text, TRUE);
    }
}

/* What is unusual without being wrong earns no place and no score: wrapped words, readings of names, and talk. */
static void nothing_to_point_at(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double most; /* awkward */
    } rows[] = {
        {"当館をご利用いただきまして、厚くお礼申し上げます。ご申請の会議室は使用を承認しましたので、許可証をお送りしま"
         "\n"
         "す。\n\n当日は受付でお見せください。",
         0.9},
        {"ご登録の手続きは今月末までに窓口で済ませていただければ結構ですので、よろしくお願いいたしま\nす。\n"
         "書類は二階の棚に置きました。",
         0.9},
        {"会場の地図と当日の次第を同封しましたので、お手すきの折に目を通していただけると助かりま\nす。"
         "お返事は不要です。",
         0.9},
        {"先ほどの資料を開くためのパスワードは\n\nKx83mQ2v\n\nです。\n\n展示部　企画係　主任\n"
         "村上 裕子（むらかみ　ゆうこ）",
         1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_language_result *result = analysed(rows[i].text);
        for (size_t k = 0; k < result->span_count; k++)
            assert_row_int(rows[i].text, result->spans[k].kind == SKS_SPAN_SLIP, 0);
        assert_true(result->awkward <= rows[i].most);
        sks_language_result_destroy(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(translationese_orders_pairs),    cmocka_unit_test(learner_orders_pairs),
        cmocka_unit_test(what_is_no_prose_is_not_scored), cmocka_unit_test(nothing_to_point_at),
        cmocka_unit_test(share_rises_with_the_measure),   cmocka_unit_test(models_are_checked),
        cmocka_unit_test(hostile_texts_stay_in_bounds),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}

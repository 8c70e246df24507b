/*
 * What stands around a span that may be a password. Other things have passwords, too (a meeting, a network, an
 * account), and there are passwords that hold no more. The words that tell so are looked for in the sentence of the
 * span and, of what else has a password, in the lines right above it.
 */
#include "password/search.h"

#include <stddef.h>
#include <string.h>

#include "password/words.h"

/* Nobody's sentence reaches further, and no more spans than this are looked at: a hostile text has thousands. */
#define MOST_AROUND   160
#define MOST_CONTEXTS 1000u
#define LINES_ABOVE   5u

/* Has a password of its own, and is no file. */
static const char *const foreign[] = {
    "会議url",    "会議 url",   "meet.",        "dial-in",      "dial in",        "電話番号",   "conference",
    "ftp",        "サーバ",     "server",       "host:",        "host :",         "user:",      "user :",
    "zoom",       "teams",      "webex",        "ミーティング", "会議id",         "会議 id",    "web会議",
    "会議室",     "wi-fi",      "wifi",         "wlan",         "ssid",           "無線",       "ログイン",
    "login",      "log in",     "log-in",       "logging in",   "サインイン",     "sign in",    "sign-in",
    "signing in", "アカウント", " account",     "ワンタイム",   "one-time pass",  "one-time c", "認証コード",
    "認証番号",   "確認コード", "verification", "マイページ",   "ポータル",       "portal",     "初期パス",
    "仮パス",     "オンライン", "meeting id",   "meeting pass", "meeting number", "join ",      "通話",
    "入館",       "入室",       "ゲスト",       "guest",        "ネットワーク",   "network",    "vpn",
    "プリンタ",   "複合機",     "router",       "ドア",         "door",           "ロッカー",   "locker",
    "金庫",       "ユーザー名", "ユーザid",     "ユーザーid",   "user name",      "username",   "user id",
    "アプリ",     "セミナー",   "配信",         "webinar",      "参加用",         "会議に参加", "meeting",
    "会員サイト", "サイトの",   "website",      "留守番",       "voicemail box",  "room ",      "porter",
    "alarm ",     "カード番号", "予約サイト",
};

/* Speaks of the file. */
static const char *const file[] = {
    "解凍",     "zip",     "添付",   "ファイル", "開封",    "展開",   "復号",     "資料",    "pdf",      "excel",
    "エクセル", "書類",    "データ", "圧縮",     "開く",    "開け",   "開き",     "archive", "attach",   "unzip",
    "unlock",   "decrypt", "file",   "docum",    "open ",   "opens ", "workbook", "7z",      "word文書", "slides",
    "文書",     "閲覧",    "保護",   "folder",   "spreads", "report", "encrypt",
};

/* A password that holds no more … said before it, */
static const char *const old_before[] = {
    "ていた",      "前回",     "旧",     "古い",     "以前",        "誤:",     "誤 :",        "誤 )",
    "旧 )",        "変更前",   "までの", "誤→",      "誤)",         "誤】",    "x:",          "× ",
    "old p",       "old:",     "old ",   "previous", "earlier",     "former ", "例:",         "例 :",
    "例えば",      "たとえば", "e.g.",   "such",     "instead of ", "first ",  "rather than", "yesterday's",
    "last week's", "先週の",   "先月の", "昨日の",   "was:",        "was :",
};
static const char *const old_right_before[] = {"from ", " not ", "誤 ", "not "};
/* … and behind it. */
static const char *const old_right_after[] = {
    "ではなく", "じゃなく", "では無く",  "でなく",    "ではあり", "じゃあり",   "but ",      "は使え",
    "は使用で", "は使わ",   "では開",    "は無効",    "は誤",     "は間違",     "は古",      "は廃止",
    "から",     "より",     "を廃止",    "は破棄",    "はもう",   "は以前",     "は前回",    "to ",
    "->",       "has exp",  "expired",   "no longer", "does not", "doesn't",    "did not",   "didn't",
    "was wron", "won't",    "was a typ", "→",         "⇒",        "is no long", "is out of", "is wrong",
    "is obsol", "is old",   "stopped",   "を無効",    "でしたが", "の代わり",   "をやめ",
};
static const char *const old_after[] = {
    "廃止",     "has a typo", "a typo",   "誤記",      "誤字",        "誤り",
    "間違",     "誤って",     "無効",     "ましたが",  "was wrong",   "were wrong",
    "is wrong", "incorrect",  "not work", "no longer", "has expired", "used to be",
};

/* Of two, the second is meant. */
static const char *const latter[] = {"後者", "latter", "後の方", "後ろの方"};
static const char *const listed[] = {"と", "か", "「", "『", "、", "or ", "and ", ",", "/", "も"};

/* One that holds. */
static const char *const new_before[] = {
    "新:",         "新 )",    "正 )", "からの",  "新 :",     "新→",    "新】",   "新)",        "新パス",
    "新しい",      "正:",     "正 :", "正→",     "正】",     "正)",    "正しく", "正しい",     "今回",
    "now ",        "new ",    "new:", "correct", "今後",     "以降",   "改め",   "please use", "should be",
    "should read", "current", "今月", "本日分",  "こちらは", "変更後",
};
static const char *const new_right_after[] = {"に変更",     "へ変更",       "に変わ",         "に改め",
                                              "が正",       "に訂正",       "に差し替え",     "instead",
                                              "is the one", "is the right", "is the correct", "is correct"};
/* A label at the start of the line, whatever explains it: "New (from July): …" */
static const char *const old_labels[] = {"old (", "old:", "old :", "旧(", "旧 (", "誤(", "誤 (", "previous ("};
static const char *const new_labels[] = {"new (", "new:", "new :", "新(", "新 (", "正(", "正 (", "current ("};

static const char *const stops[] = {"。", ". ", "! ", "? ", "！", "？", ".\t"};
static const char *const pauses[] = {"、", "。", ". ", ", ", "; ", "("};

void context_look(struct search *search)
{
    search->foreign = LIST(search, foreign);
    search->file = LIST(search, file);
}

static bool is_foreign(const struct search *search, const char *text, const char *end)
{
    return words_any(&search->foreign, text, end);
}

bool context_is_of_file(const struct search *search, const char *text, const char *end)
{
    return words_any(&search->file, text, end);
}

/* What is before `at` since the last of the marks. */
static const char *since(const char *line, const char *at, const char *const *marks, size_t count)
{
    const char *begin = at - line > MOST_AROUND ? at - MOST_AROUND : line;
    struct words_first first;
    words_first(&first, marks, count);
    for (const char *p = at; p-- > begin;)
        if (words_may_begin(&first, *p) && words_begin_here(p, at, marks, count))
            return p + 1;
    while (begin < at && ((unsigned char)*begin & 0xC0) == 0x80)
        begin++;
    return begin;
}

static const char *until(const char *at, const char *end, const char *const *marks, size_t count)
{
    end = MIN(end, at + MOST_AROUND);
    struct words_first first;
    words_first(&first, marks, count);
    for (const char *p = at; p < end; p++)
        if (words_may_begin(&first, *p) && words_begin_here(p, end, marks, count))
            return p;
    return end;
}

/* A name that other lines above give to what the password is of: the nearest that tells something. */
static bool is_below_foreign(const struct search *search, const struct line *line)
{
    guint index = (guint)(line - line_at(search, 0)), blank = 0;
    for (guint above = 1; above <= LINES_ABOVE && above <= index; above++) {
        const struct line *other = line_at(search, index - above);
        blank += other->empty;
        if (blank > 1 || context_is_of_file(search, other->lower, lower_end(other)))
            return false;
        if (is_foreign(search, other->lower, lower_end(other)))
            return blank == 0 || above <= 2;
    }
    return false;
}

/* "(1 is a digit)": what explains what came before. */
static bool is_note(const char *line, const char *at)
{
    const char *begin = MAX(line, at - MOST_AROUND), *open = NULL;
    for (const char *p = at; p-- > begin && *p != ')';)
        if (*p == '(') {
            open = p;
            break;
        }
    if (open == NULL || at - open < 4)
        return false;
    for (const char *p = open; p < at; p++)
        if (strchr(":=", *p) != NULL)
            return false;
    for (const char *p = MAX(begin, open - 24); p < open; p++)
        if (g_ascii_isdigit(*p))
            return true;
    return false;
}

/* Where the last of the words begins; -1: none is there. */
static ptrdiff_t last_of(const char *text, const char *end, const char *const *words, size_t count)
{
    ptrdiff_t last = -1;
    struct words_first first;
    words_first(&first, words, count);
    for (const char *at = text; at < end; at++)
        if (words_may_begin(&first, *at) && words_begin_here(at, end, words, count))
            last = at - text;
    return last;
}

double context_factor(struct search *search, const struct line *line, struct span span)
{
    if (span.begin < line->text.begin || span.end > line->text.end || ++search->contexts > MOST_CONTEXTS)
        return 1;
    const char *at = lower_of(line, span.begin), *behind = lower_of(line, span.end), *end = lower_end(line);
    const char *sentence = since(line->lower, at, stops, G_N_ELEMENTS(stops));
    const char *clause = since(line->lower, at, pauses, G_N_ELEMENTS(pauses));
    const char *stop = until(behind, end, stops, G_N_ELEMENTS(stops));
    bool old = HAS(search, clause, at, old_before) || ENDS(clause, at, old_right_before) ||
               BEGINS(behind, end, old_right_after) || HAS(search, behind, stop, old_after);
    old = old || (HAS(search, behind, stop, latter) && BEGINS(behind, end, listed));
    bool new = HAS(search, clause, at, new_before) || BEGINS(behind, end, new_right_after);
    if (BEGINS(line->lower, at, new_labels)) {
        new = true;
        old = false;
    } else if (BEGINS(line->lower, at, old_labels)) {
        old = true;
        new = false;
    }
    /* The clause tells; where it doesn't, the sentence. */
    const char *pause = until(behind, stop, pauses, G_N_ELEMENTS(pauses));
    bool of_file = context_is_of_file(search, clause, at) || context_is_of_file(search, behind, pause);
    bool other = is_foreign(search, clause, at) || is_foreign(search, behind, pause);
    if (!of_file && !other) {
        of_file = context_is_of_file(search, sentence, at) || context_is_of_file(search, behind, stop);
        other = is_foreign(search, sentence, at);
    }
    double factor = 1;
    if (old && new)
        new = last_of(clause, at, new_before, G_N_ELEMENTS(new_before)) >=
              last_of(clause, at, old_before, G_N_ELEMENTS(old_before));
    if (new)
        factor *= 1.15;
    else if (old)
        factor *= 0.3;
    if (other)
        factor *= of_file ? 0.9 : 0.4;
    else if (!of_file && is_below_foreign(search, line))
        factor *= 0.45;
    if (is_note(line->lower, at))
        factor *= 0.5;
    return factor;
}

/*
 * The rest of a sentence that announces a password, whatever it is written in: "パスワード：さくら2025", "password is
 * correct horse battery", "暗証番号は四二七一".
 */
#include "password/search.h"

#include <string.h>

#include "password/token.h"
#include "password/words.h"

/* Longer ones are sentences. */
#define MOST_REST  48
#define MOST_WORDS 6u

/* "四〇七一", "イチ・ニ・サン", "four two seven one". */
static void add_spelled_number(struct search *search, struct span text)
{
    static const char *const numerals[][10] = {
        {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"},
        {"ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"},
        {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
    };
    static const char *const between[] = {" ", "・", "-", ",", "、", "."};
    char digits[16];
    size_t count = 0;
    char *lower = g_ascii_strdown(text.begin, text.end - text.begin);
    const char *end = lower + strlen(lower);
    for (const char *at = lower; at < end;) {
        const char *next = at;
        for (size_t set = 0; set < G_N_ELEMENTS(numerals) && next == at && count < sizeof digits; set++)
            for (size_t digit = 0; digit < 10 && next == at; digit++)
                if (words_begin_here(at, end, &numerals[set][digit], 1)) {
                    digits[count++] = (char)('0' + digit);
                    next = at + strlen(numerals[set][digit]);
                }
        for (size_t i = 0; i < G_N_ELEMENTS(between) && next == at; i++)
            if (words_begin_here(at, end, &between[i], 1))
                next = at + strlen(between[i]);
        if (next == at)
            break;
        at = next;
    }
    g_free(lower);
    if (count >= 3)
        candidates_add(search->candidates, digits, count, search->factor * 0.85, false);
}

/* "漢字で 富士山": how it is written, before what is written so. */
static const char *skip_notes(const char *at, const char *end)
{
    static const char *const notes[] = {
        "すべて",         "全て",     "全部",     "半角",     "全角",   "漢字",   "ひらがな", "平仮名", "カタカナ",
        "片仮名",         "ローマ字", "英小文字", "英大文字", "小文字", "大文字", "英数字",   "英字",   "数字",
        "アルファベット", "、",       "の",       "で",       "一文字", "二文字", "三文字",   "四文字", "五文字",
        "六文字",         "4文字",    "3文字",    "5文字",    "4桁",    "6桁",    "8桁"};
    const char *begin = at;
    bool noted = false;
    for (size_t i = 0; i < G_N_ELEMENTS(notes); i++)
        if (words_begin_here(at, end, &notes[i], 1)) {
            at += strlen(notes[i]);
            noted = noted || strcmp(notes[i], "で") == 0;
            i = (size_t)-1;
        }
    while (noted && at < end && *at == ' ')
        at++;
    return noted ? at : begin;
}

/* No particle in it: hardly a sentence. */
static bool is_bare(struct span text)
{
    static const char *const particles[] = {"を", "は", "に", "の", "が", "で", "と", "お", "ご"};
    return (unsigned char)*text.begin >= 0x80 && text.end - text.begin <= 30 &&
           !CONTAINS(text.begin, text.end, particles);
}

/* Whether it says what isn't a password: that it follows, is the same, must be asked for. */
static bool promises(struct span rest)
{
    static const char *const words[] = {
        "別",       "後",        "電話",     "送",      "連絡",     "メール",   "通知",       "知らせ", "記載",
        "同じ",     "通り",      "とおり",   "必要",    "設定",     "以下",     "下記",       "次の",   "ください",
        "変更",     "いつも",    "桁",       "日付",    "番号",     "本日",     "今日",       "http",   "期限",
        "こちら",   "の日",      "です、",   "かけ",    "なし",     "不要",     "ありません", "ません", "お伝え",
        "教え",     "件名",      "ファイル", "上記",    "separate", "mail",     "previous",   "sent",   "follow",
        "生年月日", "誕生日",    "お名前",   "の名前",  "birth",    "required", "provided",   "below",  "needed",
        "same",     "protected", "attached", "not ",    "number",   "without",  "expire",     "file",   "date",
        " was ",    "your ",     "digits",   "letters", "変わ",     "ます",     "ました",     "ですが", "について",
        "忘れ",     "お願",      "て下"};
    char *lower = g_ascii_strdown(rest.begin, rest.end - rest.begin);
    bool found = CONTAINS(lower, lower + strlen(lower), words);
    g_free(lower);
    return found;
}

/* Without what ends a sentence, and without what is added behind a comma or a bracket. */
static const char *end_of_value(struct span rest)
{
    static const char *const tails[] = {"です",           "となります",         "になります",
                                        "でございます",   "となっております",   "だよ",
                                        "でお願いします", "でお願いいたします", "でどうぞ"};
    static const char *const cuts[] = {"。", "、", "(", ", ", ". ", " - ", "! ", "（"};
    const char *end = rest.end;
    for (const char *at = rest.begin + 1; at < end; at++)
        if (words_begin_here(at, end, cuts, G_N_ELEMENTS(cuts)))
            end = at;
    /* A bracket that closes what began before the value. */
    const char *close = memchr(rest.begin, ')', (size_t)(end - rest.begin));
    if (close != NULL && close > rest.begin && memchr(rest.begin, '(', (size_t)(close - rest.begin)) == NULL)
        end = close;
    while (end > rest.begin && end[-1] == ' ')
        end--;
    for (size_t i = 0; i < G_N_ELEMENTS(tails); i++)
        if (words_end(rest.begin, end, &tails[i], 1))
            end -= strlen(tails[i]);
    while (end > rest.begin && strchr(" .", end[-1]) != NULL)
        end--;
    return end;
}

/* Marks between the word and the value; whether there are any. */
static bool skip_marks(struct span *rest)
{
    static const char *const marks[] = {":", "=", "は、", "は", "→", "⇒", "is ", ">", "-", "が", "\""};
    static const char *const notes[] = {"three words,", "two words,",   "four words,", "the words ", "the phrase ",
                                        "two words:",   "three words:", "four words:", "the word ",  "still ",
                                        "simply ",      "just ",        "now ",        "thus "};
    bool marked = false;
    for (bool more = true; more;) {
        more = false;
        while (rest->begin < rest->end && *rest->begin == ' ')
            rest->begin++;
        for (size_t i = 0; i < G_N_ELEMENTS(marks) + G_N_ELEMENTS(notes) && !more; i++) {
            const char *mark = i < G_N_ELEMENTS(marks) ? marks[i] : notes[i - G_N_ELEMENTS(marks)];
            more = words_begin_here(rest->begin, rest->end, &mark, 1);
            if (more)
                rest->begin += strlen(mark);
        }
        marked = marked || more;
    }
    return marked;
}

/* "for the workbook is": the value is behind it. */
static void skip_purpose(struct span *rest)
{
    static const char *const purposes[] = {"for ", "to ", "of "}, *const ends[] = {" is ", ": ", " = "};
    if (!words_begin(rest->begin, rest->end, purposes, G_N_ELEMENTS(purposes)))
        return;
    const char *nearest = NULL;
    size_t length = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        const char *found = g_strstr_len(rest->begin, MIN(rest->end - rest->begin, 60), ends[i]);
        if (found != NULL && (nearest == NULL || found < nearest)) {
            nearest = found;
            length = strlen(ends[i]) - 1;
        }
    }
    if (nearest != NULL)
        rest->begin = nearest + (length > 1 ? 1 : 0);
}

/* 0: no value. */
static double weigh_rest(struct span rest)
{
    static const char *const stops[] = {"「", "『", "【", "\"", "://", ":"};
    unsigned blanks = 0, digits = 0;
    bool ascii = true;
    for (const char *at = rest.begin; at < rest.end; at++) {
        blanks += *at == ' ' && at[1] != ' ';
        digits += g_ascii_isdigit(*at) != 0;
        ascii &= (unsigned char)*at < 0x80;
    }
    if (rest.end - rest.begin < 3 || rest.end - rest.begin > MOST_REST ||
        memchr(rest.begin, '\t', (size_t)(rest.end - rest.begin)) != NULL || promises(rest) ||
        CONTAINS(rest.begin, rest.end, stops) || blanks >= MOST_WORDS || (ascii ? blanks == 0 : blanks > 1))
        return 0;
    struct span first = token_at(rest.begin, rest.end);
    static const char *const particles[] = {"の", "に", "を", "は", "で", "が", "と"};
    if (!ascii && ((blanks > 0 && first.end - first.begin > 1) || ENDS(rest.begin, rest.end, particles)))
        return 0;
    if (!ascii)
        return blanks > 0 ? 0.36 : digits > 0 ? 0.76 : 0.42;
    bool mixed = !token_is_word(first); /* "Ab12 for the file": the first word alone is likelier */
    return token_is_ordinary(first) ? 0.3 : mixed ? 0.45 : 0.72;
}

void search_rest(struct search *search, const struct line *line, struct span announcement, const char *until)
{
    struct span rest = {line->text.begin + (announcement.end - line->lower), line->text.begin + (until - line->lower)};
    if (rest.begin < rest.end && *rest.begin == 's')
        rest.begin++;
    bool blank = rest.begin < rest.end && *rest.begin == ' ';
    skip_purpose(&rest);
    bool marked = skip_marks(&rest);
    rest.begin = skip_notes(rest.begin, rest.end);
    rest.end = end_of_value(rest);
    if (rest.begin >= rest.end)
        return;
    if (marked) {
        struct span inner = rest;
        while (inner.begin < inner.end && g_str_has_prefix(inner.begin, "「"))
            inner.begin += strlen("「");
        add_spelled_number(search, inner);
    }
    static const char *const spaces[] = {"スペース", "空白", "space", "blank"};
    bool word = announcement.end - announcement.begin > 4 && memcmp(announcement.begin, "the ", 4) == 0;
    double weight = marked || word || (blank && is_bare(rest)) ? weigh_rest(rest) : 0;
    if (memchr(rest.begin, ' ', (size_t)(rest.end - rest.begin)) != NULL &&
        HAS(search, line->lower, lower_end(line), spaces))
        weight = MIN(weight * 2.2, 0.9);
    if (weight > 0)
        candidates_add(search->candidates, rest.begin, (size_t)(rest.end - rest.begin),
                       weight * search->factor * context_factor(search, line, rest), false);
}

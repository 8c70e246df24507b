/*
 * Passwords that are written out. Each line is searched for words that announce one ("パスワード", "pw") and for ways
 * to say it without such a word ("X と入力して開いて", "you'll need X to open it"). What stands there and may be typed
 * becomes a candidate, weighted by how it is introduced and how much it looks like a password. A mere word is one only
 * where it is clearly told to be; amounts, dates and telephone numbers hardly ever.
 */
#include "base/unicode.h"
#include "password/candidates.h"
#include "password/item.h"
#include "password/words.h"

#include <string.h>

#include "sekisho/limits.h"

/* A file is opened, or somebody is asked for something. */
static const char *const opens[] = {"開",       "解凍",    "展開",      "閲覧",      "復号",  "解除",   "聞かれ",
                                    "求められ", "入力",    "ロック",    "解錠",      "暗号",  " open",  "unlock",
                                    "unzip",    "extract", "decrypt",   "get in",    "view ", "prompt", "asked",
                                    "asks",     "read it", "protected", "encrypted", "lock",  "access"};

/* What is said of a password right after it … */
static const char *const said_after[] = {
    "と入力",   "を入力",   "とご入力", "をご入力", "と入れ",     "を入れ", "と打",   "を打",     "で開",
    "で解凍",   "にて解凍", "で復号",   "で展開",   "で閲覧",     "にて開", "で解除", "をお使い", "を使",
    "をご使用", "をご利用", "が必要",   "でロック", "にしました", "にして", "を設定", "と設定",   "に設定",
    "をかけ",   "を付け",   "をセット", "です",     "となり",     "になり", "だよ",   "でお願い", "を指定",
    "をタイプ", "とタイプ", "でござい", "でどうぞ", "を用い",
};

/* … and right before it. */
static const char *const said_before[] = {"need ",   "enter ", "type ",    "use ", "using ",  "with ", "key in ",
                                          "put in ", "input ", "type in ", "try ", "enter: ", "use: ", "supply "};

/* A password that is none any more. */
static const char *const wrong[] = {"誤り",       "間違",     "誤って",    "無効",     "was wrong",
                                    "were wrong", "is wrong", "incorrect", "not work", "no longer"};

static const char *const below[] = {"以下",  "下記",       "次の", "次のとおり", "following",
                                    "below", "as follows", "↓",    "▼",          "下の"};
static const char *const above[] = {"上記", "上が", "上の", "above", "these are", "以上が"};

/* Nobody writes a longer line around a password: the rest is not searched. */
#define MOST_LINE   2000
#define MOST_TOKENS 8u
#define LINES_ABOVE 6u

/* How a token stands to what announces it. */
enum introduction {
    FAR,   /* somewhere after it */
    SPACE, /* nothing but blanks between */
    CLEAR, /* by a mark, a particle, "is" */
};

struct line {
    struct span text;
    const char *lower; /* the same, ASCII in lower case; a string */
    bool announces, opens;
};

struct search {
    struct candidates *candidates;
    GArray *lines; /* struct line */
    double factor;
    unsigned filled;        /* lines that aren't blank */
    bool speaks;            /* of a password, or of opening something */
    bool announced, opened; /* some line announces one, or opens something; else none needs to be looked at for that */
};

static const char *lower_of(const struct line *line, const char *at)
{
    return line->lower + (at - line->text.begin);
}

static const char *lower_end(const struct line *line)
{
    return lower_of(line, line->text.end);
}

static void add_item(struct search *search, const struct item *item, double weight)
{
    struct candidates *candidates = search->candidates;
    struct span inner = item->inner, whole = item->whole;
    if (token_is_ordinary(inner)) {
        if (!item->bracketed || !item->typed || token_is_file(inner) ||
            memchr(inner.begin, '@', (size_t)(inner.end - inner.begin)))
            return;
        weight *= 0.4;
    }
    weight *= search->factor * item_likeness(item);
    candidates_add(candidates, inner.begin, (size_t)(inner.end - inner.begin), weight, false);
    if (item->bracketed)
        return;
    if (strchr("!?", inner.end[-1]) != NULL && inner.end - inner.begin > 4)
        candidates_add(candidates, inner.begin, (size_t)(inner.end - inner.begin) - 1, weight * 0.5, false);
    /* With the marks behind it, and with those before it that introduce nothing. */
    struct span more = {inner.begin, whole.end};
    if (whole.begin < inner.begin && strchr(":=>-<", *whole.begin) == NULL)
        more.begin = whole.begin;
    if (more.begin != inner.begin || more.end != inner.end)
        candidates_add(candidates, more.begin, (size_t)(more.end - more.begin), weight * 0.55, false);
}

/* ---- Announcements ---- */

/* Nothing but blanks, and what ends a sentence behind them. */
static bool is_space(const char *gap, const char *end)
{
    while (gap < end && *gap == ' ')
        gap++;
    while (end > gap && strchr(" \t.", end[-1]) != NULL)
        end--;
    return gap == end;
}

/* What stands between an announcement and a token. */
static enum introduction introduce(const char *gap, const char *end)
{
    static const char *const marks[] = {":",  "=",  ">",  "→",  "⇒",   "…",   "-",  "—", "―",  "|", "～", "は",
                                        "が", "に", "で", "is", "are", "、",  "と", "⇨", "➡",  "▶", "・", "*",
                                        "#",  "】", "」", "の", "to",  "was", "be", ")", "as", "]"};
    if (is_space(gap, end))
        return SPACE;
    while (strchr(" \t.", end[-1]) != NULL)
        end--;
    while (*gap == ' ')
        gap++;
    return ENDS(gap, end, marks) ? CLEAR : FAR;
}

static bool sentence_ends_between(const char *from, const char *to)
{
    static const char *const stops[] = {"。", ". ", "! ", "? ", "！", "？"};
    return CONTAINS(from, to, stops);
}

/* A password that is told to be none, or none any more. */
static double factor_of_past(const struct line *line, const struct item *item)
{
    static const char *const not_this[] = {"ではなく", "じゃなく", "では無く", "でなく", "ではあり", "but "};
    static const char *const not_before[] = {"instead of ", "not ", "誤:", "誤 :", "誤→", "誤 "};
    const char *begin = lower_of(line, item->whole.begin), *after = lower_of(line, item->whole.end);
    const char *end = lower_end(line), *stop = g_strstr_len(after, end - after, "。");
    static const char *const past_before[] = {"前回",       "旧パス",    "古い", "以前", "old p",
                                              "previous p", "earlier p", "例:",  "例 :", "e.g."};
    static const char *const stops[] = {"、", "。", ". "};
    const char *clause = MAX(line->lower, begin - 40);
    while (clause < begin && ((unsigned char)*clause & 0xC0) == 0x80)
        clause++;
    for (const char *at = clause; at < begin; at++)
        if (BEGINS(at, begin, stops))
            clause = at + 1;
    if (CONTAINS(clause, begin, past_before))
        return 0.35;
    bool past = CONTAINS(after, stop != NULL ? stop : end, wrong) || BEGINS(after, end, not_this) ||
                ENDS(line->lower, begin, not_before);
    return past ? 0.3 : 1;
}

static bool is_short_announcement(struct span announcement)
{
    return announcement.end - announcement.begin <= 4 || !g_ascii_isalpha(*announcement.begin);
}

/* "key figures", "pass this on": English words that often mean something else. */
static bool is_vague(struct span announcement)
{
    static const char *const vague[] = {"key", "pass", "code", "pin", "should be"};
    for (size_t i = 0; i < G_N_ELEMENTS(vague); i++)
        if (strlen(vague[i]) == (size_t)(announcement.end - announcement.begin) &&
            memcmp(vague[i], announcement.begin, strlen(vague[i])) == 0)
            return true;
    return false;
}

/* Whether a mere word right there is meant: nothing but a mark between, or "for the file is:"; and it ends there. */
static bool is_close(const struct line *line, const struct item *item, const char *from)
{
    static const char *const bridges[] = {" is", "for ", "to open", "to unlock"};
    const char *at = lower_of(line, item->whole.begin), *after = lower_of(line, item->whole.end);
    while (from < at && strchr(" :=->", *from) != NULL)
        from++;
    bool marked = from == at || CONTAINS(from, at, bridges);
    return marked && (after == lower_end(line) || strchr(".,;!)", after[-1]) != NULL || item->bracketed);
}

/* The weight of an item after an announcement; 0: it is none. */
static double weigh_after(const struct line *line, const struct item *item, struct span announcement, const char *from)
{
    const char *begin = lower_of(line, item->whole.begin);
    enum introduction introduction = introduce(from, begin);
    if (!item->bracketed && item->whole.begin < item->inner.begin && strchr(":=>-", *item->whole.begin) != NULL)
        introduction = CLEAR;
    if (item->bracketed && introduction == SPACE)
        introduction = CLEAR;
    bool later = sentence_ends_between(from, begin);
    bool said = BEGINS(lower_of(line, item->whole.end), lower_end(line), said_after);
    bool other = item->typed && token_is_other_number(item->inner, line->text.begin, line->text.end);
    bool word = item->typed && !item->bracketed && token_is_word(item->inner);
    double weight = introduction == CLEAR ? 1 : introduction == SPACE ? 0.95 : 0.8;
    if (!item->typed && introduction != CLEAR)
        return item->inner.begin != item->whole.begin && !later && said ? 0.8 : 0;
    if (later)
        weight *= 0.5;
    if (other && (later || introduction == FAR))
        return 0;
    if (other)
        weight *= item->inner.end - item->inner.begin < 3 || introduction != CLEAR ? 0.15 : 0.35;
    if (word && !said && introduction != CLEAR && !(introduction == SPACE && is_short_announcement(announcement)))
        return 0;
    if (word && (later || (is_vague(announcement) && !is_close(line, item, from))))
        return 0;
    return weight * (1 - 0.3 * MIN((double)(begin - from), 80.0) / 80.0);
}

/* "四〇七一". */
static void add_kanji_number(struct search *search, struct span rest)
{
    static const char *const numerals[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    char digits[16];
    size_t count = 0;
    for (const char *at = rest.begin; at < rest.end; at = g_utf8_next_char(at)) {
        size_t digit = 0;
        while (digit < G_N_ELEMENTS(numerals) && !g_str_has_prefix(at, numerals[digit]))
            digit++;
        if (digit == G_N_ELEMENTS(numerals) || count == sizeof digits)
            return;
        digits[count++] = (char)('0' + digit);
    }
    if (count >= 3)
        candidates_add(search->candidates, digits, count, search->factor * 0.85, false);
}

/* ASCII with blanks in it: as it is, and without them. */
static void add_phrase(struct search *search, struct span phrase, double weight)
{
    GString *joined = g_string_new(NULL);
    for (const char *at = phrase.begin; at < phrase.end; at++)
        if (*at != ' ')
            g_string_append_c(joined, *at);
    candidates_add(search->candidates, phrase.begin, (size_t)(phrase.end - phrase.begin), weight, false);
    candidates_add(search->candidates, joined->str, joined->len, weight * 0.8, false);
    g_string_free(joined, TRUE);
}

/* "パスワード：さくら2025", "password: correct horse battery": the rest of a short line, whatever it is written in. */
static void add_rest(struct search *search, const struct line *line, struct span announcement, const char *until)
{
    static const char *const tails[] = {"です", "となります", "になります", "でございます", "となっております"};
    static const char *const promises[] = {"別",   "後",       "電話", "送",     "連絡",     "メール", "通知", "知らせ",
                                           "記載", "同じ",     "通り", "とおり", "必要",     "設定",   "以下", "下記",
                                           "次の", "ください", "変更", "いつも", "桁",       "日付",   "番号", "本日",
                                           "今日", "http",     "期限", "件名",   "ファイル", "上記"};
    static const char *const stops[] = {"。", "、", "「", "『", "(", "（", ",", ". ", "【", "\""};
    struct span rest = {line->text.begin + (announcement.end - line->lower), line->text.begin + (until - line->lower)};
    bool marked = false;
    for (bool more = true; more;) {
        static const char *const marks[] = {":", "=", "は", "→", "⇒"};
        more = false;
        while (rest.begin < rest.end && *rest.begin == ' ')
            rest.begin++;
        for (size_t i = 0; i < G_N_ELEMENTS(marks) && !more; i++)
            more = (size_t)(rest.end - rest.begin) >= strlen(marks[i]) &&
                   memcmp(rest.begin, marks[i], strlen(marks[i])) == 0;
        if (more)
            rest.begin = g_utf8_next_char(rest.begin);
        marked = marked || more;
    }
    const char *stop = g_strstr_len(rest.begin, rest.end - rest.begin, "。");
    rest.end = stop != NULL ? stop : rest.end;
    for (size_t i = 0; i < G_N_ELEMENTS(tails); i++)
        if (words_end(rest.begin, rest.end, &tails[i], 1))
            rest.end -= strlen(tails[i]);
    while (rest.end > rest.begin && rest.end[-1] == ' ')
        rest.end--;
    if (marked)
        add_kanji_number(search, rest);
    if (!marked || rest.end - rest.begin < 3 || rest.end - rest.begin > 48 ||
        CONTAINS(rest.begin, rest.end, promises) || CONTAINS(rest.begin, rest.end, stops))
        return;
    unsigned blanks = 0, digits = 0;
    bool ascii = true;
    for (const char *at = rest.begin; at < rest.end; at++) {
        blanks += *at == ' ';
        digits += g_ascii_isdigit(*at) != 0;
        ascii &= (unsigned char)*at < 0x80;
    }
    if (blanks > 6 || (ascii && blanks == 0) || (!ascii && blanks > 0))
        return;
    candidates_add(search->candidates, rest.begin, (size_t)(rest.end - rest.begin),
                   search->factor * (ascii        ? 0.72
                                     : digits > 0 ? 0.76
                                                  : 0.42),
                   false);
}

static unsigned search_after(struct search *search, const struct line *line, struct span announcement,
                             const char *until)
{
    const char *at = line->text.begin + (announcement.end - line->lower),
               *end = line->text.begin + (until - line->lower);
    struct item item;
    unsigned found = 0;
    double nth = 1;
    for (unsigned i = 0; i < MOST_TOKENS && next_item(&item, at, end); i++) {
        double weight = weigh_after(line, &item, announcement, announcement.end);
        at = item.whole.end;
        if (weight <= 0 || token_is_ordinary(item.inner))
            continue;
        add_item(search, &item, weight * nth * factor_of_past(line, &item));
        nth *= 0.85;
        found++;
    }
    return found;
}

/* "X is the password", "「X」を解凍パスワードに", "X (パスワード)". */
static void search_before(struct search *search, const struct line *line, const char *from, struct span announcement,
                          double factor)
{
    static const char *const joins[] = {"が",     "を",      "の",       "という", "って",    "=",    "は",
                                        "is the", "is your", "is our",   "as the", "as your", "as a", "will be",
                                        "(",      "←",       "というの", "is a",   "is my"};
    static const char *const shown[] = {"記", "別", "後", "次", "上"};
    const char *at = line->text.begin + (from - line->lower);
    const char *end = line->text.begin + (announcement.begin - line->lower);
    struct item item;
    for (unsigned i = 0; i < MOST_TOKENS && next_item(&item, at, end); i++) {
        at = item.whole.end;
        const char *gap = lower_of(line, item.whole.end);
        bool joined = BEGINS(gap, announcement.begin, joins) && !sentence_ends_between(gap, announcement.begin);
        bool word = token_is_word(item.inner) && !item.bracketed;
        bool other = item.typed && token_is_other_number(item.inner, line->text.begin, line->text.end);
        if (other || (!joined && (word || !item.typed)) || ENDS(gap, announcement.begin, shown))
            continue;
        if (word && item.whole.begin > line->text.begin && !words_begin(gap, announcement.begin, joins, 4))
            continue;
        add_item(search, &item, (joined ? 0.92 : 0.4) * factor * factor_of_past(line, &item));
    }
}

/* ---- Other lines ---- */

static const struct line *line_at(const struct search *search, guint index)
{
    return &g_array_index(search->lines, struct line, index);
}

/* Blank, or nothing but a rule. */
static bool is_empty(const struct line *line)
{
    for (const char *at = line->text.begin; at < line->text.end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isalnum(c))
            return false;
    }
    return true;
}

/* Whether a line ends as if what it announces came next. */
static bool leads_on(const struct line *line, const char *tail)
{
    const char *end = lower_end(line);
    if (CONTAINS(line->lower, end, below))
        return true;
    unsigned letters = 0;
    for (const char *at = tail; at < end; at = g_utf8_next_char(at))
        letters += g_unichar_isalnum(g_utf8_get_char(at)) != 0;
    while (end > tail && strchr(" \t", end[-1]) != NULL)
        end--;
    static const char *const marks[] = {":", "は", "は、", "=", "→", ">", "-", "is"};
    return letters <= 2 || ENDS(tail, end, marks);
}

/* A line that as a whole may be a password: some words in ASCII, or a Japanese one. */
static void add_whole_line(struct search *search, const struct line *line, double weight)
{
    static const char *const sentences[] = {"ます", "です", "様", "会社", "願",   "ください", "記",  "。",
                                            "、",   ". ",   ", ", ":",    "先生", "各位",     "敬具"};
    struct span text = line->text;
    while (text.begin < text.end && strchr(" \t", *text.begin) != NULL)
        text.begin++;
    unsigned blanks = 0;
    bool ascii = true;
    for (const char *at = text.begin; at < text.end; at++) {
        blanks += *at == ' ';
        ascii &= (unsigned char)*at < 0x80;
    }
    if (text.end - text.begin < 6 || text.end - text.begin > 48 || CONTAINS(text.begin, text.end, sentences) ||
        strchr(".,!?", text.end[-1]) != NULL || (ascii ? blanks == 0 || blanks > 6 : blanks > 0))
        return;
    if (ascii)
        add_phrase(search, text, weight * search->factor * 0.6);
    else
        candidates_add(search->candidates, text.begin, (size_t)(text.end - text.begin), weight * search->factor * 0.42,
                       false);
}

/* A password too long for its line goes on at the start of the next one. */
static void search_split(struct search *search, guint index, double weight)
{
    if (index + 1 >= search->lines->len)
        return;
    struct span line = line_at(search, index)->text, next = line_at(search, index + 1)->text;
    const char *begin = line.end, *end = next.begin;
    while (begin > line.begin && token_is_typed(begin[-1]))
        begin--;
    while (end < next.end && token_is_typed(*end))
        end++;
    if (line.end - begin < 3 || end - next.begin < 1)
        return;
    static const char *const told[] = {"改行", "line break", "wrapped", "two lines", "つなげ"};
    bool joined_told = strchr("-_", line.end[-1]) != NULL && end == next.end;
    for (guint i = index; i < search->lines->len && i < index + 4; i++)
        joined_told = joined_told || CONTAINS(line_at(search, i)->lower, lower_end(line_at(search, i)), told);
    bool open = joined_told || (begin > line.begin && item_opens_bracket(line.begin, begin));
    GString *joined = g_string_new_len(begin, line.end - begin);
    g_string_append_len(joined, next.begin, end - next.begin);
    struct item item = {.whole = {joined->str, joined->str + joined->len}, .typed = true, .bracketed = true};
    item.inner = token_bare(item.whole);
    if (item.inner.begin < item.inner.end && (open || strchr(".,:;!?", line.end[-1]) == NULL) &&
        !token_is_word(item.inner))
        add_item(search, &item, open ? weight * 2.6 : weight);
    g_string_free(joined, TRUE);
}

static void search_next_lines(struct search *search, guint index, double weight)
{
    unsigned filled = 0;
    for (guint i = index + 1; i < search->lines->len && filled < 3 && i <= index + 8; i++) {
        const struct line *line = line_at(search, i);
        struct item item;
        if (is_empty(line))
            continue;
        filled++;
        const char *at = line->text.begin;
        bool first = true, any = false;
        if (filled == 1) {
            add_whole_line(search, line, weight);
            search_split(search, i, 0.4 * weight);
        }
        while (next_item(&item, at, line->text.end)) {
            bool starts = first && introduce(line->lower, lower_of(line, item.whole.begin)) != FAR;
            bool alone = starts && introduce(lower_of(line, item.whole.end), lower_end(line)) == SPACE;
            bool word = token_is_word(item.inner) && !item.bracketed;
            bool other = item.typed && token_is_other_number(item.inner, line->text.begin, line->text.end);
            first = false;
            at = item.whole.end;
            if ((word && !alone) || (other && !alone) || (!item.typed && !starts) || token_is_ordinary(item.inner))
                continue;
            add_item(search, &item, weight * (alone ? 1 : starts ? 0.8 : 0.45) * (other ? 0.3 : 1));
            any = any || starts;
        }
        if (any)
            return;
        weight *= 0.8;
    }
}

/* "The above are the passwords": of each of the lines before, the last item. */
static void search_lines_above(struct search *search, guint index, double weight)
{
    unsigned filled = 0;
    for (guint i = index; i-- > 0 && filled < LINES_ABOVE;) {
        const struct line *line = line_at(search, i);
        struct item item, last;
        bool found = false;
        if (is_empty(line))
            continue;
        filled++;
        for (const char *at = line->text.begin; next_item(&item, at, line->text.end); at = item.whole.end) {
            if (token_is_ordinary(item.inner) || (token_is_word(item.inner) && !item.bracketed) || !item.typed ||
                token_is_other_number(item.inner, line->text.begin, line->text.end))
                continue;
            last = item;
            found = true;
        }
        if (found)
            add_item(search, &last, weight);
        weight *= 0.97;
    }
}

/* ---- A line ---- */

/* "前半は Ab12、後半は Cd34", "first half: Ab12, second half: Cd34". */
static void search_halves(struct search *search, guint index)
{
    static const char *const seconds[] = {"後半", "second half", "second part"};
    static const char *const firsts[] = {"前半", "first half", "first part"};
    GString *joined = g_string_new(NULL);
    unsigned parts = 0;
    for (guint i = index; i < search->lines->len && i < index + 5 && parts < 2; i++) {
        const struct line *line = line_at(search, i);
        struct item item;
        bool first = CONTAINS(line->lower, lower_end(line), firsts);
        if (!first && !(parts == 1 && CONTAINS(line->lower, lower_end(line), seconds)))
            continue;
        for (const char *at = line->text.begin; parts < 2 && next_item(&item, at, line->text.end); at = item.whole.end)
            if (!token_is_ordinary(item.inner) && !token_is_word(item.inner)) {
                g_string_append_len(joined, item.inner.begin, item.inner.end - item.inner.begin);
                parts++;
            }
    }
    if (parts == 2)
        candidates_add(search->candidates, joined->str, joined->len, search->factor * 1.01, false);
    g_string_free(joined, TRUE);
}

static void search_announced(struct search *search, guint index)
{
    const struct line *line = line_at(search, index);
    const char *from = line->lower, *end = lower_end(line);
    struct span found, next;
    unsigned tokens = 0;
    for (unsigned announced = 0; announced < 4 && announcement_find(from, end, &found); announced++) {
        bool again = announcement_find(found.end, end, &next);
        unsigned here = search_after(search, line, found, again ? next.begin : end);
        add_rest(search, line, found, again ? next.begin : end);
        search_before(search, line, from, found, here > 0 ? 0.5 : 1);
        tokens += here;
        if (!again && here == 0 && tokens == 0 && leads_on(line, found.end))
            search_next_lines(search, index, 0.95);
        from = found.end;
    }
    if (tokens > 0)
        search_split(search, index, 0.42);
    search_halves(search, index);
    if (CONTAINS(line->lower, end, above))
        search_lines_above(search, index, 0.9);
    else if (tokens > 0 && CONTAINS(line->lower, end, below))
        search_next_lines(search, index, 0.8);
}

static bool after_mark(const char *line, const char *at)
{
    while (at > line && at[-1] == ' ')
        at--;
    return at > line && (at[-1] == ':' || at[-1] == '=');
}

/* "X と入力", "you'll need X to open it": on a line, or beside one, that speaks of opening. */
static void search_said(struct search *search, guint index)
{
    const struct line *line = line_at(search, index);
    bool speaks = false;
    for (guint i = index > 0 ? index - 1 : 0; i <= index + 1 && i < search->lines->len; i++)
        speaks = speaks || line_at(search, i)->opens;
    if (!speaks)
        return;
    struct item item;
    const char *at = line->text.begin;
    for (unsigned i = 0; i < 40 && next_item(&item, at, line->text.end); i++) {
        at = item.whole.end;
        const char *begin = lower_of(line, item.whole.begin), *after = lower_of(line, item.whole.end);
        bool said = BEGINS(after, lower_end(line), said_after);
        bool asked = ENDS(line->lower, begin, said_before);
        bool word = token_is_word(item.inner) && !item.bracketed;
        bool last = after_mark(line->lower, begin) && is_space(after, lower_end(line));
        said = said || (item.bracketed && item.typed && !word);
        if ((!said && !asked && !last) || (word && !said && !last) || (!item.typed && !item.bracketed) ||
            (item.typed && token_is_other_number(item.inner, line->text.begin, line->text.end)))
            continue;
        add_item(search, &item, (said ? 0.88 : 0.8) * factor_of_past(line, &item));
    }
}

/* "report.zip - x7y8z9": each file with its own. */
static void search_files(struct search *search, const struct line *line)
{
    struct item item;
    bool file = false;
    for (const char *at = line->text.begin; next_item(&item, at, line->text.end); at = item.whole.end) {
        if (token_is_file(item.inner))
            file = true;
        else if (file && !token_is_ordinary(item.inner) && (!token_is_word(item.inner) || item.bracketed) &&
                 !token_is_other_number(item.inner, line->text.begin, line->text.end))
            add_item(search, &item, 0.8);
    }
}

/* A line that holds one token and nothing else; and whatever looks much like a password in a text that speaks of one.
 */
static void search_alone(struct search *search, const struct line *line)
{
    struct item item;
    const char *at = line->text.begin;
    if (!next_item(&item, at, line->text.end))
        return;
    bool alone = is_space(lower_of(line, item.whole.end), lower_end(line)) &&
                 introduce(line->lower, lower_of(line, item.whole.begin)) != FAR;
    bool word = token_is_word(item.inner) || !item.typed;
    if (alone && item.inner.end - item.inner.begin >= 3 && (!word || (search->filled <= 2 && search->factor >= 1)) &&
        !(item.typed && token_is_other_number(item.inner, line->text.begin, line->text.end)))
        add_item(search, &item, word ? 0.35 : 0.42);
    /* A number that the line says to be another's is left out. */
    static const char *const labels[] = {"id", "番号", "no.", "ref", "url", "invoice", "コード"};
    if ((!search->speaks && search->filled > 3) || CONTAINS(line->lower, lower_end(line), labels))
        return;
    for (unsigned i = 0; i < 40; i++) {
        if (item.typed && !token_is_word(item.inner) && token_likeness(item.inner) >= 1 &&
            !token_is_other_number(item.inner, line->text.begin, line->text.end))
            add_item(search, &item, 0.15);
        at = item.whole.end;
        if (!next_item(&item, at, line->text.end))
            return;
    }
}

/* Last of all, in a short text that gave nothing: whatever could be typed. */
static void search_any(struct search *search, const struct line *line)
{
    struct item item;
    for (const char *at = line->text.begin; next_item(&item, at, line->text.end); at = item.whole.end)
        if (!token_is_ordinary(item.inner))
            add_item(search, &item, 0.05);
}

/* lower: the line in lower case; it is ended where the line does. */
static void add_line(struct search *search, const char *begin, const char *end, char *lower)
{
    bool cut = end - begin > MOST_LINE; /* maybe through a word, which then begins with another */
    if (cut)
        end = g_utf8_find_prev_char(begin, begin + MOST_LINE);
    while (end > begin && strchr(" \t\r", end[-1]) != NULL)
        end--;
    lower[end - begin] = '\0';
    struct line line = {.text = {begin, end}, .lower = lower};
    struct span found;
    line.announces = (search->announced || cut) && announcement_find(line.lower, lower_end(&line), &found);
    line.opens = search->opened && CONTAINS(line.lower, lower_end(&line), opens);
    search->speaks = search->speaks || line.announces || line.opens;
    search->filled += !is_empty(&line);
    g_array_append_val(search->lines, line);
}

void find_written(struct candidates *candidates, const char *text, double factor)
{
    struct search search = {.candidates = candidates, .factor = factor};
    size_t size = strlen(text);
    char *lower = g_ascii_strdown(text, (gssize)size);
    struct span found;
    search.lines = g_array_new(FALSE, FALSE, sizeof(struct line));
    search.announced = announcement_find(lower, lower + size, &found);
    search.opened = CONTAINS(lower, lower + size, opens);
    for (const char *at = text;;) {
        const char *end = strchr(at, '\n');
        add_line(&search, at, end != NULL ? end : text + size, lower + (at - text));
        if (end == NULL)
            break;
        at = end + 1;
    }
    guint before = candidates->items->len;
    for (guint i = 0; i < search.lines->len; i++) {
        if (line_at(&search, i)->announces)
            search_announced(&search, i);
        search_said(&search, i);
        if (search.speaks)
            search_files(&search, line_at(&search, i));
        search_alone(&search, line_at(&search, i));
    }
    if (search.speaks && search.filled <= 3 && candidates->items->len == before)
        for (guint i = 0; i < search.lines->len; i++)
            search_any(&search, line_at(&search, i));
    g_array_unref(search.lines);
    g_free(lower);
}

/* "report_pass1234.zip", "資料(PW_abc).zip": what follows such a word in a name. */
void find_in_file_name(struct candidates *candidates, const char *name)
{
    static const char *const marks[] = {"パスワード", "パス", "password", "pass", "pwd", "pw", "key", "鍵", "pin"};
    char *plain = sks_unicode_nfkc(name, strnlen(name, SKS_LIMIT_FILE_NAME_SIZE));
    char *lower = g_ascii_strdown(plain, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        const char *found = strstr(lower, marks[i]);
        if (found == NULL)
            continue;
        const char *begin = plain + (found - lower) + strlen(marks[i]);
        begin += strspn(begin, "-_=:([ ");
        size_t length = strcspn(begin, ".)] ");
        struct span token = {begin, begin + length};
        if (length >= 3 && !token_is_ordinary(token))
            candidates_add(candidates, begin, length, 0.5 * token_likeness(token), false);
        break;
    }
    g_free(lower);
    g_free(plain);
}

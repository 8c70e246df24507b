/*
 * Passwords that are written out. Each line is searched for words that announce one ("パスワード", "pw") and for ways
 * to say it without such a word ("X と入力して開いて", "you'll need X to open it"). What stands there and may be typed
 * becomes a candidate, weighted by how it is introduced and how much it looks like a password. A mere word is one only
 * where it is clearly told to be; amounts, dates and telephone numbers hardly ever.
 */
#include "password/candidates.h"
#include "password/item.h"
#include "password/search.h"
#include "password/words.h"

#include <string.h>

#include "base/unicode.h"
#include "sekisho/limits.h"

/* A file is opened, or somebody is asked for something. */
static const char *const opens[] = {"開",       "解凍",    "展開",      "閲覧",      "復号",  "解除",   "聞かれ",
                                    "求められ", "入力",    "ロック",    "解錠",      "暗号",  " open",  "unlock",
                                    "unzip",    "extract", "decrypt",   "get in",    "view ", "prompt", "asked",
                                    "asks",     "read it", "protected", "encrypted", "lock",  "access"};

/* What is said of a password right after it … */
static const char *const said_after[] = {
    "と入力",         "を入力",     "とご入力",      "をご入力",   "と入れ",        "を入れ",       "と打",
    "を打",           "で開",       "で解凍",        "にて解凍",   "で復号",        "で展開",       "で閲覧",
    "にて開",         "で解除",     "をお使い",      "を使",       "をご使用",      "をご利用",     "が必要",
    "でロック",       "にしました", "にして",        "を設定",     "と設定",        "に設定",       "をかけ",
    "を付け",         "をセット",   "です",          "となり",     "になり",        "だよ",         "でお願い",
    "を指定",         "をタイプ",   "とタイプ",      "でござい",   "でどうぞ",      "を用い",       "で開け",
    "でいけ",         "で見られ",   "で読め",        "で閲覧",     "でお開き",      "でご覧",       "をキー",
    "をコピー",       "を貼り",     "として",        "としま",     "でかけ",        "で保護",       "で施錠",
    "で暗号",         "でアンロ",   "を求め",        "を入力",     "を半角",        "と半角",       "で中",
    "で通",           "でログ",     "をパス",        "がパス",     "で。",          "でお試",       "にて",
    "でよろ",         "で見",       "とだけ",        "to open",    "to unlock",     "to unzip",     "to decrypt",
    "to extract",     "to get",     "to access",     "to read",    "to view",       "as the pass",  "as pass",
    "as the key",     "when asked", "when prompted", "if asked",   "when you",      "and click",    "and press",
    "and hit",        "will open",  "opens it",      "opens the",  "unlocks",       "should open",  "should work",
    "will work",      "works",      "will do",       "in the box", "at the prompt", "for the file", "for the zip",
    "for the attach",
};

/* … and right before it. */
static const char *const said_before[] = {
    "need ",  "enter ",   "type ",       "use ",     "using ",      "with ",   "key in ",     "put in ",
    "input ", "type in ", "try ",        "enter: ",  "use: ",       "supply ", "opens with ", "open with ",
    "is ",    "be ",      "encrypted: ", "locked: ", "protected: ", "insert ", "give "};

static const char *const below[] = {"以下",  "下記",       "次の", "次のとおり", "following",
                                    "below", "as follows", "↓",    "▼",          "下の"};
static const char *const typing[] = {"入力",   "打って", "打ち",   "タイプ",    "貼り付け",  "type ",
                                     "enter ", "use ",   "paste ", "open with", "opens with"};
static const char *const above[] = {"↑", "上記", "上が", "上の", "above", "these are", "以上が"};

/* Nobody writes a longer line around a password: the rest is not searched. */
#define MOST_LINE   2000
#define MOST_TOKENS 8u
#define MOST_FILLED 30u
#define MOST_SAID   80u
#define LINES_ABOVE 6u

/* How a token stands to what announces it. */
enum introduction {
    FAR,   /* somewhere after it */
    SPACE, /* nothing but blanks between */
    CLEAR, /* by a mark, a particle, "is" */
};

static const char *const dashless[] = {"without the dash", "without dash", "without the hyphen", "without hyphen",
                                       "ハイフンなし",     "ハイフンを除", "ハイフンは不要",     "ハイフン不要"};

static bool has_alnum(struct span span)
{
    for (const char *at = span.begin; at < span.end; at++)
        if (g_ascii_isalnum(*at) || (unsigned char)*at >= 0x80)
            return true;
    return false;
}

/* "7-7-1-2 (without the dashes)". */
static void add_without_dashes(struct candidates *candidates, struct span span, double weight)
{
    GString *bare = g_string_new(NULL);
    for (const char *at = span.begin; at < span.end; at++)
        if (*at != '-')
            g_string_append_c(bare, *at);
    if (bare->len > 0 && bare->len < (size_t)(span.end - span.begin))
        candidates_add(candidates, bare->str, bare->len, weight, false);
    g_string_free(bare, TRUE);
}

void search_add(struct search *search, const struct line *line, const struct item *item, double weight)
{
    struct candidates *candidates = search->candidates;
    struct span inner = item->inner, whole = item->whole;
    if (token_is_ordinary(inner)) {
        if (!item->bracketed || !item->typed || token_is_file(inner) ||
            memchr(inner.begin, '@', (size_t)(inner.end - inner.begin)))
            return;
        weight *= *item->whole.begin == '(' ? 0.1 : 0.4;
    }
    weight *= search->factor * item_likeness(item);
    if (line != NULL)
        weight *= context_factor(search, line, item->whole);
    weight *= has_alnum(inner) ? 1 : 0.1;
    candidates_add(candidates, inner.begin, (size_t)(inner.end - inner.begin), weight, false);
    if (line != NULL && HAS(search, line->lower, lower_end(line), dashless))
        add_without_dashes(candidates, inner, weight * 1.05);
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
    /* "north.zip   password   lichen-N": a column of a table. */
    static const char *const columns[] = {"  ", "\t"};
    if (is_space(gap, end))
        return CONTAINS(gap, end, columns) ? CLEAR : SPACE;
    /* NFKC has made three dots of "…". */
    static const char *const dots[] = {"...", "... ", "...  "};
    if (ENDS(gap, end, dots))
        return CLEAR;
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

static bool is_short_announcement(struct span announcement)
{
    return announcement.end - announcement.begin <= 4 || !g_ascii_isalpha(*announcement.begin) ||
           memcmp(announcement.begin, "the ", 4) == 0;
}

/* "key figures", "pass this on": English words that often mean something else. */
static bool is_vague(struct span announcement)
{
    static const char *const vague[] = {"key",       "pass",   "code",       "pin",
                                        "should be", "secret", "the phrase", "the string"};
    for (size_t i = 0; i < G_N_ELEMENTS(vague); i++)
        if (strlen(vague[i]) == (size_t)(announcement.end - announcement.begin) &&
            memcmp(vague[i], announcement.begin, strlen(vague[i])) == 0)
            return true;
    return false;
}

/* Whether a mere word right there is meant: nothing but a mark between, or "for the file is:"; and it ends there. */
static bool is_close(const struct line *line, const struct item *item, const char *from)
{
    static const char *const bridges[] = {" is", "for ", "to open", "to unlock", "こちら"};
    const char *at = lower_of(line, item->whole.begin), *after = lower_of(line, item->whole.end);
    while (from < at && strchr(" :=->", *from) != NULL)
        from++;
    bool marked = from == at || (at - from <= 32 && CONTAINS(from, at, bridges));
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
        weight *= item->inner.end - item->inner.begin < 3 ? (token_has_unit(item->inner, line->text.end) ? 0.15 : 0.9)
                  : introduction != CLEAR                 ? 0.15
                                                          : 0.35;
    if (word && !said && introduction != CLEAR && !(introduction == SPACE && is_short_announcement(announcement)))
        return 0;
    if (word && !said && introduction == CLEAR && !is_close(line, item, from))
        weight *= 0.4;
    if (word && (later || (is_vague(announcement) && !is_close(line, item, from))))
        return 0;
    return weight * (1 - 0.3 * MIN((double)(begin - from), 80.0) / 80.0);
}

/* "password: open": nothing else behind the announcement. */
static bool is_whole_of(const struct line *line, const struct item *item, const char *from, const char *until)
{
    static const char *const marks[] = {"は", ":", "=", "-", "is", "→"};
    static const char *const tails[] = {"です", "。", "となり", "で"};
    const char *at = lower_of(line, item->whole.begin), *after = lower_of(line, item->whole.end);
    while (from < at && *from == ' ')
        from++;
    while (from < at && at[-1] == ' ')
        at--;
    bool marked = false;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        marked |= strlen(marks[i]) == (size_t)(at - from) && memcmp(from, marks[i], strlen(marks[i])) == 0;
    return marked && !token_is_file(item->inner) &&
           (after == until || after == lower_end(line) || BEGINS(after, lower_end(line), tails));
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
        if (weight > 0 && token_is_ordinary(item.inner) && found == 0 &&
            is_whole_of(line, &item, announcement.end, until))
            candidates_add(search->candidates, item.inner.begin, (size_t)(item.inner.end - item.inner.begin),
                           weight * search->factor * 0.3, false);
        if (weight <= 0 || token_is_ordinary(item.inner))
            continue;
        search_add(search, line, &item, weight * nth);
        search_groups(search, line, &item, weight * nth);
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
        search_add(search, line, &item, (joined ? 0.92 : 0.4) * factor);
    }
}

/* ---- Other lines ---- */

/* Whether a line ends as if what it announces came next. */
static bool leads_on(const struct search *search, const struct line *line, const char *tail)
{
    const char *end = lower_end(line);
    if (HAS(search, line->lower, end, below))
        return true;
    unsigned letters = 0;
    for (const char *at = tail; at < end; at = g_utf8_next_char(at))
        letters += g_unichar_isalnum(g_utf8_get_char(at)) != 0;
    while (end > tail && strchr(" \t", end[-1]) != NULL)
        end--;
    static const char *const marks[] = {":", "は", "は、", "=", "→", ">", "-", "is"};
    return letters <= 2 || ENDS(tail, end, marks);
}

/* Whether the next line begins as an arrow does. */
static bool points_on(const struct search *search, guint index)
{
    static const char *const arrows[] = {"→", "⇒", "->", "=>", "▶", "➡", "↓"};
    guint next = index + 1;
    while (next < search->lines->len && next < index + 3 &&
           line_at(search, next)->text.begin == line_at(search, next)->text.end)
        next++;
    if (next >= search->lines->len)
        return false;
    const struct line *line = line_at(search, next);
    return BEGINS(line->lower, lower_end(line), arrows);
}

static void search_next_lines(struct search *search, guint index, double weight)
{
    unsigned filled = 0;
    search->candidates->way = WAY_NEXT_LINES;
    for (guint i = index + 1; i < search->lines->len && filled < 3 && i <= index + 8; i++) {
        const struct line *line = line_at(search, i);
        struct item item;
        if (line->empty)
            continue;
        filled++;
        const char *at = line->text.begin;
        bool first = true, any = false;
        if (filled == 1) {
            search_whole_line(search, line, weight);
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
            search_add(search, line, &item, weight * (alone ? 1 : starts ? 0.8 : 0.45) * (other ? 0.3 : 1));
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
        if (line->empty)
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
            search_add(search, line, &last, weight);
        weight *= 0.97;
    }
}

/* ---- A line ---- */

/* "The password is password." */
static void search_same_word(struct search *search, const struct line *line, struct span found, struct span next)
{
    struct item item;
    const char *begin = line->text.begin + (next.begin - line->lower);
    if (next_item(&item, begin, line->text.end) && item.inner.begin == begin && item.typed &&
        is_whole_of(line, &item, found.end, lower_end(line)))
        candidates_add(search->candidates, item.inner.begin, (size_t)(item.inner.end - item.inner.begin),
                       0.3 * search->factor, false);
}

static void search_announced(struct search *search, guint index)
{
    const struct line *line = line_at(search, index);
    const char *from = line->lower, *end = lower_end(line);
    struct span found, next;
    unsigned tokens = 0;
    for (unsigned announced = 0; announced < 4 && announcement_find(&search->announcements, from, end, &found);
         announced++) {
        bool again = announcement_find(&search->announcements, found.end, end, &next);
        search->candidates->way = WAY_AFTER;
        unsigned here = search_after(search, line, found, again ? next.begin : end);
        search->candidates->way = WAY_REST;
        search_rest(search, line, found, again ? next.begin : end);
        search->candidates->way = WAY_BEFORE;
        search_before(search, line, from, found, here > 0 ? 0.5 : 1);
        search_phrase_before(search, line, found);
        if (again && here == 0)
            search_same_word(search, line, found, next);
        tokens += here;
        if (!again && here == 0 && tokens == 0 && (leads_on(search, line, found.end) || points_on(search, index)))
            search_next_lines(search, index, 0.95);
        from = found.end;
    }
    search->candidates->way = WAY_SPLIT;
    search_split(search, index, tokens > 0 ? 0.42 : 0);
    search->candidates->way = WAY_STACKED;
    search_halves(search, index);
    search_stacked(search, index);
    search->candidates->way = WAY_TABLE;
    search_table(search, index);
    search->candidates->way = WAY_ABOVE;
    if (HAS(search, line->lower, end, above))
        search_lines_above(search, index, 0.9);
    else if (tokens > 0 && HAS(search, line->lower, end, below))
        search_next_lines(search, index, 0.8);
}

static bool after_mark(const char *line, const char *at)
{
    static const char *const arrows[] = {"->", "=>", "→", "⇒"};
    while (at > line && at[-1] == ' ')
        at--;
    return at > line && (at[-1] == ':' || at[-1] == '=' || ENDS(line, at, arrows));
}

static const char *const sums_up[] = {"i.e.", "すなわち", "即ち", "つまり", "namely", "that is,", "実際には"};

/* "install, followed by 531, i.e. install531": what sums up a description, or a value that was spelt out. */
static void search_summed(struct search *search, const struct line *line)
{
    const struct words_present *sums = &search->sums;
    if (sums->count == 0)
        return;
    for (unsigned i = words_before(sums, (size_t)(line->lower - search->lower)); i < sums->count; i++) {
        const struct words_hit *hit = words_hit_at(sums, i);
        const char *at = search->lower + hit->at, *end = lower_end(line);
        struct item item;
        if (at >= end)
            return;
        if (hit->size > end - at)
            continue;
        const char *begin = line->text.begin + (at + hit->size - line->lower);
        if (next_item(&item, begin, line->text.end) && item.typed && item.whole.begin - begin <= 24 &&
            !token_is_ordinary(item.inner) && !(token_is_word(item.inner) && !item.bracketed) &&
            !token_is_other_number(item.inner, line->text.begin, line->text.end))
            candidates_add(search->candidates, item.inner.begin, (size_t)(item.inner.end - item.inner.begin),
                           1.06 * search->factor * MIN(1, item_likeness(&item) + 0.3), false);
    }
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
    bool itself = line->opens || HAS(search, line->lower, lower_end(line), typing);
    if (!line->announces && itself && HAS(search, line->lower, lower_end(line), below))
        search_next_lines(search, index, 0.75);
    const char *colon = memchr(line->lower, ':', strlen(line->lower));
    if (!line->announces && itself && colon != NULL)
        search_rest(search, line, (struct span){colon, colon}, lower_end(line));
    struct item item;
    const char *at = line->text.begin;
    for (unsigned i = 0; i < MOST_SAID && next_item(&item, at, line->text.end); i++) {
        at = item.whole.end;
        const char *begin = lower_of(line, item.whole.begin), *after = lower_of(line, item.whole.end);
        bool said = BEGINS(after, lower_end(line), said_after);
        bool asked = ENDS(line->lower, begin, said_before);
        /* "you can read it with meridian-embargo" */
        bool compound = asked && memchr(item.inner.begin, '-', (size_t)(item.inner.end - item.inner.begin)) != NULL;
        bool word = token_is_word(item.inner) && !item.bracketed && !compound;
        bool last = after_mark(line->lower, begin) && is_space(after, lower_end(line));
        said = said || (item.bracketed && item.typed && !word);
        if ((!said && !asked && !last) || (word && !said && !last) || (!item.typed && !item.bracketed) ||
            (item.typed && token_is_other_number(item.inner, line->text.begin, line->text.end)))
            continue;
        search_add(search, line, &item, (said ? 0.88 : 0.8));
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
            search_add(search, line, &item, 0.8);
    }
}

/* "zip: zp-05": a file's name for its label. */
static void search_labelled(struct search *search, const struct line *line)
{
    static const char *const others[] = {"id", "番号", "no",   "名",   "サイズ",  "size", "数",  "期限", "日",
                                         "種", "name", "type", "date", "version", "版",   "url", "宛",   "担当"};
    const char *colon = memchr(line->lower, ':', strlen(line->lower));
    struct item item;
    if (colon == NULL || colon - line->lower > 40 || !context_is_of_file(search, line->lower, colon) ||
        HAS(search, line->lower, colon, others) ||
        !next_item(&item, line->text.begin + (colon + 1 - line->lower), line->text.end) || !item.typed ||
        token_is_word(item.inner) || token_is_other_number(item.inner, line->text.begin, line->text.end) ||
        introduce(lower_of(line, item.whole.end), lower_end(line)) != SPACE)
        return;
    search_add(search, line, &item, 0.6);
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
    static const char *const numbers[] = {"番号", " no", "number", "id:", "id :"};
    bool numbered = alone && !line->announces && HAS(search, line->lower, lower_of(line, item.whole.begin), numbers);
    if (alone && item.inner.end - item.inner.begin >= 3 && (!word || (search->filled <= 2 && search->factor >= 1)) &&
        !(item.typed && token_is_other_number(item.inner, line->text.begin, line->text.end)))
        search_add(search, line, &item, word || numbered ? 0.35 : 0.42);
    else if (!alone && search->candidates->spoken && !line->announces && search->filled <= 2 && search->factor >= 1)
        search_whole_line(search, line, 0.6);
    search_labelled(search, line);
    /* A number that the line says to be another's is left out. */
    static const char *const labels[] = {"id", "番号", "no.", "ref", "url", "invoice", "コード"};
    if ((!search->speaks && search->filled > 3) || HAS(search, line->lower, lower_end(line), labels))
        return;
    for (unsigned i = 0; i < 40; i++) {
        if (item.typed && !token_is_word(item.inner) && token_likeness(item.inner) >= 1 &&
            !token_is_other_number(item.inner, line->text.begin, line->text.end))
            search_add(search, line, &item, 0.15);
        at = item.whole.end;
        if (!next_item(&item, at, line->text.end))
            return;
    }
}

/* In the brackets that set a value off. */
static bool quoted(const struct item *item)
{
    static const char *const brackets[] = {"「", "『", "【", "“", "\""};
    return item->bracketed && item->typed &&
           words_begin_here(item->whole.begin, item->whole.end, brackets, G_N_ELEMENTS(brackets));
}

/* Last of all, in a text that isn't long: whatever could be typed, to fill the tries. */
static void search_any(struct search *search, const struct line *line, bool words)
{
    struct item item;
    for (const char *at = line->text.begin; next_item(&item, at, line->text.end); at = item.whole.end) {
        bool word = token_is_word(item.inner) && !item.bracketed;
        bool other = item.typed && token_is_other_number(item.inner, line->text.begin, line->text.end);
        if (!token_is_ordinary(item.inner) && (!word || words))
            search_add(search, line, &item, word ? 0.03 : other ? 0.008 : quoted(&item) ? 0.2 : 0.05);
    }
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

/* "パスワードは設定しておりません": no other word in the line announces one. */
static bool denies(const struct search *search, const struct line *line)
{
    static const char *const denials[] = {"設定しており", "設定していま", "かけており", "かけていま",
                                          "付けており",   "つけており",   "不要",       "必要ありません",
                                          "なしで",       "はなし",       "なしです",   "はありません"};
    static const char *const before[] = {"no ",  "without a ", "without ", "without asking for a ",
                                         "not ", "no longer "};
    static const char *const nots[] = {"ません", "ない", "不要", "なし"};
    struct span found, other;
    const char *end = lower_end(line);
    if (!announcement_find(&search->announcements, line->lower, end, &found) ||
        announcement_find(&search->announcements, found.end, end, &other))
        return false;
    const char *stop = memmem(found.end, (size_t)(end - found.end), "。", strlen("。"));
    stop = stop != NULL ? stop : end;
    bool denied = stop - found.end <= 60 && HAS(search, found.end, stop, denials) && HAS(search, found.end, stop, nots);
    return denied || ENDS(line->lower, found.begin, before);
}

/* lower: the line in lower case; it is ended where the line does. known: it was searched in another form of the text.
 */
static void add_line(struct search *search, const char *begin, const char *end, char *lower, bool known)
{
    if (end - begin > MOST_LINE)
        end = g_utf8_find_prev_char(begin, begin + MOST_LINE);
    while (end > begin && strchr(" \t\r", end[-1]) != NULL)
        end--;
    lower[end - begin] = '\0';
    while (begin < end && (*begin == '>' || (*begin == ' ' && begin[1] == '>'))) { /* quoted */
        begin++;
        lower++;
    }
    struct line line = {.text = {begin, end}, .lower = lower, .known = known};
    struct span found;
    line.announces = announcement_find(&search->announcements, line.lower, lower_end(&line), &found);
    line.opens = words_any(&search->opens, line.lower, lower_end(&line));
    if (line.announces && denies(search, &line))
        line.announces = line.opens = false;
    search->candidates->spoken = search->candidates->spoken || line.announces;
    search->speaks = search->speaks || line.announces || line.opens;
    line.empty = is_empty(&line);
    search->filled += !line.empty;
    g_array_append_val(search->lines, line);
}

/* Whether the next line of another text is this one; goes on to the line behind it. NULL: no other text, or its end. */
static bool is_line_of(const char **other, const char *begin, const char *end)
{
    if (*other == NULL)
        return false;
    const char *stop = strchrnul(*other, '\n');
    bool same = stop - *other == end - begin && memcmp(*other, begin, (size_t)(end - begin)) == 0;
    *other = *stop == '\n' ? stop + 1 : NULL;
    return same;
}

/* Whether nothing more can be found by looking at the line: all that other lines add to it are words around it. */
static bool says_nothing_new(const struct search *search, guint index)
{
    bool speaks = line_at(search, index)->announces;
    for (guint i = index > 0 ? index - 1 : 0; i <= index + 1 && i < search->lines->len; i++)
        speaks = speaks || line_at(search, i)->opens;
    return line_at(search, index)->known && !speaks;
}

void find_written(struct candidates *candidates, const char *text, double factor, const char *searched,
                  struct words_text *looked)
{
    struct words_text *own = looked == NULL ? words_read(text, strlen(text)) : NULL;
    struct search search = {
        .candidates = candidates, .factor = factor, .speaks = candidates->spoken, .looked = own != NULL ? own : looked};
    size_t size = search.looked->size;
    char *lower = g_memdup2(search.looked->begin, size + 1);
    search.lower = lower;
    search.lines = g_array_new(FALSE, FALSE, sizeof(struct line));
    search.announcements = announcements_in(search.looked);
    search.announcements.begin = lower;
    search.opens = LIST(&search, opens);
    search.sums = LIST(&search, sums_up);
    context_look(&search);
    search_parts_look(&search);
    for (const char *at = text;;) {
        const char *end = strchr(at, '\n');
        const char *stop = end != NULL ? end : text + size;
        add_line(&search, at, stop, lower + (at - text), is_line_of(&searched, at, stop));
        if (end == NULL)
            break;
        at = end + 1;
    }
    for (guint i = 0; i < search.lines->len; i++) {
        if (says_nothing_new(&search, i))
            continue;
        if (line_at(&search, i)->announces)
            search_announced(&search, i);
        candidates->way = WAY_SAID;
        search_said(&search, i);
        candidates->way = WAY_SUMMED;
        if (search.speaks)
            search_summed(&search, line_at(&search, i));
        candidates->way = WAY_PARTS;
        if (search.speaks || search.filled <= 4)
            search_parts(&search, line_at(&search, i));
        candidates->way = WAY_FILES;
        if (search.speaks)
            search_files(&search, line_at(&search, i));
        candidates->way = WAY_ALONE;
        search_alone(&search, line_at(&search, i));
    }
    for (guint i = 0; candidates->guess && search.filled <= MOST_FILLED && i < search.lines->len; i++) {
        if (says_nothing_new(&search, i))
            continue;
        candidates->way = WAY_ANY;
        search_any(&search, line_at(&search, i), search.filled <= 3);
        candidates->way = WAY_FILL;
        if (factor >= 1)
            search_fill(&search, line_at(&search, i));
    }
    g_array_unref(search.lines);
    g_free(lower);
    words_free(own);
}

#define NAMED_MOST 8u /* words for a password that are looked at in one name */

/* What begins there: up to a bracket, blank or dot; to the extension; and to an underline. */
static void take_named(struct candidates *candidates, const char *begin)
{
    static const char *const closing[] = {"】", "」", "』", "〕", "》"};
    size_t end = strcspn(begin, ")]} "), lengths[3];
    for (size_t i = 0; i < G_N_ELEMENTS(closing); i++) {
        const char *bracket = g_strstr_len(begin, (gssize)end, closing[i]);
        end = bracket != NULL ? (size_t)(bracket - begin) : end;
    }
    const char *dot = memrchr(begin, '.', end);
    bool extension = dot != NULL && begin[end] == '\0';
    lengths[0] = MIN(end, strcspn(begin, "."));
    lengths[1] = extension ? (size_t)(dot - begin) : end;
    lengths[2] = MIN(lengths[0], strcspn(begin, "_"));
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        struct span token = {begin, begin + lengths[i]};
        if (lengths[i] >= 3 && !token_is_ordinary(token))
            candidates_add(candidates, begin, lengths[i], 0.5 * token_likeness(token), false);
    }
}

/* "report_pass1234.zip", "資料(PW_abc).zip": what follows such a word in a name. */
void find_in_file_name(struct candidates *candidates, const char *name)
{
    static const char *const marks[] = {"パスワード", "パス", "password", "pass", "pwd", "pw", "key", "鍵", "pin"};
    static const char *const between[] = {"is ", "は", "「", "『", "【"};
    g_autofree char *plain = normal_text(name, SKS_LIMIT_FILE_NAME_SIZE), *lower = g_ascii_strdown(plain, -1);
    unsigned found = 0;
    for (const char *p = lower; *p != '\0' && found < NAMED_MOST;) {
        size_t size = 0;
        for (size_t i = 0; i < G_N_ELEMENTS(marks) && size == 0; i++)
            size = g_str_has_prefix(p, marks[i]) ? strlen(marks[i]) : 0;
        if (size == 0) {
            p++;
            continue;
        }
        found++;
        p += size;
        const char *value = p + strspn(p, "-_=:([ ");
        for (size_t i = 0; i < G_N_ELEMENTS(between); i++)
            value += g_str_has_prefix(value, between[i]) ? strlen(between[i]) : 0;
        take_named(candidates, plain + (value - lower));
    }
}

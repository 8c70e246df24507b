/* Passwords of several words, or in parts. */
#include "password/search.h"

#include <string.h>

#include "password/token.h"
#include "password/words.h"

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

/* "yama no kami 55 がパスワードです": words in ASCII right before it. */
void search_phrase_before(struct search *search, const struct line *line, struct span announcement)
{
    static const char *const particles[] = {"が", "が「", "を"};
    const char *end = line->text.begin + (announcement.begin - line->lower);
    while (end > line->text.begin && end[-1] == ' ')
        end--;
    if (!ENDS(line->text.begin, end, particles))
        return;
    while (end > line->text.begin && (unsigned char)end[-1] >= 0x80)
        end--;
    while (end > line->text.begin && end[-1] == ' ')
        end--;
    const char *begin = end;
    unsigned blanks = 0;
    while (begin > line->text.begin && (token_is_typed(begin[-1]) || begin[-1] == ' ') && end - begin < 50)
        blanks += *--begin == ' ';
    while (begin < end && *begin == ' ') {
        begin++;
        blanks--;
    }
    if (blanks == 0 || blanks > 6 || end - begin < 6 || end - begin > 48 || memchr(begin, ':', (size_t)(end - begin)))
        return;
    struct span phrase = {begin, end};
    add_phrase(search, phrase, 0.97 * search->factor * context_factor(search, line, phrase));
}

static const char *const wide_blank[] = {"\u3000"};

/* A line that as a whole may be a password: some words in ASCII, or a Japanese one. */
void search_whole_line(struct search *search, const struct line *line, double weight)
{
    static const char *const sentences[] = {"ます", "です", "様", "会社", "願",   "ください", "記",  "。",
                                            "、",   ". ",   ", ", ":",    "先生", "各位",     "敬具"};
    struct span text = line->text;
    while (text.begin < text.end &&
           (strchr(" \t", *text.begin) != NULL || words_begin_here(text.begin, text.end, wide_blank, 1)))
        text.begin = g_utf8_next_char(text.begin);
    while (text.begin + 1 < text.end && strchr("/|*=~-", *text.begin) != NULL && text.begin[1] == ' ')
        text.begin += 2;
    while (text.end > text.begin + 1 && strchr("/|*=~-", text.end[-1]) != NULL && text.end[-2] == ' ')
        text.end -= 2;
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
void search_split(struct search *search, guint index, double weight)
{
    if (index + 1 >= search->lines->len)
        return;
    struct span line = line_at(search, index)->text, next = line_at(search, index + 1)->text;
    const char *begin = line.end;
    while (next.begin < next.end && *next.begin == ' ')
        next.begin++;
    const char *end = next.begin;
    while (begin > line.begin && token_is_typed(begin[-1]))
        begin--;
    while (end < next.end && token_is_typed(*end))
        end++;
    if (line.end - begin < 1 || end - next.begin < 1)
        return;
    static const char *const told[] = {"改行", "line break", "wrap", "two lines", "つなげ"};
    bool joined_told = strchr("-_", line.end[-1]) != NULL && end == next.end;
    for (guint i = index; i < search->lines->len && i < index + 4; i++)
        joined_told = joined_told || HAS(search, line_at(search, i)->lower, lower_end(line_at(search, i)), told);
    bool bracket = begin > line.begin && item_opens_bracket(line.begin, begin);
    if (!bracket && (weight <= 0 || strchr(":;,", line.end[-1]) != NULL))
        return;
    bool open = bracket || joined_told;
    GString *joined = g_string_new_len(begin, line.end - begin);
    g_string_append_len(joined, next.begin, end - next.begin);
    struct item item = {.whole = {joined->str, joined->str + joined->len}, .typed = true, .bracketed = true};
    item.inner = token_bare(item.whole);
    weight = open ? MAX(weight * 2.6, 1.05) : weight;
    if (item.inner.begin < item.inner.end && !token_is_word(item.inner) &&
        (open || (line.end - begin > 2 && strchr(".!?", line.end[-1]) == NULL)))
        search_add(search, NULL, &item,
                   weight * context_factor(search, line_at(search, index), (struct span){begin, line.end}));
    g_string_free(joined, TRUE);
}

/* "前半4文字は abcd": a mere word, right behind the particle. */
static bool is_value_of_half(const struct line *line, const struct item *item)
{
    static const char *const marks[] = {"は", ":", "is"};
    const char *end = lower_of(line, item->whole.begin);
    while (end > line->lower && end[-1] == ' ')
        end--;
    return ENDS(line->lower, end, marks);
}

/* Of a line that tells both, where the first is named: words stand before it. */
static const char *begin_of_halves(const struct line *line, const char *const firsts[3], const char *const seconds[3])
{
    for (size_t i = 0; i < 3; i++) {
        const char *first = strstr(line->lower, firsts[i]);
        for (size_t k = 0; first != NULL && k < 3; k++)
            if (strstr(first, seconds[k]) != NULL)
                return line->text.begin + (first - line->lower) + strlen(firsts[i]);
    }
    return line->text.begin;
}

/* "前半は Ab12、後半は Cd34", "first half: Ab12, second half: Cd34". */
void search_halves(struct search *search, guint index)
{
    static const char *const seconds[] = {"後半", "second half", "second part"};
    static const char *const firsts[] = {"前半", "first half", "first part"};
    GString *joined = g_string_new(NULL);
    unsigned parts = 0;
    for (guint i = index; i < search->lines->len && i < index + 5 && parts < 2; i++) {
        const struct line *line = line_at(search, i);
        struct item item;
        bool first = HAS(search, line->lower, lower_end(line), firsts);
        if (!first && !(parts == 1 && HAS(search, line->lower, lower_end(line), seconds)))
            continue;
        const char *from = parts == 0 ? begin_of_halves(line, firsts, seconds) : line->text.begin;
        for (const char *at = from; parts < 2 && next_item(&item, at, line->text.end); at = item.whole.end)
            if (!token_is_ordinary(item.inner) && (!token_is_word(item.inner) || is_value_of_half(line, &item)) &&
                !token_is_other_number(item.inner, line->text.begin, line->text.end)) {
                g_string_append_len(joined, item.inner.begin, item.inner.end - item.inner.begin);
                parts++;
            }
    }
    if (parts == 2)
        candidates_add(search->candidates, joined->str, joined->len, search->factor * 1.01, false);
    g_string_free(joined, TRUE);
}

/* ---- Values in parts ---- */

static const char *const spaceless[] = {
    "スペースな", "空白な", "空白は",         "スペースは",     "without the sp", "without sp", "no space", "続けて",
    "つなげ",     "詰めて", "without blanks", "without the bl", "スペースを除",   "空白を除",   "繋げ",     "連結"};

/* "402 981", "river stone lamp": what follows after a blank. */
void search_groups(struct search *search, const struct line *line, const struct item *item, double weight)
{
    bool alnum = false;
    for (const char *q = item->inner.begin; q < item->inner.end; q++)
        alnum |= g_ascii_isalnum(*q) != 0;
    if (!alnum || !item->typed || item->bracketed || item->inner.end != item->whole.end)
        return;
    const char *end = item->whole.end;
    unsigned groups = 1;
    bool digits = true, brief = end - item->inner.begin <= 4, stopped = false;
    for (const char *p = item->inner.begin; p < end; p++)
        digits &= g_ascii_isdigit(*p) != 0;
    for (const char *at = end; groups < 6 && !stopped;) {
        while (at < line->text.end && *at == ' ' && at - end < 3)
            at++;
        struct span token = token_at(at, line->text.end), bare = token_bare(token);
        if (at == end || bare.begin != token.begin || bare.begin == bare.end || token_is_ordinary(bare) ||
            memchr(bare.begin, ':', (size_t)(bare.end - bare.begin)) != NULL)
            break;
        stopped = bare.end != token.end;
        for (const char *p = bare.begin; p < bare.end; p++)
            digits &= g_ascii_isdigit(*p) != 0;
        brief &= bare.end - bare.begin <= 4;
        at = token.end;
        end = bare.end;
        groups++;
    }
    if (groups < 2 || end - item->inner.begin > 48)
        return;
    static const char *const marks_told[] = {"半角", "びっくり", "感嘆", "エクスクラ", "exclamation", "question mark"};
    bool told = HAS(search, line->lower, lower_end(line), spaceless) ||
                (groups == 2 && end[-2] == ' ' && HAS(search, line->lower, lower_end(line), marks_told));
    if (groups == 2 && end[-2] == ' ' && !told && !g_ascii_isalnum(end[-1]))
        return;
    double share = told ? 1.05 : brief ? 1.02 : 0.66;
    GString *joined = g_string_new(NULL);
    for (const char *p = item->inner.begin; p < end; p++)
        if (*p != ' ')
            g_string_append_c(joined, *p);
    weight *= search->factor * context_factor(search, line, (struct span){item->inner.begin, end});
    candidates_add(search->candidates, joined->str, joined->len, weight * share * (told || digits ? 1 : 0.95), false);
    candidates_add(search->candidates, item->inner.begin, (size_t)(end - item->inner.begin),
                   weight * share * (told || digits ? 0.8 : 1), false);
    g_string_free(joined, TRUE);
}

static const char *const joints[] = {"+",    "のあと",      "の後",     "あとに", "後に",   "続け",
                                     "続い", "followed by", "and then", "then ",  "プラス", "plus"};
static const char *const joined_all[] = {"続けた", "つなげた", "繋げた",       "合わせた", "組み合わせ",
                                         "足した", "joined",   "put together", "combined"};

void search_parts_look(struct search *search)
{
    search->joints = LIST(search, joints);
    search->joined = LIST(search, joined_all);
}

/* "「abc」＋「123」", "「abc」のあとに「123」". */
void search_parts(struct search *search, const struct line *line)
{
    bool all = words_any(&search->joined, line->lower, lower_end(line));
    if (!all && !words_any(&search->joints, line->lower, lower_end(line)))
        return;
    GString *joined = g_string_new(NULL);
    struct item item;
    const char *last = NULL;
    unsigned parts = 0;
    for (const char *at = line->text.begin; parts < 5 && next_item(&item, at, line->text.end); at = item.whole.end) {
        bool value = item.typed && !token_is_ordinary(item.inner) && !token_is_file(item.inner) &&
                     (item.bracketed || token_likeness(item.inner) > 0.3) &&
                     !token_is_other_number(item.inner, line->text.begin, line->text.end);
        if (last != NULL && value && !all &&
            (item.whole.begin - last > 30 ||
             !words_any(&search->joints, lower_of(line, last), lower_of(line, item.whole.begin)))) {
            if (parts > 1)
                break;
            parts = 0;
            g_string_truncate(joined, 0);
        }
        if (!value) {
            if (parts > 1)
                break;
            last = NULL;
            parts = 0;
            g_string_truncate(joined, 0);
            continue;
        }
        g_string_append_len(joined, item.inner.begin, item.inner.end - item.inner.begin);
        last = item.whole.end;
        parts++;
    }
    if (parts > 1)
        candidates_add(search->candidates, joined->str, joined->len,
                       search->factor *
                           (line->announces || context_is_of_file(search, line->lower, lower_end(line)) ? 1 : 0.45),
                       false);
    g_string_free(joined, TRUE);
}

/* What a line holds alone, or behind its label: "1行目：aB3d". Empty: it holds something else. */
static struct span stacked_value(const struct line *line, bool *out_last)
{
    static const char *const ends[] = {"を", "です"};
    struct span text = line->text;
    while (text.end > text.begin && text.end[-1] == ' ')
        text.end--;
    for (const char *at = text.begin; at < text.end && at - text.begin < 30; at++)
        if (*at == ':' || (*at == ' ' && (at == text.begin || (unsigned char)at[-1] >= 0x80 || at[-1] == ':')))
            text.begin = at + 1;
    struct span token = token_at(text.begin, text.end);
    *out_last = token.end < text.end && words_begin_here(token.end, text.end, ends, G_N_ELEMENTS(ends));
    if (token.end < text.end && !*out_last)
        token.end = token.begin;
    return token;
}

static unsigned stack(const struct search *search, GString *joined, guint from, guint to)
{
    unsigned parts = 0;
    bool last = false;
    for (guint i = from; i < search->lines->len && i < to && !last; i++) {
        const struct line *line = line_at(search, i);
        if (line->empty && parts == 0)
            continue;
        struct span token = stacked_value(line, &last);
        if (token.begin == token.end || token_is_ordinary(token))
            break;
        g_string_append_len(joined, token.begin, token.end - token.begin);
        parts++;
    }
    return parts;
}

/* "つなげて": values alone on two or more lines in a row, below or above. */
void search_stacked(struct search *search, guint index)
{
    static const char *const told[] = {"改行",       "つなげ",     "繋げ",     "つないで", "繋いで",   "連結",
                                       "line break", "joined",     "join ",    "one line", "連続",     "続けて",
                                       "結合",       "組み合わせ", "合わせた", "together", "concaten", "行に分"};
    bool joins = false;
    for (guint i = index; i < search->lines->len && i < index + 8; i++)
        joins = joins || HAS(search, line_at(search, i)->lower, lower_end(line_at(search, i)), told);
    if (!joins)
        return;
    GString *joined = g_string_new(NULL);
    unsigned parts = stack(search, joined, index + 1, index + 8);
    if (parts < 2 && index >= 2) {
        g_string_truncate(joined, 0);
        parts = stack(search, joined, index - 2, index);
    }
    if (parts > 1)
        candidates_add(search->candidates, joined->str, joined->len, search->factor * 1.08, false);
    g_string_free(joined, TRUE);
}

/* ---- Tables ---- */

#define MOST_CELLS 8u

static unsigned split_cells(struct span *out_cells, struct span text)
{
    unsigned count = 0;
    const char *at = text.begin;
    while (at < text.end && strchr(" |", *at) != NULL)
        at++;
    while (at < text.end && count < MOST_CELLS) {
        const char *end = at;
        while (end < text.end && strchr("\t|,", *end) == NULL && !(*end == ' ' && end + 1 < text.end && end[1] == ' '))
            end++;
        struct span cell = {at, end};
        while (cell.end > cell.begin && cell.end[-1] == ' ')
            cell.end--;
        if (cell.begin < cell.end)
            out_cells[count++] = cell;
        at = end;
        while (at < text.end && strchr("\t|, ", *at) != NULL)
            at++;
    }
    return count;
}

/* A column that the line above names. */
void search_table(struct search *search, guint index)
{
    struct span heads[MOST_CELLS], cells[MOST_CELLS], found;
    const struct line *head = line_at(search, index);
    unsigned count = split_cells(heads, head->text), column = 0;
    while (column < count && (!announcement_find(&search->announcements, lower_of(head, heads[column].begin),
                                                 lower_of(head, heads[column].end), &found) ||
                              heads[column].end - heads[column].begin > 30))
        column++;
    bool values = false; /* a head has none */
    for (unsigned i = 0; i < count; i++)
        values |= heads[i].end[-1] == ':' ||
                  memchr(heads[i].begin, ':', (size_t)(heads[i].end - heads[i].begin)) != NULL ||
                  (token_at(heads[i].begin, heads[i].end).end == heads[i].end && !token_is_word(heads[i]));
    if (count < 2 || column == count || values)
        return;
    for (guint i = index + 1, rows = 0; i < search->lines->len && rows < 8 && i < index + 20; i++) {
        const struct line *line = line_at(search, i);
        if (line->empty)
            continue;
        if (split_cells(cells, line->text) != count)
            break;
        rows++;
        struct item item = {.whole = cells[column], .inner = cells[column], .typed = true, .bracketed = true};
        for (const char *at = item.inner.begin; at < item.inner.end; at++)
            item.typed &= token_is_typed(*at);
        if (item.typed && item.inner.end[-1] != ':')
            search_add(search, line, &item, 1);
    }
}

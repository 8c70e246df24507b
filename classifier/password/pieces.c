/*
 * Pieces of a text that could be typed, in all the ways that one may be cut: what fitted weights (rank.c) choose from.
 * In lines that speak of a password or of opening, and beside them, these are words, brackets, phrases between any two
 * places where a value may begin and end, and two of them put together; elsewhere words and brackets alone.
 */
#include <string.h>

#include "base/unicode.h"
#include "password/candidates.h"
#include "password/item.h"
#include "password/token.h"
#include "password/words.h"

#define MOST_LINES   80u
#define FEW_LINES    12u /* of these each is looked at closely */
#define MOST_PIECE   48
#define MOST_JOINED  6u
#define MOST_PART    16
#define MOST_BEGINS  12u
#define MOST_ENDS    4u
#define MOST_PER_RUN 10u
#define WEIGHT       0.004

struct pieces {
    struct candidates *candidates;
    struct span lines[MOST_LINES];
    bool near[MOST_LINES];
    unsigned count;
    double weight;
    bool dashless; /* the texts speak of marks that are left out */
};

static void add(struct pieces *pieces, const char *begin, const char *end, double share)
{
    while (begin < end && *begin == ' ')
        begin++;
    while (end > begin && end[-1] == ' ')
        end--;
    /* What the marks apart have left: "anzen25 )". */
    while (end - begin > 2 && end[-2] == ' ' && strchr(")(]<>:|", end[-1]) != NULL)
        end -= 2;
    while (end - begin > 2 && begin[1] == ' ' && strchr(")(]<>:|", *begin) != NULL)
        begin += 2;
    if (begin < end && end - begin <= MOST_PIECE)
        candidates_add(pieces->candidates, begin, (size_t)(end - begin), pieces->weight * share, false);
}

static bool is_mark(char c)
{
    return token_is_typed(c) && !g_ascii_isalnum(c);
}

/* ---- Runs of what can be typed ---- */

/* "A-20418" as "A20418". */
static void add_dashless(struct pieces *pieces, struct span run)
{
    char closed[MOST_PIECE + 1];
    size_t size = 0;
    for (const char *at = run.begin; at < run.end && size < MOST_PIECE; at++)
        if (g_ascii_isalnum(*at))
            closed[size++] = *at;
    if (size > 2 && size < (size_t)(run.end - run.begin))
        candidates_add(pieces->candidates, closed, size, 0.6 * pieces->weight, false);
}

/* Without marks at its ends, one less at a time; and what stands before and behind marks inside. */
static void add_run(struct pieces *pieces, struct span run)
{
    struct span bare = token_bare(run);
    add(pieces, run.begin, run.end, 0.8);
    if (bare.begin == bare.end)
        return;
    add(pieces, bare.begin, bare.end, 1);
    if (pieces->dashless)
        add_dashless(pieces, bare);
    const char *end = run.end;
    for (unsigned n = 0; n < 3 && end > bare.begin && is_mark(end[-1]); n++)
        add(pieces, bare.begin, --end, 0.7);
    const char *begin = run.begin;
    for (unsigned n = 0; n < 3 && begin < bare.end && is_mark(*begin); n++)
        add(pieces, ++begin, bare.end, 0.7);
    unsigned cuts = 0;
    for (const char *at = bare.begin; at < bare.end && cuts < MOST_PER_RUN; at++)
        if (strchr(":=()[]<>\"'`,;|/", *at) != NULL) {
            struct span after = token_bare((struct span){at + 1, run.end}),
                        before = token_bare((struct span){run.begin, at});
            add(pieces, after.begin, after.end, 0.6);
            add(pieces, at + 1, run.end, 0.5);
            add(pieces, before.begin, before.end, 0.4);
            cuts++;
        }
}

/* "Grün_7": a run with letters that aren't ASCII. */
static void add_latin(struct pieces *pieces, struct span line)
{
    for (const char *at = line.begin; at < line.end;) {
        const char *end = at;
        bool latin = false;
        for (gunichar c; end < line.end && (c = g_utf8_get_char(end)) > ' ' && c < 0x250; end = g_utf8_next_char(end))
            latin = latin || c >= 0xC0;
        if (latin) {
            struct span bare = token_bare((struct span){at, end});
            add(pieces, bare.begin, bare.end, 1);
        }
        at = end > at ? end : g_utf8_next_char(at);
    }
}

static void add_runs(struct pieces *pieces, struct span line)
{
    add_latin(pieces, line);
    for (const char *at = line.begin; at < line.end;) {
        struct span run = token_at(at, line.end);
        if (run.begin < run.end)
            add_run(pieces, run);
        at = run.end > at ? run.end : g_utf8_next_char(at);
    }
}

/* ---- Brackets ---- */

static void add_brackets(struct pieces *pieces, struct span line)
{
    static const char *const opening[] = {"「", "『", "【", "〔", "[", "(", "<", "\"", "'", "“", "‘", "《", "〈", "`"};
    static const char *const closing[] = {"」", "』", "】", "〕", "]", ")", ">", "\"", "'", "”", "’", "》", "〉", "`"};
    struct words_first first;
    words_first(&first, opening, G_N_ELEMENTS(opening));
    for (const char *at = line.begin; at < line.end; at = g_utf8_next_char(at))
        for (size_t i = 0; i < G_N_ELEMENTS(opening) && words_may_begin(&first, *at); i++) {
            size_t length = strlen(opening[i]);
            if ((size_t)(line.end - at) <= length || memcmp(at, opening[i], length) != 0)
                continue;
            const char *begin = at + length, *end = begin;
            for (unsigned n = 0; n < 2; n++) {
                end = memmem(end, (size_t)(line.end - end), closing[i], strlen(closing[i]));
                if (end == NULL)
                    break;
                add(pieces, begin, end, 1);
                end += strlen(closing[i]);
            }
            break;
        }
}

/* ---- Phrases ---- */

static bool is_wide(const char *at)
{
    return (unsigned char)*at >= 0x80;
}

static bool may_begin(struct span line, const char *at)
{
    static const char *const before[] = {"は", "が", "「", "『", "、", "の", "、", "で",
                                         "と", "に", "。", "】", "→",  "…",  "を"};
    if (at == line.begin)
        return true;
    if (at[-1] == ' ')
        return at - line.begin < 2 || at[-2] == ' ' || is_wide(at) || is_wide(at - 2) ||
               strchr(":=-,.>)\"", at[-2]) != NULL ||
               ENDS(line.begin, at - 1,
                    ((const char *const[]){" is", " be", "word", "phrase", "use", "with", "enter", "type", "pw", "pass",
                                           "code", "key", "words", " as", "it's", " now", "Type", "Use", "Enter"}));
    if (strchr(":=>\"'(", at[-1]) != NULL)
        return true;
    return is_wide(at - 1) && (!is_wide(at) || ENDS(line.begin, at, before));
}

static bool may_end(struct span line, const char *at)
{
    static const char *const after[] = {"です", "で", "を",   "。", "、", "」", "』", "と", "が", "に", "の",
                                        "(",    "（", "とな", "だ", "!",  "・", "…",  "は", "←",  "も"};
    if (at == line.end)
        return true;
    if (*at == ' ')
        return true;
    if (strchr(",.;!?\"')", *at) != NULL)
        return at + 1 == line.end || !g_ascii_isalnum(at[1]);
    return (is_wide(at) && !is_wide(at - 1)) || words_begin_here(at, line.end, after, G_N_ELEMENTS(after));
}

/* Blanks left out; NULL: there are none. */
static void add_closed(struct pieces *pieces, const char *begin, const char *end)
{
    char closed[MOST_PIECE + 1];
    size_t size = 0;
    for (; begin < end && size < MOST_PIECE; begin++)
        if (*begin != ' ')
            closed[size++] = *begin;
    add(pieces, closed, closed + size, 0.5);
}

static void add_phrases(struct pieces *pieces, struct span line)
{
    unsigned begins = 0;
    for (const char *at = line.begin; at < line.end && begins < MOST_BEGINS; at = g_utf8_next_char(at)) {
        if (*at == ' ' || !may_begin(line, at))
            continue;
        begins++;
        unsigned ends = 0, blanks = 0;
        for (const char *end = g_utf8_next_char(at); end <= line.end && end - at <= MOST_PIECE && ends < MOST_ENDS + 3;
             end = end < line.end ? g_utf8_next_char(end) : end + 1) {
            if (!may_end(line, end))
                continue;
            if (end < line.end && *end == ' ' && ++blanks > 7)
                break;
            if (end - at < 3 || end[-1] == ' ')
                continue;
            ends++;
            add(pieces, at, end, 0.5);
            if (memchr(at, ' ', (size_t)(end - at)) != NULL)
                add_closed(pieces, at, end);
        }
    }
}

/* A phrase that goes on on the next line. */
static void add_wrapped(struct pieces *pieces, struct span line, struct span next)
{
    const char *begin = line.end, *end = next.begin;
    while (begin > line.begin && !is_wide(begin - 1))
        begin--;
    while (end < next.end && !is_wide(end))
        end++;
    if (begin == line.end || end == next.begin || end - next.begin > MOST_PIECE || line.end - begin > MOST_PIECE)
        return;
    GString *whole = g_string_new_len(begin, line.end - begin);
    g_string_append_c(whole, ' ');
    g_string_append_len(whole, next.begin, end - next.begin);
    add(pieces, whole->str, whole->str + whole->len, 0.5);
    g_string_free(whole, TRUE);
}

/* ---- Two put together ---- */

static bool has(const struct span *lines, const char *const *words, size_t count)
{
    return words_in(lines[0].begin, lines[0].end, words, count) || words_in(lines[1].begin, lines[1].end, words, count);
}

static void add_pair(struct pieces *pieces, struct span first, const char *mark, struct span second)
{
    char joined[2 * MOST_PART + 1];
    size_t size = 0;
    const char *between = mark != NULL ? mark : "";
    const struct span parts[] = {first, {between, between + (mark != NULL)}, second};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        size_t length = (size_t)(parts[i].end - parts[i].begin);
        if (length > 0)
            memcpy(joined + size, parts[i].begin, length);
        size += length;
    }
    candidates_add(pieces->candidates, joined, size, 0.1 * pieces->weight, false);
}

static void add_joined(struct pieces *pieces, struct span first, struct span second)
{
    static const char *const twice[] = {"2回", "二回", "二度", "繰り返", "twice", "repeat", "doubled"};
    static const char *const apart[] = {"間に",    "挟",         "はさ",        "つない",
                                        "between", "in between", "joined with", "separated"};
    struct span tokens[2 * MOST_JOINED];
    unsigned count = 0;
    const struct span lines[] = {first, second};
    for (unsigned l = 0; l < 2; l++)
        for (const char *at = lines[l].begin; at < lines[l].end && count < 2 * MOST_JOINED;) {
            struct span run = token_at(at, lines[l].end), bare = token_bare(run);
            if (bare.begin < bare.end && bare.end - bare.begin <= MOST_PART && !token_is_ordinary(bare))
                tokens[count++] = bare;
            at = run.end > at ? run.end : g_utf8_next_char(at);
        }
    bool repeated = has(lines, twice, G_N_ELEMENTS(twice)), dashed = has(lines, apart, G_N_ELEMENTS(apart));
    pieces->candidates->way = WAY_JOINED;
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < count; j++) {
            if (i == j && !repeated)
                continue;
            if (dashed && i < j)
                for (const char *mark = "-_."; *mark != '\0'; mark++)
                    add_pair(pieces, tokens[i], mark, tokens[j]);
            add_pair(pieces, tokens[i], NULL, tokens[j]);
        }
}

/* ---- A text ---- */

static void split(struct pieces *pieces, const char *text)
{
    static const char *const speaking[] = {"開",   "解",     "鍵",    "暗号",    "保護", "ロック", "open",   "つなげ",
                                           "入力", "unlock", "unzip", "protect", "lock", "secure", "encrypt"};
    bool speaks[MOST_LINES] = {false};
    size_t size = strlen(text);
    struct words_text *looked = words_read(text, size);
    const char *lower = looked->begin;
    struct words_present announcements = announcements_in(looked);
    const struct words_present *spoken = words_find(looked, speaking, G_N_ELEMENTS(speaking));
    for (const char *at = text; *at != '\0' && pieces->count < MOST_LINES;) {
        const char *end = strchr(at, '\n'), *next = end != NULL ? end + 1 : at + strlen(at);
        struct span line = {at, end != NULL ? end : next}, found;
        while (line.end > line.begin && strchr(" \t\r", line.end[-1]) != NULL)
            line.end--;
        while (line.begin < line.end && strchr("> \t", *line.begin) != NULL)
            line.begin++;
        if (line.begin < line.end && line.end - line.begin < 600) {
            const char *begin = lower + (line.begin - text), *stop = lower + (line.end - text);
            speaks[pieces->count] =
                announcement_find(&announcements, begin, stop, &found) || words_any(spoken, begin, stop);
            pieces->lines[pieces->count++] = line;
        }
        at = next;
    }
    words_free(looked);
    for (unsigned i = 0; i < pieces->count; i++)
        for (unsigned j = i > 2 ? i - 2 : 0; j <= i + 2 && j < pieces->count; j++)
            pieces->near[i] = pieces->near[i] || speaks[j];
}

bool pieces_are_dashless(const char *text)
{
    static const char *const words[] = {"ハイフン", "記号",      "区切り",      "スラッシュ", "yphen",
                                        "dash",     "separator", "punctuation", "slash"};
    return text != NULL && CONTAINS(text, text + strlen(text), words);
}

void find_pieces(struct candidates *candidates, const char *text, double factor, bool dashless)
{
    if (text == NULL)
        return;
    struct pieces pieces = {.candidates = candidates, .weight = WEIGHT * factor, .dashless = dashless};
    candidates->way = WAY_PIECE;
    split(&pieces, text);
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < pieces.count; i++)
            if (pieces.near[i] == (pass == 0)) {
                add_runs(&pieces, pieces.lines[i]);
                add_brackets(&pieces, pieces.lines[i]);
            }
    find_spelled(candidates, text, pieces.weight);
    for (unsigned i = 0; i < pieces.count; i++) {
        if (!pieces.near[i] && pieces.count > FEW_LINES)
            continue;
        candidates->way = WAY_PHRASE;
        add_phrases(&pieces, pieces.lines[i]);
        const struct span next = i + 1 < pieces.count ? pieces.lines[i + 1] : (struct span){text, text};
        add_wrapped(&pieces, pieces.lines[i], next);
        add_joined(&pieces, pieces.lines[i], next);
    }
}

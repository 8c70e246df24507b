/*
 * A word and what was derived, put together as a line describes it: "「gaisei」に続けて本日の日付4桁", "your family
 * name followed by the year", "the course code, a hyphen, day and month".
 */
#include "password/described.h"

#include <string.h>

#include "password/item.h"

#define MOST_WORDS   4u
#define MOST_NAMES   12u
#define MOST_SUBJECT 4u  /* of these */
#define MOST_BESIDE  3u  /* of what was derived, beside a name of the text */
#define MOST_OF_LINE 80u /* values of one line */

struct combining {
    struct candidates *candidates;
    const char *between; /* marks that may stand between the two, beside nothing */
    guint end;           /* candidates at which this line has had its share */
    const char *what;    /* the word is of the line, or of the text */
};

/* What was derived, and the form of it. */
struct part {
    const char *value, *form;
    double weight;
};

static void add(struct combining *combining, const char *word, const struct part *part, const char *mark, bool after,
                double share)
{
    struct candidates *candidates = combining->candidates;
    if (candidates->items->len >= combining->end)
        return;
    g_autofree char *value =
        g_strdup_printf("%s%.*s%s", after ? word : part->value, *mark != '\0', mark, after ? part->value : word);
    g_autofree char *form =
        g_strdup_printf("%s %s %s%.*s", combining->what, part->form, after ? "after" : "before", *mark != '\0', mark);
    candidates->form = g_string_chunk_insert_const(candidates->strings, form);
    candidates_add(candidates, value, strlen(value), part->weight * share, true);
}

static void add_both(struct combining *combining, const char *word, const struct part *part, double share)
{
    combining->candidates->word = g_string_chunk_insert_const(combining->candidates->strings, word);
    for (const char *mark = combining->between; *mark != '\0'; mark++)
        add(combining, word, part, mark, true, share);
    add(combining, word, part, "", true, share);
    add(combining, word, part, "", false, share / 2);
    if (*combining->between != '\0')
        add(combining, word, part, combining->between, false, share / 2);
}

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const struct part *one = a, *other = b;
    return (one->weight < other->weight) - (one->weight > other->weight);
}

/* The likeliest first. */
static GArray *sort_parts(const struct candidates *derived)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(struct part));
    for (guint i = 0; i < derived->items->len; i++) {
        const struct sks_password *item = &g_array_index(derived->items, struct sks_password, i);
        const struct origin *origin = &g_array_index(derived->origins, struct origin, i);
        const struct part part = {item->value, origin->form != NULL ? origin->form : "", item->weight};
        g_array_append_val(parts, part);
    }
    g_array_sort(parts, by_weight);
    return parts;
}

/* Words of the line that may be typed. */
static unsigned find_words(struct span *out_words, const char *plain)
{
    const char *end = plain + strlen(plain);
    struct item item;
    unsigned words = 0;
    for (const char *at = plain; words < MOST_WORDS && next_item(&item, at, end); at = item.whole.end)
        if (item.typed && item.inner.end - item.inner.begin <= 24 &&
            (item.bracketed || !token_is_ordinary(item.inner)) && !token_is_other_number(item.inner, plain, end))
            out_words[words++] = item.inner;
    return words;
}

static bool is_known(const struct span *names, unsigned count, struct span name)
{
    for (unsigned i = 0; i < count; i++)
        if (names[i].end - names[i].begin == name.end - name.begin &&
            g_ascii_strncasecmp(names[i].begin, name.begin, (gsize)(name.end - name.begin)) == 0)
            return true;
    return false;
}

/* Latin names of the text: words with a capital, and those right before or behind the "@" of an address. */
static unsigned find_names(struct span *out_names, unsigned count, unsigned most, const char *text)
{
    for (const char *at = text; *at != '\0' && count < most;) {
        if (!g_ascii_isalpha(*at)) {
            at++;
            continue;
        }
        const char *end = at;
        while (g_ascii_isalnum(*end))
            end++;
        struct span name = {at, end};
        bool begins = at == text || !g_ascii_isalnum(at[-1]);
        bool named = g_ascii_isupper(*at) || *end == '@' || (at > text && at[-1] == '@');
        if (begins && named && end - at >= 3 && end - at <= 16 && !token_is_ordinary(name) &&
            !is_known(out_names, count, name))
            out_names[count++] = name;
        at = end;
    }
    return count;
}

/* Whether the line asks for a name, which stands somewhere in the text. */
static bool asks_for_name(const char *line)
{
    static const char *const words[] = {"名",   "姓",      "苗字",    "ローマ字", "英字",      "アルファベット",
                                        "name", "surname", "company", "town",     "institute", "city",
                                        "word", "course",  "street",  "building"};
    return ANY(line, words);
}

static void add_name(struct combining *combining, struct span name, const struct part *part)
{
    g_autofree char *plain = g_strndup(name.begin, (gsize)(name.end - name.begin));
    g_autofree char *lower = g_ascii_strdown(plain, -1), *capital = g_strdup(lower);
    bool code = strpbrk(plain, "0123456789") != NULL;
    *capital = g_ascii_toupper(*capital);
    combining->candidates->word = g_string_chunk_insert_const(combining->candidates->strings, plain);
    add(combining, code ? plain : lower, part, combining->between, true, 0.01);
    add(combining, code ? plain : capital, part, combining->between, true, 0.008);
    if (*combining->between != '\0')
        add(combining, plain, part, combining->between, false, 0.006);
}

static void add_names(struct combining *combining, const struct description *description, const GArray *parts)
{
    struct span names[MOST_NAMES];
    unsigned count = find_names(names, 0, MOST_SUBJECT, description->subject);
    count = find_names(names, count, MOST_NAMES, description->plain);
    for (guint i = 0; i < parts->len && i < MOST_BESIDE; i++)
        for (unsigned n = 0; n < count; n++)
            add_name(combining, names[n], &g_array_index(parts, struct part, i));
}

/* The marks that a line names, to stand between two parts. */
static const char *marks_between(const char *line)
{
    static const char *const hyphens[] = {"ハイフン", "hyphen", "dash", "-", "つな"};
    static const char *const underscores[] = {"アンダー", "underscore", "_"};
    bool hyphen = ANY(line, hyphens), underscore = ANY(line, underscores);
    return hyphen && underscore ? "-_" : hyphen ? "-" : underscore ? "_" : "";
}

void describe_combined(struct description *description, const struct candidates *derived, const char *line,
                       const char *plain)
{
    struct candidates *candidates = description->candidates;
    struct span words[MOST_WORDS];
    unsigned count = find_words(words, plain);
    guint begun = candidates->items->len;
    guint most = MIN(MOST_OF_LINE, MOST_COMBINED - MIN(candidates->combined, MOST_COMBINED));
    struct combining combining = {candidates, marks_between(line), begun + most / 2, "name"};
    GArray *parts = sort_parts(derived);
    candidates->way = WAY_COMBINED;
    if (asks_for_name(line))
        add_names(&combining, description, parts);
    combining.end = begun + most;
    combining.what = "word";
    for (guint i = 0; i < parts->len; i++)
        for (unsigned w = 0; w < count; w++) {
            g_autofree char *word = g_strndup(words[w].begin, (gsize)(words[w].end - words[w].begin));
            add_both(&combining, word, &g_array_index(parts, struct part, i), 0.02);
        }
    candidates->word = candidates->form = NULL;
    candidates->combined += candidates->items->len - begun;
    g_array_unref(parts);
}

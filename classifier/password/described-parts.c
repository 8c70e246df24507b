/*
 * Descriptions in parts: "弊社名＋本日の日付", "the word spring followed by the year". Each part is derived by itself,
 * or taken as it is written; the likeliest values of the parts are put together.
 */
#include "password/described.h"

#include <string.h>

#include "password/item.h"

#define MOST_LINE   2000u /* bytes; longer ones are no description */
#define MOST_PARTS  4u
#define MOST_VALUES 5u  /* of one part */
#define MOST_WHOLE  40u /* put together */

struct part {
    char *values[MOST_VALUES];
    double weights[MOST_VALUES];
    unsigned count;
};

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const struct sks_password *one = a, *other = b;
    return one->weight < other->weight ? 1 : one->weight > other->weight ? -1 : 0;
}

/* What stands there to be typed: in brackets, or else the last word that is no ordinary one. */
static bool read_literal(struct part *out_part, const char *plain, const char *end)
{
    struct item item, best = {0};
    bool found = false;
    for (const char *at = plain; next_item(&item, at, end); at = item.whole.end) {
        struct span announcement;
        char *lower = g_ascii_strdown(item.inner.begin, item.inner.end - item.inner.begin);
        bool announces = announcement_in(lower, lower + strlen(lower), &announcement) && announcement.begin == lower &&
                         *announcement.end == '\0';
        g_free(lower);
        if (!item.typed || (token_is_ordinary(item.inner) && !item.bracketed) || announces ||
            (found && best.bracketed && !item.bracketed))
            continue;
        best = item;
        found = true;
    }
    if (!found || best.inner.end - best.inner.begin > 24)
        return false;
    out_part->values[0] = g_strndup(best.inner.begin, (size_t)(best.inner.end - best.inner.begin));
    out_part->weights[0] = 1;
    out_part->count = 1;
    return true;
}

/* Whether it was derived. */
static bool read_part(struct part *out_part, const struct description *whole, const char *line, const char *plain,
                      size_t length)
{
    struct candidates candidates = {.items = g_array_new(FALSE, FALSE, sizeof(struct sks_password)),
                                    .seen = g_hash_table_new(g_str_hash, g_str_equal),
                                    .strings = whole->candidates->strings};
    struct description part = *whole;
    part.candidates = &candidates;
    part.told = false;
    while (length > 0 && line[length - 1] == ' ')
        length--;
    char *text = g_strndup(line, length);
    describe_sources(&part, text);
    g_free(text);
    g_array_sort(candidates.items, by_weight);
    for (guint i = 0; i < candidates.items->len && i < MOST_VALUES; i++) {
        const struct sks_password *item = &g_array_index(candidates.items, struct sks_password, i);
        out_part->values[i] = g_strdup(item->value);
        out_part->weights[i] = item->weight;
        out_part->count = i + 1;
    }
    bool derived = out_part->count > 0;
    if (!derived)
        read_literal(out_part, plain, plain + length);
    g_array_unref(candidates.items);
    g_hash_table_unref(candidates.seen);
    return derived;
}

static void put_together(struct description *description, const struct part *parts, unsigned count)
{
    unsigned index[MOST_PARTS] = {0};
    for (unsigned n = 0; n < MOST_WHOLE; n++) {
        GString *whole = g_string_new(NULL);
        double weight = description->told ? 0.87 : 0.97;
        for (unsigned p = 0; p < count; p++) {
            g_string_append(whole, parts[p].values[index[p]]);
            weight *= parts[p].weights[index[p]] / parts[p].weights[0];
        }
        candidates_add(description->candidates, whole->str, whole->len, weight, true);
        g_string_free(whole, TRUE);
        unsigned p = count;
        while (p > 0 && ++index[p - 1] == parts[p - 1].count)
            index[--p] = 0;
        if (p == 0)
            return;
    }
}

/* The parts of a line between two places; whether all were read, and any derived. */
static bool read_parts(struct part parts[MOST_PARTS], unsigned *out_count, const struct description *description,
                       const char *line, const char *plain, size_t from, size_t length)
{
    static gsize once;
    GRegex *regex = describe_regex(
        &once,
        "(?:\\+|プラス|(?<=桁)、|に続けて|に続き|に続いて|のあとに|の後に|の後ろに|followed by|,? then |\\bplus\\b|"
        "(?<=[!-~]|」|』)と(?=[^、。]{0,60}(?:日付|月日|年月|番号|下\\d|桁|西暦|date))|と(?=[「『\"'!-~]|弊社|当社|"
        "本日|西暦|電話|送信|"
        "会社|社名|郵便|月日|日付|担当|今年|今日)|に(?=(?:今日|本日|当日|送信|今年|西暦|会議|電話)[^、。]{0,60}(?:"
        "つな|続|足|加|付|合わせ))|に(?=[「『][^」』]{1,24}[」』]を(?:付|足|加|つけ))| and "
        "(?=today|the |our |last |this )) *");
    GMatchInfo *match;
    unsigned derived = 0;
    bool whole = true, more = g_regex_match_full(regex, line, (gssize)length, (gint)from, 0, &match, NULL);
    if (!more) /* one part is no description in parts, whatever may be derived of it */
        whole = false;
    while (whole && *out_count < MOST_PARTS) {
        gint begin = (gint)length, end = (gint)length;
        if (more)
            g_match_info_fetch_pos(match, 0, &begin, &end);
        derived += read_part(&parts[*out_count], description, line + from, plain + from, (size_t)begin - from);
        whole = parts[*out_count].count > 0;
        ++*out_count;
        if (!more)
            break;
        from = (size_t)end;
        more = g_match_info_next(match, NULL);
    }
    g_match_info_free(match);
    return whole && *out_count > 1 && derived > 0;
}

static void free_parts(struct part parts[MOST_PARTS])
{
    for (unsigned p = 0; p < MOST_PARTS; p++)
        for (unsigned i = 0; i < parts[p].count; i++)
            g_free(parts[p].values[i]);
    memset(parts, 0, MOST_PARTS * sizeof *parts);
}

bool describe_parts(struct description *description, const char *line, const char *plain)
{
    struct part parts[MOST_PARTS] = {0};
    const char *example = strstr(line, "(例");
    size_t length = example != NULL ? (size_t)(example - line) : strlen(line);
    struct span announcement;
    if (length > MOST_LINE)
        return false;
    bool announced = announcement_find(&description->announcements, line, line + length, &announcement);
    unsigned count = 0;
    bool whole =
        read_parts(parts, &count, description, line, plain, announced ? (size_t)(announcement.end - line) : 0, length);
    if (!whole && announced && announcement.begin > line) { /* "…と…をつなげたものが解凍番号です" */
        free_parts(parts);
        count = 0;
        whole = read_parts(parts, &count, description, line, plain, 0, (size_t)(announcement.begin - line));
    }
    if (whole)
        put_together(description, parts, count);
    free_parts(parts);
    return whole;
}

/*
 * What fills the tries where nothing is told clearly: the words behind an announcement up to any place where a value
 * could end, and what the usual descriptions would give. All of it weighs less than what was found in a better way.
 */
#include "password/search.h"

#include <string.h>

#include "password/token.h"
#include "password/words.h"

#define MOST_VALUE 48
#define MOST_ENDS  3u

static void fill_value(struct search *search, struct span value, double weight)
{
    static const char *const nothing[] = {"別", "後ほど", "のちほど", "以下", "下記", "次の", "こちら", "http"};
    while (value.end > value.begin && strchr(" .", value.end[-1]) != NULL)
        value.end--;
    if (value.end - value.begin < 3 || value.end - value.begin > MOST_VALUE ||
        BEGINS(value.begin, value.end, nothing) || token_is_ordinary(value))
        return;
    candidates_add(search->candidates, value.begin, (size_t)(value.end - value.begin), weight * search->factor, false);
    GString *joined = g_string_new(NULL);
    for (const char *at = value.begin; at < value.end; at++)
        if (*at != ' ')
            g_string_append_c(joined, *at);
    candidates_add(search->candidates, joined->str, joined->len, weight * 0.9 * search->factor, false);
    g_string_free(joined, TRUE);
}

/* The value that begins at `at`, up to each of the places where it may end. */
static void fill_from(struct search *search, const char *at, const char *end, double weight)
{
    static const char *const marks[] = {":", "=", "は", "→", "⇒", "、", "「", "『", "【", "\"", "'", "(", "-", "is "};
    static const char *const ends[] = {"です", "とな", "にな", "でご",   "。",   "、",   "」",   "』",
                                       "】",   "\"",   "(",    ", ",     ". ",   "を入", "と入", "で開",
                                       "で解", "を使", "に設", "として", "でお", "をお", "\t",   "  "};
    for (bool more = true; more;) {
        more = false;
        while (at < end && *at == ' ')
            at++;
        for (size_t i = 0; i < G_N_ELEMENTS(marks) && !more; i++)
            if ((more = words_begin_here(at, end, &marks[i], 1)))
                at += strlen(marks[i]);
    }
    unsigned found = 0;
    for (const char *stop = at; stop <= end && stop - at <= MOST_VALUE && found < MOST_ENDS;
         stop = stop < end ? g_utf8_next_char(stop) : stop + 1)
        if (stop > at && (stop == end || words_begin_here(stop, end, ends, G_N_ELEMENTS(ends)))) {
            fill_value(search, (struct span){at, stop}, weight * (1 - 0.1 * found));
            found++;
        }
}

void search_fill(struct search *search, const struct line *line)
{
    const char *end = lower_end(line), *from = line->lower;
    struct span found;
    for (unsigned n = 0; n < 2 && announcement_find(&search->announcements, from, end, &found); n++) {
        fill_from(search, line->text.begin + (found.end - line->lower), line->text.end, 0.06);
        from = found.end;
    }
    if (line->announces)
        return;
    const char *colon = memchr(line->lower, ':', strlen(line->lower));
    if (colon != NULL)
        fill_from(search, line->text.begin + (colon - line->lower), line->text.end, 0.02);
    fill_from(search, line->text.begin, line->text.end, 0.012);
}

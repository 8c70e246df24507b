/* Where sentences end: at 。！？ and what closes after them, never inside a bracket or a quotation. */
#include "language/sentence.h"

#include <string.h>

#include <glib.h>

static bool surface_is(const char *line, const struct sks_morpheme *morpheme, const char *text)
{
    size_t length = morpheme->end - morpheme->start;
    return length == strlen(text) && memcmp(line + morpheme->start, text, length) == 0;
}

static bool is_one_of(const char *line, const struct sks_morpheme *morpheme, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        if (surface_is(line, morpheme, *texts))
            return true;
    return false;
}

bool sks_sentence_next(struct sks_sentence *out_sentence, size_t *inout_next, const char *line,
                       const struct sks_morpheme *morphemes, size_t count)
{
    static const char *const ends[] = {"。", "!", "?", "!!", "??", "!?", "?!", "．", "｡", NULL};
    static const char *const opens[] = {"「", "『", "(", "【", "“", NULL};
    static const char *const closes[] = {"」", "』", ")", "】", "”", NULL};
    size_t first = *inout_next, i = first;
    int depth = 0;
    if (first >= count)
        return false;
    for (bool ended = false; i < count; i++) {
        if (is_one_of(line, &morphemes[i], opens))
            depth++;
        else if (is_one_of(line, &morphemes[i], closes))
            depth -= depth > 0;
        bool end = is_one_of(line, &morphemes[i], ends);
        if (ended && !end)
            break;
        ended = end && depth == 0;
    }
    *inout_next = i;
    *out_sentence = (struct sks_sentence){
        line, morphemes + first, i - first, morphemes[first].start, morphemes[i - 1].end,
    };
    return true;
}

bool sks_sentence_is_polite(const struct sks_sentence *sentence)
{
    static const char *const polite[] = {"です", "ます",   "でし",     "まし",     "でしょ", "ましょ",
                                         "ませ", "下さい", "ください", "ませんか", NULL};
    for (size_t i = sentence->count, seen = 0; i-- > 0 && seen < 7; seen++)
        if (is_one_of(sentence->line, &sentence->morphemes[i], polite))
            return true;
    return false;
}

/* Where sentences end: at 。！？ and what closes after them, never inside a bracket or a quotation. */
#include "language/sentence.h"

#include "language/surface.h"

bool sks_sentence_next(struct sks_sentence *out_sentence, size_t *inout_next, const char *line,
                       const struct sks_morpheme *morphemes, size_t count)
{
    size_t first = *inout_next, i = first;
    int depth = 0;
    if (first >= count)
        return false;
    for (bool ended = false; i < count; i++) {
        uint32_t bits = morphemes[i].bits;
        if ((bits & SKS_SURFACE_OPENS) != 0)
            depth++;
        else if ((bits & SKS_SURFACE_CLOSES) != 0)
            depth -= depth > 0;
        bool end = (bits & SKS_SURFACE_END) != 0;
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
    for (size_t i = sentence->count, seen = 0; i-- > 0 && seen < 7; seen++)
        if ((sentence->morphemes[i].bits & SKS_SURFACE_POLITE) != 0)
            return true;
    return false;
}

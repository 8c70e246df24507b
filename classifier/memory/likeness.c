/*
 * Signatures of texts. A shingle is five letters of the text without all that isn't a letter, so that line breaks,
 * numbers and salt between words don't matter. Each shingle's hash says which bin it belongs to and what it is there;
 * the least of a bin stays. Empty bins of short texts borrow from the next that isn't (rotation; Shrivastava and
 * Li 2014).
 */
#include "memory/likeness.h"

#include <glib.h>
#include <string.h>

#define SHINGLE       5u
#define LETTERS_LEAST 60u   /* a shorter text may well be written twice */
#define LETTERS_MOST  6000u /* what is read of a text */
#define BAND_BINS     3u

/* Letters of other alphabets that are taken for Latin ones (Unicode's confusables, the common ones). */
static gunichar plain(gunichar c)
{
    static const struct {
        gunichar from, to;
    } table[] = {
        {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0399, 'i'}, {0x039f, 'o'}, {0x03a1, 'p'}, {0x03a4, 't'},
        {0x03b1, 'a'}, {0x03bf, 'o'}, {0x03c1, 'p'}, {0x03bd, 'v'}, {0x0430, 'a'}, {0x0435, 'e'}, {0x043e, 'o'},
        {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'},
        {0x04bb, 'h'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'}, {0x0131, 'i'}, {0x0261, 'g'},
    };
    if (c < 0x0131 || c > 0x051d)
        return c;
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].from == c)
            return table[i].to;
    return c;
}

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Where a link or an address that begins here ends; at itself if none does. */
static const char *skip_link(const char *at)
{
    if (*at != 'h' && *at != 'w')
        return at;
    if (strncmp(at, "http://", 7) != 0 && strncmp(at, "https://", 8) != 0 && strncmp(at, "www.", 4) != 0)
        return at;
    while ((unsigned char)*at > ' ' && (unsigned char)*at < 0x80)
        at++;
    return at;
}

/* The next letter, or 0 at the end; *at moves behind it. */
static gunichar next_letter(const char **at)
{
    while (**at != '\0') {
        const char *behind = skip_link(*at);
        if (behind != *at) {
            *at = behind;
            continue;
        }
        gunichar c = g_utf8_get_char(*at);
        *at = g_utf8_next_char(*at);
        if (c < 0x80 ? g_ascii_isalpha((char)c) : g_unichar_isalpha(c))
            return plain(c);
    }
    return 0;
}

static void fill_empty(struct sks_likeness *likeness, const bool *filled)
{
    const struct sks_likeness known = *likeness;
    for (unsigned i = 0; i < SKS_LIKENESS_BINS; i++) {
        unsigned from = i, distance = 0;
        while (!filled[from]) {
            from = (from + 1) % SKS_LIKENESS_BINS;
            distance++;
        }
        likeness->bins[i] = (uint16_t)(known.bins[from] + distance * 7919u);
    }
}

bool sks_likeness_init(struct sks_likeness *likeness, const char *text)
{
    uint64_t window[SHINGLE] = {0};
    bool filled[SKS_LIKENESS_BINS] = {false};
    unsigned letters = 0;
    gunichar c;
    memset(likeness, 0xff, sizeof *likeness);
    for (const char *at = text; letters < LETTERS_MOST && (c = next_letter(&at)) != 0; letters++) {
        memmove(window, window + 1, sizeof window - sizeof window[0]);
        window[SHINGLE - 1] = c;
        if (letters + 1 < SHINGLE)
            continue;
        uint64_t hash = 0;
        for (unsigned i = 0; i < SHINGLE; i++)
            hash = mix(hash + window[i] + 0x9e3779b97f4a7c15u);
        unsigned bin = (unsigned)((hash >> 32) % SKS_LIKENESS_BINS);
        uint16_t value = (uint16_t)(hash & 0xffff);
        if (!filled[bin] || value < likeness->bins[bin])
            likeness->bins[bin] = value;
        filled[bin] = true;
    }
    if (letters < LETTERS_LEAST)
        return false;
    fill_empty(likeness, filled);
    return true;
}

double sks_likeness_compare(const struct sks_likeness *left, const struct sks_likeness *right)
{
    unsigned same = 0;
    for (unsigned i = 0; i < SKS_LIKENESS_BINS; i++)
        same += left->bins[i] == right->bins[i];
    return (double)same / SKS_LIKENESS_BINS;
}

int64_t sks_likeness_band(const struct sks_likeness *likeness, unsigned band)
{
    uint64_t hash = band + 1;
    for (unsigned i = 0; i < BAND_BINS; i++)
        hash = mix((hash << 16) + likeness->bins[band * BAND_BINS + i]);
    return (int64_t)hash;
}

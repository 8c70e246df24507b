/*
 * How much bytes look like text in a charset. The bytes are walked as the charset would read them, and each character
 * earns points by the row of the character set it stands in: kana and common punctuation most, the common kanji less,
 * rare kanji and what can't be read lose. The mean is the score. Japanese charsets start ahead where a text is short,
 * since few kanji alone are valid in several charsets and this is where they come from; a long text without kana is
 * not Japanese.
 */
#include "message/charset-table.h"

#include <glib.h>
#include <string.h>

#define INVALID    (-10.0)
#define PREFERENCE 0.6

/* Walks one character that begins with a byte above 127: its length, and its points. */
typedef size_t walk(double *out_points, const unsigned char *at, size_t left);

static double jis_points(unsigned row, unsigned cell)
{
    if (row == 4)
        return 3;
    if (row == 5)
        return 2;
    if (row == 1)
        return cell == 2 || cell == 3 || cell == 28 ? 3 : 1; /* 、 。 ー */
    if (row == 3)
        return 1;
    if (row >= 16 && row <= 47)
        return 1;
    if (row >= 48 && row <= 84)
        return -2;
    if (row == 13 || (row >= 89 && row <= 92) || (row >= 115 && row <= 119))
        return 0;
    return row <= 8 ? -1 : -5;
}

static size_t walk_shift_jis(double *out_points, const unsigned char *at, size_t left)
{
    if (at[0] >= 0xA1 && at[0] <= 0xDF) { /* half-width kana */
        *out_points = -0.7;
        return 1;
    }
    if (left < 2 || at[0] == 0x80 || at[0] == 0xA0 || at[0] > 0xFC || at[1] < 0x40 || at[1] == 0x7F || at[1] > 0xFC) {
        *out_points = INVALID;
        return 1;
    }
    unsigned lead = at[0] - (at[0] < 0xA0 ? 0x81u : 0xC1u), trail = at[1] - (at[1] < 0x7F ? 0x40u : 0x41u);
    *out_points = jis_points(lead * 2 + 1 + trail / 94, trail % 94 + 1);
    return 2;
}

static bool is_high(unsigned char byte)
{
    return byte >= 0xA1 && byte <= 0xFE;
}

static size_t walk_euc_jp(double *out_points, const unsigned char *at, size_t left)
{
    if (at[0] == 0x8E && left >= 2 && at[1] >= 0xA1 && at[1] <= 0xDF) {
        *out_points = 0.2;
        return 2;
    }
    if (at[0] == 0x8F && left >= 3 && is_high(at[1]) && is_high(at[2])) {
        *out_points = -1;
        return 3;
    }
    if (left < 2 || !is_high(at[0]) || !is_high(at[1])) {
        *out_points = INVALID;
        return 1;
    }
    *out_points = jis_points(at[0] - 0xA0u, at[1] - 0xA0u);
    return 2;
}

static bool is_one_of(const unsigned char *at, const char *pairs)
{
    for (; pairs[0] != '\0'; pairs += 2)
        if (at[0] == (unsigned char)pairs[0] && at[1] == (unsigned char)pairs[1])
            return true;
    return false;
}

static size_t walk_gb(double *out_points, const unsigned char *at, size_t left)
{
    /* 的 是 了 不 我 有 在 您 们 这 公 司 ， 。 ： 请 */
    static const char common[] = "\xB5\xC4\xCA\xC7\xC1\xCB\xB2\xBB\xCE\xD2\xD3\xD0\xD4\xDA\xC4\xFA\xC3\xC7\xD5\xE2"
                                 "\xB9\xAB\xCB\xBE\xA3\xAC\xA1\xA3\xA3\xBA\xC7\xEB";
    if (left >= 4 && at[0] != 0x80 && at[0] != 0xFF && at[1] >= '0' && at[1] <= '9' && at[2] >= 0x81 && at[3] >= '0' &&
        at[3] <= '9') {
        *out_points = -1;
        return 4;
    }
    if (left < 2 || at[0] == 0x80 || at[0] == 0xFF || at[1] < 0x40 || at[1] == 0x7F || at[1] == 0xFF) {
        *out_points = INVALID;
        return 1;
    }
    if (is_one_of(at, common))
        *out_points = 3;
    else if (!is_high(at[0]) || !is_high(at[1]))
        *out_points = -1;
    else if (at[0] >= 0xB0 && at[0] <= 0xD7)
        *out_points = 1.2;
    else
        *out_points = at[0] == 0xA1 || at[0] == 0xA3   ? 0.7
                      : at[0] == 0xA4 || at[0] == 0xA5 ? 1
                      : at[0] > 0xD7                   ? -2
                                                       : -1.5;
    return 2;
}

static size_t walk_euc_kr(double *out_points, const unsigned char *at, size_t left)
{
    /* 이 다 는 에 의 을 를 가 고 하 니 습 */
    static const char common[] = "\xC0\xCC\xB4\xD9\xB4\xC2\xBF\xA1\xC0\xC7\xC0\xBB\xB8\xA6\xB0\xA1\xB0\xED\xC7\xCF"
                                 "\xB4\xCF\xBD\xC0";
    if (left < 2 || at[0] == 0x80 || at[0] == 0xFF || at[1] < 0x41 || at[1] == 0xFF) {
        *out_points = INVALID;
        return 1;
    }
    if (is_one_of(at, common))
        *out_points = 3;
    else if (!is_high(at[0]) || !is_high(at[1]))
        *out_points = -1;
    else if (at[0] >= 0xB0 && at[0] <= 0xC8)
        *out_points = 1.2;
    else
        *out_points = at[0] == 0xA1 || at[0] == 0xA3 ? 0.5 : -2;
    return 2;
}

static size_t walk_big5(double *out_points, const unsigned char *at, size_t left)
{
    /* 的 是 我 不 有 在 您 。 ， 請 */
    static const char common[] = "\xAA\xBA\xAC\x4F\xA7\xDA\xA4\xA3\xA6\xB3\xA6\x62\xB1\x7A\xA1\x43\xA1\x41\xBD\xD0";
    if (left < 2 || at[0] < 0xA1 || at[0] > 0xF9 || at[1] < 0x40 || (at[1] > 0x7E && at[1] < 0xA1) || at[1] == 0xFF) {
        *out_points = INVALID;
        return 1;
    }
    if (is_one_of(at, common))
        *out_points = 3;
    else if (at[0] <= 0xA3)
        *out_points = at[0] == 0xA1 ? 0.7 : -1;
    else
        *out_points = at[0] <= 0xC6 ? 1.1 : -2;
    return 2;
}

static bool is_ascii_letter(unsigned char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/* A pair whose second byte is an ASCII letter in an ASCII word is an accent or a quotation mark, rather. */
static bool is_in_word(const unsigned char *bytes, size_t at, size_t size)
{
    return at + 1 < size && is_ascii_letter(bytes[at + 1]) &&
           ((at > 0 && is_ascii_letter(bytes[at - 1])) || (at + 2 < size && is_ascii_letter(bytes[at + 2])));
}

static double score_pairs(walk *step, double preference, const unsigned char *bytes, size_t size)
{
    double sum = 0;
    size_t count = 0, sure = 0;
    for (size_t i = 0; i < size;) {
        if (bytes[i] < 0x80) {
            i++;
            continue;
        }
        double points;
        size_t length = step(&points, bytes + i, size - i);
        if (points == INVALID && size - i < 4 && count > 2)
            break; /* a character that the sample cuts */
        if (points > -2 && length == 2 && is_in_word(bytes, i, size))
            points = -2;
        sum += points;
        count++;
        sure += points >= 2;
        i += length;
    }
    if (count > 8 && sure == 0)
        preference = 0;
    return count > 0 ? sum / (double)count + preference : 0;
}

/* A word of one accented letter: à, è, é, ò, ó, ô, Ã. */
static bool is_lone_vowel(const unsigned char *bytes, size_t at, size_t size)
{
    return strchr("\xC0\xC8\xC9\xE0\xE8\xE9\xF2\xF3\xF4", bytes[at]) != NULL && (at == 0 || bytes[at - 1] < 0x80) &&
           (at + 1 == size || bytes[at + 1] < 0x80);
}

/* Western text: accents stand alone between ASCII letters. */
static double score_latin(const unsigned char *bytes, size_t size)
{
    double sum = 0;
    size_t count = 0, run = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = bytes[i];
        if (byte < 0x80) {
            run = 0;
            continue;
        }
        count++;
        run++;
        bool beside_letter =
            (i > 0 && is_ascii_letter(bytes[i - 1])) || (i + 1 < size && is_ascii_letter(bytes[i + 1]));
        if (byte == 0x81 || byte == 0x8D || byte == 0x8F || byte == 0x90 || byte == 0x9D)
            sum += INVALID;
        else if (run >= 3)
            sum -= 2;
        else if (byte >= 0xC0 && byte != 0xD7 && byte != 0xF7)
            sum += beside_letter ? 1.5 : is_lone_vowel(bytes, i, size) ? 0.7 : -0.5;
        else if (byte >= 0x80 && byte < 0xA0)
            sum += (byte >= 0x91 && byte <= 0x97) || byte == 0x85 || byte == 0x80 || byte == 0x99 ? 1.2 : -0.5;
        else
            sum += run == 1 ? 0.6 : 0;
    }
    return count > 0 ? sum / (double)count : 0;
}

/* Russian text: words of Cyrillic letters, capitals only where words begin. */
static double score_cyrillic(const unsigned char *bytes, size_t size, bool koi8)
{
    double sum = 0;
    size_t count = 0, run = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = bytes[i];
        if (byte < 0x80) {
            run = 0;
            continue;
        }
        count++;
        if (byte < 0xC0) {
            sum -= 1;
            continue;
        }
        bool capital = koi8 ? byte >= 0xE0 : byte < 0xE0;
        bool lone = run == 0 && (i + 1 == size || bytes[i + 1] < 0x80);
        if (lone && ((i > 0 && is_ascii_letter(bytes[i - 1])) || (i + 1 < size && is_ascii_letter(bytes[i + 1]))))
            sum -= 1.5;
        else if (lone)
            sum += 0.3;
        else if (!capital)
            sum += 1.2;
        else
            sum += run == 0 ? 0.8 : -1;
        run++;
    }
    return count > 0 ? sum / (double)count : 0;
}

double sks_charset_score(const struct sks_charset *charset, const unsigned char *bytes, size_t size)
{
    switch (charset->kind) {
    case SKS_CHARSET_SHIFT_JIS:
        return score_pairs(walk_shift_jis, PREFERENCE, bytes, size);
    case SKS_CHARSET_EUC_JP:
        return score_pairs(walk_euc_jp, PREFERENCE, bytes, size);
    case SKS_CHARSET_GB:
        return score_pairs(walk_gb, 0, bytes, size);
    case SKS_CHARSET_EUC_KR:
        return score_pairs(walk_euc_kr, 0, bytes, size);
    case SKS_CHARSET_BIG5:
        return score_pairs(walk_big5, 0, bytes, size);
    case SKS_CHARSET_LATIN:
        return score_latin(bytes, size);
    case SKS_CHARSET_SINGLE:
        if (strcmp(charset->name, "windows-1251") == 0)
            return score_cyrillic(bytes, size, false);
        if (strcmp(charset->name, "koi8-r") == 0)
            return score_cyrillic(bytes, size, true);
        return INVALID;
    default:
        return INVALID;
    }
}

void sks_charset_score_gb(double *out_gb, double *out_euc_jp, const unsigned char *bytes, size_t size)
{
    unsigned char *rest = g_malloc(size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size;) {
        double points;
        size_t step = bytes[i] < 0x80 ? 1 : walk_gb(&points, bytes + i, size - i);
        if (step != 2 || (bytes[i] != 0xA4 && bytes[i] != 0xA5)) {
            memcpy(rest + length, bytes + i, step);
            length += step;
        }
        i += step;
    }
    *out_gb = score_pairs(walk_gb, 0, rest, length);
    *out_euc_jp = score_pairs(walk_euc_jp, PREFERENCE, rest, length);
    g_free(rest);
}

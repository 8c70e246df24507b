/*
 * Charsets of file names inside archives, which seldom say which one they use.
 *
 * Each candidate charset reads the bytes; characters that names are made of (kana, the everyday ideographs) count
 * full, rare ones little, impossible ones rule the charset out. The best average wins. Names of one container are
 * best judged together: a single short name often has two readings.
 */
#include "attachment/names.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "sekisho/limits.h"

/* Reads one character above 127: its length, 0 if impossible; adds how ordinary it is, in hundredths. */
typedef size_t (*reader)(const unsigned char *p, size_t left, unsigned *weight);

static bool between(unsigned value, unsigned low, unsigned high)
{
    return value >= low && value <= high;
}

static size_t read_shift_jis(const unsigned char *p, size_t left, unsigned *weight)
{
    if (between(p[0], 0xA1, 0xDF)) {
        /* Half-width kana: a sound mark after a letter that takes one is a good sign. */
        bool marked = left > 1 && between(p[1], 0xDE, 0xDF) && (between(p[0], 0xB6, 0xC4) || between(p[0], 0xCA, 0xCE));
        *weight += marked ? 200 : 35;
        return 1;
    }
    if (left < 2 || !(between(p[0], 0x81, 0x9F) || between(p[0], 0xE0, 0xFC)) || p[1] < 0x40 || p[1] == 0x7F ||
        p[1] > 0xFC)
        return 0;
    unsigned code = (unsigned)p[0] << 8 | p[1];
    if (code == 0xED95 || code == 0xFAB1 || code == 0xEEE0 || code == 0xFBFC)
        *weight += 100; /* 﨑 and 髙, of family names */
    else if (between(code, 0x8740, 0x879C))
        *weight += 80; /* ①, Ⅲ, ㎡, №, ㈱ */
    else if (between(code, 0xED40, 0xEEFC) || between(code, 0xFA40, 0xFC4B))
        *weight += 50; /* extensions of NEC and IBM */
    else if (between(code, 0x824F, 0x8396) || between(code, 0x889F, 0x9872))
        *weight += 100; /* full-width letters, kana, level 1 */
    else if (between(code, 0x8140, 0x81FC))
        *weight += 80;
    else if (between(code, 0x989F, 0xEAA4))
        *weight += 40;
    return 2;
}

/* What GB 2312, EUC-JP and EUC-KR share: two bytes from A1 to FE. */
static bool is_pair(const unsigned char *p, size_t left, unsigned low)
{
    return left >= 2 && between(p[0], 0xA1, 0xFE) && between(p[1], low, 0xFE) && p[1] != 0x7F;
}

static size_t read_gb18030(const unsigned char *p, size_t left, unsigned *weight)
{
    if (is_pair(p, left, 0xA1)) {
        *weight += between(p[0], 0xB0, 0xD7)   ? 90
                   : between(p[0], 0xA1, 0xA3) ? 70
                   : between(p[0], 0xD8, 0xF7) ? 35
                                               : 20;
        return 2;
    }
    if (left >= 4 && between(p[0], 0x81, 0xFE) && between(p[1], 0x30, 0x39) && between(p[2], 0x81, 0xFE) &&
        between(p[3], 0x30, 0x39))
        return 4;
    if (left < 2 || !between(p[0], 0x81, 0xFE) || !between(p[1], 0x40, 0xFE) || p[1] == 0x7F)
        return 0;
    *weight += 5;
    return 2;
}

static size_t read_euc_jp(const unsigned char *p, size_t left, unsigned *weight)
{
    if (left >= 2 && p[0] == 0x8E && between(p[1], 0xA1, 0xDF)) {
        *weight += 35;
        return 2;
    }
    if (left >= 3 && p[0] == 0x8F && between(p[1], 0xA1, 0xFE) && between(p[2], 0xA1, 0xFE))
        return 3;
    if (!is_pair(p, left, 0xA1))
        return 0;
    *weight += between(p[0], 0xA4, 0xA5) ? 110 : between(p[0], 0xB0, 0xCF) ? 80 : between(p[0], 0xA1, 0xA3) ? 70 : 20;
    return 2;
}

static size_t read_big5(const unsigned char *p, size_t left, unsigned *weight)
{
    if (left < 2 || !between(p[0], 0xA1, 0xF9) || !(between(p[1], 0x40, 0x7E) || between(p[1], 0xA1, 0xFE)))
        return 0;
    *weight += between(p[0], 0xA4, 0xC6) ? 85 : between(p[0], 0xA1, 0xA3) ? 50 : between(p[0], 0xC9, 0xF9) ? 30 : 0;
    return 2;
}

static size_t read_euc_kr(const unsigned char *p, size_t left, unsigned *weight)
{
    if (!is_pair(p, left, 0xA1))
        return 0;
    *weight += between(p[0], 0xB0, 0xC8) ? 92 : between(p[0], 0xA1, 0xA3) ? 50 : 0;
    return 2;
}

/* "ç" and a letter, within a word in Latin letters, as cp437 writes it, make a character of CP932. */
static bool is_western(const unsigned char *bytes, size_t size, size_t at)
{
    bool after_letter = at > 0 && g_ascii_isalpha(bytes[at - 1]);
    bool starts = at == 0 || strchr("/ _-", bytes[at - 1]) != NULL;
    bool before_letter = at + 2 < size && g_ascii_islower(bytes[at + 2]);
    return at + 1 < size && g_ascii_islower(bytes[at + 1]) && (after_letter || (starts && before_letter));
}

/* The average weight of characters above 127, or -1. */
static int judge(const unsigned char *bytes, size_t size, reader read)
{
    unsigned weight = 0, count = 0;
    for (size_t at = 0; at < size;) {
        if (bytes[at] < 0x80) {
            at++;
            continue;
        }
        unsigned before = weight;
        size_t length = read(bytes + at, size - at, &weight);
        if (length == 0)
            return -1;
        if (read == read_shift_jis && is_western(bytes, size, at))
            weight = before;
        at += length;
        count++;
    }
    return count > 0 ? (int)(weight / count) : -1;
}

/* A few bytes of CP932 (﨑山) can be one Hangul in UTF-8, with a letter that comes from nowhere. */
static bool is_utf8_by_chance(const char *bytes, size_t size)
{
    unsigned count = 0;
    for (const char *p = bytes; p < bytes + size; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        count += c >= 0x80;
        if (c >= 0x80 && !between(c, 0xAC00, 0xD7A3))
            return false;
    }
    return count <= 2 && judge((const unsigned char *)bytes, size, read_shift_jis) >= 80;
}

const char *sks_name_charset(const void *bytes, size_t size)
{
    static const struct {
        const char *charset;
        reader read;
    } candidates[] = {
        {"shift_jis", read_shift_jis}, {"euc-jp", read_euc_jp}, {"gb18030", read_gb18030},
        {"euc-kr", read_euc_kr},       {"big5", read_big5},
    };
    const unsigned char *start = bytes;
    size_t high = 0;
    for (size_t i = 0; i < size; i++)
        high += start[i] >= 0x80;
    if (high == 0)
        return "us-ascii";
    if (g_utf8_validate_len(bytes, size, NULL) && !is_utf8_by_chance(bytes, size))
        return "utf-8";
    const char *best = "ibm437";
    int most = 25; /* below, it is more likely a Western name or none at all */
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        int weight = judge(start, size, candidates[i].read);
        /* With few characters Korean can't be told from Chinese, which is the commoner. */
        if (weight >= 0 && candidates[i].read == read_euc_kr && high < 8)
            weight -= 10;
        if (weight > most) {
            most = weight;
            best = candidates[i].charset;
        }
    }
    return best;
}

bool sks_name_charset_is_foreign(const char *charset)
{
    static const char *const foreign[] = {"gb18030", "big5", "euc-kr"};
    for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++) {
        if (strcmp(charset, foreign[i]) == 0)
            return true;
    }
    return false;
}

/* What is decoded: a name is one line, and shorter. */
enum use {
    USE_NAME,
    USE_TEXT,
};

static size_t ceiling_of(enum use use)
{
    return use == USE_NAME ? SKS_LIMIT_FILE_NAME_SIZE : SKS_LIMIT_DOCUMENT_TEXT;
}

static char *clean(const char *text, enum use use)
{
    GString *cleaned = g_string_new(NULL);
    for (const char *p = text; *p != '\0' && cleaned->len < ceiling_of(use); p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        if (control && use == USE_TEXT && (c == '\t' || c == '\n'))
            control = false;
        if (use == USE_TEXT && c == '\r')
            continue;
        g_string_append_unichar(cleaned, control ? 0xFFFD : c);
    }
    return g_string_free(cleaned, FALSE);
}

/* NUL would end the text for every later reader, so it becomes a visible mark, too. */
static char *clean_units(UChar *units, int32_t count, enum use use)
{
    for (int32_t i = 0; i < count; i++) {
        if (units[i] == 0)
            units[i] = 0xFFFD;
    }
    int32_t size = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8WithSub(NULL, 0, &size, units, count, 0xFFFD, NULL, &status);
    g_autofree char *text = g_malloc((size_t)size + 1);
    status = U_ZERO_ERROR;
    u_strToUTF8WithSub(text, size + 1, &size, units, count, 0xFFFD, NULL, &status);
    if (U_FAILURE(status))
        return g_strdup("");
    text[size] = '\0';
    return clean(text, use);
}

static char *decode(const void *bytes, size_t size, const char *charset, enum use use)
{
    const char *converter_name = strcmp(charset, "shift_jis") == 0  ? "windows-31j"
                                 : strcmp(charset, "us-ascii") == 0 ? "utf-8"
                                                                    : charset;
    int32_t length = (int32_t)MIN(size, ceiling_of(use));
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(converter_name, &status);
    if (U_FAILURE(status)) {
        g_autofree char *valid = g_utf8_make_valid(bytes, length);
        return clean(valid, use);
    }
    int32_t room = length * 2 + 8;
    g_autofree UChar *units = g_new(UChar, (size_t)room);
    int32_t count = ucnv_toUChars(converter, units, room, bytes, length, &status);
    ucnv_close(converter);
    return clean_units(units, U_FAILURE(status) ? 0 : count, use);
}

static char *decode_utf16(const void *bytes, size_t size, enum use use)
{
    const unsigned char *p = bytes;
    int32_t count = (int32_t)MIN(size / 2, ceiling_of(use));
    g_autofree UChar *units = g_new(UChar, (size_t)count + 1);
    for (int32_t i = 0; i < count; i++)
        units[i] = (UChar)(p[2 * i] | p[2 * i + 1] << 8);
    return clean_units(units, count, use);
}

char *sks_name_encode_windows(const char *text)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t units = 0, room = (int32_t)MIN(strlen(text), SKS_LIMIT_FILE_NAME_SIZE) * 2 + 8;
    g_autofree UChar *wide = g_new(UChar, (size_t)room);
    u_strFromUTF8(wide, room, &units, text, (int32_t)MIN(strlen(text), SKS_LIMIT_FILE_NAME_SIZE), &status);
    UConverter *converter = U_SUCCESS(status) ? ucnv_open("windows-31j", &status) : NULL;
    if (converter == NULL || U_FAILURE(status))
        return NULL;
    g_autofree char *bytes = g_malloc((size_t)room);
    ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    ucnv_fromUChars(converter, bytes, room, wide, units, &status);
    ucnv_close(converter);
    return U_SUCCESS(status) ? g_steal_pointer(&bytes) : NULL;
}

char *sks_name_decode(const void *bytes, size_t size, const char *charset)
{
    return decode(bytes, size, charset, USE_NAME);
}

char *sks_name_decode_utf16(const void *bytes, size_t size)
{
    return decode_utf16(bytes, size, USE_NAME);
}

char *sks_text_decode(const void *bytes, size_t size, const char *charset)
{
    return decode(bytes, size, charset, USE_TEXT);
}

char *sks_text_decode_utf16(const void *bytes, size_t size)
{
    return decode_utf16(bytes, size, USE_TEXT);
}

char *sks_text_decode_office(const void *bytes, size_t count, bool wide)
{
    const unsigned char *p = bytes;
    int32_t length = (int32_t)MIN(count, SKS_LIMIT_DOCUMENT_TEXT);
    g_autofree UChar *units = g_new(UChar, (size_t)length + 1);
    for (int32_t i = 0; i < length; i++) {
        units[i] = wide ? (UChar)(p[2 * i] | p[2 * i + 1] << 8) : p[i];
        if (units[i] == '\r' || units[i] == 0x0B)
            units[i] = '\n';
    }
    return clean_units(units, length, USE_TEXT);
}

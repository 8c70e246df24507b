/*
 * Bytes → UTF-8. Which charset is decided first, by what the bytes are and only then by what they claim to be:
 *
 *   - byte order marks, ISO-2022 escapes and well-formed UTF-8 speak for themselves;
 *   - a declared charset is believed as long as the bytes look like text in it;
 *   - else the candidates are scored (charset-score.c), and ICU's detector is asked last.
 *
 * Then ICU converts. ISO-2022-JP goes through EUC-JP (iso-2022-jp.c).
 */
#include "message/charset.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "base/buffer.h"
#include "base/unicode.h"
#include "message/charset-table.h"
#include "message/iso-2022-jp.h"

#define SAMPLE_SIZE 4096u /* bytes looked at for a guess, from the first one above 127 */
#define PLAUSIBLE   0.3
#define MARGIN      1.0 /* by which another charset must beat the declared one */
#define REPLACEMENT "\xEF\xBF\xBD"

/* What the bytes show at a first look. */
struct survey {
    size_t first_high; /* size if none */
    bool japanese_escape;
    bool other_escape; /* ISO-2022-KR or -CN */
    size_t zero_even, zero_odd;
};

static void survey_bytes(struct survey *out_survey, const unsigned char *bytes, size_t size)
{
    *out_survey = (struct survey){.first_high = sks_unicode_ascii((const char *)bytes, size)};
    const unsigned char *at = bytes, *end = bytes + size;
    while (at < end && (at = memchr(at, '\033', (size_t)(end - at))) != NULL) {
        size_t left = (size_t)(end - at);
        if (left >= 4 && at[1] == '$' && at[2] == ')' && (at[3] == 'C' || at[3] == 'A' || at[3] == 'G')) {
            out_survey->other_escape = true;
            break;
        }
        if (left >= 3 && ((at[1] == '$' && strchr("B@(A", at[2]) != NULL) || (at[1] == '(' && at[2] == 'I'))) {
            out_survey->japanese_escape = true;
            break;
        }
        at++;
    }
    size_t sample = MIN(size, SAMPLE_SIZE);
    const unsigned char *zero = memchr(bytes, 0, sample);
    for (size_t i = zero != NULL ? (size_t)(zero - bytes) : sample; i < sample; i++)
        if (bytes[i] == 0)
            (i % 2 == 0 ? (out_survey->zero_even++) : (out_survey->zero_odd++));
}

/* How far bytes are UTF-8: counts of well-formed sequences by length, and of bytes that fit nowhere. */
struct utf8_survey {
    size_t two, longer, bad;
};

static void survey_utf8(struct utf8_survey *out_survey, const unsigned char *bytes, size_t size)
{
    *out_survey = (struct utf8_survey){0};
    for (size_t i = 0; i < size;) {
        if (bytes[i] < 0x80) {
            i += sks_unicode_ascii((const char *)bytes + i, size - i);
            continue;
        }
        size_t start = i;
        UChar32 character;
        U8_NEXT(bytes, i, size, character);
        if (character < 0) {
            if (size - start < 4 && i == size && (bytes[start] & 0xC0) == 0xC0 && i - start == size - start)
                break; /* cut at the end */
            out_survey->bad++;
        } else if (i - start == 2) {
            out_survey->two++;
        } else {
            out_survey->longer++;
        }
    }
}

static const struct sks_charset *guess_by_icu(const unsigned char *bytes, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&status);
    const struct sks_charset *charset = NULL;
    ucsdet_setText(detector, (const char *)bytes, (int32_t)size, &status);
    const UCharsetMatch *match = ucsdet_detect(detector, &status);
    if (U_SUCCESS(status) && match != NULL && ucsdet_getConfidence(match, &status) >= 25)
        charset = sks_charset_find(ucsdet_getName(match, &status));
    ucsdet_close(detector);
    return charset != NULL && charset->kind == SKS_CHARSET_SINGLE ? charset : NULL;
}

/* The best of the candidates for bytes above 127 that are not UTF-8. */
static const struct sks_charset *guess(double *out_score, const unsigned char *bytes, size_t size)
{
    static const char *const candidates[] = {"shift_jis", "euc-jp",       "gb18030",      "big5",
                                             "euc-kr",    "windows-1252", "windows-1251", "koi8-r"};
    const struct sks_charset *best = NULL;
    *out_score = -100;
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        const struct sks_charset *charset = sks_charset_get(candidates[i]);
        double score = sks_charset_score(charset, bytes, size);
        if (score > *out_score) {
            *out_score = score;
            best = charset;
        }
    }
    if (*out_score >= PLAUSIBLE)
        return best;
    const struct sks_charset *other = guess_by_icu(bytes, size);
    return other != NULL ? other : *out_score > -2 ? best : sks_charset_get("windows-1252");
}

static const struct sks_charset *by_mark(size_t *out_skip, const unsigned char *bytes, size_t size,
                                         const struct survey *survey)
{
    *out_skip = 0;
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        *out_skip = 3;
        return sks_charset_get("utf-8");
    }
    if (size >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
        *out_skip = 2;
        return sks_charset_get(bytes[0] == 0xFF ? "utf-16le" : "utf-16be");
    }
    size_t half = MIN(size, SAMPLE_SIZE) / 2;
    if (half >= 4 && survey->zero_odd > half / 3 && survey->zero_even <= half / 16)
        return sks_charset_get("utf-16le");
    if (half >= 4 && survey->zero_even > half / 3 && survey->zero_odd <= half / 16)
        return sks_charset_get("utf-16be");
    return NULL;
}

/* UTF-8, unless so little speaks for it that another charset of two bytes may as well be meant. */
static bool is_utf8(const struct utf8_survey *utf8, const struct sks_charset *declared)
{
    if (utf8->bad > 0)
        return false;
    bool pairs_declared =
        declared != NULL && declared->kind >= SKS_CHARSET_SHIFT_JIS && declared->kind <= SKS_CHARSET_EUC_KR;
    return utf8->longer > 0 || utf8->two >= (pairs_declared ? 4 : 1);
}

static const struct sks_charset *choose_high(const unsigned char *bytes, size_t size, const struct survey *survey,
                                             const struct sks_charset *declared)
{
    struct utf8_survey utf8;
    survey_utf8(&utf8, bytes, size);
    if (is_utf8(&utf8, declared))
        return sks_charset_get("utf-8");
    bool says_utf8 = declared != NULL && declared->kind == SKS_CHARSET_UTF8;
    if (says_utf8 && (utf8.bad == 0 || utf8.longer + utf8.two >= 4 * utf8.bad))
        return declared;
    if (declared != NULL && declared->kind == SKS_CHARSET_SINGLE)
        return declared;
    const unsigned char *sample = bytes + survey->first_high;
    size_t sample_size = MIN(size - survey->first_high, SAMPLE_SIZE);
    if (survey->first_high > 0) { /* what stands before the first tells letters from pairs */
        sample--;
        sample_size++;
    }
    if (declared != NULL && declared->kind >= SKS_CHARSET_SHIFT_JIS && declared->kind <= SKS_CHARSET_EUC_KR) {
        double own = sks_charset_score(declared, sample, sample_size);
        double score;
        const struct sks_charset *other = own > PLAUSIBLE + MARGIN ? NULL : guess(&score, sample, sample_size);
        if (other != NULL && declared->kind == SKS_CHARSET_GB && other->kind == SKS_CHARSET_EUC_JP)
            sks_charset_score_gb(&own, &score, sample, sample_size);
        if (other == NULL || score < PLAUSIBLE || score <= own + MARGIN)
            return declared;
        /* Rare kanji are still kanji: single bytes are meant only where pairs don't fit at all. */
        return other->kind > SKS_CHARSET_EUC_KR && own > -4 ? declared : other;
    }
    double score;
    const struct sks_charset *best = guess(&score, sample, sample_size);
    if (declared != NULL && declared->kind == SKS_CHARSET_LATIN)
        return score > PLAUSIBLE && score > sks_charset_score(declared, sample, sample_size) + MARGIN ? best : declared;
    if (says_utf8)
        return score > PLAUSIBLE ? best : declared;
    return best;
}

/* The charset to decode by; bytes before out_skip are a byte order mark. */
static const struct sks_charset *choose(size_t *out_skip, const unsigned char *bytes, size_t size,
                                        const struct sks_charset *declared)
{
    struct survey survey;
    survey_bytes(&survey, bytes, size);
    const struct sks_charset *marked = by_mark(out_skip, bytes, size, &survey);
    if (marked != NULL)
        return marked;
    if (declared != NULL && declared->kind == SKS_CHARSET_WIDE)
        return size % 2 == 0 && survey.first_high < size ? declared : choose(out_skip, bytes, size, NULL);
    if (survey.other_escape)
        return sks_charset_get(memmem(bytes, size, "\033$)C", 4) != NULL ? "iso-2022-kr" : "iso-2022-cn");
    if (survey.japanese_escape)
        return sks_charset_get("iso-2022-jp");
    if (declared != NULL && declared->kind == SKS_CHARSET_SEVEN && survey.first_high == size)
        return declared;
    if (survey.first_high == size)
        return declared != NULL ? declared : sks_charset_get("us-ascii");
    return choose_high(bytes, size, &survey, declared);
}

static void add_replacement(struct sks_buffer *out, size_t *replaced)
{
    sks_buffer_add(out, REPLACEMENT, 3);
    (*replaced)++;
}

static void add_utf8(struct sks_buffer *out, size_t *replaced, const unsigned char *bytes, size_t size)
{
    const char *at = (const char *)bytes, *end = at + size;
    while (at < end && !out->cut) {
        size_t good;
        sks_unicode_is_utf8(at, (size_t)(end - at), &good);
        sks_buffer_add(out, at, good);
        at += good;
        if (at == end)
            break;
        if (*at == '\0') { /* nobody sees it */
            at++;
            continue;
        }
        int32_t i = 0, left = (int32_t)MIN(end - at, 8);
        UChar32 character;
        U8_NEXT((const uint8_t *)at, i, left, character);
        (void)character;
        at += i;
        add_replacement(out, replaced);
    }
}

/* ICU writes SUB, not U+FFFD, for a single byte that is not in some charsets. */
static void add_utf16(struct sks_buffer *out, size_t *replaced, const UChar *text, int32_t length, bool has_sub)
{
    uint8_t bytes[1024];
    size_t size = 0;
    for (int32_t i = 0; i < length && !out->cut;) {
        while (i < length && size < sizeof bytes - U8_MAX_LENGTH && text[i] > 0x1A && text[i] < 0x80)
            bytes[size++] = (uint8_t)text[i++];
        if (i == length)
            break;
        UChar32 character;
        U16_NEXT(text, i, length, character);
        if (character == 0)
            continue;
        if (character == 0xFFFD || U_IS_SURROGATE(character) || (character == 0x1A && !has_sub)) {
            character = 0xFFFD;
            (*replaced)++;
        }
        U8_APPEND_UNSAFE(bytes, size, character);
        if (size + U8_MAX_LENGTH > sizeof bytes) {
            sks_buffer_add(out, bytes, size);
            size = 0;
        }
    }
    sks_buffer_add(out, bytes, size);
}

static void add_converted(struct sks_buffer *out, size_t *replaced, const char *converter_name,
                          const unsigned char *bytes, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(converter_name, &status);
    if (U_FAILURE(status)) {
        add_utf8(out, replaced, bytes, size);
        return;
    }
    UChar text[2048];
    bool has_sub = memchr(bytes, 0x1A, size) != NULL;
    int32_t held = 0; /* a leading surrogate that waits for the other half */
    const char *at = (const char *)bytes, *end = at + size;
    do {
        UChar *to = text + held;
        status = U_ZERO_ERROR;
        ucnv_toUnicode(converter, &to, text + G_N_ELEMENTS(text), &at, end, NULL, TRUE, &status);
        int32_t length = (int32_t)(to - text);
        bool more = status == U_BUFFER_OVERFLOW_ERROR;
        held = more && length > 0 && U16_IS_LEAD(text[length - 1]) ? 1 : 0;
        add_utf16(out, replaced, text, length - held, has_sub);
        if (held > 0)
            text[0] = text[length - 1];
    } while (status == U_BUFFER_OVERFLOW_ERROR && !out->cut);
    ucnv_close(converter);
}

/* EUC-JP with the vendors' characters. */
static void add_euc_jp(struct sks_buffer *out, size_t *replaced, const char *converter, const unsigned char *bytes,
                       size_t size)
{
    if (!sks_euc_jp_has_ibm(bytes, size)) {
        add_converted(out, replaced, converter, bytes, size);
        return;
    }
    struct sks_buffer euc;
    sks_buffer_init(&euc, size + 1);
    sks_euc_jp_from_ms(&euc, bytes, size);
    add_converted(out, replaced, converter, (const unsigned char *)euc.data, euc.size);
    sks_buffer_finish(&euc);
}

static bool escapes_lost(const struct sks_charset *declared, const unsigned char *bytes, size_t size)
{
    return declared != NULL && declared->kind == SKS_CHARSET_ISO_2022_JP && memchr(bytes, '\033', size) == NULL &&
           memmem(bytes, size, "$B", 2) != NULL;
}

/* A ceiling may cut inside a character: drops what is left of it. */
static void drop_partial(struct sks_buffer *out)
{
    size_t back = 0;
    while (back < 3 && back < out->size && ((unsigned char)out->data[out->size - 1 - back] & 0xC0) == 0x80)
        back++;
    if (back >= out->size)
        return;
    unsigned char lead = (unsigned char)out->data[out->size - 1 - back];
    size_t wanted = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (back < wanted) {
        out->size -= back + 1;
        out->data[out->size] = '\0';
    }
}

void sks_charset_decode(struct sks_decoded *out_decoded, const void *bytes, size_t size, const char *declared,
                        size_t ceiling)
{
    struct sks_buffer out;
    sks_buffer_init(&out, ceiling);
    const struct sks_charset *label = sks_charset_find(declared);
    size_t replaced = 0, skip;
    if (bytes == NULL)
        bytes = "";
    const struct sks_charset *charset = choose(&skip, bytes, size, label);
    const unsigned char *at = (const unsigned char *)bytes + skip;
    size -= skip;
    if (charset->kind == SKS_CHARSET_ISO_2022_JP) {
        struct sks_buffer euc;
        sks_buffer_init(&euc, size * 2 + 16);
        sks_iso_2022_jp_to_euc(&euc, at, size, escapes_lost(label, at, size));
        add_euc_jp(&out, &replaced, charset->icu, (const unsigned char *)euc.data, euc.size);
        sks_buffer_finish(&euc);
    } else if (charset->kind == SKS_CHARSET_EUC_JP) {
        add_euc_jp(&out, &replaced, charset->icu, at, size);
    } else if (charset->kind == SKS_CHARSET_UTF8 || charset->kind == SKS_CHARSET_ASCII) {
        add_utf8(&out, &replaced, at, size);
    } else {
        add_converted(&out, &replaced, charset->icu, at, size);
    }
    if (out.cut)
        drop_partial(&out);
    bool ascii_meant = label == NULL || (label->kind == SKS_CHARSET_ASCII && charset->kind == SKS_CHARSET_ASCII);
    *out_decoded = (struct sks_decoded){
        .charset = charset->name,
        .mismatch = label != NULL && !ascii_meant && charset != label &&
                    !(label->kind == SKS_CHARSET_WIDE && charset->kind == SKS_CHARSET_WIDE),
        .replaced = replaced,
    };
    out_decoded->text = sks_buffer_take(&out, &out_decoded->size);
    sks_buffer_finish(&out);
}

const char *sks_charset_detect(const void *bytes, size_t size)
{
    size_t skip;
    return choose(&skip, bytes != NULL ? bytes : "", size, NULL)->name;
}

void sks_charset_prepare(void)
{
    for (const struct sks_charset *charset = sks_charset_all(); charset->name != NULL; charset++) {
        UErrorCode status = U_ZERO_ERROR;
        /* ICU keeps what a converter has loaded after it is closed. */
        ucnv_close(ucnv_open(charset->icu, &status));
    }
    sks_charset_find("utf-8");
    double score;
    guess(&score, (const unsigned char *)"\xFF\xFF\xFF\xFF", 4); /* loads the detector */
}

/*
 * Transfer encodings.
 *
 * Base64 is decoded here: what is no letter of it is skipped, and padding isn't needed. Padding in the middle begins a
 * new piece (mailers do put two encoded pieces one after the other), since it would shift all that follows. libetpan
 * does the same letter by letter, and moves large content into a temporary file, which a worker can't open.
 *
 * Quoted-printable is decoded here, too: libetpan makes "=ZZ" a NUL, loses the soft line break that has trailing white
 * space, and drops a "=" at the end.
 */
#include "message/transfer.h"

#include <stdint.h>
#include <string.h>

#define PIECES 1000u /* base64 pieces of one part that are put together */

/* What a look over base64 shows. */
struct survey {
    size_t letters, junk, spaces;
};

static bool is_base64(unsigned char c)
{
    return g_ascii_isalnum(c) || c == '+' || c == '/';
}

/* What a byte is: the six bits of a letter (below 64), or one of these. */
enum { JUNK = 64, SPACE, IGNORED };

static const uint8_t *classes_of_bytes(void)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static uint8_t classes[256];
    static gsize once;
    if (g_once_init_enter(&once)) {
        memset(classes, JUNK, sizeof classes);
        for (uint8_t i = 0; i < 64; i++)
            classes[(unsigned char)letters[i]] = i;
        classes[' '] = SPACE;
        classes['\r'] = classes['\n'] = classes['\t'] = classes['='] = IGNORED;
        g_once_init_leave(&once, 1);
    }
    return classes;
}

static struct survey survey_base64(const char *bytes, size_t size)
{
    const uint8_t *classes = classes_of_bytes();
    size_t counts[3] = {0};
    struct survey survey = {0};
    for (size_t i = 0; i < size; i++) {
        uint8_t class = classes[(unsigned char)bytes[i]];
        if (class < 64)
            survey.letters++;
        else
            counts[class - JUNK]++;
    }
    survey.junk = counts[0];
    survey.spaces = counts[SPACE - JUNK];
    return survey;
}

/* Letters that complete no byte at the end are the rest of one that was cut off; a single one becomes a byte, too. */
static void add_piece(GByteArray *out, const char *bytes, size_t size)
{
    const uint8_t *classes = classes_of_bytes();
    guint before = out->len;
    g_byte_array_set_size(out, before + (guint)(size / 4 + 1) * 3);
    guint8 *to = out->data + before;
    uint32_t group = 0;
    unsigned count = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t value = classes[(unsigned char)bytes[i]];
        if (value >= 64)
            continue;
        group = group << 6 | value;
        if (++count == 4) {
            *to++ = (guint8)(group >> 16);
            *to++ = (guint8)(group >> 8);
            *to++ = (guint8)group;
            count = 0;
        }
    }
    if (count > 0)
        *to++ = (guint8)(group << (24 - 6 * count) >> 16);
    if (count == 3)
        *to++ = (guint8)(group << 6 >> 8);
    g_byte_array_set_size(out, (guint)(to - out->data));
}

/* Whether base64 goes on behind padding: the next line that isn't empty has nothing else in it. */
static bool goes_on(const char *at, const char *end)
{
    while (at < end && (*at == '\r' || *at == '\n' || *at == '='))
        at++;
    size_t length = 0;
    while (at < end && *at != '\n' && *at != '\r' && *at != '=') {
        if (!is_base64((unsigned char)*at))
            return false;
        at++;
        length++;
    }
    return length > 1;
}

static GByteArray *decode_base64(bool *out_mended, const char *bytes, size_t size)
{
    struct survey survey = survey_base64(bytes, size);
    *out_mended = survey.junk > 0;
    if (survey.spaces > survey.letters / 10 || survey.junk > survey.letters / 4) {
        /* Text that only claims to be base64; but a list's footer below base64 is junk at its end. */
        const char *padding = memchr(bytes, '=', size);
        if (padding == NULL || survey_base64(bytes, (size_t)(padding - bytes)).junk > 0) {
            *out_mended = true;
            return NULL;
        }
    }
    GByteArray *out = g_byte_array_sized_new((guint)(survey.letters * 3 / 4 + 4));
    const char *at = bytes, *end = bytes + size;
    for (unsigned piece = 0; at < end; piece++) {
        const char *padding = piece < PIECES ? memchr(at, '=', (size_t)(end - at)) : NULL;
        const char *stop = padding != NULL ? padding : end;
        add_piece(out, at, (size_t)(stop - at));
        if (padding == NULL)
            break;
        if (!goes_on(padding, end)) {
            *out_mended |= survey_base64(padding, (size_t)(end - padding)).letters > 0;
            break;
        }
        *out_mended = true;
        at = padding + 1;
    }
    if (survey.letters % 4 == 1)
        *out_mended = true;
    return out;
}

/* The place behind a soft line break ("=", white space, line end), or NULL if there is none at "=". */
static const char *soft_break(const char *at, const char *end)
{
    for (at++; at < end && (*at == ' ' || *at == '\t'); at++)
        ;
    if (at == end)
        return end;
    if (*at == '\r' && at + 1 < end && at[1] == '\n')
        return at + 2;
    return *at == '\n' || *at == '\r' ? at + 1 : NULL;
}

static GByteArray *decode_quoted_printable(bool *out_mended, const char *bytes, size_t size)
{
    GByteArray *out = g_byte_array_sized_new((guint)size);
    g_byte_array_set_size(out, (guint)size); /* it becomes no longer */
    guint8 *to = out->data;
    const char *at = bytes, *end = bytes + size;
    *out_mended = false;
    while (at < end) {
        const char *mark = memchr(at, '=', (size_t)(end - at));
        if (mark == NULL)
            mark = end;
        memcpy(to, at, (size_t)(mark - at));
        to += mark - at;
        if (mark == end)
            break;
        if (end - mark > 2 && g_ascii_isxdigit(mark[1]) && g_ascii_isxdigit(mark[2])) {
            *to++ = (guint8)(g_ascii_xdigit_value(mark[1]) << 4 | g_ascii_xdigit_value(mark[2]));
            at = mark + 3;
            continue;
        }
        const char *behind = soft_break(mark, end);
        if (behind == NULL) {
            *out_mended = true;
            *to++ = '=';
            behind = mark + 1;
        }
        at = behind;
    }
    g_byte_array_set_size(out, (guint)(to - out->data));
    return out;
}

static bool line_at(const char **out_end, size_t *out_next, const char *bytes, size_t size, size_t at)
{
    if (at >= size)
        return false;
    const char *end = memchr(bytes + at, '\n', size - at);
    *out_next = end != NULL ? (size_t)(end - bytes) + 1 : size;
    *out_end = end != NULL ? end : bytes + size;
    if (*out_end > bytes + at && (*out_end)[-1] == '\r')
        (*out_end)--;
    return true;
}

/* One line of uuencode; false if it is none. */
static bool add_uu_line(GByteArray *out, const char *line, const char *end)
{
    if (line >= end || line[0] < ' ' || line[0] > '`')
        return false;
    size_t length = (size_t)(line[0] - ' ') & 63, got = 0;
    size_t letters = (length + 2) / 3 * 4, have = (size_t)(end - line) - 1;
    if (have > letters + 2) /* some programs add a checksum */
        return false;
    for (size_t i = 0; i < letters && got < length; i += 4) {
        unsigned value = 0;
        for (size_t k = 0; k < 4; k++) {
            char c = i + k < have ? line[1 + i + k] : ' '; /* trailing spaces get lost on the way */
            if (c < ' ' || c > '`')
                return false;
            value = value << 6 | ((unsigned)(c - ' ') & 63);
        }
        guint8 group[3] = {(guint8)(value >> 16), (guint8)(value >> 8), (guint8)value};
        size_t take = MIN(3, length - got);
        g_byte_array_append(out, group, (guint)take);
        got += take;
    }
    return true;
}

static bool read_uu_file(struct sks_uu_file *out_file, const char *bytes, size_t size, size_t at)
{
    const char *end, *line = bytes + at;
    size_t next;
    if (!line_at(&end, &next, bytes, size, at) || end - line < 10)
        return false;
    size_t digits = 6;
    while (line + digits < end && line[digits] >= '0' && line[digits] <= '7')
        digits++;
    if (digits < 9 || digits > 10 || line + digits + 1 >= end || line[digits] != ' ')
        return false;
    struct sks_uu_file file = {.begin = at,
                               .name = line + digits + 1,
                               .name_size = (size_t)(end - line) - digits - 1,
                               .content = g_byte_array_new()};
    while (line_at(&end, &next, bytes, size, at = next)) {
        line = bytes + at;
        if (end - line >= 3 && memcmp(line, "end", 3) == 0 && end - line <= 4) {
            file.end = next;
            break;
        }
        if (line == end || line[0] == '`') /* the empty last line */
            continue;
        if (!add_uu_line(file.content, line, end))
            break;
    }
    if (file.end == 0)
        file.end = at; /* not closed: what was read counts */
    if (file.content->len == 0) {
        g_byte_array_unref(file.content);
        return false;
    }
    *out_file = file;
    return true;
}

bool sks_uu_find(struct sks_uu_file *out_file, const char *bytes, size_t size, size_t from)
{
    while (from < size) {
        const char *found = memmem(bytes + from, size - from, "begin ", 6);
        if (found == NULL)
            return false;
        size_t at = (size_t)(found - bytes);
        if ((at == 0 || bytes[at - 1] == '\n' || bytes[at - 1] == '\r') && read_uu_file(out_file, bytes, size, at))
            return true;
        from = at + 6;
    }
    return false;
}

static GByteArray *decode_uu(bool *out_mended, const char *bytes, size_t size)
{
    struct sks_uu_file file;
    *out_mended = true;
    if (!sks_uu_find(&file, bytes, size, 0))
        return NULL;
    *out_mended = false;
    return file.content;
}

GByteArray *sks_transfer_decode(bool *out_mended, const char *encoding, const char *bytes, size_t size)
{
    *out_mended = false;
    if (strcmp(encoding, "base64") == 0)
        return decode_base64(out_mended, bytes, size);
    if (strcmp(encoding, "quoted-printable") == 0)
        return decode_quoted_printable(out_mended, bytes, size);
    if (strcmp(encoding, "x-uuencode") == 0 || strcmp(encoding, "uuencode") == 0 || strcmp(encoding, "x-uue") == 0)
        return decode_uu(out_mended, bytes, size);
    return NULL;
}

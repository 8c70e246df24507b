/* Reads properties by their numbers (MS-OXPROPS) and writes them as RFC 5322 and MIME. */
#include "attachment/outlook.h"

#include <glib.h>
#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-memory.h>
#include <string.h>

#include "attachment/bytes.h"
#include "attachment/names.h"
#include "attachment/ole.h"
#include "attachment/rtf.h"
#include "sekisho/limits.h"

#define RECIPIENTS 200u

/* Numbers of properties. */
#define SUBJECT         "0037"
#define HEADERS         "007D"
#define BODY            "1000"
#define HTML            "1013"
#define SENDER_NAME     "0C1A"
#define SENDER_SMTP     "5D01"
#define SENDER_ADDRESS  "0C1F"
#define MESSAGE_ID      "1035"
#define REFERENCES      "1039"
#define RECIPIENT_NAME  "3001"
#define RECIPIENT_SMTP  "39FE"
#define RECIPIENT_EMAIL "3003"
#define FILE_NAME       "3707"
#define FILE_SHORT_NAME "3704"
#define FILE_TYPE       "370E"
#define FILE_DATA       "__substg1.0_37010102"
#define FILE_MESSAGE    "__substg1.0_3701000D"
#define CLIENT_SUBMIT   0x00390040u
#define DELIVERY        0x0E060040u

static GsfInfile *open_bytes(const void *bytes, size_t size)
{
    GsfInput *input = gsf_input_memory_new(bytes, (gsf_off_t)size, FALSE);
    GsfInfile *ole = input != NULL ? gsf_infile_msole_new(input, NULL) : NULL;
    if (input != NULL)
        g_object_unref(input);
    return ole;
}

/* A text property, or NULL; no NUL at its end counts. g_free(). */
static char *read_text(GsfInfile *storage, const char *number, size_t ceiling)
{
    size_t size = 0;
    g_autofree char *wide = g_strdup_printf("__substg1.0_%s001F", number);
    g_autofree char *narrow = g_strdup_printf("__substg1.0_%s001E", number);
    g_autofree unsigned char *bytes = sks_ole_stream(storage, wide, ceiling, &size);
    if (bytes != NULL)
        return sks_text_decode_utf16(bytes, size);
    g_autofree unsigned char *raw = sks_ole_stream(storage, narrow, ceiling, &size);
    return raw != NULL ? sks_text_decode(raw, size, sks_name_charset(raw, size)) : NULL;
}

/* The same as one line, "" without it. */
static char *read_line(GsfInfile *storage, const char *number)
{
    char *text = read_text(storage, number, SKS_LIMIT_HEADER_SIZE);
    return text != NULL ? g_strstrip(g_strdelimit(text, "\r\n\t", ' ')) : g_strdup("");
}

/* A time among the properties of fixed size, as Unix time, or 0. skip: bytes before the first. */
static int64_t read_time(GsfInfile *storage, size_t skip, uint32_t tag)
{
    size_t size = 0;
    g_autofree unsigned char *bytes = sks_ole_stream(storage, "__properties_version1.0", 65536, &size);
    for (size_t at = skip; bytes != NULL && at + 16 <= size; at += 16) {
        if (sks_le32(bytes + at) != tag)
            continue;
        int64_t seconds = sks_windows_time(sks_le64(bytes + at + 8));
        return seconds < 253402300800 ? seconds : 0; /* the year 10000 */
    }
    return 0;
}

/* "name: value" with the value as encoded words where it has to be. */
static void add_text_field(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, "%s:", name);
    if (g_str_is_ascii(value)) {
        g_string_append_printf(out, " %s\r\n", value);
        return;
    }
    for (const char *at = value; *at != '\0';) { /* 13 characters are at most 52 bytes: 72 as base64 */
        const char *end = at;
        for (int i = 0; i < 10 && *end != '\0'; i++)
            end = g_utf8_next_char(end);
        g_autofree char *word = g_base64_encode((const guchar *)at, (gsize)(end - at));
        g_string_append_printf(out, " =?UTF-8?B?%s?=\r\n", word);
        at = end;
    }
}

static void add_address_field(GString *out, const char *name, const char *shown, const char *address)
{
    g_autofree char *plain = g_strdelimit(g_strdup(shown), "\"\\<>", ' ');
    g_autofree char *bare = g_strdelimit(g_strdup(address), "<> \"", '_');
    if (*g_strstrip(plain) == '\0') {
        g_string_append_printf(out, "%s: <%s>\r\n", name, bare);
        return;
    }
    g_autofree char *quoted = g_strdup_printf("\"%s\"", plain);
    add_text_field(out, name, g_str_is_ascii(plain) ? quoted : plain);
    g_string_truncate(out, out->len - 2);
    g_string_append_printf(out, "\r\n <%s>\r\n", bare);
}

static void add_recipients(GString *out, GsfInfile *ole)
{
    for (unsigned n = 0; n < RECIPIENTS; n++) {
        g_autofree char *name = g_strdup_printf("__recip_version1.0_#%08X", n);
        GsfInput *child = gsf_infile_child_by_name(ole, name);
        if (child == NULL)
            return;
        if (GSF_IS_INFILE(child)) {
            g_autofree char *shown = read_line(GSF_INFILE(child), RECIPIENT_NAME);
            g_autofree char *smtp = read_line(GSF_INFILE(child), RECIPIENT_SMTP);
            g_autofree char *email = read_line(GSF_INFILE(child), RECIPIENT_EMAIL);
            add_address_field(out, "To", shown, *smtp != '\0' ? smtp : email);
        }
        g_object_unref(child);
    }
}

/* Where no header fields were kept. */
static void add_made_headers(GString *out, GsfInfile *ole, size_t skip)
{
    g_autofree char *name = read_line(ole, SENDER_NAME), *smtp = read_line(ole, SENDER_SMTP);
    g_autofree char *address = read_line(ole, SENDER_ADDRESS), *subject = read_line(ole, SUBJECT);
    g_autofree char *id = read_line(ole, MESSAGE_ID), *references = read_line(ole, REFERENCES);
    int64_t time = read_time(ole, skip, CLIENT_SUBMIT);
    if (time == 0)
        time = read_time(ole, skip, DELIVERY);
    add_address_field(out, "From", name, *smtp != '\0' ? smtp : address);
    add_recipients(out, ole);
    add_text_field(out, "Subject", subject);
    if (*id != '\0')
        add_text_field(out, "Message-ID", id);
    if (*references != '\0')
        add_text_field(out, "References", references);
    g_autoptr(GDateTime) date = time > 0 ? g_date_time_new_from_unix_utc(time) : NULL;
    if (date != NULL) { /* by hand: the names must not follow the locale */
        static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
        g_string_append_printf(out, "Date: %d %.3s %d %02d:%02d:%02d +0000\r\n", g_date_time_get_day_of_month(date),
                               months + 3 * (g_date_time_get_month(date) - 1), g_date_time_get_year(date),
                               g_date_time_get_hour(date), g_date_time_get_minute(date), g_date_time_get_second(date));
    }
}

/* The fields that came, but for those that described a structure that is gone. */
static bool add_kept_headers(GString *out, GsfInfile *ole)
{
    g_autofree char *headers = read_text(ole, HEADERS, SKS_LIMIT_HEADERS_SIZE);
    if (headers == NULL || strchr(headers, ':') == NULL)
        return false;
    g_auto(GStrv) lines = g_strsplit(headers, "\n", -1);
    bool dropped = false;
    for (size_t i = 0; lines[i] != NULL; i++) {
        const char *line = g_strchomp(lines[i]);
        bool folded = line[0] == ' ' || line[0] == '\t';
        if (!folded)
            dropped = strchr(line, ':') == NULL || g_ascii_strncasecmp(line, "content-", 8) == 0 ||
                      g_ascii_strncasecmp(line, "mime-version:", 13) == 0;
        if (!dropped && *line != '\0')
            g_string_append_printf(out, "%s\r\n", line);
    }
    return out->len > 0;
}

static void add_base64(GString *out, const void *bytes, size_t size)
{
    g_autofree char *text = g_base64_encode(bytes, size);
    size_t length = strlen(text);
    for (size_t at = 0; at < length; at += 76)
        g_string_append_printf(out, "%.76s\r\n", text + at);
}

static void add_part(GString *out, const char *boundary, const char *type, const char *name, const void *bytes,
                     size_t size)
{
    g_string_append_printf(out, "--%s\r\nContent-Type: %s\r\n", boundary, type);
    if (name != NULL) {
        g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
        g_string_append_printf(out, "Content-Disposition: attachment; filename*=UTF-8''%s\r\n", escaped);
    }
    if (strcmp(type, "message/rfc822") == 0) { /* may not be encoded (RFC 2046) */
        g_string_append(out, "\r\n");
        g_string_append_len(out, bytes, (gssize)size);
        g_string_append(out, "\r\n");
        return;
    }
    g_string_append(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    add_base64(out, bytes, size);
}

static bool is_type(const char *type)
{
    const char *slash = strchr(type, '/');
    if (slash == NULL || slash == type || slash[1] == '\0' || strlen(type) > 100)
        return false;
    for (const char *at = type; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("/+-._", *at) == NULL)
            return false;
    return g_ascii_strncasecmp(type, "multipart/", 10) != 0 && g_ascii_strncasecmp(type, "message/", 8) != 0;
}

static void add_message(GString *out, GsfInfile *ole, size_t skip, unsigned depth, bool *out_headers);

static void add_attachment(GString *out, GsfInfile *storage, const char *boundary, unsigned depth)
{
    g_autofree char *long_name = read_line(storage, FILE_NAME), *short_name = read_line(storage, FILE_SHORT_NAME);
    g_autofree char *type = read_line(storage, FILE_TYPE);
    const char *name = *long_name != '\0' ? long_name : *short_name != '\0' ? short_name : "attachment";
    size_t size = 0;
    g_autofree unsigned char *bytes = sks_ole_stream(storage, FILE_DATA, SKS_LIMIT_MAIL_SIZE, &size);
    GsfInput *inner = gsf_infile_child_by_name(storage, FILE_MESSAGE);
    if (bytes != NULL) {
        add_part(out, boundary, is_type(type) ? type : "application/octet-stream", name, bytes, size);
    } else if (inner != NULL && GSF_IS_INFILE(inner) && depth < SKS_LIMIT_MAIL_DEPTH) {
        g_autoptr(GString) message = g_string_new(NULL);
        bool headers;
        add_message(message, GSF_INFILE(inner), 24, depth + 1, &headers);
        add_part(out, boundary, "message/rfc822", NULL, message->str, message->len);
    }
    if (inner != NULL)
        g_object_unref(inner);
}

static void add_attachments(GString *out, GsfInfile *ole, const char *boundary, unsigned depth)
{
    for (unsigned n = 0; n < SKS_LIMIT_ATTACHMENT_COUNT && out->len < SKS_LIMIT_MAIL_SIZE; n++) {
        g_autofree char *name = g_strdup_printf("__attach_version1.0_#%08X", n);
        GsfInput *child = gsf_infile_child_by_name(ole, name);
        if (child == NULL)
            return;
        if (GSF_IS_INFILE(child))
            add_attachment(out, GSF_INFILE(child), boundary, depth);
        g_object_unref(child);
    }
}

/* The body that is kept as RTF: its HTML, or its text; NULL where there is none. g_free(). */
static char *read_rich_body(GsfInfile *ole, bool *out_html)
{
    size_t size = 0;
    g_autofree unsigned char *raw = sks_ole_stream(ole, "__substg1.0_10090102", SKS_LIMIT_MAIL_SIZE, &size);
    g_autoptr(GByteArray) rtf = raw != NULL ? sks_rtf_decompress(raw, size, SKS_LIMIT_MAIL_SIZE) : NULL;
    return rtf != NULL ? sks_rtf_body(rtf->data, rtf->len, out_html) : NULL;
}

static void add_body(GString *out, GsfInfile *ole, const char *boundary)
{
    static const char plain[] = "text/plain; charset=utf-8", marked[] = "text/html; charset=utf-8";
    g_autofree char *inner = g_strconcat(boundary, ".text", NULL);
    g_autofree char *text = read_text(ole, BODY, SKS_LIMIT_TEXT_SIZE);
    g_autofree char *html = read_text(ole, HTML, SKS_LIMIT_HTML_SIZE);
    size_t size = 0;
    g_autofree unsigned char *raw = sks_ole_stream(ole, "__substg1.0_10130102", SKS_LIMIT_HTML_SIZE, &size);
    if (html == NULL && raw == NULL) {
        bool wrapped = false;
        g_autofree char *rich = read_rich_body(ole, &wrapped);
        if (wrapped)
            html = g_steal_pointer(&rich);
        else if (text == NULL)
            text = g_steal_pointer(&rich);
    }
    bool bytes = html == NULL && raw != NULL; /* in a charset that its own <meta> names, or none */
    const void *page = bytes ? (const void *)raw : html;
    size_t page_size = bytes ? size : html != NULL ? strlen(html) : 0;
    if (page == NULL) {
        add_part(out, boundary, plain, NULL, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
        return;
    }
    if (text == NULL) {
        add_part(out, boundary, bytes ? "text/html" : marked, NULL, page, page_size);
        return;
    }
    g_string_append_printf(out, "--%s\r\nContent-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary,
                           inner);
    add_part(out, inner, plain, NULL, text, strlen(text));
    add_part(out, inner, bytes ? "text/html" : marked, NULL, page, page_size);
    g_string_append_printf(out, "--%s--\r\n", inner);
}

/* skip: bytes before the properties of fixed size: 32 in the file's message, 24 in one within it. */
static void add_message(GString *out, GsfInfile *ole, size_t skip, unsigned depth, bool *out_headers)
{
    g_autoptr(GString) headers = g_string_new(NULL);
    *out_headers = add_kept_headers(headers, ole);
    if (!*out_headers)
        add_made_headers(headers, ole, skip);
    /* One that can't be in the content, and is the same whenever this is done. */
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, headers->str, (gssize)headers->len);
    g_autofree char *boundary = g_strdup_printf("=_%.40s.%u", digest, depth);
    g_string_append_len(out, headers->str, (gssize)headers->len);
    g_string_append_printf(out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n",
                           boundary);
    add_body(out, ole, boundary);
    add_attachments(out, ole, boundary, depth);
    g_string_append_printf(out, "--%s--\r\n", boundary);
}

bool sks_outlook_detect(const void *bytes, size_t size)
{
    static const unsigned char compound[8] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    return size > sizeof compound && memcmp(bytes, compound, sizeof compound) == 0 &&
           sks_ole_detect(bytes, size, "message.msg") == SKS_FILE_MSG;
}

char *sks_outlook_to_mail(const void *bytes, size_t size, size_t *out_size, bool *out_headers)
{
    GsfInfile *ole = open_bytes(bytes, size);
    if (ole == NULL)
        return NULL;
    GString *out = g_string_new(NULL);
    add_message(out, ole, 32, 0, out_headers);
    g_object_unref(ole);
    *out_size = out->len;
    return g_string_free(out, FALSE);
}

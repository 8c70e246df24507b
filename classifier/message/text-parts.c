/*
 * The text of a message: plain parts and HTML parts are decoded to UTF-8 and joined, each kind for itself, up to
 * SKS_LIMIT_TEXT_SIZE. A plain part beside HTML that is no alternative of it (a greeting before an HTML part, a list's
 * footer behind one) is seen by the reader together with the HTML, so it joins that. HTML without a declared charset is
 * decoded by its own <meta>, if that fits. What a message reads is taken from the budget of the mail that it is in;
 * when that is spent, a little of each part is read all the same, so that it hides nothing that the reader sees below.
 */
#include "message/text-parts.h"

#include <string.h>

#include "base/buffer.h"
#include "message/body.h"
#include "message/charset.h"
#include "message/clean.h"
#include "message/html.h"
#include "message/link.h"
#include "sekisho/limits.h"

#define META_SIZE   2048u /* how far a <meta charset> is looked for */
#define SAMPLE_SIZE 64u   /* decoded of a part that there is no room for: its character set is told by it */

/* What is joined of all parts. */
struct joined {
    GString *plain, *html_text, *html_hidden;
    bool has_plain, has_html;
    bool html_anywhere;            /* there is an HTML part, read already or not */
    GHashTable *html_alternatives; /* numbers of the multipart/alternative that hold one */
    bool flowed, delsp;            /* of the first plain part */
    unsigned flags;                /* enum sks_body_flag */
    size_t text_room;              /* how much may be joined of each kind */
    size_t spare;                  /* how much may be read beyond that, a little of each part */
    size_t plain_left, html_left;  /* how much plain text and HTML source may still be read */
};

/* The charset that HTML says of itself, in a buffer of 40 bytes. */
static const char *meta_charset(char out[40], const unsigned char *bytes, size_t size)
{
    char head[META_SIZE + 1];
    size_t length = MIN(size, META_SIZE);
    for (size_t i = 0; i < length; i++)
        head[i] = bytes[i] != '\0' ? g_ascii_tolower((char)bytes[i]) : ' ';
    head[length] = '\0';
    const char *at = strstr(head, "<meta");
    at = at != NULL ? strstr(at, "charset=") : NULL;
    if (at == NULL)
        return NULL;
    at += strlen("charset=");
    at += strspn(at, " \"'");
    size_t end = strcspn(at, " \"'/>;");
    if (end == 0 || end >= 40)
        return NULL;
    memcpy(out, at, end);
    out[end] = '\0';
    return out;
}

static void decode_part(GString *out, struct sks_part *part, bool html, size_t most, unsigned *flags)
{
    char meta[40];
    size_t size = part->size;
    if (size > most * 2) { /* what decodes to more than the ceiling need not be decoded */
        size = most * 2;
        *flags |= SKS_MESSAGE_CUT_TEXT;
    }
    const char *declared = part->charset;
    if (html && declared[0] == '\0')
        declared = meta_charset(meta, part->data, size);
    struct sks_decoded decoded;
    sks_charset_decode(&decoded, part->data, size, declared, most);
    part->used_charset = decoded.charset;
    if (decoded.mismatch)
        part->flags |= SKS_PART_CHARSET_MISMATCH;
    if (decoded.replaced > 0)
        part->flags |= SKS_PART_BROKEN_ENCODING;
    if (decoded.size + 4 > most)
        *flags |= SKS_MESSAGE_CUT_TEXT;
    sks_clean_text(out, decoded.text, decoded.size);
    g_free(decoded.text);
}

/* Adds text to what is joined, on a new line, up to the ceiling. */
static void join(GString *joined, const char *text, size_t most, unsigned *flags)
{
    size_t size = strlen(text), room = most - MIN(joined->len + 1, most);
    if (size > room) {
        *flags |= SKS_MESSAGE_CUT_TEXT;
        size = room;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
            size--;
    }
    if (size > 0 && joined->len > 0 && joined->str[joined->len - 1] != '\n')
        g_string_append_c(joined, '\n');
    g_string_append_len(joined, text, (gssize)size);
}

/* How much may be read of a part, and how much of it be joined in any case. */
struct room {
    size_t source, least;
};

static struct room part_room(struct joined *joined, const GString *text, const struct sks_part *part, bool html)
{
    size_t least = html ? SKS_LIMIT_HTML_LEAST : SKS_LIMIT_TEXT_LEAST, wanted = MIN(part->size, least);
    size_t most = MIN(html ? joined->html_left : joined->plain_left, html ? SKS_LIMIT_HTML_SIZE : SKS_LIMIT_TEXT_SIZE);
    bool source_short = most < wanted, text_short = joined->text_room < text->len + wanted;
    if ((!source_short && !text_short) || joined->spare < wanted)
        return (struct room){.source = MAX(most, SAMPLE_SIZE), .least = 0};
    joined->spare -= wanted;
    return (struct room){.source = source_short ? least : most, .least = SKS_LIMIT_TEXT_LEAST};
}

/* Adds text to what is joined, up to the ceiling, but so much in any case. */
static void join_least(const struct joined *joined, GString *to, const char *text, size_t least, unsigned *flags)
{
    join(to, text, MAX(joined->text_room, least > 0 ? to->len + least : 0), flags);
}

static void read_html(struct joined *joined, GArray *links, unsigned *flags, GStringChunk *strings,
                      const GString *source, size_t least)
{
    struct sks_html html;
    sks_html_read(&html, strings, source->str, source->len);
    join_least(joined, joined->html_text, html.text, least, flags);
    join_least(joined, joined->html_hidden, html.hidden, least, flags);
    joined->flags |= html.flags;
    joined->has_html = true;
    if (html.cut)
        *flags |= SKS_MESSAGE_CUT_TEXT;
    guint room = links->len < SKS_LIMIT_LINK_COUNT ? SKS_LIMIT_LINK_COUNT - links->len : 0;
    if (html.links_cut || html.links->len > room)
        *flags |= SKS_MESSAGE_CUT_LINKS;
    g_array_append_vals(links, html.links->data, MIN(room, html.links->len));
    sks_html_finish(&html);
}

static bool is_alternative(const struct joined *joined, const struct sks_mime_text *text)
{
    return text->alternative != 0 &&
           g_hash_table_contains(joined->html_alternatives, GUINT_TO_POINTER(text->alternative));
}

/* Where HTML stands, before any part is read. */
static void survey_parts(struct joined *joined, const struct sks_mime *mime)
{
    joined->html_alternatives = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < mime->parts->len; i++) {
        const struct sks_mime_text *text = &g_array_index(mime->texts, struct sks_mime_text, i);
        if ((g_array_index(mime->parts, struct sks_part, i).flags & SKS_PART_TEXT) == 0 || !text->html)
            continue;
        joined->html_anywhere = true;
        g_hash_table_add(joined->html_alternatives, GUINT_TO_POINTER(text->alternative));
    }
}

static void read_part(struct joined *joined, GArray *links, unsigned *flags, GStringChunk *strings,
                      struct sks_part *part, const struct sks_mime_text *text)
{
    bool beside_html = text->html || (joined->html_anywhere && !is_alternative(joined, text));
    size_t *left = text->html ? &joined->html_left : &joined->plain_left;
    struct room room = part_room(joined, beside_html ? joined->html_text : joined->plain, part, text->html);
    g_autoptr(GString) decoded = g_string_sized_new(MIN(part->size, room.source));
    decode_part(decoded, part, text->html, room.source, flags);
    *left -= MIN(decoded->len, *left);
    if (text->html) {
        read_html(joined, links, flags, strings, decoded, room.least);
        return;
    }
    if (beside_html) {
        join_least(joined, joined->html_text, decoded->str, room.least, flags);
        joined->flags |= SKS_BODY_PLAIN;
        return;
    }
    if (!joined->has_plain) {
        joined->flowed = text->flowed;
        joined->delsp = text->delsp;
    }
    joined->has_plain = true;
    join_least(joined, joined->plain, decoded->str, room.least, flags);
}

/* URLs in text that no other link goes to. */
static void find_links(GArray *links, unsigned *flags, GStringChunk *strings, const struct joined *joined)
{
    guint known = links->len;
    if (!sks_link_find(links, strings, joined->plain->str) || !sks_link_find(links, strings, joined->html_text->str))
        *flags |= SKS_MESSAGE_CUT_LINKS;
    g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);
    guint kept = 0;
    for (guint i = 0; i < links->len; i++) {
        struct sks_link *link = &g_array_index(links, struct sks_link, i);
        if (!g_hash_table_add(targets, (gpointer)link->target) && i >= known)
            continue;
        g_array_index(links, struct sks_link, kept++) = *link;
    }
    g_array_set_size(links, kept);
}

static unsigned inline_openpgp(const char *text)
{
    if (strstr(text, "-----BEGIN PGP ") == NULL)
        return 0;
    return (strstr(text, "-----BEGIN PGP SIGNED MESSAGE-----") != NULL ? SKS_BODY_SIGNED : 0u) |
           (strstr(text, "-----BEGIN PGP MESSAGE-----") != NULL ? SKS_BODY_ENCRYPTED : 0u);
}

/* What a message may read of the budget. */
static void take_rooms(struct joined *joined, const struct sks_message_budget *budget)
{
    joined->text_room = MIN(SKS_LIMIT_TEXT_SIZE, MAX(budget->text, SKS_LIMIT_TEXT_LEAST));
    joined->plain_left = joined->text_room;
    joined->html_left = MAX(budget->html, SKS_LIMIT_HTML_LEAST);
    joined->spare = budget->spare;
}

static void spend(struct sks_message_budget *budget, const struct joined *joined)
{
    budget->text -= MIN(budget->text, joined->plain->len + joined->html_text->len);
    budget->html = MIN(budget->html, joined->html_left);
    budget->spare = joined->spare;
}

void sks_text_parts_read(struct sks_body *out_body, GArray *links, unsigned *flags, struct sks_message_budget *budget,
                         struct sks_mime *mime, GStringChunk *strings)
{
    struct joined joined = {
        .plain = g_string_new(NULL), .html_text = g_string_new(NULL), .html_hidden = g_string_new(NULL)};
    take_rooms(&joined, budget);
    survey_parts(&joined, mime);
    for (guint i = 0; i < mime->parts->len; i++) {
        struct sks_part *part = &g_array_index(mime->parts, struct sks_part, i);
        if ((part->flags & SKS_PART_TEXT) != 0)
            read_part(&joined, links, flags, strings, part, &g_array_index(mime->texts, struct sks_mime_text, i));
    }
    spend(budget, &joined);
    find_links(links, flags, strings, &joined);
    struct sks_body_source source = {
        .plain = joined.has_plain ? joined.plain->str : NULL,
        .html_text = joined.has_html ? joined.html_text->str : NULL,
        .html_hidden = joined.has_html ? joined.html_hidden->str : NULL,
        .flags = joined.flags | mime->body_flags | inline_openpgp(joined.plain->str) |
                 inline_openpgp(joined.html_text->str) | (joined.has_html ? SKS_BODY_HTML : 0u) |
                 (joined.has_plain ? SKS_BODY_PLAIN : 0u) | (joined.flowed ? SKS_BODY_FLOWED : 0u),
        .flowed = joined.flowed,
        .delsp = joined.delsp,
    };
    sks_body_split(out_body, strings, &source);
    g_hash_table_unref(joined.html_alternatives);
    g_string_free(joined.plain, TRUE);
    g_string_free(joined.html_text, TRUE);
    g_string_free(joined.html_hidden, TRUE);
}

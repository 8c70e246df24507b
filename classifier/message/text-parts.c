/*
 * The text of a message: plain parts and HTML parts are decoded to UTF-8 and joined, each kind for itself, up to
 * SKS_LIMIT_TEXT_SIZE. A plain part beside HTML that is no alternative of it (a greeting before an HTML part, a list's
 * footer behind one) is seen by the reader together with the HTML, so it joins that. HTML without a declared charset is
 * decoded by its own <meta>, if that fits. What a message reads is taken from the budget of the mail that it is in.
 *
 * Where the room is too small for all parts, they share it, so that none starves the others: what a reader sees, the
 * last of alternatives, comes first, but for a quarter of the room; of many such parts those at both ends; and none
 * gets more than its share before the smaller ones have what they need.
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

#define OTHERS_SHARE 4   /* one in so many bytes is kept for parts that do not come first, if they want it */
#define FIRST_PARTS  16u /* parts at either end that come first, if there are more */

/* A part with text. */
struct piece {
    struct sks_part *part;
    const struct sks_mime_text *text;
    bool first;          /* it is shown, and served before the others */
    size_t wanted, room; /* of what is shared out just now */
    GString *decoded;
    struct sks_html html; /* of HTML */
};

/* What is joined of all parts. */
struct joined {
    GString *plain, *html_text, *html_hidden;
    GArray *pieces;                /* struct piece */
    GPtrArray *htmls, *plains;     /* of these, by kind */
    GHashTable *html_alternatives; /* number of a multipart/alternative → the last HTML part in it */
    bool has_plain, has_html;
    bool flowed, delsp;          /* of the first plain part */
    unsigned flags;              /* enum sks_body_flag */
    size_t text_room, html_room; /* how much may be joined of each kind of text, and read of HTML source */
    unsigned *message_flags;     /* enum sks_message_flag */
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

/* What comes first, then the small. */
static gint compare_claims(gconstpointer a, gconstpointer b)
{
    const struct piece *one = *(const struct piece *const *)a, *other = *(const struct piece *const *)b;
    if (one->first != other->first)
        return one->first ? -1 : 1;
    if (one->wanted != other->wanted)
        return one->wanted < other->wanted ? -1 : 1;
    return one->part < other->part ? -1 : one->part > other->part;
}

/* Gives a piece its room; returns how much of it was used. */
typedef size_t taker(struct joined *joined, struct piece *piece);

/* Shares room out among pieces, each of which says what it wants; returns what was used. */
static size_t share_out(struct joined *joined, const GPtrArray *pieces, size_t room, taker *take)
{
    g_autoptr(GPtrArray) order = g_ptr_array_sized_new(pieces->len);
    size_t left = room, kept = 0;
    guint first = 0;
    for (guint i = 0; i < pieces->len; i++) {
        struct piece *piece = g_ptr_array_index(pieces, i);
        g_ptr_array_add(order, piece);
        first += piece->first;
        kept += piece->first ? 0 : piece->wanted;
    }
    kept = MIN(kept, room / OTHERS_SHARE);
    g_ptr_array_sort(order, compare_claims);
    for (guint i = 0; i < order->len; i++) {
        struct piece *piece = g_ptr_array_index(order, i);
        piece->room = piece->first ? (left - MIN(kept, left)) / (first - i) : left / (order->len - i);
        left -= MIN(take(joined, piece), left);
    }
    return room - left;
}

static size_t take_wanted(struct joined *joined, struct piece *piece)
{
    (void)joined;
    return MIN(piece->wanted, piece->room);
}

static size_t decode_piece(struct joined *joined, struct piece *piece)
{
    bool html = piece->text->html;
    size_t most = MAX(MIN(piece->room, html ? SKS_LIMIT_HTML_SIZE : SKS_LIMIT_TEXT_SIZE), SAMPLE_SIZE);
    piece->decoded = g_string_sized_new(MIN(piece->part->size, most));
    decode_part(piece->decoded, piece->part, html, most, joined->message_flags);
    return piece->decoded->len;
}

/* Adds text to what is joined, on a new line, up to a size. */
static void join(GString *joined, const char *text, size_t room, unsigned *flags)
{
    size_t size = strlen(text);
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

static const char *seen_text(const struct piece *piece)
{
    return piece->text->html ? piece->html.text : piece->decoded->str;
}

static const char *hidden_text(const struct piece *piece)
{
    return piece->text->html ? piece->html.hidden : "";
}

/* Joins a text of each piece; each counts with a line's end. */
static void join_pieces(struct joined *joined, GString *out, const GPtrArray *pieces,
                        const char *(*text)(const struct piece *))
{
    for (guint i = 0; i < pieces->len; i++) {
        struct piece *piece = g_ptr_array_index(pieces, i);
        piece->wanted = strlen(text(piece)) + 1;
    }
    share_out(joined, pieces, joined->text_room, take_wanted);
    for (guint i = 0; i < pieces->len; i++) {
        const struct piece *piece = g_ptr_array_index(pieces, i);
        join(out, text(piece), piece->room - MIN(piece->room, 1), joined->message_flags);
    }
}

static void join_links(struct joined *joined, GArray *links)
{
    for (guint i = 0; i < joined->htmls->len; i++) {
        struct piece *piece = g_ptr_array_index(joined->htmls, i);
        piece->wanted = piece->html.links->len;
    }
    share_out(joined, joined->htmls, SKS_LIMIT_LINK_COUNT - MIN(links->len, SKS_LIMIT_LINK_COUNT), take_wanted);
    for (guint i = 0; i < joined->htmls->len; i++) {
        const struct piece *piece = g_ptr_array_index(joined->htmls, i);
        if (piece->html.links_cut || piece->wanted > piece->room)
            *joined->message_flags |= SKS_MESSAGE_CUT_LINKS;
        g_array_append_vals(links, piece->html.links->data, (guint)MIN(piece->room, piece->wanted));
    }
}

/* Of the pieces that are shown, those at both ends come first; last has the last piece of each alternative. */
static void choose_first(const GPtrArray *pieces, GHashTable *last)
{
    g_autoptr(GPtrArray) shown = g_ptr_array_new();
    for (guint i = 0; i < pieces->len; i++) {
        struct piece *piece = g_ptr_array_index(pieces, i);
        guint alternative = piece->text->alternative;
        if (alternative == 0 || g_hash_table_lookup(last, GUINT_TO_POINTER(alternative)) == piece->part)
            g_ptr_array_add(shown, piece);
    }
    for (guint i = 0; i < shown->len; i++)
        if (i < FIRST_PARTS || shown->len - i <= FIRST_PARTS)
            ((struct piece *)g_ptr_array_index(shown, i))->first = true;
}

/* The pieces, and which of them come first. */
static void survey_parts(struct joined *joined, const struct sks_mime *mime)
{
    joined->pieces = g_array_new(FALSE, TRUE, sizeof(struct piece));
    joined->htmls = g_ptr_array_new();
    joined->plains = g_ptr_array_new();
    joined->html_alternatives = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) plain_alternatives = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < mime->parts->len; i++) {
        struct piece piece = {.part = &g_array_index(mime->parts, struct sks_part, i),
                              .text = &g_array_index(mime->texts, struct sks_mime_text, i)};
        if ((piece.part->flags & SKS_PART_TEXT) == 0)
            continue;
        piece.wanted = piece.part->size;
        g_array_append_val(joined->pieces, piece);
        g_hash_table_insert(piece.text->html ? joined->html_alternatives : plain_alternatives,
                            GUINT_TO_POINTER(piece.text->alternative), piece.part);
    }
    for (guint i = 0; i < joined->pieces->len; i++) {
        struct piece *piece = &g_array_index(joined->pieces, struct piece, i);
        g_ptr_array_add(piece->text->html ? joined->htmls : joined->plains, piece);
    }
    choose_first(joined->htmls, joined->html_alternatives);
    choose_first(joined->plains, plain_alternatives);
}

static bool is_alternative(const struct joined *joined, const struct sks_mime_text *text)
{
    return text->alternative != 0 &&
           g_hash_table_contains(joined->html_alternatives, GUINT_TO_POINTER(text->alternative));
}

static void read_html(struct joined *joined, struct piece *piece, GStringChunk *strings)
{
    sks_html_read(&piece->html, strings, piece->decoded->str, piece->decoded->len);
    joined->flags |= piece->html.flags;
    if (piece->html.cut)
        *joined->message_flags |= SKS_MESSAGE_CUT_TEXT;
    g_string_free(piece->decoded, TRUE);
    piece->decoded = NULL;
}

/* Reads all pieces and joins them. */
static void read_pieces(struct joined *joined, GArray *links, GStringChunk *strings)
{
    g_autoptr(GPtrArray) seen = g_ptr_array_new(), plains = g_ptr_array_new();
    for (guint i = 0; i < joined->pieces->len; i++) {
        struct piece *piece = &g_array_index(joined->pieces, struct piece, i);
        bool beside = !piece->text->html && joined->htmls->len > 0 && !is_alternative(joined, piece->text);
        if (piece->text->html)
            read_html(joined, piece, strings);
        else if (!beside && plains->len == 0) {
            joined->flowed = piece->text->flowed;
            joined->delsp = piece->text->delsp;
        }
        if (!piece->text->html)
            joined->flags |= SKS_BODY_PLAIN;
        g_ptr_array_add(piece->text->html || beside ? seen : plains, piece);
    }
    join_pieces(joined, joined->plain, plains, seen_text);
    join_pieces(joined, joined->html_text, seen, seen_text);
    join_pieces(joined, joined->html_hidden, joined->htmls, hidden_text);
    join_links(joined, links);
    joined->has_plain = plains->len > 0;
    joined->has_html = joined->htmls->len > 0;
}

static void free_pieces(struct joined *joined)
{
    for (guint i = 0; i < joined->pieces->len; i++) {
        struct piece *piece = &g_array_index(joined->pieces, struct piece, i);
        if (piece->decoded != NULL)
            g_string_free(piece->decoded, TRUE);
        sks_html_finish(&piece->html);
    }
    g_array_unref(joined->pieces);
    g_ptr_array_unref(joined->htmls);
    g_ptr_array_unref(joined->plains);
    g_hash_table_unref(joined->html_alternatives);
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

/* What is left of a budget, or the least of some parts; of these, all but one are counted against the mail's. */
static size_t take_room(size_t left, size_t least, guint parts, unsigned *further)
{
    unsigned more = MIN(MAX(parts, 1) - 1, *further);
    size_t room = least * (1 + more);
    if (left >= room)
        return left;
    *further -= more;
    return room;
}

/* What a message may read of the budget. */
static void take_rooms(struct joined *joined, struct sks_message_budget *budget)
{
    joined->text_room = MIN(SKS_LIMIT_TEXT_SIZE,
                            take_room(budget->text, SKS_LIMIT_TEXT_LEAST, joined->pieces->len, &budget->text_parts));
    joined->html_room = take_room(budget->html, SKS_LIMIT_HTML_LEAST, joined->htmls->len, &budget->html_parts);
}

void sks_text_parts_read(struct sks_body *out_body, GArray *links, unsigned *flags, struct sks_message_budget *budget,
                         struct sks_mime *mime, GStringChunk *strings)
{
    struct joined joined = {.plain = g_string_new(NULL),
                            .html_text = g_string_new(NULL),
                            .html_hidden = g_string_new(NULL),
                            .message_flags = flags};
    survey_parts(&joined, mime);
    take_rooms(&joined, budget);
    budget->html -= MIN(budget->html, share_out(&joined, joined.htmls, joined.html_room, decode_piece));
    share_out(&joined, joined.plains, joined.text_room, decode_piece);
    read_pieces(&joined, links, strings);
    budget->text -= MIN(budget->text, joined.plain->len + joined.html_text->len);
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
    free_pieces(&joined);
    g_string_free(joined.plain, TRUE);
    g_string_free(joined.html_text, TRUE);
    g_string_free(joined.html_hidden, TRUE);
}

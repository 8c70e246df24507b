/*
 * MIME structure.
 *
 * libetpan's mailmime_parse() is not used for it: it recurses once for each level of multipart and comment, looks for
 * each boundary in all of what is left at each level (so that cost grows with depth times size, and worse on missing
 * boundaries), takes a boundary that is the beginning of another for it, and gives a message up on the first broken
 * field. Here one pass over the lines knows all open boundaries at once: no recursion, cost linear, and whatever is
 * broken, each byte behind a header ends up in some part. libetpan does decode base64 (transfer.c).
 *
 * Where readers disagree (a multipart without its boundary, parts behind the closing boundary, repeated fields) the
 * more inclusive reading is taken and the message is flagged.
 */
#include "message/mime.h"

#include <string.h>

#include "message/clean.h"
#include "message/entity.h"
#include "message/header.h"
#include "message/transfer.h"
#include "sekisho/limits.h"

#define GUESS_SIZE 65536u /* how far a boundary is looked for that no field names */

struct frame {
    const char *boundary;
    size_t length;
    bool digest;
    bool related;
    unsigned alternative; /* as in struct sks_mime_text */
    bool closed;          /* its closing boundary was seen */
    bool guessed;         /* the boundary is a guess, there is no second one */
    guint parts;          /* of the message, when it was opened */
    size_t preamble;      /* where its body begins */
};

struct walk {
    struct sks_mime *mime;
    GStringChunk *strings;
    const char *bytes;
    size_t size;
    struct frame frames[SKS_LIMIT_MIME_DEPTH];
    unsigned depth;
    unsigned alternatives; /* how many multipart/alternative there were so far */
    bool has_text;         /* the text that a reader sees first was found */
    bool full;             /* SKS_LIMIT_PART_COUNT reached */
};

/* A boundary line. */
struct boundary {
    size_t at;      /* where the line begins; the size of the mail if there is none */
    size_t content; /* where the content before it ends */
    size_t next;
    unsigned level; /* index of its frame */
    bool closing;
};

static size_t line_length(const char *line, const char *end)
{
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    return stop != NULL ? (size_t)(stop - line) : (size_t)(end - line);
}

/* Whether a line that begins with "--" is a boundary of an open multipart, the innermost first. */
static bool match_boundary(const struct walk *walk, const char *line, size_t length, unsigned *out_level,
                           bool *out_closing)
{
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    for (unsigned level = walk->depth; level-- > 0;) {
        const struct frame *frame = &walk->frames[level];
        if (length < frame->length + 2 || memcmp(line + 2, frame->boundary, frame->length) != 0)
            continue;
        size_t rest = length - 2 - frame->length;
        bool closing = rest == 2 && line[length - 1] == '-' && line[length - 2] == '-';
        if (rest != 0 && !closing)
            continue;
        *out_level = level;
        *out_closing = closing;
        return true;
    }
    return false;
}

static bool stops_header(void *context, const char *line, size_t size)
{
    unsigned level;
    bool closing;
    return match_boundary(context, line, size, &level, &closing);
}

/* The next boundary at or behind a place, which must be the beginning of a line. */
static struct boundary find_boundary(const struct walk *walk, size_t from)
{
    const char *end = walk->bytes + walk->size, *line = walk->bytes + from;
    while (walk->depth > 0 && end - line >= 2) {
        struct boundary found = {.at = (size_t)(line - walk->bytes)};
        if (line[0] == '-' && line[1] == '-') {
            size_t length = line_length(line, end);
            if (match_boundary(walk, line, length, &found.level, &found.closing)) {
                found.next = MIN(found.at + length + 1, walk->size);
                found.content = found.at;
                if (found.content > from && walk->bytes[found.content - 1] == '\n')
                    found.content--;
                if (found.content > from && walk->bytes[found.content - 1] == '\r')
                    found.content--;
                return found;
            }
        }
        /* memchr() is several times faster than a search for "\n--". */
        const char *dashes = line;
        while ((dashes = memchr(dashes, '\n', (size_t)(end - dashes))) != NULL)
            if (end - ++dashes < 2 || (dashes[0] == '-' && dashes[1] == '-'))
                break;
        if (dashes == NULL)
            break;
        line = dashes;
    }
    return (struct boundary){.at = walk->size, .content = walk->size, .next = walk->size};
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_message(const char *type)
{
    return strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0 ||
           strcmp(type, "message/news") == 0;
}

static bool is_signature(const char *type)
{
    return strcmp(type, "application/pgp-signature") == 0 || strcmp(type, "application/pkcs7-signature") == 0 ||
           strcmp(type, "application/x-pkcs7-signature") == 0;
}

static void note_protection(struct sks_mime *mime, const struct sks_entity *entity)
{
    const char *type = entity->type;
    if (strcmp(type, "multipart/signed") == 0) {
        mime->body_flags |= SKS_BODY_SIGNED;
    } else if (strcmp(type, "multipart/encrypted") == 0) {
        mime->body_flags |= SKS_BODY_ENCRYPTED;
    } else if (strcmp(type, "application/pkcs7-mime") == 0 || strcmp(type, "application/x-pkcs7-mime") == 0) {
        bool is_signed = strcmp(entity->smime_type, "signed-data") == 0 || g_str_has_suffix(entity->name, ".p7s");
        if (is_signed)
            mime->body_flags |= SKS_BODY_SIGNED;
        else if (strcmp(entity->smime_type, "certs-only") != 0 && strcmp(entity->smime_type, "compressed-data") != 0)
            mime->body_flags |= SKS_BODY_ENCRYPTED;
    }
}

/* How a reader shows the part: as text, as a file, inside the text. */
static unsigned classify(struct walk *walk, const struct sks_entity *entity, bool *out_html)
{
    const char *type = entity->type;
    bool html = strcmp(type, "text/html") == 0 || strcmp(type, "application/xhtml+xml") == 0;
    bool plain = strcmp(type, "text/plain") == 0 || strcmp(type, "text/enriched") == 0 ||
                 (starts_with(type, "text/") && entity->name[0] == '\0' && entity->disposition[0] == '\0' &&
                  strcmp(type, "text/calendar") != 0);
    bool attached = strcmp(entity->disposition, "attachment") == 0;
    *out_html = html;
    if (is_message(type))
        return SKS_PART_MESSAGE | (attached ? SKS_PART_ATTACHMENT : 0);
    if ((html || plain) && !attached && (entity->name[0] == '\0' || !walk->has_text)) {
        walk->has_text = true;
        return SKS_PART_TEXT | (entity->name[0] != '\0' ? SKS_PART_ATTACHMENT : 0) |
               (strcmp(entity->disposition, "inline") == 0 ? SKS_PART_INLINE : 0);
    }
    if (is_signature(type) || starts_with(type, "multipart/") || strcmp(type, "application/pgp-encrypted") == 0 ||
        starts_with(type, "message/delivery-status") || strcmp(type, "text/rfc822-headers") == 0)
        return attached && !is_signature(type) ? SKS_PART_ATTACHMENT : 0;
    bool related = walk->depth > 0 && walk->frames[walk->depth - 1].related && entity->content_id[0] != '\0';
    if (!attached && (related || (strcmp(entity->disposition, "inline") == 0 && starts_with(type, "image/"))))
        return SKS_PART_INLINE;
    return SKS_PART_ATTACHMENT | (strcmp(entity->disposition, "inline") == 0 ? SKS_PART_INLINE : 0);
}

static void set_place(struct walk *walk, struct sks_part *part)
{
    part->number = walk->mime->parts->len + 1;
    char *place = part->name[0] != '\0' ? g_strdup_printf("part %u: %s", part->number, part->name)
                                        : g_strdup_printf("part %u", part->number);
    part->where = g_string_chunk_insert(walk->strings, place);
    g_free(place);
}

static void set_content(struct walk *walk, struct sks_part *part, GByteArray *content)
{
    g_ptr_array_add(walk->mime->contents, content);
    part->data = content->data != NULL ? content->data : (const guint8 *)"";
    part->size = content->len;
}

static void append_part(struct walk *walk, struct sks_part *part, struct sks_mime_text *text)
{
    set_place(walk, part);
    g_array_append_val(walk->mime->parts, *part);
    g_array_append_val(walk->mime->texts, *text);
}

static bool has_room(const struct walk *walk)
{
    return walk->mime->parts->len + 1 < SKS_LIMIT_PART_COUNT;
}

/* Takes uuencoded files out of a text, each becoming a part of its own behind it. */
static void split_uuencode(struct walk *walk, struct sks_part *part, struct sks_mime_text *text)
{
    struct sks_uu_file file;
    const char *bytes = (const char *)part->data;
    size_t size = part->size, at = 0;
    GByteArray *rest = NULL;
    g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof file);
    while (files->len + walk->mime->parts->len + 2 < SKS_LIMIT_PART_COUNT && sks_uu_find(&file, bytes, size, at)) {
        if (rest == NULL)
            rest = g_byte_array_new();
        g_byte_array_append(rest, (const guint8 *)bytes + at, (guint)(file.begin - at));
        g_array_append_val(files, file);
        at = file.end;
    }
    if (rest != NULL) {
        g_byte_array_append(rest, (const guint8 *)bytes + at, (guint)(size - at));
        set_content(walk, part, rest);
    }
    append_part(walk, part, text);
    for (guint i = 0; i < files->len; i++) {
        const struct sks_uu_file *found = &g_array_index(files, struct sks_uu_file, i);
        struct sks_part attached = {.type = "application/octet-stream",
                                    .disposition = "attachment",
                                    .charset = "",
                                    .used_charset = "",
                                    .encoding = "x-uuencode",
                                    .content_id = "",
                                    .depth = part->depth,
                                    .flags = SKS_PART_ATTACHMENT};
        struct sks_header name = {.raw = found->name, .raw_size = found->name_size};
        sks_header_decode(&name, walk->strings);
        attached.name = name.value;
        attached.name_flags = name.flags;
        set_content(walk, &attached, found->content);
        append_part(walk, &attached, &(struct sks_mime_text){0});
    }
}

static void add_leaf(struct walk *walk, const struct sks_entity *entity, size_t from, size_t to, unsigned flags)
{
    struct sks_mime_text text = {.flowed = entity->flowed, .delsp = entity->delsp};
    if (walk->depth > 0)
        text.alternative = walk->frames[walk->depth - 1].alternative;
    struct sks_part part = {.type = entity->type,
                            .disposition = entity->disposition,
                            .name = entity->name,
                            .name_flags = entity->name_flags,
                            .charset = entity->charset,
                            .used_charset = "",
                            .encoding = entity->encoding,
                            .content_id = entity->content_id,
                            .depth = walk->depth};
    if (!has_room(walk)) { /* the last part holds all that is left */
        walk->full = true;
        walk->mime->flags |= SKS_MESSAGE_CUT_PARTS;
        flags |= SKS_PART_CUT;
        to = walk->size;
    }
    part.flags = flags | ((flags & SKS_PART_CUT) != 0 ? 0 : classify(walk, entity, &text.html));
    part.data = (const unsigned char *)walk->bytes + from;
    part.size = to - from;
    note_protection(walk->mime, entity);
    if (entity->ambiguous)
        walk->mime->flags |= SKS_MESSAGE_AMBIGUOUS_MIME;
    bool mended = false;
    GByteArray *content =
        (flags & SKS_PART_CUT) != 0 ? NULL : sks_transfer_decode(&mended, part.encoding, walk->bytes + from, to - from);
    if (mended)
        part.flags |= SKS_PART_BROKEN_ENCODING;
    if (content != NULL)
        set_content(walk, &part, content);
    if ((part.flags & SKS_PART_TEXT) != 0 && !text.html)
        split_uuencode(walk, &part, &text);
    else
        append_part(walk, &part, &text);
}

static bool is_empty(const struct walk *walk, size_t from, size_t to)
{
    while (from < to && g_ascii_isspace(walk->bytes[from]))
        from++;
    return from >= to;
}

/* Looks for the first line "--something" that a Content field follows. */
static const char *guess_boundary(const struct walk *walk, size_t from, size_t to)
{
    const char *line = walk->bytes + from, *end = walk->bytes + MIN(to, from + GUESS_SIZE);
    while (line < end) {
        size_t length = line_length(line, end);
        const char *next = line + length + 1;
        if (length > 2 && line[0] == '-' && line[1] == '-' && end - next > 8 &&
            g_ascii_strncasecmp(next, "Content-", 8) == 0) {
            while (length > 2 && (line[length - 1] == '\r' || line[length - 1] == ' '))
                length--;
            return length > 2 ? g_string_chunk_insert_len(walk->strings, line + 2, (gssize)(length - 2)) : NULL;
        }
        line = next;
    }
    return NULL;
}

static void push(struct walk *walk, const char *boundary, const char *type, size_t preamble, bool guessed)
{
    for (unsigned i = 0; i < walk->depth; i++)
        if (strcmp(walk->frames[i].boundary, boundary) == 0)
            walk->mime->flags |= SKS_MESSAGE_AMBIGUOUS_MIME;
    if (guessed)
        walk->mime->flags |= SKS_MESSAGE_AMBIGUOUS_MIME;
    unsigned alternative = walk->depth > 0 ? walk->frames[walk->depth - 1].alternative : 0;
    if (alternative == 0 && strcmp(type, "multipart/alternative") == 0)
        alternative = ++walk->alternatives;
    walk->frames[walk->depth++] = (struct frame){.boundary = boundary,
                                                 .length = strlen(boundary),
                                                 .digest = strcmp(type, "multipart/digest") == 0,
                                                 .related = strcmp(type, "multipart/related") == 0,
                                                 .alternative = alternative,
                                                 .guessed = guessed,
                                                 .parts = walk->mime->parts->len,
                                                 .preamble = preamble};
}

/*
 * Opens a multipart whose body begins at from. False if it can't be opened: then it is a leaf. entity may be changed to
 * what the leaf is.
 */
static bool open_multipart(struct walk *walk, struct sks_entity *entity, size_t from, unsigned *out_flags)
{
    *out_flags = 0;
    if (!starts_with(entity->type, "multipart/"))
        return false;
    note_protection(walk->mime, entity);
    if (walk->depth == SKS_LIMIT_MIME_DEPTH) {
        walk->mime->flags |= SKS_MESSAGE_CUT_DEPTH;
        *out_flags = SKS_PART_CUT;
        return false;
    }
    const char *boundary = entity->boundary;
    bool guessed = boundary == NULL;
    if (guessed)
        boundary = guess_boundary(walk, from, walk->size);
    if (boundary != NULL) {
        push(walk, boundary, entity->type, from, guessed);
        if (entity->ambiguous)
            walk->mime->flags |= SKS_MESSAGE_AMBIGUOUS_MIME;
        return true;
    }
    walk->mime->flags |= SKS_MESSAGE_AMBIGUOUS_MIME;
    entity->type = "text/plain";
    entity->ambiguous = true;
    return false;
}

static struct sks_entity plain_entity(void)
{
    return (struct sks_entity){.type = "text/plain",
                               .encoding = "",
                               .disposition = "",
                               .name = "",
                               .charset = "",
                               .content_id = "",
                               .protocol = "",
                               .smime_type = "",
                               .ambiguous = true};
}

/*
 * Leaves the multiparts above a level. One in which no part was found is read again by a guessed boundary (the place to
 * go on at is returned), or else its text becomes a part.
 */
static bool leave(struct walk *walk, unsigned level, size_t at, size_t *out_again)
{
    while (walk->depth > level) {
        struct frame *frame = &walk->frames[walk->depth - 1];
        bool found_none = frame->parts == walk->mime->parts->len && !is_empty(walk, frame->preamble, at);
        if (found_none && !frame->guessed) {
            const char *boundary = guess_boundary(walk, frame->preamble, at);
            if (boundary != NULL) {
                frame->boundary = boundary;
                frame->length = strlen(boundary);
                frame->guessed = true;
                walk->mime->flags |= SKS_MESSAGE_AMBIGUOUS_MIME;
                *out_again = frame->preamble;
                return true;
            }
        }
        size_t preamble = frame->preamble;
        walk->depth--;
        if (found_none && !walk->full) {
            struct sks_entity entity = plain_entity();
            add_leaf(walk, &entity, preamble, at, SKS_PART_UNTERMINATED);
        }
    }
    return false;
}

/* Reads one entity: a leaf up to its end, or the opening of a multipart. Returns where to go on. */
static size_t read_entity(struct walk *walk, struct sks_entity *entity, size_t from)
{
    unsigned flags;
    if (open_multipart(walk, entity, from, &flags))
        return from;
    struct boundary end = find_boundary(walk, from);
    if (walk->depth > 0 && (end.at == walk->size || end.level + 1 < walk->depth))
        if (!walk->frames[walk->depth - 1].closed)
            flags |= SKS_PART_UNTERMINATED;
    add_leaf(walk, entity, from, MAX(end.content, from), flags);
    return end.at;
}

/* Goes on behind a boundary. Returns the next place. */
static size_t read_boundary(struct walk *walk, const struct boundary *boundary)
{
    size_t again;
    if (leave(walk, boundary->level + 1, boundary->content, &again))
        return again;
    struct frame *frame = &walk->frames[boundary->level];
    if (boundary->closing) {
        frame->closed = true;
        return boundary->next;
    }
    if (frame->closed) /* parts behind the end: some readers show them */
        walk->mime->flags |= SKS_MESSAGE_AMBIGUOUS_MIME;
    struct sks_header_block block;
    sks_header_split(&block, walk->strings, walk->bytes + boundary->next, walk->size - boundary->next, false,
                     stops_header, walk);
    struct sks_entity entity;
    sks_entity_read(&entity, walk->strings, block.fields, frame->digest ? "message/rfc822" : "text/plain");
    size_t body = boundary->next + block.end;
    if (block.cut)
        walk->mime->flags |= SKS_MESSAGE_CUT_HEADERS;
    sks_header_block_finish(&block);
    return read_entity(walk, &entity, body);
}

void sks_mime_read(struct sks_mime *out_mime, GStringChunk *strings, const char *bytes, size_t size, size_t start,
                   const GArray *fields)
{
    *out_mime = (struct sks_mime){
        .parts = g_array_new(FALSE, FALSE, sizeof(struct sks_part)),
        .texts = g_array_new(FALSE, FALSE, sizeof(struct sks_mime_text)),
        .contents = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref),
    };
    struct walk walk = {.mime = out_mime, .strings = strings, .bytes = bytes, .size = size};
    struct sks_entity entity;
    sks_entity_read(&entity, strings, fields, "text/plain");
    size_t at = read_entity(&walk, &entity, start);
    while (!walk.full && walk.depth > 0) {
        struct boundary boundary = find_boundary(&walk, at);
        if (boundary.at < size)
            at = read_boundary(&walk, &boundary);
        else if (!leave(&walk, 0, size, &at))
            break;
    }
}

void sks_mime_finish(struct sks_mime *mime)
{
    if (mime->parts == NULL)
        return;
    g_array_unref(mime->parts);
    g_array_unref(mime->texts);
    g_ptr_array_unref(mime->contents);
    *mime = (struct sks_mime){0};
}

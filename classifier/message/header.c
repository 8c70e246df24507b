/*
 * Header fields from bytes, as MTAs and mail readers split them: a field is a name of printable ASCII and a colon; what
 * begins with white space continues it; an empty line ends the header. A line that is neither is skipped if the header
 * evidently goes on behind it, else the body begins there (as in Postfix).
 *
 * Beyond the ceilings the first fields of the names that matter are kept all the same, each name with a room of its
 * own: thousands of fields in front must not hide who writes, about what, and what is attached.
 */
#include "message/header.h"

#include <string.h>

#include "message/encoded-word.h"
#include "sekisho/limits.h"

struct line {
    const char *text;
    size_t size; /* without its end */
    size_t next; /* place of the next line */
};

static bool read_line(struct line *out_line, const char *bytes, size_t size, size_t at)
{
    if (at >= size)
        return false;
    const char *end = memchr(bytes + at, '\n', size - at);
    size_t length = end != NULL ? (size_t)(end - (bytes + at)) : size - at;
    *out_line = (struct line){.text = bytes + at, .size = length, .next = at + length + (end != NULL ? 1 : 0)};
    while (out_line->size > 0 && out_line->text[out_line->size - 1] == '\r')
        out_line->size--;
    return true;
}

/* The length of the field's name, 0 if the line is no field. */
static size_t field_name(const struct line *line, size_t *out_colon)
{
    size_t length = 0;
    while (length < line->size && line->text[length] > 0x20 && line->text[length] < 0x7F && line->text[length] != ':')
        length++;
    size_t colon = length;
    while (colon < line->size && (line->text[colon] == ' ' || line->text[colon] == '\t'))
        colon++;
    if (length == 0 || length > 256 || colon >= line->size || line->text[colon] != ':')
        return 0;
    *out_colon = colon;
    return length;
}

static bool is_continuation(const struct line *line)
{
    return line->size > 0 && (line->text[0] == ' ' || line->text[0] == '\t');
}

static bool is_blank(const struct line *line)
{
    for (size_t i = 0; i < line->size; i++)
        if (line->text[i] != ' ' && line->text[i] != '\t')
            return false;
    return true;
}

static bool is_mbox_line(const struct line *line)
{
    return (line->size > 5 && memcmp(line->text, "From ", 5) == 0) ||
           (line->size > 6 && memcmp(line->text, ">From ", 6) == 0);
}

/* Whether a header goes on at that place: a field, and if it is the first thing, another one after it. */
static bool looks_like_field(const char *bytes, size_t size, size_t at)
{
    struct line line;
    size_t colon;
    return read_line(&line, bytes, size, at) && field_name(&line, &colon) > 0;
}

/*
 * Whether a line continues the field above it. A line of nothing but white space does if the header goes on behind it
 * (as RFC 5322 and the MTAs have it); else it was meant to be the empty line.
 */
static bool continues(const struct line *line, const char *bytes, size_t size)
{
    if (!is_continuation(line))
        return false;
    struct line next;
    if (!is_blank(line))
        return true;
    return looks_like_field(bytes, size, line->next) ||
           (read_line(&next, bytes, size, line->next) && is_continuation(&next) && !is_blank(&next));
}

/* Names of which this many fields are kept beyond the ceilings; of one that ends in "-", of all that begin so. */
static const struct {
    const char *name;
    unsigned most;
} vital[] = {
    {"From", 4},
    {"Sender", 4},
    {"Reply-To", 4},
    {"To", 4},
    {"Cc", 4},
    {"Subject", 4},
    {"Date", 4},
    {"Message-ID", 4},
    {"References", 4},
    {"In-Reply-To", 4},
    {"Return-Path", 4},
    {"MIME-Version", 4},
    {"Content-Type", 4},
    {"Content-Disposition", 4},
    {"Content-Transfer-Encoding", 4},
    {"Content-", 8},
    {"List-", 8},
    {"Precedence", 4},
    {"Auto-Submitted", 4},
    {"X-Mailer", 4},
    {"X-Originating-IP", 4},
    {"User-Agent", 4},
    {"Authentication-Results", 20},
    {"Received", SKS_LIMIT_RECEIVED_COUNT},
};

/* What is kept so far: of all fields, and beyond the ceilings of each name that matters. */
struct kept {
    size_t size;
    unsigned counts[G_N_ELEMENTS(vital)];
    size_t sizes[G_N_ELEMENTS(vital)];
};

static size_t vital_index(const char *name, size_t size)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vital); i++) {
        size_t length = strlen(vital[i].name);
        if ((size == length || (size > length && vital[i].name[length - 1] == '-')) &&
            g_ascii_strncasecmp(name, vital[i].name, length) == 0)
            return i;
    }
    return G_N_ELEMENTS(vital);
}

/* How many bytes of a field there is room for; 0 if it is left out. */
static size_t take_room(struct sks_header_block *block, struct kept *kept, const char *name, size_t name_size,
                        size_t size)
{
    /* A field that is cut counts for what is kept of it: it pushes no other field out of sight. */
    kept->size += MIN(size, SKS_LIMIT_HEADER_SIZE);
    if (block->fields->len < SKS_LIMIT_HEADER_COUNT && kept->size <= SKS_LIMIT_HEADERS_SIZE)
        return SKS_LIMIT_HEADER_SIZE;
    block->cut = true;
    size_t index = vital_index(name, name_size);
    if (index == G_N_ELEMENTS(vital) || kept->counts[index] >= vital[index].most)
        return 0;
    size_t room = SKS_LIMIT_HEADER_SIZE - kept->sizes[index];
    kept->counts[index]++;
    kept->sizes[index] += MIN(size, room);
    return room;
}

static void add_field(struct sks_header_block *block, GStringChunk *strings, const struct line *line, const char *raw,
                      const char *raw_end, size_t name_size, size_t room)
{
    size_t raw_size = (size_t)(raw_end - raw);
    struct sks_header field = {.charset = ""};
    if (raw_size > room) {
        raw_size = room;
        field.flags = SKS_HEADER_CUT;
        block->cut = true;
    }
    field.name = g_string_chunk_insert_len(strings, line->text, (gssize)name_size);
    field.raw = g_string_chunk_insert_len(strings, raw, (gssize)raw_size);
    field.raw_size = raw_size;
    g_array_append_val(block->fields, field);
}

/* Where a mail's header begins: behind mbox lines, and behind empty lines if fields follow those. */
static size_t skip_opening(const char *bytes, size_t size)
{
    struct line line;
    size_t at = 0;
    while (read_line(&line, bytes, size, at) && is_mbox_line(&line))
        at = line.next;
    size_t behind = at;
    while (read_line(&line, bytes, size, behind) && line.size == 0)
        behind = line.next;
    if (behind > at && looks_like_field(bytes, size, behind)) {
        read_line(&line, bytes, size, behind);
        struct line second;
        if (read_line(&second, bytes, size, line.next) &&
            (is_continuation(&second) || looks_like_field(bytes, size, line.next)))
            return behind;
    }
    return at;
}

/* A line that is neither field nor continuation: the place to go on at, or false if the body begins here. */
static bool skip_broken(size_t *at, const char *bytes, size_t size, const struct line *line)
{
    if (!is_mbox_line(line) && !looks_like_field(bytes, size, line->next))
        return false;
    *at = line->next;
    return true;
}

void sks_header_split(struct sks_header_block *out_block, GStringChunk *strings, const char *bytes, size_t size,
                      bool outermost, sks_header_stop *stop, void *context)
{
    *out_block = (struct sks_header_block){.fields = g_array_new(FALSE, FALSE, sizeof(struct sks_header))};
    size_t start = outermost ? skip_opening(bytes, size) : 0, at = start;
    struct kept kept = {0};
    struct line line;
    while (read_line(&line, bytes, size, at)) {
        if (stop != NULL && line.size > 2 && line.text[0] == '-' && line.text[1] == '-' &&
            stop(context, line.text, line.size)) {
            out_block->stopped = true;
            break;
        }
        size_t colon, name_size = field_name(&line, &colon);
        if (name_size == 0) {
            if (line.size == 0 || is_blank(&line)) {
                at = line.next;
                break;
            }
            if (!is_continuation(&line) && skip_broken(&at, bytes, size, &line))
                continue;
            if (is_continuation(&line) && at == start && skip_broken(&at, bytes, size, &line))
                continue;
            break;
        }
        struct line last = line, next;
        while (read_line(&next, bytes, size, last.next) && continues(&next, bytes, size))
            last = next;
        size_t room = take_room(out_block, &kept, line.text, name_size, last.next - at);
        if (room > 0)
            add_field(out_block, strings, &line, line.text + colon + 1, last.text + last.size, name_size, room);
        at = last.next;
    }
    out_block->end = out_block->fields->len > 0 || at != start || out_block->stopped ? at : start;
}

void sks_header_block_finish(struct sks_header_block *block)
{
    if (block->fields != NULL)
        g_array_unref(block->fields);
    *block = (struct sks_header_block){0};
}

void sks_header_decode(struct sks_header *header, GStringChunk *strings)
{
    struct sks_encoded_text text;
    sks_encoded_word_decode(&text, header->raw, header->raw_size);
    header->value = g_string_chunk_insert_len(strings, text.text->str, (gssize)text.text->len);
    header->charset = text.charset;
    header->flags |= text.flags;
    sks_encoded_text_finish(&text);
}

const struct sks_header *sks_header_find(const GArray *fields, const char *name)
{
    for (guint i = 0; i < fields->len; i++) {
        const struct sks_header *field = &g_array_index(fields, struct sks_header, i);
        if (g_ascii_strcasecmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

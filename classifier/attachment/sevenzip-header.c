/* Headers of 7z. All numbers come from the file: each count is held against the bytes that are left. */
#include "attachment/sevenzip.h"

#include <zlib.h>

#include "attachment/names.h"
#include "sekisho/limits.h"

#define FOLDERS 20000u

enum property {
    PROPERTY_END = 0x00,
    PROPERTY_HEADER = 0x01,
    PROPERTY_ARCHIVE = 0x02,
    PROPERTY_ADDITIONAL = 0x03,
    PROPERTY_STREAMS = 0x04,
    PROPERTY_FILES = 0x05,
    PROPERTY_PACK = 0x06,
    PROPERTY_UNPACK = 0x07,
    PROPERTY_SUBSTREAMS = 0x08,
    PROPERTY_SIZE = 0x09,
    PROPERTY_CRC = 0x0A,
    PROPERTY_FOLDER = 0x0B,
    PROPERTY_UNPACK_SIZE = 0x0C,
    PROPERTY_STREAM_COUNT = 0x0D,
    PROPERTY_EMPTY_STREAM = 0x0E,
    PROPERTY_EMPTY_FILE = 0x0F,
    PROPERTY_NAMES = 0x11,
    PROPERTY_MODIFIED = 0x14,
    PROPERTY_ATTRIBUTES = 0x15,
    PROPERTY_PACKED_HEADER = 0x17,
};

/* The leading ones of the first byte say how many bytes follow. */
uint64_t sks_7z_read_number(struct sks_cursor *cursor)
{
    unsigned first = sks_cursor_byte(cursor), mask = 0x80;
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++, mask >>= 1) {
        if ((first & mask) == 0)
            return value | (uint64_t)(first & (mask - 1)) << 8 * i;
        value |= (uint64_t)sks_cursor_byte(cursor) << 8 * i;
    }
    return value;
}

/* A count of things of which each takes a byte at least. */
static uint64_t read_count(struct sks_cursor *cursor)
{
    uint64_t count = sks_7z_read_number(cursor);
    if (count > sks_cursor_left(cursor) * 8 + 8)
        cursor->failed = true;
    return cursor->failed ? 0 : count;
}

/* Bits, one for each of count; all set if the first byte says so. g_free(). */
static bool *read_bits(struct sks_cursor *cursor, uint64_t count, bool optional)
{
    bool *bits = g_new0(bool, count + 1);
    if (optional && sks_cursor_byte(cursor) != 0) {
        memset(bits, 1, count);
        return bits;
    }
    unsigned byte = 0;
    for (uint64_t i = 0; i < count && !cursor->failed; i++) {
        if (i % 8 == 0)
            byte = sks_cursor_byte(cursor);
        bits[i] = (byte & 0x80u >> i % 8) != 0;
    }
    return bits;
}

static struct sks_7z_folder *folder_at(const struct sks_7z *archive, uint64_t index)
{
    return &g_array_index(archive->folders, struct sks_7z_folder, index);
}

static bool is_known(const struct sks_7z_coder *coder)
{
    static const uint64_t known[] = {0x00,       0x03,       0x04,       0x05,       0x06,       0x07,
                                     0x08,       0x09,       0x0A,       0x21,       0x030101,   0x03030103,
                                     0x03030205, 0x03030401, 0x03030501, 0x03030701, 0x03030805, SKS_7Z_AES};
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i] == coder->method)
            return coder->inputs == 1 && coder->outputs == 1;
    return false;
}

void sks_7z_read_coder(struct sks_cursor *cursor, struct sks_7z_coder *coder)
{
    unsigned flags = sks_cursor_byte(cursor);
    const unsigned char *id = sks_cursor_bytes(cursor, flags & 0x0F);
    *coder = (struct sks_7z_coder){.inputs = 1, .outputs = 1};
    for (unsigned i = 0; i < (flags & 0x0F) && i < 8; i++)
        coder->method = coder->method << 8 | id[i];
    if ((flags & 0x10) != 0) {
        uint64_t inputs = sks_7z_read_number(cursor), outputs = sks_7z_read_number(cursor);
        coder->inputs = (unsigned)MIN(inputs, 64);
        coder->outputs = (unsigned)MIN(outputs, 64);
    }
    if ((flags & 0x20) != 0) {
        coder->property_size = (size_t)read_count(cursor);
        coder->properties = sks_cursor_bytes(cursor, coder->property_size);
    }
}

/*
 * Coders in the order of the file, with the bindings between them; they are put in the order of decoding. Sizes come
 * later in the header, in the order of the file: *out_order maps that to ours.
 */
static void read_folder(struct sks_cursor *cursor, struct sks_7z_folder *folder, unsigned char *out_order)
{
    struct sks_7z_coder coders[SKS_7Z_CODERS] = {{0}};
    unsigned inputs = 0, outputs = 0;
    uint64_t count = sks_7z_read_number(cursor), to[SKS_7Z_CODERS];
    memset(to, 0xFF, sizeof to);
    *folder = (struct sks_7z_folder){.supported = true, .streams = 1};
    if (count == 0 || count > 32)
        cursor->failed = true;
    for (uint64_t i = 0; i < count && !cursor->failed; i++) {
        struct sks_7z_coder coder;
        sks_7z_read_coder(cursor, &coder);
        inputs += coder.inputs;
        outputs += coder.outputs;
        folder->encrypted = folder->encrypted || coder.method == SKS_7Z_AES;
        folder->supported = folder->supported && i < SKS_7Z_CODERS && is_known(&coder);
        if (i < SKS_7Z_CODERS)
            coders[i] = coder;
    }
    uint64_t bound = 0, bound_outputs = 0;
    for (unsigned i = 0; i + 1 < outputs && !cursor->failed; i++) {
        uint64_t input = sks_7z_read_number(cursor), output = sks_7z_read_number(cursor);
        bound_outputs |= output < 64 ? UINT64_C(1) << output : 0;
        if (input < SKS_7Z_CODERS && output < SKS_7Z_CODERS) {
            to[output] = input;
            bound |= 1u << input;
        }
    }
    while (folder->main_output < MIN(outputs, 64) && (bound_outputs >> folder->main_output & 1) != 0)
        folder->main_output++; /* what is bound to no input comes out of the folder */
    folder->packed_streams = inputs - (outputs > 0 ? outputs - 1 : 0);
    for (unsigned i = 0; folder->packed_streams > 1 && i < folder->packed_streams && !cursor->failed; i++)
        sks_7z_read_number(cursor);
    folder->coder_count = (unsigned)MIN(count, SKS_7Z_CODERS);
    memcpy(folder->coders, coders, sizeof coders);
    for (unsigned i = 0; i < SKS_7Z_CODERS; i++)
        out_order[i] = (unsigned char)i;
    if (!folder->supported)
        return;
    uint64_t next = 0;
    while (next < count && (bound & 1u << next) != 0)
        next++;
    for (unsigned i = 0; i < count; i++) {
        if (next >= count) {
            folder->supported = false;
            return;
        }
        out_order[next] = (unsigned char)i;
        folder->coders[i] = coders[next];
        next = to[next];
    }
}

static void read_crcs(struct sks_cursor *cursor, struct sks_7z *archive)
{
    g_autofree bool *known = read_bits(cursor, archive->folders->len, true);
    for (guint i = 0; i < archive->folders->len; i++) {
        if (known[i]) {
            folder_at(archive, i)->has_crc = true;
            folder_at(archive, i)->crc = sks_le32(sks_cursor_bytes(cursor, 4));
        }
    }
}

static void read_unpack_info(struct sks_cursor *cursor, struct sks_7z *archive)
{
    if (sks_cursor_byte(cursor) != PROPERTY_FOLDER)
        cursor->failed = true;
    uint64_t count = read_count(cursor);
    if (count > FOLDERS || sks_cursor_byte(cursor) != 0)
        cursor->failed = true;
    g_autofree unsigned char *orders = g_malloc0((count > FOLDERS ? 1 : count + 1) * SKS_7Z_CODERS);
    g_autofree unsigned *outputs = g_new0(unsigned, count > FOLDERS ? 1 : count + 1);
    for (uint64_t i = 0; i < count && !cursor->failed; i++) {
        struct sks_7z_folder folder;
        const unsigned char *start = cursor->p;
        read_folder(cursor, &folder, orders + i * SKS_7Z_CODERS);
        /* How many sizes will follow: of all outputs, known coders or not. */
        struct sks_cursor again = {.p = start, .end = cursor->end};
        uint64_t coders = sks_7z_read_number(&again);
        for (uint64_t n = 0; n < coders && n <= 32; n++) {
            struct sks_7z_coder coder;
            sks_7z_read_coder(&again, &coder);
            outputs[i] += coder.outputs;
        }
        folder.record = start;
        g_array_append_val(archive->folders, folder);
    }
    if (sks_cursor_byte(cursor) != PROPERTY_UNPACK_SIZE)
        cursor->failed = true;
    for (uint64_t i = 0; i < count && !cursor->failed; i++) {
        struct sks_7z_folder *folder = folder_at(archive, i);
        folder->sizes = cursor->p;
        folder->end = cursor->end;
        for (unsigned n = 0; n < outputs[i]; n++) {
            uint64_t size = sks_7z_read_number(cursor);
            if (n < SKS_7Z_CODERS)
                folder->coders[orders[i * SKS_7Z_CODERS + n]].size = size;
            if (n == folder->main_output)
                folder->size = size;
        }
    }
    unsigned type = sks_cursor_byte(cursor);
    if (type == PROPERTY_CRC) {
        read_crcs(cursor, archive);
        type = sks_cursor_byte(cursor);
    }
    if (type != PROPERTY_END)
        cursor->failed = true;
}

static void read_pack_info(struct sks_cursor *cursor, GArray *sizes, uint64_t *out_at)
{
    *out_at = sks_7z_read_number(cursor);
    uint64_t count = read_count(cursor);
    unsigned type = sks_cursor_byte(cursor);
    if (type == PROPERTY_SIZE) {
        for (uint64_t i = 0; i < count && !cursor->failed; i++) {
            uint64_t size = sks_7z_read_number(cursor);
            g_array_append_val(sizes, size);
        }
        type = sks_cursor_byte(cursor);
    }
    if (type == PROPERTY_CRC) {
        g_autofree bool *known = read_bits(cursor, count, true);
        for (uint64_t i = 0; i < count; i++) {
            if (known[i])
                sks_cursor_bytes(cursor, 4);
        }
        type = sks_cursor_byte(cursor);
    }
    if (type != PROPERTY_END)
        cursor->failed = true;
}

/* Without it each folder holds one file. */
static void make_streams(struct sks_cursor *cursor, struct sks_7z *archive, bool sizes_follow)
{
    for (guint i = 0; i < archive->folders->len && !cursor->failed; i++) {
        struct sks_7z_folder *folder = folder_at(archive, i);
        uint64_t rest = folder->size;
        folder->first_stream = archive->streams->len;
        for (uint64_t n = 0; n < folder->streams && !cursor->failed; n++) {
            struct sks_7z_stream stream = {.size = rest};
            if (n + 1 < folder->streams)
                stream.size = sizes_follow ? sks_7z_read_number(cursor) : 0;
            if (stream.size > rest)
                cursor->failed = true;
            rest -= MIN(stream.size, rest);
            if (folder->streams == 1) {
                stream.has_crc = folder->has_crc;
                stream.crc = folder->crc;
            }
            g_array_append_val(archive->streams, stream);
        }
    }
}

static void read_substreams(struct sks_cursor *cursor, struct sks_7z *archive)
{
    unsigned type = sks_cursor_byte(cursor);
    uint64_t total = archive->folders->len;
    if (type == PROPERTY_STREAM_COUNT) {
        total = 0;
        for (guint i = 0; i < archive->folders->len && !cursor->failed; i++) {
            uint64_t count = sks_7z_read_number(cursor);
            total += count;
            if (count > sks_cursor_left(cursor) * 8 + 8 || total > SKS_LIMIT_ARCHIVE_ENTRIES * 8)
                cursor->failed = true;
            folder_at(archive, i)->streams = cursor->failed ? 0 : count;
        }
        type = sks_cursor_byte(cursor);
    }
    make_streams(cursor, archive, type == PROPERTY_SIZE);
    if (type == PROPERTY_SIZE)
        type = sks_cursor_byte(cursor);
    if (type == PROPERTY_CRC) {
        g_autoptr(GPtrArray) without = g_ptr_array_new();
        for (guint i = 0; i < archive->streams->len; i++) {
            struct sks_7z_stream *stream = &g_array_index(archive->streams, struct sks_7z_stream, i);
            if (!stream->has_crc)
                g_ptr_array_add(without, stream);
        }
        g_autofree bool *known = read_bits(cursor, without->len, true);
        for (guint i = 0; i < without->len; i++) {
            struct sks_7z_stream *stream = g_ptr_array_index(without, i);
            if (known[i]) {
                stream->has_crc = true;
                stream->crc = sks_le32(sks_cursor_bytes(cursor, 4));
            }
        }
        type = sks_cursor_byte(cursor);
    }
    if (type != PROPERTY_END)
        cursor->failed = true;
}

static void read_streams(struct sks_cursor *cursor, struct sks_7z *archive)
{
    uint64_t at = 0;
    bool packed = false, substreams = false;
    for (;;) {
        unsigned type = sks_cursor_byte(cursor);
        if (type == PROPERTY_END || cursor->failed)
            break;
        if (type == PROPERTY_PACK && !packed) {
            read_pack_info(cursor, archive->packed, &at);
            packed = true;
        } else if (type == PROPERTY_UNPACK && archive->folders->len == 0)
            read_unpack_info(cursor, archive);
        else if (type == PROPERTY_SUBSTREAMS && !substreams) {
            read_substreams(cursor, archive);
            substreams = true;
        } else
            cursor->failed = true;
    }
    if (!substreams)
        make_streams(cursor, archive, false);
    guint used = 0;
    at += 32; /* behind the signature */
    for (guint i = 0; i < archive->folders->len; i++) {
        struct sks_7z_folder *folder = folder_at(archive, i);
        folder->at = at;
        folder->first_packed = used;
        for (unsigned n = 0; n < folder->packed_streams && used < archive->packed->len; n++, used++) {
            uint64_t size = g_array_index(archive->packed, uint64_t, used);
            folder->packed += size;
            at += size;
        }
    }
}

static void read_names(struct sks_cursor *cursor, struct sks_7z *archive)
{
    if (sks_cursor_byte(cursor) != 0)
        return;
    for (guint i = 0; i < archive->files->len; i++) {
        const unsigned char *start = cursor->p;
        while (sks_cursor_left(cursor) >= 2 && sks_le16(cursor->p) != 0)
            cursor->p += 2;
        struct sks_7z_file *file = &g_array_index(archive->files, struct sks_7z_file, i);
        g_free(file->name); /* a second list of names is as good as the first */
        file->name = sks_name_decode_utf16(start, (size_t)(cursor->p - start));
        sks_cursor_bytes(cursor, 2);
    }
}

static void read_times(struct sks_cursor *cursor, struct sks_7z *archive)
{
    g_autofree bool *known = read_bits(cursor, archive->files->len, true);
    if (sks_cursor_byte(cursor) != 0)
        return;
    for (guint i = 0; i < archive->files->len && !cursor->failed; i++) {
        if (known[i])
            g_array_index(archive->files, struct sks_7z_file, i).modified =
                sks_windows_time(sks_le64(sks_cursor_bytes(cursor, 8)));
    }
}

static void read_attributes(struct sks_cursor *cursor, struct sks_7z *archive)
{
    g_autofree bool *known = read_bits(cursor, archive->files->len, true);
    if (sks_cursor_byte(cursor) != 0)
        return;
    for (guint i = 0; i < archive->files->len && !cursor->failed; i++) {
        if (known[i])
            g_array_index(archive->files, struct sks_7z_file, i).attributes = sks_le32(sks_cursor_bytes(cursor, 4));
    }
}

static void read_empty(struct sks_cursor *cursor, struct sks_7z *archive)
{
    g_autofree bool *empty = read_bits(cursor, archive->files->len, false);
    for (guint i = 0; i < archive->files->len; i++) {
        g_array_index(archive->files, struct sks_7z_file, i).has_stream = !empty[i];
        g_array_index(archive->files, struct sks_7z_file, i).directory = empty[i];
    }
}

/* Of those without content, which are files and not folders. */
static void read_empty_files(struct sks_cursor *cursor, struct sks_7z *archive)
{
    g_autofree bool *bits = read_bits(cursor, archive->files->len, false);
    guint used = 0;
    cursor->failed = false; /* there are fewer bits than files: only those without content have one */
    for (guint i = 0; i < archive->files->len; i++) {
        struct sks_7z_file *file = &g_array_index(archive->files, struct sks_7z_file, i);
        if (!file->has_stream)
            file->directory = !bits[used++];
    }
}

static void read_files(struct sks_cursor *cursor, struct sks_7z *archive)
{
    uint64_t count = read_count(cursor);
    count = MIN(count, SKS_LIMIT_ARCHIVE_ENTRIES * 8);
    for (uint64_t i = 0; i < count; i++) {
        struct sks_7z_file file = {.has_stream = true};
        g_array_append_val(archive->files, file);
    }
    for (;;) {
        uint64_t type = sks_7z_read_number(cursor);
        if (type == PROPERTY_END || cursor->failed)
            return;
        uint64_t size = sks_7z_read_number(cursor);
        const unsigned char *start = sks_cursor_bytes(cursor, size);
        if (cursor->failed)
            return;
        struct sks_cursor property = {.p = start, .end = start + size};
        if (type == PROPERTY_NAMES)
            read_names(&property, archive);
        else if (type == PROPERTY_EMPTY_STREAM)
            read_empty(&property, archive);
        else if (type == PROPERTY_EMPTY_FILE)
            read_empty_files(&property, archive);
        else if (type == PROPERTY_MODIFIED)
            read_times(&property, archive);
        else if (type == PROPERTY_ATTRIBUTES)
            read_attributes(&property, archive);
        cursor->failed = cursor->failed || property.failed;
    }
}

bool sks_7z_find_header(const unsigned char *bytes, size_t size, const unsigned char **out_header, size_t *out_size)
{
    if (!sks_has(size, 0, 32))
        return false;
    uint64_t at = sks_le64(bytes + 12), length = sks_le64(bytes + 20);
    if (at > size - 32 || !sks_has(size, 32 + at, length) || length == 0)
        return false;
    *out_header = bytes + 32 + at;
    *out_size = (size_t)length;
    return (uint32_t)crc32_z(crc32(0, NULL, 0), *out_header, *out_size) == sks_le32(bytes + 28);
}

bool sks_7z_read_header(struct sks_7z *archive, const unsigned char *header, size_t size, bool *out_packed)
{
    static const unsigned char none;
    if (size == 0)
        header = &none; /* an unpacked header of no bytes has no address */
    struct sks_cursor cursor = {.p = header, .end = header + size};
    sks_7z_finish(archive);
    sks_7z_init(archive);
    unsigned type = sks_cursor_byte(&cursor);
    *out_packed = type == PROPERTY_PACKED_HEADER;
    if (*out_packed) {
        read_streams(&cursor, archive);
        return !cursor.failed && archive->folders->len > 0;
    }
    if (type != PROPERTY_HEADER)
        return false;
    while ((type = sks_cursor_byte(&cursor)) != PROPERTY_END && !cursor.failed) {
        if (type == PROPERTY_STREAMS && archive->folders->len == 0)
            read_streams(&cursor, archive);
        else if (type == PROPERTY_FILES && archive->files->len == 0)
            read_files(&cursor, archive);
        else
            cursor.failed = true; /* archive properties and additional streams are not written by any packer */
    }
    return !cursor.failed;
}

static void clear_file(void *file)
{
    g_free(((struct sks_7z_file *)file)->name);
}

void sks_7z_init(struct sks_7z *archive)
{
    *archive = (struct sks_7z){
        .folders = g_array_new(FALSE, FALSE, sizeof(struct sks_7z_folder)),
        .streams = g_array_new(FALSE, FALSE, sizeof(struct sks_7z_stream)),
        .files = g_array_new(FALSE, FALSE, sizeof(struct sks_7z_file)),
        .packed = g_array_new(FALSE, TRUE, sizeof(uint64_t)),
    };
    g_array_set_clear_func(archive->files, clear_file);
}

void sks_7z_finish(struct sks_7z *archive)
{
    g_array_unref(archive->folders);
    g_array_unref(archive->streams);
    g_array_unref(archive->files);
    g_array_unref(archive->packed);
}

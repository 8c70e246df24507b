/*
 * A folder of a 7z written anew without its cipher, for libarchive, which decrypts nothing.
 *
 * Coders form a graph: their inputs and outputs are numbered in the order of the file, bindings lead from outputs to
 * inputs, packed streams feed the inputs that are left. A cipher stands between a packed stream and an input: it is
 * taken out, and its plain bytes become the packed stream. All numbers come from the file.
 */
#include "attachment/sevenzip.h"

#include <zlib.h>

#include "sekisho/limits.h"

#define CODERS      10u /* BCJ2 has four inputs, each with a cipher before it and a method between */
#define PLACES      16u /* inputs, or outputs, of all coders */
#define MEMORY_MOST (192u * 1024 * 1024)
#define NOWHERE     PLACES

struct graph {
    struct sks_7z_coder coders[CODERS];
    unsigned coder_count, inputs, outputs;
    unsigned first_input[CODERS], first_output[CODERS];
    unsigned to[PLACES];    /* output → input; NOWHERE: out of the folder */
    unsigned feeds[PLACES]; /* packed stream → input */
    uint64_t sizes[PLACES]; /* of outputs */
    unsigned packed_streams;
};

static bool read_bindings(struct graph *graph, struct sks_cursor *cursor)
{
    bool bound[PLACES] = {false};
    for (unsigned i = 0; i < PLACES; i++)
        graph->to[i] = NOWHERE;
    for (unsigned i = 0; i + 1 < graph->outputs; i++) {
        uint64_t input = sks_7z_read_number(cursor), output = sks_7z_read_number(cursor);
        if (input >= graph->inputs || output >= graph->outputs || bound[input] || graph->to[output] != NOWHERE)
            return false;
        graph->to[output] = (unsigned)input;
        bound[input] = true;
    }
    graph->packed_streams = graph->inputs - (graph->outputs - 1);
    for (unsigned i = 0; i < graph->packed_streams; i++) {
        uint64_t input = 0;
        if (graph->packed_streams > 1)
            input = sks_7z_read_number(cursor);
        else
            while (input < graph->inputs && bound[input])
                input++;
        if (input >= graph->inputs || bound[input])
            return false;
        graph->feeds[i] = (unsigned)input;
        bound[input] = true;
    }
    return true;
}

static bool read_graph(struct graph *graph, const struct sks_7z_folder *folder)
{
    struct sks_cursor cursor = {.p = folder->record, .end = folder->end};
    struct sks_cursor sizes = {.p = folder->sizes, .end = folder->end};
    uint64_t count = sks_7z_read_number(&cursor), total = 0;
    *graph = (struct graph){0};
    if (count == 0 || count > CODERS)
        return false;
    for (; graph->coder_count < count; graph->coder_count++) {
        struct sks_7z_coder *coder = &graph->coders[graph->coder_count];
        sks_7z_read_coder(&cursor, coder);
        graph->first_input[graph->coder_count] = graph->inputs;
        graph->first_output[graph->coder_count] = graph->outputs;
        graph->inputs += coder->inputs;
        graph->outputs += coder->outputs;
        if (coder->inputs == 0 || coder->outputs != 1 || graph->inputs > PLACES || graph->outputs > PLACES)
            return false;
    }
    for (unsigned i = 0; i < graph->outputs; i++) {
        graph->sizes[i] = sks_7z_read_number(&sizes);
        total += MIN(graph->sizes[i], SKS_LIMIT_ARCHIVE_OUTPUT + UINT64_C(1));
    }
    return total <= UINT64_C(2) * SKS_LIMIT_ARCHIVE_OUTPUT && read_bindings(graph, &cursor) && !cursor.failed &&
           !sizes.failed;
}

static bool is_cipher(const struct graph *graph, unsigned coder)
{
    return graph->coders[coder].method == SKS_7Z_AES;
}

static unsigned coder_of_input(const struct graph *graph, unsigned input)
{
    unsigned coder = 0;
    while (coder + 1 < graph->coder_count && graph->first_input[coder + 1] <= input)
        coder++;
    return coder;
}

/* Methods that ask for more memory than a decoder gets here. libarchive asks for it before it reads a byte. */
static bool is_greedy(const struct sks_7z_coder *coder)
{
    bool ppmd = coder->method == 0x030401, lzma = coder->method == 0x030101;
    if (coder->method == 0x21) /* two mantissas for each power of two */
        return coder->property_size != 1 || coder->properties[0] > 30;
    return (ppmd || lzma) && (coder->property_size < 5 || sks_le32(coder->properties + 1) > MEMORY_MOST);
}

static void add_number(GByteArray *out, uint64_t number)
{
    unsigned char bytes[9] = {0xFF};
    for (unsigned i = 0; i < 8; i++)
        bytes[i + 1] = (unsigned char)(number >> 8 * i);
    if (number < 0x80)
        g_byte_array_append(out, bytes + 1, 1);
    else
        g_byte_array_append(out, bytes, sizeof bytes);
}

static void add_coder(GByteArray *out, const struct sks_7z_coder *coder)
{
    unsigned char id[8];
    unsigned length = 1;
    while (length < sizeof id && coder->method >> 8 * length != 0)
        length++;
    for (unsigned i = 0; i < length; i++)
        id[i] = (unsigned char)(coder->method >> 8 * (length - 1 - i));
    bool many = coder->inputs != 1;
    add_number(out, length | (many ? 0x10u : 0) | (coder->property_size > 0 ? 0x20u : 0));
    g_byte_array_append(out, id, length);
    if (many) {
        add_number(out, coder->inputs);
        add_number(out, coder->outputs);
    }
    if (coder->property_size > 0) {
        add_number(out, coder->property_size);
        g_byte_array_append(out, coder->properties, (guint)coder->property_size);
    }
}

/* The numbers that inputs and outputs have without the ciphers. */
static unsigned without_ciphers(const struct graph *graph, unsigned place, bool of_inputs)
{
    const unsigned *first = of_inputs ? graph->first_input : graph->first_output;
    unsigned number = place;
    for (unsigned i = 0; i < graph->coder_count; i++)
        number -= is_cipher(graph, i) && first[i] < place;
    return number;
}

static void add_folder(GByteArray *out, const struct graph *graph)
{
    unsigned ciphers = 0;
    for (unsigned i = 0; i < graph->coder_count; i++)
        ciphers += is_cipher(graph, i);
    add_number(out, graph->coder_count - ciphers);
    for (unsigned i = 0; i < graph->coder_count; i++)
        if (!is_cipher(graph, i))
            add_coder(out, &graph->coders[i]);
    for (unsigned i = 0; i < graph->coder_count; i++) {
        unsigned output = graph->first_output[i];
        if (is_cipher(graph, i) || graph->to[output] == NOWHERE)
            continue;
        add_number(out, without_ciphers(graph, graph->to[output], true));
        add_number(out, without_ciphers(graph, output, false));
    }
    for (unsigned i = 0; graph->packed_streams > 1 && i < graph->packed_streams; i++)
        add_number(out, without_ciphers(graph, graph->feeds[i], true));
}

static GByteArray *make_header(const struct graph *graph, const uint64_t *packed)
{
    /* Names: one file, "0". */
    static const unsigned char before[] = {1, 4, 6, 0}, folder[] = {0, 7, 11, 1, 0}, sizes[] = {12},
                               after[] = {0, 8, 0, 0, 5, 1, 17, 5, 0, '0', 0, 0, 0, 0, 0};
    GByteArray *header = g_byte_array_new();
    g_byte_array_append(header, before, sizeof before);
    add_number(header, graph->packed_streams);
    add_number(header, 9);
    for (unsigned i = 0; i < graph->packed_streams; i++)
        add_number(header, packed[i]);
    g_byte_array_append(header, folder, sizeof folder);
    add_folder(header, graph);
    g_byte_array_append(header, sizes, sizeof sizes);
    for (unsigned i = 0; i < graph->coder_count; i++)
        if (!is_cipher(graph, i))
            add_number(header, graph->sizes[graph->first_output[i]]);
    return g_byte_array_append(header, after, sizeof after);
}

static void put_number(unsigned char *p, uint64_t number, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        p[i] = (unsigned char)(number >> 8 * i);
}

#define START_SIZE 32u

/* The signature, and where the header lies. */
static void write_start(GByteArray *out, size_t streams)
{
    static const unsigned char signature[] = {'7', 'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4};
    unsigned char *start = out->data;
    size_t size = out->len - START_SIZE - streams;
    memcpy(start, signature, sizeof signature);
    put_number(start + 12, streams, 8);
    put_number(start + 20, size, 8);
    put_number(start + 28, crc32_z(crc32(0, NULL, 0), start + START_SIZE + streams, size), 4);
    put_number(start + 8, crc32_z(crc32(0, NULL, 0), start + 12, 20), 4);
}

/* Adds what feeds an input, and leads it past its cipher. */
static bool add_stream(GByteArray *out, struct graph *graph, unsigned stream, const unsigned char *bytes,
                       uint64_t *size, sks_7z_decrypt decrypt, void *context)
{
    unsigned coder = coder_of_input(graph, graph->feeds[stream]);
    if (!is_cipher(graph, coder)) {
        g_byte_array_append(out, bytes, (guint)*size);
        return true;
    }
    unsigned output = graph->first_output[coder], input = graph->to[output];
    if (input == NOWHERE || is_cipher(graph, coder_of_input(graph, input)))
        return false;
    g_autofree unsigned char *plain = decrypt(context, &graph->coders[coder], bytes, (size_t)*size);
    if (plain == NULL)
        return false;
    *size = MIN(*size, graph->sizes[output]);
    g_byte_array_append(out, plain, (guint)*size);
    graph->feeds[stream] = input;
    return true;
}

GByteArray *sks_7z_write_plain(const struct sks_7z *archive, const struct sks_7z_folder *folder,
                               const unsigned char *bytes, sks_7z_decrypt decrypt, void *context)
{
    struct graph graph;
    uint64_t packed[PLACES], at = folder->at;
    if (!read_graph(&graph, folder) || folder->first_packed + graph.packed_streams > archive->packed->len)
        return NULL;
    for (unsigned i = 0; i < graph.coder_count; i++)
        if (is_greedy(&graph.coders[i]))
            return NULL;
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_byte_array_set_size(out, START_SIZE);
    memset(out->data, 0, START_SIZE);
    for (unsigned i = 0; i < graph.packed_streams; i++) {
        uint64_t size = g_array_index(archive->packed, uint64_t, folder->first_packed + i);
        packed[i] = size;
        if (!add_stream(out, &graph, i, bytes + at, &packed[i], decrypt, context))
            return NULL;
        at += size;
    }
    size_t streams = out->len - START_SIZE;
    g_autoptr(GByteArray) header = make_header(&graph, packed);
    g_byte_array_append(out, header->data, header->len);
    write_start(out, streams);
    return g_steal_pointer(&out);
}

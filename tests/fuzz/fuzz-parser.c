/*
 * One parser of the attachment room at a time. The input is a file of that format; what stands in the fuzzer's way is
 * mended first: signatures, checksums of headers, the compound file or zip around a stream. FUZZ_WRAP, given by the
 * build, names the function below that does so.
 */
#include "fuzz.h"

#include <glib.h>
#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>
#include <string.h>
#include <zlib.h>

#include "attachment/attachment.h"
#include "sekisho/limits.h"

#define BEGINS(bytes, size, magic) ((size) >= sizeof(magic) - 1 && memcmp((bytes), (magic), sizeof(magic) - 1) == 0)

typedef GByteArray *wrapper(const uint8_t *bytes, size_t size, const char **out_name);

static GByteArray *copy(const uint8_t *bytes, size_t size)
{
    GByteArray *array = g_byte_array_new();
    return g_byte_array_append(array, bytes, (guint)size);
}

/* The same, behind a signature, unless it has one. */
static GByteArray *with_magic(const uint8_t *bytes, size_t size, const void *magic, size_t magic_size)
{
    if (size >= magic_size && memcmp(bytes, magic, magic_size) == 0)
        return copy(bytes, size);
    GByteArray *array = copy(magic, magic_size);
    return g_byte_array_append(array, bytes, (guint)size);
}

static uint32_t get32(const guint8 *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put32(guint8 *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (guint8)(value >> 8 * i);
}

static void mend_rar4(GByteArray *file)
{
    for (size_t at = 7, n = 0; at + 7 <= file->len && n < 50; n++) {
        guint8 *block = file->data + at;
        size_t size = (size_t)block[5] | (size_t)block[6] << 8, data = 0;
        if (size < 7 || at + size > file->len)
            return;
        if (((block[4] & 0x80) != 0 || block[2] == 0x74) && size >= 11)
            data = get32(block + 7);
        uint32_t sum = (uint32_t)crc32(crc32(0, NULL, 0), block + 2, (uInt)(size - 2));
        block[0] = (guint8)sum;
        block[1] = (guint8)(sum >> 8);
        at += size + data;
    }
}

static void mend_rar5(GByteArray *file)
{
    for (size_t at = 8, n = 0; at + 6 <= file->len && n < 50; n++) {
        size_t size = 0, start = at + 4, end = start;
        for (unsigned shift = 0; end < file->len && shift < 21; shift += 7, end++) {
            size |= (size_t)(file->data[end] & 0x7F) << shift;
            if ((file->data[end] & 0x80) == 0) {
                end++;
                break;
            }
        }
        if (size == 0 || end + size > file->len)
            return;
        put32(file->data + at, (uint32_t)crc32(crc32(0, NULL, 0), file->data + start, (uInt)(end + size - start)));
        at = end + size;
    }
}

static GByteArray *wrap_rar(const uint8_t *bytes, size_t size, const char **out_name)
{
    *out_name = "a.rar";
    GByteArray *file =
        BEGINS(bytes, size, "Rar!\x1A\x07\x01\0") ? copy(bytes, size) : with_magic(bytes, size, "Rar!\x1A\x07\0", 7);
    file->data[6] == 1 ? mend_rar5(file) : mend_rar4(file);
    return file;
}

/* Half a million rounds of key derivation become one. */
static void shorten_7z(GByteArray *file)
{
    for (guint at = 0; at + 6 <= file->len; at++)
        if (memcmp(file->data + at, "\x06\xF1\x07\x01", 4) == 0)
            file->data[at + 5] &= 0xC0;
}

/* The header lies where the start header says, or takes all that follows. */
static GByteArray *wrap_7z(const uint8_t *bytes, size_t size, const char **out_name)
{
    static const guint8 start[32] = {'7', 'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4};
    *out_name = "a.7z";
    GByteArray *file = with_magic(bytes, size, start, 6);
    if (!BEGINS(bytes, size, "7z\xBC\xAF\x27\x1C")) {
        g_byte_array_set_size(file, 0);
        g_byte_array_append(file, start, sizeof start);
        g_byte_array_append(file, bytes, (guint)size);
        put32(file->data + 20, (uint32_t)size);
    }
    shorten_7z(file);
    if (file->len < 32)
        return file;
    size_t at = get32(file->data + 12), length = get32(file->data + 20);
    if (at + 32 <= file->len && length <= file->len - at - 32)
        put32(file->data + 28, (uint32_t)crc32(crc32(0, NULL, 0), file->data + 32 + at, (uInt)length));
    put32(file->data + 8, (uint32_t)crc32(crc32(0, NULL, 0), file->data + 12, 20));
    return file;
}

static GByteArray *wrap_lzh(const uint8_t *bytes, size_t size, const char **out_name)
{
    *out_name = "a.lzh";
    GByteArray *file = copy(bytes, size);
    if (file->len > 7 && memcmp(file->data + 2, "-lh", 3) != 0)
        memcpy(file->data + 2, "-lh0-", 5);
    if (file->len > 22 && file->data[20] < 2) { /* levels 0 and 1: a sum over the header */
        guint8 sum = 0;
        for (size_t i = 2; i < (size_t)file->data[0] + 2 && i < file->len; i++)
            sum = (guint8)(sum + file->data[i]);
        file->data[1] = sum;
    }
    return file;
}

static GByteArray *wrap_zip(const uint8_t *bytes, size_t size, const char **out_name)
{
    *out_name = "a.zip";
    return with_magic(bytes, size, "PK\3\4", 4);
}

static void add_stream(GsfOutfile *storage, const char *name, const uint8_t *bytes, size_t size)
{
    GsfOutput *stream = gsf_outfile_new_child(storage, name, FALSE);
    gsf_output_write(stream, size, bytes);
    gsf_output_close(stream);
    g_object_unref(stream);
}

/* Two streams of an office format: the first byte says which, the next two how long the first one is. */
static GByteArray *wrap_ole(const uint8_t *bytes, size_t size, const char **out_name)
{
    static const char *const kinds[][3] = {
        {"WordDocument", "0Table", "a.doc"},
        {"Workbook", "\5SummaryInformation", "a.xls"},
        {"PowerPoint Document", "Current User", "a.ppt"},
        {"EncryptionInfo", "EncryptedPackage", "a.docx"},
        {"\5DocumentSummaryInformation", "\1Ole10Native", "a.ole"},
        {"__properties_version1.0", "__substg1.0_0037001F", "a.msg"},
    };
    if (size < 3 || BEGINS(bytes, size, "\xD0\xCF\x11\xE0")) {
        *out_name = "a.doc";
        return copy(bytes, size);
    }
    const char *const *kind = kinds[bytes[0] % G_N_ELEMENTS(kinds)];
    size_t first = MIN((size_t)bytes[1] | (size_t)bytes[2] << 8, size - 3);
    *out_name = kind[2];
    GsfOutput *memory = gsf_output_memory_new();
    GsfOutfile *root = gsf_outfile_msole_new(memory);
    add_stream(root, kind[0], bytes + 3, first);
    add_stream(root, kind[1], bytes + 3 + first, size - 3 - first);
    gsf_output_close(GSF_OUTPUT(root));
    g_object_unref(root);
    GByteArray *file = copy(gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory)), (size_t)gsf_output_size(memory));
    g_object_unref(memory);
    return file;
}

/* A zip of stored parts, made by hand: libzip would take most of the time. */
static void add_part(GByteArray *file, GByteArray *directory, const char *name, const uint8_t *bytes, size_t size)
{
    guint8 local[30] = {'P', 'K', 3, 4, 10}, central[46] = {'P', 'K', 1, 2, 10, 0, 10};
    uint32_t sum = (uint32_t)crc32(crc32(0, NULL, 0), bytes, (uInt)size);
    put32(local + 14, sum);
    put32(local + 18, (uint32_t)size);
    put32(local + 22, (uint32_t)size);
    local[26] = (guint8)strlen(name);
    put32(central + 16, sum);
    put32(central + 20, (uint32_t)size);
    put32(central + 24, (uint32_t)size);
    central[28] = (guint8)strlen(name);
    put32(central + 42, file->len);
    g_byte_array_append(directory, central, sizeof central);
    g_byte_array_append(directory, (const guint8 *)name, (guint)strlen(name));
    g_byte_array_append(file, local, sizeof local);
    g_byte_array_append(file, (const guint8 *)name, (guint)strlen(name));
    g_byte_array_append(file, bytes, (guint)size);
}

/* The first byte says which part the rest is. */
static GByteArray *wrap_ooxml(const uint8_t *bytes, size_t size, const char **out_name)
{
    static const char *const parts[] = {"word/document.xml",     "word/_rels/document.xml.rels",
                                        "docProps/core.xml",     "xl/sharedStrings.xml",
                                        "ppt/slides/slide1.xml", "content.xml",
                                        "META-INF/manifest.xml", "xl/externalLinks/externalLink1.xml"};
    *out_name = "a.docx";
    if (size < 1 || BEGINS(bytes, size, "PK"))
        return copy(bytes, size);
    GByteArray *file = g_byte_array_new(), *directory = g_byte_array_new();
    const char *part = parts[bytes[0] % G_N_ELEMENTS(parts)];
    bool open_document = strcmp(part, "content.xml") == 0 || strcmp(part, "META-INF/manifest.xml") == 0;
    static const char mimetype[] = "application/vnd.oasis.opendocument.text";
    if (open_document)
        add_part(file, directory, "mimetype", (const uint8_t *)mimetype, sizeof mimetype - 1);
    else
        add_part(file, directory, "[Content_Types].xml", (const uint8_t *)"<Types/>", 8);
    add_part(file, directory, part, bytes + 1, size - 1);
    guint8 end[22] = {'P', 'K', 5, 6, 0, 0, 0, 0, 2, 0, 2};
    put32(end + 12, directory->len);
    put32(end + 16, file->len);
    g_byte_array_append(file, directory->data, directory->len);
    g_byte_array_append(file, end, sizeof end);
    g_byte_array_unref(directory);
    return file;
}

static GByteArray *wrap_rtf(const uint8_t *bytes, size_t size, const char **out_name)
{
    *out_name = "a.rtf";
    return with_magic(bytes, size, "{\\rtf", 5);
}

static GByteArray *wrap_pdf(const uint8_t *bytes, size_t size, const char **out_name)
{
    *out_name = "a.pdf";
    return with_magic(bytes, size, "%PDF-", 5);
}

/* OneNote, shortcuts, TNEF: as they begin, or by the first byte. */
static GByteArray *wrap_binary(const uint8_t *bytes, size_t size, const char **out_name)
{
    static const struct {
        const char *name, *magic;
        size_t size;
    } kinds[] = {
        {"a.one", "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", 16},
        {"a.lnk", "\x4C\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 20},
        {"winmail.dat", "\x78\x9F\x3E\x22", 4},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (size >= kinds[i].size && memcmp(bytes, kinds[i].magic, kinds[i].size) == 0) {
            *out_name = kinds[i].name;
            return copy(bytes, size);
        }
    size_t kind = size > 0 ? bytes[0] % G_N_ELEMENTS(kinds) : 0;
    *out_name = kinds[kind].name;
    return with_magic(bytes, size, kinds[kind].magic, kinds[kind].size);
}

/* Web pages, addresses, notes; and names, which any bytes may be. */
static GByteArray *wrap_text(const uint8_t *bytes, size_t size, const char **out_name)
{
    static char name[128];
    size_t length = MIN(size, sizeof name - 1);
    memcpy(name, bytes, length);
    name[length] = '\0';
    *out_name = name;
    return copy(bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const passwords[] = {"password", "aaa", NULL};
    const char *name;
    GByteArray *file = FUZZ_WRAP(bytes, size, &name);
    struct sks_attachment *attachment;
    struct sks_attachment_budget budget = {.rounds = SKS_LIMIT_KEY_ROUNDS - 5000}; /* key derivation is slow */
    if (sks_attachment_inspect(&attachment, file->data, file->len, name, "", passwords, &budget) == 0)
        sks_attachment_destroy(attachment);
    g_byte_array_unref(file);
    return 0;
}

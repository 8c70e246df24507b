/*
 * Excel's binary format (MS-XLS): whether it is encrypted, its strings, Excel 4 macros, links, fonts.
 *
 * The workbook stream is a row of records. Encryption leaves their headers, and a few records, as they are.
 */
#include "attachment/document.h"
#include "attachment/names.h"
#include "attachment/office-key.h"
#include "attachment/office-xor.h"
#include "attachment/ole.h"
#include "sekisho/limits.h"

#define RC4_BLOCK    1024u
#define RECORDS      2000000u
#define STRING_UNITS 32767u

enum record {
    RECORD_FILEPASS = 0x002F,
    RECORD_FONT = 0x0031,
    RECORD_CONTINUE = 0x003C,
    RECORD_CODEPAGE = 0x0042,
    RECORD_WRITEACCESS = 0x005C,
    RECORD_BOUNDSHEET = 0x0085,
    RECORD_COUNTRY = 0x008C,
    RECORD_INTERFACEHDR = 0x00E1,
    RECORD_SST = 0x00FC,
    RECORD_RRDHEAD = 0x0138,
    RECORD_USREXCL = 0x0194,
    RECORD_FILELOCK = 0x0195,
    RECORD_RRDINFO = 0x0196,
    RECORD_SUPBOOK = 0x01AE,
    RECORD_LABEL = 0x0204,
    RECORD_BOF = 0x0809,
};

struct book {
    struct sks_file *file;
    unsigned char *bytes;
    size_t size;
    GString *text;
};

/* The record at *at, and the place behind it. */
static bool next_record(const struct book *book, size_t *at, unsigned *out_type, size_t *out_start, size_t *out_size)
{
    if (!sks_has(book->size, *at, 4))
        return false;
    *out_type = sks_le16(book->bytes + *at);
    *out_size = sks_le16(book->bytes + *at + 2);
    *out_start = *at + 4;
    if (!sks_has(book->size, *out_start, *out_size))
        return false;
    *at = *out_start + *out_size;
    return true;
}

static bool is_plain(unsigned type)
{
    return type == RECORD_BOF || type == RECORD_FILEPASS || type == RECORD_USREXCL || type == RECORD_FILELOCK ||
           type == RECORD_INTERFACEHDR || type == RECORD_RRDINFO || type == RECORD_RRDHEAD;
}

/* What lies in a record that is not encrypted: all of it, the sheet's place, or nothing. */
static size_t plain_part(unsigned type, size_t size)
{
    return is_plain(type) ? size : type == RECORD_BOUNDSHEET ? MIN(size, 4) : 0;
}

static bool decrypt_rc4(struct book *book, const unsigned char *info, size_t info_size, size_t from)
{
    struct sks_office_key key;
    sks_office_key_parse(&key, info, info_size);
    if (!sks_office_key_unlock(&key, book->file))
        return false;
    g_autofree unsigned char *plain = g_memdup2(book->bytes, book->size);
    if (!sks_office_key_rc4_stream(&key, plain, book->size, RC4_BLOCK))
        return false;
    unsigned type;
    size_t start, size;
    while (next_record(book, &from, &type, &start, &size)) {
        size_t skip = plain_part(type, size);
        memcpy(book->bytes + start + skip, plain + start + skip, size - skip);
    }
    return true;
}

static bool decrypt_xor(struct book *book, unsigned key, unsigned verifier, size_t from)
{
    struct sks_xor xor ;
    if (!sks_xor_unlock(&xor, book->file, SKS_XOR_EXCEL, key, verifier))
        return false;
    unsigned type;
    size_t start, size;
    while (next_record(book, &from, &type, &start, &size)) {
        size_t skip = plain_part(type, size);
        unsigned char *data = g_memdup2(book->bytes + start, size);
        sks_xor_decrypt(&xor, data, size, start);
        if (size > skip)
            memcpy(book->bytes + start + skip, data + skip, size - skip);
        g_free(data);
    }
    return true;
}

/* Looks for FILEPASS, which stands near the start. True if the rest can be read. */
static bool unlock(struct book *book)
{
    size_t at = 0, start, size;
    unsigned type;
    for (unsigned n = 0; n < 64 && next_record(book, &at, &type, &start, &size); n++) {
        if (type != RECORD_FILEPASS || size < 2)
            continue;
        const unsigned char *data = book->bytes + start;
        book->file->encrypted = true;
        if (size == 4) /* before Excel 97: key and verifier alone */
            return book->file->opened = decrypt_xor(book, sks_le16(data), sks_le16(data + 2), at);
        if (sks_le16(data) == 0 && size >= 6)
            return book->file->opened = decrypt_xor(book, sks_le16(data + 2), sks_le16(data + 4), at);
        return book->file->opened = decrypt_rc4(book, data + 2, size - 2, at);
    }
    return true;
}

/* A string in one record: count characters of one or two bytes. */
static char *read_string(const unsigned char *p, size_t size, size_t count, bool wide)
{
    return sks_text_decode_office(p, MIN(count, wide ? size / 2 : size), wide);
}

static void add_text(struct book *book, const char *text)
{
    if (book->text->len < SKS_LIMIT_DOCUMENT_TEXT && text[0] != '\0') {
        g_string_append(book->text, text);
        g_string_append_c(book->text, '\n');
    }
}

/* The shared strings run over the ends of records; a string that does begins anew with its flags. */
struct cursor {
    const struct book *book;
    size_t at, end; /* in the present record */
    size_t next;
    bool done;
};

static bool refill(struct cursor *cursor)
{
    unsigned type;
    size_t start, size;
    while (cursor->at >= cursor->end) {
        if (!next_record(cursor->book, &cursor->next, &type, &start, &size) || type != RECORD_CONTINUE) {
            cursor->done = true;
            return false;
        }
        cursor->at = start;
        cursor->end = start + size;
    }
    return true;
}

static unsigned read_byte(struct cursor *cursor)
{
    return refill(cursor) ? cursor->book->bytes[cursor->at++] : 0;
}

static uint32_t read_number(struct cursor *cursor, unsigned width)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value |= (uint32_t)read_byte(cursor) << 8 * i;
    return value;
}

static void skip(struct cursor *cursor, uint64_t count)
{
    while (count > 0 && refill(cursor)) {
        size_t step = (size_t)MIN(count, cursor->end - cursor->at);
        cursor->at += step;
        count -= step;
    }
}

static void read_shared_string(struct book *book, struct cursor *cursor)
{
    unsigned count = read_number(cursor, 2), flags = read_byte(cursor);
    unsigned runs = (flags & 8) != 0 ? read_number(cursor, 2) : 0;
    uint32_t extension = (flags & 4) != 0 ? read_number(cursor, 4) : 0;
    g_autofree unsigned char *units = g_malloc((size_t)count * 2 + 1);
    for (unsigned i = 0; i < count && !cursor->done; i++) {
        if (cursor->at >= cursor->end && i > 0) {
            if (!refill(cursor))
                return;
            flags = (flags & ~1u) | (read_byte(cursor) & 1);
        }
        units[2 * i] = (unsigned char)read_byte(cursor);
        units[2 * i + 1] = (flags & 1) != 0 ? (unsigned char)read_byte(cursor) : 0;
    }
    if (cursor->done)
        return;
    g_autofree char *text = sks_text_decode_office(units, count, true);
    add_text(book, text);
    skip(cursor, (uint64_t)runs * 4 + extension);
}

static void read_shared_strings(struct book *book, size_t start, size_t size, size_t next)
{
    if (size < 8)
        return;
    struct cursor cursor = {.book = book, .at = start + 8, .end = start + size, .next = next};
    uint32_t count = sks_le32(book->bytes + start + 4);
    for (uint32_t i = 0; i < count && !cursor.done && book->text->len < SKS_LIMIT_DOCUMENT_TEXT; i++)
        read_shared_string(book, &cursor);
}

/* Another workbook, or DDE: program and topic are joined by 3 (MS-XLS 2.4.271). */
static void look_at_link(struct book *book, const unsigned char *data, size_t size)
{
    if (size < 5 || sks_le16(data + 2) == 0 || sks_le16(data + 2) > 255)
        return;
    g_autofree char *path = read_string(data + 5, size - 5, sks_le16(data + 2), (data[4] & 1) != 0);
    /* read_string() shows control characters as U+FFFD; so look at the bytes. */
    if (memchr(data + 5, 3, size - 5) != NULL)
        sks_file_fact(book->file, "attachment.dde", NULL, "%s", path);
    else if (strstr(path, "http") != NULL)
        sks_file_fact(book->file, "attachment.external-relation", NULL, "%s", path);
}

static void look_at_country(struct book *book, unsigned country)
{
    static const struct {
        unsigned country;
        const char *tag;
    } countries[] = {{81, "ja"},     {1, "en-US"}, {44, "en-GB"}, {86, "zh-CN"}, {886, "zh-TW"},
                     {852, "zh-HK"}, {82, "ko"},   {7, "ru"},     {84, "vi"}};
    for (size_t i = 0; i < G_N_ELEMENTS(countries); i++) {
        if (countries[i].country == country)
            sks_document_language(book->file, countries[i].tag);
    }
}

static void look_at_record(struct book *book, unsigned type, size_t start, size_t size, size_t next)
{
    const unsigned char *data = book->bytes + start;
    g_autofree char *text = NULL;
    if (type == RECORD_SST) {
        read_shared_strings(book, start, size, next);
    } else if (type == RECORD_BOUNDSHEET && size >= 8) {
        if (data[5] == 1)
            sks_file_fact(book->file, "attachment.macro", NULL, (data[4] & 3) != 0 ? "XLM, hidden" : "XLM");
    } else if (type == RECORD_LABEL && size >= 9) {
        text = read_string(data + 9, size - 9, sks_le16(data + 6), (data[8] & 1) != 0);
        add_text(book, text);
    } else if (type == RECORD_SUPBOOK) {
        look_at_link(book, data, size);
    } else if (type == RECORD_FONT && size >= 16) {
        text = read_string(data + 16, size - 16, data[14], (data[15] & 1) != 0);
        sks_document_font(book->file, text);
    } else if (type == RECORD_CODEPAGE && size >= 2) {
        sks_document_codepage(book->file, sks_le16(data));
    } else if (type == RECORD_COUNTRY && size >= 4) {
        look_at_country(book, sks_le16(data));
    } else if (type == RECORD_WRITEACCESS && size >= 3) {
        text = read_string(data + 3, size - 3, sks_le16(data), (data[2] & 1) != 0);
        sks_document_author(book->file, g_strstrip(text));
    }
}

void sks_xls_inspect(struct sks_file *file, GsfInfile *ole)
{
    struct book book = {.file = file};
    book.bytes = sks_ole_stream(ole, "Workbook", SKS_LIMIT_MAIL_SIZE, &book.size);
    if (book.bytes == NULL)
        book.bytes = sks_ole_stream(ole, "Book", SKS_LIMIT_MAIL_SIZE, &book.size);
    if (book.bytes == NULL)
        return;
    book.text = g_string_new(NULL);
    if (unlock(&book)) {
        size_t at = 0, start, size;
        unsigned type;
        for (unsigned n = 0; n < RECORDS && next_record(&book, &at, &type, &start, &size); n++)
            look_at_record(&book, type, start, size, at);
        sks_file_text(file, book.text->str, book.text->len);
    }
    g_string_free(book.text, TRUE);
    g_free(book.bytes);
}

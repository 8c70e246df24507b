/*
 * Word's binary format (MS-DOC): whether it is encrypted, its text by the piece table, fields, fonts, languages.
 */
#include "attachment/document.h"
#include "attachment/names.h"
#include "attachment/office-key.h"
#include "attachment/office-xor.h"
#include "attachment/ole.h"
#include "sekisho/limits.h"

#define FIB_PLAIN    68u /* bytes at the start that are never encrypted */
#define RC4_BLOCK    512u
#define FIB_CLX      0x01A2u
#define FIB_FONTS    0x0112u
#define FIB_MINIMUM  0x01AAu
#define FIELD_LENGTH 400u

struct word {
    struct sks_file *file;
    unsigned char *document, *table;
    size_t document_size, table_size;
    GString *text;
    GString *field; /* instruction of the field being read, or NULL */
};

static bool decrypt_rc4(struct word *word)
{
    struct sks_office_key key;
    sks_office_key_parse(&key, word->table, word->table_size);
    if (!sks_office_key_unlock(&key, word->file))
        return false;
    unsigned char plain[FIB_PLAIN];
    memcpy(plain, word->document, FIB_PLAIN);
    if (!sks_office_key_rc4_stream(&key, word->document, word->document_size, RC4_BLOCK) ||
        !sks_office_key_rc4_stream(&key, word->table, word->table_size, RC4_BLOCK))
        return false;
    memcpy(word->document, plain, FIB_PLAIN);
    return true;
}

/* Key and verifier stand in the part of the document stream that is never encrypted (MS-DOC 2.2.6.1). */
static bool decrypt_xor(struct word *word)
{
    struct sks_xor xor ;
    if (!sks_xor_unlock(&xor, word->file, SKS_XOR_WORD, sks_le16(word->document + 16), sks_le16(word->document + 14)))
        return false;
    sks_xor_decrypt(&xor, word->document + FIB_PLAIN, word->document_size - FIB_PLAIN, FIB_PLAIN);
    sks_xor_decrypt(&xor, word->table, word->table_size, 0);
    return true;
}

static void add_character(struct word *word, gunichar c)
{
    if (c == 0x13) { /* a field begins: instruction, separator, result */
        if (word->field == NULL)
            word->field = g_string_new(NULL);
        g_string_truncate(word->field, 0);
    } else if (c == 0x14 || c == 0x15) {
        if (word->field != NULL) {
            sks_document_field(word->file, word->field->str);
            g_string_free(word->field, TRUE);
            word->field = NULL;
        }
    } else if (word->field != NULL) {
        if (word->field->len < FIELD_LENGTH)
            g_string_append_unichar(word->field, c);
    } else if (c == '\r' || c == 7 || c == 0x0B || c == 0x0C) {
        g_string_append_c(word->text, '\n');
    } else if (c >= 0x20 || c == '\t') {
        g_string_append_unichar(word->text, c);
    }
}

/* One piece: code page 1252 in bytes, or UTF-16. */
static void add_piece(struct word *word, uint32_t place, uint64_t count)
{
    bool bytes = (place & 0x40000000) != 0;
    uint64_t at = bytes ? (place & 0x3FFFFFFF) / 2 : place & 0x3FFFFFFF;
    unsigned width = bytes ? 1 : 2;
    if (!sks_has(word->document_size, at, count * width))
        return;
    const unsigned char *p = word->document + at;
    gunichar high = 0;
    for (uint64_t i = 0; i < count && word->text->len < SKS_LIMIT_DOCUMENT_TEXT; i++) {
        gunichar c = bytes ? p[i] : sks_le16(p + 2 * i);
        if (c >= 0xD800 && c < 0xDC00) {
            high = c;
            continue;
        }
        if (c >= 0xDC00 && c < 0xE000) {
            if (high != 0)
                add_character(word, 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00));
            high = 0;
            continue;
        }
        add_character(word, c);
    }
}

/* The piece table lies behind property modifiers, in the table stream (MS-DOC 2.9.38). */
static bool read_text(struct word *word)
{
    uint64_t at = sks_le32(word->document + FIB_CLX), end = at + sks_le32(word->document + FIB_CLX + 4);
    if (end > word->table_size)
        return false;
    while (at + 3 <= end && word->table[at] == 1)
        at += 3 + (uint64_t)sks_le16(word->table + at + 1);
    if (at + 5 > end || word->table[at] != 2)
        return false;
    uint64_t size = sks_le32(word->table + at + 1);
    at += 5;
    if (size < 16 || at + size > end)
        return false;
    uint64_t count = (size - 4) / 12;
    const unsigned char *positions = word->table + at, *pieces = positions + 4 * (count + 1);
    for (uint64_t i = 0; i < count && word->text->len < SKS_LIMIT_DOCUMENT_TEXT; i++) {
        uint32_t from = sks_le32(positions + 4 * i), to = sks_le32(positions + 4 * (i + 1));
        if (to > from)
            add_piece(word, sks_le32(pieces + 8 * i + 2), to - from);
    }
    return true;
}

static void read_fonts(struct word *word)
{
    uint64_t at = sks_le32(word->document + FIB_FONTS), end = at + sks_le32(word->document + FIB_FONTS + 4);
    if (end > word->table_size || at + 4 > end)
        return;
    at += 4;
    for (unsigned n = 0; n < 1000 && at < end; n++) {
        size_t size = word->table[at];
        if (size < 41 || at + 1 + size > end)
            return;
        const unsigned char *name = word->table + at + 40;
        size_t length = 0;
        while (40 + length + 2 <= size + 1 && sks_le16(name + length) != 0)
            length += 2;
        g_autofree char *text = sks_name_decode_utf16(name, length);
        sks_document_font(word->file, text);
        at += 1 + size;
    }
}

static void read_word(struct word *word)
{
    struct sks_file *file = word->file;
    unsigned flags = sks_le16(word->document + 10);
    sks_document_language_id(file, sks_le16(word->document + 60)); /* of East Asian text */
    if ((flags & 0x0100) != 0) {
        file->encrypted = true;
        if ((flags & 0x8000) != 0 ? !decrypt_xor(word) : !decrypt_rc4(word))
            return;
    }
    bool read = read_text(word);
    read_fonts(word);
    sks_file_text(file, word->text->str, word->text->len);
    if (file->encrypted)
        file->opened = read;
    else if (!read)
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
}

void sks_doc_inspect(struct sks_file *file, GsfInfile *ole)
{
    struct word word = {.file = file};
    word.document = sks_ole_stream(ole, "WordDocument", SKS_LIMIT_MAIL_SIZE, &word.document_size);
    if (word.document == NULL || word.document_size < FIB_MINIMUM) {
        g_free(word.document);
        return;
    }
    bool second = (sks_le16(word.document + 10) & 0x0200) != 0;
    word.table = sks_ole_stream(ole, second ? "1Table" : "0Table", SKS_LIMIT_MAIL_SIZE, &word.table_size);
    word.text = g_string_new(NULL);
    if (word.table != NULL)
        read_word(&word);
    else
        sks_file_fact(file, "attachment.damaged", NULL, "no table stream");
    if (word.field != NULL)
        g_string_free(word.field, TRUE);
    g_string_free(word.text, TRUE);
    g_free(word.document);
    g_free(word.table);
}

/*
 * PowerPoint's binary format (MS-PPT): whether it is encrypted, and its text.
 *
 * The document stream holds records in containers. An encrypted one is decrypted object by object, as the directory of
 * persistent objects lists them; the object's number is the block number of the key.
 */
#include "attachment/document.h"
#include "attachment/names.h"
#include "attachment/office-key.h"
#include "attachment/ole.h"
#include "sekisho/limits.h"

#define TOKEN_ENCRYPTED 0xF3D1C4DFu
#define RECORDS         500000u
#define EDITS           64u
#define OBJECTS         20000u

enum record {
    RECORD_FONT = 0x0FB7,
    RECORD_TEXT_CHARS = 0x0FA0,
    RECORD_TEXT_BYTES = 0x0FA8,
    RECORD_STRING = 0x0FBA,
    RECORD_USER_EDIT = 0x0FF5,
    RECORD_DIRECTORY = 0x1772,
    RECORD_CRYPT_SESSION = 0x2F14,
};

struct show {
    struct sks_file *file;
    unsigned char *bytes;
    size_t size;
    GHashTable *objects; /* number → offset, of the newest edit that has it */
    uint32_t session;    /* number of the object that holds the encryption header; 0: none */
};

/* The record's header at offset: type and length, if it lies inside. */
static bool header_at(const struct show *show, uint64_t at, unsigned *out_type, uint32_t *out_length)
{
    if (!sks_has(show->size, at, 8))
        return false;
    *out_type = sks_le16(show->bytes + at + 2);
    *out_length = sks_le32(show->bytes + at + 4);
    return sks_has(show->size, at + 8, *out_length);
}

static void read_directory(struct show *show, uint64_t at)
{
    unsigned type;
    uint32_t length;
    if (!header_at(show, at, &type, &length) || type != RECORD_DIRECTORY)
        return;
    for (uint32_t place = 0; place + 4 <= length;) {
        uint32_t entry = sks_le32(show->bytes + at + 8 + place), first = entry & 0xFFFFF, count = entry >> 20;
        place += 4;
        for (uint32_t i = 0; i < count && place + 4 <= length; i++, place += 4) {
            gpointer number = GUINT_TO_POINTER(first + i);
            if (g_hash_table_size(show->objects) < OBJECTS && !g_hash_table_contains(show->objects, number))
                g_hash_table_insert(show->objects, number, GUINT_TO_POINTER(sks_le32(show->bytes + at + 8 + place)));
        }
    }
}

/* Follows the edits from the newest back, as the stream "Current User" begins the chain. */
static void read_edits(struct show *show, uint32_t at)
{
    unsigned type;
    uint32_t length;
    for (unsigned n = 0; n < EDITS && header_at(show, at, &type, &length); n++) {
        if (type != RECORD_USER_EDIT || length < 28)
            return;
        const unsigned char *edit = show->bytes + at + 8;
        if (length >= 32 && show->session == 0)
            show->session = sks_le32(edit + 28);
        read_directory(show, sks_le32(edit + 12));
        uint32_t before = sks_le32(edit + 8);
        if (before == 0 || before == at)
            return;
        at = before;
    }
}

static void decrypt_object(struct show *show, const struct sks_office_key *key, uint32_t number, uint32_t offset)
{
    unsigned char header[8];
    if (!sks_has(show->size, offset, 8) || !sks_office_key_rc4(key, number, header, show->bytes + offset, 8))
        return;
    uint64_t length = 8 + (uint64_t)sks_le32(header + 4);
    if (sks_has(show->size, offset, length))
        sks_office_key_rc4(key, number, show->bytes + offset, show->bytes + offset, (size_t)length);
}

static bool decrypt(struct show *show)
{
    unsigned type;
    uint32_t length, at = GPOINTER_TO_UINT(g_hash_table_lookup(show->objects, GUINT_TO_POINTER(show->session)));
    if (show->session == 0 || !header_at(show, at, &type, &length) || type != RECORD_CRYPT_SESSION)
        return false;
    struct sks_office_key key;
    sks_office_key_parse(&key, show->bytes + at + 8, length);
    if (key.scheme != SKS_OFFICE_CRYPTOAPI || !sks_office_key_unlock(&key, show->file))
        return false;
    GHashTableIter iterator;
    gpointer number, offset;
    g_hash_table_iter_init(&iterator, show->objects);
    while (g_hash_table_iter_next(&iterator, &number, &offset)) {
        if (GPOINTER_TO_UINT(number) != show->session)
            decrypt_object(show, &key, GPOINTER_TO_UINT(number), GPOINTER_TO_UINT(offset));
    }
    return true;
}

static void look_at_text(struct show *show, const unsigned char *data, size_t size, bool wide)
{
    g_autofree char *text = sks_text_decode_office(data, wide ? size / 2 : size, wide);
    sks_file_text(show->file, text, strlen(text));
    sks_file_text(show->file, "\n", 1);
}

/* All records, containers opened in place. True if there was any text or structure to read. */
static unsigned read_records(struct show *show)
{
    unsigned count = 0, type;
    uint32_t length;
    for (uint64_t at = 0; count < RECORDS && header_at(show, at, &type, &length); count++) {
        const unsigned char *data = show->bytes + at + 8;
        bool container = (show->bytes[at] & 0x0F) == 0x0F;
        if (type == RECORD_TEXT_CHARS || type == RECORD_TEXT_BYTES)
            look_at_text(show, data, length, type == RECORD_TEXT_CHARS);
        if (type == RECORD_FONT && length >= 64) {
            size_t size = 0;
            while (size < 64 && sks_le16(data + size) != 0)
                size += 2;
            g_autofree char *name = sks_name_decode_utf16(data, size);
            sks_document_font(show->file, name);
        }
        at += 8 + (container ? 0 : (uint64_t)length);
    }
    return count;
}

void sks_ppt_inspect(struct sks_file *file, GsfInfile *ole)
{
    struct show show = {.file = file, .objects = g_hash_table_new(NULL, NULL)};
    size_t user_size = 0;
    g_autofree unsigned char *user = sks_ole_stream(ole, "Current User", 4096, &user_size);
    show.bytes = sks_ole_stream(ole, "PowerPoint Document", SKS_LIMIT_MAIL_SIZE, &show.size);
    if (show.bytes != NULL && user != NULL && user_size >= 20) {
        read_edits(&show, sks_le32(user + 16));
        file->encrypted = show.session != 0 || sks_le32(user + 12) == TOKEN_ENCRYPTED;
    }
    if (show.bytes != NULL) {
        bool open = !file->encrypted || decrypt(&show);
        if (open && read_records(&show) > 0)
            file->opened = file->encrypted;
    }
    g_hash_table_unref(show.objects);
    g_free(show.bytes);
}

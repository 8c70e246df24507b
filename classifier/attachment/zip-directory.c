/*
 * Finds a zip's directory from its end record, wherever in the file that is: garbage before (self-extractors,
 * polyglots) shifts all offsets, garbage after hides the end record from readers that look only at the end.
 */
#include "attachment/zip-directory.h"

#include <glib.h>

#include "attachment/bytes.h"
#include "sekisho/limits.h"

#define END_SIZE     22u
#define END64_SIZE   56u
#define LOCATOR_SIZE 20u
#define ENTRY_SIZE   46u
#define LOCAL_SIZE   30u
#define COMMENT_MOST 65535u
#define NAME_MOST    1024u /* of a member without a directory */

static bool read_end64(struct sks_zip_directory *directory, const unsigned char *bytes, size_t size, size_t end)
{
    if (end < LOCATOR_SIZE + END64_SIZE || !SKS_IS_AT(bytes, size, end - LOCATOR_SIZE, "PK\6\7"))
        return false;
    /* The locator's offset does not count what lies before the archive, so look right before the locator as well. */
    uint64_t at = sks_le64(bytes + end - LOCATOR_SIZE + 8);
    if (!SKS_IS_AT(bytes, size, at, "PK\6\6"))
        at = end - LOCATOR_SIZE - END64_SIZE;
    if (!SKS_IS_AT(bytes, size, at, "PK\6\6") || !sks_has(size, at, END64_SIZE))
        return false;
    directory->count = sks_le64(bytes + at + 32);
    directory->length = sks_le64(bytes + at + 40);
    directory->at = sks_le64(bytes + at + 48);
    /* Version 2 of the record names an algorithm when the directory is encrypted. */
    directory->masked = sks_le64(bytes + at + 4) > END64_SIZE - 12 && sks_has(size, at, END64_SIZE + 28) &&
                        sks_le16(bytes + at + END64_SIZE + 16) != 0;
    return true;
}

/* Takes the end record at end, if the directory it speaks of lies before it. */
static bool take_end(struct sks_zip_directory *directory, const unsigned char *bytes, size_t size, size_t end)
{
    *directory = (struct sks_zip_directory){
        .count = sks_le16(bytes + end + 10),
        .length = sks_le32(bytes + end + 12),
        .at = sks_le32(bytes + end + 16),
    };
    size_t tail = end; /* where the directory ends, if nothing lies between */
    if ((directory->count == 0xFFFF || directory->at == 0xFFFFFFFF || directory->length == 0xFFFFFFFF) &&
        read_end64(directory, bytes, size, end))
        tail = end - LOCATOR_SIZE - END64_SIZE;
    if (directory->length > end || directory->at > end - directory->length)
        return false;
    size_t comment = MIN(sks_le16(bytes + end + 20), size - end - END_SIZE);
    uint64_t start = directory->at;
    /* "start" is where the directory says it is; with bytes before the archive it is further on. */
    if (directory->count > 0 && !SKS_IS_AT(bytes, size, start, "PK\1\2") && directory->length <= tail &&
        SKS_IS_AT(bytes, size, tail - directory->length, "PK\1\2"))
        start = tail - directory->length;
    directory->before = start - directory->at;
    directory->bytes = bytes + directory->before;
    directory->comment = bytes + end + END_SIZE;
    directory->comment_size = comment;
    directory->size = end + END_SIZE + comment - directory->before;
    directory->after = size - (end + END_SIZE + comment);
    if (directory->count > 0 && !SKS_IS_AT(bytes, size, start, "PK\1\2")) {
        /* Encrypted, if members claim strong encryption; otherwise this is no end record of ours. */
        directory->masked = directory->masked || (SKS_IS_AT(bytes, size, 0, "PK\3\4") && sks_has(size, 0, 8) &&
                                                  (sks_le16(bytes + 6) & 0x2040) != 0);
        return directory->masked;
    }
    return true;
}

bool sks_zip_directory_find(struct sks_zip_directory *out_directory, const unsigned char *bytes, size_t size)
{
    unsigned tries = 0;
    for (size_t end = size; end >= END_SIZE && tries < 1000; end--) {
        const unsigned char *found = memrchr(bytes, 'P', end - END_SIZE + 1);
        if (found == NULL)
            return false;
        size_t at = (size_t)(found - bytes);
        end = at + END_SIZE;
        if (!SKS_IS_AT(bytes, size, at, "PK\5\6"))
            continue;
        if (take_end(out_directory, bytes, size, at))
            return true;
        tries++;
    }
    return false;
}

bool sks_zip_directory_at(struct sks_zip_directory *out_directory, const unsigned char *bytes, size_t size, size_t end)
{
    struct sks_zip_directory directory;
    if (!sks_has(size, end, END_SIZE) || !SKS_IS_AT(bytes, size, end, "PK\5\6") ||
        !take_end(&directory, bytes, size, end))
        return false;
    *out_directory = directory;
    return true;
}

/* The first entry leads to a header: by the place of the directory, or by the offsets as they are. */
static bool leads_to_member(const struct sks_zip_directory *directory, const unsigned char *bytes, size_t size)
{
    struct sks_zip_member first;
    uint64_t at = 0;
    return sks_zip_directory_next(directory, &at, &first) &&
           (SKS_IS_AT(bytes, size, directory->before + first.offset, "PK\3\4") ||
            SKS_IS_AT(bytes, size, first.offset, "PK\3\4"));
}

bool sks_zip_directory_ends(struct sks_zip_directory *out_directory, const unsigned char *bytes, size_t size,
                            bool anywhere, bool *out_cut)
{
    size_t least = !anywhere && size > END_SIZE + COMMENT_MOST ? size - END_SIZE - COMMENT_MOST : 0;
    unsigned tries = 0;
    for (size_t end = size; end >= least + END_SIZE && tries < 1000;) {
        const unsigned char *found = memrchr(bytes + least, 'P', end - least - END_SIZE + 1);
        if (found == NULL)
            return false;
        size_t at = (size_t)(found - bytes);
        struct sks_zip_directory directory;
        end = at + END_SIZE - 1;
        if (!SKS_IS_AT(bytes, size, at, "PK\5\6"))
            continue;
        if (take_end(&directory, bytes, size, at) && !directory.masked && leads_to_member(&directory, bytes, size)) {
            *out_directory = directory;
            return true;
        }
        tries++;
    }
    *out_cut = tries >= 1000;
    return false;
}

/* Names longer than any system allows: their end, which tells the kind. */
static void shorten_name(const unsigned char **name, size_t *size)
{
    if (*size <= SKS_LIMIT_FILE_NAME_SIZE)
        return;
    *name += *size - SKS_LIMIT_FILE_NAME_SIZE;
    *size = SKS_LIMIT_FILE_NAME_SIZE;
}

/* Extra fields: 64-bit sizes, WinZip's AES, Info-ZIP's Unicode path. */
static void read_extra(struct sks_zip_member *member, const unsigned char *extra, size_t size)
{
    for (size_t at = 0; sks_has(size, at, 4);) {
        unsigned id = sks_le16(extra + at), length = sks_le16(extra + at + 2);
        const unsigned char *data = extra + at + 4;
        if (!sks_has(size, at + 4, length))
            return;
        if (id == 0x0001) {
            uint64_t *wanted[] = {&member->size, &member->packed, &member->offset};
            for (size_t i = 0, used = 0; i < G_N_ELEMENTS(wanted); i++) {
                if (*wanted[i] == 0xFFFFFFFF && used + 8 <= length) {
                    *wanted[i] = sks_le64(data + used);
                    used += 8;
                }
            }
        } else if (id == 0x9901 && length >= 7) {
            member->aes = data[4];
            member->aes_extra = data;
            member->method = sks_le16(data + 5);
            member->no_crc = sks_le16(data) == 2 && member->crc == 0;
        } else if (id == 0x7075 && length > 5 && data[0] == 1) {
            member->utf8_name = data + 5;
            member->utf8_name_size = length - 5;
            shorten_name(&member->utf8_name, &member->utf8_name_size);
        }
        at += 4 + length;
    }
}

bool sks_zip_directory_next(const struct sks_zip_directory *directory, uint64_t *at, struct sks_zip_member *out_member)
{
    const unsigned char *bytes = directory->bytes;
    uint64_t start = directory->at + *at;
    if (directory->masked || *at >= directory->length || !sks_has(directory->size, start, ENTRY_SIZE) ||
        !SKS_IS_AT(bytes, directory->size, start, "PK\1\2"))
        return false;
    const unsigned char *p = bytes + start;
    size_t name = sks_le16(p + 28), extra = sks_le16(p + 30), comment = sks_le16(p + 32);
    if (!sks_has(directory->size, start + ENTRY_SIZE, name + extra))
        return false;
    unsigned flags = sks_le16(p + 8);
    *out_member = (struct sks_zip_member){
        .name = p + ENTRY_SIZE,
        .name_size = name,
        .utf8 = (flags & 0x0800) != 0,
        .encrypted = (flags & 1) != 0,
        .strong = (flags & 1) != 0 && (flags & 0x40) != 0,
        .method = sks_le16(p + 10),
        .flags = flags,
        .packing = sks_le16(p + 10),
        .crc = sks_le32(p + 16),
        .packed = sks_le32(p + 20),
        .size = sks_le32(p + 24),
        .offset = sks_le32(p + 42),
        .dos_time = sks_le32(p + 12),
        .made_by = p[5],
        .attributes = sks_le32(p + 38),
    };
    read_extra(out_member, p + ENTRY_SIZE + name, extra);
    shorten_name(&out_member->name, &out_member->name_size);
    *at += ENTRY_SIZE + name + extra + comment;
    return true;
}

/* Where the content ends whose size comes behind it: at that descriptor, else at the next header. */
static uint64_t find_end(const unsigned char *bytes, size_t size, uint64_t start)
{
    for (uint64_t at = start; at < size; at++) {
        const unsigned char *found = memmem(bytes + at, size - at, "PK", 2);
        if (found == NULL)
            return size;
        at = (uint64_t)(found - bytes);
        if (SKS_IS_AT(bytes, size, at, "PK\7\x08") && sks_has(size, at, 16) && sks_le32(bytes + at + 8) == at - start)
            return at;
        if (SKS_IS_AT(bytes, size, at, "PK\3\4") || SKS_IS_AT(bytes, size, at, "PK\1\2") ||
            SKS_IS_AT(bytes, size, at, "PK\5\6"))
            return at - start > 12 ? at - 12 : at; /* a descriptor without a mark */
    }
    return size;
}

/* Their values where the header leaves them out. */
static void read_descriptor(struct sks_zip_member *member, const unsigned char *bytes, size_t size, uint64_t start)
{
    uint64_t end = find_end(bytes, size, start), at = SKS_IS_AT(bytes, size, end, "PK\7\x08") ? end + 4 : end;
    member->packed = end - start;
    if (!sks_has(size, at, 12) || sks_le32(bytes + at + 4) != member->packed)
        return;
    member->crc = sks_le32(bytes + at);
    member->size = sks_le32(bytes + at + 8);
}

static bool is_method(unsigned method)
{
    return method <= 14 || method == 16 || (method >= 18 && method <= 20) || (method >= 93 && method <= 99);
}

bool sks_zip_local_member(struct sks_zip_member *out_member, const unsigned char *bytes, size_t size, uint64_t offset)
{
    if (!sks_has(size, offset, LOCAL_SIZE) || !SKS_IS_AT(bytes, size, offset, "PK\3\4"))
        return false;
    const unsigned char *p = bytes + offset;
    size_t name = sks_le16(p + 26), extra = sks_le16(p + 28);
    unsigned flags = sks_le16(p + 6), method = sks_le16(p + 8);
    if (p[4] > 99 || !is_method(method) || name == 0 || name > NAME_MOST ||
        !sks_has(size, offset + LOCAL_SIZE, name + extra))
        return false;
    *out_member = (struct sks_zip_member){
        .name = p + LOCAL_SIZE,
        .name_size = name,
        .utf8 = (flags & 0x0800) != 0,
        .encrypted = (flags & 1) != 0,
        .strong = (flags & 1) != 0 && (flags & 0x40) != 0,
        .method = method,
        .flags = flags,
        .packing = method,
        .crc = sks_le32(p + 14),
        .packed = sks_le32(p + 18),
        .size = sks_le32(p + 22),
        .offset = offset,
        .dos_time = sks_le32(p + 10),
    };
    read_extra(out_member, p + LOCAL_SIZE + name, extra);
    uint64_t start = offset + LOCAL_SIZE + name + extra;
    if ((flags & 8) != 0 && out_member->packed == 0)
        read_descriptor(out_member, bytes, size, start);
    out_member->packed = MIN(out_member->packed, size - start); /* it may have been cut off */
    return true;
}

const unsigned char *sks_zip_packed(const struct sks_zip_directory *directory, const struct sks_zip_member *member)
{
    const unsigned char *bytes = directory->bytes;
    if (!sks_has(directory->size, member->offset, LOCAL_SIZE) ||
        !SKS_IS_AT(bytes, directory->size, member->offset, "PK\3\4"))
        return NULL;
    const unsigned char *local = bytes + member->offset;
    uint64_t at = member->offset + LOCAL_SIZE + sks_le16(local + 26) + sks_le16(local + 28);
    return sks_has(directory->size, at, member->packed) ? bytes + at : NULL;
}

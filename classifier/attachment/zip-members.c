/*
 * All members of a zip. Readers differ in which directory they go by (the first, the last, one in a comment), in what
 * of it they believe, and some look for the members' own headers instead. So all of these are looked for, the last
 * directory's first, and libzip gets a directory that we wrote, with what all of them tell.
 *
 * Other archives are not looked for in members that are stored as they are: what lies in these is theirs.
 */
#include "attachment/zip-members.h"

#include "attachment/bytes.h"
#include "sekisho/limits.h"

#define PADDING  (66u * 1024)       /* more than libzip reads of a file's end when it looks for end records */
#define ARCHIVES 32u                /* end records looked at */
#define NAMES    (4u * 1024 * 1024) /* bytes of all names */
#define MEMBERS  (SKS_LIMIT_ARCHIVE_ENTRIES + 1u)

void sks_zip_members_init(struct sks_zip_members *members, const unsigned char *bytes, size_t size)
{
    *members = (struct sks_zip_members){
        .whole = {.bytes = bytes, .size = size},
        .list = g_array_new(FALSE, FALSE, sizeof(struct sks_zip_member)),
        .places = g_hash_table_new(NULL, NULL),
        .taken = g_array_new(FALSE, FALSE, sizeof(struct sks_zip_span)),
        .directories = g_array_new(FALSE, FALSE, sizeof(struct sks_zip_directory)),
        .directory = g_byte_array_new(),
    };
}

void sks_zip_members_finish(struct sks_zip_members *members)
{
    g_array_unref(members->list);
    g_hash_table_unref(members->places);
    g_array_unref(members->taken);
    g_array_unref(members->directories);
    g_byte_array_unref(members->directory);
}

static void take_span(struct sks_zip_members *members, uint64_t from, uint64_t size)
{
    struct sks_zip_span span = {from, from + size};
    g_array_append_val(members->taken, span);
}

/* Adds a member whose offset counts from the file's beginning. False if there is no room. */
static bool add(struct sks_zip_members *members, struct sks_zip_member *member)
{
    const struct sks_zip_directory *whole = &members->whole;
    size_t names = member->name_size + member->utf8_name_size;
    members->cut = members->cut || names > NAMES - members->names;
    members->full = members->full || members->cut || members->list->len >= MEMBERS;
    if (members->full)
        return false;
    members->names += names;
    const unsigned char *packed = sks_zip_packed(whole, member);
    if (packed != NULL && (whole->bytes[member->offset + 6] & 1) != 0) { /* the directory may keep that to itself */
        member->encrypted = true;
        member->flags |= 1;
    }
    if (packed != NULL && member->packing == 0 && !member->encrypted)
        take_span(members, member->offset, (uint64_t)(packed - whole->bytes) - member->offset + member->packed);
    g_hash_table_add(members->places, GSIZE_TO_POINTER(member->offset + 1));
    g_array_append_val(members->list, *member);
    return true;
}

/* Whether no other directory lies in the same bytes: entries that several share would make members of each. */
static bool claim_directory(struct sks_zip_members *members, const struct sks_zip_directory *directory)
{
    uint64_t from = directory->before + directory->at, to = from + directory->length;
    for (guint i = 0; i < members->directories->len; i++) {
        const struct sks_zip_directory *other = &g_array_index(members->directories, struct sks_zip_directory, i);
        uint64_t start = other->before + other->at, end = start + other->length;
        bool same = from == start && to == end && directory->before == other->before; /* two records tell of it */
        members->shared = members->shared || (!same && from < end && start < to);
        if (same || (from < end && start < to))
            return false;
    }
    g_array_append_val(members->directories, *directory);
    return true;
}

/* Adds the members of a directory that are not there yet; returns how many. */
static guint add_directory(struct sks_zip_members *members, const struct sks_zip_directory *directory, bool all)
{
    const struct sks_zip_directory *whole = &members->whole;
    struct sks_zip_member member;
    guint before = members->list->len;
    if (!claim_directory(members, directory))
        return 0;
    for (uint64_t at = 0; sks_zip_directory_next(directory, &at, &member);) {
        uint64_t there = directory->before + member.offset;
        bool moved = !SKS_IS_AT(whole->bytes, whole->size, there, "PK\3\4") &&
                     SKS_IS_AT(whole->bytes, whole->size, member.offset, "PK\3\4");
        member.offset = moved ? member.offset : there;
        members->moved = members->moved || (all && moved && directory->before > 0);
        if (!all && g_hash_table_contains(members->places, GSIZE_TO_POINTER(member.offset + 1)))
            continue;
        if (!all && !SKS_IS_AT(whole->bytes, whole->size, member.offset, "PK\3\4"))
            continue;
        if (!add(members, &member))
            break;
    }
    take_span(members, directory->before + directory->at, directory->length);
    return members->list->len - before;
}

void sks_zip_members_take(struct sks_zip_members *members, const struct sks_zip_directory *directory)
{
    add_directory(members, directory, true);
    members->known = members->list->len;
}

static int compare_spans(const void *a, const void *b)
{
    const struct sks_zip_span *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* Sorts the spans, and makes one of those that touch. */
static void merge_taken(struct sks_zip_members *members)
{
    GArray *taken = members->taken;
    guint last = 0;
    g_array_sort(taken, compare_spans);
    for (guint i = 1; i < taken->len; i++) {
        struct sks_zip_span *before = &g_array_index(taken, struct sks_zip_span, last);
        const struct sks_zip_span *span = &g_array_index(taken, struct sks_zip_span, i);
        if (span->from <= before->to)
            before->to = MAX(before->to, span->to);
        else
            g_array_index(taken, struct sks_zip_span, ++last) = *span;
    }
    g_array_set_size(taken, MIN(taken->len, last + 1));
}

/* The next place from at on that is not taken and has the mark; the file's size if there is none. */
static uint64_t find_mark(const struct sks_zip_members *members, uint64_t at, const char *mark)
{
    const struct sks_zip_directory *whole = &members->whole;
    const GArray *taken = members->taken;
    guint next = 0;
    while (at < whole->size) {
        const unsigned char *found = memmem(whole->bytes + at, whole->size - at, mark, 4);
        if (found == NULL)
            return whole->size;
        at = (uint64_t)(found - whole->bytes);
        guint low = next, high = taken->len;
        while (low < high) { /* the first span that ends behind it */
            guint middle = low + (high - low) / 2;
            if (g_array_index(taken, struct sks_zip_span, middle).to > at)
                high = middle;
            else
                low = middle + 1;
        }
        next = low;
        if (low == taken->len || g_array_index(taken, struct sks_zip_span, low).from > at)
            return at;
        at = g_array_index(taken, struct sks_zip_span, low).to;
    }
    return whole->size;
}

static int compare_offsets(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Members of no directory end where the next member begins, whatever they say. */
static void shorten_unlisted(struct sks_zip_members *members)
{
    GArray *list = members->list;
    g_autoptr(GArray) offsets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (guint i = 0; i < list->len; i++)
        g_array_append_val(offsets, g_array_index(list, struct sks_zip_member, i).offset);
    g_array_sort(offsets, compare_offsets);
    for (guint i = list->len - members->unlisted, next = 0; i < list->len; i++) { /* these are in order */
        struct sks_zip_member *member = &g_array_index(list, struct sks_zip_member, i);
        const unsigned char *packed = sks_zip_packed(&members->whole, member);
        uint64_t start = packed != NULL ? (uint64_t)(packed - members->whole.bytes) : 0;
        while (next < offsets->len && g_array_index(offsets, uint64_t, next) <= member->offset)
            next++;
        uint64_t end = next < offsets->len ? g_array_index(offsets, uint64_t, next) : members->whole.size;
        if (packed != NULL)
            member->packed = MIN(member->packed, end > start ? end - start : 0);
    }
}

static void take_unlisted(struct sks_zip_members *members)
{
    const struct sks_zip_directory *whole = &members->whole;
    guint before = members->list->len;
    struct sks_zip_member member;
    uint64_t at = 0;
    while ((at = find_mark(members, at, "PK\3\4")) < whole->size) {
        bool known = g_hash_table_contains(members->places, GSIZE_TO_POINTER(at + 1));
        if (known || !sks_zip_local_member(&member, whole->bytes, whole->size, at)) {
            at += 4;
            continue;
        }
        guint spans = members->taken->len;
        if (!add(members, &member))
            break;
        g_array_set_size(members->taken, spans); /* it lies before all that is still to be searched */
        const unsigned char *packed = sks_zip_packed(whole, &member);
        uint64_t end = packed != NULL ? (uint64_t)(packed - whole->bytes) + member.packed : 0;
        bool right = end == whole->size || SKS_IS_AT(whole->bytes, whole->size, end, "PK");
        at = packed != NULL && right ? end : at + 4; /* a size that is a lie hides nothing */
    }
    members->unlisted = members->list->len - before;
    shorten_unlisted(members);
}

void sks_zip_members_take_others(struct sks_zip_members *members)
{
    const struct sks_zip_directory *whole = &members->whole;
    uint64_t at = 0;
    merge_taken(members);
    for (unsigned n = 0; n < ARCHIVES && (at = find_mark(members, at, "PK\5\6")) < whole->size; n++, at += 4) {
        struct sks_zip_directory directory;
        if (!sks_zip_directory_at(&directory, whole->bytes, whole->size, (size_t)at) || directory.masked)
            continue;
        members->archives += add_directory(members, &directory, false) > 0;
        merge_taken(members);
    }
    take_unlisted(members);
}

static void put_number(GByteArray *out, uint64_t number, unsigned width)
{
    for (unsigned i = 0; i < width; i++) {
        guint8 byte = (guint8)(number >> 8 * i);
        g_byte_array_append(out, &byte, 1);
    }
}

/* A flag that says UTF-8 of what is none is a reason for libzip to refuse it all. */
static unsigned clean_flags(const struct sks_zip_member *member)
{
    bool utf8 = g_utf8_validate_len((const char *)member->name, member->name_size, NULL);
    return utf8 ? member->flags : member->flags & ~0x0800u;
}

/* What a member's own header and its entry have in common. */
static void write_values(GByteArray *out, const struct sks_zip_member *member)
{
    put_number(out, 20, 2);
    put_number(out, clean_flags(member), 2);
    put_number(out, member->packing, 2);
    put_number(out, member->dos_time, 4);
    put_number(out, member->crc, 4);
    put_number(out, MIN(member->packed, UINT32_MAX - 1), 4);
    put_number(out, MIN(member->size, UINT32_MAX - 1), 4);
    put_number(out, member->name_size, 2);
}

void sks_zip_write_local(GByteArray *out, const struct sks_zip_member *member)
{
    put_number(out, 0x04034B50, 4);
    write_values(out, member);
    put_number(out, 0, 2);
    g_byte_array_append(out, member->name, (guint)member->name_size);
}

void sks_zip_write_entry(GByteArray *out, const struct sks_zip_member *member, uint32_t offset)
{
    static const guint8 aes_header[] = {0x01, 0x99, 7, 0};
    bool aes = member->aes_extra != NULL;
    put_number(out, 0x02014B50, 4);
    put_number(out, 20, 2); /* made by: what it was is told already */
    write_values(out, member);
    put_number(out, aes ? 11 : 0, 2);
    put_number(out, 0, 2 + 2); /* comment, disk */
    put_number(out, 0, 2 + 4); /* attributes */
    put_number(out, offset, 4);
    g_byte_array_append(out, member->name, (guint)member->name_size);
    if (aes) {
        g_byte_array_append(out, aes_header, sizeof aes_header);
        g_byte_array_append(out, member->aes_extra, 7);
    }
}

void sks_zip_write_end(GByteArray *out, uint16_t count, uint32_t length, uint32_t at)
{
    put_number(out, 0x06054B50, 4);
    put_number(out, 0, 4);
    put_number(out, count, 2);
    put_number(out, count, 2);
    put_number(out, length, 4);
    put_number(out, at, 4);
    put_number(out, 0, 2);
}

zip_t *sks_zip_members_open(struct sks_zip_members *members)
{
    const struct sks_zip_directory *whole = &members->whole;
    if (members->list->len == 0 || whole->size >= UINT32_MAX / 2)
        return NULL;
    for (guint i = 0; i < members->list->len; i++) {
        const struct sks_zip_member *member = &g_array_index(members->list, struct sks_zip_member, i);
        sks_zip_write_entry(members->directory, member, (uint32_t)MIN(member->offset, whole->size));
    }
    /* So that libzip sees no end record but ours, neither the file's own nor one in a name. */
    static const unsigned char padding[PADDING];
    guint length = members->directory->len;
    sks_zip_write_end(members->directory, (uint16_t)members->list->len, length, (uint32_t)whole->size);
    zip_buffer_fragment_t fragments[] = {
        {.data = (zip_uint8_t *)whole->bytes, .length = whole->size},
        {.data = members->directory->data, .length = length},
        {.data = (zip_uint8_t *)padding, .length = sizeof padding},
        {.data = members->directory->data + length, .length = members->directory->len - length},
    };
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_fragment_create(fragments, G_N_ELEMENTS(fragments), 0, &error);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (zip == NULL)
        zip_source_free(source);
    zip_error_fini(&error);
    return zip;
}

/* A sorted array, searched by halves. */
#include "model/groups.h"

#include <stdlib.h>
#include <string.h>

#define SIZE 8

static uint64_t read_u64(const guint8 *at)
{
    uint64_t number = 0;
    for (size_t i = 0; i < SIZE; i++)
        number |= (uint64_t)at[i] << (8 * i);
    return number;
}

uint64_t sks_group_id(const char *name)
{
    guint8 digest[32];
    gsize size = sizeof digest;
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, (const guchar *)name, -1);
    g_checksum_get_digest(checksum, digest, &size);
    g_checksum_free(checksum);
    return read_u64(digest);
}

static int rising(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

uint64_t sks_groups_mail_id(const char *digest)
{
    guint8 octets[SIZE];
    for (size_t i = 0; i < SIZE; i++) {
        int high = g_ascii_xdigit_value(digest[2 * i]), low = high >= 0 ? g_ascii_xdigit_value(digest[2 * i + 1]) : -1;
        if (low < 0)
            return 0;
        octets[i] = (guint8)(high * 16 + low);
    }
    return read_u64(octets);
}

/* Sorts them, and leaves out what is there twice. */
static GBytes *format_ids(GArray *ids)
{
    g_array_sort(ids, rising);
    GByteArray *bytes = g_byte_array_new();
    for (guint i = 0; i < ids->len; i++) {
        uint64_t id = g_array_index(ids, uint64_t, i);
        for (size_t k = 0; k < SIZE && (i == 0 || id != g_array_index(ids, uint64_t, i - 1)); k++) {
            guint8 octet = (guint8)(id >> (8 * k));
            g_byte_array_append(bytes, &octet, 1);
        }
    }
    return g_byte_array_free_to_bytes(bytes);
}

GBytes *sks_groups_format(const struct sks_row *rows, size_t count)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (size_t i = 0; i < count; i++)
        if (g_hash_table_add(names, (gpointer)rows[i].group)) {
            uint64_t id = sks_group_id(rows[i].group);
            g_array_append_val(ids, id);
        }
    g_hash_table_unref(names);
    return format_ids(ids);
}

GBytes *sks_groups_format_mails(const struct sks_row *rows, size_t count)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (size_t i = 0; i < count; i++) {
        uint64_t id = rows[i].digest != NULL ? sks_groups_mail_id(rows[i].digest) : 0;
        if (id != 0)
            g_array_append_val(ids, id);
    }
    return format_ids(ids);
}

gboolean sks_groups_have(GBytes *groups, uint64_t id)
{
    gsize size = 0;
    const guint8 *data = groups != NULL ? g_bytes_get_data(groups, &size) : NULL;
    size_t from = 0, to = size / SIZE, count = to;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (read_u64(data + middle * SIZE) < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from < count && read_u64(data + from * SIZE) == id;
}

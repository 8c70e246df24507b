/*
 * Puts the ways to find a password together: subject, own words, quotes and file names, each searched as NFKC makes
 * them (full-width letters become ASCII, as they must be typed) and, where that differs, also as they were written.
 */
#include "password/password.h"

#include <string.h>

#include "base/unicode.h"
#include "password/candidates.h"
#include "sekisho/limits.h"

/* No list of candidates grows beyond this before it is cut to the ones that are tried. */
#define MOST_CONSIDERED 400

void candidates_add(struct candidates *candidates, const char *value, size_t length, double weight, bool derived)
{
    if (length == 0 || length > SKS_LIMIT_PASSWORD_SIZE || candidates->items->len >= MOST_CONSIDERED)
        return;
    char *kept = g_string_chunk_insert_len(candidates->strings, value, (gssize)length);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(candidates->seen, kept));
    if (known > 0) {
        struct sks_password *item = &g_array_index(candidates->items, struct sks_password, known - 1);
        item->weight = MAX(item->weight, weight);
        return;
    }
    const struct sks_password item = {.value = kept, .weight = weight, .derived = derived};
    g_array_append_val(candidates->items, item);
    g_hash_table_insert(candidates->seen, kept, GUINT_TO_POINTER(candidates->items->len));
}

static void search(struct candidates *candidates, const char *text, double factor)
{
    if (text == NULL || *text == '\0')
        return;
    char *start = g_utf8_make_valid(text, (gssize)strnlen(text, SKS_LIMIT_PASSWORD_TEXT));
    char *plain = sks_unicode_nfkc(start, strlen(start));
    find_written(candidates, plain, factor);
    if (strcmp(plain, start) != 0)
        find_written(candidates, start, factor * 0.9);
    g_free(plain);
    g_free(start);
}

/* A stable order by weight: the earlier of two equals was found in the likelier place. */
static void sort(GArray *items)
{
    for (guint i = 1; i < items->len; i++) {
        struct sks_password item = g_array_index(items, struct sks_password, i);
        guint at = i;
        while (at > 0 && g_array_index(items, struct sks_password, at - 1).weight < item.weight) {
            g_array_index(items, struct sks_password, at) = g_array_index(items, struct sks_password, at - 1);
            at--;
        }
        g_array_index(items, struct sks_password, at) = item;
    }
}

void sks_passwords_find(struct sks_passwords *out_passwords, const struct sks_password_source *source)
{
    struct candidates candidates = {.items = g_array_new(FALSE, FALSE, sizeof(struct sks_password)),
                                    .seen = g_hash_table_new(g_str_hash, g_str_equal),
                                    .strings = g_string_chunk_new(512)};
    search(&candidates, source->text, 1);
    search(&candidates, source->subject, 0.95);
    find_described(&candidates, source);
    search(&candidates, source->quoted, 0.6);
    for (size_t i = 0; source->file_names != NULL && source->file_names[i] != NULL; i++)
        find_in_file_name(&candidates, source->file_names[i]);
    sort(candidates.items);
    g_array_set_size(candidates.items, MIN(candidates.items->len, SKS_LIMIT_PASSWORD_COUNT));
    g_hash_table_unref(candidates.seen);
    *out_passwords = (struct sks_passwords){
        .count = candidates.items->len, .underivable = candidates.underivable, .storage = candidates.strings};
    out_passwords->items = (struct sks_password *)(void *)g_array_free(candidates.items, FALSE);
}

void sks_passwords_finish(struct sks_passwords *passwords)
{
    g_free(passwords->items);
    if (passwords->storage != NULL)
        g_string_chunk_free(passwords->storage);
    *passwords = (struct sks_passwords){0};
}

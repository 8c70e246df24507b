/* People are counted by their names, which are few. */
#include "model/voices.h"

#include <string.h>

#include "model/divide.h"

gboolean sks_voices_is_reader(const char *reporter)
{
    return strchr(reporter, '@') != NULL;
}

char *sks_voices_person(const char *reporter)
{
    const char *at = strrchr(reporter, '@'), *plus = strchr(reporter, '+');
    if (at == NULL)
        return g_strdup(reporter);
    g_autofree char *local =
        g_strndup(reporter, (gsize)((plus != NULL && plus < at && plus > reporter ? plus : at) - reporter));
    g_autofree char *address = g_strconcat(local, at, NULL);
    return g_utf8_strdown(address, -1);
}

struct sks_voices sks_voices_count(const struct sks_row *rows, const GArray *which)
{
    struct sks_voices voices = {.mails = which->len};
    GHashTable *people = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < which->len; i++) {
        const char *const *reporters = rows[g_array_index(which, size_t, i)].reporters;
        for (size_t j = 0; reporters != NULL && reporters[j] != NULL; j++)
            if (g_hash_table_add(people, (gpointer)reporters[j]))
                *(sks_voices_is_reader(reporters[j]) ? &voices.readers : &voices.analysts) += 1;
    }
    g_hash_table_unref(people);
    return voices;
}

int sks_voices_compare(struct sks_voices one, struct sks_voices other)
{
    if (one.analysts != other.analysts)
        return one.analysts < other.analysts ? -1 : 1;
    if (one.readers != other.readers)
        return one.readers < other.readers ? -1 : 1;
    return (one.mails > other.mails) - (one.mails < other.mails);
}

/* Who alone reported it, or NULL. */
static const char *only_reporter(const struct sks_row *row)
{
    return row->reporters != NULL && row->reporters[0] != NULL && row->reporters[1] == NULL ? row->reporters[0] : NULL;
}

size_t *sks_voices_weigh(const struct sks_row *rows, const GArray *which)
{
    size_t *weights = g_new(size_t, which->len);
    GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);
    const char *loudest = NULL;
    guint most = 0;
    for (guint i = 0; i < which->len; i++) {
        const char *reporter = only_reporter(&rows[g_array_index(which, size_t, i)]);
        guint own = reporter != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(counts, reporter)) + 1 : 0;
        if (reporter != NULL)
            g_hash_table_insert(counts, (gpointer)reporter, GUINT_TO_POINTER(own));
        if (own > most) {
            most = own;
            loudest = reporter;
        }
    }
    guint others = which->len - most;
    /* Where one's mails are more, the others' are counted until they are one more than these. */
    bool outnumbered = others > 0 && most > others;
    size_t times = outnumbered ? most / others : 1, more = outnumbered ? most % others + 1 : 0;
    for (guint i = 0; i < which->len; i++) {
        bool loud = g_strcmp0(only_reporter(&rows[g_array_index(which, size_t, i)]), loudest) == 0;
        weights[i] = loud ? 1 : times + (more > 0);
        more -= !loud && more > 0;
    }
    g_hash_table_unref(counts);
    return weights;
}

size_t sks_voices_find_alone(gboolean *out_alone, const struct sks_row *rows, size_t count)
{
    struct sks_alike likeness;
    GHashTable *alone = g_hash_table_new(g_str_hash, g_str_equal); /* groups: each reported mail is one */
    size_t found = 0;
    sks_alike_init(&likeness, rows, count);
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
        g_autoptr(GPtrArray) groups = sks_divide(&likeness, rows, (enum sks_class)class_);
        for (guint i = 0; i < groups->len; i++) {
            const GArray *group = g_ptr_array_index(groups, i);
            struct sks_voices voices = sks_voices_count(rows, group);
            for (guint j = 0; voices.analysts == 0 && voices.readers == 1 && j < group->len; j++)
                g_hash_table_add(alone, (gpointer)rows[g_array_index(group, size_t, j)].group);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const char *reporter = rows[i].reported ? only_reporter(&rows[i]) : NULL;
        /* Without words, it is like no other. */
        gboolean single = reporter != NULL && sks_voices_is_reader(reporter) && !(likeness.places[i].length > 0);
        out_alone[i] = rows[i].reported && (single || g_hash_table_contains(alone, rows[i].group));
        found += out_alone[i] && !rows[i].assumed;
    }
    g_hash_table_unref(alone);
    sks_alike_finish(&likeness);
    return found;
}

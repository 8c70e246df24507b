/* Displayed names, local parts and domains, cut where no letter or digit stands. */
#include "names.h"

#include "sekisho/limits.h"

/* Of one mail; a longer list of addressees is one of people whom other mail names, too. */
#define MOST 400

static bool is_letter(gunichar character)
{
    return g_unichar_isalnum(character) || g_unichar_ismark(character);
}

static void add_words(GArray *names, GStringChunk *strings, const char *text, const char *address)
{
    g_autofree char *wide = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
    g_autofree char *lower = g_utf8_strdown(wide != NULL ? wide : "", -1);
    for (const char *at = lower; *at != '\0' && names->len < MOST;) {
        const char *end = at;
        while (*end != '\0' && is_letter(g_utf8_get_char(end)))
            end = g_utf8_next_char(end);
        if (end > at) {
            g_autofree char *word = g_strndup(at, (gsize)(end - at));
            const struct sks_sample_name name = {g_string_chunk_insert_const(strings, word), address};
            g_array_append_val(names, name);
        }
        at = *end != '\0' ? g_utf8_next_char(end) : end;
    }
}

GArray *sks_names_collect(GStringChunk *strings, const struct sks_message *message)
{
    GArray *names = g_array_new(FALSE, FALSE, sizeof(struct sks_sample_name));
    const struct sks_address_list *const lists[] = {&message->from, &message->sender, &message->reply_to, &message->to,
                                                    &message->cc};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        for (size_t k = 0; k < lists[i]->count; k++) {
            const struct sks_address *item = &lists[i]->items[k];
            g_autofree char *lower = g_utf8_strdown(item->address, -1);
            const char *address = g_string_chunk_insert_const(strings, lower);
            add_words(names, strings, item->name, address);
            add_words(names, strings, item->address, address);
        }
    return names;
}

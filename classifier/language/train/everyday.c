/*
 * Sentences from everyday.txt, in which (a|b) stands for one of a and b. Of what a line can say, a few are drawn; the
 * draws are the same in every run.
 */
#include "language/train/train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/train/corrupt.h"

enum { DRAWN = 12 /* of a line */ };

/* One of the things that a line can say. */
static char *draw(struct sks_corrupter *random, const char *line)
{
    GString *text = g_string_new(NULL);
    for (const char *at = line; *at != '\0';) {
        size_t plain = strcspn(at, "(");
        g_string_append_len(text, at, (gssize)plain);
        at += plain;
        if (*at == '\0')
            break;
        size_t length = strcspn(at + 1, ")");
        char *inside = g_strndup(at + 1, length), **choices = g_strsplit(inside, "|", -1);
        g_string_append(text, choices[sks_corrupter_random(random, g_strv_length(choices))]);
        g_strfreev(choices);
        g_free(inside);
        at += 1 + length + (at[1 + length] == ')');
    }
    return g_string_free(text, FALSE);
}

void sks_train_everyday(GPtrArray *out_texts, bool kept_out)
{
    char *bytes;
    if (!g_file_get_contents(SKS_TRAIN_EVERYDAY_TEXT, &bytes, NULL, NULL)) {
        fprintf(stderr, "%s: can't be read\n", SKS_TRAIN_EVERYDAY_TEXT);
        exit(1);
    }
    struct sks_corrupter *random = sks_corrupter_create(0);
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    char **lines = g_strsplit(bytes, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (*lines[i] == '\0' || *lines[i] == '#' || (i % SKS_TRAIN_EVERYDAY_KEPT_OUT == 0) != kept_out)
            continue;
        for (guint k = 0; k < DRAWN; k++) {
            char *text = draw(random, lines[i]);
            if (!g_hash_table_add(seen, text)) {
                g_free(text);
                continue;
            }
            g_ptr_array_add(out_texts, text);
        }
    }
    g_strfreev(lines);
    g_hash_table_destroy(seen);
    sks_corrupter_destroy(random);
    g_free(bytes);
}

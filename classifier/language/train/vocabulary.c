/*
 * Katakana words of the fluent sets, counted: what IPADIC (2007) doesn't know yet. Government prose and news stay out,
 * so that the benchmark can measure how often unseen good words are taken for wrong ones.
 */
#include "language/train/train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/text.h"

enum { LEAST_COUNT = 3, LEAST_LENGTH = 2, MOST_LENGTH = 20 };

static void count_word(GHashTable *counts, const char *word, size_t size)
{
    glong length = g_utf8_strlen(word, (gssize)size);
    if (length < LEAST_LENGTH || length > MOST_LENGTH)
        return;
    char *copy = g_strndup(word, size);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, copy));
    g_hash_table_insert(counts, copy, GUINT_TO_POINTER(count + 1));
}

static void count_file(GHashTable *counts, const char *corpora, const char *name)
{
    char *path = g_build_filename(corpora, name, NULL), *bytes;
    if (!g_file_get_contents(path, &bytes, NULL, NULL)) {
        fprintf(stderr, "%s: can't be read\n", path);
        exit(1);
    }
    char **lines = g_strsplit(bytes, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        struct sks_text text;
        sks_text_init(&text, *line);
        const char *end = text.bytes + text.size, *start = NULL, *p = text.bytes;
        while (p < end) {
            const char *here = p;
            bool katakana = sks_text_is_katakana(sks_text_next(&p));
            if (katakana && start == NULL)
                start = here;
            if (start != NULL && (!katakana || p == end)) {
                count_word(counts, start, (size_t)((katakana ? p : here) - start));
                start = NULL;
            }
        }
        sks_text_finish(&text);
    }
    g_strfreev(lines);
    g_free(bytes);
    g_free(path);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int sks_train_vocabulary(const char *corpora, const char *folder)
{
    static const char *const files[] = {"fluent/d365.txt", "mt/partner.human.txt", "mt/wmt21.human.txt",
                                        "mt/wmt22.human.txt"};
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        count_file(counts, corpora, files[i]);
    guint length;
    gpointer *words = g_hash_table_get_keys_as_array(counts, &length);
    qsort(words, length, sizeof(*words), compare);
    GString *table = g_string_new("# Katakana words of fluent texts and how often each was seen (train-language).\n");
    for (guint i = 0; i < length; i++) {
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, words[i]));
        if (count >= LEAST_COUNT)
            g_string_append_printf(table, "%s\t%u\n", (const char *)words[i], count);
    }
    char *path = g_build_filename(folder, "vocabulary.txt", NULL);
    bool written = g_file_set_contents(path, table->str, (gssize)table->len, NULL);
    g_free(path);
    g_free(words);
    g_string_free(table, TRUE);
    g_hash_table_destroy(counts);
    return written ? 0 : SKS_ERROR_IO;
}

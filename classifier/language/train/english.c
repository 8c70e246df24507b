/*
 * English words of honest mail, each with how many mails have it: what is common is what a slip may have meant, and a
 * word of several mails that no dictionary knows is one of a trade. Every third mail is kept out for the benchmark, and
 * so are developers from 2023 on, so that it can measure how often good words of new mail are taken for wrong ones.
 */
#include "language/train/train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message/message.h"

enum { LEAST_MAILS = 3, LEAST_LETTERS = 3, MOST_LETTERS = 24 };

/* 2023-01-01 */
#define KEPT_OUT_FROM 1672531200

static bool is_plain(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i < length; i++)
        if (!g_ascii_islower(word[i]))
            return false;
    return length >= LEAST_LETTERS && length <= MOST_LETTERS;
}

static void count_mail(GHashTable *counts, const struct sks_language_result *result)
{
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < result->token_count; i++) {
        const char *word = result->tokens[i].base;
        if (result->tokens[i].class_ != SKS_TOKEN_WORD || !is_plain(word) || !g_hash_table_add(seen, (gpointer)word))
            continue;
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, word));
        g_hash_table_insert(counts, g_strdup(word), GUINT_TO_POINTER(count + 1));
    }
    g_hash_table_destroy(seen);
}

void sks_train_each_english(struct sks_language_room *room, const char *corpora, const char *folder, bool kept_out,
                            sks_train_visit_english *visit, void *data)
{
    char *path = g_build_filename(corpora, "..", "mail", folder, NULL);
    GPtrArray *names = sks_train_names(path);
    for (guint i = 0; i < names->len; i++) {
        char *file = g_build_filename(path, names->pdata[i], NULL), *bytes = NULL;
        struct sks_message *message = NULL;
        struct sks_language_result *result = NULL;
        gsize size;
        if (g_file_get_contents(file, &bytes, &size, NULL) && sks_message_parse(&message, bytes, size) == 0) {
            bool late = strcmp(folder, "ham/developers") == 0 && message->date.time >= KEPT_OUT_FROM;
            if ((late || i % 3 == 0) == kept_out && sks_language_analyse(&result, room, message->body.own) == 0 &&
                strcmp(result->language, "en") == 0)
                visit(result, data);
        }
        sks_language_result_destroy(result);
        sks_message_destroy(message);
        g_free(bytes);
        g_free(file);
    }
    g_ptr_array_free(names, TRUE);
    g_free(path);
}

static void visit_mail(const struct sks_language_result *result, void *counts)
{
    count_mail(counts, result);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int sks_train_english(const char *corpora, const char *folder)
{
    static const char *const sets[] = {"ham/spamassassin", "ham/support", "ham/developers"};
    struct sks_language_room *room;
    int result = sks_language_create(&room, NULL);
    if (result != 0)
        return result;
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        sks_train_each_english(room, corpora, sets[i], false, visit_mail, counts);
    guint length;
    gpointer *words = g_hash_table_get_keys_as_array(counts, &length);
    qsort(words, length, sizeof(*words), compare);
    GString *table = g_string_new("# English words of honest mail and how many mails had each (train-language).\n");
    for (guint i = 0; i < length; i++) {
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, words[i]));
        if (count >= LEAST_MAILS)
            g_string_append_printf(table, "%s\t%u\n", (const char *)words[i], count);
    }
    char *path = g_build_filename(folder, "english.txt", NULL);
    result = g_file_set_contents(path, table->str, (gssize)table->len, NULL) ? 0 : SKS_ERROR_IO;
    g_free(path);
    g_free(words);
    g_string_free(table, TRUE);
    g_hash_table_destroy(counts);
    sks_language_destroy(room);
    return result;
}

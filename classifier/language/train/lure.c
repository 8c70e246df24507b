/*
 * What each kind of lure wording says: logistic regression of a dozen amounts on English mail, traps against what
 * people wrote to lists. A kind that speaks for honest mail there is honest by its topic, not its wording; it gets no
 * weight. Every third mail is kept out for the benchmark.
 */
#include "language/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/lure.h"
#include "language/room.h"
#include "message/message.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *sks_train_names(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *directory = g_dir_open(folder, 0, NULL);
    if (directory == NULL) {
        fprintf(stderr, "%s: can't be read\n", folder);
        exit(1);
    }
    for (const char *name; (name = g_dir_read_name(directory)) != NULL;)
        g_ptr_array_add(names, g_strdup(name));
    g_dir_close(directory);
    qsort(names->pdata, names->len, sizeof(*names->pdata), compare_names);
    return names;
}

static void add_mail(GArray *mails, struct sks_language_room *room, const char *path, bool lure, bool kept_out)
{
    char *bytes;
    gsize size;
    struct sks_message *message;
    struct sks_language_result *result;
    if (!g_file_get_contents(path, &bytes, &size, NULL))
        return;
    if (sks_message_parse(&message, bytes, size) == 0) {
        if (sks_language_analyse(&result, room, message->body.own) == 0) {
            struct sks_train_mail mail = {.lure = lure, .kept_out = kept_out};
            if (strcmp(result->language, "en") == 0) {
                sks_lures_find(mail.amounts, NULL, sks_language_lures(room), result->tokens, result->token_count);
                g_array_append_val(mails, mail);
            }
            sks_language_result_destroy(result);
        }
        sks_message_destroy(message);
    }
    g_free(bytes);
}

void sks_train_read_mails(GArray *mails, struct sks_language_room *room, const char *corpora, const char *folder,
                          bool lure)
{
    char *path = g_build_filename(corpora, "..", "mail", folder, NULL);
    GPtrArray *names = sks_train_names(path);
    for (guint i = 0; i < names->len; i++) {
        char *file = g_build_filename(path, names->pdata[i], NULL);
        add_mail(mails, room, file, lure, i % 3 == 0);
        g_free(file);
    }
    g_ptr_array_free(names, TRUE);
    g_free(path);
}

/* Full-batch gradient steps; both classes weigh the same. The last weight is the bias. */
static void fit(double *out_weights, size_t kinds, const GArray *mails)
{
    enum { ROUNDS = 4000 };
    double counts[2] = {0, 0};
    for (guint i = 0; i < mails->len; i++)
        counts[g_array_index(mails, struct sks_train_mail, i).lure]++;
    memset(out_weights, 0, sizeof(*out_weights) * (kinds + 1));
    for (int round = 0; round < ROUNDS; round++) {
        double gradient[SKS_LURE_KINDS + 1] = {0};
        for (guint i = 0; i < mails->len; i++) {
            const struct sks_train_mail *mail = &g_array_index(mails, struct sks_train_mail, i);
            double sum = out_weights[kinds];
            for (size_t k = 0; k < kinds; k++)
                sum += out_weights[k] * mail->amounts[k];
            double error = (1 / (1 + exp(-sum)) - mail->lure) / counts[mail->lure];
            for (size_t k = 0; k < kinds; k++)
                gradient[k] += error * mail->amounts[k];
            gradient[kinds] += error;
        }
        for (size_t k = 0; k <= kinds; k++)
            out_weights[k] = k < kinds ? fmax(0, out_weights[k] - gradient[k]) : out_weights[k] - gradient[k];
    }
}

int sks_train_lures(const char *corpora, const char *folder)
{
    static const struct {
        const char *folder;
        bool lure;
    } sets[] = {{"bulk/trap", true}, {"ham/spamassassin", false}, {"ham/support", false}, {"ham/developers", false}};
    struct sks_language_room *room;
    int result = sks_language_create_from(&room, folder, NULL);
    if (result != 0)
        return result;
    GArray *mails = g_array_new(FALSE, FALSE, sizeof(struct sks_train_mail));
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        sks_train_read_mails(mails, room, corpora, sets[i].folder, sets[i].lure);
    for (guint i = mails->len; i-- > 0;)
        if (g_array_index(mails, struct sks_train_mail, i).kept_out)
            g_array_remove_index_fast(mails, i);
    double weights[SKS_LURE_KINDS + 1];
    const struct sks_lures *lures = sks_language_lures(room);
    size_t kinds = sks_lures_kind_count(lures);
    fit(weights, kinds, mails);
    GString *table = g_string_new("# What each kind of lure wording says, in log-odds (train-language).\n");
    for (size_t i = 0; i <= kinds; i++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(number, sizeof(number), "%.3f", weights[i]);
        g_string_append_printf(table, "%s %s\n", i < kinds ? sks_lures_kind_name(lures, i) : "bias", number);
    }
    char *path = g_build_filename(folder, "lure-weights.txt", NULL);
    result = g_file_set_contents(path, table->str, (gssize)table->len, NULL) ? 0 : SKS_ERROR_IO;
    printf("lures: %u English mails\n", mails->len);
    g_free(path);
    g_string_free(table, TRUE);
    g_array_free(mails, TRUE);
    sks_language_destroy(room);
    return result;
}

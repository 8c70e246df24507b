/*
 * The table that gives `awkward` its meaning: quantiles of the measure over fluent texts of three to ten sentences.
 * Government prose (every fourth page) and news that trained no other model.
 */
#include "language/train/train.h"

#include <stdio.h>
#include <string.h>

#include "language/room.h"

enum { SHORTEST = 3, LONGEST = 10 };

GPtrArray *sks_train_pages(const char *path)
{
    char *bytes;
    GPtrArray *pages = g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))g_strfreev);
    if (!g_file_get_contents(path, &bytes, NULL, NULL))
        return pages;
    char **parts = g_strsplit(bytes, "\n## ", -1);
    for (char **part = parts; *part != NULL; part++) {
        bool titled = part != parts || g_str_has_prefix(*part, "## ");
        char *first = titled ? strchr(*part, '\n') : *part;
        if (first != NULL)
            g_ptr_array_add(pages, g_strsplit(titled ? first + 1 : first, "\n", -1));
    }
    g_strfreev(parts);
    g_free(bytes);
    return pages;
}

char *sks_train_text(char **lines, size_t count)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < count && lines[i] != NULL; i++)
        g_string_append_printf(text, "%s\n", lines[i]);
    return g_string_free(text, FALSE);
}

static void measure_texts(GArray *measures, struct sks_language_room *room, char **lines)
{
    guint count = g_strv_length(lines), length = SHORTEST;
    for (guint i = 0; i + length <= count; i += 2) {
        char *text = sks_train_text(lines + i, length);
        struct sks_language_result *result;
        sks_language_analyse(&result, room, text);
        double measure = sks_awkward_measure(sks_language_parts(result));
        if (sks_language_parts(result)->places > 0)
            g_array_append_val(measures, measure);
        sks_language_result_destroy(result);
        g_free(text);
        length = length < LONGEST ? length + 1 : SHORTEST;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int write_table(GArray *measures, const char *path)
{
    static const double shares[] = {0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
    GString *table = g_string_new("# Share of fluent texts below a measure, and the measure (train-language).\n");
    g_array_sort(measures, compare);
    for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
        char share[G_ASCII_DTOSTR_BUF_SIZE], measure[G_ASCII_DTOSTR_BUF_SIZE];
        guint at = (guint)(shares[i] * (measures->len - 1));
        g_ascii_formatd(share, sizeof(share), "%.2f", shares[i]);
        g_ascii_formatd(measure, sizeof(measure), "%.4f", g_array_index(measures, double, at));
        g_string_append_printf(table, "%s %s\n", share, measure);
    }
    bool written = g_file_set_contents(path, table->str, (gssize)table->len, NULL);
    g_string_free(table, TRUE);
    return written ? 0 : SKS_ERROR_IO;
}

static const char *const files[] = {"fluent/digital-agency.txt", "fluent/ntrex.txt"};

static GArray *measures_of(struct sks_language_room *room, const char *corpora, const char *file)
{
    GArray *measures = g_array_new(FALSE, FALSE, sizeof(double));
    char *path = g_build_filename(corpora, file, NULL);
    GPtrArray *pages = sks_train_pages(path);
    bool whole = pages->len == 1;
    for (guint k = whole ? 0 : SKS_TRAIN_PAGE_CALIBRATES; k < pages->len; k += SKS_TRAIN_PAGE_PARTS)
        measure_texts(measures, room, pages->pdata[k]);
    g_ptr_array_free(pages, TRUE);
    g_free(path);
    return measures;
}

int sks_train_awkward(const char *corpora, const char *folder)
{
    struct sks_language_room *room;
    int result = sks_language_create_from(&room, folder, NULL);
    if (result != 0)
        return result;
    GArray *measures[G_N_ELEMENTS(files)];
    guint most = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        measures[i] = measures_of(room, corpora, files[i]);
        most = MAX(most, measures[i]->len);
    }
    /* The sets weigh the same, however large they are. */
    GArray *all = g_array_new(FALSE, FALSE, sizeof(double));
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        for (guint k = 0; measures[i]->len > 0 && k < most; k++)
            g_array_append_val(all, g_array_index(measures[i], double, k % measures[i]->len));
    char *path = g_build_filename(folder, "awkward.txt", NULL);
    printf("awkward: %u and %u texts\n", measures[0]->len, measures[1]->len);
    result = all->len > 0 ? write_table(all, path) : SKS_ERROR_IO;
    g_free(path);
    g_array_free(all, TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        g_array_free(measures[i], TRUE);
    sks_language_destroy(room);
    return result;
}

/*
 * The tables that give `awkward` its meaning: quantiles of the measure over native business texts. What people write:
 * honest mails of the samples, of every second family, and government prose (every fourth page, three to ten lines);
 * each text counts once. What they say: the talk in native.txt, three to ten lines.
 */
#include "language/train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/awkward.h"
#include "language/room.h"
#include "message/message.h"

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

/* The family that a sample's name tells, "FAMILY-0001.eml" or "FAMILY-0001-2.eml". */
static char *family_of(const char *name)
{
    const char *end = strrchr(name, '.');
    for (const char *at = name; (at = strchr(at, '-')) != NULL && end != NULL; at++)
        if (strspn(at + 1, "0123456789") == 4) {
            end = at;
            break;
        }
    return end != NULL ? g_strndup(name, (gsize)(end - name)) : g_strdup(name);
}

static void add_letter(GPtrArray *letters, const char *folder, const char *name)
{
    char *path = g_build_filename(folder, name, NULL), *bytes;
    gsize size;
    struct sks_message *message;
    if (g_file_get_contents(path, &bytes, &size, NULL)) {
        if (sks_message_parse(&message, bytes, size) == 0) {
            g_ptr_array_add(letters, g_strdup(message->body.own));
            sks_message_destroy(message);
        }
        g_free(bytes);
    }
    g_free(path);
}

GPtrArray *sks_train_letters(const char *folder, bool kept_out)
{
    GPtrArray *names = sks_train_names(folder), *letters = g_ptr_array_new_with_free_func(g_free);
    char *family = NULL;
    bool other = true;
    for (guint i = 0; i < names->len; i++) {
        char *own = family_of(names->pdata[i]);
        if (g_strcmp0(own, family) != 0)
            other = !other;
        g_free(family);
        family = own;
        if (other == kept_out)
            add_letter(letters, folder, names->pdata[i]);
    }
    g_free(family);
    g_ptr_array_free(names, TRUE);
    return letters;
}

static void measure_text(GArray *measures, struct sks_language_room *room, const char *text)
{
    struct sks_language_result *result;
    sks_language_analyse(&result, room, text);
    double measure = sks_awkward_measure(sks_language_parts(result));
    if (sks_language_parts(result)->places > 0)
        g_array_append_val(measures, measure);
    sks_language_result_destroy(result);
}

/* Texts of some length, from every so manieth line on. */
static void measure_lines(GArray *measures, struct sks_language_room *room, char **lines, guint step)
{
    guint count = g_strv_length(lines), length = SHORTEST;
    for (guint i = 0; i + length <= count; i += step) {
        char *text = sks_train_text(lines + i, length);
        measure_text(measures, room, text);
        g_free(text);
        length = length < LONGEST ? length + 1 : SHORTEST;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const GArray *sorted, double share)
{
    return g_array_index(sorted, double, (guint)(share * (sorted->len - 1)));
}

/*
 * So few texts show too little of their tail: beyond nine in ten it is taken as exponential, with the mean that the
 * texts there have and one standard error of it more, where that reaches further than the texts themselves. So what is
 * said to be one in a hundred is rather fewer.
 */
static double tail_quantile(const GArray *sorted, double share)
{
    const double tail = 0.9;
    double least = quantile(sorted, tail), excess = 0, count = 0;
    for (guint i = 0; i < sorted->len; i++) {
        double beyond = g_array_index(sorted, double, i) - least;
        excess += beyond > 0 ? beyond : 0;
        count += beyond > 0;
    }
    double mean = count > 0 ? excess / count * (1 + 1 / sqrt(count)) : 0;
    double fitted = share > tail ? least + mean * log((1 - tail) / (1 - share)) : least;
    return fmax(fitted, quantile(sorted, share));
}

static void add_table(GString *table, GArray *measures, const char *style)
{
    static const double shares[] = {0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
    g_array_sort(measures, compare);
    for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
        char share[G_ASCII_DTOSTR_BUF_SIZE], measure[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(share, sizeof(share), "%.2f", shares[i]);
        g_ascii_formatd(measure, sizeof(measure), "%.4f",
                        shares[i] < 0.9 ? quantile(measures, shares[i]) : tail_quantile(measures, shares[i]));
        g_string_append_printf(table, "%s %s %s\n", style, share, measure);
    }
}

static void measure_written(GArray *measures, struct sks_language_room *room, const char *corpora, const char *mails)
{
    char *path = g_build_filename(corpora, "fluent/digital-agency.txt", NULL);
    GPtrArray *pages = sks_train_pages(path), *letters = sks_train_letters(mails, false);
    for (guint k = SKS_TRAIN_PAGE_CALIBRATES; k < pages->len; k += SKS_TRAIN_PAGE_PARTS)
        measure_lines(measures, room, pages->pdata[k], 2);
    for (guint i = 0; i < letters->len; i++)
        measure_text(measures, room, letters->pdata[i]);
    g_ptr_array_free(letters, TRUE);
    g_ptr_array_free(pages, TRUE);
    g_free(path);
}

/* Texts overlap: there is little talk, and a line alone says little. */
static void measure_spoken(GArray *measures, struct sks_language_room *room)
{
    static const char title[] = "\n## Talk in an office\n";
    char *bytes;
    if (!g_file_get_contents(SKS_TRAIN_NATIVE_TEXT, &bytes, NULL, NULL)) {
        fprintf(stderr, "%s: can't be read\n", SKS_TRAIN_NATIVE_TEXT);
        exit(1);
    }
    char *start = strstr(bytes, title), *end = start != NULL ? strstr(start + strlen(title), "\n## ") : NULL;
    if (end != NULL)
        *end = '\0';
    char **lines = g_strsplit(start != NULL ? start + strlen(title) : "", "\n", -1);
    measure_lines(measures, room, lines, 1);
    g_strfreev(lines);
    g_free(bytes);
}

int sks_train_awkward(const char *corpora, const char *mails, const char *folder)
{
    struct sks_language_room *room;
    int result = sks_language_create_from(&room, folder, NULL);
    if (result != 0)
        return result;
    GString *table = g_string_new("# Style, share of native business texts below a measure, and the measure "
                                  "(train-language).\n");
    GArray *measures[SKS_AWKWARD_STYLES];
    for (size_t i = 0; i < SKS_AWKWARD_STYLES; i++)
        measures[i] = g_array_new(FALSE, FALSE, sizeof(double));
    measure_written(measures[SKS_AWKWARD_WRITTEN], room, corpora, mails);
    measure_spoken(measures[SKS_AWKWARD_SPOKEN], room);
    for (size_t i = 0; i < SKS_AWKWARD_STYLES; i++) {
        printf("awkward, %s: %u texts\n", sks_awkward_styles[i], measures[i]->len);
        if (measures[i]->len > 0)
            add_table(table, measures[i], sks_awkward_styles[i]);
        else
            result = SKS_ERROR_IO;
        g_array_free(measures[i], TRUE);
    }
    char *path = g_build_filename(folder, "awkward.txt", NULL);
    if (result == 0 && !g_file_set_contents(path, table->str, (gssize)table->len, NULL))
        result = SKS_ERROR_IO;
    g_free(path);
    g_string_free(table, TRUE);
    sks_language_destroy(room);
    return result;
}

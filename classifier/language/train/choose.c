/*
 * Settings and constants are chosen on fluent text that trains no slips model: government prose (the pages that train
 * other models), news, documentation, office prose and everyday sentences written for this project; as it is, and with
 * one to three slips in each. One sentence in twelve breaks off instead; it counts among all, but is no pair. Nothing
 * that only measures is looked at.
 *
 * Each setting is varied by itself, from what was best so far; then the constants in the same way.
 */
#include "language/train/train.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/room.h"
#include "language/score.h"
#include "language/train/corrupt.h"

enum { MOST_OF_A_SET = 400, SLIPS = 3, BREAKS_OFF = 12, DOCUMENTATION = 8 };

struct development {
    GPtrArray *right, *wrong; /* char *, the same sentence in the same place */
    GArray *broken;           /* bool: the wrong one is no pair, since it breaks off */
    GArray *parts[2];         /* struct sks_awkward_parts of right and wrong */
};

/* How far right and wrong are told apart: over all, and each pair. */
struct figures {
    double auc, pairs;
};

/* So many texts of a set, evenly. */
static void add_set(GPtrArray *texts, GPtrArray *set)
{
    guint step = set->len / MOST_OF_A_SET + 1;
    for (guint i = 0; i < set->len; i += step)
        g_ptr_array_add(texts, g_strdup(set->pdata[i]));
    g_ptr_array_free(set, TRUE);
}

static GPtrArray *agency_lines(const char *corpora)
{
    GPtrArray *set = g_ptr_array_new_with_free_func(g_free);
    char *path = g_build_filename(corpora, "fluent/digital-agency.txt", NULL);
    GPtrArray *pages = sks_train_pages(path);
    for (guint i = 0; i < pages->len; i += 2) /* the others are for the benchmark */
        for (char **line = pages->pdata[i]; *line != NULL; line++)
            if (strlen(*line) > 30)
                g_ptr_array_add(set, g_strdup(*line));
    g_ptr_array_free(pages, TRUE);
    g_free(path);
    return set;
}

static GPtrArray *fluent_texts(const char *corpora)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free), *set = g_ptr_array_new_with_free_func(g_free);
    add_set(texts, agency_lines(corpora));
    sks_train_texts(set, corpora, "fluent/ntrex.txt", 1, 0);
    add_set(texts, set);
    set = g_ptr_array_new_with_free_func(g_free);
    sks_train_texts(set, corpora, "fluent/d365.txt", DOCUMENTATION, DOCUMENTATION / 2 + 1);
    add_set(texts, set);
    set = g_ptr_array_new_with_free_func(g_free);
    sks_train_texts(set, "/", SKS_TRAIN_NATIVE_TEXT, 1, 0);
    add_set(texts, set);
    set = g_ptr_array_new_with_free_func(g_free);
    sks_train_everyday(set, true);
    add_set(texts, set);
    return texts;
}

/* Leaves out the end of a sentence from a morpheme of its last third on. */
static void break_off(GString *text, struct sks_corrupter *random, const struct sks_morpheme *morphemes, size_t count)
{
    size_t third = count / 3, kept = count - 1 - sks_corrupter_random(random, (uint32_t)third + 1);
    if (kept > 0)
        g_string_truncate(text, morphemes[kept].start);
}

static char *with_slips(bool *out_breaks, struct sks_corrupter *corrupter, struct sks_morphemes *morphemes,
                        const char *right)
{
    GString *text = g_string_new(right), *changed = g_string_new(NULL);
    size_t count, start, end;
    bool breaks = sks_corrupter_random(corrupter, BREAKS_OFF) == 0;
    *out_breaks = breaks;
    uint32_t slips = breaks ? 0 : 1 + sks_corrupter_random(corrupter, SLIPS);
    if (breaks) {
        const struct sks_morpheme *read = sks_morphemes_read(&count, morphemes, text->str, text->len);
        break_off(text, corrupter, read, count);
    }
    for (uint32_t i = 0; i < slips; i++) {
        const struct sks_morpheme *read = sks_morphemes_read(&count, morphemes, text->str, text->len);
        if (sks_corrupter_apply(changed, &start, &end, corrupter, text->str, text->len, read, count))
            g_string_assign(text, changed->str);
    }
    g_string_free(changed, TRUE);
    return g_string_free(text, FALSE);
}

static void make_development(struct development *out_set, struct sks_morphemes *morphemes, const char *corpora)
{
    struct sks_corrupter *corrupter = sks_corrupter_create(0);
    out_set->right = fluent_texts(corpora);
    out_set->wrong = g_ptr_array_new_with_free_func(g_free);
    out_set->broken = g_array_new(FALSE, FALSE, sizeof(bool));
    for (guint i = 0; i < out_set->right->len; i++) {
        size_t count;
        const char *text = out_set->right->pdata[i];
        const struct sks_morpheme *read = sks_morphemes_read(&count, morphemes, text, strlen(text));
        sks_corrupter_learn(corrupter, text, read, count);
    }
    for (guint i = 0; i < out_set->right->len; i++) {
        bool breaks;
        g_ptr_array_add(out_set->wrong, with_slips(&breaks, corrupter, morphemes, out_set->right->pdata[i]));
        g_array_append_val(out_set->broken, breaks);
    }
    for (size_t k = 0; k < G_N_ELEMENTS(out_set->parts); k++)
        out_set->parts[k] = g_array_new(FALSE, FALSE, sizeof(struct sks_awkward_parts));
    sks_corrupter_destroy(corrupter);
}

static void free_development(struct development *set)
{
    for (size_t k = 0; k < G_N_ELEMENTS(set->parts); k++)
        g_array_free(set->parts[k], TRUE);
    g_array_free(set->broken, TRUE);
    g_ptr_array_free(set->right, TRUE);
    g_ptr_array_free(set->wrong, TRUE);
}

/* What the room with the folder's models finds in each text. */
static void analyse(struct development *set, const char *folder)
{
    struct sks_language_room *room;
    if (sks_language_create_from(&room, folder, NULL) != 0) {
        fprintf(stderr, "%s: can't be used\n", folder);
        exit(1);
    }
    for (size_t k = 0; k < G_N_ELEMENTS(set->parts); k++) {
        GPtrArray *texts = k == 0 ? set->right : set->wrong;
        g_array_set_size(set->parts[k], 0);
        for (guint i = 0; i < texts->len; i++) {
            struct sks_language_result *result;
            sks_language_analyse(&result, room, texts->pdata[i]);
            g_array_append_vals(set->parts[k], sks_language_parts(result), 1);
            sks_language_result_destroy(result);
        }
    }
    sks_language_destroy(room);
}

static struct figures figures_of(const struct development *set, const struct sks_score_constants *constants,
                                 double usual)
{
    GArray *judged = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    double right = 0, pairs = 0;
    for (guint i = 0; i < set->right->len; i++) {
        struct sks_train_judged both[2];
        for (size_t k = 0; k < 2; k++)
            both[k] = (struct sks_train_judged){
                sks_score_slips(&g_array_index(set->parts[k], struct sks_awkward_parts, i), constants, usual), k == 1};
        g_array_append_vals(judged, both, 2);
        if (g_array_index(set->broken, bool, i) || strcmp(set->right->pdata[i], set->wrong->pdata[i]) == 0)
            continue;
        pairs++;
        right += both[1].score > both[0].score ? 1 : both[1].score == both[0].score ? 0.5 : 0;
    }
    struct figures figures = {sks_train_auc(judged), right / pairs};
    g_array_free(judged, TRUE);
    return figures;
}

static double sum_of(struct figures figures)
{
    return figures.auc + figures.pairs;
}

/* Where the search begins: small, so that it takes minutes. Passes and size come last. */
static const struct sks_train_learner_settings start = {.bits = 21,
                                                        .passes = 2,
                                                        .slips_each = 2,
                                                        .documentation = 16,
                                                        .pair = 5,
                                                        .machine = false,
                                                        .everyday = false,
                                                        .trainings = 1};

struct search {
    struct development set;
    struct sks_morphemes *morphemes;
    const char *corpora, *folder;
    struct sks_train_learner_settings settings;
    struct sks_score_constants constants;
    double usual, best;
};

static struct figures try_settings(struct search *search, const struct sks_train_learner_settings *settings,
                                   double *out_usual)
{
    struct sks_train_model model;
    char *path = g_build_filename(search->folder, "learner.bin", NULL);
    sks_train_learner(&model, settings, search->corpora);
    if (sks_train_write(&model, path) != 0) {
        fprintf(stderr, "%s: can't be written\n", path);
        exit(1);
    }
    g_free(path);
    analyse(&search->set, search->folder);
    *out_usual = (double)(float)model.extra;
    sks_train_finish(&model);
    struct figures figures = figures_of(&search->set, &search->constants, *out_usual);
    printf("| bits %u, passes %u, slips %u, documentation 1/%u, pair %g, machine %s, everyday %s, trainings %u | %.4f "
           "| %.4f |\n",
           settings->bits, settings->passes, settings->slips_each, settings->documentation, settings->pair,
           settings->machine ? "yes" : "no", settings->everyday ? "yes" : "no", settings->trainings, figures.auc,
           figures.pairs);
    fflush(stdout);
    return figures;
}

static void choose_settings(struct search *search)
{
    static const struct {
        size_t offset;
        bool real, flag;
        double values[4]; /* up to a negative one */
    } axes[] = {
        {offsetof(struct sks_train_learner_settings, everyday), false, true, {1, -1}},
        {offsetof(struct sks_train_learner_settings, machine), false, true, {1, -1}},
        {offsetof(struct sks_train_learner_settings, documentation), false, false, {8, -1}},
        {offsetof(struct sks_train_learner_settings, pair), true, false, {2, -1}},
        {offsetof(struct sks_train_learner_settings, slips_each), false, false, {3, -1}},
        {offsetof(struct sks_train_learner_settings, passes), false, false, {5, -1}},
        {offsetof(struct sks_train_learner_settings, bits), false, false, {22, -1}},
        {offsetof(struct sks_train_learner_settings, trainings), false, false, {3, -1}},
    };
    search->best = sum_of(try_settings(search, &search->settings, &search->usual));
    for (size_t i = 0; i < G_N_ELEMENTS(axes); i++) {
        struct sks_train_learner_settings best = search->settings;
        for (size_t k = 0; k < G_N_ELEMENTS(axes[i].values) && axes[i].values[k] >= 0; k++) {
            struct sks_train_learner_settings tried = search->settings;
            char *field = (char *)&tried + axes[i].offset;
            if (axes[i].real)
                memcpy(field, &axes[i].values[k], sizeof(double));
            else if (axes[i].flag)
                *field = axes[i].values[k] > 0;
            else
                memcpy(field, &(unsigned){(unsigned)axes[i].values[k]}, sizeof(unsigned));
            double usual, sum;
            if (memcmp(&tried, &search->settings, sizeof(tried)) == 0)
                continue;
            sum = sum_of(try_settings(search, &tried, &usual));
            if (sum > search->best) {
                search->best = sum;
                search->usual = usual;
                best = tried;
            }
        }
        search->settings = best;
    }
}

static void choose_constants(struct search *search)
{
    static const double values[][8] = {
        {0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, -1},
        {0, 4, 8, 12, 16, 22, 32, -1},
        {4, 8, 12, 16, 24, 32, 48, -1},
    };
    double *const fields[] = {&search->constants.lenient, &search->constants.unfinished, &search->constants.told};
    search->best = sum_of(try_settings(search, &search->settings, &search->usual));
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
            double best = *fields[i];
            for (size_t k = 0; values[i][k] >= 0; k++) {
                *fields[i] = values[i][k];
                struct figures figures = figures_of(&search->set, &search->constants, search->usual);
                printf("| lenient %g, unfinished %g, told %g | %.4f | %.4f |\n", search->constants.lenient,
                       search->constants.unfinished, search->constants.told, figures.auc, figures.pairs);
                if (sum_of(figures) > search->best) {
                    search->best = sum_of(figures);
                    best = values[i][k];
                }
            }
            *fields[i] = best;
        }
    }
}

int sks_train_choose(struct sks_morphemes *morphemes, const char *corpora, const char *folder)
{
    struct search search = {.morphemes = morphemes,
                            .corpora = corpora,
                            .folder = folder,
                            .settings = start,
                            .constants = sks_score_constants};
    make_development(&search.set, morphemes, corpora);
    printf("| %u sentences, as they are and with slips | AUC | pairs |\n|---|---|---|\n", search.set.right->len);
    choose_settings(&search);
    choose_constants(&search);
    printf("| **chosen: bits %u, passes %u, slips %u, documentation 1/%u, pair %g, machine %d, everyday %d, trainings "
           "%u; lenient %g, "
           "unfinished %g, told %g** | | |\n",
           search.settings.bits, search.settings.passes, search.settings.slips_each, search.settings.documentation,
           search.settings.pair, search.settings.machine, search.settings.everyday, search.settings.trainings,
           search.constants.lenient, search.constants.unfinished, search.constants.told);
    free_development(&search.set);
    return 0;
}

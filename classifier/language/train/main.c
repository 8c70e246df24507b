/*
 * train-language CORPORA MAILS OUTPUT: makes the files of models/language from the folder of Japanese corpora and one
 * of honest Japanese samples (corpora/compose). The same input gives the same bytes. train-language --awkward CORPORA
 * MAILS OUTPUT: only the last of them, what `awkward` means, for the models in OUTPUT. train-language --english
 * CORPORA OUTPUT: only the counts of English words; --lures: only the weights
 * of lures. train-language --choose CORPORA FOLDER: tries settings of the slips
 * model and constants of its score on corrupted fluent text, and prints which to write into learner.c and score.c; the
 * folder is for passing use.
 */
#include <stdio.h>
#include <string.h>

#include "language/train/train.h"

static int write_model(const struct sks_train_model *model, const char *folder, const char *name)
{
    char *path = g_build_filename(folder, name, NULL);
    int result = sks_train_write(model, path);
    if (result != 0)
        fprintf(stderr, "%s: can't be written\n", path);
    g_free(path);
    return result;
}

static int make_translationese(struct sks_morphemes *morphemes, const char *corpora, const char *output)
{
    struct sks_train_model model;
    GArray *lines = sks_train_translationese_lines(morphemes, corpora);
    sks_train_translationese(&model, lines);
    printf("translationese: slope %.4f offset %.4f\n", model.slope, model.offset);
    int result = write_model(&model, output, "translationese.bin");
    sks_train_finish(&model);
    sks_train_lines_free(lines);
    return result;
}

static int make_learner(const char *corpora, const char *output)
{
    struct sks_train_model model;
    sks_train_learner(&model, &sks_train_learner_chosen, corpora);
    printf("learner: slope %.4f offset %.4f usual %.4f\n", model.slope, model.offset, model.extra);
    int result = write_model(&model, output, "learner.bin");
    sks_train_finish(&model);
    return result;
}

static int make_all(struct sks_morphemes *morphemes, const char *corpora, const char *mails, const char *output)
{
    int result = make_translationese(morphemes, corpora, output);
    if (result == 0)
        result = make_learner(corpora, output);
    if (result == 0)
        result = sks_train_vocabulary(corpora, output);
    if (result == 0)
        result = sks_train_english(corpora, output);
    if (result == 0)
        result = sks_train_awkward(corpora, mails, output);
    if (result == 0)
        result = sks_train_lures(corpora, output);
    return result;
}

static bool is_option(const char *given, const char *option)
{
    return strcmp(given, option) == 0;
}

int main(int argc, char **argv)
{
    bool choose = argc == 4 && is_option(argv[1], "--choose"), awkward = argc == 5 && is_option(argv[1], "--awkward");
    bool english = argc == 4 && is_option(argv[1], "--english"), lures = argc == 4 && is_option(argv[1], "--lures");
    if (!choose && !awkward && !english && !lures && (argc != 4 || *argv[1] == '-')) {
        fprintf(stderr,
                "usage: train-language [--awkward] CORPORA MAILS OUTPUT | --choose|--english|--lures CORPORA OUTPUT\n");
        return 2;
    }
    if (awkward)
        return sks_train_awkward(argv[2], argv[3], argv[4]) != 0;
    if (english)
        return sks_train_english(argv[2], argv[3]) != 0;
    if (lures)
        return sks_train_lures(argv[2], argv[3]) != 0;
    struct sks_morphemes *morphemes;
    if (sks_morphemes_create(&morphemes, NULL) != 0)
        return 1;
    int result;
    if (choose)
        result = sks_train_choose(morphemes, argv[2], argv[3]);
    else
        result = make_all(morphemes, argv[1], argv[2], argv[3]);
    sks_morphemes_destroy(morphemes);
    return result != 0;
}

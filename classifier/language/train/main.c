/*
 * train-language CORPORA OUTPUT: makes the files of models/language from the folder of Japanese corpora. One command,
 * no options: the same corpora give the same bytes.
 */
#include <stdio.h>

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

static int make_learner(struct sks_morphemes *morphemes, const char *corpora, const char *output)
{
    struct sks_train_model model;
    sks_train_learner(&model, morphemes, corpora);
    printf("learner: slope %.4f offset %.4f usual %.4f\n", model.slope, model.offset, model.extra);
    int result = write_model(&model, output, "learner.bin");
    sks_train_finish(&model);
    return result;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: train-language CORPORA OUTPUT\n");
        return 2;
    }
    struct sks_morphemes *morphemes;
    if (sks_morphemes_create(&morphemes, NULL) != 0)
        return 1;
    int result = make_translationese(morphemes, argv[1], argv[2]);
    if (result == 0)
        result = make_learner(morphemes, argv[1], argv[2]);
    if (result == 0)
        result = sks_train_vocabulary(argv[1], argv[2]);
    if (result == 0)
        result = sks_train_awkward(argv[1], argv[2]);
    if (result == 0)
        result = sks_train_lures(argv[1], argv[2]);
    sks_morphemes_destroy(morphemes);
    return result != 0;
}

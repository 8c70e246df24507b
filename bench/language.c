/*
 * Prints what the language room reaches on sets of Japanese text, as a table in Markdown: translationese with the
 * engine and the sources kept out of training, learners' sentences, false alarms on native texts, speed and memory.
 * Models for the first part are trained here; all else is measured on the shipped ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/resource.h"
#include "language/feature.h"
#include "language/room.h"
#include "language/text.h"
#include "language/train/train.h"

enum { TEXT_SENTENCES = 5, SPEED_CHARACTERS = 2000, SPEED_ROUNDS = 200 };

static const char *const engines[SKS_TRAIN_ENGINES] = {"Online-A", "Online-B", "Online-W", "Online-Y"};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The lines of native business text: dialogue, and every second page of government prose. */
static void native_lines(GArray *out_lines, GPtrArray *out_texts, struct sks_morphemes *morphemes, const char *corpora)
{
    static const char *const files[] = {"fluent/bsd-dev.txt", "fluent/digital-agency.txt"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *path = g_build_filename(corpora, files[i], NULL);
        GPtrArray *pages = sks_train_pages(path), *lines = g_ptr_array_new();
        for (guint k = pages->len > 1 ? 1 : 0; k < pages->len; k += 2)
            for (char **line = pages->pdata[k]; *line != NULL; line++)
                if (**line != '\0')
                    g_ptr_array_add(lines, g_strdup(*line));
        g_ptr_array_add(lines, NULL);
        char **text = (char **)g_ptr_array_free(lines, FALSE);
        sks_train_add(out_lines, morphemes, text, i == 0 ? SKS_TRAIN_BSD : SKS_TRAIN_AGENCY, SKS_TRAIN_HUMAN,
                      sks_feature_translationese);
        g_ptr_array_add(out_texts, text);
        g_ptr_array_free(pages, TRUE);
        g_free(path);
    }
}

/* The score that one text of five in a hundred of the others passes. */
static double threshold_of(const double *scores, const GArray *lines, double share)
{
    GArray *sums = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i + TEXT_SENTENCES <= lines->len; i++) {
        const struct sks_train_line *first = &g_array_index(lines, struct sks_train_line, i);
        const struct sks_train_line *last = &g_array_index(lines, struct sks_train_line, i + TEXT_SENTENCES - 1);
        double sum = 0;
        for (guint k = 0; k < TEXT_SENTENCES; k++)
            sum += scores[i + k];
        if (first->set == last->set)
            g_array_append_val(sums, sum);
    }
    g_array_sort(sums, compare);
    double threshold = g_array_index(sums, double, (guint)((1 - share) * sums->len));
    g_array_free(sums, TRUE);
    return threshold;
}

/* Share of texts of five neighbouring machine lines above the threshold. */
static double found_above(const GArray *judged, const GArray *which, const GArray *lines, double threshold)
{
    double found = 0, texts = 0;
    for (guint i = 0; i + TEXT_SENTENCES <= judged->len; i += TEXT_SENTENCES) {
        double sum = 0;
        bool machine = true;
        for (guint k = 0; k < TEXT_SENTENCES; k++) {
            const struct sks_train_judged *one = &g_array_index(judged, struct sks_train_judged, i + k);
            sum += one->score *
                   sks_train_weight(&g_array_index(lines, struct sks_train_line, g_array_index(which, guint, i + k)));
            machine &= one->positive;
        }
        texts += machine;
        found += machine && sum > threshold;
    }
    return found / texts;
}

static double auc_of(const GArray *judged, const GArray *which, const GArray *lines, bool polite_only)
{
    GArray *chosen = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    for (guint i = 0; i < judged->len; i++)
        if (!polite_only || g_array_index(lines, struct sks_train_line, g_array_index(which, guint, i)).polite)
            g_array_append_val(chosen, g_array_index(judged, struct sks_train_judged, i));
    double auc = sks_train_auc(chosen);
    g_array_free(chosen, TRUE);
    return auc;
}

static void print_cross(const GArray *lines, int folds, const GArray *native, const char *what)
{
    struct sks_train_cross cross;
    sks_train_cross(&cross, lines, folds, native);
    double mean[3] = {0, 0, 0};
    for (int e = 0; e < SKS_TRAIN_ENGINES; e++) {
        double values[3] = {
            auc_of(cross.judged[e], cross.lines[e], lines, false), auc_of(cross.judged[e], cross.lines[e], lines, true),
            found_above(cross.judged[e], cross.lines[e], lines, threshold_of(cross.other[e], native, 0.01))};
        printf("| %s, %s | %.3f / %.3f | %.1f %% |\n", what, engines[e], values[0], values[1], 100 * values[2]);
        for (int k = 0; k < 3; k++)
            mean[k] += values[k] / SKS_TRAIN_ENGINES;
    }
    printf("| **%s, mean** | **%.3f / %.3f** | **%.1f %%** |\n", what, mean[0], mean[1], 100 * mean[2]);
    sks_train_cross_finish(&cross);
}

static void print_other_domain(const GArray *lines, struct sks_morphemes *morphemes, const char *corpora)
{
    struct sks_train_model model;
    GArray *partner = g_array_new(FALSE, FALSE, sizeof(struct sks_train_line));
    GArray *judged = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    static const char *const files[] = {"mt/partner.human.txt", "mt/partner.machine.txt"};
    for (int i = 0; i < 2; i++) {
        char *path = g_build_filename(corpora, files[i], NULL);
        sks_train_read(partner, morphemes, path, SKS_TRAIN_PARTNER, i, sks_feature_translationese);
        g_free(path);
    }
    sks_train_translationese(&model, lines);
    for (guint i = 0; i < partner->len; i++) {
        const struct sks_train_line *line = &g_array_index(partner, struct sks_train_line, i);
        struct sks_train_judged one = {sks_train_score(&model, line->x), line->engine != SKS_TRAIN_HUMAN};
        g_array_append_val(judged, one);
    }
    printf("| another domain (partner documentation, not aligned) | %.3f | |\n", sks_train_auc(judged));
    sks_train_finish(&model);
    g_array_free(judged, TRUE);
    sks_train_lines_free(partner);
}

static void print_translationese(struct sks_morphemes *morphemes, const GArray *native, const char *corpora)
{
    GArray *lines = sks_train_translationese_lines(morphemes, corpora);
    printf(
        "| translationese, kept out of training | sentences, AUC (all / polite) | five sentences, found at 1 %% false "
        "alarms on native text |\n|---|---|---|\n");
    print_cross(lines, 0, native, "engine alone (its sources trained in other hands)");
    print_cross(lines, SKS_TRAIN_FOLDS, native, "engine and sources");
    print_other_domain(lines, morphemes, corpora);
    for (guint i = 0; i < lines->len; i++) {
        struct sks_train_line *line = &g_array_index(lines, struct sks_train_line, i);
        if (line->fold != SKS_TRAIN_NO_FOLD)
            line->fold = line->set == SKS_TRAIN_WMT22;
    }
    print_cross(lines, 2, native, "engine and year");
    sks_train_lines_free(lines);
}

static void scores_of(double *out_learner, struct sks_language_room *room, const char *text)
{
    struct sks_language_result *result;
    sks_language_analyse(&result, room, text);
    *out_learner = sks_language_parts(result)->learner;
    sks_language_result_destroy(result);
}

static bool is_ended(const char *text)
{
    static const char *const ends[] = {"。", "！", "？", "!", "?", "."};
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(text, ends[i]))
            return true;
    return false;
}

static void print_learner(struct sks_language_room *room, const char *corpora)
{
    char *path = g_build_filename(corpora, "learner/flutec.tsv", NULL), *bytes;
    if (!g_file_get_contents(path, &bytes, NULL, NULL))
        exit(1);
    char **lines = g_strsplit(bytes, "\n", -1);
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    GArray *ended = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    double pairs = 0, right = 0;
    for (char **line = lines; *line != NULL; line++) {
        char **fields = g_strsplit(*line, "\t", -1);
        guint count = g_strv_length(fields);
        double first, second;
        if (count >= 4 && strcmp(fields[0], "pair") == 0) {
            scores_of(&first, room, fields[2]);
            scores_of(&second, room, fields[3]);
            pairs++;
            right += first > second ? 1 : first < second ? 0 : 0.5;
        } else if (count >= 3) {
            struct sks_train_judged one = {0, strcmp(fields[0], "awkward") == 0};
            scores_of(&one.score, room, fields[2]);
            g_array_append_val(all, one);
            if (is_ended(g_strstrip(fields[2])))
                g_array_append_val(ended, one);
        }
        g_strfreev(fields);
    }
    printf("| learner, awkward against ok, AUC | %.3f |\n", sks_train_auc(all));
    printf("| … only sentences with a full stop | %.3f |\n", sks_train_auc(ended));
    printf("| learner, pairs ranked right | %.3f |\n", right / pairs);
    g_array_free(all, TRUE);
    g_array_free(ended, TRUE);
    g_strfreev(lines);
    g_free(bytes);
    g_free(path);
}

/* What is told of honest texts. */
struct alarms {
    double texts, tenth, hundredth, breaks, glyphs;
};

static void count_alarms(struct alarms *alarms, struct sks_language_room *room, const char *text)
{
    struct sks_language_result *result;
    sks_language_analyse(&result, room, text);
    if (sks_language_parts(result)->places > 0) {
        alarms->texts++;
        alarms->tenth += result->awkward > 0.9;
        alarms->hundredth += result->awkward > 0.99;
        alarms->breaks += result->register_break_count > 0;
        alarms->glyphs += result->foreign_glyph_count > 0;
    }
    sks_language_result_destroy(result);
}

static void print_alarms(const struct alarms *alarms, const char *name)
{
    double percent = alarms->texts > 0 ? 100 / alarms->texts : 0;
    printf("| awkward above 0.99 (above 0.9); breaks of register; foreign glyphs: %s | %.1f %% (%.1f %%); %.1f %%; "
           "%.1f %% "
           "of %.0f |\n",
           name, percent * alarms->hundredth, percent * alarms->tenth, percent * alarms->breaks,
           percent * alarms->glyphs, alarms->texts);
}

static void print_false_alarms(struct sks_language_room *room, const GPtrArray *texts, const char *mails)
{
    static const char *const names[] = {"business dialogue, five lines", "government prose, five lines"};
    struct alarms all = {0};
    for (guint i = 0; i < texts->len; i++) {
        char **lines = texts->pdata[i];
        struct alarms own = {0};
        for (guint k = 0; k + TEXT_SENTENCES <= g_strv_length(lines); k += TEXT_SENTENCES) {
            char *text = sks_train_text(lines + k, TEXT_SENTENCES);
            count_alarms(&own, room, text);
            count_alarms(&all, room, text);
            g_free(text);
        }
        print_alarms(&own, names[i]);
    }
    struct alarms own = {0};
    GPtrArray *letters = sks_train_letters(mails, true);
    for (guint i = 0; i < letters->len; i++) {
        count_alarms(&own, room, letters->pdata[i]);
        count_alarms(&all, room, letters->pdata[i]);
    }
    g_ptr_array_free(letters, TRUE);
    print_alarms(&own, "office mails written for this project, of families kept out");
    print_alarms(&all, "all of these");
}

static size_t katakana_words(const char *bytes)
{
    size_t words = 0, length = 0;
    for (const char *p = bytes; *p != '\0'; p = g_utf8_next_char(p)) {
        length = sks_text_is_katakana(g_utf8_get_char(p)) ? length + 1 : 0;
        words += length == 4;
    }
    return words;
}

static void print_misspellings(struct sks_language_room *room, const char *corpora)
{
    static const char *const files[] = {"fluent/bsd-dev.txt", "fluent/digital-agency.txt", "fluent/ntrex.txt"};
    size_t words = 0, alarms = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *path = g_build_filename(corpora, files[i], NULL), *bytes;
        if (!g_file_get_contents(path, &bytes, NULL, NULL))
            exit(1);
        words += katakana_words(bytes);
        char **lines = g_strsplit(bytes, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            struct sks_language_result *result;
            sks_language_analyse(&result, room, *line);
            alarms += result->misspelling_count;
            sks_language_result_destroy(result);
        }
        g_strfreev(lines);
        g_free(bytes);
        g_free(path);
    }
    printf("| misspellings told in fluent texts that trained no vocabulary | %zu of %zu katakana words |\n", alarms,
           words);
}

struct english_alarms {
    size_t mails, words, told, with;
};

static void count_english(const struct sks_language_result *result, void *data)
{
    struct english_alarms *alarms = data;
    alarms->mails++;
    alarms->told += result->misspelling_count;
    alarms->with += result->misspelling_count > 0;
    for (size_t i = 0; i < result->token_count; i++)
        alarms->words += result->tokens[i].class_ == SKS_TOKEN_WORD;
}

/* Honest mail that has slips of its own, so that it is no count of false alarms, but their ceiling. */
static void print_english(struct sks_language_room *room, const char *corpora)
{
    static const char *const sets[] = {"ham/developers", "ham/support", "ham/spamassassin"};
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        struct english_alarms alarms = {0};
        sks_train_each_english(room, corpora, sets[i], true, count_english, &alarms);
        printf("| English misspellings told in %s that trained nothing, real ones among them | %zu in %zu words; in "
               "%zu of %zu mails |\n",
               sets[i], alarms.told, alarms.words, alarms.with, alarms.mails);
    }
}

/* English mail kept out of training: phishing of other years and other traps against what people wrote. */
static void print_lures(struct sks_language_room *room, const char *corpora)
{
    static const struct {
        const char *folder;
        bool lure;
    } sets[] = {
        {"bulk/phishing", true}, {"ham/spamassassin", false}, {"ham/support", false}, {"ham/developers", false}};
    GArray *mails = g_array_new(FALSE, FALSE, sizeof(struct sks_train_mail));
    GArray *judged = g_array_new(FALSE, FALSE, sizeof(struct sks_train_judged));
    GArray *honest = g_array_new(FALSE, FALSE, sizeof(double));
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        sks_train_read_mails(mails, room, corpora, sets[i].folder, sets[i].lure);
    for (guint i = 0; i < mails->len; i++) {
        const struct sks_train_mail *mail = &g_array_index(mails, struct sks_train_mail, i);
        struct sks_train_judged one = {sks_lures_score(sks_language_lures(room), mail->amounts), mail->lure};
        if (!mail->lure && !mail->kept_out)
            continue;
        g_array_append_val(judged, one);
        if (!mail->lure)
            g_array_append_val(honest, one.score);
    }
    g_array_sort(honest, compare);
    double threshold = honest->len > 0 ? g_array_index(honest, double, (guint)(0.99 * honest->len)) : 0, found = 0;
    for (guint i = 0; i < judged->len; i++) {
        const struct sks_train_judged *one = &g_array_index(judged, struct sks_train_judged, i);
        found += one->positive && one->score > threshold;
    }
    printf("| lure wording, English, phishing (%u) against honest mail (%u), AUC; found at 1 %% false alarms | %.3f; "
           "%.1f %% |\n",
           judged->len - honest->len, honest->len, sks_train_auc(judged), 100 * found / (judged->len - honest->len));
    g_array_free(honest, TRUE);
    g_array_free(judged, TRUE);
    g_array_free(mails, TRUE);
}

static void print_speed(struct sks_language_room *room, const GPtrArray *texts)
{
    GString *text = g_string_new(NULL);
    for (char **line = texts->pdata[1]; *line != NULL && g_utf8_strlen(text->str, -1) < SPEED_CHARACTERS; line++)
        g_string_append_printf(text, "%s\n", *line);
    g_string_truncate(text, (gsize)(g_utf8_offset_to_pointer(text->str, SPEED_CHARACTERS) - text->str));
    double times[SPEED_ROUNDS];
    for (int i = 0; i < SPEED_ROUNDS; i++) {
        struct timespec start, end;
        struct sks_language_result *result;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        sks_language_analyse(&result, room, text->str);
        sks_language_result_destroy(result);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        times[i] = (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
    }
    qsort(times, SPEED_ROUNDS, sizeof(*times), compare);
    printf("| one text of 2,000 characters, median (95 in a hundred) | %.2f ms (%.2f ms) |\n", times[SPEED_ROUNDS / 2],
           times[SPEED_ROUNDS * 95 / 100]);
    g_string_free(text, TRUE);
}

/* A field of /proc/self/status in MiB. */
static double memory_of(const char *field)
{
    char *bytes;
    double kib = 0;
    if (g_file_get_contents("/proc/self/status", &bytes, NULL, NULL)) {
        const char *at = strstr(bytes, field);
        kib = at != NULL ? g_ascii_strtod(at + strlen(field) + 1, NULL) : 0;
        g_free(bytes);
    }
    return kib / 1024;
}

static void print_size(double anonymous, double mapped)
{
    size_t count, size = 0;
    const struct sks_resource *all = sks_resource_all(&count);
    for (size_t i = 0; i < count; i++)
        if (g_str_has_prefix(all[i].name, "language/") || g_str_has_prefix(all[i].name, "built/ja."))
            size += all[i].size;
    printf("| memory once loaded: own, and of files | %.1f MiB, %.1f MiB |\n", memory_of("RssAnon:") - anonymous,
           memory_of("RssFile:") - mapped);
    printf("| size of the tables in models/ | %.1f MiB |\n", (double)size / 1048576);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: bench-language CORPORA MAILS\n");
        return 2;
    }
    struct sks_language_room *room;
    struct sks_morphemes *morphemes;
    double anonymous = memory_of("RssAnon:"), mapped = memory_of("RssFile:");
    if (sks_language_create(&room, NULL) != 0)
        return 1;
    printf("| measure | value |\n|---|---|\n");
    print_size(anonymous, mapped);
    if (sks_morphemes_create(&morphemes, NULL) != 0)
        return 1;
    GArray *native = g_array_new(FALSE, FALSE, sizeof(struct sks_train_line));
    GPtrArray *texts = g_ptr_array_new();
    native_lines(native, texts, morphemes, argv[1]);
    print_speed(room, texts);
    print_learner(room, argv[1]);
    print_false_alarms(room, texts, argv[2]);
    print_misspellings(room, argv[1]);
    print_english(room, argv[1]);
    print_lures(room, argv[1]);
    printf("\n");
    print_translationese(morphemes, native, argv[1]);
    sks_train_lines_free(native);
    for (guint i = 0; i < texts->len; i++)
        g_strfreev(texts->pdata[i]);
    g_ptr_array_free(texts, TRUE);
    sks_morphemes_destroy(morphemes);
    sks_language_destroy(room);
    return 0;
}

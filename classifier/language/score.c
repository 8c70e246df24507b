/* Log-odds of sentences are added up and turned into probabilities once, at the end of the text. */
#include "language/score.h"

#include <string.h>

#include "base/resource.h"
#include "language/feature.h"
#include "language/prepare.h"
#include "language/text.h"
#include "language/trigram-file.h"

/* A file of the folder, kept in out_file, or where there is none the built-in one. */
static const void *find(size_t *out_size, GBytes **out_file, const char *folder, const char *name)
{
    char *bytes, *path = folder != NULL ? g_build_filename(folder, name, NULL) : NULL;
    gsize size;
    bool read = path != NULL && g_file_get_contents(path, &bytes, &size, NULL);
    g_free(path);
    if (read) {
        *out_file = g_bytes_new_take(bytes, size);
        return g_bytes_get_data(*out_file, out_size);
    }
    path = g_strconcat("language/", name, NULL);
    const struct sks_resource *resource = sks_resource_find(path);
    g_free(path);
    *out_size = resource != NULL ? resource->size : 0;
    return resource != NULL ? resource->bytes : NULL;
}

int sks_score_models_read(struct sks_score_models *out_models, const char *folder, struct sks_problems *problems)
{
    static const char *const names[] = {"translationese.bin", "learner.bin", "awkward.txt"};
    struct sks_score_models models = {0};
    struct sks_hashed *const hashed[] = {&models.translationese, &models.learner};
    int result = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        size_t size;
        const void *bytes = find(&size, &models.files[i], folder, names[i]);
        bool missing = bytes == NULL;
        bool fine = !missing && (i < 2 ? sks_hashed_read(hashed[i], bytes, size) == 0
                                       : sks_awkward_read(&models.awkward, bytes, size) == 0);
        if (fine)
            continue;
        sks_problems_add(problems, names[i], 0, NULL, missing ? "is missing" : "is not in the format expected");
        result = SKS_ERROR_FORMAT;
    }
    if (sks_valence_create(&models.valence, problems) != 0)
        result = SKS_ERROR_FORMAT;
    if (sks_trigram_create(&models.trigram, problems) != 0)
        result = SKS_ERROR_FORMAT;
    if (result != 0) {
        sks_score_models_finish(&models);
        return result;
    }
    sks_trigram_keep(&models.trigram);
    *out_models = models;
    return 0;
}

void sks_score_models_finish(struct sks_score_models *models)
{
    for (size_t i = 0; i < G_N_ELEMENTS(models->files); i++)
        g_clear_pointer(&models->files[i], g_bytes_unref);
    g_clear_pointer(&models->valence, sks_valence_destroy);
    sks_trigram_finish(&models->trigram);
}

void sks_score_sums_init(struct sks_score_sums *sums)
{
    *sums = (struct sks_score_sums){
        .hashes = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
        .log_odds = g_array_new(FALSE, FALSE, sizeof(double)),
    };
    sks_slips_init(&sums->slip_places);
}

void sks_score_sums_finish(struct sks_score_sums *sums)
{
    g_array_free(sums->hashes, TRUE);
    g_array_free(sums->log_odds, TRUE);
    sks_slips_finish(&sums->slip_places);
}

/* Chosen by train-language --choose on corrupted fluent text. */
const struct sks_score_constants sks_score_constants = {.lenient = 1.25, .unfinished = 32, .told = 48};

/* A sentence of fewer morphemes counts less when it breaks off: a word or two may be a title. */
#define FRAGMENT 3.0

/* Log-odds from which a slip is likely: below, a reader would see nothing wrong in every second place. */
#define LIKELY 3.5

/* Whether a mailer wrapped the line before or after a word, maybe within what is one: nothing can be said of it. */
static bool is_beside_wrap(const struct sks_sentence *sentence, size_t i)
{
    const struct sks_morpheme *words = sentence->morphemes;
    size_t start = i > 0 ? words[i - 1].end : words[i].start;
    size_t end = i + 1 < sentence->count ? words[i + 1].start : words[i].end;
    return memchr(sentence->line + start, '\n', end - start) != NULL;
}

/* Whether a word is how a name is read, kana in brackets: 村上 裕子(むらかみ ゆうこ). */
static bool is_reading(const struct sks_sentence *sentence, size_t i)
{
    enum { LONGEST = 45 /* bytes to either side */ };
    const char *first = sentence->line + sentence->start, *last = sentence->line + sentence->end;
    const char *start = sentence->line + sentence->morphemes[i].start, *end = start;
    const char *lowest = start - first > LONGEST ? start - LONGEST : first;
    while (start > lowest && *start != '(')
        start--;
    if (*start != '(')
        return false;
    for (start++; start < last && *start != ')' && start - end < LONGEST;) {
        uint32_t character = sks_text_next(&start);
        if (character != ' ' && !sks_text_is_hiragana(character) && !sks_text_is_katakana(character))
            return false;
    }
    return start < last && *start == ')';
}

static void add_slips(struct sks_score_sums *sums, const struct sks_score_models *models,
                      const struct sks_sentence *sentence, size_t told)
{
    g_array_set_size(sums->log_odds, (guint)sentence->count);
    sums->worst = (struct sks_score_place){.log_odds = LIKELY};
    double *log_odds = (double *)(void *)sums->log_odds->data;
    sks_slips_read(&sums->slip_places, sentence, models->valence, &models->trigram);
    sks_slips_score(log_odds, &sums->slip_places, &models->learner);
    for (size_t i = 0; i < sentence->count; i++) {
        if (is_beside_wrap(sentence, i) || is_reading(sentence, i))
            continue;
        struct sks_score_place place = {sentence->morphemes[i].start, sentence->morphemes[i].end, log_odds[i]};
        sums->slips += sks_slip_amount(place.log_odds);
        if (place.log_odds > sums->worst.log_odds)
            sums->worst = place;
    }
    if (!sks_prepare_is_finished(sentence))
        sums->unfinished += MIN(1, (double)sentence->count / FRAGMENT);
    sums->told += told;
    sums->places += sentence->count;
}

/* Log-odds from which a sentence is worth pointing at: below, every third phrase is what people write, too. */
#define TRANSLATED 2.5

enum { LONGEST_PLACE = 6 /* words */ };

static bool has_part(const struct sks_morpheme *morpheme, const char *part)
{
    return strncmp(morpheme->feature, part, strlen(part)) == 0;
}

static bool is_mark(const struct sks_morpheme *morpheme)
{
    return has_part(morpheme, "記号");
}

/* Whether a word only goes with the one before it. */
static bool is_attached(const struct sks_morpheme *morpheme)
{
    static const char *const attached[] = {"助詞",      "助動詞",      "記号",        "名詞,接尾",    "名詞,非自立",
                                           "動詞,接尾", "動詞,非自立", "形容詞,接尾", "形容詞,非自立"};
    for (size_t k = 0; k < sizeof(attached) / sizeof(*attached); k++)
        if (has_part(morpheme, attached[k]))
            return true;
    return has_part(morpheme, "動詞") && sks_morpheme_is(morpheme, 6, "する");
}

/* Whether a phrase can begin here: not within a compound either. */
static bool begins_phrase(const struct sks_sentence *sentence, size_t i)
{
    const struct sks_morpheme *word = &sentence->morphemes[i];
    bool compound = i > 0 && has_part(word, "名詞") && (has_part(word - 1, "名詞") || has_part(word - 1, "接頭詞"));
    return !compound && !is_attached(word);
}

/* Whether what a phrase ends with goes on in the next word. */
static bool goes_on(const struct sks_sentence *sentence, size_t last)
{
    static const char *const more[] = {"助動詞", "動詞,接尾", "動詞,非自立", "助詞,接続助詞", "名詞,接尾"};
    const struct sks_morpheme *here = &sentence->morphemes[last], *next = here + 1;
    for (size_t k = 0; k < sizeof(more) / sizeof(*more); k++)
        if (has_part(next, more[k]))
            return true;
    bool noun = has_part(here, "名詞") || has_part(here, "接頭詞");
    return noun && (has_part(next, "名詞") || (has_part(next, "動詞") && sks_morpheme_is(next, 6, "する")));
}

/* Characters of the words that say something by themselves. */
static size_t count_content(const struct sks_sentence *sentence, size_t first, size_t last)
{
    size_t count = 0;
    for (size_t i = first; i <= last; i++) {
        const struct sks_morpheme *word = &sentence->morphemes[i];
        if (!is_attached(word))
            count += (size_t)g_utf8_strlen(sentence->line + word->start, (gssize)(word->end - word->start));
    }
    return count;
}

/*
 * Makes a phrase of a run of words, so that it says something by itself: without the marks around it, back to where a
 * phrase begins, and on to where its last word ends; a short one with the phrases before it. Nothing is left where a
 * mark or the sentence leaves too little.
 */
static void make_phrase(struct sks_score_place *place, const struct sks_sentence *sentence, size_t first, size_t last)
{
    enum { LEAST = 4 /* characters; with particles and endings a phrase has more */ };
    const struct sks_morpheme *words = sentence->morphemes;
    while (first < last && is_mark(&words[first]))
        first++;
    while (last > first && is_mark(&words[last]))
        last--;
    while (last + 1 < sentence->count && goes_on(sentence, last))
        last++;
    while (first > 0 && !is_mark(&words[first - 1]) &&
           (!begins_phrase(sentence, first) || count_content(sentence, first, last) < LEAST))
        first--;
    place->start = words[first].start;
    place->end = words[last].end;
    if (!begins_phrase(sentence, first) || count_content(sentence, first, last) < LEAST)
        place->end = place->start;
}

/* The run of words with the highest sum of what the model says of each and of the runs that it is in. */
static void find_translated(struct sks_score_sums *sums, const struct sks_hashed *model,
                            const struct sks_sentence *sentence)
{
    double *weights = g_new0(double, sentence->count + 1), best = 0;
    size_t first = 0, last = 0;
    g_array_set_size(sums->hashes, 0);
    sks_feature_words(sums->hashes, sentence);
    for (size_t i = 0, next = 0; i < sentence->count; i++)
        for (size_t n = 1; n <= SKS_FEATURE_WORDS && i + n <= sentence->count; n++, next++)
            for (size_t k = i; k < i + n; k++)
                weights[k] += sks_hashed_weight(model, g_array_index(sums->hashes, uint32_t, next)) / (double)n;
    for (size_t i = 0; i < sentence->count; i++) {
        double sum = 0;
        for (size_t k = i; k < sentence->count && k < i + LONGEST_PLACE; k++) {
            sum += weights[k];
            if (sum > best) {
                best = sum;
                first = i;
                last = k;
            }
        }
    }
    g_free(weights);
    if (best > 0)
        make_phrase(&sums->translated, sentence, first, last);
}

void sks_score_add(struct sks_score_sums *sums, const struct sks_score_models *models,
                   const struct sks_sentence *sentence, size_t told)
{
    g_array_set_size(sums->hashes, 0);
    sks_feature_translationese(sums->hashes, sentence);
    uint32_t *buckets = (uint32_t *)(void *)sums->hashes->data;
    size_t count = sks_hashed_fold(buckets, sums->hashes->len, models->translationese.mask);
    double weight = sks_hashed_length_weight(count);
    double log_odds = sks_hashed_score(&models->translationese, buckets, count);
    sums->translated = (struct sks_score_place){.log_odds = log_odds};
    if (log_odds > TRANSLATED)
        find_translated(sums, &models->translationese, sentence);
    sums->translationese += weight * log_odds;
    sums->weights += weight;
    sums->sentences++;
    add_slips(sums, models, sentence, told);
}

/*
 * Styles differ in what the model takes for slips: dialogue shows twice as much as news. What enters the measure of
 * whole texts is only what lies above twice the usual, and no full stop is asked for: headings and captions have none.
 */
#define STRICT 2.0

double sks_score_slips(const struct sks_awkward_parts *parts, const struct sks_score_constants *constants, double usual)
{
    double slips =
        parts->slips + usual * (constants->told * (double)parts->told + constants->unfinished * parts->unfinished);
    return sks_slip_excess(slips, (double)parts->places, constants->lenient * usual);
}

void sks_score_text(struct sks_awkward_parts *out_parts, const struct sks_score_sums *sums,
                    const struct sks_score_models *models)
{
    out_parts->places = sums->places;
    out_parts->slips = sums->slips;
    out_parts->unfinished = sums->unfinished;
    out_parts->told = sums->told;
    if (sums->places == 0)
        return;
    out_parts->translationese =
        sks_hashed_combine(&models->translationese, sums->translationese, sums->weights, sums->sentences);
    struct sks_score_constants strict = sks_score_constants;
    strict.lenient = STRICT;
    strict.unfinished = 0;
    const struct sks_hashed *learner = &models->learner;
    double usual = (double)learner->extra, slope = (double)learner->slope, offset = (double)learner->offset;
    out_parts->learner = sks_score_slips(out_parts, &sks_score_constants, usual) * slope + offset;
    out_parts->excess = sks_score_slips(out_parts, &strict, usual) * slope + offset;
}

/*
 * One text, from bytes to scores: normalised (text.c), its language told (detect.c), line by line cut into morphemes
 * and tokens (morpheme.c, token.c).
 */
#include "language/language.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "language/detect.h"
#include "language/morpheme.h"
#include "language/room.h"
#include "language/score.h"
#include "language/sentence.h"
#include "language/text.h"
#include "language/token.h"
#include "sekisho/limits.h"

struct sks_language_room {
    struct sks_morphemes *morphemes;
    UBreakIterator *words;
    struct sks_score_models models;
};

/* What a result's pointers point into. */
struct storage {
    GStringChunk *strings;
    GArray *tokens;
    struct sks_awkward_parts parts;
};

int sks_language_create_from(struct sks_language_room **out_room, const char *folder, struct sks_problems *problems)
{
    struct sks_language_room *room = g_new0(struct sks_language_room, 1);
    UErrorCode error = U_ZERO_ERROR;
    room->words = ubrk_open(UBRK_WORD, "en", NULL, 0, &error);
    int result = U_FAILURE(error) ? SKS_ERROR_IO : sks_morphemes_create(&room->morphemes, problems);
    if (result == 0)
        result = sks_score_models_read(&room->models, folder, problems);
    if (U_FAILURE(error))
        sks_problems_add(problems, NULL, 0, "ICU", "%s", u_errorName(error));
    if (result != 0) {
        sks_language_destroy(room);
        return result;
    }
    *out_room = room;
    return 0;
}

int sks_language_create(struct sks_language_room **out_room, struct sks_problems *problems)
{
    return sks_language_create_from(out_room, NULL, problems);
}

void sks_language_destroy(struct sks_language_room *room)
{
    if (room == NULL)
        return;
    if (room->words != NULL)
        ubrk_close(room->words);
    sks_morphemes_destroy(room->morphemes);
    sks_score_models_finish(&room->models);
    g_free(room);
}

static void add_sentences(struct sks_score_sums *sums, const struct sks_language_room *room, const char *line,
                          const struct sks_morpheme *morphemes, size_t count)
{
    struct sks_sentence sentence;
    for (size_t next = 0; sks_sentence_next(&sentence, &next, line, morphemes, count);)
        sks_score_add(sums, &room->models, &sentence);
}

static void read_lines(struct sks_tokens *tokens, struct sks_score_sums *sums, struct sks_language_room *room,
                       const struct sks_text *text, const char *language)
{
    for (guint i = 0; i < text->lines->len; i++) {
        const struct sks_text_line *line = &g_array_index(text->lines, struct sks_text_line, i);
        if (!sks_detect_japanese_line(text, line, language)) {
            sks_tokens_add_words(tokens, text, line, room->words);
            continue;
        }
        size_t count;
        const struct sks_morpheme *morphemes =
            sks_morphemes_read(&count, room->morphemes, text->bytes + line->start, line->end - line->start);
        sks_tokens_add_japanese(tokens, text, line, morphemes, count);
        add_sentences(sums, room, text->bytes + line->start, morphemes, count);
    }
}

static double probability(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

static void judge(struct sks_language_result *result, const struct sks_score_sums *sums,
                  const struct sks_score_models *models)
{
    struct sks_awkward_parts *parts = &((struct storage *)result->storage)->parts;
    parts->places = sums->places;
    if (sums->places == 0)
        return;
    sks_score_text(&parts->translationese, &parts->learner, sums, models);
    result->translationese = probability(parts->translationese);
    result->learner = probability(parts->learner);
    result->awkward = sks_awkward_share(&models->awkward, sks_awkward_measure(parts));
}

const struct sks_awkward_parts *sks_language_parts(const struct sks_language_result *result)
{
    return &((const struct storage *)result->storage)->parts;
}

int sks_language_analyse(struct sks_language_result **out_result, struct sks_language_room *room, const char *given)
{
    struct sks_text text;
    sks_text_init(&text, given);
    struct sks_language_result *result = g_new0(struct sks_language_result, 1);
    struct storage *storage = g_new0(struct storage, 1);
    storage->strings = g_string_chunk_new(4096);
    storage->tokens = g_array_new(FALSE, FALSE, sizeof(struct sks_token));
    result->storage = storage;
    result->language = sks_detect_language(&text);
    result->characters = (size_t)g_utf8_strlen(text.bytes, (gssize)text.size);

    struct sks_tokens tokens = {storage->tokens, storage->strings, text.cut};
    struct sks_score_sums sums;
    sks_score_sums_init(&sums);
    read_lines(&tokens, &sums, room, &text, result->language);
    judge(result, &sums, &room->models);
    sks_score_sums_finish(&sums);
    result->cut = tokens.cut;
    result->tokens = (const struct sks_token *)(void *)storage->tokens->data;
    result->token_count = storage->tokens->len;
    sks_text_finish(&text);
    *out_result = result;
    return 0;
}

void sks_language_result_destroy(struct sks_language_result *result)
{
    if (result == NULL)
        return;
    struct storage *storage = result->storage;
    g_array_free(storage->tokens, TRUE);
    g_string_chunk_free(storage->strings);
    g_free(storage);
    g_free(result);
}

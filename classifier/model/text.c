/* Hashing a mail's words into grams, the stored form of the text model, and its prediction. */
#include "model/text.h"

#include <math.h>
#include <string.h>

#include "sekisho/limits.h"

static const char magic[8] = {'S', 'K', 'S', 'T', 'E', 'X', 'T', '2'};

/* The header: magic, count, and four numbers for each part. */
#define HEADER_SIZE (8 + 4 + SKS_TEXT_PARTS * 4 * 8)
#define GRAM_SIZE   (4 + SKS_TEXT_PARTS * 2)

/* Longer words are made ones (encoded text, identifiers): their beginning and the fact that they are long remain. */
#define WORD_SIZE 48

#define FNV_OFFSET 14695981039346656037u
#define FNV_PRIME  1099511628211u

static uint64_t hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * FNV_PRIME;
}

/* Digits all hash alike, and a run of them as one or two: amounts, dates and serial numbers differ in every mail. */
static uint64_t hash_word(uint64_t hash, const char *word)
{
    size_t run = 0;
    for (size_t i = 0; word[i] != '\0' && i < WORD_SIZE; i++) {
        gboolean digit = g_ascii_isdigit(word[i]);
        run = digit ? run + 1 : 0;
        if (run <= 2)
            hash = hash_byte(hash, digit ? '0' : (unsigned char)word[i]);
    }
    return hash;
}

static uint32_t finish_hash(uint64_t hash)
{
    return (uint32_t)(hash ^ (hash >> 32));
}

static void add_field(GArray *grams, const struct sks_text_field *field)
{
    uint64_t start = hash_byte(hash_word(FNV_OFFSET, field->kind), 0x1f);
    for (size_t i = 0; i < field->count && grams->len < SKS_LIMIT_TEXT_GRAMS; i++) {
        uint64_t hash = hash_word(start, field->words[i]);
        uint32_t gram = finish_hash(hash);
        g_array_append_val(grams, gram);
        if (i + 1 == field->count)
            break;
        gram = finish_hash(hash_word(hash_byte(hash, 0x1f), field->words[i + 1]));
        g_array_append_val(grams, gram);
    }
}

static int compare_grams(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

GArray *sks_text_grams(const struct sks_text_field *fields, size_t field_count)
{
    GArray *grams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (size_t i = 0; i < field_count; i++)
        add_field(grams, &fields[i]);
    g_array_sort(grams, compare_grams);
    uint32_t *all = (uint32_t *)(void *)grams->data;
    guint distinct = 0;
    for (guint i = 0; i < grams->len; i++)
        if (i == 0 || all[i] != all[i - 1])
            all[distinct++] = all[i];
    g_array_set_size(grams, distinct);
    return grams;
}

double sks_text_gram_value(size_t known)
{
    return 1 / sqrt((double)known + 16);
}

static uint32_t read_u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static double read_f64(const unsigned char *at)
{
    uint64_t bits = read_u32(at) | (uint64_t)read_u32(at + 4) << 32;
    double number;
    memcpy(&number, &bits, sizeof(number));
    return number;
}

static void add_u32(GByteArray *bytes, uint32_t value)
{
    guint8 octets[4] = {value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >> 24 & 0xff};
    g_byte_array_append(bytes, octets, sizeof(octets));
}

static void add_f64(GByteArray *bytes, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    add_u32(bytes, (uint32_t)bits);
    add_u32(bytes, (uint32_t)(bits >> 32));
}

static int fail(const char *file, struct sks_problems *problems, const char *reason)
{
    sks_problems_add(problems, file, 0, "text.bin", "%s", reason);
    return SKS_ERROR_FORMAT;
}

static gboolean read_header(struct sks_text_model *model, const unsigned char *at)
{
    gboolean good = TRUE;
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++, at += 32) {
        model->step[part] = read_f64(at);
        model->bias[part] = read_f64(at + 8);
        model->a[part] = read_f64(at + 16);
        model->b[part] = read_f64(at + 24);
        good = good && isfinite(model->step[part]) && isfinite(model->bias[part]) && isfinite(model->a[part]) &&
               isfinite(model->b[part]);
    }
    return good;
}

int sks_text_model_parse(struct sks_text_model *out_model, const void *bytes, size_t size, const char *file,
                         struct sks_problems *problems)
{
    const unsigned char *at = bytes;
    if (size < HEADER_SIZE || memcmp(at, magic, sizeof(magic)) != 0)
        return fail(file, problems, "not a text model of this version");
    struct sks_text_model model = {.count = read_u32(at + 8)};
    if (model.count > SKS_LIMIT_MODEL_GRAMS || size != HEADER_SIZE + (size_t)model.count * GRAM_SIZE)
        return fail(file, problems, "its size does not fit its count of grams");
    if (!read_header(&model, at + 12))
        return fail(file, problems, "a number is not finite");
    at += HEADER_SIZE;
    model.grams = g_new(uint32_t, model.count);
    gboolean rising = TRUE;
    for (uint32_t i = 0; i < model.count; i++, at += 4) {
        model.grams[i] = read_u32(at);
        rising = rising && (i == 0 || model.grams[i] > model.grams[i - 1]);
    }
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++) {
        model.weights[part] = g_new(int16_t, model.count);
        for (uint32_t i = 0; i < model.count; i++, at += 2)
            model.weights[part][i] = (int16_t)(at[0] | at[1] << 8);
    }
    if (!rising) {
        sks_text_model_finish(&model);
        return fail(file, problems, "its grams are out of order");
    }
    *out_model = model;
    return 0;
}

GBytes *sks_text_model_format(const struct sks_text_model *model)
{
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)magic, sizeof(magic));
    add_u32(bytes, model->count);
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++) {
        add_f64(bytes, model->step[part]);
        add_f64(bytes, model->bias[part]);
        add_f64(bytes, model->a[part]);
        add_f64(bytes, model->b[part]);
    }
    for (uint32_t i = 0; i < model->count; i++)
        add_u32(bytes, model->grams[i]);
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
        for (uint32_t i = 0; i < model->count; i++) {
            uint16_t weight = (uint16_t)model->weights[part][i];
            guint8 octets[2] = {weight & 0xff, weight >> 8};
            g_byte_array_append(bytes, octets, sizeof(octets));
        }
    return g_byte_array_free_to_bytes(bytes);
}

void sks_text_model_finish(struct sks_text_model *model)
{
    g_clear_pointer(&model->grams, g_free);
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
        g_clear_pointer(&model->weights[part], g_free);
}

void sks_text_model_margins(const struct sks_text_model *model, const uint32_t *grams, size_t count,
                            double out_margins[SKS_TEXT_PARTS])
{
    int64_t sums[SKS_TEXT_PARTS] = {0};
    size_t known = 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        /* Both are rising: what is left of the model's grams is halved until the gram or its place is found. */
        size_t from = at, to = model->count;
        while (from < to) {
            size_t middle = from + (to - from) / 2;
            if (model->grams[middle] < grams[i])
                from = middle + 1;
            else
                to = middle;
        }
        at = from;
        if (at == model->count)
            break;
        if (model->grams[at] != grams[i])
            continue;
        known++;
        for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
            sums[part] += model->weights[part][at];
    }
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++) {
        double margin = model->bias[part] + model->step[part] * (double)sums[part] * sks_text_gram_value(known);
        out_margins[part] = known > 0 ? margin : NAN;
    }
}

double sks_text_model_log_odds(const struct sks_text_model *model, enum sks_text_part part, double margin)
{
    double log_odds = model->a[part] * margin + model->b[part];
    return isnan(log_odds) ? 0 : CLAMP(log_odds, -SKS_TEXT_CEILING, SKS_TEXT_CEILING);
}

double sks_text_model_reported(const struct sks_text_model *model, double margin)
{
    double place = model->a[SKS_TEXT_TARGETED] * margin + model->b[SKS_TEXT_TARGETED];
    return isnan(place) || place <= 0 ? 0 : MIN(1, 0.5 + place / 2);
}

void sks_text_model_predict(const struct sks_text_model *model, const uint32_t *grams, size_t count,
                            double out_log_odds[SKS_TEXT_PARTS])
{
    double margins[SKS_TEXT_PARTS];
    sks_text_model_margins(model, grams, count, margins);
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
        out_log_odds[part] = sks_text_model_log_odds(model, (enum sks_text_part)part, margins[part]);
}

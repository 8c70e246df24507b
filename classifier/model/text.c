/* Hashing a mail's words into grams, the stored form of the text model, and its prediction. */
#include "model/text.h"

#include <math.h>
#include <string.h>

#include "sekisho/limits.h"

static const char magic[8] = {'S', 'K', 'S', 'T', 'E', 'X', 'T', '2'};

/* The header: magic, count, and four numbers for each part. */
#define HEADER_SIZE (8 + 4 + SKS_TEXT_PARTS * 4 * 8)
#define GRAM_SIZE   (4 + SKS_TEXT_PARTS * 2)
#define START_BITS  13 /* 32 kB of places, and some twenty grams of each */

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

/* A word, or two neighbouring ones (next is NULL for a word alone). */
typedef void (*visit_gram)(uint32_t gram, const char *word, const char *next, void *data);

/* Visits the grams of a field, repetitions included; most of them at most. Returns how many it were. */
static size_t visit_field(const struct sks_text_field *field, size_t most, visit_gram visit, void *data)
{
    uint64_t start = hash_byte(hash_word(FNV_OFFSET, field->kind), 0x1f);
    size_t visited = 0;
    for (size_t i = 0; i < field->count && visited < most; i++) {
        uint64_t hash = hash_word(start, field->words[i]);
        visit(finish_hash(hash) | (field->marks ? SKS_TEXT_FIRST_MARK : 0), field->words[i], NULL, data);
        visited++;
        if (field->marks)
            continue;
        if (i + 1 == field->count)
            break;
        visit(finish_hash(hash_word(hash_byte(hash, 0x1f), field->words[i + 1])), field->words[i], field->words[i + 1],
              data);
        visited++;
    }
    return visited;
}

uint32_t sks_text_word_gram(const char *kind, const char *word)
{
    return finish_hash(hash_word(hash_byte(hash_word(FNV_OFFSET, kind), 0x1f), word));
}

static void add_gram(uint32_t gram, const char *word, const char *next, void *data)
{
    (void)word;
    (void)next;
    GArray *grams = data;
    g_array_append_val(grams, gram);
}

/* Ascending, by one byte after the other from the lowest on: comparing costs several times that. */
static void sort_grams(GArray *grams)
{
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), grams->len);
    uint32_t *from = (uint32_t *)(void *)grams->data, *to = (uint32_t *)(void *)sorted->data;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        guint places[256] = {0}, place = 0;
        for (guint i = 0; i < grams->len; i++)
            places[from[i] >> shift & 0xff]++;
        for (size_t byte = 0; byte < G_N_ELEMENTS(places); byte++) {
            guint count = places[byte];
            places[byte] = place;
            place += count;
        }
        for (guint i = 0; i < grams->len; i++)
            to[places[from[i] >> shift & 0xff]++] = from[i];
        uint32_t *before = from;
        from = to;
        to = before;
    }
    g_array_unref(sorted); /* four times there and back */
}

void sks_grams_settle(GArray *grams)
{
    sort_grams(grams);
    uint32_t *all = (uint32_t *)(void *)grams->data;
    guint distinct = 0;
    for (guint i = 0; i < grams->len; i++)
        if (i == 0 || all[i] != all[i - 1])
            all[distinct++] = all[i];
    g_array_set_size(grams, distinct);
}

GArray *sks_text_grams(const struct sks_text_field *fields, size_t field_count)
{
    GArray *grams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (size_t i = 0; i < field_count && grams->len < SKS_LIMIT_TEXT_GRAMS; i++)
        visit_field(&fields[i], SKS_LIMIT_TEXT_GRAMS - grams->len, add_gram, grams);
    sks_grams_settle(grams);
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

uint32_t *sks_grams_starts(const uint32_t *grams, uint32_t count)
{
    uint32_t *starts = g_new(uint32_t, (1u << START_BITS) + 1);
    uint32_t at = 0;
    for (uint32_t bits = 0; bits <= 1u << START_BITS; bits++) {
        while (at < count && grams[at] >> (32 - START_BITS) < bits)
            at++;
        starts[bits] = at;
    }
    return starts;
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
    model.starts = sks_grams_starts(model.grams, model.count);
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
    g_clear_pointer(&model->starts, g_free);
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
        g_clear_pointer(&model->weights[part], g_free);
}

size_t sks_grams_find(const uint32_t *grams, const uint32_t *starts, uint32_t count, uint32_t gram, size_t from)
{
    size_t to = count;
    if (starts != NULL) {
        uint32_t bits = gram >> (32 - START_BITS);
        from = MAX(from, starts[bits]);
        to = starts[bits + 1];
    }
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (grams[middle] < gram)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static size_t find_gram(const struct sks_text_model *model, uint32_t gram, size_t from)
{
    return sks_grams_find(model->grams, model->starts, model->count, gram, from);
}

void sks_text_model_margins(const struct sks_text_model *model, const uint32_t *grams, size_t count,
                            double out_margins[SKS_TEXT_PARTS])
{
    int64_t sums[SKS_TEXT_PARTS] = {0};
    size_t known = 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        at = find_gram(model, grams[i], at); /* both are rising */
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

void sks_text_model_predict(const struct sks_text_model *model, const uint32_t *grams, size_t count,
                            double out_log_odds[SKS_TEXT_PARTS])
{
    double margins[SKS_TEXT_PARTS];
    sks_text_model_margins(model, grams, count, margins);
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
        out_log_odds[part] = sks_text_model_log_odds(model, (enum sks_text_part)part, margins[part]);
}

/* What words add. */

struct weighing {
    const struct sks_text_model *model;
    const char *kind;
    GHashTable *seen; /* places in the model */
    GArray *words;    /* struct sks_text_word */
};

static void weigh_gram(uint32_t gram, const char *word, const char *next, void *data)
{
    const struct weighing *weighing = data;
    size_t place = find_gram(weighing->model, gram, 0);
    if (place == weighing->model->count || weighing->model->grams[place] != gram ||
        !g_hash_table_add(weighing->seen, GSIZE_TO_POINTER(place + 1)))
        return;
    struct sks_text_word weighed = {.kind = weighing->kind, .words = {word, next}};
    for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
        weighed.weight[part] =
            weighing->model->a[part] * weighing->model->step[part] * (double)weighing->model->weights[part][place];
    g_array_append_val(weighing->words, weighed);
}

static double pull(const struct sks_text_word *word)
{
    return fmax(fabs(word->weight[SKS_TEXT_TARGETED]), fabs(word->weight[SKS_TEXT_BULK]));
}

static int by_pull(const void *one, const void *other)
{
    double a = pull(one), b = pull(other);
    return (a < b) - (a > b);
}

GArray *sks_text_model_words(const struct sks_text_model *model, const struct sks_text_field *fields,
                             size_t field_count)
{
    GArray *words = g_array_new(FALSE, FALSE, sizeof(struct sks_text_word));
    GHashTable *seen = g_hash_table_new(NULL, NULL);
    size_t visited = 0;
    for (size_t i = 0; i < field_count && visited < SKS_LIMIT_TEXT_GRAMS; i++) {
        struct weighing weighing = {model, fields[i].kind, seen, words};
        visited += visit_field(&fields[i], SKS_LIMIT_TEXT_GRAMS - visited, weigh_gram, &weighing);
    }
    for (guint i = 0; i < words->len; i++)
        for (size_t part = 0; part < SKS_TEXT_PARTS; part++)
            g_array_index(words, struct sks_text_word, i).weight[part] *= sks_text_gram_value(words->len);
    g_array_sort(words, by_pull); /* stable: equal ones stay in the mail's order */
    g_hash_table_unref(seen);
    return words;
}

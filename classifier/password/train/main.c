/*
 * train-passwords TEXTS OUTPUT: fits the order of candidates (password/rank.h) to texts-a.json, texts-b.json … of the
 * folder and writes the weights. The same input gives the same bytes. train-passwords --cross TEXTS [NAMES]: for each
 * file, what weights fitted to all the others make of it, beside what the rules do; with NAMES ("ef") for those files
 * alone, and their misses are shown.
 *
 * The likelihood of a candidate is that of all its places, among all places of all candidates and "no password". The
 * weights maximise the likelihood of the right ones (stochastic gradient, AdaGrad, L2; the mean of the later epochs).
 * Each text is also learned with other passwords of its writer in the place of its own, so that what stands around a
 * value is not confused with its form.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/hashed.h"
#include "message/message.h"
#include "password/gather.h"
#include "sekisho/limits.h"

#define EPOCHS   12u
#define FITS     4u
#define VARIANTS 6u /* of each text */
#define RATE     0.1
#define DECAY    3e-4
#define DAMPING  0.01 /* of what was seen seldom */

struct place {
    guint candidate;
    guint first, count; /* in buckets */
};

struct sample {
    const char *id, *note, *right_shown;
    unsigned file;
    bool varied;     /* made of another text */
    GArray *buckets; /* uint32_t */
    GArray *places;  /* struct place */
    guint candidates;
    char **values;
    double *weights;
    bool *right, *derived;
    unsigned wanted, present; /* right ones; of them, among the candidates */
    bool described, underivable;
};

static const char *get(const json_t *text, const char *key)
{
    const char *value = json_string_value(json_object_get(text, key));
    return value != NULL ? value : "";
}

static struct sks_message *make_mail(const json_t *text)
{
    g_autofree char *subject = g_base64_encode((const guchar *)get(text, "subject"), strlen(get(text, "subject")));
    g_autofree char *body = g_base64_encode((const guchar *)get(text, "body"), strlen(get(text, "body")));
    g_autofree char *iso = g_strconcat(get(text, "date"), "T09:00:00+09:00", NULL);
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(iso, NULL);
    if (date == NULL)
        exit(1);
    g_autofree char *shown = g_date_time_format(date, "%a, %d %b %Y %H:%M:%S +0900");
    g_autofree char *mail = g_strdup_printf("From: a@a.example\r\nTo: b@b.example\r\nDate: %s\r\n"
                                            "Subject: =?UTF-8?B?%s?=\r\nMIME-Version: 1.0\r\n"
                                            "Content-Type: text/plain; charset=UTF-8\r\n"
                                            "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n",
                                            shown, subject, body);
    struct sks_message *message;
    if (sks_message_parse(&message, mail, strlen(mail)) != 0)
        exit(1);
    return message;
}

struct visit {
    struct sample *sample;
    guint candidate;
};

static void keep_place(void *data, const struct rank_features *features)
{
    struct visit *visit = data;
    struct place place = {visit->candidate, visit->sample->buckets->len, features->count};
    g_array_append_vals(visit->sample->buckets, features->buckets, features->count);
    g_array_append_val(visit->sample->places, place);
}

static struct sample *make_sample(const json_t *text, unsigned file)
{
    struct sks_message *message = make_mail(text);
    g_auto(GStrv) names = g_strsplit(get(text, "file"), ", ", -1);
    const struct sks_password_source source = {
        .subject = message->subject,
        .text = message->body.own,
        .quoted = message->body.quoted,
        .signature = message->body.signature,
        .footer = message->body.footer,
        .file_names = (const char *const *)names,
        .time = message->date.valid ? message->date.time : 0,
        .zone = message->date.zone,
    };
    struct gathered gathered;
    struct rank rank;
    gather(&gathered, &source);
    gather_rank(&rank, &gathered);
    struct sample *sample = g_new0(struct sample, 1);
    guint count = gathered.candidates.items->len;
    *sample = (struct sample){.id = get(text, "id"),
                              .note = get(text, "note"),
                              .right_shown = json_dumps(json_object_get(text, "passwords"), JSON_COMPACT),
                              .file = file,
                              .buckets = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                              .places = g_array_new(FALSE, FALSE, sizeof(struct place)),
                              .candidates = count,
                              .values = g_new0(char *, count + 1),
                              .weights = g_new0(double, count + 1),
                              .right = g_new0(bool, count + 1),
                              .derived = g_new0(bool, count + 1),
                              .described = json_is_true(json_object_get(text, "described")),
                              .underivable = gathered.candidates.underivable};
    const json_t *right = json_object_get(text, "passwords");
    sample->wanted = (unsigned)json_array_size(right);
    for (guint i = 0; i < count; i++) {
        const struct sks_password *item = &g_array_index(gathered.candidates.items, struct sks_password, i);
        sample->values[i] = g_strdup(item->value);
        sample->weights[i] = item->weight;
        sample->derived[i] = item->derived;
        for (size_t r = 0; r < sample->wanted; r++)
            sample->right[i] |= strcmp(json_string_value(json_array_get(right, r)), item->value) == 0;
        sample->present += sample->right[i];
        struct visit visit = {sample, i};
        rank_visit_places(&rank, i, keep_place, &visit);
    }
    rank_end(&rank);
    gather_finish(&gathered);
    g_string_chunk_free(gathered.candidates.strings);
    sks_message_destroy(message);
    return sample;
}

/* ---- Variants ---- */

static char *replace_all(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, -1);
    return g_strjoinv(to, parts);
}

/* Whether the value is written out, and by itself. */
static bool is_written(const json_t *text, const char *value)
{
    const char *at = strstr(get(text, "body"), value);
    size_t length = strlen(value);
    if (length < 3 || at == NULL)
        return false;
    return (at == get(text, "body") || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[length]);
}

/* The text with other passwords in it, of other texts of the same writer; NULL: none can be made. json_decref(). */
static json_t *vary(const json_t *text, const json_t *texts, GRand *random)
{
    json_t *right = json_object_get(text, "passwords");
    for (size_t i = 0; i < json_array_size(right); i++)
        if (!is_written(text, json_string_value(json_array_get(right, i))))
            return NULL;
    if (json_array_size(right) == 0)
        return NULL;
    json_t *made = json_deep_copy(text);
    json_t *values = json_object_get(made, "passwords");
    for (size_t i = 0; i < json_array_size(right); i++) {
        const char *other = NULL;
        for (unsigned n = 0; n < 50 && other == NULL; n++) {
            const json_t *from =
                json_array_get(texts, (size_t)g_rand_int_range(random, 0, (gint32)json_array_size(texts)));
            const char *value = json_string_value(json_array_get(json_object_get(from, "passwords"), 0));
            if (value != NULL && strstr(get(text, "body"), value) == NULL && is_written(from, value))
                other = value;
        }
        if (other == NULL)
            continue;
        const char *old = json_string_value(json_array_get(right, i));
        g_autofree char *body = replace_all(get(made, "body"), old, other);
        g_autofree char *subject = replace_all(get(made, "subject"), old, other);
        json_object_set_new(made, "body", json_string(body));
        json_object_set_new(made, "subject", json_string(subject));
        json_array_set_new(values, i, json_string(other));
    }
    return made;
}

/* ---- Fitting ---- */

struct model {
    float *weights, *squares;
    double null, null_squares;
};

static double score_place(const struct model *model, const struct sample *sample, const struct place *place)
{
    const uint32_t *buckets = &g_array_index(sample->buckets, uint32_t, place->first);
    double sum = 0;
    for (guint i = 0; i < place->count; i++)
        sum += model->weights[buckets[i]];
    return sum;
}

static void step(float *weight, float *square, double gradient)
{
    gradient += DECAY * (double)*weight;
    *square += (float)(gradient * gradient);
    *weight -= (float)(RATE * gradient / sqrt((double)*square + DAMPING));
}

/* One text: gradient of -log(right / (right + wrong)), summed over the right ones. */
static void learn(struct model *model, const struct sample *sample)
{
    guint places = sample->places->len;
    bool none = sample->wanted == 0;
    if (!none && sample->present == 0)
        return;
    double *score = g_new(double, places + 1), *mass = g_new0(double, sample->candidates + 1), most = model->null;
    for (guint p = 0; p < places; p++) {
        score[p] = score_place(model, sample, &g_array_index(sample->places, struct place, p));
        most = MAX(most, score[p]);
    }
    double wrong = none ? 0 : exp(model->null - most), null = exp(model->null - most);
    for (guint p = 0; p < places; p++) {
        score[p] = exp(score[p] - most);
        mass[g_array_index(sample->places, struct place, p).candidate] += score[p];
    }
    for (guint c = 0; c < sample->candidates; c++)
        wrong += sample->right[c] ? 0 : mass[c];
    /* A wrong one's share in each right one's contest. */
    double share = 0, rights = none ? 1 : sample->present;
    if (none)
        share = 1 / (null + wrong);
    for (guint c = 0; c < sample->candidates; c++)
        if (sample->right[c])
            share += 1 / (mass[c] + wrong) / rights;
    double null_gradient = none ? -wrong / (null + wrong) : null * share;
    model->null_squares += null_gradient * null_gradient;
    model->null -= RATE * null_gradient / sqrt(model->null_squares + DAMPING);
    for (guint p = 0; p < places; p++) {
        const struct place *place = &g_array_index(sample->places, struct place, p);
        double m = mass[place->candidate], gradient;
        if (sample->right[place->candidate])
            gradient = -(score[p] / m) * (wrong / (m + wrong)) / rights;
        else
            gradient = score[p] * share;
        if (fabs(gradient) < 1e-4)
            continue;
        const uint32_t *buckets = &g_array_index(sample->buckets, uint32_t, place->first);
        for (guint i = 0; i < place->count; i++)
            step(&model->weights[buckets[i]], &model->squares[buckets[i]], gradient);
    }
    g_free(score);
    g_free(mass);
}

static void fit_once(struct model *out_model, const GPtrArray *samples, int except, guint32 seed)
{
    size_t size = (size_t)1 << RANK_BITS;
    *out_model = (struct model){.weights = g_new0(float, size), .squares = g_new0(float, size)};
    float *sum = g_new0(float, size);
    double null = 0;
    unsigned averaged = 0;
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    guint *order = g_new(guint, samples->len + 1);
    for (guint i = 0; i < samples->len; i++)
        order[i] = i;
    for (unsigned epoch = 0; epoch < EPOCHS; epoch++) {
        for (guint i = samples->len; i > 1; i--) {
            guint j = (guint)g_rand_int_range(random, 0, (gint32)i), kept = order[i - 1];
            order[i - 1] = order[j];
            order[j] = kept;
        }
        for (guint i = 0; i < samples->len; i++) {
            const struct sample *sample = g_ptr_array_index(samples, order[i]);
            if ((int)sample->file != except)
                learn(out_model, sample);
        }
        if (epoch >= EPOCHS / 2) {
            for (size_t i = 0; i < size; i++)
                sum[i] += out_model->weights[i];
            null += out_model->null;
            averaged++;
        }
    }
    for (size_t i = 0; i < size; i++)
        out_model->weights[i] = sum[i] / (float)averaged;
    out_model->null = null / averaged;
    g_free(order);
    g_free(sum);
}

/* The mean of several, each in another order. */
static void fit(struct model *out_model, const GPtrArray *samples, int except)
{
    size_t size = (size_t)1 << RANK_BITS;
    fit_once(out_model, samples, except, 1);
    for (guint32 seed = 2; seed <= FITS; seed++) {
        struct model more;
        fit_once(&more, samples, except, seed);
        for (size_t i = 0; i < size; i++)
            out_model->weights[i] += more.weights[i];
        out_model->null += more.null;
        g_free(more.weights);
        g_free(more.squares);
    }
    for (size_t i = 0; i < size; i++)
        out_model->weights[i] /= FITS;
    out_model->null /= FITS;
}

/* ---- Measuring ---- */

struct tally {
    unsigned texts, first, slow, within, all; /* all: are candidates */
};

struct ordered {
    guint candidate;
    double score;
};

static gint by_score(gconstpointer a, gconstpointer b)
{
    const struct ordered *one = a, *other = b;
    if (one->score < other->score || one->score > other->score)
        return one->score < other->score ? 1 : -1;
    return (one->candidate > other->candidate) - (one->candidate < other->candidate);
}

static struct ordered *order_candidates(const struct model *model, const struct sample *sample)
{
    struct ordered *ordered = g_new(struct ordered, sample->candidates + 1);
    for (guint c = 0; c < sample->candidates; c++)
        ordered[c] = (struct ordered){c, model != NULL ? -1e9 : sample->weights[c]};
    for (guint p = 0; model != NULL && p < sample->places->len; p++) {
        const struct place *place = &g_array_index(sample->places, struct place, p);
        double score = score_place(model, sample, place), *sum = &ordered[place->candidate].score;
        double most = MAX(score, *sum);
        *sum = most + log(exp(score - most) + exp(*sum - most));
    }
    qsort(ordered, sample->candidates, sizeof *ordered, by_score);
    return ordered;
}

static void judge(struct tally *tally, const struct model *model, const struct sample *sample, bool show)
{
    if (sample->wanted == 0 || sample->varied)
        return;
    struct ordered *ordered = order_candidates(model, sample);
    guint worst = sample->present < sample->wanted ? G_MAXUINT : 0;
    bool first = false;
    for (guint i = 0; i < sample->candidates; i++)
        if (sample->right[ordered[i].candidate]) {
            worst = MAX(worst, i + 1);
            first |= i == 0;
        }
    tally->texts++;
    tally->first += first;
    tally->slow += worst <= SKS_LIMIT_PASSWORD_SLOW_TRIES;
    tally->within += worst <= SKS_LIMIT_PASSWORD_TRIES;
    tally->all += worst < G_MAXUINT;
    if (show && (!first || worst > SKS_LIMIT_PASSWORD_TRIES)) {
        printf("%s %s %s | worst %d of %u\n", sample->id, sample->note, sample->right_shown, (int)worst,
               sample->candidates);
        for (guint i = 0; i < sample->candidates && i < 6; i++)
            printf("     %c %.3f %s\n", sample->right[ordered[i].candidate] ? '*' : ' ', ordered[i].score,
                   sample->values[ordered[i].candidate]);
    }
    g_free(ordered);
}

static void print(const char *name, const struct tally *tally)
{
    double share = 100.0 / MAX(tally->texts, 1);
    printf("%-8s %4u  first %5.1f  within %u %5.1f  within %u %5.1f  candidates %5.1f\n", name, tally->texts,
           tally->first * share, SKS_LIMIT_PASSWORD_SLOW_TRIES, tally->slow * share, SKS_LIMIT_PASSWORD_TRIES,
           tally->within * share, tally->all * share);
    fflush(stdout);
}

/* ---- The file ---- */

static void put_u32(GByteArray *bytes, uint32_t value)
{
    const guint8 little[4] = {(guint8)value, (guint8)(value >> 8), (guint8)(value >> 16), (guint8)(value >> 24)};
    g_byte_array_append(bytes, little, sizeof little);
}

static void put_float(GByteArray *bytes, double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    put_u32(bytes, bits);
}

/* A byte for each weight, in the format of language/hashed.h. */
static bool write_model(const struct model *model, const char *path)
{
    GByteArray *bytes = g_byte_array_new();
    size_t size = (size_t)1 << RANK_BITS;
    double most = 0;
    for (size_t i = 0; i < size; i++)
        most = MAX(most, fabs((double)model->weights[i]));
    double scale = most > 0 ? most / 127 : 1;
    g_byte_array_append(bytes, (const guint8 *)SKS_HASHED_MAGIC, 8);
    put_u32(bytes, RANK_BITS);
    put_float(bytes, scale);
    put_float(bytes, model->null);
    put_float(bytes, 1);
    put_float(bytes, 0);
    put_float(bytes, 0);
    for (size_t i = 0; i < size; i++) {
        int8_t weight = (int8_t)lround((double)model->weights[i] / scale);
        g_byte_array_append(bytes, (const guint8 *)&weight, 1);
    }
    bool fine = g_file_set_contents(path, (const char *)bytes->data, (gssize)bytes->len, NULL);
    g_byte_array_unref(bytes);
    return fine;
}

/* ---- The whole ---- */

static void add_samples(GPtrArray *samples, const json_t *texts, unsigned file)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(file + 1);
    for (size_t i = 0; i < json_array_size(texts); i++)
        g_ptr_array_add(samples, make_sample(json_array_get(texts, i), file));
    for (unsigned n = 0; n < VARIANTS; n++)
        for (size_t i = 0; i < json_array_size(texts); i++) {
            json_t *made = vary(json_array_get(texts, i), texts, random);
            if (made == NULL)
                continue;
            struct sample *sample = make_sample(made, file);
            sample->varied = true;
            g_ptr_array_add(samples, sample);
        }
}

/* Returns how many files there are. */
static unsigned read_texts(GPtrArray *samples, const char *folder)
{
    unsigned files = 0;
    for (; files < 26; files++) {
        g_autofree char *path = g_strdup_printf("%s/texts-%c.json", folder, 'a' + (int)files);
        json_t *texts = json_load_file(path, 0, NULL); /* stays: samples point into it */
        if (texts == NULL)
            break;
        add_samples(samples, texts, files);
    }
    return files;
}

static void judge_file(struct tally *whole, const struct model *model, const GPtrArray *samples, unsigned file,
                       bool show)
{
    struct tally tally = {0};
    const char name[] = {(char)('a' + file), '\0'};
    for (guint i = 0; i < samples->len; i++) {
        const struct sample *sample = g_ptr_array_index(samples, i);
        if (sample->file == file)
            judge(&tally, model, sample, show);
    }
    print(name, &tally);
    whole->texts += tally.texts;
    whole->first += tally.first;
    whole->within += tally.within;
    whole->slow += tally.slow;
    whole->all += tally.all;
}

static void cross_validate(const GPtrArray *samples, unsigned files, const char *shown)
{
    struct tally rules = {0}, fitted = {0};
    for (unsigned file = 0; file < files; file++)
        if (shown == NULL || strchr(shown, 'a' + (int)file) != NULL)
            judge_file(&rules, NULL, samples, file, false);
    print("rules", &rules);
    for (unsigned file = 0; file < files; file++) {
        struct model model;
        if (shown != NULL && strchr(shown, 'a' + (int)file) == NULL)
            continue;
        fit(&model, samples, (int)file);
        judge_file(&fitted, &model, samples, file, shown != NULL);
        g_free(model.weights);
        g_free(model.squares);
    }
    print("fitted", &fitted);
}

int main(int argc, char **argv)
{
    bool cross = argc >= 3 && strcmp(argv[1], "--cross") == 0;
    if (argc != 3 && !(cross && argc == 4)) {
        fprintf(stderr, "usage: train-passwords TEXTS OUTPUT | --cross TEXTS [NAMES]\n");
        return 2;
    }
    GPtrArray *samples = g_ptr_array_new();
    unsigned files = read_texts(samples, cross ? argv[2] : argv[1]);
    if (files == 0) {
        fprintf(stderr, "train-passwords: no texts there\n");
        return 1;
    }
    if (cross) {
        cross_validate(samples, files, argc == 4 ? argv[3] : NULL);
        return 0;
    }
    struct model model;
    fit(&model, samples, -1);
    if (!write_model(&model, argv[2])) {
        fprintf(stderr, "%s: can't be written\n", argv[2]);
        return 1;
    }
    return 0;
}

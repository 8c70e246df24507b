/*
 * Groups are kept as sums of their mails' unit vectors, gram by gram: the product of a mail with a sum, by the number
 * of mails in it, is how much they are alike on average.
 *
 * A mail's grams come in two parts. The tail is made of those that most groups have for the least weight, as many as
 * fit into a vector of half the length of LINK: more than that it adds to no likeness. So only the lists of the others
 * are read, and what the tail adds is reckoned for the few groups that are half as like the mail as they must be
 * without.
 */
#include "model/divide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How alike mails of one campaign are, on average: one party's come to 0.25 to 0.95, those of others to 0.1. */
#define LINK 0.2
#define TAIL (LINK / 2)

/* Sums differ in their last digits by the order of what is added. */
#define SLACK 1e-9

/* What words say: marks of the header tell programs, which a campaign may change. */
static size_t count_words(const struct sks_row *row)
{
    size_t count = row->gram_count;
    while (count > 0 && row->grams[count - 1] >= SKS_TEXT_FIRST_MARK)
        count--;
    return count;
}

static struct sks_places find_places(const GArray *all, const struct sks_row *row)
{
    const uint32_t *grams = (const uint32_t *)(const void *)all->data;
    struct sks_places places = {.at = g_new(uint32_t, row->gram_count)};
    size_t at = 0, words = count_words(row);
    for (size_t i = 0; i < words; i++) {
        at = sks_grams_find(grams, NULL, all->len, row->grams[i], at);
        if (at == all->len)
            break;
        if (grams[at] == row->grams[i])
            places.at[places.count++] = (uint32_t)at;
    }
    places.at = g_realloc_n(places.at, places.count, sizeof(*places.at));
    return places;
}

static void weigh_grams(struct sks_alike *likeness, const struct sks_row *rows)
{
    g_autofree size_t *seen = g_new0(size_t, likeness->grams->len);
    size_t others = 0;
    for (size_t i = 0; i < likeness->count; i++) {
        const struct sks_places *places = &likeness->places[i];
        if (rows[i].class_ == SKS_CLASS_TARGETED || rows[i].assumed)
            continue;
        others++;
        for (size_t j = 0; j < places->count; j++)
            seen[places->at[j]]++;
    }
    for (guint i = 0; i < likeness->grams->len; i++)
        likeness->rarity[i] = log((double)(others + 1) / (double)(seen[i] + 1));
    for (size_t i = 0; i < likeness->count; i++) {
        double sum = 0;
        for (size_t j = 0; j < likeness->places[i].count; j++)
            sum += likeness->rarity[likeness->places[i].at[j]] * likeness->rarity[likeness->places[i].at[j]];
        likeness->places[i].length = sqrt(sum);
    }
}

void sks_alike_init(struct sks_alike *likeness, const struct sks_row *rows, size_t count)
{
    GArray *grams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (size_t i = 0; i < count; i++)
        if (rows[i].reported && !rows[i].assumed)
            g_array_append_vals(grams, rows[i].grams, (guint)count_words(&rows[i]));
    sks_grams_settle(grams);
    *likeness = (struct sks_alike){.grams = grams,
                                   .rarity = g_new0(double, grams->len),
                                   .places = g_new0(struct sks_places, count),
                                   .count = count};
    for (size_t i = 0; grams->len > 0 && i < count; i++)
        likeness->places[i] = find_places(grams, &rows[i]);
    weigh_grams(likeness, rows);
}

void sks_alike_finish(struct sks_alike *likeness)
{
    for (size_t i = 0; i < likeness->count; i++)
        g_free(likeness->places[i].at);
    g_free(likeness->places);
    g_free(likeness->rarity);
    g_array_unref(likeness->grams);
}

double sks_alike_of(const struct sks_alike *likeness, size_t one, size_t other)
{
    const struct sks_places *a = &likeness->places[one], *b = &likeness->places[other];
    double sum = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->at[i] == b->at[j]) {
            sum += likeness->rarity[a->at[i]] * likeness->rarity[a->at[i]];
            i++;
            j++;
        } else if (a->at[i] < b->at[j]) {
            i++;
        } else {
            j++;
        }
    }
    return a->length > 0 && b->length > 0 ? sum / a->length / b->length : 0;
}

/* Of the unit vector of a row. */
static double component(const struct sks_alike *likeness, const struct sks_places *places, size_t index)
{
    return likeness->rarity[places->at[index]] / places->length;
}

double sks_alike_within(const struct sks_alike *likeness, const GArray *rows, const size_t *weights)
{
    g_autofree double *sum = g_new0(double, likeness->grams->len);
    double product = 0, own = 0, all = 0;
    for (guint i = 0; i < rows->len; i++) {
        const struct sks_places *places = &likeness->places[g_array_index(rows, size_t, i)];
        for (size_t j = 0; j < places->count; j++)
            sum[places->at[j]] += (double)weights[i] * component(likeness, places, j);
        own += (double)(weights[i] * weights[i]);
        all += (double)weights[i];
    }
    for (guint i = 0; i < likeness->grams->len; i++)
        product += sum[i] * sum[i];
    return rows->len > 1 ? CLAMP((product - own) / (all * all - own), 0, 1) : 1;
}

/* What the groups have of a gram. */
struct part {
    uint32_t group; /* rising */
    double sum;
};

struct word {
    uint32_t gram;
    double value; /* of the mail's unit vector */
    double cost;  /* parts to be read for so much of the vector */
};

struct dividing {
    const struct sks_alike *likeness;
    GPtrArray *groups;
    uint32_t *having; /* mails that have each gram: what one has alone, no group needs */
    GArray **parts;   /* of each gram: struct part, or NULL */
    GArray *scores;   /* double, of each group: 0 between mails */
    GArray *touched;  /* uint32_t */
    GArray *words;    /* of the mail in hand */
};

static int compare_costs(const void *one, const void *other)
{
    const struct word *a = one, *b = other;
    if (a->cost != b->cost)
        return a->cost > b->cost ? -1 : 1;
    return (a->gram > b->gram) - (a->gram < b->gram);
}

/* Sorts the mail's words so that its tail comes first; returns how many are the tail, and how long that is. */
static guint take_words(struct dividing *dividing, double *out_tail, size_t row)
{
    const struct sks_places *places = &dividing->likeness->places[row];
    g_array_set_size(dividing->words, 0);
    for (size_t i = 0; i < places->count; i++) {
        const GArray *parts = dividing->parts[places->at[i]];
        struct word word = {.gram = places->at[i], .value = component(dividing->likeness, places, i)};
        if (word.value <= 0)
            continue; /* all mail has it */
        word.cost = parts != NULL ? parts->len / (word.value * word.value) : 0;
        g_array_append_val(dividing->words, word);
    }
    qsort(dividing->words->data, dividing->words->len, sizeof(struct word), compare_costs);
    double square = 0;
    guint count = 0;
    for (; count < dividing->words->len; count++) {
        double value = g_array_index(dividing->words, struct word, count).value;
        if (square + value * value >= TAIL * TAIL)
            break;
        square += value * value;
    }
    *out_tail = sqrt(square);
    return count;
}

/* The first part of that group or a later one. */
static guint find_part(const GArray *parts, uint32_t group)
{
    guint from = 0, to = parts->len;
    while (from < to) {
        guint middle = from + (to - from) / 2;
        if (g_array_index(parts, struct part, middle).group < group)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void read_head(struct dividing *dividing, guint tail)
{
    for (guint i = tail; i < dividing->words->len; i++) {
        const struct word *word = &g_array_index(dividing->words, struct word, i);
        const GArray *parts = dividing->parts[word->gram];
        for (guint j = 0; parts != NULL && j < parts->len; j++) {
            const struct part *part = &g_array_index(parts, struct part, j);
            double *score = &g_array_index(dividing->scores, double, part->group);
            if (*score == 0)
                g_array_append_val(dividing->touched, part->group);
            *score += word->value * part->sum;
        }
    }
}

static double add_tail(const struct dividing *dividing, guint tail, uint32_t group)
{
    double sum = 0;
    for (guint i = 0; i < tail; i++) {
        const struct word *word = &g_array_index(dividing->words, struct word, i);
        const GArray *parts = dividing->parts[word->gram];
        guint at = parts != NULL ? find_part(parts, group) : 0;
        if (parts != NULL && at < parts->len && g_array_index(parts, struct part, at).group == group)
            sum += word->value * g_array_index(parts, struct part, at).sum;
    }
    return sum;
}

/* The group that the mail is most like, of equal ones the first, if it is like any; else the next number. */
static uint32_t find_group(struct dividing *dividing, size_t row)
{
    double tail_length, highest = LINK;
    guint tail = take_words(dividing, &tail_length, row);
    uint32_t best = dividing->groups->len;
    read_head(dividing, tail);
    for (guint i = 0; i < dividing->touched->len; i++) {
        uint32_t group = g_array_index(dividing->touched, uint32_t, i);
        double *score = &g_array_index(dividing->scores, double, group);
        double mails = ((const GArray *)g_ptr_array_index(dividing->groups, group))->len;
        double alike = *score / mails;
        if (alike + tail_length + SLACK >= highest)
            alike = (*score + add_tail(dividing, tail, group)) / mails;
        if (alike > highest || (alike == highest && best < dividing->groups->len && group < best)) {
            highest = alike;
            best = group;
        }
        *score = 0;
    }
    g_array_set_size(dividing->touched, 0);
    return best;
}

static void join_group(struct dividing *dividing, uint32_t group, size_t row)
{
    if (group == dividing->groups->len) {
        g_ptr_array_add(dividing->groups, g_array_new(FALSE, FALSE, sizeof(size_t)));
        g_array_set_size(dividing->scores, group + 1);
    }
    g_array_append_val((GArray *)g_ptr_array_index(dividing->groups, group), row);
    for (guint i = 0; i < dividing->words->len; i++) {
        const struct word *word = &g_array_index(dividing->words, struct word, i);
        GArray **parts = &dividing->parts[word->gram];
        if (dividing->having[word->gram] < 2)
            continue;
        if (*parts == NULL)
            *parts = g_array_new(FALSE, FALSE, sizeof(struct part));
        guint at = find_part(*parts, group);
        if (at < (*parts)->len && g_array_index(*parts, struct part, at).group == group) {
            g_array_index(*parts, struct part, at).sum += word->value;
        } else {
            const struct part part = {group, word->value};
            g_array_insert_val(*parts, at, part);
        }
    }
}

/* By their words, so that it is of no account who came first. */
static gint compare_rows(gconstpointer one, gconstpointer other, gpointer data)
{
    const struct sks_row *rows = data;
    size_t i = *(const size_t *)one, j = *(const size_t *)other;
    const struct sks_row *a = &rows[i], *b = &rows[j];
    if (a->gram_count != b->gram_count)
        return a->gram_count > b->gram_count ? -1 : 1;
    int words = memcmp(a->grams, b->grams, a->gram_count * sizeof(*a->grams));
    return words != 0 ? words : (i > j) - (i < j);
}

static void choose_mails(GArray *mails, uint32_t *having, const struct sks_alike *likeness, const struct sks_row *rows,
                         enum sks_class class_)
{
    for (size_t i = 0; i < likeness->count; i++) {
        const struct sks_places *places = &likeness->places[i];
        if (!rows[i].reported || rows[i].assumed || rows[i].class_ != class_ || !(places->length > 0))
            continue;
        g_array_append_val(mails, i);
        for (size_t j = 0; j < places->count; j++)
            having[places->at[j]]++;
    }
    g_array_sort_with_data(mails, compare_rows, (gpointer)(uintptr_t)rows);
}

static void unref_array(gpointer data)
{
    g_array_unref(data);
}

GPtrArray *sks_divide(const struct sks_alike *likeness, const struct sks_row *rows, enum sks_class class_)
{
    g_autoptr(GArray) mails = g_array_new(FALSE, FALSE, sizeof(size_t));
    struct dividing dividing = {.likeness = likeness,
                                .groups = g_ptr_array_new_with_free_func(unref_array),
                                .having = g_new0(uint32_t, likeness->grams->len),
                                .parts = g_new0(GArray *, likeness->grams->len),
                                .scores = g_array_new(FALSE, TRUE, sizeof(double)),
                                .touched = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                                .words = g_array_new(FALSE, FALSE, sizeof(struct word))};
    choose_mails(mails, dividing.having, likeness, rows, class_);
    for (guint i = 0; i < mails->len; i++) {
        size_t row = g_array_index(mails, size_t, i);
        join_group(&dividing, find_group(&dividing, row), row);
    }
    for (guint i = 0; i < likeness->grams->len; i++)
        if (dividing.parts[i] != NULL)
            g_array_unref(dividing.parts[i]);
    g_free(dividing.parts);
    g_free(dividing.having);
    g_array_unref(dividing.scores);
    g_array_unref(dividing.touched);
    g_array_unref(dividing.words);
    return dividing.groups;
}

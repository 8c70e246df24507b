/* The stored form of campaigns, and how much a mail is like one of them. */
#include "model/campaigns.h"

#include <math.h>
#include <string.h>

#include "model/text.h"
#include "sekisho/limits.h"

static const char magic[8] = {'S', 'K', 'S', 'C', 'A', 'M', 'P', '1'};
static const char magic_before[7] = {'S', 'K', 'S', 'T', 'E', 'X', 'T'};

#define HEADER_SIZE   (8 + 3 * 4)
#define CAMPAIGN_SIZE (4 * 8 + 4)
#define GRAM_SIZE     (4 + 2)
#define ENTRY_SIZE    4

enum { FLAG_NEEDS_MEANS = 1, FLAG_CLOSE = 2 };

static uint32_t read_number(const unsigned char **at, size_t size)
{
    uint32_t number = 0;
    for (size_t i = 0; i < size; i++)
        number |= (uint32_t)(*at)[i] << 8 * i;
    *at += size;
    return number;
}

static double read_f64(const unsigned char **at)
{
    uint64_t bits = read_number(at, 4);
    bits |= (uint64_t)read_number(at, 4) << 32;
    double number;
    memcpy(&number, &bits, sizeof(number));
    return number;
}

static void add_number(GByteArray *bytes, uint32_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        guint8 octet = number >> 8 * i & 0xff;
        g_byte_array_append(bytes, &octet, 1);
    }
}

static void add_f64(GByteArray *bytes, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    add_number(bytes, (uint32_t)bits, 4);
    add_number(bytes, (uint32_t)(bits >> 32), 4);
}

static int fail(const char *file, struct sks_problems *problems, int error, const char *reason)
{
    sks_problems_add(problems, file, 0, "reported.bin", "%s", reason);
    return error;
}

static gboolean read_campaigns(struct sks_campaigns *campaigns, const unsigned char **at)
{
    gboolean good = TRUE;
    campaigns->all = g_new0(struct sks_campaign, campaigns->count);
    for (uint32_t i = 0; i < campaigns->count; i++) {
        struct sks_campaign *campaign = &campaigns->all[i];
        campaign->step = read_f64(at);
        campaign->bias = read_f64(at);
        campaign->a = read_f64(at);
        campaign->b = read_f64(at);
        uint32_t flags = read_number(at, 4);
        campaign->needs_means = (flags & FLAG_NEEDS_MEANS) != 0;
        campaign->close = (flags & FLAG_CLOSE) != 0;
        good = good && isfinite(campaign->step) && isfinite(campaign->bias) && isfinite(campaign->a) &&
               isfinite(campaign->b) && flags <= (FLAG_NEEDS_MEANS | FLAG_CLOSE);
    }
    return good;
}

/* Grams rise, and so do the campaigns of each. */
static gboolean read_grams(struct sks_campaigns *campaigns, const unsigned char **at)
{
    gboolean good = TRUE;
    uint64_t begin = 0; /* what is claimed may be more than fits */
    campaigns->grams = g_new(uint32_t, campaigns->gram_count);
    campaigns->begins = g_new(uint32_t, (gsize)campaigns->gram_count + 1);
    campaigns->entries = g_new(struct sks_campaign_entry, campaigns->entry_count);
    for (uint32_t i = 0; i < campaigns->gram_count; i++) {
        campaigns->grams[i] = read_number(at, 4);
        good = good && (i == 0 || campaigns->grams[i] > campaigns->grams[i - 1]);
    }
    for (uint32_t i = 0; i < campaigns->gram_count; i++) {
        campaigns->begins[i] = (uint32_t)begin;
        begin += read_number(at, 2);
    }
    campaigns->begins[campaigns->gram_count] = (uint32_t)begin;
    if (!good || begin != campaigns->entry_count)
        return FALSE;
    for (uint32_t i = 0, gram = 0; i < campaigns->entry_count; i++) {
        struct sks_campaign_entry *entry = &campaigns->entries[i];
        entry->campaign = (uint16_t)read_number(at, 2);
        entry->weight = (int16_t)(uint16_t)read_number(at, 2);
        while (campaigns->begins[gram + 1] <= i)
            gram++;
        good = good && entry->campaign < campaigns->count &&
               (i == campaigns->begins[gram] || entry->campaign > entry[-1].campaign);
    }
    return good;
}

int sks_campaigns_parse(struct sks_campaigns *out_campaigns, const void *bytes, size_t size, const char *file,
                        struct sks_problems *problems)
{
    const unsigned char *at = bytes;
    if (size >= sizeof(magic_before) && memcmp(at, magic_before, sizeof(magic_before)) == 0)
        return fail(file, problems, SKS_ERROR_SCHEMA,
                    "an earlier version learned these reports, of all campaigns together; train the package anew");
    if (size < HEADER_SIZE || memcmp(at, magic, sizeof(magic)) != 0)
        return fail(file, problems, SKS_ERROR_FORMAT, "not campaigns of this version");
    at += sizeof(magic);
    struct sks_campaigns campaigns = {.count = read_number(&at, 4)};
    campaigns.gram_count = read_number(&at, 4);
    campaigns.entry_count = read_number(&at, 4);
    if (campaigns.count > SKS_LIMIT_MODEL_CAMPAIGNS || campaigns.gram_count > SKS_LIMIT_MODEL_GRAMS ||
        campaigns.entry_count > SKS_LIMIT_MODEL_GRAMS * 2 ||
        size != HEADER_SIZE + (size_t)campaigns.count * CAMPAIGN_SIZE + (size_t)campaigns.gram_count * GRAM_SIZE +
                    (size_t)campaigns.entry_count * ENTRY_SIZE)
        return fail(file, problems, SKS_ERROR_FORMAT, "its size does not fit its counts");
    gboolean good = read_campaigns(&campaigns, &at);
    good = read_grams(&campaigns, &at) && good;
    if (!good) {
        sks_campaigns_finish(&campaigns);
        return fail(file, problems, SKS_ERROR_FORMAT, "a number is out of order or range");
    }
    campaigns.starts = sks_grams_starts(campaigns.grams, campaigns.gram_count);
    *out_campaigns = campaigns;
    return 0;
}

GBytes *sks_campaigns_format(const struct sks_campaigns *campaigns)
{
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)magic, sizeof(magic));
    add_number(bytes, campaigns->count, 4);
    add_number(bytes, campaigns->gram_count, 4);
    add_number(bytes, campaigns->entry_count, 4);
    for (uint32_t i = 0; i < campaigns->count; i++) {
        const struct sks_campaign *campaign = &campaigns->all[i];
        add_f64(bytes, campaign->step);
        add_f64(bytes, campaign->bias);
        add_f64(bytes, campaign->a);
        add_f64(bytes, campaign->b);
        add_number(bytes, (campaign->needs_means ? FLAG_NEEDS_MEANS : 0) | (campaign->close ? FLAG_CLOSE : 0), 4);
    }
    for (uint32_t i = 0; i < campaigns->gram_count; i++)
        add_number(bytes, campaigns->grams[i], 4);
    for (uint32_t i = 0; i < campaigns->gram_count; i++)
        add_number(bytes, campaigns->begins[i + 1] - campaigns->begins[i], 2);
    for (uint32_t i = 0; i < campaigns->entry_count; i++) {
        add_number(bytes, campaigns->entries[i].campaign, 2);
        add_number(bytes, (uint16_t)campaigns->entries[i].weight, 2);
    }
    return g_byte_array_free_to_bytes(bytes);
}

void sks_campaigns_finish(struct sks_campaigns *campaigns)
{
    g_clear_pointer(&campaigns->all, g_free);
    g_clear_pointer(&campaigns->grams, g_free);
    g_clear_pointer(&campaigns->begins, g_free);
    g_clear_pointer(&campaigns->entries, g_free);
    g_clear_pointer(&campaigns->starts, g_free);
}

struct sks_resemblance sks_campaign_reported(const struct sks_campaign *campaign, double margin)
{
    double place = campaign->a * margin + campaign->b;
    if (isnan(place))
        return (struct sks_resemblance){0};
    double part = CLAMP(place, 0, 1), same = campaign->close ? CLAMP(place - 1, 0, 1) : 0;
    return (struct sks_resemblance){.bringing = part, .bare = campaign->needs_means ? same : part};
}

struct sks_resemblance sks_resemblance_most(struct sks_resemblance one, struct sks_resemblance other)
{
    return (struct sks_resemblance){.bringing = MAX(one.bringing, other.bringing), .bare = MAX(one.bare, other.bare)};
}

struct sks_resemblance sks_campaigns_reported(const struct sks_campaigns *campaigns, const uint32_t *grams,
                                              size_t count)
{
    struct sks_resemblance most = {0};
    g_autofree int64_t *sums = g_new0(int64_t, campaigns->count);
    g_autofree uint32_t *known = g_new0(uint32_t, campaigns->count);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        at = sks_grams_find(campaigns->grams, campaigns->starts, campaigns->gram_count, grams[i], at);
        if (at == campaigns->gram_count)
            break;
        if (campaigns->grams[at] != grams[i])
            continue;
        for (uint32_t j = campaigns->begins[at]; j < campaigns->begins[at + 1]; j++) {
            sums[campaigns->entries[j].campaign] += campaigns->entries[j].weight;
            known[campaigns->entries[j].campaign]++;
        }
    }
    for (uint32_t i = 0; i < campaigns->count; i++) {
        const struct sks_campaign *campaign = &campaigns->all[i];
        if (known[i] > 0)
            most = sks_resemblance_most(
                most, sks_campaign_reported(campaign, campaign->bias + campaign->step * (double)sums[i] *
                                                                           sks_text_gram_value(known[i])));
    }
    return most;
}

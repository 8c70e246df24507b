/*
 * Likeness to mail that was reported as targeted, campaign by campaign.
 *
 * Reports of one campaign say nothing of another: what two have in common is what honest mail has, too, and whether a
 * mail must bring a file to be like them differs. So the reported mails are divided by likeness (train-campaigns.c),
 * and each campaign has its own linear model of its own grams, its own ramp, and its own need of means. A mail is as
 * like reported mail as it is like the campaign that it is most like.
 *
 * The margin of a mail for a campaign is bias + step * sum / sqrt(n + 16), over its n grams that the campaign has. The
 * ramp makes a place of it: a * margin + b is 0 where other mail ends, 1 half of the way from there to the reported
 * mails, and 2 at these. The part of the weight is that place from 0 to 1. Honest answers repeat the words of what they
 * answer: where a campaign's mails bring something that could do harm, a mail that brings nothing has only the part
 * beyond 1, so it must say the very same; and where they are of several parties in words of their own, none at all.
 *
 * Stored form (little endian): "SKSCAMP1", u32 counts of campaigns, grams and entries; for each campaign f64 step,
 * bias, a, b, u32 flags; the grams' u32 hashes in rising order; for each gram a u16 count of its entries; the entries
 * gram by gram: u16 campaign, rising, i16 weight. All campaigns are looked up at once: a mail costs no more for having
 * many.
 */
#ifndef SKS_MODEL_CAMPAIGNS_H
#define SKS_MODEL_CAMPAIGNS_H

#include <glib.h>
#include <stdint.h>

#include "model/model.h"
#include "sekisho/error.h"

struct sks_campaign {
    double step, bias, a, b;
    gboolean needs_means; /* most of its mails bring something that could do harm */
    gboolean close;       /* its mails are one party's, or there is one only */
};

struct sks_campaign_entry {
    uint16_t campaign;
    int16_t weight;
};

struct sks_campaigns {
    uint32_t count, gram_count, entry_count;
    struct sks_campaign *all;
    uint32_t *grams;  /* rising */
    uint32_t *begins; /* of each gram's entries, and the end */
    struct sks_campaign_entry *entries;
    uint32_t *starts; /* where grams with these first bits begin; NULL until it was parsed */
};

/* SKS_ERROR_SCHEMA for reports as an earlier version learned them, of all campaigns together. */
int sks_campaigns_parse(struct sks_campaigns *out_campaigns, const void *bytes, size_t size, const char *file,
                        struct sks_problems *problems);
GBytes *sks_campaigns_format(const struct sks_campaigns *campaigns);
void sks_campaigns_finish(struct sks_campaigns *campaigns);

/* What a mail's margin for a campaign comes to; NAN, of a mail that has none of its grams, to nothing. */
struct sks_resemblance sks_campaign_reported(const struct sks_campaign *campaign, double margin);

/* The most of both that any campaign gives to a mail with these grams (rising). */
struct sks_resemblance sks_campaigns_reported(const struct sks_campaigns *campaigns, const uint32_t *grams,
                                              size_t count);

struct sks_resemblance sks_resemblance_most(struct sks_resemblance one, struct sks_resemblance other);

#endif

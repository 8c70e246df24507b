/*
 * One message: facts, evidence, features, probabilities, verdict. Everything else is in the rooms; this file is the
 * order in which they are asked.
 */
#include "examine.h"

#include <float.h>
#include <string.h>
#include <time.h>

#include "collect.h"
#include "exchange.h"
#include "fields.h"
#include "indicator/harm.h"
#include "indicator/indicator.h"
#include "join.h"
#include "names.h"
#include "sekisho/limits.h"
#include "verdict.h"

/* The schema. */

const char *const *sks_examine_schema(size_t *out_count)
{
    static const char *names[SKS_LIMIT_FEATURE_COUNT];
    static size_t count;
    if (count == 0) {
        size_t all;
        const struct sks_indicator *indicators = sks_indicators(&all);
        for (size_t i = 0; i < all; i++) {
            g_assert(count < SKS_LIMIT_FEATURE_COUNT);
            if (indicators[i].feature)
                names[count++] = indicators[i].id;
        }
    }
    *out_count = count;
    return names;
}

static void fill_values(double *values, const struct sks_findings *findings)
{
    size_t count;
    const char *const *schema = sks_examine_schema(&count);
    for (size_t i = 0; i < count; i++) {
        const struct sks_finding *finding = sks_findings_find(findings, schema[i]);
        values[i] = finding != NULL ? finding->strength : 0;
    }
}

void sks_examine_set_text(double *values, const struct sks_text_scores *scores)
{
    size_t count;
    const char *const *schema = sks_examine_schema(&count);
    struct sks_findings *findings = sks_findings_create();
    sks_indicators_wording(findings, scores);
    for (size_t i = 0; i < sks_findings_count(findings); i++) {
        const struct sks_finding *finding = sks_findings_get(findings, i);
        for (size_t j = 0; j < count; j++)
            if (strcmp(schema[j], finding->indicator->id) == 0)
                values[j] = finding->strength;
    }
    sks_findings_destroy(findings);
}

/* The verdict. */

static char *format_date(int64_t time)
{
    if (time <= 0)
        return g_strdup("");
    GDateTime *date = g_date_time_new_from_unix_utc(time);
    char *text = date != NULL ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
    if (date != NULL)
        g_date_time_unref(date);
    return text;
}

static void describe_message(struct sks_verdict *verdict, const struct sks_collected *collected)
{
    const struct sks_message *message = collected->walk.message;
    const struct sks_address *from = message->from.count > 0 ? &message->from.items[0] : NULL;
    verdict->message_id = sks_verdict_clean(message->message_id);
    verdict->subject = sks_verdict_clean(message->subject);
    verdict->from_name = sks_verdict_clean(from != NULL ? from->name : "");
    verdict->from_address = sks_verdict_clean(from != NULL ? from->address : "");
    verdict->date = format_date(message->date.valid ? message->date.time : collected->facts.time);
    verdict->protected_ = (message->body.flags & (SKS_BODY_SIGNED | SKS_BODY_ENCRYPTED)) != 0;
    verdict->memory_error = collected->memory_error;
}

static void add_evidence(struct sks_verdict *verdict, const struct sks_findings *findings, const double *contribution,
                         const double *bulk_contribution)
{
    size_t features;
    const char *const *schema = sks_examine_schema(&features);
    for (size_t i = 0; i < sks_findings_count(findings); i++) {
        const struct sks_finding *finding = sks_findings_get(findings, i);
        const struct sks_indicator *indicator = finding->indicator;
        struct sks_evidence evidence = {
            .id = g_strdup(indicator->id),
            .strength = finding->strength,
            .where = g_strdup(finding->where),
            .related = g_strdup(finding->related),
            .reason = {sks_finding_reason(finding, SKS_LANGUAGE_JAPANESE),
                       sks_finding_reason(finding, SKS_LANGUAGE_ENGLISH)},
            .brief = {g_strdup(indicator->brief_ja), g_strdup(indicator->brief_en)},
        };
        for (size_t j = 0; j < features; j++) {
            if (strcmp(schema[j], indicator->id) == 0) {
                evidence.contribution = contribution[j];
                evidence.bulk_contribution = bulk_contribution[j];
            }
        }
        sks_verdict_add(verdict, &evidence);
    }
}

/* The findings tell why; the readings, one at least, are what is reckoned with. */
static struct sks_verdict *judge(const struct sks_model *model, const struct sks_findings *findings,
                                 const struct sks_findings *const *readings, size_t reading_count,
                                 struct sks_resemblance reported, enum sks_acquaintance known)
{
    size_t count;
    sks_examine_schema(&count);
    double *contribution = g_new0(double, count);
    double *bulk_contribution = g_new0(double, count);
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < reading_count; i++) {
        g_ptr_array_add(values, g_new(double, count));
        fill_values(g_ptr_array_index(values, i), readings[i]);
    }
    struct sks_prediction prediction;
    sks_model_predict_worst(model, (const double *const *)values->pdata, reading_count, reported, &prediction,
                            contribution, bulk_contribution);
    struct sks_verdict *verdict = sks_verdict_create();
    /* What a person here has released is let through; the score still says what it was caught for. */
    bool released = sks_findings_find(findings, "clean.released") != NULL;
    verdict->class_ = released
                          ? SKS_CLASS_CLEAN
                          : sks_harm_class(sks_harm_rule(findings, known), prediction.class_, prediction.beats_bulk);
    memcpy(verdict->probability, prediction.probability, sizeof verdict->probability);
    verdict->score = prediction.score;
    verdict->bias = prediction.bias;
    verdict->bulk_score = prediction.bulk_score;
    verdict->bulk_bias = prediction.bulk_bias;
    add_evidence(verdict, findings, contribution, bulk_contribution);
    g_ptr_array_unref(values);
    g_free(contribution);
    g_free(bulk_contribution);
    return verdict;
}

static void score_text(struct sks_collected *collected, const struct sks_model *model)
{
    struct sks_fields fields;
    struct sks_text_prediction prediction;
    sks_fields_init(&fields, collected);
    sks_model_predict_text(model, fields.items, fields.count, &prediction);
    sks_fields_finish(&fields);
    collected->facts.text = (struct sks_text_scores){
        .targeted = prediction.targeted,
        .bulk = prediction.bulk,
        .for_one = prediction.for_one,
        .reported = prediction.reported.bringing,
        .reported_bare = prediction.reported.bare,
    };
}

/* What is found in the mail by itself. */
static struct sks_findings *find(const struct sks_classifier *classifier, struct sks_collected *collected)
{
    score_text(collected, classifier->model);
    struct sks_findings *findings = sks_findings_create();
    sks_indicators_run(findings, &collected->facts);
    return findings;
}

static uint64_t microseconds(void)
{
    return (uint64_t)g_get_monotonic_time();
}

/*
 * One delivery: a mail and those it was joined with. Each is read as it is; and where a password opened something that
 * is not harmless, once more as if it had stayed closed, and as if the mails had nothing to do with each other.
 */
struct delivery {
    GPtrArray *mails;    /* const struct sks_collected * */
    GPtrArray *readings; /* struct sks_findings *: of the mails, in their order, then the closed ones */
    GArray *whose;       /* size_t: of which mail a reading is */
};

static void delivery_init(struct delivery *delivery)
{
    *delivery = (struct delivery){
        .mails = g_ptr_array_new(),
        .readings = g_ptr_array_new_with_free_func((GDestroyNotify)sks_findings_destroy),
        .whose = g_array_new(FALSE, FALSE, sizeof(size_t)),
    };
}

static void delivery_finish(struct delivery *delivery)
{
    g_ptr_array_unref(delivery->mails);
    g_ptr_array_unref(delivery->readings);
    g_array_unref(delivery->whose);
}

static void add_reading(struct delivery *delivery, struct sks_findings *findings, size_t mail)
{
    g_ptr_array_add(delivery->readings, findings);
    g_array_append_val(delivery->whose, mail);
}

static void add_mail(struct delivery *delivery, const struct sks_classifier *classifier,
                     struct sks_collected *collected)
{
    g_ptr_array_add(delivery->mails, collected);
    add_reading(delivery, find(classifier, collected), delivery->mails->len - 1);
}

static bool was_opened_to_harm(const struct sks_collected *collected)
{
    for (guint i = 0; i < collected->walk.attachments->len; i++)
        if (sks_indicators_opened_harm(g_ptr_array_index(collected->walk.attachments, i)))
            return true;
    return false;
}

/* The mail without the passwords of others, or without any. */
static bool read_closed(struct sks_collected *out_closed, struct sks_classifier *classifier,
                        const struct sks_collected *open, const void *bytes, size_t size,
                        const struct sks_envelope *envelope, bool own_passwords)
{
    struct sks_walk walk;
    int64_t end = g_get_monotonic_time() + (int64_t)SKS_LIMIT_JOIN_MILLISECONDS * 1000;
    int error = own_passwords ? sks_walk_init_with(&walk, bytes, size, NULL, open->walk.budget.rounds, end)
                              : sks_walk_init_closed(&walk, bytes, size);
    if (error == 0 && walk.budget.late) {
        sks_walk_finish(&walk);
        return false;
    }
    if (error != 0 || sks_collect_init_walked(out_closed, classifier, &walk, envelope, &open->facts.memory) != 0)
        return false;
    out_closed->facts.joined_earlier = open->facts.joined_earlier;
    return true;
}

static void add_closed(struct delivery *delivery, struct sks_classifier *classifier, size_t mail, const void *bytes,
                       size_t size, const struct sks_envelope *envelope, bool own_passwords)
{
    struct sks_collected closed;
    const struct sks_collected *open = g_ptr_array_index(delivery->mails, mail);
    if (!read_closed(&closed, classifier, open, bytes, size, envelope, own_passwords))
        return;
    add_reading(delivery, find(classifier, &closed), mail);
    sks_collect_finish(&closed);
}

/* The mail as if it had not been joined. */
static void add_alone(struct delivery *delivery, size_t mail)
{
    const struct sks_collected *collected = g_ptr_array_index(delivery->mails, mail);
    struct sks_facts facts = collected->facts;
    facts.joined = NULL;
    facts.joined_count = 0;
    struct sks_findings *findings = sks_findings_create();
    sks_indicators_run(findings, &facts);
    add_reading(delivery, findings, mail);
}

static bool holds_harm(const struct delivery *delivery)
{
    for (guint i = 0; i < delivery->mails->len; i++)
        if (was_opened_to_harm(g_ptr_array_index(delivery->mails, i)))
            return true;
    return false;
}

/* Each reading takes as long as the mail took, so there is an end to them. */
static bool is_time_left(uint64_t start)
{
    return microseconds() - start <= SKS_LIMIT_CLOSED_MILLISECONDS * UINT64_C(1000);
}

/* What is found inside a file must not make it look better than it looked while it was closed. */
static void add_closed_readings(struct delivery *delivery, struct sks_classifier *classifier,
                                const struct sks_join *join, const void *bytes, size_t size,
                                const struct sks_envelope *envelope, uint64_t start)
{
    bool joined = join->joined->len > 0;
    for (size_t i = 0; i < delivery->mails->len && holds_harm(delivery); i++) {
        if (!is_time_left(start))
            return;
        const struct sks_join_other *other = i > 0 ? g_ptr_array_index(join->others, i - 1) : NULL;
        if (other != NULL) {
            bytes = g_bytes_get_data(other->bytes, &size);
            envelope = &other->envelope;
        }
        if (!was_opened_to_harm(g_ptr_array_index(delivery->mails, i))) {
            add_alone(delivery, i);
            continue;
        }
        add_closed(delivery, classifier, i, bytes, size, envelope, false);
        if (joined)
            add_closed(delivery, classifier, i, bytes, size, envelope, true);
    }
}

/* The score of the attack that the mail is of one exchange with, or the least of all. */
static double find_alarm(const struct sks_findings *findings, const struct sks_facts *facts)
{
    bool found = sks_findings_find(findings, SKS_MEMORY_EXCHANGE_EVIDENCE) != NULL;
    const struct sks_memory_alarm *alarm = found ? sks_indicators_alarm(facts) : NULL;
    return alarm != NULL ? alarm->score : -DBL_MAX;
}

/* One mail of a delivery: its own findings, joined with those of all others. */
static struct sks_verdict *pronounce(const struct sks_classifier *classifier, const struct delivery *delivery,
                                     size_t which)
{
    const struct sks_findings *const *readings = (const struct sks_findings *const *)delivery->readings->pdata;
    const struct sks_collected *const *mails = (const struct sks_collected *const *)delivery->mails->pdata;
    struct sks_findings *findings = sks_findings_copy(readings[which]);
    const char *own_id = mails[which]->walk.message->message_id;
    struct sks_resemblance reported = {0};
    double alarm = -DBL_MAX;
    enum sks_acquaintance known = SKS_STRANGER;
    for (guint i = 0; i < delivery->mails->len; i++) {
        reported.bringing = MAX(reported.bringing, mails[i]->facts.text.reported);
        reported.bare = MAX(reported.bare, mails[i]->facts.text.reported_bare);
        known = MAX(known, sks_harm_acquaintance(&mails[i]->facts));
        alarm = MAX(alarm, find_alarm(readings[i], &mails[i]->facts));
    }
    for (guint i = 0; i < delivery->readings->len; i++) {
        size_t whose = g_array_index(delivery->whose, size_t, i);
        if (i != which)
            sks_findings_join(findings, readings[i], own_id,
                              whose != which ? mails[whose]->walk.message->message_id : "");
    }
    bool harm = delivery->readings->len > delivery->mails->len;
    const struct sks_findings *joined = findings;
    struct sks_verdict *verdict = judge(classifier->model, findings, harm ? readings : &joined,
                                        harm ? delivery->readings->len : 1, reported, known);
    sks_findings_destroy(findings);
    verdict->standing = sks_exchange_standing(readings[which]);
    sks_exchange_carry(verdict, alarm);
    describe_message(verdict, mails[which]);
    return verdict;
}

/*
 * Mails that were joined are one delivery: whoever reads one of them is as much in danger as who reads the other. So
 * each is judged by what all of them show, and they end alike.
 */
static struct sks_verdict *pronounce_all(struct sks_classifier *classifier, struct sks_collected *collected,
                                         struct sks_join *join, const void *bytes, size_t size,
                                         const struct sks_envelope *envelope, uint64_t start)
{
    struct delivery delivery;
    delivery_init(&delivery);
    add_mail(&delivery, classifier, collected);
    for (guint i = 0; i < join->others->len; i++)
        add_mail(&delivery, classifier, &((struct sks_join_other *)g_ptr_array_index(join->others, i))->collected);
    add_closed_readings(&delivery, classifier, join, bytes, size, envelope, start);
    struct sks_verdict *verdict = pronounce(classifier, &delivery, 0);
    for (guint i = 0; i < join->others->len; i++) {
        struct sks_join_other *other = g_ptr_array_index(join->others, i);
        other->verdict = pronounce(classifier, &delivery, i + 1);
        sks_verdict_seal(other->verdict);
    }
    delivery_finish(&delivery);
    return verdict;
}

static void add_changed(struct sks_verdict *verdict, const struct sks_join *join)
{
    for (guint i = 0; i < join->others->len; i++) {
        const struct sks_join_other *other = g_ptr_array_index(join->others, i);
        if (other->verdict != NULL)
            sks_verdict_add_changed(verdict, other->verdict, other->waiting->class_);
    }
}

/* What this mail, and each that has become an attack by it, shows of those before. */
static void list_exchanges(struct sks_exchanges *exchanges, const struct sks_collected *collected,
                           const struct sks_join *join, const struct sks_verdict *verdict)
{
    sks_exchanges_init(exchanges);
    sks_exchanges_add(exchanges, collected, verdict, NULL, collected->facts.time);
    for (guint i = 0; i < join->others->len; i++) {
        const struct sks_join_other *other = g_ptr_array_index(join->others, i);
        sks_exchanges_add(exchanges, &other->collected, other->verdict, other->waiting, collected->facts.time);
    }
}

/*
 * *out_again: nothing was remembered, and all is to be done anew: another process was faster, or the memory was busy
 * for so long that a mail which waits for another, or another for it, would be forgotten. begun: when the mail came,
 * microseconds(); tries: before this one.
 */
static int examine(struct sks_verdict **out_verdict, struct sks_classifier *classifier, const void *bytes, size_t size,
                   const struct sks_envelope *envelope, uint64_t begun, unsigned tries, bool *out_again)
{
    struct sks_collected collected;
    struct sks_join join;
    uint64_t start = microseconds();
    int error = sks_collect_init(&collected, classifier, bytes, size, envelope);
    if (error != 0)
        return error;
    error = sks_join_init(&join, classifier, &collected, bytes, size, envelope);
    if (error == 0) {
        struct sks_verdict *verdict = pronounce_all(classifier, &collected, &join, bytes, size, envelope, start);
        /* Another try takes about as long as this one. */
        uint64_t now = microseconds();
        bool patient = now - begun + (now - start) < (uint64_t)SKS_LIMIT_JOIN_AGAIN_MILLISECONDS * 1000;
        sks_verdict_seal(verdict); /* what is logged of it is in order, too */
        struct sks_exchanges exchanges;
        list_exchanges(&exchanges, &collected, &join, verdict);
        verdict->memory_error =
            sks_join_settle(&join, classifier, &collected, verdict, bytes, size, envelope, &exchanges,
                            patient && tries < SKS_LIMIT_JOIN_AGAIN, out_again, &verdict->held);
        if (verdict->memory_error == SKS_ERROR_IO && patient && tries < SKS_LIMIT_JOIN_MEMORY_AGAIN &&
            sks_join_matters(&join))
            *out_again = true;
        add_changed(verdict, &join);
        if (verdict->memory_error == 0 && !*out_again)
            sks_exchanges_add_changed(verdict, &exchanges);
        sks_exchanges_finish(&exchanges);
        *out_verdict = verdict;
    }
    sks_join_finish(&join);
    sks_collect_finish(&collected);
    return error;
}

int sks_classifier_examine(struct sks_verdict **out_verdict, struct sks_classifier *classifier, const void *bytes,
                           size_t size, const struct sks_envelope *envelope)
{
    uint64_t start = microseconds();
    struct sks_verdict *verdict = NULL;
    bool again = true;
    int error = 0;
    for (unsigned i = 0; again && error == 0; i++) {
        sks_verdict_destroy(verdict);
        verdict = NULL;
        again = false;
        error = examine(&verdict, classifier, bytes, size, envelope, start, i, &again);
        sks_correspondents_tidy(classifier->correspondents);
    }
    if (error != 0)
        return error;
    verdict->elapsed = microseconds() - start;
    *out_verdict = verdict;
    return 0;
}

/* Exceptions. */

int sks_examine_except(struct sks_classifier *classifier, const void *bytes, size_t size,
                       const struct sks_envelope *envelope)
{
    struct sks_collected collected;
    int error = sks_collect_init(&collected, classifier, bytes, size, envelope);
    if (error != 0)
        return error;
    error = collected.memory_error;
    if (error == 0)
        error =
            classifier->memory != NULL ? sks_memory_except(classifier->memory, &collected.mail) : SKS_ERROR_UNAVAILABLE;
    if (error == 0)
        error = sks_memory_learn(classifier->memory, &collected.mail);
    sks_collect_finish(&collected);
    return error;
}

/* Training. */

struct storage {
    struct sks_fields fields, closed_fields;
    struct sks_sample_reading closed;
    GStringChunk *strings;
    GArray *names;
};

/* out_rule may be NULL. */
static double *find_values(const struct sks_facts *facts, enum sks_harm_rule *out_rule)
{
    size_t count;
    sks_examine_schema(&count);
    double *values = g_new0(double, count);
    struct sks_findings *findings = sks_findings_create();
    sks_indicators_run(findings, facts);
    fill_values(values, findings);
    if (out_rule != NULL)
        *out_rule = sks_harm_rule(findings, sks_harm_acquaintance(facts));
    sks_findings_destroy(findings);
    return values;
}

static void fill_closed(struct sks_sample *sample, struct storage *storage, const struct sks_collected *closed)
{
    sks_fields_init(&storage->closed_fields, closed);
    storage->closed = (struct sks_sample_reading){.values = find_values(&closed->facts, NULL),
                                                  .fields = storage->closed_fields.items,
                                                  .field_count = storage->closed_fields.count};
    sample->closed = &storage->closed;
}

static void fill_names(struct sks_sample *sample, struct storage *storage, const struct sks_message *message)
{
    storage->names = sks_names_collect(storage->strings, message);
    sample->names = (const struct sks_sample_name *)(void *)storage->names->data;
    sample->name_count = storage->names->len;
    g_autofree char *sender = g_utf8_strdown(message->from.count > 0 ? message->from.items[0].address : "", -1);
    sample->sender = g_string_chunk_insert(storage->strings, sender);
}

int sks_examine_sample(struct sks_sample **out_sample, struct sks_classifier *classifier, const void *bytes,
                       size_t size, const struct sks_envelope *envelope)
{
    struct sks_collected collected, closed;
    uint64_t start = microseconds();
    int error = sks_collect_init(&collected, classifier, bytes, size, envelope);
    if (error != 0)
        return error;
    struct sks_sample *sample = g_new0(struct sks_sample, 1);
    struct storage *storage = g_new0(struct storage, 1);
    storage->strings = g_string_chunk_new(256);
    sample->storage = storage;
    sample->values = find_values(&collected.facts, &sample->rule);
    sks_fields_init(&storage->fields, &collected);
    sample->fields = storage->fields.items;
    sample->field_count = storage->fields.count;
    const struct sks_message *message = collected.walk.message;
    sample->time = collected.facts.time;
    sample->language = g_string_chunk_insert(storage->strings, collected.language->language);
    sample->subject = g_string_chunk_insert(storage->strings, message->subject);
    sample->message_id = g_string_chunk_insert(storage->strings, message->message_id);
    sample->root_id = message->reference_count > 0 ? g_string_chunk_insert(storage->strings, message->references[0])
                                                   : sample->message_id;
    fill_names(sample, storage, message);
    if (was_opened_to_harm(&collected) && is_time_left(start) &&
        read_closed(&closed, classifier, &collected, bytes, size, envelope, false)) {
        fill_closed(sample, storage, &closed);
        sks_collect_finish(&closed);
    }
    sks_collect_finish(&collected);
    *out_sample = sample;
    return 0;
}

void sks_sample_destroy(struct sks_sample *sample)
{
    if (sample == NULL)
        return;
    struct storage *storage = sample->storage;
    sks_fields_finish(&storage->fields);
    if (sample->closed != NULL) {
        sks_fields_finish(&storage->closed_fields);
        g_free(storage->closed.values);
    }
    g_string_chunk_free(storage->strings);
    g_array_unref(storage->names);
    g_free(storage);
    g_free(sample->values);
    g_free(sample);
}

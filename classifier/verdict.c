/* Verdicts: their making, reading, and their form as JSON, for programs. */
#include "verdict.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/unicode.h"
#include "sekisho/limits.h"
#include "summary.h"

#define JSON_VERSION 1

static const char *const class_names[SKS_CLASS_COUNT] = {"clean", "bulk", "targeted"};
static const char *const language_names[SKS_LANGUAGE_COUNT] = {"ja", "en"};

const char *sks_class_name(enum sks_class class_)
{
    return class_names[class_];
}

int sks_class_from_name(enum sks_class *out_class, const char *name)
{
    for (int i = 0; i < SKS_CLASS_COUNT; i++) {
        if (strcmp(name, class_names[i]) == 0) {
            *out_class = (enum sks_class)i;
            return 0;
        }
    }
    return SKS_ERROR_FORMAT;
}

static void clear_evidence(void *data)
{
    struct sks_evidence *evidence = data;
    g_free((char *)evidence->id);
    g_free((char *)evidence->where);
    g_free((char *)evidence->related);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++) {
        g_free((char *)evidence->reason[i]);
        g_free((char *)evidence->brief[i]);
    }
}

static void clear_changed(void *data)
{
    struct sks_changed *changed = data;
    g_free((char *)changed->message_id);
    g_free((char *)changed->subject);
    g_free((char *)changed->from_address);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++)
        g_free((char *)changed->summary[i]);
}

struct sks_verdict *sks_verdict_create(void)
{
    struct sks_verdict *verdict = g_new0(struct sks_verdict, 1);
    verdict->evidence = g_array_new(FALSE, FALSE, sizeof(struct sks_evidence));
    g_array_set_clear_func(verdict->evidence, clear_evidence);
    verdict->changed = g_array_new(FALSE, FALSE, sizeof(struct sks_changed));
    g_array_set_clear_func(verdict->changed, clear_changed);
    return verdict;
}

void sks_verdict_destroy(struct sks_verdict *verdict)
{
    if (verdict == NULL)
        return;
    g_array_unref(verdict->evidence);
    g_array_unref(verdict->changed);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++) {
        g_free(verdict->summary[i]);
        g_free(verdict->banner[i]);
    }
    g_free(verdict->message_id);
    g_free(verdict->subject);
    g_free(verdict->from_name);
    g_free(verdict->from_address);
    g_free(verdict->date);
    g_free(verdict);
}

/* What begins so are letters and marks, nothing else: Chinese, Japanese, Korean (U+3000 to U+CFFF). */
static bool is_east_asian(const char *at)
{
    return (unsigned char)*at >= 0xE3 && (unsigned char)*at <= 0xEC;
}

static bool is_shown(gunichar character)
{
    GUnicodeType type = g_unichar_type(character);
    return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR &&
           type != G_UNICODE_PARAGRAPH_SEPARATOR && type != G_UNICODE_SURROGATE;
}

/* How many bytes from at on can be shown as they are; *characters is how many more there may be. */
static size_t shown_size(const char *at, const char *end, size_t *characters)
{
    const char *begin = at;
    while (at<end && * characters> 0) {
        if (!is_east_asian(at)) {
            size_t plain = MIN(sks_unicode_printable(at, (size_t)(end - at)), *characters);
            at += plain;
            *characters -= plain;
            if (at == end || *characters == 0 || !(is_east_asian(at) || is_shown(g_utf8_get_char(at))))
                break;
        }
        at = g_utf8_next_char(at);
        --*characters;
    }
    return (size_t)(at - begin);
}

char *sks_verdict_clean(const char *text)
{
    const char *given = text != NULL ? text : "";
    size_t size = strlen(given), characters = SKS_LIMIT_VERDICT_TEXT;
    char *made = sks_unicode_is_utf8(given, size, NULL) ? NULL : g_utf8_make_valid(given, (gssize)size);
    if (made != NULL) {
        given = made;
        size = strlen(made);
    }
    const char *at = given, *end = at + size;
    char *clean = g_malloc(size + 1), *to = clean; /* a character becomes no longer */
    while (at < end && characters > 0) {
        size_t shown = shown_size(at, end, &characters);
        memcpy(to, at, shown);
        to += shown;
        at += shown;
        if (at < end && characters > 0) {
            *to++ = ' ';
            at = g_utf8_next_char(at);
            characters--;
        }
    }
    *to = '\0';
    g_free(made);
    return g_strstrip(clean);
}

static void clean_in_place(const char **text)
{
    char *clean = sks_verdict_clean(*text);
    g_free((char *)*text);
    *text = clean;
}

void sks_verdict_add(struct sks_verdict *verdict, struct sks_evidence *evidence)
{
    clean_in_place(&evidence->id);
    clean_in_place(&evidence->where);
    clean_in_place(&evidence->related);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++) {
        clean_in_place(&evidence->reason[i]);
        clean_in_place(&evidence->brief[i]);
    }
    g_array_append_val(verdict->evidence, *evidence);
}

void sks_verdict_add_changed(struct sks_verdict *verdict, const struct sks_verdict *other, const char *previous)
{
    enum sks_class before;
    if (verdict->changed->len >= SKS_VERDICT_MOST_CHANGED)
        return; /* the log has them all */
    if (sks_class_from_name(&before, previous) != 0)
        before = other->class_;
    const struct sks_changed changed = {
        .message_id = g_strdup(sks_verdict_message_id(other)),
        .subject = g_strdup(sks_verdict_subject(other)),
        .from_address = g_strdup(sks_verdict_from_address(other)),
        .previous = before,
        .class_ = other->class_,
        .score = other->score,
        .summary = {g_strdup(sks_verdict_summary(other, SKS_LANGUAGE_JAPANESE)),
                    g_strdup(sks_verdict_summary(other, SKS_LANGUAGE_ENGLISH))},
    };
    g_array_append_val(verdict->changed, changed);
}

double sks_verdict_strength(const struct sks_verdict *verdict, const char *id)
{
    for (guint i = 0; i < verdict->evidence->len; i++)
        if (strcmp(g_array_index(verdict->evidence, struct sks_evidence, i).id, id) == 0)
            return g_array_index(verdict->evidence, struct sks_evidence, i).strength;
    return 0;
}

/* How much a piece of evidence speaks for the verdict's class. */
static double weight(const struct sks_evidence *evidence, enum sks_class class_)
{
    switch (class_) {
    case SKS_CLASS_TARGETED:
        return evidence->contribution;
    case SKS_CLASS_BULK:
        return evidence->bulk_contribution;
    default:
        return -evidence->contribution;
    }
}

static int by_weight(const void *left, const void *right, void *data)
{
    const struct sks_evidence *a = left, *b = right;
    enum sks_class class_ = *(const enum sks_class *)data;
    bool first = sks_summary_decides(a->id, class_);
    if (first != sks_summary_decides(b->id, class_))
        return first ? -1 : 1;
    double difference = weight(b, class_) - weight(a, class_);
    if (difference != 0)
        return difference > 0 ? 1 : -1;
    if (a->strength != b->strength)
        return b->strength > a->strength ? 1 : -1;
    return strcmp(a->id, b->id);
}

void sks_verdict_seal(struct sks_verdict *verdict)
{
    g_array_sort_with_data(verdict->evidence, by_weight, &verdict->class_);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++) {
        g_free(verdict->summary[i]);
        g_free(verdict->banner[i]);
        verdict->summary[i] = sks_summary_sentence(verdict, (enum sks_language)i);
        verdict->banner[i] = sks_summary_banner(verdict, (enum sks_language)i);
    }
}

/* Reading. */

enum sks_class sks_verdict_class(const struct sks_verdict *verdict)
{
    return verdict->class_;
}

double sks_verdict_probability(const struct sks_verdict *verdict, enum sks_class class_)
{
    return verdict->probability[class_];
}

double sks_verdict_score(const struct sks_verdict *verdict)
{
    return verdict->score;
}

double sks_verdict_bias(const struct sks_verdict *verdict)
{
    return verdict->bias;
}

double sks_verdict_bulk_score(const struct sks_verdict *verdict)
{
    return verdict->bulk_score;
}

size_t sks_verdict_evidence_count(const struct sks_verdict *verdict)
{
    return verdict->evidence->len;
}

const struct sks_evidence *sks_verdict_evidence(const struct sks_verdict *verdict, size_t index)
{
    return &g_array_index(verdict->evidence, struct sks_evidence, index);
}

static const char *text_or_empty(const char *text)
{
    return text != NULL ? text : "";
}

const char *sks_verdict_summary(const struct sks_verdict *verdict, enum sks_language language)
{
    return text_or_empty(verdict->summary[language]);
}

const char *sks_verdict_banner(const struct sks_verdict *verdict, enum sks_language language)
{
    return text_or_empty(verdict->banner[language]);
}

const char *sks_verdict_message_id(const struct sks_verdict *verdict)
{
    return text_or_empty(verdict->message_id);
}

const char *sks_verdict_subject(const struct sks_verdict *verdict)
{
    return text_or_empty(verdict->subject);
}

const char *sks_verdict_from_name(const struct sks_verdict *verdict)
{
    return text_or_empty(verdict->from_name);
}

const char *sks_verdict_from_address(const struct sks_verdict *verdict)
{
    return text_or_empty(verdict->from_address);
}

const char *sks_verdict_date(const struct sks_verdict *verdict)
{
    return text_or_empty(verdict->date);
}

bool sks_verdict_protected(const struct sks_verdict *verdict)
{
    return verdict->protected_;
}

bool sks_verdict_held(const struct sks_verdict *verdict)
{
    return verdict->held;
}

int sks_verdict_memory_error(const struct sks_verdict *verdict)
{
    return verdict->memory_error;
}

uint64_t sks_verdict_elapsed(const struct sks_verdict *verdict)
{
    return verdict->elapsed;
}

size_t sks_verdict_changed_count(const struct sks_verdict *verdict)
{
    return verdict->changed->len;
}

const struct sks_changed *sks_verdict_changed(const struct sks_verdict *verdict, size_t index)
{
    return &g_array_index(verdict->changed, struct sks_changed, index);
}

/* JSON. */

static json_t *number(double value)
{
    return json_real(isfinite(value) ? value : 0);
}

static json_t *pair(char *const *texts)
{
    return json_pack("{s:s, s:s}", language_names[0], text_or_empty(texts[0]), language_names[1],
                     text_or_empty(texts[1]));
}

static json_t *evidence_to_json(const struct sks_evidence *evidence)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:{s:s, s:s}, s:s}", "id", evidence->id, "strength",
                     number(evidence->strength), "contribution", number(evidence->contribution), "bulk_contribution",
                     number(evidence->bulk_contribution), "where", evidence->where, "ja", evidence->reason[0], "en",
                     evidence->reason[1], "brief", "ja", evidence->brief[0], "en", evidence->brief[1], "related",
                     evidence->related);
}

static json_t *changed_to_json(const struct sks_verdict *verdict)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sks_verdict_changed_count(verdict); i++) {
        const struct sks_changed *changed = sks_verdict_changed(verdict, i);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "message_id", changed->message_id,
                                              "subject", changed->subject, "from", changed->from_address, "previous",
                                              class_names[changed->previous], "class", class_names[changed->class_],
                                              "score", number(changed->score), "summary",
                                              pair((char *const *)(uintptr_t)changed->summary)));
    }
    return list;
}

char *sks_verdict_to_json(const struct sks_verdict *verdict)
{
    json_t *probability = json_object();
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        json_object_set_new(probability, class_names[i], number(verdict->probability[i]));
    json_t *evidence = json_array();
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++)
        json_array_append_new(evidence, evidence_to_json(sks_verdict_evidence(verdict, i)));
    json_t *root = json_pack(
        "{s:i, s:s, s:s, s:{s:s, s:s}, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:i, s:I}",
        "version", JSON_VERSION, "message_id", sks_verdict_message_id(verdict), "date", sks_verdict_date(verdict),
        "from", "name", sks_verdict_from_name(verdict), "address", sks_verdict_from_address(verdict), "subject",
        sks_verdict_subject(verdict), "class", class_names[verdict->class_], "probability", probability, "score",
        number(verdict->score), "bias", number(verdict->bias), "bulk_score", number(verdict->bulk_score), "bulk_bias",
        number(verdict->bulk_bias), "summary", pair(verdict->summary), "banner", pair(verdict->banner), "evidence",
        evidence, "changed", changed_to_json(verdict), "protected", verdict->protected_, "memory_error",
        verdict->memory_error, "elapsed_us", (json_int_t)verdict->elapsed);
    if (verdict->held)
        json_object_set_new(root, "held", json_true());
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

static int read_evidence(struct sks_verdict *verdict, json_t *item)
{
    const char *id, *where, *related, *reason[2], *brief[2];
    struct sks_evidence evidence = {0};
    if (json_unpack(item, "{s:s, s:F, s:F, s:F, s:s, s:s, s:s, s:{s:s, s:s}, s:s}", "id", &id, "strength",
                    &evidence.strength, "contribution", &evidence.contribution, "bulk_contribution",
                    &evidence.bulk_contribution, "where", &where, "ja", &reason[0], "en", &reason[1], "brief", "ja",
                    &brief[0], "en", &brief[1], "related", &related) != 0)
        return SKS_ERROR_FORMAT;
    evidence.id = g_strdup(id);
    evidence.where = g_strdup(where);
    evidence.related = g_strdup(related);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++) {
        evidence.reason[i] = g_strdup(reason[i]);
        evidence.brief[i] = g_strdup(brief[i]);
    }
    sks_verdict_add(verdict, &evidence);
    return 0;
}

static int read_changed(struct sks_verdict *verdict, json_t *item)
{
    const char *message_id, *subject, *from, *previous, *class_, *summary[2];
    struct sks_changed changed = {0};
    if (json_unpack(item, "{s:s, s:s, s:s, s:s, s:s, s:F, s:{s:s, s:s}}", "message_id", &message_id, "subject",
                    &subject, "from", &from, "previous", &previous, "class", &class_, "score", &changed.score,
                    "summary", "ja", &summary[0], "en", &summary[1]) != 0 ||
        sks_class_from_name(&changed.previous, previous) != 0 || sks_class_from_name(&changed.class_, class_) != 0)
        return SKS_ERROR_FORMAT;
    changed.message_id = sks_verdict_clean(message_id);
    changed.subject = sks_verdict_clean(subject);
    changed.from_address = sks_verdict_clean(from);
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++)
        changed.summary[i] = sks_verdict_clean(summary[i]);
    g_array_append_val(verdict->changed, changed);
    return 0;
}

static int read_lists(struct sks_verdict *verdict, json_t *evidence, json_t *changed)
{
    int error = 0;
    if (!json_is_array(evidence) || json_array_size(evidence) > SKS_VERDICT_MOST_EVIDENCE || !json_is_array(changed) ||
        json_array_size(changed) > SKS_VERDICT_MOST_CHANGED)
        return SKS_ERROR_FORMAT;
    for (size_t i = 0; i < json_array_size(evidence) && error == 0; i++)
        error = read_evidence(verdict, json_array_get(evidence, i));
    for (size_t i = 0; i < json_array_size(changed) && error == 0; i++)
        error = read_changed(verdict, json_array_get(changed, i));
    return error;
}

static int read_json(struct sks_verdict *verdict, json_t *root)
{
    int version, protected_, held = 0;
    const char *message_id, *date, *name, *address, *subject, *class_, *summary[2], *banner[2];
    double probability[SKS_CLASS_COUNT];
    json_int_t elapsed;
    json_t *evidence, *changed;
    if (json_unpack(root,
                    "{s:i, s:s, s:s, s:{s:s, s:s}, s:s, s:s, s:{s:F, s:F, s:F}, s:F, s:F, s:F, s:F, s:{s:s, s:s}, "
                    "s:{s:s, s:s}, s:o, s:o, s:b, s?b, s:i, s:I}",
                    "version", &version, "message_id", &message_id, "date", &date, "from", "name", &name, "address",
                    &address, "subject", &subject, "class", &class_, "probability", class_names[0], &probability[0],
                    class_names[1], &probability[1], class_names[2], &probability[2], "score", &verdict->score, "bias",
                    &verdict->bias, "bulk_score", &verdict->bulk_score, "bulk_bias", &verdict->bulk_bias, "summary",
                    "ja", &summary[0], "en", &summary[1], "banner", "ja", &banner[0], "en", &banner[1], "evidence",
                    &evidence, "changed", &changed, "protected", &protected_, "held", &held, "memory_error",
                    &verdict->memory_error, "elapsed_us", &elapsed) != 0)
        return SKS_ERROR_FORMAT;
    if (version != JSON_VERSION || sks_class_from_name(&verdict->class_, class_) != 0)
        return SKS_ERROR_FORMAT;
    memcpy(verdict->probability, probability, sizeof probability);
    verdict->message_id = sks_verdict_clean(message_id);
    verdict->date = sks_verdict_clean(date);
    verdict->from_name = sks_verdict_clean(name);
    verdict->from_address = sks_verdict_clean(address);
    verdict->subject = sks_verdict_clean(subject);
    verdict->protected_ = protected_ != 0;
    verdict->held = held != 0;
    verdict->elapsed = (uint64_t)elapsed;
    for (int i = 0; i < SKS_LANGUAGE_COUNT; i++) {
        verdict->summary[i] = sks_verdict_clean(summary[i]);
        verdict->banner[i] = sks_verdict_clean(banner[i]);
    }
    return read_lists(verdict, evidence, changed);
}

int sks_verdict_from_json(struct sks_verdict **out_verdict, const char *json, size_t size)
{
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL)
        return SKS_ERROR_FORMAT;
    struct sks_verdict *verdict = sks_verdict_create();
    int error = read_json(verdict, root);
    json_decref(root);
    if (error != 0) {
        sks_verdict_destroy(verdict);
        return error;
    }
    *out_verdict = verdict;
    return 0;
}

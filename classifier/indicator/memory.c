/*
 * What earlier mail teaches about this one. Without a memory, or with one that has seen little, nothing is inferred.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "indicator/view.h"

#define DAY ((int64_t)24 * 3600)

#define KNOWLEDGE_LEAST 100.0  /* mails seen before a first contact means anything */
#define KNOWLEDGE_FULL  1000.0 /* … and before it means all that it can */
#define SENT_LEAST      20u    /* mails of ours that were learned before an unknown conversation means anything */
#define KNOWN_LEAST     5u     /* mails by which a sender is known */
#define TURN_MAILS      9u     /* a longer exchange is an acquaintance */
#define TURN_DAYS       120

static void first_contact(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->from_sender > 0 || memory->to_sender > 0 || memory->answers_ours || view->inside ||
        view->from->address[0] == '\0' || view->sender == SKS_SENDER_OWN)
        return;
    double knowledge = ((double)memory->mails_total - KNOWLEDGE_LEAST) / (KNOWLEDGE_FULL - KNOWLEDGE_LEAST);
    if (knowledge < 0)
        return;
    double strength = 0.5 + 0.5 * fmin(knowledge, 1);
    bool house = !sks_view_is_public(view, view->from->domain);
    if (house && (memory->from_domain > 0 || memory->to_domain > 0))
        strength *= 0.4; /* a new face in a house that we know */
    sks_findings_add(findings, "sender.first-contact", strength, "header From", view->from->address);
}

/* ---- "田中太郎 has written from tanaka@… for two years; today from a webmail address." ---- */

static char *english_span(int64_t seconds)
{
    static const char *const numbers[] = {"",    "one",   "two",   "three", "four", "five",
                                          "six", "seven", "eight", "nine",  "ten",  "eleven"};
    int64_t months = seconds / (30 * DAY), years = seconds / (365 * DAY);
    if (years > 11)
        return g_strdup_printf("for %d years", (int)years);
    if (years > 0)
        return g_strdup_printf("for %s year%s", numbers[years], years > 1 ? "s" : "");
    if (months > 0)
        return g_strdup_printf("for %s month%s", numbers[MIN(months, 11)], months > 1 ? "s" : "");
    return g_strdup("so far");
}

static char *japanese_span(int64_t seconds)
{
    int64_t months = seconds / (30 * DAY), years = seconds / (365 * DAY);
    if (years > 0)
        return g_strdup_printf("%d年前から", (int)years);
    return months > 0 ? g_strdup_printf("%dか月前から", (int)MIN(months, 11)) : g_strdup("これまで");
}

static void name_address(const struct sks_view *view, const char **english, const char **japanese)
{
    *english = *japanese = view->from->address;
    if (view->sender == SKS_SENDER_WEBMAIL) {
        *english = "a webmail address";
        *japanese = "フリーメールのアドレス";
    } else if (view->sender == SKS_SENDER_ISP) {
        *english = "an internet provider's address";
        *japanese = "プロバイダーのアドレス";
    } else if (view->sender == SKS_SENDER_CARRIER) {
        *english = "a mobile carrier's address";
        *japanese = "携帯電話のアドレス";
    } else if (view->sender == SKS_SENDER_DISPOSABLE) {
        *english = "a disposable address";
        *japanese = "使い捨てのアドレス";
    }
}

static void tell_usual_address(struct sks_findings *findings, const struct sks_view *view, double strength)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    bool shown = memory->name_other_address != NULL && memory->name_other_address[0] != '\0';
    int64_t seconds = memory->name_other_since > 0 ? view->facts->time - memory->name_other_since : 0;
    char *span_en = english_span(seconds), *span_ja = japanese_span(seconds);
    const char *today_en, *today_ja;
    name_address(view, &today_en, &today_ja);
    GString *english = g_string_new(NULL), *japanese = g_string_new(NULL);
    g_string_printf(english, "%s has written from %s %s; today from %s", view->from->name,
                    shown ? memory->name_other_address : "another address", span_en, today_en);
    g_string_printf(japanese, "%sさんは%s%sから送ってきましたが、今日は%sからです", view->from->name, span_ja,
                    shown ? memory->name_other_address : "別のアドレス", today_ja);
    GString *more = g_string_new(NULL);
    sks_habit_tell_name(view, english, more);
    if (more->len > 0)
        g_string_append_printf(japanese, "。%s", more->str);
    g_string_free(more, TRUE);
    sks_findings_add_told(findings, "sender.usual-address-differs", strength, "header From", english->str,
                          japanese->str);
    g_free(span_en);
    g_free(span_ja);
    g_string_free(english, TRUE);
    g_string_free(japanese, TRUE);
}

static void usual_address(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (memory->name_other_count < 3 || view->speaks_for_others || view->notifier || view->from->address[0] == '\0')
        return;
    double strength = 0.5 + 0.5 * fmin((double)memory->name_other_count / 10, 1);
    if (memory->from_sender > 0 || memory->to_sender > 0)
        strength *= 0.3 / (1 + (double)memory->from_sender / 3); /* this address is known, too */
    if (!sks_view_is_public(view, view->from->domain))
        strength *= 0.7;
    strength *= view->list ? 0.5 : 1;
    /* A private address that the directory allows, and the person's several addresses. */
    const struct sks_person *person =
        view->facts->people != NULL ? sks_people_by_address(view->facts->people, view->from->address) : NULL;
    if (person != NULL)
        return;
    tell_usual_address(findings, view, strength);
}

/* ---- Exchanges ---- */

/* Mails that came before, without those that are one delivery with this one. */
static uint64_t count_earlier(const struct sks_view *view)
{
    uint64_t joined = view->facts->joined_earlier;
    return view->facts->memory.from_sender - MIN(joined, view->facts->memory.from_sender);
}

/* Honest mails first, then a file or a link, from somebody with an address that anybody gets and without a history. */
static double turning(const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    const struct sks_memory_habit *content = &memory->habits[SKS_HABIT_CONTENT];
    bool file = false;
    for (size_t i = 0; i < view->facts->attachment_count; i++)
        file = file || (view->facts->attachments[i]->type != SKS_FILE_IMAGE &&
                        view->facts->attachments[i]->type != SKS_FILE_TEXT);
    if ((!file && !view->file_link) || view->list || view->inside || !sks_view_is_public(view, view->from->domain) ||
        count_earlier(view) == 0 || memory->from_sender > TURN_MAILS || memory->encrypted_from_sender > 0 ||
        view->facts->time - memory->first_seen > TURN_DAYS * DAY)
        return 0;
    if (content->all == 0 || content->same > 0 || strcmp(content->usual, "plain") != 0)
        return 0;
    return view->encrypted || view->file_link ? 0.9 : 0.6;
}

static void exchange(struct sks_findings *findings, const struct sks_view *view, double strength)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    if (strength == 0)
        return;
    int days = (int)((view->facts->time - memory->first_seen) / DAY), mails = (int)count_earlier(view);
    char *english = g_strdup_printf("%d mail%s without a file in %d day%s, then this", mails, mails > 1 ? "s" : "",
                                    days, days == 1 ? "" : "s");
    char *japanese = g_strdup_printf("ファイルのないメールが%d日間に%d通、その後にこのメール", days, mails);
    sks_findings_add_told(findings, "lure.exchange-turns", strength, "header From", english, japanese);
    /* The file that was to come after an answer has come. */
    sks_findings_add_told(findings, "lure.awaits-reply", strength, "header From", english, japanese);
    g_free(english);
    g_free(japanese);
}

static void unknown_thread(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    const struct sks_message *message = view->message;
    bool reply = g_str_has_prefix(view->subject, "re:") || g_str_has_prefix(view->subject, "返信");
    bool continues = message->reference_count > 0 || (reply && message->body.quoted[0] != '\0');
    if (!continues || memory->knows_thread || memory->from_sender > 0 || memory->to_sender > 0 ||
        memory->sent_total < SENT_LEAST || view->list || view->service || view->inside || view->notifier)
        return;
    sks_findings_add(findings, "lure.unknown-thread", reply ? 0.7 : 0.4,
                     message->reference_count > 0 ? "header References" : "body", message->subject);
}

/* ---- Waves ---- */

static void tell_wave(struct sks_findings *findings, const struct sks_view *view, const char *id, double strength)
{
    const struct sks_memory_wave *wave = &view->facts->memory.wave;
    const char *special_en = wave->speciality ? " of one speciality" : "";
    const char *special_ja = wave->speciality ? "（専門が同じ）" : "";
    char *sections_en = wave->sections_known ? g_strdup_printf("%s in %u section%s", special_en, wave->sections,
                                                               wave->sections > 1 ? "s" : "")
                                             : g_strdup(special_en);
    char *sections_ja =
        wave->sections_known ? g_strdup_printf("%s（%u部署）", special_ja, wave->sections) : g_strdup(special_ja);
    char *english =
        g_strdup_printf("%s: %u recipients%s and %u senders in a week, %" G_GUINT64_FORMAT " mails today",
                        wave->by_file ? "file" : "text", wave->recipients, sections_en, wave->senders, wave->day);
    char *japanese =
        g_strdup_printf("%s、1週間に受信者%u人%s、差出人%u人、今日は%" G_GUINT64_FORMAT "通",
                        wave->by_file ? "ファイル" : "文面", wave->recipients, sections_ja, wave->senders, wave->day);
    const struct sks_facts *facts = view->facts;
    const char *file = facts->attachment_count > 0 ? facts->attachments[0]->where : "body";
    sks_findings_add_told(findings, id, strength, wave->by_file ? file : "body", english, japanese);
    g_free(sections_en);
    g_free(sections_ja);
    g_free(english);
    g_free(japanese);
}

/* Brand and template speak for bulk. */
static bool is_template(const struct sks_findings *findings)
{
    static const char *const ids[] = {"bulk.brand", "bulk.threats", "bulk.generic-greeting"};
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
        if (sks_findings_find(findings, ids[i]) != NULL)
            return true;
    return false;
}

/*
 * It is evidence only: the police's ten places are counted across the country, and one lure to fifteen researchers of
 * one field is classic espionage.
 */
static void wave(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    const struct sks_memory_wave *wave = &memory->wave;
    if (wave->recipients < 3 || view->inside)
        return;
    double scale = memory->from_sender >= KNOWN_LEAST || memory->to_sender > 0 || view->list || view->service_sure ||
                           view->sender == SKS_SENDER_OWN
                       ? 0.3
                       : 1;
    bool section = wave->sections_known && wave->sections == 1;
    if ((section || wave->speciality) && !is_template(findings)) {
        /* A field is wider than a section: calls for papers go there, too. */
        double strength = scale * fmin(0.4 + 0.1 * (wave->recipients - 2), 0.9) * (section ? 1 : 0.7);
        tell_wave(findings, view, "lure.one-section", strength);
        if (!view->service && !view->list)
            tell_wave(findings, view, "lure.personal", strength);
        return;
    }
    bool unlike = wave->sections_known ? wave->sections >= 3 : wave->recipients >= 8;
    double strength = fmin(log2(wave->recipients / 2.0) / 4, 1) * (unlike ? 1 : 0.5);
    strength += (wave->domains >= 3 ? 0.3 : 0) + (is_template(findings) ? 0.2 : 0);
    tell_wave(findings, view, "bulk.wave", scale * strength);
    tell_wave(findings, view, "bulk.recipients", scale * strength);
}

/* ---- What speaks for the sender ---- */

/* The address's past speaks for this mail only as far as it may be the address's. */
static void known(struct sks_findings *findings, const struct sks_view *view, bool turns)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    const double believed = 1 - sks_view_failure(view);
    double strength = fmin(log1p((double)memory->from_sender) / log1p(20), 1) * 0.7;
    if (memory->to_sender > 0)
        strength += 0.3;
    /* Whoever knows one of us is not known to all. */
    bool strange = memory->from_sender > 0 && memory->from_sender_to_recipient == 0 && !memory->answers_ours &&
                   view->facts->recipient_count > 0;
    strength *= strange ? 0.8 : 1;
    char *english =
        g_strdup_printf("%" G_GUINT64_FORMAT " mail%s from them, %" G_GUINT64_FORMAT " to them%s", memory->from_sender,
                        memory->from_sender == 1 ? "" : "s", memory->to_sender, strange ? ", none to this reader" : "");
    char *japanese = g_strdup_printf("受信%" G_GUINT64_FORMAT "通、送信%" G_GUINT64_FORMAT "通%s", memory->from_sender,
                                     memory->to_sender, strange ? "、この受信者には初めて" : "");
    sks_findings_add_told(findings, "clean.known-correspondent", believed * (turns ? 0.3 : 1) * strength, "header From",
                          english, japanese);
    g_free(english);
    g_free(japanese);
    if (memory->answers_ours)
        sks_findings_add(findings, "clean.answers-ours", turns ? 0.3 : 1, "header References", "");
    if (view->encrypted && memory->encrypted_from_sender >= 2) {
        char *detail = g_strdup_printf("%" G_GUINT64_FORMAT "×", memory->encrypted_from_sender);
        sks_findings_add(findings, "clean.encrypted-habit",
                         believed * fmin((double)memory->encrypted_from_sender / 5, 1), "header From", detail);
        g_free(detail);
    }
    if (memory->released)
        sks_findings_add(findings, "clean.released", 1, "body", "");
}

void sks_memory_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    if (!view->facts->memory.available)
        return;
    double turns = turning(view);
    first_contact(findings, view);
    usual_address(findings, view);
    sks_habit_indicators(findings, view);
    exchange(findings, view, turns);
    sks_exchange_indicators(findings, view);
    unknown_thread(findings, view);
    wave(findings, view);
    known(findings, view, turns > 0);
}

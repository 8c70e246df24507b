/* Answers that are kept with a mail that waits: in a form with a version, since stores outlive programs. */
#include "memory/memory.h"

#include <string.h>

#define VERSION 2
#define TYPE    "(ybttttttxxtbbta(tts)stx(tttuuuubbx)b)"

GVariant *sks_memory_answer_pack(const struct sks_memory_answer *answer)
{
    const struct sks_memory_wave *wave = &answer->wave;
    GVariantBuilder habits;
    g_variant_builder_init(&habits, G_VARIANT_TYPE("a(tts)"));
    for (int kind = 0; kind < SKS_HABIT_END; kind++) {
        const struct sks_memory_habit *habit = &answer->habits[kind];
        g_variant_builder_add(&habits, "(tts)", habit->same, habit->all, habit->usual != NULL ? habit->usual : "");
    }
    return g_variant_new(
        TYPE, VERSION, answer->available, answer->mails_total, answer->from_sender, answer->from_sender_to_recipient,
        answer->from_domain, answer->to_sender, answer->to_domain, answer->first_seen, answer->last_seen,
        answer->encrypted_from_sender, answer->answers_ours, answer->knows_thread, answer->sent_total, &habits,
        answer->name_other_address != NULL ? answer->name_other_address : "", answer->name_other_count,
        answer->name_other_since, wave->hour, wave->day, wave->week, wave->senders, wave->domains, wave->recipients,
        wave->sections, wave->sections_known, wave->by_file, wave->since, answer->released);
}

bool sks_memory_answer_unpack(struct sks_memory_answer *out_answer, GVariant *packed, GStringChunk *chunk)
{
    if (!g_variant_is_of_type(packed, G_VARIANT_TYPE(TYPE)))
        return false;
    struct sks_memory_answer answer = {0};
    struct sks_memory_wave *wave = &answer.wave;
    gboolean available, answers_ours, knows_thread, sections_known, by_file, released;
    guint8 version;
    GVariantIter *habits;
    const char *address;
    g_variant_get(packed, "(ybttttttxxtbbta(tts)&stx(tttuuuubbx)b)", &version, &available, &answer.mails_total,
                  &answer.from_sender, &answer.from_sender_to_recipient, &answer.from_domain, &answer.to_sender,
                  &answer.to_domain, &answer.first_seen, &answer.last_seen, &answer.encrypted_from_sender,
                  &answers_ours, &knows_thread, &answer.sent_total, &habits, &address, &answer.name_other_count,
                  &answer.name_other_since, &wave->hour, &wave->day, &wave->week, &wave->senders, &wave->domains,
                  &wave->recipients, &wave->sections, &sections_known, &by_file, &wave->since, &released);
    for (int kind = 0; kind < SKS_HABIT_END; kind++) {
        const char *usual = "";
        g_variant_iter_next(habits, "(tt&s)", &answer.habits[kind].same, &answer.habits[kind].all, &usual);
        answer.habits[kind].usual = g_string_chunk_insert(chunk, usual);
    }
    g_variant_iter_free(habits);
    answer.available = available;
    answer.answers_ours = answers_ours;
    answer.knows_thread = knows_thread;
    wave->sections_known = sections_known;
    wave->by_file = by_file;
    answer.released = released;
    answer.name_other_address = g_string_chunk_insert(chunk, address);
    if (version == VERSION)
        *out_answer = answer;
    return version == VERSION;
}

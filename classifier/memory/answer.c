/* Answers that are kept with a mail that waits: in a form with a version, since stores outlive programs. */
#include "memory/memory.h"

#include <string.h>

#define VERSION 3
#define EARLIER "(ybttttttxxtbbta(tts)stx(tttuuuubbx)b)" /* versions 2, and 3's first part */
#define TYPE    "(" EARLIER "a(ttst)a(ttst)a(ttst)tb)" /* the habits again, those of house and name, and house_senders */

static GVariant *pack_habits(const struct sks_memory_habit *habits)
{
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ttst)"));
    for (int kind = 0; kind < SKS_HABIT_END; kind++)
        g_variant_builder_add(&builder, "(ttst)", habits[kind].same, habits[kind].all,
                              habits[kind].usual != NULL ? habits[kind].usual : "", habits[kind].most);
    return g_variant_builder_end(&builder);
}

GVariant *sks_memory_answer_pack(const struct sks_memory_answer *answer)
{
    const struct sks_memory_wave *wave = &answer->wave;
    GVariant *earlier = g_variant_new(
        EARLIER, VERSION, answer->available, answer->mails_total, answer->from_sender, answer->from_sender_to_recipient,
        answer->from_domain, answer->to_sender, answer->to_domain, answer->first_seen, answer->last_seen,
        answer->encrypted_from_sender, answer->answers_ours, answer->knows_thread, answer->sent_total, NULL,
        answer->name_other_address != NULL ? answer->name_other_address : "", answer->name_other_count,
        answer->name_other_since, wave->hour, wave->day, wave->week, wave->senders, wave->domains, wave->recipients,
        wave->sections, wave->sections_known, wave->by_file, wave->since, answer->released);
    return g_variant_new("(@" EARLIER "@a(ttst)@a(ttst)@a(ttst)tb)", earlier, pack_habits(answer->habits),
                         pack_habits(answer->house_habits), pack_habits(answer->name_habits), answer->house_senders,
                         answer->wave.speciality);
}

static void unpack_habits(struct sks_memory_habit *habits, GVariantIter *packed, GStringChunk *chunk)
{
    bool more = true; /* GLib complains of who asks again after the last */
    for (int kind = 0; kind < SKS_HABIT_END; kind++) {
        const char *usual = "";
        more = more && g_variant_iter_next(packed, "(tt&st)", &habits[kind].same, &habits[kind].all, &usual,
                                           &habits[kind].most);
        habits[kind].usual = g_string_chunk_insert(chunk, usual);
    }
    g_variant_iter_free(packed);
}

static void unpack_earlier(struct sks_memory_answer *answer, guint8 *version, GVariant *packed, GStringChunk *chunk)
{
    struct sks_memory_wave *wave = &answer->wave;
    gboolean available, answers_ours, knows_thread, sections_known, by_file, released;
    GVariantIter *habits;
    const char *address;
    g_variant_get(packed, "(ybttttttxxtbbta(tts)&stx(tttuuuubbx)b)", version, &available, &answer->mails_total,
                  &answer->from_sender, &answer->from_sender_to_recipient, &answer->from_domain, &answer->to_sender,
                  &answer->to_domain, &answer->first_seen, &answer->last_seen, &answer->encrypted_from_sender,
                  &answers_ours, &knows_thread, &answer->sent_total, &habits, &address, &answer->name_other_count,
                  &answer->name_other_since, &wave->hour, &wave->day, &wave->week, &wave->senders, &wave->domains,
                  &wave->recipients, &wave->sections, &sections_known, &by_file, &wave->since, &released);
    bool more = true; /* version 3 has none here */
    for (int kind = 0; kind < SKS_HABIT_END; kind++) {
        const char *usual = "";
        more = more &&
               g_variant_iter_next(habits, "(tt&s)", &answer->habits[kind].same, &answer->habits[kind].all, &usual);
        answer->habits[kind].usual = g_string_chunk_insert(chunk, usual);
        answer->house_habits[kind].usual = answer->name_habits[kind].usual = "";
    }
    g_variant_iter_free(habits);
    answer->available = available;
    answer->answers_ours = answers_ours;
    answer->knows_thread = knows_thread;
    wave->sections_known = sections_known;
    wave->by_file = by_file;
    answer->released = released;
    answer->name_other_address = g_string_chunk_insert(chunk, address);
}

bool sks_memory_answer_unpack(struct sks_memory_answer *out_answer, GVariant *packed, GStringChunk *chunk)
{
    struct sks_memory_answer answer = {0};
    guint8 version = 0;
    if (g_variant_is_of_type(packed, G_VARIANT_TYPE(EARLIER))) {
        unpack_earlier(&answer, &version, packed, chunk);
    } else if (g_variant_is_of_type(packed, G_VARIANT_TYPE(TYPE))) {
        GVariant *earlier;
        GVariantIter *habits, *house, *name;
        gboolean speciality;
        g_variant_get(packed, "(@" EARLIER "a(ttst)a(ttst)a(ttst)tb)", &earlier, &habits, &house, &name,
                      &answer.house_senders, &speciality);
        answer.wave.speciality = speciality;
        unpack_earlier(&answer, &version, earlier, chunk);
        unpack_habits(answer.habits, habits, chunk);
        unpack_habits(answer.house_habits, house, chunk);
        unpack_habits(answer.name_habits, name, chunk);
        g_variant_unref(earlier);
    }
    if (version != 2 && version != VERSION)
        return false;
    *out_answer = answer;
    return true;
}

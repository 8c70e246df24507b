/* Counts, and a sentence of them. */
#include "known.h"

#include "model/package.h"

int sks_known_read(struct sks_learned *out_learned, const void *bytes, size_t size, const char *file,
                   struct sks_problems *problems)
{
    struct sks_package package;
    int error = sks_package_read(&package, bytes, size, file, problems);
    if (error != 0)
        return error;
    *out_learned = (struct sks_learned){
        .mails = package.mails != NULL ? g_bytes_ref(package.mails) : NULL,
        .groups = package.groups != NULL ? g_bytes_ref(package.groups) : NULL,
    };
    sks_package_finish(&package);
    return 0;
}

void sks_known_finish(struct sks_learned *learned)
{
    g_clear_pointer(&learned->mails, g_bytes_unref);
    g_clear_pointer(&learned->groups, g_bytes_unref);
}

/* Of one set, or of all with NULL. */
static json_t *count_known(const struct sks_measured *measured, size_t count, const struct sks_set *set,
                           bool names_mails, bool names_groups)
{
    json_int_t mails = 0, known[SKS_KNOWN_ITSELF + 1] = {0};
    for (size_t i = 0; i < count; i++) {
        if (set != NULL && measured[i].mail->set != set)
            continue;
        mails++;
        known[measured[i].known]++;
    }
    json_t *counts = json_pack("{s:I}", "mails", mails);
    if (names_mails)
        json_object_set_new(counts, "learned", json_integer(known[SKS_KNOWN_ITSELF]));
    if (names_groups && names_mails)
        json_object_set_new(counts, "relatives", json_integer(known[SKS_KNOWN_RELATIVE]));
    else if (names_groups)
        json_object_set_new(counts, "relatives", json_integer(known[SKS_KNOWN_RELATIVE] + known[SKS_KNOWN_ITSELF]));
    return counts;
}

json_t *sks_known_describe(const struct sks_measured *measured, size_t count, bool names_mails, bool names_groups)
{
    json_t *known = count_known(measured, count, NULL, names_mails, names_groups), *sets = json_object();
    for (size_t i = 0; i < count; i++) {
        const struct sks_set *set = measured[i].mail->set;
        if (json_object_get(sets, set->name) == NULL)
            json_object_set_new(sets, set->name, count_known(measured, count, set, names_mails, names_groups));
    }
    json_object_set_new(known, "sets", sets);
    return known;
}

char *sks_known_sentence(const json_t *known, enum sks_language language)
{
    const json_t *learned = json_object_get(known, "learned"), *relatives = json_object_get(known, "relatives");
    long long mails = (long long)json_integer_value(json_object_get(known, "mails"));
    long long of_mails = (long long)json_integer_value(learned), related = (long long)json_integer_value(relatives);
    bool japanese = language == SKS_LANGUAGE_JAPANESE;
    g_autofree char *these = g_strdup_printf(japanese     ? "この%lld通"
                                             : mails == 1 ? "Of this %lld mail"
                                                          : "Of these %lld mails",
                                             mails);
    if (learned == NULL && relatives == NULL)
        return g_strdup(japanese ? "このモデルには、何から学習したかの記録がない。"
                                 : "The package does not say what it has learned from.");
    if (of_mails == 0 && related == 0)
        return g_strdup_printf(japanese ? "%sにも、その類似メールにも、モデルが学習したものはない。"
                                        : "%s the package has learned from none, nor from relatives of any.",
                               these);
    const char *warning =
        japanese ? "これらについては実際より良く見える。" : "On such mail it looks better than it is.";
    if (learned == NULL)
        return g_strdup_printf(
            japanese ? "%sのうち%lld通は、それ自体か類似メール（同じスレッド、シナリオまたは週）をモデルが"
                       "学習している。どちらであるかの記録はない。%s"
                     : "%s the package has learned from %lld or from relatives of them (the same thread, "
                       "family or week); it does not say which. %s",
            these, related, warning);
    if (of_mails == 0)
        return g_strdup_printf(japanese
                                   ? "%sそのものをモデルは学習していないが、%lld通の類似メール（同じスレッド、"
                                     "シナリオまたは週）を学習している。%s"
                                   : "%s the package has learned from none itself, but from relatives of %lld (the "
                                     "same thread, family or week). %s",
                               these, related, warning);
    g_autofree char *more =
        related == 0 ? g_strdup("")
                     : g_strdup_printf(japanese ? "、ほかに%lld通を類似メール（同じスレッド、シナリオまたは週）で"
                                                : ", and from relatives of %lld more (the same thread, family or week)",
                                       related);
    return g_strdup_printf(japanese ? "%sのうち、モデルは%lld通をそれ自体で%s学習している。%s"
                                    : "%s the package has learned from %lld themselves%s. %s",
                           these, of_mails, more, warning);
}

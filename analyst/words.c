/* See words.h. A choice holds for the process, as the locale does. */
#include "words.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static enum sks_language chosen = SKS_LANGUAGE_COUNT;

enum sks_language sks_person_language(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; chosen == SKS_LANGUAGE_COUNT && i < G_N_ELEMENTS(variables); i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && *value != '\0')
            return strncmp(value, "ja", 2) == 0 ? SKS_LANGUAGE_JAPANESE : SKS_LANGUAGE_ENGLISH;
    }
    return chosen != SKS_LANGUAGE_COUNT ? chosen : SKS_LANGUAGE_ENGLISH;
}

bool sks_choose_language(const char *name)
{
    bool japanese = strcmp(name, "ja") == 0;
    if (!japanese && strcmp(name, "en") != 0)
        return false;
    chosen = japanese ? SKS_LANGUAGE_JAPANESE : SKS_LANGUAGE_ENGLISH;
    return true;
}

const char *sks_words(const char *ja, const char *en)
{
    return sks_person_language() == SKS_LANGUAGE_JAPANESE ? ja : en;
}

const char *sks_class_label(enum sks_class class_, enum sks_language language)
{
    static const char *const labels[SKS_LANGUAGE_COUNT][SKS_CLASS_COUNT] = {
        [SKS_LANGUAGE_JAPANESE] = {"正常", "ばらまき型", "標的型"},
        [SKS_LANGUAGE_ENGLISH] = {"clean", "bulk", "targeted"},
    };
    return labels[language][class_];
}

const char *sks_class_words(const char *name)
{
    enum sks_class class_;
    if (sks_class_from_name(&class_, name) == 0)
        return sks_class_label(class_, sks_person_language());
    return *name != '\0' ? name : "-";
}

const char *sks_field_words(const char *name, enum sks_language language)
{
    static const char *const fields[][2] = {{"subject", "件名"},    {"body", "本文"},       {"link", "リンク"},
                                            {"attachment", "添付"}, {"header", "ヘッダー"}, {"misspelling", "誤記"}};
    for (size_t i = 0; language == SKS_LANGUAGE_JAPANESE && i < G_N_ELEMENTS(fields); i++)
        if (strcmp(fields[i][0], name) == 0)
            return fields[i][1];
    return name;
}

char *sks_counted(uint64_t count, const char *ja, const char *one, const char *many)
{
    if (sks_person_language() == SKS_LANGUAGE_JAPANESE)
        return g_strdup_printf("%" G_GUINT64_FORMAT "%s", (guint64)count, ja);
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s", (guint64)count, count == 1 ? one : many);
}

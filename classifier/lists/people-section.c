/*
 * The section that a person of the directory works in: what stands before the rank in a Japanese title ("国際部課長"),
 * the part of an English one that names a unit ("Head, Policy Division"), with the organisation, since every house has
 * a general affairs section.
 */
#include "lists/people.h"

#include <glib.h>
#include <string.h>

/* Units; a rank begins with some of them ("部長", "係長"). */
static size_t japanese_unit(const char *title)
{
    static const char *const units[] = {"研究室", "研究科", "研究部", "研究所", "センター", "グループ", "チーム",
                                        "学部",   "学科",   "部門",   "事務局", "本部",     "支部",     "支所",
                                        "部",     "課",     "室",     "局",     "科",       "班"};
    size_t end = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        const char *place = strstr(title, units[i]);
        if (place == NULL || place == title)
            continue;
        const char *behind = place + strlen(units[i]);
        if (!g_str_has_prefix(behind, "長") && (size_t)(behind - title) > end)
            end = (size_t)(behind - title);
    }
    return end;
}

static char *english_unit(const char *title)
{
    static const char *const units[] = {"department", "division",  "section", "office", "group",       "laboratory",
                                        "lab",        "institute", "center",  "centre", "directorate", "unit"};
    char **parts = g_strsplit_set(title, ",/;", -1), *found = NULL;
    for (size_t i = 0; parts[i] != NULL && found == NULL; i++) {
        char *lower = g_utf8_strdown(g_strstrip(parts[i]), -1);
        for (size_t k = 0; k < G_N_ELEMENTS(units) && found == NULL; k++)
            if (strstr(lower, units[k]) != NULL)
                found = g_strdup(lower);
        g_free(lower);
    }
    g_strfreev(parts);
    return found;
}

char *sks_person_section(const struct sks_person *person)
{
    size_t size = japanese_unit(person->title);
    char *unit = size > 0 ? g_strndup(person->title, size) : english_unit(person->title);
    if (unit == NULL)
        return NULL;
    char *section = g_strdup_printf("%s %s", person->organisation, unit);
    g_free(unit);
    return section;
}

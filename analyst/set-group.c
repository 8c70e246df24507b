/* Of single mails: the groups of relatives that never stand on both sides of a split, the day, and their end. */
#include <string.h>

#include "sets.h"

#define WEEK (7 * 24 * 60 * 60)

/* Takes "-NUMBER" off the end; FALSE if there is none. */
static bool cut_number(char *name)
{
    char *hyphen = strrchr(name, '-');
    if (hyphen == NULL || hyphen == name || hyphen[1] == '\0' || strspn(hyphen + 1, "0123456789") != strlen(hyphen + 1))
        return false;
    *hyphen = '\0';
    return true;
}

/* The family of FAMILY-NUMBER.eml or FAMILY-NUMBER-NUMBER.eml, or NULL. g_free(). */
static char *family(const char *file)
{
    char *base = g_path_get_basename(file);
    bool named = g_str_has_suffix(base, ".eml") && g_ascii_isalpha(base[0]);
    if (named) {
        base[strlen(base) - strlen(".eml")] = '\0';
        named = cut_number(base);
        cut_number(base); /* of the mail within its scenario, if that was the first */
    }
    if (named)
        return base;
    g_free(base);
    return NULL;
}

char *sks_set_exchange(const char *file)
{
    g_autofree char *of_family = family(file);
    if (of_family == NULL)
        return NULL;
    g_autofree char *base = g_path_get_basename(file);
    const char *number = base + strlen(of_family) + 1;
    size_t behind = strlen(number) - strspn(number, "0123456789");
    return g_strndup(file, strlen(file) - behind);
}

bool sks_set_is_named(const char *file)
{
    g_autofree char *name = family(file);
    return name != NULL;
}

/* Past "Re:", "Fwd:", "AW:", "[tag]" and spaces. */
static const char *skip_marks(const char *subject)
{
    for (;;) {
        while (*subject == ' ')
            subject++;
        size_t letters = 0;
        while (g_ascii_isalpha(subject[letters]) && letters < 4)
            letters++;
        const char *bracket = subject[0] == '[' ? strchr(subject, ']') : NULL;
        if (letters >= 2 && letters <= 3 && subject[letters] == ':')
            subject += letters + 1;
        else if (bracket != NULL && bracket - subject < 40)
            subject = bracket + 1;
        else
            return subject;
    }
}

/* The subject without marks, digits, punctuation and case. */
static char *skeleton(const char *subject)
{
    g_autofree char *folded = g_utf8_casefold(skip_marks(subject), -1);
    GString *bones = g_string_new(NULL);
    for (const char *at = folded; *at != '\0'; at++)
        if (g_ascii_isalpha(*at) || (unsigned char)*at >= 0x80)
            g_string_append_c(bones, *at);
    return g_string_free(bones, FALSE);
}

char *sks_set_group(enum sks_class class_, bool written, const char *file, const char *subject, const char *root_id,
                    int64_t time)
{
    const char *name = sks_class_name(class_);
    if (written) {
        g_autofree char *of_family = family(file);
        return g_strdup_printf("%s family %s", name, of_family);
    }
    if (class_ == SKS_CLASS_BULK)
        return g_strdup_printf("%s week %" G_GINT64_FORMAT, name, time / WEEK);
    g_autofree char *bones = skeleton(subject);
    if (strlen(bones) >= 6)
        return g_strdup_printf("%s thread %s", name, bones);
    return g_strdup_printf("%s message %s", name, root_id);
}

char *sks_set_report_group(enum sks_class class_, const char *digest)
{
    return g_strdup_printf("%s report %s", sks_class_name(class_), digest);
}

char *sks_set_day(int64_t time)
{
    g_autoptr(GDateTime) moment = time > 0 ? g_date_time_new_from_unix_utc(time) : NULL;
    return moment != NULL ? g_date_time_format(moment, "%Y-%m-%d") : g_strdup("");
}

void sks_set_mail_destroy(struct sks_set_mail *mail)
{
    if (mail == NULL)
        return;
    if (mail->closed != NULL) {
        g_free(mail->closed->values);
        g_free(mail->closed->grams);
        g_free(mail->closed);
    }
    g_free(mail->group);
    g_free(mail->sender);
    g_free(mail->values);
    g_free(mail->grams);
    g_free(mail);
}

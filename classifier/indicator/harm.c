/*
 * What nobody sends in good faith: a program under the name of a document; a program whose password came in another
 * mail from somebody unknown; and a mail of a thousand parts, or nested so deeply that nobody reads what lies at its
 * ground. How often honest mail looks so can't be learned from any set, and what a model makes of
 * rare evidence drowns in polite words; so here a rule decides that such a mail is never called clean. Which of the
 * other classes it is, and how high its score, is the model's affair.
 *
 * And the other way round: short mails about passwords look like bulk mail to a model. Where a well-known
 * correspondent's file was opened and found harmless, and nothing leads to a stranger's page, the mail isn't called
 * bulk.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"

/* From here on somebody is known well: half a dozen mails each way. */
#define KNOWN_WELL 0.4

/* Scripts that the desktop runs when they are opened; others are source code as likely. */
static bool is_desktop_script(const char *name)
{
    static const char *const endings[] = {".js",  ".jse", ".vbs", ".vbe",  ".wsf",  ".wsh", ".hta",
                                          ".bat", ".cmd", ".ps1", ".scpt", ".jnlp", ".msc", ".chm"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        size_t size = strlen(name), ending = strlen(endings[i]);
        if (size > ending && g_ascii_strcasecmp(name + size - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool runs(enum sks_file_type type, const char *name)
{
    return type == SKS_FILE_SCRIPT ? is_desktop_script(name) : sks_file_type_is_program(type);
}

/* Whether a fact of this kind is of the file, "" for the attachment itself, or of that member of it. */
static bool has_fact(const struct sks_attachment *attachment, const char *id, const char *where)
{
    for (size_t i = 0; i < attachment->fact_count; i++)
        if (strcmp(attachment->facts[i].id, id) == 0 && strcmp(attachment->facts[i].where, where) == 0)
            return true;
    return false;
}

static bool is_disguised(const struct sks_attachment *attachment, const char *where)
{
    return has_fact(attachment, "attachment.bidi-name", where) ||
           has_fact(attachment, "attachment.double-extension", where) ||
           has_fact(attachment, "attachment.padded-name", where);
}

static void tell(struct sks_findings *findings, const struct sks_attachment *attachment, const char *id,
                 const char *member, const char *related)
{
    char *where = member[0] != '\0' ? g_strdup_printf("%s/%s", attachment->where, member) : g_strdup(attachment->where);
    sks_findings_add_related(findings, id, 1, where, member[0] != '\0' ? member : attachment->name, related);
    g_free(where);
}

/* Whether it was reached through a password: it is what was opened, or lies in that, as a mail in an archive does. */
static bool is_reached(const struct sks_facts *facts, const struct sks_attachment *attachment)
{
    for (size_t i = 0; i < facts->attachment_count; i++) {
        const struct sks_attachment *opened = facts->attachments[i];
        size_t size = strlen(opened->where);
        if (sks_attachment_is_encrypted(opened) && sks_attachment_is_opened(opened) &&
            (opened == attachment ||
             (strncmp(attachment->where, opened->where, size) == 0 && attachment->where[size] == '/')))
            return true;
    }
    return false;
}

/* A file that runs: member of the attachment, or "" for the attachment. */
static void look_at_program(struct sks_findings *findings, const struct sks_attachment *attachment, const char *member,
                            bool by_password, const char *related)
{
    if (is_disguised(attachment, member))
        tell(findings, attachment, "attachment.disguised-program", member, related);
    if (by_password)
        tell(findings, attachment, "attachment.program-by-password", member, related);
}

/* Whether the attachment room calls it something that runs, by what it is or by what it is called. */
static bool says_it_runs(const struct sks_fact *fact, const char *name)
{
    return strcmp(fact->id, "attachment.program-inside") == 0 || strcmp(fact->id, "attachment.shortcut-inside") == 0 ||
           (strcmp(fact->id, "attachment.script-inside") == 0 && is_desktop_script(name));
}

/* by_password: it was reached through one that another mail gave. */
static void look_into(struct sks_findings *findings, const struct sks_attachment *attachment, bool by_password,
                      const char *related)
{
    if (runs(attachment->type, attachment->name))
        look_at_program(findings, attachment, "", by_password, related);
    for (size_t i = 0; i < attachment->entry_count; i++)
        if (runs(attachment->entries[i].type, attachment->entries[i].name))
            look_at_program(findings, attachment, attachment->entries[i].name, by_password, related);
    for (size_t i = 0; i < attachment->fact_count; i++) {
        const struct sks_fact *fact = &attachment->facts[i];
        if (says_it_runs(fact, fact->where[0] != '\0' ? fact->where : attachment->name))
            look_at_program(findings, attachment, fact->where, by_password, related);
    }
}

void sks_harm_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    const char *opened_by = NULL;
    for (size_t i = 0; i < facts->joined_count; i++)
        if (facts->joined[i].gave_password)
            opened_by = facts->joined[i].message_id;
    for (size_t i = 0; i < facts->attachment_count; i++)
        look_into(findings, facts->attachments[i], opened_by != NULL && is_reached(facts, facts->attachments[i]),
                  opened_by != NULL ? opened_by : "");
    for (size_t i = 0; i < facts->joined_count; i++)
        for (size_t k = 0; k < facts->joined[i].attachment_count; k++)
            look_into(findings, facts->joined[i].attachments[k], true, facts->joined[i].message_id);
}

static bool is_known_well(const struct sks_findings *findings)
{
    const struct sks_finding *known = sks_findings_find(findings, "clean.known-correspondent");
    return known != NULL && known->strength >= KNOWN_WELL;
}

/* What decides whoever the sender is, and what decides of those only who aren't known well. */
static const char *const certain[] = {"attachment.disguised-program"};
static const char *const of_strangers[] = {"attachment.program-by-password", "limit.archive-depth", "limit.depth",
                                           "limit.mime-depth", "limit.parts"};

static const struct sks_finding *find_any(const struct sks_findings *findings, const char *const *ids, size_t count)
{
    const struct sks_finding *found = NULL;
    for (size_t i = 0; i < count && found == NULL; i++)
        found = sks_findings_find(findings, ids[i]);
    return found;
}

const struct sks_finding *sks_harm_certain(const struct sks_findings *findings)
{
    const struct sks_finding *found = find_any(findings, certain, G_N_ELEMENTS(certain));
    if (found != NULL || is_known_well(findings))
        return found;
    return find_any(findings, of_strangers, G_N_ELEMENTS(of_strangers));
}

bool sks_harm_decides(const char *id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(certain); i++)
        if (strcmp(certain[i], id) == 0)
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(of_strangers); i++)
        if (strcmp(of_strangers[i], id) == 0)
            return true;
    return false;
}

bool sks_harm_disproved(const struct sks_findings *findings)
{
    static const char *const doubts[] = {"lure.link-sign-in", "lure.link-fetch", "bulk.brand", "attachment.runs-code",
                                         "attachment.active-content"};
    for (size_t i = 0; i < G_N_ELEMENTS(doubts); i++)
        if (sks_findings_find(findings, doubts[i]) != NULL)
            return false;
    return is_known_well(findings) && sks_findings_find(findings, "clean.opened-harmless") != NULL;
}

/*
 * What nobody sends in good faith: a program under the name of a document; of somebody unknown, a program whose
 * password came in another mail, a program, shortcut or disk image that isn't called one, a document whose template
 * lies with a third party, and a page to sign in at that imitates, or whose sender does; and a mail of a thousand
 * parts, or nested so deeply that nobody reads what lies at its ground. How often honest mail looks so can't be learned
 * from any set, and what a model makes of rare evidence drowns in polite words; so here a rule decides that such a mail
 * is never called clean. Which of the other classes it is, and how high its score, is the model's affair.
 *
 * And the other way round: short mails about passwords look like bulk mail to a model. Where a well-known
 * correspondent's file was opened and found harmless, and nothing leads to a stranger's page, the mail isn't called
 * bulk.
 */
#include "indicator/harm.h"

#include <glib.h>
#include <string.h>

#include "attachment/names.h"
#include "indicator/view.h"
#include "message/link.h"

/*
 * Somebody is known after so many mails, and well known after so many days if so many answers went there. A gateway
 * that sees no mail of ours has to go by more mails over more days.
 */
#define DAY             (24 * 60 * 60)
#define KNOWN_MAILS     5u
#define KNOWN_ANSWERS   2u
#define KNOWN_DAYS      30
#define UNANSWERED      20u
#define UNANSWERED_DAYS 180

/* Scripts come by the dozen in the sources of a page or a program; a lure has a few. */
#define LURE_SCRIPTS 5u

/* From this strength on, a disguise decides whoever the sender is. */
#define CERTAIN_DISGUISE 0.9

/*
 * From these strengths on: a page imitates; it, or a sender, is mistaken at sight; our own domain is unproven; a wish
 * is more than what a service of our own sends.
 */
#define CERTAIN_IMITATION 0.8
#define SAME_AT_SIGHT     0.9
#define OWN_DOMAIN        0.7
#define OWN_PAGES         0.3

static bool runs(enum sks_file_type type, const char *name, size_t scripts)
{
    if (type == SKS_FILE_SCRIPT)
        return scripts <= LURE_SCRIPTS && sks_name_is_clickable(name);
    return type != SKS_FILE_URL && sks_file_type_is_program(type);
}

/* The attachment room says so by what a file is, or by what it is called. */
static bool says_it_runs(const struct sks_fact *fact, const char *name, size_t scripts)
{
    if (strcmp(fact->id, "attachment.script-inside") == 0)
        return runs(SKS_FILE_SCRIPT, name, scripts);
    return strcmp(fact->id, "attachment.program-inside") == 0 ||
           (strcmp(fact->id, "attachment.shortcut-inside") == 0 && strcmp(sks_name_claim(name).extension, "url") != 0);
}

/* Whether it was reached through a password: it is what was opened, or lies in that, as a mail in an archive does. */
static bool is_reached(const struct sks_facts *facts, const struct sks_attachment *attachment)
{
    for (size_t i = 0; i < facts->attachment_count; i++) {
        const struct sks_attachment *opened = facts->attachments[i];
        if (!sks_attachment_is_encrypted(opened) || !sks_attachment_is_opened(opened))
            continue;
        char *inside = sks_message_place(opened->where, "?"); /* and then whatever lies in it */
        bool reached = opened == attachment || strncmp(attachment->where, inside, strlen(inside) - 1) == 0;
        g_free(inside);
        if (reached)
            return true;
    }
    return false;
}

/* Whether a word stands in a name by itself: "update_2", not "dispatch". Japanese is written without blanks. */
static bool has_word(const char *lower, const char *word)
{
    for (const char *at = strstr(lower, word); at != NULL; at = strstr(at + 1, word)) {
        bool begins = at == lower || !g_ascii_isalnum(at[-1]) || !g_ascii_isalnum(word[0]);
        if (begins && !g_ascii_isalpha(at[strlen(word)]))
            return true;
    }
    return false;
}

/* Whether a program's own name says that it is to be installed. No other kind of file has anything to install. */
static bool is_called_installer(const char *name)
{
    static const char *const words[] = {"setup",        "install", "installer",    "update",       "updater",
                                        "upgrade",      "patch",   "hotfix",       "driver",       "redist",
                                        "x64",          "x86",     "セットアップ", "インストール", "インストーラ",
                                        "アップデート", "ドライバ"};
    if (!sks_name_is_called(name, "exe") && !sks_name_is_called(name, "msi"))
        return false;
    g_autofree char *lower = g_utf8_strdown(sks_name_base(name), -1);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (has_word(lower, words[i]))
            return true;
    return false;
}

/* What is no lure by itself: it runs only when another program loads it. */
static bool is_library(const char *name)
{
    static const char *const endings[] = {"dll", "so", "ocx", "sys", "pyd", "dylib", "node"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (sks_name_is_called(name, endings[i]))
            return true;
    return false;
}

/* Kinds that only a mail that wants something run would bring: help, consoles and add-ins with code in them. */
static bool is_rare_kind(const char *name)
{
    static const char *const endings[] = {"chm", "msc", "xll", "application"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (sks_name_is_called(name, endings[i]))
            return true;
    return false;
}

/* A program, a shortcut or a disk image where a reader expects something to read. */
static bool is_unexpected(enum sks_file_type type, const char *name, size_t scripts)
{
    bool image = type == SKS_FILE_ISO || type == SKS_FILE_VHD;
    return image || is_rare_kind(name) ||
           (sks_name_is_clickable(name) && runs(type, name, scripts) && !is_called_installer(name));
}

/* The same of mail from an address that anybody gets: whoever makes installers has one of his own. */
static bool is_unexpected_there(enum sks_file_type type, const char *name, size_t scripts)
{
    return is_unexpected(type, name, scripts) || (is_called_installer(name) && runs(type, name, scripts));
}

/* Which files of an attachment are told of, and as what. */
struct search {
    struct sks_findings *findings;
    const char *id, *related;
    bool (*by_type)(enum sks_file_type type, const char *name, size_t scripts);
    bool all;        /* also an installer or a library that the attachment room says is a program */
    bool installers; /* also an installer */
};

static void tell(const struct search *search, const struct sks_attachment *attachment, const char *member)
{
    char *where = sks_message_place(attachment->where, member);
    sks_findings_add_related(search->findings, search->id, 1, where, member[0] != '\0' ? member : attachment->name,
                             search->related);
    g_free(where);
}

static void look_into(const struct search *search, const struct sks_attachment *attachment)
{
    size_t scripts = 0; /* other files beside them hide nothing */
    for (size_t i = 0; i < attachment->entry_count; i++)
        scripts += attachment->entries[i].type == SKS_FILE_SCRIPT;
    if (search->by_type(attachment->type, attachment->name, scripts))
        tell(search, attachment, "");
    for (size_t i = 0; i < attachment->entry_count; i++)
        if (search->by_type(attachment->entries[i].type, attachment->entries[i].name, scripts))
            tell(search, attachment, attachment->entries[i].name);
    for (size_t i = 0; i < attachment->fact_count; i++) {
        const struct sks_fact *fact = &attachment->facts[i];
        const char *name = fact->where[0] != '\0' ? fact->where : attachment->name;
        bool excused = (is_called_installer(name) && !search->installers) || is_library(name);
        if (says_it_runs(fact, name, scripts) && (search->all || !excused))
            tell(search, attachment, fact->where);
    }
}

/* What was reached through a password that another mail gave. */
static void look_behind_passwords(struct sks_findings *findings, const struct sks_facts *facts)
{
    struct search search = {.findings = findings, .id = "attachment.program-by-password", .by_type = runs, .all = true};
    for (size_t i = 0; i < facts->joined_count; i++)
        if (facts->joined[i].gave_password)
            search.related = facts->joined[i].message_id;
    for (size_t i = 0; i < facts->attachment_count && search.related != NULL; i++)
        if (is_reached(facts, facts->attachments[i]))
            look_into(&search, facts->attachments[i]);
    for (size_t i = 0; i < facts->joined_count; i++) {
        search.related = facts->joined[i].message_id;
        for (size_t k = 0; k < facts->joined[i].attachment_count; k++)
            look_into(&search, facts->joined[i].attachments[k]);
    }
}

/*
 * The host that a document's target leads to on the Internet, in small letters, "" if none: of an address as a browser
 * would go there, or of a share over HTTP ("\\\\host@SSL\\folder"). Plain shares are those of an office. In the chunk
 * or static.
 */
static const char *host_of(GStringChunk *strings, const char *target)
{
    struct sks_link link;
    if (target[0] == '\\' && target[1] == '\\') {
        size_t size = strcspn(target + 2, "\\/");
        const char *at = memchr(target + 2, '@', size);
        if (at == NULL)
            return "";
        g_autofree char *url = g_strdup_printf("http://%.*s/", (int)(at - target - 2), target + 2);
        return sks_link_parse(&link, strings, url) ? link.host : "";
    }
    return sks_link_parse(&link, strings, target) ? link.host : "";
}

/* Whether only a network of its own knows the host. A number without dots is an address, too. */
static bool is_inside(const char *host)
{
    static const char *const endings[] = {".local", ".lan",      ".internal", ".intra",
                                          ".corp",  ".intranet", ".home",     ".localdomain"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(host, endings[i]))
            return true;
    bool name = g_ascii_isalpha(host[0]) || (unsigned char)host[0] >= 0x80;
    return host[0] == '\0' || (name && strpbrk(host, ".:") == NULL) || sks_host_is_private(host);
}

/* Whether anybody can put a file there, although the house is known: its name vouches for nothing. */
static bool is_anybodys(const struct sks_view *view, const char *host)
{
    return sks_list_find_domain(sks_view_list(view, "file-services"), host, NULL) ||
           sks_domain_is_one_of(host, "amazonaws.com googleapis.com googleusercontent.com");
}

/* Where firms and people keep their own: SharePoint, and what Windows makes of a folder that OneDrive keeps. */
static bool is_own_store(const char *host)
{
    return sks_domain_is_one_of(host, "sharepoint.com d.docs.live.net");
}

/*
 * A document made from a template of the sender's own server, or of a service where firms keep theirs, says so for
 * life. One of a third party is how a macro comes to a document that holds none (MITRE ATT&CK T1221).
 */
static void look_at_template(struct sks_findings *findings, const struct sks_view *view,
                             const struct sks_attachment *attachment)
{
    GStringChunk *strings = g_string_chunk_new(256);
    for (size_t i = 0; i < attachment->fact_count; i++) {
        const struct sks_fact *fact = &attachment->facts[i];
        if (strcmp(fact->id, "attachment.remote-template") != 0)
            continue;
        const char *host = host_of(strings, fact->detail);
        bool vouched = sks_view_same_party(view, host, view->from->domain) || sks_view_is_house(view, host);
        if (is_inside(host) || sks_view_is_own(view, host) || is_own_store(host) ||
            (vouched && !is_anybodys(view, host)))
            continue;
        g_autofree char *where = sks_message_place(attachment->where, fact->where);
        sks_findings_add(findings, "attachment.template-elsewhere", 1, where, fact->detail);
    }
    g_string_chunk_free(strings);
}

void sks_harm_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    const bool anybodys = sks_view_is_public(view, view->from->domain);
    const struct search search = {.findings = findings,
                                  .id = "attachment.program-as-content",
                                  .by_type = anybodys ? is_unexpected_there : is_unexpected,
                                  .installers = anybodys};
    /* Colleagues pass on programs, and what they report to their security team. */
    for (size_t i = 0; i < facts->attachment_count && !view->inside; i++)
        look_into(&search, facts->attachments[i]);
    for (size_t i = 0; i < facts->attachment_count && !view->inside; i++)
        look_at_template(findings, view, facts->attachments[i]);
    look_behind_passwords(findings, facts);
}

enum sks_acquaintance sks_harm_acquaintance(const struct sks_facts *facts)
{
    const struct sks_memory_answer *memory = &facts->memory;
    if (!memory->available || memory->from_sender < KNOWN_MAILS || memory->first_seen <= 0)
        return SKS_STRANGER;
    int64_t days = (facts->time - memory->first_seen) / DAY;
    bool well = (memory->to_sender >= KNOWN_ANSWERS && days >= KNOWN_DAYS) ||
                (memory->from_sender >= UNANSWERED && days >= UNANSWERED_DAYS);
    return well ? SKS_WELL_KNOWN : SKS_ACQUAINTED;
}

static double strength_of(const struct sks_findings *findings, const char *id)
{
    const struct sks_finding *found = sks_findings_find(findings, id);
    return found != NULL ? found->strength : 0;
}

static const struct sks_finding *from(const struct sks_findings *findings, const char *id, double least)
{
    const struct sks_finding *found = sks_findings_find(findings, id);
    return found != NULL && found->strength >= least ? found : NULL;
}

/*
 * A wish to have somebody sign in elsewhere, and a page or a sender that imitates: either happens in good faith, both
 * at once don't. How much a wish weighs is in the hands of whoever writes the headers (Cc, List-Unsubscribe), so beside
 * an imitated page any will do. Sender and page that are a little alike are one thing: a fund that bears our name
 * writes of its own page; but then neither is mistaken for another at sight.
 */
void sks_harm_imitation(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_finding *wish = from(findings, "lure.link-sign-in", 0);
    const struct sks_finding *page = from(findings, "lure.link-lookalike", CERTAIN_IMITATION);
    bool alike = from(findings, "sender.lookalike-domain", SAME_AT_SIGHT) != NULL;
    bool ours = from(findings, "sender.own-domain-outside", OWN_DOMAIN) != NULL;
    bool asked = wish != NULL && (page != NULL || (wish->strength >= OWN_PAGES && (alike || ours)));
    bool same = alike && page != NULL && page->strength >= SAME_AT_SIGHT;
    if (view->inside || (!asked && !same))
        return;
    const struct sks_finding *shown = page != NULL ? page : wish;
    sks_findings_add(findings, "lure.imitated-page", 1, shown->where, shown->detail);
}

/* Whether it speaks of signing in, in any of its text: whoever writes a mail writes what it seems to quote, too. */
static bool speaks_of_signing_in(const struct sks_view *view)
{
    g_autofree char *quoted = sks_lists_normalise(view->message->body.quoted);
    const char *const texts[] = {view->subject, view->own, quoted, view->signature};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (sks_view_find_phrase(view, "lure-sign-in", texts[i], NULL) != NULL)
            return true;
    return false;
}

/* Whether a page of the sender's own name wears another's: "mofa.go.jp.sender.example", but no "mofa-go-jp", as houses
 * that serve many name their customers. */
static bool is_worn(const struct sks_view *view, const char *host)
{
    double strength = 0;
    const char *real = sks_view_lookalike(view, host, &strength);
    for (const char *at = host; real != NULL && (at = strstr(at, real)) != NULL; at++)
        if (at[strlen(real)] == '.')
            return true;
    return false;
}

/* Whether the sender's name is mistaken for another's: what was registered, not what a service names a customer by
 * ("jira@kikan-example.atlassian.net"). */
static bool is_alike(const struct sks_view *view, const struct sks_findings *findings)
{
    const struct sks_finding *sender = from(findings, "sender.lookalike-domain", SAME_AT_SIGHT);
    double strength = 0;
    if (sender == NULL || strcmp(sender->where, "header From") != 0)
        return false;
    const char *domain = view->from->domain, *registered = sks_lists_registrable(view->facts->lists, domain);
    return is_worn(view, domain) ||
           (sks_view_lookalike(view, registered, &strength) != NULL && strength >= SAME_AT_SIGHT);
}

/*
 * Pages of which nobody asks in the words that are looked at, or which lie under the sender's own name, proven by who
 * registered it. To prove a name that imitates makes it no better. An answer to our own mail quotes what we reported.
 */
void sks_harm_pages(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_finding *page = from(findings, "lure.link-lookalike", SAME_AT_SIGHT);
    const bool alike = is_alike(view, findings);
    const char *detail = page != NULL && !view->facts->memory.answers_ours ? page->detail : NULL;
    if (view->inside || !speaks_of_signing_in(view))
        return;
    for (size_t i = 0; i < view->message->link_count && detail == NULL; i++) {
        const struct sks_link *link = &view->message->links[i];
        bool own = (link->kind == SKS_LINK_TEXT || link->kind == SKS_LINK_ANCHOR || link->kind == SKS_LINK_FORM) &&
                   sks_view_same_party(view, link->host, view->from->domain);
        detail = own && (alike || is_worn(view, link->host)) ? link->host : NULL;
    }
    if (detail != NULL)
        sks_findings_add(findings, "lure.imitated-page", 1, "body", detail);
}

static bool has_any(const struct sks_findings *findings, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sks_findings_find(findings, ids[i]) != NULL)
            return true;
    return false;
}

/* Whether the address is all that speaks for it being the correspondent. */
static bool is_doubted(const struct sks_findings *findings)
{
    static const char *const doubts[] = {"sender.authentication-failed", "sender.forged-results", "sender.several"};
    return has_any(findings, doubts, G_N_ELEMENTS(doubts)) || strength_of(findings, "sender.habit-differs") >= 0.5;
}

static const char *const of_strangers[] = {"attachment.disguised-program",
                                           "attachment.program-as-content",
                                           "attachment.program-by-password",
                                           "attachment.template-elsewhere",
                                           "limit.archive-depth",
                                           "limit.mime-depth",
                                           "limit.parts",
                                           "lure.imitated-page"};

enum sks_harm_rule sks_harm_rule(const struct sks_findings *findings, enum sks_acquaintance known)
{
    static const char *const suspicious[] = {"lure.link-sign-in",    "lure.link-fetch", "bulk.brand",
                                             "attachment.runs-code", "bulk.list",       "attachment.active-content"};
    if (is_doubted(findings))
        known = SKS_STRANGER;
    if (strength_of(findings, "attachment.disguised-program") >= CERTAIN_DISGUISE ||
        (known != SKS_WELL_KNOWN && has_any(findings, of_strangers, G_N_ELEMENTS(of_strangers))))
        return SKS_HARM_NEVER_CLEAN;
    /* What is still locked is told of with more than this. */
    if (known != SKS_STRANGER && sks_findings_find(findings, "clean.opened-harmless") != NULL &&
        strength_of(findings, "attachment.encrypted") < 0.5 && !has_any(findings, suspicious, G_N_ELEMENTS(suspicious)))
        return SKS_HARM_NEVER_BULK;
    return SKS_HARM_NO_RULE;
}

enum sks_class sks_harm_class(enum sks_harm_rule rule, enum sks_class class_, bool beats_bulk)
{
    if (rule == SKS_HARM_NEVER_CLEAN && class_ != SKS_CLASS_TARGETED)
        return beats_bulk ? SKS_CLASS_TARGETED : SKS_CLASS_BULK;
    return rule == SKS_HARM_NEVER_BULK && class_ == SKS_CLASS_BULK ? SKS_CLASS_CLEAN : class_;
}

bool sks_harm_decides(const char *id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(of_strangers); i++)
        if (strcmp(of_strangers[i], id) == 0)
            return true;
    return false;
}

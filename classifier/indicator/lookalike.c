/*
 * Domains that are easily mistaken for one that matters: ours, the directory's, those whom we write with often, and
 * those of known organisations and brands. Ways: letters that look alike, also from other alphabets; a real domain
 * dressed as a subdomain; one or two edits; words added or dropped; another suffix.
 *
 * The weaker ways (edits, words, suffix) apply only under suffixes that anybody gets: who registers example.co.jp had
 * to show a company of that name.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"
#include "lists/domain.h"

#define DROPPED_LEAST 4u /* letters of what is left of a name whose other words were dropped */
#define FAR_LEAST     7u /* letters of a name that is not close, of which one was changed */
#define NAME_LEAST    4u /* letters from which a name is more than an abbreviation, of which many are alike */
#define SHORT_LEAST   5u /* letters of a name that is not close, of which one stands twice or two are swapped */
#define JOINED_LEAST  6u /* letters of a name that another word was joined to without a hyphen */

static bool is_free_suffix(const char *registrable)
{
    static const char *const checked[] = {".co.jp", ".or.jp", ".ac.jp", ".go.jp", ".lg.jp", ".ne.jp", ".ed.jp",
                                          ".gr.jp", ".ad.jp", ".gov",   ".mil",   ".edu",   ".int"};
    for (size_t i = 0; i < G_N_ELEMENTS(checked); i++)
        if (g_str_has_suffix(registrable, checked[i]))
            return false;
    return true;
}

static const char *suffix(const char *registrable)
{
    const char *dot = strchr(registrable, '.');
    return dot != NULL ? dot : "";
}

/* Edits (insert, remove, replace, swap neighbours) between two short texts, up to most + 1. */
static size_t edits(const char *a, const char *b, size_t most)
{
    size_t size_a = strlen(a), size_b = strlen(b);
    unsigned char rows[3][SKS_LABEL_SIZE + 2];
    if (size_a > SKS_LABEL_SIZE || size_b > SKS_LABEL_SIZE || size_a > size_b + most || size_b > size_a + most)
        return most + 1;
    for (size_t j = 0; j <= size_b; j++)
        rows[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= size_a; i++) {
        unsigned char *row = rows[i % 3], *above = rows[(i - 1) % 3], *two = rows[(i + 1) % 3], least = 255;
        row[0] = (unsigned char)i;
        for (size_t j = 1; j <= size_b; j++) {
            unsigned char best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = MIN(best, MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = MIN(best, two[j - 2] + 1);
            row[j] = best;
            least = MIN(least, best);
        }
        if (least > most)
            return most + 1;
    }
    return rows[size_a % 3][size_b];
}

/* Whether one letter stands twice in look that stands once in real ("gmaill"), or two behind the first are swapped. */
static bool is_mistyped(const char *look, const char *real)
{
    size_t same = 0, size = strlen(real);
    while (look[same] == real[same] && real[same] != '\0')
        same++;
    if (same == 0 || look[same] == '\0')
        return false;
    if (strlen(look) == size + 1)
        return look[same] == real[same - 1] && strcmp(look + same + 1, real + same) == 0;
    return strlen(look) == size && look[same] == real[same + 1] && look[same + 1] == real[same] &&
           strcmp(look + same + 2, real + same + 2) == 0;
}

/* Whether one of the label's words, between hyphens, is the other label. */
static bool has_word(const char *label, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = label; (at = strstr(at, word)) != NULL; at++)
        if ((at == label || at[-1] == '-') && (at[size] == '-' || at[size] == '\0'))
            return true;
    return false;
}

/* Names of brands that are ordinary words: with others around them they mean something else. */
static bool is_ordinary(const char *label)
{
    static const char *const words[] = {"windows", "office", "booking", "customs", "sakura", "digital"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i], label) == 0)
            return true;
    return false;
}

/* Whether a label tells of its owner also as one word among others: offices' short names do, places' don't. */
static bool is_telling(const struct sks_domain_look *real)
{
    size_t least = g_str_has_suffix(real->registrable, ".go.jp") ? 4 : 6;
    return real->size >= least && !is_ordinary(real->label);
}

/* Whether at most so many bits of a set are different. */
static bool differ_by(uint64_t one, uint64_t other, unsigned most)
{
    uint64_t bits = one ^ other;
    for (unsigned i = 0; i < most; i++)
        bits &= bits - 1; /* takes the lowest away; nothing from nothing */
    return bits == 0;
}

/* What is compared: the domain in question and its forms, worked out once. */
struct suspect {
    const struct sks_view *view;
    const char *domain;
    struct sks_domain_look look;     /* of its registered domain */
    uint64_t letters;                /* of the whole domain */
    uint64_t beginnings;             /* the letters by which its words, between dots and hyphens, begin */
    bool free_suffix, organisations; /* …: whether those are compared now */
    const char *found;
    double strength;
};

/* The letters by which the words of a host begin. */
static uint64_t beginnings_of(const char *host)
{
    uint64_t letters = 0;
    for (const char *at = host; *at != '\0'; at++)
        if (at == host || at[-1] == '.' || at[-1] == '-')
            letters |= sks_domain_letter(*at);
    return letters;
}

/* Whether host wears real as a part of its own name: "mofa.go.jp.example", "mofa-go-jp.example". */
static bool is_dressed(const char *host, const char *real)
{
    size_t size = strlen(real);
    if (strchr(real, '.') == NULL || size < 6)
        return false;
    for (const char *at = host; *at != '\0'; at++) {
        size_t i = 0;
        if (at != host && at[-1] != '.' && at[-1] != '-')
            continue;
        while (i < size && (at[i] == real[i] || (real[i] == '.' && at[i] == '-')))
            i++;
        if (i == size && (at[size] == '.' || at[size] == '-'))
            return true;
    }
    return false;
}

/* Whether nobody but its owner has a reason to take the name: offices and institutes, but not firms and brands. */
static bool is_offices(const struct suspect *suspect, const struct sks_domain_look *real)
{
    return !is_free_suffix(real->registrable) ||
           (suspect->organisations && strcmp(suffix(real->registrable), ".jp") == 0);
}

/*
 * close: one of ours or of the directory; such are imitated more often, and fewer are alike by chance.
 */
static double compare(const struct suspect *suspect, const struct sks_domain_look *real, bool close)
{
    const struct sks_domain_look *look = &suspect->look;
    size_t size = real->size;
    /* Few labels have only letters that occur in the domain: the rest can't be a part of it. */
    bool part = (real->letters & ~suspect->letters) == 0;
    bool begins = (sks_domain_letter(real->label[0]) & suspect->beginnings) != 0;
    if (part && begins && is_dressed(suspect->domain, real->registrable))
        return 1;
    bool same = size == look->size && strcmp(real->label, look->label) == 0;
    bool same_suffix = strcmp(suffix(real->registrable), suffix(look->registrable)) == 0;
    if (!same && real->looks_size == look->looks_size && strcmp(real->looks, look->looks) == 0)
        return size >= NAME_LEAST ? 1 : close || same_suffix ? 0.5 : 0;
    if (!suspect->free_suffix || size < 3)
        return 0;
    if (same) /* a firm's own name under other suffixes is its own, as a rule */
        return close ? 0.7 : size >= NAME_LEAST && is_offices(suspect, real) ? 0.5 : 0;
    if (!close && same_suffix && size >= SHORT_LEAST && is_mistyped(look->label, real->label))
        return 0.7;
    bool within = (real->letters & ~look->letters) == 0;
    if (within && (close || is_telling(real)) && has_word(look->label, real->label))
        return close ? 0.8 : 0.5;
    if (close && look->size >= DROPPED_LEAST && (look->letters & ~real->letters) == 0 &&
        has_word(real->label, look->label))
        return 0.6;
    if (close && part && size >= JOINED_LEAST &&
        (g_str_has_prefix(look->label, real->label) || g_str_has_suffix(look->label, real->label)))
        return 0.6;
    /* Who imitates keeps the beginning, as a rule; ordinary words are alike without it. */
    if (!close && !same_suffix && real->label[0] != look->label[0])
        return 0;
    /* An edit takes a letter away, brings another or both. */
    if (differ_by(real->letters, look->letters, 2) && size >= (close ? 5 : FAR_LEAST) &&
        edits(real->label, look->label, 1) <= 1)
        return close ? 0.9 : 0.7;
    if (differ_by(real->letters, look->letters, 4) && size >= (close ? 9 : 11) &&
        edits(real->label, look->label, 2) <= 2)
        return close ? 0.6 : 0.4;
    return 0;
}

static void try(struct suspect *suspect, const struct sks_domain_look *real, bool close)
{
    if (strcmp(real->registrable, suspect->look.registrable) == 0)
        return;
    double strength = compare(suspect, real, close);
    if (strength > suspect->strength) {
        suspect->strength = strength;
        suspect->found = real->registrable;
    }
}

static void try_domain(struct suspect *suspect, const char *domain)
{
    struct sks_domain_look look;
    sks_domain_look_init(&look, sks_lists_registrable(suspect->view->facts->lists, domain));
    try(suspect, &look, true);
}

/* Whether comparing can find anything: by the letters of both alone, since there may be thousands of domains. */
static bool may_resemble(const struct suspect *suspect, const struct sks_domain_look *real)
{
    const struct sks_domain_look *look = &suspect->look;
    return (real->letters & ~suspect->letters) == 0 || (look->letters & ~real->letters) == 0 ||
           (real->looks_size == look->looks_size && real->looks[0] == look->looks[0]) ||
           differ_by(real->letters, look->letters, 4);
}

/* The same for domains that are not close: most edits need longer names, and dropped words don't count. */
static bool may_resemble_known(const struct suspect *suspect, const struct sks_domain_look *real)
{
    const struct sks_domain_look *look = &suspect->look;
    return (real->letters & ~suspect->letters) == 0 ||
           (real->looks_size == look->looks_size && real->looks_size > 0 && real->looks[0] == look->looks[0] &&
            real->looks[real->looks_size - 1] == look->looks[look->looks_size - 1]) ||
           (real->size >= FAR_LEAST && differ_by(real->letters, look->letters, 4));
}

/* Domains that are close to us; whoever is in one of them is itself, not alike: then false. */
static bool try_looks(struct suspect *suspect, const GArray *looks)
{
    for (size_t i = 0; looks != NULL && i < looks->len; i++) {
        const struct sks_domain_look *look = &g_array_index(looks, struct sks_domain_look, i);
        if (!may_resemble(suspect, look))
            continue;
        if (strcmp(suspect->look.registrable, look->registrable) == 0)
            return false;
        double before = suspect->strength;
        const char *found = suspect->found;
        try(suspect, look, true);
        if (suspect->found != found && sks_view_is_public(suspect->view, look->registrable)) {
            suspect->found = found; /* a person's private address makes no provider one of ours */
            suspect->strength = before;
        }
    }
    return true;
}

/* The domains in the values of a list; whoever is in one of them is itself, not alike: then false. */
static bool try_list(struct suspect *suspect, const char *name)
{
    size_t count;
    const struct sks_list *list = sks_view_list(suspect->view, name);
    const struct sks_list_value *values = sks_list_values(list, &count);
    if (sks_list_has_value(list, suspect->domain))
        return false;
    suspect->organisations = strcmp(name, "organisations") == 0;
    for (size_t i = 0; i < count && suspect->strength < 1; i++)
        if (may_resemble_known(suspect, &values[i].look))
            try(suspect, &values[i].look, false);
    return true;
}

const char *sks_view_lookalike(const struct sks_view *view, const char *domain, double *out_strength)
{
    if (strchr(domain, '.') == NULL || sks_view_is_own(view, domain) || sks_view_is_public(view, domain))
        return NULL;
    struct suspect suspect = {
        .view = view, .domain = domain, .letters = sks_domain_letters(domain), .beginnings = beginnings_of(domain)};
    sks_domain_look_init(&suspect.look, sks_lists_registrable(view->facts->lists, domain));
    suspect.free_suffix = is_free_suffix(suspect.look.registrable);
    for (size_t i = 0; view->own_domains[i] != NULL; i++)
        try_domain(&suspect, view->own_domains[i]);
    if (!try_looks(&suspect, view->facts->people_looks) || !try_looks(&suspect, view->facts->correspondents))
        return NULL;
    if (!try_list(&suspect, "organisations") || !try_list(&suspect, "brands"))
        return NULL;
    *out_strength = suspect.strength;
    return suspect.found;
}

static bool is_below_any(const char *host, const char *const *domains, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sks_domain_is_below(host, domains[i]))
            return true;
    return false;
}

bool sks_view_is_tenant(const char *host)
{
    static const char *const services[] = {
        "zoom.us",       "zoom.com",        "webex.com",     "sharepoint.com", "salesforce.com", "slack.com",
        "atlassian.net", "office.com",      "office365.com", "google.com",     "cybozu.com",     "kintone.com",
        "backlog.com",   "backlog.jp",      "peatix.com",    "connpass.com",   "box.com",        "zendesk.com",
        "freshdesk.com", "service-now.com", "smarthr.jp"};
    return is_below_any(host, services, G_N_ELEMENTS(services));
}

/* Services where each house has a name of its own below theirs. */
static bool is_shared(const struct sks_view *view, const char *host)
{
    static const char *const lists[] = {"file-services", "mailing-services", "link-rewriters", "shorteners"};
    static const char *const others[] = {
        "force.com",     "github.io",      "googleapis.com",    "googleusercontent.com",
        "amazonaws.com", "cloudfront.net", "azurewebsites.net", "azureedge.net"}; /* anybody's pages */
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (sks_list_find_domain(sks_view_list(view, lists[i]), host, NULL))
            return true;
    return sks_view_is_tenant(host) || is_below_any(host, others, G_N_ELEMENTS(others));
}

/* Whether one of the host's words, between dots and hyphens, is the label. */
static bool has_label(const char *host, const char *label)
{
    size_t size = strlen(label);
    for (const char *at = host; (at = strstr(at, label)) != NULL; at++)
        if ((at == host || strchr(".-", at[-1]) != NULL) && at[size] != '\0' && strchr(".-", at[size]) != NULL)
            return true;
    return false;
}

static bool visit_name(void *data, const struct sks_list_entry *entry, size_t at)
{
    const char **found = data;
    (void)at;
    if ((unsigned char)entry->word[0] >= 0x80)
        *found = entry->value;
    return *found == NULL;
}

char *sks_view_borrowed_name(const struct sks_view *view, const char *host)
{
    const struct sks_list *list = sks_view_list(view, "organisations");
    const char *registrable = sks_lists_registrable(view->facts->lists, host), *found = NULL;
    if (strchr(host, '.') == NULL || sks_view_is_own(view, host) || sks_view_is_public(view, host) ||
        !is_free_suffix(registrable) || sks_list_has_value(list, host) || is_shared(view, host) ||
        sks_view_same_party(view, host, view->from->domain))
        return NULL;
    size_t count;
    uint64_t letters = sks_domain_letters(host);
    const struct sks_list_value *values = sks_list_values(list, &count);
    for (size_t i = 0; i < count; i++)
        if ((values[i].look.letters & ~letters) == 0 && is_telling(&values[i].look) &&
            has_label(host, values[i].look.label))
            return g_strdup(values[i].look.registrable);
    char *text = sks_lists_normalise(host);
    sks_list_each_phrase(list, text, visit_name, &found);
    g_free(text);
    return found != NULL ? g_strndup(found, strcspn(found, " ")) : NULL;
}

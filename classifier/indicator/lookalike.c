/*
 * Domains that are easily mistaken for one that matters: ours, the directory's, and those of known organisations and
 * brands. Ways: letters that look alike, also from other alphabets; a real domain dressed as a subdomain; one or two
 * edits; words added with hyphens; another suffix.
 *
 * The weaker ways (edits, words, suffix) apply only under suffixes that anybody gets: who registers example.co.jp had
 * to show a company of that name.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"

#define LABEL_MOST 63u

/* The first label of a registered domain: what its owner chose. */
static void main_label(char *out, const char *registrable)
{
    size_t size = MIN(strcspn(registrable, "."), LABEL_MOST);
    memcpy(out, registrable, size);
    out[size] = '\0';
}

static bool is_free_suffix(const char *registrable)
{
    static const char *const checked[] = {".co.jp", ".or.jp", ".ac.jp", ".go.jp", ".lg.jp", ".ne.jp", ".ed.jp",
                                          ".gr.jp", ".ad.jp", ".gov",   ".mil",   ".edu",   ".int"};
    for (size_t i = 0; i < G_N_ELEMENTS(checked); i++)
        if (g_str_has_suffix(registrable, checked[i]))
            return false;
    return true;
}

/* Letters and pairs of letters brought to what they look like; out has room for twice the text and one more. */
static void look(char *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at), parts[4];
        if (c >= 0x80) {
            static const char cyrillic[] = "\xd0\xb0"
                                           "a\xd0\xb5"
                                           "e\xd0\xbe"
                                           "o\xd1\x80"
                                           "p\xd1\x81"
                                           "c\xd1\x85"
                                           "x"
                                           "\xd1\x83"
                                           "y\xd1\x96"
                                           "i\xd1\x98"
                                           "j\xd1\x95"
                                           "s\xd4\x81"
                                           "d\xd4\x9b"
                                           "q"
                                           "\xce\xbf"
                                           "o\xce\xb1"
                                           "a\xce\xbd"
                                           "v\xd4\x9d"
                                           "w\xd3\x8f"
                                           "l\xc4\xb1"
                                           "i"
                                           "\xc9\xa1"
                                           "g\xce\xb9"
                                           "i\xce\xba"
                                           "k\xd0\xba"
                                           "k\xd0\xbc"
                                           "m\xd1\x82"
                                           "t";
            const char *row = NULL;
            for (size_t i = 0; i + 2 < sizeof cyrillic && row == NULL; i += 3)
                if (memcmp(cyrillic + i, at, 2) == 0)
                    row = cyrillic + i + 2;
            size_t count = g_unichar_fully_decompose(c, TRUE, parts, G_N_ELEMENTS(parts));
            c = row != NULL ? (gunichar)*row : count > 0 ? parts[0] : c;
        }
        if (c == 'r' && at[0] == 'r' && at[1] == 'n') {
            c = 'm';
            at++;
        } else if (c == 'v' && at[0] == 'v' && at[1] == 'v') {
            c = 'w';
            at++;
        }
        c = c == '0' ? 'o' : c == '1' || c == 'i' ? 'l' : c == '5' ? 's' : c;
        out += g_unichar_to_utf8(c, out);
    }
    *out = '\0';
}

/* Edits (insert, remove, replace, swap neighbours) between two short texts, up to most + 1. */
static size_t edits(const char *a, const char *b, size_t most)
{
    size_t size_a = strlen(a), size_b = strlen(b);
    unsigned char rows[3][LABEL_MOST + 2];
    if (size_a > LABEL_MOST || size_b > LABEL_MOST || size_a > size_b + most || size_b > size_a + most)
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
    static const char *const words[] = {"windows", "office", "steam", "booking", "asahi", "customs"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i], label) == 0)
            return true;
    return false;
}

/* What is compared: the domain in question and its forms, worked out once. */
struct suspect {
    const struct sks_view *view;
    const char *domain, *registrable;
    char label[LABEL_MOST + 1], looks[2 * LABEL_MOST + 2];
    bool free_suffix;
    const char *found;
    double strength;
};

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

/*
 * registered is real's registered domain. close: one of ours or of the directory; such are imitated more often, and
 * fewer are alike by chance.
 */
static void compare(struct suspect *suspect, const char *registered, bool close)
{
    char label[LABEL_MOST + 1], looks[2 * LABEL_MOST + 2] = "";
    double strength = 0;
    if (suspect->strength >= 1 || strcmp(registered, suspect->registrable) == 0)
        return;
    main_label(label, registered);
    size_t size = strlen(label), other = strlen(suspect->looks);
    if (size <= other + 4 && other <= size + 4)
        look(looks, label);
    if (is_dressed(suspect->domain, registered)) {
        strength = 1;
    } else if (strcmp(looks, suspect->looks) == 0 && strcmp(label, suspect->label) != 0) {
        strength = size >= 4 ? 1 : 0.5;
    } else if (suspect->free_suffix && size >= 3) {
        bool same = strcmp(label, suspect->label) == 0;
        if (same && (close || (size >= 4 && !is_free_suffix(registered))))
            strength = close ? 0.7 : 0.5; /* a firm's own name under other suffixes is its own, as a rule */
        else if (!same && (close || (size >= 5 && !is_ordinary(label))) && has_word(suspect->label, label))
            strength = close ? 0.8 : 0.5;
        else if (!same && size >= (close ? 5 : 7) && edits(label, suspect->label, 1) <= 1)
            strength = close ? 0.9 : 0.7;
        else if (!same && size >= (close ? 9 : 11) && edits(label, suspect->label, 2) <= 2)
            strength = close ? 0.6 : 0.4;
    }
    if (strength > suspect->strength) {
        suspect->strength = strength;
        suspect->found = registered;
    }
}

/* The domains in the values of a list; whoever is in one of them is itself, not alike: then false. */
static bool compare_list(struct suspect *suspect, const char *name)
{
    size_t count;
    const struct sks_list_value *values = sks_list_values(sks_view_list(suspect->view, name), &count);
    for (size_t i = 0; i < count; i++) {
        if (sks_domain_is_below(suspect->domain, values[i].domain))
            return false;
        compare(suspect, values[i].registrable, false);
    }
    return true;
}

const char *sks_view_lookalike(const struct sks_view *view, const char *domain, double *out_strength)
{
    const struct sks_lists *lists = view->facts->lists;
    struct suspect suspect = {.view = view, .domain = domain, .registrable = sks_lists_registrable(lists, domain)};
    if (strchr(domain, '.') == NULL || sks_view_is_own(view, domain) || sks_view_is_public(view, domain))
        return NULL;
    suspect.free_suffix = is_free_suffix(suspect.registrable);
    main_label(suspect.label, suspect.registrable);
    look(suspect.looks, suspect.label);
    for (size_t i = 0; view->own_domains[i] != NULL; i++)
        compare(&suspect, sks_lists_registrable(lists, view->own_domains[i]), true);
    const char *const *known = view->facts->people != NULL ? sks_people_domains(view->facts->people) : NULL;
    for (size_t i = 0; known != NULL && known[i] != NULL; i++) {
        if (sks_domain_is_below(domain, known[i]))
            return NULL;
        if (!sks_view_is_public(view, known[i]))
            compare(&suspect, sks_lists_registrable(lists, known[i]), true);
    }
    if (!compare_list(&suspect, "organisations") || !compare_list(&suspect, "brands"))
        return NULL;
    *out_strength = suspect.strength;
    return suspect.found;
}

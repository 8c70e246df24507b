/*
 * Offers are the passwords that the password room finds in a mail's own words and in the other places where it may tell
 * them (places.c). A mail announces one if the text tells it, if the subject speaks of one, or if the mail says one
 * word and nothing else.
 *
 * To find them takes longer than all else that is done for most mails. Whether a mail may announce one can be told
 * sooner: only a text with a word that means nothing but a password tells one.
 */
#include "offer.h"

#include <string.h>

#include "lists/lists.h"
#include "password/password.h"
#include "places.h"
#include "sekisho/limits.h"

/* Of a mail that says in its subject what it brings, so many of the likeliest are taken for it. */
#define NAMED_MOST 3u

/* Bytes of a line that describes one. */
#define DESCRIBED_MOST 240u

static bool names_password(const char *subject)
{
    static const char *const words[] = {"パスワード", "パスコード", "暗証", "解凍", "password", "passcode", "pw"};
    char *text = sks_lists_normalise(subject);
    bool found = false;
    for (size_t i = 0; i < G_N_ELEMENTS(words) && !found; i++)
        found = strstr(text, words[i]) != NULL;
    g_free(text);
    return found;
}

/* A word of this many bytes may be a password that nobody calls so. */
#define BARE_LEAST 6u
#define BARE_MOST  40u

/*
 * Whether the mail says one word and no more, which looks like a password and like nothing else: with a digit or a mark
 * in it, no address, no end of a sentence.
 */
static bool is_bare_password(const char *text)
{
    g_autofree char *word = g_strstrip(g_strdup(text));
    size_t size = strlen(word), digits = 0, marks = 0;
    if (size < BARE_LEAST || size > BARE_MOST || strstr(word, "://") != NULL || g_str_has_prefix(word, "www."))
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!g_ascii_isgraph(word[i]) || word[i] == '@')
            return false;
        bool end = i + 1 == size && strchr(".,!?;:", word[i]) != NULL;
        digits += g_ascii_isdigit(word[i]) != 0;
        marks += g_ascii_ispunct(word[i]) != 0 && strchr("-'.", word[i]) == NULL && !end;
    }
    return digits + marks > 0;
}

static bool is_bare(const struct sks_walk *walk)
{
    return walk->attachments->len == 0 && is_bare_password(walk->message->body.own);
}

bool sks_offer_may_announce(const struct sks_walk *walk)
{
    struct sks_places places;
    bool may = is_bare(walk) || names_password(walk->message->subject);
    if (may)
        return true;
    sks_places_init(&places, walk);
    for (guint i = 0; i < places.sources->len && !may; i++)
        may = sks_passwords_may_be_told(&g_array_index(places.sources, struct sks_password_source, i));
    sks_places_finish(&places);
    return may;
}

struct offers {
    GPtrArray *offered;
    size_t announced;
    bool underivable;
};

/* Whether it is among them; what was guessed is so no more if it is found again, and likelier. */
static bool is_known(const struct offers *offers, const char *password)
{
    const char *guess = sks_walk_guessed(password);
    for (guint i = 0; i < offers->offered->len; i++) {
        char **other = (char **)&g_ptr_array_index(offers->offered, i);
        const char *other_guess = sks_walk_guessed(*other);
        if (strcmp(other_guess != NULL ? other_guess : *other, guess != NULL ? guess : password) != 0)
            continue;
        if (other_guess != NULL && guess == NULL) {
            g_free(*other);
            *other = g_strdup(password);
        }
        return true;
    }
    return false;
}

static void add(struct offers *offers, char *password, bool announced)
{
    if (is_known(offers, password) || offers->offered->len >= SKS_LIMIT_JOIN_PASSWORDS) {
        g_free(password);
        return;
    }
    g_ptr_array_add(offers->offered, password);
    if (announced)
        offers->announced = offers->offered->len;
}

/* What a text describes may stand in the mail with the file, or be that mail's day; before what is only guessed, and
 * not behind many forms of the day. */
static void add_described(struct offers *offers, const char *line)
{
    g_autofree char *cut = g_strndup(line, DESCRIBED_MOST);
    g_autofree char *valid = g_utf8_make_valid(g_strstrip(g_strdelimit(cut, "\r\n", ' ')), -1);
    add(offers, sks_walk_describe(valid), true);
}

static void offer(struct offers *offers, const struct sks_password_source *source)
{
    struct sks_passwords passwords;
    bool described = false;
    sks_passwords_find(&passwords, source);
    for (size_t i = 0; i < passwords.count; i++) {
        const struct sks_password *password = &passwords.items[i];
        /* Guesses are offered by a mail that speaks of a password, and by no other; so few that two mails fit in. */
        bool guessed = password->weight < SKS_PASSWORD_LIKELY, told = password->weight >= SKS_PASSWORD_TOLD;
        bool due = !told || i >= SKS_LIMIT_PASSWORD_SLOW_TRIES;
        if (due && !described && passwords.named && passwords.described != NULL) {
            add_described(offers, passwords.described);
            described = true;
        }
        if ((guessed && (!passwords.speaks || i >= SKS_LIMIT_PASSWORD_SLOW_TRIES)) ||
            strpbrk(password->value, "\r\n\t\v") != NULL)
            continue;
        add(offers, guessed ? sks_walk_guess(password->value) : g_strdup(password->value), told);
    }
    if (!described && passwords.named && passwords.described != NULL)
        add_described(offers, passwords.described);
    offers->underivable = offers->underivable || (passwords.named && passwords.underivable);
    sks_passwords_finish(&passwords);
}

/* The first of them are the password that the mail brings, though nothing in the text told so. */
static void announce(struct offers *offers, guint count)
{
    offers->announced = MIN(offers->offered->len, count);
    for (guint i = 0; i < offers->announced; i++) {
        char **password = (char **)&g_ptr_array_index(offers->offered, i);
        const char *guess = sks_walk_guessed(*password);
        char *told = guess != NULL ? g_strdup(guess) : NULL;
        if (told == NULL)
            continue;
        g_free(*password);
        *password = told;
    }
}

size_t sks_offer_find(GPtrArray *offered, bool *out_underivable, const struct sks_walk *walk)
{
    struct offers offers = {.offered = offered};
    struct sks_places places;
    sks_places_init(&places, walk);
    offer(&offers, &g_array_index(places.sources, struct sks_password_source, 0));
    if (offers.announced == 0 && is_bare(walk))
        announce(&offers, 1);
    for (guint i = 1; i < places.sources->len; i++)
        offer(&offers, &g_array_index(places.sources, struct sks_password_source, i));
    if (offers.announced == 0 && names_password(walk->message->subject))
        announce(&offers, NAMED_MOST);
    sks_places_finish(&places);
    *out_underivable = offers.underivable;
    return offers.announced;
}

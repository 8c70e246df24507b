/*
 * What makes two mails one party's: the sender; the thread; or a common recipient and one more thing: the sender's
 * domain, displayed name, name in another form or network, an address that one copies the other's mail to or names as
 * the one for whom it is sent, or the other's subject or file name in the text (quote.c: gateways send passwords from
 * an address that nobody reads).
 *
 * What thousands share proves nothing: domains and networks of webmail and providers are no keys. What two strangers
 * may share by chance, a surname or a short word that is quoted, counts for a password that is announced within a day.
 */
#include "match.h"

#include <string.h>

#include "party.h"
#include "sekisho/limits.h"

#define SHORTLY ((int64_t)24 * 3600)

/*
 * Ranks: what has no common recipient comes behind what has, or a sender might use up all tries by decoys that others
 * get. What is named counts for one more.
 */
enum {
    RANK_SENDER_ELSEWHERE = 1,
    RANK_THREAD_ELSEWHERE = 3,
    RANK_QUOTED = 5, /* by nothing else */
    RANK_MEANS = 6,  /* and twice the place in the order */
    RANK_SENDER = 20,
    RANK_THREAD = 22,
};

enum {
    SAME_SENDER = 1u << 0,
    SAME_RECIPIENT = 1u << 1,
    COPIED = 1u << 2,
    SAME_THREAD = 1u << 3,
    SAME_DOMAIN = 1u << 4,
    SAME_NAME = 1u << 5,
    SAME_NETWORK = 1u << 6,
    MENTIONED = 1u << 7,
    SAME_PERSON = 1u << 8,
    SAME_SURNAME = 1u << 9,
    QUOTED = 1u << 10,
    QUOTED_SHORTLY = 1u << 11,
};

static void add(GArray *keys, enum sks_memory_key_kind kind, const char *value, unsigned means)
{
    const struct sks_memory_key key = {.kind = kind, .value = value, .means = means};
    if (value != NULL && *value != '\0')
        g_array_append_val(keys, key);
}

static bool is_public(const struct sks_lists *lists, const char *domain)
{
    static const char *const names[] = {"webmail", "isp-japan", "carrier", "disposable"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (sks_list_find_domain(sks_lists_get(lists, names[i]), domain, NULL))
            return true;
    return false;
}

static void add_sender(struct sks_match *match, const struct sks_collected *collected)
{
    const struct sks_memory_mail *mail = &collected->mail;
    const char *at = strrchr(mail->from, '@');
    const char *domain = at != NULL ? at + 1 : "";
    add(match->own, SKS_MEMORY_KEY_SENDER, mail->from, 0);
    add(match->find, SKS_MEMORY_KEY_SENDER, mail->from, SAME_SENDER);
    add(match->find, SKS_MEMORY_KEY_COPIED, mail->from, COPIED);
    add(match->own, SKS_MEMORY_KEY_NAME, mail->name, 0);
    add(match->find, SKS_MEMORY_KEY_NAME, mail->name, SAME_NAME);
    if (*domain == '\0' || is_public(collected->facts.lists, domain))
        return;
    domain = sks_lists_registrable(collected->facts.lists, domain);
    add(match->own, SKS_MEMORY_KEY_DOMAIN, domain, 0);
    add(match->find, SKS_MEMORY_KEY_DOMAIN, domain, SAME_DOMAIN);
    add(match->own, SKS_MEMORY_KEY_NETWORK, mail->client_network, 0);
    add(match->find, SKS_MEMORY_KEY_NETWORK, mail->client_network, SAME_NETWORK);
}

static bool is_recipient(const struct sks_memory_mail *mail, const char *address)
{
    for (size_t i = 0; i < mail->recipient_count; i++)
        if (g_ascii_strcasecmp(mail->recipients[i], address) == 0)
            return true;
    return false;
}

/* Addresses besides ours: whoever gets a copy of the file may be the one who sends the password. */
static void add_copied(struct sks_match *match, struct sks_collected *collected, const struct sks_address_list *list)
{
    for (size_t i = 0; i < list->count && i < SKS_LIMIT_MEMORY_RECIPIENTS; i++) {
        char *lower = g_utf8_strdown(list->items[i].address, -1);
        const char *address = g_string_chunk_insert(collected->strings, lower);
        g_free(lower);
        if (is_recipient(&collected->mail, address) || strcmp(address, collected->mail.from) == 0)
            continue;
        add(match->own, SKS_MEMORY_KEY_COPIED, address, 0);
        add(match->find, SKS_MEMORY_KEY_SENDER, address, COPIED);
    }
}

static void add_thread(struct sks_match *match, const char *message_id)
{
    add(match->own, SKS_MEMORY_KEY_THREAD, message_id, 0);
    add(match->find, SKS_MEMORY_KEY_THREAD, message_id, SAME_THREAD);
}

/* ---- What is looked at only of mails that bring something ---- */

static const char *keep(struct sks_match *match, const char *text)
{
    return g_string_chunk_insert(match->strings, text);
}

/* For whom it may be sent: another's address, or a name in another form. */
static void add_party(struct sks_match *match, struct sks_collected *collected)
{
    GPtrArray *addresses = sks_party_mentioned(collected);
    for (guint i = 0; i < addresses->len; i++) {
        add(match->own, SKS_MEMORY_KEY_MENTIONED, g_ptr_array_index(addresses, i), 0);
        add(match->find, SKS_MEMORY_KEY_SENDER, g_ptr_array_index(addresses, i), MENTIONED);
    }
    add(match->find, SKS_MEMORY_KEY_MENTIONED, collected->mail.from, MENTIONED);
    g_ptr_array_unref(addresses);
    g_autoptr(GPtrArray) names = sks_party_names(collected);
    for (guint i = 0; i < names->len; i++) {
        const char *name = keep(match, g_ptr_array_index(names, i));
        add(match->own, SKS_MEMORY_KEY_PERSON, name, 0);
        add(match->find, SKS_MEMORY_KEY_PERSON, name, SAME_PERSON);
    }
    g_autoptr(GPtrArray) surnames = sks_party_surnames(collected);
    for (guint i = 0; i < surnames->len; i++) {
        const char *name = keep(match, g_ptr_array_index(surnames, i));
        add(match->own, SKS_MEMORY_KEY_SURNAME, name, 0);
        add(match->find, SKS_MEMORY_KEY_CALLED, name, SAME_SURNAME);
    }
    g_autofree char *called = sks_party_surname(collected);
    if (called != NULL) {
        add(match->own, SKS_MEMORY_KEY_CALLED, keep(match, called), 0);
        add(match->find, SKS_MEMORY_KEY_SURNAME, keep(match, called), SAME_SURNAME);
    }
}

static const struct sks_quote *quote_of(struct sks_match *match)
{
    if (match->quote.words == NULL)
        sks_quote_init(&match->quote, match->message);
    return &match->quote;
}

static void find_form(void *data, const char *form, bool is_short)
{
    struct sks_match *match = data;
    add(match->find, SKS_MEMORY_KEY_QUOTED, keep(match, form), is_short ? QUOTED_SHORTLY : QUOTED);
}

/* A mail that came before and quoted this one left digests of what it quoted. */
static void add_quoted(struct sks_match *match, const struct sks_collected *collected)
{
    const struct sks_quote *quote = (match->brings & SKS_MATCH_ANNOUNCES) != 0 ? quote_of(match) : NULL;
    for (guint i = 0; quote != NULL && i < quote->values->len; i++)
        add(match->own, SKS_MEMORY_KEY_QUOTED, g_ptr_array_index(quote->values, i), 0);
    if ((match->brings & SKS_MATCH_LOCKED) == 0)
        return;
    g_autofree char *files = sks_quote_list_files(&collected->walk);
    sks_quote_each_form(match->message->subject, files, find_form, match);
}

/* ---- All of it ---- */

void sks_match_init(struct sks_match *match, struct sks_collected *collected, unsigned brings)
{
    const struct sks_message *message = collected->walk.message;
    const struct sks_memory_mail *mail = &collected->mail;
    *match =
        (struct sks_match){.message = message, .at = mail->at, .brings = brings, .strings = g_string_chunk_new(256)};
    match->own = g_array_new(FALSE, FALSE, sizeof(struct sks_memory_key));
    match->find = g_array_new(FALSE, FALSE, sizeof(struct sks_memory_key));
    add_sender(match, collected);
    for (size_t i = 0; i < mail->recipient_count && i < SKS_LIMIT_MEMORY_RECIPIENTS; i++) {
        add(match->own, SKS_MEMORY_KEY_RECIPIENT, mail->recipients[i], 0);
        add(match->find, SKS_MEMORY_KEY_RECIPIENT, mail->recipients[i], SAME_RECIPIENT);
    }
    add_copied(match, collected, &message->to);
    add_copied(match, collected, &message->cc);
    add_thread(match, message->message_id);
    for (size_t i = 0; i < message->reference_count && i < SKS_LIMIT_MEMORY_REFERENCES; i++)
        add_thread(match, message->references[message->reference_count - 1 - i]);
    if (brings != 0) {
        add_party(match, collected);
        add_quoted(match, collected);
    }
}

void sks_match_finish(struct sks_match *match)
{
    g_array_unref(match->own);
    g_array_unref(match->find);
    sks_quote_finish(&match->quote);
    g_string_chunk_free(match->strings);
}

/* By what a common recipient has besides, the surer the higher. */
static unsigned rank_of_means(unsigned means)
{
    static const unsigned order[] = {SAME_PERSON, SAME_NAME, SAME_NETWORK, MENTIONED, SAME_DOMAIN, COPIED};
    for (unsigned i = G_N_ELEMENTS(order); i > 0; i--)
        if ((means & order[i - 1]) != 0)
            return RANK_MEANS + 2 * i;
    return 0;
}

/*
 * Whether one of the two mails announces a password, the other is not long before or after it, and the password can be
 * tried: what little speaks for the two is nothing without that proof.
 */
static bool is_announced_shortly(const struct sks_match *match, const struct sks_memory_waiting *waiting)
{
    int64_t apart = match->at > waiting->at ? match->at - waiting->at : waiting->at - match->at;
    bool announces = (match->brings & SKS_MATCH_ANNOUNCES) != 0 && waiting->kept;
    return apart <= SHORTLY && (announces || *waiting->passwords != '\0');
}

/* Whether one of the two names the other's file or subject, or what else counts for as much. */
static bool is_named(struct sks_match *match, const struct sks_memory_waiting *waiting)
{
    const unsigned means = waiting->means;
    enum sks_quoted quoted =
        (means & QUOTED) != 0 ? SKS_QUOTED : sks_quote_find(quote_of(match), waiting->subject, waiting->files);
    bool shortly = quoted == SKS_QUOTED_SHORTLY || (means & (QUOTED_SHORTLY | SAME_SURNAME)) != 0;
    return quoted == SKS_QUOTED || (shortly && is_announced_shortly(match, waiting));
}

/* Between two mails of one sender or thread, only what the password's mail names counts, not what the file's does. */
static bool is_named_by_password(struct sks_match *match, const struct sks_memory_waiting *waiting)
{
    if ((waiting->means & QUOTED) != 0)
        return true;
    return waiting->locked > 0 ? is_named(match, waiting) : sks_quote_stands_in(quote_of(match), waiting->subject);
}

/* What is named comes first among equals; by itself last: it says little, as many quote "password notification". */
unsigned sks_match_rank(struct sks_match *match, const struct sks_memory_waiting *waiting)
{
    const unsigned means = waiting->means;
    const bool recipient = (means & SAME_RECIPIENT) != 0, thread = (means & SAME_THREAD) != 0;
    if (!thread && (means & SAME_SENDER) == 0) {
        const unsigned rank = recipient ? rank_of_means(means) : 0;
        const bool named = recipient && is_named(match, waiting);
        return rank > 0 ? rank + (named ? 1 : 0) : named ? RANK_QUOTED : 0;
    }
    const unsigned elsewhere = thread ? RANK_THREAD_ELSEWHERE : RANK_SENDER_ELSEWHERE;
    const unsigned rank = !recipient ? elsewhere : thread ? RANK_THREAD : RANK_SENDER;
    return rank + (is_named_by_password(match, waiting) ? 1 : 0);
}

bool sks_match_is_sender(const struct sks_memory_waiting *waiting)
{
    return (waiting->means & SAME_SENDER) != 0;
}

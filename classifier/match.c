/*
 * What makes two mails one party's: the sender; the thread; or a common recipient and one more thing: the sender's
 * domain, displayed name or network, an address that one copies the other's mail to, or the other's subject or file
 * name in the text (gateways send passwords from an address that nobody reads).
 *
 * What thousands share proves nothing: domains and networks of webmail and providers are no keys.
 */
#include "match.h"

#include <string.h>

#include "sekisho/limits.h"

enum {
    SAME_SENDER = 1u << 0,
    SAME_RECIPIENT = 1u << 1,
    COPIED = 1u << 2,
    SAME_THREAD = 1u << 3,
    SAME_DOMAIN = 1u << 4,
    SAME_NAME = 1u << 5,
    SAME_NETWORK = 1u << 6,
};

/* Shorter ones stand in many a text by chance. Code points. */
#define SUBJECT_LEAST 5
#define FILE_LEAST    5

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

/* "re: fw: 【至急】x" as people and programs put before a subject that they take over. */
static const char *bare_subject(const char *subject)
{
    static const char *const prefixes[] = {"re:", "re :", "fw:", "fwd:", "aw:", "返信:", "転送:", " "};
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(subject, prefixes[i])) {
            subject += strlen(prefixes[i]);
            i = (size_t)-1;
        }
    }
    return subject;
}

void sks_match_init(struct sks_match *match, struct sks_collected *collected)
{
    const struct sks_message *message = collected->walk.message;
    const struct sks_memory_mail *mail = &collected->mail;
    *match = (struct sks_match){.message = message};
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
}

void sks_match_finish(struct sks_match *match)
{
    g_array_unref(match->own);
    g_array_unref(match->find);
    g_free(match->words);
    g_free(match->subject);
}

static bool holds(const char *text, const char *words, glong least)
{
    return g_utf8_strlen(words, -1) >= least && strstr(text, words) != NULL;
}

/* Most mails find no other, so their words are not read until then. */
static void read_words(struct sks_match *match)
{
    const struct sks_message *message = match->message;
    char *text = g_strdup_printf("%s\n%.*s\n%.*s", message->subject, (int)SKS_LIMIT_PASSWORD_TEXT, message->body.own,
                                 (int)SKS_LIMIT_PASSWORD_TEXT, message->body.quoted);
    match->words = sks_lists_normalise(text);
    g_free(text);
    text = sks_lists_normalise(message->subject);
    match->subject = g_strdup(bare_subject(text));
    g_free(text);
}

/* Whether this mail quotes the other's subject or file name, or the other's subject quotes this one's. */
static bool is_quoted(struct sks_match *match, const struct sks_memory_waiting *waiting)
{
    if (match->words == NULL)
        read_words(match);
    char *subject = sks_lists_normalise(waiting->subject);
    bool found =
        holds(match->words, bare_subject(subject), SUBJECT_LEAST) || holds(subject, match->subject, SUBJECT_LEAST);
    g_free(subject);
    char **files = g_strsplit(waiting->files, "\n", -1);
    for (size_t i = 0; files[i] != NULL && !found; i++) {
        char *name = sks_lists_normalise(files[i]);
        found = holds(match->words, name, FILE_LEAST);
        g_free(name);
    }
    g_strfreev(files);
    return found;
}

/* By what a common recipient has besides, the surer the higher. */
static unsigned rank_of_means(unsigned means)
{
    if ((means & COPIED) != 0)
        return 8;
    if ((means & SAME_DOMAIN) != 0)
        return 6;
    if ((means & SAME_NETWORK) != 0)
        return 4;
    return (means & SAME_NAME) != 0 ? 2 : 0;
}

unsigned sks_match_rank(struct sks_match *match, const struct sks_memory_waiting *waiting)
{
    unsigned means = waiting->means;
    bool recipient = (means & SAME_RECIPIENT) != 0;
    if ((means & SAME_THREAD) != 0)
        return recipient ? 13 : 12;
    if ((means & SAME_SENDER) != 0)
        return recipient ? 11 : 10;
    if (!recipient)
        return 0;
    /* Last, since by itself it says little: many a mail quotes "password notification". */
    return rank_of_means(means) + (is_quoted(match, waiting) ? 1 : 0);
}

bool sks_match_is_sender(const struct sks_memory_waiting *waiting)
{
    return (waiting->means & SAME_SENDER) != 0;
}

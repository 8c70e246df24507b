/*
 * Collecting facts: the walk, the languages, the transport, the memory.
 *
 * A mail comes with an envelope from the milter, or without one from a file. A stored mail begins with the trace of the
 * gateway that took it in: then the topmost Received field stands for the client, Return-Path for the sender. So a mail
 * is judged alike in both places.
 */
#include "collect.h"

#include <string.h>
#include <time.h>

#include "base/crypt.h"
#include "lists/text.h"
#include "message/hint.h"
#include "sekisho/limits.h"
#include "summary.h"

#define DAY         ((int64_t)24 * 3600)
#define MAILER_MOST 60u /* bytes of a mailer's name that are remembered */
#define TOPIC_LEAST 0.8 /* weight of words by which a mail is about something */

static bool is_own_domain(const struct sks_collected *collected, const char *domain)
{
    for (const char *const *own = collected->facts.own_domains; *own != NULL; own++)
        if (sks_domain_is_below(domain, *own))
            return true;
    return false;
}

static const char *keep(struct sks_collected *collected, const char *text)
{
    return g_string_chunk_insert(collected->strings, text != NULL ? text : "");
}

static const char *keep_lower(struct sks_collected *collected, const char *text)
{
    char *lower = g_utf8_strdown(text, -1);
    const char *kept = keep(collected, lower);
    g_free(lower);
    return kept;
}

static bool is_own_address(const struct sks_collected *collected, const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL && is_own_domain(collected, at + 1);
}

/* Transport. */

/* A stored mail's topmost trace is the gateway's; further ones are ours as long as they came from our own hosts. */
static size_t count_own_received(const struct sks_collected *collected)
{
    const struct sks_message *message = collected->walk.message;
    size_t count = message->received_count > 0 ? 1 : 0;
    while (count > 0 && count < message->received_count) {
        const struct sks_received *below = &message->received[count];
        const struct sks_received *above = &message->received[count - 1];
        if (*below->by == '\0' || !is_own_domain(collected, below->by) ||
            !is_own_domain(collected, *above->name != '\0' ? above->name : above->helo))
            break;
        count++;
    }
    return count;
}

static void collect_client(struct sks_collected *collected, const struct sks_envelope *envelope)
{
    struct sks_facts *facts = &collected->facts;
    const struct sks_message *message = collected->walk.message;
    facts->client_address = keep(collected, envelope->client_address);
    facts->client_name = envelope->client_name != NULL ? keep_lower(collected, envelope->client_name) : "";
    if (envelope->client_address != NULL)
        return;
    facts->own_received = count_own_received(collected);
    if (facts->own_received > 0) {
        const struct sks_received *received = &message->received[facts->own_received - 1];
        facts->client_address = received->address;
        facts->client_name = keep_lower(collected, received->name);
        /* RFC 3848: handed in with a password, to a host of ours: mail of our own on its way out. */
        bool password = g_ascii_strncasecmp(received->with, "ESMTP", 5) == 0 && strchr(received->with, 'A') != NULL;
        facts->authenticated = facts->authenticated || (password && is_own_domain(collected, received->by));
    }
}

static void add_recipient(struct sks_collected *collected, const char *address)
{
    if (*address == '\0' || collected->recipients->len >= SKS_LIMIT_ADDRESS_COUNT)
        return;
    const char *lower = keep_lower(collected, address);
    if (g_ptr_array_find_with_equal_func(collected->recipients, lower, g_str_equal, NULL))
        return;
    g_ptr_array_add(collected->recipients, (void *)lower);
}

static void add_list(struct sks_collected *collected, const struct sks_address_list *list, bool own_only)
{
    for (size_t i = 0; i < list->count; i++)
        if (!own_only || is_own_address(collected, list->items[i].address))
            add_recipient(collected, list->items[i].address);
}

static void collect_recipients(struct sks_collected *collected, const struct sks_envelope *envelope)
{
    const struct sks_message *message = collected->walk.message;
    struct sks_facts *facts = &collected->facts;
    for (size_t i = 0; i < envelope->recipient_count; i++) {
        char *valid = g_utf8_make_valid(envelope->recipients[i], -1);
        add_recipient(collected, valid);
        g_free(valid);
    }
    if (collected->recipients->len == 0 && facts->own_received > 0)
        add_recipient(collected, message->received[facts->own_received - 1].recipient);
    for (int own_only = 1; own_only >= 0 && collected->recipients->len == 0; own_only--) {
        add_list(collected, &message->to, own_only != 0);
        add_list(collected, &message->cc, own_only != 0);
    }
    facts->recipients = (const char *const *)collected->recipients->pdata;
    facts->recipient_count = collected->recipients->len;
}

static void collect_envelope(struct sks_collected *collected, const struct sks_envelope *envelope)
{
    struct sks_facts *facts = &collected->facts;
    const struct sks_message *message = collected->walk.message;
    const char *sender = envelope->sender != NULL ? envelope->sender : message->return_path;
    if (sender != NULL) {
        char *valid = g_utf8_make_valid(sender, -1);
        facts->envelope_sender = keep_lower(collected, valid);
        g_free(valid);
    }
    facts->trusted = envelope->trusted;
    facts->authenticated = envelope->authenticated;
    facts->truncated = envelope->truncated;
    collect_client(collected, envelope);
    collect_recipients(collected, envelope);
    facts->time = envelope->received_at;
    if (facts->time == 0 && message->received_count > 0 && message->received[0].has_date)
        facts->time = message->received[0].date;
    if (facts->time == 0 && message->date.valid)
        facts->time = message->date.time;
    /* A date that a sender made up must not make old what waits in the memory. */
    if (envelope->received_at == 0)
        facts->time = MIN(facts->time, (int64_t)time(NULL) + DAY);
}

/* Language. */

static bool is_japanese(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (sks_text_is_japanese(g_utf8_get_char(text)))
            return true;
    return false;
}

static int collect_identity(struct sks_collected *collected, struct sks_language_room *room)
{
    const struct sks_message *message = collected->walk.message;
    const char *name = message->from.count > 0 ? message->from.items[0].name : "";
    char *text =
        g_strdup_printf("%.*s\n%.*s", SKS_LIMIT_IDENTITY_TEXT, name, SKS_LIMIT_IDENTITY_TEXT, message->body.signature);
    char *valid = g_utf8_make_valid(text, -1);
    int error = is_japanese(valid) ? sks_language_analyse(&collected->identity, room, valid) : 0;
    collected->facts.identity = collected->identity;
    g_free(valid);
    g_free(text);
    return error;
}

static int collect_language(struct sks_collected *collected, struct sks_language_room *room)
{
    const struct sks_message *message = collected->walk.message;
    int error = sks_language_analyse(&collected->language, room, message->body.own);
    if (error == 0)
        error = sks_language_analyse(&collected->subject, room, message->subject);
    if (error == 0)
        error = collect_identity(collected, room);
    if (error != 0)
        return error;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < collected->walk.attachments->len; i++) {
        const struct sks_attachment *attachment = g_ptr_array_index(collected->walk.attachments, i);
        if (*attachment->text != '\0' && text->len < SKS_LIMIT_LANGUAGE_TEXT)
            g_string_append_printf(text, "%s\n", attachment->text);
    }
    if (text->len > 0)
        error = sks_language_analyse(&collected->document, room, text->str);
    g_string_free(text, TRUE);
    collected->facts.language = collected->language;
    collected->facts.document = collected->document;
    return error;
}

/* Memory. */

/* A /24 or /48: what stays the same when a correspondent's mail server has several addresses. */
static const char *network(struct sks_collected *collected, const char *address)
{
    bool v6 = strchr(address, ':') != NULL;
    char separator = v6 ? ':' : '.';
    const char *at = address;
    for (int i = 0; i < 3; i++) {
        at = strchr(at, separator);
        if (at == NULL)
            return keep(collected, address);
        at++;
    }
    char *text = g_strndup(address, (gsize)(at - address));
    const char *kept = keep(collected, text);
    g_free(text);
    return kept;
}

/* The network of whoever uses an address that anybody may have: its provider's hosts are the same for all. */
static const char *origin_network(struct sks_collected *collected, const struct sks_lists *lists, const char *domain)
{
    static const char *const anybodys[] = {"webmail", "isp-japan", "carrier"};
    const char *field;
    char address[SKS_HINT_SIZE];
    for (size_t i = 0; i < G_N_ELEMENTS(anybodys); i++)
        if (sks_list_find_domain(sks_lists_get(lists, anybodys[i]), domain, NULL))
            return sks_message_client_hint(collected->walk.message, &field, address) ? network(collected, address) : "";
    return "";
}

static bool has_encrypted(const struct sks_walk *walk)
{
    for (guint i = 0; i < walk->attachments->len; i++)
        if (sks_attachment_is_encrypted(g_ptr_array_index(walk->attachments, i)))
            return true;
    return false;
}

/* What is left of a mailer's line when versions change: its words. */
static const char *mailer_words(struct sks_collected *collected, const char *mailer)
{
    GString *words = g_string_new(NULL);
    bool blank = false;
    for (const char *at = mailer; *at != '\0' && words->len < MAILER_MOST; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_isalpha(c)) {
            blank = true;
            continue;
        }
        if (blank && words->len > 0)
            g_string_append_c(words, ' ');
        blank = false;
        g_string_append_unichar(words, g_unichar_tolower(c));
    }
    const char *kept = keep(collected, words->str);
    g_string_free(words, TRUE);
    return kept;
}

static const char *charset_of(struct sks_collected *collected)
{
    const struct sks_message *message = collected->walk.message;
    for (size_t i = 0; i < message->part_count; i++)
        if (g_str_has_prefix(message->parts[i].type, "text/") && message->parts[i].charset[0] != '\0')
            return keep_lower(collected, message->parts[i].charset);
    return "";
}

static enum sks_memory_content content_of(const struct sks_collected *collected, const struct sks_lists *lists)
{
    const struct sks_walk *walk = &collected->walk;
    enum sks_memory_content content = SKS_CONTENT_PLAIN;
    for (guint i = 0; i < walk->attachments->len; i++) {
        const struct sks_attachment *attachment = g_ptr_array_index(walk->attachments, i);
        if (sks_attachment_is_encrypted(attachment))
            return SKS_CONTENT_ENCRYPTED;
        if (attachment->type != SKS_FILE_IMAGE && attachment->type != SKS_FILE_TEXT)
            content = SKS_CONTENT_FILE;
    }
    for (size_t i = 0; i < walk->message->link_count; i++)
        if (sks_list_find_domain(sks_lists_get(lists, "file-services"), walk->message->links[i].host, NULL))
            content = SKS_CONTENT_LINK;
    return content;
}

/* Files by which mails can be told to be of one wave: pictures are of signatures. */
static void list_files(struct sks_collected *collected)
{
    for (guint i = 0; i < collected->walk.attachments->len && collected->files->len < SKS_LIMIT_MEMORY_FILES; i++) {
        const struct sks_attachment *attachment = g_ptr_array_index(collected->walk.attachments, i);
        gint64 digest;
        memcpy(&digest, attachment->sha256, sizeof digest);
        if (attachment->type != SKS_FILE_IMAGE && attachment->type != SKS_FILE_TEXT && attachment->size > 0)
            g_array_append_val(collected->files, digest);
    }
}

/*
 * All that the mail says and brings: another with the same digest is the same for its reader. What the gateway wrote on
 * top of the text is no part of it: readers report what they got.
 */
static int64_t digest_of(const struct sks_collected *collected)
{
    const struct sks_walk *walk = &collected->walk;
    const char *own = walk->message->body.own, *said = sks_summary_skip(own);
    g_autofree char *behind = said != own ? sks_lists_normalise(said) : NULL;
    const char *text = behind != NULL ? behind : collected->own;
    struct sks_hash *hash = sks_hash_create(SKS_DIGEST_SHA256);
    sks_hash_add(hash, text, strlen(text) + 1);
    for (size_t i = 0; i < walk->message->link_count; i++)
        sks_hash_add(hash, walk->message->links[i].target, strlen(walk->message->links[i].target) + 1);
    for (guint i = 0; i < walk->attachments->len; i++) {
        const struct sks_attachment *attachment = g_ptr_array_index(walk->attachments, i);
        sks_hash_add(hash, attachment->sha256, sizeof attachment->sha256);
    }
    unsigned char whole[SKS_DIGEST_MAXIMUM];
    sks_hash_result(hash, whole);
    sks_hash_destroy(hash);
    int64_t digest;
    memcpy(&digest, whole, sizeof digest);
    return *text != '\0' || walk->attachments->len > 0 ? digest : 0;
}

/* Weights of topics, by their names. */
static bool visit_topic(void *data, const struct sks_list_entry *entry, size_t at)
{
    GHashTable *weights = data;
    static const char *const everybodys[] = {"", "money", "personnel"};
    bool own = strcmp(entry->remark, "own") == 0;
    (void)at;
    for (size_t i = 0; i < G_N_ELEMENTS(everybodys); i++)
        if (strcmp(entry->remark, everybodys[i]) == 0)
            return true;
    const char *topic = own ? entry->word : entry->remark;
    double *weight = g_hash_table_lookup(weights, topic);
    if (weight == NULL) {
        weight = g_new0(double, 1);
        g_hash_table_insert(weights, (char *)topic, weight);
    }
    *weight += entry->weight;
    return true;
}

/* What the mail is about, of what can be somebody's speciality; an own project by its name. */
static const char *topic_of(struct sks_collected *collected, const struct sks_lists *lists, const char *text)
{
    GHashTable *weights = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    char *subject = sks_lists_normalise(collected->walk.message->subject);
    const struct sks_list *topics = sks_lists_get(lists, "lure-topics");
    sks_list_each_phrase(topics, subject, visit_topic, weights);
    sks_list_each_phrase(topics, text, visit_topic, weights);
    const char *best = "";
    double most = TOPIC_LEAST;
    GHashTableIter iterator;
    gpointer topic, weight;
    g_hash_table_iter_init(&iterator, weights);
    while (g_hash_table_iter_next(&iterator, &topic, &weight)) {
        double heavy = *(const double *)weight;
        if (heavy > most || (heavy == most && (*best == '\0' || strcmp(topic, best) < 0))) {
            most = heavy;
            best = topic;
        }
    }
    const char *kept = keep(collected, best);
    g_free(subject);
    g_hash_table_unref(weights);
    return kept;
}

/* Which sections of the house the recipients belong to; *known: all of them do to one. */
static void list_sections(struct sks_collected *collected, bool *known)
{
    const struct sks_facts *facts = &collected->facts;
    *known = facts->people != NULL && collected->own_recipients->len > 0;
    for (guint i = 0; i < collected->own_recipients->len && facts->people != NULL; i++) {
        const struct sks_person *person =
            sks_people_by_address(facts->people, g_ptr_array_index(collected->own_recipients, i));
        char *section = person != NULL ? sks_person_section(person) : NULL;
        *known = *known && section != NULL;
        if (section != NULL && !g_ptr_array_find_with_equal_func(collected->sections, section, g_str_equal, NULL))
            g_ptr_array_add(collected->sections, (void *)keep(collected, section));
        g_free(section);
    }
}

/* Who sent it to whom, from where and with what. */
static void describe_way(struct sks_collected *collected)
{
    const struct sks_message *message = collected->walk.message;
    struct sks_facts *facts = &collected->facts;
    const struct sks_address *from = message->from.count > 0 ? &message->from.items[0] : NULL;
    char *name = sks_lists_normalise(from != NULL ? from->name : "");
    bool from_own = from != NULL && is_own_domain(collected, from->domain);
    bool outgoing = from_own && (facts->trusted || facts->authenticated);
    for (guint i = 0; i < collected->recipients->len; i++) {
        void *address = g_ptr_array_index(collected->recipients, i);
        if (outgoing || facts->own_domains[0] == NULL || is_own_address(collected, address))
            g_ptr_array_add(collected->own_recipients, address);
    }
    collected->mail = (struct sks_memory_mail){
        .at = facts->time,
        .message_id = message->message_id,
        .from = from != NULL ? keep_lower(collected, from->address) : "",
        .name = keep(collected, name),
        .recipients = (const char *const *)collected->own_recipients->pdata,
        .recipient_count = collected->own_recipients->len,
        .references = message->references,
        .reference_count = message->reference_count,
        .subject = message->subject,
        .outgoing = outgoing,
        .has_encrypted = has_encrypted(&collected->walk),
        .client_network = network(collected, facts->client_address),
        .origin_network = origin_network(collected, facts->lists, from != NULL ? from->domain : ""),
        .mailer = mailer_words(collected, message->mailer),
        .zone = message->date.zone,
        .charset = charset_of(collected),
        .language = collected->language->language,
    };
    g_free(name);
}

static void describe_mail(struct sks_collected *collected, const struct sks_classifier *classifier)
{
    struct sks_memory_mail *mail = &collected->mail;
    describe_way(collected);
    if (classifier->store == NULL)
        return;
    collected->facts.own = collected->own = sks_lists_normalise(collected->walk.message->body.own);
    mail->content = content_of(collected, classifier->lists);
    collected->text = g_new(struct sks_likeness, 1);
    if (sks_likeness_init(collected->text, collected->own))
        mail->text = collected->text;
    mail->digest = digest_of(collected);
    mail->topic = topic_of(collected, classifier->lists, collected->own);
    list_files(collected);
    mail->files = (const int64_t *)(const void *)collected->files->data;
    mail->file_count = collected->files->len;
    list_sections(collected, &mail->sections_known);
    mail->sections = (const char *const *)collected->sections->pdata;
    mail->section_count = collected->sections->len;
}

static void keep_habits(struct sks_collected *collected, struct sks_memory_habit *habits)
{
    for (int kind = 0; kind < SKS_HABIT_END; kind++)
        habits[kind].usual = keep(collected, habits[kind].usual);
}

static void keep_alarms(struct sks_collected *collected)
{
    struct sks_memory_alarms *alarms = &collected->facts.memory.alarms;
    for (size_t i = 0; i < alarms->count; i++)
        alarms->items[i].message_id = keep(collected, alarms->items[i].message_id);
}

int sks_collect_alarms(struct sks_collected *collected, struct sks_memory *memory, int64_t until)
{
    struct sks_memory_alarms alarms;
    int error = sks_memory_ask_alarms(memory, &collected->mail, until, &alarms);
    if (error == 0) {
        collected->facts.memory.alarms = alarms;
        keep_alarms(collected);
    }
    return error;
}

static void ask_memory(struct sks_collected *collected, struct sks_classifier *classifier,
                       const struct sks_memory_answer *known)
{
    collected->memory_error = classifier->memory_error;
    describe_mail(collected, classifier);
    if (classifier->memory == NULL)
        return;
    struct sks_memory_answer answer;
    if (known != NULL)
        answer = *known;
    else
        collected->memory_error = sks_memory_ask(classifier->memory, &collected->mail, &answer);
    if (collected->memory_error != 0)
        return;
    collected->facts.memory = answer;
    collected->facts.correspondents =
        sks_correspondents_get(&classifier->correspondents, classifier->memory, classifier->lists, answer.mails_total);
    /* The memory is asked again before this mail is done. */
    collected->facts.memory.name_other_address = keep(collected, answer.name_other_address);
    keep_alarms(collected);
    keep_habits(collected, collected->facts.memory.habits);
    keep_habits(collected, collected->facts.memory.house_habits);
    keep_habits(collected, collected->facts.memory.name_habits);
}

/* All of it. */

static void take_walk(struct sks_collected *collected, const struct sks_walk *walk)
{
    struct sks_facts *facts = &collected->facts;
    collected->walk = *walk;
    facts->message = walk->message;
    facts->nested = (const struct sks_message *const *)walk->nested->pdata;
    facts->nested_count = walk->nested->len;
    facts->attachments = (const struct sks_attachment *const *)walk->attachments->pdata;
    facts->attachment_count = walk->attachments->len;
    facts->password_described = walk->underivable;
    facts->cut_depth = walk->cut_depth;
    facts->cut_output = walk->cut_output;
}

int sks_collect_init_walked(struct sks_collected *collected, struct sks_classifier *classifier, struct sks_walk *walk,
                            const struct sks_envelope *envelope, const struct sks_memory_answer *answer)
{
    static const struct sks_envelope unknown = {0};
    *collected = (struct sks_collected){0};
    take_walk(collected, walk);
    collected->strings = g_string_chunk_new(1024);
    collected->recipients = g_ptr_array_new();
    collected->own_recipients = g_ptr_array_new();
    collected->sections = g_ptr_array_new();
    collected->files = g_array_new(FALSE, FALSE, sizeof(gint64));
    struct sks_facts *facts = &collected->facts;
    facts->lists = classifier->lists;
    facts->people = classifier->people;
    facts->countries = classifier->countries;
    facts->people_looks = classifier->people_looks;
    facts->own_domains = (const char *const *)classifier->own_domains;
    facts->authserv_ids = (const char *const *)classifier->authserv_ids;
    collect_envelope(collected, envelope != NULL ? envelope : &unknown);
    int error = collect_language(collected, classifier->language);
    if (error != 0) {
        sks_collect_finish(collected);
        return error;
    }
    sks_classifier_prepare(classifier);
    ask_memory(collected, classifier, answer);
    return 0;
}

int sks_collect_init(struct sks_collected *collected, struct sks_classifier *classifier, const void *bytes, size_t size,
                     const struct sks_envelope *envelope)
{
    struct sks_walk walk;
    int error = sks_walk_init(&walk, bytes, size);
    return error != 0 ? error : sks_collect_init_walked(collected, classifier, &walk, envelope, NULL);
}

void sks_collect_finish(struct sks_collected *collected)
{
    sks_language_result_destroy(collected->language);
    sks_language_result_destroy(collected->document);
    sks_language_result_destroy(collected->subject);
    sks_language_result_destroy(collected->identity);
    g_ptr_array_unref(collected->recipients);
    g_ptr_array_unref(collected->own_recipients);
    g_ptr_array_unref(collected->sections);
    g_array_unref(collected->files);
    g_free(collected->text);
    g_free(collected->own);
    g_string_chunk_free(collected->strings);
    sks_walk_finish(&collected->walk);
}

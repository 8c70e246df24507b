/*
 * The view of a mail that the families share, and the order in which they run.
 *
 * Own domains are those configured; without any, the recipients' domains count instead, as far as they are not
 * anybody's. Results of Authentication-Results are believed only under a configured authserv-id and only in fields
 * above the first Received field that was not written here: of each method the topmost field's, since ours were added
 * last.
 */
#include "indicator/view.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

#include "sekisho/limits.h"

#define BASE_MOST         (8u * 1024) /* bytes of dictionary forms: what is asked for stands at the beginning */
#define INTRODUCTION_MOST 60          /* characters of a sentence in which somebody says who they are, up to the name */
#define MAILS_LEAST       100u        /* mails remembered before one is a stranger for having sent none */
#define LIST_LEAST        3u          /* mails from the house of a list before it is known */

static const struct sks_address no_address = {"", "", "", "", "", false};

const struct sks_list *sks_view_list(const struct sks_view *view, const char *name)
{
    return sks_lists_get(view->facts->lists, name);
}

static bool in_list(const struct sks_view *view, const char *list, const char *domain)
{
    return sks_list_find_domain(sks_view_list(view, list), domain, NULL);
}

bool sks_view_is_public(const struct sks_view *view, const char *domain)
{
    return in_list(view, "webmail", domain) || in_list(view, "isp-japan", domain) || in_list(view, "carrier", domain) ||
           in_list(view, "disposable", domain);
}

bool sks_view_is_own(const struct sks_view *view, const char *domain)
{
    for (size_t i = 0; view->own_domains[i] != NULL; i++)
        if (sks_domain_is_below(domain, view->own_domains[i]))
            return true;
    return false;
}

bool sks_view_same_party(const struct sks_view *view, const char *a, const char *b)
{
    if (a[0] == '\0' || b[0] == '\0')
        return false;
    if (sks_lists_same_registrable(view->facts->lists, a, b))
        return true;
    return sks_view_is_own(view, a) && sks_view_is_own(view, b);
}

bool sks_view_is_house(const struct sks_view *view, const char *host)
{
    return sks_list_has_value(sks_view_list(view, "organisations"), host) ||
           sks_list_has_value(sks_view_list(view, "brands"), host) ||
           sks_list_lookup_domain(sks_view_list(view, "institutions"), host) != NULL;
}

bool sks_host_is_private(const char *host)
{
    static const struct {
        uint32_t network, mask;
    } own[] = {{0x0a000000, 0xff000000},
               {0xac100000, 0xfff00000},
               {0xc0a80000, 0xffff0000}, /* RFC 1918 */
               {0x7f000000, 0xff000000},
               {0xa9fe0000, 0xffff0000}};
    struct in_addr address;
    if (inet_pton(AF_INET, host, &address) != 1)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        if ((ntohl(address.s_addr) & own[i].mask) == own[i].network)
            return true;
    return false;
}

bool sks_domain_is_one_of(const char *domain, const char *domains)
{
    while (*domains != '\0') {
        size_t size = strcspn(domains, " ");
        char *one = g_strndup(domains, size);
        bool below = sks_domain_is_below(domain, one);
        g_free(one);
        if (below)
            return true;
        domains += size;
        domains += strspn(domains, " ");
    }
    return false;
}

static void find_own_domains(struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    GPtrArray *domains = g_ptr_array_new();
    for (size_t i = 0; facts->own_domains[i] != NULL; i++)
        g_ptr_array_add(domains, g_ascii_strdown(facts->own_domains[i], -1));
    for (size_t i = 0; domains->len == 0 && i < facts->recipient_count; i++) {
        const char *at = strrchr(facts->recipients[i], '@');
        if (at == NULL || at[1] == '\0')
            continue;
        char *domain = g_utf8_strdown(at + 1, -1);
        if (sks_view_is_public(view, domain)) {
            g_free(domain);
            continue;
        }
        /* The first is enough: the recipients of one delivery are of one house. */
        g_ptr_array_add(domains, g_strdup(sks_lists_registrable(facts->lists, domain)));
        g_free(domain);
    }
    g_ptr_array_add(domains, NULL);
    view->own_domains = (char **)g_ptr_array_free(domains, FALSE);
}

static bool is_one_of(const char *word, const char *words)
{
    size_t size = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += size)
        if ((at == words || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return size > 0;
    return false;
}

/* Prefectures and towns with a geographic domain of JPRS's: "pref.aomori.jp", "city.hakodate.hokkaido.jp". */
static bool is_local_government(const char *domain)
{
    static const char places[] =
        "hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo kanagawa "
        "niigata "
        "toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto osaka hyogo nara wakayama tottori "
        "shimane okayama hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka saga nagasaki kumamoto oita miyazaki "
        "kagoshima okinawa kawasaki kitakyushu kobe nagoya sapporo sendai yokohama";
    char **parts = g_strsplit(domain, ".", -1);
    size_t count = g_strv_length(parts);
    bool found = false;
    if (count >= 3 && strcmp(parts[count - 1], "jp") == 0 && is_one_of(parts[count - 2], places))
        found = is_one_of(parts[count - 3], "pref metro city") ||
                (count >= 4 && is_one_of(parts[count - 4], "city town vill"));
    g_strfreev(parts);
    return found;
}

static enum sks_sender_class class_of(const struct sks_view *view, const char *domain)
{
    if (domain[0] == '\0')
        return SKS_SENDER_UNKNOWN;
    if (sks_view_is_own(view, domain))
        return SKS_SENDER_OWN;
    if (in_list(view, "disposable", domain))
        return SKS_SENDER_DISPOSABLE;
    if (in_list(view, "carrier", domain))
        return SKS_SENDER_CARRIER;
    if (in_list(view, "webmail", domain))
        return SKS_SENDER_WEBMAIL;
    if (in_list(view, "isp-japan", domain))
        return SKS_SENDER_ISP;
    if (in_list(view, "institutions", domain) || is_local_government(domain))
        return SKS_SENDER_INSTITUTION;
    return SKS_SENDER_UNKNOWN;
}

/* The language of the country that an address openly belongs to: a partner there may well use its mailers. */
static const char *country_of(const char *domain)
{
    static const struct {
        const char *suffix, *language;
    } table[] = {
        {"cn", "zh"},       {"tw", "zh"},          {"hk", "zh"},      {"mo", "zh"},        {"sg", "zh"},
        {"qq.com", "zh"},   {"163.com", "zh"},     {"126.com", "zh"}, {"yeah.net", "zh"},  {"sina.com", "zh"},
        {"sohu.com", "zh"}, {"foxmail.com", "zh"}, {"kr", "ko"},      {"naver.com", "ko"}, {"hanmail.net", "ko"},
        {"daum.net", "ko"}, {"nate.com", "ko"},    {"ru", "ru"},      {"su", "ru"},        {"by", "ru"},
        {"ua", "uk"},       {"yandex.com", "ru"},  {"edu", "en"},     {"gov", "en"},       {"mil", "en"},
        {"uk", "en"},       {"us", "en"},          {"au", "en"},      {"ca", "en"},        {"de", "de"},
        {"fr", "fr"},       {"it", "it"},          {"es", "es"},      {"vn", "vi"},        {"th", "th"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (sks_domain_is_below(domain, table[i].suffix))
            return table[i].language;
    return "";
}

static bool header_holds(const struct sks_message *message, const char *name, const char *part)
{
    const struct sks_header *header = sks_message_header(message, name);
    if (header == NULL)
        return false;
    char *lower = g_ascii_strdown(header->value, -1);
    bool holds = strstr(lower, part) != NULL;
    g_free(lower);
    return holds;
}

static const char *envelope_sender(const struct sks_view *view)
{
    const char *sender = view->facts->envelope_sender;
    return sender != NULL ? sender : view->message->return_path;
}

/*
 * A list is known by its fields, but anybody can write those, and much is not looked at behind a list. A real one sends
 * from an address of its own: where the envelope still names the author, there was none. Returns the field that says
 * so, or NULL.
 */
static const char *find_list(const struct sks_view *view)
{
    static const char *const fields[] = {"List-Id", "List-Post", "X-Mailing-List", "X-ML-Name", "Mailing-List"};
    const struct sks_message *message = view->message;
    const char *sender = envelope_sender(view);
    if (sender != NULL && sender[0] != '\0' && g_ascii_strcasecmp(sender, view->from->address) == 0)
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (sks_message_header(message, fields[i]) != NULL)
            return fields[i];
    if (strstr(view->name, " via ") != NULL && !sks_view_is_public(view, view->from->domain))
        return "From";
    return header_holds(message, "Precedence", "list") ? "Precedence" : NULL;
}

static const char *domain_of(const char *address)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    return at != NULL ? at + 1 : "";
}

/* What a field of a list has between its angle brackets, without "mailto:", in lower case; g_free(). */
static char *list_name(const struct sks_view *view, const char *field)
{
    const struct sks_header *header = sks_message_header(view->message, field);
    const char *start = header != NULL ? strchr(header->value, '<') : NULL;
    if (start == NULL)
        return g_strdup("");
    start += g_ascii_strncasecmp(start + 1, "mailto:", 7) == 0 ? 8 : 1;
    char *name = g_strndup(start, strcspn(start, ">?"));
    char *lower = g_ascii_strdown(g_strstrip(name), -1);
    g_free(name);
    return lower;
}

/* The domain of the first address in the field that told of the list: "list kenkyu@ml.example; contact …"; g_free(). */
static char *list_domain(const struct sks_view *view)
{
    const struct sks_header *header = sks_message_header(view->message, view->list_field);
    const char *at = header != NULL ? strchr(header->value, '@') : NULL;
    char *domain = at != NULL ? g_strndup(at + 1, strcspn(at + 1, "> ;,?\t\r\n")) : g_strdup("");
    char *lower = g_ascii_strdown(domain, -1);
    g_free(domain);
    return lower;
}

bool sks_view_is_lists(const struct sks_view *view, const char *domain)
{
    if (!view->list || sks_view_is_public(view, domain)) /* where anybody has an address, anybody's is no list's */
        return false;
    char *id = list_name(view, "List-Id"), *post = list_name(view, "List-Post"), *other = list_domain(view);
    char *envelope = g_utf8_strdown(domain_of(envelope_sender(view)), -1);
    bool lists = sks_view_same_party(view, domain, id) || sks_view_same_party(view, domain, domain_of(post)) ||
                 (strcmp(view->list_field, "From") != 0 && sks_view_same_party(view, domain, other)) ||
                 sks_view_same_party(view, domain, envelope);
    g_free(envelope);
    g_free(other);
    g_free(post);
    g_free(id);
    return lists;
}

/* Whether the list put its own address in the author's place: its name says so, or the address is that of postings. */
static bool is_rewritten(const struct sks_view *view)
{
    if (view->list && strcmp(view->list_field, "From") == 0)
        return true;
    if (!sks_view_is_lists(view, view->from->domain))
        return false;
    char *id = list_name(view, "List-Id"), *post = list_name(view, "List-Post");
    size_t size = strcspn(view->from->address, "@");
    bool rewritten = strstr(view->name, " via ") != NULL || g_ascii_strcasecmp(post, view->from->address) == 0 ||
                     (size > 0 && g_ascii_strncasecmp(id, view->from->address, size) == 0 && id[size] == '.');
    g_free(post);
    g_free(id);
    return rewritten;
}

/*
 * Anybody can run a list, or write "via" in a name. With enough mail remembered, one from whose house hardly any has
 * come, to which we wrote nothing and which is none of ours is a stranger's.
 */
static bool is_strangers(const struct sks_view *view)
{
    const struct sks_memory_answer *memory = &view->facts->memory;
    return memory->available && memory->mails_total >= MAILS_LEAST && memory->from_domain < LIST_LEAST &&
           memory->to_domain == 0 && memory->to_sender == 0 && view->sender != SKS_SENDER_OWN;
}

/* The field that says that a mailing service sent it, or NULL. */
static const char *find_service(const struct sks_view *view)
{
    static const char *const fields[] = {"Feedback-ID",     "X-SES-Outgoing",   "X-SG-EID",      "X-Mailgun-Sid",
                                         "X-MC-User",       "X-Campaign-Id",    "X-CampaignID",  "X-SFMC-Stack",
                                         "X-Mandrill-User", "X-CSA-Complaints", "X-Report-Abuse"};
    const struct sks_facts *facts = view->facts;
    const struct sks_message *message = view->message;
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (sks_message_header(message, fields[i]) != NULL)
            return fields[i];
    const char *sender = envelope_sender(view);
    if (sks_message_header(message, "List-Unsubscribe") != NULL)
        return "List-Unsubscribe";
    if (header_holds(message, "Precedence", "bulk"))
        return "Precedence";
    if (in_list(view, "mailing-services", domain_of(sender)))
        return "Return-Path";
    return in_list(view, "mailing-services", facts->client_name) ? "Received" : NULL;
}

static bool has_encrypted(const struct sks_facts *facts)
{
    for (size_t i = 0; i < facts->attachment_count; i++)
        if (sks_attachment_is_encrypted(facts->attachments[i]))
            return true;
    return false;
}

static bool has_file_link(const struct sks_view *view)
{
    for (size_t i = 0; i < view->message->link_count; i++) {
        const struct sks_link *link = &view->message->links[i];
        if ((link->kind == SKS_LINK_TEXT || link->kind == SKS_LINK_ANCHOR) &&
            in_list(view, "file-services", link->host))
            return true;
    }
    return false;
}

static bool is_ours(const struct sks_facts *facts, const char *authserv_id)
{
    for (size_t i = 0; facts->authserv_ids[i] != NULL; i++)
        if (g_ascii_strcasecmp(facts->authserv_ids[i], authserv_id) == 0)
            return true;
    return false;
}

/* Whether a passed check speaks for the domain of From (RFC 7489: relaxed alignment). */
static bool is_aligned(const struct sks_view *view, const struct sks_authentication_result *result)
{
    const char *at = strrchr(result->property, '@');
    char *domain = g_utf8_strdown(at != NULL ? at + 1 : result->property, -1);
    bool aligned = sks_view_same_party(view, domain, view->from->domain);
    g_free(domain);
    return aligned;
}

static void fail(struct sks_view *view, const char *method, double strength)
{
    if (strength <= view->proof_failure)
        return;
    view->proof_failure = strength;
    view->proof_method = method;
}

/*
 * Whether a field of ours further up has results of the same method: that one was added last, and this one by somebody
 * before. DKIM may have several results, one a signature, but in one field.
 */
static bool is_overruled(const struct sks_view *view, size_t which, bool *out_passed)
{
    const struct sks_authentication_result *results = view->message->authentication, *result = &results[which];
    bool overruled = false;
    *out_passed = false;
    for (size_t i = 0; i < which; i++) {
        bool same = is_ours(view->facts, results[i].authserv_id) && strcmp(results[i].method, result->method) == 0;
        if (!same || (results[i].field == result->field && strcmp(result->method, "dkim") == 0))
            continue;
        overruled = true;
        *out_passed = *out_passed || strcmp(results[i].result, "pass") == 0;
    }
    return overruled;
}

/* What the results say together. */
struct proofs {
    bool dmarc;          /* there is a result of DMARC itself */
    bool pass;           /* a check passed that speaks for From */
    bool spf, dkim;      /* there is a result … */
    bool pass_elsewhere; /* … and it passed, but for another domain than From's */
};

static void take_result(struct sks_view *view, const struct sks_authentication_result *result, struct proofs *proofs)
{
    bool good = strcmp(result->result, "pass") == 0, bad = strcmp(result->result, "fail") == 0;
    if (strcmp(result->method, "dmarc") == 0) {
        bool speaks =
            result->property[0] == '\0' || is_aligned(view, result); /* of several From fields, for the first */
        proofs->dmarc = proofs->dmarc || good || bad;
        proofs->pass = proofs->pass || (good && speaks);
        if (bad)
            fail(view, "DMARC", 1);
    } else if (strcmp(result->method, "dkim") == 0) {
        proofs->dkim = true;
        proofs->pass = proofs->pass || (good && is_aligned(view, result));
        proofs->pass_elsewhere = proofs->pass_elsewhere || (good && !is_aligned(view, result));
        if (bad && is_aligned(view, result))
            fail(view, "DKIM", 0.4);
    } else if (strcmp(result->method, "spf") == 0) {
        proofs->spf = true;
        proofs->pass = proofs->pass || (good && is_aligned(view, result));
        proofs->pass_elsewhere = proofs->pass_elsewhere || (good && !is_aligned(view, result));
        if (bad && is_aligned(view, result))
            fail(view, "SPF", 0.7);
        if (strcmp(result->result, "softfail") == 0 && is_aligned(view, result))
            fail(view, "SPF", 0.3);
    } else if (strcmp(result->method, "arc") == 0 && good) {
        view->vouched = true;
    }
}

static void find_proof(struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    const struct sks_message *message = view->message;
    struct proofs proofs = {.dmarc = false};
    view->proof_method = "";
    for (size_t i = 0; i < message->authentication_count; i++) {
        const struct sks_authentication_result *result = &message->authentication[i];
        if (!is_ours(facts, result->authserv_id))
            continue;
        if (result->received_above > facts->own_received) {
            view->forged_results = true;
            continue;
        }
        bool passed;
        if (!is_overruled(view, i, &passed))
            take_result(view, result, &proofs);
        else if (strcmp(result->result, "pass") == 0 && !passed)
            view->forged_results = true; /* our hosts don't contradict each other */
    }
    /*
     * DMARC's alignment, where nobody computed it: both checks were made, and what passed speaks for others. Whether
     * the domain asks for it is not known, and services send for many; so it is told weakly.
     */
    if (!proofs.dmarc && proofs.spf && proofs.dkim && proofs.pass_elsewhere && !proofs.pass && !view->service_sure)
        fail(view, "DMARC alignment", 0.3);
    /* OpenDMARC believes what others typed under our name, wherever it stands: then its word proves nothing. */
    if (proofs.pass && !view->forged_results && !(proofs.dmarc && view->proof_failure == 1)) {
        view->proof = SKS_PROOF_PASS;
        view->proof_failure = 0;
    } else if (view->proof_failure > 0) {
        view->proof = SKS_PROOF_FAIL;
    }
}

/*
 * The own text in dictionary forms: "ご確認いただきたく" is found by what a list says in one form of many. Function
 * words stay, since phrases have them.
 */
static char *join_bases(const struct sks_view *view)
{
    const struct sks_language_result *language = view->facts->language;
    if (strcmp(language->language, "ja") != 0)
        return g_strdup("");
    GString *joined = g_string_new(NULL);
    for (size_t i = 0; i < language->token_count && joined->len < BASE_MOST; i++) {
        const struct sks_token *token = &language->tokens[i];
        bool latin = g_ascii_isalnum(token->base[0]);
        if (latin)
            g_string_append_c(joined, ' ');
        g_string_append(joined, token->base[0] != '\0' ? token->base : token->surface);
    }
    char *normalised = sks_lists_normalise(joined->str);
    g_string_free(joined, TRUE);
    return normalised;
}

static char *normalise_own(struct sks_view *view)
{
    const char *own = view->message->body.own;
    size_t size = strlen(own);
    if (size <= SKS_LIMIT_INDICATOR_TEXT)
        return view->facts->own != NULL ? g_strdup(view->facts->own) : sks_lists_normalise(own);
    view->own_cut = true;
    const char *end = g_utf8_find_prev_char(own, own + SKS_LIMIT_INDICATOR_TEXT);
    char *head = g_strndup(own, end != NULL ? (size_t)(end - own) : 0), *result = sks_lists_normalise(head);
    g_free(head);
    return result;
}

/* Whether a text goes on as after one's own name: "…です", "…と申します". */
static bool is_own_name_behind(const char *text)
{
    static const char *const ways[] = {"です", "と申", "ともうし", "でございます", "といいます", "と言います"};
    text += strspn(text, " ");
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
        if (g_str_has_prefix(text, ways[i]))
            return true;
    return false;
}

/* The part of a line from its sentence's beginning to end; NULL if the sentence is about somebody else. */
static char *introduction(const char *text, const char *end)
{
    const char *start = end;
    while (start > text && start[-1] != '\n')
        start--;
    for (const char *stop = start; (stop = strstr(stop, "。")) != NULL && stop < end;)
        start = stop += strlen("。");
    char *line = g_strndup(start, (gsize)(end - start));
    bool other = strstr(line, "は") != NULL || strstr(line, "が") != NULL || strstr(line, "様") != NULL ||
                 strstr(line, "先生") != NULL || g_utf8_strlen(line, -1) > INTRODUCTION_MOST;
    if (!other)
        return line;
    g_free(line);
    return NULL;
}

/* By IPADIC's tags of persons' names: a name is one's own if the sentence ends as such sentences do. */
static char *find_introductions(const struct sks_view *view)
{
    const struct sks_language_result *language = view->facts->language;
    const char *text = view->message->body.own, *at = text;
    size_t place = 0, found = 0;
    GString *all = g_string_new(NULL);
    for (size_t i = 0; i < language->token_count && found < 8; i++) {
        const struct sks_token *token = &language->tokens[i];
        if (!token->person || token->at < place)
            continue;
        for (; place < token->at + token->length && *at != '\0'; place++)
            at = g_utf8_next_char(at);
        char *line = is_own_name_behind(at) ? introduction(text, at) : NULL;
        if (line != NULL) {
            g_string_append_printf(all, "%s\n", line);
            found++;
        }
        g_free(line);
    }
    char *normal = sks_lists_normalise(all->str);
    g_string_free(all, TRUE);
    return normal;
}

double sks_view_failure(const struct sks_view *view)
{
    return view->proof == SKS_PROOF_FAIL ? view->proof_failure * (view->list || view->vouched ? 0.3 : 1) : 0;
}

/* Whether nothing shows that the mail came from elsewhere than its From field says. */
static bool is_believable(const struct sks_view *view)
{
    char *domain = g_utf8_strdown(domain_of(envelope_sender(view)), -1);
    bool fits = domain[0] == '\0' || sks_view_same_party(view, domain, view->from->domain) ||
                in_list(view, "mailing-services", domain) || in_list(view, "notifiers", domain) ||
                sks_view_is_own(view, domain);
    g_free(domain);
    return view->proof == SKS_PROOF_PASS || (view->proof == SKS_PROOF_NONE && fits);
}

void sks_view_init(struct sks_view *view, const struct sks_facts *facts)
{
    const struct sks_message *message = facts->message;
    *view = (struct sks_view){.facts = facts, .message = message};
    view->from = message->from.count > 0 ? &message->from.items[0] : &no_address;
    view->from_registrable = sks_lists_registrable(facts->lists, view->from->domain);
    find_own_domains(view);
    view->sender = class_of(view, view->from->domain);
    view->from_country = country_of(view->from->domain);
    view->name = sks_lists_normalise(view->from->name);
    view->subject = sks_lists_normalise(message->subject);
    view->signature = sks_lists_normalise(message->body.signature);
    view->own = normalise_own(view);
    view->base = join_bases(view);
    view->in_own = sks_phrases_create(facts->lists, view->own);
    view->in_base = sks_phrases_create(facts->lists, view->base);
    view->introductions = find_introductions(view);

    view->list_field = find_list(view);
    view->list = view->list_field != NULL;
    view->rewritten = is_rewritten(view);
    view->speaks_for_others = view->rewritten && !is_strangers(view);
    view->service_field = find_service(view);
    view->service_sure = view->service_field != NULL;
    view->service = view->service_sure || sks_view_find_phrase(view, "unsubscribe", view->own, NULL) != NULL;
    char *footer = view->service ? NULL : sks_lists_normalise(message->body.footer);
    view->service = view->service || sks_list_find_phrase(sks_view_list(view, "unsubscribe"), footer, NULL) != NULL;
    g_free(footer);
    view->inside = facts->trusted || facts->authenticated;
    const char *language = facts->language->language[0] != '\0' ? facts->language->language : message->body.language;
    view->claims_japan = strcmp(language, "ja") == 0 || sks_domain_is_below(view->from->domain, "jp");
    view->encrypted = has_encrypted(facts);
    view->file_link = has_file_link(view);
    find_proof(view);
    view->notifier = in_list(view, "notifiers", view->from->domain) && is_believable(view);
}

void sks_view_finish(struct sks_view *view)
{
    sks_phrases_destroy(view->in_own);
    sks_phrases_destroy(view->in_base);
    g_free(view->name);
    g_free(view->subject);
    g_free(view->own);
    g_free(view->base);
    g_free(view->introductions);
    g_free(view->signature);
    g_strfreev(view->own_domains);
}

void sks_view_each_phrase(const struct sks_view *view, const char *list, const char *text, sks_list_visit visit,
                          void *data)
{
    const struct sks_phrases *read = text == view->own ? view->in_own : text == view->base ? view->in_base : NULL;
    if (read != NULL)
        sks_phrases_each(read, sks_view_list(view, list), visit, data);
    else
        sks_list_each_phrase(sks_view_list(view, list), text, visit, data);
}

static bool keep_heaviest(void *data, const struct sks_list_entry *entry, size_t at)
{
    const struct sks_list_entry **best = data;
    (void)at;
    if (*best == NULL || entry->weight > (*best)->weight)
        *best = entry;
    return true;
}

const char *sks_view_find_phrase(const struct sks_view *view, const char *list, const char *text, double *out_weight)
{
    const struct sks_list_entry *best = NULL;
    sks_view_each_phrase(view, list, text, keep_heaviest, &best);
    if (best == NULL)
        return NULL;
    if (out_weight != NULL)
        *out_weight = best->weight;
    return best->word;
}

/* Phrases of one list in one text, each once, the heaviest first. */
static bool collect(void *data, const struct sks_list_entry *entry, size_t at)
{
    GPtrArray *entries = data;
    size_t place = 0;
    (void)at;
    for (size_t i = 0; i < entries->len; i++) {
        const struct sks_list_entry *other = g_ptr_array_index(entries, i);
        if (other == entry)
            return true;
        place += other->weight >= entry->weight;
    }
    if (entries->len < 64)
        g_ptr_array_insert(entries, (int)place, (void *)entry);
    return true;
}

double sks_view_weigh(const struct sks_view *view, const char *list, const char *text, char **out_detail)
{
    GPtrArray *entries = g_ptr_array_new();
    double sum = 0;
    sks_view_each_phrase(view, list, text, collect, entries);
    if (text == view->own && view->base[0] != '\0')
        sks_view_each_phrase(view, list, view->base, collect, entries);
    GString *detail = g_string_new(NULL);
    for (size_t i = 0; i < entries->len; i++) {
        const struct sks_list_entry *entry = g_ptr_array_index(entries, i);
        sum += entry->weight;
        if (i < 3)
            g_string_append_printf(detail, "%s%s", i > 0 ? ", " : "", entry->word);
    }
    *out_detail = g_string_free(detail, entries->len == 0);
    g_ptr_array_unref(entries);
    return sum;
}

void sks_indicators_run(struct sks_findings *findings, const struct sks_facts *facts)
{
    struct sks_view view;
    sks_view_init(&view, facts);
    sks_attachment_indicators(findings, &view);
    sks_harm_indicators(findings, &view);
    sks_bulk_indicators(findings, &view);
    sks_clean_indicators(findings, &view);
    sks_language_indicators(findings, &view);
    sks_limit_indicators(findings, &view);
    sks_lure_indicators(findings, &view);
    sks_memory_indicators(findings, &view);
    sks_route_indicators(findings, &view);
    sks_sender_indicators(findings, &view);
    sks_harm_imitation(findings, &view);
    sks_harm_pages(findings, &view);
    sks_indicators_wording(findings, &facts->text);
    sks_view_finish(&view);
}

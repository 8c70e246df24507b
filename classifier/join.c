/*
 * How two mails are joined.
 *
 * A mail with an attachment that nobody could open is kept as it came, with its envelope and what the memory said of
 * it. When a later mail of the same party gives passwords, they are tried on it: it is walked through again, by the
 * same code, with these passwords. If more can be opened now, its facts are collected and it is judged as if the
 * password had been there from the start. The other order is the same with the parts exchanged: a mail that gave
 * passwords has left them, and the mail with the attachment tries them on itself.
 *
 * Only mails of one party are tried on each other (match.c), and the trying is bounded by mails, passwords, rounds of
 * key derivation and time. Most mails tell no password and meet none that waits for one: what they might offer is
 * sought only where either may be so.
 */
#include "join.h"

#include <string.h>

#include "amend.h"
#include "base/crypt.h"
#include "offer.h"
#include "pool/wire.h"
#include "sekisho/limits.h"
#include "summary.h"

#define LOGGED_EVIDENCE 5u
#define AMENDED_MOST    2u  /* earlier mails whose passwords a mail corrects */
#define BORROWED        0.5 /* strength from which two findings say that an address is another's */

#define CONTEXT_TYPE "(ayv)"

/* ---- How a mail came, for judging it anew ---- */

static GBytes *pack_context(const struct sks_envelope *envelope, const struct sks_memory_answer *answer)
{
    static const struct sks_envelope unknown = {0};
    GBytes *packed = sks_wire_pack_envelope(envelope != NULL ? envelope : &unknown);
    gsize size;
    const void *data = g_bytes_get_data(packed, &size);
    GVariant *context = g_variant_ref_sink(g_variant_new(
        "(@ayv)", g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, data, size, 1), sks_memory_answer_pack(answer)));
    g_bytes_unref(packed);
    GBytes *bytes = g_variant_get_data_as_bytes(context);
    g_variant_unref(context);
    return bytes;
}

/* The answer's strings belong to the chunk. */
static int unpack_context(GBytes **out_envelope, struct sks_memory_answer *out_answer, GBytes *bytes,
                          GStringChunk *strings)
{
    GVariant *context = g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(CONTEXT_TYPE), bytes, FALSE));
    GVariant *envelope = NULL, *answer = NULL;
    bool known = g_variant_is_normal_form(context);
    if (known)
        g_variant_get(context, "(@ayv)", &envelope, &answer);
    known = known && sks_memory_answer_unpack(out_answer, answer, strings);
    if (known)
        *out_envelope = g_variant_get_data_as_bytes(envelope);
    g_clear_pointer(&envelope, g_variant_unref);
    g_clear_pointer(&answer, g_variant_unref);
    g_variant_unref(context);
    return known ? 0 : SKS_ERROR_FORMAT;
}

/* ---- Attachments ---- */

static unsigned count_locked(const struct sks_walk *walk)
{
    unsigned count = 0;
    for (guint i = 0; i < walk->attachments->len; i++) {
        const struct sks_attachment *attachment = g_ptr_array_index(walk->attachments, i);
        count += sks_attachment_is_locked(attachment);
    }
    return count;
}

/* Files, and members of files, that a password opened. */
static unsigned count_opened(const struct sks_walk *walk)
{
    unsigned count = 0;
    for (guint i = 0; i < walk->attachments->len; i++)
        count += ((const struct sks_attachment *)g_ptr_array_index(walk->attachments, i))->opened_parts;
    return count;
}

static GPtrArray *find_opened(const struct sks_walk *walk)
{
    GPtrArray *opened = g_ptr_array_new();
    for (guint i = 0; i < walk->attachments->len; i++) {
        struct sks_attachment *attachment = g_ptr_array_index(walk->attachments, i);
        if (sks_attachment_is_opened(attachment))
            g_ptr_array_add(opened, attachment);
    }
    return opened;
}

/* ---- Passwords ---- */

/* A NULL-terminated list: those, then the lines of a text that are not among them. g_ptr_array_unref(). */
static GPtrArray *gather(const GPtrArray *first, const char *lines)
{
    GPtrArray *passwords = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; first != NULL && i < first->len; i++)
        g_ptr_array_add(passwords, g_strdup(g_ptr_array_index(first, i)));
    char **more = g_strsplit(lines, "\n", -1);
    for (size_t i = 0; more[i] != NULL; i++)
        if (*more[i] != '\0' && !g_ptr_array_find_with_equal_func(passwords, more[i], g_str_equal, NULL))
            g_ptr_array_add(passwords, g_strdup(more[i]));
    g_strfreev(more);
    g_ptr_array_add(passwords, NULL);
    return passwords;
}

/* As many as there is room for in the store, a line each. g_free(). */
static char *list_passwords(const GPtrArray *passwords, size_t count, const char *before)
{
    GString *lines = g_string_new(before);
    g_auto(GStrv) had = g_strsplit(before, "\n", -1);
    for (guint i = 0; i < passwords->len && i < count; i++) {
        const char *password = g_ptr_array_index(passwords, i);
        if (lines->len + strlen(password) + 1 <= SKS_LIMIT_MEMORY_TEXT &&
            !g_strv_contains((const char *const *)had, password))
            g_string_append_printf(lines, "%s%s", lines->len > 0 ? "\n" : "", password);
    }
    return g_string_free(lines, FALSE);
}

/* ---- Trying this mail's passwords on one that waits ---- */

static void free_other(void *data)
{
    struct sks_join_other *other = data;
    sks_verdict_destroy(other->verdict);
    g_ptr_array_unref(other->opened);
    sks_collect_finish(&other->collected);
    g_free(other->passwords);
    g_free((void *)other->envelope.recipients);
    g_variant_unref(other->keeper);
    g_bytes_unref(other->bytes);
    g_free(other);
}

static void add_joined(struct sks_join *join, struct sks_joined joined)
{
    g_array_append_val(join->joined, joined);
}

/* The other mail's facts, made from a new walk. It is one of the others from now on. */
static int take_other(struct sks_join *join, struct sks_classifier *classifier, struct sks_join_other *other,
                      struct sks_walk *walk, const struct sks_memory_answer *answer, int64_t now)
{
    int error = sks_collect_init_walked(&other->collected, classifier, walk, &other->envelope, answer);
    if (error != 0)
        return error;
    /* Judged without, it might be taken for less than it was: the whole is tried again. */
    int failed = sks_collect_alarms(&other->collected, classifier->memory, now);
    join->error = failed != 0 ? failed : join->error;
    other->collected.facts.joined = &other->back;
    other->collected.facts.joined_count = 1;
    other->locked = count_locked(&other->collected.walk);
    g_ptr_array_add(join->others, other);
    return 0;
}

/* The walk opened more of the other's attachments than was open. */
static int take_opened(struct sks_join *join, struct sks_classifier *classifier, struct sks_join_other *other,
                       struct sks_walk *walk, const struct sks_memory_answer *answer,
                       const struct sks_collected *collected)
{
    other->back =
        (struct sks_joined){.message_id = collected->walk.message->message_id, .gave_password = true, .files = ""};
    int error = take_other(join, classifier, other, walk, answer, collected->facts.time);
    if (error != 0)
        return error;
    other->opened = find_opened(&other->collected.walk);
    other->passwords = other->locked > 0 ? list_passwords(join->offered, join->offered->len, other->waiting->passwords)
                                         : g_strdup(other->waiting->passwords);
    add_joined(join, (struct sks_joined){.message_id = other->waiting->message_id,
                                         .attachments = (const struct sks_attachment *const *)other->opened->pdata,
                                         .attachment_count = other->opened->len,
                                         .files = other->waiting->files});
    return 0;
}

/*
 * When the walk through a mail that is tried once more ends. It may have been made to take long: what is not opened by
 * then stays as it is, and waits.
 */
static int64_t end_of_try(const struct sks_join *join)
{
    return MIN(g_get_monotonic_time() + join->walk_time, join->end + (int64_t)SKS_LIMIT_JOIN_LAST_MILLISECONDS * 1000);
}

/* With the passwords that the other mail has, and those, which may be NULL. */
static int walk_other(struct sks_join *join, struct sks_walk *walk, const struct sks_join_other *other,
                      const GPtrArray *offered)
{
    GPtrArray *passwords = gather(offered, other->waiting->passwords);
    gsize size;
    const void *bytes = g_bytes_get_data(other->bytes, &size);
    int error =
        sks_walk_init_with(walk, bytes, size, (const char *const *)passwords->pdata, join->rounds, end_of_try(join));
    if (error == 0) {
        join->rounds = walk->budget.rounds;
        join->late = join->late || walk->budget.late;
    }
    g_ptr_array_unref(passwords);
    return error;
}

/*
 * Whether the walk opened more than the other mail's own passwords do. As many attachments may be locked as before: one
 * with several passwords is opened member by member, and what was in an encrypted file may be encrypted, too.
 */
static bool opens_more(struct sks_join *join, const struct sks_walk *walk, const struct sks_join_other *other,
                       uint64_t rounds)
{
    struct sks_walk before;
    unsigned opened = count_opened(walk);
    if (walk->budget.late) /* less was seen, which looks as if less were locked */
        return false;
    if (count_locked(walk) < other->waiting->locked)
        return true;
    if (opened == 0)
        return false;
    uint64_t spent = join->rounds - rounds;
    join->rounds = rounds; /* what ran out for the second walk only would look as if it had been opened */
    int error = walk_other(join, &before, other, NULL);
    join->rounds += spent;
    if (error != 0)
        return false;
    bool more = opened > count_opened(&before) && !before.budget.late;
    sks_walk_finish(&before);
    return more;
}

/* What is done with a kept mail that was read from the store; true if it has become one of the others. */
typedef bool (*use_kept)(struct sks_join *join, struct sks_classifier *classifier, struct sks_join_other *other,
                         const struct sks_memory_answer *answer, const struct sks_collected *collected);

/* Reads one kept mail. What can't be read is passed over: it stays as it is. */
static void with_kept(struct sks_join *join, struct sks_classifier *classifier,
                      const struct sks_memory_waiting *waiting, const struct sks_collected *collected, use_kept use)
{
    GBytes *bytes, *context_bytes, *envelope = NULL;
    struct sks_memory_answer answer;
    if (sks_memory_fetch(classifier->memory, waiting, &bytes, &context_bytes) != 0)
        return;
    GStringChunk *strings = g_string_chunk_new(256);
    struct sks_join_other *other = g_new0(struct sks_join_other, 1);
    other->waiting = waiting;
    other->bytes = bytes;
    int error = unpack_context(&envelope, &answer, context_bytes, strings);
    if (error == 0)
        error = sks_wire_unpack_envelope(&other->envelope, &other->keeper, envelope);
    if (error != 0 || !use(join, classifier, other, &answer, collected)) {
        g_free((void *)other->envelope.recipients);
        g_clear_pointer(&other->keeper, g_variant_unref);
        g_bytes_unref(bytes);
        g_free(other);
    }
    g_string_chunk_free(strings);
    g_clear_pointer(&envelope, g_bytes_unref);
    g_bytes_unref(context_bytes);
}

/* Tries this mail's passwords on a kept one. */
static bool try_other(struct sks_join *join, struct sks_classifier *classifier, struct sks_join_other *other,
                      const struct sks_memory_answer *answer, const struct sks_collected *collected)
{
    struct sks_walk walk;
    uint64_t rounds = join->rounds;
    if (walk_other(join, &walk, other, join->offered) != 0)
        return false;
    if (opens_more(join, &walk, other, rounds))
        return take_opened(join, classifier, other, &walk, answer, collected) == 0;
    if (walk.budget.late && join->announced > 0) /* as of a mail of which only the digest is kept */
        add_joined(join, (struct sks_joined){.message_id = other->waiting->message_id, .files = other->waiting->files});
    sks_walk_finish(&walk);
    return false;
}

/* A mail that came before and gave the password for this one's attachments: judged anew by what is in them. */
static bool take_giver(struct sks_join *join, struct sks_classifier *classifier, struct sks_join_other *other,
                       const struct sks_memory_answer *answer, const struct sks_collected *collected)
{
    struct sks_walk walk;
    gsize size;
    const void *bytes = g_bytes_get_data(other->bytes, &size);
    if (sks_walk_init_with(&walk, bytes, size, NULL, 0, end_of_try(join)) != 0)
        return false;
    if (walk.budget.late) {
        join->late = true;
        sks_walk_finish(&walk);
        return false;
    }
    other->opened = find_opened(&collected->walk);
    other->back = (struct sks_joined){.message_id = collected->walk.message->message_id,
                                      .attachments = (const struct sks_attachment *const *)other->opened->pdata,
                                      .attachment_count = other->opened->len,
                                      .files = join->files};
    if (take_other(join, classifier, other, &walk, answer, collected->facts.time) != 0) {
        g_ptr_array_unref(other->opened);
        return false;
    }
    other->passwords = g_strdup(other->waiting->passwords);
    return true;
}

/* ---- Trying another's passwords on this mail ---- */

static int walk_again(struct sks_join *join, struct sks_walk *walk, const struct sks_memory_waiting *waiting,
                      const void *bytes, size_t size)
{
    GPtrArray *passwords = gather(NULL, join->known->str);
    g_ptr_array_set_size(passwords, (int)passwords->len - 1);
    GPtrArray *all = gather(passwords, waiting->passwords);
    int error = sks_walk_init_with(walk, bytes, size, (const char *const *)all->pdata, join->rounds, end_of_try(join));
    if (error == 0) {
        join->rounds = walk->budget.rounds;
        join->late = join->late || walk->budget.late;
    }
    g_ptr_array_unref(passwords);
    g_ptr_array_unref(all);
    return error;
}

/* The mail's facts are those of the new walk from now on. */
static int collect_again(struct sks_join *join, struct sks_classifier *classifier, struct sks_collected *collected,
                         struct sks_walk *walk, const struct sks_envelope *envelope)
{
    struct sks_collected again;
    int error = sks_collect_init_walked(&again, classifier, walk, envelope, &collected->facts.memory);
    if (error != 0)
        return error;
    unsigned brings = join->match.brings;
    sks_match_finish(&join->match); /* rests on the facts */
    sks_collect_finish(collected);
    *collected = again;
    sks_match_init(&join->match, collected, brings);
    return 0;
}

/* Whether one more mail may be tried; that it may not is a fact. */
static bool may_try(struct sks_join *join, unsigned *tried)
{
    if (*tried >= SKS_LIMIT_JOIN_MAILS || join->rounds >= SKS_LIMIT_KEY_ROUNDS || g_get_monotonic_time() >= join->end) {
        join->cut = true;
        return false;
    }
    (*tried)++;
    return true;
}

static int try_on_self(struct sks_join *join, struct sks_classifier *classifier, struct sks_collected *collected,
                       const struct sks_memory_waiting *const *ranked, size_t count, const void *bytes, size_t size,
                       const struct sks_envelope *envelope, GPtrArray *givers)
{
    struct sks_walk best;
    bool opened = false;
    unsigned tried = 0, parts = count_opened(&collected->walk);
    for (size_t i = 0; i < count && join->locked > 0 && !join->cut; i++) {
        struct sks_walk walk;
        if (*ranked[i]->passwords == '\0' || !may_try(join, &tried))
            continue;
        if (walk_again(join, &walk, ranked[i], bytes, size) != 0)
            continue;
        unsigned locked = count_locked(&walk);
        if (walk.budget.late || (locked >= join->locked && count_opened(&walk) <= parts)) {
            sks_walk_finish(&walk);
            continue;
        }
        if (opened)
            sks_walk_finish(&best);
        best = walk;
        opened = true;
        join->locked = locked;
        parts = count_opened(&walk);
        join->earlier += sks_match_is_sender(ranked[i]);
        g_string_append_printf(join->known, "%s%s", join->known->len > 0 ? "\n" : "", ranked[i]->passwords);
        add_joined(join, (struct sks_joined){.message_id = ranked[i]->message_id, .gave_password = true, .files = ""});
        if (ranked[i]->kept && ranked[i]->locked == 0)
            g_ptr_array_add(givers, (void *)ranked[i]);
    }
    return opened ? collect_again(join, classifier, collected, &best, envelope) : 0;
}

/* ---- All of it ---- */

struct ranked {
    const struct sks_memory_waiting *waiting;
    unsigned rank;
};

static int by_rank(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? 1 : -1;
    return a->waiting->id < b->waiting->id ? 1 : -1;
}

/* Mails of the same party, the surest and newest first. */
static GPtrArray *rank(struct sks_join *join)
{
    GArray *sorted = g_array_new(FALSE, FALSE, sizeof(struct ranked));
    for (size_t i = 0; i < join->found.count; i++) {
        const struct ranked item = {&join->found.items[i], sks_match_rank(&join->match, &join->found.items[i])};
        if (item.rank > 0)
            g_array_append_val(sorted, item);
    }
    g_array_sort(sorted, by_rank);
    GPtrArray *mails = g_ptr_array_new();
    for (guint i = 0; i < sorted->len; i++)
        g_ptr_array_add(mails, (void *)g_array_index(sorted, struct ranked, i).waiting);
    g_array_unref(sorted);
    return mails;
}

/* The mail's SHA-256 in hexadecimal, made once. */
static const char *identity_of(struct sks_join *join, const void *bytes, size_t size)
{
    if (join->identity != NULL)
        return join->identity;
    unsigned char digest[32];
    GString *text = g_string_sized_new(2 * sizeof digest + 1);
    sks_hash_once(SKS_DIGEST_SHA256, digest, bytes, size, NULL, 0);
    for (size_t i = 0; i < sizeof digest; i++)
        g_string_append_printf(text, "%02x", digest[i]);
    return join->identity = g_string_free(text, FALSE);
}

/* Whether this mail itself is what waits: another may have its Message-ID, or neither have one. */
static bool is_itself(struct sks_join *join, const struct sks_classifier *classifier,
                      const struct sks_memory_waiting *waiting, const char *message_id, const void *bytes, size_t size)
{
    return strcmp(waiting->message_id, message_id) == 0 &&
           sks_memory_is_same(classifier->memory, waiting, identity_of(join, bytes, size));
}

static void try_on_others(struct sks_join *join, struct sks_classifier *classifier, const GPtrArray *ranked,
                          const struct sks_collected *collected, const void *bytes, size_t size)
{
    const char *message_id = collected->walk.message->message_id;
    unsigned tried = 0;
    for (guint i = 0; i < ranked->len && !join->cut; i++) {
        const struct sks_memory_waiting *waiting = g_ptr_array_index(ranked, i);
        if (waiting->locked == 0 || is_itself(join, classifier, waiting, message_id, bytes, size) ||
            !may_try(join, &tried))
            continue;
        if (waiting->kept)
            with_kept(join, classifier, waiting, collected, try_other);
        else if (join->announced > 0)
            add_joined(join, (struct sks_joined){.message_id = waiting->message_id, .files = waiting->files});
    }
}

static void look_for_offers(struct sks_join *join, const struct sks_walk *walk)
{
    join->announced = sks_offer_find(join->offered, &join->underivable, walk);
    join->looked = true;
    join->end = g_get_monotonic_time() + (int64_t)SKS_LIMIT_JOIN_MILLISECONDS * 1000;
}

/* What the mail corrects or completes of what an earlier one gave; behind the password that it tells itself. */
static void amend_offers(struct sks_join *join, const GPtrArray *ranked, const struct sks_walk *walk)
{
    const char *earlier[AMENDED_MOST];
    size_t count = 0;
    for (guint i = 0; i < ranked->len && count < AMENDED_MOST; i++) {
        const struct sks_memory_waiting *waiting = g_ptr_array_index(ranked, i);
        if (*waiting->passwords != '\0')
            earlier[count++] = waiting->passwords;
    }
    join->announced += sks_amend(join->offered, join->announced, walk->message, earlier, count);
    join->announced = MIN(join->announced, join->offered->len);
}

static bool is_any_waiting(const GPtrArray *ranked)
{
    for (guint i = 0; i < ranked->len; i++)
        if (((const struct sks_memory_waiting *)g_ptr_array_index(ranked, i))->locked > 0)
            return true;
    return false;
}

static int join_found(struct sks_join *join, struct sks_classifier *classifier, struct sks_collected *collected,
                      const void *bytes, size_t size, const struct sks_envelope *envelope)
{
    int error = 0;
    GPtrArray *ranked = rank(join), *givers = g_ptr_array_new();
    bool awaited = is_any_waiting(ranked);
    if (!join->looked && awaited)
        look_for_offers(join, &collected->walk);
    if (join->looked)
        amend_offers(join, ranked, &collected->walk);
    if (join->locked > 0)
        error = try_on_self(join, classifier, collected, (const struct sks_memory_waiting *const *)ranked->pdata,
                            ranked->len, bytes, size, envelope, givers);
    if (error == 0 && givers->len > 0)
        join->files = sks_quote_list_files(&collected->walk);
    for (guint i = 0; i < givers->len && error == 0; i++)
        with_kept(join, classifier, g_ptr_array_index(givers, i), collected, take_giver);
    g_ptr_array_unref(givers);
    if (error == 0 && join->offered->len > 0)
        try_on_others(join, classifier, ranked, collected, bytes, size);
    collected->facts.joined = (const struct sks_joined *)(void *)join->joined->data;
    collected->facts.joined_count = join->joined->len;
    collected->facts.joined_earlier = join->earlier;
    /* A text that tells so many passwords may tell more. */
    bool full = awaited && join->others->len == 0 && join->announced >= SKS_LIMIT_JOIN_PASSWORDS;
    collected->facts.cut_join = join->cut || join->late || full;
    collected->facts.password_awaited = awaited && join->underivable && join->others->len == 0;
    g_ptr_array_unref(ranked);
    return error;
}

int sks_join_init(struct sks_join *join, struct sks_classifier *classifier, struct sks_collected *collected,
                  const void *bytes, size_t size, const struct sks_envelope *envelope)
{
    *join = (struct sks_join){.others = g_ptr_array_new_with_free_func(free_other),
                              .joined = g_array_new(FALSE, FALSE, sizeof(struct sks_joined)),
                              .offered = g_ptr_array_new_with_free_func(g_free),
                              .known = g_string_new(NULL)};
    if (classifier->memory == NULL || collected->mail.outgoing)
        return 0;
    join->locked = count_locked(&collected->walk);
    join->walk_time = (int64_t)classifier->join_milliseconds * 1000;
    join->end = g_get_monotonic_time() + (int64_t)SKS_LIMIT_JOIN_MILLISECONDS * 1000;
    if (sks_offer_may_announce(&collected->walk))
        look_for_offers(join, &collected->walk);
    if (collected->memory_error != 0 ||
        (join->locked == 0 && join->looked && join->offered->len == 0 && !join->underivable))
        return 0;
    join->active = true;
    sks_match_init(&join->match, collected,
                   (join->locked > 0 ? SKS_MATCH_LOCKED : 0u) | (join->looked ? SKS_MATCH_ANNOUNCES : 0u));
    const GArray *keys = join->match.find;
    collected->memory_error =
        sks_memory_find(classifier->memory, (const struct sks_memory_key *)(void *)keys->data, keys->len,
                        collected->facts.time - classifier->pending_seconds, &join->found);
    if (collected->memory_error != 0)
        return 0;
    int error = join_found(join, classifier, collected, bytes, size, envelope);
    if (error == 0 && join->error != 0)
        collected->memory_error = join->error;
    return error;
}

bool sks_join_matters(const struct sks_join *join)
{
    return join->locked > 0 || join->announced > 0;
}

void sks_join_finish(struct sks_join *join)
{
    g_ptr_array_unref(join->others);
    g_array_unref(join->joined);
    g_ptr_array_unref(join->offered);
    g_string_free(join->known, TRUE);
    g_free(join->files);
    g_free(join->identity);
    sks_memory_found_finish(&join->found);
    if (join->active)
        sks_match_finish(&join->match);
}

/* ---- What is left behind ---- */

/* What spoke most for a class that raises an alarm; of clean mail, nothing. */
static char *list_evidence(const struct sks_verdict *verdict)
{
    GString *list = g_string_new(NULL);
    size_t count = verdict->class_ != SKS_CLASS_CLEAN ? sks_verdict_evidence_count(verdict) : 0;
    for (size_t i = 0, listed = 0; i < count && listed < LOGGED_EVIDENCE; i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        double weight = verdict->class_ == SKS_CLASS_BULK ? evidence->bulk_contribution : evidence->contribution;
        if (weight > 0 || sks_summary_decides(evidence->id, verdict->class_))
            g_string_append_printf(list, "%s%s", listed++ > 0 ? " " : "", evidence->id);
    }
    return g_string_free(list, FALSE);
}

/* What it makes for this is added to strings, which frees it. */
static struct sks_memory_verdict describe_verdict(GPtrArray *strings, const struct sks_collected *collected,
                                                  const struct sks_verdict *verdict)
{
    char *evidence = list_evidence(verdict);
    g_ptr_array_add(strings, evidence);
    return (struct sks_memory_verdict){
        .at = collected->facts.time,
        .message_id = verdict->message_id,
        .from = verdict->from_address,
        .to = collected->facts.recipients,
        .to_count = collected->facts.recipient_count,
        .subject = verdict->subject,
        .class_ = sks_class_name(verdict->class_),
        .score = verdict->score,
        .previous = "",
        .because = "",
        .evidence = evidence,
        .content = collected->mail.digest,
        .party = collected->mail.from,
        .standing = verdict->standing,
        .carried = verdict->carried,
    };
}

/*
 * What we judge an attack or bulk earns its sender no standing; nor does what failed authentication and is unlike all
 * mail of its address before: or one forged mail would make a correspondent's habits out of its own.
 */
static const struct sks_memory_mail *lesson(const struct sks_collected *collected, const struct sks_verdict *verdict)
{
    bool borrowed = sks_verdict_strength(verdict, "sender.authentication-failed") >= BORROWED &&
                    sks_verdict_strength(verdict, "sender.habit-differs") >= BORROWED;
    return verdict->class_ == SKS_CLASS_CLEAN && !borrowed ? &collected->mail : NULL;
}

struct keeping {
    struct sks_memory_keeping keeping;
    char *files, *passwords;
    GBytes *context;
};

/* Whether the mail has to wait for another, and as what. */
static bool init_keeping(struct keeping *kept, const struct sks_join *join, const struct sks_classifier *classifier,
                         const struct sks_collected *collected, const struct sks_verdict *verdict)
{
    bool offers = join->announced > 0 && !classifier->keep_digests;
    if (!join->active || (join->locked == 0 && !offers))
        return false;
    const struct sks_memory_mail *mail = &collected->mail;
    kept->files = sks_quote_list_files(&collected->walk);
    kept->passwords =
        classifier->keep_digests
            ? g_strdup("")
            : list_passwords(join->offered, join->announced > 0 ? join->offered->len : 0, join->known->str);
    kept->keeping = (struct sks_memory_keeping){
        .at = collected->facts.time,
        .locked = join->locked,
        .message_id = verdict->message_id,
        .sender = mail->from,
        .subject = mail->subject,
        .files = kept->files,
        .passwords = kept->passwords,
        .class_ = sks_class_name(verdict->class_),
        .keys = (const struct sks_memory_key *)(void *)join->match.own->data,
        .key_count = join->match.own->len,
    };
    return true;
}

/* Whether it is suspicious enough to be kept from its reader until somebody could look into it. */
static bool is_to_be_held(const struct keeping *kept, const struct sks_classifier *classifier,
                          const struct sks_verdict *verdict, const struct sks_envelope *envelope)
{
    return kept->keeping.locked > 0 && envelope != NULL && envelope->queue_id != NULL &&
           (classifier->hold_classes & 1u << verdict->class_) != 0 &&
           verdict->probability[SKS_CLASS_TARGETED] * 100 >= classifier->hold_least;
}

static void add_bytes(struct keeping *kept, struct sks_join *join, const struct sks_classifier *classifier,
                      const struct sks_collected *collected, const struct sks_verdict *verdict, const void *bytes,
                      size_t size, const struct sks_envelope *envelope)
{
    kept->keeping.identity = identity_of(join, bytes, size);
    if (classifier->keep_digests || size > classifier->pending_size)
        return;
    gsize context_size;
    kept->context = pack_context(envelope, &collected->facts.memory);
    kept->keeping.context = g_bytes_get_data(kept->context, &context_size);
    kept->keeping.context_size = context_size;
    kept->keeping.bytes = bytes;
    kept->keeping.size = size;
    if (is_to_be_held(kept, classifier, verdict, envelope)) {
        kept->keeping.queue_id = envelope->queue_id;
        kept->keeping.due = collected->facts.time + classifier->hold_seconds;
    }
}

static void finish_keeping(struct keeping *kept)
{
    g_free(kept->files);
    g_free(kept->passwords);
    g_clear_pointer(&kept->context, g_bytes_unref);
}

/* Whether the class that a mail got now is worse than the one that it had. */
static bool is_worse(enum sks_class now, const char *before)
{
    enum sks_class previous;
    return sks_class_from_name(&previous, before) == 0 && now > previous;
}

/* What was wholly looked into and is harmless may go on to its reader; an attack never does by itself. */
static enum sks_memory_held decide_held(const struct sks_join_other *other)
{
    if (other->verdict->class_ == SKS_CLASS_TARGETED)
        return SKS_MEMORY_HELD_FOR_GOOD;
    return other->verdict->class_ == SKS_CLASS_CLEAN && other->locked == 0 &&
                   sks_verdict_strength(other->verdict, "clean.opened-harmless") > 0
               ? SKS_MEMORY_HELD_LET_GO
               : SKS_MEMORY_HELD_ON;
}

/* A change for each of the others, and the verdict that goes with it. */
static void list_changes(const struct sks_join *join, const struct sks_collected *collected, GArray *changes,
                         struct sks_memory_verdict *verdicts, GPtrArray *strings)
{
    for (guint i = 0; i < join->others->len; i++) {
        struct sks_join_other *other = g_ptr_array_index(join->others, i);
        verdicts[i] = describe_verdict(strings, &other->collected, other->verdict);
        verdicts[i].at = collected->facts.time;
        verdicts[i].previous = other->waiting->class_;
        verdicts[i].because = collected->walk.message->message_id;
        const struct sks_memory_change change = {
            .waiting = other->waiting,
            .locked = other->locked,
            .passwords = other->passwords,
            .verdict = &verdicts[i],
            .mail = lesson(&other->collected, other->verdict),
            .unlearn = lesson(&other->collected, other->verdict) == NULL ? &other->collected.mail : NULL,
            .held = decide_held(other),
            .worse = is_worse(other->verdict->class_, other->waiting->class_),
            .why = {sks_verdict_summary(other->verdict, SKS_LANGUAGE_JAPANESE),
                    sks_verdict_summary(other->verdict, SKS_LANGUAGE_ENGLISH)},
        };
        g_array_append_val(changes, change);
    }
}

/* Whoever changed one of them before has also logged its verdict. */
static void forget_undone(struct sks_join *join, const GArray *changes)
{
    for (guint i = 0; i < changes->len; i++) {
        struct sks_join_other *other = g_ptr_array_index(join->others, i);
        if (!g_array_index(changes, struct sks_memory_change, i).done)
            g_clear_pointer(&other->verdict, sks_verdict_destroy);
    }
}

/* Whether a mail that came meanwhile may be joined with this one: it brings what this one lacks, or lacks what it
 * brings, or may bring if it is looked for. */
static bool may_be_joined(void *data, const struct sks_memory_waiting *newer)
{
    struct sks_join *join = data;
    bool brings = join->locked > 0 && *newer->passwords != '\0';
    bool lacks = newer->locked > 0 && (!join->looked || join->offered->len > 0);
    return (brings || lacks) && sks_match_rank(&join->match, newer) > 0;
}

int sks_join_settle(struct sks_join *join, struct sks_classifier *classifier, struct sks_collected *collected,
                    const struct sks_verdict *verdict, const void *bytes, size_t size,
                    const struct sks_envelope *envelope, const struct sks_exchanges *exchanges, bool patient,
                    bool *out_again, bool *out_held)
{
    *out_again = *out_held = false;
    if (classifier->memory == NULL || classifier->store_frozen || collected->memory_error != 0)
        return collected->memory_error;
    struct keeping kept = {0};
    bool keeps = init_keeping(&kept, join, classifier, collected, verdict);
    if (keeps)
        add_bytes(&kept, join, classifier, collected, verdict, bytes, size, envelope);
    GPtrArray *strings = g_ptr_array_new_with_free_func(g_free);
    const struct sks_memory_verdict logged = describe_verdict(strings, collected, verdict);
    struct sks_memory_verdict *verdicts = g_new0(struct sks_memory_verdict, join->others->len + 1);
    GArray *changes = g_array_new(FALSE, FALSE, sizeof(struct sks_memory_change));
    list_changes(join, collected, changes, verdicts, strings);
    const struct sks_memory_settlement settlement = {
        .mail = lesson(collected, verdict),
        .counted = &collected->mail,
        .verdict = &logged,
        .keeping = keeps ? &kept.keeping : NULL,
        .changes = (struct sks_memory_change *)(void *)changes->data,
        .change_count = changes->len,
        .exchanges = (const struct sks_memory_exchange *)(const void *)exchanges->memory->data,
        .exchange_count = exchanges->memory->len,
        .found = patient && join->active ? &join->found : NULL,
        .keys = join->active ? (const struct sks_memory_key *)(void *)join->match.find->data : NULL,
        .key_count = join->active ? join->match.find->len : 0,
        .matters = may_be_joined,
        .matters_data = join,
        .since = classifier->tended ? 0 : collected->facts.time - classifier->pending_seconds,
        .notices = classifier->leaves_notices,
        .total_size = classifier->pending_total,
    };
    int error = sks_memory_settle(classifier->memory, &settlement, out_again);
    *out_held = error == 0 && !*out_again && keeps && kept.keeping.queue_id != NULL;
    if (error != 0 || !*out_again)
        forget_undone(join, changes);
    g_array_unref(changes);
    g_free(verdicts);
    g_ptr_array_unref(strings);
    finish_keeping(&kept);
    return error;
}

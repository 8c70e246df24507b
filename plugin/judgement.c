/*
 * See judgement.h. Everything is decided, and the list of edits made, before the first edit is sent.
 */
#include "judgement.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "caretaker.h"
#include "counters.h"
#include "log.h"
#include "release.h"
#include "sekisho/pool.h"

#define BODY_CHUNK            (1024 * 1024)
#define PROGRESS_MILLISECONDS 4000 /* so often the MTA is told that its mail is still being judged */
#define EVIDENCE_LOGGED       3u

struct judgement {
    SMFICTX *context;
    struct sks_mail *mail;
    const struct sks_client *client;
    struct sks_generation *generation;
    struct sks_verdict *verdict; /* NULL: failed */
    const char *failure;
    int error;   /* of the examination */
    bool notice; /* one of our own: not judged */
    struct sks_decision decision;
    gint64 started;
};

static void show_progress(void *context)
{
    smfi_progress(context);
}

/* Whether the mail is one that we wrote ourselves: it is not judged, and nothing is done to it. */
static bool is_own_notice(const struct judgement *judgement)
{
    const struct sks_mail *mail = judgement->mail;
    const struct sks_generation *generation = judgement->generation;
    if (!generation->has_notice_key || mail->truncated || mail->broken || mail->size <= mail->body_at ||
        !sks_notice_is_marked((const struct sks_field *)(void *)mail->fields->data, mail->fields->len))
        return false;
    const char *bytes = mmap(NULL, mail->size, PROT_READ, MAP_PRIVATE, mail->fd, 0);
    if (bytes == MAP_FAILED)
        return false;
    bool ours = sks_notice_is_ours((const struct sks_field *)(void *)mail->fields->data, mail->fields->len,
                                   bytes + mail->body_at, mail->size - mail->body_at, generation->notice_key,
                                   (int64_t)time(NULL));
    munmap((void *)bytes, mail->size);
    return ours;
}

/*
 * The queue ID, if the mail may be held: only Postfix lets held mail go by its ID, only sekisho-release may ask it to,
 * and what the policy leaves alone is left alone, or refuses in any case.
 */
static const char *may_be_held(const struct judgement *judgement, const struct sks_policy_mail *who)
{
    const struct sks_policy *policy = &judgement->generation->configuration->policy;
    if (!policy->hold || policy->observe || sks_policy_exemption(policy, who) != SKS_EXEMPTION_NONE ||
        (judgement->client->actions & SMFIF_QUARANTINE) == 0 || judgement->mail->ours > SKS_MAIL_OURS_MOST)
        return NULL;
    const char *mta = smfi_getsymval(judgement->context, (char *)"v");
    const char *queue_id = smfi_getsymval(judgement->context, (char *)"i");
    if (mta == NULL || !g_str_has_prefix(mta, "Postfix") || queue_id == NULL || queue_id[0] == '\0')
        return NULL;
    if (sks_release_is_there(policy->hold_helper))
        return queue_id;
    sks_log(LOG_WARNING, "%s: sekisho-release is not there: no mail is held", policy->hold_helper);
    return NULL;
}

static void examine(struct judgement *judgement)
{
    const struct sks_mail *mail = judgement->mail;
    const struct sks_policy_mail who = sks_mail_for_policy(mail, judgement->client->address);
    const struct sks_envelope envelope = {
        .sender = mail->sender,
        .recipients = (const char *const *)mail->recipients->pdata,
        .recipient_count = mail->recipients->len,
        .client_address = judgement->client->address,
        .client_name = judgement->client->name,
        .helo = judgement->client->helo,
        .trusted = sks_policy_trusts(&judgement->generation->configuration->policy, &who),
        .authenticated = mail->authenticated,
        .truncated = mail->truncated,
        .queue_id = may_be_held(judgement, &who),
        .received_at = (int64_t)time(NULL),
    };
    if (mail->broken) {
        judgement->failure = "the mail could not be kept in memory";
        return;
    }
    const struct sks_pool_progress progress = {PROGRESS_MILLISECONDS, show_progress, judgement->context};
    int result = sks_pool_examine_with_progress(&judgement->verdict, judgement->generation->pool, mail->fd, mail->size,
                                                &envelope, &progress);
    judgement->error = result;
    if (result != SKS_OK)
        judgement->failure = sks_error_text(result);
}

static void decide(struct judgement *judgement)
{
    const struct sks_policy *policy = &judgement->generation->configuration->policy;
    const struct sks_policy_mail who = sks_mail_for_policy(judgement->mail, judgement->client->address);
    if (judgement->verdict != NULL)
        judgement->decision = sks_policy_decide(policy, sks_verdict_class(judgement->verdict), &who);
    else if (judgement->notice)
        judgement->decision = (struct sks_decision){.exemption = SKS_EXEMPTION_NOTICE};
    else
        judgement->decision = sks_policy_decide_failure(policy, &who);
    if (judgement->mail->ours > SKS_MAIL_OURS_MOST)
        sks_policy_refuse_forged(&judgement->decision);
    judgement->decision.hold = judgement->verdict != NULL && sks_verdict_held(judgement->verdict);
}

/* libmilter's functions take char * but only read. With leading_space the blank after the colon is ours to give. */
static int send_header(struct judgement *judgement, const struct sks_edit *edit)
{
    char *value = g_strconcat(judgement->client->leading_space ? " " : "", edit->value, NULL);
    int result;
    if (edit->kind == SKS_EDIT_INSERT_HEADER)
        result = smfi_insheader(judgement->context, 0, edit->name, value);
    else if (edit->kind == SKS_EDIT_ADD_HEADER)
        result = smfi_addheader(judgement->context, edit->name, value);
    else
        result = smfi_chgheader(judgement->context, edit->name, (int)edit->index, value);
    g_free(value);
    return result;
}

static int send_body(struct judgement *judgement, const struct sks_edit *edit)
{
    for (size_t at = 0; at < edit->size; at += BODY_CHUNK) {
        int size = (int)MIN(edit->size - at, (size_t)BODY_CHUNK);
        if (smfi_replacebody(judgement->context, (unsigned char *)edit->value + at, size) != MI_SUCCESS)
            return MI_FAILURE;
    }
    return MI_SUCCESS;
}

static int send_edit(struct judgement *judgement, const struct sks_edit *edit)
{
    switch (edit->kind) {
    case SKS_EDIT_QUARANTINE:
        return smfi_quarantine(judgement->context, edit->value);
    case SKS_EDIT_DELETE_HEADER:
        return smfi_chgheader(judgement->context, edit->name, (int)edit->index, NULL);
    case SKS_EDIT_INSERT_HEADER:
    case SKS_EDIT_ADD_HEADER:
    case SKS_EDIT_CHANGE_HEADER:
        return send_header(judgement, edit);
    case SKS_EDIT_REPLACE_BODY:
        return send_body(judgement, edit);
    }
    return MI_FAILURE;
}

static unsigned long needed_action(enum sks_edit_kind kind)
{
    switch (kind) {
    case SKS_EDIT_QUARANTINE:
        return SMFIF_QUARANTINE;
    case SKS_EDIT_DELETE_HEADER:
    case SKS_EDIT_CHANGE_HEADER:
        return SMFIF_CHGHDRS;
    case SKS_EDIT_INSERT_HEADER:
    case SKS_EDIT_ADD_HEADER:
        return SMFIF_ADDHDRS;
    case SKS_EDIT_REPLACE_BODY:
        return SMFIF_CHGBODY;
    }
    return 0;
}

static void tell_unmade(const struct judgement *judgement, enum sks_edit_kind kind, const char *why)
{
    static const char *const kinds[] = {
        [SKS_EDIT_QUARANTINE] = "put on hold",
        [SKS_EDIT_DELETE_HEADER] = "freed of a header field",
        [SKS_EDIT_INSERT_HEADER] = "given a header field",
        [SKS_EDIT_ADD_HEADER] = "given a header field",
        [SKS_EDIT_CHANGE_HEADER] = "given another subject",
        [SKS_EDIT_REPLACE_BODY] = "given another body",
    };
    const char *queue_id = smfi_getsymval(judgement->context, (char *)"i");
    sks_log(LOG_WARNING, "mail %s is not %s: %s", queue_id != NULL ? queue_id : "without queue ID", kinds[kind], why);
    atomic_fetch_add(&sks_counters()->edit_failures, 1);
}

/* Edits that this MTA can't make are left out; the first that fails is the last, since the connection is gone then. */
static void send_edits(struct judgement *judgement, const struct sks_edits *edits)
{
    for (size_t i = 0; i < edits->count; i++) {
        const struct sks_edit *edit = &edits->list[i];
        unsigned long needed = needed_action(edit->kind);
        if ((judgement->client->actions & needed) != needed) {
            tell_unmade(judgement, edit->kind, "the MTA lets this filter do no such thing");
            continue;
        }
        if (send_edit(judgement, edit) != MI_SUCCESS) {
            tell_unmade(judgement, edit->kind, "the MTA could not be told");
            return;
        }
    }
}

/* Only a body banner needs the bytes again. */
static const char *map_body(const struct judgement *judgement)
{
    const struct sks_mail *mail = judgement->mail;
    if (!judgement->generation->configuration->banner.body || !judgement->decision.add_banners ||
        judgement->verdict == NULL || mail->truncated || mail->broken || mail->size <= mail->body_at)
        return NULL;
    void *bytes = mmap(NULL, mail->size, PROT_READ, MAP_PRIVATE, mail->fd, 0);
    return bytes == MAP_FAILED ? NULL : bytes;
}

static void edit(struct judgement *judgement)
{
    const struct sks_configuration *configuration = judgement->generation->configuration;
    const struct sks_mail *mail = judgement->mail;
    const char *bytes = map_body(judgement);
    struct sks_edits edits;
    const struct sks_edit_input input = {
        .verdict = judgement->verdict,
        .decision = &judgement->decision,
        .failure = judgement->failure,
        .model_version = judgement->generation->model_version,
        .fields = (const struct sks_field *)(void *)mail->fields->data,
        .field_count = mail->fields->len,
        .language = (enum sks_language)configuration->banner.language,
        .subject = configuration->banner.subject,
        .body = configuration->banner.body,
        .evidence = configuration->banner.evidence,
        .truncated = mail->truncated,
        .body_bytes = bytes != NULL ? bytes + mail->body_at : NULL,
        .body_size = bytes != NULL ? mail->size - mail->body_at : 0,
    };
    sks_edits_make(&edits, &input);
    if (bytes != NULL)
        munmap((void *)bytes, mail->size);
    send_edits(judgement, &edits);
    sks_edits_finish(&edits);
}

static sfsistat answer(const struct judgement *judgement)
{
    if (judgement->decision.action == SKS_ACTION_REJECT) {
        smfi_setreply(judgement->context, (char *)"550", (char *)"5.7.1",
                      (char *)"Message refused: it looks like an attack or unwanted bulk mail");
        return SMFIS_REJECT;
    }
    if (judgement->decision.action == SKS_ACTION_TEMPFAIL) {
        smfi_setreply(judgement->context, (char *)"451", (char *)"4.7.1",
                      (char *)"Message can not be accepted now, please try again later");
        return SMFIS_TEMPFAIL;
    }
    return SMFIS_CONTINUE;
}

/* How far a piece of evidence moved the verdict, whichever way. */
static double weight(const struct sks_evidence *evidence)
{
    return fmax(fabs(evidence->contribution), fabs(evidence->bulk_contribution));
}

/* What weighed most: of clean mail, too, what spoke against it, if that is more than what spoke for it. g_free(). */
static char *list_evidence(const struct sks_verdict *verdict)
{
    const struct sks_evidence *most[EVIDENCE_LOGGED] = {0};
    bool clean = sks_verdict_class(verdict) == SKS_CLASS_CLEAN; /* else they come in their order */
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        for (size_t k = 0; k < EVIDENCE_LOGGED && evidence != NULL; k++) {
            const struct sks_evidence *before = most[k];
            if (before == NULL || (clean && weight(evidence) > weight(before))) {
                most[k] = evidence;
                evidence = before;
            }
        }
    }
    GString *ids = g_string_new(NULL);
    for (size_t k = 0; k < EVIDENCE_LOGGED && most[k] != NULL; k++)
        g_string_append_printf(ids, "%s%s", k > 0 ? "," : "", most[k]->id);
    return g_string_free(ids, FALSE);
}

static void add_verdict(struct sks_line *line, const struct sks_verdict *verdict)
{
    char *ids = list_evidence(verdict);
    sks_line_text(line, "header_from", sks_verdict_from_address(verdict));
    sks_line_text(line, "message_id", sks_verdict_message_id(verdict));
    sks_line_word(line, "class", sks_class_name(sks_verdict_class(verdict)));
    sks_line_decimal(line, "score", sks_verdict_score(verdict));
    sks_line_text(line, "evidence", ids);
    g_free(ids);
}

/* One line a mail. */
static void log_mail(const struct judgement *judgement, const char *queue_id)
{
    const struct sks_decision *decision = &judgement->decision;
    struct sks_line line;
    sks_log_begin(&line, "mail");
    sks_line_text(&line, "queue_id", queue_id);
    sks_line_text(&line, "client", judgement->client->address);
    sks_line_text(&line, "from", judgement->mail->sender);
    sks_line_number(&line, "recipients", judgement->mail->recipients->len);
    sks_line_number(&line, "size", (long long)judgement->mail->size);
    if (judgement->verdict != NULL)
        add_verdict(&line, judgement->verdict);
    else if (judgement->failure != NULL)
        sks_line_text(&line, "failure", judgement->failure);
    sks_line_word(&line, "action", sks_action_name(decision->action));
    if (decision->action != decision->intended)
        sks_line_word(&line, "intended", sks_action_name(decision->intended));
    if (decision->forged)
        sks_line_number(&line, "forged", judgement->mail->ours);
    if (decision->hold)
        sks_line_word(&line, "held", "yes");
    if (decision->exemption != SKS_EXEMPTION_NONE)
        sks_line_word(&line, "exempt", sks_exemption_name(decision->exemption));
    if (judgement->verdict != NULL && sks_verdict_memory_error(judgement->verdict) != SKS_OK)
        sks_line_text(&line, "memory_failure", sks_error_text(sks_verdict_memory_error(judgement->verdict)));
    sks_line_number(&line, "elapsed_ms", (g_get_monotonic_time() - judgement->started) / 1000);
    sks_line_number(&line, "generation", judgement->generation->number);
    sks_log_end(judgement->failure == NULL ? LOG_INFO : LOG_WARNING, &line);
}

/* One line for each earlier mail that this one changed the verdict of. It was delivered long ago. */
static void log_changed(const struct judgement *judgement)
{
    const struct sks_verdict *verdict = judgement->verdict;
    for (size_t i = 0; verdict != NULL && i < sks_verdict_changed_count(verdict); i++) {
        const struct sks_changed *changed = sks_verdict_changed(verdict, i);
        struct sks_line line;
        sks_log_begin(&line, "changed");
        sks_line_text(&line, "message_id", changed->message_id);
        sks_line_text(&line, "header_from", changed->from_address);
        sks_line_text(&line, "because", sks_verdict_message_id(verdict));
        sks_line_word(&line, "previous", sks_class_name(changed->previous));
        sks_line_word(&line, "class", sks_class_name(changed->class_));
        sks_line_decimal(&line, "score", changed->score);
        bool worse = changed->class_ > changed->previous;
        sks_log_end(worse ? LOG_WARNING : LOG_INFO, &line);
    }
}

static void count_mail(const struct judgement *judgement)
{
    const struct sks_verdict *verdict = judgement->verdict;
    const struct sks_counters_mail mail = {
        .class_ = verdict != NULL ? (unsigned)sks_verdict_class(verdict) : SKS_COUNTERS_UNJUDGED,
        .error = judgement->error,
        .memory_error = verdict != NULL ? sks_verdict_memory_error(verdict) : SKS_OK,
        .decision = judgement->decision,
        .elapsed = (uint64_t)(g_get_monotonic_time() - judgement->started),
        .examined = verdict != NULL ? sks_verdict_elapsed(verdict) : 0,
        .size = judgement->mail->size,
        .truncated = judgement->mail->truncated,
    };
    sks_counters_add_mail(sks_counters(), &mail);
    for (size_t i = 0; verdict != NULL && i < sks_verdict_changed_count(verdict); i++) {
        const struct sks_changed *changed = sks_verdict_changed(verdict, i);
        atomic_fetch_add(&sks_counters()->changed[changed->previous][changed->class_], 1);
    }
    if (judgement->decision.hold)
        atomic_fetch_add(&sks_counters()->held, 1);
    sks_generation_count_workers(judgement->generation);
}

sfsistat sks_judgement_pass(SMFICTX *context, struct sks_mail *mail, const struct sks_client *client,
                            struct sks_generation *generation)
{
    struct judgement judgement = {
        .context = context,
        .mail = mail,
        .client = client,
        .generation = generation,
        .started = g_get_monotonic_time(),
    };
    sks_mail_complete(mail);
    judgement.notice = is_own_notice(&judgement);
    if (!judgement.notice)
        examine(&judgement);
    decide(&judgement);
    edit(&judgement);
    log_mail(&judgement, smfi_getsymval(context, (char *)"i"));
    log_changed(&judgement);
    count_mail(&judgement);
    sfsistat status = answer(&judgement);
    sks_verdict_destroy(judgement.verdict);
    return status;
}

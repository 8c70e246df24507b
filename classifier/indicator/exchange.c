/*
 * Exchanges as a whole: a mail of one in which another was called targeted is no less suspicious than that one. What
 * the memory finds by address and thread counts only where these mean one party.
 */
#include <string.h>

#include "indicator/harm.h"
#include "indicator/view.h"

#define DAY         ((int64_t)24 * 3600)
#define FAILED      0.5 /* authentication that failed so surely says that the address is another's */
#define SHORT_MAILS 9u  /* a longer exchange is an acquaintance, and its mails are not all the same … */
#define SHORT_DAYS  120 /* … nor are those of years */

/* Lists, services and portals write for many under one address. */
static bool is_one_party(const struct sks_view *view)
{
    return !view->list && !view->service_sure && !view->notifier && !view->speaks_for_others;
}

static bool is_ours(const struct sks_view *view)
{
    return view->inside || view->sender == SKS_SENDER_OWN || view->from->address[0] == '\0';
}

void sks_exchange_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_alarm *alarm = &view->facts->memory.alarm;
    if (!alarm->any || is_ours(view) || (alarm->doubted && sks_view_failure(view) < FAILED))
        return;
    bool acquainted = sks_harm_acquaintance(view->facts) == SKS_WELL_KNOWN;
    if (!alarm->thread && (acquainted || !is_one_party(view)))
        return;
    sks_findings_add_related(findings, SKS_MEMORY_EXCHANGE_EVIDENCE, 1,
                             alarm->thread ? "header References" : "header From", view->from->address,
                             alarm->message_id);
}

bool sks_indicators_is_short_exchange(const struct sks_facts *facts)
{
    const struct sks_memory_answer *memory = &facts->memory;
    if (!memory->available || memory->from_sender > SHORT_MAILS ||
        (memory->first_seen > 0 && facts->time - memory->first_seen > SHORT_DAYS * DAY))
        return false;
    struct sks_view view;
    sks_view_init(&view, facts);
    bool is = !is_ours(&view) && is_one_party(&view) && sks_view_failure(&view) < FAILED;
    sks_view_finish(&view);
    return is;
}

/*
 * Exchanges as a whole: a mail of one in which another was called targeted is no less suspicious than that one. What
 * the memory finds by address and thread counts only where these mean one party.
 */
#include <string.h>

#include "indicator/harm.h"
#include "indicator/view.h"

#define DAY         ((int64_t)24 * 3600)
#define SHORT_MAILS 9u  /* a longer exchange is an acquaintance, and its mails are not all the same … */
#define SHORT_DAYS  120 /* … nor are those of years */

/*
 * Portals that write for others do so for many under one address, and so do lists that put theirs in the place of the
 * author's. A list's or a service's field alone is anybody's to write, and says nothing of whose address it is.
 */
static bool is_one_party(const struct sks_view *view)
{
    return !view->notifier && !view->speaks_for_others;
}

static bool is_ours(const struct sks_view *view)
{
    return view->inside || view->sender == SKS_SENDER_OWN || view->from->address[0] == '\0';
}

/* Of a sender who is well known, and of one who writes for others, the thread alone is one exchange. */
static const struct sks_memory_alarm *find_alarm(const struct sks_view *view)
{
    const struct sks_memory_alarms *alarms = &view->facts->memory.alarms;
    bool by_address = is_one_party(view) && sks_harm_acquaintance(view->facts) != SKS_WELL_KNOWN;
    for (size_t i = 0; i < alarms->count; i++) {
        const struct sks_memory_alarm *alarm = &alarms->items[i];
        if ((alarm->thread || by_address) && (alarm->proven || view->proof != SKS_PROOF_PASS))
            return alarm;
    }
    return NULL;
}

const struct sks_memory_alarm *sks_indicators_alarm(const struct sks_facts *facts)
{
    struct sks_view view;
    sks_view_init(&view, facts);
    const struct sks_memory_alarm *alarm = is_ours(&view) ? NULL : find_alarm(&view);
    sks_view_finish(&view);
    return alarm;
}

void sks_exchange_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_memory_alarm *alarm = is_ours(view) ? NULL : find_alarm(view);
    if (alarm != NULL)
        sks_findings_add_related(findings, SKS_MEMORY_EXCHANGE_EVIDENCE, 1,
                                 alarm->thread ? "header References" : "header From", view->from->address,
                                 alarm->message_id);
}

bool sks_indicators_is_short_exchange(const struct sks_facts *facts)
{
    const struct sks_memory_answer *memory = &facts->memory;
    if (!memory->available || memory->from_sender > SHORT_MAILS || sks_harm_acquaintance(facts) == SKS_WELL_KNOWN ||
        (memory->first_seen > 0 && facts->time - memory->first_seen > SHORT_DAYS * DAY))
        return false;
    struct sks_view view;
    sks_view_init(&view, facts);
    bool is = !is_ours(&view) && is_one_party(&view);
    sks_view_finish(&view);
    return is;
}

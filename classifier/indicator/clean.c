/* What speaks for a mail: it comes from inside, or its sender was proven. See memory.c and wording.c, too. */
#include <glib.h>

#include "indicator/view.h"

void sks_clean_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    if (view->inside)
        sks_findings_add(findings, "clean.own-organisation", view->sender == SKS_SENDER_OWN ? 1 : 0.5,
                         "header Received", facts->client_address);
    if (view->proof == SKS_PROOF_PASS) {
        /* That a webmail address is one says little of who has it. */
        bool public = sks_view_is_public(view, view->from->domain);
        sks_findings_add(findings, "clean.authenticated", public ? 0.4 : 1, "header Authentication-Results",
                         view->from->domain);
    }
}

/* A mail at its end: examined, decided upon, edited, logged. */
#ifndef SKS_PLUGIN_JUDGEMENT_H
#define SKS_PLUGIN_JUDGEMENT_H

#include <stdbool.h>

#include <libmilter/mfapi.h>

#include "generation.h"
#include "mail.h"

/* What a connection knows of its client and of the MTA. Strings may be NULL. */
struct sks_client {
    char *address, *name, *helo;
    unsigned long actions; /* SMFIF_… that the MTA agreed to */
    bool leading_space;    /* header values begin with the blank after the colon */
};

/*
 * Judges a complete mail and sends the edits to the MTA. Returns what the end-of-message callback is to return. The
 * generation stays the caller's.
 */
sfsistat sks_judgement_pass(SMFICTX *context, struct sks_mail *mail, const struct sks_client *client,
                            struct sks_generation *generation);

#endif

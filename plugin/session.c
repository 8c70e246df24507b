/* See session.h. */
#include "session.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include <libmilter/mfapi.h>

#include "counters.h"
#include "judgement.h"
#include "log.h"

struct session {
    struct sks_client client;
    struct sks_mail mail;
    bool in_mail;
    bool quiet; /* the MTA waits for no answer but to a sender and to the end */
};

#define WANTED_ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_QUARANTINE)

/*
 * Steps after which an MTA may go on without an answer, where it offers that: a mail then costs two round trips, for
 * its sender and its end, instead of one for each header field. Each round trip wakes three threads of libmilter's. So
 * nobody is told, either, that the rest of a body beyond the ceiling isn't wanted (SMFIP_SKIP): it is taken and
 * dropped.
 */
#define QUIET_STEPS (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)

/*
 * What the last negotiation agreed on, for a connection that comes without one: an MTA may hand the same connection on
 * (SMFIC_QUIT_NC), and libmilter then begins with the connect callback after it had us forget the session.
 */
static atomic_ulong last_actions = WANTED_ACTIONS;
static atomic_bool last_leading_space, last_quiet;

/* Mails at end of message. */
static pthread_mutex_t drain_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t drain_changed = PTHREAD_COND_INITIALIZER;
static unsigned at_end;
static bool draining;

static bool is_draining(void)
{
    pthread_mutex_lock(&drain_lock);
    bool result = draining;
    pthread_mutex_unlock(&drain_lock);
    return result;
}

static bool enter_end(void)
{
    pthread_mutex_lock(&drain_lock);
    bool may = !draining;
    at_end += may;
    atomic_store(&sks_counters()->in_hand, at_end);
    pthread_mutex_unlock(&drain_lock);
    return may;
}

static void leave_end(void)
{
    pthread_mutex_lock(&drain_lock);
    at_end--;
    atomic_store(&sks_counters()->in_hand, at_end);
    pthread_cond_signal(&drain_changed);
    pthread_mutex_unlock(&drain_lock);
}

void sks_session_drain(void)
{
    /* libmilter writes the answer after our callback has returned, and tells nobody when it has done so. */
    const struct timespec grace = {.tv_sec = 0, .tv_nsec = 500 * 1000 * 1000};
    pthread_mutex_lock(&drain_lock);
    draining = true;
    while (at_end > 0)
        pthread_cond_wait(&drain_changed, &drain_lock);
    pthread_mutex_unlock(&drain_lock);
    nanosleep(&grace, NULL);
}

static sfsistat refuse_for_now(SMFICTX *context)
{
    smfi_setreply(context, (char *)"451", (char *)"4.3.2", (char *)"The mail filter is restarting, please try again");
    return SMFIS_TEMPFAIL;
}

static struct session *session_of(SMFICTX *context)
{
    struct session *session = smfi_getpriv(context);
    if (session == NULL) {
        session = g_new0(struct session, 1);
        session->client.actions = atomic_load(&last_actions);
        session->client.leading_space = atomic_load(&last_leading_space);
        session->quiet = atomic_load(&last_quiet);
        session->mail.fd = -1;
        smfi_setpriv(context, session);
        atomic_fetch_add(&sks_counters()->connections, 1);
    }
    return session;
}

static void end_mail(struct session *session)
{
    sks_mail_finish(&session->mail);
    session->in_mail = false;
}

static sfsistat go_on(const struct session *session)
{
    return session->quiet ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static void replace(char **text, const char *with)
{
    g_free(*text);
    *text = g_strdup(with);
}

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long unused_2,
                             unsigned long unused_3, unsigned long *out_actions, unsigned long *out_steps,
                             unsigned long *out_2, unsigned long *out_3)
{
    (void)unused_2, (void)unused_3;
    unsigned long agreed = actions & WANTED_ACTIONS;
    bool leading_space = (steps & SMFIP_HDR_LEADSPC) != 0, quiet = (steps & QUIET_STEPS) == QUIET_STEPS;

    atomic_store(&last_actions, agreed);
    atomic_store(&last_leading_space, leading_space);
    atomic_store(&last_quiet, quiet);
    struct session *session = session_of(context);
    session->client.actions = agreed;
    session->client.leading_space = leading_space;
    session->quiet = quiet;
    if ((actions & SMFIF_SETSYMLIST) != 0) {
        agreed |= SMFIF_SETSYMLIST;
        smfi_setsymlist(context, SMFIM_ENVFROM, (char *)"i {auth_type} {auth_authen}");
        smfi_setsymlist(context, SMFIM_EOM, (char *)"i");
    }
    *out_actions = agreed;
    *out_steps |= steps & (SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN | SMFIP_NODATA);
    *out_steps |= quiet ? QUIET_STEPS : 0;
    *out_2 = *out_3 = 0;
    return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *context, char *name, _SOCK_ADDR *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct session *session = session_of(context);

    if (address != NULL && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)address)->sin_addr, text, sizeof(text));
    else if (address != NULL && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)(void *)address)->sin6_addr, text, sizeof(text));
    replace(&session->client.address, text[0] != '\0' ? text : NULL);

    /* Postfix says "unknown", Sendmail the address in brackets, where the name was not verified. */
    bool verified = name != NULL && name[0] != '\0' && name[0] != '[' && strcmp(name, "unknown") != 0;
    replace(&session->client.name, verified ? name : NULL);
    return go_on(session);
}

static sfsistat on_helo(SMFICTX *context, char *helo)
{
    struct session *session = session_of(context);
    replace(&session->client.helo, helo);
    return go_on(session);
}

/* libmilter hands on an empty list if the MTA sends one. */
static const char *first(char **arguments)
{
    return arguments[0] != NULL ? arguments[0] : "";
}

static sfsistat on_sender(SMFICTX *context, char **arguments)
{
    struct session *session = session_of(context);
    const char *login = smfi_getsymval(context, (char *)"{auth_authen}");
    const char *method = smfi_getsymval(context, (char *)"{auth_type}");
    bool authenticated = (login != NULL && login[0] != '\0') || (method != NULL && method[0] != '\0');

    end_mail(session);
    if (is_draining())
        return refuse_for_now(context);
    struct sks_generation *generation = sks_generation_take_current();
    sks_mail_init(&session->mail, first(arguments), authenticated, generation->configuration->milter.mail_size);
    sks_generation_release(generation);
    session->in_mail = true;
    return SMFIS_CONTINUE;
}

static sfsistat on_recipient(SMFICTX *context, char **arguments)
{
    struct session *session = session_of(context);
    if (session->in_mail)
        sks_mail_add_recipient(&session->mail, first(arguments));
    return go_on(session);
}

static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
    struct session *session = session_of(context);
    if (session->in_mail)
        sks_mail_add_header(&session->mail, name, value, session->client.leading_space);
    return go_on(session);
}

static sfsistat on_end_of_header(SMFICTX *context)
{
    struct session *session = session_of(context);
    if (session->in_mail)
        sks_mail_end_header(&session->mail);
    return go_on(session);
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t size)
{
    struct session *session = session_of(context);
    if (session->in_mail)
        sks_mail_add_body(&session->mail, bytes, size);
    return go_on(session);
}

static sfsistat on_end_of_message(SMFICTX *context)
{
    struct session *session = session_of(context);
    sfsistat status = SMFIS_CONTINUE;

    if (!enter_end()) {
        end_mail(session);
        return refuse_for_now(context);
    }
    if (session->in_mail) {
        struct sks_generation *generation = sks_generation_take_current();
        status = sks_judgement_pass(context, &session->mail, &session->client, generation);
        sks_generation_release(generation);
    }
    end_mail(session);
    leave_end();
    return status;
}

static sfsistat on_abort(SMFICTX *context)
{
    end_mail(session_of(context));
    return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *context)
{
    struct session *session = smfi_getpriv(context);
    if (session == NULL)
        return SMFIS_CONTINUE;
    smfi_setpriv(context, NULL);
    atomic_fetch_sub(&sks_counters()->connections, 1);
    end_mail(session);
    g_free(session->client.address);
    g_free(session->client.name);
    g_free(session->client.helo);
    g_free(session);
    return SMFIS_CONTINUE;
}

int sks_session_register(void)
{
    const struct smfiDesc callbacks = {
        .xxfi_name = (char *)"sekisho-milter",
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = WANTED_ACTIONS,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_helo,
        .xxfi_envfrom = on_sender,
        .xxfi_envrcpt = on_recipient,
        .xxfi_header = on_header,
        .xxfi_eoh = on_end_of_header,
        .xxfi_body = on_body,
        .xxfi_eom = on_end_of_message,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
        .xxfi_negotiate = on_negotiate,
    };
    return smfi_register(callbacks) == MI_SUCCESS ? SKS_OK : SKS_ERROR_IO;
}

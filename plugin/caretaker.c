/* See caretaker.h. */
#include "caretaker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "counters.h"
#include "log.h"
#include "memory/duties.h"
#include "messenger.h"
#include "notice.h"
#include "release.h"
#include "sekisho/limits.h"
#include "steady.h"

#define TICK_MILLISECONDS 200
#define TICKS_A_ROUND     5u
#define TIDY_SECONDS      60
#define RELEASES_AT_ONCE  20
#define RELEASE_AGAIN     60 /* seconds, if it failed */
#define TRIES_MOST        5u
#define RECIPIENTS_MOST   50u
#define COMPLAIN_SECONDS  60
#define HOUR              3600
#define DAY               ((int64_t)24 * 3600)
#define MEMORY_DAYS       60 /* that have to run until the memory's own clock follows one that has leapt */

struct caretaker {
    const struct sks_configuration *configuration;
    struct sks_memory *memory;
    unsigned char key[SKS_NOTICE_KEY_SIZE];
    bool notifies;   /* there is a key to sign with */
    GArray *errands; /* struct sks_errand */
    struct sks_steady steady;
    int64_t tidied, complained;
    struct stat store; /* the file that was opened */
    int64_t missed;    /* when it was last told that another is there now, or none */
    int64_t hour;      /* when the hour began in which the notices are counted */
    unsigned in_hour, left_out;
};

/* Held mail. */

static void complain(struct caretaker *caretaker, int64_t now)
{
    if (now - caretaker->complained < COMPLAIN_SECONDS)
        return;
    caretaker->complained = now;
    sks_log(LOG_ERR, "the store: %s", sks_memory_problem(caretaker->memory));
}

/*
 * How long mail is held at most, and whoever could not let it go waits. Held mail goes by the clock that
 * sks_steady_now() tells, and none for longer than that from now on: a clock that leaps lets nothing go early, nor
 * keeps it for good.
 */
static int64_t longest_held(const struct caretaker *caretaker)
{
    return MAX((int64_t)caretaker->configuration->policy.hold_time, RELEASE_AGAIN);
}

/* False if nothing more can be done now. */
static bool let_one_go(struct caretaker *caretaker, int64_t now)
{
    char *queue_id = NULL;
    int64_t present = sks_steady_now(&caretaker->steady, longest_held(caretaker));
    int result = sks_memory_held_due(caretaker->memory, present, &queue_id);
    if (result != SKS_OK)
        complain(caretaker, now);
    if (result != SKS_OK || queue_id == NULL)
        return false;
    int asked = sks_release_ask(caretaker->configuration->policy.hold_helper, queue_id);
    if (asked == SKS_OK) {
        result = sks_memory_held_done(caretaker->memory, queue_id);
        atomic_fetch_add(&sks_counters()->released, 1);
        sks_log(LOG_INFO, "held mail released queue_id=%s", queue_id);
    } else {
        result = sks_memory_held_postpone(caretaker->memory, queue_id, present + RELEASE_AGAIN);
        atomic_fetch_add(&sks_counters()->release_failed, 1);
        sks_log(LOG_ERR, "held mail can't be released queue_id=%s: %s; trying again in %d seconds", queue_id,
                asked == SKS_ERROR_UNAVAILABLE ? "sekisho-release is not there" : "sekisho-release could not",
                RELEASE_AGAIN);
    }
    if (result != SKS_OK)
        complain(caretaker, now);
    g_free(queue_id);
    return result == SKS_OK;
}

/* Notices. */

static bool is_own(const struct sks_configuration *configuration, const char *address)
{
    for (char **domain = configuration->classifier.own_domains; domain != NULL && *domain != NULL; domain++) {
        char *pattern = g_strconcat(".", *domain, NULL);
        bool matches = sks_policy_address_matches(pattern, address);
        g_free(pattern);
        if (matches)
            return true;
    }
    return false;
}

static void add_recipient(GPtrArray *recipients, const char *address)
{
    if (sks_notice_may_go_to(address) && recipients->len < RECIPIENTS_MOST &&
        !g_ptr_array_find_with_equal_func(recipients, address, g_str_equal, NULL))
        g_ptr_array_add(recipients, (void *)address);
}

/* The analysts; and whoever has the mail, if it was delivered. */
static GPtrArray *list_recipients(const struct sks_configuration *configuration, const struct sks_memory_notice *notice)
{
    GPtrArray *recipients = g_ptr_array_new();
    for (char **to = configuration->notice.to; to != NULL && *to != NULL; to++)
        add_recipient(recipients, *to);
    for (char **to = notice->to; configuration->notice.recipients && notice->held[0] == '\0' && *to != NULL; to++)
        if (is_own(configuration, *to))
            add_recipient(recipients, *to);
    return recipients;
}

static bool describe(struct sks_notice *out_notice, const struct sks_memory_notice *kept)
{
    *out_notice = (struct sks_notice){
        .id = kept->id,
        .at = kept->at,
        .message_id = kept->message_id,
        .from = kept->from,
        .subject = kept->subject,
        .to = (const char *const *)kept->to,
        .to_count = g_strv_length(kept->to),
        .score = kept->score,
        .because = kept->because,
        .why = {kept->why[0], kept->why[1]},
        .held = kept->held,
    };
    return sks_class_from_name(&out_notice->class_, kept->class_) == SKS_OK &&
           sks_class_from_name(&out_notice->previous, kept->previous) == SKS_OK;
}

/* Whether there is room for one more in this hour. */
static bool may_send(struct caretaker *caretaker, int64_t now)
{
    if (now - caretaker->hour >= HOUR || now < caretaker->hour) {
        caretaker->hour = now;
        caretaker->in_hour = 0;
    }
    return caretaker->in_hour < caretaker->configuration->notice.hourly;
}

/* What can't be told by anybody any more is off the list; the log has it. */
static void give_up(struct caretaker *caretaker, const struct sks_memory_notice *kept, const char *why, bool left_out)
{
    struct sks_line line;
    sks_log_begin(&line, "unsent");
    sks_line_number(&line, "notice", kept->id);
    sks_line_text(&line, "message_id", kept->message_id);
    sks_line_text(&line, "reason", why);
    sks_log_end(LOG_WARNING, &line);
    if (left_out) {
        caretaker->left_out++;
        atomic_fetch_add(&sks_counters()->notices_left_out, 1);
    }
    sks_memory_notice_done(caretaker->memory, kept->id);
}

static void send_notice(struct caretaker *caretaker, const struct sks_memory_notice *kept, int64_t now)
{
    const struct sks_configuration *configuration = caretaker->configuration;
    struct sks_notice notice;
    if (!describe(&notice, kept)) {
        give_up(caretaker, kept, "the store's entry is of no known form", false);
        return;
    }
    GPtrArray *recipients = list_recipients(configuration, kept);
    const struct sks_notice_letter letter = {
        .from = configuration->notice.from,
        .recipients = (const char *const *)recipients->pdata,
        .recipient_count = recipients->len,
        .language = configuration->notice.language,
        .now = now,
        .left_out = caretaker->left_out,
    };
    char *mail = sks_notice_write(&notice, &letter, caretaker->key), *json = sks_notice_to_json(&notice);
    struct sks_errand errand;
    const struct sks_message_to_send message = {
        .configuration = configuration, .letter = &letter, .mail = mail, .json = json};
    int result = sks_messenger_start(&errand, &message, kept->id);
    if (result == SKS_OK) {
        g_array_append_val(caretaker->errands, errand);
        caretaker->in_hour++;
        caretaker->left_out = 0;
    } else if (result == SKS_ERROR_UNSUPPORTED) {
        give_up(caretaker, kept, "there is nobody to be told", false);
    }
    g_free(mail);
    g_free(json);
    g_ptr_array_free(recipients, TRUE);
}

/* False if nothing more can be done now. */
static bool tell_one(struct caretaker *caretaker, int64_t now)
{
    struct sks_memory_notice kept;
    if (caretaker->errands->len >= SKS_ERRANDS_MOST)
        return false;
    if (sks_memory_notice_claim(caretaker->memory, now, &kept) != SKS_OK) {
        complain(caretaker, now);
        return false;
    }
    bool any = kept.id != 0;
    if (any && kept.tries >= TRIES_MOST)
        give_up(caretaker, &kept, "too many tries failed", false);
    else if (any && !may_send(caretaker, now))
        give_up(caretaker, &kept, "too many this hour", true);
    else if (any)
        send_notice(caretaker, &kept, now);
    sks_memory_notice_finish(&kept);
    return any;
}

static void end_errands(struct caretaker *caretaker)
{
    for (guint i = caretaker->errands->len; i > 0; i--) {
        struct sks_errand *errand = &g_array_index(caretaker->errands, struct sks_errand, i - 1);
        enum sks_errand_state state = sks_messenger_look(errand);
        if (state == SKS_ERRAND_RUNS)
            continue;
        if (errand->some_refused)
            sks_log(LOG_WARNING, "notice %lld: the mail server refused some of its recipients",
                    (long long)errand->notice);
        if (state == SKS_ERRAND_DONE) {
            atomic_fetch_add(&sks_counters()->notices_sent, 1);
            sks_log(LOG_INFO, "notice %lld sent", (long long)errand->notice);
        } else {
            atomic_fetch_add(&sks_counters()->notices_failed, 1);
            sks_log(LOG_WARNING, "notice %lld: %s", (long long)errand->notice,
                    state == SKS_ERRAND_NOT_SENT ? "could not be sent; trying again later" : "the command failed");
        }
        /* Whose mail was sent isn't sent once more because a command failed. */
        if (state != SKS_ERRAND_NOT_SENT)
            sks_memory_notice_done(caretaker->memory, errand->notice);
        g_array_remove_index_fast(caretaker->errands, i - 1);
    }
}

/* All of it. */

static void take_in(struct caretaker *caretaker)
{
    if (sks_memory_take_in(caretaker->memory, SKS_LIMIT_MEMORY_TAKE_IN) != SKS_OK)
        complain(caretaker, (int64_t)time(NULL));
}

static bool write_steady(struct caretaker *caretaker)
{
    g_autofree char *text = sks_steady_write(&caretaker->steady);
    int64_t limit = sks_steady_now(&caretaker->steady, MEMORY_DAYS * DAY) + DAY;
    return sks_memory_steady_write(caretaker->memory, text, limit) == SKS_OK;
}

static bool begin_steady(struct caretaker *caretaker, int64_t now, int64_t runs)
{
    g_autofree char *text = NULL;
    int64_t newest = 0;
    if (sks_memory_steady_read(caretaker->memory, &text) != SKS_OK)
        return false;
    if (sks_steady_resume(&caretaker->steady, now, runs, text))
        return true;
    if (sks_memory_newest(caretaker->memory, &newest) != SKS_OK)
        return false;
    sks_steady_begin(&caretaker->steady, now, runs, newest);
    return true;
}

/*
 * Looks at the clock; nothing is let go or deleted for its age until the store tells what was known of it. The first
 * look comes before this caretaker learns anything, since what is learned moves the newest time.
 */
static bool look_at_clock(struct caretaker *caretaker, int64_t now)
{
    struct timespec runs;
    clock_gettime(CLOCK_BOOTTIME, &runs);
    bool begun = caretaker->steady.begun;
    if (!begun && !begin_steady(caretaker, now, (int64_t)runs.tv_sec)) {
        complain(caretaker, now);
        return false;
    }
    int64_t leap = sks_steady_look(&caretaker->steady, now, (int64_t)runs.tv_sec);
    if (leap != 0)
        sks_log(LOG_WARNING, "the clock has leapt by %lld seconds, or nobody looked for as long: %s", (long long)leap,
                leap > 0 ? "nothing is older for that" : "earlier leaps are taken back");
    if ((leap != 0 || !begun) && !write_steady(caretaker))
        complain(caretaker, now);
    return true;
}

/* Without a key no notices are sent; all else goes on, and the key is looked for again when the memory is tidied. */
static void find_key(struct caretaker *caretaker)
{
    if (caretaker->notifies || !sks_configuration_notifies(caretaker->configuration))
        return;
    g_autofree char *file = sks_caretaker_key_file(caretaker->configuration);
    int error = sks_notice_key(caretaker->key, file);
    if (error != SKS_OK)
        sks_log(LOG_ERR, "%s: %s: no notices are sent", file,
                error == SKS_ERROR_FORMAT ? "is no key" : strerror(errno));
    caretaker->notifies = error == SKS_OK;
}

static void tidy(struct caretaker *caretaker, int64_t now)
{
    const struct sks_configuration *configuration = caretaker->configuration;
    bool more = true;
    if (now - caretaker->tidied < TIDY_SECONDS && now >= caretaker->tidied)
        return;
    caretaker->tidied = now;
    find_key(caretaker);
    if (!write_steady(caretaker))
        complain(caretaker, now);
    const int64_t waiting = configuration->memory.pending_days * DAY, verdicts = configuration->memory.log_days * DAY;
    for (int i = 0; i < 100 && more; i++) {
        if (sks_memory_expire_before(caretaker->memory, sks_steady_now(&caretaker->steady, waiting) - waiting,
                                     sks_steady_now(&caretaker->steady, verdicts) - verdicts, now + DAY,
                                     &more) != SKS_OK) {
            complain(caretaker, now);
            return;
        }
        take_in(caretaker);
    }
}

/* Who moved it away, or put a backup in its place, did not mean two stores to be used at once, and one to be lost. */
static void look_at_store(struct caretaker *caretaker, int64_t now)
{
    const char *store = caretaker->configuration->classifier.store;
    struct stat found;
    bool there = stat(store, &found) == 0;
    if (there && found.st_dev == caretaker->store.st_dev && found.st_ino == caretaker->store.st_ino)
        return;
    if (now - caretaker->missed < COMPLAIN_SECONDS && now >= caretaker->missed)
        return;
    caretaker->missed = now;
    sks_log(LOG_ERR,
            "%s: %s: who has the store open goes on with that, new workers do not; reload, once it is in place", store,
            there ? "is another file now" : "is gone");
}

static void look_after(struct caretaker *caretaker)
{
    int64_t now = (int64_t)time(NULL);
    look_at_store(caretaker, now);
    end_errands(caretaker);
    while (caretaker->notifies && tell_one(caretaker, now))
        ;
    if (!look_at_clock(caretaker, now))
        return;
    if (sks_memory_held_within(caretaker->memory, now + longest_held(caretaker)) != SKS_OK)
        complain(caretaker, now);
    for (int i = 0; i < RELEASES_AT_ONCE && let_one_go(caretaker, now); i++)
        take_in(caretaker); /* a release may take a minute */
    tidy(caretaker, now);
    sks_memory_relieve(caretaker->memory);
}

char *sks_caretaker_key_file(const struct sks_configuration *configuration)
{
    return g_strconcat(configuration->classifier.store, ".notice-key", NULL);
}

static void gather(struct caretaker *caretaker)
{
    if (!sks_memory_gather(caretaker->memory))
        sks_log(LOG_WARNING, "%s-lessons: %s: each mail is learned by itself",
                caretaker->configuration->classifier.store, strerror(errno));
}

static int begin(struct caretaker *caretaker)
{
    struct sks_problems *problems = sks_problems_create();
    const struct sks_configuration *configuration = caretaker->configuration;
    int result = sks_memory_open_private(&caretaker->memory, configuration->classifier.store, SKS_MEMORY_READ_WRITE,
                                         configuration->memory.privacy == SKS_PRIVACY_HASHED, problems);
    for (size_t i = 0; i < sks_problems_count(problems); i++)
        sks_log(LOG_ERR, "%s", sks_problems_text(problems, i));
    sks_problems_destroy(problems);
    if (result == SKS_OK && stat(configuration->classifier.store, &caretaker->store) != 0)
        result = SKS_ERROR_IO;
    if (result == SKS_OK && !configuration->memory.frozen)
        gather(caretaker);
    return result;
}

_Noreturn void sks_caretaker_main(const struct sks_configuration *configuration)
{
    struct caretaker caretaker = {
        .configuration = configuration,
        .errands = g_array_new(FALSE, FALSE, sizeof(struct sks_errand)),
    };
    pid_t supervisor = getppid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0); /* a terminal's signals are the supervisor's */
    if (begin(&caretaker) != SKS_OK)
        _exit(1);
    look_at_clock(&caretaker, (int64_t)time(NULL));
    for (unsigned tick = 0; getppid() == supervisor; tick++) {
        take_in(&caretaker);
        if (tick % TICKS_A_ROUND == 0)
            look_after(&caretaker);
        poll(NULL, 0, TICK_MILLISECONDS);
    }
    _exit(0);
}

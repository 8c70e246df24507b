/*
 * bench-memory FOLDER [SENDERS]…: how fast the memory is, and how large, with so many senders.
 *
 * A store is filled with what so many senders leave after a hundred mails each (rows are written by SQL, since a
 * hundred million lessons would take a day), with all that has a ceiling filled up to it. Then mails come as they do at
 * a gateway: four of five from a sender who is known, drawn at random from all (so that no cache helps), each asked
 * about and learned. Tidying, which the worker does when no mail is in hand, is measured apart.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory/memory.h"
#include "sekisho/limits.h"

#define MAILS      20000
#define NOW        1700000000
#define DAY        86400
#define RECIPIENTS 2000u /* of ours */

static void __attribute__((format(printf, 2, 3))) execute(sqlite3 *database, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = g_strdup_vprintf(format, arguments), *error = NULL;
    va_end(arguments);
    if (sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK) {
        fprintf(stderr, "bench/memory: %s: %.200s\n", error, sql);
        exit(1);
    }
    g_free(sql);
}

/* Numbers from 1 to so many, as a table. */
#define UP_TO "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u) "

static void fill_parties(sqlite3 *database, unsigned senders)
{
    static const char *const habits[] = {
        "'192.0.' || (i % 50000) || '.'", "'mailer number ' || (i % 40)", "'540'", "'utf-8'", "'ja'", "'plain'"};
    execute(database,
            UP_TO
            "INSERT INTO party (id, address, mails, encrypted, written, first_seen, last_seen, touched, aged)"
            " SELECT i, CASE WHEN i <= %u THEN 'reader' || i || '@kikan.example' ELSE 'person' || i || '@office' ||"
            " (i / 5) || '.example' END, 100, i %% 7, i %% 3, %d - 500 * 86400, %d, %d, %d FROM n",
            senders + RECIPIENTS, RECIPIENTS, NOW, NOW, NOW, NOW);
    execute(database,
            UP_TO "INSERT INTO domain (name, mails, written, touched, senders)"
                  " SELECT 'office' || i || '.example', 500, 5, %d, 5 FROM n",
            senders / 5 + RECIPIENTS / 5, NOW);
    execute(database,
            "INSERT INTO pair (sender, recipient, mails, first_seen, last_seen)"
            " SELECT id, 1 + (id * 7 + k.i * 611) %% %u, 33, %d - 500 * 86400, %d FROM party,"
            " (SELECT 0 AS i UNION SELECT 1 UNION SELECT 2) AS k WHERE id > %u ORDER BY id",
            RECIPIENTS, NOW, NOW, RECIPIENTS);
    execute(database,
            "INSERT INTO name (name, party, mails, first_seen, last_seen) SELECT '山田 太郎' || id, id, 100,"
            " %d - 500 * 86400, %d FROM party WHERE id > %u",
            NOW, NOW, RECIPIENTS);
    for (size_t i = 0; i < G_N_ELEMENTS(habits); i++)
        execute(database,
                UP_TO "INSERT INTO habit (party, kind, value, mails, last_seen) SELECT i + %u, %u, %s, 90, %d FROM n",
                senders, RECIPIENTS, (unsigned)i + 1, habits[i], NOW);
    /* Houses are parties, too. */
    const unsigned houses = (senders + RECIPIENTS) / 5, first = senders + RECIPIENTS;
    execute(database,
            UP_TO "INSERT INTO party (id, address, mails, encrypted, written, first_seen, last_seen, touched, aged)"
                  " SELECT i + %u, '@office' || i || '.example', 500, 35, 0, %d - 500 * 86400, %d, %d, %d FROM n",
            houses, first, NOW, NOW, NOW, NOW);
    for (size_t i = 0; i < G_N_ELEMENTS(habits); i++)
        execute(database,
                UP_TO "INSERT INTO habit (party, kind, value, mails, last_seen) SELECT i + %u, %u, %s, 450, %d FROM n",
                houses, first, (unsigned)i + 1, habits[i], NOW);
    /* What mail to ours is about. */
    execute(database,
            "INSERT INTO party (address, mails, encrypted, written, first_seen, last_seen, touched, aged)"
            " VALUES ('@kikan.example', 0, 0, 0, 0, 0, %d, %d)",
            NOW, NOW);
    execute(database,
            "INSERT INTO habit (party, kind, value, mails, last_seen) SELECT party.id, %d, 'topic ' || k.i, 40, %d"
            " FROM party, (SELECT 1 AS i UNION SELECT 2 UNION SELECT 3) AS k WHERE party.id <= %u"
            " OR party.address = '@kikan.example'",
            SKS_HABIT_TOPIC, NOW, RECIPIENTS);
    /* Every third has been on the road, or got a new computer. */
    execute(database,
            UP_TO "INSERT INTO habit (party, kind, value, mails, last_seen)"
                  " SELECT i * 3 + %u, 1 + i %% 2, 'another ' || (i %% 9000), 10, %d FROM n",
            senders / 3, RECIPIENTS, NOW);
}

static void fill_dated(sqlite3 *database, unsigned senders)
{
    const unsigned seen = MIN(10 * senders, SKS_LIMIT_MEMORY_SEEN), sent = MIN(3 * senders, SKS_LIMIT_MEMORY_SENT);
    execute(database, UP_TO "INSERT OR IGNORE INTO seen (digest, at) SELECT random(), %d - i %% (50 * 86400) FROM n",
            seen, NOW);
    execute(database, UP_TO "INSERT OR IGNORE INTO sent (digest, at) SELECT random(), %d - i %% (300 * 86400) FROM n",
            sent, NOW);
    execute(database,
            UP_TO
            "INSERT INTO verdict (at, message_id, sender, recipients, subject, class, score, previous, because,"
            " evidence) SELECT %d - 4000000 + i, i || '.20231114101500.abcdef@office.example', 'person' || i ||"
            " '@office.example', 'reader1@kikan.example', '次回の打合せの件について（ご連絡）', 'clean', -4.5, '',"
            " '', 'clean.known-correspondent clean.wording' FROM n",
            MIN(5 * senders, SKS_LIMIT_MEMORY_VERDICTS), NOW);
    execute(database, "UPDATE counter SET value = (SELECT count(*) FROM seen) WHERE name = 'seen'");
    execute(database, "UPDATE counter SET value = (SELECT count(*) FROM sent) WHERE name = 'sent'");
    execute(database, "UPDATE counter SET value = %u WHERE name = 'clock'", NOW);
    execute(database, "UPDATE counter SET value = (SELECT sum(mails) FROM party WHERE substr(address, 1, 1) <> '@') "
                      "WHERE name = 'mails'");
}

static void fill_waves(sqlite3 *database, unsigned senders)
{
    const unsigned waves = MIN(senders, SKS_LIMIT_MEMORY_WAVES);
    execute(database,
            UP_TO
            "INSERT INTO wave (kind, likeness, first_seen, last_seen, hour_at, hour, hour_before, day_at, day,"
            " day_before, week_at, week, week_before, unplaced) SELECT 1, randomblob(60), %d, %d, %d, 1, 0, %d, 1,"
            " 0, %d, 1, 0, 0 FROM n",
            waves, NOW, NOW, NOW, NOW, NOW);
    execute(database, UP_TO "INSERT INTO wave_band (band, wave) SELECT random(), 1 + i %% %u FROM n", 6 * waves, waves);
    execute(database,
            UP_TO
            "INSERT OR IGNORE INTO wave_member (wave, role, digest, at) SELECT 1 + i / 4, 1 + i %% 4, random(), %d"
            " FROM n",
            4 * waves, NOW);
}

static void fill(const char *file, unsigned senders)
{
    sqlite3 *database = NULL;
    struct sks_memory *memory = NULL;
    if (sks_memory_open(&memory, file, SKS_MEMORY_READ_WRITE, NULL) != 0)
        exit(1);
    sks_memory_close(memory);
    sqlite3_open(file, &database);
    execute(database, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1000000; BEGIN");
    fill_parties(database, senders);
    fill_dated(database, senders);
    fill_waves(database, senders);
    execute(database, "COMMIT");
    sqlite3_close(database);
}

/* ---- Mails ---- */

struct mail {
    char id[64], from[64], name[64], to[2][40];
    const char *recipients[2];
    struct sks_likeness text;
    struct sks_memory_mail mail;
};

static void make_mail(struct mail *mail, GRand *random, unsigned senders, int number)
{
    bool known = g_rand_int_range(random, 0, 5) > 0;
    unsigned who =
        known ? RECIPIENTS + 1 + (unsigned)g_rand_int_range(random, 0, (gint32)senders) : 50000000u + (unsigned)number;
    g_snprintf(mail->id, sizeof mail->id, "%d.%08x@office.example", number, g_rand_int(random));
    g_snprintf(mail->from, sizeof mail->from, "person%u@office%u.example", who, who / 5);
    g_snprintf(mail->name, sizeof mail->name, "山田 太郎%u", who);
    for (int i = 0; i < 2; i++) {
        g_snprintf(mail->to[i], sizeof mail->to[i], "reader%d@kikan.example", g_rand_int_range(random, 1, RECIPIENTS));
        mail->recipients[i] = mail->to[i];
    }
    for (int i = 0; i < SKS_LIKENESS_BINS; i++)
        mail->text.bins[i] = (uint16_t)g_rand_int_range(random, 0, 65536);
    mail->mail = (struct sks_memory_mail){.at = NOW + number * 4,
                                          .message_id = mail->id,
                                          .from = mail->from,
                                          .name = mail->name,
                                          .recipients = mail->recipients,
                                          .recipient_count = 2,
                                          .subject = "次回の打合せの件について",
                                          .client_network = "192.0.7.",
                                          .mailer = "mailer number 7",
                                          .zone = 540,
                                          .charset = "utf-8",
                                          .language = "ja",
                                          .topic = number % 3 == 0 ? "topic 1" : "",
                                          .text = &mail->text};
}

static int by_time(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static void tell(const char *what, int64_t *times, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += times[i];
    qsort(times, count, sizeof *times, by_time);
    printf("  %-14s %8.0f a second   median %5.0f   p95 %5.0f   p99 %5.0f   most %7.0f µs\n", what,
           1e9 * (double)count / (double)sum, (double)times[count / 2] / 1e3, (double)times[count * 95 / 100] / 1e3,
           (double)times[count * 99 / 100] / 1e3, (double)times[count - 1] / 1e3);
}

/* Time that went by, and time that this thread was given: where others use the machine, too, they differ. */
static int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void measure(const char *file, unsigned senders)
{
    static int64_t times[6][MAILS];
    struct sks_memory *memory = NULL;
    if (sks_memory_open(&memory, file, SKS_MEMORY_READ_WRITE, NULL) != 0)
        exit(1);
    GRand *random = g_rand_new_with_seed(7);
    for (int i = 0; i < MAILS; i++) {
        struct mail mail;
        struct sks_memory_answer answer;
        make_mail(&mail, random, senders, i);
        const struct sks_memory_verdict verdict = {.at = mail.mail.at,
                                                   .message_id = mail.id,
                                                   .from = mail.from,
                                                   .to = mail.recipients,
                                                   .to_count = 2,
                                                   .subject = mail.mail.subject,
                                                   .class_ = "clean",
                                                   .previous = "",
                                                   .because = ""};
        int64_t wall[4] = {nanoseconds(CLOCK_MONOTONIC)}, own[4] = {nanoseconds(CLOCK_THREAD_CPUTIME_ID)};
        int error = sks_memory_ask(memory, &mail.mail, &answer);
        wall[1] = nanoseconds(CLOCK_MONOTONIC);
        own[1] = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        error = error != 0 ? error : sks_memory_record(memory, &mail.mail, &verdict);
        wall[2] = nanoseconds(CLOCK_MONOTONIC);
        own[2] = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        sks_memory_tidy(memory);
        wall[3] = nanoseconds(CLOCK_MONOTONIC);
        own[3] = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        if (error != 0)
            fprintf(stderr, "bench/memory: %s\n", sks_memory_problem(memory));
        for (int k = 0; k < 3; k++) {
            times[k][i] = wall[k + 1] - wall[k];
            times[k + 3][i] = own[k + 1] - own[k];
        }
    }
    g_rand_free(random);
    static const char *const names[] = {"asked", "learned", "tidied", "asked, CPU", "learned, CPU", "tidied, CPU"};
    for (int k = 0; k < 6; k++)
        tell(names[k], times[k], MAILS);
    sks_memory_close(memory);
}

int main(int count, char **arguments)
{
    static const unsigned usual[] = {10000, 100000, 1000000};
    if (count < 2) {
        fputs("usage: bench-memory FOLDER [SENDERS]…\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < (count > 2 ? (size_t)count - 2 : G_N_ELEMENTS(usual)); i++) {
        unsigned senders = count > 2 ? (unsigned)strtoul(arguments[i + 2], NULL, 10) : usual[i];
        char *file = g_strdup_printf("%s/store-%u", arguments[1], senders);
        fill(file, senders);
        GStatBuf status;
        g_stat(file, &status);
        printf("%u senders, %u mails counted: %.0f MiB\n", senders, senders * 100, (double)status.st_size / 1048576);
        measure(file, senders);
        g_stat(file, &status);
        printf("  after %d mails more: %.0f MiB\n", MAILS, (double)status.st_size / 1048576);
        fflush(stdout);
        g_unlink(file);
        g_free(file);
    }
    return 0;
}

/*
 * examine: what a mail costs in a worker, and its verdict's way back, measured in one process without a milter, sockets
 * or confinement.
 *
 *     examine [-s STORE] [-n ROUNDS] [-p] PATH…
 *
 * PATH is a mail or a folder of mails, which are read first and taken in the order of their names. Each is examined as
 * if it came at a gateway of kikan.example, a second after the one before; with -s every one teaches the store. The
 * first round warms up and is not counted, but with -p, which prints each verdict as JSON instead and makes one round
 * only. Prints one line of JSON: mails, bytes and milliseconds of processor time a mail. For a profile by instructions:
 *
 *     valgrind --tool=callgrind --toggle-collect=measure_round build-release/bench/bench-examine MAILS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "examine.h"
#include "sekisho/classifier.h"
#include "verdict.h"

#define BEGINNING 1764000000 /* when the first mail comes */

struct mail {
    char *text, *sender, *recipient;
    gsize size;
};

static GArray *mails;

/* The first address of a header field, without brackets; NULL if there is none. */
static char *address_of(const char *text, const char *field)
{
    size_t size = strlen(field);
    for (const char *line = text; line != NULL && *line != '\n' && *line != '\r';) {
        const char *end = strchr(line, '\n');
        if (end != NULL && g_ascii_strncasecmp(line, field, size) == 0) {
            const char *at = memchr(line, '@', (size_t)(end - line)), *from = at, *to = at;
            while (at != NULL && from > line && (g_ascii_isalnum(from[-1]) || strchr("._+-=", from[-1]) != NULL))
                from--;
            while (at != NULL && (to == at || g_ascii_isalnum(*to) || *to == '.' || *to == '-'))
                to++;
            return at != NULL ? g_strndup(from, (gsize)(to - from)) : NULL;
        }
        line = end != NULL ? end + 1 : NULL;
    }
    return NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_path(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    struct mail mail = {0};
    if (folder == NULL && g_file_get_contents(path, &mail.text, &mail.size, NULL)) {
        mail.sender = address_of(mail.text, "From:");
        mail.recipient = address_of(mail.text, "To:");
        g_array_append_val(mails, mail);
    }
    if (folder == NULL)
        return;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_dir_close(folder);
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        add_path(names->pdata[i]);
    g_ptr_array_unref(names);
}

static void examine(struct sks_classifier *classifier, const struct mail *mail, int64_t at, bool print)
{
    const char *recipients[] = {mail->recipient != NULL ? mail->recipient : "taro@kikan.example"};
    const struct sks_envelope envelope = {
        .sender = mail->sender != NULL ? mail->sender : "sender@partner.example",
        .recipients = recipients,
        .recipient_count = 1,
        .client_address = "203.0.113.5",
        .client_name = "mail.partner.example",
        .helo = "mail.partner.example",
        .received_at = at,
    };
    struct sks_verdict *verdict;
    if (sks_classifier_examine(&verdict, classifier, mail->text, mail->size, &envelope) != 0)
        return;
    GByteArray *bytes = sks_verdict_pack(verdict);
    sks_verdict_destroy(verdict);
    if (sks_verdict_unpack(&verdict, bytes->data, bytes->len) != 0)
        abort();
    g_byte_array_unref(bytes);
    if (print) {
        char *json = sks_verdict_to_json(verdict);
        puts(json);
        free(json);
    }
    sks_verdict_destroy(verdict);
    sks_classifier_tidy(classifier);
}

/* Not inlined, so that a profiler can be told to count here. */
__attribute__((noinline)) static void measure_round(struct sks_classifier *classifier, long round, bool print)
{
    for (guint i = 0; i < mails->len; i++)
        examine(classifier, &g_array_index(mails, struct mail, i), BEGINNING + round * mails->len + i, print);
}

int main(int argc, char **argv)
{
    static const char *const own[] = {"kikan.example", NULL};
    struct sks_settings settings = {.own_domains = own};
    long rounds = 1;
    bool print = false;
    for (int option; (option = getopt(argc, argv, "s:n:p")) != -1;) {
        if (option == 's')
            settings.store = optarg;
        else if (option == 'p')
            print = true;
        else if (option != 'n' || (rounds = strtol(optarg, NULL, 10)) <= 0) {
            fprintf(stderr, "usage: examine [-s STORE] [-n ROUNDS] [-p] PATH…\n");
            return 2;
        }
    }
    mails = g_array_new(FALSE, FALSE, sizeof(struct mail));
    for (int i = optind; i < argc; i++)
        add_path(argv[i]);
    struct sks_classifier *classifier;
    if (mails->len == 0 || sks_classifier_create(&classifier, &settings, NULL) != 0) {
        fprintf(stderr, "examine: no mail, or the classifier can't be loaded\n");
        return 2;
    }
    sks_classifier_prepare(classifier);
    measure_round(classifier, 0, print);
    size_t bytes = 0;
    for (guint i = 0; i < mails->len; i++)
        bytes += g_array_index(mails, struct mail, i).size;
    clock_t begin = clock();
    for (long round = 1; round <= rounds && !print; round++)
        measure_round(classifier, round, false);
    double ms = (double)(clock() - begin) * 1e3 / CLOCKS_PER_SEC;
    if (!print)
        printf("{\"mails\":%u,\"bytes\":%zu,\"cpu_ms\":%.4f}\n", mails->len, bytes / mails->len,
               ms / ((double)rounds * mails->len));
    sks_classifier_destroy(classifier);
    return 0;
}

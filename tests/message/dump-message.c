/*
 * Prints what the message room makes of mails, for reading by eye and for runs over corpora under sanitisers:
 *
 *   dump-message [-q] [-s] FILE|FOLDER…      -q: parse only, and say how long it took; -s: subject and sender only
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "sekisho/error.h"

static bool quiet, short_form;
static size_t mails, total;
static gint64 elapsed, slowest;
static char *slowest_file;

static void print_addresses(const char *what, const struct sks_address_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct sks_address *item = &list->items[i];
        printf("%s: [%s] <%s> domain=%s%s%s%s\n", what, item->name, item->address, item->domain,
               item->group[0] != '\0' ? " group=" : "", item->group, item->valid ? "" : " INVALID");
    }
}

static void print_trace(const struct sks_message *message)
{
    for (size_t i = 0; i < message->received_count; i++) {
        const struct sks_received *hop = &message->received[i];
        printf("received: helo=%s name=%s address=%s by=%s with=%s id=%s for=%s date=%lld zone=%d%s%s\n", hop->helo,
               hop->name, hop->address, hop->by, hop->with, hop->id, hop->recipient, (long long)hop->date, hop->zone,
               hop->has_date ? "" : " no-date", hop->authenticated ? " auth" : "");
    }
    for (size_t i = 0; i < message->authentication_count; i++) {
        const struct sks_authentication_result *result = &message->authentication[i];
        printf("authentication: %s %s=%s %s (below %zu)\n", result->authserv_id, result->method, result->result,
               result->property, result->received_above);
    }
}

static void print_message(const struct sks_message *message)
{
    printf("flags %x, %zu headers\nsubject: %s\n", message->flags, message->header_count, message->subject);
    print_addresses("from", &message->from);
    print_addresses("sender", &message->sender);
    print_addresses("reply-to", &message->reply_to);
    print_addresses("to", &message->to);
    print_addresses("cc", &message->cc);
    printf("return-path: %s\nmessage-id: %s\nmailer: %s\ndate: %lld %d %s\n",
           message->return_path != NULL ? message->return_path : "(none)", message->message_id, message->mailer,
           (long long)message->date.time, message->date.zone, message->date.valid ? "" : "invalid");
    for (size_t i = 0; i < message->reference_count; i++)
        printf("reference: %s\n", message->references[i]);
    print_trace(message);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct sks_part *part = &message->parts[i];
        printf("%s: %s %s \"%s\" charset=%s/%s encoding=%s depth=%u size=%zu flags=%x/%x\n", part->where, part->type,
               part->disposition, part->name, part->charset, part->used_charset, part->encoding, part->depth,
               part->size, part->flags, part->name_flags);
    }
    for (size_t i = 0; i < message->link_count; i++)
        printf("link: %d %s [%s]\n", (int)message->links[i].kind, message->links[i].target, message->links[i].text);
    printf("body %x %s\nown: %s\nquoted: %s\nsignature: %s\nfooter: %s\nhidden: %s\n", message->body.flags,
           message->body.language, message->body.own, message->body.quoted, message->body.signature,
           message->body.footer, message->body.hidden);
}

static void read_mail(const char *file)
{
    char *bytes;
    gsize size;
    if (!g_file_get_contents(file, &bytes, &size, NULL)) {
        fprintf(stderr, "%s: can't be read\n", file);
        return;
    }
    struct sks_message *message;
    gint64 start = g_get_monotonic_time();
    if (sks_message_parse(&message, bytes, size) != SKS_OK) {
        fprintf(stderr, "%s: not parsed\n", file);
        g_free(bytes);
        return;
    }
    gint64 took = g_get_monotonic_time() - start;
    mails++;
    total += size;
    elapsed += took;
    if (took > slowest) {
        slowest = took;
        g_free(slowest_file);
        slowest_file = g_strdup(file);
    }
    if (short_form) {
        printf("%s\t%s\t%s\n", file, message->subject, message->from.count > 0 ? message->from.items[0].name : "");
    } else if (!quiet) {
        printf("== %s\n", file);
        print_message(message);
    }
    sks_message_destroy(message);
    g_free(bytes);
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static void read_path(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    if (folder == NULL) {
        read_mail(path);
        return;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_dir_close(folder);
    g_ptr_array_sort(names, compare);
    for (guint i = 0; i < names->len; i++)
        read_path(names->pdata[i]);
}

int main(int count, char **arguments)
{
    sks_message_prepare();
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "-q") == 0)
            quiet = true;
        else if (strcmp(arguments[i], "-s") == 0)
            short_form = true;
        else
            read_path(arguments[i]);
    }
    if (quiet)
        printf("%zu mails, %zu bytes, %.1f ms, %.1f us a mail; slowest %.1f ms: %s\n", mails, total,
               (double)elapsed / 1e3, (double)elapsed / (double)(mails > 0 ? mails : 1), (double)slowest / 1e3,
               slowest_file != NULL ? slowest_file : "");
    g_free(slowest_file);
    return 0;
}

/*
 * floor: parses mails with libetpan, decodes every body, and does nothing else: the least that reading them costs.
 *
 *     floor [-n ROUNDS] PATH…
 *
 * PATH is a mail or a folder of mails. Files are read first. Prints one line of JSON: mails, bytes, decoded bytes, and
 * milliseconds of processor time a mail. Not for hostile mail: libetpan's parser recurses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>
#include <libetpan/libetpan.h>

static GPtrArray *mails; /* of GBytes */
static size_t decoded;

static void add_path(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    if (folder != NULL) {
        for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
            char *inner = g_build_filename(path, name, NULL);
            add_path(inner);
            g_free(inner);
        }
        g_dir_close(folder);
        return;
    }
    char *text;
    gsize size;
    if (g_file_get_contents(path, &text, &size, NULL))
        g_ptr_array_add(mails, g_bytes_new_take(text, size));
    else
        fprintf(stderr, "floor: %s: can't be read\n", path);
}

static void decode(const struct mailmime *mime);

static void decode_all(const clist *list)
{
    for (clistiter *cur = clist_begin(list); cur != NULL; cur = clist_next(cur))
        decode(clist_content(cur));
}

static void decode(const struct mailmime *mime)
{
    if (mime->mm_type == MAILMIME_MULTIPLE) {
        decode_all(mime->mm_data.mm_multipart.mm_mp_list);
    } else if (mime->mm_type == MAILMIME_MESSAGE) {
        if (mime->mm_data.mm_message.mm_msg_mime != NULL)
            decode(mime->mm_data.mm_message.mm_msg_mime);
    } else if (mime->mm_data.mm_single != NULL) {
        struct mailmime_single_fields fields;
        size_t at = 0, size;
        char *result;
        mailmime_single_fields_init(&fields, mime->mm_mime_fields, mime->mm_content_type);
        int encoding = fields.fld_encoding != NULL ? fields.fld_encoding->enc_type : MAILMIME_MECHANISM_8BIT;
        const struct mailmime_data *data = mime->mm_data.mm_single;
        if (mailmime_part_parse(data->dt_data.dt_text.dt_data, data->dt_data.dt_text.dt_length, &at, encoding, &result,
                                &size) == MAILIMF_NO_ERROR) {
            decoded += size;
            mmap_string_unref(result);
        }
    }
}

int main(int argc, char **argv)
{
    long rounds = 1;
    size_t bytes = 0;
    for (int option; (option = getopt(argc, argv, "n:")) != -1;) {
        if (option != 'n' || (rounds = strtol(optarg, NULL, 10)) <= 0) {
            fprintf(stderr, "usage: floor [-n ROUNDS] PATH…\n");
            return 2;
        }
    }
    mails = g_ptr_array_new();
    for (int i = optind; i < argc; i++)
        add_path(argv[i]);
    if (mails->len == 0) {
        fprintf(stderr, "floor: no mail\n");
        return 2;
    }
    clock_t begin = clock();
    for (long round = 0; round < rounds; round++) {
        for (guint i = 0; i < mails->len; i++) {
            gsize size;
            const char *text = g_bytes_get_data(mails->pdata[i], &size);
            size_t at = 0;
            struct mailmime *mime = NULL;
            bytes += size;
            if (mailmime_parse(text, size, &at, &mime) != MAILIMF_NO_ERROR || mime == NULL)
                continue;
            decode(mime);
            mailmime_free(mime);
        }
    }
    double ms = (double)(clock() - begin) * 1e3 / CLOCKS_PER_SEC;
    printf("{\"mails\":%ld,\"bytes\":%zu,\"decoded\":%zu,\"cpu_ms\":%.4f}\n", rounds * (long)mails->len, bytes, decoded,
           ms / ((double)rounds * mails->len));
    return 0;
}

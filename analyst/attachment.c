/*
 * sekisho attachment: what a file is, whether it is encrypted, what it holds.
 *
 * The file may be hostile: a confined child looks into it and writes what is to be printed.
 */
#include "attachment/attachment.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "fact-words.h"
#include "indicator/indicator.h"
#include "pool/confined.h"
#include "sekisho/limits.h"
#include "terminal.h"
#include "words.h"

#define COMMAND "attachment"

#define FACT_COLUMNS  32u
#define NAME_COLUMNS  48u
#define ENTRY_COLUMNS 34u /* of the rest beside the name */

enum {
    OPTION_JSON = 0x100,
    OPTION_PASSWORD,
    OPTION_LANGUAGE,
};

static json_t *entry_to_json(const struct sks_attachment_entry *entry)
{
    json_t *item =
        json_pack("{s:s, s:s, s:I, s:b, s:s}", "name", entry->name, "charset", entry->name_charset, "size",
                  (json_int_t)entry->size, "encrypted", (int)entry->encrypted, "type", sks_file_type_name(entry->type));
    GDateTime *modified = entry->modified != 0 ? g_date_time_new_from_unix_utc(entry->modified) : NULL;
    if (modified != NULL) {
        char *text = g_date_time_format(modified, "%Y-%m-%dT%H:%M:%SZ");
        json_object_set_new(item, "modified", json_string(text));
        g_free(text);
        g_date_time_unref(modified);
    }
    return item;
}

static json_t *fact_to_json(const struct sks_fact *fact)
{
    char *japanese = sks_fact_sentence(fact, SKS_LANGUAGE_JAPANESE),
         *english = sks_fact_sentence(fact, SKS_LANGUAGE_ENGLISH);
    json_t *item = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", fact->id, "where", fact->where, "detail", fact->detail,
                             "ja", japanese, "en", english);
    g_free(japanese);
    g_free(english);
    return item;
}

static void print_json(FILE *out, const char *file, const struct sks_attachment *attachment)
{
    json_t *entries = json_array(), *facts = json_array();
    for (size_t i = 0; i < attachment->entry_count; i++)
        json_array_append_new(entries, entry_to_json(&attachment->entries[i]));
    for (size_t i = 0; i < attachment->fact_count; i++)
        json_array_append_new(facts, fact_to_json(&attachment->facts[i]));
    char *name = g_utf8_make_valid(file, -1);
    json_t *root = json_pack("{s:i, s:s, s:s, s:b, s:b, s:b, s:o, s:o, s:s}", "version", 1, "file", name, "type",
                             sks_file_type_name(attachment->type), "encrypted", (int)attachment->encrypted,
                             "names_visible", (int)attachment->names_visible, "opened", (int)attachment->opened,
                             "entries", entries, "facts", facts, "text", attachment->text);
    json_dumpf(root, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(root);
    g_free(name);
}

/* What is known of it; on a terminal, sentences are wrapped beside their names. */
static void print_fact(FILE *out, const struct sks_fact *fact, size_t columns)
{
    g_autofree char *text = sks_fact_sentence(fact, sks_person_language());
    g_autofree char *line = g_strconcat(text, *fact->where != '\0' ? " — " : "", fact->where, NULL);
    fprintf(out, "  %s ", sks_indicator_find(fact->id) != NULL ? "!" : "·");
    sks_terminal_cell(out, fact->id, FACT_COLUMNS);
    fputc(' ', out);
    if (columns > 0) {
        sks_terminal_wrapped(out, line, FACT_COLUMNS + 5, FACT_COLUMNS + 5, columns);
        return;
    }
    sks_terminal_show(out, line);
    fputc('\n', out);
}

static void print_text(FILE *out, const char *file, const struct sks_attachment *attachment, size_t columns)
{
    size_t name_columns = columns > 0 ? MIN(NAME_COLUMNS, columns - ENTRY_COLUMNS) : NAME_COLUMNS;
    enum sks_language language = sks_person_language();
    bool japanese = language == SKS_LANGUAGE_JAPANESE;
    const char *state = "";
    if (attachment->opened)
        state = japanese ? "、暗号化（開けました）" : ", encrypted (opened)";
    else if (attachment->encrypted)
        state = japanese ? "、暗号化" : ", encrypted";
    sks_terminal_show(out, file);
    fprintf(out, ": %s%s\n", sks_file_type_name(attachment->type), state);
    for (size_t i = 0; i < attachment->entry_count; i++) {
        const struct sks_attachment_entry *entry = &attachment->entries[i];
        fputs("  ", out);
        sks_terminal_cell(out, entry->name, name_columns);
        fprintf(out, " %12llu  %-8s%s\n", (unsigned long long)entry->size, sks_file_type_name(entry->type),
                entry->encrypted ? (japanese ? "暗号化" : "encrypted") : "");
    }
    for (size_t i = 0; i < attachment->fact_count; i++)
        print_fact(out, &attachment->facts[i], columns);
}

struct job {
    const char *file;
    const void *bytes;
    gsize size;
    const char *const *passwords;
    bool json;
    size_t columns; /* of the terminal; 0: there is none */
};

static int inspect(FILE *out, void *context)
{
    const struct job *job = context;
    char *base = g_path_get_basename(job->file), *name = g_utf8_make_valid(base, -1);
    struct sks_attachment *attachment;
    struct sks_attachment_budget budget = {0};
    int error = sks_attachment_inspect(&attachment, job->bytes != NULL ? job->bytes : "", job->size, name, "",
                                       job->passwords, &budget);
    if (error == 0) {
        job->json ? print_json(out, job->file, attachment) : print_text(out, job->file, attachment, job->columns);
        sks_attachment_destroy(attachment);
    }
    g_free(name);
    g_free(base);
    return error;
}

/*
 * Mapped, since a file may be larger than what is looked at; what can't be mapped has no end, or belongs to somebody
 * who waits. NULL after a complaint.
 */
static GBytes *read_file(const char *file)
{
    struct stat status;
    g_autoptr(GMappedFile) mapped = NULL;
    int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool opened = descriptor >= 0 && fstat(descriptor, &status) == 0;
    if (opened && S_ISREG(status.st_mode))
        mapped = g_mapped_file_new_from_fd(descriptor, FALSE, NULL);
    if (mapped == NULL)
        sks_complain(COMMAND, "%s: %s", file,
                     !opened || S_ISREG(status.st_mode) ? g_strerror(errno)
                     : S_ISDIR(status.st_mode)          ? "is a folder"
                                                        : "not a regular file");
    if (descriptor >= 0)
        close(descriptor);
    return mapped != NULL ? g_mapped_file_get_bytes(mapped) : NULL;
}

static int print_file(const char *file, const char *const *passwords, bool json)
{
    GBytes *bytes = read_file(file);
    if (bytes == NULL)
        return SKS_EXIT_FAILED;
    struct job job = {.file = file, .passwords = passwords, .json = json};
    job.columns = isatty(STDOUT_FILENO) ? sks_terminal_style().columns : 0;
    job.bytes = g_bytes_get_data(bytes, &job.size);
    GByteArray *written;
    int failed = sks_confined_run(&written, inspect, &job, SKS_LIMIT_FILE_MILLISECONDS, SKS_LIMIT_FILE_REPORT);
    g_bytes_unref(bytes);
    if (failed != 0) {
        sks_complain(COMMAND, "%s: %s", file, sks_error_text(failed));
        return SKS_EXIT_FAILED;
    }
    fwrite(written->data, 1, written->len, stdout);
    g_byte_array_unref(written);
    return SKS_EXIT_FINE;
}

int sks_analyst_attachment(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, OPTION_JSON},
        {"password", required_argument, NULL, OPTION_PASSWORD},
        {"language", required_argument, NULL, OPTION_LANGUAGE},
        {NULL, 0, NULL, 0},
    };
    bool json = false;
    const char *passwords[SKS_LIMIT_PASSWORD_COUNT + 1] = {NULL};
    size_t count = 0;
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == OPTION_JSON)
            json = true;
        else if (option == OPTION_PASSWORD && count < SKS_LIMIT_PASSWORD_COUNT)
            passwords[count++] = optarg;
        else if (option != OPTION_LANGUAGE || !sks_take_language(COMMAND, optarg))
            return sks_usage(COMMAND);
    }
    if (optind >= argc)
        return sks_usage_since(COMMAND, "which FILE?");
    sks_attachment_prepare();
    int status = SKS_EXIT_FINE;
    for (int i = optind; i < argc; i++)
        if (print_file(argv[i], passwords, json) != SKS_EXIT_FINE)
            status = SKS_EXIT_FAILED;
    return status;
}

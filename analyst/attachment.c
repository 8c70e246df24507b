/* sekisho attachment: what a file is, whether it is encrypted, what it holds. */
#include "attachment/attachment.h"

#include <getopt.h>
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "indicator/indicator.h"
#include "sekisho/limits.h"
#include "terminal.h"

#define COMMAND "attachment"

enum {
    OPTION_JSON = 0x100,
    OPTION_PASSWORD,
};

/* The sentence of the indicator that has the fact's identifier; a fact without one says only what was seen. */
static char *sentence(const struct sks_fact *fact, enum sks_language language)
{
    const struct sks_finding finding = {.indicator = sks_indicator_find(fact->id), .detail = (char *)fact->detail};
    if (finding.indicator == NULL)
        return g_strdup(*fact->detail != '\0' ? fact->detail : fact->id);
    return sks_finding_reason(&finding, language);
}

static json_t *entry_to_json(const struct sks_attachment_entry *entry)
{
    return json_pack("{s:s, s:I, s:b, s:s}", "name", entry->name, "size", (json_int_t)entry->size, "encrypted",
                     (int)entry->encrypted, "type", sks_file_type_name(entry->type));
}

static json_t *fact_to_json(const struct sks_fact *fact)
{
    char *japanese = sentence(fact, SKS_LANGUAGE_JAPANESE), *english = sentence(fact, SKS_LANGUAGE_ENGLISH);
    json_t *item = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", fact->id, "where", fact->where, "detail", fact->detail,
                             "ja", japanese, "en", english);
    g_free(japanese);
    g_free(english);
    return item;
}

static void print_json(const char *file, const struct sks_attachment *attachment)
{
    json_t *entries = json_array(), *facts = json_array();
    for (size_t i = 0; i < attachment->entry_count; i++)
        json_array_append_new(entries, entry_to_json(&attachment->entries[i]));
    for (size_t i = 0; i < attachment->fact_count; i++)
        json_array_append_new(facts, fact_to_json(&attachment->facts[i]));
    char *name = g_utf8_make_valid(file, -1);
    json_t *root = json_pack("{s:i, s:s, s:s, s:b, s:b, s:b, s:o, s:o}", "version", 1, "file", name, "type",
                             sks_file_type_name(attachment->type), "encrypted", (int)attachment->encrypted,
                             "names_visible", (int)attachment->names_visible, "opened", (int)attachment->opened,
                             "entries", entries, "facts", facts);
    json_dumpf(root, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(root);
    g_free(name);
}

static void print_text(const char *file, const struct sks_attachment *attachment)
{
    enum sks_language language = sks_person_language();
    bool japanese = language == SKS_LANGUAGE_JAPANESE;
    const char *state = "";
    if (attachment->opened)
        state = japanese ? "、暗号化（開けました）" : ", encrypted (opened)";
    else if (attachment->encrypted)
        state = japanese ? "、暗号化" : ", encrypted";
    printf("%s: %s%s\n", file, sks_file_type_name(attachment->type), state);
    for (size_t i = 0; i < attachment->entry_count; i++) {
        const struct sks_attachment_entry *entry = &attachment->entries[i];
        fputs("  ", stdout);
        sks_terminal_cell(stdout, entry->name, 48);
        printf(" %12llu  %-8s%s\n", (unsigned long long)entry->size, sks_file_type_name(entry->type),
               entry->encrypted ? (japanese ? "暗号化" : "encrypted") : "");
    }
    for (size_t i = 0; i < attachment->fact_count; i++) {
        const struct sks_fact *fact = &attachment->facts[i];
        char *text = sentence(fact, language);
        bool suspicious = sks_indicator_find(fact->id) != NULL;
        printf("  %s ", suspicious ? "!" : "·");
        sks_terminal_cell(stdout, fact->id, 32);
        printf(" %s%s%s\n", text, *fact->where != '\0' ? " — " : "", fact->where);
        g_free(text);
    }
}

static int inspect(const char *file, const char *const *passwords, bool json)
{
    char *bytes;
    gsize size;
    GError *error = NULL;
    if (!g_file_get_contents(file, &bytes, &size, &error)) {
        sks_complain(COMMAND, "%s: %s", file, error->message);
        g_error_free(error);
        return SKS_EXIT_FAILED;
    }
    char *base = g_path_get_basename(file), *name = g_utf8_make_valid(base, -1);
    struct sks_attachment *attachment;
    struct sks_attachment_budget budget = {0};
    int result = sks_attachment_inspect(&attachment, bytes, size, name, "", passwords, &budget);
    if (result == 0) {
        json ? print_json(file, attachment) : print_text(file, attachment);
        sks_attachment_destroy(attachment);
    } else {
        sks_complain(COMMAND, "%s: %s", file, sks_error_text(result));
    }
    g_free(name);
    g_free(base);
    g_free(bytes);
    return result == 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
}

int sks_analyst_attachment(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, OPTION_JSON},
        {"password", required_argument, NULL, OPTION_PASSWORD},
        {NULL, 0, NULL, 0},
    };
    bool json = false;
    const char *passwords[SKS_LIMIT_PASSWORD_COUNT + 1] = {NULL};
    size_t count = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == OPTION_JSON)
            json = true;
        else if (option == OPTION_PASSWORD && count < SKS_LIMIT_PASSWORD_COUNT)
            passwords[count++] = optarg;
        else
            return sks_usage(COMMAND);
    }
    if (optind >= argc)
        return sks_usage(COMMAND);
    sks_attachment_prepare();
    int status = SKS_EXIT_FINE;
    for (int i = optind; i < argc; i++)
        if (inspect(argv[i], passwords, json) != SKS_EXIT_FINE)
            status = SKS_EXIT_FAILED;
    return status;
}

/*
 * Attachments: what the attachment room found, and what the text says of passwords.
 *
 * Encryption alone convicts nobody; each step of a protected delivery is told for itself (encrypted, password promised,
 * password in the same mail, password for another mail), and the model learns what company they keep.
 */
#include <glib.h>
#include <string.h>

#include "indicator/view.h"

/* Facts of the attachment room, and the feature that gathers each with its like. */
static const struct {
    const char *fact, *feature;
    double strength;
} gathered[] = {
    {"attachment.bidi-name", "attachment.disguised", 1},
    {"attachment.dde", "attachment.active-content", 1},
    {"attachment.disk-image", "attachment.runs-code", 0.7},
    {"attachment.double-extension", "attachment.disguised", 1},
    {"attachment.embedded-object", "attachment.active-content", 0.4},
    {"attachment.external-relation", "attachment.active-content", 0.4},
    {"attachment.foreign-author", "attachment.foreign-origin", 0.6},
    {"attachment.foreign-font", "attachment.foreign-origin", 0.7},
    {"attachment.foreign-language", "attachment.foreign-origin", 0.8},
    {"attachment.foreign-name-charset", "attachment.foreign-origin", 1},
    {"attachment.long-name", "attachment.disguised", 0.5},
    {"attachment.macro", "attachment.active-content", 0.8},
    {"attachment.nested-archive", "attachment.disguised", 0.4},
    {"attachment.padded-name", "attachment.disguised", 1},
    {"attachment.pdf-embedded-file", "attachment.active-content", 0.4},
    {"attachment.pdf-javascript", "attachment.active-content", 0.5},
    {"attachment.pdf-launch", "attachment.active-content", 1},
    {"attachment.program-inside", "attachment.runs-code", 1},
    {"attachment.remote-template", "attachment.active-content", 1},
    {"attachment.script-inside", "attachment.runs-code", 1},
    {"attachment.shortcut-inside", "attachment.runs-code", 1},
    {"attachment.type-mismatch", "attachment.disguised", 0.8},
};

static void add_fact(struct sks_findings *findings, const struct sks_view *view, const char *id, const char *where,
                     const char *detail)
{
    /* A partner abroad writes with the programs of that country. */
    double scale = g_str_has_prefix(id, "attachment.foreign-") && view->from_country[0] != '\0' ? 0.3 : 1;
    sks_findings_add(findings, id, scale, where, detail);
    for (size_t i = 0; i < G_N_ELEMENTS(gathered); i++)
        if (strcmp(gathered[i].fact, id) == 0)
            sks_findings_add(findings, gathered[i].feature, scale * gathered[i].strength, where, detail);
}

/* Identifiers that this family reports by itself are not taken from the facts, whatever these call themselves. */
static bool is_own_id(const char *id)
{
    static const char *const own[] = {"attachment.encrypted",         "attachment.opened",
                                      "attachment.password-in-body",  "attachment.password-in-separate-mail",
                                      "attachment.password-promised", "attachment.active-content",
                                      "attachment.disguised",         "attachment.foreign-origin",
                                      "attachment.runs-code"};
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        if (strcmp(own[i], id) == 0)
            return true;
    return false;
}

static const char *code_fact(enum sks_file_type type)
{
    switch (type) {
    case SKS_FILE_ISO:
    case SKS_FILE_VHD:
        return "attachment.disk-image";
    case SKS_FILE_LNK:
    case SKS_FILE_URL:
        return "attachment.shortcut-inside";
    case SKS_FILE_SCRIPT:
        return "attachment.script-inside";
    default:
        return sks_file_type_is_program(type) ? "attachment.program-inside" : NULL;
    }
}

/* What the file and the files in it are; names in an encrypted archive can often be read. */
static void types(struct sks_findings *findings, const struct sks_view *view, const struct sks_attachment *attachment)
{
    const char *fact = code_fact(attachment->type);
    if (fact != NULL)
        add_fact(findings, view, fact, attachment->where, attachment->name);
    for (size_t i = 0; i < attachment->entry_count; i++) {
        fact = code_fact(attachment->entries[i].type);
        if (fact != NULL)
            add_fact(findings, view, fact, attachment->where, attachment->entries[i].name);
    }
    if (attachment->type == SKS_FILE_HTML) /* a page that asks for a password or unpacks a file by script */
        sks_findings_add(findings, "attachment.active-content", 0.5, attachment->where, attachment->name);
}

static bool holds_code(const struct sks_attachment *attachment)
{
    for (size_t i = 0; i < attachment->entry_count; i++)
        if (code_fact(attachment->entries[i].type) != NULL)
            return true;
    for (size_t i = 0; i < attachment->fact_count; i++)
        for (size_t k = 0; k < G_N_ELEMENTS(gathered); k++)
            if (strcmp(gathered[k].fact, attachment->facts[i].id) == 0 && gathered[k].strength >= 0.7 &&
                !g_str_has_prefix(gathered[k].fact, "attachment.foreign-"))
                return true;
    return false;
}

static void encryption(struct sks_findings *findings, const struct sks_attachment *attachment)
{
    if (!attachment->encrypted)
        return;
    /* Names that cannot be read either hide more than the usual zip does. */
    bool hidden = sks_file_type_is_container(attachment->type) && !attachment->names_visible;
    sks_findings_add(findings, "attachment.encrypted", hidden ? 1 : 0.8, attachment->where, attachment->name);
    if (!attachment->opened)
        return;
    GString *inside = g_string_new(NULL);
    for (size_t i = 0; i < attachment->entry_count && i < 3; i++)
        g_string_append_printf(inside, "%s%s", i > 0 ? ", " : "", attachment->entries[i].name);
    sks_findings_add(findings, "attachment.opened", holds_code(attachment) ? 1 : 0.3, attachment->where,
                     inside->len > 0 ? inside->str : sks_file_type_name(attachment->type));
    g_string_free(inside, TRUE);
}

static bool is_printable(char c)
{
    return c > ' ' && c < 0x7f;
}

/*
 * Whether what follows a wording like "password:" is one: behind marks and a few words, a run of at least four
 * printable ASCII characters with a digit or a mark in it, or one of letters set off by a colon or bracket.
 */
static bool is_password(const char *text)
{
    bool set_off = false;
    const char *at = text;
    for (size_t skipped = 0; *at != '\0' && skipped < 24; skipped++) {
        size_t size = 0, letters = 0, others = 0;
        while (is_printable(at[size]) && strchr("()[]<>\"',;", at[size]) == NULL) {
            letters += g_ascii_isalpha(at[size]) != 0;
            others += g_ascii_isalpha(at[size]) == 0 && strchr(":=-_*.", at[size]) == NULL;
            size++;
        }
        if (size >= 4 && size <= 64 && letters + others >= 4 && !g_str_has_prefix(at, "http"))
            return others > 0 || (set_off && letters == size);
        if (size >= 2)
            return false; /* a word that is none: "password is sent …" */
        gunichar c = g_utf8_get_char(at);
        set_off = set_off || strchr(":=\"'[(", *at) != NULL || c == 0x300c || c == 0x300e || c == 0x3010 || c == 0x2192;
        if (c == 0x3002)
            return false; /* the sentence ends */
        at = g_utf8_next_char(at);
    }
    return false;
}

struct password {
    const char *text;
    const char *phrase; /* the first wording that a password follows, or NULL */
};

static bool visit_given(void *data, const struct sks_list_entry *entry, size_t at)
{
    struct password *password = data;
    size_t size = strlen(entry->word);
    /* The wording's own colon or bracket sets off what follows. */
    const char *behind = password->text + at + size;
    char last = entry->word[size - 1];
    if (is_password(strchr(":=", last) != NULL || g_str_has_suffix(entry->word, "「") ? behind - 1 : behind)) {
        password->phrase = entry->word;
        return false;
    }
    return true;
}

/* Whether the text speaks of a file, so that its password is that of an attachment and not of an account. */
static bool speaks_of_file(const struct sks_view *view)
{
    static const char *const words[] = {"添付",     "ファイル",      "解凍",           "展開",        "先ほど",
                                        "先程",     "先のメール",    "前のメール",     "zip",         "圧縮",
                                        "復号",     "開封",          "attachment",     "attached",    "archive",
                                        "the file", "previous mail", "previous email", "earlier mail"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(view->own, words[i]) != NULL || strstr(view->subject, words[i]) != NULL)
            return true;
    return false;
}

static void passwords(struct sks_findings *findings, const struct sks_view *view)
{
    struct password given = {.text = view->own};
    sks_list_each_phrase(sks_view_list(view, "password-given"), view->own, visit_given, &given);
    if (given.phrase != NULL && view->encrypted)
        sks_findings_add(findings, "attachment.password-in-body", 1, "body", given.phrase);
    else if (given.phrase != NULL && view->file_link)
        sks_findings_add(findings, "lure.password-beside-link", 1, "body", given.phrase);
    else if (given.phrase != NULL && speaks_of_file(view))
        sks_findings_add(findings, "attachment.password-in-separate-mail", 1, "body", given.phrase);

    double weight = 0;
    const char *promise = sks_list_find_phrase(sks_view_list(view, "password-promise"), view->own, &weight);
    if (promise != NULL && given.phrase == NULL)
        sks_findings_add(findings, "attachment.password-promised",
                         weight * (view->encrypted || view->file_link ? 1 : 0.4), "body", promise);
}

void sks_attachment_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    for (size_t i = 0; i < facts->attachment_count; i++) {
        const struct sks_attachment *attachment = facts->attachments[i];
        types(findings, view, attachment);
        encryption(findings, attachment);
        for (size_t k = 0; k < attachment->fact_count; k++) {
            const struct sks_fact *fact = &attachment->facts[k];
            if (!g_str_has_prefix(fact->id, "attachment.") || is_own_id(fact->id) ||
                sks_indicator_find(fact->id) == NULL)
                continue;
            char *where = fact->where[0] != '\0' ? g_strdup_printf("%s/%s", attachment->where, fact->where)
                                                 : g_strdup(attachment->where);
            const char *detail = fact->detail[0] != '\0'  ? fact->detail
                                 : fact->where[0] != '\0' ? fact->where
                                                          : attachment->name;
            add_fact(findings, view, fact->id, where, detail);
            g_free(where);
        }
    }
    passwords(findings, view);
    const struct sks_language_result *document = facts->document;
    if (document != NULL && document->characters >= 100 && document->awkward > 0.3)
        sks_findings_add(findings, "attachment.document-awkward", (document->awkward - 0.3) / 0.7, "", "");
}

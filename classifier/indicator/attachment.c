/*
 * Attachments: what the attachment room found, and what the text says of passwords.
 *
 * Encryption alone convicts nobody; each step of a protected delivery is told for itself (encrypted, password promised,
 * password in the same mail, password for another mail), and the model learns what company they keep.
 */
#include <glib.h>
#include <string.h>

#include "attachment/names.h"
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

/* Whose attachments are looked at: this mail's own, or those of another that its password opened. */
struct source {
    struct sks_findings *findings;
    const struct sks_view *view;
    const char *related;   /* Message-ID of the other mail, or "" */
    const char *opened_by; /* … of the mail that gave the password, or "" */
};

/*
 * Engineers send each other source code, openly: a script under such a name is opened by an editor or lies there, until
 * somebody runs it. In an encrypted file or under another name it is a script like any.
 */
static bool is_source_code(const struct sks_attachment *attachment, const char *name)
{
    static const char *const endings[] = {".py",  ".sh", ".bash", ".csh", ".zsh", ".pl", ".pm", ".rb",
                                          ".awk", ".r",  ".lua",  ".tcl", ".php", ".jl", ".m",  ".txt"};
    char *lower = g_utf8_strdown(name, -1);
    bool found = false;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        found = found || g_str_has_suffix(lower, endings[i]);
    g_free(lower);
    return found && !sks_attachment_is_encrypted(attachment);
}

/* How much of its weight a fact of a file has in this mail. */
static double scale_of(const struct source *source, const struct sks_attachment *attachment, const char *id,
                       const char *name)
{
    /* A partner abroad writes with the programs of that country. */
    if (g_str_has_prefix(id, "attachment.foreign-") && source->view->from_country[0] != '\0')
        return 0.3;
    /* A shortcut bears the name of what it leads to, and a script may belong to a page. */
    if (strcmp(id, "attachment.disguised-program") == 0 &&
        (sks_name_is_called(name, "lnk") || sks_name_is_called(name, "js")))
        return 0.8;
    return strcmp(id, "attachment.script-inside") == 0 && is_source_code(attachment, name) ? 0.3 : 1;
}

/* name: of the file, or of one in it, that it is about. */
static void add_fact(const struct source *source, const struct sks_attachment *attachment, const char *id,
                     const char *name, const char *where, const char *detail)
{
    double scale = scale_of(source, attachment, id, name);
    sks_findings_add_related(source->findings, id, scale, where, detail, source->related);
    for (size_t i = 0; i < G_N_ELEMENTS(gathered); i++)
        if (strcmp(gathered[i].fact, id) == 0)
            sks_findings_add_related(source->findings, gathered[i].feature, scale * gathered[i].strength, where, detail,
                                     source->related);
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
static void types(const struct source *source, const struct sks_attachment *attachment)
{
    const char *fact = code_fact(attachment->type);
    if (fact != NULL)
        add_fact(source, attachment, fact, attachment->name, attachment->where, attachment->name);
    for (size_t i = 0; i < attachment->entry_count; i++) {
        const char *name = attachment->entries[i].name;
        fact = code_fact(attachment->entries[i].type);
        if (fact != NULL) {
            g_autofree char *where = sks_message_place(attachment->where, name);
            add_fact(source, attachment, fact, name, where, name);
        }
    }
    if (attachment->type == SKS_FILE_HTML) /* a page that asks for a password or unpacks a file by script */
        sks_findings_add_related(source->findings, "attachment.active-content", 0.5, attachment->where,
                                 attachment->name, source->related);
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

/* What keeps a file from being harmless although it holds no code: it may not be all, or it does something. */
static bool is_doubtful(const char *fact)
{
    static const char *const doubtful[] = {
        "attachment.damaged",        "attachment.external-relation", "attachment.html-form",
        "attachment.html-redirect",  "attachment.html-script",       "attachment.html-smuggling",
        "attachment.link-inside",    "attachment.mixed-encryption",  "attachment.overlapping-members",
        "attachment.path-traversal", "attachment.pdf-javascript",    "attachment.volume",
        "attachment.unread-inside",  "attachment.pdf-embedded-file", "attachment.type-mismatch",
    };
    if (g_str_has_prefix(fact, "limit."))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(doubtful); i++)
        if (strcmp(doubtful[i], fact) == 0)
            return true;
    return false;
}

/* Whether it is called a text that nothing but an editor opens. */
static bool is_plain_text(const char *name)
{
    static const char *const endings[] = {"txt", "csv", "tsv", "md", "log", "text", "json", "tex", "bib"};
    bool found = strchr(sks_name_base(name), '.') == NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        found = found || sks_name_is_called(name, endings[i]);
    return found;
}

/* Whether a file of this type is read to its end here, so that finding nothing means something. */
static bool is_read_through(enum sks_file_type type, const char *name)
{
    switch (type) {
    case SKS_FILE_DOC:
    case SKS_FILE_XLS:
    case SKS_FILE_PPT:
    case SKS_FILE_DOCX:
    case SKS_FILE_XLSX:
    case SKS_FILE_PPTX:
    case SKS_FILE_ODF:
    case SKS_FILE_RTF:
    case SKS_FILE_PDF:
        return true;
    case SKS_FILE_IMAGE:
        return !sks_name_is_called(name, "svg") && !sks_name_is_called(name, "svgz"); /* these have scripts */
    case SKS_FILE_TEXT:
        return is_plain_text(name);
    default:
        return sks_file_type_is_container(type);
    }
}

/* Equation editors and the like: what RTF embeds runs by itself more often than not. */
static bool is_object_of_rtf(const struct sks_attachment *attachment, const struct sks_fact *fact)
{
    bool rtf = attachment->type == SKS_FILE_RTF;
    for (size_t i = 0; i < attachment->entry_count && !rtf; i++)
        rtf = attachment->entries[i].type == SKS_FILE_RTF;
    return rtf && strcmp(fact->id, "attachment.embedded-object") == 0;
}

/* Opened, wholly looked into, and nothing found that runs, loads or hides anything. */
static bool is_harmless(const struct sks_attachment *attachment)
{
    if (!sks_attachment_is_opened(attachment) || sks_attachment_is_locked(attachment) || holds_code(attachment) ||
        !is_read_through(attachment->type, attachment->name))
        return false;
    for (size_t i = 0; i < attachment->entry_count; i++)
        if (!g_str_has_suffix(attachment->entries[i].name, "/") && /* a folder */
            !is_read_through(attachment->entries[i].type, attachment->entries[i].name))
            return false;
    for (size_t i = 0; i < attachment->fact_count; i++)
        if (is_doubtful(attachment->facts[i].id) || is_object_of_rtf(attachment, &attachment->facts[i]))
            return false;
    return true;
}

bool sks_indicators_opened_harm(const struct sks_attachment *attachment)
{
    return sks_attachment_is_opened(attachment) && !is_harmless(attachment);
}

/* What is left of the suspicion that encryption earns, once a later mail let us look and there was nothing. */
#define HARMLESS_ENCRYPTED 0.1
#define HARMLESS_OPENED    0.1
#define HARMLESS_SEPARATE  0.1

static char *list_inside(const struct sks_attachment *attachment)
{
    GString *inside = g_string_new(NULL);
    for (size_t i = 0; i < attachment->entry_count && i < 3; i++)
        g_string_append_printf(inside, "%s%s", i > 0 ? ", " : "", attachment->entries[i].name);
    if (inside->len == 0)
        g_string_append(inside, sks_file_type_name(attachment->type));
    return g_string_free(inside, FALSE);
}

static void encryption(const struct source *source, const struct sks_attachment *attachment)
{
    if (!sks_attachment_is_encrypted(attachment))
        return;
    const char *related = *source->related != '\0' ? source->related : source->opened_by;
    bool cleared = *related != '\0' && is_harmless(attachment);
    /* Names that cannot be read either hide more than the usual zip does. */
    bool hidden = sks_file_type_is_container(attachment->type) && !attachment->names_visible;
    sks_findings_add_related(source->findings, "attachment.encrypted",
                             cleared  ? HARMLESS_ENCRYPTED
                             : hidden ? 1
                                      : 0.8,
                             attachment->where, attachment->name, source->related);
    if (!sks_attachment_is_opened(attachment))
        return;
    char *inside = list_inside(attachment);
    sks_findings_add_related(source->findings, "attachment.opened",
                             cleared                  ? HARMLESS_OPENED
                             : holds_code(attachment) ? 1
                                                      : 0.3,
                             attachment->where, inside, related);
    if (cleared)
        sks_findings_add_related(source->findings, "clean.opened-harmless", 1, attachment->where, inside, related);
    g_free(inside);
}

#define LOOK_AHEAD 120u /* bytes behind a wording in which its password stands */

/* How surely what comes next is the password. */
enum introduction {
    NOT_YET,
    BY_WORD, /* "is", "は": a run with a digit or mark in it */
    BY_MARK, /* ":", "「": letters alone, too */
};

/* A run of printable characters without brackets and commas. */
static size_t run_length(const char *text)
{
    size_t size = 0;
    while (text[size] > ' ' && text[size] < 0x7f && strchr("()[]<>\"',;", text[size]) == NULL)
        size++;
    return size;
}

static bool is_run_password(const char *run, size_t size, enum introduction introduction)
{
    size_t letters = 0, digits = 0, marks = 0;
    for (size_t i = 0; i < size; i++) {
        letters += g_ascii_isalpha(run[i]) != 0;
        digits += g_ascii_isdigit(run[i]) != 0;
        marks += g_ascii_ispunct(run[i]) && strchr(":=.-/", run[i]) == NULL;
    }
    if (introduction == NOT_YET || size < 4 || size > 64 || letters + digits + marks < 4 ||
        strncmp(run, "http", 4) == 0)
        return false;
    /* A year or a date is none. */
    static const char *const units[] = {"年", "月", "日", "時"};
    for (size_t i = 0; digits == size && i < G_N_ELEMENTS(units); i++)
        if (g_str_has_prefix(run + size, units[i]))
            return false;
    return digits + marks > 0 || introduction == BY_MARK;
}

/* What a run that is no password says of the next one. */
static enum introduction after_run(const char *run, size_t size)
{
    if (strchr(":=", run[size - 1]) != NULL)
        return BY_MARK;
    return size == 2 && strncmp(run, "is", 2) == 0 ? BY_WORD : NOT_YET;
}

/*
 * Whether a password follows a wording like "password" or "パスワードは": a run of at least four printable characters,
 * introduced by a mark or a word, in the same sentence, or standing at the start of the next; anywhere in the next if
 * this one says "as follows".
 */
static bool is_password(const char *text, enum introduction introduction, bool follows)
{
    bool ended = false; /* a sentence did, and nothing came since */
    for (const char *at = text; *at != '\0' && at < text + LOOK_AHEAD;) {
        size_t size = run_length(at);
        while (size > 1 && strchr(":=", *at) != NULL) {
            introduction = BY_MARK;
            at++;
            size--;
        }
        if (size > 0 && is_run_password(at, size, introduction))
            return true;
        if (ended && *at != ' ')
            return false;
        if (size > 0) {
            introduction = after_run(at, size);
            at += size;
            continue;
        }
        follows =
            follows || g_str_has_prefix(at, "以下") || g_str_has_prefix(at, "下記") || g_str_has_prefix(at, "次の");
        if (strchr("\"'[(", *at) != NULL || g_str_has_prefix(at, "「") || g_str_has_prefix(at, "『") ||
            g_str_has_prefix(at, "【") || g_str_has_prefix(at, "→") || g_str_has_prefix(at, "⇒"))
            introduction = BY_MARK;
        else if (g_str_has_prefix(at, "は") || g_str_has_prefix(at, "。"))
            introduction = BY_WORD;
        ended = g_str_has_prefix(at, "。") && !follows;
        at = g_utf8_next_char(at);
    }
    return false;
}

struct password {
    const char *text;
    const char *phrase; /* the first wording that a password follows, or NULL */
};

static bool says_follows(const char *text)
{
    return strstr(text, "以下") != NULL || strstr(text, "下記") != NULL || strstr(text, "次の") != NULL;
}

static bool visit_given(void *data, const struct sks_list_entry *entry, size_t at)
{
    struct password *password = data;
    size_t size = strlen(entry->word);
    char last = entry->word[size - 1];
    enum introduction introduction = strchr(":=", last) != NULL || g_str_has_suffix(entry->word, "「") ||
                                             g_str_has_suffix(entry->word, "『") || g_str_has_suffix(entry->word, "【")
                                         ? BY_MARK
                                     : g_str_has_suffix(entry->word, "は") || g_str_has_suffix(entry->word, " is")
                                         ? BY_WORD
                                         : NOT_YET;
    if (is_password(password->text + at + size, introduction, says_follows(entry->word))) {
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

/* Whether all that the password opened was looked into and found harmless. */
static bool is_cleared(const struct sks_attachment *const *attachments, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        bool encrypted = sks_attachment_is_encrypted(attachments[i]);
        if (encrypted && !is_harmless(attachments[i]))
            return false;
        any = any || encrypted;
    }
    return any;
}

/* The two mails of a protected delivery, joined: each names the other. */
static void separate_mails(struct sks_findings *findings, const struct sks_facts *facts)
{
    for (size_t i = 0; i < facts->joined_count; i++) {
        const struct sks_joined *joined = &facts->joined[i];
        bool cleared = joined->gave_password ? is_cleared(facts->attachments, facts->attachment_count)
                                             : is_cleared(joined->attachments, joined->attachment_count);
        char **files = g_strsplit(joined->files, "\n", 2);
        sks_findings_add_related(findings, "attachment.password-in-separate-mail", cleared ? HARMLESS_SEPARATE : 1,
                                 joined->gave_password ? "" : "body", files[0] != NULL ? files[0] : "",
                                 joined->message_id);
        g_strfreev(files);
    }
}

static void passwords(struct sks_findings *findings, const struct sks_view *view)
{
    separate_mails(findings, view->facts);
    struct password given = {.text = view->own};
    sks_view_each_phrase(view, "password-given", view->own, visit_given, &given);
    if (given.phrase != NULL && view->encrypted)
        sks_findings_add(findings, "attachment.password-in-body", 1, "body", given.phrase);
    else if (given.phrase != NULL && view->file_link)
        sks_findings_add(findings, "lure.password-beside-link", 1, "body", given.phrase);
    else if (given.phrase != NULL && speaks_of_file(view) && view->facts->joined_count == 0)
        sks_findings_add(findings, "attachment.password-in-separate-mail", 1, "body", given.phrase);

    if ((view->facts->password_described && view->encrypted) || view->facts->password_awaited)
        sks_findings_add(findings, "attachment.password-described", 1, "body", "");

    double weight = 0;
    const char *promise = sks_view_find_phrase(view, "password-promise", view->own, &weight);
    if (promise != NULL && given.phrase == NULL)
        sks_findings_add(findings, "attachment.password-promised",
                         weight * (view->encrypted || view->file_link ? 1 : 0.4), "body", promise);
}

static void contents(const struct source *source, const struct sks_attachment *attachment)
{
    types(source, attachment);
    encryption(source, attachment);
    for (size_t i = 0; i < attachment->fact_count; i++) {
        const struct sks_fact *fact = &attachment->facts[i];
        if (!g_str_has_prefix(fact->id, "attachment.") || is_own_id(fact->id) || sks_indicator_find(fact->id) == NULL)
            continue;
        char *where = sks_message_place(attachment->where, fact->where);
        const char *name = fact->where[0] != '\0' ? fact->where : attachment->name;
        bool says = fact->detail[0] != '\0' && strcmp(fact->detail, sks_file_type_name(SKS_FILE_UNKNOWN)) != 0;
        const char *detail = says ? fact->detail : name;
        add_fact(source, attachment, fact->id, name, where, detail);
        g_free(where);
    }
}

/* All documents are judged together: where most of their text is. */
static const char *most_text(const struct sks_facts *facts)
{
    const char *where = "body";
    size_t most = 0;
    for (size_t i = 0; i < facts->attachment_count; i++) {
        size_t size = strlen(facts->attachments[i]->text);
        where = size > most ? facts->attachments[i]->where : where;
        most = MAX(most, size);
    }
    return where;
}

void sks_attachment_indicators(struct sks_findings *findings, const struct sks_view *view)
{
    const struct sks_facts *facts = view->facts;
    struct source source = {.findings = findings, .view = view, .related = "", .opened_by = ""};
    for (size_t i = 0; i < facts->joined_count; i++)
        if (facts->joined[i].gave_password)
            source.opened_by = facts->joined[i].message_id;
    for (size_t i = 0; i < facts->attachment_count; i++)
        contents(&source, facts->attachments[i]);
    for (size_t i = 0; i < facts->joined_count; i++) {
        source.related = facts->joined[i].message_id;
        for (size_t k = 0; k < facts->joined[i].attachment_count; k++)
            contents(&source, facts->joined[i].attachments[k]);
    }
    passwords(findings, view);
    const struct sks_language_result *document = facts->document;
    if (document != NULL && document->characters >= 100 && document->awkward > 0.3)
        sks_findings_add(findings, "attachment.document-awkward", (document->awkward - 0.3) / 0.7, most_text(facts),
                         "");
}

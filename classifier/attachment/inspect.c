/*
 * Inspects an attachment: detects the type, compares it with the name, and hands the file to the function of its type.
 *
 * That function lists members and passes their content back here, where it is inspected in turn. Everything that costs
 * is counted here, against the budget that all attachments of a mail share: members, bytes out, depth.
 */
#include "attachment/attachment.h"

#include <glib.h>
#include <stdarg.h>

#include "attachment/archive.h"
#include "base/crypt.h"
#include "attachment/detect.h"
#include "attachment/file.h"
#include "attachment/names.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"

#define FACTS_OF_ONE_KIND 16u
#define FACTS             400u
#define DETAIL_CHARACTERS 160
#define RATIO_FREE        (1024u * 1024)
#define READ_CHUNK        (64u * 1024)

static void inspect_file(struct sks_file *file);

const char *sks_file_string(struct sks_file *file, const char *text)
{
    return g_string_chunk_insert_const(file->inspection->strings, text);
}

static char *member_path(const struct sks_file *file, const char *member)
{
    if (member == NULL)
        return g_strdup(file->path);
    return file->path[0] != '\0' ? g_strconcat(file->path, "/", member, NULL) : g_strdup(member);
}

/* One line without control characters, cut at a readable length. */
static char *clean_detail(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *cleaned = g_string_new(NULL);
    int count = 0;
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (count++ >= DETAIL_CHARACTERS) {
            g_string_append(cleaned, "…");
            break;
        }
        g_string_append_unichar(cleaned, g_unichar_iscntrl(c) ? ' ' : c);
    }
    return g_string_free(g_steal_pointer(&cleaned), FALSE);
}

void sks_file_fact(struct sks_file *file, const char *id, const char *member, const char *detail, ...)
{
    GArray *facts = file->inspection->facts;
    g_autofree char *where = member_path(file, member);
    unsigned same = 0;
    for (guint i = 0; i < facts->len; i++) {
        const struct sks_fact *fact = &g_array_index(facts, struct sks_fact, i);
        if (strcmp(fact->id, id) != 0)
            continue;
        if (strcmp(fact->where, where) == 0 && detail == NULL)
            return;
        same++;
    }
    if (same >= FACTS_OF_ONE_KIND || facts->len >= FACTS)
        return;
    g_autofree char *text = NULL, *cleaned = NULL;
    if (detail != NULL) {
        va_list arguments;
        va_start(arguments, detail);
        text = g_strdup_vprintf(detail, arguments);
        va_end(arguments);
        cleaned = clean_detail(text);
    }
    struct sks_fact fact = {
        .id = id,
        .where = sks_file_string(file, where),
        .detail = cleaned != NULL ? sks_file_string(file, cleaned) : "",
    };
    for (guint i = 0; i < facts->len; i++) {
        const struct sks_fact *old = &g_array_index(facts, struct sks_fact, i);
        if (strcmp(old->id, id) == 0 && strcmp(old->where, fact.where) == 0 && strcmp(old->detail, fact.detail) == 0)
            return;
    }
    g_array_append_val(facts, fact);
}

void sks_file_text(struct sks_file *file, const char *text, size_t size)
{
    sks_buffer_add(&file->inspection->text, text, size);
}

void sks_file_note(struct sks_file *file, const char *text)
{
    sks_buffer_add_text(&file->inspection->notes, text);
    sks_buffer_add_text(&file->inspection->notes, "\n");
}

/*
 * A page, picture or letter that was saved under the name of its host (www.pdf.com) does no harm: Windows runs no such
 * file. What is called so is told by what it holds, and by its name only where that can't be seen.
 */
static bool is_called_host(const char *name)
{
    return sks_name_is_called(name, "com");
}

static bool is_saved_page(enum sks_file_type type, const char *name)
{
    bool harmless = type == SKS_FILE_IMAGE || type == SKS_FILE_PDF || type == SKS_FILE_HTML || type == SKS_FILE_MAIL;
    return harmless && is_called_host(name);
}

static void look_at_disguise(struct sks_file *file, const char *member, const char *name)
{
    if (sks_name_disguises_program(name))
        sks_file_fact(file, "attachment.disguised-program", member, "%s", sks_name_base(name));
}

/* What a name tells by itself. member NULL: the file's own. */
static void look_at_name(struct sks_file *file, const char *member, const char *name, bool folder)
{
    unsigned hidden = sks_name_hidden_character(name);
    if (hidden != 0)
        sks_file_fact(file, "attachment.bidi-name", member, "U+%04X", hidden);
    if (!folder && sks_name_has_double_extension(name))
        sks_file_fact(file, "attachment.double-extension", member, "%s", sks_name_base(name));
    if (!folder && (member != NULL ? !is_called_host(name) : !is_saved_page(file->type, name)))
        look_at_disguise(file, member, name);
    if (sks_name_is_padded(name))
        sks_file_fact(file, "attachment.padded-name", member, "%s", sks_name_base(name));
    if (sks_name_is_long(name))
        sks_file_fact(file, "attachment.long-name", member, "%ld", g_utf8_strlen(sks_name_base(name), -1));
    if (member != NULL && sks_name_leaves_folder(name))
        sks_file_fact(file, "attachment.path-traversal", member, "%s", name);
}

bool sks_file_list(struct sks_file *file, const struct sks_member *member, size_t *out_index)
{
    struct sks_inspection *inspection = file->inspection;
    if (inspection->budget->entries >= SKS_LIMIT_ARCHIVE_ENTRIES) {
        sks_file_fact(file, "limit.archive-entries", NULL, "%u", SKS_LIMIT_ARCHIVE_ENTRIES);
        file->stopped = true;
        return false;
    }
    inspection->budget->entries++;
    if (!member->directory) {
        file->members++;
        file->declared += MIN(member->size, UINT32_MAX * UINT64_C(256));
        file->locked += member->encrypted;
    }
    look_at_name(file, member->name, member->name, member->directory);
    if (sks_name_charset_is_foreign(member->charset))
        sks_file_fact(file, "attachment.foreign-name-charset", NULL, "%s", member->charset);
    if (!member->directory && sks_name_speaks_of_password(member->name))
        sks_file_fact(file, "attachment.password-beside", member->name, NULL);
    *out_index = SIZE_MAX;
    if (file->path[0] != '\0')
        return true; /* members of nested containers are told by their facts */
    struct sks_attachment_entry entry = {
        .name = sks_file_string(file, member->name),
        .name_charset = member->charset,
        .size = member->size,
        .modified = member->modified,
        .encrypted = member->encrypted,
        .type = member->directory ? SKS_FILE_UNKNOWN : sks_name_claim(member->name).type,
    };
    *out_index = inspection->entries->len;
    g_array_append_val(inspection->entries, entry);
    return true;
}

bool sks_file_list_name(struct sks_file *file, const struct sks_member *member)
{
    if (file->inspection->budget->names >= SKS_LIMIT_ARCHIVE_NAMES)
        return false;
    file->inspection->budget->names++;
    if (!member->directory && sks_name_claim(member->name).kind >= SKS_NAME_PROGRAM) {
        look_at_name(file, member->name, member->name, false);
        sks_file_member_unread(file, member);
    }
    return true;
}

/* Whether the time is over that there was for the mail. */
static bool is_late(struct sks_attachment_budget *budget)
{
    budget->late = budget->late || (budget->end > 0 && g_get_monotonic_time() >= budget->end);
    return budget->late;
}

bool sks_file_pass(struct sks_file *file, size_t size)
{
    struct sks_inspection *inspection = file->inspection;
    if (inspection->output_reached || is_late(inspection->budget))
        return false;
    inspection->budget->output += size;
    file->output += size;
    if (inspection->budget->output > SKS_LIMIT_ARCHIVE_OUTPUT) {
        inspection->output_reached = true;
        sks_file_fact(file, "limit.archive-output", NULL, "%u", SKS_LIMIT_ARCHIVE_OUTPUT);
        return false;
    }
    if (file->output <= RATIO_FREE || file->output / SKS_LIMIT_ARCHIVE_RATIO <= file->size)
        return true;
    sks_file_fact(file, "limit.archive-ratio", NULL, "%u", SKS_LIMIT_ARCHIVE_RATIO);
    file->stopped = file->stopped || file->output > SKS_LIMIT_RATIO_STOP;
    return file->output <= SKS_LIMIT_RATIO_STOP;
}

bool sks_file_unpack(struct sks_file *file, size_t size)
{
    return !file->stopped && sks_file_pass(file, size);
}

const char *sks_file_password(const struct sks_file *file, unsigned index, bool slow)
{
    const struct sks_inspection *inspection = file->inspection;
    unsigned likely = inspection->budget->likely;
    bool beyond = index >= SKS_LIMIT_PASSWORD_COUNT || (slow && likely > 0 && index >= likely);
    return beyond || is_late(inspection->budget) ? NULL : inspection->passwords[index];
}

const char *sks_file_password_windows(struct sks_file *file, const char *password)
{
    if (g_str_is_ascii(password))
        return NULL;
    g_autofree char *bytes = sks_name_encode_windows(password);
    return bytes != NULL ? sks_file_string(file, bytes) : NULL;
}

bool sks_file_spend_rounds(struct sks_file *file, uint64_t rounds)
{
    struct sks_attachment_budget *budget = file->inspection->budget;
    if (is_late(budget))
        return false;
    if (budget->rounds + rounds > SKS_LIMIT_KEY_ROUNDS) {
        sks_file_fact(file, "limit.key-rounds", NULL, "%u", SKS_LIMIT_KEY_ROUNDS);
        return false;
    }
    budget->rounds += rounds;
    return true;
}

/* By kind of file, what is said of it; NULL: nothing. */
static const char *kind_fact(enum sks_file_type type, const char *name)
{
    struct sks_name_claim claim = sks_name_claim(name);
    if (is_saved_page(type, name))
        return NULL;
    switch (type) {
    case SKS_FILE_PE:
    case SKS_FILE_ELF:
    case SKS_FILE_MACHO:
    case SKS_FILE_MSI:
        return "attachment.program-inside";
    case SKS_FILE_SCRIPT:
        return "attachment.script-inside";
    case SKS_FILE_LNK:
    case SKS_FILE_URL:
        return "attachment.shortcut-inside";
    case SKS_FILE_ISO:
    case SKS_FILE_VHD:
        return "attachment.disk-image";
    default:
        break;
    }
    switch (claim.kind) { /* jar, chm, library-ms: what Windows would run, by its name alone */
    case SKS_NAME_PROGRAM:
        return "attachment.program-inside";
    case SKS_NAME_SCRIPT:
        return "attachment.script-inside";
    case SKS_NAME_SHORTCUT:
        return "attachment.shortcut-inside";
    case SKS_NAME_DISK:
        return "attachment.disk-image";
    default:
        return NULL;
    }
}

void sks_file_member_unread(struct sks_file *file, const struct sks_member *member)
{
    if (member->directory)
        return;
    file->unread += member->encrypted && member->size > 0;
    struct sks_name_claim claim = sks_name_claim(member->name);
    const char *fact = kind_fact(claim.type, member->name);
    look_at_disguise(file, member->name, member->name);
    if (fact != NULL)
        sks_file_fact(file, fact, member->name, "%s", claim.extension);
    if (sks_file_type_is_container(claim.type) && sks_file_type_is_container(file->type))
        sks_file_fact(file, "attachment.nested-archive", member->name, "%s", claim.extension);
}

void sks_file_member_closed(struct sks_file *file, const struct sks_member *member)
{
    file->closed += !member->directory && member->size > 0;
    sks_file_member_unread(file, member);
}

void sks_file_member_bytes(struct sks_file *file, const struct sks_member *member, size_t index, const void *bytes,
                           size_t size)
{
    struct sks_inspection *inspection = file->inspection;
    g_autofree char *path = member_path(file, member->name);
    struct sks_file inner = {
        .inspection = inspection,
        .bytes = bytes,
        .size = size,
        .name = member->name,
        .declared_type = "",
        .path = sks_file_string(file, path),
        .names_visible = true,
        .type = sks_file_type_detect(bytes, size, member->name),
    };
    if (!is_saved_page(inner.type, member->name))
        look_at_disguise(file, member->name, member->name);
    if (sks_file_type_is_container(inner.type) && sks_file_type_is_container(file->type))
        sks_file_fact(file, "attachment.nested-archive", member->name, "%s", sks_file_type_name(inner.type));
    inspection->budget->depth++;
    inspect_file(&inner);
    inspection->budget->depth--;
    if (index != SIZE_MAX)
        g_array_index(inspection->entries, struct sks_attachment_entry, index).type = inner.type;
    inspection->locked += inner.encrypted && !inner.opened;
    if (inner.encrypted)
        sks_file_fact(file, "attachment.encrypted-inside", member->name, "%s", sks_file_type_name(inner.type));
    if (inner.opened)
        sks_file_fact(file, "attachment.opened-inside", member->name, "%s", sks_file_type_name(inner.type));
}

enum sks_read_result sks_file_member(struct sks_file *file, const struct sks_member *member, size_t index,
                                     sks_read_function read, void *context)
{
    g_autofree unsigned char *chunk = g_malloc(READ_CHUNK);
    struct sks_buffer content;
    enum sks_read_result result = SKS_READ_PART;
    bool decided = false;
    sks_buffer_init(&content, SKS_LIMIT_ARCHIVE_OUTPUT);
    while (!file->stopped && !file->inspection->output_reached) {
        int64_t got = read(context, chunk, READ_CHUNK);
        if (got <= 0) {
            result = got == 0 ? SKS_READ_ALL : SKS_READ_FAILED;
            break;
        }
        if (!sks_file_unpack(file, (size_t)got))
            break;
        sks_buffer_add(&content, chunk, (size_t)got);
        if (decided || content.size < SKS_DETECT_HEAD)
            continue;
        decided = true;
        enum sks_file_type type = sks_file_type_detect(content.data, content.size, member->name);
        bool small = member->size > 0 && member->size <= SKS_LIMIT_APPENDED_SIZE && type != SKS_FILE_UNKNOWN;
        if (!small && !sks_name_is_called(member->name, "svg") &&
            !sks_detect_needs_whole(content.data, content.size, type))
            break;
    }
    if (content.size > 0 || result == SKS_READ_ALL) {
        bool failed = member->encrypted && result == SKS_READ_FAILED;
        file->unread += failed;
        file->closed += failed; /* as a wrong password does that a check byte lets pass */
        file->inspection->opened += member->encrypted && !failed;
        sks_file_member_bytes(file, member, index, content.data, content.size);
    } else if (member->encrypted && result == SKS_READ_FAILED) {
        sks_file_member_closed(file, member);
    } else {
        sks_file_member_unread(file, member);
    }
    sks_buffer_finish(&content);
    return result;
}

/* A Content-Type that cannot be what the bytes are. Mailers often guess it wrong, so only clear cases count. */
static bool declared_differs(const char *declared, enum sks_file_type type)
{
    if (type == SKS_FILE_UNKNOWN)
        return false;
    if (g_str_has_prefix(declared, "image/"))
        return type != SKS_FILE_IMAGE && type != SKS_FILE_HTML && type != SKS_FILE_PDF && type != SKS_FILE_TEXT;
    if (strcmp(declared, "application/pdf") == 0)
        return type != SKS_FILE_PDF;
    bool harmless = g_str_has_prefix(declared, "text/") || g_str_has_prefix(declared, "audio/") ||
                    g_str_has_prefix(declared, "video/");
    return harmless && (type == SKS_FILE_PE || type == SKS_FILE_ELF || type == SKS_FILE_MACHO || type == SKS_FILE_LNK ||
                        type == SKS_FILE_MSI || sks_file_type_is_container(type));
}

static void look_at_type(struct sks_file *file)
{
    struct sks_name_claim claim = sks_name_claim(file->name);
    if (file->size == 0) {
        sks_file_fact(file, "attachment.empty", NULL, NULL);
        return;
    }
    const char *fact = kind_fact(file->type, file->name);
    if (fact != NULL)
        sks_file_fact(file, fact, NULL, "%s", sks_file_type_name(file->type));
    if (!sks_name_claim_allows(&claim, file->type))
        sks_file_fact(file, "attachment.type-mismatch", NULL, "%s: %s", claim.extension,
                      sks_file_type_name(file->type));
    else if (declared_differs(file->declared_type, file->type))
        sks_file_fact(file, "attachment.type-mismatch", NULL, "%s: %s", file->declared_type,
                      sks_file_type_name(file->type));
}

static void keep_message(struct sks_file *file)
{
    struct sks_attachment_message message = {
        .where = file->path,
        .bytes = g_memdup2(file->bytes, file->size),
        .size = file->size,
    };
    g_array_append_val(file->inspection->messages, message);
    if (sks_name_claim(file->name).kind == SKS_NAME_WEB) /* a browser opens it, not a mail program */
        sks_web_archive_inspect(file);
}

static bool is_called_svg(const char *name)
{
    return sks_name_is_called(name, "svg") || sks_name_is_called(name, "svgz");
}

/* A picture in XML can do what a page can. */
static void inspect_image(struct sks_file *file)
{
    if (is_called_svg(file->name) || memmem(file->bytes, MIN(file->size, 4096), "<svg", 4) != NULL ||
        memmem(file->bytes, MIN(file->size, 4096), ":svg", 4) != NULL)
        sks_html_inspect(file);
}

/* Text that a browser opens as a picture, whatever comes before it. */
static void inspect_text(struct sks_file *file)
{
    sks_text_inspect(file);
    if (is_called_svg(file->name))
        sks_html_inspect(file);
}

/* Compressed single files of kinds that have no type of their own. */
static void inspect_unknown(struct sks_file *file)
{
    if (is_called_svg(file->name)) /* in UTF-16 */
        sks_html_inspect(file);
    if (SKS_IS_AT(file->bytes, file->size, 0, "BZh") ||
        SKS_IS_AT(file->bytes, file->size, 0,
                  "\xFD"
                  "7zXZ") ||
        SKS_IS_AT(file->bytes, file->size, 0, "\x28\xB5\x2F\xFD"))
        sks_archive_inspect(file);
}

typedef void (*inspector)(struct sks_file *file);

/* clang-format off */
static const inspector inspectors[SKS_FILE_UNKNOWN + 1] = {
    [SKS_FILE_ZIP] = sks_zip_inspect,
    [SKS_FILE_RAR] = sks_rar_inspect,
    [SKS_FILE_7Z] = sks_7z_inspect,
    [SKS_FILE_LZH] = sks_lzh_inspect,
    [SKS_FILE_CAB] = sks_archive_inspect,
    [SKS_FILE_TAR] = sks_archive_inspect,
    [SKS_FILE_GZIP] = sks_archive_inspect,
    [SKS_FILE_ISO] = sks_archive_inspect,
    [SKS_FILE_OLE] = sks_ole_inspect,
    [SKS_FILE_DOC] = sks_ole_inspect,
    [SKS_FILE_XLS] = sks_ole_inspect,
    [SKS_FILE_PPT] = sks_ole_inspect,
    [SKS_FILE_MSG] = sks_ole_inspect,
    [SKS_FILE_MSI] = sks_ole_inspect,
    [SKS_FILE_DOCX] = sks_ooxml_inspect,
    [SKS_FILE_XLSX] = sks_ooxml_inspect,
    [SKS_FILE_PPTX] = sks_ooxml_inspect,
    [SKS_FILE_DOCM] = sks_ooxml_inspect,
    [SKS_FILE_XLSM] = sks_ooxml_inspect,
    [SKS_FILE_PPTM] = sks_ooxml_inspect,
    [SKS_FILE_ODF] = sks_ooxml_inspect,
    [SKS_FILE_PDF] = sks_pdf_inspect,
    [SKS_FILE_RTF] = sks_rtf_inspect,
    [SKS_FILE_ONENOTE] = sks_onenote_inspect,
    [SKS_FILE_LNK] = sks_lnk_inspect,
    [SKS_FILE_URL] = sks_url_inspect,
    [SKS_FILE_HTML] = sks_html_inspect,
    [SKS_FILE_TNEF] = sks_tnef_inspect,
    [SKS_FILE_TEXT] = inspect_text,
    [SKS_FILE_UNKNOWN] = inspect_unknown,
    [SKS_FILE_IMAGE] = inspect_image,
    [SKS_FILE_MAIL] = keep_message,
};
/* clang-format on */

void sks_file_inspect_as(struct sks_file *file, enum sks_file_type type)
{
    if (inspectors[type] != NULL)
        inspectors[type](file);
}

static void inspect_content(struct sks_file *file)
{
    inspector inspect = inspectors[file->type];
    if (SKS_IS_AT(file->bytes, file->size, 0, "\xD0\xCF\x11\xE0"))
        inspect = sks_ole_inspect; /* whatever it is taken for: an encrypted package goes by its name */
    if (file->inspection->budget->depth >= SKS_LIMIT_MAIL_DEPTH) {
        sks_file_fact(file, "limit.archive-depth", NULL, "%u", SKS_LIMIT_MAIL_DEPTH);
        return;
    }
    if (inspect != NULL)
        inspect(file);
    sks_behind_inspect(file);
    /* What was not unpacked, because it does not matter, may still be a bomb by what it declares. */
    if (file->declared > RATIO_FREE && file->declared / SKS_LIMIT_ARCHIVE_RATIO > file->size)
        sks_file_fact(file, "limit.archive-ratio", NULL, "%u", SKS_LIMIT_ARCHIVE_RATIO);
    if (file->locked > 0 && file->locked < file->members)
        sks_file_fact(file, "attachment.mixed-encryption", NULL, "%u of %u", file->locked, file->members);
}

static void inspect_file(struct sks_file *file)
{
    look_at_type(file);
    inspect_content(file);
    file->inspection->opened += file->opened;
    file->inspection->closed += file->opened ? file->closed : 0;
    if (file->opened && file->unread > 0) /* another password, or a method that nobody here knows */
        sks_file_fact(file, "attachment.unread-inside", NULL, "%u", file->unread);
}

bool sks_file_replace(struct sks_file *file, const void *bytes, size_t size)
{
    struct sks_file inner = *file;
    inner.bytes = bytes;
    inner.size = size;
    inner.type = sks_file_type_detect(bytes, size, file->name);
    inner.end = 0;
    if (inner.type == SKS_FILE_UNKNOWN || !sks_file_unpack(file, size))
        return false;
    file->inspection->budget->depth++;
    inspect_file(&inner);
    file->inspection->budget->depth--;
    file->type = inner.type;
    file->stopped = inner.stopped;
    file->output += inner.output;
    return true;
}

static void free_message(void *message)
{
    g_free((void *)((struct sks_attachment_message *)message)->bytes);
}

/* Everything that an attachment's pointers lead to. */
struct storage {
    struct sks_attachment attachment;
    struct sks_inspection inspection;
};

/* A text that was cut inside a character. */
static void mend(struct sks_buffer *text)
{
    if (g_utf8_validate_len(text->data, text->size, NULL))
        return;
    g_autofree char *valid = g_utf8_make_valid(text->data, (gssize)text->size);
    sks_buffer_clear(text);
    sks_buffer_add_text(text, valid);
}

static void publish(struct storage *storage, const struct sks_file *file)
{
    struct sks_inspection *inspection = &storage->inspection;
    struct sks_attachment *attachment = &storage->attachment;
    attachment->storage = storage;
    attachment->where = attachment->name = file->name;
    attachment->declared_type = file->declared_type;
    attachment->type = file->type;
    attachment->encrypted = file->encrypted;
    attachment->names_visible = file->names_visible;
    attachment->opened = file->opened;
    attachment->opened_parts = inspection->opened;
    attachment->closed_parts = inspection->closed;
    attachment->locked_inside = inspection->locked;
    attachment->entries = (const struct sks_attachment_entry *)(void *)inspection->entries->data;
    attachment->entry_count = inspection->entries->len;
    attachment->facts = (const struct sks_fact *)(void *)inspection->facts->data;
    attachment->fact_count = inspection->facts->len;
    attachment->messages = (const struct sks_attachment_message *)(void *)inspection->messages->data;
    attachment->message_count = inspection->messages->len;
    mend(&inspection->text);
    mend(&inspection->notes);
    attachment->text = inspection->text.data;
    attachment->notes = inspection->notes.data;
}

int sks_attachment_inspect(struct sks_attachment **out_attachment, const void *bytes, size_t size, const char *name,
                           const char *declared_type, const char *const *passwords,
                           struct sks_attachment_budget *budget)
{
    static const char *const none[] = {NULL};
    sks_attachment_prepare();
    struct storage *storage = g_new0(struct storage, 1);
    struct sks_inspection *inspection = &storage->inspection;
    inspection->strings = g_string_chunk_new(4096);
    inspection->entries = g_array_new(FALSE, FALSE, sizeof(struct sks_attachment_entry));
    inspection->facts = g_array_new(FALSE, FALSE, sizeof(struct sks_fact));
    inspection->messages = g_array_new(FALSE, FALSE, sizeof(struct sks_attachment_message));
    g_array_set_clear_func(inspection->messages, free_message);
    sks_buffer_init(&inspection->text, SKS_LIMIT_DOCUMENT_TEXT);
    sks_buffer_init(&inspection->notes, SKS_LIMIT_PASSWORD_TEXT);
    inspection->passwords = passwords != NULL ? passwords : none;
    inspection->budget = budget;

    g_autofree char *valid_name = g_utf8_make_valid(name, -1), *valid_type = g_utf8_make_valid(declared_type, -1);
    struct sks_file file = {
        .inspection = inspection,
        .bytes = size > 0 ? bytes : (const void *)"",
        .size = size,
        .path = "",
        .names_visible = true,
    };
    file.name = sks_file_string(&file, valid_name);
    file.declared_type = sks_file_string(&file, valid_type);
    storage->attachment.size = size;
    if (size > SKS_LIMIT_MAIL_SIZE) {
        sks_file_fact(&file, "limit.attachment-size", NULL, "%zu", size);
        file.size = SKS_LIMIT_MAIL_SIZE;
    }
    sks_hash_once(SKS_DIGEST_SHA256, storage->attachment.sha256, file.bytes, file.size, NULL, 0);
    file.type = sks_file_type_detect(file.bytes, file.size, file.name);
    look_at_name(&file, NULL, file.name, false);
    inspect_file(&file);
    publish(storage, &file);
    *out_attachment = &storage->attachment;
    return SKS_OK;
}

void sks_attachment_destroy(struct sks_attachment *attachment)
{
    if (attachment == NULL)
        return;
    struct storage *storage = attachment->storage;
    g_string_chunk_free(storage->inspection.strings);
    g_array_unref(storage->inspection.entries);
    g_array_unref(storage->inspection.facts);
    g_array_unref(storage->inspection.messages);
    sks_buffer_finish(&storage->inspection.text);
    sks_buffer_finish(&storage->inspection.notes);
    g_free(storage);
}

const struct sks_fact *sks_attachment_fact(const struct sks_attachment *attachment, const char *id)
{
    for (size_t i = 0; i < attachment->fact_count; i++) {
        if (strcmp(attachment->facts[i].id, id) == 0)
            return &attachment->facts[i];
    }
    return NULL;
}

bool sks_attachment_is_encrypted(const struct sks_attachment *attachment)
{
    return attachment->encrypted || sks_attachment_fact(attachment, "attachment.encrypted-inside") != NULL;
}

bool sks_attachment_is_opened(const struct sks_attachment *attachment)
{
    return attachment->opened || sks_attachment_fact(attachment, "attachment.opened-inside") != NULL;
}

bool sks_attachment_is_locked(const struct sks_attachment *attachment)
{
    return (attachment->encrypted && !attachment->opened) || attachment->closed_parts > 0 ||
           attachment->locked_inside > 0;
}

/*
 * Office Open XML (ECMA-376) and OpenDocument: which parts there are, and what the parts that matter say.
 *
 * A document is a zip of XML parts. Each part goes through one reader that knows the elements of all formats by their
 * local names; what is a paragraph in one does not occur in another with a different meaning.
 */
#include "attachment/document.h"
#include "attachment/file.h"
#include "attachment/names.h"
#include "attachment/xml.h"
#include "attachment/zip.h"
#include "sekisho/limits.h"

#define PART_SIZE  (32u * 1024 * 1024)
#define FIELD_SIZE 1024u

struct part {
    struct sks_file *file;
    const char *name;
    struct sks_xml *xml;
    GString *text;   /* of the document, as far as this part goes */
    GString *field;  /* instruction that is being collected */
    GString *value;  /* text of the present element, where a single value matters */
    bool shows_text; /* inside an element whose text a reader sees */
    bool open_document;
    /* Of OpenDocument's manifest: */
    char *entry;           /* the part that is being described */
    GHashTable *encrypted; /* names of the parts that are */
};

static bool is_below(const char *name, const char *folder)
{
    return g_ascii_strncasecmp(name, folder, strlen(folder)) == 0;
}

static char *attribute(const struct part *part, const char *name)
{
    return sks_xml_attribute(part->xml, name);
}

static void look_at_relation(struct part *part)
{
    g_autofree char *mode = attribute(part, "TargetMode"), *target = attribute(part, "Target");
    g_autofree char *type = attribute(part, "Type");
    if (g_ascii_strcasecmp(mode, "External") != 0 || !sks_document_target_is_remote(target))
        return;
    const char *kind = strrchr(type, '/');
    kind = kind != NULL ? kind + 1 : type;
    if (strcmp(kind, "attachedTemplate") == 0)
        sks_file_fact(part->file, "attachment.remote-template", NULL, "%s", target);
    else if (strcmp(kind, "hyperlink") != 0)
        sks_file_fact(part->file, "attachment.external-relation", NULL, "%s: %s", kind, target);
}

static void look_at_fonts(struct part *part)
{
    static const char *const names[] = {"ascii", "hAnsi", "eastAsia", "typeface", "font-name-asian", "font-name"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *font = attribute(part, names[i]);
        sks_document_font(part->file, font);
    }
}

static void look_at_languages(struct part *part)
{
    static const char *const names[] = {"val", "eastAsia", "lang", "altLang"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *tag = attribute(part, names[i]);
        if (strlen(tag) >= 2 && strlen(tag) < 16 && g_ascii_isalpha(tag[0]) && g_ascii_isalpha(tag[1]))
            sks_document_language(part->file, tag);
    }
}

/* A document is of the kind that may hold macros by its declared type, whether it has any or not. */
static void look_at_content_type(struct part *part)
{
    g_autofree char *type = attribute(part, "ContentType");
    enum sks_file_type *own = &part->file->type;
    if (strstr(type, "macroEnabled.") == NULL || strstr(type, ".binary.") != NULL)
        return;
    if (*own == SKS_FILE_DOCX)
        *own = SKS_FILE_DOCM;
    else if (*own == SKS_FILE_XLSX)
        *own = SKS_FILE_XLSM;
    else if (*own == SKS_FILE_PPTX)
        *own = SKS_FILE_PPTM;
}

/* OpenDocument says language and country apart. */
static void look_at_odf_language(struct part *part)
{
    static const char *const names[][2] = {{"language", "country"}, {"language-asian", "country-asian"}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *language = attribute(part, names[i][0]), *country = attribute(part, names[i][1]);
        g_autofree char *tag = g_strconcat(language, "-", country, NULL);
        if (language[0] != '\0' && strcmp(language, "none") != 0)
            sks_document_language(part->file, tag);
    }
}

/* OpenDocument: whatever else is loaded when the document is opened, and what an event starts. */
static void look_at_odf_link(struct part *part)
{
    static const char *const loading[] = {"section-source",
                                          "table-source",
                                          "cell-range-source",
                                          "image",
                                          "fill-image",
                                          "object",
                                          "object-ole",
                                          "plugin",
                                          "floating-frame",
                                          "applet",
                                          "database-source-table",
                                          "background-image",
                                          "connection-resource"};
    const struct sks_xml *xml = part->xml;
    g_autofree char *target = attribute(part, "href");
    if (target[0] == '\0')
        return;
    if (sks_xml_is(xml, "event-listener")) {
        sks_file_fact(part->file, "attachment.macro", NULL, "on an event: %s", target);
        return;
    }
    if (!sks_document_target_is_remote(target))
        return;
    if (sks_xml_is(xml, "template"))
        sks_file_fact(part->file, "attachment.remote-template", NULL, "%s", target);
    for (size_t i = 0; i < G_N_ELEMENTS(loading); i++)
        if (sks_xml_is(xml, loading[i]))
            sks_file_fact(part->file, "attachment.external-relation", NULL, "%s: %s", loading[i], target);
}

/* "of:=['http://host/book.ods'#$Sheet1.A1]", "of:=DDE("soffice";…)", "of:=COM.MICROSOFT.WEBSERVICE("http://…")" */
static void look_at_odf_formula(struct part *part)
{
    g_autofree char *formula = attribute(part, "formula");
    if (strstr(formula, "=DDE(") != NULL)
        sks_file_fact(part->file, "attachment.dde", NULL, "%s", formula);
    for (const char *p = formula; *p != '\0'; p++) {
        if ((*p != '\'' && *p != '"') || !sks_document_target_is_remote(p + 1))
            continue;
        /* A text that is only shown, as HYPERLINK's, loads nothing. */
        if (*p == '\'' || (p - formula >= 11 && strncmp(p - 11, "WEBSERVICE(", 11) == 0))
            sks_file_fact(part->file, "attachment.external-relation", NULL, "formula: %.*s", (int)strcspn(p + 1, "'\""),
                          p + 1);
        p += 1 + strcspn(p + 1, "'\"");
        if (*p == '\0')
            break;
    }
}

/* The manifest tells which parts are encrypted. */
static void look_at_odf_entry(struct part *part)
{
    if (sks_xml_is(part->xml, "file-entry")) {
        g_free(part->entry);
        part->entry = attribute(part, "full-path");
    } else if (sks_xml_is(part->xml, "encryption-data")) {
        part->file->encrypted = true;
        g_hash_table_add(part->encrypted, g_strdup(part->entry != NULL ? part->entry : ""));
    }
}

static void look_at_odf_element(struct part *part)
{
    const struct sks_xml *xml = part->xml;
    look_at_odf_entry(part);
    if (sks_xml_is(xml, "text-properties")) {
        look_at_fonts(part);
        look_at_odf_language(part);
    } else if (sks_xml_is(xml, "dde-connection-decl") || sks_xml_is(xml, "dde-source")) {
        g_autofree char *application = attribute(part, "dde-application"), *topic = attribute(part, "dde-topic");
        g_autofree char *item = attribute(part, "dde-item");
        sks_file_fact(part->file, "attachment.dde", NULL, "%s|%s %s", application, topic, item);
    } else if (sks_xml_is(xml, "table-cell")) {
        look_at_odf_formula(part);
    } else if (sks_xml_is(xml, "line-break") || sks_xml_is(xml, "s")) {
        g_string_append_c(part->text, ' ');
    } else {
        look_at_odf_link(part);
    }
}

static void end_field(struct part *part)
{
    if (part->field->len > 0)
        sks_document_field(part->file, part->field->str);
    g_string_truncate(part->field, 0);
}

/* A start tag. */
static void begin_element(struct part *part)
{
    const struct sks_xml *xml = part->xml;
    if (part->open_document)
        look_at_odf_element(part);
    if (sks_xml_is(xml, "Relationship")) {
        look_at_relation(part);
    } else if (sks_xml_is(xml, "Override") || sks_xml_is(xml, "Default")) {
        look_at_content_type(part);
    } else if (sks_xml_is(xml, "rFonts") || sks_xml_is(xml, "ea") || sks_xml_is(xml, "latin")) {
        look_at_fonts(part);
    } else if (sks_xml_is(xml, "lang") || sks_xml_is(xml, "rPr")) {
        look_at_languages(part);
    } else if (sks_xml_is(xml, "rFont") || (sks_xml_is(xml, "name") && is_below(part->name, "xl/styles"))) {
        g_autofree char *font = attribute(part, "val");
        sks_document_font(part->file, font);
    } else if (sks_xml_is(xml, "fldSimple")) {
        g_autofree char *instruction = attribute(part, "instr");
        sks_document_field(part->file, instruction);
    } else if (sks_xml_is(xml, "fldChar")) {
        end_field(part);
    } else if (sks_xml_is(xml, "ddeLink")) {
        g_autofree char *service = attribute(part, "ddeService"), *topic = attribute(part, "ddeTopic");
        sks_file_fact(part->file, "attachment.dde", NULL, "%s|%s", service, topic);
    } else if (sks_xml_is(xml, "tab") || sks_xml_is(xml, "br")) {
        g_string_append_c(part->text, ' ');
    }
}

/* The properties that tell who made a document, and how. */
static void look_at_property(struct part *part)
{
    struct sks_file *file = part->file;
    const struct sks_xml *xml = part->xml;
    const char *value = g_strstrip(part->value->str);
    if (sks_xml_ends(xml, "creator") || sks_xml_ends(xml, "lastModifiedBy") || sks_xml_ends(xml, "initial-creator"))
        sks_document_author(file, value);
    else if (sks_xml_ends(xml, "Company"))
        sks_document_company(file, value);
    else if (sks_xml_ends(xml, "Application") || sks_xml_ends(xml, "generator"))
        sks_document_application(file, value);
    else if (sks_xml_ends(xml, "created") || sks_xml_ends(xml, "creation-date"))
        sks_document_time(file, "attachment.created", value);
    else if (sks_xml_ends(xml, "modified") || sks_xml_ends(xml, "date"))
        sks_document_time(file, "attachment.modified", value);
    else if (sks_xml_ends(xml, "language"))
        sks_document_language(file, value);
}

static bool is_text_element(const struct part *part, bool (*is)(const struct sks_xml *, const char *))
{
    if (part->open_document)
        return is(part->xml, "p") || is(part->xml, "h");
    return is(part->xml, "t");
}

static void end_element(struct part *part, bool properties)
{
    const struct sks_xml *xml = part->xml;
    if (properties)
        look_at_property(part);
    if (sks_xml_ends(xml, "f") && strchr(part->value->str, '|') != NULL && is_below(part->name, "xl/"))
        sks_file_fact(part->file, "attachment.dde", NULL, "%s", part->value->str);
    if (is_text_element(part, sks_xml_ends))
        part->shows_text = false;
    if (sks_xml_ends(xml, "p") || sks_xml_ends(xml, "h") || sks_xml_ends(xml, "si"))
        g_string_append_c(part->text, '\n');
}

static void read_part(struct part *part, const unsigned char *bytes, size_t size)
{
    bool properties = is_below(part->name, "docProps/") || is_below(part->name, "meta.xml");
    bool instruction = false;
    part->xml = sks_xml_open(bytes, size);
    while (sks_xml_next(part->xml)) {
        const char *text = sks_xml_text(part->xml);
        if (text != NULL) {
            if (part->shows_text && part->text->len < SKS_LIMIT_DOCUMENT_TEXT)
                g_string_append(part->text, text);
            if (instruction && part->field->len < FIELD_SIZE)
                g_string_append(part->field, text);
            g_string_truncate(part->value, 0);
            g_string_append_len(part->value, text, (gssize)MIN(strlen(text), FIELD_SIZE));
            continue;
        }
        begin_element(part);
        if (is_text_element(part, sks_xml_is))
            part->shows_text = true;
        if (sks_xml_is(part->xml, "instrText"))
            instruction = true;
        else if (sks_xml_ends(part->xml, "instrText"))
            instruction = false;
        end_element(part, properties);
        g_string_truncate(part->value, 0);
    }
    end_field(part);
    if (sks_xml_failed(part->xml))
        sks_file_fact(part->file, "attachment.damaged", part->name, NULL);
    sks_xml_close(part->xml);
}

struct package {
    struct sks_file *file;
    zip_t *zip;
};

static unsigned char *read_member(struct package *package, uint64_t number, size_t *out_size)
{
    zip_file_t *stream = zip_fopen_index(package->zip, number, 0);
    if (stream == NULL)
        return NULL;
    struct sks_buffer content;
    unsigned char chunk[16384];
    zip_int64_t got;
    sks_buffer_init(&content, PART_SIZE);
    while (!content.cut && (got = zip_fread(stream, chunk, sizeof chunk)) > 0 &&
           sks_file_unpack(package->file, (size_t)got))
        sks_buffer_add(&content, chunk, (size_t)got);
    zip_fclose(stream);
    unsigned char *bytes = (unsigned char *)sks_buffer_take(&content, out_size);
    sks_buffer_finish(&content);
    return bytes;
}

/* Does the part hold something for the reader? */
static bool is_wanted(const char *name)
{
    static const char *const parts[] = {
        "word/document",  "word/header", "word/footer",      "word/footnotes",   "word/endnotes",
        "word/comments",  "word/styles", "word/settings",    "word/glossary/",   "xl/sharedStrings",
        "xl/worksheets/", "xl/comments", "xl/workbook.xml",  "xl/styles",        "xl/externalLinks/",
        "xl/drawings/",   "ppt/slides/", "ppt/notesSlides/", "ppt/presentation", "docProps/",
        "word/theme/",    "xl/theme/",   "ppt/theme/",       "content.xml",      "[Content_Types]",
        "styles.xml",     "meta.xml",
    };
    size_t length = strlen(name);
    if (length > 5 && g_ascii_strcasecmp(name + length - 5, ".rels") == 0)
        return true;
    if (length < 4 || g_ascii_strcasecmp(name + length - 4, ".xml") != 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (is_below(name, parts[i]))
            return true;
    }
    return false;
}

/* What the presence of a part tells. */
static void look_at_presence(struct sks_file *file, const char *name)
{
    const char *base = sks_name_base(name);
    if (g_ascii_strcasecmp(base, "vbaProject.bin") == 0)
        sks_file_fact(file, "attachment.macro", NULL, "VBA");
    else if (is_below(name, "xl/macrosheets/") && strstr(name, "_rels") == NULL)
        sks_file_fact(file, "attachment.macro", NULL, "XLM");
    else if (file->type == SKS_FILE_ODF && (is_below(name, "Basic/") || is_below(name, "Scripts/")) && base[0] != '\0')
        sks_file_fact(file, "attachment.macro", NULL, "Basic");
    else if (strstr(name, "/activeX/") != NULL && strstr(name, "_rels") == NULL)
        sks_file_fact(file, "attachment.embedded-object", NULL, "ActiveX");
}

static bool is_embedded(const struct sks_file *file, const char *name)
{
    if (strstr(name, "/embeddings/") != NULL)
        return strstr(name, "_rels") == NULL;
    return file->type == SKS_FILE_ODF && is_below(name, "Object ") && strchr(name, '/') == NULL;
}

static void take_part(struct package *package, struct part *part, const struct sks_member *member, uint64_t number,
                      size_t index)
{
    struct sks_file *file = package->file;
    bool embedded = is_embedded(file, member->name), wanted = is_wanted(member->name);
    look_at_presence(file, member->name);
    if (package->zip == NULL || member->encrypted || (!embedded && !wanted) || file->stopped ||
        g_hash_table_contains(part->encrypted, member->name))
        return;
    size_t size = 0;
    g_autofree unsigned char *bytes = read_member(package, number, &size);
    if (bytes == NULL)
        return;
    if (embedded) {
        sks_file_fact(file, "attachment.embedded-object", NULL, "%s", sks_name_base(member->name));
        sks_file_member_bytes(file, member, index, bytes, size);
        return;
    }
    part->name = member->name;
    read_part(part, bytes, size);
}

/* The manifest is most often the last part; the others need what it says. */
static void read_manifest(struct package *package, struct part *part)
{
    zip_int64_t number = zip_name_locate(package->zip, "META-INF/manifest.xml", 0);
    size_t size = 0;
    g_autofree unsigned char *bytes = number >= 0 ? read_member(package, (uint64_t)number, &size) : NULL;
    part->name = "META-INF/manifest.xml";
    if (bytes != NULL)
        read_part(part, bytes, size);
}

static void finish_part(struct part *part)
{
    g_string_free(part->text, TRUE);
    g_string_free(part->field, TRUE);
    g_string_free(part->value, TRUE);
    g_free(part->entry);
    g_hash_table_unref(part->encrypted);
}

void sks_ooxml_inspect(struct sks_file *file)
{
    struct sks_zip_directory directory;
    if (!sks_zip_directory_find(&directory, file->bytes, file->size)) {
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
        return;
    }
    struct package package = {.file = file, .zip = NULL};
    struct sks_zip_members members;
    struct part part = {
        .file = file,
        .text = g_string_new(NULL),
        .field = g_string_new(NULL),
        .value = g_string_new(NULL),
        .open_document = file->type == SKS_FILE_ODF,
        .encrypted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    sks_zip_members_init(&members, file->bytes, file->size);
    sks_zip_members_take(&members, &directory);
    package.zip = sks_zip_members_open(&members);
    if (package.zip == NULL)
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    else if (part.open_document)
        read_manifest(&package, &part);
    for (guint number = 0; number < members.list->len; number++) {
        const struct sks_zip_member *raw = &g_array_index(members.list, struct sks_zip_member, number);
        const char *charset = sks_name_charset(raw->name, raw->name_size);
        g_autofree char *name = sks_name_decode(raw->name, raw->name_size, charset);
        struct sks_member member = {.name = name, .charset = charset, .size = raw->size, .encrypted = raw->encrypted};
        size_t index;
        member.directory = g_str_has_suffix(name, "/");
        file->encrypted = file->encrypted || raw->encrypted;
        if (!sks_file_list(file, &member, &index))
            break;
        if (!member.directory)
            take_part(&package, &part, &member, number, index);
    }
    sks_file_text(file, part.text->str, part.text->len);
    finish_part(&part);
    if (package.zip != NULL)
        zip_discard(package.zip);
    sks_zip_members_finish(&members);
}

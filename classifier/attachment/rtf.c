/*
 * Rich Text Format: its text, fields, remote template, fonts, and the objects packed into it.
 *
 * The format is lax and so are its readers, which is what hides things in it: unknown control words are skipped, hex
 * data may be broken by anything. One pass, a stack of groups with a ceiling; what is deeper counts as the same group.
 */
#include "attachment/document.h"
#include "attachment/file.h"
#include "attachment/names.h"
#include "attachment/ole.h"
#include "attachment/rtf.h"
#include "sekisho/limits.h"

#define GROUPS      200u
#define FONTS       512
#define VALUE_SIZE  1024u
#define OBJECT_SIZE (32u * 1024 * 1024)
#define OBJECTS     100u

enum destination {
    DESTINATION_TEXT,
    DESTINATION_SKIP,
    DESTINATION_FONTS,
    DESTINATION_FIELD,
    DESTINATION_TEMPLATE,
    DESTINATION_OBJECT,
    DESTINATION_AUTHOR,
    DESTINATION_COMPANY,
    DESTINATION_GENERATOR,
    DESTINATION_CREATED,
    DESTINATION_MODIFIED,
};

struct group {
    enum destination destination;
    unsigned fallback; /* characters to skip after \u */
    int font;
    bool tag, hidden; /* a piece of the HTML; what stands in for it (MS-OXRTFEX) */
};

struct rtf {
    struct sks_file *file; /* NULL: a body, of which only the text is wanted */
    bool html;             /* … and that was made from HTML */
    const unsigned char *p, *end;
    struct group groups[GROUPS];
    unsigned depth, deeper;
    const char *codepage;
    const char *charsets[FONTS]; /* by font number; NULL: the document's */
    int font;                    /* of the font table's present entry */
    GString *bytes;              /* in the present font's charset, not yet decoded */
    unsigned skip;               /* characters that stand in for \u */
    GString *text, *value;
    GByteArray *object;
    int nibble;
    unsigned objects;
    int date[5]; /* of a time in the document's information: year, month, day, hour, minute */
};

static struct group *top(struct rtf *rtf)
{
    return &rtf->groups[rtf->depth];
}

static const char *charset_of_codepage(int codepage)
{
    switch (codepage) {
    case 932:
        return "shift_jis";
    case 936:
        return "gb18030";
    case 950:
        return "big5";
    case 949:
        return "euc-kr";
    case 1251:
        return "windows-1251";
    default:
        return "windows-1252";
    }
}

static const char *charset_of_font(int number)
{
    switch (number) {
    case 128:
        return "shift_jis";
    case 134:
        return "gb18030";
    case 136:
        return "big5";
    case 129:
        return "euc-kr";
    case 204:
        return "windows-1251";
    default:
        return NULL;
    }
}

static void add_text(struct rtf *rtf, const char *text)
{
    GString *into = top(rtf)->destination == DESTINATION_TEXT ? rtf->text : rtf->value;
    if (rtf->html && top(rtf)->hidden && !top(rtf)->tag)
        return;
    if (top(rtf)->destination != DESTINATION_SKIP &&
        into->len < (into == rtf->text ? SKS_LIMIT_DOCUMENT_TEXT : VALUE_SIZE))
        g_string_append(into, text);
}

static void flush_bytes(struct rtf *rtf)
{
    if (rtf->bytes->len == 0)
        return;
    int font = top(rtf)->destination == DESTINATION_FONTS ? rtf->font : top(rtf)->font;
    const char *charset = font >= 0 && font < FONTS ? rtf->charsets[font] : NULL;
    g_autofree char *text =
        sks_name_decode(rtf->bytes->str, rtf->bytes->len, charset != NULL ? charset : rtf->codepage);
    g_string_truncate(rtf->bytes, 0);
    add_text(rtf, text);
}

static void add_byte(struct rtf *rtf, unsigned char byte)
{
    if (rtf->skip > 0) {
        rtf->skip--;
        return;
    }
    if (top(rtf)->destination == DESTINATION_OBJECT || top(rtf)->destination == DESTINATION_SKIP)
        return;
    g_string_append_c(rtf->bytes, (char)byte);
    if (rtf->bytes->len >= SKS_LIMIT_FILE_NAME_SIZE)
        flush_bytes(rtf);
}

static void add_hex(struct rtf *rtf, unsigned char c)
{
    int digit = g_ascii_xdigit_value((char)c);
    if (digit < 0)
        return;
    if (rtf->nibble < 0) {
        rtf->nibble = digit;
        return;
    }
    guint8 byte = (guint8)(rtf->nibble << 4 | digit);
    rtf->nibble = -1;
    if (rtf->object->len < OBJECT_SIZE)
        g_byte_array_append(rtf->object, &byte, 1);
}

/* A string of OLE 1: its length, then its bytes. False if it does not lie inside. */
static bool read_ole1(const GByteArray *object, size_t *at, const char **out_text, size_t *out_size)
{
    if (!sks_has(object->len, *at, 4))
        return false;
    size_t size = sks_le32(object->data + *at);
    const char *text = (const char *)object->data + *at + 4;
    if (!sks_has(object->len, *at + 4, size))
        return false;
    *at += 4 + size;
    *out_text = text;
    *out_size = strnlen(text, size);
    return true;
}

/* An embedded object (MS-OLEDS 2.2.5): class, topic, item, then its own data. */
static void end_object(struct rtf *rtf)
{
    GByteArray *object = rtf->object;
    size_t at = 8, class_size = 0, size = 0, index;
    const char *class = "", *text;
    if (rtf->file == NULL || object->len < 12 || rtf->objects++ >= OBJECTS)
        return;
    bool sound = read_ole1(object, &at, &class, &class_size) && read_ole1(object, &at, &text, &size) &&
                 read_ole1(object, &at, &text, &size) && sks_has(object->len, at, 4);
    g_autofree char *name = sks_name_decode(class, class_size, "us-ascii");
    sks_file_fact(rtf->file, "attachment.embedded-object", NULL, "%s", name);
    if (!sound)
        return;
    const unsigned char *data = object->data + at + 4;
    size_t length = MIN(sks_le32(object->data + at), object->len - at - 4);
    if (g_ascii_strcasecmp(name, "Package") == 0) {
        /* As in an Ole10Native stream, without the size in front. */
        g_autoptr(GByteArray) native = g_byte_array_new();
        g_byte_array_append(native, (const guint8 *)"\0\0\0\0", 4);
        g_byte_array_append(native, data, (guint)length);
        sks_ole_native(rtf->file, native->data, native->len, name);
        return;
    }
    struct sks_member member = {.name = name[0] != '\0' ? name : "object", .charset = "us-ascii", .size = length};
    if (sks_file_list(rtf->file, &member, &index))
        sks_file_member_bytes(rtf->file, &member, index, data, length);
}

static const char *const date_words[] = {"yr", "mo", "dy", "hr", "min"};

/* In local time of nobody knows where. */
static void end_date(struct rtf *rtf, const char *id)
{
    const int *date = rtf->date;
    if (date[0] > 0 && date[0] < 10000) {
        g_autofree char *text = g_strdup_printf("%04d-%02d-%02dT%02d:%02d", date[0], CLAMP(date[1], 0, 99),
                                                CLAMP(date[2], 0, 99), CLAMP(date[3], 0, 99), CLAMP(date[4], 0, 99));
        sks_document_time(rtf->file, id, text);
    }
    memset(rtf->date, 0, sizeof rtf->date);
}

static void take_date(struct rtf *rtf, const char *word, int number)
{
    for (size_t i = 0; i < G_N_ELEMENTS(date_words); i++)
        if (strcmp(word, date_words[i]) == 0)
            rtf->date[i] = number;
}

/* The group that ends is the one that began the destination. */
static void end_destination(struct rtf *rtf, enum destination destination)
{
    g_autofree char *value = g_strdup(g_strstrip(rtf->value->str));
    g_string_truncate(rtf->value, 0);
    if (rtf->file == NULL && destination != DESTINATION_OBJECT)
        return;
    switch (destination) {
    case DESTINATION_FIELD:
        sks_document_field(rtf->file, value);
        break;
    case DESTINATION_TEMPLATE:
        if (sks_document_target_is_remote(value))
            sks_file_fact(rtf->file, "attachment.remote-template", NULL, "%s", value);
        break;
    case DESTINATION_AUTHOR:
        sks_document_author(rtf->file, value);
        break;
    case DESTINATION_COMPANY:
        sks_document_company(rtf->file, value);
        break;
    case DESTINATION_GENERATOR:
        g_strchomp(g_strdelimit(value, ";", ' '));
        sks_document_application(rtf->file, value);
        break;
    case DESTINATION_CREATED:
        end_date(rtf, "attachment.created");
        break;
    case DESTINATION_MODIFIED:
        end_date(rtf, "attachment.modified");
        break;
    case DESTINATION_OBJECT:
        end_object(rtf);
        g_byte_array_set_size(rtf->object, 0);
        rtf->nibble = -1;
        break;
    default:
        break;
    }
}

static void begin_group(struct rtf *rtf)
{
    flush_bytes(rtf);
    if (rtf->depth + 1 >= GROUPS) {
        rtf->deeper++;
        return;
    }
    rtf->groups[rtf->depth + 1] = rtf->groups[rtf->depth];
    rtf->depth++;
}

static void end_group(struct rtf *rtf)
{
    flush_bytes(rtf);
    rtf->skip = 0;
    if (rtf->deeper > 0) {
        rtf->deeper--;
        return;
    }
    if (rtf->depth == 0)
        return;
    enum destination ended = top(rtf)->destination;
    rtf->depth--;
    if (top(rtf)->destination != ended)
        end_destination(rtf, ended);
}

static void look_at_font_name(struct rtf *rtf)
{
    flush_bytes(rtf);
    if (rtf->file != NULL)
        sks_document_font(rtf->file, g_strstrip(rtf->value->str));
    g_string_truncate(rtf->value, 0);
}

static void set_destination(struct rtf *rtf, enum destination destination)
{
    flush_bytes(rtf);
    if (top(rtf)->destination == DESTINATION_OBJECT) /* nothing inside hex data leads out of it */
        return;
    top(rtf)->destination = destination;
    g_string_truncate(rtf->value, 0);
}

static bool find_destination(struct rtf *rtf, const char *word)
{
    static const struct {
        const char *word;
        enum destination destination;
    } words[] = {
        {"fonttbl", DESTINATION_FONTS},     {"fldinst", DESTINATION_FIELD},
        {"template", DESTINATION_TEMPLATE}, {"objdata", DESTINATION_OBJECT},
        {"author", DESTINATION_AUTHOR},     {"operator", DESTINATION_AUTHOR},
        {"company", DESTINATION_COMPANY},   {"colortbl", DESTINATION_SKIP},
        {"stylesheet", DESTINATION_SKIP},   {"info", DESTINATION_SKIP},
        {"pict", DESTINATION_SKIP},         {"generator", DESTINATION_GENERATOR},
        {"creatim", DESTINATION_CREATED},   {"revtim", DESTINATION_MODIFIED},
        {"themedata", DESTINATION_SKIP},    {"colorschememapping", DESTINATION_SKIP},
        {"datastore", DESTINATION_SKIP},    {"latentstyles", DESTINATION_SKIP},
        {"listtable", DESTINATION_SKIP},    {"listoverridetable", DESTINATION_SKIP},
        {"rsidtbl", DESTINATION_SKIP},      {"xmlnstbl", DESTINATION_SKIP},
        {"objclass", DESTINATION_SKIP},     {"bkmkstart", DESTINATION_SKIP},
        {"bkmkend", DESTINATION_SKIP},      {"mmathPr", DESTINATION_SKIP},
        {"revtbl", DESTINATION_SKIP},       {"filetbl", DESTINATION_SKIP},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].word, word) == 0) {
            set_destination(rtf, words[i].destination);
            return true;
        }
    }
    return false;
}

static void add_unicode(struct rtf *rtf, int number)
{
    flush_bytes(rtf);
    gunichar c = (gunichar)(number < 0 ? number + 65536 : number);
    char text[8] = {0};
    if (c < 0xD800 || (c > 0xDFFF && c < 0x110000))
        g_unichar_to_utf8(c >= 0x20 ? c : ' ', text);
    add_text(rtf, text);
    rtf->skip = top(rtf)->fallback;
}

static void skip_binary(struct rtf *rtf, int number)
{
    size_t size = MIN((size_t)MAX(number, 0), (size_t)(rtf->end - rtf->p));
    if (top(rtf)->destination == DESTINATION_OBJECT && rtf->object->len + size <= OBJECT_SIZE)
        g_byte_array_append(rtf->object, rtf->p, (guint)size);
    rtf->p += size;
}

/* What tells that the document is HTML in disguise, and which of its text is HTML. */
static bool take_html_word(struct rtf *rtf, const char *word, bool has_number, int number)
{
    if (rtf->file != NULL)
        return false;
    if (strcmp(word, "fromhtml") == 0) {
        rtf->html = true;
    } else if (rtf->html && strcmp(word, "htmltag") == 0) {
        set_destination(rtf, DESTINATION_TEXT);
        top(rtf)->tag = true;
    } else if (rtf->html && strcmp(word, "mhtmltag") == 0) {
        set_destination(rtf, DESTINATION_SKIP);
    } else if (rtf->html && strcmp(word, "htmlrtf") == 0) {
        flush_bytes(rtf);
        top(rtf)->hidden = !has_number || number != 0;
    } else {
        return false;
    }
    return true;
}

/* What the file tells of itself. */
static void take_property(struct rtf *rtf, const char *word, int number)
{
    if (top(rtf)->destination == DESTINATION_CREATED || top(rtf)->destination == DESTINATION_MODIFIED)
        take_date(rtf, word, number);
    else if (strcmp(word, "ansicpg") == 0)
        sks_document_codepage(rtf->file, (unsigned)MAX(number, 0));
    else if (strcmp(word, "deflangfe") == 0 || strcmp(word, "deflang") == 0)
        sks_document_language_id(rtf->file, (unsigned)MAX(number, 0));
    else if (strcmp(word, "objupdate") == 0 || strcmp(word, "objautlink") == 0)
        sks_file_fact(rtf->file, "attachment.embedded-object", NULL, "%s", word);
}

static void take_word(struct rtf *rtf, const char *word, bool has_number, int number)
{
    if (take_html_word(rtf, word, has_number, number) || find_destination(rtf, word))
        return;
    if (rtf->file != NULL)
        take_property(rtf, word, number);
    if (strcmp(word, "u") == 0 && has_number) {
        add_unicode(rtf, number);
    } else if (strcmp(word, "uc") == 0 && number >= 0 && number < 16) {
        top(rtf)->fallback = (unsigned)number;
    } else if (strcmp(word, "par") == 0 || strcmp(word, "line") == 0 || strcmp(word, "row") == 0) {
        flush_bytes(rtf);
        add_text(rtf, "\n");
    } else if (strcmp(word, "tab") == 0 || strcmp(word, "cell") == 0) {
        flush_bytes(rtf);
        add_text(rtf, " ");
    } else if (strcmp(word, "bin") == 0) {
        skip_binary(rtf, number);
    } else if (strcmp(word, "ansicpg") == 0) {
        rtf->codepage = charset_of_codepage(number);
    } else if (strcmp(word, "f") == 0) {
        flush_bytes(rtf);
        if (top(rtf)->destination == DESTINATION_FONTS)
            rtf->font = number;
        else
            top(rtf)->font = number;
    } else if (strcmp(word, "fcharset") == 0 && rtf->font >= 0 && rtf->font < FONTS) {
        rtf->charsets[rtf->font] = charset_of_font(number);
    }
}

static void read_control(struct rtf *rtf)
{
    char word[33];
    size_t length = 0;
    if (rtf->p >= rtf->end)
        return;
    unsigned char c = *rtf->p;
    if (!g_ascii_isalpha((char)c)) {
        rtf->p++;
        if (c == '\'' && rtf->end - rtf->p >= 2) {
            int high = g_ascii_xdigit_value((char)rtf->p[0]), low = g_ascii_xdigit_value((char)rtf->p[1]);
            rtf->p += 2;
            if (high >= 0 && low >= 0)
                add_byte(rtf, (unsigned char)(high << 4 | low));
        } else if (c == '\\' || c == '{' || c == '}') {
            add_byte(rtf, c);
        } else if (c == '~') {
            add_byte(rtf, ' ');
        }
        return;
    }
    for (; rtf->p < rtf->end && g_ascii_isalpha((char)*rtf->p); rtf->p++) {
        if (length < sizeof word - 1)
            word[length++] = (char)*rtf->p;
    }
    word[length] = '\0';
    bool negative = rtf->p < rtf->end && *rtf->p == '-', has_number = false;
    int number = 0;
    rtf->p += negative;
    for (; rtf->p < rtf->end && g_ascii_isdigit((char)*rtf->p); rtf->p++, has_number = true)
        number = number < 100000000 ? number * 10 + (*rtf->p - '0') : number;
    if (rtf->p < rtf->end && *rtf->p == ' ')
        rtf->p++;
    take_word(rtf, word, has_number, negative ? -number : number);
}

static void read_all(struct rtf *rtf)
{
    while (rtf->p < rtf->end) {
        unsigned char c = *rtf->p++;
        if (c == '{')
            begin_group(rtf);
        else if (c == '}')
            end_group(rtf);
        else if (c == '\\')
            read_control(rtf);
        else if (top(rtf)->destination == DESTINATION_OBJECT)
            add_hex(rtf, c);
        else if (c == ';' && top(rtf)->destination == DESTINATION_FONTS)
            look_at_font_name(rtf);
        else if (c != '\r' && c != '\n' && c != '\0')
            add_byte(rtf, c);
    }
    while (rtf->depth > 0 && rtf->deeper == 0)
        end_group(rtf);
    flush_bytes(rtf);
}

/* file: of which facts are told, or NULL. Returns the text. */
static GString *read_document(struct sks_file *file, const unsigned char *bytes, size_t size, bool *out_html)
{
    struct rtf *rtf = g_new0(struct rtf, 1);
    rtf->file = file;
    rtf->p = bytes;
    rtf->end = bytes + size;
    rtf->codepage = "windows-1252";
    rtf->groups[0] = (struct group){.fallback = 1, .font = -1};
    rtf->font = -1;
    rtf->nibble = -1;
    rtf->bytes = g_string_new(NULL);
    rtf->text = g_string_new(NULL);
    rtf->value = g_string_new(NULL);
    rtf->object = g_byte_array_new();
    read_all(rtf);
    GString *text = rtf->text;
    *out_html = rtf->html;
    g_string_free(rtf->bytes, TRUE);
    g_string_free(rtf->value, TRUE);
    g_byte_array_unref(rtf->object);
    g_free(rtf);
    return text;
}

void sks_rtf_inspect(struct sks_file *file)
{
    bool html;
    GString *text = read_document(file, file->bytes, file->size, &html);
    sks_file_text(file, text->str, text->len);
    g_string_free(text, TRUE);
}

char *sks_rtf_body(const unsigned char *bytes, size_t size, bool *out_html)
{
    return g_string_free(read_document(NULL, bytes, size, out_html), FALSE);
}

/*
 * PDF, through qpdf: whether a password is needed to read it (an owner's password alone is not), scripts, launch
 * actions, files inside, and who made it.
 *
 * All objects are gone through by number, since what is dangerous may hang anywhere. qpdf unpacks streams of objects
 * without a ceiling of its own, so these are unpacked here first, only to be counted. Text is not taken: qpdf does not
 * extract it.
 */
#include "attachment/file.h"
#include "config.h"

#ifdef HAVE_QPDF

#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <zlib.h>

#include "attachment/document.h"
#include "attachment/names.h"
#include "sekisho/limits.h"

#define OBJECTS    20000
#define NODES      200000u
#define DEPTH      12u
#define KEYS       200u
#define ITEMS      2000
#define COUNT_SIZE (64u * 1024 * 1024)

struct pdf {
    struct sks_file *file;
    qpdf_data data;
    unsigned nodes;
};

/* How much a packed stream would give, up to a ceiling; false if that is reached. */
static bool count_stream(struct sks_file *file, const unsigned char *bytes, size_t size)
{
    unsigned char chunk[32768];
    z_stream inflater = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)MIN(size, (size_t)UINT_MAX)};
    if (inflateInit(&inflater) != Z_OK)
        return true;
    int result;
    bool fits = true;
    do {
        inflater.next_out = chunk;
        inflater.avail_out = sizeof chunk;
        result = inflate(&inflater, Z_NO_FLUSH);
        fits = sks_file_unpack(file, sizeof chunk - inflater.avail_out) && inflater.total_out <= COUNT_SIZE;
    } while (fits && result == Z_OK);
    inflateEnd(&inflater);
    return fits;
}

/* Streams that qpdf would unpack by itself: of objects and of cross references. */
static bool counts_are_bearable(struct sks_file *file)
{
    static const char *const kinds[] = {"/ObjStm", "/XRef"};
    const unsigned char *end = file->bytes + file->size;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const unsigned char *p = file->bytes;
        for (unsigned n = 0; n < 5000; n++) {
            p = memmem(p, (size_t)(end - p), kinds[i], strlen(kinds[i]));
            if (p == NULL)
                break;
            const unsigned char *stream = memmem(p, MIN((size_t)(end - p), 4096), "stream", 6);
            p += strlen(kinds[i]);
            if (stream == NULL)
                continue;
            stream += 6;
            while (stream < end && (*stream == '\r' || *stream == '\n'))
                stream++;
            if (!count_stream(file, stream, (size_t)(end - stream)))
                return false;
        }
    }
    return true;
}

/* A string value as UTF-8, or a name; NULL if it is neither. Belongs to qpdf until its next call. */
static const char *text_of(struct pdf *pdf, qpdf_oh object)
{
    const char *text = NULL;
    size_t size = 0;
    if (qpdf_oh_is_string(pdf->data, object) && qpdf_oh_get_value_as_utf8(pdf->data, object, &text, &size))
        return text;
    if (qpdf_oh_is_name(pdf->data, object) && qpdf_oh_get_value_as_name(pdf->data, object, &text, &size))
        return text;
    return NULL;
}

static const char *text_at(struct pdf *pdf, qpdf_oh dictionary, const char *key)
{
    return text_of(pdf, qpdf_oh_get_key_if_dict(pdf->data, dictionary, key));
}

struct inflating {
    z_stream stream;
    int result;
};

static int64_t read_inflating(void *context, void *buffer, size_t size)
{
    struct inflating *inflating = context;
    if (inflating->result == Z_STREAM_END)
        return 0;
    inflating->stream.next_out = buffer;
    inflating->stream.avail_out = (uInt)size;
    inflating->result = inflate(&inflating->stream, Z_NO_FLUSH);
    size_t got = size - inflating->stream.avail_out;
    return got > 0 ? (int64_t)got : inflating->result == Z_STREAM_END ? 0 : -1;
}

/* The file inside a file specification: qpdf decrypts, we unpack, for it knows no ceiling. */
static void take_embedded(struct pdf *pdf, qpdf_oh specification)
{
    const char *found = text_at(pdf, specification, "/UF");
    if (found == NULL)
        found = text_at(pdf, specification, "/F");
    g_autofree char *name = sks_name_decode(found != NULL ? found : "", found != NULL ? strlen(found) : 0, "utf-8");
    sks_file_fact(pdf->file, "attachment.pdf-embedded-file", NULL, "%s", name);
    qpdf_oh files = qpdf_oh_get_key(pdf->data, specification, "/EF");
    qpdf_oh stream = qpdf_oh_get_key_if_dict(pdf->data, files, "/F");
    if (!qpdf_oh_is_stream(pdf->data, stream))
        stream = qpdf_oh_get_key_if_dict(pdf->data, files, "/UF");
    if (!qpdf_oh_is_stream(pdf->data, stream))
        return;
    unsigned char *bytes = NULL;
    size_t size = 0, index;
    if (qpdf_oh_get_stream_data(pdf->data, stream, qpdf_dl_none, NULL, &bytes, &size) >= QPDF_ERRORS)
        return;
    qpdf_oh filter = qpdf_oh_get_key(pdf->data, qpdf_oh_get_dict(pdf->data, stream), "/Filter");
    if (qpdf_oh_is_array(pdf->data, filter) && qpdf_oh_get_array_n_items(pdf->data, filter) == 1)
        filter = qpdf_oh_get_array_item(pdf->data, filter, 0);
    const struct sks_member member = {.name = name[0] != '\0' ? name : "file", .charset = "utf-8", .size = size};
    if (sks_file_list(pdf->file, &member, &index)) {
        struct inflating inflating = {.stream = {.next_in = bytes, .avail_in = (uInt)size}};
        if (!qpdf_oh_is_name(pdf->data, filter) && sks_file_unpack(pdf->file, size)) {
            sks_file_member_bytes(pdf->file, &member, index, bytes, size);
        } else if (qpdf_oh_is_name_and_equals(pdf->data, filter, "/FlateDecode") &&
                   inflateInit(&inflating.stream) == Z_OK) {
            sks_file_member(pdf->file, &member, index, read_inflating, &inflating);
            inflateEnd(&inflating.stream);
        } else {
            sks_file_member_unread(pdf->file, &member);
        }
    }
    free(bytes);
}

static void look_at_font(struct pdf *pdf, const char *name)
{
    /* "/ABCDEF+SimSun,Bold" */
    const char *start = strchr(name, '+');
    start = start != NULL ? start + 1 : name + (name[0] == '/');
    g_autofree char *font = g_strndup(start, strcspn(start, ",-"));
    sks_document_font(pdf->file, font);
}

static void look_at_action(struct pdf *pdf, qpdf_oh dictionary)
{
    const char *kind = text_at(pdf, dictionary, "/S");
    if (kind == NULL)
        return;
    if (strcmp(kind, "/JavaScript") == 0) {
        const char *script = text_at(pdf, dictionary, "/JS");
        sks_file_fact(pdf->file, "attachment.pdf-javascript", NULL, "%s", script != NULL ? script : "");
    } else if (strcmp(kind, "/Launch") == 0) {
        const char *target = text_at(pdf, dictionary, "/F");
        if (target == NULL)
            target = text_at(pdf, qpdf_oh_get_key(pdf->data, dictionary, "/Win"), "/F");
        sks_file_fact(pdf->file, "attachment.pdf-launch", NULL, "%s", target != NULL ? target : "");
    } else if (strcmp(kind, "/GoToR") == 0 || strcmp(kind, "/GoToE") == 0) {
        const char *target = text_at(pdf, dictionary, "/F");
        if (target != NULL && sks_document_target_is_remote(target))
            sks_file_fact(pdf->file, "attachment.external-relation", NULL, "%s", target);
    }
}

static void look_at_dictionary(struct pdf *pdf, qpdf_oh dictionary)
{
    look_at_action(pdf, dictionary);
    if (qpdf_oh_has_key(pdf->data, dictionary, "/EF"))
        take_embedded(pdf, dictionary);
    const char *text = text_at(pdf, dictionary, "/BaseFont");
    if (text != NULL)
        look_at_font(pdf, text);
    text = text_at(pdf, dictionary, "/Ordering");
    if (text != NULL && strcmp(text, "GB1") == 0)
        sks_document_language(pdf->file, "zh-CN");
    else if (text != NULL && strcmp(text, "CNS1") == 0)
        sks_document_language(pdf->file, "zh-TW");
    else if (text != NULL && (strcmp(text, "Korea1") == 0 || strcmp(text, "KR") == 0))
        sks_document_language(pdf->file, "ko");
    text = text_at(pdf, dictionary, "/Lang");
    if (text != NULL)
        sks_document_language(pdf->file, text);
    if (qpdf_oh_has_key(pdf->data, dictionary, "/RichMediaContent"))
        sks_file_fact(pdf->file, "attachment.embedded-object", NULL, "RichMedia");
}

/* An object and the direct objects in it; those it refers to have numbers of their own. */
static void look_at_object(struct pdf *pdf, qpdf_oh object, unsigned depth)
{
    if (depth > DEPTH || pdf->nodes++ > NODES)
        return;
    if (qpdf_oh_is_array(pdf->data, object)) {
        int count = MIN(qpdf_oh_get_array_n_items(pdf->data, object), ITEMS);
        for (int i = 0; i < count; i++) {
            qpdf_oh item = qpdf_oh_get_array_item(pdf->data, object, i);
            if (!qpdf_oh_is_indirect(pdf->data, item))
                look_at_object(pdf, item, depth + 1);
            qpdf_oh_release(pdf->data, item);
        }
        return;
    }
    if (qpdf_oh_is_stream(pdf->data, object))
        object = qpdf_oh_get_dict(pdf->data, object);
    if (!qpdf_oh_is_dictionary(pdf->data, object))
        return;
    look_at_dictionary(pdf, object);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free); /* the iterator is one for all */
    qpdf_oh_begin_dict_key_iter(pdf->data, object);
    while (qpdf_oh_dict_more_keys(pdf->data) && keys->len < KEYS)
        g_ptr_array_add(keys, g_strdup(qpdf_oh_dict_next_key(pdf->data)));
    for (guint i = 0; i < keys->len; i++) {
        qpdf_oh value = qpdf_oh_get_key(pdf->data, object, g_ptr_array_index(keys, i));
        if (!qpdf_oh_is_indirect(pdf->data, value) && !qpdf_oh_is_scalar(pdf->data, value))
            look_at_object(pdf, value, depth + 1);
        qpdf_oh_release(pdf->data, value);
    }
}

/* "D:20261122093000+09'00'" */
static void look_at_date(struct pdf *pdf, const char *id, const char *date)
{
    if (date != NULL)
        sks_document_time(pdf->file, id, g_str_has_prefix(date, "D:") ? date + 2 : date);
}

static void look_at_information(struct pdf *pdf)
{
    qpdf_oh information = qpdf_oh_get_key(pdf->data, qpdf_get_trailer(pdf->data), "/Info");
    const char *text = text_at(pdf, information, "/Author");
    if (text != NULL)
        sks_document_author(pdf->file, text);
    text = text_at(pdf, information, "/Company"); /* Acrobat's makers of PDFs from Office files write it */
    if (text != NULL)
        sks_document_company(pdf->file, text);
    text = text_at(pdf, information, "/Creator");
    if (text != NULL)
        sks_document_application(pdf->file, text);
    text = text_at(pdf, information, "/Producer");
    if (text != NULL)
        sks_document_application(pdf->file, text);
    look_at_date(pdf, "attachment.created", text_at(pdf, information, "/CreationDate"));
    look_at_date(pdf, "attachment.modified", text_at(pdf, information, "/ModDate"));
}

static void look_at_all(struct pdf *pdf)
{
    int count = 0;
    qpdf_oh size = qpdf_oh_get_key(pdf->data, qpdf_get_trailer(pdf->data), "/Size");
    if (!qpdf_oh_get_value_as_int(pdf->data, size, &count) || count <= 0)
        count = OBJECTS;
    if (count > OBJECTS)
        sks_file_fact(pdf->file, "limit.archive-entries", NULL, "%d", OBJECTS);
    look_at_information(pdf);
    for (int i = 1; i <= MIN(count, OBJECTS) && pdf->nodes < NODES && !pdf->file->stopped; i++) {
        qpdf_oh object = qpdf_get_object_by_id(pdf->data, i, 0);
        if (!qpdf_oh_is_null(pdf->data, object))
            look_at_object(pdf, object, 0);
        if (i % 64 == 0)
            qpdf_oh_release_all(pdf->data);
    }
}

/* Opens with a password; the kind of error if that fails. NULL: it did. */
static qpdf_data open_pdf(const struct sks_file *file, const char *password, enum qpdf_error_code_e *out_error)
{
    qpdf_data data = qpdf_init();
    qpdf_silence_errors(data);
    qpdf_set_suppress_warnings(data, QPDF_TRUE);
    if (qpdf_read_memory(data, "attachment", (const char *)file->bytes, file->size, password) < QPDF_ERRORS)
        return data;
    *out_error = qpdf_get_error_code(data, qpdf_get_error(data));
    qpdf_cleanup(&data);
    return NULL;
}

void sks_pdf_inspect(struct sks_file *file)
{
    struct pdf pdf = {.file = file};
    enum qpdf_error_code_e error = qpdf_e_success;
    if (!counts_are_bearable(file))
        return;
    pdf.data = open_pdf(file, "", &error);
    if (pdf.data == NULL && error == qpdf_e_password) {
        file->encrypted = true;
        const char *const *passwords = file->inspection->passwords;
        for (unsigned i = 0; passwords[i] != NULL && i < SKS_LIMIT_PASSWORD_COUNT && pdf.data == NULL; i++) {
            const char *windows = sks_file_password_windows(file, passwords[i]);
            pdf.data = open_pdf(file, passwords[i], &error);
            if (pdf.data == NULL && windows != NULL)
                pdf.data = open_pdf(file, windows, &error);
        }
        file->opened = pdf.data != NULL;
    } else if (pdf.data == NULL && error == qpdf_e_unsupported &&
               memmem(file->bytes, file->size, "/Encrypt", 8) != NULL) {
        file->encrypted = true; /* for the holders of certificates, or in a way that qpdf does not know */
    } else if (pdf.data == NULL) {
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    }
    if (pdf.data != NULL) {
        look_at_all(&pdf);
        qpdf_cleanup(&pdf.data);
    }
    if (file->encrypted)
        file->names_visible = false;
}

#else

void sks_pdf_inspect(struct sks_file *file)
{
    /* Recognised only. An owner's password alone can't be told from a user's without deriving keys. */
    if (memmem(file->bytes, file->size, "/Encrypt", 8) != NULL)
        sks_file_fact(file, "attachment.maybe-encrypted", NULL, NULL);
}

#endif

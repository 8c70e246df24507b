#include "tests/test.h"

#include "config.h"
#include "make.h"
#include "sekisho/limits.h"

#ifdef HAVE_QPDF
#include <qpdf/qpdf-c.h>
#endif

struct expected {
    const char *id, *where, *detail;
};

static void check_facts(const char *name, const struct sks_attachment *attachment, const struct expected *expected,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (find_fact(attachment, expected[i].id, expected[i].where, expected[i].detail) == NULL)
            fail_msg("%s: %s (%s) is missing", name, expected[i].id, expected[i].detail);
    }
}

#define CONTENT_TYPES                                                                                                  \
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" "        \
    "ContentType=\"application/xml\"/></Types>"
#define WORD "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""

static const char word_document[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document " WORD "><w:body>"
    "<w:p><w:r><w:rPr><w:rFonts w:eastAsia=\"宋体\"/><w:lang w:eastAsia=\"zh-CN\"/></w:rPr><w:t>会議の</w:t></w:r>"
    "<w:r><w:t>資料です。</w:t></w:r></w:p>"
    "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>DDEAU</w:instrText></w:r>"
    "<w:r><w:instrText>TO c:\\\\x.example \"a\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
    "<w:p><w:r><w:t>次の行</w:t></w:r></w:p></w:body></w:document>";

static const char word_relations[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    "attachedTemplate\" Target=\"https://template.example/a.dotm\" TargetMode=\"External\"/>"
    "<Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" "
    "Target=\"https://link.example/\" TargetMode=\"External\"/>"
    "<Relationship Id=\"r3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/oleObject\" "
    "Target=\"https://object.example/a.doc\" TargetMode=\"External\"/></Relationships>";

static const char word_properties[] =
    "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\">"
    "<dc:creator>王 伟</dc:creator><cp:lastModifiedBy>山田 太郎</cp:lastModifiedBy>"
    "<dcterms:created>2026-01-02T03:04:05Z</dcterms:created></cp:coreProperties>";

static void word_says_what_it_holds(void **state)
{
    (void)state;
    static const struct made_member members[] = {
        {"[Content_Types].xml", CONTENT_TYPES, 0},           {"word/document.xml", word_document, 0},
        {"word/_rels/document.xml.rels", word_relations, 0}, {"word/vbaProject.bin", "not a project", 0},
        {"word/embeddings/tool.exe", "not a program", 0},    {"docProps/core.xml", word_properties, 0},
    };
    static const struct expected expected[] = {
        {"attachment.macro", "", "VBA"},
        {"attachment.dde", "", "DDEAUTO"},
        {"attachment.remote-template", "", "https://template.example/a.dotm"},
        {"attachment.external-relation", "", "https://object.example/a.doc"},
        {"attachment.embedded-object", "", "tool.exe"},
        {"attachment.program-inside", "word/embeddings/tool.exe", NULL},
        {"attachment.foreign-font", "", "宋体"},
        {"attachment.foreign-language", "", "zh-CN"},
        {"attachment.foreign-author", "", "王 伟"},
        {"attachment.author", "", "山田 太郎"},
        {"attachment.created", "", "2026-01-02T03:04:05Z"},
    };
    g_autoptr(GByteArray) bytes = make_zip(members, G_N_ELEMENTS(members), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.docx", NULL);
    assert_int_equal(attachment->type, SKS_FILE_DOCM);
    assert_string_equal(attachment->text, "会議の資料です。\n\n次の行\n");
    check_facts("docm", attachment, expected, G_N_ELEMENTS(expected));
    assert_null(find_fact(attachment, "attachment.external-relation", NULL, "link.example"));
    assert_null(find_fact(attachment, "attachment.foreign-author", NULL, "山田"));
    assert_null(find_fact(attachment, "attachment.type-mismatch", "", NULL));
    sks_attachment_destroy(attachment);
}

static void an_ordinary_document_says_nothing(void **state)
{
    (void)state;
    static const struct made_member members[] = {
        {"[Content_Types].xml", CONTENT_TYPES, 0},
        {"word/document.xml",
         "<w:document " WORD "><w:body><w:p><w:r><w:rPr><w:rFonts w:eastAsia=\"ＭＳ 明朝\"/><w:lang "
         "w:val=\"en-US\" w:eastAsia=\"ja-JP\" w:bidi=\"ar-SA\"/></w:rPr><w:t>議事録</w:t></w:r></w:p></w:body>"
         "</w:document>",
         0},
        {"word/_rels/settings.xml.rels",
         "<Relationships><Relationship Id=\"r1\" Type=\"x/attachedTemplate\" "
         "Target=\"file:///C:\\Users\\a\\Normal.dotm\" TargetMode=\"External\"/></Relationships>",
         0},
    };
    g_autoptr(GByteArray) bytes = make_zip(members, G_N_ELEMENTS(members), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(bytes, "議事録.docx", NULL);
    assert_int_equal(attachment->type, SKS_FILE_DOCX);
    assert_string_equal(attachment->text, "議事録\n");
    for (size_t i = 0; i < attachment->fact_count; i++)
        assert_true(strcmp(attachment->facts[i].id, "attachment.font") == 0 ||
                    strcmp(attachment->facts[i].id, "attachment.language") == 0);
    assert_non_null(find_fact(attachment, "attachment.font", "", "ＭＳ 明朝"));
    assert_non_null(find_fact(attachment, "attachment.language", "", "ja-JP"));
    sks_attachment_destroy(attachment);
}

/* A decoy is mostly packed: its text comes out of archives, also encrypted ones, in any nesting. */
static void text_comes_out_of_archives(void **state)
{
    (void)state;
    static const struct made_member parts[] = {
        {"[Content_Types].xml", CONTENT_TYPES, 0},
        {"word/document.xml",
         "<w:document " WORD "><w:body><w:p><w:r><w:t>議事録です。</w:t></w:r></w:p></w:body></w:document>", 0},
    };
    const char *const wrong[] = {"wrong", NULL}, *const right[] = {"himitsu", NULL};
    g_autoptr(GByteArray) document = make_zip(parts, G_N_ELEMENTS(parts), ZIP_EM_NONE, NULL);
    const struct made_member inner = {"a.docx", (const char *)document->data, document->len};
    g_autoptr(GByteArray) locked = make_zip(&inner, 1, ZIP_EM_AES_256, "himitsu");
    const struct made_member middle = {"a.zip", (const char *)locked->data, locked->len};
    g_autoptr(GByteArray) tar = make_archive(&middle, 1, "tar.gz");
    const struct {
        const char *name;
        const GByteArray *bytes;
        const char *const *passwords;
        const char *text;
    } rows[] = {
        {"in a zip, closed", locked, wrong, ""},
        {"in a zip, opened", locked, right, "議事録です。\n"},
        {"in a zip in a tar, closed", tar, wrong, ""},
        {"in a zip in a tar, opened", tar, right, "議事録です。\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_attachment *attachment = inspect_bytes(rows[i].bytes, "a", rows[i].passwords);
        assert_row_string(rows[i].name, attachment->text, rows[i].text);
        sks_attachment_destroy(attachment);
    }
}

static void sheets_and_slides_give_their_text(void **state)
{
    (void)state;
    static const struct made_member sheet[] = {
        {"[Content_Types].xml", CONTENT_TYPES, 0},
        {"xl/workbook.xml", "<workbook/>", 0},
        {"xl/sharedStrings.xml", "<sst><si><t>売上</t></si><si><r><t>見</t></r><r><t>込</t></r></si></sst>", 0},
        {"xl/macrosheets/sheet1.xml", "<x/>", 0},
        {"xl/externalLinks/externalLink1.xml",
         "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c x\"/></externalLink>", 0},
    };
    g_autoptr(GByteArray) bytes = make_zip(sheet, G_N_ELEMENTS(sheet), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.xlsx", NULL);
    assert_int_equal(attachment->type, SKS_FILE_XLSX);
    assert_string_equal(attachment->text, "売上\n見込\n");
    assert_non_null(find_fact(attachment, "attachment.macro", "", "XLM"));
    assert_non_null(find_fact(attachment, "attachment.dde", "", "cmd|/c x"));
    sks_attachment_destroy(attachment);

    static const struct made_member slides[] = {
        {"[Content_Types].xml", CONTENT_TYPES, 0},
        {"ppt/slides/slide1.xml",
         "<p:sld xmlns:p=\"p\" xmlns:a=\"a\"><a:p><a:r><a:rPr lang=\"ko-KR\"/><a:t>発表</a:t></a:r></a:p></p:sld>", 0},
    };
    g_autoptr(GByteArray) show = make_zip(slides, G_N_ELEMENTS(slides), ZIP_EM_NONE, NULL);
    attachment = inspect_bytes(show, "a.pptx", NULL);
    assert_int_equal(attachment->type, SKS_FILE_PPTX);
    assert_string_equal(attachment->text, "発表\n");
    assert_non_null(find_fact(attachment, "attachment.foreign-language", "", "ko-KR"));
    sks_attachment_destroy(attachment);
}

static void open_documents_are_read(void **state)
{
    (void)state;
    static const struct made_member members[] = {
        {"mimetype", "application/vnd.oasis.opendocument.text", 0},
        {"META-INF/manifest.xml", "<manifest/>", 0},
        {"content.xml",
         "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><text:p>本文<text:span>です</text:span></text:p>"
         "</office:document-content>",
         0},
        {"Basic/Standard/Module1.xml", "<x/>", 0},
    };
    g_autoptr(GByteArray) bytes = make_zip(members, G_N_ELEMENTS(members), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.odt", NULL);
    assert_int_equal(attachment->type, SKS_FILE_ODF);
    assert_string_equal(attachment->text, "本文です\n");
    assert_non_null(find_fact(attachment, "attachment.macro", "", "Basic"));
    assert_false(attachment->encrypted);
    sks_attachment_destroy(attachment);
}

/* What LibreOffice 7.4 writes for a linked section, a DDE connection, an event and links of cells. */
static void what_open_documents_load_is_told(void **state)
{
    (void)state;
    static const struct made_member members[] = {
        {"mimetype", "application/vnd.oasis.opendocument.spreadsheet", 0},
        {"meta.xml",
         "<office:meta xmlns:office=\"o\" xmlns:meta=\"m\" xmlns:xlink=\"x\">"
         "<meta:template xlink:href=\"http://t.example/t.ots\"/></office:meta>",
         0},
        {"content.xml",
         "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\" xmlns:xlink=\"x\""
         " xmlns:script=\"s\" xmlns:draw=\"d\">"
         "<script:event-listener script:event-name=\"dom:load\""
         " xlink:href=\"vnd.sun.star.script:a.py$b?language=Python&amp;location=share\"/>"
         "<text:dde-connection-decl office:name=\"x\" office:dde-application=\"soffice\" office:dde-topic=\"cmd\""
         " office:dde-item=\"/c calc\"/>"
         "<text:section-source xlink:href=\"http://r.example/part.odt\"/>"
         "<draw:image xlink:href=\"https://i.example/a.png\"/><draw:image xlink:href=\"Pictures/a.png\"/>"
         "<text:a xlink:href=\"https://h.example/\">link</text:a>"
         "<table:table-cell table:formula=\"of:=DDE(&quot;soffice&quot;;&quot;a&quot;;&quot;b&quot;)\"/>"
         "<table:table-cell table:formula=\"of:=[&apos;http://f.example/b.ods&apos;#$Sheet1.A1]\"/>"
         "<table:table-cell table:formula=\"of:=COM.MICROSOFT.WEBSERVICE(&quot;http://w.example/q&quot;)\"/>"
         "<table:table-cell table:formula=\"of:=HYPERLINK(&quot;http://h.example/&quot;)\"/>"
         "<text:p>one<text:line-break/>two</text:p></office:document-content>",
         0},
        {"META-INF/manifest.xml", "<manifest/>", 0},
    };
    static const char *const told[][2] = {
        {"attachment.remote-template", "http://t.example/t.ots"},
        {"attachment.macro", "on an event: vnd.sun.star.script:a.py$b?language=Python&location=share"},
        {"attachment.dde", "soffice|cmd /c calc"},
        {"attachment.dde", "of:=DDE(\"soffice\";\"a\";\"b\")"},
        {"attachment.external-relation", "section-source: http://r.example/part.odt"},
        {"attachment.external-relation", "image: https://i.example/a.png"},
        {"attachment.external-relation", "formula: http://f.example/b.ods"},
        {"attachment.external-relation", "formula: http://w.example/q"},
    };
    g_autoptr(GByteArray) bytes = make_zip(members, G_N_ELEMENTS(members), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.ods", NULL);
    assert_int_equal(attachment->type, SKS_FILE_ODF);
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++)
        assert_row_int(told[i][1], find_fact(attachment, told[i][0], "", told[i][1]) != NULL, true);
    assert_int_equal(attachment->fact_count, G_N_ELEMENTS(told)); /* and no more */
    assert_string_equal(attachment->text, "one two\n");
    sks_attachment_destroy(attachment);
}

/* The manifest, which tells what is encrypted, comes last; what is, is not damaged. */
static void an_encrypted_open_document_is_told(void **state)
{
    (void)state;
    static const struct made_member members[] = {
        {"mimetype", "application/vnd.oasis.opendocument.text", 0},
        {"meta.xml", "\x9c\x31\xf0 nothing that is XML", 0},
        {"content.xml", "\x8a\x05\xe1 nothing that is XML", 0},
        {"META-INF/manifest.xml",
         "<m:manifest xmlns:m=\"m\"><m:file-entry m:full-path=\"/\"/>"
         "<m:file-entry m:full-path=\"meta.xml\"><m:encryption-data/></m:file-entry>"
         "<m:file-entry m:full-path=\"content.xml\"><m:encryption-data/></m:file-entry></m:manifest>",
         0},
    };
    g_autoptr(GByteArray) bytes = make_zip(members, G_N_ELEMENTS(members), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.odt", NULL);
    assert_int_equal(attachment->type, SKS_FILE_ODF);
    assert_true(attachment->encrypted);
    assert_false(attachment->opened);
    assert_true(sks_attachment_is_locked(attachment));
    assert_int_equal(attachment->fact_count, 0);
    sks_attachment_destroy(attachment);
}

/* Entities that would expand to gigabytes, and one that would read a file. */
static void entities_are_not_expanded(void **state)
{
    (void)state;
    static const struct made_member members[] = {
        {"[Content_Types].xml", CONTENT_TYPES, 0},
        {"word/document.xml",
         "<!DOCTYPE d [<!ENTITY a \"0123456789\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
         "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
         "<d><p><t>before &c; &f; after</t></p></d>",
         0},
    };
    g_autoptr(GByteArray) bytes = make_zip(members, G_N_ELEMENTS(members), ZIP_EM_NONE, NULL);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.docx", NULL);
    assert_null(strstr(attachment->text, "root:"));
    assert_null(strstr(attachment->text, "0123456789"));
    sks_attachment_destroy(attachment);
}

static void rtf_is_read(void **state)
{
    (void)state;
    static const char text[] =
        "{\\rtf1\\ansi\\ansicpg932\\deflangfe2052{\\fonttbl{\\f0\\fcharset128 MS Mincho;}"
        "{\\f1\\fcharset134 SimSun;}}{\\*\\generator Writer 7.4;}{\\info{\\author \\u26446?\\u23453?}{\\company Yama}"
        "{\\creatim\\yr2026\\mo11\\dy22\\hr9\\min5}{\\revtim\\yr2026\\mo11\\dy23\\hr18\\min30}}"
        "{\\*\\template https://template.example/t.dot}"
        "\\f0 \\'8e\\'91\\'97\\'bf \\u12391?\\u12377?\\par "
        "{\\field{\\*\\fldinst DDEAUTO c:\\\\\\\\x.example}{\\fldrslt result}}"
        "{\\object\\objemb{\\*\\objclass Word.Document.8}{\\*\\objdata 0105 0000 02000000 08000000 "
        "5061636b61676500 00000000 00000000 04000000 01020304}}}";
    static const struct expected expected[] = {
        {"attachment.foreign-language", "", "zh-CN"},
        {"attachment.foreign-font", "", "SimSun"},
        {"attachment.author", "", "李宝"},
        {"attachment.company", "", "Yama"},
        {"attachment.application", "", "Writer 7.4"},
        {"attachment.created", "", "2026-11-22T09:05"},
        {"attachment.modified", "", "2026-11-23T18:30"},
        {"attachment.font", "", "MS Mincho"},
        {"attachment.remote-template", "", "https://template.example/t.dot"},
        {"attachment.dde", "", "DDEAUTO"},
        {"attachment.embedded-object", "", "Package"},
    };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)text, sizeof text - 1);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.doc", NULL);
    assert_int_equal(attachment->type, SKS_FILE_RTF);
    assert_string_equal(attachment->text, "資料 です\nresult");
    check_facts("rtf", attachment, expected, G_N_ELEMENTS(expected));
    assert_null(find_fact(attachment, "attachment.type-mismatch", NULL, NULL));
    sks_attachment_destroy(attachment);
}

static void simple_texts_are_looked_into(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *id, *detail;
    } rows[] = {
        {"a.url", "[InternetShortcut]\r\nURL=https://a.example/x\r\n", "attachment.shortcut-target",
         "https://a.example/x"},
        {"a.url", "[InternetShortcut]\r\nURL=https://a.example/x\r\n", "attachment.shortcut-inside", "url"},
        {"a.html", "<html><script>x</script></html>", "attachment.html-script", NULL},
        {"a.html", "<html><form><input type=\"password\"></form></html>", "attachment.html-form", NULL},
        {"a.html", "<html><meta http-equiv=\"refresh\" content=\"0;url=https://a.example/\"></html>",
         "attachment.html-redirect", NULL},
        {"メモ.txt", "解凍パスワード：\r\nAbc12345\r\n", "attachment.password-beside", NULL},
        {"a.pdf", "<html>not a PDF</html>", "attachment.type-mismatch", "pdf: html"},
        {"a.html", "<html><img src=x onerror=\"x()\"></html>", "attachment.html-script", NULL},
        {"a.html", "<html><body onload='x.click()'>x</html>", "attachment.html-script", NULL},
        {"a.html", "<html><p>turn on=off, and once = twice</p></html>", "", NULL},
        {"a.html", "<html><a download=x href=\"data:application/zip;base64,AAAA\">x</a></html>",
         "attachment.html-smuggling", NULL},
        {"a.html", "<html><a href=\"https://a.example/\" download>x</a><img src=\"data:image/png;base64,AAAA\"></html>",
         "", NULL},
        {"a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>", "attachment.html-script", NULL},
        {"a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>", "", NULL},
        {"a.mht", "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<scr=\r\nipt>x</script>",
         "attachment.html-script", NULL},
        {"a.svg", "<x:svg xmlns:x=\"http://www.w3.org/2000/svg\"><x:script>x</x:script></x:svg>",
         "attachment.html-script", NULL},
        {"a.mhtml",
         "MIME-Version: 1.0\r\nContent-Type: text/html\r\nX: base64 base64 base64 base64 base64 base64 base64 "
         "base64\r\n"
         "Y: base64 base64 base64 base64 base64 base64 base64 base64 base64\r\n"
         "Content-Transfer-Encoding:\r\n base64\r\n\r\n \tPHNjcmlwdD\r\n 54PC9zY3JpcHQ+\r\n",
         "attachment.html-script", NULL},
        {"a.mhtml",
         "MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
         "PHNjcmlwdD54PC9z\r\nY3JpcHQ+\r\n",
         "attachment.html-script", NULL},
        {"a.slk", "ID;PWXL;N;E\r\nC;X1;Y1;K0;EEXEC(\"calc\")\r\nE\r\n", "attachment.macro", "XLM"},
        {"a.slk", "ID;PWXL;N;E\r\nC;X1;Y1;K\"sum\"\r\nE\r\n", "", NULL},
        {"a.csv", "1,2,=cmd|' /C calc'!A0\r\n", "attachment.dde", "=cmd|' /C calc'!A0"},
        {"a.csv", "1,\"=SUM(A1:A2)\",-3,a|b!\r\n", "", NULL},
        {"a.jnlp", "<?xml version=\"1.0\"?><jnlp spec=\"1.0+\"></jnlp>", "attachment.program-inside", NULL},
        {"a.xml",
         "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument><w:binData>"
         "QWN0aXZlTWltZQ==</w:binData></w:wordDocument>",
         "attachment.macro", "VBA"},
        {"a.xml", "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument/>", "", NULL},
        {"a.png", "GIF89a", "", NULL},
        {"a.csv", "1,2,3\n", "", NULL},
        {"報告書.txt", "今月の報告です。\r\n", "", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)rows[i].text, (guint)strlen(rows[i].text));
        struct sks_attachment *attachment = inspect_bytes(bytes, rows[i].name, NULL);
        if (rows[i].id[0] == '\0')
            assert_row_int(rows[i].name, attachment->fact_count, 0);
        else if (find_fact(attachment, rows[i].id, "", rows[i].detail) == NULL)
            fail_msg("%s: %s is missing", rows[i].name, rows[i].id);
        sks_attachment_destroy(attachment);
    }
}

/* A page that carries an archive with a program in it, in an address or in a script. */
static void files_in_pages_are_looked_into(void **state)
{
    (void)state;
    static const char *const forms[] = {"<html><a href=\"data:application/zip;base64,%s\" download>x</a></html>",
                                        "<html><script>var d=\"%s\";</script></html>",
                                        "<html>\t%s</html>",
                                        "<html>=%s</html>",
                                        "<svg><script>var d='%s';</script></svg>",
                                        "<x:svg><x:script>var d='%s';</x:script></x:svg>"};
    g_autoptr(GByteArray) zip = make_zip(&(struct made_member){"x.vbs", "x = 1", 0}, 1, ZIP_EM_NONE, NULL);
    g_autofree char *base64 = g_base64_encode(zip->data, zip->len);
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_auto(GStrv) around = g_strsplit(forms[i], "%s", 2);
        g_autofree char *page = g_strconcat(around[0], base64, around[1], NULL);
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)page, (guint)strlen(page));
        struct sks_attachment *attachment = inspect_bytes(bytes, i < 4 ? "a.html" : "a.svg", NULL);
        assert_non_null(find_fact(attachment, "attachment.html-smuggling", "", NULL));
        assert_non_null(find_fact(attachment, "attachment.script-inside", "inline-1/x.vbs", NULL));
        sks_attachment_destroy(attachment);
    }
}

/* Pages that cost time by the square of their size, if anything in them is looked for from each place to the end. */
static void pages_are_read_once(void **state)
{
    (void)state;
    static const char *const repeated[] = {"<a ", "<abbr ", "\nUEsDBA", "TVqQ\n"};
    gint64 start = g_get_monotonic_time();
    for (size_t i = 0; i < G_N_ELEMENTS(repeated); i++) {
        g_autoptr(GString) page = g_string_new("<html><body>");
        while (page->len < 2u * 1024 * 1024)
            g_string_append(page, repeated[i]);
        GByteArray bytes = {.data = (guint8 *)page->str, .len = (guint)page->len};
        struct sks_attachment *attachment;
        struct sks_attachment_budget budget = {.output = i < 2 ? 0 : SKS_LIMIT_ARCHIVE_OUTPUT};
        assert_int_equal(sks_attachment_inspect(&attachment, bytes.data, bytes.len, "a.html", "", NULL, &budget), 0);
        sks_attachment_destroy(attachment);
    }
    assert_true(g_get_monotonic_time() - start < 20 * G_USEC_PER_SEC); /* it takes a tenth of a second */
}

static void a_late_shortcut_is_one(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < 3000)
        g_string_append(text, "; comment\r\n");
    g_string_append(text, "[InternetShortcut]\r\nURL=https://a.example/x\r\n");
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)text->str, (guint)text->len);
    struct sks_attachment *attachment = inspect_bytes(bytes, "a.url", NULL);
    assert_int_equal(attachment->type, SKS_FILE_URL);
    assert_non_null(find_fact(attachment, "attachment.shortcut-target", "", "https://a.example/x"));
    sks_attachment_destroy(attachment);
}

#ifdef HAVE_QPDF

static const char plain_pdf[] =
    "%PDF-1.7\n"
    "1 0 obj\n<</Type/Catalog/Pages 2 0 R/Lang(zh-CN)/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
    "/AA<</WC<</S/Launch/F(tool.exe)>>>>/Names<</EmbeddedFiles<</Names[(a) 4 0 R]>>>>>>\nendobj\n"
    "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]/Resources<</Font<</F1<</Type/Font/Subtype/TrueType"
    "/BaseFont/ABCDEF+SimSun>>>>>>>>\nendobj\n"
    "4 0 obj\n<</Type/Filespec/F(inside.vbs)/EF<</F 5 0 R>>>>\nendobj\n"
    "5 0 obj\n<</Type/EmbeddedFile/Length 5>>\nstream\nx = 1\nendstream\nendobj\n"
    "6 0 obj\n<</Author(Lee)/Producer(maker)>>\nendobj\n"
    "trailer\n<</Root 1 0 R/Info 6 0 R/Size 7>>\nstartxref\n0\n%%EOF\n";

/* The same, written by qpdf with passwords; revision 0: none. */
static GByteArray *make_pdf(int revision, const char *user, const char *owner)
{
    qpdf_data pdf = qpdf_init();
    qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
    qpdf_silence_errors(pdf);
    assert_true(qpdf_read_memory(pdf, "plain", plain_pdf, sizeof plain_pdf - 1, NULL) < QPDF_ERRORS);
    assert_true(qpdf_init_write_memory(pdf) < QPDF_ERRORS);
    if (revision == 2)
        qpdf_set_r2_encryption_parameters_insecure(pdf, user, owner, 1, 1, 1, 1);
    else if (revision == 3)
        qpdf_set_r3_encryption_parameters_insecure(pdf, user, owner, 1, 1, 1, 1, 1, 1, qpdf_r3p_full);
    else if (revision == 4)
        qpdf_set_r4_encryption_parameters_insecure(pdf, user, owner, 1, 1, 1, 1, 1, 1, qpdf_r3p_full, 1, 1);
    else if (revision == 6)
        qpdf_set_r6_encryption_parameters2(pdf, user, owner, 1, 1, 1, 1, 1, 1, qpdf_r3p_full, 1);
    qpdf_set_static_ID(pdf, QPDF_TRUE);
    assert_true(qpdf_write(pdf) < QPDF_ERRORS);
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, qpdf_get_buffer(pdf), (guint)qpdf_get_buffer_length(pdf));
    qpdf_cleanup(&pdf);
    return bytes;
}

static void pdf_says_what_it_holds(void **state)
{
    (void)state;
    static const struct expected expected[] = {
        {"attachment.pdf-javascript", "", "app.alert(1)"},
        {"attachment.pdf-launch", "", "tool.exe"},
        {"attachment.pdf-embedded-file", "", "inside.vbs"},
        {"attachment.script-inside", "inside.vbs", NULL},
        {"attachment.foreign-font", "", "SimSun"},
        {"attachment.foreign-language", "", "zh-CN"},
        {"attachment.author", "", "Lee"},
    };
    static const struct {
        int revision;
        const char *user, *owner;
        bool encrypted;
    } rows[] = {{0, "", "", false},         {2, "", "owner", false},    {3, "", "owner", false},
                {4, "", "owner", false},    {6, "", "owner", false},    {2, "user", "owner", true},
                {3, "user", "owner", true}, {4, "user", "owner", true}, {6, "user", "owner", true}};
    const char *const wrong[] = {"wrong", NULL}, *const right[] = {"wrong", "user", NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = g_strdup_printf("row %zu", i);
        g_autoptr(GByteArray) bytes = make_pdf(rows[i].revision, rows[i].user, rows[i].owner);
        struct sks_attachment *attachment = inspect_bytes(bytes, "a.pdf", wrong);
        assert_row_int(name, attachment->type, SKS_FILE_PDF);
        assert_row_int(name, attachment->encrypted, rows[i].encrypted);
        assert_row_int(name, attachment->opened, false);
        if (!rows[i].encrypted)
            check_facts(name, attachment, expected, G_N_ELEMENTS(expected));
        sks_attachment_destroy(attachment);
        attachment = inspect_bytes(bytes, "a.pdf", right);
        assert_row_int(name, attachment->opened, rows[i].encrypted);
        check_facts(name, attachment, expected, G_N_ELEMENTS(expected));
        sks_attachment_destroy(attachment);
    }
}

#endif

static int prepare(void **state)
{
    (void)state;
    sks_attachment_prepare();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(word_says_what_it_holds),
        cmocka_unit_test(an_ordinary_document_says_nothing),
        cmocka_unit_test(text_comes_out_of_archives),
        cmocka_unit_test(sheets_and_slides_give_their_text),
        cmocka_unit_test(open_documents_are_read),
        cmocka_unit_test(what_open_documents_load_is_told),
        cmocka_unit_test(an_encrypted_open_document_is_told),
        cmocka_unit_test(entities_are_not_expanded),
        cmocka_unit_test(rtf_is_read),
        cmocka_unit_test(simple_texts_are_looked_into),
        cmocka_unit_test(files_in_pages_are_looked_into),
        cmocka_unit_test(pages_are_read_once),
        cmocka_unit_test(a_late_shortcut_is_one),
#ifdef HAVE_QPDF
        cmocka_unit_test(pdf_says_what_it_holds),
#endif
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}

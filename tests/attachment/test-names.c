#include "tests/test.h"

#include <glib.h>

#include "attachment/names.h"

/* Bytes made with iconv -t CP932, GBK, BIG5, EUC-KR, EUC-JP. */
static void charsets_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *charset, *text;
    } rows[] = {
        {"report.docx", "us-ascii", "report.docx"},
        {"資料.docx", "utf-8", "資料.docx"},
        {"\x8E\x91\x97\xBF.docx", "shift_jis", "資料.docx"},
        {"\x89\xEF\x8B"
         "c\x8E\x91\x97\xBF.pdf",
         "shift_jis", "会議資料.pdf"},
        {"\x95\xF1\x8D\x90\x8F\x91.doc", "shift_jis", "報告書.doc"},
        {"\x87"
         "@\x8C"
         "_\x96"
         "\xF1"
         "\x8F"
         "\x91"
         "\x81"
         "i\x8D"
         "\xC5"
         "\x8F"
         "I\x81"
         "j.xls",
         "shift_jis", "①契約書（最終）.xls"},
        {"\xC3\xBD\xC4.txt", "shift_jis", "ﾃｽﾄ.txt"},
        {"\xCC\xA7\xB2\xD9\x88\xEA\x97\x97.txt", "shift_jis", "ﾌｧｲﾙ一覧.txt"},
        {"\xBB\xE1\xD2\xE9\xD7\xCA\xC1\xCF.doc", "gb18030", "会议资料.doc"},
        {"\xD0\xC2\xBD\xA8\xCE\xC4\xBC\xFE\xBC\xD0", "gb18030", "新建文件夹"},
        {"\xB7|\xC4\xB3\xB8\xEA\xAE\xC6.doc", "big5", "會議資料.doc"},
        {"\xC8\xB8\xC0\xC7\xC0\xDA\xB7\xE1.hwp", "euc-kr", "회의자료.hwp"},
        {"\xA4\xB7\xA4\xEA\xA4\xE7\xA4\xA6.txt", "euc-jp", "しりょう.txt"},
        {"\x87@.pdf", "shift_jis", "①.pdf"},
        {"\x87\x82"
         "1.docx",
         "shift_jis", "№1.docx"},
        {"\x87@\xFB\xFC\x8B\xB4\x87\x8A.docx", "shift_jis", "①髙橋㈱.docx"},
        {"\x87@\xEE\xE0\x8B\xB4\x87\x8A.docx", "shift_jis", "①髙橋㈱.docx"},
        {"\xED\x95\x8ER.docx", "shift_jis", "﨑山.docx"},
        {"\xFA\xB1\x8ER.docx", "shift_jis", "﨑山.docx"},
        {"\x87\x56\x8A\xFA\x95\xF1\x8D\x90.docx", "shift_jis", "Ⅲ期報告.docx"},
        {"5\x87u\x92P\x89\xBF.xlsx", "shift_jis", "5㎡単価.xlsx"},
        {"Fran\x87"
         "ais.doc",
         "ibm437", "Français.doc"},
        {"한국어.txt", "utf-8", "한국어.txt"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        size_t size = strlen(rows[i].bytes);
        assert_row_string(rows[i].text != NULL ? rows[i].text : rows[i].bytes, sks_name_charset(rows[i].bytes, size),
                          rows[i].charset);
        g_autofree char *text = sks_name_decode(rows[i].bytes, size, rows[i].charset);
        if (rows[i].text != NULL)
            assert_row_string(rows[i].text, text, rows[i].text);
    }
}

static void names_are_cleaned(void **state)
{
    (void)state;
    g_autofree char *nul = sks_name_decode("a\0b.exe", 7, "us-ascii");
    assert_string_equal(nul, "a\uFFFDb.exe");
    g_autofree char *line = sks_name_decode("a\nb", 3, "utf-8");
    assert_string_equal(line, "a\uFFFDb");
    g_autofree char *broken = sks_name_decode("a\xFF", 2, "utf-8");
    assert_string_equal(broken, "a\uFFFD");
    g_autofree char *wide = sks_name_decode_utf16("a\0\x2e\x20", 4);
    assert_string_equal(wide, "a\u202E");
}

static void tricks_are_seen(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool twice, hidden, padded, leaves, password;
    } rows[] = {
        {"report.docx", false, false, false, false, false},
        {"report.pdf.exe", true, false, false, false, false},
        {"folder/report.PDF.LNK", true, false, false, false, false},
        {"report.pdf.exe. ", true, false, false, false, false},
        {"案内.docx　　　　　　　　.exe", true, false, true, false, false},
        {"report.docx.zip", false, false, false, false, false},
        {"backup.tar.gz", false, false, false, false, false},
        {"v1.2.exe", false, false, false, false, false},
        {"invoice.pdf.html", true, false, false, false, false},
        {"setup.js", false, false, false, false, false},
        {"jquery.min.js", false, false, false, false, false},
        {"資料\u202Excod.exe", false, true, false, false, false},
        {"資\u200B料.docx", false, true, false, false, false},
        {"邉\U000E0101様.docx", false, false, false, false, false},
        {"a____________________________.exe", false, false, true, false, false},
        {"../../a.txt", false, false, false, true, false},
        {"a/..b/c", false, false, false, false, false},
        {"C:\\a.txt", false, false, false, true, false},
        {"パスワード.txt", false, false, false, false, true},
        {"解凍pw.txt", false, false, false, false, true},
        {"Password.txt", false, false, false, false, true},
        {"passport.pdf", false, false, false, false, false},
        {"compass.txt", false, false, false, false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_row_int(rows[i].name, sks_name_has_double_extension(rows[i].name), rows[i].twice);
        assert_row_int(rows[i].name, sks_name_hidden_character(rows[i].name) != 0, rows[i].hidden);
        assert_row_int(rows[i].name, sks_name_is_padded(rows[i].name), rows[i].padded);
        assert_row_int(rows[i].name, sks_name_leaves_folder(rows[i].name), rows[i].leaves);
        assert_row_int(rows[i].name, sks_name_speaks_of_password(rows[i].name), rows[i].password);
    }
}

static void claims_follow_the_last_extension(void **state)
{
    (void)state;
    static const struct {
        const char *name, *type;
        enum sks_name_kind kind;
    } rows[] = {
        {"a.pdf.exe", "pe", SKS_NAME_PROGRAM},  {"a.DOC", "doc", SKS_NAME_DOCUMENT}, {"a", "unknown", SKS_NAME_OTHER},
        {"exe", "unknown", SKS_NAME_OTHER},     {"a.", "unknown", SKS_NAME_OTHER},   {"b.exe/", "pe", SKS_NAME_PROGRAM},
        {"x\\y.lnk", "lnk", SKS_NAME_SHORTCUT}, {"", "unknown", SKS_NAME_OTHER},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sks_name_claim claim = sks_name_claim(rows[i].name);
        assert_row_string(rows[i].name, sks_file_type_name(claim.type), rows[i].type);
        assert_row_int(rows[i].name, claim.kind, rows[i].kind);
    }
}

static void programs_that_pose_as_documents(void **state)
{
    (void)state;
    static const char *const disguised[] = {
        "kaigi.pdf.exe",
        "folder/会議.docx.scr",
        "kaigi.pdf.js.",
        "kaigi.pdf.vb ",
        "写真.jpg.com",
        "readme.txt.lnk",
        "report.xlsx.lnk",
        "a.PDF.EXE",
        "kaigi.pdf.sct",
        "\xe2\x80\xae"
        "fdp.exe",
        "kaigi.pdf                                                            .exe",
    };
    /* Libraries, deliveries, sources, links to pages. */
    static const char *const honest[] = {
        "bin/System.Xml.dll",
        "Spire.Pdf.dll",
        "Yama.Log.dll",
        "setup.tar.exe",
        "manual.pdf.jar",
        "tool.doc.msi",
        "jquery.csv.js",
        "IPA-report.pdf.url",
        "setup.exe",
        "report.v1.2.exe",
        "report_2026.07.exe",
        "kaigi.2026.docx",
        "a.pdf.html",
        "exe",
        ".exe",
        "pdf.exe",
        "kaigi.txt.py",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(disguised); i++)
        assert_row_int(disguised[i], sks_name_disguises_program(disguised[i]), true);
    for (size_t i = 0; i < G_N_ELEMENTS(honest); i++)
        assert_row_int(honest[i], sks_name_disguises_program(honest[i]), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_that_pose_as_documents),
        cmocka_unit_test(charsets_are_told_apart),
        cmocka_unit_test(names_are_cleaned),
        cmocka_unit_test(tricks_are_seen),
        cmocka_unit_test(claims_follow_the_last_extension),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

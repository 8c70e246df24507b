/*
 * Text files: a password written down beside an archive, tables and XML that start programs, shortcuts to addresses.
 */
#include "attachment/file.h"
#include "attachment/names.h"
#include "attachment/web.h"

#define NOTE_SIZE   4096u
#define URL_SIZE    (64u * 1024)
#define ACTIVE_SIZE (1u * 1024 * 1024) /* read of a text that may start something */

/* A word for password, and something after it. */
static bool holds_password(const char *text)
{
    static const char *const words[] = {"パスワード", "ﾊﾟｽﾜｰﾄﾞ",  "暗証番号", "解凍キー", "解凍pw", "解凍PW",
                                        "password",   "Password", "PASSWORD", "passcode", "密码",   "密碼",
                                        "비밀번호",   "pass:",    "Pass:",    "PW:",      "pw:",    "ＰＷ"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        const char *found = strstr(text, words[i]);
        if (found != NULL && strlen(found) > strlen(words[i]) + 3)
            return true;
    }
    return false;
}

/* A cell that calls a program: "=cmd|' /C calc'!A0", in a table that a spreadsheet opens. */
static bool is_dde_cell(const char *cell, size_t size)
{
    size_t at = 0;
    while (at < size && strchr("\" '", cell[at]) != NULL)
        at++;
    if (at == size || strchr("=+-@", cell[at]) == NULL)
        return false;
    const char *bar = memchr(cell + at, '|', size - at);
    if (bar == NULL || memchr(bar, '!', size - (size_t)(bar - cell)) == NULL)
        return false;
    const char *name = bar;
    while (name > cell && (g_ascii_isalnum(name[-1]) || strchr("._\\:", name[-1]) != NULL))
        name--;
    return bar - name >= 2;
}

static void look_for_dde(struct sks_file *file, const char *text, const char *between)
{
    for (const char *cell = text; *cell != '\0';) {
        size_t size = strcspn(cell, between);
        if (is_dde_cell(cell, size))
            sks_file_fact(file, "attachment.dde", NULL, "%.*s", (int)MIN(size, 200), cell);
        cell += size + (cell[size] != '\0');
    }
}

/* Symbolic Link: formulas after "E", of which those of Excel 4 may start programs. */
static void look_at_symbolic_link(struct sks_file *file, const char *text)
{
    static const char *const calls[] = {";EEXEC(", ";ECALL(", ";EREGISTER(", ";ERUN(", ";EFORMULA(", ";EALERT("};
    g_autofree char *upper = g_ascii_strup(text, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
        if (strstr(upper, calls[i]) != NULL) {
            sks_file_fact(file, "attachment.macro", NULL, "XLM");
            return;
        }
}

/* Word's and Excel's XML of 2003: macros are an ActiveMime file in Base64. */
static void look_at_office_xml(struct sks_file *file, const char *text)
{
    if (strstr(text, "QWN0aXZlTWltZ") != NULL || strstr(text, "macrosPresent=\"yes\"") != NULL)
        sks_file_fact(file, "attachment.macro", NULL, "VBA");
    if (strstr(text, "docOleData") != NULL || strstr(text, "oledata.mso") != NULL)
        sks_file_fact(file, "attachment.embedded-object", NULL, "oledata");
}

/* What starts something although it is text. */
static void look_at_active_text(struct sks_file *file)
{
    g_autofree char *text = sks_web_text(file, ACTIVE_SIZE, false);
    struct sks_name_claim claim = sks_name_claim(file->name);
    bool link = g_str_has_prefix(text, "ID;P");
    if (link)
        look_at_symbolic_link(file, text);
    if (link || strcmp(claim.extension, "csv") == 0 || strcmp(claim.extension, "tsv") == 0)
        look_for_dde(file, text, link ? "\r\n;" : "\r\n,;\t");
    if (strstr(text, "<?mso-application") != NULL)
        look_at_office_xml(file, text);
    if (strstr(text, "<jnlp") != NULL && *text == '<' && strcmp(claim.extension, "jnlp") != 0)
        sks_file_fact(file, "attachment.program-inside", NULL, "jnlp");
}

void sks_text_inspect(struct sks_file *file)
{
    look_at_active_text(file);
    if (file->size > NOTE_SIZE)
        return;
    bool wide = SKS_IS_AT(file->bytes, file->size, 0, "\xFF\xFE");
    g_autofree char *text = wide ? sks_text_decode_utf16(file->bytes + 2, file->size - 2)
                                 : sks_text_decode(file->bytes, file->size, sks_name_charset(file->bytes, file->size));
    sks_file_note(file, text);
    if (sks_name_speaks_of_password(file->name) || holds_password(text))
        sks_file_fact(file, "attachment.password-beside", NULL, NULL);
}

void sks_url_inspect(struct sks_file *file)
{
    g_autofree char *text = sks_web_text(file, URL_SIZE, false);
    for (char *line = text; line != NULL;) {
        char *next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (g_ascii_strncasecmp(line, "URL=", 4) == 0)
            sks_file_fact(file, "attachment.shortcut-target", NULL, "%.2000s", g_strstrip(line + 4));
        else if (g_ascii_strncasecmp(line, "IconFile=\\\\", 11) == 0)
            sks_file_fact(file, "attachment.external-relation", NULL, "%.2000s", g_strstrip(line + 9));
        line = next;
    }
}

/*
 * Text files: a password written down beside an archive, web pages that act, shortcuts to addresses.
 */
#include "attachment/file.h"
#include "attachment/names.h"

#define NOTE_SIZE   4096u
#define PAGE_SIZE   (8u * 1024 * 1024)
#define BASE64_RUN  2000u
#define TARGET_SIZE 2048u

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

void sks_text_inspect(struct sks_file *file)
{
    if (file->size > NOTE_SIZE)
        return;
    bool wide = SKS_IS_AT(file->bytes, file->size, 0, "\xFF\xFE");
    g_autofree char *text = wide ? sks_text_decode_utf16(file->bytes + 2, file->size - 2)
                                 : sks_text_decode(file->bytes, file->size, sks_name_charset(file->bytes, file->size));
    sks_file_note(file, text);
    if (sks_name_speaks_of_password(file->name) || holds_password(text))
        sks_file_fact(file, "attachment.password-beside", NULL, NULL);
}

/* Base64 that long is a file, not text. */
static bool has_long_base64(const char *text)
{
    size_t run = 0;
    for (const char *p = text; *p != '\0'; p++) {
        run = g_ascii_isalnum(*p) || *p == '+' || *p == '/' ? run + 1 : 0;
        if (run >= BASE64_RUN)
            return true;
    }
    return false;
}

static bool has_any(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strstr(text, *words) != NULL)
            return true;
    }
    return false;
}

/* ASCII of the page in lower case; of UTF-16, every other byte. */
static char *page_text(const struct sks_file *file, bool lower)
{
    size_t size = MIN(file->size, PAGE_SIZE), step = 1, at = 0;
    if (SKS_IS_AT(file->bytes, size, 0, "\xFF\xFE") || SKS_IS_AT(file->bytes, size, 0, "\xFE\xFF")) {
        step = 2;
        at = file->bytes[0] == 0xFF ? 2 : 3;
    }
    char *text = g_malloc(size + 1);
    size_t length = 0;
    for (; at < size; at += step) {
        char c = (char)file->bytes[at];
        if (c != '\0')
            text[length++] = lower ? g_ascii_tolower(c) : c;
    }
    text[length] = '\0';
    return text;
}

void sks_html_inspect(struct sks_file *file)
{
    static const char *const building[] = {"createobjecturl", "mssaveoropenblob",  "new blob", "atob(",
                                           "fromcharcode",    "data:application/", NULL};
    static const char *const passwords[] = {"type=\"password\"", "type='password'", "type=password", NULL};
    static const char *const moving[] = {"http-equiv=\"refresh\"", "http-equiv='refresh'", "http-equiv=refresh",
                                         "location.href=",         "location.href =",      "location.replace(",
                                         "window.location=",       "window.location =",    NULL};
    g_autofree char *page = page_text(file, true);
    bool script = strstr(page, "<script") != NULL || strstr(page, "javascript:") != NULL;
    if (script)
        sks_file_fact(file, "attachment.html-script", NULL, NULL);
    if (has_any(page, building) && has_long_base64(page))
        sks_file_fact(file, "attachment.html-smuggling", NULL, NULL);
    if (has_any(page, passwords))
        sks_file_fact(file, "attachment.html-form", NULL, NULL);
    if (has_any(page, moving))
        sks_file_fact(file, "attachment.html-redirect", NULL, NULL);
}

void sks_url_inspect(struct sks_file *file)
{
    g_autofree char *text = page_text(file, false);
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

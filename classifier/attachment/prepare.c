/* Everything that libraries load at first use, loaded early: workers may open no files. */
#include <glib.h>
#include <gsf/gsf-utils.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <time.h>

#include "attachment/archive.h"
#include "attachment/attachment.h"
#include "base/crypt.h"
#include "attachment/document.h"
#include "attachment/names.h"

static void say_nothing(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    (void)domain;
    (void)level;
    (void)message;
    (void)data;
}

/* One of its warnings names no domain. What others say without one stays theirs. */
static void say_nothing_of_children(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    if (!g_str_has_prefix(message, "Unable to get child["))
        g_log_default_handler(domain, level, message, data);
}

/* libgsf tells of broken files through GLib's log, which would go to standard error. A library does not log. */
static void silence_libgsf(void)
{
    static const char *const domains[] = {"libgsf", "libgsf:msole"};
    for (size_t i = 0; i < G_N_ELEMENTS(domains); i++)
        g_log_set_handler(domains[i], G_LOG_LEVEL_MASK | G_LOG_FLAG_RECURSION, say_nothing, NULL);
    g_log_set_handler(NULL, G_LOG_LEVEL_WARNING, say_nothing_of_children, NULL);
}

static GPtrArray *kept; /* handles of converters */
static GTimeZone *zone; /* libgsf asks for it with each file; GLib reads it again once nobody holds it */

static void keep_converter(const char *to, const char *from)
{
    if (kept == NULL)
        kept = g_ptr_array_new();
    GIConv converter = g_iconv_open(to, from);
    if (converter != (GIConv)-1)
        g_ptr_array_add(kept, converter);
}

/*
 * ICU's converters, and those of the C library, which libxml2, libgsf and libarchive use. The latter are modules that
 * are unloaded with their last handle, so the handles are kept.
 */
static void load_charsets(void)
{
    static const char *const names[] = {"shift_jis", "euc-jp", "gb18030",      "big5",        "euc-kr",
                                        "ibm437",    "utf-8",  "windows-1252", "windows-1251"};
    static const char *const modules[] = {"UTF-16",    "UTF-16LE", "UTF-16BE", "UTF-8",         "SHIFT_JIS",
                                          "CP932",     "EUC-JP",   "GBK",      "GB2312",        "GB18030",
                                          "BIG5",      "EUC-KR",   "CP1252",   "ISO-8859-1",    "ISO-2022-JP",
                                          "MACINTOSH", "CP1251",   "CP949",    "ANSI_X3.4-1968"};
    const char *local;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_free(sks_name_decode("", 0, names[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(modules); i++) {
        keep_converter("UTF-8", modules[i]);
        keep_converter(modules[i], "UTF-8");
    }
    g_get_charset(&local);
}

/* libzip uses libcrypto's default context, which reads the system's configuration when it is first used. */
static void load_default_crypto(void)
{
    unsigned char key[32];
    PKCS5_PBKDF2_HMAC_SHA1("x", 1, (const unsigned char *)"saltsalt", 8, 1, sizeof key, key);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_256_ecb(), NULL, key, NULL);
    EVP_CIPHER_CTX_free(context);
}

void sks_attachment_prepare(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    silence_libgsf();
    gsf_init();
    sks_archive_prepare();
    sks_crypt_prepare();
    sks_document_prepare();
    xmlInitParser();
    load_charsets();
    load_default_crypto();
    tzset();
    zone = g_time_zone_new_local();
}

/*
 * Names of charsets. Labels are compared by their letters and digits only, since mailers write "Shift-JIS", "shift_jis"
 * and "SHIFTJIS" alike. What is not in the table is looked up in ICU's own, as long as it keeps ASCII where it is.
 */
#include "message/charset-table.h"

#include <glib.h>
#include <string.h>
#include <unicode/ucnv.h>

#include "message/charset.h"

static const struct sks_charset charsets[] = {
    {"us-ascii", "windows-1252", SKS_CHARSET_ASCII},
    {"utf-8", "UTF-8", SKS_CHARSET_UTF8},
    {"iso-2022-jp", "EUC-JP", SKS_CHARSET_ISO_2022_JP},
    {"shift_jis", "ibm-943_P15A-2003", SKS_CHARSET_SHIFT_JIS},
    {"euc-jp", "EUC-JP", SKS_CHARSET_EUC_JP},
    {"gb2312", "gb18030", SKS_CHARSET_GB},
    {"gbk", "gb18030", SKS_CHARSET_GB},
    {"gb18030", "gb18030", SKS_CHARSET_GB},
    {"big5", "windows-950-2000", SKS_CHARSET_BIG5},
    {"big5-hkscs", "Big5-HKSCS", SKS_CHARSET_BIG5},
    {"euc-kr", "windows-949-2000", SKS_CHARSET_EUC_KR},
    {"iso-8859-1", "windows-1252", SKS_CHARSET_LATIN},
    {"windows-1252", "windows-1252", SKS_CHARSET_LATIN},
    {"iso-8859-15", "ISO-8859-15", SKS_CHARSET_LATIN},
    {"windows-1251", "windows-1251", SKS_CHARSET_SINGLE},
    {"koi8-r", "KOI8-R", SKS_CHARSET_SINGLE},
    {"koi8-u", "KOI8-U", SKS_CHARSET_SINGLE},
    {"iso-8859-2", "ISO-8859-2", SKS_CHARSET_SINGLE},
    {"iso-8859-5", "ISO-8859-5", SKS_CHARSET_SINGLE},
    {"iso-8859-7", "ISO-8859-7", SKS_CHARSET_SINGLE},
    {"iso-8859-8", "ISO-8859-8", SKS_CHARSET_SINGLE},
    {"iso-8859-9", "windows-1254", SKS_CHARSET_SINGLE},
    {"windows-1250", "windows-1250", SKS_CHARSET_SINGLE},
    {"windows-1253", "windows-1253", SKS_CHARSET_SINGLE},
    {"windows-1254", "windows-1254", SKS_CHARSET_SINGLE},
    {"windows-1255", "windows-1255", SKS_CHARSET_SINGLE},
    {"windows-1256", "windows-1256", SKS_CHARSET_SINGLE},
    {"windows-1257", "windows-1257", SKS_CHARSET_SINGLE},
    {"windows-1258", "windows-1258", SKS_CHARSET_SINGLE},
    {"windows-874", "windows-874-2000", SKS_CHARSET_SINGLE},
    {"utf-7", "UTF-7", SKS_CHARSET_SEVEN},
    {"hz-gb-2312", "HZ", SKS_CHARSET_SEVEN},
    {"iso-2022-kr", "ISO-2022-KR", SKS_CHARSET_SEVEN},
    {"iso-2022-cn", "ISO-2022-CN", SKS_CHARSET_SEVEN},
    {"utf-16", "UTF-16", SKS_CHARSET_WIDE},
    {"utf-16le", "UTF-16LE", SKS_CHARSET_WIDE},
    {"utf-16be", "UTF-16BE", SKS_CHARSET_WIDE},
    {NULL, NULL, SKS_CHARSET_ASCII},
};

/* Other names: letters and digits of the label, and the entry of the table. */
static const struct {
    const char *key, *name;
} aliases[] = {
    {"ascii", "us-ascii"},
    {"ansix341968", "us-ascii"},
    {"iso646us", "us-ascii"},
    {"usascii7", "us-ascii"},
    {"7bit", "us-ascii"},
    {"unicode11utf8", "utf-8"},
    {"utf8mb4", "utf-8"},
    {"cp65001", "utf-8"},
    {"iso2022jp1", "iso-2022-jp"},
    {"iso2022jp2", "iso-2022-jp"},
    {"iso2022jp3", "iso-2022-jp"},
    {"iso2022jp2004", "iso-2022-jp"},
    {"iso2022jpms", "iso-2022-jp"},
    {"csiso2022jp", "iso-2022-jp"},
    {"windowsiso2022jp", "iso-2022-jp"},
    {"windows50220", "iso-2022-jp"},
    {"windows50221", "iso-2022-jp"},
    {"windows50222", "iso-2022-jp"},
    {"cp50220", "iso-2022-jp"},
    {"cp50221", "iso-2022-jp"},
    {"cp50222", "iso-2022-jp"},
    {"jis", "iso-2022-jp"},
    {"jis7", "iso-2022-jp"},
    {"jis8", "iso-2022-jp"},
    {"jisencoding", "iso-2022-jp"},
    {"sjis", "shift_jis"},
    {"mskanji", "shift_jis"},
    {"csshiftjis", "shift_jis"},
    {"windows31j", "shift_jis"},
    {"cswindows31j", "shift_jis"},
    {"windows932", "shift_jis"},
    {"cp932", "shift_jis"},
    {"ms932", "shift_jis"},
    {"mscp932", "shift_jis"},
    {"cp943", "shift_jis"},
    {"shiftjis2004", "shift_jis"},
    {"eucjpms", "euc-jp"},
    {"eucjpwin", "euc-jp"},
    {"ujis", "euc-jp"},
    {"euc", "euc-jp"},
    {"cp51932", "euc-jp"},
    {"cseucpkdfmtjapanese", "euc-jp"},
    {"csgb2312", "gb2312"},
    {"gb231280", "gb2312"},
    {"euccn", "gb2312"},
    {"chinese", "gb2312"},
    {"cp936", "gbk"},
    {"windows936", "gbk"},
    {"ms936", "gbk"},
    {"csbig5", "big5"},
    {"cnbig5", "big5"},
    {"xbig5", "big5"},
    {"cp950", "big5"},
    {"windows950", "big5"},
    {"ksc5601", "euc-kr"},
    {"ksc56011987", "euc-kr"},
    {"ksc56011989", "euc-kr"},
    {"cseuckr", "euc-kr"},
    {"cp949", "euc-kr"},
    {"windows949", "euc-kr"},
    {"uhc", "euc-kr"},
    {"korean", "euc-kr"},
    {"latin1", "iso-8859-1"},
    {"l1", "iso-8859-1"},
    {"iso88591", "iso-8859-1"},
    {"cp1252", "windows-1252"},
    {"ansi", "windows-1252"},
    {"latin9", "iso-8859-15"},
    {"cp1251", "windows-1251"},
    {"win1251", "windows-1251"},
    {"koi8", "koi8-r"},
    {"latin2", "iso-8859-2"},
    {"iso88598i", "iso-8859-8"},
    {"cp1250", "windows-1250"},
    {"cp1253", "windows-1253"},
    {"cp1254", "windows-1254"},
    {"latin5", "iso-8859-9"},
    {"cp1255", "windows-1255"},
    {"cp1256", "windows-1256"},
    {"cp1257", "windows-1257"},
    {"cp1258", "windows-1258"},
    {"tis620", "windows-874"},
    {"iso885911", "windows-874"},
    {"cp874", "windows-874"},
    {"unicode11utf7", "utf-7"},
    {"hz", "hz-gb-2312"},
    {"hzgb", "hz-gb-2312"},
    {"unicode", "utf-16"},
    {"ucs2", "utf-16"},
    {"iso10646ucs2", "utf-16"},
};

#define KEY_SIZE 40

/* Letters and digits in lower case, up to the language of RFC 2231 ("utf-8*ja"); a leading "x-" is dropped. */
static void make_key(char key[KEY_SIZE], const char *label)
{
    size_t n = 0;
    while (*label == ' ' || *label == '\t' || *label == '"' || *label == '\'')
        label++;
    if ((label[0] == 'x' || label[0] == 'X') && (label[1] == '-' || label[1] == '_'))
        label += 2;
    for (; *label != '\0' && *label != '*' && n < KEY_SIZE - 1; label++)
        if (g_ascii_isalnum(*label))
            key[n++] = g_ascii_tolower(*label);
    key[n] = '\0';
}

static GHashTable *make_names(void)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char key[KEY_SIZE];
    for (const struct sks_charset *charset = charsets; charset->name != NULL; charset++) {
        make_key(key, charset->name);
        g_hash_table_insert(names, g_strdup(key), (gpointer)charset);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(aliases); i++)
        g_hash_table_insert(names, g_strdup(aliases[i].key), (gpointer)sks_charset_get(aliases[i].name));
    return names;
}

const struct sks_charset *sks_charset_all(void)
{
    return charsets;
}

const struct sks_charset *sks_charset_get(const char *name)
{
    for (const struct sks_charset *charset = charsets; charset->name != NULL; charset++)
        if (strcmp(charset->name, name) == 0)
            return charset;
    g_assert_not_reached();
}

/* A charset that only ICU knows. There are few hundred names, so those that were asked for are kept for good. */
static const struct sks_charset *find_in_icu(const char *label)
{
    static GMutex lock;
    static GHashTable *known;
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(label, &status);
    if (U_FAILURE(status))
        return NULL;
    static const char sample[] = "Az<9@";
    UChar text[16];
    int32_t length = ucnv_toUChars(converter, text, G_N_ELEMENTS(text), sample, sizeof sample - 1, &status);
    bool keeps_ascii = U_SUCCESS(status) && length == sizeof sample - 1;
    for (size_t i = 0; keeps_ascii && i < sizeof sample - 1; i++)
        keeps_ascii = text[i] == (UChar)sample[i];
    const char *name = ucnv_getName(converter, &status);
    struct sks_charset *charset = NULL;
    if (keeps_ascii && U_SUCCESS(status)) {
        g_mutex_lock(&lock);
        if (known == NULL)
            known = g_hash_table_new(g_str_hash, g_str_equal);
        charset = g_hash_table_lookup(known, name);
        if (charset == NULL) {
            charset = g_new0(struct sks_charset, 1);
            char *lower = g_ascii_strdown(name, -1);
            charset->name = g_intern_string(lower);
            g_free(lower);
            charset->icu = g_intern_string(name);
            charset->kind = SKS_CHARSET_SINGLE;
            g_hash_table_insert(known, (gpointer)charset->icu, charset);
        }
        g_mutex_unlock(&lock);
    }
    ucnv_close(converter);
    return charset;
}

const struct sks_charset *sks_charset_find(const char *label)
{
    static gsize once;
    if (g_once_init_enter(&once))
        g_once_init_leave(&once, (gsize)make_names());
    if (label == NULL)
        return NULL;
    char key[KEY_SIZE];
    make_key(key, label);
    if (key[0] == '\0')
        return NULL;
    const struct sks_charset *charset = g_hash_table_lookup((GHashTable *)once, key);
    if (charset != NULL)
        return charset;
    char trimmed[KEY_SIZE];
    g_strlcpy(trimmed, label, sizeof trimmed);
    g_strstrip(trimmed);
    return strlen(label) < KEY_SIZE ? find_in_icu(trimmed) : NULL;
}

const char *sks_charset_name(const char *label)
{
    const struct sks_charset *charset = sks_charset_find(label);
    return charset != NULL ? charset->name : NULL;
}

/*
 * Texts that have to be read again in a store that keeps hashes: sealed, so that the store without its key tells
 * nothing. The seal is a synthetic IV (Rogaway and Shrimpton, 2006): HMAC-SHA-256 of the text is its IV and proves it
 * later, HMAC-SHA-256 in counter mode is the stream. One text always gives the same bytes, so it can be looked up.
 */
#include "memory/store.h"

#include <string.h>

#include "sekisho/limits.h"

#define IV_BYTES    16u
#define BLOCK_BYTES 32u

/* Keys of their own: no name or address that is hashed has a zero byte. */
static GHmac *keyed(const struct sks_memory *memory, const char *purpose)
{
    guint8 key[BLOCK_BYTES];
    gsize size = sizeof key;
    GHmac *derive = g_hmac_new(G_CHECKSUM_SHA256, memory->key, sizeof memory->key);
    g_hmac_update(derive, (const guchar *)"\0\0", 2);
    g_hmac_update(derive, (const guchar *)purpose, (gssize)strlen(purpose));
    g_hmac_get_digest(derive, key, &size);
    g_hmac_unref(derive);
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key, sizeof key);
    explicit_bzero(key, sizeof key);
    return hmac;
}

static void make_iv(const struct sks_memory *memory, const guint8 *bytes, size_t size, guint8 iv[IV_BYTES])
{
    guint8 whole[BLOCK_BYTES];
    gsize length = sizeof whole;
    GHmac *hmac = keyed(memory, "iv");
    for (size_t at = 0; at < size; at += G_MAXINT32) /* one update takes less than 2 GiB */
        g_hmac_update(hmac, bytes + at, (gssize)MIN(size - at, (size_t)G_MAXINT32));
    g_hmac_get_digest(hmac, whole, &length);
    g_hmac_unref(hmac);
    memcpy(iv, whole, IV_BYTES);
}

/* The same both ways. */
static void apply_stream(const struct sks_memory *memory, const guint8 iv[IV_BYTES], guint8 *bytes, size_t size)
{
    GHmac *fresh = keyed(memory, "stream");
    g_hmac_update(fresh, iv, IV_BYTES);
    for (uint64_t block = 0; block * BLOCK_BYTES < size; block++) {
        guint8 pad[BLOCK_BYTES];
        gsize length = sizeof pad;
        const uint64_t counter = GUINT64_TO_BE(block);
        GHmac *hmac = g_hmac_copy(fresh);
        g_hmac_update(hmac, (const guchar *)&counter, sizeof counter);
        g_hmac_get_digest(hmac, pad, &length);
        g_hmac_unref(hmac);
        size_t at = block * BLOCK_BYTES;
        for (size_t i = 0; i < MIN(BLOCK_BYTES, size - at); i++)
            bytes[at + i] ^= pad[i];
    }
    g_hmac_unref(fresh);
}

GBytes *sks_store_seal_bytes(const struct sks_memory *memory, const void *bytes, size_t size)
{
    if (!memory->hashed || size == 0)
        return g_bytes_new(bytes, size);
    guint8 *sealed = g_malloc(IV_BYTES + size);
    memcpy(sealed + IV_BYTES, bytes, size);
    make_iv(memory, bytes, size, sealed);
    apply_stream(memory, sealed, sealed + IV_BYTES, size);
    return g_bytes_new_take(sealed, IV_BYTES + size);
}

GBytes *sks_store_unseal_bytes(const struct sks_memory *memory, const void *kept, size_t size)
{
    if (!memory->hashed || size == 0)
        return g_bytes_new(kept, size);
    if (size < IV_BYTES)
        return NULL;
    const guint8 *iv = kept;
    guint8 proof[IV_BYTES];
    guint8 *bytes = g_memdup2(iv + IV_BYTES, size - IV_BYTES);
    apply_stream(memory, iv, bytes, size - IV_BYTES);
    make_iv(memory, bytes, size - IV_BYTES, proof);
    if (memcmp(proof, iv, IV_BYTES) == 0)
        return g_bytes_new_take(bytes, size - IV_BYTES);
    g_free(bytes);
    return NULL;
}

char *sks_store_seal(const struct sks_memory *memory, const char *text)
{
    if (!memory->hashed || text[0] == '\0')
        return g_strdup(text);
    gsize size;
    GBytes *sealed = sks_store_seal_bytes(memory, text, sks_store_text_size(text));
    const guint8 *bytes = g_bytes_get_data(sealed, &size);
    char *kept = g_base64_encode(bytes, size);
    g_bytes_unref(sealed);
    return kept;
}

char *sks_store_unseal(const struct sks_memory *memory, const char *kept)
{
    if (!memory->hashed || kept[0] == '\0')
        return g_strdup(kept);
    gsize size;
    guchar *sealed = g_base64_decode(kept, &size);
    GBytes *bytes = sks_store_unseal_bytes(memory, sealed, size);
    char *text = bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : g_strdup("");
    g_clear_pointer(&bytes, g_bytes_unref);
    g_free(sealed);
    return text;
}

void sks_store_bind_sealed(const struct sks_memory *memory, sqlite3_stmt *statement, int index, const char *text)
{
    if (!memory->hashed || text == NULL || text[0] == '\0')
        sks_store_bind_text(statement, index, text);
    else
        sqlite3_bind_text(statement, index, sks_store_seal(memory, text), -1, g_free);
}

char *sks_store_column(const struct sks_memory *memory, sqlite3_stmt *statement, int index)
{
    const unsigned char *kept = sqlite3_column_text(statement, index);
    return sks_store_unseal(memory, kept != NULL ? (const char *)kept : "");
}

/* ---- Stores from before there were seals ---- */

static void seal_value(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct sks_memory *memory = sqlite3_user_data(context);
    g_assert(count == 1);
    if (sqlite3_value_type(values[0]) == SQLITE_BLOB) {
        const void *bytes = sqlite3_value_blob(values[0]);
        GBytes *sealed = sks_store_seal_bytes(memory, bytes, (size_t)sqlite3_value_bytes(values[0]));
        sqlite3_result_blob64(context, g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed), SQLITE_TRANSIENT);
        g_bytes_unref(sealed);
        return;
    }
    const unsigned char *text = sqlite3_value_text(values[0]);
    sqlite3_result_text(context, sks_store_seal(memory, text != NULL ? (const char *)text : ""), -1, g_free);
}

int sks_store_seal_older(struct sks_memory *memory)
{
    /* The mark that all is sealed proves the key later; in older stores it is '1'. */
    static const char sql[] =
        "BEGIN IMMEDIATE;"
        "CREATE TEMP TABLE older AS SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'sealed');"
        "UPDATE verdict SET message_id = seal(message_id), subject = seal(subject), because = seal(because)"
        "  WHERE EXISTS (SELECT 1 FROM older);"
        "UPDATE waiting SET message_id = seal(message_id), subject = seal(subject), files = seal(files),"
        "  passwords = seal(passwords) WHERE EXISTS (SELECT 1 FROM older);"
        "UPDATE notice SET message_id = seal(message_id), sender = seal(sender), recipients = seal(recipients),"
        "  subject = seal(subject), because = seal(because), why_ja = seal(why_ja), why_en = seal(why_en)"
        "  WHERE EXISTS (SELECT 1 FROM older);"
        "UPDATE report SET reporter = seal(reporter), note = seal(note), sender = seal(sender),"
        "  subject = seal(subject), message_id = seal(message_id), withdrawn_by = seal(withdrawn_by)"
        "  WHERE EXISTS (SELECT 1 FROM older);"
        "UPDATE report_mail SET bytes = seal(bytes) WHERE EXISTS (SELECT 1 FROM older);"
        "INSERT INTO meta (key, value) SELECT 'sealed', seal('sealed') FROM older;"
        "DROP TABLE older;"
        "COMMIT;";
    int code = sqlite3_create_function_v2(memory->database, "seal", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, memory,
                                          seal_value, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(memory->database, sql, NULL, NULL, NULL);
    if (!sqlite3_get_autocommit(memory->database))
        sqlite3_exec(memory->database, "ROLLBACK", NULL, NULL, NULL);
    memory->erased = true; /* from the write-ahead log, too */
    return code;
}

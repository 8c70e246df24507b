/*
 * Two tables: words by gram, words of names by their text. Of each entry a few different senders or addresses are kept,
 * as hashes, which is enough to know whether there are several.
 */
#include "vocabulary.h"

#include <stdbool.h>
#include <string.h>

#include "model/text.h"

/* Longer ones are no words. */
#define LONGEST 40u

/* Stands in the list for runs of digits. */
#define NUMBER "<number>"

struct known {
    const char *text, *field; /* of a name: text alone */
    uint32_t mails, people[SKS_VOCABULARY_SENDERS];
    unsigned people_count;
    gboolean ambiguous; /* another word has the same gram */
};

struct sks_vocabulary {
    GHashTable *words, *names; /* of struct known */
    GStringChunk *strings;
};

struct sks_vocabulary *sks_vocabulary_create(void)
{
    struct sks_vocabulary *vocabulary = g_new(struct sks_vocabulary, 1);
    vocabulary->words = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    vocabulary->names = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    vocabulary->strings = g_string_chunk_new(1u << 16);
    return vocabulary;
}

void sks_vocabulary_destroy(struct sks_vocabulary *vocabulary)
{
    if (vocabulary == NULL)
        return;
    g_hash_table_unref(vocabulary->words);
    g_hash_table_unref(vocabulary->names);
    g_string_chunk_free(vocabulary->strings);
    g_free(vocabulary);
}

/*
 * In the process that reads: u32 sender; then for each word u32 gram, field, word; after a gram of 0 for each name u32
 * address, word. Texts end with NUL.
 */

static void put_u32(GByteArray *out, uint32_t number)
{
    g_byte_array_append(out, (const guint8 *)&number, sizeof number);
}

static void put_text(GByteArray *out, const char *text)
{
    g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text) + 1);
}

/* A word that could be shown, or NULL. Digits are not told apart by the text model. */
static const char *shown(const char *word)
{
    if (word[0] == '#' && g_ascii_isdigit(word[1]))
        return NUMBER;
    if (strlen(word) > LONGEST || strpbrk(word, "0123456789@\t") != NULL || !g_utf8_validate(word, -1, NULL))
        return NULL;
    bool letters = false;
    for (const char *at = word; *at != '\0'; at = g_utf8_next_char(at)) {
        if (!g_unichar_isprint(g_utf8_get_char(at)))
            return NULL;
        letters = letters || g_unichar_isalpha(g_utf8_get_char(at));
    }
    return letters ? word : NULL; /* no mere punctuation */
}

static void put_words(GByteArray *out, GHashTable *seen, const struct sks_text_field *field)
{
    for (size_t i = 0; i < field->count; i++) {
        uint32_t gram = sks_text_word_gram(field->kind, field->words[i]) | (field->marks ? SKS_TEXT_FIRST_MARK : 0);
        const char *word = shown(field->words[i]);
        if (word == NULL || gram == 0 || !g_hash_table_add(seen, GUINT_TO_POINTER(gram)))
            continue;
        put_u32(out, gram);
        put_text(out, field->kind);
        put_text(out, word);
    }
}

void sks_vocabulary_put(GByteArray *out, const struct sks_sample *sample)
{
    GHashTable *seen = g_hash_table_new(NULL, NULL),
               *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    put_u32(out, g_str_hash(sample->sender));
    for (size_t i = 0; i < sample->field_count; i++)
        put_words(out, seen, &sample->fields[i]);
    put_u32(out, 0);
    for (size_t i = 0; i < sample->name_count; i++) {
        const struct sks_sample_name *name = &sample->names[i];
        if (strlen(name->word) > LONGEST || !g_hash_table_add(names, g_strconcat(name->word, " ", name->address, NULL)))
            continue;
        put_u32(out, g_str_hash(name->address));
        put_text(out, name->word);
    }
    g_hash_table_unref(names);
    g_hash_table_unref(seen);
}

/* In the one that keeps it. The other is our own: its bytes are not mistrusted. */

static uint32_t take_u32(const char **at)
{
    uint32_t number;
    memcpy(&number, *at, sizeof number);
    *at += sizeof number;
    return number;
}

static const char *take_text(const char **at)
{
    const char *text = *at;
    *at += strlen(text) + 1;
    return text;
}

static void see(struct known *known, uint32_t person)
{
    known->mails++;
    for (unsigned i = 0; i < known->people_count; i++)
        if (known->people[i] == person)
            return;
    if (known->people_count < G_N_ELEMENTS(known->people))
        known->people[known->people_count++] = person;
}

static void take_word(struct sks_vocabulary *vocabulary, uint32_t gram, const char *field, const char *word,
                      uint32_t sender)
{
    struct known *known = g_hash_table_lookup(vocabulary->words, GUINT_TO_POINTER(gram));
    if (known == NULL) {
        known = g_new0(struct known, 1);
        known->text = g_string_chunk_insert_const(vocabulary->strings, word);
        known->field = g_string_chunk_insert_const(vocabulary->strings, field);
        g_hash_table_insert(vocabulary->words, GUINT_TO_POINTER(gram), known);
    }
    known->ambiguous = known->ambiguous || strcmp(known->text, word) != 0 || strcmp(known->field, field) != 0;
    see(known, sender);
}

static void take_name(struct sks_vocabulary *vocabulary, const char *word, uint32_t address)
{
    struct known *known = g_hash_table_lookup(vocabulary->names, word);
    if (known == NULL) {
        known = g_new0(struct known, 1);
        known->text = g_string_chunk_insert_const(vocabulary->strings, word);
        g_hash_table_insert(vocabulary->names, (gpointer)known->text, known);
    }
    see(known, address);
}

void sks_vocabulary_take(struct sks_vocabulary *vocabulary, const char *bytes, size_t size)
{
    const char *at = bytes, *end = bytes + size;
    uint32_t sender = take_u32(&at);
    for (uint32_t gram; (gram = take_u32(&at)) != 0;) {
        const char *field = take_text(&at);
        take_word(vocabulary, gram, field, take_text(&at), sender);
    }
    while (at < end) {
        uint32_t address = take_u32(&at);
        take_name(vocabulary, take_text(&at), address);
    }
}

const char *sks_vocabulary_name(uint32_t gram, const char **out_field, void *data)
{
    const struct sks_vocabulary *vocabulary = data;
    const struct known *known = g_hash_table_lookup(vocabulary->words, GUINT_TO_POINTER(gram));
    if (known == NULL || known->ambiguous || known->mails < SKS_VOCABULARY_MAILS ||
        known->people_count < SKS_VOCABULARY_SENDERS)
        return NULL;
    const struct known *name = g_hash_table_lookup(vocabulary->names, known->text);
    if (name != NULL && name->people_count < SKS_VOCABULARY_SENDERS)
        return NULL;
    *out_field = known->field;
    return known->text;
}

/* Division by the numbers of groups, and the file. */
#include "kept-out.h"

#include <math.h>
#include <string.h>

#include "model/groups.h"
#include "sekisho/limits.h"

/* Mails kept out of each class; more would tell little more. */
#define MOST 2000u

/* Of a mail's flags. */
#define WRITTEN 1u
#define CLOSED  2u

static const char magic[8] = {'S', 'K', 'S', 'K', 'E', 'P', 'T', '1'};

/* Dividing. */

struct group {
    uint64_t id;
    size_t mails;
};

/* By what decides: how far the group's number is down its range. */
static double place(uint64_t id)
{
    return (double)(id >> 11) / (double)(UINT64_MAX >> 11);
}

static int by_place(const void *one, const void *other)
{
    uint64_t a = ((const struct group *)one)->id, b = ((const struct group *)other)->id;
    return (a > b) - (a < b);
}

static bool may_be_kept(const struct sks_set_mail *mail)
{
    return !mail->set->reported && !mail->old;
}

/* The groups of a class that may be kept out, and how many there are besides. */
static GArray *list_groups(size_t *out_others, const GPtrArray *mails, enum sks_class class_)
{
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(struct group));
    GHashTable *others = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < mails->len; i++) {
        const struct sks_set_mail *mail = g_ptr_array_index(mails, i);
        if (mail->set->class_ != class_)
            continue;
        if (!may_be_kept(mail)) {
            g_hash_table_add(others, mail->group);
            continue;
        }
        guint known = GPOINTER_TO_UINT(g_hash_table_lookup(places, mail->group));
        if (known == 0) {
            const struct group group = {.id = mail->group_id};
            g_array_append_val(groups, group);
            known = groups->len;
            g_hash_table_insert(places, mail->group, GUINT_TO_POINTER(known));
        }
        g_array_index(groups, struct group, known - 1).mails++;
    }
    *out_others = g_hash_table_size(others);
    g_hash_table_unref(others);
    g_hash_table_unref(places);
    g_array_sort(groups, by_place);
    return groups;
}

/* How many of the sorted groups are kept out. */
static size_t count_kept(const GArray *groups, size_t others, double share)
{
    size_t spare = groups->len + others > SKS_FOLD_COUNT ? groups->len + others - SKS_FOLD_COUNT : 0, mails = 0,
           kept = 0;
    for (; kept < groups->len && kept < spare; kept++) {
        const struct group *group = &g_array_index(groups, struct group, kept);
        if (kept > 0 && (place(group->id) >= share || mails + group->mails > MOST))
            break;
        mails += group->mails;
    }
    return kept;
}

void sks_kept_out_divide(GPtrArray *learned, GPtrArray *kept, const GPtrArray *mails, double share)
{
    GHashTable *out = g_hash_table_new(g_int64_hash, g_int64_equal);
    GArray *groups[SKS_CLASS_COUNT];
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++) {
        size_t others, count = 0;
        groups[class_] = list_groups(&others, mails, (enum sks_class)class_);
        if (share > 0)
            count = count_kept(groups[class_], others, share);
        for (size_t i = 0; i < count; i++)
            g_hash_table_add(out, &g_array_index(groups[class_], struct group, i).id);
    }
    for (guint i = 0; i < mails->len; i++) {
        struct sks_set_mail *mail = g_ptr_array_index(mails, i);
        g_ptr_array_add(may_be_kept(mail) && g_hash_table_contains(out, &mail->group_id) ? kept : learned, mail);
    }
    for (int class_ = 0; class_ < SKS_CLASS_COUNT; class_++)
        g_array_unref(groups[class_]);
    g_hash_table_unref(out);
}

/* Writing. */

static void put(GByteArray *out, uint64_t number, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++) {
        guint8 octet = (guint8)(number >> (8 * i));
        g_byte_array_append(out, &octet, 1);
    }
}

static void put_number(GByteArray *out, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    put(out, bits, 8);
}

static void put_reading(GByteArray *out, const double *values, size_t width, const uint32_t *grams, uint32_t count)
{
    for (size_t i = 0; i < width; i++)
        put_number(out, values[i]);
    put(out, count, 4);
    for (uint32_t i = 0; i < count; i++)
        put(out, grams[i], 4);
}

static void put_mail(GByteArray *out, const struct sks_set_mail *mail, size_t width)
{
    put(out, mail->set->class_, 1);
    put(out, (mail->written ? WRITTEN : 0) | (mail->closed != NULL ? CLOSED : 0), 1);
    put(out, (uint64_t)mail->time, 8);
    put(out, mail->group_id, 8);
    g_byte_array_append(out, (const guint8 *)mail->digest, sizeof mail->digest - 1);
    char language[sizeof mail->language] = "";
    g_strlcpy(language, mail->language, sizeof language);
    g_byte_array_append(out, (const guint8 *)language, sizeof language);
    put_reading(out, mail->values, width, mail->grams, mail->gram_count);
    if (mail->closed != NULL)
        put_reading(out, mail->closed->values, width, mail->closed->grams, mail->closed->gram_count);
}

static char *join_schema(const struct sks_sets *sets)
{
    GString *names = g_string_new(NULL);
    for (size_t i = 0; i < sets->schema_count; i++)
        g_string_append_printf(names, "%s\n", sets->schema[i]);
    return g_string_free(names, FALSE);
}

GBytes *sks_kept_out_format(const GPtrArray *kept, const struct sks_sets *sets)
{
    GByteArray *out = g_byte_array_new();
    g_autofree char *schema = join_schema(sets);
    g_byte_array_append(out, (const guint8 *)magic, sizeof magic);
    put(out, strlen(schema), 4);
    g_byte_array_append(out, (const guint8 *)schema, (guint)strlen(schema));
    put(out, kept->len, 4);
    for (guint i = 0; i < kept->len; i++)
        put_mail(out, g_ptr_array_index(kept, i), sets->schema_count);
    return g_byte_array_free_to_bytes(out);
}

/* Reading: the file may be anybody's. */

struct cursor {
    const guint8 *at, *end;
    bool failed; /* the bytes ended too early */
};

static const guint8 *take_bytes(struct cursor *cursor, size_t size)
{
    static const guint8 nothing[64];
    if ((size_t)(cursor->end - cursor->at) < size)
        cursor->failed = true;
    if (cursor->failed)
        return nothing; /* callers take no more than this at once without looking at failed */
    cursor->at += size;
    return cursor->at - size;
}

static uint64_t take(struct cursor *cursor, unsigned octets)
{
    const guint8 *at = take_bytes(cursor, octets);
    uint64_t number = 0;
    for (unsigned i = 0; i < octets; i++)
        number |= (uint64_t)at[i] << (8 * i);
    return number;
}

static double take_number(struct cursor *cursor)
{
    uint64_t bits = take(cursor, 8);
    double number;
    memcpy(&number, &bits, sizeof number);
    cursor->failed = cursor->failed || !isfinite(number);
    return number;
}

static struct sks_set *find_set(struct sks_sets *sets, enum sks_class class_)
{
    g_autofree char *name = g_strdup_printf("kept-out/%s", sks_class_name(class_));
    for (guint i = 0; i < sets->sets->len; i++) {
        struct sks_set *set = g_ptr_array_index(sets->sets, i);
        if (set->path == NULL && strcmp(set->name, name) == 0)
            return set;
    }
    struct sks_set *set = g_new0(struct sks_set, 1);
    set->name = g_steal_pointer(&name);
    set->class_ = class_;
    set->unseen = true;
    g_ptr_array_add(sets->sets, set);
    return set;
}

/* False if the bytes are none; what was taken is to be freed in any case. */
static bool take_reading(struct sks_set_reading *out_reading, struct cursor *cursor, size_t width)
{
    out_reading->values = g_new0(double, width);
    for (size_t i = 0; i < width; i++)
        out_reading->values[i] = take_number(cursor);
    uint64_t count = take(cursor, 4);
    bool sound = !cursor->failed && count <= (size_t)(cursor->end - cursor->at) / 4;
    out_reading->gram_count = sound ? (uint32_t)count : 0;
    out_reading->grams = g_new(uint32_t, (size_t)out_reading->gram_count + 1);
    for (uint32_t i = 0; sound && i < out_reading->gram_count; i++) {
        out_reading->grams[i] = (uint32_t)take(cursor, 4);
        sound = i == 0 || out_reading->grams[i] > out_reading->grams[i - 1]; /* rising, as prediction supposes */
    }
    return sound;
}

/* NULL if the bytes are none. */
static struct sks_set_mail *take_mail(struct cursor *cursor, struct sks_sets *sets)
{
    struct sks_set_mail *mail = g_new0(struct sks_set_mail, 1);
    uint64_t class_ = take(cursor, 1);
    mail->file = "";
    uint64_t flags = take(cursor, 1);
    mail->written = (flags & WRITTEN) != 0;
    mail->time = (int64_t)take(cursor, 8);
    mail->group_id = take(cursor, 8);
    memcpy(mail->digest, take_bytes(cursor, sizeof mail->digest - 1), sizeof mail->digest - 1);
    memcpy(mail->language, take_bytes(cursor, sizeof mail->language), sizeof mail->language);
    mail->language[sizeof mail->language - 1] = '\0';
    mail->group = g_strdup("");
    struct sks_set_reading open;
    bool sound = take_reading(&open, cursor, sets->schema_count) && class_ < SKS_CLASS_COUNT;
    mail->values = open.values;
    mail->grams = open.grams;
    mail->gram_count = open.gram_count;
    if (sound && (flags & CLOSED) != 0) {
        mail->closed = g_new0(struct sks_set_reading, 1);
        sound = take_reading(mail->closed, cursor, sets->schema_count);
    }
    if (!sound) {
        sks_set_mail_destroy(mail);
        return NULL;
    }
    mail->set = find_set(sets, (enum sks_class)class_);
    return mail;
}

static int check_head(struct cursor *cursor, const struct sks_sets *sets, const char *file,
                      struct sks_problems *problems)
{
    g_autofree char *schema = join_schema(sets);
    bool ours = memcmp(take_bytes(cursor, sizeof magic), magic, sizeof magic) == 0;
    size_t size = take(cursor, 4);
    if (!ours || cursor->failed || size > (size_t)(cursor->end - cursor->at)) {
        sks_problems_add(problems, file, 0, NULL, "not a set of mails that a training kept out");
        return SKS_ERROR_FORMAT;
    }
    const guint8 *names = take_bytes(cursor, size);
    if (size == strlen(schema) && memcmp(names, schema, size) == 0)
        return 0;
    sks_problems_add(problems, file, 0, NULL, "its mails were read by a program with other features");
    return SKS_ERROR_SCHEMA;
}

int sks_kept_out_parse(struct sks_sets *sets, const void *bytes, size_t size, const char *file,
                       struct sks_problems *problems)
{
    struct cursor cursor = {.at = bytes, .end = (const guint8 *)bytes + size};
    int error = check_head(&cursor, sets, file, problems);
    if (error != 0)
        return error;
    GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < sets->mails->len; i++)
        g_hash_table_add(known, ((struct sks_set_mail *)g_ptr_array_index(sets->mails, i))->digest);
    guint before = sets->mails->len;
    uint64_t count = take(&cursor, 4);
    bool sound = !cursor.failed;
    for (uint64_t i = 0; sound && i < count; i++) {
        struct sks_set_mail *mail = take_mail(&cursor, sets);
        sound = mail != NULL;
        if (sound && g_hash_table_add(known, mail->digest)) {
            mail->set->mails++;
            g_ptr_array_add(sets->mails, mail);
        } else if (sound) {
            sks_set_mail_destroy(mail);
        }
    }
    sound = sound && cursor.at == cursor.end;
    g_hash_table_unref(known);
    if (sound)
        return 0;
    g_ptr_array_set_size(sets->mails, (gint)before);
    sks_problems_add(problems, file, 0, NULL, "damaged");
    return SKS_ERROR_FORMAT;
}

/* Each report is a group of its own. */
static bool is_of_report(const char *digest, const struct sks_learned *learned)
{
    bool is = false;
    for (int i = 0; !is && i < SKS_CLASS_COUNT; i++) {
        g_autofree char *report = sks_set_report_group((enum sks_class)i, digest);
        is = sks_groups_have(learned->groups, sks_group_id(report));
    }
    return is;
}

enum sks_known sks_kept_out_known(const struct sks_set_mail *mail, const struct sks_learned *learned)
{
    /* Earlier packages have reports by the digest of their bytes. */
    bool itself = sks_groups_have(learned->mails, sks_groups_mail_id(mail->digest)) ||
                  is_of_report(mail->digest, learned) || is_of_report(mail->reported, learned);
    if (itself)
        return SKS_KNOWN_ITSELF;
    return sks_groups_have(learned->groups, mail->group_id) ? SKS_KNOWN_RELATIVE : SKS_KNOWN_NOT;
}

size_t sks_kept_out_forget(struct sks_sets *sets, GBytes *groups)
{
    const struct sks_learned learned = {.groups = groups};
    size_t forgotten = 0;
    for (guint i = 0; groups != NULL && i < sets->mails->len;) {
        const struct sks_set_mail *mail = g_ptr_array_index(sets->mails, i);
        if (sks_kept_out_known(mail, &learned) == SKS_KNOWN_NOT) {
            i++;
            continue;
        }
        mail->set->mails--;
        g_ptr_array_remove_index(sets->mails, i);
        forgotten++;
    }
    return forgotten;
}

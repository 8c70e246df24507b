/*
 * Puts the ways to find a password together: subject, own words, quotes and file names, each searched as NFKC makes
 * them (full-width letters become ASCII, as they must be typed) and, where that differs, also as they were written.
 */
#include "password/password.h"

#include <string.h>

#include "base/unicode.h"
#include "password/candidates.h"
#include "password/item.h"
#include "password/words.h"
#include "sekisho/limits.h"

/* No list of candidates grows beyond this before it is cut to the ones that are tried. */
#define MOST_CONSIDERED 400

void candidates_add(struct candidates *candidates, const char *value, size_t length, double weight, bool derived)
{
    if (length == 0 || length > SKS_LIMIT_PASSWORD_SIZE || candidates->items->len >= MOST_CONSIDERED)
        return;
    char *kept = g_string_chunk_insert_len(candidates->strings, value, (gssize)length);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(candidates->seen, kept));
    if (known > 0) {
        struct sks_password *item = &g_array_index(candidates->items, struct sks_password, known - 1);
        item->weight = MAX(item->weight, weight);
        return;
    }
    const struct sks_password item = {.value = kept, .weight = weight, .derived = derived};
    g_array_append_val(candidates->items, item);
    g_hash_table_insert(candidates->seen, kept, GUINT_TO_POINTER(candidates->items->len));
}

/* A letter or digit, also a full-width one. */
static bool is_alike_ascii(const char *at)
{
    gunichar c = g_utf8_get_char(at);
    return c < 0x80 ? g_ascii_isalnum((char)c) : c >= 0xFF10 && c <= 0xFF5A;
}

/* What programs and people put in the place of a key: dashes of all kinds, the yen sign, curled apostrophes. */
static const char *typed_for(gunichar c)
{
    switch (c) {
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
    case 0x30FC:
        return "-";
    case 0x301C:
        return "~";
    case 0x2018:
    case 0x2019:
        return "'";
    case 0xA5:
    case 0xFFE5:
        return "\\";
    default:
        return NULL;
    }
}

static bool is_invisible(gunichar c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF;
}

/*
 * Full-width brackets and colons stand apart: made ASCII, they would seem to be a part of what they stand beside. So do
 * marks that end a sentence, behind ASCII.
 */
static char *part_marks(const char *text)
{
    GString *parted = g_string_sized_new(strlen(text) + 1);
    for (const char *at = text; *at != '\0';) {
        const char *next = at;
        while (*next != '\0' && (unsigned char)*next < 0x80)
            next++;
        g_string_append_len(parted, at, next - at);
        at = next;
        if (*at == '\0')
            break;
        next = g_utf8_next_char(at);
        gunichar c = g_utf8_get_char(at);
        if (is_invisible(c)) {
            at = next;
            continue;
        }
        if (c > 0x3040 && c < 0xA000 && c != 0x30FC) { /* kana and kanji */
            g_string_append_len(parted, at, next - at);
            at = next;
            continue;
        }
        bool after_text = at > text && !is_alike_ascii(g_utf8_prev_char(at));
        bool mark = c > 0xFF00 && g_utf8_strchr("（）［］＜＞：｜；", -1, c) != NULL;
        bool end = c > 0xFF00 && g_utf8_strchr("！？，～／", -1, c) != NULL;
        bool after_ascii = parted->len > 0 && (unsigned char)parted->str[parted->len - 1] < 0x80;
        bool inside = parted->len > 0 && g_ascii_isalnum(parted->str[parted->len - 1]) && is_alike_ascii(next);
        const char *typed = inside ? typed_for(c) : NULL;
        if (typed != NULL) {
            g_string_append(parted, typed);
            at = next;
            continue;
        }
        bool circled = (c >= 0x2460 && c < 0x2500) || (c >= 0x2776 && c < 0x2794); /* NFKC: digits */
        if (mark || (end && after_ascii))
            g_string_append_c(parted, ' ');
        if (circled)
            g_string_append_c(parted, ' ');
        else
            g_string_append_len(parted, at, next - at);
        if (mark || (end && after_text))
            g_string_append_c(parted, ' ');
        at = next;
    }
    return g_string_free(parted, FALSE);
}

/* A text to be searched: as it is typed (NFKC, marks apart) and, if that is something else, as it stands there. */
struct reading {
    char *plain, *start; /* NULL: none */
    double factor;
    bool speaks; /* of a password */
    bool names;  /* … by a word that means nothing else */
};

/*
 * "key", "code", "open" and "パス" speak of much else. Only a text that has one of these, or is short, tells a
 * password; whatever else is found in a text is to be tried, and no more.
 */
static const char *const names[] = {
    "パスワ",     "ぱすわ",      "バスワード",  "パースワ",  "パスフレーズ", "パスコード", "暗証",    "合言葉",
    "合い言葉",   "あいことば",  "解凍",        "開封",      "復号",         "解錠",       "鍵",      "カギ",
    "暗号化",     "密码",        "口令",        "password",  "passwort",     "passwd",     "passwrd", "passcode",
    "passphrase", "pass word",   "pass phrase", "pass code", "pwd",          "unzip",      "decrypt", "unlock",
    "code word",  "secret word", "비밀번호",    " pw ",      " pw:",         "pw=",        "p/w",     "パスは",
    "パス:",      "解除",        "\npw",        "pw is",
};
#define SHORT_TEXT 300

static void look_for_words(struct reading *reading)
{
    struct words_text text;
    struct span announcement;
    char *lower = g_ascii_strdown(reading->plain, -1);
    size_t size = strlen(lower);
    struct words_present present;
    reading->speaks = announcement_in(lower, lower + size, &announcement);
    words_look(&text, lower, lower + size);
    words_find(&present, &text, names, G_N_ELEMENTS(names));
    reading->names = words_any(&present, lower, lower + size) || (reading->speaks && size <= SHORT_TEXT);
    g_free(lower);
}

/* Keeps the order, and what is likely likely; but nothing is told any more. */
static double untold(double weight)
{
    double share = (weight - SKS_PASSWORD_LIKELY) / (1 - SKS_PASSWORD_LIKELY);
    return share <= 0 ? weight : SKS_PASSWORD_LIKELY + share * (SKS_PASSWORD_TOLD - 0.01 - SKS_PASSWORD_LIKELY);
}

static void read_text(struct reading *out_reading, const char *text, double factor)
{
    *out_reading = (struct reading){.factor = factor};
    if (text == NULL || *text == '\0')
        return;
    char *start = g_utf8_make_valid(text, (gssize)strnlen(text, SKS_LIMIT_PASSWORD_TEXT));
    char *parted = part_marks(start);
    out_reading->plain = sks_unicode_nfkc(parted, strlen(parted));
    look_for_words(out_reading);
    g_free(parted);
    if (strcmp(out_reading->plain, start) != 0)
        out_reading->start = start;
    else
        g_free(start);
}

static void search(struct candidates *candidates, struct reading *reading)
{
    if (reading->plain != NULL)
        find_written(candidates, reading->plain, reading->factor);
    if (reading->start != NULL && candidates->guess)
        find_written(candidates, reading->start, reading->factor * 0.9);
    g_free(reading->plain);
    g_free(reading->start);
}

/* g_array_sort() is stable: the earlier of two equals was found in the likelier place. */
static gint by_weight(gconstpointer a, gconstpointer b)
{
    const struct sks_password *one = a, *other = b;
    return one->weight < other->weight ? 1 : one->weight > other->weight ? -1 : 0;
}

void sks_passwords_find(struct sks_passwords *out_passwords, const struct sks_password_source *source)
{
    struct candidates candidates = {.items = g_array_new(FALSE, FALSE, sizeof(struct sks_password)),
                                    .seen = g_hash_table_new(g_str_hash, g_str_equal),
                                    .strings = g_string_chunk_new(512)};
    /* What is taken for a signature may be the password between two rules. */
    g_autofree char *own = g_strconcat(source->text != NULL ? source->text : "", "\n",
                                       source->signature != NULL ? source->signature : "", NULL);
    struct reading texts[4];
    read_text(&texts[0], own, 1);
    read_text(&texts[1], source->subject, 0.95);
    read_text(&texts[2], source->quoted, 0.6);
    read_text(&texts[3], source->footer, 0.7);
    candidates.spoken = texts[1].speaks;
    candidates.guess = !source->told_only;
    bool named = false;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        candidates.guess = candidates.guess || texts[i].speaks;
        named = named || texts[i].names;
    }
    search(&candidates, &texts[0]);
    search(&candidates, &texts[1]);
    find_described(&candidates, source);
    search(&candidates, &texts[2]);
    search(&candidates, &texts[3]);
    for (size_t i = 0; source->file_names != NULL && source->file_names[i] != NULL; i++)
        find_in_file_name(&candidates, source->file_names[i]);
    g_array_sort(candidates.items, by_weight);
    for (guint i = 0; i < candidates.items->len; i++) {
        struct sks_password *item = &g_array_index(candidates.items, struct sks_password, i);
        item->weight = named ? MIN(item->weight, 1) : untold(MIN(item->weight, 1));
    }
    g_array_set_size(candidates.items, MIN(candidates.items->len, SKS_LIMIT_PASSWORD_COUNT));
    g_hash_table_unref(candidates.seen);
    *out_passwords = (struct sks_passwords){.count = candidates.items->len,
                                            .speaks = candidates.spoken,
                                            .underivable = candidates.underivable,
                                            .storage = candidates.strings};
    out_passwords->items = (struct sks_password *)(void *)g_array_free(candidates.items, FALSE);
}

void sks_passwords_finish(struct sks_passwords *passwords)
{
    g_free(passwords->items);
    if (passwords->storage != NULL)
        g_string_chunk_free(passwords->storage);
    *passwords = (struct sks_passwords){0};
}

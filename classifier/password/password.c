/*
 * Puts the ways to find a password together: subject, own words, quotes and file names, each searched as NFKC makes
 * them (full-width letters become ASCII, as they must be typed) and, where that differs, also as they were written.
 */
#include "password/password.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"
#include "password/candidates.h"
#include "password/gather.h"
#include "password/item.h"
#include "password/words.h"
#include "sekisho/limits.h"

/* No list of candidates grows beyond this before it is cut to the ones that are tried. */
#define MOST_CONSIDERED 600

/*
 * Where nothing waits for a password, a text that speaks of one is cut into pieces only if it has so few bytes, and so
 * many candidates of it, or of a longer one, are put in order by fitted weights.
 */
#define BRIEF         800
#define MOST_OF_BRIEF 120u
#define MOST_OF_LONG  10u

/* A candidate of this share of all likelihood is worth a try that is slow by design. */
#define LIKELY_LEAST 0.03

/* A value that was put together and stands in the text as well is looked at where it stands. */
static void note_again(struct origin *origin, enum way way, bool derived)
{
    origin->ways |= 1u << way;
    if (!derived)
        origin->word = NULL;
}

void candidates_add(struct candidates *candidates, const char *value, size_t length, double weight, bool derived)
{
    /* A bracket that was set apart closes what began before. */
    while (!derived && length > 3 && value[length - 2] == ' ' && strchr(")]>", value[length - 1]) != NULL)
        for (length--; length > 0 && value[length - 1] == ' ';)
            length--;
    if (length == 0 || length > SKS_LIMIT_PASSWORD_SIZE)
        return;
    char sought[SKS_LIMIT_PASSWORD_SIZE + 1] = {0};
    memcpy(sought, value, length);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(candidates->seen, sought));
    if (known > 0) {
        struct sks_password *item = &g_array_index(candidates->items, struct sks_password, known - 1);
        item->weight = MAX(item->weight, weight);
        if (candidates->origins != NULL)
            note_again(&g_array_index(candidates->origins, struct origin, known - 1), candidates->way, derived);
        return;
    }
    if (candidates->items->len >= MOST_CONSIDERED)
        return;
    char *kept = g_string_chunk_insert_len(candidates->strings, value, (gssize)length);
    const struct sks_password item = {.value = kept, .weight = weight, .derived = derived};
    g_array_append_val(candidates->items, item);
    g_hash_table_insert(candidates->seen, kept, GUINT_TO_POINTER(candidates->items->len));
    if (candidates->origins == NULL)
        return;
    const struct origin origin = {.ways = 1u << candidates->way,
                                  .form = derived ? candidates->form : NULL,
                                  .line = derived ? candidates->line : NULL,
                                  .word = derived ? candidates->word : NULL};
    g_array_append_val(candidates->origins, origin);
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

/* Kana and kanji. */
static bool is_letter(gunichar c)
{
    return c > 0x3040 && c < 0xA000 && c != 0x30FC;
}

/*
 * Full-width brackets and colons stand apart: made ASCII, they would seem to be a part of what they stand beside. So do
 * marks that end a sentence, behind ASCII.
 */
static char *part_marks(const char *text)
{
    GString *parted = g_string_sized_new(strlen(text) + 1);
    for (const char *at = text, *stop = text + strlen(text); *at != '\0';) {
        const char *next = at + sks_unicode_ascii(at, (size_t)(stop - at));
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
        if (is_letter(c)) {
            const char *run = at;
            while (at < stop && is_letter(g_utf8_get_char(at)))
                at = g_utf8_next_char(at);
            g_string_append_len(parted, run, at - run);
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

/* Whether a long text speaks of a password is looked at only if that is wanted. */
static void look_for_words(struct reading *reading, bool speaks)
{
    size_t size = reading->plain != NULL ? strlen(reading->plain) : 0;
    struct span announcement;
    if (size == 0)
        return;
    if (speaks || size <= SHORT_TEXT) {
        const struct words_present announcements = announcements_in(reading->looked);
        const char *lower = reading->looked->begin;
        reading->speaks = announcement_find(&announcements, lower, lower + size, &announcement);
    }
    reading->names =
        words_find(reading->looked, names, G_N_ELEMENTS(names))->count > 0 || (reading->speaks && size <= SHORT_TEXT);
}

/* Most texts that have such a word have it in the form in which it is sought. */
static bool is_named_as_written(const char *text)
{
    if (text == NULL)
        return false;
    size_t size = strnlen(text, SKS_LIMIT_PASSWORD_TEXT);
    g_autofree char *lower = sks_unicode_copy_lower(text, size);
    return CONTAINS(lower, lower + size, names);
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
    cut_text(start, SKS_LIMIT_PASSWORD_TEXT);
    size_t size = strlen(start);
    if (sks_unicode_ascii(start, size) == size) { /* is NFKC, and has no such marks */
        out_reading->plain = g_strdup(start);
    } else {
        char *parted = part_marks(start);
        out_reading->plain = normal_text(parted, SKS_LIMIT_PASSWORD_TEXT);
        g_free(parted);
    }
    out_reading->looked = words_read(out_reading->plain, strlen(out_reading->plain));
    respell(&out_reading->plain, &out_reading->looked);
    if (strcmp(out_reading->plain, start) != 0)
        out_reading->start = start;
    else
        g_free(start);
}

static void flow(struct reading *reading)
{
    if (reading->plain == NULL)
        return;
    reading->flowed = g_strdup(reading->plain);
    if (!flow_lines(reading->flowed))
        g_clear_pointer(&reading->flowed, g_free);
}

static void search(struct candidates *candidates, struct reading *reading)
{
    if (reading->plain != NULL)
        find_written(candidates, reading->plain, reading->factor, NULL, reading->looked);
    if (reading->flowed != NULL)
        find_written(candidates, reading->flowed, reading->factor * 0.99, NULL, NULL);
    if (reading->start == NULL || !candidates->guess)
        return;
    reading->start_looked = words_read(reading->start, strlen(reading->start));
    find_written(candidates, reading->start, reading->factor * 0.9, reading->plain, reading->start_looked);
}

/* Returns the bytes of the first. */
static size_t read_texts(struct reading *out_texts, const struct sks_password_source *source)
{
    /* What is taken for a signature may be the password between two rules. */
    g_autofree char *own = g_strconcat(source->text != NULL ? source->text : "", "\n",
                                       source->signature != NULL ? source->signature : "", NULL);
    read_text(&out_texts[0], own, 1);
    read_text(&out_texts[1], source->subject, 0.95);
    read_text(&out_texts[2], source->quoted, 0.6);
    read_text(&out_texts[3], source->footer, 0.7);
    return strlen(own);
}

static void finish_texts(struct reading *texts)
{
    for (size_t i = 0; i < GATHERED_TEXTS; i++) {
        g_free(texts[i].plain);
        g_free(texts[i].start);
        g_free(texts[i].flowed);
        words_free(texts[i].looked);
        words_free(texts[i].start_looked);
    }
}

bool sks_passwords_may_be_told(const struct sks_password_source *source)
{
    struct reading texts[GATHERED_TEXTS];
    bool named = false;
    if (is_named_as_written(source->text) || is_named_as_written(source->subject) ||
        is_named_as_written(source->quoted))
        return true;
    read_texts(texts, source);
    for (size_t i = 0; i < GATHERED_TEXTS && !named; i++) {
        look_for_words(&texts[i], false);
        named = texts[i].names;
    }
    finish_texts(texts);
    return named;
}

void gather(struct gathered *out_gathered, const struct sks_password_source *source)
{
    *out_gathered = (struct gathered){.candidates = {.items = g_array_new(FALSE, FALSE, sizeof(struct sks_password)),
                                                     .origins = g_array_new(FALSE, FALSE, sizeof(struct origin)),
                                                     .seen = g_hash_table_new(g_str_hash, g_str_equal),
                                                     .strings = g_string_chunk_new(512)}};
    struct candidates *candidates = &out_gathered->candidates;
    struct reading *texts = out_gathered->texts;
    bool brief = read_texts(texts, source) <= BRIEF;
    candidates->guess = !source->told_only;
    for (size_t i = 0; i < GATHERED_TEXTS; i++)
        look_for_words(&texts[i], true);
    candidates->spoken = texts[1].speaks;
    for (size_t i = 0; i < GATHERED_TEXTS; i++) {
        candidates->guess = candidates->guess || texts[i].speaks;
        out_gathered->named = out_gathered->named || texts[i].names;
    }
    candidates->pieces = !source->told_only || (candidates->guess && brief);
    candidates->ranked = !source->told_only ? G_MAXUINT : candidates->pieces ? MOST_OF_BRIEF : MOST_OF_LONG;
    for (size_t i = 0; candidates->pieces && i < GATHERED_TEXTS; i++)
        flow(&texts[i]);
    search(candidates, &texts[0]);
    search(candidates, &texts[1]);
    find_reversed(candidates, texts[0].plain, texts[0].looked);
    find_described(candidates, source);
    search(candidates, &texts[2]);
    search(candidates, &texts[3]);
    candidates->way = WAY_FILE_NAME;
    for (size_t i = 0; source->file_names != NULL && source->file_names[i] != NULL; i++)
        find_in_file_name(candidates, source->file_names[i]);
    bool dashless = candidates->pieces && pieces_are_dashless(texts[0].plain);
    if (candidates->pieces)
        for (size_t i = 0; i < GATHERED_TEXTS; i++) {
            find_pieces(candidates, texts[i].plain, i < 2 ? 1 : 0.5, dashless);
            find_pieces(candidates, texts[i].flowed, i < 2 ? 1 : 0.5, dashless);
        }
}

void gather_finish(struct gathered *gathered)
{
    finish_texts(gathered->texts);
    g_hash_table_unref(gathered->candidates.seen);
    g_array_unref(gathered->candidates.origins);
    g_array_unref(gathered->candidates.items);
}

void gather_rank(struct rank *out_rank, const struct gathered *gathered)
{
    static const enum rank_kind kinds[GATHERED_TEXTS] = {RANK_OWN, RANK_SUBJECT, RANK_QUOTED, RANK_FOOTER};
    rank_begin(out_rank, &gathered->candidates);
    for (size_t i = 0; i < GATHERED_TEXTS; i++) {
        const struct reading *reading = &gathered->texts[i];
        rank_add_text(out_rank, reading->plain, kinds[i], reading->looked);
        rank_add_text(out_rank, reading->start, kinds[i], reading->start_looked);
    }
    rank_look_for_twins(out_rank);
}

/* ---- The order ---- */

struct ordered {
    struct sks_password password;
    double score;
    guint index;
};

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const struct ordered *one = a, *other = b;
    double left = one->password.weight, right = other->password.weight;
    return left < right ? 1 : left > right ? -1 : (one->index > other->index) - (one->index < other->index);
}

static gint by_score(gconstpointer a, gconstpointer b)
{
    const struct ordered *one = a, *other = b;
    return one->score < other->score ? 1 : one->score > other->score ? -1 : by_weight(a, b);
}

/*
 * The rules say how much is told, the fitted weights whose that is: the first by these gets the highest of the rules'
 * weights, and so on. What is likely by them is likely, whatever the rules say.
 */
static void share_weights(struct ordered *ordered, guint count, double none, bool speaks)
{
    double *weights = g_new(double, count), most = none, sum;
    qsort(ordered, count, sizeof *ordered, by_weight);
    for (guint i = 0; i < count; i++)
        weights[i] = ordered[i].password.weight;
    qsort(ordered, count, sizeof *ordered, by_score);
    most = MAX(none, ordered[0].score);
    sum = exp(none - most);
    for (guint i = 0; i < count; i++)
        sum += exp(ordered[i].score - most);
    for (guint i = 0; i < count; i++) {
        double likely = exp(ordered[i].score - most) / sum;
        ordered[i].password.weight =
            speaks && likely >= LIKELY_LEAST ? MAX(weights[i], SKS_PASSWORD_LIKELY) : weights[i];
    }
    g_free(weights);
}

static bool score(double *out_scores, double *out_none, const struct gathered *gathered)
{
    struct rank rank;
    gather_rank(&rank, gathered);
    bool scored = rank_score(&rank, gathered->candidates.ranked, out_scores, out_none);
    rank_end(&rank);
    return scored;
}

static void put_in_order(const struct gathered *gathered)
{
    GArray *items = gathered->candidates.items;
    guint count = items->len;
    struct ordered *ordered = g_new(struct ordered, count + 1);
    double *scores = g_new(double, count + 1), none;
    for (guint i = 0; i < count; i++) {
        const struct sks_password *item = &g_array_index(items, struct sks_password, i);
        ordered[i] = (struct ordered){.password = *item, .index = i};
        double weight = MIN(item->weight, 1);
        ordered[i].password.weight = gathered->named ? weight : untold(weight);
    }
    if (count > 1 && gathered->candidates.guess && score(scores, &none, gathered)) {
        for (guint i = 0; i < count; i++)
            ordered[i].score = scores[i];
        share_weights(ordered, count, none, gathered->candidates.spoken);
    } else {
        qsort(ordered, count, sizeof *ordered, by_weight);
    }
    for (guint i = 0; i < count; i++)
        g_array_index(items, struct sks_password, i) = ordered[i].password;
    g_free(scores);
    g_free(ordered);
}

void sks_passwords_find(struct sks_passwords *out_passwords, const struct sks_password_source *source)
{
    struct gathered gathered;
    gather(&gathered, source);
    GArray *items = g_array_ref(gathered.candidates.items);
    put_in_order(&gathered);
    g_array_set_size(items, MIN(items->len, SKS_LIMIT_PASSWORD_COUNT));
    gather_finish(&gathered);
    *out_passwords = (struct sks_passwords){.count = items->len,
                                            .speaks = gathered.candidates.spoken,
                                            .underivable = gathered.candidates.underivable,
                                            .named = gathered.named,
                                            .described = gathered.candidates.described,
                                            .storage = gathered.candidates.strings};
    out_passwords->items = (struct sks_password *)(void *)g_array_free(items, FALSE);
}

void sks_passwords_derive(struct sks_passwords *out_passwords, const char *described,
                          const struct sks_password_source *source)
{
    g_autofree char *text = g_strdup_printf("password\n%s", described);
    g_autofree char *signature = g_strconcat(source->text != NULL ? source->text : "", "\n",
                                             source->signature != NULL ? source->signature : "", NULL);
    struct sks_password_source asked = *source;
    asked.text = text;
    asked.signature = signature;
    asked.quoted = NULL;
    asked.told_only = true;
    sks_passwords_find(out_passwords, &asked);
    size_t count = 0;
    for (size_t i = 0; i < out_passwords->count; i++)
        if (out_passwords->items[i].derived)
            out_passwords->items[count++] = out_passwords->items[i];
    out_passwords->count = count;
}

void sks_passwords_finish(struct sks_passwords *passwords)
{
    g_free(passwords->items);
    if (passwords->storage != NULL)
        g_string_chunk_free(passwords->storage);
    *passwords = (struct sks_passwords){0};
}

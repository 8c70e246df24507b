/*
 * A gateway or an assistant sends for somebody, under that name with an addition ("田中太郎（代理送信）", "Taro Tanaka
 * via Okuru"), or names the address: as displayed name, in Reply-To or Sender, in the text. People have several
 * accounts, and write their names in several ways (lists/names.h); "tanaka.taro@" is a name, too.
 *
 * What a robot or an office calls itself is nobody's name.
 */
#include "party.h"

#include <string.h>

#include "base/unicode.h"
#include "lists/lists.h"
#include "sekisho/limits.h"

#define MENTIONED_MOST 8u
#define TEXT_MOST      (16u * 1024) /* bytes of the text in which addresses are looked for */
#define NAMES_MOST     8u
#define DISPLAYED_MOST 200u /* bytes of a displayed name */
#define NAME_MOST      7    /* code points of a Japanese name: more are a firm's or a sentence */

/* ---- Addresses ---- */

static bool is_recipient(const struct sks_memory_mail *mail, const char *address)
{
    for (size_t i = 0; i < mail->recipient_count; i++)
        if (g_ascii_strcasecmp(mail->recipients[i], address) == 0)
            return true;
    return false;
}

static void mention(struct sks_collected *collected, GPtrArray *addresses, const char *address)
{
    g_autofree char *lower = g_utf8_strdown(address, -1);
    if (addresses->len < MENTIONED_MOST && strchr(lower, '@') != NULL && strcmp(lower, collected->mail.from) != 0 &&
        !is_recipient(&collected->mail, lower) &&
        !g_ptr_array_find_with_equal_func(addresses, lower, (GEqualFunc)g_str_equal, NULL))
        g_ptr_array_add(addresses, g_string_chunk_insert(collected->strings, lower));
}

static bool is_of_address(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr(".-_+@", c) != NULL);
}

/* Words of ASCII with an @ and a dot behind it. */
static void mention_text(struct sks_collected *collected, GPtrArray *addresses, const char *text)
{
    size_t size = strnlen(text, TEXT_MOST);
    const char *end = text + size, *at = text;
    while (addresses->len < MENTIONED_MOST && (at = memchr(at, '@', (size_t)(end - at))) != NULL) {
        const char *begin = at, *stop = at;
        while (begin > text && is_of_address(begin[-1]))
            begin--;
        while (stop < end && is_of_address(*stop))
            stop++;
        const char *next = stop;
        while (stop > at + 1 && !g_ascii_isalnum(stop[-1]))
            stop--;
        g_autofree char *address = g_strndup(begin, (gsize)(stop - begin));
        const char *sign = strchr(address, '@'); /* there is one: at is within */
        if (begin < at && strchr(sign + 1, '@') == NULL && strchr(sign, '.') != NULL)
            mention(collected, addresses, address);
        at = MAX(next, at + 1);
    }
}

static void mention_list(struct sks_collected *collected, GPtrArray *addresses, const struct sks_address_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        mention(collected, addresses, list->items[i].address);
}

/* Its beginning: names are made comparable in ways that longer text must not meet. g_free(). */
static char *displayed_name(const struct sks_collected *collected)
{
    const struct sks_address_list *from = &collected->walk.message->from;
    g_autofree char *cut = from->count > 0 ? g_strndup(from->items[0].name, DISPLAYED_MOST) : g_strdup("");
    return g_utf8_make_valid(cut, -1);
}

GPtrArray *sks_party_mentioned(struct sks_collected *collected)
{
    const struct sks_message *message = collected->walk.message;
    GPtrArray *addresses = g_ptr_array_new();
    g_autofree char *displayed = displayed_name(collected);
    mention_text(collected, addresses, displayed);
    mention_list(collected, addresses, &message->reply_to);
    mention_list(collected, addresses, &message->sender);
    mention_text(collected, addresses, message->subject);
    mention_text(collected, addresses, message->body.own);
    /* Forwarded: whose mail stands below, or is attached. */
    mention_text(collected, addresses, message->body.quoted);
    for (guint i = 0; i < collected->walk.nested->len; i++)
        mention_list(collected, addresses, &((struct sks_message *)g_ptr_array_index(collected->walk.nested, i))->from);
    return addresses;
}

/* ---- Names ---- */

/* As they stand in the displayed names of robots and offices; of names with Latin letters, all of it. */
static bool is_nobodys(const char *name)
{
    static const char *const words[] = {
        "送信",     "配信",     "配送",       "通知",   "自動",       "代理",      "代行",  "転送",    "システム",
        "メール",   "ファイル", "パスワード", "事務局", "担当",       "窓口",      "会社",  "法人",    "サポート",
        "センター", "お知らせ", "管理",       "総務",   "営業",       "経理",      "人事",  "運営",    "編集部",
        "広報",     "大学",     "銀行",       "研究所", "商事",       "noreply",   "reply", "info",    "system",
        "mail",     "password", "support",    "servic", "transfer",   "sekiuriti", "admin", "notif",   "desk",
        "team",     "ofis",     "office",     "center", "postmaster", "daemon",    "robot", "account", "sales"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(name, words[i]) != NULL)
            return true;
    return false;
}

static void take_name(GPtrArray *names, const char *key)
{
    if (names->len < NAMES_MOST && !is_nobodys(key) &&
        !g_ptr_array_find_with_equal_func(names, key, (GEqualFunc)g_str_equal, NULL))
        g_ptr_array_add(names, g_strdup(key));
}

/* The displayed name up to what is added to it: brackets, "via …". g_free(). */
static char *without_additions(const char *name)
{
    static const char *const starts[] = {"(",   "[",   "<", "【", "〔", " via ", " on behalf ",
                                         " - ", " / ", "/", "|",  "＠", "@"};
    g_autofree char *folded = sks_unicode_fold(name, strlen(name));
    size_t size = strlen(folded);
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
        const char *found = strstr(folded, starts[i]);
        if (found != NULL && found > folded)
            size = MIN(size, (size_t)(found - folded));
    }
    return g_strstrip(g_strndup(folded, size));
}

/* "tanaka.taro" as words; digits tell nothing. g_free(). */
static char *words_of_local(const char *local)
{
    char *words = g_strndup(local, DISPLAYED_MOST);
    for (char *at = words; *at != '\0'; at++)
        if (!g_ascii_isalpha(*at))
            *at = ' ';
    return g_strstrip(words);
}

GPtrArray *sks_party_names(const struct sks_collected *collected)
{
    const struct sks_message *message = collected->walk.message;
    const struct sks_names *forms = sks_lists_names(collected->facts.lists);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free), *keys = g_ptr_array_new_with_free_func(g_free);
    if (message->from.count == 0) {
        g_ptr_array_unref(keys);
        return names;
    }
    g_autofree char *displayed = displayed_name(collected), *name = without_additions(displayed);
    g_autofree char *local = words_of_local(message->from.items[0].local);
    sks_names_add_keys(forms, name, keys);
    sks_names_add_keys(forms, local, keys);
    for (guint i = 0; i < keys->len; i++)
        take_name(names, g_ptr_array_index(keys, i));
    g_ptr_array_set_size(keys, 0);
    sks_names_add_candidates(forms, displayed, keys);
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);
        if (g_str_has_prefix(key, "j:") && g_utf8_strlen(key + 2, -1) <= NAME_MOST)
            take_name(names, key);
    }
    g_ptr_array_unref(keys);
    return names;
}

/* The displayed name, if all of it is Japanese but for blanks; else NULL. g_free(). */
static char *japanese_name(const struct sks_collected *collected)
{
    g_autofree char *displayed = displayed_name(collected), *name = sks_lists_normalise(displayed);
    glong length = g_utf8_strlen(name, -1);
    bool japanese = length >= 2 && length <= NAME_MOST && !is_nobodys(name);
    for (const char *at = name; *at != '\0' && japanese; at = g_utf8_next_char(at))
        japanese = g_unichar_get_script(g_utf8_get_char(at)) == G_UNICODE_SCRIPT_HAN;
    return japanese ? g_steal_pointer(&name) : NULL;
}

char *sks_party_surname(const struct sks_collected *collected)
{
    g_autofree char *name = japanese_name(collected);
    return name != NULL && g_utf8_strlen(name, -1) <= 3 ? g_steal_pointer(&name) : NULL;
}

GPtrArray *sks_party_surnames(const struct sks_collected *collected)
{
    GPtrArray *surnames = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *name = japanese_name(collected);
    for (glong length = 2; name != NULL && length <= 3 && length < g_utf8_strlen(name, -1); length++)
        g_ptr_array_add(surnames, g_utf8_substring(name, 0, length));
    return surnames;
}

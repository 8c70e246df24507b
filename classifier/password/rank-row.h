/*
 * Lines around the places where candidates stand: their words as hashes, their announcements. Many places share a line,
 * which is read once.
 */
#ifndef SKS_PASSWORD_RANK_ROW_H
#define SKS_PASSWORD_RANK_ROW_H

#include "password/rank.h"
#include "password/token.h"

#define RANK_TOKENS 24u

enum rank_class { BLANK, LETTER, DIGIT, MARK, HIRAGANA, KATAKANA, KANJI, WIDE };

static inline enum rank_class rank_class_of(gunichar c)
{
    if (c < 0x80)
        return c <= ' ' ? BLANK : g_ascii_isdigit((char)c) ? DIGIT : g_ascii_isalpha((char)c) ? LETTER : MARK;
    if (c >= 0x3041 && c < 0x30A0)
        return HIRAGANA;
    if (c == 0x30FC || (c >= 0x30A1 && c < 0x30FF && c != 0x30FB))
        return KATAKANA;
    if ((c >= 0x4E00 && c < 0xA000) || c == 0x3005)
        return KANJI;
    return c == 0x3000 ? BLANK : c < 0x250 ? LETTER : WIDE;
}

/* g_utf8_get_char(), ASCII and Japanese on the short way. The last character of a value may be cut short. */
static inline gunichar rank_character_at(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    if (byte[0] < 0x80)
        return byte[0];
    if ((byte[0] & 0xF0) == 0xE0 && (byte[1] & 0xC0) == 0x80 && (byte[2] & 0xC0) == 0x80)
        return (byte[0] & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
    return g_utf8_get_char(at);
}

/* Words, runs of one script, marks; of hiragana two characters each. */
struct rank_tokens {
    uint32_t hashes[RANK_TOKENS];
    unsigned count;
};

/* Digits are alike. */
uint32_t rank_hash_bytes(const char *begin, const char *end);

void rank_read_tokens(struct rank_tokens *out_list, const char *begin, const char *end);

/* As many bytes, of whole characters, as are looked at before a place and behind it. */
const char *rank_cut_before(const char *begin, const char *at);
const char *rank_cut_after(const char *at, const char *end);

/* Nothing but marks. */
bool rank_is_blank(const char *begin, const char *end);

struct span rank_line(const struct rank_text *text, guint row);
bool rank_last_announcement(const struct rank_text *text, const char *begin, const char *end, struct span *out_last);

/* What a line says to the places above and below: the same to all of them. */
struct rank_row {
    struct span line;
    bool blank, read;
    bool announces_late, announces_early;
    struct span last, first;       /* announcements in its last and in its first bytes */
    struct rank_tokens tail, head; /* words of these */
};

/* The nearest line above or below that isn't blank, from *index on; NULL: there is none within three. */
const struct rank_row *rank_find_row(const struct rank_text *text, guint *index, bool below);

void rank_free_rows(struct rank_text *text);

#endif

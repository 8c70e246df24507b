/*
 * ISO-2022-JP → EUC-JP, by which ICU then converts.
 *
 * Mail is full of what the standard forbids and Microsoft's code pages 50220 to 50222 allow: vendor rows, half-width
 * kana in three ways (ESC ( I, shift-out, eight bits). ICU's own ISO-2022-JP converter resets at each line end and
 * drops what follows a mistake; a header that was folded inside a two-byte run would be lost. The two sets have the
 * same rows, so only the escapes need to be read, and that is done here.
 */
#include "message/iso-2022-jp.h"

#include <string.h>

enum set {
    SET_ASCII,
    SET_KANA,
    SET_KANJI,         /* JIS X 0208 and what extends it */
    SET_SUPPLEMENTARY, /* JIS X 0212 */
    SET_OTHER,         /* two bytes, of a set that is not read */
};

struct state {
    const unsigned char *bytes;
    size_t size, at;
    enum set set;
    bool shifted; /* shift-out: kana */
    bool escapes_lost;
    size_t next_escape; /* known place of an escape at or after at; 0: not looked for */
};

static bool starts_with(const struct state *state, const char *text)
{
    size_t length = strlen(text);
    return state->size - state->at >= length && memcmp(state->bytes + state->at, text, length) == 0;
}

/* Takes an escape sequence at the present place. */
static bool take_escape(struct state *state)
{
    static const struct {
        const char *text;
        enum set set;
    } escapes[] = {
        {"\033$B", SET_KANJI},  {"\033(B", SET_ASCII},  {"\033(J", SET_ASCII},          {"\033(I", SET_KANA},
        {"\033$@", SET_KANJI},  {"\033(H", SET_ASCII},  {"\033$(D", SET_SUPPLEMENTARY}, {"\033$(O", SET_KANJI},
        {"\033$(Q", SET_KANJI}, {"\033$(P", SET_OTHER}, {"\033$(B", SET_KANJI},         {"\033$(@", SET_KANJI},
        {"\033$A", SET_OTHER},  {"\033$(C", SET_OTHER}, {"\033$)B", SET_KANJI},         {"\033.A", SET_ASCII},
    };
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (starts_with(state, escapes[i].text)) {
            state->set = escapes[i].set;
            state->at += strlen(escapes[i].text);
            return true;
        }
    if (starts_with(state, "\033&@")) { /* announces JIS X 0208-1990; the escape proper follows */
        state->at += 3;
        return true;
    }
    return false;
}

/* The same with escape characters lost: "$B" begins kanji only if pairs and "(B" or "(J" follow. */
static bool take_lost_escape(struct state *state)
{
    const unsigned char *at = state->bytes + state->at, *end = state->bytes + state->size;
    if (state->set == SET_KANJI) {
        if (!starts_with(state, "(B") && !starts_with(state, "(J"))
            return false;
        state->set = SET_ASCII;
        state->at += 2;
        return true;
    }
    if (!starts_with(state, "$B") && !starts_with(state, "$@"))
        return false;
    for (at += 2; end - at >= 2; at += 2) {
        if (at[0] == '(' && (at[1] == 'B' || at[1] == 'J')) {
            state->set = SET_KANJI;
            state->at += 2;
            return true;
        }
        if (at[0] < 0x21 || at[0] > 0x7E || at[1] < 0x21 || at[1] > 0x7E)
            return false;
    }
    return false;
}

/*
 * At a line end inside a two-byte run: whether the run goes on. It does if the next escape ends it (a header folded
 * inside); if the next one begins another run, or there is none, the escape that should have ended it is missing.
 */
static bool run_continues(struct state *state)
{
    if (state->next_escape <= state->at) {
        const unsigned char *found = memchr(state->bytes + state->at, '\033', state->size - state->at);
        state->next_escape = found != NULL ? (size_t)(found - state->bytes) : state->size;
    }
    return state->size - state->next_escape >= 2 && state->bytes[state->next_escape + 1] == '(';
}

static void add_kana(struct sks_buffer *out, unsigned char byte)
{
    unsigned char pair[2] = {0x8E, byte | 0x80};
    sks_buffer_add(out, pair, 2);
}

static void add_pair(struct sks_buffer *out, enum set set, const unsigned char *at)
{
    unsigned char bytes[3] = {0x8F, at[0] | 0x80, at[1] | 0x80};
    if (set == SET_KANJI)
        sks_buffer_add(out, bytes + 1, 2);
    else if (set == SET_SUPPLEMENTARY)
        sks_buffer_add(out, bytes, 3);
    else
        sks_buffer_add(out, "\xFF", 1);
}

/* One character that is no escape. */
static void take_character(struct state *state, struct sks_buffer *out)
{
    const unsigned char *at = state->bytes + state->at;
    bool two = state->set >= SET_KANJI && !state->shifted;
    if (two && state->size - state->at >= 2 && at[0] > 0x20 && at[0] < 0x7F && at[1] > 0x20 && at[1] < 0x7F) {
        add_pair(out, state->set, at);
        state->at += 2;
        return;
    }
    state->at++;
    if (at[0] == '\n' || at[0] == '\r') {
        if (two && !run_continues(state))
            state->set = SET_ASCII;
        sks_buffer_add(out, at, 1);
    } else if (at[0] >= 0x80) {
        if (at[0] >= 0xA1 && at[0] <= 0xDF)
            add_kana(out, at[0]);
        else
            sks_buffer_add(out, "\xFF", 1);
    } else if (at[0] == 0x0E || at[0] == 0x0F) {
        state->shifted = at[0] == 0x0E;
    } else if ((state->set == SET_KANA || state->shifted) && at[0] >= 0x21 && at[0] <= 0x5F) {
        add_kana(out, at[0]);
    } else if (two && at[0] > 0x20) { /* half a character */
        sks_buffer_add(out, "\xFF", 1);
    } else {
        sks_buffer_add(out, at, 1);
    }
}

/* A run of what stays as it is. */
static size_t plain_run(const struct state *state)
{
    size_t length = 0;
    if (state->set != SET_ASCII || state->shifted)
        return 0;
    for (const unsigned char *at = state->bytes + state->at; length < state->size - state->at; length++)
        if (at[length] >= 0x80 || at[length] == '\033' || at[length] == 0x0E || at[length] == 0x0F ||
            (state->escapes_lost && at[length] == '$'))
            break;
    return length;
}

void sks_iso_2022_jp_to_euc(struct sks_buffer *out, const unsigned char *bytes, size_t size, bool escapes_lost)
{
    struct state state = {.bytes = bytes, .size = size, .escapes_lost = escapes_lost};
    while (state.at < size && !out->cut) {
        size_t run = plain_run(&state);
        if (run > 0) {
            sks_buffer_add(out, bytes + state.at, run);
            state.at += run;
        } else if (bytes[state.at] == '\033') {
            if (!take_escape(&state))
                state.at++;
        } else if (!escapes_lost || !take_lost_escape(&state)) {
            take_character(&state, out);
        }
    }
}

/*
 * IBM's kanji and Roman numerals as eucJP-ms has them, from 8F F3 F3 to 8F F4 FE (94 columns a row), by their two-byte
 * codes in the rows that NEC selected.
 */
static const unsigned short ibm_codes[] = {
    0xFCF1, 0xFCF2, 0xFCF3, 0xFCF4, 0xFCF5, 0xFCF6, 0xFCF7, 0xFCF8, 0xFCF9, 0xFCFA, 0xADB5, 0xADB6, 0xADB7, 0xADB8,
    0xADB9, 0xADBA, 0xADBB, 0xADBC, 0xADBD, 0xADBE, 0xFCFD, 0xFCFE, 0xADEA, 0xADE2, 0xADE4, 0xF9A7, 0xF9AF, 0xF9C1,
    0xF9C7, 0xF9CE, 0xF9CF, 0xF9D4, 0xF9D6, 0xF9DA, 0xF9DF, 0xF9E0, 0xF9E1, 0xF9EE, 0xF9F2, 0xF9F4, 0xF9F5, 0xF9FE,
    0xFAA3, 0xFAA7, 0xFAB3, 0xFAB6, 0xFABB, 0xFABE, 0xFAC6, 0xFACB, 0xFACE, 0xFAD0, 0xFAD4, 0xFAD8, 0xFAE6, 0xFAE7,
    0xFAF3, 0xFAFB, 0xFBA3, 0xFBB3, 0xFBB5, 0xFBB7, 0xFBBA, 0xFBC1, 0xFBC2, 0xFBC3, 0xFBC4, 0xFBC6, 0xFBC9, 0xFBCA,
    0xFBCD, 0xFBD1, 0xFBD2, 0xFBD6, 0xFBD8, 0xFBE1, 0xFBE2, 0xFBE3, 0xFBE4, 0xFBE5, 0xFBED, 0xFBF0, 0xFBF2, 0xFBF4,
    0xFBF5, 0xFBF7, 0xFBF8, 0xFBFA, 0xFBFB, 0xFBFC, 0xFCB9, 0xFCC0, 0xFCCE, 0xFCCF, 0xFCD0, 0xFCD4, 0xFCD6, 0xFCD8,
    0xFCDC, 0xFCDD, 0xFCDF, 0xFCE0, 0xFCE2, 0xFCE5, 0xFCEC, 0xFCEE,
};

bool sks_euc_jp_has_ibm(const unsigned char *bytes, size_t size)
{
    const unsigned char *at = bytes, *end = bytes + size;
    while (end - at >= 3 && (at = memchr(at, 0x8F, (size_t)(end - at - 2))) != NULL) {
        if (at[1] == 0xF3 || at[1] == 0xF4)
            return true;
        at++;
    }
    return false;
}

void sks_euc_jp_from_ms(struct sks_buffer *out, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size && !out->cut;) {
        size_t left = size - i, length = bytes[i] == 0x8F ? 3 : bytes[i] >= 0x8E ? 2 : 1;
        length = length < left ? length : left;
        unsigned place = 0;
        if (length == 3 && (bytes[i + 1] == 0xF3 || bytes[i + 1] == 0xF4) && bytes[i + 2] >= 0xA1 &&
            bytes[i + 2] < 0xFF)
            place = (bytes[i + 1] - 0xF3u) * 94 + bytes[i + 2] - 0xA1u;
        if (place >= 0xF3 - 0xA1) {
            unsigned code = ibm_codes[place - (0xF3 - 0xA1)];
            unsigned char pair[2] = {(unsigned char)(code >> 8), (unsigned char)code};
            sks_buffer_add(out, pair, 2);
        } else {
            sks_buffer_add(out, bytes + i, length);
        }
        i += length;
    }
}

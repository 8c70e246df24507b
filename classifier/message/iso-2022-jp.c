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

/*
 * How a domain looks. Letters of other alphabets become the Latin ones that they look like, by a table of those that
 * registries were seen to sell; accents are dropped; digits and pairs of letters that pass for a letter become it.
 */
#include "lists/domain.h"

#include <glib.h>
#include <string.h>

/* The first label of a registered domain: what its owner chose. */
static void main_label(char *out, const char *registrable)
{
    size_t size = MIN(strcspn(registrable, "."), SKS_LABEL_SIZE);
    while (size > 0 && (registrable[size] & 0xc0) == 0x80)
        size--;
    memcpy(out, registrable, size);
    out[size] = '\0';
}

/* Letters and pairs of letters brought to what they look like; never longer than the text. */
static void make_looks(char *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at), parts[4];
        if (c >= 0x80) {
            static const char cyrillic[] = "\xd0\xb0"
                                           "a\xd0\xb5"
                                           "e\xd0\xbe"
                                           "o\xd1\x80"
                                           "p\xd1\x81"
                                           "c\xd1\x85"
                                           "x"
                                           "\xd1\x83"
                                           "y\xd1\x96"
                                           "i\xd1\x98"
                                           "j\xd1\x95"
                                           "s\xd4\x81"
                                           "d\xd4\x9b"
                                           "q"
                                           "\xce\xbf"
                                           "o\xce\xb1"
                                           "a\xce\xbd"
                                           "v\xd4\x9d"
                                           "w\xd3\x8f"
                                           "l\xc4\xb1"
                                           "i"
                                           "\xc9\xa1"
                                           "g\xce\xb9"
                                           "i\xce\xba"
                                           "k\xd0\xba"
                                           "k\xd0\xbc"
                                           "m\xd1\x82"
                                           "t";
            const char *row = NULL;
            for (size_t i = 0; i + 2 < sizeof cyrillic && row == NULL; i += 3)
                if (memcmp(cyrillic + i, at, 2) == 0)
                    row = cyrillic + i + 2;
            size_t count = g_unichar_fully_decompose(c, TRUE, parts, G_N_ELEMENTS(parts));
            c = row != NULL ? (gunichar)*row : count > 0 ? parts[0] : c;
        }
        if (c == 'r' && at[0] == 'r' && at[1] == 'n') {
            c = 'm';
            at++;
        } else if (c == 'v' && at[0] == 'v' && at[1] == 'v') {
            c = 'w';
            at++;
        }
        c = c == '0' ? 'o' : c == '1' || c == 'i' ? 'l' : c == '5' ? 's' : c;
        out += g_unichar_to_utf8(c, out);
    }
    *out = '\0';
}

uint64_t sks_domain_letter(char byte)
{
    unsigned bit = g_ascii_islower(byte)   ? (unsigned)(byte - 'a')
                   : g_ascii_isdigit(byte) ? 26u + (unsigned)(byte - '0')
                   : byte == '-'           ? 36u
                                           : 37u;
    return UINT64_C(1) << bit;
}

uint64_t sks_domain_letters(const char *text)
{
    uint64_t letters = 0;
    for (; *text != '\0'; text++)
        letters |= sks_domain_letter(*text);
    return letters;
}

void sks_domain_look_init(struct sks_domain_look *look, const char *registrable)
{
    look->registrable = registrable;
    main_label(look->label, registrable);
    make_looks(look->looks, look->label);
    look->size = strlen(look->label);
    look->looks_size = strlen(look->looks);
    look->letters = sks_domain_letters(look->label);
}

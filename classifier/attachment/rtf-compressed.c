/* LZ77 with a dictionary of 4,096 bytes that begins with what every RTF file has (MS-OXRTFCP 2.1). */
#include <string.h>

#include "attachment/bytes.h"
#include "attachment/rtf.h"

#define HEADER       16u
#define COMPRESSED   0x75465A4Cu /* "LZFu" */
#define UNCOMPRESSED 0x414C454Du /* "MELA" */
#define DICTIONARY   4096u

static const char beginning[] = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss "
                                "\\fmodern \\fscript \\fdecor MS Sans "
                                "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
                                "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct lz {
    const unsigned char *at, *end;
    unsigned char dictionary[DICTIONARY];
    unsigned write; /* place in the dictionary */
    GByteArray *out;
    size_t ceiling;
};

/* False at the ceiling. */
static bool add(struct lz *lz, unsigned char byte)
{
    if (lz->out->len >= lz->ceiling)
        return false;
    g_byte_array_append(lz->out, &byte, 1);
    lz->dictionary[lz->write] = byte;
    lz->write = (lz->write + 1) % DICTIONARY;
    return true;
}

/* A reference into the dictionary: 12 bits of place, 4 of length less two. One to the writing place ends all. */
static bool refer(struct lz *lz)
{
    if (lz->end - lz->at < 2)
        return false;
    unsigned reference = (unsigned)lz->at[0] << 8 | lz->at[1], place = reference >> 4;
    lz->at += 2;
    if (place == lz->write)
        return false;
    for (unsigned i = 0; i < (reference & 15) + 2; i++)
        if (!add(lz, lz->dictionary[(place + i) % DICTIONARY]))
            return false;
    return true;
}

GByteArray *sks_rtf_decompress(const unsigned char *bytes, size_t size, size_t ceiling)
{
    if (!sks_has(size, 0, HEADER))
        return NULL;
    uint32_t type = sks_le32(bytes + 8);
    size_t length = MIN(size - HEADER, ceiling);
    if (type == UNCOMPRESSED)
        return g_byte_array_append(g_byte_array_new(), bytes + HEADER, (guint)length);
    if (type != COMPRESSED)
        return NULL;
    struct lz lz = {
        .at = bytes + HEADER, .end = bytes + size, .out = g_byte_array_new(), .ceiling = ceiling, .write = 207};
    memset(lz.dictionary, ' ', sizeof lz.dictionary);
    memcpy(lz.dictionary, beginning, lz.write);
    bool more = true;
    while (more && lz.at < lz.end) {
        unsigned char control = *lz.at++; /* of eight: 1, a reference; 0, a byte as it is */
        for (unsigned bit = 0; more && bit < 8; bit++) {
            if ((control >> bit & 1) != 0)
                more = refer(&lz);
            else
                more = lz.at < lz.end && add(&lz, *lz.at++);
        }
    }
    return lz.out;
}

/*
 * XOR obfuscation: sixteen bytes made from the password, used in turn. Key and verifier, 16 bits each, are all that
 * tells a right password.
 */
#include "attachment/office-xor.h"

#include "attachment/office-key.h"
#include "sekisho/limits.h"

static unsigned char rotate_right(unsigned char value, unsigned bits)
{
    return (unsigned char)(value >> bits | value << (8 - bits));
}

static unsigned password_verifier(const unsigned char *password, size_t size)
{
    unsigned verifier = 0;
    for (size_t i = size + 1; i-- > 0;) {
        unsigned byte = i == 0 ? (unsigned)size : password[i - 1];
        verifier = ((verifier >> 14 & 1) | (verifier << 1 & 0x7FFF)) ^ byte;
    }
    return verifier ^ 0xCE4B;
}

static unsigned password_key(const unsigned char *password, size_t size)
{
    static const uint16_t initial[15] = {0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E,
                                         0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3};
    static const uint16_t matrix[105] = {
        0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF,
        0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40,
        0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A,
        0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0,
        0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10,
        0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C,
        0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC,
        0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4};
    unsigned key = initial[size - 1];
    size_t element = 104;
    for (size_t i = size; i-- > 0;) {
        unsigned byte = password[i];
        for (unsigned bit = 0; bit < 7; bit++, byte <<= 1, element--) {
            if ((byte & 0x40) != 0)
                key ^= matrix[element];
            if (element == 0)
                return key;
        }
    }
    return key;
}

/* The sixteen bytes of a password, if key and verifier are its own. */
static bool make(struct sks_xor *out_xor, const char *password, enum sks_xor_method method, unsigned key,
                 unsigned verifier)
{
    static const unsigned char padding[15] = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                              0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};
    const unsigned char *bytes = (const unsigned char *)password;
    size_t size = strlen(password);
    if (size == 0 || size > 15 || password_verifier(bytes, size) != verifier || password_key(bytes, size) != key)
        return false;
    /* The password, then padding; even places take the key's lower byte, odd ones its upper. */
    out_xor->method = method;
    for (size_t i = 0; i < 16; i++) {
        unsigned char byte = i < size ? bytes[i] : padding[i - size];
        byte = (unsigned char)(byte ^ (i % 2 == 0 ? key & 0xFF : key >> 8));
        out_xor->bytes[i] = rotate_right(byte, 1);
    }
    return true;
}

bool sks_xor_unlock(struct sks_xor *out_xor, struct sks_file *file, enum sks_xor_method method, unsigned key,
                    unsigned verifier)
{
    const char *const *passwords = file->inspection->passwords;
    for (unsigned i = 0; passwords[i] != NULL && i < SKS_LIMIT_PASSWORD_COUNT; i++)
        if (make(out_xor, passwords[i], method, key, verifier))
            return true;
    if (!make(out_xor, SKS_OFFICE_DEFAULT_PASSWORD, method, key, verifier))
        return false;
    sks_file_fact(file, "attachment.default-password", NULL, NULL);
    return true;
}

void sks_xor_decrypt(const struct sks_xor * xor, unsigned char *bytes, size_t size, size_t position)
{
    for (size_t i = 0; i < size; i++) {
        if (xor->method == SKS_XOR_EXCEL) {
            bytes[i] = rotate_right(bytes[i] ^ xor->bytes[(position + size + i) % 16], 5);
        } else {
            unsigned char plain = bytes[i] ^ xor->bytes[(position + i) % 16];
            if (bytes[i] != 0 && plain != 0) /* Word leaves both as they are */
                bytes[i] = plain;
        }
    }
}

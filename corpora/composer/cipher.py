"""AES, RC4 and ZipCrypto, slow and plain: samples need ciphertext that really opens, and nothing else is at stake."""
import functools


def _tables():
    """The S-box (FIPS 197, 5.1.1) and the four tables that fold SubBytes, ShiftRows and MixColumns into look-ups."""
    sbox, p, q = [0] * 256, 1, 1
    while True:
        p = (p ^ (p << 1) ^ (0x1b if p & 0x80 else 0)) & 0xff
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xff
        q ^= 0x09 if q & 0x80 else 0
        x = q ^ _rotate8(q, 1) ^ _rotate8(q, 2) ^ _rotate8(q, 3) ^ _rotate8(q, 4)
        sbox[p] = x ^ 0x63
        if p == 1:
            break
    sbox[0] = 0x63
    rounds = [[], [], [], []]
    for value in sbox:
        double = ((value << 1) ^ (0x1b if value & 0x80 else 0)) & 0xff
        word = (double << 24) | (value << 16) | (value << 8) | (double ^ value)
        for table in rounds:
            table.append(word)
            word = (word >> 8) | ((word & 0xff) << 24)
    return sbox, rounds


def _rotate8(value, count):
    return ((value << count) | (value >> (8 - count))) & 0xff


SBOX, (T0, T1, T2, T3) = _tables()


@functools.lru_cache(maxsize=64)
def _expand_key(key):
    words = [int.from_bytes(key[i:i + 4], 'big') for i in range(0, len(key), 4)]
    n, rcon = len(words), 1
    for i in range(n, 4 * (n + 7)):
        word = words[-1]
        if i % n == 0:
            word = ((word << 8) | (word >> 24)) & 0xffffffff
        if i % n == 0 or (n > 6 and i % n == 4):
            word = (SBOX[word >> 24] << 24) | (SBOX[(word >> 16) & 255] << 16) | (SBOX[(word >> 8) & 255] << 8) \
                | SBOX[word & 255]
        if i % n == 0:
            word ^= rcon << 24
            rcon = (rcon << 1) ^ (0x11b if rcon & 0x80 else 0)
        words.append(words[i - n] ^ word)
    return tuple(words)


def aes_block(key, block):
    """Encrypts 16 bytes."""
    w = _expand_key(key)
    a, b, c, d = (int.from_bytes(block[i:i + 4], 'big') ^ w[i // 4] for i in (0, 4, 8, 12))
    for i in range(4, len(w) - 4, 4):
        a, b, c, d = (
            T0[a >> 24] ^ T1[(b >> 16) & 255] ^ T2[(c >> 8) & 255] ^ T3[d & 255] ^ w[i],
            T0[b >> 24] ^ T1[(c >> 16) & 255] ^ T2[(d >> 8) & 255] ^ T3[a & 255] ^ w[i + 1],
            T0[c >> 24] ^ T1[(d >> 16) & 255] ^ T2[(a >> 8) & 255] ^ T3[b & 255] ^ w[i + 2],
            T0[d >> 24] ^ T1[(a >> 16) & 255] ^ T2[(b >> 8) & 255] ^ T3[c & 255] ^ w[i + 3])
    out = bytearray()
    for i, (p, q, r, s) in enumerate(((a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c))):
        word = (SBOX[p >> 24] << 24) | (SBOX[(q >> 16) & 255] << 16) | (SBOX[(r >> 8) & 255] << 8) | SBOX[s & 255]
        out += (word ^ w[len(w) - 4 + i]).to_bytes(4, 'big')
    return bytes(out)


def _xor(a, b):
    return (int.from_bytes(a, 'big') ^ int.from_bytes(b, 'big')).to_bytes(len(a), 'big')


def aes_cbc(key, vector, data):
    """CBC without padding: data is a multiple of 16 bytes."""
    out = []
    for i in range(0, len(data), 16):
        vector = aes_block(key, _xor(data[i:i + 16], vector))
        out.append(vector)
    return b''.join(out)


def pad16(data, value=None):
    """PKCS #7, or the given byte up to a multiple of 16."""
    count = 16 - len(data) % 16
    if value is None:
        return data + bytes([count]) * count
    return data + bytes([value]) * (count % 16)


def aes_ctr_little(key, data):
    """Counter mode as WinZip's AES has it: a little-endian counter that begins with 1."""
    out = []
    for i in range(0, len(data), 16):
        block = data[i:i + 16]
        out.append(_xor(block, aes_block(key, (i // 16 + 1).to_bytes(16, 'little'))[:len(block)]))
    return b''.join(out)


def rc4(key, data):
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)


def _crc_table():
    table = []
    for i in range(256):
        for _ in range(8):
            i = (i >> 1) ^ (0xedb88320 if i & 1 else 0)
        table.append(i)
    return table


CRC = _crc_table()


def zipcrypto(password, data):
    """The traditional PKWARE encryption (APPNOTE 6.1); data begins with the 12 header bytes."""
    k0, k1, k2 = 0x12345678, 0x23456789, 0x34567890

    def update(byte):
        nonlocal k0, k1, k2
        k0 = (k0 >> 8) ^ CRC[(k0 ^ byte) & 255]
        k1 = ((k1 + (k0 & 255)) * 134775813 + 1) & 0xffffffff
        k2 = (k2 >> 8) ^ CRC[(k2 ^ (k1 >> 24)) & 255]

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in data:
        t = (k2 | 2) & 0xffff
        out.append(byte ^ ((t * (t ^ 1)) >> 8) & 255)
        update(byte)
    return bytes(out)

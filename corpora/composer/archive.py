"""Zip archives (plain, ZipCrypto, WinZip AES), stored LZH and ISO 9660 images,
written by hand so that bytes depend on the seed only."""
import hashlib
import hmac
import struct
import zlib

from . import cipher


def _dos_time(when):
    return ((when.hour << 11) | (when.minute << 5) | (when.second // 2),
            ((when.year - 1980) << 9) | (when.month << 5) | when.day)


def _name_bytes(name, charset):
    """The name as the tool writes it, and the flag that says UTF-8. Windows' own zip writes the local code page."""
    if name.isascii():
        return name.encode('ascii'), 0
    if charset != 'utf-8':
        try:
            return name.encode(charset), 0
        except UnicodeEncodeError:
            pass
    return name.encode('utf-8'), 0x800


def _aes_entry(data, password, salt):
    """WinZip AE-2, AES-256: salt, check bytes, ciphertext, first ten bytes of HMAC-SHA1."""
    keys = hashlib.pbkdf2_hmac('sha1', password, salt, 1000, 66)
    ciphertext = cipher.aes_ctr_little(keys[:32], data)
    return salt + keys[64:] + ciphertext + hmac.new(keys[32:64], ciphertext, 'sha1').digest()[:10]


def _entry(rng, name, data, encryption, password, charset, when):
    raw, flags = _name_bytes(name, charset)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    method, extra, crc = 8, b'', zlib.crc32(data)
    if len(packed) >= len(data):
        packed, method = data, 0
    if encryption == 'zipcrypto':
        head = bytes(rng.randrange(256) for _ in range(11)) + bytes([crc >> 24])
        packed, flags = cipher.zipcrypto(password, head + packed), flags | 1
    elif encryption == 'aes':
        packed = _aes_entry(packed, password, bytes(rng.randrange(256) for _ in range(16)))
        extra = struct.pack('<HHH2sBH', 0x9901, 7, 2, b'AE', 3, method)
        flags, method, crc = flags | 1, 99, 0
    time, date = _dos_time(when)
    need = 51 if method == 99 else 20
    common = struct.pack('<HHHHHIIIHH', need, flags, method, time, date, crc, len(packed), len(data), len(raw),
                         len(extra))
    return raw, common, extra, packed


def zip_archive(rng, entries, when, encryption=None, password='', charset='cp932'):
    """entries: [(name, bytes)]; encryption: None, 'zipcrypto' or 'aes'."""
    out, directory = bytearray(), bytearray()
    for name, data in entries:
        raw, common, extra, packed = _entry(rng, name, data, encryption, password.encode('utf-8'), charset, when)
        directory += b'PK\x01\x02' + struct.pack('<H', 0x14) + common
        directory += struct.pack('<HHHII', 0, 0, 0, 0x20, len(out)) + raw + extra
        out += b'PK\x03\x04' + common + raw + extra + packed
    end = struct.pack('<4sHHHHIIH', b'PK\x05\x06', 0, 0, len(entries), len(entries), len(directory), len(out), 0)
    return bytes(out + directory + end)


def _crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xa001 if crc & 1 else 0)
    return crc


def lzh_archive(entries, when):
    """LZH, method -lh0- (stored), header level 0."""
    out = bytearray()
    for name, data in entries:
        raw = name.encode('cp932', 'replace')
        time, date = _dos_time(when)
        head = b'-lh0-' + struct.pack('<IIHHBBB', len(data), len(data), time, date, 0x20, 0, len(raw)) + raw \
            + struct.pack('<HB', _crc16(data), 0x4d)
        out += bytes([len(head), sum(head) & 255]) + head + data
    return bytes(out) + b'\0'


def _both(value, size):
    """A number in both byte orders (ECMA-119, 7.2.3 and 7.3.3)."""
    return value.to_bytes(size, 'little') + value.to_bytes(size, 'big')


def _iso_record(name, sector, size, folder, when):
    stamp = bytes([when.year - 1900, when.month, when.day, when.hour, when.minute, when.second, 36])
    body = b'\0' + _both(sector, 4) + _both(size, 4) + stamp + bytes([2 if folder else 0, 0, 0]) + _both(1, 2) \
        + bytes([len(name)]) + name + (b'' if len(name) % 2 else b'\0')
    return bytes([len(body) + 1]) + body


def _iso_volume(root, blocks, joliet):
    pad = b'\0 ' * 16 if joliet else b' ' * 32
    name = pad
    table = 20 if joliet else 19
    return (bytes([2 if joliet else 1]) + b'CD001\x01\0' + pad + name + bytes(8) + _both(blocks, 4)
            + (b'%/E' if joliet else b'').ljust(32, b'\0') + _both(1, 2) + _both(1, 2) + _both(2048, 2) + _both(10, 4)
            + table.to_bytes(4, 'little') + bytes(4) + table.to_bytes(4, 'big') + bytes(4) + root
            + bytes(623) + (b'0' * 16 + b'\0') * 4 + b'\x01\0').ljust(2048, b'\0')


def iso_image(entries, when):
    """ISO 9660 with Joliet names (ECMA-119): descriptors, two path tables, two roots, the files."""
    at, plain, joliet, data = 23, b'', b'', b''
    for number, (name, content) in enumerate(entries):
        short = ('FILE%d.%s;1' % (number, name.rsplit('.', 1)[-1].upper()[:3])).encode('ascii', 'replace')
        plain += _iso_record(short, at, len(content), False, when)
        joliet += _iso_record(name[:60].encode('utf-16-be'), at, len(content), False, when)
        content += bytes(-len(content) % 2048)
        data, at = data + content, at + len(content) // 2048
    out = b''
    roots = [(21, plain), (22, joliet)]
    for index, (sector, records) in enumerate(roots):
        out += _iso_volume(_iso_record(b'\0', sector, 2048, True, when), at, index == 1)
    out += b'\xffCD001\x01'.ljust(2048, b'\0')
    for sector, _ in roots:
        out += (b'\x01\0' + sector.to_bytes(4, 'little') + b'\x01\0\0\0').ljust(2048, b'\0')
    for sector, records in roots:
        dots = _iso_record(b'\0', sector, 2048, True, when) + _iso_record(b'\x01', sector, 2048, True, when)
        out += (dots + records).ljust(2048, b'\0')
    return bytes(32768) + out + data

"""Attachments of a family: [file NAME] sections → (name, bytes, MIME type), inert and really encrypted."""
import datetime
import hashlib
import re
import struct
import zlib

from . import archive, office, pdf

TYPES = {
    'zip': 'application/zip', 'lzh': 'application/x-lzh', 'pdf': 'application/pdf', 'txt': 'text/plain',
        'csv': 'text/csv',
    'docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'docm': 'application/vnd.ms-word.document.macroEnabled.12',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'xlsm': 'application/vnd.ms-excel.sheet.macroEnabled.12', 'html': 'text/html', 'ics': 'text/calendar',
    'jpg': 'image/jpeg', 'png': 'image/png', 'lnk': 'application/octet-stream', 'exe': 'application/octet-stream',
    'one': 'application/onenote', 'rtf': 'application/rtf', 'url': 'application/octet-stream',
    'scr': 'application/octet-stream', 'js': 'application/octet-stream', 'iso': 'application/octet-stream',
}
# kind → (extension, encryption)
KINDS = {
    'zip': ('zip', None), 'zip-encrypted': ('zip', 'zipcrypto'), 'zip-aes': ('zip', 'aes'), 'lzh': ('lzh', None),
    'docx': ('docx', None), 'docx-encrypted': ('docx', 'agile'), 'xlsx': ('xlsx', None),
        'xlsx-encrypted': ('xlsx', 'agile'),
    'docm': ('docm', None), 'xlsm': ('xlsm', None), 'pdf': ('pdf', None), 'pdf-encrypted': ('pdf', 'rc4'),
    'pdf-aes': ('pdf', 'aes128'), 'pdf-aes256': ('pdf', 'aes256'), 'txt': ('txt', None), 'csv': ('csv', None),
    'docx-template': ('docx', None), 'one': ('one', None), 'rtf': ('rtf', None), 'url': ('url', None),
    'html': ('html', None), 'ics': ('ics', None), 'lnk': ('lnk', None), 'exe': ('exe', None), 'scr': ('scr', None),
    'js': ('js', None), 'iso': ('iso', None), 'jpg': ('jpg', None), 'png': ('png', None),
}
# Passwords whose slow key derivations are shared by the samples: (AES-256 PDF, Office).
SALTS = tuple(hashlib.sha256(b'salt %d' % i).digest()[:16] for i in range(6))


def program_bytes(rng):
    """What is known as a Windows program by its first bytes; it has no section and no code, so nothing can run."""
    head = b'MZ' + bytes(58) + (64).to_bytes(4, 'little')
    return head + b'PE\0\0' + (0x14c).to_bytes(2, 'little') + bytes(18) + rng.getrandbits(8 * 400).to_bytes(400,
        'little')


def shortcut_bytes(rng):
    """A shell link's header ([MS-SHLLINK] 2.1) without any target."""
    return (0x4c).to_bytes(4, 'little') + bytes.fromhex('0114020000000000c000000000000046') + bytes(56) + bytes(
        rng.randrange(4, 40))


def onenote_bytes(rng, text):
    """A section's header, and one embedded file that is text ([MS-ONESTORE] 2.3.1, 2.6.13)."""
    held = text.encode('utf-8')
    store = bytes.fromhex('e716e3bd65261145a4c48d4d0b7a9eac') + len(held).to_bytes(8, 'little') + bytes(12) + held + bytes(-len(held) % 8)
    return bytes.fromhex('e4525c7b8cd8a74daeb15378d02996d3') + rng.getrandbits(8 * 1008).to_bytes(1008, 'little') + store + bytes.fromhex(
        '22a7fb71790f0b4abb13899256426b24')


def rtf_bytes(text, font, lang):
    """Rich text of one paragraph a line; letters beyond ASCII by their code units (RTF 1.9, \\u)."""
    units = lambda char: char.encode('utf-16-le')
    plain = ''.join(c if c.isascii() else ''.join('\\u%d?' % int.from_bytes(units(c)[i:i + 2], 'little', signed=True)
                                                  for i in range(0, len(units(c)), 2)) for c in re.sub(r'([\\{}])', r'\\\1', text))
    face = ''.join(c if c.isascii() else "\\'%02x\\'%02x" % tuple(c.encode('cp932')) if len(c.encode('cp932', 'replace')) == 2 else '?'
                   for c in font)
    return ('{\\rtf1\\ansi\\ansicpg%d\\deff0{\\fonttbl{\\f0\\fnil\\fcharset%d %s;}}\r\n\\f0\\fs21 %s\\par\r\n}\r\n' % (
        (936, 134, face, plain) if lang == 'zh-CN' else (932, 128, face, plain))).replace('\n', '\\par\n').encode('ascii')


def image_bytes(kind, rng):
    if kind == 'png':
        return bytes.fromhex('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe'
                             'dccc59e70000000049454e44ae426082')
    return bytes.fromhex('ffd8ffe000104a46494600010100000100010000') + rng.getrandbits(8 * 300).to_bytes(300,
        'big').replace(b'\xff', b'\xfe') + b'\xff\xd9'


def logo_bytes(rng):
    """A picture of bars, as large as what stands below letters (PNG, 24 bits, no filter)."""
    width, height = rng.randrange(90, 260), rng.randrange(28, 80)
    bars = [bytes(rng.randrange(256) for _ in range(3)) for _ in range(rng.randrange(2, 7))]
    noise = lambda colour: bytes(max(0, value - rng.randrange(12)) for value in colour)
    rows = b''.join(b'\0' + b''.join(noise(bars[x * len(bars) // width]) for x in range(width)) for _ in range(height))
    chunk = lambda kind, raw: struct.pack('>I', len(raw)) + kind + raw + struct.pack('>I', zlib.crc32(kind + raw))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) + \
        chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')


def plain_bytes(kind, text, author, when, rng, font, lang):
    """The unencrypted content of a file of that extension."""
    if kind in ('docx', 'docm'):
        return office.docx(text, author, when, font, lang, kind == 'docm')
    if kind == 'one':
        return onenote_bytes(rng, text)
    if kind == 'rtf':
        return rtf_bytes(text, font, lang)
    if kind == 'url':
        return b'[InternetShortcut]\r\nURL=https://%d.example/\r\n' % rng.randrange(10**6, 10**7)
    if kind in ('xlsx', 'xlsm'):
        return office.xlsx(text, author, when, kind == 'xlsm')
    if kind in ('exe', 'scr'):
        return program_bytes(rng)
    if kind == 'lnk':
        return shortcut_bytes(rng)
    if kind in ('jpg', 'png'):
        return image_bytes(kind, rng)
    if kind == 'pdf':
        return pdf.pdf(text, author, when, rng)
    if kind == 'js':
        return b'// nothing\r\n'
    if kind == 'html':
        return ('<html><body><pre>%s</pre></body></html>\n' % text).encode('utf-8')
    return text.replace('\n', '\r\n').encode('cp932', 'replace')


def pack(extension, entries, rng, lang, written, encryption, password):
    """Entries in an archive; names in the code page of the system that it was made on."""
    if extension == 'lzh':
        return archive.lzh_archive(entries, written)
    if extension == 'iso':
        return archive.iso_image(entries, written)
    charset = 'gbk' if lang == 'zh-CN' else rng.choice(('cp932', 'cp932', 'utf-8'))
    return archive.zip_archive(rng, entries, written, encryption, password, charset)


def make_file(section, rng, expand, when, kind):
    """(name, bytes, MIME type, password, encrypted) of one [file] section."""
    extension, encryption = KINDS[kind]
    password = expand(section.get('password', '{password}'))
    author = expand(section.get('author', '{author}'))
    font = expand(section.get('font', '{游明朝|ＭＳ 明朝|游ゴシック|ＭＳ ゴシック|Meiryo UI}'))
    lang = section.get('lang', 'ja-JP')
    written = (when - datetime.timedelta(minutes=rng.randrange(10, 9000))).replace(microsecond=0)
    text = lambda: expand(section.get('text', '{document-text}')).replace('\\n', '\n')
    name = expand(section.get('name', '{資料|ご案内|添付}'))
    name = name if '.' in name[-6:-2] and name.rsplit('.', 1)[1] in KINDS else name + '.' + extension
    if extension in ('zip', 'lzh', 'iso'):
        entries = []
        for inside in section.all('inside') or ['docx {file-stem}']:
            kinds, _, entry = inside.partition(' ')
            inner = rng.choice(kinds.split('/'))
            entry = expand(entry) or name.rsplit('.', 1)[0]
            entries.append((entry + '.' + inner, plain_bytes(inner, text(), author, written, rng, font, lang)))
        raw = pack(extension, entries, rng, section.get('lang'), written, encryption, password)
    elif encryption == 'agile':
        raw = office.agile(plain_bytes(extension, text(), author, written, rng, font, lang), password,
            SALTS[len(password) % len(SALTS)], rng)
    elif kind == 'docx-template':
        raw = office.docx(text(), author, written, font, lang, template=expand('{bad-url}'))
    elif encryption:
        raw = pdf.pdf(text(), author, written, rng, encryption, password)
    else:
        raw = plain_bytes(extension, text(), author, written, rng, font, lang)
    return name, raw, TYPES[extension], password, encryption is not None

#!/usr/bin/env python3
"""The composer's ciphers and formats against published vectors and Python's own readers. Prints nothing when all is well."""
import datetime
import io
import os
import random
import sys
import zipfile

ROOT = os.path.join(os.environ.get('SKS_SOURCE_ROOT', os.path.join(os.path.dirname(__file__), '..', '..')), 'corpora')
sys.dont_write_bytecode = True
sys.path.insert(0, ROOT)

from composer import archive, cipher, mime, office, text  # noqa: E402

WHEN = datetime.datetime(2021, 3, 4, 5, 6, 8)
PLAIN = bytes.fromhex('00112233445566778899aabbccddeeff')

# name, what the composer makes, what it must be and where that is from
TABLE = [
    ('AES-128, FIPS 197 C.1', cipher.aes_block(bytes(range(16)), PLAIN).hex(), '69c4e0d86a7b0430d8cdb78070b4c55a'),
    ('AES-256, FIPS 197 C.3', cipher.aes_block(bytes(range(32)), PLAIN).hex(), '8ea2b7ca516745bfeafc49904b496089'),
    ('RC4, Key/Plaintext', cipher.rc4(b'Key', b'Plaintext').hex(), 'bbf316e8d940af0ad3'),
    ('ISO-2022-JP', mime.encode_jis('会議 A案、ﾃｽﾄ').decode('iso2022_jp'), '会議 A案、テスト'),
    ('ISO-2022-JP, vendor row', mime.encode_jis('①').hex(), '1b24422d211b2842'),
    ('ISO-2022-JP, 髙 of code page 50220', mime.encode_jis('髙').hex(), '1b2442' + '7c62' + '1b2842'),
    ('header folded between words', mime.fold_ascii('a ' * 40 + 'b', 40).count('\n') > 0, True),
    ('choice and slot', text.expand('{x}{a}', random.Random(1), lambda name, *_: name.upper(), ()), 'XA'),
    ('a choice that names a block', text.expand('{close|close}', random.Random(1), lambda name, *_: name + '!', {'close'}),
     'close!'),
]


def check_zip():
    raw = archive.zip_archive(random.Random(2), [('資料.txt', b'inert ' * 50), ('b.txt', b'x')], WHEN, 'zipcrypto', 'pass')
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        if opened.read('b.txt', b'pass') != b'x' or opened.infolist()[0].filename.encode('cp437').decode('cp932') != '資料.txt':
            yield 'ZipCrypto: not what went in'
        try:
            opened.read(opened.infolist()[0].filename, b'wrong')
            yield 'ZipCrypto: opened with a wrong password'
        except RuntimeError:
            pass
    aes = archive.zip_archive(random.Random(2), [('a.txt', b'x' * 99)], WHEN, 'aes', 'pass')
    info = zipfile.ZipFile(io.BytesIO(aes)).infolist()[0]
    if info.compress_type != 99 or not info.flag_bits & 1 or info.extra[:2] != b'\x01\x99':
        yield 'AES zip: not marked as one'


def check_office():
    for raw, part in ((office.docx('一\n二', '著者', WHEN), 'word/document.xml'), (office.xlsx('一、二', '著者', WHEN), 'xl/workbook.xml')):
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            if package.testzip() or part not in package.namelist():
                yield 'office package is damaged'
    sealed = office.agile(b'PK' + bytes(5000), 'pass', bytes(16), random.Random(3))
    if sealed[:8] != bytes.fromhex('d0cf11e0a1b11ae1') or 'EncryptedPackage'.encode('utf-16-le') not in sealed:
        yield 'encrypted office file is no compound file'


def main():
    wrong = ['%s: %r, not %r' % row for row in TABLE if row[1] != row[2]]
    wrong += list(check_zip()) + list(check_office())
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())

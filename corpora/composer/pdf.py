"""PDF files of one page, plain or with the standard security handler (RC4 and AES with 128 bits, AES with 256)."""
import hashlib

from . import cipher

PADDING = bytes.fromhex('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a')
PERMISSIONS = -1084


def _page(text):
    """The page's content: lines in a CJK font that readers bring along."""
    lines = ['BT /F1 11 Tf 56 780 Td 16 TL']
    for line in text.split('\n')[:46]:
        lines.append('<%s> Tj T*' % line[:60].encode('utf-16-be').hex())
    return ('\n'.join(lines) + '\nET').encode('ascii')


class _Handler:
    """Encrypts strings and streams object by object (ISO 32000-1, 7.6; 32000-2 for revision 6)."""

    def __init__(self, method, password, file_id, rng):
        self.method, self.rng = method, rng
        raw = password.encode('utf-8')
        if method == 'aes256':
            self._make_revision_6(raw)
        else:
            self._make_revision_3(raw, file_id)

    def _random(self, count):
        return bytes(self.rng.randrange(256) for _ in range(count))

    def _make_revision_3(self, password, file_id):
        padded = (password + PADDING)[:32]
        revision = 4 if self.method == 'aes128' else 3
        digest = hashlib.md5(padded).digest()
        for _ in range(50):
            digest = hashlib.md5(digest).digest()
        owner = padded
        for i in range(20):
            owner = cipher.rc4(bytes(b ^ i for b in digest), owner)
        key = hashlib.md5(padded + owner + PERMISSIONS.to_bytes(4, 'little', signed=True) + file_id).digest()
        for _ in range(50):
            key = hashlib.md5(key).digest()
        user = hashlib.md5(PADDING + file_id).digest()
        for i in range(20):
            user = cipher.rc4(bytes(b ^ i for b in key), user)
        self.key = key
        filters = '/V 2 /R 3 /Length 128'
        if revision == 4:
            filters = '/V 4 /R 4 /Length 128 /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV2 /Length 16 >> >> ' \
                '/StmF /StdCF /StrF /StdCF'
        self.dictionary = '<< /Filter /Standard %s /O <%s> /U <%s> /P %d >>' % (
            filters, owner.hex(), user.hex() + '00' * 16, PERMISSIONS)

    def _hash(self, password, salt, user):
        """ISO 32000-2, algorithm 2.B."""
        k, i = hashlib.sha256(password + salt + user).digest(), 0
        while True:
            e = cipher.aes_cbc(k[:16], k[16:32], (password + k + user) * 64)
            k = (hashlib.sha256, hashlib.sha384, hashlib.sha512)[sum(e[:16]) % 3](e).digest()
            i += 1
            if i >= 64 and e[-1] <= i - 32:
                return k[:32]

    def _make_revision_6(self, password):
        self.key, salts = self._random(32), [self._random(8) for _ in range(4)]
        user = self._hash(password, salts[0], b'') + salts[0] + salts[1]
        user_key = cipher.aes_cbc(self._hash(password, salts[1], b''), b'\0' * 16, self.key)
        owner = self._hash(password, salts[2], user) + salts[2] + salts[3]
        owner_key = cipher.aes_cbc(self._hash(password, salts[3], user), b'\0' * 16, self.key)
        permissions = PERMISSIONS.to_bytes(4, 'little', signed=True) + b'\xff\xff\xff\xffTadb' + self._random(4)
        self.dictionary = '<< /Filter /Standard /V 5 /R 6 /Length 256 /CF << /StdCF << /AuthEvent /DocOpen /CFM ' \
            '/AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF /O <%s> /U <%s> /OE <%s> /UE <%s> /Perms <%s> ' \
            '/P %d >>' % (owner.hex(), user.hex(), owner_key.hex(), user_key.hex(),
                          cipher.aes_block(self.key, permissions).hex(), PERMISSIONS)

    def seal(self, number, data):
        if self.method == 'aes256':
            vector = self._random(16)
            return vector + cipher.aes_cbc(self.key, vector, cipher.pad16(data))
        salt = self.key + number.to_bytes(3, 'little') + b'\0\0' + (b'sAlT' if self.method == 'aes128' else b'')
        key = hashlib.md5(salt).digest()
        if self.method == 'rc4':
            return cipher.rc4(key, data)
        vector = self._random(16)
        return vector + cipher.aes_cbc(key, vector, cipher.pad16(data))


def pdf(text, author, when, rng, encryption=None, password=''):
    """encryption: None, 'rc4', 'aes128' or 'aes256'."""
    file_id = bytes(rng.randrange(256) for _ in range(16))
    handler = _Handler(encryption, password, file_id, rng) if encryption else None

    def string(number, value):
        raw = b'\xfe\xff' + value.encode('utf-16-be')
        return '<%s>' % (handler.seal(number, raw) if handler else raw).hex()

    content = _page(text)
    content = handler.seal(4, content) if handler else content
    stamp = when.strftime("D:%Y%m%d%H%M%S+09'00'").encode('ascii')
    stamp = '<%s>' % (handler.seal(7, stamp) if handler else stamp).hex()
    objects = [
        b'<< /Type /Catalog /Pages 2 0 R >>',
        b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> '
        b'>> >>',
        b'<< /Length %d >>\nstream\n' % len(content) + content + b'\nendstream',
        b'<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UCS2-H /DescendantFonts [6 0 R] >>',
        b'<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry %s /Ordering %s '
        b'/Supplement 2 >> /FontDescriptor 8 0 R >>',
        ('<< /Author %s /CreationDate %s >>' % (string(7, author), stamp)).encode('ascii'),
        b'<< /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 6 /FontBBox [-123 -257 1001 910] /ItalicAngle 0 '
        b'/Ascent 709 /Descent -241 /CapHeight 709 /StemV 69 >>',
    ]
    info = [handler.seal(6, value) if handler else value for value in (b'Adobe', b'Japan1')]
    objects[5] = objects[5] % tuple(b'<' + value.hex().encode() + b'>' for value in info)
    if handler:
        objects.append(handler.dictionary.encode('ascii'))
    out, offsets = bytearray(b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b'%d 0 obj\n' % number + body + b'\nendobj\n'
    start = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1)
    out += b''.join(b'%010d 00000 n \n' % offset for offset in offsets)
    encrypt = ' /Encrypt %d 0 R' % len(objects) if handler else ''
    out += ('trailer\n<< /Size %d /Root 1 0 R /Info 7 0 R /ID [<%s> <%s>]%s >>\nstartxref\n%d\n%%%%EOF\n' % (
        len(objects) + 1, file_id.hex(), file_id.hex(), encrypt, start)).encode('ascii')
    return bytes(out)

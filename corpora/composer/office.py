"""Office files: minimal docx, xlsx and docm packages, and the agile encryption of [MS-OFFCRYPTO] 2.3.4.10 around them.

The encrypted form is a compound file ([MS-CFB]); both are written here as Office lays them out. Content is inert.
"""
import base64
import functools
import hashlib
import hmac
import struct
import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

from . import cipher

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SCHEMA = 'http://schemas.openxmlformats.org/'
SPIN = 100000


def _package(parts, when):
    out = BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as package:
        for name, text in parts:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, text)
    return out.getvalue()


def _common_parts(main, main_type, author, when, extra_types=''):
    stamp = when.strftime('%Y-%m-%dT%H:%M:%SZ')
    return [
        ('[Content_Types].xml', HEAD + '<Types xmlns="%spackage/2006/content-types"><Default Extension="rels" '
         'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
         'ContentType="application/xml"/>%s<Override PartName="/%s" ContentType="%s"/><Override '
         'PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
         '</Types>' % (SCHEMA, extra_types, main, main_type)),
        ('_rels/.rels', HEAD + '<Relationships xmlns="%spackage/2006/relationships"><Relationship Id="rId1" '
         'Type="%sofficeDocument/2006/relationships/officeDocument" Target="%s"/><Relationship Id="rId2" '
         'Type="%spackage/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
         % (SCHEMA, SCHEMA, main, SCHEMA)),
        ('docProps/core.xml', HEAD + '<cp:coreProperties xmlns:cp="%spackage/2006/metadata/core-properties" '
         'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
         'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>%s</dc:creator><cp:lastModifiedBy>%s'
         '</cp:lastModifiedBy><cp:revision>2</cp:revision><dcterms:created xsi:type="dcterms:W3CDTF">%s'
         '</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified></cp:coreProperties>'
         % (SCHEMA, escape(author), escape(author), stamp, stamp)),
    ]


def docx(text, author, when, font='游明朝', lang='ja-JP', macro=False, template=''):
    """A document of one paragraph a line; macro adds an inert VBA project (docm), template the link to one elsewhere."""
    kind = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'
    extra = ''
    if macro:
        kind = 'application/vnd.ms-word.document.macroEnabled.main+xml'
        extra = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    style = '<w:rPr><w:rFonts w:ascii="%s" w:eastAsia="%s" w:hAnsi="%s"/><w:lang w:val="en-US" w:eastAsia="%s"/>' \
        '</w:rPr>' % (font, font, font, lang)
    body = ''.join('<w:p><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>' % (style, escape(line))
                   for line in text.split('\n'))
    parts = _common_parts('word/document.xml', kind, author, when, extra)
    parts.append(('word/document.xml', HEAD + '<w:document xmlns:w="%swordprocessingml/2006/main"><w:body>%s'
                  '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>' % (SCHEMA, body)))
    if macro:
        parts.append(('word/_rels/document.xml.rels', HEAD + '<Relationships xmlns="%spackage/2006/relationships">'
                      '<Relationship Id="rId1" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
                      'Target="vbaProject.bin"/></Relationships>' % SCHEMA))
        parts.append(('word/vbaProject.bin', vba_project()))
    if template:
        parts.append(('word/settings.xml', HEAD + '<w:settings xmlns:w="%swordprocessingml/2006/main" xmlns:r="%sofficeDocument/2006/'
                      'relationships"><w:attachedTemplate r:id="rId1"/></w:settings>' % (SCHEMA, SCHEMA)))
        parts.append(('word/_rels/settings.xml.rels', HEAD + '<Relationships xmlns="%spackage/2006/relationships"><Relationship '
                      'Id="rId1" Type="%sofficeDocument/2006/relationships/attachedTemplate" Target="%s" TargetMode="External"/>'
                      '</Relationships>' % (SCHEMA, SCHEMA, escape(template))))
    return _package(parts, when)


def xlsx(text, author, when, macro=False):
    """A workbook of one sheet; cells of a line are parted by tabs or commas."""
    kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'
    extra = ''
    if macro:
        kind = 'application/vnd.ms-excel.sheet.macroEnabled.main+xml'
        extra = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    rows = []
    for number, line in enumerate(text.split('\n'), 1):
        cells = ''.join('<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>' % (chr(65 + i % 26), number, escape(cell))
                        for i, cell in enumerate(line.replace('\t', '、').split('、')))
        rows.append('<row r="%d">%s</row>' % (number, cells))
    extra += '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/' \
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    parts = _common_parts('xl/workbook.xml', kind, author, when, extra)
    relations = '<Relationship Id="rId1" Type="%sofficeDocument/2006/relationships/worksheet" ' \
        'Target="worksheets/sheet1.xml"/>' % SCHEMA
    if macro:
        relations += '<Relationship Id="rId2" Type="http://schemas.microsoft.com/office/2006/relationships/' \
            'vbaProject" Target="vbaProject.bin"/>'
        parts.append(('xl/vbaProject.bin', vba_project()))
    parts += [
        ('xl/workbook.xml', HEAD + '<workbook xmlns="%sspreadsheetml/2006/main" xmlns:r="%sofficeDocument/2006/'
         'relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
         % (SCHEMA, SCHEMA)),
        ('xl/_rels/workbook.xml.rels', HEAD + '<Relationships xmlns="%spackage/2006/relationships">%s'
         '</Relationships>' % (SCHEMA, relations)),
        ('xl/worksheets/sheet1.xml', HEAD + '<worksheet xmlns="%sspreadsheetml/2006/main"><sheetData>%s</sheetData>'
         '</worksheet>' % (SCHEMA, ''.join(rows))),
    ]
    return _package(parts, when)


def _ovba(data):
    """[MS-OVBA] 2.4.1: a compressed container of literals only."""
    chunk = b''.join(b'\0' + data[i:i + 8] for i in range(0, len(data), 8))
    return b'\x01' + struct.pack('<H', 0xb000 | (len(chunk) - 1)) + chunk


def vba_project():
    """A project whose only module is empty: what a scanner sees of a macro, without any code."""
    module = b'Attribute VB_Name = "ThisDocument"\r\n'
    return compound_file([('VBA/dir', _ovba(b'\x01\0\x04\0\0\0\x03\0\0\0')), ('VBA/ThisDocument', _ovba(module)),
                          ('VBA/_VBA_PROJECT', b'\xcc\x61\xff\xff\0\0\0'),
                          ('PROJECT', b'ID="{00000000-0000-0000-0000-000000000000}"\r\nDocument=ThisDocument\r\n')])


class _Directory:
    """The directory of a compound file: a flat list of entries whose siblings form a tree."""

    def __init__(self, streams):
        self.entries = [['Root Entry', 5, [], None, 0]]
        folders = {'': 0}
        for path, data in streams:
            parent = ''
            for part in path.split('/')[:-1]:
                folder = parent + part + '/'
                if folder not in folders:
                    folders[folder] = self._add(folders[parent], part, 1, None)
                parent = folder
            self._add(folders[parent], path.split('/')[-1], 2, data)

    def _add(self, parent, name, kind, data):
        self.entries.append([name, kind, [], data, 0])
        self.entries[parent][2].append(len(self.entries) - 1)
        return len(self.entries) - 1

    def _tree(self, members, links):
        """A balanced tree over members in the order of [MS-CFB]: shorter names first, then upper case."""
        if not members:
            return 0xffffffff
        middle = len(members) // 2
        links[members[middle]] = (self._tree(members[:middle], links), self._tree(members[middle + 1:], links))
        return members[middle]

    def pack(self):
        links, children = {0: (0xffffffff, 0xffffffff)}, {}
        for index, entry in enumerate(self.entries):
            members = sorted(entry[2], key=lambda i: (len(self.entries[i][0]), self.entries[i][0].upper()))
            children[index] = self._tree(members, links)
        out = bytearray()
        for index, (name, kind, _, data, start) in enumerate(self.entries):
            raw = name.encode('utf-16-le') + b'\0\0'
            size = len(data) if data is not None else 0
            out += raw.ljust(64, b'\0') + struct.pack('<HBBIII16sIQQIQ', len(raw), kind, 1, links[index][0],
                                                      links[index][1], children[index], b'\0' * 16, 0, 0, 0, start,
                                                      size)
        while len(out) % 512:
            out += b'\0' * 64 + struct.pack('<HBBIII', 0, 0, 0, *[0xffffffff] * 3) + b'\0' * 48
        return bytes(out)


def _chain(table, start, count):
    """Adds a chain of count sectors, the first of them start."""
    table.extend(list(range(start + 1, start + count)) + [0xfffffffe])


def compound_file(streams):
    """streams: [(path, bytes)] → an OLE compound file, version 3; those under 4096 bytes go into the mini stream."""
    directory = _Directory(streams)
    sectors, fat, mini, minifat = bytearray(), [], bytearray(), []

    def store(data):
        start, count = len(fat), (len(data) + 511) // 512
        sectors.extend(data.ljust(count * 512, b'\0'))
        _chain(fat, start, count)
        return start

    for entry in directory.entries:
        if entry[1] != 2:
            continue
        if len(entry[3]) >= 4096:
            entry[4] = store(entry[3])
        else:
            entry[4], count = len(minifat), (len(entry[3]) + 63) // 64
            mini.extend(entry[3].ljust(count * 64, b'\0'))
            _chain(minifat, entry[4], count)
    root = directory.entries[0]
    root[4], root[3] = (store(bytes(mini)), bytes(mini)) if mini else (0xfffffffe, None)
    minifat_start = store(b''.join(struct.pack('<I', i) for i in minifat)) if minifat else 0xfffffffe
    minifat_count = (len(minifat) * 4 + 511) // 512
    directory_start = store(directory.pack())
    fat_start, fat_count = len(fat), 1
    while (len(fat) + fat_count) * 4 > fat_count * 512:
        fat_count += 1
    fat.extend([0xfffffffd] * fat_count)
    fat_bytes = b''.join(struct.pack('<I', i) for i in fat).ljust(fat_count * 512, b'\xff')
    difat = [fat_start + i for i in range(fat_count)] + [0xffffffff] * (109 - fat_count)
    header = struct.pack('<8s16sHHHHH6sIIIIIIIII', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', b'\0' * 16, 0x3e, 3, 0xfffe,
                         9, 6, b'\0' * 6, 0, fat_count, directory_start, 0, 4096, minifat_start, minifat_count,
                         0xfffffffe, 0) + b''.join(struct.pack('<I', i) for i in difat)
    return header + bytes(sectors) + fat_bytes


@functools.lru_cache(maxsize=None)
def _spin(password, salt):
    value = hashlib.sha512(salt + password.encode('utf-16-le')).digest()
    sha512, pack = hashlib.sha512, struct.pack
    for i in range(SPIN):
        value = sha512(pack('<I', i) + value).digest()
    return value


def _password_key(password, salt, block):
    return hashlib.sha512(_spin(password, salt) + bytes.fromhex(block)).digest()[:32]


def _data_vector(salt, block):
    return hashlib.sha512(salt + block).digest()[:16]


def agile(package, password, salt, rng):
    """Encrypts a package as Office 2013 and later do: AES-256-CBC, SHA-512, 100,000 rounds."""
    def random_bytes(count):
        return bytes(rng.randrange(256) for _ in range(count))

    key, data_salt, verifier, mac_key = random_bytes(32), random_bytes(16), random_bytes(16), random_bytes(64)
    body = bytearray(struct.pack('<Q', len(package)))
    for i in range(0, len(package), 4096):
        vector = _data_vector(data_salt, struct.pack('<I', i // 4096))
        body += cipher.aes_cbc(key, vector, cipher.pad16(package[i:i + 4096], 0))
    digest = hmac.new(mac_key, bytes(body), 'sha512').digest()

    def sealed(block, value):
        return base64.b64encode(cipher.aes_cbc(_password_key(password, salt, block), salt, value)).decode()

    def integrity(block, value):
        vector = _data_vector(data_salt, bytes.fromhex(block))
        return base64.b64encode(cipher.aes_cbc(key, vector, value)).decode()

    shape = 'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" ' \
        'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"'
    xml = HEAD.replace('\n', '\r\n') + '<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" ' \
        'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData %s saltValue="%s"/>' \
        '<dataIntegrity encryptedHmacKey="%s" encryptedHmacValue="%s"/><keyEncryptors><keyEncryptor ' \
        'uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="%d" %s ' \
        'saltValue="%s" encryptedVerifierHashInput="%s" encryptedVerifierHashValue="%s" encryptedKeyValue="%s"/>' \
        '</keyEncryptor></keyEncryptors></encryption>' % (
            shape, base64.b64encode(data_salt).decode(), integrity('5fb2ad010cb9e1f6', mac_key),
            integrity('a0677f02b22c8433', digest), SPIN, shape, base64.b64encode(salt).decode(),
            sealed('fea7d2763b4b9e79', verifier), sealed('d7aa0f6d3061344e', hashlib.sha512(verifier).digest()),
            sealed('146e0be7abacd0d6', key))
    info = struct.pack('<HHI', 4, 4, 0x40) + xml.encode('utf-8')
    return compound_file(_data_spaces() + [('EncryptionInfo', info), ('EncryptedPackage', bytes(body))])


def _unicode(text):
    raw = text.encode('utf-16-le')
    return struct.pack('<I', len(raw)) + raw + b'\0' * (-len(raw) % 4)


def _data_spaces():
    """[MS-OFFCRYPTO] 2.1: the storage that tells which transform the package went through."""
    name = 'StrongEncryptionDataSpace'
    transform = 'StrongEncryptionTransform'
    entry = struct.pack('<I', 1) + struct.pack('<I', 0) + _unicode('EncryptedPackage') + _unicode(name)
    folder = '\x06DataSpaces/'
    uid = _unicode('{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}')
    version = struct.pack('<IHHHHHH', 0, 1, 0, 1, 0, 1, 0)[4:]
    primary = struct.pack('<II', 8 + len(uid), 1) + uid + _unicode('Microsoft.Container.EncryptionTransform') \
        + version + struct.pack('<III', 0, 0, 0) + struct.pack('<I', 4)
    return [
        (folder + 'Version', _unicode('Microsoft.Container.DataSpaces') + version),
        (folder + 'DataSpaceMap', struct.pack('<III', 8, 1, len(entry) + 4) + entry),
        (folder + 'DataSpaceInfo/' + name, struct.pack('<II', 8, 1) + _unicode(transform)),
        (folder + 'TransformInfo/' + transform + '/\x06Primary', primary),
    ]

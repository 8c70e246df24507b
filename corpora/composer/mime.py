"""Header words, file names and bodies in the encodings that mail programs choose."""
import base64
import quopri
import struct


def _nec_map():
    """Characters of the NEC-selected rows of code page 932, which Microsoft's ISO-2022-JP writes for 髙."""
    table = {}
    for lead in (0xed, 0xee):
        for trail in range(0x40, 0xfd):
            try:
                table.setdefault(bytes([lead, trail]).decode('cp932'), bytes([lead, trail]))
            except UnicodeDecodeError:
                continue
    return table


NEC = _nec_map()
HALF_KANA = {chr(0xff61 + i): full for i, full in enumerate(
    '。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜')}


def _jis_pair(char):
    raw = char.encode('cp932')
    if len(raw) == 2 and raw[0] >= 0xfa and char in NEC:
        raw = NEC[char]
    if len(raw) != 2 or raw[0] >= 0xf0:
        raise UnicodeEncodeError('iso-2022-jp', char, 0, 1, 'not in its rows')
    lead, trail = raw
    row = (lead - (0x81 if lead < 0xa0 else 0xc1)) * 2
    if trail >= 0x9f:
        row, cell = row + 1, trail - 0x9f
    else:
        cell = trail - 0x40 - (1 if trail > 0x7f else 0)
    return bytes([row + 0x21, cell + 0x21])


def encode_jis(text):
    """ISO-2022-JP as Microsoft's code page 50220 writes it: vendor rows, half-width kana made full."""
    out, double = bytearray(), False
    for char in text:
        char = HALF_KANA.get(char, char)
        if ord(char) < 0x80:
            if double:
                out += b'\x1b(B'
            double = False
            out += char.encode('ascii')
        else:
            pair = _jis_pair(char)
            if not double:
                out += b'\x1b$B'
            double = True
            out += pair
    return bytes(out + (b'\x1b(B' if double else b''))


def encode(text, charset):
    lower = charset.lower()
    if lower == 'iso-2022-jp':
        return encode_jis(text)
    if lower == 'shift_jis':
        return text.encode('cp932')
    return text.encode(lower)


def choose_charset(text, wanted):
    """The charset that a client would write: ASCII text stays ASCII where it can, what doesn't fit becomes UTF-8."""
    if text.isascii() and wanted.lower() in ('iso-2022-jp', 'shift_jis', 'us-ascii', 'gb2312'):
        return 'us-ascii'
    try:
        encode(text, wanted)
        return wanted
    except UnicodeEncodeError:
        return 'utf-8'


def _word(text, charset, form):
    raw = encode(text, charset)
    if form == 'b':
        body = base64.b64encode(raw).decode('ascii')
    else:
        body = ''.join(chr(b) if chr(b).isalnum() and b < 128 else '_' if b == 32 else '=%02X' % b for b in raw)
    return '=?%s?%s?%s?=' % (charset, form.upper(), body)


def encode_words(text, charset, form='b', first=60, fold='\n '):
    """RFC 2047; splits between characters so that no word passes 75 columns."""
    if text.isascii():
        return fold_ascii(text, first)
    charset_used = charset if choose_charset(text, charset) == charset else 'UTF-8'
    words, start, room = [], 0, max(first, 40)
    while start < len(text):
        end = start + 1
        while end < len(text) and len(_word(text[start:end + 1], charset_used, form)) <= room:
            end += 1
        words.append(_word(text[start:end], charset_used, form))
        start, room = end, 75
    return fold.join(words)


def q_words(text):
    """Plain text in encoded words, as some programs write every subject."""
    return '\n '.join(_word(text[at:at + 40], 'UTF-8', 'q') for at in range(0, len(text), 40))


def fold_ascii(text, first=60):
    """Folds at spaces, as most programs do for long plain subjects."""
    out, room = [], max(first, 30)
    line = ''
    for word in text.split(' '):
        if line and len(line) + 1 + len(word) > room:
            out.append(line)
            line, room = word, 75
        else:
            line = line + ' ' + word if line else word
    return '\n '.join(out + [line])


def display_name(name, charset, form='b', quote=True):
    if not name:
        return ''
    if name.isascii():
        plain = all(c.isalnum() or c in " -'" for c in name)
        return name if plain and not quote else '"%s"' % name
    return encode_words(name, charset, form, 55)


def address(name, mailbox, charset, form='b', quote=False, angle=False):
    shown = display_name(name, charset, form, quote)
    return '%s <%s>' % (shown, mailbox) if shown else '<%s>' % mailbox if angle else mailbox


def percent(raw):
    return ''.join(chr(b) if b < 128 and (chr(b).isalnum() or b in b'-._') else '%%%02X' % b for b in raw)


def parameter(key, value, style, charset):
    """A MIME parameter with a file name: quoted ASCII, RFC 2047 in quotes (most of Japan) or RFC 2231."""
    if value.isascii():
        return '%s="%s"' % (key, value)
    if style == '2231':
        body = percent(value.encode('utf-8'))
        if len(body) < 60:
            return "%s*=UTF-8''%s" % (key, body)
        pieces = []
        while body:
            cut = min(60, len(body))
            while cut < len(body) and '%' in body[cut - 2:cut]:
                cut -= 1
            pieces.append(body[:cut])
            body = body[cut:]
        return ';\n '.join("%s*%d*=%s%s" % (key, i, "UTF-8''" if i == 0 else '', piece)
                           for i, piece in enumerate(pieces))
    if style == 'raw':
        return '%s="%s"' % (key, value)
    return '%s="%s"' % (key, encode_words(value, charset, 'b', 60))


def base64_lines(raw, width=76):
    body = base64.b64encode(raw).decode('ascii')
    return '\n'.join(body[i:i + width] for i in range(0, len(body), width))


def transfer(raw, encoding):
    """Bytes in a transfer encoding → bytes with \\n line ends."""
    if encoding == 'base64':
        return base64_lines(raw.replace(b'\n', b'\r\n')).encode('ascii') + b'\n'
    if encoding == 'quoted-printable':
        return quopri.encodestring(raw) + (b'' if raw.endswith(b'\n') else b'\n')
    return raw + (b'' if raw.endswith(b'\n') else b'\n')


def choose_transfer(charset, wanted):
    if charset.lower() == 'iso-2022-jp' or charset.lower() == 'us-ascii' and wanted != 'quoted-printable':
        return '7bit'
    return wanted


def html_escape(text):
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')


def pack_time(when):
    return struct.pack('<I', int(when.timestamp()))

"""Mails that try to be slow or big, made when they are needed: {name: function that gives the mail's pieces}.

Used by test-hostile.py (a generous bound for each) and bench/hostile (the figures).
"""

import base64
import io
import os
import struct
import zipfile
import zlib

HEAD = (b"From: \"A. Sender\" <sender@partner.example>\r\nTo: taro@kikan.example\r\nSubject: hostile\r\n"
        b"Date: Mon, 2 Nov 2026 10:00:00 +0900\r\nMessage-ID: <hostile@partner.example>\r\nMIME-Version: 1.0\r\n")
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def many_parts():
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    for number in range(100000):
        yield b"--b\r\nContent-Type: text/plain\r\n\r\npart %d\r\n" % number
    yield b"--b--\r\n"


def deep_multiparts():
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for depth in range(1, 10000):
        yield b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (depth - 1, depth)
    yield b"--b9999\r\n\r\nthe end\r\n"


def deep_messages():
    for _ in range(10000):
        yield HEAD + b"Content-Type: message/rfc822\r\n\r\n"
    yield TEXT + b"the end\r\n"


def one_boundary_deep():
    """All levels have the same boundary: each line ends them all."""
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    for _ in range(50000):
        yield b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"


def big_header():
    yield HEAD + b"X-Big: "
    for _ in range(50 * 16):
        yield b"x" * 65536
    yield b"\r\n\r\nbody\r\n"


def many_headers():
    yield HEAD
    for number in range(500000):
        yield b"X-Field-%d: value\r\n" % number
    yield b"\r\nbody\r\n"


def million_recipients():
    yield b"From: sender@partner.example\r\nTo: "
    for number in range(1000000):
        yield b"\"Name %d\" <user%d@kikan.example>,\r\n " % (number, number)
    yield b"taro@kikan.example\r\nSubject: x\r\n\r\nbody\r\n"


def encoded_words():
    yield HEAD + b"X-Words:"
    for _ in range(100000):
        yield b" =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?="
    yield b"\r\nComments:"
    for _ in range(100000):
        yield b" =?utf-8?Q?=E3=81?="
    yield b"\r\n\r\nbody\r\n"


def nested_comments():
    yield b"From: " + b"(" * 200000 + b"sender@partner.example\r\nTo: " + b"<" * 200000 + b"\r\nReceived: " + b"(" * 200000
    yield b"\r\nDate: " + b"(" * 100000 + b"\r\nMessage-ID: " + b"<" * 100000 + b"\r\n\r\nbody\r\n"


def base64_line():
    yield HEAD + b"Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    for _ in range(200 * 16):
        yield b"QUJD" * 16384


def deep_html():
    yield HTML + b"<div>" * 100000 + b"words" + b"</div>" * 100000


def unclosed_html():
    """What a parser must look back for, again and again."""
    yield HTML + b"<a><b><table><tr><td><p>" * 40000 + b"</x>" * 100000


def html_attributes():
    yield HTML + b"<p " + b" ".join(b"a%d=b" % number for number in range(200000)) + b">words</p>" + b"<!--" * 100000


def html_styles():
    yield HTML + b"<style>" + b".c%d,p q r s t{color:#fff;font-size:0}" % 1 * 20000 + b"</style>"
    yield b"<p class=\"" + b" ".join(b"c%d" % number for number in range(20000)) + b"\">words</p>" * 200


def style_sheets():
    """Long rules, each for a class of its own, on elements with many classes; in several parts, each with its own sheet."""
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    for _ in range(40):
        yield b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<style>"
        yield b"".join(b".c%d{background:%s}" % (number, b"a " * 190) for number in range(8)) + b"</style>"
        yield b"<p class=\"c0 c1 c2 c3 c4 c5 c6 c7\">" * 1300 + b"\r\n"
    yield b"--b--\r\n"


def many_rules():
    rules = b"".join(b".c%d{background:%s}\r\n" % (number, b"a " * 190) for number in range(10000))
    yield HTML + b"<style>" + rules + b"</style>"


def header_lines():
    """Messages whose lines all begin what may be the header of a quoted mail."""
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    for _ in range(30):
        yield b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + TEXT + b"a:\n" * 340000
    yield b"--b--\r\n"


def crowded_header():
    yield b"X-A: 1\r\n" * 2001 + TEXT + b"body\r\n"


def pictures_first():
    """A thousand pictures less two, and a program behind."""
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    picture = base64.b64encode(b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\1D\0;")
    yield (b"--b\r\nContent-Type: image/gif; name=a.gif\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture + b"\r\n") * 998
    yield b"--b\r\nContent-Type: text/plain; name=a.js\r\nContent-Disposition: attachment\r\n\r\nWScript.Echo(1);\r\n--b--\r\n"


def combining_marks():
    """Unicode normalisation sorts the marks behind one letter by class."""
    yield TEXT
    for _ in range(20):
        yield "e".encode() + "\u0301\u0323\u0302\u0327".encode() * 12000


def long_words():
    yield TEXT + b"a" * 400000 + b"\r\n" + "ー".encode() * 130000 + b"\r\n" + "々".encode() * 130000 + b"\r\n"


def _small_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    return base64.encodebytes(buffer.getvalue())


def password_lines():
    """Messages with a file, and lines that each may describe a password, spell one, or join its parts."""
    data = _small_zip()
    yield HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    for number, line in enumerate((b"pass birth+birth+birth+birth\r\n" * 2100, b"pass " + b" " * 60000,
                                   b"pass " + "に今日".encode() * 6000, b"pass\r\n" + b"-" * 60000)):
        yield b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
        yield b"Content-Type: multipart/mixed; boundary=y%d\r\n\r\n--y%d\r\n" % (number, number)
        yield b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + line + b"\r\n"
        yield b"--y%d\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" % number
        yield data + b"--y%d--\r\n" % number
    yield b"--x--\r\n"


def password_words():
    yield TEXT + ("パスワード：" * 40000).encode() + b"\r\n" + ("パスワードは「" * 20000).encode()


def links():
    yield HTML + b"".join(b"<a href=\"http://h%d.example/%s\">http://k%d.example/</a>" % (n, b"a/" * 50, n) for n in range(50000))
    yield b"http://" * 100000 + b"@" * 100000 + b"." * 100000


def quotations():
    yield TEXT + b"".join(b">" * (number % 500) + b" text\r\n" for number in range(60000))


def katakana():
    yield TEXT + ("セキュリテイコンピユーターソフトウエアーネツトワーク" * 8000).encode()


def misspelt():
    yield TEXT + b" ".join(b"acknowlegdement%s" % bytes([97 + n % 26, 97 + n // 26 % 26]) for n in range(60000))


def registers():
    """Polite sentences among plain ones, each a break of register or not by all others."""
    yield TEXT + ("行く。\r\n" * 4 + "行きます。\r\n").encode() * 1150


def nested_passwords():
    """190 messages, each with a long text that speaks of passwords and a file that may need one."""
    data = _small_zip()
    yield HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    for number in range(190):
        yield b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
        yield b"Content-Type: multipart/mixed; boundary=y%d\r\n\r\n--y%d\r\nContent-Type: text/plain\r\n\r\n" % (number, number)
        yield b"the password to open this file is (see) \"north key\" and code 12 for the pin\r\n" * 250
        yield b"--y%d\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" % number
        yield data + b"--y%d--\r\n" % number
    yield b"--x--\r\n"


def taken_for_image():
    """A compound file with a note beside what is encrypted, whose class identifier reads as a picture's signature does."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "found", "compound-file-taken-for-image.eml"), "rb") as file:
        yield file.read()


def _attached(name, data):
    yield HEAD + b"Content-Type: application/octet-stream; name=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" % name
    yield base64.encodebytes(data)


def zip_bomb():
    """16 zips in each of 16, five deep, at the bottom a file of 64 MB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * (64 << 20))
    for _ in range(5):
        inner, buffer = buffer.getvalue(), io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(16):
                archive.writestr("%d.zip" % number, inner)
    yield from _attached(b"42.zip", buffer.getvalue())


def zip_members():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(65000):
            archive.writestr("%05d.txt" % number, b"")
    yield from _attached(b"many.zip", buffer.getvalue())


def gzip_chain():
    data = b"A" * (256 << 20)
    for _ in range(8):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        data = packer.compress(data) + packer.flush()
    yield from _attached(b"chain.gz", data)


def rtf_groups():
    yield from _attached(b"deep.rtf", b"{\\rtf1" + b"{" * 500000 + b"\\bin2000000000 " * 1000)


def xml_entities():
    """Billion laughs, in a document."""
    buffer = io.BytesIO()
    laughs = b"<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a0 \"lol\">" + b"".join(
        b"<!ENTITY a%d \"%s\">" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)) + b"]><w:document>&a11;</w:document>"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types/>")
        archive.writestr("word/document.xml", laughs)
    yield from _attached(b"laughs.docx", buffer.getvalue())


def lost_ole():
    """A compound file whose sectors point at each other in a ring."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 2, 1, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432
    ring = struct.pack("<128I", *[(n + 1) % 128 for n in range(128)])
    yield from _attached(b"ring.doc", header + ring * 400)


MAILS = {function.__name__.replace("_", "-"): function for function in (
    many_parts, deep_multiparts, deep_messages, one_boundary_deep, big_header, many_headers, million_recipients, encoded_words,
    nested_comments, base64_line, deep_html, unclosed_html, html_attributes, html_styles, style_sheets, many_rules,
    header_lines, crowded_header, pictures_first, combining_marks, long_words,
    password_lines, password_words, links, quotations, katakana, misspelt, registers, nested_passwords, taken_for_image, zip_bomb, zip_members,
    gzip_chain, rtf_groups, xml_entities, lost_ole)}


def write(name, path):
    with open(path, "wb") as file:
        for piece in MAILS[name]():
            file.write(piece)

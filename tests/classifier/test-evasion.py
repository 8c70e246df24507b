#!/usr/bin/env python3
"""One lure, dressed to escape: test-evasion.py SEKISHO

A written mail (a provider's address in a ministry's name, a request for an interview, a program in a zip) is sent in
many disguises. The table says, for each, which evidence must still come out, and what the disguise itself gives away.
Evidence, not classes: those follow from the model of the day. With --show, everything that was seen is printed.
"""

import base64
import binascii
import io
import json
import os
import quopri
import subprocess
import sys
import tempfile
import zipfile

NAME = "外務省 北東アジア課 山本 健"
SUBJECT = "ご相談（山本）"
TEXT = """清水様

突然のご連絡を失礼いたします。外務省北東アジア課の山本と申します。

安全保障と北極海航路に関する政策について、清水様のご見解を伺いたく、取材をお願いできますでしょうか。
質問票を添付いたしましたので、至急ご確認くださいますようお願いいたします。

外務省 北東アジア課
山本 健
"""


def program():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("質問票.docx.exe", b"MZ" + b"\0" * 58 + b"\x40\0\0\0PE\0\0" + b"\0" * 200)
    return buffer.getvalue()


def word(text, charset="utf-8"):
    return "=?%s?B?%s?=" % (charset, base64.b64encode(text.encode(charset)).decode())


def part(kind, data, *more):
    lines = ["Content-Type: " + kind, "Content-Transfer-Encoding: base64", *more]
    return "\r\n".join(lines) + "\r\n\r\n" + base64.encodebytes(data).decode().replace("\n", "\r\n")


def text_part(text, charset="utf-8", label=None, kind="plain"):
    return part("text/%s; charset=%s" % (kind, label or charset), text.encode(charset))


def html_part(html):
    return text_part("<html><body>%s</body></html>" % html, kind="html")


def html_of(text):
    return "".join("<p>%s</p>" % line for line in text.split("\n"))


ZIP = part("application/zip; name=\"=?utf-8?B?6LOq5ZWP56WoLnppcA==?=\"", program(), "Content-Disposition: attachment")


def mail(*parts, sender=None, subject=None, more=(), kind="mixed", boundary="frontier", declared=None):
    head = ["Received: from mail.docomo.ne.jp (mail.docomo.ne.jp [203.0.113.9]) by mx.kikan.example; "
            "Mon, 2 Nov 2026 10:00:05 +0900", "From: " + (sender or "%s <yamamoto_ken88@docomo.ne.jp>" % word(NAME)),
            "To: shimizu@kikan.example", "Subject: " + (subject or word(SUBJECT)), "Date: Mon, 2 Nov 2026 10:00:00 +0900",
            "Message-ID: <20261102100000.1234@docomo.ne.jp>", *more, "MIME-Version: 1.0",
            "Content-Type: multipart/%s; boundary=%s" % (kind, declared or '"%s"' % boundary)]
    body = "".join("--%s\r\n%s\r\n" % (boundary, one) for one in parts)
    return ("\r\n".join(head) + "\r\n\r\n" + body + "--%s--\r\n" % boundary).encode("utf-8", "surrogateescape")


def between(text, filler):
    """The filler between all letters of the words that matter."""
    for term in ("外務省", "取材", "安全保障", "質問票", "至急"):
        text = text.replace(term, filler.join(term))
    return text


def cyrillic(text):
    return text.translate(str.maketrans("aeopcxMTAEOPCXKH", "аеорсхМТАЕОРСХКН"))


def uuencoded(name, data):
    lines = [binascii.b2a_uu(data[at:at + 45]).decode() for at in range(0, len(data), 45)]
    return "\nbegin 644 %s\n%s`\nend\n" % (name, "".join(lines))


def picture():
    """A picture of one colour, as the words would be in."""
    return part("image/png; name=text.png", base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="),
        "Content-ID: <text@x>")


PLAIN = text_part(TEXT)
FORWARDED = "Content-Type: message/rfc822\r\n\r\n" + mail(PLAIN, ZIP).decode()

# What the words, the sender and the file say.
WORDS = {"lure.request", "lure.topic", "lure.pressure"}
SENDER = {"sender.organisation-claim"}
FILE = {"attachment.runs-code", "attachment.double-extension"}
ALL = WORDS | SENDER | FILE

# (disguise, mail, evidence that must come out)
TABLE = [
    ("none", mail(PLAIN, ZIP), ALL),
    ("words in HTML", mail(html_part(html_of(TEXT)), ZIP), ALL),
    ("harmless plain text beside the HTML that is shown",
     mail("Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n%s\r\n--inner\r\n%s\r\n--inner--\r\n"
          % (text_part("ニュースをお届けします。"), html_part(html_of(TEXT))), ZIP), ALL),
    ("zero-width characters in the words", mail(text_part(between(TEXT, "\u200b")), ZIP), ALL | {"bulk.salted-text"}),
    ("soft hyphens and joiners in the words", mail(text_part(between(TEXT, "\u00ad\u200d")), ZIP), ALL | {"bulk.salted-text"}),
    ("invisible elements in the words",
     mail(html_part(html_of(between(TEXT, "<span style=\"display:none\">xq</span>"))), ZIP), ALL),
    ("letters of no size in the words",
     mail(html_part(html_of(between(TEXT, "<font style=\"font-size:0\">z</font>"))), ZIP), ALL),
    ("words as entities", mail(html_part("".join("&#x%x;" % ord(c) if ord(c) > 127 else c for c in html_of(TEXT))), ZIP), ALL),
    ("words split by comments", mail(html_part(html_of(between(TEXT, "<!-- x -->"))), ZIP), ALL),
    ("words split by lines", mail(text_part(TEXT.replace("安全保障", "安全\n保障").replace("取材を", "取\n材を")), ZIP), ALL),
    ("Kangxi radicals and compatibility forms", mail(text_part(TEXT.replace("至急", "⾄急").replace("外務省", "外務⽬省")), ZIP),
     WORDS | FILE | {"language.foreign-glyph"}),
    ("full-width and half-width forms", mail(text_part(TEXT + "\nﾊﾟｽﾜｰﾄﾞは１２３４です"), ZIP), ALL),
    ("words only in a picture", mail(html_part("<img src=cid:text@x>"), picture(), ZIP), FILE),
    ("words only in attributes", mail(html_part("<img alt=\"%s\" src=cid:text@x>" % TEXT.replace("\n", " ")), picture(), ZIP),
     FILE | {"lure.request"}),
    ("Shift_JIS called UTF-8", mail(text_part(TEXT, "cp932", "utf-8"), ZIP), ALL),
    ("UTF-8 called ISO-2022-JP", mail(text_part(TEXT, "utf-8", "iso-2022-jp"), ZIP), ALL),
    ("UTF-8 called US-ASCII", mail(text_part(TEXT, "utf-8", "us-ascii"), ZIP), ALL),
    ("EUC-JP called Shift_JIS", mail(text_part(TEXT, "euc-jp", "shift_jis"), ZIP), ALL),
    ("a charset that nobody knows", mail(text_part(TEXT, "utf-8", "x-unknown-9"), ZIP), ALL),
    ("UTF-7", mail(text_part(TEXT, "utf-7"), ZIP), ALL),
    ("forwarded as an attachment", mail(text_part("ご参考まで"), FORWARDED), ALL),
    ("forwarded three times", mail(text_part("FW"), "Content-Type: message/rfc822\r\n\r\n" + mail(
        text_part("FW"), "Content-Type: message/rfc822\r\n\r\n" + mail(text_part("FW"), FORWARDED).decode()).decode()),
     {"attachment.runs-code"}),
    ("the displayed name in quotes and escapes",
     mail(PLAIN, ZIP, sender="\"%s\" <yamamoto_ken88@docomo.ne.jp>" % word(NAME)), ALL),
    ("another address in the displayed name",
     mail(PLAIN, ZIP, sender="\"yamamoto@mofa.go.jp\" <yamamoto_ken88@docomo.ne.jp>"), WORDS | FILE | {"sender.name-holds-address"}),
    ("From with several addresses", mail(PLAIN, ZIP, sender="yamamoto@mofa.go.jp, yamamoto_ken88@docomo.ne.jp"),
     WORDS | FILE | {"sender.several"}),
    ("two From fields", mail(PLAIN, ZIP, more=("From: yamamoto@mofa.go.jp",)), WORDS | FILE | {"sender.several"}),
    ("another envelope sender", b"Return-Path: <bounce@list-master.example>\r\n" + mail(PLAIN, ZIP), ALL | {"sender.envelope-elsewhere"}),
    ("Reply-To elsewhere", mail(PLAIN, ZIP, more=("Reply-To: yamamoto@mofa-press.example",)), ALL | {"sender.reply-to-elsewhere"}),
    ("quoted-printable with broken escapes",
     mail("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
          quopri.encodestring(TEXT.encode()).decode() + "=ZZ=\r\n", ZIP), ALL),
    ("base64 with junk in it", mail(PLAIN.replace("5", "5!*", 6), ZIP), ALL),
    ("an encoding that nobody knows",
     mail("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: x-none\r\n\r\n" + TEXT, ZIP), ALL),
    ("two boundaries declared", mail(PLAIN, ZIP, declared="\"frontier\"; boundary=\"other\""), ALL),
    ("boundary with a comment", mail(PLAIN, ZIP, declared="(x) frontier (y)"), ALL),
    ("parts behind the end", mail(text_part("こんにちは")) + ("--frontier\r\n%s\r\n--frontier--\r\n" % ZIP).encode(), FILE),
    ("no end", mail(PLAIN, ZIP)[:-len("--frontier--\r\n")], ALL),
    ("the file called a text", mail(PLAIN, ZIP.replace("application/zip", "text/plain")), WORDS | SENDER | {"attachment.runs-code"}),
    ("the file called a picture", mail(PLAIN, ZIP.replace("application/zip", "image/png")),
     WORDS | SENDER | {"attachment.runs-code", "attachment.type-mismatch"}),
    ("the file without a name", mail(PLAIN, part("application/octet-stream", program())), WORDS | SENDER | {"attachment.runs-code"}),
    ("the file uuencoded in the text", mail(text_part(TEXT + uuencoded("a.zip", program()))),
     WORDS | SENDER | {"attachment.runs-code"}),
    ("bare line feeds", mail(PLAIN, ZIP).replace(b"\r\n", b"\n"), ALL),
    ("bare carriage returns in the text", mail(text_part(TEXT.replace("\n", "\r")), ZIP), ALL),
    ("NUL characters in the text", mail(text_part(between(TEXT, "\0")), ZIP), ALL),
    ("a bidirectional override in the file's name",
     mail(PLAIN, part("application/octet-stream; name=\"%s\"" % word("質問票\u202excod.exe"), program()[30 + 22:30 + 22 + 300],
                      "Content-Disposition: attachment")), WORDS | SENDER | {"attachment.bidi-name"}),
    ("look-alike letters in an address",
     mail(PLAIN, ZIP, sender="%s <yamamoto@kik%sn.example>" % (word(NAME), "а")),
     WORDS | FILE | SENDER | {"sender.lookalike-domain"}),
]


def seen(program_path, folder):
    for number, (_, data, _) in enumerate(TABLE):
        with open(os.path.join(folder, "%03d.eml" % number), "wb") as file:
            file.write(data)
    done = subprocess.run([program_path, "scan", "--json", "--all", "--own-domain", "kikan.example", folder], capture_output=True,
                          text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        verdicts = seen(sys.argv[1], folder)
    assert len(verdicts) == len(TABLE)
    for (name, _, wanted), verdict in zip(TABLE, verdicts):
        ids = {evidence["id"] for evidence in verdict["evidence"]}
        if wanted - ids:
            failed += 1
            print("%s: missed %s" % (name, " ".join(sorted(wanted - ids))))
        if "--show" in sys.argv:
            print("%-50s %-8s %+6.2f %s" % (name, verdict["class"], verdict["score"], " ".join(sorted(ids))))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

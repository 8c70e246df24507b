#!/usr/bin/env python3
"""Seeds that aren't mails: other-seeds.py PACKAGE OUTPUT. The members of a model package, a directory as CSV and LDIF, and
lessons as classifier/memory/gather.c leaves them."""

import os
import struct
import sys
import zipfile

CSV = '''name,kana,romaji,address,also,organisation,title
大谷 翔一,オオタニ ショウイチ,Shoichi Otani,otani@kikan.example,otani.private@mail.example o2@mail.example,企画部,課長
"Smith, ""Anne""",,Anne Smith,smith@partner.example,,"Partner, Ltd.",
'''
LDIF = """version: 1
# people
dn: uid=otani,ou=people,dc=kikan,dc=example
cn:: 5aSn6LC3IOe/lOS4gA==
cn;lang-en: Shoichi
  Otani
mail: otani@kikan.example
title;lang-ja:< file:///dev/null
"""


LEARN, COUNT, VERDICT, OUTGOING, TEXT = 1, 2, 4, 8, 128


def text(value):
    return struct.pack("<q", len(value.encode())) + value.encode() + b"\0"


def numbers(*values):
    return struct.pack("<%dq" % len(values), *values)


def texts(*values):
    return numbers(len(values)) + b"".join(map(text, values))


def lesson(parts, number):
    """A record; the target puts its sum right."""
    payload = numbers(parts, 1700000000)
    if parts & (LEARN | COUNT):
        payload += numbers(1700000000 + number)
        payload += b"".join(map(text, ("%d@partner.example" % number, "smith@partner.example", "Anne Smith", "議事録",
                                       "192.0.2.0/24", "", "Becky!", "iso-2022-jp", "ja", "minutes")))
        payload += numbers(540, 1) + texts("otani@kikan.example", "suzuki@kikan.example") + texts("1", "1.2")
        payload += bytes(60) if parts & TEXT else b""
        payload += numbers(2, 77, 78)
    if parts & VERDICT:
        payload += numbers(1700000000 + number)
        payload += b"".join(map(text, ("%d@partner.example" % number, "smith@partner.example", "議事録", "clean", "", "",
                                       "lure.topic")))
        payload += texts("otani@kikan.example") + struct.pack("<d", -2.5) + numbers(12345)
    return b"LSS1" + struct.pack("<IQ", len(payload), 0) + payload


def main():
    package, output = sys.argv[1:]
    for folder in ("lessons", "model", "people"):
        os.makedirs(os.path.join(output, folder), exist_ok=True)
    with zipfile.ZipFile(package) as archive:
        members = [archive.read(name) for name in ("manifest.json", "classes.svm", "text.bin")]
    # The text model is only as long as a fuzzer can bear; what it says of its own length is then wrong, which is a seed, too.
    for name, size in (("whole", None), ("short", 2000)):
        with open(os.path.join(output, "model", name), "wb") as file:
            file.write(b"\x1e".join([members[0], members[1][:size], members[2][:size]]))
    for name, content in (("people.csv", CSV), ("people.ldif", LDIF)):
        with open(os.path.join(output, "people", name), "w", encoding="utf-8") as file:
            file.write(content)
    head = b"LESSONS1" + bytes(8)
    kinds = (LEARN | VERDICT, COUNT | VERDICT, LEARN | OUTGOING, VERDICT, LEARN | TEXT | VERDICT)
    with open(os.path.join(output, "lessons", "all"), "wb") as file:
        file.write(head + b"".join(lesson(parts, number) for number, parts in enumerate(kinds)))
    for number, parts in enumerate(kinds):
        with open(os.path.join(output, "lessons", str(number)), "wb") as file:
            file.write(head + lesson(parts, number))


if __name__ == "__main__":
    main()

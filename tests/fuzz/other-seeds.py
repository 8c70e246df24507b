#!/usr/bin/env python3
"""Seeds that aren't mails: other-seeds.py PACKAGE OUTPUT. The members of a model package, and a directory as CSV and LDIF."""

import os
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


def main():
    package, output = sys.argv[1:]
    for folder in ("model", "people"):
        os.makedirs(os.path.join(output, folder), exist_ok=True)
    with zipfile.ZipFile(package) as archive:
        members = [archive.read(name) for name in ("manifest.json", "classes.svm", "text.bin")]
    # The text model is only as long as a fuzzer can bear; what it says of its own length is then wrong, which is a seed, too.
    for name, size in (("whole", None), ("short", 2000)):
        with open(os.path.join(output, "model", name), "wb") as file:
            file.write(b"\x1e".join([members[0], members[1][:size], members[2][:size]]))
    for name, text in (("people.csv", CSV), ("people.ldif", LDIF)):
        with open(os.path.join(output, "people", name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()

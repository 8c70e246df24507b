#!/usr/bin/env python3
"""people.py SEKISHO: the directory from file to verdict.

People are imported into a store, all or none; a mail that borrows a name is told then, with the store alone. A domain
like that of somebody who writes often is told, too, once the memory has seen enough of them.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HEADER = "name,kana,romaji,address,also,organisation,title\n"
STAFF = HEADER + '田中 太郎,たなか たろう,Tanaka Taro,tanaka@kikan.example,taro@home.example,"架空機構, 本部",課長\n'
PARTNERS = """version: 1

dn: uid=hanako,o=partner
cn: 渡邉 花子
sn;lang-ja: 渡邉
givenName;lang-ja: 花子
mail: hanako@partner.example
o: 架空商事株式会社
"""
WRONG = HEADER + "山田 一郎,,,yamada@kikan.example,,,\n,,,nonsense,,,\n"
LATER = HEADER + "山田 一郎,やまだ いちろう,,yamada@kikan.example,,,\n"


def mail(name, address, number=1):
    return (f"Received: from mail.example (mail.example [192.0.2.1]) by mx.kikan.example with ESMTP id {number};"
            f" Mon, 2 Nov 2026 09:{number:02d}:00 +0900\n"
            f"From: {name} <{address}>\nTo: suzuki@kikan.example\nSubject: =?UTF-8?B?5Lya6K2w?=\n"
            f"Date: Mon, 2 Nov 2026 09:{number:02d}:00 +0900\nMessage-ID: <{number}@{address.split('@')[1]}>\n"
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\n会議の件でご連絡いたします。\n")


class Room:
    def __init__(self, sekisho, folder):
        self.sekisho, self.folder = sekisho, folder

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def run(self, *arguments, status=0):
        result = subprocess.run([self.sekisho, *arguments], cwd=self.folder, capture_output=True, text=True,
                                env=dict(os.environ, LC_ALL="C.UTF-8"))
        assert result.returncode == status, (arguments, result.returncode, result.stdout, result.stderr)
        return result.stdout, result.stderr

    def evidence(self, file, *options):
        """Evidence by id, of the last mail of the file."""
        output, _ = self.run("scan", "--json", "--own-domain", "kikan.example", *options, file)
        return {item["id"]: item for item in json.loads(output.splitlines()[-1])["evidence"]}


def check_import(room):
    room.write("staff.csv", STAFF)
    room.write("partners.ldif", PARTNERS)
    room.write("wrong.csv", WRONG)
    assert room.run("people", "check", "staff.csv", "partners.ldif")[0] == "2 people: fine\n"
    _, errors = room.run("people", "check", "wrong.csv", status=1)
    assert "wrong.csv:3: column 1 (name): the name is empty" in errors, errors
    assert 'wrong.csv:3: column 4 (address): not an address: "nonsense"' in errors, errors
    assert room.run("people", "import", "--store", "store", "staff.csv", "partners.ldif")[0] == "2 people imported\n"
    listed, _ = room.run("people", "list", "--store", "store")
    assert listed == STAFF + "渡邉 花子,,,hanako@partner.example,,架空商事株式会社,\n", listed
    # Nothing is half imported, and what was there stays.
    room.run("people", "import", "--store", "store", "wrong.csv", status=1)
    assert room.run("people", "list", "--store", "store")[0] == listed
    # What is listed can be imported again.
    room.write("again.csv", listed)
    room.run("people", "import", "--store", "store", "again.csv")
    assert room.run("people", "list", "--store", "store")[0] == listed
    first = json.loads(room.run("people", "list", "--json", "--store", "store")[0].splitlines()[0])
    assert first["version"] == 1 and first["also"] == ["taro@home.example"], first


def check_usage(room):
    room.run("people", status=2)
    room.run("people", "import", "--store", "store", status=2)
    room.run("people", "export", "x", status=2)
    room.run("people", "list", "--frozen", status=2)
    assert "no store is named" in room.run("people", "import", "staff.csv", status=2)[1]
    assert "other: " in room.run("people", "list", "--store", "other", status=1)[1]
    (room.folder / "hashed.ini").write_text(f"[classifier]\nstore = {room.folder}/store\n")
    assert room.run("people", "list", "--config", "hashed.ini")[0].count("\n") == 3


def check_hashed(room):
    """A store that keeps only hashes takes no names, neither an old one nor one that would be made."""
    for _ in range(2):
        (room.folder / "private.ini").write_text(
            f"[classifier]\nstore = {room.folder}/hashed\n[memory]\nprivacy = hashed\n")
        _, errors = room.run("people", "import", "--config", "private.ini", "staff.csv", status=1)
        assert "keeps only hashes" in errors, errors
    assert "田中" not in (room.folder / "hashed").read_bytes().decode(errors="replace")


def check_names(room):
    borrowed = room.write("borrowed.eml", mail("=?UTF-8?B?5rih6L6644CA6Iqx5a2Q5qeY?=", "x@gmail.com"))
    private = room.write("private.eml", mail("=?UTF-8?B?55Sw5Lit5aSq6YOO?=", "taro@home.example"))
    assert "sender.name-mismatch" not in room.evidence(borrowed)
    seen = room.evidence(borrowed, "--store", "store", "--frozen")
    assert "hanako@partner.example" in seen["sender.name-mismatch"]["en"], seen
    assert "sender.name-mismatch" not in room.evidence(private, "--store", "store", "--frozen")
    # A file that is named stands above the store.
    room.write("later.csv", LATER)
    assert "sender.name-mismatch" not in room.evidence(borrowed, "--store", "store", "--frozen", "--people", "later.csv")


def check_correspondents(room):
    folder = room.folder / "often"
    folder.mkdir()
    for number in range(1, 15):
        (folder / f"{number:02d}.eml").write_text(mail("Kakuu", "info@kakuu-tsushin.example", number))
    alike = room.write("alike.eml", mail("Kakuu", "info@kakuu-tsuhsin.com", 30))
    assert "sender.lookalike-domain" not in room.evidence(alike, "--store", "store", "--frozen")
    room.run("scan", "--json", "--own-domain", "kikan.example", "--store", "store", "often")
    seen = room.evidence(alike, "--store", "store", "--frozen")
    assert "kakuu-tsushin.example" in seen["sender.lookalike-domain"]["en"], seen
    known = room.write("known.eml", mail("Kakuu", "info@kakuu-tsushin.example", 40))
    assert "sender.lookalike-domain" not in room.evidence(known, "--store", "store", "--frozen")


def main():
    with tempfile.TemporaryDirectory() as folder:
        room = Room(os.path.abspath(sys.argv[1]), pathlib.Path(folder))
        check_import(room)
        check_usage(room)
        check_hashed(room)
        check_names(room)
        check_correspondents(room)
    return 0


sys.exit(main())

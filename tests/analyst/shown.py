#!/usr/bin/env python3
"""shown.py SEKISHO: file names, contents and words of the command line reach no terminal as they are.

Every command meets a name and a content with an escape sequence, a right-to-left override, a C1 control and a byte that
is no UTF-8. Nothing of these may be in what is printed for people; what is printed as JSON is valid.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

SEKISHO = os.path.abspath(sys.argv[1])
EVIL = "q\033[31mR\u202eED\u009b31m".encode() + b"\xff.exe"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
MAIL = (b"From: Ev\033[2Jil <a@evil.example>\nTo: b@kikan.example\nMessage-ID: <\033[31m@evil.example>\n"
        b"Subject: =?utf-8?B?QRtbMzFtUkVE4oCuZ3BqLmV4ZQ==?=\n\nhello\033[31m \xc2\x9b31m\xe2\x80\xae\xff\n")


def prepare():
    for name, content in [(EVIL, "あ\033[31mいう\u202eえ\u009b31m\n".encode() + b"\xff\n"), (EVIL + b".eml", MAIL)]:
        with open(name, "wb") as file:
            file.write(content)
    with zipfile.ZipFile("evil.zip", "w") as archive:
        archive.writestr("in\u202excod\u009b.exe", b"MZ")
    pathlib.Path("evil.ini").write_bytes(b"[mil\033[31mter]\nso\033cket=\xff\n[policy]\nbulk=\xff\033\n")
    pathlib.Path("evil.csv").write_bytes("name,kana\033\u202e,address\n\033[31m,x,y\n".encode())


def run(arguments):
    done = subprocess.run([SEKISHO, *arguments], stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def main():
    mail, gone, store = EVIL + b".eml", EVIL + b".gone", ["--store", "r.db"]
    cases = [
        ["scan", gone], ["scan", "--all", mail], ["scan", "--" + "\033[31m"], ["scan", b"--json=" + EVIL, mail],
        ["scan", "--language", EVIL, mail], ["scan", "--client", EVIL, mail], ["scan", "--model", EVIL, mail],
        ["explain", mail], ["explain", gone], ["attachment", EVIL], ["attachment", "evil.zip"], ["attachment", gone],
        ["language", EVIL], ["language", "--lines", EVIL], ["language", gone],
        ["report", "--class", EVIL, *store, mail], ["report", "--class", "bulk", *store, gone],
        ["report", "--class", "bulk", *store, "--by", EVIL, "--note", EVIL, mail], ["report", "list", *store],
        ["report", "show", "1", *store], ["report", "withdraw", "1", "--by", EVIL, *store],
        ["train", "--ham", gone, "--bulk", EVIL, "--targeted", EVIL, "--output", EVIL + b".model"],
        ["evaluate", "--ham", mail], ["evaluate", "--split", EVIL, "--ham", mail],
        ["people", "check", EVIL], ["people", "check", "evil.csv"], ["people", "import", EVIL, "--store", EVIL],
        ["model", "show", EVIL], ["model", "list", "--models", EVIL], ["check", "--config", EVIL],
        ["check", "--config", "evil.ini"], [EVIL], ["replay", mail], ["log", "--store", EVIL], ["log", "--store", gone],
        ["memory", "show", EVIL, *store], ["memory", "show", EVIL + b"@b.example", *store],
        ["memory", "learn", gone, *store], ["stats", "--since", EVIL, *store],
    ]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        prepare()
        failed = 0
        for case in cases:
            status, out, errors = run(case)
            text = (out + errors).decode(errors="surrogateescape")
            bad = RAW.search(text) or re.search("[\udc80-\udcff]", text)
            if bad or status not in (0, 1, 2) or not text:
                failed += 1
                print(case, status, repr(text[:300]))
        for case in ["scan", "explain", "attachment", "language"]:
            for line in run([case, "--json", mail])[1].decode().splitlines():
                json.loads(line)
        return 1 if failed else 0


sys.exit(main())

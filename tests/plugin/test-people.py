#!/usr/bin/env python3
"""People imported into the store are known to a running milter after a reload. test-people.py MILTER SEKISHO

Exit 77: skipped."""

import os
import signal
import subprocess
import sys
import tempfile

import mta
from daemon import Daemon

PEOPLE = "name,kana,romaji,address\n田中 太郎,たなか たろう,Tanaka Taro,tanaka@kikan.example\n"
FIELDS = ((b"From", b" =?UTF-8?B?55Sw5Lit5aSq6YOO?= <x@gmail.com>"), (b"To", b" suzuki@kikan.example"),
          (b"Subject", b" =?UTF-8?B?5Lya6K2w?="), (b"Date", b" Mon, 2 Nov 2026 09:00:00 +0900"),
          (b"Message-ID", b" <1@gmail.com>"))
BODY = "会議の件でご連絡いたします。\r\n".encode()


def evidence(daemon):
    connection = mta.Connection(daemon.socket)
    connection.introduce("unknown", "203.0.113.5")
    edits, answer = connection.mail(FIELDS, BODY)
    assert answer[0] == b"c", answer
    connection.quit()
    return mta.inserted(edits)["X-Sekisho-Evidence"]


def main():
    milter, sekisho = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        store, file = os.path.join(folder, "memory.sqlite"), os.path.join(folder, "people.csv")
        with open(file, "w", encoding="utf-8") as out:
            out.write(PEOPLE)
        daemon = Daemon(milter, {"classifier": {"own_domains": "kikan.example", "store": store},
                                 "banner": {"evidence": "50"}, "pool": {"deadline": "60", "workers": "1"}})
        checked = subprocess.run([milter, "-n", "-c", daemon.configuration], capture_output=True, text=True, check=False)
        if "no model package is built in" in checked.stderr:
            print("no model package is built in")
            return 77
        assert checked.returncode == 0, checked.stderr
        daemon.start()
        assert "sender.name-mismatch" not in evidence(daemon)
        subprocess.run([sekisho, "people", "import", "--config", daemon.configuration, file], check=True,
                       stdout=subprocess.DEVNULL)
        assert "sender.name-mismatch" not in evidence(daemon)  # not before the reload
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("uses generation 2")
        assert "sender.name-mismatch" in evidence(daemon)
        daemon.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Mails through the milter, on connections of their own: an encrypted file, then its password; an exchange of which
one mail is an attack. test-join.py MILTER COMPOSE

Exit 77: skipped."""

import glob
import os
import re
import subprocess
import sys
import tempfile
from importlib import import_module

import mta
from daemon import Daemon

fields_and_body = import_module("test-same").fields_and_body


def send(daemon, file, client, again=False):
    """One mail on a connection of its own; its headers that were inserted. Again: as another of the same sender."""
    with open(file, "rb") as mail:
        fields, body = fields_and_body(mail.read())
    if again:
        fields = [(name, b" <again@mail.example>" if name.lower() == b"message-id" else value) for name, value in fields]
    connection = mta.Connection(daemon.socket)
    connection.introduce("unknown", client)
    edits, answer = connection.mail(fields, body)
    assert answer[0] == b"c", answer
    connection.quit()
    message_id = next(value for name, value in fields if name.lower() == b"message-id").decode().strip().strip("<>")
    return message_id, mta.inserted(edits)


def mails(compose, folder, family):
    subprocess.run([sys.executable, compose, "--output", folder, "--family", family, "--per-family", "1"], check=True,
                   stdout=subprocess.DEVNULL)
    return sorted(glob.glob(os.path.join(folder, "targeted", family + "-0001-*.eml")))


def check_exchange(daemon, files):
    """A polite mail, an attack, one more polite mail."""
    first, headers = send(daemon, files[0], "203.0.113.5")
    assert headers["X-Sekisho-Verdict"].startswith("clean"), headers
    attack, headers = send(daemon, files[1], "203.0.113.5")
    assert headers["X-Sekisho-Verdict"].startswith("targeted"), headers
    line = daemon.wait_for('changed message_id="%s"' % re.escape(first))
    assert 'because="%s"' % attack in line and "previous=clean class=targeted" in line, line
    _, headers = send(daemon, files[0], "203.0.113.5", again=True)
    assert headers["X-Sekisho-Verdict"].startswith("targeted"), headers
    assert "memory.exchange-targeted" in headers["X-Sekisho-Evidence"], headers


def main():
    milter, compose = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        files = mails(compose, folder, "meeting-papers-second-mail")
        daemon = Daemon(milter, {"classifier": {"own_domains": "kikan.example", "store": os.path.join(folder, "memory.sqlite")},
                                 "pool": {"deadline": "60", "workers": "2"}})
        checked = subprocess.run([milter, "-n", "-c", daemon.configuration], capture_output=True, text=True, check=False)
        if "no model package is built in" in checked.stderr:
            print("no model package is built in")
            return 77
        assert checked.returncode == 0, checked.stderr
        daemon.start()
        first, _ = send(daemon, files[0], "203.0.113.5")
        second, headers = send(daemon, files[1], "198.51.100.7")
        line = daemon.wait_for('changed message_id="%s"' % re.escape(first))
        assert 'because="%s"' % second in line, line
        assert "attachment." in headers["X-Sekisho-Evidence"], headers
        check_exchange(daemon, mails(compose, folder, "office-intern-certificate"))
        daemon.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

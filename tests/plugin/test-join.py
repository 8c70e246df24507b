#!/usr/bin/env python3
"""Two mails through the milter, on connections of their own: an encrypted file, then its password. test-join.py MILTER COMPOSE

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


def send(daemon, file, client):
    """One mail on a connection of its own; its headers that were inserted."""
    with open(file, "rb") as mail:
        fields, body = fields_and_body(mail.read())
    connection = mta.Connection(daemon.socket)
    connection.introduce("unknown", client)
    edits, answer = connection.mail(fields, body)
    assert answer[0] == b"c", answer
    connection.quit()
    message_id = next(value for name, value in fields if name.lower() == b"message-id").decode().strip().strip("<>")
    return message_id, mta.inserted(edits)


def main():
    milter, compose = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        family = "meeting-papers-second-mail"
        subprocess.run([sys.executable, compose, "--output", folder, "--family", family, "--per-family", "1"], check=True,
                       stdout=subprocess.DEVNULL)
        files = sorted(glob.glob(os.path.join(folder, "targeted", family + "-0001-*.eml")))
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
        daemon.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

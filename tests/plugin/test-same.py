#!/usr/bin/env python3
"""The milter and the command line judge the same bytes alike: test-same.py MILTER SEKISHO FOLDER

Every mail of the folder goes through the milter and through `sekisho scan`, with the same envelope and one store, which is
empty and frozen, and is so at the end. Exit 77: skipped."""

import json
import os
import re
import subprocess
import sys
import tempfile

import mta
from daemon import Daemon

SENDER, RECIPIENT, CLIENT = "sender@partner.example", "taro@kikan.example", "203.0.113.5"


def fields_and_body(message):
    """As an MTA would give them to a filter: line ends are CRLF, those in folds LF."""
    message = re.sub(rb"\r?\n", b"\r\n", message)
    if message.startswith(b"From "):
        message = message.split(b"\r\n", 1)[1]
    head, _, body = message.partition(b"\r\n\r\n")
    fields = [field.partition(b":") for field in re.split(rb"\r\n(?![ \t])", head)]
    return [(name, value.replace(b"\r\n", b"\n")) for name, _, value in fields], body


def main():
    milter, sekisho, folder = sys.argv[1:]
    state = tempfile.TemporaryDirectory(prefix="sekisho-same-")
    store = os.path.join(state.name, "memory.sqlite")
    subprocess.run([sekisho, "memory", "learn", "--store", store, "--own-domain", "kikan.example", os.devnull], check=True, stdout=subprocess.DEVNULL)
    daemon = Daemon(milter, {"classifier": {"own_domains": "kikan.example", "store": store}, "memory": {"frozen": "yes"},
                             "pool": {"deadline": "60"}})
    checked = subprocess.run([milter, "-n", "-c", daemon.configuration], capture_output=True, text=True, check=False)
    if "no model package is built in" in checked.stderr:
        print("no model package is built in")
        return 77
    assert checked.returncode == 0, checked.stderr
    scanned = subprocess.run(
        [sekisho, "scan", "--json", "--store", store, "--frozen", "--own-domain", "kikan.example", "--envelope-from", SENDER, "--rcpt", RECIPIENT, "--client",
         CLIENT, folder], capture_output=True, text=True, check=True)
    daemon.start()
    connection = mta.Connection(daemon.socket)
    connection.introduce("unknown", CLIENT)
    classes = {}
    for line in scanned.stdout.splitlines():
        want = json.loads(line)
        with open(want["file"], "rb") as file:
            fields, body = fields_and_body(file.read())
        edits, answer = connection.mail(fields, body, sender=b"<%s>" % SENDER.encode(), recipients=(b"<%s>" % RECIPIENT.encode(),))
        assert answer[0] == b"c", (want["file"], answer)
        got = mta.inserted(edits)
        score = float(got["X-Sekisho-Score"].split(";")[0])
        assert mta.verdict(edits) == want["class"], (want["file"], got["X-Sekisho-Verdict"], want["class"])
        assert abs(score - want["score"]) < 0.0051, (want["file"], score, want["score"])
        classes[want["class"]] = classes.get(want["class"], 0) + 1
    connection.quit()
    daemon.stop()
    logged = subprocess.run([sekisho, "log", "--json", "--store", store], capture_output=True, text=True, check=True).stdout
    assert logged == "", logged
    print("%d mails judged alike: %s" % (sum(classes.values()), classes))
    return 0 if classes else 1


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(main())

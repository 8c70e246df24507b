#!/usr/bin/env python3
"""The log: hostile mail can't break a line, in text or in JSON. test-log.py PROGRAM"""

import json
import os
import re
import signal
import sys
import unicodedata

import mta
from daemon import Daemon

PROGRAM = os.path.abspath(sys.argv[1])

# Envelope sender, queue id: as an MTA would hand them on.
HOSTILE = [
    b"a@x.example\nmail queue_id=\"forged\" class=clean action=accept",
    b"a\"@x.example\" class=clean x=\"",
    b"\x1b[2J\x1b[31m@x.example",
    b"\xe2\x80\xaeelpmaxe@x.example",
    b"\xff\xfe\xc3(@x.example",
    b"%s%s%n%100000d@x.example",
    b"\\\\\" \\x@x.example",
    b"\xc2\x9b31m\xe2\x80\xa8\xe2\x81\xa6@x.example",
    b"x" * 5000 + b"@x.example",
    "佐藤@x.example".encode(),
    b"",
]
FIELD = re.compile(r' ([a-z_]+)=("(?:[^"\\]|\\.)*"(?:\.\.\.)?|[a-z0-9.+-]+)')


def odd(line):
    return [character for character in line if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")]


def check_text(line):
    assert not odd(line), line
    rest = re.match(r"\S+Z sekisho-milter\[\d+\] (?:info|warning): mail(.*)$", line)
    assert rest, line
    fields, at = [], 0
    while at < len(rest.group(1)):
        field = FIELD.match(rest.group(1), at)
        assert field, rest.group(1)[at:]
        fields.append(field.group(1))
        at = field.end()
    return fields


def check_json(line):
    assert not odd(line), line
    record = json.loads(line, object_pairs_hook=lambda pairs: [p[0] for p in pairs])
    assert len(record) == len(set(record))
    return json.loads(line)


def run(format_):
    daemon = Daemon(PROGRAM, {"log": {"format": format_}, "policy": {"targeted": "tag"}})
    daemon.start(wait=False)
    daemon.wait_for("generation 1 in use")
    connection = mta.Connection(daemon.socket)
    connection.introduce()
    for number, sender in enumerate(HOSTILE):
        connection.macro(b"M", i="4T%d" % number)
        headers = ((b"Subject", b" x"), (b"From", b" " + sender.replace(b"\n", b"")), (b"X-Stand-In", b" targeted"))
        edits, answer = connection.mail(headers, b"Hi\r\n", sender=b"<" + sender + b">")
        assert answer[0] == b"c" and mta.verdict(edits) == "targeted", answer
    connection.quit()
    daemon.wait_for("4T%d" % (len(HOSTILE) - 1))
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("generation 2 in use")
    log = daemon.stop().split("\n")
    if format_ == "text":
        mails = [line for line in log if re.search(r": mail queue_id=", line)]
        want = ["queue_id", "client", "from", "recipients", "size", "header_from", "message_id", "class", "score", "evidence",
                "action", "elapsed_ms", "generation"]
        for line in mails:
            assert check_text(line) == want, line
        assert not any("forged" in line and "\\x0amail" not in line for line in log)
        assert any('from="佐藤@x.example"' in line for line in mails)
    else:
        records = [check_json(line) for line in log]
        assert {record["event"] for record in records} == {"mail", "message"}
        mails = [record for record in records if record["event"] == "mail"]
        for record, sender in zip(mails, HOSTILE):
            text = sender.decode(errors="replace")
            assert record["from"] == text or len(text) > 200 and text.startswith(record["from"].rstrip("…")), record
            assert record["class"] == "targeted" and record["action"] == "tag" and record["score"] == 3.5
            assert record["evidence"].startswith("route.seen") and isinstance(record["elapsed_ms"], int)
            assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", record["time"]) and record["level"] == "info"
    assert len(mails) == len(HOSTILE), "\n".join(log)


for name in ("text", "json"):
    run(name)

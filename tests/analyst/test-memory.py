#!/usr/bin/env python3
"""test-memory.py SEKISHO: what `sekisho memory` learns from sent mail and logs, shows, and releases."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

OWN = ["--own-domain", "kikan.example"]
SENT = """From suzuki@kikan.example Tue Mar  2 10:00:00 2021
From: Suzuki <suzuki@kikan.example>
To: tanaka@yama.example, Sato <sato@kikan.example>
Bcc: <mori@yama.example>
Date: Tue, 02 Mar 2021 10:00:00 +0900
Message-ID: <one@kikan.example>
Subject: x

body

From x@other.example Tue Mar  2 10:00:00 2021
From: x@other.example
To: y@other.example
Date: Tue, 02 Mar 2021 10:00:00 +0900
Message-ID: <foreign@other.example>

not ours
"""
LOG = """2021-03-03T09:00:00+09:00 mx1 postfix/cleanup[1]: 4ABC1: message-id=<two@kikan.example>
2021-03-03T09:00:00+09:00 mx1 postfix/qmgr[1]: 4ABC1: from=<sato@kikan.example>, size=1, nrcpt=1 (queue active)
2021-03-03T09:00:00+09:00 mx1 postfix/smtp[1]: 4ABC1: to=<tanaka@yama.example>, relay=a, status=sent (250 ok)
2021-03-03T09:00:00+09:00 mx1 postfix/qmgr[1]: 4ABC1: removed
"""
MAIL = """Received: from m.example (m.example [192.0.2.9]) by mx1.kikan.example with ESMTP id 1; Wed, 03 Mar 2021 12:00:00 +0900
From: Card Service <card@m.example>
To: sato@kikan.example
Date: Wed, 03 Mar 2021 12:00:00 +0900
Message-ID: <%s@m.example>
References: <two@kikan.example>
Subject: Your account is suspended

Dear customer, your account has been suspended for unusual activity. Confirm your identity within 24 hours or it will be
closed permanently: http://192.0.2.77/login%s
"""


LETTER = """Received: from %s (%s [%s]) by mx1.kikan.example with ESMTP id 1; %02d Mar 2021 10:00:00 +0900
Authentication-Results: mx1.kikan.example; spf=%s smtp.mailfrom=yama.example; dmarc=%s header.from=yama.example
X-Mailer: %s
From: Tanaka Taro <tanaka@yama.example>
To: sato@kikan.example
Date: %02d Mar 2021 10:00:00 +0900
Message-ID: <letter%d@yama.example>
Subject: Notes of day %d
Content-Type: text/plain; charset=utf-8

Good morning, these are my notes of day %d: all goes well, and the report comes on Friday as agreed. Regards, Tanaka
"""


def run(program, *arguments, status=0):
    process = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if process.returncode != status:
        sys.exit(f"{arguments}: exit {process.returncode}, want {status}\n{process.stdout}{process.stderr}")
    return process.stdout


def check(name, have, want):
    if have != want:
        sys.exit(f"{name}: {have!r}, want {want!r}")


def verdict(program, store, path):
    line = run(program, "scan", "--json", *OWN, "--store", store, path)
    one = json.loads(line)
    return one["class"], {item["id"] for item in one["evidence"]}, one["summary"]["en"]


def learning(program, folder, store):
    for name, text in [("sent", SENT), ("maillog", LOG)]:
        (folder / name).write_text(text)
    out = run(program, "memory", "learn", "--store", store, *OWN, folder / "sent", folder / "maillog")
    check("learned", out.split()[0], "2")
    check("again", run(program, "memory", "learn", "--store", store, *OWN, folder / "sent")[:1], "1")
    shown = json.loads(run(program, "memory", "show", "--json", "--store", store, "TANAKA@yama.example"))
    check("written", shown["written"], 2)
    check("from", sorted(item["address"] for item in shown["from"]), ["sato@kikan.example", "suzuki@kikan.example"])
    check("bcc", json.loads(run(program, "memory", "show", "--json", "--store", store, "mori@yama.example"))["written"], 1)
    check("unknown", json.loads(run(program, "memory", "show", "--json", "--store", store, "no@x.example"))["found"], False)
    stats = json.loads(run(program, "memory", "stats", "--json", "--store", store))
    check("stats", (stats["mails"], stats["sent-message-ids"], stats["written-to"]), (2, 2, 2))
    run(program, "memory", "learn", "--store", store, folder / "maillog", status=1)  # whose mail is ours?
    (folder / "zone").write_text("From: a@zone.example\nTo: b@kikan.example\nSubject: Lunch\nMessage-ID: <z@zone.example>\n"
                                 "Date: Wed, 25 Nov 2026 10:00:00 -0330\n\nSee you at noon.\n")
    run(program, "scan", "--store", folder / "zone.sqlite", *OWN, folder / "zone")
    shown = run(program, "memory", "show", "--store", folder / "zone.sqlite", "a@zone.example")
    check("time zone", re.findall("time zone .*", shown)[0].split()[-1], "-0330")
    missing = folder / "mistyped.sqlite"
    for action in (["expire"], ["release", folder / "sent"]):
        run(program, "memory", action[0], "--store", missing, *OWN, *action[1:], status=1)
        check("only learning makes a store", missing.exists(), False)
    check("expire", run(program, "memory", "expire", "--store", store), "0 old entries deleted\n")


def releasing(program, folder, store):
    first, again, other = folder / "1.eml", folder / "2.eml", folder / "3.eml"
    first.write_text(MAIL % ("a", ""))
    again.write_text(MAIL % ("b", ""))
    other.write_text(MAIL % ("c", "/other"))
    class_, ids, _ = verdict(program, store, first)
    check("caught", class_, "bulk")
    check("answers a mail that the log told of", "clean.answers-ours" in ids, True)
    check("release", run(program, "memory", "release", "--store", store, *OWN, first), "1 mail released\n")
    class_, ids, summary = verdict(program, store, again)
    check("released", (class_, "clean.released" in ids, "released before" in summary), ("clean", True, True))
    class_, ids, _ = verdict(program, store, other)
    check("another link is another mail", (class_, "clean.released" in ids), ("bulk", False))
    (folder / "empty.eml").write_text("")
    run(program, "memory", "release", "--store", store, *OWN, folder / "empty.eml", status=1)


def withdrawing(program, folder, store):
    """Somebody says that a mail is bulk, and takes it back: it is not caught again."""
    path = folder / "4.eml"
    path.write_text(MAIL % ("d", "/withdrawn"))
    check("caught", verdict(program, store, path)[0], "bulk")
    run(program, "report", "--class", "bulk", "--store", store, *OWN, path)
    report = json.loads(run(program, "report", "list", "--json", "--store", store).splitlines()[0])
    check("still caught", verdict(program, store, path)[0], "bulk")
    run(program, "report", "withdraw", report["id"], "--store", store, *OWN)
    class_, ids, _ = verdict(program, store, path)
    check("not caught again", (class_, "clean.released" in ids), ("clean", True))


def borrowing(program, folder, store):
    """A mail that failed authentication and is unlike all of its address makes no habits of its own."""
    usual, other = ("mx.yama.example", "mx.yama.example", "192.0.2.7"), ("vps.example", "vps.example", "198.51.100.77")
    paths = []
    for day in range(1, 13):
        forged = day > 10
        path = folder / f"letter{day}.eml"
        result, mailer = ("fail", "The Bat! 9") if forged else ("pass", "Microsoft Outlook 16.0")
        path.write_text(LETTER % (*(other if forged else usual), day, result, result, mailer, day, day, day, day))
        paths.append(path)
    lines = run(program, "scan", "--json", "--all", *OWN, "--authserv-id", "mx1.kikan.example", "--store", store, *paths)
    check("all is in the file itself", pathlib.Path(f"{store}-wal").exists(), False)
    for line in lines.splitlines()[10:]:
        one = json.loads(line)
        ids = {item["id"] for item in one["evidence"]}
        check("forged", (one["class"], {"sender.authentication-failed", "sender.habit-differs"} <= ids), ("clean", True))
    shown = json.loads(run(program, "memory", "show", "--json", "--store", store, "tanaka@yama.example"))
    check("what it taught", shown["mails"], 10)


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="sekisho-memory-") as name:
        folder = pathlib.Path(name)
        learning(program, folder, folder / "store")
        releasing(program, folder, folder / "store")
        withdrawing(program, folder, folder / "store")
        borrowing(program, folder, folder / "borrowing.sqlite")
        for wrong in [["memory"], ["memory", "stats"], ["memory", "bogus", "--store", folder / "store"],
                      ["memory", "learn", "--store", folder / "store"]]:
            run(program, *wrong, status=2)
    return 0


sys.exit(main())

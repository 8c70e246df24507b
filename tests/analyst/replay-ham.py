#!/usr/bin/env python3
"""replay-ham.py SEKISHO HAM MISLABELLED [--show]: real legitimate mail in the order of its dates, with a memory.

At most 1 in 1,000 may be called targeted, and no mail from a sender that was seen ten times or more. Mails that stand in
the wrong set (models/mislabelled.txt) are played, too, since they came with the others, but not counted. Skipped (77)
where the mail is not there.
"""
import email
import email.utils
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SEEN = 10


def date_of(path):
    """As the memory takes it: of the topmost Received field, else Date."""
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file)
    texts = [str(message["Received"] or "").rsplit(";", 1)[-1], str(message["Date"] or "")]
    for text in texts:
        try:
            return email.utils.parsedate_to_datetime(text.strip()).timestamp()
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return 0


def main():
    program, ham, mislabelled = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if not ham.is_dir():
        print(f"skipped: {ham} is not here")
        return 77
    wrong = {line.split("\t")[0].strip() for line in mislabelled.read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")}
    paths = [pathlib.Path(folder) / name for folder, _, names in os.walk(ham) for name in names]
    paths.sort(key=lambda path: (date_of(path), str(path)))
    counts, senders, alarms, total = {}, {}, [], 0
    with tempfile.TemporaryDirectory(prefix="sekisho-replay-") as place:
        process = subprocess.Popen([program, "scan", "--json", "--own-domain", "kikan.example", "--store",
                                    os.path.join(place, "store"), *map(str, paths)], stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            verdict = json.loads(line)
            sender = verdict["from"]["address"].lower()
            before = senders.get(sender, 0)
            senders[sender] = before + 1
            if pathlib.Path(verdict["file"]).name in wrong:
                continue
            total += 1
            counts[verdict["class"]] = counts.get(verdict["class"], 0) + 1
            if verdict["class"] == "targeted":
                alarms.append((verdict, before))
            if "--show" in sys.argv and verdict["class"] == "targeted":
                print(verdict["file"], before, *[(one["id"], round(one["contribution"], 1)) for one in
                                                 verdict["evidence"] if abs(one["contribution"]) > 0.3])
        if process.wait() != 0:
            print("scan failed")
            return 1
    known = [verdict["file"] for verdict, before in alarms if before >= SEEN]
    print(f"{total} mails: {counts}; called targeted: {len(alarms)}, of senders seen {SEEN} times or more: {len(known)}")
    return 1 if len(alarms) * 1000 > total or known else 0


sys.exit(main())

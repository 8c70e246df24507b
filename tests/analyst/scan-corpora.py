#!/usr/bin/env python3
"""scan-corpora.py SEKISHO FOLDER…: every mail below the folders gets a verdict from `sekisho scan --json`.

Fails on a crash, a leak or anything else that the sanitizers say, a missed deadline, a mail without a verdict, or an
object that breaks the contract of the JSON. Skipped (77) where none of the folders is there.
"""
import json
import math
import os
import subprocess
import sys

KEYS = {"version": int, "file": str, "index": int, "message_id": str, "date": str, "from": dict, "subject": str,
        "class": str, "probability": dict, "score": (int, float), "bias": (int, float), "action": str,
        "summary": dict, "evidence": list, "elapsed_us": int}
EVIDENCE = {"id": str, "strength": (int, float), "contribution": (int, float), "where": str, "ja": str, "en": str,
            "related": str}
FAMILIES = set("sender route attachment language lure bulk clean memory limit".split())
CLASSES = ["clean", "bulk", "targeted"]
ACTIONS = "accept tag quarantine reject tempfail".split()


def wrong(verdict):
    """What is wrong with one object, or None."""
    for keys, item in [(KEYS, verdict)] + [(EVIDENCE, item) for item in verdict.get("evidence", [])]:
        for key, kind in keys.items():
            if not isinstance(item.get(key), kind) or isinstance(item.get(key), bool):
                return f"{key}: {item.get(key)!r}"
    if verdict["class"] not in CLASSES or verdict["action"] not in ACTIONS or verdict["version"] != 1:
        return "class, action or version"
    if abs(sum(verdict["probability"][name] for name in CLASSES) - 1) > 1e-6:
        return "probabilities don't add up to 1"
    total = verdict["bias"] + math.fsum(item["contribution"] for item in verdict["evidence"])
    if abs(total - verdict["score"]) > 1e-9 * max(1, abs(total)):
        return f"bias and contributions make {total}, score is {verdict['score']}"
    for item in verdict["evidence"]:
        if item["id"].split(".")[0] not in FAMILIES or not 0 <= item["strength"] <= 1 or "%s" in item["en"] + item["ja"]:
            return f"evidence {item}"
    if len({item["id"] for item in verdict["evidence"]}) != len(verdict["evidence"]):
        return "an id stands twice"
    return None


def main():
    program, folders = sys.argv[1], [folder for folder in sys.argv[2:] if os.path.isdir(folder)]
    if not folders:
        print("skipped: none of these is here: " + " ".join(sys.argv[2:]))
        return 77
    files = sum(len(names) for folder in folders for _, _, names in os.walk(folder))
    command = [program, "scan", "--json", "--own-domain", "kikan.example", *folders]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen, problems, slowest = set(), [], 0
    for line in process.stdout:
        verdict = json.loads(line)
        seen.add(verdict["file"])
        slowest = max(slowest, verdict["elapsed_us"])
        reason = wrong(verdict)
        if reason:
            problems.append(f"{verdict['file']}: {reason}")
    errors = process.stderr.read()
    if process.wait() != 0 or errors:
        problems.append(f"exit status {process.returncode}; stderr:\n{errors[:4000]}")
    if len(seen) != files:
        problems.append(f"{files} files, {len(seen)} with a verdict")
    print(f"{len(seen)} files, slowest verdict {slowest / 1000:.0f} ms")
    print("\n".join(problems[:20]))
    return 1 if problems else 0


sys.exit(main())

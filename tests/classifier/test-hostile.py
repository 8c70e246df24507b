#!/usr/bin/env python3
"""Mails that try to be slow or big get a verdict within a generous bound: test-hostile.py SEKISHO [NAME…]

The bound is what a mail may cost at the very most by the ceilings, on a slow machine and under sanitizers; bench/hostile
has the figures. Time is the worker's own, memory its address space's ceiling (it would be killed beyond, and the mail
would have no verdict). Where a ceiling is reached, the verdict must say so.
"""

import json
import os
import subprocess
import sys
import tempfile

import hostile

SECONDS = 9  # processor time of one mail; the milter kills a worker after 10 s by default

# What must be told: the ceilings that these mails are made to reach, or what they would hide behind one.
TOLD = {"many-parts": "limit.parts", "deep-multiparts": "limit.mime-depth", "deep-messages": "limit.depth",
        "big-header": "limit.headers", "many-headers": "limit.headers", "million-recipients": "limit.headers",
        "crowded-header": "limit.headers", "header-lines": "limit.text", "pictures-first": "attachment.runs-code",
        "base64-line": "limit.size", "links": "limit.links", "zip-members": "limit.archive-entries"}

# Built so that nobody reads what lies behind: these are never called clean.
NEVER_CLEAN = ["many-parts", "deep-multiparts"]


def main():
    program, names = sys.argv[1], sys.argv[2:] or list(hostile.MAILS)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mail.eml")
        for name in names:
            hostile.write(name, path)
            done = subprocess.run([program, "scan", "--json", "--all", "--own-domain", "kikan.example", path], capture_output=True,
                                  text=True, check=False)
            try:
                verdict = json.loads(done.stdout)
            except json.JSONDecodeError:
                print("%s: no verdict: %s" % (name, done.stderr.strip()[-300:]))
                failed += 1
                continue
            ids = [evidence["id"] for evidence in verdict["evidence"]]
            if verdict["elapsed_us"] > SECONDS * 1e6:
                print("%s: %.1f s" % (name, verdict["elapsed_us"] / 1e6))
                failed += 1
            if name in TOLD and TOLD[name] not in ids:
                print("%s: %s is not told, only %s" % (name, TOLD[name], ids))
                failed += 1
            if name in NEVER_CLEAN and verdict["class"] == "clean":
                print("%s: is called clean" % name)
                failed += 1
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

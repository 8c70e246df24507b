#!/usr/bin/env python3
"""Every option of --help is in the manual page, and the other way round: check-help.py PROGRAM PAGE"""

import re
import subprocess
import sys


def main():
    program, page = sys.argv[1:]
    shown = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    with open(page, encoding="utf-8") as file:
        manual = file.read()
    section = manual.split("# OPTIONS", 1)[1].split("\n# ", 1)[0]
    helped = set(re.findall(r"^ {2,6}(-\w)?(?:, )?(--[\w-]+)", shown, re.M))
    written = set(re.findall(r"^(?:\*(-\w)\*, )?\*(--[\w-]+)\*", section, re.M))
    for option in sorted(helped ^ written):
        print("%s: only in %s" % (" ".join(option).strip(), "--help" if option in helped else page))
    return 1 if helped != written or not helped else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs a miltertest script against a daemon of its own: run-script.py PROGRAM SCRIPT

Lines of the script that begin with "--: " are the daemon's settings ("--: section.key = value"). Exit 77: skipped."""

import os
import shutil
import subprocess
import sys

from daemon import Daemon


def read_settings(path):
    settings = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("--: "):
                name, value = line[4:].split("=", 1)
                section, key = name.strip().split(".")
                settings.setdefault(section, {})[key] = value.strip()
    return settings


def main():
    program, script = sys.argv[1:]
    if shutil.which("miltertest") is None:
        print("miltertest is not installed (Debian package miltertest)")
        return 77
    daemon = Daemon(program, read_settings(script)).start()
    result = subprocess.run(
        ["miltertest", "-w", "-s", script, "-D", "socket=" + daemon.socket, "-D", "folder=" + os.path.dirname(script)],
        stdin=subprocess.DEVNULL, timeout=100, check=False)
    log = daemon.stop()
    if result.returncode != 0:
        print(log)
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())

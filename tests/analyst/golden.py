#!/usr/bin/env python3
"""golden.py SEKISHO COMPOSE [--update]: what the command line prints, against the files in golden/.

The mails are the demo mails, composed anew. --update writes the files: look at the difference before you commit it. A
new model package changes the numbers, and only these, unless a verdict changed.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
OWN = ["--own-domain", "kikan.example"]

CASES = {
    "help": ["--help"],
    "no-command": [],
    "unknown-command": ["scna"],
    "scan-usage": ["scan"],
    "scan-unknown-option": ["scan", "--jsno", "demo"],
    "scan-missing": ["scan", "--json", *OWN, "missing.eml", "empty.eml"],
    "scan-no-package": ["scan", "--model", "missing.model", "empty.eml"],
    "scan-foreign-package": ["scan", "--model", "foreign.model", "empty.eml"],
    "scan-people-wrong": ["scan", "--people", "people.csv", "empty.eml"],
    "scan-en": ["scan", "--language", "en", *OWN, "demo"],
    "scan-ja": ["scan", "--language", "ja", *OWN, "demo"],
    "scan-json": ["scan", "--json", *OWN, "demo"],
    "check-everything": ["check", "--config", "wrong.ini", "--model", "foreign.model", "--people", "people.csv",
                         "--store", "inner.txt"],
    "attachment": ["attachment", "inner.txt"],
    "attachment-missing": ["attachment", "--json", "missing.zip"],
}


def prepare(folder, compose):
    subprocess.run([sys.executable, compose, "--demo", "--output", folder / "demo"], check=True,
                   stdout=subprocess.DEVNULL)
    (folder / "empty.eml").write_bytes(b"")
    (folder / "foreign.model").write_bytes(b"not a package")
    (folder / "inner.txt").write_text("plain text\n")
    (folder / "people.csv").write_text("name,kana\n田中,たなか\n")
    (folder / "wrong.ini").write_text("[milter]\nsocket = nowhere\ncolour = red\n[policy]\nbulk = burn\n[milter]\nuser =\n")


def steady(line):
    """Without what differs from run to run or in the last digits."""
    try:
        item = json.loads(line, parse_float=lambda text: round(float(text), 6))
    except ValueError:
        return line
    item.pop("elapsed_us", None)
    return json.dumps(item, ensure_ascii=False, sort_keys=True)


def run(program, arguments, folder):
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    result = subprocess.run([program, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
                            stdin=subprocess.DEVNULL)
    lines = [steady(line) for line in result.stdout.splitlines()]
    errors = ["! " + line for line in result.stderr.splitlines()]
    return "\n".join(lines + errors + [f"exit {result.returncode}"]) + "\n"


def main():
    program, compose, update = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), "--update" in sys.argv
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(folder, compose)
        for case, arguments in CASES.items():
            got, file = run(program, arguments, folder), GOLDEN / f"{case}.txt"
            if update:
                file.write_text(got)
            elif not file.exists() or file.read_text() != got:
                failed += 1
                want = file.read_text() if file.exists() else ""
                print(f"{case}: differs from {file.name}")
                for line in [f"- {x}" for x in want.splitlines() if x not in got.splitlines()][:8] + \
                            [f"+ {x}" for x in got.splitlines() if x not in want.splitlines()][:8]:
                    print("  " + line[:300])
    return 1 if failed else 0


sys.exit(main())

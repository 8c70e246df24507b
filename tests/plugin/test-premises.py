#!/usr/bin/env python3
"""test-premises.py MILTER SEKISHO: -n and `sekisho check` tell what can't be used of the file system, and make nothing.

Each problem has file, line and key; started as root, the configured user counts.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

MILTER, SEKISHO = (os.path.abspath(path) for path in sys.argv[1:3])

# Configuration ({} is the folder), what is told of it after "FILE:"; the user is that of the test unless told.
CASES = [
    ("[classifier]\nstore = {}/open/m.db", []),
    ("[classifier]\nstore = {}/gone/m.db", ["2: store: {}/gone: files can't be made there: No such file or directory"]),
    ("[classifier]\nstore = {}/file/m.db", ["2: store: {}/file/m.db: can't be used: Not a directory"]),
    ("[classifier]\nstore = {}/open", ["2: store: {}/open: is no regular file"]),
    ("[classifier]\nstore = {}/file", ["2: store: {}/file: is no database"]),
    ("[classifier]\nstore = {}/empty", []),
    ("[classifier]\nstore = {}/open/m.db\n[memory]\nfrozen = yes",
     ["2: store: {}/open/m.db: is only read, but can't be: No such file or directory"]),
    ("[milter]\npid_file = {}/gone/pid", ["2: pid_file: {}/gone: files can't be made there: No such file or directory"]),
    ("[milter]\nsocket = unix:{}/file", ["2: socket: {}/file: is in the way, and no socket"]),
    ("[milter]\nsocket = unix:{}/gone/s", ["2: socket: {}/gone: files can't be made there: No such file or directory"]),
    ("[milter]\nsocket = unix:/run/no-such-folder/s", []),
    ("[classifier]\nstore = {}/open/m.db\n[notice]\ncommand = {}/file\nto = a@b.example",
     ["4: command: {}/file: can't be run: Permission denied"]),
]
AS_NOBODY = [
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/closed/m.db",
     ["4: store: {}/closed/m.db: can't be used: Permission denied (as user nobody)"]),
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/open/m.db",
     ["4: store: {}/open: files can't be made there: Permission denied (as user nobody)"]),
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/shared/m.db", []),
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/shared/roots.db",
     ["4: store: {}/shared/roots.db: can't be read and written: Permission denied (as user nobody)"]),
    ("[milter]\nuser = nobody\n[classifier]\nlists = {}/closed",
     ["4: lists: {}/closed: can't be read: Permission denied (as user nobody)"]),
    ("[milter]\nuser = no-such-user", ['2: user: there is no user "no-such-user"']),
]


def tree(folder):
    return sorted((str(path), path.lstat().st_mtime_ns) for path in pathlib.Path(folder).rglob("*"))


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="sekisho-premises-") as folder, tempfile.TemporaryDirectory() as beside:
        os.chmod(folder, 0o755)
        for name, mode in (("open", 0o755), ("closed", 0o700), ("shared", 0o1777)):
            os.mkdir(f"{folder}/{name}")
            os.chmod(f"{folder}/{name}", mode)
        pathlib.Path(folder, "file").write_text("no database, and no program\n")
        pathlib.Path(folder, "empty").write_text("")
        pathlib.Path(folder, "shared/roots.db").touch(0o600)
        before, file = tree(folder), os.path.join(beside, "some.ini")
        for text, wanted in CASES + (AS_NOBODY if os.geteuid() == 0 else []):
            settings = text.format(*[folder] * 9)
            if "user =" not in settings:
                settings = settings.replace("[milter]\n", "[milter]\nuser =\n") if "[milter]" in settings else (
                    settings + "\n[milter]\nuser =")
                shift = text.startswith("[milter]")
            else:
                shift = False
            pathlib.Path(file).write_text(settings + "\n")
            for command, start in (([MILTER, "-n", "-c", file], ""), ([SEKISHO, "check", "--config", file], "sekisho check: ")):
                done = subprocess.run(command, capture_output=True, text=True, timeout=120)
                told = [line for line in done.stderr.splitlines() if line.startswith(start + file)]
                expected = [start + file + ":" + (line.replace("2:", "3:", 1) if shift else line).format(*[folder] * 9)
                            for line in wanted]
                if told != expected or done.returncode != bool(wanted):
                    failed += 1
                    print(command, settings, told, expected, done.returncode, done.stderr, sep="\n  ")
            if tree(folder) != before:
                failed += 1
                print("something was made or changed", settings)
    return 1 if failed else 0


sys.exit(main())
